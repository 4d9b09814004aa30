/* Keywords of JSON Schema about one value: its type, its limits.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/utility/json_schema.h"

#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "value/regex.h"

double
hop_json_number_of(struct hop_value v)
{
    return v.kind == HOP_INT64 ? (double)v.u.i : v.u.d;
}

bool
hop_json_is_number(struct hop_value v)
{
    return v.kind == HOP_INT64 || v.kind == HOP_DOUBLE;
}

/* Equality of JSON values: numbers by value, objects in any order. */
bool
hop_json_same(struct hop_value a, struct hop_value b)
{
    struct hop_array *aa = hop_as_array(a), *ba = hop_as_array(b);
    struct hop_dict *ad = hop_as_dict(a), *bd = hop_as_dict(b);

    if (hop_json_is_number(a) && hop_json_is_number(b))
        return hop_json_number_of(a) == hop_json_number_of(b);
    if (a.kind != b.kind)
        return false;
    if (a.kind == HOP_STRING)
        return hop_string_eq(a.u.s, b.u.s);
    if (aa && ba) {
        for (size_t i = 0; i < aa->n && aa->n == ba->n; i++)
            if (!hop_json_same(aa->items[i], ba->items[i]))
                return false;
        return aa->n == ba->n;
    }
    if (ad && bd) {
        for (size_t i = 0; i < ad->count && ad->count == bd->count; i++) {
            struct hop_dict_entry *e = hop_dict_at(ad, i);
            struct hop_value *v = hop_dict_get(bd, e->key);

            if (!v || !hop_json_same(e->value, *v))
                return false;
        }
        return ad->count == bd->count;
    }
    return a.kind != HOP_OBJECT && a.u.i == b.u.i;
}

/* ---- keywords of any value ---- */

static const char *
type_name(struct hop_value v)
{
    switch (v.kind) {
    case HOP_STRING: return "string";
    case HOP_BOOL: return "boolean";
    case HOP_INT64: return "integer";
    case HOP_DOUBLE: return v.u.d == floor(v.u.d) ? "integer" : "number";
    case HOP_OBJECT: return hop_as_dict(v) ? "object" : "array";
    default: return "null";
    }
}

static bool
is_of_type(struct hop_json_tester *t, struct hop_value v, struct hop_value name)
{
    static const char *const known[] = {"null",   "boolean", "object", "array",
                                        "number", "integer", "string"};
    size_t i = 0;

    while (i < HOP_ARRAY_SIZE(known) &&
           !(hop_is_string(name) && hop_string_is(name.u.s, known[i])))
        i++;
    if (i == HOP_ARRAY_SIZE(known))
        return hop_json_refuse(t, "\"type\" names no type of JSON.");
    return hop_string_is(name.u.s, type_name(v)) ||
           (hop_json_is_number(v) && hop_string_is(name.u.s, "number"));
}

bool
hop_json_check_type(struct hop_json_tester *t, const struct hop_json_check *k)
{
    struct hop_array *names = hop_as_array(k->arg);
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (!names)
        return is_of_type(t, k->v, k->arg) ||
               (!t->bad_schema &&
                hop_json_wrong(t, k, "Value is \"%s\" but should be \"%s\"",
                               type_name(k->v), hop_cstr(k->arg)));
    for (size_t i = 0; i < names->n; i++) {
        if (is_of_type(t, k->v, names->items[i]))
            return true;
        if (t->bad_schema)
            return false;
        hop_buf_addf(&b, "%s\"%s\"", i ? ", " : "", hop_cstr(names->items[i]));
    }
    return hop_json_wrong(t, k, "Value is \"%s\" but should be one of %s",
                          type_name(k->v), hop_buf_str(&b));
}

bool
hop_json_check_enum(struct hop_json_tester *t, const struct hop_json_check *k)
{
    struct hop_array *all = hop_as_array(k->arg);

    if (!all)
        return hop_json_refuse(t, "\"enum\" is not an array.");
    for (size_t i = 0; i < all->n; i++)
        if (hop_json_same(all->items[i], k->v))
            return true;
    return hop_json_wrong(t, k,
                          "Value should match one of the values specified by "
                          "the enum");
}

bool
hop_json_check_const(struct hop_json_tester *t, const struct hop_json_check *k)
{
    return hop_json_same(k->arg, k->v) ||
           hop_json_wrong(t, k,
                          "Value does not equal the one that const gives");
}

