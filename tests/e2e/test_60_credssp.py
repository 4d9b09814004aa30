# SPDX-License-Identifier: MIT
"""CredSSP: the password goes to b, and b's sessions go on to c."""
import os
import re
import select
import threading
import time

from harness import (check, expect, journal, lab, on, row, sh, start, until,
                     with_policy, without_policy)

B = "b.corp.test"
PASSWORD = "Passw0rd.lab"
SCAN = "/opt/hop-src/tests/e2e/clients/memscan.py"
NOBODY_ACTS = "it is marked sensitive or is in Protected Users"


def credssp(user, command, *options, host=B, password=PASSWORD, stdin=b""):
    """winrs with CredSSP, from a, by somebody with no ticket for it."""
    return on("a", "alice", "winrs", f"-r:{host}", "-auth:credssp",
              f"-u:{user}", "-p:-", *options, command,
              stdin=password.encode() + b"\n" + stdin)


def hop(host, user, script):
    """A line of the shell."""
    return on(host, user, "hop", "-NoProfile", "-Command", script)


NOT_CLIENT = ("The machine is not configured to allow delegating fresh "
              "credentials.\n")
NOT_SERVER = ("This computer is not configured to receive credentials from a "
              "remote client computer.\n")
IS_CLIENT = ("The machine is configured to allow delegating fresh credentials "
             "to the following target(s): ")
IS_SERVER = ("This computer is configured to receive credentials from a remote "
             "client computer.\n")


@row("the cmdlets of the classic tutorials, typed as they are printed")
def _():
    expect(hop("a", "root", "Get-WSManCredSSP"), out=NOT_CLIENT + NOT_SERVER)
    got = hop("a", "root", "Enable-WSManCredSSP \u2013Role client "
              "\u2013DelegateComputer *.corp.test -Force")
    expect(got, out_has=(
        "cfg         : http://schemas.microsoft.com/wbem/wsman/1/config/client/"
        "auth\nlang        : en-US\nBasic       : true\nDigest      : true\n"
        "Kerberos    : true\nNegotiate   : true\nCertificate : true\n"
        "CredSSP     : true\n"))
    expect(hop("b", "root", "Enable-WSManCredSSP \u2013Role server -Force"),
           out_has=("wsman/1/config/service/",
                    "CredSSP           : true\n",
                    "CbtHardeningLevel : Relaxed\n"))
    expect(hop("a", "root", "Get-WSManCredSSP"),
           out=IS_CLIENT + "wsman/*.corp.test\n" + NOT_SERVER)
    expect(hop("b", "root", "Get-WSManCredSSP"), out=NOT_CLIENT + IS_SERVER)
    expect(hop("a", "root", "(Get-Command -Name *credssp* | Select-Object "
               "-Property Name, Source | Sort-Object Name).Name -join ' '"),
           out="Disable-WSManCredSSP Enable-WSManCredSSP Get-WSManCredSSP\n")
    got = hop("a", "root", "Get-Command -Name *credssp* | Select-Object "
              "-Property Name, Source")
    for verb in ("Disable", "Enable", "Get"):
        check(re.search(rf"^{verb}-WSManCredSSP +Microsoft.WSMan.Management$",
                        got.out, re.M), str(got))
    until(lambda: credssp("alice@CORP.TEST", "winrs -r:c whoami").out ==
          "alice\n", "hopd has heard of it")
    expect(hop("a", "root", "Disable-WSManCredSSP \u2013Role Client"), out="")
    expect(hop("b", "root", "Disable-WSManCredSSP \u2013Role Server"), out="")
    expect(hop("a", "root", "Get-WSManCredSSP"), out=NOT_CLIENT + NOT_SERVER)
    expect(credssp("alice@CORP.TEST", "hostname"), status=255,
           err_has="0x803381A2")


