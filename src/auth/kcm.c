/* SPDX-License-Identifier: MIT */
#include "auth/kcm.h"

#include <string.h>

#include "base/cleanup.h"

/* Bits of the tag that says which fields of a credential follow. */
enum {
    TAG_CLIENT = 0x01,
    TAG_SERVER = 0x02,
    TAG_SESSION_KEY = 0x04,
    TAG_SECOND_TICKET = 0x10,
};

enum shape { NOTHING, NAME, UUID, NAME_UUID, NAME_RETRIEVE, REST };

/* REST: what follows the operation is not looked at, as the answer is the same
 * whatever it is. */
static const struct {
    enum kcm_op op;
    enum shape shape;
} shapes[] = {
    {KCM_GEN_NEW, REST},
    {KCM_INITIALIZE, REST},
    {KCM_DESTROY, REST},
    {KCM_STORE, REST},
    {KCM_RETRIEVE, NAME_RETRIEVE},
    {KCM_GET_PRINCIPAL, NAME},
    {KCM_GET_CRED_UUID_LIST, NAME},
    {KCM_GET_CRED_BY_UUID, NAME_UUID},
    {KCM_REMOVE_CRED, REST},
    {KCM_GET_CACHE_UUID_LIST, NOTHING},
    {KCM_GET_CACHE_BY_UUID, UUID},
    {KCM_GET_DEFAULT_CACHE, NOTHING},
    {KCM_SET_DEFAULT_CACHE, REST},
    {KCM_GET_KDC_OFFSET, NAME},
    {KCM_SET_KDC_OFFSET, REST},
    {KCM_GET_CRED_LIST, NAME},
    {KCM_REPLACE, REST},
    {KCM_HOP_STATUS, NOTHING},
    {KCM_HOP_PURGE, NOTHING},
};

/* A reader whose failure sticks. */
struct reader {
    const uint8_t *p;
    size_t n;
    bool bad;
};

static const uint8_t *
take(struct reader *r, size_t n)
{
    const uint8_t *p = r->p;

    if (r->bad || n > r->n) {
        r->bad = true;
        return NULL;
    }
    r->p += n;
    r->n -= n;
    return p;
}

static uint32_t
take_u32(struct reader *r)
{
    const uint8_t *p = take(r, 4);

    return p == NULL ? 0
                     : (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
                           (uint32_t)p[2] << 8 | (uint32_t)p[3];
}

static struct kcm_text
take_data(struct reader *r)
{
    size_t n = take_u32(r);
    const uint8_t *p = take(r, n);

    return p != NULL ? (struct kcm_text){(const char *)p, n}
                     : (struct kcm_text){"", 0};
}

static struct kcm_text
take_name(struct reader *r)
{
    const uint8_t *start = r->p;
    const uint8_t *end = r->n > 0 ? memchr(start, 0, r->n) : NULL;

    if (r->bad || end == NULL) {
        r->bad = true;
        return (struct kcm_text){"", 0};
    }
    take(r, (size_t)(end - start) + 1);
    return (struct kcm_text){(const char *)start, (size_t)(end - start)};
}

static void
take_principal(struct reader *r, struct kcm_principal *out)
{
    out->type = take_u32(r);
    out->count = take_u32(r);
    if (out->count > KCM_COMPONENTS_MAX) {
        out->count = 0;
        r->bad = true;
    }
    out->realm = take_data(r);
    for (size_t k = 0; k < out->count; k++)
        out->parts[k] = take_data(r);
}

/* u32 flags, u32 tag, then the fields that the tag names; of those behind the
 * principals only is_skey matters: four times, then one byte. */
static void
take_retrieve(struct reader *r, struct kcm_request *out)
{
    uint32_t tag;
    const uint8_t *skey;

    take_u32(r);
    tag = take_u32(r);
    out->has_client = (tag & TAG_CLIENT) != 0;
    out->has_server = (tag & TAG_SERVER) != 0;
    if (out->has_client)
        take_principal(r, &out->client);
    if (out->has_server)
        take_principal(r, &out->server);
    if (tag & (TAG_SESSION_KEY | TAG_SECOND_TICKET)) {
        out->user_to_user = true;
        return;
    }
    take(r, 16);
    skey = take(r, 1);
    out->user_to_user = skey != NULL && *skey != 0;
}

static bool
take_shape(struct reader *r, enum shape shape, struct kcm_request *out)
{
    if (shape == REST)
        return true;
    if (shape == NAME || shape == NAME_UUID || shape == NAME_RETRIEVE)
        out->cache = take_name(r);
    if (shape == UUID || shape == NAME_UUID) {
        const uint8_t *p = take(r, KCM_UUID);

        if (p != NULL)
            memcpy(out->uuid, p, KCM_UUID);
    }
    if (shape == NAME_RETRIEVE)
        take_retrieve(r, out);
    return !r->bad;
}

enum kcm_result
kcm_decode(const void *p, size_t n, struct kcm_request *out, size_t *used)
{
    struct reader whole = {p, n, false}, r;
    const uint8_t *head;
    uint32_t len, op;

    if (n < 4)
        return KCM_MORE;
    len = take_u32(&whole);
    if (len < 4 || len > KCM_REQUEST_MAX)
        return KCM_BAD;
    if (whole.n < len)
        return KCM_MORE;
    r = (struct reader){whole.p, len, false};
    head = take(&r, 4);
    *used = 4 + (size_t)len;
    if (head[0] != 2)
        return KCM_BAD;
    op = (uint32_t)head[2] << 8 | head[3];
    for (size_t k = 0; k < HOP_ARRAY_SIZE(shapes); k++)
        if (shapes[k].op == op) {
            memset(out, 0, sizeof(*out));
            out->op = shapes[k].op;
            return take_shape(&r, shapes[k].shape, out) ? KCM_OK : KCM_BAD;
        }
    return KCM_UNKNOWN;
}

static void
put_u32(struct hop_buf *out, size_t v)
{
    char b[4] = {(char)(v >> 24), (char)(v >> 16), (char)(v >> 8), (char)v};

    hop_buf_add(out, b, sizeof(b));
}

void
kcm_encode(struct hop_buf *out, uint32_t code, const void *payload, size_t n)
{
    if (code != 0)
        n = 0;
    put_u32(out, 4 + n);
    put_u32(out, 0);
    put_u32(out, code);
    hop_buf_add(out, payload, n);
}

bool
kcm_text_is(struct kcm_text t, const char *s)
{
    return t.n == strlen(s) && memcmp(t.p, s, t.n) == 0;
}
