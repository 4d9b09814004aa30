/* SPDX-License-Identifier: MIT */
#include "net/tls_bio.h"

#include <errno.h>
#include <stdint.h>
#include <sys/socket.h>

static int
bio_fd(BIO *b)
{
    return (int)(intptr_t)BIO_get_data(b);
}

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
    return settle(b, send(bio_fd(b), p, (size_t)n, MSG_NOSIGNAL),
                  BIO_FLAGS_WRITE);
}

static int
receive_bytes(BIO *b, char *p, int n)
{
    return settle(b, recv(bio_fd(b), p, (size_t)n, 0), BIO_FLAGS_READ);
}

static long
control(BIO *b, int command, long number, void *p)
{
    (void)b;
    (void)number;
    (void)p;
    return command == BIO_CTRL_FLUSH;
}

BIO *
tls_bio_new(int fd)
{
    static BIO_METHOD *method;
    BIO *b;

    if (method == NULL) {
        method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK,
                              "hop socket");
        if (method == NULL)
            return NULL;
        BIO_meth_set_write(method, send_bytes);
        BIO_meth_set_read(method, receive_bytes);
        BIO_meth_set_ctrl(method, control);
    }
    b = BIO_new(method);
    if (b == NULL)
        return NULL;
    BIO_set_data(b, (void *)(intptr_t)fd);
    BIO_set_init(b, 1);
    return b;
}
