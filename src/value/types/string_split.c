/* Strings into pieces: Split, ToCharArray.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/strings.h"

#include "base/text.h"
#include "value/types/def.h"
#include "value/types/text.h"

#define SELF (c->self.u.s)

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

bool
hop_string_method_split(struct hop_context *cx, struct hop_call *c)
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

bool
hop_string_method_to_chars(struct hop_context *cx, struct hop_call *c)
{
    size_t n = hop_string_len16(SELF);
    size_t start = c->n ? (size_t)ARG_I(0) : 0;
    size_t count = c->n > 1 ? (size_t)ARG_I(1) : n - start;
    struct hop_array *a;
    uint16_t *units;

    if (start > n || count > n - start)
        return hop_string_throw_range(
            cx, "startIndex",
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
