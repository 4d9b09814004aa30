#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The engine's benchmarks: the same work in hop, bash, python3 and, where it
is installed, pwsh, interleaved in one run, as medians.

Usage: engine.py ENGINE RUNS [ROW ...]      rows: see ROWS below

`start` is a process from its start to its end, and its resident memory. The
others are timed inside the program, without its start. HOP_BENCH_PWSH names
another pwsh.
"""
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

# What the scripts of a row work on.
OBJECTS = """$o = foreach ($i in 1..10000) {
    [pscustomobject]@{ Id = $i; Name = "name $i"; When = [datetime]'2026-03-14'
        Ok = $true; Tags = 'a', 'b' }
}
"""
PY_OBJECTS = """import datetime
o = [dict(Id=i, Name=f"name {i}", When=datetime.datetime(2026, 3, 14), Ok=True,
          Tags=["a", "b"]) for i in range(1, 10001)]
"""

# name: (title, the reference's milliseconds, how many times faster we want to
# be, {program: (preparation, work)})
ROWS = {
    "for": ("for loop of 1e6 additions", 87, 1, {
        "hop": ("", "$s = 0; for ($i = 0; $i -lt 1000000; $i++) { $s += $i }"),
        "python3": ("", "s = i = 0\nwhile i < 1000000:\n    s += i\n    i += 1"),
        "bash": ("", "s=0; for ((i = 0; i < 1000000; i++)); do ((s += i)); done"),
    }),
    "pipeline": ("1e6 objects through ForEach-Object and Measure-Object", 2400,
                 5, {
        "hop": ("", "$s = (1..1000000 | ForEach-Object { $_ * 2 } |"
                " Measure-Object -Sum).Sum"),
        "python3": ("", "s = sum(map(lambda x: x * 2, range(1, 1000001)))"),
        "bash": ("", "s=$(seq 1000000 | awk '{ s += $1 * 2 } END "
                 "{ printf \"%d\", s }')"),
    }),
    "sort": ("1e5 objects sorted by a property", 1600, 5, {
        "hop": ("$r = 12345; $o = foreach ($i in 1..100000) {"
                " $r = ($r * 1103515245 + 12345) % 2147483648;"
                " [pscustomobject]@{ Id = $i; Key = $r } }\n",
                "$s = ($o | Sort-Object Key)[0].Key"),
        "python3": ("r = 12345; o = []\nfor i in range(1, 100001):\n"
                    "    r = (r * 1103515245 + 12345) % 2147483648\n"
                    "    o.append({'Id': i, 'Key': r})\n",
                    "s = sorted(o, key=lambda x: x['Key'])[0]['Key']"),
        "bash": ("o=$(awk 'BEGIN { srand(1); for (i = 1; i <= 100000; i++)"
                 " print i, int(rand() * 2147483648) }')\n",
                 "s=$(sort -n -k2 <<<\"$o\" | head -n 1)"),
    }),
    "calls": ("recursive calls: fib 20", 420, 1, {
        "hop": ("function fib($n) { if ($n -lt 2) { $n } else {"
                " (fib ($n - 1)) + (fib ($n - 2)) } }\n", "$s = fib 20"),
        "python3": ("def fib(n):\n    return n if n < 2 else"
                    " fib(n - 1) + fib(n - 2)\n", "s = fib(20)"),
        "bash": ("fib() { local n=$1 a; if ((n < 2)); then s=$n; else"
                 " fib $((n - 1)); a=$s; fib $((n - 2)); ((s += a)); fi; }\n",
                 "fib 20"),
    }),
    "replace": ("1e5 -replace", 87, 1, {
        "hop": ("", "for ($i = 0; $i -lt 100000; $i++) { $s ="
                " 'user42@example.org' -replace '(\\w+)@(\\w+)',"
                " '$2 at $1' }"),
        "python3": ("import re\n", "for i in range(100000):\n    s = re.sub("
                    "r'(\\w+)@(\\w+)', r'\\2 at \\1', 'user42@example.org')"),
        "bash": ("", "for ((i = 0; i < 100000; i++)); do t=user42@example.org;"
                 " [[ $t =~ (.*)@(.*) ]];"
                 " s=\"${BASH_REMATCH[2]} at ${BASH_REMATCH[1]}\"; done"),
    }),
    "table": ("2e5 hashtable inserts", 129, 1, {
        "hop": ("", "$h = @{}; for ($i = 0; $i -lt 200000; $i++)"
                " { $h[\"key$i\"] = $i }; $s = $h.Count"),
        "python3": ("", "h = {}\nfor i in range(200000):\n"
                    "    h[f'key{i}'] = i\ns = len(h)"),
        "bash": ("declare -A h\n", "for ((i = 0; i < 200000; i++)); do"
                 " h[key$i]=$i; done; s=${#h[@]}"),
    }),
    "clixml": ("CLIXML of 1e4 objects, there and back (python3: pickle)", 419,
               1, {
        "hop": (OBJECTS, "$x = [System.Management.Automation.PSSerializer]::"
                "Serialize($o); $s = @([System.Management.Automation."
                "PSSerializer]::Deserialize($x)).Count"),
        "python3": (PY_OBJECTS + "import pickle\n",
                    "s = len(pickle.loads(pickle.dumps(o)))"),
    }),
    "json": ("ConvertTo-Json of 1e4", 367, 1, {
        "hop": (OBJECTS, "$s = ($o | ConvertTo-Json -Depth 4).Length"),
        "python3": (PY_OBJECTS + "import json\n",
                    "s = len(json.dumps(o, indent=2, default=str))"),
    }),
}
START = {"time_ms": 160, "memory_mb": 86, "aim_ms": 5, "aim_mb": 8}
WRAP = {
    "hop": ("ps1", "{0}$w = [System.Diagnostics.Stopwatch]::StartNew()\n{1}\n"
            "$w.Elapsed.TotalMilliseconds.ToString('F3')\n"),
    "python3": ("py", "{0}\nimport time\nsince = time.perf_counter()\n{1}\n"
                "print((time.perf_counter() - since) * 1000)\n"),
    "bash": ("sh", "{0}since=${{EPOCHREALTIME/./}}\n{1}\n"
             "now=${{EPOCHREALTIME/./}}\n"
             "printf '%d.%03d\\n' $(((now - since) / 1000))"
             " $(((now - since) % 1000))\n"),
}


def programs(engine):
    """{name: how a file of it is run}; pwsh takes hop's files."""
    known = {"hop": [engine, "-NoProfile", "-File"],
             "pwsh": [os.environ.get("HOP_BENCH_PWSH") or shutil.which("pwsh"),
                      "-NoProfile", "-File"],
             "python3": [shutil.which("python3")],
             "bash": [shutil.which("bash")]}
    return {name: words for name, words in known.items() if words[0]}


