/* #requires: comment lines that are read as a command.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/text.h"
#include "lang/names.h"
#include "lang/parser.h"

struct requires
{
    struct parser *p;
    struct list modules, editions;
    struct lang_names seen_editions;
};

static void
free_requires(struct requires *r)
{
    list_free(&r->modules);
    list_free(&r->editions);
    lang_names_done(&r->seen_editions);
}

/* major.minor[.build[.revision]], or the major number alone. */
static bool
is_version(struct hop_name v)
{
    unsigned dots = 0;
    bool digit = false;

    for (uint32_t i = 0; i < v.len; i++) {
        if (v.text[i] == '.' && digit && dots < 3)
            dots++, digit = false;
        else if (hop_ascii_is_digit(v.text[i]))
            digit = true;
        else
            return false;
    }
    return digit;
}

static void
bound_twice(struct requires *r, const struct hop_ast *param, const char *name)
{
    lang_report(r->p->unit, at_of(param), "ParameterAlreadyBound", false,
                (struct hop_name[2]){STR(""), STR(name)});
}

static void
require_version(struct requires *r, const struct hop_ast *param,
                const struct hop_ast *arg)
{
    struct hop_requires *out = &r->p->unit->requires;
    struct hop_name text = hop_ast_text(r->p->unit, arg);

    if (arg->kind == HOP_AST_STRING_CONSTANT)
        text = HOP_AST_AS(hop_ast_string, arg)->value;
    if (!is_version(text)) {
        report(r->p, at_of(arg), "RequiresVersionInvalid", NO_ARG);
        return;
    }
    if (out->version && (strlen(out->version) != text.len ||
                         memcmp(out->version, text.text, text.len) != 0)) {
        bound_twice(r, param, "version");
        return;
    }
    out->version = lang_name(r->p->unit, text.text, text.len).text;
}

static void
add_edition(struct requires *r, const struct hop_ast *arg)
{
    struct hop_name value;

    if (arg->kind != HOP_AST_STRING_CONSTANT) {
        report(r->p, at_of(arg), "RequiresInvalidStringArgument",
               STR("psedition"));
        return;
    }
    value = HOP_AST_AS(hop_ast_string, arg)->value;
    if (!lang_name_is(value, "Core") && !lang_name_is(value, "Desktop") &&
        !lang_name_is(value, "Hop"))
        report(r->p, at_of(arg), "RequiresPSEditionInvalid", STR("psedition"));
    if (lang_names_add(&r->seen_editions, value))
        list_add(&r->editions, (void *)(uintptr_t)value.text);
    else
        report(r->p, at_of(arg), "RequiresPSEditionValueIsAlreadySpecified",
               STR("psedition"));
}

/* Calls fn for the argument, or for each element of a list. */
static void
each_value(struct requires *r, struct hop_ast *arg,
           void (*fn)(struct requires *r, struct hop_ast *value))
{
    const struct hop_ast_list *l;

    if (arg->kind != HOP_AST_ARRAY_LITERAL) {
        fn(r, arg);
        return;
    }
    l = &HOP_AST_AS(hop_ast_array_literal, arg)->elements;
    for (uint32_t i = 0; i < l->n; i++)
        fn(r, l->items[i]);
}

static void
edition_value(struct requires *r, struct hop_ast *value)
{
    add_edition(r, value);
}

static void
module_value(struct requires *r, struct hop_ast *value)
{
    if (value->kind == HOP_AST_STRING_CONSTANT ||
        value->kind == HOP_AST_HASHTABLE)
        list_add(&r->modules, value);
    else
        report(r->p, at_of(value), "RequiresArgumentMustBeConstant", NO_ARG);
}

static void
require(struct requires *r, const struct hop_ast_command_parameter *param,
        struct hop_ast *arg)
{
    struct lang_extent at = AT(param);
    struct tok t = {.value = param->name};

    if (is_parameter(&t, "runasadministrator")) {
        r->p->unit->requires.elevated = true;
        if (arg)
            report(r->p, at, "ParameterCannotHaveArgument", param->name);
    } else if (!arg) {
        report(r->p, at, "ParameterRequiresArgument", param->name);
    } else if (is_parameter(&t, "psedition")) {
        each_value(r, arg, edition_value);
    } else if (is_parameter(&t, "version")) {
        require_version(r, &param->ast, arg);
    } else if (is_parameter(&t, "modules")) {
        each_value(r, arg, module_value);
    } else if (!is_parameter(&t, "shellid") && !is_parameter(&t, "pssnapin") &&
               !is_parameter(&t, "assembly")) {
        report(r->p, at, "ScriptRequiresInvalidFormat", NO_ARG);
    }
}

static void
require_all(struct requires *r, const struct hop_ast_command *cmd)
{
    const struct hop_ast_list *e = &cmd->elements;

    for (uint32_t i = 1; i < e->n; i++) {
        struct hop_ast_command_parameter *param;
        struct hop_ast *arg;

        if (e->items[i]->kind != HOP_AST_COMMAND_PARAMETER) {
            report(r->p, at_of(e->items[i]), "ScriptRequiresInvalidFormat",
                   NO_ARG);
            continue;
        }
        param = HOP_AST_AS(hop_ast_command_parameter, e->items[i]);
        arg = param->argument;
        if (!arg && i + 1 < e->n &&
            e->items[i + 1]->kind != HOP_AST_COMMAND_PARAMETER)
            arg = e->items[++i];
        require(r, param, arg);
    }
}

/* The line behind its '#' as a command. */
static void
requires_line(struct requires *r, const struct hop_token *comment)
{
    struct parser *p = r->p;
    uint32_t start = comment->start + 1;
    struct lex_part part = {
        .text = {p->unit->source + start, comment->end - start},
        .extent = {start, comment->end},
    };
    struct lex_scan saved = lex_enter(&p->lx, &part);
    struct hop_ast *cmd;

    p->has_ungot = false;
    p->lx.mode = LEX_COMMAND;
    cmd = command(p);
    p->has_ungot = false;
    lex_leave(&p->lx, &saved);
    if (!cmd)
        return;
    if (!lang_name_is(
            hop_ast_text(p->unit,
                         HOP_AST_AS(hop_ast_command, cmd)->elements.items[0]),
            "requires"))
        report(p, at_of(cmd), "ScriptRequiresInvalidFormat", NO_ARG);
    require_all(r, HOP_AST_AS(hop_ast_command, cmd));
}

void
parse_requires(struct parser *p)
{
    HOP_CLEANUP(free_requires) struct requires r = {.p = p};
    struct hop_requires *out = &p->unit->requires;

    for (size_t i = 0; i < p->lx.requires.n; i++)
        requires_line(&r, &p->lx.requires.items[i]);
    out->modules.n = r.modules.n;
    out->modules.items =
        hop_unit_alloc(p->unit, r.modules.n * sizeof(struct hop_ast *));
    for (uint32_t i = 0; i < r.modules.n; i++)
        out->modules.items[i] = r.modules.items[i];
    out->n_editions = r.editions.n;
    out->editions =
        hop_unit_alloc(p->unit, r.editions.n * sizeof(out->editions[0]));
    for (uint32_t i = 0; i < r.editions.n; i++)
        out->editions[i] = r.editions.items[i];
}
