/* The requests of a pool in a WS-Management shell, MS-WSMV 3.1.4, MS-PSRP
 * 3.1.5.3.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/base64.h"
#include "client/pool_shell.h"
#include "net/clock.h"
#include "psrp/shell.h"
#include "wsman/stream.h"

#define MAX_LINES      64
#define KEEP_ANSWER_MS 500 /* the least that Windows takes */
#define OLD_ENVELOPE   ((size_t)150 << 10)

/* ---- lines ---- */

/* An answer that nobody needs comes at once, or not soon. */
static bool
is_long(const struct shell *s, const struct line *l)
{
    return l->call->kind == CALL_RECEIVE &&
           (l->until == UINT64_MAX || s->now + SHELL_STRAY_MS > l->until + 10);
}

static struct line *
add_line(struct shell *s)
{
    struct line *l = hop_xmalloc(sizeof(*l)), **end = &s->lines;

    l->wire = s->wires->open(s->c);
    while (*end)
        end = &(*end)->next;
    *end = l;
    return l;
}

/* One that is connected first; none beside one that will soon be free, unless
 * it is urgent. */
struct line *
shell_line(struct hop_pool *p, bool urgent)
{
    struct shell *s = p->way;
    struct line *closed = NULL;
    size_t count = 0;
    bool soon = false;

    for (struct line *l = s->lines; l; l = l->next, count++) {
        if (l->call)
            soon = soon || !is_long(s, l);
        else if (s->wires->is_open(l->wire))
            return l;
        else
            closed = l;
    }
    if (soon && !urgent)
        return NULL;
    if (closed)
        return closed;
    return count < MAX_LINES ? add_line(s) : NULL;
}

/* ---- calls ---- */

struct call *
shell_call_new(enum call_kind kind, const struct hop_guid *channel)
{
    struct call *c = hop_xmalloc(sizeof(*c));

    c->kind = kind;
    if (channel)
        c->channel = *channel;
    return c;
}

void
shell_call_free(struct call *c)
{
    if (!c)
        return;
    hop_buf_done(&c->envelope);
    hop_buf_done(&c->follower);
    free(c);
}

void
shell_begin(struct hop_pool *p, struct line *l, struct call *c)
{
    struct shell *s = p->way;
    struct hop_buf copy = {.secret = c->envelope.secret};

    hop_buf_add(&copy, hop_buf_str(&c->envelope), c->envelope.len);
    l->call = c;
    l->until = UINT64_MAX;
    s->used_at = net_now_ms();
    s->wires->begin(l->wire, &copy, s->wires->patience(s->c), 0);
    if (c->follower.len > 0) {
        hop_buf_add(&copy, c->follower.data, c->follower.len);
        s->wires->follow(l->wire, &copy);
    }
    pool_kick(p);
}

struct channel *
shell_channel(struct shell *s, const struct hop_guid *id)
{
    if (!id || hop_guid_is_zero(id))
        return &s->pool;
    for (struct channel *ch = s->pipelines; ch; ch = ch->next)
        if (hop_guid_eq(&ch->id, id))
            return ch;
    return NULL;
}

/* ---- envelopes ---- */

struct request {
    struct hop_wsman_message m;
    char id[SHELL_MESSAGE_ID];
    struct hop_wsman_selector selector;
};

static void
make_id(char id[SHELL_MESSAGE_ID])
{
    struct hop_guid g;

    hop_guid_new(&g);
    memcpy(id, "uuid:", 5);
    hop_guid_format(&g, true, id + 5);
}

static void
init_request(struct hop_pool *p, struct request *r, enum hop_wsman_kind kind)
{
    struct shell *s = p->way;
    struct hop_wsman_header *h = &r->m.header;

    hop_wsman_message_init(&r->m, kind);
    make_id(r->id);
    h->message_id = r->id;
    h->to = s->wires->to(s->c);
    h->resource_uri = p->resource_uri;
    h->max_envelope_bytes =
        (uint64_t)s->wires->number(s->c, HOP_SET_MAX_ENVELOPE_BYTES);
    h->timeout_ms = s->wires->number(s->c, HOP_SET_OPERATION_TIMEOUT_MS);
    h->locale = s->ui_culture;
    h->data_locale = s->culture;
    h->session_id = s->session_id;
    if (kind == HOP_WSMAN_CREATE)
        return;
    r->selector = (struct hop_wsman_selector){"ShellId", p->shell};
    h->selectors = &r->selector;
    h->selector_count = 1;
}

static void
begin_request(struct hop_pool *p, struct line *l, struct call *c,
              struct request *r)
{
    hop_wsman_encode(&c->envelope, &r->m);
    shell_begin(p, l, c);
}

