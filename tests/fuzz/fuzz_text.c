/* The small decoders: durations, base64, GUIDs, UTF-8 and UTF-16.  The first
 * byte chooses one.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/alloc.h"
#include "base/base64.h"
#include "base/guid.h"
#include "base/text.h"
#include "fuzz.h"
#include "wsman/duration.h"
#include "xml/writer.h"

static void
try_duration(const char *s, size_t n)
{
    HOP_AUTO_FREE char *text = hop_xstrndup(s, n);
    char again[HOP_DURATION_TEXT];
    int64_t ms = -1, same = -1;

    if (!hop_duration_parse(text, &ms))
        return;
    MUST(ms >= 0);
    hop_duration_format(ms, again);
    MUST(hop_duration_parse(again, &same) && same == ms);
}

/* In pieces or at once, decoding says the same; its encoding decodes to it. */
static void
try_base64(const char *s, size_t n)
{
    HOP_AUTO_BUF struct hop_buf whole = HOP_BUF_INIT, parts = HOP_BUF_INIT;
    HOP_AUTO_BUF struct hop_buf coded = HOP_BUF_INIT, back = HOP_BUF_INIT;
    struct hop_base64_decoder d = HOP_BASE64_DECODER;
    size_t piece = 1 + n % 5;
    bool ok = hop_base64_decode(&whole, s, n), parts_ok = true;

    for (size_t at = 0; parts_ok && at < n; at += piece)
        parts_ok = hop_base64_decode_part(&d, &parts, s + at,
                                          piece < n - at ? piece : n - at);
    MUST((parts_ok && hop_base64_decode_end(&d)) == ok);
    if (!ok)
        return;
    MUST(whole.len == parts.len &&
         (whole.len == 0 || memcmp(whole.data, parts.data, whole.len) == 0));
    hop_base64_encode(&coded, hop_buf_str(&whole), whole.len);
    MUST(hop_base64_decode(&back, hop_buf_str(&coded), coded.len));
    MUST(back.len == whole.len);
}

static void
try_guid(const char *s, size_t n)
{
    char text[HOP_GUID_TEXT];
    struct hop_guid g, again;

    if (!hop_guid_parse(s, n, &g))
        return;
    hop_guid_format(&g, true, text);
    MUST(hop_guid_parse(text, strlen(text), &again));
    MUST(hop_guid_eq(&g, &again));
}

static void
try_utf(const char *s, size_t n)
{
    HOP_AUTO_BUF struct hop_buf wide = HOP_BUF_INIT, back = HOP_BUF_INIT;

    hop_utf16le_from_utf8(&wide, s, n);
    MUST(wide.len == 2 * hop_utf8_utf16_len(s, n));
    MUST(hop_utf8_from_utf16le(&back, hop_buf_str(&wide), wide.len));
    if (hop_utf8_valid(s, n))
        MUST(back.len == n && (n == 0 || memcmp(back.data, s, n) == 0));
    hop_buf_clear(&back);
    MUST(hop_utf8_from_utf16le(&back, s, n) == (n % 2 == 0));
}

/* Whatever is written is valid UTF-8 without a character XML forbids. */
static void
try_escape(const char *s, size_t n)
{
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;

    hop_xml_escape(&out, s, n);
    hop_xml_escape_attr(&out, s, n);
    MUST(hop_utf8_valid(hop_buf_str(&out), out.len));
    for (size_t i = 0; i < out.len; i++)
        MUST((unsigned char)out.data[i] >= ' ' || out.data[i] == '\n' ||
             out.data[i] == '\t');
}

static void (*const tries[])(const char *, size_t) = {
    try_duration, try_base64, try_guid, try_utf, try_escape};

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 0)
        tries[data[0] % HOP_ARRAY_SIZE(tries)]((const char *)data + 1,
                                               size - 1);
    return 0;
}
