/* Sealed bodies over HTTP: multipart/encrypted and multipart/x-multi-encrypted,
 * MS-WSMV 2.2.9.1.
 *
 *     --Encrypted Boundary
 *     <TAB>Content-Type: application/HTTP-SPNEGO-session-encrypted
 *     <TAB>OriginalContent: type=application/soap+xml;charset=UTF-8;Length=1234
 *     --Encrypted Boundary
 *     <TAB>Content-Type: application/octet-stream
 *     <LE32 header length><header><sealed bytes>--Encrypted Boundary--
 *
 * Pure framing: sealing is auth/'s.  Peers differ: Exchange writes
 * "-- Encrypted Boundary" with a space; both are read, the plain one written.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_HTTP_SEALED_H
#define HOP_HTTP_SEALED_H

#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"

#define HOP_HTTP_SEALED_PARTS_MAX 1024

/* Which word stands in "application/HTTP-<word>-session-encrypted": it follows
 * the HTTP authentication scheme, not the mechanism inside. */
enum hop_http_sealing {
    HOP_HTTP_SPNEGO,   /* Negotiate, whatever is inside */
    HOP_HTTP_KERBEROS, /* scheme Kerberos */
    HOP_HTTP_CREDSSP,
};

/* The value of Content-Type for a body of so many parts. */
const char *hop_http_sealed_type(enum hop_http_sealing sealing, size_t parts);

/* One part, written around a payload sealed by the caller (auth/seal.h: LE32
 * header length, header, sealed bytes): begin, append the payload, end; several
 * parts: begin and append each, end once.  original_type: HOP_HTTP_SOAP_UTF8;
 * original_len: plaintext bytes, plus padding that the mechanism adds. */
void hop_http_sealed_begin(struct hop_buf *out, enum hop_http_sealing sealing,
                           const char *original_type, size_t original_len);
void hop_http_sealed_end(struct hop_buf *out);

struct hop_http_sealed_part {
    const char *type;    /* of the original: "application/soap+xml;..." */
    size_t original_len; /* announced length of the plaintext */
    char *payload;       /* points into the body: may be unsealed in place */
    size_t payload_len;  /* all of it, at least 4 + header + original_len */
};

struct hop_http_sealed {
    enum hop_http_sealing sealing;
    struct hop_http_sealed_part *parts; /* arena */
    size_t part_count;                  /* at least one */
};

/* True when the media type is one of the two. */
bool hop_http_is_sealed(const char *content_type);
/* Takes a body apart.  content_type: the header's value; body: n bytes,
 * borrowed.  max_plain: limit of the sum of original lengths.  Checks that
 * protocol, lengths and boundaries agree. */
HOP_MUST_CHECK bool hop_http_sealed_decode(struct hop_arena *a,
                                           const char *content_type, char *body,
                                           size_t n, size_t max_plain,
                                           struct hop_http_sealed *out,
                                           struct hop_error *err);

#endif
