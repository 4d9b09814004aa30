/* hopd-run-ps: the messages of hopd-net and of the keeper.
 *
 * SPDX-License-Identifier: MIT
 */
#include "server/run_ps.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/base64.h"
#include "base/text.h"
#include "engine/runspace.h"
#include "psrp/shell.h"
#include "wsman/uri.h"

/* What has been fed and not been used: beyond it the client waits. */
#define APPETITE ((size_t)1 << 20)
/* As many pipelines as hopd-net lets a client have, and those that end. */
#define COMMANDS_MAX 200

/* Win32 and WSMan codes that faults carry. */
#define CODE_NOT_FOUND 0x8033805Bu
#define CODE_IN_USE    0x803381D6u
#define CODE_BAD_INPUT 0x80338057u
#define CODE_QUOTA     0x803381E9u

/* ---------------------------------------------------------------- lists */

struct ps_command *
ps_find(struct ps *p, const struct hop_guid *guid)
{
    if (hop_guid_is_zero(guid))
        return &p->pool;
    for (struct ps_command *k = p->commands; k; k = k->next)
        if (!k->forgotten && hop_guid_eq(&k->guid, guid))
            return k;
    return NULL;
}

/* By its text, "" for the pool. */
static struct ps_command *
find_named(struct ps *p, const char *id)
{
    struct hop_guid guid = {{0}};

    if (id[0] && !hop_guid_parse(id, strlen(id), &guid))
        return NULL;
    return ps_find(p, &guid);
}

static void
answer_signal(struct ps *p, const struct ps_command *k, uint32_t *id, bool gone)
{
    struct hop_msg_signaled m = {.command = k->id, .ok = 1, .gone = gone};

    if (*id)
        hop_ipc_send(&p->net, HOP_MSG_SIGNALED, *id, &m, NULL, 0);
    *id = 0;
}

void
ps_remove(struct ps *p, struct ps_command *k)
{
    struct ps_command **link = &p->commands;

    answer_signal(p, k, &k->stopping, false);
    answer_signal(p, k, &k->closing, true);

    while (*link != k)
        link = &(*link)->next;
    *link = k->next;
    p->back->forget(p, k);
    hop_outbox_done(&k->outbox);
    hop_holding_done(&k->held);
    free(k);
}

void
ps_done(struct ps *p)
{
    while (p->commands) {
        struct ps_command *k = p->commands;

        p->commands = k->next;
        hop_outbox_done(&k->outbox);
        hop_holding_done(&k->held);
        free(k);
    }
    hop_outbox_done(&p->pool.outbox);
    hop_holding_done(&p->pool.held);
    hop_buf_done(&p->note);
    hop_buf_done(&p->content);
    free(p->program_name);
    hop_ipc_done(&p->net);
    hop_ipc_done(&p->keeper);
}

size_t
ps_room(const struct ps *p, const struct ps_command *k)
{
    size_t room = hop_outbox_room(&k->outbox);
    size_t own = hop_outbox_kept(&k->outbox), kept = 0;
    size_t least = own < p->floor_bytes ? p->floor_bytes - own : 0;
    size_t left;

    for (const struct ps_command *o = p->commands; o; o = o->next)
        kept += o->forgotten ? 0 : hop_outbox_kept(&o->outbox);
    left = kept < p->shell_bytes ? p->shell_bytes - kept : 0;
    left = left < least ? least : left;
    return room < left ? room : left;
}

static void
answer_input(struct ps *p, struct ps_command *k)
{
    struct hop_msg_taken m = {.command = k->id, .ok = 1};

    if (k->waiting)
        hop_ipc_send(&p->net, HOP_MSG_TAKEN, k->waiting, &m, NULL, 0);
    k->waiting = 0;
}

void
ps_answer_input(struct ps *p, bool hungry)
{
    /* It may be another's input that fills the session. */
    if (hungry && p->at_work)
        answer_input(p, p->at_work);
    bool sated = p->back->unread(p) > APPETITE;
    if (!sated)
        answer_input(p, &p->pool);
    for (struct ps_command *k = p->commands; k; k = k->next)
        if (!sated || k->hungry)
            answer_input(p, k);
}

