/* SPDX-License-Identifier: MIT */
#include "base/text.h"

#include <string.h>

#include "base/alloc.h"

#define REPLACEMENT 0xFFFDu

uint32_t
hop_utf8_decode(const char *s, size_t n, size_t *used)
{
    const unsigned char *p = (const unsigned char *)s;
    uint32_t cp, least;
    size_t len, i;

    *used = 1;
    if (p[0] < 0x80)
        return p[0];
    if (p[0] >= 0xC2 && p[0] <= 0xDF)
        len = 2, cp = p[0] & 0x1Fu, least = 0x80;
    else if (p[0] >= 0xE0 && p[0] <= 0xEF)
        len = 3, cp = p[0] & 0x0Fu, least = 0x800;
    else if (p[0] >= 0xF0 && p[0] <= 0xF4)
        len = 4, cp = p[0] & 0x07u, least = 0x10000;
    else
        return REPLACEMENT;
    if (n < len)
        return REPLACEMENT;
    for (i = 1; i < len; i++) {
        if ((p[i] & 0xC0) != 0x80)
            return REPLACEMENT;
        cp = cp << 6 | (p[i] & 0x3Fu);
    }
    if (cp < least || cp > 0x10FFFF)
        return REPLACEMENT;
    *used = len;
    return cp;
}

size_t
hop_utf8_encode(uint32_t cp, char out[4])
{
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    if (cp < 0x800) {
        out[0] = (char)(0xC0 | cp >> 6);
        out[1] = (char)(0x80 | (cp & 0x3F));
        return 2;
    }
    if (cp < 0x10000) {
        out[0] = (char)(0xE0 | cp >> 12);
        out[1] = (char)(0x80 | (cp >> 6 & 0x3F));
        out[2] = (char)(0x80 | (cp & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | cp >> 18);
    out[1] = (char)(0x80 | (cp >> 12 & 0x3F));
    out[2] = (char)(0x80 | (cp >> 6 & 0x3F));
    out[3] = (char)(0x80 | (cp & 0x3F));
    return 4;
}

/* How many of the first bytes are surely ASCII: eight at a time. */
static size_t
skip_ascii(const char *s, size_t n)
{
    size_t i = 0;

    for (; i + 32 <= n; i += 32) {
        uint64_t w[4];
        memcpy(w, s + i, sizeof(w));
        if ((w[0] | w[1] | w[2] | w[3]) & 0x8080808080808080u)
            break;
    }
    return i;
}

bool
hop_utf8_valid(const char *s, size_t n)
{
    size_t i = 0;

    while (i < n) {
        size_t used;
        if ((unsigned char)s[i] < 0x80) {
            size_t ascii = skip_ascii(s + i, n - i);
            i += ascii ? ascii : 1;
            continue;
        }
        uint32_t cp = hop_utf8_decode(s + i, n - i, &used);

        if (used == 1 && (unsigned char)s[i] >= 0x80)
            return false;
        if (cp >= 0xD800 && cp <= 0xDFFF)
            return false;
        i += used;
    }
    return true;
}

size_t
hop_utf8_utf16_len(const char *s, size_t n)
{
    size_t i = 0, units = 0;

    while (i < n) {
        size_t used;
        uint32_t cp = hop_utf8_decode(s + i, n - i, &used);

        units += cp >= 0x10000 ? 2 : 1;
        i += used;
    }
    return units;
}

static void
add_unit(struct hop_buf *out, uint32_t unit)
{
    char le[2] = {(char)(unit & 0xFF), (char)(unit >> 8)};

    hop_buf_add(out, le, 2);
}

void
hop_utf16le_from_utf8(struct hop_buf *out, const char *s, size_t n)
{
    size_t i = 0;

    while (i < n) {
        size_t used;
        uint32_t cp = hop_utf8_decode(s + i, n - i, &used);

        if (cp >= 0x10000) {
            add_unit(out, 0xD800 + ((cp - 0x10000) >> 10));
            add_unit(out, 0xDC00 + ((cp - 0x10000) & 0x3FF));
        } else {
            add_unit(out, cp);
        }
        i += used;
    }
}

bool
hop_utf8_from_utf16le(struct hop_buf *out, const void *p, size_t n)
{
    const unsigned char *b = p;
    size_t i = 0;

    if (n % 2)
        return false;
    while (i < n) {
        uint32_t cp = b[i] | (uint32_t)b[i + 1] << 8;
        char utf8[4];

        i += 2;
        if (cp >= 0xD800 && cp <= 0xDBFF && i < n) {
            uint32_t low = b[i] | (uint32_t)b[i + 1] << 8;

            if (low >= 0xDC00 && low <= 0xDFFF) {
                cp = 0x10000 + ((cp - 0xD800) << 10) + (low - 0xDC00);
                i += 2;
            }
        }
        hop_buf_add(out, utf8, hop_utf8_encode(cp, utf8));
    }
    return true;
}

char
hop_ascii_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

bool
hop_ascii_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool
hop_ascii_is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

int
hop_ascii_hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool
hop_ascii_ieqn(const char *a, const char *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (hop_ascii_lower(a[i]) != hop_ascii_lower(b[i]))
            return false;
        if (a[i] == '\0')
            return true;
    }
    return true;
}

bool
hop_ascii_ieq(const char *a, const char *b)
{
    size_t n = strlen(a);

    return n == strlen(b) && hop_ascii_ieqn(a, b, n);
}

char *
hop_peer_address(const char *peer)
{
    const char *end = strrchr(peer, peer[0] == '[' ? ']' : ':');

    if (!end || (peer[0] != '[' && strchr(peer, ':') != end))
        return hop_xstrdup(peer);
    peer += peer[0] == '[';
    return hop_xstrndup(peer, (size_t)(end - peer));
}
