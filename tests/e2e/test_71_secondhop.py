# SPDX-License-Identifier: MIT
"""The second hop as administrators of Windows go about it: klist, the article's
lines, the seven ways."""
from harness import (check, expect, journal, lab, on, row, until, with_policy,
                     without_policy)

VIA_B = ("winrs", "-r:b")


def hop(host, user, script, **options):
    """A script of the shell's, given on standard input."""
    return on(host, user, "hop", "-NoProfile", "-Command", "-",
              stdin=("$ErrorView = 'NormalView'\n" + script + "\n").encode(),
              **options)


def in_session(user, script, *options):
    """A line of the shell's language in a session of the user's on b."""
    return on("a", user, *VIA_B, *options, "hop", "-NoProfile", "-Command",
              f"'{script}'")


def clear_grants():
    expect(lab("rbcd", "C$", "-"))
    expect(lab("kcd", "B$", "-"))


@row("klist lists tickets as Windows does, and drops all but the TGT")
def _():
    got = hop("a", "alice", """
        klist get host/b.corp.test; klist; klist purge; klist""")
    expect(got, out_has=(
        "A ticket to host/b.corp.test has been retrieved successfully.\n",
        "Cached Tickets: (2)\n\n#0>\tClient: alice @ CORP.TEST\n"
        "\tServer: krbtgt/CORP.TEST @ CORP.TEST\n"
        "\tKerbTicket Encryption Type: AES-256-CTS-HMAC-SHA1-96\n"
        "\tTicket Flags 0x40e10000 -> forwardable renewable initial "
        "pre_authent name_canonicalize \n",
        "\tServer: host/b.corp.test @ CORP.TEST\n",
        "\tDeleting all tickets:\n\tTicket(s) purged!\n",
        "Cached Tickets: (1)\n"))
    check(got.out.rstrip().count("#0>") == 3, f"{got}")


@row("MIT's options of klist reach MIT's")
def _():
    expect(hop("a", "alice", "klist -e -f; klist -s; \"status $LASTEXITCODE\""),
           out_has=("Default principal: alice@CORP.TEST\n", "Etype (skey, tkt)",
                    "Flags: FRIA", "status 0\n"))


@row("klist in a session says what tickets are made of, and each refusal")
def _():
    clear_grants()
    got = in_session("alice", "kvno host/c.corp.test 2>$null; klist; "
                     "klist purge; klist")
    expect(got, out_has=(
        "Tickets for alice @ CORP.TEST are made of this host's key and the "
        "user's ticket to it, as far as the domain allows (RBCD, KCD).\n",
        "Refused Tickets: (1)\n\n#0>\tServer: host/c.corp.test @ CORP.TEST\n",
        "\tError: 0xd\n\tReason: the domain does not let this server act for "
        "the user there", "Ticket(s) purged!"))
    check(got.out.count("Refused Tickets") == 1, f"not forgotten\n{got}")
    expect(in_session("alice", "klist", "-ad"),
           out_has="are made of the ticket that was handed over at the logon")


@row("klist purge -li 0x3e7 drops hopd's own tickets, for administrators")
def _():
    expect(lab("rbcd", "C$", "B$"))
    expect(in_session("alice", "kvno host/c.corp.test"))
    got = in_session("dadmin", "klist -li 0x3e7; klist purge -li 0x3e7; "
                     "klist -li 0x3e7")
    expect(got, out_has=("Targeted LogonId is 0:0x3e7\n",
                         "Cached Tickets: (1)\n\n#0>\tClient: B$ @ CORP.TEST\n"
                         "\tServer: krbtgt/CORP.TEST @ CORP.TEST\n",
                         "Ticket(s) purged!\n", "Cached Tickets: (0)\n"))
    expect(in_session("alice", "kvno host/c.corp.test"))
    expect(in_session("alice", "klist purge -li 0x3e7"), status=1,
           err_has=("they are for its administrators", "0x80070005"))
    check(any("tried the tickets of this host" in r["MESSAGE"]
              for r in journal("b")), "not in the journal")
    clear_grants()


