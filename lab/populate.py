#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Fill the freshly made domain with the lab's accounts.

Usage: populate.py SMB_CONF KEYTAB_FOLDER USER_PASSWORD HOST=ADDRESS... USER...

Works on the local sam.ldb while Samba is not running. Leaves in the folder
host-NAME.keytab and host-NAME.secret for each host, USER.keytab for each user.
"""
import os
import secrets
import sys

import ldb
import samba
from samba import dsdb
from samba.auth import system_session
from samba.credentials import Credentials
from samba.net import Net
from samba.param import LoadParm
from samba.provision.sambadns import add_host_record
from samba.samdb import SamDB

SERVICES = ("HOST", "HTTP", "WSMAN", "cifs")
ADMINISTRATORS = ("dadmin", "oadmin")
AES_ONLY = "24"  # [MS-KILE] 2.2.7: AES128 and AES256


class Domain:
    """The domain's database and the few things done to it here."""

    def __init__(self, conf):
        self.lp = LoadParm()
        self.lp.load(conf)
        creds = Credentials()
        creds.guess(self.lp)
        self.sam = SamDB(url=self.lp.private_path("sam.ldb"), lp=self.lp,
                         credentials=creds, session_info=system_session())
        self.base = str(self.sam.domain_dn())
        self.name = self.lp.get("realm").lower()

    def modify(self, dn, flag, **attributes):
        message = ldb.Message(ldb.Dn(self.sam, dn))
        for name, value in attributes.items():
            message[name] = ldb.MessageElement(value, flag, name)
        self.sam.modify(message)

    def set_flag(self, user, bit):
        """Set a bit of userAccountControl."""
        dn = f"CN={user},CN=Users,{self.base}"
        found = self.sam.search(dn, ldb.SCOPE_BASE,
                                attrs=["userAccountControl"])
        now = int(str(found[0]["userAccountControl"]))
        self.modify(dn, ldb.FLAG_MOD_REPLACE,
                    userAccountControl=str(now | bit))

    def add_to_group(self, group, user):
        self.sam.add_remove_group_members(group, [user],
                                          add_members_operation=True)

    def export_keys(self, path, principals):
        for principal in principals:
            # A Net that has exported once aborts at the second (4.22).
            Net(None, self.lp).export_keytab(keytab=path, principal=principal)
        os.chmod(path, 0o600)


def relax_passwords(domain):
    """Nobody's password expires or must be complex in a lab."""
    domain.modify(domain.base, ldb.FLAG_MOD_REPLACE, maxPwdAge="0",
                  minPwdAge="0", minPwdLength="1", pwdProperties="0")


def add_users(domain, password, users):
    for user in users:
        domain.sam.newuser(user, password, useusernameascn=True)
        if user == "carol":
            domain.set_flag(user, dsdb.UF_NOT_DELEGATED)
        if user == "dave":
            domain.add_to_group("Protected Users", user)
        if user in ADMINISTRATORS:
            domain.add_to_group("Domain Admins", user)


def service_names(domain, host):
    return [f"{service}/{name}" for service in SERVICES
            for name in (f"{host}.{domain.name}", host)]


def add_host(domain, host, address, secret):
    dn = f"CN={host.upper()},CN=Computers,{domain.base}"
    domain.sam.add({
        "dn": dn,
        "objectClass": "computer",
        "sAMAccountName": f"{host.upper()}$",
        "dNSHostName": f"{host}.{domain.name}",
        "userAccountControl": str(dsdb.UF_WORKSTATION_TRUST_ACCOUNT),
        "servicePrincipalName": service_names(domain, host),
        "msDS-SupportedEncryptionTypes": AES_ONLY,
    })
    domain.sam.setpassword(f"(distinguishedName={dn})", secret, False)
    zone = (f"DC={domain.name},CN=MicrosoftDNS,DC=DomainDnsZones,"
            f"{domain.base}")
    add_host_record(domain.sam, zone, f"DC={host}", address, None)


def add_dc_services(domain):
    """What samba_spnupdate adds on a DC with the dnsupdate service."""
    short = domain.lp.get("netbios name")
    name = f"{short.lower()}.{domain.name}"
    domain.modify(
        f"CN={short},OU=Domain Controllers,{domain.base}", ldb.FLAG_MOD_ADD,
        servicePrincipalName=[f"ldap/{short.lower()}", f"ldap/{name}",
                              f"ldap/{name}/{domain.name}",
                              f"GC/{name}/{domain.name}"])


def main():
    conf, folder, password = sys.argv[1:4]
    hosts = dict(word.split("=") for word in sys.argv[4:] if "=" in word)
    users = [word for word in sys.argv[4:] if "=" not in word]
    samba.enable_net_export_keytab()
    os.makedirs(folder, mode=0o700, exist_ok=True)
    domain = Domain(conf)
    host_secrets = {host: secrets.token_hex(24) for host in hosts}

    domain.sam.transaction_start()
    relax_passwords(domain)
    add_users(domain, password, users)
    for host, secret in host_secrets.items():
        add_host(domain, host, hosts[host], secret)
    add_dc_services(domain)
    domain.sam.transaction_commit()

    for host, secret in host_secrets.items():
        path = os.path.join(folder, f"host-{host}")
        with open(os.open(f"{path}.secret", os.O_CREAT | os.O_WRONLY, 0o600),
                  "w", encoding="ascii") as file:
            file.write(secret)
        names = service_names(domain, host)
        # MIT's acceptor asks for host/, in lower case
        names += [name.replace("HOST/", "host/") for name in names
                  if name.startswith("HOST/")]
        domain.export_keys(f"{path}.keytab", [f"{host.upper()}$"] + names)
    for user in users:
        domain.export_keys(os.path.join(folder, f"{user}.keytab"), [user])


if __name__ == "__main__":
    main()
