# SPDX-License-Identifier: MIT
"""The credential agent: what a session on b can show to c, and who decides."""
import threading
import time

from harness import (check, expect, journal, lab, on, row, sh, start,
                     until, with_policy, without_policy)

WINRS_C = "winrs -r:c whoami"


def via_b(user, script, *options):
    """A line of shell in a session of the user's on b."""
    return on("a", user, "winrs", "-r:b", *options, script)


def grant(*words):
    expect(lab(*words))


def tickets(result):
    """The agent's journal records about tickets with that result."""
    return [r for r in journal("b") if r.get("HOP_RESULT") == result]


@row("a forwarded ticket stays outside the session, its uses work inside")
def _():
    got = via_b("alice", "klist && kvno -q cifs/c.corp.test && klist", "-ad")
    expect(got, out_has=("Ticket cache: KCM:hop", "delegated-by-agent@CORP.TEST",
                         "cifs/c.corp.test@CORP.TEST"))
    check("krbtgt" not in got.out, f"a TGT is in the session\n{got}")


@row("ssh, winrs, curl, ldapsearch and smbclient reach others with -ad")
def _():
    expect(via_b("alice", "ssh -o StrictHostKeyChecking=no "
                 "-o UserKnownHostsFile=/dev/null -o LogLevel=ERROR "
                 "-o PreferredAuthentications=gssapi-with-mic c id -un", "-ad"),
           out="alice\n")
    expect(via_b("alice", WINRS_C, "-ad"), out="alice\n")
    got = via_b("alice", "curl -s -o /dev/null -w '%{http_code}' --negotiate "
                "-u : -X POST http://c.corp.test:5985/wsman", "-ad")
    check(got.out not in ("401", "000"), f"curl is not let in\n{got}")
    expect(via_b("alice", "ldapwhoami -Q -Y GSSAPI -H ldap://dc1.corp.test",
                 "-ad"), out="u:CORP\\alice\n")
    expect(via_b("alice", "smbclient //c.corp.test/C$ -c ls", "-ad"),
           out_has="hello.txt")
    expect(via_b("alice", "smbclient -k //c/C$ -c ls", "-ad"),
           out_has="hello.txt")


@row("hop-tickets gives a file with one ticket, which goes afterwards")
def _():
    got = via_b("alice", "hop-tickets cifs/c.corp.test -- sh -c "
                "'echo $KRB5CCNAME; klist'; ls /tmp | grep hop-tickets", "-ad")
    expect(got, status=1, out_has=("FILE:", "cifs/c.corp.test@CORP.TEST"))
    check("krbtgt" not in got.out, f"a TGT is in the file\n{got}")


@row("nothing granted: refused within a second, and told apart")
def _():
    grant("rbcd", "C$", "-")
    grant("kcd", "B$", "-")
    since = time.monotonic()
    expect(via_b("alice", "kvno host/c.corp.test"), status=1,
           err_has="KDC can't fulfill requested option")
    check(time.monotonic() - since < 3, "it takes too long")
    expect(via_b("alice", WINRS_C), status=255,
           err_has=("0x8009030E SEC_E_NO_CREDENTIALS", "alice's to show to c"))
    last = tickets("refused")[-1]
    check("PrincipalsAllowedToDelegateToAccount" in last["MESSAGE"],
          last["MESSAGE"])
    check(last["HOP_WAY"] == "s4u2proxy" and last["HOP_USER"] == "alice", last)


@row("the target's consent (RBCD) works at once, and ends at once")
def _():
    grant("rbcd", "C$", "B$")
    expect(via_b("alice", WINRS_C), out="alice\n")
    expect(via_b("bob", WINRS_C), out="bob\n")
    expect(via_b("alice", "smbclient //c.corp.test/C$ -c ls"),
           out_has="hello.txt")
    check(tickets("given")[-1]["HOP_WAY"] == "s4u2proxy", "the way")
    grant("rbcd", "C$", "-")
    expect(via_b("alice", WINRS_C), status=255, err_has="0x8009030E")


@row("the server's list (KCD) is for the services in it alone")
def _():
    grant("kcd", "B$", "cifs/c.corp.test")
    expect(via_b("alice", "smbclient //c.corp.test/C$ -c ls"),
           out_has="hello.txt")
    expect(via_b("alice", "kvno host/c.corp.test"), status=1)
    grant("kcd", "B$", "-")


