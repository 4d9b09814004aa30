/* Literals: constants, strings with variables, arrays, hashtables, blocks.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/eval.h"

#include "engine/engine.h"
#include "value/number.h"

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

struct hop_value
eval_literal_string(struct frame *f, struct hop_ast *n,
                    const struct hop_name *text)
{
    if (!n->cache) {
        n->cache = hop_string_new(text->text, text->len);
        hop_unit_on_free(f->unit, free_cached_string, n->cache);
    }
    return hop_str(hop_string_retain(n->cache));
}

enum hop_flow
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

enum hop_flow
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

enum hop_flow
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

enum hop_flow
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

enum hop_flow
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
            key = eval_literal_string(f, k,
                                      &HOP_AST_AS(hop_ast_string, k)->value);
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

enum hop_flow
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

enum hop_flow
eval_block_literal(struct frame *f, struct hop_ast_script_block_expression *n,
                   struct hop_value *out)
{
    *out = hop_obj(block_new(f->rs, f->unit, n->body, f->session));
    return HOP_FLOW_NEXT;
}
