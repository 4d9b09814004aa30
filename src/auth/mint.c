/* SPDX-License-Identifier: MIT */
#include "auth/mint.h"

#include <fnmatch.h>
#include <netinet/in.h>
#include <resolv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "auth/ccache.h"
#include "auth/credctx.h"
#include "auth/grantctx.h"
#include "auth/kdcerror.h"
#include "base/alloc.h"
#include "base/text.h"

enum { OWN_MARGIN_S = 60, SERVICE_MAX = 512 };

/* ---- the server's own TGT */

static bool
is_live(const krb5_creds *c, int64_t margin_s)
{
    return (int64_t)(uint32_t)c->times.endtime > (int64_t)time(NULL) + margin_s;
}

static krb5_error_code
unmarshal(krb5_context ctx, const void *p, size_t n, krb5_creds **out)
{
    krb5_data d = {.length = (unsigned)n, .data = (char *)(uintptr_t)p};

    return krb5_unmarshal_credentials(ctx, &d, out);
}

/* A memory cache with the TGT to ask with. */
static krb5_error_code
fill_cache(krb5_context ctx, krb5_creds *tgt, krb5_ccache *cc)
{
    krb5_error_code code = krb5_cc_new_unique(ctx, "MEMORY", NULL, cc);

    if (code == 0)
        code = krb5_cc_initialize(ctx, *cc, tgt->client);
    if (code == 0)
        code = krb5_cc_store_cred(ctx, *cc, tgt);
    return code;
}

static krb5_error_code
open_own(krb5_context ctx, const struct mint_order *o, krb5_ccache *cc,
         struct mint_result *out)
{
    KRB_AUTO_CREDS krb5_creds *held = NULL;
    KRB_AUTO_CRED_CONTENTS krb5_creds fresh = {0};
    krb5_error_code code;

    if (o->own_len > 0 && unmarshal(ctx, o->own, o->own_len, &held) == 0 &&
        is_live(held, OWN_MARGIN_S))
        return fill_cache(ctx, held, cc);
    code = cred_machine_tgt(ctx, o->keytab, o->account, &fresh);
    if (code == 0)
        code = fill_cache(ctx, &fresh, cc);
    if (code == 0 && !ccache_put_creds(&out->own, &fresh))
        code = KRB5_CC_NOMEM;
    return code;
}

/* ---- the ways */

static krb5_error_code
by_forwarded_tgt(krb5_context ctx, const struct mint_order *o,
                 krb5_principal server, krb5_creds **out)
{
    const krb5_creds *tgt = grant_creds(o->grant);
    krb5_creds want = {.client = tgt->client, .server = server};
    KRB_AUTO_CCACHE krb5_ccache cc = NULL;
    krb5_error_code code;

    if (!is_live(tgt, 0))
        return KRB5KRB_AP_ERR_TKT_EXPIRED;
    code = fill_cache(ctx, (krb5_creds *)(uintptr_t)tgt, &cc);
    if (code == 0)
        code = krb5_get_credentials(ctx, KRB5_GC_NO_STORE, cc, &want, out);
    return code;
}

struct evidence_search {
    krb5_const_principal user;
    krb5_creds *found;
};

static bool
take_evidence(void *arg, krb5_context ctx, krb5_creds *c)
{
    struct evidence_search *s = arg;

    return krb5_is_config_principal(ctx, c->server) ||
           !krb5_principal_compare(ctx, c->client, s->user) ||
           krb5_copy_creds(ctx, c, &s->found) != 0;
}

/* The user's ticket in the cache of an impersonating credential, which also
 * holds the server's own. */
static krb5_error_code
find_evidence(krb5_context ctx, krb5_ccache cc, krb5_const_principal user,
              krb5_creds **out)
{
    struct evidence_search s = {.user = user};
    krb5_error_code code = krb_each_cred(ctx, cc, take_evidence, &s);

    *out = s.found;
    return s.found != NULL ? 0 : code != 0 ? code : KRB5_CC_NOTFOUND;
}

