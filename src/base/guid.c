/* SPDX-License-Identifier: MIT */
#include "base/guid.h"
#include "base/text.h"

#include <string.h>
#include <sys/random.h>

/* Where the n-th hexadecimal pair of the text lives in the bytes. */
static const uint8_t order[16] = {3, 2, 1,  0,  5,  4,  7,  6,
                                  8, 9, 10, 11, 12, 13, 14, 15};

void
hop_guid_from_random(struct hop_guid *g, const uint8_t random[16])
{
    memcpy(g->bytes, random, 16);
    g->bytes[7] = (uint8_t)((g->bytes[7] & 0x0F) | 0x40);
    g->bytes[8] = (uint8_t)((g->bytes[8] & 0x3F) | 0x80);
}

void
hop_guid_new(struct hop_guid *g)
{
    uint8_t random[16];

    /* 16 bytes are never short once the pool is initialised: getrandom(2). */
    while (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
        continue;
    hop_guid_from_random(g, random);
}

void
hop_guid_format(const struct hop_guid *g, bool upper, char out[HOP_GUID_TEXT])
{
    const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    size_t o = 0;

    for (size_t i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            out[o++] = '-';
        out[o++] = digits[g->bytes[order[i]] >> 4];
        out[o++] = digits[g->bytes[order[i]] & 15];
    }
    out[o] = '\0';
}

bool
hop_guid_parse(const char *s, size_t n, struct hop_guid *g)
{
    struct hop_guid out;
    size_t at = 0;

    if (n == 38 && s[0] == '{' && s[37] == '}') {
        s++;
        n = 36;
    }
    if (n != 36)
        return false;
    for (size_t i = 0; i < 16; i++) {
        int high, low;

        if ((i == 4 || i == 6 || i == 8 || i == 10) && s[at++] != '-')
            return false;
        high = hop_ascii_hex(s[at++]);
        low = hop_ascii_hex(s[at++]);
        if (high < 0 || low < 0)
            return false;
        out.bytes[order[i]] = (uint8_t)(high << 4 | low);
    }
    *g = out;
    return true;
}

bool
hop_guid_eq(const struct hop_guid *a, const struct hop_guid *b)
{
    return memcmp(a->bytes, b->bytes, 16) == 0;
}

bool
hop_guid_is_zero(const struct hop_guid *g)
{
    static const struct hop_guid zero;

    return hop_guid_eq(g, &zero);
}
