/* Variables, scopes and drives.
 *
 * SPDX-License-Identifier: MIT
 */
#include "rows.h"

static const struct row rows[] = {
    {"a function sees its caller's variables", "$x = 1; function f { $x } f",
     "1"},
    {"and sets its own", "$x = 1; function f { $x = 2; $x } f; $x", "2 1"},
    {"script: reaches out", "$x = 1; function f { $script:x = 2 } f; $x", "2"},
    {"a dotted block has none of its own", "$x = 1; . { $x = 2 }; $x", "2"},
    {"private variables are passed over",
     "$private:x = 1; function f { $null -eq $x } f", "True"},
    {"a removed variable is gone in the same frame",
     "& { $x = 1; Remove-Variable x; $null -eq $x; $x = 2; $x }", "True 2"},
    {"a read-only one stays", "Set-Variable r 1 -Option ReadOnly; $r = 2",
     "!VariableNotWritable"},
    {"a typed one converts", "[int]$n = '5'; $n = '6'; $n + 1", "7"},
    {"a typed one refuses", "[int]$n = 1; $n = 'x'", "!RuntimeException"},
    {"a local type is a plain cast", "& { [int]$n = 1; $n = 'x' }",
     "!InvalidCastFromStringToInteger"},
    {"a validated one refuses", "[ValidateRange(1, 3)]$n = 1; $n = 9",
     "!ValidateSetFailure"},
    {"a closure holds what was",
     "$x = 1; $c = { $x }.GetNewClosure(); $x = 2;"
     " & $c; $x",
     "1 2"},
    {"a closure in a closure sees one scope only",
     "$x = 9; $c = { $y = 2; { \"$x$y\" }.GetNewClosure() }.GetNewClosure();"
     " & (& $c)",
     "92"},
    {"[ref] sets a variable",
     "function f([ref]$r) { $r.Value = 2 } $x = 1; f ([ref]$x); $x", "2"},
    {"an unset variable in strict mode", "Set-StrictMode -Version 1; $nope + 1",
     "!VariableIsUndefined"},
    {"a drive shows its name",
     "$null = New-PSDrive t FileSystem /; Set-Location t:/tmp; \"$PWD\"",
     "/tmp"},
    {"a drive ends with its function",
     "function f { $null = New-PSDrive t FileSystem /tmp; Test-Path t:/ }"
     " f; Test-Path t:/",
     "True False"},
    {"nothing leads out of a drive",
     "$null = New-PSDrive t FileSystem /tmp; Set-Location t:/;"
     " Set-Location ../..; \"$PWD\"",
     "t:/"},
    {"recursion without end is an error", "function f { f } f",
     "!CallDepthOverflow"},
    {"blocks that call themselves, too", "$s = { & $s }; & $s",
     "!CallDepthOverflow"},
};

int
main(void)
{
    check_rows(rows, HOP_ARRAY_SIZE(rows), "", HOP_LANGUAGE_FULL);
    return test_done();
}
