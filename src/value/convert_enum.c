/* Conversions to enums.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/convert_internal.h"

#include "value/enums.h"
#include "value/exception.h"
#include "value/internal.h"

static bool
throw_enum_undefined(struct hop_context *cx, const char *id, struct hop_value v,
                     const struct hop_class *to)
{
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT, names = HOP_BUF_INIT;

    hop_cast_add_value(cx, v, &text);
    hop_cast_add_enum_names(to, &names);
    return hop_throw_full(
        cx, &hop_exception_ps_invalid_cast, id, HOP_CAT_INVALID_ARGUMENT,
        hop_null(), hop_null(),
        "Cannot convert value \"%s\" to type \"%s\" due to enumeration values "
        "that are not valid. Specify one of the following enumeration values "
        "and try again. The possible enumeration values are \"%s\".",
        hop_buf_str(&text), to->name, hop_buf_str(&names));
}

/* Is i a member, or with [Flags] made of members? */
static bool
enum_has(const struct hop_class *to, int64_t i)
{
    int64_t all = 0;

    for (const struct hop_enum_name *e = to->names; e->name; e++) {
        if (e->value == i)
            return true;
        all |= e->value;
    }
    return (to->flags & HOP_CLASS_FLAGS) && (i & ~all) == 0 && i != 0;
}

static bool
enum_from_integer(struct hop_context *cx, struct hop_value v,
                  const struct hop_class *to, struct hop_value *out)
{
    if (!enum_has(to, v.u.i))
        return throw_enum_undefined(cx, "UndefinedIntegerToEnum", v, to);
    *out = hop_enum(to->enum_id, v.u.i);
    return true;
}

/* Why no name fits the text: none begins so, or several do. */
static void
add_enum_failure(const struct hop_class *to, const struct hop_string *s,
                 bool ambiguous, struct hop_buf *b)
{
    const char *sep = "";

    if (ambiguous) {
        hop_buf_addf(b,
                     "The identifier name %s cannot be processed because it is "
                     "either too similar or identical to the following "
                     "enumerator names: ",
                     s->data);
        for (const struct hop_enum_name *e = to->names; e->name; e++) {
            size_t n = strlen(e->name);

            if (n < s->len || !hop_text_ieq(e->name, s->len, s->data, s->len))
                continue;
            hop_buf_addf(b, "%s%s", sep, e->name);
            sep = ", ";
        }
        hop_buf_adds(b, ". Use a more specific identifier name.");
        return;
    }
    hop_buf_addf(b,
                 "Unable to match the identifier name %s to a valid enumerator "
                 "name. Specify one of the following enumerator names and try "
                 "again:\n",
                 s->data);
    for (const struct hop_enum_name *e = to->names; e->name; e++)
        hop_buf_addf(b, "%s%s", e == to->names ? "" : ", ", e->name);
}

static bool
enum_from_string(struct hop_context *cx, const struct hop_string *s,
                 const struct hop_class *to, struct hop_value *out)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct hop_value v = hop_str((struct hop_string *)(uintptr_t)s);
    int64_t i;
    int why;

    if (hop_enum_parse(to, s->data, s->len, true, &i, &why)) {
        if (!enum_has(to, i))
            return throw_enum_undefined(cx, "EnumParseUndefined", v, to);
        *out = hop_enum(to->enum_id, i);
        return true;
    }
    add_enum_failure(to, s, why == 1, &b);
    return hop_throw_cast(
        cx, "SubstringDisambiguationEnumParseThrewAnException", v, to,
        hop_obj(
            hop_exception_new(cx, &hop_exception_argument, hop_buf_str(&b))));
}

static bool
enum_from_many(struct hop_context *cx, struct hop_value v,
               const struct hop_class *to, struct hop_value *out)
{
    HOP_AUTO_ITER struct hop_iter it = {0};
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    HOP_AUTO_STRING struct hop_string *s = NULL;
    int r;

    if (!hop_iter_init(cx, &it, v))
        return false;
    for (;;) {
        HOP_AUTO_VALUE struct hop_value x = {.kind = HOP_NULL};

        r = hop_iter_next(cx, &it, &x);
        if (r <= 0)
            break;
        if (b.len)
            hop_buf_addc(&b, ',');
        if (!hop_add_string(cx, x, &b))
            return false;
    }
    if (r < 0)
        return false;
    s = hop_string_take_buf(&b);
    return enum_from_string(cx, s, to, out);
}

bool
hop_throw_not_convertible(struct hop_context *cx, struct hop_value v,
                          const struct hop_class *to)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    bool brief = to == &hop_class_datetime;

    hop_buf_adds(&b, "Invalid cast from '");
    (brief ? hop_class_add_name : hop_class_add_full_name)(hop_class_of(v), &b);
    hop_buf_adds(&b, "' to '");
    (brief ? hop_class_add_name : hop_class_add_full_name)(to, &b);
    hop_buf_adds(&b, "'.");
    return hop_throw_cast(
        cx, "InvalidCastIConvertible", v, to,
        hop_obj(hop_exception_new(cx, &hop_exception_invalid_cast, b.data)));
}

bool
hop_convert_to_enum(struct hop_context *cx, struct hop_value v,
                    const struct hop_class *to, struct hop_value *out)
{
    if (v.kind == HOP_STRING)
        return enum_from_string(cx, v.u.s, to, out);
    if (hop_is_integer(v))
        return enum_from_integer(cx, v, to, out);
    if (v.kind == HOP_ENUM && v.ext != to->enum_id)
        return enum_from_integer(cx, hop_long(v.u.i), to, out);
    if (hop_is_enumerable(v))
        return enum_from_many(cx, v, to, out);
    if (hop_is_number(v)) {
        HOP_AUTO_STRING struct hop_string *text = NULL;

        return hop_to_string(cx, v, &text) &&
               enum_from_string(cx, text, to, out);
    }
    if (v.kind == HOP_BOOL || v.kind == HOP_CHAR || v.kind == HOP_DATETIME)
        return hop_throw_not_convertible(cx, v, to);
    return hop_throw_no_way(cx, v, to);
}
