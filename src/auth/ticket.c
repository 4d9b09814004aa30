/* SPDX-License-Identifier: MIT */
#include "auth/ticket.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "auth/explain.h"
#include "auth/gss.h"
#include "base/alloc.h"

/* A held ticket with less time left is not worth a start. */
enum { HELD_MARGIN_S = 30 };

struct seeker {
    krb5_context ctx;
    krb5_ccache cc;
    krb5_principal client;
    bool agent; /* the cache makes tickets when asked */
};

static void
close_seeker(struct seeker *s)
{
    krb_cleanup_principal(&s->client);
    krb_cleanup_ccache(&s->cc);
}

static krb5_error_code
open_seeker(struct seeker *s, const char *ccache)
{
    krb5_error_code code = krb5_cc_resolve(s->ctx, ccache, &s->cc);

    if (code == 0)
        code = krb5_cc_get_principal(s->ctx, s->cc, &s->client);
    if (code == 0)
        s->agent = strcmp(krb5_cc_get_type(s->ctx, s->cc), "KCM") == 0;
    return code;
}

/* An SPN with a realm is taken as it stands; else the library finds the host's
 * full name and realm as krb5.conf says, as ssh and curl do. */
static krb5_error_code
parse_spn(krb5_context ctx, const char *spn, krb5_principal *out)
{
    const char *slash = strchr(spn, '/');
    HOP_AUTO_FREE char *class = NULL;

    if (strchr(spn, '@') != NULL || slash == NULL ||
        strchr(slash + 1, '/') != NULL)
        return krb5_parse_name(ctx, spn, out);
    class = hop_xstrndup(spn, (size_t)(slash - spn));
    return krb5_sname_to_principal(ctx, slash + 1, class, KRB5_NT_SRV_HST, out);
}

static krb5_error_code
try_spn(const struct seeker *s, const char *spn, char **target)
{
    krb5_creds want = {.client = s->client};
    KRB_AUTO_PRINCIPAL krb5_principal server = NULL;
    KRB_AUTO_CREDS krb5_creds *got = NULL;
    KRB_AUTO_NAME char *name = NULL;
    krb5_error_code code = parse_spn(s->ctx, spn, &server);

    want.server = server;
    if (code == 0)
        code = krb5_get_credentials(s->ctx, 0, s->cc, &want, &got);
    if (code == 0)
        code = krb5_unparse_name(s->ctx, got->server, &name);
    if (code == 0)
        *target = hop_xstrdup(name);
    return code;
}

/* With a realm that krb5.conf leaves open, any realm's. */
static bool
same_service(krb5_context ctx, krb5_const_principal wanted,
             krb5_const_principal server)
{
    return server->realm.length > 0 &&
           (wanted->realm.length == 0
                ? krb5_principal_compare_any_realm(ctx, wanted, server)
                : krb5_principal_compare(ctx, wanted, server));
}

struct held_search {
    const struct seeker *s;
    krb5_principal wanted[HOP_SPN_CANDIDATES];
    size_t at; /* of the best so far; at first how many there are */
    int64_t now;
    char *target;
};

static bool
take_held(void *arg, krb5_context ctx, krb5_creds *c)
{
    struct held_search *h = arg;
    KRB_AUTO_NAME char *name = NULL;
    size_t k = 0;

    while (k < h->at && (h->wanted[k] == NULL ||
                         !same_service(ctx, h->wanted[k], c->server)))
        k++;
    if (k < h->at && (int64_t)(uint32_t)c->times.endtime > h->now &&
        krb5_principal_compare(ctx, c->client, h->s->client) &&
        krb5_unparse_name(ctx, c->server, &name) == 0) {
        h->at = k;
        free(h->target);
        h->target = hop_xstrdup(name);
    }
    return true;
}

/* The best of the SPNs that the cache holds a live ticket for, by reading it
 * once: each call of the library would open the file several times. */
