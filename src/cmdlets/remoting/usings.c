/* $using: expressions of a block that is sent elsewhere.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/remoting/remote.h"

struct search {
    struct hop_command *c;
    struct hop_unit *unit;
    struct hop_dict *found;
    bool failed;
};

static bool
undefined(struct search *s, const char *name)
{
    struct hop_error_spec spec = {.id = "UsingVariableIsUndefined",
                                  .category = HOP_CAT_INVALID_OPERATION};

    s->failed = true;
    return hop_command_throw(s->c, &spec,
                             "The value of the using variable '$using:%s' "
                             "cannot be retrieved because it has not been set "
                             "in the local session.",
                             name);
}

static bool
variable_value(struct search *s, struct hop_ast_variable *v,
               struct hop_value *out)
{
    struct hop_runspace *rs = s->c->rs;
    HOP_AUTO_FREE char *name = hop_xstrndup(v->path.text, v->path.len);
    struct hop_dict *outer = hop_as_dict(rs->usings);
    struct hop_value *came = outer ? hop_dict_get_text(outer, name) : NULL;
    struct hop_variable *variable;
    bool ok;

    variable = hop_variable_find(rs, name, NULL, &ok);
    if (!variable && came) {
        *out = hop_retain(*came);
        return true;
    }
    if (!variable) {
        hop_drop_exception(&rs->cx);
        return undefined(s, name);
    }
    *out = hop_variable_value(rs, variable);
    return true;
}

static bool
not_allowed(struct search *s, const struct hop_ast *n)
{
    struct hop_error_spec spec = {.id = "InvalidUsingExpression",
                                  .category = HOP_CAT_INVALID_OPERATION};
    struct hop_name text = hop_ast_text(s->unit, n);

    s->failed = true;
    return hop_command_throw(s->c, &spec,
                             "The expression '%.*s' is not allowed in a Using "
                             "expression: variables, members and constant "
                             "indices are. Assign it to a variable first.",
                             (int)text.len, text.text);
}

static bool
value_of(struct search *s, struct hop_ast *n, struct hop_value *out)
{
    struct hop_context *cx = &s->c->rs->cx;
    HOP_AUTO_VALUE struct hop_value target = hop_null(), part = hop_null();

    /* $using:env:HOME is what $env:HOME is here. */
    if (n->kind == HOP_AST_VARIABLE &&
        HOP_AST_AS(hop_ast_variable, n)->drive.len)
        return eval(s->c->caller, n, out) == HOP_FLOW_NEXT;
    if (n->kind == HOP_AST_VARIABLE)
        return variable_value(s, HOP_AST_AS(hop_ast_variable, n), out);
    if (n->kind == HOP_AST_MEMBER) {
        struct hop_ast_member *m = HOP_AST_AS(hop_ast_member, n);
        HOP_AUTO_STRING struct hop_string *name = NULL;
        struct hop_name text;

        if (!value_of(s, m->target, &target))
            return false;
        if (m->member->kind != HOP_AST_STRING_CONSTANT)
            return not_allowed(s, n);
        text = HOP_AST_AS(hop_ast_string, m->member)->value;
        name = hop_string_new(text.text, text.len);
        return hop_member_get_each(cx, target, name, out) != HOP_FAILED;
    }
    if (n->kind == HOP_AST_INDEX) {
        struct hop_ast_index *x = HOP_AST_AS(hop_ast_index, n);

        if (!value_of(s, x->target, &target))
            return false;
        if (x->index->kind != HOP_AST_CONSTANT &&
            x->index->kind != HOP_AST_STRING_CONSTANT &&
            x->index->kind != HOP_AST_UNARY)
            return not_allowed(s, n);
        return eval(s->c->caller, x->index, &part) == HOP_FLOW_NEXT &&
               hop_index_get(cx, target, &part, 1, out);
    }
    return not_allowed(s, n);
}

static bool
take_using(void *ctx, struct hop_ast *node)
{
    struct search *s = ctx;
    struct hop_dict *sent = hop_as_dict(s->c->rs->sent);
    struct hop_ast *child;
    HOP_AUTO_BUF struct hop_buf key = HOP_BUF_INIT;
    HOP_AUTO_VALUE struct hop_value v = hop_null();
    struct hop_value *came;

    if (s->failed || node->kind != HOP_AST_USING)
        return !s->failed;
    child = HOP_AST_AS(hop_ast_wrap, node)->child;
    using_key(hop_ast_text(s->unit, node), child->kind == HOP_AST_VARIABLE,
              &key);
    if (hop_dict_get_text(s->found, hop_buf_str(&key)))
        return false;
    came = sent ? hop_dict_get_text(sent, hop_buf_str(&key)) : NULL;
    if (came)
        v = hop_retain(*came);
    else if (!value_of(s, child, &v)) {
        s->failed = true;
        return false;
    }
    hop_dict_set_text(s->found, hop_buf_str(&key), hop_value_steal(&v));
    return false;
}

bool
usings_collect(struct hop_command *c, struct hop_block *b,
               struct hop_value *out)
{
    struct search s = {
        .c = c, .unit = b->unit, .found = hop_hashtable_new(&c->rs->cx)};
    HOP_AUTO_VALUE struct hop_value holder = hop_obj(s.found);

    hop_ast_visit(&b->ast->ast, take_using, &s);
    if (s.failed)
        return false;
    *out = s.found->count ? hop_value_steal(&holder) : hop_null();
    return true;
}
