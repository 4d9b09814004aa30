/* Commands that the user may have meant.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_ENGINE_SUGGEST_H
#define HOP_ENGINE_SUGGEST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

struct hop_runspace;

/* How many letters are to be changed, added, left out or swapped to make b of
 * a, the case aside; more than most: most + 1. */
size_t hop_suggest_distance(const char *a, const char *b, size_t most);
/* Appends "Did you mean Get-Item or Get-Date?" for a name that no command has;
 * false when nothing comes near. */
bool hop_suggest_commands(struct hop_runspace *rs, const char *name,
                          struct hop_buf *out);

#endif
