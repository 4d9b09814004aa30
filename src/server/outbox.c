/* Kept output of one command.
 *
 * SPDX-License-Identifier: MIT
 */
#include "server/outbox.h"

#include <string.h>

#include "base/alloc.h"
#include "server/messages.h"

struct hop_outbox_piece {
    struct hop_outbox_piece *next;
    const char *stream;
    uint64_t at;
    size_t len;
    bool end;
    char data[];
};

void
hop_outbox_init(struct hop_outbox *o, const char *command, size_t window_bytes)
{
    memset(o, 0, sizeof(*o));
    o->command = command;
    o->window_bytes = window_bytes;
}

void
hop_outbox_done(struct hop_outbox *o)
{
    while (o->head) {
        struct hop_outbox_piece *p = o->head;
        o->head = p->next;
        free(p);
    }
    free(o->open);
    o->open = o->tail = NULL;
    hop_buf_done(&o->note);
}

size_t
hop_outbox_kept(const struct hop_outbox *o)
{
    return (size_t)(o->next - o->acked);
}

size_t
hop_outbox_room(const struct hop_outbox *o)
{
    uint64_t kept = o->next - o->acked;

    return kept >= o->window_bytes ? 0 : o->window_bytes - (size_t)kept;
}

void *
hop_outbox_reserve(struct hop_outbox *o, const char *stream, size_t n)
{
    /* Not hop_xmalloc: it would clear 64 KiB for every read. */
    struct hop_outbox_piece *p = hop_xrealloc(NULL, 1, sizeof(*p) + n);

    *p = (struct hop_outbox_piece){.stream = stream, .at = o->next};
    o->open = p;
    return p->data;
}

void
hop_outbox_cancel(struct hop_outbox *o)
{
    free(hop_steal(&o->open));
}

static void
send_piece(const struct hop_outbox *o, struct hop_ipc *net,
           const struct hop_outbox_piece *p)
{
    struct hop_msg_output m = {.command = o->command,
                               .stream = p->stream,
                               .at = p->at,
                               .data = {p->data, p->len},
                               .end = p->end};

    hop_ipc_send(net, HOP_MSG_OUTPUT, 0, &m, NULL, 0);
}

static void
keep_piece(struct hop_outbox *o, struct hop_ipc *net,
           struct hop_outbox_piece *p)
{
    if (o->tail)
        o->tail->next = p;
    else
        o->head = p;
    o->tail = p;
    o->next += p->len;
    send_piece(o, net, p);
}

void
hop_outbox_commit(struct hop_outbox *o, struct hop_ipc *net, size_t n)
{
    struct hop_outbox_piece *p = hop_steal(&o->open);

    p->len = n;
    /* A short read must not hold a whole reservation for as long as the client
     * stays away. */
    p = hop_xrealloc(p, 1, sizeof(*p) + n);
    keep_piece(o, net, p);
}

void
hop_outbox_end(struct hop_outbox *o, struct hop_ipc *net, const char *stream)
{
    struct hop_outbox_piece *p = hop_xmalloc(sizeof(*p));

    p->stream = stream;
    p->at = o->next;
    p->end = true;
    keep_piece(o, net, p);
}

static void
send_done(const struct hop_outbox *o, struct hop_ipc *net)
{
    struct hop_msg_done m = {.command = o->command, .exit_code = o->exit_code};

    hop_ipc_send(net, HOP_MSG_DONE, 0, &m, NULL, 0);
}

void
hop_outbox_finish(struct hop_outbox *o, struct hop_ipc *net, uint32_t exit_code)
{
    o->done = true;
    o->exit_code = exit_code;
    send_done(o, net);
}

/* Drops pieces that lie before `to` whole, and shortens one that it cuts.  The
 * end of a stream at exactly `to` stays: telling it twice does no harm. */
static void
drop_before(struct hop_outbox *o, uint64_t to)
{
    while (o->head && o->head->at + o->head->len <= to &&
           !(o->head->len == 0 && o->head->at == to)) {
        struct hop_outbox_piece *p = o->head;
        o->head = p->next;
        if (!o->head)
            o->tail = NULL;
        free(p);
    }
    if (o->head && o->head->at < to) {
        struct hop_outbox_piece *p = o->head;
        size_t cut = (size_t)(to - p->at);
        memmove(p->data, p->data + cut, p->len - cut);
        p->len -= cut;
        p->at = to;
    }
}

bool
hop_outbox_ack(struct hop_outbox *o, uint64_t to, struct hop_error *err)
{
    if (to < o->acked || to > o->next)
        return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                             "acknowledged offset is out of range");
    o->acked = to;
    drop_before(o, to);
    return true;
}

bool
hop_outbox_sent(struct hop_outbox *o, uint64_t to, struct hop_ipc_bytes note,
                struct hop_error *err)
{
    if (to < o->acked || to > o->next || note.len > HOP_OUTBOX_NOTE_MAX)
        return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                             "sent offset is out of range");
    o->sent = to;
    hop_buf_clear(&o->note);
    hop_buf_add(&o->note, note.data, note.len);
    return true;
}

void
hop_outbox_replay(const struct hop_outbox *o, struct hop_ipc *net)
{
    struct hop_msg_started m = {.command = o->command,
                                .ok = 1,
                                .acked = o->acked,
                                .sent = o->sent,
                                .note = {o->note.data, o->note.len}};

    hop_ipc_send(net, HOP_MSG_STARTED, 0, &m, NULL, 0);
    for (const struct hop_outbox_piece *p = o->head; p; p = p->next)
        send_piece(o, net, p);
    if (o->done)
        send_done(o, net);
}
