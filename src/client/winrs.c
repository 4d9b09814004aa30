/* SPDX-License-Identifier: MIT */
#include "client/winrs.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "auth/agentstatus.h"
#include "base/alloc.h"
#include "base/io.h"

#define SEC_E_NO_CREDENTIALS 0x8009030Eu

struct run {
    const struct winrs_options *o;
    hop_connection *c;
    int signals; /* signalfd */
    unsigned interrupts;
    int ended_by; /* a signal that ends us, or 0 */
    bool pipe_broken;
};

static void
complain(const char *text)
{
    fprintf(stderr, "winrs: %s\n", text);
}

static bool
get_password(struct winrs_options *o, struct hop_error *err)
{
    if (o->password_was_visible)
        complain("warning: a password on the command line can be seen by "
                 "others in the list of processes; leave -p: out to be asked "
                 "for it, or use -p:- to read it from standard input");
    if (o->password_on_input && o->user)
        return winrs_read_password(STDIN_FILENO, &o->password, err);
    return !o->ask_password || winrs_ask_password(o, &o->password, err);
}

static bool
apply_options(hop_connection *c, const struct winrs_options *o)
{
    const struct {
        enum hop_setting setting;
        const char *value;
    } texts[] = {
        {HOP_SET_ENDPOINT, o->remote},
        {HOP_SET_USER, o->user},
        {HOP_SET_PASSWORD, o->password ? hop_secret_bytes(o->password) : NULL},
        {HOP_SET_SPN, o->spn},
        {HOP_SET_CA_FILE, o->ca_file},
        {HOP_SET_CREDSSP_PIN, o->pin},
        {HOP_SET_CERT_FILE, o->cert_file},
        {HOP_SET_KEY_FILE, o->key_file},
    };
    const struct {
        enum hop_setting setting;
        long value;
    } numbers[] = {
        {HOP_SET_AUTH, o->auth},
        {HOP_SET_DELEGATE, o->delegate ? HOP_DELEGATE_YES : HOP_DELEGATE_NO},
        {HOP_SET_TLS, o->tls},
        {HOP_SET_UNENCRYPTED, o->unencrypted},
        {HOP_SET_SKIP_CA, o->skip_ca},
        {HOP_SET_SKIP_NAME, o->skip_name},
    };
    bool ok = true;

    for (size_t i = 0; i < HOP_ARRAY_SIZE(texts) && ok; i++)
        ok = texts[i].value == NULL ||
             hop_connection_set_text(c, texts[i].setting, texts[i].value);
    for (size_t i = 0; i < HOP_ARRAY_SIZE(numbers) && ok; i++)
        ok = hop_connection_set_number(c, numbers[i].setting, numbers[i].value);
    return ok;
}

/* ---- why it failed ---- */

/* "alice" of "alice@CORP.TEST". */
static void
short_name(const char *full, char stop, char *out, size_t size)
{
    (void)!snprintf(out, size, "%.*s", (int)strcspn(full, (char[]){stop, 0}),
                    full);
}

/* The second hop, from inside a session of hopd: its user holds nothing here
 * that the next host would take.  What, why, what to do. */
static bool
explain_second_hop(const struct run *r)
{
    const char *who = getenv("HOP_SESSION_PRINCIPAL");
    HOP_AUTO_FREE char *why = NULL;
    const char *client = getenv("HOP_SESSION_CLIENT");
    const char *next = r->o->remote ? r->o->remote : "localhost";
    char here[256] = "this host", user[128] = "the user", host[128], from[64];

    if (hop_connection_code(r->c) != SEC_E_NO_CREDENTIALS ||
        getenv("HOP_SESSION") == NULL || r->o->user)
        return false;
    why = hop_agent_reason();
    (void)!gethostname(here, sizeof(here) - 1);
    short_name(here, '.', host, sizeof(host));
    if (who)
        short_name(who, '@', user, sizeof(user));
    short_name(client ? client : "", ':', from, sizeof(from));
    fprintf(stderr,
            "winrs: the session on %s has no credential of %s's to show to %s "
            "(0x8009030E SEC_E_NO_CREDENTIALS).\n"
            "  Why: %s.\n"
            "  What to do: open the session on %s with delegation: winrs -r:%s "
            "-ad ...%s%s;\n"
            "  or give a user and a password here: -u:%s; or have the domain "
            "allow %s to delegate to %s.\n",
            host, user, next,
            why ? why
                : "it was opened without delegation, which proves who "
                  "the user is and hands over nothing to prove it "
                  "further with",
            host, host, from[0] ? " on " : "", from, user, host, next);
    return true;
}

static int
fail(const struct run *r)
{
    if (!explain_second_hop(r))
        complain(hop_connection_error(r->c));
    return WINRS_FAILED;
}

/* ---- running ---- */

