# SPDX-License-Identifier: MIT
# Retries what fails for a while: a helper as most script collections have one,
# and what it does with the kinds of failure there are.
Set-StrictMode -Version Latest

function Invoke-WithRetry {
    <#
    .SYNOPSIS
        Runs a script block until it works.
    .PARAMETER ScriptBlock
        What to run; it gets the number of the attempt.
    .PARAMETER RetryOn
        Only failures of these types are tried again.
    .PARAMETER OnRetry
        Called between attempts with the error and the pause.
    .OUTPUTS
        Whatever the script block returned.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, Position = 0)] [scriptblock] $ScriptBlock,
        [ValidateRange(1, 10)] [int] $MaxAttempts = 3,
        [timespan] $Pause = '00:00:01',
        [type[]] $RetryOn = @([System.Exception]),
        [scriptblock] $OnRetry,
        [scriptblock] $Sleep = { param([timespan] $t) Start-Sleep -Milliseconds $t.TotalMilliseconds }
    )
    for ($attempt = 1; ; $attempt++) {
        try {
            $ErrorActionPreference = 'Stop'
            return & $ScriptBlock $attempt
        } catch {
            $failure = $_
            $wanted = $RetryOn.Where({ $failure.Exception -is $_ }, 'First').Count -gt 0
            if (-not $wanted -or $attempt -ge $MaxAttempts) {
                $PSCmdlet.ThrowTerminatingError($failure)
            }
            $wait = [timespan]::FromTicks($Pause.Ticks * [math]::Pow(2, $attempt - 1))
            if ($OnRetry) { & $OnRetry $failure $wait }
            & $Sleep $wait
        }
    }
}

$slept = [System.Collections.Generic.List[double]]::new()
$fake = { param([timespan] $t) $slept.Add($t.TotalSeconds) }.GetNewClosure()

'1. the third attempt works'
$calls = 0
$result = Invoke-WithRetry -Sleep $fake -OnRetry { param($e, $w) "  again in $w after: $($e.Exception.Message)" | Out-Host } {
    param($n)
    $script:calls++
    if ($n -lt 3) { throw "attempt $n failed" }
    "attempt $n worked"
}
$result
"calls $calls, slept $($slept -join ' + ') s"

'2. it never works'
$slept.Clear()
try {
    Invoke-WithRetry -Sleep $fake -MaxAttempts 4 -Pause 0:0:0.5 { Get-Item /no/such/file }
} catch [System.Management.Automation.ItemNotFoundException] {
    "gave up: $($_.Exception.Message)"
    "id $($_.FullyQualifiedErrorId), target $($_.TargetObject), $($_.CategoryInfo.Reason)"
}
"slept $($slept -join ' + ') s"

'3. only what is worth it is tried again'
$tries = 0
foreach ($kind in 'System.TimeoutException', 'System.ArgumentException') {
    try {
        Invoke-WithRetry -RetryOn ([System.TimeoutException]), ([System.IO.IOException]) -Sleep $fake -MaxAttempts 2 {
            $script:tries++
            throw (New-Object -TypeName $kind -ArgumentList "a $kind")
        }
    } catch [System.TimeoutException], [System.ArgumentException] {
        '{0} after {1} attempts in all' -f $_.Exception.GetType().Name, $tries
    } finally {
        '  done with it'
    }
}

'4. native programs'
$runs = 0
$PSNativeCommandUseErrorActionPreference = $true
try {
    Invoke-WithRetry -Sleep $fake -MaxAttempts 2 { $script:runs++; sh -c 'echo out; exit 7' }
} catch {
    "$($_.Exception.GetType().Name): $($_.Exception.Message)"
    "runs $runs, exit code $($_.Exception.ExitCode)"
}
$PSNativeCommandUseErrorActionPreference = $false

'5. a deadline'
function Wait-Until([scriptblock] $Condition, [int] $Times = 5) {
    do {
        if (& $Condition) { return $true }
    } while (--$Times -gt 0)
    $false
}
$box = @{ n = 0 }
Wait-Until { (++$box.n) -ge 3 }
Wait-Until { $false } -Times 2
$box.n

'6. inner and outer'
try {
    try { [int]::Parse('twelve') } catch { throw [System.InvalidOperationException]::new('cannot read the dozen', $_.Exception) }
} catch {
    for ($e = $_.Exception; $e; $e = $e.InnerException) { '  ' + $e.GetType().FullName + ': ' + $e.Message }
}

'7. parameters are checked'
try { Invoke-WithRetry -MaxAttempts 11 { } } catch { $_.FullyQualifiedErrorId; $_.Exception.Message }
try { Invoke-WithRetry -Pause 'soon' { } } catch { $_.FullyQualifiedErrorId; $_.Exception.Message }
'errors kept: {0}' -f $Error.Count
