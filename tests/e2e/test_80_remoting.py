# SPDX-License-Identifier: MIT
"""Sessions of the remoting protocol, typed on a in hop."""
import json
import re

from harness import (LATER, check, expect, on, row, start, until,
                     with_policy, without_policy)

PASSWORD = "Passw0rd.lab"
CREDENTIAL = ("$cred = [pscredential]::new('CORP\\alice', (ConvertTo-SecureString "
              f"'{PASSWORD}' -AsPlainText -Force))\n")


def typed(text, user="alice", host="a", **options):
    """Text as hop reads it from its standard input."""
    return on(host, user, "env", "NO_COLOR=1", "hop", "-NoProfile", "-File",
              "-", stdin=text.encode(), **options)


# ---- Invoke-Command ----

@row("Invoke-Command -ComputerName runs on b as the user")
def _():
    expect(typed("Invoke-Command –ComputerName b –ScriptBlock { hostname; "
                 "whoami; \"$(1 + 1)\" }"), out="b\nalice\n2\n", err="")


@row("a program of a session has the user's own stack limit")
def _():
    own = on("a", "alice", "sh", "-c", "ulimit -Ss")
    expect(typed("/bin/sh -c 'ulimit -Ss'\n"
                 "Invoke-Command b { /bin/sh -c 'ulimit -Ss' }"),
           out=own.out * 2, err="")


@row("one command on two hosts; a name that nobody knows stops neither")
def _():
    got = typed("Invoke-Command -ComputerName b, nohost, c { hostname } | "
                "Sort-Object\n"
                "$Error[0].FullyQualifiedErrorId; "
                "$Error[0].CategoryInfo.Category")
    expect(got, out="b\nc\nComputerNotFound,PSSessionStateBroken\nOpenError\n",
           err_has=("[nohost] ", "0x803381B9"))


@row("results say where they come from")
def _():
    expect(typed("$r = Invoke-Command -ComputerName b { [pscustomobject]@{"
                 "n = 1} }\n\"$($r.n) $($r.PSComputerName) "
                 "$($r.PSShowComputerName) $($r.RunspaceId.GetType().Name)\""),
           out="1 b True Guid\n", err="")


@row("what asks on b is told in words that nobody here can answer")
def _():
    asking = ("Get-Item; 'on'", "Read-Host q; 'on'", "rm /nope -Confirm; 'on'",
              "try { Get-Item } catch { \"caught $_\" }")
    expect(on("a", "alice", "env", "NO_COLOR=1", "hop", "-NoProfile",
              "-NonInteractive", "-Command",
              "; ".join(f"Invoke-Command b {{ {one} }}" for one in asking)),
           out="on\non\non\ncaught Cannot process command because of one or "
           "more missing mandatory parameters: Path.\n",
           err_has=("Get-Item: Cannot process command because of one or more "
                    "missing mandatory parameters: Path.",
                    "Read-Host: Read-Host has nobody to ask: the client of "
                    "this session has no user interface."))


@row("an error of b's is a record of here, with its origin")
def _():
    expect(typed("Invoke-Command -ComputerName b { Get-Item /nope } "
                 "-ErrorVariable e -ErrorAction SilentlyContinue\n"
                 "$e[0].FullyQualifiedErrorId; $e[0].OriginInfo.PSComputerName\n"
                 "$e[0].Exception.GetType().Name; $e[0].GetType().Name\n"
                 "try { Invoke-Command -ComputerName b { throw 'boo' } }\n"
                 "catch { \"caught $_\" }"),
           out="PathNotFound,Microsoft.PowerShell.Commands.GetItemCommand\n"
               "b\nRemoteException\nRemotingErrorRecord\ncaught boo\n", err="")


@row("input, arguments and $using: values go along")
def _():
    expect(typed("$a = @{n = 5}; $l = 1, 2, 3\n"
                 "1..3 | Invoke-Command -ComputerName b { process { $_ * 2 } }\n"
                 "Invoke-Command -ComputerName b { param($x, $y) \"$x-$y\" } "
                 "-ArgumentList p, q\n"
                 "Invoke-Command -ComputerName b { \"$using:l $($Using:a.n) "
                 "$($using:l[1])\" }"),
           out="2\n4\n6\np-q\n1 2 3 5 2\n", err="")


