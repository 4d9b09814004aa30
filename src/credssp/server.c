/* SPDX-License-Identifier: MIT */
#include "credssp/server.h"

#include <stdlib.h>
#include <string.h>

#include "auth/explain.h"
#include "base/alloc.h"
#include "credssp/channel.h"

enum state {
    STATE_TLS,      /* the handshake is under way */
    STATE_TOKENS,   /* Kerberos or NTLM is under way */
    STATE_KEY,      /* the client's proof of the key is awaited */
    STATE_PASSWORD, /* ours has gone out */
    STATE_DONE,
    STATE_OVER,
};

struct hop_credssp_server {
    struct credssp_channel channel;
    enum state state;
    struct hop_acceptor *acceptor;
    struct hop_buf key_auth; /* came beside the token that is looked at */
    struct credssp_password password;
};

bool
hop_credssp_server_new(const struct hop_credssp_server_options *o,
                       struct hop_credssp_server **out, struct hop_error *err)
{
    HOP_AUTO_CREDSSP_SERVER struct hop_credssp_server *s =
        hop_xmalloc(sizeof(*s));
    const struct hop_acceptor_rule rule = {
        .kerberos = o->kerberos, .ntlm = o->ntlm, .mech = HOP_AUTH_NEGOTIATE};
    const struct credssp_tls_options tls = {.identity = o->identity,
                                            .max_version = o->tls_max};

    if (!hop_acceptor_new(o->cred, &rule, &s->acceptor, err) ||
        !credssp_channel_open(&s->channel, &tls, err))
        return false;
    s->channel.version_min = o->version_min ? o->version_min : 5;
    s->channel.version_max =
        o->version_max ? o->version_max : CREDSSP_VERSION_MAX;
    *out = hop_steal(&s);
    return true;
}

void
hop_credssp_server_free(struct hop_credssp_server *s)
{
    if (s == NULL)
        return;
    credssp_channel_close(&s->channel);
    hop_acceptor_free(s->acceptor);
    hop_buf_done(&s->key_auth);
    credssp_password_done(&s->password);
    free(s);
}

void
hop_credssp_server_freep(struct hop_credssp_server **s)
{
    hop_credssp_server_free(*s);
}

/* The nonce is the client's to choose, and not to change. */
static bool
take_nonce(struct credssp_channel *c, const struct credssp_request *r,
           struct hop_error *err)
{
    if (r->nonce.n == 0)
        return true;
    if (c->has_nonce && memcmp(c->nonce, r->nonce.p, r->nonce.n) != 0)
        return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                             "the client's nonce changes");
    memcpy(c->nonce, r->nonce.p, sizeof(c->nonce));
    c->has_nonce = true;
    return true;
}

/* The inner context, which an NTLM child may have made. */
static bool
take_context(struct hop_credssp_server *s, struct hop_error *err)
{
    HOP_AUTO_BUF struct hop_buf context = {.secret = true};

    return hop_acceptor_export(s->acceptor, &context, err) &&
           hop_seal_import(context.data, context.len, &s->channel.seal, err);
}

static bool
check_key(struct hop_credssp_server *s, struct hop_der_span key_auth,
          struct credssp_request *answer, struct hop_buf *proof,
          struct hop_error *err)
{
    struct credssp_channel *c = &s->channel;

    if (c->version >= 5 && !c->has_nonce)
        return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                             "the client proves its key without a nonce");
    if (!credssp_channel_check(c, false, key_auth, err) ||
        !credssp_channel_prove(c, true, proof, err))
        return false;
    answer->key_auth =
        (struct hop_der_span){(uint8_t *)proof->data, proof->len};
    s->state = STATE_PASSWORD;
    return true;
}

/* A token has been looked at: what goes back. */
static bool
answer_token(struct hop_credssp_server *s, enum hop_auth_step r,
             const struct hop_buf *token, struct hop_buf *out,
             struct hop_error *err)
{
    HOP_AUTO_BUF struct hop_buf proof = HOP_BUF_INIT;
    struct hop_der_span key_auth = {(uint8_t *)s->key_auth.data,
                                    s->key_auth.len};
    struct credssp_request answer = {
        .token = {(uint8_t *)token->data, token->len}};

    if (r == HOP_AUTH_DONE) {
        s->state = STATE_KEY;
        if (!take_context(s, err) ||
            (key_auth.n > 0 && !check_key(s, key_auth, &answer, &proof, err)))
            return false;
    } else if (key_auth.n > 0) {
        return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                             "the client proves its key before it has proven "
                             "itself");
    }
    return credssp_channel_send(&s->channel, &answer, out, err);
}

static enum hop_auth_step
act_on_token(struct hop_credssp_server *s, enum hop_auth_step r,
             const struct hop_buf *token, struct hop_buf *out,
             struct hop_error *err)
{
    if (r == HOP_AUTH_PENDING || r == HOP_AUTH_FAILED)
        return r;
    return answer_token(s, r, token, out, err) ? HOP_AUTH_CONTINUE
                                               : HOP_AUTH_FAILED;
}

static enum hop_auth_step
step_tokens(struct hop_credssp_server *s, const struct credssp_request *r,
            struct hop_buf *out, struct hop_error *err)
{
    HOP_AUTO_BUF struct hop_buf token = HOP_BUF_INIT;
    enum hop_auth_step step;

    hop_buf_clear(&s->key_auth);
    hop_buf_add(&s->key_auth, r->key_auth.p, r->key_auth.n);
    step = hop_acceptor_step(s->acceptor, r->token.p, r->token.n, &token, err);
    return act_on_token(s, step, &token, out, err);
}

static enum hop_auth_step
step_key(struct hop_credssp_server *s, const struct credssp_request *r,
         struct hop_buf *out, struct hop_error *err)
{
    HOP_AUTO_BUF struct hop_buf proof = HOP_BUF_INIT;
    struct credssp_request answer = {0};

