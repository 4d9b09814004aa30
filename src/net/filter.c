/* SPDX-License-Identifier: MIT */
#include "net/filter.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#define SEPARATORS ", \t"

struct address {
    unsigned char bytes[sizeof(struct in6_addr)];
};

static size_t
width_of(int family)
{
    return family == AF_INET ? sizeof(struct in_addr) : sizeof(struct in6_addr);
}

static bool
read_address(int family, const char *p, size_t n, struct address *out)
{
    char text[INET6_ADDRSTRLEN];

    memset(out, 0, sizeof(*out));
    return n < sizeof(text) &&
           snprintf(text, sizeof(text), "%.*s", (int)n, p) &&
           inet_pton(family, text, out->bytes) == 1;
}

/* "10.0.0.1-10.0.0.9" or "10.0.0.1". */
static bool
read_range(int family, const char *p, size_t n, struct address *from,
           struct address *to)
{
    const char *dash = memchr(p, '-', n);
    size_t first = dash != NULL ? (size_t)(dash - p) : n;

    if (!read_address(family, p, first, from))
        return false;
    *to = *from;
    return (dash == NULL ||
            read_address(family, dash + 1, n - first - 1, to)) &&
           memcmp(from->bytes, to->bytes, width_of(family)) <= 0;
}

static bool
is_all(const char *filter)
{
    size_t blank = strspn(filter, SEPARATORS);

    return filter[blank] == '*' &&
           filter[blank + 1 + strspn(filter + blank + 1, SEPARATORS)] == '\0';
}

static bool
is_none(const char *filter)
{
    return filter[strspn(filter, SEPARATORS)] == '\0';
}

static bool
refuse(const char *p, size_t n, int family, struct hop_error *err)
{
    return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                         "\"%.*s\" is no range of %s addresses; write one as "
                         "%s, * for all, or nothing for none",
                         (int)n, p, family == AF_INET ? "IPv4" : "IPv6",
                         family == AF_INET ? "10.0.0.1-10.0.0.9"
                                           : "fd00::1-fd00::9");
}

bool
hop_filter_has(const char *filter, int family, const char *address, bool *has,
               struct hop_error *err)
{
    struct address a, from, to;
    bool found = is_all(filter);
    bool read = read_address(family, address, strlen(address), &a);

    for (const char *p = filter; !is_all(filter); p += strcspn(p, SEPARATORS)) {
        size_t n;

        p += strspn(p, SEPARATORS);
        n = strcspn(p, SEPARATORS);
        if (n == 0)
            break;
        if (!read_range(family, p, n, &from, &to))
            return refuse(p, n, family, err);
        found |= memcmp(from.bytes, a.bytes, width_of(family)) <= 0 &&
                 memcmp(a.bytes, to.bytes, width_of(family)) <= 0;
    }
    *has = found && read;
    return true;
}

static void
add(struct hop_filter_list *l, const char *address)
{
    for (size_t k = 0; k < l->count; k++)
        if (strcmp(l->items[k], address) == 0)
            return;
    if (l->count < HOP_FILTER_ADDRESSES)
        snprintf(l->items[l->count++], INET6_ADDRSTRLEN, "%s", address);
}

static bool
is_link_local(const struct sockaddr *sa)
{
    return sa->sa_family == AF_INET6 &&
           IN6_IS_ADDR_LINKLOCAL(&((const struct sockaddr_in6 *)sa)->sin6_addr);
}

static const void *
bytes_of(const struct sockaddr *sa)
{
    return sa->sa_family == AF_INET
               ? (const void *)&((const struct sockaddr_in *)sa)->sin_addr
               : (const void *)&((const struct sockaddr_in6 *)sa)->sin6_addr;
}

/* Those of the host's addresses of a family that are in its filter. */
static bool
add_own(const struct ifaddrs *all, const char *filter, int family,
        struct hop_filter_list *out, struct hop_error *err)
{
    char text[INET6_ADDRSTRLEN];
    bool has = false;

    if (is_all(filter)) {
        add(out, family == AF_INET ? "0.0.0.0" : "::");
        return true;
    }
    /* A filter that is none is told whatever addresses there are. */
    if (!hop_filter_has(filter, family, "", &has, err))
        return false;
    for (const struct ifaddrs *i = all; i != NULL; i = i->ifa_next) {
        if (i->ifa_addr == NULL || i->ifa_addr->sa_family != family ||
            is_link_local(i->ifa_addr) ||
            inet_ntop(family, bytes_of(i->ifa_addr), text, sizeof(text)) ==
                NULL)
            continue;
        if (!hop_filter_has(filter, family, text, &has, err))
            return false;
        if (has)
            add(out, text);
    }
    return true;
}

bool
hop_filter_addresses(const char *v4, const char *v6,
                     struct hop_filter_list *out, struct hop_error *err)
{
    struct ifaddrs *all = NULL;
    bool ok;

    memset(out, 0, sizeof(*out));
    if (is_all(v4) && is_all(v6)) {
        add(out, "*");
        return true;
    }
    if (getifaddrs(&all) < 0)
        return hop_error_errno(err, errno, "list the addresses of this host");
    ok = (add_own(all, v4, AF_INET, out, err) ||
          hop_error_prefix(err, "Service/IPv4Filter")) &&
         (add_own(all, v6, AF_INET6, out, err) ||
          hop_error_prefix(err, "Service/IPv6Filter"));
    freeifaddrs(all);
    if (ok && out->count == 0)
        return hop_error_set(
            err, HOP_ERROR_GENERIC, 0,
            "none of this host's addresses is in Service/IPv4Filter (%s) or "
            "Service/IPv6Filter (%s)",
            is_none(v4) ? "empty" : v4, is_none(v6) ? "empty" : v6);
    return ok;
}

void
hop_filter_describe(const char *v4, const char *v6, struct hop_buf *out)
{
    struct ifaddrs *all = NULL;
    char text[INET6_ADDRSTRLEN];

    if (getifaddrs(&all) < 0)
        return;
    for (const struct ifaddrs *i = all; i != NULL; i = i->ifa_next) {
        int family = i->ifa_addr != NULL ? i->ifa_addr->sa_family : AF_UNSPEC;
        bool has = false;

        if ((family != AF_INET && family != AF_INET6) ||
            is_link_local(i->ifa_addr) ||
            inet_ntop(family, bytes_of(i->ifa_addr), text, sizeof(text)) ==
                NULL ||
            !hop_filter_has(family == AF_INET ? v4 : v6, family, text, &has,
                            NULL) ||
            !has)
            continue;
        hop_buf_addf(out, "%s%s", out->len > 0 ? " " : "", text);
    }
    freeifaddrs(all);
}
