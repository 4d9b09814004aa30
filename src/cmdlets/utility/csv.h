/* Records of comma-separated values.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_UTILITY_CSV_H
#define HOP_CMDLETS_UTILITY_CSV_H

#include "value/collections.h"

/* The fields of one record, owned; *used gets its length with the line end,
 * at least 1 when n > 0.  A quoted field may hold line ends. */
struct hop_array *hop_csv_record(struct hop_context *cx, const char *s,
                                 size_t n, char delimiter, size_t *used);

#endif
