@{
    RootModule        = 'HostTools.psm1'
    ModuleVersion     = '1.4.2'
    GUID              = '5b1de1a6-5c0e-4d52-9d4f-0d2f6f3e7a10'
    Author            = 'Operations'
    CompanyName       = 'Example'
    Copyright         = '(c) Example'
    Description       = 'Helpers for hosts files and addresses.'
    PowerShellVersion = '5.1'
    FunctionsToExport = 'Get-HostEntry', 'Set-HostEntry', 'Test-Subnet', 'ConvertTo-Subnet'
    AliasesToExport   = @('ghe')
    VariablesToExport = 'HostToolsDefault'
    CmdletsToExport   = @()
    PrivateData       = @{ PSData = @{ Tags = 'hosts', 'network'; ProjectUri = 'https://example.org/hosttools' } }
}
