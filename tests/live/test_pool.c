/* Runspace pools of the client's library on a running server.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <unistd.h>

#include "client/seen.h"
#include "client/wires.h"
#include "live/live.h"
#include "test.h"

static struct live live;
static char where[64];

static const struct hop_guid one = {{1}}, two = {{2}};

/* live/wire.c is left out: the client's library has a wire of its own. */
void
wire_forget_credentials(void)
{
}

static struct hop_pool_setting settings[] = {
    {HOP_SET_ENDPOINT, where, 0},
    {HOP_SET_SPN, "host/b.test", 0},
    {HOP_SET_PROXY, "", 0},
};

static struct hop_pool_options
options(const struct seen *s)
{
    return (struct hop_pool_options){
        .name = "b",
        .settings = settings,
        .setting_count = HOP_ARRAY_SIZE(settings),
        .keys = &s->keys,
    };
}

static struct hop_pool *
open_pool(struct seen *s)
{
    struct hop_pool_options o = options(s);
    struct hop_error err = {0};
    struct hop_pool *p = hop_pool_open(s->loop, &o, &err);

    if (!p)
        test_fail(__FILE__, __LINE__, "%s", err.text);
    return p;
}

TEST(a_cold_command_is_five_messages)
{
    struct seen s;
    struct hop_pool *p;

    seen_start(&s);
    p = open_pool(&s);
    seen_begin(p, &one, "1", false);
    CHECK(seen_wait(&s, &s.ended, 1));
    CHECK_STR(s.got, "1");
    CHECK_INT(s.state, HOP_PSRP_PIPELINE_COMPLETED);
    CHECK_STR(hop_pool_mechanism(p), "Kerberos");
    hop_pool_end(p, &one);
    hop_pool_close(p);
    CHECK(seen_wait(&s, &s.closed, 1));
    CHECK_INT(hop_pool_round_trips(p), 5);
    seen_finish(&s);
}

TEST(a_warm_command_is_two_messages)
{
    struct seen s;
    struct hop_pool *p;
    unsigned before;

    seen_start(&s);
    p = open_pool(&s);
    seen_begin(p, &one, "$x = 41", false);
    CHECK(seen_wait(&s, &s.ended, 1));
    before = hop_pool_round_trips(p);
    seen_begin(p, &two, "$x + 1; Write-Error no", false);
    CHECK(seen_wait(&s, &s.ended, 2));
    CHECK_STR(s.got, "42|error:no");
    CHECK_INT(hop_pool_round_trips(p) - before, 2);
    seen_finish(&s);
}

TEST(input_and_output_at_once)
{
    struct seen s;
    struct hop_error err = {0};
    struct hop_pool *p;

    seen_start(&s);
    p = open_pool(&s);
    seen_begin(p, &one, "process { $_ * 2 }", true);
    for (int i = 0; i < 100; i++) {
        CHECK(hop_pool_input(p, &one, hop_int(i), &err));
        if (i % 10 == 0)
            seen_take(&s, 5);
    }
    CHECK(hop_pool_end_input(p, &one, &err));
    CHECK(seen_wait(&s, &s.ended, 1));
    CHECK_INT(s.objects, 100);
    CHECK(strstr(s.got, "|196|198") != NULL);
    seen_finish(&s);
}

TEST(much_output_comes_whole)
{
    struct seen s;
    struct hop_pool *p;

    seen_start(&s);
    s.quiet = true;
    p = open_pool(&s);
    seen_begin(p, &one, "$t = 'x' * 100000; 1..100 | ForEach-Object { $t }",
               false);
    CHECK(seen_wait(&s, &s.ended, 1));
    CHECK_INT(s.objects, 100);
    CHECK_INT(s.bytes, 10000000);
    seen_finish(&s);
}

TEST(a_stop)
{
    struct seen s;
    struct hop_pool *p;

    seen_start(&s);
    p = open_pool(&s);
    seen_begin(p, &one, "while ($true) { Start-Sleep -Milliseconds 5 }", false);
    CHECK(seen_wait(&s, &s.opened, 1));
    seen_take(&s, 50);
    hop_pool_stop(p, &one);
    CHECK(seen_wait(&s, &s.ended, 1));
    CHECK_INT(s.state, HOP_PSRP_PIPELINE_STOPPED);
    hop_pool_end(p, &one);
    seen_begin(p, &two, "'alive'", false);
    CHECK(seen_wait(&s, &s.ended, 2));
    CHECK_STR(s.got, "alive");
    seen_finish(&s);
}

