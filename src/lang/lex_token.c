/* A token from its first character on: operators, names, parameters,
 * redirections.
 *
 * SPDX-License-Identifier: MIT
 */
#include "lang/lexer.h"

#include <string.h>

#define NO_ARG ((struct hop_name){NULL, 0})

/* n characters of an operator have been read; in an argument they begin a
 * word, unless a character follows that ends tokens. */
static struct tok
operator_or_word(struct lexer *lx, enum hop_token_kind kind)
{
    struct lex_scan *s = &lx->scan;

    if (lx->mode == LEX_COMMAND && !lex_ends_token(lex_peek(lx)))
        return lex_generic(lx, s->text + s->token_start,
                           s->pos - s->token_start);
    return lex_make(lx, kind);
}

/* An operator that may have = behind it. */
static struct tok
operator_or_assign(struct lexer *lx, enum hop_token_kind kind,
                   enum hop_token_kind assign)
{
    if (lex_peek(lx) != '=')
        return operator_or_word(lx, kind);
    lex_skip(lx);
    return operator_or_word(lx, assign);
}

static bool
ends_parameter(uint32_t c)
{
    return c == LEX_EOI || c == 0 || lex_is_space(c) || c == '\r' ||
           c == '\n' || (c < 128 && strchr("{}();,|&.[", (int)c) != NULL);
}

/* Behind the dash: a parameter, or an operator in an expression. */
static struct tok
scan_parameter(struct lexer *lx)
{
    struct lex_scan *s = &lx->scan;
    bool command = lx->mode == LEX_COMMAND, colon = false;
    size_t from = s->pos;
    struct hop_name name;
    struct tok t;

    for (;; lex_skip(lx)) {
        uint32_t c = lex_peek(lx);

        if (ends_parameter(c))
            break;
        if (c == ':') {
            colon = true;
            break;
        }
        if (command && (lex_is_single_quote(c) || lex_is_double_quote(c)))
            return lex_generic(lx, s->text + s->token_start,
                               s->pos - s->token_start);
        if (!command && !(c < 128 && lex_is_letter(c)))
            break;
    }
    name = (struct hop_name){s->text + from, (uint32_t)(s->pos - from)};
    if (lx->mode == LEX_EXPRESSION && name.len) {
        enum hop_token_kind op = hop_token_operator(name.text, name.len);

        if (op != HOP_TOKEN_UNKNOWN)
            return lex_make(lx, op);
    }
    if (!name.len)
        return lex_make(lx, HOP_TOKEN_MINUS);
    if (colon && command)
        lex_skip(lx);
    t = lex_make(lx, HOP_TOKEN_PARAMETER);
    t.value = name;
    t.colon = colon;
    return t;
}

static struct tok
scan_plus(struct lexer *lx)
{
    uint32_t c = lex_peek(lx);

    if (c == '+') {
        lex_skip(lx);
        return operator_or_word(lx, HOP_TOKEN_PLUS_PLUS);
    }
    if (lx->signed_numbers && ((c >= '0' && c <= '9') || c == '.'))
        return lex_number(lx, '+');
    return operator_or_assign(lx, HOP_TOKEN_PLUS, HOP_TOKEN_PLUS_EQUALS);
}

static struct tok
scan_dash(struct lexer *lx)
{
    uint32_t c = lex_peek(lx);

    if (lex_is_dash(c)) {
        lex_skip(lx);
        return operator_or_word(lx, HOP_TOKEN_MINUS_MINUS);
    }
    if (lex_is_letter(c) || c == '_' || c == '?')
        return scan_parameter(lx);
    if (lx->signed_numbers && ((c >= '0' && c <= '9') || c == '.'))
        return lex_number(lx, '-');
    return operator_or_assign(lx, HOP_TOKEN_MINUS, HOP_TOKEN_MINUS_EQUALS);
}

static struct tok
make_redirection(struct lexer *lx, enum lex_redirection how, unsigned from,
                 unsigned to, bool append)
{
    struct tok t =
        lex_make(lx, how == LEX_REDIRECT_IN ? HOP_TOKEN_REDIRECT_IN_STD
                                            : HOP_TOKEN_REDIRECTION);

    t.redirection = how;
    t.from = (enum hop_stream)from;
    t.to = (enum hop_stream)to;
    t.append = append;
    return t;
}

