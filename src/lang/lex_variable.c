/* Variables: their names, paths and braces.
 *
 * SPDX-License-Identifier: MIT
 */
#include "lang/lexer.h"

#include <string.h>

#include "base/text.h"

#define NO_ARG ((struct hop_name){NULL, 0})

static struct tok
rescan_word(struct lexer *lx)
{
    lx->scan.pos = lx->scan.token_start;
    return lex_generic(lx, "", 0);
}

static struct tok
make_variable(struct lexer *lx, struct hop_name path, bool splatted)
{
    struct tok t = lex_make(lx, splatted ? HOP_TOKEN_SPLATTED_VARIABLE
                                         : HOP_TOKEN_VARIABLE);

    t.value = path;
    return t;
}

static const struct {
    const char *prefix;
    uint32_t len;
    enum hop_variable_scope scope;
} scopes[] = {
    {"global:", 7, HOP_SCOPE_GLOBAL},     {"local:", 6, HOP_SCOPE_LOCAL},
    {"private:", 8, HOP_SCOPE_PRIVATE},   {"script:", 7, HOP_SCOPE_SCRIPT},
    {"variable:", 9, HOP_SCOPE_VARIABLE},
};

void
lang_split_path(struct hop_name path, enum hop_variable_scope *scope,
                struct hop_name *drive, struct hop_name *name)
{
    const char *colon = path.len ? memchr(path.text, ':', path.len) : NULL;
    uint32_t at = colon ? (uint32_t)(colon - path.text) : 0;

    *scope = HOP_SCOPE_NONE;
    *drive = (struct hop_name){NULL, 0};
    *name = path;
    if (!colon)
        return;
    *name = (struct hop_name){colon + 1, path.len - at - 1};
    for (size_t i = 0; i < HOP_ARRAY_SIZE(scopes); i++) {
        if (at + 1 == scopes[i].len &&
            hop_ascii_ieqn(path.text, scopes[i].prefix, at)) {
            *scope = scopes[i].scope;
            return;
        }
    }
    if (at) {
        *scope = HOP_SCOPE_DRIVE;
        *drive = (struct hop_name){path.text, at};
    }
}

/* Reports a path that ends behind its scope or drive: "env:". */
static void
check_path(struct lexer *lx, struct hop_name path, const char *id)
{
    enum hop_variable_scope scope;
    struct hop_name drive, name;

    lang_split_path(path, &scope, &drive, &name);
    if (name.len)
        return;
    if (!id)
        id = scope == HOP_SCOPE_DRIVE ? "InvalidVariableReferenceWithDrive"
                                      : "InvalidVariableReference";
    lex_error(lx, lex_current(lx), id, NO_ARG);
}

/* Behind "${"; reads through "}". */
static bool
scan_braces(struct lexer *lx, struct lex_text *t)
{
    struct lex_scan *s = &lx->scan;

    for (;;) {
        uint32_t c = lex_get(lx);

        if (c == '}')
            return true;
        if (c == LEX_EOI || (c == '`' && lex_peek(lx) == LEX_EOI))
            return false;
        if (c == '`') {
            lex_escape(lx, t);
            continue;
        }
        if (c == '{')
            lex_bad_escape(lx, s->pos, s->pos + 1,
                           "OpenBraceNeedsToBeBackTickedInVariableName");
        if (lx->in_string && lex_is_double_quote(c) &&
            lex_is_double_quote(lex_peek(lx)))
            c = lex_get(lx);
        lex_add_char(t, c);
    }
}

static struct tok
braced_variable(struct lexer *lx)
{
    LEX_AUTO_TEXT struct lex_text t = {0};
    struct lex_scan *s = &lx->scan;
    size_t from = s->pos - 1;
    bool closed = scan_braces(lx, &t);
    struct hop_name path;
    uint32_t c = lex_peek(lx);

    if (!closed)
        lex_report_string(lx, from, "IncompleteDollarVariableReference",
                          NO_ARG);
    else if (!t.value.len)
        lex_bad_escape(lx, s->pos - 1, s->pos, "EmptyVariableReference");
    if (!t.value.len)
        lex_add_bytes(&t, ":Error:", 7);
    if (lx->mode == LEX_COMMAND && !lex_ends_token(c) && c != '.' && c != '[')
        return rescan_word(lx);
    path = lang_name(lx->unit, t.value.data, t.value.len);
    check_path(lx, path, "InvalidBracedVariableReference");
    return make_variable(lx, path, false);
}

/* Reads the name of an unbraced variable; false when it turns out to be the
 * start of a word. */
static bool
scan_variable_name(struct lexer *lx)
{
    for (;; lex_skip(lx)) {
        uint32_t c = lex_peek(lx);

        if (lex_is_letter_or_digit(c) || c == '_' || c == '?')
            continue;
        if (c == ':' && lex_peek_at(lx, 1) != ':')
            continue;
        if (c == ':' || c == '.' || c == '[' || c == '=' || lex_ends_token(c))
            return true;
        return lx->mode != LEX_COMMAND;
    }
}

/* Behind $ or @. */
struct tok
lex_variable(struct lexer *lx, bool splatted)
{
    struct lex_scan *s = &lx->scan;
    size_t from = s->pos;
    uint32_t c = lex_peek(lx);
    struct hop_name path;

    if (c == '{') {
        lex_skip(lx);
        return braced_variable(lx);
    }
    if (!lex_is_variable_start(c))
        return lex_generic(lx, "$", 1);
    lex_skip(lx);
    if (c == '$' || c == '?' || c == '^') {
        if (lx->mode == LEX_COMMAND && !lex_ends_token(lex_peek(lx)))
            return rescan_word(lx);
    } else if (!scan_variable_name(lx)) {
        return rescan_word(lx);
    }
    path = lang_name(lx->unit, s->text + from, s->pos - from);
    check_path(lx, path, NULL);
    return make_variable(lx, path, splatted);
}
