/* SPDX-License-Identifier: MIT */
#include "auth/seal.h"

#include <stdint.h>
#include <string.h>

#include "auth/explain.h"
#include "auth/fastseal.h"
#include "auth/gss.h"
#include "auth/sealctx.h"
#include "base/alloc.h"

/* Messages as large as this are worth another implementation; smaller ones are
 * not worth loading it. */
#define FAST_FROM 16384u

/* MS-NLMP 2.2.2.9: version, checksum, sequence number. */
#define NTLM_SIGNATURE 16u

struct hop_seal {
    gss_ctx_id_t ctx;
    enum hop_auth_mech mech; /* KERBEROS or NTLM */
    size_t header;           /* bytes in front of sealed data */
    size_t padding;          /* bytes behind it: 1 for RC4 */
    bool dead;               /* a failure has ended it */
    /* From the first large message on, in place of ctx; both directions. */
    const struct hop_fastseal_ops *fast_ops;
    struct fastseal *fast;
    bool fast_tried;
    size_t fast_from;   /* bytes of a message that is worth it */
    bool opened;        /* a message has been opened by the library */
    uint64_t next_recv; /* then: the sequence number that comes next */
    /* In place of all that. */
    const struct hop_seal_engine *engine;
    void *state;
};

static bool
fail(struct hop_seal *s, uint32_t maj, uint32_t min, const char *what,
     struct hop_error *err)
{
    struct hop_explain x = {.what = what};

    s->dead = true;
    return hop_explain_gss(err, &x, maj, min, (int)s->mech);
}

static bool
check_usable(const struct hop_seal *s, size_t n, struct hop_error *err)
{
    if (s->dead)
        return hop_error_set(err, HOP_ERROR_WSMAN, HOP_SEC_E_CONTEXT_EXPIRED,
                             "the connection's protection has failed before: "
                             "connect again (0x80090317 "
                             "SEC_E_CONTEXT_EXPIRED)");
    if (n == 0 || n > HOP_SEAL_MAX)
        return hop_error_set(err, HOP_ERROR_LIMIT, 0,
                             "a sealed message of %zu bytes: 1 to %zu can be "
                             "sent",
                             n, HOP_SEAL_MAX);
    return true;
}

static bool
check_library(const struct hop_seal *s, struct hop_error *err)
{
    return (s->fast == NULL && s->engine == NULL) ||
           hop_error_set(err, HOP_ERROR_GENERIC, 0,
                         "the security context has moved on to large "
                         "messages and cannot be handed over");
}

/* What stands in front of n bytes of data.  It is the same for every message,
 * but for RC4, whose header holds a length in DER (RFC 1964 1.2.2). */
static bool
measure(struct hop_seal *s, size_t n, size_t *header, struct hop_error *err)
{
    OM_uint32 maj, min;
    gss_iov_buffer_desc v[] = {
        {GSS_IOV_BUFFER_TYPE_HEADER, GSS_C_EMPTY_BUFFER},
        {GSS_IOV_BUFFER_TYPE_DATA, {n, NULL}},
        {GSS_IOV_BUFFER_TYPE_PADDING, GSS_C_EMPTY_BUFFER},
    };

    if (s->header != 0 && s->padding == 0) {
        *header = s->header;
        return true;
    }
    maj = gss_wrap_iov_length(&min, s->ctx, 1, GSS_C_QOP_DEFAULT, NULL, v, 3);
    if (maj != GSS_S_COMPLETE)
        return fail(s, maj, min, "measure the message header", err);
    *header = v[0].buffer.length;
    s->padding = v[2].buffer.length;
    return true;
}

bool
seal_from_context(gss_ctx_id_t *ctx, struct hop_seal **out,
                  struct hop_error *err)
{
    OM_uint32 maj, min, flags = 0;
    gss_OID oid = GSS_C_NO_OID;
    int open = 0;
    HOP_AUTO_SEAL struct hop_seal *s = hop_xmalloc(sizeof(*s));
    struct hop_explain x = {.what = "protect messages"};

