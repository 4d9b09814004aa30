/* SPDX-License-Identifier: MIT */
#include "base/base64.h"

#include <stdint.h>

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
    for (i = 0; i < whole; i += 3) {
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

bool
hop_base64_decode(struct hop_buf *out, const char *s, size_t n)
{
    const unsigned char *p = (const unsigned char *)s;
    uint32_t v = 0;
    unsigned have = 0, pad = 0;
    size_t done = 0, i = 0;
    unsigned char *o = hop_buf_reserve(out, n / 4 * 3 + 3);

    if (o == NULL)
        return false;
    while (i < n) {
        unsigned six;

        if (have == 0 && pad == 0) {
            /* Whole groups without white space, the common case. */
            while (n - i >= 4) {
                unsigned a = value_plus_1[p[i]], b = value_plus_1[p[i + 1]];
                unsigned c = value_plus_1[p[i + 2]], d = value_plus_1[p[i + 3]];

                if (!a || !b || !c || !d)
                    break;
                v = (a - 1) << 18 | (b - 1) << 12 | (c - 1) << 6 | (d - 1);
                o[done++] = (unsigned char)(v >> 16);
                o[done++] = (unsigned char)(v >> 8);
                o[done++] = (unsigned char)v;
                i += 4;
            }
            v = 0;
            if (i == n)
                break;
        }
        six = value_plus_1[p[i]];
        if (six == 0) {
            char c = s[i++];

            if (hop_ascii_is_space(c))
                continue;
            if (c != '=' || have < 2 || have + ++pad > 4)
                return false;
            continue;
        }
        if (pad)
            return false;
        v = v << 6 | (six - 1);
        i++;
        if (++have == 4) {
            o[done++] = (unsigned char)(v >> 16);
            o[done++] = (unsigned char)(v >> 8);
            o[done++] = (unsigned char)v;
            have = 0;
            v = 0;
        }
    }
    if (have && have + pad != 4)
        return false;
    if (have == 2) {
        o[done++] = (unsigned char)(v >> 4);
    } else if (have == 3) {
        o[done++] = (unsigned char)(v >> 10);
        o[done++] = (unsigned char)(v >> 2);
    }
    hop_buf_commit(out, done);
    return true;
}