@row("warnings, verbose lines and Write-Host of b's are shown here")
def _():
    got = typed("Invoke-Command -ComputerName b { Write-Warning w1; "
                "Write-Verbose v1 -Verbose; Write-Host h1 } "
                "-WarningVariable w\n\"$($w.Count) $w\"")
    check(got.status == 0 and "WARNING: w1" in got.out + got.err and
          "VERBOSE: v1" in got.out + got.err and "h1" in got.out and
          "1 w1" in got.out, f"{got}")


@row("2,000 objects come whole and in order")
def _():
    expect(typed("$r = Invoke-Command -ComputerName b { 1..2000 | ForEach-Object"
                 " { [pscustomobject]@{i = $_; t = 'x' * 50} } }\n"
                 "\"$($r.Count) $($r[0].i) $($r[-1].i) $(($r | Measure-Object i"
                 " -Sum).Sum)\""), out="2000 1 2000 2001000\n", err="")


# ---- sessions ----

@row("a session keeps its variables, and is gone when it is removed")
def _():
    expect(typed("$s = New-PSSession b -Name one\n"
                 "\"$($s.Name) $($s.State) $($s.Availability) "
                 "$($s.Transport) $($s.ConfigurationName)\"\n"
                 "Invoke-Command -Session $s { $x = 42 }\n"
                 "Invoke-Command -Session $s { $x }\n"
                 "@(Get-PSSession).Count; Remove-PSSession $s\n"
                 "@(Get-PSSession).Count; \"$($s.State)\""),
           out="one Opened Available WSMan Microsoft.PowerShell\n42\n1\n0\n"
               "Closed\n", err="")


@row("a session is left and taken up again, with what it holds")
def _():
    # by its name: others of alice's may be there
    expect(typed("$s = New-PSSession b -Name left\n"
                 "Invoke-Command -Session $s { $x = 7 }\n"
                 "\"$((Disconnect-PSSession $s).State)\"\n"
                 "\"$((Get-PSSession -ComputerName b -Name left).State)\"\n"
                 "\"$((Connect-PSSession $s).State)\"\n"
                 "Invoke-Command -Session $s { $x }; Remove-PSSession $s"),
           out="Disconnected\nDisconnected\nOpened\n7\n", err="")


@row("-InDisconnectedSession leaves the command at work; "
     "Receive-PSSession gets all of it")
def _():
    expect(typed("$d = Invoke-Command -ComputerName b -InDisconnectedSession "
                 "-SessionName w { 1..3 | ForEach-Object { Start-Sleep "
                 "-Milliseconds 200; $_ } }\n"
                 "\"$($d.Name) $($d.State)\"\nReceive-PSSession $d\n"
                 "Remove-PSSession $d"),
           out="w Disconnected\n1\n2\n3\n", err="")


@row("-AsJob: one job, a member for each computer")
def _():
    expect(typed("$j = Invoke-Command -ComputerName b, c { hostname } -AsJob "
                 "-JobName jj\n\"$($j.Name) $($j.PSJobTypeName) $($j.Location) "
                 "$($j.ChildJobs.Count)\"\n"
                 "$j | Wait-Job | Receive-Job | Sort-Object\n\"$($j.State)\""),
           out="jj RemoteJob b,c 2\nb\nc\nCompleted\n", err="")


@row("a program that is stopped keeps the session from nothing")
def _():
    expect(typed("$s = New-PSSession b\n$j = Invoke-Command $s { 'at work'; "
                 "sh -c 'trap \"\" INT; sleep 60; echo x' } -AsJob\n"
                 "while (!$j.ChildJobs[0].Output.Count) { Start-Sleep "
                 "-Milliseconds 50 }\nStop-Job $j\nInvoke-Command $s "
                 "{ 'after' }\n"), out="after\n", err="")


@row("Enter-PSSession: what follows runs there, until exit")
def _():
    expect(typed("Enter-PSSession –ComputerName b\nhostname\n$x = 5; \"x $x\"\n"
                 "exit\nhostname\n\"x $x\"\n"), out="b\nx 5\na\nx \n", err="")


# ---- the second hop ----

@row("from b on to c without a credential: the second hop, explained")
def _():
    got = typed("Enter-PSSession –ComputerName b\n"
                "Invoke-Command –ComputerName c –ScriptBlock { "
                "Get-WindowsFeature | Where-Object {$_.InstallState –eq "
                "‘Installed’} }\nexit\nhostname\n")
    expect(got, out="a\n", err_has=("0x8009030E", "second hop",
                                    "Get-SecondHop c"))


