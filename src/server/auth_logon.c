/* STEP by STEP from a token to a verdict.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "auth/account.h"
#include "auth/basic.h"
#include "auth/explain.h"
#include "base/alloc.h"
#include "server/auth_state.h"
#include "server/journal.h"

/* As long as a ticket lives in most domains. */
enum { NAME_GRANT_S = 10 * 3600 };

/* ---- answers */

void
auth_answer_denied(struct auth_conn *c, const struct hop_buf *token,
                   const struct hop_error *why)
{
    struct hop_msg_answer m = {
        .connection = c->id,
        .result = HOP_ANSWER_DENIED,
        .token = {token != NULL ? token->data : NULL,
                  token != NULL ? token->len : 0},
        .principal = "",
        .user = "",
        .code = (uint32_t)why->code,
        .text = why->text,
        .scope = "",
        .access = "",
    };
    char code[16];

    snprintf(code, sizeof(code), "0x%08X", (unsigned)why->code);
    hop_journal(HOP_EVENT_LOGON_REFUSED,
                HOP_FIELDS("CLIENT", c->peer, "PRINCIPAL", c->principal, "CODE",
                           code, "REASON", why->text),
                "logon from %s refused: %s", c->peer, why->text);
    c->pending = false;
    hop_ipc_send(&c->auth->net, HOP_MSG_ANSWER, c->step, &m, NULL, 0);
    auth_conn_reset(c);
}

static void
deny(struct auth_conn *c, uint32_t code, const char *why)
{
    struct hop_error err;

    hop_error_set(&err, HOP_ERROR_WSMAN, code, "%s", why);
    auth_answer_denied(c, NULL, &err);
}

void
auth_answer_continue(struct auth_conn *c, const struct hop_buf *token)
{
    struct hop_msg_answer m = {
        .connection = c->id,
        .result = HOP_ANSWER_CONTINUE,
        .token = {token->data, token->len},
        .principal = "",
        .user = "",
        .scope = "",
        .access = "",
        .text = "",
    };

    c->pending = false;
    hop_ipc_send(&c->auth->net, HOP_MSG_ANSWER, c->step, &m, NULL, 0);
}

void
auth_answer_done(struct auth_conn *c, const struct hop_buf *token,
                 const struct hop_buf *context)
{
    enum hop_delegation d = auth_conn_delegation(c);
    HOP_AUTO_FREE char *access = auth_access_of(c);
    struct hop_msg_answer m = {
        .connection = c->id,
        .result = HOP_ANSWER_DONE,
        .token = {token != NULL ? token->data : NULL,
                  token != NULL ? token->len : 0},
        .logon = c->id,
        .kind = (uint8_t)c->kind,
        .delegation = (uint8_t)d,
        .principal = c->principal,
        .user = c->user,
        .expires = (uint64_t)c->expires,
        .context = {context != NULL ? context->data : NULL,
                    context != NULL ? context->len : 0},
        .scope = c->scope != NULL ? c->scope : "",
        .access = access,
        .text = "",
    };

    hop_journal(HOP_EVENT_LOGON,
                HOP_FIELDS("USER", c->user, "PRINCIPAL", c->principal, "CLIENT",
                           c->peer, "LOGON", hop_logon_names[c->kind],
                           "DELEGATION", hop_delegation_names[d]),
                "%s logged on from %s with %s as %s", c->principal, c->peer,
                hop_logon_names[c->kind], c->user);
    c->pending = false;
    c->logged_on = true;
    hop_ipc_send(&c->auth->net, HOP_MSG_ANSWER, c->step, &m, NULL, 0);
}

/* ---- accounts */

/* In `hopd --user` everybody who gets in is the owner of the server, so a
 * Kerberos user must map to the account; NTLM and Basic users are those of the
 * owner's own file. */
bool
auth_find_account(struct auth_conn *c, enum hop_auth_mech mech,
                  struct hop_error *err)
{
    const char *owner = c->auth->owner;
    struct hop_account account = {0};
    bool ok;

