/* SPDX-License-Identifier: MIT */
#include "cim/packages.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "cim/files.h"

#define STATUS_MAX ((size_t)64 << 20)

static int
by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
add(struct hop_packages *p, size_t *cap, char *name)
{
    if (p->n == *cap) {
        *cap = *cap ? *cap * 2 : 1024;
        p->names = hop_xrealloc(p->names, *cap, sizeof(*p->names));
    }
    p->names[p->n++] = name;
}

/* deb822(5) paragraphs; "Status: install ok installed" is what counts. */
bool
hop_packages_read(const char *path, struct hop_packages *p,
                  struct hop_error *err)
{
    size_t cap = 0;
    char *name = NULL, *rest = NULL;

    *p = (struct hop_packages){.text = hop_file_text(path, STATUS_MAX)};
    if (!p->text)
        return hop_error_errno(err, errno, "%s cannot be read", path);
    for (char *line = strtok_r(p->text, "\n", &rest); line;
         line = strtok_r(NULL, "\n", &rest)) {
        if (strncmp(line, "Package: ", 9) == 0)
            name = line + 9;
        else if (name && strncmp(line, "Status: ", 8) == 0 &&
                 strstr(line, " ok installed"))
            add(p, &cap, name);
    }
    if (p->n)
        qsort(p->names, p->n, sizeof(*p->names), by_name);
    return true;
}

void
hop_packages_done(struct hop_packages *p)
{
    free(p->text);
    free(p->names);
    *p = (struct hop_packages){0};
}

bool
hop_packages_has(const struct hop_packages *p, const char *name)
{
    return p->n &&
           bsearch(&name, p->names, p->n, sizeof(*p->names), by_name) != NULL;
}

/* ---- features ---- */

#define ROLE    "Role"
#define PART    "Role Service"
#define FEATURE "Feature"

