/* What a tree writes, a tree reads, and writes the same again.
 *
 * SPDX-License-Identifier: MIT
 */
#include "fuzz.h"
#include "xml/tree.h"
#include "xml/writer.h"

static const struct hop_xml_qname base64[] = {{"", "b"}, {"u", "bin"}, {0}};

static bool
rewrite(const void *p, size_t n, struct hop_buf *out)
{
    struct hop_xml_tree_options opt = {hop_xml_soap_limits(1 << 20), base64};
    struct hop_xml_writer w = HOP_XML_WRITER(out);
    HOP_AUTO_ARENA struct hop_arena arena;
    HOP_AUTO_BUF struct hop_buf data = HOP_BUF_INIT;
    struct hop_xml_node *root;
    struct hop_xml_qname q;
    struct hop_error err;

    hop_arena_init(&arena, 1 << 24);
    /* A rewritten document may need a few declarations more. */
    opt.limits.max_attributes = 1000;
    opt.limits.max_value *= 8;
    if (!hop_xml_tree_read(p, n, &opt, &arena, &data, &root, &err))
        return false;
    (void)!hop_xml_node_qname(root, &arena, &q);
    hop_xml_write_node(&w, root);
    MUST(hop_buf_ok(out) && !w.tag_open);
    return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    HOP_AUTO_BUF struct hop_buf once = HOP_BUF_INIT;
    HOP_AUTO_BUF struct hop_buf twice = HOP_BUF_INIT;

    if (size > 1 << 17 || !rewrite(data, size, &once))
        return 0;
    MUST(rewrite(once.data, once.len, &twice));
    MUST(strcmp(hop_buf_str(&once), hop_buf_str(&twice)) == 0);
    return 0;
}
