/* A reader and a writer for the few DER shapes of RFC 4178, RFC 4120 and MS-CSSP
 * that are looked into.  Definite lengths alone, everything inside its parent.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_BASE_DER_H
#define HOP_BASE_DER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct hop_der_span {
    const uint8_t *p;
    size_t n;
};

enum {
    HOP_DER_INTEGER = 0x02,
    HOP_DER_OCTETS = 0x04,
    HOP_DER_OID = 0x06,
    HOP_DER_ENUMERATED = 0x0a,
    HOP_DER_SEQUENCE = 0x30,
    HOP_DER_APPLICATION0 = 0x60, /* constructed */
    HOP_DER_CONTEXT0 = 0xa0,     /* constructed; + n for [n] */
};

/* Reads one element from the front of in: its tag byte, its contents, and the
 * whole of it in *element (may be NULL).  False at the end, for high tag
 * numbers, indefinite lengths and lengths past the end. */
bool hop_der_next(struct hop_der_span *in, uint8_t *tag,
                  struct hop_der_span *contents, struct hop_der_span *element);
/* The same, demanding a tag. */
bool hop_der_expect(struct hop_der_span *in, uint8_t tag,
                    struct hop_der_span *contents);

/* Appends tag, length and contents. */
void hop_der_put(struct hop_buf *out, uint8_t tag, const void *p, size_t n);

#endif
