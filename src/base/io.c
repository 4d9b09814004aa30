/* SPDX-License-Identifier: MIT */
#include "base/io.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

bool
hop_fd_write(int fd, const void *bytes, size_t n)
{
    const char *p = bytes;

    while (n > 0) {
        ssize_t k = write(fd, p, n);

        if (k < 0 && errno == EAGAIN) {
            struct pollfd wait = {.fd = fd, .events = POLLOUT};

            (void)poll(&wait, 1, -1);
        } else if (k < 0 && errno != EINTR) {
            return false;
        }
        if (k > 0) {
            p += k;
            n -= (size_t)k;
        }
    }
    return true;
}
