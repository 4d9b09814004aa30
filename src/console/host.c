/* SPDX-License-Identifier: MIT */
#include "console/host.h"

#include <ctype.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/text.h"
#include "console/progress.h"
#include "console/screen.h"
#include "value/collections.h"

/* Bars are drawn again at most so often. */
#define PROGRESS_PERIOD_MS 100

struct console {
    struct hop_host host;
    struct hop_host_ops ops;
    struct hop_terminal *t;
    struct hop_screen screen;
    int err_fd;
    bool interactive, line_start; /* the cursor stands at a line's start */
    struct hop_progress_view progress;
    size_t bars_shown; /* lines below the cursor */
    int64_t bars_at_ms;
    bool above, wrote_above; /* the prompt stands there */
    bool exits;
    int exit_code;
    char *title;
};

static struct console *
console_of(struct hop_host *h)
{
    return (struct console *)h;
}

/* ---- output
 * ------------------------------------------------------------------ */

/* What the bars cover is below the cursor: erasing is enough. */
static void
hide_bars(struct console *c)
{
    if (c->bars_shown)
        hop_terminal_write(c->t, "\033[J", 3);
    c->bars_shown = 0;
}

static void
clear_prompt(struct console *c)
{
    const char *clear = c->t->moves ? "\r\033[J" : "\n";

    hop_terminal_write(c->t, clear, strlen(clear));
    c->wrote_above = true;
}

static void
put(struct console *c, const char *s, size_t n)
{
    hide_bars(c);
    if (!n)
        return;
    if (c->above && !c->wrote_above)
        clear_prompt(c);
    hop_terminal_write(c->t, s, n);
    c->line_start = s[n - 1] == '\n';
}

static void
console_write(struct hop_host *h, const char *s, size_t n, int fg, int bg)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct console *c = console_of(h);

    if (!c->t->color || (fg < 0 && bg < 0)) {
        put(c, s, n);
        return;
    }
    hop_buf_adds(&b, hop_terminal_foreground(fg));
    hop_buf_adds(&b, hop_terminal_background(bg));
    hop_buf_add(&b, s, n);
    hop_screen_reset_colors(&c->screen, &b);
    put(c, b.data, b.len);
    if (n)
        c->line_start = s[n - 1] == '\n';
}

/* A line of a stream: prefix and colour around the text. */
static void
put_line(struct console *c, const char *color, const char *prefix,
         const char *s, size_t n)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    while (n && s[n - 1] == '\n')
        n--;
    hop_buf_adds(&b, c->t->color ? color : "");
    hop_buf_adds(&b, prefix);
    hop_buf_add(&b, s, n);
    hop_buf_adds(&b, c->t->color && *color ? "\033[0m\n" : "\n");
    put(c, b.data, b.len);
}

static void
console_error(struct hop_host *h, const char *s, size_t n)
{
    struct console *c = console_of(h);
    struct hop_terminal err = *c->t;

    if (isatty(c->err_fd)) {
        put_line(c, "\033[31;1m", "", s, n);
        return;
    }
    err.out = c->err_fd;
    hop_terminal_write(&err, s, n);
    if (!n || s[n - 1] != '\n')
        hop_terminal_write(&err, "\n", 1);
}

static void
console_warning(struct hop_host *h, const char *s, size_t n)
{
    put_line(console_of(h), "\033[33;1m", "WARNING: ", s, n);
}

static void
console_verbose(struct hop_host *h, const char *s, size_t n)
{
    put_line(console_of(h), "\033[33;1m", "VERBOSE: ", s, n);
}

static void
console_debug(struct hop_host *h, const char *s, size_t n)
{
    put_line(console_of(h), "\033[33;1m", "DEBUG: ", s, n);
}

static void
console_information(struct hop_host *h, const char *s, size_t n)
{
    put_line(console_of(h), "", "", s, n);
}

static int64_t
now_ms(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* Draws the bars below the cursor and puts it back. */
static void
show_bars(struct console *c)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    int width, height;

    hide_bars(c);
    if (!c->line_start || !c->t->moves)
        return;
    hop_terminal_size(c->t, &width, &height);
    c->bars_shown = hop_progress_draw(&c->progress, width, c->t->color, &b);
    if (!c->bars_shown)
        return;
    hop_buf_addf(&b, "\033[%zuA\r", c->bars_shown);
    hop_terminal_write(c->t, b.data, b.len);
    c->bars_at_ms = now_ms();
}

static void
console_progress(struct hop_host *h, const struct hop_progress *p)
{
    struct console *c = console_of(h);

    hop_progress_report(&c->progress, p);
    if (!p->completed && c->bars_shown &&
        now_ms() - c->bars_at_ms < PROGRESS_PERIOD_MS)
        return;
    show_bars(c);
}

