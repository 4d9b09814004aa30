/* The server's side of Negotiate, Kerberos and NTLM.
 *
 * One struct hop_acceptor_cred per process, one struct hop_acceptor per
 * connection.  Kerberos is accepted in the process itself.  NTLM, raw or inside
 * SPNEGO, goes to a throw-away child that holds no keytab: the library behind
 * it can be crashed by one message, and the guard in
 * auth/ntlmguard.h is the first of two walls.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_AUTH_ACCEPT_H
#define HOP_AUTH_ACCEPT_H

#include "auth/grant.h"
#include "auth/mech.h"
#include "auth/seal.h"

struct hop_acceptor_cred;
struct hop_acceptor;

#define HOP_AUTO_ACCEPTOR_CRED HOP_CLEANUP(hop_acceptor_cred_freep)
#define HOP_AUTO_ACCEPTOR      HOP_CLEANUP(hop_acceptor_freep)

struct hop_acceptor_options {
    const char *keytab;         /* path; NULL: no Kerberos */
    const char *ntlm_file;      /* NTLM_USER_FILE format; NULL: winbind */
    bool ntlm;                  /* accept NTLM at all */
    bool evidence;              /* keep the user's ticket for S4U2Proxy */
    bool (*ntlm_sandbox)(void); /* called in the NTLM helper; may be NULL */
};

/* Acquires what the process needs, once.  Forks the NTLM helper first, so it
 * is called before any other secret is in memory, from a process without
 * threads.  Fails when the keytab cannot be read or is empty. */
HOP_MUST_CHECK bool hop_acceptor_cred_new(const struct hop_acceptor_options *o,
                                          struct hop_acceptor_cred **out,
                                          struct hop_error *err);
/* Reads the keytab again (a changed machine password); the old credential
 * stays in force when that fails. */
HOP_MUST_CHECK bool hop_acceptor_cred_reload(struct hop_acceptor_cred *c,
                                             struct hop_error *err);
/* The same from another keytab. */
HOP_MUST_CHECK bool hop_acceptor_cred_set_keytab(struct hop_acceptor_cred *c,
                                                 const char *keytab,
                                                 struct hop_error *err);
void hop_acceptor_cred_free(struct hop_acceptor_cred *c);
void hop_acceptor_cred_freep(struct hop_acceptor_cred **c);

struct hop_acceptor_rule {
    bool kerberos, ntlm;     /* permitted by policy */
    enum hop_auth_mech mech; /* of the HTTP scheme: NEGOTIATE takes SPNEGO, raw
                                NTLMSSP and raw Kerberos; KERBEROS no NTLM */
    enum hop_auth_cbt cbt;
    const void *binding; /* NULL without TLS; copied */
    size_t binding_len;
};

/* cred outlives the acceptor. */
HOP_MUST_CHECK bool hop_acceptor_new(struct hop_acceptor_cred *cred,
                                     const struct hop_acceptor_rule *rule,
                                     struct hop_acceptor **out,
                                     struct hop_error *err);
void hop_acceptor_free(struct hop_acceptor *a);
void hop_acceptor_freep(struct hop_acceptor **a);

/* The longest token that is looked at, in bytes. */
#define HOP_TOKEN_MAX 65536u

/* Takes one token, appends the answer to out.  HOP_AUTH_PENDING: wait until
 * hop_acceptor_fd() is readable, then call hop_acceptor_resume(). */
HOP_MUST_CHECK enum hop_auth_step hop_acceptor_step(struct hop_acceptor *a,
                                                    const void *in, size_t n,
                                                    struct hop_buf *out,
                                                    struct hop_error *err);
int hop_acceptor_fd(const struct hop_acceptor *a);
HOP_MUST_CHECK enum hop_auth_step hop_acceptor_resume(struct hop_acceptor *a,
                                                      struct hop_buf *out,
                                                      struct hop_error *err);
/* Both in one, waiting at most timeout_ms: for tests and small servers. */
HOP_MUST_CHECK enum hop_auth_step
hop_acceptor_step_wait(struct hop_acceptor *a, const void *in, size_t n,
                       int timeout_ms, struct hop_buf *out,
                       struct hop_error *err);

/* Who it is, once established. */
struct hop_auth_identity {
    enum hop_auth_mech mech; /* KERBEROS or NTLM: what really took place */
    char *principal;         /* "alice@CORP.TEST" or "CORP\alice" */
    int64_t expires;         /* Unix time; 0: does not expire (NTLM) */
    uint32_t flags;          /* GSS_C_*_FLAG */
    bool delegated;          /* the client forwarded a TGT */
    bool channel_bound;
    struct hop_buf pac; /* KERB_VALIDATION_INFO of the ticket, or empty */
};

/* Borrowed until hop_acceptor_free; NULL before HOP_AUTH_DONE. */
const struct hop_auth_identity *
hop_acceptor_identity(const struct hop_acceptor *a);
/* The forwarded TGT or the evidence ticket, NULL when there is neither.  The
 * caller owns it; a second call gives NULL. */
struct hop_grant *hop_acceptor_take_grant(struct hop_acceptor *a);
/* Appends the context for hop_seal_import in another process; the acceptor is
 * good for nothing but its identity and delegation afterwards. */
HOP_MUST_CHECK bool hop_acceptor_export(struct hop_acceptor *a,
                                        struct hop_buf *out,
                                        struct hop_error *err);

#endif
