/* SPDX-License-Identifier: MIT */
#include "credssp/message.h"

#include <string.h>

#include "base/alloc.h"
#include "base/text.h"

enum { CREDENTIALS_PASSWORD = 1, CREDENTIALS_SMART_CARD = 2 };

static bool
fail(struct hop_error *err, const char *what)
{
    return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                         "a CredSSP message is malformed: %s", what);
}

/* ---- values */

/* X.690 8.3, of at most 32 bits; a negative one (NTSTATUS codes are) keeps its
 * bits. */
static bool
read_integer(struct hop_der_span in, uint32_t *out)
{
    struct hop_der_span v;
    uint32_t n = 0;

    if (!hop_der_expect(&in, HOP_DER_INTEGER, &v) || in.n != 0 || v.n == 0)
        return false;
    if (v.n == 5 && v.p[0] == 0) {
        v.p++;
        v.n--;
    }
    if (v.n > 4)
        return false;
    if (v.p[0] & 0x80)
        n = UINT32_MAX;
    for (size_t k = 0; k < v.n; k++)
        n = n << 8 | v.p[k];
    *out = n;
    return true;
}

static bool
read_octets(struct hop_der_span in, struct hop_der_span *out)
{
    return hop_der_expect(&in, HOP_DER_OCTETS, out) && in.n == 0;
}

/* NegoData, 2.2.1.1: peers send one token, further ones are passed over. */
static bool
read_tokens(struct hop_der_span in, struct hop_der_span *out)
{
    struct hop_der_span list, item, field;

    return hop_der_expect(&in, HOP_DER_SEQUENCE, &list) && in.n == 0 &&
           hop_der_expect(&list, HOP_DER_SEQUENCE, &item) &&
           hop_der_expect(&item, HOP_DER_CONTEXT0, &field) &&
           read_octets(field, out);
}

/* How long the message is that begins at p, by its tag and length. */
static enum credssp_read
measure(const uint8_t *p, size_t n, size_t *total)
{
    size_t count, len = 0;

    if (n > 0 && p[0] != HOP_DER_SEQUENCE)
        return CREDSSP_READ_BAD;
    if (n < 2)
        return CREDSSP_READ_MORE;
    if (p[1] < 0x80) {
        *total = 2 + (size_t)p[1];
        return CREDSSP_READ_OK;
    }
    count = p[1] & 0x7f;
    if (count == 0 || count > 4)
        return CREDSSP_READ_BAD;
    if (n < 2 + count)
        return CREDSSP_READ_MORE;
    for (size_t k = 0; k < count; k++)
        len = len << 8 | p[2 + k];
    *total = 2 + count + len;
    return CREDSSP_READ_OK;
}

/* ---- TSRequest */

static bool
take_field(struct credssp_request *r, unsigned number, struct hop_der_span v)
{
    switch (number) {
    case 0: return read_integer(v, &r->version);
    case 1: return read_tokens(v, &r->token);
    case 2: return read_octets(v, &r->auth_info);
    case 3: return read_octets(v, &r->key_auth);
    case 4: return read_integer(v, &r->error);
    case 5:
        return read_octets(v, &r->nonce) && r->nonce.n == CREDSSP_NONCE_BYTES;
    default: return true; /* of a later version */
    }
}

static bool
read_fields(struct hop_der_span seq, struct credssp_request *r,
            struct hop_error *err)
{
    struct hop_der_span v;
    unsigned next = 0;
    uint8_t tag;

    while (seq.n > 0) {
        unsigned number;

        if (!hop_der_next(&seq, &tag, &v, NULL))
            return fail(err, "a field is cut off");
        number = tag - (unsigned)HOP_DER_CONTEXT0;
        if (tag < HOP_DER_CONTEXT0 || number < next)
            return fail(err, "its fields are not those of a TSRequest");
        next = number + 1;
        if (!take_field(r, number, v))
            return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                                 "a CredSSP message is malformed: its field "
                                 "[%u] is not what it must be",
                                 number);
    }
    return r->version != 0 || fail(err, "it has no version");
}

