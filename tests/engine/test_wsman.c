/* The cmdlets of WS-Management and their drive, as far as they need neither a
 * server nor settings of this host.
 *
 * SPDX-License-Identifier: MIT
 */
#include "rows.h"

static const struct row rows[] = {
    {"a host's folder", "(Get-ChildItem WSMan:\\localhost).Name -join ' '",
     "MaxEnvelopeSizekb MaxTimeoutms MaxBatchItems MaxProviderRequests Client "
     "Service Shell Listener Plugin ClientCertificate"},
    {"it is shown as one table",
     "(Get-ChildItem WSMan:\\localhost | Out-String) -split \"`n\" -match "
     "'^(Type|Container) ' | Measure-Object | % Count",
     "7"},
    {"names in any case, wildcards",
     "(Get-Item wsman:/LOCALHOST/service/auth/"
     "*b?h*l*).Name",
     "CbtHardeningLevel"},
    {"a location, and back",
     "Set-Location WSMan:\\localhost\\Service\\Auth; $PWD.Path; "
     "Set-Location ..\\..; $PWD.Path; Test-Path Client\\TrustedHosts",
     "WSMan:\\localhost\\Service\\Auth WSMan:\\localhost True"},
    {"the drive is there when it is named",
     "@(Get-PSDrive | ? Name -eq WSMan).Count; $null = Test-Path WSMan:\\; "
     "@(Get-PSDrive | ? Name -eq WSMan).Count",
     "0 1"},
    {"nothing is there", "Get-Item WSMan:\\localhost\\Nothing",
     "!PathNotFound,"},
    {"a host that is not connected to", "Test-Path WSMan:\\other", "False"},
    {"values alone are set", "Set-Item WSMan:\\localhost\\Client x",
     "!WsManError,"},
    {"new things have their places", "New-Item WSMan:\\localhost\\Client\\x",
     "!WsManError,"},
    {"endpoints that are there by themselves",
     "(Get-PSSessionConfiguration).Name -contains 'Microsoft.PowerShell'",
     "True"},
    {"an endpoint that is not there", "Get-PSSessionConfiguration nothing",
     "!Microsoft.PowerShell.Commands.WriteErrorException,"},
    {"an element of the settings",
     "$e = Get-WSManInstance winrm/config/service/defaultports; $e.LocalName; "
     "$e.PSObject.TypeNames[0]",
     "DefaultPorts System.Xml.XmlElement#http://schemas.microsoft.com/wbem/"
     "wsman/1/config/service/defaultports#DefaultPorts"},
    {"an element that is not there", "Get-WSManInstance winrm/config/nothing",
     "!WsManError,Microsoft.WSMan.Management.GetWSManInstanceCommand"},
    {"a selector that is missing",
     "Get-WSManInstance winrm/config/listener -SelectorSet @{Address='*'}",
     "!WsManError,"},
    {"options of a session",
     "$o = New-WSManSessionOption -SkipCNCheck -NoEncryption -SPNPort 1; "
     "$o.SkipCNCheck; $o.UseEncryption; $o.SPNPort",
     "True False 1"},
    {"a host that was never connected to", "Disconnect-WSMan other",
     "!Microsoft.WSMan.Management.WsManHelper,"},
    {"ways of authentication",
     "[enum]::GetNames('Microsoft.WSMan.Management.AuthenticationMechanism') "
     "-join ' '",
     "None Default Digest Negotiate Basic Kerberos ClientCertificate Credssp"},
};

int
main(void)
{
    check_rows(rows, HOP_ARRAY_SIZE(rows), "", HOP_LANGUAGE_FULL);
    return test_done();
}
