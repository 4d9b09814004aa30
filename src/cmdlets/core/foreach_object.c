/* ForEach-Object.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/core/core.h"
#include "cmdlets/core/parallel.h"
#include "engine/engine.h"

enum {
    INPUT,
    BEGIN,
    PROCESS,
    END,
    REMAINING,
    MEMBER,
    ARGUMENTS,
    PARALLEL,
    THROTTLE,
    TIMEOUT,
    AS_JOB,
    NEW_RUNSPACE
};

static const struct hop_param params[] = {
    [INPUT] = {"InputObject", "psobject", HOP_BY_VALUE},
    [BEGIN] = {"Begin", "scriptblock",
               .in = HOP_SETS({"ScriptBlockSet", 0, 0})},
    [PROCESS] = {"Process", "scriptblock[]",
                 HOP_ALLOW_NULL | HOP_ALLOW_EMPTY_COLLECTION,
                 .in = HOP_SETS({"ScriptBlockSet", HOP_MANDATORY, HOP_POS(0)})},
    [END] = {"End", "scriptblock", .in = HOP_SETS({"ScriptBlockSet", 0, 0})},
    [REMAINING] = {"RemainingScripts", "scriptblock[]",
                   HOP_ALLOW_NULL | HOP_ALLOW_EMPTY_COLLECTION,
                   .in = HOP_SETS({"ScriptBlockSet", HOP_REMAINING, 0})},
    [MEMBER] = {"MemberName", "string",
                .in = HOP_SETS(
                    {"PropertyAndMethodSet", HOP_MANDATORY, HOP_POS(0)})},
    [ARGUMENTS] = {"ArgumentList", "object[]", .aliases = "Args",
                   .in = HOP_SETS({"PropertyAndMethodSet", HOP_REMAINING, 0})},
    [PARALLEL] = {"Parallel", "scriptblock",
                  .in = HOP_SETS({"ParallelParameterSet", HOP_MANDATORY, 0})},
    [THROTTLE] = {"ThrottleLimit", "int", .range = HOP_RANGE(1, 2147483647),
                  .in = HOP_SETS({"ParallelParameterSet", 0, 0})},
    [TIMEOUT] = {"TimeoutSeconds", "int", .range = HOP_RANGE(0, 2147483),
                 .in = HOP_SETS({"ParallelParameterSet", 0, 0})},
    [AS_JOB] = {"AsJob", "switch",
                .in = HOP_SETS({"ParallelParameterSet", 0, 0})},
    [NEW_RUNSPACE] = {"UseNewRunspace", "switch",
                      .in = HOP_SETS({"ParallelParameterSet", 0, 0})},
};

struct state {
    struct hop_value *blocks; /* borrowed */
    size_t n, first, last;    /* process blocks: [first, last) */
    struct hop_value begin, end;
    struct hop_sink sink;
    struct hop_command *c;
    struct parallel *parallel;
};

static enum hop_flow
forward(struct hop_sink *s, struct hop_value v)
{
    struct state *st =
        (struct state *)(void *)((char *)s - offsetof(struct state, sink));

    return command_write(st->c, v);
}

static bool
run(struct hop_command *c, struct hop_value block, const struct hop_value *item)
{
    struct state *st = hop_command_state(c);
    struct hop_block *b = as_block(block);
    struct io io = command_block_io(c);
    enum hop_flow flow;

    if (!b)
        return true;
    flow = run_block(
        c->rs, &(struct block_run){
                   .block = b, .under = item, .out = &st->sink, .io = &io});
    if (flow == HOP_FLOW_NEXT)
        return true;
    c->flow = flow;
    return false;
}

/* Blocks without names: the first is begin when there are more, the last is end
 * when there are three. */
static void
arrange(struct hop_command *c, struct state *st)
{
    size_t a = hop_arg_count(c, PROCESS), b = hop_arg_count(c, REMAINING);
    bool has_begin = hop_arg_bound(c, BEGIN), has_end = hop_arg_bound(c, END);

    st->blocks = hop_xcalloc(a + b + 1, sizeof(*st->blocks));
    for (size_t i = 0; i < a; i++)
        st->blocks[st->n++] = hop_arg_item(c, PROCESS, i);
    for (size_t i = 0; i < b; i++)
        st->blocks[st->n++] = hop_arg_item(c, REMAINING, i);
    st->begin = hop_arg(c, BEGIN);
    st->end = hop_arg(c, END);
    st->last = st->n;
    if (!has_begin && st->n > 1)
        st->begin = st->blocks[st->first++];
    if (!has_end && st->last - st->first > 1)
        st->end = st->blocks[--st->last];
}

static bool
begin(struct hop_command *c)
{
    struct state *st = hop_command_state(c);

    st->sink.write = forward;
    st->c = c;
    if (hop_command_in_set(c, "ParallelParameterSet")) {
        struct parallel_options o = {.block = hop_arg(c, PARALLEL),
                                     .limit = hop_arg_int(c, THROTTLE, 0),
                                     .timeout_s = hop_arg_int(c, TIMEOUT, 0),
                                     .as_job = hop_arg_on(c, AS_JOB),
                                     .has_timeout = hop_arg_bound(c, TIMEOUT)};
        return parallel_begin(c, &o, &st->parallel);
    }
    if (hop_arg_bound(c, MEMBER))
        return true;
    arrange(c, st);
    return run(c, st->begin, NULL);
}

