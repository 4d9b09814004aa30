# SPDX-License-Identifier: MIT
Set-StrictMode -Version Latest
. $PSScriptRoot/Private.ps1

$HostToolsDefault = 'hosts'
$script:calls = 0

function Get-HostEntry {
    <#
    .SYNOPSIS
        Reads entries of a hosts file.
    .DESCRIPTION
        Reads a hosts file and returns one object for each address in it.
        Comments are kept beside their entry.
    .PARAMETER Name
        Only entries with such a name; wildcards work.
    .PARAMETER Path
        The file.
    .EXAMPLE
        Get-HostEntry -Name *.example.org

        All names of a domain.
    .EXAMPLE
        'db01', 'web01' | Get-HostEntry -Path ./hosts
    .LINK
        Set-HostEntry
    #>
    [CmdletBinding()]
    [Alias('ghe')]
    [OutputType('HostTools.Entry')]
    param(
        [Parameter(ValueFromPipeline, Position = 0)]
        [SupportsWildcards()]
        [string[]] $Name = '*',
        [Alias('FullName')]
        [string] $Path = $HostToolsDefault
    )
    begin { $entries = @(Read-Hosts $Path) ; $script:calls++ }
    process {
        foreach ($pattern in $Name) {
            $hits = $entries | Where-Object { @($_.Names) -like $pattern }
            if (-not $hits -and -not [WildcardPattern]::ContainsWildcardCharacters($pattern)) {
                Write-Error -Message "no entry for '$pattern'" -ErrorId NoHostEntry -Category ObjectNotFound -TargetObject $pattern
            }
            $hits
        }
    }
}

function Set-HostEntry {
    <#
    .SYNOPSIS
        Writes an entry.
    .DESCRIPTION
        Adds an address to a hosts file or replaces the names it has.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory, ValueFromPipelineByPropertyName)] [ipaddress] $Address,
        [Parameter(Mandatory, ValueFromPipelineByPropertyName)] [Alias('HostName')] [string[]] $Names,
        [string] $Path = $HostToolsDefault,
        [switch] $PassThru
    )
    process {
        $lines = [System.Collections.Generic.List[string]]@(Get-Content $Path)
        $text = Format-Entry $Address $Names
        $at = $lines.FindIndex({ param($l) $l -match "^\s*$([regex]::Escape($Address))\s" })
        $what = if ($at -lt 0) { 'Add' } else { 'Replace' }
        if ($PSCmdlet.ShouldProcess($Path, "$what $text")) {
            if ($at -lt 0) { $lines.Add($text) } else { $lines[$at] = $text }
            Set-Content -Path $Path -Value $lines
            if ($PassThru) { Get-HostEntry -Name $Names[0] -Path $Path }
        }
    }
}

function ConvertTo-Subnet {
    # One comment line alone is no help.
    param([Parameter(Mandatory)] [string] $Cidr)
    $address, [int]$bits = $Cidr -split '/'
    [uint32]$mask = if ($bits) { [uint32]::MaxValue -shl (32 - $bits) -band [uint32]::MaxValue } else { 0 }
    $n = ConvertTo-Number $address
    [pscustomobject]@{
        Network   = ConvertTo-Address ($n -band $mask)
        Mask      = ConvertTo-Address $mask
        Broadcast = ConvertTo-Address (($n -band $mask) -bor (-bnot $mask))
        Hosts     = [math]::Max(0, [math]::Pow(2, 32 - $bits) - 2)
    }
}

function Test-Subnet([string] $Address, [string] $Cidr) {
    $net = ConvertTo-Subnet $Cidr
    $mask = ConvertTo-Number $net.Mask
    ((ConvertTo-Number $Address) -band $mask) -eq (ConvertTo-Number $net.Network)
}

function Get-CallCount { $script:calls }

Export-ModuleMember -Function *-Host*, *-Subnet -Alias * -Variable HostToolsDefault
