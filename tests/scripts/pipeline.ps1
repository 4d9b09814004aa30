# SPDX-License-Identifier: MIT
# Functions that work in a pipeline: begin, process, end and clean, input by
# value and by name, steppable pipelines, early ends, and what flows between.
$ErrorActionPreference = 'Continue'

function Measure-Running {
    # Passes objects on with a running total.
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, ValueFromPipeline)] [psobject] $InputObject,
        [Parameter(ValueFromPipelineByPropertyName)] [Alias('Size', 'Length')] [long] $Amount,
        [string] $As = 'Total'
    )
    begin { $sum = 0L; Write-Debug 'begin' }
    process {
        $sum += $Amount
        $InputObject | Add-Member -NotePropertyName $As -NotePropertyValue $sum -PassThru -Force
    }
    end { Write-Verbose "ends at $sum" }
}

function Split-Batch {
    # Collects what comes into arrays of a size.
    param([Parameter(ValueFromPipeline)] $InputObject, [int] $Size = 3)
    begin { $batch = [System.Collections.ArrayList]::new($Size) }
    process {
        [void]$batch.Add($InputObject)
        if ($batch.Count -eq $Size) { , $batch.ToArray(); $batch.Clear() }
    }
    end { if ($batch.Count) { , $batch.ToArray() } }
}

function Use-Resource {
    param([Parameter(ValueFromPipeline)] $Item, [switch] $Fail)
    begin { 'open' }
    process { if ($Fail -and $Item -eq 2) { throw 'broken' }; "use $Item" }
    end { 'end' }
    clean { Write-Host 'closed' }
}

filter Where-Odd { if ($_ % 2) { $_ } }
filter Add-Prefix([string] $Prefix = '> ') { "$Prefix$_" }

function Join-Stream {
    $input | ForEach-Object -Begin { $s = '' } -Process { $s += "[$_]" } -End { $s }
}

'--- by name'
$files = [pscustomobject]@{ Name = 'a'; Size = 10 }, [pscustomobject]@{ Name = 'b'; Length = 32 }, [pscustomobject]@{ Name = 'c' }
$files | Measure-Running -Verbose | Format-Table -Property Name, Total

'--- batches'
1..8 | Split-Batch | ForEach-Object { "$($_.Count): $_" }
1..4 | Split-Batch -Size 2 | ForEach-Object { , ($_ | Where-Odd) } | ForEach-Object { $_.GetType().Name }
'a'..'e' | Add-Prefix '- '
1..3 | Join-Stream
, @(1, 2) | ForEach-Object { $_.Count }
@() | Split-Batch | Measure-Object | ForEach-Object Count
$null | ForEach-Object { 'null comes too' }

'--- clean runs however it ends'
1..2 | Use-Resource
try { 1..3 | Use-Resource -Fail } catch { "caught $_" }
1..5 | Use-Resource | Select-Object -First 2

'--- early ends'
$made = 0
1..1000 | ForEach-Object { $script:made++; $_ } | Where-Object { $_ -gt 3 } | Select-Object -First 2
"made $made"
foreach ($i in 1..5) {
    $r = 1..5 | ForEach-Object { if ($_ -eq 3) { return }; $_ * $i }
    if ($i -eq 2) { continue }
    if ($i -eq 4) { break }
    "$i -> $r"
}
:outer foreach ($x in 'a', 'b') {
    foreach ($y in 1..3) {
        if ($y -eq 2) { continue outer }
        "$x$y"
    }
}

'--- a proxy'
function Sort-Logged {
    [CmdletBinding()]
    param([Parameter(ValueFromPipeline)] $InputObject, [switch] $Descending)
    begin {
        $wrapped = { Sort-Object @PSBoundParameters }
        $null = $PSBoundParameters.Remove('InputObject')
        $steppable = { Sort-Object @PSBoundParameters }.GetSteppablePipeline($MyInvocation.CommandOrigin)
        $steppable.Begin($PSCmdlet)
        $seen = 0
    }
    process { $seen++; $steppable.Process($_) }
    end { $steppable.End(); Write-Host "sorted $seen" }
}
(3, 1, 2 | Sort-Logged -Descending) -join ','

'--- variables of the pipeline'
1..3 | ForEach-Object -OutVariable kept -PipelineVariable p { $_ * 10 } | ForEach-Object { "$p/$_" }
"kept $kept"
Get-ChildItem function:Where-Odd, function:Add-Prefix | ForEach-Object { $_.CommandType.ToString() + ' ' + $_.Name }
& { param($a, $b) "$a-$b-$($args -join '+')" } 1 2 3 4
$add = { param($x) { param($y) $x + $y }.GetNewClosure() }
& (& $add 5) 6
(1..10).Where({ $_ % 3 -eq 0 }).ForEach({ $_ * $_ }) -join ' '
('b', 'a', 'c').ForEach('ToUpper') -join ''
1, 2, 3 | & { process { $_ + 1 } } | & { $input | Measure-Object -Sum } | ForEach-Object Sum
$groups = 'apple', 'avocado', 'beet', 'corn', 'cherry' | Group-Object { $_[0] } -AsHashTable -AsString
$groups.Keys | Sort-Object | ForEach-Object { "$_ = $($groups[$_] -join ' ')" }
