/* SPDX-License-Identifier: MIT */
#include "auth/seal.h"

#include <stdint.h>
#include <string.h>

#include "auth/cfx.h"
#include "auth/explain.h"
#include "auth/gss.h"
#include "auth/sealctx.h"
#include "base/alloc.h"

/* MS-NLMP 2.2.2.9: version, checksum, sequence number. */
#define NTLM_SIGNATURE 16u
#define FAST_FROM      ((size_t)16 << 10)

struct hop_seal {
    gss_ctx_id_t ctx;
    enum hop_auth_mech mech; /* KERBEROS or NTLM */
    size_t header;           /* bytes in front of sealed data */
    size_t padding;          /* bytes behind it: 1 for RC4 */
    bool dead;               /* a failure has ended it */
    /* Kerberos: our own sealing takes over when a stream comes */
    struct cfx *cfx;
    size_t fast_from;      /* bytes of a message that is worth it */
    uint64_t receive_next; /* sequence number awaited, once one has come */
    bool receive_known;
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

/* The header's size is the same for every message of a context. */
static bool
measure(struct hop_seal *s, struct hop_error *err)
{
    OM_uint32 maj, min;
    gss_iov_buffer_desc v[] = {
        {GSS_IOV_BUFFER_TYPE_HEADER, GSS_C_EMPTY_BUFFER},
        {GSS_IOV_BUFFER_TYPE_DATA, {1024, NULL}},
        {GSS_IOV_BUFFER_TYPE_PADDING, GSS_C_EMPTY_BUFFER},
        {GSS_IOV_BUFFER_TYPE_TRAILER, GSS_C_EMPTY_BUFFER},
    };

    if (s->mech == HOP_AUTH_NTLM) {
        s->header = NTLM_SIGNATURE;
        return true;
    }
    maj = gss_wrap_iov_length(&min, s->ctx, 1, GSS_C_QOP_DEFAULT, NULL, v, 3);
    if (maj != GSS_S_COMPLETE)
        return fail(s, maj, min, "measure the message header", err);
    s->header = v[0].buffer.length;
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
    if (!measure(s, err))
        return false;
    s->fast_from = FAST_FROM;
    *out = hop_steal(&s);
    return true;
}

void
seal_set_fast_from(struct hop_seal *s, size_t bytes)
{
    s->fast_from = bytes;
}

/* Sequence numbers of a context are known from the first token that has come;
 * requests and answers alternate, so that is soon. */
static void
try_fast(struct hop_seal *s, size_t n)
{
    if (s->cfx || n < s->fast_from || s->mech != HOP_AUTH_KERBEROS ||
        s->header != CFX_HEADER || !s->receive_known)
        return;
    s->cfx = cfx_take(&s->ctx, s->receive_next);
    if (s->cfx == NULL)
        s->fast_from = SIZE_MAX;
    if (s->cfx == NULL && s->ctx == GSS_C_NO_CONTEXT)
        s->dead = true;
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

    if (!check_usable(own, 1, err))
        return false;
    if (own->cfx)
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "hand over a security context: a stream has "
                             "begun on it");
    return seal_export_context(&own->ctx, out, err);
}

void
hop_seal_free(struct hop_seal *s)
{
    if (s == NULL)
        return;
    cfx_free(s->cfx);
    gss_cleanup_ctx(&s->ctx);
    free(s);
}

