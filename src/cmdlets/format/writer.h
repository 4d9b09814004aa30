/* From format objects to lines: the layout of tables, lists, wide lists and
 * custom views.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_FORMAT_WRITER_H
#define HOP_CMDLETS_FORMAT_WRITER_H

#include "cmdlets/format/packet.h"
#include "cmdlets/format/text.h"
#include "engine/stream.h"

/* Where lines go. */
struct hop_line_out {
    enum hop_flow (*write)(void *ctx, const char *s, size_t n);
    void *ctx;
    int width;       /* columns of the screen */
    int table_width; /* cells of tables and wide lists */
    bool words;      /* break lines at words */
    bool colour;     /* headers and labels are coloured */
};

/* One line with its line feed. */
HOP_MUST_CHECK enum hop_flow hop_line(const struct hop_line_out *lo,
                                      const char *s, size_t n);

struct hop_table_writer {
    int *width; /* <= 0: hidden */
    enum hop_align *align;
    size_t n;
    bool disabled;
};

/* widths are those wanted (0: share what is left); copied. */
void hop_table_init(struct hop_table_writer *t, const struct hop_line_out *lo,
                    const int *widths, const enum hop_align *align, size_t n);
void hop_table_done(struct hop_table_writer *t);
HOP_MUST_CHECK enum hop_flow hop_table_header(struct hop_table_writer *t,
                                              const struct hop_line_out *lo,
                                              const struct hop_column *column);
/* Fields beyond n are ignored, missing ones are blank. */
HOP_MUST_CHECK enum hop_flow hop_table_row(struct hop_table_writer *t,
                                           const struct hop_line_out *lo,
                                           const struct hop_cell *field,
                                           size_t n, bool multi_line);

/* The label column fits the longest label of these fields. */
HOP_MUST_CHECK enum hop_flow hop_list_write(const struct hop_line_out *lo,
                                            const struct hop_cell *field,
                                            size_t n);

/* A custom view; max_width is the width that text is broken to. */
HOP_MUST_CHECK enum hop_flow hop_doc_write(const struct hop_line_out *lo,
                                           const struct hop_doc *doc,
                                           int max_width);

#endif
