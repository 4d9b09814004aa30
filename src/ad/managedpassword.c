/* SPDX-License-Identifier: MIT */
#include "ad/managedpassword.h"

#include "base/text.h"

enum {
    HEAD = 16,
    MOST = 4096, /* real ones have some 300 bytes */
    TICKS_PER_S = 10000000,
};

static unsigned
get_u16(const uint8_t *p)
{
    return (unsigned)p[0] | (unsigned)p[1] << 8;
}

static uint64_t
get_u64(const uint8_t *p)
{
    uint64_t v = 0;

    for (int k = 7; k >= 0; k--)
        v = v << 8 | p[k];
    return v;
}

static void
add_code_point(struct hop_buf *out, uint32_t cp)
{
    char bytes[4];

    hop_buf_add(out, bytes, hop_utf8_encode(cp, bytes));
}

static bool
is_high(unsigned unit)
{
    return unit >= 0xD800 && unit < 0xDC00;
}

static bool
is_low(unsigned unit)
{
    return unit >= 0xDC00 && unit < 0xE000;
}

/* Up to the terminator; false without one. */
static bool
take_text(const uint8_t *p, size_t n, struct hop_buf *out)
{
    for (size_t at = 0; at + 2 <= n; at += 2) {
        unsigned unit = get_u16(p + at);
        unsigned next = at + 4 <= n ? get_u16(p + at + 2) : 0;

        if (unit == 0)
            return true;
        if (is_high(unit) && is_low(next)) {
            add_code_point(out,
                           0x10000 + ((unit - 0xD800) << 10) + (next - 0xDC00));
            at += 2;
        } else {
            add_code_point(out, is_high(unit) || is_low(unit) ? 0xFFFD : unit);
        }
    }
    return false;
}

static bool
read_blob(const uint8_t *p, size_t n, struct hop_managed_password *m)
{
    unsigned current, previous, query;

    if (n < HEAD || n > MOST || get_u16(p) != 1)
        return false;
    current = get_u16(p + 8);
    previous = get_u16(p + 10);
    query = get_u16(p + 12);
    if (current < HEAD || current > n || previous > n || query > n - 8 ||
        query < HEAD || (previous != 0 && previous < HEAD))
        return false;
    m->next_s = get_u64(p + query) / TICKS_PER_S;
    return take_text(p + current, n - current, &m->current) &&
           m->current.len > 0 &&
           (previous == 0 ||
            take_text(p + previous, n - previous, &m->previous));
}

bool
hop_managed_password_decode(const void *p, size_t n,
                            struct hop_managed_password *out,
                            struct hop_error *err)
{
    struct hop_managed_password m = {.current = {.secret = true},
                                     .previous = {.secret = true}};

    if (!read_blob(p, n, &m)) {
        hop_managed_password_done(&m);
        return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                             "the managed password is malformed");
    }
    *out = m;
    return true;
}

void
hop_managed_password_done(struct hop_managed_password *m)
{
    hop_buf_done(&m->current);
    hop_buf_done(&m->previous);
}
