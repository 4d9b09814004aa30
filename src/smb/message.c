/* SPDX-License-Identifier: MIT */
#include "smb/message.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>

#include "base/alloc.h"

/* Sends all of it without a signal when nobody reads. */
static bool
send_all(int fd, const void *bytes, size_t n)
{
    const char *p = bytes;

    while (n > 0) {
        ssize_t sent = send(fd, p, n, MSG_NOSIGNAL);

        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0)
            return false;
        p += sent;
        n -= (size_t)sent;
    }
    return true;
}

bool
smb_send(int fd, const struct smb_header *head, const void *bytes)
{
    struct iovec parts[2] = {
        {(void *)(uintptr_t)head, sizeof(*head)},
        {(void *)(uintptr_t)bytes, head->size},
    };
    struct msghdr m = {.msg_iov = parts, .msg_iovlen = head->size ? 2 : 1};
    ssize_t sent;
    size_t done;

    do {
        sent = sendmsg(fd, &m, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    if (sent < 0)
        return false;
    done = (size_t)sent;
    if (done < sizeof(*head)) {
        if (!send_all(fd, (const char *)head + done, sizeof(*head) - done))
            return false;
        done = sizeof(*head);
    }
    done -= sizeof(*head);
    return done == head->size ||
           send_all(fd, (const char *)bytes + done, head->size - done);
}

static int64_t
now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool
wait_readable(int fd, int64_t until)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};

    for (;;) {
        int64_t left = until < 0 ? -1 : until - now_ms();
        int n;

        if (until >= 0 && left < 0)
            left = 0;
        n = poll(&p, 1, (int)left);
        if (n > 0)
            return true;
        if (n < 0 && errno == EINTR)
            continue;
        if (n == 0)
            errno = ETIMEDOUT;
        return false;
    }
}

static bool
receive_all(int fd, int64_t until, void *into, size_t n)
{
    char *p = into;

    while (n > 0) {
        ssize_t got;

        if (until >= 0 && !wait_readable(fd, until))
            return false;
        got = recv(fd, p, n, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got == 0)
            errno = ECONNRESET;
        if (got <= 0)
            return false;
        p += got;
        n -= (size_t)got;
    }
    return true;
}

bool
smb_receive(int fd, int timeout_ms, struct smb_header *head,
            struct hop_buf *bytes)
{
    int64_t until = timeout_ms < 0 ? -1 : now_ms() + timeout_ms;
    char *room;

    hop_buf_clear(bytes);
    if (!receive_all(fd, until, head, sizeof(*head)))
        return false;
    if (head->size > SMB_MESSAGE_MAX) {
        errno = EPROTO;
        return false;
    }
    if (head->size == 0)
        return true;
    room = hop_buf_reserve(bytes, head->size);
    if (room == NULL) {
        errno = ENOMEM;
        return false;
    }
    if (!receive_all(fd, until, room, head->size))
        return false;
    hop_buf_commit(bytes, head->size);
    return true;
}

const char *
smb_text_at(const struct hop_buf *bytes, size_t i)
{
    const char *at = bytes->data, *end = at ? at + bytes->len : NULL;

    for (; at && at < end; i--) {
        const char *nul = memchr(at, '\0', (size_t)(end - at));

        if (nul == NULL)
            return NULL;
        if (i == 0)
            return at;
        at = nul + 1;
    }
    return NULL;
}