static size_t
room(const struct hop_pool *p)
{
    const struct shell *s = p->way;
    size_t envelope = s->envelope;

    /* Version 2.1 is Windows 7's, which takes but 150 KB. */
    if (hop_psrp_session_minor(p->session) < 2 && envelope > OLD_ENVELOPE)
        envelope = OLD_ENVELOPE;
    /* Another host may have messages sealed. */
    return hop_psrp_shell_room(envelope,
                               s->max_redirects > 0 || !s->wires->is_tls(s->c));
}

/* What waits in a channel, as much as fits. */
static void
take_fragments(struct hop_pool *p, const struct hop_guid *id,
               struct hop_buf *out)
{
    size_t most = room(p);
    enum hop_psrp_stream stream;

    while (out->len + HOP_PSRP_FRAGMENT_HEAD < most &&
           hop_psrp_session_take(p->session, id, most - out->len, most, 0, out,
                                 &stream))
        ;
}

/* What the shell is opened with: the same again on the next host. */
static const struct hop_buf *
take_opening(struct hop_pool *p)
{
    struct shell *s = p->way;

    if (s->opening.len == 0)
        take_fragments(p, NULL, &s->opening);
    return &s->opening;
}

static void
version_text(const struct hop_pool *p, char out[16])
{
    snprintf(out, 16, "2.%d", hop_psrp_session_minor(p->session));
}

static const char *const buffering[] = {
    [HOP_POOL_BUFFER_DEFAULT] = NULL,
    [HOP_POOL_BUFFER_BLOCK] = "Block",
    [HOP_POOL_BUFFER_DROP] = "Drop",
};

void
shell_create(struct hop_pool *p, struct line *l)
{
    struct shell *s = p->way;
    const struct hop_buf *open = take_opening(p);
    struct request r;
    char version[16];
    const struct hop_wsman_option options[] = {
        {.name = HOP_PSRP_VERSION_OPTION,
         .value = version,
         .must_comply = true},
        {.name = HOP_OPTION_NOPROFILE, .value = "1", .must_comply = true},
    };

    version_text(p, version);
    init_request(p, &r, HOP_WSMAN_CREATE);
    r.m.header.options = options;
    r.m.header.option_count = s->no_profile ? 2 : 1;
    r.m.has_shell = true;
    r.m.shell.shell_id = p->shell;
    r.m.shell.name = s->session_name;
    r.m.shell.idle_timeout_ms = s->idle_ms > 0 ? s->idle_ms : -1;
    r.m.shell.input_streams = HOP_PSRP_SHELL_INPUT;
    r.m.shell.output_streams = HOP_PSRP_SHELL_OUTPUT;
    r.m.shell.buffer_mode = buffering[s->buffering];
    r.m.shell.open_data = (const unsigned char *)hop_buf_str(open);
    r.m.shell.open_data_len = open->len;
    begin_request(p, l, shell_call_new(CALL_CREATE, NULL), &r);
}

void
shell_connect(struct hop_pool *p, struct line *l)
{
    const struct hop_buf *open = take_opening(p);
    struct request r;
    char version[16];
    const struct hop_wsman_option option = {
        .name = HOP_PSRP_VERSION_OPTION, .value = version, .must_comply = true};

    version_text(p, version);
    init_request(p, &r, HOP_WSMAN_CONNECT);
    r.m.header.options = &option;
    r.m.header.option_count = 1;
    r.m.connect.open_data = (const unsigned char *)hop_buf_str(open);
    r.m.connect.open_data_len = open->len;
    begin_request(p, l, shell_call_new(CALL_CONNECT, NULL), &r);
}

static void
attach(struct hop_pool *p, struct line *l, struct channel *ch)
{
    struct request r;

    init_request(p, &r, HOP_WSMAN_CONNECT);
    r.m.connect.command_id = ch->text;
    begin_request(p, l, shell_call_new(CALL_ATTACH, &ch->id), &r);
}

void
shell_command(struct hop_pool *p, struct line *l, struct channel *ch)
{
    static const struct hop_wsman_option skip = {
        .name = HOP_OPTION_SKIP_CMD_SHELL, .value = "FALSE"};
    HOP_AUTO_BUF struct hop_buf first = HOP_BUF_INIT, text = HOP_BUF_INIT;
    const char *argument;
    struct request r;

    ch->state = CHANNEL_STARTING;
    if (ch->attached) {
        attach(p, l, ch);
        return;
    }
    take_fragments(p, &ch->id, &first);
    hop_base64_encode(&text, hop_buf_str(&first), first.len);
    argument = hop_buf_str(&text);
    init_request(p, &r, HOP_WSMAN_COMMAND);
    r.m.header.options = &skip;
    r.m.header.option_count = 1;
    r.m.command = (struct hop_wsman_command){.command_id = ch->text,
                                             .command_line = "",
                                             .arguments = &argument,
                                             .argument_count = 1};
    begin_request(p, l, shell_call_new(CALL_COMMAND, &ch->id), &r);
}

