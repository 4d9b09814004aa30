#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Write a machine account's password where Samba looks for it.

Usage: member.py SECRETS_TDB WORKGROUP PASSWORD_FILE
"""
import os
import struct
import sys
import time

import tdb

SEC_CHAN_WKSTA = 2  # [MS-NRPC] 2.2.1.3.13, a workstation's channel

path, workgroup, password_file = sys.argv[1:4]
with open(password_file, "rb") as file:
    password = file.read()
secrets = tdb.Tdb(path, 0, tdb.DEFAULT, os.O_RDWR | os.O_CREAT, 0o600)
for name, value in (
        ("MACHINE_PASSWORD", password + b"\0"),
        ("MACHINE_SEC_CHANNEL_TYPE", struct.pack("<I", SEC_CHAN_WKSTA)),
        ("MACHINE_LAST_CHANGE_TIME", struct.pack("<I", int(time.time())))):
    secrets[f"SECRETS/{name}/{workgroup}".encode()] = value
secrets.close()
