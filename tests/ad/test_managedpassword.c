/* SPDX-License-Identifier: MIT */
#include "ad/managedpassword.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "test.h"

/* "pä", a pair, half a pair; then "q"; both passwords end in a zero, and an
 * hour is left.  Laid out as MS-ADTS 2.2.19 has it. */
static const uint8_t blob[] = {
    1,    0,    0,    0,    48,   0,    0,    0, /* version, length */
    16,   0,    28,   0,    32,   0,    40,   0, /* offsets */
    'p',  0,    0xE4, 0,    0x3D, 0xD8, 0x00, 0xDE,
    0x00, 0xDC, 0,    0,    'q',  0,    0,    0, /* 28 */
    0x00, 0x68, 0xC4, 0x61, 0x08, 0,    0,    0, /* 32: an hour */
    0x00, 0x68, 0xC4, 0x61, 0x08, 0,    0,    0,
};

TEST(both_passwords_are_read)
{
    struct hop_managed_password m;
    struct hop_error err = {0};

    REQUIRE(hop_managed_password_decode(blob, sizeof(blob), &m, &err));
    CHECK_STR(hop_buf_str(&m.current), "p\xC3\xA4\xF0\x9F\x98\x80\xEF\xBF\xBD");
    CHECK_STR(hop_buf_str(&m.previous), "q");
    CHECK_INT(m.next_s, 3600);
    hop_managed_password_done(&m);
}

TEST(a_first_one_has_no_previous)
{
    struct hop_managed_password m;
    uint8_t first[sizeof(blob)];

    memcpy(first, blob, sizeof(blob));
    first[10] = 0;
    REQUIRE(hop_managed_password_decode(first, sizeof(first), &m, NULL));
    CHECK_INT(m.previous.len, 0);
    hop_managed_password_done(&m);
}

TEST(each_prefix_is_refused)
{
    struct hop_managed_password m;
    struct hop_error err = {0};

    /* Behind the first interval nothing is looked at. */
    for (size_t n = 0; n < 40; n++) {
        uint8_t *cut = malloc(n + 1);

        memcpy(cut, blob, n);
        CHECK(!hop_managed_password_decode(cut, n, &m, &err));
        CHECK_STR(err.text, "the managed password is malformed");
        free(cut);
    }
}

static void
refused(void)
{
    static const struct {
        const char *name;
        size_t at;
        uint8_t value;
    } rows[] = {
        {"another version", 0, 2},
        {"the password inside the head", 8, 8},
        {"the password behind the end", 9, 1},
        {"the previous one behind the end", 11, 1},
        {"the interval over the end", 12, 47},
        {"the interval inside the head", 12, 0},
        {"an empty password", 16, 0},
    };

    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        struct hop_managed_password m;
        uint8_t bad[sizeof(blob)];

        ROW(rows[k].name);
        memcpy(bad, blob, sizeof(blob));
        bad[rows[k].at] = rows[k].value;
        CHECK(!hop_managed_password_decode(bad, sizeof(bad), &m, NULL));
    }
}

int
main(void)
{
    RUN(both_passwords_are_read);
    RUN(a_first_one_has_no_previous);
    RUN(each_prefix_is_refused);
    refused();
    return test_done();
}
