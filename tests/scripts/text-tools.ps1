# SPDX-License-Identifier: MIT
# The small change of administration: formats, dates, sizes, encodings, dates
# in calendars, sets, and text as other programs want it.
[CmdletBinding()] param([datetime] $Today = '2026-03-14')
Set-StrictMode -Version Latest

function Get-Easter([int] $Year) {
    $a = $Year % 19; $b = [math]::Floor($Year / 100); $c = $Year % 100
    $d = [math]::Floor($b / 4); $e = $b % 4; $f = [math]::Floor(($b + 8) / 25)
    $g = [math]::Floor(($b - $f + 1) / 3); $h = (19 * $a + $b - $d - $g + 15) % 30
    $i = [math]::Floor($c / 4); $k = $c % 4
    $l = (32 + 2 * $e + 2 * $i - $h - $k) % 7; $m = [math]::Floor(($a + 11 * $h + 22 * $l) / 451)
    $month = [math]::Floor(($h + $l - 7 * $m + 114) / 31); $day = (($h + $l - 7 * $m + 114) % 31) + 1
    [datetime]::new($Year, $month, $day)
}

function Get-PatchDay([int] $Year, [int] $Month) {
    $first = Get-Date -Year $Year -Month $Month -Day 1 -Hour 0 -Minute 0 -Second 0
    $first.Date.AddDays(((9 - [int]$first.DayOfWeek) % 7) + 7)
}

function New-Password([int] $Length, [int] $Seed) {
    $random = [uint64]$Seed
    $alphabet = [char[]](48..57 + 65..90 + 97..122) -notmatch '[0OlI1]'
    -join (1..$Length | ForEach-Object {
        $random = ($random * 1103515245 + 12345) % 2147483648
        $alphabet[[int]($random % $alphabet.Count)]
    })
}

'--- dates'
2025..2027 | ForEach-Object { (Get-Easter $_).ToString('yyyy-MM-dd ddd') }
1..3 | ForEach-Object { Get-PatchDay 2026 $_ | Get-Date -Format 'd. MMMM' }
'{0:dddd}, week {1}, day {2}' -f $Today, (Get-Date $Today -UFormat %V), $Today.DayOfYear
($Today - [datetime]'2000-01-01').ToString('d\.hh\:mm')
[datetimeoffset]::FromUnixTimeSeconds(1773446400).UtcDateTime.ToString('s')
[timespan]'1.02:03:04' + (New-TimeSpan -Hours 22) | Select-Object Days, Hours, TotalHours
Get-Date '2026-03-14T15:09:26.535' -Format 'yyyyMMddTHHmmssffff'
[datetime]::DaysInMonth(2028, 2), [datetime]::IsLeapYear(2026) -join ' '

'--- sizes and numbers'
1KB, 3.5MB, 2GB, 1TB | ForEach-Object { '{0,15:N0} {1,12:E2} {1,-16:#,##0.##}|' -f $_, ($_ / 3) }
'{0:X8} {0:x} {1:D5} {2:P0} {3:C} {4:000.0} {5:0.###}' -f 48879, 42, .256, 12.5, 3.14159, 2.5
[Convert]::ToString(0b10110110 -band 0x3C, 2).PadLeft(8, '0')
[math]::Round(2.5), [math]::Round(3.5), [math]::Round(2.345, 2, 'AwayFromZero'), [int]2.5, [int]3.5 -join ' '
0.1 + 0.2; 1d / 3; 7 / 2; 6 / 2; 2147483647 + 1; 1e3; 10 % 3; -7 % 3; '5' * 3; '5' + 3; 5 + '3'
[long]::MaxValue; 123456789012345678901234567890; [bigint]::Pow(2, 70); 1L -shl 40

