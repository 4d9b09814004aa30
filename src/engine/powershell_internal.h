/* The inside of [powershell], for the files about it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_ENGINE_POWERSHELL_INTERNAL_H
#define HOP_ENGINE_POWERSHELL_INTERNAL_H

#include "engine/powershell.h"

struct powershell_parameter {
    char *name; /* NULL: a positional argument */
    struct hop_value value;
    bool has_value;
};

struct powershell_part {
    bool is_script, ends; /* the last one of its statement */
    int8_t local_scope;   /* -1: not said */
    char *text;
    struct hop_value info; /* CommandInfo, or null */
    struct powershell_parameter *params;
    size_t n, cap;
};

/* System.Management.Automation.PSInvocationState. */
enum invocation_state {
    INVOCATION_NOT_STARTED,
    INVOCATION_RUNNING,
    INVOCATION_STOPPING,
    INVOCATION_STOPPED,
    INVOCATION_COMPLETED,
    INVOCATION_FAILED,
};

struct powershell {
    struct hop_object base;
    struct hop_runspace *rs;
    struct powershell_part *parts;
    size_t n, cap;
    struct hop_value runspace, pool,
        lent; /* lent: of the pool, while at work */
    struct hop_value streams[HOP_STREAM_NUMBERS];
    struct hop_value reason, failure; /* exception and record, or null */
    struct hop_value instance;
    struct hop_value input, output, result; /* of an asynchronous run */
    struct hop_thread *thread;
    enum invocation_state state;
    bool had_errors, disposed, own_runspace;
};
#define POWERSHELL(v) ((struct powershell *)(void *)hop_value_base(v).u.o)

extern const struct hop_class class_powershell, class_powershell_result;

/* Empties the program. */
void powershell_parts_clear(struct powershell *s);

/* False: it runs, and an exception says so. */
HOP_MUST_CHECK bool powershell_is_idle(struct hop_context *cx,
                                       struct powershell *s);

/* One of its own is open when it is looked at. */
HOP_MUST_CHECK bool powershell_own_runspace(struct powershell *s,
                                            struct hop_value *out);

/* The classes of its program. */
extern const struct hop_class class_powershell_command;
extern const struct hop_class class_powershell_parameter;
extern const struct hop_class class_powershell_program;

/* Methods of the program. */
hop_method_fn powershell_add, powershell_add_statement,
    powershell_add_parameter, powershell_add_argument,
    powershell_add_parameters;

/* Methods that run it. */
hop_method_fn powershell_invoke, powershell_begin, powershell_end,
    powershell_stop, powershell_dispose;

#endif
