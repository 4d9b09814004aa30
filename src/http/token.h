/* Character classes of HTTP, RFC 9110 5.6.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_HTTP_TOKEN_H
#define HOP_HTTP_TOKEN_H

#include <stdbool.h>
#include <stddef.h>

/* tchar, RFC 9110 5.6.2. */
bool hop_http_is_tchar(char c);
/* Length of the token at s, 0 when there is none. */
size_t hop_http_token_len(const char *s);
/* Space or tab. */
bool hop_http_is_blank(char c);
const char *hop_http_skip_blanks(const char *s);
/* Reads a quoted-string in place: *s stands on the opening quote and is moved
 * behind the closing one; returns the unescaped text, NUL-terminated over the
 * old bytes, or NULL when it is not closed. */
char *hop_http_unquote(char **s);

#endif
