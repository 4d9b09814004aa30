# SPDX-License-Identifier: MIT
"""winrm: settings here, over the wire, and in the sessions of administrators."""
import contextlib

from harness import (check, expect, journal, on, row, sh, start, until,
                     with_policy, without_policy)

B = "b.corp.test"
HTTPS = "winrm/config/Listener?Address=*+Transport=HTTPS"


ASK = ("import http.client\n"
       f"c = http.client.HTTPConnection('{B}', 5985)\n"
       "c.request('POST', '/wsman')\nprint(c.getresponse().headers)\n")


def winrm(host, user, *words, **options):
    return on(host, user, "winrm", *words, **options)


@contextlib.contextmanager
def settings_kept(host="b"):
    """Its settings are afterwards as they were."""
    before = on(host, "root", "cat", "/etc/hop/wsman.conf").out
    try:
        yield
    finally:
        expect(on(host, "root", "tee", "/etc/hop/wsman.conf",
                  stdin=before.encode()))


@row("winrm get shows the tree as Windows does")
def _():
    got = expect(winrm("b", "alice", "get", "winrm/config"))
    lines = got.out.splitlines()
    check(lines[:6] == ["Config", "    MaxEnvelopeSizekb = 500",
                        "    MaxTimeoutms = 60000",
                        "    MaxBatchItems = 32000",
                        "    MaxProviderRequests = 4294967295", "    Client"],
          got.out)
    check("    Winrs" in lines and "    TrustedHosts" not in lines and
          "        TrustedHosts" in lines and "Keytab" not in got.out, got.out)
    expect(winrm("b", "alice", "get", "winrm/config/service/auth", "-f:xml"),
           out_has='<cfg:Auth xmlns:cfg="http://schemas.microsoft.com/wbem/'
           'wsman/1/config/service/auth" xml:lang="en-US"><cfg:Basic>')


@row("winrm set, as it is typed on Windows, takes effect at once")
def _():
    with settings_kept():
        expect(winrm("b", "root", "set", "winrm/config/service/auth",
                     '@{CredSSP="true"}'),
               out_has="    CredSSP = true\n    CbtHardeningLevel = Relaxed\n")
        until(lambda: "WWW-Authenticate: CredSSP" in
              on("a", "alice", "python3", "-c", ASK).out, "b offers CredSSP")
        expect(winrm("b", "root", "set", "winrm/config", '@{MaxTimeoutms="x"}'),
               status=1, err_has=("WSManFault", "0x80338015",
                                  "Error number:  -2144108523 0x80338015"))
        expect(winrm("b", "root", "invoke", "Restore", "winrm/config"))
        check("Service/Auth" not in
              on("b", "root", "cat", "/etc/hop/wsman.conf").out, "still set")


@row("an administrator reads and changes b's settings from a")
def _():
    with settings_kept():
        expect(winrm("a", "dadmin", "set", "winrm/config/client", f"-r:{B}",
                     '@{TrustedHosts="*.corp.test, a"}'),
               out_has="    TrustedHosts = *.corp.test, a\n")
        expect(winrm("b", "alice", "get", "winrm/config/client"),
               out_has="    TrustedHosts = *.corp.test, a\n")
        last = [r for r in journal("b") if r.get("HOP_EVENT") == "config" and
                r.get("HOP_USER") == "dadmin"]
        check(last and last[-1]["MESSAGE"] ==
              "dadmin changes settings: Client/TrustedHosts", str(last))
        expect(winrm("a", "dadmin", "enumerate", "winrm/config/listener",
                     f"-r:{B}"),
               out_has=("Listener\n    Address = *\n    Transport = HTTP\n"
                        "    Port = 5985\n    Hostname\n    Enabled = true\n"
                        "    URLPrefix = wsman\n    CertificateThumbprint\n"
                        "    ListeningOn = ", "10.77.0.12"))


@row("others neither read nor change them, there or in a session")
def _():
    expect(winrm("a", "alice", "get", "winrm/config", f"-r:{B}"), status=1,
           err_has=("alice is no administrator", "Error number:  5"))
    expect(winrm("a", "alice", "set", "winrm/config/client", f"-r:{B}",
                 "@{TrustedHosts=a}"), status=1, err_has="0x80070005")
    expect(on("a", "alice", "winrs", f"-r:{B}",
              "winrm set winrm/config/client @{TrustedHosts=a}"),
           status=1, err_has="alice is no administrator")


@row("an administrator changes them in a session, and nowhere else on b")
def _():
    with settings_kept():
        expect(on("a", "dadmin", "winrs", f"-r:{B}",
                  "winrm set winrm/config/client @{TrustedHosts=a}"),
               out_has="TrustedHosts = a\n")
        expect(winrm("b", "dadmin", "set", "winrm/config/client",
                     "@{TrustedHosts=b}"), status=1,
               err_has=("settings are root's", "0x80070005"))


@row("a policy shows in the tree and cannot be changed")
def _():
    with_policy("b", "Service/Auth/Basic = false", restart=False)
    try:
        until(lambda: '    Basic = false [Source="GPO"]' in
              winrm("a", "dadmin", "get", "winrm/config/service/auth",
                    f"-r:{B}").out, "b has read the policy")
        for words in ((), (f"-r:{B}",)):
            expect(winrm("b", "root" if not words else "dadmin", "set",
                         "winrm/config/service/auth", *words,
                         "@{Basic=true}"), status=1, err_has="0x8033808A")
    finally:
        without_policy("b", restart=False)


