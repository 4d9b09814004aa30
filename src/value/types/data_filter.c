/* SPDX-License-Identifier: MIT */
#include "value/types/data_filter.h"

#include <ctype.h>
#include <string.h>

#include "base/text.h"
#include "value/exception.h"
#include "value/ops.h"

/* or := and {OR and}   and := not {AND not}   not := NOT not | ( or ) | test
 * test := value [op value | [NOT] LIKE value | [NOT] IN ( value {, value} ) |
 *                IS [NOT] NULL] */
struct filter {
    struct hop_context *cx;
    const char *s, *end;
    hop_data_cell_fn *cell;
    void *row;
};

static bool parse_or(struct filter *f, bool *yes);

static bool
wrong(struct filter *f, const char *what)
{
    return hop_throw(f->cx, &hop_exception_data_syntax,
                     "Syntax error in the expression: %s.", what);
}

static void
skip(struct filter *f)
{
    while (f->s < f->end && isspace((unsigned char)*f->s))
        f->s++;
}

static bool
take_word(struct filter *f, const char *word)
{
    size_t n = strlen(word);

    skip(f);
    if ((size_t)(f->end - f->s) < n || !hop_ascii_ieqn(f->s, word, n))
        return false;
    if (isalpha((unsigned char)*word) && f->s + n < f->end &&
        (isalnum((unsigned char)f->s[n]) || f->s[n] == '_'))
        return false;
    f->s += n;
    return true;
}

static bool
parse_text(struct filter *f, struct hop_value *out)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    for (f->s++; f->s < f->end; f->s++) {
        if (*f->s == '\'' && (f->s + 1 == f->end || f->s[1] != '\''))
            break;
        if (*f->s == '\'')
            f->s++;
        hop_buf_addc(&b, *f->s);
    }
    if (f->s == f->end)
        return wrong(f, "a text does not end");
    f->s++;
    *out = hop_text_buf(&b);
    return true;
}

static bool
parse_date(struct filter *f, struct hop_value *out)
{
    const char *stop = memchr(f->s + 1, '#', (size_t)(f->end - f->s - 1));
    HOP_AUTO_VALUE struct hop_value text = hop_null();

    if (!stop)
        return wrong(f, "a date does not end");
    text = hop_textn(f->s + 1, (size_t)(stop - f->s - 1));
    f->s = stop + 1;
    return hop_convert(f->cx, text, &hop_class_datetime, out);
}

static bool
parse_column(struct filter *f, struct hop_value *out)
{
    const char *from = f->s;
    size_t n;
    const struct hop_value *v;

    if (*from == '[') {
        const char *stop = memchr(from, ']', (size_t)(f->end - from));

        if (!stop)
            return wrong(f, "a ] is missing");
        from++;
        n = (size_t)(stop - from);
        f->s = stop + 1;
    } else {
        while (f->s < f->end && (isalnum((unsigned char)*f->s) ||
                                 *f->s == '_' || (unsigned char)*f->s > 127))
            f->s++;
        n = (size_t)(f->s - from);
    }
    if (n == 0)
        return wrong(f, "a value is missing");
    v = f->cell(f->row, from, n);
    if (!v)
        return hop_throw(f->cx, &hop_exception_evaluate,
                         "Cannot find column [%.*s].", (int)n, from);
    *out = hop_retain(*v);
    return true;
}

static bool
parse_value(struct filter *f, struct hop_value *out)
{
    const char *from;

    skip(f);
    if (f->s == f->end)
        return wrong(f, "a value is missing");
    if (*f->s == '\'')
        return parse_text(f, out);
    if (*f->s == '#')
        return parse_date(f, out);
    if (take_word(f, "true") || take_word(f, "false")) {
        *out = hop_bool((f->s[-1] | 0x20) == 'e' && (f->s[-2] | 0x20) == 'u');
        return true;
    }
    if (!isdigit((unsigned char)*f->s) && *f->s != '-' && *f->s != '.')
        return parse_column(f, out);
    from = f->s++;
    while (f->s < f->end && (isdigit((unsigned char)*f->s) || *f->s == '.'))
        f->s++;
    return hop_parse_number(from, (size_t)(f->s - from), out) ||
           wrong(f, "a number is malformed");
}

static bool
is_nothing(struct hop_value v)
{
    return hop_is_null(v) || hop_is_exactly(v, &hop_class_dbnull);
}

