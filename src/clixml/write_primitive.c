/* Values that have a tag of their own.
 *
 * SPDX-License-Identifier: MIT
 */
#include "clixml/write.h"

#include <math.h>
#include <string.h>

#include "base/base64.h"
#include "clixml/clixml.h"
#include "clixml/text.h"
#include "value/member.h"

static const char *const number_tags[] = {
    [HOP_SBYTE] = "SB",   [HOP_BYTE] = "By",    [HOP_INT16] = "I16",
    [HOP_UINT16] = "U16", [HOP_INT32] = "I32",  [HOP_UINT32] = "U32",
    [HOP_INT64] = "I64",  [HOP_UINT64] = "U64", [HOP_SINGLE] = "Sg",
    [HOP_DOUBLE] = "Db",
};

static const char *
special_double(double d)
{
    if (isnan(d))
        return "NaN";
    return isinf(d) ? (d > 0 ? "INF" : "-INF") : NULL;
}

struct text_tag {
    const char *type, *tag;
};

/* Objects that are their text. */
static const struct text_tag text_tags[] = {
    {"System.Guid", "G"},
    {"System.Uri", "URI"},
    {"System.Version", "Version"},
};

static const char *
object_tag(struct hop_value v)
{
    const struct hop_class *cls = hop_class_of(v);

    for (size_t i = 0; i < HOP_ARRAY_SIZE(text_tags); i++)
        if (strcmp(cls->name, text_tags[i].type) == 0)
            return text_tags[i].tag;
    if (strcmp(cls->name, "System.Xml.XmlDocument") == 0)
        return "XD";
    if (v.kind == HOP_OBJECT &&
        strcmp(cls->name, "System.Management.Automation.ScriptBlock") == 0)
        return "SBK";
    return NULL;
}

static bool
is_bytes(struct hop_value v)
{
    struct hop_array *a = hop_as_array(v);

    return a && (a->base.cls->flags & HOP_CLASS_ARRAY) &&
           hop_array_element(a) == &hop_class_byte;
}

static bool
write_bytes(struct hop_clixml_writer *w, struct hop_value v, const char *stream,
            const struct hop_string *name)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    hop_array_add_bytes(hop_as_array(v), &b);
    hop_clixml_start_value(w, "BA", stream, name);
    if (b.len) {
        hop_clixml_finish_tag(w);
        hop_base64_encode(w->out, b.data, b.len);
    }
    hop_clixml_finish(w, "BA", true);
    return hop_buf_ok(w->out);
}

static bool
write_secret(struct hop_clixml_writer *w, struct hop_value v,
             const char *stream, const struct hop_string *name)
{
    HOP_AUTO_BUF struct hop_buf text = {.secret = true};

    hop_clixml_start_value(w, "SS", stream, name);
    if (w->opt->write_secret) {
        if (!w->opt->write_secret(w->opt->secret_ctx, w->cx, v, &text))
            return false;
        hop_clixml_finish_tag(w);
        hop_buf_add(w->out, hop_buf_str(&text), text.len);
    }
    hop_clixml_finish(w, "SS", true);
    return true;
}

static bool
outer_xml(struct hop_clixml_writer *w, struct hop_value v, struct hop_buf *b)
{
    HOP_AUTO_STRING struct hop_string *name = hop_string_from("OuterXml");
    HOP_AUTO_VALUE struct hop_value text = {.kind = HOP_NULL};

    return hop_member_get(w->cx, v, name, &text) == HOP_FOUND &&
           hop_add_string(w->cx, text, b);
}

/* Text of a value of a tag of its own. */
static bool
primitive_text(struct hop_clixml_writer *w, struct hop_value v,
               struct hop_buf *b)
{
    static const char date[] = "yyyy-MM-ddTHH:mm:ss.FFFFFFFK";

    switch ((enum hop_kind)v.kind) {
    case HOP_BOOL: hop_buf_adds(b, v.u.i ? "true" : "false"); return true;
    case HOP_CHAR: hop_buf_addf(b, "%d", (int)v.u.i); return true;
    case HOP_TIMESPAN: hop_clixml_duration(b, v.u.i); return true;
    case HOP_DATETIME:
        return hop_format_value(w->cx, v, date, sizeof(date) - 1, b);
    case HOP_SINGLE:
    case HOP_DOUBLE:
        if (special_double(v.u.d)) {
            hop_buf_adds(b, special_double(v.u.d));
            return true;
        }
        return hop_format_value(w->cx, v, "R", 1, b);
    case HOP_OBJECT:
        if (hop_is_exactly(v, &hop_class_xml_document))
            return outer_xml(w, v, b);
        return hop_add_string(w->cx, v, b);
    default: return hop_add_string(w->cx, v, b);
    }
}

const char *
hop_clixml_primitive_tag(struct hop_value v)
{
    switch ((enum hop_kind)v.kind) {
    case HOP_BOOL: return "B";
    case HOP_CHAR: return "C";
    case HOP_STRING: return "S";
    case HOP_DECIMAL: return "D";
    case HOP_DATETIME: return "DT";
    case HOP_TIMESPAN: return "TS";
    case HOP_OBJECT: return object_tag(v);
    default:
        return v.kind < HOP_ARRAY_SIZE(number_tags) ? number_tags[v.kind]
                                                    : NULL;
    }
}

static bool
is_secret(struct hop_value v)
{
    return v.kind == HOP_OBJECT &&
           strcmp(v.u.o->cls->name, "System.Security.SecureString") == 0;
}

int
hop_clixml_write_primitive(struct hop_clixml_writer *w, struct hop_value v,
                           const char *stream, const struct hop_string *name)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    const char *tag;

    if (hop_is_null(v)) {
        hop_clixml_start_value(w, "Nil", stream, name);
        hop_clixml_finish(w, "Nil", false);
        return 1;
    }
    if (is_bytes(v))
        return write_bytes(w, v, stream, name) ? 1 : -1;
    if (is_secret(v))
        return write_secret(w, v, stream, name) ? 1 : -1;
    tag = hop_clixml_primitive_tag(v);
    if (!tag)
        return 0;
    if (v.kind == HOP_STRING) {
        hop_clixml_text_element(w, tag, stream, name, v.u.s->data, v.u.s->len);
        return 1;
    }
    if (!primitive_text(w, v, &b))
        return -1;
    hop_clixml_text_element(w, tag, stream, name, hop_buf_str(&b), b.len);
    return 1;
}
