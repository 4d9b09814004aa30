/* SPDX-License-Identifier: MIT */
#include "ad/dn.h"

#include "base/cleanup.h"
#include "test.h"

int
main(void)
{
    static const struct {
        const char *name, *dn, *domain;
    } rows[] = {
        {"a domain", "DC=corp,DC=test", "corp.test"},
        {"an account", "CN=B,CN=Computers,dc=corp,dc=test", "corp.test"},
        {"a comma in a name", "CN=B\\,DC=x,DC=corp,DC=test", "corp.test"},
        {"no domain", "CN=B,O=Corp", ""},
        {"nothing", "", ""},
        {"cut off", "CN=B,DC=", ""},
        {"a backslash at the end", "DC=corp,CN=B\\", "corp"},
    };

    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        HOP_AUTO_FREE char *got = NULL;

        ROW(rows[k].name);
        got = hop_ad_domain_of_dn(rows[k].dn);
        CHECK_STR(got, rows[k].domain);
    }
    return test_done();
}