void
hop_console_host_settle(struct hop_host *h)
{
    struct console *c = console_of(h);

    hide_bars(c);
    hop_progress_done(&c->progress);
    if (!c->line_start)
        c->line_start = true;
}

bool
hop_console_host_above(struct hop_host *h, bool on)
{
    struct console *c = console_of(h);
    bool wrote = c->wrote_above;

    if (wrote && !c->line_start)
        hop_terminal_write(c->t, "\n", 1);
    c->above = on;
    c->wrote_above = false;
    c->line_start = c->line_start || wrote;
    return wrote;
}

/* ---- questions
 * ----------------------------------------------------------------- */

/* Ctrl-C comes as a byte while a question is open, and means what it means
 * elsewhere: what runs is stopped. */
static enum hop_ask
ask_of(enum hop_terminal_read r)
{
    if (r == HOP_TERMINAL_INTERRUPTED)
        (void)raise(SIGINT);
    switch (r) {
    case HOP_TERMINAL_OK: return HOP_ASK_OK;
    case HOP_TERMINAL_END: return HOP_ASK_END;
    default: return HOP_ASK_STOPPED;
    }
}

static enum hop_ask
read_text(struct console *c, bool secret, char **text)
{
    enum hop_ask r;

    if (!c->interactive)
        return HOP_ASK_UNSUPPORTED;
    hide_bars(c);
    r = ask_of(hop_terminal_read_line(c->t, secret, text));
    c->line_start = true;
    return r;
}

static enum hop_ask
console_read_line(struct hop_host *h, char **text)
{
    return read_text(console_of(h), false, text);
}

static enum hop_ask
console_read_secure(struct hop_host *h, char **text)
{
    return read_text(console_of(h), true, text);
}

static void
puts_to(struct console *c, const char *s)
{
    put(c, s, strlen(s));
}

static void
put_caption(struct console *c, const char *caption, const char *message)
{
    if (caption && *caption)
        put_line(c, "\033[1m", "", caption, strlen(caption));
    if (message && *message)
        put_line(c, "", "", message, strlen(message));
}

/* The value of one field; lists end with an empty line. */
static enum hop_ask
ask_field(struct console *c, const struct hop_field *f, struct hop_value *out)
{
    HOP_AUTO_FREE char *text = NULL;
    enum hop_ask r;

    for (;;) {
        puts_to(c, f->label && *f->label ? f->label : f->name);
        puts_to(c, ": ");
        r = read_text(c, f->secure, &text);
        if (r != HOP_ASK_OK)
            return r;
        if (strcmp(text, "!?") != 0)
            break;
        puts_to(c, f->help && *f->help ? f->help
                                       : "There is no help for this field.");
        puts_to(c, "\n");
        free(hop_steal(&text));
    }
    *out = hop_str(hop_string_from(text));
    return HOP_ASK_OK;
}

static enum hop_ask
console_prompt(struct hop_host *h, const char *caption, const char *message,
               const struct hop_field *fields, size_t n,
               struct hop_value *values)
{
    struct console *c = console_of(h);

    if (!c->interactive)
        return HOP_ASK_UNSUPPORTED;
    put_caption(c, caption, message);
    for (size_t i = 0; i < n; i++) {
        enum hop_ask r = ask_field(c, &fields[i], &values[i]);

        if (r != HOP_ASK_OK)
            return r;
    }
    return HOP_ASK_OK;
}

/* The hot key of a label ("&Yes": Y) or its first letter. */
static char
hot_key(const char *label)
{
    const char *amp = strchr(label, '&');

    return (char)toupper((unsigned char)(amp && amp[1] ? amp[1] : label[0]));
}

static void
add_plain_label(struct hop_buf *b, const char *label)
{
    for (; *label; label++)
        if (*label != '&')
            hop_buf_addc(b, *label);
}

static void
show_choices(struct console *c, const struct hop_choice *choices, size_t n,
             int fallback)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    for (size_t i = 0; i < n; i++) {
        hop_buf_addf(&b, "[%c] ", hot_key(choices[i].label));
        add_plain_label(&b, choices[i].label);
        hop_buf_adds(&b, "  ");
    }
    hop_buf_adds(&b, "[?] Help");
    if (fallback >= 0 && (size_t)fallback < n)
        hop_buf_addf(&b, " (default is \"%c\")",
                     hot_key(choices[fallback].label));
    hop_buf_adds(&b, ": ");
    puts_to(c, hop_buf_str(&b));
}

static void
show_choice_help(struct console *c, const struct hop_choice *choices, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

        hop_buf_addf(&b, "%c - %s\n", hot_key(choices[i].label),
                     choices[i].help ? choices[i].help : "");
        puts_to(c, hop_buf_str(&b));
    }
}

