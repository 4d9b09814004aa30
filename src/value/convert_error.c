/* What is said when a conversion fails.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/convert_internal.h"

#include "value/enums.h"
#include "value/exception.h"
#include "value/internal.h"
#include "value/types.h"

void
hop_cast_add_value(struct hop_context *cx, struct hop_value v,
                   struct hop_buf *b)
{
    v = hop_value_base(v);
    if (hop_is_null(v))
        return;
    if (hop_as_array(v)) {
        hop_class_add_to_string(hop_class_of(v), b);
        return;
    }
    if (!hop_add_string(cx, v, b))
        hop_drop_exception(cx);
}

bool
hop_throw_cast(struct hop_context *cx, const char *id, struct hop_value v,
               const struct hop_class *to, struct hop_value inner)
{
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT, type = HOP_BUF_INIT;
    HOP_AUTO_STRING struct hop_string *why =
        hop_string_from(hop_exception_message(inner));

    hop_cast_add_value(cx, v, &text);
    hop_class_add_to_string(to, &type);
    return hop_throw_full(cx, &hop_exception_ps_invalid_cast, id,
                          HOP_CAT_INVALID_ARGUMENT, hop_null(), inner,
                          "Cannot convert value \"%s\" to type \"%s\". Error: "
                          "\"%s\"",
                          hop_buf_str(&text), hop_buf_str(&type), why->data);
}

/* Wraps the exception that is pending. */
bool
hop_rethrow_cast(struct hop_context *cx, const char *id, struct hop_value v,
                 const struct hop_class *to)
{
    return hop_throw_cast(cx, id, v, to, hop_take_exception(cx));
}

void
hop_cast_add_enum_names(const struct hop_class *cls, struct hop_buf *b)
{
    for (const struct hop_enum_name *e = cls->names; e->name; e++) {
        if (e != cls->names)
            hop_buf_addc(b, ',');
        hop_buf_adds(b, e->name);
    }
}

bool
hop_throw_from_null(struct hop_context *cx, const struct hop_class *to)
{
    HOP_AUTO_BUF struct hop_buf type = HOP_BUF_INIT, names = HOP_BUF_INIT;

    hop_class_add_to_string(to, &type);
    if (!(to->flags & HOP_CLASS_ENUM))
        return hop_throw_full(
            cx, &hop_exception_ps_invalid_cast, "nullToObjectInvalidCast",
            HOP_CAT_INVALID_ARGUMENT, hop_null(), hop_null(),
            "Cannot convert null to type \"%s\".", hop_buf_str(&type));
    hop_cast_add_enum_names(to, &names);
    return hop_throw_full(
        cx, &hop_exception_ps_invalid_cast, "nullToEnumInvalidCast",
        HOP_CAT_INVALID_ARGUMENT, hop_null(), hop_null(),
        "Cannot convert null to type \"%s\" due to enumeration values that are "
        "not valid. Specify one of the following enumeration values and try "
        "again. The possible enumeration values are \"%s\".",
        hop_buf_str(&type), hop_buf_str(&names));
}

bool
hop_throw_no_way(struct hop_context *cx, struct hop_value v,
                 const struct hop_class *to)
{
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT, from = HOP_BUF_INIT,
                                type = HOP_BUF_INIT;
    bool secret = strcmp(to->name, "System.Security.SecureString") == 0 ||
                  strcmp(to->name, HOP_SMA_ "PSCredential") == 0;

    hop_cast_add_value(cx, v, &text);
    hop_class_add_to_string(hop_class_of(v), &from);
    hop_class_add_to_string(to, &type);
    if (secret)
        return hop_throw_full(cx, &hop_exception_ps_invalid_cast,
                              "ConvertToFinalInvalidCastException",
                              HOP_CAT_INVALID_ARGUMENT, hop_null(), hop_null(),
                              "Cannot convert the value of type \"%s\" to type "
                              "\"%s\".",
                              hop_buf_str(&from), hop_buf_str(&type));
    return hop_throw_full(
        cx, &hop_exception_ps_invalid_cast,
        "ConvertToFinalInvalidCastException", HOP_CAT_INVALID_ARGUMENT,
        hop_null(), hop_null(),
        "Cannot convert the \"%s\" value of type \"%s\" to type \"%s\".",
        hop_buf_str(&text), hop_buf_str(&from), hop_buf_str(&type));
}
