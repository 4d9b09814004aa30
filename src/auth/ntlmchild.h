/* The throw-away processes in which NTLM is accepted.
 *
 * A helper is forked before anything secret is in memory; each exchange gets a
 * fork of the helper, which holds the NTLM credential alone and may die.  One
 * SEQPACKET socket per exchange: a token goes in, a reply comes out.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_AUTH_NTLMCHILD_H
#define HOP_AUTH_NTLMCHILD_H

#include <sys/types.h>

#include "auth/mech.h"
#include "base/buf.h"
#include "base/error.h"

struct ntlm_helper;

/* sandbox (may be NULL) is called in the helper before it serves. */
HOP_MUST_CHECK bool ntlm_helper_start(const char *user_file,
                                      bool (*sandbox)(void),
                                      struct ntlm_helper **out,
                                      struct hop_error *err);
/* Ends the helper; exchanges under way go on. */
void ntlm_helper_free(struct ntlm_helper *h);

/* A new exchange: *fd is the socket, non-blocking, the caller's. */
HOP_MUST_CHECK bool ntlm_child_open(struct ntlm_helper *h, const void *binding,
                                    size_t binding_len, int *fd,
                                    struct hop_error *err);

struct ntlm_reply {
    enum hop_auth_step step; /* CONTINUE, DONE or FAILED */
    uint32_t major, minor;   /* FAILED */
    uint32_t flags;          /* DONE: GSS flags */
    struct hop_buf token;    /* to the client */
    struct hop_buf name;     /* DONE */
    struct hop_buf context;  /* DONE: exported; secret */
};
void ntlm_reply_done(struct ntlm_reply *r);

/* Sends a token.  */
HOP_MUST_CHECK bool ntlm_child_send(int fd, const void *token, size_t n,
                                    struct hop_error *err);
/* Takes the reply once fd is readable; false also when the child has died. */
HOP_MUST_CHECK bool ntlm_child_receive(int fd, struct ntlm_reply *out,
                                       struct hop_error *err);

#endif
