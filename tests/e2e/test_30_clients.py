# SPDX-License-Identifier: MIT
"""Clients that nobody here wrote: pywinrm and masterzen's Go client.

What each does on the wire is theirs: pywinrm seals NTLM over HTTP, and Kerberos
with a binding that can (clients/gssauth.py); Debian's own cannot, nor can this
masterzen, which has no Kerberos either: unsealed over HTTP they are refused.
NTLM in Python needs MD4, which OpenSSL 3 has only when asked.
"""
import base64
import os
import pathlib
import subprocess

from harness import TOP, check, expect, on, row

PASSWORD = b"Passw0rd.lab\n"
HTTP = "http://b.corp.test:5985/wsman"
HTTPS = "https://b.corp.test:5986/wsman"
PYWINRM = "/opt/hop-src/tests/e2e/clients/pywinrm.py"
LEGACY = "/opt/hop-src/tests/e2e/clients/legacy.cnf"
GOCLIENT = "/opt/hop/e2e/goclient"


def pywinrm(user, *arguments, stdin=b""):
    return on("a", user, "env", f"OPENSSL_CONF={LEGACY}", "/usr/bin/python3",
              "-W", "ignore", PYWINRM, *arguments, stdin=stdin)


def build_goclient():
    """Build the Go client from Debian's sources, beside our programs."""
    build = pathlib.Path(os.environ.get("HOP_BUILD", TOP / "build"))
    cache = os.environ.get("HOP_LAB_CACHE", "/var/cache/hop-lab")
    (build / "e2e").mkdir(exist_ok=True)
    subprocess.run(
        ["go", "build", "-o", build / "e2e/goclient",
         TOP / "tests/e2e/clients/goclient.go"], check=True, timeout=300,
        env={**os.environ, "GOPATH": "/usr/share/gocode",
             "GO111MODULE": "off", "GOCACHE": f"{cache}/go"})


def goclient(user, *arguments, stdin=PASSWORD):
    return on("a", user, GOCLIENT, *arguments, stdin=stdin)


for url, name in ((HTTP, "HTTP, sealed"), (HTTPS, "HTTPS")):
    for transport in ("kerberos", "ntlm"):
        @row(f"pywinrm over {name}, with {transport}")
        def _(url=url, transport=transport):
            user = [] if transport == "kerberos" else ["CORP\\alice"]
            got = pywinrm("alice", url, transport, *user, "--",
                          "id -un; echo trouble >&2; exit 3", stdin=PASSWORD)
            expect(got, status=3, out="alice\n", err="trouble\n")


@row("pywinrm with Kerberos inside Negotiate")
def _():
    expect(pywinrm("alice", HTTP, "kerberos", "alice", "negotiate", "--",
                   "id -un"), out="alice\n")


@row("pywinrm with Debian's Kerberos over HTTPS")
def _():
    expect(pywinrm("alice", HTTPS, "kerberos", "alice", "plain", "--",
                   "id -un"), out="alice\n")


@row("pywinrm seals over HTTPS too when told to")
def _():
    expect(pywinrm("alice", HTTPS, "kerberos", "alice", "always", "--",
                   "hostname"), out="b\n")


@row("pywinrm forwards a ticket, and the second hop works")
def _():
    expect(pywinrm("alice", HTTP, "kerberos", "alice", "delegate", "--",
                   "smbclient -k //c.corp.test/C$ -c ls"),
           out_has="hello.txt")


@row("pywinrm without delegation: the second hop is refused")
def _():
    got = pywinrm("alice", HTTP, "kerberos", "--", "winrs -r:c whoami")
    check(got.status != 0 and got.out == "", str(got))
    check("0x8009030E" in got.err, str(got))


@row("pywinrm runs twenty commands in one shell")
def _():
    expect(pywinrm("alice", HTTP, "kerberos", "alice", "times=20", "--",
                   "hostname"), out="b\n" * 20)


