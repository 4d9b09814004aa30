/* SPDX-License-Identifier: MIT */
#include "base/nearest.h"

#include <string.h>

#include "base/text.h"

enum { LENGTH_MAX = 300 };

static size_t
least(size_t a, size_t b, size_t c)
{
    size_t m = a < b ? a : b;

    return m < c ? m : c;
}

size_t
hop_edit_distance(const char *a, const char *b, size_t max)
{
    size_t n = strlen(a), m = strlen(b);
    size_t row[LENGTH_MAX + 1];

    if (n > LENGTH_MAX || m > LENGTH_MAX || n > m + max || m > n + max)
        return max + 1;
    for (size_t j = 0; j <= m; j++)
        row[j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t corner = row[0];

        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t above = row[j];
            bool same = hop_ascii_lower(a[i - 1]) == hop_ascii_lower(b[j - 1]);

            row[j] = least(above + 1, row[j - 1] + 1, corner + !same);
            corner = above;
        }
    }
    return row[m] > max ? max + 1 : row[m];
}

size_t
hop_edit_slip(const char *word)
{
    size_t n = strlen(word) / 3;

    return n > 3 ? 3 : n;
}
