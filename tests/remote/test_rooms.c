/* Pipelines side by side in a pool of several runspaces.  With arguments the
 * client talks to that program instead: test_rooms pwsh -s
 *
 * SPDX-License-Identifier: MIT
 */
#include <signal.h>

#include "remote/peer.h"
#include "test.h"
#include "value/convert.h"

#define MANY 6

/* The pipelines by the first byte of their ids. */
struct pool {
    struct peer peer;
    struct {
        char got[256];
        bool ended;
        int32_t state;
    } of[MANY];
    int64_t answer;
    bool answered;
    int until; /* the pipeline waited for */
};

static struct pool *
pool_of(struct peer *p)
{
    return (struct pool *)(void *)p;
}

static void
note(struct peer *p, int i, struct hop_value v)
{
    HOP_AUTO_STRING struct hop_string *text = NULL;
    char *got = pool_of(p)->of[i].got;
    size_t n = strlen(got);

    if (!hop_to_string(&p->cx, v, &text))
        hop_drop_exception(&p->cx);
    else
        snprintf(got + n, sizeof(pool_of(p)->of[i].got) - n, "%s%s",
                 n ? " " : "", text->data);
}

static void
take(struct peer *p, struct hop_guid *id, struct hop_psrp_message *m)
{
    struct pool *pool = pool_of(p);
    int i = id->bytes[0];

    if (m->type == HOP_PSRP_RUNSPACE_AVAILABILITY) {
        pool->answer = m->u.availability.answer.u.i;
        pool->answered = true;
    } else if (m->type == HOP_PSRP_PIPELINE_OUTPUT) {
        note(p, i, m->u.object);
    } else if (m->type == HOP_PSRP_PIPELINE_STATE) {
        pool->of[i].ended = true;
        pool->of[i].state = m->u.state.state;
    }
}

static struct hop_guid
id_of(int i)
{
    return (struct hop_guid){{(uint8_t)i, 1}};
}

static bool
has_answer(struct peer *p)
{
    return pool_of(p)->answered;
}

static bool
has_ended(struct peer *p)
{
    return pool_of(p)->of[pool_of(p)->until].ended;
}

static bool
has_output(struct peer *p)
{
    return pool_of(p)->of[pool_of(p)->until].got[0] != '\0';
}

static bool
is_forgotten(struct peer *p)
{
    struct hop_guid id = id_of(pool_of(p)->until);

    return !hop_psrp_session_has(p->session, &id);
}

static void
begin(struct pool *p, int i, const char *text, bool input)
{
    struct hop_psrp_pipeline line = {.no_input = !input, .apartment = 2};
    struct hop_guid id = id_of(i);
    struct hop_error err = {0};

    memset(&p->of[i], 0, sizeof(p->of[i]));
    peer_add_command(&line, text, true);
    line.host.use_runspace_host = true;
    CHECK(hop_psrp_client_pipeline(p->peer.session, &id, &line, &err));
    peer_flush(&p->peer);
}

static void
give(struct pool *p, int i, const char *text)
{
    struct hop_guid id = id_of(i);
    HOP_AUTO_VALUE struct hop_value v = hop_text(text);
    struct hop_error err = {0};

    CHECK(hop_psrp_client_input(p->peer.session, &id, v, &err));
    CHECK(hop_psrp_client_end_input(p->peer.session, &id, &err));
    peer_flush(&p->peer);
}

static void
wait_for(struct pool *p, int i, bool (*done)(struct peer *p))
{
    p->until = i;
    CHECK(peer_wait(&p->peer, done));
}

static void
close_one(struct pool *p, int i)
{
    struct hop_guid id = id_of(i);

    hop_psrp_link_close(p->peer.link, &id);
    wait_for(p, i, is_forgotten);
}

static void
expect_end(struct pool *p, int i, int32_t state, const char *got)
{
    wait_for(p, i, has_ended);
    CHECK_INT(p->of[i].state, state);
    CHECK_STR(p->of[i].got, got);
    close_one(p, i);
}

static void
stop(struct pool *p, int i)
{
    struct hop_guid id = id_of(i);

    hop_psrp_link_stop(p->peer.link, &id);
    peer_flush(&p->peer);
}

static int64_t
ask(struct pool *p, enum hop_psrp_type type, int32_t number)
{
    struct hop_error err = {0};
    int64_t call;

    p->answered = false;
    CHECK(hop_psrp_client_ask(p->peer.session, type, number, &call, &err));
    CHECK(peer_wait(&p->peer, has_answer));
    return p->answer;
}

#define ECHO      "begin { 'on' } process { $_ }"
#define COMPLETED HOP_PSRP_PIPELINE_COMPLETED
#define STOPPED   HOP_PSRP_PIPELINE_STOPPED

