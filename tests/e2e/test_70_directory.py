# SPDX-License-Identifier: MIT
"""The module ActiveDirectory against the domain's controller."""
from harness import check, expect, on, row

WINRS_C = "winrs -r:c whoami"


def hop(user, script, host="a", **options):
    """A script of the shell's, given on standard input."""
    return on(host, user, "hop", "-NoProfile", "-Command", "-",
              stdin=("$ErrorView = 'NormalView'\n" + script + "\n").encode(),
              **options)


@row("an account is found by name, DN, GUID and SID")
def _():
    expect(hop("alice", """
        $b = Get-ADComputer -Identity b
        foreach ($id in 'B$', 'CORP\\b', $b.DistinguishedName, $b.ObjectGUID,
                        $b.SID) { (Get-ADComputer $id).Name }
        $b, 'c' | Get-ADComputer | ForEach-Object DNSHostName
        "$b" """),
        out="B\nB\nB\nB\nB\nb.corp.test\nc.corp.test\n"
            "CN=B,CN=Computers,DC=corp,DC=test\n")


@row("who is not there is an error record with Microsoft's id")
def _():
    expect(hop("alice", """
        try { Get-ADUser nobody } catch {
            $_.FullyQualifiedErrorId; $_.CategoryInfo.Category
            $_.Exception.Message }"""),
        out="ActiveDirectoryCmdlet:Microsoft.ActiveDirectory.Management."
            "ADIdentityNotFoundException,Microsoft.ActiveDirectory.Management."
            "Commands.GetADUser\nObjectNotFound\nCannot find an object with "
            "identity: 'nobody' under: 'DC=corp,DC=test'.\n")


@row("a filter takes variables and their properties")
def _():
    expect(hop("alice", """
        $who = [pscustomobject]@{ Name = 'dave' }
        (Get-ADUser -Filter { SamAccountName -eq $who.Name }).Name
        (Get-ADUser –Filter "Name –like 'da*'").Name | Sort-Object
        (Get-ADUser -LDAPFilter '(name=bob)').Name
        (Get-ADUser -Filter 'AccountNotDelegated -eq $true').Name
        @(Get-ADComputer -Filter * -ResultSetSize 2).Count"""),
        out="dave\ndadmin\ndave\nbob\ncarol\n2\n")


@row("the target's consent as Microsoft's article gives and takes it")
def _():
    expect(on("a", "alice", "winrs", "-r:b", WINRS_C), status=255,
           err_has="0x8009030E")
    expect(hop("dadmin", """
        $ServerB = Get-ADComputer -Identity b
        $ServerC = Get-ADComputer -Identity c
        Set-ADComputer -Identity $ServerC -PrincipalsAllowedToDelegateToAccount $ServerB
        $x = Get-ADComputer -Identity $ServerC -Properties PrincipalsAllowedToDelegateToAccount
        $x.PrincipalsAllowedToDelegateToAccount
        $sd = (Get-ADComputer -Identity $ServerC -Properties msDS-AllowedToActOnBehalfOfOtherIdentity).'msDS-AllowedToActOnBehalfOfOtherIdentity'
        $sd.Owner; $sd.Access.IdentityReference; $sd.Access.ActiveDirectoryRights"""),
        out="CN=B,CN=Computers,DC=corp,DC=test\nBUILTIN\\Administrators\n"
            "CORP\\B$\nGenericAll\n")
    expect(on("a", "alice", "winrs", "-r:b", WINRS_C), out="alice\n")
    expect(hop("dadmin", """
        Set-ADComputer c -PrincipalsAllowedToDelegateToAccount @(
            Get-ADComputer a; Get-ADComputer b; Get-ADUser alice)
        (Get-ADComputer c -Properties PrincipalsAllowedToDelegateToAccount).PrincipalsAllowedToDelegateToAccount.Count
        Set-ADComputer -Identity c -PrincipalsAllowedToDelegateToAccount $null
        @((Get-ADComputer c -Properties PrincipalsAllowedToDelegateToAccount).PrincipalsAllowedToDelegateToAccount).Count"""),
        out="3\n0\n")
    expect(on("a", "alice", "winrs", "-r:b", WINRS_C), status=255,
           err_has="0x8009030E")


