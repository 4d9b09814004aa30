/* hopd-run-ps: a PSRP shell, served by the engine in this process.
 *
 * While a pipeline is at work the channels are looked at between two of its
 * statements and wherever it waits: what comes there raises SIGIO, which calls
 * the runspace's attendant.  Where pipelines run side by side, in threads, the
 * first thread looks at the channels in its turns.  Output is handed on a
 * moment later, so that what a pipeline writes and its end go out together.
 *
 * SPDX-License-Identifier: MIT
 */
#include "server/run.h"

#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/heap.h"
#include "base/stack.h"
#include "cmdlets/modules.h"
#include "engine/runspace.h"
#include "engine/space.h"
#include "remote/serve.h"
#include "server/run_ps.h"

/* Output goes out when so much waits, or after so long: what a short pipeline
 * says should go with its end, also where others have the processor. */
#define HAND_ON_BYTES ((size_t)64 << 10)
#define HAND_ON_US    3000

#define CODE_QUOTA 0x803381E9u

/* For the signal handler. */
static struct hop_runspace *attended;
static volatile sig_atomic_t armed;

static void
on_signal(int sig)
{
    if (armed)
        hop_runspace_call(attended);
}

void
ps_watch_fd(int fd)
{
    int flags = fcntl(fd, F_GETFL);

    if (flags >= 0 && fcntl(fd, F_SETOWN, getpid()) == 0)
        (void)fcntl(fd, F_SETFL, flags | O_ASYNC);
}

/* ---------------------------------------------------------------- output */

static bool
has_ended(const struct ps *p, const struct ps_command *k)
{
    enum hop_psrp_pipeline_state s =
        hop_psrp_session_pipeline_state(p->session, &k->guid);

    return k != &p->pool && s != HOP_PSRP_PIPELINE_NOT_STARTED &&
           s != HOP_PSRP_PIPELINE_RUNNING && s != HOP_PSRP_PIPELINE_STOPPING &&
           hop_psrp_session_waiting(p->session, &k->guid) == 0 &&
           hop_holding_is_empty(&k->held);
}

static bool
begins_object(const struct hop_buf *bytes)
{
    struct hop_psrp_fragment f;
    struct hop_error err;
    size_t used;

    return hop_psrp_fragment_decode(bytes->data, bytes->len, bytes->len, &f,
                                    &used, &err) == HOP_PSRP_DONE &&
           f.start;
}

static bool
is_full(const struct ps *p, const struct ps_command *k)
{
    return ps_room(p, k) < p->fragment_bytes && hop_outbox_kept(&k->outbox) > 0;
}

/* What was held goes first once the client is back; false: not all of it. */
static bool
move_held(struct ps *p, struct ps_command *k)
{
    while (!p->drop && !hop_holding_is_empty(&k->held)) {
        size_t n = hop_holding_next(&k->held);

        if (is_full(p, k))
            return false;
        hop_holding_take(&k->held, hop_outbox_reserve(&k->outbox, "stdout", n));
        hop_outbox_commit(&k->outbox, &p->net, n);
    }
    return true;
}

/* One fragment from the session to the command's outbox, or to what is held for
 * a client that is away; false: no room. */
static bool
move_fragment(struct ps *p, struct ps_command *k)
{
    HOP_AUTO_BUF struct hop_buf bytes = HOP_BUF_INIT;
    enum hop_psrp_stream stream;

    if (!p->drop && (!move_held(p, k) || is_full(p, k)))
        return false;
    if (!hop_psrp_session_take(p->session, &k->guid, p->fragment_bytes,
                               p->fragment_bytes, 1, &bytes, &stream))
        return true;
    if (p->drop) {
        hop_holding_add(&k->held, &bytes, begins_object(&bytes),
                        k->outbox.window_bytes);
        return true;
    }
    memcpy(hop_outbox_reserve(&k->outbox, "stdout", bytes.len), bytes.data,
           bytes.len);
    hop_outbox_commit(&k->outbox, &p->net, bytes.len);
    return true;
}

static void
move_all_held(struct ps *p)
{
    (void)move_held(p, &p->pool);
    for (struct ps_command *k = p->commands; k; k = k->next)
        (void)move_held(p, k);
}

