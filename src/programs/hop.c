/* hop: the shell.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/heap.h"
#include "base/stack.h"
#include "base/text.h"
#include "cmdlets/modules.h"
#include "console/history.h"
#include "console/host.h"
#include "console/session.h"
#include "console/terminal.h"
#include "console/xmlio.h"
#include "engine/host.h"
#include "engine/runspace.h"
#include "lang/parse.h"
#include "programs/hop_options.h"
#include "remote/serve.h"
#include "value/collections.h"

static struct hop_runspace *running; /* for the signal handler alone */
static volatile sig_atomic_t early;  /* a stop before anything could run */

static void
interrupt(int sig)
{
    (void)sig;
    hop_terminal_interrupt();
    if (running)
        hop_runspace_stop(running);
    else
        early = 1;
}

/* ---- running
 * ------------------------------------------------------------------------ */

static char *
read_all(FILE *in, size_t *n)
{
    struct hop_buf b = HOP_BUF_INIT;
    char chunk[8192];
    size_t got;

    while ((got = fread(chunk, 1, sizeof(chunk), in)) > 0)
        hop_buf_add(&b, chunk, got);
    *n = b.len;
    return hop_buf_take(&b);
}

static int
status_of(struct hop_runspace *rs, enum hop_run_end end)
{
    switch (end) {
    case HOP_RUN_EXITED: return hop_runspace_exit_code(rs) & 0xff;
    case HOP_RUN_FAILED: return 1;
    case HOP_RUN_STOPPED: return 130;
    default: return 0;
    }
}

/* What the shell talks through: the terminal, or two descriptors. */
struct front {
    struct hop_terminal terminal;
    struct hop_host *host;
    bool console;              /* host is the console's */
    struct hop_xmlio *objects; /* -OutputFormat XML; or NULL */
};

static int
run_file(struct hop_runspace *rs, struct front *f,
         const struct hop_shell_options *o)
{
    struct hop_value *args = hop_xcalloc((size_t)o->n_args + 1, sizeof(*args));
    char *path = realpath(o->file, NULL);
    struct hop_run run = {.file = path,
                          .args = args,
                          .n_args = (size_t)o->n_args,
                          .to_default = true,
                          .may_be_stopped = true};
    struct stat st;

    if (!path && strlen(o->file) > 0) {
        char *with = hop_xasprintf("%s.ps1", o->file);
        path = realpath(with, NULL);
        free(with);
        run.file = path;
    }
    if (!path || (stat(path, &st) == 0 && S_ISDIR(st.st_mode))) {
        int why = path ? EISDIR : errno;

        free(args);
        free(path);
        return hop_no_script(o->file, strerror(why));
    }
    for (int i = 0; i < o->n_args; i++)
        args[i] = hop_text(o->args[i]);
    struct hop_value error = hop_null();
    if (f->objects)
        hop_xmlio_attach(f->objects, rs, &run);
    int status = status_of(rs, hop_runspace_run(rs, &run, &error));
    if (f->objects && !hop_is_null(error))
        hop_xmlio_error(f->objects, error);
    hop_release(error);
    for (int i = 0; i < o->n_args; i++)
        hop_release(args[i]);
    free(args);
    free(path);
    return status;
}

/* Pipeline input and arguments that came as objects, or lines of text. */
struct given {
    struct hop_value input, args;
    size_t at;
    FILE *lines;
};

static bool
next_input(void *ctx, struct hop_value *v)
{
    struct given *g = ctx;
    HOP_AUTO_FREE char *line = NULL;
    size_t cap = 0;
    ssize_t n;

    if (!g->lines) {
        struct hop_array *a = hop_as_array(g->input);
        if (g->at == a->n)
            return false;
        *v = hop_retain(a->items[g->at++]);
        return true;
    }
    n = getline(&line, &cap, g->lines);
    if (n < 0)
        return false;
    if (n && line[n - 1] == '\n')
        n--;
    *v = hop_textn(line, (size_t)n);
    return true;
}

