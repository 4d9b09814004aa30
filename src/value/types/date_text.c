/* Dates to text and back: ToString, Parse, ParseExact.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/dates.h"

#include "value/date.h"
#include "value/member.h"
#include "value/types/def.h"

bool
hop_date_format_method(struct hop_context *cx, struct hop_call *c)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    const struct hop_string *f =
        c->n && c->args[0].kind == HOP_STRING ? ARG_S(0) : NULL;

    if (!hop_format_value(cx, c->self, f ? f->data : "", f ? f->len : 0, &b))
        return false;
    RETURN(hop_text_buf(&b));
}

bool
hop_date_format_named(struct hop_context *cx, struct hop_call *c)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    char f = (char)c->data;

    hop_date_format(c->self, &f, 1, &b);
    RETURN(hop_text_buf(&b));
}

/* Applies DateTimeStyles to what was read. */
static struct hop_value
with_styles(int64_t ticks, int32_t offset, int64_t styles)
{
    bool utc = styles & 16;

    if (offset == HOP_NO_OFFSET && !(styles & (32 | 64)))
        return hop_datetime(ticks, HOP_DATE_UNSPECIFIED);
    if (offset == HOP_NO_OFFSET) {
        if (styles & 32)
            return utc ? hop_datetime(hop_date_to_utc(ticks), HOP_DATE_UTC)
                       : hop_datetime(ticks, HOP_DATE_LOCAL);
        offset = 0;
    }
    ticks -= (int64_t)offset * HOP_TICKS_MIN;
    if (utc || ((styles & 128) && offset == 0))
        return hop_datetime(ticks, HOP_DATE_UTC);
    return hop_datetime(hop_date_to_local(ticks), HOP_DATE_LOCAL);
}

int64_t
hop_date_styles_of(const struct hop_call *c)
{
    for (size_t i = 0; i < c->n; i++)
        if (c->args[i].kind == HOP_ENUM)
            return ARG_I(i);
    return 0;
}

bool
hop_date_parse_method(struct hop_context *cx, struct hop_call *c)
{
    int64_t ticks;
    int32_t offset;
    long unknown;

    if (ARG_NULL(0))
        return hop_throw_null(cx, "s");
    if (!hop_date_styles_of(c))
        return hop_date_parse(cx, ARG_S(0)->data, ARG_S(0)->len, &c->result);
    if (!hop_date_scan(ARG_S(0)->data, ARG_S(0)->len, &ticks, &offset,
                       &unknown))
        return hop_date_parse(cx, ARG_S(0)->data, ARG_S(0)->len, &c->result);
    RETURN(with_styles(ticks, offset, hop_date_styles_of(c)));
}

bool
hop_date_try_parse(struct hop_context *cx, struct hop_call *c)
{
    int64_t ticks = 0;
    int32_t offset = HOP_NO_OFFSET;
    long unknown;
    bool ok =
        c->args[0].kind == HOP_STRING &&
        hop_date_scan(ARG_S(0)->data, ARG_S(0)->len, &ticks, &offset, &unknown);

    if (!hop_reference_set(
            cx, c->args[c->n - 1],
            ok ? with_styles(ticks, offset, hop_date_styles_of(c))
               : hop_datetime(0, HOP_DATE_UNSPECIFIED)))
        return false;
    RETURN(hop_bool(ok));
}

bool
hop_date_scan_formats(const struct hop_string *s, struct hop_value formats,
                      int64_t *ticks, int32_t *offset)
{
    struct hop_array *a = hop_as_array(formats);

    if (formats.kind == HOP_STRING)
        return hop_date_scan_exact(s->data, s->len, formats.u.s->data,
                                   formats.u.s->len, ticks, offset);
    for (size_t i = 0; a && i < a->n; i++)
        if (hop_date_scan_formats(s, a->items[i], ticks, offset))
            return true;
    return false;
}

bool
hop_date_parse_exact(struct hop_context *cx, struct hop_call *c)
{
    int64_t ticks;
    int32_t offset;

    if (!hop_date_scan_formats(ARG_S(0), c->args[1], &ticks, &offset))
        return hop_throw(cx, &hop_exception_format,
                         "String '%s' was not recognized as a valid DateTime.",
                         ARG_S(0)->data);
    RETURN(with_styles(ticks, offset, hop_date_styles_of(c)));
}

bool
hop_date_try_parse_exact(struct hop_context *cx, struct hop_call *c)
{
    int64_t ticks = 0;
    int32_t offset = HOP_NO_OFFSET;
    bool ok = c->args[0].kind == HOP_STRING &&
              hop_date_scan_formats(ARG_S(0), c->args[1], &ticks, &offset);

    if (!hop_reference_set(
            cx, c->args[c->n - 1],
            ok ? with_styles(ticks, offset, hop_date_styles_of(c))
               : hop_datetime(0, HOP_DATE_UNSPECIFIED)))
        return false;
    RETURN(hop_bool(ok));
}
