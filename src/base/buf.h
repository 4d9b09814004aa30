/* A growing byte buffer with a limit and a sticky failure: write freely, ask
 * hop_buf_ok() once at the end.  data is NUL-terminated after every write.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_BASE_BUF_H
#define HOP_BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/cleanup.h"

struct hop_buf {
    char *data; /* NULL while empty */
    size_t len; /* bytes, without the NUL */
    size_t cap;
    size_t max;  /* most bytes it may hold; 0 means HOP_ALLOC_MAX */
    bool failed; /* over the limit or out of memory: later writes are ignored */
    bool secret; /* wiped whenever memory is released */
};

#define HOP_BUF_INIT {NULL, 0, 0, 0, false, false}
#define HOP_AUTO_BUF HOP_CLEANUP(hop_buf_done)

void hop_buf_init(struct hop_buf *b, size_t max);
void hop_buf_done(struct hop_buf *b);
/* Empties it and keeps the memory; the failure is forgotten. */
void hop_buf_clear(struct hop_buf *b);
bool hop_buf_ok(const struct hop_buf *b);

void hop_buf_add(struct hop_buf *b, const void *p, size_t n);
void hop_buf_adds(struct hop_buf *b, const char *s);
void hop_buf_addc(struct hop_buf *b, char c);
void hop_buf_fill(struct hop_buf *b, char c, size_t n);
void hop_buf_addf(struct hop_buf *b, const char *fmt, ...) HOP_PRINTF(2, 3);
void hop_buf_vaddf(struct hop_buf *b, const char *fmt, va_list ap)
    HOP_PRINTF(2, 0);
/* Room for n more bytes at the end, not yet counted in len, or NULL. */
void *hop_buf_reserve(struct hop_buf *b, size_t n);
/* Counts n bytes written into what hop_buf_reserve gave. */
void hop_buf_commit(struct hop_buf *b, size_t n);
/* Removes the first n bytes (all, if fewer). */
void hop_buf_consume(struct hop_buf *b, size_t n);
/* The contents as a malloc'ed string ("" when empty); the buffer is empty
 * afterwards.  NULL when it has failed. */
char *hop_buf_take(struct hop_buf *b);
/* The contents as a string that lives until the next write; never NULL. */
const char *hop_buf_str(const struct hop_buf *b);

#endif
