#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Measures one row of the benchmarks; runs on host a of the lab.

Usage: measure.py ROW RUNS
"""
import os
import socket
import statistics
import struct
import subprocess
import sys
import threading
import time
import warnings

from peers import HONEST, HONEST_B, PYWINRM, SSH


def run(command, text=b""):
    """Milliseconds that a command takes, process to process."""
    since = time.perf_counter()
    done = subprocess.run(command, input=text, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, check=False)
    took = (time.perf_counter() - since) * 1000
    if done.returncode:
        sys.exit(f"{' '.join(command)}: exit {done.returncode}: "
                 f"{done.stderr.decode(errors='replace')}")
    return took


def interleave(commands, runs):
    """Times each of {name: function} in turn, RUNS times, after one warm-up
    that fetches the service tickets."""
    for function in commands.values():
        function()
    times = {name: [] for name in commands}
    for _ in range(runs):
        for name, function in commands.items():
            times[name].append(function())
    return times


def table(title, times, unit, ours):
    """Medians, spread, and how ours compares with each yardstick."""
    print(f"\n{title}")
    base = statistics.median(times[ours])
    for name, values in times.items():
        values = sorted(values)
        middle = statistics.median(values)
        tenth, ninetieth = values[len(values) // 10], values[-1 - len(values) // 10]
        ratio = "" if name == ours else f"   {ours}: {base / middle:.2f} of it"
        print(f"  {name:<34}{middle:9.1f} {unit}"
              f"  ({tenth:.1f}-{ninetieth:.1f}, n={len(values)}){ratio}",
              flush=True)
    return {name: statistics.median(values) for name, values in times.items()}


def aim(what, value, limit, unit=""):
    reached = "reached" if value <= limit else "NOT reached"
    print(f"  aim: {what} <= {limit}{unit}: {value:.2f}{unit}, {reached}",
          flush=True)


def aim_least(what, value, limit, unit=""):
    reached = "reached" if value >= limit else "NOT reached"
    print(f"  aim: {what} >= {limit}{unit}: {value:.2f}{unit}, {reached}",
          flush=True)


# ------------------------------------------------------- single commands


def cold(runs):
    seen = table("cold command, ticket forwarded, PAM session", interleave({
        "winrs -ad": lambda: run(["winrs", "-r:b", "-ad", "true"]),
        "ssh -K": lambda: run([*SSH, "-K", "b", "true"]),
        "honest ssh -K": lambda: run([*HONEST, "-K", HONEST_B, "true"]),
        "pywinrm, delegation": lambda: run([*PYWINRM, "delegate", "--", "true"]),
    }, runs), "ms", "winrs -ad")
    aim("of ssh -K", seen["winrs -ad"] / seen["ssh -K"], 0.25)
    aim("of honest ssh -K", seen["winrs -ad"] / seen["honest ssh -K"], 0.4)


def plain(runs):
    table("cold command, no delegation", interleave({
        "winrs": lambda: run(["winrs", "-r:b", "true"]),
        "ssh": lambda: run([*SSH, "b", "true"]),
        "honest ssh": lambda: run([*HONEST, HONEST_B, "true"]),
        "pywinrm": lambda: run([*PYWINRM, "--", "true"]),
    }, runs), "ms", "winrs")


def with_password(*options):
    """alice's command on b by her password, which the lab gives everybody."""
    return run(["winrs", "-r:b", "-u:alice@CORP.TEST", "-p:-", *options,
                "true"], b"Passw0rd.lab\n")


def credssp(runs):
    table("cold command, password typed", interleave({
        "winrs -auth:credssp": lambda: with_password("-auth:credssp"),
        "winrs, Kerberos": with_password,
        "winrs -ad, Kerberos": lambda: with_password("-ad"),
    }, runs), "ms", "winrs -auth:credssp")


