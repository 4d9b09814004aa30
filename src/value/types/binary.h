/* What BinaryReader and BinaryWriter have in common: a stream and an encoding.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_VALUE_TYPES_BINARY_H
#define HOP_VALUE_TYPES_BINARY_H

#include "value/class.h"
#include "value/context.h"

struct hop_binary {
    struct hop_object base;
    struct hop_value stream, encoding;
    bool leave_open;
};

/* The object that a method is called on. */
#define BINARY ((struct hop_binary *)c->self.u.o)

/* An object of the class, from the arguments (stream, encoding, leave open);
 * param: the name of the first one. */
HOP_MUST_CHECK bool hop_binary_new(struct hop_context *cx, struct hop_call *c,
                                   const struct hop_class *cls,
                                   const char *param);
void hop_binary_destroy(struct hop_object *o);
hop_method_fn hop_binary_close;
extern const struct hop_property hop_binary_properties[];
extern const struct hop_class *const hop_binary_interfaces[];

#endif