    if (owner != NULL && (mech == HOP_AUTH_NTLM || mech == HOP_AUTH_BASIC)) {
        c->user = hop_xstrdup(owner);
        c->uid = geteuid();
        return true;
    }
    if (mech == HOP_AUTH_KERBEROS || mech == HOP_AUTH_NTLM)
        ok = hop_account_map(mech, c->principal, &account, err);
    else
        ok = hop_account_named(c->principal, &account, err);
    if (!ok)
        return false;
    c->uid = account.uid;
    if (owner == NULL || strcmp(owner, account.user) == 0)
        c->user = hop_steal(&account.user);
    hop_account_done(&account);
    return c->user != NULL ||
           hop_error_set(err, HOP_ERROR_WSMAN, HOP_SEC_E_LOGON_DENIED,
                         "%s logs on: this server runs for %s alone "
                         "(0x8009030C SEC_E_LOGON_DENIED)",
                         c->principal, owner);
}

/* ---- Negotiate and Kerberos */

/* A user whom the domain's own controllers have let in by NTLM can be acted for
 * by name (S4U2Self).  Those of a file of ours are nobody to the domain. */
static void
grant_by_name(struct auth_conn *c)
{
    HOP_AUTO_FREE char *name = NULL;

    if (hop_config_text(&c->auth->config, HOP_SET_NTLM_USERS)[0] != '\0')
        return;
    name = hop_account_principal(c->principal);
    if (name != NULL &&
        !hop_grant_from_name(name, (int64_t)time(NULL) + NAME_GRANT_S,
                             &c->grant, NULL))
        c->grant = NULL;
}

static void
take_identity(struct auth_conn *c)
{
    const struct hop_auth_identity *id = hop_acceptor_identity(c->acceptor);

    c->principal = hop_xstrdup(id->principal);
    hop_buf_add(&c->pac, id->pac.data, id->pac.len);
    c->kind = id->mech == HOP_AUTH_NTLM ? HOP_LOGON_NTLM : HOP_LOGON_KERBEROS;
    c->expires = id->expires;
    c->grant = hop_acceptor_take_grant(c->acceptor);
    if (c->kind == HOP_LOGON_NTLM)
        grant_by_name(c);
}

static void
finish_tokens(struct auth_conn *c, const struct hop_buf *token)
{
    HOP_AUTO_BUF struct hop_buf context = {.secret = true};
    struct hop_error err = {0};

    take_identity(c);
    if (!auth_find_account(c, hop_acceptor_identity(c->acceptor)->mech, &err) ||
        !hop_acceptor_export(c->acceptor, &context, &err)) {
        auth_answer_denied(c, NULL, &err);
        return;
    }
    auth_limit_passed(&c->auth->limit, c->peer);
    auth_answer_done(c, token, &context);
    hop_acceptor_free(hop_steal(&c->acceptor));
}

static void
fail_tokens(struct auth_conn *c, const struct hop_buf *token,
            const struct hop_error *err)
{
    /* Only NTLM lets passwords be guessed here: the KDC counts Kerberos'. */
    if (c->child.fd >= 0 && err->code == HOP_SEC_E_LOGON_DENIED)
        auth_limit_failed(&c->auth->limit, c->peer, hop_now_ms());
    /* The client's ticket is for a key that we have not, or not yet. */
    if (err->code == HOP_SEC_E_WRONG_PRINCIPAL ||
        err->code == HOP_SEC_E_NO_CREDENTIALS)
        auth_ask_keys(c->auth);
    auth_answer_denied(c, token, err);
}

static void await_child(struct auth_conn *c);

static void
act_on_step(struct auth_conn *c, enum hop_auth_step r, struct hop_buf *out,
            struct hop_error *err)
{
    if (r == HOP_AUTH_PENDING) {
        await_child(c);
        return;
    }
    if (r == HOP_AUTH_FAILED)
        fail_tokens(c, out, err);
    else if (r == HOP_AUTH_CONTINUE)
        auth_answer_continue(c, out);
    else
        finish_tokens(c, out);
}

