/* Shells of PowerShell's: what recorded clients sent to Windows, sent to hopd,
 * brings the same kinds of messages in the same order.  The folder of the
 * recordings is the argument.
 *
 * SPDX-License-Identifier: MIT
 */
#include <dirent.h>
#include <jansson.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/base64.h"
#include "base/text.h"
#include "live/live.h"
#include "live/rewrite.h"
#include "psrp/fragment.h"
#include "psrp/shell.h"
#include "psrp/type.h"
#include "test.h"

#define FLOWS_MAX 32
#define MARKS_MAX 256
#define WAITS_MAX 12
#define SWAPS_MAX 8

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
    struct flows *all;
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
    struct rewriter rewriter;
    bool mute;        /* warnings are not compared */
    bool busy;        /* a command comes while the one before it computes */
    uint32_t process; /* of the session */
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
    n->then.all = n->now.all = f;
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

static bool
is_ours(const struct side *s)
{
    for (size_t i = 0; i < s->all->count; i++)
        if (s == &s->all->flow[i].now)
            return true;
    return false;
}

/* Windows tells of its progress with loading modules, to the host as well. */
static bool
is_preparing(const char *body, size_t n)
{
    static const char text[] = "Preparing modules for first use.";

    return memmem(body, n, text, sizeof(text) - 1) != NULL;
}

/* How much a script of its commands writes is not ours to repeat. */
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
    if (h.type == HOP_PSRP_ENCRYPTED_SESSION_KEY && is_ours(s) &&
        !rewriter_take_key(&s->all->rewriter, body, body_n))
        FAIL("a session key for our public key");
    if (is_preparing(body, body_n) ||
        (h.type == HOP_PSRP_WARNING_RECORD && s->all->mute))
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

/* What is in the message says what our host's client would say; data holds it.
 */