void
ps_finish(struct ps *p, struct ps_command *k)
{
    if (!k->outbox.done)
        hop_outbox_finish(&k->outbox, &p->net, 0);
    answer_signal(p, k, &k->stopping, false);
}

void
ps_answer_stops(struct ps *p)
{
    for (struct ps_command *k = p->commands; k; k = k->next)
        if (k->outbox.done || (hop_outbox_kept(&k->outbox) > 0 &&
                               ps_room(p, k) < p->fragment_bytes))
            answer_signal(p, k, &k->stopping, false);
}

/* ------------------------------------------------------------- messages */

/* The client's variables; those that say what the session is cannot be
 * replaced. */
static void
set_environment(struct hop_ipc_bytes extra)
{
    const char *at = extra.data, *end = at + extra.len;

    while (at < end) {
        size_t n = strnlen(at, (size_t)(end - at));
        HOP_AUTO_FREE char *name = hop_xstrndup(at, n);
        char *value = strchr(name, '=');

        at += n + 1;
        if (!value || strncmp(name, "HOP_SESSION", 11) == 0)
            continue;
        *value++ = '\0';
        setenv(name, value, 1);
    }
}

static bool
on_open(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct ps *p = ctx;
    struct hop_msg_open m;
    struct hop_msg_opened answer = {.ok = 1};
    HOP_AUTO_FREE char *why = NULL;

    if (!hop_ipc_unpack(msg, &m, err))
        return false;
    if (m.directory[0] != '\0' && chdir(m.directory) < 0) {
        why = hop_xasprintf("the working directory %s cannot be entered: %s",
                            m.directory, strerror(errno));
        answer = (struct hop_msg_opened){
            .code = errno == ENOENT ? 0x80070003 : 0x80070005, .text = why};
    } else {
        size_t room = hop_psrp_shell_room(m.envelope_bytes, true);

        set_environment(m.environment);
        snprintf(p->connection, sizeof(p->connection), "%s", m.connection);
        snprintf(p->resource, sizeof(p->resource), "%s", m.resource);
        p->window_bytes = m.window_bytes;
        p->floor_bytes = m.floor_bytes;
        p->shell_bytes = m.shell_bytes;
        p->fragment_bytes =
            room && room < HOP_PSRP_FRAGMENT_MAX ? room : HOP_PSRP_FRAGMENT_MAX;
        hop_outbox_init(&p->pool.outbox, p->pool.id, m.window_bytes);
        hop_buf_clear(&p->note);
        hop_buf_add(&p->note, m.note.data, m.note.len);
        hop_buf_add(&p->content, m.content.data, m.content.len);
        if (m.program[0])
            p->program_name = hop_xstrdup(m.program);
        p->open_id = msg->id;
        p->state = PS_OPEN;
        /* A program has to be started first. */
        if (p->program_name)
            return true;
    }
    hop_ipc_send(&p->net, HOP_MSG_OPENED, msg->id, &answer, NULL, 0);
    return true;
}

/* The argument is the first fragments, base64. */
static bool
decode_arguments(struct hop_ipc_bytes arguments, struct hop_buf *out,
                 struct hop_error *err)
{
    const char *text = arguments.data;
    size_t n = strnlen(text ? text : "", arguments.len);

    if (n == 0 || !hop_base64_decode(out, text, n))
        return hop_error_set(err, HOP_ERROR_WSMAN, CODE_BAD_INPUT,
                             "the command's argument is no fragment in base64");
    return true;
}

/* Also one that is terminated and not yet at its end. */
static bool
is_known(const struct ps *p, const struct hop_guid *guid)
{
    for (const struct ps_command *k = p->commands; k; k = k->next)
        if (hop_guid_eq(&k->guid, guid))
            return true;
    return false;
}

static bool
add_command(struct ps *p, const struct hop_msg_command *m,
            struct ps_command **out, struct hop_error *err)
{
    struct ps_command *k;
    struct hop_guid guid;
    size_t count = 0;

