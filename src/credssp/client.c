/* SPDX-License-Identifier: MIT */
#include "credssp/client.h"

#include <stdlib.h>
#include <string.h>

#include "auth/explain.h"
#include "base/alloc.h"
#include "credssp/channel.h"
#include "credssp/status.h"

enum state {
    STATE_START,
    STATE_TLS,    /* the handshake is under way */
    STATE_READY,  /* our Finished went out; the server may have tickets */
    STATE_TOKENS, /* Kerberos or NTLM is under way */
    STATE_KEY,    /* the server's proof of its key is awaited */
    STATE_SENT,   /* the password has gone out */
    STATE_OVER,
};

struct hop_credssp_client {
    struct credssp_channel channel;
    enum state state;
    struct hop_initiator *initiator;
    struct hop_cred *cred;
    char *host, *ca_file, *pins;
    int tls_max;
    bool brief;
    bool (*may_send)(void *ctx, enum hop_auth_mech mech, struct hop_error *err);
    void *ctx;
    bool forbidden; /* by may_send, whose words stand alone */
};

bool
hop_credssp_client_new(const struct hop_credssp_client_options *o,
                       struct hop_credssp_client **out, struct hop_error *err)
{
    HOP_AUTO_CREDSSP_CLIENT struct hop_credssp_client *c =
        hop_xmalloc(sizeof(*c));
    bool brief = o->brief && (o->version_min == 0 || o->version_min >= 5);
    struct hop_initiator_options io = {.mech = HOP_AUTH_NEGOTIATE,
                                       .cred = o->cred,
                                       .spn = o->spn,
                                       .one_way = brief};

    if (hop_cred_secret(o->cred) == NULL)
        return hop_error_set(
            err, HOP_ERROR_WSMAN, 0x803381A1,
            "CredSSP hands a password to %s, and none was given: name a user "
            "and type the password (winrs -u:USER, -Credential) (0x803381A1 "
            "ERROR_WSMAN_CREDSSP_USERNAME_PASSWORD_NEEDED)",
            o->spn.host);
    if (!hop_initiator_new(&io, &c->initiator, err))
        return false;
    c->channel.version_min = o->version_min ? o->version_min : 5;
    c->channel.version_max =
        o->version_max ? o->version_max : CREDSSP_VERSION_MAX;
    /* What is proven is the same for 5 and 6; a peer below is refused. */
    if (brief)
        c->channel.version = c->channel.version_max;
    c->brief = brief;
    memcpy(c->channel.nonce, o->nonce, sizeof(o->nonce));
    c->cred = o->cred;
    c->host = hop_xstrdup(o->spn.host);
    c->ca_file = o->ca_file != NULL ? hop_xstrdup(o->ca_file) : NULL;
    c->pins = o->pins != NULL ? hop_xstrdup(o->pins) : NULL;
    c->tls_max = o->tls_max;
    c->may_send = o->may_send;
    c->ctx = o->ctx;
    *out = hop_steal(&c);
    return true;
}

void
hop_credssp_client_free(struct hop_credssp_client *c)
{
    if (c == NULL)
        return;
    credssp_channel_close(&c->channel);
    hop_initiator_free(c->initiator);
    free(c->host);
    free(c->ca_file);
    free(c->pins);
    free(c);
}

void
hop_credssp_client_freep(struct hop_credssp_client **c)
{
    hop_credssp_client_free(*c);
}

static bool
start(struct hop_credssp_client *c, struct hop_error *err)
{
    const struct credssp_tls_options o = {.ca_file = c->ca_file,
                                          .pins = c->pins,
                                          .host = c->host,
                                          .max_version = c->tls_max};

    c->state = STATE_TLS;
    return credssp_channel_open(&c->channel, &o, err);
}

/* The last token of the mechanism and the proof of the key go together. */
static bool
send_token(struct hop_credssp_client *c, const struct hop_buf *token,
           bool complete, struct hop_buf *out, struct hop_error *err)
{
    struct credssp_channel *ch = &c->channel;
    HOP_AUTO_BUF struct hop_buf proof = HOP_BUF_INIT;
    struct credssp_request r = {
        .token = {(const uint8_t *)token->data, token->len}};

    if (complete) {
        if (!hop_initiator_take_seal(c->initiator, &ch->seal, err) ||
            !credssp_channel_prove(ch, false, &proof, err))
            return false;
        r.key_auth = (struct hop_der_span){(uint8_t *)proof.data, proof.len};
        if (ch->version >= 5)
            r.nonce = (struct hop_der_span){ch->nonce, sizeof(ch->nonce)};
        c->state = STATE_KEY;
    }
    return credssp_channel_send(ch, &r, out, err);
}

static bool
step_tokens(struct hop_credssp_client *c, struct hop_der_span in,
            struct hop_buf *out, struct hop_error *err)
{
    HOP_AUTO_BUF struct hop_buf token = HOP_BUF_INIT;
    enum hop_auth_step r =
        hop_initiator_step(c->initiator, in.p, in.n, &token, err);

