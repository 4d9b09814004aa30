/* Writing HTTP/1.1 messages.  Head and body go into one buffer, so that a
 * message is one write: two writes cost a delayed ACK (some 40 ms).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_HTTP_MESSAGE_H
#define HOP_HTTP_MESSAGE_H

#include "base/buf.h"
#include "http/head.h"

/* Field values must be free of CR, LF and NUL: such a buffer fails
 * (hop_buf_ok), so that nothing can be injected. */
struct hop_http_request {
    const char *method; /* "POST" when NULL */
    const char *target; /* "/wsman" */
    const char *host;   /* "b.corp.test:5985" */
    const struct hop_http_header *headers;
    size_t header_count;
    bool close; /* adds Connection: close */
};

struct hop_http_response {
    int status;
    const struct hop_http_header *headers;
    size_t header_count;
    bool close;
};

/* The head, with Content-Length: body_len; the caller appends the body to the
 * same buffer. */
void hop_http_request_encode(struct hop_buf *out,
                             const struct hop_http_request *r, size_t body_len);
/* The same; 1xx and 204 get no Content-Length. */
void hop_http_response_encode(struct hop_buf *out,
                              const struct hop_http_response *r,
                              size_t body_len);
/* The whole interim response "100 Continue". */
void hop_http_continue_encode(struct hop_buf *out);
/* "Unauthorized"; "" for a status without a name. */
const char *hop_http_status_reason(int status);

#endif