    s->fast_from = FAST_FROM;
    s->ctx = *ctx;
    *ctx = GSS_C_NO_CONTEXT;
    /* No target name is asked for: gss-ntlmssp 1.2.0 crashes on it. */
    maj = gss_inquire_context(&min, s->ctx, NULL, NULL, NULL, &oid, &flags,
                              NULL, &open);
    if (maj != GSS_S_COMPLETE)
        return hop_explain_gss(err, &x, maj, min, HOP_AUTH_NEGOTIATE);
    s->mech = gss_mech_of(oid);
    if (s->mech == HOP_AUTH_NONE || !(flags & GSS_C_CONF_FLAG))
        return hop_explain_sec(err, &x, HOP_SEC_E_ENCRYPT_FAILURE);
    if (s->mech == HOP_AUTH_NTLM)
        s->header = NTLM_SIGNATURE;
    else if (!measure(s, 1024, &s->header, err))
        return false;
    *out = hop_steal(&s);
    return true;
}

bool
hop_seal_import(const void *token, size_t n, struct hop_seal **out,
                struct hop_error *err)
{
    OM_uint32 maj, min;
    gss_buffer_desc b = {n, (void *)(uintptr_t)token};
    GSS_AUTO_CTX gss_ctx_id_t ctx = GSS_C_NO_CONTEXT;
    struct hop_explain x = {.what = "take over a security context"};

    maj = gss_import_sec_context(&min, &b, &ctx);
    if (maj != GSS_S_COMPLETE)
        return hop_explain_gss(err, &x, maj, min, HOP_AUTH_NEGOTIATE);
    return seal_from_context(&ctx, out, err);
}

void
seal_set_fast_from(struct hop_seal *s, size_t bytes)
{
    s->fast_from = bytes;
}

bool
seal_export_context(gss_ctx_id_t *ctx, struct hop_buf *out,
                    struct hop_error *err)
{
    OM_uint32 maj, min;
    gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
    struct hop_explain x = {.what = "hand over a security context"};

    maj = gss_export_sec_context(&min, ctx, &token);
    if (maj != GSS_S_COMPLETE)
        return hop_explain_gss(err, &x, maj, min, HOP_AUTH_NEGOTIATE);
    hop_buf_add(out, token.value, token.length);
    explicit_bzero(token.value, token.length);
    gss_release_buffer(&min, &token);
    if (!hop_buf_ok(out))
        return hop_error_set(err, HOP_ERROR_LIMIT, 0,
                             "hand over a security context: it is too large");
    return true;
}

bool
hop_seal_export(struct hop_seal **s, struct hop_buf *out, struct hop_error *err)
{
    HOP_AUTO_SEAL struct hop_seal *own = hop_steal(s);

    if (!check_usable(own, 1, err) || !check_library(own, err))
        return false;
    return seal_export_context(&own->ctx, out, err);
}

void
hop_seal_free(struct hop_seal *s)
{
    if (s == NULL)
        return;
    gss_cleanup_ctx(&s->ctx);
    if (s->fast != NULL)
        s->fast_ops->free(s->fast);
    if (s->engine != NULL)
        s->engine->free(s->state);
    free(s);
}

void
hop_seal_freep(struct hop_seal **s)
{
    hop_seal_free(*s);
}

struct hop_seal *
hop_seal_from_engine(const struct hop_seal_engine *e, void *state)
{
    struct hop_seal *s = hop_xmalloc(sizeof(*s));

    s->engine = e;
    s->state = state;
    return s;
}

size_t
hop_seal_chunk(const struct hop_seal *s)
{
    return s->engine != NULL ? s->engine->chunk : HOP_SEAL_MAX;
}

size_t
hop_seal_overhead(const struct hop_seal *s)
{
    return 4 + s->header;
}

static void
put_le32(uint8_t *p, size_t n)
{
    for (int k = 0; k < 4; k++)
        p[k] = (uint8_t)(n >> (8 * k));
}

static size_t
get_le32(const uint8_t *p)
{
    return (size_t)p[0] | (size_t)p[1] << 8 | (size_t)p[2] << 16 |
           (size_t)p[3] << 24;
}

/* ---- the fast way */

static bool
is_aes(gss_ctx_id_t ctx)
{
    /* The last arc of 1.2.840.113554.1.2.2.4.ENCTYPE. */
    static const uint8_t prefix[] = {0x2a, 0x86, 0x48, 0x86, 0xf7,
                                     0x12, 0x01, 0x02, 0x02, 0x04};
    OM_uint32 min;
    GSS_AUTO_BUFFER_SET gss_buffer_set_t set = GSS_C_NO_BUFFER_SET;
    const gss_buffer_desc *oid;

    if (gss_inquire_sec_context_by_oid(&min, ctx, GSS_C_INQ_SSPI_SESSION_KEY,
                                       &set) != GSS_S_COMPLETE ||
        set->count < 2)
        return false;
    oid = &set->elements[1];
    return oid->length == sizeof(prefix) + 1 &&
           memcmp(oid->value, prefix, sizeof(prefix)) == 0 &&
           ((const uint8_t *)oid->value)[sizeof(prefix)] >= 17 &&
           ((const uint8_t *)oid->value)[sizeof(prefix)] <= 20;
}

