/* A document in pieces: the reader says the same whatever the cuts.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/buf.h"
#include "fuzz.h"
#include "xml/reader.h"

static const struct hop_xml_limits limits = {.max_bytes = 1 << 16,
                                             .max_depth = 20,
                                             .max_attributes = 16,
                                             .max_name = 100,
                                             .max_value = 1000,
                                             .max_elements = 2000};

static bool
start(void *ctx, const struct hop_xml_start *e, struct hop_error *err)
{
    MUST(e->depth >= 1 && e->depth <= limits.max_depth);
    MUST(e->attr_count + e->decl_count <= limits.max_attributes);
    MUST(strlen(e->local) <= limits.max_name);
    hop_buf_addf(ctx, "<%s|%s", e->ns, e->local);
    for (size_t i = 0; i < e->attr_count; i++) {
        MUST(e->attrs[i].value_len <= limits.max_value);
        hop_buf_addf(ctx, " %s=%.*s", e->attrs[i].local,
                     (int)e->attrs[i].value_len, e->attrs[i].value);
    }
    hop_buf_addc(ctx, '>');
    return true;
}

static bool
text(void *ctx, const char *s, size_t n, struct hop_error *err)
{
    hop_buf_add(ctx, s, n);
    return true;
}

static bool
end(void *ctx, const char *ns, const char *local, struct hop_error *err)
{
    hop_buf_addf(ctx, "</%s>", local);
    return true;
}

static const struct hop_xml_handler handler = {start, text, end};

static bool
read_pieces(const uint8_t *p, size_t n, size_t piece, struct hop_buf *out)
{
    struct hop_error err = {0};
    HOP_AUTO_XML_READER struct hop_xml_reader *r =
        hop_xml_reader_new(&handler, out, &limits);
    bool ok = true;

    for (size_t at = 0; ok && at < n; at += piece)
        ok = hop_xml_reader_push(r, p + at, piece < n - at ? piece : n - at,
                                 &err);
    ok = ok && hop_xml_reader_finish(r, &err);
    MUST(ok || err.text[0] != '\0');
    return ok;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    HOP_AUTO_BUF struct hop_buf whole = HOP_BUF_INIT;
    HOP_AUTO_BUF struct hop_buf pieces = HOP_BUF_INIT;
    bool ok = read_pieces(data, size, size + 1, &whole);

    MUST(read_pieces(data, size, 1 + size % 7, &pieces) == ok);
    MUST(!ok || strcmp(hop_buf_str(&whole), hop_buf_str(&pieces)) == 0);
    return 0;
}
