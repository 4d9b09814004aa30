/* Guid, Version, SemanticVersion.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/def.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/guid.h"
#include "value/numparse.h"
#include "value/types/values.h"

static const struct hop_class *const comparable[] = {
    &hop_class_icomparable, &hop_class_iformattable, NULL};

/* ---- Guid ---- */

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

/* ---- Version ---- */

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

/* ---- SemanticVersion ---- */

struct semver {
    struct hop_object base;
    int32_t part[3];
    struct hop_string *label, *build; /* or NULL */
};

static struct semver *
semver_of(struct hop_value v)
{
    return (struct semver *)v.u.o;
}

static void
destroy_semver(struct hop_object *o)
{
    hop_string_release(((struct semver *)o)->label);
    hop_string_release(((struct semver *)o)->build);
}

static bool
is_label(const char *s, size_t n)
{
    if (!n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (!isalnum((unsigned char)s[i]) && s[i] != '.' && s[i] != '-')
            return false;
    return true;
}

static struct semver *
read_semver(struct hop_context *cx, const struct hop_string *s)
{
    const char *p = s->data, *end = p + s->len, *dash, *plus;
    const char *numbers_end;
    struct semver *v = hop_object_new(cx, &hop_class_semver);
    HOP_AUTO_VALUE struct hop_value owned = hop_obj(v);
    int n = 0;

    plus = memchr(p, '+', s->len);
    dash = memchr(p, '-', plus ? (size_t)(plus - p) : s->len);
    numbers_end = dash ? dash : plus ? plus : end;
    for (; n < 3 && p < numbers_end; n++) {
        const char *dot = memchr(p, '.', (size_t)(numbers_end - p));
        struct hop_value x;

        if (*p < '0' || *p > '9' ||
            hop_integer_parse(p, (size_t)((dot ? dot : numbers_end) - p), false,
                              HOP_INT32, &x) != HOP_PARSE_OK)
            return NULL;
        v->part[n] = (int32_t)x.u.i;
        p = dot ? dot + 1 : numbers_end;
    }
    if (!n || p < numbers_end)
        return NULL;
    if (dash) {
        size_t len = (size_t)((plus ? plus : end) - dash - 1);

        if (!is_label(dash + 1, len))
            return NULL;
        v->label = hop_string_new(dash + 1, len);
    }
    if (plus) {
        if (!is_label(plus + 1, (size_t)(end - plus - 1)))
            return NULL;
        v->build = hop_string_new(plus + 1, (size_t)(end - plus - 1));
    }
    return semver_of(hop_value_steal(&owned));
}

static bool
semver_parse(struct hop_context *cx, const struct hop_string *s,
             struct hop_value *out)
{
    struct semver *v = read_semver(cx, s);

    if (!v)
        return hop_throw(cx, &hop_exception_format,
                         "Cannot process argument because the value of "
                         "argument \"version\" is not valid. Change the value "
                         "of the \"version\" argument and run the operation "
                         "again.");
    *out = hop_obj(v);
    return true;
}

static bool
semver_to_string(struct hop_context *cx, struct hop_value x,
                 struct hop_string **out)
{
    struct semver *v = semver_of(x);
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    hop_buf_addf(&b, "%d.%d.%d", v->part[0], v->part[1], v->part[2]);
    if (v->label)
        hop_buf_addf(&b, "-%s", v->label->data);
    if (v->build)
        hop_buf_addf(&b, "+%s", v->build->data);
    *out = hop_string_take_buf(&b);
    return true;
}

/* Labels by their dotted parts: numbers by value, below words. */
static int
compare_labels(const struct hop_string *a, const struct hop_string *b)
{
    const char *p, *q;

    if (!a || !b)
        return a ? -1 : b ? 1 : 0;
    p = a->data;
    q = b->data;
    while (*p && *q) {
        size_t n = strcspn(p, "."), m = strcspn(q, ".");
        bool pn = strspn(p, "0123456789") >= n,
             qn = strspn(q, "0123456789") >= m;
        int r;

        if (pn && qn) {
            long x = strtol(p, NULL, 10), y = strtol(q, NULL, 10);

            r = x < y ? -1 : x > y;
        } else if (pn != qn) {
            r = pn ? -1 : 1;
        } else {
            r = strncmp(p, q, n < m ? n : m);
            if (!r)
                r = n < m ? -1 : n > m;
        }
        if (r)
            return r < 0 ? -1 : 1;
        p += n + (p[n] == '.');
        q += m + (q[m] == '.');
    }
    return *p ? 1 : *q ? -1 : 0;
}

static bool
semver_compare(struct hop_context *cx, struct hop_value a, struct hop_value b,
               int *out)
{
    struct semver *x = semver_of(a), *y = semver_of(b);

    *out = 0;
    for (int i = 0; i < 3 && !*out; i++)
        *out = x->part[i] < y->part[i] ? -1 : x->part[i] > y->part[i];
    if (!*out)
        *out = compare_labels(x->label, y->label);
    return true;
}

static bool
semver_equals(struct hop_context *cx, struct hop_value a, struct hop_value b)
{
    int r;

    semver_compare(cx, a, b, &r);
    return r == 0;
}

static uint32_t
semver_hash(struct hop_value v)
{
    struct semver *s = semver_of(v);

    return (uint32_t)(s->part[0] * 31 * 31 + s->part[1] * 31 + s->part[2]);
}

METHOD(new_semver)
{
    struct semver *v;

    if (c->args[0].kind == HOP_STRING)
        return semver_parse(cx, ARG_S(0), &c->result);
    if (hop_is_exactly(c->args[0], &hop_class_version)) {
        v = hop_object_new(cx, &hop_class_semver);
        for (int i = 0; i < 3; i++)
            v->part[i] = version_of(c->args[0])->part[i] < 0
                             ? 0
                             : version_of(c->args[0])->part[i];
        RETURN(hop_obj(v));
    }
    v = hop_object_new(cx, &hop_class_semver);
    for (size_t i = 0; i < c->n && i < 3; i++)
        v->part[i] = (int32_t)ARG_I(i);
    if (c->n > 3 && !ARG_NULL(3) && ARG_S(3)->len)
        v->label = hop_string_retain(ARG_S(3));
    if (c->n > 4 && !ARG_NULL(4) && ARG_S(4)->len)
        v->build = hop_string_retain(ARG_S(4));
    RETURN(hop_obj(v));
}

METHOD(try_parse_semver)
{
    struct semver *v =
        c->args[0].kind == HOP_STRING ? read_semver(cx, ARG_S(0)) : NULL;

    if (!hop_reference_set(cx, c->args[1], v ? hop_obj(v) : hop_null()))
        return false;
    RETURN(hop_bool(v != NULL));
}

METHOD(compare_semver)
{
    struct hop_value b = hop_value_base(c->args[0]);
    int r;

    if (hop_is_null(b))
        RETURN(hop_int(1));
    if (!hop_is_exactly(b, &hop_class_semver))
        return hop_throw(cx, &hop_exception_argument,
                         "The argument must be a SemanticVersion.");
    semver_compare(cx, c->self, b, &r);
    RETURN(hop_int(r));
}

GETTER(get_semver_part)
{
    *out = hop_int(semver_of(self)->part[data]);
    return true;
}

GETTER(get_semver_label)
{
    struct hop_string *s =
        data ? semver_of(self)->build : semver_of(self)->label;

    *out = s ? hop_str(hop_string_retain(s)) : hop_null();
    return true;
}

static const struct hop_property semver_properties[] = {
    {"Major", "int", get_semver_part, NULL, 0, 0},
    {"Minor", "int", get_semver_part, NULL, 0, 1},
    {"Patch", "int", get_semver_part, NULL, 0, 2},
    {"PreReleaseLabel", "string", get_semver_label, NULL, 0, false},
    {"BuildLabel", "string", get_semver_label, NULL, 0, true},
    END_PROPERTIES,
};

#define SV "System.Management.Automation.SemanticVersion"

METHOD(parse_semver)
{
    return semver_parse(cx, ARG_S(0), &c->result);
}

static const struct hop_method semver_methods[] = {
    {"int CompareTo(System.Object version)", compare_semver},
    {"static " SV " Parse(string version)", parse_semver},
    {"static bool TryParse(string version, [ref] " SV " result)",
     try_parse_semver},
    END_METHODS,
};

static const struct hop_method semver_constructors[] = {
    {SV " new(string version)", new_semver},
    {SV " new(int major, int minor, int patch, string preReleaseLabel, string "
        "buildLabel)",
     new_semver},
    {SV " new(int major, int minor, int patch, string label)", new_semver},
    {SV " new(int major, int minor, int patch)", new_semver},
    {SV " new(int major, int minor)", new_semver},
    {SV " new(int major)", new_semver},
    {SV " new(version version)", new_semver},
    END_METHODS,
};

const struct hop_class hop_class_semver = {
    .name = SV,
    .base = &hop_class_object,
    .flags = HOP_CLASS_SEALED,
    .kind = HOP_OBJECT,
    .size = sizeof(struct semver),
    .interfaces = comparable,
    .properties = semver_properties,
    .methods = semver_methods,
    .constructors = semver_constructors,
    .destroy = destroy_semver,
    .to_string = semver_to_string,
    .equals = semver_equals,
    .hash = semver_hash,
    .compare = semver_compare,
    .parse = semver_parse,
};
