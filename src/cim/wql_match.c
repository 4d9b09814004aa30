/* What a query's condition says of an instance.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "cim/wql.h"

enum truth { NO, YES, UNKNOWN };

static enum truth
of(bool b)
{
    return b ? YES : NO;
}

/* ---- LIKE ---- */

/* Does c fit the set behind "[" at p?  *end: behind its "]". */
static bool
in_set(const char *p, char c, const char **end)
{
    bool not = *p == '^' || *p == '!', found = false;

    p += not ;
    for (bool first = true; *p && (first || *p != ']'); first = false) {
        char lo = hop_ascii_lower(*p), hi = lo;

        if (p[1] == '-' && p[2] && p[2] != ']') {
            hi = hop_ascii_lower(p[2]);
            p += 2;
        } else if (p[1] == '=' && p[2] && p[2] != ']') { /* [a=f], older */
            hi = hop_ascii_lower(p[2]);
            p += 2;
        }
        p++;
        found |= lo <= hop_ascii_lower(c) && hop_ascii_lower(c) <= hi;
    }
    *end = *p ? p + 1 : p;
    return found != not ;
}

/* Bytes that one character has, by the first. */
static size_t
width(const char *s)
{
    size_t n = 1;

    while (s[0] && ((unsigned char)s[n] & 0xC0) == 0x80)
        n++;
    return n;
}

/* %, _ and [set]; one way back, to the last %, is enough. */
static bool
is_like(const char *s, const char *pattern)
{
    const char *back_s = NULL, *back_p = NULL;
    const char *p = pattern, *end;

    while (*s) {
        if (*p == '%') {
            back_p = ++p;
            back_s = s;
        } else if (*p == '_') {
            p++;
            s += width(s);
        } else if (*p == '[' && strchr(p + 1, ']') && in_set(p + 1, *s, &end)) {
            p = end;
            s += width(s);
        } else if (*p && !(*p == '[' && strchr(p + 1, ']')) &&
                   hop_ascii_lower(*p) == hop_ascii_lower(*s)) {
            p++;
            s++;
        } else if (back_p) {
            back_s += width(back_s);
            s = back_s;
            p = back_p;
        } else {
            return false;
        }
    }
    while (*p == '%')
        p++;
    return *p == '\0';
}

/* ---- comparing ---- */

static int
order(int64_t a, int64_t b)
{
    return a < b ? -1 : a > b;
}

/* -1, 0, 1; false: the two cannot be compared. */
static bool
compare(enum hop_cim_type type, const struct hop_cim_value *v,
        const struct hop_wql_node *n, int *out)
{
    struct hop_cim_value other = {0};

    if (type == HOP_CIM_STRING) {
        *out = strcasecmp(v->s, n->literal);
        return true;
    }
    if (!hop_cim_value_parse(type, n->literal, &other)) {
        /* A number over the type's limit compares as one. */
        double d;
        char *end;

        d = strtod(n->literal, &end);
        if (end == n->literal || *end || type == HOP_CIM_DATETIME)
            return false;
        *out = d < 0 ? 1 : -1;
        return true;
    }
    switch (type) {
    case HOP_CIM_SINT8:
    case HOP_CIM_SINT16:
    case HOP_CIM_SINT32:
    case HOP_CIM_SINT64:
    case HOP_CIM_DATETIME: *out = order(v->i, other.i); break;
    case HOP_CIM_REAL64: *out = v->d < other.d ? -1 : v->d > other.d; break;
    default: *out = v->u < other.u ? -1 : v->u > other.u; break;
    }
    return true;
}

static enum truth
compare_one(enum hop_cim_type type, const struct hop_cim_value *v,
            const struct hop_wql_node *n)
{
    int c;

    if (n->op == HOP_WQL_LIKE)
        return type == HOP_CIM_STRING ? of(is_like(v->s, n->literal)) : UNKNOWN;
    if (!compare(type, v, n, &c))
        return UNKNOWN;
    switch (n->op) {
    case HOP_WQL_EQ: return of(c == 0);
    case HOP_WQL_NE: return of(c != 0);
    case HOP_WQL_LT: return of(c < 0);
    case HOP_WQL_GT: return of(c > 0);
    case HOP_WQL_LE: return of(c <= 0);
    case HOP_WQL_GE: return of(c >= 0);
    default: return UNKNOWN;
    }
}

static const char *
bare(const char *property)
{
    const char *dot = strrchr(property, '.');

    return dot ? dot + 1 : property;
}

static bool
is_a(const struct hop_cim_instance *i, const char *name)
{
    const struct hop_cim_class *c = hop_cim_class_find(i->class_name);

    return hop_ascii_ieq(i->class_name, name) ||
           (c && hop_ascii_ieq(c->parent, name));
}

