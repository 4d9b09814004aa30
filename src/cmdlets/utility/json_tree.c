/* SPDX-License-Identifier: MIT */
#include "cmdlets/utility/json_tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "value/convert.h"

struct parser {
    struct hop_context *cx;
    const struct hop_json_options *options;
    const char *s, *end, *start;
    int depth;
    char *why;
};

static bool parse_value(struct parser *p, struct hop_value *out);

static bool
fail(struct parser *p, const char *what)
{
    int line = 1;
    const char *from = p->start;

    for (const char *s = p->start; s < p->s; s++)
        if (*s == '\n') {
            line++;
            from = s + 1;
        }
    if (!p->why[0])
        snprintf(p->why, 128, "%s in line %d, byte %d.", what, line,
                 (int)(p->s - from) + 1);
    return false;
}

static bool
skip_comment(struct parser *p)
{
    const char *stop;
    size_t left = (size_t)(p->end - p->s);

    if (left > 1 && p->s[1] == '/') {
        stop = memchr(p->s, '\n', left);
        p->s = stop ? stop + 1 : p->end;
        return true;
    }
    stop =
        left > 3 && p->s[1] == '*' ? memmem(p->s + 2, left - 2, "*/", 2) : NULL;
    if (!stop)
        return fail(p, "A comment does not end");
    p->s = stop + 2;
    return true;
}

/* Goes to the next token. */
static bool
skip_blanks(struct parser *p)
{
    for (;;) {
        while (p->s < p->end && (*p->s == ' ' || *p->s == '\t' ||
                                 *p->s == '\n' || *p->s == '\r'))
            p->s++;
        if (p->s == p->end || *p->s != '/' || !p->options->comments)
            return true;
        if (!skip_comment(p))
            return false;
    }
}

static bool
take(struct parser *p, char c)
{
    if (p->s == p->end || *p->s != c)
        return false;
    p->s++;
    return true;
}

/* ---- strings ---- */

static bool
parse_unit(struct parser *p, struct hop_buf *b)
{
    unsigned unit = 0;

    for (int i = 0; i < 4; i++, p->s++) {
        char c = p->s < p->end ? hop_ascii_lower(*p->s) : 0;

        if (hop_ascii_is_digit(c))
            unit = unit * 16 + (unsigned)(c - '0');
        else if (c >= 'a' && c <= 'f')
            unit = unit * 16 + (unsigned)(c - 'a' + 10);
        else
            return fail(p, "Four hexadecimal digits are missing behind \\u");
    }
    hop_buf_add_utf16(b, (uint16_t)unit);
    return true;
}

static bool
parse_escape(struct parser *p, struct hop_buf *b)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    const char *at;

    if (p->s == p->end)
        return fail(p, "A string does not end");
    if (take(p, 'u'))
        return parse_unit(p, b);
    at = *p->s ? strchr(from, *p->s) : NULL;
    if (!at)
        return fail(p, "An escape in a string is unknown");
    hop_buf_addc(b, to[at - from]);
    p->s++;
    return true;
}

static bool
parse_string(struct parser *p, struct hop_value *out)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    p->s++;
    while (p->s < p->end && *p->s != '"') {
        if ((unsigned char)*p->s < 0x20)
            return fail(p, "A control character stands in a string");
        if (take(p, '\\')) {
            if (!parse_escape(p, &b))
                return false;
        } else {
            hop_buf_addc(&b, *p->s++);
        }
    }
    if (!take(p, '"'))
        return fail(p, "A string does not end");
    *out = hop_text_buf(&b);
    return true;
}

/* ---- numbers ---- */

static size_t
skip_digits(struct parser *p)
{
    const char *from = p->s;

    while (p->s < p->end && hop_ascii_is_digit(*p->s))
        p->s++;
    return (size_t)(p->s - from);
}

static bool
parse_number(struct parser *p, struct hop_value *out)
{
    const char *from = p->s;
    bool whole = true, zero;
    char *text, *stop;
    HOP_AUTO_STRING struct hop_string *s = NULL;

    (void)take(p, '-');
    zero = p->s < p->end && *p->s == '0';
    if (zero ? (p->s++, p->s < p->end && hop_ascii_is_digit(*p->s))
             : skip_digits(p) == 0)
        return fail(p, "A number is malformed");
    if (take(p, '.')) {
        whole = false;
        if (skip_digits(p) == 0)
            return fail(p, "Digits are missing behind the point");
    }
    if (p->s < p->end && (*p->s | 0x20) == 'e') {
        whole = false;
        p->s++;
        if (!take(p, '-'))
            (void)take(p, '+');
        if (skip_digits(p) == 0)
            return fail(p, "Digits of the exponent are missing");
    }
    s = hop_string_new(from, (size_t)(p->s - from));
    text = s->data;
    *out = whole && s->len < 19 ? hop_long(strtoll(text, &stop, 10))
                                : hop_double(strtod(text, &stop));
    return true;
}

