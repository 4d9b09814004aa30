/* The program of a [powershell]: commands, their parameters, and Commands.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/powershell_internal.h"

#include "engine/def.h"

void
powershell_parts_clear(struct powershell *s)
{
    for (size_t i = 0; i < s->n; i++) {
        struct powershell_part *p = &s->parts[i];
        for (size_t k = 0; k < p->n; k++) {
            free(p->params[k].name);
            hop_release(p->params[k].value);
        }
        free(p->params);
        free(p->text);
        hop_release(p->info);
    }
    free(s->parts);
    s->parts = NULL;
    s->n = s->cap = 0;
}

bool
powershell_is_idle(struct hop_context *cx, struct powershell *s)
{
    if (s->disposed)
        return hop_throw(cx, &hop_exception_object_disposed, "%s",
                         "Cannot access a disposed object.\nObject name: "
                         "'PowerShell'.");
    if (s->state != INVOCATION_RUNNING && s->state != INVOCATION_STOPPING)
        return true;
    return hop_throw(cx, &hop_exception_invalid_powershell_state, "%s",
                     "The state of the current PowerShell instance is not "
                     "valid for this operation.");
}

static struct powershell_part *
part_add(struct powershell *s)
{
    struct powershell_part *p;

    if (s->n == s->cap) {
        s->cap = s->cap ? s->cap * 2 : 4;
        s->parts = hop_xrealloc(s->parts, s->cap, sizeof(*s->parts));
    }
    p = &s->parts[s->n++];
    *p = (struct powershell_part){.local_scope = -1};
    return p;
}

static bool
itself(struct hop_call *call)
{
    call->result = hop_retain(call->self);
    return true;
}

/* AddScript and AddCommand; data: 1 a script. */
bool
powershell_add(struct hop_context *cx, struct hop_call *call)
{
    struct powershell *s = POWERSHELL(call->self);
    struct powershell_part *p;
    struct hop_value what = hop_value_base(call->args[0]);

    if (hop_is_null(what))
        return hop_throw_null(cx, call->data ? "script" : "cmdlet");
    if (!powershell_is_idle(cx, s))
        return false;
    p = part_add(s);
    p->is_script = call->data;
    if (hop_is_string(what))
        p->text = hop_xstrndup(what.u.s->data, what.u.s->len);
    else
        p->info = hop_retain(what);
    if (call->n > 1)
        p->local_scope = hop_is_true(cx, call->args[1]);
    return itself(call);
}

bool
powershell_add_statement(struct hop_context *cx, struct hop_call *call)
{
    struct powershell *s = POWERSHELL(call->self);

    if (s->n)
        s->parts[s->n - 1].ends = true;
    return itself(call);
}

static struct powershell_part *
last_part(struct hop_context *cx, struct powershell *s)
{
    if (!powershell_is_idle(cx, s))
        return NULL;
    if (s->n && !s->parts[s->n - 1].ends)
        return &s->parts[s->n - 1];
    hop_throw(cx, &hop_exception_ps_invalid_operation, "%s",
              "A command is required to add a parameter. A command must be "
              "added to the PowerShell instance before adding a parameter.");
    return NULL;
}

static void
add_parameter(struct powershell_part *p, const char *name,
              const struct hop_value *v)
{
    struct powershell_parameter *a;

    if (p->n == p->cap) {
        p->cap = p->cap ? p->cap * 2 : 4;
        p->params = hop_xrealloc(p->params, p->cap, sizeof(*p->params));
    }
    a = &p->params[p->n++];
    if (name && *name == '-')
        name++;
    a->name = name ? hop_xstrdup(name) : NULL;
    a->has_value = v != NULL;
    a->value = v ? hop_retain(*v) : hop_null();
}

bool
powershell_add_parameter(struct hop_context *cx, struct hop_call *call)
{
    struct powershell_part *p = last_part(cx, POWERSHELL(call->self));

    if (!p)
        return false;
    if (hop_is_null(call->args[0]))
        return hop_throw_null(cx, "parameterName");
    add_parameter(p, hop_cstr(call->args[0]),
                  call->n > 1 ? &call->given[1] : NULL);
    return itself(call);
}

bool
powershell_add_argument(struct hop_context *cx, struct hop_call *call)
{
    struct powershell_part *p = last_part(cx, POWERSHELL(call->self));

    if (!p)
        return false;
    add_parameter(p, NULL, &call->given[0]);
    return itself(call);
}

