/* Win32_UserAccount and Win32_Group: the accounts of passwd(5) and group(5)
 * that are this host's own; and Win32_NetworkAdapterConfiguration.
 *
 * SPDX-License-Identifier: MIT
 */
#include <arpa/inet.h>
#include <grp.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netpacket/packet.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cim/files.h"
#include "cim/sources.h"
#include "cim/wql.h"

/* ---- accounts ---- */

#define ACCOUNT                                                                \
    S("Caption"), S("Description"), T("InstallDate"), SK("Name"), S("Status"), \
        {"Domain", HOP_CIM_STRING, HOP_CIM_KEY}, B("LocalAccount"), S("SID"),  \
        U8("SIDType")
static const struct hop_cim_property user_properties[] = {
    ACCOUNT,
    U32("AccountType"),
    B("Disabled"),
    S("FullName"),
    B("Lockout"),
    B("PasswordChangeable"),
    B("PasswordExpires"),
    B("PasswordRequired"),
};
static const struct hop_cim_property group_properties[] = {ACCOUNT};

enum { SID_USER = 1, SID_GROUP = 2, NORMAL_ACCOUNT = 512 };

struct file {
    FILE *f;
};

static bool
open_users(void *state, const struct hop_wql *q, struct hop_error *err)
{
    return (((struct file *)state)->f = fopen("/etc/passwd", "re")) != NULL ||
           hop_cim_fail(err, HOP_CIM_E_FAILED, "/etc/passwd cannot be read.");
}

static bool
open_groups(void *state, const struct hop_wql *q, struct hop_error *err)
{
    return (((struct file *)state)->f = fopen("/etc/group", "re")) != NULL ||
           hop_cim_fail(err, HOP_CIM_E_FAILED, "/etc/group cannot be read.");
}

static void
close_file(void *state)
{
    struct file *f = state;

    if (f->f)
        fclose(f->f);
}

/* Unix ids as Samba makes SIDs of them: S-1-22-1-uid, S-1-22-2-gid. */
static void
describe_account(struct hop_cim_instance *i, const char *name, int kind,
                 unsigned id)
{
    char host[65];

    hop_cim_host(host);
    hop_cim_set_textf(i, "Caption", "%s\\%s", host, name);
    hop_cim_set_text(i, "Name", name);
    hop_cim_set_text(i, "Status", "OK");
    hop_cim_set_text(i, "Domain", host);
    hop_cim_set_bool(i, "LocalAccount", true);
    hop_cim_set_textf(i, "SID", "S-1-22-%d-%u", kind, id);
    hop_cim_set_number(i, "SIDType", kind);
}

static int
next_user(void *state, struct hop_cim_instance *i, struct hop_error *err)
{
    struct passwd *p = fgetpwent(((struct file *)state)->f);
    const char *gecos = p && p->pw_gecos ? p->pw_gecos : "";
    bool no_shell;

    if (!p)
        return 0;
    no_shell = strstr(p->pw_shell, "nologin") || strstr(p->pw_shell, "/false");
    describe_account(i, p->pw_name, SID_USER, p->pw_uid);
    hop_cim_set_text(i, "Description", "");
    hop_cim_set_number(i, "AccountType", NORMAL_ACCOUNT);
    hop_cim_set_bool(i, "Disabled", no_shell);
    hop_cim_set_textf(i, "FullName", "%.*s", (int)strcspn(gecos, ","), gecos);
    hop_cim_set_bool(i, "Lockout", false);
    hop_cim_set_bool(i, "PasswordChangeable", true);
    hop_cim_set_bool(i, "PasswordRequired", true);
    return 1;
}

static int
next_group(void *state, struct hop_cim_instance *i, struct hop_error *err)
{
    struct group *g = fgetgrent(((struct file *)state)->f);

    if (!g)
        return 0;
    describe_account(i, g->gr_name, SID_GROUP, g->gr_gid);
    hop_cim_set_text(i, "Description", "");
    return 1;
}

const struct hop_cim_class hop_cim_class_user_account = {
    .name = "Win32_UserAccount",
    .parent = "Win32_Account",
    HOP_CIM_PROPERTIES(user_properties),
    .state_size = sizeof(struct file),
    .open = open_users,
    .next = next_user,
    .close = close_file,
};
const struct hop_cim_class hop_cim_class_group = {
    .name = "Win32_Group",
    .parent = "Win32_Account",
    HOP_CIM_PROPERTIES(group_properties),
    .state_size = sizeof(struct file),
    .open = open_groups,
    .next = next_group,
    .close = close_file,
};

/* ---- network ---- */

static const struct hop_cim_property net_properties[] = {
    S("Caption"),
    S("Description"),
    S("SettingID"),
    SA("DefaultIPGateway"),
    B("DHCPEnabled"),
    S("DNSDomain"),
    SA("DNSDomainSuffixSearchOrder"),
    S("DNSHostName"),
    SA("DNSServerSearchOrder"),
    {"Index", HOP_CIM_UINT32, HOP_CIM_KEY},
    U32("InterfaceIndex"),
    SA("IPAddress"),
    B("IPEnabled"),
    SA("IPSubnet"),
    S("MACAddress"),
    U32("MTU"),
    S("ServiceName"),
};

struct adapters {
    struct ifaddrs *all, *at;
};

static bool
open_adapters(void *state, const struct hop_wql *q, struct hop_error *err)
{
    struct adapters *a = state;

    if (getifaddrs(&a->all) != 0)
        return hop_cim_fail(err, HOP_CIM_E_FAILED,
                            "The network interfaces cannot be listed.");
    a->at = a->all;
    return true;
}

