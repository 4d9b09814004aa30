/* SPDX-License-Identifier: MIT */
#include "smb/client.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/stack.h"
#include "smb/unc.h"

#define CONNECT_MS  12000
#define ANSWER_MS   60000
#define REMEMBER_MS 2000 /* that a server cannot be reached */
#define LISTED_MS   1000 /* how long a listing stands for questions after it */
#define LISTED_MAX  100000
#define ASKING_FD   3

extern char **environ;

struct login {
    char *root, *user;
    struct hop_secret *password;
    struct login *next;
};

/* A server that is connected, or that could not be. */
struct server {
    char *name;
    const struct login *login; /* NULL: tickets */
    int fd;                    /* -1: not connected */
    pid_t helper;              /* 0: a test's */
    unsigned life;             /* counts its connections */
    struct smb_file *ahead;    /* whose bytes are on their way */
    int64_t refused_at;        /* 0: never */
    int refused_errno;
    enum smb_reason refused_reason;
    char refused_words[HOP_ERROR_TEXT_MAX];
    struct server *next;
};

struct smb_file {
    struct server *server;
    unsigned life; /* of the server, in which the handle means something */
    uint32_t handle;
    struct hop_buf bytes; /* given out */
    struct hop_buf coming;
    int code; /* of the bytes to come */
};

struct listed {
    char *name;
    struct smb_entry entry;
};

/* The last listing, which answers questions about what is in it for a moment:
 * a listing is followed by one question or more for each entry. */
struct listing {
    char *folder;
    struct listed *entry;
    size_t n, cap;
    int64_t at;
};

static struct login *logins;
static struct server *servers;
static struct listing last;
static bool (*test_helper)(int fd);
static struct {
    enum smb_reason reason;
    char words[HOP_ERROR_TEXT_MAX];
} trouble;

static int64_t
now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000 + 1;
}

/* ---- what went wrong ---- */

const char *
hop_unc_trouble(enum smb_reason *reason)
{
    *reason = trouble.reason;
    return trouble.words;
}

static int
fail(int code, enum smb_reason reason, const char *words)
{
    trouble.reason = reason;
    (void)snprintf(trouble.words, sizeof(trouble.words), "%s", words);
    errno = code;
    return -1;
}

static void
forget_trouble(void)
{
    trouble.reason = SMB_REASON_NONE;
    trouble.words[0] = '\0';
}

/* ---- the listing ---- */

static void
forget_listing(void)
{
    for (size_t i = 0; i < last.n; i++)
        free(last.entry[i].name);
    free(last.entry);
    free(last.folder);
    last = (struct listing){0};
}

static void
remember_entry(const char *name, const struct smb_entry *entry)
{
    if (last.n == LISTED_MAX)
        return;
    if (last.n == last.cap) {
        last.cap = last.cap ? last.cap * 2 : 64;
        last.entry = hop_xrealloc(last.entry, last.cap, sizeof(struct listed));
    }
    last.entry[last.n++] = (struct listed){hop_xstrdup(name), *entry};
}

static int
by_name(const void *a, const void *b)
{
    const struct listed *x = a, *y = b;

    return strcmp(x->name, y->name);
}

static void
finish_listing(const char *folder)
{
    last.folder = hop_xstrdup(folder);
    last.at = now_ms();
    if (last.n > 0)
        qsort(last.entry, last.n, sizeof(*last.entry), by_name);
}

static const struct smb_entry *
find_listed(const char *path)
{
    const char *slash = strrchr(path, '/');
    struct listed key, *found;
    size_t n = slash ? (size_t)(slash - path) : 0;

    if (last.folder == NULL || now_ms() - last.at > LISTED_MS ||
        strlen(last.folder) != n || strncmp(last.folder, path, n) != 0 ||
        last.n == 0)
        return NULL;
    key.name = (char *)(uintptr_t)(slash + 1);
    found = bsearch(&key, last.entry, last.n, sizeof(*last.entry), by_name);
    return found ? &found->entry : NULL;
}

/* ---- helpers ---- */

/* Helpers that were let go, until they have ended. */
static pid_t ending[64];
static size_t n_ending;

static void
reap_helpers(void)
{
    size_t left = 0;

    for (size_t i = 0; i < n_ending; i++)
        if (waitpid(ending[i], NULL, WNOHANG) == 0)
            ending[left++] = ending[i];
    n_ending = left;
}