class Terminal:
    """hop at a terminal on a, and somebody who types when asked."""

    def __init__(self, user):
        self.process = start("a", user, "script", "-qc",
                             "NO_COLOR=1 TERM=dumb hop -NoProfile",
                             "/dev/null")
        self.seen = ""

    def sees(self, text, seconds=20.0):
        """Wait for a text, and forget what was shown up to it."""
        end = time.monotonic() + seconds
        while text not in self.seen:
            left = end - time.monotonic()
            check(left > 0 and select.select([self.process.stdout], [], [],
                                             left)[0],
                  f"{text!r} is not shown: {self.seen!r}")
            more = os.read(self.process.stdout.fileno(), 65536)
            check(more, f"it ends before {text!r}: {self.seen!r}")
            self.seen += more.decode(errors="replace")
        self.seen = self.seen.split(text, 1)[1]

    def types(self, line):
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()

    def end(self):
        self.process.stdin.close()
        self.process.kill()
        self.process.wait(10)


@row("the classic tutorial from end to end: in b's session, and on to c")
def _():
    expect(hop("a", "root", "Enable-WSManCredSSP \u2013Role client "
               "\u2013DelegateComputer *.corp.test -Force"))
    expect(hop("b", "root", "Enable-WSManCredSSP \u2013Role server -Force"))
    until(lambda: credssp("alice@CORP.TEST", "hostname").out == "b\n",
          "hopd has heard of it")
    terminal = Terminal("alice")
    try:
        terminal.sees("PS /home/alice> ")
        terminal.types("Enter-PSSession \u2013ComputerName b \u2013Credential "
                       "corp\\dadmin \u2013Authentication CredSSP")
        terminal.sees("Password for user corp\\dadmin: ")
        terminal.types(PASSWORD)
        terminal.sees("[b]: PS /home/dadmin> ")
        terminal.types("Invoke-Command \u2013ComputerName c \u2013ScriptBlock "
                       "{ hostname }")
        terminal.sees("\nc\r\n")
        terminal.sees("[b]: PS /home/dadmin> ")
        terminal.types("Test-Path \\\\c\\C$")
        terminal.sees("\nTrue\r\n")
        terminal.types("exit")
        terminal.sees("\nPS /home/alice> ")
        check(PASSWORD not in terminal.seen, "the password is shown")
    finally:
        terminal.end()
    expect(hop("a", "root", "Disable-WSManCredSSP \u2013Role Client"), out="")
    expect(hop("a", "dadmin", "Invoke-Command \u2013ComputerName b "
               "\u2013ScriptBlock { Disable-WSManCredSSP \u2013Role Server }"),
           out="", err="")
    expect(hop("a", "root", "Get-WSManCredSSP"), out=NOT_CLIENT + NOT_SERVER)
    expect(hop("b", "root", "Get-WSManCredSSP"), out=NOT_CLIENT + NOT_SERVER)
    got = hop("a", "dadmin", "Invoke-Command \u2013ComputerName b "
              "\u2013ScriptBlock { Invoke-Command \u2013ComputerName c "
              "\u2013ScriptBlock { hostname } }")
    check(got.out == "" and "0x8009030E" in got.err, str(got))


@row("Enable-WSManCredSSP -For ends by itself; a second time adds nothing")
def _():
    expect(hop("a", "root", "Enable-WSManCredSSP Client b -For 2s -Force >$null;"
               "Enable-WSManCredSSP Client b -For 2s -Force -Verbose >$null;"
               "Get-WSManCredSSP"),
           out_has=("Passwords may now go to wsman/b.", "on the list already",
                    IS_CLIENT + "wsman/b\n"))
    time.sleep(2.1)
    expect(hop("a", "root", "Get-WSManCredSSP"), out=NOT_CLIENT + NOT_SERVER)
    expect(credssp("alice@CORP.TEST", "hostname", host="b"), status=255,
           err_has="0x803381A3")
    expect(hop("a", "root", "Disable-WSManCredSSP Client"))


@row("what -For allowed is swept up where hopd runs, and by hop-policy.timer")
def _():
    off = "Client/Auth/CredSSP = false"
    expect(hop("b", "root", "Enable-WSManCredSSP Client c -For 1s -Force"))
    until(lambda: off in on("b", "root", "cat", "/etc/hop/wsman.conf").out,
          "hopd has swept up")
    expect(hop("a", "root", "Enable-WSManCredSSP Client c -For 1s -Force"))
    time.sleep(1.1)
    expect(on("a", "root", "gpupdate", "--service"))
    check(off in on("a", "root", "cat", "/etc/hop/wsman.conf").out,
          "gpupdate has swept up")


