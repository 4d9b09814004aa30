/* Channels between the processes: framing, packing, descriptors.
 *
 * SPDX-License-Identifier: MIT
 */
#include "server/ipc.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "server/messages.h"

#define HEAD_BYTES  16
#define READ_BYTES  (256 * 1024)
#define SOCKET_SIZE (1024 * 1024)

/* How much consumed input may lie in front before the rest is moved. */
#define COMPACT_BYTES (64 * 1024)

static void
put_le32(char *p, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        p[i] = (char)(uint8_t)(v >> (8 * i));
}

static uint64_t
get_le(const char *p, int bytes)
{
    uint64_t v = 0;

    for (int i = bytes - 1; i >= 0; i--)
        v = v << 8 | (uint8_t)p[i];
    return v;
}

bool
hop_ipc_pair(int fds[2], struct hop_error *err)
{
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0,
                   fds) < 0)
        return hop_error_errno(err, errno, "socketpair");
    return true;
}

void
hop_ipc_init(struct hop_ipc *ipc, int fd, enum hop_peer self,
             enum hop_peer other)
{
    int size = SOCKET_SIZE;

    memset(ipc, 0, sizeof(*ipc));
    ipc->fd = fd;
    ipc->self = self;
    ipc->other = other;
    /* Tokens, keys and passwords pass there; output of commands does not. */
    ipc->in.secret = ipc->out.secret = ((self | other) & HOP_PEER_AUTH) != 0;
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
}

static void
close_current_fds(struct hop_ipc *ipc)
{
    for (size_t i = 0; i < ipc->current.fd_count; i++) {
        if (ipc->current.fds[i] >= 0)
            close(ipc->current.fds[i]);
    }
    ipc->current.fd_count = 0;
}

void
hop_ipc_done(struct hop_ipc *ipc)
{
    close_current_fds(ipc);
    for (size_t i = 0; i < ipc->fds_in_count; i++)
        close(ipc->fds_in[i]);
    ipc->fds_in_count = 0;
    for (size_t i = ipc->fds_out_at; i < ipc->fds_out_count; i++)
        close(ipc->fds_out[i].fd);
    free(hop_steal(&ipc->fds_out));
    ipc->fds_out_count = ipc->fds_out_at = 0;
    hop_buf_done(&ipc->in);
    hop_buf_done(&ipc->out);
    ipc->in_at = ipc->out_at = 0;
    if (ipc->fd >= 0)
        close(ipc->fd);
    ipc->fd = -1;
}

bool
hop_ipc_is_open(const struct hop_ipc *ipc)
{
    return ipc->fd >= 0;
}

/* Keeps the descriptors of one recvmsg; false when the peer sends more than
 * the table can ever ask for. */
static bool
keep_fds(struct hop_ipc *ipc, struct msghdr *mh)
{
    bool ok = (mh->msg_flags & MSG_CTRUNC) == 0;

    for (struct cmsghdr *c = CMSG_FIRSTHDR(mh); c; c = CMSG_NXTHDR(mh, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
            continue;
        size_t count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < count; i++) {
            int fd;
            memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof(fd));
            if (ipc->fds_in_count < HOP_ARRAY_SIZE(ipc->fds_in)) {
                ipc->fds_in[ipc->fds_in_count++] = fd;
            } else {
                close(fd);
                ok = false;
            }
        }
    }
    return ok;
}

static void
compact_input(struct hop_ipc *ipc)
{
    if (ipc->in_at == ipc->in.len) {
        hop_buf_clear(&ipc->in);
        ipc->in_at = 0;
    } else if (ipc->in_at > COMPACT_BYTES) {
        hop_buf_consume(&ipc->in, ipc->in_at);
        ipc->in_at = 0;
    }
}

/* How much to read at once: small at first, so that an idle channel keeps
 * little memory; the whole frame once a large one has begun. */
static size_t
read_size(const struct hop_ipc *ipc)
{
    size_t have = ipc->in.len - ipc->in_at;

    if (have < HEAD_BYTES)
        return 4096;
    size_t len = (size_t)get_le(ipc->in.data + ipc->in_at + 4, 4);
    size_t want = HEAD_BYTES + len > have ? HEAD_BYTES + len - have : 4096;
    return want > READ_BYTES ? READ_BYTES : want < 4096 ? 4096 : want;
}

