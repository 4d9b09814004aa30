/* IPv4Filter and IPv6Filter.
 *
 * SPDX-License-Identifier: MIT
 */
#include "net/filter.h"

#include "base/cleanup.h"
#include "test.h"

static const struct {
    const char *name, *filter;
    int family;
    const char *address;
    bool has;
} rows[] = {
    {"all", "*", AF_INET, "10.0.0.1", true},
    {"all, with blanks", " * ", AF_INET, "10.0.0.1", true},
    {"none", "", AF_INET, "10.0.0.1", false},
    {"blanks are none", " , ", AF_INET, "10.0.0.1", false},
    {"a range from its first", "10.0.0.1-10.0.0.9", AF_INET, "10.0.0.1", true},
    {"to its last", "10.0.0.1-10.0.0.9", AF_INET, "10.0.0.9", true},
    {"one past it", "10.0.0.1-10.0.0.9", AF_INET, "10.0.0.10", false},
    {"one before it", "10.0.0.1-10.0.0.9", AF_INET, "10.0.0.0", false},
    {"by bytes, not by text", "9.0.0.0-10.255.255.255", AF_INET, "10.2.0.1",
     true},
    {"the second of two ranges", "2.0.0.1-2.0.0.20, 24.0.0.1-24.0.0.22",
     AF_INET, "24.0.0.5", true},
    {"between the two", "2.0.0.1-2.0.0.20, 24.0.0.1-24.0.0.22", AF_INET,
     "3.0.0.1", false},
    {"a single address", "192.0.2.7", AF_INET, "192.0.2.7", true},
    {"IPv6", "fd00::1-fd00::ffff", AF_INET6, "fd00::abcd", true},
    {"IPv6 past the range", "fd00::1-fd00::ffff", AF_INET6, "fd01::", false},
    {"an address of the other family", "10.0.0.1-10.0.0.9", AF_INET, "::1",
     false},
};

static void
filters(void)
{
    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        struct hop_error err = {0};
        bool has = false;

        ROW(rows[k].name);
        CHECK(hop_filter_has(rows[k].filter, rows[k].family, rows[k].address,
                             &has, &err));
        CHECK_INT(has, rows[k].has);
    }
}

static void
refused(void)
{
    static const struct {
        const char *name, *filter;
        int family;
    } bad[] = {
        {"a name", "localhost", AF_INET},
        {"a range that runs backwards", "10.0.0.9-10.0.0.1", AF_INET},
        {"half a range", "10.0.0.1-", AF_INET},
        {"a prefix length", "10.0.0.0/8", AF_INET},
        {"IPv6 in the filter of IPv4", "::1", AF_INET},
        {"IPv4 in the filter of IPv6", "127.0.0.1", AF_INET6},
        {"a wrong one after a good one", "10.0.0.1, x", AF_INET},
    };

    for (size_t k = 0; k < HOP_ARRAY_SIZE(bad); k++) {
        struct hop_error err = {0};
        bool has;

        ROW(bad[k].name);
        CHECK(!hop_filter_has(bad[k].filter, bad[k].family, "10.0.0.1", &has,
                              &err));
        CHECK(strstr(err.text, "is no range of IPv") != NULL);
    }
}

/* The loopback has 127.0.0.1 wherever tests run. */
static void
lists(void)
{
    static const struct {
        const char *name, *v4, *v6, *first; /* NULL: refused */
    } given[] = {
        {"both families", "*", "*", "*"},
        {"IPv4 alone", "*", "", "0.0.0.0"},
        {"IPv6 alone", "", "*", "::"},
        {"a range with one of ours", "127.0.0.0-127.0.0.255", "", "127.0.0.1"},
        {"a range with none of ours", "240.0.0.0-240.0.0.255", "", NULL},
        {"none at all", "", "", NULL},
        {"a filter that is none", "all", "*", NULL},
    };

    for (size_t k = 0; k < HOP_ARRAY_SIZE(given); k++) {
        struct hop_filter_list list;
        struct hop_error err = {0};

        ROW(given[k].name);
        CHECK_INT(hop_filter_addresses(given[k].v4, given[k].v6, &list, &err),
                  given[k].first != NULL);
        if (given[k].first != NULL)
            CHECK_STR(list.items[0], given[k].first);
        else
            CHECK(strstr(err.text, "Service/IPv4Filter") != NULL);
    }
}

int
main(void)
{
    filters();
    refused();
    lists();
    return test_done();
}
