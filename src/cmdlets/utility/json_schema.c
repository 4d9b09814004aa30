/* JSON Schema, draft 2020-12 (json-schema.org), with what older drafts spelled
 * otherwise.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "cmdlets/utility/json_tree.h"
#include "value/convert.h"
#include "value/regex.h"

#define DEPTH_MAX 128

/* One level of the walk. */
struct at {
    const struct at *up;
    const char *name; /* member, or NULL: item */
    size_t index;
};

struct tester {
    struct hop_context *cx;
    struct hop_value root;
    struct hop_json_problems *problems;
    char *why;
    int depth;
    bool bad_schema, failed;
};

/* What a schema says of one value: the schema, the value, its place. */
struct check {
    struct hop_dict *schema;
    struct hop_value v, arg; /* arg: the keyword's value */
    const struct at *at;
};

static bool test(struct tester *t, struct hop_value schema, struct hop_value v,
                 const struct at *at);

void
hop_json_problems_done(struct hop_json_problems *p)
{
    for (size_t i = 0; i < p->n; i++) {
        free(p->item[i].text);
        free(p->item[i].at);
    }
    free(p->item);
    *p = (struct hop_json_problems){NULL, 0, 0};
}

static void
add_place(const struct at *at, struct hop_buf *b)
{
    if (!at)
        return;
    add_place(at->up, b);
    if (at->name)
        hop_buf_addf(b, "/%s", at->name);
    else
        hop_buf_addf(b, "/%zu", at->index);
}

/* Notes a problem; always false. */
HOP_PRINTF(3, 4)
static bool
wrong(struct tester *t, const struct check *k, const char *fmt, ...)
{
    struct hop_json_problems *p = t->problems;
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT, place = HOP_BUF_INIT;
    va_list ap;

    if (!p)
        return false;
    va_start(ap, fmt);
    hop_buf_vaddf(&text, fmt, ap);
    va_end(ap);
    hop_buf_adds(&place, "");
    add_place(k->at, &place);
    if (p->n == p->cap) {
        p->cap = p->cap ? p->cap * 2 : 8;
        p->item = hop_xrealloc(p->item, p->cap, sizeof(*p->item));
    }
    p->item[p->n++] = (struct hop_json_problem){
        hop_xstrdup(hop_buf_str(&text)), hop_xstrdup(hop_buf_str(&place))};
    return false;
}

/* The schema itself cannot be used; always false. */
HOP_PRINTF(2, 3)
static bool
refuse(struct tester *t, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    if (!t->bad_schema)
        vsnprintf(t->why, 128, fmt, ap);
    va_end(ap);
    t->bad_schema = true;
    return false;
}

/* Tries a schema without noting problems. */
static bool
holds(struct tester *t, struct hop_value schema, struct hop_value v,
      const struct at *at)
{
    struct hop_json_problems *keep = t->problems;
    bool ok;

    t->problems = NULL;
    ok = test(t, schema, v, at);
    t->problems = keep;
    return ok;
}

static struct hop_value
look(struct hop_dict *d, const char *name)
{
    struct hop_value *v = hop_dict_get_text(d, name);

    return v ? *v : hop_void();
}

static double
number_of(struct hop_value v)
{
    return v.kind == HOP_INT64 ? (double)v.u.i : v.u.d;
}

static bool
is_json_number(struct hop_value v)
{
    return v.kind == HOP_INT64 || v.kind == HOP_DOUBLE;
}