/* The library checks order only where the initiator asked for it; the fast way
 * always does. */
static bool
has_order(gss_ctx_id_t ctx)
{
    OM_uint32 min, flags = 0;

    return gss_inquire_context(&min, ctx, NULL, NULL, NULL, NULL, &flags, NULL,
                               NULL) == GSS_S_COMPLETE &&
           (flags & GSS_C_REPLAY_FLAG) && (flags & GSS_C_SEQUENCE_FLAG);
}

static struct fastseal *
make_fast(const struct hop_seal *s, const gss_krb5_lucid_context_v1_t *l)
{
    bool sub = l->cfx_kd.have_acceptor_subkey != 0;
    const gss_krb5_lucid_key_t *k =
        sub ? &l->cfx_kd.acceptor_subkey : &l->cfx_kd.ctx_key;
    struct fastseal_key key = {
        .enctype = (int32_t)k->type,
        .key = k->data,
        .key_len = k->length,
        .acceptor_subkey = sub,
        .initiator = l->initiate != 0,
        .send_seq = l->send_seq,
        .recv_seq = s->next_recv,
    };

    return l->protocol == 1 ? s->fast_ops->make(&key) : NULL;
}

/* Exporting the keys ends the library's context, so whether the fast way knows
 * them is asked first. */
static bool
go_fast(struct hop_seal *s)
{
    OM_uint32 min;
    void *lucid = NULL;

    s->fast_tried = true;
    if (s->mech != HOP_AUTH_KERBEROS || !is_aes(s->ctx) || !has_order(s->ctx))
        return true;
    s->fast_ops = fastseal_get();
    if (s->fast_ops == NULL)
        return true;
    if (gss_krb5_export_lucid_sec_context(&min, &s->ctx, 1, &lucid) !=
        GSS_S_COMPLETE)
        return s->ctx != GSS_C_NO_CONTEXT;
    s->fast = make_fast(s, lucid);
    gss_krb5_free_lucid_sec_context(&min, lucid);
    return s->fast != NULL;
}

/* The library's keys come with the number that the other side began with; what
 * has come since is known once a message has been opened.  False when the
 * context is lost over it. */
static bool
consider_fast(struct hop_seal *s, size_t n, struct hop_error *err)
{
    if (s->engine != NULL || s->fast_tried || n < s->fast_from || !s->opened ||
        go_fast(s))
        return true;
    return fail(s, GSS_S_FAILURE, 0, "prepare for large messages", err);
}

static bool
unwrap_fast(struct hop_seal *s, uint8_t *token, size_t n, char **plain,
            size_t *plain_len, struct hop_error *err)
{
    static const uint32_t majors[] = {
        [FASTSEAL_OK] = GSS_S_COMPLETE,
        [FASTSEAL_ALTERED] = GSS_S_BAD_MIC,
        [FASTSEAL_ORDER] = GSS_S_UNSEQ_TOKEN,
        [FASTSEAL_BAD] = GSS_S_DEFECTIVE_TOKEN,
    };
    uint8_t *text = NULL;
    enum fastseal_result r =
        s->fast_ops->unwrap(s->fast, token, n, &text, plain_len);

    if (r != FASTSEAL_OK)
        return fail(s, majors[r], 0, "open a sealed message", err);
    *plain = (char *)text;
    return true;
}

/* Data is copied behind the room for the header and sealed where it lies. */
static bool
wrap_krb5(struct hop_seal *s, const void *data, size_t n, size_t header,
          uint8_t *room, struct hop_error *err)
{
    OM_uint32 maj, min;
    int conf = 0;
    gss_iov_buffer_desc v[] = {
        {GSS_IOV_BUFFER_TYPE_HEADER, {header, room}},
        {GSS_IOV_BUFFER_TYPE_DATA, {n, room + header}},
        {GSS_IOV_BUFFER_TYPE_PADDING, {s->padding, room + header + n}},
    };

    memcpy(room + header, data, n);
    maj = gss_wrap_iov(&min, s->ctx, 1, GSS_C_QOP_DEFAULT, &conf, v, 3);
    if (maj != GSS_S_COMPLETE)
        return fail(s, maj, min, "seal a message", err);
    if (!conf || v[0].buffer.length != header ||
        v[2].buffer.length != s->padding)
        return fail(s, GSS_S_FAILURE, 0, "seal a message", err);
    return true;
}