static void
check_side_by_side(struct pool *p)
{
    ROW("one waits for input, others run to their end");
    begin(p, 1,
          "$mine = 1; "
          "$input | ForEach-Object { \"$_$mine\" }",
          true);
    begin(p, 2, "$null -eq $mine; $mine = 2", false);
    expect_end(p, 2, COMPLETED, "True");
    begin(p, 3, "$mine", false);
    expect_end(p, 3, COMPLETED, "2"); /* the one used last */
    give(p, 1, "a");
    expect_end(p, 1, COMPLETED, "a1");
    ROW("a loop does not keep the others from running");
    begin(p, 1, "'on'; while ($true) { $n++ }", false);
    wait_for(p, 1, has_output);
    begin(p, 2, "1..3 | ForEach-Object { $_ * 2 }", false);
    expect_end(p, 2, COMPLETED, "2 4 6");
    ROW("nor one that writes");
    begin(p, 3, "while ($true) { $null }", false);
    begin(p, 2, "'done'", false);
    expect_end(p, 2, COMPLETED, "done");
    ROW("one is stopped, the other goes on");
    stop(p, 3);
    wait_for(p, 3, has_ended);
    CHECK_INT(p->of[3].state, STOPPED);
    close_one(p, 3);
    CHECK(!p->of[1].ended);
    stop(p, 1);
    expect_end(p, 1, STOPPED, "on");
}

static void
check_waiting(struct pool *p)
{
    ROW("what is at work is told");
    CHECK_INT(ask(p, HOP_PSRP_GET_AVAILABLE_RUNSPACES, 0), 3);
    begin(p, 1, ECHO, true);
    wait_for(p, 1, has_output);
    CHECK_INT(ask(p, HOP_PSRP_GET_AVAILABLE_RUNSPACES, 0), 2);
    begin(p, 2, ECHO, true);
    wait_for(p, 2, has_output);
    CHECK_INT(ask(p, HOP_PSRP_GET_AVAILABLE_RUNSPACES, 0), 1);
    ROW("one too many waits");
    begin(p, 3, ECHO, true);
    wait_for(p, 3, has_output);
    begin(p, 4, "'last'", false);
    CHECK_INT(ask(p, HOP_PSRP_GET_AVAILABLE_RUNSPACES, 0), 0);
    CHECK_STR(p->of[4].got, "");
    give(p, 2, "b");
    expect_end(p, 2, COMPLETED, "on b");
    expect_end(p, 4, COMPLETED, "last");
    ROW("a larger pool lets one that waits run");
    begin(p, 2, ECHO, true);
    wait_for(p, 2, has_output);
    begin(p, 5, "'five'", false);
    CHECK_INT(ask(p, HOP_PSRP_GET_AVAILABLE_RUNSPACES, 0), 0);
    CHECK_INT(ask(p, HOP_PSRP_SET_MAX_RUNSPACES, 4), 1);
    expect_end(p, 5, COMPLETED, "five");
    CHECK_INT(ask(p, HOP_PSRP_SET_MAX_RUNSPACES, 2), 1);
    ROW("a pool of several is not reset");
    CHECK_INT(ask(p, HOP_PSRP_RESET_RUNSPACE_STATE, 0), 0);
    for (int i = 1; i <= 3; i++) {
        give(p, i, "z");
        expect_end(p, i, COMPLETED, "on z");
    }
}

/* A pool of one becomes one of two: what the first runspace has stays. */
static void
check_kept(struct pool *p)
{
    ROW("a pool that grows keeps its runspace");
    begin(p, 1, "$kept = 7", false);
    expect_end(p, 1, COMPLETED, "");
    CHECK_INT(ask(p, HOP_PSRP_SET_MAX_RUNSPACES, 2), 1);
    begin(p, 1, "begin { $kept } process { $_ }", true);
    wait_for(p, 1, has_output);
    begin(p, 2, "$null -eq $kept", false);
    expect_end(p, 2, COMPLETED, "True");
    give(p, 1, "8");
    expect_end(p, 1, COMPLETED, "7 8");
    ROW("the session ends while pipelines are at work");
    begin(p, 1, "'on'; while ($true) { $n++ }", false);
    wait_for(p, 1, has_output);
    begin(p, 2, ECHO, true);
    wait_for(p, 2, has_output);
}

int
main(int argc, char **argv)
{
    struct pool p = {0};

    signal(SIGPIPE, SIG_IGN);
    if (argc > 1)
        peer_program = argv + 1;
    ROW("a pool of three opens");
    CHECK(peer_start(&p.peer, 4, 3));
    p.peer.take = take;
    check_side_by_side(&p);
    check_waiting(&p);
    ROW("the session ends");
    peer_finish(&p.peer);
    memset(&p, 0, sizeof(p));
    ROW("a pool of one opens");
    CHECK(peer_start(&p.peer, 4, 1));
    p.peer.take = take;
    check_kept(&p);
    peer_finish(&p.peer);
    return test_done();
}