/* What is for nobody any more. */
static void
discard(struct ps *p, const struct hop_guid *id)
{
    struct hop_buf bytes = HOP_BUF_INIT;
    enum hop_psrp_stream stream;

    while (hop_psrp_session_take(p->session, id, HAND_ON_BYTES,
                                 p->fragment_bytes, 0, &bytes, &stream))
        hop_buf_clear(&bytes);
    hop_buf_done(&bytes);
}

/* Moves what there is room for; true when something of this pipeline is left
 * behind. */
static bool
move_output(struct ps *p, const struct hop_guid *writer)
{
    struct hop_guid id, stuck = {{0}};
    bool any_stuck = false, own_stuck = false;

    move_all_held(p);
    while (hop_psrp_session_pending(p->session, &id)) {
        struct ps_command *k = ps_find(p, &id);

        if (any_stuck && hop_guid_eq(&id, &stuck))
            break;
        if (!k) {
            discard(p, &id);
        } else if (!move_fragment(p, k)) {
            if (!any_stuck)
                stuck = id;
            any_stuck = true;
            own_stuck = own_stuck || (writer && hop_guid_eq(&id, writer));
            hop_psrp_session_skip(p->session, &id);
        }
    }
    return own_stuck;
}

/* Tells of pipelines that have ended, and forgets those that the client has
 * terminated.  True: of any. */
static bool
tell_ends(struct ps *p)
{
    bool any = false;

    for (struct ps_command *k = p->commands, *next; k; k = next) {
        next = k->next;
        if (k == p->at_work || !has_ended(p, k))
            continue;
        if (k->forgotten) {
            ps_remove(p, k);
            continue;
        }
        any = any || !k->outbox.done;
        ps_finish(p, k);
    }
    return any;
}

static void
hand_on(struct ps *p, bool now)
{
    struct itimerval soon = {.it_value = {0, HAND_ON_US}};
    size_t backlog;

    if (tell_ends(p))
        now = true;
    ps_answer_stops(p);
    backlog = hop_ipc_backlog(&p->net);
    if (now || backlog >= HAND_ON_BYTES) {
        ps_flush(p);
        p->handing_on = false;
    } else if (backlog && !p->handing_on) {
        setitimer(ITIMER_REAL, &soon, NULL);
        p->handing_on = true;
    }
}

/* --------------------------------------------------------------- waiting */

/* Waits for the channels (and to write); a stop comes by them as well.  idle:
 * what the session has under way elsewhere goes on. */
static void
wait_for_channels(struct ps *p, bool idle)
{
    short out = hop_ipc_pending(&p->net) ? POLLOUT : 0;
    struct pollfd f[2] = {
        {p->keeper.fd, POLLIN, 0},
        {p->net.fd, (short)(POLLIN | out), 0},
    };

    if (idle)
        hop_runspace_poll_idle(p->rs, f, 2, NULL);
    else
        hop_threads_poll(p->rs, f, 2, -1);
}

/* The attendant: between two statements of the pipeline at work. */
static void
attend(void *ctx)
{
    struct ps *p = ctx;

    if (!p->several) {
        ps_pump(p);
        hop_psrp_server_attend(p->session);
        if (p->attended)
            p->attended(p->attended_with);
    }
    if (p->ending)
        hop_runspace_stop(p->rs);
    (void)move_output(p, NULL);
    hand_on(p, true);
}

/* --------------------------------------------- what is behind the shell */

/* What was refused is an event of the session's. */
static void
feed(struct ps *p, struct ps_command *k, enum hop_psrp_stream stream,
     const void *data, size_t n)
{
    struct hop_error refused = {0};

    if (!hop_psrp_session_feed(p->session, &k->guid, stream, data, n, &refused))
        hop_error_clear(&refused);
}

static size_t
count_unread(struct ps *p)
{
    return hop_psrp_session_unread(p->session);
}

static bool
begin_command(struct ps *p, const struct hop_guid *guid, struct hop_error *err)
{
    if (hop_psrp_server_command(p->session, guid, err))
        return true;
    err->domain = HOP_ERROR_WSMAN;
    err->code = (int64_t)CODE_QUOTA;
    return false;
}

