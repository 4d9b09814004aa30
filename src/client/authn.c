/* SPDX-License-Identifier: MIT */
#include "client/authn.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <sys/random.h>

#include "base/alloc.h"
#include "config/fresh.h"
#include "http/auth.h"

/* What a server expects of a client with a certificate, DSP0226 C.3.1. */
#define CERTIFICATE_PROFILE                                                    \
    "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual"

static const struct {
    enum hop_auth_mech mech;
    const char *scheme;
    enum hop_http_sealing sealing;
    bool per_request;
} uses[] = {
    [HOP_USE_DEFAULT] = {HOP_AUTH_NEGOTIATE, "Negotiate", HOP_HTTP_SPNEGO},
    [HOP_USE_NEGOTIATE] = {HOP_AUTH_NEGOTIATE, "Negotiate", HOP_HTTP_SPNEGO},
    [HOP_USE_KERBEROS] = {HOP_AUTH_KERBEROS, "Kerberos", HOP_HTTP_KERBEROS},
    [HOP_USE_NTLM] = {HOP_AUTH_NTLM, "Negotiate", HOP_HTTP_SPNEGO},
    [HOP_USE_BASIC] = {HOP_AUTH_BASIC, "Basic", HOP_HTTP_SPNEGO, true},
    [HOP_USE_CERTIFICATE] = {HOP_AUTH_CERTIFICATE, CERTIFICATE_PROFILE,
                             HOP_HTTP_SPNEGO, true},
    [HOP_USE_CREDSSP] = {HOP_AUTH_CREDSSP, "CredSSP", HOP_HTTP_CREDSSP},
    [HOP_USE_NONE] = {HOP_AUTH_NONE, NULL, HOP_HTTP_SPNEGO, true},
};

void
authn_init(struct authn *a, const struct settings *s, bool early)
{
    long use = setting(s, HOP_SET_AUTH);

    *a = (struct authn){
        .settings = s,
        .mech = uses[use].mech,
        .scheme = uses[use].scheme,
        .sealing = uses[use].sealing,
        .early = early && settings_must_seal(s) && use != HOP_USE_CREDSSP,
        .brief = early && settings_must_seal(s) && use == HOP_USE_CREDSSP,
    };
}

void
authn_done(struct authn *a)
{
    hop_initiator_free(a->initiator);
    hop_credssp_client_free(a->credssp);
    a->credssp = NULL;
    hop_seal_free(a->seal);
    a->initiator = NULL;
    a->seal = NULL;
}

bool
authn_is_per_request(const struct authn *a)
{
    return uses[setting(a->settings, HOP_SET_AUTH)].per_request;
}

const char *
authn_mechanism(const struct authn *a)
{
    if (authn_is_per_request(a))
        return a->mech == HOP_AUTH_NONE ? "" : hop_auth_mech_name(a->mech);
    if (a->credssp != NULL)
        return hop_auth_mech_name(HOP_AUTH_CREDSSP);
    if (a->initiator == NULL)
        return "";
    return hop_auth_mech_name(hop_initiator_mech(a->initiator));
}

static enum hop_auth_delegate
delegation(const struct settings *s)
{
    static const enum hop_auth_delegate ways[] = {
        [HOP_DELEGATE_NO] = HOP_DELEGATE_NONE,
        [HOP_DELEGATE_YES] = HOP_DELEGATE_ALWAYS,
        [HOP_DELEGATE_IF_TRUSTED] = HOP_DELEGATE_POLICY,
    };

    return ways[setting(s, HOP_SET_DELEGATE)];
}

static bool
make_initiator(struct authn *a, const struct hop_tls_info *tls,
               struct hop_error *err)
{
    const struct settings *s = a->settings;
    const struct hop_initiator_options o = {
        .mech = a->mech,
        .cred = s->cred,
        .spn = {.host = s->spn_host,
                .spn = s->texts[HOP_SET_SPN],
                .port = setting(s, HOP_SET_SPN_PORT) ? s->endpoint.port : 0},
        .delegate = delegation(s),
        .one_way = a->early,
        .binding = tls && tls->binding_len ? tls->binding : NULL,
        .binding_len = tls ? tls->binding_len : 0,
    };

    return hop_initiator_new(&o, &a->initiator, err);
}

static bool
may_send(void *ctx, enum hop_auth_mech mech, struct hop_error *err)
{
    const struct settings *s = ctx;

    return hop_fresh_allowed(&s->config, s->endpoint.host, s->full_host,
                             mech == HOP_AUTH_KERBEROS ? HOP_FRESH_KERBEROS
                                                       : HOP_FRESH_NTLM,
                             time(NULL), err);
}

