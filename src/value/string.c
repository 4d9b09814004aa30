/* Strings: UTF-8 inside, UTF-16 units outside.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/value.h"

#include <stdarg.h>
#include <stdio.h>
#include <utf8proc.h>

#include "base/alloc.h"
#include "base/text.h"

#define HEADER offsetof(struct hop_string, data)

static struct hop_string *
new_room(size_t cap)
{
    size_t total = (HEADER + cap + 1 + 15) & ~(size_t)15;
    struct hop_string *s = total <= 512 ? hop_pool_alloc(total) : NULL;

    if (!s) {
        s = hop_xrealloc(NULL, total, 1);
        memset(s, 0, sizeof *s);
    }
    s->refs = 1;
    s->cap = total - HEADER - 1;
    return s;
}

void
hop_string_destroy(struct hop_string *s)
{
    size_t total = HEADER + s->cap + 1;

    if (total <= 512)
        hop_pool_free(s, total);
    else
        free(s);
}

static bool
is_ascii(const char *p, size_t n)
{
    uint64_t w;

    for (; n >= 8; p += 8, n -= 8) {
        memcpy(&w, p, 8);
        if (w & 0x8080808080808080u)
            return false;
    }
    for (; n; p++, n--)
        if (*p & 0x80)
            return false;
    return true;
}

struct hop_string *
hop_string_new(const char *p, size_t n)
{
    struct hop_string *s = new_room(n);

    if (n)
        memcpy(s->data, p, n);
    s->data[n] = 0;
    s->len = n;
    if (is_ascii(s->data, n))
        s->flags = HOP_STRING_ASCII;
    return s;
}

struct hop_string *
hop_string_from(const char *s)
{
    return hop_string_new(s, strlen(s));
}

struct hop_string *
hop_string_empty(void)
{
    return hop_string_new("", 0);
}

struct hop_string *
hop_string_format(const char *fmt, ...)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    va_list ap;

    va_start(ap, fmt);
    hop_buf_vaddf(&b, fmt, ap);
    va_end(ap);
    return hop_string_new(b.len ? b.data : "", b.len);
}

struct hop_string *
hop_string_take_buf(struct hop_buf *b)
{
    struct hop_string *s = hop_string_new(b->len ? b->data : "", b->len);

    hop_buf_done(b);
    return s;
}

/* Is p[0..2] a lone surrogate of the half whose second byte starts at lo? */
static bool
is_half(const char *p, unsigned char lo)
{
    return (unsigned char)p[0] == 0xED && (unsigned char)p[1] >= lo &&
           (unsigned char)p[1] < lo + 0x10;
}

/* Do text ending in a and text starting with b form a surrogate pair? */
static bool
joins(const char *a, size_t an, const char *b, size_t bn)
{
    return an >= 3 && bn >= 3 && is_half(a + an - 3, 0xA0) && is_half(b, 0xB0);
}

/* The four bytes of the pair at the end of a and the start of b. */
static void
join_pair(const char *a_end, const char *b, char out[4])
{
    size_t used;
    uint32_t hi = hop_utf8_decode(a_end - 3, 3, &used);
    uint32_t lo = hop_utf8_decode(b, 3, &used);

    hop_utf8_encode(0x10000 + ((hi - 0xD800) << 10) + (lo - 0xDC00), out);
}

static void
append_raw(struct hop_string *s, const char *p, size_t n)
{
    memcpy(s->data + s->len, p, n);
    s->len += n;
    s->data[s->len] = 0;
}

void
hop_string_append(struct hop_string **ps, const char *p, size_t n)
{
    struct hop_string *s = *ps, *grown;
    bool ascii = is_ascii(p, n) && (!s || (s->flags & HOP_STRING_ASCII));
    char pair[4];

    if (!s || s->refs > 1 || s->cap - s->len < n) {
        size_t len = s ? s->len : 0;

        grown = new_room(s && s->refs == 1 && len > 32 ? (len + n) * 2
                                                       : len + n);
        if (s)
            append_raw(grown, s->data, len);
        hop_string_release(s);
        s = *ps = grown;
    }
    if (joins(s->data, s->len, p, n)) {
        join_pair(s->data + s->len, p, pair);
        s->len -= 3;
        append_raw(s, pair, 4);
        p += 3;
        n -= 3;
    }
    append_raw(s, p, n);
    s->flags = ascii ? HOP_STRING_ASCII : 0;
}

