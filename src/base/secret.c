/* SPDX-License-Identifier: MIT */
#include "base/secret.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Each secret has pages of its own: madvise and mlock work by the page. */
struct hop_secret {
    size_t len;
    size_t mapped;
    char bytes[];
};

struct hop_secret *
hop_secret_new(const void *bytes, size_t n)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t need = sizeof(struct hop_secret) + n + 1;
    size_t mapped;
    struct hop_secret *s;

    if (need < n)
        return NULL;
    mapped = (need + page - 1) / page * page;
    s = mmap(NULL, mapped, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (s == MAP_FAILED)
        return NULL;
    madvise(s, mapped, MADV_DONTDUMP);
    madvise(s, mapped, MADV_WIPEONFORK);
    /* Best effort: the limit on locked memory may be small. */
    if (mlock(s, mapped) != 0)
        (void)0;
    s->len = n;
    s->mapped = mapped;
    if (n)
        memcpy(s->bytes, bytes, n);
    return s;
}

struct hop_secret *
hop_secret_dup(const struct hop_secret *s)
{
    return hop_secret_new(s->bytes, s->len);
}

void
hop_secret_free(struct hop_secret *s)
{
    size_t mapped;

    if (s == NULL)
        return;
    mapped = s->mapped;
    explicit_bzero(s, mapped);
    munmap(s, mapped);
}

void
hop_secret_freep(struct hop_secret **s)
{
    hop_secret_free(*s);
    *s = NULL;
}

const char *
hop_secret_bytes(const struct hop_secret *s)
{
    return s->bytes;
}

size_t
hop_secret_len(const struct hop_secret *s)
{
    return s->len;
}
