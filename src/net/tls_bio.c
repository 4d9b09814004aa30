/* SPDX-License-Identifier: MIT */
#include "net/tls_bio.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/alloc.h"

struct way {
    int fd;
    bool more;
};

/* The rule of BIO methods: bytes, 0 at the end, -1 with a retry flag. */
static int
settle(BIO *b, ssize_t n, int retry_flag)
{
    BIO_clear_retry_flags(b);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        BIO_set_flags(b, retry_flag | BIO_FLAGS_SHOULD_RETRY);
    return (int)n;
}

static int
send_bytes(BIO *b, const char *p, int n)
{
    const struct way *w = BIO_get_data(b);
    int flags = MSG_NOSIGNAL | (w->more ? MSG_MORE : 0);

    return settle(b, send(w->fd, p, (size_t)n, flags), BIO_FLAGS_WRITE);
}

static int
receive_bytes(BIO *b, char *p, int n)
{
    const struct way *w = BIO_get_data(b);

    return settle(b, recv(w->fd, p, (size_t)n, 0), BIO_FLAGS_READ);
}

static long
control(BIO *b, int command, long number, void *p)
{
    (void)b;
    (void)number;
    (void)p;
    return command == BIO_CTRL_FLUSH;
}

static int
destroy(BIO *b)
{
    free(BIO_get_data(b));
    BIO_set_data(b, NULL);
    return 1;
}

BIO *
tls_bio_new(int fd)
{
    static BIO_METHOD *method;
    struct way *w;
    BIO *b;

    if (method == NULL) {
        method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK,
                              "hop socket");
        if (method == NULL)
            return NULL;
        BIO_meth_set_write(method, send_bytes);
        BIO_meth_set_read(method, receive_bytes);
        BIO_meth_set_ctrl(method, control);
        BIO_meth_set_destroy(method, destroy);
    }
    b = BIO_new(method);
    if (b == NULL)
        return NULL;
    w = hop_xmalloc(sizeof(*w));
    *w = (struct way){.fd = fd};
    BIO_set_data(b, w);
    BIO_set_init(b, 1);
    return b;
}

void
tls_bio_set_more(BIO *b, bool more)
{
    struct way *w = BIO_get_data(b);

    w->more = more;
}