static void
rewrite(struct flows *f, struct hop_wsman_message *asked, struct hop_buf *data)
{
    struct hop_wsman_stream *in =
        (struct hop_wsman_stream *)(uintptr_t)asked->send.streams;

    for (size_t i = 0;
         asked->kind == HOP_WSMAN_SEND && i < asked->send.stream_count; i++) {
        REQUIRE(asked->send.stream_count == 1);
        REQUIRE(rewriter_fragments(&f->rewriter, in[i].data, in[i].len, data));
        in[i].data = (const unsigned char *)hop_buf_str(data);
        in[i].len = data->len;
    }
    if (asked->kind == HOP_WSMAN_COMMAND &&
        asked->command.argument_count == 1) {
        const char **text = (const char **)(uintptr_t)asked->command.arguments;
        HOP_AUTO_BUF struct hop_buf raw = HOP_BUF_INIT, made = HOP_BUF_INIT;

        REQUIRE(hop_base64_decode(&raw, text[0], strlen(text[0])));
        REQUIRE(rewriter_fragments(&f->rewriter, hop_buf_str(&raw), raw.len,
                                   &made));
        hop_base64_encode(data, hop_buf_str(&made), made.len);
        text[0] = hop_buf_str(data);
    }
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

/* 1 and its processor time in ticks, of which a second has 100; 0: it is gone.
 */
static unsigned long
ticks_of(uint32_t process)
{
    HOP_AUTO_FREE char *path = hop_xasprintf("/proc/%u/stat", process);
    FILE *f = fopen(path, "r");
    unsigned long ticks = 0;

    if (!f)
        return 0;
    if (fscanf(f,
               "%*d (%*[^)]) %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u "
               "%lu",
               &ticks) != 1)
        ticks = 0;
    else
        ticks++;
    fclose(f);
    return ticks;
}

/* Waits until the session has computed for a while. */
static void
await_work(uint32_t process)
{
    unsigned long from = ticks_of(process), now = from;

    for (int i = 0; now && now < from + 20 && i < 1000; i++) {
        usleep(20000);
        now = ticks_of(process);
    }
    CHECK(now >= from + 20);
}

static void
replay(struct wire *w, struct flows *f, const char *request,
       const char *response)
{
    HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message asked, then, now;
    HOP_AUTO_BUF struct hop_buf data = HOP_BUF_INIT;
    struct hop_error err = {0};
    struct hop_fault fault;

    hop_wsman_message_init(&then, HOP_WSMAN_INVOKE);
    hop_wsman_message_init(&now, HOP_WSMAN_INVOKE);
    REQUIRE(hop_wsman_request_decode(&asked, request, strlen(request), &limits,
                                     &fault));
    REQUIRE(hop_wsman_response_decode(&then, response, strlen(response),
                                      &limits, &err));
    map_ids(f, &asked);
    rewrite(f, &asked, &data);
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
        then.kind == HOP_WSMAN_COMMAND_RESPONSE) {
        snprintf(flow_of(f, then.command.command_id)->now_id, 64, "%s",
                 now.command.command_id);
        if (f->busy)
            await_work(f->process);
        f->busy = false;
    }
    if (now.kind == HOP_WSMAN_CREATE_RESPONSE &&
        then.kind == HOP_WSMAN_CREATE_RESPONSE) {
        snprintf(f->shell_then, sizeof(f->shell_then), "%s",
                 then.created.epr.selectors[0].value);
        snprintf(f->shell_now, sizeof(f->shell_now), "%s",
                 now.created.epr.selectors[0].value);
        f->process = now.has_shell ? now.created.shell.process_id : 0;
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

/* ---- the recordings ---- */

#define COPIED                                                                 \
    {                                                                          \
        {"<S N=\"V\">C:\\Users\\vagrant-domain\\Documents\\",                  \
         "<S N=\"V\">@/"},                                                     \
            {"<S N=\"V\">C:\\Users\\vagrant\\AppData\\Local\\Temp\\",          \
             "<S N=\"V\">@/"},                                                 \
            {"<S N=\"V\">%TEMP%\\", "<S N=\"V\">%HOP_RECORDED%/"},             \
            {"<S N=\"V\">test_file", "<S N=\"V\">@/test_file"},                \
    }
#define FETCHED                                                                \
    {                                                                          \
        {"<S N=\"V\">C:\\temp\\", "<S N=\"V\">@/"},                            \
            {"<S N=\"V\">C:\\Windows", "<S N=\"V\">@"},                        \
            {"<S N=\"V\">C:\\", "<S N=\"V\">@/"},                              \
            {"<S N=\"V\">%TEMP%\\", "<S N=\"V\">%HOP_RECORDED%/"},             \
    }
#define PROGRAMS                                                               \
    {                                                                          \
        {"cmd.exe", "echo"}, {"/c echo hi", "hi"},                             \
        {                                                                      \
            "whoami.exe", "whoami"                                             \
        }                                                                      \
    }

/* "@" in what comes instead is the test's own folder. */
static const struct {
    const char *name;
    struct rewrite_swap swaps[SWAPS_MAX];
    bool mute, busy;
} recordings[] = {
    {"test_client_execute_ps"},
    {"test_client_execute_ps_environment"},
    {"test_client_execute_ps_failure"},
    {"test_psrp_application_args"},
    {"test_psrp_clear_commands"},
    {"test_psrp_disconnected_commands"},
    {"test_psrp_error_failed"},
    {"test_psrp_get_command_metadata"},
    {"test_psrp_long_running_cmdlet"},
    {"test_psrp_merge_commands"},
    {"test_psrp_multiple_invocations"},
    {"test_psrp_open_runspace"},
    {"test_psrp_pshost_methods"},
    {"test_psrp_run_protocol_version_2.1"},
    {"test_psrp_run_protocol_version_2.2"},
    {"test_psrp_run_protocol_version_2.3"},
    {"test_psrp_set_runspaces"},
    {"test_psrp_small_msg_size"},
    {"test_psrp_stream_no_output_invocation"},
    {"test_psrp_stream_output_invocation"},
    {"test_psrp_with_input"},
    {"test_psrp_reset_runspace_state"},
    {"test_psrp_reset_runspace_state_fail"},
    {"test_psrp_with_history"},
    {"test_psrp_with_no_history"},
    /* Windows sets this variable, Linux has another. */
    {"test_psrp_no_profile", {{"$env:USERPROFILE", "$env:HOME"}}},
    /* This client's script turns off a limit of Windows PowerShell's by its
     * private members, and warns where they are not, as in PowerShell 7. */
    {"test_client_copy_file", COPIED, .mute = true},
    {"test_client_copy_file_empty", COPIED, .mute = true},
    {"test_client_copy_file_failure", COPIED, .mute = true},
    {"test_client_copy_file_really_large", COPIED, .mute = true},
    {"test_client_copy_file_warning", COPIED, .mute = true},
    {"test_client_copy_expand_vars", COPIED, .mute = true},
    {"test_client_fetch_file", FETCHED},
    {"test_client_fetch_file_expand_vars", FETCHED},
    {"test_client_fetch_file_fail_dir", FETCHED},
    {"test_client_fetch_file_fail_missing", FETCHED},
    {"test_client_fetch_file_hash_mismatch", FETCHED},
    /* Secrets are sealed anew; programs are those of this system. */
    {"test_psrp_multiple_commands", PROGRAMS},
    {"test_psrp_pshost_ui_mocked_methods"},
    {"test_psrp_pshost_raw_ui_mocked_methods"},
    {"test_psrp_nested_command", .busy = true},
    {"test_psrp_receive_failure"},
    {"test_psrp_key_exchange_timeout"},
    {"test_psrp_is_alive_http_error"},
    {"test_psrp_is_alive_invalid_selectors"},
    {"test_psrp_is_alive_other_wsman_error"},
    {"test_psrp_is_alive_state_disconnected"},
};

/* Those that are not replayed, and why. */
static const struct {
    const char *name, *why;
} left_out[] = {
    {"test_client_execute_cmd", "a shell of cmd's: in test_replay.c"},
    {"test_client_execute_cmd_environment",
     "a shell of cmd's: in test_replay.c"},
    {"test_psrp_disconnect_runspaces",
     "its recorder stopped behind the state that Windows tells a connected "
     "client again; the private data, which Hop sends first, would follow"},
    {"test_psrp_with_jea_configuration", "its endpoint is not there"},
};

static char folder[] = "/tmp/hop-recorded-XXXXXX";

static size_t
own_swaps(const struct rewrite_swap *given, struct rewrite_swap *swaps)
{
    size_t n = 0;

    for (; n < SWAPS_MAX && given[n].from; n++) {
        const char *to = given[n].to, *at = strchr(to, '@');

        swaps[n].from = given[n].from;
        swaps[n].to =
            at ? hop_xasprintf("%.*s%s%s", (int)(at - to), to, folder, at + 1)
               : hop_xstrdup(to);
    }
    return n;
}

/* A recording may go on with shells of cmd's: those are replayed elsewhere. */
static bool
is_powershell(const char *request)
{
    return strstr(request, HOP_URI_POWERSHELL) != NULL;
}

static void
replay_file(const char *from, size_t k)
{
    HOP_AUTO_FREE char *path =
        hop_xasprintf("%s/%s.json", from, recordings[k].name);
    HOP_AUTO_FREE struct flows *f = hop_xmalloc(sizeof(*f));
    struct rewrite_swap swaps[SWAPS_MAX];
    size_t n = own_swaps(recordings[k].swaps, swaps);
    json_t *all = json_load_file(path, 0, NULL), *row;
    AUTO_WIRE w;
    size_t i;

    rewriter_init(&f->rewriter, swaps, n);
    f->mute = recordings[k].mute;
    f->busy = recordings[k].busy;
    wire_open(&w, &live);
    CHECK(json_array_size(all) > 0 && wire_log_on(&w, HOP_AUTH_NEGOTIATE));
    json_array_foreach(all, i, row)
    {
        const char *request =
            json_string_value(json_object_get(row, "request"));

        if (is_powershell(request))
            replay(&w, f, request,
                   json_string_value(json_object_get(row, "response")));
    }
    for (i = 0; i < f->count; i++) {
        compare(&f->flow[i]);
        hop_psrp_joiner_done(&f->flow[i].then.joiner);
        hop_psrp_joiner_done(&f->flow[i].now.joiner);
    }
    while (n--)
        free((char *)(uintptr_t)swaps[n].to);
    rewriter_done(&f->rewriter);
    json_decref(all);
}

/* A folder with a file to fetch. */
static bool
make_folder(void)
{
    HOP_AUTO_FREE char *path = NULL;
    FILE *file;

    if (!mkdtemp(folder))
        return false;
    path = hop_xasprintf("%s/file.txt", folder);
    file = fopen(path, "w");
    if (!file)
        return false;
    fputs("abc\r\nabc\r\n", file);
    return fclose(file) == 0;
}

static void
remove_folder(void)
{
    static const char *const names[] = {"file.txt", "test_file"};

    for (size_t i = 0; i < HOP_ARRAY_SIZE(names); i++) {
        HOP_AUTO_FREE char *path = hop_xasprintf("%s/%s", folder, names[i]);

        unlink(path);
    }
    CHECK_INT(rmdir(folder), 0);
}

static bool
is_known(const char *name, size_t n)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(recordings); i++)
        if (strlen(recordings[i].name) == n &&
            memcmp(recordings[i].name, name, n) == 0)
            return true;
    for (size_t i = 0; i < HOP_ARRAY_SIZE(left_out); i++)
        if (strlen(left_out[i].name) == n &&
            memcmp(left_out[i].name, name, n) == 0)
            return true;
    return false;
}

