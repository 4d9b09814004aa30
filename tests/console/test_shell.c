/* The prompt on a pseudo-terminal: typing, editing, history, completion, lines
 * that go on, Ctrl-C.
 *
 * SPDX-License-Identifier: MIT
 */
#include <signal.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "console/history.h"
#include "console/shell.h"
#include "lang/complete.h"
#include "user.h"

/* ---- the shell in the child: it says what it is given to run ----------------
 */

static volatile sig_atomic_t stopped;

static char *
prompt(void *ctx)
{
    (void)ctx;
    stopped = 0;
    return hop_xstrdup("first line\n\033[32mPS\033[0m> ");
}

static void
stop(void *ctx)
{
    (void)ctx;
    stopped = 1;
}

static bool
run(void *ctx, const char *text, size_t n, int *exit_code)
{
    (void)ctx;
    (void)n;
    if (strcmp(text, "exit") == 0) {
        *exit_code = 3;
        return false;
    }
    if (strcmp(text, "wait") == 0) {
        printf("waiting\n");
        fflush(stdout);
        while (!stopped)
            usleep(1000);
        printf("stopped\n");
    } else {
        printf("ran <");
        for (; *text; text++)
            printf(*text == '\n' ? "\\n" : "%c", *text);
        printf(">\n");
    }
    fflush(stdout);
    return true;
}

static void
commands(void *ctx, struct hop_completion_list *l)
{
    static const char *const names[] = {"Get-ChildItem", "Get-Item",
                                        "Stop-Process"};

    (void)ctx;
    for (size_t i = 0; i < HOP_ARRAY_SIZE(names); i++)
        if (hop_complete_fits(l, names[i]))
            hop_complete_add(l, names[i], NULL, NULL, HOP_COMPLETE_COMMAND);
}

static struct hop_completion_list *
complete(void *ctx, const char *text, size_t n, size_t cursor)
{
    static const struct hop_complete_lookup lookup = {.commands = commands};

    (void)ctx;
    return hop_complete(text, n, cursor, &lookup);
}

static int
exit_code(void *ctx)
{
    (void)ctx;
    return 7;
}

static const struct hop_shell_ops ops = {
    NULL, prompt, run, stop, NULL, complete, exit_code,
};

/* ---- the user in the parent
 * ---------------------------------------------------- */

static char folder[] = "/tmp/hop-console-XXXXXX";
static char history_file[64];

