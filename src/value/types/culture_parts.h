/* The parts of a CultureInfo, all of them without a state of their own.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_VALUE_TYPES_CULTURE_PARTS_H
#define HOP_VALUE_TYPES_CULTURE_PARTS_H

#include "value/class.h"

extern const struct hop_class hop_class_calendar;
extern const struct hop_class hop_class_gregorian_calendar;
extern const struct hop_class hop_class_text_info;
extern const struct hop_class hop_class_date_format_info;
extern const struct hop_class hop_class_number_format_info;

/* The constructor of each: an object of call->cls. */
bool hop_culture_part_new(struct hop_context *cx, struct hop_call *call);

#endif
