/* What a recorded client said, as it would say it to this host.
 *
 * SPDX-License-Identifier: MIT
 */
#include "live/rewrite.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/base64.h"
#include "psrp/fragment.h"
#include "psrp/type.h"

static struct hop_psrp_rsa *
new_pair(void *ctx, struct hop_error *err)
{
    (void)ctx;
    return hop_psrp_rsa_new(err);
}

void
rewriter_init(struct rewriter *r, const struct rewrite_swap *swaps,
              size_t count)
{
    *r = (struct rewriter){.swaps = swaps, .count = count};
    r->source = (struct hop_psrp_key_source){r, new_pair, NULL};
    hop_psrp_keys_init(&r->keys, &r->source);
}

void
rewriter_done(struct rewriter *r)
{
    hop_psrp_keys_done(&r->keys);
}

/* What stands between the marks. */
static const char *
between(const char *s, const char *before, const char *after, size_t *n)
{
    const char *from = strstr(s, before);
    const char *to = from ? strstr(from + strlen(before), after) : NULL;

    if (!to)
        return NULL;
    *n = (size_t)(to - from) - strlen(before);
    return from + strlen(before);
}

bool
rewriter_take_key(struct rewriter *r, const char *text, size_t n)
{
    HOP_AUTO_FREE char *s = hop_xstrndup(text, n);
    struct hop_error err = {0};
    size_t len;
    const char *sealed = between(s, "\"EncryptedSessionKey\">", "<", &len);

    return sealed && r->keys.unwrap(r->keys.ctx, sealed, len, r->key, &err);
}

/* ---- texts ---- */

static void
swap_text(struct hop_buf *text, const struct rewrite_swap *swap)
{
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    const char *s = hop_buf_str(text);

    for (const char *at; (at = strstr(s, swap->from)) != NULL;
         s = at + strlen(swap->from)) {
        hop_buf_add(&out, s, (size_t)(at - s));
        hop_buf_adds(&out, swap->to);
    }
    hop_buf_adds(&out, s);
    hop_buf_clear(text);
    hop_buf_add(text, hop_buf_str(&out), out.len);
}

/* Every element's contents: seal() appends what is there now. */
static bool
swap_elements(struct rewriter *r, struct hop_buf *text, const char *before,
              bool (*seal)(struct rewriter *r, struct hop_buf *out))
{
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    const char *s = hop_buf_str(text), *at;

    while ((at = strstr(s, before)) != NULL) {
        const char *from = strchr(at, '>'), *to = strchr(at + 1, '<');

        if (!from || !to)
            return false;
        hop_buf_add(&out, s, (size_t)(from + 1 - s));
        if (!seal(r, &out))
            return false;
        s = to;
    }
    hop_buf_adds(&out, s);
    hop_buf_clear(text);
    hop_buf_add(text, hop_buf_str(&out), out.len);
    return true;
}

static bool
add_public_key(struct rewriter *r, struct hop_buf *out)
{
    struct hop_error err = {0};

    return r->keys.public_key(r->keys.ctx, out, &err);
}

static bool
add_secret(struct rewriter *r, struct hop_buf *out)
{
    static const char secret[] = "s\0e\0c\0r\0e\0t";
    HOP_AUTO_BUF struct hop_buf sealed = HOP_BUF_INIT;

    if (!r->keys.seal(r->keys.ctx, r->key, secret, sizeof(secret), &sealed))
        return false;
    hop_base64_encode(out, hop_buf_str(&sealed), sealed.len);
    return true;
}

static bool
rewrite_object(struct rewriter *r, const uint8_t *p, size_t n,
               struct hop_buf *out)
{
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;

    hop_buf_add(&text, p + HOP_PSRP_HEAD, n - HOP_PSRP_HEAD);
    for (size_t i = 0; i < r->count; i++)
        swap_text(&text, &r->swaps[i]);
    if (!swap_elements(r, &text, "<S N=\"PublicKey\">", add_public_key) ||
        !swap_elements(r, &text, "<SS>", add_secret) ||
        !swap_elements(r, &text, "<SS ", add_secret))
        return false;
    hop_buf_add(out, p, HOP_PSRP_HEAD);
    hop_buf_add(out, hop_buf_str(&text), text.len);
    return true;
}

bool
rewriter_fragments(struct rewriter *r, const void *p, size_t n,
                   struct hop_buf *out)
{
    const uint8_t *at = p;
    struct hop_error err = {0};

    while (n > 0) {
        HOP_AUTO_BUF struct hop_buf object = HOP_BUF_INIT;
        struct hop_psrp_fragment f;
        size_t used;

        if (hop_psrp_fragment_decode(at, n, 1 << 24, &f, &used, &err) !=
            HOP_PSRP_DONE)
            return false;
        if (f.start && f.end && f.n > HOP_PSRP_HEAD) {
            if (!rewrite_object(r, f.data, f.n, &object))
                return false;
            f.data = (const uint8_t *)hop_buf_str(&object);
            f.n = object.len;
        }
        hop_psrp_fragment_encode(out, &f);
        at += used;
        n -= used;
    }
    return true;
}
