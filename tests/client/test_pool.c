/* Pools over a program's pipes: `hop -s`, and programs that fail.
 *     test_pool path/of/hop
 *
 * SPDX-License-Identifier: MIT
 */
#include "client/pool.h"

#include "psrp/key.h"
#include "test.h"
#include "value/convert.h"

#define PATIENCE_MS 20000

static const char *hop;

struct seen {
    struct hop_context cx;
    struct hop_psrp_keys keys;
    struct hop_pool_loop *loop;
    char got[4096];
    size_t opened, failed, closed, ended;
    int32_t state;
};

static void
note(struct seen *s, const char *prefix, const char *text)
{
    size_t n = strlen(s->got);

    snprintf(s->got + n, sizeof(s->got) - n, "%s%s%s", n ? "|" : "", prefix,
             text);
}

static void
note_value(struct seen *s, const char *prefix, struct hop_value v)
{
    HOP_AUTO_STRING struct hop_string *text = NULL;

    if (hop_to_string(&s->cx, v, &text))
        note(s, prefix, text->data);
    else
        hop_drop_exception(&s->cx);
}

static void
see_message(struct seen *s, struct hop_psrp_message *m)
{
    if (m->type == HOP_PSRP_PIPELINE_OUTPUT)
        note_value(s, "", m->u.object);
    if (m->type == HOP_PSRP_ERROR_RECORD)
        note_value(s, "error:", m->u.object);
    if (m->type == HOP_PSRP_PIPELINE_STATE) {
        s->state = m->u.state.state;
        s->ended++;
    }
}

static void
see(struct seen *s, struct hop_pool_event *e)
{
    switch (e->kind) {
    case HOP_POOL_OPENED: s->opened++; break;
    case HOP_POOL_CLOSED: s->closed++; break;
    case HOP_POOL_FAILED:
        s->failed++;
        note(s, "failed:", e->error.text);
        break;
    case HOP_POOL_PIPELINE_FAILED:
        s->ended++;
        note(s, "refused:", e->error.text);
        break;
    case HOP_POOL_MESSAGE: see_message(s, &e->message); break;
    default: note(s, "event:", e->error.text); break;
    }
}

/* Until *count reaches n. */
static bool
wait_for(struct seen *s, const size_t *count, size_t n)
{
    while (*count < n && s->failed == 0) {
        struct hop_pool_event e;

        if (!hop_pool_loop_wait(s->loop, PATIENCE_MS, -1))
            return false;
        while (hop_pool_loop_next(s->loop, &e)) {
            see(s, &e);
            hop_pool_event_done(&e);
        }
    }
    return *count >= n;
}

static void
start(struct seen *s)
{
    memset(s, 0, sizeof(*s));
    hop_context_init(&s->cx, NULL, NULL);
    hop_types_register(&s->cx, hop_clixml_classes);
    hop_psrp_keys_init(&s->keys, NULL);
    s->loop = hop_pool_loop_new(&s->cx);
}

static void
finish(struct seen *s)
{
    hop_pool_loop_free(s->loop);
    hop_psrp_keys_done(&s->keys);
    hop_context_done(&s->cx);
}

static struct hop_pool *
open_program(struct seen *s, const char *const *argv)
{
    struct hop_pool_options o = {
        .program = argv, .name = "b", .keys = &s->keys};
    struct hop_error err = {0};
    struct hop_pool *p = hop_pool_open(s->loop, &o, &err);

    if (!p)
        test_fail(__FILE__, __LINE__, "%s", err.text);
    return p;
}

static struct hop_pool *
open_hop(struct seen *s)
{
    const char *const argv[] = {hop, "-s", NULL};

    return open_program(s, argv);
}

static void
begin(struct hop_pool *p, const struct hop_guid *id, const char *script,
      bool input)
{
    struct hop_psrp_pipeline line = {
        .no_input = !input, .apartment = 2, .host.use_runspace_host = true};
    struct hop_error err = {0};

    line.commands = calloc(1, sizeof(*line.commands));
    line.command_count = 1;
    line.commands[0] =
        (struct hop_psrp_command){.text = hop_string_from(script),
                                  .is_script = true,
                                  .use_local_scope = -1};
    CHECK(hop_pool_begin(p, id, &line, &err));
}

static const struct hop_guid one = {{1}}, two = {{2}}, three = {{3}};

TEST(pipelines_said_before_it_is_open)
{
    struct seen s;
    struct hop_error err = {0};
    struct hop_pool *p;

    start(&s);
    p = open_hop(&s);
    begin(p, &one, "process { $_ * 10 }", true);
    CHECK(hop_pool_input(p, &one, hop_int(1), &err));
    CHECK(hop_pool_input(p, &one, hop_int(2), &err));
    CHECK(hop_pool_end_input(p, &one, &err));
    CHECK_INT(hop_pool_stage(p), HOP_POOL_WAITING);
    CHECK(wait_for(&s, &s.ended, 1));
    CHECK_STR(s.got, "10|20");
    CHECK_INT(s.state, HOP_PSRP_PIPELINE_COMPLETED);
    CHECK_INT(hop_pool_stage(p), HOP_POOL_OPEN);
    CHECK(!hop_pool_can_disconnect(p));
    hop_pool_end(p, &one);
    hop_pool_close(p);
    CHECK(wait_for(&s, &s.closed, 1));
    CHECK_INT(hop_pool_stage(p), HOP_POOL_OVER);
    finish(&s);
}

