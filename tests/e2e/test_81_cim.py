# SPDX-License-Identifier: MIT
"""What hosts tell about themselves: instances, services, processes, events,
here and over WS-Management."""
import json

from harness import check, expect, journal, lab, on, row, sh, until


def hop(script, host="a", user="alice", **options):
    """A line of PowerShell on a lab host."""
    return on(host, user, "hop", "-Command", script, **options)


def lines(result):
    check(result.status == 0, f"{result}")
    return [line.strip() for line in result.out.splitlines() if line.strip()]


@row("Get-CimInstance reads this host without a server")
def _():
    got = lines(hop("(Get-CimInstance Win32_ComputerSystem).Name; "
                    "(Get-CimInstance Win32_Process -Filter "
                    "\"ProcessId=$PID\").Name"))
    check(got == ["a", "hop"], got)


@row("Get-CimInstance -ComputerName reads another, as the user")
def _():
    got = lines(hop(
        "$o = Get-CimInstance Win32_OperatingSystem -ComputerName b; "
        "$o.CSName; $o.PSComputerName; $o.LastBootUpTime.GetType().Name; "
        "$p = Get-CimInstance Win32_Process -ComputerName b -Filter "
        "\"Name = 'hopd-run-cim'\"; "
        "($p | Invoke-CimMethod -MethodName GetOwner).User"))
    check(got[:3] == ["b", "b", "DateTime"] and "alice" in got[3:], got)


@row("Get-CimClass -ComputerName lists another's classes")
def _():
    got = lines(hop("$k = Get-CimClass Win32_Serv* -CN b; $k.CimClassName; "
                    "$k.PSComputerName; $k.CimClassMethods[0].Name; "
                    "'PathName' -in $k.CimClassProperties.Name; "
                    "(Get-CimClass -MethodName Term* -ComputerName b)"
                    ".CimClassName; $k | Out-String -Width 120"))
    check(got[:6] == ["Win32_Service", "b", "StartService", "True",
                      "Win32_Process", "NameSpace: root/cimv2"], got)
    got = hop("Get-CimClass Nope -ComputerName b")
    check("There is no class Nope" in got.err, str(got))


@row("the service WinRM of a host is hopd, and its account is told")
def _():
    got = lines(hop(
        "Get-CimInstance Win32_Service -Filter 'Name=\"winrm\"' -ComputerName "
        "b | Select-Object StartName,State,Name | ConvertTo-Json -Compress"))
    check(json.loads(got[0]) == {"StartName": "LocalSystem",
                                 "State": "Running", "Name": "WinRM"}, got)


@row("many instances come in pieces, none is lost or twice")
def _():
    got = lines(hop(
        "$f = Get-CimInstance CIM_DataFile -ComputerName b -Filter "
        "\"Path = '/usr/bin/'\"; $f.Count; "
        "($f | Sort-Object Name -Unique).Count"))
    there = lines(sh("b", "alice", "find -L /usr/bin -maxdepth 1 -type f "
                                   "| wc -l"))
    check(got == [there[0], there[0]] and int(got[0]) > 200, f"{got} {there}")


@row("methods run on the other host: a process is made and ended")
def _():
    got = lines(hop(
        "$r = Invoke-CimMethod Win32_Process Create -ComputerName b "
        "-Arguments @{CommandLine='exec sleep 77'}; $r.ReturnValue; "
        "$p = Get-CimInstance Win32_Process -ComputerName b -Filter "
        "\"ProcessId=$($r.ProcessId)\"; $p.Name; "
        "($p | Invoke-CimMethod -MethodName Terminate).ReturnValue; "
        "Start-Sleep -Milliseconds 100; "
        "@(Get-CimInstance Win32_Process -ComputerName b -Filter "
        "\"ProcessId=$($r.ProcessId)\").Count"))
    check(got == ["0", "sleep", "0", "0"], got)


@row("what a host does not have is said in words, with WMI's code")
def _():
    got = hop("$ErrorActionPreference = 'SilentlyContinue'; "
              "foreach ($q in 'SELECT * FROM Win32_Nope', "
              "'SELECT * FROM Win32_Process WHERE Foo = 1') { "
              "Get-CimInstance -Query $q -ComputerName b; "
              "$Error[0].FullyQualifiedErrorId; $Error[0].ToString() }")
    check("HRESULT 0x80041010," in got.out, f"{got}")
    check("There is no class Win32_Nope in root/cimv2" in got.out, f"{got}")
    check("HRESULT 0x80041017," in got.out, f"{got}")
    check("Win32_Process has no property Foo" in got.out, f"{got}")


