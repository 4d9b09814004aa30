/* SPDX-License-Identifier: MIT */
#include "config/fresh.h"

#include "base/alloc.h"

static bool
is_listed(const struct hop_config *c, enum hop_config_id list, const char *host)
{
    HOP_AUTO_FREE char *spn = hop_xasprintf("wsman/%s", host);

    return hop_config_list_has(c, list, spn);
}

/* Who may change it: a policy stands above the local setting. */
static char *
advice(const struct hop_config *c, enum hop_config_id s, const char *host)
{
    if (c->policy[s])
        return hop_xasprintf("a policy in " HOP_CONFIG_DIR "/policy.d sets "
                             "this, so ask its administrator");
    return hop_xasprintf("to allow it, run as root: hop -Command "
                         "Enable-WSManCredSSP -Role Client -DelegateComputer "
                         "%s",
                         host);
}

static bool
fail_disabled(const struct hop_config *c, const char *host,
              struct hop_error *err)
{
    HOP_AUTO_FREE char *todo = advice(c, HOP_SET_CLIENT_AUTH_CREDSSP, host);

    return hop_error_set(err, HOP_ERROR_WSMAN, HOP_FRESH_DISABLED,
                         "CredSSP with %s: this host hands no passwords out "
                         "(Client/Auth/CredSSP is false); %s (0x803381A2 "
                         "ERROR_WSMAN_CLIENT_CREDSSP_AUTHENTICATION_DISABLED)",
                         host, todo);
}

static bool
fail_unlisted(const struct hop_config *c, const char *host,
              struct hop_error *err)
{
    HOP_AUTO_FREE char *todo = advice(c, HOP_SET_CLIENT_FRESH, host);

    return hop_error_set(
        err, HOP_ERROR_WSMAN, HOP_FRESH_NOT_LISTED,
        "CredSSP with %s: it is not among the hosts that may be given a "
        "password (Client/AllowFreshCredentials lists no wsman/%s), so none "
        "was sent; %s (0x803381A3 ERROR_WSMAN_CLIENT_ALLOWFRESHCREDENTIALS)",
        host, host, todo);
}

static bool
fail_ntlm(const char *host, struct hop_error *err)
{
    return hop_error_set(
        err, HOP_ERROR_WSMAN, HOP_FRESH_NTLM_ONLY,
        "CredSSP with %s: it can be proven by NTLM only, not by Kerberos, and "
        "Client/AllowFreshCredentialsWhenNTLMOnly lists no wsman/%s, so no "
        "password was sent; use the host's full name and a user of the domain, "
        "so that Kerberos works, or add wsman/%s to that list "
        "in " HOP_CONFIG_DIR "/wsman.conf (0x803381A4 "
        "ERROR_WSMAN_CLIENT_ALLOWFRESHCREDENTIALS_NTLMONLY)",
        host, host, host);
}

bool
hop_fresh_allowed(const struct hop_config *c, const char *host,
                  enum hop_fresh_proof proof, struct hop_error *err)
{
    bool fresh = is_listed(c, HOP_SET_CLIENT_FRESH, host);
    bool ntlm = is_listed(c, HOP_SET_CLIENT_FRESH_NTLM, host);

    if (!hop_config_bool(c, HOP_SET_CLIENT_AUTH_CREDSSP))
        return fail_disabled(c, host, err);
    if (proof == HOP_FRESH_NTLM)
        return ntlm || fail_ntlm(host, err);
    if (proof == HOP_FRESH_UNKNOWN && ntlm)
        return true;
    return fresh || fail_unlisted(c, host, err);
}