@row("a credential passed with $Using: goes on to c")
def _():
    expect(typed(CREDENTIAL +
                 "Invoke-Command -ComputerName b -Credential $cred "
                 "-ScriptBlock { hostname; Invoke-Command -ComputerName c "
                 "-Credential $Using:cred -ScriptBlock {hostname} }"),
           out="b\nc\n", err="")


@row("a wrong password is told apart, with its code")
def _():
    got = typed(CREDENTIAL.replace(PASSWORD, "wrong") +
                "Invoke-Command -ComputerName b -Credential $cred { 1 }\n"
                "$Error[0].FullyQualifiedErrorId")
    expect(got, out="LogonFailure,PSSessionStateBroken\n",
           err_has=("[b] ", "0x8009030C"))
    check(not re.search("wrong'", got.out + got.err), "the password is shown")


# ---- the options of a session ----

@row("New-PSSessionOption: what is asked for has its effect")
def _():
    expect(typed("$s = New-PSSession b -SessionOption (New-PSSessionOption "
                 "-UseUTF16 -IncludePortInSPN -OperationTimeout 180001 "
                 "-OpenTimeout 0 -CancelTimeout 0 -MaxConnectionRetryCount 0 "
                 "-IdleTimeout 90000 -OutputBufferingMode Drop "
                 "-ApplicationArguments @{n = 7})\n"
                 "\"$($s.IdleTimeout) $($s.OutputBufferingMode)\"\n"
                 "Invoke-Command $s { \"$([char]0x20AC) "
                 "$($PSSenderInfo.ApplicationArguments.n)\" }\n"
                 "('\u00e4' * 600000) | Invoke-Command $s { process { "
                 "$_.Length } }\nRemove-PSSession $s\n"),
           out="90000 Drop\n\u20ac 7\n600000\n", err="")


@row("what comes is held against the sizes that the options allow")
def _():
    for option, text in (("ObjectSize", "an object is larger than the 10000 "
                                        "bytes allowed"),
                         ("DataSizePerCommand", "a pipeline has sent more than "
                                                "the 10000 bytes allowed")):
        got = typed("$s = New-PSSession b -SessionOption (New-PSSessionOption "
                    f"-MaximumReceived{option} 10000)\nInvoke-Command $s {{ "
                    "$PID }\nInvoke-Command $s { 'x' * 50000 }\n\"$($s.State) "
                    "$($Error[0].FullyQualifiedErrorId)\"")
        pid, _, state = got.out.partition("\n")
        check(state == "Broken PSSessionStateBroken\n" and text in got.err,
              str(got))
        until(lambda: pid not in on("b", "root", "pgrep", "hopd-run-ps")
              .out.split(), "the session is gone from b")


@row("options that cannot have an effect are refused in words")
def _():
    refused = CREDENTIAL + "$o = New-PSSessionOption {}\nInvoke-Command b " \
        "-SessionOption $o {} {{ 1 }}\n"
    for option, parameter, text in (
            ("-ProxyAccessType IEConfig -ProxyCredential $cred", "",
             "the user of a proxy is not taken from -ProxyCredential"),
            ("-NoEncryption", "", "0x803380DE"),
            ("-IdleTimeout 1000", "", "0x803381F2"),
            ("", "-RemoteDebug", "breakpoints of a session")):
        expect(typed(refused.format(option, parameter)), status=1, out="",
               err_has=text)


@row("a session tells its server's idle time; leaving it changes both modes")
def _():
    expect(typed("$s = New-PSSession b -Name modes\n\"$($s.IdleTimeout) "
                 "$($s.OutputBufferingMode)\"\n"
                 "$s = Disconnect-PSSession $s -IdleTimeoutSec 120 "
                 "-OutputBufferingMode Drop\n\"$($s.IdleTimeout) "
                 "$($s.OutputBufferingMode)\"\n"
                 "(Get-PSSession -ComputerName b -Name modes).IdleTimeout\n"
                 "Connect-PSSession $s | Remove-PSSession\n"),
           out="7200000 None\n120000 Drop\n120000\n", err="")


@row("implicit remoting: what cannot be brought over is said")
def _():
    for option, text in (("-FormatTypeName *", "are not brought over"),
                         ("-Certificate x", "modules are not signed")):
        expect(typed("$s = New-PSSession b\nImport-PSSession $s "
                     f"-CommandName Get-Process -AllowClobber {option}\n"
                     "Remove-PSSession $s"), out="", err_has=text)


