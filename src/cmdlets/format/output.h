/* From format objects to lines, in order: documents, groups, entries; columns
 * without a width wait until the group (or 0.3 s of it) is known.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_FORMAT_OUTPUT_H
#define HOP_CMDLETS_FORMAT_OUTPUT_H

#include <stdint.h>

#include "cmdlets/format/packet.h"
#include "cmdlets/format/writer.h"

struct hop_output {
    struct hop_line_out lo;
    /* Writes a line of another stream (enum hop_stream_number); NULL: all go
     * the same way.  stream_ctx is its first argument. */
    void (*write_stream)(void *ctx, int stream, const char *s, size_t n);
    void *stream_ctx;
    struct hop_packet *start; /* the open document, held */
    bool in_group;
    struct hop_table_writer table;
    int *hint;   /* widths found for the group, or NULL */
    char **wide; /* the texts of an unfinished wide row */
    size_t wide_n, wide_cap;
    bool caching;     /* groups are held back, once asked for */
    int64_t cache_ms; /* longest wait; 0: until the group's end */
    bool holding;     /* a group is held back now */
    int64_t held_since_ms;
    struct hop_value *held;
    size_t held_n, held_cap;
};

void hop_output_init(struct hop_output *o, const struct hop_line_out *lo);
/* now_ms: a monotonic clock's milliseconds. */
HOP_MUST_CHECK enum hop_flow
hop_output_packet(struct hop_output *o, struct hop_packet *p, int64_t now_ms);
/* Writes what is held back. */
HOP_MUST_CHECK enum hop_flow hop_output_drain(struct hop_output *o);
/* Is a document open whose group has begun? */
bool hop_output_in_group(const struct hop_output *o);
void hop_output_done(struct hop_output *o);

#endif