static int
find_choice(const char *text, const struct hop_choice *choices, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        HOP_AUTO_BUF struct hop_buf plain = HOP_BUF_INIT;

        add_plain_label(&plain, choices[i].label);
        if (hop_ascii_ieq(text, hop_buf_str(&plain)) ||
            (text[0] && !text[1] &&
             hop_ascii_lower(text[0]) ==
                 hop_ascii_lower(hot_key(choices[i].label))))
            return (int)i;
    }
    return -1;
}

static enum hop_ask
console_choice(struct hop_host *h, const char *caption, const char *message,
               const struct hop_choice *choices, size_t n, int fallback,
               int *chosen)
{
    struct console *c = console_of(h);

    if (!c->interactive)
        return HOP_ASK_UNSUPPORTED;
    put_caption(c, caption, message);
    for (;;) {
        HOP_AUTO_FREE char *text = NULL;
        enum hop_ask r;

        show_choices(c, choices, n, fallback);
        r = read_text(c, false, &text);
        if (r != HOP_ASK_OK)
            return r;
        if (!*text && fallback >= 0) {
            *chosen = fallback;
            return HOP_ASK_OK;
        }
        *chosen = find_choice(text, choices, n);
        if (*chosen >= 0)
            return HOP_ASK_OK;
        if (strcmp(text, "?") == 0)
            show_choice_help(c, choices, n);
    }
}

static bool
is_default(const struct hop_array *defaults, size_t i)
{
    for (size_t k = 0; defaults && k < defaults->n; k++)
        if (defaults->items[k].u.i == (int64_t)i)
            return true;
    return false;
}

static void
show_some(struct console *c, const struct hop_choice *choices, size_t n,
          const struct hop_array *defaults)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    const char *before = "(without an answer: ";

    for (size_t i = 0; i < n; i++) {
        hop_buf_addf(&b, "[%c] ", hot_key(choices[i].label));
        add_plain_label(&b, choices[i].label);
        hop_buf_adds(&b, "\n");
    }
    hop_buf_adds(&b, "[?] Help\n");
    for (size_t i = 0; i < n; i++) {
        if (!is_default(defaults, i))
            continue;
        hop_buf_addf(&b, "%s%c", before, hot_key(choices[i].label));
        before = ",";
    }
    if (*before == ',')
        hop_buf_adds(&b, ")\n");
    puts_to(c, hop_buf_str(&b));
}

/* One after another, until a line is empty. */
static enum hop_ask
console_choose_some(struct hop_host *h, const char *caption,
                    const char *message, const struct hop_choice *choices,
                    size_t n, const struct hop_array *defaults,
                    struct hop_array *chosen)
{
    struct console *c = console_of(h);

    if (!c->interactive)
        return HOP_ASK_UNSUPPORTED;
    put_caption(c, caption, message);
    show_some(c, choices, n, defaults);
    for (;;) {
        HOP_AUTO_FREE char *text = NULL;
        char question[40];
        enum hop_ask r;
        int one;

        snprintf(question, sizeof(question), "Choice[%zu]: ", chosen->n);
        puts_to(c, question);
        r = read_text(c, false, &text);
        if (r != HOP_ASK_OK)
            return r;
        if (!*text)
            break;
        one = find_choice(text, choices, n);
        if (one >= 0)
            hop_array_push(chosen, hop_int(one));
        else if (strcmp(text, "?") == 0)
            show_choice_help(c, choices, n);
    }
    for (size_t i = 0; !chosen->n && defaults && i < defaults->n; i++)
        hop_array_push(chosen, defaults->items[i]);
    return HOP_ASK_OK;
}

static enum hop_ask
console_credential(struct hop_host *h, const struct hop_logon_question *q,
                   char **name, char **password)
{
    const char *user = q->user;
    HOP_AUTO_FREE char *asked = NULL;
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct console *c = console_of(h);
    enum hop_ask r;

    if (!c->interactive)
        return HOP_ASK_UNSUPPORTED;
    put_caption(c, q->caption, q->message);
    if (!*user) {
        puts_to(c, "User: ");
        r = read_text(c, false, &asked);
        if (r != HOP_ASK_OK)
            return r;
        user = asked;
    }
    hop_buf_addf(&b, "Password for user %s: ", user);
    puts_to(c, hop_buf_str(&b));
    r = read_text(c, true, password);
    if (r == HOP_ASK_OK)
        *name = hop_xstrdup(user);
    return r;
}

static enum hop_ask
console_read_key(struct hop_host *h, int options, struct hop_key *key)
{
    struct console *c = console_of(h);

    if (!c->interactive)
        return HOP_ASK_UNSUPPORTED;
    hide_bars(c);
    key->down = true;
    return ask_of(hop_terminal_read_key(c->t, !(options & HOP_KEY_NO_ECHO),
                                        &key->cp, &key->key));
}

