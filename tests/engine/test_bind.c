/* The parameter binder, by what functions get.
 *
 * SPDX-License-Identifier: MIT
 */
#include "rows.h"

static const char functions[] =
    "function Two($a, $b = 5, [switch]$s) { \"$a|$b|$s|$($args.Count)\" }\n"
    "function Typed([int]$n, [string[]]$l) { \"$($n + 1)|$($l -join '+')\" }\n"
    "function Sets { [CmdletBinding(DefaultParameterSetName = 'A')]param(\n"
    "  [Parameter(ParameterSetName = 'A')]$a,\n"
    "  [Parameter(ParameterSetName = 'B', Mandatory)]$b)\n"
    "  $PSCmdlet.ParameterSetName }\n"
    "function Piped { [CmdletBinding()]param(\n"
    "  [Parameter(ValueFromPipeline)][int]$v,\n"
    "  [Parameter(ValueFromPipelineByPropertyName)]$n)\n"
    "  process { \"$v/$n\" } }\n"
    "function Rest { [CmdletBinding()]param($f,\n"
    "  [Parameter(ValueFromRemainingArguments)]$r) \"$f|$($r -join '+')\" }\n"
    "function Checked { [CmdletBinding()]param([ValidateSet('a', 'b')]$s,\n"
    "  [ValidateRange(1, 3)][int]$n = 1) \"$s$n\" }\n"
    "function Must { [CmdletBinding()]param([Parameter(Mandatory)][string]$m)\n"
    "  $m }\n"
    "$h = @{ a = 1; b = 2 }\n"
    "$PSDefaultParameterValues['Rest:f'] = 'default'\n";

static const struct row rows[] = {
    {"positions", "Two 1 2", "1|2|False|0"},
    {"a default value", "Two 1", "1|5|False|0"},
    {"what is too much goes to $args", "Two 1 2 3 4", "1|2|False|2"},
    {"names in any order", "Two -b 3 -s 4", "4|3|True|0"},
    {"a value behind a colon", "Two -a:9 -s:$false", "9|5|False|0"},
    {"a function's switch given as null is off", "Two 1 -s:$null",
     "1|5|False|0"},
    {"a cmdlet's switch given as null is on",
     "@('a', 'b' | Out-String -Stream:$null).Count", "2"},
    {"a name cut short", "Typed -l x, y -n 1", "2|x+y"},
    {"conversion", "Typed '7' 1, 2", "8|1+2"},
    {"a hash table splatted", "Two @h", "1|2|False|0"},
    {"an array splatted", "$x = 7, 8; Two @x", "7|8|False|0"},
    {"the default set", "Sets", "A"},
    {"a set by its parameter", "Sets -b 1", "B"},
    {"two sets at once", "Sets -a 1 -b 2", "!AmbiguousParameterSet"},
    {"by value", "1, 2 | Piped", "1/ 2/"},
    {"by property", "[pscustomobject]@{ n = 'x' } | Piped", "0/x"},
    {"a pipeline value that does not convert", "'x' | Piped",
     "!ParameterArgumentTransformationError"},
    {"remaining arguments", "Rest 1 2 3", "1|2+3"},
    {"a default of $PSDefaultParameterValues", "Rest", "default|"},
    {"a value outside its set", "Checked z",
     "!ParameterArgumentValidationError"},
    {"a value outside its range", "Checked a 9",
     "!ParameterArgumentValidationError"},
    {"a name that is not there", "Must -nope 1", "!NamedParameterNotFound"},
    {"too many positions", "Must a b", "!PositionalParameterNotFound"},
    {"the same name twice", "Must -m 1 -m 2", "!ParameterAlreadyBound"},
    {"a name that could be several",
     "function f { [CmdletBinding()]param($ab,"
     " $ac) } f -a 1",
     "!AmbiguousParameter"},
    {"an empty mandatory text", "Must ''",
     "!ParameterArgumentValidationErrorEmptyStringNotAllowed"},
    {"a value that does not convert", "Typed x",
     "!ParameterArgumentTransformationError"},
    {"what needs .NET is refused", "Add-Type -TypeDefinition 'class X {}'",
     "!AddTypeNotSupported,Microsoft.PowerShell.Commands.AddTypeCommand"},
    {"an assembly as well", "Add-Type -AssemblyName System.Web",
     "!AddTypeNotSupported,"},
    {"a number keeps its spelling",
     "\"$(Write-Output 1.50 | Out-String)\""
     ".Trim()",
     "1.50"},
};

int
main(void)
{
    check_rows(rows, HOP_ARRAY_SIZE(rows), functions, HOP_LANGUAGE_FULL);
    return test_done();
}
