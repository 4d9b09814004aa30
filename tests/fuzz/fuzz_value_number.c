/* Numbers as the language, casts and Parse read them; what is written with "R"
 * reads the same again.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>

#include "fuzz.h"
#include "value/convert.h"

static const struct hop_class *const types[] = {
    &hop_class_int32,   &hop_class_int64,       &hop_class_byte,
    &hop_class_uint64,  &hop_class_double,      &hop_class_single,
    &hop_class_decimal, &hop_class_big_integer, &hop_class_char,
    &hop_class_boolean, &hop_class_guid,        &hop_class_version,
    &hop_class_semver,  &hop_class_ipaddress,   &hop_class_uri};

static void
round_trip(struct hop_context *cx, struct hop_value v)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    HOP_AUTO_VALUE struct hop_value text = hop_null(), again = hop_null();

    MUST(hop_format_value(cx, v, "R", 1, &b));
    text = hop_text_buf(&b);
    MUST(hop_convert(cx, text, &hop_class_double, &again));
    MUST(again.u.d == v.u.d || (isnan(again.u.d) && isnan(v.u.d)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct hop_context cx;
    HOP_AUTO_VALUE struct hop_value literal = hop_null();

    if (size > 4096)
        return 0;
    hop_context_init(&cx, NULL, NULL);
    {
        HOP_AUTO_VALUE struct hop_value s = hop_textn((const char *)data, size);

        if (hop_parse_number(hop_cstr(s), s.u.s->len, &literal))
            hop_value_clear(&literal);
        for (size_t i = 0; i < HOP_ARRAY_SIZE(types); i++) {
            HOP_AUTO_VALUE struct hop_value v = hop_null();
            HOP_AUTO_STRING struct hop_string *text = NULL;

            if (!hop_try_convert(&cx, s, types[i], &v))
                continue;
            MUST(!hop_has_exception(&cx));
            MUST(hop_to_string(&cx, v, &text));
            if (v.kind == HOP_DOUBLE)
                round_trip(&cx, v);
        }
    }
    hop_context_done(&cx);
    return 0;
}
