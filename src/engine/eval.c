/* Expressions.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/engine.h"
#include "base/base64.h"
#include "value/number.h"

#include <math.h>

/* ---- depth
 * ------------------------------------------------------------------- */

/* Look-ups walk the scopes of all callers: calls are bounded by number, too. */
enum { MAX_CALLS = 10000 };

bool
deep_enough(struct hop_runspace *rs)
{
    char here;

    if (__builtin_expect(&here > rs->stack_limit && rs->calls < MAX_CALLS, 1))
        return true;
    return hop_throw_full(&rs->cx, &hop_exception_script_call_depth,
                          "CallDepthOverflow", HOP_CAT_INVALID_OPERATION,
                          hop_null(), hop_null(),
                          "The script failed due to call depth overflow.");
}

/* ---- types
 * --------------------------------------------------------------------- */

const struct hop_class *
resolve_type(struct hop_runspace *rs, struct hop_type_name *t)
{
    const struct hop_class *c;

    if (t->cache)
        return t->cache;
    c = hop_types_find(&rs->cx, t->name.text, t->name.len);
    t->cache = (void *)(uintptr_t)c;
    return c;
}

const struct hop_class *
require_type(struct frame *f, struct hop_type_name *t)
{
    const struct hop_class *c = resolve_type(f->rs, t);

    if (!c) {
        struct hop_value target HOP_AUTO_VALUE =
            hop_textn(t->name.text, t->name.len);
        throw_pending(f->rs, "RuntimeException", "TypeNotFound",
                      HOP_CAT_INVALID_OPERATION, target,
                      "Unable to find type [%s].", t->name.text);
    }
    return c;
}

/* ---- literals
 * ---------------------------------------------------------------------- */

static struct hop_value
number_value(struct hop_runspace *rs, const struct hop_number *n)
{
    static const uint8_t kinds[] = {
        [HOP_NUMBER_SBYTE] = HOP_SBYTE,   [HOP_NUMBER_INT16] = HOP_INT16,
        [HOP_NUMBER_INT32] = HOP_INT32,   [HOP_NUMBER_INT64] = HOP_INT64,
        [HOP_NUMBER_BYTE] = HOP_BYTE,     [HOP_NUMBER_UINT16] = HOP_UINT16,
        [HOP_NUMBER_UINT32] = HOP_UINT32, [HOP_NUMBER_UINT64] = HOP_UINT64};
    struct hop_value out = hop_null();

    switch (n->type) {
    case HOP_NUMBER_DOUBLE: return hop_double(n->d);
    case HOP_NUMBER_DECIMAL:
    case HOP_NUMBER_BIGINT: {
        struct hop_value text HOP_AUTO_VALUE = hop_text(n->text);
        /* A literal keeps its zeros: 1.10d. */
        if (n->type == HOP_NUMBER_DECIMAL &&
            hop_decimal_parse(n->text, strlen(n->text), true, &out))
            return out;
        if (!hop_convert(&rs->cx, text,
                         n->type == HOP_NUMBER_DECIMAL ? &hop_class_decimal
                                                       : &hop_class_big_integer,
                         &out))
            hop_drop_exception(&rs->cx);
        return out;
    }
    case HOP_NUMBER_UINT64: return hop_ulong(n->u);
    default: break;
    }
    out.kind = kinds[n->type];
    out.u.i = n->type >= HOP_NUMBER_BYTE ? (int64_t)n->u : n->i;
    return out;
}

struct hop_value
constant_value(struct hop_runspace *rs, const struct hop_ast_constant *n)
{
    return n->is_true ? hop_bool(true) : number_value(rs, &n->number);
}

/* Strings of the tree are made once and kept in the node's cache. */
struct cached_string {
    struct hop_string *s;
};

static void
free_cached_string(void *arg)
{
    hop_string_release(arg);
}

static struct hop_value
literal_string(struct frame *f, struct hop_ast *n, const struct hop_name *text)
{
    if (!n->cache) {
        n->cache = hop_string_new(text->text, text->len);
        hop_unit_on_free(f->unit, free_cached_string, n->cache);
    }
    return hop_str(hop_string_retain(n->cache));
}

static enum hop_flow
eval_constant(struct frame *f, struct hop_ast_constant *n,
              struct hop_value *out)
{
    *out = n->is_true ? hop_bool(true) : number_value(f->rs, &n->number);
    return HOP_FLOW_NEXT;
}