/* Behind ">", with the stream in front of it read. */
static struct tok
scan_redirection(struct lexer *lx, unsigned from, bool explicit)
{
    struct lex_scan *s = &lx->scan;
    uint32_t c = lex_peek(lx), to = lex_peek_at(lx, 1);
    bool append = c == '>';

    if (c == '&' && (to == '1' || (explicit && to == '2')) &&
        (explicit || from == HOP_STREAM_ALL)) {
        s->pos += 2;
        return make_redirection(lx, LEX_REDIRECT_MERGE, from, to - '0', false);
    }
    if (explicit && lx->mode == LEX_EXPRESSION) {
        struct tok t;

        s->pos--;
        t = lex_make(lx, HOP_TOKEN_NUMBER);
        t.number = (struct hop_number){.type = HOP_NUMBER_INT32, .i = from};
        return t;
    }
    if (append)
        s->pos++;
    return make_redirection(lx, LEX_REDIRECT_FILE, from, 0, append);
}

static struct tok
scan_star(struct lexer *lx)
{
    if (lex_peek(lx) == '>') {
        lex_skip(lx);
        return scan_redirection(lx, HOP_STREAM_ALL, false);
    }
    return operator_or_assign(lx, HOP_TOKEN_MULTIPLY,
                              HOP_TOKEN_MULTIPLY_EQUALS);
}

static struct tok
scan_dot(struct lexer *lx)
{
    struct lex_scan *s = &lx->scan;
    uint32_t c = lex_peek(lx);

    if (c == '.') {
        lex_skip(lx);
        if (lx->mode == LEX_COMMAND && !lex_ends_token(lex_peek(lx)))
            return lex_generic(lx, s->text + s->token_start, 2);
        return lex_make(lx, HOP_TOKEN_DOT_DOT);
    }
    if (c >= '0' && c <= '9')
        return lex_number(lx, '.');
    /* .$command, ."command" and .'command' are dot-sourced. */
    if (lx->mode == LEX_COMMAND && !lex_ends_token(c) && c != '$' && c != '"' &&
        c != '\'')
        return lex_generic(lx, ".", 1);
    return lex_make(lx, HOP_TOKEN_DOT);
}

static struct tok
scan_exclaim(struct lexer *lx)
{
    uint32_t c = lex_peek(lx);

    if (lx->mode == LEX_COMMAND
            ? !lex_ends_token(c)
            : lx->mode == LEX_EXPRESSION && lex_is_identifier_start(c))
        return lex_generic(lx, "!", 1);
    if (lx->mode == LEX_EXPRESSION && ((c >= '0' && c <= '9') || c == '.') &&
        !lex_number_follows(lx, '!'))
        return lex_generic(lx, "!", 1);
    return lex_make(lx, HOP_TOKEN_EXCLAIM);
}

static struct tok
scan_label(struct lexer *lx)
{
    struct lex_scan *s = &lx->scan;
    size_t from = s->pos;
    struct tok t;

    if (!lex_is_identifier_start(lex_peek(lx)))
        return lex_generic(lx, ":", 1);
    while (lex_is_identifier_follow(lex_peek(lx)))
        lex_skip(lx);
    if (!lex_ends_token(lex_peek(lx)))
        return lex_generic(lx, s->text + s->token_start,
                           s->pos - s->token_start);
    t = lex_make(lx, HOP_TOKEN_LABEL);
    t.value = (struct hop_name){s->text + from, (uint32_t)(s->pos - from)};
    return t;
}

static struct tok
scan_colon(struct lexer *lx)
{
    if (lex_peek(lx) == ':') {
        lex_skip(lx);
        if (lx->mode == LEX_COMMAND && !lx->want_simple_name &&
            !lex_ends_token(lex_peek(lx)))
            return lex_generic(lx, "::", 2);
        return lex_make(lx, HOP_TOKEN_COLON_COLON);
    }
    return lx->mode == LEX_COMMAND ? scan_label(lx)
                                   : lex_make(lx, HOP_TOKEN_COLON);
}

