/* System.String: comparing, making, and the table of its members.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/def.h"

#include <utf8proc.h>

#include "base/alloc.h"
#include "base/text.h"
#include "value/types/interfaces.h"
#include "value/types/strings.h"
#include "value/types/text.h"

#define SELF (c->self.u.s)

/* ---- comparing ---- */

static int
compare_by(const struct hop_string *a, const struct hop_string *b,
           struct hop_string_comparison cmp)
{
    if (cmp.culture)
        return hop_collate(a, b, cmp.fold);
    return cmp.fold ? hop_string_icmp(a, b) : hop_string_cmp(a, b);
}

METHOD(compare_to)
{
    struct hop_value v = hop_value_base(c->args[0]);

    if (hop_is_null(v))
        RETURN(hop_int(1));
    if (v.kind != HOP_STRING)
        return hop_throw(cx, &hop_exception_argument,
                         "Object must be of type String.");
    RETURN(hop_int(hop_collate(SELF, v.u.s, false)));
}

METHOD(equals)
{
    struct hop_value v = hop_value_base(c->args[0]);

    if (v.kind != HOP_STRING)
        RETURN(hop_bool(false));
    if (c->n > 1)
        RETURN(hop_bool(
            compare_by(SELF, v.u.s, hop_string_comparison_of(ARG_I(1))) == 0));
    RETURN(hop_bool(hop_string_eq(SELF, v.u.s)));
}

METHOD(equals_static)
{
    struct hop_value a = c->args[0], b = c->args[1];

    if (hop_is_null(a) || hop_is_null(b))
        RETURN(hop_bool(hop_is_null(a) && hop_is_null(b)));
    if (c->n > 2)
        RETURN(hop_bool(
            compare_by(a.u.s, b.u.s, hop_string_comparison_of(ARG_I(2))) == 0));
    RETURN(hop_bool(hop_string_eq(a.u.s, b.u.s)));
}

METHOD(compare_static)
{
    struct hop_value a = c->args[0], b = c->args[1];
    struct hop_string_comparison cmp = {true, false};

    if (c->n > 2 && c->args[2].kind == HOP_ENUM) {
        cmp = hop_string_comparison_of(ARG_I(2));
    } else if (c->n > 2) {
        cmp.fold = ARG_B(2);
    }
    if (c->data)
        cmp.culture = false;
    if (hop_is_null(a) || hop_is_null(b))
        RETURN(hop_int(hop_is_null(a) && hop_is_null(b) ? 0
                       : hop_is_null(a)                 ? -1
                                                        : 1));
    if (c->data && !cmp.fold) {
        /* CompareOrdinal gives the difference of the units. */
        size_t n = hop_string_len16(a.u.s), m = hop_string_len16(b.u.s);

        for (size_t i = 0; i < n && i < m; i++) {
            int d = hop_string_at(a.u.s, i) - hop_string_at(b.u.s, i);

            if (d)
                RETURN(hop_int(d));
        }
        RETURN(hop_int((int32_t)n - (int32_t)m));
    }
    RETURN(hop_int(compare_by(a.u.s, b.u.s, cmp)));
}

/* ---- making ---- */

METHOD(is_null_or)
{
    const struct hop_string *s;

    if (ARG_NULL(0))
        RETURN(hop_bool(true));
    s = ARG_S(0);
    for (size_t at = 0, used; c->data && at < s->len; at += used)
        if (!hop_is_white(hop_utf8_decode(s->data + at, s->len - at, &used)))
            RETURN(hop_bool(false));
    RETURN(hop_bool(c->data || s->len == 0));
}

METHOD(concat)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct hop_array *a = c->n == 1 ? hop_as_array(c->args[0]) : NULL;
    const struct hop_value *v = a ? a->items : c->args;
    size_t n = a ? a->n : c->n;

    for (size_t i = 0; i < n; i++)
        if (!hop_is_null(v[i]) && !hop_add_to_string(cx, v[i], &b))
            return false;
    RETURN(hop_text_buf(&b));
}

METHOD(join)
{
    HOP_AUTO_STRING struct hop_string *sep = hop_string_needle_of(c->args[0]);
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    HOP_AUTO_ITER struct hop_iter it = {0};
    struct hop_value x;
    int r, first = 1;

    if (!hop_iter_init(cx, &it, c->args[1]))
        return false;
    while ((r = hop_iter_next(cx, &it, &x)) > 0) {
        HOP_AUTO_VALUE struct hop_value item = x;

        if (!first && sep)
            hop_buf_add(&b, sep->data, sep->len);
        first = 0;
        if (!hop_is_null(item) && !hop_add_to_string(cx, item, &b))
            return false;
    }
    if (r < 0)
        return false;
    RETURN(hop_text_buf(&b));
}

