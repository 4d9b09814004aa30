# SPDX-License-Identifier: MIT
# Uses a module with a manifest, as a script of an administrator does.
param([string] $ModulePath = './modules')
$ErrorActionPreference = 'Stop'

'--- the manifest'
$manifest = Test-ModuleManifest (Join-Path $ModulePath 'HostTools' 'HostTools.psd1')
$manifest | Format-List Name, Version, Author, Description, PowerShellVersion
$manifest.ExportedFunctions.Keys | Sort-Object

'--- found by name'
$env:PSModulePath = (Resolve-Path $ModulePath).Path + [IO.Path]::PathSeparator + $env:PSModulePath
Get-Module HostTools -ListAvailable | Select-Object Name, Version, ModuleType
Import-Module HostTools -MinimumVersion 1.4
Get-Module HostTools | ForEach-Object { $_.Name, $_.Version.ToString(), ($_.ExportedAliases.Keys -join ','), ($_.ExportedVariables.Keys -join ',') }
Get-Command -Module HostTools | Sort-Object Name | Format-Table CommandType, Name, Version, Source
"private functions are hidden: $(-not (Get-Command Read-Hosts, Get-CallCount -ErrorAction Ignore))"
& (Get-Module HostTools) { Get-Command Format-Entry } | ForEach-Object Name

'--- used'
Get-HostEntry | Format-Table Address, @{ n = 'Names'; e = { $_.Names -join ' ' } }, Comment, Line
ghe web* | ForEach-Object { $_.Names[-1] }
'db01', 'nowhere', 'localhost' | Get-HostEntry -ErrorAction SilentlyContinue -ErrorVariable none | ForEach-Object Line
$none[0].FullyQualifiedErrorId
"$($none[0].CategoryInfo)"

'--- changed'
Set-HostEntry -Address 10.0.1.21 -Names db01, db.example.org -WhatIf
Set-HostEntry 10.0.1.21 db01, db.example.org -PassThru | ForEach-Object { "$($_.Address) is $($_.Names -join ' and ') in line $($_.Line)" }
[pscustomobject]@{ Address = '10.0.1.31'; HostName = 'mail' }, [pscustomobject]@{ Address = '10.0.1.32'; HostName = 'imap', 'pop' } | Set-HostEntry
try { Set-HostEntry -Address 10.0.1.300 -Names x } catch { $_.FullyQualifiedErrorId; $_.Exception.Message }
Get-Content $HostToolsDefault | Select-Object -Last 3

'--- subnets'
ConvertTo-Subnet 10.0.1.77/26 | Format-List
'10.0.1.11', '10.0.1.130', '192.168.0.1' | ForEach-Object { "$_ $(Test-Subnet $_ 10.0.1.0/25)" }
'10.0.0.0/8', '192.168.1.0/30' | ForEach-Object { (ConvertTo-Subnet -Cidr $_).Hosts }

'--- help'
(Get-Help Get-HostEntry).Synopsis
(Get-Help Get-HostEntry -Parameter Name).description.Text
(Get-Help Get-HostEntry).examples.example | ForEach-Object { $_.code }
(Get-Command Get-HostEntry).Parameters['Name'].Attributes.ValueFromPipeline -contains $true

'--- gone'
Remove-Module HostTools
"still there: $([bool](Get-Command Get-HostEntry -ErrorAction Ignore -ListImported))"
$inline = New-Module -Name Counter -ScriptBlock {
    $n = 0
    function Step-Counter { param([int] $By = 1) ($script:n += $By) }
    function Reset-Counter { $script:n = 0 }
} | Import-Module -PassThru
Step-Counter | Out-Null
"counter at $(Step-Counter -By 5), $($inline.Name) has $($inline.ExportedCommands.Count) commands"
Reset-Counter; Step-Counter
Remove-Module $inline
