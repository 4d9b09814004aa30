/* The whole server on the loopback, by libhop: NTLM, sealed messages, WinRS.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "serve.h"
#include "test.h"

static struct serve server;

struct collected {
    struct hop_buf out, err;
};

static bool
collect(void *ctx, enum hop_stream stream, const void *data, size_t len)
{
    struct collected *c = ctx;

    hop_buf_add(stream == HOP_STDERR ? &c->err : &c->out, data, len);
    return true;
}

static void
done_collected(struct collected *c)
{
    hop_buf_done(&c->out);
    hop_buf_done(&c->err);
}

static hop_shell *
open_shell(hop_connection *c, const struct hop_shell_options *options)
{
    hop_shell *shell = NULL;

    if (!hop_shell_create(c, options, &shell))
        test_fail(__FILE__, __LINE__, "%s", hop_connection_error(c));
    return shell;
}

/* Runs a line to its end; -1 when that fails. */
static int
run_line(hop_connection *c, hop_shell *shell, const char *line,
         struct collected *got)
{
    hop_command *command = NULL;
    int32_t code = -1;
    struct hop_io io = {.size = sizeof(io),
                        .ctx = got,
                        .output = collect,
                        .input_fd = -1,
                        .interrupt_fd = -1};

    memset(got, 0, sizeof(*got));
    if (!shell || !hop_command_start(shell, line, NULL, 0, 0, &command) ||
        !hop_command_run(command, &io, &code))
        test_fail(__FILE__, __LINE__, "%s: %s", line, hop_connection_error(c));
    hop_command_free(command);
    return code;
}

static const struct {
    const char *name, *line, *out, *err;
    int code;
} lines[] = {
    {"both streams and the exit status", "echo out; echo err >&2; exit 3",
     "out\n", "err\n", 3},
    {"nothing at all", "true", "", "", 0},
    {"killed by a signal", "kill -9 $$", "", "", 137},
    {"a program that is not there", "exec /nonexistent/program 2>/dev/null", "",
     "", 127},
    {"output without a line's end", "printf x", "x", "", 0},
    {"working directory", "pwd", "/tmp\n", "", 0},
    {"a variable of the client's", "echo \"$GREETING\"", "hello there\n", "",
     0},
    {"what the session is", "echo $HOP_SESSION_LOGON $HOP_SESSION_DELEGATION",
     "ntlm none\n", "", 0},
    {"session variables cannot be replaced", "echo ${HOP_SESSION_FAKE-none}",
     "none\n", "", 0},
    {"a child that outlives the command", "sleep 300 & echo started",
     "started\n", "", 0},
    {"text that is not ASCII", "printf '\\303\\251'", "\303\251", "", 0},
};

TEST(commands_run)
{
    const struct hop_variable variables[] = {{"GREETING", "hello there"},
                                             {"HOP_SESSION_FAKE", "mallory"}};
    struct hop_shell_options options = {.size = sizeof(options),
                                        .directory = "/tmp",
                                        .variables = variables,
                                        .variable_count = 2};
    hop_connection *c = serve_connect(&server);
    hop_shell *shell = open_shell(c, &options);

    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        struct collected got;
        ROW(lines[i].name);
        CHECK(run_line(c, shell, lines[i].line, &got) == lines[i].code);
        CHECK_STR(hop_buf_str(&got.out), lines[i].out);
        CHECK_STR(hop_buf_str(&got.err), lines[i].err);
        done_collected(&got);
    }
    CHECK(hop_shell_delete(shell));
    hop_connection_free(c);
}

/* A user whose domain no KDC is known for: NTLM inside SPNEGO. */
TEST(negotiate_without_kerberos)
{
    hop_connection *c = serve_connect(&server);
    hop_shell *shell;

    CHECK(hop_connection_set_number(c, HOP_SET_AUTH, HOP_USE_NEGOTIATE));
    shell = open_shell(c, NULL);
    for (int i = 0; i < 3; i++) {
        struct collected got;
        CHECK(run_line(c, shell, "echo sealed", &got) == 0);
        CHECK_STR(hop_buf_str(&got.out), "sealed\n");
        done_collected(&got);
    }
    CHECK_STR(hop_connection_mechanism(c), "NTLM");
    CHECK(hop_shell_delete(shell));
    hop_connection_free(c);
}

