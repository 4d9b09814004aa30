/* SPDX-License-Identifier: MIT */
#include "psrp/link.h"

#include <string.h>

#include "base/alloc.h"

/* A line holds one fragment of a server's, several of a client's. */
#define MAX_LINE ((size_t)64 << 20)

enum want { WANT_NOTHING, WANT_ASKED, WANT_SENT };

/* What is on its way for one id. */
struct way {
    struct way *next;
    struct hop_guid id;
    bool opened;     /* client: <Command> is acknowledged; the pool is open */
    bool on_its_way; /* client: a <Data> lacks its <DataAck> */
    bool created;    /* client: CREATE_PIPELINE was sent */
    bool begun;      /* client: and acknowledged */
    unsigned owed;   /* server: <DataAck>s to be sent */
    enum want command, signal, close;
};

struct hop_psrp_link {
    struct hop_psrp_session *session;
    bool is_server, closed;
    struct hop_psrp_lines lines;
    struct hop_psrp_packet packet;
    struct hop_buf fragments;
    struct way *ways; /* the pool's first */
};

static const struct hop_guid pool_id;

static struct way *
find_way(const struct hop_psrp_link *l, const struct hop_guid *id)
{
    for (struct way *w = l->ways; w; w = w->next)
        if (hop_guid_eq(&w->id, id))
            return w;
    return NULL;
}

static struct way *
add_way(struct hop_psrp_link *l, const struct hop_guid *id)
{
    struct way *w = hop_xmalloc(sizeof(*w)), **end = &l->ways;

    w->id = *id;
    while (*end)
        end = &(*end)->next;
    *end = w;
    return w;
}

static void
drop_way(struct hop_psrp_link *l, struct way *w)
{
    struct way **at = &l->ways;

    while (*at != w)
        at = &(*at)->next;
    *at = w->next;
    free(w);
}

struct hop_psrp_link *
hop_psrp_link_new(struct hop_psrp_session *session, bool is_server)
{
    struct hop_psrp_link *l = hop_xmalloc(sizeof(*l));

    l->session = session;
    l->is_server = is_server;
    l->lines.max_line = MAX_LINE;
    add_way(l, &pool_id)->opened = true;
    return l;
}

void
hop_psrp_link_free(struct hop_psrp_link *l)
{
    if (!l)
        return;
    while (l->ways)
        drop_way(l, l->ways);
    hop_psrp_session_free(l->session);
    hop_psrp_lines_done(&l->lines);
    hop_buf_done(&l->packet.data);
    hop_buf_done(&l->fragments);
    free(l);
}

struct hop_psrp_session *
hop_psrp_link_session(struct hop_psrp_link *l)
{
    return l->session;
}

static bool
is_at_work(const struct hop_psrp_link *l, const struct way *w)
{
    enum hop_psrp_pipeline_state state =
        hop_psrp_session_pipeline_state(l->session, &w->id);

    return state == HOP_PSRP_PIPELINE_RUNNING ||
           state == HOP_PSRP_PIPELINE_STOPPING;
}

/* ---- what comes ---- */

typedef bool take_fn(struct hop_psrp_link *l, struct way *w,
                     struct hop_error *err);

/* What was refused is an event of the session's. */
static void
feed(struct hop_psrp_link *l)
{
    struct hop_error refused = {0};

    if (!hop_psrp_session_feed(l->session, &l->packet.id, l->packet.stream,
                               hop_buf_str(&l->packet.data), l->packet.data.len,
                               &refused))
        hop_error_clear(&refused);
}

static bool
take_data(struct hop_psrp_link *l, struct way *w, struct hop_error *err)
{
    (void)err;
    feed(l);
    if (!l->is_server)
        return true;
    /* One that nobody knows is acknowledged and forgotten. */
    w = w ? w : add_way(l, &l->packet.id);
    w->owed++;
    return true;
}

static bool
take_command(struct hop_psrp_link *l, struct way *w, struct hop_error *err)
{
    if (!hop_psrp_server_command(l->session, &l->packet.id, err))
        return false;
    w = w ? w : add_way(l, &l->packet.id);
    w->command = WANT_ASKED;
    return true;
}

static bool
take_signal(struct hop_psrp_link *l, struct way *w, struct hop_error *err)
{
    if (hop_guid_is_zero(&l->packet.id))
        return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                             "a session cannot be stopped by a Signal");
    w = w ? w : add_way(l, &l->packet.id);
    w->signal = WANT_ASKED;
    hop_psrp_server_stop(l->session, &l->packet.id);
    return true;
}

static bool
take_close(struct hop_psrp_link *l, struct way *w, struct hop_error *err)
{
    (void)err;
    w = w ? w : add_way(l, &l->packet.id);
    w->close = WANT_ASKED;
    if (hop_guid_is_zero(&l->packet.id))
        hop_psrp_link_end(l);
    else
        hop_psrp_server_stop(l->session, &l->packet.id);
    return true;
}

static bool
take_data_ack(struct hop_psrp_link *l, struct way *w, struct hop_error *err)
{
    (void)l;
    (void)err;
    if (w) {
        w->on_its_way = false;
        w->begun = w->created;
    }
    return true;
}