/* LIKE: * and % stand for anything, at the ends. */
static bool
like(struct hop_context *cx, struct hop_value v, struct hop_value pattern)
{
    HOP_AUTO_STRING struct hop_string *s = NULL, *p = NULL;
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (is_nothing(v) || !hop_to_string(cx, v, &s) ||
        !hop_to_string(cx, pattern, &p))
        return false;
    for (size_t i = 0; i < p->len; i++) {
        if (strchr("?[]`", p->data[i]))
            hop_buf_addc(&b, '`');
        hop_buf_addc(&b, p->data[i] == '%' ? '*' : p->data[i]);
    }
    return hop_wildcard_match(hop_buf_str(&b), b.len, s->data, s->len, true);
}

static bool
parse_in(struct filter *f, struct hop_value v, bool *yes)
{
    *yes = false;
    if (!take_word(f, "("))
        return wrong(f, "a ( is missing behind IN");
    do {
        HOP_AUTO_VALUE struct hop_value x = hop_null();

        if (!parse_value(f, &x))
            return false;
        *yes = *yes || (!is_nothing(v) && hop_equals(f->cx, v, x, true));
    } while (take_word(f, ","));
    return take_word(f, ")") || wrong(f, "a ) is missing behind IN");
}

static bool
parse_test(struct filter *f, bool *yes)
{
    static const struct {
        const char *text;
        int less, equal, more;
    } ops[] = {{"<>", 1, 0, 1}, {"<=", 1, 1, 0}, {">=", 0, 1, 1},
               {"=", 0, 1, 0},  {"<", 1, 0, 0},  {">", 0, 0, 1}};
    HOP_AUTO_VALUE struct hop_value a = hop_null(), b = hop_null();
    bool negated;
    int order = 0;

    if (!parse_value(f, &a))
        return false;
    for (size_t i = 0; i < HOP_ARRAY_SIZE(ops); i++) {
        if (!take_word(f, ops[i].text))
            continue;
        if (!parse_value(f, &b))
            return false;
        *yes = false;
        if (is_nothing(a) || is_nothing(b))
            return true;
        if (!hop_compare(f->cx, a, b, true, &order))
            return false;
        *yes = order < 0    ? ops[i].less
               : order == 0 ? ops[i].equal
               : order == 1 ? ops[i].more
                            : 0;
        return true;
    }
    if (take_word(f, "IS")) {
        negated = take_word(f, "NOT");
        *yes = is_nothing(a) != negated;
        return take_word(f, "NULL") || wrong(f, "NULL is missing behind IS");
    }
    negated = take_word(f, "NOT");
    if (take_word(f, "LIKE")) {
        if (!parse_value(f, &b))
            return false;
        *yes = like(f->cx, a, b) != negated;
        return !hop_has_exception(f->cx);
    }
    if (take_word(f, "IN")) {
        if (!parse_in(f, a, yes))
            return false;
        *yes = *yes != negated;
        return true;
    }
    *yes = hop_is_true(f->cx, a);
    return !negated || wrong(f, "LIKE or IN is missing behind NOT");
}

static bool
parse_not(struct filter *f, bool *yes)
{
    bool ok;

    if (!hop_context_enter(f->cx))
        return false;
    if (take_word(f, "NOT")) {
        ok = parse_not(f, yes);
        *yes = !*yes;
    } else if (take_word(f, "(")) {
        ok = parse_or(f, yes) &&
             (take_word(f, ")") || wrong(f, "a ) is missing"));
    } else {
        ok = parse_test(f, yes);
    }
    f->cx->depth--;
    return ok;
}

static bool
parse_and(struct filter *f, bool *yes)
{
    bool next = false;

    if (!parse_not(f, yes))
        return false;
    while (take_word(f, "AND")) {
        if (!parse_not(f, &next))
            return false;
        *yes = *yes && next;
    }
    return true;
}

static bool
parse_or(struct filter *f, bool *yes)
{
    bool next = false;

    if (!parse_and(f, yes))
        return false;
    while (take_word(f, "OR")) {
        if (!parse_and(f, &next))
            return false;
        *yes = *yes || next;
    }
    return true;
}

bool
hop_data_filter(struct hop_context *cx, const char *s, size_t n,
                hop_data_cell_fn *cell, void *row, bool *yes)
{
    struct filter f = {cx, s, s + n, cell, row};

    *yes = true;
    skip(&f);
    if (f.s == f.end)
        return true;
    if (!parse_or(&f, yes))
        return false;
    skip(&f);
    return f.s == f.end || wrong(&f, "more text follows");
}
