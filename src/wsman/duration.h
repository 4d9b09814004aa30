/* xs:duration, XML Schema part 2, 3.2.6, in milliseconds.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_WSMAN_DURATION_H
#define HOP_WSMAN_DURATION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cleanup.h"

#define HOP_DURATION_TEXT 40 /* with the NUL */

/* "PT60.000S", "P0DT2H", "PT0S".  Years and months have no fixed length and are
 * refused unless 0, as is a negative duration (WinRM refuses it: recorded
 * fault 2150858767) and one over 2^53 ms.  White space around it is
 * ignored.  Digits below the millisecond are dropped. */
HOP_MUST_CHECK bool hop_duration_parse(const char *s, int64_t *ms);
/* "PT7200.000S", the form WinRM writes for time-outs.  ms >= 0. */
void hop_duration_format(int64_t ms, char out[HOP_DURATION_TEXT]);
/* "P0DT0H0M9S", its form for ShellRunTime and ShellInactivity. */
void hop_duration_format_days(int64_t ms, char out[HOP_DURATION_TEXT]);

#endif
