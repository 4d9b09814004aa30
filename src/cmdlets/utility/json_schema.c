/* JSON Schema, draft 2020-12 (json-schema.org), with what older drafts spelled
 * otherwise: the walk, references, combinations.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/utility/json_schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "cmdlets/utility/json_tree.h"
#include "value/regex.h"

#define DEPTH_MAX 128

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
add_place(const struct hop_json_at *at, struct hop_buf *b)
{
    if (!at)
        return;
    add_place(at->up, b);
    if (at->name)
        hop_buf_addf(b, "/%s", at->name);
    else
        hop_buf_addf(b, "/%zu", at->index);
}

HOP_PRINTF(3, 4)
bool
hop_json_wrong(struct hop_json_tester *t, const struct hop_json_check *k,
               const char *fmt, ...)
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

HOP_PRINTF(2, 3)
bool
hop_json_refuse(struct hop_json_tester *t, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    if (!t->bad_schema)
        vsnprintf(t->why, 128, fmt, ap);
    va_end(ap);
    t->bad_schema = true;
    return false;
}

bool
hop_json_holds(struct hop_json_tester *t, struct hop_value schema,
               struct hop_value v, const struct hop_json_at *at)
{
    struct hop_json_problems *keep = t->problems;
    bool ok;

    t->problems = NULL;
    ok = hop_json_test(t, schema, v, at);
    t->problems = keep;
    return ok;
}

struct hop_value
hop_json_look(struct hop_dict *d, const char *name)
{
    struct hop_value *v = hop_dict_get_text(d, name);

    return v ? *v : hop_void();
}

/* ---- combinations ---- */

static bool
check_all_of(struct hop_json_tester *t, const struct hop_json_check *k)
{
    struct hop_array *all = hop_as_array(k->arg);
    bool ok = true;

    for (size_t i = 0; all && i < all->n; i++)
        ok = hop_json_test(t, all->items[i], k->v, k->at) && ok;
    return all ? ok : hop_json_refuse(t, "\"allOf\" is not an array.");
}

static size_t
count_holding(struct hop_json_tester *t, const struct hop_json_check *k,
              struct hop_array *all)
{
    size_t n = 0;

    for (size_t i = 0; all && i < all->n; i++)
        n += hop_json_holds(t, all->items[i], k->v, k->at);
    return n;
}

static bool
check_any_of(struct hop_json_tester *t, const struct hop_json_check *k)
{
    struct hop_array *all = hop_as_array(k->arg);

    if (!all)
        return hop_json_refuse(t, "\"anyOf\" is not an array.");
    if (count_holding(t, k, all))
        return true;
    for (size_t i = 0; i < all->n; i++)
        (void)!hop_json_test(t, all->items[i], k->v, k->at);
    return false;
}

static bool
check_one_of(struct hop_json_tester *t, const struct hop_json_check *k)
{
    struct hop_array *all = hop_as_array(k->arg);
    size_t n = count_holding(t, k, all);

    if (!all)
        return hop_json_refuse(t, "\"oneOf\" is not an array.");
    return n == 1 ||
           hop_json_wrong(t, k, "Expected 1 matching subschema but found %zu",
                          n);
}

static bool
check_not(struct hop_json_tester *t, const struct hop_json_check *k)
{
    return !hop_json_holds(t, k->arg, k->v, k->at) ||
           hop_json_wrong(t, k, "Value matches the schema of \"not\"");
}

