# SPDX-License-Identifier: MIT
"""UNC paths in the FileSystem provider: files behind \\\\server\\share."""
from harness import LATER, check, expect, lab, on, row, sh


def hop(host, user, script, **options):
    return on(host, user, "hop", "-c", script, **options)


def via_b(user, script, *options):
    """The script in a shell of a session of the user's on b."""
    return on("a", user, "winrs", "-r:b", *options, f"hop -c '{script}'")


@row("Test-Path tells what is on a share and what is not")
def _():
    expect(hop("a", "alice", r"""
        Test-Path \\C\C$; Test-Path \\c.corp.test\C$\hello.txt -PathType Leaf
        Test-Path //c/C$; Test-Path FileSystem::\\c\C$\hello.txt
        Test-Path \\c\C$\none; Test-Path \\c\none; Test-Path \\c
        Test-Path \\nohost\x"""),
           out="True\n" * 4 + "False\n" * 4, err="")


@row("a share's files are read, listed and told of with backslashes")
def _():
    expect(hop("a", "alice", r"""
        Get-Content \\c\C$\hello.txt
        (Get-Item \\c\C$\hello.txt).FullName
        Get-ChildItem \\c\C$ -Filter *.txt | ForEach-Object PSPath
        [IO.File]::ReadAllText('\\c\C$\hello.txt').Trim()
        (Get-Item \\c\C$\hello.txt).Length"""),
           out="C is reached\n\\\\c\\C$\\hello.txt\n"
           "Microsoft.PowerShell.Core\\FileSystem::\\\\c\\C$\\hello.txt\n"
           "C is reached\n13\n", err="")


@row("files are made, changed, copied both ways, moved and removed")
def _():
    expect(hop("a", "alice", r"""
        $d = '\\c\share\unc'
        New-Item -ItemType Directory $d\one\two -Force | % FullName
        Set-Content $d\one\a.txt 1, 2; Add-Content $d\one\a.txt 3
        'x' > $d\one\b.txt; 'y' >> $d\one\b.txt
        Copy-Item $d\one\a.txt /tmp/unc-a.txt; Get-Content /tmp/unc-a.txt -Tail 1
        Copy-Item /tmp/unc-a.txt $d\one\two\c.txt; Remove-Item /tmp/unc-a.txt
        Copy-Item $d\one $d\copy -Recurse
        Rename-Item $d\copy\a.txt z.txt; Move-Item $d\copy\z.txt $d\one
        Get-ChildItem $d -Recurse -File -Name
        Clear-Content $d\one\z.txt; (Get-Item $d\one\z.txt).Length
        Remove-Item $d -Recurse; Test-Path $d"""),
           out="\\\\c\\share\\unc\\one\\two\n3\ncopy\\b.txt\n"
           "copy\\two\\c.txt\none\\a.txt\none\\b.txt\none\\z.txt\n"
           "one\\two\\c.txt\n0\n"
           "False\n", err="")


@row("a location on a share has its prompt and relative paths")
def _():
    expect(hop("a", "alice", r"""
        Set-Location \\c\C$; "$(prompt)"; Get-Content hello.txt
        $PWD.ProviderPath; /bin/pwd; Set-Location /tmp; "$PWD"
        (Resolve-Path \\c\C$\h*.txt).ProviderPath; Join-Path \\c\C$ a b
        Split-Path \\c\C$\hello.txt"""),
           out="PS Microsoft.PowerShell.Core\\FileSystem::\\\\c\\C$> \n"
           "C is reached\n\\\\c\\C$\n/\n/tmp\n\\\\c\\C$\\hello.txt\n"
           "\\\\c\\C$\\a\\b\n\\\\c\\C$\n", err="")


@row("a drive shows the server another user, until it is removed")
def _():
    expect(hop("a", "alice", r"""
        $word = ConvertTo-SecureString Passw0rd.lab -AsPlainText -Force
        $bob = [pscredential]::new('CORP\bob', $word)
        $null = New-PSDrive X FileSystem \\c\share -Credential $bob
        'by bob' > X:/unc-bob.txt; (Get-Item X:/unc-bob.txt).FullName
        Remove-Item X:/unc-bob.txt; Remove-PSDrive X
        Test-Path \\c\C$"""),
           out="\\\\c\\share\\unc-bob.txt\nTrue\n", err="")
    got = hop("a", "alice", r"""
        $word = ConvertTo-SecureString wrong -AsPlainText -Force
        $bob = [pscredential]::new('CORP\bob', $word)
        $null = New-PSDrive X FileSystem \\c\share -Credential $bob
        $Error[0].FullyQualifiedErrorId""")
    expect(got, err_has="the server c does not let CORP\\bob in",
           out="ItemExistsUnauthorizedAccessError,"
           "Microsoft.PowerShell.Commands.NewPSDriveCommand\n")


