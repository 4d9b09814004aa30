/* Sinks, and what becomes of the streams besides output.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/engine.h"

static enum hop_flow
drop(struct hop_sink *s, struct hop_value v)
{
    return HOP_FLOW_NEXT;
}

struct hop_sink hop_sink_null = {drop};

static enum hop_flow
list_write(struct hop_sink *s, struct hop_value v)
{
    struct hop_list_sink *l = (struct hop_list_sink *)s;

    if (l->n == l->cap) {
        l->cap = l->cap ? l->cap * 2 : 4;
        l->items = hop_xrealloc(l->items, l->cap, sizeof(*l->items));
    }
    l->items[l->n++] = hop_retain(v);
    return HOP_FLOW_NEXT;
}

void
hop_list_sink_init(struct hop_list_sink *l, struct hop_context *cx)
{
    *l = (struct hop_list_sink){.sink = {list_write}, .cx = cx};
}

void
hop_list_sink_done(struct hop_list_sink *l)
{
    for (size_t i = 0; i < l->n; i++)
        hop_release(l->items[i]);
    free(l->items);
    l->items = NULL;
    l->n = l->cap = 0;
}

static struct hop_value
array_of(struct hop_list_sink *l)
{
    struct hop_array *a = hop_array_new(l->cx, 0);

    free(a->items);
    a->items = l->items;
    a->n = l->n;
    a->cap = l->cap;
    l->items = NULL;
    l->n = l->cap = 0;
    return hop_obj(a);
}

struct hop_value
hop_list_sink_array(struct hop_list_sink *l)
{
    return array_of(l);
}

struct hop_value
hop_list_sink_value(struct hop_list_sink *l)
{
    struct hop_value v;

    if (l->n == 0)
        return hop_void();
    if (l->n > 1)
        return array_of(l);
    v = l->items[0];
    l->n = 0;
    return v;
}

enum hop_flow
stream_write(struct hop_runspace *rs, struct io *io, enum hop_stream_number n,
             struct hop_value v)
{
    if (io && io->sink[n]) {
        if (v.kind == HOP_OBJECT)
            v.tag = (uint8_t)n;
        return hop_sink_write(io->sink[n], v);
    }
    host_show(rs, n, v);
    return HOP_FLOW_NEXT;
}
