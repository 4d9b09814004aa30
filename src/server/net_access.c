/* What a logon may ask for.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "base/alloc.h"
#include "server/net_state.h"
#include "wsman/settings.h"

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

bool
net_access_check(struct net_conn *c)
{
    return check_scope(c);
}
