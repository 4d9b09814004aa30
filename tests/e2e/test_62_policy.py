# SPDX-License-Identifier: MIT
"""The domain's Group Policy becomes the policy of Hop's settings."""
import json
import re

from harness import check, expect, lab, on, row, sh, until

WINDOWS = "Software\\Policies\\Microsoft\\Windows\\"
FRESH = WINDOWS + "CredentialsDelegation"
SERVICE = WINDOWS + "WinRM\\Service"
DOMAIN = "DC=corp,DC=test"
GPO = {}  # name: GUID


def gpo(*words, stdin=b""):
    return expect(lab("gpo", *words, stdin=stdin))


def make(name, *values, link=DOMAIN):
    """A Group Policy object with registry values, linked to a container."""
    out = gpo("create", name).out
    GPO[name] = re.search(r"\{[0-9A-Fa-f-]{36}\}", out).group(0)
    load(name, *values)
    if link:
        gpo("setlink", link, GPO[name])


def load(name, *values):
    gpo("load", GPO[name], stdin=json.dumps([
        {"keyname": key, "valuename": value, "class": "MACHINE",
         "type": "REG_DWORD" if isinstance(data, int) else "REG_SZ",
         "data": data} for key, value, data in values]).encode())


def hop(host, user, script):
    return on(host, user, "hop", "-NoProfile", "-Command", script)


def setting(host, path):
    """What a host's domain policy has for a path, or None."""
    text = sh(host, "root", "cat /etc/hop/policy.d/domain.policy").out
    found = re.search(rf"^{re.escape(path)} = (.*)$", text, re.M)
    return found and found.group(1)


@row("gpupdate and gpresult show a domain without settings of ours")
def _():
    expect(on("a", "root", "gpupdate", "/target:computer", "/force"),
           out_has=("Computer policy is up to date: 1 of 1",
                    "set 0 settings", "dc1.corp.test"))
    expect(on("a", "alice", "gpresult", "/r"),
           out_has=("CN=A,CN=Computers,DC=corp,DC=test",
                    "Applied Group Policy Objects\n    Default Domain Policy"))
    expect(on("a", "alice", "gpupdate"), status=1,
           err_has=("0x80070005", "run it as root"))


@row("a GPO made with samba-tool fixes the settings: 0x8033808A")
def _():
    make("Hop delegation", (FRESH, "AllowFreshCredentials", 1),
         (FRESH + "\\AllowFreshCredentials", "1", "wsman/b.corp.test"),
         (WINDOWS + "WinRM\\Client", "AllowCredSSP", 1),
         (SERVICE, "AllowCredSSP", 0))
    expect(on("a", "root", "gpupdate", "/force"),
           out_has=("2 of 2", "set 3 settings"))
    expect(on("a", "root", "gpresult", "/scope", "computer", "/z"), out_has=(
        "Client/AllowFreshCredentials = wsman/b.corp.test\n"
        "        Policy:  AllowFreshCredentials\n"
        "        From:    Hop delegation\n", "Service/Auth/CredSSP = false",
        GPO["Hop delegation"], "1 in the directory, 1 in SYSVOL"))
    expect(hop("a", "root", "Get-WSManCredSSP"),
           out_has="following target(s): wsman/b.corp.test\n")
    for command in ("Enable-WSManCredSSP Client c -Force",
                    "Enable-WSManCredSSP Server -Force",
                    "Disable-WSManCredSSP Client"):
        got = hop("a", "root", command)
        check("0x8033808A" in got.err, str(got))
    expect(on("a", "alice", "winrs", "-r:c.corp.test", "-auth:credssp",
              "-u:alice@CORP.TEST", "-p:-", "whoami", stdin=b"x\n"),
           status=255, err_has=("0x803381A3", "gpresult /z"))


@row("only what has changed is read again, and nothing is written for nothing")
def _():
    first = sh("a", "root", "stat -c %i /etc/hop/policy.d/domain.policy").out
    expect(on("a", "root", "gpupdate"), out_has="3 settings, as before")
    check(sh("a", "root", "stat -c %i /etc/hop/policy.d/domain.policy").out ==
          first, "it was written again")
    load("Hop delegation",
         (FRESH + "\\AllowFreshCredentials", "2", "wsman/c.corp.test"),
         (FRESH, "ConcatenateDefaults_AllowFresh", 1))
    expect(on("a", "root", "gpupdate"), out_has="4 settings (")
    check(setting("a", "Client/AllowFreshCredentials") ==
          "wsman/b.corp.test, wsman/c.corp.test", "the list is longer")