    for (k = p->commands; k; k = k->next)
        count++;
    if (count >= COMMANDS_MAX)
        return hop_error_set(err, HOP_ERROR_WSMAN, CODE_QUOTA,
                             "the shell has %zu pipelines at work", count);
    if (!hop_guid_parse(m->command, strlen(m->command), &guid) ||
        hop_guid_is_zero(&guid) || is_known(p, &guid))
        return hop_error_set(err, HOP_ERROR_WSMAN, CODE_IN_USE,
                             "command %s is in use", m->command);
    if (!p->back->command(p, &guid, err))
        return false;
    k = hop_xmalloc(sizeof(*k));
    snprintf(k->id, sizeof(k->id), "%s", m->command);
    k->guid = guid;
    hop_outbox_init(&k->outbox, k->id, p->window_bytes);
    k->next = p->commands;
    p->commands = k;
    *out = k;
    return true;
}

static bool
on_command(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    HOP_AUTO_BUF struct hop_buf first = HOP_BUF_INIT;
    struct ps *p = ctx;
    struct hop_msg_command m;
    struct hop_error why = {0};
    struct ps_command *k;

    if (!hop_ipc_unpack(msg, &m, err))
        return false;
    struct hop_msg_started answer = {.command = m.command, .ok = 1};
    if (decode_arguments(m.arguments, &first, &why) &&
        add_command(p, &m, &k, &why)) {
        hop_ipc_send(&p->net, HOP_MSG_STARTED, msg->id, &answer, NULL, 0);
        p->back->feed(p, k, HOP_PSRP_DEFAULT, first.data, first.len);
        return true;
    }
    answer.ok = 0;
    answer.code = (uint32_t)why.code;
    answer.text = why.text;
    hop_ipc_send(&p->net, HOP_MSG_STARTED, msg->id, &answer, NULL, 0);
    return true;
}

static bool
on_input(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct ps *p = ctx;
    struct hop_msg_input m;
    enum hop_psrp_stream stream;

    if (!hop_ipc_unpack(msg, &m, err))
        return false;
    struct ps_command *k = find_named(p, m.command);
    if (!k || !hop_psrp_stream_find(m.stream, &stream)) {
        struct hop_msg_taken answer = {
            .command = m.command, .code = k ? CODE_BAD_INPUT : CODE_NOT_FOUND};
        hop_ipc_send(&p->net, HOP_MSG_TAKEN, msg->id, &answer, NULL, 0);
        return true;
    }
    p->back->feed(p, k, stream, m.data.data, m.data.len);
    answer_input(p, k); /* of a client that did not wait */
    k->waiting = msg->id;
    ps_answer_input(p, false);
    return true;
}

static bool
on_sent(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct hop_msg_sent m;

    if (!hop_ipc_unpack(msg, &m, err))
        return false;
    struct ps_command *k = find_named(ctx, m.command);
    return !k || hop_outbox_sent(&k->outbox, m.to, m.note, err);
}

static bool
on_ack(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct hop_msg_ack m;

    if (!hop_ipc_unpack(msg, &m, err))
        return false;
    struct ps_command *k = find_named(ctx, m.command);
    return !k || hop_outbox_ack(&k->outbox, m.to, err);
}

/* Clients take the answer to a stop for the end of the pipeline, if they have
 * not heard of it before, and to terminate for the leave to use the id again
 * (PowerShell runs several commands under one).  What has not ended by itself
 * keeps nobody waiting for the second. */
static bool
on_signal(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct ps *p = ctx;
    struct hop_msg_signal m;

    if (!hop_ipc_unpack(msg, &m, err))
        return false;
    struct hop_msg_signaled refusal = {.command = m.command};
    struct ps_command *k = m.command[0] ? find_named(p, m.command) : NULL;
    if (!k) {
        hop_ipc_send(&p->net, HOP_MSG_SIGNALED, msg->id, &refusal, NULL, 0);
        return true;
    }
    k->forgotten = hop_ascii_ieq(m.code, HOP_SIGNAL_TERMINATE);
    *(k->forgotten ? &k->closing : &k->stopping) = msg->id;
    p->back->stop(p, k, k->forgotten);
    if (k->forgotten && !p->back->is_at_work(p, k))
        ps_remove(p, k);
    else if (k->forgotten && !k->outbox.done)
        answer_signal(p, k, &k->closing, true);
    else
        ps_answer_stops(p);
    return true;
}

