/* Waits after wrong passwords.
 *
 * SPDX-License-Identifier: MIT
 */
#include "server/auth_limit.h"

#include "test.h"

static struct auth_limit l;

TEST(waits_after_twenty)
{
    for (int k = 0; k < AUTH_LIMIT_FAILURES; k++) {
        CHECK(auth_limit_allows(&l, "a", 1000));
        auth_limit_failed(&l, "a", 1000);
    }
    CHECK(!auth_limit_allows(&l, "a", 1000));
    CHECK(!auth_limit_allows(&l, "a", 1000 + AUTH_LIMIT_WINDOW_MS - 1));
    CHECK(auth_limit_allows(&l, "a", 1000 + AUTH_LIMIT_WINDOW_MS));
    CHECK(auth_limit_allows(&l, "b", 1000));
}

TEST(slow_guessing_is_not_counted_up)
{
    for (uint64_t k = 0; k < 100; k++) {
        uint64_t now = 1000000 + k * (AUTH_LIMIT_WINDOW_MS / 10);

        CHECK(auth_limit_allows(&l, "c", now));
        auth_limit_failed(&l, "c", now);
    }
}

TEST(a_good_logon_forgets)
{
    for (int k = 0; k < AUTH_LIMIT_FAILURES - 1; k++)
        auth_limit_failed(&l, "d", 5000000);
    auth_limit_passed(&l, "d");
    auth_limit_failed(&l, "d", 5000000);
    CHECK(auth_limit_allows(&l, "d", 5000000));
}

/* Who comes from everywhere drives out the oldest, not who is waiting now. */
TEST(more_addresses_than_rows)
{
    char peer[32];

    for (int k = 0; k < AUTH_LIMIT_FAILURES; k++)
        auth_limit_failed(&l, "late", 9000000);
    for (unsigned k = 0; k < AUTH_LIMIT_ROWS - 1; k++) {
        snprintf(peer, sizeof(peer), "p%u", k);
        auth_limit_failed(&l, peer, 8000000);
    }
    CHECK(!auth_limit_allows(&l, "late", 9000001));
}

TEST(another_port_is_the_same_address)
{
    static struct auth_limit m;
    char peer[64];

    for (int k = 0; k < AUTH_LIMIT_FAILURES; k++) {
        snprintf(peer, sizeof(peer), "10.0.0.1:%d", 40000 + k);
        auth_limit_failed(&m, peer, 1000);
        snprintf(peer, sizeof(peer), "[fe80::1]:%d", 40000 + k);
        auth_limit_failed(&m, peer, 1000);
    }
    CHECK(!auth_limit_allows(&m, "10.0.0.1:5", 1000));
    CHECK(!auth_limit_allows(&m, "[fe80::1]:5", 1000));
    CHECK(auth_limit_allows(&m, "10.0.0.11:5", 1000));
    CHECK(auth_limit_allows(&m, "[fe80::2]:5", 1000));
    CHECK(auth_limit_allows(&m, "fe80::1", 1000));
}

int
main(void)
{
    RUN(waits_after_twenty);
    RUN(slow_guessing_is_not_counted_up);
    RUN(a_good_logon_forgets);
    RUN(more_addresses_than_rows);
    RUN(another_port_is_the_same_address);
    return test_done();
}
