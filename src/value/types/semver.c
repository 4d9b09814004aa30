/* SemanticVersion: labels beside the numbers.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/def.h"

#include <ctype.h>
#include <stdlib.h>

#include "value/numparse.h"
#include "value/types/values.h"

static const struct hop_class *const comparable[] = {
    &hop_class_icomparable, &hop_class_iformattable, NULL};

static struct hop_version_object *
version_of(struct hop_value v)
{
    return (struct hop_version_object *)v.u.o;
}

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
