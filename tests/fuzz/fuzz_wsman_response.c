/* A response that is understood can be written and is understood again.
 *
 * SPDX-License-Identifier: MIT
 */
#include "fuzz.h"
#include "wsman/message.h"

static const struct hop_wsman_limits limits = {1 << 20};

static void
check(const struct hop_wsman_message *m)
{
    HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message again;
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    struct hop_error err;

    /* "Response" may be added to an action, which may then be too long. */
    if (m->header.action && strlen(m->header.action) > 2000)
        return;
    hop_wsman_encode(&out, m);
    MUST(hop_buf_ok(&out));
    MUST(hop_wsman_response_decode(&again, out.data, out.len, &limits, &err));
    MUST(again.kind == m->kind);
    MUST(m->kind != HOP_WSMAN_FAULT || again.fault.code == m->fault.code);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message m;
    struct hop_error err = {0};

    if (size < 1 << 17 &&
        hop_wsman_response_decode(&m, data, size, &limits, &err))
        check(&m);
    else if (size >= 1 << 17)
        hop_wsman_message_init(&m, HOP_WSMAN_INVOKE);
    else
        MUST(err.text[0] != '\0');
    return 0;
}
