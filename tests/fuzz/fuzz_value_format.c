/* Composite formats, and the formats of numbers in them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "fuzz.h"
#include "value/ops.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct hop_context cx;

    if (size > 512)
        return 0;
    hop_context_init(&cx, NULL, NULL);
    cx.max_bytes = 1 << 20;
    {
        HOP_AUTO_VALUE struct hop_value text = hop_text("text");
        const struct hop_value args[] = {hop_int(-1234567),
                                         hop_double(1234.5678),
                                         text,
                                         hop_bool(true),
                                         hop_long(INT64_MIN),
                                         hop_char('c'),
                                         hop_timespan(-987654),
                                         hop_null(),
                                         hop_byte(255)};
        const char *s = (const char *)data;
        HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

        if (!hop_composite(&cx, s, size, args, HOP_ARRAY_SIZE(args), &b)) {
            MUST(hop_has_exception(&cx));
            hop_drop_exception(&cx);
        }
        for (size_t i = 0; i < HOP_ARRAY_SIZE(args); i++) {
            hop_buf_clear(&b);
            if (!hop_format_value(&cx, args[i], s, size, &b))
                hop_drop_exception(&cx);
        }
    }
    hop_context_done(&cx);
    return 0;
}
