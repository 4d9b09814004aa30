/* Memory for small things whose absence no caller can mend.
 *
 * hop_xmalloc and its kin never return NULL: when the system has no memory
 * left they write one line to standard error and end the process (each session
 * is a process of its own).  What a peer or a script can make large goes
 * through struct hop_buf or checks hop_alloc_allowed() first and fails with an
 * error instead.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_BASE_ALLOC_H
#define HOP_BASE_ALLOC_H

#include <stdbool.h>
#include <stddef.h>

/* The largest single block a script may ask for, in bytes: 1 GiB. */
#define HOP_ALLOC_MAX ((size_t)1 << 30)

static inline bool
hop_alloc_allowed(size_t n)
{
    return n <= HOP_ALLOC_MAX;
}

/* Zeroed memory of n bytes, released with free(). */
void *hop_xmalloc(size_t n) __attribute__((malloc, alloc_size(1)));
/* Zeroed array; ends the process when n * size overflows. */
void *hop_xcalloc(size_t n, size_t size) __attribute__((alloc_size(1, 2)));
/* As reallocarray(); the new part is not zeroed. */
void *hop_xrealloc(void *p, size_t n, size_t size);
char *hop_xstrdup(const char *s);
/* A NUL-terminated copy of n bytes. */
char *hop_xstrndup(const char *s, size_t n);
char *hop_xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