static void
disconnect(struct server *s)
{
    if (s->fd >= 0)
        close(s->fd);
    s->fd = -1;
    if (s->ahead != NULL)
        s->ahead->code = ECONNRESET;
    s->ahead = NULL;
    /* It ends by itself, as soon as no server keeps it waiting. */
    if (s->helper > 0 && n_ending < HOP_ARRAY_SIZE(ending))
        ending[n_ending++] = s->helper;
    s->helper = 0;
}

/* hop-smb lies beside the program in the build tree, else in libexec. */
static bool
find_helper(char *out, size_t size)
{
    static const char *const places[] = {"", "../libexec/hop/", "../hop/"};
    char folder[PATH_MAX / 2];
    ssize_t n = readlink("/proc/self/exe", folder, sizeof(folder) - 1);

    if (n <= 0)
        return false;
    folder[n] = '\0';
    if (strrchr(folder, '/'))
        strrchr(folder, '/')[1] = '\0';
    for (size_t i = 0; i < HOP_ARRAY_SIZE(places); i++) {
        (void)snprintf(out, size, "%s%shop-smb", folder, places[i]);
        if (access(out, X_OK) == 0)
            return true;
    }
    return false;
}

static int
run_helper(const char *program, int theirs, pid_t *pid)
{
    char *argv[] = {(char *)(uintptr_t) "hop-smb", NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attr;
    sigset_t none;
    int code;

    sigemptyset(&none);
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attr);
    /* A group of its own: what the terminal sends is not meant for it. */
    posix_spawnattr_setflags(&attr,
                             POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
    posix_spawnattr_setpgroup(&attr, 0);
    posix_spawnattr_setsigmask(&attr, &none);
    for (int fd = 0; fd < 3; fd++)
        posix_spawn_file_actions_addopen(&actions, fd, "/dev/null",
                                         fd ? O_WRONLY : O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, theirs, ASKING_FD);
    posix_spawn_file_actions_addchdir_np(&actions, "/");
    code = hop_spawn(pid, program, &actions, &attr, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attr);
    return code;
}

static int
start_helper(struct server *s)
{
    char program[PATH_MAX];
    int pair[2], code;

    reap_helpers();
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return fail(errno, SMB_REASON_NONE, "");
    /* dup2 onto itself would leave it closed on exec */
    if (pair[1] == ASKING_FD) {
        pair[1] = fcntl(ASKING_FD, F_DUPFD_CLOEXEC, ASKING_FD + 1);
        close(ASKING_FD);
    }
    s->fd = pair[0];
    s->life++;
    if (test_helper) {
        code = test_helper(pair[1]) ? 0 : ECHILD;
        return code ? fail(code, SMB_REASON_NONE, "") : 0;
    }
    code = find_helper(program, sizeof(program))
               ? run_helper(program, pair[1], &s->helper)
               : ENOENT;
    close(pair[1]);
    if (code == 0)
        return 0;
    disconnect(s);
    return fail(
        ENOSYS, SMB_REASON_NONE,
        "the program hop-smb for paths like \\\\server\\share cannot be "
        "run; is the installation complete?");
}

static void
add_text(struct hop_buf *b, const char *s)
{
    hop_buf_add(b, s, strlen(s) + 1);
}

/* "CORP\alice" in two; "alice@corp.test" stays one. */
static void
add_login(struct hop_buf *b, const struct login *l)
{
    const char *slash = l ? strchr(l->user, '\\') : NULL;
    HOP_AUTO_FREE char *domain =
        slash ? hop_xstrndup(l->user, (size_t)(slash - l->user)) : NULL;

    add_text(b, l ? slash ? slash + 1 : l->user : "");
    add_text(b, domain ? domain : "");
    add_text(b, l && l->password ? hop_secret_bytes(l->password) : "");
}

/* ---- asking ---- */

/* The words of a reply that is an error. */
static int
fail_reply(const struct smb_header *head, const struct hop_buf *bytes)
{
    return fail(head->error, (enum smb_reason)head->reason, hop_buf_str(bytes));
}

/* Whoever reads ahead takes what it waits for, so that the socket is free. */
static bool
settle(struct server *s)
{
    struct smb_file *f = s->ahead;
    struct smb_header head;

    if (f == NULL)
        return true;
    if (!smb_receive(s->fd, ANSWER_MS, &head, &f->coming)) {
        disconnect(s);
        return false;
    }
    s->ahead = NULL;
    f->code = head.error;
    if (head.error)
        hop_buf_clear(&f->coming);
    return true;
}

static int
exchange(struct server *s, struct smb_header *head, const void *bytes,
         struct hop_buf *reply, int timeout_ms)
{
    int code;

    if (!settle(s) || !smb_send(s->fd, head, bytes) ||
        !smb_receive(s->fd, timeout_ms, head, reply)) {
        code = errno;
        disconnect(s);
        return fail(code, SMB_REASON_UNREACHED,
                    code == ETIMEDOUT
                        ? "the server stopped answering; try again, or check "
                          "that it still runs"
                        : "the program hop-smb ended; try again");
    }
    return head->error ? fail_reply(head, reply) : 0;
}

static int
log_on(struct server *s, const char *path)
{
    struct hop_unc u HOP_AUTO_UNC = {0};
    HOP_AUTO_BUF struct hop_buf b = {.secret = true};
    HOP_AUTO_BUF struct hop_buf reply = HOP_BUF_INIT;
    struct smb_header head = {.op = SMB_CONNECT};

    hop_unc_split(path, &u);
    add_text(&b, s->name);
    add_text(&b, u.share);
    add_login(&b, s->login);
    head.size = (uint32_t)b.len;
    return exchange(s, &head, b.data, &reply, CONNECT_MS);
}

/* A server that was not there a moment ago is not asked again for each of the
 * questions that one cmdlet has. */
static int
connect_server(struct server *s, const char *path)
{
    if (s->refused_at && now_ms() - s->refused_at < REMEMBER_MS)
        return fail(s->refused_errno, s->refused_reason, s->refused_words);
    s->refused_at = 0;
    if (start_helper(s) != 0)
        return -1;
    if (log_on(s, path) == 0)
        return 0;
    if (trouble.reason == SMB_REASON_HOST ||
        trouble.reason == SMB_REASON_UNREACHED) {
        s->refused_at = now_ms();
        s->refused_errno = errno;
        s->refused_reason = trouble.reason;
        (void)snprintf(s->refused_words, sizeof(s->refused_words), "%s",
                       trouble.words);
    }
    int code = errno;
    disconnect(s);
    errno = code;
    return -1;
}

static const struct login *
find_login(const char *path)
{
    struct hop_unc u HOP_AUTO_UNC = {0};

    hop_unc_split(path, &u);
    for (const struct login *l = logins; l; l = l->next) {
        struct hop_unc root HOP_AUTO_UNC = {0};

        hop_unc_split(l->root, &root);
        if (strcasecmp(root.server, u.server) == 0)
            return l;
    }
    return NULL;
}

static struct server *
server_of(const char *path)
{
    struct hop_unc u HOP_AUTO_UNC = {0};
    struct server *s = servers;

    hop_unc_split(path, &u);
    while (s && strcasecmp(s->name, u.server) != 0)
        s = s->next;
    if (s == NULL) {
        s = hop_xmalloc(sizeof(*s));
        s->name = hop_xstrdup(u.server);
        s->fd = -1;
        s->login = find_login(path);
        s->next = servers;
        servers = s;
    }
    return s;
}

/* The share and what is below it: what the helper calls a path. */
static const char *
asked_path(const char *path)
{
    size_t server = 2 + strcspn(path + 2, "/");

    return path[server] ? path + server + 1 : path + server;
}

/* Sends a request with paths and bytes and takes the reply. */
static int
ask(const char *path, struct smb_header *head, const struct hop_buf *bytes,
    struct hop_buf *reply)
{
    struct server *s = server_of(path);
    enum smb_op op = (enum smb_op)head->op;
    int code;

    forget_trouble();
    if (*asked_path(path) == '\0')
        return fail(ENOENT, SMB_REASON_NONE, "");
    if (op != SMB_STAT && op != SMB_LIST && op != SMB_SPACE)
        forget_listing();
    if (s->fd < 0 && connect_server(s, path) != 0)
        return -1;
    head->size = (uint32_t)bytes->len;
    if (exchange(s, head, bytes->data, reply, ANSWER_MS) == 0)
        return 0;
    code = errno;
    if (code == ENOENT && strlen(path) == hop_unc_root(path)) {
        HOP_AUTO_FREE char *words = hop_xasprintf(
            "the server %s has no share of that name; ask it for its shares "
            "with smbclient -L %s",
            s->name, s->name);
        return fail(ENOENT, SMB_REASON_SHARE, words);
    }
    errno = code;
    return -1;
}

int
smb_stat(const char *path, struct smb_entry *out)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT, reply = HOP_BUF_INIT;
    struct smb_header head = {.op = SMB_STAT};
    const struct smb_entry *known = find_listed(path);

    if (known) {
        forget_trouble();
        *out = *known;
        return 0;
    }
    add_text(&b, asked_path(path));
    if (ask(path, &head, &b, &reply) != 0)
        return -1;
    if (reply.len != sizeof(*out))
        return fail(EPROTO, SMB_REASON_NONE, "");
    memcpy(out, reply.data, sizeof(*out));
    return 0;
}

