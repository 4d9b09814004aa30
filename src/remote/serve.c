/* SPDX-License-Identifier: MIT */
#include "remote/serve.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/io.h"
#include "remote/server.h"
#include "value/convert.h"

/* ---- input, collected by a signal handler ---- */

/* What has come and was not taken.  Only fill() adds; the main program takes
 * with the signal blocked. */
static struct {
    int fd;
    char bytes[256 * 1024];
    size_t n, searched;
    volatile sig_atomic_t ended;
    char watched[HOP_GUID_TEXT]; /* "": nothing runs */
    struct hop_runspace *rs;
} inbox;

/* Is there a line that ends the pipeline at work?  Other forms than
 * PowerShell's own are seen a little later, when the line is taken. */
static bool
holds_stop(const char *p, size_t n)
{
    static const char zero[] = "<Close PSGuid='00000000-0000-0000-0000-"
                               "000000000000'";
    static const char *const elements[] = {"<Signal PSGuid='",
                                           "<Close PSGuid='"};

    if (memmem(p, n, zero, sizeof(zero) - 1))
        return true;
    for (size_t i = 0; i < HOP_ARRAY_SIZE(elements); i++) {
        char text[64];
        size_t k = strlen(elements[i]);

        memcpy(text, elements[i], k);
        memcpy(text + k, inbox.watched, HOP_GUID_TEXT - 1);
        if (memmem(p, n, text, k + HOP_GUID_TEXT - 1))
            return true;
    }
    return false;
}

static void
look_for_stop(void)
{
    size_t from = inbox.searched > 128 ? inbox.searched - 128 : 0;

    if (inbox.watched[0] &&
        (inbox.ended || holds_stop(inbox.bytes + from, inbox.n - from)))
        hop_runspace_stop(inbox.rs);
    inbox.searched = inbox.n;
}

/* Async-signal-safe. */
static void
fill(void)
{
    int saved = errno;

    while (!inbox.ended && inbox.n < sizeof(inbox.bytes)) {
        struct pollfd p = {inbox.fd, POLLIN, 0};
        ssize_t got;

        if (poll(&p, 1, 0) <= 0)
            break;
        got = read(inbox.fd, inbox.bytes + inbox.n,
                   sizeof(inbox.bytes) - inbox.n);
        if (got < 0 && (errno == EINTR || errno == EAGAIN))
            break;
        if (got <= 0)
            inbox.ended = 1;
        else
            inbox.n += (size_t)got;
    }
    look_for_stop();
    errno = saved;
}

static void
on_input(int sig)
{
    (void)sig;
    fill();
}

static void
block_input(sigset_t *before)
{
    sigset_t one;

    sigemptyset(&one);
    sigaddset(&one, SIGIO);
    sigprocmask(SIG_BLOCK, &one, before);
}

static void
open_inbox(int fd, struct hop_runspace *rs)
{
    struct sigaction act = {.sa_handler = on_input, .sa_flags = SA_RESTART};
    int flags = fcntl(fd, F_GETFL);

    inbox.fd = fd;
    inbox.n = inbox.searched = 0;
    inbox.ended = 0;
    inbox.watched[0] = '\0';
    inbox.rs = rs;
    sigaction(SIGIO, &act, NULL);
    /* A file cannot tell; then a stop waits until the input is read. */
    if (flags >= 0 && fcntl(fd, F_SETOWN, getpid()) == 0)
        (void)fcntl(fd, F_SETFL, flags | O_ASYNC);
}

static void
close_inbox(void)
{
    int flags = fcntl(inbox.fd, F_GETFL);

    if (flags >= 0)
        (void)fcntl(inbox.fd, F_SETFL, flags & ~O_ASYNC);
    signal(SIGIO, SIG_IGN);
    inbox.watched[0] = '\0';
}

void
remote_watch(struct server *s, const struct hop_guid *id)
{
    sigset_t before;

    (void)s;
    block_input(&before);
    if (id)
        hop_guid_format(id, false, inbox.watched);
    else
        inbox.watched[0] = '\0';
    sigprocmask(SIG_SETMASK, &before, NULL);
}

/* Moves the inbox to b; waits for the first byte, the end or the runspace's
 * stop when asked to.  False: nothing came and nothing will. */