TEST(disconnected_and_reconnected)
{
    struct seen s;
    struct hop_pool *p;

    seen_start(&s);
    p = open_pool(&s);
    seen_begin(p, &one, "1; Start-Sleep -Milliseconds 300; 2", false);
    CHECK(seen_wait(&s, &s.objects, 1));
    hop_pool_disconnect(p, 0);
    CHECK(seen_wait(&s, &s.left, 1));
    CHECK_INT(hop_pool_stage(p), HOP_POOL_LEFT);
    seen_take(&s, 500);
    CHECK_INT(s.ended, 0);
    hop_pool_reconnect(p);
    CHECK(seen_wait(&s, &s.ended, 1));
    CHECK_INT(s.back, 1);
    CHECK_STR(s.got, "1|2");
    seen_finish(&s);
}

TEST(taken_up_by_another)
{
    struct seen s, t;
    struct hop_pool_options o;
    struct hop_error err = {0};
    struct hop_pool *p, *q;

    seen_start(&s);
    p = open_pool(&s);
    seen_begin(p, &one, "$y = 7; Start-Sleep -Milliseconds 300; 'end'", false);
    CHECK(seen_wait(&s, &s.opened, 1));
    seen_take(&s, 50);
    hop_pool_disconnect(p, 0);
    CHECK(seen_wait(&s, &s.left, 1));
    seen_start(&t);
    o = options(&t);
    q = hop_pool_list(t.loop, &o, &err);
    CHECK(seen_wait(&t, &t.listed, 1));
    CHECK(t.found >= 1);
    hop_pool_drop(q);
    o = options(&t);
    q = hop_pool_connect(t.loop, &o, hop_pool_shell(p), &err);
    CHECK(hop_pool_attach(q, &one, &err));
    CHECK(seen_wait(&t, &t.ended, 1));
    CHECK_STR(t.got, "end");
    hop_pool_end(q, &one);
    seen_begin(q, &two, "$y", false);
    CHECK(seen_wait(&t, &t.ended, 2));
    CHECK_STR(t.got, "end|7");
    hop_pool_close(q);
    CHECK(seen_wait(&t, &t.closed, 1));
    seen_finish(&t);
    seen_finish(&s);
}

static void
check_failure(const char *name, struct hop_pool_options *o, struct seen *s,
              uint32_t code, const char *text)
{
    struct hop_error err = {0};

    ROW(name);
    if (hop_pool_open(s->loop, o, &err))
        CHECK(!seen_wait(s, &s->opened, 1));
    CHECK_INT(s->failed, 1);
    CHECK_INT(s->code, code);
    if (!strstr(s->got, text))
        CHECK_STR(s->got, text);
    seen_finish(s);
}

static void
check_failures(void)
{
    struct seen s;
    struct hop_pool_options o;
    struct hop_pool_setting down[HOP_ARRAY_SIZE(settings)];
    struct hop_pool_setting wrong[HOP_ARRAY_SIZE(settings) + 3];
    char user[64];

    seen_start(&s);
    o = options(&s);
    o.configuration = "Nowhere";
    check_failure("no such configuration", &o, &s, 0x8033803B,
                  "b has no session configuration Nowhere");
    seen_start(&s);
    o = options(&s);
    memcpy(down, settings, sizeof(down));
    down[0].text = "127.0.0.1:1";
    o.settings = down;
    check_failure("nothing listens there", &o, &s, 0x80338012,
                  "is hopd (or WinRM) running there");
    seen_start(&s);
    o = options(&s);
    down[0].text = "no-such-host.invalid";
    o.settings = down;
    check_failure("a name that is not known", &o, &s, 0x803381B9,
                  "check how it is written");
    seen_start(&s);
    o = options(&s);
    snprintf(user, sizeof(user), "TESTDOM\\%s", realm_user());
    memcpy(wrong, settings, sizeof(settings));
    wrong[3] = (struct hop_pool_setting){HOP_SET_USER, user, 0};
    wrong[4] = (struct hop_pool_setting){HOP_SET_PASSWORD, "wrong", 0};
    wrong[5] = (struct hop_pool_setting){HOP_SET_AUTH, NULL, HOP_USE_NTLM};
    o.settings = wrong;
    o.setting_count = HOP_ARRAY_SIZE(wrong);
    check_failure("a wrong password", &o, &s, 0x8009030C, "password");
}

int
main(void)
{
    hop_wires_use(&hop_wires_table);
    if (!live_start(&live, "", NULL)) {
        printf("1..0 # SKIP no server\n");
        return 0;
    }
    snprintf(where, sizeof(where), "127.0.0.1:%d", live.port);
    RUN(a_cold_command_is_five_messages);
    RUN(a_warm_command_is_two_messages);
    RUN(input_and_output_at_once);
    RUN(much_output_comes_whole);
    RUN(a_stop);
    RUN(disconnected_and_reconnected);
    RUN(taken_up_by_another);
    check_failures();
    live_stop(&live);
    return test_done();
}
