/* SPDX-License-Identifier: MIT */
#include "base/base64_simd.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define AVX2     __attribute__((target("avx2")))
#define BYTES(c) _mm256_set1_epi8((char)(c))

/* In each 32-bit lane: three bytes, most significant first, as a number. */
AVX2 static __m256i
gather_groups(const unsigned char *p)
{
    const __m256i order = _mm256_setr_epi8(
        2, 1, 0, -1, 5, 4, 3, -1, 8, 7, 6, -1, 11, 10, 9, -1, /* lane 0 */
        2, 1, 0, -1, 5, 4, 3, -1, 8, 7, 6, -1, 11, 10, 9, -1);
    __m128i low = _mm_loadu_si128((const void *)p);
    __m128i high = _mm_loadu_si128((const void *)(p + 12));

    return _mm256_shuffle_epi8(_mm256_set_m128i(high, low), order);
}

/* That number as four bytes of six bits, the first in the lowest byte. */
AVX2 static __m256i
split_sixes(__m256i v)
{
    __m256i a =
        _mm256_and_si256(_mm256_srli_epi32(v, 18), _mm256_set1_epi32(0x3F));
    __m256i b =
        _mm256_and_si256(_mm256_srli_epi32(v, 4), _mm256_set1_epi32(0x3F00));
    __m256i c =
        _mm256_and_si256(_mm256_slli_epi32(v, 10), _mm256_set1_epi32(0x3F0000));
    __m256i d = _mm256_and_si256(_mm256_slli_epi32(v, 24),
                                 _mm256_set1_epi32(0x3F000000));

    return _mm256_or_si256(_mm256_or_si256(a, b), _mm256_or_si256(c, d));
}

/* What is added to x where it is over limit. */
AVX2 static __m256i
add_over(__m256i sum, __m256i x, int limit, int step)
{
    __m256i over = _mm256_cmpgt_epi8(x, BYTES(limit));

    return _mm256_add_epi8(sum, _mm256_and_si256(over, BYTES(step)));
}

/* The alphabet has five runs; each begins with a jump from the one before. */
AVX2 static __m256i
to_alphabet(__m256i six)
{
    __m256i c = _mm256_add_epi8(six, BYTES('A'));

    c = add_over(c, six, 25, 'a' - 'Z' - 1);
    c = add_over(c, six, 51, '0' - 'z' - 1);
    c = add_over(c, six, 61, '+' - '9' - 1);
    return add_over(c, six, 62, '/' - '+' - 1);
}

AVX2 static size_t
encode_avx2(const unsigned char *p, size_t n, char *out)
{
    size_t i = 0;

    /* The second load reads four bytes behind the 24 it is for. */
    for (; n - i >= 28; i += 24, out += 32)
        _mm256_storeu_si256((void *)out,
                            to_alphabet(split_sixes(gather_groups(p + i))));
    return i;
}

/* Adds what turns a character from first to last into its value, where it is
 * one of those, and marks it as known. */
AVX2 static void
take_run(__m256i c, char first, char last, int value, __m256i *shift,
         __m256i *known)
{
    __m256i in = _mm256_and_si256(_mm256_cmpgt_epi8(c, BYTES(first - 1)),
                                  _mm256_cmpgt_epi8(BYTES(last + 1), c));

    *known = _mm256_or_si256(*known, in);
    *shift =
        _mm256_or_si256(*shift, _mm256_and_si256(in, BYTES(value - first)));
}

AVX2 static __m256i
join_sixes(__m256i x)
{
    __m256i a =
        _mm256_slli_epi32(_mm256_and_si256(x, _mm256_set1_epi32(0x3F)), 18);
    __m256i b =
        _mm256_slli_epi32(_mm256_and_si256(x, _mm256_set1_epi32(0x3F00)), 4);
    __m256i c =
        _mm256_srli_epi32(_mm256_and_si256(x, _mm256_set1_epi32(0x3F0000)), 10);
    __m256i d = _mm256_srli_epi32(x, 24);

    return _mm256_or_si256(_mm256_or_si256(a, b), _mm256_or_si256(c, d));
}

/* The three bytes of each lane, most significant first, side by side. */
AVX2 static __m256i
pack_groups(__m256i v)
{
    const __m256i order = _mm256_setr_epi8(
        2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1, /* lane 0 */
        2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1);
    const __m256i words = _mm256_setr_epi32(0, 1, 2, 4, 5, 6, 7, 7);

    return _mm256_permutevar8x32_epi32(_mm256_shuffle_epi8(v, order), words);
}

AVX2 static size_t
decode_avx2(const unsigned char *p, size_t n, unsigned char *out)
{
    size_t i = 0;

    /* A store writes 32 bytes for 24: there must be room behind. */
    for (; n - i >= 48; i += 32, out += 24) {
        __m256i c = _mm256_loadu_si256((const void *)(p + i));
        __m256i shift = _mm256_setzero_si256(), known = shift;

        take_run(c, 'A', 'Z', 0, &shift, &known);
        take_run(c, 'a', 'z', 26, &shift, &known);
        take_run(c, '0', '9', 52, &shift, &known);
        take_run(c, '+', '+', 62, &shift, &known);
        take_run(c, '/', '/', 63, &shift, &known);
        if (_mm256_movemask_epi8(known) != -1)
            break;
        _mm256_storeu_si256((void *)out,
                            pack_groups(join_sixes(_mm256_add_epi8(c, shift))));
    }
    return i;
}

size_t
hop_base64_encode_bulk(const unsigned char *p, size_t n, char *out)
{
    return __builtin_cpu_supports("avx2") ? encode_avx2(p, n, out) : 0;
}

size_t
hop_base64_decode_bulk(const unsigned char *p, size_t n, unsigned char *out)
{
    return __builtin_cpu_supports("avx2") ? decode_avx2(p, n, out) : 0;
}

#else

size_t
hop_base64_encode_bulk(const unsigned char *p, size_t n, char *out)
{
    return 0;
}

size_t
hop_base64_decode_bulk(const unsigned char *p, size_t n, unsigned char *out)
{
    return 0;
}

#endif
