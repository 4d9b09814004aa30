/* SPDX-License-Identifier: MIT */
#include "console/terminal.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/io.h"
#include "base/text.h"

void
hop_terminal_init(struct hop_terminal *t, int in, int out, const char *term,
                  const char *no_color)
{
    *t = (struct hop_terminal){.in = in, .out = out};
    t->is_tty = isatty(in) && isatty(out);
    t->moves = isatty(out) && term && *term && strcmp(term, "dumb") != 0;
    t->color = t->moves && !(no_color && *no_color);
    t->has_normal = t->is_tty && tcgetattr(in, &t->normal) == 0;
}

void
hop_terminal_size(const struct hop_terminal *t, int *width, int *height)
{
    struct winsize w = {0};

    *width = 80;
    *height = 24;
    if (ioctl(t->out, TIOCGWINSZ, &w) != 0 || !w.ws_col || !w.ws_row)
        return;
    *width = w.ws_col;
    *height = w.ws_row;
}

/* A signal must not leave it as it was. */
static void
set_mode(const struct hop_terminal *t, const struct termios *mode)
{
    while (tcsetattr(t->in, TCSADRAIN, mode) != 0 && errno == EINTR)
        ;
}

void
hop_terminal_restore(struct hop_terminal *t)
{
    if (t->has_normal)
        set_mode(t, &t->normal);
}

void
hop_terminal_write(const struct hop_terminal *t, const char *s, size_t n)
{
    (void)!hop_fd_write(t->out, s, n);
}

/* Between what announces a question and its raw mode Ctrl-C is a signal still,
 * and nothing else would tell the question of it.  It is looked at with the
 * signal shut out, which comes in again while a key is waited for. */
static volatile sig_atomic_t interrupted;

void
hop_terminal_interrupt(void)
{
    interrupted = 1;
}

void
hop_terminal_settle(void)
{
    interrupted = 0;
}

/* Single characters without echo, and Ctrl-C as a character. */
static void
enter_raw(struct hop_terminal *t)
{
    struct termios raw = t->normal;

    if (!t->has_normal)
        return;
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG);
    raw.c_iflag &= ~(tcflag_t)ICRNL;
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    set_mode(t, &raw);
}

/* False: Ctrl-C came as a signal. */
static bool
await_byte(const struct hop_terminal *t)
{
    struct pollfd p = {.fd = t->in, .events = POLLIN};
    sigset_t block, open;

    sigfillset(&block);
    sigprocmask(SIG_BLOCK, &block, &open);
    do {
        if (t->attend)
            t->attend(t->attend_ctx);
    } while (!interrupted && ppoll(&p, 1, NULL, &open) < 0 && errno == EINTR);
    sigprocmask(SIG_SETMASK, &open, NULL);
    return !interrupted;
}

/* The next byte, or -1 at the end, -2 when Ctrl-C came as a signal. */
static int
read_byte(const struct hop_terminal *t)
{
    unsigned char c;
    ssize_t n;

    do {
        if (!await_byte(t))
            return -2;
        n = read(t->in, &c, 1);
    } while (n < 0 && errno == EINTR);
    return n == 1 ? c : -1;
}

static bool
byte_follows(const struct hop_terminal *t)
{
    struct pollfd p = {.fd = t->in, .events = POLLIN};

    return poll(&p, 1, 30) == 1;
}

/* The rest of a character whose first byte is given. */
static uint32_t
read_rest(const struct hop_terminal *t, int first, char utf8[4], size_t *n)
{
    size_t need = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    size_t used;

    utf8[0] = (char)first;
    for (*n = 1; *n < need; ++*n) {
        int c = read_byte(t);

        if (c < 0x80)
            break;
        utf8[*n] = (char)c;
    }
    return hop_utf8_decode(utf8, *n, &used);
}

static void
erase_last(const struct hop_terminal *t, struct hop_buf *b, bool secret)
{
    if (!b->len)
        return;
    while (b->len && ((unsigned char)b->data[b->len - 1] & 0xc0) == 0x80)
        b->data[--b->len] = '\0';
    b->data[--b->len] = '\0';
    (void)secret;
    hop_terminal_write(t, "\b \b", 3);
}

