/* Shells of PowerShell's: what is refused, and what happens when something ends
 * that should not.
 *
 * SPDX-License-Identifier: MIT
 */
#include <signal.h>

#include "live/live.h"
#include "psrp/shell.h"
#include "test.h"

#define POWERSHELL HOP_URI_POWERSHELL "Microsoft.PowerShell"

static struct live live;

/* ---- what is refused ---- */

static void
create(struct wire *w, const char *uri, const char *version,
       struct hop_wsman_message *answer)
{
    struct hop_wsman_option option = {"protocolversion", version, NULL, true};
    struct hop_wsman_message m;

    hop_wsman_message_init(&m, HOP_WSMAN_CREATE);
    m.has_shell = true;
    m.shell.input_streams = HOP_PSRP_SHELL_INPUT;
    m.shell.output_streams = HOP_PSRP_SHELL_OUTPUT;
    m.header.resource_uri = uri;
    m.header.options = &option;
    m.header.option_count = version != NULL;
    CHECK(wire_ask(w, &m, answer));
}

static const struct {
    const char *name, *uri, *version;
    uint32_t code;
    const char *text;
} refusals[] = {
    {"an endpoint that is not there", HOP_URI_POWERSHELL "Nope", "2.3",
     HOP_FAULT_INVALID_RESOURCE_URI,
     "There is no endpoint Nope on this host. Its session configurations are: "
     "Microsoft.PowerShell, PowerShell.7."},
    {"no version of the protocol", POWERSHELL, NULL,
     HOP_FAULT_INVALID_PARAMETER,
     "The client names no protocolversion, as every PowerShell client does: "
     "this endpoint speaks the remoting protocol 2.4."},
    {"a version that nobody speaks", POWERSHELL, "3.0",
     HOP_FAULT_INVALID_PARAMETER,
     "The client's version 3.0 of the remoting protocol is not spoken here; "
     "this endpoint has 2.4."},
};

static void
refuse(size_t i)
{
    HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message answer;
    AUTO_WIRE w;

    wire_open(&w, &live);
    CHECK(wire_log_on(&w, HOP_AUTH_NEGOTIATE));
    hop_wsman_message_init(&answer, HOP_WSMAN_INVOKE);
    create(&w, refusals[i].uri, refusals[i].version, &answer);
    CHECK_INT(answer.kind, HOP_WSMAN_FAULT);
    CHECK_INT(answer.fault.code, refusals[i].code);
    CHECK_STR(answer.fault.message, refusals[i].text);
}

/* ---- quotas ---- */

static void
close_shell(struct wire *w, const struct hop_wsman_message *opened)
{
    HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message answer;
    struct hop_wsman_selector selector = {"ShellId",
                                          opened->created.shell.shell_id};
    struct hop_wsman_message m;

    hop_wsman_message_init(&m, HOP_WSMAN_DELETE);
    hop_wsman_message_init(&answer, HOP_WSMAN_INVOKE);
    m.header.resource_uri = POWERSHELL;
    m.header.selectors = &selector;
    m.header.selector_count = 1;
    CHECK(wire_ask(w, &m, &answer));
}

/* One shell is open; another is refused, by its endpoint alone. */
static void
check_quota(const char *name, const char *setting, uint32_t code,
            const char *text)
{
    HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message first, second;
    AUTO_WIRE w;

    ROW(name);
    CHECK(live_reload(&live, setting));
    wire_open(&w, &live);
    CHECK(wire_log_on(&w, HOP_AUTH_NEGOTIATE));
    hop_wsman_message_init(&first, HOP_WSMAN_INVOKE);
    hop_wsman_message_init(&second, HOP_WSMAN_INVOKE);
    create(&w, POWERSHELL, "2.3", &first);
    CHECK_INT(first.kind, HOP_WSMAN_CREATE_RESPONSE);
    REQUIRE(first.has_shell);
    create(&w, POWERSHELL "/", "2.3", &second);
    CHECK_INT(second.kind, HOP_WSMAN_FAULT);
    CHECK_INT(second.fault.code, code);
    CHECK(strstr(second.fault.message, text) != NULL);
    close_shell(&w, &first);
}

#define PLUGIN "Plugin/Microsoft.PowerShell/"

static void
check_quotas(void)
{
    check_quota("a shell too many of a user's", PLUGIN "MaxShellsPerUser = 1\n",
                HOP_FAULT_QUOTA_MAX_SHELLS_PPQ,
                "the endpoint's MaxShellsPerUser (1) is reached");
    check_quota("a shell too many of all", PLUGIN "MaxShells = 1\n",
                HOP_FAULT_QUOTA_MAX_PLUGINSHELLS_PPQ,
                "the endpoint's MaxShells (1) is reached");
    CHECK(live_reload(&live, ""));
}

/* ---- what ends ---- */

/* The pending Receive is answered as soon as the process is gone. */
static void
kill_session(void)
{
    HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message opened, answer;
    struct hop_wsman_selector selector = {"ShellId", NULL};
    struct hop_wsman_message m;
    AUTO_WIRE w;

    test_begin("a session whose process is killed ends at once, in words");
    wire_open(&w, &live);
    CHECK(wire_log_on(&w, HOP_AUTH_NEGOTIATE));
    hop_wsman_message_init(&opened, HOP_WSMAN_INVOKE);
    create(&w, POWERSHELL, "2.3", &opened);
    CHECK_INT(opened.kind, HOP_WSMAN_CREATE_RESPONSE);
    REQUIRE(opened.has_shell && opened.created.shell.process_id > 1);
    CHECK_INT(kill((pid_t)opened.created.shell.process_id, SIGKILL), 0);
    selector.value = opened.created.shell.shell_id;
    hop_wsman_message_init(&m, HOP_WSMAN_RECEIVE);
    m.header.resource_uri = POWERSHELL;
    m.header.selectors = &selector;
    m.header.selector_count = 1;
    m.receive.desired = "stdout";
    hop_wsman_message_init(&answer, HOP_WSMAN_INVOKE);
    CHECK(wire_ask(&w, &m, &answer));
    CHECK_INT(answer.kind, HOP_WSMAN_FAULT);
    CHECK(answer.fault.code == HOP_FAULT_OPERATION_ABORTED ||
          answer.fault.code == HOP_FAULT_UNEXPECTED_SELECTORS);
}

int
main(void)
{
    if (!live_start(&live, "", NULL)) {
        printf("not ok 1 - the server starts\n1..1\n");
        return 1;
    }
    for (size_t i = 0; i < HOP_ARRAY_SIZE(refusals); i++) {
        ROW(refusals[i].name);
        refuse(i);
    }
    check_quotas();
    kill_session();
    test_begin("the server ends as it should");
    live_stop(&live);
    return test_done();
}
