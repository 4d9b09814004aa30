/* hopd-run-ps: a PSRP shell, served by a program that speaks the protocol by
 * lines (`pwsh -s`, PROTOCOL of psrp/pipe.h).  Fragments are the same bytes on
 * both sides and pass as they are; the program knows nothing of clients that
 * disconnect, so a new client's connection is answered here.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "psrp/pipe.h"
#include "server/names.h"
#include "server/run_ps.h"

#define READ_BYTES ((size_t)256 << 10)
#define MAX_LINE   ((size_t)64 << 20)
/* Bytes of fragments in one <Data> to the program. */
#define DATA_BYTES ((size_t)256 << 10)

#define CODE_NOT_FOUND 0x80070002u

extern char **environ;

/* What the program has been told of an id, and not yet. */
struct way {
    struct way *next;
    struct hop_guid id;
    struct hop_buf data[HOP_PSRP_STREAMS];
    size_t at[HOP_PSRP_STREAMS];
    bool opened;     /* <CommandAck> has come; the pool is open */
    bool on_its_way; /* a <Data> lacks its <DataAck> */
    bool created;    /* its first object was sent */
    bool begun;      /* and acknowledged */
    bool stop, close, closed;
    bool ended;   /* its PIPELINE_STATE has come */
    bool ending;  /* the object that comes is one */
    int32_t last; /* of the pool: what RUNSPACEPOOL_STATE said */
};

struct ps_program {
    pid_t pid;
    int in, out; /* ours: to write, to read; -1 once at its end */
    struct hop_psrp_lines lines;
    struct hop_psrp_packet packet, held; /* held: no room for its fragments */
    bool holds;
    struct hop_buf to_write;
    size_t written;
    struct way *ways; /* the pool's first */
    /* As the program sent them, for clients that connect later. */
    struct hop_buf capability, private_data;
    int32_t min, max; /* runspaces, as INIT_RUNSPACEPOOL wished */
};

/* ------------------------------------------------------------------ ways */

static struct way *
find_way(const struct ps_program *q, const struct hop_guid *id)
{
    for (struct way *w = q->ways; w; w = w->next)
        if (hop_guid_eq(&w->id, id))
            return w;
    return NULL;
}

static struct way *
add_way(struct ps_program *q, const struct hop_guid *id)
{
    struct way *w = hop_xmalloc(sizeof(*w)), **end = &q->ways;

    w->id = *id;
    while (*end)
        end = &(*end)->next;
    *end = w;
    return w;
}

static void
free_way(struct way *w)
{
    for (int i = 0; i < HOP_PSRP_STREAMS; i++)
        hop_buf_done(&w->data[i]);
    free(w);
}

static void
drop_way(struct ps_program *q, const struct hop_guid *id)
{
    for (struct way **at = &q->ways; *at; at = &(*at)->next) {
        struct way *w = *at;

        if (!hop_guid_eq(&w->id, id))
            continue;
        *at = w->next;
        free_way(w);
        return;
    }
}

/* --------------------------------------------------------- to the program */

static void
put(struct ps_program *q, enum hop_psrp_element e, const struct way *w)
{
    hop_psrp_packet_encode(&q->to_write, e, &w->id, HOP_PSRP_DEFAULT, NULL, 0);
}

/* As many whole fragments as one <Data> takes; 0: what is there is none.  The
 * first object travels alone: PowerShell's server loses input that comes in one
 * <Data> with its CREATE_PIPELINE. */
static size_t
whole_fragments(const char *p, size_t n, bool *ends)
{
    size_t used = 0, one;
    struct hop_psrp_fragment f = {0};
    struct hop_error err;

    while (used < n && (used == 0 || used < DATA_BYTES) && !f.end &&
           hop_psrp_fragment_decode(p + used, n - used, MAX_LINE, &f, &one,
                                    &err) == HOP_PSRP_DONE)
        used += one;
    *ends |= f.end;
    return used;
}

/* Answers of the host first: what runs waits for them. */
static bool
put_data(struct ps_program *q, struct way *w)
{
    for (int i = HOP_PSRP_STREAMS - 1; i >= 0; i--) {
        const char *p = w->data[i].data + w->at[i];
        size_t n = w->data[i].len - w->at[i];
        size_t used = n ? whole_fragments(p, n, &w->created) : 0;

        if (!used)
            continue;
        hop_psrp_packet_encode(&q->to_write, HOP_PSRP_DATA, &w->id,
                               (enum hop_psrp_stream)i, p, used);
        w->at[i] += used;
        if (w->at[i] == w->data[i].len) {
            hop_buf_clear(&w->data[i]);
            w->at[i] = 0;
        }
        return true;
    }
    return false;
}

