/* SPDX-License-Identifier: MIT */
#include "console/editor.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/text.h"
#include "console/history.h"
#include "console/libedit.h"
#include "lang/complete.h"

/* libedit takes what stands between two of these as of no width. */
#define LITERAL '\1'

/* More completions than these are only counted. */
#define LIST_MAX 400

/* Nobody means to paste more. */
#define PASTE_MAX (16u << 20)

struct hop_editor {
    EditLine *el;
    History *history;
    HistEvent event;
    FILE *out;
    int in;
    sigset_t open;    /* the signal mask that lets SIGINT through */
    bool interrupted; /* by Ctrl-C, while reading a character */
    char *history_path;
    struct hop_editor_ops ops;
    char *prompt;          /* of the line being read, marked up */
    struct hop_buf before; /* the lines read so far, with their ends */
    struct hop_buf pasted; /* what is to be typed in for the user */
    size_t pasted_at;      /* how much of it was */
    bool from_paste;       /* the last character was out of it */
};

static char *
give_prompt(EditLine *el)
{
    struct hop_editor *e = NULL;

    el_get(el, EL_CLIENTDATA, &e);
    return e->prompt;
}

/* Marks the escape sequences of a prompt; only its last line is libedit's. */
static char *
mark_up(const char *s)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    while (*s) {
        size_t n = 1;

        if (s[0] == '\033' && s[1] == '[') {
            n = 2 + strcspn(s + 2,
                            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwx"
                            "yz@~");
            n += s[n] != '\0';
        } else if (s[0] == '\033' && s[1] == ']') {
            n = strcspn(s, "\a");
            n += s[n] != '\0';
        }
        if (s[0] == '\033') {
            hop_buf_addc(&b, LITERAL);
            hop_buf_add(&b, s, n);
            hop_buf_addc(&b, LITERAL);
        } else if (s[0] != LITERAL) {
            hop_buf_add(&b, s, n);
        }
        s += n;
    }
    return hop_buf_take(&b);
}

/* ---- completion -------------------------------------------------------------
 */

static int
characters(const char *s, size_t n)
{
    int count = 0;

    for (size_t i = 0; i < n; i++)
        count += ((unsigned char)s[i] & 0xc0) != 0x80;
    return count;
}

/* How many bytes all results begin with alike, ignoring case. */
static size_t
common_length(const struct hop_completion_list *l)
{
    const char *first = l->results[0].text;
    size_t n = strlen(first);

    for (size_t i = 1; i < l->n; i++) {
        size_t k = 0;

        while (k < n && hop_ascii_lower(l->results[i].text[k]) ==
                            hop_ascii_lower(first[k]))
            k++;
        n = k;
    }
    while (n && ((unsigned char)first[n] & 0xc0) == 0x80)
        n--;
    return n;
}

static void
list_results(struct hop_editor *e, const struct hop_completion_list *l)
{
    struct winsize w = {0};
    int width = 80, column = 1, per_line;

    if (ioctl(fileno(e->out), TIOCGWINSZ, &w) == 0 && w.ws_col)
        width = w.ws_col;
    for (size_t i = 0; i < l->n; i++) {
        int n = characters(l->results[i].item, strlen(l->results[i].item)) + 2;

        column = n > column ? n : column;
    }
    per_line = width / column > 0 ? width / column : 1;
    fputc('\n', e->out);
    if (l->n > LIST_MAX) {
        fprintf(e->out, "%zu completions: type more of the word.\n", l->n);
        return;
    }
    for (size_t i = 0; i < l->n; i++) {
        const char *item = l->results[i].item;
        bool last = (int)(i + 1) % per_line == 0 || i + 1 == l->n;

        fprintf(e->out, "%s%*s", item,
                last ? 0 : column - characters(item, strlen(item)), "");
        if (last)
            fputc('\n', e->out);
    }
}

/* Puts text in place of the bytes from `start` of the line to the cursor. */
static void
replace(struct hop_editor *e, const LineInfo *li, size_t start,
        const char *text, size_t n)
{
    size_t cursor = (size_t)(li->cursor - li->buffer);
    HOP_AUTO_FREE char *copy = hop_xstrndup(text, n);

    el_deletestr(e->el, characters(li->buffer + start, cursor - start));
    el_insertstr(e->el, copy);
}

