/* A tree as one line of S-expressions, for rows of tests.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_TEST_LANG_DUMP_H
#define HOP_TEST_LANG_DUMP_H

#include "base/buf.h"
#include "lang/parse.h"

/* Appends the node and what is below it.  Pipelines of one expression show as
 * the expression. */
void dump_node(struct hop_buf *b, const struct hop_ast *node);

#endif
