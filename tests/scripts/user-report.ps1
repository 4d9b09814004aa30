# SPDX-License-Identifier: MIT
# Compares the accounts of a host with the list of staff and reports what an
# auditor asks: accounts without a person, people without an account, people
# who left, ids used twice, accounts that may log in.
param(
    [string] $Passwd = '/etc/passwd',
    [string] $Staff = 'staff.csv',
    [datetime] $Today = (Get-Date),
    [string] $CsvOut
)

$ErrorActionPreference = 'Stop'

function ConvertFrom-Passwd {
    [CmdletBinding()]
    [OutputType('Audit.Account')]
    param(
        [Parameter(Mandatory, ValueFromPipeline)]
        [AllowEmptyString()]
        [string] $Line
    )
    begin { $number = 0 }
    process {
        $number++
        $name, $null, [string]$uid, [string]$gid, $gecos, $home_, $shell = $Line.Split(':')
        if (-not $uid) {
            Write-Warning "line ${number}: '$Line' is no account"
            return
        }
        [pscustomobject]@{
            PSTypeName = 'Audit.Account'
            Name       = $name
            Uid        = [int]$uid
            Gid        = [int]$gid
            FullName   = $gecos.Split(',')[0]
            Home       = $home_
            Shell      = $shell
            CanLogin   = $shell -notmatch 'nologin$|/false$'
            Kind       = switch ([int]$uid) {
                0                                    { 'root' }
                { $_ -ge 1 -and $_ -lt 1000 }        { 'system' }
                { $_ -ge 1000 -and $_ -lt 60000 }    { 'person' }
                default                              { 'special' }
            }
        }
    }
    end { Write-Verbose "$number lines" }
}

Update-TypeData -TypeName Audit.Account -DefaultDisplayPropertySet Name, Uid, Shell -Force
Update-TypeData -TypeName Audit.Account -MemberType ScriptProperty -MemberName Short -Value {
    '{0}({1})' -f $this.Name, $this.Uid
} -Force

$accounts = Get-Content $Passwd | ConvertFrom-Passwd -Verbose 4>&1 3>&1 | ForEach-Object {
    if ($_ -is [System.Management.Automation.WarningRecord]) { "warning: $_" | Write-Host }
    elseif ($_ -is [System.Management.Automation.VerboseRecord]) { "verbose: $_" | Write-Host }
    else { $_ }
}
"$($accounts.Count) accounts"
$accounts | Select-Object -First 3
$accounts | Group-Object Kind | Sort-Object Count, Name -Descending | Select-Object Name, Count,
    @{ Name = 'Members'; Expression = { $_.Group.Name -join ' ' } } | Format-Table -Wrap

'--- staff'
$staffList = Import-Csv $Staff | Select-Object Login, Name, Department,
    @{ n = 'Started'; e = { [datetime]::ParseExact($_.Started, 'yyyy-MM-dd', $null) } },
    @{ n = 'Left'; e = { if ($_.Left) { [datetime]$_.Left } } },
    @{ n = 'Salary'; e = { [decimal]$_.Salary } }

$staffList | Sort-Object Department, Name | Format-Table Login, Name, @{
    Label = 'Years'; Expression = { [math]::Truncate(($Today - $_.Started).TotalDays / 365.25) }
}, @{ Label = 'Salary'; Expression = 'Salary'; FormatString = 'N2' } -GroupBy Department

'--- findings'
$byLogin = @{}
$staffList | ForEach-Object { $byLogin[$_.Login] = $_ }

$findings = [System.Collections.Generic.List[object]]::new()
function Add-Finding([string]$Severity, [string]$About, [string]$Text) {
    $findings.Add([pscustomobject]@{ Severity = $Severity; About = $About; Text = $Text })
}

foreach ($account in $accounts | Where-Object Kind -eq 'person') {
    $person = $byLogin[$account.Name]
    if (-not $person) { Add-Finding low $account.Name 'an account without a person'; continue }
    if ($person.Left -and $person.Left -lt $Today -and $account.CanLogin) {
        Add-Finding high $account.Name "left $(($Today - $person.Left).Days) days ago and can still log in"
    }
}
$byLogin.Keys | Where-Object { $_ -notin $accounts.Name } | Sort-Object | ForEach-Object {
    Add-Finding low $_ 'a person without an account'
}
$accounts | Group-Object Uid | Where-Object Count -gt 1 | ForEach-Object {
    $severity = if ($_.Name -eq '0') { 'high' } else { 'medium' }
    Add-Finding $severity ($_.Group.Short -join ', ') "share the id $($_.Name)"
}
$order = 'high', 'medium', 'low'
$findings = $findings | Sort-Object { $order.IndexOf($_.Severity) }, About
$findings | Format-Table -AutoSize | Out-String -Width 100 | ForEach-Object TrimEnd
''
'--- averages'
$staffList | Where-Object { -not $_.Left } | Group-Object Department | Sort-Object Name | ForEach-Object {
    $m = $_.Group | Measure-Object Salary -Average -Minimum -Maximum
    '{0,-12}{1,3} people  {2,10:N2} on average, {3:F1} to {4:F1}' -f $_.Name, $m.Count, $m.Average, $m.Minimum, $m.Maximum
}
if ($CsvOut) {
    $findings | Export-Csv -Path $CsvOut -NoTypeInformation -UseQuotes AsNeeded
    Get-Content $CsvOut
}
exit @($findings | Where-Object Severity -eq high).Count
