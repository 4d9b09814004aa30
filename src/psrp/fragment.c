/* SPDX-License-Identifier: MIT */
#include "psrp/fragment.h"

#include <string.h>

#include "base/alloc.h"

enum { FLAG_START = 1, FLAG_END = 2 };

static uint64_t
read_be(const uint8_t *p, size_t n)
{
    uint64_t v = 0;

    for (size_t i = 0; i < n; i++)
        v = v << 8 | p[i];
    return v;
}

static void
write_be(uint8_t *p, size_t n, uint64_t v)
{
    for (size_t i = 0; i < n; i++)
        p[i] = (uint8_t)(v >> 8 * (n - 1 - i));
}

enum hop_psrp_found
hop_psrp_fragment_decode(const void *p, size_t n, size_t max,
                         struct hop_psrp_fragment *f, size_t *used,
                         struct hop_error *err)
{
    const uint8_t *b = p;
    struct hop_psrp_fragment got = {0};
    uint64_t len;

    if (n < HOP_PSRP_FRAGMENT_HEAD)
        return HOP_PSRP_MORE;
    got.object = read_be(b, 8);
    got.id = read_be(b + 8, 8);
    got.start = b[16] & FLAG_START; /* the other bits are reserved */
    got.end = b[16] & FLAG_END;
    len = read_be(b + 17, 4);
    if (got.object == 0 || got.object > INT64_MAX || got.id > INT64_MAX) {
        hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                      "a fragment has object id %llu and fragment id %llu",
                      (unsigned long long)got.object,
                      (unsigned long long)got.id);
        return HOP_PSRP_BAD;
    }
    if (len > max || len + HOP_PSRP_FRAGMENT_HEAD > max) {
        hop_error_set(err, HOP_ERROR_LIMIT, 0,
                      "a fragment of %llu bytes is longer than the %zu allowed",
                      (unsigned long long)len, max);
        return HOP_PSRP_BAD;
    }
    if (n - HOP_PSRP_FRAGMENT_HEAD < len)
        return HOP_PSRP_MORE;
    got.data = b + HOP_PSRP_FRAGMENT_HEAD;
    got.n = (size_t)len;
    *f = got;
    *used = HOP_PSRP_FRAGMENT_HEAD + got.n;
    return HOP_PSRP_DONE;
}

void
hop_psrp_fragment_encode(struct hop_buf *out, const struct hop_psrp_fragment *f)
{
    uint8_t head[HOP_PSRP_FRAGMENT_HEAD];

    write_be(head, 8, f->object);
    write_be(head + 8, 8, f->id);
    head[16] = (uint8_t)((f->start ? FLAG_START : 0) | (f->end ? FLAG_END : 0));
    write_be(head + 17, 4, f->n);
    hop_buf_add(out, head, sizeof(head));
    hop_buf_add(out, f->data, f->n);
}

/* ---- joining ---- */

struct hop_psrp_partial {
    uint64_t object, next; /* next: the fragment id expected */
    struct hop_buf data;
};

typedef bool object_fn(void *ctx, const uint8_t *p, size_t n,
                       struct hop_error *err);

void
hop_psrp_joiner_init(struct hop_psrp_joiner *j,
                     const struct hop_psrp_join_limits *limits)
{
    *j = (struct hop_psrp_joiner){.limits = *limits};
}

static void
drop_partial(struct hop_psrp_joiner *j, struct hop_psrp_partial *p)
{
    j->open_bytes -= p->data.len;
    hop_buf_done(&p->data);
    *p = j->open[--j->open_count];
}

void
hop_psrp_joiner_done(struct hop_psrp_joiner *j)
{
    while (j->open_count)
        drop_partial(j, &j->open[j->open_count - 1]);
    free(j->open);
    hop_buf_done(&j->rest);
    *j = (struct hop_psrp_joiner){.limits = j->limits, .repeats = j->repeats};
}

static struct hop_psrp_partial *
find_partial(struct hop_psrp_joiner *j, uint64_t object)
{
    for (size_t i = 0; i < j->open_count; i++)
        if (j->open[i].object == object)
            return &j->open[i];
    return NULL;
}

