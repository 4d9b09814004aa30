/* System.String.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/def.h"

#include <ctype.h>
#include <utf8proc.h>

#include "base/alloc.h"
#include "base/text.h"
#include "value/types/interfaces.h"
#include "value/types/text.h"

#define SELF (c->self.u.s)

static struct hop_value
string_value(struct hop_string *s)
{
    return hop_str(s);
}

static bool
throw_range(struct hop_context *cx, const char *param, const char *text)
{
    return hop_throw_argument(cx, &hop_exception_argument_range, param, "%s",
                              text);
}

/* ---- case ---- */

void
hop_text_change_case(const char *s, size_t n, bool upper, struct hop_buf *out)
{
    while (n) {
        size_t used;
        uint32_t cp = hop_utf8_decode(s, n, &used);
        char u8[4];

        if (cp < 0x80)
            hop_buf_addc(out,
                         (char)(upper ? toupper((int)cp) : tolower((int)cp)));
        else
            hop_buf_add(
                out, u8,
                hop_utf8_encode(
                    (uint32_t)(upper ? utf8proc_toupper((utf8proc_int32_t)cp)
                                     : utf8proc_tolower((utf8proc_int32_t)cp)),
                    u8));
        s += used;
        n -= used;
    }
}

METHOD(change_case)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    hop_text_change_case(SELF->data, SELF->len, c->data, &b);
    RETURN(hop_text_buf(&b));
}

/* ---- parts ---- */

static bool
negative(struct hop_context *cx, const char *name, int64_t v)
{
    return hop_throw(cx, &hop_exception_argument_range,
                     "%s ('%lld') must be a non-negative value. (Parameter "
                     "'%s')\nActual value was %lld.",
                     name, (long long)v, name, (long long)v);
}

static bool
above(struct hop_context *cx, const char *name, int64_t v, int64_t most)
{
    return hop_throw(cx, &hop_exception_argument_range,
                     "%s ('%lld') must be less than or equal to '%lld'. "
                     "(Parameter '%s')\nActual value was %lld.",
                     name, (long long)v, (long long)most, name, (long long)v);
}

METHOD(substring)
{
    int64_t n = (int64_t)hop_string_len16(SELF), start = ARG_I(0);
    int64_t len = c->n > 1 ? ARG_I(1) : n - start;

    if (start < 0)
        return negative(cx, "startIndex", start);
    if (start > n)
        return throw_range(cx, "startIndex",
                           "startIndex cannot be larger than length of "
                           "string.");
    if (len < 0)
        return negative(cx, "length", len);
    if (start + len > n)
        return throw_range(cx, "length",
                           "Index and length must refer to a location within "
                           "the string.");
    RETURN(string_value(hop_string_sub(SELF, (size_t)start, (size_t)len)));
}

METHOD(remove_part)
{
    int64_t n = (int64_t)hop_string_len16(SELF), start = ARG_I(0);
    int64_t count = c->n > 1 ? ARG_I(1) : n - start;
    struct hop_string *r;

    if (start < 0)
        return throw_range(cx, "startIndex",
                           "StartIndex cannot be less than zero.");
    if (c->n == 1 && start > n)
        return throw_range(cx, "startIndex",
                           "startIndex cannot be larger than length of "
                           "string.");
    if (count < 0)
        return negative(cx, "count", count);
    if (start + count > n)
        return above(cx, "count", count, n - start);
    r = hop_string_sub(SELF, 0, (size_t)start);
    {
        HOP_AUTO_STRING struct hop_string *tail = hop_string_sub(
            SELF, (size_t)(start + count), (size_t)(n - start - count));

        hop_string_append(&r, tail->data, tail->len);
    }
    RETURN(hop_str(r));
}

METHOD(insert_part)
{
    int64_t n = (int64_t)hop_string_len16(SELF), at = ARG_I(0);
    struct hop_string *r;

    if (at < 0 || at > n)
        return at < 0 ? negative(cx, "startIndex", at)
                      : above(cx, "startIndex", at, n);
    if (ARG_NULL(1))
        return hop_throw_null(cx, "value");
    r = hop_string_sub(SELF, 0, (size_t)at);
    hop_string_append(&r, ARG_S(1)->data, ARG_S(1)->len);
    {
        HOP_AUTO_STRING struct hop_string *tail =
            hop_string_sub(SELF, (size_t)at, (size_t)(n - at));

        hop_string_append(&r, tail->data, tail->len);
    }
    RETURN(hop_str(r));
}