@row("flags, names and lists of an account are set and read back")
def _():
    expect(hop("dadmin", """
        Set-ADComputer b -TrustedForDelegation $true -Description 'the middle'
        $p = 'TrustedForDelegation', 'Description', 'ServicePrincipalNames', 'msDS-AllowedToDelegateTo'
        $b = Get-ADComputer b -Properties $p
        $b.TrustedForDelegation; $b.Description
        Set-ADAccountControl b -TrustedForDelegation $false -TrustedToAuthForDelegation $true
        Set-ADComputer b -ServicePrincipalNames @{ Add = 'hop/x', 'hop/y' } -Add @{ 'msDS-AllowedToDelegateTo' = 'cifs/c' }
        $b = Get-ADComputer b -Properties ($p + 'TrustedToAuthForDelegation')
        $b.TrustedForDelegation; $b.TrustedToAuthForDelegation
        ($b.ServicePrincipalNames -like 'hop/*' | Sort-Object) -join ' '
        $b.'msDS-AllowedToDelegateTo'
        Set-ADComputer b -ServicePrincipalNames @{ Remove = 'hop/x', 'hop/y' } -Clear msDS-AllowedToDelegateTo, Description
        Set-ADAccountControl b -TrustedToAuthForDelegation $false
        $b = Get-ADComputer b -Properties $p
        @($b.ServicePrincipalNames -like 'hop/*').Count; $null -eq $b.Description"""),
        out="True\nthe middle\nFalse\nTrue\nhop/x hop/y\ncifs/c\n0\nTrue\n")


@row("an account is made, put in a group, disabled and removed")
def _():
    expect(hop("dadmin", """
        $pw = ConvertTo-SecureString 'Passw0rd-of-erin' -AsPlainText -Force
        New-ADUser erin -AccountPassword $pw -Enabled $true -GivenName Erin -WhatIf
        New-ADUser erin -AccountPassword $pw -Enabled $true -GivenName Erin
        (Get-ADUser erin).GivenName
        Add-ADGroupMember 'Domain Guests' erin
        (Get-ADGroupMember 'Domain Guests').Name -like 'e*'
        Remove-ADGroupMember 'Domain Guests' -Members erin -Confirm:$false
        Disable-ADAccount erin; (Get-ADUser erin).Enabled
        Set-ADAccountPassword erin -Reset -NewPassword (ConvertTo-SecureString 'An0ther-of-erin' -AsPlainText -Force)
        Enable-ADAccount erin -PassThru | ForEach-Object Enabled
        Remove-ADUser erin -Confirm:$false
        @(Get-ADUser -Filter "Name -eq 'erin'").Count"""),
        out="What if: Performing the operation \"New\" on target "
            "\"CN=erin,CN=Users,DC=corp,DC=test\".\nErin\n"
            "erin\nFalse\nTrue\n0\n")


@row("setspn lists, asks, adds once and takes away")
def _():
    expect(hop("dadmin", """
        setspn -S http/web b; setspn –Q http/w*
        try { setspn -S http/web c } catch { $_.Exception.Message }
        setspn -D http/web b; setspn -Q http/web; (setspn -L c)[0]"""),
        out="Checking domain DC=corp,DC=test\n"
            "Registering ServicePrincipalNames for CN=B,CN=Computers,DC=corp,"
            "DC=test\n\thttp/web\nUpdated object\n"
            "Checking domain DC=corp,DC=test\nCN=B,CN=Computers,DC=corp,"
            "DC=test\n\tHOST/b.corp.test\n\tHOST/b\n\tHTTP/b.corp.test\n"
            "\tHTTP/b\n\tWSMAN/b.corp.test\n\tWSMAN/b\n\tcifs/b.corp.test\n"
            "\tcifs/b\n\thttp/web\n\nExisting SPN found!\n"
            "Checking domain DC=corp,DC=test\nDuplicate SPN found, aborting "
            "operation! It belongs to CN=B,CN=Computers,DC=corp,DC=test; take "
            "it away there first (setspn -D).\n"
            "Unregistering ServicePrincipalNames for CN=B,CN=Computers,DC=corp,"
            "DC=test\n\thttp/web\nUpdated object\n"
            "Checking domain DC=corp,DC=test\n\nNo such SPN found.\n"
            "Registered ServicePrincipalNames for CN=C,CN=Computers,DC=corp,"
            "DC=test:\n")


