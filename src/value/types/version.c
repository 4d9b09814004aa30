/* System.Version.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/def.h"

#include "value/numparse.h"
#include "value/types/values.h"

static const struct hop_class *const comparable[] = {
    &hop_class_icomparable, &hop_class_iformattable, NULL};

static struct hop_version_object *
version_of(struct hop_value v)
{
    return (struct hop_version_object *)v.u.o;
}

struct hop_value
hop_version_value(struct hop_context *cx, const int32_t part[4])
{
    struct hop_version_object *o = hop_object_new(cx, &hop_class_version);

    memcpy(o->part, part, sizeof o->part);
    return hop_obj(o);
}

/* 0 right, 1 too few or many parts, 2 a part is no number (*bad, *bad_n), 3
 * negative, 4 too large. */
static int
read_version(const struct hop_string *s, int32_t part[4], const char **bad,
             size_t *bad_n)
{
    const char *p = s->data, *end = p + s->len;
    int n = 0, dots = 0;

    for (const char *q = p; q < end; q++)
        dots += *q == '.';
    if (dots < 1 || dots > 3)
        return 1;
    part[2] = part[3] = -1;
    for (; n <= dots; n++) {
        const char *dot = memchr(p, '.', (size_t)(end - p));
        struct hop_value v;
        size_t len = (size_t)((dot ? dot : end) - p);
        enum hop_parse_result r =
            hop_integer_parse(p, len, false, HOP_INT32, &v);

        *bad = p;
        *bad_n = len;
        if (r != HOP_PARSE_OK)
            return r == HOP_PARSE_OVER ? 4 : 2;
        if (v.u.i < 0)
            return 3;
        part[n] = (int32_t)v.u.i;
        p = dot ? dot + 1 : end;
    }
    return 0;
}

static bool
version_parse(struct hop_context *cx, const struct hop_string *s,
              struct hop_value *out)
{
    int32_t part[4];
    const char *bad = "";
    size_t n = 0;

    switch (read_version(s, part, &bad, &n)) {
    case 0: *out = hop_version_value(cx, part); return true;
    case 1:
        return hop_throw_argument(cx, &hop_exception_argument, "input",
                                  "Version string portion was too short or "
                                  "too long.");
    case 2:
        return hop_throw(cx, &hop_exception_format,
                         "The input string '%.*s' was not in a correct "
                         "format.",
                         (int)n, bad);
    case 3:
        return hop_throw_argument(cx, &hop_exception_argument_range, "input",
                                  "Version's parameters must be greater than "
                                  "or equal to zero.");
    default:
        return hop_throw(cx, &hop_exception_overflow,
                         "Value was either too large or too small for an "
                         "Int32.");
    }
}

static void
add_version(const struct hop_version_object *v, int parts, struct hop_buf *b)
{
    for (int i = 0; i < parts; i++)
        hop_buf_addf(b, "%s%d", i ? "." : "", v->part[i]);
}

static int
version_parts(const struct hop_version_object *v)
{
    return v->part[2] < 0 ? 2 : v->part[3] < 0 ? 3 : 4;
}

static bool
version_to_string(struct hop_context *cx, struct hop_value v,
                  struct hop_string **out)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    add_version(version_of(v), version_parts(version_of(v)), &b);
    *out = hop_string_take_buf(&b);
    return true;
}

METHOD(version_text)
{
    struct hop_version_object *v = version_of(c->self);
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    int64_t n = c->n ? ARG_I(0) : version_parts(v);

    if (n < 0 || n > version_parts(v))
        return hop_throw_argument(cx, &hop_exception_argument, "fieldCount",
                                  "Bounds must be between 0 and %d. (Parameter "
                                  "'fieldCount')",
                                  version_parts(v));
    add_version(v, (int)n, &b);
    RETURN(hop_text_buf(&b));
}

static bool
version_equals(struct hop_context *cx, struct hop_value a, struct hop_value b)
{
    return memcmp(version_of(a)->part, version_of(b)->part,
                  sizeof(int32_t[4])) == 0;
}

