/* LanguagePrimitives: the language's conversions and comparisons for scripts.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/def.h"

METHOD(convert_to)
{
    if (c->args[1].kind != HOP_TYPE)
        return hop_throw_null(cx, "resultType");
    return hop_convert(cx, c->args[0], c->args[1].u.cls, &c->result);
}

METHOD(try_convert_to)
{
    struct hop_value v = hop_null();
    bool ok = c->args[1].kind == HOP_TYPE &&
              hop_try_convert(cx, c->args[0], c->args[1].u.cls, &v);

    if (!hop_reference_set(cx, c->args[2], v))
        return false;
    RETURN(hop_bool(ok));
}

METHOD(is_true)
{
    RETURN(hop_bool(hop_is_true(cx, c->args[0])));
}

METHOD(are_equal)
{
    RETURN(
        hop_bool(hop_equals(cx, c->args[0], c->args[1], c->n > 2 && ARG_B(2))));
}

METHOD(compare_values)
{
    int order;

    if (!hop_compare(cx, c->args[0], c->args[1], c->n > 2 && ARG_B(2), &order))
        return false;
    RETURN(hop_int(order));
}

#define TWO "System.Object first, System.Object second"
static const struct hop_method language_methods[] = {
    {"static System.Object ConvertTo(System.Object valueToConvert, type "
     "resultType)",
     convert_to},
    {"static bool TryConvertTo(System.Object valueToConvert, type resultType, "
     "[ref] System.Object result)",
     try_convert_to},
    {"static bool IsTrue(System.Object obj)", is_true},
    {"static bool Equals(" TWO ")", are_equal},
    {"static bool Equals(" TWO ", bool ignoreCase)", are_equal},
    {"static int Compare(" TWO ")", compare_values},
    {"static int Compare(" TWO ", bool ignoreCase)", compare_values},
    END_METHODS,
};
STATIC_CLASS(language_primitives,
             "System.Management.Automation.LanguagePrimitives",
             .methods = language_methods);
