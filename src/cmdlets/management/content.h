/* What the cmdlets for content share.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_MANAGEMENT_CONTENT_H
#define HOP_CMDLETS_MANAGEMENT_CONTENT_H

#include "cmdlets/management/paths.h"
#include "value/types/encoding.h"

/* That of the parameter, or UTF-8. */
const struct hop_encoding *hop_content_encoding(struct hop_command *c,
                                                size_t param);
/* Makes a record of the pending exception; always false. */
bool hop_content_failed(struct hop_command *c, const char *path, bool writing);
/* Throws that it is a directory; always false. */
bool hop_content_is_container(struct hop_command *c,
                              const struct hop_item_path *p);

#endif