struct hop_string *
hop_string_concat(const struct hop_string *a, const struct hop_string *b)
{
    struct hop_string *s = new_room(a->len + b->len);

    s->flags = a->flags & b->flags & HOP_STRING_ASCII;
    append_raw(s, a->data, a->len);
    if (s->flags)
        append_raw(s, b->data, b->len);
    else
        hop_string_append(&s, b->data, b->len);
    return s;
}

/* ---- UTF-16 ---- */

size_t
hop_string_len16(const struct hop_string *s)
{
    struct hop_string *m = (struct hop_string *)(uintptr_t)s;

    if (s->flags & HOP_STRING_ASCII)
        return s->len;
    if (!(s->flags & HOP_STRING_UTF16)) {
        m->len16 = hop_utf8_utf16_len(s->data, s->len);
        m->flags |= HOP_STRING_UTF16;
    }
    return s->len16;
}

size_t
hop_string_offset(const struct hop_string *s, size_t i)
{
    size_t off = 0, used;

    if (s->flags & HOP_STRING_ASCII)
        return i;
    while (i && off < s->len) {
        uint32_t cp = hop_utf8_decode(s->data + off, s->len - off, &used);

        if (cp >= 0x10000 && i == 1)
            break;
        i -= cp >= 0x10000 ? 2 : 1;
        off += used;
    }
    return off;
}

size_t
hop_string_index(const struct hop_string *s, size_t offset)
{
    return s->flags & HOP_STRING_ASCII
               ? offset
               : hop_utf8_utf16_len(s->data, offset);
}

uint16_t
hop_string_at(const struct hop_string *s, size_t i)
{
    size_t off, used;
    uint32_t cp;

    if (s->flags & HOP_STRING_ASCII)
        return (unsigned char)s->data[i];
    off = hop_string_offset(s, i);
    cp = hop_utf8_decode(s->data + off, s->len - off, &used);
    if (cp < 0x10000)
        return (uint16_t)cp;
    cp -= 0x10000;
    if (hop_utf8_utf16_len(s->data, off) == i)
        return (uint16_t)(0xD800 + (cp >> 10));
    return (uint16_t)(0xDC00 + (cp & 0x3FF));
}

static void
add_unit(struct hop_buf *b, uint16_t unit)
{
    char u8[4];

    hop_buf_add(b, u8, hop_utf8_encode(unit, u8));
}

void
hop_buf_add_utf16(struct hop_buf *b, uint16_t unit)
{
    char u8[4], pair[4];
    size_t n = hop_utf8_encode(unit, u8);

    if (!joins(b->data, b->len, u8, n)) {
        hop_buf_add(b, u8, n);
        return;
    }
    join_pair(b->data + b->len, u8, pair);
    b->len -= 3;
    hop_buf_add(b, pair, 4);
}

struct hop_string *
hop_string_sub(const struct hop_string *s, size_t start, size_t count)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    size_t from, to;

    if (s->flags & HOP_STRING_ASCII)
        return hop_string_new(s->data + start, count);
    if (count == 0)
        return hop_string_empty();
    from = hop_string_offset(s, start);
    to = hop_string_offset(s, start + count);
    /* A pair cut in its middle at either end leaves a lone half. */
    if (hop_string_index(s, from) != start) {
        add_unit(&b, hop_string_at(s, start));
        from += 4;
    }
    if (to > from)
        hop_buf_add(&b, s->data + from, to - from);
    if (hop_string_index(s, to) != start + count &&
        !(b.len && to + 4 == from))
        add_unit(&b, hop_string_at(s, start + count - 1));
    return hop_string_take_buf(&b);
}

struct hop_string *
hop_string_from_utf16(const uint16_t *u, size_t n)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    for (size_t i = 0; i < n; i++)
        hop_buf_add_utf16(&b, u[i]);
    return hop_string_take_buf(&b);
}

uint16_t *
hop_string_to_utf16(const struct hop_string *s, size_t *n)
{
    uint16_t *u = hop_xcalloc(hop_string_len16(s) + 1, sizeof *u);
    size_t used, k = 0;

    for (size_t off = 0; off < s->len; off += used) {
        uint32_t cp = hop_utf8_decode(s->data + off, s->len - off, &used);

        if (cp >= 0x10000) {
            u[k++] = (uint16_t)(0xD800 + ((cp - 0x10000) >> 10));
            u[k++] = (uint16_t)(0xDC00 + ((cp - 0x10000) & 0x3FF));
        } else {
            u[k++] = (uint16_t)cp;
        }
    }
    *n = k;
    return u;
}

