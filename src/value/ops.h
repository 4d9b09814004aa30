/* Operators of the language on values.  Every function borrows its operands
 * and stores an owned result.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_VALUE_OPS_H
#define HOP_VALUE_OPS_H

#include "value/convert.h"

enum hop_op {
    HOP_OP_ADD,
    HOP_OP_SUB,
    HOP_OP_MUL,
    HOP_OP_DIV,
    HOP_OP_MOD,
    HOP_OP_SHL,
    HOP_OP_SHR,
    HOP_OP_BAND,
    HOP_OP_BOR,
    HOP_OP_BXOR,
    HOP_OP_EQ, /* comparisons: an array on the left filters */
    HOP_OP_NE,
    HOP_OP_LT,
    HOP_OP_LE,
    HOP_OP_GT,
    HOP_OP_GE,
    HOP_OP_LIKE,
    HOP_OP_NOT_LIKE,
    HOP_OP_MATCH,
    HOP_OP_NOT_MATCH,
    HOP_OP_CONTAINS,
    HOP_OP_NOT_CONTAINS,
    HOP_OP_IN,
    HOP_OP_NOT_IN,
    HOP_OP_REPLACE,
    HOP_OP_SPLIT,
    HOP_OP_JOIN,
    HOP_OP_FORMAT,
    HOP_OP_IS,
    HOP_OP_IS_NOT,
    HOP_OP_AS,
    HOP_OP_AND, /* both operands evaluated; the engine short-circuits */
    HOP_OP_OR,
    HOP_OP_XOR,
    HOP_OP_RANGE,
    HOP_OP_COUNT,
};

/* flags of hop_op_binary */
enum {
    HOP_OP_CASE = 1, /* the c-form: case matters */
};

/* Any operator above.  For -match and -notmatch on a scalar use
 * hop_op_match, which also gives $Matches. */
HOP_MUST_CHECK bool hop_op_binary(struct hop_context *cx, enum hop_op op,
                                  struct hop_value a, struct hop_value b,
                                  unsigned flags, struct hop_value *out);
/* -match / -notmatch: *matches gets a Hashtable when a scalar matched, else it
 * is left alone (start it with null). */
HOP_MUST_CHECK bool hop_op_match(struct hop_context *cx, struct hop_value a,
                                 struct hop_value b, bool not, unsigned flags,
                                 struct hop_value *out,
                                 struct hop_value *matches);

enum hop_unary {
    HOP_UNARY_MINUS,
    HOP_UNARY_PLUS,
    HOP_UNARY_NOT,
    HOP_UNARY_BNOT,
    HOP_UNARY_JOIN,
    HOP_UNARY_SPLIT,
    HOP_UNARY_INCREMENT, /* ++: null becomes 1, others must be numbers */
    HOP_UNARY_DECREMENT,
};
HOP_MUST_CHECK bool hop_op_unary(struct hop_context *cx, enum hop_unary op,
                                 struct hop_value v, unsigned flags,
                                 struct hop_value *out);

/* LanguagePrimitives.Equals. */
bool hop_equals(struct hop_context *cx, struct hop_value a, struct hop_value b,
                bool ignore_case);
/* LanguagePrimitives.Compare: *out < 0, 0, > 0; throws when a and b cannot be
 * compared. */
HOP_MUST_CHECK bool hop_compare(struct hop_context *cx, struct hop_value a,
                                struct hop_value b, bool ignore_case, int *out);
/* object.Equals: same type and equal, no conversion.  The hash agrees. */
bool hop_object_equals(struct hop_context *cx, struct hop_value a,
                       struct hop_value b);
uint32_t hop_object_hash(struct hop_value v);
/* string.Compare in invariant culture (root collation): <0, 0, >0. */
int hop_collate(const struct hop_string *a, const struct hop_string *b,
                bool ignore_case);

/* Composite formatting, String.Format: "{0,5:N2}".  args are n values.
 * Throws FormatException. */
HOP_MUST_CHECK bool hop_composite(struct hop_context *cx, const char *format,
                                  size_t len, const struct hop_value *args,
                                  size_t n, struct hop_buf *out);

/* a..b with integers or characters: object[]; wants both as the range operator
 * converts them.  hop_range_bounds gives the ends for a loop without an
 * array. */
HOP_MUST_CHECK bool hop_range_bounds(struct hop_context *cx, struct hop_value a,
                                     struct hop_value b, bool *chars,
                                     int64_t *from, int64_t *to);

/* ---- wildcards ---- */

/* Does text match a PowerShell wildcard pattern (* ? [a-z] and ` escapes)? */
bool hop_wildcard_match(const char *pattern, size_t pn, const char *text,
                        size_t tn, bool ignore_case);
bool hop_wildcard_has(const char *pattern, size_t n);
void hop_wildcard_escape(const char *s, size_t n, struct hop_buf *out);
void hop_wildcard_unescape(const char *s, size_t n, struct hop_buf *out);

#endif