static bool
find_held(const struct seeker *s, const struct hop_spn_list *spns, size_t *at,
          char **target)
{
    struct held_search h = {
        .s = s, .at = spns->count, .now = (int64_t)time(NULL) + HELD_MARGIN_S};

    for (size_t k = 0; k < spns->count; k++)
        if (parse_spn(s->ctx, spns->names[k], &h.wanted[k]) != 0)
            h.wanted[k] = NULL;
    (void)krb_each_cred(s->ctx, s->cc, take_held, &h);
    for (size_t k = 0; k < spns->count; k++)
        krb5_free_principal(s->ctx, h.wanted[k]);
    *at = h.at;
    *target = h.target;
    return h.at < spns->count;
}

static bool
is_refusal(krb5_error_code code)
{
    return code == KRB5KDC_ERR_BADOPTION || code == KRB5KDC_ERR_POLICY;
}

static bool
tries_next(const struct seeker *s, krb5_error_code code)
{
    return code == KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN ||
           (s->agent && is_refusal(code));
}

static bool
seek(const struct seeker *s, const struct hop_spn_list *spns, size_t *at,
     char **target, krb5_error_code *code)
{
    krb5_error_code c;

    *at = 0;
    *code = 0;
    for (size_t k = 0; k < spns->count; k++) {
        c = try_spn(s, spns->names[k], target);
        if (c == 0) {
            *at = k;
            return true;
        }
        if (*code == 0)
            *code = c;
        if (!tries_next(s, c)) {
            *at = k;
            *code = c;
            return false;
        }
    }
    return false;
}

static bool
explain(krb5_context ctx, const struct seeker *s, const char *spn,
        krb5_error_code code, struct hop_error *err)
{
    KRB_AUTO_NAME char *client = NULL;
    char words[256];
    struct hop_explain x = {
        .what = "get a ticket", .target = spn, .detail = words};

    x.status = krb_status();

    krb_message(ctx, code, words, sizeof(words));
    /* In a session whose tickets the domain decides on, a refusal is what the
     * missing credential is elsewhere. */
    if (s->agent && is_refusal(code))
        code = KRB5_CC_NOTFOUND;
    if (s->client != NULL && krb5_unparse_name(ctx, s->client, &client) == 0)
        x.principal = client;
    return hop_explain_krb5(err, &x, code);
}

bool
ticket_get(const char *ccache, const struct hop_spn_list *spns, char **spn,
           char **target, struct hop_error *err)
{
    HOP_CLEANUP(close_seeker) struct seeker s = {.ctx = krb_context(err)};
    krb5_error_code code;
    size_t at = 0;

    if (s.ctx == NULL)
        return false;
    *target = NULL;
    krb_status_forget();
    code = open_seeker(&s, ccache);
    if (code == 0 && ((!s.agent && find_held(&s, spns, &at, target)) ||
                      seek(&s, spns, &at, target, &code))) {
        *spn = hop_xstrdup(spns->names[at]);
        return true;
    }
    return explain(s.ctx, &s, spns->names[at], code, err);
}

bool
ticket_explain_forward(const char *ccache, const char *spn,
                       struct hop_error *err)
{
    HOP_CLEANUP(close_seeker) struct seeker s = {.ctx = krb_context(err)};
    KRB_AUTO_PRINCIPAL krb5_principal server = NULL;
    krb5_auth_context ac = NULL;
    krb5_data message = {0};
    krb5_error_code code;

    if (s.ctx == NULL)
        return false;
    krb_status_forget();
    code = open_seeker(&s, ccache);
    if (code == 0)
        code = parse_spn(s.ctx, spn, &server);
    if (code == 0)
        code = krb5_auth_con_init(s.ctx, &ac);
    if (code == 0)
        code = krb5_fwd_tgt_creds(s.ctx, ac, NULL, s.client, server, s.cc, 1,
                                  &message);
    krb5_free_data_contents(s.ctx, &message);
    if (ac != NULL)
        krb5_auth_con_free(s.ctx, ac);
    if (code == 0)
        code = KRB5KDC_ERR_BADOPTION;
    explain(s.ctx, &s, spn, code, err);
    return hop_error_prefix(err, "forward the ticket-granting ticket");
}
