/* Finding domain controllers by DNS: MS-ADTS 6.3.6, RFC 2782.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_AD_LOCATE_H
#define HOP_AD_LOCATE_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define HOP_LOCATE_NAME 256
#define HOP_LOCATE_MOST 32

struct hop_locate_row {
    uint16_t priority, weight, port;
    char name[HOP_LOCATE_NAME];
};

/* The SRV rows of a DNS answer, best first; weights are shares of draws, which
 * next makes (a number below its argument).  How many; -1 when it is
 * malformed. */
int hop_locate_decode(const void *answer, size_t n,
                      uint32_t (*draw)(void *ctx, uint32_t below), void *ctx,
                      struct hop_locate_row rows[HOP_LOCATE_MOST]);
/* Asks DNS for the DCs of a domain; blocks.  How many; 0 with err set. */
int hop_locate_dcs(const char *domain,
                   struct hop_locate_row rows[HOP_LOCATE_MOST],
                   struct hop_error *err);

#endif
