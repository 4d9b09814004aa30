/* Strings changed: case, parts, padding, trimming.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/strings.h"

#include <ctype.h>
#include <utf8proc.h>

#include "base/text.h"
#include "value/types/def.h"
#include "value/types/text.h"

#define SELF (c->self.u.s)

struct hop_value
hop_string_value_of(struct hop_string *s)
{
    return hop_str(s);
}

bool
hop_string_throw_range(struct hop_context *cx, const char *param,
                       const char *text)
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

bool
hop_string_method_change_case(struct hop_context *cx, struct hop_call *c)
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

bool
hop_string_method_substring(struct hop_context *cx, struct hop_call *c)
{
    int64_t n = (int64_t)hop_string_len16(SELF), start = ARG_I(0);
    int64_t len = c->n > 1 ? ARG_I(1) : n - start;

    if (start < 0)
        return negative(cx, "startIndex", start);
    if (start > n)
        return hop_string_throw_range(
            cx, "startIndex",
            "startIndex cannot be larger than length of "
            "string.");
    if (len < 0)
        return negative(cx, "length", len);
    if (start + len > n)
        return hop_string_throw_range(
            cx, "length",
            "Index and length must refer to a location within "
            "the string.");
    RETURN(
        hop_string_value_of(hop_string_sub(SELF, (size_t)start, (size_t)len)));
}

bool
hop_string_method_remove_part(struct hop_context *cx, struct hop_call *c)
{
    int64_t n = (int64_t)hop_string_len16(SELF), start = ARG_I(0);
    int64_t count = c->n > 1 ? ARG_I(1) : n - start;
    struct hop_string *r;

    if (start < 0)
        return hop_string_throw_range(cx, "startIndex",
                                      "StartIndex cannot be less than zero.");
    if (c->n == 1 && start > n)
        return hop_string_throw_range(
            cx, "startIndex",
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

bool
hop_string_method_insert_part(struct hop_context *cx, struct hop_call *c)
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
bool
hop_string_method_pad(struct hop_context *cx, struct hop_call *c)
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

bool
hop_string_method_trim(struct hop_context *cx, struct hop_call *c)
{
    struct hop_value set = c->n ? c->args[0] : hop_null();
    const char *p = SELF->data, *end = p + SELF->len, *q;
    size_t used;

    while ((c->data & HOP_TRIM_START) && p < end &&
           is_trimmed(hop_utf8_decode(p, (size_t)(end - p), &used), set))
        p += used;
    while ((c->data & HOP_TRIM_END) && p < end) {
        for (q = end - 1; q > p && (*q & 0xC0) == 0x80;)
            q--;
        if (!is_trimmed(hop_utf8_decode(q, (size_t)(end - q), &used), set))
            break;
        end = q;
    }
    RETURN(hop_textn(p, (size_t)(end - p)));
}
