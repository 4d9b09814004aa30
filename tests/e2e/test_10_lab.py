# SPDX-License-Identifier: MIT
"""The lab itself: what every other row stands on."""
import signal
import time

from harness import check, expect, lab, on, row, sh, start


@row("a command in the lab sees the host, the user and the programs")
def _():
    expect(sh("a", "alice", 'hostname; id -un; echo "$HOME"; pwd; echo "$PATH"'),
           out_has="a\nalice\n/home/alice\n/home/alice\n/opt/hop:", err="")


@row("streams, standard input and exit status pass through unchanged")
def _():
    data = bytes(range(256)) * 4096
    got = on("b", "bob", "sh", "-c", "cat; echo trouble >&2; exit 7",
             stdin=data)
    expect(got, status=7, err="trouble\n")
    check(len(got.out) == len(data.decode(errors="replace")), "data is short")


@row("a signal that ends the command is the exit status as well")
def _():
    expect(sh("a", "alice", "kill -TERM $$"), status=-signal.SIGTERM)


@row("a signal reaches the command")
def _():
    process = start("a", "alice", "sh", "-c",
                    "trap 'echo caught; exit 3' INT; echo ready; "
                    "while :; do sleep 0.05; done")
    check(process.stdout.readline() == b"ready\n", "not ready")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=10)
    check((out, err, process.returncode) == (b"caught\n", b"", 3),
          f"{out!r} {err!r} {process.returncode}")


@row("a command that is killed leaves nothing behind")
def _():
    process = start("a", "alice", "sleep", "4711")
    time.sleep(0.3)
    process.kill()
    process.communicate()
    time.sleep(0.2)
    expect(on("a", "root", "pgrep", "-f", "^sleep 4711"), status=1, out="")


@row("a command that is not there is status 127 and says so")
def _():
    expect(on("a", "alice", "no-such-thing"), status=127, out="",
           err="lab: cannot run no-such-thing: No such file or directory\n")


@row("an unknown user is refused")
def _():
    expect(on("a", "mallory", "true"), status=125, out="", err_has="no such user")


@row("an unknown host is refused")
def _():
    expect(on("z", "alice", "true"), status=1, out="", err_has="no host 'z'")


@row("alice's ticket is forwardable, carol's and dave's are not")
def _():
    for user, flags in (("alice", "FRIA"), ("carol", "RIA"), ("dave", "RIA")):
        expect(on("a", user, "klist", "-f"), out_has=f"Flags: {flags}\n")


@row("two commands of one user have a ticket cache each")
def _():
    script = 'echo "$KRB5CCNAME"; klist -s'
    first, second = sh("a", "alice", script), sh("a", "alice", script)
    expect(first)
    expect(second)
    check(first.out != second.out, f"both have {first.out}")


@row("root has no ticket")
def _():
    expect(on("b", "root", "klist"), status=1, err_has="No credentials cache")


@row("alice lists C$ on c with her ticket")
def _():
    expect(sh("a", "alice", "smbclient -k //c.corp.test/C$ -c ls"),
           out_has="hello.txt")


@row("bob may not list C$ on c")
def _():
    expect(sh("a", "bob", "smbclient -k //c.corp.test/C$ -c ls"), status=1,
           out_has="tree connect failed: NT_STATUS_ACCESS_DENIED")


@row("ssh -K from a to b forwards the ticket")
def _():
    expect(on("a", "alice", "ssh", "-K", "b", "klist -f"),
           out_has="Default principal: alice@CORP.TEST")


@row("the domain's password is checked on b, and dave's is refused")
def _():
    for user, status in (("alice", 0), ("carol", 0), ("dave", 1)):
        expect(on("b", "root", "wbinfo", "-a", f"CORP\\{user}%Passw0rd.lab"),
               status=status)


@row("delegation settings can be read and changed")
def _():
    query = ("ldapsearch -LLL -Q -Y GSSAPI -H ldap://dc1.corp.test "
             "-b DC=corp,DC=test '(sAMAccountName=C$)' "
             "msDS-AllowedToActOnBehalfOfOtherIdentity")
    expect(lab("rbcd", "C$", "B$"), out="")
    expect(sh("a", "alice", query), out_has="OtherIdentity::")
    expect(lab("rbcd", "C$", "-"), out="")
    got = expect(sh("a", "alice", query))
    check("OtherIdentity::" not in got.out, f"still there\n{got}")


@row("nothing of the lab shows in the machine's own namespaces")
def _():
    with open("/proc/net/dev", encoding="ascii") as devices:
        seen = devices.read()
    check("to-a" not in seen and "br0" not in seen, seen)
    with open("/proc/mounts", encoding="utf-8") as mounts:
        seen = mounts.read()
    check("/hop-lab/" not in seen, seen)
