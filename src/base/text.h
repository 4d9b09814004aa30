/* UTF-8 and UTF-16 text.  Inside the project text is UTF-8; a lone surrogate
 * (.NET strings may hold one) is kept as its three-byte form (WTF-8).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_BASE_TEXT_H
#define HOP_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* The code point at s (n bytes left), with its length in *used; U+FFFD with
 * length 1 for a malformed byte.  Surrogates are returned as such.  n > 0. */
uint32_t hop_utf8_decode(const char *s, size_t n, size_t *used);
/* Writes up to four bytes and returns how many.  cp <= 0x10FFFF. */
size_t hop_utf8_encode(uint32_t cp, char out[4]);
/* True when all n bytes are well-formed UTF-8 without surrogates. */
bool hop_utf8_valid(const char *s, size_t n);
/* Length in UTF-16 units, as .NET's String.Length counts. */
size_t hop_utf8_utf16_len(const char *s, size_t n);

/* Appends UTF-16LE bytes for n bytes of UTF-8 (WTF-8). */
void hop_utf16le_from_utf8(struct hop_buf *out, const char *s, size_t n);
/* Appends UTF-8 for n bytes of UTF-16LE; false for an odd n. */
bool hop_utf8_from_utf16le(struct hop_buf *out, const void *p, size_t n);

/* ASCII-only helpers for protocol tokens; never locale-dependent. */
bool hop_ascii_ieq(const char *a, const char *b);
bool hop_ascii_ieqn(const char *a, const char *b, size_t n);
char hop_ascii_lower(char c);
bool hop_ascii_is_digit(char c);
bool hop_ascii_is_space(char c);
/* The value of a hexadecimal digit of either case, or -1. */
int hop_ascii_hex(char c);

/* The address in "10.77.0.11:47696" or "[fe80::1]:47696"; the whole of a text
 * that has no port.  Freed by the caller. */
char *hop_peer_address(const char *peer);

#endif
