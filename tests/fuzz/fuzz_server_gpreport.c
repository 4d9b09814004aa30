/* The report of gpupdate: what its child, which reads the network, tells root.
 *
 * SPDX-License-Identifier: MIT
 */
#include "server/gpreport.h"

#include "base/alloc.h"
#include "fuzz.h"
#include "server/gpfetch.h"
#include "server/gpresult.h"

/* What was read is written, read and shown again as it was. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct hop_gpresult_host host = {"b", "6.1", 0};
    HOP_AUTO_FREE char *text = hop_xstrndup((const char *)data, size);
    HOP_AUTO_GPREPORT struct hop_gpreport r = {0}, again = {0};
    HOP_AUTO_BUF struct hop_buf once = HOP_BUF_INIT, twice = HOP_BUF_INIT;
    HOP_AUTO_BUF struct hop_buf shown = HOP_BUF_INIT;
    struct hop_error err = {0};

    (void)hop_gpfetch_version(text);
    (void)hop_gpfetch_folder(text);
    if (!hop_gpreport_decode(text, &r, &err)) {
        MUST(err.text[0] != '\0');
        return 0;
    }
    hop_gpreport_encode(&r, &once);
    MUST(hop_gpreport_decode(hop_buf_str(&once), &again, &err));
    hop_gpreport_encode(&again, &twice);
    MUST(once.len == twice.len && memcmp(once.data, twice.data, once.len) == 0);
    hop_gpresult_text(&r, &host, HOP_GPRESULT_ALL, &shown);
    hop_gpresult_html(&r, &host, &shown);
    hop_gpresult_xml(&r, &host, &shown);
    MUST(shown.len > 0);
    return 0;
}