TEST(a_wrong_password_is_told)
{
    static const int ways[] = {HOP_USE_NTLM, HOP_USE_NEGOTIATE};

    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        hop_connection *c = serve_connect(&server);
        hop_shell *shell = NULL;

        CHECK(hop_connection_set_number(c, HOP_SET_AUTH, ways[i]));
        CHECK(hop_connection_set_text(c, HOP_SET_PASSWORD, "Sesame, close"));
        CHECK(!hop_shell_create(c, NULL, &shell));
        CHECK_INT(hop_connection_code(c), 0x8009030C);
        CHECK(strstr(hop_connection_error(c), "password") != NULL);
        printf("# %s\n", hop_connection_error(c));
        hop_connection_free(c);
    }
}

TEST(a_missing_directory_is_told)
{
    struct hop_shell_options options = {.size = sizeof(options),
                                        .directory = "/nonexistent"};
    hop_connection *c = serve_connect(&server);
    hop_shell *shell = NULL;

    CHECK(!hop_shell_create(c, &options, &shell));
    CHECK(hop_connection_code(c) == 0x80070003);
    CHECK(strstr(hop_connection_error(c),
                 "the working directory /nonexistent cannot be entered") !=
          NULL);
    hop_connection_free(c);
}

/* Reads until the command is done, or `enough` bytes have come. */
static bool
read_output(hop_command *command, struct hop_buf *out, size_t enough,
            int32_t *code)
{
    struct hop_output o = {0};

    while (!o.done && out->len < enough) {
        if (!hop_command_receive(command, &o))
            return false;
        hop_buf_add(out, o.data, o.len);
    }
    *code = o.done ? o.exit_code : -1;
    return true;
}

TEST(input_is_streamed)
{
    hop_connection *c = serve_connect(&server);
    hop_shell *shell = open_shell(c, NULL);
    hop_command *command = NULL;
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    int32_t code;

    CHECK(hop_command_start(shell, "cat; echo end", NULL, 0, 0, &command));
    CHECK(hop_command_send(command, "one\n", 4, false));
    CHECK(read_output(command, &out, 4, &code));
    CHECK_STR(hop_buf_str(&out), "one\n");
    CHECK(hop_command_send(command, "two\n", 4, true));
    CHECK(read_output(command, &out, SIZE_MAX, &code) && code == 0);
    CHECK_STR(hop_buf_str(&out), "one\ntwo\nend\n");
    hop_command_free(command);
    CHECK(hop_shell_delete(shell));
    hop_connection_free(c);
}

TEST(ctrl_c_interrupts)
{
    hop_connection *c = serve_connect(&server);
    hop_shell *shell = open_shell(c, NULL);
    hop_command *command = NULL;
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    int32_t code;

    CHECK(hop_command_start(shell,
                            "trap 'echo caught; exit 7' INT; echo ready; "
                            "while :; do sleep 0.01; done",
                            NULL, 0, 0, &command));
    CHECK(read_output(command, &out, 6, &code));
    CHECK(hop_command_signal(command, HOP_SIG_CTRL_C));
    CHECK(read_output(command, &out, SIZE_MAX, &code) && code == 7);
    CHECK_STR(hop_buf_str(&out), "ready\ncaught\n");
    hop_command_free(command);
    CHECK(hop_shell_delete(shell));
    hop_connection_free(c);
}

static bool
is_gone(pid_t pid)
{
    for (int i = 0; i < 5000; i++) {
        if (kill(pid, 0) < 0 && errno == ESRCH)
            return true;
        usleep(1000);
    }
    return false;
}

/* A process that has left its parent, its session and its process group, and
 * that minds no signal. */
