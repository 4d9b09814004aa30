#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Write a trust in both directions into a domain's database.

Usage: trust.py SMB_CONF PARTNER FLAT_NAME SID <SECRET

PARTNER is the other domain, "other.test". Done to both domains with the same
secret, while Samba is not running: what `samba-tool domain trust create` does
by calls between the two.
"""
import sys
import time

from samba.auth import system_session
from samba.credentials import Credentials
from samba.dcerpc import drsblobs, lsa, security
from samba.ndr import ndr_pack
from samba.param import LoadParm
from samba.samdb import SamDB

AES_ONLY = "24"  # [MS-KILE] 2.2.7
EPOCH_S = 11644473600  # from 1601 to 1970


def password_blob(secret):
    """[MS-ADTS] 6.1.6.9.1: the shared secret, in the clear."""
    clear = drsblobs.AuthInfoClear()
    raw = secret.encode("utf-16-le")
    clear.size = len(raw)
    clear.password = list(raw)
    info = drsblobs.AuthenticationInformation()
    info.LastUpdateTime = (int(time.time()) + EPOCH_S) * 10000000
    info.AuthType = lsa.TRUST_AUTH_TYPE_CLEAR
    info.AuthInfo = clear
    array = drsblobs.AuthenticationInformationArray()
    array.count = 1
    array.array = [info]
    blob = drsblobs.trustAuthInOutBlob()
    blob.count = 1
    blob.current = array
    return ndr_pack(blob)


def main():
    conf, partner, flat, sid = sys.argv[1:5]
    secret = sys.stdin.readline().strip()
    lp = LoadParm()
    lp.load(conf)
    creds = Credentials()
    creds.guess(lp)
    sam = SamDB(url=lp.private_path("sam.ldb"), lp=lp, credentials=creds,
                session_info=system_session())
    base = sam.domain_dn()
    sam.transaction_start()
    sam.add({
        "dn": f"CN={partner},CN=System,{base}",
        "objectClass": "trustedDomain",
        "trustPartner": partner,
        "flatName": flat,
        "securityIdentifier": ndr_pack(security.dom_sid(sid)),
        "trustDirection": "3",
        "trustType": "2",  # Active Directory
        "trustAttributes": "8",  # a forest
        "trustAuthIncoming": password_blob(secret),
        "trustAuthOutgoing": password_blob(secret),
        "msDS-SupportedEncryptionTypes": AES_ONLY,
    })
    sam.transaction_commit()


if __name__ == "__main__":
    main()