    if (r->key_auth.n == 0) {
        hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                      "the client does not prove its key");
        return HOP_AUTH_FAILED;
    }
    return check_key(s, r->key_auth, &answer, &proof, err) &&
                   credssp_channel_send(&s->channel, &answer, out, err)
               ? HOP_AUTH_CONTINUE
               : HOP_AUTH_FAILED;
}

static enum hop_auth_step
step_password(struct hop_credssp_server *s, const struct credssp_request *r,
              struct hop_error *err)
{
    HOP_AUTO_BUF struct hop_buf plain = {.secret = true};

    if (r->auth_info.n == 0) {
        hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                      "the client delegates nothing");
        return HOP_AUTH_FAILED;
    }
    if (!hop_seal_open_token(s->channel.seal, r->auth_info.p, r->auth_info.n,
                             &plain, err) ||
        !credssp_password_decode(plain.data, plain.len, &s->password, err))
        return HOP_AUTH_FAILED;
    s->state = STATE_DONE;
    return HOP_AUTH_DONE;
}

static enum hop_auth_step
act(struct hop_credssp_server *s, const struct credssp_request *r,
    struct hop_buf *out, struct hop_error *err)
{
    if (!credssp_channel_agree(&s->channel, r, err) ||
        !take_nonce(&s->channel, r, err))
        return HOP_AUTH_FAILED;
    switch (s->state) {
    case STATE_TOKENS: return step_tokens(s, r, out, err);
    case STATE_KEY: return step_key(s, r, out, err);
    case STATE_PASSWORD: return step_password(s, r, err);
    default:
        hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                      "a message comes out of turn");
        return HOP_AUTH_FAILED;
    }
}

/* The client's Finished may have its first message behind it. */
static enum hop_auth_step
step_message(struct hop_credssp_server *s, const void *in, size_t n,
             bool needed, struct hop_buf *out, struct hop_error *err)
{
    struct credssp_request r = {0};
    bool none = false;

    if (!credssp_channel_receive(&s->channel, in, n, &r, &none, out, err))
        return HOP_AUTH_FAILED;
    if (!none)
        return act(s, &r, out, err);
    if (!needed)
        return HOP_AUTH_CONTINUE;
    hop_error_set(err, HOP_ERROR_PROTOCOL, 0, "a token holds no message");
    return HOP_AUTH_FAILED;
}

/* A client that fails is told by what its version has for it. */
static enum hop_auth_step
settle(struct hop_credssp_server *s, enum hop_auth_step r, struct hop_buf *out,
       struct hop_error *err)
{
    uint32_t status = HOP_STATUS_LOGON_FAILURE;

    if (r != HOP_AUTH_FAILED)
        return r;
    if (s->channel.version != 0 && s->channel.version < s->channel.version_min)
        status = HOP_STATUS_DOWNGRADE_DETECTED;
    else if (err != NULL)
        status = credssp_status_of(err->code);
    hop_credssp_server_refuse(s, status, out);
    hop_error_prefix(err, "CredSSP");
    return r;
}

enum hop_auth_step
hop_credssp_server_step(struct hop_credssp_server *s, const void *in, size_t n,
                        struct hop_buf *out, struct hop_error *err)
{
    enum hop_auth_step r;

    if (s->state >= STATE_DONE) {
        hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                      "CredSSP: a token came after the end of the exchange");
        return HOP_AUTH_FAILED;
    }
    if (s->state != STATE_TLS)
        return settle(s, step_message(s, in, n, true, out, err), out, err);
    r = credssp_channel_handshake(&s->channel, in, n, out, err);
    if (r == HOP_AUTH_DONE) {
        s->state = STATE_TOKENS;
        r = step_message(s, NULL, 0, false, out, err);
    }
    return settle(s, r, out, err);
}

int
hop_credssp_server_fd(const struct hop_credssp_server *s)
{
    return hop_acceptor_fd(s->acceptor);
}

enum hop_auth_step
hop_credssp_server_resume(struct hop_credssp_server *s, struct hop_buf *out,
                          struct hop_error *err)
{
    HOP_AUTO_BUF struct hop_buf token = HOP_BUF_INIT;
    enum hop_auth_step r = hop_acceptor_resume(s->acceptor, &token, err);

    return settle(s, act_on_token(s, r, &token, out, err), out, err);
}

const struct hop_auth_identity *
hop_credssp_server_identity(const struct hop_credssp_server *s)
{
    return hop_acceptor_identity(s->acceptor);
}

const char *
hop_credssp_server_tls(const struct hop_credssp_server *s)
{
    return s->channel.ops->version(s->channel.tls);
}

uint32_t
hop_credssp_server_version(const struct hop_credssp_server *s)
{
    return s->channel.version;
}

void
hop_credssp_server_take_password(struct hop_credssp_server *s,
                                 struct credssp_password *out)
{
    *out = s->password;
    s->password = (struct credssp_password){0};
}

void
hop_credssp_server_refuse(struct hop_credssp_server *s, uint32_t status,
                          struct hop_buf *out)
{
    struct credssp_request r = {.error = status};

    if (s->channel.secured && s->state != STATE_OVER &&
        credssp_channel_has_errors(&s->channel) &&
        !credssp_channel_send(&s->channel, &r, out, NULL))
        hop_buf_clear(out);
    s->state = STATE_OVER;
}

bool
hop_credssp_server_export(struct hop_credssp_server *s, struct hop_buf *out,
                          struct hop_error *err)
{
    if (s->state != STATE_DONE)
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "protect messages: CredSSP is not at its end");
    s->state = STATE_OVER;
    return s->channel.ops->export_keys(s->channel.tls, out, err);
}