static bool
may_call(struct hop_command *c, struct hop_value item, struct hop_string *name)
{
    if (c->rs->language_mode == HOP_LANGUAGE_RESTRICTED)
        return throw_pending(c->rs, "PSInvalidOperationException",
                             "NoMethodInvocationInRestrictedLanguageMode",
                             HOP_CAT_INVALID_OPERATION, hop_null(),
                             "Cannot invoke a method in the restricted "
                             "language mode.");
    return language_may_call(c->rs, item, name, false);
}

static bool
call_method(struct hop_command *c, struct hop_value item,
            struct hop_string *name)
{
    struct hop_value out HOP_AUTO_VALUE = hop_null();
    size_t n = hop_arg_count(c, ARGUMENTS);
    struct hop_value *args = hop_xcalloc(n + 1, sizeof(*args));
    bool ok;

    if (!may_call(c, item, name)) {
        free(args);
        return hop_command_report(c);
    }
    for (size_t i = 0; i < n; i++)
        args[i] = hop_arg_item(c, ARGUMENTS, i);
    ok = hop_member_call(&c->rs->cx, item, name, args, n, NULL, &out);
    free(args);
    if (!ok) {
        if (c->rs->stop || !hop_has_exception(&c->rs->cx))
            return false;
        struct hop_value e HOP_AUTO_VALUE = hop_take_exception(&c->rs->cx);
        struct hop_exception *x = (struct hop_exception *)(void *)e.u.o;
        const char *id = x->error_id ? x->error_id->data : "";
        if (strcmp(id, "MethodNotFound") == 0) {
            struct hop_error_spec spec = {"MethodNotFound",
                                          HOP_CAT_INVALID_OPERATION,
                                          "PSArgumentException", item};
            return hop_command_error(
                c, &spec, "Input name \"%s\" cannot be resolved to a method.",
                name->data);
        }
        return hop_write_error(
            c, hop_error_record_from(c->rs, e, "MethodInvocationException",
                                     HOP_CAT_INVALID_OPERATION, item));
    }
    return out.kind == HOP_VOID || hop_write_all(c, out);
}

static bool
is_method(struct hop_command *c, struct hop_value item, struct hop_string *name)
{
    struct hop_member_info info = {0};
    bool method;

    if (!hop_member_lookup(&c->rs->cx, item, name, &info))
        return false;
    method = info.kind & (HOP_MEMBER_METHOD | HOP_MEMBER_SCRIPT_METHOD |
                          HOP_MEMBER_CODE_METHOD);
    hop_string_release(info.name);
    return method;
}

static bool
member(struct hop_command *c, struct hop_value item)
{
    struct hop_string *name = hop_arg(c, MEMBER).u.s;
    struct hop_value out HOP_AUTO_VALUE = hop_null();

    if (hop_is_null(item)) {
        struct hop_error_spec spec = {"InputObjectIsNull",
                                      HOP_CAT_INVALID_ARGUMENT,
                                      "PSArgumentNullException", hop_null()};
        return scope_strict(c->caller ? c->caller->scope
                                      : c->rs->session->current) < 1 ||
               hop_command_error(c, &spec, "Cannot operate on a null value.");
    }
    if (hop_arg_bound(c, ARGUMENTS) ||
        (is_method(c, item, name) && !hop_as_dict(item)))
        return call_method(c, item, name);
    switch (hop_member_get(&c->rs->cx, item, name, &out)) {
    case HOP_FOUND:
        return hop_is_null(out) ? hop_write(c, out) : hop_write_all(c, out);
    case HOP_FAILED: return hop_command_report(c);
    default: break;
    }
    if (is_method(c, item, name))
        return call_method(c, item, name);
    return hop_write(c, hop_null());
}

static bool
process(struct hop_command *c)
{
    struct state *st = hop_command_state(c);
    struct hop_value item = hop_arg(c, INPUT);

    if (st->parallel)
        return parallel_add(st->parallel, item);
    if (!st->blocks)
        return member(c, item);
    for (size_t i = st->first; i < st->last; i++)
        if (!run(c, st->blocks[i], &item))
            return false;
    return true;
}

static bool
end(struct hop_command *c)
{
    struct state *st = hop_command_state(c);
    struct hop_value job HOP_AUTO_VALUE = hop_null();

    if (st->parallel && hop_arg_on(c, AS_JOB))
        return parallel_job(st->parallel, &job) && hop_write(c, job);
    if (st->parallel)
        return parallel_end(st->parallel);
    return !st->blocks || run(c, st->end, NULL);
}

static void
dispose(struct hop_command *c)
{
    struct state *st = hop_command_state(c);

    parallel_dispose(st->parallel);
    free(st->blocks);
}

const struct hop_cmdlet hop_cmdlet_foreach_object = {
    .name = "ForEach-Object",
    .default_set = "ScriptBlockSet",
    HOP_PARAMS(params),
    .flags = HOP_SHOULD_PROCESS,
    .impact = HOP_IMPACT_LOW,
    .synopsis = "Performs an operation against each item in a collection of "
                "input objects.",
    .class_name = "ForEachObjectCommand",
    .state_size = sizeof(struct state),
    .begin = begin,
    .process = process,
    .end = end,
    .dispose = dispose,
};