const struct hop_feature hop_features[] = {
    {"AD-Domain-Services", "Active Directory Domain Services", ROLE, NULL,
     "samba-ad-dc", "samba-ad-dc"},
    {"AD-Certificate", "Active Directory Certificate Services", ROLE, NULL,
     "dogtag-pki pki-ca step-ca", NULL},
    {"DHCP", "DHCP Server", ROLE, NULL,
     "isc-dhcp-server kea-dhcp4-server dnsmasq", NULL},
    {"DNS", "DNS Server", ROLE, NULL, "bind9 unbound pdns-server knot dnsmasq",
     NULL},
    {"Fax", "Fax Server", ROLE, NULL, "hylafax-server", NULL},
    {"FileAndStorage-Services", "File and Storage Services", ROLE, NULL,
     "samba nfs-kernel-server", NULL},
    {"File-Services", "File and iSCSI Services", PART,
     "FileAndStorage-Services", "samba nfs-kernel-server tgt targetcli-fb",
     NULL},
    {"FS-FileServer", "File Server", PART, "File-Services", "samba", "smbd"},
    {"FS-NFS-Service", "Server for NFS", PART, "File-Services",
     "nfs-kernel-server", "nfs-kernel-server"},
    {"FS-iSCSITarget-Server", "iSCSI Target Server", PART, "File-Services",
     "tgt targetcli-fb", NULL},
    {"Hyper-V", "Hyper-V (libvirt, KVM)", ROLE, NULL,
     "libvirt-daemon-system qemu-system-x86", "libvirtd"},
    {"NPAS", "Network Policy and Access Services (RADIUS)", ROLE, NULL,
     "freeradius", "freeradius"},
    {"Print-Services", "Print and Document Services", ROLE, NULL,
     "cups cups-daemon", "cups"},
    {"RemoteAccess", "Remote Access (VPN)", ROLE, NULL,
     "strongswan openvpn wireguard", NULL},
    {"Web-Server", "Web Server", ROLE, NULL,
     "apache2 nginx lighttpd caddy nginx-core nginx-light", NULL},
    {"Web-Ftp-Server", "FTP Server", PART, "Web-Server",
     "vsftpd proftpd-core pure-ftpd", NULL},
    {"UpdateServices", "Update Services (package mirror)", ROLE, NULL,
     "apt-cacher-ng apt-mirror aptly", NULL},
    {"BitLocker", "BitLocker Drive Encryption (LUKS)", FEATURE, NULL,
     "cryptsetup", NULL},
    {"Containers", "Containers", FEATURE, NULL,
     "docker.io docker-ce podman containerd", NULL},
    {"Failover-Clustering", "Failover Clustering", FEATURE, NULL,
     "pacemaker corosync", "pacemaker"},
    {"NLB", "Network Load Balancing", FEATURE, NULL, "haproxy keepalived",
     NULL},
    {"PowerShellRoot", "Windows PowerShell", FEATURE, NULL, "", NULL},
    {"PowerShell", "PowerShell Remoting for Linux (Hop)", FEATURE,
     "PowerShellRoot", "", NULL},
    {"RSAT", "Remote Server Administration Tools", FEATURE, NULL, "", NULL},
    {"RSAT-AD-PowerShell", "Active Directory module for Windows PowerShell",
     FEATURE, "RSAT", "", NULL},
    {"RSAT-DNS-Server", "DNS Server Tools", FEATURE, "RSAT",
     "bind9-dnsutils dnsutils", NULL},
    {"SMTP-Server", "SMTP Server", FEATURE, NULL, "postfix exim4 sendmail",
     NULL},
    {"SNMP-Service", "SNMP Service", FEATURE, NULL, "snmpd", "snmpd"},
    {"Telnet-Client", "Telnet Client", FEATURE, NULL, "telnet inetutils-telnet",
     NULL},
    {"TFTP-Client", "TFTP Client", FEATURE, NULL, "tftp tftp-hpa", NULL},
    {"Windows-Server-Backup", "Server Backup", FEATURE, NULL,
     "bacula-fd borgbackup restic duplicity amanda-client", NULL},
    /* Those that Windows has no name for. */
    {"OpenSSH-Server", "OpenSSH Server", FEATURE, NULL, "openssh-server",
     "ssh"},
    {"Chrony", "Time Server", FEATURE, NULL, "chrony ntpsec ntp", NULL},
    {"LDAP-Server", "LDAP Directory Server", FEATURE, NULL, "slapd 389-ds-base",
     NULL},
    {"Kerberos-KDC", "Kerberos Key Distribution Centre", FEATURE, NULL,
     "krb5-kdc heimdal-kdc", "krb5-kdc"},
    {"Winbind", "Domain Membership (winbind)", FEATURE, NULL, "winbind",
     "winbind"},
    {"SSSD", "Domain Membership (sssd)", FEATURE, NULL, "sssd sssd-common",
     "sssd"},
    {"PostgreSQL", "PostgreSQL Database Server", FEATURE, NULL, "postgresql",
     "postgresql"},
    {"MariaDB", "MariaDB or MySQL Database Server", FEATURE, NULL,
     "mariadb-server mysql-server", NULL},
    {"Mail-Store", "IMAP Server", FEATURE, NULL,
     "dovecot-imapd cyrus-imapd courier-imap", NULL},
    {"Message-Queue", "Message Queue", FEATURE, NULL,
     "rabbitmq-server mosquitto", NULL},
    {"Web-Proxy", "Web Proxy", FEATURE, NULL, "squid tinyproxy", NULL},
    {NULL},
};

const struct hop_feature *
hop_feature_find(const char *name)
{
    for (const struct hop_feature *f = hop_features; f->name; f++)
        if (hop_ascii_ieq(f->name, name))
            return f;
    return NULL;
}

bool
hop_feature_is_installed(const struct hop_feature *f,
                         const struct hop_packages *p)
{
    HOP_AUTO_FREE char *names = hop_xstrdup(f->packages);
    char *rest = NULL;

    if (!*names)
        return true;
    for (char *n = strtok_r(names, " ", &rest); n;
         n = strtok_r(NULL, " ", &rest))
        if (hop_packages_has(p, n))
            return true;
    return false;
}