static void
put_way(struct ps_program *q, struct way *w)
{
    if (!w->opened)
        return;
    /* The program forgets a stop of a pipeline that it does not have. */
    if (w->stop && w->begun) {
        put(q, HOP_PSRP_SIGNAL, w);
        w->stop = false;
    }
    if (w->close) {
        if (!w->closed)
            put(q, HOP_PSRP_CLOSE, w);
        w->closed = true;
        return;
    }
    if (!w->on_its_way && put_data(q, w))
        w->on_its_way = true;
}

static void
write_some(struct ps_program *q)
{
    for (struct way *w = q->ways; w; w = w->next)
        put_way(q, w);
    while (q->in >= 0 && q->written < q->to_write.len) {
        ssize_t n = write(q->in, q->to_write.data + q->written,
                          q->to_write.len - q->written);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return; /* full, or the reader's end tells */
        q->written += (size_t)n;
    }
    hop_buf_clear(&q->to_write);
    q->written = 0;
}

/* ------------------------------------------------------- from the program */

static uint32_t
message_type(const struct hop_psrp_fragment *f)
{
    uint32_t type = 0;

    for (size_t i = 0; i < 4 && f->n >= 8; i++)
        type |= (uint32_t)f->data[4 + i] << (8 * i);
    return type;
}

/* Notes what the fragment tells: how a pipeline ends, what a client that
 * connects later must know. */
static void
look_at(struct ps_program *q, struct way *w, const struct hop_buf *bytes)
{
    struct hop_psrp_fragment f;
    struct hop_error err;
    struct hop_buf *keep = NULL;
    size_t used;

    if (hop_psrp_fragment_decode(bytes->data, bytes->len, MAX_LINE, &f, &used,
                                 &err) != HOP_PSRP_DONE)
        return;
    if (f.start) {
        uint32_t type = message_type(&f);

        w->ending = type == HOP_PSRP_PIPELINE_STATE;
        keep = type == HOP_PSRP_SESSION_CAPABILITY         ? &q->capability
               : type == HOP_PSRP_APPLICATION_PRIVATE_DATA ? &q->private_data
                                                           : NULL;
    }
    if (keep && f.end) {
        hop_buf_clear(keep);
        hop_buf_add(keep, bytes->data, bytes->len);
    }
    w->ended = w->ended || (w->ending && f.end);
}

/* To the client; false: no room. */
static bool
take_data(struct ps *p, struct hop_psrp_packet *packet)
{
    struct ps_program *q = p->program;
    struct way *w = find_way(q, &packet->id);
    struct ps_command *k = ps_find(p, &packet->id);

    if (!w || !k) {
        if (w)
            look_at(q, w, &packet->data);
        return true;
    }
    if (ps_room(p, k) < packet->data.len && hop_outbox_kept(&k->outbox) > 0)
        return false;
    look_at(q, w, &packet->data);
    memcpy(hop_outbox_reserve(&k->outbox, "stdout", packet->data.len),
           hop_buf_str(&packet->data), packet->data.len);
    hop_outbox_commit(&k->outbox, &p->net, packet->data.len);
    if (w->ended)
        ps_finish(p, k);
    return true;
}

static void
take_ack(struct ps *p, const struct hop_psrp_packet *packet)
{
    struct way *w = find_way(p->program, &packet->id);

    if (!w)
        return;
    switch (packet->element) {
    case HOP_PSRP_DATA_ACK:
        w->on_its_way = false;
        w->begun = w->created;
        break;
    case HOP_PSRP_COMMAND_ACK: w->opened = true; break;
    case HOP_PSRP_CLOSE_ACK:
        if (hop_guid_is_zero(&w->id)) {
            p->ending = true;
            break;
        }
        w->ended = true;
        for (struct ps_command *k = p->commands; k; k = k->next)
            if (hop_guid_eq(&k->guid, &w->id)) {
                ps_remove(p, k);
                break;
            }
        break;
    default: break;
    }
}

/* Takes lines until there is no room for what they bring. */
static bool
take_lines(struct ps *p, struct hop_error *err)
{
    struct ps_program *q = p->program;
    const char *line;
    size_t n;

    if (q->holds && !take_data(p, &q->packet))
        return true;
    q->holds = false;
    while (hop_psrp_lines_next(&q->lines, &line, &n)) {
        if (!hop_psrp_packet_decode(line, n, &q->packet, err))
            return false;
        if (q->packet.element != HOP_PSRP_DATA) {
            take_ack(p, &q->packet);
        } else if (!take_data(p, &q->packet)) {
            q->holds = true;
            return true;
        }
    }
    return true;
}

