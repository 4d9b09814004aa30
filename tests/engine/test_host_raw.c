/* $Host.UI.RawUI where the host has nothing but sizes.
 *
 * SPDX-License-Identifier: MIT
 */
#include "rows.h"

static const char functions[] =
    "$r = $Host.UI.RawUI\n"
    "$at = [System.Management.Automation.Host.Coordinates]\n"
    "$rect = [System.Management.Automation.Host.Rectangle]\n"
    "$cell = [System.Management.Automation.Host.BufferCell]::new('x', 'Red', "
    "'Blue', 'Complete')\n";

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
    {"a size that cannot be set",
     "$r.WindowSize = [System.Management.Automation.Host.Size]::new(2, 3)",
     "!ExceptionWhenSetting"},
    {"a rectangle by its corners",
     "\"$($rect::new($at::new(1, 2), $at::new(3, 4)))\"", "1,2 ; 3,4"},
    {"a rectangle that is none", "$rect::new(3, 1, 2, 2)",
     "!PSArgumentException"},
    {"a rectangle of a table",
     "\"$([System.Management.Automation.Host.Rectangle]@{Left = 1; Bottom = "
     "4})\"",
     "1,0 ; 0,4"},
    {"a cell", "\"$cell\"", "'x' Red Blue Complete"},
    {"cells of text are filled up",
     "$a = $r.NewBufferCellArray([string[]]('ab', 'cde'), 'White', 'Black'); "
     "$a.GetLength(0); $a.GetLength(1); \"[$($a[0, 2].Character)]\"; "
     "\"$($a[1, 2])\"",
     "2 3 [ ] 'e' White Black Complete"},
    {"cells of one", "$r.NewBufferCellArray(2, 3, $cell).Length", "6"},
    {"the length of a text", "$r.LengthInBufferCells('abc', 1)", "2"},
    {"nobody tells what is on the screen",
     "$r.GetBufferContents($rect::new(0, 0, 1, 1))",
     "!NotImplementedException"},
    {"nobody fills it", "$r.SetBufferContents($rect::new(0, 0, 1, 1), $cell)",
     "!NotImplementedException"},
    {"nor scrolls it",
     "$r.ScrollBufferContents($rect::new(0, 0, 1, 1), $at::new(1, 1), "
     "$rect::new(0, 0, 1, 1), $cell)",
     "!NotImplementedException"},
    {"a key is told",
     "\"$([System.Management.Automation.Host.KeyInfo]::new(65, 'a', "
     "'ShiftPressed, NumLockOn', $true).ControlKeyState)\"",
     "ShiftPressed, NumLockOn"},
};

int
main(void)
{
    check_rows(rows, HOP_ARRAY_SIZE(rows), functions, HOP_LANGUAGE_FULL);
    return test_done();
}
