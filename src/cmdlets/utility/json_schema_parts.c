/* Keywords of JSON Schema about what arrays and objects hold.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/utility/json_schema.h"

#include "value/regex.h"

bool
hop_json_check_unique(struct hop_json_tester *t, const struct hop_json_check *k)
{
    struct hop_array *a = hop_as_array(k->v);

    for (size_t i = 0; a && k->arg.u.i && i < a->n; i++)
        for (size_t j = 0; j < i; j++)
            if (hop_json_same(a->items[i], a->items[j]))
                return hop_json_wrong(t, k, "Items at %zu and %zu are equal", j,
                                      i);
    return true;
}

/* Items [from, n) against one schema. */
static bool
test_items(struct hop_json_tester *t, const struct hop_json_check *k,
           struct hop_value schema, size_t from)
{
    struct hop_array *a = hop_as_array(k->v);
    bool ok = true;

    for (size_t i = from; a && i < a->n; i++) {
        struct hop_json_at at = {k->at, NULL, i};

        ok = hop_json_test(t, schema, a->items[i], &at) && ok;
    }
    return ok;
}

/* A schema for each of the first items. */
static bool
test_prefix(struct hop_json_tester *t, const struct hop_json_check *k,
            struct hop_array *schemas)
{
    struct hop_array *a = hop_as_array(k->v);
    bool ok = true;

    for (size_t i = 0; a && i < a->n && i < schemas->n; i++) {
        struct hop_json_at at = {k->at, NULL, i};

        ok = hop_json_test(t, schemas->items[i], a->items[i], &at) && ok;
    }
    return ok;
}

bool
hop_json_check_prefix(struct hop_json_tester *t, const struct hop_json_check *k)
{
    struct hop_array *schemas = hop_as_array(k->arg);

    return schemas ? test_prefix(t, k, schemas)
                   : hop_json_refuse(t, "\"prefixItems\" is not an array.");
}

bool
hop_json_check_items(struct hop_json_tester *t, const struct hop_json_check *k)
{
    struct hop_array *list = hop_as_array(k->arg);
    struct hop_array *prefix =
        hop_as_array(hop_json_look(k->schema, "prefixItems"));

    if (list) /* before 2020-12 */
        return test_prefix(t, k, list);
    return test_items(t, k, k->arg, prefix ? prefix->n : 0);
}

bool
hop_json_check_additional_items(struct hop_json_tester *t,
                                const struct hop_json_check *k)
{
    struct hop_array *list = hop_as_array(hop_json_look(k->schema, "items"));

    return !list || test_items(t, k, k->arg, list->n);
}

bool
hop_json_check_contains(struct hop_json_tester *t,
                        const struct hop_json_check *k)
{
    struct hop_array *a = hop_as_array(k->v);
    struct hop_value least = hop_json_look(k->schema, "minContains");
    struct hop_value most = hop_json_look(k->schema, "maxContains");
    size_t n = 0;

    if (!a)
        return true;
    for (size_t i = 0; i < a->n; i++)
        n += hop_json_holds(t, k->arg, a->items[i], k->at);
    if ((double)n <
            (hop_json_is_number(least) ? hop_json_number_of(least) : 1) ||
        (hop_json_is_number(most) && (double)n > hop_json_number_of(most)))
        return hop_json_wrong(t, k,
                              "%zu items match the schema of \"contains\"", n);
    return true;
}

/* ---- objects ---- */

bool
hop_json_check_required(struct hop_json_tester *t,
                        const struct hop_json_check *k)
{
    struct hop_array *names = hop_as_array(k->arg);
    struct hop_dict *d = hop_as_dict(k->v);
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (!names)
        return hop_json_refuse(t, "\"required\" is not an array.");
    for (size_t i = 0; d && i < names->n; i++) {
        if (!hop_is_string(names->items[i]))
            return hop_json_refuse(
                t, "\"required\" holds something else than names.");
        if (!hop_dict_get(d, names->items[i]))
            hop_buf_addf(&b, "%s\"%s\"", b.len ? "," : "",
                         hop_cstr(names->items[i]));
    }
    return b.len == 0 ||
           hop_json_wrong(t, k, "Required properties [%s] are not present",
                          hop_buf_str(&b));
}

