/* The arguments of a command, evaluated: parameters, splatting, bare words.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/pipeline.h"

#include "engine/engine.h"
#include "smb/files.h"

void
arguments_init(struct arguments *a)
{
    a->items = a->store;
    a->n = 0;
    a->cap = (uint32_t)HOP_ARRAY_SIZE(a->store);
}

void
arguments_done(struct arguments *a)
{
    for (uint32_t i = 0; i < a->n; i++) {
        hop_release(a->items[i].value);
        if (a->items[i].splatted)
            free((char *)(uintptr_t)a->items[i].name);
        free((char *)(uintptr_t)a->items[i].text);
    }
    if (a->items != a->store)
        free(a->items);
    arguments_init(a);
}

struct argument *
arguments_add(struct arguments *a)
{
    if (a->n == a->cap) {
        a->cap *= 2;
        if (a->items == a->store) {
            a->items = hop_xcalloc(a->cap, sizeof(*a->items));
            memcpy(a->items, a->store, sizeof(a->store));
        } else {
            a->items = hop_xrealloc(a->items, a->cap, sizeof(*a->items));
        }
    }
    memset(&a->items[a->n], 0, sizeof(*a->items));
    return &a->items[a->n++];
}

/* The mark of a parameter name that went through $args. */
static const char parameter_mark[] = "<CommandParameterName>";

static bool
marked_name(struct hop_value v, struct hop_value *name)
{
    struct hop_value *mark;

    if (!hop_is_exactly(v, &hop_class_psobject) || !v.u.o->ext)
        return false;
    mark = hop_custom_get_text(v.u.o, parameter_mark);
    if (!mark)
        return false;
    *name = *mark;
    return true;
}

struct hop_value
parameter_text(struct hop_runspace *rs, const char *name, uint32_t n,
               bool colon)
{
    struct hop_value v = hop_wrap(
        &rs->cx,
        hop_str(hop_string_format("-%.*s%s", (int)n, name, colon ? ":" : "")));

    hop_member_add(v.u.o,
                   (struct hop_member){.name = hop_string_from(parameter_mark),
                                       .kind = HOP_MEMBER_NOTE,
                                       .flags = HOP_MEMBER_FLAG_HIDDEN,
                                       .value = hop_textn(name, n)});
    return v;
}

static void
splat_name(struct arguments *a, struct hop_value key, struct hop_value v,
           struct hop_context *cx)
{
    struct hop_string *name HOP_AUTO_STRING = NULL;
    struct argument *g;

    if (!hop_to_string(cx, key, &name)) {
        hop_drop_exception(cx);
        return;
    }
    g = arguments_add(a);
    g->kind = ARGUMENT_NAME_VALUE;
    g->splatted = true;
    g->name = hop_xstrndup(name->data, name->len);
    g->name_len = (uint32_t)name->len;
    g->value = hop_retain(v);
}

void
splat(struct hop_runspace *rs, struct arguments *a, struct hop_value v)
{
    struct hop_dict *d = hop_as_dict(v);
    struct hop_array *list = hop_as_array(v);

    if (d) {
        size_t n;
        struct hop_dict_entry **e = hop_dict_order(d, &n);
        for (size_t i = 0; i < n; i++)
            splat_name(a, e[i]->key, e[i]->value, &rs->cx);
        free(e);
        return;
    }
    if (!list) {
        if (!hop_is_null(v))
            arguments_add(a)->value = hop_retain(v);
        return;
    }
    for (size_t i = 0; i < list->n; i++) {
        struct hop_value name;
        struct argument *g;
        if (!marked_name(list->items[i], &name)) {
            arguments_add(a)->value = hop_retain(list->items[i]);
            continue;
        }
        const char *text = hop_is_string(list->items[i])
                               ? hop_cstr(list->items[i])
                               : hop_cstr(hop_value_base(list->items[i]));
        bool colon = text[strlen(text) - 1] == ':';
        g = arguments_add(a);
        g->kind =
            colon && i + 1 < list->n ? ARGUMENT_NAME_VALUE : ARGUMENT_NAME;
        g->splatted = g->listed = true;
        g->text = hop_xstrdup(text);
        g->name = hop_xstrndup(name.u.s->data, name.u.s->len);
        g->name_len = (uint32_t)name.u.s->len;
        if (g->kind == ARGUMENT_NAME_VALUE)
            g->value = hop_retain(list->items[++i]);
    }
}

static bool
is_decimal(const struct hop_name *t)
{
    if (!t->len || t->len > 9 || (t->text[0] == '0' && t->len > 1))
        return false;
    for (size_t i = 0; i < t->len; i++)
        if (t->text[i] < '0' || t->text[i] > '9')
            return false;
    return true;
}

/* A number written otherwise than it prints keeps its spelling. */
static struct hop_value
keep_spelling(struct frame *f, struct hop_ast *n, struct hop_value v)
{
    if (n->kind != HOP_AST_CONSTANT || v.kind == HOP_OBJECT)
        return v;
    struct hop_name t = hop_ast_text(f->unit, n);
    if (is_decimal(&t))
        return v;
    return hop_wrap_token(&f->rs->cx, v, hop_string_new(t.text, t.len));
}

static enum hop_flow
add_parameter(struct frame *f, struct arguments *a,
              struct hop_ast_command_parameter *p)
{
    struct hop_value v = hop_null();
    struct argument *g;

    if (p->argument) {
        enum hop_flow flow = eval(f, p->argument, &v);
        if (flow != HOP_FLOW_NEXT)
            return flow;
        if (v.kind == HOP_VOID)
            v = hop_null();
        v = keep_spelling(f, p->argument, v);
    }
    g = arguments_add(a);
    g->kind = p->argument ? ARGUMENT_NAME_VALUE : ARGUMENT_NAME;
    g->name = p->name.text;
    g->name_len = p->name.len;
    g->value = v;
    g->ast = &p->ast;
    return HOP_FLOW_NEXT;
}

enum hop_flow
arguments_add_ast(struct frame *f, struct arguments *a, struct hop_ast *n)
{
    struct hop_value v = hop_null();
    struct argument *g;
    enum hop_flow flow;

    if (n->kind == HOP_AST_COMMAND_PARAMETER)
        return add_parameter(f, a, HOP_AST_AS(hop_ast_command_parameter, n));
    if (n->kind == HOP_AST_VARIABLE &&
        HOP_AST_AS(hop_ast_variable, n)->splatted) {
        flow = eval_variable(f, HOP_AST_AS(hop_ast_variable, n), &v);
        if (flow == HOP_FLOW_NEXT)
            splat(f->rs, a, v);
        hop_release(v);
        return flow;
    }
    flow = eval(f, n, &v);
    if (flow != HOP_FLOW_NEXT)
        return flow;
    g = arguments_add(a);
    g->value = v.kind == HOP_VOID ? hop_null() : keep_spelling(f, n, v);
    g->ast = n;
    g->array_literal = n->kind == HOP_AST_ARRAY_LITERAL;
    if (n->kind == HOP_AST_STRING_CONSTANT) {
        struct hop_ast_string *s = HOP_AST_AS(hop_ast_string, n);
        g->bareword = s->kind == HOP_STRING_BAREWORD;
        if (s->verbatim)
            g->kind = ARGUMENT_VERBATIM;
        else if (g->bareword && s->value.len == 3 &&
                 memcmp(s->value.text, "--%", 3) == 0)
            g->kind = ARGUMENT_STOP_PARSING;
    }
    return HOP_FLOW_NEXT;
}