def warm(runs):
    control = os.path.expanduser("~/.ssh-bench")
    master = subprocess.Popen([*SSH, "-K", "-M", "-S", control, "-N", "b"])
    while not os.path.exists(control):
        time.sleep(0.05)
    shell = subprocess.Popen(
        ["/opt/hop/tests/bench/bench-shell", "b"], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, text=True)

    trips_seen = set()

    def in_shell():
        """The helper runs `true` in its open shell and tells the time."""
        shell.stdin.write("true\n")
        shell.stdin.flush()
        took, trips = shell.stdout.readline().split()
        trips_seen.add(int(trips))
        return float(took)

    times = interleave({
        "command in an open shell": in_shell,
        "ssh, ControlMaster": lambda: run(["ssh", "-S", control, "b", "true"]),
    }, runs * 3)
    master.terminate()
    shell.stdin.close()
    seen = table("warm command", times, "ms", "command in an open shell")
    print(f"  round trips: {sorted(trips_seen)}")
    aim("of ssh with ControlMaster", seen["command in an open shell"]
        / seen["ssh, ControlMaster"], 0.4)


# -------------------------------------------------------------- streams


def stream(runs):
    size = 200

    def rate(command):
        return lambda: size / (run(command) / 1000)

    seen = table("200 MB from b to a, set-up included", interleave({
        "winrs, sealed by Kerberos": rate(["winrs", "-r:b", "cat /tmp/200MB"]),
        "winrs, TLS": rate(["winrs", "-r:b.corp.test", "-ssl",
                            "cat /tmp/200MB"]),
        "ssh cat": rate(["ssh", "b", "cat /tmp/200MB"]),
    }, runs), "MB/s", "winrs, sealed by Kerberos")
    aim_least("sealed", seen["winrs, sealed by Kerberos"], 110, " MB/s")
    aim_least("TLS, of ssh cat", seen["winrs, TLS"] / seen["ssh cat"], 0.7)


# -------------------------------------------------------------- sessions

POOL = "/opt/hop/tests/bench/bench-pool"


def pool(*words):
    """[(milliseconds, round trips)] of bench-pool's runs."""
    out = subprocess.run([POOL, *words], check=True, stdout=subprocess.PIPE)
    rows = (line.split() for line in out.stdout.decode().splitlines())
    return [(float(took), int(trips)) for took, trips in rows]


def local_pwsh():
    """pwsh over its own pipe, the yardstick of warm commands; or None."""
    program = os.environ.get("HOP_BENCH_PWSH", "")
    return [program, "-s"] if os.access(program, os.X_OK) else None


def has_pypsrp():
    try:
        import pypsrp  # noqa: F401
    except ImportError:
        print("  (pypsrp is not there: HOP_BENCH_PYTHONPATH says where)")
        return False
    return True


def pypsrp_cold():
    """A cold {1} by pypsrp in this process."""
    from pypsrp.powershell import PowerShell, RunspacePool
    from pypsrp.wsman import WSMan

    def once():
        since = time.perf_counter()
        with WSMan("b.corp.test", ssl=False, auth="kerberos",
                   encryption="always") as peer, RunspacePool(peer) as held:
            PowerShell(held).add_script("1").invoke()
        return (time.perf_counter() - since) * 1000
    return once


def invoke(runs):
    commands = {
        "hop: Invoke-Command b {1}": lambda: run(
            ["hop", "-NoProfile", "-Command",
             "Invoke-Command -ComputerName b -ScriptBlock {1}"]),
        "in one process": lambda: pool("b", "cold", "1")[0][0],
        "honest ssh": lambda: run([*HONEST, HONEST_B, "true"]),
    }
    if has_pypsrp():
        commands["pypsrp, in one process"] = pypsrp_cold()
    seen = table("cold Invoke-Command {1}", interleave(commands, runs), "ms",
                 "hop: Invoke-Command b {1}")
    aim("of honest ssh", seen["hop: Invoke-Command b {1}"]
        / seen["honest ssh"], 0.5)
    aim("HTTP messages after the connection",
        max(trips for _, trips in pool("b", "cold", "3")), 5)
    ways = {"hop, sealed by Kerberos": ["b"],
            "hop over its own pipe": ["--", "hop", "-s"]}
    if local_pwsh():
        ways["pwsh over its own pipe"] = ["--", *local_pwsh()]
    times = {name: [took for took, _ in pool(*way, "warm", str(runs * 10))][5:]
             for name, way in ways.items()}
    seen = table("warm Invoke-Command {1} in a session", times, "ms",
                 "hop, sealed by Kerberos")
    aim("warm", seen["hop, sealed by Kerberos"], 1.5, " ms")


