# SPDX-License-Identifier: MIT
"""The KCM protocol by hand, as src/auth/kcm.h describes it."""
import os
import re
import socket
import struct

RETRIEVE, GET_PRINCIPAL, GET_CRED_LIST, STORE = 7, 8, 13001, 6
STATUS, PURGE = 13401, 13402
CACHE = b"hop\0"


def own_socket():
    """The agent's, as the session's krb5.conf names it."""
    with open(os.environ["KRB5_CONFIG"].split(":")[0],
              encoding="ascii") as conf:
        return re.search(r"kcm_socket = (\S+)", conf.read()).group(1)


def dial(path):
    link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    link.settimeout(15)
    link.connect(path)
    return link


def frame(operation, body=b""):
    return struct.pack(">IBBH", 4 + len(body), 2, 0, operation) + body


def data(text):
    raw = text.encode()
    return struct.pack(">I", len(raw)) + raw


def principal(name, realm="CORP.TEST"):
    parts = name.split("/")
    return (struct.pack(">II", 1, len(parts)) + data(realm)
            + b"".join(data(part) for part in parts))


def retrieve(service, client=None, session_key=False):
    """A request for a ticket; client: in whose name."""
    tag = 2 | (1 if client else 0)
    return frame(RETRIEVE, CACHE + struct.pack(">II", 0, tag)
                 + (principal(client) if client else b"")
                 + principal(service) + bytes(16)
                 + (b"\1" if session_key else b"\0") + bytes(4))


def read(link, size):
    got = b""
    while len(got) < size:
        more = link.recv(size - len(got))
        if not more:
            raise EOFError
        got += more
    return got


def answer(link):
    """The code and the payload of the next reply."""
    size, _, code = struct.unpack(">IIi", read(link, 12))
    return code, read(link, size - 4)


def ask(path, request):
    with dial(path) as link:
        link.sendall(request)
        return answer(link)
