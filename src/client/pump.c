/* A command's streams both ways at once: output on the main wire, input and
 * signals on the side wire.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "client/command.h"
#include "net/clock.h"

#define INPUT_BYTES ((size_t)256 << 10)
/* Input that is empty from the start is told only after this time, so that the
 * many commands that never read theirs need no second connection. */
#define EOF_GRACE_MS 30

struct pump {
    struct hop_command *command;
    struct hop_connection *c;
    const struct hop_io *io;
    struct wire *side;
    enum hop_wsman_kind side_kind; /* what the side wire is busy with */
    bool side_busy;
    int signal;  /* to be sent next; -1: none */
    char *input; /* read, from sent to have not yet sent */
    size_t have, sent;
    bool input_eof, eof_sent;
    uint64_t eof_at; /* when the end of empty input is told */
};

static bool
hand_out(struct pump *p)
{
    struct hop_output o;

    while (command_next_output(p->command, &o))
        if (!p->io->output(p->io->ctx, o.stream, o.data, o.len))
            return trouble_set(&p->c->trouble, HOP_CAUSE_INTERRUPTED, 0,
                               "the output could not be passed on");
    return true;
}

static bool
step_main(struct pump *p)
{
    if (!p->command->waiting && !command_begin_receive(p->command))
        return false;
    switch (wire_step(&p->c->main, &p->c->trouble)) {
    case WIRE_WAIT: return true;
    case WIRE_FAILED: p->command->waiting = false; return false;
    case WIRE_DONE: break;
    }
    return command_end_receive(p->command) && hand_out(p);
}

static bool
step_side(struct pump *p)
{
    enum wire_result r;

    if (!p->side_busy)
        return true;
    r = wire_step(p->side, &p->c->trouble);
    if (r == WIRE_WAIT)
        return true;
    p->side_busy = false;
    return r == WIRE_DONE &&
           command_end_side(p->command, p->side, p->side_kind);
}

static bool
send_input(struct pump *p)
{
    size_t taken = 0;

    if (!command_begin_send(p->command, p->side, p->input + p->sent,
                            p->have - p->sent, p->input_eof, &taken))
        return false;
    p->sent += taken;
    p->eof_sent = p->input_eof && p->sent == p->have;
    p->side_kind = HOP_WSMAN_SEND_RESPONSE;
    p->side_busy = true;
    return true;
}

static bool
has_input(const struct pump *p)
{
    if (p->command->input_ended || p->eof_sent)
        return false;
    return p->sent < p->have || (p->input_eof && net_now_ms() >= p->eof_at);
}

/* Whatever is to go to the command and has found no free wire yet. */
static bool
start_side(struct pump *p)
{
    if (p->side_busy || p->command->done)
        return true;
    if (p->signal >= 0) {
        p->side_kind = HOP_WSMAN_SIGNAL_RESPONSE;
        p->side_busy = command_begin_signal(p->command, p->side,
                                            (enum hop_signal)p->signal);
        p->signal = -1;
        return p->side_busy;
    }
    return !has_input(p) || send_input(p);
}

static bool
wants_input(const struct pump *p)
{
    return p->io->input_fd >= 0 && !p->input_eof && p->sent == p->have &&
           !p->command->input_ended;
}

static bool
read_input(struct pump *p, bool first)
{
    ssize_t n;

    if (p->input == NULL)
        p->input = hop_xmalloc(INPUT_BYTES);
    n = read(p->io->input_fd, p->input, INPUT_BYTES);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return true;
    if (n < 0)
        return hop_error_errno(&p->c->trouble.err, errno,
                               "read the command's input") ||
               trouble_is(&p->c->trouble, HOP_CAUSE_USAGE);
    p->sent = 0;
    p->have = (size_t)n;
    p->input_eof = n == 0;
    p->eof_at = net_now_ms() + (first ? EOF_GRACE_MS : 0);
    return true;
}

static bool
ask_interrupt(struct pump *p)
{
    int answer = p->io->interrupted(p->io->ctx);

    if (answer < 0)
        return trouble_set(&p->c->trouble, HOP_CAUSE_INTERRUPTED, 0,
                           "interrupted; the command may go on for a moment "
                           "on %s",
                           p->c->settings.endpoint.host);
    p->signal = answer;
    return true;
}

/* Something can be done at once: an answer may have come while another is
 * already wanted, and the side wire may be done before it was waited for. */
static bool
is_restless(const struct pump *p)
{
    return !p->command->waiting ||
           (!p->side_busy && (p->signal >= 0 || has_input(p)));
}

static void
shorten(int *wait_ms, int other)
{
    if (other >= 0 && (*wait_ms < 0 || other < *wait_ms))
        *wait_ms = other;
}

enum { MAIN, SIDE, INPUT, INTERRUPT, FDS };

static int
fill_fds(struct pump *p, struct pollfd fds[FDS])
{
    int wait_ms = -1, side_ms = -1;

    fds[MAIN].fd = wire_wants(&p->c->main, &fds[MAIN].events, &wait_ms);
    if (p->side_busy)
        fds[SIDE].fd = wire_wants(p->side, &fds[SIDE].events, &side_ms);
    shorten(&wait_ms, side_ms);
    if (wants_input(p))
        fds[INPUT] = (struct pollfd){p->io->input_fd, POLLIN, 0};
    if (p->io->interrupt_fd >= 0)
        fds[INTERRUPT] = (struct pollfd){p->io->interrupt_fd, POLLIN, 0};
    if (p->input_eof && !p->eof_sent && !p->side_busy) {
        uint64_t now = net_now_ms();
        shorten(&wait_ms, p->eof_at > now ? (int)(p->eof_at - now) : 0);
    }
    return wait_ms;
}

static bool
wait_for_events(struct pump *p, bool *first_input)
{
    struct pollfd fds[FDS];
    int wait_ms;

    for (size_t i = 0; i < FDS; i++)
        fds[i] = (struct pollfd){.fd = -1};
    wait_ms = fill_fds(p, fds);
    if (poll(fds, FDS, is_restless(p) ? 0 : wait_ms) < 0)
        return true;
    if (fds[INTERRUPT].revents && !ask_interrupt(p))
        return false;
    if (fds[INPUT].revents) {
        bool first = *first_input;
        *first_input = false;
        return read_input(p, first);
    }
    return true;
}

static bool
run(struct pump *p)
{
    bool first_input = true;

    while (true) {
        if (!step_main(p) || !step_side(p))
            return false;
        if (p->command->done)
            return true;
        if (!start_side(p))
            return false;
        if (p->side_busy && !step_side(p))
            return false;
        if (!wait_for_events(p, &first_input))
            return false;
    }
}

bool
hop_command_run(hop_command *command, const struct hop_io *given,
                int32_t *exit_code)
{
    struct hop_io io = {.input_fd = -1, .interrupt_fd = -1};
    struct pump p = {.command = command,
                     .c = command->shell->c,
                     .io = &io,
                     .side = &command->shell->c->side,
                     .signal = -1};
    bool ok;

    memcpy(&io, given, given->size < sizeof(io) ? given->size : sizeof(io));
    if (!connection_begin(p.c))
        return false;
    ok = run(&p);
    if (p.side_busy)
        wire_close(p.side);
    if (p.input)
        explicit_bzero(p.input, INPUT_BYTES);
    free(p.input);
    if (ok)
        *exit_code = command->exit_code;
    return ok;
}
