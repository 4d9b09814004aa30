/* SPDX-License-Identifier: MIT */
#include "auth/ntlmchild.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "auth/accept.h"
#include "auth/gss.h"
#include "base/alloc.h"

enum {
    EXCHANGE_SECONDS = 60, /* between two tokens of one client */
    BINDING_MAX = 256,
    REPLY_MAX = HOP_TOKEN_MAX + 32768,
};

struct ntlm_helper {
    pid_t pid;
    int fd; /* one descriptor per exchange is sent here */
};

/* The fixed part of a reply; token, name and context follow. */
struct reply_head {
    uint32_t step, major, minor, flags;
    uint32_t token_len, name_len, context_len;
};

/* ---- in the child */

struct exchange {
    int fd;
    gss_cred_id_t cred;
    gss_ctx_id_t ctx;
    char binding[BINDING_MAX];
    size_t binding_len;
};

static void
send_reply(int fd, const struct reply_head *head, const void *token,
           const char *name, const gss_buffer_desc *context)
{
    struct iovec v[] = {
        {(void *)(uintptr_t)head, sizeof(*head)},
        {(void *)(uintptr_t)token, head->token_len},
        {(void *)(uintptr_t)name, head->name_len},
        {context->value, head->context_len},
    };
    struct msghdr m = {.msg_iov = v, .msg_iovlen = HOP_ARRAY_SIZE(v)};

    if (sendmsg(fd, &m, MSG_NOSIGNAL) < 0)
        _exit(1);
}

static void
finish(struct exchange *x, gss_name_t who, struct reply_head *head,
       const gss_buffer_desc *token)
{
    OM_uint32 min;
    gss_buffer_desc name = GSS_C_EMPTY_BUFFER, context = GSS_C_EMPTY_BUFFER;

    if (gss_display_name(&min, who, &name, NULL) != GSS_S_COMPLETE ||
        gss_export_sec_context(&min, &x->ctx, &context) != GSS_S_COMPLETE) {
        head->step = HOP_AUTH_FAILED;
        head->major = GSS_S_FAILURE;
        head->minor = min;
        name.length = context.length = 0;
    }
    head->name_len = (uint32_t)name.length;
    head->context_len = (uint32_t)context.length;
    send_reply(x->fd, head, token->value, name.value, &context);
    _exit(0);
}

/* One token; ends the process when the exchange is over. */
static void
accept_token(struct exchange *x, const void *p, size_t n)
{
    struct reply_head head = {.step = HOP_AUTH_FAILED};
    gss_buffer_desc in = {n, (void *)(uintptr_t)p};
    gss_buffer_desc out = GSS_C_EMPTY_BUFFER, none = GSS_C_EMPTY_BUFFER;
    struct gss_channel_bindings_struct cb = {
        .application_data = {x->binding_len, x->binding}};
    gss_name_t who = GSS_C_NO_NAME;
    OM_uint32 flags = 0;

    head.major = gss_accept_sec_context(
        &head.minor, &x->ctx, x->cred, &in,
        x->binding_len > 0 ? &cb : GSS_C_NO_CHANNEL_BINDINGS, &who, NULL, &out,
        &flags, NULL, NULL);
    head.flags = flags;
    head.token_len = (uint32_t)out.length;
    if (head.major == GSS_S_COMPLETE) {
        head.step = HOP_AUTH_DONE;
        finish(x, who, &head, &out);
    }
    if (!GSS_ERROR(head.major))
        head.step = HOP_AUTH_CONTINUE;
    send_reply(x->fd, &head, out.value, NULL, &none);
    if (head.step == HOP_AUTH_FAILED)
        _exit(0);
}

