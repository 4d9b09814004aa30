#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Tries, inside a session, to get at what its tickets are made of.

Prints a line for each attempt: its name, and "refused" or what it got.
"""
import ctypes
import os
import struct
import subprocess

import kcm

OURS = ("hopd", "hopd-auth", "hopd-net", "hopd-keeper")
NOT_FOUND = -1765328243  # KRB5_CC_NOTFOUND
READ_ONLY = -1765328138  # KRB5_CC_READONLY
PTRACE_ATTACH, PTRACE_SEIZE = 16, 0x4206


def attempt(name, function):
    try:
        got = function()
    except (OSError, EOFError) as why:
        print(f"{name}: refused ({type(why).__name__})")
    else:
        print(f"{name}: {got}")


def processes(name):
    out = subprocess.run(["pgrep", "-x", name], stdout=subprocess.PIPE,
                         check=False).stdout.split()
    return [int(pid) for pid in out]


def trace(pid, how):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.ptrace(how, pid, 0, 0) < 0:
        raise PermissionError(ctypes.get_errno())
    return f"traces {pid}"


def read_memory(pid):
    """process_vm_readv needs no /proc."""
    libc = ctypes.CDLL(None, use_errno=True)
    buffer = ctypes.create_string_buffer(16)
    local = (ctypes.c_void_p * 2)(ctypes.addressof(buffer), 16)
    remote = (ctypes.c_void_p * 2)(0x1000, 16)
    if (libc.process_vm_readv(pid, local, 1, remote, 1, 0) < 0
            and ctypes.get_errno() != 14):  # EFAULT: it may, but not there
        raise PermissionError(ctypes.get_errno())
    return f"reads {pid}"


def read_file(path):
    with open(path, "rb") as file:
        return f"{len(file.read(64))} bytes of {path}"


def ticket(request, expected=NOT_FOUND):
    code, payload = kcm.ask(kcm.own_socket(), request)
    if code == expected and not payload:
        raise PermissionError(code)
    return f"code {code}, {len(payload)} bytes"


def look_at_processes():
    for name in OURS:
        pids = processes(name)
        if not pids:
            continue
        pid = pids[0]
        for how in (PTRACE_ATTACH, PTRACE_SEIZE):
            attempt(f"ptrace {how:#x} of {name}", lambda: trace(pid, how))
        attempt(f"memory of {name}", lambda: read_memory(pid))
        for part in ("mem", "environ", "maps", "auxv", "stack"):
            attempt(f"{part} of {name}",
                    lambda: read_file(f"/proc/{pid}/{part}"))
        attempt(f"descriptors of {name}",
                lambda: os.listdir(f"/proc/{pid}/fd"))
        attempt(f"signal to {name}", lambda: os.kill(pid, 0))


def look_at_files():
    attempt("keytab", lambda: read_file("/etc/krb5.keytab"))
    attempt("other sessions' sockets", lambda: os.listdir("/run/hop/auth"))
    attempt("tickets of sessions", lambda: os.listdir("/run/hop/sessions"))
    attempt("the machine's tickets", lambda: kcm.ask(
        "/run/hop/auth/machine.kcm", kcm.frame(kcm.STATUS)))


def ask_the_agent():
    for name in ("krbtgt/CORP.TEST", "krbtgt", "B$", "delegated-by-agent"):
        attempt(f"ticket {name}", lambda: ticket(kcm.retrieve(name)))
    attempt("ticket in bob's name", lambda: ticket(
        kcm.retrieve("cifs/c.corp.test", client="bob")))
    attempt("ticket between users", lambda: ticket(
        kcm.retrieve("cifs/c.corp.test", session_key=True)))
    attempt("putting a ticket in", lambda: ticket(
        kcm.frame(kcm.STORE, kcm.CACHE + bytes(64)), READ_ONLY))
    code, held = kcm.ask(kcm.own_socket(),
                         kcm.frame(kcm.GET_CRED_LIST, kcm.CACHE))
    print("listing:", "a TGT is in it" if b"krbtgt" in held
          else f"code {code}, no TGT")


def forge():
    """What no library sends; the agent goes on serving others."""
    for name, raw in (
            ("no length", bytes(4)),
            ("a huge length", b"\xff" * 64),
            ("another version", struct.pack(">IBBH", 4, 9, 9, 8)),
            ("a principal of many parts", kcm.frame(
                kcm.RETRIEVE, kcm.CACHE + struct.pack(">IIII", 0, 2, 1,
                                                      0x7fffffff))),
            ("a string over the end", kcm.frame(
                kcm.RETRIEVE, kcm.CACHE + struct.pack(">IIIII", 0, 2, 1, 2,
                                                      0x7fffffff)))):
        attempt(name, lambda: kcm.ask(kcm.own_socket(), raw))
    with kcm.dial(kcm.own_socket()) as link:
        link.sendall(kcm.frame(kcm.GET_PRINCIPAL, kcm.CACHE)[:-2])
    code, payload = kcm.ask(kcm.own_socket(),
                            kcm.frame(kcm.GET_PRINCIPAL, kcm.CACHE))
    print("afterwards:", code, b"alice" in payload)


def main():
    look_at_files()
    look_at_processes()
    ask_the_agent()
    forge()


if __name__ == "__main__":
    main()
