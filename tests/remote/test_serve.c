/* A served runspace and our client, over pipes.  With arguments the client
 * talks to that program instead: test_serve pwsh -s
 *
 * SPDX-License-Identifier: MIT
 */
#include "remote/serve.h"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io.h"
#include "cmdlets/modules.h"
#include "psrp/key.h"
#include "psrp/link.h"
#include "test.h"
#include "value/convert.h"
#include "value/types/secure.h"

static char **program; /* or NULL */

struct peer {
    struct hop_context cx;
    struct hop_psrp_keys keys;
    struct hop_psrp_link *link;
    struct hop_psrp_session *session;
    int in, out;
    pid_t pid;
    uint8_t next_id;
    /* of the pipeline at work */
    struct hop_guid id;
    char got[4096];
    bool ended;
    int32_t state;
    bool stop_at_output;
};

static void
be_server(int in, int out)
{
    struct hop_remote_options o = {
        .in = in, .out = out, .modules = hop_cmdlet_modules};
    struct hop_error err = {0};

    if (program) {
        dup2(in, 0);
        dup2(out, 1);
        execvp(program[0], program);
        _exit(127);
    }
    _exit(hop_remote_serve(&o, &err) ? 0 : 1);
}

static void
flush(struct peer *p)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    hop_psrp_link_flush(p->link, 1 << 20, &b);
    if (b.len)
        CHECK(hop_fd_write(p->out, b.data, b.len));
}

static void
note(struct peer *p, const char *prefix, const char *text)
{
    size_t n = strlen(p->got);

    snprintf(p->got + n, sizeof(p->got) - n, "%s%s%s", n ? "|" : "", prefix,
             text);
}

static void
note_value(struct peer *p, const char *prefix, struct hop_value v)
{
    HOP_AUTO_STRING struct hop_string *text = NULL;

    if (hop_to_string(&p->cx, v, &text))
        note(p, prefix, text->data);
    else
        hop_drop_exception(&p->cx);
}

/* What a user would answer. */
static void
answer(struct peer *p, const struct hop_psrp_host_call *call)
{
    struct hop_psrp_message m = {.type = HOP_PSRP_PIPELINE_HOST_RESPONSE};
    struct hop_error err = {0};

    m.u.response = (struct hop_psrp_host_response){hop_void(), hop_void(),
                                                   call->call, call->method};
    switch (call->method) {
    case 11: m.u.response.result = hop_text("typed"); break;
    case 12: m.u.response.result = hop_secure_new(&p->cx, "s3c", 3); break;
    case 26: m.u.response.result = hop_int(1); break;
    default: break;
    }
    CHECK(hop_psrp_session_send(p->session, &p->id, &m, &err));
}

static void
take_call(struct peer *p, const struct hop_psrp_host_call *call)
{
    struct hop_array *list = hop_as_array(call->parameters);

    if (call->call != HOP_PSRP_NO_ANSWER)
        answer(p, call);
    else if (call->method == 6)
        note_value(p, "exit:", list->items[0]);
}

static void
take_message(struct peer *p, struct hop_psrp_message *m)
{
    switch (m->type) {
    case HOP_PSRP_PIPELINE_OUTPUT:
        note_value(p, "", m->u.object);
        if (p->stop_at_output)
            hop_psrp_link_stop(p->link, &p->id);
        break;
    case HOP_PSRP_ERROR_RECORD: note_value(p, "error:", m->u.object); break;
    case HOP_PSRP_WARNING_RECORD:
        note(p, "warning:", m->u.record.message->data);
        break;
    case HOP_PSRP_PROGRESS_RECORD:
        note(p, "progress:", m->u.progress.activity->data);
        break;
    case HOP_PSRP_PIPELINE_STATE:
        p->ended = true;
        p->state = m->u.state.state;
        if (m->u.state.error.kind == HOP_OBJECT)
            note_value(p, "ended:", m->u.state.error);
        break;
    case HOP_PSRP_PIPELINE_HOST_CALL: take_call(p, &m->u.call); break;
    default: break;
    }
}

