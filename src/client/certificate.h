/* The client's own certificate: a file, the thumbprint of one that the user or
 * the host keeps, or the URI of one on a PKCS#11 token.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CLIENT_CERTIFICATE_H
#define HOP_CLIENT_CERTIFICATE_H

#include "config/config.h"
#include "net/tls.h"

/* Where users keep theirs, below their home directory. */
#define CLIENT_CERTIFICATES ".local/share/hop/certs"

struct client_certificate {
    char *cert, *key;    /* files; key NULL: in the same one, or a token's */
    int cert_fd, key_fd; /* of a token's; else -1 */
};

/* given: a file; a thumbprint, which is looked for in the user's directory, in
 * those of the host and on the tokens of Linux/CertificateTokens; a URI
 * "pkcs11:...".  key_file may be NULL. */
HOP_MUST_CHECK bool
client_certificate_find(const char *given, const char *key_file,
                        const struct hop_config *config, const char *config_dir,
                        struct client_certificate *out, struct hop_error *err);
void client_certificate_use(const struct client_certificate *c,
                            struct hop_tls_config *tls);
void client_certificate_done(struct client_certificate *c);

#endif
