/* Client certificates to users, as WSMan's ClientCertificate table does:
 * subject (the UPN in the subject alternative name), issuer thumbprint, user.
 *
 * The mapping file has one rule per line, "# ..." for comments:
 *
 *     upn         *@corp.test           issuer=<SHA-1 or SHA-256>  user=%u
 *     subject     "CN=deploy,O=Corp"    user=deploy
 *     thumbprint  0123...               user=alice
 *
 * The first rule that fits wins; %u is the part of the UPN before the @.  A
 * certificate that no rule names is refused.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_AUTH_CERTMAP_H
#define HOP_AUTH_CERTMAP_H

#include <stddef.h>

#include "base/error.h"

struct hop_certmap;

#define HOP_AUTO_CERTMAP HOP_CLEANUP(hop_certmap_freep)

/* Parses the text of a mapping file.  An error names the line. */
HOP_MUST_CHECK bool hop_certmap_parse(const char *text, size_t n,
                                      struct hop_certmap **out,
                                      struct hop_error *err);
void hop_certmap_free(struct hop_certmap *m);
void hop_certmap_freep(struct hop_certmap **m);
/* The user for a leaf certificate whose chain TLS has verified, and its issuer
 * (DER; issuer may be NULL when no rule names one).  *user is free()d by the
 * caller; *name is the certificate's own name for the journal. */
HOP_MUST_CHECK bool hop_certmap_find(const struct hop_certmap *m,
                                     const void *leaf, size_t leaf_len,
                                     const void *issuer, size_t issuer_len,
                                     char **user, char **name,
                                     struct hop_error *err);

#endif
