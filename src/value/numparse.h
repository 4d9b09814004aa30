/* Parts of reading numbers that other sources use.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_VALUE_NUMPARSE_H
#define HOP_VALUE_NUMPARSE_H

#include "value/value.h"

enum hop_parse_result { HOP_PARSE_OK, HOP_PARSE_BAD, HOP_PARSE_OVER };

void hop_trim_blanks(const char **s, size_t *n);
/* int.Parse and its kin for kinds HOP_CHAR to HOP_UINT64. */
enum hop_parse_result hop_integer_parse(const char *s, size_t n,
                                        bool thousands, enum hop_kind kind,
                                        struct hop_value *out);
/* The integer of that magnitude and sign, if kind holds it. */
bool hop_integer_fits(uint64_t magnitude, bool negative, enum hop_kind kind,
                      struct hop_value *out);

#endif