def complains(result, *texts):
    for text in texts:
        check(text in result.err, f"expected {text!r} in err\n{result}")


@row("Enable-WSManCredSSP says what it lacks, and obeys policies")
def _():
    complains(hop("a", "alice", "Enable-WSManCredSSP Server -Force"),
              "0x80070005", "root")
    complains(hop("a", "root", "Enable-WSManCredSSP Client -Force"),
              "-DelegateComputer must say")
    complains(hop("a", "root", "Enable-WSManCredSSP Server b -Force"),
              "goes with -Role Client alone")
    with_policy("a", "Client/AllowFreshCredentials = wsman/c", restart=False)
    complains(hop("a", "root", "Enable-WSManCredSSP Client b -Force"),
              "0x8033808A")
    without_policy("a", restart=False)


def allow_client(*lines):
    with_policy("a", "Client/Auth/CredSSP = true", *lines, restart=False)


@row("CredSSP is off on both sides at first")
def _():
    expect(credssp("alice@CORP.TEST", "hostname"), status=255,
           err_has=("0x803381A2", "Enable-WSManCredSSP -Role Client "
                    "-DelegateComputer b.corp.test"))
    allow_client("Client/AllowFreshCredentials = wsman/*")
    expect(credssp("alice@CORP.TEST", "hostname"), status=255,
           err_has="it offers Negotiate, Kerberos (")
    with_policy("b", "Service/Auth/CredSSP = true")


@row("the second hop works with CredSSP, and without it does not")
def _():
    expect(credssp("alice@CORP.TEST", "whoami; winrs -r:c whoami"),
           out="alice\nalice\n")
    expect(credssp("CORP\\alice", "smbclient //c.corp.test/C$ -c ls"),
           out_has="hello.txt")
    expect(on("a", "alice", "winrs", f"-r:{B}", "winrs -r:c whoami"),
           status=255, err_has="0x8009030E")
    logons = [r for r in journal("b") if r.get("HOP_LOGON") == "credssp"]
    check(logons and logons[-1]["HOP_DELEGATION"] == "credssp",
          "the journal does not tell")


@row("nothing but tickets for services comes into the session")
def _():
    got = credssp("alice@CORP.TEST",
                  "klist; kvno -q cifs/c.corp.test; klist; env")
    expect(got, out_has=("Ticket cache: KCM:hop", "cifs/c.corp.test"))
    check("krbtgt" not in got.out and PASSWORD not in got.out, str(got))


@row("bodies of many parts pass both ways")
def _():
    got = credssp("alice@CORP.TEST", "wc -c; head -c 2000000 /dev/zero | "
                  "tr '\\0' x", stdin=b"y" * 700000)
    expect(got)
    check(got.out.startswith("700000\n"), got.out[:40])
    check(len(got.out) == 7 + 2000000, f"{len(got.out)} bytes came")


@row("over HTTPS; and its own certificate is checked where one asks")
def _():
    expect(credssp("alice@CORP.TEST", "winrs -r:c whoami", "-ssl",
                   "-ca:/etc/hop/ca.pem"), out="alice\n")
    expect(credssp("alice@CORP.TEST", "whoami", "-ca:/etc/hop/ca.pem"),
           status=255, err_has="self-signed certificate")