enum hop_ipc_result
hop_ipc_read(struct hop_ipc *ipc, struct hop_error *err)
{
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int) * HOP_IPC_FDS_MAX * 4)];
    } control;

    if (ipc->fd < 0)
        return HOP_IPC_CLOSED;
    close_current_fds(ipc);
    compact_input(ipc);
    size_t size = read_size(ipc);
    void *room = hop_buf_reserve(&ipc->in, size);
    if (!room) {
        hop_error_set(err, HOP_ERROR_LIMIT, 0, "no memory for a message");
        return HOP_IPC_BAD;
    }
    struct iovec iov = {room, size};
    struct msghdr mh = {.msg_iov = &iov,
                        .msg_iovlen = 1,
                        .msg_control = control.bytes,
                        .msg_controllen = sizeof(control.bytes)};
    ssize_t n = recvmsg(ipc->fd, &mh, MSG_CMSG_CLOEXEC);
    if (n == 0 || (n < 0 && errno == ECONNRESET))
        return HOP_IPC_CLOSED;
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return HOP_IPC_AGAIN;
    if (n < 0) {
        hop_error_errno(err, errno, "read from a channel");
        return HOP_IPC_BAD;
    }
    hop_buf_commit(&ipc->in, (size_t)n);
    if (!keep_fds(ipc, &mh)) {
        hop_error_set(err, HOP_ERROR_PROTOCOL, 0, "too many descriptors");
        return HOP_IPC_BAD;
    }
    return HOP_IPC_OK;
}

/* "each message is in the table, comes from whom it may and is no larger than
 * its row says" */
static bool
check_head(const struct hop_ipc *ipc, uint32_t type, size_t len, size_t fds,
           struct hop_error *err)
{
    if (type >= HOP_MSG_COUNT)
        return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                             "message %u is unknown", type);
    const struct hop_msg_row *row = &hop_msg_table[type];
    if (!(row->from & ipc->other) || !(row->to & ipc->self))
        return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                             "message %s is not for this channel", row->name);
    if (len > row->max_bytes || fds > row->max_fds)
        return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                             "message %s is too large (%zu bytes, %zu "
                             "descriptors)",
                             row->name, len, fds);
    return true;
}

enum hop_ipc_result
hop_ipc_next(struct hop_ipc *ipc, struct hop_ipc_msg **msg,
             struct hop_error *err)
{
    struct hop_ipc_msg *m = &ipc->current;

    close_current_fds(ipc);
    if (ipc->fd < 0)
        return HOP_IPC_CLOSED;
    size_t have = ipc->in.len - ipc->in_at;
    if (have < HEAD_BYTES)
        return HOP_IPC_AGAIN;
    const char *p = ipc->in.data + ipc->in_at;
    size_t len = (size_t)get_le(p + 4, 4);
    size_t fds = (size_t)get_le(p + 12, 4);
    if (!check_head(ipc, (uint32_t)get_le(p, 4), len, fds, err))
        return HOP_IPC_BAD;
    if (have - HEAD_BYTES < len)
        return HOP_IPC_AGAIN;
    if (fds > ipc->fds_in_count) {
        hop_error_set(err, HOP_ERROR_PROTOCOL, 0, "a descriptor is missing");
        return HOP_IPC_BAD;
    }
    *m = (struct hop_ipc_msg){.type = (uint32_t)get_le(p, 4),
                              .id = (uint32_t)get_le(p + 8, 4),
                              .data = p + HEAD_BYTES,
                              .len = len,
                              .fd_count = fds};
    memcpy(m->fds, ipc->fds_in, fds * sizeof(int));
    ipc->fds_in_count -= fds;
    memmove(ipc->fds_in, ipc->fds_in + fds, ipc->fds_in_count * sizeof(int));
    ipc->in_at += HEAD_BYTES + len;
    *msg = m;
    return HOP_IPC_OK;
}

int
hop_ipc_take_fd(struct hop_ipc_msg *msg, size_t i)
{
    int fd = i < msg->fd_count ? msg->fds[i] : -1;

    if (fd >= 0)
        msg->fds[i] = -1;
    return fd;
}

static void
pack_bytes(struct hop_buf *out, const void *p, size_t n, size_t extra)
{
    char len[4];

    put_le32(len, (uint32_t)(n + extra));
    hop_buf_add(out, len, sizeof(len));
    hop_buf_add(out, p, n);
    hop_buf_fill(out, '\0', extra);
}

static void
pack_field(struct hop_buf *out, const struct hop_ipc_field *f, const char *body)
{
    const char *at = body + f->offset;
    uint64_t v = 0;
    char le[8];

    switch (f->kind) {
    case HOP_IPC_STRING: {
        const char *s;
        memcpy(&s, at, sizeof(s));
        pack_bytes(out, s ? s : "", s ? strlen(s) : 0, 1);
        return;
    }
    case HOP_IPC_BYTES: {
        struct hop_ipc_bytes b;
        memcpy(&b, at, sizeof(b));
        pack_bytes(out, b.data, b.len, 0);
        return;
    }
    case HOP_IPC_U8: v = *(const uint8_t *)at; break;
    case HOP_IPC_U32: memcpy(&v, at, 4); break;
    case HOP_IPC_U64: memcpy(&v, at, 8); break;
    }
    put_le32(le, (uint32_t)v);
    put_le32(le + 4, (uint32_t)(v >> 32));
    hop_buf_add(out, le,
                f->kind == HOP_IPC_U8    ? 1
                : f->kind == HOP_IPC_U32 ? 4
                                         : 8);
}

