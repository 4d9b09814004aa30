/* MemoryStream and FileStream, as Stream's members see them.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_VALUE_TYPES_STREAM_KINDS_H
#define HOP_VALUE_TYPES_STREAM_KINDS_H

#include "value/collections.h"
#include "value/types/stream.h"

enum {
    HOP_STREAM_CAN_READ,
    HOP_STREAM_CAN_SEEK,
    HOP_STREAM_CAN_WRITE,
    HOP_STREAM_LENGTH,
    HOP_STREAM_POSITION,
    HOP_STREAM_CAPACITY,
    HOP_STREAM_NAME
};

/* A property of any stream: data is HOP_STREAM_... */
hop_get_fn hop_stream_get;

/* A part of a byte[] argument: offset and count are the next two. */
HOP_MUST_CHECK bool hop_stream_part(struct hop_context *cx, struct hop_call *c,
                                    struct hop_array **a, size_t *from,
                                    size_t *n);

/* NotSupportedException; false. */
HOP_MUST_CHECK bool hop_stream_refuse(struct hop_context *cx, const char *text);

#endif