/* data: pads on the left. */
METHOD(pad)
{
    int64_t width = ARG_I(0), n = (int64_t)hop_string_len16(SELF);
    uint16_t fill = c->n > 1 ? (uint16_t)ARG_I(1) : ' ';
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (width < 0)
        return negative(cx, "totalWidth", width);
    if (!hop_context_may_alloc(cx, (size_t)width, 3))
        return false;
    if (!c->data)
        hop_buf_add(&b, SELF->data, SELF->len);
    for (; n < width; n++)
        hop_buf_add_utf16(&b, fill);
    if (c->data)
        hop_buf_add(&b, SELF->data, SELF->len);
    RETURN(hop_text_buf(&b));
}

/* ---- trimming ---- */

bool
hop_is_white(uint32_t cp)
{
    return cp == ' ' || (cp >= 9 && cp <= 13) || cp == 0x85 || cp == 0xA0 ||
           cp == 0x1680 || (cp >= 0x2000 && cp <= 0x200A) || cp == 0x2028 ||
           cp == 0x2029 || cp == 0x202F || cp == 0x205F || cp == 0x3000;
}

/* Is the character one of those to trim (the array; none: white space)? */
static bool
is_trimmed(uint32_t cp, struct hop_value set)
{
    struct hop_array *a;

    if (set.kind == HOP_CHAR)
        return cp == (uint32_t)set.u.i;
    a = hop_as_array(set);
    if (!a || a->n == 0)
        return hop_is_white(cp);
    for (size_t i = 0; i < a->n; i++)
        if (cp == (uint32_t)a->items[i].u.i)
            return true;
    return false;
}

enum { TRIM_START = 1, TRIM_END = 2 };

METHOD(trim)
{
    struct hop_value set = c->n ? c->args[0] : hop_null();
    const char *p = SELF->data, *end = p + SELF->len, *q;
    size_t used;

    while ((c->data & TRIM_START) && p < end &&
           is_trimmed(hop_utf8_decode(p, (size_t)(end - p), &used), set))
        p += used;
    while ((c->data & TRIM_END) && p < end) {
        for (q = end - 1; q > p && (*q & 0xC0) == 0x80;)
            q--;
        if (!is_trimmed(hop_utf8_decode(q, (size_t)(end - q), &used), set))
            break;
        end = q;
    }
    RETURN(hop_textn(p, (size_t)(end - p)));
}

/* ---- searching ---- */

/* What a StringComparison means. */
struct comparison {
    bool culture, fold;
};

static struct comparison
comparison_of(int64_t i)
{
    return (struct comparison){i < 4, i & 1};
}

/* The needle of an argument: a string or a character. */
static struct hop_string *
needle_of(struct hop_value v)
{
    uint16_t u;

    if (v.kind == HOP_STRING)
        return hop_string_retain(v.u.s);
    if (v.kind != HOP_CHAR)
        return NULL;
    u = (uint16_t)v.u.i;
    return hop_string_from_utf16(&u, 1);
}

static bool
matches_at(const struct hop_string *s, size_t at, const struct hop_string *t,
           bool fold)
{
    if (at + t->len > s->len)
        return false;
    return fold ? hop_text_ieq(s->data + at, t->len, t->data, t->len)
                : memcmp(s->data + at, t->data, t->len) == 0;
}

/* The byte offset of t in s within [from, to), or SIZE_MAX. */
size_t
hop_string_find(const struct hop_string *s, const struct hop_string *t,
                size_t from, size_t to, bool fold)
{
    const char *p;

    if (t->len == 0)
        return from;
    if (!fold) {
        if (from > to)
            return SIZE_MAX;
        p = memmem(s->data + from, to - from, t->data, t->len);
        return p ? (size_t)(p - s->data) : SIZE_MAX;
    }
    for (size_t at = from; at + t->len <= to; at++)
        if (matches_at(s, at, t, fold))
            return at;
    return SIZE_MAX;
}

static size_t
find_last(const struct hop_string *s, const struct hop_string *t, size_t to,
          bool fold)
{
    if (t->len > to)
        return SIZE_MAX;
    for (size_t at = to - t->len + 1; at-- > 0;)
        if (matches_at(s, at, t, fold))
            return at;
    return SIZE_MAX;
}

