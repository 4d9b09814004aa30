/* Parts of dates that other sources use.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_VALUE_DATE_H
#define HOP_VALUE_DATE_H

#include "value/number.h"

extern const char *const hop_month_names[12];
extern const char *const hop_day_names[7];
bool hop_date_is_leap(int year);
int hop_date_days_in_month(int year, int month);
/* DateTime.Parse without errors; offset (minutes) gets INT32_MIN when the text
 * names none. *unknown: index of an unknown word, or -1. */
bool hop_date_scan(const char *s, size_t n, int64_t *ticks, int32_t *offset,
                   long *unknown);
/* DateTime.ParseExact with one format. */
bool hop_date_scan_exact(const char *s, size_t n, const char *format,
                         size_t fn, int64_t *ticks, int32_t *offset);

#endif
