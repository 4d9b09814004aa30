/* Base64, RFC 4648 section 4.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_BASE_BASE64_H
#define HOP_BASE_BASE64_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* Appends the encoding of n bytes, padded, without line breaks. */
void hop_base64_encode(struct hop_buf *out, const void *p, size_t n);
/* Appends the decoding of n characters.  White space is skipped (xs:base64Binary
 * allows it); false for any other stray character, missing or early padding. */
HOP_MUST_CHECK bool hop_base64_decode(struct hop_buf *out, const char *s,
                                      size_t n);

#endif