@row("a certificate of the domain's own, by its authority and by its hash")
def _():
    expect(sh("b", "root", "cat /etc/hop/server.pem /etc/hop/server.key "
              ">/etc/hop/credssp.key; chmod 600 /etc/hop/credssp.key"))
    with_policy("b", "Service/Auth/CredSSP = true",
                "Linux/CredSSPCertificateFile = /etc/hop/credssp.key")
    expect(credssp("alice@CORP.TEST", "whoami", "-ca:/etc/hop/ca.pem"),
           out="alice\n")
    got = expect(credssp("alice@CORP.TEST", "whoami", "-pin:00"), status=255,
                 err_has=("0x80090322", "SHA-256 "))
    pin = re.search("SHA-256 ([0-9A-F]{64})", got.err).group(1)
    fresh = "Client/AllowFreshCredentials = wsman/*"
    allow_client(fresh, f"Linux/CredSSPPins = c=00, b.corp.*={pin}")
    expect(credssp("alice@CORP.TEST", "whoami"), out="alice\n")
    expect(credssp("alice@CORP.TEST", "whoami", host="b"), out="alice\n")
    allow_client(fresh, "Linux/CredSSPPins = b.corp.test=00",
                 "Linux/CredSSPAuthorities = /etc/hop/ca.pem")
    expect(credssp("alice@CORP.TEST", "whoami"), status=255,
           err_has="0x80090322")
    allow_client(fresh, "Linux/CredSSPAuthorities = /etc/hop/ca.pem")
    expect(credssp("alice@CORP.TEST", "whoami"), out="alice\n")
    allow_client(fresh)
    with_policy("b", "Service/Auth/CredSSP = true")


@row("by NTLM only to hosts of the second list")
def _():
    expect(credssp("CORP\\alice", "whoami", host="10.77.0.12"), status=255,
           err_has=("0x803381A4", "AllowFreshCredentialsWhenNTLMOnly"))
    allow_client("Client/AllowFreshCredentials = wsman/*",
                 "Client/AllowFreshCredentialsWhenNTLMOnly = wsman/10.77.*")
    expect(credssp("CORP\\alice", "winrs -r:c whoami", host="10.77.0.12"),
           out="alice\n")


@row("a host that is not on the list hears nothing at all")
def _():
    allow_client("Client/AllowFreshCredentials = wsman/c.corp.test")
    before = len(journal("b"))
    expect(credssp("alice@CORP.TEST", "whoami"), status=255,
           err_has=("0x803381A3", "so none was sent"))
    check(len(journal("b")) == before, "b has heard of it")
    allow_client("Client/AllowFreshCredentials = wsman/*.corp.test")


@row("carol and dave are refused with the reason, on both sides")
def _():
    for user in ("carol", "dave"):
        expect(credssp(f"{user}@CORP.TEST", "whoami"), status=255,
               err_has=("0x80090345", "0xC000006E", NOBODY_ACTS))
        last = [r for r in journal("b")
                if r.get("HOP_EVENT") == "logon-refused"][-1]
        check(last["HOP_PRINCIPAL"] == f"{user}@CORP.TEST" and
              NOBODY_ACTS in last["HOP_REASON"], str(last))


def account(*words):
    expect(lab("samba-tool", *words))


def last_set(user, filetime):
    """When a password was set last, which the directory else keeps itself:
    DSDB_CONTROL_PASSWORD_BYPASS_LAST_SET."""
    expect(lab("exec", "dc", "root", "--", "ldbmodify", "-H",
               "/lab/dc/private/sam.ldb", "--relax",
               "--controls=local_oid:1.3.6.1.4.1.7165.4.3.20:0", stdin=(
                   f"dn: CN={user},CN=Users,DC=corp,DC=test\n"
                   "changetype: modify\nreplace: pwdLastSet\n"
                   f"pwdLastSet: {filetime}\n").encode()))


def refused(*texts, password=PASSWORD):
    expect(credssp("crederin@CORP.TEST", "whoami", password=password),
           status=255, err_has=("0x8009030C SEC_E_LOGON_DENIED", *texts))


@row("wrong password, expired password, password to be changed, locked account")
def _():
    account("user", "create", "crederin", PASSWORD)
    policy = ("domain", "passwordsettings", "set")
    try:
        refused("the password is wrong", password="wrong")
        account(*policy, "--max-pwd-age=42")
        last_set("crederin", 131000000000000000)
        refused("the password has expired", "kpasswd",
                "STATUS_PASSWORD_EXPIRED")
        account(*policy, "--max-pwd-age=0")
        last_set("crederin", 0)
        refused("must be changed", "kpasswd", "STATUS_PASSWORD_MUST_CHANGE")
        last_set("crederin", -1)
        account(*policy, "--account-lockout-threshold=2")
        for _ in range(3):
            expect(credssp("crederin@CORP.TEST", "whoami", password="wrong"),
                   status=255)
        refused("the account is locked", "STATUS_ACCOUNT_LOCKED_OUT")
        account(*policy, "--account-lockout-threshold=0")
        account("user", "disable", "crederin")
        refused("disabled", "STATUS_ACCOUNT_DISABLED")
    finally:
        lab("samba-tool", *policy, "--account-lockout-threshold=0",
            "--max-pwd-age=0")
        lab("samba-tool", "user", "delete", "crederin")


