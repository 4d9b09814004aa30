/* SPDX-License-Identifier: MIT */
#include "auth/exchange.h"

#include <string.h>

static void
run_tokens(struct exchange *x, tamper_fn *tamper)
{
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    HOP_AUTO_BUF struct hop_buf back = HOP_BUF_INIT;
    enum hop_auth_step client = HOP_AUTH_CONTINUE, server = HOP_AUTH_CONTINUE;

    while (x->legs < 10) {
        hop_buf_clear(&out);
        client =
            hop_initiator_step(x->i, back.data, back.len, &out, &x->client_err);
        if (client == HOP_AUTH_FAILED || out.len == 0)
            break;
        if (tamper != NULL)
            tamper(&out, x->legs);
        x->legs++;
        hop_buf_clear(&back);
        server = hop_acceptor_step_wait(x->a, out.data, out.len, 10000, &back,
                                        &x->server_err);
        if (client == HOP_AUTH_DONE ||
            (server != HOP_AUTH_CONTINUE && back.len == 0))
            break;
    }
    x->ok = client == HOP_AUTH_DONE && server == HOP_AUTH_DONE;
    /* NTLM's last token is the client's. */
    if (client == HOP_AUTH_CONTINUE && server == HOP_AUTH_DONE)
        x->ok = false;
}

void
exchange_run(struct exchange *x, const struct hop_initiator_options *io,
             struct hop_acceptor_cred *cred,
             const struct hop_acceptor_rule *rule, tamper_fn *tamper)
{
    memset(x, 0, sizeof(*x));
    if (hop_initiator_new(io, &x->i, &x->client_err) &&
        hop_acceptor_new(cred, rule, &x->a, &x->server_err))
        run_tokens(x, tamper);
}

void
exchange_done(struct exchange *x)
{
    hop_initiator_free(x->i);
    hop_acceptor_free(x->a);
}
