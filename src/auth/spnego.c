/* SPDX-License-Identifier: MIT */
#include "auth/spnego.h"

#include <string.h>

static const uint8_t oid_spnego[] = {0x2b, 6, 1, 5, 5, 2};
static const uint8_t oid_krb5[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 1, 2, 2};
/* Windows' first attempt at Kerberos' OID, MS-SPNG 3.1.5.2. */
static const uint8_t oid_ms_krb5[] = {0x2a, 0x86, 0x48, 0x82, 0xf7,
                                      0x12, 1,    2,    2};
static const uint8_t oid_ntlm[] = {0x2b, 6, 1, 4, 1, 0x82, 0x37, 2, 2, 0x0a};
static const uint8_t krb5_list[] = {0x30, 11,   6,    9, 0x2a, 0x86, 0x48,
                                    0x86, 0xf7, 0x12, 1, 2,    2};

static bool
equals(struct hop_der_span s, const uint8_t *p, size_t n)
{
    return s.n == n && memcmp(s.p, p, n) == 0;
}

static bool
is_krb5(struct hop_der_span oid)
{
    return equals(oid, oid_krb5, sizeof(oid_krb5)) ||
           equals(oid, oid_ms_krb5, sizeof(oid_ms_krb5));
}

static bool
is_ntlm(struct hop_der_span oid)
{
    return equals(oid, oid_ntlm, sizeof(oid_ntlm));
}

static bool
read_mechs(struct hop_der_span in, struct spnego_token *out)
{
    struct hop_der_span seq, oid;
    size_t count = 0;
    uint8_t tag;

    out->mech_list = in;
    if (!hop_der_expect(&in, HOP_DER_SEQUENCE, &seq) || in.n != 0)
        return false;
    for (; seq.n > 0; count++) {
        if (count == SPNEGO_MECHS_MAX ||
            !hop_der_next(&seq, &tag, &oid, NULL) || tag != HOP_DER_OID)
            return false;
        out->has_krb5 |= is_krb5(oid);
        out->has_ntlm |= is_ntlm(oid);
        if (count == 0) {
            out->first_mech = oid;
            out->krb5_first = is_krb5(oid);
            out->ntlm_first = is_ntlm(oid);
        }
    }
    return count > 0;
}

static bool
read_octets(struct hop_der_span in, struct hop_der_span *out)
{
    return hop_der_expect(&in, HOP_DER_OCTETS, out) && in.n == 0;
}

static bool
read_state(struct hop_der_span in, struct spnego_token *out)
{
    struct hop_der_span v;

    if (!hop_der_expect(&in, HOP_DER_ENUMERATED, &v) || v.n != 1 || v.p[0] > 3)
        return false;
    out->state = (enum spnego_state)v.p[0];
    return true;
}

static bool
read_chosen(struct hop_der_span in, struct spnego_token *out)
{
    struct hop_der_span oid;

    if (!hop_der_expect(&in, HOP_DER_OID, &oid))
        return false;
    out->has_krb5 = is_krb5(oid);
    out->has_ntlm = is_ntlm(oid);
    return true;
}

/* NegTokenInit: [0] mechTypes, [1] reqFlags, [2] mechToken, [3] mechListMIC;
 * NegTokenInit2 (MS-SPNG 2.2.1) puts hints into [3] and the MIC into [4]. */
static bool
read_init_field(uint8_t tag, struct hop_der_span v, struct spnego_token *out)
{
    if (tag == HOP_DER_CONTEXT0)
        return read_mechs(v, out);
    if (tag == HOP_DER_CONTEXT0 + 2)
        return read_octets(v, &out->mech_token);
    return tag <= HOP_DER_CONTEXT0 + 4;
}

/* NegTokenResp: [0] negState, [1] supportedMech, [2] responseToken,
 * [3] mechListMIC. */
static bool
read_resp_field(uint8_t tag, struct hop_der_span v, struct spnego_token *out)
{
    if (tag == HOP_DER_CONTEXT0)
        return read_state(v, out);
    if (tag == HOP_DER_CONTEXT0 + 1)
        return read_chosen(v, out);
    if (tag == HOP_DER_CONTEXT0 + 2)
        return read_octets(v, &out->mech_token);
    return tag == HOP_DER_CONTEXT0 + 3 && read_octets(v, &out->mic);
}

/* The fields come in ascending order, each once. */
static bool
read_fields(struct hop_der_span in, struct spnego_token *out,
            bool (*field)(uint8_t, struct hop_der_span, struct spnego_token *))
{
    struct hop_der_span seq, v;
    uint8_t tag, last = 0;

    if (!hop_der_expect(&in, HOP_DER_SEQUENCE, &seq) || in.n != 0)
        return false;
    while (seq.n > 0) {
        if (!hop_der_next(&seq, &tag, &v, NULL) || tag < HOP_DER_CONTEXT0 ||
            tag <= last || !field(tag, v, out))
            return false;
        last = tag;
    }
    return true;
}