@row("Get-Service -ComputerName, and what it refuses to stop")
def _():
    got = lines(hop("$s = Get-Service winrm, sshd* -ComputerName c; "
                    "$s[-1].Name; $s[-1].Status; $s[-1].MachineName; "
                    "$s.GetType().Name -eq 'Object[]'"))
    check(got[:3] == ["WinRM", "Running", "c"], got)
    got = hop("Get-Service winrm -ComputerName c | Stop-Service")
    check("Service 'Windows Remote Management (WS-Management), by hopd "
          "(WinRM)' cannot be stopped" in " ".join(got.err.split()),
          f"{got}")


@row("Get-Process sshd -ComputerName c")
def _():
    got = lines(hop("$p = @(Get-Process sshd -ComputerName c)[0]; $p.Name; "
                    "$p.MachineName; $p.GetType().FullName; "
                    "$p.StartTime -lt (Get-Date)"))
    check(got == ["sshd", "c", "System.Diagnostics.Process", "True"], got)
    got = hop("Get-Process nonesuch -ComputerName c")
    check('Cannot find a process with the name "nonesuch"' in
          " ".join(got.err.split()), f"{got}")


@row("Get-EventLog -LogName System -Newest 3 -ComputerName c")
def _():
    got = lines(hop("$e = Get-EventLog -LogName System -Newest 3 "
                    "-ComputerName c; $e.Count; $e[0].MachineName; "
                    "$e[0].GetType().FullName; "
                    "$e[0].TimeGenerated -ge $e[2].TimeGenerated; "
                    "$e[0].Index -gt $e[2].Index"))
    check(got == ["3", "c", "System.Diagnostics.EventLogEntry", "True",
                  "True"], got)


@row("who logs on is in the log Security of that host")
def _():
    got = lines(hop(
        "$e = Get-EventLog Security -ComputerName c -InstanceId 4624 -Newest 1 "
        "-Message '*alice*'; $e.EntryType; $e.Source; "
        "(Get-WinEvent -ComputerName c -MaxEvents 1 -FilterHashtable "
        "@{LogName='Security'; ID=4624; ProviderName='hopd*'}).Message"))
    check(got[0] == "SuccessAudit" and got[1].startswith("hopd"), got)
    check("alice" in got[2], got)


@row("who may not read the journal is told whom to ask")
def _():
    got = hop("Get-EventLog -LogName System -Newest 1 -ComputerName c",
              user="bob")
    words = " ".join(got.err.split())
    check("cannot be read" in words and "systemd-journal" in words, f"{got}")


@row("Get-WindowsFeature in a session lists what is installed")
def _():
    got = lines(hop(
        "Invoke-Command -ComputerName b { Get-WindowsFeature | Where-Object "
        "{$_.InstallState –eq ‘Installed’} } | ForEach-Object Name"))
    check("RSAT-AD-PowerShell" in got, got)
    got = lines(hop("(Add-WindowsFeature RSAT-AD-PowerShell "
                    "-WarningAction SilentlyContinue).Success"))
    check(got == ["True"], got)


@row("CIM sessions keep a host and how to reach it")
def _():
    got = lines(hop("$s = New-CimSession -ComputerName b; $s.Name; "
                    "(Get-CimInstance Win32_ComputerSystem -CimSession $s)"
                    ".Name; Remove-CimSession $s; @(Get-CimSession).Count"))
    check(got == ["CimSession1", "b", "0"], got)
    got = hop("New-CimSession -ComputerName nowhere.corp.test")
    check(got.err and "nowhere.corp.test" in got.err, f"{got}")


@row("instances of one user are not made by another's process")
def _():
    got = lines(hop("Get-CimInstance Win32_Process -ComputerName b -Filter "
                    "\"Name = 'hopd-run-cim'\" | Invoke-CimMethod -MethodName "
                    "GetOwner | ForEach-Object User | Sort-Object -Unique",
                    user="bob"))
    check("bob" in got, got)
    got = hop("(Invoke-CimMethod Win32_Process Create -ComputerName b "
              "-Arguments @{CommandLine='id -un >/tmp/cim-owner'})"
              ".ReturnValue", user="bob")
    check(got.out.strip() == "0", f"{got}")
    until(lambda: sh("b", "alice", "cat /tmp/cim-owner").out == "bob\n",
          "no process of bob has written its name")


@row("from a session, another host is a second hop: refused in words, then "
     "allowed by the domain")
def _():
    ask = ("Invoke-Command -ComputerName b { "
           "(Get-Process sshd -ComputerName c)[0].MachineName; "
           "(Get-EventLog -LogName System -Newest 3 -ComputerName c).Count; "
           "(Get-Service winrm -ComputerName c).Name }")
    got = hop(ask)
    words = " ".join(got.err.split())
    check("0x8009030E" in words and "Get-SecondHop" in words, f"{got}")
    lab("rbcd", "C$", "B$")
    try:
        check(lines(hop(ask)) == ["c", "3", "WinRM"], f"{hop(ask)}")
    finally:
        lab("rbcd", "C$", "-")