@row("a listener comes and goes, over the wire")
def _():
    where = "winrm/config/Listener?Address=IP:10.77.0.12+Transport=HTTP"
    expect(winrm("a", "dadmin", "create", where, f"-r:{B}", "@{Port=8985}"),
           out_has=("ResourceCreated\n    Address = http://schemas.xmlsoap.org/"
                    "ws/2004/08/addressing/role/anonymous\n"
                    "    ReferenceParameters\n        ResourceURI = ",
                    "            Selector: Address = IP:10.77.0.12, "
                    "Transport = HTTP\n"))
    try:
        expect(on("a", "alice", "winrs", "-r:b:8985", "whoami"), out="alice\n")
        expect(winrm("a", "dadmin", "create", where, f"-r:{B}"), status=1,
               err_has="0x80338033")
    finally:
        expect(winrm("a", "dadmin", "delete", where, f"-r:{B}"), out="")
    expect(on("a", "alice", "winrs", "-r:b:8985", "whoami"), status=255,
           err_has="0x80338012")


@row("quickconfig finds a certificate for HTTPS, or says what is missing")
def _():
    expect(winrm("b", "root", "quickconfig"),
           out="WinRM service is already running on this machine.\n"
           "WinRM is already set up for remote management on this "
           "computer.\n")
    with settings_kept():
        expect(winrm("b", "root", "delete", HTTPS))
        expect(sh("b", "root", "cd /etc/hop; mkdir kept; mv server.* kept/"))
        expect(winrm("b", "root", "quickconfig", "-transport:https", "-quiet"),
               status=1, err_has=("no certificate for HTTPS", B,
                                  "/etc/hop/ca.pem", "is self-signed"))
        expect(sh("b", "root", "cd /etc/hop; mv kept/* .; rmdir kept"))
        expect(winrm("b", "root", "quickconfig", "-transport:https"),
               out_has="make a listener for HTTPS")
        expect(winrm("b", "root", "quickconfig", "-transport:https", "-quiet"),
               out_has="The certificate is /etc/hop/server.pem (CN = ")
        until(lambda: on("a", "alice", "winrs", f"-r:{B}", "-ssl",
                         "-ca:/etc/hop/ca.pem", "whoami").out == "alice\n",
              "HTTPS works")
        expect(winrm("b", "root", "get", HTTPS),
               out_has=f"Hostname = {B}\n")


SIGN = ("cd /etc/hop; umask 077; rm -rf /run/renew; mkdir /run/renew; "
        "openssl req -x509 -newkey rsa:2048 -nodes -subj '/CN=Trial CA' "
        "-keyout /run/renew/ca.key -out /run/renew/ca.pem 2>&1 && "
        "openssl req -new -newkey rsa:2048 -nodes -subj /CN=" + B +
        " -keyout /run/renew/new.key -out /run/renew/new.csr 2>&1 && "
        "echo subjectAltName=DNS:" + B + " > /run/renew/ext && "
        "openssl x509 -req -in /run/renew/new.csr -CA /run/renew/ca.pem "
        "-CAkey /run/renew/ca.key -CAcreateserial -days 900 "
        "-extfile /run/renew/ext -out /run/renew/new.pem 2>&1")


def served(host="b"):
    """The thumbprint of the certificate that HTTPS presents."""
    return sh(host, "root", f"openssl s_client -connect {B}:5986 </dev/null "
              "2>/dev/null | openssl x509 -noout -fingerprint -sha1 | "
              "sed 's/.*=//; s/://g'").out.strip()


@row("a renewed certificate is presented, and the listener shows it")
def _():
    with settings_kept():
        expect(sh("b", "root", SIGN))
        expect(sh("b", "root", "mkdir -p /run/kept; cp -p /etc/hop/server.* "
                  "/run/kept/"))
        shown = "CertificateThumbprint = "
        old = served()
        try:
            expect(sh("b", "root", "cat /run/renew/new.key > /etc/hop/.k && "
                      "cat /run/renew/new.pem > /etc/hop/.c && "
                      "mv /etc/hop/.k /etc/hop/server.key && "
                      "mv /etc/hop/.c /etc/hop/server.pem"))
            until(lambda: served() not in ("", old), "the new one is served")
            new = served()
            for host, user, more in (("b", "root", ()),
                                     ("a", "dadmin", (f"-r:{B}",))):
                expect(winrm(host, user, "enumerate", "winrm/config/listener",
                             *more), out_has=shown + new)
            expect(hop("b", "root", "(Get-ChildItem WSMan:\\localhost\\Listener"
                       " | % { Get-ChildItem $_.PSPath } | ? Name -eq "
                       "CertificateThumbprint | ? Value).Value"),
                   out=new + "\n")
        finally:
            expect(sh("b", "root", "cp -p /run/kept/* /etc/hop/; "
                      "rm -r /run/kept /run/renew"))
            until(lambda: served() == old, "the old one is served again")