static OM_uint32
impersonate(const char *ccache, const char *user, gss_cred_id_t *out,
            OM_uint32 *min)
{
    gss_OID_set_desc mechs = {1, &gss_oid_krb5};
    gss_key_value_element_desc el = {"ccache", ccache};
    gss_key_value_set_desc store = {1, &el};
    gss_buffer_desc b = {strlen(user), (void *)(uintptr_t)user};
    GSS_AUTO_NAME gss_name_t name = GSS_C_NO_NAME;
    GSS_AUTO_CRED gss_cred_id_t own = GSS_C_NO_CREDENTIAL;
    OM_uint32 maj = gss_import_name(min, &b, GSS_KRB5_NT_PRINCIPAL_NAME, &name);

    if (maj == GSS_S_COMPLETE)
        maj =
            gss_acquire_cred_from(min, GSS_C_NO_NAME, GSS_C_INDEFINITE, &mechs,
                                  GSS_C_INITIATE, &store, &own, NULL, NULL);
    if (maj == GSS_S_COMPLETE)
        maj = gss_acquire_cred_impersonate_name(
            min, own, name, GSS_C_INDEFINITE, &mechs, GSS_C_INITIATE, out, NULL,
            NULL);
    return maj;
}

/* The user's ticket to this server by the user's name alone.  libkrb5 has no
 * public call for S4U2Self, libgssapi has. */
static krb5_error_code
make_evidence(krb5_context ctx, krb5_ccache own, krb5_principal user,
              krb5_creds **out)
{
    KRB_AUTO_CCACHE krb5_ccache cc = NULL;
    KRB_AUTO_NAME char *from = NULL, *to = NULL, *name = NULL;
    GSS_AUTO_CRED gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
    OM_uint32 maj, min = 0;
    krb5_error_code code = krb5_cc_get_full_name(ctx, own, &from);

    if (code == 0)
        code = krb5_cc_new_unique(ctx, "MEMORY", NULL, &cc);
    if (code == 0)
        code = krb5_cc_get_full_name(ctx, cc, &to);
    if (code == 0)
        code = krb5_unparse_name(ctx, user, &name);
    if (code != 0)
        return code;
    gss_key_value_element_desc el = {"ccache", to};
    gss_key_value_set_desc store = {1, &el};

    maj = impersonate(from, name, &cred, &min);
    if (maj == GSS_S_COMPLETE)
        maj = gss_store_cred_into(&min, cred, GSS_C_INITIATE, &gss_oid_krb5, 1,
                                  1, &store, NULL, NULL);
    if (maj != GSS_S_COMPLETE)
        return min != 0 ? (krb5_error_code)min : KRB5KDC_ERR_BADOPTION;
    return find_evidence(ctx, cc, user, out);
}

/* A service in another realm is asked for without naming that: our own KDC,
 * which alone can open the evidence, refers to the realm (MS-SFU 3.1.5.2.2). */
static krb5_error_code
name_for_proxy(krb5_context ctx, krb5_const_principal own,
               krb5_const_principal server, krb5_principal *out)
{
    krb5_error_code code = krb5_copy_principal(ctx, server, out);

    if (code == 0 && !krb5_realm_compare(ctx, own, server))
        code = krb5_set_principal_realm(ctx, *out, KRB5_REFERRAL_REALM);
    return code;
}

/* The library puts the name asked for in place of the ticket's; which realm it
 * is from is in the ticket alone. */
static krb5_error_code
restore_name(krb5_context ctx, krb5_const_principal server, krb5_creds *c)
{
    krb5_ticket *t = NULL;
    krb5_principal copy = NULL;
    krb5_error_code code = krb5_decode_ticket(&c->ticket, &t);

    if (code == 0 && !krb5_principal_compare(ctx, t->server, server))
        code = KRB5_KDCREP_MODIFIED;
    if (code == 0)
        code = krb5_copy_principal(ctx, server, &copy);
    krb5_free_ticket(ctx, t);
    if (code != 0)
        return code;
    krb5_free_principal(ctx, c->server);
    c->server = copy;
    return 0;
}

