/* Help as objects: what Get-Help gives.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_CORE_HELP_OBJECT_H
#define HOP_CMDLETS_CORE_HELP_OBJECT_H

#include "engine/engine.h"

/* The help of a command: that in its comments, or what its parameters tell;
 * owned.  view: NULL, "DetailedView", "FullView" or "ExamplesView". */
struct hop_value hop_help_of_command(struct hop_runspace *rs, struct cmdinfo *c,
                                     const char *view);
/* A topic of text (about_...); owned. */
struct hop_value hop_help_of_text(struct hop_runspace *rs, const char *name,
                                  const char *synopsis, const char *text);
/* One line of the list of topics; owned. */
struct hop_value hop_help_short(struct hop_runspace *rs, struct cmdinfo *c);
/* One line for a topic of text. */
struct hop_value hop_help_short_text(struct hop_runspace *rs, const char *name,
                                     const char *synopsis);
/* "Cmdlet", "Function", "Filter", "ExternalScript". */
const char *hop_help_category(const struct cmdinfo *c);

#endif
