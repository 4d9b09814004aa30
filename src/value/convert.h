/* Conversion, truth, text: LanguagePrimitives of PowerShell.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_VALUE_CONVERT_H
#define HOP_VALUE_CONVERT_H

#include "value/collections.h"

/* [type]$v, the argument and parameter conversion: LanguagePrimitives.ConvertTo
 * in invariant culture.  Throws PSInvalidCastException with PowerShell's error
 * id and text. */
HOP_MUST_CHECK bool hop_convert(struct hop_context *cx, struct hop_value v,
                                const struct hop_class *to,
                                struct hop_value *out);
/* $v -as [type]: false without an exception when it cannot be. */
HOP_MUST_CHECK bool hop_try_convert(struct hop_context *cx, struct hop_value v,
                                    const struct hop_class *to,
                                    struct hop_value *out);

/* A SwitchParameter. */
struct hop_switch_parameter {
    struct hop_object base;
    bool present;
};
struct hop_value hop_switch(struct hop_context *cx, bool present);

/* LanguagePrimitives.IsTrue. */
bool hop_is_true(struct hop_context *cx, struct hop_value v);

/* "$v": null is "", numbers invariant, arrays joined with $OFS, custom objects
 * as @{a=1}, ToString otherwise.  Owned. */
HOP_MUST_CHECK bool hop_to_string(struct hop_context *cx, struct hop_value v,
                                  struct hop_string **out);
/* Appends the same. */
HOP_MUST_CHECK bool hop_add_string(struct hop_context *cx, struct hop_value v,
                                   struct hop_buf *out);
/* $v.ToString(): the .NET method ("System.Object[]" for arrays), or a script
 * method of that name. */
HOP_MUST_CHECK bool hop_call_to_string(struct hop_context *cx,
                                       struct hop_value v,
                                       struct hop_string **out);
/* IFormattable.ToString(format): "{0:format}".  format "" is the default. */
HOP_MUST_CHECK bool hop_format_value(struct hop_context *cx, struct hop_value v,
                                     const char *format, size_t n,
                                     struct hop_buf *out);
/* The text with a cast's conversions of an integer, for C callers; throws. */
HOP_MUST_CHECK bool hop_to_int64(struct hop_context *cx, struct hop_value v,
                                 int64_t *out);
HOP_MUST_CHECK bool hop_to_int32(struct hop_context *cx, struct hop_value v,
                                 int32_t *out);
HOP_MUST_CHECK bool hop_to_double(struct hop_context *cx, struct hop_value v,
                                  double *out);

/* The number that a PowerShell literal or a string in arithmetic means:
 * "0x10", "1kb", "1e3", "5L", "1.5d"...  Blanks around are allowed.  False
 * when it is none. */
bool hop_parse_number(const char *s, size_t n, struct hop_value *out);

#endif
