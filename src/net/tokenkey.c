/* SPDX-License-Identifier: MIT */
#include "net/tokenkey.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/module.h"
#include "net/token.h"

enum { START_MS = 10000 };

/* Why there is no key, as a first packet. */
_Noreturn static void
give_up(int fd, const struct hop_error *err)
{
    HOP_AUTO_FREE char *packet =
        hop_xasprintf("%c%s", HOP_TOKEN_FAILED, err->text);

    (void)!write(fd, packet, strlen(packet));
    _exit(1);
}

_Noreturn static void
hold(const char *uri, int socket)
{
    struct hop_error err = {0};
    const struct hop_token_ops *ops;
    int fd = dup2(socket, 3);
    sigset_t none;

    close_range(4, ~0u, 0);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_IGN);
    prctl(PR_SET_NAME, "hopd-token");
    prctl(PR_SET_DUMPABLE, 0);
    ops = hop_module_load("hop-token.so", "hop_token_p11", "tokens",
                          HOP_ERROR_TLS, &err);
    if (ops == NULL)
        give_up(fd, &err);
    _exit(ops->serve(uri, fd) ? 0 : 1);
}

/* Its first packet. */
static bool
take_first(const char *uri, int fd, int *cert_fd, struct hop_error *err)
{
    HOP_AUTO_FREE char *packet = hop_xmalloc(HOP_TOKEN_PACKET_MAX);
    struct pollfd p = {.fd = fd, .events = POLLIN};
    ssize_t n = poll(&p, 1, START_MS) == 1
                    ? read(fd, packet, HOP_TOKEN_PACKET_MAX)
                    : -1;

    if (n < 1 || packet[0] != HOP_TOKEN_READY)
        return hop_error_set(
            err, HOP_ERROR_GENERIC, 0, "the certificate %.300s %.*s", uri,
            n > 1 ? (int)n - 1 : 17, n > 1 ? packet + 1 : "gives no answer");
    *cert_fd = memfd_create("hop-listener", MFD_CLOEXEC);
    return (*cert_fd >= 0 &&
            write(*cert_fd, packet + 1, (size_t)n - 1) == n - 1) ||
           hop_error_errno(err, errno, "keep the certificate of %s", uri);
}

bool
hop_tokenkey_start(const char *uri, int *cert_fd, int *key_fd,
                   struct hop_error *err)
{
    int ends[2];
    pid_t pid;

    *cert_fd = *key_fd = -1;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        return hop_error_errno(err, errno, "socketpair");
    /* Nobody is to wait for it: it is init's. */
    pid = fork();
    if (pid == 0 && fork() == 0)
        hold(uri, ends[1]);
    if (pid == 0)
        _exit(0);
    close(ends[1]);
    while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
    if (pid > 0 && take_first(uri, ends[0], cert_fd, err)) {
        *key_fd = ends[0];
        return true;
    }
    if (pid < 0)
        hop_error_errno(err, errno, "start a process for %s", uri);
    close(ends[0]);
    if (*cert_fd >= 0)
        close(*cert_fd);
    return false;
}
