/* Instances as other hosts send them: read, written and read again.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cim/wire.h"
#include "fuzz.h"

static bool
read_one(const void *xml, size_t n, struct hop_cim_instance *out)
{
    struct hop_xml_tree_options options = {.limits =
                                               hop_xml_soap_limits(1 << 20)};
    HOP_AUTO_ARENA struct hop_arena arena;
    struct hop_xml_node *root = NULL;
    struct hop_error err = {0};
    bool ok;

    hop_arena_init(&arena, 16 << 20);
    ok = hop_xml_tree_read(xml, n, &options, &arena, NULL, &root, &err) &&
         hop_cim_decode(root, "Win32_Process", out, &err);
    MUST(ok || err.text[0] != '\0');
    return ok;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    HOP_AUTO_CIM_INSTANCE struct hop_cim_instance i = {0}, again = {0};
    HOP_AUTO_BUF struct hop_buf xml = HOP_BUF_INIT;

    if (!read_one(data, size, &i) || i.n == 0)
        return 0;
    hop_cim_encode(&xml, &i, NULL);
    hop_cim_encode_epr(&xml, &i);
    hop_buf_clear(&xml);
    hop_cim_encode(&xml, &i, NULL);
    /* Names may be longer than those that are written here. */
    if (read_one(xml.data, xml.len, &again))
        MUST(again.n <= i.n);
    return 0;
}
