/* Which endpoints there are.
 *
 * SPDX-License-Identifier: MIT
 */
#include "config/endpoint.h"

#include "test.h"

#define OURS HOP_ENDPOINT_PREFIX "Microsoft.PowerShell"

static const struct {
    const char *name, *settings, *uri;
    const char *found; /* its name; NULL: none */
    enum hop_endpoint_engine engine;
    const char *command;
} rows[] = {
    {"the default", "", OURS, "Microsoft.PowerShell", HOP_ENDPOINT_HOP, "pwsh"},
    {"letters do not count", "", HOP_ENDPOINT_PREFIX "microsoft.powershell",
     "Microsoft.PowerShell", HOP_ENDPOINT_HOP, "pwsh"},
    {"a slash behind it", "", OURS "/", "Microsoft.PowerShell",
     HOP_ENDPOINT_HOP, "pwsh"},
    {"a query behind it", "", OURS "?PSVersion=7.4", "Microsoft.PowerShell",
     HOP_ENDPOINT_HOP, "pwsh"},
    {"more behind it", "", OURS "2", NULL},
    {"nothing behind the prefix", "", HOP_ENDPOINT_PREFIX, NULL},
    {"another resource", "", "http://schemas.microsoft.com/wbem/x", NULL},
    {"pwsh's", "", HOP_ENDPOINT_PREFIX "PowerShell.7", "PowerShell.7",
     HOP_ENDPOINT_PWSH, "pwsh"},
    {"pwsh's, elsewhere", "Plugin/PowerShell.7/Command = /opt/pwsh\n",
     HOP_ENDPOINT_PREFIX "PowerShell.7", "PowerShell.7", HOP_ENDPOINT_PWSH,
     "/opt/pwsh"},
    {"switched off", "Plugin/Microsoft.PowerShell/Enabled = false\n", OURS,
     NULL},
    {"one of the administrator's", "Plugin/Ops/Engine = PowerShell\n",
     HOP_ENDPOINT_PREFIX "Ops", "Ops", HOP_ENDPOINT_PWSH, "pwsh"},
    {"one with a URI of its own",
     "Plugin/Ops/ResourceUri = " HOP_ENDPOINT_PREFIX "Night.Shift\n",
     HOP_ENDPOINT_PREFIX "night.shift", "Ops", HOP_ENDPOINT_HOP, "pwsh"},
    {"not by its name then",
     "Plugin/Ops/ResourceUri = " HOP_ENDPOINT_PREFIX "Night.Shift\n",
     HOP_ENDPOINT_PREFIX "Ops", NULL},
    {"cmd is none of PowerShell's", "Plugin/cmd/DenyDelegationTo = cifs\n",
     HOP_ENDPOINT_PREFIX "cmd", NULL},
};

static void
find_row(size_t i)
{
    struct hop_config c;
    struct hop_endpoint e;
    struct hop_error err;

    hop_config_init(&c);
    CHECK(hop_config_parse(&c, rows[i].settings, "test", false, &err));
    bool found = hop_endpoint_find(&c, rows[i].uri, &e);
    CHECK_INT(found, rows[i].found != NULL);
    if (found && rows[i].found) {
        CHECK_STR(e.name, rows[i].found);
        CHECK_INT(e.engine, rows[i].engine);
        CHECK_STR(e.command, rows[i].command);
    }
    hop_config_done(&c);
}

static void
list_names(void)
{
    HOP_AUTO_BUF struct hop_buf names = HOP_BUF_INIT;
    struct hop_config c;
    struct hop_error err;

    test_begin("the names of those that are enabled");
    hop_config_init(&c);
    CHECK(hop_config_parse(&c,
                           "Plugin/PowerShell.7/Enabled = false\n"
                           "Plugin/cmd/DenyDelegationTo = cifs\n"
                           "Plugin/Ops/Engine = Hop\n",
                           "test", false, &err));
    hop_endpoint_names(&c, &names);
    CHECK_STR(hop_buf_str(&names), "Microsoft.PowerShell, Ops");
    hop_config_done(&c);
}

static void
read_quotas(void)
{
    static const char settings[] =
        "Plugin/Microsoft.PowerShell/MaxShells = 4\n"
        "Plugin/Microsoft.PowerShell/MaxShellsPerUser = 2\n"
        "Plugin/Microsoft.PowerShell/MaxConcurrentUsers = many\n"
        "Plugin/Microsoft.PowerShell/IdleTimeoutms = 90000\n"
        "Plugin/Microsoft.PowerShell/MaxIdleTimeoutms = 99999999999\n"
        "Plugin/Microsoft.PowerShell/OutputBufferingMode = drop\n";
    struct hop_endpoint_quotas q;
    struct hop_config c;
    struct hop_error err;

    hop_config_init(&c);
    ROW("an endpoint's quotas");
    CHECK(hop_config_parse(&c, settings, "test", false, &err));
    hop_endpoint_quotas(&c, OURS "/", &q);
    CHECK_INT(q.shells, 4);
    CHECK_INT(q.shells_per_user, 2);
    CHECK_INT(q.idle_ms, 90000);
    CHECK(q.drop);
    ROW("what is no number is no quota");
    CHECK_INT(q.users, 0);
    CHECK_INT(q.max_idle_ms, 0);
    ROW("another endpoint has none");
    hop_endpoint_quotas(&c, HOP_ENDPOINT_PREFIX "PowerShell.7", &q);
    CHECK_INT(q.shells, 0);
    CHECK(!q.drop);
    hop_config_done(&c);
}

int
main(void)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        ROW(rows[i].name);
        find_row(i);
    }
    list_names();
    read_quotas();
    return test_done();
}
