/* The FileSystem provider, and errors that path cmdlets share.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_MANAGEMENT_FILESYSTEM_H
#define HOP_CMDLETS_MANAGEMENT_FILESYSTEM_H

#include "engine/provider.h"

extern const struct hop_provider hop_provider_filesystem;

/* ItemNotFoundException, PathNotFound; always false. */
bool hop_path_not_found(struct hop_runspace *rs, const char *path);
/* The same for an item that item_exists denied, which may have said more by an
 * exception; always false. */
bool hop_path_missing(const struct hop_item_path *p);

#endif
