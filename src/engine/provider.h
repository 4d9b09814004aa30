/* Providers and drives: FileSystem, Environment, Variable, Function, Alias and
 * what later modules add.
 *
 * A provider is a const table of functions on paths.  Paths given to a provider
 * are already resolved: absolute, without drive ("/tmp/x" for FileSystem,
 * "HOME" for Environment); `display` names show as users know them.  Every
 * function may be NULL: the cmdlet then reports PowerShell's NotSupported
 * error.  They return false with an exception pending.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_ENGINE_PROVIDER_H
#define HOP_ENGINE_PROVIDER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cleanup.h"
#include "engine/runspace.h"
#include "engine/stream.h"
#include "value/value.h"

struct hop_command;
struct hop_param;

enum hop_provider_capability {
    HOP_PROVIDER_FILTER = 4,
    HOP_PROVIDER_EXPAND_WILDCARDS = 8,
    HOP_PROVIDER_SHOULD_PROCESS = 16,
    HOP_PROVIDER_CREDENTIALS = 32,
    HOP_PROVIDER_CONTAINER = 256,  /* ours: has children */
    HOP_PROVIDER_NAVIGATION = 512, /* ours: has paths of several parts */
    HOP_PROVIDER_CONTENT = 1024,   /* ours: Get-Content works */
    HOP_PROVIDER_PROPERTY = 2048,
};

struct hop_drive {
    char *name; /* "Env"; owned */
    const struct hop_provider *provider;
    char *root; /* "/" or "" */
    char *description;
    char *location; /* where the drive is: a provider path; "": its root */
    struct hop_scope *scope; /* it ends with; NULL: none */
    struct hop_drive *next;
};

/* A path in the hands of a provider. */
struct hop_item_path {
    struct hop_runspace *rs;
    struct hop_command *command; /* the cmdlet running, for streams; or NULL */
    const struct hop_provider *provider;
    struct hop_drive *drive; /* NULL for provider-qualified and UNC paths */
    char *path;              /* provider path, owned */
};
void hop_item_path_done(struct hop_item_path *p);

struct hop_content; /* an open reader or writer, the provider's */

struct hop_provider {
    const char *name;   /* "FileSystem" */
    const char *module; /* "Microsoft.PowerShell.Core" */
    unsigned capabilities;
    char separator; /* '/' */

    bool (*item_exists)(const struct hop_item_path *p);
    bool (*is_container)(const struct hop_item_path *p);
    /* The item as an object (with PSPath and so on added by the caller). */
    bool (*get_item)(const struct hop_item_path *p, bool force,
                     struct hop_value *out);
    /* Calls fn with each child's name (not the whole path). */
    bool (*children)(const struct hop_item_path *p, bool force,
                     bool (*fn)(void *ctx, const char *name, bool container),
                     void *ctx);
    bool (*new_item)(const struct hop_item_path *p, const char *type,
                     struct hop_value value, bool force, struct hop_value *out);
    bool (*set_item)(const struct hop_item_path *p, struct hop_value value,
                     struct hop_value *out);
    bool (*clear_item)(const struct hop_item_path *p);
    bool (*remove_item)(const struct hop_item_path *p, bool recurse,
                        bool force);
    bool (*rename_item)(const struct hop_item_path *p, const char *name,
                        bool force, struct hop_value *out);
    bool (*copy_item)(const struct hop_item_path *p, const char *to,
                      bool recurse, bool force);
    bool (*move_item)(const struct hop_item_path *p, const char *to,
                      bool force);
    /* Whole-content access; FileSystem's cmdlets may go further themselves. */
    bool (*get_content)(const struct hop_item_path *p, struct hop_sink *out);
    bool (*set_content)(const struct hop_item_path *p,
                        const struct hop_value *lines, size_t n, bool append);
    bool (*clear_content)(const struct hop_item_path *p);
    /* What New-Item and Set-Item take for this path beside their own; indices
     * follow on the cmdlet's, of p->command.  Static memory. */
    const struct hop_param *(*parameters)(const struct hop_item_path *p,
                                          const char *cmdlet, size_t *n);
    /* "/a/./b/../c" to "/a/c"; NULL: nothing to do.  malloc'ed. */
    char *(*normalize)(const struct hop_item_path *p, const char *path);
};

