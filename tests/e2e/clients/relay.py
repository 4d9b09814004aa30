#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Post envelopes that somebody else writes, over one pywinrm connection.

Usage: relay.py URL kerberos|ntlm [USER PASSWORD]

Reads one JSON string a line, an envelope; answers each with a line, a JSON
list of HTTP status and text (0 and why when there was no answer).
"""
import json
import sys
import warnings

import winrm.transport
from gssauth import GssapiAuth
from winrm.exceptions import WinRMTransportError
from winrm.transport import Transport

CA = "/etc/ssl/certs/ca-certificates.crt"


def post(transport, envelope):
    try:
        text = transport.send_message(envelope)
    except WinRMTransportError as error:
        return [error.code, text_of(error.response_text)]
    except Exception as error:  # told to the one who asked
        return [0, f"{type(error).__name__}: {error}"]
    return [200, text_of(text)]


def text_of(data):
    return data.decode() if isinstance(data, bytes) else data


def main():
    warnings.simplefilter("ignore")
    winrm.transport.HTTPKerberosAuth = GssapiAuth
    url, method, *account = sys.argv[1:]
    user, password = account or (None, None)
    transport = Transport(url, username=user, password=password,
                          auth_method=method, ca_trust_path=CA,
                          read_timeout_sec=60)
    for line in sys.stdin:
        print(json.dumps(post(transport, json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
