/* SPDX-License-Identifier: MIT */
#include "auth/spn.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "auth/explain.h"
#include "auth/gss.h"
#include "base/alloc.h"
#include "base/text.h"

static const char *const classes[HOP_SPN_CANDIDATES] = {"host", "HTTP",
                                                        "WSMAN"};

/* ERROR_WSMAN_KERBEROS_IPADDRESS of winerror.h. */
#define KERBEROS_IPADDRESS 0x8033810Bu

bool
hop_host_is_address(const char *host)
{
    struct in6_addr a;
    size_t n = strlen(host);
    char inner[64];

    if (n > 2 && host[0] == '[' && host[n - 1] == ']' && n < sizeof(inner)) {
        memcpy(inner, host + 1, n - 2);
        inner[n - 2] = '\0';
        host = inner;
    }
    return inet_pton(AF_INET, host, &a) == 1 ||
           inet_pton(AF_INET6, host, &a) == 1;
}

static bool
is_host_text(const char *s)
{
    size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz"
                         "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_");

    return n > 0 && n <= 253 && s[n] == '\0';
}

/* class/host, class/host:port or class/host/name. */
static bool
is_spn_text(const char *s)
{
    const char *slash = strchr(s, '/');

    if (slash == NULL || slash == s || slash[1] == '\0' || strlen(s) > 512)
        return false;
    for (const unsigned char *p = (const unsigned char *)s; *p != '\0'; p++)
        if (*p <= ' ' || *p == 0x7f || *p == '\\')
            return false;
    return true;
}

static char *
write_spn(const char *class, const char *host, uint16_t port)
{
    char *s = port != 0 ? hop_xasprintf("%s/%s:%u", class, host, port)
                        : hop_xasprintf("%s/%s", class, host);

    /* The KDC compares without regard to case, MIT keytabs do not. */
    for (char *p = s + strlen(class); *p != '\0'; p++)
        *p = hop_ascii_lower(*p);
    return s;
}

bool
hop_spn_choose(const struct hop_spn_rule *rule, struct hop_spn_list *out,
               struct hop_error *err)
{
    const char *host = rule->host != NULL ? rule->host : "";
    size_t n = strlen(host);

    if (rule->spn != NULL) {
        if (!is_spn_text(rule->spn))
            return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                                 "SPN \"%s\" is not of the form class/host: "
                                 "write it as HTTP/b.corp.test",
                                 rule->spn);
        *out = (struct hop_spn_list){{hop_xstrdup(rule->spn)}, 1};
        return true;
    }
    if (hop_host_is_address(host))
        return hop_error_set(
            err, HOP_ERROR_WSMAN, KERBEROS_IPADDRESS,
            "%s is an address, and Kerberos has only names of hosts; use the "
            "host's name, or give a user and password for NTLM (0x%08X)",
            host, KERBEROS_IPADDRESS);
    if (!is_host_text(host))
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "\"%s\" is not the name of a host", host);
    HOP_AUTO_FREE char *name = hop_xstrndup(host, n);
    if (name[n - 1] == '.')
        name[n - 1] = '\0';
    for (size_t k = 0; k < HOP_SPN_CANDIDATES; k++)
        out->names[k] = write_spn(classes[k], name, rule->port);
    out->count = HOP_SPN_CANDIDATES;
    return true;
}

void
hop_spn_list_done(struct hop_spn_list *l)
{
    for (size_t k = 0; k < l->count; k++)
        free(l->names[k]);
    l->count = 0;
}

char *
hop_host_full_name(const char *host)
{
    krb5_context ctx = krb_context(NULL);
    char *realm = NULL, *out;

    if (strpbrk(host, ".:[") != NULL || !is_host_text(host) || ctx == NULL ||
        krb5_get_default_realm(ctx, &realm) != 0)
        return NULL;
    out = hop_xasprintf("%s.%s", host, realm);
    krb5_free_default_realm(ctx, realm);
    for (char *p = out; *p != '\0'; p++)
        *p = hop_ascii_lower(*p);
    return out;
}