static void
queue_fds(struct hop_ipc *ipc, const int *fds, size_t count)
{
    if (ipc->fds_out_at == ipc->fds_out_count)
        ipc->fds_out_at = ipc->fds_out_count = 0;
    ipc->fds_out = hop_xrealloc(ipc->fds_out, ipc->fds_out_count + count,
                                sizeof(*ipc->fds_out));
    for (size_t i = 0; i < count; i++)
        ipc->fds_out[ipc->fds_out_count++] =
            (struct hop_ipc_fdq){ipc->out_bytes, fds[i]};
}

void
hop_ipc_send(struct hop_ipc *ipc, uint32_t type, uint32_t id, const void *body,
             const int *fds, size_t fd_count)
{
    const struct hop_msg_row *row = &hop_msg_table[type];
    char head[HEAD_BYTES];

    if (ipc->fd < 0) {
        for (size_t i = 0; i < fd_count; i++)
            close(fds[i]);
        return;
    }
    if (fd_count > 0)
        queue_fds(ipc, fds, fd_count);
    size_t start = ipc->out.len;
    memset(head, 0, sizeof(head));
    hop_buf_add(&ipc->out, head, sizeof(head));
    for (size_t i = 0; i < row->field_count; i++)
        pack_field(&ipc->out, &row->fields[i], body);
    if (!hop_buf_ok(&ipc->out))
        return; /* hop_ipc_flush reports it */
    size_t len = ipc->out.len - start - HEAD_BYTES;
    char *p = ipc->out.data + start;
    put_le32(p, type);
    put_le32(p + 4, (uint32_t)len);
    put_le32(p + 8, id);
    put_le32(p + 12, (uint32_t)fd_count);
    ipc->out_bytes += HEAD_BYTES + len;
}

size_t
hop_ipc_backlog(const struct hop_ipc *ipc)
{
    return ipc->out.len - ipc->out_at;
}

bool
hop_ipc_pending(const struct hop_ipc *ipc)
{
    return ipc->fd >= 0 && hop_ipc_backlog(ipc) > 0;
}

/* Descriptors whose frame begins at the next byte to be written go along;
 * bytes behind the next such frame wait, so that none arrives late. */
static ssize_t
write_some(struct hop_ipc *ipc)
{
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int) * HOP_IPC_FDS_MAX)];
    } control = {0};
    struct iovec iov = {ipc->out.data + ipc->out_at, hop_ipc_backlog(ipc)};
    struct msghdr mh = {.msg_iov = &iov, .msg_iovlen = 1};
    int fds[HOP_IPC_FDS_MAX];
    size_t count = 0, i = ipc->fds_out_at;

    for (; i < ipc->fds_out_count && ipc->fds_out[i].at == ipc->out_sent; i++)
        fds[count++] = ipc->fds_out[i].fd;
    if (i < ipc->fds_out_count &&
        ipc->fds_out[i].at - ipc->out_sent < iov.iov_len)
        iov.iov_len = (size_t)(ipc->fds_out[i].at - ipc->out_sent);
    if (count > 0) {
        mh.msg_control = control.bytes;
        mh.msg_controllen = CMSG_SPACE(sizeof(int) * count);
        struct cmsghdr *c = CMSG_FIRSTHDR(&mh);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(sizeof(int) * count);
        memcpy(CMSG_DATA(c), fds, sizeof(int) * count);
    }
    ssize_t n = sendmsg(ipc->fd, &mh, MSG_NOSIGNAL);
    if (n > 0) {
        for (size_t k = 0; k < count; k++)
            close(fds[k]);
        ipc->fds_out_at += count;
    }
    return n;
}

enum hop_ipc_result
hop_ipc_flush(struct hop_ipc *ipc, struct hop_error *err)
{
    if (ipc->fd < 0)
        return HOP_IPC_CLOSED;
    if (!hop_buf_ok(&ipc->out)) {
        hop_error_set(err, HOP_ERROR_LIMIT, 0, "too much waits to be sent");
        return HOP_IPC_BAD;
    }
    while (hop_ipc_backlog(ipc) > 0) {
        ssize_t n = write_some(ipc);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN) {
            if (ipc->out_at > COMPACT_BYTES) {
                hop_buf_consume(&ipc->out, ipc->out_at);
                ipc->out_at = 0;
            }
            return HOP_IPC_AGAIN;
        }
        if (n < 0 && (errno == EPIPE || errno == ECONNRESET))
            return HOP_IPC_CLOSED;
        if (n < 0) {
            hop_error_errno(err, errno, "write to a channel");
            return HOP_IPC_BAD;
        }
        ipc->out_at += (size_t)n;
        ipc->out_sent += (uint64_t)n;
    }
    hop_buf_clear(&ipc->out);
    ipc->out_at = 0;
    return HOP_IPC_OK;
}

