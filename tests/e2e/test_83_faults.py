# SPDX-License-Identifier: MIT
"""What happens to sessions of PowerShell's when something of b's ends that
should not, or does not go on."""
import signal
import subprocess

from harness import (check, expect, journal, lab, on, row, start, until,
                     with_policy, without_policy)

RESIDENT_MAX_KB = 64 * 1024


def hop(text, user="alice", **options):
    return on("a", user, "env", "NO_COLOR=1", "hop", "-NoProfile", "-Command",
              text, **options)


def start_hop(text, user="alice"):
    return start("a", user, "env", "NO_COLOR=1", "hop", "-NoProfile",
                 "-Command", text)


def pids(name, *more):
    return on("b", "root", "pgrep", *more, "-x", name).out.split()


def resident_kb(pid):
    for line in on("b", "root", "cat", f"/proc/{pid}/status").out.splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0


def begun(client):
    """The process of the session that a client started by start_hop() has said
    the $PID of."""
    pid = client.stdout.readline().decode().strip()
    check(pid in pids("hopd-run-ps"), f"a session on b: {pid!r}")
    return pid


@row("1 GB for a reader that has stopped takes little memory, and no more")
def _():
    client = start_hop("Invoke-Command -ComputerName b { $PID; $x = 'x' * 1MB; "
                       "1..1000 | ForEach-Object { $x } } | ForEach-Object { "
                       "if ($_ -isnot [string]) { $_ } }")
    run = begun(client)
    until(lambda: resident_kb(run) > 6000, "output")
    # that which talks, not what started it
    hop_pid = on("a", "root", "pgrep", "-n", "-x", "hop").out.strip()
    expect(on("a", "root", "kill", "-STOP", hop_pid))
    sizes = []

    def is_steady():
        sizes.append(resident_kb(run))
        return len(sizes) > 20 and sizes[-1] == sizes[-10]
    until(is_steady, "the producer waits", 30)
    check(max(sizes) < RESIDENT_MAX_KB, f"the session takes {max(sizes)} kB")
    for net in pids("hopd-net"):
        check(resident_kb(net) < RESIDENT_MAX_KB, "hopd-net takes "
              f"{resident_kb(net)} kB")
    expect(on("a", "root", "kill", "-KILL", hop_pid))
    client.wait(timeout=10)
    expect(on("b", "root", "kill", "-KILL", run))
    until(lambda: run not in pids("hopd-run-ps"), "the session is gone")


@row("a session whose process is killed: its client is told at once")
def _():
    client = start_hop("Invoke-Command -ComputerName b { $PID; "
                       "Start-Sleep 120 }")
    run = begun(client)
    expect(on("b", "root", "kill", "-KILL", run))
    try:
        _, err = client.communicate(timeout=20)
    except subprocess.TimeoutExpired:
        client.send_signal(signal.SIGINT)
        raise
    check(b"[b]" in err and b"has ended" in err, err.decode())


@row("hopd-net is killed in the middle: nothing is lost, nothing comes twice")
def _():
    client = start_hop("$m = Invoke-Command -ComputerName b { 'begun'; "
                       "1..2000 | ForEach-Object { $_; if ($_ % 100 -eq 0) { "
                       "Start-Sleep -Milliseconds 50 } } } | ForEach-Object { "
                       "if ($_ -is [string]) { [Console]::Error.WriteLine($_) }"
                       " else { $_ } } | Measure-Object -Sum\n"
                       "\"$($m.Count) $($m.Sum)\"")
    check(client.stderr.readline() == b"begun\n", "it has begun")
    expect(on("b", "root", "pkill", "-KILL", "-x", "hopd-net"))
    out, err = client.communicate(timeout=60)
    check(out.decode() == "2000 2001000\n", f"{out.decode()}\n{err.decode()}")


@row("the server is restarted: its sessions go on")
def _():
    client = start_hop("$s = New-PSSession -ComputerName b\n"
                       "Invoke-Command $s { $x = $PID }; 'open'\n"
                       "$null = head -n 1\n"
                       "Invoke-Command $s { $x -eq $PID }\n"
                       "Remove-PSSession $s")
    check(client.stdout.readline() == b"open\n", "it is open")
    expect(lab("restart", "b", "hopd"))
    out, err = client.communicate(b"\n", timeout=60)
    check(out.decode() == "True\n", f"{out.decode()}\n{err.decode()}")