/* Integers and a StringComparison behind the value sought. */
static void
search_arguments(const struct hop_call *c, int64_t ints[2], int *n,
                 struct comparison *cmp)
{
    *n = 0;
    *cmp = (struct comparison){false, false};
    for (size_t i = 1; i < c->n; i++) {
        if (c->args[i].kind == HOP_ENUM)
            *cmp = comparison_of(ARG_I(i));
        else if (*n < 2)
            ints[(*n)++] = ARG_I(i);
    }
}

METHOD(index_of)
{
    HOP_AUTO_STRING struct hop_string *t = needle_of(c->args[0]);
    int64_t ints[2] = {0, 0}, n = (int64_t)hop_string_len16(SELF);
    struct comparison cmp;
    size_t at, to = SELF->len;
    int k;

    if (!t)
        return hop_throw_null(cx, "value");
    search_arguments(c, ints, &k, &cmp);
    if (k > 0 && (ints[0] < 0 || ints[0] > n))
        return throw_range(cx, "startIndex",
                           "Index was out of range. Must be non-negative and "
                           "less than or equal to the size of the "
                           "collection.");
    if (k > 1 && (ints[1] < 0 || ints[0] + ints[1] > n))
        return throw_range(cx, "count",
                           "Count must be positive and count must refer to a "
                           "location within the string/array/collection.");
    if (k > 1)
        to = hop_string_offset(SELF, (size_t)(ints[0] + ints[1]));
    at = hop_string_find(SELF, t, hop_string_offset(SELF, (size_t)ints[0]), to,
                         cmp.fold);
    RETURN(hop_int(at == SIZE_MAX ? -1 : (int32_t)hop_string_index(SELF, at)));
}

METHOD(last_index_of)
{
    HOP_AUTO_STRING struct hop_string *t = needle_of(c->args[0]);
    int64_t ints[2] = {0, 0}, n = (int64_t)hop_string_len16(SELF);
    struct comparison cmp;
    size_t at, to = SELF->len;
    int k;

    if (!t)
        return hop_throw_null(cx, "value");
    search_arguments(c, ints, &k, &cmp);
    if (k > 0 && n == 0)
        RETURN(hop_int(t->len == 0 ? 0 : -1));
    if (k > 0 && (ints[0] < 0 || ints[0] > n))
        return throw_range(cx, "startIndex",
                           "Index was out of range. Must be non-negative and "
                           "less than or equal to the size of the "
                           "collection.");
    if (k > 0 && ints[0] + 1 < n)
        to = hop_string_offset(SELF, (size_t)ints[0] + 1);
    at = find_last(SELF, t, to, cmp.fold);
    RETURN(hop_int(at == SIZE_MAX ? -1 : (int32_t)hop_string_index(SELF, at)));
}

METHOD(index_of_any)
{
    struct hop_array *a = hop_as_array(c->args[0]);
    size_t n = hop_string_len16(SELF);
    size_t start = c->n > 1 ? (size_t)ARG_I(1) : c->data ? n : 0;

    if (!a)
        return hop_throw_null(cx, "anyOf");
    if (start > n)
        return throw_range(cx, "startIndex",
                           "Index was out of range. Must be non-negative and "
                           "less than or equal to the size of the "
                           "collection.");
    for (size_t i = start; c->data ? i-- > 0 : i < n; i += !c->data) {
        uint16_t u = hop_string_at(SELF, i);

        for (size_t k = 0; k < a->n; k++)
            if (a->items[k].u.i == u)
                RETURN(hop_int((int32_t)i));
    }
    RETURN(hop_int(-1));
}

METHOD(contains)
{
    HOP_AUTO_STRING struct hop_string *t = needle_of(c->args[0]);
    bool fold = c->n > 1 && comparison_of(ARG_I(1)).fold;

    if (!t)
        return hop_throw_null(cx, "value");
    RETURN(hop_bool(hop_string_find(SELF, t, 0, SELF->len, fold) != SIZE_MAX));
}

/* data: at the end. */
METHOD(starts_with)
{
    HOP_AUTO_STRING struct hop_string *t = needle_of(c->args[0]);
    bool fold = false;

    if (!t)
        return hop_throw_null(cx, "value");
    if (c->n > 1)
        fold = c->args[1].kind == HOP_ENUM ? comparison_of(ARG_I(1)).fold
                                           : ARG_B(1);
    if (t->len > SELF->len)
        RETURN(hop_bool(false));
    RETURN(
        hop_bool(matches_at(SELF, c->data ? SELF->len - t->len : 0, t, fold)));
}

