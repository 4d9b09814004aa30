/* The aliases PowerShell 7 has on Linux.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/engine.h"

static const struct {
    const char *name, *definition;
    unsigned options;
} aliases[] = {
#define RO  HOP_ITEM_READONLY
#define ALL (HOP_ITEM_ALLSCOPE)
    {"?", "Where-Object", RO | ALL},
    {"%", "ForEach-Object", RO | ALL},
    {"foreach", "ForEach-Object", RO | ALL},
    {"where", "Where-Object", RO | ALL},
    {"select", "Select-Object", RO | ALL},
    {"fl", "Format-List", RO},
    {"ft", "Format-Table", RO},
    {"fw", "Format-Wide", RO},
    {"fc", "Format-Custom", RO},
    {"fhx", "Format-Hex", 0},
    {"gal", "Get-Alias", RO},
    {"gbp", "Get-PSBreakpoint", RO},
    {"gc", "Get-Content", RO},
    {"gci", "Get-ChildItem", RO},
    {"gcm", "Get-Command", RO},
    {"gdr", "Get-PSDrive", RO},
    {"gcs", "Get-PSCallStack", RO},
    {"ghy", "Get-History", RO},
    {"gi", "Get-Item", RO},
    {"gin", "Get-ComputerInfo", RO},
    {"gjb", "Get-Job", 0},
    {"gl", "Get-Location", RO},
    {"gm", "Get-Member", RO},
    {"gmo", "Get-Module", RO},
    {"gp", "Get-ItemProperty", RO},
    {"gpv", "Get-ItemPropertyValue", RO},
    {"group", "Group-Object", RO},
    {"gu", "Get-Unique", RO},
    {"gv", "Get-Variable", RO},
    {"icm", "Invoke-Command", 0},
    {"iex", "Invoke-Expression", RO},
    {"ihy", "Invoke-History", RO},
    {"ii", "Invoke-Item", RO},
    {"ipal", "Import-Alias", RO},
    {"ipcsv", "Import-Csv", RO},
    {"ipmo", "Import-Module", RO},
    {"irm", "Invoke-RestMethod", RO},
    {"iwr", "Invoke-WebRequest", RO},
    {"measure", "Measure-Object", RO},
    {"mi", "Move-Item", RO},
    {"mp", "Move-ItemProperty", RO},
    {"nal", "New-Alias", RO},
    {"ndr", "New-PSDrive", RO},
    {"ni", "New-Item", RO},
    {"nmo", "New-Module", RO},
    {"nv", "New-Variable", RO},
    {"oh", "Out-Host", RO},
    {"rbp", "Remove-PSBreakpoint", RO},
    {"rcjb", "Receive-Job", 0},
    {"rdr", "Remove-PSDrive", RO},
    {"ri", "Remove-Item", RO},
    {"rjb", "Remove-Job", 0},
    {"rmo", "Remove-Module", RO},
    {"rni", "Rename-Item", RO},
    {"rnp", "Rename-ItemProperty", RO},
    {"rp", "Remove-ItemProperty", RO},
    {"rv", "Remove-Variable", RO},
    {"rvpa", "Resolve-Path", RO},
    {"sal", "Set-Alias", RO},
    {"sajb", "Start-Job", 0},
    {"sbp", "Set-PSBreakpoint", RO},
    {"si", "Set-Item", RO},
    {"sl", "Set-Location", RO},
    {"sls", "Select-String", 0},
    {"sp", "Set-ItemProperty", RO},
    {"spjb", "Stop-Job", 0},
    {"spps", "Stop-Process", RO},
    {"saps", "Start-Process", RO},
    {"sv", "Set-Variable", RO},
    {"wjb", "Wait-Job", 0},
    {"cd", "Set-Location", ALL},
    {"chdir", "Set-Location", 0},
    {"clc", "Clear-Content", RO},
    {"clear", "Clear-Host", 0},
    {"cls", "Clear-Host", 0},
    {"clhy", "Clear-History", RO},
    {"cli", "Clear-Item", RO},
    {"clp", "Clear-ItemProperty", RO},
    {"clv", "Clear-Variable", RO},
    {"cnsn", "Connect-PSSession", 0},
    {"copy", "Copy-Item", ALL},
    {"cpi", "Copy-Item", RO},
    {"cpp", "Copy-ItemProperty", 0},
    {"cvpa", "Convert-Path", RO},
    {"dbp", "Disable-PSBreakpoint", RO},
    {"del", "Remove-Item", ALL},
    {"dir", "Get-ChildItem", ALL},
    {"dnsn", "Disconnect-PSSession", 0},
    {"ebp", "Enable-PSBreakpoint", RO},
    {"echo", "Write-Output", ALL},
    {"epal", "Export-Alias", RO},
    {"epcsv", "Export-Csv", RO},
    {"erase", "Remove-Item", 0},
    {"etsn", "Enter-PSSession", 0},
    {"exsn", "Exit-PSSession", 0},
    {"gerr", "Get-Error", 0},
    {"gps", "Get-Process", RO},
    {"gsn", "Get-PSSession", 0},
    {"gtz", "Get-TimeZone", 0},
    {"h", "Get-History", 0},
    {"history", "Get-History", 0},
    {"kill", "Stop-Process", 0},
    {"md", "mkdir", ALL},
    {"move", "Move-Item", ALL},
    {"nsn", "New-PSSession", 0},
    {"ogv", "Out-GridView", RO},
    {"popd", "Pop-Location", ALL},
    {"pushd", "Push-Location", ALL},
    {"pwd", "Get-Location", 0},
    {"r", "Invoke-History", 0},
    {"rcsn", "Receive-PSSession", 0},
    {"rd", "Remove-Item", 0},
    {"ren", "Rename-Item", 0},
    {"rsn", "Remove-PSSession", 0},
    {"set", "Set-Variable", 0},
    {"type", "Get-Content", 0},
#undef RO
#undef ALL
};

void
alias_start(struct hop_runspace *rs)
{
    struct hop_scope *s = rs->global->top;

    for (size_t i = 0; i < HOP_ARRAY_SIZE(aliases); i++) {
        struct cmdinfo *c = cmdinfo_new(rs, COMMAND_ALIAS, aliases[i].name);
        c->definition = hop_xstrdup(aliases[i].definition);
        c->options = (uint16_t)aliases[i].options;
        symbol_map_set(
            &s->aliases,
            hop_symbol_get(rs, aliases[i].name, strlen(aliases[i].name)), c);
    }
}