@row("jobs: what has ended one is told each time; other errors once")
def _():
    expect(typed("$j = Invoke-Command b { 1; Write-Error one; throw 'two' } "
                 "-AsJob\n$null = Wait-Job $j\n"
                 "$r = Receive-Job $j 2>&1\n"
                 "\"$r\"; \"$($r[2].GetType().Name) $($r[2].OriginInfo)\"\n"
                 "\"$(Receive-Job $j 2>&1) $($j.HasMoreData) $($j.State)\"\n"
                 "\"$($j.ChildJobs[0].Error.Count)\""),
           out="1 one two\nRemotingErrorRecord b\ntwo False Failed\n1\n",
           err="")


@row("-EnableNetworkAccess: a session on this host goes on to others")
def _():
    script = ("Invoke-Command localhost {} {{ hostname; Invoke-Command c "
              "{{ hostname }} }}\n")
    expect(on("b", "alice", "env", "NO_COLOR=1", "hop", "-NoProfile", "-File",
              "-", stdin=script.format("-EnableNetworkAccess").encode()),
           out="b\nc\n", err="")
    expect(on("b", "alice", "env", "NO_COLOR=1", "hop", "-NoProfile", "-File",
              "-", stdin=script.format("").encode()),
           out="b\n", err_has="0x8009030E", status=1)


# ---- files and commands of a session ----

@row("Copy-Item of more than either side may hold takes little memory")
def _():
    got = expect(typed(
        "function most { [int]((Get-Content \"/proc/$($args[0])/status\") -match "
        "'VmHWM' -replace '\\D')[0] }\n"
        "truncate -s 64M ~/large; $s = New-PSSession b\n"
        "Copy-Item ~/large ~/large-there -ToSession $s\n"
        "Copy-Item ~/large-there ~/large-back -FromSession $s\n"
        "(Get-Item ~/large-back).Length; most $PID\n"
        "Invoke-Command $s ${function:most} -ArgumentList "
        "(Invoke-Command $s { $PID })\n"
        "Invoke-Command $s { Remove-Item ~/large-there }\n"
        "Remove-Item ~/large, ~/large-back; Remove-PSSession $s"), err="")
    length, here, there = map(int, got.out.split())
    check(length == 64 << 20, str(got))
    check(here < 48 << 10 and there < 48 << 10, f"kB taken: {got.out}")


@row("Copy-Item: a folder to b and back, with what is in it and its times")
def _():
    expect(typed("$d = Join-Path $HOME copied; Remove-Item $d -Recurse -Force "
                 "-ErrorAction Ignore\n[void](New-Item -ItemType Directory "
                 "$d/src/sub)\nSet-Content $d/src/sub/t.txt hi\n"
                 "$b = [byte[]]::new(1500000); [random]::new(1).NextBytes($b)\n"
                 "[IO.File]::WriteAllBytes(\"$d/src/a.bin\", $b)\n"
                 "$s = New-PSSession b\nInvoke-Command -Session $s { "
                 "Remove-Item ~/there -Recurse -Force -ErrorAction Ignore; "
                 "[void](New-Item -ItemType Directory ~/there) }\n"
                 "Copy-Item $d/src -Destination ~/there -ToSession $s -Recurse\n"
                 "Copy-Item ~/there/src $d/back -FromSession $s -Recurse\n"
                 "(Get-FileHash $d/back/a.bin).Hash -eq "
                 "(Get-FileHash $d/src/a.bin).Hash\n"
                 "Get-Content $d/back/sub/t.txt\n"
                 "[int]((Get-Item $d/back/a.bin).LastWriteTimeUtc - "
                 "(Get-Item $d/src/a.bin).LastWriteTimeUtc).TotalSeconds\n"
                 "Remove-PSSession $s"),
           out="True\nhi\n0\n", err="")


@row("Import-PSSession: a command of b's is one of here")
def _():
    expect(typed("$s = New-PSSession b\nInvoke-Command -Session $s { function "
                 "Get-Thing { param($Name, [Parameter(ValueFromPipeline)]$In) "
                 "process { \"$(hostname) $Name $In\" } } }\n"
                 "$m = Import-PSSession $s -CommandName Get-Thing -Prefix B\n"
                 "Get-BThing -Name x; 1, 2 | Get-BThing y\n"
                 "Remove-PSSession $s"), out="b x \nb y 1\nb y 2\n", err="")


