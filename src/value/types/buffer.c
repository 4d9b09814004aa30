/* System.Buffer.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/def.h"

#include "value/types/more.h"

METHOD(block_copy)
{
    struct hop_array *from = hop_as_array(c->args[0]);
    struct hop_array *to = hop_as_array(c->args[2]);
    size_t a = (size_t)ARG_I(1), b = (size_t)ARG_I(3), n = (size_t)ARG_I(4);

    if (!from || !to)
        return hop_throw_null(cx, from ? "dst" : "src");
    if (hop_array_element(from) != &hop_class_byte ||
        hop_array_element(to) != &hop_class_byte)
        return hop_throw_argument(cx, &hop_exception_argument, "src",
                                  "Object must be an array of bytes.");
    if (a > from->n || n > from->n - a || b > to->n || n > to->n - b)
        return hop_throw(cx, &hop_exception_argument,
                         "Offset and length were out of bounds for the array "
                         "or count is greater than the number of elements from "
                         "index to the end of the source collection.");
    if (from == to && a < b)
        while (n--)
            to->items[b + n] = from->items[a + n];
    else
        for (size_t i = 0; i < n; i++)
            to->items[b + i] = from->items[a + i];
    return true;
}

static const struct hop_method buffer_methods[] = {
    {"static void BlockCopy(array src, int srcOffset, array dst, int "
     "dstOffset, int count)",
     block_copy},
    END_METHODS,
};
STATIC_CLASS(buffer, "System.Buffer", .methods = buffer_methods);
