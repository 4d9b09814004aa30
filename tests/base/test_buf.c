/* SPDX-License-Identifier: MIT */
#include "base/buf.h"

#include "test.h"

TEST(writes_are_kept_in_order_and_terminated)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    hop_buf_adds(&b, "ab");
    hop_buf_addc(&b, 'c');
    hop_buf_addf(&b, "%d-%s", 12, "x");
    hop_buf_fill(&b, '.', 3);
    CHECK(hop_buf_ok(&b));
    CHECK_STR(hop_buf_str(&b), "abc12-x...");
    hop_buf_consume(&b, 3);
    CHECK_STR(hop_buf_str(&b), "12-x...");
}

TEST(over_the_limit_fails_and_stays_failed)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    b.max = 4;
    hop_buf_adds(&b, "1234");
    CHECK(hop_buf_ok(&b));
    hop_buf_addc(&b, '5');
    CHECK(!hop_buf_ok(&b));
    hop_buf_adds(&b, "");
    CHECK(!hop_buf_ok(&b));
    CHECK(hop_buf_take(&b) == NULL);
    CHECK_STR(hop_buf_str(&b), "1234");
}

TEST(an_empty_buffer_is_taken_as_an_empty_string)
{
    struct hop_buf b = HOP_BUF_INIT;
    HOP_AUTO_FREE char *s = hop_buf_take(&b);

    CHECK_STR(s, "");
}

TEST(a_reserve_that_nothing_is_written_to_is_empty)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    CHECK(hop_buf_reserve(&b, 100) != NULL);
    CHECK_STR(hop_buf_str(&b), "");
}

int
main(void)
{
    RUN(writes_are_kept_in_order_and_terminated);
    RUN(over_the_limit_fails_and_stays_failed);
    RUN(an_empty_buffer_is_taken_as_an_empty_string);
    RUN(a_reserve_that_nothing_is_written_to_is_empty);
    return test_done();
}
