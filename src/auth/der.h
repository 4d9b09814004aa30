/* A reader for the few DER shapes of RFC 4178 and RFC 4120 that this room looks
 * into.  Definite lengths alone, everything inside its parent.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_AUTH_DER_H
#define HOP_AUTH_DER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct der_span {
    const uint8_t *p;
    size_t n;
};

enum {
    DER_INTEGER = 0x02,
    DER_OCTETS = 0x04,
    DER_OID = 0x06,
    DER_ENUMERATED = 0x0a,
    DER_SEQUENCE = 0x30,
    DER_APPLICATION0 = 0x60, /* constructed */
    DER_CONTEXT0 = 0xa0,     /* constructed; + n for [n] */
};

/* Reads one element from the front of in: its tag byte, its contents, and the
 * whole of it in *element (may be NULL).  False at the end, for high tag
 * numbers, indefinite lengths and lengths past the end. */
bool der_next(struct der_span *in, uint8_t *tag, struct der_span *contents,
              struct der_span *element);
/* The same, demanding a tag. */
bool der_expect(struct der_span *in, uint8_t tag, struct der_span *contents);

/* Appends tag, length and contents. */
void der_put(struct hop_buf *out, uint8_t tag, const void *p, size_t n);

#endif
