/* Lines on two descriptors: the carrier of `hop -s`.
 *
 * While the engine works, what the client sends is collected by a signal
 * handler (SIGIO), so that a stop reaches a running pipeline at once;
 * everything else is taken when the pipeline writes, asks, reads its input or
 * ends.  Beside pipelines in threads the input is read as it comes.
 *
 * SPDX-License-Identifier: MIT
 */
#include "remote/server.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "engine/space.h"
#include "psrp/link.h"

static struct {
    int in, out;
    struct hop_psrp_link *link;
    struct hop_buf to_send;
    bool several; /* pipelines, in threads: no signals */
} lines;

/* ---- input, collected by a signal handler ---- */

/* What has come and was not taken.  Only fill() adds; the main program takes
 * with the signal blocked. */
static struct {
    int fd;
    char bytes[256 * 1024];
    size_t n, searched;
    volatile sig_atomic_t ended;
    char watched[HOP_GUID_TEXT]; /* "": nothing runs */
    struct hop_runspace *rs;
} inbox;

/* Is there a line that ends the pipeline at work?  Other forms than
 * PowerShell's own are seen a little later, when the line is taken. */
static bool
holds_stop(const char *p, size_t n)
{
    static const char zero[] = "<Close PSGuid='00000000-0000-0000-0000-"
                               "000000000000'";
    static const char *const elements[] = {"<Signal PSGuid='",
                                           "<Close PSGuid='"};

    if (memmem(p, n, zero, sizeof(zero) - 1))
        return true;
    for (size_t i = 0; i < HOP_ARRAY_SIZE(elements); i++) {
        char text[64];
        size_t k = strlen(elements[i]);

        memcpy(text, elements[i], k);
        memcpy(text + k, inbox.watched, HOP_GUID_TEXT - 1);
        if (memmem(p, n, text, k + HOP_GUID_TEXT - 1))
            return true;
    }
    return false;
}

static void
look_for_stop(void)
{
    size_t from = inbox.searched > 128 ? inbox.searched - 128 : 0;

    if (inbox.watched[0] &&
        (inbox.ended || holds_stop(inbox.bytes + from, inbox.n - from)))
        hop_runspace_stop(inbox.rs);
    inbox.searched = inbox.n;
}

/* Async-signal-safe. */
static void
fill(void)
{
    int saved = errno;

    while (!inbox.ended && inbox.n < sizeof(inbox.bytes)) {
        struct pollfd p = {inbox.fd, POLLIN, 0};
        ssize_t got;

        if (poll(&p, 1, 0) <= 0)
            break;
        got = read(inbox.fd, inbox.bytes + inbox.n,
                   sizeof(inbox.bytes) - inbox.n);
        if (got < 0 && (errno == EINTR || errno == EAGAIN))
            break;
        if (got <= 0)
            inbox.ended = 1;
        else
            inbox.n += (size_t)got;
    }
    look_for_stop();
    errno = saved;
}

static void
on_input(int sig)
{
    (void)sig;
    fill();
}

static void
block_input(sigset_t *before)
{
    sigset_t one;

    sigemptyset(&one);
    sigaddset(&one, SIGIO);
    sigprocmask(SIG_BLOCK, &one, before);
}

static void
open_inbox(int fd, struct hop_runspace *rs)
{
    struct sigaction act = {.sa_handler = on_input, .sa_flags = SA_RESTART};
    int flags = fcntl(fd, F_GETFL);

    inbox.fd = fd;
    inbox.n = inbox.searched = 0;
    inbox.ended = 0;
    inbox.watched[0] = '\0';
    inbox.rs = rs;
    sigaction(SIGIO, &act, NULL);
    /* A file cannot tell; then a stop waits until the input is read. */
    if (flags >= 0 && fcntl(fd, F_SETOWN, getpid()) == 0)
        (void)fcntl(fd, F_SETFL, flags | O_ASYNC);
}

