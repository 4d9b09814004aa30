/* Assignment.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/engine.h"

/* ---- typed variables
 * ------------------------------------------------------------ */

/* Collects [type] and [Attribute()] around a variable; gives the variable. */
static struct hop_ast *
strip_attributes(struct hop_ast *n)
{
    for (;;) {
        if (n->kind == HOP_AST_CONVERT)
            n = HOP_AST_AS(hop_ast_convert, n)->child;
        else if (n->kind == HOP_AST_ATTRIBUTED)
            n = HOP_AST_AS(hop_ast_attributed, n)->child;
        else
            return n;
    }
}

/* A block that runs in a scope made for it, not in its caller's. */
static bool
has_own_scope(const struct frame *f)
{
    return f->scope->parent && !(f->up && f->up->scope == f->scope);
}

static enum hop_flow
assign_typed(struct frame *f, struct hop_ast *target, struct hop_value x)
{
    struct hop_ast *inner = strip_attributes(target);
    struct attributes *attributes;
    enum hop_flow flow;

    if (inner->kind != HOP_AST_VARIABLE ||
        HOP_AST_AS(hop_ast_variable, inner)->scope == HOP_SCOPE_DRIVE) {
        if (target->kind == HOP_AST_CONVERT) {
            const struct hop_class *c = require_type(
                f, HOP_AST_AS(hop_ast_convert, target)->type->type_name);
            struct hop_value converted = hop_null();
            bool ok = c && hop_convert(&f->rs->cx, x, c, &converted);
            hop_release(x);
            if (!ok)
                return HOP_FLOW_ERROR;
            x = converted;
        }
        return assign_to(f, inner, x);
    }
    struct hop_ast_variable *n = HOP_AST_AS(hop_ast_variable, inner);
    attributes = attributes_from_target(f, target);
    if (!attributes) {
        hop_release(x);
        return HOP_FLOW_ERROR;
    }
    struct hop_variable *own = NULL;
    struct hop_symbol *symbol =
        hop_symbol_get(f->rs, n->name.text, n->name.len);
    struct hop_scope *scope = n->scope == HOP_SCOPE_GLOBAL ? f->rs->global->top
                              : n->scope == HOP_SCOPE_SCRIPT ? f->scope->script
                                                             : f->scope;
    own = scope_own(scope, symbol);
    if (own && (own->options & (HOP_ITEM_CONSTANT | HOP_ITEM_READONLY))) {
        attributes_unref(attributes);
        return set_variable(f, n, x);
    }
    char *name HOP_AUTO_FREE = hop_xstrndup(n->name.text, n->name.len);
    attributes->local = !attributes->n && scope == f->scope && has_own_scope(f);
    if (!attributes_apply(f->rs, attributes, name, true, &x)) {
        hop_release(x);
        attributes_unref(attributes);
        return HOP_FLOW_ERROR;
    }
    if (own) {
        attributes_unref(own->attributes);
        own->attributes = NULL;
    }
    flow = set_variable(f, n, x);
    if (flow == HOP_FLOW_NEXT) {
        own = scope_own(scope, symbol);
        if (own) {
            attributes_unref(own->attributes);
            own->attributes = attributes_ref(attributes);
        }
    }
    attributes_unref(attributes);
    return flow;
}

/* ---- members, indices, lists
 * ----------------------------------------------------------- */

static enum hop_flow
text_of(struct frame *f, struct hop_ast *n, struct hop_string **out)
{
    struct hop_value v HOP_AUTO_VALUE = hop_null();
    enum hop_flow flow = eval(f, n, &v);

    if (flow != HOP_FLOW_NEXT)
        return flow;
    return hop_to_string(&f->rs->cx, v, out) ? HOP_FLOW_NEXT : HOP_FLOW_ERROR;
}

static bool
set_member(struct frame *f, struct hop_ast_member *n, struct hop_value target,
           struct hop_string *name, struct hop_value x)
{
    struct hop_value base = hop_value_base(target);

    if (!language_may_set(f->rs, target, name, n->is_static))
        return false;
    if (n->is_static && base.kind == HOP_TYPE)
        return hop_static_set(&f->rs->cx, base.u.cls, name, x);
    return hop_member_set(&f->rs->cx, target, name, x);
}

