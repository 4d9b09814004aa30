/* SPDX-License-Identifier: MIT */
#include "base/nearest.h"

#include <string.h>

#include "base/text.h"
#include "test.h"

int
main(void)
{
    static const struct {
        const char *name, *a, *b;
        size_t max, distance;
    } rows[] = {
        {"the same, in another case", "Enumerate", "enumerATE", 3, 0},
        {"one left out", "enumrate", "enumerate", 3, 1},
        {"one too many", "gett", "get", 3, 1},
        {"one replaced", "sat", "set", 3, 1},
        {"two changed places", "lisetner", "listener", 3, 2},
        {"nothing and something", "", "ab", 3, 2},
        {"too far", "delete", "invoke", 3, 4},
        {"far longer", "a", "abcdefgh", 3, 4},
    };
    char long_word[400];

    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        ROW(rows[k].name);
        CHECK_INT(hop_edit_distance(rows[k].a, rows[k].b, rows[k].max),
                  rows[k].distance);
        CHECK_INT(hop_edit_distance(rows[k].b, rows[k].a, rows[k].max),
                  rows[k].distance);
    }
    ROW("words that nobody has typed");
    memset(long_word, 'x', sizeof(long_word) - 1);
    long_word[sizeof(long_word) - 1] = '\0';
    CHECK_INT(hop_edit_distance(long_word, long_word, 3), 4);
    CHECK_INT(hop_edit_slip("get"), 1);
    CHECK_INT(hop_edit_slip(long_word), 3);
    return test_done();
}
