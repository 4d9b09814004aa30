/* SPDX-License-Identifier: MIT */
#include "dump.h"

#include <stdio.h>
#include <string.h>

static void
dump_name(struct hop_buf *b, struct hop_name n)
{
    for (uint32_t i = 0; i < n.len; i++) {
        unsigned char c = (unsigned char)n.text[i];

        if (c < 0x20)
            hop_buf_addf(b, "\\x%02x", c);
        else
            hop_buf_addc(b, (char)c);
    }
}

static void
dump_list(struct hop_buf *b, const struct hop_ast_list *l)
{
    for (uint32_t i = 0; i < l->n; i++) {
        hop_buf_addc(b, ' ');
        dump_node(b, l->items[i]);
    }
}

static void
dump_field(struct hop_buf *b, const char *name, const void *node)
{
    if (!node)
        return;
    hop_buf_addf(b, " %s=", name);
    dump_node(b, node);
}

static void
dump_number(struct hop_buf *b, const struct hop_ast_constant *c)
{
    static const char *const names[] = {
        "sbyte", "short", "int",    "long",    "byte",   "ushort",
        "uint",  "ulong", "double", "decimal", "bigint",
    };
    const struct hop_number *n = &c->number;

    if (c->is_true) {
        hop_buf_adds(b, "true");
        return;
    }
    if (n->type != HOP_NUMBER_INT32)
        hop_buf_addf(b, "%s:", names[n->type]);
    if (n->text)
        hop_buf_adds(b, n->text);
    else if (n->type == HOP_NUMBER_DOUBLE)
        hop_buf_addf(b, "%.17g", n->d);
    else if (n->type >= HOP_NUMBER_BYTE)
        hop_buf_addf(b, "%llu", (unsigned long long)n->u);
    else
        hop_buf_addf(b, "%lld", (long long)n->i);
}

static void
dump_variable(struct hop_buf *b, const struct hop_ast_variable *v)
{
    static const char *const scopes[] = {
        "", "local:", "private:", "script:", "global:", "variable:", "",
    };

    hop_buf_addc(b, v->splatted ? '@' : '$');
    if (v->scope == HOP_SCOPE_DRIVE) {
        dump_name(b, v->drive);
        hop_buf_addc(b, '!');
    } else {
        hop_buf_adds(b, scopes[v->scope]);
    }
    dump_name(b, v->name);
}

static void
dump_type_name(struct hop_buf *b, const struct hop_type_name *t)
{
    dump_name(b, t->name);
    if (t->assembly.text) {
        hop_buf_addc(b, '|');
        dump_name(b, t->assembly);
    }
}

static void
dump_expandable(struct hop_buf *b, const struct hop_ast_expandable *e)
{
    hop_buf_adds(b, "(expand");
    for (uint32_t i = 0; i < e->n_parts; i++) {
        hop_buf_addc(b, ' ');
        if (e->parts[i].expression) {
            dump_node(b, e->parts[i].expression);
            continue;
        }
        hop_buf_addc(b, '\'');
        dump_name(b, e->parts[i].text);
        hop_buf_addc(b, '\'');
    }
    hop_buf_addc(b, ')');
}

static void
dump_block(struct hop_buf *b, const struct hop_ast_block *block)
{
    hop_buf_addc(b, '{');
    dump_list(b, &block->traps);
    dump_list(b, &block->statements);
    hop_buf_adds(b, " }");
}

static void
dump_script_block(struct hop_buf *b, const struct hop_ast_script_block *s)
{
    static const char *const names[] = {
        "dynamicparam", "begin", "process", "end", "clean",
    };

    hop_buf_adds(b, "(block");
    dump_list(b, &s->usings);
    if (s->params) {
        hop_buf_adds(b, " (param");
        dump_list(b, &s->params->attributes);
        dump_list(b, &s->params->parameters);
        hop_buf_addc(b, ')');
    }
    for (int i = 0; i < HOP_BLOCK_KINDS; i++) {
        const struct hop_ast_block *block = s->blocks[i];

        if (!block ||
            (block->unnamed && !block->statements.n && !block->traps.n))
            continue;
        if (!block->unnamed)
            hop_buf_addf(b, " %s:", names[i]);
        hop_buf_addc(b, ' ');
        dump_block(b, block);
    }
    hop_buf_addc(b, ')');
}