static bool
take_command_ack(struct hop_psrp_link *l, struct way *w, struct hop_error *err)
{
    (void)l;
    (void)err;
    if (w)
        w->opened = true;
    return true;
}

static bool
take_close_ack(struct hop_psrp_link *l, struct way *w, struct hop_error *err)
{
    (void)err;
    if (!w || w->close != WANT_SENT)
        return true;
    if (hop_guid_is_zero(&w->id)) {
        l->closed = true;
        return true;
    }
    hop_psrp_session_forget(l->session, &w->id);
    drop_way(l, w);
    return true;
}

static bool
take_signal_ack(struct hop_psrp_link *l, struct way *w, struct hop_error *err)
{
    (void)l;
    (void)w;
    (void)err;
    return true;
}

static take_fn *const of_server[HOP_PSRP_ELEMENTS] = {
    [HOP_PSRP_DATA] = take_data,
    [HOP_PSRP_COMMAND] = take_command,
    [HOP_PSRP_CLOSE] = take_close,
    [HOP_PSRP_SIGNAL] = take_signal,
};
static take_fn *const of_client[HOP_PSRP_ELEMENTS] = {
    [HOP_PSRP_DATA] = take_data,
    [HOP_PSRP_DATA_ACK] = take_data_ack,
    [HOP_PSRP_COMMAND_ACK] = take_command_ack,
    [HOP_PSRP_CLOSE_ACK] = take_close_ack,
    [HOP_PSRP_SIGNAL_ACK] = take_signal_ack,
};

bool
hop_psrp_link_feed(struct hop_psrp_link *l, const void *p, size_t n,
                   struct hop_error *err)
{
    const char *line;
    size_t len;

    if (!hop_psrp_lines_add(&l->lines, p, n, err))
        return false;
    while (hop_psrp_lines_next(&l->lines, &line, &len)) {
        take_fn *take;

        if (!hop_psrp_packet_decode(line, len, &l->packet, err))
            return false;
        take = (l->is_server ? of_server : of_client)[l->packet.element];
        if (!take)
            return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                                 "a %s is nothing for a %s",
                                 hop_psrp_element_name(l->packet.element),
                                 l->is_server ? "server" : "client");
        if (!take(l, find_way(l, &l->packet.id), err))
            return false;
    }
    return true;
}

/* ---- what goes ---- */

static void
put(struct hop_buf *out, enum hop_psrp_element e, const struct way *w)
{
    hop_psrp_packet_encode(out, e, &w->id, HOP_PSRP_DEFAULT, NULL, 0);
}

static bool
take_fragments(struct hop_psrp_link *l, const struct hop_guid *id, size_t count,
               enum hop_psrp_stream *stream)
{
    return hop_psrp_session_take(
        l->session, id, HOP_PSRP_FRAGMENT_MAX - l->fragments.len,
        HOP_PSRP_FRAGMENT_MAX, count, &l->fragments, stream);
}

/* Fragments up to the end of the first object: PowerShell's server loses input
 * that comes in one <Data> with its CREATE_PIPELINE. */
static bool
take_first(struct hop_psrp_link *l, struct way *w, enum hop_psrp_stream *stream)
{
    size_t at = 0;

    while (!w->created && take_fragments(l, &w->id, 1, stream)) {
        struct hop_psrp_fragment f;
        size_t used = 0;

        if (hop_psrp_fragment_decode(
                l->fragments.data + at, l->fragments.len - at,
                HOP_PSRP_FRAGMENT_MAX, &f, &used, NULL) != HOP_PSRP_DONE)
            break;
        at += used;
        w->created = f.end;
    }
    return at > 0;
}

static void
put_fragments(struct hop_psrp_link *l, const struct hop_guid *id,
              enum hop_psrp_stream stream, struct hop_buf *out)
{
    hop_psrp_packet_encode(out, HOP_PSRP_DATA, id, stream,
                           hop_buf_str(&l->fragments), l->fragments.len);
}

/* One <Data> of the way's channel; false: nothing to send. */
static bool
put_client_data(struct hop_psrp_link *l, struct way *w, struct hop_buf *out)
{
    enum hop_psrp_stream stream = HOP_PSRP_DEFAULT;
    bool is_pool = hop_guid_is_zero(&w->id);

    hop_buf_clear(&l->fragments);
    if (is_pool || w->created ? !take_fragments(l, &w->id, 0, &stream)
                              : !take_first(l, w, &stream))
        return false;
    put_fragments(l, &w->id, stream, out);
    return true;
}

/* One fragment, as PowerShell's server sends them. */
static bool
put_server_data(struct hop_psrp_link *l, const struct hop_guid *id,
                struct hop_buf *out)
{
    enum hop_psrp_stream stream;

    hop_buf_clear(&l->fragments);
    if (!take_fragments(l, id, 1, &stream))
        return false;
    put_fragments(l, id, stream, out);
    return true;
}

