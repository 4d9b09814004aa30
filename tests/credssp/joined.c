/* SPDX-License-Identifier: MIT */
#include "credssp/joined.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct world world;

static struct hop_cred *
password_cred(const char *user, const char *password)
{
    HOP_AUTO_SECRET struct hop_secret *s =
        hop_secret_new(password, strlen(password));
    struct hop_cred *c = NULL;

    if (!hop_cred_password(user, s, &c, NULL))
        abort();
    return c;
}

bool
world_setup(void)
{
    struct hop_error err = {0};
    struct hop_acceptor_options o = {.ntlm = true};
    FILE *f;

    hop_credssp_use(&hop_credssp_openssl);
    if (!realm_start(&world.realm, "aes256-cts")) {
        printf("Bail out! the realm did not start, see %s\n", world.realm.dir);
        return false;
    }
    f = fopen(realm_path(&world.realm, "ntlm"), "w");
    fputs("CORP:nora:geheim\n", f);
    fclose(f);
    o.keytab = realm_path(&world.realm, "b.keytab");
    o.ntlm_file = realm_path(&world.realm, "ntlm");
    world.identity = hop_credssp_openssl.identity_new("b.test", &err);
    world.other_identity = hop_credssp_openssl.identity_new("b.test", &err);
    world.alice = password_cred("alice@TEST", REALM_PASSWORD);
    world.nora = password_cred("CORP\\nora", "geheim");
    if (!hop_acceptor_cred_new(&o, &world.server, &err) ||
        world.identity == NULL || world.other_identity == NULL) {
        printf("Bail out! %s\n", err.text);
        return false;
    }
    return true;
}

void
world_end(void)
{
    hop_cred_free(world.alice);
    hop_cred_free(world.nora);
    hop_credssp_openssl.identity_free(world.identity);
    hop_credssp_openssl.identity_free(world.other_identity);
    hop_acceptor_cred_free(world.server);
    realm_stop(&world.realm);
}

struct hop_credssp_client_options
client_options(struct hop_cred *cred)
{
    struct hop_credssp_client_options o = {.cred = cred,
                                           .spn = {.host = "b.test"}};

    memset(o.nonce, 'n', sizeof(o.nonce));
    return o;
}

struct hop_credssp_server_options
server_options(void)
{
    return (struct hop_credssp_server_options){.cred = world.server,
                                               .identity = world.identity,
                                               .kerberos = true,
                                               .ntlm = true};
}

/* NTLM is accepted in another process. */
static enum hop_auth_step
step_server(struct joined *x, const struct hop_buf *in, struct hop_buf *out)
{
    enum hop_auth_step r =
        hop_credssp_server_step(x->s, in->data, in->len, out, &x->server_err);

    while (r == HOP_AUTH_PENDING) {
        struct pollfd p = {hop_credssp_server_fd(x->s), POLLIN, 0};

        if (poll(&p, 1, 20000) != 1)
            return HOP_AUTH_FAILED;
        r = hop_credssp_server_resume(x->s, out, &x->server_err);
    }
    return r;
}

static void
run(struct joined *x, token_fn *change)
{
    HOP_AUTO_BUF struct hop_buf up = HOP_BUF_INIT, down = HOP_BUF_INIT;

    x->client = x->server = HOP_AUTH_CONTINUE;
    while (x->legs < 20) {
        hop_buf_clear(&up);
        x->client = hop_credssp_client_step(x->c, down.data, down.len, &up,
                                            &x->client_err);
        if (x->client == HOP_AUTH_FAILED)
            break;
        x->legs++;
        if (change != NULL)
            change(&up, x->legs, false);
        hop_buf_clear(&down);
        x->server = step_server(x, &up, &down);
        if (change != NULL)
            change(&down, x->legs, true);
        if (x->server != HOP_AUTH_CONTINUE && down.len == 0)
            break;
    }
    x->ok = x->client == HOP_AUTH_DONE && x->server == HOP_AUTH_DONE;
}

static bool
start(struct joined *x, const struct hop_credssp_client_options *co,
      const struct hop_credssp_server_options *so)
{
    *x = (struct joined){0};
    return hop_credssp_client_new(co, &x->c, &x->client_err) &&
           hop_credssp_server_new(so, &x->s, &x->server_err);
}

void
joined_run(struct joined *x, const struct hop_credssp_client_options *co,
           const struct hop_credssp_server_options *so, token_fn *change)
{
    if (start(x, co, so))
        run(x, change);
}

void
joined_done(struct joined *x)
{
    hop_credssp_client_free(x->c);
    hop_credssp_server_free(x->s);
}

