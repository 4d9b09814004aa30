/* Members, calls of methods, and indices.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/eval.h"

#include "engine/engine.h"

#define MAX_ARGUMENTS 16

struct call_arguments {
    struct hop_value store[MAX_ARGUMENTS];
    const struct hop_class *cast_store[MAX_ARGUMENTS];
    struct hop_value *v;
    const struct hop_class **casts;
    size_t n;
    bool any_cast;
};

static void
call_arguments_done(struct call_arguments *a)
{
    for (size_t i = 0; i < a->n; i++)
        hop_release(a->v[i]);
    if (a->v != a->store) {
        free(a->v);
        free(a->casts);
    }
}

static enum hop_flow
eval_arguments(struct frame *f, const struct hop_ast_list *list,
               struct call_arguments *a)
{
    a->n = 0;
    a->any_cast = false;
    a->v = a->store;
    a->casts = a->cast_store;
    if (list->n > MAX_ARGUMENTS) {
        a->v = hop_xcalloc(list->n, sizeof(*a->v));
        a->casts = hop_xcalloc(list->n, sizeof(*a->casts));
    }
    for (uint32_t i = 0; i < list->n; i++) {
        struct hop_ast *arg = list->items[i];
        struct hop_value v = hop_null();
        enum hop_flow flow = eval(f, arg, &v);
        if (flow != HOP_FLOW_NEXT)
            return flow;
        a->casts[i] = NULL;
        if (arg->kind == HOP_AST_CONVERT) {
            struct hop_type_name *t =
                HOP_AST_AS(hop_ast_convert, arg)->type->type_name;
            if (!eval_is_name(t, "ref")) {
                a->casts[i] = resolve_type(f->rs, t);
                a->any_cast = a->any_cast || a->casts[i];
            }
        }
        if (v.kind == HOP_VOID)
            v = hop_null();
        a->v[i] = v;
        a->n = i + 1;
    }
    return HOP_FLOW_NEXT;
}

enum hop_flow
eval_member_name(struct frame *f, struct hop_ast *member, struct hop_value *out)
{
    struct hop_value v HOP_AUTO_VALUE = hop_null();
    struct hop_string *s;
    enum hop_flow flow;

    if (member->kind == HOP_AST_STRING_CONSTANT) {
        *out = eval_literal_string(f, member,
                                   &HOP_AST_AS(hop_ast_string, member)->value);
        return HOP_FLOW_NEXT;
    }
    flow = eval(f, member, &v);
    if (flow != HOP_FLOW_NEXT)
        return flow;
    if (hop_is_exactly(v, NULL))
        return HOP_FLOW_NEXT;
    if (!hop_to_string(&f->rs->cx, v, &s))
        return HOP_FLOW_ERROR;
    *out = hop_str(s);
    return HOP_FLOW_NEXT;
}

static bool
strict_property(struct frame *f, struct hop_value target,
                const struct hop_string *name)
{
    if (scope_strict(f->scope) < 2)
        return true;
    if (hop_is_null(target))
        return throw_pending(f->rs, "PropertyNotFoundException",
                             "PropertyNotFoundStrict", HOP_CAT_NOT_SPECIFIED,
                             hop_null(),
                             "The property '%s' cannot be found on this "
                             "object. Verify that the property exists.",
                             name->data);
    if (hop_as_dict(target) && scope_strict(f->scope) < 2)
        return true;
    return throw_pending(f->rs, "PropertyNotFoundException",
                         "PropertyNotFoundStrict", HOP_CAT_NOT_SPECIFIED,
                         hop_null(),
                         "The property '%s' cannot be found on this object. "
                         "Verify that the property exists.",
                         name->data);
}

static enum hop_flow
get_static(struct frame *f, struct hop_value target, struct hop_string *name,
           struct hop_value *out)
{
    const struct hop_class *c = static_class(f, target);

    if (!c)
        return HOP_FLOW_NEXT;
    switch (hop_static_get(&f->rs->cx, c, name, out)) {
    case HOP_FAILED: return HOP_FLOW_ERROR;
    case HOP_FOUND: return HOP_FLOW_NEXT;
    default: break;
    }
    return strict_property(f, target, name) ? HOP_FLOW_NEXT : HOP_FLOW_ERROR;
}

/* *none: the target is null, and ?. asks for nothing then. */
static enum hop_flow
target_and_name(struct frame *f, struct hop_ast_member *n,
                struct hop_value *target, struct hop_value *name, bool *none)
{
    enum hop_flow flow = n->is_static ? eval_type_operand(f, n->target, target)
                                      : eval(f, n->target, target);

    *none = n->null_conditional && hop_is_null(*target);
    if (flow != HOP_FLOW_NEXT || *none)
        return flow;
    return eval_member_name(f, n->member, name);
}