enum credssp_read
credssp_request_decode(const void *p, size_t n, size_t *used,
                       struct credssp_request *out, struct hop_error *err)
{
    struct hop_der_span in, seq;
    struct credssp_request r = {0};
    size_t total = 0;
    enum credssp_read result = measure(p, n, &total);

    if (result == CREDSSP_READ_OK && total > CREDSSP_MESSAGE_MAX) {
        hop_error_set(err, HOP_ERROR_LIMIT, 0,
                      "a CredSSP message of %zu bytes is over the %d allowed",
                      total, CREDSSP_MESSAGE_MAX);
        return CREDSSP_READ_BAD;
    }
    if (result == CREDSSP_READ_BAD)
        fail(err, "it is no TSRequest");
    if (result != CREDSSP_READ_OK)
        return result;
    if (total > n)
        return CREDSSP_READ_MORE;
    in = (struct hop_der_span){p, total};
    if (!hop_der_expect(&in, HOP_DER_SEQUENCE, &seq)) {
        fail(err, "it is no TSRequest");
        return CREDSSP_READ_BAD;
    }
    if (!read_fields(seq, &r, err))
        return CREDSSP_READ_BAD;
    *out = r;
    *used = total;
    return CREDSSP_READ_OK;
}

static void
put_integer(struct hop_buf *out, uint8_t field, uint32_t v)
{
    HOP_AUTO_BUF struct hop_buf inner = HOP_BUF_INIT;
    uint8_t bytes[4] = {(uint8_t)(v >> 24), (uint8_t)(v >> 16),
                        (uint8_t)(v >> 8), (uint8_t)v};
    size_t skip = 0;

    /* X.690 8.3.2: not more bytes than needed.  An NTSTATUS is a signed one. */
    while (skip < 3 && bytes[skip] == 0 && !(bytes[skip + 1] & 0x80))
        skip++;
    hop_der_put(&inner, HOP_DER_INTEGER, bytes + skip, 4 - skip);
    hop_der_put(out, (uint8_t)(HOP_DER_CONTEXT0 + field), inner.data,
                inner.len);
}

static void
put_octets(struct hop_buf *out, unsigned field, struct hop_der_span v)
{
    HOP_AUTO_BUF struct hop_buf inner = {.secret = true};

    hop_der_put(&inner, HOP_DER_OCTETS, v.p, v.n);
    hop_der_put(out, (uint8_t)(HOP_DER_CONTEXT0 + field), inner.data,
                inner.len);
}

static void
put_tokens(struct hop_buf *out, struct hop_der_span token)
{
    HOP_AUTO_BUF struct hop_buf field = HOP_BUF_INIT, item = HOP_BUF_INIT;
    HOP_AUTO_BUF struct hop_buf list = HOP_BUF_INIT;

    put_octets(&field, 0, token);
    hop_der_put(&item, HOP_DER_SEQUENCE, field.data, field.len);
    hop_der_put(&list, HOP_DER_SEQUENCE, item.data, item.len);
    hop_der_put(out, HOP_DER_CONTEXT0 + 1, list.data, list.len);
}

void
credssp_request_encode(const struct credssp_request *r, struct hop_buf *out)
{
    HOP_AUTO_BUF struct hop_buf seq = HOP_BUF_INIT;

    put_integer(&seq, 0, r->version);
    if (r->token.n > 0)
        put_tokens(&seq, r->token);
    if (r->auth_info.n > 0)
        put_octets(&seq, 2, r->auth_info);
    if (r->key_auth.n > 0)
        put_octets(&seq, 3, r->key_auth);
    if (r->error != 0)
        put_integer(&seq, 4, r->error);
    if (r->nonce.n > 0)
        put_octets(&seq, 5, r->nonce);
    hop_der_put(out, HOP_DER_SEQUENCE, seq.data, seq.len);
}

/* ---- TSCredentials */

