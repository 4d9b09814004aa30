/* Who administers a host.
 *
 * SPDX-License-Identifier: MIT
 */
#include "server/admin.h"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "test.h"

static const struct {
    const char *name, *entry, *group;
    bool fits;
} rows[] = {
    {"the same", "sudo", "sudo", true},
    {"in another case", "Sudo", "sudo", true},
    {"winbind's, with its domain", "domain admins", "CORP\\domain admins",
     true},
    {"sssd's, with its domain", "domain admins", "domain admins@corp.test",
     true},
    {"with the domain in both", "CORP\\domain admins", "corp\\Domain Admins",
     true},
    {"another domain's", "OTHER\\domain admins", "CORP\\domain admins", false},
    {"the beginning alone", "sud", "sudo", false},
    {"more than that", "sudoers", "sudo", false},
};

TEST(groups_are_meant_by_their_names)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        ROW(rows[i].name);
        CHECK(hop_admin_group_fits(rows[i].entry, rows[i].group) ==
              rows[i].fits);
    }
}

TEST(members_are_administrators)
{
    const struct passwd *pw = getpwnam("nobody");
    const struct group *g = pw ? getgrgid(pw->pw_gid) : NULL;

    CHECK(hop_admin_is("", "root"));
    CHECK(!hop_admin_is("sudo, wheel", "no-such-user"));
    if (g == NULL)
        return;
    HOP_AUTO_FREE char *own = hop_xasprintf("wheel , %s", g->gr_name);
    CHECK(hop_admin_is(own, "nobody"));
    CHECK(!hop_admin_is("no-such-group,", "nobody"));
    CHECK(!hop_admin_is("", "nobody"));
}

int
main(void)
{
    RUN(groups_are_meant_by_their_names);
    RUN(members_are_administrators);
    return test_done();
}
