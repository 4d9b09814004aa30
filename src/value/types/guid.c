/* System.Guid.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/def.h"

#include "base/guid.h"
#include "value/numparse.h"
#include "value/types/values.h"

static const struct hop_class *const comparable[] = {
    &hop_class_icomparable, &hop_class_iformattable, NULL};

struct hop_value
hop_guid_value(struct hop_context *cx, const struct hop_guid *g)
{
    struct hop_guid_object *o = hop_object_new(cx, &hop_class_guid);

    o->guid = *g;
    return hop_obj(o);
}

static struct hop_guid *
guid_of(struct hop_value v)
{
    return &((struct hop_guid_object *)v.u.o)->guid;
}

static bool
guid_format(struct hop_context *cx, struct hop_value v, const char *format,
            size_t n, struct hop_buf *out)
{
    char text[HOP_GUID_TEXT];
    char f = n ? (char)(*format | 0x20) : 'd';

    hop_guid_format(guid_of(v), false, text);
    if (n > 1 || !strchr("dnbpx", f))
        return hop_throw(cx, &hop_exception_format,
                         "Format string can be only \"D\", \"d\", \"N\", "
                         "\"n\", \"P\", \"p\", \"B\", \"b\", \"X\" or \"x\".");
    if (f == 'b' || f == 'p')
        hop_buf_addc(out, f == 'b' ? '{' : '(');
    for (const char *p = text; *p; p++)
        if (f != 'n' || *p != '-')
            hop_buf_addc(out, *p);
    if (f == 'b' || f == 'p')
        hop_buf_addc(out, f == 'b' ? '}' : ')');
    return true;
}

static bool
guid_to_string(struct hop_context *cx, struct hop_value v,
               struct hop_string **out)
{
    char text[HOP_GUID_TEXT];

    hop_guid_format(guid_of(v), false, text);
    *out = hop_string_from(text);
    return true;
}

/* D, N, B, P forms. */
static bool
read_guid(const char *s, size_t n, struct hop_guid *g)
{
    char digits[36];
    size_t k = 0;

    hop_trim_blanks(&s, &n);
    if (n > 2 &&
        ((*s == '{' && s[n - 1] == '}') || (*s == '(' && s[n - 1] == ')')))
        s++, n -= 2;
    if (n == 36)
        return hop_guid_parse(s, n, g);
    if (n != 32)
        return false;
    for (size_t i = 0; i < 32; i++) {
        if (i == 8 || i == 12 || i == 16 || i == 20)
            digits[k++] = '-';
        digits[k++] = s[i];
    }
    return hop_guid_parse(digits, 36, g);
}

static bool
guid_parse(struct hop_context *cx, const struct hop_string *s,
           struct hop_value *out)
{
    struct hop_guid g;

    if (!read_guid(s->data, s->len, &g)) {
        if (s->len == 36 || s->len == 38)
            return hop_throw(cx, &hop_exception_format,
                             "Guid string should only contain hexadecimal "
                             "characters.");
        return hop_throw(cx, &hop_exception_format,
                         "Unrecognized Guid format.");
    }
    *out = hop_guid_value(cx, &g);
    return true;
}

METHOD(parse_guid)
{
    if (ARG_NULL(0))
        return hop_throw_null(cx, "input");
    return guid_parse(cx, ARG_S(0), &c->result);
}

METHOD(try_parse_guid)
{
    struct hop_guid g;
    bool ok = c->args[0].kind == HOP_STRING &&
              read_guid(ARG_S(0)->data, ARG_S(0)->len, &g);

    if (!ok)
        memset(&g, 0, sizeof g);
    if (!hop_reference_set(cx, c->args[1], hop_guid_value(cx, &g)))
        return false;
    RETURN(hop_bool(ok));
}

METHOD(new_guid)
{
    struct hop_guid g;

    hop_guid_new(&g);
    RETURN(hop_guid_value(cx, &g));
}