def once(command):
    """(milliseconds, what it wrote)."""
    since = time.perf_counter()
    done = subprocess.run(command, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, check=False)
    took = (time.perf_counter() - since) * 1000
    if done.returncode:
        sys.exit(f"{' '.join(command)}: exit status {done.returncode}")
    return took, done.stdout.decode()


def resident(command):
    """MiB at the most. What we see of a child of our own has been ours before
    it was the program's, hence time(1)."""
    done = subprocess.run(["/usr/bin/time", "-f", "%M", *command],
                          stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, check=True)
    return int(done.stderr.split()[-1]) / 1024


def show(name, values, unit, ours, aim=None):
    values = sorted(values)
    middle = statistics.median(values)
    ratio = "" if name == "hop" else f"   hop: {ours / middle:.2f} of it"
    print(f"  {name:<10}{middle:10.1f} {unit}"
          f"  ({values[0]:.1f}-{values[-1]:.1f}, n={len(values)}){ratio}")
    if aim is not None:
        reached = "reached" if middle <= aim else "NOT reached"
        print(f"  aim: <= {aim:.0f} {unit}: {reached}", flush=True)


def start_row(known, runs):
    commands = {
        "hop": known["hop"][:1] + ["-NoProfile", "-Command", "1"],
        "python3": known["python3"] + ["-c", "print(1)"],
        "bash": known["bash"] + ["--norc", "-c", "echo 1"]}
    if "pwsh" in known:
        commands["pwsh"] = known["pwsh"][:1] + ["-NoProfile", "-Command", "1"]
    seen = {name: [] for name in commands}
    for _ in range(runs * 3):
        for name, command in commands.items():
            seen[name].append((once(command)[0], resident(command)))
    for i, (what, unit, aim) in enumerate((
            ("start to end of -NoProfile -Command 1", "ms", START["aim_ms"]),
            ("resident memory", "MiB", START["aim_mb"]))):
        print(f"\n{what}")
        ours = statistics.median(row[i] for row in seen["hop"])
        for name, rows in seen.items():
            show(name, [row[i] for row in rows], unit, ours,
                 aim if name == "hop" else None)


def work_row(row, known, runs, folder):
    title, reference, times, work = ROWS[row]
    commands = {}
    for name, (ending, frame) in WRAP.items():
        if name in work and name in known:
            path = os.path.join(folder, f"row-{row}.{ending}")
            with open(path, "w", encoding="utf-8") as file:
                file.write(frame.format(*work[name]))
            commands[name] = known[name] + [path]
    if "pwsh" in known:
        commands["pwsh"] = known["pwsh"] + commands["hop"][-1:]
    seen = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            seen[name].append(float(once(command)[1]))
    if "pwsh" in seen:
        reference = statistics.median(seen["pwsh"])
    print(f"\n{title}")
    ours = statistics.median(seen["hop"])
    for name, values in seen.items():
        show(name, values, "ms", ours,
             reference / times if name == "hop" else None)


def main():
    known = programs(sys.argv[1])
    runs = int(sys.argv[2])
    rows = sys.argv[3:] or ["start", *ROWS]
    with tempfile.TemporaryDirectory(prefix="hop-bench-") as folder:
        for row in rows:
            if row == "start":
                start_row(known, runs)
            else:
                work_row(row, known, runs, folder)


if __name__ == "__main__":
    main()