static void
dump_command(struct hop_buf *b, const struct hop_ast_command *c)
{
    static const char *const invocations[] = {"", " &", " ."};

    hop_buf_addf(b, "(cmd%s", invocations[c->invocation]);
    dump_list(b, &c->elements);
    dump_list(b, &c->redirections);
    hop_buf_addc(b, ')');
}

static void
dump_member(struct hop_buf *b, const struct hop_ast_member *m)
{
    bool invoke = m->ast.kind == HOP_AST_INVOKE_MEMBER;

    hop_buf_addf(b, "(%s%s%s ", invoke ? "invoke" : "member",
                 m->is_static ? "::" : "", m->null_conditional ? "?" : "");
    dump_node(b, m->target);
    hop_buf_addc(b, ' ');
    dump_node(b, m->member);
    for (uint32_t i = 0; i < m->n_type_arguments; i++) {
        hop_buf_adds(b, " <");
        dump_type_name(b, m->type_arguments[i]);
        hop_buf_addc(b, '>');
    }
    dump_list(b, &m->arguments);
    hop_buf_addc(b, ')');
}

static void
dump_label(struct hop_buf *b, struct hop_name label)
{
    if (!label.text)
        return;
    hop_buf_adds(b, " :");
    dump_name(b, label);
}

static void
dump_loop(struct hop_buf *b, const char *name, const struct hop_ast_loop *l)
{
    hop_buf_addf(b, "(%s", name);
    dump_label(b, l->label);
    dump_field(b, "cond", l->condition);
    dump_field(b, "body", l->body);
    hop_buf_addc(b, ')');
}

static void
dump_jump(struct hop_buf *b, const char *name, const struct hop_ast *operand)
{
    hop_buf_addf(b, "(%s", name);
    if (operand) {
        hop_buf_addc(b, ' ');
        dump_node(b, operand);
    }
    hop_buf_addc(b, ')');
}

static void
dump_switch(struct hop_buf *b, const struct hop_ast_switch *s)
{
    hop_buf_adds(b, "(switch");
    dump_label(b, s->label);
    if (s->flags)
        hop_buf_addf(b, " flags=%u", s->flags);
    dump_field(b, "cond", s->condition);
    for (uint32_t i = 0; i < s->n_clauses; i++) {
        hop_buf_addc(b, ' ');
        dump_node(b, s->clauses[i].condition);
        hop_buf_adds(b, "=>");
        dump_node(b, &s->clauses[i].body->ast);
    }
    dump_field(b, "default", s->otherwise);
    hop_buf_addc(b, ')');
}

static void
dump_if(struct hop_buf *b, const struct hop_ast_if *s)
{
    hop_buf_adds(b, "(if");
    for (uint32_t i = 0; i < s->n_clauses; i++) {
        hop_buf_addc(b, ' ');
        dump_node(b, s->clauses[i].condition);
        hop_buf_addc(b, ' ');
        dump_node(b, &s->clauses[i].body->ast);
    }
    dump_field(b, "else", s->otherwise);
    hop_buf_addc(b, ')');
}

static void
dump_for(struct hop_buf *b, const struct hop_ast_for *f)
{
    hop_buf_adds(b, "(for");
    dump_label(b, f->label);
    dump_field(b, "init", f->initializer);
    dump_field(b, "cond", f->condition);
    dump_field(b, "next", f->iterator);
    dump_field(b, "body", f->body);
    hop_buf_addc(b, ')');
}

