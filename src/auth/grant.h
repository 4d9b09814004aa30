/* What a logon left with the server: a forwarded TGT, or the user's ticket to
 * this server as evidence for S4U2Proxy.  It stays in hopd-auth.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_AUTH_GRANT_H
#define HOP_AUTH_GRANT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/error.h"

struct hop_grant;

#define HOP_AUTO_GRANT HOP_CLEANUP(hop_grant_freep)

enum hop_grant_kind {
    HOP_GRANT_NONE,
    HOP_GRANT_TGT,      /* forwarded, or made from a password */
    HOP_GRANT_EVIDENCE, /* the user's service ticket to this server */
    HOP_GRANT_NAME,     /* a name alone: NTLM, Basic and certificate logons */
};

void hop_grant_free(struct hop_grant *d);
void hop_grant_freep(struct hop_grant **d);
enum hop_grant_kind hop_grant_kind(const struct hop_grant *d);
/* "alice@CORP.TEST".  Borrowed. */
const char *hop_grant_principal(const struct hop_grant *d);
/* When the ticket ends, Unix time. */
int64_t hop_grant_expires(const struct hop_grant *d);
/* Whether the ticket is forwardable (evidence must be, MS-SFU 3.2.5.2). */
bool hop_grant_forwardable(const struct hop_grant *d);

/* A second one, for another session of the same logon. */
struct hop_grant *hop_grant_dup(const struct hop_grant *g);
/* From a name: "alice@CORP.TEST".  Ends with expires, Unix time. */
HOP_MUST_CHECK bool hop_grant_from_name(const char *principal, int64_t expires,
                                        struct hop_grant **out,
                                        struct hop_error *err);

/* From a TGT as hop_logon_password gives it. */
HOP_MUST_CHECK bool hop_grant_from_tgt(const void *creds, size_t n,
                                       struct hop_grant **out,
                                       struct hop_error *err);

/* From when on (Unix time) a TGT has no more than a quarter of its time left; 0
 * for what cannot be renewed. */
int64_t hop_grant_renewal_at(const struct hop_grant *g);
/* True for a TGT that can be renewed and has come that far. */
bool hop_grant_wants_renewal(const struct hop_grant *g, int64_t now);
/* Puts a renewed TGT (bytes as mint_renew gives them) in place of the old one;
 * false when it is another user's or malformed. */
HOP_MUST_CHECK bool hop_grant_renewed(struct hop_grant *g, const void *creds,
                                      size_t n);

/* The contents of a FILE ticket cache (format 4) with a forwarded TGT; fails
 * for evidence, which never leaves this process.  out should be secret. */
HOP_MUST_CHECK bool hop_grant_ccache(const struct hop_grant *d,
                                     struct hop_buf *out,
                                     struct hop_error *err);

/* Writes such bytes as a file that the calling user alone can read: created
 * anew (O_EXCL, 0600, no symbolic link followed).  Called by the session's own
 * process. */
HOP_MUST_CHECK bool hop_ccache_write(const char *path, const void *bytes,
                                     size_t n, struct hop_error *err);
/* Overwrites and removes it; a file that is gone already is no error. */
HOP_MUST_CHECK bool hop_ccache_destroy(const char *path, struct hop_error *err);

#endif