/* Strict mode 1 lets variables that do not exist be empty inside strings. */
static enum hop_flow
part_value(struct frame *f, struct hop_ast *n, struct hop_value *out)
{
    if (n->kind == HOP_AST_VARIABLE && scope_strict(f->scope) == 1) {
        struct hop_ast_variable *v = HOP_AST_AS(hop_ast_variable, n);
        if (v->scope != HOP_SCOPE_DRIVE && n->slot && !lookup_variable(f, v))
            return HOP_FLOW_NEXT;
    }
    return eval(f, n, out);
}

static enum hop_flow
eval_expandable(struct frame *f, struct hop_ast_expandable *n,
                struct hop_value *out)
{
    struct hop_buf b HOP_AUTO_BUF = HOP_BUF_INIT;

    for (uint32_t i = 0; i < n->n_parts; i++) {
        const struct hop_string_part *p = &n->parts[i];
        if (!p->expression) {
            hop_buf_add(&b, p->text.text, p->text.len);
            continue;
        }
        struct hop_value v HOP_AUTO_VALUE = hop_null();
        enum hop_flow flow = part_value(f, p->expression, &v);
        if (flow != HOP_FLOW_NEXT)
            return flow;
        if (v.kind == HOP_STRING)
            hop_buf_add(&b, v.u.s->data, v.u.s->len);
        else if (!hop_add_string(&f->rs->cx, v, &b))
            return HOP_FLOW_ERROR;
    }
    if (!hop_buf_ok(&b)) {
        hop_throw(&f->rs->cx, &hop_exception_out_of_memory,
                  "Insufficient memory to continue the execution of the "
                  "program.");
        return HOP_FLOW_ERROR;
    }
    *out = hop_text_buf(&b);
    return HOP_FLOW_NEXT;
}

static enum hop_flow
eval_array_literal(struct frame *f, struct hop_ast_array_literal *n,
                   struct hop_value *out)
{
    struct hop_array *a = hop_array_new(&f->rs->cx, 0);
    struct hop_value holder HOP_AUTO_VALUE = hop_obj(a);

    hop_array_reserve(a, n->elements.n);
    for (uint32_t i = 0; i < n->elements.n; i++) {
        struct hop_value v = hop_null();
        enum hop_flow flow = eval(f, n->elements.items[i], &v);
        if (flow != HOP_FLOW_NEXT)
            return flow;
        if (v.kind == HOP_VOID)
            v = hop_null();
        hop_array_push(a, v);
    }
    *out = hop_value_steal(&holder);
    return HOP_FLOW_NEXT;
}

/* @( ): always an array; a pure array expression inside is not copied. */
static enum hop_flow
eval_array_expression(struct frame *f, struct hop_ast_array_expression *n,
                      struct hop_value *out)
{
    struct hop_list_sink l;
    enum hop_flow flow;

    hop_list_sink_init(&l, &f->rs->cx);
    if (n->body->statements.n == 1 && !n->body->traps.n) {
        struct hop_ast *pure =
            hop_ast_pure_expression(n->body->statements.items[0]);
        if (pure && pure->kind == HOP_AST_ARRAY_LITERAL) {
            f->pos = n->body->statements.items[0];
            return eval(f, pure, out);
        }
    }
    flow = exec_block(f, n->body, &l.sink);
    if (flow == HOP_FLOW_NEXT)
        *out = hop_list_sink_array(&l);
    hop_list_sink_done(&l);
    return flow;
}

static enum hop_flow
eval_sub(struct frame *f, struct hop_ast_sub *n, struct hop_value *out)
{
    struct hop_list_sink l;
    enum hop_flow flow;

    hop_list_sink_init(&l, &f->rs->cx);
    flow = exec_block(f, n->body, &l.sink);
    if (flow == HOP_FLOW_NEXT)
        *out = hop_list_sink_value(&l);
    hop_list_sink_done(&l);
    return flow;
}

static enum hop_flow
duplicate_key(struct frame *f, struct hop_value key)
{
    struct hop_string *text HOP_AUTO_STRING = NULL;

    if (hop_to_string(&f->rs->cx, key, &text))
        throw_pending(f->rs, "RuntimeException", "DuplicateKeyInHashLiteral",
                      HOP_CAT_INVALID_OPERATION, hop_null(),
                      "Duplicate keys '%s' are not allowed in hash literals.",
                      text->data);
    return HOP_FLOW_ERROR;
}

