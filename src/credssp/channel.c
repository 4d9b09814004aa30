/* SPDX-License-Identifier: MIT */
#include "credssp/channel.h"

#include <string.h>

#include "auth/explain.h"
#include "base/alloc.h"

bool
credssp_channel_open(struct credssp_channel *c,
                     const struct credssp_tls_options *o, struct hop_error *err)
{
    if (!hop_credssp_load(err))
        return false;
    c->ops = credssp_tls();
    c->plain = (struct hop_buf){.max = CREDSSP_MESSAGE_MAX, .secret = true};
    c->tls = c->ops->open(o, err);
    return c->tls != NULL;
}

void
credssp_channel_close(struct credssp_channel *c)
{
    if (c->tls != NULL)
        c->ops->close(c->tls);
    hop_buf_done(&c->plain);
    hop_seal_free(c->seal);
    memset(c, 0, sizeof(*c));
}

enum hop_auth_step
credssp_channel_handshake(struct credssp_channel *c, const void *in, size_t n,
                          struct hop_buf *out, struct hop_error *err)
{
    c->ops->feed(c->tls, in, n);
    switch (c->ops->handshake(c->tls, out, err)) {
    case CREDSSP_TLS_MORE: return HOP_AUTH_CONTINUE;
    case CREDSSP_TLS_DONE: c->secured = true; return HOP_AUTH_DONE;
    default: return HOP_AUTH_FAILED;
    }
}

bool
credssp_channel_receive(struct credssp_channel *c, const void *in, size_t n,
                        struct credssp_request *r, bool *none,
                        struct hop_buf *out, struct hop_error *err)
{
    size_t used = 0;

    hop_buf_done(&c->plain);
    c->plain.max = CREDSSP_MESSAGE_MAX;
    if (n > 0)
        c->ops->feed(c->tls, in, n);
    if (!c->ops->read(c->tls, &c->plain, out, err))
        return false;
    *none = c->plain.len == 0;
    if (*none)
        return true;
    switch (
        credssp_request_decode(c->plain.data, c->plain.len, &used, r, err)) {
    case CREDSSP_READ_OK: break;
    case CREDSSP_READ_BAD: return false;
    case CREDSSP_READ_MORE:
        return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                             "a CredSSP message is malformed: it is cut off");
    }
    return used == c->plain.len ||
           hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                         "a CredSSP message is malformed: there is more behind "
                         "it");
}

bool
credssp_channel_agree(struct credssp_channel *c,
                      const struct credssp_request *r, struct hop_error *err)
{
    if (c->peer_version == 0) {
        c->peer_version = r->version;
        c->version = r->version < c->version_max ? r->version : c->version_max;
    }
    if (r->version != c->peer_version)
        return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                             "the peer's version of CredSSP changes from %u "
                             "to %u",
                             c->peer_version, r->version);
    if (c->version < c->version_min)
        return hop_error_set(
            err, HOP_ERROR_WSMAN, HOP_SEC_E_LOGON_DENIED,
            "the peer knows CredSSP only up to version %u, and at least %u is "
            "demanded here: versions before 5 can be turned against the client "
            "(CVE-2018-0886); update the peer, or lower the setting "
            "Linux/CredSSPMinimumVersion (0x8009030C SEC_E_LOGON_DENIED)",
            c->version, c->version_min);
    return true;
}

bool
credssp_channel_send(struct credssp_channel *c, struct credssp_request *r,
                     struct hop_buf *out, struct hop_error *err)
{
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;

    r->version = c->version_max;
    credssp_request_encode(r, &text);
    return c->ops->write(c->tls, text.data, text.len, out, err);
}

bool
credssp_channel_has_errors(const struct credssp_channel *c)
{
    return c->version == 3 || c->version == 4 || c->version >= 6;
}

/* ---- the public key */

/* "SHA256 of the ClientServerHashMagic with its NUL, the nonce and the public
 * key", from version 5 on. */
static bool
add_hash(struct credssp_channel *c, bool by_server, const struct hop_buf *key,
         struct hop_buf *out, struct hop_error *err)
{
    static const char client[] = "CredSSP Client-To-Server Binding Hash";
    static const char server[] = "CredSSP Server-To-Client Binding Hash";
    const struct hop_der_span parts[] = {
        {(const uint8_t *)(by_server ? server : client), sizeof(client)},
        {c->nonce, sizeof(c->nonce)},
        {(const uint8_t *)key->data, key->len},
    };
    uint8_t hash[32];

    if (!c->ops->sha256(parts, HOP_ARRAY_SIZE(parts), hash))
        return hop_error_set(err, HOP_ERROR_TLS, 0, "SHA-256 fails");
    hop_buf_add(out, hash, sizeof(hash));
    return true;
}

/* Before that the key itself, and back "with its first byte incremented". */
static bool
make_proof(struct credssp_channel *c, bool by_server, struct hop_buf *out,
           struct hop_error *err)
{
    HOP_AUTO_BUF struct hop_buf key = HOP_BUF_INIT;

    if (!c->ops->public_key(c->tls, &key, err))
        return false;
    if (c->version >= 5)
        return add_hash(c, by_server, &key, out, err);
    if (by_server && key.len > 0)
        key.data[0]++;
    hop_buf_add(out, key.data, key.len);
    return true;
}

bool
credssp_channel_prove(struct credssp_channel *c, bool by_server,
                      struct hop_buf *out, struct hop_error *err)
{
    HOP_AUTO_BUF struct hop_buf proof = HOP_BUF_INIT;

    return make_proof(c, by_server, &proof, err) &&
           hop_seal_token(c->seal, proof.data, proof.len, out, err);
}

bool
credssp_channel_check(struct credssp_channel *c, bool by_server,
                      struct hop_der_span sealed, struct hop_error *err)
{
    HOP_AUTO_BUF struct hop_buf want = HOP_BUF_INIT, got = HOP_BUF_INIT;

    if (!hop_seal_open_token(c->seal, sealed.p, sealed.n, &got, err) ||
        !make_proof(c, by_server, &want, err))
        return false;
    if (got.len == want.len && memcmp(got.data, want.data, got.len) == 0)
        return true;
    return hop_error_set(err, HOP_ERROR_WSMAN, HOP_SEC_E_MESSAGE_ALTERED,
                         "the %s's TLS key is not the one that it proves: "
                         "somebody stands between the two hosts (0x8009030F "
                         "SEC_E_MESSAGE_ALTERED)",
                         by_server ? "server" : "client");
}