@row("any protocol: who came by NTLM is acted for by name")
def _():
    login = ["-u:CORP\\alice", "-p:-"]
    with_policy("a", "Client/TrustedHosts = <local>", restart=False)
    grant("kcd", "B$", "cifs/c.corp.test")

    def by_ntlm(script):
        # root has no ticket; the password comes on standard input
        return on("a", "root", "env", "KRB5_CONFIG=/dev/null", "winrs", "-r:b",
                  *login, script, stdin=b"Passw0rd.lab\n")

    expect(by_ntlm("kvno cifs/c.corp.test"), status=1)
    grant("flag", "B$", "ttafd", "on")
    try:
        expect(by_ntlm("kvno cifs/c.corp.test"),
               out_has="cifs/c.corp.test@CORP.TEST")
        check(tickets("given")[-1]["HOP_WAY"] == "s4u2self", "the way")
    finally:
        without_policy("a", restart=False)
        grant("flag", "B$", "ttafd", "off")
        grant("kcd", "B$", "-")


@row("carol (sensitive) and dave (Protected Users) are refused everywhere")
def _():
    grant("rbcd", "C$", "B$")
    for user in ("carol", "dave"):
        expect(via_b(user, WINRS_C), status=255,
               err_has=("0x8009030E", "sensitive or is in Protected Users"))
        expect(via_b(user, WINRS_C, "-ad"), status=255, err_has="not forwardable")
    grant("rbcd", "C$", "-")


@row("what tickets are made from cannot be got from inside a session")
def _():
    script = ("id -un; ls /run/hop/auth; cat /etc/krb5.keytab; "
              "p=$(pgrep -o -x hopd-auth); cat /proc/$p/environ; "
              "cat /proc/$p/maps; head -c 1 /proc/$p/mem; ls /proc/$p/fd; "
              "kvno krbtgt/CORP.TEST; kinit -k; kdestroy; echo end")
    got = via_b("alice", script, "-ad")
    check(got.out == "alice\nend\n", f"something came out\n{got}")


@row("a session's tickets are closed to other users")
def _():
    hold = "winrs -r:b -ad 'cp ${KRB5_CONFIG%%:*} /tmp/stolen.conf; " \
           "chmod 644 /tmp/stolen.conf; sleep 4'"
    grab = ("sleep 2; KRB5CCNAME=KCM: KRB5_CONFIG=/tmp/stolen.conf:"
            "/etc/krb5.conf kvno host/c.corp.test")
    thread = threading.Thread(target=lambda: sh("a", "alice", hold))
    thread.start()
    got = sh("b", "bob", grab)
    thread.join()
    check(got.status != 0 and "kvno = " not in got.out,
          f"bob got a ticket of alice's\n{got}")


class Held:
    """A session on b that runs lines of shell one by one."""

    def __init__(self, *options):
        self.process = start("a", "alice", "winrs", "-r:b", *options,
                             "while read -r line; do eval \"$line\" 2>&1 </dev/null; "
                             "echo \"end $?\"; done")

    def run(self, line):
        """Its output and status, as text."""
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()
        out = []
        while not (out and out[-1].startswith("end ")):
            text = self.process.stdout.readline().decode()
            check(text, f"the session has ended\n{''.join(out)}")
            out.append(text)
        return "".join(out)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.communicate(timeout=20)


def restart_auth():
    """hopd-auth dies; the monitor starts another."""
    pid = on("b", "root", "pgrep", "-o", "-x", "hopd-auth").out.strip()
    expect(on("b", "root", "kill", "-KILL", pid))
    until(lambda: on("b", "root", "pgrep", "-o", "-x", "hopd-auth").out.strip()
          not in ("", pid), "a new hopd-auth")
    wait_serving()


def wait_serving():
    until(lambda: on("a", "alice", "winrs", "-r:b", "true").status == 0,
          "b serves")


@row("a forwarded ticket dies with hopd-auth, and the session is told so")
def _():
    grant("rbcd", "C$", "-")
    with Held("-ad") as session:
        check(session.run(WINRS_C) == "alice\nend 0\n", "before")
        restart_auth()
        until(lambda: "does not answer" not in session.run(WINRS_C),
              "the agent is back")
        text = session.run(WINRS_C)
        check("0x8009030E" in text and "started again" in text
              and "open a new session with delegation (winrs -ad)" in text,
              text)
    last = tickets("refused")[-1]
    check("started again" in last["MESSAGE"], last["MESSAGE"])
    expect(via_b("alice", WINRS_C, "-ad"), out="alice\n")


@row("after a restart of hopd-auth or hopd the domain's grants work again")
def _():
    grant("kcd", "B$", "host/c.corp.test")
    grant("flag", "B$", "ttafd", "on")
    try:
        with Held() as session:
            check(session.run(WINRS_C) == "alice\nend 0\n", "before")
            restart_auth()
            until(lambda: session.run(WINRS_C) == "alice\nend 0\n",
                  "after a restart of hopd-auth")
            check(tickets("given")[-1]["HOP_WAY"] == "s4u2self", "the way")
            expect(lab("restart", "b", "hopd"))
            wait_serving()
            until(lambda: session.run(WINRS_C) == "alice\nend 0\n",
                  "after a restart of hopd")
    finally:
        grant("flag", "B$", "ttafd", "off")
        grant("kcd", "B$", "-")