/* ---- the man in the middle */

struct middle {
    struct joined *x;
    struct credssp_tls *to_client, *to_server;
    bool secured;
    token_fn *change;
};

/* Both handshakes are his own: the client's is answered here until it is over,
 * then the server's is made in one go. */
static bool
shake_server(struct middle *m)
{
    HOP_AUTO_BUF struct hop_buf up = HOP_BUF_INIT, down = HOP_BUF_INIT;
    struct hop_error err = {0};

    for (int k = 0; k < 5; k++) {
        enum credssp_tls_result r;

        hop_credssp_openssl.feed(m->to_server, down.data, down.len);
        hop_buf_clear(&up);
        r = hop_credssp_openssl.handshake(m->to_server, &up, &err);
        hop_buf_clear(&down);
        if (up.len > 0 && step_server(m->x, &up, &down) == HOP_AUTH_FAILED)
            return false;
        if (r == CREDSSP_TLS_DONE) {
            hop_credssp_openssl.feed(m->to_server, down.data, down.len);
            return true;
        }
    }
    return false;
}

static bool
translate(struct middle *m, struct hop_buf *token, int leg, bool from_server)
{
    struct credssp_tls *from = from_server ? m->to_server : m->to_client;
    struct credssp_tls *to = from_server ? m->to_client : m->to_server;
    HOP_AUTO_BUF struct hop_buf plain = HOP_BUF_INIT, ignored = HOP_BUF_INIT;
    struct hop_error err = {0};

    hop_credssp_openssl.feed(from, token->data, token->len);
    if (!hop_credssp_openssl.read(from, &plain, &ignored, &err))
        return false;
    hop_buf_clear(token);
    if (plain.len == 0)
        return true;
    if (m->change != NULL)
        m->change(&plain, leg, from_server);
    return hop_credssp_openssl.write(to, plain.data, plain.len, token, &err);
}

/* The client's handshake is answered by him alone.  True once it is over: up is
 * empty then, as what may be behind the client's Finished is in his TLS. */
static bool
shake_client(struct middle *m, struct hop_buf *up, struct hop_buf *down)
{
    struct hop_error err = {0};

    hop_credssp_openssl.feed(m->to_client, up->data, up->len);
    hop_buf_clear(up);
    m->secured = hop_credssp_openssl.handshake(m->to_client, down, &err) ==
                 CREDSSP_TLS_DONE;
    return m->secured;
}

static void
run_middle(struct middle *m)
{
    struct joined *x = m->x;
    HOP_AUTO_BUF struct hop_buf up = HOP_BUF_INIT, down = HOP_BUF_INIT;
    HOP_AUTO_BUF struct hop_buf answer = HOP_BUF_INIT;

    x->client = x->server = HOP_AUTH_CONTINUE;
    while (x->legs < 20) {
        hop_buf_clear(&up);
        x->client = hop_credssp_client_step(x->c, down.data, down.len, &up,
                                            &x->client_err);
        hop_buf_clear(&down);
        if (x->client == HOP_AUTH_FAILED)
            return;
        x->legs++;
        if (!m->secured && !shake_client(m, &up, &down))
            continue;
        if (!translate(m, &up, x->legs, false))
            return;
        if (up.len == 0 && down.len > 0)
            continue;
        if (up.len == 0)
            return;
        hop_buf_clear(&answer);
        x->server = step_server(x, &up, &answer);
        if (x->server == HOP_AUTH_DONE || answer.len == 0 ||
            !translate(m, &answer, x->legs, true))
            break;
        hop_buf_add(&down, answer.data, answer.len);
    }
    x->ok = x->client == HOP_AUTH_DONE && x->server == HOP_AUTH_DONE;
}

void
joined_run_relayed(struct joined *x,
                   const struct hop_credssp_client_options *co,
                   const struct hop_credssp_server_options *so,
                   const struct credssp_identity *his, token_fn *change)
{
    struct middle m = {.x = x, .change = change};
    const struct credssp_tls_options to_client = {.identity = his};
    const struct credssp_tls_options to_server = {0};
    struct hop_error err = {0};

    if (!start(x, co, so))
        return;
    m.to_client = hop_credssp_openssl.open(&to_client, &err);
    m.to_server = hop_credssp_openssl.open(&to_server, &err);
    if (m.to_client != NULL && m.to_server != NULL && shake_server(&m))
        run_middle(&m);
    hop_credssp_openssl.close(m.to_client);
    hop_credssp_openssl.close(m.to_server);
}
