/* Progress bars: what Write-Progress has reported and still goes on, as lines
 * of text.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CONSOLE_PROGRESS_H
#define HOP_CONSOLE_PROGRESS_H

#include "base/buf.h"
#include "engine/host.h"

/* At most so many bars show at once; older ones give way. */
#define HOP_PROGRESS_MAX 8

struct hop_progress_bar {
    int64_t source_id;
    int32_t id, parent_id, percent, seconds_remaining;
    char *activity, *status, *operation;
};

struct hop_progress_view {
    struct hop_progress_bar bars[HOP_PROGRESS_MAX];
    size_t n;
};

void hop_progress_done(struct hop_progress_view *v);
/* Takes a report: a bar begins, changes, or ends (with those below it). */
void hop_progress_report(struct hop_progress_view *v,
                         const struct hop_progress *p);
/* Appends the bars, a line each, no wider than width columns; children stand
 * indented below their parent.  Returns how many lines. */
size_t hop_progress_draw(const struct hop_progress_view *v, int width,
                         bool color, struct hop_buf *b);

#endif
