/* Invoke-CimMethod.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "cim/wql.h"
#include "cmdlets/cim/commands.h"
#include "cmdlets/cim/sets.h"
#include "cmdlets/record.h"
#include "value/member.h"

enum {
    I_CLASS,
    I_INPUT,
    I_METHOD,
    I_ARGUMENTS,
    I_COMPUTER,
    I_SESSION,
    I_NAMESPACE,
    I_QUERY,
    I_DIALECT,
    I_URI,
    I_TIMEOUT,
};

static const struct hop_param params[] = {
    [I_CLASS] = {"ClassName", "string", .aliases = "Class",
                 .in = HOP_SETS(
                     {CLASS_COMPUTER, HOP_MANDATORY | HOP_BY_NAME, HOP_POS(0)},
                     {CLASS_SESSION, HOP_MANDATORY | HOP_BY_NAME, HOP_POS(0)})},
    [I_INPUT] = {"InputObject", CIM_INFRASTRUCTURE "CimInstance",
                 .aliases = "CimInstance",
                 .in = HOP_SETS(
                     {INPUT_COMPUTER, HOP_MANDATORY | HOP_BY_VALUE, HOP_POS(0)},
                     {INPUT_SESSION, HOP_MANDATORY | HOP_BY_VALUE,
                      HOP_POS(0)})},
    [I_METHOD] = {"MethodName", "string", HOP_MANDATORY | HOP_BY_NAME,
                  .position = HOP_POS(1), .aliases = "Name"},
    [I_ARGUMENTS] = {"Arguments", "System.Collections.IDictionary", HOP_BY_NAME,
                     .position = HOP_POS(2)},
    [I_COMPUTER] = {"ComputerName", "string[]", .aliases = "CN ServerName",
                    .in =
                        HOP_SETS({QUERY_COMPUTER, HOP_BY_NAME},
                                 {INPUT_COMPUTER}, {URI_COMPUTER, HOP_BY_NAME},
                                 {CLASS_COMPUTER, HOP_BY_NAME})},
    [I_SESSION] = {"CimSession", CIM_INFRASTRUCTURE "CimSession[]",
                   .in = HOP_SETS({CLASS_SESSION, HOP_MANDATORY | HOP_BY_VALUE},
                                  {INPUT_SESSION, HOP_MANDATORY | HOP_BY_NAME},
                                  {QUERY_SESSION, HOP_MANDATORY | HOP_BY_VALUE},
                                  {URI_SESSION, HOP_MANDATORY | HOP_BY_VALUE})},
    [I_NAMESPACE] = {"Namespace", "string", HOP_BY_NAME},
    [I_QUERY] = {"Query", "string",
                 .in = HOP_SETS({QUERY_COMPUTER, HOP_MANDATORY | HOP_BY_NAME},
                                {QUERY_SESSION, HOP_MANDATORY | HOP_BY_NAME})},
    [I_DIALECT] = {"QueryDialect", "string",
                   .in = HOP_SETS({QUERY_COMPUTER, HOP_BY_NAME},
                                  {QUERY_SESSION, HOP_BY_NAME})},
    [I_URI] = {"ResourceUri", "uri",
               .in = HOP_SETS({URI_COMPUTER, HOP_MANDATORY | HOP_BY_NAME},
                              {URI_SESSION, HOP_MANDATORY | HOP_BY_NAME},
                              {INPUT_COMPUTER}, {INPUT_SESSION})},
    [I_TIMEOUT] = {"OperationTimeoutSec", "uint32", .aliases = "OT"},
};

#define MOST 64

/* Texts by name: keys or arguments. */
struct texts {
    struct hop_cim_argument at[MOST];
    size_t n;
};

static void
texts_done(struct texts *t)
{
    for (size_t i = 0; i < t->n; i++) {
        free((char *)t->at[i].name);
        free((char *)t->at[i].value);
    }
}
#define AUTO_TEXTS HOP_CLEANUP(texts_done)

static void
add_text(struct texts *t, const char *name, char *value)
{
    if (!value)
        return;
    if (t->n == MOST) {
        free(value);
        return;
    }
    t->at[t->n++] = (struct hop_cim_argument){hop_xstrdup(name), value};
}

static void
take_arguments(struct hop_command *c, struct texts *t)
{
    struct hop_dict *d = hop_as_dict(hop_arg(c, I_ARGUMENTS));
    size_t n = 0;
    struct hop_dict_entry **order = d ? hop_dict_order(d, &n) : NULL;

    for (size_t i = 0; i < n; i++)
        if (hop_is_string(order[i]->key))
            add_text(t, hop_cstr(order[i]->key),
                     cim_text_of(hop_command_context(c), order[i]->value));
    free(order);
}

static void
take_keys(struct hop_context *cx, const struct cim_object *o, struct texts *t)
{
    HOP_AUTO_FREE char *names = hop_xstrdup(o->keys);
    char *rest = NULL;

    for (char *k = strtok_r(names, " ", &rest); k;
         k = strtok_r(NULL, " ", &rest)) {
        struct hop_value *v = hop_dict_get_text(o->properties, k);

        if (v)
            add_text(t, k, cim_text_of(cx, *v));
    }
}

