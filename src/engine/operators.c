/* Operators of expressions.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/engine.h"

#include "base/base64.h"
#include "value/number.h"
#include <math.h>

/* ---- operators
 * ------------------------------------------------------------------ */

struct operator_row {
    uint8_t op, flags;
};

#define ROW(syntax, value) [syntax] = {value, 0}
#define PAIR(name, value)                                                      \
    [HOP_OP_I##name] = {value, 0}, [HOP_OP_C##name] = {value, HOP_OP_CASE}

static const struct operator_row operators[HOP_OPS] = {
    ROW(HOP_SYNTAX_ADD, HOP_OP_ADD),
    ROW(HOP_OP_SUBTRACT, HOP_OP_SUB),
    ROW(HOP_OP_MULTIPLY, HOP_OP_MUL),
    ROW(HOP_OP_DIVIDE, HOP_OP_DIV),
    ROW(HOP_OP_REMAINDER, HOP_OP_MOD),
    ROW(HOP_SYNTAX_RANGE, HOP_OP_RANGE),
    ROW(HOP_SYNTAX_FORMAT, HOP_OP_FORMAT),
    ROW(HOP_SYNTAX_XOR, HOP_OP_XOR),
    ROW(HOP_SYNTAX_BAND, HOP_OP_BAND),
    ROW(HOP_SYNTAX_BOR, HOP_OP_BOR),
    ROW(HOP_SYNTAX_BXOR, HOP_OP_BXOR),
    ROW(HOP_SYNTAX_SHL, HOP_OP_SHL),
    ROW(HOP_SYNTAX_SHR, HOP_OP_SHR),
    ROW(HOP_SYNTAX_IS, HOP_OP_IS),
    ROW(HOP_OP_ISNOT, HOP_OP_IS_NOT),
    ROW(HOP_SYNTAX_AS, HOP_OP_AS),
    ROW(HOP_SYNTAX_JOIN, HOP_OP_JOIN),
    PAIR(EQ, HOP_OP_EQ),
    PAIR(NE, HOP_OP_NE),
    PAIR(GE, HOP_OP_GE),
    PAIR(GT, HOP_OP_GT),
    PAIR(LT, HOP_OP_LT),
    PAIR(LE, HOP_OP_LE),
    PAIR(LIKE, HOP_OP_LIKE),
    PAIR(NOTLIKE, HOP_OP_NOT_LIKE),
    PAIR(MATCH, HOP_OP_MATCH),
    PAIR(NOTMATCH, HOP_OP_NOT_MATCH),
    PAIR(REPLACE, HOP_OP_REPLACE),
    PAIR(CONTAINS, HOP_OP_CONTAINS),
    PAIR(NOTCONTAINS, HOP_OP_NOT_CONTAINS),
    PAIR(IN, HOP_OP_IN),
    PAIR(NOTIN, HOP_OP_NOT_IN),
    PAIR(SPLIT, HOP_OP_SPLIT),
};

static bool
match_operator(struct frame *f, struct operator_row row, struct hop_value a,
               struct hop_value b, struct hop_value *out)
{
    struct hop_value matches HOP_AUTO_VALUE = hop_null();

    if (!hop_op_match(&f->rs->cx, a, b, row.op == HOP_OP_NOT_MATCH, row.flags,
                      out, &matches))
        return false;
    if (matches.kind == HOP_OBJECT) {
        struct hop_variable *v = scope_own(f->scope, f->rs->sym_matches);
        if (!v)
            v = scope_define(f->rs, f->scope, f->rs->sym_matches);
        hop_value_set(&v->value, hop_value_steal(&matches));
    }
    return true;
}

bool
binary_operator(struct frame *f, unsigned op, struct hop_value a,
                struct hop_value b, struct hop_value *out)
{
    struct operator_row row = operators[op];

    if (row.op == HOP_OP_MATCH || row.op == HOP_OP_NOT_MATCH)
        return match_operator(f, row, a, b, out);
    return hop_op_binary(&f->rs->cx, row.op, a, b, row.flags, out);
}

/* Two Int32 operands, the commonest case; false when it is not one. */
static inline bool
fast_int(unsigned op, struct hop_value a, struct hop_value b,
         struct hop_value *out)
{
    int64_t x = a.u.i, y = b.u.i, r;

    switch (op) {
    case HOP_SYNTAX_ADD: r = x + y; break;
    case HOP_OP_SUBTRACT: r = x - y; break;
    case HOP_OP_MULTIPLY: r = x * y; break;
    case HOP_OP_REMAINDER:
        if (y == 0 || y == -1)
            return false;
        r = x % y;
        break;
    case HOP_OP_IEQ:
    case HOP_OP_CEQ: *out = hop_bool(x == y); return true;
    case HOP_OP_INE:
    case HOP_OP_CNE: *out = hop_bool(x != y); return true;
    case HOP_OP_ILT:
    case HOP_OP_CLT: *out = hop_bool(x < y); return true;
    case HOP_OP_ILE:
    case HOP_OP_CLE: *out = hop_bool(x <= y); return true;
    case HOP_OP_IGT:
    case HOP_OP_CGT: *out = hop_bool(x > y); return true;
    case HOP_OP_IGE:
    case HOP_OP_CGE: *out = hop_bool(x >= y); return true;
    default: return false;
    }
    if (r != (int32_t)r)
        return false;
    *out = hop_int((int32_t)r);
    return true;
}

static inline bool
fast_double(unsigned op, struct hop_value a, struct hop_value b,
            struct hop_value *out)
{
    double x = a.kind == HOP_DOUBLE ? a.u.d : (double)a.u.i;
    double y = b.kind == HOP_DOUBLE ? b.u.d : (double)b.u.i;

    switch (op) {
    case HOP_SYNTAX_ADD: *out = hop_double(x + y); return true;
    case HOP_OP_SUBTRACT: *out = hop_double(x - y); return true;
    case HOP_OP_MULTIPLY: *out = hop_double(x * y); return true;
    default: return false;
    }
}

static inline bool
fast_binary(unsigned op, struct hop_value a, struct hop_value b,
            struct hop_value *out)
{
    if (a.kind == HOP_INT32 && b.kind == HOP_INT32)
        return fast_int(op, a, b, out);
    if ((a.kind == HOP_DOUBLE &&
         (b.kind == HOP_DOUBLE || b.kind == HOP_INT32)) ||
        (a.kind == HOP_INT32 && b.kind == HOP_DOUBLE))
        return fast_double(op, a, b, out);
    return false;
}

static enum hop_flow
eval_logical(struct frame *f, struct hop_ast_binary *n, struct hop_value *out)
{
    struct hop_value v HOP_AUTO_VALUE = hop_null();
    enum hop_flow flow = eval(f, n->left, &v);

    if (flow != HOP_FLOW_NEXT)
        return flow;
    bool left = hop_is_true(&f->rs->cx, v);
    if ((n->op == HOP_SYNTAX_AND) != left) {
        *out = hop_bool(left);
        return HOP_FLOW_NEXT;
    }
    hop_value_clear(&v);
    flow = eval(f, n->right, &v);
    if (flow == HOP_FLOW_NEXT)
        *out = hop_bool(hop_is_true(&f->rs->cx, v));
    return flow;
}

static enum hop_flow
eval_coalesce(struct frame *f, struct hop_ast_binary *n, struct hop_value *out)
{
    struct hop_value v = hop_null();
    enum hop_flow flow = eval(f, n->left, &v);

    if (flow != HOP_FLOW_NEXT)
        return flow;
    if (!hop_is_null(v)) {
        *out = v;
        return flow;
    }
    return eval(f, n->right, out);
}

enum hop_flow
eval_type_operand(struct frame *f, struct hop_ast *n, struct hop_value *out)
{
    if (n->kind == HOP_AST_TYPE) {
        const struct hop_class *c =
            require_type(f, HOP_AST_AS(hop_ast_type, n)->type_name);
        if (!c)
            return HOP_FLOW_ERROR;
        *out = hop_type(c);
        return HOP_FLOW_NEXT;
    }
    return eval(f, n, out);
}

const struct hop_class *
static_class(struct frame *f, struct hop_value target)
{
    struct hop_value base = hop_value_base(target);
    const struct hop_class *c = NULL;

    if (base.kind == HOP_TYPE)
        return base.u.cls;
    if (base.kind == HOP_STRING) {
        c = hop_types_find(&f->rs->cx, base.u.s->data, base.u.s->len);
        if (c)
            return c;
    }
    c = hop_class_of(target);
    return c;
}

enum hop_flow
eval_binary(struct frame *f, struct hop_ast_binary *n, struct hop_value *out)
{
    struct hop_value a HOP_AUTO_VALUE = hop_null();
    struct hop_value b HOP_AUTO_VALUE = hop_null();
    enum hop_flow flow;

    if (n->op == HOP_SYNTAX_AND || n->op == HOP_SYNTAX_OR)
        return eval_logical(f, n, out);
    if (n->op == HOP_OP_COALESCE)
        return eval_coalesce(f, n, out);
    flow = eval(f, n->left, &a);
    if (flow != HOP_FLOW_NEXT)
        return flow;
    flow = n->op == HOP_SYNTAX_AS || n->op == HOP_SYNTAX_IS ||
                   n->op == HOP_OP_ISNOT
               ? eval_type_operand(f, n->right, &b)
               : eval(f, n->right, &b);
    if (flow != HOP_FLOW_NEXT)
        return flow;
    if (fast_binary(n->op, a, b, out))
        return HOP_FLOW_NEXT;
    if (n->op == HOP_SYNTAX_AS &&
        !language_can_convert(f->rs, a, static_class(f, b)))
        return HOP_FLOW_NEXT;
    if (binary_operator(f, n->op, a, b, out))
        return HOP_FLOW_NEXT;
    return HOP_FLOW_ERROR;
}

/* ++ and -- on anything that can be assigned to. */
static enum hop_flow
eval_step(struct frame *f, struct hop_ast_unary *n, struct hop_value *out)
{
    bool post =
        n->op == HOP_OP_POST_INCREMENT || n->op == HOP_OP_POST_DECREMENT;
    bool up = n->op == HOP_OP_PRE_INCREMENT || n->op == HOP_OP_POST_INCREMENT;
    struct hop_value old HOP_AUTO_VALUE = hop_null();
    struct hop_value new = hop_null();
    enum hop_flow flow;

    if (n->child->kind == HOP_AST_VARIABLE) {
        struct hop_variable *v =
            lookup_variable(f, HOP_AST_AS(hop_ast_variable, n->child));
        if (v && v->value.kind == HOP_INT32 && !v->attributes && !v->options &&
            !v->get && v->value.u.i < INT32_MAX && v->value.u.i > INT32_MIN &&
            symbol_map_get(&f->scope->variables, v->symbol) == v) {
            old = v->value;
            v->value.u.i += up ? 1 : -1;
            *out = post ? old : v->value;
            return HOP_FLOW_NEXT;
        }
    }
    flow = eval(f, n->child, &old);
    if (flow != HOP_FLOW_NEXT)
        return flow;
    if (!hop_op_unary(&f->rs->cx,
                      up ? HOP_UNARY_INCREMENT : HOP_UNARY_DECREMENT, old, 0,
                      &new))
        return HOP_FLOW_ERROR;
    struct hop_value given HOP_AUTO_VALUE = hop_retain(post ? old : new);
    flow = assign_to(f, n->child, new);
    if (flow == HOP_FLOW_NEXT) {
        if (post && hop_is_null(given))
            *out = hop_int(0);
        else
            *out = hop_value_steal(&given);
    }
    return flow;
}

static const uint8_t unary_operators[HOP_OPS] = {
    [HOP_SYNTAX_NOT] = HOP_UNARY_NOT,   [HOP_SYNTAX_BNOT] = HOP_UNARY_BNOT,
    [HOP_SYNTAX_PLUS] = HOP_UNARY_PLUS, [HOP_SYNTAX_MINUS] = HOP_UNARY_MINUS,
    [HOP_SYNTAX_JOIN] = HOP_UNARY_JOIN, [HOP_OP_ISPLIT] = HOP_UNARY_SPLIT,
    [HOP_OP_CSPLIT] = HOP_UNARY_SPLIT,
};

enum hop_flow
eval_unary(struct frame *f, struct hop_ast_unary *n, struct hop_value *out)
{
    struct hop_value v HOP_AUTO_VALUE = hop_null();
    enum hop_flow flow;

    if (n->op >= HOP_OP_PRE_INCREMENT && n->op <= HOP_OP_POST_DECREMENT)
        return eval_step(f, n, out);
    flow = eval(f, n->child, &v);
    if (flow != HOP_FLOW_NEXT)
        return flow;
    if (n->op == HOP_SYNTAX_NOT) {
        *out = hop_bool(!hop_is_true(&f->rs->cx, v));
        return HOP_FLOW_NEXT;
    }
    return hop_op_unary(&f->rs->cx, unary_operators[n->op], v,
                        n->op == HOP_OP_CSPLIT ? HOP_OP_CASE : 0, out)
               ? HOP_FLOW_NEXT
               : HOP_FLOW_ERROR;
}
