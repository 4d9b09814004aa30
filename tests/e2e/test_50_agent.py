# SPDX-License-Identifier: MIT
"""The credential agent: what a session on b can show to c, and who decides."""
import contextlib
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


CLIENTS = "/opt/hop-src/tests/e2e/clients"


@contextlib.contextmanager
def database():
    """A PostgreSQL on c that takes GSSAPI alone."""
    expect(on("c", "root", CLIENTS + "/database", "up"))
    try:
        yield
    finally:
        expect(on("c", "root", CLIENTS + "/database", "down"))


@row("psql with gss reaches a database on c: forwarded, by RBCD, else not")
def _():
    psql = ("psql -AtX 'host=c.corp.test dbname=postgres krbsrvname=host "
            "gssencmode=require' -c 'select current_user, gss_authenticated, "
            "encrypted, principal from pg_stat_gssapi where pid = "
            "pg_backend_pid()'")
    seen = "|t|t|{0}@CORP.TEST\n"
    with database():
        expect(via_b("alice", psql, "-ad"), out="alice" + seen.format("alice"))
        expect(via_b("bob", psql), status=2,
               err_has="KDC can't fulfill requested option")
        grant("rbcd", "C$", "B$")
        expect(via_b("bob", psql), out="bob" + seen.format("bob"))
        grant("rbcd", "C$", "-")
        expect(via_b("bob", psql), status=2)


PYTHON = """
import gssapi
name = gssapi.Name("host@c.corp.test", gssapi.NameType.hostbased_service)
print(len(gssapi.SecurityContext(name=name, usage="initiate").step()) > 500)
"""
HOP_GETS = ("hop -NoProfile -Command 'Invoke-Command c.corp.test { whoami }; "
            "(Get-Content \\\\c.corp.test\\C$\\hello.txt)'")


@row("python3-gssapi, hop, kvno and ldapsearch: forwarded, by RBCD or KCD")
def _():
    ldap = ("ldapsearch -LLL -Q -Y GSSAPI -H ldap://dc1.corp.test -b '' "
            "-s base dnsHostName")
    programs = (("/usr/bin/python3 -", "True\n"),
                (HOP_GETS, "alice\nC is reached\n"),
                ("kvno host/c.corp.test && klist -s && echo held", "held\n"))
    grant("rbcd", "C$", "B$")
    grant("kcd", "B$", "ldap/dc1.corp.test")
    try:
        for how in ((), ("-ad",)):
            for line, out in programs:
                expect(on("a", "alice", "winrs", "-r:b", *how, line,
                          stdin=PYTHON.encode()), out_has=out)
            expect(via_b("alice", ldap, *how),
                   out_has="dnsHostName: dc1.corp.test")
    finally:
        grant("rbcd", "C$", "-")
        grant("kcd", "B$", "-")


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


@row("programs of a session inherit its streams and no other descriptor")
def _():
    show = "ls -l /proc/self/fd | sed -n 's/.* \\([0-9]*\\) -> .*/\\1/p' | xargs"
    for options in ((), ("-ad",)):
        expect(via_b("alice", show, *options), out="0 1 2 3\n")
    got = on("a", "alice", "hop", "-NoProfile", "-Command", "-", stdin=b"""
        Invoke-Command b { (ls -1 /proc/self/fd) -join ' '
            sh -c 'tr "\\0" "\\n" </proc/self/environ | cut -d= -f1 | sort | xargs' }
        """)
    lines = got.out.splitlines()
    check(lines[0] == "0 1 2 3", f"{got}")
    known = {"HOME", "LOGNAME", "PATH", "SHELL", "USER", "KRB5CCNAME",
             "KRB5_CONFIG", "PWD", "OLDPWD", "_", "SHLVL", "TERM", "LANG",
             "MAIL"}
    more = {name for name in lines[1].split() if name not in known
            and not name.startswith(("HOP_SESSION", "LC_", "XDG_", "PS"))}
    check(not more, f"more than is known to be no secret: {more}")


@row("a session's own server process holds nothing but its two channels")
def _():
    look = ("for p in /proc/[0-9]*; do case $(cat $p/comm 2>/dev/null) in "
            "hopd-run*) ls -l $p/fd 2>/dev/null | sed -n 's/.* -> //p' ;; "
            "esac; done")
    for target in via_b("alice", look, "-ad").out.split():
        check(target.startswith(("socket:", "pipe:", "anon_inode:", "/dev/null",
                                 "[eventpoll]", "[signalfd]")), target)


@row("nobody but root may look into what holds keys, nor do they leave cores")
def _():
    script = ("for p in $(pgrep -x 'hopd|hopd-auth|hopd-net'); do "
              "stat -c %U /proc/$p/environ; done | sort -u")
    expect(on("b", "root", "sh", "-c", script), out="root\n")


@row("tickets in files go with the session when their program was killed")
def _():
    left = "find /tmp /run /var/tmp -name 'hop-tickets-*'"
    got = via_b("alice", "hop-tickets cifs/c.corp.test -- sh -c '"
                "ls -l /tmp/hop-tickets-*; kill -KILL $PPID; sleep 60'", "-ad")
    check("-rw------- 1 alice alice" in got.out, f"{got}")
    until(lambda: on("b", "root", "sh", "-c", left).out == "",
          "the file is gone")


@row("who floods the agent takes nothing from others, nor its memory")
def _():
    grant("rbcd", "C$", "B$")
    memory = ("sed -n 's/^VmRSS:[^0-9]*\\([0-9]*\\) kB/\\1/p' "
              "/proc/$(pgrep -o -x hopd-auth)/status")
    floods = [start("a", "alice", "winrs", "-r:b", "-ad", "/usr/bin/python3",
                    CLIENTS + "/flood.py") for _ in range(3)]
    try:
        for flood in floods:
            check(flood.stdout.readline() == b"flooding\n", "it begins")
        for _ in range(3):
            expect(via_b("bob", "timeout 30 kvno -q host/c.corp.test"))
        used = int(on("b", "root", "sh", "-c", memory).out)
        check(used < 192 * 1024, f"hopd-auth has grown to {used} KiB")
    finally:
        for flood in floods:
            flood.communicate(timeout=30)
        grant("rbcd", "C$", "-")


@row("another user's session cannot use the agent, whatever it knows of it")
def _():
    ask = ("/usr/bin/python3 -c 'import sys; sys.path.insert(0, \"" + CLIENTS
           + "\"); import kcm; print(kcm.ask(sys.argv[1], "
           "kcm.retrieve(\"host/c.corp.test\")))' {0} 2>&1 | tail -n 1")
    with Held("-ad") as session:
        path = session.run("sed -n 's/.*kcm_socket = //p' "
                           "${KRB5_CONFIG%%:*}").splitlines()[0]
        check("bytes" not in path and path.endswith(".kcm"), path)
        check("(0, b" in session.run(ask.format(path)), "alice herself")
        before = len(journal("b"))
        for got in (via_b("bob", ask.format(path), "-ad"),
                    on("b", "bob", "sh", "-c", ask.format(path))):
            check(got.out.startswith(("EOFError", "ConnectionResetError",
                                      "BrokenPipeError")),
                  f"bob is let in\n{got}")
        tried = [r["MESSAGE"] for r in journal("b")[before:]
                 if "tried the tickets of alice" in r["MESSAGE"]]
        check(len(tried) == 2, str(tried))