static struct hop_psrp_partial *
open_partial(struct hop_psrp_joiner *j, uint64_t object, struct hop_error *err)
{
    if (j->open_count == j->limits.max_open) {
        hop_error_set(err, HOP_ERROR_LIMIT, 0,
                      "more than %zu objects are incomplete at a time",
                      j->limits.max_open);
        return NULL;
    }
    j->open = hop_xrealloc(j->open, j->open_count + 1,
                           sizeof(struct hop_psrp_partial));
    j->open[j->open_count] =
        (struct hop_psrp_partial){.object = object, .data = HOP_BUF_INIT};
    return &j->open[j->open_count++];
}

static bool
fits(const struct hop_psrp_joiner *j, size_t have, size_t more,
     struct hop_error *err)
{
    if (have + more > j->limits.max_object)
        return hop_error_set(err, HOP_ERROR_LIMIT, 0,
                             "an object is larger than the %zu bytes allowed",
                             j->limits.max_object);
    if (j->open_bytes + more > j->limits.max_bytes)
        return hop_error_set(
            err, HOP_ERROR_LIMIT, 0,
            "incomplete objects are larger than the %zu bytes allowed",
            j->limits.max_bytes);
    return true;
}

static bool
append(struct hop_psrp_joiner *j, struct hop_psrp_partial *p,
       const struct hop_psrp_fragment *f, struct hop_error *err)
{
    if (j->repeats && f->id < p->next)
        return true;
    if (f->id != p->next)
        return hop_error_set(
            err, HOP_ERROR_PROTOCOL, 0,
            "fragment %llu of object %llu came where %llu was expected",
            (unsigned long long)f->id, (unsigned long long)f->object,
            (unsigned long long)p->next);
    if (!fits(j, p->data.len, f->n, err))
        return false;
    hop_buf_add(&p->data, f->data, f->n);
    if (!hop_buf_ok(&p->data))
        return hop_error_set(err, HOP_ERROR_LIMIT, 0,
                             "there is no memory for an object");
    j->open_bytes += f->n;
    p->next++;
    return true;
}

/* One fragment of an object that has several. */
static bool
join(struct hop_psrp_joiner *j, const struct hop_psrp_fragment *f,
     object_fn *object, void *ctx, struct hop_error *err)
{
    struct hop_psrp_partial *p = find_partial(j, f->object);
    bool ok;

    if (f->start && p && j->repeats)
        return true;
    if (f->start && p) {
        drop_partial(j, p);
        p = NULL;
    }
    if (f->start)
        p = open_partial(j, f->object, err);
    else if (!p)
        hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                      "fragment %llu of object %llu came before its first",
                      (unsigned long long)f->id, (unsigned long long)f->object);
    if (!p)
        return false;
    ok = append(j, p, f, err);
    if (ok && f->end)
        ok = object(ctx, (const uint8_t *)hop_buf_str(&p->data), p->data.len,
                    err);
    if (!ok || f->end)
        drop_partial(j, p);
    return ok;
}

static bool
take(struct hop_psrp_joiner *j, const struct hop_psrp_fragment *f,
     object_fn *object, void *ctx, struct hop_error *err)
{
    if (j->repeats && f->object <= j->last && !find_partial(j, f->object))
        return true;
    if (f->end)
        j->last = f->object > j->last ? f->object : j->last;
    if (!f->start || !f->end || f->id != 0)
        return join(j, f, object, ctx, err);
    if (find_partial(j, f->object))
        drop_partial(j, find_partial(j, f->object));
    return fits(j, 0, f->n, err) && object(ctx, f->data, f->n, err);
}

/* All whole fragments of n bytes; *used are done with, also on failure. */
static bool
take_all(struct hop_psrp_joiner *j, const uint8_t *p, size_t n, size_t *used,
         object_fn *object, void *ctx, struct hop_error *err)
{
    for (*used = 0;;) {
        struct hop_psrp_fragment f;
        size_t len;

        switch (hop_psrp_fragment_decode(
            p + *used, n - *used, j->limits.max_fragment, &f, &len, err)) {
        case HOP_PSRP_MORE: return true;
        case HOP_PSRP_BAD: return false;
        case HOP_PSRP_DONE: break;
        }
        *used += len;
        if (!take(j, &f, object, ctx, err))
            return false;
    }
}

