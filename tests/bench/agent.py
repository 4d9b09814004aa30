#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What tickets cost; runs on host b of the lab, in a session or beside it.

Usage: agent.py first RUNS      milliseconds of a kvno that gets a new ticket
       agent.py held REQUESTS   requests per second for a ticket that is held

`first` works with whatever cache the environment names: the agent's, whose
tickets are dropped before each run, or a file, of which each run has a copy.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]
                       / "e2e/clients"))
import kcm  # noqa: E402

SERVICE = "host/c.corp.test"
BATCH = 50


def kvno(environment):
    since = time.perf_counter()
    subprocess.run(["/usr/bin/kvno", "-q", SERVICE], env=environment,
                   check=True)
    return (time.perf_counter() - since) * 1000


def first(runs):
    cache = os.environ["KRB5CCNAME"]
    environment = dict(os.environ)
    for _ in range(runs):
        if cache.startswith("KCM:"):
            kcm.ask(kcm.own_socket(), kcm.frame(kcm.PURGE))
        else:
            copy = cache.removeprefix("FILE:") + ".run"
            shutil.copyfile(cache.removeprefix("FILE:"), copy)
            environment["KRB5CCNAME"] = "FILE:" + copy
        print(f"{kvno(environment):.3f}")


def held(requests):
    request = kcm.retrieve(SERVICE)
    with kcm.dial(kcm.own_socket()) as link:
        link.sendall(request)
        code, ticket = kcm.answer(link)
        if code:
            sys.exit(f"no ticket: {code}")
        size = BATCH * (12 + len(ticket))
        since = time.perf_counter()
        for _ in range(requests // BATCH):
            link.sendall(request * BATCH)
            kcm.read(link, size)
        took = time.perf_counter() - since
    print(f"{requests // BATCH * BATCH / took:.0f}")


if __name__ == "__main__":
    {"first": first, "held": held}[sys.argv[1]](int(sys.argv[2]))