@row("a full disk on b is an error of the command, not of the session")
def _():
    got = hop("$s = New-PSSession -ComputerName b\n"
              "Invoke-Command $s { 'x' * 100000 | Set-Content /dev/full } "
              "-ErrorVariable e -ErrorAction SilentlyContinue\n"
              "$e.Count -gt 0; \"$e\" -match 'No space'\n"
              "Invoke-Command $s { 'alive' }")
    expect(got, out="True\nTrue\nalive\n")


@row("the endpoint of pwsh where pwsh is not installed says so")
def _():
    got = hop("Invoke-Command -ComputerName b -ConfigurationName PowerShell.7 "
              "{ 1 }")
    if on("b", "root", "sh", "-c", "command -v pwsh").status == 0:
        expect(got, out="1\n")
        return
    check(got.status != 0 or "PowerShell.7" in got.err or
          "cannot be started" in got.err, str(got))
    check("pwsh" in got.err and "cannot be started" in got.err, str(got))


@row("an endpoint that is not there: those that are are named")
def _():
    got = hop("Invoke-Command -ComputerName b -ConfigurationName Nope { 1 }")
    for piece in ("Nope", "Microsoft.PowerShell", "PowerShell.7"):
        check(piece in got.err, str(got))


@row("a script that needs .NET is sent to the endpoint of pwsh")
def _():
    got = hop("Invoke-Command -ComputerName b { Add-Type -TypeDefinition x }")
    check("-ConfigurationName PowerShell.7" in " ".join(got.err.split()),
          str(got))


# ---- limits ----

@row("Drop loses the oldest of what is written while the client is away, Block "
     "waits for it and loses nothing")
def _():
    got = expect(on("a", "alice", "env", "NO_COLOR=1", "hop", "-NoProfile",
                    "-File", "-", stdin=rb"""
        $s = New-PSSession b
        Invoke-Command $s { Remove-Item ~/go, ~/done-* -ErrorAction Ignore }
        function leave($mode) {
          $o = New-PSSessionOption -OutputBufferingMode $mode
          [void](Invoke-Command b -InDisconnectedSession -SessionName $mode `
            -SessionOption $o {
              while (!(Test-Path ~/go)) { Start-Sleep -Milliseconds 20 }
              1..4000 | ForEach-Object { "$_ " + 'x' * 1000 }
              Set-Content "~/done-$Using:mode" 1 }) }
        leave Drop; leave Block
        Invoke-Command $s {
          Set-Content ~/go 1
          while (!(Test-Path ~/done-Drop)) { Start-Sleep -Milliseconds 20 } }
        foreach ($mode in 'Drop', 'Block') {
          $done = Invoke-Command $s { Test-Path "~/done-$Using:mode" }
          $n = @(Receive-PSSession -ComputerName b -Name $mode |
                 ForEach-Object { [int]($_ -split ' ')[0] })
          "$mode $done $($n[0] -gt 1) $($n[-1]) " +
            ($n[-1] - $n[0] + 1 -eq $n.Count) }
        Get-PSSession | Remove-PSSession
        """), err="")
    check(got.out == "Drop True True 4000 True\nBlock False False 4000 True\n",
          str(got))


@row("an endpoint's own processes and memory: who wants more is told so, "
     "others live")
def _():
    with_policy("c", "Plugin/Small/Enabled = true",
                "Plugin/Small/MaxProcessesPerShell = 6",
                "Plugin/Small/MaxMemoryPerShellMB = 80")
    try:
        got = on("a", "alice", "env", "NO_COLOR=1", "hop", "-NoProfile",
                 "-File", "-", stdin=b"""
            $s = New-PSSession c -ConfigurationName Small
            Invoke-Command $s {
              foreach ($i in 1..20) {
                Start-Process sleep 48231 -ErrorAction SilentlyContinue `
                  -ErrorVariable +e }
              "$(@(pgrep -f '^sleep 48231').Count -le 6) $($e.Count -ge 14)"
              Get-Process sleep | Stop-Process
              $x = [byte[]]::new(200MB) }
            Invoke-Command $s { 'goes on' }
            Invoke-Command $s {
              $l = [Collections.Generic.List[string]]::new()
              while ($true) { $l.Add('x' * 100000) } }
            Invoke-Command c { $x = 'x' * 90MB; 'others live' }""")
        expect(got, out_has="True True\ngoes on\nothers live\n",
               err_has="Insufficient memory to continue")
        if "s process on the host has ended" in got.err:
            return  # no control group of memory here: the kernel says no more
        expect(got, out_has="", err_has="The session has taken more memory "
               "than MaxMemoryPerShellMB (80) allows")
        check(any("MaxMemoryPerShellMB" in r.get("HOP_REASON", "")
                  for r in journal("c")), "no journal record of it")
    finally:
        without_policy("c")