static struct hop_value
result_of(struct hop_context *cx, const struct hop_cim_instance *i,
          const struct cim_target *t)
{
    struct hop_object *o = hop_custom_new(cx);

    for (size_t k = 0; k < i->n; k++)
        hop_custom_set_text(o, i->properties[k].name,
                            cim_value_of(cx, i->properties[k].type,
                                         i->properties[k].flags,
                                         &i->values[k]));
    hop_custom_set_text(o, "PSComputerName",
                        t->computer ? hop_text(t->computer) : hop_null());
    hop_type_names_push(cx, o, CIM_INFRASTRUCTURE "CimMethodResult");
    return hop_obj(o);
}

static bool
call_at(struct hop_command *c, const struct cim_target *t,
        const struct cim_question *q, const char *subject)
{
    HOP_AUTO_CIM_INSTANCE struct hop_cim_instance out = {0};
    AUTO_TEXTS struct texts in = {0};
    struct hop_error err = {0};
    const char *method = hop_arg_text(c, I_METHOD);
    bool go;

    if (!hop_should_process(c, subject, method, &go))
        return false;
    if (!go)
        return true;
    take_arguments(c, &in);
    if (!cim_call(t, q, method, in.at, in.n, &out, &err))
        return cim_report(c, t, &err, hop_arg(c, I_CLASS));
    return hop_write_take(c, result_of(hop_command_context(c), &out, t));
}

static bool
call_object(struct hop_command *c, const struct cim_target *t,
            struct cim_object *o)
{
    AUTO_TEXTS struct texts keys = {0};
    HOP_AUTO_STRING struct hop_string *text = NULL;
    struct cim_question q = {.ns = o->ns, .class_name = o->class_name};

    take_keys(hop_command_context(c), o, &keys);
    q.keys = keys.at;
    q.key_count = keys.n;
    return hop_to_string(hop_command_context(c), hop_obj(o), &text) &&
           call_at(c, t, &q, text->data);
}

struct finding {
    struct hop_command *c;
    const struct cim_target *t;
    const char *ns;
    bool go_on;
};

static bool
call_each(void *ctx, const struct hop_cim_instance *i)
{
    struct finding *f = ctx;
    HOP_AUTO_VALUE struct hop_value v =
        cim_object_new(hop_command_context(f->c), i, f->ns, f->t, NULL, false);

    f->go_on = call_object(f->c, f->t, cim_object_of(v));
    return f->go_on;
}

/* Every instance that the query finds. */
static bool
call_found(struct hop_command *c, const struct cim_target *t)
{
    struct cim_question q = {.ns = hop_arg_text(c, I_NAMESPACE),
                             .query = hop_arg_text(c, I_QUERY)};
    struct finding f = {c, t, q.ns, true};
    struct hop_error err = {0};

    return cim_each(t, &q, call_each, &f, &err)
               ? f.go_on
               : cim_report(c, t, &err, hop_arg(c, I_QUERY));
}

static bool
call_one(struct hop_command *c, const struct cim_target *t)
{
    struct cim_object *o = cim_object_of(hop_arg(c, I_INPUT));
    HOP_AUTO_FREE char *uri =
        hop_arg_bound(c, I_URI)
            ? cim_text_of(hop_command_context(c), hop_arg(c, I_URI))
            : NULL;
    struct cim_question q = {.ns = hop_arg_text(c, I_NAMESPACE),
                             .class_name = hop_arg_text(c, I_CLASS),
                             .resource_uri = uri};

    if (o)
        return call_object(c, t, o);
    if (hop_arg_bound(c, I_QUERY))
        return call_found(c, t);
    return call_at(c, t, &q, q.class_name ? q.class_name : uri);
}

static bool
process_invoke(struct hop_command *c)
{
    struct cim_object *o = cim_object_of(hop_arg(c, I_INPUT));
    CIM_AUTO_TARGET struct cim_target t = {0};
    size_t n = hop_arg_count(c, I_COMPUTER);

    for (size_t i = 0; i < hop_arg_count(c, I_SESSION); i++) {
        const struct cim_target *s =
            cim_session_target(hop_arg_item(c, I_SESSION, i));
        if (s && !call_one(c, s))
            return false;
    }
    if (hop_arg_count(c, I_SESSION))
        return true;
    for (size_t i = 0; i < n; i++) {
        cim_target_done(&t);
        cim_target_init(&t, hop_cstr(hop_arg_item(c, I_COMPUTER, i)));
        if (!call_one(c, &t))
            return false;
    }
    return n > 0 || call_one(c, o ? &o->target : &t);
}

const struct hop_cmdlet hop_cmdlet_invoke_cim_method = {
    .name = "Invoke-CimMethod",
    .default_set = CLASS_COMPUTER,
    HOP_PARAMS(params),
    .flags = HOP_SHOULD_PROCESS,
    .class_name = CIM_COMMANDS "InvokeCimMethodCommand",
    .synopsis = "Calls a method of what Get-CimInstance finds.",
    .process = process_invoke,
};
