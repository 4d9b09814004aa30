/* SPDX-License-Identifier: MIT */
#include "server/holding.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

struct hop_held {
    struct hop_held *next;
    bool start; /* of an object */
    size_t n;
    char bytes[];
};

static void
unlink_first(struct hop_holding *h, struct hop_held **link)
{
    struct hop_held *f = *link;

    *link = f->next;
    if (!*link)
        h->last = link;
    h->bytes -= f->n;
    free(f);
}

/* The first fragment of an object behind at; or NULL. */
static struct hop_held *
next_start(struct hop_held *at)
{
    while (at && !at->start)
        at = at->next;
    return at;
}

/* The oldest object that is here from its beginning, if a newer one is. */
static bool
drop_oldest(struct hop_holding *h)
{
    struct hop_held **link = &h->first, *newer;

    while (*link && !(*link)->start)
        link = &(*link)->next;
    newer = *link ? next_start((*link)->next) : NULL;
    if (!newer)
        return false;
    while (*link != newer)
        unlink_first(h, link);
    return true;
}

void
hop_holding_add(struct hop_holding *h, const struct hop_buf *fragment,
                bool start, size_t max_bytes)
{
    struct hop_held *f = hop_xmalloc(sizeof(*f) + fragment->len);

    *f = (struct hop_held){.start = start, .n = fragment->len};
    memcpy(f->bytes, fragment->data, fragment->len);
    if (!h->first)
        h->last = &h->first;
    *h->last = f;
    h->last = &f->next;
    h->bytes += f->n;
    while (h->bytes > max_bytes && drop_oldest(h))
        ;
}

bool
hop_holding_is_empty(const struct hop_holding *h)
{
    return !h->first;
}

size_t
hop_holding_next(const struct hop_holding *h)
{
    return h->first->n;
}

void
hop_holding_take(struct hop_holding *h, void *out)
{
    memcpy(out, h->first->bytes, h->first->n);
    unlink_first(h, &h->first);
}

void
hop_holding_done(struct hop_holding *h)
{
    while (h->first)
        unlink_first(h, &h->first);
}
