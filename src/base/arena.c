/* SPDX-License-Identifier: MIT */
#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

#define BLOCK_BYTES 16384
#define ALIGN       _Alignof(max_align_t)

struct hop_arena_block {
    struct hop_arena_block *next;
    size_t used;
    size_t size;
    _Alignas(max_align_t) unsigned char data[];
};

void
hop_arena_init(struct hop_arena *a, size_t max)
{
    a->head = NULL;
    a->used = 0;
    a->max = max ? max : HOP_ALLOC_MAX;
}

void
hop_arena_done(struct hop_arena *a)
{
    struct hop_arena_block *b = a->head;

    while (b != NULL) {
        struct hop_arena_block *next = b->next;

        free(b);
        b = next;
    }
    a->head = NULL;
    a->used = 0;
}

void *
hop_arena_alloc(struct hop_arena *a, size_t n)
{
    size_t need = (n + ALIGN - 1) & ~(ALIGN - 1);
    struct hop_arena_block *b = a->head;
    void *p;

    if (need < n || need > a->max || a->used > a->max - need)
        return NULL;
    if (b == NULL || b->size - b->used < need) {
        size_t size = need > BLOCK_BYTES ? need : BLOCK_BYTES;

        b = calloc(1, sizeof(*b) + size);
        if (b == NULL)
            return NULL;
        b->size = size;
        b->next = a->head;
        a->head = b;
    }
    p = b->data + b->used;
    b->used += need;
    a->used += need;
    return p;
}

char *
hop_arena_strndup(struct hop_arena *a, const char *s, size_t n)
{
    char *copy = hop_arena_alloc(a, n + 1);

    if (copy != NULL && n)
        memcpy(copy, s, n);
    return copy;
}

char *
hop_arena_strdup(struct hop_arena *a, const char *s)
{
    return hop_arena_strndup(a, s, strlen(s));
}
