# SPDX-License-Identifier: MIT
"""Kerberos for pywinrm with message sealing.

The python3-kerberos that requests_kerberos uses in Debian has not the calls
with which pywinrm seals; this has, on python3-gssapi. Put in the place of
HTTPKerberosAuth, whose arguments it takes, and like it speaks raw Kerberos
under the name of Negotiate.
"""
import base64
import re
from urllib.parse import urlsplit

import gssapi
import requests.auth
from gssapi.raw import IOV, IOVBufferType, unwrap_iov, wrap_iov

KERBEROS = gssapi.OID.from_int_seq("1.2.840.113554.1.2.2")
SPNEGO = gssapi.OID.from_int_seq("1.3.6.1.5.5.2")
Flag = gssapi.RequirementFlag
FLAGS = (Flag.mutual_authentication | Flag.confidentiality | Flag.integrity
         | Flag.out_of_sequence_detection | Flag.replay_detection)


class GssapiAuth(requests.auth.AuthBase):
    winrm_encryption_available = True
    mechanism = KERBEROS

    def __init__(self, mutual_authentication=None, service=None,
                 delegate=False, principal=None):
        self.service = service or "HTTP"
        self.flags = FLAGS
        if delegate:
            self.flags |= Flag.delegate_to_peer
        self.context = None

    def __call__(self, request):
        if self.context is None:
            host = urlsplit(request.url).hostname
            name = gssapi.Name(f"{self.service}@{host}",
                               gssapi.NameType.hostbased_service)
            self.context = gssapi.SecurityContext(
                name=name, mech=self.mechanism, flags=self.flags,
                usage="initiate")
            token = base64.b64encode(self.context.step()).decode()
            request.headers["Authorization"] = f"Negotiate {token}"
            request.register_hook("response", self.finish)
        return request

    def finish(self, response, **_):
        """Let the server prove itself by the token in its answer."""
        answer = response.headers.get("WWW-Authenticate", "")
        token = re.search(r"Negotiate ([A-Za-z0-9+/=]+)", answer)
        if token and not self.context.complete:
            self.context.step(base64.b64decode(token.group(1)))
        return response

    def wrap_winrm(self, host, message):
        iov = IOV(IOVBufferType.header, message, IOVBufferType.padding,
                  std_layout=False)
        wrap_iov(self.context, iov, confidential=True)
        return iov[1].value + (iov[2].value or b""), iov[0].value

    def unwrap_winrm(self, host, message, header):
        iov = IOV((IOVBufferType.header, False, header), message,
                  std_layout=False)
        unwrap_iov(self.context, iov)
        return iov[1].value


class NegotiateAuth(GssapiAuth):
    """The same, wrapped in SPNEGO."""
    mechanism = SPNEGO
