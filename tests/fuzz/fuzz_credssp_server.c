/* Bytes to a CredSSP server from the first one on: its TLS.
 *
 * SPDX-License-Identifier: MIT
 */
#include "credssp/server.h"
#include "fuzz.h"

static struct hop_acceptor_cred *cred;
static struct credssp_identity *identity;

static void
prepare(void)
{
    const struct hop_acceptor_options o = {0};

    hop_credssp_use(&hop_credssp_openssl);
    identity = hop_credssp_openssl.identity_new("b.test", NULL);
    MUST(identity != NULL && hop_acceptor_cred_new(&o, &cred, NULL));
}

/* The first byte is the length of the first token, and so on. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    HOP_AUTO_CREDSSP_SERVER struct hop_credssp_server *s = NULL;
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    struct hop_credssp_server_options o = {.kerberos = true};
    struct hop_error err = {0};
    enum hop_auth_step r = HOP_AUTH_CONTINUE;

    if (cred == NULL)
        prepare();
    o.cred = cred;
    o.identity = identity;
    MUST(hop_credssp_server_new(&o, &s, &err));
    while (size > 0 && r == HOP_AUTH_CONTINUE) {
        size_t n = data[0] < size - 1 ? data[0] : size - 1;

        hop_buf_clear(&out);
        r = hop_credssp_server_step(s, data + 1, n, &out, &err);
        data += 1 + n;
        size -= 1 + n;
    }
    MUST(r != HOP_AUTH_DONE && r != HOP_AUTH_PENDING);
    return 0;
}
