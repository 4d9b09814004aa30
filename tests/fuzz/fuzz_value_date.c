/* Dates, offsets, durations and time zones from text and files.  A text of two
 * lines is a format and a date.
 *
 * SPDX-License-Identifier: MIT
 */
#include "fuzz.h"
#include "value/convert.h"
#include "value/date.h"
#include "value/types/zone_file.h"

static const struct hop_class *const types[] = {
    &hop_class_datetime, &hop_class_datetime_offset, &hop_class_timespan,
    &hop_class_date_only, &hop_class_time_only};

/* What a date is written as by "o" is the same moment again. */
static void
round_trip(struct hop_context *cx, struct hop_value v)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    int64_t ticks;
    int32_t offset;
    long unknown;

    if (v.tag == HOP_DATE_LOCAL)
        return;
    MUST(hop_format_value(cx, v, "o", 1, &b));
    MUST(hop_date_scan(b.data, b.len, &ticks, &offset, &unknown));
    MUST(ticks == v.u.i);
}

static void
try_zone(const uint8_t *data, size_t size)
{
    struct hop_zone *z = hop_zone_decode(data, size);
    struct hop_zone_kind kind[2];

    for (int64_t t = -4000000000; z && t < 8000000000; t += 777777777) {
        hop_zone_at(z, t);
        MUST(hop_zone_local(z, t, kind) <= 2);
    }
    hop_zone_free(z);
}

static void
try_format(struct hop_context *cx, const char *s, size_t n)
{
    const char *end = memchr(s, '\n', n);
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    int64_t ticks = 637134336000000000;
    int32_t offset;

    if (!end)
        return;
    if (hop_date_scan_exact(end + 1, (size_t)(s + n - end) - 1, s,
                            (size_t)(end - s), &ticks, &offset))
        MUST(ticks >= 0);
    if (!hop_format_value(cx, hop_datetime(ticks, HOP_DATE_UTC), s,
                          (size_t)(end - s), &b))
        hop_drop_exception(cx);
    if (!hop_format_value(cx, hop_timespan(ticks), s, (size_t)(end - s), &b))
        hop_drop_exception(cx);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct hop_context cx;

    if (size > 8192)
        return 0;
    try_zone(data, size);
    hop_context_init(&cx, NULL, NULL);
    {
        HOP_AUTO_VALUE struct hop_value s = hop_textn((const char *)data, size);

        try_format(&cx, hop_cstr(s), s.u.s->len);
        for (size_t i = 0; i < HOP_ARRAY_SIZE(types); i++) {
            HOP_AUTO_VALUE struct hop_value v = hop_null();
            HOP_AUTO_STRING struct hop_string *text = NULL;

            if (!hop_try_convert(&cx, s, types[i], &v))
                continue;
            MUST(hop_to_string(&cx, v, &text));
            if (v.kind == HOP_DATETIME)
                round_trip(&cx, v);
        }
    }
    hop_context_done(&cx);
    return 0;
}