static krb5_error_code
proxy(krb5_context ctx, krb5_ccache own, const krb5_creds *evidence,
      krb5_principal server, krb5_timestamp end, krb5_creds **out)
{
    krb5_creds want = {.second_ticket = evidence->ticket,
                       /* else the KDC may give hours more than the evidence */
                       .times.endtime = end};
    krb5_error_code code = krb5_cc_get_principal(ctx, own, &want.client);

    if (code == 0)
        code = name_for_proxy(ctx, want.client, server, &want.server);
    if (code == 0)
        code = krb5_get_credentials(ctx,
                                    KRB5_GC_CONSTRAINED_DELEGATION |
                                        KRB5_GC_CANONICALIZE | KRB5_GC_NO_STORE,
                                    own, &want, out);
    if (code == 0 && !krb5_realm_compare(ctx, want.client, server))
        code = restore_name(ctx, server, *out);
    krb5_free_principal(ctx, want.client);
    krb5_free_principal(ctx, want.server);
    if (code != 0 && *out != NULL) {
        krb5_free_creds(ctx, *out);
        *out = NULL;
    }
    if (code == 0 &&
        !krb5_principal_compare(ctx, (*out)->client, evidence->client)) {
        krb5_free_creds(ctx, *out);
        *out = NULL;
        code = KRB5_KDCREP_MODIFIED;
    }
    return code;
}

static krb5_error_code
by_own_key(krb5_context ctx, const struct mint_order *o, krb5_principal server,
           krb5_creds **out, struct mint_result *r)
{
    const krb5_creds *left = grant_creds(o->grant), *evidence = left;
    KRB_AUTO_CREDS krb5_creds *made = NULL;
    KRB_AUTO_CCACHE krb5_ccache own = NULL;
    krb5_error_code code;

    if (!is_live(left, 0))
        return KRB5KRB_AP_ERR_TKT_EXPIRED;
    code = open_own(ctx, o, &own, r);
    if (code == 0 && hop_grant_kind(o->grant) == HOP_GRANT_NAME) {
        code = make_evidence(ctx, own, left->client, &made);
        evidence = made;
    }
    if (code != 0)
        return code;
    return proxy(ctx, own, evidence, server, left->times.endtime, out);
}

void
mint_ticket(const struct mint_order *o, struct mint_result *out)
{
    krb5_context ctx = krb_context(NULL);
    KRB_AUTO_PRINCIPAL krb5_principal server = NULL;
    KRB_AUTO_CREDS krb5_creds *creds = NULL;

    out->creds.secret = out->own.secret = true;
    if (ctx == NULL) {
        out->code = KRB5_CONFIG_CANTOPEN;
        return;
    }
    krb_status_forget();
    out->code = krb5_parse_name(ctx, o->service, &server);
    if (out->code == 0) {
        /* KDCs refer to another realm for names of hosts alone, RFC 6806 8 */
        server->type = KRB5_NT_SRV_HST;
        out->code = hop_grant_kind(o->grant) == HOP_GRANT_TGT
                        ? by_forwarded_tgt(ctx, o, server, &creds)
                        : by_own_key(ctx, o, server, &creds, out);
    }
    if (out->code == 0 && !ccache_put_creds(&out->creds, creds))
        out->code = KRB5_CC_NOMEM;
    if (out->code == 0)
        return;
    out->status = krb_status();
    krb_message(ctx, out->code, out->text, sizeof(out->text));
}

static krb5_error_code
renew(krb5_context ctx, const struct hop_grant *g, struct mint_result *out)
{
    krb5_creds *tgt = (krb5_creds *)(uintptr_t)grant_creds(g);
    KRB_AUTO_CRED_CONTENTS krb5_creds fresh = {0};
    KRB_AUTO_CCACHE krb5_ccache cc = NULL;
    krb5_error_code code = fill_cache(ctx, tgt, &cc);

    if (code == 0)
        code = krb5_get_renewed_creds(ctx, &fresh, tgt->client, cc, NULL);
    if (code == 0 && !ccache_put_creds(&out->creds, &fresh))
        code = KRB5_CC_NOMEM;
    return code;
}

