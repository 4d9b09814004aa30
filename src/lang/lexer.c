/* Tokens in general: characters, positions, comments, and the table of first
 * characters.
 *
 * SPDX-License-Identifier: MIT
 */
#include "lang/lexer.h"

#include <string.h>

#include "base/alloc.h"
#include "base/text.h"

#define NO_ARG ((struct hop_name){NULL, 0})

uint32_t
lex_peek(const struct lexer *lx)
{
    const struct lex_scan *s = &lx->scan;
    unsigned char c;
    size_t used;

    if (s->pos >= s->len)
        return LEX_EOI;
    c = (unsigned char)s->text[s->pos];
    if (c < 0x80)
        return c;
    return hop_utf8_decode(s->text + s->pos, s->len - s->pos, &used);
}

uint32_t
lex_peek_at(const struct lexer *lx, size_t ahead)
{
    const struct lex_scan *s = &lx->scan;

    if (s->pos + ahead >= s->len)
        return LEX_EOI;
    return (unsigned char)s->text[s->pos + ahead];
}

void
lex_skip(struct lexer *lx)
{
    struct lex_scan *s = &lx->scan;
    size_t used;

    if (s->pos >= s->len)
        return;
    if ((unsigned char)s->text[s->pos] < 0x80) {
        s->pos++;
        return;
    }
    hop_utf8_decode(s->text + s->pos, s->len - s->pos, &used);
    s->pos += used;
}

uint32_t
lex_get(struct lexer *lx)
{
    uint32_t c = lex_peek(lx);

    lex_skip(lx);
    return c;
}

uint32_t
lex_offset(const struct lexer *lx, size_t pos)
{
    const struct lex_scan *s = &lx->scan;

    if (pos > s->len)
        pos = s->len;
    return s->map ? s->map[pos] : s->base + (uint32_t)pos;
}

struct lang_extent
lex_current(const struct lexer *lx)
{
    return (struct lang_extent){lex_offset(lx, lx->scan.token_start),
                                lex_offset(lx, lx->scan.pos)};
}

void
lex_error(struct lexer *lx, struct lang_extent where, const char *id,
          struct hop_name arg)
{
    lang_report(lx->unit, where, id, false, (struct hop_name[2]){arg, NO_ARG});
}

static size_t
skip_comment(const char *s, size_t len, size_t i)
{
    bool block = s[i] == '<';

    i += block ? 2 : 1;
    for (; i < len; i++) {
        if (!block && (s[i] == '\r' || s[i] == '\n'))
            return i;
        if (block && s[i] == '#' && i + 1 < len && s[i + 1] == '>')
            return i + 2;
    }
    return i;
}

static bool
is_comment(const char *s, size_t len, size_t i)
{
    return s[i] == '#' || (s[i] == '<' && i + 1 < len && s[i + 1] == '#');
}

/* Nothing but blanks and comments from here to the end of what is scanned.
 * In a $( ) of a string PowerShell compares an offset of the whole source with
 * the length of the part; so it is kept. */
static bool
is_rest_blank(const struct lex_scan *scan, size_t i)
{
    const char *s = scan->text;

    while (i < scan->len) {
        size_t used = 1;

        if (is_comment(s, scan->len, i)) {
            i = skip_comment(s, scan->len, i);
            continue;
        }
        if (!lex_is_space(hop_utf8_decode(s + i, scan->len - i, &used)))
            return false;
        i += used;
    }
    return true;
}

bool
lex_incomplete(struct lexer *lx, struct lang_extent where, uint32_t detected,
               const char *id, struct hop_name arg)
{
    bool incomplete = is_rest_blank(&lx->scan, detected);

    lang_report(lx->unit, where, id, incomplete,
                (struct hop_name[2]){arg, NO_ARG});
    return incomplete;
}

static void
keep_token(struct lang_tokens *list, const struct tok *t)
{
    if (list->n == list->cap) {
        list->cap = list->cap ? list->cap * 2 : 32;
        list->items =
            hop_xrealloc(list->items, list->cap, sizeof(list->items[0]));
    }
    list->items[list->n++] = (struct hop_token){
        .kind = (uint8_t)t->kind,
        .has_error = t->flags & HOP_TOKEN_IN_ERROR,
        .flags = t->flags,
        .start = t->at.start,
        .end = t->at.end,
    };
}

/* The outermost tokens that are no white space.  What is read again comes by
 * here again. */