static unsigned char
apply(struct hop_editor *e, const LineInfo *li,
      const struct hop_completion_list *l)
{
    size_t cursor = (size_t)(li->cursor - li->buffer), start, n;

    /* What begins on an earlier line cannot be replaced. */
    if (!l->n || l->start < e->before.len)
        return CC_REFRESH_BEEP;
    start = l->start - e->before.len;
    n = common_length(l);
    if (l->n == 1 || n > cursor - start) {
        replace(e, li, start, l->results[0].text, n);
        return CC_REFRESH;
    }
    list_results(e, l);
    return CC_REDISPLAY;
}

/* What completes may run programs, which leave the terminal as for programs. */
static struct hop_completion_list *
ask_completions(struct hop_editor *e, const struct hop_buf *text, size_t cursor)
{
    struct hop_completion_list *l;
    struct termios editing;
    bool is_tty = tcgetattr(e->in, &editing) == 0;

    l = e->ops.complete(e->ops.ctx, hop_buf_str(text), text->len, cursor);
    if (is_tty)
        tcsetattr(e->in, TCSADRAIN, &editing);
    return l;
}

static unsigned char
complete_line(EditLine *el, int ch)
{
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;
    struct hop_completion_list *l;
    struct hop_editor *e = NULL;
    const LineInfo *li = el_line(el);
    unsigned char result;

    (void)ch;
    el_get(el, EL_CLIENTDATA, &e);
    if (e->from_paste) {
        el_insertstr(el, "\t");
        return CC_REFRESH;
    }
    if (!e->ops.complete)
        return CC_REFRESH_BEEP;
    hop_buf_add(&text, hop_buf_str(&e->before), e->before.len);
    hop_buf_add(&text, li->buffer, (size_t)(li->lastchar - li->buffer));
    l = ask_completions(e, &text,
                        e->before.len + (size_t)(li->cursor - li->buffer));
    if (!l)
        return CC_REFRESH_BEEP;
    result = apply(e, li, l);
    hop_complete_free(l);
    return result;
}

/* ---- the editor
 * --------------------------------------------------------------- */

/* ---- characters ------------------------------------------------------------
 */

static enum hop_editor_wait
wait_alone(void *ctx, int fd, const sigset_t *mask)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};

    (void)ctx;
    return ppoll(&p, 1, NULL, mask) < 0 && errno == EINTR ? HOP_EDITOR_SIGNAL
                                                          : HOP_EDITOR_READY;
}

/* One byte.  SIGINT is blocked but here, so that a Ctrl-C is never lost between
 * a look and a read. */
static int
read_byte(struct hop_editor *e, unsigned char *c)
{
    enum hop_editor_wait w;

    while ((w = e->ops.wait(e->ops.ctx, e->in, &e->open)) != HOP_EDITOR_READY) {
        if (w == HOP_EDITOR_SIGNAL) {
            e->interrupted = true;
            return -1;
        }
        if (w == HOP_EDITOR_SHOWN)
            el_set(e->el, EL_REFRESH);
    }
    return (int)read(e->in, c, 1);
}

static void
forget_paste(struct hop_editor *e)
{
    hop_buf_clear(&e->pasted);
    e->pasted_at = 0;
}

/* The next character of what was pasted; of the control characters only tabs
 * and line ends are text. */
static bool
take_pasted(struct hop_editor *e, wchar_t *out)
{
    const struct hop_buf *b = &e->pasted;

    while (e->pasted_at < b->len) {
        size_t used;

        *out = (wchar_t)hop_utf8_decode(b->data + e->pasted_at,
                                        b->len - e->pasted_at, &used);
        e->pasted_at += used;
        if (*out >= ' ' || *out == '\t' || *out == '\n')
            return true;
    }
    forget_paste(e);
    return false;
}

