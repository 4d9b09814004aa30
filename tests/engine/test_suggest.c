/* Distances between names, and text without its escape sequences.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/suggest.h"

#include "engine/style.h"
#include "test.h"

static const struct {
    const char *name, *a, *b;
    size_t most, want;
} distances[] = {
    {"equal names", "Get-Item", "get-item", 3, 0},
    {"a letter is missing", "Get-Itm", "Get-Item", 3, 1},
    {"a letter too many", "Get-Iteem", "Get-Item", 3, 1},
    {"another letter", "Get-Atem", "Get-Item", 3, 1},
    {"letters are swapped", "Get-Itme", "Get-Item", 3, 1},
    {"two changes", "Gt-Itm", "Get-Item", 3, 2},
    {"nothing in common", "abc", "xyz", 2, 3},
    {"lengths too different", "a", "abcdef", 2, 3},
    {"an empty name", "", "ab", 2, 2},
};

static const struct {
    const char *name, *text, *want;
} texts[] = {
    {"no sequence", "plain", "plain"},
    {"a colour", "a\033[31;1mb\033[0mc", "abc"},
    {"a link", "\033]8;;http://x\033\\text\033]8;;\033\\", "text"},
    {"a title ended by a bell", "\033]0;t\ax", "x"},
    {"a sequence without an end", "a\033[31", "a"},
    {"an escape at the end", "a\033", "a"},
};

int
main(void)
{
    for (size_t i = 0; i < sizeof(distances) / sizeof(distances[0]); i++) {
        ROW(distances[i].name);
        CHECK(hop_suggest_distance(distances[i].a, distances[i].b,
                                   distances[i].most) == distances[i].want);
    }
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct hop_buf b HOP_AUTO_BUF = HOP_BUF_INIT;

        ROW(texts[i].name);
        hop_style_strip(texts[i].text, strlen(texts[i].text), &b);
        CHECK_STR(hop_buf_str(&b), texts[i].want);
    }
    return test_done();
}