void
mint_renew(const struct mint_order *o, struct mint_result *out)
{
    krb5_context ctx = krb_context(NULL);

    out->creds.secret = true;
    out->code = ctx != NULL ? renew(ctx, o->grant, out) : KRB5_CONFIG_CANTOPEN;
    if (out->code != 0 && ctx != NULL)
        krb_message(ctx, out->code, out->text, sizeof(out->text));
}

void
mint_result_done(struct mint_result *r)
{
    hop_buf_done(&r->creds);
    hop_buf_done(&r->own);
}

/* ---- names */

static bool
is_plain(struct kcm_text t)
{
    for (size_t k = 0; k < t.n; k++)
        if ((unsigned char)t.p[k] <= ' ' || strchr("@/\\", t.p[k]) != NULL)
            return false;
    return t.n > 0;
}

/* The domain behind a short name, as resolv.conf has it; NULL without. */
static char *
search_domain(void)
{
    struct __res_state state = {0};
    char *domain = NULL;

    if (res_ninit(&state) != 0)
        return NULL;
    if (state.dnsrch[0] != NULL && state.dnsrch[0][0] != '\0')
        domain = hop_xstrdup(state.dnsrch[0]);
    res_nclose(&state);
    return domain;
}

/* In small letters and in full, as libkrb5 makes it without asking DNS. */
static char *
full_host(struct kcm_text part)
{
    HOP_AUTO_FREE char *host = hop_xstrndup(part.p, part.n);
    HOP_AUTO_FREE char *domain = NULL;

    for (char *p = host; *p != '\0'; p++)
        *p = hop_ascii_lower(*p);
    if (part.n > 1 && host[part.n - 1] == '.')
        host[part.n - 1] = '\0';
    if (strchr(host, '.') != NULL || (domain = search_domain()) == NULL)
        return hop_steal(&host);
    return hop_xasprintf("%s.%s", host, domain);
}

/* The realm is krb5.conf's for that host, else the user's.  No name server is
 * asked: all sessions would wait for it. */
static char *
fill_name(const struct kcm_principal *p, const struct hop_grant *grant)
{
    krb5_context ctx = krb_context(NULL);
    const krb5_data *home = &grant_creds(grant)->client->realm;
    HOP_AUTO_FREE char *host = full_host(p->parts[1]);
    char **realms = NULL, *name;
    const char *realm;

    if (ctx == NULL || p->parts[0].n + p->parts[1].n > SERVICE_MAX / 2 ||
        krb5_get_host_realm(ctx, host, &realms) != 0)
        return NULL;
    realm = realms[0] != NULL ? realms[0] : "";
    name =
        hop_xasprintf("%.*s/%s@%.*s", (int)p->parts[0].n, p->parts[0].p, host,
                      realm[0] != '\0' ? (int)strlen(realm) : (int)home->length,
                      realm[0] != '\0' ? realm : home->data);
    krb5_free_host_realm(ctx, realms);
    return name;
}

char *
mint_service_name(const struct kcm_principal *p, const struct hop_grant *grant)
{
    HOP_AUTO_BUF struct hop_buf b = {.max = SERVICE_MAX};

    if (p->count < 2 || p->count > 3)
        return NULL;
    for (size_t k = 0; k < p->count; k++)
        if (!is_plain(p->parts[k]))
            return NULL;
    if (p->realm.n == 0 && p->count == 2)
        return fill_name(p, grant);
    if (!is_plain(p->realm))
        return NULL;
    for (size_t k = 0; k < p->count; k++)
        hop_buf_addf(&b, "%s%.*s", k > 0 ? "/" : "", (int)p->parts[k].n,
                     p->parts[k].p);
    hop_buf_addf(&b, "@%.*s", (int)p->realm.n, p->realm.p);
    return hop_buf_take(&b);
}