/* libedit's source of characters. */
static int
read_character(EditLine *el, wchar_t *out)
{
    struct hop_editor *e = NULL;
    unsigned char c = 0;
    char utf8[4];
    size_t n = 1, need, used;
    int got;

    el_get(el, EL_CLIENTDATA, &e);
    e->from_paste = take_pasted(e, out);
    if (e->from_paste)
        return 1;
    got = read_byte(e, &c);
    if (got != 1)
        return got;
    need = c < 0xc0 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
    utf8[0] = (char)c;
    for (; n < need; n++) {
        if (read_byte(e, &c) != 1)
            break;
        utf8[n] = (char)c;
    }
    *out = (wchar_t)hop_utf8_decode(utf8, n, &used);
    return 1;
}

/* The terminal marks what is pasted (xterm's bracketed paste).  It is typed in
 * for the user, without completing and without running anything: an end of
 * line at its end is left to the user. */
static unsigned char
paste(EditLine *el, int ch)
{
    static const char end[] = "\033[201~";
    struct hop_editor *e = NULL;
    struct hop_buf *b;
    unsigned char c;

    (void)ch;
    el_get(el, EL_CLIENTDATA, &e);
    b = &e->pasted;
    forget_paste(e);
    while (b->len < PASTE_MAX && read_byte(e, &c) == 1) {
        if (c == '\n' && b->len && b->data[b->len - 1] == '\r')
            continue;
        hop_buf_addc(b, (char)c);
        if (b->len >= sizeof end - 1 &&
            !memcmp(b->data + b->len - (sizeof end - 1), end, sizeof end - 1)) {
            b->len -= sizeof end - 1;
            break;
        }
    }
    for (size_t i = 0; i < b->len; i++)
        if (b->data[i] == '\r')
            b->data[i] = '\n';
    while (b->len && b->data[b->len - 1] == '\n')
        b->len--;
    return e->interrupted ? CC_ERROR : CC_NORM;
}

/* Ctrl-D: the end of input on an empty line, else it deletes. */
static unsigned char
end_or_delete(EditLine *el, int ch)
{
    const LineInfo *li = el_line(el);

    (void)ch;
    if (li->lastchar == li->buffer)
        return CC_EOF;
    if (li->cursor == li->lastchar)
        return CC_REFRESH_BEEP;
    el_cursor(el, 1);
    el_deletestr(el, 1);
    return CC_REFRESH;
}

static void
load_entry(void *ctx, const char *entry)
{
    struct hop_editor *e = ctx;

    history(e->history, &e->event, H_ENTER, entry);
}

struct hop_editor *
hop_editor_new(FILE *in, FILE *out, const char *history_path,
               const struct hop_editor_ops *ops)
{
    struct hop_editor *e = hop_xmalloc(sizeof(*e));

    e->out = out;
    e->in = fileno(in);
    e->ops = *ops;
    if (!e->ops.wait)
        e->ops.wait = wait_alone;
    e->history_path = history_path ? hop_xstrdup(history_path) : NULL;
    e->prompt = hop_xstrdup("");
    hop_buf_init(&e->before, 0);
    hop_buf_init(&e->pasted, 0);
    e->pasted_at = 0;
    e->from_paste = false;
    e->history = history_init();
    history(e->history, &e->event, H_SETSIZE, HOP_HISTORY_MAX);
    history(e->history, &e->event, H_SETUNIQUE, 1);
    hop_history_load(e->history_path, load_entry, e);
    e->el = el_init("hop", in, out, out);
    el_set(e->el, EL_CLIENTDATA, e);
    el_set(e->el, EL_GETCFN, read_character);
    el_set(e->el, EL_PROMPT_ESC, give_prompt, LITERAL);
    el_set(e->el, EL_EDITOR, "emacs");
    el_set(e->el, EL_HIST, hop_libedit()->history, e->history);
    el_set(e->el, EL_ADDFN, "hop-complete", "complete the word", complete_line);
    el_set(e->el, EL_ADDFN, "hop-delete", "delete, or end the input",
           end_or_delete);
    el_set(e->el, EL_ADDFN, "hop-paste", "take pasted text", paste);
    el_set(e->el, EL_BIND, "^[[200~", "hop-paste", NULL);
    el_set(e->el, EL_BIND, "^I", "hop-complete", NULL);
    el_set(e->el, EL_BIND, "^D", "hop-delete", NULL);
    el_set(e->el, EL_BIND, "^R", "em-inc-search-prev", NULL);
    el_set(e->el, EL_BIND, "^[[3~", "ed-delete-next-char", NULL);
    el_set(e->el, EL_BIND, "^[[1;5C", "em-next-word", NULL);
    el_set(e->el, EL_BIND, "^[[1;5D", "ed-prev-word", NULL);
    el_set(e->el, EL_BIND, "^[[H", "ed-move-to-beg", NULL);
    el_set(e->el, EL_BIND, "^[[F", "ed-move-to-end", NULL);
    el_set(e->el, EL_SIGNAL, 0);
    return e;
}

