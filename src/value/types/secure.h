/* Secrets that scripts hold: SecureString and the credentials.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_VALUE_TYPES_SECURE_H
#define HOP_VALUE_TYPES_SECURE_H

#include "base/secret.h"
#include "value/class.h"

/* A SecureString of n bytes of UTF-8; owned. */
struct hop_value hop_secure_new(struct hop_context *cx, const char *s,
                                size_t n);
/* Its text, borrowed while the object is unchanged. */
const char *hop_secure_text(struct hop_value v, size_t *n);

/* The user and the password of a PSCredential, both owned by the caller; false
 * for anything else. */
HOP_MUST_CHECK bool hop_credential_open(struct hop_context *cx,
                                        struct hop_value credential,
                                        char **user,
                                        struct hop_secret **password);

#endif