static enum truth
truth_of_leaf(const struct hop_wql_node *n, const struct hop_cim_instance *i)
{
    int at;
    const struct hop_cim_value *v;

    if (strcasecmp(n->property, "__CLASS") == 0)
        return of((n->op == HOP_WQL_ISA
                       ? is_a(i, n->literal)
                       : hop_ascii_ieq(i->class_name, n->literal)) ==
                  (n->op != HOP_WQL_NE));
    if (strcasecmp(n->property, "__this") == 0 && n->literal)
        return of(is_a(i, n->literal));
    at = hop_cim_find(i, bare(n->property));
    v = at < 0 ? NULL : &i->values[at];
    if (n->op == HOP_WQL_NULL || n->op == HOP_WQL_NOT_NULL)
        return of((v && v->set) == (n->op == HOP_WQL_NOT_NULL));
    if (!v || !v->set || !n->literal)
        return UNKNOWN;
    if (i->properties[at].flags & HOP_CIM_ARRAY) {
        for (size_t k = 0; k < v->n; k++)
            if (compare_one(i->properties[at].type, &v->items[k], n) == YES)
                return YES;
        return NO;
    }
    return compare_one(i->properties[at].type, v, n);
}

/* Depth is bounded by the parser; chains lean to the left. */
static enum truth
truth(const struct hop_wql_node *n, const struct hop_cim_instance *i)
{
    enum truth a, b;

    switch (n->op) {
    case HOP_WQL_AND:
        a = truth(n->left, i);
        if (a == NO)
            return NO;
        b = truth(n->right, i);
        return b == NO ? NO : a == YES && b == YES ? YES : UNKNOWN;
    case HOP_WQL_OR:
        a = truth(n->left, i);
        if (a == YES)
            return YES;
        b = truth(n->right, i);
        return b == YES ? YES : a == NO && b == NO ? NO : UNKNOWN;
    case HOP_WQL_NOT:
        a = truth(n->left, i);
        return a == UNKNOWN ? UNKNOWN : of(a == NO);
    default: return truth_of_leaf(n, i);
    }
}

bool
hop_wql_matches(const struct hop_wql *q, const struct hop_cim_instance *i)
{
    return !q || !q->where || truth(q->where, i) == YES;
}

/* ---- checking ---- */

static bool
check(const struct hop_wql_node *n, const struct hop_cim_property *properties,
      size_t count, const char *class_name, struct hop_error *err)
{
    if (n->op <= HOP_WQL_NOT)
        return check(n->left, properties, count, class_name, err) &&
               (!n->right ||
                check(n->right, properties, count, class_name, err));
    if (strncmp(n->property, "__", 2) == 0)
        return true;
    for (size_t i = 0; i < count; i++) {
        struct hop_cim_value v = {0};
        char *end = NULL;

        if (!hop_ascii_ieq(properties[i].name, bare(n->property)))
            continue;
        if (!n->literal || properties[i].type == HOP_CIM_STRING)
            return true;
        if (hop_cim_value_parse(properties[i].type, n->literal, &v))
            return true;
        strtod(n->literal, &end);
        if (end != n->literal && *end == '\0' &&
            properties[i].type != HOP_CIM_DATETIME)
            return true;
        return hop_cim_fail(err, HOP_CIM_E_INVALID_QUERY,
                            "The query is not valid: %s is a %s, which '%.60s' "
                            "is not.",
                            n->property, hop_cim_type_names[properties[i].type],
                            n->literal);
    }
    return hop_cim_fail(err, HOP_CIM_E_INVALID_QUERY,
                        "The query is not valid: %s has no property %.60s.",
                        class_name, n->property);
}

bool
hop_wql_check(const struct hop_wql *q,
              const struct hop_cim_property *properties, size_t n,
              const char *class_name, struct hop_error *err)
{
    return !q || !q->where || check(q->where, properties, n, class_name, err);
}

/* ---- what it wants ---- */

static const char *
find_bound(const struct hop_wql_node *n, const char *property,
           enum hop_wql_op op)
{
    for (; n && n->op == HOP_WQL_AND; n = n->left) {
        const char *right = find_bound(n->right, property, op);

        if (right)
            return right;
    }
    return n && n->op == op && n->property &&
                   hop_ascii_ieq(bare(n->property), property)
               ? n->literal
               : NULL;
}

const char *
hop_wql_bound(const struct hop_wql *q, const char *property, enum hop_wql_op op)
{
    return q ? find_bound(q->where, property, op) : NULL;
}

const char *
hop_wql_wanted(const struct hop_wql *q, const char *property)
{
    return hop_wql_bound(q, property, HOP_WQL_EQ);
}

bool
hop_wql_selects(const struct hop_wql *q, const char *property)
{
    if (!q || !q->columns)
        return true;
    for (size_t i = 0; i < q->column_count; i++)
        if (hop_ascii_ieq(q->columns[i], property))
            return true;
    return false;
}
