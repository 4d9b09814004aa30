/* ConvertFrom-Json, Test-Json.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cmdlets/utility/utility.h"
#include "value/collections.h"
#include "value/convert.h"
#include "value/exception.h"
#include "value/member.h"

enum { INPUT, AS_HASHTABLE, DEPTH, NO_ENUMERATE, DATES };
static const struct hop_param params[] = {
    [INPUT] = {"InputObject", "string",
               HOP_MANDATORY | HOP_BY_VALUE | HOP_ALLOW_EMPTY_STRING,
               .position = HOP_POS(0)},
    [AS_HASHTABLE] = {"AsHashtable", "switch"},
    [DEPTH] = {"Depth", "int", .range = HOP_RANGE_KIND("Positive")},
    [NO_ENUMERATE] = {"NoEnumerate", "switch"},
    [DATES] = {"DateKind", "string", .set = "Default Local Utc Offset String"},
};

struct state {
    struct hop_buf text;
    size_t lines;
};

struct parser {
    struct hop_context *cx;
    const char *s, *end, *start;
    bool hashtable, text_dates, offset_dates;
    int depth;
    char why[256];
};

static bool parse_value(struct parser *p, struct hop_value *out);

/* ---- errors ---- */

static void
place(const struct parser *p, int *line, int *column)
{
    *line = 1;
    *column = 0;
    for (const char *s = p->start; s < p->s && s < p->end; s++) {
        ++*column;
        if (*s == '\n') {
            ++*line;
            *column = 0;
        }
    }
}

static bool
fail(struct parser *p, const char *what)
{
    int line, column;

    place(p, &line, &column);
    if (!p->why[0])
        snprintf(p->why, sizeof(p->why), "%s Path '', line %d, position %d.",
                 what, line, column);
    return false;
}

static bool
unexpected(struct parser *p)
{
    char what[96];
    size_t used;

    if (p->s >= p->end)
        return fail(p, "Unexpected end when reading JSON.");
    hop_utf8_decode(p->s, (size_t)(p->end - p->s), &used);
    snprintf(what, sizeof(what),
             "Unexpected character encountered while parsing value: %.*s.",
             (int)used, p->s);
    return fail(p, what);
}

/* ---- lexical ---- */

static void
skip_blank(struct parser *p)
{
    for (;;) {
        while (p->s < p->end && hop_ascii_is_space(*p->s))
            p->s++;
        if (p->end - p->s >= 2 && p->s[0] == '/' && p->s[1] == '/') {
            while (p->s < p->end && *p->s != '\n')
                p->s++;
        } else if (p->end - p->s >= 2 && p->s[0] == '/' && p->s[1] == '*') {
            const char *close = memmem(p->s, (size_t)(p->end - p->s), "*/", 2);

            p->s = close ? close + 2 : p->end;
        } else {
            return;
        }
    }
}

static bool
take(struct parser *p, char ch)
{
    skip_blank(p);
    if (p->s >= p->end || *p->s != ch)
        return false;
    p->s++;
    return true;
}

static bool
parse_unit(struct parser *p, struct hop_buf *b)
{
    uint32_t unit = 0;

    if (p->end - p->s < 4)
        return fail(p, "Unexpected end while parsing unicode escape sequence.");
    for (int i = 0; i < 4; i++) {
        char ch = hop_ascii_lower(*p->s++);
        int digit = hop_ascii_is_digit(ch)   ? ch - '0'
                    : ch >= 'a' && ch <= 'f' ? ch - 'a' + 10
                                             : -1;

        if (digit < 0)
            return fail(p, "Invalid Unicode escape sequence.");
        unit = unit * 16 + (uint32_t)digit;
    }
    hop_buf_add_utf16(b, (uint16_t)unit);
    return true;
}