static struct tok
scan_question(struct lexer *lx)
{
    struct lex_scan *s = &lx->scan;

    if (lx->mode != LEX_EXPRESSION)
        return lex_generic(lx, "?", 1);
    if (lex_peek(lx) != '?')
        return lex_make(lx, HOP_TOKEN_QUESTION_MARK);
    s->pos++;
    if (lex_peek(lx) != '=')
        return lex_make(lx, HOP_TOKEN_QUESTION_QUESTION);
    s->pos++;
    return lex_make(lx, HOP_TOKEN_QUESTION_QUESTION_EQUALS);
}

static struct tok
scan_type_name(struct lexer *lx)
{
    struct tok t;

    for (;;) {
        uint32_t c = lex_peek(lx);

        if (!lex_is_letter_or_digit(c) &&
            !(c && c < 128 && strchr(".`_+#\\", (int)c)))
            break;
        lex_skip(lx);
    }
    t = lex_make(lx, HOP_TOKEN_IDENTIFIER);
    t.flags |= HOP_TOKEN_TYPE_NAME;
    return t;
}

/* The first character has been read. */
static struct tok
scan_identifier(struct lexer *lx)
{
    struct lex_scan *s = &lx->scan;
    enum hop_token_kind keyword;

    while (lex_is_identifier_follow(lex_peek(lx)))
        lex_skip(lx);
    if (lx->mode == LEX_TYPE_NAME)
        return scan_type_name(lx);
    if (lx->want_simple_name || lx->mode != LEX_COMMAND)
        return lex_make(lx, HOP_TOKEN_IDENTIFIER);
    if (!lex_ends_token(lex_peek(lx)))
        return lex_generic(lx, s->text + s->token_start,
                           s->pos - s->token_start);
    keyword = hop_token_keyword(s->text + s->token_start,
                                (uint32_t)(s->pos - s->token_start));
    if (keyword == HOP_TOKEN_UNKNOWN || keyword == HOP_TOKEN_INLINE_SCRIPT)
        return lex_make(lx, HOP_TOKEN_IDENTIFIER);
    return lex_make(lx, keyword);
}

static struct tok
scan_at(struct lexer *lx)
{
    struct lex_scan *s = &lx->scan;
    uint32_t c = lex_peek(lx);

    if (c == '{' || c == '(') {
        s->pos++;
        return lex_make(lx, c == '{' ? HOP_TOKEN_AT_CURLY : HOP_TOKEN_AT_PAREN);
    }
    if (lex_is_single_quote(c) || lex_is_double_quote(c)) {
        lex_skip(lx);
        return lex_is_single_quote(c) ? lex_single_here(lx)
                                      : lex_double_here(lx);
    }
    if (lex_is_variable_start(c))
        return lex_variable(lx, true);
    lex_error(lx, lex_current(lx), "UnrecognizedToken", NO_ARG);
    return lex_make(lx, HOP_TOKEN_UNKNOWN);
}

/* Behind a backtick that is no line continuation. */
static struct tok
scan_backtick(struct lexer *lx)
{
    uint32_t end;

    if (lex_peek(lx) != LEX_EOI)
        return lex_generic_escaped(lx);
    end = lex_offset(lx, lx->scan.pos) + 1;
    lex_incomplete(lx, (struct lang_extent){end, end}, end, "IncompleteString",
                   NO_ARG);
    return lex_next(lx);
}

static const uint8_t single_tokens[128] = {
    ['('] = HOP_TOKEN_LPAREN,   [')'] = HOP_TOKEN_RPAREN,
    [']'] = HOP_TOKEN_RBRACKET, ['{'] = HOP_TOKEN_LCURLY,
    ['}'] = HOP_TOKEN_RCURLY,   [';'] = HOP_TOKEN_SEMI,
    [','] = HOP_TOKEN_COMMA,
};

