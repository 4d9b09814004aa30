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
    HOP_AUTO_FREE char *part = hop_xasprintf("%.3s", g->gr_name);
    HOP_AUTO_FREE char *other =
        hop_xasprintf("CORP\\%s, %s@corp.test", g->gr_name, g->gr_name);
    CHECK(!hop_admin_is(part, "nobody"));
    CHECK(!hop_admin_is(other, "nobody"));
    CHECK(!hop_admin_is("no-such-group,", "nobody"));
    CHECK(!hop_admin_is("", "nobody"));
}

int
main(void)
{
    RUN(members_are_administrators);
    return test_done();
}