/* The entries of one part of a listing; false ends it. */
static bool
take_entries(const struct hop_buf *part)
{
    size_t at = 0;

    while (at < part->len) {
        HOP_AUTO_FREE char *name = NULL;
        struct smb_entry e;

        if (part->len - at < sizeof(e))
            return false;
        memcpy(&e, part->data + at, sizeof(e));
        at += sizeof(e);
        if (part->len - at < e.name)
            return false;
        name = hop_xstrndup(part->data + at, e.name);
        at += e.name;
        remember_entry(name, &e);
    }
    return true;
}

int
smb_list(const char *path,
         bool (*fn)(void *ctx, const char *name, const struct smb_entry *entry),
         void *ctx)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT, reply = HOP_BUF_INIT;
    struct smb_header head = {.op = SMB_LIST};
    struct server *s = server_of(path);
    bool more = true;

    forget_listing();
    add_text(&b, asked_path(path));
    if (ask(path, &head, &b, &reply) != 0)
        return -1;
    while (take_entries(&reply) && head.value) {
        if (!smb_receive(s->fd, ANSWER_MS, &head, &reply)) {
            disconnect(s);
            return fail(errno, SMB_REASON_UNREACHED, "the listing broke off");
        }
        if (head.error)
            return fail_reply(&head, &reply);
    }
    finish_listing(path);
    for (size_t i = 0; more && i < last.n; i++)
        more = fn(ctx, last.entry[i].name, &last.entry[i].entry);
    return 0;
}

