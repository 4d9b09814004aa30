#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Memory of a host's processes by name; runs there as root.

Usage: memory.py NAME...    prints "NAME COUNT PSS-KIB" for each
"""
import os
import re
import sys


def read(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:  # it has ended since
        return ""


def main():
    found = {name: [0, 0] for name in sys.argv[1:]}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        name = read(f"/proc/{pid}/comm").strip()
        if name not in found:
            continue
        pss = re.search(r"^Pss:\s+(\d+)", read(f"/proc/{pid}/smaps_rollup"),
                        re.MULTILINE)
        if pss:
            found[name][0] += 1
            found[name][1] += int(pss.group(1))
    for name, (count, kib) in found.items():
        print(name, count, kib)


if __name__ == "__main__":
    main()