static bool
list_has(const char *list, const char *name)
{
    size_t class = strcspn(name, "/");
    char word[SERVICE_MAX];

    while (*list != '\0') {
        size_t n = strcspn(list, ", ");

        if (n > 0 && n < sizeof(word)) {
            memcpy(word, list, n);
            word[n] = '\0';
            if (fnmatch(word, name, FNM_CASEFOLD | FNM_NOESCAPE) == 0 ||
                (n == class && hop_ascii_ieqn(word, name, n)))
                return true;
        }
        list += n;
        list += strspn(list, ", ");
    }
    return false;
}

bool
mint_is_allowed(const char *service, const char *allow, const char *deny)
{
    HOP_AUTO_FREE char *name = hop_xstrndup(service, strcspn(service, "@"));

    if (deny != NULL && list_has(deny, name))
        return false;
    return allow == NULL || allow[strspn(allow, ", ")] == '\0' ||
           list_has(allow, name);
}

/* ---- words */

static const struct {
    int32_t code;
    const char *words;
} reasons[] = {
    {KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN,
     "the domain knows no service of that name: check the spelling and the "
     "full host name, or register the SPN"},
    {KRB5KRB_AP_ERR_TKT_EXPIRED,
     "what the user logged on with has expired: log on again"},
    {KRB5_KDC_UNREACH,
     "no domain controller answers: check DNS and the network"},
    {KRB5_REALM_UNKNOWN, "no domain controller is known for the realm"},
    {KRB5KDC_ERR_POLICY,
     "the endpoint's lists of services do not allow it: see "
     "AllowDelegationTo and DenyDelegationTo of its configuration"},
    {KRB5KDC_ERR_ETYPE_NOSUPP,
     "the service's account has no encryption type in common with this host"},
    {KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN, "the domain knows no such user"},
    {KRB5KDC_ERR_CLIENT_REVOKED, "the user's account is disabled or locked"},
    {KRB5_KT_NOTFOUND,
     "this server has no key to ask the domain with: renew its keytab"},
    {KRB5KRB_AP_ERR_SKEW, "the clocks of this host and the domain differ"},
    {KRB5KRB_AP_ERR_TKT_NYV, "the clocks of this host and the domain differ"},
};

/* What refused S4U2Proxy, MS-SFU 3.2.5.2.1 and 3.2.5.2.3. */
static const struct {
    uint32_t status;
    const char *words;
} proxy_reasons[] = {
    {HOP_STATUS_NOT_SUPPORTED,
     "the domain does not let this server act for the user there: this "
     "server's list of services (msDS-AllowedToDelegateTo) is empty, and the "
     "target's account trusts no server "
     "(PrincipalsAllowedToDelegateToAccount)"},
    {HOP_STATUS_NO_MATCH,
     "the domain does not let this server act for the user there: the service "
     "is not in this server's list (msDS-AllowedToDelegateTo), which names "
     "others; mind that it is compared letter by letter"},
    {HOP_STATUS_NOT_FOUND,
     "the domain does not let this server act for the user there: the "
     "target's account trusts other servers "
     "(PrincipalsAllowedToDelegateToAccount), this one is not among them"},
    {HOP_STATUS_ACCOUNT_RESTRICTION,
     "the domain lets nobody act for this user: the account is marked "
     "sensitive or is in Protected Users"},
    {HOP_STATUS_CROSSREALM_DELEGATION_FAILURE,
     "the target is in another domain, which this server's list "
     "(msDS-AllowedToDelegateTo) cannot reach: grant it on the target's "
     "account (PrincipalsAllowedToDelegateToAccount)"},
};

/* Of another realm than this server's, which the user's ticket to it names; a
 * name alone has the user's. */
static bool
is_elsewhere(const char *service, const struct hop_grant *g)
{
    const krb5_creds *c = grant_creds(g);
    const krb5_data *ours = c->server ? &c->server->realm : &c->client->realm;
    const char *theirs = strrchr(service, '@');

    return theirs && (strlen(theirs + 1) != ours->length ||
                      memcmp(theirs + 1, ours->data, ours->length) != 0);
}