def ways(user, more=""):
    """What Get-SecondHop says: {way: (available, why)}."""
    got = hop("a", user, f"""
        Get-SecondHop -Via b -To c {more} | ForEach-Object {{
            "$($_.Name)|$($_.Available)|$($_.Why)" }}""")
    expect(got)
    rows = [line.split("|") for line in got.out.splitlines()]
    check([r[0] for r in rows] == ["CredSSP", "RBCD", "KCD", "Unconstrained",
                                   "JEA", "RunAs", "Credential"], f"{got}")
    return {r[0]: (r[1], r[2]) for r in rows}


@row("the seven ways: which are open, and why the others are not")
def _():
    clear_grants()
    seen = ways("alice")
    check([name for name, (open_, _) in seen.items() if open_ == "True"] == [],
          str(seen))
    check("trusts nobody" in seen["RBCD"][1], str(seen))
    expect(lab("rbcd", "C$", "B$"))
    check(ways("alice")["RBCD"][0] == "True", "RBCD")
    expect(lab("rbcd", "C$", "A$"))
    seen = ways("alice")["RBCD"]
    check(seen[0] == "False" and "trusts 1 other to act" in seen[1], str(seen))
    expect(lab("rbcd", "C$", "-"))
    expect(lab("kcd", "B$", "cifs/c.corp.test"))
    seen = ways("alice")["KCD"]
    check(seen == ("True", "B may act for users towards cifs/c.corp.test, "
                   "where they came by Kerberos"), str(seen))
    expect(lab("kcd", "B$", "-"))
    expect(lab("flag", "B$", "tfd", "on"))
    try:
        check(ways("alice")["Unconstrained"][0] == "True", "unconstrained")
    finally:
        expect(lab("flag", "B$", "tfd", "off"))


@row("the seven ways for carol, dave, and who has a credential at hand")
def _():
    expect(lab("rbcd", "C$", "B$"))
    for user, why in (("carol", "is marked sensitive"),
                      ("dave", "is in Protected Users")):
        seen = ways(user)
        for way in ("CredSSP", "RBCD", "KCD", "Unconstrained"):
            check(seen[way][0] == "False" and why in seen[way][1], str(seen))
    cred = ("-Credential ([pscredential]::new('CORP\\alice', "
            "(ConvertTo-SecureString Passw0rd.lab -AsPlainText -Force)))")
    seen = ways("root", cred)
    check(seen["RBCD"][0] == seen["Credential"][0] == "True", str(seen))
    clear_grants()


@row("the way that is recommended, and what its commands say, works")
def _():
    clear_grants()
    got = hop("a", "dadmin", """
        (Get-SecondHop b c | Where-Object Name -eq RBCD).Commands[0] |
            Invoke-Expression
        Get-SecondHop -Via b -To c -Recommend""")
    expect(got, out="From here by b.corp.test to c.corp.test as "
           "dadmin@CORP.TEST: Resource-based Kerberos constrained delegation.\n"
           "It is open: the account C trusts B to act for users, with every "
           "service it has.\nUse it so:\n    Invoke-Command -ComputerName "
           "b.corp.test -ScriptBlock { Invoke-Command -ComputerName c.corp.test "
           "-ScriptBlock { whoami } }\n")
    expect(on("a", "alice", *VIA_B, "winrs -r:c whoami"), out="alice\n")
    clear_grants()


@row("what Get-SecondHop says to run opens each way, as it is pasted")
def _():
    clear_grants()
    got = hop("a", "dadmin", """
        $cred = [pscredential]::new('CORP\\dadmin', (ConvertTo-SecureString Passw0rd.lab -AsPlainText -Force))
        foreach ($name in 'RBCD', 'KCD', 'Unconstrained', 'Credential') {
            $more = if ($name -eq 'Credential') { @{ Credential = $cred } } else { @{} }
            $way = Get-SecondHop b c @more | Where-Object Name -eq $name
            "$name $($way.Available)"
            klist purge | Out-Null
            $way.Commands | ForEach-Object { Invoke-Expression $_ }
            "$((Get-SecondHop b c @more | Where-Object Name -eq $name).Available)"
            Set-ADComputer c -PrincipalsAllowedToDelegateToAccount $null
            Set-ADComputer b -Clear msDS-AllowedToDelegateTo -TrustedForDelegation $false
        }""")
    expect(got, out="".join(f"{name} False\ndadmin\nTrue\n" for name in
                            ("RBCD", "KCD", "Unconstrained"))
           + "Credential True\ndadmin\nTrue\n")