static enum hop_auth_step
resume(struct auth_conn *c, struct hop_buf *out, struct hop_error *err)
{
    return hop_acceptor_resume(c->acceptor, out, err);
}

static void
await_child(struct auth_conn *c)
{
    static const struct auth_exchange exchange = {resume, act_on_step};

    auth_await_child(c, hop_acceptor_fd(c->acceptor), &exchange);
}

static bool
begin_tokens(struct auth_conn *c, const struct hop_msg_step *m,
             struct hop_error *err)
{
    const struct hop_config *cfg = &c->auth->config;
    struct hop_acceptor_rule rule = {
        .kerberos = true,
        .ntlm = m->scheme == HOP_SCHEME_NEGOTIATE,
        .mech = m->scheme == HOP_SCHEME_NEGOTIATE ? HOP_AUTH_NEGOTIATE
                                                  : HOP_AUTH_KERBEROS,
        .cbt = (enum hop_auth_cbt)hop_config_u32(cfg, HOP_SET_SERVICE_AUTH_CBT),
        .binding = m->bindings.data,
        .binding_len = m->bindings.len,
    };

    return hop_acceptor_new(c->auth->cred, &rule, &c->acceptor, err);
}

static void
step_tokens(struct auth_conn *c, const struct hop_msg_step *m)
{
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    struct hop_error err = {0};
    enum hop_auth_step r = HOP_AUTH_FAILED;

    if (c->acceptor != NULL || begin_tokens(c, m, &err))
        r = hop_acceptor_step(c->acceptor, m->token.data, m->token.len, &out,
                              &err);
    act_on_step(c, r, &out, &err);
}

/* ---- Basic */

static void
finish_basic(struct auth_conn *c)
{
    struct hop_error err = {0};

    c->principal = hop_xstrdup(c->basic_user);
    c->kind = HOP_LOGON_BASIC;
    if (!auth_find_account(c, HOP_AUTH_BASIC, &err)) {
        auth_answer_denied(c, NULL, &err);
        return;
    }
    auth_limit_passed(&c->auth->limit, c->peer);
    auth_answer_done(c, NULL, NULL);
}

static void
fail_basic(struct auth_conn *c, const struct hop_error *why)
{
    auth_limit_failed(&c->auth->limit, c->peer, hop_now_ms());
    c->principal = hop_xstrdup(c->basic_user);
    auth_answer_denied(c, NULL, why);
}

/* PAM is the monitor's; it takes two seconds over a wrong password.  It knows
 * Unix names alone, and is asked about unknown ones too: who asks is not to
 * learn which there are. */
static void
send_check(struct auth_conn *c, const char *password, size_t n)
{
    struct auth *a = c->auth;
    HOP_CLEANUP(hop_account_done) struct hop_account account = {0};
    struct hop_error ignored = {0};
    bool known = hop_account_named(c->basic_user, &account, &ignored);
    struct hop_msg_check m = {.user = known ? account.user : c->basic_user,
                              .password = {password, n},
                              .peer = c->peer};

    if (++a->last_check == 0)
        a->last_check = 1;
    c->check = a->last_check;
    hop_ipc_send(&a->monitor, HOP_MSG_CHECK, c->check, &m, NULL, 0);
}

static void
check_file(struct auth_conn *c, const char *password, size_t n)
{
    HOP_AUTO_SECRET struct hop_secret *s = hop_secret_new(password, n);
    struct hop_error err = {0};

    if (s != NULL && hop_basic_check_file(
                         hop_config_text(&c->auth->config, HOP_SET_NTLM_USERS),
                         c->basic_user, s, &err))
        finish_basic(c);
    else
        fail_basic(c, &err);
}