enum hop_flow
eval_member(struct frame *f, struct hop_ast_member *n, struct hop_value *out)
{
    struct hop_value target HOP_AUTO_VALUE = hop_null();
    struct hop_value name HOP_AUTO_VALUE = hop_null();
    bool none;
    enum hop_flow flow = target_and_name(f, n, &target, &name, &none);

    if (flow != HOP_FLOW_NEXT || none)
        return flow;
    if (n->is_static)
        return get_static(f, target, name.u.s, out);
    switch (hop_member_get_each(&f->rs->cx, target, name.u.s, out)) {
    case HOP_FAILED: return HOP_FLOW_ERROR;
    case HOP_FOUND: return HOP_FLOW_NEXT;
    default: break;
    }
    return strict_property(f, target, name.u.s) ? HOP_FLOW_NEXT
                                                : HOP_FLOW_ERROR;
}

static enum hop_flow
call_member(struct frame *f, struct hop_ast_member *n, struct hop_value target,
            struct hop_string *name, struct hop_value *out)
{
    struct call_arguments a;
    enum hop_flow flow = eval_arguments(f, &n->arguments, &a);
    struct hop_context *cx = &f->rs->cx;
    struct hop_value result = hop_null();
    const struct hop_class *const *casts = a.any_cast ? a.casts : NULL;

    if (flow == HOP_FLOW_NEXT) {
        bool ok;
        if (!deep_enough(f->rs)) {
            ok = false;
        } else if (n->is_static && static_class(f, target)) {
            const struct hop_class *c = static_class(f, target);
            if (hop_string_iis(name, "new") && target.kind == HOP_TYPE)
                ok = language_may_create(f->rs, c) &&
                     hop_construct(cx, c, a.v, a.n, &result);
            else
                ok = language_may_call(f->rs, hop_type(c), name, true) &&
                     hop_static_call(cx, c, name, a.v, a.n, casts, &result);
        } else if (!language_may_call(f->rs, target, name, false)) {
            ok = false;
        } else {
            ok = hop_member_call(cx, target, name, a.v, a.n, casts, &result);
        }
        if (ok)
            *out = result;
        else if (f->rs->raw.kind == HOP_OBJECT) {
            hop_drop_exception(cx);
            hop_throw_record(f->rs, hop_value_steal(&f->rs->raw));
        }
        flow = ok            ? HOP_FLOW_NEXT
               : f->rs->stop ? HOP_FLOW_STOP
                             : HOP_FLOW_ERROR;
        if (!ok && f->rs->exiting)
            flow = HOP_FLOW_EXIT;
    }
    call_arguments_done(&a);
    return flow;
}

enum hop_flow
eval_invoke(struct frame *f, struct hop_ast_member *n, struct hop_value *out)
{
    struct hop_value target HOP_AUTO_VALUE = hop_null();
    struct hop_value name HOP_AUTO_VALUE = hop_null();
    bool none;
    enum hop_flow flow = target_and_name(f, n, &target, &name, &none);

    if (flow != HOP_FLOW_NEXT || none)
        return flow;
    return call_member(f, n, target, name.u.s, out);
}

enum hop_flow
eval_index(struct frame *f, struct hop_ast_index *n, struct hop_value *out)
{
    struct hop_value target HOP_AUTO_VALUE = hop_null();
    struct hop_value index HOP_AUTO_VALUE = hop_null();
    enum hop_flow flow = eval(f, n->target, &target);

    if (flow != HOP_FLOW_NEXT)
        return flow;
    if (n->null_conditional && hop_is_null(target))
        return HOP_FLOW_NEXT;
    flow = eval(f, n->index, &index);
    if (flow != HOP_FLOW_NEXT)
        return flow;
    if (index.kind == HOP_INT32 && target.kind == HOP_OBJECT &&
        (target.u.o->cls->flags & HOP_CLASS_ARRAY) &&
        target.u.o->cls->rank == 1) {
        struct hop_array *a = (struct hop_array *)(void *)target.u.o;
        int64_t i = index.u.i < 0 ? index.u.i + (int64_t)a->n : index.u.i;
        if (i >= 0 && i < (int64_t)a->n) {
            *out = hop_retain(a->items[i]);
            return HOP_FLOW_NEXT;
        }
    }
    struct hop_array *many = hop_as_array(target);
    struct hop_array *indices = hop_as_array(index);
    if (many && many->dims && indices &&
        n->index->kind == HOP_AST_ARRAY_LITERAL)
        return hop_index_get(&f->rs->cx, target, indices->items, indices->n,
                             out)
                   ? HOP_FLOW_NEXT
                   : HOP_FLOW_ERROR;
    return hop_index_get(&f->rs->cx, target, &index, 1, out) ? HOP_FLOW_NEXT
                                                             : HOP_FLOW_ERROR;
}