def objects(runs):
    """Out of one session: 100,000 integers, 200 MB of strings."""
    ways = {"hop, sealed by Kerberos": ["b"]}
    if local_pwsh():
        ways["pwsh over its own pipe"] = ["--", *local_pwsh()]
    for title, mode, amount, unit, least in (
            ("objects out of a session", "objects", 100, "thousand/s", 102),
            ("strings out of a session", "bytes", 200, "MB/s", 48)):
        times = {name: [amount / took * 1000 for took, _ in
                        pool(*way, mode, str(max(3, runs // 10)))]
                 for name, way in ways.items()}
        seen = table(title, times, unit, "hop, sealed by Kerberos")
        aim_least(mode, seen["hop, sealed by Kerberos"], least, " " + unit)


def scp(*paths):
    return run(["scp", "-q", *SSH[1:], *paths])


def copy_item(words):
    return run(["hop", "-NoProfile", "-Command",
                f"$s = New-PSSession b; Copy-Item {words}; "
                "Remove-PSSession $s"])


def pypsrp_copy(fetch, size):
    """MB/s of pypsrp's own copying, of so many MB: it holds files whole."""
    from pypsrp.client import Client
    warnings.simplefilter("ignore")
    name = f"/tmp/{size}MB"
    subprocess.run(["sh", "-c", f"head -c {size}000000 /tmp/200MB.a >{name}"],
                   check=True)
    with Client("b.corp.test", ssl=False, auth="kerberos",
                encryption="always") as peer:
        since = time.perf_counter()
        try:
            if fetch:
                peer.fetch(name, f"{name}.b")
            else:
                peer.copy(name, f"{name}.sent")
        except Exception as error:  # of a foreign program, any
            return str(error).splitlines()[0]
        return size / (time.perf_counter() - since)


def copy(runs):
    """A file of 200 MB, in a session of its own; what there is is replaced."""
    size = 200
    here = "/tmp/200MB.a"
    runs = max(3, runs // 10)
    for title, ours, theirs, commands in (
            ("200 MB from b to a, set-up included", "Copy-Item -FromSession",
             "scp", {
                 "Copy-Item -FromSession": lambda: copy_item(
                     f"-FromSession $s /tmp/200MB {here}"),
                 "scp": lambda: scp("b:/tmp/200MB", f"{here}.scp")}),
            ("200 MB from a to b, set-up included", "Copy-Item -ToSession",
             "scp", {
                 "Copy-Item -ToSession": lambda: copy_item(
                     f"-ToSession $s {here} /tmp/200MB.sent"),
                 "scp": lambda: scp(here, "b:/tmp/200MB.sent.scp")})):
        times = interleave(commands, runs)
        rates = {name: [size / took * 1000 for took in values]
                 for name, values in times.items()}
        seen = table(title, rates, "MB/s", ours)
        aim_least("of scp", seen[ours] / seen[theirs], 0.2)
    if has_pypsrp():
        for name, fetch in (("pypsrp, 20 MB from b to a", True),
                            ("pypsrp, 20 MB from a to b", False)):
            rate = pypsrp_copy(fetch, 20)
            print(f"  {name:<34}{rate:9.1f} MB/s (n=1)" if isinstance(
                rate, float) else f"  {name:<34} fails: {rate}", flush=True)


def fan(_):
    """On b itself, whose loopback network has addresses enough."""
    hosts = ",".join(f"127.0.{1 + i // 250}.{1 + i % 250}" for i in range(500))
    out = subprocess.run([POOL, "-s", "host/b.corp.test", hosts, "fan", "500",
                          "32"], check=True, stdout=subprocess.PIPE)
    seconds, kib = out.stdout.split()
    print(f"\n{{1}} on 500 endpoints from one process, 32 abreast\n"
          f"  {'time':<34}{float(seconds):9.2f} s\n"
          f"  {'memory of the client':<34}{int(kib) / 1024:9.1f} MiB",
          flush=True)


# ---------------------------------------------------------- round trips


class Sniffer(threading.Thread):
    """Sees what host a sends and receives: counts, by the peer's port, how
    often a waits for an answer before it goes on."""

    OUTGOING = 4  # PACKET_OUTGOING, packet(7)
    IPV4 = 0x0800

    def __init__(self):
        super().__init__(daemon=True)
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM,
                                    socket.htons(0x0003))
        self.packets = []

    def run(self):
        while True:
            data, address = self.socket.recvfrom(65535)
            if address[1] == self.IPV4:
                self.packets.append((address[2] == self.OUTGOING, data))

    def trips(self, ports):
        """Turns from asking to being answered; a TCP handshake is one."""
        count, asking = 0, False
        for outgoing, data in self.packets:
            head = (data[0] & 15) * 4
            protocol = data[9]
            if protocol not in (6, 17):
                continue
            source, target = struct.unpack_from(">HH", data, head)
            if (target if outgoing else source) not in ports:
                continue
            if protocol == 6:
                flags = data[head + 13]
                total = struct.unpack_from(">H", data, 2)[0]
                payload = total - head - (data[head + 12] >> 4) * 4
                if payload <= 0 and not flags & 2:
                    continue
            if asking and not outgoing:
                count += 1
            asking = outgoing
        return count


def trips(_, only=""):
    """As root, who alone sees packets; the commands run as alice."""
    print("\nround trips of a cold command (TCP and authentication included)")
    alice = ["setpriv", "--reuid=alice", "--regid=alice", "--init-groups",
             "env", "HOME=/home/alice", "KRB5CCNAME=FILE:/tmp/krb5cc_trips"]
    typed = ["winrs", "-r:b", "-u:alice@CORP.TEST", "-p:-"]
    for name, command in (
            ("winrs", ["winrs", "-r:b", "true"]),
            ("winrs, password", [*typed, "true"]),
            ("winrs -auth:credssp, password",
             [*typed, "-auth:credssp", "true"]),
            ("winrs -ad", ["winrs", "-r:b", "-ad", "true"]),
            ("winrs, TLS", ["winrs", "-r:b.corp.test", "-ssl", "true"]),
            ("ssh -K", [*SSH, "-K", "b", "true"]),
            ("pywinrm", [*PYWINRM, "--", "true"])):
        if only not in name:
            continue
        ticket()
        run([*alice, *command], b"Passw0rd.lab\n")  # gets the service ticket
        sniffer = Sniffer()
        sniffer.start()
        time.sleep(0.2)
        run([*alice, *command], b"Passw0rd.lab\n")
        time.sleep(0.2)
        count = sniffer.trips({5985, 5986, 22})
        print(f"  {name:<34}{count:4}, and "
              f"{sniffer.trips({88})} with the KDC", flush=True)
        if "credssp" in name:
            print(f"    aim: 6 messages and TCP's own round trip: "
                  f"{'reached' if count <= 7 else 'NOT reached'}", flush=True)


def ticket():
    """alice's ticket, got by root for her."""
    subprocess.run(["kinit", "-f", "-k", "-t", "/run/lab/keytabs/alice.keytab",
                    "-c", "FILE:/tmp/krb5cc_trips", "alice"], check=True)
    subprocess.run(["chown", "alice", "/tmp/krb5cc_trips"], check=True)


ROW = {"cold": cold, "plain": plain, "credssp": credssp,
       "credssp-trips": lambda runs: trips(runs, "password"), "warm": warm,
       "stream": stream, "trips": trips, "invoke": invoke, "objects": objects,
       "copy": copy, "fan": fan}


def main():
    row, runs = sys.argv[1], int(sys.argv[2])
    ROW[row](runs)


if __name__ == "__main__":
    main()