struct span {
    const char *p;
    size_t left;
};

static bool
take_span(struct span *in, size_t n, const char **p)
{
    if (in->left < n)
        return false;
    *p = in->p;
    in->p += n;
    in->left -= n;
    return true;
}

static bool
unpack_field(struct span *in, const struct hop_ipc_field *f, char *body)
{
    char *at = body + f->offset;
    const char *p;
    uint64_t v;
    size_t n = f->kind == HOP_IPC_U8 ? 1 : f->kind == HOP_IPC_U64 ? 8 : 4;

    if (!take_span(in, n, &p))
        return false;
    v = get_le(p, (int)n);
    switch (f->kind) {
    case HOP_IPC_U8: *(uint8_t *)at = (uint8_t)v; return true;
    case HOP_IPC_U32: memcpy(at, &(uint32_t){(uint32_t)v}, 4); return true;
    case HOP_IPC_U64: memcpy(at, &v, 8); return true;
    case HOP_IPC_BYTES:
    case HOP_IPC_STRING: break;
    }
    if (!take_span(in, (size_t)v, &p))
        return false;
    if (f->kind == HOP_IPC_BYTES) {
        memcpy(at, &(struct hop_ipc_bytes){p, (size_t)v},
               sizeof(struct hop_ipc_bytes));
        return true;
    }
    if (v == 0 || memchr(p, '\0', (size_t)v) != p + v - 1)
        return false;
    memcpy(at, &p, sizeof(p));
    return true;
}

bool
hop_ipc_unpack(const struct hop_ipc_msg *msg, void *body, struct hop_error *err)
{
    const struct hop_msg_row *row = &hop_msg_table[msg->type];
    struct span in = {msg->data, msg->len};
    bool ok = true;

    for (size_t i = 0; ok && i < row->field_count; i++)
        ok = unpack_field(&in, &row->fields[i], body);
    if (!ok || in.left > 0)
        return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                             "message %s is malformed", row->name);
    return true;
}

void
hop_ipc_keep_strings(uint32_t type, void *body)
{
    const struct hop_msg_row *row = &hop_msg_table[type];

    for (size_t i = 0; i < row->field_count; i++) {
        const struct hop_ipc_field *f = &row->fields[i];
        char *at = (char *)body + f->offset;
        if (f->kind == HOP_IPC_BYTES) {
            memset(at, 0, sizeof(struct hop_ipc_bytes));
        } else if (f->kind == HOP_IPC_STRING) {
            const char *s;
            memcpy(&s, at, sizeof(s));
            s = hop_xstrdup(s);
            memcpy(at, &s, sizeof(s));
        }
    }
}

void
hop_ipc_free_strings(uint32_t type, void *body)
{
    const struct hop_msg_row *row = &hop_msg_table[type];

    for (size_t i = 0; i < row->field_count; i++) {
        char *at = (char *)body + row->fields[i].offset;
        char *s, *none = NULL;

        if (row->fields[i].kind != HOP_IPC_STRING)
            continue;
        memcpy(&s, at, sizeof(s));
        free(s);
        memcpy(at, &none, sizeof(none));
    }
}

bool
hop_ipc_dispatch(const struct hop_ipc_route *rows, size_t count, uint32_t state,
                 void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    const char *name = hop_msg_table[msg->type].name;

    for (size_t i = 0; i < count; i++) {
        if (rows[i].type != msg->type)
            continue;
        if (!(rows[i].states & state))
            return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                                 "message %s is not allowed now", name);
        return rows[i].handler(ctx, msg, err) ||
               hop_error_prefix(err, "message %s", name);
    }
    return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                         "message %s is not taken here", name);
}

enum hop_ipc_result
hop_ipc_pump(struct hop_ipc *ipc, const struct hop_ipc_route *rows,
             size_t count, const uint32_t *state, void *ctx,
             struct hop_error *err)
{
    for (;;) {
        struct hop_ipc_msg *msg;
        enum hop_ipc_result r = hop_ipc_next(ipc, &msg, err);
        if (r == HOP_IPC_OK) {
            if (!hop_ipc_dispatch(rows, count, *state, ctx, msg, err))
                return HOP_IPC_BAD;
            continue;
        }
        if (r != HOP_IPC_AGAIN)
            return r;
        r = hop_ipc_read(ipc, err);
        if (r != HOP_IPC_OK)
            return r;
    }
}