static unsigned
prefix_length(const struct sockaddr_in6 *mask)
{
    unsigned bits = 0;

    for (size_t k = 0; k < 16; k++)
        bits += (unsigned)__builtin_popcount(mask->sin6_addr.s6_addr[k]);
    return bits;
}

static void
add_address(struct hop_cim_instance *i, const struct ifaddrs *a)
{
    char text[INET6_ADDRSTRLEN];

    if (a->ifa_addr->sa_family == AF_INET) {
        inet_ntop(AF_INET,
                  &((struct sockaddr_in *)(void *)a->ifa_addr)->sin_addr, text,
                  sizeof(text));
        hop_cim_add_text(i, "IPAddress", text);
        inet_ntop(AF_INET,
                  &((struct sockaddr_in *)(void *)a->ifa_netmask)->sin_addr,
                  text, sizeof(text));
        hop_cim_add_text(i, "IPSubnet", text);
    } else if (a->ifa_addr->sa_family == AF_INET6) {
        inet_ntop(AF_INET6,
                  &((struct sockaddr_in6 *)(void *)a->ifa_addr)->sin6_addr,
                  text, sizeof(text));
        hop_cim_add_text(i, "IPAddress", text);
        snprintf(text, sizeof(text), "%u",
                 prefix_length((void *)a->ifa_netmask));
        hop_cim_add_text(i, "IPSubnet", text);
    }
}

/* Servers and suffixes of resolv.conf(5). */
static void
add_resolver(struct hop_cim_instance *i)
{
    HOP_AUTO_FREE char *text = hop_file_text("/etc/resolv.conf", 65536);
    char *rest = NULL;

    for (char *line = text ? strtok_r(text, "\n", &rest) : NULL; line;
         line = strtok_r(NULL, "\n", &rest)) {
        char *more = NULL, *word = strtok_r(line, " \t", &more);
        const char *to =
            !word                             ? NULL
            : strcmp(word, "nameserver") == 0 ? "DNSServerSearchOrder"
            : strcmp(word, "search") == 0     ? "DNSDomainSuffixSearchOrder"
                                              : NULL;

        for (char *v = to ? strtok_r(NULL, " \t", &more) : NULL; v;
             v = strtok_r(NULL, " \t", &more))
            hop_cim_add_text(i, to, v);
    }
}

/* /proc/net/route: a row with destination 0 is the way out. */
static void
add_gateway(struct hop_cim_instance *i, const char *interface)
{
    HOP_AUTO_FREE char *text = hop_file_text("/proc/net/route", 65536);
    char *rest = NULL;

    for (char *line = text ? strtok_r(text, "\n", &rest) : NULL; line;
         line = strtok_r(NULL, "\n", &rest)) {
        char name[64], out[INET_ADDRSTRLEN];
        unsigned to;
        struct in_addr gateway;

        if (sscanf(line, "%63s %x %x", name, &to, &gateway.s_addr) == 3 &&
            to == 0 && strcmp(name, interface) == 0)
            hop_cim_add_text(i, "DefaultIPGateway",
                             inet_ntop(AF_INET, &gateway, out, sizeof(out)));
    }
}

static void
describe_adapter(struct hop_cim_instance *i, const struct adapters *a)
{
    const struct ifaddrs *own = a->at;
    const struct sockaddr_ll *link = (const void *)own->ifa_addr;
    char host[65];

    hop_cim_set_textf(i, "Caption", "[%08d] %s", link->sll_ifindex,
                      own->ifa_name);
    hop_cim_set_text(i, "Description", own->ifa_name);
    hop_cim_set_text(i, "SettingID", own->ifa_name);
    hop_cim_set_text(i, "DNSHostName", hop_cim_host(host));
    hop_cim_set_number(i, "Index", link->sll_ifindex);
    hop_cim_set_number(i, "InterfaceIndex", link->sll_ifindex);
    if (link->sll_halen == 6)
        hop_cim_set_textf(i, "MACAddress", "%02X:%02X:%02X:%02X:%02X:%02X",
                          link->sll_addr[0], link->sll_addr[1],
                          link->sll_addr[2], link->sll_addr[3],
                          link->sll_addr[4], link->sll_addr[5]);
    for (const struct ifaddrs *o = a->all; o; o = o->ifa_next)
        if (o->ifa_addr && o->ifa_netmask &&
            strcmp(o->ifa_name, own->ifa_name) == 0)
            add_address(i, o);
    hop_cim_set_bool(i, "IPEnabled", hop_cim_get(i, "IPAddress") != NULL);
    add_gateway(i, own->ifa_name);
    add_resolver(i);
}

static int
next_adapter(void *state, struct hop_cim_instance *i, struct hop_error *err)
{
    struct adapters *a = state;

    for (; a->at; a->at = a->at->ifa_next) {
        if (!a->at->ifa_addr || a->at->ifa_addr->sa_family != AF_PACKET)
            continue;
        describe_adapter(i, a);
        a->at = a->at->ifa_next;
        return 1;
    }
    return 0;
}

static void
close_adapters(void *state)
{
    struct adapters *a = state;

    if (a->all)
        freeifaddrs(a->all);
}

const struct hop_cim_class hop_cim_class_network = {
    .name = "Win32_NetworkAdapterConfiguration",
    .parent = "CIM_Setting",
    HOP_CIM_PROPERTIES(net_properties),
    .state_size = sizeof(struct adapters),
    .open = open_adapters,
    .next = next_adapter,
    .close = close_adapters,
};