@row("who may not change an account is told so")
def _():
    got = hop("alice", "try { Set-ADComputer c -Description x } catch { "
              "$_.CategoryInfo.Category; $_.Exception.Message }")
    expect(got, out_has=("PermissionDenied\nAccess is denied: this account may "
                         "not do that in the directory", "dc1.corp.test"))


@row("a credential stands for the ticket; a wrong password is told")
def _():
    script = """
        function log($user, $password) {
            [pscredential]::new($user, (ConvertTo-SecureString $password -AsPlainText -Force)) }
        (Get-ADUser alice -Credential (log 'CORP\\dadmin' 'Passw0rd.lab')).Name
        try { Get-ADUser alice -Credential (log 'dadmin@CORP.TEST' 'wrong') } catch { $_.Exception.Message }"""
    got = hop("root", script)
    expect(got, out_has=("alice\n", "0x8009030C", "password is wrong"))


@row("without a ticket, and with a name that is no server")
def _():
    got = hop("root", "try { Get-ADDomain } catch { $_.Exception.Message }")
    check("kinit" in got.out or "-Server" in got.out, f"no advice\n{got}")
    got = hop("alice", "try { Get-ADDomain -Server nosuch.corp.test } catch { "
              "$_.Exception.Message }")
    expect(got, out_has="nosuch.corp.test")


@row("the cmdlets that take the list of who may delegate are listed")
def _():
    expect(hop("alice", "Get-Command -ParameterName "
               "PrincipalsAllowedToDelegateToAccount | ForEach-Object { "
               "\"$($_.CommandType) $($_.Name) $($_.Source)\" }"),
           out="".join(f"Cmdlet {verb}-{noun} ActiveDirectory\n"
                       for verb in ("New", "Set")
                       for noun in ("ADComputer", "ADServiceAccount",
                                    "ADUser")))


@row("the raw descriptor has .Access as Windows shows it")
def _():
    got = hop("dadmin", """
        Set-ADComputer c -PrincipalsAllowedToDelegateToAccount (Get-ADComputer b)
        (Get-ADComputer c -Properties msDS-AllowedToActOnBehalfOfOtherIdentity).'msDS-AllowedToActOnBehalfOfOtherIdentity'.Access
        Set-ADComputer c -PrincipalsAllowedToDelegateToAccount $null -WhatIf
        @((Get-ADComputer c -Properties PrincipalsAllowedToDelegateToAccount).PrincipalsAllowedToDelegateToAccount).Count
        Set-ADComputer c -PrincipalsAllowedToDelegateToAccount $null""")
    none = "00000000-0000-0000-0000-000000000000"
    expect(got, out="\nActiveDirectoryRights : GenericAll\n"
           "InheritanceType       : None\n"
           f"ObjectType            : {none}\n"
           f"InheritedObjectType   : {none}\n"
           "ObjectFlags           : None\nAccessControlType     : Allow\n"
           "IdentityReference     : CORP\\B$\nIsInherited           : False\n"
           "InheritanceFlags      : None\nPropagationFlags      : None\n\n"
           "What if: Performing the operation \"Set\" on target "
           "\"CN=C,CN=Computers,DC=corp,DC=test\".\n1\n")


@row("encryption types are set by name, more entries come than a page holds")
def _():
    expect(hop("dadmin", """
        Set-ADComputer a -KerberosEncryptionType AES256
        (Get-ADComputer a -Properties KerberosEncryptionType).KerberosEncryptionType
        Set-ADComputer a -KerberosEncryptionType AES128, AES256
        $a = Get-ADComputer a -Properties KerberosEncryptionType, msDS-SupportedEncryptionTypes, ProtectedFromAccidentalDeletion
        $a.KerberosEncryptionType; $a.'msDS-SupportedEncryptionTypes'; $a.ProtectedFromAccidentalDeletion
        $all = @(Get-ADObject -Filter * -SearchBase (Get-ADDomain).DistinguishedName).Count
        $all -gt 100
        @(Get-ADObject -Filter * -ResultPageSize 7).Count -eq $all"""),
        out="AES256\nAES128, AES256\n24\nFalse\nTrue\nTrue\n")


