/* The shell itself at a terminal; its path is the argument.
 *
 * SPDX-License-Identifier: MIT
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "user.h"

static const char *hop;
static char home[] = "/tmp/hop-session-XXXXXX";

static void
sit_down(struct user *u)
{
    struct winsize size = {.ws_row = 24, .ws_col = 120};

    *u = (struct user){.seen = HOP_BUF_INIT};
    u->pid = forkpty(&u->fd, NULL, NULL, &size);
    if (u->pid != 0)
        return;
    setenv("TERM", "xterm", 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    setenv("HOME", home, 1);
    unsetenv("XDG_DATA_HOME");
    if (chdir(home) == 0)
        execl(hop, hop, "-NoProfile", "-NoLogo", (char *)NULL);
    _exit(127);
}

TEST(an_expression_is_answered)
{
    struct user u;

    sit_down(&u);
    expect_prompt(&u);
    type(&u, "6 * 7\r");
    expect(&u, "42");
    expect_prompt(&u);
    type(&u, "exit 5\r");
    CHECK_INT(leave(&u), 5);
}

TEST(variables_stay_and_lines_go_on)
{
    struct user u;

    sit_down(&u);
    expect_prompt(&u);
    type(&u, "$a = 20\r");
    expect_prompt(&u);
    type(&u, "if ($a) {\r");
    expect(&u, ">> ");
    type(&u, "\"is $($a + 3)\" }\r");
    expect(&u, "is 23");
    expect_prompt(&u);
    type(&u, "\4");
    CHECK_INT(leave(&u), 0);
}

static bool
comes(const char *name)
{
    struct stat st;
    HOP_AUTO_FREE char *path = hop_xasprintf("%s/%s", home, name);

    for (int tries = 0; tries < 400 && stat(path, &st) != 0; tries++)
        usleep(10000);
    return stat(path, &st) == 0;
}

TEST(jobs_go_on_while_the_prompt_waits)
{
    struct user u;

    sit_down(&u);
    expect_prompt(&u);
    type(&u, "$null = Start-ThreadJob { Start-Sleep -Milliseconds 50; "
             "Set-Content of-a-thread x }\r");
    expect_prompt(&u);
    CHECK(comes("of-a-thread"));
    /* more than a pipe holds */
    type(&u, "$null = Start-Job { 'x' * 400KB; Set-Content of-a-process x }\r");
    expect_prompt(&u);
    CHECK(comes("of-a-process"));
    type(&u, "exit\r");
    CHECK_INT(leave(&u), 0);
}

TEST(what_a_job_shows_stands_above_the_line_being_typed)
{
    HOP_AUTO_FREE char *go = NULL;
    struct user u;

    sit_down(&u);
    expect_prompt(&u);
    type(&u,
         "$null = Start-ThreadJob -StreamingHost $Host { while (!(Test-Path "
         "go)) { Start-Sleep -Milliseconds 10 }; Write-Host from the job "
         "}\r");
    expect_prompt(&u);
    type(&u, "'al' + ");
    expect(&u, "'al' + ");
    go = hop_xasprintf("%s/go", home);
    close(open(go, O_CREAT | O_WRONLY, 0600));
    expect(&u, "from the job");
    expect_prompt(&u);
    expect(&u, "'al' + ");
    type(&u, "'ive'\r");
    expect(&u, "alive");
    expect_prompt(&u);
    type(&u, "exit\r");
    CHECK_INT(leave(&u), 0);
}

TEST(ctrl_c_stops_a_loop_and_a_program_but_not_the_shell)
{
    struct user u;

    sit_down(&u);
    expect_prompt(&u);
    type(&u, "'be' + 'gin'; while (1) { }\r");
    expect(&u, "begin");
    type(&u, "\3");
    expect_prompt(&u);
    type(&u, "'st' + 'art'; /bin/sleep 60\r");
    expect(&u, "start");
    usleep(100000);
    type(&u, "\3");
    expect_prompt(&u);
    type(&u, "'al' + 'ive'\r");
    expect(&u, "alive");
    expect_prompt(&u);
    type(&u, "exit\r");
    CHECK_INT(leave(&u), 0);
}