@row("the seven ways by a host that is down, to one that is none, no ticket")
def _():
    expect(lab("rbcd", "C$", "A$"))
    script = """
        function say($way) { "$($way.Name)|$($way.Available)|$($way.Why)" }
        Get-SecondHop -Via a -To c | ForEach-Object { say $_ }
        Get-SecondHop -Via b -To nosuch | ForEach-Object { say $_ }
        (Get-SecondHop -Via b -To nosuch -Recommend)[-1]"""
    lines = expect(hop("a", "alice", script)).out.splitlines()
    check(len(lines) == 15, str(lines))
    for line in lines[:7]:
        check("|False|" in line and (
            "a.corp.test cannot be reached: " in line
            or line.startswith(("CredSSP", "KCD", "Unconstrained"))), line)
    check("b.corp.test does not take CredSSP" in lines[7], lines[7])
    for line in lines[8:11]:
        check("|False|the domain has no computer nosuch" in line, line)
    for line in lines[11:13]:
        check("|False|b.corp.test runs no Windows" in line, line)
    check(lines[14] == "But the domain has no computer nosuch: check the name "
          "first.", lines[14])
    got = hop("a", "root", "Get-SecondHop b c | ForEach-Object { "
              "\"$($_.Name)|$($_.Available)|$($_.Why)\" }").out.splitlines()
    for line in got[1:4]:
        check("||the directory was not asked: " in line
              and "No Kerberos credentials" in line, line)
    clear_grants()


@row("klist kcd_cache shows what was made by delegation alone")
def _():
    expect(lab("rbcd", "C$", "B$"))
    got = in_session("alice", "kvno -q host/c.corp.test; klist kcd_cache; "
                     "klist -lh 0 -li 0x3e8; klist query_bind")
    expect(got, out_has=(
        "Cached Tickets: (1)\n\n#0>\tClient: alice @ CORP.TEST\n"
        "\tServer: host/c.corp.test @ CORP.TEST\n",
        "Targeted LogonId is 0:0x3e8\n",
        "KDC binding cache has been queried"))
    check("delegated-by-agent" not in got.out, f"{got}")
    expect(in_session("alice", "kvno -q host/c.corp.test; klist kcd_cache",
                      "-ad"), out_has="Cached Tickets: (0)\n")
    clear_grants()


@row("inside a session nothing is got of what its tickets are made of")
def _():
    for options in (("-ad",), ()):
        got = on("a", "alice", *VIA_B, *options, "/usr/bin/python3",
                 "/opt/hop-src/tests/e2e/clients/grab.py")
        expect(got)
        lines = got.out.splitlines()
        check(len(lines) > 40, f"{got}")
        taken = [line for line in lines if ": refused (" not in line]
        check(taken == ["listing: code 0, no TGT", "afterwards: 0 True"],
              f"{taken}\n{got}")


