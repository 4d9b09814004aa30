/* SPDX-License-Identifier: MIT */
#include "config/preg.h"

#include <string.h>

#include "base/text.h"

struct reader {
    const uint8_t *p;
    size_t left;
};

static bool
take_u32(struct reader *r, uint32_t *out)
{
    if (r->left < 4)
        return false;
    *out = (uint32_t)r->p[0] | (uint32_t)r->p[1] << 8 |
           (uint32_t)r->p[2] << 16 | (uint32_t)r->p[3] << 24;
    r->p += 4;
    r->left -= 4;
    return true;
}

static bool
take_mark(struct reader *r, char mark)
{
    if (r->left < 2 || r->p[0] != (uint8_t)mark || r->p[1] != 0)
        return false;
    r->p += 2;
    r->left -= 2;
    return true;
}

/* A name with its NUL. */
static bool
take_name(struct reader *r, struct hop_buf *out)
{
    size_t n = 0;

    hop_buf_clear(out);
    while (n + 2 <= r->left && (r->p[n] != 0 || r->p[n + 1] != 0))
        n += 2;
    if (n + 2 > r->left || n > (size_t)2 * HOP_PREG_NAME_MAX ||
        !hop_utf8_from_utf16le(out, r->p, n) || out->len > HOP_PREG_NAME_MAX)
        return false;
    r->p += n + 2;
    r->left -= n + 2;
    return true;
}

static bool
take_entry(struct reader *r, struct hop_buf *key, struct hop_buf *value,
           struct hop_preg_entry *e)
{
    uint32_t size;

    if (!take_mark(r, '[') || !take_name(r, key) || !take_mark(r, ';') ||
        !take_name(r, value) || !take_mark(r, ';') || !take_u32(r, &e->type) ||
        !take_mark(r, ';') || !take_u32(r, &size) || !take_mark(r, ';') ||
        size > HOP_PREG_DATA_MAX || size > r->left)
        return false;
    e->key = hop_buf_str(key);
    e->value = hop_buf_str(value);
    e->data = r->p;
    e->size = size;
    r->p += size;
    r->left -= size;
    return take_mark(r, ']');
}

bool
hop_preg_decode(const void *p, size_t n, hop_preg_entry_fn *each, void *ctx,
                struct hop_error *err)
{
    HOP_AUTO_BUF struct hop_buf key = HOP_BUF_INIT, value = HOP_BUF_INIT;
    struct reader r = {p, n};
    uint32_t version;

    if (n > HOP_PREG_MAX)
        return hop_error_set(err, HOP_ERROR_LIMIT, 0,
                             "a registry policy file has %zu bytes, more than "
                             "%d",
                             n, HOP_PREG_MAX);
    if (n < 8 || memcmp(p, "PReg", 4) != 0)
        return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                             "it is no registry policy file");
    r.p += 4;
    r.left -= 4;
    if (!take_u32(&r, &version) || version != 1)
        return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                             "a registry policy file of an unknown version");
    while (r.left > 0) {
        struct hop_preg_entry e;

        if (!take_entry(&r, &key, &value, &e))
            return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                                 "a registry policy file is malformed at byte "
                                 "%zu",
                                 n - r.left);
        each(ctx, &e);
    }
    return true;
}
