/* What BinaryReader and BinaryWriter have in common.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/binary.h"

#include "value/types/def.h"
#include "value/types/encoding.h"
#include "value/types/stream.h"

bool
hop_binary_new(struct hop_context *cx, struct hop_call *c,
               const struct hop_class *cls, const char *param)
{
    struct hop_binary *b;

    if (ARG_NULL(0))
        return hop_throw_null(cx, param);
    b = hop_object_new(cx, cls);
    b->stream = hop_retain(hop_value_base(c->args[0]));
    b->encoding = c->n > 1 ? hop_retain(c->args[1])
                           : hop_encoding_new(cx, HOP_CODE_UTF8, false);
    b->leave_open = c->n > 2 && ARG_B(2);
    RETURN(hop_obj(b));
}

void
hop_binary_destroy(struct hop_object *o)
{
    hop_release(((struct hop_binary *)o)->stream);
    hop_release(((struct hop_binary *)o)->encoding);
}

bool
hop_binary_close(struct hop_context *cx, struct hop_call *c)
{
    return BINARY->leave_open ||
           hop_stream_close(cx, hop_as_stream(BINARY->stream));
}

GETTER(get_base)
{
    *out = hop_retain(((struct hop_binary *)self.u.o)->stream);
    return true;
}

const struct hop_property hop_binary_properties[] = {
    {"BaseStream", "System.IO.Stream", get_base},
    END_PROPERTIES,
};

const struct hop_class *const hop_binary_interfaces[] = {&hop_class_idisposable,
                                                         NULL};
