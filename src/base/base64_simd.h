/* The bulk of base64 by 32 bytes at a time, where the processor can (AVX2).
 * Either function does as much as it can and leaves the rest to the caller.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_BASE_BASE64_SIMD_H
#define HOP_BASE_BASE64_SIMD_H

#include <stddef.h>

/* Encodes whole groups of 3 of the n bytes at p to out, which has room for all
 * of them; returns how many bytes it took. */
size_t hop_base64_encode_bulk(const unsigned char *p, size_t n, char *out);
/* Decodes whole groups of 4 of the n characters at p, up to the first that is
 * not of the alphabet, to out, which has room for n / 4 * 3 bytes; returns how
 * many characters it took.  Bytes behind the result may be overwritten within
 * that room. */
size_t hop_base64_decode_bulk(const unsigned char *p, size_t n,
                              unsigned char *out);

#endif
