# SPDX-License-Identifier: MIT
"""What is to be so when all other rows have run."""
import re
import time

from harness import Failed, LATER, check, expect, lab, on, row, until
from peer import Peer, refused

NO_SUCH_SHELL = 0x8033805B
BROKEN = re.compile(r"AddressSanitizer|LeakSanitizer|runtime error:|"
                    r"Segmentation fault|core dumped")


@row("an idle session is reaped after its IdleTimeout, not before")
def _():
    shell, opened_at, marker = LATER["idle shell"]
    time.sleep(max(0.0, opened_at + 50 - time.monotonic()))
    if time.monotonic() < opened_at + 58:
        expect(on("b", "root", "pgrep", "-f", marker),
               out_has="\n")
    # a restart of hopd-net meanwhile has begun the time anew
    until(lambda: on("b", "root", "pgrep", "-f", marker).status == 1,
          "the idle session is gone", seconds=90)
    with Peer("alice") as alice:
        refused(alice.command(shell, "echo more"), NO_SUCH_SHELL)


@row("no process of a session and no ticket cache is left anywhere")
def _():
    ours = ("ps -eo user:20,args | grep -E '^(alice|bob|carol|dave|dadmin) ' "
            "|| true")
    for host in ("b", "c"):
        # what answers questions about a host's classes waits a minute for more
        try:
            until(lambda: on(host, "root", "sh", "-c", ours).out == "",
                  f"no process of a user is left on {host}", seconds=90)
        except Failed as why:
            raise Failed(f"{why}: {on(host, 'root', 'sh', '-c', ours).out}")
        caches = on(host, "root", "sh", "-c",
                    "find /run /tmp /var/tmp -name '*krb5cc*' "
                    "-not -name '*_??????' 2>/dev/null")
        check(caches.out == "", f"left: {caches}")


@row("no service has reported a memory error")
def _():
    for host in ("a", "b", "c"):
        for name in lab("log", host).out.split():
            found = BROKEN.search(lab("log", host, name).out)
            check(not found, f"{host}, {name}: {found and found.group()}")