/* MS-PSRP 3.2.5.4.31: the answers go into connectResponseXml. */
static bool
on_connect(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    HOP_AUTO_BUF struct hop_buf content = HOP_BUF_INIT;
    struct ps *p = ctx;
    struct hop_msg_connect m;
    struct hop_error why = {0};

    if (!hop_ipc_unpack(msg, &m, err))
        return false;
    struct hop_msg_connected answer = {.ok = 1};
    if (m.content.len &&
        !p->back->connect(p, m.content.data, m.content.len, &content, &why)) {
        answer.ok = 0;
        answer.code = CODE_BAD_INPUT;
        answer.text = why.text;
    }
    answer.content = (struct hop_ipc_bytes){content.data, content.len};
    hop_ipc_send(&p->net, HOP_MSG_CONNECTED, msg->id, &answer, NULL, 0);
    return true;
}

static bool
on_note(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct ps *p = ctx;
    struct hop_msg_note m;

    if (!hop_ipc_unpack(msg, &m, err))
        return false;
    hop_buf_clear(&p->note);
    hop_buf_add(&p->note, m.note.data, m.note.len);
    p->drop = m.drop != 0;
    return true;
}

static bool
on_close(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    ((struct ps *)ctx)->ending = true;
    return true;
}

static const struct hop_ipc_route net_routes[] = {
    {HOP_MSG_OPEN, PS_WAITING, on_open},
    {HOP_MSG_COMMAND, PS_OPEN, on_command},
    {HOP_MSG_INPUT, PS_OPEN, on_input},
    {HOP_MSG_SENT, PS_OPEN, on_sent},
    {HOP_MSG_ACK, PS_OPEN, on_ack},
    {HOP_MSG_SIGNAL, PS_OPEN, on_signal},
    {HOP_MSG_CONNECT, PS_OPEN, on_connect},
    {HOP_MSG_NOTE, PS_OPEN, on_note},
    {HOP_MSG_CLOSE, PS_WAITING | PS_OPEN, on_close},
};

/* ------------------------------------------------------------- channels */

static void
replay(struct ps *p)
{
    struct hop_msg_opened m = {
        .ok = 1, .again = 1, .note = {p->note.data, p->note.len}};

    hop_ipc_send(&p->net, HOP_MSG_OPENED, 0, &m, NULL, 0);
    hop_outbox_replay(&p->pool.outbox, &p->net);
    p->pool.waiting = 0;
    for (struct ps_command *k = p->commands; k; k = k->next) {
        if (!k->forgotten)
            hop_outbox_replay(&k->outbox, &p->net);
        k->waiting = k->stopping = k->closing = 0;
    }
    m.again = 0;
    hop_ipc_send(&p->net, HOP_MSG_OPENED, 0, &m, NULL, 0);
}

static bool
on_attach(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct ps *p = ctx;
    int fd = hop_ipc_take_fd(msg, 0);

    if (fd < 0)
        return hop_error_set(err, HOP_ERROR_PROTOCOL, 0, "no descriptor");
    hop_ipc_done(&p->net);
    hop_ipc_init(&p->net, fd, HOP_PEER_RUN, HOP_PEER_NET);
    ps_watch_fd(fd);
    if (p->state == PS_OPEN)
        replay(p);
    return true;
}

static const struct hop_ipc_route keeper_routes[] = {
    {HOP_MSG_ATTACH, PS_WAITING | PS_OPEN, on_attach},
};

void
ps_flush(struct ps *p)
{
    struct hop_error err;

    if (!hop_ipc_is_open(&p->net))
        return;
    enum hop_ipc_result r = hop_ipc_flush(&p->net, &err);
    /* hopd-net may die at any time; another will come. */
    if (r != HOP_IPC_OK && r != HOP_IPC_AGAIN)
        hop_ipc_done(&p->net);
}

void
ps_pump(struct ps *p)
{
    struct hop_error err;

    if (hop_ipc_pump(&p->keeper, keeper_routes, HOP_ARRAY_SIZE(keeper_routes),
                     &p->state, p, &err) != HOP_IPC_AGAIN) {
        p->ending = true;
        return;
    }
    if (hop_ipc_is_open(&p->net) &&
        hop_ipc_pump(&p->net, net_routes, HOP_ARRAY_SIZE(net_routes), &p->state,
                     p, &err) != HOP_IPC_AGAIN)
        hop_ipc_done(&p->net);
}