/* Reads and shows until the line ends. */
static enum hop_terminal_read
edit_line(struct hop_terminal *t, bool secret, struct hop_buf *b)
{
    for (;;) {
        char utf8[4];
        size_t n;
        int c = read_byte(t);

        if (c == -2 || c == 3)
            return HOP_TERMINAL_INTERRUPTED;
        if (c == -1 || (c == 4 && !b->len))
            return HOP_TERMINAL_END;
        if (c == '\r' || c == '\n')
            return HOP_TERMINAL_OK;
        if (c == 0x7f || c == '\b') {
            erase_last(t, b, secret);
        } else if (c >= 0x20) {
            read_rest(t, c, utf8, &n);
            hop_buf_add(b, utf8, n);
            hop_terminal_write(t, secret ? "*" : utf8, secret ? 1 : n);
        }
    }
}

static enum hop_terminal_read
plain_line(struct hop_terminal *t, struct hop_buf *b)
{
    for (;;) {
        int c = read_byte(t);
        char byte = (char)c;

        if (c == -2)
            return HOP_TERMINAL_INTERRUPTED;
        if (c == -1)
            return b->len ? HOP_TERMINAL_OK : HOP_TERMINAL_END;
        if (c == '\n')
            break;
        hop_buf_add(b, &byte, 1);
    }
    if (b->len && b->data[b->len - 1] == '\r')
        b->data[--b->len] = '\0';
    return HOP_TERMINAL_OK;
}

enum hop_terminal_read
hop_terminal_read_line(struct hop_terminal *t, bool secret, char **line)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    enum hop_terminal_read r;

    b.secret = secret;
    if (t->is_tty) {
        enter_raw(t);
        r = edit_line(t, secret, &b);
        hop_terminal_restore(t);
        hop_terminal_write(t, "\n", 1);
    } else {
        r = plain_line(t, &b);
    }
    if (r == HOP_TERMINAL_OK)
        *line = hop_buf_take(&b);
    return r;
}

/* ---- keys ------------------------------------------------------------------
 */

/* System.ConsoleKey. */
enum {
    KEY_BACKSPACE = 8,
    KEY_TAB = 9,
    KEY_ENTER = 13,
    KEY_ESCAPE = 27,
    KEY_PAGE_UP = 33,
    KEY_PAGE_DOWN = 34,
    KEY_END = 35,
    KEY_HOME = 36,
    KEY_LEFT = 37,
    KEY_UP = 38,
    KEY_RIGHT = 39,
    KEY_DOWN = 40,
    KEY_INSERT = 45,
    KEY_DELETE = 46,
    KEY_F1 = 112,
};

static const struct {
    const char *sequence; /* behind ESC */
    int key;
} sequences[] = {
    {"[A", KEY_UP},       {"[B", KEY_DOWN},     {"[C", KEY_RIGHT},
    {"[D", KEY_LEFT},     {"OA", KEY_UP},       {"OB", KEY_DOWN},
    {"OC", KEY_RIGHT},    {"OD", KEY_LEFT},     {"[H", KEY_HOME},
    {"[F", KEY_END},      {"OH", KEY_HOME},     {"OF", KEY_END},
    {"[1~", KEY_HOME},    {"[4~", KEY_END},     {"[2~", KEY_INSERT},
    {"[3~", KEY_DELETE},  {"[5~", KEY_PAGE_UP}, {"[6~", KEY_PAGE_DOWN},
    {"OP", KEY_F1},       {"OQ", KEY_F1 + 1},   {"OR", KEY_F1 + 2},
    {"OS", KEY_F1 + 3},   {"[15~", KEY_F1 + 4}, {"[17~", KEY_F1 + 5},
    {"[18~", KEY_F1 + 6}, {"[19~", KEY_F1 + 7}, {"[20~", KEY_F1 + 8},
};

static int
escape_key(const struct hop_terminal *t)
{
    char s[8] = "";
    size_t n = 0;

    while (n < sizeof(s) - 1 && byte_follows(t)) {
        int c = read_byte(t);

        if (c < 0)
            break;
        s[n++] = (char)c;
        if (n > 1 && (c == '~' || (c >= 'A' && c <= 'Z')))
            break;
    }
    for (size_t i = 0; n && i < HOP_ARRAY_SIZE(sequences); i++)
        if (strcmp(s, sequences[i].sequence) == 0)
            return sequences[i].key;
    return KEY_ESCAPE;
}

