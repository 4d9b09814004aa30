/* The host: where a runspace shows things and asks questions.
 *
 * A table of functions, so that the console, a PSRP session and a test each
 * give their own.  Texts are UTF-8 with their length.  Every function may be
 * NULL: output is then dropped, questions fail with PowerShell's
 * "non-interactive" error.  Functions that ask return HOP_ASK_STOPPED when the
 * pipeline is stopped meanwhile (hop_runspace_stop).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_ENGINE_HOST_H
#define HOP_ENGINE_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "value/value.h"

struct hop_array;
struct hop_host;
struct hop_runspace;

enum hop_ask {
    HOP_ASK_OK,
    HOP_ASK_END,     /* end of input */
    HOP_ASK_STOPPED, /* Ctrl-C, or the pipeline is stopped */
    HOP_ASK_UNSUPPORTED,
};

/* System.ConsoleColor; HOP_COLOR_NONE leaves the terminal's. */
enum { HOP_COLOR_NONE = -1 };

struct hop_choice {
    const char *label; /* with & before the hot key: "&Yes" */
    const char *help;
};

struct hop_field {
    const char *name, *label, *help, *type; /* type: full .NET name */
    bool mandatory, secure, credential, list;
    const struct hop_value *fallback; /* NULL: none */
};

/* No text is NULL.  types: PSCredentialTypes; options: PSCredentialUIOptions;
 * both are for hosts elsewhere, which may heed them. */
struct hop_logon_question {
    const char *caption, *message, *user, *target;
    int types, options;
};
/* Their defaults: any kind, and the name is looked at. */
enum { HOP_LOGON_TYPES = 3, HOP_LOGON_OPTIONS = 1 };

struct hop_progress {
    int64_t source_id;
    int32_t id, parent_id;                     /* parent_id -1: none */
    const char *activity, *status, *operation; /* never NULL */
    int32_t percent;                           /* -1: unknown */
    int32_t seconds_remaining;                 /* -1: unknown */
    bool completed;
};

struct hop_size {
    int width, height;
};

/* What RawUI has: two numbers (x and y, width and height), or the first of
 * them alone. */
enum hop_raw {
    HOP_RAW_FOREGROUND, /* System.ConsoleColor, -1: unknown */
    HOP_RAW_BACKGROUND,
    HOP_RAW_CURSOR,
    HOP_RAW_WINDOW_AT,
    HOP_RAW_CURSOR_SIZE,
    HOP_RAW_BUFFER,
    HOP_RAW_WINDOW,
    HOP_RAW_MAX_WINDOW,
    HOP_RAW_MAX_PHYSICAL,
    HOP_RAWS
};

/* A key as it was pressed; control: ControlKeyStates. */
struct hop_key {
    uint32_t cp; /* its character, 0: none */
    int key;     /* ConsoleKey */
    int control;
    bool down;
};
/* ReadKeyOptions, as far as a host heeds them. */
enum { HOP_KEY_CTRL_C = 1, HOP_KEY_NO_ECHO = 2 };

/* Of the screen: a character with its colours; BufferCellType. */
struct hop_screen_cell {
    uint16_t character;
    int foreground, background, type;
};
struct hop_rect {
    int left, top, right, bottom;
};
/* rows * columns cells, row by row. */
struct hop_cells {
    uint32_t rows, columns;
    const struct hop_screen_cell *cells;
};

/* $Host.UI.RawUI.  A function that is NULL, or that gives false, is one that
 * this host cannot do. */
struct hop_raw_ops {
    /* What its methods are called in errors about one that is not there;
     * NULL: .NET's NotImplementedException. */
    const char *lacks;
    bool (*get)(struct hop_host *h, enum hop_raw what, int v[2]);
    bool (*set)(struct hop_host *h, enum hop_raw what, const int v[2]);
    bool (*key_available)(struct hop_host *h, bool *yes);
    bool (*flush_input)(struct hop_host *h);
    bool (*fill)(struct hop_host *h, const struct hop_rect *r,
                 const struct hop_screen_cell *with);
    bool (*put)(struct hop_host *h, int x, int y, const struct hop_cells *c);
    bool (*scroll)(struct hop_host *h, const struct hop_rect *from, int x,
                   int y, const struct hop_rect *clip,
                   const struct hop_screen_cell *with);
};

