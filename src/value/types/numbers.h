/* Methods that every type of numbers has.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_VALUE_TYPES_NUMBERS_H
#define HOP_VALUE_TYPES_NUMBERS_H

#include "value/class.h"
#include "value/context.h"

#define HOP_NUMBER_METHODS(t, T, kind)                                         \
    {"int CompareTo(System.Object value)", hop_number_compare},                \
        {"int CompareTo(" t " value)", hop_number_compare},                    \
        {"int IComparable.CompareTo(System.Object obj)", NULL},                \
        {"int IComparable[" t "].CompareTo(" t " other)", NULL},               \
        {"System.TypeCode GetTypeCode()", hop_number_type_code},               \
        {"string ToString()", hop_number_format_method},                       \
        {"string ToString(string format)", hop_number_format_method},          \
        {"string ToString(System.IFormatProvider provider)",                   \
         hop_number_format_method},                                            \
        {"string ToString(string format, System.IFormatProvider provider)",    \
         hop_number_format_method},                                            \
        {"static " t " Parse(string s)", hop_number_parse_method, kind},       \
        {"static " t " Parse(string s, System.Globalization.NumberStyles "     \
         "style)",                                                             \
         hop_number_parse_method, kind},                                       \
        {"static " t " Parse(string s, System.IFormatProvider provider)",      \
         hop_number_parse_method, kind},                                       \
        {"static " t " Parse(string s, System.Globalization.NumberStyles "     \
         "style, System.IFormatProvider provider)",                            \
         hop_number_parse_method, kind},                                       \
        {"static bool TryParse(string s, [ref] " t " result)",                 \
         hop_number_try_parse, kind},                                          \
        {"static bool TryParse(string s, System.Globalization.NumberStyles "   \
         "style, System.IFormatProvider provider, [ref] " t " result)",        \
         hop_number_try_parse, kind},                                          \
    {                                                                          \
        "static bool TryParse(string s, System.IFormatProvider provider, "     \
        "[ref] " t " result)",                                                 \
            hop_number_try_parse, kind                                         \
    }

enum hop_real_constant {
    HOP_REAL_MAX,
    HOP_REAL_MIN,
    HOP_REAL_EPSILON,
    HOP_REAL_NAN,
    HOP_REAL_INF,
    HOP_REAL_NEG_INF,
    HOP_REAL_PI,
    HOP_REAL_E,
    HOP_REAL_TAU
};

enum hop_decimal_round {
    HOP_DEC_FLOOR,
    HOP_DEC_CEILING,
    HOP_DEC_TRUNCATE,
    HOP_DEC_NEGATE
};

/* Methods. */
hop_method_fn hop_number_compare, hop_number_format_method,
    hop_number_type_code, hop_number_parse_method, hop_number_try_parse,
    hop_decimal_unary, hop_math_round_decimal;

/* A constant: data is HOP_REAL_... */
hop_get_fn hop_number_get_double;
extern const struct hop_class *const hop_number_interfaces[];

#endif