/* None of the recorded clients is forgotten. */
static void
check_all(const char *from)
{
    DIR *d = opendir(from);

    test_begin("every recorded client is replayed or has a reason");
    REQUIRE(d != NULL);
    for (struct dirent *e; (e = readdir(d));) {
        const char *end = strrchr(e->d_name, '.');

        if ((strncmp(e->d_name, "test_psrp_", 10) == 0 ||
             strncmp(e->d_name, "test_client_", 12) == 0) &&
            !is_known(e->d_name, (size_t)(end - e->d_name)))
            test_fail(__FILE__, __LINE__, "%s", e->d_name);
    }
    closedir(d);
}

/* The endpoint is served by a program's lines, as pwsh's are: hop beside
 * hopd. */
static void
replay_to_program(const char *from)
{
    static const struct {
        const char *name, *recording;
    } rows[] = {
        {"a program: twice under one CommandId",
         "test_psrp_multiple_invocations"},
        {"a program: a pipeline that fails", "test_psrp_error_failed"},
        {"a program: output", "test_psrp_stream_output_invocation"},
    };
    HOP_AUTO_FREE char *hopd = hop_xstrdup(getenv("HOP_TEST_HOPD"));
    HOP_AUTO_FREE char *settings = NULL;

    *strrchr(hopd, '/') = '\0';
    settings = hop_xasprintf("Plugin/Microsoft.PowerShell/Engine = PowerShell\n"
                             "Plugin/Microsoft.PowerShell/Command = %s/hop\n",
                             hopd);
    CHECK(live_reload(&live, settings));
    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++)
        for (size_t i = 0; i < HOP_ARRAY_SIZE(recordings); i++)
            if (strcmp(recordings[i].name, rows[k].recording) == 0) {
                ROW(rows[k].name);
                replay_file(from, i);
            }
}

int
main(int argc, char **argv)
{
    if (argc < 2 || !make_folder() || setenv("HOP_RECORDED", folder, 1) ||
        !live_start(&live, "", NULL)) {
        printf("not ok 1 - the server starts\n1..1\n");
        return 1;
    }
    for (size_t i = 0; i < HOP_ARRAY_SIZE(recordings); i++) {
        if (argc > 2 && !strstr(recordings[i].name, argv[2]))
            continue;
        ROW(recordings[i].name);
        replay_file(argv[1], i);
    }
    replay_to_program(argv[1]);
    for (size_t i = 0; i < HOP_ARRAY_SIZE(left_out); i++)
        printf("# %s is not replayed: %s\n", left_out[i].name, left_out[i].why);
    check_all(argv[1]);
    test_begin("the server ends as it should");
    live_stop(&live);
    remove_folder();
    return test_done();
}