def scan(text, *names, host="b"):
    got = on(host, "root", "/usr/bin/python3", SCAN, *names,
             stdin=text.encode() + b"\n")
    expect(got)
    return got.out


@row("the password is in no process of b while a session runs")
def _():
    names = ("hopd", "hopd-auth", "hopd-net", "hopd-run", "hopd-keeper", "sh",
             "cat")
    session = start("a", "alice", "winrs", f"-r:{B}", "-auth:credssp",
                    "-u:alice@CORP.TEST", "-p:-", "echo ready; cat")
    try:
        session.stdin.write(PASSWORD.encode() + b"\n")
        session.stdin.flush()
        check(session.stdout.readline() == b"ready\n", "the session runs")
        check("hopd-auth" in scan("alice@CORP.TEST", *names),
              "the scan finds nothing that is there")
        check(scan(PASSWORD, *names) == "", "the password is there")
        check(scan("CORP.TEST", "--image", "winrs", host="a") != "",
              "the scan of a finds nothing that is there")
        check(scan(PASSWORD, "--image", "winrs", host="a") == "",
              "the password is in winrs's image")
    finally:
        session.stdin.close()
        session.wait(20)
    check(scan(PASSWORD, *names) == "", "the password is left behind")
    for record in journal("b") + journal("a"):
        check(PASSWORD not in str(record), f"in the journal: {record}")


@row("nor is it in the shell's image, or in the process of its session")
def _():
    terminal = Terminal("alice")
    try:
        terminal.sees("PS /home/alice> ")
        terminal.types(f"Enter-PSSession {B} -Credential alice@CORP.TEST "
                       "-Authentication CredSSP")
        terminal.sees("Password for user alice@CORP.TEST: ")
        terminal.types(PASSWORD)
        terminal.sees(f"[{B}]: PS /home/alice> ")
        check("hop" in scan("alice@CORP.TEST", "--image", "hop", host="a"),
              "the scan finds nothing that is there")
        check(scan(PASSWORD, "--image", "hop", host="a") == "",
              "the password is in hop's image")
        check("hopd-run-ps" in scan("alice@CORP.TEST", "hopd-run-ps"),
              "the scan finds nothing that is there on b")
        terminal.types("Test-Path \\\\c\\C$")
        terminal.sees("\nTrue\r\n")
        check("hop-smb" in scan("C$", "hop-smb"),
              "the scan finds nothing in the helper for files")
        check(scan(PASSWORD, "hopd", "hopd-auth", "hopd-net", "hopd-run-ps",
                   "hopd-keeper", "hop-smb", "hopd-run-cim") == "",
              "the password is on b")
        terminal.types("exit")
        terminal.sees("\nPS /home/alice> ")
    finally:
        terminal.end()


@row("twenty users at once log on")
def _():
    results = []

    def one():
        results.append(credssp("alice@CORP.TEST", "whoami"))

    threads = [threading.Thread(target=one) for _ in range(20)]
    for thread in threads:
        thread.start()
        time.sleep(0.02)
    for thread in threads:
        thread.join()
    for got in results:
        expect(got, out="alice\n")


@row("wrong passwords from one address are slowed down")
def _():
    allow_client("Client/AllowFreshCredentialsWhenNTLMOnly = *")
    for _ in range(21):
        got = credssp("CORP\\alice", "whoami", host="10.77.0.12",
                      password="wrong")
    until(lambda: any("too many wrong passwords" in r.get("HOP_REASON", "")
                      for r in journal("b")), "the journal tells")
    expect(got, status=255)
    without_policy("a", restart=False)
    without_policy("b")