static bool
read_given(struct hop_runspace *rs, const struct hop_shell_options *o,
           struct given *g)
{
    struct hop_error err = {0};
    size_t n;
    HOP_AUTO_FREE char *text = NULL;

    if (o->encoded_args &&
        !hop_xmlio_read(rs, o->encoded_args, strlen(o->encoded_args), &g->args,
                        &err)) {
        fprintf(stderr,
                "hop: the value of -EncodedArguments is not CLIXML: "
                "%s\n",
                err.text);
        return false;
    }
    if (!o->command || isatty(0))
        return true;
    if (!o->xml_in) {
        g->lines = strcasestr(o->command, "$input") ? stdin : NULL;
        return true;
    }
    text = read_all(stdin, &n);
    if (hop_xmlio_read(rs, text ? text : "", n, &g->input, &err))
        return true;
    fprintf(stderr, "hop: the standard input is not CLIXML: %s\n", err.text);
    return false;
}

/* -EncodedArguments holds one list, of the arguments. */
static struct hop_array *
argument_list(const struct given *g)
{
    struct hop_array *a = hop_as_array(g->args);
    struct hop_array *inner =
        a && a->n == 1 ? hop_as_array(hop_value_base(a->items[0])) : NULL;

    return inner ? inner : a;
}

static struct hop_value
text_arguments(struct hop_runspace *rs, const struct hop_shell_options *o)
{
    struct hop_array *a = hop_array_new(hop_runspace_context(rs), 0);

    for (int i = 0; i < o->n_args; i++)
        hop_array_push_text(a, o->args[i]);
    return hop_obj(a);
}

static int
run_command(struct hop_runspace *rs, struct front *f,
            const struct hop_shell_options *o)
{
    struct given g = {hop_null(), hop_null(), 0, NULL};
    struct hop_run run = {.text = o->command,
                          .n = strlen(o->command),
                          .to_default = true,
                          .may_be_stopped = true};
    struct hop_value error = hop_null();
    enum hop_run_end end = HOP_RUN_FAILED;
    struct hop_array *args;

    if (read_given(rs, o, &g)) {
        if (o->n_args) /* of -CommandWithArgs */
            hop_value_set(&g.args, text_arguments(rs, o));
        args = argument_list(&g);
        if (args) {
            run.args = args->items;
            run.n_args = args->n;
        }
        if (g.lines || hop_as_array(g.input)) {
            run.input = next_input;
            run.input_ctx = &g;
        }
        if (f->objects)
            hop_xmlio_attach(f->objects, rs, &run);
        end = hop_runspace_run(rs, &run, &error);
        if (f->objects && !hop_is_null(error))
            hop_xmlio_error(f->objects, error);
    }
    hop_release(error);
    hop_release(g.input);
    hop_release(g.args);
    if (end != HOP_RUN_COMPLETED)
        return status_of(rs, end);
    return hop_runspace_success(rs) ? 0 : 1;
}

static int
run_text(struct hop_runspace *rs, const char *text, size_t n)
{
    struct hop_run run = {.text = text, .n = n, .to_default = true};
    enum hop_run_end end = hop_runspace_run(rs, &run, NULL);

    if (end != HOP_RUN_COMPLETED)
        return status_of(rs, end);
    return hop_runspace_success(rs) ? 0 : 1;
}

static void
run_profile(struct hop_runspace *rs)
{
    static const char text[] =
        "foreach ($private:p in $PROFILE.AllUsersAllHosts, "
        "$PROFILE.AllUsersCurrentHost, $PROFILE.CurrentUserAllHosts, "
        "$PROFILE.CurrentUserCurrentHost) { if ([System.IO.File]::Exists($p)) "
        "{ . $p } }";

    (void)run_text(rs, text, sizeof(text) - 1);
}

/* Nobody reads what would come: what makes it need not go on. */
static void
output_lost(void)
{
    interrupt(0);
}