METHOD(replace)
{
    HOP_AUTO_STRING struct hop_string *t = needle_of(c->args[0]);
    HOP_AUTO_STRING struct hop_string *by = needle_of(c->args[1]);
    bool fold = false;
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    size_t at = 0, hit;

    if (!t)
        return hop_throw_null(cx, "oldValue");
    if (t->len == 0)
        return hop_throw_argument(cx, &hop_exception_argument, "oldValue",
                                  "The value cannot be an empty string.");
    if (c->n > 2)
        fold = c->args[2].kind == HOP_ENUM ? comparison_of(ARG_I(2)).fold
                                           : ARG_B(2);
    while ((hit = hop_string_find(SELF, t, at, SELF->len, fold)) != SIZE_MAX) {
        hop_buf_add(&b, SELF->data + at, hit - at);
        if (by)
            hop_buf_add(&b, by->data, by->len);
        at = hit + t->len;
    }
    if (at == 0)
        RETURN(hop_retain(c->self));
    hop_buf_add(&b, SELF->data + at, SELF->len - at);
    if (!hop_buf_ok(&b))
        return hop_context_may_alloc(cx, SIZE_MAX, 1);
    RETURN(hop_text_buf(&b));
}

/* ---- splitting ---- */

enum { SPLIT_NO_EMPTY = 1, SPLIT_TRIM = 2 };

/* Length of the separator at p, 0 when there is none. */
static size_t
separator_at(const char *p, const char *end, struct hop_value sep)
{
    struct hop_array *a = hop_as_array(sep);
    size_t n = (size_t)(end - p), used;
    uint32_t cp;

    if (sep.kind == HOP_STRING)
        return sep.u.s->len && sep.u.s->len <= n &&
                       memcmp(p, sep.u.s->data, sep.u.s->len) == 0
                   ? sep.u.s->len
                   : 0;
    cp = hop_utf8_decode(p, n, &used);
    if (sep.kind == HOP_CHAR)
        return cp == (uint32_t)sep.u.i ? used : 0;
    if (!a || a->n == 0)
        return hop_is_white(cp) ? used : 0;
    for (size_t i = 0; i < a->n; i++) {
        struct hop_value x = a->items[i];

        if (x.kind == HOP_CHAR ? cp == (uint32_t)x.u.i
                               : separator_at(p, end, x) > 0)
            return x.kind == HOP_CHAR ? used : x.u.s->len;
    }
    return 0;
}

static void
add_piece(struct hop_array *out, const char *p, size_t n, int64_t options)
{
    if (options & SPLIT_TRIM) {
        while (n && hop_ascii_is_space(*p))
            p++, n--;
        while (n && hop_ascii_is_space(p[n - 1]))
            n--;
    }
    if (n || !(options & SPLIT_NO_EMPTY))
        hop_array_push(out, hop_textn(p, n));
}

static void
split_text(const struct hop_string *s, struct hop_value sep, int64_t max,
           int64_t options, struct hop_array *out)
{
    const char *p = s->data, *start = p, *end = p + s->len;
    size_t used;

    while (p < end && (max < 0 || (int64_t)out->n + 1 < max)) {
        size_t k = separator_at(p, end, sep);

        if (!k) {
            hop_utf8_decode(p, (size_t)(end - p), &used);
            p += used;
            continue;
        }
        add_piece(out, start, (size_t)(p - start), options);
        p += k;
        start = p;
    }
    /* The last piece starts behind empty ones that do not count. */
    while ((options & SPLIT_NO_EMPTY) && start < end && max >= 0) {
        size_t k = separator_at(start, end, sep);

        if (!k)
            break;
        start += k;
    }
    if (max != 0)
        add_piece(out, start, (size_t)(end - start), options);
}

METHOD(split)
{
    struct hop_array *out =
        hop_array_new_of(cx, hop_types_array(cx, &hop_class_string, 1), 0);
    struct hop_value sep = c->n ? c->args[0] : hop_null();
    int64_t max = -1, options = 0;

    for (size_t i = 1; i < c->n; i++) {
        if (c->args[i].kind == HOP_ENUM)
            options = ARG_I(i);
        else
            max = ARG_I(i);
    }
    split_text(SELF, sep, max, options, out);
    RETURN(hop_obj(out));
}

