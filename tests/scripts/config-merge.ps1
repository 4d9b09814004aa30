# SPDX-License-Identifier: MIT
# Merges layers of configuration (JSON, data files, environment, command line),
# tells what came from where and checks the result.
[CmdletBinding(PositionalBinding = $false)]
param(
    [Parameter(Mandatory, ValueFromRemainingArguments)] [string[]] $Layer,
    [hashtable] $Set = @{},
    [string] $EnvPrefix = 'APP_',
    [switch] $Origins
)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'
$origin = [ordered]@{}

function Read-Layer([string] $Path) {
    $file = Get-Item -LiteralPath $Path
    switch ($file.Extension) {
        '.json' { Get-Content $file -Raw | ConvertFrom-Json -AsHashtable }
        '.psd1' { Import-PowerShellDataFile -LiteralPath $file.FullName }
        default { throw "cannot read '$($file.Name)': only .json and .psd1 are known" }
    }
}

function Merge-Value {
    param($Base, $Over, [string] $From, [string[]] $Trail = @())
    if ($Over -is [System.Collections.IDictionary]) {
        $merged = [ordered]@{}
        if ($Base -is [System.Collections.IDictionary]) {
            foreach ($key in $Base.Keys) { $merged[$key] = $Base[$key] }
        }
        foreach ($key in $Over.Keys | Sort-Object) {
            $old = if ($merged.Contains($key)) { $merged[$key] } else { $null }
            $merged[$key] = Merge-Value -Base $old -Over $Over[$key] -From $From -Trail ($Trail + $key)
        }
        return $merged
    }
    $script:origin[($Trail -join '.').ToLowerInvariant()] = $From
    if ($Over -is [array] -or $Over -is [System.Collections.IList]) {
        $edits = @($Over | Where-Object { $_ -is [string] -and $_ -match '^[+-]' })
        if ($edits.Count -eq 0) { return , @($Over) }
        $list = [System.Collections.Generic.List[string]]::new()
        foreach ($item in @($Base)) { $list.Add($item) }
        foreach ($edit in $edits) {
            $word = $edit.Substring(1)
            if ($edit[0] -eq '+') { if (-not $list.Contains($word)) { $list.Add($word) } }
            else { [void]$list.Remove($word) }
        }
        return , $list.ToArray()
    }
    return $Over
}

function Expand-Dotted([System.Collections.IDictionary] $Flat) {
    $tree = @{}
    foreach ($entry in $Flat.GetEnumerator()) {
        $at = $tree
        $parts = $entry.Key -split '\.'
        for ($i = 0; $i -lt $parts.Length - 1; $i++) {
            if (-not $at.ContainsKey($parts[$i])) { $at[$parts[$i]] = @{} }
            $at = $at[$parts[$i]]
        }
        $at[$parts[-1]] = $entry.Value
    }
    $tree
}

$config = [ordered]@{}
foreach ($path in $Layer) {
    try {
        $config = Merge-Value -Base $config -Over (Read-Layer $path) -From (Split-Path $path -Leaf)
    } catch {
        Write-Host "skipped ${path}: $($_.Exception.Message)"
    }
}

$fromEnv = @{}
Get-ChildItem "env:$EnvPrefix*" | ForEach-Object {
    $fromEnv[$_.Name.Substring($EnvPrefix.Length).ToLower().Replace('__', '.')] = $_.Value
}
if ($fromEnv.Count) { $config = Merge-Value -Base $config -Over (Expand-Dotted $fromEnv) -From 'environment' }
if ($Set.Count) { $config = Merge-Value $config (Expand-Dotted $Set) 'command line' }

$config | ConvertTo-Json -Depth 6

$rules = @(
    @{ Name = 'port is a port'; Test = { $config.listen.port -is [long] -or $config.listen.port -is [int] -and $config.listen.port -in 1..65535 } }
    @{ Name = 'level is known'; Test = { $config.log.level -in 'debug', 'info', 'warning', 'error' } }
    @{ Name = 'tls needs ciphers'; Test = { -not $config.listen.tls.enabled -or $config.listen.tls.ciphers.Count -gt 0 } }
    @{ Name = 'log path is set'; Test = { $null -ne $config.log.path } }
    @{ Name = 'owner has mail'; Test = { $config.owner.mail -as [mailaddress] -or $config['owner']['mail'] -like '*@*' } }
    @{ Name = 'limits.soft exists'; Test = { $config.limits.soft -gt 0 } }
)
$failed = 0
foreach ($rule in $rules) {
    $result = try { [bool](& $rule.Test) } catch { "error: $($_.FullyQualifiedErrorId)" }
    if ($result -ne $true) { $failed++ }
    '{0,-20} {1}' -f $rule.Name, $result
}

if ($Origins) {
    $origin.GetEnumerator() | Sort-Object Name | Format-Table -HideTableHeaders
}
exit $failed