TEST(nothing_is_left_behind)
{
    hop_connection *c = serve_connect(&server);
    hop_shell *shell = open_shell(c, NULL);
    struct collected got;

    CHECK(run_line(c, shell,
                   "(setsid sh -c 'trap \"\" TERM HUP INT; echo $$; exec >&- "
                   "2>&- <&-; while :; do sleep 1; done' &); sleep 0.2",
                   &got) == 0);
    pid_t pid = atoi(hop_buf_str(&got.out));
    CHECK(pid > 1 && kill(pid, 0) == 0);
    CHECK(hop_shell_delete(shell));
    CHECK(is_gone(pid));
    done_collected(&got);
    hop_connection_free(c);
}

TEST(large_output_is_whole)
{
    hop_connection *c = serve_connect(&server);
    hop_shell *shell = open_shell(c, NULL);
    struct collected got;
    size_t want = 0;
    bool same = true;

    CHECK(run_line(c, shell, "seq 1000000", &got) == 0);
    const char *p = hop_buf_str(&got.out);
    for (int i = 1; i <= 1000000 && same; i++) {
        char line[16];
        int n = snprintf(line, sizeof(line), "%d\n", i);
        same = strncmp(p + want, line, (size_t)n) == 0;
        want += (size_t)n;
    }
    CHECK(same && got.out.len == want);
    done_collected(&got);
    CHECK(hop_shell_delete(shell));
    hop_connection_free(c);
}

static long
resident_kb(pid_t pid)
{
    char path[64], line[256];
    long kb = -1;

    snprintf(path, sizeof(path), "/proc/%d/status", pid);
    FILE *f = fopen(path, "r");
    while (f && fgets(line, sizeof(line), f))
        sscanf(line, "VmRSS: %ld", &kb);
    if (f)
        fclose(f);
    return kb;
}

TEST(a_stopped_reader_stops_the_writer)
{
    hop_connection *c = serve_connect(&server);
    hop_shell *shell = open_shell(c, NULL);
    hop_command *command = NULL;
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    int32_t code;
    long before = resident_kb(serve_child(&server, "hopd-net"));

    CHECK(hop_command_start(shell, "yes", NULL, 0, 0, &command));
    CHECK(read_output(command, &out, 1000, &code));
    usleep(300000);
    CHECK(resident_kb(serve_child(&server, "hopd-net")) < before + 8192);
    CHECK(hop_command_signal(command, HOP_SIG_TERMINATE));
    hop_command_free(command);
    CHECK(hop_shell_delete(shell));
    hop_connection_free(c);
}

/* Unread output of some commands leaves room for others. */
TEST(one_command_does_not_block_another)
{
    hop_connection *c = serve_connect(&server);
    hop_shell *shell = open_shell(c, NULL);
    hop_command *busy[4] = {NULL};
    struct collected got;

    for (size_t i = 0; i < 4; i++)
        CHECK(hop_command_start(shell, "yes", NULL, 0, 0, &busy[i]));
    usleep(100000);
    CHECK(run_line(c, shell, "seq 100000 | wc -l; seq 1 20000 >&2", &got) == 0);
    CHECK_STR(hop_buf_str(&got.out), "100000\n");
    CHECK(got.err.len == 108894);
    done_collected(&got);
    for (size_t i = 0; i < 4; i++)
        hop_command_free(busy[i]);
    CHECK(hop_shell_delete(shell));
    hop_connection_free(c);
}

/* More output than a shell may keep, over more commands than it may have; none
 * of them is terminated. */
TEST(finished_commands_are_forgotten)
{
    hop_connection *c = serve_connect(&server);
    hop_shell *shell = open_shell(c, NULL);

    for (int i = 0; i < 150; i++) {
        struct collected got;
        CHECK(run_line(c, shell, "head -c 200000 /dev/zero | tr '\\0' x",
                       &got) == 0);
        CHECK(got.out.len == 200000);
        done_collected(&got);
    }
    CHECK(hop_shell_delete(shell));
    hop_connection_free(c);
}

