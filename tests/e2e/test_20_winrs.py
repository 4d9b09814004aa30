# SPDX-License-Identifier: MIT
"""winrs from a to b, and from b on to c: what the project is for."""
import signal
import time

from harness import (check, expect, lab, on, row, sh, start, until,
                     with_policy, without_policy)

NO_CREDENTIALS = "0x8009030E SEC_E_NO_CREDENTIALS"
LIST_SHARE = "smbclient -k //c.corp.test/C$ -c ls"


def winrs(user, *arguments, **options):
    return on("a", user, "winrs", *arguments, **options)


@row("winrs -r:b hostname prints b")
def _():
    expect(winrs("alice", "-r:b", "hostname"), out="b\n", err="")


@row("the command runs as the user, at home, with a session of its own")
def _():
    expect(winrs("bob", "-r:b", "id -un; pwd; echo $HOME; echo $LOGNAME"),
           out="bob\n/home/bob\n/home/bob\nbob\n", err="")


@row("the full name of the host works as well")
def _():
    expect(winrs("alice", "-r:b.corp.test", "hostname"), out="b\n")
    expect(winrs("alice", "-r:http://b.corp.test:5985/wsman", "hostname"),
           out="b\n")


@row("exit status and both streams pass through")
def _():
    expect(winrs("alice", "-r:b", "echo out; echo err >&2; exit 42"),
           status=42, out="out\n", err="err\n")


@row("standard input is streamed, whatever its bytes")
def _():
    data = bytes(range(256)) * 2000
    got = winrs("alice", "-r:b", "cat", stdin=data)
    expect(got, err="")
    check(got.out == data.decode(errors="replace"),
          f"{len(data)} bytes in, {len(got.out)} characters out")
    expect(winrs("alice", "-r:b", "sha256sum", stdin=data * 8),
           out_has="  -\n")


@row("input that comes late reaches a command that waits for it")
def _():
    process = start("a", "alice", "winrs", "-r:b",
                    "while read line; do echo got $line; done")
    for word in (b"one", b"two"):
        process.stdin.write(word + b"\n")
        process.stdin.flush()
        answer = process.stdout.readline()
        check(answer == b"got " + word + b"\n", f"{answer!r}")
    out, err = process.communicate(timeout=20)
    check((out, err, process.returncode) == (b"", b"", 0),
          f"{out!r} {err!r} {process.returncode}")


@row("output of some megabytes arrives whole and in order")
def _():
    got = expect(winrs("alice", "-r:b", "seq 1 1000000 | sha256sum"))
    local = sh("b", "alice", "seq 1 1000000 | sha256sum")
    check(got.out == local.out, f"{got.out} is not {local.out}")
    expect(sh("a", "alice", "winrs -r:b 'seq 1 1000000' | sha256sum"),
           out=local.out)


@row("over TLS as well")
def _():
    expect(winrs("alice", "-r:https://b.corp.test:5986/wsman", "hostname"),
           out="b\n", err="")
    expect(winrs("alice", "-r:b.corp.test", "-ssl", "hostname"), out="b\n",
           err="")


@row("a host whose certificate has another name is refused")
def _():
    got = winrs("alice", "-r:https://10.77.0.12.corp.test:5986", "hostname")
    check(got.status != 0 and got.out == "", str(got))


@row("environment and directory are set by -env: and -d:")
def _():
    expect(winrs("alice", "-r:b", "-env:COLOUR=blue", "-d:/tmp",
                 "echo $COLOUR; pwd"), out="blue\n/tmp\n", err="")


@row("the second hop without a credential is refused, and says why")
def _():
    got = winrs("alice", "-r:b", "winrs -r:c whoami")
    check(got.status != 0, str(got))
    expect(got, status=got.status, out="",
           err_has=[NO_CREDENTIALS, "-ad"])


@row("so is smbclient's, in its own words")
def _():
    got = winrs("alice", "-r:b", LIST_SHARE)
    check(got.status != 0, str(got))
    check("NT_STATUS_" in got.out + got.err, str(got))
    check("hello.txt" not in got.out, str(got))


