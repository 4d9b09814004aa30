/* What System.IO.Path, File and Directory share.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_VALUE_TYPES_PATH_H
#define HOP_VALUE_TYPES_PATH_H

#include "value/class.h"
#include "value/context.h"

#define HOP_TREE_DEPTH_MAX 256

/* The text of an argument (borrowed), or NULL. */
const char *hop_path_text_arg(const struct hop_call *call, size_t i);

/* What stands behind the last slash. */
const char *hop_path_last_part(const char *path);

/* A path argument made absolute, malloc'ed; NULL: an exception is pending. */
char *hop_path_arg(struct hop_context *cx, const struct hop_call *call,
                   size_t i);

/* Methods of both; data of Exists: a folder is asked for. */
hop_method_fn hop_path_exists, hop_path_move;

#endif
