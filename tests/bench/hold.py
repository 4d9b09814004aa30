#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Opens sessions on b and holds them; runs on host a of the lab.

Usage: hold.py winrs|ssh|honest|shells|sessions COUNT

Prints the seconds it took to open them and holds them until its input ends.
`shells` are empty: no command runs in them. `sessions` are PowerShell's, all
of one hop, each of which has run one command.
"""
import concurrent.futures
import subprocess
import sys
import time
import warnings

from peers import CLIENTS, HONEST, HONEST_B, HTTP, SSH

ABREAST = 16
SLEEP = "echo up; exec sleep 6000"
COMMANDS = {
    "winrs": ["winrs", "-r:b", "-ad", SLEEP],
    "ssh": [*SSH, "-K", "b", SLEEP],
    "honest": [*HONEST, "-K", HONEST_B, SLEEP],
}


def hold_command(command):
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE)
    line = process.stdout.readline()
    if line != b"up\n":
        raise RuntimeError(f"{' '.join(command)} said {line!r}")
    return process


def hold_commands(command, count):
    with concurrent.futures.ThreadPoolExecutor(ABREAST) as pool:
        held = list(pool.map(lambda _: hold_command(command), range(count)))

    def end():
        for process in held:
            process.terminate()
        for process in held:
            process.wait()
    return end


def hold_shells(count):
    """Sealed by Kerberos, which Debian's pywinrm leaves to us to add."""
    warnings.simplefilter("ignore")
    sys.path.insert(0, CLIENTS)
    import winrm.transport
    from gssauth import GssapiAuth
    from winrm.protocol import Protocol
    winrm.transport.HTTPKerberosAuth = GssapiAuth
    peer = Protocol(HTTP, transport="kerberos", username="alice")
    shells = [peer.open_shell() for _ in range(count)]

    def end():  # they would outlive us, and the server
        for shell in shells:
            peer.close_shell(shell)
    return end


def hold_sessions(count):
    """One program has them all, as an administrator would."""
    process = subprocess.Popen(
        ["hop", "-NoProfile", "-Command",
         f"$s = New-PSSession -ComputerName (@('b') * {count})\n"
         "Invoke-Command $s { $x = 1 }; \"up $($s.Count)\"\n"
         "$null = head -n 1; Remove-PSSession $s"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    line = process.stdout.readline().decode()
    if line != f"up {count}\n":
        raise RuntimeError(f"hop said {line!r}")

    def end():
        process.communicate(b"\n")
    return end


def main():
    what, count = sys.argv[1], int(sys.argv[2])
    since = time.perf_counter()
    if what == "shells":
        end = hold_shells(count)
    elif what == "sessions":
        end = hold_sessions(count)
    else:
        end = hold_commands(COMMANDS[what], count)
    print(f"{time.perf_counter() - since:.2f}", flush=True)
    sys.stdin.read()
    end()


if __name__ == "__main__":
    main()