static bool
take_input(struct server *s, bool wait, struct hop_buf *b)
{
    sigset_t before;
    bool more;

    block_input(&before);
    fill();
    while (wait && !inbox.n && !inbox.ended &&
           !(s->run && hop_runspace_stopping(s->rs))) {
        struct pollfd p[2] = {{inbox.fd, POLLIN, 0},
                              {hop_runspace_wake_fd(s->rs), POLLIN, 0}};

        if (ppoll(p, s->run ? 2 : 1, NULL, &before) < 0 && errno != EINTR)
            break;
        fill();
    }
    hop_buf_add(b, inbox.bytes, inbox.n);
    more = inbox.n || !inbox.ended;
    inbox.n = inbox.searched = 0;
    sigprocmask(SIG_SETMASK, &before, NULL);
    return more;
}

/* ---- output ---- */

void
remote_flush(struct server *s)
{
    for (;;) {
        hop_psrp_link_flush(s->link, 1 << 18, &s->to_send);
        if (!s->to_send.len)
            return;
        if (!hop_fd_write(s->out, s->to_send.data, s->to_send.len)) {
            s->over = true;
            hop_buf_clear(&s->to_send);
            if (s->run)
                hop_runspace_stop(s->rs);
            return;
        }
        hop_buf_clear(&s->to_send);
    }
}

/* ---- events ---- */

static void
say(const char *text)
{
    fprintf(stderr, "hop: %s\n", text);
}

static void
add_version(struct hop_context *cx, struct hop_dict *d, const char *name,
            const char *text)
{
    HOP_AUTO_VALUE struct hop_value from = hop_text(text);
    struct hop_value v = hop_null();

    if (!hop_try_convert(cx, from, &hop_class_version, &v))
        hop_drop_exception(cx);
    hop_dict_set_text(d, name, v);
}

/* What the client learns of the server: $PSVersionTable, mostly. */
static struct hop_value
private_data(struct server *s)
{
    static const char *const compatible[] = {"1.0", "2.0", "3.0", "4.0",
                                             "5.0", "5.1", "6.0", "7.0"};
    struct hop_dict *d = hop_psrp_primitive_dict(s->cx);
    struct hop_dict *table = hop_psrp_primitive_dict(s->cx);
    struct hop_array *list = hop_array_new(s->cx, 0);
    char protocol[16];

    snprintf(protocol, sizeof(protocol), "2.%d",
             hop_psrp_session_minor(s->session));
    for (size_t i = 0; i < HOP_ARRAY_SIZE(compatible); i++) {
        HOP_AUTO_VALUE struct hop_value from = hop_text(compatible[i]);
        struct hop_value v = hop_null();

        if (hop_try_convert(s->cx, from, &hop_class_version, &v))
            hop_array_push(list, v);
    }
    add_version(s->cx, table, "PSVersion", "7.6.5");
    add_version(s->cx, table, "WSManStackVersion", "3.0");
    add_version(s->cx, table, "SerializationVersion", "1.1.0.1");
    add_version(s->cx, table, "PSRemotingProtocolVersion", protocol);
    hop_dict_set_text(table, "PSEdition", hop_text("Hop"));
    hop_dict_set_text(table, "Platform", hop_text("Unix"));
    hop_dict_set_text(table, "PSCompatibleVersions", hop_obj(list));
    hop_dict_set_text(d, "PSVersionTable", hop_obj(table));
    return hop_obj(d);
}

static void
open_pool(struct server *s, struct hop_psrp_event *e)
{
    struct hop_error err = {0};

    remote_set_host(s, &e->message.u.init.host);
    if (!hop_psrp_server_opened(s->session, private_data(s), &err))
        say(err.text);
}

static void
reset(struct server *s, struct hop_psrp_event *e)
{
    struct hop_error err = {0};

    hop_runspace_reset(s->rs);
    if (!hop_psrp_server_reset(s->session, e->message.u.runspaces.call, true,
                               &err))
        say(err.text);
}

static struct run *
find_run(struct server *s, const struct hop_guid *id)
{
    for (struct run *r = s->run; r; r = r->outer)
        if (hop_guid_eq(&r->id, id))
            return r;
    return NULL;
}