/* Sessions are kept alive while a question is open. */
static void
attend(void *ctx)
{
    hop_runspace_attend(ctx);
}

static void
open_front(struct front *f, const struct hop_shell_options *o)
{
    hop_terminal_init(&f->terminal, 0, 1, getenv("TERM"), getenv("NO_COLOR"));
    f->console = f->terminal.is_tty && !o->non_interactive && !o->xml_out;
    if (o->xml_out) {
        f->objects = hop_xmlio_new(1, 2);
        f->host = hop_xmlio_host(f->objects);
        return;
    }
    f->host = f->console
                  ? hop_console_host_new(&f->terminal, 2, true)
                  : hop_host_plain_new(1, 2, f->terminal.color && isatty(2));
    if (!f->console)
        hop_host_plain_watch(f->host, output_lost);
}

static void
close_front(struct front *f)
{
    if (f->objects)
        hop_xmlio_free(f->objects);
    else if (f->console)
        hop_console_host_free(f->host);
    else
        hop_host_free(f->host);
}

/* A script's exit status, and what became of its output. */
static void
settle_plain(struct hop_host *h, int *status)
{
    int e;

    (void)hop_host_plain_exit(h, status);
    e = hop_host_plain_flush(h);
    if (e == EPIPE && *status == 130) /* who read had enough, and left */
        *status = 128 + SIGPIPE;
    if (e == 0 || e == EPIPE)
        return;
    fprintf(stderr,
            "hop: standard output cannot be written: %s. What was written "
            "before is incomplete.\n",
            strerror(e));
    *status = 1;
}

/* The prompt, until the user leaves. */
static int
talk(struct hop_runspace *rs, struct front *f,
     const struct hop_shell_options *o)
{
    HOP_AUTO_FREE char *history =
        hop_history_path(getenv("XDG_DATA_HOME"), getenv("HOME"));

    if (!o->no_logo && !o->no_exit)
        puts("Hop 7.6.5");
    fflush(stdout);
    return hop_console_session(rs, f->host, &f->terminal, history);
}

/* Is it a command that enters a session? */
static bool
enters(void *ctx, struct hop_ast *node)
{
    static const char *const names[] = {"Enter-PSSession", "etsn"};
    struct hop_ast_command *c = (struct hop_ast_command *)(void *)node;
    struct hop_name first;

    if (node->kind != HOP_AST_COMMAND || !c->elements.n)
        return !*(bool *)ctx;
    first = ((struct hop_ast_string *)(void *)c->elements.items[0])->value;
    if (c->elements.items[0]->kind == HOP_AST_STRING_CONSTANT)
        for (size_t i = 0; i < HOP_ARRAY_SIZE(names); i++)
            if (first.len == strlen(names[i]) &&
                hop_ascii_ieqn(first.text, names[i], first.len))
                *(bool *)ctx = true;
    return !*(bool *)ctx;
}

/* One input here, or in the session that an earlier one has entered. */
static int
run_somewhere(struct hop_runspace *rs, const char *text, size_t n)
{
    if (!hop_runspace_entered(rs))
        return run_text(rs, text, n);
    hop_runspace_forget_stop(rs);
    return hop_runspace_run_entered(rs, text, n) == HOP_RUN_STOPPED ? 130 : 0;
}

/* The text of standard input.  Statements behind one that enters a session are
 * inputs of their own: they are for that session. */
