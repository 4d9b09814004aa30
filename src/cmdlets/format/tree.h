/* Format-Custom without a view: an object with all that is in it, as a tree.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_FORMAT_TREE_H
#define HOP_CMDLETS_FORMAT_TREE_H

#include "cmdlets/format/shown.h"

/* Appends v to the document.  asked: the properties of v itself; deeper objects
 * show their default set or all, down to depth; limit: elements of a
 * collection, negative for all;
 * display_error: #ERR for what cannot be read.  False: exception pending or
 * stopped. */
HOP_MUST_CHECK bool hop_tree_write(struct hop_runspace *rs, struct hop_doc *d,
                                   struct hop_value v,
                                   const struct hop_shown_list *asked,
                                   int depth, int limit, bool display_error);

#endif