struct hop_host_ops {
    const char *name;    /* $Host.Name: "ConsoleHost" */
    const char *version; /* $Host.Version */
    bool interactive;    /* questions can be asked */
    bool asks_by_name;   /* Read-Host's prompt goes with the question, as a
                            field's name, and is not written before it */

    /* Plain output of the default formatter and Write-Host. */
    void (*write)(struct hop_host *h, const char *s, size_t n, int fg, int bg);
    /* The lines of the other streams; text without its prefix ("WARNING: "
     * is the host's to add) and without line end. */
    void (*write_error)(struct hop_host *h, const char *s, size_t n);
    void (*write_warning)(struct hop_host *h, const char *s, size_t n);
    void (*write_verbose)(struct hop_host *h, const char *s, size_t n);
    void (*write_debug)(struct hop_host *h, const char *s, size_t n);
    void (*write_information)(struct hop_host *h, const char *s, size_t n);
    /* A line that a script writes to the user interface itself, of a stream
     * whose records others get too; NULL: the functions above will do. */
    void (*write_record)(struct hop_host *h, int stream, const char *s,
                         size_t n);
    /* WriteLine without a text; NULL: a line end is written. */
    void (*write_line_end)(struct hop_host *h);
    void (*write_progress)(struct hop_host *h, const struct hop_progress *p);

    /* *text is malloc'ed; secrets are wiped by the caller. */
    enum hop_ask (*read_line)(struct hop_host *h, char **text);
    enum hop_ask (*read_secure)(struct hop_host *h, char **text);
    /* values[i] owned by the caller. */
    enum hop_ask (*prompt)(struct hop_host *h, const char *caption,
                           const char *message, const struct hop_field *fields,
                           size_t n, struct hop_value *values);
    /* *chosen: index; fallback is the default's index or -1. */
    enum hop_ask (*choice)(struct hop_host *h, const char *caption,
                           const char *message,
                           const struct hop_choice *choices, size_t n,
                           int fallback, int *chosen);
    /* Several: appends the indices to the array, in the order of choosing;
     * nothing chosen takes the defaults. */
    enum hop_ask (*choose_some)(struct hop_host *h, const char *caption,
                                const char *message,
                                const struct hop_choice *choices, size_t n,
                                const struct hop_array *defaults,
                                struct hop_array *chosen);
    enum hop_ask (*credential)(struct hop_host *h,
                               const struct hop_logon_question *q, char **name,
                               char **password);
    /* One key press. */
    enum hop_ask (*read_key)(struct hop_host *h, int options,
                             struct hop_key *key);

    struct hop_size (*window_size)(struct hop_host *h);
    struct hop_size (*buffer_size)(struct hop_host *h);
    void (*set_title)(struct hop_host *h, const char *title);
    const char *(*title)(struct hop_host *h);
    const struct hop_raw_ops *raw; /* NULL: it has no more than the sizes */
    void (*clear)(struct hop_host *h);
    bool (*supports_color)(struct hop_host *h);
    /* The shell is to end with a code (exit at the prompt, Host.SetShouldExit).
     */
    void (*should_exit)(struct hop_host *h, int code);
    /* The session that the user has entered is left: Host.PopRunspace. */
    void (*pop_runspace)(struct hop_host *h);
    /* What was kept back is to be seen now: the engine is about to wait. */
    void (*flush)(struct hop_host *h);
    /* Before and after a native program uses the terminal. */
    void (*begin_application)(struct hop_host *h);
    void (*end_application)(struct hop_host *h);
};

/* Embed it as the first member of the host's own state. */
struct hop_host {
    const struct hop_host_ops *ops;
};

/* One line (or several) of a stream other than output, by its number; without a
 * line end. */
void hop_host_line(struct hop_runspace *rs, int stream, const char *s,
                   size_t n);

/* A host that writes to two file descriptors and asks nothing: what
 * `hop -NonInteractive` uses.  Colour only when asked for. */
struct hop_host *hop_host_plain_new(int out_fd, int err_fd, bool color);
/* The exit code that a script has asked for by Host.SetShouldExit, if any. */
bool hop_host_plain_exit(const struct hop_host *h, int *code);
/* lost: called once, when out cannot be written any more. */
void hop_host_plain_watch(struct hop_host *h, void (*lost)(void));
/* Writes what waits.  0, or the errno of the first write that has failed. */
int hop_host_plain_flush(struct hop_host *h);
void hop_host_free(struct hop_host *h);

#endif