bool
powershell_add_parameters(struct hop_context *cx, struct hop_call *call)
{
    struct powershell_part *p = last_part(cx, POWERSHELL(call->self));
    struct hop_dict *d = hop_as_dict(hop_value_base(call->args[0]));
    struct hop_array *a = hop_as_array(hop_value_base(call->args[0]));
    size_t n;

    if (!p)
        return false;
    if (d) {
        HOP_AUTO_FREE struct hop_dict_entry **e = hop_dict_order(d, &n);
        for (size_t i = 0; i < n; i++)
            if (hop_is_string(e[i]->key))
                add_parameter(p, hop_cstr(e[i]->key), &e[i]->value);
    }
    for (size_t i = 0; a && i < a->n; i++)
        add_parameter(p, NULL, &a->items[i]);
    return itself(call);
}

/* ---- Commands
 * ------------------------------------------------------------------------- */

static const struct hop_property parameter_properties[] = {
    BAG_RO("Name", "string", 0), BAG_RO("Value", "System.Object", 1), {NULL}};
const struct hop_class class_powershell_parameter = {
    .name = SMA "Runspaces.CommandParameter",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = BAG_SIZE(2),
    .properties = parameter_properties,
    .destroy = bag_destroy,
};
static const struct hop_property command_properties[] = {
    BAG_RO("Parameters", "System.Object", 2),
    BAG_RO("CommandText", "string", 0),
    BAG_RO("IsScript", "bool", 1),
    BAG_RO("UseLocalScope", "bool", 3),
    BAG_RO("IsEndOfStatement", "bool", 4),
    {NULL}};

static bool
command_text(struct hop_context *cx, struct hop_value v,
             struct hop_string **out)
{
    return hop_to_string(cx, ((struct bag *)(void *)v.u.o)->v[0], out);
}

const struct hop_class class_powershell_command = {
    .name = SMA "Runspaces.Command",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = BAG_SIZE(5),
    .properties = command_properties,
    .destroy = bag_destroy,
    .to_string = command_text,
};

static struct hop_value
part_object(struct hop_runspace *rs, const struct powershell_part *p)
{
    struct bag *b = bag_new(rs, &class_powershell_command);
    struct hop_array *params =
        hop_array_new_of(&rs->cx, &hop_class_array_list, 0);

    b->v[0] = p->text               ? hop_text(p->text)
              : as_cmdinfo(p->info) ? hop_text(as_cmdinfo(p->info)->name)
                                    : hop_null();
    b->v[1] = hop_bool(p->is_script);
    b->v[2] = hop_obj(params);
    b->v[3] = hop_bool(p->local_scope > 0);
    b->v[4] = hop_bool(p->ends);
    for (size_t i = 0; i < p->n; i++) {
        struct bag *a = bag_new(rs, &class_powershell_parameter);
        a->v[0] = p->params[i].name ? hop_text(p->params[i].name) : hop_null();
        a->v[1] = p->params[i].has_value ? hop_retain(p->params[i].value)
                                         : hop_null();
        hop_array_push(params, hop_obj(a));
    }
    return hop_obj(b);
}

GETTER(program_commands)
{
    struct powershell *s = POWERSHELL(((struct bag *)(void *)self.u.o)->v[0]);
    struct hop_array *a = hop_array_new_of(cx, &hop_class_array_list, 0);

    for (size_t i = 0; i < s->n; i++)
        hop_array_push(a, part_object(s->rs, &s->parts[i]));
    *out = hop_obj(a);
    return true;
}

METHOD(program_clear)
{
    struct powershell *s =
        POWERSHELL(((struct bag *)(void *)call->self.u.o)->v[0]);

    if (!powershell_is_idle(cx, s))
        return false;
    powershell_parts_clear(s);
    return true;
}

static const struct hop_property program_properties[] = {
    {"Commands", "System.Object", program_commands}, {NULL}};
static const struct hop_method program_methods[] = {
    {"void Clear()", program_clear}, {NULL}};
const struct hop_class class_powershell_program = {
    .name = SMA "PSCommand",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = BAG_SIZE(1),
    .properties = program_properties,
    .methods = program_methods,
    .destroy = bag_destroy,
};