TOKEN = ("cd /run/renew && printf 4711 > pin && "
         "softhsm2-util --init-token --free --label hoptrial --so-pin 4712 "
         "--pin 4711 && "
         "openssl pkcs8 -topk8 -nocrypt -in new.key -out new.p8 && "
         "softhsm2-util --import new.p8 --token hoptrial --label web --id 01 "
         "--pin 4711 && openssl x509 -in new.pem -outform der -out new.der && "
         "pkcs11-tool --module /usr/lib/softhsm/libsofthsm2.so --token-label "
         "hoptrial --login --pin 4711 --write-object new.der --type cert "
         "--id 01 --label web 2>&1")


# The same key's next certificate, in place of the one that is there.
RENEW = ("cd /run/renew && openssl x509 -req -in new.csr -CA ca.pem -CAkey "
         "ca.key -CAcreateserial -days 950 -extfile ext -out new.pem 2>&1 && "
         "openssl x509 -in new.pem -outform der -out new.der && "
         "tool() { pkcs11-tool --module /usr/lib/softhsm/libsofthsm2.so "
         "--token-label hoptrial --login --pin 4711 --type cert --id 01 "
         "\"$@\" 2>&1; } && tool --delete-object && "
         "tool --write-object new.der --label web && touch /etc/hop/wsman.conf")


@row("HTTPS is served with an EC key that stays on a PKCS#11 token")
def _():
    print_of = ("openssl x509 -noout -fingerprint -sha1 -in "
                "/run/renew/new.pem | sed 's/.*=//; s/://g'")
    with settings_kept():
        expect(winrm("b", "root", "delete", HTTPS))
        expect(sh("b", "root", SIGN.replace(
            "rsa:2048 -nodes -subj /CN",
            "ec -pkeyopt ec_paramgen_curve:P-384 -nodes -subj /CN")))
        quick = ("quickconfig", "-transport:https", "-quiet")
        try:
            expect(sh("b", "root", TOKEN))
            expect(sh("b", "root", "cd /etc/hop; mkdir kept; mv server.* kept/; "
                      "echo 'Linux/CertificateTokens = pkcs11:token=nowhere' "
                      ">> wsman.conf"))
            expect(winrm("b", "root", *quick), status=1, err_has=(
                "pkcs11:token=nowhere names no token with a certificate"))
            expect(sh("b", "root", "cd /etc/hop; sed -i '$d' wsman.conf; echo "
                      "'Linux/CertificateTokens = pkcs11:token=hoptrial"
                      "?pin-source=/run/renew/pin' >> wsman.conf"))
            expect(winrm("b", "root", *quick),
                   out_has="The certificate is pkcs11:token=hoptrial;id=%01")
            new = sh("b", "root", print_of).out.strip()
            until(lambda: served() == new, "the token's is served")
            for version in ("-tls1_2", "-tls1_3"):
                expect(sh("b", "root", f"openssl s_client {version} -connect "
                          f"{B}:5986 -CAfile /run/renew/ca.pem "
                          "-verify_return_error </dev/null 2>&1"),
                       out_has="Verify return code: 0 (ok)")
            expect(winrm("a", "dadmin", "enumerate", "winrm/config/listener",
                         f"-r:{B}"), out_has="CertificateThumbprint = " + new)
            expect(sh("b", "root", RENEW))
            new = sh("b", "root", print_of).out.strip()
            until(lambda: served() == new, "the renewed one is served")
        finally:
            expect(sh("b", "root", "cd /etc/hop; mv kept/* .; rmdir kept; "
                      "softhsm2-util --delete-token --token hoptrial; "
                      "rm -r /run/renew"))


# ---- client certificates ----

CERTMAP = "winrm/config/service/certmapping"
HTTPS_TO_B = (f"-r:{B}", "-ssl", "-ca:/etc/hop/ca.pem", "-auth:certificate")


def thumbprint(host, user, path):
    return sh(host, user, f"openssl x509 -in {path} -noout -fingerprint -sha1 "
              "| sed 's/.*=//; s/://g'").out.strip()


def keep_certificate():
    """alice's certificate in the place where thumbprints are looked for."""
    expect(sh("a", "alice", "mkdir -p ~/.local/share/hop/certs && cp "
              "~/alice.pem ~/alice.key ~/.local/share/hop/certs/"))
    return thumbprint("a", "alice", "~/alice.pem")


def enters_as(own, user):
    return on("a", "alice", "winrs", *HTTPS_TO_B, f"-certificate:{own}",
              "whoami").out == f"{user}\n"


