# SPDX-License-Identifier: MIT
# Checks that the services of a host's roles are up. The list of units is what
# `systemctl list-units --type=service --all` writes.
[CmdletBinding(PositionalBinding = $false)]
param(
    [Parameter(Mandatory)] [string] $Units,
    [Parameter(Mandatory)] [string] $Expectations,
    [Parameter(Mandatory, ValueFromRemainingArguments)] [string[]] $Role,
    [ValidateSet('Text', 'Json', 'Csv', 'List')] [string] $As = 'Text'
)
begin {
    $script:problems = 0
    function Read-Unit([string] $File) {
        $found = @{}
        switch -Regex -File $File {
            '^UNIT\s' { continue }
            '^(?:●\s+)?(?<unit>\S+)\.service\s+(?<load>\S+)\s+(?<active>\S+)\s+(?<sub>\S+)\s+(?<text>.*)$' {
                $found[$Matches.unit] = $Matches | Select-Object @{ n = 'Unit'; e = { $_.unit } },
                    @{ n = 'Load'; e = { $_.load } }, @{ n = 'Active'; e = { $_.active } },
                    @{ n = 'Sub'; e = { $_.sub } }, @{ n = 'Text'; e = { $_.text } }
                continue
            }
            default { Write-Error "not a unit: $_" }
        }
        , $found
    }

    function Resolve-Role {
        param([hashtable] $Map, [string] $Name, [System.Collections.ArrayList] $Seen = @())
        if ($Seen -contains $Name) { throw [System.InvalidOperationException]"role '$Name' inherits itself" }
        [void]$Seen.Add($Name)
        if (-not $Map.ContainsKey($Name)) {
            throw [System.ArgumentException]::new("there is no role '$Name'; known: $(($Map.Keys | Sort-Object) -join ', ')", 'Role')
        }
        $own = $Map[$Name]
        foreach ($parent in $own.Inherits) { Resolve-Role -Map $Map -Name $parent -Seen $Seen }
        foreach ($kind in 'Running', 'Stopped', 'Optional') {
            $own.$kind | Where-Object { $_ } | ForEach-Object {
                [pscustomobject]@{ Role = $Name; Service = $_; Wanted = $kind }
            }
        }
    }
}
end {
    $map = Import-PowerShellDataFile -Path $Expectations
    $unit = Read-Unit $Units
    Write-Verbose "$($unit.Count) units known"

    $rows = foreach ($r in $Role) {
        try {
            Resolve-Role -Map $map -Name $r
        } catch [System.ArgumentException] {
            Write-Warning "$($_.Exception.Message) [$($_.Exception.ParamName)]"
            $script:problems += 100
        }
    }
    $rows = $rows | Sort-Object Service -Unique | Select-Object *, State, Verdict
    foreach ($row in $rows) {
        $u = $unit[$row.Service]
        $row.State = if ($u) { '{0}/{1}' -f $u.Active, $u.Sub } else { 'absent' }
        $up = $u -and $u.Active -ceq 'active'
        $row.Verdict = switch ($row.Wanted) {
            'Running'  { if ($up) { 'ok' } else { 'DOWN' } }
            'Stopped'  { if ($up) { 'UP' } else { 'ok' } }
            'Optional' { if ($up) { 'ok' } else { 'missing' } }
        }
        if ($row.Verdict -cmatch '^[A-Z]+$') { $script:problems++ }
    }
    switch ($As) {
        Text { $rows | Format-Table Service, Wanted, State, Verdict, Role }
        List { $rows | Where-Object Verdict -ne ok | Format-List }
        Json { $rows | Group-Object Verdict -AsHashTable -AsString | ForEach-Object {
                $h = $_; $o = [ordered]@{}
                $h.Keys | Sort-Object | ForEach-Object { $o[$_] = @($h[$_].Service) }
                $o } | ConvertTo-Json -Compress
        }
        Csv { $rows | ConvertTo-Csv -Delimiter ';' }
    }
    "$problems problem$(if ($problems -ne 1) { 's' })"
    exit $problems
}
