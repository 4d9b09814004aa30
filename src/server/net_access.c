/* What a logon may ask for.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "config/endpoint.h"
#include "server/net_state.h"
#include "wsman/settings.h"
#include "wsman/uri.h"

/* A mapping's URI is a pattern, with winrm's short names in front. */
static bool
scope_fits(const char *scope, const char *uri)
{
    while (*scope != '\0') {
        size_t n = strcspn(scope, "\n");
        HOP_AUTO_FREE char *one = hop_xstrndup(scope, n);
        HOP_AUTO_BUF struct hop_buf whole = HOP_BUF_INIT;

        hop_settings_expand_uri(one, &whole);
        if (hop_config_pattern_fits(hop_buf_str(&whole), uri))
            return true;
        scope += n + (scope[n] == '\n');
    }
    return false;
}

static bool
check_scope(struct net_conn *c)
{
    const char *uri = c->request.header.resource_uri;

    if (c->scope == NULL || uri == NULL || scope_fits(c->scope, uri))
        return true;
    net_conn_note_refused(c, "a resource that the certificate's mapping does "
                             "not name");
    net_reply_code(c, HOP_FAULT_ACCESS_DENIED,
                   "Access is denied: the certificate is mapped to %s for "
                   "other resources than %.200s (the URI of its mapping in "
                   "winrm/config/service/certmapping says which).",
                   c->user, uri);
    return false;
}

/* The letters behind "NAME=" of one of the lines, or NULL. */
static const char *
find_rights(const char *lines, const char *name, size_t *n)
{
    size_t len = strlen(name);

    while (*lines != '\0') {
        size_t end = strcspn(lines, "\n");

        if (hop_ascii_ieqn(lines, name, len) && lines[len] == '=') {
            *n = end - len - 1;
            return lines + len + 1;
        }
        lines += end + (lines[end] == '\n');
    }
    return NULL;
}

/* The endpoint that a shell's resource is, "cmd" for WinRS; "" for others. */
static const char *
name_endpoint(const struct net_conn *c, struct hop_endpoint *e)
{
    const char *uri = c->request.header.resource_uri;

    if (uri != NULL && hop_ascii_ieq(uri, HOP_URI_SHELL_CMD))
        return "cmd";
    if (uri != NULL && hop_endpoint_find(&c->net->config, uri, e))
        return e->name;
    return "";
}

/* Shells are opened and used with the right to execute, settings are read and
 * written; what else there is (classes, lists of shells) wants any right. */
static char
wanted_right(const struct net_conn *c, bool shell)
{
    if (shell)
        return 'X';
    if (!net_settings_has(c))
        return '\0';
    switch (c->request.kind) {
    case HOP_WSMAN_PUT:
    case HOP_WSMAN_CREATE:
    case HOP_WSMAN_DELETE: return 'W';
    case HOP_WSMAN_INVOKE: return 'X';
    default: return 'R';
    }
}

/* An endpoint's own descriptor decides alone.  RootSDDL says nothing about what
 * shells are made of: any right in it opens those that have no own. */
static bool
check_rights(struct net_conn *c)
{
    struct hop_endpoint e = {0};
    const char *name = name_endpoint(c, &e);
    size_t n = 0;
    const char *rights = c->access != NULL && name[0] != '\0'
                             ? find_rights(c->access, name, &n)
                             : NULL;
    char want = wanted_right(c, rights != NULL);

    if (c->access == NULL)
        return true;
    if (rights == NULL) {
        name = "";
        rights = find_rights(c->access, name, &n);
    }
    if (rights == NULL ||
        (n > 0 && (want == '\0' || memchr(rights, want, n) != NULL)))
        return true;
    net_conn_note_refused(c, name[0] ? "the endpoint's security descriptor "
                                       "does not let this user in"
                                     : "Service/RootSDDL does not let this "
                                       "user do that");
    if (name[0] != '\0')
        net_reply_code(c, HOP_FAULT_ACCESS_DENIED,
                       "Access is denied: the security descriptor of the "
                       "endpoint %s does not let %s use it. An administrator "
                       "of this host changes it: Set-PSSessionConfiguration "
                       "-SecurityDescriptorSddl, Plugin/%s/Security.",
                       name, c->principal, name);
    else
        net_reply_code(c, HOP_FAULT_ACCESS_DENIED,
                       "Access is denied: this service's security descriptor "
                       "does not let %s %s. An administrator of this host "
                       "changes it: winrm set winrm/config/service "
                       "@{RootSDDL=...}.",
                       c->principal,
                       n == 0        ? "use it"
                       : want == 'W' ? "change settings"
                       : want == 'X' ? "invoke that"
                                     : "read settings");
    return false;
}

bool
net_access_check(struct net_conn *c)
{
    return check_scope(c) && check_rights(c);
}