static enum hop_flow
fill_hashtable(struct frame *f, struct hop_ast_hashtable *n, struct hop_dict *d)
{
    for (uint32_t i = 0; i < n->n_pairs; i++) {
        struct hop_value key HOP_AUTO_VALUE = hop_null();
        struct hop_value v = hop_null();
        struct hop_ast *k = n->pairs[i].key;
        enum hop_flow flow = HOP_FLOW_NEXT;
        if (k->kind == HOP_AST_STRING_CONSTANT)
            key = literal_string(f, k, &HOP_AST_AS(hop_ast_string, k)->value);
        else
            flow = eval(f, k, &key);
        if (flow != HOP_FLOW_NEXT)
            return flow;
        if (hop_is_null(key)) {
            throw_pending(f->rs, "RuntimeException", "InvalidNullKey",
                          HOP_CAT_INVALID_ARGUMENT, hop_null(),
                          "A null key is not allowed in a hash literal.");
            return HOP_FLOW_ERROR;
        }
        if (hop_dict_get(d, key))
            return duplicate_key(f, key);
        flow = eval_statement(f, n->pairs[i].value, &v);
        if (flow != HOP_FLOW_NEXT)
            return flow;
        if (v.kind == HOP_VOID)
            v = hop_null();
        hop_dict_set(d, key, v);
    }
    return HOP_FLOW_NEXT;
}

static enum hop_flow
eval_hashtable(struct frame *f, struct hop_ast_hashtable *n, bool ordered,
               struct hop_value *out)
{
    struct hop_dict *d =
        ordered ? hop_ordered_new(&f->rs->cx) : hop_hashtable_new(&f->rs->cx);
    struct hop_value holder HOP_AUTO_VALUE = hop_obj(d);
    enum hop_flow flow = fill_hashtable(f, n, d);

    if (flow == HOP_FLOW_NEXT)
        *out = hop_value_steal(&holder);
    return flow;
}

static enum hop_flow
eval_block_literal(struct frame *f, struct hop_ast_script_block_expression *n,
                   struct hop_value *out)
{
    *out = hop_obj(block_new(f->rs, f->unit, n->body, f->session));
    return HOP_FLOW_NEXT;
}

/* ---- conversions
 * ---------------------------------------------------------------------- */

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

static bool
is_name(const struct hop_type_name *t, const char *name)
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

static enum hop_flow
eval_convert(struct frame *f, struct hop_ast_convert *n, struct hop_value *out)
{
    struct hop_type_name *t = n->type->type_name;
    struct hop_value v HOP_AUTO_VALUE = hop_null();
    const struct hop_class *cls;
    enum hop_flow flow;

    if (n->child->kind == HOP_AST_HASHTABLE) {
        struct hop_ast_hashtable *h = HOP_AST_AS(hop_ast_hashtable, n->child);
        if (is_name(t, "ordered"))
            return eval_hashtable(f, h, true, out);
        if (is_name(t, "pscustomobject"))
            return custom_object(f, h, out);
    }
    if (is_name(t, "ref"))
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
    if (is_name(t, "pscustomobject") && hop_as_dict(hop_value_base(v)))
        return custom_of(f, hop_as_dict(hop_value_base(v)), out);
    if (hop_convert(&f->rs->cx, v, cls, out))
        return HOP_FLOW_NEXT;
    wrap_cast_error(f);
    return HOP_FLOW_ERROR;
}

static enum hop_flow
eval_type(struct frame *f, struct hop_ast_type *n, struct hop_value *out)
{
    const struct hop_class *c = require_type(f, n->type_name);

    if (!c)
        return HOP_FLOW_ERROR;
    *out = hop_type(c);
    return HOP_FLOW_NEXT;
}

