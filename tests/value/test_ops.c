/* Operators on values; results as PowerShell 7.6 gives them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value_test.h"

static const struct {
    const char *name;
    enum hop_op op;
    const char *a, *b, *want;
} rows[] = {
    {"int overflow becomes double", HOP_OP_ADD, "2147483647", "1",
     "2147483648 [double]"},
    {"int and long", HOP_OP_ADD, "1", "2L", "3 [long]"},
    {"double and decimal", HOP_OP_ADD, "1.5", "2d", "3.5 [decimal]"},
    {"number and hexadecimal text", HOP_OP_ADD, "1", "'0x10'", "17 [int]"},
    {"text and number", HOP_OP_ADD, "'1'", "2", "12 [string]"},
    {"null on the left", HOP_OP_SUB, "$null", "1", "-1 [int]"},
    {"uneven division", HOP_OP_DIV, "7", "2", "3.5 [double]"},
    {"even division", HOP_OP_DIV, "6", "2", "3 [int]"},
    {"decimal division", HOP_OP_DIV, "1", "3d",
     "0.3333333333333333333333333333 [decimal]"},
    {"division by zero", HOP_OP_DIV, "1", "0", "Attempted to divide by zero."},
    {"sign of a remainder", HOP_OP_MOD, "-10", "3", "-1 [int]"},
    {"decimal remainder", HOP_OP_MOD, "5", "2.5d", "0.0 [decimal]"},
    {"repeated text", HOP_OP_MUL, "'ab'", "3", "ababab [string]"},
    {"unsigned below zero", HOP_OP_MUL, "5u", "-1", "-5 [long]"},
    {"shift by more than the width", HOP_OP_SHL, "1", "33", "2 [int]"},
    {"bits of int and long", HOP_OP_BAND, "5", "3L", "1 [long]"},
    {"text without case", HOP_OP_EQ, "'abc'", "'ABC'", "True [bool]"},
    {"number and text", HOP_OP_EQ, "1", "'1.0'", "True [bool]"},
    {"number and no number", HOP_OP_EQ, "1", "'x'", "False [bool]"},
    {"lower case comes first", HOP_OP_LT, "'a'", "'B'", "True [bool]"},
    {"ten before nine as text", HOP_OP_LT, "'10'", "'9'", "True [bool]"},
    {"null below zero", HOP_OP_LT, "$null", "0", "True [bool]"},
    {"wildcard", HOP_OP_LIKE, "'file1'", "'file[0-9]'", "True [bool]"},
    {"escaped wildcard", HOP_OP_LIKE, "'a?b'", "'a`?b'", "True [bool]"},
    {"backtracking wildcard", HOP_OP_LIKE, "'aab'", "'a*a*b'", "True [bool]"},
    {"range down", HOP_OP_RANGE, "3", "1", "3 2 1 [System.Object[]]"},
    {"range of letters", HOP_OP_RANGE, "'a'", "'c'", "a b c [System.Object[]]"},
    {"pattern splits", HOP_OP_SPLIT, "'a1b22c'", "'\\d+'", "a b c [string[]]"},
    {"groups are kept", HOP_OP_SPLIT, "'abcd'", "'(b)(c)'",
     "a b c d [string[]]"},
    {"split at nothing", HOP_OP_SPLIT, "'ab'", "''", " a b  [string[]]"},
};

static const struct {
    const char *name, *format, *value, *want;
} formats[] = {
    {"fixed", "{0:F2}", "5", "5.00"},
    {"of two as near, the even one", "{0:F2}", "0.125", "0.12"},
    {"the even one above", "{0:N0}", "1.5", "2"},
    {"a picture rounds away from zero", "{0:0.00}", "0.125", "0.13"},
    {"negative zero stays", "{0:F1}", "-0.04", "-0.0"},
    {"scientific", "{0:E2}", "12345", "1.23E+004"},
    {"hexadecimal of a negative", "{0:x8}", "-1", "ffffffff"},
    {"binary", "{0:B8}", "10", "00001010"},
    {"percent", "{0:P}", "2", "200.00 %"},
    {"round trip", "{0:R}", "0.1", "0.1"},
    {"picture with groups", "{0:#,##0.00}", "1234.5", "1,234.50"},
    {"picture of zero", "{0:#}", "0", ""},
    {"three sections", "{0:+0;-0;zero}", "0", "zero"},
    {"telephone number", "{0:(000) 000-0000}", "5551234567", "(555) 123-4567"},
    {"thousands scaled away", "{0:0,,}", "12345678", "12"},
    {"picture with exponent", "{0:0.00e+00}", "12345", "1.23e+04"},
    {"quoted text", "{0:'x'0}", "5", "x5"},
    {"width", "[{0,6:N1}]", "3.14159", "[   3.1]"},
    {"width to the left", "[{0,-8:X}]", "255", "[FF      ]"},
    {"braces", "{{{0}}}", "1", "{1}"},
    {"no such argument", "{0} {1}", "1",
     "Error formatting a string: Index (zero based) must be greater than or "
     "equal to zero and less than the size of the argument list.."},
    {"unfinished item", "{0", "1",
     "Error formatting a string: Input string was not in a correct format. "
     "Failure to parse near offset 2. Format item ends prematurely.."},
    {"no digit", "{a}", "1",
     "Error formatting a string: Input string was not in a correct format. "
     "Failure to parse near offset 1. Expected an ASCII digit.."},
    {"whole number's format", "{0:D}", "1.5",
     "Error formatting a string: Format specifier was invalid.."},
};

static const struct {
    const char *name, *text, *pattern, *by, *want;
} replacements[] = {
    {"whole match twice", "abc", "b", "$&$&", "abbc"},
    {"group and digit", "abc", "(b)", "${1}0", "ab0c"},
    {"no such group", "abc", "(b)", "$10", "a$10c"},
    {"text before", "abc", "b", "$`", "aac"},
    {"escaped dollar", "price: 5", "(\\d)", "$$$1.00", "price: $5.00"},
    {"named groups", "x1y2", "(?<l>[a-z])(?<d>\\d)", "${d}${l}", "1x2y"},
    {"class without some", "abcde", "[a-z-[bd]]", "_", "_b_d_"},
    {"look-behind", "foobar xbar", "(?<!x)bar", "_", "foo_ xbar"},
};

static void
run_replacements(void)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(replacements); i++) {
        struct hop_array *args = hop_array_new(&cx, 0);
        HOP_AUTO_VALUE struct hop_value b = hop_obj(args);
        HOP_AUTO_VALUE struct hop_value a = hop_text(replacements[i].text);
        HOP_AUTO_VALUE struct hop_value r = {.kind = HOP_NULL};

        ROW(replacements[i].name);
        hop_array_push_text(args, replacements[i].pattern);
        hop_array_push_text(args, replacements[i].by);
        CHECK(hop_op_binary(&cx, HOP_OP_REPLACE, a, b, 0, &r));
        CHECK_STR(r.kind == HOP_STRING ? hop_cstr(r) : "no string",
                  replacements[i].want);
    }
}

static void
run_formats(void)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(formats); i++) {
        HOP_AUTO_VALUE struct hop_value a = hop_text(formats[i].format);
        HOP_AUTO_VALUE struct hop_value b = value_of(formats[i].value);
        HOP_AUTO_FREE char *got = NULL, *want = NULL;
        struct hop_value r = hop_null();
        bool ok;

        ROW(formats[i].name);
        ok = hop_op_binary(&cx, HOP_OP_FORMAT, a, b, 0, &r);
        if (ok) {
            CHECK_STR(hop_cstr(r), formats[i].want);
            hop_release(r);
            continue;
        }
        got = describe(ok, r);
        CHECK_STR(got, formats[i].want);
    }
}

int
main(void)
{
    hop_context_init(&cx, NULL, NULL);
    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        HOP_AUTO_VALUE struct hop_value a = value_of(rows[i].a);
        HOP_AUTO_VALUE struct hop_value b = value_of(rows[i].b);
        HOP_AUTO_FREE char *got = NULL;
        struct hop_value r = hop_null();
        bool ok;

        ROW(rows[i].name);
        ok = hop_op_binary(&cx, rows[i].op, a, b, 0, &r);
        got = describe(ok, r);
        CHECK_STR(got, rows[i].want);
    }
    run_formats();
    run_replacements();
    hop_context_done(&cx);
    return test_done();
}
