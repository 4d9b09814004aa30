/* A command line and the command at work with it.  Not for other rooms.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_ENGINE_COMMAND_H
#define HOP_ENGINE_COMMAND_H

#include "engine/metadata.h"

/* ---- command lines
 * ------------------------------------------------------------------ */

enum argument_kind {
    ARGUMENT_VALUE,
    ARGUMENT_NAME,         /* -name, value follows as the next argument */
    ARGUMENT_NAME_VALUE,   /* -name:value, or splatted by name */
    ARGUMENT_VERBATIM,     /* the text behind --% */
    ARGUMENT_STOP_PARSING, /* --% itself */
};

struct argument {
    enum argument_kind kind;
    bool splatted, bareword, array_literal;
    bool listed;      /* out of a splatted array: name and value apart */
    const char *text; /* of a name in $args: as it was written; owned */
    const char *name; /* borrowed from the tree or owned by the list */
    uint32_t name_len;
    struct hop_value value;
    struct hop_ast *ast; /* or NULL */
};

struct arguments {
    struct argument *items;
    uint32_t n, cap;
    struct argument store[6];
};
void arguments_init(struct arguments *a);
void arguments_done(struct arguments *a);
struct argument *arguments_add(struct arguments *a);

/* ---- commands at work
 * ------------------------------------------------------------------ */

struct bound {
    struct hop_value value;
    struct hop_value delayed; /* script block to run for each object */
    uint8_t state;            /* enum bound_state */
    bool piped;               /* the variable is an earlier object's */
};
enum bound_state {
    BOUND_NONE,
    BOUND_DEFAULT,  /* of PSDefaultParameterValues */
    BOUND_LINE,     /* on the command line */
    BOUND_PIPELINE, /* this pipeline object */
    BOUND_LATE,     /* switch value given once all are bound, default */
};

struct common_values {
    int8_t error_action, warning_action, information_action,
        progress_action;                     /* -1: none */
    int8_t verbose, debug, what_if, confirm; /* -1: none, 0, 1 */
    struct hop_string *error_variable, *warning_variable, *information_variable,
        *out_variable, *pipeline_variable;
};

struct pipeline;
struct native_process;

struct hop_command {
    struct hop_sink input; /* what the stage before writes to */
    struct hop_runspace *rs;
    struct pipeline *pipeline;
    struct hop_command *next;    /* downstream */
    struct cmdinfo *info;        /* held */
    bool inquired;               /* "Yes to All" of Inquire */
    const char *called_as;       /* InvocationName; owned */
    enum hop_language_mode mode; /* the caller's */
    struct hop_ast *ast;
    struct frame *caller;
    struct io io;
    struct hop_sink *out;
    struct io saved;
    struct arguments arguments;
    struct hop_ast *blame; /* argument that cannot be bound, or NULL */

    struct meta *meta;
    struct bound *bound;
    struct bound bound_store[4];
    uint32_t n_bound, bound_cap;
    uint32_t sets;         /* mask of the sets still possible */
    int set;               /* chosen, -1: not yet or none */
    struct hop_value rest; /* $args of a simple function: object[] */
    struct common_values common;
    struct hop_value invocation; /* InvocationInfo, once asked for */
    struct hop_value pscmdlet, bound_dictionary;
    struct hop_value current;
    bool has_current;

    void *state;
    struct native_process *process;
    struct redirect *redirects; /* sinks made for redirections */

    struct hop_scope scope;
    struct frame frame;
    struct autos autos;
    struct hop_value *queue; /* $input */
    uint32_t n_queue, cap_queue;

    enum hop_flow flow; /* how it ended, when the caller saw only false */
    bool merged_errors; /* by 2>&1 of its own */
    bool dotted, is_script, expects_input, prepared, began, ended, done_input,
        disposed, scope_on, cleaned, failed, piped_bound;
    bool yes_to_all, no_to_all, warn_yes_all, warn_no_all;
    int16_t fast; /* 1 + the one parameter that takes every object; -1: none */
    int position, length; /* in the pipeline, from 1 */
};

#endif
