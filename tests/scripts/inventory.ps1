# SPDX-License-Identifier: MIT
# Makes the inventory of hosts as a page, as CSV or as a table.
param(
    [Parameter(Mandatory)] [string] $Source,
    [ValidateSet('Html', 'Csv', 'Table', 'Summary', 'Xml')] [string] $To = 'Table',
    [version] $OldestDebian = '12.0',
    [datetime] $Now = (Get-Date)
)
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 2

function Get-Inventory {
    [CmdletBinding()] param([Parameter(ValueFromPipeline, Mandatory)] $Record)
    process {
        $version = $null
        $parsed = [version]::TryParse($Record.os.version, [ref]$version)
        $seen = if ($Record.seen) { ([datetime]$Record.seen).ToUniversalTime() }
        $disks = @($Record.disks | Where-Object { $_ })
        $row = [ordered]@{
            Name    = $Record.name
            Address = [ipaddress]$Record.ip
            System  = '{0} {1}' -f $Record.os.name, $Record.os.version
            Cpus    = $Record.cpus
            MemGiB  = $Record.memory / 1GB
            Disks   = $disks.Count
            DiskGiB = if ($disks) { ($disks | Measure-Object -Property size -Sum).Sum / 1GB } else { 0 }
            Tags    = $Record.tags -join ','
            Seen    = $seen
            Stale   = -not $seen -or ($Now - $seen).TotalDays -gt 30
            Old     = $parsed -and $Record.os.name -eq 'Debian' -and $version -lt $OldestDebian
        }
        $object = New-Object -TypeName psobject -Property $row
        $object.psobject.TypeNames.Insert(0, 'Inventory.Host')
        $object
    }
}

$hosts = Get-Content $Source -Raw | ConvertFrom-Json | Get-Inventory | Sort-Object { $_.Address.GetAddressBytes()[2] }, Name

switch ($To) {
    'Table' {
        $hosts | Format-Table Name, Address, System, @{ n = 'Mem'; e = { '{0:0} GiB' -f $_.MemGiB }; a = 'Right' },
            @{ n = 'Flags'; e = { $row = $_; ('Stale', 'Old' | Where-Object { $row.$_ }) -join '+' } } -AutoSize
        $hosts | Format-List -Property Name, Seen, Tags, *GiB
        $hosts | Format-Wide Name -Column 3
    }
    'Csv' {
        $hosts | Select-Object -ExcludeProperty Stale, Old -Property * |
            ConvertTo-Csv -QuoteFields Name, Tags
        $back = $hosts | ConvertTo-Csv | ConvertFrom-Csv
        "back: {0} rows, {1} columns, first {2}" -f $back.Count, @($back[0].psobject.Properties).Count, $back[0].Name
    }
    'Html' {
        $style = @'
<style>
  body { font-family: sans-serif }
  td, th { border: 1px solid #ccc; padding: .2em }
</style>
'@
        $summary = $hosts | Group-Object { $_.System.Split(' ')[0] } | Sort-Object Name | Select-Object Name, Count |
            ConvertTo-Html -Fragment -PreContent '<h2>Systems</h2>'
        $warn = $hosts | Where-Object { $_.Stale -or $_.Old } | ConvertTo-Html -As List -Fragment -Property Name, Seen
        $hosts | Select-Object Name, Address, System, Cpus, Tags |
            ConvertTo-Html -Title 'Inventory' -Head $style -PreContent '<h1>Hosts</h1>' -PostContent ($summary + $warn)
    }
    'Xml' {
        $doc = [xml]'<inventory/>'
        foreach ($h in $hosts) {
            $node = $doc.CreateElement('host')
            $node.SetAttribute('name', $h.Name)
            $node.SetAttribute('cpus', $h.Cpus)
            $node.InnerText = $h.System
            [void]$doc.DocumentElement.AppendChild($node)
        }
        $doc.OuterXml
        $doc.inventory.host | Where-Object { [int]$_.cpus -gt 4 } | ForEach-Object { "$($_.name): $($_.'#text')" }
        Select-Xml -Xml $doc -XPath '//host[@cpus<=4]/@name' | ForEach-Object { $_.Node.Value }
    }
    'Summary' {
        $m = $hosts | Measure-Object Cpus, MemGiB, DiskGiB -Sum -Average -Maximum -Minimum
        $m | Format-Table Property, Count, Sum, Average, Minimum, Maximum
        $stale, $fresh = $hosts.Where({ $_.Stale }, 'Split')
        "stale: $($stale.Name -join ', '); fresh: $($fresh.Name -join ', ')"
        $tags = $hosts | ForEach-Object { $_.Tags -split ',' } | Where-Object { $_ } | Group-Object -NoElement
        $tags | Sort-Object -Property Count, Name -Descending | ForEach-Object { '{0} x {1}' -f $_.Count, $_.Name }
        Compare-Object $hosts[0] $hosts[1] -Property Cpus, Tags | Sort-Object Cpus | Format-Table
        $hosts | Get-Member -MemberType NoteProperty -Name S* | Format-Table Name, Definition -AutoSize
    }
}
