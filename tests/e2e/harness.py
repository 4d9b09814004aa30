# SPDX-License-Identifier: MIT
"""What the end-to-end rows are written with.

A row is a function whose decorator is its name, a sentence that holds:

    @row("winrs runs a command on b")
    def _():
        expect(on("a", "alice", "winrs", "-r:b", "hostname"), out="b\\n")

Rows run in the order they are written in, each to its own end; one that
raises has failed, and the text of what it raised is shown.
"""
import os
import pathlib
import shlex
import signal
import subprocess
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
RUN = str(TOP / "run")
TIMEOUT_S = 60

ROWS = []  # (name, function) in order
LATER = {}  # what a row leaves for one that runs after a while


def row(name):
    def add(function):
        ROWS.append((name, function))
        return function
    return add


class Failed(Exception):
    """What a row saw is not what it expects."""


class Result:
    """A finished command: its words, exit status and both streams."""

    def __init__(self, command, done, seconds):
        self.command = command
        self.status = done.returncode
        self.out = done.stdout.decode(errors="replace")
        self.err = done.stderr.decode(errors="replace")
        self.seconds = seconds

    def __str__(self):
        return (f"$ {shlex.join(self.command)}\n"
                f"exit {self.status}\n"
                f"out: {end_of(self.out)!r}\nerr: {end_of(self.err)!r}")


def end_of(text, size=800):
    """What matters of a long output stands at its end."""
    return text if len(text) <= size else "..." + text[-size:]


def lab(*words, stdin=b"", timeout=TIMEOUT_S):
    """Run `run lab WORDS` to its end."""
    since = time.monotonic()
    done = subprocess.run([RUN, "lab", *words], input=stdin,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=timeout, check=False)
    return Result(list(words), done, time.monotonic() - since)


def on(host, user, *command, stdin=b"", timeout=TIMEOUT_S):
    """Run a command on a lab host as a user, with a fresh ticket."""
    return lab("exec", host, user, "--", *command, stdin=stdin,
               timeout=timeout)


def sh(host, user, script, **options):
    """Run a line of shell on a lab host as a user."""
    return on(host, user, "sh", "-c", script, **options)


def start(host, user, *command, **options):
    """Start a command on a lab host and return its Popen."""
    return subprocess.Popen(
        [RUN, "lab", "exec", host, user, "--", *command],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # a caller in the background leaves SIGINT ignored to its children
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        **options)


def check(holds, text):
    if not holds:
        raise Failed(text)


def expect(result, status=0, out=None, err=None, out_has=(), err_has=()):
    """Hold a result against exact streams, or against pieces of them."""
    check(result.status == status, f"expected exit {status}\n{result}")
    if out is not None:
        check(result.out == out, f"expected out {out!r}\n{result}")
    if err is not None:
        check(result.err == err, f"expected err {err!r}\n{result}")
    for piece in pieces(out_has):
        check(piece in result.out, f"expected {piece!r} in out\n{result}")
    for piece in pieces(err_has):
        check(piece in result.err, f"expected {piece!r} in err\n{result}")
    return result


def pieces(value):
    return (value,) if isinstance(value, str) else value


def until(holds, what, seconds=10.0):
    """Wait until holds() is true."""
    end = time.monotonic() + seconds
    while not holds():
        check(time.monotonic() < end, f"not within {seconds} s: {what}")
        time.sleep(0.05)


def journal(host):
    """The records hopd and others have left in a host's journal."""
    import json
    text = lab("log", host, "journal.jsonl").out
    return [json.loads(line) for line in text.splitlines()]


def has_program(name):
    """Whether the build under test has that program."""
    build = os.environ.get("HOP_BUILD", str(TOP / "build"))
    return os.access(os.path.join(build, name), os.X_OK)


def with_policy(host, *lines, restart=True):
    """Lay settings over those of a host and restart its server."""
    expect(on(host, "root", "sh", "-c",
              "mkdir -p /etc/hop/policy.d; cat >/etc/hop/policy.d/test.conf",
              stdin="".join(f"{line}\n" for line in lines).encode()))
    if restart:
        expect(lab("restart", host, "hopd"))


def without_policy(host, restart=True):
    expect(on(host, "root", "rm", "/etc/hop/policy.d/test.conf"))
    if restart:
        expect(lab("restart", host, "hopd"))