/* Equality of JSON values: numbers by value, objects in any order. */
static bool
same(struct hop_value a, struct hop_value b)
{
    struct hop_array *aa = hop_as_array(a), *ba = hop_as_array(b);
    struct hop_dict *ad = hop_as_dict(a), *bd = hop_as_dict(b);

    if (is_json_number(a) && is_json_number(b))
        return number_of(a) == number_of(b);
    if (a.kind != b.kind)
        return false;
    if (a.kind == HOP_STRING)
        return hop_string_eq(a.u.s, b.u.s);
    if (aa && ba) {
        for (size_t i = 0; i < aa->n && aa->n == ba->n; i++)
            if (!same(aa->items[i], ba->items[i]))
                return false;
        return aa->n == ba->n;
    }
    if (ad && bd) {
        for (size_t i = 0; i < ad->count && ad->count == bd->count; i++) {
            struct hop_dict_entry *e = hop_dict_at(ad, i);
            struct hop_value *v = hop_dict_get(bd, e->key);

            if (!v || !same(e->value, *v))
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
is_of_type(struct tester *t, struct hop_value v, struct hop_value name)
{
    static const char *const known[] = {"null",   "boolean", "object", "array",
                                        "number", "integer", "string"};
    size_t i = 0;

    while (i < HOP_ARRAY_SIZE(known) &&
           !(hop_is_string(name) && hop_string_is(name.u.s, known[i])))
        i++;
    if (i == HOP_ARRAY_SIZE(known))
        return refuse(t, "\"type\" names no type of JSON.");
    return hop_string_is(name.u.s, type_name(v)) ||
           (is_json_number(v) && hop_string_is(name.u.s, "number"));
}

static bool
check_type(struct tester *t, const struct check *k)
{
    struct hop_array *names = hop_as_array(k->arg);
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (!names)
        return is_of_type(t, k->v, k->arg) ||
               (!t->bad_schema &&
                wrong(t, k, "Value is \"%s\" but should be \"%s\"",
                      type_name(k->v), hop_cstr(k->arg)));
    for (size_t i = 0; i < names->n; i++) {
        if (is_of_type(t, k->v, names->items[i]))
            return true;
        if (t->bad_schema)
            return false;
        hop_buf_addf(&b, "%s\"%s\"", i ? ", " : "", hop_cstr(names->items[i]));
    }
    return wrong(t, k, "Value is \"%s\" but should be one of %s",
                 type_name(k->v), hop_buf_str(&b));
}

static bool
check_enum(struct tester *t, const struct check *k)
{
    struct hop_array *all = hop_as_array(k->arg);

    if (!all)
        return refuse(t, "\"enum\" is not an array.");
    for (size_t i = 0; i < all->n; i++)
        if (same(all->items[i], k->v))
            return true;
    return wrong(t, k,
                 "Value should match one of the values specified by "
                 "the enum");
}

static bool
check_const(struct tester *t, const struct check *k)
{
    return same(k->arg, k->v) ||
           wrong(t, k, "Value does not equal the one that const gives");
}

/* ---- limits ---- */

enum limit { MIN, MAX, OVER, UNDER, MULTIPLE };

static bool
check_number(struct tester *t, const struct check *k, enum limit limit,
             const char *phrase)
{
    double v = number_of(k->v), x = number_of(k->arg);
    bool ok = false;

    if (!is_json_number(k->arg))
        return refuse(t, "A limit of numbers is not a number.");
    if (!is_json_number(k->v))
        return true;
    switch (limit) {
    case MIN: ok = v >= x; break;
    case MAX: ok = v <= x; break;
    case OVER: ok = v > x; break;
    case UNDER: ok = v < x; break;
    case MULTIPLE: ok = x != 0 && fabs(remainder(v, x)) < 1e-9; break;
    }
    return ok || wrong(t, k, "%.17g %s %.17g", v, phrase, x);
}

#define NUMBER(name, limit, phrase)                                            \
    static bool name(struct tester *t, const struct check *k)                  \
    {                                                                          \
        return check_number(t, k, limit, phrase);                              \
    }
NUMBER(check_minimum, MIN, "should be at least")
NUMBER(check_maximum, MAX, "should be at most")
NUMBER(check_over, OVER, "should be greater than")
NUMBER(check_under, UNDER, "should be less than")
NUMBER(check_multiple, MULTIPLE, "should be a multiple of")

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
check_size(struct tester *t, const struct check *k, char kind, bool least,
           const char *what)
{
    size_t n = size_of(k->v, kind);
    double x = number_of(k->arg);

    if (!is_json_number(k->arg) || x < 0)
        return refuse(t, "A limit of %s is not a whole number.", what);
    if (n == SIZE_MAX || (least ? (double)n >= x : (double)n <= x))
        return true;
    return wrong(t, k, "Value should have at %s %.17g %s but has %zu",
                 least ? "least" : "most", x, what, n);
}

#define SIZE(name, kind, least, what)                                          \
    static bool name(struct tester *t, const struct check *k)                  \
    {                                                                          \
        return check_size(t, k, kind, least, what);                            \
    }
SIZE(check_min_length, 's', true, "characters")
SIZE(check_max_length, 's', false, "characters")
SIZE(check_min_items, 'a', true, "items")
SIZE(check_max_items, 'a', false, "items")
SIZE(check_min_properties, 'o', true, "properties")
SIZE(check_max_properties, 'o', false, "properties")

/* 1, 0, or -1 when the pattern is none or matching failed. */
static int
matches(struct tester *t, struct hop_string *pattern, struct hop_string *s)
{
    struct hop_regex *re = hop_regex_get(t->cx, pattern, 0);
    struct hop_match_range *groups;
    int r;

    if (!re) {
        hop_drop_exception(t->cx);
        refuse(t, "A pattern is not a regular expression.");
        return -1;
    }
    groups = hop_xcalloc((size_t)re->n, sizeof(*groups));
    r = hop_regex_exec(t->cx, re, s, 0, groups);
    free(groups);
    hop_regex_release(re);
    t->failed = t->failed || r < 0;
    return r;
}

static bool
check_pattern(struct tester *t, const struct check *k)
{
    int r;

    if (!hop_is_string(k->arg))
        return refuse(t, "\"pattern\" is not a string.");
    if (!hop_is_string(k->v))
        return true;
    r = matches(t, k->arg.u.s, k->v.u.s);
    return r > 0 || (r == 0 && wrong(t, k,
                                     "The string value is not a match for the "
                                     "indicated regular expression"));
}

/* ---- arrays ---- */

static bool
check_unique(struct tester *t, const struct check *k)
{
    struct hop_array *a = hop_as_array(k->v);

    for (size_t i = 0; a && k->arg.u.i && i < a->n; i++)
        for (size_t j = 0; j < i; j++)
            if (same(a->items[i], a->items[j]))
                return wrong(t, k, "Items at %zu and %zu are equal", j, i);
    return true;
}

/* Items [from, n) against one schema. */
static bool
test_items(struct tester *t, const struct check *k, struct hop_value schema,
           size_t from)
{
    struct hop_array *a = hop_as_array(k->v);
    bool ok = true;

    for (size_t i = from; a && i < a->n; i++) {
        struct at at = {k->at, NULL, i};

        ok = test(t, schema, a->items[i], &at) && ok;
    }
    return ok;
}

/* A schema for each of the first items. */
static bool
test_prefix(struct tester *t, const struct check *k, struct hop_array *schemas)
{
    struct hop_array *a = hop_as_array(k->v);
    bool ok = true;

    for (size_t i = 0; a && i < a->n && i < schemas->n; i++) {
        struct at at = {k->at, NULL, i};

        ok = test(t, schemas->items[i], a->items[i], &at) && ok;
    }
    return ok;
}

static bool
check_prefix(struct tester *t, const struct check *k)
{
    struct hop_array *schemas = hop_as_array(k->arg);

    return schemas ? test_prefix(t, k, schemas)
                   : refuse(t, "\"prefixItems\" is not an array.");
}

static bool
check_items(struct tester *t, const struct check *k)
{
    struct hop_array *list = hop_as_array(k->arg);
    struct hop_array *prefix = hop_as_array(look(k->schema, "prefixItems"));

    if (list) /* before 2020-12 */
        return test_prefix(t, k, list);
    return test_items(t, k, k->arg, prefix ? prefix->n : 0);
}

static bool
check_additional_items(struct tester *t, const struct check *k)
{
    struct hop_array *list = hop_as_array(look(k->schema, "items"));

    return !list || test_items(t, k, k->arg, list->n);
}

static bool
check_contains(struct tester *t, const struct check *k)
{
    struct hop_array *a = hop_as_array(k->v);
    struct hop_value least = look(k->schema, "minContains");
    struct hop_value most = look(k->schema, "maxContains");
    size_t n = 0;

    if (!a)
        return true;
    for (size_t i = 0; i < a->n; i++)
        n += holds(t, k->arg, a->items[i], k->at);
    if ((double)n < (is_json_number(least) ? number_of(least) : 1) ||
        (is_json_number(most) && (double)n > number_of(most)))
        return wrong(t, k, "%zu items match the schema of \"contains\"", n);
    return true;
}

/* ---- objects ---- */

static bool
check_required(struct tester *t, const struct check *k)
{
    struct hop_array *names = hop_as_array(k->arg);
    struct hop_dict *d = hop_as_dict(k->v);
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (!names)
        return refuse(t, "\"required\" is not an array.");
    for (size_t i = 0; d && i < names->n; i++) {
        if (!hop_is_string(names->items[i]))
            return refuse(t, "\"required\" holds something else than names.");
        if (!hop_dict_get(d, names->items[i]))
            hop_buf_addf(&b, "%s\"%s\"", b.len ? "," : "",
                         hop_cstr(names->items[i]));
    }
    return b.len == 0 || wrong(t, k, "Required properties [%s] are not present",
                               hop_buf_str(&b));
}

static bool
check_properties(struct tester *t, const struct check *k)
{
    struct hop_dict *d = hop_as_dict(k->v), *schemas = hop_as_dict(k->arg);
    bool ok = true;

    if (!schemas)
        return refuse(t, "\"properties\" is not an object.");
    for (size_t i = 0; d && i < schemas->count; i++) {
        struct hop_dict_entry *e = hop_dict_at(schemas, i);
        struct hop_value *v = hop_dict_get(d, e->key);
        struct at at = {k->at, hop_cstr(e->key), 0};

        ok = (!v || test(t, e->value, *v, &at)) && ok;
    }
    return ok;
}

static bool
check_pattern_properties(struct tester *t, const struct check *k)
{
    struct hop_dict *d = hop_as_dict(k->v), *schemas = hop_as_dict(k->arg);
    bool ok = true;

    if (!schemas)
        return refuse(t, "\"patternProperties\" is not an object.");
    for (size_t i = 0; d && i < schemas->count; i++)
        for (size_t j = 0; j < d->count; j++) {
            struct hop_dict_entry *s = hop_dict_at(schemas, i);
            struct hop_dict_entry *e = hop_dict_at(d, j);
            struct at at = {k->at, hop_cstr(e->key), 0};
            int r = matches(t, s->key.u.s, e->key.u.s);

            ok = r >= 0 && (r == 0 || test(t, s->value, e->value, &at)) && ok;
        }
    return ok;
}

/* Does properties or patternProperties speak of this name? */
static bool
is_named(struct tester *t, struct hop_dict *schema, struct hop_value name)
{
    struct hop_dict *d = hop_as_dict(look(schema, "properties"));
    struct hop_dict *p = hop_as_dict(look(schema, "patternProperties"));

    if (d && hop_dict_get(d, name))
        return true;
    for (size_t i = 0; p && i < p->count; i++)
        if (matches(t, hop_dict_at(p, i)->key.u.s, name.u.s) > 0)
            return true;
    return false;
}

static bool
check_additional(struct tester *t, const struct check *k)
{
    struct hop_dict *d = hop_as_dict(k->v);
    bool ok = true;

    for (size_t i = 0; d && i < d->count; i++) {
        struct hop_dict_entry *e = hop_dict_at(d, i);
        struct at at = {k->at, hop_cstr(e->key), 0};

        ok = (is_named(t, k->schema, e->key) ||
              test(t, k->arg, e->value, &at)) &&
             ok;
    }
    return ok;
}

static bool
check_names(struct tester *t, const struct check *k)
{
    struct hop_dict *d = hop_as_dict(k->v);
    bool ok = true;

    for (size_t i = 0; d && i < d->count; i++)
        ok = test(t, k->arg, hop_dict_at(d, i)->key, k->at) && ok;
    return ok;
}

/* dependentRequired, dependentSchemas, and dependencies, which is both. */
static bool
check_dependent(struct tester *t, const struct check *k)
{
    struct hop_dict *d = hop_as_dict(k->v), *of = hop_as_dict(k->arg);
    bool ok = true;

    for (size_t i = 0; d && of && i < of->count; i++) {
        struct hop_dict_entry *e = hop_dict_at(of, i);
        struct check sub = {k->schema, k->v, e->value, k->at};

        if (!hop_dict_get(d, e->key))
            continue;
        ok = (hop_as_array(e->value) ? check_required(t, &sub)
                                     : test(t, e->value, k->v, k->at)) &&
             ok;
    }
    return ok;
}

/* ---- combinations ---- */

static bool
check_all_of(struct tester *t, const struct check *k)
{
    struct hop_array *all = hop_as_array(k->arg);
    bool ok = true;

    for (size_t i = 0; all && i < all->n; i++)
        ok = test(t, all->items[i], k->v, k->at) && ok;
    return all ? ok : refuse(t, "\"allOf\" is not an array.");
}

static size_t
count_holding(struct tester *t, const struct check *k, struct hop_array *all)
{
    size_t n = 0;

    for (size_t i = 0; all && i < all->n; i++)
        n += holds(t, all->items[i], k->v, k->at);
    return n;
}

static bool
check_any_of(struct tester *t, const struct check *k)
{
    struct hop_array *all = hop_as_array(k->arg);

    if (!all)
        return refuse(t, "\"anyOf\" is not an array.");
    if (count_holding(t, k, all))
        return true;
    for (size_t i = 0; i < all->n; i++)
        (void)!test(t, all->items[i], k->v, k->at);
    return false;
}

static bool
check_one_of(struct tester *t, const struct check *k)
{
    struct hop_array *all = hop_as_array(k->arg);
    size_t n = count_holding(t, k, all);

    if (!all)
        return refuse(t, "\"oneOf\" is not an array.");
    return n == 1 ||
           wrong(t, k, "Expected 1 matching subschema but found %zu", n);
}

static bool
check_not(struct tester *t, const struct check *k)
{
    return !holds(t, k->arg, k->v, k->at) ||
           wrong(t, k, "Value matches the schema of \"not\"");
}

static bool
check_if(struct tester *t, const struct check *k)
{
    bool yes = holds(t, k->arg, k->v, k->at);
    struct hop_value next = look(k->schema, yes ? "then" : "else");

    return next.kind == HOP_VOID || test(t, next, k->v, k->at);
}

/* ---- references ---- */

/* The schema of a JSON pointer (RFC 6901) in the document, or void. */
static struct hop_value
follow(struct hop_value v, const char *p)
{
    while (*p == '/' && v.kind != HOP_VOID) {
        HOP_AUTO_BUF struct hop_buf name = HOP_BUF_INIT;
        struct hop_array *a = hop_as_array(v);
        struct hop_dict *d = hop_as_dict(v);

        for (p++; *p && *p != '/'; p++) {
            if (*p == '~' && (p[1] == '0' || p[1] == '1'))
                hop_buf_addc(&name, *++p == '0' ? '~' : '/');
            else
                hop_buf_addc(&name, *p);
        }
        if (d) {
            v = look(d, hop_buf_str(&name));
        } else {
            size_t i = (size_t)strtoul(hop_buf_str(&name), NULL, 10);

            v = a && i < a->n ? a->items[i] : hop_void();
        }
    }
    return v;
}

/* The schema below v whose $anchor, $id or id is the name, or void. */
static struct hop_value
find_named(struct hop_value v, const char *key, const char *name, int depth)
{
    struct hop_dict *d = hop_as_dict(v);
    struct hop_array *a = hop_as_array(v);
    size_t n = d ? d->count : a ? a->n : 0;
    struct hop_value own = d ? look(d, key) : hop_void();

    if (hop_is_string(own) && hop_string_is(own.u.s, name))
        return v;
    for (size_t i = 0; i < n && depth < HOP_JSON_DEPTH; i++) {
        struct hop_value r = find_named(
            d ? hop_dict_at(d, i)->value : a->items[i], key, name, depth + 1);

        if (r.kind != HOP_VOID)
            return r;
    }
    return hop_void();
}

static bool
check_ref(struct tester *t, const struct check *k)
{
    const char *ref, *hash;
    struct hop_value to = t->root;

    if (!hop_is_string(k->arg))
        return refuse(t, "\"$ref\" is not a string.");
    ref = hop_cstr(k->arg);
    hash = strchr(ref, '#');
    if (ref[0] != '#' && ref[0]) {
        HOP_AUTO_STRING struct hop_string *id =
            hop_string_new(ref, hash ? (size_t)(hash - ref) : strlen(ref));

        to = find_named(t->root, "$id", id->data, 0);
    }
    if (hash && hash[1] == '/')
        to = follow(to, hash + 1);
    else if (hash && hash[1])
        to = find_named(to, "$anchor", hash + 1, 0);
    if (to.kind == HOP_VOID)
        return refuse(t, "The schema has nothing at \"$ref\": \"%.60s\".", ref);
    return test(t, to, k->v, k->at);
}

/* ---- the walk ---- */

static const struct {
    const char *name;
    bool (*check)(struct tester *t, const struct check *k);
} keywords[] = {
    {"$ref", check_ref},
    {"type", check_type},
    {"enum", check_enum},
    {"const", check_const},
    {"minimum", check_minimum},
    {"maximum", check_maximum},
    {"exclusiveMinimum", check_over},
    {"exclusiveMaximum", check_under},
    {"multipleOf", check_multiple},
    {"minLength", check_min_length},
    {"maxLength", check_max_length},
    {"pattern", check_pattern},
    {"minItems", check_min_items},
    {"maxItems", check_max_items},
    {"uniqueItems", check_unique},
    {"prefixItems", check_prefix},
    {"items", check_items},
    {"additionalItems", check_additional_items},
    {"contains", check_contains},
    {"minProperties", check_min_properties},
    {"maxProperties", check_max_properties},
    {"required", check_required},
    {"properties", check_properties},
    {"patternProperties", check_pattern_properties},
    {"additionalProperties", check_additional},
    {"propertyNames", check_names},
    {"dependentRequired", check_dependent},
    {"dependentSchemas", check_dependent},
    {"dependencies", check_dependent},
    {"allOf", check_all_of},
    {"anyOf", check_any_of},
    {"oneOf", check_one_of},
    {"not", check_not},
    {"if", check_if},
};

static bool
test_keywords(struct tester *t, struct hop_dict *schema, struct hop_value v,
              const struct at *at)
{
    bool ok = true;

    for (size_t i = 0; i < HOP_ARRAY_SIZE(keywords); i++) {
        struct check k = {schema, v, look(schema, keywords[i].name), at};

        if (k.arg.kind != HOP_VOID)
            ok = keywords[i].check(t, &k) && ok;
        if (t->bad_schema || t->failed)
            return false;
    }
    return ok;
}

static bool
test(struct tester *t, struct hop_value schema, struct hop_value v,
     const struct at *at)
{
    struct hop_dict *d = hop_as_dict(schema);
    struct check k = {NULL, v, schema, at};
    bool ok;

    if (t->bad_schema || t->failed)
        return false;
    if (hop_is_stopping(t->cx)) {
        t->failed = true;
        return false;
    }
    if (schema.kind == HOP_BOOL)
        return schema.u.i ||
               wrong(t, &k, "All values fail against the false schema");
    if (!d)
        return refuse(t, "A schema is neither an object nor true or false.");
    if (t->depth >= DEPTH_MAX)
        return refuse(t, "The schema refers to itself too deeply.");
    t->depth++;
    ok = test_keywords(t, d, v, at);
    t->depth--;
    return ok;
}

enum hop_json_verdict
hop_json_schema_test(struct hop_context *cx, struct hop_value schema,
                     struct hop_value v, struct hop_json_problems *problems,
                     char why[128])
{
    struct tester t = {cx, schema, problems, why, 0, false, false};
    bool ok = test(&t, schema, v, NULL);

    return t.failed       ? HOP_JSON_FAILED
           : t.bad_schema ? HOP_JSON_BAD_SCHEMA
           : ok           ? HOP_JSON_VALID
                          : HOP_JSON_INVALID;
}
