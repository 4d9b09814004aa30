# SPDX-License-Identifier: MIT
"""What becomes of sessions: lost connections, other users, quotas, the end."""
import time

from harness import (LATER, check, expect, journal, lab, on, row, until,
                     with_policy, without_policy)
from peer import CTRL_C, TERMINATE, Peer, done, opened, refused

INVALID_SELECTORS = 0x8033805B
ACCESS_DENIED = 5
QUOTA_SHELLS = 0x803381A5
QUOTA_USERS = 0x803381AB


def processes(pattern, host="b"):
    got = on(host, "root", "pgrep", "-cf", pattern)
    return int(got.out)


@row("a shell can be asked to be reaped when idle for a minute")
def _():
    alice = Peer("alice")
    shell = opened(alice.create(idle="PT60S"))
    alice.command(shell, "exec sleep 48218")
    until(lambda: processes("^sleep 48218") >= 1, "the command runs")
    alice.vanish()
    LATER["idle shell"] = shell, time.monotonic(), "^sleep 48218"


@row("a shell runs one command after another and remembers nothing else")
def _():
    with Peer("alice") as alice:
        shell = opened(alice.create())
        for number in range(3):
            command = alice.command(shell, f"echo {number}")
            check(alice.output(shell, command) == f"{number}\n", "output")
            done(alice.signal(shell, command, TERMINATE))
        done(alice.delete(shell))
        refused(alice.command(shell, "echo more"), INVALID_SELECTORS)


@row("a session outlives its connection, and its output is not lost")
def _():
    first = Peer("alice")
    shell = opened(first.create())
    command = first.command(shell, "for i in 1 2 3 4 5 6; do echo $i; "
                            "sleep 0.3; done")
    first.vanish()
    time.sleep(0.5)
    with Peer("alice") as second:
        check(second.output(shell, command) == "1\n2\n3\n4\n5\n6\n",
              "output is not whole")
        done(second.delete(shell))


@row("a session can be disconnected and reconnected")
def _():
    with Peer("alice") as alice:
        shell = opened(alice.create())
        command = alice.command(shell, "sleep 1; echo after")
        done(alice.disconnect(shell))
        refused(alice.receive(shell, command))
    with Peer("alice") as again:
        done(again.reconnect(shell))
        check(again.output(shell, command) == "after\n", "output")
        done(again.delete(shell))


@row("another user's shell is as good as none")
def _():
    with Peer("alice") as alice, Peer("bob") as bob:
        shell = opened(alice.create())
        command = alice.command(shell, "echo secret; sleep 1")
        for answer in (bob.command(shell, "id"), bob.receive(shell, command),
                       bob.signal(shell, command, TERMINATE),
                       bob.delete(shell), bob.reconnect(shell)):
            refused(answer)
            check("secret" not in answer.text, str(answer))
        check(alice.output(shell, command) == "secret\n", "output")
        done(alice.delete(shell))


@row("Ctrl-C ends a command, not its shell")
def _():
    with Peer("alice") as alice:
        shell = opened(alice.create())
        command = alice.command(shell, "sleep 48215")
        until(lambda: processes("^sleep 48215") == 1, "the command runs")
        done(alice.signal(shell, command, CTRL_C))
        until(lambda: processes("^sleep 48215") == 0, "the command ends")
        command = alice.command(shell, "echo still here")
        check(alice.output(shell, command) == "still here\n", "output")
        done(alice.delete(shell))


@row("a deleted shell takes all its processes with it")
def _():
    with Peer("alice") as alice:
        shell = opened(alice.create())
        alice.command(shell, "setsid sleep 48216 & nohup sleep 48216 & "
                      "sleep 48216")
        until(lambda: processes("^sleep 48216") == 3, "three of them")
        done(alice.delete(shell))
        until(lambda: processes("^sleep 48216") == 0, "all of them gone")


@row("one shell more than MaxShellsPerUser is refused, with its code")
def _():
    with_policy("c", "Shell/MaxShellsPerUser = 3")
    try:
        with Peer("alice", "c") as alice, Peer("bob", "c") as bob:
            shells = [opened(alice.create()) for _ in range(3)]
            refused(alice.create(), QUOTA_SHELLS)
            done(bob.delete(opened(bob.create())))
            done(alice.delete(shells.pop()))
            shells.append(opened(alice.create()))
            for shell in shells:
                done(alice.delete(shell))
    finally:
        without_policy("c")
    check(any("alice" in r.get("HOP_USER", "") for r in journal("c")
              if "quota" in r.get("MESSAGE", "").lower()
              or "MaxShells" in r.get("MESSAGE", "")),
          "no journal record of the quota")


