/* What commands tell: processes, help, errors, type data.
 *
 * SPDX-License-Identifier: MIT
 */
#include "rows.h"

#define SUM                                                                    \
    "function Sum {\n<#\n.SYNOPSIS\nAdds.\n.PARAMETER A\nFirst.\n.EXAMPLE\n"   \
    "Sum 1 2\nThree.\n.LINK\nhttps://example.org\n#>\n"                        \
    "param([Parameter(Mandatory)][int]$A, $B = 'x') }; "

static const struct row rows[] = {
    {"a process has its name and id",
     "$p = Get-Process -Id $PID; $p.Id -eq $PID; $p.ProcessName.Length -gt 0",
     "True True"},
    {"a missing process is an error", "Get-Process -Id 99999999",
     "!NoProcessFoundForGivenId,"},
    {"a started program gives its exit code",
     "(Start-Process sh '-c \"exit 7\"' -Wait -PassThru).ExitCode", "7"},
    {"a program that is not there", "Start-Process no-such-program",
     "!InvalidOperationException,"},
    {"arguments are quoted as on Windows",
     "$i = [System.Diagnostics.ProcessStartInfo]::new('printf', "
     "'%s. \"a b\" c\\\\\" \\\"d\\\"'); $i.RedirectStandardOutput = $true; "
     "[System.Diagnostics.Process]::Start($i).StandardOutput.ReadToEnd()",
     "a b.c\\ \"d\"."},
    {"a process is killed",
     "$p = Start-Process sleep 60 -PassThru; $p.Kill(); $p.WaitForExit(); "
     "$p.ExitCode",
     "137"},
    {"help of comments",
     SUM "$h = Get-Help Sum; $h.Synopsis; $h.parameters.parameter[1]."
         "defaultValue; $h.examples.example.code; "
         "$h.relatedLinks.navigationLink.uri",
     "Adds. x Sum 1 2\nThree. https://example.org"},
    {"help of parameters alone",
     "function None($x) {}; (Get-Help None).Syntax.syntaxItem.parameter.name",
     "x"},
    {"examples of a command, and none",
     "(Get-Help Copy-Item).examples.example[1].code; "
     "$null -eq (Get-Help Get-Item).examples",
     "Copy-Item logs -Destination /tmp -Recurse -ToSession $s True"},
    {"help for a parameter", SUM "(Get-Help Sum -Parameter A).position", "1"},
    {"a question mark asks for help", SUM "(Sum -?).Name", "Sum"},
    {"no help", "Get-Help no-such-topic-at-all", "!HelpNotFound,"},
    {"an error speaks of the function that reports it",
     "function f { Write-Error x -ErrorId I }; f 2>$null; "
     "$Error[0].FullyQualifiedErrorId",
     "I,f"},
    {"long target names lose their middle",
     "try { Write-Error x -TargetObject ('y' * 60) -ErrorAction Stop } catch { "
     "$_.CategoryInfo.ToString().Length }",
     "97"},
    {"a catch block's record is its own",
     "try { throw 'x' } catch { $_ -eq $Error[0] }", "False"},
    {"type data come back",
     "Update-TypeData -TypeName T.A -MemberType NoteProperty -MemberName N "
     "-Value 3; (Get-TypeData T.A).Members.N.Value; "
     "([pscustomobject]@{PSTypeName = 'T.A'}).N",
     "3 3"},
    {"views as objects",
     "$d = Get-FormatData System.IO.FileI*; $v = $d.FormatViewDefinition[0]; "
     "$d.TypeNames; $v.Name; $v.Control.PSTypeNames[0]; "
     "$v.Control.Rows[0].Columns[3].DisplayEntry.Value; "
     "@(Get-FormatData no.such).Count",
     "System.IO.DirectoryInfo System.IO.FileInfo childrenWithUnixStat "
     "System.Management.Automation.TableControl LastWriteTime 0"},
    {"an alias of nothing has no resolved name",
     "Set-Alias zq no-such; $null -eq (Get-Command zq).ResolvedCommandName; "
     "(Get-Command zq).DisplayName",
     "True zq -> no-such"},
    {"what PowerShell's views of files show is sent with them",
     "$x = Get-Item / | Select-Object -First 1; "
     "$y = [Management.Automation.PSSerializer]::Deserialize("
     "[Management.Automation.PSSerializer]::Serialize($x)); "
     "$y.NameString; $y.LengthString.Length; $y.LastWriteTimeString.Length; "
     "@($x | Get-Member NameString).Count",
     "/ 0 19 0"},
    {"a member that is there already",
     "1..2 | ForEach-Object { Update-TypeData -TypeName T.B -MemberType "
     "NoteProperty -MemberName N -Value 3 }",
     "!TypesDynamicUpdateException,"},
    {"a member without its type", "Update-TypeData -TypeName T -MemberName N",
     "!MemberTypeIsMissing,"},
    {"a cell that cannot be read says so",
     "[bool]([pscustomobject]@{N = 0} | Format-List @{n = 'q'; e = { 1 / $_.N "
     "}} -DisplayError | Out-String | Select-String -SimpleMatch '#ERR')",
     "True"},
    {"styles are sequences without text", "$PSStyle.Formatting.Error = 'red'",
     "!ExceptionWhenSetting"},
};

int
main(void)
{
    check_rows(rows, HOP_ARRAY_SIZE(rows), "", HOP_LANGUAGE_FULL);
    return test_done();
}
