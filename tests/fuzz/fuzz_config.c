/* Settings: what is read can be written, and reads the same again.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/alloc.h"
#include "config/config.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    HOP_AUTO_FREE char *text = hop_xstrndup((const char *)data, size);
    HOP_AUTO_BUF struct hop_buf once = HOP_BUF_INIT, twice = HOP_BUF_INIT;
    struct hop_config c, again;
    struct hop_error err = {0};

    hop_config_init(&c);
    hop_config_init(&again);
    if (hop_config_parse(&c, text, "fuzz", false, &err)) {
        hop_config_format(&c, true, &once);
        MUST(
            hop_config_parse(&again, hop_buf_str(&once), "again", false, &err));
        hop_config_format(&again, true, &twice);
        MUST(strcmp(hop_buf_str(&once), hop_buf_str(&twice)) == 0);
    } else {
        MUST(err.text[0] != '\0');
    }
    hop_config_done(&c);
    hop_config_done(&again);
    return 0;
}