static void
step_basic(struct auth_conn *c, const struct hop_msg_step *m)
{
    const char *p = m->token.data;
    const char *colon = memchr(p, ':', m->token.len);
    size_t rest;

    if (!m->tls) {
        deny(c, HOP_SEC_E_LOGON_DENIED,
             "Basic outside TLS: the password was sent in the clear; use "
             "HTTPS (0x8009030C SEC_E_LOGON_DENIED)");
        return;
    }
    if (colon == NULL || colon == p || memchr(p, '\0', m->token.len) != NULL) {
        deny(c, HOP_SEC_E_INVALID_TOKEN,
             "Basic without user:password (0x80090308 SEC_E_INVALID_TOKEN)");
        return;
    }
    rest = m->token.len - (size_t)(colon + 1 - p);
    c->basic_user = hop_xstrndup(p, (size_t)(colon - p));
    if (c->auth->owner != NULL)
        check_file(c, colon + 1, rest);
    else
        send_check(c, colon + 1, rest);
}

static struct auth_conn *
find_check(struct auth *a, uint32_t id)
{
    for (size_t k = 0; k < AUTH_BUCKETS; k++)
        for (struct auth_conn *c = a->buckets[k]; c != NULL; c = c->next)
            if (c->check == id)
                return c;
    return NULL;
}

bool
auth_on_checked(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct hop_msg_checked m;
    struct hop_error why;
    struct auth_conn *c;

    if (!hop_ipc_unpack(msg, &m, err))
        return false;
    c = msg->id != 0 ? find_check(ctx, msg->id) : NULL;
    if (c == NULL)
        return true; /* the client has gone meanwhile */
    c->check = 0;
    if (m.ok) {
        finish_basic(c);
        return true;
    }
    hop_error_set(&why, HOP_ERROR_WSMAN, HOP_SEC_E_LOGON_DENIED, "%s", m.text);
    fail_basic(c, &why);
    return true;
}

/* ---- certificates */

/* The mappings of the settings first, then the rules of the file. */
static bool
map_certificate(const struct auth *a, const struct hop_msg_step *m,
                struct hop_certmap_match *out, struct hop_error *err)
{
    if (hop_certmap_is_empty(a->mappings) && hop_certmap_is_empty(a->certmap))
        return hop_error_set(
            err, HOP_ERROR_WSMAN, HOP_SEC_E_LOGON_DENIED,
            "a client certificate: nothing maps certificates to users here; "
            "make a mapping (winrm create "
            "winrm/config/service/certmapping?Issuer=...+Subject=*+URI=*) or "
            "set Linux/CertificateMap (0x8009030C SEC_E_LOGON_DENIED)");
    if (hop_certmap_find(a->mappings, m->token.data, m->token.len, out, err))
        return true;
    return !hop_certmap_is_empty(a->certmap) &&
           hop_certmap_find(a->certmap, m->token.data, m->token.len, out, err);
}

/* A mapping to DOMAIN\user or user@domain is to the domain's user, for whom
 * this host may act as far as the domain lets it (S4U2Self).  A bare name may
 * be a local account's, which is nobody to the domain. */
static void
grant_by_mapping(struct auth_conn *c)
{
    HOP_AUTO_FREE char *upn = hop_xasprintf("\\%s", c->principal);
    HOP_AUTO_FREE char *name = hop_account_principal(
        strchr(c->principal, '\\') != NULL ? c->principal : upn);

    if (name == NULL)
        return;
    if (!hop_grant_from_name(name, (int64_t)time(NULL) + NAME_GRANT_S,
                             &c->grant, NULL))
        c->grant = NULL;
    if (strchr(c->principal, '@') != NULL) {
        free(c->principal);
        c->principal = hop_steal(&name);
    }
}

