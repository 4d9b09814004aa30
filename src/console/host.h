/* The host of the shell on a terminal: colours, questions, progress bars.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CONSOLE_HOST_H
#define HOP_CONSOLE_HOST_H

#include "console/terminal.h"
#include "engine/host.h"

/* The terminal stays the caller's and outlives the host.  err_fd takes the
 * error stream.  interactive false: every question fails. */
struct hop_host *hop_console_host_new(struct hop_terminal *t, int err_fd,
                                      bool interactive);
void hop_console_host_free(struct hop_host *h);

/* The exit code that a program has asked for (exit, Host.SetShouldExit);
 * false when none has. */
bool hop_console_host_exit(const struct hop_host *h, int *code);
/* on: what is written from now on stands above the prompt that is shown.  off:
 * as before; whether anything was written, so that the prompt is to be shown
 * again. */
bool hop_console_host_above(struct hop_host *h, bool on);
/* Takes the progress bars away: before a prompt, and when a program ends. */
void hop_console_host_settle(struct hop_host *h);

#endif