@row("pywinrm gets some megabytes of output whole")
def _():
    got = pywinrm("alice", HTTP, "kerberos", "--", "seq 1 300000")
    want = "".join(f"{n}\n" for n in range(1, 300001))
    check(got.out == want, f"{len(got.out)} of {len(want)} characters")


@row("pywinrm unsealed over HTTP is refused")
def _():
    for transport in ("kerberos", "ntlm"):
        got = pywinrm("alice", HTTP, transport, "alice@corp.test", "never",
                      "--", "hostname", stdin=PASSWORD)
        check(got.status == 1 and got.out == "", str(got))


@row("pywinrm with Basic over TLS, and never without")
def _():
    expect(pywinrm("alice", HTTPS, "ssl", "alice", "--", "id -un",
                   stdin=PASSWORD), out="alice\n")
    got = pywinrm("alice", HTTP, "ssl", "alice", "--", "id -un",
                  stdin=PASSWORD)
    check(got.status == 1 and got.out == "", str(got))


@row("pywinrm with a client certificate")
def _():
    expect(pywinrm("alice", HTTPS, "certificate", "alice", "--", "id -un"),
           out="alice\n")


@row("a wrong password is refused to pywinrm")
def _():
    for url in (HTTP, HTTPS):
        got = pywinrm("alice", url, "ntlm", "CORP\\alice", "--", "hostname",
                      stdin=b"wrong\n")
        expect(got, status=1, out="", err_has="InvalidCredentialsError")


@row("dave is refused with NTLM: the domain forbids it to Protected Users")
def _():
    got = pywinrm("dave", HTTP, "ntlm", "CORP\\dave", "--", "hostname",
                  stdin=PASSWORD)
    expect(got, status=1, out="", err_has="InvalidCredentialsError")


@row("PowerShell under the names that Windows' clients call is hop")
def _():
    code = base64.b64encode("$x = 'a b'; \"$x $($env:USER)\"; exit 3"
                            .encode("utf-16-le")).decode()
    for name in ("powershell", "PowerShell -NoProfile -ExecutionPolicy Bypass",
                 "POWERshell.EXE", "\"C:\\Program Files\\pwsh.exe\"",
                 "cmd /c powershell.exe"):
        expect(pywinrm("alice", HTTP, "kerberos", "--",
                       f"{name} -EncodedCommand {code}"),
               status=3, out="a b alice\n")
    expect(pywinrm("alice", HTTP, "kerberos", "--",
                   "PowerShell -Command \"$x = 'q'; $x\"; hostname"),
           out="q\nb\n")
    expect(pywinrm("alice", HTTP, "kerberos", "--",
                   "PowerShell -Command 1..3 | tail -n 1"), out="3\n")


@row("masterzen's client can be built")
def _():
    build_goclient()


@row("masterzen's client over HTTPS, with NTLM")
def _():
    expect(goclient("alice", "b.corp.test", "5986", "https", "ntlm",
                    "CORP\\alice", "id -un; echo trouble >&2; exit 3"),
           status=3, out="alice\n", err="trouble\n")


@row("masterzen's client sends standard input")
def _():
    expect(goclient("alice", "b.corp.test", "5986", "https", "ntlm",
                    "CORP\\alice", "head -n 1", stdin=PASSWORD + b"hello\n"),
           out="hello\n")


@row("masterzen's client over HTTPS, with Basic")
def _():
    expect(goclient("alice", "b.corp.test", "5986", "https", "basic",
                    "alice", "id -un"), out="alice\n")


@row("masterzen's client over HTTPS, with a certificate")
def _():
    expect(goclient("alice", "b.corp.test", "5986", "https", "certificate",
                    "alice", "id -un"), out="alice\n")


@row("masterzen's client over HTTP does not seal: refused")
def _():
    got = goclient("alice", "b.corp.test", "5985", "http", "ntlm",
                   "CORP\\alice", "hostname")
    expect(got, status=2, out="", err_has="415")