static void
dump_try(struct hop_buf *b, const struct hop_ast_try *t)
{
    hop_buf_adds(b, "(try ");
    dump_node(b, &t->body->ast);
    dump_list(b, &t->catches);
    dump_field(b, "finally", t->finally);
    hop_buf_addc(b, ')');
}

static void
dump_parameter(struct hop_buf *b, const struct hop_ast_parameter *p)
{
    hop_buf_addc(b, '(');
    for (uint32_t i = 0; i < p->attributes.n; i++) {
        dump_node(b, p->attributes.items[i]);
        hop_buf_addc(b, ' ');
    }
    dump_node(b, &p->name->ast);
    dump_field(b, "default", p->default_value);
    hop_buf_addc(b, ')');
}

static void
dump_function(struct hop_buf *b, const struct hop_ast_function *f)
{
    hop_buf_adds(b, f->is_filter ? "(filter " : "(function ");
    dump_name(b, f->name);
    dump_list(b, &f->parameters);
    hop_buf_addc(b, ' ');
    dump_script_block(b, f->body);
    hop_buf_addc(b, ')');
}

static void
dump_redirection(struct hop_buf *b, const struct hop_ast_redirection *r)
{
    if (r->ast.kind == HOP_AST_MERGING_REDIRECTION) {
        hop_buf_addf(b, "(%d>&%d)", r->from, r->to);
        return;
    }
    hop_buf_addf(b, "(%d%s ", r->from, r->append ? ">>" : ">");
    dump_node(b, r->location);
    hop_buf_addc(b, ')');
}

static void
dump_parameter_element(struct hop_buf *b,
                       const struct hop_ast_command_parameter *p)
{
    hop_buf_addc(b, '-');
    dump_name(b, p->name);
    if (p->argument) {
        hop_buf_addc(b, ':');
        dump_node(b, p->argument);
    }
}

static void
dump_hashtable(struct hop_buf *b, const struct hop_ast_hashtable *h)
{
    hop_buf_adds(b, "(hash");
    for (uint32_t i = 0; i < h->n_pairs; i++) {
        hop_buf_addc(b, ' ');
        dump_node(b, h->pairs[i].key);
        hop_buf_addc(b, '=');
        dump_node(b, h->pairs[i].value);
    }
    hop_buf_addc(b, ')');
}

static void
dump_attribute(struct hop_buf *b, const struct hop_ast_attribute *a)
{
    hop_buf_addc(b, '[');
    dump_type_name(b, a->type_name);
    hop_buf_addc(b, '(');
    dump_list(b, &a->positional);
    for (uint32_t i = 0; i < a->named.n; i++) {
        const struct hop_ast_named_argument *n =
            HOP_AST_AS(hop_ast_named_argument, a->named.items[i]);

        hop_buf_addc(b, ' ');
        dump_name(b, n->name);
        hop_buf_addc(b, '=');
        dump_node(b, n->value);
    }
    hop_buf_adds(b, ")]");
}

static void
dump_string(struct hop_buf *b, const struct hop_ast_string *s)
{
    static const char *const open[] = {"", "'", "\"", "@'", "@\""};
    static const char *const close[] = {"", "'", "\"", "'@", "\"@"};

    if (s->verbatim)
        hop_buf_adds(b, "verbatim:");
    hop_buf_adds(b, open[s->kind]);
    dump_name(b, s->value);
    hop_buf_adds(b, close[s->kind]);
}

static void
dump_pair(struct hop_buf *b, const char *name, const struct hop_ast *x,
          const struct hop_ast *y)
{
    hop_buf_addf(b, "(%s ", name);
    dump_node(b, x);
    hop_buf_addc(b, ' ');
    dump_node(b, y);
    hop_buf_addc(b, ')');
}

static void
dump_one(struct hop_buf *b, const char *name, const struct hop_ast *x)
{
    hop_buf_addf(b, "(%s ", name);
    dump_node(b, x);
    hop_buf_addc(b, ')');
}

