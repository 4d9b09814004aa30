/* A request that is understood can be written and is understood again.
 *
 * SPDX-License-Identifier: MIT
 */
#include "fuzz.h"
#include "wsman/message.h"

static const struct hop_wsman_limits limits = {1 << 20};

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message m;
    HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message again;
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    struct hop_fault fault = {0};
    bool ok;

    hop_wsman_message_init(&again, HOP_WSMAN_INVOKE);
    ok = size < 1 << 17 &&
         hop_wsman_request_decode(&m, data, size, &limits, &fault);
    if (size >= 1 << 17)
        hop_wsman_message_init(&m, HOP_WSMAN_INVOKE);
    if (!ok)
        return 0;
    MUST(m.kind == HOP_WSMAN_IDENTIFY || m.header.message_id);
    hop_wsman_encode(&out, &m);
    MUST(hop_buf_ok(&out));
    MUST(hop_wsman_request_decode(&again, out.data, out.len, &limits, &fault));
    MUST(again.kind == m.kind);
    return 0;
}
