/* Base64, RFC 4648 section 4.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_BASE_BASE64_H
#define HOP_BASE_BASE64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* Appends the encoding of n bytes, padded, without line breaks. */
void hop_base64_encode(struct hop_buf *out, const void *p, size_t n);
/* Appends the decoding of n characters.  White space is skipped
 * (xs:base64Binary allows it); false for any other stray character, missing or
 * early padding. */
HOP_MUST_CHECK bool hop_base64_decode(struct hop_buf *out, const char *s,
                                      size_t n);

/* The same for text that comes in pieces, cut anywhere. */
struct hop_base64_decoder {
    uint32_t bits; /* of the characters of an unfinished group */
    unsigned have; /* how many those are */
    unsigned pad;  /* '=' seen so far */
};

#define HOP_BASE64_DECODER                                                     \
    {                                                                          \
        0, 0, 0                                                                \
    }

/* Appends what the n characters complete. */
HOP_MUST_CHECK bool hop_base64_decode_part(struct hop_base64_decoder *d,
                                           struct hop_buf *out, const char *s,
                                           size_t n);
/* The text is over: false when a group or its padding is incomplete. */
HOP_MUST_CHECK bool hop_base64_decode_end(const struct hop_base64_decoder *d);

#endif
