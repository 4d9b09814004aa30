/* Registry policy files, the Registry.pol of Group Policy objects: MS-GPREG
 * 2.2.1.
 *
 *     "PReg" 1 { '[' key ';' value ';' type ';' size ';' data ']' }
 *
 * The brackets, semicolons and names are UTF-16LE, names end with a NUL, the
 * numbers are 32 bits, little-endian.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CONFIG_PREG_H
#define HOP_CONFIG_PREG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum { /* MS-DTYP: registry types */
       HOP_REG_SZ = 1,
       HOP_REG_EXPAND_SZ = 2,
       HOP_REG_BINARY = 3,
       HOP_REG_DWORD = 4,
       HOP_REG_MULTI_SZ = 7,
};

enum {
    HOP_PREG_MAX = 4 << 20,   /* bytes of a file */
    HOP_PREG_NAME_MAX = 4096, /* bytes of a key or value, as UTF-8 */
    HOP_PREG_DATA_MAX = 65535,
};

/* One entry; all of it lives until the function it was given to returns. */
struct hop_preg_entry {
    const char *key, *value; /* UTF-8 */
    uint32_t type;
    const uint8_t *data;
    size_t size;
};

typedef void hop_preg_entry_fn(void *ctx, const struct hop_preg_entry *e);

/* Gives each entry in turn.  Fails (PROTOCOL) at the first that is malformed;
 * those before it have been given. */
HOP_MUST_CHECK bool hop_preg_decode(const void *p, size_t n,
                                    hop_preg_entry_fn *each, void *ctx,
                                    struct hop_error *err);

#endif