/* From now on it is read when it is asked for. */
static void
close_inbox(void)
{
    int flags = fcntl(inbox.fd, F_GETFL);

    if (flags >= 0)
        (void)fcntl(inbox.fd, F_SETFL, flags & ~O_ASYNC);
    signal(SIGIO, SIG_IGN);
    inbox.watched[0] = '\0';
}

/* What came before the pipeline was at work. */
static void
look_again(void *ctx)
{
    sigset_t before;

    block_input(&before);
    inbox.searched = 0;
    look_for_stop();
    sigprocmask(SIG_SETMASK, &before, NULL);
}

/* Waits for input while the threads run, or until it is called. */
static void
wait_beside_threads(void)
{
    struct pollfd p = {inbox.fd, POLLIN, 0};

    fill();
    if (inbox.n || inbox.ended)
        return;
    hop_threads_poll(inbox.rs, &p, 1, -1);
    fill();
}

/* Moves the inbox to b; waits for the first byte, the end or the runspace's
 * stop when asked to.  False: nothing came and nothing will. */
static bool
take_input(bool wait, bool at_work, struct hop_buf *b)
{
    sigset_t before;
    bool more;

    if (lines.several && wait)
        wait_beside_threads();
    block_input(&before);
    fill();
    while (wait && !lines.several && !inbox.n && !inbox.ended &&
           !(at_work && hop_runspace_stopping(inbox.rs))) {
        struct pollfd p[2] = {{inbox.fd, POLLIN, 0},
                              {hop_runspace_wake_fd(inbox.rs), POLLIN, 0}};

        hop_runspace_poll_idle(inbox.rs, p, at_work ? 2 : 1, &before);
        hop_runspace_attend(inbox.rs);
        fill();
    }
    hop_buf_add(b, inbox.bytes, inbox.n);
    more = inbox.n || !inbox.ended;
    inbox.n = inbox.searched = 0;
    sigprocmask(SIG_SETMASK, &before, NULL);
    return more;
}

/* ---- the carrier ---- */

static void
begin(void *ctx, struct hop_psrp_session *session, struct hop_runspace *rs)
{
    lines.link = hop_psrp_link_new(session, true);
    hop_runspace_set_attendant(rs, look_again, NULL);
    open_inbox(lines.in, rs);
}

static bool
take(void *ctx, bool wait, bool at_work, struct hop_error *err)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (take_input(wait, at_work, &b) &&
        (!b.len || hop_psrp_link_feed(lines.link, b.data, b.len, err)))
        return true;
    hop_psrp_link_end(lines.link);
    return false;
}

static bool
send(void *ctx, const struct hop_guid *id)
{
    bool ok = true;

    do {
        hop_buf_clear(&lines.to_send);
        hop_psrp_link_flush(lines.link, 1 << 18, &lines.to_send);
        ok = !lines.to_send.len ||
             hop_fd_write(lines.out, lines.to_send.data, lines.to_send.len);
    } while (ok && lines.to_send.len);
    return ok && !hop_psrp_link_is_closed(lines.link);
}

static void
watch(void *ctx, const struct hop_guid *id)
{
    sigset_t before;

    block_input(&before);
    if (id)
        hop_guid_format(id, false, inbox.watched);
    else
        inbox.watched[0] = '\0';
    /* It may have been ended before it began. */
    inbox.searched = 0;
    fill();
    sigprocmask(SIG_SETMASK, &before, NULL);
    if (id)
        hop_runspace_call(inbox.rs);
}

static void
several(void *ctx)
{
    lines.several = true;
    close_inbox();
    hop_runspace_set_attendant(inbox.rs, NULL, NULL);
}

static void
end(void *ctx)
{
    close_inbox();
    hop_psrp_link_free(lines.link);
    hop_buf_done(&lines.to_send);
}

void
remote_lines_init(struct hop_remote_carrier *carrier, int in, int out)
{
    lines.in = in;
    lines.out = out;
    lines.several = false;
    *carrier = (struct hop_remote_carrier){.begin = begin,
                                           .take = take,
                                           .send = send,
                                           .watch = watch,
                                           .several = several,
                                           .end = end};
}