/* ---- members and indices
 * ----------------------------------------------------------------- */

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
            if (!is_name(t, "ref")) {
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

/* The member's name; owned. */
static enum hop_flow
member_name(struct frame *f, struct hop_ast *member, struct hop_value *out)
{
    struct hop_value v HOP_AUTO_VALUE = hop_null();
    struct hop_string *s;
    enum hop_flow flow;

    if (member->kind == HOP_AST_STRING_CONSTANT) {
        *out = literal_string(f, member,
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

static enum hop_flow
eval_member(struct frame *f, struct hop_ast_member *n, struct hop_value *out)
{
    struct hop_value target HOP_AUTO_VALUE = hop_null();
    struct hop_value name HOP_AUTO_VALUE = hop_null();
    enum hop_flow flow = n->is_static ? eval_type_operand(f, n->target, &target)
                                      : eval(f, n->target, &target);

    if (flow != HOP_FLOW_NEXT)
        return flow;
    if (n->null_conditional && hop_is_null(target))
        return HOP_FLOW_NEXT;
    flow = member_name(f, n->member, &name);
    if (flow != HOP_FLOW_NEXT)
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

static enum hop_flow
eval_invoke(struct frame *f, struct hop_ast_member *n, struct hop_value *out)
{
    struct hop_value target HOP_AUTO_VALUE = hop_null();
    struct hop_value name HOP_AUTO_VALUE = hop_null();
    enum hop_flow flow = n->is_static ? eval_type_operand(f, n->target, &target)
                                      : eval(f, n->target, &target);

    if (flow != HOP_FLOW_NEXT)
        return flow;
    if (n->null_conditional && hop_is_null(target))
        return HOP_FLOW_NEXT;
    flow = member_name(f, n->member, &name);
    if (flow != HOP_FLOW_NEXT)
        return flow;
    return call_member(f, n, target, name.u.s, out);
}

static enum hop_flow
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

/* ---- the rest
 * ------------------------------------------------------------------------------
 */

static enum hop_flow
eval_ternary(struct frame *f, struct hop_ast_ternary *n, struct hop_value *out)
{
    struct hop_value v HOP_AUTO_VALUE = hop_null();
    enum hop_flow flow = eval(f, n->condition, &v);

    if (flow != HOP_FLOW_NEXT)
        return flow;
    return eval(f, hop_is_true(&f->rs->cx, v) ? n->if_true : n->if_false, out);
}

static enum hop_flow
eval_paren(struct frame *f, struct hop_ast_paren *n, struct hop_value *out)
{
    return eval_statement(f, n->pipeline, out);
}

/* $using:a, $using:a.b, $using:a[1]: of the values that came along. */
static enum hop_flow
using_value(struct frame *f, struct hop_ast *n, struct hop_value *out)
{
    struct hop_value target HOP_AUTO_VALUE = hop_null();
    struct hop_value part HOP_AUTO_VALUE = hop_null();
    enum hop_flow flow;

    if (n->kind == HOP_AST_VARIABLE) {
        struct hop_ast_variable *v = HOP_AST_AS(hop_ast_variable, n);
        char *name HOP_AUTO_FREE = hop_xstrndup(v->path.text, v->path.len);
        struct hop_value *x =
            hop_dict_get_text(hop_as_dict(f->rs->usings), name);
        *out = x ? hop_retain(*x) : hop_null();
        return HOP_FLOW_NEXT;
    }
    if (n->kind == HOP_AST_MEMBER) {
        struct hop_ast_member *m = HOP_AST_AS(hop_ast_member, n);
        flow = using_value(f, m->target, &target);
        if (flow == HOP_FLOW_NEXT)
            flow = member_name(f, m->member, &part);
        if (flow != HOP_FLOW_NEXT)
            return flow;
        return hop_member_get_each(&f->rs->cx, target, part.u.s, out) ==
                       HOP_FAILED
                   ? HOP_FLOW_ERROR
                   : HOP_FLOW_NEXT;
    }
    if (n->kind == HOP_AST_INDEX) {
        struct hop_ast_index *x = HOP_AST_AS(hop_ast_index, n);
        flow = using_value(f, x->target, &target);
        if (flow == HOP_FLOW_NEXT)
            flow = eval(f, x->index, &part);
        if (flow != HOP_FLOW_NEXT)
            return flow;
        return hop_index_get(&f->rs->cx, target, &part, 1, out)
                   ? HOP_FLOW_NEXT
                   : HOP_FLOW_ERROR;
    }
    return eval(f, n, out);
}

static enum hop_flow
eval_using(struct frame *f, struct hop_ast_wrap *n, struct hop_value *out)
{
    if (hop_as_dict(f->rs->usings))
        return using_value(f, n->child, out);
    throw_pending(f->rs, "RuntimeException", "UsingWithoutInvokeCommand",
                  HOP_CAT_INVALID_OPERATION, hop_null(),
                  "A Using variable cannot be retrieved. A Using variable can "
                  "be used only with Invoke-Command, Start-Job, or "
                  "InlineScript in the script workflow. When it is used with "
                  "Invoke-Command, the Using variable is valid only if the "
                  "script block is invoked on a remote computer.");
    return HOP_FLOW_ERROR;
}

static enum hop_flow
eval_attributed(struct frame *f, struct hop_ast_attributed *n,
                struct hop_value *out)
{
    return eval(f, n->child, out);
}

/* What the caller's machine sent for an expression that begins with $using:, by
 * its text in base64 (UTF-16); variables alone in small letters. */
static bool
eval_sent(struct frame *f, const struct hop_ast *n, struct hop_value *out)
{
    struct hop_name text = hop_ast_text(f->unit, n);
    struct hop_dict *sent = hop_as_dict(f->rs->sent);

    if (!sent || text.len < 7 ||
        (!hop_ascii_ieqn(text.text, "$using:", 7) &&
         !hop_ascii_ieqn(text.text, "${using:", 8)))
        return false;
    for (int small = 0; small < 2; small++) {
        struct hop_buf key HOP_AUTO_BUF = HOP_BUF_INIT;
        const struct hop_value *v;

        using_key(text, small, &key);
        v = hop_dict_get_text(sent, hop_buf_str(&key));
        if (v) {
            *out = hop_retain(*v);
            return true;
        }
    }
    return false;
}

enum hop_flow
eval(struct frame *f, struct hop_ast *n, struct hop_value *out)
{
    if (__builtin_expect(f->rs->sent.kind == HOP_OBJECT, 0) &&
        (n->kind == HOP_AST_USING || n->kind == HOP_AST_MEMBER ||
         n->kind == HOP_AST_INDEX) &&
        eval_sent(f, n, out))
        return HOP_FLOW_NEXT;
    switch ((enum hop_ast_kind)n->kind) {
    case HOP_AST_VARIABLE:
        return eval_variable(f, HOP_AST_AS(hop_ast_variable, n), out);
    case HOP_AST_CONSTANT:
        return eval_constant(f, HOP_AST_AS(hop_ast_constant, n), out);
    case HOP_AST_STRING_CONSTANT:
        *out = literal_string(f, n, &HOP_AST_AS(hop_ast_string, n)->value);
        return HOP_FLOW_NEXT;
    case HOP_AST_EXPANDABLE_STRING:
        return eval_expandable(f, HOP_AST_AS(hop_ast_expandable, n), out);
    case HOP_AST_BINARY:
        return eval_binary(f, HOP_AST_AS(hop_ast_binary, n), out);
    case HOP_AST_UNARY: return eval_unary(f, HOP_AST_AS(hop_ast_unary, n), out);
    case HOP_AST_MEMBER:
        return eval_member(f, HOP_AST_AS(hop_ast_member, n), out);
    case HOP_AST_INVOKE_MEMBER:
        return eval_invoke(f, HOP_AST_AS(hop_ast_member, n), out);
    case HOP_AST_INDEX: return eval_index(f, HOP_AST_AS(hop_ast_index, n), out);
    case HOP_AST_ARRAY_LITERAL:
        return eval_array_literal(f, HOP_AST_AS(hop_ast_array_literal, n), out);
    case HOP_AST_ARRAY_EXPRESSION:
        return eval_array_expression(f, HOP_AST_AS(hop_ast_array_expression, n),
                                     out);
    case HOP_AST_PAREN: return eval_paren(f, HOP_AST_AS(hop_ast_paren, n), out);
    case HOP_AST_SUB_EXPRESSION:
        return eval_sub(f, HOP_AST_AS(hop_ast_sub, n), out);
    case HOP_AST_HASHTABLE:
        return eval_hashtable(f, HOP_AST_AS(hop_ast_hashtable, n), false, out);
    case HOP_AST_SCRIPT_BLOCK_EXPRESSION:
        return eval_block_literal(
            f, HOP_AST_AS(hop_ast_script_block_expression, n), out);
    case HOP_AST_TYPE: return eval_type(f, HOP_AST_AS(hop_ast_type, n), out);
    case HOP_AST_CONVERT:
        return eval_convert(f, HOP_AST_AS(hop_ast_convert, n), out);
    case HOP_AST_TERNARY:
        return eval_ternary(f, HOP_AST_AS(hop_ast_ternary, n), out);
    case HOP_AST_ATTRIBUTED:
        return eval_attributed(f, HOP_AST_AS(hop_ast_attributed, n), out);
    case HOP_AST_USING: return eval_using(f, HOP_AST_AS(hop_ast_wrap, n), out);
    default: break;
    }
    return eval_statement(f, n, out);
}