@row("winrm maps client certificates to users, as it is typed on Windows")
def _():
    issuer = thumbprint("b", "root", "/etc/hop/ca.pem")
    own = keep_certificate()
    where = f"{CERTMAP}?Issuer={issuer}+Subject=alice@corp.test+URI=*"
    with settings_kept():
        expect(winrm("b", "root", "create", where,
                     '@{UserName="CORP\\bob";Password="Secret.1"}'),
               out_has="Selector: Issuer = " + issuer,
               err_has="the password was not stored")
        check("Secret.1" not in
              on("b", "root", "cat", "/etc/hop/wsman.conf").out, "it is stored")
        expect(winrm("a", "dadmin", "enumerate", CERTMAP, f"-r:{B}"), out=(
            "CertMapping\n    URI = *\n    Subject = alice@corp.test\n"
            f"    Issuer = {issuer.lower()}\n    UserName = CORP\\bob\n"
            "    Enabled = true\n    Password\n\n"))
        until(lambda: enters_as(own, "bob"), "alice's certificate is bob's")
        last = [r for r in journal("b") if r.get("HOP_EVENT") == "logon" and
                r.get("HOP_LOGON") == "certificate"][-1]
        check(last["HOP_USER"] == "bob" and last["HOP_DELEGATION"] == "s4u",
              str(last))
        expect(winrm("a", "alice", "id", f"-r:{B}", "-ssl", "-a:certificate",
                     "-ca:/etc/hop/ca.pem", f"-c:{own}"),
               out_has="ProductVersion = OS: Linux")
        expect(winrm("b", "root", "set", where, '@{Enabled="false"}'),
               out_has="    Enabled = false\n")
        until(lambda: enters_as(own, "alice"), "the rules of the file count")
        expect(winrm("a", "dadmin", "delete", where, f"-r:{B}"), out="")
        expect(winrm("b", "root", "get", where), status=1,
               err_has=("no mapping of client certificates", "0x80338000"))
        got = expect(on("a", "alice", "winrs", *HTTPS_TO_B,
                        f"-certificate:{own[:-1]}{'10'[own[-1] == '1']}",
                        "whoami"), status=255)
        check("no certificate has the thumbprint" in got.err, str(got))


@row("the drive WSMan: maps client certificates, each for its resources")
def _():
    issuer = thumbprint("b", "root", "/etc/hop/ca.pem")
    own = keep_certificate()
    drive = "WSMan:\\localhost\\ClientCertificate"
    secret = "(ConvertTo-SecureString x -AsPlainText -Force)"
    with settings_kept():
        expect(hop("b", "root", f"$n = New-Item {drive} -Issuer {issuer} "
                   "-Subject alice@corp.test -URI wmicimv2/* -Force "
                   f"-Credential ([pscredential]::new('bob', {secret})); "
                   f"$n.Name -eq (dir {drive}).Name; (dir {drive}).Keys; "
                   f"$u = \"$((dir {drive}).PSPath)\\UserName\"; "
                   "Set-Item $u carol; (Get-Item $u).Value; "
                   f"(dir {drive}\\*).Name -join ' '"), out=(
            "True\nURI=wmicimv2/*\nSubject=alice@corp.test\n"
            f"Issuer={issuer.lower()}\ncarol\n"
            "URI Subject Issuer UserName Enabled Password\n"), err="")
        until(lambda: "is mapped to carol for other resources" in
              on("a", "alice", "winrs", *HTTPS_TO_B, f"-certificate:{own}",
                 "whoami").err, "shells are refused")
        expect(hop("a", "alice", "(Get-WSManInstance "
                   f"wmicimv2/Win32_OperatingSystem -ComputerName {B} -UseSSL "
                   f"-CertificateThumbprint {own}).CSName"), out="b\n", err="")
        got = hop("b", "root", f"New-Item {drive} -Issuer 12 -Force "
                  f"-Credential ([pscredential]::new('bob', {secret}))")
        check("Issuer is the thumbprint" in got.err, str(got))
        expect(hop("b", "root", f"Remove-Item {drive}\\* -Recurse; "
                   f"@(dir {drive}).Count"), out="0\n", err="")


CLIENT_TOKEN = (
    "rm -rf /run/mine && umask 077 && mkdir /run/mine && cd /run/mine && "
    "printf 4711 > pin && softhsm2-util --init-token --free --label hopmine "
    "--so-pin 4712 --pin 4711 && openssl pkcs8 -topk8 -nocrypt -in "
    "/home/alice/alice.key -out a.p8 && softhsm2-util --import a.p8 --token "
    "hopmine --label me --id 01 --pin 4711 && openssl x509 -in "
    "/home/alice/alice.pem -outform der -out a.der && pkcs11-tool --module "
    "/usr/lib/softhsm/libsofthsm2.so --token-label hopmine --login --pin 4711 "
    "--write-object a.der --type cert --id 01 --label me 2>&1")


@row("a client's key stays on its PKCS#11 token")
def _():
    uri = "pkcs11:token=hopmine?pin-source=/run/mine/pin"
    own = thumbprint("a", "alice", "~/alice.pem")
    try:
        expect(sh("a", "root", CLIENT_TOKEN))
        expect(on("a", "root", "winrs", *HTTPS_TO_B, f"-certificate:{uri}",
                  "whoami"), out="alice\n")
        expect(hop("a", "root", "Invoke-Command -ComputerName b.corp.test "
                   f"-UseSSL -CertificateThumbprint '{uri}' {{ whoami }}"),
               out="alice\n", err="")
        expect(sh("a", "root", "echo 'Linux/CertificateTokens = "
                  f"{uri}' > /etc/hop/wsman.conf"))
        expect(on("a", "root", "winrs", *HTTPS_TO_B, f"-certificate:{own}",
                  "whoami"), out="alice\n")
    finally:
        sh("a", "root", "softhsm2-util --delete-token --token hopmine; "
           "rm -rf /run/mine /etc/hop/wsman.conf")


# ---- slips, parts, filters ----

