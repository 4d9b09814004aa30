/* SPDX-License-Identifier: MIT */
#include "http/message.h"

#include <string.h>

static const struct {
    int status;
    const char *reason;
} reasons[] = {
    {100, "Continue"},
    {200, "OK"},
    {204, "No Content"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {408, "Request Timeout"},
    {411, "Length Required"},
    {413, "Content Too Large"},
    {415, "Unsupported Media Type"},
    {417, "Expectation Failed"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {505, "HTTP Version Not Supported"},
};

const char *
hop_http_status_reason(int status)
{
    for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
        if (reasons[i].status == status)
            return reasons[i].reason;
    return "";
}

/* A line break inside a name or value would begin another line of the peer's
 * parse: the message must not go out. */
static bool
is_clean(const char *s)
{
    return strpbrk(s, "\r\n") == NULL;
}

static void
add_field(struct hop_buf *out, const char *name, const char *value)
{
    if (!is_clean(name) || !is_clean(value)) {
        out->failed = true;
        return;
    }
    hop_buf_adds(out, name);
    hop_buf_adds(out, ": ");
    hop_buf_adds(out, value);
    hop_buf_adds(out, "\r\n");
}

static void
add_fields(struct hop_buf *out, const struct hop_http_header *headers,
           size_t count, bool close)
{
    for (size_t i = 0; i < count; i++)
        add_field(out, headers[i].name, headers[i].value);
    if (close)
        add_field(out, "Connection", "close");
}

void
hop_http_request_encode(struct hop_buf *out, const struct hop_http_request *r,
                        size_t body_len)
{
    if (!is_clean(r->target) || strchr(r->target, ' ')) {
        out->failed = true;
        return;
    }
    hop_buf_addf(out, "%s %s HTTP/1.1\r\n", r->method ? r->method : "POST",
                 r->target);
    add_field(out, "Host", r->host);
    add_fields(out, r->headers, r->header_count, r->close);
    /* A tunnel is asked for without content, RFC 9110 9.3.6. */
    if (r->method == NULL || strcmp(r->method, "CONNECT") != 0)
        hop_buf_addf(out, "Content-Length: %zu\r\n", body_len);
    hop_buf_adds(out, "\r\n");
}

void
hop_http_response_encode(struct hop_buf *out, const struct hop_http_response *r,
                         size_t body_len)
{
    hop_buf_addf(out, "HTTP/1.1 %d %s\r\n", r->status,
                 hop_http_status_reason(r->status));
    add_fields(out, r->headers, r->header_count, r->close);
    if (r->status >= 200 && r->status != 204)
        hop_buf_addf(out, "Content-Length: %zu\r\n", body_len);
    hop_buf_adds(out, "\r\n");
}

void
hop_http_continue_encode(struct hop_buf *out)
{
    hop_buf_adds(out, "HTTP/1.1 100 Continue\r\n\r\n");
}
