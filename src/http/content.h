/* Content-Type and the character set of a body, RFC 9110 8.3.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_HTTP_CONTENT_H
#define HOP_HTTP_CONTENT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"

#define HOP_HTTP_SOAP_UTF8  "application/soap+xml;charset=UTF-8"
#define HOP_HTTP_SOAP_UTF16 "application/soap+xml;charset=UTF-16"

/* Arena memory. */
struct hop_http_type {
    const char *media;    /* "application/soap+xml", lower case */
    const char *charset;  /* NULL when not given */
    const char *protocol; /* of multipart/encrypted */
    const char *boundary;
    const char *action; /* SOAP 1.2 action, RFC 3902 */
};

HOP_MUST_CHECK bool hop_http_type_parse(struct hop_arena *a, const char *value,
                                        struct hop_http_type *type,
                                        struct hop_error *err);
/* Appends n bytes of a body in that charset as UTF-8 without a byte order mark.
 * charset: "utf-8", "utf-16" (mark, or little-endian without one, as WinRM
 * sends), "utf-16le", "utf-16be", "us-ascii"; NULL means by the mark, else
 * UTF-8.  False for any other charset, malformed text, an odd length. */
HOP_MUST_CHECK bool hop_http_text_decode(struct hop_buf *out,
                                         const char *charset, const void *p,
                                         size_t n, struct hop_error *err);

#endif