static enum hop_flow
assign_member(struct frame *f, struct hop_ast_member *n, struct hop_value x)
{
    struct hop_value v HOP_AUTO_VALUE = x;
    struct hop_value target HOP_AUTO_VALUE = hop_null();
    struct hop_string *name HOP_AUTO_STRING = NULL;
    enum hop_flow flow = eval(f, n->target, &target);

    if (flow == HOP_FLOW_NEXT)
        flow = text_of(f, n->member, &name);
    if (flow != HOP_FLOW_NEXT)
        return flow;
    return set_member(f, n, target, name, v) ? HOP_FLOW_NEXT : HOP_FLOW_ERROR;
}

static bool
set_index(struct frame *f, struct hop_ast_index *n, struct hop_value target,
          struct hop_value index, struct hop_value x)
{
    struct hop_array *many = hop_as_array(target);
    struct hop_array *indices = hop_as_array(index);

    if (many && many->dims && indices)
        return hop_index_set(&f->rs->cx, target, indices->items, indices->n, x);
    (void)n;
    return hop_index_set(&f->rs->cx, target, &index, 1, x);
}

static enum hop_flow
assign_index(struct frame *f, struct hop_ast_index *n, struct hop_value x)
{
    struct hop_value v HOP_AUTO_VALUE = x;
    struct hop_value target HOP_AUTO_VALUE = hop_null();
    struct hop_value index HOP_AUTO_VALUE = hop_null();
    enum hop_flow flow = eval(f, n->target, &target);

    if (flow == HOP_FLOW_NEXT)
        flow = eval(f, n->index, &index);
    if (flow != HOP_FLOW_NEXT)
        return flow;
    return set_index(f, n, target, index, v) ? HOP_FLOW_NEXT : HOP_FLOW_ERROR;
}

/* $a, $b = 1, 2, 3: the last target takes what is left. */
static enum hop_flow
assign_many(struct frame *f, struct hop_ast_array_literal *n,
            struct hop_value x)
{
    struct hop_value v HOP_AUTO_VALUE = x;
    struct hop_value all HOP_AUTO_VALUE = hop_null();
    struct hop_array *a;
    uint32_t count = n->elements.n;

    if (!hop_to_array(&f->rs->cx, v, &all))
        return HOP_FLOW_ERROR;
    a = hop_as_array(all);
    for (uint32_t i = 0; i < count; i++) {
        struct hop_value part = hop_null();
        if (i + 1 < count || a->n <= count) {
            if (i < a->n)
                part = hop_retain(a->items[i]);
        } else {
            part = hop_obj(hop_array_from(&f->rs->cx, a->items + i, a->n - i));
        }
        enum hop_flow flow = assign_to(f, n->elements.items[i], part);
        if (flow != HOP_FLOW_NEXT)
            return flow;
    }
    return HOP_FLOW_NEXT;
}

enum hop_flow
assign_to(struct frame *f, struct hop_ast *target, struct hop_value x)
{
    switch ((enum hop_ast_kind)target->kind) {
    case HOP_AST_VARIABLE:
        return set_variable(f, HOP_AST_AS(hop_ast_variable, target), x);
    case HOP_AST_CONVERT:
    case HOP_AST_ATTRIBUTED: return assign_typed(f, target, x);
    case HOP_AST_MEMBER:
        return assign_member(f, HOP_AST_AS(hop_ast_member, target), x);
    case HOP_AST_INDEX:
        return assign_index(f, HOP_AST_AS(hop_ast_index, target), x);
    case HOP_AST_ARRAY_LITERAL:
        return assign_many(f, HOP_AST_AS(hop_ast_array_literal, target), x);
    case HOP_AST_PAREN: {
        struct hop_ast *e = hop_ast_pure_expression(
            HOP_AST_AS(hop_ast_paren, target)->pipeline);
        if (e)
            return assign_to(f, e, x);
        break;
    }
    default: break;
    }
    hop_release(x);
    throw_pending(f->rs, "RuntimeException", "InvalidLeftHandSide",
                  HOP_CAT_INVALID_OPERATION, hop_null(),
                  "The assignment expression is not valid. The input to an "
                  "assignment operator must be an object that is able to "
                  "accept assignments, such as a variable or a property.");
    return HOP_FLOW_ERROR;
}

