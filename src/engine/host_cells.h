/* The screen's cells: $Host.UI.RawUI's methods on rectangles of them.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_ENGINE_HOST_CELLS_H
#define HOP_ENGINE_HOST_CELLS_H

#include "engine/engine.h"

/* host_raw.c: what the host cannot do is an exception; false. */
bool host_lacks(struct hop_context *cx, const char *method);
extern const struct hop_class class_coordinates, class_raw_size;

extern const struct hop_class class_rectangle, class_buffer_cell;
bool host_get_cells(struct hop_context *cx, struct hop_call *call);
bool host_put_cells(struct hop_context *cx, struct hop_call *call);
bool host_fill_cells(struct hop_context *cx, struct hop_call *call);
bool host_scroll_cells(struct hop_context *cx, struct hop_call *call);
bool host_cells_of_text(struct hop_context *cx, struct hop_call *call);
bool host_cells_of_cell(struct hop_context *cx, struct hop_call *call);
bool host_cells_of_size(struct hop_context *cx, struct hop_call *call);
bool host_cells_length(struct hop_context *cx, struct hop_call *call);

#endif
