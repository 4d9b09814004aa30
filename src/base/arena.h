/* Memory that is released all at once: one message, one parse.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_BASE_ARENA_H
#define HOP_BASE_ARENA_H

#include <stddef.h>

#include "base/cleanup.h"

struct hop_arena_block;

struct hop_arena {
    struct hop_arena_block *head;
    size_t used; /* bytes given out */
    size_t max;  /* most bytes it gives out; 0 means HOP_ALLOC_MAX */
};

#define HOP_AUTO_ARENA HOP_CLEANUP(hop_arena_done)

void hop_arena_init(struct hop_arena *a, size_t max);
void hop_arena_done(struct hop_arena *a);
/* Zeroed, aligned for any type, alive until hop_arena_done; NULL over the
 * limit. */
void *hop_arena_alloc(struct hop_arena *a, size_t n);
/* A NUL-terminated copy of n bytes, or NULL over the limit. */
char *hop_arena_strndup(struct hop_arena *a, const char *s, size_t n);
char *hop_arena_strdup(struct hop_arena *a, const char *s);

#define hop_arena_new(a, type) ((type *)hop_arena_alloc((a), sizeof(type)))

#endif
