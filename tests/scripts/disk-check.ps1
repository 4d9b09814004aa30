# SPDX-License-Identifier: MIT
#Requires -Version 5.1
<#
.SYNOPSIS
A monitoring check of file systems: one line and an exit status of 0 (fine),
1 (warning), 2 (critical) or 3 (unknown).
#>
[CmdletBinding(DefaultParameterSetName = 'Percent')]
param(
    [Alias('f')] [string] $DfOutput,

    [Parameter(ParameterSetName = 'Percent')]
    [ValidateRange(1, 100)] [int] $WarnPercent = 80,
    [Parameter(ParameterSetName = 'Percent')]
    [ValidateRange(1, 100)] [int] $CriticalPercent = 95,

    [Parameter(ParameterSetName = 'Free', Mandatory)]
    [ValidatePattern('^\d+(\.\d+)?[KMGT]B$')] [string] $WarnFree,
    [Parameter(ParameterSetName = 'Free', Mandatory)]
    [ValidatePattern('^\d+(\.\d+)?[KMGT]B$')] [string] $CriticalFree,

    [string[]] $ExcludeType = @('tmpfs', 'devtmpfs', 'squashfs', 'overlay'),
    [string[]] $Exclude,
    [switch] $Table
)

$states = @{ 0 = 'OK'; 1 = 'WARNING'; 2 = 'CRITICAL'; 3 = 'UNKNOWN' }

function Stop-Check([int] $State, [string] $Message) {
    "DISK $($states[$State]) - $Message"
    exit $State
}

function Format-Size {
    param([Parameter(ValueFromPipeline)] [double] $Bytes)
    process {
        $units = 'B', 'KiB', 'MiB', 'GiB', 'TiB'
        $i = 0
        while ($Bytes -ge 1024 -and $i -lt $units.Count - 1) { $Bytes /= 1024; $i++ }
        if ($i -eq 0) { "$Bytes B" } else { '{0:0.0} {1}' -f $Bytes, $units[$i] }
    }
}

function ConvertTo-Bytes([string] $Size) {
    # '10GB' is a number in this language, once it is not a string
    [long](Invoke-Expression $Size)
}

if ($PSCmdlet.ParameterSetName -eq 'Percent' -and $WarnPercent -gt $CriticalPercent) {
    Stop-Check 3 "the warning threshold ($WarnPercent %) is above the critical one ($CriticalPercent %)"
}

try {
    $lines = if ($DfOutput) { Get-Content -LiteralPath $DfOutput -ErrorAction Stop } else { df -PT -k }
} catch [System.Management.Automation.ItemNotFoundException] {
    Stop-Check 3 "no such file: $DfOutput"
} catch {
    Stop-Check 3 $_.Exception.Message
}

$systems = $lines | Select-Object -Skip 1 | ForEach-Object {
    $device, $type, $blocks, $used, $free, $capacity, $mount = $_ -split '\s+', 7
    if ($type -in $ExcludeType) { return }
    if ($Exclude | Where-Object { $mount -like $_ }) { return }
    [pscustomobject][ordered]@{
        Mount   = $mount
        Device  = $device
        Size    = 1KB * $blocks
        Used    = 1KB * $used
        Free    = 1KB * $free
        Percent = [int]$capacity.TrimEnd('%')
    }
}
if (-not $systems) { Stop-Check 3 'no file system to look at' }

$test = if ($PSCmdlet.ParameterSetName -eq 'Free') {
    $warn = ConvertTo-Bytes $WarnFree
    $critical = ConvertTo-Bytes $CriticalFree
    { param($s) if ($s.Free -le $critical) { 2 } elseif ($s.Free -le $warn) { 1 } else { 0 } }.GetNewClosure()
} else {
    { param($s) if ($s.Percent -ge $CriticalPercent) { 2 } elseif ($s.Percent -ge $WarnPercent) { 1 } else { 0 } }
}

$systems | ForEach-Object { $_ | Add-Member -NotePropertyName State -NotePropertyValue (& $test $_) }

if ($Table) {
    $systems | Sort-Object State, Percent -Descending | Format-Table -Property Mount,
        @{ l = 'Size'; e = { $_.Size | Format-Size }; align = 'right' },
        @{ l = 'Free'; e = { $_.Free | Format-Size }; align = 'right' },
        @{ l = 'Use%'; e = { $_.Percent } },
        @{ l = 'State'; e = { $states[$_.State] } }
}

$worst = ($systems | Measure-Object State -Maximum).Maximum
$perfdata = ($systems | ForEach-Object { "'$($_.Mount)'=$($_.Percent)%;$WarnPercent;$CriticalPercent" }) -join ' '
if ($worst) {
    $told = $systems.Where({ $_.State -gt 0 }) | Sort-Object State -Descending |
        ForEach-Object { "$($_.Mount) $($_.Percent)% ($($_.Free | Format-Size) free)" }
    Stop-Check $worst "$($told -join ', ') | $perfdata"
}
Stop-Check 0 "$(@($systems).Count) file systems | $perfdata"
