# SPDX-License-Identifier: MIT
<#
.SYNOPSIS
    Keeps daily, weekly and monthly backups and removes the others.
.NOTES
    A backup is a file NAME-yyyyMMdd-HHmm.tar.gz; its name says how old it is.
#>
[CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'Medium')]
param(
    [Parameter(Mandatory)]
    [ValidateNotNullOrEmpty()]
    [string] $Folder,
    [string] $Name = '*',
    [ValidateRange('NonNegative')] [int] $Daily = 7,
    [ValidateRange('NonNegative')] [int] $Weekly = 4,
    [ValidateRange('NonNegative')] [int] $Monthly = 3,
    [datetime] $Now = [datetime]::Now,
    [switch] $Sample
)

function New-Sample {
    # A year of backups to try it with.
    [CmdletBinding(SupportsShouldProcess)]
    param([string] $Where, [datetime] $Until)
    New-Item -ItemType Directory -Path $Where -Force | Out-Null
    foreach ($days in 0..20 + (25, 32, 39, 46, 61, 75, 92, 120, 151, 182, 365)) {
        $when = $Until.AddDays(-$days).Date.AddHours(2).AddMinutes($days % 60)
        $file = Join-Path $Where ('etc-{0:yyyyMMdd-HHmm}.tar.gz' -f $when)
        Set-Content -Path $file -Value ('x' * (100 + $days)) -NoNewline
    }
    Set-Content (Join-Path $Where 'README.txt') 'not a backup'
    Set-Content (Join-Path $Where 'etc-20269999-0000.tar.gz') 'not a date'
}

function Get-Backup {
    param([string] $Where, [string] $Like)
    Get-ChildItem -Path $Where -Filter "$Like.tar.gz" -File | ForEach-Object {
        $when = [datetime]::MinValue
        if ($_.Name -notmatch '^(?<name>.+)-(?<when>\d{8}-\d{4})\.tar\.gz$' -or
            -not [datetime]::TryParseExact($Matches.when, 'yyyyMMdd-HHmm', [cultureinfo]::InvariantCulture,
                [System.Globalization.DateTimeStyles]::None, [ref]$when)) {
            Write-Warning "left alone: $($_.Name)"
            return
        }
        [pscustomobject]@{
            Name  = $Matches.name
            When  = $when
            Week  = '{0}-{1:00}' -f $when.Year, [cultureinfo]::InvariantCulture.Calendar.GetWeekOfYear(
                $when, [System.Globalization.CalendarWeekRule]::FirstFourDayWeek, [System.DayOfWeek]::Monday)
            Month = $when.ToString('yyyy-MM')
            File  = $_
            Keep  = [System.Collections.ArrayList]@()
        }
    }
}

filter Select-Kept([scriptblock] $By, [int] $Count, [string] $Label) {
    begin { $seen = [System.Collections.Generic.HashSet[string]]::new() }
    process {
        $key = [string]($_ | ForEach-Object $By)
        if ($seen.Count -lt $Count -and $seen.Add($key)) { [void]$_.Keep.Add($Label) }
    }
}

if ($Sample) { New-Sample $Folder $Now -WhatIf:$false }
if (-not (Test-Path -LiteralPath $Folder -PathType Container)) {
    $PSCmdlet.ThrowTerminatingError([System.Management.Automation.ErrorRecord]::new(
        [System.IO.DirectoryNotFoundException]::new("there is no folder '$Folder'"),
        'NoBackupFolder', 'ObjectNotFound', $Folder))
}

$all = @(Get-Backup $Folder $Name | Sort-Object When -Descending)
"$($all.Count) backups, $(($all.File | Measure-Object Length -Sum).Sum) bytes"

$removed = 0
foreach ($set in $all | Group-Object Name) {
    $backups = $set.Group
    foreach ($step in @(
            @{ By = { $_.When.Date }; Count = $Daily; Label = 'daily' },
            @{ By = { $_.Week }; Count = $Weekly; Label = 'weekly' },
            @{ By = { $_.Month }; Count = $Monthly; Label = 'monthly' })) {
        $backups | Select-Kept @step
    }
    foreach ($backup in $backups) {
        if ($backup.Keep.Count) {
            'keep   {0}  {1}' -f $backup.File.Name, ($backup.Keep -join '+')
        } elseif ($PSCmdlet.ShouldProcess($backup.File.Name, 'Remove backup')) {
            Remove-Item -LiteralPath $backup.File.FullName -Confirm:$false
            'remove {0}' -f $backup.File.Name
            $removed++
        }
    }
}
"$removed removed, $(@(Get-ChildItem $Folder).Count) files there"
