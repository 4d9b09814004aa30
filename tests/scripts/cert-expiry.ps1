# SPDX-License-Identifier: MIT
# Tells which certificates end soon. They are read with openssl, as on any
# host; -Now makes the check repeatable.
[CmdletBinding()]
param(
    [Parameter(Mandatory, ValueFromPipeline)]
    [SupportsWildcards()]
    [string[]] $Path,
    [datetime] $Now = [datetime]::UtcNow,
    [int] $WarnDays = 30,
    [int] $CriticalDays = 7
)
begin {
    $worst = 0
    $styles = [System.Globalization.DateTimeStyles]'AssumeUniversal, AdjustToUniversal, AllowWhiteSpaces'
    $invariant = [cultureinfo]::InvariantCulture

    function Read-Certificate([System.IO.FileInfo] $File) {
        $text = & openssl x509 -in $File.FullName -noout -subject -issuer -serial -enddate -startdate -nameopt RFC2253 2>&1
        if ($LASTEXITCODE -ne 0) {
            $reason = @($text | ForEach-Object ToString)[0]
            Write-Error -Message "cannot read '$($File.Name)': exit status $LASTEXITCODE" -Category InvalidData `
                -ErrorId 'NotACertificate' -TargetObject $File.Name -RecommendedAction 'look at the file'
            Write-Debug $reason
            return
        }
        $fields = $text | ConvertFrom-StringData -Delimiter '='
        $value = @{}
        foreach ($field in $fields) { foreach ($key in $field.Keys) { $value[$key] = $field[$key] } }
        $ends = [datetime]::ParseExact(($value.notAfter -replace '\s+', ' ' -replace ' GMT$'),
            [string[]]('MMM d HH:mm:ss yyyy', 'MMM dd HH:mm:ss yyyy'), $invariant, $styles)
        [pscustomobject]@{
            File       = $File.Name
            Subject    = $value.subject -replace '^.*CN=([^,]+).*$', '$1'
            SelfSigned = $value.subject -eq $value.issuer
            Ends       = $ends
            Days       = [int][math]::Floor(($ends - $Now).TotalDays)
            Serial     = $value.serial.Substring(0, [math]::Min(8, $value.serial.Length)).ToLower()
        }
    }
}
process {
    $found = foreach ($one in $Path) {
        Get-ChildItem -Path $one -File -ErrorAction SilentlyContinue -ErrorVariable missing
        foreach ($record in $missing) {
            "none: $($record.TargetObject) [$($record.FullyQualifiedErrorId)]"
            $worst = [math]::Max($worst, 3)
        }
    }
    $found | Where-Object { $_ -is [string] }
    $list = $found | Where-Object { $_ -is [System.IO.FileInfo] } | Sort-Object Name | ForEach-Object {
        Read-Certificate $_ -ErrorVariable +unreadable
    } 2>$null
    $list | ForEach-Object {
        $level = if ($_.Days -lt 0) { 'EXPIRED' } elseif ($_.Days -le $CriticalDays) { 'CRITICAL' }
        elseif ($_.Days -le $WarnDays) { 'WARNING' } else { 'OK' }
        $_ | Add-Member Level $level -PassThru
    } | Tee-Object -Variable judged | Sort-Object Ends | Format-Table Level, Days, Subject, SelfSigned,
        @{ n = 'Ends'; e = { $_.Ends.ToString('u') } }, File -AutoSize
    $map = @{ OK = 0; WARNING = 1; CRITICAL = 2; EXPIRED = 2 }
    foreach ($j in $judged) { if ($map[$j.Level] -gt $worst) { $worst = $map[$j.Level] } }
}
end {
    if ($unreadable) {
        $unreadable | ForEach-Object { '{0}: {1} ({2})' -f $_.CategoryInfo.Category, $_.Exception.Message, $_.FullyQualifiedErrorId }
        $worst = 3
    }
    $judged | Group-Object Level -NoElement | Sort-Object Name | ForEach-Object { "$($_.Name)=$($_.Count)" } | Join-String -Separator ' ' -OutputPrefix 'summary: '
    exit $worst
}