void
shell_send(struct hop_pool *p, struct line *l, struct channel *ch)
{
    HOP_AUTO_BUF struct hop_buf data = HOP_BUF_INIT;
    enum hop_psrp_stream stream = HOP_PSRP_DEFAULT;
    struct hop_wsman_stream_writer w;
    struct call *c;
    struct request r;
    size_t most = room(p);
    const char *id = ch->text[0] ? ch->text : NULL;

    /* One stream's alone: the peer reads each by itself. */
    if (!hop_psrp_session_take(p->session, &ch->id, most, most, 0, &data,
                               &stream))
        return;
    c = shell_call_new(CALL_SEND, &ch->id);
    init_request(p, &r, HOP_WSMAN_SEND);
    hop_wsman_send_begin(&w, &c->envelope, &r.m,
                         ((struct shell *)p->way)->envelope);
    hop_wsman_stream_add(&w, hop_psrp_stream_name(stream), id, data.data,
                         data.len, false);
    hop_wsman_send_end(&w);
    ch->sending = true;
    ch->sends++;
    /* The server may answer in the pool's channel. */
    if (!id)
        ((struct shell *)p->way)->watch = true;
    shell_begin(p, l, c);
}

static void
encode_receive(struct hop_pool *p, const struct channel *ch,
               struct hop_buf *out)
{
    static const struct hop_wsman_option keepalive = {
        .name = HOP_OPTION_KEEPALIVE, .value = "TRUE"};
    struct request r;

    init_request(p, &r, HOP_WSMAN_RECEIVE);
    r.m.header.options = &keepalive;
    r.m.header.option_count = 1;
    r.m.receive.desired = HOP_PSRP_SHELL_OUTPUT;
    r.m.receive.command_id = ch->text[0] ? ch->text : NULL;
    hop_wsman_encode(out, &r.m);
}

void
shell_receive(struct hop_pool *p, struct line *l, struct channel *ch)
{
    struct call *c = shell_call_new(CALL_RECEIVE, &ch->id);

    encode_receive(p, ch, &c->envelope);
    if (ch->large)
        encode_receive(p, ch, &c->follower);
    ch->receiving = true;
    shell_begin(p, l, c);
}

void
shell_keep(struct hop_pool *p, struct line *l)
{
    struct shell *s = p->way;
    struct call *c = shell_call_new(CALL_RECEIVE, NULL);
    struct request r;

    init_request(p, &r, HOP_WSMAN_RECEIVE);
    r.m.header.timeout_ms = KEEP_ANSWER_MS;
    r.m.receive.desired = HOP_PSRP_SHELL_OUTPUT;
    s->pool.receiving = true;
    begin_request(p, l, c, &r);
}

void
shell_follow(struct hop_pool *p, struct line *l)
{
    struct shell *s = p->way;
    struct call *c = l->call;
    struct channel *ch = shell_channel(s, &c->channel);
    struct hop_buf copy = HOP_BUF_INIT;

    hop_buf_done(&c->envelope);
    c->envelope = c->follower;
    c->follower = (struct hop_buf)HOP_BUF_INIT;
    c->again = false;
    if (!ch || pool_is_full(p))
        return;
    encode_receive(p, ch, &c->follower);
    hop_buf_add(&copy, c->follower.data, c->follower.len);
    s->wires->follow(l->wire, &copy);
}

void
shell_signal(struct hop_pool *p, struct line *l, struct channel *ch,
             enum call_kind kind)
{
    struct request r;

    init_request(p, &r, HOP_WSMAN_SIGNAL);
    r.m.signal.command_id = ch->text;
    r.m.signal.code = kind == CALL_STOP ? HOP_WSMAN_SIGNAL_PS_CTRL_C
                                        : HOP_WSMAN_SIGNAL_TERMINATE;
    begin_request(p, l, shell_call_new(kind, &ch->id), &r);
}

void
shell_simple(struct hop_pool *p, struct line *l, enum call_kind kind)
{
    static const enum hop_wsman_kind kinds[CALL_KINDS] = {
        [CALL_DELETE] = HOP_WSMAN_DELETE,
        [CALL_LEAVE] = HOP_WSMAN_DISCONNECT,
        [CALL_RETURN] = HOP_WSMAN_RECONNECT,
    };
    struct shell *s = p->way;
    struct request r;

    init_request(p, &r, kinds[kind]);
    if (kind == CALL_LEAVE) {
        r.m.disconnect.idle_timeout_ms =
            s->leave_idle_ms > 0 ? s->leave_idle_ms : -1;
        r.m.disconnect.buffer_mode = buffering[p->leave_buffering];
    }
    begin_request(p, l, shell_call_new(kind, NULL), &r);
}
