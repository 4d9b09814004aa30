/* SPDX-License-Identifier: MIT */
#include "auth/ntlmguard.h"

#include <string.h>

#include "base/cleanup.h"

#define NEGOTIATE_KEY_EXCH 0x40000000u /* MS-NLMP 2.2.2.5 */

enum {
    NEGOTIATE_MIN = 16,    /* MS-NLMP 2.2.1.1 without the optional fields */
    AUTHENTICATE_MIN = 64, /* 2.2.1.3 without version and MIC */
    KEY_FIELD = 52,        /* EncryptedRandomSessionKeyFields */
    FLAGS_AT = 60,
};

static uint32_t
le16(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

static uint32_t
le32(const uint8_t *p)
{
    return le16(p) | le16(p + 2) << 16;
}

/* Len, MaxLen, BufferOffset: the payload lies behind the fixed part. */
static bool
field_fits(const uint8_t *field, size_t n)
{
    uint32_t len = le16(field), at = le32(field + 4);

    return len == 0 || (at >= NEGOTIATE_MIN && at <= n && len <= n - at);
}

static bool
check_negotiate(struct ntlm_guard *g, const uint8_t *p, size_t n)
{
    if (n < NEGOTIATE_MIN)
        return false;
    g->key_exch = (le32(p + 12) & NEGOTIATE_KEY_EXCH) != 0;
    return (n < 24 || field_fits(p + 16, n)) &&
           (n < 32 || field_fits(p + 24, n));
}

static bool
check_authenticate(const struct ntlm_guard *g, const uint8_t *p, size_t n)
{
    static const size_t fields[] = {12, 20, 28, 36, 44, KEY_FIELD};
    uint32_t key;

    if (n < AUTHENTICATE_MIN)
        return false;
    for (size_t k = 0; k < HOP_ARRAY_SIZE(fields); k++)
        if (!field_fits(p + fields[k], n))
            return false;
    key = le16(p + KEY_FIELD);
    if (g->key_exch || (le32(p + FLAGS_AT) & NEGOTIATE_KEY_EXCH))
        return key == 16;
    return key == 0 || key == 16;
}

bool
ntlm_guard_check(struct ntlm_guard *g, const void *message, size_t n)
{
    const uint8_t *p = message;

    if (n < 12 || memcmp(p, "NTLMSSP", 8) != 0)
        return false;
    if (le32(p + 8) == 1)
        return check_negotiate(g, p, n);
    return le32(p + 8) == 3 && check_authenticate(g, p, n);
}

bool
ntlm_guard_pad(const void *message, size_t n,
               uint8_t full[static NTLM_NEGOTIATE_FULL])
{
    const uint8_t *p = message;

    if (n < NEGOTIATE_MIN || n >= NTLM_NEGOTIATE_FULL ||
        memcmp(p, "NTLMSSP", 8) != 0 || le32(p + 8) != 1)
        return false;
    memset(full, 0, NTLM_NEGOTIATE_FULL);
    memcpy(full, p, n);
    return true;
}