@row("a misspelt operation or resource gets a hint, whoever asks")
def _():
    for words, hint in (
            (("gett", "winrm/config", f"-r:{B}"), "is get meant?"),
            (("enumrate", "winrm/config/listener"), "is enumerate meant?"),
            (("get", "winrm/confg", f"-r:{B}"), "Is winrm/config meant?"),
            (("get", "winrm/confg"), "is winrm/config meant?"),
            (("set", "winrm/config/listner", f"-r:{B}", "@{Port=1}"),
             "Is winrm/config/listener meant?"),
            (("invoke", "Restor", "winrm/config", f"-r:{B}"),
             "there is Restore"),
            (("delete", "wmicimv2/Win32_Service?Name=x", f"-r:{B}"),
             "Delete is not for classes"),
            (("get", "nothing", f"-r:{B}"), "classes (wmicimv2/NAME)")):
        got = winrm("a", "alice", *words)
        check(got.status == 1 and hint in got.err, str(got))


@row("a part of a resource is shown and changed, selectors filter")
def _():
    hopd = "wmicimv2/Win32_Service?Name=hopd"
    expect(winrm("a", "alice", "get", hopd, f"-r:{B}", "-fragment:State"),
           out="XmlFragment\n    State = Running\n\n")
    expect(winrm("a", "alice", "get", hopd, f"-r:{B}",
                 "-fragment:State/text()"), out="XmlFragment = Running\n\n")
    expect(winrm("a", "alice", "get", hopd, f"-r:{B}", "-fragment:Stat"),
           status=1, err_has="Win32_Service has no part Stat")
    with settings_kept():
        expect(winrm("a", "dadmin", "set", "winrm/config", f"-r:{B}",
                     "-fragment:Service/Auth/Basic", '@{Basic="false"}'),
               out_has="            Basic = false\n            Kerberos")
        expect(hop("a", "dadmin", "(Set-WSManInstance winrm/config/client "
                   f"-ComputerName {B} -Fragment NetworkDelayms -ValueSet "
                   "@{NetworkDelayms = 6000}).NetworkDelayms; "
                   "(Get-WSManInstance winrm/config/client -ComputerName "
                   f"{B} -Fragment NetworkDelayms).NetworkDelayms."
                   "InnerText"), out="6000\n6000\n", err="")
    got = expect(winrm("a", "alice", "enumerate", "wmicimv2/Win32_Service",
                       f"-r:{B}", "-dialect:selector",
                       '-filter:{Name="hopd";State="Running"}'),
                 out_has="    Name = hopd\n")
    check(got.out.count("    DisplayName = ") == 1, got.out)


@row("a thumbprint takes the place of a listener's certificate file")
def _():
    with settings_kept():
        old = served()
        try:
            expect(sh("b", "root", SIGN))
            expect(winrm("b", "root", "set", "winrm/config/linux",
                         '@{CertificateDirectories="/run/renew"}'))
            new = thumbprint("b", "root", "/run/renew/new.pem")
            expect(winrm("b", "root", "set", HTTPS,
                         f'@{{CertificateThumbprint="{new}"}}'))
            until(lambda: served() == new, "the new one is served")
            check("CertificateFile" not in on(
                "b", "root", "cat", "/etc/hop/wsman.conf").out, "still there")
        finally:
            sh("b", "root", "rm -r /run/renew")
    until(lambda: served() == old, "the old one is served again")


@row("Set-Item asks before TrustedHosts is changed, unless -Force is there")
def _():
    trusted = "WSMan:\\localhost\\Client\\TrustedHosts"
    with settings_kept():
        got = hop("b", "root", f"Set-Item {trusted} nobody; (Get-Item "
                  f"{trusted}).Value")
        check("NonInteractive" in got.err and "nobody" not in got.out,
              str(got))
        expect(hop("b", "root", f"Set-Item {trusted} a -Force; (Get-Item "
                   f"{trusted}).Value"), out="a\n", err="")


# ---- settings that nothing else tries ----

@row("ports, sealing, command lines, run time, administrators: as they are set")
def _():
    with_policy("a", "Client/DefaultPorts/HTTP = 7985",
                "Client/AllowUnencrypted = true",
                "Client/Auth/Certificate = false", restart=False)
    with_policy("b", "Listener/extra/Transport = HTTP",
                "Service/DefaultPorts/HTTP = 7985",
                "Service/AllowUnencrypted = true", "Linux/LogCommandLines = "
                "true", "Linux/Administrators = nobody",
                "Shell/MaxShellRunTime = 1000")
    try:
        expect(on("a", "alice", "winrs", "-r:b", "echo marked-$((6+1))"),
               out="marked-7\n")
        check([r for r in journal("b") if r.get("HOP_LINE") ==
               "echo marked-$((6+1))"], "the command line is not noted")
        expect(on("a", "alice", "winrs", f"-r:{B}:5985", "-un", "whoami"),
               out="alice\n")
        expect(winrm("a", "dadmin", "get", "winrm/config", "-r:b"), status=1,
               err_has="dadmin is no administrator")
        got = on("a", "alice", "winrs", *HTTPS_TO_B,
                 "-certificate:/home/alice/alice.pem", "whoami")
        check("0x803380E3" in got.err, str(got))
        got = on("a", "alice", "winrs", "-r:b", "sleep 600")
        check("MaxShellRunTime" in got.err and got.status != 0, str(got))
    finally:
        without_policy("a", restart=False)
        without_policy("b")


