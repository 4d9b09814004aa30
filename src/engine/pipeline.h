/* What the files about pipelines share.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_ENGINE_PIPELINE_H
#define HOP_ENGINE_PIPELINE_H

#include "engine/engine.h"

/* One argument of a command line, evaluated. */
enum hop_flow arguments_add_ast(struct frame *f, struct arguments *a,
                                struct hop_ast *n);

/* Opens the files of a command in front of its streams. */
enum hop_flow redirections_open(struct frame *f, struct hop_command *c,
                                const struct hop_ast_list *l);

/* Merging comes last: the streams follow output to where it goes. */
void redirections_merge(struct hop_command *c, const struct hop_ast_list *l);

#endif