static bool
parse_escape(struct parser *p, struct hop_buf *b)
{
    static const char from[] = "\"'\\/bfnrt", to[] = "\"'\\/\b\f\n\r\t";
    const char *hit;

    if (p->s >= p->end)
        return fail(p, "Unterminated string. Expected delimiter: \".");
    if (*p->s == 'u') {
        p->s++;
        return parse_unit(p, b);
    }
    hit = *p->s ? strchr(from, *p->s) : NULL;
    if (!hit)
        return fail(p, "Bad JSON escape sequence.");
    hop_buf_addc(b, to[hit - from]);
    p->s++;
    return true;
}

static bool
parse_text(struct parser *p, struct hop_buf *b)
{
    char quote = *p->s++;

    while (p->s < p->end && *p->s != quote) {
        if (*p->s == '\\') {
            p->s++;
            if (!parse_escape(p, b))
                return false;
            continue;
        }
        hop_buf_addc(b, *p->s++);
    }
    if (p->s >= p->end)
        return fail(p, "Unterminated string. Expected delimiter: \".");
    p->s++;
    return true;
}

/* Text that looks like an ISO date becomes a DateTime. */
static bool
parse_date(struct parser *p, const struct hop_buf *b, struct hop_value *out)
{
    HOP_AUTO_VALUE struct hop_value text = hop_null();

    if (p->text_dates || b->len < 19 || b->len > 40 ||
        !hop_ascii_is_digit(b->data[0]) || b->data[4] != '-' ||
        b->data[7] != '-' || b->data[10] != 'T' || b->data[13] != ':')
        return false;
    text = hop_textn(b->data, b->len);
    if (p->offset_dates)
        return hop_try_convert(p->cx, text, &hop_class_datetime_offset, out);
    if (!hop_try_convert(p->cx, text, &hop_class_datetime, out))
        return false;
    /* What converts from text with Z is local time; JSON keeps it UTC. */
    if (b->data[b->len - 1] == 'Z' && out->tag == HOP_DATE_LOCAL) {
        HOP_AUTO_STRING struct hop_string *name =
            hop_string_from("ToUniversalTime");
        struct hop_value utc;

        if (hop_member_call(p->cx, *out, name, NULL, 0, NULL, &utc))
            *out = utc;
        else
            hop_drop_exception(p->cx);
    }
    return true;
}

static bool
parse_string(struct parser *p, struct hop_value *out)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (!parse_text(p, &b))
        return false;
    if (!parse_date(p, &b, out))
        *out = hop_text_buf(&b);
    return true;
}

/* Integers are long, or BigInteger when they are too large; others double. */
static bool
parse_number(struct parser *p, struct hop_value *out)
{
    const char *from = p->s;
    bool real = false;
    HOP_AUTO_VALUE struct hop_value text = hop_null();

    if (*p->s == '-')
        p->s++;
    while (p->s < p->end &&
           (hop_ascii_is_digit(*p->s) || strchr("+-.eE", *p->s))) {
        real = real || strchr(".eE", *p->s);
        p->s++;
    }
    if (p->s == from || (p->s == from + 1 && *from == '-'))
        return unexpected(p);
    text = hop_textn(from, (size_t)(p->s - from));
    if (hop_try_convert(p->cx, text,
                        real ? &hop_class_double : &hop_class_int64, out) ||
        (!real && hop_try_convert(p->cx, text, &hop_class_big_integer, out)))
        return true;
    return fail(p, "Input string is not a valid number.");
}

static bool
parse_word(struct parser *p, struct hop_value *out)
{
    static const struct {
        const char *word;
        enum hop_kind kind;
        int64_t i;
    } words[] = {
        {"true", HOP_BOOL, 1}, {"false", HOP_BOOL, 0}, {"null", HOP_NULL, 0}};

    for (size_t i = 0; i < HOP_ARRAY_SIZE(words); i++) {
        size_t n = strlen(words[i].word);

        if ((size_t)(p->end - p->s) >= n &&
            memcmp(p->s, words[i].word, n) == 0) {
            p->s += n;
            *out =
                words[i].kind == HOP_BOOL ? hop_bool(words[i].i) : hop_null();
            return true;
        }
    }
    return unexpected(p);
}