static void
serve_exchange(struct exchange *x)
{
    static char token[HOP_TOKEN_MAX];
    ssize_t n;

    alarm(EXCHANGE_SECONDS);
    n = recv(x->fd, x->binding, sizeof(x->binding), 0);
    if (n < 1)
        _exit(0);
    /* The first byte stands for "no bindings" by being alone. */
    memmove(x->binding, x->binding + 1, (size_t)n - 1);
    x->binding_len = (size_t)n - 1;
    while ((n = recv(x->fd, token, sizeof(token), 0)) > 0) {
        alarm(EXCHANGE_SECONDS);
        accept_token(x, token, (size_t)n);
    }
    _exit(0);
}

/* ---- in the helper */

static int
receive_fd(int from)
{
    char byte, control[CMSG_SPACE(sizeof(int))];
    struct iovec v = {&byte, 1};
    struct msghdr m = {.msg_iov = &v,
                       .msg_iovlen = 1,
                       .msg_control = control,
                       .msg_controllen = sizeof(control)};
    struct cmsghdr *c;
    int fd = -1;

    if (recvmsg(from, &m, MSG_CMSG_CLOEXEC) <= 0)
        return -1;
    c = CMSG_FIRSTHDR(&m);
    if (c != NULL && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS)
        memcpy(&fd, CMSG_DATA(c), sizeof(fd));
    return fd;
}

static gss_cred_id_t
acquire_ntlm(void)
{
    OM_uint32 min;
    gss_OID_desc oids[] = {gss_oid_spnego, gss_oid_ntlm};
    gss_OID_set_desc mechs = {2, oids}, ntlm = {1, &gss_oid_ntlm};
    gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;

    if (gss_acquire_cred(&min, GSS_C_NO_NAME, GSS_C_INDEFINITE, &mechs,
                         GSS_C_ACCEPT, &cred, NULL, NULL) != GSS_S_COMPLETE ||
        gss_set_neg_mechs(&min, cred, &ntlm) != GSS_S_COMPLETE)
        return GSS_C_NO_CREDENTIAL;
    return cred;
}

/* The parent's descriptors are not the helper's business. */
static void
close_others(int keep)
{
    if (dup2(keep, 3) < 0)
        _exit(1);
    syscall(SYS_close_range, 4, ~0U, 0);
}

static void
run_helper(int fd, const char *user_file, bool (*sandbox)(void))
{
    gss_cred_id_t cred;
    struct rlimit none = {0, 0};

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_DUMPABLE, 0);
    setrlimit(RLIMIT_CORE, &none);
    close_others(fd);
    fd = 3;
    signal(SIGCHLD, SIG_IGN);
    signal(SIGTERM, SIG_DFL);
    signal(SIGINT, SIG_IGN);
    if (user_file != NULL)
        setenv("NTLM_USER_FILE", user_file, 1);
    /* No keytab of Kerberos is found by mistake. */
    setenv("KRB5_KTNAME", "FILE:/nonexistent", 1);
    cred = acquire_ntlm();
    if ((sandbox != NULL && !sandbox()) || write(fd, cred ? "+" : "-", 1) != 1)
        _exit(1);
    for (;;) {
        struct exchange x = {.fd = receive_fd(fd), .cred = cred};

        if (x.fd < 0)
            _exit(0);
        if (fork() == 0) {
            close(fd);
            serve_exchange(&x);
        }
        close(x.fd);
    }
}

/* ---- in the server */

bool
ntlm_helper_start(const char *user_file, bool (*sandbox)(void),
                  struct ntlm_helper **out, struct hop_error *err)
{
    int pair[2];
    char ready = '-';
    struct ntlm_helper *h;
    pid_t pid;

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
        return hop_error_errno(err, errno, "start the NTLM helper");
    pid = fork();
    if (pid == 0)
        run_helper(pair[1], user_file, sandbox);
    close(pair[1]);
    if (pid < 0 || read(pair[0], &ready, 1) != 1 || ready != '+') {
        close(pair[0]);
        if (pid > 0)
            waitpid(pid, NULL, 0);
        return hop_error_set(err, HOP_ERROR_GSS, 0,
                             "start the NTLM helper: gss-ntlmssp gives no "
                             "credential; install it, or turn NTLM off");
    }
    h = hop_xmalloc(sizeof(*h));
    *h = (struct ntlm_helper){pid, pair[0]};
    *out = h;
    return true;
}

