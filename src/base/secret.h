/* A password or key.  A type of its own, so that it cannot be passed to a log
 * call by mistake; kept out of core dumps, wiped when released.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_BASE_SECRET_H
#define HOP_BASE_SECRET_H

#include <stddef.h>

#include "base/cleanup.h"

struct hop_secret;

#define HOP_AUTO_SECRET HOP_CLEANUP(hop_secret_freep)

/* A copy of n bytes with a NUL behind them; NULL without memory.  The caller
 * wipes its own copy. */
struct hop_secret *hop_secret_new(const void *bytes, size_t n);
struct hop_secret *hop_secret_dup(const struct hop_secret *s);
void hop_secret_free(struct hop_secret *s);
void hop_secret_freep(struct hop_secret **s);
/* Borrowed, NUL-terminated, until hop_secret_free. */
const char *hop_secret_bytes(const struct hop_secret *s);
size_t hop_secret_len(const struct hop_secret *s);

#endif