'--- text'
'The quick brown fox' -split ' ' | Sort-Object Length, { $_ } | ForEach-Object { $_.Substring(0, 1).ToUpper() + $_.Substring(1) } | Join-String -Separator '' 
'a-b_c d' -csplit '[-_ ]' -join '.'
'2026-03-14' -replace '(\d+)-(\d+)-(\d+)', '$3.$2.$1'
'x1y22z333' -replace '\d+', { $_.Value.Length }
'{{literal}} {0}' -f 'braces'
"tab`tquote`"dollar`$ $(1 + 1) ${Today}".Replace("`t", '<T>')
'abc' -lt 'ABD', 'abc' -ceq 'ABC', 'a*' -like '[ab]*', 'file7.log' -match '^file(?<n>\d)' -join ' '
$Matches.n
[string]::Format('{0,-6}|{1,6}|', 'left', 'right')
'one', 'two', 'three' | Format-Wide -Column 3 | Out-String | ForEach-Object Trim
("line`r`nnext`nlast" -split '\r?\n').Count
'ÄÖÜ äöü ß'.ToLowerInvariant(), 'ÀÉ'.Length -join ' '
"$([char]0x20AC) $([int][char]'é') $('naïve'.IndexOf('ï'))"

'--- encodings'
$bytes = [Text.Encoding]::UTF8.GetBytes('Grüße')
[Convert]::ToBase64String($bytes); [BitConverter]::ToString($bytes); -join ($bytes | ForEach-Object { $_.ToString('x2') })
[Text.Encoding]::Unicode.GetString([Convert]::FromBase64String('aABpAA=='))
[uri]::EscapeDataString('a b&c/d'), [uri]::UnescapeDataString('%C3%A9'), [System.Net.WebUtility]::HtmlEncode('<a href="x">') -join ' '
([System.Security.Cryptography.SHA256]::Create().ComputeHash($bytes) | ForEach-Object ToString x2) -join '' | ForEach-Object Substring 0 16
([uri]'https://user@host.example:8443/p/a?q=1#f') | Select-Object Host, Port, AbsolutePath, Query, Scheme | Format-List
[guid]'{5B1DE1A6-5C0E-4D52-9D4F-0D2F6F3E7A10}' | ForEach-Object ToString N
New-Password 12 42

'--- sets'
$a = 1..6; $b = 4..9
"both: $($a | Where-Object { $_ -in $b })"
$set = [System.Collections.Generic.HashSet[int]]::new([int[]]$a); $set.ExceptWith([int[]]$b); "only a: $($set -join ',')"
"count: $((Compare-Object $a $b).Count)"
$queue = [System.Collections.Generic.Queue[string]]::new(); 'x', 'y' | ForEach-Object { $queue.Enqueue($_) }; $queue.Dequeue() + $queue.Count
$stack = [System.Collections.Stack]::new(); 1..3 | ForEach-Object { $stack.Push($_) }; "$($stack.Pop()) $($stack.Peek())"
$sorted = [System.Collections.Generic.SortedDictionary[string, int]]::new(); 'pear', 'fig', 'apple' | ForEach-Object { $sorted[$_] = $_.Length }; $sorted.Keys -join ' '
$matrix = [int[,]]::new(2, 3); $matrix[1, 2] = 7; "$($matrix.Length) $($matrix.Rank) $($matrix[1, 2])"
$h = @{ b = 2; a = 1 }; $h.GetEnumerator() | Sort-Object Key | ForEach-Object { "$($_.Key)=$($_.Value)" }
$copy = $h.Clone(); $copy.Remove('a'); "$($h.Count) $($copy.Count) $($h.ContainsValue(2))"
$x, $y, $rest = 1, 2, 3, 4; "$x $y ($rest)"
[int[]]$typed = '1', '2'; $typed.GetType().Name
(1..3 + 'a')[-1]; (1, 2, 3, 4)[1..2] -join ''; @(1, @(2, 3)).Count
$sb = [System.Text.StringBuilder]::new(); [void]$sb.Append('a').AppendLine('b').AppendFormat('{0:00}', 7).Insert(0, '>'); $sb.ToString() -replace "`n", '\n'