@row("with -ad the second hop is made: whoami on c prints alice")
def _():
    expect(winrs("alice", "-r:b", "-ad", "winrs -r:c whoami"), out="alice\n")
    expect(winrs("alice", "-r:b", "-ad", "winrs -r:c hostname"), out="c\n")


@row("with -ad smbclient lists the share")
def _():
    expect(winrs("alice", "-r:b", "-ad", LIST_SHARE), out_has="hello.txt")


@row("carol, who is sensitive, runs commands on b but is refused -ad")
def _():
    expect(winrs("carol", "-r:b", "whoami"), out="carol\n")
    got = winrs("carol", "-r:b", "-ad", "winrs -r:c whoami")
    check(got.status != 0 and got.out == "", str(got))
    expect(got, status=got.status, err_has=["forwardable", "sensitive"])


@row("dave, in Protected Users, likewise")
def _():
    expect(winrs("dave", "-r:b", "whoami"), out="dave\n")
    got = winrs("dave", "-r:b", "-ad", "winrs -r:c whoami")
    check(got.status != 0 and got.out == "", str(got))
    expect(got, status=got.status, err_has=["forwardable", "Protected Users"])


@row("what a session has of a forwarded ticket ends with it")
def _():
    got = expect(winrs("alice", "-r:b", "-ad",
                       'klist -s && echo "${KRB5_CONFIG%%:*}"'))
    stem = got.out.strip().removesuffix(".conf")
    check(stem.startswith("/run/hop/"), f"the session's krb5.conf is {stem!r}")
    until(lambda: on("b", "root", "sh", "-c", f"ls {stem}*").out == "",
          f"{stem}* is gone")


@row("another user gets nothing of it")
def _():
    process = start("a", "alice", "winrs", "-r:b", "-ad",
                    'echo "$KRB5_CONFIG"; sleep 20')
    conf = process.stdout.readline().decode().strip()
    ask = f"KRB5_CONFIG={conf} KRB5CCNAME=KCM: kvno host/c.corp.test"
    got = sh("b", "bob", ask)
    check(got.status != 0, str(got))
    expect(sh("b", "alice", ask), out_has="host/c.corp.test")
    process.terminate()
    process.communicate(timeout=20)


@row("Ctrl-C reaches the command as a signal, and its status comes back")
def _():
    process = start("a", "alice", "winrs", "-r:b",
                    "trap 'echo stopped; exit 3' INT; echo ready; "
                    "while :; do sleep 0.1; done")
    check(process.stdout.readline() == b"ready\n", "not ready")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    check(out == b"stopped\n" and process.returncode == 3,
          f"{out!r} {err!r} {process.returncode}")


@row("a password is read from standard input with -p:-")
def _():
    expect(sh("a", "root", "winrs -r:b -u:alice@CORP.TEST -p:- whoami",
              stdin=b"Passw0rd.lab\n"), out="alice\n")
    expect(sh("a", "root", r"winrs -r:b -u:CORP\\alice -p:- whoami",
              stdin=b"Passw0rd.lab\n"), out="alice\n")


@row("without a KDC a password works by NTLM, in SPNEGO or by its name")
def _():
    for way in ("negotiate", "ntlm"):
        expect(sh("a", "root", f"KRB5_CONFIG=/dev/null winrs -r:b -auth:{way} "
                  r"-u:CORP\\alice -p:- whoami", stdin=b"Passw0rd.lab\n"),
               status=255, err_has=("0x803380E4", "Client/TrustedHosts"))
        with_policy("a", "Client/TrustedHosts = b", restart=False)
        script = (f"KRB5_CONFIG=/dev/null winrs -r:b -auth:{way} "
                  r"-u:CORP\\alice -p:- 'echo $HOP_SESSION_LOGON; cat; whoami'")
        expect(sh("a", "root", script, stdin=b"Passw0rd.lab\n"),
               out="ntlm\nalice\n")
        expect(sh("a", "root", script, stdin=b"wrong\n"), status=255, out="",
               err_has=("0x8009030C", "password"))
        without_policy("a", restart=False)