/* Until done() or twenty seconds without a byte. */
static bool
wait_for(struct peer *p, bool (*done)(struct peer *p))
{
    while (!done(p)) {
        struct pollfd f = {p->in, POLLIN, 0};
        struct hop_psrp_event e;
        struct hop_error err = {0};
        char bytes[4096];
        ssize_t n;

        flush(p);
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
            if (e.kind == HOP_PSRP_MESSAGE)
                take_message(p, &e.message);
            hop_psrp_event_done(&e);
        }
        flush(p);
    }
    return true;
}

static bool
is_open(struct peer *p)
{
    return hop_psrp_session_state(p->session) == HOP_PSRP_POOL_OPENED;
}

static bool
has_ended(struct peer *p)
{
    return p->ended;
}

static bool
is_closed(struct peer *p)
{
    return hop_psrp_link_is_closed(p->link);
}

static bool
start(struct peer *p, int32_t minor)
{
    int to[2], from[2];
    struct hop_psrp_options o = {
        .cx = &p->cx, .keys = &p->keys, .pool = {{7}}, .minor = minor};
    struct hop_psrp_init init = {.min = 1, .max = 1, .apartment = 2};
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
           wait_for(p, is_open);
}

static void
finish(struct peer *p)
{
    static const struct hop_guid zero;
    int status = -1;

    hop_psrp_link_close(p->link, &zero);
    CHECK(wait_for(p, is_closed));
    close(p->out);
    CHECK(waitpid(p->pid, &status, 0) == p->pid);
    if (!program)
        CHECK_INT(status, 0);
    close(p->in);
    hop_psrp_link_free(p->link);
    hop_psrp_keys_done(&p->keys);
    hop_context_done(&p->cx);
}

static void
add_command(struct hop_psrp_pipeline *line, const char *text, bool script)
{
    line->commands = realloc(line->commands, (line->command_count + 1) *
                                                 sizeof(*line->commands));
    line->commands[line->command_count++] = (struct hop_psrp_command){
        .text = hop_string_from(text),
        .is_script = script,
        .use_local_scope = -1,
    };
}

/* Sends the pipeline and waits for its end. */
static void
run(struct peer *p, struct hop_psrp_pipeline *line, const struct hop_value *in,
    size_t n)
{
    struct hop_error err = {0};

    p->got[0] = '\0';
    p->ended = false;
    memset(&p->id, ++p->next_id, sizeof(p->id));
    line->no_input = n == 0;
    line->apartment = 2;
    line->host.use_runspace_host = true;
    CHECK(hop_psrp_client_pipeline(p->session, &p->id, line, &err));
    for (size_t i = 0; i < n; i++)
        CHECK(hop_psrp_client_input(p->session, &p->id, in[i], &err));
    if (n)
        CHECK(hop_psrp_client_end_input(p->session, &p->id, &err));
    CHECK(wait_for(p, has_ended));
    hop_psrp_link_close(p->link, &p->id);
}

static void
run_script(struct peer *p, const char *text)
{
    struct hop_psrp_pipeline line = {0};

    add_command(&line, text, true);
    run(p, &line, NULL, 0);
}

static void
check_scripts(struct peer *p)
{
    static const struct {
        const char *name, *text, *got;
        int32_t state;
    } rows[] = {
        {"output", "1; 'two'; 3.5", "1|two|3.5", 4},
        {"null is an object", "1; $null; 1", "1||1", 4},
        {"state is kept", "$x = 5", "", 4},
        {"and seen", "$x + 1", "6", 4},
        {"an error goes on", "Write-Error e1; 2", "error:e1|2", 4},
        {"a throw ends", "1; throw 'no'; 2", "1|ended:no", 5},
        {"a script that does not parse", "1 +", NULL, 5},
        {"a warning", "Write-Warning w; 1", "warning:w|1", 4},
        {"progress", "Write-Progress -Activity a -Status s; 1", "progress:a|1",
         4},
        {"exit", "1; exit 3; 2", "1|exit:3", 4},
        {"many objects", "(1..1000 | Measure-Object).Count", "1000", 4},
    };

    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        ROW(rows[i].name);
        run_script(p, rows[i].text);
        if (rows[i].got)
            CHECK_STR(p->got, rows[i].got);
        CHECK_INT(p->state, rows[i].state);
    }
}