static int
run_inputs(struct hop_runspace *rs, const char *text, size_t n)
{
    HOP_AUTO_UNIT struct hop_unit *u = hop_lang_parse(text, n, NULL, 0);
    struct hop_ast_script_block *root = hop_unit_root(u);
    struct hop_ast_block *end = root ? root->blocks[HOP_BLOCK_END] : NULL;
    size_t from = 0, errors = 0;
    bool entering = false;
    int status = 0;

    (void)hop_unit_errors(u, &errors);
    if (!errors && end)
        hop_ast_visit(&end->ast, enters, &entering);
    if (!entering)
        return run_text(rs, text, n);
    for (uint32_t i = 0; i < end->statements.n && !status; i++) {
        struct hop_ast *s = end->statements.items[i];

        entering = hop_runspace_entered(rs) != NULL;
        if (!entering)
            hop_ast_visit(s, enters, &entering);
        if (!entering && i + 1 < end->statements.n)
            continue;
        status = run_somewhere(rs, text + from, s->end - from);
        from = s->end;
        while (from < n && strchr("; \t\r\n", text[from]))
            from++;
    }
    return status;
}

static int
run_input(struct hop_runspace *rs)
{
    size_t n;
    HOP_AUTO_FREE char *text = read_all(stdin, &n);

    return run_inputs(rs, text ? text : "", n);
}

static int
run(struct hop_runspace *rs, struct front *f, const struct hop_shell_options *o)
{
    bool talks = f->console && !o->from_stdin;
    int status = 0;

    if (!o->no_profile)
        run_profile(rs);
    if (o->file)
        status = run_file(rs, f, o);
    else if (o->command)
        status = run_command(rs, f, o);
    else if (!talks)
        return run_input(rs);
    if (talks && (o->no_exit || (!o->file && !o->command)))
        return talk(rs, f, o);
    return status;
}

/* -s: the remoting protocol on standard input and output.  Those are kept from
 * the programs that the session starts; what they print by themselves goes to
 * standard error. */
static int
serve(const char *line)
{
    int in = fcntl(0, F_DUPFD_CLOEXEC, 10), out = fcntl(1, F_DUPFD_CLOEXEC, 10);
    struct hop_remote_options o = {
        .in = in,
        .out = out,
        .modules = hop_cmdlet_modules,
        .command_line = line,
    };
    struct hop_error err = {0};
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);

    if (in < 0 || out < 0 || null < 0 || dup2(null, 0) < 0 || dup2(2, 1) < 0) {
        fprintf(stderr, "hop: standard input and output cannot be used: %s\n",
                strerror(errno));
        return 1;
    }
    if (hop_remote_serve(&o, &err))
        return 0;
    fprintf(stderr, "hop: %s\n", err.text);
    return 1;
}

int
main(int argc, char **argv)
{
    struct hop_shell_options o = {0};
    int status = hop_read_options(&o, argc, argv);
    struct sigaction act = {.sa_handler = interrupt, .sa_flags = SA_RESTART};

    if (status)
        return status;
    if (o.version) {
        puts("Hop 7.6.5");
        return 0;
    }
    if (o.help) {
        fputs(hop_usage, stdout);
        return 0;
    }
    if (o.directory && chdir(o.directory) < 0)
        fprintf(stderr,
                "The directory '%s' cannot be entered: %s. The shell starts "
                "where it was called.\n",
                o.directory, strerror(errno));
    hop_stack_raise();
    hop_heap_keep();
    signal(SIGPIPE, SIG_IGN);
    sigaction(SIGINT, &act, NULL);
    char *line = hop_join_words(argv, argc);
    if (o.serve) {
        status = serve(line);
        free(line);
        free(o.command);
        return status;
    }
    struct front front = {.objects = NULL};
    open_front(&front, &o);
    struct hop_runspace_options options = {.host = front.host,
                                           .modules = hop_cmdlet_modules,
                                           .command_line = line};
    struct hop_runspace *rs = hop_runspace_new(&options);
    running = rs;
    front.terminal.attend = attend;
    front.terminal.attend_ctx = rs;
    if (early)
        hop_runspace_stop(rs);
    status = run(rs, &front, &o);
    running = NULL;
    if (front.objects)
        hop_xmlio_end(front.objects);
    else if (!front.console)
        settle_plain(front.host, &status);
    hop_runspace_free(rs);
    close_front(&front);
    free(line);
    free(o.command);
    free(o.encoded_args);
    return status;
}