static const char *
unary_name(enum hop_op op)
{
    if (op == HOP_OP_POST_INCREMENT)
        return "post++";
    return op == HOP_OP_POST_DECREMENT ? "post--" : hop_op_text(op);
}

static void
dump_assignment(struct hop_buf *b, const struct hop_ast_assignment *a)
{
    char name[8];

    snprintf(name, sizeof(name), "%s%s", a->op ? hop_op_text(a->op) : "", "=");
    dump_pair(b, name, a->left, a->right);
}

static void
dump_pipeline(struct hop_buf *b, const struct hop_ast_pipeline *p)
{
    struct hop_ast *pure = hop_ast_pure_expression(&p->ast);

    if (pure) {
        dump_node(b, pure);
        return;
    }
    if (p->elements.n == 1 && !p->background) {
        dump_node(b, p->elements.items[0]);
        return;
    }
    hop_buf_adds(b, p->background ? "(pipe&" : "(pipe");
    dump_list(b, &p->elements);
    hop_buf_addc(b, ')');
}

static void
dump_using(struct hop_buf *b, const struct hop_ast_using_statement *u)
{
    static const char *const kinds[] = {"assembly", "command", "module",
                                        "namespace", "type"};

    hop_buf_addf(b, "(using-%s", kinds[u->kind]);
    dump_field(b, "name", u->name);
    dump_field(b, "alias", u->alias);
    dump_field(b, "spec", u->module_spec);
    hop_buf_addc(b, ')');
}

static void
dump_foreach(struct hop_buf *b, const struct hop_ast_foreach *f)
{
    hop_buf_adds(b, "(foreach");
    dump_label(b, f->label);
    hop_buf_addc(b, ' ');
    dump_node(b, &f->variable->ast);
    dump_field(b, "in", f->condition);
    dump_field(b, "body", f->body);
    hop_buf_addc(b, ')');
}

static void
dump_error(struct hop_buf *b, const struct hop_ast_error *e)
{
    hop_buf_adds(b, "(error");
    dump_list(b, &e->nested);
    hop_buf_addc(b, ')');
}

static void
dump_statement(struct hop_buf *b, const struct hop_ast *n)
{
    switch (n->kind) {
    case HOP_AST_USING_STATEMENT:
        dump_using(b, HOP_AST_AS(hop_ast_using_statement, n));
        break;
    case HOP_AST_FUNCTION_DEFINITION:
        dump_function(b, HOP_AST_AS(hop_ast_function, n));
        break;
    case HOP_AST_IF: dump_if(b, HOP_AST_AS(hop_ast_if, n)); break;
    case HOP_AST_SWITCH: dump_switch(b, HOP_AST_AS(hop_ast_switch, n)); break;
    case HOP_AST_FOREACH:
        dump_foreach(b, HOP_AST_AS(hop_ast_foreach, n));
        break;
    case HOP_AST_FOR: dump_for(b, HOP_AST_AS(hop_ast_for, n)); break;
    case HOP_AST_WHILE:
        dump_loop(b, "while", HOP_AST_AS(hop_ast_loop, n));
        break;
    case HOP_AST_DO_WHILE:
        dump_loop(b, "do-while", HOP_AST_AS(hop_ast_loop, n));
        break;
    case HOP_AST_DO_UNTIL:
        dump_loop(b, "do-until", HOP_AST_AS(hop_ast_loop, n));
        break;
    case HOP_AST_TRY: dump_try(b, HOP_AST_AS(hop_ast_try, n)); break;
    case HOP_AST_TRAP: {
        const struct hop_ast_trap *t = HOP_AST_AS(hop_ast_trap, n);

        hop_buf_adds(b, "(trap");
        dump_field(b, "type", t->type);
        dump_field(b, "body", t->body);
        hop_buf_addc(b, ')');
        break;
    }
    case HOP_AST_DATA: {
        const struct hop_ast_data *d = HOP_AST_AS(hop_ast_data, n);

        hop_buf_adds(b, "(data ");
        dump_name(b, d->variable);
        dump_list(b, &d->commands);
        dump_field(b, "body", d->body);
        hop_buf_addc(b, ')');
        break;
    }
    case HOP_AST_BREAK:
        dump_jump(b, "break", HOP_AST_AS(hop_ast_jump, n)->label);
        break;
    case HOP_AST_CONTINUE:
        dump_jump(b, "continue", HOP_AST_AS(hop_ast_jump, n)->label);
        break;
    case HOP_AST_RETURN:
        dump_jump(b, "return", HOP_AST_AS(hop_ast_exit, n)->pipeline);
        break;
    case HOP_AST_EXIT:
        dump_jump(b, "exit", HOP_AST_AS(hop_ast_exit, n)->pipeline);
        break;
    case HOP_AST_THROW:
        dump_jump(b, HOP_AST_AS(hop_ast_exit, n)->rethrow ? "rethrow" : "throw",
                  HOP_AST_AS(hop_ast_exit, n)->pipeline);
        break;
    case HOP_AST_ASSIGNMENT:
        dump_assignment(b, HOP_AST_AS(hop_ast_assignment, n));
        break;
    case HOP_AST_PIPELINE:
        dump_pipeline(b, HOP_AST_AS(hop_ast_pipeline, n));
        break;
    case HOP_AST_PIPELINE_CHAIN: {
        const struct hop_ast_chain *c = HOP_AST_AS(hop_ast_chain, n);

        dump_pair(b, c->is_or ? "||" : "&&", c->left, &c->right->ast);
        break;
    }
    default: dump_error(b, HOP_AST_AS(hop_ast_error, n)); break;
    }
}