@row("a managed service account is made, installed by its host, and leaves")
def _():
    expect(hop("dadmin", """
        New-ADServiceAccount svc1 -DNSHostName svc1.corp.test -PrincipalsAllowedToRetrieveManagedPassword (Get-ADComputer b) -ServicePrincipalNames HTTP/svc1.corp.test
        (Get-ADServiceAccount svc1 -Properties PrincipalsAllowedToRetrieveManagedPassword).PrincipalsAllowedToRetrieveManagedPassword"""),
        out="CN=B,CN=Computers,DC=corp,DC=test\n")
    try:
        expect(hop("root", """
            Test-ADServiceAccount svc1 3>$null
            Install-ADServiceAccount svc1; Test-ADServiceAccount svc1
            kinit -kt /etc/hop/keytabs/svc1.keytab HTTP/svc1.corp.test 2>$null; $LASTEXITCODE
            kinit -kt /etc/hop/keytabs/svc1.keytab 'svc1$'; $LASTEXITCODE
            kdestroy
            (Get-Item /etc/hop/keytabs/svc1.keytab).UnixMode
            Uninstall-ADServiceAccount svc1; Test-Path /etc/hop/keytabs/svc1.keytab
            try { Uninstall-ADServiceAccount svc1 } catch { $_.Exception.Message }""",
            host="b"),
            out="False\nTrue\n1\n0\n-rw-------\nFalse\nsvc1$ is not installed "
                "on this host: there is no /etc/hop/keytabs/svc1.keytab\n")
        expect(hop("root", """
            try { Install-ADServiceAccount svc1 } catch { $_.Exception.Message }
            """), out_has="the domain does not give its password to this host")
        expect(hop("alice", """
            try { Install-ADServiceAccount svc1 } catch { $_.Exception.Message }
            """), out_has="0x80070005")
    finally:
        expect(hop("dadmin", "Remove-ADServiceAccount svc1 -Confirm:$false"))


@row("whatever changes something takes -WhatIf and -Confirm")
def _():
    expect(hop("alice", """
        Import-Module ActiveDirectory
        $all = Get-Command -Module ActiveDirectory -CommandType Cmdlet
        $all.Count -ge 28
        $all | Where-Object { $_.Verb -notin 'Get', 'Test' -and -not ($_.Parameters.ContainsKey('WhatIf') -and $_.Parameters.ContainsKey('Confirm')) } | ForEach-Object Name
        $all | Where-Object { $_.Verb -in 'Get', 'Test' -and $_.Parameters.ContainsKey('WhatIf') } | ForEach-Object Name
        """), out="True\n")


@row("times, groups and attributes of the schema in filters and properties")
def _():
    expect(hop("alice", """
        $d = (Get-Date).AddDays(1)
        @(Get-ADUser -Filter { whenCreated -gt $d }).Count
        @(Get-ADUser -Filter { whenCreated -lt $d -and Name -eq 'bob' }).Count
        @(Get-ADUser -Filter { PasswordLastSet -lt $d -and Name -eq 'bob' }).Count
        $g = Get-ADGroup -Filter "GroupScope -eq 'Global' -and Name -eq 'Domain Admins'"
        "$($g.GroupCategory) $($g.GroupScope)"
        (Get-ADGroupMember 'Domain Users').Name -contains 'alice'
        (Get-ADGroupMember 'Domain Users')[0].GetType().Name
        (Get-ADObject (Get-ADUser alice)).PSObject.Properties.Name -join ' '
        (Get-ADUser alice -Properties whenCreated).whenCreated.Kind
        $b = Get-ADComputer b -Properties IPv4Address, PrimaryGroup, LockedOut, CannotChangePassword
        "$($b.IPv4Address) $($b.PrimaryGroup) $($b.LockedOut) $($b.CannotChangePassword)"
        try { Get-ADUser alice -Properties Nonsense } catch {
            $_.FullyQualifiedErrorId; $_.Exception.Message }
        (Get-ADUser alice -Server dc1.corp.test:3268).Name
        try { Get-ADUser alice -AuthType Basic } catch { $_.CategoryInfo.Category }"""),
        out="0\n1\n1\nSecurity Global\nTrue\nADPrincipal\nDistinguishedName "
            "Name ObjectClass ObjectGUID\nLocal\n10.77.0.12 CN=Domain "
            "Computers,CN=Users,DC=corp,DC=test False False\n"
            "ActiveDirectoryCmdlet:System."
            "ArgumentException,Microsoft.ActiveDirectory.Management.Commands."
            "GetADUser\nOne or more properties are invalid.\nParameter name: "
            "Nonsense\nalice\nInvalidArgument\n")