METHOD(to_chars)
{
    size_t n = hop_string_len16(SELF);
    size_t start = c->n ? (size_t)ARG_I(0) : 0;
    size_t count = c->n > 1 ? (size_t)ARG_I(1) : n - start;
    struct hop_array *a;
    uint16_t *units;

    if (start > n || count > n - start)
        return throw_range(cx, "startIndex",
                           "Index was out of range. Must be non-negative and "
                           "less than or equal to the size of the "
                           "collection.");
    a = hop_array_new_of(cx, hop_types_array(cx, &hop_class_char, 1), count);
    if (!a)
        return false;
    units = hop_string_to_utf16(SELF, &n);
    for (size_t i = 0; i < count; i++)
        a->items[i] = hop_char(units[start + i]);
    free(units);
    RETURN(hop_obj(a));
}

/* ---- comparing ---- */

static int
compare_by(const struct hop_string *a, const struct hop_string *b,
           struct comparison cmp)
{
    if (cmp.culture)
        return hop_collate(a, b, cmp.fold);
    return cmp.fold ? hop_string_icmp(a, b) : hop_string_cmp(a, b);
}

METHOD(compare_to)
{
    struct hop_value v = hop_value_base(c->args[0]);

    if (hop_is_null(v))
        RETURN(hop_int(1));
    if (v.kind != HOP_STRING)
        return hop_throw(cx, &hop_exception_argument,
                         "Object must be of type String.");
    RETURN(hop_int(hop_collate(SELF, v.u.s, false)));
}

METHOD(equals)
{
    struct hop_value v = hop_value_base(c->args[0]);

    if (v.kind != HOP_STRING)
        RETURN(hop_bool(false));
    if (c->n > 1)
        RETURN(hop_bool(compare_by(SELF, v.u.s, comparison_of(ARG_I(1))) == 0));
    RETURN(hop_bool(hop_string_eq(SELF, v.u.s)));
}

METHOD(equals_static)
{
    struct hop_value a = c->args[0], b = c->args[1];

    if (hop_is_null(a) || hop_is_null(b))
        RETURN(hop_bool(hop_is_null(a) && hop_is_null(b)));
    if (c->n > 2)
        RETURN(
            hop_bool(compare_by(a.u.s, b.u.s, comparison_of(ARG_I(2))) == 0));
    RETURN(hop_bool(hop_string_eq(a.u.s, b.u.s)));
}

METHOD(compare_static)
{
    struct hop_value a = c->args[0], b = c->args[1];
    struct comparison cmp = {true, false};

    if (c->n > 2 && c->args[2].kind == HOP_ENUM) {
        cmp = comparison_of(ARG_I(2));
    } else if (c->n > 2) {
        cmp.fold = ARG_B(2);
    }
    if (c->data)
        cmp.culture = false;
    if (hop_is_null(a) || hop_is_null(b))
        RETURN(hop_int(hop_is_null(a) && hop_is_null(b) ? 0
                       : hop_is_null(a)                 ? -1
                                                        : 1));
    if (c->data && !cmp.fold) {
        /* CompareOrdinal gives the difference of the units. */
        size_t n = hop_string_len16(a.u.s), m = hop_string_len16(b.u.s);

        for (size_t i = 0; i < n && i < m; i++) {
            int d = hop_string_at(a.u.s, i) - hop_string_at(b.u.s, i);

            if (d)
                RETURN(hop_int(d));
        }
        RETURN(hop_int((int32_t)n - (int32_t)m));
    }
    RETURN(hop_int(compare_by(a.u.s, b.u.s, cmp)));
}

/* ---- making ---- */

METHOD(is_null_or)
{
    const struct hop_string *s;

    if (ARG_NULL(0))
        RETURN(hop_bool(true));
    s = ARG_S(0);
    for (size_t at = 0, used; c->data && at < s->len; at += used)
        if (!hop_is_white(hop_utf8_decode(s->data + at, s->len - at, &used)))
            RETURN(hop_bool(false));
    RETURN(hop_bool(c->data || s->len == 0));
}

METHOD(concat)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct hop_array *a = c->n == 1 ? hop_as_array(c->args[0]) : NULL;
    const struct hop_value *v = a ? a->items : c->args;
    size_t n = a ? a->n : c->n;

    for (size_t i = 0; i < n; i++)
        if (!hop_is_null(v[i]) && !hop_add_to_string(cx, v[i], &b))
            return false;
    RETURN(hop_text_buf(&b));
}

