/* The head of an HTTP/1.x message: start line and header fields, RFC 9112.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_HTTP_HEAD_H
#define HOP_HTTP_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HOP_HTTP_HEAD_MAX    16384 /* bytes, start line to empty line */
#define HOP_HTTP_HEADERS_MAX 64

struct hop_http_header {
    const char *name;  /* as the peer wrote it */
    const char *value; /* without surrounding white space; no control bytes
                          but tab */
};

/* How the end of the body is found, RFC 9112 6.3. */
enum hop_http_framing {
    HOP_HTTP_NO_BODY,
    HOP_HTTP_LENGTH,   /* Content-Length bytes */
    HOP_HTTP_CHUNKED,  /* responses only */
    HOP_HTTP_TO_CLOSE, /* responses only: up to the end of the connection */
};

/* What a parser hands out; everything in it belongs to the parser and lives
 * until its next message begins. */
struct hop_http_head {
    int minor;          /* HTTP/1.minor: 0 or 1 */
    const char *method; /* request; NULL in a response */
    const char *target; /* request: as sent, origin form or absolute */
    const char *host;   /* request: "" when HTTP/1.0 sends none */
    int status;         /* response; 0 in a request */
    const char *reason; /* response; may be "" */
    const struct hop_http_header *headers;
    size_t header_count;
    enum hop_http_framing framing;
    uint64_t length;      /* with HOP_HTTP_LENGTH */
    bool close;           /* the peer closes after this exchange */
    bool expect_continue; /* request waits for 100 before its body */
};

/* The value of the first field of that name (any case), or NULL. */
const char *hop_http_head_get(const struct hop_http_head *h, const char *name);
/* The same from index *at on, which moves behind the field found: walks several
 * fields of one name.  Start with 0. */
const char *hop_http_head_next(const struct hop_http_head *h, const char *name,
                               size_t *at);
/* True when a comma-separated field such as Connection lists the token. */
bool hop_http_head_lists(const struct hop_http_head *h, const char *name,
                         const char *token);

#endif