# ---- ways to a host ----

@row("over HTTPS, by the user's certificate, by URI, by Kerberos alone")
def _():
    expect(on("a", "alice", "sh", "-c",
              "mkdir -p ~/.local/share/hop/certs && cp ~/alice.pem ~/alice.key "
              "~/.local/share/hop/certs/"))
    got = on("a", "alice", "openssl", "x509", "-in", "alice.pem", "-noout",
             "-fingerprint", "-sha1")
    thumbprint = got.out.split("=")[1].strip().replace(":", "")
    expect(typed("Invoke-Command -ComputerName b.corp.test -UseSSL { 1 }\n"
                 "Invoke-Command -ComputerName b.corp.test -UseSSL "
                 f"-CertificateThumbprint {thumbprint} {{ whoami }}\n"
                 "Invoke-Command -ConnectionUri http://b.corp.test:5985/wsman "
                 "{ 2 }\n"
                 "Invoke-Command -ComputerName b -Authentication Kerberos "
                 "-Port 5985 { 3 }"), out="1\nalice\n2\n3\n", err="")


# Sends whoever comes to the next of the addresses; prints its own port.
REDIRECTING = r'''
import http.server, sys
class Answer(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(302)
        self.send_header("Location", sys.argv[1].replace("PORT", str(port)))
        self.send_header("Content-Length", "0")
        self.end_headers()
    def log_message(self, *a): pass
server = http.server.HTTPServer(("0.0.0.0", 0), Answer)
port = server.server_address[1]
print(port, flush=True)
server.serve_forever()
'''


def redirecting(to):
    """A server on b that redirects, and its port."""
    server = start("b", "alice", "python3", "-c", REDIRECTING, to)
    return server, int(server.stdout.readline())


@row("a redirection is followed with -AllowRedirection, and shown")
def _():
    server, port = redirecting("http://c.corp.test:5985/wsman")
    uri = f"http://b.corp.test:{port}/wsman"
    try:
        expect(typed(f"$s = New-PSSession -ConnectionUri {uri} "
                     "-AllowRedirection -WarningVariable w\n\"$w\"\n"
                     "\"$($s.ComputerName) $($s.State)\"\n"
                     "$i = $s.Runspace.ConnectionInfo\n"
                     "\"$($i.ConnectionUri) $($i.Port) $($i.AppName)\"\n"
                     "Invoke-Command $s { hostname }; Remove-PSSession $s\n"
                     f"Invoke-Command -ConnectionUri {uri} -AllowRedirection "
                     "-WarningAction SilentlyContinue { hostname }"),
               out="WARNING: The connection is redirected to "
                   "http://c.corp.test:5985/wsman\n"
                   "The connection is redirected to "
                   "http://c.corp.test:5985/wsman\n"
                   "c.corp.test Opened\n"
                   "http://c.corp.test:5985/wsman 5985 /wsman\nc\nc\n", err="")
        got = typed(f"Invoke-Command -ConnectionUri {uri} {{ 1 }}\n"
                    "$Error[0].FullyQualifiedErrorId\n"
                    f"[void](New-PSSession -ConnectionUri {uri})\n"
                    "$Error[0].FullyQualifiedErrorId\n" + CREDENTIAL +
                    f"Invoke-Command -ConnectionUri {uri} -Credential $cred "
                    "-Authentication Basic { 1 }\n")
        expect(got, status=1,
               out="RedirectInformationRequired,PSSessionStateBroken\n"
                   "RedirectInformationRequired,PSSessionOpenFailed\n",
               err_has=("[b.corp.test] ", "http://c.corp.test:5985/wsman",
                        "-AllowRedirection", "0x80338199",
                        "Basic sends the password"))
    finally:
        server.kill()