def is_limited(setting, user):
    """While alice waits for output.  Where her own request came while one of
    ours was under way, hers is the one that was refused: once more."""
    for _ in range(5):
        expect(sh("b", "alice", "rm -f ~/held; mkfifo ~/held"))
        holder = start("a", "alice", "winrs", f"-r:{B}",
                       "echo ready; cat held")
        try:
            if holder.stdout.readline() != b"ready\n":
                continue
            until(lambda: holder.poll() is not None or setting in
                  on("a", user, "winrs", f"-r:{B}", "whoami").err,
                  "it is limited")
            if holder.poll() is not None:
                continue
            if setting.endswith("PerUser"):
                expect(on("a", "bob", "winrs", f"-r:{B}", "whoami"),
                       out="bob\n")
            expect(sh("b", "alice", "echo done > ~/held; rm ~/held"))
            return holder.communicate(timeout=60)[0] == b"done\n"
        finally:
            holder.kill()
            holder.wait()
    return False


@row("operations at once are limited, of a user and of all")
def _():
    for setting, user in (("MaxConcurrentOperationsPerUser", "alice"),
                          ("MaxConcurrentOperations", "bob")):
        with_policy("b", f"Service/{setting} = 1")
        try:
            check(is_limited(setting, user), f"{setting} does not count")
        finally:
            without_policy("b")


# ---- who may use the service ----

def set_sddl(sddl):
    return winrm("b", "root", "set", "winrm/config/service",
                 f'@{{RootSDDL="{sddl}"}}')


def refused(user, *words):
    return ("security descriptor does not let" in
            on("a", user, "winrs", f"-r:{B}", *words, "whoami").err)


@row("RootSDDL says who may use the service, or is refused in words")
def _():
    alice = expect(hop("a", "alice", "(Get-ADUser alice).SID.Value"))
    alice = alice.out.strip()
    users = alice.rpartition("-")[0] + "-513"
    with settings_kept():
        for wrong, why in (("D:(A;;GA;;;DA)", 'names "DA"'),
                           ("D:(A;;CC;;;BA)", "entry 1 of"),
                           ("all of them", "a part begins with")):
            got = set_sddl(wrong)
            check(got.status != 0 and why in got.err, str(got))
        got = hop("a", "dadmin", f"Connect-WSMan {B}; Set-Item WSMan:\\{B}"
                  "\\Service\\RootSDDL x -Force")
        check("the security descriptor is wrong" in got.err, str(got))
        expect(set_sddl("O:NSG:BAD:P(A;;GA;;;BA)"))
        until(lambda: refused("alice"), "administrators alone may")
        expect(on("a", "dadmin", "winrs", f"-r:{B}", "whoami"), out="dadmin\n")
        got = hop("a", "alice", f"Invoke-Command {B} {{ 1 }}")
        check("does not let alice@CORP.TEST use it" in got.err and
              "0x00000005" in got.err, str(got))
        expect(set_sddl(f"D:(D;;GA;;;{alice})(A;;GA;;;{users})"))
        until(lambda: not refused("bob"), "the domain's users may")
        check(refused("alice"), "alice may")
        ntlm = ("-auth:ntlm", "-ssl", "-ca:/etc/hop/ca.pem", "-p:-")
        for user, name in (("bob", "out"), ("alice", "err")):
            got = on("a", "alice", "winrs", f"-r:{B}", *ntlm,
                     f"-u:CORP\\{user}", "whoami", stdin=b"Passw0rd.lab\n")
            check(getattr(got, name).startswith(("bob\n", "winrs: Access")),
                  str(got))


@row("an endpoint's own descriptor decides who may use it")
def _():
    alice = expect(hop("a", "alice", "(Get-ADUser alice).SID.Value"))
    sddl = f"D:(A;;GA;;;BA)(A;;GX;;;{alice.out.strip()})"
    name = "Microsoft.PowerShell"
    with settings_kept():
        got = hop("b", "root", f"Set-PSSessionConfiguration {name} "
                  "-SecurityDescriptorSddl nonsense -Force")
        check("Plugin/Microsoft.PowerShell/Security: " in got.err, str(got))
        expect(hop("b", "root", f"Set-PSSessionConfiguration {name} -Force "
                   f"-SecurityDescriptorSddl '{sddl}'; (Get-PSSession"
                   f"Configuration {name}).SecurityDescriptorSddl"),
               out=sddl + "\n", err="")
        until(lambda: "of the endpoint Microsoft.PowerShell does not let bob" in
              hop("a", "bob", f"Invoke-Command {B} {{ 1 }}").err, "bob may not")
        expect(hop("a", "alice", f"Invoke-Command {B} {{ 1 }}"), out="1\n")
        expect(on("a", "bob", "winrs", f"-r:{B}", "whoami"), out="bob\n")


@row("winrm id asks a server what it is, without a logon as well")
def _():
    expect(winrm("a", "alice", "id", f"-r:{B}"), out_has=(
        "IdentifyResponse\n    ProtocolVersion = http://schemas.dmtf.org/wbem/"
        "wsman/1/wsman.xsd\n    ProductVendor = Hop\n"
        "    ProductVersion = OS: Linux"))
    expect(winrm("a", "alice", "id", f"-r:{B}", "-a:none"),
           out_has="ProductVersion = OS: 0.0.0")
    expect(winrm("b", "alice", "id"), out_has="ProductVersion = OS: 0.0.0")