static void
dump_expression(struct hop_buf *b, const struct hop_ast *n)
{
    switch (n->kind) {
    case HOP_AST_CONSTANT:
        dump_number(b, HOP_AST_AS(hop_ast_constant, n));
        break;
    case HOP_AST_STRING_CONSTANT:
        dump_string(b, HOP_AST_AS(hop_ast_string, n));
        break;
    case HOP_AST_EXPANDABLE_STRING:
        dump_expandable(b, HOP_AST_AS(hop_ast_expandable, n));
        break;
    case HOP_AST_VARIABLE:
        dump_variable(b, HOP_AST_AS(hop_ast_variable, n));
        break;
    case HOP_AST_USING:
        dump_one(b, "using", HOP_AST_AS(hop_ast_wrap, n)->child);
        break;
    case HOP_AST_CONVERT:
        dump_pair(b, "cast", &HOP_AST_AS(hop_ast_convert, n)->type->ast,
                  HOP_AST_AS(hop_ast_convert, n)->child);
        break;
    case HOP_AST_ATTRIBUTED:
        dump_pair(b, "attributed",
                  &HOP_AST_AS(hop_ast_attributed, n)->attribute->ast,
                  HOP_AST_AS(hop_ast_attributed, n)->child);
        break;
    case HOP_AST_UNARY:
        dump_one(b, unary_name(HOP_AST_AS(hop_ast_unary, n)->op),
                 HOP_AST_AS(hop_ast_unary, n)->child);
        break;
    case HOP_AST_BINARY:
        dump_pair(b, hop_op_text(HOP_AST_AS(hop_ast_binary, n)->op),
                  HOP_AST_AS(hop_ast_binary, n)->left,
                  HOP_AST_AS(hop_ast_binary, n)->right);
        break;
    case HOP_AST_TERNARY: {
        const struct hop_ast_ternary *t = HOP_AST_AS(hop_ast_ternary, n);

        hop_buf_adds(b, "(?: ");
        dump_node(b, t->condition);
        hop_buf_addc(b, ' ');
        dump_node(b, t->if_true);
        hop_buf_addc(b, ' ');
        dump_node(b, t->if_false);
        hop_buf_addc(b, ')');
        break;
    }
    case HOP_AST_INDEX:
        dump_pair(b,
                  HOP_AST_AS(hop_ast_index, n)->null_conditional ? "index?"
                                                                 : "index",
                  HOP_AST_AS(hop_ast_index, n)->target,
                  HOP_AST_AS(hop_ast_index, n)->index);
        break;
    case HOP_AST_MEMBER:
    case HOP_AST_INVOKE_MEMBER:
        dump_member(b, HOP_AST_AS(hop_ast_member, n));
        break;
    case HOP_AST_ARRAY_LITERAL:
        hop_buf_adds(b, "(array");
        dump_list(b, &HOP_AST_AS(hop_ast_array_literal, n)->elements);
        hop_buf_addc(b, ')');
        break;
    case HOP_AST_ARRAY_EXPRESSION:
        dump_one(b, "@", &HOP_AST_AS(hop_ast_array_expression, n)->body->ast);
        break;
    case HOP_AST_PAREN:
        dump_one(b, "paren", HOP_AST_AS(hop_ast_paren, n)->pipeline);
        break;
    case HOP_AST_SUB_EXPRESSION:
        dump_one(b, "$", &HOP_AST_AS(hop_ast_sub, n)->body->ast);
        break;
    case HOP_AST_HASHTABLE:
        dump_hashtable(b, HOP_AST_AS(hop_ast_hashtable, n));
        break;
    case HOP_AST_SCRIPT_BLOCK_EXPRESSION:
        dump_script_block(b,
                          HOP_AST_AS(hop_ast_script_block_expression, n)->body);
        break;
    default: dump_error(b, HOP_AST_AS(hop_ast_error, n)); break;
    }
}