@row("redirections end at the maximum, and at what the policy forbids")
def _():
    server, port = redirecting("http://b.corp.test:PORT/wsman")
    uri = f"http://b.corp.test:{port}/wsman"
    try:
        got = typed(f"Invoke-Command -ConnectionUri {uri} -AllowRedirection "
                    "-SessionOption (New-PSSessionOption -MaximumRedirection 2)"
                    " -WarningAction SilentlyContinue { 1 }\n"
                    "$Error[0].FullyQualifiedErrorId")
        expect(got, out="RedirectInformationRequired,PSSessionStateBroken\n",
               err_has=("2 redirections were followed",
                        "MaximumConnectionRedirectionCount"))
    finally:
        server.kill()
    server, port = redirecting("http://c.corp.test:5985/wsman")
    with_policy("a", "Client/Auth/CredSSP = true",
                "Client/AllowFreshCredentials = wsman/b.corp.test",
                restart=False)
    try:
        got = typed(CREDENTIAL + "Invoke-Command -ConnectionUri "
                    f"http://b.corp.test:{port}/wsman -AllowRedirection "
                    "-Authentication Credssp -Credential $cred "
                    "-WarningAction SilentlyContinue { 1 }")
        expect(got, status=1, out="", err_has=(
            "[c.corp.test] ", "0x803381A3",
            "wsman/c.corp.test"))
    finally:
        server.kill()
        without_policy("a", restart=False)


@row("an endpoint that is not there, and Digest, are refused in words")
def _():
    got = typed("Invoke-Command -ComputerName b -ConfigurationName Nope { 1 }\n"
                "$Error[0].FullyQualifiedErrorId\n"
                "Invoke-Command -ComputerName b -Authentication Digest { 1 }\n")
    expect(got, status=1, out="InvalidResourceUri,PSSessionStateBroken\n",
           err_has=("0x8033803B", "Digest does not protect"))


@row("NTLM that may not be used is told with what kept Kerberos away")
def _():
    expect(typed("$c = [pscredential]::new('CORP\\nobody', "
                 "(ConvertTo-SecureString x -AsPlainText -Force))\n"
                 "Invoke-Command -ComputerName b -Credential $c { 1 }\n"),
           status=1, out="", err_has=("0x803380E4",
                                      "the domain knows no such user"))


@row("a name that is none holds up no other, and says what it is")
def _():
    expect(typed("Invoke-Command -ComputerName nosuch.corp.test,b "
                 "{ hostname }\n"),
           status=1, out="b\n", err_has="the name nosuch.corp.test is known "
           "neither to DNS nor to /etc/hosts")


@row("a credential comes from a descriptor, never from a command line")
def _():
    expect(on("a", "alice", "sh", "-c",
              "NO_COLOR=1 hop -NoProfile -Command 'Invoke-Command -ComputerName"
              " b -Credential (Get-Credential CORP\\bob -PasswordDescriptor 3) "
              "{ whoami }' 3<<E\n" + PASSWORD + "\nE\n"), out="bob\n", err="")


# ---- at a terminal ----

TERMINAL = r'''
import json, os, pty, select, subprocess, sys, time
steps = json.load(sys.stdin)
pid, fd = pty.fork()
if pid == 0:
    os.execvp("hop", ["hop", "-NoProfile", "-NoLogo"])
for typed, wanted in steps:
    got, end = b"", time.time() + 10
    if typed is None:  # a command of a's, until it fails
        while subprocess.run(wanted, shell=True,
                             stderr=subprocess.DEVNULL).returncode == 0:
            if time.time() > end:
                sys.exit(f"{wanted!r} still succeeds")
            time.sleep(0.1)
        continue
    os.write(fd, b"\x03" if typed == "^C" else typed.encode() + b"\r")
    while wanted.encode() not in got and time.time() < end:
        if select.select([fd], [], [], 0.1)[0]:
            try:
                got += os.read(fd, 65536)
            except OSError:
                break
    if wanted.encode() not in got:
        sys.exit(f"{typed!r}: wanted {wanted!r}, got {got!r}")
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
'''


# A question is answered after a while only.
PATIENT = r'''
import os, pty, signal, sys, time
pid, fd = pty.fork()
if pid == 0:
    os.execvp("hop", ["hop", "-NoProfile", "-NoLogo"])
signal.alarm(110)
got = b""
def expect(wanted):
    global got
    while wanted not in got:
        got += os.read(fd, 65536)
    got = got[got.index(wanted) + len(wanted):]
expect(b"> ")
os.write(fd, sys.argv[1].replace("\n", ";").encode() + b"\r")
expect(b"Opened")
expect(b"> ")
os.write(fd, b"[void](Read-Host ('a' + 'sked')); Invoke-Command $s "
             b"{ 'al' + 'ive' }; exit\r")
expect(b"asked: ")
print("asked", flush=True)
time.sleep(70)
os.write(fd, b"\r")
expect(b"alive")
print("alive")
'''