void
hop_editor_free(struct hop_editor *e)
{
    if (!e)
        return;
    el_end(e->el);
    history_end(e->history);
    hop_buf_done(&e->before);
    hop_buf_done(&e->pasted);
    free(e->history_path);
    free(e->prompt);
    free(e);
}

/* Shows all lines of a prompt but the last, which libedit draws. */
static void
set_prompt(struct hop_editor *e, const char *prompt)
{
    const char *last = strrchr(prompt, '\n');

    if (last)
        fwrite(prompt, 1, (size_t)(last + 1 - prompt), e->out);
    fflush(e->out);
    free(e->prompt);
    e->prompt = mark_up(last ? last + 1 : prompt);
}

/* Asks the terminal to mark what is pasted while a line is read. */
static void
mark_pastes(struct hop_editor *e, bool on)
{
    if (!e->ops.marks_pastes)
        return;
    fputs(on ? "\033[?2004h" : "\033[?2004l", e->out);
    fflush(e->out);
}

/* One line into e->before. */
static enum hop_editor_end
read_line(struct hop_editor *e)
{
    const char *line;
    sigset_t block, before;
    int n = 0;

    sigemptyset(&block);
    sigaddset(&block, SIGINT);
    sigprocmask(SIG_BLOCK, &block, &before);
    e->open = before;
    sigdelset(&e->open, SIGINT);
    e->interrupted = false;
    el_resize(e->el);
    mark_pastes(e, true);
    line = el_gets(e->el, &n);
    mark_pastes(e, false);
    sigprocmask(SIG_SETMASK, &before, NULL);
    if (e->interrupted) {
        el_reset(e->el);
        forget_paste(e);
        fputs("^C\n", e->out);
        fflush(e->out);
        return HOP_EDITOR_CANCELLED;
    }
    if (!line || n <= 0)
        return HOP_EDITOR_END;
    hop_buf_add(&e->before, line, (size_t)n);
    return HOP_EDITOR_LINE;
}

static size_t
without_end(const struct hop_buf *b)
{
    return b->len && b->data[b->len - 1] == '\n' ? b->len - 1 : b->len;
}

enum hop_editor_end
hop_editor_read(struct hop_editor *e, const char *prompt, const char *more,
                char **text)
{
    enum hop_editor_end end;

    hop_buf_clear(&e->before);
    set_prompt(e, prompt);
    for (;;) {
        end = read_line(e);
        if (end != HOP_EDITOR_LINE)
            return end;
        if (e->pasted_at == e->pasted.len &&
            (!e->ops.incomplete ||
             !e->ops.incomplete(e->ops.ctx, e->before.data,
                                without_end(&e->before))))
            break;
        set_prompt(e, more);
    }
    *text = hop_xstrndup(e->before.data, without_end(&e->before));
    hop_buf_clear(&e->before);
    return HOP_EDITOR_LINE;
}

void
hop_editor_remember(struct hop_editor *e, const char *text)
{
    if (!text[strspn(text, " \t\r\n")])
        return;
    history(e->history, &e->event, H_ENTER, text);
    if (e->history_path && !hop_history_is_sensitive(text))
        hop_history_append(e->history_path, text);
}
