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


def ldb(tool, ldif):
    """Changes the directory on the domain controller itself."""
    expect(lab("exec", "dc", "root", "--", tool, "-H",
               "/lab/dc/private/sam.ldb", "--relax", stdin=ldif.encode()))


def gpo_dn(name):
    return f"CN={GPO[name]},CN=Policies,CN=System,{DOMAIN}"


def change(name, attribute, value=None):
    """Set an attribute of a GPO, or take it off."""
    ldb("ldbmodify", f"dn: {gpo_dn(name)}\nchangetype: modify\n"
        f"replace: {attribute}\n" +
        (f"{attribute}: {value}\n" if value is not None else ""))


SHELLS = "Shell/MaxShellsPerUser"
DEFAULT = "{31B2F340-016D-11D2-945F-00C04FB984F9}"


def shared():
    """Two GPOs for rows that change their links and attributes alone."""
    for name, value in (("Hop one", 11), ("Hop two", 12)):
        if name not in GPO:
            make(name, (SERVICE + "\\WinRS", "MaxShellsPerUser", value),
                 link=None)


def link(container, *names):
    """The links of a container: GPOs as "NAME" or "NAME;OPTIONS", beside those
    that are always there."""
    links = [(GPO[name.partition(";")[0]], name.partition(";")[2] or "0")
             for name in names]
    if container == DOMAIN:
        links = [(DEFAULT, "0"), (GPO["Hop delegation"], "0")] + links
    value = "".join(f"[LDAP://cn={guid},cn=policies,cn=system,{DOMAIN};{how}]"
                    for guid, how in links)
    ldb("ldbmodify", f"dn: {container}\nchangetype: modify\nreplace: gPLink\n"
        + (f"gPLink: {value}\n" if value else ""))


SOM = f"CN=SOM,CN=WMIPolicy,CN=System,{DOMAIN}"


def wmi_filter(number, name, *queries):
    """A WMI filter as the management console makes it."""
    guid = "{0000000%d-1111-2222-3333-444455556666}" % number
    parts = "".join(f"3;{len(space)};{len(query)};WQL;{space};{query};"
                    for space, query in queries)
    ldb("ldbadd", f"dn: CN={guid},{SOM}\nobjectClass: msWMI-Som\n"
        f"msWMI-ID: {guid}\nmsWMI-Name: {name}\nmsWMI-Parm1: made by a test\n"
        f"msWMI-Parm2: {len(queries)};{parts}\nmsWMI-Author: dadmin\n"
        "msWMI-CreationDate: 20260101000000.000000-000\n"
        "msWMI-ChangeDate: 20260101000000.000000-000\n")
    return guid


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
           out_has=("Updating policy...\n\nComputer Policy update has "
                    "completed successfully.\n\n1 of 1 Group Policy objects "
                    "apply and set 0 settings", "dc1.corp.test"))
    expect(on("a", "alice", "gpresult", "/r"),
           out_has=("CN=A,CN=Computers,DC=corp,DC=test",
                    "Domain Name:                        corp.test\n",
                    "Applied Group Policy Objects\n    ---",
                    "        Default Domain Policy\n",
                    "        Domain Computers\n"))
    expect(on("a", "alice", "gpupdate"), status=1,
           err_has=("0x80070005", "run it as root"))