static void
put_text(struct hop_buf *out, unsigned field, const char *s, size_t n)
{
    HOP_AUTO_BUF struct hop_buf wide = {.secret = true};

    hop_utf16le_from_utf8(&wide, s, n);
    put_octets(out, field,
               (struct hop_der_span){(uint8_t *)wide.data, wide.len});
}

void
credssp_password_encode(const char *domain, const char *user,
                        const struct hop_secret *password, struct hop_buf *out)
{
    HOP_AUTO_BUF struct hop_buf fields = {.secret = true};
    HOP_AUTO_BUF struct hop_buf creds = {.secret = true};
    HOP_AUTO_BUF struct hop_buf seq = {.secret = true};

    put_text(&fields, 0, domain, strlen(domain));
    put_text(&fields, 1, user, strlen(user));
    put_text(&fields, 2, hop_secret_bytes(password), hop_secret_len(password));
    hop_der_put(&creds, HOP_DER_SEQUENCE, fields.data, fields.len);
    put_integer(&seq, 0, CREDENTIALS_PASSWORD);
    put_octets(&seq, 1,
               (struct hop_der_span){(uint8_t *)creds.data, creds.len});
    hop_der_put(out, HOP_DER_SEQUENCE, seq.data, seq.len);
}

static bool
take_text(struct hop_der_span *in, uint8_t field, size_t max_chars,
          struct hop_buf *out)
{
    struct hop_der_span v, octets;

    return hop_der_expect(in, (uint8_t)(HOP_DER_CONTEXT0 + field), &v) &&
           read_octets(v, &octets) && octets.n <= 2 * max_chars &&
           hop_utf8_from_utf16le(out, octets.p, octets.n) && hop_buf_ok(out) &&
           memchr(hop_buf_str(out), '\0', out->len) == NULL;
}

static bool
read_password(struct hop_der_span in, struct credssp_password *out)
{
    struct hop_der_span seq;
    HOP_AUTO_BUF struct hop_buf domain = HOP_BUF_INIT, user = HOP_BUF_INIT;
    HOP_AUTO_BUF struct hop_buf password = {.secret = true};

    if (!hop_der_expect(&in, HOP_DER_SEQUENCE, &seq) || in.n != 0 ||
        !take_text(&seq, 0, CREDSSP_NAME_MAX, &domain) ||
        !take_text(&seq, 1, CREDSSP_NAME_MAX, &user) ||
        !take_text(&seq, 2, CREDSSP_PASSWORD_MAX, &password) || seq.n != 0)
        return false;
    out->password = hop_secret_new(hop_buf_str(&password), password.len);
    out->domain = hop_xstrdup(hop_buf_str(&domain));
    out->user = hop_xstrdup(hop_buf_str(&user));
    return out->password != NULL;
}

bool
credssp_password_decode(const void *p, size_t n, struct credssp_password *out,
                        struct hop_error *err)
{
    struct hop_der_span in = {p, n}, seq, type, creds, octets;
    struct credssp_password c = {0};
    uint32_t kind = 0;

    if (!hop_der_expect(&in, HOP_DER_SEQUENCE, &seq) || in.n != 0 ||
        !hop_der_expect(&seq, HOP_DER_CONTEXT0, &type) ||
        !read_integer(type, &kind) ||
        !hop_der_expect(&seq, HOP_DER_CONTEXT0 + 1, &creds) || seq.n != 0 ||
        !read_octets(creds, &octets))
        return fail(err, "it holds no TSCredentials");
    if (kind != CREDENTIALS_PASSWORD)
        return hop_error_set(
            err, HOP_ERROR_PROTOCOL, 0,
            "the client delegates %s by CredSSP; only a user's password is "
            "taken",
            kind == CREDENTIALS_SMART_CARD ? "a smart card"
                                           : "no password (Remote Credential "
                                             "Guard)");
    if (!read_password(octets, &c)) {
        credssp_password_done(&c);
        return fail(err, "its TSPasswordCreds cannot be read");
    }
    *out = c;
    return true;
}

void
credssp_password_done(struct credssp_password *c)
{
    free(c->domain);
    free(c->user);
    hop_secret_free(c->password);
    *c = (struct credssp_password){0};
}
