/* Evaluating expressions: which rule is whose, and the small ones.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/eval.h"

#include "engine/engine.h"

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
            flow = eval_member_name(f, m->member, &part);
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
        *out = eval_literal_string(f, n, &HOP_AST_AS(hop_ast_string, n)->value);
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