    if (r == HOP_AUTH_FAILED)
        return false;
    if (c->state == STATE_READY) {
        c->state = STATE_TOKENS;
        c->forbidden =
            c->may_send != NULL &&
            !c->may_send(c->ctx, hop_initiator_mech(c->initiator), err);
        if (c->forbidden)
            return false;
    }
    return send_token(c, &token,
                      r == HOP_AUTH_DONE ||
                          (c->brief && hop_initiator_can_seal(c->initiator)),
                      out, err);
}

/* "DOMAIN\user" has its own field for the domain; "user@REALM" goes whole. */
static bool
send_password(struct hop_credssp_client *c, struct hop_buf *out,
              struct hop_error *err)
{
    HOP_AUTO_BUF struct hop_buf plain = {.secret = true};
    HOP_AUTO_BUF struct hop_buf sealed = HOP_BUF_INIT;
    const char *user = hop_cred_user(c->cred), *slash = strchr(user, '\\');
    HOP_AUTO_FREE char *domain =
        hop_xstrndup(user, slash != NULL ? (size_t)(slash - user) : 0);
    struct credssp_request r = {0};

    credssp_password_encode(domain, slash != NULL ? slash + 1 : user,
                            hop_cred_secret(c->cred), &plain);
    if (!hop_seal_token(c->channel.seal, plain.data, plain.len, &sealed, err))
        return false;
    r.auth_info = (struct hop_der_span){(uint8_t *)sealed.data, sealed.len};
    c->state = STATE_SENT;
    return credssp_channel_send(&c->channel, &r, out, err);
}

static bool
act(struct hop_credssp_client *c, const struct credssp_request *r,
    struct hop_buf *out, struct hop_error *err)
{
    if (r->error != 0)
        return credssp_status_explain(err, r->error);
    if (!credssp_channel_agree(&c->channel, r, err))
        return false;
    if (c->state == STATE_TOKENS)
        return step_tokens(c, r->token, out, err);
    if (c->state != STATE_KEY || r->key_auth.n == 0)
        return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                             "a message comes out of turn");
    return credssp_channel_check(&c->channel, true, r->key_auth, err) &&
           send_password(c, out, err);
}

static bool
step_messages(struct hop_credssp_client *c, const void *in, size_t n,
              struct hop_buf *out, struct hop_error *err)
{
    struct credssp_request r = {0};
    bool none = false;

    if (!credssp_channel_receive(&c->channel, in, n, &r, &none, out, err))
        return false;
    if (none && c->state == STATE_READY)
        return step_tokens(c, (struct hop_der_span){0}, out, err);
    if (none)
        return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                             "an answer holds no message");
    return act(c, &r, out, err);
}

static bool
step_handshake(struct hop_credssp_client *c, const void *in, size_t n,
               struct hop_buf *out, struct hop_error *err)
{
    enum hop_auth_step r =
        credssp_channel_handshake(&c->channel, in, n, out, err);

    if (r == HOP_AUTH_FAILED)
        return false;
    if (r == HOP_AUTH_CONTINUE)
        return true;
    c->state = STATE_READY;
    /* TLS 1.3: our Finished is the last message, and goes alone to be safe. */
    return (out->len > 0 && !c->brief) ||
           step_tokens(c, (struct hop_der_span){0}, out, err);
}

enum hop_auth_step
hop_credssp_client_step(struct hop_credssp_client *c, const void *in, size_t n,
                        struct hop_buf *out, struct hop_error *err)
{
    bool ok;

    if (c->state == STATE_OVER) {
        hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                      "%s goes on with CredSSP after its end", c->host);
        return HOP_AUTH_FAILED;
    }
    if (c->state == STATE_START && !start(c, err))
        return HOP_AUTH_FAILED;
    ok = c->state == STATE_TLS ? step_handshake(c, in, n, out, err)
                               : step_messages(c, in, n, out, err);
    if (!ok) {
        c->state = STATE_OVER;
        if (!c->forbidden)
            hop_error_prefix(err, "CredSSP with %s", c->host);
        return HOP_AUTH_FAILED;
    }
    return c->state == STATE_SENT ? HOP_AUTH_DONE : HOP_AUTH_CONTINUE;
}

enum hop_auth_mech
hop_credssp_client_mech(const struct hop_credssp_client *c)
{
    return hop_initiator_mech(c->initiator);
}

bool
hop_credssp_client_take_seal(struct hop_credssp_client *c,
                             struct hop_seal **out, struct hop_error *err)
{
    HOP_AUTO_BUF struct hop_buf keys = {.secret = true};

    if (c->state != STATE_SENT)
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "protect messages: CredSSP with %s is not at its "
                             "end",
                             c->host);
    return c->channel.ops->export_keys(c->channel.tls, &keys, err) &&
           hop_credssp_seal_import(keys.data, keys.len, out, err);
}
