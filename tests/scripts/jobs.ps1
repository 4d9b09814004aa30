# SPDX-License-Identifier: MIT
# Does things side by side: background jobs, thread jobs and -Parallel.
$ErrorActionPreference = 'Stop'

'--- a job for each host'
$hosts = 'alpha', 'beta', 'gamma'
$jobs = foreach ($name in $hosts) {
    Start-Job -Name "check-$name" -ArgumentList $name, @{ gamma = 'unreachable' } -ScriptBlock {
        param([string] $HostName, [hashtable] $Broken)
        if ($Broken[$HostName]) { Write-Error "$HostName is $($Broken[$HostName])"; return }
        [pscustomobject]@{ Host = $HostName; Length = $HostName.Length; When = [datetime]'2026-03-14' }
    }
}
$null = $jobs | Wait-Job -Timeout 60
$jobs | Sort-Object Name | Format-Table Name, State, HasMoreData
$jobs | Sort-Object Name | ForEach-Object {
    $found = Receive-Job $_ -ErrorAction SilentlyContinue -ErrorVariable trouble
    if ($trouble) { "$($_.Name): $($trouble[0])" }
    foreach ($f in $found) { '{0}: {1} letters, {2:d MMM}' -f $f.Host, $f.Length, $f.When }
}
$first = $jobs[0] | Receive-Job
"received twice: $($null -ne $first)"
$jobs | Remove-Job
"jobs left: $(@(Get-Job).Count)"

'--- what comes back is a copy'
$copy = Start-Job { Get-Item / ; [pscustomobject]@{ PSTypeName = 'My.Thing'; A = 1 } } | Receive-Job -Wait -AutoRemoveJob
$copy[0].psobject.TypeNames[0]
$copy[1].psobject.TypeNames[0]
$copy[1] | Select-Object A | Format-Table

'--- a job that fails'
$bad = Start-Job { throw 'no way' } | Wait-Job
$bad.State
try { Receive-Job $bad } catch { "caught: $_" } finally { Remove-Job $bad }

'--- streams of a job'
$talk = Start-Job {
    $VerbosePreference = 'Continue'
    Write-Output 'out'; Write-Warning 'careful'; Write-Verbose 'chatty'; Write-Information 'news' -InformationAction Continue
}
$all = $talk | Wait-Job | Receive-Job *>&1
$all | ForEach-Object { '{0}: {1}' -f $_.GetType().Name, $_ }
Remove-Job $talk

'--- using'
$factor = 6
$names = @{ x = 7 }
Start-Job { $using:factor * $using:names.x } | Receive-Job -Wait -AutoRemoveJob

'--- parallel'
$limit = 3
$squares = 1..8 | ForEach-Object -ThrottleLimit $limit -Parallel {
    $n = $_
    [pscustomobject]@{ N = $n; Square = $n * $n; Limit = $using:limit }
}
$squares | Sort-Object N | ForEach-Object { "$($_.N)^2=$($_.Square)" } | Join-String -Separator ' '
$errors = $null
$ErrorActionPreference = 'Continue'
1..4 | ForEach-Object -Parallel {
    if ($_ % 2) { Write-Error "odd: $_" } else { "even: $_" }
} -ErrorVariable errors 2>$null | Sort-Object
$errors | ForEach-Object { "$_" } | Sort-Object

'--- thread jobs'
$threads = 1..3 | ForEach-Object { Start-ThreadJob -Name "t$_" -ScriptBlock { param($n) Start-Sleep -Milliseconds (10 * $n); $n * 100 } -ArgumentList $_ }
($threads | Wait-Job | Receive-Job | Measure-Object -Sum).Sum
$threads | ForEach-Object { "$($_.Name) $($_.PSJobTypeName) $($_.State)" }
$threads | Remove-Job

'--- stopped in time'
$slow = Start-Job { Start-Sleep 300 }
Stop-Job $slow
$slow.State
Remove-Job $slow
'done'
