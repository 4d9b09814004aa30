# SPDX-License-Identifier: MIT
function Read-Hosts([string] $Path) {
    $n = 0
    foreach ($line in Get-Content -LiteralPath $Path -ErrorAction Stop) {
        $n++
        $text, $comment = $line -split '#', 2
        $fields = -split $text
        if ($fields.Count -lt 2) { continue }
        [pscustomobject]@{
            PSTypeName = 'HostTools.Entry'
            Address    = [ipaddress]$fields[0]
            Names      = $fields[1..($fields.Count - 1)]
            Comment    = "$comment".Trim()
            Line       = $n
        }
    }
}

function Format-Entry([ipaddress] $Address, [string[]] $Names) {
    '{0,-15} {1}' -f $Address, ($Names -join ' ')
}

function ConvertTo-Number([string] $Address) {
    $bytes = ([ipaddress]$Address).GetAddressBytes()
    [array]::Reverse($bytes)
    [System.BitConverter]::ToUInt32($bytes, 0)
}

function ConvertTo-Address([uint32] $Number) {
    $bytes = [System.BitConverter]::GetBytes($Number)
    [array]::Reverse($bytes)
    ([ipaddress]$bytes).IPAddressToString
}