/* The pipeline ends at once, wherever it is. */
static void
stop_command(struct ps *p, struct ps_command *k, bool close)
{
    hop_psrp_server_stop(p->session, &k->guid);
    p->stops++;
    if (p->at_work == k)
        hop_runspace_stop(p->rs);
}

static bool
is_at_work(struct ps *p, const struct ps_command *k)
{
    enum hop_psrp_pipeline_state s =
        hop_psrp_session_pipeline_state(p->session, &k->guid);

    return s == HOP_PSRP_PIPELINE_RUNNING || s == HOP_PSRP_PIPELINE_STOPPING;
}

static void
forget_command(struct ps *p, struct ps_command *k)
{
    hop_psrp_session_forget(p->session, &k->guid);
}

/* MS-PSRP 3.2.5.4.31.  The private data comes with the next Receive, as
 * PowerShell has it (pypsrp waits for it there). */
static bool
connect_client(struct ps *p, const void *data, size_t n, struct hop_buf *out,
               struct hop_error *err)
{
    enum hop_psrp_stream stream;

    if (!hop_psrp_server_connect(p->session, data, n, err))
        return false;
    /* SESSION_CAPABILITY and RUNSPACEPOOL_INIT_DATA. */
    for (int i = 0; i < 2; i++)
        (void)!hop_psrp_session_take(p->session, &p->pool.guid,
                                     p->fragment_bytes, p->fragment_bytes, 1,
                                     out, &stream);
    return true;
}

static const struct ps_back engine_back = {
    .feed = feed,
    .unread = count_unread,
    .command = begin_command,
    .stop = stop_command,
    .is_at_work = is_at_work,
    .forget = forget_command,
    .connect = connect_client,
};

/* ----------------------------------------------------------- the carrier */

static void
begin(void *ctx, struct hop_psrp_session *session, struct hop_runspace *rs)
{
    struct ps *p = ctx;
    struct hop_error refused = {0};

    p->session = session;
    p->rs = attended = rs;
    hop_runspace_set_attendant(rs, attend, p);
    if (!hop_psrp_session_feed(session, &p->pool.guid, HOP_PSRP_DEFAULT,
                               hop_buf_str(&p->content), p->content.len,
                               &refused))
        hop_error_clear(&refused);
    hop_buf_done(&p->content);
}

/* Beside pipelines in threads. */
static bool
take_turn(struct ps *p, bool wait)
{
    size_t unread = hop_psrp_session_unread(p->session);

    ps_pump(p);
    ps_answer_input(p, false);
    (void)move_output(p, NULL);
    hand_on(p, true);
    if (!wait || p->ending || p->stops != p->stops_seen ||
        hop_psrp_session_unread(p->session) > unread) {
        p->stops_seen = p->stops;
        return !p->ending;
    }
    if (!p->commands)
        malloc_trim(0);
    wait_for_channels(p, true);
    ps_pump(p);
    p->stops_seen = p->stops;
    return !p->ending;
}

static bool
take(void *ctx, bool wait, bool at_work, struct hop_error *err)
{
    struct ps *p = ctx;
    size_t unread = hop_psrp_session_unread(p->session);

    if (p->several)
        return take_turn(p, wait);
    ps_pump(p);
    while (wait && !p->ending && p->stops == p->stops_seen &&
           hop_psrp_session_unread(p->session) == unread &&
           !(at_work && hop_runspace_stopping(p->rs))) {
        ps_answer_input(p, at_work);
        (void)move_output(p, NULL);
        hand_on(p, true);
        if (!at_work && !p->commands)
            malloc_trim(0);
        wait_for_channels(p, true);
        ps_pump(p);
    }
    p->stops_seen = p->stops;
    ps_answer_input(p, false);
    hand_on(p, true);
    return !p->ending;
}

/* A slow reader slows the producer. */
static bool
send(void *ctx, const struct hop_guid *id)
{
    struct ps *p = ctx;

    while (move_output(p, id) && !p->ending && !hop_runspace_stopping(p->rs)) {
        hand_on(p, true);
        wait_for_channels(p, false);
        ps_pump(p);
    }
    hand_on(p, false);
    return !p->ending;
}

