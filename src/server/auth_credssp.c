/* Logons by CredSSP: the TLS end and the password are here and nowhere else.
 *
 * The password is with us for one message: a child process makes a ticket of it
 * and ends, and this process forgets it as soon as the child is there.  What
 * hopd-net gets is the keys of the TLS connection, for the bodies that follow.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "auth/account.h"
#include "auth/basic.h"
#include "auth/explain.h"
#include "auth/logon.h"
#include "base/alloc.h"
#include "base/io.h"
#include "credssp/server.h"
#include "server/auth_state.h"
#include "server/journal.h"

enum {
    CHILDREN_MAX = 32,  /* logons at once */
    TIME_LIMIT_S = 20,  /* for the domain controllers */
    ANSWER_MAX = 65536, /* a ticket */
    PEM_MAX = 1 << 20,
};

struct auth_credssp {
    struct auth_conn *conn;
    struct hop_credssp_server *server;
    /* the child that logs on */
    pid_t pid; /* 0: none */
    struct hop_source source;
    struct hop_buf answer;
};

/* What the child writes: this, and the ticket. */
struct answer_head {
    uint32_t status;
    int64_t code;
    char text[HOP_ERROR_TEXT_MAX];
};

static int child_count;

/* ---- life */

static void
end_child(struct auth_credssp *x)
{
    if (x->pid == 0)
        return;
    hop_set_remove(&x->conn->auth->set, &x->source);
    close(x->source.fd);
    kill(x->pid, SIGKILL);
    while (waitpid(x->pid, NULL, 0) < 0 && errno == EINTR)
        ;
    x->pid = 0;
    child_count--;
}

void
auth_credssp_free(struct auth_credssp *x)
{
    if (x == NULL)
        return;
    end_child(x);
    hop_buf_done(&x->answer);
    hop_credssp_server_free(x->server);
    free(x);
}

bool
auth_credssp_read(struct auth *a, struct hop_error *err)
{
    const char *path = hop_config_text(&a->config, HOP_SET_CREDSSP_CERT);
    HOP_AUTO_BUF struct hop_buf pem = {.max = PEM_MAX, .secret = true};
    HOP_AUTO_FD int fd = -1;
    ssize_t n;

    if (path[0] == '\0')
        return true;
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return hop_error_errno(err, errno, "open %s", path);
    do {
        void *room = hop_buf_reserve(&pem, 4096);

        n = room != NULL ? read(fd, room, 4096) : -1;
        hop_buf_commit(&pem, n > 0 ? (size_t)n : 0);
    } while (n > 0);
    if (n < 0)
        return hop_error_errno(err, errno, "read %s", path);
    a->identity =
        hop_credssp_openssl.identity_read(hop_buf_str(&pem), pem.len, err);
    return a->identity != NULL || hop_error_prefix(err, "%s", path);
}

bool
auth_credssp_prepare(struct auth *a, struct hop_error *err)
{
    char host[256] = "localhost";

    hop_credssp_use(&hop_credssp_openssl);
    if (a->identity == NULL) {
        (void)!gethostname(host, sizeof(host) - 1);
        /* RFC 5280 upper bound of a common name. */
        host[64] = '\0';
        a->identity = hop_credssp_openssl.identity_new(host, err);
    }
    return a->identity != NULL;
}

static bool
begin(struct auth_conn *c, struct hop_error *err)
{
    struct auth *a = c->auth;
    struct hop_credssp_server_options o = {
        .cred = a->cred,
        .kerberos = true,
        .ntlm = hop_config_bool(&a->config, HOP_SET_SERVICE_AUTH_NEGOTIATE),
        .version_min =
            hop_config_u32(&a->config, HOP_SET_CREDSSP_MINIMUM_VERSION),
    };

    if (!auth_credssp_prepare(a, err))
        return false;
    o.identity = a->identity;
    c->credssp = hop_xmalloc(sizeof(*c->credssp));
    c->credssp->conn = c;
    c->credssp->answer = (struct hop_buf){.max = ANSWER_MAX, .secret = true};
    return hop_credssp_server_new(&o, &c->credssp->server, err);
}

/* ---- the end of a logon */

/* token: what the exchange itself has made of its failure, or NULL. */
static void
fail(struct auth_conn *c, uint32_t status, const struct hop_buf *token,
     const struct hop_error *why)
{
    HOP_AUTO_BUF struct hop_buf made = HOP_BUF_INIT;

    if (status == HOP_STATUS_LOGON_FAILURE &&
        why->code == HOP_SEC_E_LOGON_DENIED)
        auth_limit_failed(&c->auth->limit, c->peer, hop_now_ms());
    if (why->code == HOP_SEC_E_WRONG_PRINCIPAL ||
        why->code == HOP_SEC_E_NO_CREDENTIALS)
        auth_ask_keys(c->auth);
    if (token == NULL && c->credssp != NULL && c->credssp->server != NULL)
        hop_credssp_server_refuse(c->credssp->server, status, &made);
    auth_answer_denied(c, token != NULL ? token : &made, why);
}