@row("with ConcatenateDefaults this host's own list stands beside it")
def _():
    expect(hop("a", "root", "Enable-WSManCredSSP Client x -Force >$null; "
               "Get-WSManCredSSP"), out_has=(
                   "Passwords may now go to wsman/x.",
                   "wsman/c.corp.test,wsman/b.corp.test,wsman/x\n"))
    expect(sh("a", "root", "rm /etc/hop/wsman.conf"))


@row("hopd applies it at its start and obeys")
def _():
    make("Hop service", (SERVICE + "\\WinRS", "AllowRemoteShellAccess", 0))
    expect(lab("restart", "b", "hopd"))
    until(lambda: setting("b", "Shell/AllowRemoteShellAccess") == "false",
          "hopd has run gpupdate")
    until(lambda: on("a", "alice", "winrs", "-r:b", "hostname").status != 0,
          "b opens no shells")
    gpo("del", GPO["Hop service"])
    expect(on("b", "root", "gpupdate"))
    check(setting("b", "Shell/AllowRemoteShellAccess") is None, "it is gone")
    until(lambda: on("a", "alice", "winrs", "-r:b", "hostname").out == "b\n",
          "b opens shells again")


@row("inheritance is blocked and enforced, and filters keep computers out")
def _():
    ldb = ("-H", "/lab/dc/private/sam.ldb")
    expect(lab("samba-tool", "ou", "add", f"OU=hop,{DOMAIN}", *ldb))
    expect(lab("samba-tool", "computer", "move", "A", f"OU=hop,{DOMAIN}",
               *ldb))
    try:
        make("Hop unit", (SERVICE + "\\WinRS", "MaxShellsPerUser", 7),
             link=f"OU=hop,{DOMAIN}")
        make("Hop forced", (SERVICE + "\\WinRS", "MaxShellsPerUser", 9),
             link=None)
        gpo("setlink", DOMAIN, GPO["Hop forced"])
        expect(on("a", "root", "gpupdate"), out_has="4 of 4")
        check(setting("a", "Shell/MaxShellsPerUser") == "7", "the unit wins")
        gpo("dellink", DOMAIN, GPO["Hop forced"])
        gpo("setlink", DOMAIN, GPO["Hop forced"], "--enforce")
        gpo("setinheritance", f"OU=hop,{DOMAIN}", "block")
        expect(on("a", "root", "gpupdate"), out_has="2 of 4")
        check(setting("a", "Shell/MaxShellsPerUser") == "9", "force wins")
        expect(on("a", "root", "gpresult", "/r"), out_has=(
            "    Hop forced\n    Hop unit\n",
            "    Hop delegation\n        Why:     a container blocks"))
    finally:
        lab("samba-tool", "computer", "move", "A", f"CN=Computers,{DOMAIN}",
            *ldb)
        for name in ("Hop unit", "Hop forced"):
            lab("gpo", "del", GPO.get(name, ""))
        lab("samba-tool", "ou", "delete", f"OU=hop,{DOMAIN}",
            "--force-subtree-delete", *ldb)


@row("what was read stays when no domain controller answers")
def _():
    expect(on("a", "root", "gpupdate"))
    before = setting("a", "Client/AllowFreshCredentials")
    expect(sh("a", "root", "mv /etc/krb5.conf /etc/krb5.conf.away; "
              "sed s/10.77.0.10/10.77.0.11/ /etc/krb5.conf.away "
              ">/etc/krb5.conf; gpupdate; status=$?; "
              "mv /etc/krb5.conf.away /etc/krb5.conf; exit $status"),
           status=1, err_has=("the last one stays", "0x80090311"))
    check(before and setting("a", "Client/AllowFreshCredentials") == before,
          "it stays")


@row("gpupdate and gpresult are commands of the shell")
def _():
    gpo("del", GPO["Hop delegation"])
    expect(hop("a", "root", "gpupdate /force; gpresult /r | "
               "Select-String delegation; (Get-Command gpresult).CommandType"),
           out_has=("set 0 settings", "Application"))
    expect(hop("a", "root", "Get-WSManCredSSP"),
           out_has="is not configured to allow delegating")