static void
watch(void *ctx, const struct hop_guid *id)
{
    struct ps *p = ctx;

    p->at_work = id ? ps_find(p, id) : NULL;
    armed = id != NULL;
    /* What has come before the signal counted. */
    if (armed)
        hop_runspace_call(p->rs);
}

static void
several(void *ctx)
{
    struct ps *p = ctx;

    p->several = true;
    armed = 1;
}

static void
hungry(void *ctx, const struct hop_guid *id, bool is_hungry)
{
    struct ps *p = ctx;
    struct ps_command *k = ps_find(p, id);

    if (!k)
        return;
    k->hungry = is_hungry;
    ps_answer_input(p, false);
}

static void
attend_too(void *ctx, void (*fn)(void *with), void *with)
{
    struct ps *p = ctx;

    p->attended = fn;
    p->attended_with = with;
}

static void
end(void *ctx)
{
    struct ps *p = ctx;

    armed = 0;
    hop_runspace_set_attendant(p->rs, NULL, NULL);
    hand_on(p, true);
    hop_psrp_session_free(p->session);
}

/* ------------------------------------------------------------- the whole */

/* Until hopd-net has said what the shell is. */
static bool
wait_for_open(struct ps *p)
{
    while (!p->ending && p->state != PS_OPEN) {
        struct pollfd f[2] = {{p->keeper.fd, POLLIN, 0},
                              {p->net.fd, POLLIN, 0}};

        (void)poll(f, 2, -1);
        ps_pump(p);
        ps_flush(p);
    }
    return !p->ending;
}

/* As Windows calls them; the keeper has put the logon into the environment. */
static const char *
authentication_name(const char *logon)
{
    static const struct {
        const char *logon, *name;
    } names[] = {{"kerberos", "Kerberos"},
                 {"ntlm", "NTLM"},
                 {"credssp", "CredSSP"},
                 {"basic", "Basic"},
                 {"certificate", "ClientCertificate"}};

    for (size_t i = 0; logon && i < HOP_ARRAY_SIZE(names); i++)
        if (strcmp(names[i].logon, logon) == 0)
            return names[i].name;
    return "Negotiate";
}

static void
describe_sender(const struct ps *p, struct hop_remote_sender *s)
{
    const char *slash = strrchr(p->resource, '/');

    *s = (struct hop_remote_sender){
        .user = getenv("HOP_SESSION_PRINCIPAL"),
        .authentication = authentication_name(getenv("HOP_SESSION_LOGON")),
        .connection = p->connection,
        .configuration = slash ? slash + 1 : p->resource,
        .account = getenv("USER"),
    };
}

int
hop_run_ps_main(void)
{
    struct ps p = {.state = PS_WAITING, .back = &engine_back};
    struct hop_remote_carrier carrier = {.ctx = &p,
                                         .begin = begin,
                                         .take = take,
                                         .send = send,
                                         .watch = watch,
                                         .several = several,
                                         .attended = attend_too,
                                         .hungry = hungry,
                                         .end = end};
    struct hop_remote_sender sender;
    struct hop_remote_options o = {
        .carrier = &carrier, .sender = &sender, .modules = hop_cmdlet_modules};
    struct sigaction act = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    struct hop_error err = {0};
    bool ok = true;

    hop_heap_keep();
    signal(SIGPIPE, SIG_IGN);
    sigaction(SIGIO, &act, NULL);
    sigaction(SIGALRM, &act, NULL);
    p.net.fd = -1;
    hop_ipc_init(&p.keeper, HOP_IPC_MONITOR_FD, HOP_PEER_RUN, HOP_PEER_KEEPER);
    fcntl(HOP_IPC_MONITOR_FD, F_SETFD, FD_CLOEXEC);
    ps_watch_fd(HOP_IPC_MONITOR_FD);
    if (!wait_for_open(&p)) {
        /* nothing was asked of it */
    } else if (p.program_name) {
        ok = ps_program_serve(&p, &err);
    } else {
        hop_stack_raise();
        describe_sender(&p, &sender);
        ok = hop_remote_serve(&o, &err);
    }
    if (!ok)
        fprintf(stderr, "hopd-run-ps: %s\n", err.text);
    ps_done(&p);
    return !ok;
}
