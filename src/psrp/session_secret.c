/* Secure strings under the session's key.  MS-PSRP 2.2.5.1.24.
 *
 * SPDX-License-Identifier: MIT
 */
#include "psrp/state.h"

#include "base/base64.h"
#include "base/text.h"
#include "value/types/secure.h"

static bool
make_key(struct hop_psrp_session *s)
{
    if (!s->is_server || !s->keys || !s->keys->draw ||
        !s->keys->draw(s->keys->ctx, s->key, sizeof(s->key)))
        return false;
    s->key_state = KEY_READY;
    return true;
}

bool
psrp_session_write_secret(void *ctx, struct hop_context *cx, struct hop_value v,
                          struct hop_buf *out)
{
    struct hop_psrp_session *s = ctx;
    HOP_AUTO_BUF struct hop_buf wide = {.secret = true}, sealed = HOP_BUF_INIT;
    size_t n;
    const char *text = hop_secure_text(v, &n);

    (void)cx;
    hop_utf16le_from_utf8(&wide, text, n);
    if (s->minor >= 4) {
        hop_base64_encode(out, hop_buf_str(&wide), wide.len);
        return hop_buf_ok(out);
    }
    if (s->key_state != KEY_READY && !make_key(s)) {
        s->key_missing = true;
        return false;
    }
    if (!s->keys->seal(s->keys->ctx, s->key, hop_buf_str(&wide), wide.len,
                       &sealed))
        return false;
    hop_base64_encode(out, hop_buf_str(&sealed), sealed.len);
    return hop_buf_ok(out);
}

bool
psrp_session_read_secret(void *ctx, struct hop_context *cx, const char *p,
                         size_t n, struct hop_value *out)
{
    struct hop_psrp_session *s = ctx;
    HOP_AUTO_BUF struct hop_buf raw = {.secret = true}, wide = {.secret = true},
                                text = {.secret = true};
    struct hop_buf *plain = &raw;

    *out = hop_null();
    if (s->minor < 4 && s->key_state != KEY_READY) {
        s->key_missing = true;
        return true;
    }
    if (!hop_base64_decode(&raw, p, n))
        return false;
    if (s->minor < 4) {
        plain = &wide;
        if (!s->keys->open(s->keys->ctx, s->key, hop_buf_str(&raw), raw.len,
                           &wide))
            return false;
    }
    if (!hop_utf8_from_utf16le(&text, hop_buf_str(plain), plain->len))
        return false;
    *out = hop_secure_new(cx, hop_buf_str(&text), text.len);
    return true;
}