@row("each ticket is one line of the journal: user, session, way, service")
def _():
    expect(lab("rbcd", "C$", "B$"))
    before = len(journal("b"))
    expect(on("a", "alice", *VIA_B, "kvno -q cifs/c.corp.test; "
              "kvno -q host/c.corp.test; kvno -q cifs/c.corp.test; "
              "kvno -q cifs/dc1.corp.test; true"))
    seen = [(r["HOP_USER"], r["HOP_WAY"], r["HOP_SERVICE"], r["HOP_RESULT"])
            for r in journal("b")[before:] if r.get("HOP_EVENT") == "ticket"]
    check(seen == [
        ("alice", "s4u2proxy", "cifs/c.corp.test@CORP.TEST", "given"),
        ("alice", "s4u2proxy", "host/c.corp.test@CORP.TEST", "given"),
        ("alice", "s4u2proxy", "cifs/dc1.corp.test@CORP.TEST", "refused"),
    ], str(seen))
    check(len({r["HOP_SESSION"] for r in journal("b")[before:]
               if r.get("HOP_EVENT") == "ticket"}) == 1, "sessions")
    expect(hop("b", "root", """
        Get-EventLog -LogName Security -Newest 20 -InstanceId 4769 |
            Where-Object Message -like 'ticket for*' | Select-Object -First 2 |
            ForEach-Object { "$($_.EntryType) $($_.UserName) $($_.Message)" }
        (Get-WinEvent -LogName Security -MaxEvents 1).LogName"""),
        out_has=("FailureAudit alice ticket for alice@CORP.TEST to "
                 "cifs/dc1.corp.test@CORP.TEST refused: ",
                 "SuccessAudit alice ticket for alice@CORP.TEST to "
                 "host/c.corp.test@CORP.TEST given\nSecurity\n"))
    clear_grants()


GSSAPI = """
import gssapi
name = gssapi.Name("HTTP@c.corp.test", gssapi.NameType.hostbased_service)
context = gssapi.SecurityContext(name=name, usage="initiate")
print(len(context.step()) > 500, gssapi.Credentials(usage="initiate").name)
"""


@row("python3-gssapi, git's library, LDAP and hop itself find the tickets")
def _():
    expect(lab("rbcd", "C$", "B$"))
    got = on("a", "alice", *VIA_B, "/usr/bin/python3 -", stdin=GSSAPI.encode())
    expect(got, out="True alice@CORP.TEST\n")
    expect(in_session("alice", "klist get cifs/c.corp.test"),
           out_has="has been retrieved successfully")
    expect(on("a", "alice", *VIA_B, "ldapwhoami -Q -Y GSSAPI "
              "-H ldap://dc1.corp.test"), status=254)
    clear_grants()
    # with a ticket handed over, the directory is a third host like another
    expect(in_session("alice", "(Get-ADUser alice).Name", "-ad"),
           out="alice\n")


OTHER_ADMIN = """
    $cred = [pscredential]::new('oadmin@OTHER.TEST', (ConvertTo-SecureString Passw0rd.lab -AsPlainText -Force))
"""


@row("another domain's accounts: -Server, a DN of it, what they trust")
def _():
    expect(lab("second", "up"))
    expect(hop("a", "alice", OTHER_ADMIN + """
        $d = Get-ADComputer d -Server dc2.other.test
        $d.DistinguishedName; (Get-ADComputer $d).Name
        (Get-ADUser erin -Server other.test).UserPrincipalName
        (Get-ADObject -Filter "Name -eq 'erin'" -SearchBase 'DC=other,DC=test').Name
        $b = Get-ADComputer -Identity b
        Set-ADComputer -Identity d -Server other.test -Credential $cred -PrincipalsAllowedToDelegateToAccount $b
        $p = 'PrincipalsAllowedToDelegateToAccount', 'msDS-AllowedToActOnBehalfOfOtherIdentity'
        $d = Get-ADComputer d -Server other.test -Properties $p
        $d.PrincipalsAllowedToDelegateToAccount
        $d.'msDS-AllowedToActOnBehalfOfOtherIdentity'.Access.IdentityReference
        try { Set-ADComputer $d -Description x } catch { $_.CategoryInfo.Category }
        """), out="CN=D,CN=Computers,DC=other,DC=test\nD\nerin@other.test\n"
           "erin\nCN=B,CN=Computers,DC=corp,DC=test\nCORP\\B$\n"
           "PermissionDenied\n")