void
hop_seal_freep(struct hop_seal **s)
{
    hop_seal_free(*s);
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

/* Data is copied behind the room for the header and sealed where it lies. */
static bool
wrap_krb5(struct hop_seal *s, const void *data, size_t n, uint8_t *room,
          struct hop_error *err)
{
    OM_uint32 maj, min;
    int conf = 0;
    gss_iov_buffer_desc v[] = {
        {GSS_IOV_BUFFER_TYPE_HEADER, {s->header, room}},
        {GSS_IOV_BUFFER_TYPE_DATA, {n, room + s->header}},
        {GSS_IOV_BUFFER_TYPE_PADDING, {s->padding, room + s->header + n}},
    };

    memcpy(room + s->header, data, n);
    if (s->cfx)
        return cfx_wrap(s->cfx, room, n) ||
               fail(s, GSS_S_FAILURE, 0, "seal a message", err);
    maj = gss_wrap_iov(&min, s->ctx, 1, GSS_C_QOP_DEFAULT, &conf, v, 3);
    if (maj != GSS_S_COMPLETE)
        return fail(s, maj, min, "seal a message", err);
    if (!conf || v[0].buffer.length != s->header ||
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

bool
hop_seal_wrap(struct hop_seal *s, const void *data, size_t n,
              struct hop_buf *out, size_t *length, struct hop_error *err)
{
    size_t total = 4 + s->header + n + s->padding;
    uint8_t *room;

    try_fast(s, n);
    if (!check_usable(s, n, err))
        return false;
    room = hop_buf_reserve(out, total);
    if (room == NULL)
        return hop_error_set(err, HOP_ERROR_LIMIT, 0,
                             "seal a message: %zu bytes are too many", n);
    put_le32(room, s->header);
    if (!(s->mech == HOP_AUTH_NTLM ? wrap_ntlm(s, data, n, room + 4, err)
                                   : wrap_krb5(s, data, n, room + 4, err)))
        return false;
    hop_buf_commit(out, total);
    *length = n + s->padding;
    return true;
}

static bool
unwrap_fast(struct hop_seal *s, uint8_t *token, size_t n, char **plain,
            size_t *plain_len, struct hop_error *err)
{
    static const OM_uint32 statuses[] = {
        [CFX_BAD_TOKEN] = GSS_S_BAD_MIC,
        [CFX_BAD_ORDER] = GSS_S_UNSEQ_TOKEN,
    };
    enum cfx_result r = cfx_unwrap(s->cfx, token, n, plain, plain_len);

    return r == CFX_OK || fail(s, statuses[r], 0, "open a sealed message", err);
}

static bool
unwrap_krb5(struct hop_seal *s, uint8_t *token, size_t n, char **plain,
            size_t *plain_len, struct hop_error *err)
{
    OM_uint32 maj, min;
    int conf = 0;
    uint64_t sequence = n >= 16 ? cfx_sequence(token) : 0;
    gss_iov_buffer_desc v[] = {
        {GSS_IOV_BUFFER_TYPE_STREAM, {n, token}},
        {GSS_IOV_BUFFER_TYPE_DATA, GSS_C_EMPTY_BUFFER},
    };

    try_fast(s, n);
    if (s->dead || s->cfx)
        return s->cfx ? unwrap_fast(s, token, n, plain, plain_len, err)
                      : check_usable(s, n, err);
    maj = gss_unwrap_iov(&min, s->ctx, &conf, NULL, v, 2);
    /* Replay and gaps are supplementary bits of a success, RFC 2743 1.2.3. */
    if (maj != GSS_S_COMPLETE)
        return fail(s, maj, min, "open a sealed message", err);
    if (!conf)
        return fail(s, GSS_S_BAD_MIC, 0,
                    "open a message that is signed but not sealed", err);
    s->receive_next = sequence + 1;
    s->receive_known = true;
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
    if (n > 4 + s->header && n <= HOP_SEAL_MAX && get_le32(p) == s->header)
        return true;
    s->dead = true;
    return hop_error_set(
        err, HOP_ERROR_PROTOCOL, 0,
        "open a sealed message: its header is %zu bytes in a message of %zu, "
        "and %zu are due",
        n >= 4 ? get_le32(p) : 0, n, s->header);
}

bool
hop_seal_unwrap(struct hop_seal *s, void *payload, size_t n, size_t length,
                char **plain, size_t *plain_len, struct hop_error *err)
{
    uint8_t *p = payload;
    char *text = NULL;
    size_t text_len = 0;

    if (!check_usable(s, 1, err) || !check_layout(s, p, n, err))
        return false;
    if (!(s->mech == HOP_AUTH_NTLM
              ? unwrap_ntlm(s, p + 4, n - 4, &text, &text_len, err)
              : unwrap_krb5(s, p + 4, n - 4, &text, &text_len, err)))
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

    if (!check_usable(s, n, err))
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

    if (!check_usable(s, n, err))
        return false;
    maj = gss_unwrap(&min, s->ctx, &in, &text, &conf, NULL);
    if (maj != GSS_S_COMPLETE || !conf)
        return fail(s, maj != GSS_S_COMPLETE ? maj : GSS_S_BAD_MIC, min,
                    "open a sealed token", err);
    hop_buf_add(out, text.value, text.length);
    explicit_bzero(text.value, text.length);
    return true;
}
