/* The expressions of DataTable.Select: comparisons of columns and literals.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_VALUE_TYPES_DATA_FILTER_H
#define HOP_VALUE_TYPES_DATA_FILTER_H

#include "value/collections.h"

/* What the expression asks of the row: gives a column's value (borrowed), or
 * NULL when there is no such column. */
typedef const struct hop_value *hop_data_cell_fn(void *row, const char *name,
                                                 size_t n);

/* Does the row satisfy the filter?  *yes is the answer.  False: an exception
 * is pending (SyntaxErrorException, EvaluateException). */
HOP_MUST_CHECK bool hop_data_filter(struct hop_context *cx, const char *s,
                                    size_t n, hop_data_cell_fn *cell, void *row,
                                    bool *yes);

#endif