/* gss-ntlmssp has no iov calls; its token is the signature and the data. */
static bool
wrap_ntlm(struct hop_seal *s, const void *data, size_t n, uint8_t *room,
          struct hop_error *err)
{
    OM_uint32 maj, min;
    int conf = 0;
    gss_buffer_desc in = {n, (void *)(uintptr_t)data};
    GSS_AUTO_BUFFER gss_buffer_desc token = GSS_C_EMPTY_BUFFER;

    maj = gss_wrap(&min, s->ctx, 1, GSS_C_QOP_DEFAULT, &in, &conf, &token);
    if (maj != GSS_S_COMPLETE)
        return fail(s, maj, min, "seal a message", err);
    if (!conf || token.length != n + s->header)
        return fail(s, GSS_S_FAILURE, 0, "seal a message", err);
    memcpy(room, token.value, token.length);
    return true;
}

static bool
wrap_any(struct hop_seal *s, const void *data, size_t n, size_t header,
         uint8_t *room, struct hop_error *err)
{
    if (s->fast != NULL)
        return s->fast_ops->wrap(s->fast, data, n, room) ||
               fail(s, GSS_S_FAILURE, 0, "seal a message", err);
    return s->mech == HOP_AUTH_NTLM ? wrap_ntlm(s, data, n, room, err)
                                    : wrap_krb5(s, data, n, header, room, err);
}

static bool
wrap_by_engine(struct hop_seal *s, const void *data, size_t n,
               struct hop_buf *out, size_t *length, struct hop_error *err)
{
    *length = n;
    s->dead = !s->engine->wrap(s->state, data, n, out, err);
    return !s->dead;
}

bool
hop_seal_wrap(struct hop_seal *s, const void *data, size_t n,
              struct hop_buf *out, size_t *length, struct hop_error *err)
{
    size_t header = 0, total;
    uint8_t *room;

    if (!check_usable(s, n, err))
        return false;
    if (s->engine != NULL)
        return wrap_by_engine(s, data, n, out, length, err);
    if (!consider_fast(s, n, err) || !measure(s, n, &header, err))
        return false;
    total = 4 + header + n + s->padding;
    room = hop_buf_reserve(out, total);
    if (room == NULL)
        return hop_error_set(err, HOP_ERROR_LIMIT, 0,
                             "seal a message: %zu bytes are too many", n);
    put_le32(room, header);
    if (!wrap_any(s, data, n, header, room + 4, err))
        return false;
    hop_buf_commit(out, total);
    *length = n + s->padding;
    return true;
}

/* SND_SEQ of RFC 4121 4.2.6.2. */
static uint64_t
read_sequence(const uint8_t *token)
{
    uint64_t v = 0;

    for (size_t k = 8; k < 16; k++)
        v = v << 8 | token[k];
    return v;
}

static bool
unwrap_krb5(struct hop_seal *s, uint8_t *token, size_t n, char **plain,
            size_t *plain_len, struct hop_error *err)
{
    OM_uint32 maj, min;
    int conf = 0;
    gss_iov_buffer_desc v[] = {
        {GSS_IOV_BUFFER_TYPE_STREAM, {n, token}},
        {GSS_IOV_BUFFER_TYPE_DATA, GSS_C_EMPTY_BUFFER},
    };

    uint64_t sequence = read_sequence(token);

    maj = gss_unwrap_iov(&min, s->ctx, &conf, NULL, v, 2);
    /* Replay and gaps are supplementary bits of a success, RFC 2743 1.2.3. */
    if (maj != GSS_S_COMPLETE)
        return fail(s, maj, min, "open a sealed message", err);
    if (!conf)
        return fail(s, GSS_S_BAD_MIC, 0,
                    "open a message that is signed but not sealed", err);
    s->opened = true;
    s->next_recv = sequence + 1;
    *plain = v[1].buffer.value;
    *plain_len = v[1].buffer.length;
    return true;
}