static void
take_pipeline_input(struct server *s, struct hop_psrp_event *e)
{
    struct run *r = find_run(s, &e->channel);

    if (!r)
        return;
    if (e->message.type == HOP_PSRP_END_OF_PIPELINE_INPUT) {
        r->input_ended = true;
        return;
    }
    if (r->input_n == r->input_cap) {
        r->input_cap = r->input_cap ? r->input_cap * 2 : 16;
        r->input = hop_xrealloc(r->input, r->input_cap, sizeof(*r->input));
    }
    r->input[r->input_n++] = hop_retain(e->message.u.object);
}

static void
take_answer(struct server *s, struct hop_psrp_event *e)
{
    struct run *r = find_run(s, &e->channel);

    if (!r || !r->waits_for || e->message.u.response.call != r->waits_for)
        return;
    r->answered = true;
    hop_value_set(&r->answer, hop_retain(e->message.u.response.result));
}

static void
stop(struct server *s, struct hop_psrp_event *e)
{
    struct run *r = find_run(s, &e->channel);

    if (!r)
        return;
    r->stop = true;
    hop_runspace_stop(s->rs);
}

static void
take_message(struct server *s, struct hop_psrp_event *e)
{
    switch (e->message.type) {
    case HOP_PSRP_INIT_RUNSPACEPOOL: open_pool(s, e); break;
    case HOP_PSRP_CREATE_PIPELINE: remote_run(s, e); break;
    case HOP_PSRP_GET_COMMAND_METADATA: remote_run_metadata(s, e); break;
    case HOP_PSRP_PIPELINE_INPUT:
    case HOP_PSRP_END_OF_PIPELINE_INPUT: take_pipeline_input(s, e); break;
    case HOP_PSRP_PIPELINE_HOST_RESPONSE: take_answer(s, e); break;
    case HOP_PSRP_RESET_RUNSPACE_STATE: reset(s, e); break;
    default: break;
    }
}

/* Whether there were any. */
static bool
take_events(struct server *s)
{
    struct hop_psrp_event e;
    bool any = false;

    for (; hop_psrp_session_next(s->session, &e); any = true) {
        switch (e.kind) {
        case HOP_PSRP_MESSAGE: take_message(s, &e); break;
        case HOP_PSRP_STOP: stop(s, &e); break;
        case HOP_PSRP_TROUBLE: say(e.error.text); break;
        case HOP_PSRP_BROKEN:
            say(e.error.text);
            s->over = true;
            break;
        case HOP_PSRP_OPENED: break;
        }
        hop_psrp_event_done(&e);
    }
    return any;
}

bool
remote_pump(struct server *s, bool wait)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (s->over)
        return false;
    /* What came behind the event at work. */
    if (take_events(s))
        wait = false;
    remote_flush(s);
    if (!take_input(s, wait, &b)) {
        hop_psrp_link_end(s->link);
        s->over = true;
    } else if (b.len && !hop_psrp_link_feed(s->link, b.data, b.len, s->err)) {
        s->failed = s->over = true;
        hop_psrp_link_end(s->link);
    }
    (void)take_events(s);
    remote_flush(s);
    s->over = s->over || hop_psrp_link_is_closed(s->link);
    return !s->over;
}

/* ---- the whole ---- */

bool
hop_remote_serve(const struct hop_remote_options *o, struct hop_error *err)
{
    struct server s = {
        .host = {&remote_host_ops}, .in = o->in, .out = o->out, .err = err};
    HOP_AUTO_FREE const struct hop_cmdlet_module **modules =
        remote_modules(o->modules);
    struct hop_runspace_options options = {
        .host = &s.host,
        .modules = modules,
        .command_line = o->command_line,
    };
    struct hop_psrp_options session = {
        .limits = o->limits, .keys = &s.keys, .extend = remote_extend};

    s.rs = hop_runspace_new(&options);
    s.cx = hop_runspace_context(s.rs);
    hop_psrp_keys_init(&s.keys, NULL);
    session.cx = s.cx;
    s.session = hop_psrp_server_new(&session);
    s.link = hop_psrp_link_new(s.session, true);
    open_inbox(o->in, s.rs);
    while (remote_pump(&s, true))
        ;
    close_inbox();
    hop_psrp_link_free(s.link);
    hop_psrp_keys_done(&s.keys);
    hop_string_clear(&s.info.data.title);
    hop_buf_done(&s.to_send);
    hop_runspace_free(s.rs);
    return !s.failed;
}