static void
note_ends(struct hop_unit *u, const struct tok *t)
{
    switch (t->kind) {
    case HOP_TOKEN_NEW_LINE:
    case HOP_TOKEN_LINE_CONTINUATION:
    case HOP_TOKEN_COMMENT:
    case HOP_TOKEN_END_OF_INPUT: return;
    default: break;
    }
    if (!u->first.end || t->at.start <= u->first.start)
        u->first = t->at;
    if (!u->last.end || t->at.start >= u->last.start)
        u->last = t->at;
}

struct tok
lex_make(struct lexer *lx, enum hop_token_kind kind)
{
    const struct lex_scan *s = &lx->scan;
    struct tok t = {
        .kind = kind,
        .flags = hop_token_kind_flags(kind),
        .at = lex_current(lx),
        .text = {s->text + s->token_start, (uint32_t)(s->pos - s->token_start)},
    };

    if (!lx->nested)
        note_ends(lx->unit, &t);
    if (lx->keep_tokens && !lx->nested)
        keep_token(&lx->unit->tokens, &t);
    if (kind == HOP_TOKEN_COMMENT && !lx->nested)
        keep_token(&lx->unit->comments, &t);
    return t;
}

static void
skip_spaces(struct lexer *lx)
{
    while (lex_is_space(lex_peek(lx)))
        lex_skip(lx);
}

static void
skip_line_feed(struct lexer *lx, uint32_t c)
{
    if (c == '\r' && lex_peek(lx) == '\n')
        lex_skip(lx);
}

/* ---- comments ---------------------------------------------------------- */

static const char signature[] = "sig#beginsignatureblock\n";

#define SIGNATURE_LEN (sizeof(signature) - 1)
#define SIGNATURE_MAX 34 /* comments up to ten edits away count as one */
#define SIGNATURE_MIN 14

static unsigned
edit_distance(const char *s, size_t n)
{
    unsigned row[SIGNATURE_LEN + 1];

    for (unsigned j = 0; j <= SIGNATURE_LEN; j++)
        row[j] = j;
    for (unsigned i = 1; i <= n; i++) {
        unsigned corner = row[0];

        row[0] = i;
        for (unsigned j = 1; j <= SIGNATURE_LEN; j++) {
            unsigned above = row[j], best = corner;

            if (s[i - 1] != signature[j - 1]) {
                best = above < row[j - 1] ? above : row[j - 1];
                best = (corner < best ? corner : best) + 1;
            }
            row[j] = best;
            corner = above;
        }
    }
    return row[SIGNATURE_LEN];
}

/* Code behind what looks like a signature is refused: readers stop there. */
static bool
looks_like_signature(const struct hop_name *text)
{
    char packed[SIGNATURE_MAX];
    size_t n = 0;

    for (uint32_t i = 1; i < text->len; i++) {
        if (hop_ascii_is_space(text->text[i]))
            continue;
        if (n == SIGNATURE_MAX - 1)
            return false;
        packed[n++] = hop_ascii_lower(text->text[i]);
    }
    packed[n++] = '\n';
    return n >= SIGNATURE_MIN && edit_distance(packed, n) < 10;
}

static void
line_comment(struct lexer *lx)
{
    struct lex_scan *s = &lx->scan;
    struct tok t;

    while (s->pos < s->len && s->text[s->pos] != '\r' &&
           s->text[s->pos] != '\n')
        s->pos++;
    t = lex_make(lx, HOP_TOKEN_COMMENT);
    if (lx->nested)
        return;
    if (t.text.len > 8 && hop_ascii_ieqn(t.text.text, "#requires", 9))
        keep_token(&lx->requires, &t);
    else if (looks_like_signature(&t.text))
        lx->signature = t.at;
}

/* Behind "<#". */
static void
block_comment(struct lexer *lx)
{
    struct lex_scan *s = &lx->scan;
    size_t from = s->pos - 2;

    for (;;) {
        if (s->pos >= s->len) {
            lex_incomplete(lx,
                           (struct lang_extent){lex_offset(lx, from),
                                                lex_offset(lx, s->pos)},
                           lex_offset(lx, s->pos),
                           "MissingTerminatorMultiLineComment", NO_ARG);
            break;
        }
        if (s->text[s->pos] == '#' && lex_peek_at(lx, 1) == '>') {
            s->pos += 2;
            break;
        }
        s->pos++;
    }
    lex_make(lx, HOP_TOKEN_COMMENT);
}

