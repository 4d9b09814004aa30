/* SPDX-License-Identifier: MIT */
#include "smb/serve.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"

#define LISTING_PART (256u << 10)

struct serving {
    int fd;
    const struct smb_backend *backend;
    void *ctx;
    struct smb_header head; /* of the request, then of the reply */
    struct hop_buf in, out;
    struct hop_error err; /* words for users; "": none */
};

/* The text at i, "" when it is missing: no backend has such a path. */
static const char *
text(const struct serving *s, size_t i)
{
    const char *t = smb_text_at(&s->in, i);

    return t ? t : "";
}

static int
do_connect(struct serving *s)
{
    struct smb_login login = {text(s, 0), text(s, 1), text(s, 2), text(s, 3),
                              text(s, 4)};
    enum smb_reason reason = SMB_REASON_NONE;
    int code = s->backend->connect(s->ctx, &login, &reason, &s->err);

    s->head.reason = reason;
    return code;
}

static int
do_stat(struct serving *s)
{
    struct smb_entry entry = {0};
    int code = s->backend->stat(s->ctx, text(s, 0), &entry);

    if (code == 0)
        hop_buf_add(&s->out, &entry, sizeof(entry));
    return code;
}

static bool
send_part(struct serving *s, bool more)
{
    struct smb_header head = {
        .size = (uint32_t)s->out.len, .op = s->head.op, .value = more};
    bool ok = smb_send(s->fd, &head, s->out.data);

    hop_buf_clear(&s->out);
    return ok;
}

static bool
add_entry(void *ctx, const char *name, const struct smb_entry *entry)
{
    struct serving *s = ctx;
    struct smb_entry e = *entry;

    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return true;
    e.name = (uint32_t)strlen(name);
    hop_buf_add(&s->out, &e, sizeof(e));
    hop_buf_add(&s->out, name, e.name);
    return s->out.len < LISTING_PART || send_part(s, true);
}

static int
do_list(struct serving *s)
{
    int code = s->backend->list(s->ctx, text(s, 0), add_entry, s);

    s->head.value = 0;
    return code;
}

static int
do_open(struct serving *s)
{
    return s->backend->open(s->ctx, text(s, 0), (enum smb_open)s->head.value,
                            &s->head.handle);
}

static int
do_read(struct serving *s)
{
    uint32_t n = s->head.value;
    size_t got = 0;
    int code;
    void *room;

    if (n > SMB_CHUNK)
        return EINVAL;
    room = hop_buf_reserve(&s->out, n);
    if (room == NULL)
        return ENOMEM;
    code = s->backend->read(s->ctx, s->head.handle, room, n, &got);
    hop_buf_commit(&s->out, got);
    return code;
}

static int
do_write(struct serving *s)
{
    return s->backend->write(s->ctx, s->head.handle, s->in.data, s->in.len);
}

static int
do_close(struct serving *s)
{
    return s->backend->close(s->ctx, s->head.handle);
}

static int
do_mkdir(struct serving *s)
{
    return s->backend->mkdir(s->ctx, text(s, 0));
}

static int
do_rmdir(struct serving *s)
{
    return s->backend->rmdir(s->ctx, text(s, 0));
}

static int
do_unlink(struct serving *s)
{
    return s->backend->unlink(s->ctx, text(s, 0));
}

static int
do_rename(struct serving *s)
{
    return s->backend->rename(s->ctx, text(s, 0), text(s, 1));
}

static int
do_times(struct serving *s)
{
    size_t path = strlen(text(s, 0)) + 1;
    struct smb_times t;

    if (s->in.len != path + sizeof(t))
        return EINVAL;
    memcpy(&t, s->in.data + path, sizeof(t));
    return s->backend->times(s->ctx, text(s, 0), &t);
}

static int
do_attributes(struct serving *s)
{
    return s->backend->attributes(s->ctx, text(s, 0), s->head.value);
}

static int
do_space(struct serving *s)
{
    struct smb_space space = {0};
    int code = s->backend->space(s->ctx, text(s, 0), &space);

    if (code == 0)
        hop_buf_add(&s->out, &space, sizeof(space));
    return code;
}

static int (*const ops[])(struct serving *s) = {
    [SMB_CONNECT] = do_connect,
    [SMB_STAT] = do_stat,
    [SMB_LIST] = do_list,
    [SMB_OPEN] = do_open,
    [SMB_READ] = do_read,
    [SMB_WRITE] = do_write,
    [SMB_CLOSE] = do_close,
    [SMB_MKDIR] = do_mkdir,
    [SMB_RMDIR] = do_rmdir,
    [SMB_UNLINK] = do_unlink,
    [SMB_RENAME] = do_rename,
    [SMB_TIMES] = do_times,
    [SMB_ATTRIBUTES] = do_attributes,
    [SMB_SPACE] = do_space,
};
_Static_assert(HOP_ARRAY_SIZE(ops) == SMB_OPS, "an operation lacks its row");

static bool
has_path(const struct serving *s)
{
    return s->head.op != SMB_CONNECT && s->head.op != SMB_READ &&
           s->head.op != SMB_WRITE && s->head.op != SMB_CLOSE;
}

static int
run(struct serving *s)
{
    const char *path = text(s, 0);
    uint32_t value = s->head.value;
    int code = EAGAIN;

    for (bool again = true; again;) {
        s->backend->prepare(s->ctx, path);
        hop_buf_clear(&s->out);
        s->head.value = value;
        code = ops[s->head.op](s);
        again = s->backend->settle(s->ctx, path, code);
    }
    return code;
}

static bool
answer(struct serving *s)
{
    int code;

    hop_buf_clear(&s->out);
    hop_error_clear(&s->err);
    s->head.reason = SMB_REASON_NONE;
    code = has_path(s) ? run(s) : ops[s->head.op](s);
    if (code != 0) {
        hop_buf_clear(&s->out);
        hop_buf_adds(&s->out, s->err.text);
    }
    s->head.error = code;
    s->head.size = (uint32_t)s->out.len;
    return smb_send(s->fd, &s->head, s->out.data);
}

bool
smb_serve(int fd, const struct smb_backend *backend, void *ctx)
{
    struct serving s = {
        .fd = fd, .backend = backend, .ctx = ctx, .in = {.secret = true}};
    bool ok = true;

    while (ok && smb_receive(fd, -1, &s.head, &s.in))
        ok = s.head.op < SMB_OPS && answer(&s);
    hop_buf_done(&s.in);
    hop_buf_done(&s.out);
    return ok && errno == ECONNRESET;
}