METHOD(format)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    size_t at = c->args[0].kind == HOP_STRING ? 0 : 1;
    struct hop_array *rest = hop_as_array(c->args[c->n - 1]);
    const struct hop_value *args = c->args + at + 1;
    size_t n = c->n - at - 1;

    if (hop_is_null(c->args[at]))
        return hop_throw_null(cx, "format");
    if (rest && n == 1) {
        args = rest->items;
        n = rest->n;
    }
    if (!hop_composite(cx, ARG_S(at)->data, ARG_S(at)->len, args, n, &b))
        return false;
    RETURN(hop_text_buf(&b));
}

METHOD(new_string)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct hop_array *a;
    size_t from = 0, n;

    if (c->args[0].kind == HOP_CHAR) {
        if (ARG_I(1) < 0)
            return hop_string_throw_range(cx, "count",
                                          "'count' must be non-negative.");
        if (!hop_context_may_alloc(cx, (size_t)ARG_I(1), 3))
            return false;
        for (int64_t i = 0; i < ARG_I(1); i++)
            hop_buf_add_utf16(&b, (uint16_t)ARG_I(0));
        RETURN(hop_text_buf(&b));
    }
    a = hop_as_array(c->args[0]);
    n = a ? a->n : 0;
    if (c->n > 1) {
        from = (size_t)ARG_I(1);
        n = from + (size_t)ARG_I(2);
        if (!a || n > a->n || from > n)
            return hop_string_throw_range(
                cx, "startIndex",
                "Index was out of range. Must be non-negative "
                "and less than the size of the collection.");
    }
    for (size_t i = from; i < n; i++)
        hop_buf_add_utf16(&b, (uint16_t)a->items[i].u.i);
    RETURN(hop_text_buf(&b));
}

/* ---- the rest ---- */

METHOD(normalize)
{
    static const int forms[] = {
        [1] = UTF8PROC_STABLE | UTF8PROC_COMPOSE,
        [2] = UTF8PROC_STABLE | UTF8PROC_DECOMPOSE,
        [5] = UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT,
        [6] = UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT,
    };
    int64_t form = c->n ? ARG_I(0) : 1;
    utf8proc_uint8_t *text = NULL;
    utf8proc_ssize_t n = utf8proc_map(
        (const utf8proc_uint8_t *)SELF->data, (utf8proc_ssize_t)SELF->len,
        &text, (utf8proc_option_t)forms[form >= 1 && form <= 6 ? form : 1]);
    HOP_AUTO_FREE void *owned = text;

    if (n < 0)
        return hop_throw_argument(cx, &hop_exception_argument, "strInput",
                                  "Invalid Unicode code point found.");
    if (c->data)
        RETURN(hop_bool((size_t)n == SELF->len &&
                        memcmp(text, SELF->data, SELF->len) == 0));
    RETURN(hop_textn((const char *)text, (size_t)n));
}

METHOD(same)
{
    RETURN(hop_retain(c->self));
}

METHOD(copy_of)
{
    RETURN(hop_retain(c->args[0]));
}

METHOD(chars)
{
    int64_t i = ARG_I(0);

    if (i < 0 || (size_t)i >= hop_string_len16(SELF))
        return hop_throw(cx, &hop_exception_index_range,
                         "Index was outside the bounds of the array.");
    RETURN(hop_char(hop_string_at(SELF, (size_t)i)));
}

METHOD(string_type_code)
{
    RETURN(hop_enum(HOP_ENUM_TYPE_CODE, 18));
}

GETTER(get_length)
{
    *out = hop_int((int32_t)hop_string_len16(self.u.s));
    return true;
}

GETTER(get_empty)
{
    *out = hop_text("");
    return true;
}

static const struct hop_property properties[] = {
    {"Length", "int", get_length},
    STATIC_GET("Empty", "string", get_empty, 0),
    END_PROPERTIES,
};

#define CMP "System.StringComparison comparisonType"