int
smb_change(enum smb_op op, const char *path, uint32_t value)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT, reply = HOP_BUF_INIT;
    struct smb_header head = {.op = op, .value = value};

    add_text(&b, asked_path(path));
    return ask(path, &head, &b, &reply);
}

int
smb_rename(const char *from, const char *to)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT, reply = HOP_BUF_INIT;
    struct smb_header head = {.op = SMB_RENAME};
    size_t n = hop_unc_root(from);

    /* One share: the server moves it. */
    if (hop_unc_root(to) != n || strncasecmp(from, to, n) != 0)
        return fail(EXDEV, SMB_REASON_NONE, "");
    add_text(&b, asked_path(from));
    add_text(&b, asked_path(to));
    return ask(from, &head, &b, &reply);
}

int
smb_set_times(const char *path, const struct smb_times *t)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT, reply = HOP_BUF_INIT;
    struct smb_header head = {.op = SMB_TIMES};

    add_text(&b, asked_path(path));
    hop_buf_add(&b, t, sizeof(*t));
    return ask(path, &head, &b, &reply);
}

int
smb_get_space(const char *path, struct smb_space *out)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT, reply = HOP_BUF_INIT;
    struct smb_header head = {.op = SMB_SPACE};

    add_text(&b, asked_path(path));
    if (ask(path, &head, &b, &reply) != 0)
        return -1;
    if (reply.len != sizeof(*out))
        return fail(EPROTO, SMB_REASON_NONE, "");
    memcpy(out, reply.data, sizeof(*out));
    return 0;
}

/* ---- contents ---- */