@row("gpupdate and gpresult take Windows' options, and refuse others")
def _():
    for options in (("/Force", "/Boot", "/Sync"), ("-logoff", "/Wait:-1"),
                    ("--force", "/TARGET:Computer", "/wait:30")):
        expect(on("a", "root", "gpupdate", *options),
               out_has="completed successfully")
    expect(on("a", "root", "gpupdate", "/target:user"), out_has="no policies")
    expect(on("a", "root", "gpupdate", "/?"), out_has="/wait:SECONDS")
    for bad in ("/what", "/wait:soon", "/wait:-2", "/target:dog"):
        expect(on("a", "root", "gpupdate", bad), status=1, out="",
               err_has=f"ERROR: Invalid argument/option - '{bad}'.\n")
    expect(on("a", "alice", "gpresult", "/?"), out_has="/h FILE")
    expect(on("a", "alice", "gpresult", "/Scope", "Computer", "/V"),
           out_has="Resultant Set Of Policies for Computer")
    expect(on("a", "alice", "gpresult", "/scope:user", "/r"),
           out_has="no policies of users")
    for words, text in (((), "usage: gpresult"),
                        (("/bogus",), "Invalid argument/option - '/bogus'."),
                        (("/r", "/z"), "Invalid syntax. '/z' does not go"),
                        (("/h",), "Value expected for '/h'."),
                        (("/scope", "dog", "/r"), "'/scope dog'"),
                        (("/r", "/f"), "goes with /x FILE or /h FILE"),
                        (("/s", "b", "/r"), "winrs -r:HOST gpresult /r")):
        expect(on("a", "alice", "gpresult", *words), status=1, out="",
               err_has=text)


@row("gpupdate /wait:0 comes back at once, and the update goes on")
def _():
    before = sh("a", "root", "stat -c %Y /var/lib/hop/policy/report").out
    sh("a", "root", "touch -d 2001-01-01 /var/lib/hop/policy/report; "
       "echo old >>/var/lib/hop/policy/report")
    expect(on("a", "root", "gpupdate", "/wait:0"), out_has="goes on by itself")
    until(lambda: on("a", "alice", "gpresult", "/r").status == 0,
          "the update has ended")
    check(sh("a", "root", "stat -c %Y /var/lib/hop/policy/report").out >=
          before, "the report is new")


@row("gpresult writes a page and XML, over a file only when told to")
def _():
    at = "/home/alice/report"
    for option, suffix, text in (("/h", "html", "<h1>Group Policy Results: a"),
                                 ("/x", "xml", "<FilterAllowed>true<")):
        file = f"{at}.{suffix}"
        sh("a", "root", f"rm -f {file}")
        expect(on("a", "alice", "gpresult", option, file), out="")
        expect(on("a", "alice", "cat", file), out_has=(
            text, "Default Domain Policy"))
        expect(on("a", "alice", "gpresult", option, file), status=1,
               err_has=("exists already", "/f"))
        expect(on("a", "alice", "gpresult", option, file, "/f"), out="")
    expect(on("a", "alice", "/usr/bin/python3", "-c",
              "import sys, xml.etree.ElementTree as t; n = "
              "'{http://www.microsoft.com/GroupPolicy/Rsop}'; r = t.parse("
              f"'{at}.xml').getroot(); print(r.tag == n + 'Rsop', "
              "r.find(f'{n}ComputerResults/{n}GPO/{n}Name').text)"),
           out="True Default Domain Policy\n")
    expect(on("a", "alice", "gpresult", "/h", "/nowhere/x"), status=1,
           err_has="write /nowhere/x")


@row("a GPO made with samba-tool fixes the settings: 0x8033808A")
def _():
    make("Hop delegation", (FRESH, "AllowFreshCredentials", 1),
         (FRESH + "\\AllowFreshCredentials", "1", "wsman/b.corp.test"),
         (WINDOWS + "WinRM\\Client", "AllowCredSSP", 1),
         (SERVICE, "AllowCredSSP", 0))
    expect(on("a", "root", "gpupdate", "/force"),
           out_has=("2 of 2", "set 3 settings"))
    expect(on("a", "root", "gpresult", "/scope", "computer", "/z"), out_has=(
        "            GPO: Hop delegation\n                KeyName:     "
        "Software\\Policies\\Microsoft\\Windows\\CredentialsDelegation\\"
        "AllowFreshCredentials\n                State:       Enabled\n"
        "                Setting:     "
        "Client/AllowFreshCredentials = wsman/b.corp.test\n",
        "State:       Disabled\n                Setting:     "
        "Service/Auth/CredSSP = false", GPO["Hop delegation"], "1 in the directory, 1 in SYSVOL"))
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


