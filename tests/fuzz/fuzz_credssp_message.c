/* What a client that nobody knows yet sends inside CredSSP's TLS, and what one
 * that is known seals in it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "credssp/message.h"
#include "fuzz.h"

static void
check_inside(struct hop_der_span v, const uint8_t *p, size_t n)
{
    MUST(v.n == 0 || (v.p >= p && v.p + v.n <= p + n));
}

static void
check_request(const uint8_t *p, size_t n)
{
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    struct credssp_request r = {0}, again = {0};
    struct hop_error err = {0};
    size_t used = 0;

    if (credssp_request_decode(p, n, &used, &r, &err) != CREDSSP_READ_OK)
        return;
    MUST(used > 0 && used <= n && used <= CREDSSP_MESSAGE_MAX);
    check_inside(r.token, p, n);
    check_inside(r.auth_info, p, n);
    check_inside(r.key_auth, p, n);
    check_inside(r.nonce, p, n);
    credssp_request_encode(&r, &out);
    MUST(credssp_request_decode(out.data, out.len, &used, &again, &err) ==
         CREDSSP_READ_OK);
    MUST(used == out.len && again.version == r.version &&
         again.error == r.error && again.token.n == r.token.n &&
         again.key_auth.n == r.key_auth.n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct credssp_password c = {0};
    struct hop_error err = {0};

    check_request(data, size);
    if (credssp_password_decode(data, size, &c, &err)) {
        MUST(strlen(c.user) <= 3 * CREDSSP_NAME_MAX);
        MUST(c.password != NULL);
    }
    credssp_password_done(&c);
    return 0;
}
