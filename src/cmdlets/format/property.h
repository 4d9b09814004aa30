/* -Property and -GroupBy arguments: names, script blocks and hash tables with
 * Expression, Label, Width, Alignment, FormatString, Depth.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_FORMAT_PROPERTY_H
#define HOP_CMDLETS_FORMAT_PROPERTY_H

#include "cmdlets/format/shape.h"
#include "engine/cmdlet.h"

/* Which keys a command allows in a hash table. */
enum {
    HOP_KEY_LABEL = 1,
    HOP_KEY_WIDTH = 2,
    HOP_KEY_ALIGN = 4,
    HOP_KEY_FORMAT = 8,
    HOP_KEY_DEPTH = 16,
    HOP_KEY_ORDER = 32, /* Ascending, Descending */
    HOP_KEY_TEXT = 64,  /* Width and Alignment, any text */
};

/* All arguments of parameter index, in an array that the caller releases with
 * hop_property_specs_done; nulls are left out. */
HOP_MUST_CHECK bool hop_property_parse_all(struct hop_command *c, size_t index,
                                           unsigned keys,
                                           struct hop_property_spec **specs,
                                           size_t *n);
/* One spec for each name in a string[]. */
struct hop_property_spec *
hop_property_specs_named(const struct hop_array *names, size_t *n);
void hop_property_specs_done(struct hop_property_spec *specs, size_t n);

/* False: an exception is pending. */
HOP_MUST_CHECK bool hop_property_parse(struct hop_command *c,
                                       struct hop_value v, unsigned keys,
                                       struct hop_property_spec *out);

/* The argument is none of what a property can be; always false. */
bool hop_property_unknown(struct hop_command *c, struct hop_value v);

#endif
