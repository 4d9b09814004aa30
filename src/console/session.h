/* A runspace at the prompt: the shell's loop around the engine.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CONSOLE_SESSION_H
#define HOP_CONSOLE_SESSION_H

#include "console/host.h"
#include "console/terminal.h"
#include "engine/runspace.h"
#include "lang/complete.h"

/* Reads and runs until the user leaves; the exit code.  host is the console
 * host that the runspace was made with; history_path may be NULL. */
int hop_console_session(struct hop_runspace *rs, struct hop_host *host,
                        struct hop_terminal *t, const char *history_path);

/* Completes text with what the runspace knows: commands, parameters and their
 * values, variables, members, types, files.  Owned: hop_complete_free. */
struct hop_completion_list *hop_console_complete(struct hop_runspace *rs,
                                                 const char *text, size_t n,
                                                 size_t cursor);

#endif