static uint32_t
version_hash(struct hop_value v)
{
    const int32_t *p = version_of(v)->part;

    return (uint32_t)(p[0] << 28 | (p[1] & 0xFF) << 20 | (p[2] & 0xFF) << 12 |
                      (p[3] & 0xFFF));
}

static bool
version_compare(struct hop_context *cx, struct hop_value a, struct hop_value b,
                int *out)
{
    const int32_t *x = version_of(a)->part, *y = version_of(b)->part;

    *out = 0;
    for (int i = 0; i < 4 && !*out; i++)
        *out = x[i] < y[i] ? -1 : x[i] > y[i];
    return true;
}

METHOD(compare_version)
{
    struct hop_value b = hop_value_base(c->args[0]);
    int r;

    if (hop_is_null(b))
        RETURN(hop_int(1));
    if (!hop_is_exactly(b, &hop_class_version))
        return hop_throw(cx, &hop_exception_argument,
                         "Object must be of type Version.");
    version_compare(cx, c->self, b, &r);
    RETURN(hop_int(r));
}

METHOD(new_version)
{
    int32_t part[4] = {0, 0, -1, -1};

    if (c->n == 1 && c->args[0].kind == HOP_STRING)
        return version_parse(cx, ARG_S(0), &c->result);
    for (size_t i = 0; i < c->n; i++) {
        part[i] = (int32_t)ARG_I(i);
        if (part[i] < 0)
            return hop_throw_argument(cx, &hop_exception_argument_range,
                                      i == 0   ? "major"
                                      : i == 1 ? "minor"
                                      : i == 2 ? "build"
                                               : "revision",
                                      "Version's parameters must be greater "
                                      "than or equal to zero.");
    }
    RETURN(hop_version_value(cx, part));
}

METHOD(parse_version)
{
    if (ARG_NULL(0))
        return hop_throw_null(cx, "input");
    return version_parse(cx, ARG_S(0), &c->result);
}

METHOD(try_parse_version)
{
    int32_t part[4];
    const char *bad;
    size_t n;
    bool ok = c->args[0].kind == HOP_STRING &&
              read_version(ARG_S(0), part, &bad, &n) == 0;

    if (!hop_reference_set(cx, c->args[1],
                           ok ? hop_version_value(cx, part) : hop_null()))
        return false;
    RETURN(hop_bool(ok));
}

GETTER(get_version_part)
{
    int32_t v = version_of(self)->part[data < 4 ? data : 3];

    *out = data < 4 ? hop_int(v)
                    : hop_integer(HOP_INT16, data == 4 ? v >> 16 : (int16_t)v);
    return true;
}

static const struct hop_property version_properties[] = {
    {"Major", "int", get_version_part, NULL, 0, 0},
    {"Minor", "int", get_version_part, NULL, 0, 1},
    {"Build", "int", get_version_part, NULL, 0, 2},
    {"Revision", "int", get_version_part, NULL, 0, 3},
    {"MajorRevision", "short", get_version_part, NULL, 0, 4},
    {"MinorRevision", "short", get_version_part, NULL, 0, 5},
    END_PROPERTIES,
};

static const struct hop_method version_methods[] = {
    {"int CompareTo(System.Object version)", compare_version},
    {"int CompareTo(version value)", compare_version},
    {"string ToString()", version_text},
    {"string ToString(int fieldCount)", version_text},
    {"static version Parse(string input)", parse_version},
    {"static bool TryParse(string input, [ref] version result)",
     try_parse_version},
    END_METHODS,
};

static const struct hop_method version_constructors[] = {
    {"version new(int major, int minor, int build, int revision)", new_version},
    {"version new(int major, int minor, int build)", new_version},
    {"version new(int major, int minor)", new_version},
    {"version new(string version)", new_version},
    {"version new()", new_version},
    END_METHODS,
};

const struct hop_class hop_class_version = {
    .name = "System.Version",
    .base = &hop_class_object,
    .flags = HOP_CLASS_SEALED,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_version_object),
    .interfaces = comparable,
    .properties = version_properties,
    .methods = version_methods,
    .constructors = version_constructors,
    .to_string = version_to_string,
    .equals = version_equals,
    .hash = version_hash,
    .compare = version_compare,
    .parse = version_parse,
};
