/* Casts, [ordered] and [pscustomobject] among them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/eval.h"

#include "engine/engine.h"

/* A custom object with the entries of a dictionary. */
static enum hop_flow
custom_of(struct frame *f, struct hop_dict *d, struct hop_value *out)
{
    struct hop_object *o;
    enum hop_flow flow = HOP_FLOW_NEXT;
    size_t count;
    HOP_AUTO_FREE struct hop_dict_entry **e = hop_dict_order(d, &count);

    if (f->rs->language_mode == HOP_LANGUAGE_CONSTRAINED) {
        throw_pending(
            f->rs, "RuntimeException", "InvalidCastConstructorException",
            HOP_CAT_INVALID_ARGUMENT, hop_null(),
            "Cannot convert value to type \"System.Management."
            "Automation.PSCustomObject\". Only core types are "
            "supported in this language mode: use New-Object psobject "
            "with -Property.");
        return HOP_FLOW_ERROR;
    }
    o = hop_custom_new(&f->rs->cx);
    *out = hop_obj(o);
    for (size_t i = 0; i < count && flow == HOP_FLOW_NEXT; i++) {
        struct hop_string *name HOP_AUTO_STRING = NULL;

        if (!hop_to_string(&f->rs->cx, e[i]->key, &name))
            flow = HOP_FLOW_ERROR;
        else if (hop_string_iis(name, "PSTypeName") &&
                 hop_is_string(e[i]->value))
            hop_type_names_push(&f->rs->cx, o, hop_cstr(e[i]->value));
        else
            hop_custom_set(o, name, hop_retain(e[i]->value));
    }
    if (flow != HOP_FLOW_NEXT)
        hop_value_clear(out);
    return flow;
}

static enum hop_flow
custom_object(struct frame *f, struct hop_ast_hashtable *n,
              struct hop_value *out)
{
    struct hop_value d HOP_AUTO_VALUE = hop_null();
    enum hop_flow flow = eval_hashtable(f, n, true, &d);

    return flow == HOP_FLOW_NEXT ? custom_of(f, hop_as_dict(d), out) : flow;
}

bool
eval_is_name(const struct hop_type_name *t, const char *name)
{
    return hop_text_ieq(t->name.text, t->name.len, name, strlen(name));
}

/* [ref]$x: a reference to the variable itself. */
static enum hop_flow
make_reference(struct frame *f, struct hop_ast *child, struct hop_value *out)
{
    struct hop_reference *r;
    struct hop_value v = hop_null();

    if (child->kind == HOP_AST_PAREN) {
        struct hop_ast *inner =
            hop_ast_pure_expression(HOP_AST_AS(hop_ast_paren, child)->pipeline);
        if (inner && inner->kind == HOP_AST_VARIABLE)
            child = inner;
    }
    if (child->kind == HOP_AST_VARIABLE &&
        HOP_AST_AS(hop_ast_variable, child)->scope != HOP_SCOPE_DRIVE) {
        struct hop_ast_variable *n = HOP_AST_AS(hop_ast_variable, child);
        struct hop_variable *variable = lookup_variable(f, n);
        if (!variable && n->special == HOP_VARIABLE_ORDINARY) {
            throw_pending(f->rs, "RuntimeException",
                          "NonExistingVariableReference",
                          HOP_CAT_INVALID_OPERATION, hop_null(),
                          "[ref] cannot be applied to a variable that does "
                          "not exist.");
            return HOP_FLOW_ERROR;
        }
        if (variable) {
            r = hop_object_new(&f->rs->cx, &hop_class_reference_of);
            hop_retain(hop_obj(variable));
            r->variable = &variable->base;
            *out = hop_obj(r);
            return HOP_FLOW_NEXT;
        }
    }
    enum hop_flow flow = eval(f, child, &v);
    if (flow != HOP_FLOW_NEXT)
        return flow;
    r = hop_object_new(&f->rs->cx, &hop_class_reference_of);
    r->value = v;
    *out = hop_obj(r);
    return HOP_FLOW_NEXT;
}

/* A cast that fails is a RuntimeException around what the conversion threw. */
static void
wrap_cast_error(struct frame *f)
{
    struct hop_context *cx = &f->rs->cx;
    struct hop_value e = hop_null();
    struct hop_exception *x;

    if (!hop_has_exception(cx) ||
        !hop_value_is(cx->pending, &hop_exception_ps_invalid_cast))
        return;
    e = hop_take_exception(cx);
    x = (struct hop_exception *)(void *)e.u.o;
    char *id HOP_AUTO_FREE =
        hop_xstrdup(x->error_id ? x->error_id->data : "InvalidCast");
    char *text HOP_AUTO_FREE = hop_xstrdup(hop_exception_message(e));
    enum hop_category category = x->category;
    hop_throw_full(cx, &hop_exception_runtime, id, category, hop_null(), e,
                   "%s", text);
}

enum hop_flow
eval_convert(struct frame *f, struct hop_ast_convert *n, struct hop_value *out)
{
    struct hop_type_name *t = n->type->type_name;
    struct hop_value v HOP_AUTO_VALUE = hop_null();
    const struct hop_class *cls;
    enum hop_flow flow;

    if (n->child->kind == HOP_AST_HASHTABLE) {
        struct hop_ast_hashtable *h = HOP_AST_AS(hop_ast_hashtable, n->child);
        if (eval_is_name(t, "ordered"))
            return eval_hashtable(f, h, true, out);
        if (eval_is_name(t, "pscustomobject"))
            return custom_object(f, h, out);
    }
    if (eval_is_name(t, "ref"))
        return language_may_create(f->rs, &hop_class_type)
                   ? make_reference(f, n->child, out)
                   : HOP_FLOW_ERROR;
    cls = require_type(f, t);
    if (!cls)
        return HOP_FLOW_ERROR;
    flow = eval(f, n->child, &v);
    if (flow != HOP_FLOW_NEXT)
        return flow;
    if (!language_may_convert(f->rs, v, cls)) {
        wrap_cast_error(f);
        return HOP_FLOW_ERROR;
    }
    if (cls == &hop_class_void) {
        *out = hop_void();
        return HOP_FLOW_NEXT;
    }
    if (eval_is_name(t, "pscustomobject") && hop_as_dict(hop_value_base(v)))
        return custom_of(f, hop_as_dict(hop_value_base(v)), out);
    if (hop_convert(&f->rs->cx, v, cls, out))
        return HOP_FLOW_NEXT;
    wrap_cast_error(f);
    return HOP_FLOW_ERROR;
}

enum hop_flow
eval_type(struct frame *f, struct hop_ast_type *n, struct hop_value *out)
{
    const struct hop_class *c = require_type(f, n->type_name);

    if (!c)
        return HOP_FLOW_ERROR;
    *out = hop_type(c);
    return HOP_FLOW_NEXT;
}
