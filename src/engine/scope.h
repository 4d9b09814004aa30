/* Variables, functions, aliases and drives, and the scopes that hold them.
 *
 * Scopes form a chain towards the global one of their session state; a module
 * has a session state of its own whose chain ends in the global scope too.
 * Names are compared without case.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_ENGINE_SCOPE_H
#define HOP_ENGINE_SCOPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "value/value.h"

struct hop_runspace;
struct hop_scope;
struct hop_module;
struct hop_symbol; /* an interned name, case folded, one per runspace */

/* System.Management.Automation.ScopedItemOptions. */
enum hop_item_option {
    HOP_ITEM_READONLY = 1,
    HOP_ITEM_CONSTANT = 2,
    HOP_ITEM_PRIVATE = 4,
    HOP_ITEM_ALLSCOPE = 8,
    HOP_ITEM_UNSPECIFIED = 16,
};

/* A PSVariable.  Its object header makes it a value (Get-Variable gives the
 * variable itself). */
struct hop_variable;

struct hop_symbol *hop_symbol_get(struct hop_runspace *rs, const char *name,
                                  size_t n);
const char *hop_symbol_name(const struct hop_symbol *s);

/* ---- by name, as cmdlets need it ------------------------------------------
 * scope: NULL or "" for the normal rules (read: nearest; write: current),
 * else "Global", "Local", "Script", "Private" or a number of scopes upwards.  A
 * name may carry a scope itself: "global:x".  "Current" means the scope of the
 * caller of a cmdlet. */

/* The variable, borrowed, or NULL when there is none (no error set).  *ok is
 * false when the scope does not exist (ArgumentException is pending). */
struct hop_variable *hop_variable_find(struct hop_runspace *rs,
                                       const char *name, const char *scope,
                                       bool *ok);
/* The value (owned), null when there is none. */
struct hop_value hop_variable_get(struct hop_runspace *rs, const char *name);
/* Borrows v.  False: read-only, constant, wrong type: an error is pending. */
HOP_MUST_CHECK bool hop_variable_set(struct hop_runspace *rs, const char *name,
                                     const char *scope, struct hop_value v);
/* With options and description (New-Variable, Set-Variable -Force). */
struct hop_variable_spec {
    const char *name, *scope, *description;
    struct hop_value value;
    unsigned options; /* enum hop_item_option */
    bool is_private, force, must_be_new, keep_options;
};
HOP_MUST_CHECK bool hop_variable_define(struct hop_runspace *rs,
                                        const struct hop_variable_spec *spec,
                                        struct hop_variable **made);
HOP_MUST_CHECK bool hop_variable_remove(struct hop_runspace *rs,
                                        const char *name, const char *scope,
                                        bool force);
const char *hop_variable_name(const struct hop_variable *v);
struct hop_value hop_variable_value(struct hop_runspace *rs,
                                    struct hop_variable *v); /* owned */
unsigned hop_variable_options(const struct hop_variable *v);
/* The PSVariable object; owned. */
struct hop_value hop_variable_object(struct hop_variable *v);

/* Calls fn for each visible variable, nearest scope first, each name once;
 * fn returns false to end. */
void hop_variable_each(struct hop_runspace *rs, const char *scope,
                       bool (*fn)(void *ctx, struct hop_variable *v),
                       void *ctx);

/* Aliases. */
struct hop_alias_spec {
    const char *name, *definition, *description, *scope;
    unsigned options;
    bool force, must_be_new;
};
HOP_MUST_CHECK bool hop_alias_set(struct hop_runspace *rs,
                                  const struct hop_alias_spec *spec);
HOP_MUST_CHECK bool hop_alias_remove(struct hop_runspace *rs, const char *name,
                                     const char *scope, bool force);
/* What the alias stands for, borrowed, or NULL. */
const char *hop_alias_get(struct hop_runspace *rs, const char *name);
void hop_alias_each(struct hop_runspace *rs, const char *scope,
                    bool (*fn)(void *ctx, struct hop_value alias_info),
                    void *ctx);

/* Functions: the value is a ScriptBlock. */
HOP_MUST_CHECK bool hop_function_set(struct hop_runspace *rs, const char *name,
                                     const char *scope,
                                     struct hop_value scriptblock,
                                     unsigned options);
HOP_MUST_CHECK bool hop_function_remove(struct hop_runspace *rs,
                                        const char *name, const char *scope,
                                        bool force);

#endif
