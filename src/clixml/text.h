/* Text inside CLIXML: _xHHHH_ escapes, dates and durations.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CLIXML_TEXT_H
#define HOP_CLIXML_TEXT_H

#include "base/buf.h"
#include "value/value.h"

/* Appends the escaped text, MS-PSRP 2.2.5.3.2; then XML's own escapes, those of
 * attribute values when attr is set.  False: there was U+FFFE or U+FFFF, which
 * XML cannot carry; they are &#xFFFE; and &#xFFFF;, as PowerShell sends them.
 */
HOP_MUST_CHECK bool hop_clixml_escape(struct hop_buf *out, const char *s,
                                      size_t n, bool attr);
/* The reverse of the first step. */
void hop_clixml_unescape(struct hop_buf *out, const char *s, size_t n);

/* PowerShell sends U+FFFE and U+FFFF as &#xFFFE; and &#xFFFF;, which no XML
 * reader takes.  True when there are such: out gets the document with _xFFFE_
 * and _xFFFF_ in their place. */
bool hop_clixml_mend(const char *s, size_t n, struct hop_buf *out);

/* xs:duration of 100 ns ticks: -P1DT2H3M4.5S. */
void hop_clixml_duration(struct hop_buf *out, int64_t ticks);
HOP_MUST_CHECK bool hop_clixml_parse_duration(const char *s, size_t n,
                                              int64_t *ticks);
/* xs:dateTime to a DateTime: Z makes UTC, an offset local time. */
HOP_MUST_CHECK bool hop_clixml_parse_date(const char *s, size_t n,
                                          struct hop_value *out);

#endif