@row("hopd reads it again by itself, as often as the policy says")
def _():
    system = WINDOWS + "System"
    shared()
    try:
        load("Hop one", (system, "GroupPolicyRefreshTime", 0),
             (system, "GroupPolicyRefreshTimeOffset", 0))
        link(DOMAIN, "Hop one")
        expect(on("b", "root", "gpupdate"))
        check(setting("b", "Linux/GroupPolicyRefreshTime") == "0", "it is set")
        link(DOMAIN, "Hop one", "Hop two")
        until(lambda: setting("b", SHELLS) == "12", "hopd has run gpupdate",
              seconds=60)
    finally:
        link(DOMAIN)
        gpo("remove", GPO["Hop one"], stdin=json.dumps([
            {"keyname": system, "valuename": name, "class": "MACHINE"}
            for name in ("GroupPolicyRefreshTime",
                         "GroupPolicyRefreshTimeOffset")]).encode())
    expect(on("b", "root", "gpupdate"))
    check(setting("b", "Linux/GroupPolicyRefreshTime") is None, "it is gone")


@row("inheritance is blocked and enforced, and filters keep computers out")
def _():
    unit = f"OU=hop,{DOMAIN}"

    def move(old, new):
        return lab("exec", "dc", "root", "--", "ldbrename", "-H",
                   "/lab/dc/private/sam.ldb", f"CN=A,{old}", f"CN=A,{new}")

    shared()
    ldb("ldbadd", f"dn: {unit}\nobjectClass: organizationalUnit\n")
    expect(move(f"CN=Computers,{DOMAIN}", unit))
    try:
        link(unit, "Hop one")
        link(DOMAIN, "Hop two")
        expect(on("a", "root", "gpupdate"), out_has="4 of 4")
        check(setting("a", SHELLS) == "11", "the unit wins")
        link(DOMAIN, "Hop two;2")
        ldb("ldbmodify", f"dn: {unit}\nchangetype: modify\n"
            "replace: gPOptions\ngPOptions: 1\n")
        expect(on("a", "root", "gpupdate"), out_has="2 of 4")
        check(setting("a", SHELLS) == "12", "force wins")
        expect(on("a", "root", "gpresult", "/r"), out_has=(
            "        Hop two\n        Hop one\n",
            "        Hop delegation\n            Filtering:  Denied (Blocked "
            "SOM)\n"))
    finally:
        move(unit, f"CN=Computers,{DOMAIN}")
        lab("exec", "dc", "root", "--", "ldbdel", "-H",
            "/lab/dc/private/sam.ldb", unit)
        link(DOMAIN)


FOUND = "SELECT * FROM Win32_OperatingSystem WHERE Caption LIKE \"%\""
CIM = "root\\CIMv2"


@row("a WMI filter is evaluated on this host")
def _():
    filters = {
        "one that finds something": (True, [
            (CIM, FOUND), ("root/cimv2", "select Name from "
                           "Win32_ComputerSystem where DNSHostName = 'a'")]),
        "one that finds nothing": (False, [
            (CIM, FOUND), (CIM, "SELECT * FROM Win32_OperatingSystem WHERE "
                           "Version LIKE \"10.0%\" AND ProductType = \"1\"")]),
        "of an unknown class": (False, [
            (CIM, "SELECT * FROM Win32_Battery")]),
    }
    said = ("it finds nothing", "the class Win32_Battery is not known here")
    shared()
    link(DOMAIN, "Hop one")
    made = []
    try:
        for number, (name, (holds, queries)) in enumerate(filters.items()):
            made.append(wmi_filter(number, name, *queries))
            change("Hop one", "gPCWQLFilter", f"[corp.test;{made[-1]};0]")
            expect(on("a", "root", "gpupdate"))
            check(setting("a", SHELLS) == ("11" if holds else None), name)
            got = expect(on("a", "alice", "gpresult", "/v"),
                         out_has=f"WMI Filter: {name}\n")
            check(("Filtering:  Denied (WMI Filter)" in got.out) != holds,
                  str(got))
            check(any(text in got.out for text in said) != holds, str(got))
        change("Hop one", "gPCWQLFilter",
               "[corp.test;{99999999-1111-2222-3333-444455556666};0]")
        expect(on("a", "root", "gpupdate"))
        check(setting("a", SHELLS) == "11", "one that is not there is true")
        expect(on("a", "alice", "gpresult", "/r"),
               out_has="so it counts as true\n")
    finally:
        change("Hop one", "gPCWQLFilter")
        link(DOMAIN)
        for guid in made:
            lab("exec", "dc", "root", "--", "ldbdel", "-H",
                "/lab/dc/private/sam.ldb", f"CN={guid},{SOM}")


