/* A terminal: its size, its colours, keys and lines read without the editor.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CONSOLE_TERMINAL_H
#define HOP_CONSOLE_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <termios.h>

struct hop_terminal {
    int in, out;
    bool is_tty; /* both ends are one */
    bool color;
    bool moves; /* the cursor can be moved: bars, clearing, the title */
    struct termios normal; /* as found */
    bool has_normal;
    /* Called while a key is waited for, whenever a signal has come; or NULL. */
    void (*attend)(void *ctx);
    void *attend_ctx;
};

/* term and no_color are the environment's TERM and NO_COLOR, or NULL: colours
 * are used on a terminal that is not "dumb" when NO_COLOR is not set. */
void hop_terminal_init(struct hop_terminal *t, int in, int out,
                       const char *term, const char *no_color);
/* Columns and rows; 80 by 24 when it is no terminal. */
void hop_terminal_size(const struct hop_terminal *t, int *width, int *height);
/* Back to how it was found; before the shell ends or a program runs. */
void hop_terminal_restore(struct hop_terminal *t);

/* Ctrl-C came as a signal: a question that follows, or has just been put,
 * counts as answered with it, until all is settled.  For signal handlers, too.
 */
void hop_terminal_interrupt(void);
void hop_terminal_settle(void);

/* Writes all n bytes. */
void hop_terminal_write(const struct hop_terminal *t, const char *s, size_t n);

enum hop_terminal_read {
    HOP_TERMINAL_OK,
    HOP_TERMINAL_END,
    HOP_TERMINAL_INTERRUPTED, /* Ctrl-C */
};

/* One line, without its end, malloc'ed.  secret: each character shows as *,
 * and the text is wiped from the terminal's buffers. */
enum hop_terminal_read hop_terminal_read_line(struct hop_terminal *t,
                                              bool secret, char **line);
/* Where the cursor is, asked of the terminal; false: it does not say. */
bool hop_terminal_cursor(struct hop_terminal *t, int *x, int *y);
/* Has a key been pressed that was not read?  False: there are none. */
bool hop_terminal_key_waits(struct hop_terminal *t, bool *yes);
/* Forgets what was typed. */
void hop_terminal_forget_keys(struct hop_terminal *t);
/* One key: its character (0 when it makes none) and its ConsoleKey number. */
enum hop_terminal_read hop_terminal_read_key(struct hop_terminal *t, bool echo,
                                             uint32_t *cp, int *key);

/* The escape sequence that sets System.ConsoleColor numbers (-1: leave). */
const char *hop_terminal_foreground(int color);
const char *hop_terminal_background(int color);

#endif
