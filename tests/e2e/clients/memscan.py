#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Look for a text in the memory, arguments and environments of processes.

    memscan.py NAME... <TEXT

Reads the text from standard input and prints "PID NAME WHERE" for each process
of those names that holds it, in UTF-8 or UTF-16.  Needs root.
"""
import pathlib
import re
import sys

WRITABLE = re.compile(r"([0-9a-f]+)-([0-9a-f]+) .w")


def pieces(proc):
    """The writable memory of a process, mapping by mapping."""
    with open(proc / "mem", "rb", buffering=0) as memory:
        for line in (proc / "maps").read_text().splitlines():
            match = WRITABLE.match(line)
            if not match:
                continue
            start, end = (int(n, 16) for n in match.groups())
            try:
                memory.seek(start)
                yield line.split(" ", 1)[-1], memory.read(end - start)
            except OSError:
                continue


def main():
    text = sys.stdin.readline().rstrip("\n")
    needles = (text.encode(), text.encode("utf-16-le"))
    names = sys.argv[1:]
    seen = 0
    for proc in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            name = (proc / "comm").read_text().strip()
            if name not in names:
                continue
            seen += 1
            places = list(pieces(proc))
            places += [(part, (proc / part).read_bytes())
                       for part in ("cmdline", "environ")]
        except OSError:
            continue
        for where, data in places:
            if any(needle in data for needle in needles):
                print(proc.name, name, where)
    print(f"{seen} processes", file=sys.stderr)


if __name__ == "__main__":
    main()