static void
check_commands(struct peer *p)
{
    struct hop_psrp_pipeline line = {0};
    struct hop_psrp_argument *a = calloc(2, sizeof(*a));

    ROW("commands with parameters");
    add_command(&line, "Write-Output", false);
    a[0].value = hop_text("b");
    line.commands[0].arguments = a;
    line.commands[0].argument_count = 1;
    add_command(&line, "ForEach-Object", false);
    a = calloc(2, sizeof(*a));
    a[0] =
        (struct hop_psrp_argument){hop_string_from("-MemberName"), hop_null()};
    a[1] = (struct hop_psrp_argument){NULL, hop_text("Length")};
    line.commands[1].arguments = a;
    line.commands[1].argument_count = 2;
    run(p, &line, NULL, 0);
    CHECK_STR(p->got, "1");
    ROW("an unknown command fails at once");
    memset(&line, 0, sizeof(line));
    add_command(&line, "No-Such", false);
    run(p, &line, NULL, 0);
    CHECK_INT(p->state, HOP_PSRP_PIPELINE_FAILED);
    CHECK(strstr(p->got, "ended:The term 'No-Such' is not recognized"));
    ROW("statements");
    memset(&line, 0, sizeof(line));
    add_command(&line, "$y = 2", true);
    line.commands[0].ends_statement = true;
    add_command(&line, "$y * 2", true);
    run(p, &line, NULL, 0);
    CHECK_STR(p->got, "4");
}

static void
check_input(struct peer *p)
{
    struct hop_psrp_pipeline line = {0};
    const struct hop_value in[] = {hop_int(1), hop_int(2), hop_int(3)};

    ROW("pipeline input");
    add_command(&line, "process { $_ * 10 }", true);
    run(p, &line, in, 3);
    CHECK_STR(p->got, "10|20|30");
}

static void
check_stop(struct peer *p)
{
    static const char *const rows[] = {
        "1; while ($true) { $n++ }",
        "1; Start-Sleep 60",
        "1; /bin/sleep 60",
        "while ($true) { 1 }",
    };

    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        ROW(rows[i]);
        p->stop_at_output = true;
        run_script(p, rows[i]);
        p->stop_at_output = false;
        CHECK_INT(p->state, HOP_PSRP_PIPELINE_STOPPED);
        CHECK(strstr(p->got, "ended:The pipeline has been stopped."));
        run_script(p, "'alive'");
        CHECK_STR(p->got, "alive");
    }
}

/* The stop comes in one piece with what it is to stop. */
static void
check_early_stop(struct peer *p)
{
    struct hop_psrp_pipeline line = {0};
    struct hop_error err = {0};

    ROW("a stop right behind the pipeline");
    add_command(&line, "while ($true) { $n++ }", true);
    line.no_input = true;
    p->got[0] = '\0';
    p->ended = false;
    memset(&p->id, ++p->next_id, sizeof(p->id));
    line.apartment = 2;
    line.host.use_runspace_host = true;
    CHECK(hop_psrp_client_pipeline(p->session, &p->id, &line, &err));
    hop_psrp_link_stop(p->link, &p->id);
    CHECK(wait_for(p, has_ended));
    CHECK_INT(p->state, HOP_PSRP_PIPELINE_STOPPED);
    hop_psrp_link_close(p->link, &p->id);
    run_script(p, "'alive'");
    CHECK_STR(p->got, "alive");
}

static void
check_secret(struct peer *p)
{
    struct hop_psrp_pipeline line = {0};
    struct hop_value in = hop_secure_new(&p->cx, "s\xC3\xBC\xC3\x9F", 5);

    add_command(&line,
                "process { [System.Net.NetworkCredential]::new('u', "
                "$_).Password }",
                true);
    run(p, &line, &in, 1);
    CHECK_STR(p->got, "s\xC3\xBC\xC3\x9F");
    hop_release(in);
}

int
main(int argc, char **argv)
{
    struct peer p;

    signal(SIGPIPE, SIG_IGN);
    if (argc > 1)
        program = argv + 1;
    for (int32_t minor = 3; minor <= 4; minor++) {
        ROW(minor == 3 ? "version 2.3 opens" : "version 2.4 opens");
        CHECK(start(&p, minor));
        ROW(minor == 3 ? "a secret at 2.3" : "a secret at 2.4");
        check_secret(&p);
        if (minor == 4) {
            check_scripts(&p);
            check_commands(&p);
            check_input(&p);
            check_stop(&p);
            check_early_stop(&p);
        }
        ROW("the session ends");
        finish(&p);
    }
    return test_done();
}