def hop(host, user, script):
    """A line of the shell."""
    return on(host, user, "hop", "-NoProfile", "-Command", script)


@row("Test-WSMan answers as on Windows, with a logon and without")
def _():
    expect(hop("a", "alice", f"Test-WSMan {B} | Out-String -Width 200"), out=(
        "\nwsmid           : http://schemas.dmtf.org/wbem/wsman/identity/1/"
        "wsmanidentity.xsd\n"
        "ProtocolVersion : http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\n"
        "ProductVendor   : Hop\n"
        "ProductVersion  : OS: 0.0.0 SP: 0.0 Stack: 3.0\n\n\n"))
    for how in ("Default", "Kerberos", "Negotiate"):
        expect(hop("a", "alice", f"(Test-WSMan -ComputerName {B} "
                   f"-Authentication {how}).ProductVersion"),
               out_has="OS: Linux SP: 0.0 Stack: 3.0 Hop: ")
    expect(hop("a", "alice", "Test-WSMan b.corp.test -UseSSL -Authentication "
               "Kerberos | % ProductVendor"), out="Hop\n")
    got = hop("a", "alice", "Test-WSMan -ComputerName c -Port 5999; "
              "$Error[0].FullyQualifiedErrorId")
    check("WsManError,Microsoft.WSMan.Management.TestWSManCommand" in got.out
          and "0x80338012" in got.err, str(got))


@row("Test-WSMan -Authentication CredSSP hands the password to listed hosts")
def _():
    script = ("$p = ConvertTo-SecureString Passw0rd.lab -AsPlainText -Force; "
              "$c = [pscredential]::new('alice@CORP.TEST', $p); "
              f"(Test-WSMan {B} -Authentication Credssp -Credential $c)"
              ".ProductVendor")
    got = hop("a", "alice", script)
    check("0x803381A2" in got.err, str(got))
    with_policy("a", "Client/Auth/CredSSP = true",
                "Client/AllowFreshCredentials = wsman/*", restart=False)
    with_policy("b", "Service/Auth/CredSSP = true")
    try:
        expect(hop("a", "alice", script), out="Hop\n")
    finally:
        without_policy("a", restart=False)
        without_policy("b")


@row("the instance cmdlets read and change b's settings")
def _():
    with settings_kept():
        expect(hop("a", "dadmin", f"(Get-WSManInstance winrm/config/client "
                   f"-ComputerName {B}).NetworkDelayms"), out="5000\n")
        expect(hop("a", "dadmin", "(Set-WSManInstance winrm/config/client "
                   f"-ComputerName {B} -ValueSet @{{TrustedHosts='a,c'}})"
                   ".TrustedHosts"), out="a,c\n")
        where = "@{Address='IP:10.77.0.12';Transport='HTTP'}"
        expect(hop("a", "dadmin", "(New-WSManInstance winrm/config/listener "
                   f"{where} -ComputerName {B} -ValueSet @{{Port=8985}})"
                   ".LocalName"), out="ResourceCreated\n")
        expect(hop("a", "dadmin", "(Get-WSManInstance winrm/config/listener "
                   f"-Enumerate -ComputerName {B}).Port -join ' '"),
               out_has="8985")
        expect(hop("a", "dadmin", "Remove-WSManInstance winrm/config/listener "
                   f"{where} -ComputerName {B}"), out="")
    got = hop("a", "alice", f"Get-WSManInstance winrm/config -ComputerName {B}"
              "; $Error[0].FullyQualifiedErrorId")
    check("GetWSManInstanceCommand" in got.out and
          "alice is no administrator" in got.err, str(got))


@row("CredSSP of the server is switched in a session of an administrator")
def _():
    with settings_kept():
        expect(on("a", "dadmin", "winrs", f"-r:{B}", "hop -NoProfile -Command "
                  "'Enable-WSManCredSSP -Role Server -Force'"),
               out_has="CredSSP           : true\n")
        expect(hop("b", "alice", "(Get-WSManCredSSP)[1]"),
               out_has="is configured to receive")
        expect(on("a", "dadmin", "winrs", f"-r:{B}", "hop -NoProfile -Command "
                  "'Disable-WSManCredSSP -Role Server'"), out="")
        expect(hop("b", "alice", "(Get-WSManCredSSP)[1]"),
               out_has="is not configured to receive")


@row("remoting is switched on and off")
def _():
    with settings_kept():
        expect(hop("b", "root", "Set-WSManQuickConfig -Force"), out=(
            "WinRM service is already running on this machine.\nWinRM is "
            "already set up for remote management on this computer.\n"))
        got = hop("b", "root", "Disable-PSRemoting -Force")
        check("The endpoints are switched off" in got.out + got.err, str(got))
        expect(on("b", "root", "cat", "/etc/hop/wsman.conf"),
               out_has="Plugin/Microsoft.PowerShell/Enabled = false\n")
        expect(hop("b", "root", "Enable-PSRemoting -Force"), out="")
        check("Plugin/" not in
              on("b", "root", "cat", "/etc/hop/wsman.conf").out, "still off")


