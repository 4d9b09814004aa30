/* Display cells, splitting and wrapping of text for the formatter.
 *
 * Widths are terminal cells: East Asian wide characters take two, escape
 * sequences none.  All texts are UTF-8 with their length in bytes.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_FORMAT_TEXT_H
#define HOP_CMDLETS_FORMAT_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

size_t hop_cells(const char *s, size_t n);
/* How many bytes from the start fit into cells. */
size_t hop_cells_fit(const char *s, size_t n, size_t cells);
/* The offset from which the rest fits into cells. */
size_t hop_cells_fit_end(const char *s, size_t n, size_t cells);

/* A list of lines; text belongs to the list. */
struct hop_lines {
    char **line;
    size_t n, cap;
};

#define HOP_AUTO_LINES HOP_CLEANUP(hop_lines_done)

void hop_lines_done(struct hop_lines *l);
void hop_lines_add(struct hop_lines *l, const char *s, size_t n);
/* At each line feed; carriage returns are dropped.  At least one line. */
void hop_lines_split(struct hop_lines *l, const char *s, size_t n);
/* Split, then broken so that each piece fits into cells (> 0); at words when
 * words is set, otherwise wherever the cells end. */
void hop_lines_wrap(struct hop_lines *l, const char *s, size_t n, size_t cells,
                    bool words);
/* The same, where the first line of each has another width. */
void hop_lines_wrap2(struct hop_lines *l, const char *s, size_t n, size_t first,
                     size_t following, bool words);

#endif