@row("across a trust a ticket handed over works; Samba's KDC refuses RBCD")
def _():
    service = "HOST/d.other.test@OTHER.TEST"
    expect(on("a", "alice", *VIA_B, "-ad", f"kvno {service}"),
           out_has=service)
    # Windows refers with a ticket-granting ticket that says who acts for whom
    # (MS-SFU 3.2.5.2.2); Samba 4.22 looks for a grant on that ticket itself.
    expect(on("a", "alice", *VIA_B, f"kvno {service}"), status=1,
           err_has="KDC can't fulfill requested option")
    last = [r for r in journal("b") if r.get("HOP_RESULT") == "refused"][-1]
    check("across a trust" in last["MESSAGE"], last["MESSAGE"])
    log = lab("log", "dc", "samba-dc.log").out
    check("as alice@CORP.TEST to krbtgt/OTHER.TEST@CORP.TEST not allowed"
          in log, "the KDC refuses elsewhere now: Samba may have learnt it")
    expect(lab("second", "down"))
    # What of Samba still asks there comes back when it gives up.
    probes = (("b", "root", "kinit", "-k", "-c", "MEMORY:probe", "B$"),
              ("b", "root", "id", "dadmin"),
              ("a", "alice", "hop", "-NoProfile", "-Command",
               "[void](Get-ADComputer b)"))
    until(lambda: all(on(host, user, "timeout", "3", *command).status == 0
                      for host, user, *command in probes * 8),
          "the domain answers again", 120)


AS_ALICE = """
    $cred = [pscredential]::new('CORP\\alice', (ConvertTo-SecureString Passw0rd.lab -AsPlainText -Force))
"""


def logons(host, user):
    """The journal's records of a user's logons."""
    return [r for r in journal(host) if r.get("HOP_EVENT") == "logon"
            and r.get("HOP_USER") == user]


@row("Microsoft's article on the second hop, typed as it is printed")
def _():
    clear_grants()
    before = len(logons("c", "alice"))
    got = hop("a", "dadmin", """
        $ServerB = Get-ADComputer -Identity b
        $ServerC = Get-ADComputer -Identity c
        (Get-CimInstance Win32_Service -Filter 'Name="winrm"' -ComputerName $ServerB.Name | Select-Object StartName).StartName
        Set-ADComputer -Identity $ServerC -PrincipalsAllowedToDelegateToAccount $ServerB
        $x = Get-ADComputer -Identity $ServerC -Properties msDS-AllowedToActOnBehalfOfOtherIdentity
        $x.'msDS-AllowedToActOnBehalfOfOtherIdentity'.Access.IdentityReference
        (Get-ADComputer -Identity $ServerC -Properties PrincipalsAllowedToDelegateToAccount).PrincipalsAllowedToDelegateToAccount
        $cred = [pscredential]::new('CORP\\dadmin', (ConvertTo-SecureString Passw0rd.lab -AsPlainText -Force))
        Invoke-Command -ComputerName $ServerB.Name -Credential $cred -ScriptBlock {
            klist purge -li 0x3e7
        }""" + AS_ALICE + """
        Invoke-Command -ComputerName $ServerB.Name -Credential $cred -ScriptBlock {
            Test-Path \\\\$($using:ServerC.Name)\\C$
            Get-Content \\\\$($using:ServerC.Name)\\C$\\hello.txt
            $p = Get-Process sshd -ComputerName $($using:ServerC.Name)
            "$(@($p)[0].Name) on $(@($p)[0].MachineName)"
            (Get-EventLog -LogName System -Newest 3 -ComputerName $($using:ServerC.Name)).Count
            (Get-CimInstance Win32_OperatingSystem -ComputerName $($using:ServerC.Name)).CSName
            Invoke-Command -ComputerName $($using:ServerC.Name) { "$(hostname) $(whoami)" }
        }""")
    expect(got, err="", out_has=(
        "CORP\\B$\nCN=B,CN=Computers,DC=corp,DC=test\n",
        "Targeted LogonId is 0:0x3e7\n\tDeleting all tickets:\n"
        "\tTicket(s) purged!\nTrue\nC is reached\nsshd on C\n3\nc\n"
        "c alice\n"))
    seen = logons("c", "alice")[before:]
    check(seen and all(r["HOP_PRINCIPAL"] == "alice@CORP.TEST"
                       for r in seen), str(seen))
    clear_grants()