@row("the drive WSMan: shows settings as folders, as on Windows")
def _():
    got = expect(hop("b", "alice", "Get-ChildItem WSMan:\\localhost"))
    lines = [" ".join(line.split()) for line in got.out.splitlines() if line]
    check(lines == [
        "WSManConfig: Microsoft.WSMan.Management\\WSMan::localhost",
        "Type Name SourceOfValue Value", "---- ---- ------------- -----",
        "System.String MaxEnvelopeSizekb 500",
        "System.String MaxTimeoutms 60000", "System.String MaxBatchItems 32000",
        "System.String MaxProviderRequests 4294967295", "Container Client",
        "Container Service", "Container Shell", "Container Listener",
        "Container Plugin", "Container ClientCertificate"], got.out)
    expect(hop("b", "alice", "Set-Location WSMan:\\localhost\\Service\\Auth; "
               "$PWD.Path; (Get-Item Kerberos).Value; (dir C*).Name; cd ..\\..;"
               "$PWD.Path; Test-Path Client\\TrustedHosts, Nothing"), out=(
        "WSMan:\\localhost\\Service\\Auth\ntrue\nCertificate\nCredSSP\n"
        "CbtHardeningLevel\nWSMan:\\localhost\nTrue\nFalse\n"))
    expect(hop("b", "alice", "(dir WSMan:\\localhost\\Listener)[0].Keys; "
               "(dir WSMan:\\localhost\\Listener\\*\\Port).Value"),
           out="Transport=HTTP\nAddress=*\n5985\n5986\n")


@row("the drive WSMan: changes settings, here and on hosts connected to")
def _():
    trusted = "WSMan:\\localhost\\Client\\TrustedHosts"
    with settings_kept():
        expect(hop("b", "root", f"Set-Item {trusted} -Value a -Force; "
                   f"Set-Item {trusted} c -Concatenate -Force; "
                   f"(Get-Item {trusted}).Value; Clear-Item {trusted} -Force; "
                   f"(Get-Item {trusted}).Value -eq ''"), out="a,c\nTrue\n")
        got = hop("a", "dadmin", f"Connect-WSMan {B}; "
                  f"(dir WSMan:\\).Name -join ' '; cd WSMan:\\{B}; "
                  "Set-Item Service\\Auth\\CredSSP true; "
                  "(Get-Item Service\\Auth\\CredSSP).Value; "
                  "$n = New-Item -Path Listener -Address IP:10.77.0.12 "
                  "-Transport HTTP -Port 8985 -Force; $n.Keys -join ' '; "
                  "(dir Listener).Count; Remove-Item Listener\\$($n.Name) "
                  "-Recurse; (dir Listener).Count; "
                  "New-Item -Path Plugin -Plugin Site -FileName x -Force | "
                  "% Name; Set-Item Plugin\\Site\\Quotas\\MaxShells 5; "
                  f"cd /; Disconnect-WSMan {B}; (dir WSMan:\\).Name")
        expect(got, out=f"localhost {B}\ntrue\nTransport=HTTP "
               "Address=IP:10.77.0.12\n3\n2\nSite\nlocalhost\n", err="")
        expect(on("b", "root", "cat", "/etc/hop/wsman.conf"), out_has=(
            "Service/Auth/CredSSP = true\n", "Plugin/Site/Enabled = true\n",
            "Plugin/Site/MaxShells = 5\n"))
    got = hop("b", "alice", f"Set-Item {trusted} -Value x -Force")
    check("settings are root's" in got.err, str(got))


@row("session configurations are made, switched and removed")
def _():
    with settings_kept():
        expect(hop("b", "root", "Register-PSSessionConfiguration Ops -Force | "
                   "% Name; (Get-PSSessionConfiguration).Name -join ' '; "
                   "Disable-PSSessionConfiguration Ops; "
                   "(Get-PSSessionConfiguration Ops).Enabled; "
                   "Enable-PSSessionConfiguration Ops; "
                   "(Get-PSSessionConfiguration O*).Enabled; "
                   "Unregister-PSSessionConfiguration Ops; "
                   "(Get-PSSessionConfiguration).Name -join ' '"), out=(
            "Ops\nMicrosoft.PowerShell PowerShell.7 Ops\nfalse\ntrue\n"
            "Microsoft.PowerShell PowerShell.7\n"), err="")
        got = hop("b", "alice", "Disable-PSSessionConfiguration "
                  "Microsoft.PowerShell -Force")
        check("settings are root's" in got.err, str(got))


@row("the tutorial's end: CredSSP is swept up on b from a, by Invoke-Command")
def _():
    with settings_kept():
        expect(hop("b", "root", "Enable-WSManCredSSP \u2013Role server -Force "
                   "| % CredSSP"), out="true\n")
        expect(hop("a", "dadmin", "Invoke-Command \u2013ComputerName b "
                   "\u2013ScriptBlock { Disable-WSManCredSSP \u2013Role Server"
                   " }"), out="", err="")
        expect(hop("b", "alice", "(Get-WSManCredSSP)[1]"),
               out_has="is not configured to receive")
        got = hop("a", "alice", "Invoke-Command b { Enable-WSManCredSSP Server "
                  "-Force }")
        check("alice is no administrator" in got.err, str(got))
