/* Text helpers that several types use.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_VALUE_TYPES_TEXT_H
#define HOP_VALUE_TYPES_TEXT_H

#include "value/value.h"

void hop_text_change_case(const char *s, size_t n, bool upper,
                          struct hop_buf *out);
/* char.IsWhiteSpace */
bool hop_is_white(uint32_t cp);
/* The byte offset of t in s within [from, to), or SIZE_MAX. */
size_t hop_string_find(const struct hop_string *s, const struct hop_string *t,
                       size_t from, size_t to, bool fold);

/* WebUtility.HtmlEncode, appended. */
void hop_html_encode(const char *s, size_t n, struct hop_buf *out);

#endif