/* Registration, at start; the table is static. */
void hop_provider_add(struct hop_runspace *rs, const struct hop_provider *p);
const struct hop_provider *hop_provider_find(struct hop_runspace *rs,
                                             const char *name);
const struct hop_provider *const *hop_provider_all(struct hop_runspace *rs,
                                                   size_t *n);
/* Drives; false: an error is pending. */
HOP_MUST_CHECK bool hop_drive_add(struct hop_runspace *rs, const char *name,
                                  const struct hop_provider *provider,
                                  const char *root, const char *description,
                                  struct hop_drive **out);
/* A drive, and its provider, that come into being when somebody names them.
 * The texts are static. */
void hop_drive_offer(struct hop_runspace *rs, const char *name,
                     const struct hop_provider *provider,
                     const char *description);
/* The drive ends with a scope ("Local", "Global", "1"); NULL: the current. */
HOP_MUST_CHECK bool hop_drive_limit(struct hop_runspace *rs,
                                    struct hop_drive *d, const char *scope);
HOP_MUST_CHECK bool hop_drive_remove(struct hop_runspace *rs, const char *name);
struct hop_drive *hop_drive_find(struct hop_runspace *rs, const char *name);
struct hop_drive *hop_drive_first(struct hop_runspace *rs);
struct hop_drive *hop_drive_current(struct hop_runspace *rs);

/* One path without wildcards, to a provider path: relative paths against the
 * current location, "Env:HOME", "~", "FileSystem::/tmp",
 * "Microsoft.PowerShell.Core\FileSystem::/tmp".  The item need not exist. False
 * with the error pending (DriveNotFound ...). */
HOP_MUST_CHECK bool hop_path_resolve(struct hop_runspace *rs, const char *path,
                                     struct hop_item_path *out);
/* With wildcards (or literal): calls fn for each match in the provider's order;
 * fn returns false to end.  A path without wildcard that does not exist is
 * ItemNotFoundException / PathNotFound, pending. */
HOP_MUST_CHECK bool
hop_path_glob(struct hop_runspace *rs, const char *path, bool literal,
              bool force, bool (*fn)(void *ctx, struct hop_item_path *p),
              void *ctx);
/* True when the text has wildcard characters that are not escaped. */
bool hop_path_has_wildcard(const char *path);
/* The path as users see it: "/tmp/x", "Env:\HOME"; malloc'ed. */
char *hop_path_display(const struct hop_item_path *p);
/* "Microsoft.PowerShell.Core\FileSystem::/tmp/x"; malloc'ed. */
char *hop_path_qualified(const struct hop_item_path *p);

/* A PSDriveInfo and a ProviderInfo object, owned. */
struct hop_value hop_drive_object(struct hop_runspace *rs,
                                  struct hop_drive *drive);
struct hop_value hop_provider_object(struct hop_runspace *rs,
                                     const struct hop_provider *p);
/* The PathInfo of a path, owned. */
struct hop_value hop_path_object(const struct hop_item_path *p);

/* Set-Location and its stack; false: error pending. */
HOP_MUST_CHECK bool hop_location_set(struct hop_runspace *rs, const char *path,
                                     bool literal);
/* $PWD: a PathInfo object, owned. */
struct hop_value hop_location_object(struct hop_runspace *rs);
/* The PathInfoStack of a name (NULL: the default), owned. */
struct hop_value hop_location_stack(struct hop_runspace *rs, const char *name);
void hop_location_push(struct hop_runspace *rs, const char *stack);
HOP_MUST_CHECK bool hop_location_pop(struct hop_runspace *rs,
                                     const char *stack);

#endif