/* ---- += and kin
 * -------------------------------------------------------------------------------
 */

/* A place that is read, changed and written, its parts evaluated once. */
struct place {
    struct hop_ast *node;
    struct hop_value target, index;
    struct hop_string *name;
};

static void
place_done(struct place *p)
{
    hop_value_clear(&p->target);
    hop_value_clear(&p->index);
    hop_string_clear(&p->name);
}

static enum hop_flow
place_read(struct frame *f, struct place *p, struct hop_value *old)
{
    enum hop_flow flow;

    if (p->node->kind == HOP_AST_MEMBER) {
        struct hop_ast_member *n = HOP_AST_AS(hop_ast_member, p->node);
        flow = eval(f, n->target, &p->target);
        if (flow == HOP_FLOW_NEXT)
            flow = text_of(f, n->member, &p->name);
        if (flow != HOP_FLOW_NEXT)
            return flow;
        enum hop_found got =
            n->is_static && p->target.kind == HOP_TYPE
                ? hop_static_get(&f->rs->cx, p->target.u.cls, p->name, old)
                : hop_member_get(&f->rs->cx, p->target, p->name, old);
        return got == HOP_FAILED ? HOP_FLOW_ERROR : HOP_FLOW_NEXT;
    }
    if (p->node->kind == HOP_AST_INDEX) {
        struct hop_ast_index *n = HOP_AST_AS(hop_ast_index, p->node);
        flow = eval(f, n->target, &p->target);
        if (flow == HOP_FLOW_NEXT)
            flow = eval(f, n->index, &p->index);
        if (flow != HOP_FLOW_NEXT)
            return flow;
        return hop_index_get(&f->rs->cx, p->target, &p->index, 1, old)
                   ? HOP_FLOW_NEXT
                   : HOP_FLOW_ERROR;
    }
    return eval(f, strip_attributes(p->node), old);
}

static enum hop_flow
place_write(struct frame *f, struct place *p, struct hop_value x)
{
    struct hop_value v HOP_AUTO_VALUE = hop_null();
    bool ok;

    if (p->node->kind != HOP_AST_MEMBER && p->node->kind != HOP_AST_INDEX)
        return assign_to(f, p->node, x);
    v = x;
    if (p->node->kind == HOP_AST_MEMBER)
        ok = set_member(f, HOP_AST_AS(hop_ast_member, p->node), p->target,
                        p->name, v);
    else
        ok = set_index(f, HOP_AST_AS(hop_ast_index, p->node), p->target,
                       p->index, v);
    return ok ? HOP_FLOW_NEXT : HOP_FLOW_ERROR;
}

/* $s += text on an ordinary variable that alone holds its string or array grows
 * it in place. */
static bool
append_in_place(struct frame *f, struct hop_variable *v, struct hop_value x)
{
    if (v->options || v->attributes || v->get || f->rs->breakpoints ||
        scope_own(f->scope, v->symbol) != v)
        return false;
    if (v->value.kind == HOP_INT32 && x.kind == HOP_INT32) {
        int64_t sum = v->value.u.i + x.u.i;
        if (sum != (int32_t)sum)
            return false;
        v->value.u.i = sum;
        return true;
    }
    if (v->value.kind == HOP_DOUBLE &&
        (x.kind == HOP_INT32 || x.kind == HOP_DOUBLE)) {
        v->value.u.d += x.kind == HOP_DOUBLE ? x.u.d : (double)x.u.i;
        return true;
    }
    if (v->value.kind == HOP_STRING && x.kind == HOP_STRING &&
        v->value.u.s->refs == 1 &&
        v->value.u.s->len + x.u.s->len < f->rs->cx.max_bytes) {
        hop_string_append(&v->value.u.s, x.u.s->data, x.u.s->len);
        return true;
    }
    if (hop_is_exactly(v->value, &hop_class_object_array) &&
        v->value.u.o->refs == 1 && !v->value.u.o->ext &&
        !hop_is_enumerable(x) && !hop_is_exactly(x, &hop_class_psobject)) {
        struct hop_array *a = (struct hop_array *)(void *)v->value.u.o;
        if (a->dims || a->flags)
            return false;
        hop_array_push(a, x.kind == HOP_VOID ? hop_null() : hop_retain(x));
        return true;
    }
    return false;
}

