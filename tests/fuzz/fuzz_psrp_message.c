/* The text of a message, its type in front: what is read can be written, and
 * is then the same for ever.
 *
 * SPDX-License-Identifier: MIT
 */
#include "clixml/classes.h"
#include "fuzz.h"
#include "psrp/message.h"

static const struct hop_clixml_options options = {.depth = 3, .keep = true};

static bool
copy(struct hop_context *cx, enum hop_psrp_type type, const char *s, size_t n,
     struct hop_buf *out, bool *written)
{
    struct hop_psrp_message m = {.type = type};
    struct hop_error err = {0};

    if (!hop_psrp_body_decode(cx, &options, s, n, &m, &err)) {
        MUST(err.text[0] != '\0');
        return false;
    }
    *written = hop_psrp_body_encode(cx, &options, &m, out, &err);
    MUST(*written || err.text[0] != '\0');
    hop_psrp_message_done(&m);
    return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    HOP_AUTO_BUF struct hop_buf once = HOP_BUF_INIT, twice = HOP_BUF_INIT;
    const struct hop_psrp_type_info *info;
    struct hop_context cx;
    bool written;

    if (size < 1 || size > 16384)
        return 0;
    info = hop_psrp_type_at(data[0] - (size_t)' ');
    if (!info)
        return 0;
    hop_context_init(&cx, NULL, NULL);
    hop_types_register(&cx, hop_clixml_classes);
    if (copy(&cx, info->type, (const char *)data + 1, size - 1, &once,
             &written) &&
        written)
        MUST(copy(&cx, info->type, hop_buf_str(&once), once.len, &twice,
                  &written));
    hop_context_done(&cx);
    return 0;
}
