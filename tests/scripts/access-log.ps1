# SPDX-License-Identifier: MIT
<#
.SYNOPSIS
    Summarises a web server's access log.
.DESCRIPTION
    Reads a log in combined format, counts answers by status, names the busiest
    clients and the slowest pages, and exits with 1 when too many requests
    failed.
.PARAMETER Path
    The log.
.PARAMETER Top
    How many rows each table has.
.PARAMETER ErrorPercent
    The share of server errors from which on the exit status is 1.
.EXAMPLE
    ./access-log.ps1 -Path access.log -Top 3
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory, Position = 0)]
    [ValidateScript({ Test-Path $_ -PathType Leaf })]
    [string] $Path,

    [ValidateRange(1, 50)]
    [int] $Top = 5,

    [ValidateRange(0, 100)]
    [double] $ErrorPercent = 5
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$pattern = [regex]::new(@'
^(?<ip>\S+) \S+ (?<user>\S+) \[(?<when>[^\]]+)\] "(?<verb>[A-Z]+) (?<url>\S+) (?<proto>[^"]+)" (?<status>\d{3}) (?<bytes>\d+|-) "(?<from>[^"]*)" "(?<agent>[^"]*)"(?: (?<ms>\d+))?$
'@)

$bad = 0
$requests = foreach ($line in Get-Content -Path $Path) {
    if ([string]::IsNullOrWhiteSpace($line)) { continue }
    $m = $pattern.Match($line)
    if (-not $m.Success) {
        $bad++
        Write-Verbose "not a request: $line"
        continue
    }
    [pscustomobject]@{
        Client = $m.Groups['ip'].Value
        User   = $m.Groups['user'].Value
        Time   = [datetimeoffset]::ParseExact(
            $m.Groups['when'].Value, 'dd/MMM/yyyy:HH:mm:ss zzz',
            [cultureinfo]::InvariantCulture)
        Verb   = $m.Groups['verb'].Value
        Url    = ($m.Groups['url'].Value -split '\?')[0]
        Status = [int]$m.Groups['status'].Value
        Bytes  = if ($m.Groups['bytes'].Value -eq '-') { 0 } else { [long]$m.Groups['bytes'].Value }
        Ms     = if ($m.Groups['ms'].Success) { [int]$m.Groups['ms'].Value } else { $null }
        Agent  = switch -Regex ($m.Groups['agent'].Value) {
            'bot|crawler|spider' { 'robot'; break }
            '^curl|^Wget'        { 'tool'; break }
            'Firefox/(\d+)'      { "Firefox $($Matches[1])"; break }
            'Chrome/(\d+)'       { "Chrome $($Matches[1])"; break }
            default              { 'other' }
        }
    }
}

$total = @($requests).Count
"{0} requests, {1} lines not understood" -f $total, $bad
if ($total -eq 0) { exit 2 }

$first = $requests | Sort-Object Time | Select-Object -First 1
$last = $requests | Sort-Object Time | Select-Object -Last 1
$span = $last.Time - $first.Time
"from {0:yyyy-MM-dd HH:mm:ss} to {1:yyyy-MM-dd HH:mm:ss} ({2:hh\:mm\:ss})" -f $first.Time.UtcDateTime, $last.Time.UtcDateTime, $span

"`nAnswers by class"
$requests |
    Group-Object { '{0}xx' -f [math]::Floor($_.Status / 100) } |
    Sort-Object Name |
    Format-Table Name, Count, @{ n = 'Share'; e = { '{0:P1}' -f ($_.Count / $total) }; a = 'right' } -AutoSize

"Busiest clients"
$requests | Group-Object Client -NoElement | Sort-Object @{ e = 'Count'; Descending = $true }, Name |
    Select-Object -First $Top | Format-Table -AutoSize

"Traffic by page"
$requests | Group-Object Url | ForEach-Object {
    $sum = $_.Group | Measure-Object Bytes -Sum -Maximum
    $times = @($_.Group.Ms | Where-Object { $null -ne $_ } | Sort-Object)
    [pscustomobject]@{
        Url     = $_.Name
        Hits    = $_.Count
        KiB     = [math]::Round($sum.Sum / 1KB, 1)
        Largest = $sum.Maximum
        Median  = if ($times) { $times[[int][math]::Floor($times.Count / 2)] }
    }
} | Sort-Object KiB -Descending | Select-Object -First $Top | Format-Table

"By the hour"
$requests | Group-Object { $_.Time.ToUniversalTime().ToString('HH') } | Sort-Object Name | ForEach-Object {
    '{0}h {1,3} {2}' -f $_.Name, $_.Count, ('#' * $_.Count)
}

"`nAgents"
$agents = @{}
foreach ($r in $requests) { $agents[$r.Agent] += 1 }
$agents.GetEnumerator() | Sort-Object -Property @{ e = { $_.Value }; desc = $true }, Key |
    ForEach-Object { '  {0,-14}{1,4}' -f $_.Key, $_.Value }

$failed = @($requests | Where-Object Status -ge 500)
$share = 100.0 * $failed.Count / $total
if ($share -ge $ErrorPercent) {
    Write-Warning ("{0} of {1} requests failed ({2:N1} %): {3}" -f $failed.Count, $total, $share,
        (($failed.Url | Sort-Object -Unique) -join ', '))
    exit 1
}
"fine: {0:N2} % failed" -f $share
