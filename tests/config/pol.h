/* Writes registry policy files for tests: MS-GPREG 2.2.1.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_TEST_POL_H
#define HOP_TEST_POL_H

#include <string.h>

#include "base/text.h"
#include "config/preg.h"

static inline void
pol_number(struct hop_buf *out, uint32_t v)
{
    for (int k = 0; k < 4; k++)
        hop_buf_addc(out, (char)(v >> 8 * k));
}

static inline void
pol_text(struct hop_buf *out, const char *s)
{
    hop_utf16le_from_utf8(out, s, strlen(s));
}

static inline void
pol_begin(struct hop_buf *out)
{
    hop_buf_add(out, "PReg", 4);
    pol_number(out, 1);
}

static inline void
pol_add(struct hop_buf *out, const char *key, const char *value, uint32_t type,
        const void *data, size_t size)
{
    pol_text(out, "[");
    pol_text(out, key);
    hop_buf_add(out, "\0\0", 2);
    pol_text(out, ";");
    pol_text(out, value);
    hop_buf_add(out, "\0\0", 2);
    pol_text(out, ";");
    pol_number(out, type);
    pol_text(out, ";");
    pol_number(out, (uint32_t)size);
    pol_text(out, ";");
    hop_buf_add(out, data, size);
    pol_text(out, "]");
}

static inline void
pol_add_dword(struct hop_buf *out, const char *key, const char *value,
              uint32_t v)
{
    HOP_AUTO_BUF struct hop_buf data = HOP_BUF_INIT;

    pol_number(&data, v);
    pol_add(out, key, value, HOP_REG_DWORD, data.data, data.len);
}

static inline void
pol_add_sz(struct hop_buf *out, const char *key, const char *value,
           const char *text)
{
    HOP_AUTO_BUF struct hop_buf data = HOP_BUF_INIT;

    pol_text(&data, text);
    hop_buf_add(&data, "\0\0", 2);
    pol_add(out, key, value, HOP_REG_SZ, data.data, data.len);
}

#endif