/* ---- limits ---- */

enum limit { MIN, MAX, OVER, UNDER, MULTIPLE };

static bool
check_number(struct hop_json_tester *t, const struct hop_json_check *k,
             enum limit limit, const char *phrase)
{
    double v = hop_json_number_of(k->v), x = hop_json_number_of(k->arg);
    bool ok = false;

    if (!hop_json_is_number(k->arg))
        return hop_json_refuse(t, "A limit of numbers is not a number.");
    if (!hop_json_is_number(k->v))
        return true;
    switch (limit) {
    case MIN: ok = v >= x; break;
    case MAX: ok = v <= x; break;
    case OVER: ok = v > x; break;
    case UNDER: ok = v < x; break;
    case MULTIPLE: ok = x != 0 && fabs(remainder(v, x)) < 1e-9; break;
    }
    return ok || hop_json_wrong(t, k, "%.17g %s %.17g", v, phrase, x);
}

#define NUMBER(name, limit, phrase)                                            \
    bool name(struct hop_json_tester *t, const struct hop_json_check *k)       \
    {                                                                          \
        return check_number(t, k, limit, phrase);                              \
    }
NUMBER(hop_json_check_minimum, MIN, "should be at least")
NUMBER(hop_json_check_maximum, MAX, "should be at most")
NUMBER(hop_json_check_over, OVER, "should be greater than")
NUMBER(hop_json_check_under, UNDER, "should be less than")
NUMBER(hop_json_check_multiple, MULTIPLE, "should be a multiple of")

/* The size that a limit is about, or SIZE_MAX when v has no such size. */
static size_t
size_of(struct hop_value v, char kind)
{
    struct hop_array *a = hop_as_array(v);
    struct hop_dict *d = hop_as_dict(v);

    if (kind == 's')
        return hop_is_string(v) ? hop_string_len16(v.u.s) : SIZE_MAX;
    if (kind == 'a')
        return a ? a->n : SIZE_MAX;
    return d ? d->count : SIZE_MAX;
}

static bool
check_size(struct hop_json_tester *t, const struct hop_json_check *k, char kind,
           bool least, const char *what)
{
    size_t n = size_of(k->v, kind);
    double x = hop_json_number_of(k->arg);

    if (!hop_json_is_number(k->arg) || x < 0)
        return hop_json_refuse(t, "A limit of %s is not a whole number.", what);
    if (n == SIZE_MAX || (least ? (double)n >= x : (double)n <= x))
        return true;
    return hop_json_wrong(t, k, "Value should have at %s %.17g %s but has %zu",
                          least ? "least" : "most", x, what, n);
}

#define SIZE(name, kind, least, what)                                          \
    bool name(struct hop_json_tester *t, const struct hop_json_check *k)       \
    {                                                                          \
        return check_size(t, k, kind, least, what);                            \
    }
SIZE(hop_json_check_min_length, 's', true, "characters")
SIZE(hop_json_check_max_length, 's', false, "characters")
SIZE(hop_json_check_min_items, 'a', true, "items")
SIZE(hop_json_check_max_items, 'a', false, "items")
SIZE(hop_json_check_min_properties, 'o', true, "properties")
SIZE(hop_json_check_max_properties, 'o', false, "properties")

int
hop_json_matches(struct hop_json_tester *t, struct hop_string *pattern,
                 struct hop_string *s)
{
    struct hop_regex *re = hop_regex_get(t->cx, pattern, 0);
    struct hop_match_range *groups;
    int r;

    if (!re) {
        hop_drop_exception(t->cx);
        hop_json_refuse(t, "A pattern is not a regular expression.");
        return -1;
    }
    groups = hop_xcalloc((size_t)re->n, sizeof(*groups));
    r = hop_regex_exec(t->cx, re, s, 0, groups);
    free(groups);
    hop_regex_release(re);
    t->failed = t->failed || r < 0;
    return r;
}

bool
hop_json_check_pattern(struct hop_json_tester *t,
                       const struct hop_json_check *k)
{
    int r;

    if (!hop_is_string(k->arg))
        return hop_json_refuse(t, "\"pattern\" is not a string.");
    if (!hop_is_string(k->v))
        return true;
    r = hop_json_matches(t, k->arg.u.s, k->v.u.s);
    return r > 0 ||
           (r == 0 && hop_json_wrong(t, k,
                                     "The string value is not a match for the "
                                     "indicated regular expression"));
}