@row("a disabled half, a disabled link and security filtering keep it out")
def _():
    def refused(why):
        expect(on("a", "root", "gpupdate"))
        check(setting("a", SHELLS) is None, why)
        expect(on("a", "alice", "gpresult", "/r"),
               out_has=f"        Hop one\n            Filtering:  {why}\n")

    shared()
    try:
        link(DOMAIN, "Hop one")
        change("Hop one", "flags", "2")
        refused("Disabled (GPO)")
        change("Hop one", "flags", "1")  # the users' half
        expect(on("a", "root", "gpupdate"))
        check(setting("a", SHELLS) == "11", "it is back")
        link(DOMAIN, "Hop one;1")
        refused("Disabled (Link)")
        link(DOMAIN, "Hop one")
        # nobody of the domain's computers: Apply Group Policy is denied
        expect(lab("samba-tool", "dsacl", "set", "-H",
                   "/lab/dc/private/sam.ldb", "--objectdn",
                   gpo_dn("Hop one"), "--sddl",
                   "(OD;;CR;edacfd8f-ffb3-11d1-b41d-00a0c968f939;;DC)"))
        refused("Denied (Security)")
    finally:
        lab("samba-tool", "dsacl", "delete", "-H", "/lab/dc/private/sam.ldb",
            "--objectdn", gpo_dn("Hop one"), "--sddl",
            "(OD;;CR;edacfd8f-ffb3-11d1-b41d-00a0c968f939;;DC)")
        change("Hop one", "flags", "0")
        link(DOMAIN)


@row("links of the site count, and least of all")
def _():
    site = "CN=Default-First-Site-Name,CN=Sites,CN=Configuration," + DOMAIN
    shared()
    link(site, "Hop one")
    try:
        expect(on("a", "root", "gpupdate"))
        check(setting("a", SHELLS) == "11", "the site's")
        link(DOMAIN, "Hop two")
        expect(on("a", "root", "gpupdate"))
        check(setting("a", SHELLS) == "12", "the domain wins")
        expect(on("a", "alice", "gpresult", "/r"), out_has=(
            "Site Name:                   Default-First-Site-Name\n",
            "        Hop two\n        Hop delegation\n        Default Domain "
            "Policy\n        Hop one\n"))
        link(site, "Hop one;2")
        expect(on("a", "root", "gpupdate"))
        check(setting("a", SHELLS) == "11", "unless the site's is enforced")
    finally:
        link(site)
        link(DOMAIN)


@row("of the links of one container the first in the console's order wins")
def _():
    shared()
    try:
        for first, wins in (("Hop one", "12"), ("Hop two", "11")):
            second = "Hop two" if first == "Hop one" else "Hop one"
            link(DOMAIN, first, second)  # the console shows them upside down
            expect(on("a", "root", "gpupdate"))
            check(setting("a", SHELLS) == wins, f"{second} wins")
    finally:
        link(DOMAIN)


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
    for name in ("Hop delegation", "Hop one", "Hop two"):
        gpo("del", GPO[name])
    expect(hop("a", "root", "gpupdate /force; gpresult /r | "
               "Select-String delegation; (Get-Command gpresult).CommandType"),
           out_has=("set 0 settings", "Application"))
    expect(hop("a", "root", "Get-WSManCredSSP"),
           out_has="is not configured to allow delegating")
