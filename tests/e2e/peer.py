# SPDX-License-Identifier: MIT
"""A WS-Management client to write odd conversations with.

The envelopes are made here, by hand ([MS-WSMV] 3.1.4); pywinrm on host a logs
on, seals and posts them.
"""
import base64
import json
import uuid
import xml.etree.ElementTree as ElementTree

from harness import check, start

SHELL = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
CMD = f"{SHELL}/cmd"
NAMESPACES = {
    "s": "http://www.w3.org/2003/05/soap-envelope",
    "a": "http://schemas.xmlsoap.org/ws/2004/08/addressing",
    "w": "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd",
    "p": "http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd",
    "f": "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault",
    "rsp": SHELL,
}
TERMINATE = f"{SHELL}/signal/terminate"
CTRL_C = f"{SHELL}/signal/ctrl_c"


def envelope(action, body="", shell=None, timeout="PT20S", resource=CMD,
             options=(), to="http://b.corp.test:5985/wsman", size=153600):
    """A request; each part can be made wrong."""
    spaces = " ".join(f'xmlns:{k}="{v}"' for k, v in NAMESPACES.items())
    selector = (f'<w:SelectorSet><w:Selector Name="ShellId">{shell}'
                "</w:Selector></w:SelectorSet>") if shell else ""
    option = "".join(f'<w:Option Name="{name}">{value}</w:Option>'
                     for name, value in options)
    if option:
        option = f"<w:OptionSet>{option}</w:OptionSet>"
    return (
        f"<s:Envelope {spaces}><s:Header><a:To>{to}</a:To>"
        '<a:ReplyTo><a:Address s:mustUnderstand="true">'
        f"{NAMESPACES['a']}/role/anonymous</a:Address></a:ReplyTo>"
        f'<a:Action s:mustUnderstand="true">{action}</a:Action>'
        f"<a:MessageID>uuid:{uuid.uuid4()}</a:MessageID>"
        f'<w:ResourceURI s:mustUnderstand="true">{resource}</w:ResourceURI>'
        f'<w:MaxEnvelopeSize s:mustUnderstand="true">{size}'
        "</w:MaxEnvelopeSize>"
        f"<w:OperationTimeout>{timeout}</w:OperationTimeout>"
        f"{selector}{option}</s:Header><s:Body>{body}</s:Body></s:Envelope>")


class Answer:
    """What came back: HTTP status, text and, if it is XML, its tree."""

    def __init__(self, status, text):
        self.status = status
        self.text = text
        try:
            self.tree = ElementTree.fromstring(text)
        except ElementTree.ParseError:
            self.tree = None

    def find(self, path):
        found = None if self.tree is None else self.tree.find(
            f".//{path}", NAMESPACES)
        return found

    @property
    def code(self):
        """The WSManFault's code, 0 for none."""
        fault = self.find("f:WSManFault")
        return 0 if fault is None else int(fault.get("Code"))

    def __str__(self):
        return f"{self.status}: {self.text}"


class Peer:
    """One connection to hopd as a user: `with Peer("alice") as alice: ...`"""

    def __init__(self, user, host="b", port=5985):
        scheme = "https" if port == 5986 else "http"
        self.url = f"{scheme}://{host}.corp.test:{port}/wsman"
        self.process = start(
            "a", user, "/usr/bin/python3",
            "/opt/hop-src/tests/e2e/clients/relay.py", self.url, "kerberos")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.vanish()

    def vanish(self):
        """The client dies where it stands."""
        self.process.kill()
        self.process.communicate()

    def post(self, text):
        self.send(text)
        return self.answer()

    def send(self, text):
        self.process.stdin.write(json.dumps(text).encode() + b"\n")
        self.process.stdin.flush()

    def answer(self):
        line = self.process.stdout.readline()
        check(line, "the relay has ended")
        return Answer(*json.loads(line))

    def ask(self, action, body="", **parts):
        return self.post(envelope(action, body, to=self.url, **parts))

    # ------------------------------------------------ what shells are for

    def create(self, idle=None):
        """A new shell's id; an Answer when refused."""
        wish = f"<rsp:IdleTimeOut>{idle}</rsp:IdleTimeOut>" if idle else ""
        got = self.ask(f"{TRANSFER}/Create",
                       "<rsp:Shell><rsp:InputStreams>stdin"
                       "</rsp:InputStreams><rsp:OutputStreams>stdout stderr"
                       f"</rsp:OutputStreams>{wish}</rsp:Shell>")
        found = got.find("rsp:ShellId")
        if found is None:
            found = got.find("w:Selector")
        return got if found is None else found.text

    def command(self, shell, line):
        """A new command's id; an Answer when refused."""
        text = line.replace("&", "&amp;").replace("<", "&lt;")
        got = self.ask(f"{SHELL}/Command", "<rsp:CommandLine><rsp:Command>"
                       f"{text}</rsp:Command></rsp:CommandLine>", shell=shell)
        found = got.find("rsp:CommandId")
        return got if found is None else found.text

    def receive(self, shell, command, timeout="PT20S"):
        return self.ask(
            f"{SHELL}/Receive", "<rsp:Receive><rsp:DesiredStream "
            f'CommandId="{command}">stdout stderr</rsp:DesiredStream>'
            "</rsp:Receive>", shell=shell, timeout=timeout)

    def output(self, shell, command):
        """All there is on standard output until the command's end."""
        out = b""
        while True:
            got = self.receive(shell, command)
            check(got.status == 200, str(got))
            for piece in got.tree.iterfind(".//rsp:Stream", NAMESPACES):
                if piece.get("Name") == "stdout":
                    out += base64.b64decode(piece.text or "")
            state = got.find("rsp:CommandState")
            if state is not None and state.get("State").endswith("Done"):
                return out.decode()

    def signal(self, shell, command, code):
        return self.ask(f"{SHELL}/Signal",
                        f'<rsp:Signal CommandId="{command}"><rsp:Code>{code}'
                        "</rsp:Code></rsp:Signal>", shell=shell)

    def disconnect(self, shell):
        return self.ask(f"{SHELL}/Disconnect", "<rsp:Disconnect/>",
                        shell=shell)

    def reconnect(self, shell):
        return self.ask(f"{SHELL}/Reconnect", "<rsp:Reconnect/>", shell=shell)

    def delete(self, shell):
        return self.ask(f"{TRANSFER}/Delete", shell=shell)


def done(answer):
    check(answer.status == 200, str(answer))
    return answer


def refused(answer, code=None):
    """A fault, with that WSMan code."""
    check(isinstance(answer, Answer) and answer.status in (400, 403, 500),
          f"not refused: {answer}")
    check(code is None or answer.code == code,
          f"not {code} (0x{code or 0:08X}): {answer}")
    return answer


def opened(shell):
    check(isinstance(shell, str), f"no shell: {shell}")
    return shell
