/* Invoke-Expression, New-Object.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/core/core.h"
#include "engine/engine.h"

enum { COMMAND };

static const struct hop_param invoke_params[] = {
    [COMMAND] = {"Command", "string", HOP_MANDATORY | HOP_BY_VALUE,
                 .position = HOP_POS(0)},
};

struct through {
    struct hop_sink sink;
    struct hop_command *c;
};

static enum hop_flow
pass_on(struct hop_sink *s, struct hop_value v)
{
    return command_write(((struct through *)s)->c, v);
}

static bool
invoke(struct hop_command *c)
{
    struct hop_value text = hop_arg(c, COMMAND);
    struct hop_value block HOP_AUTO_VALUE = hop_null();
    struct through out = {{pass_on}, c};
    enum hop_flow flow;

    if (!hop_scriptblock_create(c->rs, hop_cstr(text), text.u.s->len, &block))
        return false;
    flow = run_block(c->rs, &(struct block_run){.block = as_block(block),
                                                .out = &out.sink,
                                                .io = &c->io});
    if (flow != HOP_FLOW_NEXT)
        c->flow = flow;
    return flow == HOP_FLOW_NEXT;
}

const struct hop_cmdlet hop_cmdlet_invoke_expression = {
    .name = "Invoke-Expression",
    HOP_PARAMS(invoke_params),
    .synopsis = "Runs commands or expressions on the local computer.",
    .process = invoke,
};

/* ---- New-Object ------------------------------------------------------------------- */

enum { TYPE, ARGUMENTS, PROPERTY, COM };

static const struct hop_param object_params[] = {
    [TYPE] = {"TypeName", "string", .in = HOP_SETS({"Net", HOP_MANDATORY,
                                                    HOP_POS(0)})},
    [ARGUMENTS] = {"ArgumentList", "object[]", .aliases = "Args",
                   .in = HOP_SETS({"Net", 0, HOP_POS(1)})},
    [PROPERTY] = {"Property", "System.Collections.IDictionary"},
    [COM] = {"ComObject", "string", .in = HOP_SETS({"Com", HOP_MANDATORY,
                                                    HOP_POS(0)})},
};

static bool
set_properties(struct hop_command *c, struct hop_value *v)
{
    struct hop_dict *d = hop_as_dict(hop_arg(c, PROPERTY));
    struct hop_context *cx = &c->rs->cx;
    size_t n;

    if (!d)
        return true;
    struct hop_dict_entry **e = hop_dict_order(d, &n);
    bool ok = true;
    for (size_t i = 0; i < n && ok; i++) {
        struct hop_string *name HOP_AUTO_STRING = NULL;
        ok = hop_to_string(cx, e[i]->key, &name);
        if (!ok)
            break;
        if (hop_is_exactly(*v, &hop_class_pscustomobject))
            hop_custom_set(v->u.o, name, hop_retain(e[i]->value));
        else
            ok = hop_member_set(cx, *v, name, e[i]->value);
        if (!ok && !c->rs->stop) {
            hop_drop_exception(cx);
            struct hop_error_spec spec = {"InvalidOperationException",
                                          HOP_CAT_INVALID_OPERATION,
                                          "InvalidOperationException",
                                          hop_null()};
            ok = hop_command_error(
                c, &spec,
                "The member \"%s\" was not found for the specified .NET "
                "object.",
                name->data);
        }
    }
    free(e);
    return ok;
}

static bool
create(struct hop_command *c)
{
    struct hop_context *cx = &c->rs->cx;
    const char *name = hop_arg_text(c, TYPE);
    const struct hop_class *cls = hop_types_find(cx, name, strlen(name));
    struct hop_value v HOP_AUTO_VALUE = hop_null();
    size_t n = hop_arg_count(c, ARGUMENTS);
    struct hop_value *args;
    bool ok;

    if (!cls) {
        struct hop_error_spec spec = {"TypeNotFound", HOP_CAT_INVALID_TYPE,
                                      "PSArgumentException", hop_null()};
        return hop_command_throw(
            c, &spec,
            "Cannot find type [%s]: verify that the assembly containing this "
            "type is loaded.",
            name);
    }
    if (cls == &hop_class_psobject || cls == &hop_class_pscustomobject) {
        v = hop_obj(hop_custom_new(cx));
        return set_properties(c, &v) && hop_write(c, v);
    }
    args = hop_xcalloc(n + 1, sizeof(*args));
    for (size_t i = 0; i < n; i++)
        args[i] = hop_arg_item(c, ARGUMENTS, i);
    ok = hop_construct(cx, cls, args, n, &v);
    free(args);
    if (!ok) {
        if (c->rs->stop || !hop_has_exception(cx))
            return false;
        struct hop_value e HOP_AUTO_VALUE = hop_take_exception(cx);
        struct hop_exception *x = (struct hop_exception *)(void *)e.u.o;
        bool none = x->error_id && strstr(x->error_id->data, "MethodCount");
        if (none) {
            struct hop_error_spec spec = {
                "ConstructorInvokedThrowException,Microsoft.PowerShell.Commands"
                ".NewObjectCommand",
                HOP_CAT_INVALID_OPERATION, "PSArgumentException", hop_null()};
            spec.id = "ConstructorInvokedThrowException";
            return hop_command_throw(
                c, &spec,
                "A constructor was not found. Cannot find an appropriate "
                "constructor for type %s.",
                name);
        }
        struct hop_value record = hop_error_record_from(
            c->rs, e, "ConstructorInvokedThrowException",
            HOP_CAT_INVALID_OPERATION, hop_null());
        return hop_throw_record(c->rs, record);
    }
    return set_properties(c, &v) && hop_write(c, v);
}

const struct hop_cmdlet hop_cmdlet_new_object = {
    .name = "New-Object",
    .default_set = "Net",
    HOP_PARAMS(object_params),
    .synopsis = "Creates an instance of a .NET object.",
    .process = create,
};
