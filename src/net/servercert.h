/* A certificate of this host that an HTTPS listener could show: not
 * self-signed, of the host's full name, in force, with its key.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_NET_SERVERCERT_H
#define HOP_NET_SERVERCERT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct hop_servercert {
    char *cert, *key;    /* files, PEM */
    char thumbprint[41]; /* SHA-1, upper case */
    char *subject;       /* "CN = b.corp.test" */
};

struct hop_servercert_ops {
    bool (*find)(const char *dirs, const char *tokens, const char *host,
                 int64_t now, struct hop_servercert *out,
                 struct hop_error *err);
};

/* In hop-tls.so; programs that link that call it directly. */
extern const struct hop_servercert_ops hop_servercert_openssl
    __attribute__((visibility("default")));

/* The one in the directories (by colons; *.pem, *.crt, keys in *.key beside
 * them or in the same file) and on the tokens (PKCS#11 URIs by commas; cert and
 * key are then such a URI) that is in force for the longest time.  now: Unix
 * time.  Without one the error says of each that was looked at what it lacks.
 */
HOP_MUST_CHECK bool hop_servercert_find(const char *dirs, const char *tokens,
                                        const char *host, int64_t now,
                                        struct hop_servercert *out,
                                        struct hop_error *err);
void hop_servercert_done(struct hop_servercert *c);

#endif
