/* Client certificates to users: the mappings of WSMan's ClientCertificate table
 * (issuer's thumbprint, subject, resource, user), and rules of a file.
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
#include "config/config.h"

struct hop_certmap;

#define HOP_AUTO_CERTMAP HOP_CLEANUP(hop_certmap_freep)

/* Parses the text of a mapping file.  An error names the line. */
HOP_MUST_CHECK bool hop_certmap_parse(const char *text, size_t n,
                                      struct hop_certmap **out,
                                      struct hop_error *err);
void hop_certmap_free(struct hop_certmap *m);
void hop_certmap_freep(struct hop_certmap **m);
/* The mappings of the settings, ClientCertificate/NAME/..., those that are
 * enabled.  Subject is a pattern of the certificate's UPN; where it has none,
 * of its DNS names, and where it has neither, of its common name.  Issuer is
 * the thumbprint of any certificate above it in its chain. */
struct hop_certmap *hop_certmap_of_settings(const struct hop_config *c);
bool hop_certmap_is_empty(const struct hop_certmap *m);

struct hop_certmap_match {
    char *user;
    char *name;  /* the certificate's own, for the journal */
    char *scope; /* patterns of resource URIs, by line feeds; "": all */
};
void hop_certmap_match_done(struct hop_certmap_match *m);

/* The user for a certificate whose chain (DER, one behind the other, the leaf
 * first) TLS has verified.  Of several mappings that fit, the first one says
 * which user; others to the same user add their resources.  None:
 * SEC_E_LOGON_DENIED. */
HOP_MUST_CHECK bool hop_certmap_find(const struct hop_certmap *m,
                                     const void *chain, size_t chain_len,
                                     struct hop_certmap_match *out,
                                     struct hop_error *err);

#endif