bool
hop_psrp_joiner_add(struct hop_psrp_joiner *j, const void *p, size_t n,
                    object_fn *object, void *ctx, struct hop_error *err)
{
    const uint8_t *from = p;
    bool held = j->rest.len > 0;
    size_t used;
    bool ok;

    if (n == 0)
        return true;
    if (held) {
        hop_buf_add(&j->rest, p, n);
        from = (const uint8_t *)hop_buf_str(&j->rest);
        n = j->rest.len;
    }
    ok = hop_buf_ok(&j->rest) ||
         hop_error_set(err, HOP_ERROR_LIMIT, 0,
                       "there is no memory for a fragment");
    ok = ok && take_all(j, from, n, &used, object, ctx, err);
    if (!ok)
        hop_buf_clear(&j->rest);
    else if (held)
        hop_buf_consume(&j->rest, used);
    else if (used < n)
        hop_buf_add(&j->rest, from + used, n - used);
    return ok;
}

/* ---- cutting ---- */

struct hop_psrp_queued {
    struct hop_psrp_queued *next;
    struct hop_buf data;
    size_t sent;
    uint64_t object, id;
};

static void
pop(struct hop_psrp_outbox *b, enum hop_psrp_stream s)
{
    struct hop_psrp_queued *q = b->head[s];

    b->head[s] = q->next;
    if (!b->head[s])
        b->tail[s] = NULL;
    b->bytes -= q->data.len - q->sent;
    hop_buf_done(&q->data);
    free(q);
}

void
hop_psrp_outbox_done(struct hop_psrp_outbox *b)
{
    for (int s = 0; s < HOP_PSRP_STREAMS; s++)
        while (b->head[s])
            pop(b, (enum hop_psrp_stream)s);
}

void
hop_psrp_outbox_add(struct hop_psrp_outbox *b, uint64_t object,
                    enum hop_psrp_stream stream, struct hop_buf *data)
{
    struct hop_psrp_queued *q = hop_xmalloc(sizeof(*q));

    q->object = object;
    q->data = *data;
    *data = (struct hop_buf){.max = data->max, .secret = data->secret};
    b->bytes += q->data.len;
    if (b->tail[stream])
        b->tail[stream]->next = q;
    else
        b->head[stream] = q;
    b->tail[stream] = q;
}

bool
hop_psrp_outbox_take(struct hop_psrp_outbox *b, size_t room, size_t fragment,
                     size_t count, struct hop_buf *out,
                     enum hop_psrp_stream *stream)
{
    enum hop_psrp_stream s =
        b->head[HOP_PSRP_PROMPT] ? HOP_PSRP_PROMPT : HOP_PSRP_DEFAULT;
    size_t n = 0;

    while (b->head[s] && (count == 0 || n < count)) {
        struct hop_psrp_queued *q = b->head[s];
        size_t left = q->data.len - q->sent;
        size_t most = room < fragment ? room : fragment;
        size_t part;

        if (most <= HOP_PSRP_FRAGMENT_HEAD)
            break;
        part = most - HOP_PSRP_FRAGMENT_HEAD;
        if (part > left)
            part = left;
        hop_psrp_fragment_encode(
            out, &(struct hop_psrp_fragment){
                     .object = q->object,
                     .id = q->id++,
                     .start = q->sent == 0,
                     .end = part == left,
                     .data = (const uint8_t *)hop_buf_str(&q->data) + q->sent,
                     .n = part,
                 });
        n++;
        room -= HOP_PSRP_FRAGMENT_HEAD + part;
        q->sent += part;
        b->bytes -= part;
        if (part == left)
            pop(b, s);
    }
    if (n)
        *stream = s;
    return n > 0;
}

bool
hop_psrp_outbox_is_empty(const struct hop_psrp_outbox *b)
{
    return !b->head[HOP_PSRP_DEFAULT] && !b->head[HOP_PSRP_PROMPT];
}