TEST(commands_variables_and_members_complete)
{
    struct user u;

    sit_down(&u);
    expect_prompt(&u);
    type(&u, "$longname = 'abcde'\r");
    expect_prompt(&u);
    type(&u, "write-outp\t $longn\t.Leng\t\r");
    expect(&u, "Write-Output");
    expect(&u, "\033[?2004l5");
    expect_prompt(&u);
    type(&u, "exit\r");
    CHECK_INT(leave(&u), 0);
}

TEST(the_line_before_is_at_hand)
{
    struct user u;

    sit_down(&u);
    expect_prompt(&u);
    type(&u, "Get-Item '/tmp' | Out-Null\r");
    expect_prompt(&u);
    type(&u, "\"[$^][$$]\"\r");
    expect(&u, "[Get-Item][Out-Null]");
    expect_prompt(&u);
    type(&u, "exit\r");
    CHECK_INT(leave(&u), 0);
}

TEST(scripts_ask_by_the_host)
{
    struct user u;

    sit_down(&u);
    expect_prompt(&u);
    type(&u, "'got ' + $Host.UI.PromptForChoice('T', 'Which?', "
             "('&Red', '&Blue'), 0)\r");
    expect(&u, "[R] Red  [B] Blue");
    expect(&u, "(default is \"R\"): ");
    type(&u, "b\r");
    expect(&u, "got 1");
    expect_prompt(&u);
    type(&u, "exit\r");
    CHECK_INT(leave(&u), 0);
}

TEST(ctrl_c_ends_a_question_and_what_asked)
{
    static const char *const questions[] = {
        ("try { $n = $Host.UI.PromptForChoice('', '', '&A', 0) } "
         "catch { $missed = 1 }; $missed = 1\r"),
        "$Host.UI.ReadLine(); $missed = 1\r",
        "[Console]::ReadLine(); $missed = 1\r",
        "Read-Host; $missed = 1\r",
    };
    struct user u;

    sit_down(&u);
    expect_prompt(&u);
    for (size_t i = 0; i < sizeof(questions) / sizeof(*questions); i++) {
        type(&u, "Write-Host ('n' + 'ow'); ");
        type(&u, questions[i]);
        expect(&u, "now");
        usleep(20000);
        type(&u, "\3");
        expect_prompt(&u);
    }
    type(&u, "\"<$missed>\"\r");
    expect(&u, "2004l<>");
    type(&u, "exit 6\r");
    CHECK_INT(leave(&u), 6);
}

/* A session by a program: hop, called ssh, is the other side too. */
static void
make_ssh(void)
{
    HOP_AUTO_FREE char *path = hop_xasprintf("%s/ssh", home);
    HOP_AUTO_FREE char *text =
        hop_xasprintf("#!/bin/sh\nexec \"%s\" -s\n", hop);
    HOP_AUTO_FREE char *search = hop_xasprintf("%s:%s", home, getenv("PATH"));
    int fd = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0700);

    CHECK(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
    setenv("PATH", search, 1);
}

/* Whenever it is typed behind a question's text, also before the question has
 * the terminal. */
TEST(ctrl_c_ends_a_question_of_the_other_side)
{
    static const char *const questions[] = {
        "Read-Host ('n' + 'ow'); $missed = 1\r",
        "Read-Host ('n' + 'ow') -AsSecureString; $missed = 1\r",
        "$Host.UI.PromptForChoice('', 'n' + 'ow', '&A', 0); $missed = 1\r",
        "Write-Host ('n' + 'ow'); $Host.UI.ReadLine(); $missed = 1\r",
        "Write-Host ('n' + 'ow'); $Host.UI.RawUI.ReadKey(); $missed = 1\r",
        "Get-Credential x -Message ('n' + 'ow'); $missed = 1\r",
    };
    struct user u;

    make_ssh();
    sit_down(&u);
    expect_prompt(&u);
    type(&u, "Enter-PSSession -HostName b\r");
    expect(&u, "[b]: PS");
    expect_prompt(&u);
    for (size_t i = 0; i < 24; i++) {
        type(&u, questions[i % HOP_ARRAY_SIZE(questions)]);
        expect(&u, "now");
        usleep((useconds_t)(i * i * 10));
        type(&u, "\3");
        expect(&u, "[b]: PS");
        expect_prompt(&u);
    }
    type(&u, "\"<$missed>\"\r");
    expect(&u, "2004l<>");
    expect_prompt(&u);
    type(&u, "exit\r");
    expect_prompt(&u);
    type(&u, "exit 6\r");
    CHECK_INT(leave(&u), 6);
}

