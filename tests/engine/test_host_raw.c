/* $Host.UI.RawUI where the host has nothing but sizes.
 *
 * SPDX-License-Identifier: MIT
 */
#include "rows.h"

static const char functions[] =
    "$r = $Host.UI.RawUI\n"
    "$at = [System.Management.Automation.Host.Coordinates]\n";

static const struct row rows[] = {
    {"a colour that nobody knows", "[int]$r.ForegroundColor", "-1"},
    {"a place is a pair", "\"$($at::new(11, 12))\"", "11,12"},
    {"pairs are equal by their numbers", "$at::new(1, 2) -eq $at::new(1, 2)",
     "True"},
    {"another place is another", "$at::new(1, 2) -eq $at::new(1, 3)", "False"},
    {"a size is no place",
     "$at::new(1, 2) -eq [System.Management.Automation.Host.Size]::new(1, 2)",
     "False"},
    {"a cursor is somewhere", "\"$($r.CursorPosition)\"", "0,0"},
    {"what is set where nobody minds is no error",
     "$r.ForegroundColor = 'Red'; $r.CursorPosition = $at::new(1, 2); 'on'",
     "on"},
    {"a colour that is none", "$r.ForegroundColor = 'Nope'",
     "!ExceptionWhenSetting"},
    {"a key without anybody to press it", "$r.ReadKey('NoEcho')",
     "!PSInvalidOperationException"},
};

int
main(void)
{
    check_rows(rows, HOP_ARRAY_SIZE(rows), functions, HOP_LANGUAGE_FULL);
    return test_done();
}
