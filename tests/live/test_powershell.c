/* Shells of PowerShell's: what recorded clients sent to Windows, sent to hopd,
 * brings the same kinds of messages in the same order; and what happens when
 * something ends that should not.  The folder of the recordings is the
 * argument.
 *
 * SPDX-License-Identifier: MIT
 */
#include <jansson.h>
#include <signal.h>

#include "base/alloc.h"
#include "base/text.h"
#include "live/live.h"
#include "psrp/fragment.h"
#include "psrp/shell.h"
#include "psrp/type.h"
#include "test.h"

#define FLOWS_MAX  32
#define MARKS_MAX  256
#define WAITS_MAX  12
#define POWERSHELL HOP_URI_POWERSHELL "Microsoft.PowerShell"

static struct live live;
static const struct hop_wsman_limits limits = {1 << 20};
static const struct hop_psrp_join_limits join_limits = {1 << 20, 1 << 24, 64,
                                                        1 << 24};

/* Messages of the pool or of a pipeline, by type; a state is in the upper
 * half. */
struct side {
    struct hop_psrp_joiner joiner;
    uint64_t marks[MARKS_MAX];
    size_t count;
};
struct flow {
    char id[64];     /* CommandId, "" for the pool */
    char now_id[64]; /* ours for it */
    struct side then, now;
};
struct flows {
    struct flow flow[FLOWS_MAX];
    size_t count;
    char shell_then[64], shell_now[64];
};

static struct flow *
flow_of(struct flows *f, const char *id)
{
    id = id ? id : "";
    for (size_t i = 0; i < f->count; i++)
        if (hop_ascii_ieq(f->flow[i].id, id))
            return &f->flow[i];
    if (f->count == FLOWS_MAX)
        return NULL;
    struct flow *n = &f->flow[f->count++];
    snprintf(n->id, sizeof(n->id), "%s", id);
    snprintf(n->now_id, sizeof(n->now_id), "%s", id);
    hop_psrp_joiner_init(&n->then.joiner, &join_limits);
    hop_psrp_joiner_init(&n->now.joiner, &join_limits);
    return n;
}

/* By our id. */
static struct flow *
flow_now(struct flows *f, const char *id)
{
    for (size_t i = 0; i < f->count; i++)
        if (hop_ascii_ieq(f->flow[i].now_id, id ? id : ""))
            return &f->flow[i];
    return flow_of(f, id);
}

static uint64_t
state_in(const char *body, size_t n)
{
    const char *p = memmem(body, n, "State\">", 7);

    return p && p + 7 < body + n ? (uint64_t)(p[7] - '0') << 32 : 0;
}

/* The state that we tell again, behind the private data, to a client that has
 * connected: Windows does when the client before has not confirmed it. */
static bool
is_told_again(const struct side *s, uint64_t mark)
{
    return mark == (2ull << 32 | HOP_PSRP_RUNSPACEPOOL_STATE) && s->count > 1 &&
           s->marks[s->count - 1] == HOP_PSRP_APPLICATION_PRIVATE_DATA &&
           s->marks[s->count - 2] != HOP_PSRP_SESSION_CAPABILITY;
}

/* Windows tells of its progress with loading modules; how much a script of its
 * commands writes is not ours to repeat. */
static bool
note(void *ctx, const uint8_t *p, size_t n, struct hop_error *err)
{
    struct side *s = ctx;
    struct hop_psrp_head h;
    const char *body;
    size_t body_n;

    if (!hop_psrp_head_decode(p, n, &h, &body, &body_n, err))
        return false;
    uint64_t mark = h.type;
    if (h.type == HOP_PSRP_PIPELINE_STATE ||
        h.type == HOP_PSRP_RUNSPACEPOOL_STATE)
        mark |= state_in(body, body_n);
    if (h.type == HOP_PSRP_PROGRESS_RECORD || h.type == HOP_PSRP_DEBUG_RECORD)
        return true;
    if (h.type == HOP_PSRP_PIPELINE_OUTPUT && s->count &&
        s->marks[s->count - 1] == mark)
        return true;
    if (s->count < MARKS_MAX && !is_told_again(s, mark))
        s->marks[s->count++] = mark;
    return true;
}

