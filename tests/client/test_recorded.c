/* Our client and the recorded server: each request is answered with what
 * Windows has answered to one of its kind, and all of that is understood.  The
 * folder of the recordings is the argument.
 *
 * SPDX-License-Identifier: MIT
 */
#include <jansson.h>

#include "base/alloc.h"
#include "client/played.h"
#include "client/seen.h"
#include "test.h"
#include "wsman/message.h"

#define COMMANDS 16

/* ---- the recording of one shell ---- */

static json_t *exchanges;
static size_t from, to; /* of the shell's exchanges */
static bool used[256];
static bool starved; /* a Receive waits that was never answered */

static const char *
text_of(size_t i, const char *key)
{
    return json_string_value(
        json_object_get(json_array_get(exchanges, i), key));
}

static bool
decode(struct hop_wsman_message *m, const char *text)
{
    const struct hop_wsman_limits limits = {4 << 20};
    struct hop_fault fault;

    return hop_wsman_request_decode(m, text, strlen(text), &limits, &fault);
}

static const char *
command_of(const struct hop_wsman_message *m)
{
    const char *id = NULL;

    if (m->kind == HOP_WSMAN_RECEIVE)
        id = m->receive.command_id;
    else if (m->kind == HOP_WSMAN_COMMAND)
        id = m->command.command_id;
    return id ? id : "";
}

/* The first exchange of the kind that was not yet used; `to` if none. */
static size_t
find(const struct hop_wsman_message *asked)
{
    for (size_t i = from; i < to; i++) {
        HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message m;

        hop_wsman_message_init(&m, HOP_WSMAN_FAULT);
        if (!used[i] && decode(&m, text_of(i, "request")) &&
            m.kind == asked->kind &&
            strcmp(command_of(&m), command_of(asked)) == 0)
            return i;
    }
    return to;
}

/* ---- wires that lead there ---- */

static void
answer_plainly(struct wire *w, const struct hop_wsman_message *m)
{
    struct hop_wsman_message answer;

    hop_wsman_answer_init(&answer, (enum hop_wsman_kind)(m->kind + 1), m,
                          "uuid:0D1BB5D2-2D9E-4B2E-8C8F-000000000001");
    hop_wsman_encode(&w->answer, &answer);
}

static void
begin(struct wire *w, struct hop_buf *envelope, uint32_t timeout_ms,
      unsigned repeats)
{
    HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message m;
    size_t i;

    (void)timeout_ms;
    (void)repeats;
    hop_wsman_message_init(&m, HOP_WSMAN_FAULT);
    hop_buf_clear(&w->answer);
    w->waits = false;
    w->status = 200;
    CHECK(decode(&m, hop_buf_str(envelope)));
    hop_buf_done(envelope);
    i = find(&m);
    if (i < to) {
        used[i] = true;
        hop_buf_adds(&w->answer, text_of(i, "response"));
    } else if (m.kind == HOP_WSMAN_RECEIVE) {
        w->waits = starved = true;
    } else {
        answer_plainly(w, &m);
    }
}

/* ---- what is to be seen ---- */

struct want {
    struct hop_guid shell, commands[COMMANDS];
    size_t command_count, messages; /* of pipelines, to the client */
    int32_t minor;
};

static void
count_messages(struct want *w, size_t i)
{
    json_t *list =
        json_object_get(json_array_get(exchanges, i), "response_psrp");
    json_t *m;
    size_t k;

    json_array_foreach(list, k, m)
    {
        const char *pid = json_string_value(json_object_get(m, "pid"));
        const char *type = json_string_value(json_object_get(m, "type"));

        w->messages += pid && strspn(pid, "0") < 32 && type &&
                       strncmp(type, "RUNSPACE", 8) != 0;
    }
}

/* The pool's id is in the heads of the messages, 32 digits. */
static void
read_pool_id(struct want *w, size_t i)
{
    const char *hex = json_string_value(json_object_get(
        json_array_get(
            json_object_get(json_array_get(exchanges, i), "request_psrp"), 0),
        "rpid"));
    unsigned byte;

    for (size_t k = 0; k < sizeof(w->shell.bytes); k++)
        if (sscanf(hex + 2 * k, "%2x", &byte) == 1)
            w->shell.bytes[k] = (uint8_t)byte;
}

