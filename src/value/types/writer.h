/* What the files about writers share.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_VALUE_TYPES_WRITER_H
#define HOP_VALUE_TYPES_WRITER_H

#include "value/class.h"
#include "value/collections.h"
#include "value/context.h"

/* A part of a char[]: offset and count are the next two arguments. */
HOP_MUST_CHECK bool hop_writer_add_chars(struct hop_context *cx,
                                         struct hop_call *c,
                                         struct hop_array *a,
                                         struct hop_buf *b);

#endif