@row("one user more than MaxConcurrentUsers is refused")
def _():
    with_policy("c", "Shell/MaxConcurrentUsers = 1")
    try:
        with Peer("alice", "c") as alice, Peer("bob", "c") as bob:
            shell = opened(alice.create())
            refused(bob.create())
            done(alice.delete(shell))
            done(bob.delete(opened(bob.create())))
    finally:
        without_policy("c")


@row("MaxProcessesPerShell and MaxMemoryPerShellMB hold")
def _():
    with_policy("c", "Shell/MaxProcessesPerShell = 10",
                "Shell/MaxMemoryPerShellMB = 100")
    try:
        with Peer("alice", "c") as alice:
            shell = opened(alice.create())
            command = alice.command(
                shell, "for i in $(seq 40); do sleep 48217 & done 2>&1; "
                "echo end")
            time.sleep(1)
            check(processes("^sleep 48217", "c") <= 10, "too many processes")
            done(alice.signal(shell, command, TERMINATE))
            done(alice.delete(shell))
            until(lambda: processes("^sleep 48217", "c") == 0, "all gone")
            shell = opened(alice.create())
            command = alice.command(
                shell, "/usr/bin/python3 -c 'x = bytearray(300 << 20); "
                "print(\"had it\")' 2>/dev/null; echo end")
            check(alice.output(shell, command) == "end\n", "had the memory")
            done(alice.delete(shell))
    finally:
        without_policy("c")


@row("an envelope over MaxEnvelopeSizekb is refused and harms nothing")
def _():
    with Peer("alice") as alice:
        shell = opened(alice.create())
        got = alice.command(shell, "echo " + "x" * 600000)
        check(not isinstance(got, str), "it was taken")
    with Peer("alice") as again:
        command = again.command(shell, "echo fine")
        check(again.output(shell, command) == "fine\n", "output")
        done(again.delete(shell))


def hostname_of(url):
    return on("a", "alice", "winrs", f"-r:{url}", "hostname")


@row("IPv4Filter and IPv6Filter choose the addresses that are listened on")
def _():
    with_policy("c", "Service/IPv4Filter = 10.77.0.0-10.77.0.255",
                "Service/IPv6Filter =")
    try:
        expect(hostname_of("http://c.corp.test:5985/wsman"), out="c\n")
        expect(hostname_of("https://c.corp.test:5986/wsman"), out="c\n")
        for address in ("127.0.0.1", "[::1]"):
            got = on("c", "root", "curl", "-s", f"http://{address}:5985/wsman")
            expect(got, status=7)  # it cannot connect
    finally:
        without_policy("c")
    got = on("c", "root", "curl", "-s", "-o", "/dev/null",
             "http://127.0.0.1:5985/wsman")
    expect(got)


@row("the compatibility listeners serve ports 80 and 443 as well")
def _():
    with_policy("c", "Service/EnableCompatibilityHttpListener = true",
                "Service/EnableCompatibilityHttpsListener = true")
    try:
        for url in ("http://c.corp.test:80", "https://c.corp.test:443",
                    "http://c.corp.test:5985", "https://c.corp.test:5986"):
            expect(hostname_of(f"{url}/wsman"), out="c\n")
    finally:
        without_policy("c")
    check(hostname_of("http://c.corp.test:80/wsman").status != 0, "port 80")


@row("HTTPS listeners find their certificate by its thumbprint")
def _():
    got = on("c", "root", "sh", "-c",
             "mkdir /etc/hop/certs && cd /etc/hop/certs && "
             "cp ../server.pem web.pem && cp -p ../server.key web.key && "
             "openssl x509 -in web.pem -noout -fingerprint -sha1")
    with_policy("c", "Listener/https/CertificateFile =",
                f"Service/CertificateThumbprint = {got.out.split('=')[1]}")
    try:
        expect(hostname_of("https://c.corp.test:5986/wsman"), out="c\n")
    finally:
        without_policy("c")
        on("c", "root", "rm", "-r", "/etc/hop/certs")