/* ---- the terminal
 * ----------------------------------------------------------------- */

static struct hop_size
console_size(struct hop_host *h)
{
    struct hop_size s;

    hop_terminal_size(console_of(h)->t, &s.width, &s.height);
    return s;
}

static bool
raw_get(struct hop_host *h, enum hop_raw what, int v[2])
{
    return hop_screen_get(&console_of(h)->screen, what, v);
}

static bool
raw_set(struct hop_host *h, enum hop_raw what, const int v[2])
{
    hide_bars(console_of(h));
    return hop_screen_set(&console_of(h)->screen, what, v);
}

static bool
raw_key_available(struct hop_host *h, bool *yes)
{
    return hop_terminal_key_waits(console_of(h)->t, yes);
}

static bool
raw_flush_input(struct hop_host *h)
{
    hop_terminal_forget_keys(console_of(h)->t);
    return true;
}

static bool
raw_put(struct hop_host *h, int x, int y, const struct hop_cells *cells)
{
    hide_bars(console_of(h));
    return hop_screen_put(&console_of(h)->screen, x, y, cells);
}

/* No filling, no scrolling: as PowerShell's host on Linux. */
static const struct hop_raw_ops raw_ops = {
    .get = raw_get,
    .set = raw_set,
    .key_available = raw_key_available,
    .flush_input = raw_flush_input,
    .put = raw_put,
};

static void
console_set_title(struct hop_host *h, const char *title)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct console *c = console_of(h);

    free(c->title);
    c->title = hop_xstrdup(title);
    if (!c->t->moves)
        return;
    hop_buf_adds(&b, "\033]0;");
    for (; *title; title++)
        hop_buf_addc(&b, (unsigned char)*title < 0x20 ? ' ' : *title);
    hop_buf_addc(&b, '\a');
    hop_terminal_write(c->t, b.data, b.len);
}

static const char *
console_title(struct hop_host *h)
{
    const char *title = console_of(h)->title;

    return title ? title : "";
}

static void
console_clear(struct hop_host *h)
{
    struct console *c = console_of(h);

    c->bars_shown = 0;
    if (c->t->moves)
        hop_terminal_write(c->t, "\033[H\033[2J\033[3J", 11);
    c->line_start = true;
}

static bool
console_color(struct hop_host *h)
{
    return console_of(h)->t->color;
}

static void
console_should_exit(struct hop_host *h, int code)
{
    struct console *c = console_of(h);

    c->exits = true;
    c->exit_code = code;
}

static void
console_begin_application(struct hop_host *h)
{
    struct console *c = console_of(h);

    hide_bars(c);
    hop_terminal_restore(c->t);
}

static void
console_end_application(struct hop_host *h)
{
    struct console *c = console_of(h);

    /* The program may have left the terminal in a state of its own. */
    hop_terminal_restore(c->t);
    c->line_start = true;
}

static const struct hop_host_ops console_ops = {
    .name = "ConsoleHost",
    .version = "7.6.5",
    .write = console_write,
    .write_error = console_error,
    .write_warning = console_warning,
    .write_verbose = console_verbose,
    .write_debug = console_debug,
    .write_information = console_information,
    .write_progress = console_progress,
    .read_line = console_read_line,
    .read_secure = console_read_secure,
    .prompt = console_prompt,
    .choice = console_choice,
    .choose_some = console_choose_some,
    .credential = console_credential,
    .read_key = console_read_key,
    .window_size = console_size,
    .buffer_size = console_size,
    .raw = &raw_ops,
    .set_title = console_set_title,
    .title = console_title,
    .clear = console_clear,
    .supports_color = console_color,
    .should_exit = console_should_exit,
    .begin_application = console_begin_application,
    .end_application = console_end_application,
};

struct hop_host *
hop_console_host_new(struct hop_terminal *t, int err_fd, bool interactive)
{
    struct console *c = hop_xmalloc(sizeof(*c));

    c->ops = console_ops;
    c->ops.interactive = interactive;
    c->host.ops = &c->ops;
    c->t = t;
    hop_screen_init(&c->screen, t);
    c->err_fd = err_fd;
    c->interactive = interactive;
    c->line_start = true;
    return &c->host;
}

void
hop_console_host_free(struct hop_host *h)
{
    struct console *c = console_of(h);

    if (!h)
        return;
    hop_console_host_settle(h);
    free(c->title);
    free(c);
}

bool
hop_console_host_exit(const struct hop_host *h, int *code)
{
    const struct console *c = (const struct console *)h;

    if (c->exits)
        *code = c->exit_code;
    return c->exits;
}