TEST(ctrl_c_ends_a_prompt_that_does_not_come)
{
    struct user u;

    sit_down(&u);
    expect_prompt(&u);
    type(&u, "function prompt { if ($slow) { Write-Host ('n' + 'ow'); "
             "while (1) { } }; 'quick> ' }; $slow = 1\r");
    expect(&u, "now");
    type(&u, "\3");
    expect_prompt(&u);
    type(&u, "$slow = 0; 'al' + 'ive'\r");
    expect(&u, "alive");
    expect(&u, "quick");
    expect_prompt(&u);
    type(&u, "exit\r");
    CHECK_INT(leave(&u), 0);
}

/* What the shell `sh` says of hop -c: "status" in what. */
static int
run_by_sh(const char *script, const char *around)
{
    char *line =
        hop_xasprintf("\"%s\" -NoProfile -c '%s' %s", hop, script, around);
    int status = system(line);

    free(line);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(a_script_ends_when_its_output_is_lost)
{
    ROW("the reader has had enough");
    CHECK_INT(run_by_sh("while ($true) { 1 }", "| head -1 | grep -q 1"), 0);
    ROW("no room is left");
    CHECK_INT(run_by_sh("while ($true) { 1 }", ">/dev/full 2>/dev/null"), 1);
    CHECK_INT(run_by_sh("1", "2>&1 >/dev/full | grep -q \"No space left\""), 0);
}

TEST(inquire_asks_before_each_error)
{
    struct user u;

    sit_down(&u);
    expect_prompt(&u);
    type(&u, "$ErrorActionPreference = 'Inquire'\r");
    expect_prompt(&u);
    type(&u, "Get-Item /no/1, /no/2\r");
    expect(&u, "[H] Halt Command");
    expect(&u, "(default is \"Y\"): ");
    type(&u, "a\r");
    expect(&u, "Cannot find path '/no/1'");
    expect(&u, "Cannot find path '/no/2'");
    expect_prompt(&u);
    type(&u, "try { Get-Item /no/3 } catch { 'caught' + $_ }\r");
    expect(&u, "(default is \"Y\"): ");
    type(&u, "h\r");
    expect(&u, "caughtThe running command stopped");
    expect_prompt(&u);
    type(&u, "exit\r");
    CHECK_INT(leave(&u), 0);
}

int
main(int argc, char **argv)
{
    if (argc != 2 || !mkdtemp(home))
        return 1;
    hop = realpath(argv[1], NULL);
    RUN(an_expression_is_answered);
    RUN(variables_stay_and_lines_go_on);
    RUN(jobs_go_on_while_the_prompt_waits);
    RUN(what_a_job_shows_stands_above_the_line_being_typed);
    RUN(ctrl_c_stops_a_loop_and_a_program_but_not_the_shell);
    RUN(commands_variables_and_members_complete);
    RUN(the_line_before_is_at_hand);
    RUN(scripts_ask_by_the_host);
    RUN(ctrl_c_ends_a_question_and_what_asked);
    RUN(ctrl_c_ends_a_question_of_the_other_side);
    RUN(ctrl_c_ends_a_prompt_that_does_not_come);
    RUN(a_script_ends_when_its_output_is_lost);
    RUN(inquire_asks_before_each_error);
    return test_done();
}