static bool
check_if(struct hop_json_tester *t, const struct hop_json_check *k)
{
    bool yes = hop_json_holds(t, k->arg, k->v, k->at);
    struct hop_value next = hop_json_look(k->schema, yes ? "then" : "else");

    return next.kind == HOP_VOID || hop_json_test(t, next, k->v, k->at);
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
            v = hop_json_look(d, hop_buf_str(&name));
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
    struct hop_value own = d ? hop_json_look(d, key) : hop_void();

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
check_ref(struct hop_json_tester *t, const struct hop_json_check *k)
{
    const char *ref, *hash;
    struct hop_value to = t->root;

    if (!hop_is_string(k->arg))
        return hop_json_refuse(t, "\"$ref\" is not a string.");
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
        return hop_json_refuse(
            t, "The schema has nothing at \"$ref\": \"%.60s\".", ref);
    return hop_json_test(t, to, k->v, k->at);
}

/* ---- the walk ---- */

static const struct {
    const char *name;
    bool (*check)(struct hop_json_tester *t, const struct hop_json_check *k);
} keywords[] = {
    {"$ref", check_ref},
    {"type", hop_json_check_type},
    {"enum", hop_json_check_enum},
    {"const", hop_json_check_const},
    {"minimum", hop_json_check_minimum},
    {"maximum", hop_json_check_maximum},
    {"exclusiveMinimum", hop_json_check_over},
    {"exclusiveMaximum", hop_json_check_under},
    {"multipleOf", hop_json_check_multiple},
    {"minLength", hop_json_check_min_length},
    {"maxLength", hop_json_check_max_length},
    {"pattern", hop_json_check_pattern},
    {"minItems", hop_json_check_min_items},
    {"maxItems", hop_json_check_max_items},
    {"uniqueItems", hop_json_check_unique},
    {"prefixItems", hop_json_check_prefix},
    {"items", hop_json_check_items},
    {"additionalItems", hop_json_check_additional_items},
    {"contains", hop_json_check_contains},
    {"minProperties", hop_json_check_min_properties},
    {"maxProperties", hop_json_check_max_properties},
    {"required", hop_json_check_required},
    {"properties", hop_json_check_properties},
    {"patternProperties", hop_json_check_pattern_properties},
    {"additionalProperties", hop_json_check_additional},
    {"propertyNames", hop_json_check_names},
    {"dependentRequired", hop_json_check_dependent},
    {"dependentSchemas", hop_json_check_dependent},
    {"dependencies", hop_json_check_dependent},
    {"allOf", check_all_of},
    {"anyOf", check_any_of},
    {"oneOf", check_one_of},
    {"not", check_not},
    {"if", check_if},
};

static bool
test_keywords(struct hop_json_tester *t, struct hop_dict *schema,
              struct hop_value v, const struct hop_json_at *at)
{
    bool ok = true;

    for (size_t i = 0; i < HOP_ARRAY_SIZE(keywords); i++) {
        struct hop_json_check k = {schema, v,
                                   hop_json_look(schema, keywords[i].name), at};

        if (k.arg.kind != HOP_VOID)
            ok = keywords[i].check(t, &k) && ok;
        if (t->bad_schema || t->failed)
            return false;
    }
    return ok;
}

bool
hop_json_test(struct hop_json_tester *t, struct hop_value schema,
              struct hop_value v, const struct hop_json_at *at)
{
    struct hop_dict *d = hop_as_dict(schema);
    struct hop_json_check k = {NULL, v, schema, at};
    bool ok;

    if (t->bad_schema || t->failed)
        return false;
    if (hop_is_stopping(t->cx)) {
        t->failed = true;
        return false;
    }
    if (schema.kind == HOP_BOOL)
        return schema.u.i ||
               hop_json_wrong(t, &k,
                              "All values fail against the false schema");
    if (!d)
        return hop_json_refuse(
            t, "A schema is neither an object nor true or false.");
    if (t->depth >= DEPTH_MAX)
        return hop_json_refuse(t, "The schema refers to itself too deeply.");
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
    struct hop_json_tester t = {cx, schema, problems, why, 0, false, false};
    bool ok = hop_json_test(&t, schema, v, NULL);

    return t.failed       ? HOP_JSON_FAILED
           : t.bad_schema ? HOP_JSON_BAD_SCHEMA
           : ok           ? HOP_JSON_VALID
                          : HOP_JSON_INVALID;
}
