# SPDX-License-Identifier: MIT
# Reads an INI file into ordered tables, expands its references, changes it and
# writes it back.
param(
    [string] $Path = 'app.ini',
    [Parameter(ValueFromRemainingArguments)] [string[]] $Change = @()
)

function ConvertFrom-Ini {
    [CmdletBinding()]
    [OutputType([System.Collections.Specialized.OrderedDictionary])]
    param([Parameter(Mandatory, ValueFromPipeline)] [AllowEmptyString()] [AllowNull()] [string[]] $Line)
    begin {
        $ini = [ordered]@{ '' = [ordered]@{} }
        $section = ''
        $number = 0
    }
    process {
        foreach ($one in $Line) {
            $number++
            switch -Regex ($one) {
                '^\s*([;#].*)?$' { break }
                '^\s*\[(?<name>[^\]]+)\]\s*$' {
                    $section = $Matches['name'].Trim()
                    if (-not $ini.Contains($section)) { $ini[$section] = [ordered]@{} }
                    break
                }
                '^\s*(?<key>[^=;#]+?)\s*=\s*(?<value>.*?)\s*(?<!\\)(?:;.*)?$' {
                    $ini[$section][$Matches.key] = ConvertFrom-IniValue $Matches.value
                    break
                }
                default { Write-Warning "line ${number}: $one" }
            }
        }
    }
    end { $ini }
}

function ConvertFrom-IniValue([string] $Text) {
    switch -CaseSensitive -Regex ($Text) {
        '^"(.*)"$' { return $Matches[1] }
        '^(?i:on|yes|true)$' { return $true }
        '^(?i:off|no|false)$' { return $false }
        '^0x[0-9a-fA-F]+$' { return [Convert]::ToInt32($Text, 16) }
        '^-?\d+$' { return [int]$Text }
        ',' { return , ($Text -split '\s*,\s*') }
    }
    return $Text
}

function Expand-Ini($Ini, [int] $Depth = 5) {
    foreach ($section in @($Ini.Keys)) {
        foreach ($key in @($Ini[$section].Keys)) {
            $value = $Ini[$section][$key]
            for ($i = 0; $i -lt $Depth -and $value -is [string] -and $value -match '\$\{'; $i++) {
                $value = [regex]::Replace($value, '\$\{(?:(?<s>[^}.]+)\.)?(?<k>[^}]+)\}', {
                    param($m)
                    [string]$Ini[$m.Groups['s'].Value][$m.Groups['k'].Value]
                })
            }
            $Ini[$section][$key] = $value
        }
    }
}

function ConvertTo-Ini {
    param([Parameter(ValueFromPipeline)] [System.Collections.IDictionary] $Ini)
    process {
        $lines = foreach ($section in $Ini.GetEnumerator()) {
            if ($section.Name) { "`n[$($section.Name)]" }
            $width = ($section.Value.Keys | Measure-Object -Property Length -Maximum).Maximum
            foreach ($entry in $section.Value.GetEnumerator()) {
                $text = switch ($entry.Value) {
                    { $_ -is [bool] } { $_ ? 'on' : 'off'; break }
                    { $_ -is [string] -and $_.Contains(' ') } { '"{0}"' -f $_; break }
                    default { $_ }
                }
                "$($entry.Key.PadRight($width)) = $($text -join ', ')"
            }
        }
        $lines -join "`n"
    }
}

$ini = Get-Content $Path | ConvertFrom-Ini
'sections: ' + ($ini.Keys.Where({ $_ }) -join ', ')
foreach ($s in $ini.Keys) {
    foreach ($k in $ini[$s].Keys) {
        $v = $ini[$s][$k]
        '{0,-10} {1,-9} {2,-8} {3}' -f $s, $k, $(if ($null -ne $v) { $v.GetType().Name }), (@($v) -join '|')
    }
}
Expand-Ini $ini
$ini.paths
"threads: $(($ini.Keys -like 'workers:*' | ForEach-Object { $ini[$_].threads } | Measure-Object -Sum).Sum)"

foreach ($c in $Change) {
    if ($c -notmatch '^(?:(?<section>[^.=]+)\.)?(?<key>[^=]+)=(?<value>.*)$') { Write-Error "not a change: $c"; continue }
    $target = "$($Matches['section'])"
    if (-not $ini.Contains($target)) { $ini.Add($target, [ordered]@{}) }
    if ($Matches.value -eq '') { $ini[$target].Remove($Matches.key) }
    else { $ini[$target][$Matches.key] = ConvertFrom-IniValue $Matches.value }
}
$out = $ini | ConvertTo-Ini
Copy-Item $Path "$Path.bak"
Set-Content $Path $out -Encoding utf8
'--- written'
Get-Content $Path
$differences = Compare-Object (Get-Content "$Path.bak") (Get-Content $Path)
"--- $($differences.Count) lines differ, $(@($differences | Where-Object SideIndicator -eq '=>').Count) are new"
$again = Get-Content $Path | ConvertFrom-Ini
"same again: $(($again | ConvertTo-Json -Depth 4) -eq ($ini | ConvertTo-Json -Depth 4))"