/* ---- structure ---- */

static bool
parse_array(struct parser *p, struct hop_value *out)
{
    struct hop_array *a = hop_array_new(p->cx, 0);
    HOP_AUTO_VALUE struct hop_value held = hop_obj(a);

    p->s++;
    while (!take(p, ']')) {
        struct hop_value item;

        if (!parse_value(p, &item))
            return false;
        hop_array_push(a, item);
        if (!take(p, ',')) {
            if (take(p, ']'))
                break;
            return unexpected(p);
        }
    }
    *out = hop_value_steal(&held);
    return true;
}

static bool
parse_name(struct parser *p, struct hop_buf *b)
{
    skip_blank(p);
    if (p->s < p->end && (*p->s == '"' || *p->s == '\''))
        return parse_text(p, b);
    while (p->s < p->end && (hop_ascii_is_digit(*p->s) || *p->s == '_' ||
                             *p->s == '$' || (*p->s | 32) >= 'a'))
        hop_buf_addc(b, *p->s++);
    return b->len > 0 || fail(p, "Invalid property identifier character.");
}

static bool
add_member(struct parser *p, struct hop_value object, struct hop_buf *name,
           struct hop_value v)
{
    HOP_AUTO_VALUE struct hop_value key = hop_text_buf(name);
    struct hop_value *old;

    if (p->hashtable) {
        hop_dict_set(hop_as_dict(object), key, v);
        return true;
    }
    old = hop_custom_get(object.u.o, key.u.s);
    if (old || key.u.s->len == 0) {
        snprintf(p->why, sizeof(p->why),
                 key.u.s->len == 0
                     ? "The provided JSON includes a property whose name is an "
                       "empty string, this is only supported using the "
                       "-AsHashTable switch.%s"
                     : "Cannot convert the JSON string because it contains "
                       "keys with different casing or duplicates: '%s'. Use "
                       "the -AsHashTable switch instead.",
                 key.u.s->len ? hop_cstr(key) : "");
        hop_release(v);
        return false;
    }
    hop_custom_set(object.u.o, key.u.s, v);
    return true;
}

static struct hop_value
new_object(struct parser *p)
{
    if (!p->hashtable)
        return hop_obj(hop_custom_new(p->cx));
    /* Keys keep their case: {"a":1,"A":2} are two. */
    return hop_obj(hop_dict_new_of(p->cx, &hop_class_ordered_hashtable, 0));
}

static bool
parse_object(struct parser *p, struct hop_value *out)
{
    HOP_AUTO_VALUE struct hop_value object = new_object(p);

    p->s++;
    while (!take(p, '}')) {
        HOP_AUTO_BUF struct hop_buf name = HOP_BUF_INIT;
        struct hop_value v;

        if (!parse_name(p, &name))
            return false;
        if (!take(p, ':'))
            return fail(p, "Invalid character after parsing property name. "
                           "Expected ':'.");
        if (!parse_value(p, &v) || !add_member(p, object, &name, v))
            return false;
        if (!take(p, ',')) {
            if (take(p, '}'))
                break;
            return fail(p, "After parsing a value an unexpected character was "
                           "encountered.");
        }
    }
    *out = hop_value_steal(&object);
    return true;
}

static bool
parse_value(struct parser *p, struct hop_value *out)
{
    bool ok;

    skip_blank(p);
    if (p->s >= p->end)
        return unexpected(p);
    if (*p->s == '"' || *p->s == '\'')
        return parse_string(p, out);
    if (*p->s == '-' || hop_ascii_is_digit(*p->s))
        return parse_number(p, out);
    if (*p->s != '{' && *p->s != '[')
        return parse_word(p, out);
    if (p->depth-- <= 0) {
        snprintf(p->why, sizeof(p->why),
                 "The reader's MaxDepth has been exceeded.");
        return false;
    }
    ok = *p->s == '{' ? parse_object(p, out) : parse_array(p, out);
    p->depth++;
    return ok;
}