static const char *
explain_badoption(uint32_t status, const char *service,
                  const struct hop_grant *g)
{
    if (hop_grant_kind(g) == HOP_GRANT_TGT)
        return "the domain refused a ticket made with the forwarded one";
    if (hop_grant_kind(g) == HOP_GRANT_EVIDENCE && !hop_grant_forwardable(g))
        return "the user's ticket to this server is not forwardable: the "
               "account is marked sensitive or is in Protected Users, or the "
               "user's own ticket was got without kinit -f";
    for (size_t k = 0; k < HOP_ARRAY_SIZE(proxy_reasons); k++)
        if (proxy_reasons[k].status == status)
            return proxy_reasons[k].words;
    if (is_elsewhere(service, g))
        return "the domain does not let this server act for the user there: "
               "the target is in another domain, which takes its account's "
               "consent (PrincipalsAllowedToDelegateToAccount) and domain "
               "controllers that give such tickets across a trust (those of "
               "Windows Server 2012 and later; Samba's up to 4.22 do not)";
    if (hop_grant_kind(g) == HOP_GRANT_NAME)
        return "the domain does not let this server act for the user there: "
               "the logon brought a name alone, which needs the flag "
               "TrustedToAuthForDelegation besides RBCD or KCD";
    return "the domain does not let this server act for the user there: the "
           "target's account does not trust this server "
           "(PrincipalsAllowedToDelegateToAccount), and the service is not in "
           "this server's list (msDS-AllowedToDelegateTo)";
}

const char *
mint_explain(int32_t code, uint32_t status, const char *service,
             const struct hop_grant *grant)
{
    if (code == KRB5KDC_ERR_BADOPTION)
        return explain_badoption(status, service, grant);
    for (size_t k = 0; k < HOP_ARRAY_SIZE(reasons); k++)
        if (reasons[k].code == code)
            return reasons[k].words;
    return "the domain refused it";
}

/* ---- what the cache shows */

int64_t
mint_creds_end(const void *creds, size_t n)
{
    KRB_AUTO_CREDS krb5_creds *c = NULL;
    krb5_context ctx = krb_context(NULL);

    if (ctx == NULL || unmarshal(ctx, creds, n, &c) != 0)
        return 0;
    return (uint32_t)c->times.endtime;
}

bool
mint_marker(const struct hop_grant *grant, struct hop_buf *out)
{
    static krb5_octet key[32];
    const krb5_creds *g = grant_creds(grant);
    krb5_context ctx = krb_context(NULL);
    KRB_AUTO_PRINCIPAL krb5_principal server = NULL;
    krb5_creds c = {.client = g->client,
                    .times = g->times,
                    .ticket_flags = TKT_FLG_FORWARDABLE,
                    .keyblock = {.enctype = ENCTYPE_AES256_CTS_HMAC_SHA1_96,
                                 .length = sizeof(key),
                                 .contents = key}};

    if (ctx == NULL ||
        krb5_build_principal(ctx, &server, g->client->realm.length,
                             g->client->realm.data, "delegated-by-agent",
                             (char *)NULL) != 0)
        return false;
    c.server = server;
    return ccache_put_creds(out, &c);
}

void
mint_client(const struct hop_grant *grant, struct hop_buf *out)
{
    ccache_put_principal(out, grant_creds(grant)->client);
}

static bool
same(struct kcm_text t, const krb5_data *d)
{
    return t.n == d->length && memcmp(t.p, d->data, t.n) == 0;
}

bool
mint_is_client(const struct hop_grant *grant, const struct kcm_principal *p)
{
    krb5_const_principal c = grant_creds(grant)->client;

    if (p->count != (size_t)c->length || !same(p->realm, &c->realm))
        return false;
    for (size_t k = 0; k < p->count; k++)
        if (!same(p->parts[k], &c->data[k]))
            return false;
    return true;
}
