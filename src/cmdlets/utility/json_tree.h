/* JSON as RFC 8259 has it, strictly: text to values.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_UTILITY_JSON_TREE_H
#define HOP_CMDLETS_UTILITY_JSON_TREE_H

#include "value/collections.h"

#define HOP_JSON_DEPTH 64

struct hop_json_options {
    bool comments;        /* are skipped */
    bool trailing_commas; /* are allowed */
};

/* Objects become ordered dictionaries that tell case apart (the last of equal
 * names counts), arrays object[], numbers Int64, Decimal or Double.  False: why
 * says what is wrong and where, in a line; no exception is pending.  At most
 * HOP_JSON_DEPTH levels. */
HOP_MUST_CHECK bool hop_json_parse(struct hop_context *cx, const char *s,
                                   size_t n,
                                   const struct hop_json_options *options,
                                   struct hop_value *out, char why[128]);

/* ---- schemas ---- */

struct hop_json_problem {
    char *text; /* what is wrong; malloc'ed */
    char *at;   /* JSON pointer to the value; malloc'ed */
};
struct hop_json_problems {
    struct hop_json_problem *item;
    size_t n, cap;
};
void hop_json_problems_done(struct hop_json_problems *p);

enum hop_json_verdict {
    HOP_JSON_VALID,
    HOP_JSON_INVALID,    /* problems say why */
    HOP_JSON_BAD_SCHEMA, /* why says what cannot be used in it */
    HOP_JSON_FAILED,     /* an exception is pending */
};

/* Does v satisfy the schema?  JSON Schema 2020-12 with the keywords of drafts
 * 6, 7 and 2019-09: types, limits, patterns, combinations, conditions,
 * references inside the document.  "format" and unknown keywords are notes. */
enum hop_json_verdict hop_json_schema_test(struct hop_context *cx,
                                           struct hop_value schema,
                                           struct hop_value v,
                                           struct hop_json_problems *problems,
                                           char why[128]);

#endif
