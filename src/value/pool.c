/* Small blocks by size: a free list for each multiple of 16 bytes.  The lists
 * are the process's, as malloc's are; with AddressSanitizer every block is its
 * own, so that errors show.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/value.h"

#include "base/alloc.h"

#define POOL_STEP    16
#define POOL_MAX     512
#define POOL_CHUNK   ((size_t)64 << 10)
#define POOL_CLASSES (POOL_MAX / POOL_STEP)

#ifdef __SANITIZE_ADDRESS__
#define POOL_OFF 1
#else
#define POOL_OFF 0
#endif

struct free_block {
    struct free_block *next;
};

static struct free_block *free_lists[POOL_CLASSES + 1];
static char *chunk;
static size_t chunk_left;

/* Blocks never go back to malloc: what a script used once it uses again. */
static void *
carve_block(size_t size)
{
    void *p;

    if (chunk_left < size) {
        chunk = hop_xmalloc(POOL_CHUNK);
        chunk_left = POOL_CHUNK;
    }
    p = chunk;
    chunk += size;
    chunk_left -= size;
    return p;
}

void *
hop_pool_alloc(size_t n)
{
    size_t k = (n + POOL_STEP - 1) / POOL_STEP;
    struct free_block *b;

    if (POOL_OFF || k > POOL_CLASSES)
        return hop_xmalloc(n);
    b = free_lists[k];
    if (b)
        free_lists[k] = b->next;
    else
        b = carve_block(k * POOL_STEP);
    return memset((void *)b, 0, n);
}

void
hop_pool_free(void *p, size_t n)
{
    size_t k = (n + POOL_STEP - 1) / POOL_STEP;
    struct free_block *b = p;

    if (!p)
        return;
    if (POOL_OFF || k > POOL_CLASSES) {
        free(p);
        return;
    }
    b->next = free_lists[k];
    free_lists[k] = b;
}