/* ---- moving about ------------------------------------------------------- */

/* One step of what may stand between tokens: blanks, comments, line
 * continuations.  False when something else is next. */
static bool
skip_filler(struct lexer *lx)
{
    struct lex_scan *s = &lx->scan;
    uint32_t c = lex_peek(lx), c1;

    s->token_start = s->pos;
    if (lex_is_space(c)) {
        skip_spaces(lx);
    } else if (c == '#') {
        line_comment(lx);
    } else if (c == '<' && lex_peek_at(lx, 1) == '#') {
        s->pos += 2;
        block_comment(lx);
    } else if (c == '`') {
        c1 = lex_peek_at(lx, 1);
        if (c1 == '\r' || c1 == '\n') {
            s->pos += 2;
            skip_line_feed(lx, c1);
            lex_make(lx, HOP_TOKEN_LINE_CONTINUATION);
            return true;
        }
        s->pos++;
        if (!lex_is_space(lex_peek(lx))) {
            s->pos--;
            return false;
        }
        skip_spaces(lx);
    } else {
        return false;
    }
    return true;
}

void
lex_skip_newlines(struct lexer *lx, bool semicolons)
{
    for (;;) {
        uint32_t c = lex_peek(lx);

        lx->scan.token_start = lx->scan.pos;
        if (c == '\r' || c == '\n') {
            lex_skip(lx);
            skip_line_feed(lx, c);
            lex_make(lx, HOP_TOKEN_NEW_LINE);
        } else if (c == ';' && semicolons) {
            lex_skip(lx);
            lex_make(lx, HOP_TOKEN_SEMI);
        } else if (!skip_filler(lx)) {
            return;
        }
    }
}

uint32_t
lex_restore_point(struct lexer *lx)
{
    lx->scan.token_start = lx->scan.pos;
    return lex_offset(lx, lx->scan.pos);
}

static void
forget_tokens(struct lang_tokens *list, uint32_t offset)
{
    while (list->n && list->items[list->n - 1].end > offset)
        list->n--;
    while (list->n && list->items[list->n - 1].kind == HOP_TOKEN_END_OF_INPUT)
        list->n--;
}

void
lex_resync(struct lexer *lx, uint32_t offset)
{
    struct lex_scan *s = &lx->scan;

    if (s->map) {
        size_t lo = 0, hi = s->len;

        while (lo < hi) {
            size_t mid = lo + (hi - lo) / 2;

            if (s->map[mid] < offset)
                lo = mid + 1;
            else
                hi = mid;
        }
        s->pos = lo;
    } else {
        s->pos = offset < s->base ? 0 : offset - s->base;
        if (s->pos > s->len)
            s->pos = s->len;
    }
    if (lx->nested)
        return;
    forget_tokens(&lx->unit->tokens, offset);
    forget_tokens(&lx->unit->comments, offset);
    forget_tokens(&lx->requires, offset);
}

struct lex_scan
lex_enter(struct lexer *lx, const struct lex_part *part)
{
    struct lex_scan saved = lx->scan;

    lx->scan = (struct lex_scan){
        .text = part->text.text,
        .len = part->text.len,
        .map = part->map,
        .base = part->extent.start,
    };
    lx->nested++;
    return saved;
}

void
lex_leave(struct lexer *lx, const struct lex_scan *saved)
{
    lx->scan = *saved;
    lx->nested--;
}

/* A pipe at the start of the next line continues the pipeline, when no empty
 * line lies between; comment lines may. */
bool
lex_pipe_continues(const struct lexer *lx, uint32_t newline_end)
{
    const char *s = lx->scan.text;
    size_t len = lx->scan.len, i = lx->scan.pos, used;
    bool line_empty = true;

    (void)newline_end;
    while (i < len) {
        if (s[i] == '\n' || s[i] == '\r') {
            if (line_empty)
                return false;
            line_empty = true;
            i += s[i] == '\r' && i + 1 < len && s[i + 1] == '\n' ? 2 : 1;
        } else if (is_comment(s, len, i)) {
            line_empty = false;
            i = skip_comment(s, len, i);
        } else if (lex_is_space(hop_utf8_decode(s + i, len - i, &used))) {
            i += used;
        } else {
            return s[i] == '|';
        }
    }
    return false;
}