/* & or |, alone or twice. */
static struct tok
scan_twin(struct lexer *lx, uint32_t c, enum hop_token_kind one,
          enum hop_token_kind two)
{
    if (lex_peek(lx) != c)
        return lex_make(lx, one);
    lex_skip(lx);
    return lex_make(lx, two);
}

static struct tok
scan_digit(struct lexer *lx, uint32_t c)
{
    if (c >= '1' && c <= '6' && lex_peek(lx) == '>') {
        lex_skip(lx);
        return scan_redirection(lx, c - '0', true);
    }
    return lex_number(lx, c);
}

static struct tok
scan_other(struct lexer *lx, uint32_t c)
{
    struct lex_scan *s = &lx->scan;

    if (lex_is_single_quote(c))
        return lex_single_string(lx);
    if (lex_is_double_quote(c))
        return lex_double_string(lx);
    if (lex_is_dash(c))
        return scan_dash(lx);
    if (c == '_' || lex_is_letter(c))
        return scan_identifier(lx);
    if (c >= '0' && c <= '9')
        return scan_digit(lx, c);
    return lex_generic(lx, s->text + s->token_start, s->pos - s->token_start);
}

static struct tok
scan_dollar(struct lexer *lx)
{
    if (lex_peek(lx) != '(')
        return lex_variable(lx, false);
    lex_skip(lx);
    return lex_make(lx, HOP_TOKEN_DOLLAR_PAREN);
}

static struct tok
scan_bracket(struct lexer *lx)
{
    if (lx->mode == LEX_COMMAND && !lex_ends_token(lex_peek(lx)))
        return lex_generic(lx, "[", 1);
    return lex_make(lx, HOP_TOKEN_LBRACKET);
}

static struct tok
end_of_input(struct lexer *lx)
{
    struct tok t;

    lx->scan.token_start = lx->scan.pos = lx->scan.len;
    t = lex_make(lx, HOP_TOKEN_END_OF_INPUT);
    /* PowerShell's end of input lies one behind the last character. */
    t.at.start++;
    t.at.end++;
    return t;
}

struct tok
lex_next(struct lexer *lx)
{
    uint32_t c;

    if (lx->unit->too_big && !lx->stopped) {
        lex_error(lx, lex_current(lx), "ScriptTooComplicated", NO_ARG);
        lx->stopped = true;
    }
    if (lx->stopped)
        return end_of_input(lx);
    while (lex_skip_filler(lx))
        ;
    lx->scan.token_start = lx->scan.pos;
    c = lex_get(lx);
    if (c < 128 && single_tokens[c])
        return lex_make(lx, (enum hop_token_kind)single_tokens[c]);
    switch (c) {
    case LEX_EOI: return end_of_input(lx);
    case '\r':
        lex_skip_line_feed(lx, c);
        return lex_make(lx, HOP_TOKEN_NEW_LINE);
    case '\n': return lex_make(lx, HOP_TOKEN_NEW_LINE);
    case '@': return scan_at(lx);
    case '`': return scan_backtick(lx);
    case '=': return operator_or_word(lx, HOP_TOKEN_EQUALS);
    case '+': return scan_plus(lx);
    case '*': return scan_star(lx);
    case '/':
        return operator_or_assign(lx, HOP_TOKEN_DIVIDE,
                                  HOP_TOKEN_DIVIDE_EQUALS);
    case '%':
        return operator_or_assign(lx, HOP_TOKEN_REM,
                                  HOP_TOKEN_REMAINDER_EQUALS);
    case '$': return scan_dollar(lx);
    case '<': return make_redirection(lx, LEX_REDIRECT_IN, 0, 0, false);
    case '>': return scan_redirection(lx, HOP_STREAM_OUTPUT, false);
    case '[': return scan_bracket(lx);
    case '.': return scan_dot(lx);
    case '&': return scan_twin(lx, c, HOP_TOKEN_AMPERSAND, HOP_TOKEN_AND_AND);
    case '|': return scan_twin(lx, c, HOP_TOKEN_PIPE, HOP_TOKEN_OR_OR);
    case '!': return scan_exclaim(lx);
    case ':': return scan_colon(lx);
    case '?': return scan_question(lx);
    default: return scan_other(lx, c);
    }
}
