/* The line editor of the prompt, made of libedit: history, completion, lines
 * that go on.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CONSOLE_EDITOR_H
#define HOP_CONSOLE_EDITOR_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct hop_completion_list;
struct hop_editor;

enum hop_editor_wait {
    HOP_EDITOR_READY,
    HOP_EDITOR_SIGNAL,
    HOP_EDITOR_WORKED, /* at something else: to be called again */
    HOP_EDITOR_SHOWN,  /* that, and lines have come above the prompt */
};

struct hop_editor_ops {
    void *ctx;
    /* Completions of all that is typed (earlier lines included) at a byte
     * offset; owned by the editor; NULL: none. */
    struct hop_completion_list *(*complete)(void *ctx, const char *text,
                                            size_t n, size_t cursor);
    /* Whether the text needs another line. */
    bool (*incomplete)(void *ctx, const char *text, size_t n);
    bool marks_pastes; /* the terminal can: xterm's bracketed paste */
    /* Waits for fd under the signal mask; NULL: nothing else is to be done
     * meanwhile. */
    enum hop_editor_wait (*wait)(void *ctx, int fd, const sigset_t *mask);
};

enum hop_editor_end {
    HOP_EDITOR_LINE,
    HOP_EDITOR_END,       /* Ctrl-D on an empty line, or the input ended */
    HOP_EDITOR_CANCELLED, /* Ctrl-C */
};

/* The files and history_path (or NULL) stay the caller's.  Ctrl-C is seen by
 * the interruption of a read: a handler of SIGINT without SA_RESTART must be
 * there. */
struct hop_editor *hop_editor_new(FILE *in, FILE *out, const char *history_path,
                                  const struct hop_editor_ops *ops);
void hop_editor_free(struct hop_editor *e);

/* Reads one input, as many lines as it needs.  prompt may hold escape
 * sequences and line ends; lines behind the first get the prompt more.  *text
 * is malloc'ed. */
enum hop_editor_end hop_editor_read(struct hop_editor *e, const char *prompt,
                                    const char *more, char **text);
/* Adds an input to the history and its file. */
void hop_editor_remember(struct hop_editor *e, const char *text);

#endif