static bool
unwrap_ntlm(struct hop_seal *s, uint8_t *token, size_t n, char **plain,
            size_t *plain_len, struct hop_error *err)
{
    OM_uint32 maj, min;
    int conf = 0;
    gss_buffer_desc in = {n, token};
    GSS_AUTO_BUFFER gss_buffer_desc text = GSS_C_EMPTY_BUFFER;

    maj = gss_unwrap(&min, s->ctx, &in, &text, &conf, NULL);
    if (maj != GSS_S_COMPLETE)
        return fail(s, maj, min, "open a sealed message", err);
    if (!conf || text.length > n)
        return fail(s, GSS_S_BAD_MIC, 0, "open a sealed message", err);
    memcpy(token, text.value, text.length);
    explicit_bzero(text.value, text.length);
    *plain = (char *)token;
    *plain_len = text.length;
    return true;
}

static bool
check_layout(struct hop_seal *s, const uint8_t *p, size_t n,
             struct hop_error *err)
{
    /* RC4's header differs by the bytes of its length. */
    size_t slack = s->padding > 0 ? 4 : 0, header = n >= 4 ? get_le32(p) : 0;

    if (s->engine != NULL && n > 4 && n <= HOP_SEAL_MAX && header < n)
        return true;
    if (n > 4 + header && n <= HOP_SEAL_MAX && header + slack >= s->header &&
        header <= s->header + slack)
        return true;
    s->dead = true;
    return hop_error_set(
        err, HOP_ERROR_PROTOCOL, 0,
        "open a sealed message: its header is %zu bytes in a message of %zu, "
        "and %zu are due",
        header, n, s->header);
}

static bool
unwrap_any(struct hop_seal *s, uint8_t *token, size_t n, char **plain,
           size_t *plain_len, struct hop_error *err)
{
    if (s->engine != NULL) {
        s->dead = !s->engine->unwrap(s->state, token - 4, n + 4, plain,
                                     plain_len, err);
        return !s->dead;
    }
    if (s->fast != NULL)
        return unwrap_fast(s, token, n, plain, plain_len, err);
    return s->mech == HOP_AUTH_NTLM
               ? unwrap_ntlm(s, token, n, plain, plain_len, err)
               : unwrap_krb5(s, token, n, plain, plain_len, err);
}

bool
hop_seal_unwrap(struct hop_seal *s, void *payload, size_t n, size_t length,
                char **plain, size_t *plain_len, struct hop_error *err)
{
    uint8_t *p = payload;
    char *text = NULL;
    size_t text_len = 0;

    if (!check_usable(s, 1, err) || !check_layout(s, p, n, err) ||
        !consider_fast(s, n, err) ||
        !unwrap_any(s, p + 4, n - 4, &text, &text_len, err))
        return false;
    if (length != text_len + s->padding) {
        s->dead = true;
        return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                             "open a sealed message: Length says %zu, %zu "
                             "bytes came out",
                             length, text_len);
    }
    *plain = text;
    *plain_len = text_len;
    return true;
}

bool
hop_seal_token(struct hop_seal *s, const void *data, size_t n,
               struct hop_buf *out, struct hop_error *err)
{
    OM_uint32 maj, min;
    int conf = 0;
    gss_buffer_desc in = {n, (void *)(uintptr_t)data};
    GSS_AUTO_BUFFER gss_buffer_desc token = GSS_C_EMPTY_BUFFER;

    if (!check_usable(s, n, err) || !check_library(s, err))
        return false;
    maj = gss_wrap(&min, s->ctx, 1, GSS_C_QOP_DEFAULT, &in, &conf, &token);
    if (maj != GSS_S_COMPLETE || !conf)
        return fail(s, maj, min, "seal a token", err);
    hop_buf_add(out, token.value, token.length);
    return true;
}

bool
hop_seal_open_token(struct hop_seal *s, const void *token, size_t n,
                    struct hop_buf *out, struct hop_error *err)
{
    OM_uint32 maj, min;
    int conf = 0;
    gss_buffer_desc in = {n, (void *)(uintptr_t)token};
    GSS_AUTO_BUFFER gss_buffer_desc text = GSS_C_EMPTY_BUFFER;

    if (!check_usable(s, n, err) || !check_library(s, err))
        return false;
    maj = gss_unwrap(&min, s->ctx, &in, &text, &conf, NULL);
    if (maj != GSS_S_COMPLETE || !conf)
        return fail(s, maj != GSS_S_COMPLETE ? maj : GSS_S_BAD_MIC, min,
                    "open a sealed token", err);
    hop_buf_add(out, text.value, text.length);
    explicit_bzero(text.value, text.length);
    return true;
}