static void
sit_down(struct user *u)
{
    struct winsize size = {.ws_row = 24, .ws_col = 80};
    struct hop_terminal t;

    *u = (struct user){.seen = HOP_BUF_INIT};
    u->pid = forkpty(&u->fd, NULL, NULL, &size);
    if (u->pid != 0)
        return;
    setenv("TERM", "xterm", 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    hop_terminal_init(&t, 0, 1, "xterm", NULL);
    _exit(hop_shell_loop(&t, history_file, &ops));
}

TEST(a_line_is_run_and_exit_ends_with_its_code)
{
    struct user u;

    sit_down(&u);
    expect(&u, "first line");
    expect_prompt(&u);
    type(&u, "Get-Date\r");
    expect(&u, "ran <Get-Date>");
    expect_prompt(&u);
    type(&u, "abd\177c\r");
    expect(&u, "ran <abc>");
    type(&u, "exit\r");
    CHECK_INT(leave(&u), 3);
}

TEST(the_end_of_input_ends_the_shell)
{
    struct user u;

    sit_down(&u);
    expect_prompt(&u);
    type(&u, "\4");
    CHECK_INT(leave(&u), 7);
}

TEST(an_incomplete_line_goes_on)
{
    struct user u;

    sit_down(&u);
    expect_prompt(&u);
    type(&u, "if (1) {\r");
    expect(&u, ">> ");
    type(&u, "2\r");
    expect(&u, ">> ");
    type(&u, "}\r");
    expect(&u, "ran <if (1) {\\n2\\n}>");
    type(&u, "exit\r");
    CHECK_INT(leave(&u), 3);
}

TEST(ctrl_c_forgets_the_line_and_stops_what_runs)
{
    struct user u;

    sit_down(&u);
    expect_prompt(&u);
    type(&u, "half a li");
    expect(&u, "half a li");
    type(&u, "\3");
    expect(&u, "^C");
    expect_prompt(&u);
    type(&u, "whole\r");
    expect(&u, "ran <whole>");
    expect_prompt(&u);
    type(&u, "wait\r");
    expect(&u, "waiting");
    type(&u, "\3");
    expect(&u, "stopped");
    expect_prompt(&u);
    type(&u, "exit\r");
    CHECK_INT(leave(&u), 3);
}

/* Wherever it comes between the line and what it runs. */
TEST(ctrl_c_is_never_lost)
{
    struct user u;

    sit_down(&u);
    for (useconds_t wait = 0; wait < 400; wait += 10) {
        expect_prompt(&u);
        type(&u, "wait\r");
        usleep(wait);
        kill(u.pid, SIGINT);
    }
    expect_prompt(&u);
    type(&u, "exit\r");
    CHECK_INT(leave(&u), 3);
}

TEST(tab_completes_and_lists)
{
    struct user u;

    sit_down(&u);
    expect_prompt(&u);
    type(&u, "stop-\t\r");
    expect(&u, "ran <Stop-Process>");
    expect_prompt(&u);
    type(&u, "get-\t");
    expect(&u, "Get-ChildItem");
    expect(&u, "Get-Item");
    type(&u, "i\t\r");
    expect(&u, "ran <Get-Item>");
    type(&u, "exit\r");
    CHECK_INT(leave(&u), 3);
}

TEST(pasted_lines_are_one_input_and_wait_for_enter)
{
    struct user u;

    sit_down(&u);
    expect_prompt(&u);
    type(&u, "\033[200~get-\tx\r\xE2\x80\x93 y\rz\r\033[201~");
    expect(&u, "z");
    type(&u, "!\r");
    expect(&u, "ran <get-\tx\\n\xE2\x80\x93 y\\nz!>");
    type(&u, "exit\r");
    CHECK_INT(leave(&u), 3);
}

TEST(history_is_kept_from_run_to_run)
{
    struct user u;

    unlink(history_file);
    sit_down(&u);
    expect_prompt(&u);
    type(&u, "remember me\r");
    expect(&u, "ran <remember me>");
    expect_prompt(&u);
    type(&u, "$password = 1\r");
    expect(&u, "ran <$password = 1>");
    expect_prompt(&u);
    type(&u, "\4");
    leave(&u);
    sit_down(&u);
    expect_prompt(&u);
    type(&u, "\033[A\r");
    expect(&u, "ran <remember me>");
    type(&u, "exit\r");
    CHECK_INT(leave(&u), 3);
}

static void
collect(void *ctx, const char *entry)
{
    hop_buf_addf(ctx, "[%s]", entry);
}

TEST(entries_of_many_lines_come_back_from_the_file)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct stat st;

    unlink(history_file);
    CHECK(hop_history_append(history_file, "one\ntwo"));
    CHECK(hop_history_append(history_file, "three"));
    hop_history_load(history_file, collect, &b);
    CHECK_STR(hop_buf_str(&b), "[one\ntwo][three]");
    CHECK(stat(history_file, &st) == 0 && (st.st_mode & 0777) == 0600);
}

int
main(void)
{
    if (!mkdtemp(folder))
        return 1;
    snprintf(history_file, sizeof(history_file), "%s/h", folder);
    RUN(a_line_is_run_and_exit_ends_with_its_code);
    RUN(the_end_of_input_ends_the_shell);
    RUN(an_incomplete_line_goes_on);
    RUN(ctrl_c_forgets_the_line_and_stops_what_runs);
    RUN(ctrl_c_is_never_lost);
    RUN(tab_completes_and_lists);
    RUN(pasted_lines_are_one_input_and_wait_for_enter);
    RUN(history_is_kept_from_run_to_run);
    RUN(entries_of_many_lines_come_back_from_the_file);
    unlink(history_file);
    rmdir(folder);
    return test_done();
}
