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

struct hop_context;
/* A new StringBuilder, and one more text in one. */
struct hop_value hop_builder_new(struct hop_context *cx);
HOP_MUST_CHECK bool hop_builder_append(struct hop_context *cx,
                                       struct hop_value builder, const char *s,
                                       size_t n);
/* WebUtility.HtmlEncode, appended. */
void hop_html_encode(const char *s, size_t n, struct hop_buf *out);

#endif