void
dump_node(struct hop_buf *b, const struct hop_ast *n)
{
    switch (n->kind) {
    case HOP_AST_SCRIPT_BLOCK:
        dump_script_block(b, HOP_AST_AS(hop_ast_script_block, n));
        break;
    case HOP_AST_NAMED_BLOCK:
    case HOP_AST_STATEMENT_BLOCK:
        dump_block(b, HOP_AST_AS(hop_ast_block, n));
        break;
    case HOP_AST_PARAMETER:
        dump_parameter(b, HOP_AST_AS(hop_ast_parameter, n));
        break;
    case HOP_AST_ATTRIBUTE:
        dump_attribute(b, HOP_AST_AS(hop_ast_attribute, n));
        break;
    case HOP_AST_TYPE:
    case HOP_AST_TYPE_CONSTRAINT:
        hop_buf_addc(b, '[');
        dump_type_name(b, HOP_AST_AS(hop_ast_type, n)->type_name);
        hop_buf_addc(b, ']');
        break;
    case HOP_AST_CATCH_CLAUSE:
        hop_buf_adds(b, "(catch");
        dump_list(b, &HOP_AST_AS(hop_ast_catch, n)->types);
        dump_field(b, "body", HOP_AST_AS(hop_ast_catch, n)->body);
        hop_buf_addc(b, ')');
        break;
    case HOP_AST_COMMAND:
        dump_command(b, HOP_AST_AS(hop_ast_command, n));
        break;
    case HOP_AST_COMMAND_EXPRESSION:
        hop_buf_adds(b, "(expr ");
        dump_node(b, HOP_AST_AS(hop_ast_command_expression, n)->expression);
        dump_list(b, &HOP_AST_AS(hop_ast_command_expression, n)->redirections);
        hop_buf_addc(b, ')');
        break;
    case HOP_AST_COMMAND_PARAMETER:
        dump_parameter_element(b, HOP_AST_AS(hop_ast_command_parameter, n));
        break;
    case HOP_AST_FILE_REDIRECTION:
    case HOP_AST_MERGING_REDIRECTION:
        dump_redirection(b, HOP_AST_AS(hop_ast_redirection, n));
        break;
    default:
        if (hop_ast_is_expression(n))
            dump_expression(b, n);
        else
            dump_statement(b, n);
    }
}