static bool
decode_initial(struct hop_der_span body, struct spnego_token *out)
{
    struct hop_der_span oid, init;

    if (!hop_der_expect(&body, HOP_DER_OID, &oid))
        return false;
    if (is_krb5(oid)) {
        out->kind = SPNEGO_RAW_KRB5;
        return true;
    }
    if (!equals(oid, oid_spnego, sizeof(oid_spnego)))
        return true;
    out->kind = SPNEGO_INIT;
    out->mech_token = (struct hop_der_span){NULL, 0};
    return hop_der_expect(&body, HOP_DER_CONTEXT0, &init) && body.n == 0 &&
           read_fields(init, out, read_init_field) && out->mech_list.n > 0;
}

bool
spnego_decode(const void *p, size_t n, struct spnego_token *out)
{
    struct hop_der_span in = {p, n}, body;
    struct spnego_token t = {.state = SPNEGO_NO_STATE, .mech_token = in};
    bool ok = true;

    if (n >= 8 && memcmp(p, "NTLMSSP", 8) == 0) {
        t.kind = SPNEGO_RAW_NTLM;
    } else if (n > 0 && in.p[0] == HOP_DER_APPLICATION0) {
        ok = hop_der_expect(&in, HOP_DER_APPLICATION0, &body) &&
             decode_initial(body, &t);
    } else if (n > 0 && in.p[0] == HOP_DER_CONTEXT0 + 1) {
        t.kind = SPNEGO_RESP;
        t.mech_token = (struct hop_der_span){NULL, 0};
        ok = hop_der_expect(&in, HOP_DER_CONTEXT0 + 1, &body) && in.n == 0 &&
             read_fields(body, &t, read_resp_field);
    }
    if (ok)
        *out = t;
    return ok;
}

struct hop_der_span
spnego_krb5_list(void)
{
    return (struct hop_der_span){krb5_list, sizeof(krb5_list)};
}

static void
put_buf(struct hop_buf *out, uint8_t tag, const struct hop_buf *in)
{
    hop_der_put(out, tag, in->data, in->len);
}

static void
put_octets(struct hop_buf *out, uint8_t tag, struct hop_der_span s)
{
    HOP_AUTO_BUF struct hop_buf octets = HOP_BUF_INIT;

    if (s.n == 0)
        return;
    hop_der_put(&octets, HOP_DER_OCTETS, s.p, s.n);
    put_buf(out, tag, &octets);
}

void
spnego_encode_init(struct hop_buf *out, const void *mech_token, size_t n)
{
    HOP_AUTO_BUF struct hop_buf fields = HOP_BUF_INIT;
    HOP_AUTO_BUF struct hop_buf seq = HOP_BUF_INIT;
    HOP_AUTO_BUF struct hop_buf body = HOP_BUF_INIT;

    hop_der_put(&fields, HOP_DER_CONTEXT0, krb5_list, sizeof(krb5_list));
    put_octets(&fields, HOP_DER_CONTEXT0 + 2,
               (struct hop_der_span){mech_token, n});
    put_buf(&seq, HOP_DER_SEQUENCE, &fields);
    hop_der_put(&body, HOP_DER_OID, oid_spnego, sizeof(oid_spnego));
    put_buf(&body, HOP_DER_CONTEXT0, &seq);
    put_buf(out, HOP_DER_APPLICATION0, &body);
}

void
spnego_encode_resp(struct hop_buf *out, struct hop_der_span token,
                   struct hop_der_span mic)
{
    HOP_AUTO_BUF struct hop_buf fields = HOP_BUF_INIT;
    HOP_AUTO_BUF struct hop_buf seq = HOP_BUF_INIT;

    put_octets(&fields, HOP_DER_CONTEXT0 + 2, token);
    put_octets(&fields, HOP_DER_CONTEXT0 + 3, mic);
    put_buf(&seq, HOP_DER_SEQUENCE, &fields);
    put_buf(out, HOP_DER_CONTEXT0 + 1, &seq);
}

void
spnego_encode_answer(struct hop_buf *out, enum spnego_state state,
                     struct hop_der_span mech, struct hop_der_span token)
{
    HOP_AUTO_BUF struct hop_buf fields = HOP_BUF_INIT;
    HOP_AUTO_BUF struct hop_buf part = HOP_BUF_INIT;
    const uint8_t value[] = {HOP_DER_ENUMERATED, 1, (uint8_t)state};

    hop_der_put(&fields, HOP_DER_CONTEXT0, value, sizeof(value));
    hop_der_put(&part, HOP_DER_OID, mech.p, mech.n);
    put_buf(&fields, HOP_DER_CONTEXT0 + 1, &part);
    put_octets(&fields, HOP_DER_CONTEXT0 + 2, token);
    hop_buf_clear(&part);
    put_buf(&part, HOP_DER_SEQUENCE, &fields);
    put_buf(out, HOP_DER_CONTEXT0 + 1, &part);
}