METHOD(join)
{
    HOP_AUTO_STRING struct hop_string *sep = needle_of(c->args[0]);
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    HOP_AUTO_ITER struct hop_iter it = {0};
    struct hop_value x;
    int r, first = 1;

    if (!hop_iter_init(cx, &it, c->args[1]))
        return false;
    while ((r = hop_iter_next(cx, &it, &x)) > 0) {
        HOP_AUTO_VALUE struct hop_value item = x;

        if (!first && sep)
            hop_buf_add(&b, sep->data, sep->len);
        first = 0;
        if (!hop_is_null(item) && !hop_add_to_string(cx, item, &b))
            return false;
    }
    if (r < 0)
        return false;
    RETURN(hop_text_buf(&b));
}

METHOD(format)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    size_t at = c->args[0].kind == HOP_STRING ? 0 : 1;
    struct hop_array *rest = hop_as_array(c->args[c->n - 1]);
    const struct hop_value *args = c->args + at + 1;
    size_t n = c->n - at - 1;

    if (hop_is_null(c->args[at]))
        return hop_throw_null(cx, "format");
    if (rest && n == 1) {
        args = rest->items;
        n = rest->n;
    }
    if (!hop_composite(cx, ARG_S(at)->data, ARG_S(at)->len, args, n, &b))
        return false;
    RETURN(hop_text_buf(&b));
}

METHOD(new_string)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct hop_array *a;
    size_t from = 0, n;

    if (c->args[0].kind == HOP_CHAR) {
        if (ARG_I(1) < 0)
            return throw_range(cx, "count", "'count' must be non-negative.");
        if (!hop_context_may_alloc(cx, (size_t)ARG_I(1), 3))
            return false;
        for (int64_t i = 0; i < ARG_I(1); i++)
            hop_buf_add_utf16(&b, (uint16_t)ARG_I(0));
        RETURN(hop_text_buf(&b));
    }
    a = hop_as_array(c->args[0]);
    n = a ? a->n : 0;
    if (c->n > 1) {
        from = (size_t)ARG_I(1);
        n = from + (size_t)ARG_I(2);
        if (!a || n > a->n || from > n)
            return throw_range(cx, "startIndex",
                               "Index was out of range. Must be non-negative "
                               "and less than the size of the collection.");
    }
    for (size_t i = from; i < n; i++)
        hop_buf_add_utf16(&b, (uint16_t)a->items[i].u.i);
    RETURN(hop_text_buf(&b));
}

/* ---- the rest ---- */

METHOD(normalize)
{
    static const int forms[] = {
        [1] = UTF8PROC_STABLE | UTF8PROC_COMPOSE,
        [2] = UTF8PROC_STABLE | UTF8PROC_DECOMPOSE,
        [5] = UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT,
        [6] = UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT,
    };
    int64_t form = c->n ? ARG_I(0) : 1;
    utf8proc_uint8_t *text = NULL;
    utf8proc_ssize_t n = utf8proc_map(
        (const utf8proc_uint8_t *)SELF->data, (utf8proc_ssize_t)SELF->len,
        &text, (utf8proc_option_t)forms[form >= 1 && form <= 6 ? form : 1]);
    HOP_AUTO_FREE void *owned = text;

    if (n < 0)
        return hop_throw_argument(cx, &hop_exception_argument, "strInput",
                                  "Invalid Unicode code point found.");
    if (c->data)
        RETURN(hop_bool((size_t)n == SELF->len &&
                        memcmp(text, SELF->data, SELF->len) == 0));
    RETURN(hop_textn((const char *)text, (size_t)n));
}

METHOD(same)
{
    RETURN(hop_retain(c->self));
}

METHOD(copy_of)
{
    RETURN(hop_retain(c->args[0]));
}

METHOD(chars)
{
    int64_t i = ARG_I(0);

    if (i < 0 || (size_t)i >= hop_string_len16(SELF))
        return hop_throw(cx, &hop_exception_index_range,
                         "Index was outside the bounds of the array.");
    RETURN(hop_char(hop_string_at(SELF, (size_t)i)));
}

METHOD(string_type_code)
{
    RETURN(hop_enum(HOP_ENUM_TYPE_CODE, 18));
}

GETTER(get_length)
{
    *out = hop_int((int32_t)hop_string_len16(self.u.s));
    return true;
}

