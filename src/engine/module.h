/* Modules: making, importing, exporting, removing.  For the core cmdlets.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_ENGINE_MODULE_H
#define HOP_ENGINE_MODULE_H

#include "engine/engine.h"

struct import {
    const char *name;   /* path or name */
    const char *prefix; /* or NULL */
    bool global, force, as_custom, no_clobber, disable_name_checking;
    struct hop_value args; /* -ArgumentList: object[] or null */
    /* Patterns: string[] values, null for all. */
    struct hop_value functions, cmdlets, variables, aliases;
    const char *min_version, *max_version, *required_version;
    struct hop_command *command;
    bool local_scope;
};

/* A module object is owned by the caller. */
bool module_import(struct hop_runspace *rs, const struct import *i,
                   struct hop_value *out);
/* New-Module: runs the block in a new session. */
bool module_new(struct hop_runspace *rs, const char *name,
                struct hop_block *block, const struct hop_value *args, size_t n,
                struct hop_value *out, struct hop_value *output);
bool module_export(struct hop_runspace *rs, struct hop_value functions,
                   struct hop_value cmdlets, struct hop_value variables,
                   struct hop_value aliases);
bool module_remove(struct hop_runspace *rs, struct hop_module *m);
/* Puts what a module exports into a scope. */
void module_publish(struct hop_runspace *rs, struct hop_module *m,
                    struct hop_scope *scope, const struct import *i);
struct hop_value module_custom_object(struct hop_runspace *rs,
                                      struct hop_module *m);
/* Reads a manifest into a Hashtable (owned). */
bool manifest_read(struct hop_runspace *rs, const char *path,
                   struct hop_value *out);
/* False: a key that manifests do not have; the error is pending. */
HOP_MUST_CHECK bool manifest_members(struct hop_runspace *rs,
                                     struct hop_dict *d, const char *path);
void manifest_apply(struct hop_runspace *rs, struct hop_module *m,
                    struct hop_value table);
/* The file of a module on PSModulePath: malloc'ed, or NULL. */
char *module_find(struct hop_runspace *rs, const char *name);
/* Calls fn with the manifest or script file of every module on the path. */
void module_each_available(struct hop_runspace *rs,
                           bool (*fn)(void *ctx, const char *name,
                                      const char *file),
                           void *ctx);
/* A module object of a file without loading it; what it exports is read from
 * its text. */
struct hop_value module_describe(struct hop_runspace *rs, const char *name,
                                 const char *file);
struct hop_module *module_loaded(struct hop_runspace *rs, const char *name);
bool name_in(struct hop_value patterns, const char *name);

/* ---- shared by the files of modules ---- */

/* A PSModuleInfo without contents; path may be NULL.  Owned. */
struct hop_module *module_make(struct hop_runspace *rs, const char *name,
                               const char *path);
bool module_is_file(const char *path);
bool module_ends_with(const char *s, const char *end);
/* The file to load for what the user gave: malloc'ed, or NULL. */
char *module_locate(struct hop_runspace *rs, const char *name);
/* Its name without folders and ending, malloc'ed. */
char *module_stem(const char *path);
/* Modules_ModuleNotFound, pending; always false. */
bool module_not_there(struct hop_runspace *rs, const char *name);

#endif
