/* Values that have a tag of their own, from their text.
 *
 * SPDX-License-Identifier: MIT
 */
#include "clixml/read.h"

#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "clixml/clixml.h"
#include "clixml/text.h"
#include "value/member.h"

static bool
parse_string(struct hop_context *cx, const struct hop_buf *text,
             struct hop_value *out)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    (void)cx;
    hop_clixml_unescape(&b, hop_buf_str(text), text->len);
    *out = hop_text_buf(&b);
    return true;
}

static bool
parse_bool(struct hop_context *cx, const struct hop_buf *text,
           struct hop_value *out)
{
    const char *s = hop_buf_str(text);
    bool yes = strcmp(s, "true") == 0 || strcmp(s, "1") == 0;

    (void)cx;
    if (!yes && strcmp(s, "false") != 0 && strcmp(s, "0") != 0)
        return false;
    *out = hop_bool(yes);
    return true;
}

static bool
parse_char(struct hop_context *cx, const struct hop_buf *text,
           struct hop_value *out)
{
    char *end;
    long unit = strtol(hop_buf_str(text), &end, 10);

    (void)cx;
    if (*end || text->len == 0 || unit < 0 || unit > 0xFFFF)
        return false;
    *out = hop_char((uint16_t)unit);
    return true;
}

static bool
parse_bytes(struct hop_context *cx, const struct hop_buf *text,
            struct hop_value *out)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (!hop_base64_decode(&b, hop_buf_str(text), text->len))
        return false;
    *out = hop_obj(hop_array_of_bytes(cx, hop_buf_str(&b), b.len));
    return true;
}

static bool
parse_date(struct hop_context *cx, const struct hop_buf *text,
           struct hop_value *out)
{
    (void)cx;
    return hop_clixml_parse_date(hop_buf_str(text), text->len, out);
}

static bool
parse_span(struct hop_context *cx, const struct hop_buf *text,
           struct hop_value *out)
{
    int64_t ticks;

    (void)cx;
    if (!hop_clixml_parse_duration(hop_buf_str(text), text->len, &ticks))
        return false;
    *out = hop_timespan(ticks);
    return true;
}

static bool
parse_float(struct hop_context *cx, const struct hop_buf *text,
            struct hop_value *out)
{
    const char *s = hop_buf_str(text);
    char *end;
    double d = strtod(s, &end); /* INF, -INF and NaN too */

    (void)cx;
    if (*end || text->len == 0)
        return false;
    *out = hop_double(d);
    return true;
}

static bool
parse_single(struct hop_context *cx, const struct hop_buf *text,
             struct hop_value *out)
{
    if (!parse_float(cx, text, out))
        return false;
    *out = hop_single((float)out->u.d);
    return true;
}

static bool
parse_nil(struct hop_context *cx, const struct hop_buf *text,
          struct hop_value *out)
{
    (void)cx;
    (void)text;
    *out = hop_null();
    return true;
}

static const struct hop_clixml_primitive primitives[] = {
    {"S", NULL, parse_string},
    {"I32", "System.Int32", NULL},
    {"Nil", NULL, parse_nil},
    {"B", NULL, parse_bool},
    {"C", NULL, parse_char},
    {"DT", NULL, parse_date},
    {"TS", NULL, parse_span},
    {"By", "System.Byte", NULL},
    {"SB", "System.SByte", NULL},
    {"U16", "System.UInt16", NULL},
    {"I16", "System.Int16", NULL},
    {"U32", "System.UInt32", NULL},
    {"U64", "System.UInt64", NULL},
    {"I64", "System.Int64", NULL},
    {"Sg", NULL, parse_single},
    {"Db", NULL, parse_float},
    {"D", "System.Decimal", NULL},
    {"BA", NULL, parse_bytes},
    {"G", "System.Guid", NULL},
    {"URI", "System.Uri", NULL},
    {"Version", "System.Version", NULL},
    {"XD", "System.Xml.XmlDocument", NULL},
    {"SBK", NULL, parse_string},
    {"SS", NULL, NULL},
};

static bool
bad_value(const struct hop_clixml_frame *f, struct hop_error *err)
{
    return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                         "\"%.64s\" is no value for a <%s> element",
                         hop_buf_str(&f->text), f->primitive->tag);
}

bool
hop_clixml_primitive_value(struct hop_clixml_reader *r,
                           struct hop_clixml_frame *f, struct hop_value *out,
                           struct hop_error *err)
{
    HOP_AUTO_VALUE struct hop_value text = hop_null();
    const struct hop_clixml_primitive *p = f->primitive;
    const struct hop_class *cls;

    if (strcmp(p->tag, "SS") == 0) {
        *out = hop_null();
        return !r->opt->read_secret ||
               r->opt->read_secret(r->opt->secret_ctx, r->cx,
                                   hop_buf_str(&f->text), f->text.len, out) ||
               bad_value(f, err);
    }
    if (p->parse)
        return p->parse(r->cx, &f->text, out) || bad_value(f, err);
    (void)parse_string(r->cx, &f->text, &text);
    cls = hop_types_find(r->cx, p->type, strlen(p->type));
    if (cls && text.u.s->len && hop_try_convert(r->cx, text, cls, out))
        return true;
    return bad_value(f, err);
}

const struct hop_clixml_primitive *
hop_clixml_find_primitive(const char *name)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(primitives); i++)
        if (strcmp(primitives[i].tag, name) == 0)
            return &primitives[i];
    return NULL;
}
