/* SPDX-License-Identifier: MIT */
#include "ad/locate.h"

#include "test.h"

/* An answer with three rows: dc1 and dc2 before dc3. */
static const unsigned char answer[] =
    "\x12\x34\x81\x80\x00\x01\x00\x03\x00\x00\x00\x00"
    "\x05_ldap\x04_tcp\x04"
    "corp\x04test\x00\x00\x21\x00\x01"
    "\xc0\x0c\x00\x21\x00\x01\x00\x00\x03\x84\x00\x0c"
    "\x00\x0a\x00\x64\x01\x85\x03"
    "dc3\xc0\x17"
    "\xc0\x0c\x00\x21\x00\x01\x00\x00\x03\x84\x00\x0c"
    "\x00\x00\x00\x0a\x01\x85\x03"
    "dc1\xc0\x17"
    "\xc0\x0c\x00\x21\x00\x01\x00\x00\x03\x84\x00\x0c"
    "\x00\x00\x00\x1e\x01\x85\x03"
    "dc2\xc0\x17";

static uint32_t
draw_lowest(void *ctx, uint32_t below)
{
    (void)ctx;
    (void)below;
    return 0;
}

static uint32_t
draw_highest(void *ctx, uint32_t below)
{
    (void)ctx;
    return below - 1;
}

TEST(the_lowest_priority_comes_first)
{
    struct hop_locate_row rows[HOP_LOCATE_MOST];

    CHECK_INT(
        hop_locate_decode(answer, sizeof(answer) - 1, draw_lowest, NULL, rows),
        3);
    CHECK_STR(rows[0].name, "dc1.corp.test");
    CHECK_INT(rows[0].port, 389);
    CHECK_STR(rows[1].name, "dc2.corp.test");
    CHECK_STR(rows[2].name, "dc3.corp.test");
}

TEST(weights_are_shares_of_the_draw)
{
    struct hop_locate_row rows[HOP_LOCATE_MOST];

    CHECK_INT(
        hop_locate_decode(answer, sizeof(answer) - 1, draw_highest, NULL, rows),
        3);
    CHECK_STR(rows[0].name, "dc2.corp.test");
    CHECK_STR(rows[1].name, "dc1.corp.test");
}

TEST(every_prefix_is_refused)
{
    struct hop_locate_row rows[HOP_LOCATE_MOST];

    for (size_t n = 0; n < sizeof(answer) - 1; n++)
        CHECK_INT(hop_locate_decode(answer, n, draw_lowest, NULL, rows), -1);
}

TEST(an_answer_without_rows_has_none)
{
    static const unsigned char none[] =
        "\x12\x34\x81\x83\x00\x00\x00\x00\x00\x00\x00\x00";
    struct hop_locate_row rows[HOP_LOCATE_MOST];

    CHECK_INT(
        hop_locate_decode(none, sizeof(none) - 1, draw_lowest, NULL, rows), 0);
}

int
main(void)
{
    RUN(the_lowest_priority_comes_first);
    RUN(weights_are_shares_of_the_draw);
    RUN(every_prefix_is_refused);
    RUN(an_answer_without_rows_has_none);
    return test_done();
}
