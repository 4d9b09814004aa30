/* Runspaces and threads in one process: [powershell], [runspacefactory],
 * ForEach-Object -Parallel and thread jobs.
 *
 * SPDX-License-Identifier: MIT
 */
#include "rows.h"

static const struct row rows[] = {
    {"a program runs and gives its output",
     "[powershell]::Create().AddScript('1..3').Invoke()", "1 2 3"},
    {"commands are piped",
     "[powershell]::Create().AddCommand('Write-Output').AddArgument((3, 1, "
     "2)).AddCommand('Sort-Object').AddParameter('Descending').Invoke()",
     "3 2 1"},
    {"statements share the scope",
     "[powershell]::Create().AddScript('$x = 4').AddStatement().AddScript('$x "
     "+ 1').Invoke()",
     "5"},
    {"variables are the runspace's own",
     "$a = 1; [powershell]::Create().AddScript('$null -eq $a').Invoke()",
     "True"},
    {"each starts where the shell is",
     "$p = [powershell]::Create().AddScript('$PWD.Path'); "
     "$p.Invoke()[0] -eq $PWD.Path; "
     "(1 | ForEach-Object -Parallel { $PWD.Path }) -eq $PWD.Path",
     "True True"},
    {"objects pass as they are",
     "$h = @{}; $null = [powershell]::Create().AddScript('param($t) $t.k = "
     "7').AddArgument($h).Invoke(); $h.k",
     "7"},
    {"text that a command was given has no script around it",
     "$p = [powershell]::Create().AddCommand('Invoke-Expression')"
     ".AddArgument(\"`$null -eq `$MyInvocation; [int]`$MyInvocation"
     ".PipelineLength; Write-Error a -ErrorId X\"); $p.Invoke(); "
     "$p.Streams.Error[0].FullyQualifiedErrorId",
     "False 0 X"},
    {"errors are collected",
     "$p = [powershell]::Create().AddScript('Write-Error a; 1/0; 5'); "
     "$p.Invoke(); $p.Streams.Error.Count; $p.HadErrors",
     "5 2 True"},
    {"a terminating error is thrown",
     "[powershell]::Create().AddScript('throw \"x\"').Invoke()",
     "!RuntimeException"},
    {"a runspace keeps its variables",
     "$r = [runspacefactory]::CreateRunspace(); $r.Open(); "
     "$p = [powershell]::Create(); $p.Runspace = $r; "
     "$null = $p.AddScript('$v = 3').Invoke(); "
     "$r.SessionStateProxy.GetVariable('v')",
     "3"},
    {"a closed runspace runs nothing",
     "$r = [runspacefactory]::CreateRunspace(); $r.Open(); $r.Close(); "
     "$p = [powershell]::Create(); $p.Runspace = $r; "
     "$p.AddScript('1').Invoke()",
     "!InvalidRunspaceStateException"},
    {"an asynchronous run is waited for",
     "$p = [powershell]::Create().AddScript('Start-Sleep -Milliseconds 5; 8');"
     "$h = $p.BeginInvoke(); $h.IsCompleted; $p.EndInvoke($h); $h.IsCompleted",
     "False 8 True"},
    {"a loop does not keep the others from running",
     "$p = [powershell]::Create().AddScript('9'); $h = $p.BeginInvoke(); "
     "while (-not $h.IsCompleted) {}; $p.EndInvoke($h)",
     "9"},
    {"a run is stopped",
     "$p = [powershell]::Create().AddScript('while (1) {}'); "
     "$null = $p.BeginInvoke(); $p.Stop(); $p.InvocationStateInfo.State",
     "Stopped"},
    {"a pool runs as many as it may",
     "$pool = [runspacefactory]::CreateRunspacePool(1, 2); $pool.Open(); "
     "$all = 1..4 | ForEach-Object { $p = [powershell]::Create(); "
     "$p.RunspacePool = $pool; $null = $p.AddScript('param($n) $n * "
     "2').AddArgument($_); @{ p = $p; h = $p.BeginInvoke() } }; "
     "$all | ForEach-Object { $_.p.EndInvoke($_.h) }; "
     "$pool.GetAvailableRunspaces()",
     "2 4 6 8 2"},
    {"an initial state limits the language",
     "$s = [initialsessionstate]::CreateDefault2(); "
     "$s.LanguageMode = 'ConstrainedLanguage'; "
     "$p = [powershell]::Create($s).AddScript(\"[IO.Path]::GetTempPath()\"); "
     "$p.Invoke(); $p.Streams.Error[0].FullyQualifiedErrorId; "
     "$ExecutionContext.SessionState.LanguageMode",
     "MethodInvocationNotSupportedInConstrainedLanguage FullLanguage"},
    {"an empty initial state takes no script",
     "[powershell]::Create([initialsessionstate]::Create()).AddScript('1')"
     ".Invoke()",
     "!ParseException"},
    {"nor any command",
     "[powershell]::Create([initialsessionstate]::Create())"
     ".AddCommand('Get-Date').Invoke()",
     "!CommandNotFoundException"},
    {"but those it lists",
     "$s = [initialsessionstate]::Create(); "
     "$s.Commands.Add([Management.Automation.Runspaces."
     "SessionStateCmdletEntry]::new('Write-Output', $null, $null)); "
     "[powershell]::Create($s).AddCommand('Write-Output').AddArgument(6)"
     ".Invoke()",
     "6"},
    {"-Parallel runs several at once",
     "$h = @{ n = 0; max = 0 }; $null = 1..6 | ForEach-Object -Parallel { $t = "
     "$using:h; $t.n++; if ($t.n -gt $t.max) { $t.max = $t.n }; Start-Sleep "
     "-Milliseconds 5; $t.n-- } -ThrottleLimit 3; $h.max",
     "3"},
    {"-Parallel gives what each block writes",
     "1..3 | ForEach-Object -Parallel { $_ * 2 } | Sort-Object", "2 4 6"},
    {"$using: reaches into values",
     "$u = @{ a = 1, 2 }; 1 | ForEach-Object -Parallel { $using:u.a[1] }", "2"},
    {"a nested -Parallel has its own $using:",
     "1 | ForEach-Object -Parallel { $n = 5; 1 | ForEach-Object -Parallel { "
     "$using:n } }",
     "5"},
    {"-Parallel keeps to the language mode",
     "$ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'; "
     "1 | ForEach-Object -Parallel { [IO.Path]::GetTempPath() }",
     "!MethodInvocationNotSupportedInConstrainedLanguage"},
    {"a thread job gives live objects",
     "$h = @{}; $j = Start-ThreadJob { ($using:h).k = 3 }; $null = Wait-Job "
     "$j; $h.k",
     "3"},
    {"a thread job is stopped",
     "$j = Start-ThreadJob { while (1) {} }; Start-Sleep -Milliseconds 1; "
     "Stop-Job $j; $j.State",
     "Stopped"},
    {"what still runs ends with the session",
     "$null = Start-ThreadJob { while (1) {} }; "
     "$null = [powershell]::Create().AddScript('Start-Sleep "
     "100').BeginInvoke(); 'end'",
     "end"},
};

int
main(void)
{
    check_rows(rows, HOP_ARRAY_SIZE(rows), "", HOP_LANGUAGE_FULL);
    return test_done();
}