static void
succeed(struct auth_conn *c)
{
    HOP_AUTO_BUF struct hop_buf keys = {.secret = true};
    struct hop_credssp_server *s = c->credssp->server;
    struct hop_error err = {0};

    c->kind = HOP_LOGON_CREDSSP;
    c->expires = c->grant != NULL ? hop_grant_expires(c->grant) : 0;
    if (!auth_find_account(c, hop_credssp_server_identity(s)->mech, &err)) {
        fail(c, HOP_STATUS_ACCESS_DENIED, NULL, &err);
        return;
    }
    if (!hop_credssp_server_export(s, &keys, &err)) {
        fail(c, HOP_STATUS_LOGON_FAILURE, NULL, &err);
        return;
    }
    auth_limit_passed(&c->auth->limit, c->peer);
    auth_credssp_free(hop_steal(&c->credssp));
    auth_answer_done(c, NULL, &keys);
}

/* ---- the child */

static bool
read_all(int fd, void *bytes, size_t n)
{
    char *p = bytes;

    while (n > 0) {
        ssize_t k = read(fd, p, n);

        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0)
            return false;
        p += k;
        n -= (size_t)k;
    }
    return true;
}

/* Secrets do not survive a fork, so that no other child has them: this one is
 * sent its own. */
static struct hop_secret *
read_password(int fd)
{
    HOP_AUTO_BUF struct hop_buf b = {.secret = true};
    uint32_t n = 0;
    void *room;

    if (!read_all(fd, &n, sizeof(n)) || n > 3 * CREDSSP_PASSWORD_MAX)
        return NULL;
    room = hop_buf_reserve(&b, n + 1);
    if (room == NULL || !read_all(fd, room, n))
        return NULL;
    return hop_secret_new(room, n);
}

static bool
send_password(int fd, const struct hop_secret *password)
{
    uint32_t n = (uint32_t)hop_secret_len(password);

    return hop_fd_write(fd, &n, sizeof(n)) &&
           hop_fd_write(fd, hop_secret_bytes(password), n);
}

static void __attribute__((noreturn))
run_child(const char *user, const char *principal, int fd)
{
    struct hop_secret *password;
    struct hop_logon l;
    struct answer_head head = {0};

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(fd, 3);
    close_range(4, ~0U, 0);
    alarm(TIME_LIMIT_S);
    password = read_password(3);
    if (password == NULL)
        _exit(1);
    hop_logon_password(user, password, principal, &l);
    head.status = l.status;
    head.code = l.err.code;
    snprintf(head.text, sizeof(head.text), "%s", l.err.text);
    _exit(hop_fd_write(3, &head, sizeof(head)) &&
                  hop_fd_write(3, l.tgt.data, l.tgt.len)
              ? 0
              : 1);
}

static void
take_answer(struct auth_conn *c, const struct hop_buf *answer)
{
    struct answer_head head;
    struct hop_error err = {0};

    if (answer->len < sizeof(head)) {
        hop_error_set(&err, HOP_ERROR_WSMAN,
                      HOP_SEC_E_NO_AUTHENTICATING_AUTHORITY,
                      "log on as %s: no domain controller has answered in "
                      "%d s (0x80090311 SEC_E_NO_AUTHENTICATING_AUTHORITY)",
                      c->principal, TIME_LIMIT_S);
        fail(c, HOP_STATUS_NO_LOGON_SERVERS, NULL, &err);
        return;
    }
    memcpy(&head, answer->data, sizeof(head));
    head.text[sizeof(head.text) - 1] = '\0';
    hop_error_set(&err, HOP_ERROR_WSMAN, head.code, "%s", head.text);
    if (head.status != 0) {
        fail(c, head.status, NULL, &err);
        return;
    }
    hop_error_clear(&err);
    if (hop_grant_from_tgt(answer->data + sizeof(head),
                           answer->len - sizeof(head), &c->grant, &err))
        succeed(c);
    else
        fail(c, HOP_STATUS_LOGON_FAILURE, NULL, &err);
}

static void
on_answer(struct hop_source *source, uint32_t events)
{
    struct auth_credssp *x = source->ctx;
    HOP_AUTO_BUF struct hop_buf answer = HOP_BUF_INIT;
    char *room = hop_buf_reserve(&x->answer, 16384);
    ssize_t n = room != NULL ? read(source->fd, room, 16384) : 0;

    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n > 0) {
        hop_buf_commit(&x->answer, (size_t)n);
        return;
    }
    end_child(x);
    answer = x->answer;
    x->answer = (struct hop_buf){.max = ANSWER_MAX, .secret = true};
    take_answer(x->conn, &answer);
}