static bool
parse_document(struct parser *p, struct hop_value *out)
{
    HOP_AUTO_VALUE struct hop_value v = hop_null();

    if (!parse_value(p, &v))
        return false;
    skip_blank(p);
    if (p->s < p->end)
        return fail(p, "Additional text encountered after finished reading "
                       "JSON content.");
    *out = hop_value_steal(&v);
    return true;
}

/* ---- ConvertFrom-Json ---- */

static bool
bad_json(struct hop_command *c, const char *why)
{
    struct hop_error_spec spec = {.id = "System.ArgumentException",
                                  .category = HOP_CAT_NOT_SPECIFIED,
                                  .exception = "System.ArgumentException"};

    return hop_command_throw(c, &spec,
                             "Conversion from JSON failed with error: %s", why);
}

static struct parser
new_parser(struct hop_command *c, const char *s, size_t n, int depth)
{
    return (struct parser){.cx = hop_command_context(c),
                           .s = s,
                           .start = s,
                           .end = s + n,
                           .depth = depth};
}

static bool
convert(struct hop_command *c, const char *s, size_t n)
{
    struct parser p = new_parser(c, s, n, (int)hop_arg_int(c, DEPTH, 1024));
    HOP_AUTO_VALUE struct hop_value v = hop_null();
    const char *dates = hop_arg_text(c, DATES);

    p.hashtable = hop_arg_on(c, AS_HASHTABLE);
    p.text_dates = dates && hop_ascii_ieq(dates, "String");
    p.offset_dates = dates && hop_ascii_ieq(dates, "Offset");
    skip_blank(&p);
    if (p.s == p.end)
        return hop_write(c, hop_null());
    if (!parse_document(&p, &v))
        return hop_has_exception(p.cx) ? false : bad_json(c, p.why);
    return hop_arg_on(c, NO_ENUMERATE) ? hop_write(c, v) : hop_write_all(c, v);
}

static bool
process(struct hop_command *c)
{
    struct state *s = hop_command_state(c);
    struct hop_value v = hop_arg(c, INPUT);

    if (s->lines++)
        hop_buf_addc(&s->text, '\n');
    if (hop_is_string(v))
        hop_buf_add(&s->text, v.u.s->data, v.u.s->len);
    return true;
}

/* Each line may be a document of its own; else all lines are one. */
static bool
is_document(struct hop_command *c, const char *s, size_t n)
{
    struct parser p = new_parser(c, s, n, 1024);
    HOP_AUTO_VALUE struct hop_value v = hop_null();

    return parse_document(&p, &v);
}

static bool
end(struct hop_command *c)
{
    struct state *s = hop_command_state(c);
    const char *text = hop_buf_str(&s->text), *feed = strchr(text, '\n');
    size_t first = feed ? (size_t)(feed - text) : s->text.len;

    if (s->lines < 2 || !is_document(c, text, first))
        return convert(c, text, s->text.len);
    while (*text) {
        size_t n = strcspn(text, "\n");

        if (!convert(c, text, n))
            return false;
        text += n;
        text += *text == '\n';
    }
    return true;
}

static void
dispose(struct hop_command *c)
{
    struct state *s = hop_command_state(c);

    hop_buf_done(&s->text);
}

const struct hop_cmdlet hop_cmdlet_convert_from_json = {
    .name = "ConvertFrom-Json",
    HOP_PARAMS(params),
    .output = "System.Management.Automation.PSCustomObject",
    .synopsis = "Converts JSON text to objects.",
    .state_size = sizeof(struct state),
    .process = process,
    .end = end,
    .dispose = dispose,
};