static void
look_at(struct want *w, size_t i)
{
    HOP_AUTO_WSMAN_MESSAGE struct hop_wsman_message m;

    hop_wsman_message_init(&m, HOP_WSMAN_FAULT);
    if (!decode(&m, text_of(i, "request")))
        return;
    if (m.kind == HOP_WSMAN_CREATE) {
        const struct hop_wsman_option *o =
            hop_wsman_option(&m, "protocolversion");

        read_pool_id(w, i);
        w->minor = o ? atoi(o->value + 2) : 0;
    }
    if (m.kind == HOP_WSMAN_COMMAND && w->command_count < COMMANDS)
        CHECK(hop_guid_parse(m.command.command_id, strlen(m.command.command_id),
                             &w->commands[w->command_count++]));
    if (m.kind == HOP_WSMAN_RECEIVE)
        count_messages(w, i);
}

/* The exchanges of the first shell of PowerShell's, up to its end or to where
 * it is left. */
static bool
find_shell(struct want *w)
{
    size_t n = json_array_size(exchanges);

    *w = (struct want){0};
    for (from = 0; from < n; from++)
        if (strstr(text_of(from, "request"), "creationXml"))
            break;
    for (to = from; to < n && to - from < 250; to++) {
        const char *action = text_of(to, "action");

        if (strstr(action, "/Delete") || strstr(action, "/Disconnect") ||
            (to > from && strstr(action, "/Create")))
            break;
        look_at(w, to);
    }
    memset(used, 0, sizeof(used));
    return from < n;
}

/* Until a Receive has to wait, or the pipeline has ended. */
static void
run_command(struct seen *s, struct hop_pool *p, const struct hop_guid *id)
{
    size_t before = s->ended;

    starved = false;
    seen_begin(p, id, "anything", false);
    for (int i = 0; i < 2000 && !starved && s->ended == before && !s->failed;
         i++)
        seen_take(s, 1);
    hop_pool_end(p, id);
    seen_take(s, 0);
}

/* Those that need the recording's own key pair; one with the output of two
 * commands in one answer; one that begins a pipeline twice. */
static const char *const others[] = {
    "test_client_copy_file_warning",
    "test_psrp_multiple_commands",
    "test_psrp_multiple_invocations",
    "test_psrp_pshost_ui_mocked_methods",
};

static bool
is_other(const char *name)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(others); i++)
        if (strcmp(others[i], name) == 0)
            return true;
    return false;
}

static void
replay(const char *name)
{
    struct seen s;
    struct want w;
    struct hop_error err = {0};
    struct hop_pool *p;

    if (!find_shell(&w))
        return;
    ROW(name);
    seen_start(&s);
    {
        struct hop_pool_options o = {.name = "recorded",
                                     .keys = &s.keys,
                                     .id = w.shell,
                                     .minor = w.minor};

        p = hop_pool_open(s.loop, &o, &err);
    }
    CHECK(p && seen_wait(&s, &s.opened, 1));
    s.messages = 0;
    for (size_t i = 0; i < w.command_count; i++)
        run_command(&s, p, &w.commands[i]);
    CHECK_INT(s.messages, w.messages);
    if (s.failed + s.troubles > 0)
        CHECK_STR(s.got, "");
    hop_pool_close(p);
    CHECK(seen_wait(&s, &s.closed, 1));
    seen_finish(&s);
}

int
main(int argc, char **argv)
{
    static struct hop_wires wires;
    char path[1024];
    json_t *index, *row;
    size_t i;

    (void)argc;
    wires = played_wires;
    wires.begin = begin;
    hop_wires_use(&wires);
    index = json_load_file(argv[1], 0, NULL);
    json_array_foreach(index, i, row)
    {
        char *name =
            hop_xstrdup(json_string_value(json_object_get(row, "name")));

        snprintf(path, sizeof(path), "%.*s/%s.json",
                 (int)(strrchr(argv[1], '/') - argv[1]), argv[1], name);
        exchanges = json_load_file(path, 0, NULL);
        if (exchanges && !is_other(name))
            replay(name);
        json_decref(exchanges);
        exchanges = NULL;
        test_close();
        free(name);
    }
    json_decref(index);
    return test_done();
}