bool
hop_json_check_properties(struct hop_json_tester *t,
                          const struct hop_json_check *k)
{
    struct hop_dict *d = hop_as_dict(k->v), *schemas = hop_as_dict(k->arg);
    bool ok = true;

    if (!schemas)
        return hop_json_refuse(t, "\"properties\" is not an object.");
    for (size_t i = 0; d && i < schemas->count; i++) {
        struct hop_dict_entry *e = hop_dict_at(schemas, i);
        struct hop_value *v = hop_dict_get(d, e->key);
        struct hop_json_at at = {k->at, hop_cstr(e->key), 0};

        ok = (!v || hop_json_test(t, e->value, *v, &at)) && ok;
    }
    return ok;
}

bool
hop_json_check_pattern_properties(struct hop_json_tester *t,
                                  const struct hop_json_check *k)
{
    struct hop_dict *d = hop_as_dict(k->v), *schemas = hop_as_dict(k->arg);
    bool ok = true;

    if (!schemas)
        return hop_json_refuse(t, "\"patternProperties\" is not an object.");
    for (size_t i = 0; d && i < schemas->count; i++)
        for (size_t j = 0; j < d->count; j++) {
            struct hop_dict_entry *s = hop_dict_at(schemas, i);
            struct hop_dict_entry *e = hop_dict_at(d, j);
            struct hop_json_at at = {k->at, hop_cstr(e->key), 0};
            int r = hop_json_matches(t, s->key.u.s, e->key.u.s);

            ok = r >= 0 &&
                 (r == 0 || hop_json_test(t, s->value, e->value, &at)) && ok;
        }
    return ok;
}

/* Does properties or patternProperties speak of this name? */
static bool
is_named(struct hop_json_tester *t, struct hop_dict *schema,
         struct hop_value name)
{
    struct hop_dict *d = hop_as_dict(hop_json_look(schema, "properties"));
    struct hop_dict *p =
        hop_as_dict(hop_json_look(schema, "patternProperties"));

    if (d && hop_dict_get(d, name))
        return true;
    for (size_t i = 0; p && i < p->count; i++)
        if (hop_json_matches(t, hop_dict_at(p, i)->key.u.s, name.u.s) > 0)
            return true;
    return false;
}

bool
hop_json_check_additional(struct hop_json_tester *t,
                          const struct hop_json_check *k)
{
    struct hop_dict *d = hop_as_dict(k->v);
    bool ok = true;

    for (size_t i = 0; d && i < d->count; i++) {
        struct hop_dict_entry *e = hop_dict_at(d, i);
        struct hop_json_at at = {k->at, hop_cstr(e->key), 0};

        ok = (is_named(t, k->schema, e->key) ||
              hop_json_test(t, k->arg, e->value, &at)) &&
             ok;
    }
    return ok;
}

bool
hop_json_check_names(struct hop_json_tester *t, const struct hop_json_check *k)
{
    struct hop_dict *d = hop_as_dict(k->v);
    bool ok = true;

    for (size_t i = 0; d && i < d->count; i++)
        ok = hop_json_test(t, k->arg, hop_dict_at(d, i)->key, k->at) && ok;
    return ok;
}

/* dependentRequired, dependentSchemas, and dependencies, which is both. */
bool
hop_json_check_dependent(struct hop_json_tester *t,
                         const struct hop_json_check *k)
{
    struct hop_dict *d = hop_as_dict(k->v), *of = hop_as_dict(k->arg);
    bool ok = true;

    for (size_t i = 0; d && of && i < of->count; i++) {
        struct hop_dict_entry *e = hop_dict_at(of, i);
        struct hop_json_check sub = {k->schema, k->v, e->value, k->at};

        if (!hop_dict_get(d, e->key))
            continue;
        ok = (hop_as_array(e->value)
                  ? hop_json_check_required(t, &sub)
                  : hop_json_test(t, e->value, k->v, k->at)) &&
             ok;
    }
    return ok;
}
