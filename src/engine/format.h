/* How the engine reaches the formatter, which lives in the cmdlets room.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_ENGINE_FORMAT_H
#define HOP_ENGINE_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/runspace.h"
#include "engine/stream.h"

struct hop_formatter; /* the formatting of one output, the formatter's */

/* Given to a runspace once, at start. */
struct hop_format_ops {
    /* Begins an output; lines go to write(ctx, text with its line ends).
     * width: columns; 0 for the host's; -1 for text, which has no edge but for
     * its tables. */
    struct hop_formatter *(*begin)(
        struct hop_runspace *rs, int width,
        enum hop_flow (*write)(void *ctx, const char *s, size_t n), void *ctx);
    /* The lines are for the runspace's host: records that come from another
     * stream by a merging redirection (HOP_MERGED) are shown as lines of that
     * stream. */
    void (*for_host)(struct hop_formatter *f);
    /* One object, borrowed; format objects of Format-* included. */
    enum hop_flow (*object)(struct hop_formatter *f, struct hop_value v);
    /* Ends the output (open tables get their last lines) and frees f. */
    enum hop_flow (*end)(struct hop_formatter *f);
    /* Ends it without writing any more. */
    void (*cancel)(struct hop_formatter *f);
};

void hop_runspace_set_formatter(struct hop_runspace *rs,
                                const struct hop_format_ops *ops);
/* The ops in force: those set, or simple ones that print ToString(). */
const struct hop_format_ops *hop_runspace_formatter(struct hop_runspace *rs);

#endif
