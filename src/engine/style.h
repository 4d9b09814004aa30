/* $PSStyle: the escape sequences that output is decorated with, and whether it
 * is decorated at all.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_ENGINE_STYLE_H
#define HOP_ENGINE_STYLE_H

#include <stdbool.h>

#include "base/buf.h"

struct hop_runspace;

/* System.Management.Automation.OutputRendering. */
enum hop_rendering {
    HOP_RENDER_HOST,
    HOP_RENDER_PLAIN,
    HOP_RENDER_ANSI,
};

/* The settings of $PSStyle.Formatting, in its order, then others that C code
 * asks for. */
enum hop_style {
    HOP_STYLE_FORMAT_ACCENT,
    HOP_STYLE_TABLE_HEADER,
    HOP_STYLE_CUSTOM_HEADER,
    HOP_STYLE_ERROR_ACCENT,
    HOP_STYLE_ERROR,
    HOP_STYLE_WARNING,
    HOP_STYLE_VERBOSE,
    HOP_STYLE_DEBUG,
    HOP_STYLE_FEEDBACK_NAME,
    HOP_STYLE_FEEDBACK_TEXT,
    HOP_STYLE_FEEDBACK_ACTION,
    HOP_STYLE_COUNT
};

enum hop_rendering hop_style_rendering(struct hop_runspace *rs);
/* Is output for the host shown with escape sequences? */
bool hop_style_shown(struct hop_runspace *rs);
/* Are escape sequences taken out of what is written to the host? */
bool hop_style_stripped(struct hop_runspace *rs);
/* The sequence; borrowed until it is set anew. */
const char *hop_style_text(struct hop_runspace *rs, enum hop_style s);
/* Appends text without its escape sequences. */
void hop_style_strip(const char *s, size_t n, struct hop_buf *out);

#endif
