/* WQL, the query language of WMI (MS-WMI 2.2.1): SELECT a, b FROM Class WHERE
 * condition.  A parser and an evaluator, both pure.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CIM_WQL_H
#define HOP_CIM_WQL_H

#include "base/arena.h"
#include "cim/cim.h"

#define HOP_WQL_MAX_BYTES 65536
#define HOP_WQL_MAX_DEPTH 64
#define HOP_WQL_MAX_NODES 1024

enum hop_wql_op {
    HOP_WQL_AND,
    HOP_WQL_OR,
    HOP_WQL_NOT,
    HOP_WQL_EQ,
    HOP_WQL_NE,
    HOP_WQL_LT,
    HOP_WQL_GT,
    HOP_WQL_LE,
    HOP_WQL_GE,
    HOP_WQL_LIKE,
    HOP_WQL_NULL,     /* IS NULL */
    HOP_WQL_NOT_NULL, /* IS NOT NULL */
    HOP_WQL_ISA,
};

struct hop_wql_node {
    enum hop_wql_op op;
    struct hop_wql_node *left, *right; /* AND, OR; NOT has left alone */
    const char *property;              /* of comparisons */
    const char *literal;               /* its text; NULL: the word NULL */
    bool quoted;                       /* it is a string */
};

struct hop_wql {
    const char *class_name;     /* NULL: a condition alone */
    const char *const *columns; /* NULL: all */
    size_t column_count;
    const struct hop_wql_node *where; /* NULL: no condition */
    struct hop_arena arena;           /* holds all of it */
};
#define HOP_AUTO_WQL HOP_CLEANUP(hop_wql_done)

/* A whole query.  False with HOP_CIM_E_INVALID_QUERY: what is wrong, and where.
 * *q needs hop_wql_done in either case. */
HOP_MUST_CHECK bool hop_wql_parse(struct hop_wql *q, const char *text,
                                  struct hop_error *err);
/* What stands behind WHERE alone. */
HOP_MUST_CHECK bool hop_wql_parse_condition(struct hop_wql *q, const char *text,
                                            struct hop_error *err);
/* Adds "name = value" for every pair, as a selector filter means it. */
void hop_wql_require(struct hop_wql *q, const struct hop_cim_argument *pairs,
                     size_t n);
void hop_wql_done(struct hop_wql *q);

/* Do all properties it names exist there, and do literals fit them? */
HOP_MUST_CHECK bool hop_wql_check(const struct hop_wql *q,
                                  const struct hop_cim_property *properties,
                                  size_t n, const char *class_name,
                                  struct hop_error *err);
/* Is the condition true (neither false nor unknown, as null makes it)? */
bool hop_wql_matches(const struct hop_wql *q, const struct hop_cim_instance *i);
/* The literal that the property must equal in every match, or NULL; q may be
 * NULL. */
const char *hop_wql_wanted(const struct hop_wql *q, const char *property);
/* The literal of "property op literal" that must hold in every match. */
const char *hop_wql_bound(const struct hop_wql *q, const char *property,
                          enum hop_wql_op op);
/* Is the property among the columns? */
bool hop_wql_selects(const struct hop_wql *q, const char *property);

#endif
