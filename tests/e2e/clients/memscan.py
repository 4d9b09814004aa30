#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Look for a text in the memory, arguments and environments of processes.

    memscan.py [--image] NAME... <TEXT

Reads the text from standard input and prints "PID NAME WHERE" for each process
of those names that holds it, in UTF-8 or UTF-16.  With --image what a core
image would hold is looked at, not what is kept out of those.  Needs root.
"""
import pathlib
import re
import sys

WRITABLE = re.compile(r"([0-9a-f]+)-([0-9a-f]+) .w")
FLAGS = re.compile(r"^VmFlags:(.*)$", re.M)


def mappings(proc):
    """(its line, whether a core image leaves it out) for each mapping."""
    text = (proc / "smaps").read_text()
    for part in re.split(r"(?m)^(?=[0-9a-f]+-[0-9a-f]+ )", text)[1:]:
        flags = FLAGS.search(part)
        yield part.split("\n", 1)[0], flags and "dd" in flags[1].split()


def pieces(proc, image):
    """The writable memory of a process, mapping by mapping."""
    with open(proc / "mem", "rb", buffering=0) as memory:
        for line, left_out in mappings(proc):
            match = WRITABLE.match(line)
            if not match or (image and left_out):
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
    image = names[:1] == ["--image"]
    seen = 0
    for proc in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            name = (proc / "comm").read_text().strip()
            if name not in names:
                continue
            seen += 1
            places = list(pieces(proc, image))
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