@row("refusals name the host, the share and the right that is missing")
def _():
    expect(hop("a", "alice", r"Get-ChildItem \\nohost\x"), status=1,
           err_has="the host nohost is not known")
    expect(hop("a", "alice", r"Get-ChildItem \\b\x"), status=1,
           err_has="the host b does not answer on port 445")
    expect(hop("a", "alice", r"Get-ChildItem \\c\none"), status=1,
           err_has="the server c has no share of that name")
    expect(hop("a", "bob", r"Test-Path \\c\C$; $Error[0].FullyQualifiedErrorId"),
           out="False\nItemExistsUnauthorizedAccessError,"
           "Microsoft.PowerShell.Commands.TestPathCommand\n",
           err_has=r"Access to the path '\\c\C$' is denied.")
    expect(sh("a", "alice", r"kdestroy; hop -c 'Test-Path \\c\C$'"),
           status=1, out="False\n",
           err_has=("there is no ticket cache", "0x8009030E"))


@row("a session without delegation says what is missing, and how to get it")
def _():
    expect(via_b("alice", r"Test-Path \\c\C$"), status=1, out="False\n",
           err_has=("the session on b has no credential of alice",
                    "0x8009030E", "Get-SecondHop -Via b -To c"))


@row("forwarded, constrained and from a password: the share is reached")
def _():
    reached = r"Get-Content \\C\C$\hello.txt"
    expect(via_b("alice", reached, "-ad"), out="C is reached\n")
    expect(lab("rbcd", "C$", "B$"))
    try:
        expect(via_b("alice", reached), out="C is reached\n")
        expect(via_b("carol", reached), status=1, err_has="0x8009030E")
    finally:
        expect(lab("rbcd", "C$", "-"))
    expect(via_b("alice", reached), status=1, err_has="0x8009030E")


@row("a remote session has the paths of the shell, and its own credential")
def _():
    got = hop("a", "alice", r"""
        Invoke-Command -ComputerName b { Test-Path \\C\C$ }""")
    expect(got, status=1, out="False\n",
           err_has=("the session on b has no credential of alice",
                    "0x8009030E"))
    expect(lab("rbcd", "C$", "B$"))
    try:
        expect(hop("a", "alice", r"""
            $c = 'c'
            Invoke-Command -ComputerName b {
                Test-Path \\$($Using:c)\C$; Set-Location \\c\C$
                "$PWD"; Get-Content hello.txt }
            Invoke-Command -ComputerName b { Get-ChildItem \\c\C$ } |
                Format-Table Mode, Length, Name -HideTableHeaders"""),
               out="True\nMicrosoft.PowerShell.Core\\FileSystem::\\\\c\\C$\n"
               "C is reached\n\n-----     13 hello.txt\n\n", err="")
        expect(hop("a", "alice", r"""
            Copy-Item \\c\C$\hello.txt /tmp/unc-1.txt
            $s = New-PSSession b
            Copy-Item -ToSession $s /tmp/unc-1.txt /tmp/unc-2.txt
            Invoke-Command $s { Copy-Item /tmp/unc-2.txt \\c\share\unc-2.txt
                Get-Content \\c\share\unc-2.txt
                Remove-Item /tmp/unc-2.txt, \\c\share\unc-2.txt }
            Remove-PSSession $s; Remove-Item /tmp/unc-1.txt"""),
               out="C is reached\n", err="")
    finally:
        expect(lab("rbcd", "C$", "-"))


@row("no ticket is left in a file")
def _():
    got = sh("a", "alice", r"hop -c 'Test-Path \\c\C$'; ls /tmp /run/user/*")
    expect(got, status=got.status, out_has="True\n")
    check("hop-tickets" not in got.out, f"a ticket is left\n{got}")


@row("sessions that have lain idle for longer than their time are alive")
def _():
    for name, shell in LATER.get("idle", {}).items():
        out, err = shell.communicate(timeout=120)
        check("alive\n" in out.decode(), f"{name}: {out!r}\nerr: {err!r}")