@row("a domain by each of its names, its controllers, and who is none")
def _():
    expect(hop("alice", """
        $d = Get-ADDomain
        foreach ($id in 'CORP', 'corp.test', $d.DistinguishedName, $d.DomainSID.Value) { (Get-ADDomain $id).PDCEmulator }
        try { Get-ADDomain nosuch.corp.test } catch { $_.CategoryInfo.Category }
        $dc = Get-ADDomainController
        "$($dc.HostName) $($dc.Site) $($dc.IsGlobalCatalog) $($dc.OperationMasterRoles.Count)"
        (Get-ADDomainController -Filter { HostName -like 'dc1*' }).Name
        (Get-ADDomainController -Discover -DomainName corp.test).Name
        try { Get-ADDomainController nodc } catch { $_.CategoryInfo.Category }"""),
        out="dc1.corp.test\n" * 4 + "ObjectNotFound\ndc1.corp.test "
            "Default-First-Site-Name True 5\nDC1\nDC1\nObjectNotFound\n")


@row("what a directory refuses has the codes of Windows")
def _():
    server = "ActiveDirectoryServer:"
    expect(hop("dadmin", """
        New-ADUser frida -PassThru | Set-ADUser -AccountExpirationDate '2030-01-02' -ChangePasswordAtLogon $true -PassThru | ForEach-Object Name
        $f = Get-ADUser frida -Properties AccountExpirationDate, pwdLastSet
        "$($f.AccountExpirationDate.ToString('s')) $($f.pwdLastSet)"
        Add-ADGroupMember 'Domain Guests' frida -PassThru | ForEach-Object Name
        foreach ($try in { New-ADUser frida }, { Add-ADGroupMember 'Domain Guests' frida },
                         { Set-ADUser frida -Add @{ title = 'a', 'b' } }, { Set-ADUser frida -Replace @{ nosuch = 1 } },
                         { Get-ADUser -LDAPFilter '((' }, { Get-ADUser -Filter * -SearchBase 'OU=none,DC=corp,DC=test' },
                         { Set-ADUser frida -Partition 'CN=Configuration,DC=corp,DC=test' -Title x }) {
            try { & $try 3>$null; 'nothing' } catch { $_.FullyQualifiedErrorId -replace ',.*Commands', '' }
        }
        Remove-ADUser frida -Confirm:$false"""),
        out="frida\n2030-01-02T00:00:00 0\nDomain Guests\n"
            f"{server}8305.NewADUser\n{server}1378.AddADGroupMember\n"
            f"{server}8205.SetADUser\n{server}8202.SetADUser\n"
            f"{server}8254.GetADUser\n{server}8333.GetADUser\n"
            "ActiveDirectoryCmdlet:Microsoft.ActiveDirectory.Management."
            "ADIdentityNotFoundException.SetADUser\n")
    expect(hop("alice", "try { Set-ADComputer c -Description x } catch { "
               "$_.Exception.GetType().Name }"),
           out="UnauthorizedAccessException\n")


@row("setspn resets, finds doubles, and asks a domain or the forest")
def _():
    listed = "Registered ServicePrincipalNames for CN=PC9,CN=Computers,DC=corp,DC=test:"
    expect(hop("dadmin", """
        New-ADComputer PC9 -DNSHostName pc9.corp.test
        setspn -R pc9; setspn -L pc9; setspn -D HOST/PC9 pc9 | Select-Object -Last 1
        setspn -X; setspn -F -Q host/PC9.corp.test; (setspn -T corp.test -Q HOST/b)[1]
        setspn -F -S hop/pc9 pc9 | Select-Object -Last 1
        Remove-ADComputer PC9 -Confirm:$false"""),
        out="Registering ServicePrincipalNames for CN=PC9,CN=Computers,DC=corp,"
            "DC=test\n\tHOST/PC9\n\tHOST/pc9.corp.test\nUpdated object\n"
            f"{listed}\n\tHOST/PC9\n\tHOST/pc9.corp.test\nUpdated object\n"
            "Checking domain DC=corp,DC=test\nfound 0 groups of duplicate "
            "SPNs.\nChecking forest DC=corp,DC=test\nCN=PC9,CN=Computers,"
            "DC=corp,DC=test\n\tHOST/pc9.corp.test\n\nExisting SPN found!\n"
            "CN=B,CN=Computers,DC=corp,DC=test\nUpdated object\n")
