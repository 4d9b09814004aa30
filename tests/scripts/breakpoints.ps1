# Breakpoints with actions: at lines, commands and variables.
$t = "$PWD/watched.ps1"
@'
$x = 1
function f { 'in f' }
$x = $x + 1
if ($x -gt 1) {
    f
    'six'
}
"x=$x"
Get-Date | Out-Null
'@ | Set-Content $t
$b = Set-PSBreakpoint -Script $t -Line 3 -Action { "hit line $($_.Line) x=$x"; $global:hits += 'L' }
$b.GetType().FullName; "$b".Replace("$PWD/", ""); $b | fl Column, Line, Action, Enabled, HitCount, Id 
$c = Set-PSBreakpoint -Command f,get-date -Action { $global:hits += 'C' } 
$c | % { "$_" }
$v = Set-PSBreakpoint -Variable x -Mode ReadWrite -Script $t -Action { $global:hits += 'V' }
"$v".Replace("$PWD/", ""); $v.AccessMode
$global:hits=''
& $t
$hits
Get-PSBreakpoint | % { "$($_.Id) $($_.HitCount) $($_.Enabled)" }
Disable-PSBreakpoint $v.Id; $c | Disable-PSBreakpoint -PassThru | % Enabled
$global:hits=''; & $t | out-null; $hits
Enable-PSBreakpoint -Id $v.Id; Get-PSBreakpoint -Type Variable | % Enabled
Remove-PSBreakpoint $b; Get-PSBreakpoint -Id 0 -ea 0; $error[0].FullyQualifiedErrorId; "$($error[0])"
Get-PSBreakpoint -Script $t | % Id; Get-PSBreakpoint -Command f | % Id; Get-PSBreakpoint -Variable x | % Id
Get-PSBreakpoint | ft | out-string -w 100
Get-PSBreakpoint | Remove-PSBreakpoint; (Get-PSBreakpoint).Count
try { Set-PSBreakpoint -Script none.ps1 -Line 1 } catch { "$_".Replace("$PWD/", ""); $_.FullyQualifiedErrorId }
try { Set-PSBreakpoint -Script $t -Line 0 } catch { "$_".Replace("$PWD/", ""); $_.FullyQualifiedErrorId }
Remove-PSBreakpoint -Id 77 -ea 0; $error[0].FullyQualifiedErrorId; "$($error[0])"
Set-PSBreakpoint -Script $t -Line 5 -Column 5 -Action { $global:hits="col" } | % { "$_".Replace("$PWD/", "") }; $global:hits=''; & $t | out-null; $hits
Set-PSBreakpoint -Variable y -Action { $global:hits+='W' } | out-null;  $global:hits=''; $y=1; $y; $hits
