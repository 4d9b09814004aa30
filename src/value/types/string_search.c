/* Searching and replacing in strings.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/strings.h"

#include "value/types/def.h"
#include "value/types/text.h"

#define SELF (c->self.u.s)

struct hop_string_comparison
hop_string_comparison_of(int64_t i)
{
    return (struct hop_string_comparison){i < 4, i & 1};
}

/* The needle of an argument: a string or a character. */
struct hop_string *
hop_string_needle_of(struct hop_value v)
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
                 struct hop_string_comparison *cmp)
{
    *n = 0;
    *cmp = (struct hop_string_comparison){false, false};
    for (size_t i = 1; i < c->n; i++) {
        if (c->args[i].kind == HOP_ENUM)
            *cmp = hop_string_comparison_of(ARG_I(i));
        else if (*n < 2)
            ints[(*n)++] = ARG_I(i);
    }
}

bool
hop_string_method_index_of(struct hop_context *cx, struct hop_call *c)
{
    HOP_AUTO_STRING struct hop_string *t = hop_string_needle_of(c->args[0]);
    int64_t ints[2] = {0, 0}, n = (int64_t)hop_string_len16(SELF);
    struct hop_string_comparison cmp;
    size_t at, to = SELF->len;
    int k;

    if (!t)
        return hop_throw_null(cx, "value");
    search_arguments(c, ints, &k, &cmp);
    if (k > 0 && (ints[0] < 0 || ints[0] > n))
        return hop_string_throw_range(
            cx, "startIndex",
            "Index was out of range. Must be non-negative and "
            "less than or equal to the size of the "
            "collection.");
    if (k > 1 && (ints[1] < 0 || ints[0] + ints[1] > n))
        return hop_string_throw_range(
            cx, "count",
            "Count must be positive and count must refer to a "
            "location within the string/array/collection.");
    if (k > 1)
        to = hop_string_offset(SELF, (size_t)(ints[0] + ints[1]));
    at = hop_string_find(SELF, t, hop_string_offset(SELF, (size_t)ints[0]), to,
                         cmp.fold);
    RETURN(hop_int(at == SIZE_MAX ? -1 : (int32_t)hop_string_index(SELF, at)));
}

bool
hop_string_method_last_index_of(struct hop_context *cx, struct hop_call *c)
{
    HOP_AUTO_STRING struct hop_string *t = hop_string_needle_of(c->args[0]);
    int64_t ints[2] = {0, 0}, n = (int64_t)hop_string_len16(SELF);
    struct hop_string_comparison cmp;
    size_t at, to = SELF->len;
    int k;

    if (!t)
        return hop_throw_null(cx, "value");
    search_arguments(c, ints, &k, &cmp);
    if (k > 0 && n == 0)
        RETURN(hop_int(t->len == 0 ? 0 : -1));
    if (k > 0 && (ints[0] < 0 || ints[0] > n))
        return hop_string_throw_range(
            cx, "startIndex",
            "Index was out of range. Must be non-negative and "
            "less than or equal to the size of the "
            "collection.");
    if (k > 0 && ints[0] + 1 < n)
        to = hop_string_offset(SELF, (size_t)ints[0] + 1);
    at = find_last(SELF, t, to, cmp.fold);
    RETURN(hop_int(at == SIZE_MAX ? -1 : (int32_t)hop_string_index(SELF, at)));
}

bool
hop_string_method_index_of_any(struct hop_context *cx, struct hop_call *c)
{
    struct hop_array *a = hop_as_array(c->args[0]);
    size_t n = hop_string_len16(SELF);
    size_t start = c->n > 1 ? (size_t)ARG_I(1) : c->data ? n : 0;

    if (!a)
        return hop_throw_null(cx, "anyOf");
    if (start > n)
        return hop_string_throw_range(
            cx, "startIndex",
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

bool
hop_string_method_contains(struct hop_context *cx, struct hop_call *c)
{
    HOP_AUTO_STRING struct hop_string *t = hop_string_needle_of(c->args[0]);
    bool fold = c->n > 1 && hop_string_comparison_of(ARG_I(1)).fold;

    if (!t)
        return hop_throw_null(cx, "value");
    RETURN(hop_bool(hop_string_find(SELF, t, 0, SELF->len, fold) != SIZE_MAX));
}

/* data: at the end. */
bool
hop_string_method_starts_with(struct hop_context *cx, struct hop_call *c)
{
    HOP_AUTO_STRING struct hop_string *t = hop_string_needle_of(c->args[0]);
    bool fold = false;

    if (!t)
        return hop_throw_null(cx, "value");
    if (c->n > 1)
        fold = c->args[1].kind == HOP_ENUM
                   ? hop_string_comparison_of(ARG_I(1)).fold
                   : ARG_B(1);
    if (t->len > SELF->len)
        RETURN(hop_bool(false));
    RETURN(
        hop_bool(matches_at(SELF, c->data ? SELF->len - t->len : 0, t, fold)));
}

bool
hop_string_method_replace(struct hop_context *cx, struct hop_call *c)
{
    HOP_AUTO_STRING struct hop_string *t = hop_string_needle_of(c->args[0]);
    HOP_AUTO_STRING struct hop_string *by = hop_string_needle_of(c->args[1]);
    bool fold = false;
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    size_t at = 0, hit;

    if (!t)
        return hop_throw_null(cx, "oldValue");
    if (t->len == 0)
        return hop_throw_argument(cx, &hop_exception_argument, "oldValue",
                                  "The value cannot be an empty string.");
    if (c->n > 2)
        fold = c->args[2].kind == HOP_ENUM
                   ? hop_string_comparison_of(ARG_I(2)).fold
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
