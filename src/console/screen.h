/* $Host.UI.RawUI of a terminal, as PowerShell has it on Linux.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CONSOLE_SCREEN_H
#define HOP_CONSOLE_SCREEN_H

#include "base/buf.h"
#include "console/terminal.h"
#include "engine/host.h"

struct hop_screen {
    struct hop_terminal *t;
    int foreground, background; /* set by a program; -1: the terminal's */
};

void hop_screen_init(struct hop_screen *s, struct hop_terminal *t);
/* Appends what ends a coloured text: back to the colours that were set. */
void hop_screen_reset_colors(const struct hop_screen *s, struct hop_buf *out);

/* As in struct hop_raw_ops. */
bool hop_screen_get(struct hop_screen *s, enum hop_raw what, int v[2]);
bool hop_screen_set(struct hop_screen *s, enum hop_raw what, const int v[2]);
bool hop_screen_put(struct hop_screen *s, int x, int y,
                    const struct hop_cells *c);

#endif