/* More may come: what came before is nearly used up. */
static bool
has_appetite(const struct hop_psrp_link *l)
{
    return hop_psrp_session_unread(l->session) < ((size_t)1 << 20);
}

static void
flush_server_way(struct hop_psrp_link *l, struct way *w, struct hop_buf *out)
{
    bool ended =
        !is_at_work(l, w) && hop_psrp_session_waiting(l->session, &w->id) == 0;
    bool is_pool = hop_guid_is_zero(&w->id);

    if (w->command == WANT_ASKED) {
        put(out, HOP_PSRP_COMMAND_ACK, w);
        w->command = WANT_SENT;
    }
    for (; w->owed && has_appetite(l); w->owed--)
        put(out, HOP_PSRP_DATA_ACK, w);
    if (!ended)
        return;
    if (w->signal == WANT_ASKED) {
        put(out, HOP_PSRP_SIGNAL_ACK, w);
        w->signal = WANT_NOTHING;
    }
    if (w->close == WANT_ASKED && !w->owed) {
        put(out, HOP_PSRP_CLOSE_ACK, w);
        w->close = WANT_SENT;
        l->closed = l->closed || is_pool;
    }
    if (!is_pool && !w->owed &&
        (w->close == WANT_SENT || !hop_psrp_session_has(l->session, &w->id))) {
        hop_psrp_session_forget(l->session, &w->id);
        drop_way(l, w);
    }
}

static void
flush_server(struct hop_psrp_link *l, size_t room, struct hop_buf *out)
{
    size_t most = out->len + room;
    struct hop_guid id;

    /* Acknowledgements of commands go before their output. */
    for (struct way *w = l->ways; w; w = w->next) {
        if (w->command == WANT_ASKED) {
            put(out, HOP_PSRP_COMMAND_ACK, w);
            w->command = WANT_SENT;
        }
    }
    while (out->len < most && hop_psrp_session_pending(l->session, &id) &&
           put_server_data(l, &id, out))
        ;
    for (struct way *w = l->ways, *next; w; w = next) {
        next = w->next;
        flush_server_way(l, w, out);
    }
}

static void
flush_client_way(struct hop_psrp_link *l, struct way *w, struct hop_buf *out)
{
    if (w->command == WANT_ASKED) {
        put(out, HOP_PSRP_COMMAND, w);
        w->command = WANT_SENT;
    }
    if (w->opened && !w->on_its_way && w->close != WANT_SENT &&
        put_client_data(l, w, out))
        w->on_its_way = true;
    /* PowerShell's server forgets a stop of a pipeline that it does not have.
     */
    if (w->signal == WANT_ASKED && w->begun) {
        put(out, HOP_PSRP_SIGNAL, w);
        w->signal = WANT_SENT;
    }
    if (w->close == WANT_ASKED && w->opened && !w->on_its_way &&
        hop_psrp_session_waiting(l->session, &w->id) == 0) {
        put(out, HOP_PSRP_CLOSE, w);
        w->close = WANT_SENT;
    }
}

/* Channels that the session has made since. */
static void
open_ways(struct hop_psrp_link *l)
{
    struct hop_guid id, first = {{0}};

    if (!hop_psrp_session_pending(l->session, &id))
        return;
    first = id;
    do {
        if (!find_way(l, &id))
            add_way(l, &id)->command = WANT_ASKED;
        hop_psrp_session_skip(l->session, &id);
    } while (hop_psrp_session_pending(l->session, &id) &&
             !hop_guid_eq(&id, &first));
}

void
hop_psrp_link_flush(struct hop_psrp_link *l, size_t room, struct hop_buf *out)
{
    if (l->is_server) {
        flush_server(l, room, out);
        return;
    }
    open_ways(l);
    for (struct way *w = l->ways; w; w = w->next)
        flush_client_way(l, w, out);
}

/* ---- stopping and ending ---- */

void
hop_psrp_link_stop(struct hop_psrp_link *l, const struct hop_guid *id)
{
    struct way *w = find_way(l, id);

    if (!w && hop_psrp_session_has(l->session, id)) {
        w = add_way(l, id);
        w->command = WANT_ASKED;
    }
    if (!w || hop_guid_is_zero(id) || w->signal != WANT_NOTHING)
        return;
    w->signal = WANT_ASKED;
    hop_psrp_client_stopping(l->session, id);
}

void
hop_psrp_link_close(struct hop_psrp_link *l, const struct hop_guid *id)
{
    struct way *w = find_way(l, id);

    if (w && w->close == WANT_NOTHING)
        w->close = WANT_ASKED;
}

bool
hop_psrp_link_is_closed(const struct hop_psrp_link *l)
{
    return l->closed;
}

void
hop_psrp_link_end(struct hop_psrp_link *l)
{
    struct hop_error err = {0};

    for (struct way *w = l->ways; w; w = w->next)
        if (!hop_guid_is_zero(&w->id))
            hop_psrp_server_stop(l->session, &w->id);
    if (!hop_psrp_server_close(l->session, HOP_PSRP_POOL_CLOSED, hop_null(),
                               &err))
        hop_error_clear(&err);
}