static void
step_certificate(struct auth_conn *c, const struct hop_msg_step *m)
{
    HOP_CLEANUP(hop_certmap_match_done) struct hop_certmap_match match = {0};
    struct hop_error err = {0};

    if (!map_certificate(c->auth, m, &match, &err)) {
        auth_answer_denied(c, NULL, &err);
        return;
    }
    c->principal = hop_steal(&match.user);
    c->scope = hop_steal(&match.scope);
    c->kind = HOP_LOGON_CERTIFICATE;
    if (!auth_find_account(c, HOP_AUTH_CERTIFICATE, &err)) {
        auth_answer_denied(c, NULL, &err);
        return;
    }
    grant_by_mapping(c);
    auth_answer_done(c, NULL, NULL);
}

/* ---- all schemes */

struct scheme_row {
    enum hop_config_id setting;
    bool password; /* counts failures */
    void (*step)(struct auth_conn *c, const struct hop_msg_step *m);
};

static const struct scheme_row schemes[HOP_SCHEME_COUNT] = {
    [HOP_SCHEME_NEGOTIATE] = {HOP_SET_SERVICE_AUTH_NEGOTIATE, false,
                              step_tokens},
    [HOP_SCHEME_KERBEROS] = {HOP_SET_SERVICE_AUTH_KERBEROS, false, step_tokens},
    [HOP_SCHEME_CREDSSP] = {HOP_SET_SERVICE_AUTH_CREDSSP, true,
                            auth_credssp_step},
    [HOP_SCHEME_BASIC] = {HOP_SET_SERVICE_AUTH_BASIC, true, step_basic},
    [HOP_SCHEME_CERTIFICATE] = {HOP_SET_SERVICE_AUTH_CERTIFICATE, false,
                                step_certificate},
};

static bool
is_ntlm_start(const struct hop_msg_step *m)
{
    return m->token.len >= 8 && memcmp(m->token.data, "NTLMSSP", 8) == 0;
}

static void
dispatch(struct auth_conn *c, const struct hop_msg_step *m)
{
    const struct scheme_row *row =
        m->scheme < HOP_SCHEME_COUNT ? &schemes[m->scheme] : NULL;

    if (row == NULL || row->step == NULL ||
        !hop_config_bool(&c->auth->config, row->setting)) {
        deny(c, HOP_SEC_E_LOGON_DENIED,
             "the scheme is not offered here (0x8009030C "
             "SEC_E_LOGON_DENIED)");
        return;
    }
    if ((row->password || is_ntlm_start(m)) &&
        !auth_limit_allows(&c->auth->limit, c->peer, hop_now_ms())) {
        deny(c, HOP_SEC_E_LOGON_DENIED,
             "too many wrong passwords from this address; wait a minute "
             "(0x8009030C SEC_E_LOGON_DENIED)");
        return;
    }
    row->step(c, m);
}

bool
auth_on_step(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct auth *a = ctx;
    struct hop_msg_step m;
    struct auth_conn *c;

    if (!hop_ipc_unpack(msg, &m, err))
        return false;
    c = auth_conn_find(a, m.connection);
    if (c == NULL)
        c = auth_conn_new(a, m.connection, m.peer);
    if (c == NULL)
        return hop_error_set(err, HOP_ERROR_LIMIT, 0,
                             "hopd-net: more than %d connections log on",
                             AUTH_CONNECTIONS_MAX);
    if (c->pending)
        return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                             "hopd-net: two tokens at once on a connection");
    /* A new exchange replaces what the connection was logged on as. */
    if (c->logged_on || c->scheme != (enum hop_scheme)m.scheme)
        auth_conn_reset(c);
    c->scheme = (enum hop_scheme)m.scheme;
    c->step = msg->id;
    c->pending = true;
    dispatch(c, &m);
    return true;
}

bool
auth_on_drop(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct hop_msg_drop m;
    struct auth_conn *c;

    if (!hop_ipc_unpack(msg, &m, err))
        return false;
    c = auth_conn_find(ctx, m.connection);
    if (c != NULL)
        auth_conn_drop(c);
    return true;
}