static bool
read_some(struct ps *p, struct hop_error *err)
{
    struct ps_program *q = p->program;
    char bytes[65536];
    ssize_t n = read(q->out, bytes, sizeof(bytes));

    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return true;
    if (n <= 0) {
        p->ending = true;
        return true;
    }
    return hop_psrp_lines_add(&q->lines, bytes, (size_t)n, err) &&
           take_lines(p, err);
}

/* ------------------------------------------------- what is behind the shell */

static void
feed(struct ps *p, struct ps_command *k, enum hop_psrp_stream stream,
     const void *data, size_t n)
{
    struct way *w = find_way(p->program, &k->guid);

    if (w)
        hop_buf_add(&w->data[stream], data, n);
}

static size_t
count_unread(struct ps *p)
{
    size_t n = p->program->to_write.len - p->program->written;

    for (struct way *w = p->program->ways; w; w = w->next)
        for (int i = 0; i < HOP_PSRP_STREAMS; i++)
            n += w->data[i].len - w->at[i];
    return n;
}

static bool
begin_command(struct ps *p, const struct hop_guid *guid, struct hop_error *err)
{
    put(p->program, HOP_PSRP_COMMAND, add_way(p->program, guid));
    return true;
}

static void
stop_command(struct ps *p, struct ps_command *k, bool close)
{
    struct way *w = find_way(p->program, &k->guid);

    if (!w)
        return;
    w->stop = !w->ended;
    w->close = close;
}

/* Until its <CloseAck>. */
static bool
is_at_work(struct ps *p, const struct ps_command *k)
{
    return find_way(p->program, &k->guid) != NULL;
}

static void
forget_command(struct ps *p, struct ps_command *k)
{
    drop_way(p->program, &k->guid);
}

/* RUNSPACEPOOL_INIT_DATA, MS-PSRP 2.2.2.28, of no object id that the program
 * uses. */
static void
put_init_data(const struct ps_program *q, struct hop_buf *out)
{
    HOP_AUTO_BUF struct hop_buf data = HOP_BUF_INIT;
    struct hop_psrp_fragment f = {
        .object = (uint64_t)1 << 62, .start = true, .end = true};
    static const uint8_t head[8] = {1, 0, 0, 0, 0x0B, 0x10, 0x02, 0};

    hop_buf_add(&data, head, sizeof(head));
    /* The pool's id, and no pipeline's, as another message of it has them. */
    hop_buf_add(&data, q->private_data.data + HOP_PSRP_FRAGMENT_HEAD + 8, 32);
    hop_buf_addf(&data,
                 "<Obj RefId=\"0\"><MS><I32 N=\"MinRunspaces\">%d</I32>"
                 "<I32 N=\"MaxRunspaces\">%d</I32></MS></Obj>",
                 q->min, q->max);
    f.data = (const uint8_t *)data.data;
    f.n = data.len;
    hop_psrp_fragment_encode(out, &f);
}

static bool
connect_client(struct ps *p, const void *data, size_t n, struct hop_buf *out,
               struct hop_error *err)
{
    const struct ps_program *q = p->program;
    size_t len = q->private_data.len;

    if (!q->capability.len || len < HOP_PSRP_FRAGMENT_HEAD + HOP_PSRP_HEAD)
        return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                             "the runspace pool is not open yet");
    hop_buf_add(out, q->capability.data, q->capability.len);
    put_init_data(q, out);
    memcpy(hop_outbox_reserve(&p->pool.outbox, "stdout", len),
           q->private_data.data, len);
    hop_outbox_commit(&p->pool.outbox, &p->net, len);
    return true;
}

static const struct ps_back program_back = {
    .feed = feed,
    .unread = count_unread,
    .command = begin_command,
    .stop = stop_command,
    .is_at_work = is_at_work,
    .forget = forget_command,
    .connect = connect_client,
};

/* ------------------------------------------------------------- the program */

/* The host's own program along PATH; one that stands in for Windows' in the
 * last folder (server/names.h), which is this engine, is not what the endpoint
 * names.  NULL: there is none.  The caller's. */
static char *
find_program(const char *name)
{
    static const char names[] = "/" HOP_NAMES_DIR;
    const size_t end = sizeof(names) - 1;
    const char *at = getenv("PATH");

    if (strchr(name, '/'))
        return hop_xstrdup(name);
    while (at && *at) {
        size_t n = strcspn(at, ":");
        HOP_AUTO_FREE char *path = hop_xasprintf("%.*s/%s", (int)n, at, name);
        bool stands_in =
            !at[n] && n > end && memcmp(at + n - end, names, end) == 0;

        if (!stands_in && access(path, X_OK) == 0)
            return hop_steal(&path);
        at += n + (at[n] == ':');
    }
    return NULL;
}