static int
plain_key(uint32_t c)
{
    if (c >= 'a' && c <= 'z')
        return (int)c - 'a' + 'A';
    if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ' ')
        return (int)c;
    switch (c) {
    case '\r':
    case '\n': return KEY_ENTER;
    case '\t': return KEY_TAB;
    case 0x7f:
    case '\b': return KEY_BACKSPACE;
    default: return 0;
    }
}

enum hop_terminal_read
hop_terminal_read_key(struct hop_terminal *t, bool echo, uint32_t *cp, int *key)
{
    char utf8[4];
    size_t n;
    int c;

    enter_raw(t);
    c = read_byte(t);
    *cp = 0;
    *key = 0;
    if (c == 27 && t->is_tty) {
        *key = escape_key(t);
        *cp = *key == KEY_ESCAPE ? 27 : 0;
    } else if (c >= 0 && c != 3) {
        *cp = read_rest(t, c, utf8, &n);
        *key = plain_key(*cp);
        if (echo && *cp >= 0x20)
            hop_terminal_write(t, utf8, n);
    }
    hop_terminal_restore(t);
    if (c == 3 || c == -2)
        return HOP_TERMINAL_INTERRUPTED;
    return c < 0 ? HOP_TERMINAL_END : HOP_TERMINAL_OK;
}

/* ---- the screen -------------------------------------------------------------
 */

#define ANSWER_MS 200

/* One byte of an answer of the terminal's; -1: none comes. */
static int
answered_byte(const struct hop_terminal *t)
{
    struct pollfd p = {t->in, POLLIN, 0};
    unsigned char c;

    if (poll(&p, 1, ANSWER_MS) <= 0 || read(t->in, &c, 1) != 1)
        return -1;
    return c;
}

/* The answer is ESC [ row ; column R. */
bool
hop_terminal_cursor(struct hop_terminal *t, int *x, int *y)
{
    char text[32];
    size_t n = 0;
    int c = 0, row, column;

    if (!t->is_tty || !t->moves)
        return false;
    enter_raw(t);
    hop_terminal_write(t, "\033[6n", 4);
    while (n + 1 < sizeof(text) && c != 'R' && (c = answered_byte(t)) >= 0)
        text[n++] = (char)c;
    text[n] = '\0';
    hop_terminal_restore(t);
    if (sscanf(text, "\033[%d;%dR", &row, &column) != 2)
        return false;
    *x = column - 1;
    *y = row - 1;
    return true;
}

bool
hop_terminal_key_waits(struct hop_terminal *t, bool *yes)
{
    struct pollfd p = {t->in, POLLIN, 0};

    if (!t->is_tty)
        return false;
    enter_raw(t);
    *yes = poll(&p, 1, 0) > 0;
    hop_terminal_restore(t);
    return true;
}

void
hop_terminal_forget_keys(struct hop_terminal *t)
{
    if (t->is_tty)
        (void)tcflush(t->in, TCIFLUSH);
}

/* ---- colours ----------------------------------------------------------------
 */

static const char *const foregrounds[16] = {
    "\033[30m", "\033[34m", "\033[32m", "\033[36m", "\033[31m", "\033[35m",
    "\033[33m", "\033[37m", "\033[90m", "\033[94m", "\033[92m", "\033[96m",
    "\033[91m", "\033[95m", "\033[93m", "\033[97m",
};
static const char *const backgrounds[16] = {
    "\033[40m",  "\033[44m",  "\033[42m",  "\033[46m",
    "\033[41m",  "\033[45m",  "\033[43m",  "\033[47m",
    "\033[100m", "\033[104m", "\033[102m", "\033[106m",
    "\033[101m", "\033[105m", "\033[103m", "\033[107m",
};

const char *
hop_terminal_foreground(int color)
{
    return color >= 0 && color < 16 ? foregrounds[color] : "";
}

const char *
hop_terminal_background(int color)
{
    return color >= 0 && color < 16 ? backgrounds[color] : "";
}
