/* Objects of a peer: what is read can be written, and reads the same again.
 *
 * SPDX-License-Identifier: MIT
 */
#include "clixml/classes.h"
#include "clixml/clixml.h"
#include "fuzz.h"
#include "value/class.h"

static const struct hop_clixml_options options = {.depth = 50, .root = true};

struct copy {
    struct hop_context *cx;
    struct hop_clixml_writer *w;
    bool whole; /* nothing threw on the way */
};

static bool
add(void *ctx, struct hop_value v, const char *stream)
{
    struct copy *c = ctx;

    c->whole = hop_clixml_writer_add(c->w, v, stream) && c->whole;
    return true;
}

/* Reads, and writes what was read to out. */
static bool
copy(struct hop_context *cx, const char *s, size_t n, struct hop_buf *out,
     bool *whole)
{
    struct copy c = {cx, hop_clixml_writer_new(cx, &options, out), true};
    struct hop_error err = {0};
    bool ok = hop_clixml_read(cx, &options, s, n, add, &c, &err);

    hop_clixml_writer_end(c.w);
    hop_clixml_writer_free(c.w);
    MUST(ok || err.text[0] != '\0');
    *whole = c.whole && hop_buf_ok(out);
    return ok;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    HOP_AUTO_BUF struct hop_buf once = HOP_BUF_INIT, twice = HOP_BUF_INIT;
    HOP_AUTO_BUF struct hop_buf thrice = HOP_BUF_INIT;
    struct hop_context cx;
    bool whole;

    if (size > 16384)
        return 0;
    hop_context_init(&cx, NULL, NULL);
    hop_types_register(&cx, hop_clixml_classes);
    if (copy(&cx, (const char *)data, size, &once, &whole) && whole) {
        MUST(copy(&cx, hop_buf_str(&once), once.len, &twice, &whole));
        /* The first reading marks the types as deserialized; from then on
         * nothing changes any more. */
        if (whole) {
            MUST(copy(&cx, hop_buf_str(&twice), twice.len, &thrice, &whole));
            MUST(!whole ||
                 strcmp(hop_buf_str(&twice), hop_buf_str(&thrice)) == 0);
        }
    }
    hop_context_done(&cx);
    return 0;
}