GETTER(get_empty)
{
    *out = hop_text("");
    return true;
}

static const struct hop_property properties[] = {
    {"Length", "int", get_length},
    STATIC_GET("Empty", "string", get_empty, 0),
    END_PROPERTIES,
};

#define CMP "System.StringComparison comparisonType"

static const struct hop_method methods[] = {
    {"System.Object Clone()", same},
    {"int CompareTo(System.Object value)", compare_to},
    {"int CompareTo(string strB)", compare_to},
    {"bool Contains(string value)", contains},
    {"bool Contains(string value, " CMP ")", contains},
    {"bool Contains(char value)", contains},
    {"bool Contains(char value, " CMP ")", contains},
    {"bool EndsWith(string value)", starts_with, true},
    {"bool EndsWith(string value, " CMP ")", starts_with, true},
    {"bool EndsWith(string value, bool ignoreCase, cultureinfo culture)",
     starts_with, true},
    {"bool EndsWith(char value)", starts_with, true},
    {"bool Equals(System.Object obj)", equals},
    {"bool Equals(string value)", equals},
    {"bool Equals(string value, " CMP ")", equals},
    {"System.CharEnumerator GetEnumerator()", hop_get_enumerator},
    {"System.TypeCode GetTypeCode()", string_type_code},
    {"int IndexOf(char value)", index_of},
    {"int IndexOf(char value, int startIndex)", index_of},
    {"int IndexOf(char value, " CMP ")", index_of},
    {"int IndexOf(char value, int startIndex, int count)", index_of},
    {"int IndexOf(string value)", index_of},
    {"int IndexOf(string value, int startIndex)", index_of},
    {"int IndexOf(string value, int startIndex, int count)", index_of},
    {"int IndexOf(string value, " CMP ")", index_of},
    {"int IndexOf(string value, int startIndex, " CMP ")", index_of},
    {"int IndexOf(string value, int startIndex, int count, " CMP ")", index_of},
    {"int IndexOfAny(char[] anyOf)", index_of_any},
    {"int IndexOfAny(char[] anyOf, int startIndex)", index_of_any},
    {"string Insert(int startIndex, string value)", insert_part},
    {"bool IsNormalized()", normalize, true},
    {"bool IsNormalized(System.Text.NormalizationForm normalizationForm)",
     normalize, true},
    {"int LastIndexOf(char value)", last_index_of},
    {"int LastIndexOf(char value, int startIndex)", last_index_of},
    {"int LastIndexOf(string value)", last_index_of},
    {"int LastIndexOf(string value, int startIndex)", last_index_of},
    {"int LastIndexOf(string value, " CMP ")", last_index_of},
    {"int LastIndexOfAny(char[] anyOf)", index_of_any, true},
    {"string Normalize()", normalize},
    {"string Normalize(System.Text.NormalizationForm normalizationForm)",
     normalize},
    {"string PadLeft(int totalWidth)", pad, true},
    {"string PadLeft(int totalWidth, char paddingChar)", pad, true},
    {"string PadRight(int totalWidth)", pad},
    {"string PadRight(int totalWidth, char paddingChar)", pad},
    {"string Remove(int startIndex, int count)", remove_part},
    {"string Remove(int startIndex)", remove_part},
    {"string Replace(string oldValue, string newValue, bool ignoreCase, "
     "cultureinfo culture)",
     replace},
    {"string Replace(string oldValue, string newValue, " CMP ")", replace},
    {"string Replace(char oldChar, char newChar)", replace},
    {"string Replace(string oldValue, string newValue)", replace},
    {"string[] Split(char separator, System.StringSplitOptions options = "
     "System.StringSplitOptions.None)",
     NULL},
    {"string[] Split(char separator, System.StringSplitOptions options = "
     "None)",
     split},
    {"string[] Split(char separator, int count, System.StringSplitOptions "
     "options = None)",
     split},
    {"string[] Split(params char[] separator)", split},
    {"string[] Split(char[] separator, int count)", split},
    {"string[] Split(char[] separator, System.StringSplitOptions options)",
     split},
    {"string[] Split(char[] separator, int count, System.StringSplitOptions "
     "options)",
     split},
    {"string[] Split(string separator, System.StringSplitOptions options = "
     "None)",
     split},
    {"string[] Split(string separator, int count, System.StringSplitOptions "
     "options = None)",
     split},
    {"string[] Split(string[] separator, System.StringSplitOptions options)",
     split},
    {"string[] Split(string[] separator, int count, "
     "System.StringSplitOptions options)",
     split},
    {"bool StartsWith(string value)", starts_with},
    {"bool StartsWith(string value, " CMP ")", starts_with},
    {"bool StartsWith(string value, bool ignoreCase, cultureinfo culture)",
     starts_with},
    {"bool StartsWith(char value)", starts_with},
    {"string Substring(int startIndex)", substring},
    {"string Substring(int startIndex, int length)", substring},
    {"char[] ToCharArray()", to_chars},
    {"char[] ToCharArray(int startIndex, int length)", to_chars},
    {"string ToLower()", change_case, false},
    {"string ToLower(cultureinfo culture)", change_case, false},
    {"string ToLowerInvariant()", change_case, false},
    {"string ToString()", same},
    {"string ToString(System.IFormatProvider provider)", same},
    {"string ToUpper()", change_case, true},
    {"string ToUpper(cultureinfo culture)", change_case, true},
    {"string ToUpperInvariant()", change_case, true},
    {"string Trim()", trim, TRIM_START | TRIM_END},
    {"string Trim(char trimChar)", trim, TRIM_START | TRIM_END},
    {"string Trim(params char[] trimChars)", trim, TRIM_START | TRIM_END},
    {"string TrimEnd()", trim, TRIM_END},
    {"string TrimEnd(char trimChar)", trim, TRIM_END},
    {"string TrimEnd(params char[] trimChars)", trim, TRIM_END},
    {"string TrimStart()", trim, TRIM_START},
    {"string TrimStart(char trimChar)", trim, TRIM_START},
    {"string TrimStart(params char[] trimChars)", trim, TRIM_START},
    {"char Chars(int index)", chars},
    {"static int Compare(string strA, string strB)", compare_static},
    {"static int Compare(string strA, string strB, bool ignoreCase)",
     compare_static},
    {"static int Compare(string strA, string strB, " CMP ")", compare_static},
    {"static int Compare(string strA, string strB, bool ignoreCase, "
     "cultureinfo culture)",
     compare_static},
    {"static int CompareOrdinal(string strA, string strB)", compare_static,
     true},
    {"static string Concat(System.Object arg0)", concat},
    {"static string Concat(System.Object arg0, System.Object arg1)", concat},
    {"static string Concat(System.Object arg0, System.Object arg1, "
     "System.Object arg2)",
     concat},
    {"static string Concat(params System.Object[] args)", concat},
    {"static string Concat(string str0, string str1)", concat},
    {"static string Concat(string str0, string str1, string str2)", concat},
    {"static string Concat(params string[] values)", concat},
    {"static string Copy(string str)", copy_of},
    {"static bool Equals(string a, string b)", equals_static},
    {"static bool Equals(string a, string b, " CMP ")", equals_static},
    {"static string Format(string format, System.Object arg0)", format},
    {"static string Format(string format, System.Object arg0, System.Object "
     "arg1)",
     format},
    {"static string Format(string format, System.Object arg0, System.Object "
     "arg1, System.Object arg2)",
     format},
    {"static string Format(string format, params System.Object[] args)",
     format},
    {"static string Format(System.IFormatProvider provider, string format, "
     "params System.Object[] args)",
     format},
    {"static bool IsNullOrEmpty(string value)", is_null_or, false},
    {"static bool IsNullOrWhiteSpace(string value)", is_null_or, true},
    {"static string Join(string separator, params string[] value)", join},
    {"static string Join(string separator, params System.Object[] values)",
     join},
    {"static string Join(char separator, params string[] value)", join},
    {"static string Join(string separator, System.Collections.IEnumerable "
     "values)",
     join},
    END_METHODS,
};

static const struct hop_method constructors[] = {
    {"string new(char[] value)", new_string},
    {"string new(char[] value, int startIndex, int length)", new_string},
    {"string new(char c, int count)", new_string},
    END_METHODS,
};

static const struct hop_class *const interfaces[] = {
    &hop_class_icomparable, &hop_class_iconvertible, &hop_class_ienumerable,
    &hop_class_icloneable, NULL};

const struct hop_class hop_class_string = {
    .name = "System.String",
    .base = &hop_class_object,
    .flags = HOP_CLASS_SEALED,
    .kind = HOP_STRING,
    .interfaces = interfaces,
    .properties = properties,
    .methods = methods,
    .constructors = constructors,
};