static void
take_streams(struct flows *f, const struct hop_wsman_message *m, bool now)
{
    struct hop_error err = {0};

    for (size_t i = 0; i < m->receive.stream_count; i++) {
        const struct hop_wsman_stream *s = &m->receive.streams[i];
        struct flow *flow =
            now ? flow_now(f, s->command_id) : flow_of(f, s->command_id);
        struct side *side = flow ? now ? &flow->now : &flow->then : NULL;

        if (side && !hop_psrp_joiner_add(&side->joiner, s->data, s->len, note,
                                         side, &err))
            FAIL("a stream that can be read");
    }
}

static const char *
map_command(struct flows *f, const char *id)
{
    return id ? flow_of(f, id)->now_id : NULL;
}

/* The server may have chosen the ids (PowerShell 2 did). */
static void
map_ids(struct flows *f, struct hop_wsman_message *asked)
{
    struct hop_wsman_stream *in =
        (struct hop_wsman_stream *)(uintptr_t)asked->send.streams;

    if (asked->kind == HOP_WSMAN_SIGNAL)
        asked->signal.command_id = map_command(f, asked->signal.command_id);
    if (asked->kind == HOP_WSMAN_SEND)
        for (size_t i = 0; i < asked->send.stream_count; i++)
            in[i].command_id = map_command(f, in[i].command_id);
    if (asked->kind == HOP_WSMAN_CONNECT)
        asked->connect.command_id = map_command(f, asked->connect.command_id);

    struct hop_wsman_selector *s =
        (struct hop_wsman_selector *)(uintptr_t)asked->header.selectors;

    for (size_t i = 0; i < asked->header.selector_count; i++)
        if (s[i].value && hop_ascii_ieq(s[i].value, f->shell_then))
            s[i].value = f->shell_now;
}

/* Asks until as many messages are there as Windows had sent. */
static void
receive(struct wire *w, struct flows *f, struct hop_wsman_message *asked,
        const struct hop_wsman_message *then)
{
    struct flow *flow = flow_of(f, asked->receive.command_id);

    take_streams(f, then, false);
    asked->receive.command_id = map_command(f, asked->receive.command_id);
    for (int waits = 0; flow && flow->now.count < flow->then.count;) {
        HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message now;

        asked->header.message_id = NULL;
        asked->header.timeout_ms = 2000;
        if (waits == WAITS_MAX || !wire_ask(w, asked, &now)) {
            FAIL("as many messages as Windows has sent");
            return;
        }
        if (now.kind == HOP_WSMAN_RECEIVE_RESPONSE)
            take_streams(f, &now, true);
        else if (now.fault.code == HOP_FAULT_OPERATION_TIMEDOUT)
            waits++;
        else {
            test_fail(__FILE__, __LINE__, "%s", now.fault.message);
            return;
        }
    }
}

