/* Names that clients of Windows hosts call programs by.
 *
 * Clients send `PowerShell -EncodedCommand ...`, `powershell.exe ...`, `cmd /c
 * ...` as command lines.  Sessions find these in RUN_DIR/names, which is last
 * on their PATH: a program of that name that the host has comes first.  Two
 * things a PATH cannot do are done to a WinRS command's line: the case of the
 * program's letters and the folder of Windows in front of it do not count, and
 * what follows PowerShell's name is taken apart as Windows does, so that sh
 * replaces no $name in it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_SERVER_NAMES_H
#define HOP_SERVER_NAMES_H

#include <stdbool.h>

#include "base/error.h"

#define HOP_NAMES_DIR "names"

/* Fills the directory, which exists: links to hop, scripts for the others. */
HOP_MUST_CHECK bool hop_names_make(const char *dir, const char *hop,
                                   struct hop_error *err);
/* The name in RUN_DIR/names of a program as a client calls it
 * ("C:\\...\\PowerShell.exe"); NULL when there is none. */
const char *hop_names_program(const char *called);
/* A line whose program has such a name, with that name in front; NULL for any
 * other line.  The caller's. */
char *hop_names_line(const char *line);
/* The arguments of a line that calls PowerShell and wants nothing of a shell (a
 * pipe, a redirection, a second command); NULL for any other line.  The
 * caller's: free each and the list. */
char **hop_names_split(const char *line);

#endif