TEST(one_after_the_other)
{
    struct seen s;
    struct hop_pool *p;

    start(&s);
    p = open_hop(&s);
    begin(p, &one, "$x = 5; $x", false);
    CHECK(wait_for(&s, &s.ended, 1));
    hop_pool_end(p, &one);
    begin(p, &two, "$x + 1; Write-Error no", false);
    CHECK(wait_for(&s, &s.ended, 2));
    CHECK_STR(s.got, "5|6|error:no");
    finish(&s);
}

TEST(a_stop)
{
    struct seen s;
    struct hop_pool *p;

    start(&s);
    p = open_hop(&s);
    begin(p, &one, "while ($true) { Start-Sleep -Milliseconds 5 }", false);
    CHECK(wait_for(&s, &s.opened, 1));
    hop_pool_stop(p, &one);
    CHECK(wait_for(&s, &s.ended, 1));
    CHECK_INT(s.state, HOP_PSRP_PIPELINE_STOPPED);
    hop_pool_end(p, &one);
    begin(p, &two, "'alive'", false);
    CHECK(wait_for(&s, &s.ended, 2));
    CHECK_STR(s.got, "alive");
    finish(&s);
}

TEST(one_that_is_given_up_ends_on_the_server)
{
    struct seen s;
    struct hop_pool *p;

    start(&s);
    p = open_hop(&s);
    CHECK(wait_for(&s, &s.opened, 1));
    begin(p, &one, "while ($true) { Start-Sleep -Milliseconds 5 }", false);
    hop_pool_end(p, &one);
    begin(p, &two, "'free'", false);
    CHECK(wait_for(&s, &s.ended, 1));
    CHECK_STR(s.got, "free");
    finish(&s);
}

TEST(more_than_the_throttle_lets)
{
    struct seen s;
    struct hop_pool *p[3];

    start(&s);
    hop_pool_loop_throttle(s.loop, 2);
    for (int i = 0; i < 3; i++)
        p[i] = open_hop(&s);
    begin(p[2], &three, "'third'", false);
    CHECK(wait_for(&s, &s.opened, 2));
    CHECK_INT(hop_pool_stage(p[2]), HOP_POOL_WAITING);
    hop_pool_close(p[0]);
    CHECK(wait_for(&s, &s.ended, 1));
    CHECK_STR(s.got, "third");
    CHECK_INT(s.opened, 3);
    hop_pool_close(p[1]);
    hop_pool_close(p[2]);
    CHECK(wait_for(&s, &s.closed, 3));
    CHECK(!hop_pool_loop_is_busy(s.loop));
    finish(&s);
}

TEST(output_that_nobody_takes_is_held_back)
{
    struct seen s;
    struct hop_pool *p;
    struct hop_psrp_session *session;

    start(&s);
    p = open_hop(&s);
    CHECK(wait_for(&s, &s.opened, 1));
    begin(p, &one, "$t = 'x' * 100000; 1..200 | ForEach-Object { $t }", false);
    hop_pool_hold(p, true);
    for (int i = 0; i < 50; i++)
        CHECK(!hop_pool_loop_wait(s.loop, 2, -1));
    session = hop_pool_session(p);
    CHECK(hop_psrp_session_unread(session) < (size_t)4 << 20);
    hop_pool_hold(p, false);
    CHECK(wait_for(&s, &s.ended, 1));
    finish(&s);
}

static void
check_failing(const char *name, const char *const *argv, const char *want)
{
    struct seen s;

    ROW(name);
    start(&s);
    if (open_program(&s, argv))
        (void)wait_for(&s, &s.opened, 1);
    CHECK_INT(s.opened, 0);
    CHECK_STR(s.got, want);
    finish(&s);
}

static void
check_failures(void)
{
    const char *const silent[] = {"/bin/true", NULL};
    const char *const speaking[] = {
        "/bin/sh", "-c", "echo 'Permission denied (publickey).' >&2; exit 255",
        NULL};
    const char *const killed[] = {"/bin/sh", "-c", "kill -9 $$", NULL};
    const char *const other[] = {"/bin/echo", "Usage: none", NULL};
    const char *const missing[] = {"/nonexistent/program", NULL};

    check_failing("a program that ends at once", silent,
                  "failed:the session on b has ended: /bin/true has ended with "
                  "status 0");
    check_failing("what it said is told", speaking,
                  "failed:the session on b has ended: /bin/sh has ended with "
                  "status 255, saying: Permission denied (publickey).");
    check_failing("a program that is killed", killed,
                  "failed:the session on b has ended: /bin/sh was ended by "
                  "signal 9");
    check_failing("one that speaks otherwise", other,
                  "failed:b: a line is no packet of the remoting "
                  "protocol: Usage: none");
    check_failing("one that is not there", missing,
                  "failed:b: /nonexistent/program cannot be started: No such "
                  "file or directory");
}

int
main(int argc, char **argv)
{
    (void)argc;
    hop = argv[1];
    RUN(pipelines_said_before_it_is_open);
    RUN(one_after_the_other);
    RUN(a_stop);
    RUN(one_that_is_given_up_ends_on_the_server);
    RUN(more_than_the_throttle_lets);
    RUN(output_that_nobody_takes_is_held_back);
    check_failures();
    return test_done();
}
