/* A whole server connection: bytes and time pass, requests are answered.  Each
 * piece of input is led by a byte that says how long it is and how much time
 * went by.
 *
 * SPDX-License-Identifier: MIT
 */
#include "fuzz.h"
#include "http/server.h"

static void
serve(struct hop_http_server *s, const char *in, size_t n, uint64_t now,
      struct hop_buf *out)
{
    struct hop_http_response r = {.status = 200};
    struct hop_error err;

    for (unsigned steps = 0; steps < 10000; steps++) {
        size_t before = n;
        enum hop_http_event e =
            hop_http_server_step(s, &in, &n, now, out, &err);

        MUST(n <= before);
        if (e == HOP_HTTP_MORE || e == HOP_HTTP_BAD)
            return;
        if (e == HOP_HTTP_HEAD && s->parser.head.length % 3 == 1) {
            r.status = 401;
            hop_http_server_respond(s, &r, "no", 2, now, out);
        } else if (e == HOP_HTTP_DONE) {
            MUST(s->body.len <= s->parser.body_max);
            hop_http_server_respond(s, &r, "yes", 3, now, out);
        }
        if (s->phase == HOP_HTTP_CLOSING)
            return;
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    struct hop_http_server s;
    uint64_t now = 1000;

    hop_http_server_init(&s, &hop_http_limits_default, now);
    while (size > 0 && s.phase != HOP_HTTP_CLOSING) {
        size_t n = (size_t)data[0] + 1;

        now += (uint64_t)(data[0] % 4) * 4000;
        data++;
        size--;
        if (n > size)
            n = size;
        if (now >= hop_http_server_deadline(&s))
            hop_http_server_timeout(&s, &out);
        else
            serve(&s, (const char *)data, n, now, &out);
        hop_http_server_answered(&s, now);
        hop_buf_clear(&out);
        data += n;
        size -= n;
    }
    hop_http_server_done(&s);
    return 0;
}
