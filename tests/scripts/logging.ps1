# SPDX-License-Identifier: MIT
# A script's logging and handling of errors, as night jobs have it: levels, a
# file, both kinds of errors, finally, trap, and an exit status for cron.
param(
    [ValidateSet('Debug', 'Info', 'Warning', 'Error')] [string] $Level = 'Info',
    [string] $LogFile = 'night.log',
    [int[]] $FailAt = @(),
    [switch] $Crash
)

$levels = [ordered]@{ Debug = 0; Info = 1; Warning = 2; Error = 3 }
$script:counts = @{}
$ErrorActionPreference = 'Stop'

function Write-Log {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipeline)] [AllowEmptyString()] [string] $Message,
        [Parameter(Position = 1)] [ArgumentCompletions('Debug', 'Info', 'Warning', 'Error')] [string] $As = 'Info'
    )
    process {
        $script:counts[$As] = 1 + $script:counts[$As]
        if ($levels[$As] -lt $levels[$Level]) { return }
        $line = '{0:HH:mm:ss} {1,-7} {2}' -f [datetime]'2026-03-14T02:00:00', $As.ToUpper(), $Message
        Add-Content -LiteralPath $LogFile -Value $line
        switch ($As) {
            'Error' { [Console]::Error.WriteLine($line) }
            'Warning' { Write-Warning $Message }
            default { Write-Host $line }
        }
    }
}

function Invoke-Step {
    param([string] $Name, [scriptblock] $Do, [switch] $Optional)
    Write-Log "step $Name" Debug
    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    try {
        & $Do
        Write-Log "$Name done"
    } catch [System.DivideByZeroException] {
        Write-Log "$Name divided by zero" Error
    } catch [System.Management.Automation.RuntimeException] {
        $where = 'line {0}' -f $_.InvocationInfo.ScriptLineNumber
        if ($Optional) { Write-Log "$Name failed, not needed: $_" Warning }
        else {
            Write-Log "$Name failed: $($_.Exception.Message) [$($_.FullyQualifiedErrorId)] at $where" Error
            $script:failed += @($Name)
        }
    } catch {
        Write-Log "$Name failed: $($_.Exception.GetType().Name): $($_.Exception.Message)" Error
        $script:failed += @($Name)
    } finally {
        $watch.Stop()
        if ($watch.Elapsed.TotalMinutes -gt 5) { Write-Log "$Name was slow" Warning }
    }
}

$failed = @()
Set-Content -LiteralPath $LogFile -Value $null
Write-Log "starts at level $Level"

Invoke-Step 'arithmetic' { foreach ($n in 4, 2, 0) { $null = 8 / $n } }
Invoke-Step 'conversion' { [int]'12x' }
Invoke-Step 'missing command' { Get-Thing -Now }
Invoke-Step 'missing file' { Get-Content ./nowhere.txt }
Invoke-Step 'own error' -Optional {
    throw [System.Management.Automation.ErrorRecord]::new(
        [System.InvalidOperationException]::new('the queue is stuck'), 'Queue.Stuck', 'ResourceBusy', 'queue1')
}
Invoke-Step 'method' { 'abc'.Substring(5) }
Invoke-Step 'null' { $nothing = $null; $nothing.Trim() }
Invoke-Step 'index' { $a = 1, 2; $a[[int]::MaxValue]; [void]$a.Add(3) }
Invoke-Step 'native' { sh -c 'echo to stderr >&2; exit 3'; if ($LASTEXITCODE) { throw "sh ended with $LASTEXITCODE" } } 2>$null

# errors that do not end a statement
$ErrorActionPreference = 'Continue'
function Test-Item {
    [CmdletBinding()] param([int] $Number)
    if ($Number -in $FailAt) { Write-Error "item $Number is bad" -ErrorId BadItem -Category InvalidData -TargetObject $Number }
    else { "item $Number fine" }
}
$results = 1..4 | ForEach-Object { Test-Item $_ -ErrorAction SilentlyContinue -ErrorVariable +bad }
$results | Write-Log
$bad | ForEach-Object { Write-Log ("{0} ({1}, {2})" -f $_, $_.FullyQualifiedErrorId, $_.CategoryInfo.Category) Warning }
Get-Item ./a, ./b -ErrorAction SilentlyContinue
Write-Log "the last of $($Error.Count -gt 2) is $($Error[0].CategoryInfo.TargetName -replace '^.*/')" Debug
$ErrorActionPreference = 'Stop'

# streams go where they are told
$mixed = & { 'out'; Write-Warning 'warn'; Write-Verbose 'verb' -Verbose; Write-Error 'err' -ErrorAction Continue; Write-Information 'info' } 2>&1 3>&1 4>&1 6>&1
$mixed | ForEach-Object { Write-Log "$($_.GetType().Name): $_" Debug }
& { Write-Warning 'gone'; 'kept' } 3>$null | Write-Log
& { 'to the file'; Write-Error 'nor this' -ErrorAction Continue } 2>$null >> $LogFile

function Invoke-Trapped {
    trap [System.FormatException] { Write-Log "trap: $($_.Exception.Message)" Warning; continue }
    trap { Write-Log "trap for all: $_" Error; break }
    [datetime]::ParseExact('x', 'yyyy', $null)
    Write-Log 'goes on behind it'
    [guid]'not a guid'
    Write-Log 'never here'
}
try { Invoke-Trapped } catch { Write-Log "and out: $($_.FullyQualifiedErrorId)" Warning }

Write-Log "failed: $($failed -join ', ')" Warning
$counts.GetEnumerator() | Sort-Object Name | ForEach-Object { "$($_.Key) $($_.Value)" }
"lines in the log: $((Get-Content $LogFile | Measure-Object -Line).Lines), errors: $(@(Select-String -Path $LogFile -Pattern ' ERROR ' -CaseSensitive).Count)"
Select-String -Path $LogFile -Pattern '(?<what>\w+) failed' | Select-Object -First 2 | ForEach-Object { "$($_.LineNumber): $($_.Matches[0].Groups['what'].Value)" }
if ($Crash) { throw "the job ends here: $($failed.Count) steps failed" }
exit [math]::Min($failed.Count, 250)