TEST(a_quota_is_named)
{
    hop_connection *c = serve_connect(&server);
    hop_shell *shells[4] = {NULL}, *more = NULL;

    for (size_t i = 0; i < 4; i++)
        shells[i] = open_shell(c, NULL);
    CHECK(!hop_shell_create(c, NULL, &more));
    CHECK(hop_connection_code(c) == 0x803381A5);
    CHECK(strstr(hop_connection_error(c), "MaxShellsPerUser (4) is reached") !=
          NULL);
    CHECK(serve_log_count(&server, "HOP_QUOTA=\"MaxShellsPerUser\"") == 1);
    for (size_t i = 0; i < 4; i++) {
        CHECK(hop_shell_delete(shells[i]));
    }
    hop_connection_free(c);
}

TEST(another_client_takes_over)
{
    hop_connection *c = serve_connect(&server), *d = serve_connect(&server);
    hop_shell *shell = open_shell(c, NULL), *other = NULL;
    hop_command *command = NULL, *same = NULL;
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    int32_t code;

    CHECK(hop_command_start(shell, "echo a; sleep 0.3; echo b", NULL, 0, 0,
                            &command));
    CHECK(hop_shell_disconnect(shell, 0));
    CHECK(!hop_command_send(command, "x", 1, false));
    CHECK(hop_connection_code(c) == 0x803381C4);
    CHECK(hop_shell_connect(d, NULL, hop_shell_id(shell), &other));
    CHECK(hop_command_attach(other, hop_command_id(command), &same));
    CHECK(read_output(same, &out, SIZE_MAX, &code) && code == 0);
    CHECK_STR(hop_buf_str(&out), "a\nb\n");
    hop_command_free(command);
    hop_command_free(same);
    CHECK(hop_shell_delete(other));
    hop_shell_free(shell);
    hop_connection_free(c);
    hop_connection_free(d);
}

TEST(a_shell_that_never_was)
{
    hop_connection *c = serve_connect(&server);
    hop_shell *shell = NULL;

    CHECK(!hop_shell_connect(c, NULL, "00000000-0000-4000-8000-000000000000",
                             &shell));
    CHECK(hop_connection_code(c) == 0x8033805B);
    hop_connection_free(c);
}

/* Numbers are counted while hopd-net dies: none may be lost or come twice. */
TEST(hopd_net_may_die)
{
    hop_connection *c = serve_connect(&server);
    hop_shell *shell = open_shell(c, NULL);
    hop_command *command = NULL;
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT, want = HOP_BUF_INIT;
    struct hop_output o = {0};
    int killed = 0;

    CHECK(hop_command_start(shell,
                            "i=0; while [ $i -lt 400 ]; do i=$((i+1)); echo "
                            "$i; sleep 0.002; done",
                            NULL, 0, 0, &command));
    while (!o.done && hop_command_receive(command, &o)) {
        hop_buf_add(&out, o.data, o.len);
        if (out.len > (size_t)(killed + 1) * 300 && killed < 2) {
            kill(serve_child(&server, "hopd-net"), SIGKILL);
            killed++;
        }
    }
    if (!o.done)
        test_fail(__FILE__, __LINE__, "%s", hop_connection_error(c));
    for (int i = 1; i <= 400; i++)
        hop_buf_addf(&want, "%d\n", i);
    CHECK(killed == 2);
    CHECK_STR(hop_buf_str(&out), hop_buf_str(&want));
    hop_command_free(command);
    CHECK(hop_shell_delete(shell));
    hop_connection_free(c);
}

int
main(void)
{
    serve_start(&server, "Shell/MaxShellsPerUser = 4\n");
    RUN(commands_run);
    RUN(negotiate_without_kerberos);
    RUN(a_wrong_password_is_told);
    RUN(a_missing_directory_is_told);
    RUN(input_is_streamed);
    RUN(ctrl_c_interrupts);
    RUN(nothing_is_left_behind);
    RUN(large_output_is_whole);
    RUN(a_stopped_reader_stops_the_writer);
    RUN(one_command_does_not_block_another);
    RUN(finished_commands_are_forgotten);
    RUN(a_quota_is_named);
    RUN(another_client_takes_over);
    RUN(a_shell_that_never_was);
    RUN(hopd_net_may_die);
    test_begin("the server stops and leaves nothing");
    CHECK(serve_stop(&server));
    return test_done();
}
