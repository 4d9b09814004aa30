/* The keywords of JSON Schema, by the files that have them.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_UTILITY_JSON_SCHEMA_H
#define HOP_CMDLETS_UTILITY_JSON_SCHEMA_H

#include "cmdlets/utility/json_tree.h"

/* One level of the walk. */
struct hop_json_at {
    const struct hop_json_at *up;
    const char *name; /* member, or NULL: item */
    size_t index;
};

struct hop_json_tester {
    struct hop_context *cx;
    struct hop_value root;
    struct hop_json_problems *problems;
    char *why;
    int depth;
    bool bad_schema, failed;
};

/* What a schema says of one value: the schema, the value, its place. */
struct hop_json_check {
    struct hop_dict *schema;
    struct hop_value v, arg; /* arg: the keyword's value */
    const struct hop_json_at *at;
};

/* 1, 0, or -1 when the pattern is none or matching failed. */
int hop_json_matches(struct hop_json_tester *t, struct hop_string *pattern,
                     struct hop_string *s);

/* Does the value obey the keyword?  False: it does not, which is noted, or the
 * schema is none. */
typedef bool hop_json_check_fn(struct hop_json_tester *t,
                               const struct hop_json_check *k);
hop_json_check_fn hop_json_check_minimum, hop_json_check_maximum,
    hop_json_check_over, hop_json_check_under, hop_json_check_multiple,
    hop_json_check_min_length, hop_json_check_max_length,
    hop_json_check_min_items, hop_json_check_max_items,
    hop_json_check_min_properties, hop_json_check_max_properties;
hop_json_check_fn hop_json_check_type, hop_json_check_enum,
    hop_json_check_const, hop_json_check_pattern, hop_json_check_unique,
    hop_json_check_prefix, hop_json_check_items,
    hop_json_check_additional_items, hop_json_check_contains,
    hop_json_check_required, hop_json_check_properties,
    hop_json_check_pattern_properties, hop_json_check_additional,
    hop_json_check_names, hop_json_check_dependent;

/* Does the value obey the schema? */
HOP_MUST_CHECK bool hop_json_test(struct hop_json_tester *t,
                                  struct hop_value schema, struct hop_value v,
                                  const struct hop_json_at *at);

/* Notes a problem; always false. */
HOP_PRINTF(3, 4)
bool hop_json_wrong(struct hop_json_tester *t, const struct hop_json_check *k,
                    const char *fmt, ...);

/* The schema itself cannot be used; always false. */
HOP_PRINTF(2, 3)
bool hop_json_refuse(struct hop_json_tester *t, const char *fmt, ...);

/* Tries a schema without noting problems. */
HOP_MUST_CHECK bool hop_json_holds(struct hop_json_tester *t,
                                   struct hop_value schema, struct hop_value v,
                                   const struct hop_json_at *at);

/* The member of a schema, or void. */
struct hop_value hop_json_look(struct hop_dict *d, const char *name);

/* As a double, of what is_number says is one. */
double hop_json_number_of(struct hop_value v);
HOP_MUST_CHECK bool hop_json_is_number(struct hop_value v);

/* Equal as JSON: 1 and 1.0 are. */
HOP_MUST_CHECK bool hop_json_same(struct hop_value a, struct hop_value b);

#endif
