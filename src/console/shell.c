/* SPDX-License-Identifier: MIT */
#include "console/shell.h"

#include <locale.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "console/editor.h"
#include "lang/parse.h"

/* Signals belong to the process: the one loop at work is known here. */
static const struct hop_shell_ops *_Atomic running;
static void
interrupt(int signo)
{
    const struct hop_shell_ops *ops = atomic_load(&running);

    (void)signo;
    hop_terminal_interrupt();
    if (ops && ops->stop)
        ops->stop(ops->ctx);
}

/* Without SA_RESTART: a read at the prompt ends with Ctrl-C. */
static void
take_signals(struct sigaction *old)
{
    struct sigaction act = {.sa_handler = interrupt};

    sigemptyset(&act.sa_mask);
    sigaction(SIGINT, &act, old);
}

/* What is at work is stopped by Ctrl-C.  SIGINT is shut out from the end of one
 * work to the beginning of the next, but where the editor waits: a Ctrl-C is
 * the editor's or the next work's, and none comes between the two. */
static void
shut_out(int how)
{
    sigset_t one;

    sigemptyset(&one);
    sigaddset(&one, SIGINT);
    sigprocmask(how, &one, NULL);
}

static void
begin(const struct hop_shell_ops *ops)
{
    atomic_store(&running, ops);
    shut_out(SIG_UNBLOCK);
}

static void
end_work(const struct hop_shell_ops *ops)
{
    shut_out(SIG_BLOCK);
    atomic_store(&running, (const struct hop_shell_ops *)NULL);
    hop_terminal_settle();
    if (ops->settle)
        ops->settle(ops->ctx);
}

static bool
needs_more(void *ctx, const char *text, size_t n)
{
    HOP_AUTO_UNIT struct hop_unit *u =
        hop_lang_parse(text, n, NULL, HOP_PARSE_INPUT);

    (void)ctx;
    return hop_unit_incomplete(u);
}

/* libedit counts columns by the locale's characters. */
static void
use_utf8(void)
{
    const char *set = setlocale(LC_CTYPE, "");

    if (!set || (!strcasestr(set, "utf-8") && !strcasestr(set, "utf8")))
        setlocale(LC_CTYPE, "C.UTF-8");
}

static bool
run_input(struct hop_editor *e, struct hop_terminal *t,
          const struct hop_shell_ops *ops, const char *text, int *code)
{
    bool goes_on;

    hop_editor_remember(e, text);
    hop_terminal_restore(t);
    begin(ops);
    goes_on = ops->run(ops->ctx, text, strlen(text), code);
    end_work(ops);
    return goes_on;
}

static char *
ask_prompt(const struct hop_shell_ops *ops)
{
    char *prompt;

    begin(ops);
    prompt = ops->prompt(ops->ctx);
    end_work(ops);
    return prompt;
}

static void
close_stream(FILE **f)
{
    if (*f)
        fclose(*f);
}

int
hop_shell_loop(struct hop_terminal *t, const char *history_path,
               const struct hop_shell_ops *ops)
{
    HOP_CLEANUP(close_stream) FILE *in = fdopen(dup(t->in), "r");
    HOP_CLEANUP(close_stream) FILE *out = fdopen(dup(t->out), "w");
    struct hop_editor_ops editor_ops = {ops->ctx, ops->complete, needs_more,
                                        t->moves, ops->wait};
    struct hop_editor *e;
    struct sigaction old;
    int code = 0;

    if (!in || !out)
        return 1;
    use_utf8();
    take_signals(&old);
    shut_out(SIG_BLOCK);
    e = hop_editor_new(in, out, history_path, &editor_ops);
    for (;;) {
        HOP_AUTO_FREE char *text = NULL;
        HOP_AUTO_FREE char *prompt = ask_prompt(ops);
        enum hop_editor_end end = hop_editor_read(e, prompt, ">> ", &text);

        if (end == HOP_EDITOR_CANCELLED)
            continue;
        if (end == HOP_EDITOR_END) {
            fputc('\n', out);
            code = ops->exit_code ? ops->exit_code(ops->ctx) : 0;
            break;
        }
        if (!run_input(e, t, ops, text, &code))
            break;
    }
    hop_editor_free(e);
    hop_terminal_restore(t);
    sigaction(SIGINT, &old, NULL);
    shut_out(SIG_UNBLOCK);
    return code;
}