@row("before the grant and after $null all is refused within a second")
def _():
    clear_grants()
    refused = AS_ALICE + """
        Invoke-Command -ComputerName b -Credential $cred -ScriptBlock {
            $t = [Diagnostics.Stopwatch]::StartNew()
            foreach ($try in { Get-ChildItem \\\\c\\C$ -ErrorAction Stop },
                             { Invoke-Command c { whoami } -ErrorAction Stop },
                             { Get-CimInstance Win32_Process -ComputerName c -ErrorAction Stop }) {
                try { & $try } catch { "$($_.Exception.Message -match '0x8009030E')" }
            }
            $t.Elapsed.TotalSeconds -lt 3
        }"""
    open_ = AS_ALICE + "Invoke-Command b -Credential $cred { Invoke-Command c { whoami } }"
    grant = "Set-ADComputer c -PrincipalsAllowedToDelegateToAccount "
    expect(hop("a", "dadmin", refused + f"\n{grant}(Get-ADComputer b)\n{open_}\n"
               f"{grant}$null\n" + refused),
           out="True\nTrue\nTrue\nTrue\nalice\nTrue\nTrue\nTrue\nTrue\n")


@row("the list of services (KCD) and a host the domain trusts (unconstrained)")
def _():
    clear_grants()
    with_policy("a", "Client/TrustedHosts = <local>", restart=False)
    script = """
        Invoke-Command b { try { Invoke-Command c { whoami } -ErrorAction Stop }
                           catch { 'refused' } }"""
    by_name = ("winrs", "-r:b", "-u:CORP\\alice", "-p:-", "winrs -r:c whoami")
    expect(hop("a", "alice", script), out="refused\n")
    expect(lab("kcd", "B$", "host/c.corp.test"))
    try:
        expect(hop("a", "alice", script), out="alice\n")
        ntlm = ["a", "root", "env", "KRB5_CONFIG=/dev/null", *by_name]
        expect(on(*ntlm, stdin=b"Passw0rd.lab\n"), status=255,
               err_has="0x8009030E")
        expect(lab("flag", "B$", "ttafd", "on"))
        expect(on(*ntlm, stdin=b"Passw0rd.lab\n"), out="alice\n")
        expect(lab("kcd", "B$", "-"))
        expect(lab("flag", "B$", "ttafd", "off"))
        expect(hop("a", "alice", script), out="refused\n")
        # only a host with the flag ok_as_delegate is handed a ticket
        expect(lab("flag", "B$", "tfd", "on"))
        expect(hop("a", "alice", script), out="alice\n")
    finally:
        expect(lab("kcd", "B$", "-"))
        expect(lab("flag", "B$", "ttafd", "off"))
        expect(lab("flag", "B$", "tfd", "off"))
        without_policy("a", restart=False)
    expect(hop("a", "alice", script), out="refused\n")


@row("carol and dave are refused on each way, with the reason")
def _():
    expect(lab("rbcd", "C$", "B$"))
    expect(lab("kcd", "B$", "host/c.corp.test"))
    expect(lab("flag", "B$", "tfd", "on"))
    try:
        for user in ("carol", "dave"):
            expect(hop("a", user, """
                Invoke-Command b {
                    try { Invoke-Command c { whoami } -ErrorAction Stop }
                    catch { $_.Exception.Message } }"""),
                   out_has=("has no credential of " + user, "is marked "
                            "sensitive or is in Protected Users",
                            "0x8009030E"))
    finally:
        expect(lab("flag", "B$", "tfd", "off"))
        clear_grants()


@row("ssh, curl, smbclient, kvno and winrs typed in a remote session just work")
def _():
    expect(lab("rbcd", "C$", "B$"))
    got = hop("a", "alice", """
        Invoke-Command b {
            smbclient //c.corp.test/C$ -c ls | Where-Object { $_ -like '*hello.txt*' } | ForEach-Object { 'smbclient' }
            ssh -o LogLevel=ERROR c id -un
            $code = curl -s -o /dev/null -w '%{http_code}' --negotiate -u : -X POST http://c.corp.test:5985/wsman
            $code -notin '401', '000'
            kvno -q host/c.corp.test; klist -s; $LASTEXITCODE
            winrs -r:c hostname
        }""")
    expect(got, out="smbclient\nalice\nTrue\n0\nc\n")
    clear_grants()
