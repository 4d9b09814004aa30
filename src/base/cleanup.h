/* Releasing locals at the end of their scope, without goto.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_BASE_CLEANUP_H
#define HOP_BASE_CLEANUP_H

#include <stdlib.h>
#include <unistd.h>

/* Runs fn(&variable) when the variable leaves its scope. */
#define HOP_CLEANUP(fn) __attribute__((cleanup(fn), unused))

#define HOP_MUST_CHECK        __attribute__((warn_unused_result))
#define HOP_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

/* The value of a pointer variable, which is NULL afterwards: hands what a
 * HOP_CLEANUP variable owns to somebody else. */
#define hop_steal(pp)                                                          \
    (__extension__({                                                           \
        __typeof__(*(pp)) hop_stolen_ = *(pp);                                 \
        *(pp) = NULL;                                                          \
        hop_stolen_;                                                           \
    }))

static inline void
hop_cleanup_free(void *pp)
{
    free(*(void **)pp);
}

static inline void
hop_cleanup_fd(const int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

/* A malloc'ed pointer, freed at the end of the scope; start it with NULL. */
#define HOP_AUTO_FREE HOP_CLEANUP(hop_cleanup_free)
/* A file descriptor, closed at the end of the scope; -1 is none. */
#define HOP_AUTO_FD HOP_CLEANUP(hop_cleanup_fd)

#define HOP_ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#endif
