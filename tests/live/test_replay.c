/* What a recorded client sent to Windows, sent to hopd: the same kinds of
 * answers come back.  Ids are mapped, commands replaced by ones of this
 * system.  The folder of the recordings is the argument.
 *
 * SPDX-License-Identifier: MIT
 */
#include <jansson.h>

#include "base/alloc.h"
#include "live/live.h"
#include "test.h"

#define IDS_MAX 8

static struct live live;
static const struct hop_wsman_limits limits = {1 << 20};

/* Recorded id, ours. */
struct ids {
    char *theirs[IDS_MAX], *ours[IDS_MAX];
    size_t count;
};

static void
add_id(struct ids *ids, const char *theirs, const char *ours)
{
    if (theirs == NULL || ours == NULL || ids->count == IDS_MAX)
        return;
    ids->theirs[ids->count] = hop_xstrdup(theirs);
    ids->ours[ids->count++] = hop_xstrdup(ours);
}

static void
free_ids(struct ids *ids)
{
    for (size_t i = 0; i < ids->count; i++) {
        free(ids->theirs[i]);
        free(ids->ours[i]);
    }
}

static char *
replace_all(const char *s, const char *from, const char *to)
{
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;

    for (const char *at; (at = strstr(s, from)) != NULL;
         s = at + strlen(from)) {
        hop_buf_add(&out, s, (size_t)(at - s));
        hop_buf_adds(&out, to);
    }
    hop_buf_adds(&out, s);
    return hop_buf_take(&out);
}

static char *
map_ids(const char *s, const struct ids *ids)
{
    char *out = hop_xstrdup(s);

    for (size_t i = 0; i < ids->count; i++) {
        char *next = replace_all(out, ids->theirs[i], ids->ours[i]);

        free(out);
        out = next;
    }
    return out;
}

/* A command of this system in place of Windows'.  Without a shell a path was
 * found there, and a bare name was not, as is the point. */
static void
set_command(struct hop_wsman_message *m, const char *line)
{
    bool skip = hop_wsman_option_true(m, HOP_OPTION_SKIP_CMD_SHELL);

    if (skip && strchr(m->command.command_line, ':') == NULL)
        return;
    m->command.command_line = skip ? "/bin/true" : line;
    m->command.argument_count = 0;
}

static void
learn(struct ids *ids, const struct hop_wsman_message *then,
      const struct hop_wsman_message *now)
{
    if (now->kind == HOP_WSMAN_CREATE_RESPONSE &&
        then->created.epr.selector_count && now->created.epr.selector_count)
        add_id(ids, then->created.epr.selectors[0].value,
               now->created.epr.selectors[0].value);
    else if (now->kind == HOP_WSMAN_COMMAND_RESPONSE)
        add_id(ids, then->command.command_id, now->command.command_id);
}

/* The same shell, with what the client asked for. */
static void
compare_shells(const struct hop_wsman_shell *then,
               const struct hop_wsman_shell *now)
{
    CHECK_STR(now->input_streams, then->input_streams);
    CHECK_STR(now->output_streams, then->output_streams);
    CHECK_STR(now->resource_uri, then->resource_uri);
    CHECK_INT(now->idle_timeout_ms, then->idle_timeout_ms);
    CHECK(now->owner && now->client_ip && now->shell_id);
}

static void
compare(const struct hop_wsman_message *then,
        const struct hop_wsman_message *now)
{
    if (now->kind != then->kind)
        test_fail(__FILE__, __LINE__, "%s (%s), Windows gave %s (%s)",
                  hop_wsman_kind_name(now->kind), now->fault.message,
                  hop_wsman_kind_name(then->kind), then->fault.message);
    if (now->kind != then->kind)
        return;
    if (now->kind == HOP_WSMAN_FAULT)
        CHECK_INT(now->fault.code, then->fault.code);
    if (now->kind == HOP_WSMAN_CREATE_RESPONSE && then->has_shell)
        compare_shells(&then->created.shell, &now->created.shell);
    CHECK_STR(now->header.to, then->header.to);
}

/* A Receive may bring the end later than it did there. */
static bool
is_not_yet_done(const struct hop_wsman_message *then,
                const struct hop_wsman_message *now)
{
    return now->kind == HOP_WSMAN_RECEIVE_RESPONSE &&
           then->kind == HOP_WSMAN_RECEIVE_RESPONSE &&
           then->receive.state == HOP_WSMAN_STATE_DONE &&
           now->receive.state != HOP_WSMAN_STATE_DONE;
}

static void
replay(struct wire *w, const char *request, const char *response,
       struct ids *ids, const char *line)
{
    HOP_AUTO_FREE char *text = map_ids(request, ids);
    HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message asked, then;
    struct hop_error err = {0};
    struct hop_fault fault;
    bool again = true;

    hop_wsman_message_init(&then, HOP_WSMAN_INVOKE);
    REQUIRE(
        hop_wsman_request_decode(&asked, text, strlen(text), &limits, &fault));
    REQUIRE(hop_wsman_response_decode(&then, response, strlen(response),
                                      &limits, &err));
    if (asked.kind == HOP_WSMAN_COMMAND)
        set_command(&asked, line);
    else if (asked.kind == HOP_WSMAN_CREATE)
        asked.shell.working_directory = NULL; /* C:\Windows */
    for (int i = 0; again && i < 20; i++) {
        HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message now;

        if (!wire_ask(w, &asked, &now)) {
            FAIL("an answer");
            return;
        }
        again = is_not_yet_done(&then, &now);
        asked.header.message_id = NULL; /* or it is the same Receive, again */
        if (again)
            continue;
        compare(&then, &now);
        learn(ids, &then, &now);
    }
    CHECK(!again);
}

static const struct {
    const char *name, *line;
} rows[] = {
    {"test_client_execute_cmd.json", "echo abc"},
    {"test_client_execute_cmd_environment.json", "env"},
    {"test_winrs_bad_cmd_id.json", "true"},
    {"test_winrs_environment.json", "env"},
    {"test_winrs_extra_opts.json", "pwd"},
    {"test_winrs_fail_poll_process.json", "true"},
    {"test_winrs_no_cmd_shell.json", "true"},
    {"test_winrs_noprofile.json", "true"},
    {"test_winrs_open_already_opened.json", "true"},
    {"test_winrs_send.json", "head -n 1"},
    {"test_winrs_standard.json", "echo out"},
    {"test_winrs_stderr_rc.json", "echo trouble >&2; exit 3"},
    {"test_winrs_unicode.json", "echo \xC3\xA4"},
};

static void
replay_file(const char *folder, const char *name, const char *line)
{
    HOP_AUTO_FREE char *path = hop_xasprintf("%s/%s", folder, name);
    json_t *all = json_load_file(path, 0, NULL), *row;
    struct ids ids = {0};
    AUTO_WIRE w;
    size_t i;

    wire_open(&w, &live);
    CHECK(json_array_size(all) > 0 && wire_log_on(&w, HOP_AUTH_NEGOTIATE));
    json_array_foreach(all, i, row)
    {
        replay(&w, json_string_value(json_object_get(row, "request")),
               json_string_value(json_object_get(row, "response")), &ids, line);
    }
    free_ids(&ids);
    json_decref(all);
}

int
main(int argc, char **argv)
{
    if (argc < 2 || !live_start(&live, "", NULL)) {
        printf("not ok 1 - the server starts\n1..1\n");
        return 1;
    }
    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        ROW(rows[i].name);
        replay_file(argv[1], rows[i].name, rows[i].line);
    }
    test_begin("the server ends as it should");
    live_stop(&live);
    return test_done();
}
