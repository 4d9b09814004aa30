/* Patterns against text: the first line is the pattern, the rest the text.
 *
 * SPDX-License-Identifier: MIT
 */
#include "fuzz.h"
#include "value/ops.h"
#include "value/regex.h"
#include "value/types/data_filter.h"

static const struct hop_value *
cell(void *row, const char *name, size_t n)
{
    return n % 2 ? row : NULL;
}

static void
try_regex(struct hop_context *cx, const struct hop_string *pattern,
          const struct hop_string *text)
{
    struct hop_regex *re = hop_regex_get(cx, pattern, HOP_REGEX_IGNORE_CASE);
    HOP_AUTO_STRING struct hop_string *out = NULL;
    HOP_AUTO_VALUE struct hop_value by = hop_text("<$1$&>");

    if (!re) {
        MUST(hop_has_exception(cx));
        hop_drop_exception(cx);
        return;
    }
    if (!hop_regex_replace(cx, re, text, by, -1, 0, false, &out))
        hop_drop_exception(cx);
    hop_regex_release(re);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = size ? memchr(data, '\n', size) : NULL;
    struct hop_context cx;

    if (size > 1024 || !end)
        return 0;
    hop_context_init(&cx, NULL, NULL);
    {
        HOP_AUTO_STRING struct hop_string *pattern =
            hop_string_new((const char *)data, (size_t)(end - data));
        HOP_AUTO_STRING struct hop_string *text = hop_string_new(
            (const char *)end + 1, (size_t)(data + size - end) - 1);
        struct hop_value v = hop_str(text);
        bool yes;

        (void)hop_wildcard_match(pattern->data, pattern->len, text->data,
                                 text->len, true);
        try_regex(&cx, pattern, text);
        if (!hop_data_filter(&cx, pattern->data, pattern->len, cell, &v,
                             &yes)) {
            MUST(hop_has_exception(&cx));
            hop_drop_exception(&cx);
        }
    }
    hop_context_done(&cx);
    return 0;
}