/* Those of the policy for this host, after the user's. */
static void
list_pins(const struct settings *s, struct hop_buf *out)
{
    const char *own = s->texts[HOP_SET_CREDSSP_PIN];
    const char *p = hop_config_text(&s->config, HOP_SET_CREDSSP_PINS);

    hop_buf_adds(out, own != NULL ? own : "");
    while (own == NULL && *p != '\0') {
        size_t n = strcspn(p, ","), skip = strspn(p, " ");
        HOP_AUTO_FREE char *entry =
            hop_xstrndup(p + skip, n > skip ? n - skip : 0);
        char *hash = strchr(entry, '=');

        p += n + (p[n] == ',');
        if (hash != NULL)
            *hash++ = '\0';
        if (hash == NULL || hop_config_pattern_fits(entry, s->endpoint.host) ||
            (s->full_host != NULL &&
             hop_config_pattern_fits(entry, s->full_host)))
            hop_buf_addf(out, "%s%s", out->len > 0 ? "," : "",
                         hash != NULL ? hash : entry);
    }
}

static bool
make_credssp(struct authn *a, struct hop_error *err)
{
    const struct settings *s = a->settings;
    const char *authorities = hop_config_text(&s->config, HOP_SET_CREDSSP_CA);
    HOP_AUTO_BUF struct hop_buf pins = HOP_BUF_INIT;
    struct hop_credssp_client_options o = {
        .cred = s->cred,
        .spn = {.host = s->spn_host,
                .spn = s->texts[HOP_SET_SPN],
                .port = setting(s, HOP_SET_SPN_PORT) ? s->endpoint.port : 0},
        .version_min =
            hop_config_u32(&s->config, HOP_SET_CREDSSP_MINIMUM_VERSION),
        /* With HTTPS the file is for the certificate outside. */
        .ca_file = s->endpoint.tls ? NULL : s->texts[HOP_SET_CA_FILE],
        .brief = a->brief,
        .may_send = may_send,
        .ctx = (void *)(uintptr_t)s,
    };

    list_pins(s, &pins);
    if (pins.len > 0)
        o.pins = hop_buf_str(&pins);
    if (o.ca_file == NULL && authorities[0] != '\0')
        o.ca_file = authorities;
    if (getrandom(o.nonce, sizeof(o.nonce), 0) != sizeof(o.nonce))
        return hop_error_errno(err, errno, "get random numbers");
    return hop_credssp_client_new(&o, &a->credssp, err);
}

/* One step of the mechanism; the token it makes becomes the header's value. */
static bool
step(struct authn *a, const struct hop_buf *in, struct hop_buf *value,
     struct trouble *t)
{
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    const char *data = in ? in->data : NULL;
    size_t n = in ? in->len : 0;
    enum hop_auth_step result =
        a->credssp ? hop_credssp_client_step(a->credssp, data, n, &out, &t->err)
                   : hop_initiator_step(a->initiator, data, n, &out, &t->err);

    if (result == HOP_AUTH_FAILED)
        return trouble_is(t, HOP_CAUSE_CREDENTIAL);
    a->complete = result == HOP_AUTH_DONE;
    if (out.len > 0)
        hop_http_auth_format(value, a->scheme, out.data, out.len);
    /* The password goes out, and what is to be done with it. */
    a->early |= a->complete && a->brief;
    return !a->early || a->credssp == NULL || a->seal != NULL ||
           hop_credssp_client_take_seal(a->credssp, &a->seal, &t->err) ||
           trouble_is(t, HOP_CAUSE_CREDENTIAL);
}

/* Behind the refusal: what kept Kerberos away. */
static void
tell_why_ntlm(const struct hop_initiator *i, struct hop_error *err)
{
    const char *why = hop_initiator_no_kerberos(i);
    struct hop_error before = *err;

    if (why != NULL)
        hop_error_set(err, before.domain, before.code, "%s. Kerberos: %s",
                      before.text, why);
}

bool
authn_next(struct authn *a, const struct hop_tls_info *tls,
           struct hop_buf *value, struct trouble *t)
{
    const struct settings *s = a->settings;

    if (a->mech == HOP_AUTH_NONE)
        return true;
    if (a->mech == HOP_AUTH_CERTIFICATE) {
        hop_buf_adds(value, CERTIFICATE_PROFILE);
        return true;
    }
    if (a->mech == HOP_AUTH_BASIC)
        return hop_http_basic_format(value, s->texts[HOP_SET_USER], s->password,
                                     &t->err) ||
               trouble_is(t, HOP_CAUSE_USAGE);
    if (a->state != AUTHN_FIRST)
        return true;
    if (!(a->mech == HOP_AUTH_CREDSSP ? make_credssp(a, &t->err)
                                      : make_initiator(a, tls, &t->err)))
        return trouble_is(t, HOP_CAUSE_CREDENTIAL);
    a->state = AUTHN_ONGOING;
    if (!step(a, NULL, value, t))
        return false;
    if (a->credssp != NULL)
        return true;
    /* Negotiate has come to NTLM: nothing of it is sent yet. */
    if (hop_initiator_mech(a->initiator) == HOP_AUTH_NTLM &&
        !settings_may_ntlm(s, &t->err)) {
        hop_buf_clear(value);
        tell_why_ntlm(a->initiator, &t->err);
        return trouble_is(t, HOP_CAUSE_CREDENTIAL);
    }
    a->early = a->early && hop_initiator_can_seal(a->initiator);
    a->complete |= a->early;
    return !a->early ||
           hop_initiator_take_seal(a->initiator, &a->seal, &t->err) ||
           trouble_is(t, HOP_CAUSE_CREDENTIAL);
}

