/* UNC paths as text: \\server\share\folder\file.
 *
 * Everywhere inside they are kept in one form, "\\server/share/folder/file":
 * two backslashes that no other path begins with, then the separators all other
 * paths have.  Users see and write backslashes.  Paths of the machine pass
 * through these functions unchanged.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_SMB_UNC_H
#define HOP_SMB_UNC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cleanup.h"

/* Begins it with two backslashes and a name? */
bool hop_unc_is(const char *path);
/* Does a user mean a UNC path?  "\\c\share", "\\c", and "//c/share" where the
 * machine has no "/c": a path with one separator too many stays what it is. */
bool hop_unc_written(const char *path);
/* What a user wrote in the inner form, malloc'ed: "." and ".." are taken away
 * (nothing leads out of the share), "\\?\UNC\" too. */
char *hop_unc_normalize(const char *path);
/* The path as users see it, malloc'ed. */
char *hop_unc_shown(const char *path);

/* The parts of an inner form. */
struct hop_unc {
    char *server, *share; /* owned; share: "" for "\\server" */
    const char *rest;     /* in the path: "folder/file", "" for the share */
};
#define HOP_AUTO_UNC HOP_CLEANUP(hop_unc_done)
void hop_unc_split(const char *path, struct hop_unc *out);
void hop_unc_done(struct hop_unc *u);
/* The length of "\\server/share" in front; of "\\server" without a share. */
size_t hop_unc_root(const char *path);

#endif