static bool
start_child(struct auth_credssp *x, const char *user,
            const struct hop_secret *password, const char *principal)
{
    int fds[2];
    pid_t pid;

    if (child_count >= CHILDREN_MAX ||
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
        return false;
    pid = fork();
    if (pid == 0)
        run_child(user, principal, fds[1]);
    close(fds[1]);
    if (pid < 0) {
        close(fds[0]);
        return false;
    }
    x->pid = pid;
    x->source = (struct hop_source){.fd = fds[0], .fn = on_answer, .ctx = x};
    child_count++;
    hop_set_want(&x->conn->auth->set, &x->source, EPOLLIN);
    if (!send_password(fds[0], password)) {
        end_child(x);
        return false;
    }
    fcntl(fds[0], F_SETFL, O_NONBLOCK);
    return true;
}

/* ---- the password */

/* The domain's name for whom the client has proven to be; NULL for a user of
 * this server's own file. */
static char *
domain_name(const struct auth_conn *c, const struct hop_auth_identity *id)
{
    if (id->mech == HOP_AUTH_KERBEROS)
        return hop_xstrdup(id->principal);
    if (hop_config_text(&c->auth->config, HOP_SET_NTLM_USERS)[0] != '\0')
        return NULL;
    return hop_account_principal(id->principal);
}

/* A user of the file has no domain to get tickets from.  The password must be
 * that of whom the client has proven to be. */
static void
check_file(struct auth_conn *c, const struct hop_secret *password)
{
    const char *path = hop_config_text(&c->auth->config, HOP_SET_NTLM_USERS);
    const char *slash = strchr(c->principal, '\\');
    const char *user = slash != NULL ? slash + 1 : c->principal;
    struct hop_error err = {0};

    if (path[0] == '\0') {
        hop_error_set(&err, HOP_ERROR_WSMAN, HOP_SEC_E_LOGON_DENIED,
                      "log on as %s: this host is not in that user's domain, "
                      "so there are no tickets to be had for the password "
                      "(0x8009030C SEC_E_LOGON_DENIED)",
                      c->principal);
        fail(c, HOP_STATUS_ACCESS_DENIED, NULL, &err);
        return;
    }
    if (hop_basic_check_file(path, user, password, &err))
        succeed(c);
    else
        fail(c, HOP_STATUS_LOGON_FAILURE, NULL, &err);
}

static void
act_on_password(struct auth_conn *c, const struct credssp_password *p)
{
    struct hop_error err = {0};
    const struct hop_auth_identity *id =
        hop_credssp_server_identity(c->credssp->server);
    HOP_AUTO_FREE char *principal = domain_name(c, id);
    HOP_AUTO_FREE char *user =
        p->domain[0] != '\0' && strchr(p->user, '@') == NULL
            ? hop_xasprintf("%s\\%s", p->domain, p->user)
            : hop_xstrdup(p->user);

    c->principal = hop_xstrdup(id->principal);
    hop_buf_add(&c->pac, id->pac.data, id->pac.len);
    if (principal == NULL) {
        check_file(c, p->password);
        return;
    }
    if (start_child(c->credssp, user, p->password, principal))
        return;
    hop_error_set(&err, HOP_ERROR_WSMAN, HOP_SEC_E_INTERNAL_ERROR,
                  "log on as %s: too many users log on at this moment "
                  "(0x80090304 SEC_E_INTERNAL_ERROR)",
                  user);
    fail(c, HOP_STATUS_NO_LOGON_SERVERS, NULL, &err);
}

/* ---- tokens */

static void await_child(struct auth_conn *c);

static void
act(struct auth_conn *c, enum hop_auth_step r, struct hop_buf *out,
    struct hop_error *err)
{
    struct credssp_password p = {0};

    switch (r) {
    case HOP_AUTH_PENDING: await_child(c); return;
    case HOP_AUTH_CONTINUE: auth_answer_continue(c, out); return;
    case HOP_AUTH_FAILED: fail(c, HOP_STATUS_LOGON_FAILURE, out, err); return;
    case HOP_AUTH_DONE:
        hop_credssp_server_take_password(c->credssp->server, &p);
        act_on_password(c, &p);
        credssp_password_done(&p);
        return;
    }
}

static enum hop_auth_step
resume(struct auth_conn *c, struct hop_buf *out, struct hop_error *err)
{
    return hop_credssp_server_resume(c->credssp->server, out, err);
}

static void
await_child(struct auth_conn *c)
{
    static const struct auth_exchange exchange = {resume, act};

    auth_await_child(c, hop_credssp_server_fd(c->credssp->server), &exchange);
}

void
auth_credssp_step(struct auth_conn *c, const struct hop_msg_step *m)
{
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    struct hop_error err = {0};
    enum hop_auth_step r = HOP_AUTH_FAILED;

    if (c->credssp != NULL || begin(c, &err))
        r = hop_credssp_server_step(c->credssp->server, m->token.data,
                                    m->token.len, &out, &err);
    act(c, r, &out, &err);
}
