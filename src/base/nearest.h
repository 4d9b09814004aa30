/* What somebody may have meant with a misspelt word.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_BASE_NEAREST_H
#define HOP_BASE_NEAREST_H

#include <stddef.h>

/* How many characters are to be put in, left out or replaced to make one of the
 * other, in any case of letters; more than max: max + 1. */
size_t hop_edit_distance(const char *a, const char *b, size_t max);
/* Few enough for a slip: a third of the word, at most three. */
size_t hop_edit_slip(const char *word);

#endif