@row("at a terminal: the prompt of b, a question of b's, Ctrl-C, and back")
def _():
    steps = [("Enter-PSSession –ComputerName b", "[b]: PS /home/alice> "),
             ("hostname", "b\r\n[b]: PS /home/alice> "),
             ("Read-Host name", "name: "), ("bob", "bob\r\n[b]: PS"),
             ("Read-Host again", "again: "), ("^C", "[b]: PS"),
             ("$Host.UI.PromptForChoice('Which', '', '&A', 0)", "[A] A"),
             ("^C", "[b]: PS"),
             ("$Host.UI.PromptForChoice('Which', '', @('&A', '&B', '&C'), "
              "[int[]](0, 2)) -join '+'", "Choice[0]: "),
             ("b", "Choice[1]: "), ("c", "Choice[2]: "),
             ("", "1+2\r\n[b]: PS"), ("hostname", "b\r\n[b]: PS"),
             ("'up'; Start-Sleep 30", "\r\nup\r\n"), ("^C", "[b]: PS"),
             ("exit", "PS /home/alice> "), ("exit 4", "")]
    expect(on("a", "alice", "env", "TERM=dumb", "python3", "-c", TERMINAL,
              stdin=json.dumps(steps).encode()),
           status=4, out="", err="")


@row("at a prompt that waits, what was left and what has run is gone from b")
def _():
    runs = "winrs -r:b 'kill -0 $(cat %s)'"
    steps = [("Enter-PSSession b", "[b]: PS /home/alice> "),
             ("$PID > entered", "[b]: PS /home/alice> "),
             ("exit", "\nPS /home/alice> "), (None, runs % "entered"),
             ("Invoke-Command b { $PID > invoked }", "\nPS /home/alice> "),
             (None, runs % "invoked"), ("exit 4", "")]
    expect(on("a", "alice", "env", "TERM=dumb", "python3", "-c", TERMINAL,
              stdin=json.dumps(steps).encode()),
           status=4, out="", err="")


@row("what was left on b its owner, and nobody else, picks up from c")
def _():
    expect(typed("[void](Invoke-Command -ComputerName b -InDisconnectedSession "
                 "-SessionName later { Start-Sleep 1; 'picked up' })"),
           out="", err="")
    expect(typed("@(Get-PSSession -ComputerName b -Name later).Count", "bob",
                 "c"), out="0\n")
    expect(typed("(Get-PSSession -ComputerName b -Name later).State.ToString()\n"
                 "Receive-PSSession -ComputerName b -Name later\n"
                 "Get-PSSession | Remove-PSSession\n"
                 "@(Get-PSSession -ComputerName b -Name later).Count", host="c"),
           out="Disconnected\npicked up\n0\n", err="")


OPEN_IDLE = ("$s = New-PSSession %s -SessionOption "
             "(New-PSSessionOption -IdleTimeout 60000) %s\n"
             "$s.State.ToString()\n")


def lies_idle(name, script):
    """Starts it, sees its session open; test_82 looks after it."""
    shell = start("a", "alice", "env", "NO_COLOR=1", "hop", "-NoProfile",
                  "-File", "-")
    shell.stdin.write(script.encode())
    shell.stdin.close()
    shell.stdin = None
    line = shell.stdout.readline().decode()
    check(line == "Opened\n", f"the session is {line!r}")
    LATER["idle"][name] = shell


@row("sessions that are to lie idle are opened")
def _():
    """Their servers would end them after a minute."""
    LATER["idle"] = {}
    alive = "Invoke-Command $s { 'alive' }; Remove-PSSession $s"
    lies_idle("while a script sleeps", OPEN_IDLE % ("b", "") +
              "Start-Sleep 70\n" + alive)
    lies_idle("opened by an idle session",
              "$o = New-PSSession b\n"
              f"$p = ConvertTo-SecureString '{PASSWORD}' -AsPlainText -Force\n"
              "$c = [pscredential]::new('CORP\\alice', $p)\n"
              "Invoke-Command $o { " +
              OPEN_IDLE % ("c", "-Credential $using:c") + "}\n"
              "Start-Sleep 70\nInvoke-Command $o { " + alive + " }")


@row("a session is opened and a question stays open")
def _():
    shell = start("a", "alice", "env", "TERM=dumb", "python3", "-c",
                  PATIENT, OPEN_IDLE % ("b", ""))
    line = shell.stdout.readline().decode()
    check(line == "asked\n", f"the shell: {line!r}")
    LATER["idle"]["beside a question"] = shell
