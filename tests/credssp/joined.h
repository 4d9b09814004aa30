/* A CredSSP client and a server joined by memory, with somebody between them
 * where a test wants that.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_TESTS_CREDSSP_JOINED_H
#define HOP_TESTS_CREDSSP_JOINED_H

#include "auth/realm.h"
#include "credssp/client.h"
#include "credssp/server.h"

/* Made once by setup: a realm with its KDC, NTLM user CORP\nora. */
struct world {
    struct realm realm;
    struct hop_acceptor_cred *server;
    struct credssp_identity *identity, *other_identity;
    struct hop_cred *alice, *nora; /* with their passwords */
};
extern struct world world;

bool world_setup(void);
void world_end(void);

struct joined {
    struct hop_credssp_client *c;
    struct hop_credssp_server *s;
    struct hop_error client_err, server_err;
    enum hop_auth_step client, server;
    int legs; /* tokens of the client */
    bool ok;  /* both are done */
};

/* Changes a token on its way; from_server tells which way; may be NULL. */
typedef void token_fn(struct hop_buf *token, int leg, bool from_server);

struct hop_credssp_client_options client_options(struct hop_cred *cred);
struct hop_credssp_server_options server_options(void);

void joined_run(struct joined *x, const struct hop_credssp_client_options *co,
                const struct hop_credssp_server_options *so, token_fn *change);
/* The same with a man in the middle, who ends TLS with an identity of his own
 * choice and sees TSRequests; change may alter them. */
void joined_run_relayed(struct joined *x,
                        const struct hop_credssp_client_options *co,
                        const struct hop_credssp_server_options *so,
                        const struct credssp_identity *his, token_fn *change);
void joined_done(struct joined *x);

#endif