static bool
parse_word(struct parser *p, struct hop_value *out)
{
    static const struct {
        const char *text;
        struct hop_value v;
    } words[] = {{"true", {.kind = HOP_BOOL, .u.i = 1}},
                 {"false", {.kind = HOP_BOOL}},
                 {"null", {.kind = HOP_NULL}}};

    for (size_t i = 0; i < HOP_ARRAY_SIZE(words); i++) {
        size_t n = strlen(words[i].text);

        if ((size_t)(p->end - p->s) >= n &&
            memcmp(p->s, words[i].text, n) == 0) {
            p->s += n;
            *out = words[i].v;
            return true;
        }
    }
    return fail(p, p->s == p->end ? "The text ends too early"
                                  : "A value is expected");
}

/* ---- containers ---- */

/* Behind an element: *more tells whether another follows. */
static bool
next_element(struct parser *p, char close, bool *more)
{
    if (!skip_blanks(p))
        return false;
    *more = take(p, ',');
    if (!*more)
        return take(p, close) ||
               fail(p, close == ']' ? "A comma or ] is expected"
                                    : "A comma or } is expected");
    if (!skip_blanks(p))
        return false;
    if (p->options->trailing_commas && take(p, close))
        *more = false;
    return true;
}

static bool
parse_array(struct parser *p, struct hop_value *out)
{
    struct hop_array *a = hop_array_new(p->cx, 0);
    HOP_AUTO_VALUE struct hop_value v = hop_obj(a);
    bool more;

    p->s++;
    if (!skip_blanks(p))
        return false;
    more = !take(p, ']');
    while (more) {
        struct hop_value item = hop_null();

        if (!parse_value(p, &item))
            return false;
        hop_array_push(a, item);
        if (!next_element(p, ']', &more))
            return false;
    }
    *out = hop_value_steal(&v);
    return true;
}

static bool
parse_member(struct parser *p, struct hop_dict *d)
{
    HOP_AUTO_VALUE struct hop_value name = hop_null();
    struct hop_value v = hop_null();

    if (p->s == p->end || *p->s != '"')
        return fail(p, "The name of a member is expected");
    if (!parse_string(p, &name) || !skip_blanks(p))
        return false;
    if (!take(p, ':'))
        return fail(p, "A colon is expected");
    if (!parse_value(p, &v))
        return false;
    hop_dict_set(d, name, v);
    return true;
}

static bool
parse_object(struct parser *p, struct hop_value *out)
{
    struct hop_dict *d =
        hop_dict_new_of(p->cx, &hop_class_ordered_dictionary, 0);
    HOP_AUTO_VALUE struct hop_value v = hop_obj(d);
    bool more;

    p->s++;
    if (!skip_blanks(p))
        return false;
    more = !take(p, '}');
    while (more)
        if (!parse_member(p, d) || !next_element(p, '}', &more))
            return false;
    *out = hop_value_steal(&v);
    return true;
}

static bool
parse_value(struct parser *p, struct hop_value *out)
{
    bool ok;
    char c;

    if (!skip_blanks(p))
        return false;
    c = p->s < p->end ? *p->s : 0;
    if (c == '"')
        return parse_string(p, out);
    if (c == '-' || hop_ascii_is_digit(c))
        return parse_number(p, out);
    if (c != '[' && c != '{')
        return parse_word(p, out);
    if (++p->depth > HOP_JSON_DEPTH)
        return fail(p, "The values are nested too deeply");
    ok = c == '[' ? parse_array(p, out) : parse_object(p, out);
    p->depth--;
    return ok;
}

bool
hop_json_parse(struct hop_context *cx, const char *s, size_t n,
               const struct hop_json_options *options, struct hop_value *out,
               char why[128])
{
    struct parser p = {cx, options, s, s + n, s, 0, why};
    HOP_AUTO_VALUE struct hop_value v = hop_null();

    why[0] = 0;
    if (!parse_value(&p, &v) || !skip_blanks(&p))
        return false;
    if (p.s < p.end)
        return fail(&p, "More text follows the value");
    *out = hop_value_steal(&v);
    return true;
}
