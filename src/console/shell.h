/* The interactive loop: prompt, read, run, until the end.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CONSOLE_SHELL_H
#define HOP_CONSOLE_SHELL_H

#include <stdbool.h>
#include <stddef.h>

#include "console/editor.h"
#include "console/terminal.h"

struct hop_completion_list;

/* What is done with the input; the engine's side (console/session.c), or a
 * test's. */
struct hop_shell_ops {
    void *ctx;
    /* The prompt, malloc'ed; may hold escape sequences and line ends. */
    char *(*prompt)(void *ctx);
    /* Runs one input and shows what comes of it.  False: the shell ends, with
     * *exit_code. */
    bool (*run)(void *ctx, const char *text, size_t n, int *exit_code);
    /* Stops what runs (the prompt, too); called from a signal handler. */
    void (*stop)(void *ctx);
    /* Forgets a stop of what has ended; may be NULL. */
    void (*settle)(void *ctx);
    struct hop_completion_list *(*complete)(void *ctx, const char *text,
                                            size_t n, size_t cursor);
    /* What the shell ends with at the end of the input. */
    int (*exit_code)(void *ctx);
    /* As the editor's wait; NULL: nothing else goes on at the prompt. */
    enum hop_editor_wait (*wait)(void *ctx, int fd, const sigset_t *mask);
};

/* Reads from the terminal until Ctrl-D or until run ends it; returns the exit
 * code.  Ctrl-C stops what runs, and at the prompt forgets the line; it never
 * ends the shell.  While this runs SIGINT is the shell's. */
int hop_shell_loop(struct hop_terminal *t, const char *history_path,
                   const struct hop_shell_ops *ops);

#endif
