/* What was typed before, kept in a file from run to run.
 *
 * A line of the file is a line of input; one that goes on ends in a backtick,
 * as in PowerShell's own history files.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CONSOLE_HISTORY_H
#define HOP_CONSOLE_HISTORY_H

#include <stdbool.h>
#include <stddef.h>

/* Entries read from the file at most. */
#define HOP_HISTORY_MAX 4096

/* The file for a home: $XDG_DATA_HOME/hop/history or ~/.local/share/hop/
 * history, malloc'ed; NULL without both. */
char *hop_history_path(const char *data_home, const char *home);

/* Calls fn for each of the latest entries, oldest first.  A missing file has
 * none. */
void hop_history_load(const char *path,
                      void (*fn)(void *ctx, const char *entry), void *ctx);
/* Appends an entry, making the file (readable by its owner alone) and its
 * folder.  False when that cannot be done. */
bool hop_history_append(const char *path, const char *entry);

/* True when an entry speaks of passwords, tokens, keys or secrets: such are
 * not written to the file. */
bool hop_history_is_sensitive(const char *entry);

#endif
