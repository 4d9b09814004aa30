/* Breakpoints: a place in a script, a command or a variable, and what is done
 * there.  There is no debugger: one without an action says that it was hit.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_ENGINE_BREAKPOINT_H
#define HOP_ENGINE_BREAKPOINT_H

#include "engine/engine.h"

enum breakpoint_kind {
    BREAKPOINT_LINE,
    BREAKPOINT_COMMAND,
    BREAKPOINT_VARIABLE,
};

/* System.Management.Automation.VariableAccessMode. */
enum { ACCESS_READ, ACCESS_WRITE, ACCESS_BOTH };

struct breakpoint {
    struct hop_object base;
    enum breakpoint_kind kind;
    int id, line, column, mode, hits;
    char *script;            /* NULL: everywhere */
    char *name;              /* of the command (a pattern) or the variable */
    struct hop_value action; /* ScriptBlock or null */
    bool enabled;
};

extern const struct hop_class class_breakpoint;
extern const struct hop_class *const breakpoint_classes[];

/* What a new one is made of; all is copied. */
struct breakpoint_spec {
    enum breakpoint_kind kind;
    const char *script, *name;
    int line, column, mode;
    struct hop_value action;
};
/* Owned; the runspace has it too from now on. */
struct breakpoint *breakpoint_new(struct hop_runspace *rs,
                                  const struct breakpoint_spec *spec);
/* The breakpoint in v, or NULL. */
struct breakpoint *as_breakpoint(struct hop_value v);
/* The runspace's, borrowed; NULL: none. */
struct breakpoint *breakpoint_at(struct hop_runspace *rs, size_t i);
void breakpoint_remove(struct hop_runspace *rs, struct breakpoint *b);

#endif
