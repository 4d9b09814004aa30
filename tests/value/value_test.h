/* Rows of values as text, for the tests of this room.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_TESTS_VALUE_TEST_H
#define HOP_TESTS_VALUE_TEST_H

#include "test.h"
#include "value/exception.h"
#include "value/member.h"
#include "value/ops.h"

static struct hop_context cx;

/* A value from its text: a number when it is one, else a string; "$null". */
static inline struct hop_value
value_of(const char *s)
{
    struct hop_value v;

    if (strcmp(s, "$null") == 0)
        return hop_null();
    if (*s == '\'')
        return hop_textn(s + 1, strlen(s) - 2);
    if (hop_parse_number(s, strlen(s), &v))
        return v;
    return hop_text(s);
}

/* "text [type]" of a value, or the message of what is pending. */
static inline char *
describe(bool ok, struct hop_value v)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (!ok) {
        struct hop_value e = hop_take_exception(&cx);

        hop_buf_adds(&b, hop_exception_message(e));
        hop_release(e);
        return hop_buf_take(&b);
    }
    if (!hop_add_string(&cx, v, &b))
        hop_drop_exception(&cx);
    if (!hop_is_null(v)) {
        hop_buf_adds(&b, " [");
        hop_class_add_display(hop_class_of(v), true, &b);
        hop_buf_addc(&b, ']');
    }
    hop_release(v);
    return hop_buf_take(&b);
}

static inline const struct hop_class *
type_named(const char *name)
{
    return hop_types_find(&cx, name, strlen(name));
}

#endif
