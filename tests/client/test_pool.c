/* Pools over a program's pipes: `hop -s`, and programs that fail.
 *     test_pool path/of/hop
 *
 * SPDX-License-Identifier: MIT
 */
#include "client/seen.h"

#include "test.h"

static const char *hop;

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

static const struct hop_guid one = {{1}}, two = {{2}}, three = {{3}};

TEST(pipelines_said_before_it_is_open)
{
    struct seen s;
    struct hop_error err = {0};
    struct hop_pool *p;

    seen_start(&s);
    p = open_hop(&s);
    seen_begin(p, &one, "process { $_ * 10 }", true);
    CHECK(hop_pool_input(p, &one, hop_int(1), &err));
    CHECK(hop_pool_input(p, &one, hop_int(2), &err));
    CHECK(hop_pool_end_input(p, &one, &err));
    CHECK_INT(hop_pool_stage(p), HOP_POOL_WAITING);
    CHECK(seen_wait(&s, &s.ended, 1));
    CHECK_STR(s.got, "10|20");
    CHECK_INT(s.state, HOP_PSRP_PIPELINE_COMPLETED);
    CHECK_INT(hop_pool_stage(p), HOP_POOL_OPEN);
    CHECK(!hop_pool_can_disconnect(p));
    hop_pool_end(p, &one);
    hop_pool_close(p);
    CHECK(seen_wait(&s, &s.closed, 1));
    CHECK_INT(hop_pool_stage(p), HOP_POOL_OVER);
    seen_finish(&s);
}

TEST(one_after_the_other)
{
    struct seen s;
    struct hop_pool *p;

    seen_start(&s);
    p = open_hop(&s);
    seen_begin(p, &one, "$x = 5; $x", false);
    CHECK(seen_wait(&s, &s.ended, 1));
    hop_pool_end(p, &one);
    seen_begin(p, &two, "$x + 1; Write-Error no", false);
    CHECK(seen_wait(&s, &s.ended, 2));
    CHECK_STR(s.got, "5|6|error:no");
    seen_finish(&s);
}

TEST(a_stop)
{
    struct seen s;
    struct hop_pool *p;

    seen_start(&s);
    p = open_hop(&s);
    seen_begin(p, &one, "while ($true) { Start-Sleep -Milliseconds 5 }", false);
    CHECK(seen_wait(&s, &s.opened, 1));
    hop_pool_stop(p, &one);
    CHECK(seen_wait(&s, &s.ended, 1));
    CHECK_INT(s.state, HOP_PSRP_PIPELINE_STOPPED);
    hop_pool_end(p, &one);
    seen_begin(p, &two, "'alive'", false);
    CHECK(seen_wait(&s, &s.ended, 2));
    CHECK_STR(s.got, "alive");
    seen_finish(&s);
}

TEST(one_that_is_given_up_ends_on_the_server)
{
    struct seen s;
    struct hop_pool *p;

    seen_start(&s);
    p = open_hop(&s);
    CHECK(seen_wait(&s, &s.opened, 1));
    seen_begin(p, &one, "while ($true) { Start-Sleep -Milliseconds 5 }", false);
    hop_pool_end(p, &one);
    seen_begin(p, &two, "'free'", false);
    CHECK(seen_wait(&s, &s.ended, 1));
    CHECK_STR(s.got, "free");
    seen_finish(&s);
}

TEST(more_than_the_throttle_lets)
{
    struct seen s;
    struct hop_pool *p[3];

    seen_start(&s);
    hop_pool_loop_throttle(s.loop, 2);
    for (int i = 0; i < 3; i++)
        p[i] = open_hop(&s);
    seen_begin(p[2], &three, "'third'", false);
    CHECK(seen_wait(&s, &s.opened, 2));
    CHECK_INT(hop_pool_stage(p[2]), HOP_POOL_WAITING);
    hop_pool_close(p[0]);
    CHECK(seen_wait(&s, &s.ended, 1));
    CHECK_STR(s.got, "third");
    CHECK_INT(s.opened, 3);
    hop_pool_close(p[1]);
    hop_pool_close(p[2]);
    CHECK(seen_wait(&s, &s.closed, 3));
    CHECK(!hop_pool_loop_is_busy(s.loop));
    seen_finish(&s);
}

TEST(output_that_nobody_takes_is_held_back)
{
    struct seen s;
    struct hop_pool *p;
    struct hop_psrp_session *session;

    seen_start(&s);
    p = open_hop(&s);
    CHECK(seen_wait(&s, &s.opened, 1));
    seen_begin(p, &one, "$t = 'x' * 100000; 1..200 | ForEach-Object { $t }",
               false);
    hop_pool_hold(p, true);
    for (int i = 0; i < 50; i++)
        CHECK(!hop_pool_loop_wait(s.loop, 2, -1));
    session = hop_pool_session(p);
    CHECK(hop_psrp_session_unread(session) < (size_t)4 << 20);
    hop_pool_hold(p, false);
    CHECK(seen_wait(&s, &s.ended, 1));
    seen_finish(&s);
}

static void
check_failing(const char *name, const char *const *argv, const char *want)
{
    struct seen s;

    ROW(name);
    seen_start(&s);
    if (open_program(&s, argv))
        (void)seen_wait(&s, &s.opened, 1);
    CHECK_INT(s.opened, 0);
    CHECK_STR(s.got, want);
    seen_finish(&s);
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