static void
replay(struct wire *w, struct flows *f, const char *request,
       const char *response)
{
    HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message asked, then, now;
    struct hop_error err = {0};
    struct hop_fault fault;

    hop_wsman_message_init(&then, HOP_WSMAN_INVOKE);
    hop_wsman_message_init(&now, HOP_WSMAN_INVOKE);
    REQUIRE(hop_wsman_request_decode(&asked, request, strlen(request), &limits,
                                     &fault));
    REQUIRE(hop_wsman_response_decode(&then, response, strlen(response),
                                      &limits, &err));
    map_ids(f, &asked);
    if (asked.kind == HOP_WSMAN_RECEIVE &&
        then.kind == HOP_WSMAN_RECEIVE_RESPONSE) {
        receive(w, f, &asked, &then);
        return;
    }
    if (asked.kind == HOP_WSMAN_RECEIVE) /* time is over: not waited for */
        return;
    REQUIRE(wire_ask(w, &asked, &now));
    if (now.kind != then.kind)
        test_fail(__FILE__, __LINE__, "%s (%s), Windows gave %s (%s)",
                  hop_wsman_kind_name(now.kind), now.fault.message,
                  hop_wsman_kind_name(then.kind), then.fault.message);
    if (now.kind == HOP_WSMAN_COMMAND_RESPONSE &&
        then.kind == HOP_WSMAN_COMMAND_RESPONSE)
        snprintf(flow_of(f, then.command.command_id)->now_id, 64, "%s",
                 now.command.command_id);
    if (now.kind == HOP_WSMAN_CREATE_RESPONSE &&
        then.kind == HOP_WSMAN_CREATE_RESPONSE) {
        snprintf(f->shell_then, sizeof(f->shell_then), "%s",
                 then.created.epr.selectors[0].value);
        snprintf(f->shell_now, sizeof(f->shell_now), "%s",
                 now.created.epr.selectors[0].value);
    }
}

static void
compare(const struct flow *f)
{
    CHECK_INT(f->now.count, f->then.count);
    for (size_t i = 0; i < f->now.count && i < f->then.count; i++) {
        if (f->now.marks[i] == f->then.marks[i])
            continue;
        test_fail(__FILE__, __LINE__, "message %zu of %s: %llx, Windows: %llx",
                  i, f->id[0] ? f->id : "the pool",
                  (unsigned long long)f->now.marks[i],
                  (unsigned long long)f->then.marks[i]);
        return;
    }
}

static const char *const recordings[] = {
    "test_client_execute_ps",
    "test_client_execute_ps_environment",
    "test_psrp_application_args",
    "test_psrp_clear_commands",
    "test_psrp_disconnected_commands",
    "test_psrp_error_failed",
    "test_psrp_get_command_metadata",
    "test_psrp_long_running_cmdlet",
    "test_psrp_merge_commands",
    "test_psrp_multiple_invocations",
    "test_psrp_open_runspace",
    "test_psrp_pshost_methods",
    "test_psrp_run_protocol_version_2.1",
    "test_psrp_run_protocol_version_2.2",
    "test_psrp_run_protocol_version_2.3",
    "test_psrp_set_runspaces",
    "test_psrp_small_msg_size",
    "test_psrp_stream_no_output_invocation",
    "test_psrp_stream_output_invocation",
    "test_psrp_with_input",
    "test_psrp_reset_runspace_state",
    "test_psrp_reset_runspace_state_fail",
    "test_psrp_with_history",
    "test_psrp_with_no_history",
};

static void
replay_file(const char *folder, const char *name)
{
    HOP_AUTO_FREE char *path = hop_xasprintf("%s/%s.json", folder, name);
    HOP_AUTO_FREE struct flows *f = hop_xmalloc(sizeof(*f));
    json_t *all = json_load_file(path, 0, NULL), *row;
    AUTO_WIRE w;
    size_t i;

    wire_open(&w, &live);
    CHECK(json_array_size(all) > 0 && wire_log_on(&w, HOP_AUTH_NEGOTIATE));
    json_array_foreach(all, i, row)
    {
        replay(&w, f, json_string_value(json_object_get(row, "request")),
               json_string_value(json_object_get(row, "response")));
    }
    for (i = 0; i < f->count; i++) {
        compare(&f->flow[i]);
        hop_psrp_joiner_done(&f->flow[i].then.joiner);
        hop_psrp_joiner_done(&f->flow[i].now.joiner);
    }
    json_decref(all);
}

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
main(int argc, char **argv)
{
    if (argc < 2 || !live_start(&live, "", NULL)) {
        printf("not ok 1 - the server starts\n1..1\n");
        return 1;
    }
    for (size_t i = 0; i < HOP_ARRAY_SIZE(recordings); i++) {
        ROW(recordings[i]);
        replay_file(argv[1], recordings[i]);
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
