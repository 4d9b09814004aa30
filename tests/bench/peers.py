# SPDX-License-Identifier: MIT
"""The command lines of those we are compared with, on host a of the lab."""

SSH = ["ssh", "-o", "PreferredAuthentications=gssapi-with-mic"]
# curve25519, and a route without delayed ACK: what remains is work
HONEST = [*SSH, "-o", "KexAlgorithms=curve25519-sha256",
          "-o", "GSSAPIServerIdentity=b.corp.test"]
HONEST_B = "10.77.1.12"
HTTP = "http://b.corp.test:5985/wsman"
CLIENTS = "/opt/hop-src/tests/e2e/clients"
PYWINRM = ["/usr/bin/python3", "-W", "ignore", f"{CLIENTS}/pywinrm.py", HTTP,
           "kerberos", "alice"]
