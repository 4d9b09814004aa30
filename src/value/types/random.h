/* .NET's pseudo random numbers: what a seed gives there it gives here.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_VALUE_TYPES_RANDOM_H
#define HOP_VALUE_TYPES_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Without a seed (all zero) the numbers are the system's. */
struct hop_random {
    int32_t seed[56];
    int next, nextp;
    bool seeded;
};

void hop_random_seed(struct hop_random *r, int32_t seed);
/* 0 <= x < INT32_MAX */
int32_t hop_random_sample(struct hop_random *r);
/* Random.NextBytes. */
void hop_random_fill(struct hop_random *r, uint8_t *p, size_t n);

#endif