/* ---- operators, names, parameters --------------------------------------- */

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
    while (skip_filler(lx))
        ;
    lx->scan.token_start = lx->scan.pos;
    c = lex_get(lx);
    if (c < 128 && single_tokens[c])
        return lex_make(lx, (enum hop_token_kind)single_tokens[c]);
    switch (c) {
    case LEX_EOI: return end_of_input(lx);
    case '\r': skip_line_feed(lx, c); return lex_make(lx, HOP_TOKEN_NEW_LINE);
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

/* ---- tokens that the parser asks for by name ---------------------------- */

/* In an argument a blank behind the operator makes it an argument. */
static bool
is_detached(const struct lexer *lx, size_t ahead)
{
    uint32_t c = lex_peek_at(lx, ahead);

    return lx->mode == LEX_COMMAND &&
           (c == LEX_EOI || c == '\r' || c == '\n' || lex_is_space(c));
}

static bool
take(struct lexer *lx, size_t n, enum hop_token_kind kind, struct tok *out)
{
    lx->scan.token_start = lx->scan.pos;
    lx->scan.pos += n;
    *out = lex_make(lx, kind);
    return true;
}

bool
lex_member_access(struct lexer *lx, bool bracket, struct tok *out)
{
    uint32_t c, c1;

    if (lx->stopped)
        return false;
    while (lex_peek(lx) == '<' && lex_peek_at(lx, 1) == '#') {
        lx->scan.token_start = lx->scan.pos;
        lx->scan.pos += 2;
        block_comment(lx);
    }
    c = lex_peek(lx);
    c1 = lex_peek_at(lx, 1);
    if (c == '.' && c1 != '.' && !is_detached(lx, 1))
        return take(lx, 1, HOP_TOKEN_DOT, out);
    if (c == ':' && c1 == ':' && !is_detached(lx, 2))
        return take(lx, 2, HOP_TOKEN_COLON_COLON, out);
    if (c == '[' && bracket)
        return take(lx, 1, HOP_TOKEN_LBRACKET, out);
    if (c == '?' && c1 == '.')
        return take(lx, 2, HOP_TOKEN_QUESTION_DOT, out);
    if (c == '?' && c1 == '[' && bracket)
        return take(lx, 2, HOP_TOKEN_QUESTION_LBRACKET, out);
    return false;
}

bool
lex_invoke_open(struct lexer *lx, struct tok *out)
{
    uint32_t c = lex_peek(lx);

    if (lx->stopped)
        return false;
    if (c == '(')
        return take(lx, 1, HOP_TOKEN_LPAREN, out);
    return c == '{' && take(lx, 1, HOP_TOKEN_LCURLY, out);
}

bool
lex_left_bracket(struct lexer *lx, struct tok *out)
{
    uint32_t start = lex_restore_point(lx);
    bool back = false;

    if (lx->stopped)
        return false;
    for (;;) {
        uint32_t c = lex_peek(lx);

        lx->scan.token_start = lx->scan.pos;
        if (lex_is_space(c)) {
            back = true;
            skip_spaces(lx);
        } else if (c == '#') {
            back = true;
            line_comment(lx);
        } else if (c == '<' && lex_peek_at(lx, 1) == '#') {
            back = false;
            lx->scan.pos += 2;
            block_comment(lx);
        } else if (c == '[') {
            return take(lx, 1, HOP_TOKEN_LBRACKET, out);
        } else {
            if ((c == '.' || c == ':') && back)
                lex_resync(lx, start);
            return false;
        }
    }
}

static void
scan_assembly_word(struct lexer *lx, struct hop_buf *b)
{
    struct lex_scan *s = &lx->scan;
    struct tok t;

    skip_spaces(lx);
    s->token_start = s->pos;
    while (!lex_ends_assembly_name(lex_peek(lx)))
        lex_skip(lx);
    t = lex_make(lx, HOP_TOKEN_IDENTIFIER);
    hop_buf_add(b, t.text.text, t.text.len);
    skip_spaces(lx);
}

struct hop_name
lex_assembly_name(struct lexer *lx)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct tok t;

    scan_assembly_word(lx, &b);
    while (lex_peek(lx) == ',') {
        take(lx, 1, HOP_TOKEN_COMMA, &t);
        hop_buf_adds(&b, ", ");
        scan_assembly_word(lx, &b);
        if (lex_peek(lx) == '=') {
            take(lx, 1, HOP_TOKEN_EQUALS, &t);
            hop_buf_addc(&b, '=');
            scan_assembly_word(lx, &b);
        }
    }
    return lang_name(lx->unit, hop_buf_str(&b), b.len);
}