static bool
put_output(void *ctx, enum hop_stream stream, const void *data, size_t len)
{
    struct run *r = ctx;

    if (hop_fd_write(stream == HOP_STDERR ? STDERR_FILENO : STDOUT_FILENO, data,
                     len))
        return true;
    r->pipe_broken = true;
    return false;
}

/* The first Ctrl-C goes to the command, the second one is for us. */
static int
take_signal(void *ctx)
{
    struct run *r = ctx;
    struct signalfd_siginfo info;

    if (read(r->signals, &info, sizeof(info)) != (ssize_t)sizeof(info))
        return HOP_SIG_CTRL_C;
    if (info.ssi_signo == SIGINT && r->interrupts++ == 0)
        return HOP_SIG_CTRL_C;
    if (info.ssi_signo == SIGQUIT)
        return HOP_SIG_CTRL_BREAK;
    r->ended_by = (int)info.ssi_signo;
    return -1;
}

static void
fill_signals(sigset_t *set)
{
    static const int numbers[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGALRM};

    sigemptyset(set);
    for (size_t i = 0; i < HOP_ARRAY_SIZE(numbers); i++)
        sigaddset(set, numbers[i]);
}

static void
silence_terminal(const struct winrs_options *o, struct termios *before,
                 bool *changed)
{
    struct termios silent;

    *changed = o->no_echo && tcgetattr(STDIN_FILENO, before) == 0;
    if (!*changed)
        return;
    silent = *before;
    silent.c_lflag &= ~(tcflag_t)ECHO;
    tcsetattr(STDIN_FILENO, TCSANOW, &silent);
}

static bool
pump(struct run *r, hop_command *command, int32_t *exit_code)
{
    struct hop_io io = {.size = sizeof(io),
                        .ctx = r,
                        .output = put_output,
                        .input_fd = STDIN_FILENO,
                        .interrupted = take_signal};
    struct termios before;
    bool changed, ok;
    sigset_t set, old;

    fill_signals(&set);
    sigprocmask(SIG_BLOCK, &set, &old);
    r->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    io.interrupt_fd = r->signals;
    silence_terminal(r->o, &before, &changed);
    if (r->o->timeout_s > 0)
        alarm((unsigned)r->o->timeout_s);
    ok = hop_command_run(command, &io, exit_code);
    alarm(0);
    if (changed)
        tcsetattr(STDIN_FILENO, TCSANOW, &before);
    close(r->signals);
    /* What came twice has been heard; the handling is the usual one again. */
    sigprocmask(SIG_SETMASK, &old, NULL);
    return ok;
}

static int
exit_status(int32_t code)
{
    int status = code & 0xFF;

    return code != 0 && status == 0 ? 1 : status;
}

static int
judge_end(struct run *r)
{
    if (r->pipe_broken)
        return 128 + SIGPIPE;
    if (r->ended_by == SIGALRM) {
        fprintf(stderr,
                "winrs: the command was ended on %s after %ld s, the time "
                "set with -t:SECONDS\n",
                r->o->remote ? r->o->remote : "this host", r->o->timeout_s);
        return WINRS_FAILED;
    }
    if (r->ended_by)
        return 128 + r->ended_by;
    return fail(r);
}

static int
run_command(struct run *r, hop_shell *shell)
{
    hop_command *command;
    int32_t code = 0;
    int status;

    if (!hop_command_start(shell, r->o->command, NULL, 0,
                           isatty(STDIN_FILENO) ? HOP_CONSOLE_INPUT : 0,
                           &command))
        return fail(r);
    status = pump(r, command, &code) ? exit_status(code) : judge_end(r);
    hop_command_free(command);
    return status;
}

static int
run_session(struct run *r)
{
    const struct hop_shell_options options = {
        .size = sizeof(options),
        .directory = r->o->directory,
        .variables = r->o->variables,
        .variable_count = r->o->variable_count,
        .no_profile = r->o->no_profile,
    };
    hop_shell *shell;
    int status;

    if (!apply_options(r->c, r->o) || !hop_shell_create(r->c, &options, &shell))
        return fail(r);
    status = run_command(r, shell);
    /* Its failure changes nothing: the server ends idle shells by itself. */
    (void)!hop_shell_delete(shell);
    return status;
}

int
winrs_main(int argc, char **argv)
{
    struct winrs_options o;
    struct hop_error err = {0};
    struct run r = {.o = &o};
    int status = WINRS_FAILED;

    signal(SIGPIPE, SIG_IGN);
    if (!winrs_options_parse(argc, argv, &o, &err) ||
        (!o.help && !get_password(&o, &err))) {
        complain(err.text);
    } else if (o.help) {
        winrs_print_help(stdout);
        status = 0;
    } else if ((r.c = hop_connection_new()) != NULL) {
        status = run_session(&r);
        hop_connection_free(r.c);
    }
    winrs_options_done(&o);
    return status;
}
