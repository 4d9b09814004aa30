/* SPDX-License-Identifier: MIT */
#include "base/base64.h"

#include <stdint.h>

#include "base/base64_simd.h"
#include "base/text.h"

static const char alphabet[64] = {
    'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M',
    'N', 'O', 'P', 'Q', 'R', 'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z',
    'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm',
    'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z',
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '+', '/'};

void
hop_base64_encode(struct hop_buf *out, const void *p, size_t n)
{
    const unsigned char *b = p;
    size_t whole = n / 3 * 3, i;
    char *o = hop_buf_reserve(out, (n + 2) / 3 * 4);

    if (o == NULL)
        return;
    i = hop_base64_encode_bulk(b, n, o);
    o += i / 3 * 4;
    for (; i < whole; i += 3) {
        uint32_t v = (uint32_t)b[i] << 16 | (uint32_t)b[i + 1] << 8 | b[i + 2];

        *o++ = alphabet[v >> 18];
        *o++ = alphabet[v >> 12 & 63];
        *o++ = alphabet[v >> 6 & 63];
        *o++ = alphabet[v & 63];
    }
    if (n - whole == 1) {
        *o++ = alphabet[b[i] >> 2];
        *o++ = alphabet[(b[i] & 3) << 4];
        *o++ = '=';
        *o++ = '=';
    } else if (n - whole == 2) {
        *o++ = alphabet[b[i] >> 2];
        *o++ = alphabet[(b[i] & 3) << 4 | b[i + 1] >> 4];
        *o++ = alphabet[(b[i + 1] & 15) << 2];
        *o++ = '=';
    }
    hop_buf_commit(out, (n + 2) / 3 * 4);
}

/* Six bits by character plus one; 0 is "not in the alphabet". */
static const unsigned char value_plus_1[256] = {
    ['A'] = 1,  ['B'] = 2,  ['C'] = 3,  ['D'] = 4,  ['E'] = 5,  ['F'] = 6,
    ['G'] = 7,  ['H'] = 8,  ['I'] = 9,  ['J'] = 10, ['K'] = 11, ['L'] = 12,
    ['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16, ['Q'] = 17, ['R'] = 18,
    ['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24,
    ['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28, ['c'] = 29, ['d'] = 30,
    ['e'] = 31, ['f'] = 32, ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36,
    ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40, ['o'] = 41, ['p'] = 42,
    ['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48,
    ['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54,
    ['2'] = 55, ['3'] = 56, ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60,
    ['8'] = 61, ['9'] = 62, ['+'] = 63, ['/'] = 64};

/* Whole groups of four at p without white space, the common case; returns how
 * many characters it used. */
static size_t
decode_groups(const unsigned char *p, size_t n, unsigned char **out)
{
    size_t i = hop_base64_decode_bulk(p, n, *out);
    unsigned char *o = *out + i / 4 * 3;

    for (; n - i >= 4; i += 4) {
        unsigned a = value_plus_1[p[i]], b = value_plus_1[p[i + 1]];
        unsigned c = value_plus_1[p[i + 2]], d = value_plus_1[p[i + 3]];
        uint32_t v;

        if (!a || !b || !c || !d)
            break;
        v = (a - 1) << 18 | (b - 1) << 12 | (c - 1) << 6 | (d - 1);
        *o++ = (unsigned char)(v >> 16);
        *o++ = (unsigned char)(v >> 8);
        *o++ = (unsigned char)v;
    }
    *out = o;
    return i;
}

/* One character; false when it cannot stand there. */
static bool
decode_char(struct hop_base64_decoder *d, unsigned char c, unsigned char **out)
{
    unsigned six = value_plus_1[c];
    unsigned char *o = *out;

    if (six == 0 && hop_ascii_is_space((char)c))
        return true;
    if (six == 0)
        return c == '=' && d->have >= 2 && d->have + ++d->pad <= 4;
    if (d->pad)
        return false;
    d->bits = d->bits << 6 | (six - 1);
    if (++d->have == 4) {
        *o++ = (unsigned char)(d->bits >> 16);
        *o++ = (unsigned char)(d->bits >> 8);
        *o++ = (unsigned char)d->bits;
        d->have = 0;
        d->bits = 0;
    }
    *out = o;
    return true;
}

/* The one or two bytes before the padding, once that is complete. */
static void
decode_tail(struct hop_base64_decoder *d, unsigned char **out)
{
    unsigned char *o = *out;

    if (d->have == 0 || d->pad == 0 || d->have + d->pad != 4)
        return;
    if (d->have == 2) {
        *o++ = (unsigned char)(d->bits >> 4);
    } else {
        *o++ = (unsigned char)(d->bits >> 10);
        *o++ = (unsigned char)(d->bits >> 2);
    }
    d->have = 0;
    d->pad = 4; /* complete: only white space may follow */
    *out = o;
}

bool
hop_base64_decode_part(struct hop_base64_decoder *d, struct hop_buf *out,
                       const char *s, size_t n)
{
    const unsigned char *p = (const unsigned char *)s;
    unsigned char *o = hop_buf_reserve(out, n / 4 * 3 + 6);
    unsigned char *start = o;

    if (o == NULL)
        return false;
    for (size_t i = 0; i < n;) {
        if (d->have == 0 && d->pad == 0)
            i += decode_groups(p + i, n - i, &o);
        if (i == n)
            break;
        if (!decode_char(d, p[i++], &o))
            return false;
        decode_tail(d, &o);
    }
    hop_buf_commit(out, (size_t)(o - start));
    return true;
}

bool
hop_base64_decode_end(const struct hop_base64_decoder *d)
{
    return d->have == 0 && (d->pad == 0 || d->pad == 4);
}

bool
hop_base64_decode(struct hop_buf *out, const char *s, size_t n)
{
    struct hop_base64_decoder d = HOP_BASE64_DECODER;
    size_t before = out->len;

    if (hop_base64_decode_part(&d, out, s, n) && hop_base64_decode_end(&d))
        return true;
    if (out->data) {
        out->len = before;
        out->data[before] = '\0';
    }
    return false;
}