static bool
start_program(struct ps *p, struct hop_error *err)
{
    HOP_AUTO_FREE char *path = find_program(p->program_name);
    struct ps_program *q = p->program;
    char *argv[] = {p->program_name, "-NoLogo", "-NoProfile", "-s", NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attr;
    sigset_t none;
    int to[2] = {-1, -1}, from[2] = {-1, -1}, r;

    if (pipe2(to, O_CLOEXEC) < 0 || pipe2(from, O_CLOEXEC) < 0)
        return hop_error_errno(err, errno, "pipe");
    sigemptyset(&none);
    sigaddset(&none, SIGPIPE);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, to[0], 0);
    posix_spawn_file_actions_adddup2(&actions, from[1], 1);
    posix_spawnattr_init(&attr);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setsigdefault(&attr, &none);
    r = path ? posix_spawn(&q->pid, path, &actions, &attr, argv, environ)
             : ENOENT;
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attr);
    close(to[0]);
    close(from[1]);
    q->in = to[1];
    q->out = from[0];
    fcntl(q->in, F_SETFL, O_NONBLOCK);
    fcntl(q->out, F_SETFL, O_NONBLOCK);
    if (r == 0)
        return true;
    return hop_error_set(err, HOP_ERROR_WSMAN, CODE_NOT_FOUND,
                         "the endpoint runs %s, which cannot be started: %s; "
                         "install PowerShell, name the program in wsman.conf "
                         "(Plugin/NAME/Command), or use the endpoint "
                         "Microsoft.PowerShell",
                         p->program_name, strerror(r));
}

static void
answer_open(struct ps *p, const struct hop_error *why)
{
    struct hop_msg_opened m = {.ok = why == NULL,
                               .code = why ? (uint32_t)why->code : 0,
                               .text = why ? why->text : ""};

    hop_ipc_send(&p->net, HOP_MSG_OPENED, p->open_id, &m, NULL, 0);
    ps_flush(p);
}

static void
wait_for_any(struct ps *p)
{
    struct ps_program *q = p->program;
    short out = hop_ipc_pending(&p->net) ? POLLOUT : 0;
    struct pollfd f[4] = {
        {p->keeper.fd, POLLIN, 0},
        {p->net.fd, (short)(POLLIN | out), 0},
        {q->holds ? -1 : q->out, POLLIN, 0},
        {q->to_write.len ? q->in : -1, POLLOUT, 0},
    };

    (void)poll(f, 4, -1);
}

static bool
serve(struct ps *p, struct hop_error *err)
{
    struct ps_program *q = p->program;

    while (!p->ending) {
        ps_pump(p);
        if (!take_lines(p, err) || (!q->holds && !read_some(p, err)))
            return false;
        write_some(q);
        ps_answer_input(p, false);
        ps_answer_stops(p);
        ps_flush(p);
        if (!p->ending)
            wait_for_any(p);
    }
    return true;
}

static void
end_program(struct ps_program *q)
{
    if (q->in >= 0)
        close(q->in);
    if (q->out >= 0)
        close(q->out);
    if (q->pid > 0)
        kill(q->pid, SIGTERM); /* the keeper ends what is left */
    while (q->ways) {
        struct way *w = q->ways;

        q->ways = w->next;
        free_way(w);
    }
    hop_psrp_lines_done(&q->lines);
    hop_buf_done(&q->packet.data);
    hop_buf_done(&q->to_write);
    hop_buf_done(&q->capability);
    hop_buf_done(&q->private_data);
}

/* How many runspaces INIT_RUNSPACEPOOL (MS-PSRP 2.2.2.2) asks for. */
static int32_t
wished(const struct hop_buf *content, const char *name)
{
    const char *p =
        content->len ? memmem(content->data, content->len, name, strlen(name))
                     : NULL;
    long n = 0;

    for (p = p ? p + strlen(name) : ""; *p >= '0' && *p <= '9' && n < 10000;
         p++)
        n = n * 10 + (*p - '0');
    return n > 0 ? (int32_t)n : 1;
}

bool
ps_program_serve(struct ps *p, struct hop_error *err)
{
    struct ps_program q = {.in = -1,
                           .out = -1,
                           .min = wished(&p->content, "\"MinRunspaces\">"),
                           .max = wished(&p->content, "\"MaxRunspaces\">"),
                           .lines = {.max_line = MAX_LINE}};
    bool ok;

    p->program = &q;
    p->back = &program_back;
    add_way(&q, &p->pool.guid)->opened = true;
    ok = start_program(p, err);
    answer_open(p, ok ? NULL : err);
    if (ok) {
        feed(p, &p->pool, HOP_PSRP_DEFAULT, hop_buf_str(&p->content),
             p->content.len);
        ok = serve(p, err);
    }
    end_program(&q);
    return ok;
}
