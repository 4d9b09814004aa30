#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Run one command with pywinrm, as its users do.

Usage: pywinrm.py URL kerberos|ntlm|ssl|certificate [USER [OPTION...]] -- COMMAND

Options: delegate, plain (Kerberos as Debian has it, which cannot seal),
negotiate (Kerberos within SPNEGO), never (no message encryption), always,
times=N (N commands in one shell). The password is read from standard input
where one is needed; a certificate's user has USER.pem and USER.key at home.
"""
import os
import sys

import winrm.transport
from gssauth import GssapiAuth, NegotiateAuth
from winrm.protocol import Protocol

CA = "/etc/ssl/certs/ca-certificates.crt"


def main():
    split = sys.argv.index("--")
    url, transport, *rest = sys.argv[1:split]
    command = " ".join(sys.argv[split + 1:])
    user, options = (rest[0], rest[1:]) if rest else (None, [])
    arguments = {"ca_trust_path": CA,
                 "kerberos_delegation": "delegate" in options}
    for mode in ("never", "always"):
        if mode in options:
            arguments["message_encryption"] = mode
    if transport == "certificate":
        home = os.path.expanduser("~")
        arguments["cert_pem"] = f"{home}/{user}.pem"
        arguments["cert_key_pem"] = f"{home}/{user}.key"
    elif transport != "kerberos":
        arguments["password"] = sys.stdin.readline().rstrip("\n")
    times = [int(o[6:]) for o in options if o.startswith("times=")]

    if "plain" not in options:
        winrm.transport.HTTPKerberosAuth = (
            NegotiateAuth if "negotiate" in options else GssapiAuth)
    peer = Protocol(url, transport=transport, username=user, **arguments)
    shell = peer.open_shell()
    for _ in range(times[0] if times else 1):
        running = peer.run_command(shell, command)
        out, err, status = peer.get_command_output(shell, running)
        peer.cleanup_command(shell, running)
        sys.stdout.buffer.write(out)
        sys.stderr.buffer.write(err)
    peer.close_shell(shell)
    return status


if __name__ == "__main__":
    sys.exit(main())