static const struct hop_method methods[] = {
    {"System.Object Clone()", same},
    {"int CompareTo(System.Object value)", compare_to},
    {"int CompareTo(string strB)", compare_to},
    {"bool Contains(string value)", hop_string_method_contains},
    {"bool Contains(string value, " CMP ")", hop_string_method_contains},
    {"bool Contains(char value)", hop_string_method_contains},
    {"bool Contains(char value, " CMP ")", hop_string_method_contains},
    {"bool EndsWith(string value)", hop_string_method_starts_with, true},
    {"bool EndsWith(string value, " CMP ")", hop_string_method_starts_with,
     true},
    {"bool EndsWith(string value, bool ignoreCase, cultureinfo culture)",
     hop_string_method_starts_with, true},
    {"bool EndsWith(char value)", hop_string_method_starts_with, true},
    {"bool Equals(System.Object obj)", equals},
    {"bool Equals(string value)", equals},
    {"bool Equals(string value, " CMP ")", equals},
    {"System.CharEnumerator GetEnumerator()", hop_get_enumerator},
    {"System.TypeCode GetTypeCode()", string_type_code},
    {"int IndexOf(char value)", hop_string_method_index_of},
    {"int IndexOf(char value, int startIndex)", hop_string_method_index_of},
    {"int IndexOf(char value, " CMP ")", hop_string_method_index_of},
    {"int IndexOf(char value, int startIndex, int count)",
     hop_string_method_index_of},
    {"int IndexOf(string value)", hop_string_method_index_of},
    {"int IndexOf(string value, int startIndex)", hop_string_method_index_of},
    {"int IndexOf(string value, int startIndex, int count)",
     hop_string_method_index_of},
    {"int IndexOf(string value, " CMP ")", hop_string_method_index_of},
    {"int IndexOf(string value, int startIndex, " CMP ")",
     hop_string_method_index_of},
    {"int IndexOf(string value, int startIndex, int count, " CMP ")",
     hop_string_method_index_of},
    {"int IndexOfAny(char[] anyOf)", hop_string_method_index_of_any},
    {"int IndexOfAny(char[] anyOf, int startIndex)",
     hop_string_method_index_of_any},
    {"string Insert(int startIndex, string value)",
     hop_string_method_insert_part},
    {"bool IsNormalized()", normalize, true},
    {"bool IsNormalized(System.Text.NormalizationForm normalizationForm)",
     normalize, true},
    {"int LastIndexOf(char value)", hop_string_method_last_index_of},
    {"int LastIndexOf(char value, int startIndex)",
     hop_string_method_last_index_of},
    {"int LastIndexOf(string value)", hop_string_method_last_index_of},
    {"int LastIndexOf(string value, int startIndex)",
     hop_string_method_last_index_of},
    {"int LastIndexOf(string value, " CMP ")", hop_string_method_last_index_of},
    {"int LastIndexOfAny(char[] anyOf)", hop_string_method_index_of_any, true},
    {"string Normalize()", normalize},
    {"string Normalize(System.Text.NormalizationForm normalizationForm)",
     normalize},
    {"string PadLeft(int totalWidth)", hop_string_method_pad, true},
    {"string PadLeft(int totalWidth, char paddingChar)", hop_string_method_pad,
     true},
    {"string PadRight(int totalWidth)", hop_string_method_pad},
    {"string PadRight(int totalWidth, char paddingChar)",
     hop_string_method_pad},
    {"string Remove(int startIndex, int count)", hop_string_method_remove_part},
    {"string Remove(int startIndex)", hop_string_method_remove_part},
    {"string Replace(string oldValue, string newValue, bool ignoreCase, "
     "cultureinfo culture)",
     hop_string_method_replace},
    {"string Replace(string oldValue, string newValue, " CMP ")",
     hop_string_method_replace},
    {"string Replace(char oldChar, char newChar)", hop_string_method_replace},
    {"string Replace(string oldValue, string newValue)",
     hop_string_method_replace},
    {"string[] Split(char separator, System.StringSplitOptions options = "
     "System.StringSplitOptions.None)",
     NULL},
    {"string[] Split(char separator, System.StringSplitOptions options = "
     "None)",
     hop_string_method_split},
    {"string[] Split(char separator, int count, System.StringSplitOptions "
     "options = None)",
     hop_string_method_split},
    {"string[] Split(params char[] separator)", hop_string_method_split},
    {"string[] Split(char[] separator, int count)", hop_string_method_split},
    {"string[] Split(char[] separator, System.StringSplitOptions options)",
     hop_string_method_split},
    {"string[] Split(char[] separator, int count, System.StringSplitOptions "
     "options)",
     hop_string_method_split},
    {"string[] Split(string separator, System.StringSplitOptions options = "
     "None)",
     hop_string_method_split},
    {"string[] Split(string separator, int count, System.StringSplitOptions "
     "options = None)",
     hop_string_method_split},
    {"string[] Split(string[] separator, System.StringSplitOptions options)",
     hop_string_method_split},
    {"string[] Split(string[] separator, int count, "
     "System.StringSplitOptions options)",
     hop_string_method_split},
    {"bool StartsWith(string value)", hop_string_method_starts_with},
    {"bool StartsWith(string value, " CMP ")", hop_string_method_starts_with},
    {"bool StartsWith(string value, bool ignoreCase, cultureinfo culture)",
     hop_string_method_starts_with},
    {"bool StartsWith(char value)", hop_string_method_starts_with},
    {"string Substring(int startIndex)", hop_string_method_substring},
    {"string Substring(int startIndex, int length)",
     hop_string_method_substring},
    {"char[] ToCharArray()", hop_string_method_to_chars},
    {"char[] ToCharArray(int startIndex, int length)",
     hop_string_method_to_chars},
    {"string ToLower()", hop_string_method_change_case, false},
    {"string ToLower(cultureinfo culture)", hop_string_method_change_case,
     false},
    {"string ToLowerInvariant()", hop_string_method_change_case, false},
    {"string ToString()", same},
    {"string ToString(System.IFormatProvider provider)", same},
    {"string ToUpper()", hop_string_method_change_case, true},
    {"string ToUpper(cultureinfo culture)", hop_string_method_change_case,
     true},
    {"string ToUpperInvariant()", hop_string_method_change_case, true},
    {"string Trim()", hop_string_method_trim, HOP_TRIM_START | HOP_TRIM_END},
    {"string Trim(char trimChar)", hop_string_method_trim,
     HOP_TRIM_START | HOP_TRIM_END},
    {"string Trim(params char[] trimChars)", hop_string_method_trim,
     HOP_TRIM_START | HOP_TRIM_END},
    {"string TrimEnd()", hop_string_method_trim, HOP_TRIM_END},
    {"string TrimEnd(char trimChar)", hop_string_method_trim, HOP_TRIM_END},
    {"string TrimEnd(params char[] trimChars)", hop_string_method_trim,
     HOP_TRIM_END},
    {"string TrimStart()", hop_string_method_trim, HOP_TRIM_START},
    {"string TrimStart(char trimChar)", hop_string_method_trim, HOP_TRIM_START},
    {"string TrimStart(params char[] trimChars)", hop_string_method_trim,
     HOP_TRIM_START},
    {"char Chars(int index)", chars},
    {"static int Compare(string strA, string strB)", compare_static},
    {"static int Compare(string strA, string strB, bool ignoreCase)",
     compare_static},
    {"static int Compare(string strA, string strB, " CMP ")", compare_static},
    {"static int Compare(string strA, string strB, bool ignoreCase, "
     "cultureinfo culture)",
     compare_static},
    {"static int CompareOrdinal(string strA, string strB)", compare_static,
     true},
    {"static string Concat(System.Object arg0)", concat},
    {"static string Concat(System.Object arg0, System.Object arg1)", concat},
    {"static string Concat(System.Object arg0, System.Object arg1, "
     "System.Object arg2)",
     concat},
    {"static string Concat(params System.Object[] args)", concat},
    {"static string Concat(string str0, string str1)", concat},
    {"static string Concat(string str0, string str1, string str2)", concat},
    {"static string Concat(params string[] values)", concat},
    {"static string Copy(string str)", copy_of},
    {"static bool Equals(string a, string b)", equals_static},
    {"static bool Equals(string a, string b, " CMP ")", equals_static},
    {"static string Format(string format, System.Object arg0)", format},
    {"static string Format(string format, System.Object arg0, System.Object "
     "arg1)",
     format},
    {"static string Format(string format, System.Object arg0, System.Object "
     "arg1, System.Object arg2)",
     format},
    {"static string Format(string format, params System.Object[] args)",
     format},
    {"static string Format(System.IFormatProvider provider, string format, "
     "params System.Object[] args)",
     format},
    {"static bool IsNullOrEmpty(string value)", is_null_or, false},
    {"static bool IsNullOrWhiteSpace(string value)", is_null_or, true},
    {"static string Join(string separator, params string[] value)", join},
    {"static string Join(string separator, params System.Object[] values)",
     join},
    {"static string Join(char separator, params string[] value)", join},
    {"static string Join(string separator, System.Collections.IEnumerable "
     "values)",
     join},
    END_METHODS,
};

static const struct hop_method constructors[] = {
    {"string new(char[] value)", new_string},
    {"string new(char[] value, int startIndex, int length)", new_string},
    {"string new(char c, int count)", new_string},
    END_METHODS,
};

static const struct hop_class *const interfaces[] = {
    &hop_class_icomparable, &hop_class_iconvertible, &hop_class_ienumerable,
    &hop_class_icloneable, NULL};

const struct hop_class hop_class_string = {
    .name = "System.String",
    .base = &hop_class_object,
    .flags = HOP_CLASS_SEALED,
    .kind = HOP_STRING,
    .interfaces = interfaces,
    .properties = properties,
    .methods = methods,
    .constructors = constructors,
};
