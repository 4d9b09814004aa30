/* What the path cmdlets share: -Path and -LiteralPath, -Include, -Exclude and
 * -Filter, the PS* properties of items.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_MANAGEMENT_PATHS_H
#define HOP_CMDLETS_MANAGEMENT_PATHS_H

#include "engine/cmdlet.h"
#include "engine/provider.h"

/* Where a cmdlet keeps these parameters; HOP_NO_PARAM: it has none. */
#define HOP_NO_PARAM ((size_t)-1)
struct hop_path_params {
    size_t path, literal, filter, include, exclude, force;
};

/* Calls fn for each item that the arguments name; errors of one path are
 * reported and the others go on.  fn: false ends. */
HOP_MUST_CHECK bool
hop_paths_each(struct hop_command *c, const struct hop_path_params *params,
               bool (*fn)(struct hop_command *c, struct hop_item_path *p));
/* The same for paths whose items need not exist (no wildcards: as they are). */
HOP_MUST_CHECK bool
hop_paths_each_new(struct hop_command *c, const struct hop_path_params *params,
                   bool (*fn)(struct hop_command *c, struct hop_item_path *p));
/* The same for files to be opened: fn is called for those that do not exist,
 * too, and an error of it ends the command. */
HOP_MUST_CHECK bool
hop_paths_each_file(struct hop_command *c, const struct hop_path_params *params,
                    bool (*fn)(struct hop_command *c, struct hop_item_path *p));
/* The i-th path of the arguments as providers take it: an error of an item ends
 * the path and is reported, and ends the cmdlet when fn has set *ends. -Filter
 * speaks of wildcards' matches alone. */
HOP_MUST_CHECK bool hop_paths_at(
    struct hop_command *c, const struct hop_path_params *params, size_t i,
    bool (*fn)(struct hop_command *c, struct hop_item_path *p, bool *ends));
/* How many paths the arguments have. */
size_t hop_paths_count(struct hop_command *c,
                       const struct hop_path_params *params);
/* Makes the pending exception (hop_file_read_all's or hop_file_write_all's) the
 * error of a file that cannot be opened, FileOpenFailure; always false. */
bool hop_paths_open_failed(struct hop_command *c, const char *path);
/* The file is there, and -NoClobber: ends the cmdlet; always false. */
bool hop_paths_no_clobber(struct hop_command *c, const char *path);
/* Do -Filter, -Include and -Exclude let this name through? */
bool hop_paths_wanted(struct hop_command *c,
                      const struct hop_path_params *params, const char *name);
/* Adds PSPath, PSParentPath, PSChildName, PSDrive, PSProvider, PSIsContainer to
 * the item (taken) and writes it. */
HOP_MUST_CHECK bool hop_paths_write_item(struct hop_command *c,
                                         const struct hop_item_path *p,
                                         struct hop_value item);
/* The same for an object of some of its properties: without PSIsContainer. */
HOP_MUST_CHECK bool hop_paths_write_property(struct hop_command *c,
                                             const struct hop_item_path *p,
                                             struct hop_value properties);
/* The provider cannot do that; always false. */
bool hop_paths_unsupported(struct hop_command *c,
                           const struct hop_item_path *p);
/* Is the path one of the file system's? */
bool hop_paths_are_files(const struct hop_item_path *p);
/* It has no properties to get or set; always false. */
bool hop_paths_no_properties(struct hop_command *c);
/* The last part of a path. */
const char *hop_paths_leaf(const char *path);

#endif