static enum hop_flow
assign_coalesce(struct frame *f, struct hop_ast_assignment *a,
                struct hop_value *result)
{
    struct hop_value old HOP_AUTO_VALUE = hop_null();
    struct hop_value x = hop_null();
    enum hop_flow flow = eval(f, strip_attributes(a->left), &old);

    if (flow != HOP_FLOW_NEXT)
        return flow;
    if (!hop_is_null(old)) {
        if (result)
            *result = hop_value_steal(&old);
        return HOP_FLOW_NEXT;
    }
    flow = eval_statement(f, a->right, &x);
    if (flow != HOP_FLOW_NEXT)
        return flow;
    if (result)
        *result = hop_retain(x);
    return assign_to(f, a->left, x);
}

static enum hop_flow
assign_compound(struct frame *f, struct hop_ast_assignment *a,
                struct hop_value *result)
{
    struct place p = {.node = a->left};
    struct hop_value old HOP_AUTO_VALUE = hop_null();
    struct hop_value x HOP_AUTO_VALUE = hop_null();
    struct hop_value sum = hop_null();
    enum hop_flow flow;

    if (a->op == HOP_SYNTAX_ADD && a->left->kind == HOP_AST_VARIABLE &&
        HOP_AST_AS(hop_ast_variable, a->left)->ast.slot) {
        flow = eval_statement(f, a->right, &x);
        if (flow != HOP_FLOW_NEXT)
            return flow;
        struct hop_variable *v =
            lookup_variable(f, HOP_AST_AS(hop_ast_variable, a->left));
        if (v && append_in_place(f, v, x)) {
            if (result)
                *result = hop_retain(v->value);
            return HOP_FLOW_NEXT;
        }
        flow = eval(f, a->left, &old);
    } else {
        flow = place_read(f, &p, &old);
        if (flow == HOP_FLOW_NEXT)
            flow = eval_statement(f, a->right, &x);
    }
    if (flow == HOP_FLOW_NEXT && !binary_operator(f, a->op, old, x, &sum))
        flow = HOP_FLOW_ERROR;
    if (flow == HOP_FLOW_NEXT) {
        struct hop_value kept = hop_retain(sum);
        flow = place_write(f, &p, sum);
        if (flow == HOP_FLOW_NEXT && result)
            *result = kept;
        else
            hop_release(kept);
    }
    place_done(&p);
    return flow;
}

/* The value left behind by ($x = ...): read again, so that conversions show. */
static enum hop_flow
assigned_value(struct frame *f, struct hop_ast *left, struct hop_value x,
               struct hop_value *result)
{
    struct hop_ast *inner = strip_attributes(left);

    if (inner != left && inner->kind == HOP_AST_VARIABLE) {
        hop_release(x);
        return eval(f, inner, result);
    }
    *result = x;
    return HOP_FLOW_NEXT;
}

enum hop_flow
assign(struct frame *f, struct hop_ast_assignment *a, struct hop_value *result)
{
    struct hop_value x = hop_null();
    enum hop_flow flow;

    if (a->op == HOP_OP_COALESCE)
        return assign_coalesce(f, a, result);
    if (a->op != HOP_SYNTAX_NONE)
        return assign_compound(f, a, result);
    flow = eval_statement(f, a->right, &x);
    if (flow != HOP_FLOW_NEXT)
        return flow;
    if (!result)
        return assign_to(f, a->left, x);
    flow = assign_to(f, a->left, hop_retain(x));
    if (flow != HOP_FLOW_NEXT) {
        hop_release(x);
        return flow;
    }
    return assigned_value(f, a->left, x, result);
}
