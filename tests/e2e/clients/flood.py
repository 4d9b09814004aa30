#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Keeps the agent of its own session as busy as it can until its input ends:
requests for services that nobody knows on every connection it gets, and
listings that it never reads.  Says "flooding" when it has begun."""
import select
import sys

import kcm

LISTING = kcm.frame(kcm.GET_CRED_LIST, kcm.CACHE)


def connect():
    try:
        link = kcm.dial(kcm.own_socket())
    except OSError:
        return None
    link.setblocking(False)
    return link


def pour(link, data):
    """False: it is closed."""
    try:
        link.send(data)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return True


def main():
    links, number = [], 0
    while True:
        while len(links) < 80 and (link := connect()) is not None:
            links.append(link)
        for k, link in enumerate(links):
            number += 1
            data = LISTING * 500 if k % 4 == 0 else kcm.retrieve(
                f"host/none{number}.corp.test")
            if not pour(link, data):
                link.close()
                links[k] = None
        links = [link for link in links if link is not None]
        if number > 200 and number < 300:
            print("flooding", flush=True)
            number = 300
        if select.select([sys.stdin], [], [], 0.01)[0]:
            return


if __name__ == "__main__":
    main()