static bool
read_ahead(struct smb_file *f)
{
    struct smb_header head = {
        .op = SMB_READ, .handle = f->handle, .value = SMB_CHUNK};

    if (!settle(f->server) || !smb_send(f->server->fd, &head, NULL)) {
        disconnect(f->server);
        return false;
    }
    f->server->ahead = f;
    return true;
}

struct smb_file *
smb_open(const char *path, enum smb_open how)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT, reply = HOP_BUF_INIT;
    struct smb_header head = {.op = SMB_OPEN, .value = how};
    struct smb_file *f;

    add_text(&b, asked_path(path));
    if (ask(path, &head, &b, &reply) != 0)
        return NULL;
    f = hop_xmalloc(sizeof(*f));
    f->server = server_of(path);
    f->life = f->server->life;
    f->handle = head.handle;
    if (how == SMB_OPEN_READ && !read_ahead(f))
        f->code = ECONNRESET;
    return f;
}

static bool
is_open(const struct smb_file *f)
{
    return f->server->fd >= 0 && f->server->life == f->life;
}

static int
lost(void)
{
    return fail(ECONNRESET, SMB_REASON_UNREACHED,
                "the connection to the server broke off; try again");
}

int
smb_read(struct smb_file *f, const void **bytes, size_t *n)
{
    struct hop_buf given = f->bytes;

    forget_trouble();
    if (f->server->ahead == f && !settle(f->server))
        return lost();
    if (f->code == ECONNRESET)
        return lost();
    if (f->code)
        return fail(f->code, SMB_REASON_NONE, "");
    f->bytes = f->coming;
    f->coming = given;
    *bytes = hop_buf_str(&f->bytes);
    *n = f->bytes.len;
    if (*n > 0 && (!is_open(f) || !read_ahead(f)))
        f->code = ECONNRESET;
    return 0;
}

int
smb_write(struct smb_file *f, const void *bytes, size_t n)
{
    HOP_AUTO_BUF struct hop_buf reply = HOP_BUF_INIT;
    const char *p = bytes;

    forget_trouble();
    while (n > 0) {
        size_t part = n < SMB_CHUNK ? n : SMB_CHUNK;
        struct smb_header head = {
            .op = SMB_WRITE, .handle = f->handle, .size = (uint32_t)part};

        if (!is_open(f))
            return lost();
        if (exchange(f->server, &head, p, &reply, ANSWER_MS) != 0)
            return -1;
        p += part;
        n -= part;
    }
    return 0;
}

int
smb_close(struct smb_file *f)
{
    HOP_AUTO_BUF struct hop_buf reply = HOP_BUF_INIT;
    struct smb_header head = {.op = SMB_CLOSE, .handle = f->handle};
    int r = -1;

    forget_trouble();
    if (is_open(f))
        r = exchange(f->server, &head, NULL, &reply, ANSWER_MS);
    else
        (void)lost();
    hop_buf_done(&f->bytes);
    hop_buf_done(&f->coming);
    free(f);
    return r;
}

/* ---- credentials ---- */

void
hop_unc_close_all(void)
{
    forget_listing();
    for (struct server *s = servers; s; s = s->next) {
        disconnect(s);
        s->refused_at = 0;
    }
}

/* Its server is logged on to anew when it is next asked. */
static void
renew_server(const char *root)
{
    struct server *s = server_of(root);

    forget_listing();
    disconnect(s);
    s->refused_at = 0;
    s->login = find_login(root);
}

void
hop_unc_use(const char *root, const char *user,
            const struct hop_secret *password)
{
    struct login *l = hop_xmalloc(sizeof(*l));

    hop_unc_forget(root);
    l->root = hop_xstrdup(root);
    l->user = hop_xstrdup(user);
    l->password = hop_secret_dup(password);
    l->next = logins;
    logins = l;
    renew_server(root);
}

void
hop_unc_forget(const char *root)
{
    for (struct login **at = &logins; *at; at = &(*at)->next) {
        struct login *l = *at;

        if (strcasecmp(l->root, root) != 0)
            continue;
        *at = l->next;
        renew_server(root);
        free(l->root);
        free(l->user);
        hop_secret_free(l->password);
        free(l);
        return;
    }
}

void
hop_unc_set_helper(bool (*fn)(int fd))
{
    test_helper = fn;
}