/* ---- ordinal comparison ---- */

static unsigned char
fold_ascii(unsigned char c)
{
    return c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : c;
}

/* .NET's ordinal case folding: simple upper case, one to one. */
static uint32_t
fold(uint32_t cp)
{
    if (cp < 0x80)
        return cp >= 'a' && cp <= 'z' ? cp - 32 : cp;
    return (uint32_t)utf8proc_toupper((utf8proc_int32_t)cp);
}

/* Order of UTF-16 units: surrogates come before U+E000 and above. */
static uint32_t
utf16_rank(uint32_t cp)
{
    return cp >= 0xE000 && cp < 0x10000 ? cp + 0x200000 : cp;
}

static int
compare_folded(const char *a, size_t an, const char *b, size_t bn)
{
    size_t ua, ub;

    while (an && bn) {
        uint32_t ca = fold(hop_utf8_decode(a, an, &ua));
        uint32_t cb = fold(hop_utf8_decode(b, bn, &ub));

        if (ca != cb)
            return utf16_rank(ca) < utf16_rank(cb) ? -1 : 1;
        a += ua, an -= ua;
        b += ub, bn -= ub;
    }
    return an ? 1 : bn ? -1 : 0;
}

bool
hop_text_ieq(const char *a, size_t an, const char *b, size_t bn)
{
    size_t i;

    if (an == bn) {
        for (i = 0; i < an; i++) {
            if (a[i] == b[i])
                continue;
            if ((a[i] | b[i]) & 0x80)
                break;
            if (fold_ascii((unsigned char)a[i]) !=
                fold_ascii((unsigned char)b[i]))
                return false;
        }
        if (i == an)
            return true;
    } else if (is_ascii(a, an) && is_ascii(b, bn)) {
        return false;
    }
    return compare_folded(a, an, b, bn) == 0;
}

bool
hop_string_eq(const struct hop_string *a, const struct hop_string *b)
{
    return a == b ||
           (a->len == b->len && memcmp(a->data, b->data, a->len) == 0);
}

bool
hop_string_ieq(const struct hop_string *a, const struct hop_string *b)
{
    if (a == b)
        return true;
    if ((a->flags & b->flags & HOP_STRING_HASHED) && a->hash != b->hash)
        return false;
    return hop_text_ieq(a->data, a->len, b->data, b->len);
}

bool
hop_string_is(const struct hop_string *a, const char *b)
{
    size_t n = strlen(b);

    return a->len == n && memcmp(a->data, b, n) == 0;
}

bool
hop_string_iis(const struct hop_string *a, const char *b)
{
    return hop_text_ieq(a->data, a->len, b, strlen(b));
}

uint32_t
hop_text_hash(const char *s, size_t n)
{
    uint32_t h = 2166136261u;

    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];

        if (c & 0x80) {
            size_t used;
            uint32_t cp = fold(hop_utf8_decode(s + i, n - i, &used));

            h = (h ^ cp) * 16777619u;
            i += used - 1;
        } else {
            h = (h ^ fold(c)) * 16777619u;
        }
    }
    h ^= h >> 15;
    return h * 0x2c1b3c6du;
}

uint32_t
hop_string_hash(const struct hop_string *s)
{
    struct hop_string *m = (struct hop_string *)(uintptr_t)s;

    if (!(s->flags & HOP_STRING_HASHED)) {
        m->hash = hop_text_hash(s->data, s->len);
        m->flags |= HOP_STRING_HASHED;
    }
    return s->hash;
}

int
hop_string_cmp(const struct hop_string *a, const struct hop_string *b)
{
    size_t n = a->len < b->len ? a->len : b->len, ua, ub, i = 0;

    while (i < n && a->data[i] == b->data[i])
        i++;
    if (i == n)
        return a->len < b->len ? -1 : a->len > b->len;
    /* Back to the start of the character that differs. */
    while (i > 0 && (a->data[i] & 0xC0) == 0x80)
        i--;
    return utf16_rank(hop_utf8_decode(a->data + i, a->len - i, &ua)) <
                   utf16_rank(hop_utf8_decode(b->data + i, b->len - i, &ub))
               ? -1
               : 1;
}

int
hop_string_icmp(const struct hop_string *a, const struct hop_string *b)
{
    return compare_folded(a->data, a->len, b->data, b->len);
}