void
ntlm_helper_free(struct ntlm_helper *h)
{
    if (h == NULL)
        return;
    close(h->fd);
    waitpid(h->pid, NULL, 0);
    free(h);
}

static bool
send_fd(int to, int fd)
{
    char byte = 0, control[CMSG_SPACE(sizeof(int))] = {0};
    struct iovec v = {&byte, 1};
    struct msghdr m = {.msg_iov = &v,
                       .msg_iovlen = 1,
                       .msg_control = control,
                       .msg_controllen = sizeof(control)};
    struct cmsghdr *c = CMSG_FIRSTHDR(&m);

    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(c), &fd, sizeof(fd));
    return sendmsg(to, &m, MSG_NOSIGNAL | MSG_DONTWAIT) == 1;
}

bool
ntlm_child_open(struct ntlm_helper *h, const void *binding, size_t binding_len,
                int *fd, struct hop_error *err)
{
    int pair[2];
    char first[1 + BINDING_MAX] = {0};
    bool ok;

    if (binding_len >= BINDING_MAX)
        return hop_error_set(err, HOP_ERROR_LIMIT, 0,
                             "accept NTLM: the channel binding is too long");
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
        return hop_error_errno(err, errno, "accept NTLM");
    if (binding_len > 0)
        memcpy(first + 1, binding, binding_len);
    ok = send(pair[0], first, 1 + binding_len, MSG_NOSIGNAL) > 0 &&
         send_fd(h->fd, pair[1]);
    close(pair[1]);
    if (!ok) {
        close(pair[0]);
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "accept NTLM: the helper process is gone or "
                             "busy; try again, or restart the server");
    }
    *fd = pair[0];
    return true;
}

bool
ntlm_child_send(int fd, const void *token, size_t n, struct hop_error *err)
{
    if (send(fd, token, n, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)n)
        return true;
    return hop_error_errno(err, errno, "accept NTLM: the child took no token");
}

static bool
take_part(struct hop_buf *out, const char **p, size_t *left, uint32_t n)
{
    if (n > *left)
        return false;
    hop_buf_add(out, *p, n);
    *p += n;
    *left -= n;
    return true;
}

static bool
read_reply(const char *p, size_t n, struct ntlm_reply *out)
{
    struct reply_head head;

    if (n < sizeof(head))
        return false;
    memcpy(&head, p, sizeof(head));
    p += sizeof(head);
    n -= sizeof(head);
    if (head.step > HOP_AUTH_DONE)
        return false;
    out->step = (enum hop_auth_step)head.step;
    out->major = head.major;
    out->minor = head.minor;
    out->flags = head.flags;
    out->context.secret = true;
    return take_part(&out->token, &p, &n, head.token_len) &&
           take_part(&out->name, &p, &n, head.name_len) &&
           take_part(&out->context, &p, &n, head.context_len) && n == 0;
}

bool
ntlm_child_receive(int fd, struct ntlm_reply *out, struct hop_error *err)
{
    char *bytes = hop_xmalloc(REPLY_MAX);
    ssize_t n = recv(fd, bytes, REPLY_MAX, MSG_DONTWAIT);
    bool ok = n > 0 && read_reply(bytes, (size_t)n, out);

    explicit_bzero(bytes, n > 0 ? (size_t)n : 0);
    free(bytes);
    return ok || hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                               "accept NTLM: the child process died over this "
                               "token");
}

void
ntlm_reply_done(struct ntlm_reply *r)
{
    hop_buf_done(&r->token);
    hop_buf_done(&r->name);
    hop_buf_done(&r->context);
}
