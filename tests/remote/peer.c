/* SPDX-License-Identifier: MIT */
#include "remote/peer.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io.h"
#include "cmdlets/modules.h"
#include "remote/serve.h"
#include "test.h"

char **peer_program;

static void
be_server(int in, int out)
{
    struct hop_remote_options o = {
        .in = in, .out = out, .modules = hop_cmdlet_modules};
    struct hop_error err = {0};

    if (peer_program) {
        dup2(in, 0);
        dup2(out, 1);
        execvp(peer_program[0], peer_program);
        _exit(127);
    }
    _exit(hop_remote_serve(&o, &err) ? 0 : 1);
}

void
peer_flush(struct peer *p)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    hop_psrp_link_flush(p->link, 1 << 20, &b);
    if (b.len)
        CHECK(hop_fd_write(p->out, b.data, b.len));
}

bool
peer_wait(struct peer *p, bool (*done)(struct peer *p))
{
    while (!done(p)) {
        struct pollfd f = {p->in, POLLIN, 0};
        struct hop_psrp_event e;
        struct hop_error err = {0};
        char bytes[4096];
        ssize_t n;

        peer_flush(p);
        if (poll(&f, 1, 20000) <= 0)
            return false;
        n = read(p->in, bytes, sizeof(bytes));
        if (n <= 0)
            return false;
        if (!hop_psrp_link_feed(p->link, bytes, (size_t)n, &err)) {
            test_fail(__FILE__, __LINE__, "%s", err.text);
            return false;
        }
        while (hop_psrp_session_next(p->session, &e)) {
            if (e.kind == HOP_PSRP_TROUBLE || e.kind == HOP_PSRP_BROKEN)
                test_fail(__FILE__, __LINE__, "%s", e.error.text);
            if (e.kind == HOP_PSRP_MESSAGE && p->take)
                p->take(p, &e.channel, &e.message);
            hop_psrp_event_done(&e);
        }
        peer_flush(p);
    }
    return true;
}

static bool
is_open(struct peer *p)
{
    return hop_psrp_session_state(p->session) == HOP_PSRP_POOL_OPENED;
}

static bool
is_closed(struct peer *p)
{
    return hop_psrp_link_is_closed(p->link);
}

bool
peer_start(struct peer *p, int32_t minor, int32_t max)
{
    int to[2], from[2];
    struct hop_psrp_options o = {
        .cx = &p->cx, .keys = &p->keys, .pool = {{7}}, .minor = minor};
    struct hop_psrp_init init = {
        .min = 1, .max = max, .apartment = 2, .host.has_data = true};
    struct hop_error err = {0};

    memset(p, 0, sizeof(*p));
    if (pipe(to) < 0 || pipe(from) < 0)
        return false;
    p->pid = fork();
    if (p->pid == 0) {
        close(to[1]);
        close(from[0]);
        be_server(to[0], from[1]);
    }
    close(to[0]);
    close(from[1]);
    p->in = from[0];
    p->out = to[1];
    hop_context_init(&p->cx, NULL, NULL);
    hop_types_register(&p->cx, hop_clixml_classes);
    hop_psrp_keys_init(&p->keys, NULL);
    p->session = hop_psrp_client_new(&o);
    p->link = hop_psrp_link_new(p->session, false);
    return hop_psrp_client_open(p->session, &init, &err) &&
           peer_wait(p, is_open);
}

void
peer_finish(struct peer *p)
{
    static const struct hop_guid zero;
    int status = -1;

    hop_psrp_link_close(p->link, &zero);
    CHECK(peer_wait(p, is_closed));
    close(p->out);
    CHECK(waitpid(p->pid, &status, 0) == p->pid);
    if (!peer_program)
        CHECK_INT(status, 0);
    close(p->in);
    hop_psrp_link_free(p->link);
    hop_psrp_keys_done(&p->keys);
    hop_context_done(&p->cx);
}

void
peer_add_command(struct hop_psrp_pipeline *line, const char *text, bool script)
{
    line->commands = realloc(line->commands, (line->command_count + 1) *
                                                 sizeof(*line->commands));
    line->commands[line->command_count++] = (struct hop_psrp_command){
        .text = hop_string_from(text),
        .is_script = script,
        .use_local_scope = -1,
    };
}
