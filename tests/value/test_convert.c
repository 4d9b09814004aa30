/* Conversions and their error texts; results as PowerShell 7.6 gives them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value_test.h"

static const struct {
    const char *name, *type, *from, *want;
} rows[] = {
    {"blanks around", "int", "' 7 '", "7 [int]"},
    {"empty is zero", "int", "''", "0 [int]"},
    {"hexadecimal", "int", "'0x1F'", "31 [int]"},
    {"half to even, down", "int", "'2.5'", "2 [int]"},
    {"half to even, up", "int", "'3.5'", "4 [int]"},
    {"multiplier", "int", "'1kb'", "1024 [int]"},
    {"group separators", "int", "'1,000'", "1000 [int]"},
    {"trailing letter", "int", "'5x'",
     "Cannot convert value \"5x\" to type \"System.Int32\". Error: \"The input "
     "string '5x' was not in a correct format.\""},
    {"too large", "int", "'99999999999'",
     "Cannot convert value \"99999999999\" to type \"System.Int32\". Error: "
     "\"Value was either too large or too small for an Int32.\""},
    {"byte overflow", "byte", "'256'",
     "Cannot convert value \"256\" to type \"System.Byte\". Error: \"Value was "
     "either too large or too small for an unsigned byte.\""},
    {"decimal without its zero", "decimal", "'1.50'", "1.5 [decimal]"},
    {"decimal's exponent too large", "decimal", "'1e50'",
     "Cannot convert value \"1e50\" to type \"System.Decimal\". Error: \"The "
     "input string '1e50' was not in a correct format.\""},
    {"double", "double", "'1,000.5'", "1000.5 [double]"},
    {"infinity", "double", "'Infinity'", "Infinity [double]"},
    {"two characters", "char", "'ab'",
     "Cannot convert value \"ab\" to type \"System.Char\". Error: \"String must "
     "be exactly one character long.\""},
    {"character code", "char", "70000",
     "Cannot convert value \"70000\" to type \"System.Char\". Error: \"Value was "
     "either too large or too small for a character.\""},
    {"beginning of an enum's name", "System.DayOfWeek", "'mon'",
     "Monday [System.DayOfWeek]"},
    {"flags", "System.IO.FileAttributes", "'ReadOnly, Hidden'",
     "ReadOnly, Hidden [System.IO.FileAttributes]"},
    {"no member of that number", "System.DayOfWeek", "50",
     "Cannot convert value \"50\" to type \"System.DayOfWeek\" due to "
     "enumeration values that are not valid. Specify one of the following "
     "enumeration values and try again. The possible enumeration values are "
     "\"Sunday,Monday,Tuesday,Wednesday,Thursday,Friday,Saturday\"."},
    {"time span of days", "timespan", "'5'", "5.00:00:00 [timespan]"},
    {"time span out of range", "timespan", "'25:00'",
     "Cannot convert value \"25:00\" to type \"System.TimeSpan\". Error: \"The "
     "TimeSpan string '25:00' could not be parsed because at least one of the "
     "numeric components is out of range or contains too many digits.\""},
    {"date and time", "datetime", "'2024-01-02 3:04 PM'",
     "01/02/2024 15:04:00 [datetime]"},
    {"American date", "datetime", "'1/2/24'", "01/02/2024 00:00:00 [datetime]"},
    {"unknown word", "datetime", "'nope'",
     "Cannot convert value \"nope\" to type \"System.DateTime\". Error: \"The "
     "string 'nope' was not recognized as a valid DateTime. There is an "
     "unknown word starting at index '0'.\""},
    {"version", "version", "'1.2'", "1.2 [version]"},
    {"version of one part", "version", "'1'",
     "Cannot convert value \"1\" to type \"System.Version\". Error: \"Version "
     "string portion was too short or too long. (Parameter 'input')\""},
    {"guid in braces", "guid", "'{01234567-89ab-cdef-0123-456789abcdef}'",
     "01234567-89ab-cdef-0123-456789abcdef [guid]"},
    {"array of numbers", "int[]", "'5'", "5 [int[]]"},
    {"list", "System.Collections.Generic.List[int]", "5",
     "5 [System.Collections.Generic.List[int]]"},
    {"big integer", "bigint", "'123456789012345678901234567890'",
     "123456789012345678901234567890 [bigint]"},
    {"null to a number", "int", "$null", "0 [int]"},
    {"null to a date", "datetime", "$null",
     "Cannot convert null to type \"System.DateTime\"."},
    {"type by name", "type", "'System.String'", "string [type]"},
    {"bad pattern", "regex", "'('",
     "Cannot convert value \"(\" to type "
     "\"System.Text.RegularExpressions.Regex\". Error: \"Invalid pattern '(' "
     "at offset 1. Not enough )'s.\""},
};

int
main(void)
{
    hop_context_init(&cx, NULL, NULL);
    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        const struct hop_class *type = type_named(rows[i].type);
        HOP_AUTO_VALUE struct hop_value from = value_of(rows[i].from);
        HOP_AUTO_FREE char *got = NULL;
        struct hop_value v = hop_null();
        bool ok;

        ROW(rows[i].name);
        CHECK(type != NULL);
        if (!type)
            continue;
        ok = hop_convert(&cx, from, type, &v);
        got = describe(ok, v);
        CHECK_STR(got, rows[i].want);
    }
    hop_context_done(&cx);
    return test_done();
}
