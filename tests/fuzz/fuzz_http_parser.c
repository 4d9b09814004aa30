/* Both directions of HTTP/1.1, in pieces: the first byte chooses the role and
 * the size of the pieces, and says nothing about what is heard.
 *
 * SPDX-License-Identifier: MIT
 */
#include "fuzz.h"
#include "http/parser.h"

static void
note_head(const struct hop_http_head *h, struct hop_buf *out)
{
    MUST(h->header_count <= HOP_HTTP_HEADERS_MAX);
    hop_buf_addf(out, "[%s %s %d %d %llu]", h->method ? h->method : "",
                 h->target ? h->target : "", h->status, (int)h->framing,
                 (unsigned long long)h->length);
    for (size_t i = 0; i < h->header_count; i++) {
        MUST(h->headers[i].name[0] != '\0');
        hop_buf_addf(out, "%s=%s;", h->headers[i].name, h->headers[i].value);
    }
}

static bool
step_through(struct hop_http_parser *p, const char *s, size_t n,
             struct hop_buf *out)
{
    struct hop_error err = {0};
    uint64_t body = 0;

    for (unsigned messages = 0; messages < 1000;) {
        switch (hop_http_parser_step(p, &s, &n, &err)) {
        case HOP_HTTP_MORE: MUST(n == 0); return true;
        case HOP_HTTP_HEAD:
            note_head(&p->head, out);
            body = 0;
            break;
        case HOP_HTTP_BODY:
            body += p->piece_len;
            MUST(body <= p->body_max);
            hop_buf_add(out, p->piece, p->piece_len);
            break;
        case HOP_HTTP_DONE:
            messages++;
            hop_buf_adds(out, "!");
            break;
        case HOP_HTTP_BAD:
            MUST(err.text[0] != '\0');
            hop_buf_adds(out, "BAD");
            return false;
        }
    }
    return false;
}

static void
parse(enum hop_http_role role, const char *s, size_t n, size_t piece,
      struct hop_buf *out)
{
    struct hop_http_parser p;

    hop_http_parser_init(&p, role, 10000);
    for (size_t at = 0; at < n; at += piece) {
        if (!step_through(&p, s + at, piece < n - at ? piece : n - at, out))
            break;
    }
    hop_http_parser_done(&p);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    HOP_AUTO_BUF struct hop_buf whole = HOP_BUF_INIT, pieces = HOP_BUF_INIT;
    const char *s = (const char *)data + 1;
    enum hop_http_role role;

    if (size == 0)
        return 0;
    role = data[0] & 1 ? HOP_HTTP_RESPONSES : HOP_HTTP_REQUESTS;
    parse(role, s, size - 1, size, &whole);
    parse(role, s, size - 1, 1 + (data[0] >> 1) % 20, &pieces);
    MUST(strcmp(hop_buf_str(&whole), hop_buf_str(&pieces)) == 0);
    return 0;
}