/* "Negotiate, Kerberos, Basic": what the server would take. */
static void
list_schemes(const struct hop_http_challenge *list, size_t count,
             struct hop_buf *out)
{
    for (size_t i = 0; i < count; i++) {
        hop_buf_adds(out, i ? ", " : "");
        hop_buf_adds(out, list[i].scheme);
    }
}

/* What seals messages from now on, if anything does. */
static bool
take_seal(struct authn *a, struct hop_error *err)
{
    if (a->settings->endpoint.tls || a->seal != NULL)
        return true;
    if (a->credssp != NULL)
        return hop_credssp_client_take_seal(a->credssp, &a->seal, err);
    return !hop_initiator_can_seal(a->initiator) ||
           hop_initiator_take_seal(a->initiator, &a->seal, err);
}

static bool
finish(struct authn *a, struct trouble *t)
{
    if (!a->complete)
        return trouble_set(t, HOP_CAUSE_PROTOCOL, 0,
                           "%s ends the authentication before it is complete",
                           a->settings->endpoint.host);
    a->state = AUTHN_FINISHED;
    if (!take_seal(a, &t->err))
        return trouble_is(t, HOP_CAUSE_CREDENTIAL);
    if (a->seal == NULL && settings_must_seal(a->settings))
        return trouble_set(
            t, HOP_CAUSE_CREDENTIAL, 0,
            "messages to %s cannot be sealed with what was agreed, and "
            "unsealed ones are not sent; use HTTPS (%s)",
            a->settings->endpoint.host, settings_word(a->settings, WORD_TLS));
    return true;
}

/* The server's token in this answer; false when it has none. */
static bool
find_token(struct authn *a, const struct hop_http_challenge *list, size_t count,
           struct hop_buf *token)
{
    const struct hop_http_challenge *c =
        hop_http_challenge_find(list, count, a->scheme);

    return c && c->token68 && hop_http_challenge_token(c, token);
}

static bool
judge(struct authn *a, const struct hop_http_head *h,
      const struct hop_http_challenge *list, size_t count,
      struct hop_buf *value, bool *again, struct trouble *t)
{
    HOP_AUTO_BUF struct hop_buf token = HOP_BUF_INIT, offered = HOP_BUF_INIT;
    bool has = find_token(a, list, count, &token);

    /* CredSSP's server says why it refuses. */
    if (h->status == 401 && (!has || (a->complete && a->credssp == NULL))) {
        bool takes = hop_http_challenge_find(list, count, a->scheme) != NULL;
        a->mute = takes;
        list_schemes(list, count, &offered);
        return trouble_denied(t, a->settings, takes ? authn_mechanism(a) : NULL,
                              hop_buf_str(&offered));
    }
    if (has && !step(a, &token, value, t))
        return false;
    if (h->status == 401) {
        *again = true;
        return true;
    }
    /* With the last token the request itself may have gone: 500 brings what
     * WS-Management has to say of it. */
    if (h->status != 200 && !has && !(a->complete && h->status == 500))
        return trouble_http(t, a->settings, h->status, h->reason, "");
    return finish(a, t);
}

bool
authn_take(struct authn *a, const struct hop_http_head *h,
           struct hop_buf *value, bool *again, struct trouble *t)
{
    HOP_AUTO_ARENA struct hop_arena arena;
    HOP_AUTO_BUF struct hop_buf offered = HOP_BUF_INIT;
    const struct hop_http_challenge *list;
    size_t count;

    *again = false;
    hop_arena_init(&arena, 256 << 10);
    if (!hop_http_challenges_parse(&arena, h, "WWW-Authenticate", &list, &count,
                                   &t->err))
        return trouble_is(t, HOP_CAUSE_PROTOCOL);
    if (!authn_is_per_request(a))
        return a->state == AUTHN_FINISHED && h->status != 401
                   ? true
                   : judge(a, h, list, count, value, again, t);
    list_schemes(list, count, &offered);
    if (h->status == 401)
        return trouble_denied(
            t, a->settings,
            a->mech == HOP_AUTH_NONE ||
                    (a->mech == HOP_AUTH_BASIC &&
                     !hop_http_challenge_find(list, count, "Basic"))
                ? NULL
                : hop_auth_mech_name(a->mech),
            hop_buf_str(&offered));
    a->state = AUTHN_FINISHED;
    return true;
}