METHOD(make_guid)
{
    struct hop_array *a = hop_as_array(c->args[0]);
    struct hop_guid g;

    if (hop_is_null(c->args[0]))
        return hop_throw_argument(cx, &hop_exception_argument_null, "b",
                                  "Value cannot be null.");
    if (!a)
        return guid_parse(cx, ARG_S(0), &c->result);
    if (a->n != 16)
        return hop_throw_argument(cx, &hop_exception_argument, "b",
                                  "Byte array for Guid must be exactly 16 "
                                  "bytes long.");
    for (size_t i = 0; i < 16; i++)
        g.bytes[i] = (uint8_t)a->items[i].u.i;
    RETURN(hop_guid_value(cx, &g));
}

METHOD(guid_text)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    const struct hop_string *f = c->n && !ARG_NULL(0) ? ARG_S(0) : NULL;

    if (!guid_format(cx, c->self, f ? f->data : "", f ? f->len : 0, &b))
        return false;
    RETURN(hop_text_buf(&b));
}

METHOD(guid_bytes)
{
    RETURN(hop_obj(hop_array_of_bytes(cx, guid_of(c->self)->bytes, 16)));
}

static bool
guid_equals(struct hop_context *cx, struct hop_value a, struct hop_value b)
{
    return hop_guid_eq(guid_of(a), guid_of(b));
}

static uint32_t
guid_hash(struct hop_value v)
{
    uint32_t h;

    memcpy(&h, guid_of(v)->bytes, 4);
    return h;
}

static bool
guid_compare(struct hop_context *cx, struct hop_value a, struct hop_value b,
             int *out)
{
    char x[HOP_GUID_TEXT], y[HOP_GUID_TEXT];
    int r;

    hop_guid_format(guid_of(a), false, x);
    hop_guid_format(guid_of(b), false, y);
    r = strcmp(x, y);
    *out = r < 0 ? -1 : r > 0;
    return true;
}

METHOD(compare_guid)
{
    int r;

    guid_compare(cx, c->self, c->args[0], &r);
    RETURN(hop_int(r));
}

GETTER(get_guid_text)
{
    struct hop_string *s;

    guid_to_string(cx, self, &s);
    *out = hop_str(s);
    return true;
}

GETTER(get_empty_guid)
{
    struct hop_guid g = {{0}};

    *out = hop_guid_value(cx, &g);
    return true;
}

/* The high four bits of a byte (RFC 9562, sections 4.1 and 4.2). */
GETTER(get_guid_nibble)
{
    struct hop_guid_object *g = (struct hop_guid_object *)(void *)self.u.o;

    *out = hop_int(g->guid.bytes[data] >> 4);
    return true;
}

static const struct hop_property guid_properties[] = {
    {"Variant", "int", get_guid_nibble, NULL, 0, 8},
    {"Version", "int", get_guid_nibble, NULL, 0, 7},
    {"Guid", "System.Object", get_guid_text, NULL, HOP_PROP_SCRIPT},
    STATIC_GET("Empty", "guid", get_empty_guid, 0),
    END_PROPERTIES,
};

static const struct hop_method guid_methods[] = {
    {"int CompareTo(guid value)", compare_guid},
    {"byte[] ToByteArray()", guid_bytes},
    {"string ToString()", guid_text},
    {"string ToString(string format)", guid_text},
    {"static guid NewGuid()", new_guid},
    {"static guid Parse(string input)", parse_guid},
    {"static bool TryParse(string input, [ref] guid result)", try_parse_guid},
    END_METHODS,
};

static const struct hop_method guid_constructors[] = {
    {"guid new(string g)", make_guid},
    {"guid new(byte[] b)", make_guid},
    END_METHODS,
};

const struct hop_class hop_class_guid = {
    .name = "System.Guid",
    .base = &hop_class_value_type,
    .flags = HOP_CLASS_VALUE | HOP_CLASS_SEALED,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_guid_object),
    .interfaces = comparable,
    .properties = guid_properties,
    .methods = guid_methods,
    .constructors = guid_constructors,
    .to_string = guid_to_string,
    .equals = guid_equals,
    .hash = guid_hash,
    .compare = guid_compare,
    .format = guid_format,
    .parse = guid_parse,
};