@row("a password on the command line works, with a warning")
def _():
    expect(sh("a", "root",
              "winrs -r:b -u:alice@CORP.TEST -p:Passw0rd.lab whoami"),
           out="alice\n", err_has="-p:")


@row("Basic over TLS takes a domain user's password, however the name is put")
def _():
    basic = "winrs -r:b.corp.test -ssl -auth:basic -p:- "
    for name in ("alice", "alice@CORP.TEST", "alice@corp.test",
                 r"CORP\\alice", r"corp.test\\alice"):
        expect(sh("a", "root", basic + f"-u:{name} "
                  "'whoami; echo $HOP_SESSION_LOGON'",
                  stdin=b"Passw0rd.lab\n"), out="alice\nbasic\n")


@row("Basic with a wrong password or an unknown user is refused alike")
def _():
    basic = "winrs -r:b.corp.test -ssl -auth:basic -p:- "
    for name, password in (("alice", b"wrong\n"), (r"CORP\\alice", b"wrong\n"),
                           ("nobody@CORP.TEST", b"Passw0rd.lab\n"),
                           ("root", b"Passw0rd.lab\n")):
        expect(sh("a", "root", basic + f"-u:{name} whoami", stdin=password),
               status=255, out="",
               err_has=("the user name or the password is wrong",
                        "0x8009030C SEC_E_LOGON_DENIED"))


@row("Basic without TLS is not even sent")
def _():
    expect(sh("a", "root", "winrs -r:b -auth:basic -u:alice -p:- whoami",
              stdin=b"Passw0rd.lab\n"), status=255, out="", err_has="-ssl")


@row("a wrong password is refused and the text says so")
def _():
    got = sh("a", "root", "winrs -r:b -u:alice@CORP.TEST -p:- whoami",
             stdin=b"wrong\n")
    check(got.status != 0 and got.out == "", str(got))
    expect(got, status=got.status, err_has="password")


@row("a disabled account is told apart from others that are revoked")
def _():
    expect(lab("samba-tool", "user", "disable", "bob"))
    try:
        expect(sh("a", "root", "winrs -r:b -u:bob@CORP.TEST -p:- whoami",
                  stdin=b"Passw0rd.lab\n"), status=255, out="",
               err_has=("the account is disabled", "0x8009030C",
                        "STATUS_ACCOUNT_DISABLED"))
    finally:
        expect(lab("samba-tool", "user", "enable", "bob"))


@row("without any ticket winrs says how to get one")
def _():
    got = sh("a", "alice", "kdestroy -q; winrs -r:b hostname")
    check(got.status != 0 and got.out == "", str(got))
    expect(got, status=got.status, err_has="kinit")


@row("a host that is down or unknown is told apart")
def _():
    for host, word in (("a", "refuses"), ("nowhere.corp.test", "nowhere")):
        got = winrs("alice", f"-r:{host}", "hostname")
        check(got.status != 0 and got.out == "", str(got))
        expect(got, status=got.status, err_has=word)


@row("an unknown option is refused with the ones there are")
def _():
    got = winrs("alice", "-r:b", "-foo", "hostname")
    check(got.status != 0 and got.out == "", str(got))
    expect(got, status=got.status, err_has="-foo")


@row("when winrs is killed, nothing of its command is left on b")
def _():
    process = start("a", "alice", "winrs", "-r:b",
                    "echo ready; sleep 48213 & sleep 48213")
    check(process.stdout.readline() == b"ready\n", "not ready")
    started = on("b", "root", "pgrep", "-cf", "^sleep 48213")
    check(started.out == "2\n", str(started))
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    until(lambda: on("b", "root", "pgrep", "-f", "^sleep 48213").status == 1,
          "the command's processes are gone", seconds=30)


@row("a command's own left-over children end with the session")
def _():
    expect(winrs("alice", "-r:b",
                 "sleep 48214 >/dev/null 2>&1 </dev/null & echo done"),
           out="done\n")
    time.sleep(0.2)
    until(lambda: on("b", "root", "pgrep", "-f", "^sleep 48214").status == 1,
          "the child is gone")
