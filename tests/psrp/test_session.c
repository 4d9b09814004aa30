/* Both roles joined by memory: each message, each state, each limit.
 *
 * SPDX-License-Identifier: MIT
 */
#include "psrp/session.h"

#include "psrp/key.h"
#include "psrp/link.h"
#include "psrp/shell.h"
#include "test.h"
#include "value/types/secure.h"

static struct hop_context cx;
static const struct hop_guid pool_guid = {{1, 2, 3}};
static const struct hop_guid one = {{0x11}}, two = {{0x22}}, three = {{0x33}};

struct pair {
    struct hop_psrp_session *client, *server;
    struct hop_psrp_keys client_keys, server_keys;
};

static void
setup(struct pair *p, int32_t client_minor, int32_t server_minor,
      int32_t runspaces)
{
    struct hop_psrp_options o = {
        .cx = &cx, .pool = pool_guid, .minor = client_minor};

    hop_psrp_keys_init(&p->client_keys, NULL);
    hop_psrp_keys_init(&p->server_keys, NULL);
    o.keys = &p->client_keys;
    p->client = hop_psrp_client_new(&o);
    o.keys = &p->server_keys;
    o.minor = server_minor;
    o.runspaces = runspaces;
    p->server = hop_psrp_server_new(&o);
}

static void
teardown(struct pair *p)
{
    hop_psrp_session_free(p->client);
    hop_psrp_session_free(p->server);
    hop_psrp_keys_done(&p->client_keys);
    hop_psrp_keys_done(&p->server_keys);
}

/* Moves everything that waits; a pipeline's channel is opened on the way. */
static size_t
carry(struct hop_psrp_session *from, struct hop_psrp_session *to, bool open)
{
    struct hop_guid id;
    size_t n = 0;

    while (hop_psrp_session_pending(from, &id)) {
        HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
        struct hop_error err = {0};
        enum hop_psrp_stream stream;

        if (open && !hop_psrp_session_has(to, &id))
            CHECK(hop_psrp_server_command(to, &id, &err));
        CHECK(hop_psrp_session_take(from, &id, 4096, 1000, 0, &b, &stream));
        if (!hop_psrp_session_feed(to, &id, stream, b.data, b.len, &err))
            CHECK(err.text[0] != '\0');
        n += b.len;
    }
    return n;
}

static void
exchange(struct pair *p)
{
    carry(p->client, p->server, true);
    carry(p->server, p->client, false);
}

/* The next event must be of this kind and type. */
static bool
expect(struct hop_psrp_session *s, enum hop_psrp_event_kind kind,
       enum hop_psrp_type type, struct hop_psrp_event *e)
{
    if (!hop_psrp_session_next(s, e)) {
        test_fail(__FILE__, __LINE__, "no event where %x was expected", type);
        return false;
    }
    CHECK_INT(e->kind, kind);
    if (type)
        CHECK_INT(e->message.type, type);
    if (e->kind == HOP_PSRP_TROUBLE && kind != HOP_PSRP_TROUBLE)
        test_fail(__FILE__, __LINE__, "%s", e->error.text);
    return true;
}

static void
expect_done(struct hop_psrp_session *s, enum hop_psrp_event_kind kind,
            enum hop_psrp_type type)
{
    struct hop_psrp_event e;

    if (expect(s, kind, type, &e))
        hop_psrp_event_done(&e);
}

static void
expect_nothing(struct hop_psrp_session *s)
{
    struct hop_psrp_event e;

    if (!hop_psrp_session_next(s, &e))
        return;
    test_fail(__FILE__, __LINE__, "event %d, message %x: %s", e.kind,
              e.message.type, e.error.text);
    hop_psrp_event_done(&e);
}

static void
open_pool(struct pair *p, int32_t max)
{
    struct hop_psrp_init init = {.min = 1, .max = max};
    struct hop_error err = {0};

    CHECK(hop_psrp_client_open(p->client, &init, &err));
    exchange(p);
    expect_done(p->server, HOP_PSRP_MESSAGE, HOP_PSRP_INIT_RUNSPACEPOOL);
    CHECK(hop_psrp_server_opened(p->server, hop_text("private"), &err));
    exchange(p);
    expect_done(p->client, HOP_PSRP_OPENED, HOP_PSRP_APPLICATION_PRIVATE_DATA);
    CHECK_INT(hop_psrp_session_state(p->client), HOP_PSRP_POOL_OPENED);
    CHECK_INT(hop_psrp_session_state(p->server), HOP_PSRP_POOL_OPENED);
}

static void
start(struct pair *p, const struct hop_guid *id, bool no_input, bool nested)
{
    struct hop_psrp_pipeline line = {.no_input = no_input,
                                     .is_nested = nested,
                                     .stream_options = 15,
                                     .apartment = 2};
    struct hop_error err = {0};

    line.commands = calloc(1, sizeof(*line.commands));
    line.command_count = 1;
    line.commands[0] = (struct hop_psrp_command){
        .text = hop_string_from("Get-Thing"), .use_local_scope = -1};
    CHECK(hop_psrp_client_pipeline(p->client, id, &line, &err));
    CHECK_STR(err.text, "");
}

static void
check_versions(void)
{
    static const struct {
        const char *name;
        int32_t client, server, agreed;
    } rows[] = {
        {"2.4 with 2.4", 4, 4, 4}, {"2.3 with 2.4", 3, 4, 3},
        {"2.2 with 2.4", 2, 4, 2}, {"2.1 with 2.4", 1, 4, 1},
        {"2.4 with 2.3", 4, 3, 3}, {"2.4 with 2.1", 4, 1, 1},
    };

    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        struct pair p;

        ROW(rows[i].name);
        setup(&p, rows[i].client, rows[i].server, 1);
        open_pool(&p, 1);
        CHECK_INT(hop_psrp_session_minor(p.client), rows[i].agreed);
        CHECK_INT(hop_psrp_session_minor(p.server), rows[i].agreed);
        teardown(&p);
    }
}

/* What a peer of ours would never send. */
static void
send_head(struct hop_psrp_session *to, const struct hop_guid *id,
          uint64_t object, const struct hop_psrp_head *h, const char *xml)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT, f = HOP_BUF_INIT;
    struct hop_error err = {0};

    hop_psrp_head_encode(&b, h);
    hop_buf_adds(&b, xml);
    hop_psrp_fragment_encode(&f, &(struct hop_psrp_fragment){
                                     .object = object,
                                     .start = true,
                                     .end = true,
                                     .data = (const uint8_t *)b.data,
                                     .n = b.len,
                                 });
    CHECK(hop_psrp_session_feed(to, id, HOP_PSRP_DEFAULT, f.data, f.len, &err));
}

static void
send_raw(struct hop_psrp_session *to, const struct hop_guid *id,
         uint64_t object, uint32_t dest, enum hop_psrp_type type,
         const struct hop_guid *pool, const char *xml)
{
    struct hop_psrp_head h = {.to = dest, .type = type, .pool = *pool};

    send_head(to, id, object, &h, xml);
}

#define CAPABILITY(v)                                                          \
    "<Obj RefId=\"0\"><MS><Version N=\"protocolversion\">" v                   \
    "</Version><Version N=\"PSVersion\">2.0</Version>"                         \
    "<Version N=\"SerializationVersion\">1.1.0.1</Version></MS></Obj>"

static void
check_refused_versions(void)
{
    static const char *const rows[] = {CAPABILITY("1.0"), CAPABILITY("3.0")};

    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        struct pair p;
        struct hop_psrp_event e;

        ROW(i ? "a client of version 3.0" : "a client of version 1.0");
        setup(&p, 4, 4, 1);
        send_raw(p.server, NULL, 1, HOP_PSRP_TO_SERVER,
                 HOP_PSRP_SESSION_CAPABILITY, &pool_guid, rows[i]);
        if (expect(p.server, HOP_PSRP_BROKEN, 0, &e)) {
            CHECK(strstr(e.error.text, "versions 2.1 to 2.4 are spoken here"));
            hop_psrp_event_done(&e);
        }
        CHECK_INT(hop_psrp_session_state(p.server), HOP_PSRP_POOL_BROKEN);
        CHECK(hop_psrp_session_waiting_all(p.server) > 100);
        teardown(&p);
    }
}

TEST(server_above_the_client_is_refused)
{
    struct pair p;
    struct hop_psrp_init init = {.min = 1, .max = 1};
    struct hop_psrp_event e;
    struct hop_error err = {0};

    setup(&p, 2, 4, 1);
    CHECK(hop_psrp_client_open(p.client, &init, &err));
    send_raw(p.client, NULL, 1, HOP_PSRP_TO_CLIENT, HOP_PSRP_SESSION_CAPABILITY,
             &(struct hop_guid){{0}}, CAPABILITY("2.3"));
    if (expect(p.client, HOP_PSRP_BROKEN, 0, &e)) {
        CHECK_STR(e.error.text, "the server speaks version 2.3 of the remoting "
                                "protocol; up to 2.2 is spoken here");
        hop_psrp_event_done(&e);
    }
    teardown(&p);
}

TEST(capability_twice_closes)
{
    struct pair p;
    struct hop_psrp_event e;

    setup(&p, 4, 4, 1);
    open_pool(&p, 1);
    send_raw(p.server, NULL, 9, HOP_PSRP_TO_SERVER, HOP_PSRP_SESSION_CAPABILITY,
             &pool_guid, CAPABILITY("2.4"));
    if (expect(p.server, HOP_PSRP_BROKEN, 0, &e)) {
        CHECK_STR(e.error.text, "SESSION_CAPABILITY came a second time");
        hop_psrp_event_done(&e);
    }
    exchange(&p);
    expect_done(p.client, HOP_PSRP_MESSAGE, HOP_PSRP_RUNSPACEPOOL_STATE);
    CHECK_INT(hop_psrp_session_state(p.client), HOP_PSRP_POOL_CLOSING);
    expect_done(p.client, HOP_PSRP_MESSAGE, HOP_PSRP_RUNSPACEPOOL_STATE);
    CHECK_INT(hop_psrp_session_state(p.client), HOP_PSRP_POOL_CLOSED);
    teardown(&p);
}

static void
check_refused_messages(void)
{
    static const char ask[] = "<Obj RefId=\"0\"><MS><I64 N=\"ci\">1</I64></MS>"
                              "</Obj>";
    static const struct hop_guid other = {{9}};
    static const struct {
        const char *name;
        uint32_t to;
        enum hop_psrp_type type;
        const struct hop_guid *pool;
        const char *xml, *text; /* text NULL: nothing happens */
    } rows[] = {
        {"an unknown type", 2, (enum hop_psrp_type)0x99999, &pool_guid, ask,
         NULL},
        {"for the other side", 1, HOP_PSRP_GET_AVAILABLE_RUNSPACES, &pool_guid,
         ask, "GET_AVAILABLE_RUNSPACES was refused: it is not for this side"},
        {"a server's message", 2, HOP_PSRP_RUNSPACEPOOL_STATE, &pool_guid, ask,
         "RUNSPACEPOOL_STATE was refused: it is not for this side"},
        {"for another pool", 2, HOP_PSRP_GET_AVAILABLE_RUNSPACES, &other, ask,
         "GET_AVAILABLE_RUNSPACES was refused: it is for another runspace "
         "pool"},
        {"in another channel", 2, HOP_PSRP_CREATE_PIPELINE, &pool_guid, ask,
         "CREATE_PIPELINE was refused: it came in another channel"},
        {"a second INIT", 2, HOP_PSRP_INIT_RUNSPACEPOOL, &pool_guid, ask,
         "INIT_RUNSPACEPOOL was refused: the runspace pool is in a state that "
         "does not allow it"},
        {"no CLIXML", 2, HOP_PSRP_GET_AVAILABLE_RUNSPACES, &pool_guid, "<Ob",
         "text of GET_AVAILABLE_RUNSPACES: "},
        {"a property missing", 2, HOP_PSRP_GET_AVAILABLE_RUNSPACES, &pool_guid,
         "<Obj RefId=\"0\"><MS /></Obj>", "GET_AVAILABLE_RUNSPACES lacks ci"},
        {"a property of another type", 2, HOP_PSRP_GET_AVAILABLE_RUNSPACES,
         &pool_guid, "<Obj RefId=\"0\"><MS><S N=\"ci\">x</S></MS></Obj>",
         "ci of GET_AVAILABLE_RUNSPACES has a value of another type"},
    };

    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        struct pair p;
        struct hop_psrp_event e;

        ROW(rows[i].name);
        setup(&p, 4, 4, 1);
        open_pool(&p, 1);
        send_raw(p.server, NULL, 9, rows[i].to, rows[i].type, rows[i].pool,
                 rows[i].xml);
        if (!rows[i].text) {
            expect_nothing(p.server);
        } else if (expect(p.server, HOP_PSRP_TROUBLE, 0, &e)) {
            CHECK(strncmp(e.error.text, rows[i].text, strlen(rows[i].text)) ==
                  0);
            hop_psrp_event_done(&e);
        }
        /* The session goes on. */
        send_raw(p.server, NULL, 10, 2, HOP_PSRP_GET_AVAILABLE_RUNSPACES,
                 &pool_guid, ask);
        expect_nothing(p.server);
        exchange(&p);
        expect_done(p.client, HOP_PSRP_MESSAGE, HOP_PSRP_RUNSPACE_AVAILABILITY);
        teardown(&p);
    }
}

static void
check_sizes(void)
{
    static const struct {
        const char *name, *text;
        int32_t min, max;
    } rows[] = {
        {"max below one", "a pool of at most 0 runspaces was asked for", 1, 0},
        {"min above max",
         "a pool of at least 3 and at most 2 runspaces was asked for", 3, 2},
        {"min below one",
         "a pool of at least 0 and at most 2 runspaces was asked for", 0, 2},
    };

    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        struct pair p;
        struct hop_psrp_init init = {.min = 1, .max = 1};
        struct hop_psrp_message m = {.type = HOP_PSRP_INIT_RUNSPACEPOOL,
                                     .u.init = {rows[i].min, rows[i].max}};
        static const struct hop_clixml_options plain = {.depth = 1};
        HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
        struct hop_error err = {0};
        struct hop_psrp_event e;

        ROW(rows[i].name);
        setup(&p, 4, 4, 1);
        init.min = rows[i].min;
        init.max = rows[i].max;
        CHECK(!hop_psrp_client_open(p.client, &init, &err));
        send_raw(p.server, NULL, 1, 2, HOP_PSRP_SESSION_CAPABILITY, &pool_guid,
                 CAPABILITY("2.4"));
        CHECK(hop_psrp_body_encode(&cx, &plain, &m, &b, &err));
        send_raw(p.server, NULL, 2, 2, HOP_PSRP_INIT_RUNSPACEPOOL, &pool_guid,
                 b.data);
        if (expect(p.server, HOP_PSRP_TROUBLE, 0, &e)) {
            CHECK_STR(e.error.text, rows[i].text);
            hop_psrp_event_done(&e);
        }
        teardown(&p);
    }
}

TEST(a_pipeline_with_all_it_may_send)
{
    struct pair p;
    struct hop_psrp_event e;
    struct hop_error err = {0};
    HOP_AUTO_VALUE struct hop_value text = hop_text("in");
    static const enum hop_psrp_type records[] = {HOP_PSRP_DEBUG_RECORD,
                                                 HOP_PSRP_VERBOSE_RECORD,
                                                 HOP_PSRP_WARNING_RECORD};

    setup(&p, 4, 4, 1);
    open_pool(&p, 1);
    start(&p, &one, false, false);
    CHECK(hop_psrp_client_input(p.client, &one, text, &err));
    CHECK(hop_psrp_client_input(p.client, &one, hop_null(), &err));
    CHECK(hop_psrp_client_end_input(p.client, &one, &err));
    CHECK(!hop_psrp_client_input(p.client, &one, text, &err));
    CHECK_STR(err.text, "the pipeline takes no more input");
    exchange(&p);
    if (expect(p.server, HOP_PSRP_MESSAGE, HOP_PSRP_CREATE_PIPELINE, &e)) {
        CHECK_INT(e.message.u.pipeline.command_count, 1);
        CHECK_STR(e.message.u.pipeline.commands[0].text->data, "Get-Thing");
        CHECK(!e.message.u.pipeline.commands[0].is_script);
        CHECK(hop_guid_eq(&e.channel, &one));
        hop_psrp_event_done(&e);
    }
    expect_done(p.server, HOP_PSRP_MESSAGE, HOP_PSRP_PIPELINE_INPUT);
    if (expect(p.server, HOP_PSRP_MESSAGE, HOP_PSRP_PIPELINE_INPUT, &e)) {
        CHECK(hop_is_null(e.message.u.object));
        hop_psrp_event_done(&e);
    }
    expect_done(p.server, HOP_PSRP_MESSAGE, HOP_PSRP_END_OF_PIPELINE_INPUT);
    expect_nothing(p.server);
    for (size_t i = 0; i < HOP_ARRAY_SIZE(records); i++) {
        struct hop_psrp_message m = {.type = records[i]};

        m.u.record.message = hop_string_from("said");
        CHECK(hop_psrp_session_send(p.server, &one, &m, &err));
        exchange(&p);
        if (expect(p.client, HOP_PSRP_MESSAGE, records[i], &e)) {
            CHECK_STR(e.message.u.record.message->data, "said");
            hop_psrp_event_done(&e);
        }
    }
    CHECK(hop_psrp_server_end(p.server, &one, HOP_PSRP_PIPELINE_COMPLETED,
                              hop_null(), &err));
    CHECK(!hop_psrp_server_end(p.server, &one, HOP_PSRP_PIPELINE_COMPLETED,
                               hop_null(), &err));
    exchange(&p);
    if (expect(p.client, HOP_PSRP_MESSAGE, HOP_PSRP_PIPELINE_STATE, &e)) {
        CHECK_INT(e.message.u.state.state, HOP_PSRP_PIPELINE_COMPLETED);
        CHECK_INT(e.message.u.state.error.kind, HOP_VOID);
        hop_psrp_event_done(&e);
    }
    CHECK_INT(hop_psrp_session_pipeline_state(p.client, &one),
              HOP_PSRP_PIPELINE_COMPLETED);
    hop_psrp_session_forget(p.client, &one);
    CHECK(!hop_psrp_session_has(p.client, &one));
    teardown(&p);
}

/* The pipeline that a message names gets it, also from the pool's stream. */
TEST(input_in_the_stream_of_the_pool)
{
    struct pair p;
    struct hop_psrp_event e;
    struct hop_psrp_head h = {.to = 2, .pool = pool_guid, .pipeline = one};

    setup(&p, 4, 4, 1);
    open_pool(&p, 1);
    start(&p, &one, false, false);
    exchange(&p);
    h.type = HOP_PSRP_PIPELINE_INPUT;
    send_head(p.server, NULL, 9, &h, "<I32>7</I32>");
    h.type = HOP_PSRP_END_OF_PIPELINE_INPUT;
    send_head(p.server, NULL, 10, &h, "");
    expect_done(p.server, HOP_PSRP_MESSAGE, HOP_PSRP_CREATE_PIPELINE);
    if (expect(p.server, HOP_PSRP_MESSAGE, HOP_PSRP_PIPELINE_INPUT, &e)) {
        CHECK(hop_guid_eq(&e.channel, &one));
        hop_psrp_event_done(&e);
    }
    if (expect(p.server, HOP_PSRP_MESSAGE, HOP_PSRP_END_OF_PIPELINE_INPUT,
               &e)) {
        CHECK(hop_guid_eq(&e.channel, &one));
        hop_psrp_event_done(&e);
    }
    h.pipeline = two; /* of one that is not there */
    send_head(p.server, NULL, 11, &h, "");
    expect_nothing(p.server);
    teardown(&p);
}

TEST(pipelines_wait_for_a_runspace)
{
    struct pair p;
    struct hop_error err = {0};

    setup(&p, 4, 4, 2);
    open_pool(&p, 5);
    start(&p, &one, true, false);
    start(&p, &two, true, false);
    start(&p, &three, true, false);
    exchange(&p);
    expect_done(p.server, HOP_PSRP_MESSAGE, HOP_PSRP_CREATE_PIPELINE);
    expect_done(p.server, HOP_PSRP_MESSAGE, HOP_PSRP_CREATE_PIPELINE);
    expect_nothing(p.server);
    CHECK(hop_psrp_server_end(p.server, &one, HOP_PSRP_PIPELINE_COMPLETED,
                              hop_null(), &err));
    expect_done(p.server, HOP_PSRP_MESSAGE, HOP_PSRP_CREATE_PIPELINE);
    teardown(&p);
}

TEST(nested_pipelines_do_not_wait)
{
    struct pair p;

    setup(&p, 4, 4, 1);
    open_pool(&p, 1);
    start(&p, &one, true, true); /* alone: takes the runspace */
    start(&p, &two, true, false);
    start(&p, &three, true, true);
    exchange(&p);
    expect_done(p.server, HOP_PSRP_MESSAGE, HOP_PSRP_CREATE_PIPELINE);
    {
        struct hop_psrp_event e;

        if (expect(p.server, HOP_PSRP_MESSAGE, HOP_PSRP_CREATE_PIPELINE, &e)) {
            CHECK(hop_guid_eq(&e.channel, &three));
            hop_psrp_event_done(&e);
        }
    }
    expect_nothing(p.server);
    teardown(&p);
}

TEST(stopping)
{
    struct pair p;
    struct hop_psrp_event e;
    struct hop_error err = {0};

    setup(&p, 4, 4, 1);
    open_pool(&p, 1);
    start(&p, &one, true, false);
    start(&p, &two, true, false);
    exchange(&p);
    expect_done(p.server, HOP_PSRP_MESSAGE, HOP_PSRP_CREATE_PIPELINE);
    hop_psrp_server_stop(p.server, &two); /* still waits */
    hop_psrp_server_stop(p.server, &one);
    hop_psrp_server_stop(p.server, &one);
    expect_done(p.server, HOP_PSRP_STOP, 0);
    CHECK_INT(hop_psrp_session_pipeline_state(p.server, &one),
              HOP_PSRP_PIPELINE_STOPPING);
    CHECK(hop_psrp_server_end(p.server, &one, HOP_PSRP_PIPELINE_STOPPED,
                              hop_null(), &err));
    exchange(&p);
    for (int i = 0; i < 2; i++) {
        if (!expect(p.client, HOP_PSRP_MESSAGE, HOP_PSRP_PIPELINE_STATE, &e))
            continue;
        CHECK_INT(e.message.u.state.state, HOP_PSRP_PIPELINE_STOPPED);
        CHECK_INT(e.message.u.state.error.kind, HOP_OBJECT);
        hop_psrp_event_done(&e);
    }
    /* CREATE_PIPELINE of the one that was stopped early is refused. */
    expect_done(p.server, HOP_PSRP_TROUBLE, 0);
    teardown(&p);
}

TEST(one_that_cannot_be_read_fails)
{
    static const struct hop_psrp_error why = {
        .message = "no",
        .id = "No",
        .exception = "System.Exception",
        .category = HOP_CAT_INVALID_DATA,
        .reason = "Exception",
    };
    struct pair p;
    struct hop_psrp_event e;

    setup(&p, 4, 4, 1);
    open_pool(&p, 1);
    start(&p, &one, true, false);
    start(&p, &two, true, false);
    exchange(&p);
    expect_done(p.server, HOP_PSRP_MESSAGE, HOP_PSRP_CREATE_PIPELINE);
    hop_psrp_server_refuse(p.server, &one, hop_psrp_error_new(&cx, &why));
    hop_psrp_server_refuse(p.server, &two, hop_psrp_error_new(&cx, &why));
    hop_psrp_server_refuse(p.server, &three, hop_psrp_error_new(&cx, &why));
    exchange(&p);
    if (expect(p.client, HOP_PSRP_MESSAGE, HOP_PSRP_PIPELINE_STATE, &e)) {
        CHECK(hop_guid_eq(&e.channel, &two));
        CHECK_INT(e.message.u.state.state, HOP_PSRP_PIPELINE_FAILED);
        hop_psrp_event_done(&e);
    }
    expect_nothing(p.client);
    CHECK_INT(hop_psrp_session_pipeline_state(p.server, &one),
              HOP_PSRP_PIPELINE_RUNNING);
    teardown(&p);
}

TEST(resizing_and_counting)
{
    static const struct {
        enum hop_psrp_type type;
        int32_t number;
        enum hop_kind kind;
        int64_t answer;
    } rows[] = {
        {HOP_PSRP_GET_AVAILABLE_RUNSPACES, 0, HOP_INT32, 2},
        {HOP_PSRP_SET_MAX_RUNSPACES, 5, HOP_BOOL, 1},
        {HOP_PSRP_GET_AVAILABLE_RUNSPACES, 0, HOP_INT32, 5},
        {HOP_PSRP_SET_MIN_RUNSPACES, 3, HOP_BOOL, 1},
        {HOP_PSRP_SET_MIN_RUNSPACES, 3, HOP_BOOL, 0}, /* no change */
    };
    struct pair p;
    struct hop_error err = {0};
    int64_t call;

    setup(&p, 4, 4, 1);
    open_pool(&p, 2);
    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        struct hop_psrp_event e;

        CHECK(hop_psrp_client_ask(p.client, rows[i].type, rows[i].number, &call,
                                  &err));
        CHECK_INT(call, i + 1);
        exchange(&p);
        while (hop_psrp_session_next(p.server, &e))
            hop_psrp_event_done(&e);
        exchange(&p);
        if (!expect(p.client, HOP_PSRP_MESSAGE, HOP_PSRP_RUNSPACE_AVAILABILITY,
                    &e))
            break;
        CHECK_INT(e.message.u.availability.call, i + 1);
        CHECK_INT(e.message.u.availability.answer.kind, rows[i].kind);
        CHECK_INT(e.message.u.availability.answer.u.i, rows[i].answer);
        hop_psrp_event_done(&e);
    }
    CHECK(!hop_psrp_client_ask(p.client, HOP_PSRP_SET_MAX_RUNSPACES, 2, &call,
                               &err));
    CHECK(!hop_psrp_client_ask(p.client, HOP_PSRP_SET_MIN_RUNSPACES, 6, &call,
                               &err));
    teardown(&p);
}

TEST(resetting)
{
    struct pair p;
    struct hop_psrp_event e;
    struct hop_error err = {0};
    int64_t call;

    setup(&p, 4, 4, 1);
    open_pool(&p, 1);
    CHECK(hop_psrp_client_ask(p.client, HOP_PSRP_RESET_RUNSPACE_STATE, 0, &call,
                              &err));
    exchange(&p);
    if (expect(p.server, HOP_PSRP_MESSAGE, HOP_PSRP_RESET_RUNSPACE_STATE, &e)) {
        CHECK(hop_psrp_server_reset(p.server, e.message.u.runspaces.call, true,
                                    &err));
        hop_psrp_event_done(&e);
    }
    exchange(&p);
    expect_done(p.client, HOP_PSRP_MESSAGE, HOP_PSRP_RUNSPACE_AVAILABILITY);
    start(&p, &one, true, false); /* a busy runspace is not reset */
    CHECK(hop_psrp_client_ask(p.client, HOP_PSRP_RESET_RUNSPACE_STATE, 0, &call,
                              &err));
    carry(p.client, p.server, true);
    while (hop_psrp_session_next(p.server, &e))
        hop_psrp_event_done(&e);
    teardown(&p);
    setup(&p, 2, 4, 1);
    open_pool(&p, 1);
    CHECK(!hop_psrp_client_ask(p.client, HOP_PSRP_RESET_RUNSPACE_STATE, 0,
                               &call, &err));
    CHECK_STR(err.text, "the server speaks version 2.2, which cannot reset a "
                        "runspace");
    teardown(&p);
}

TEST(host_calls_and_answers)
{
    struct pair p;
    struct hop_psrp_event e;
    struct hop_error err = {0};
    int64_t call = 0;

    setup(&p, 4, 4, 1);
    open_pool(&p, 1);
    start(&p, &one, true, false);
    exchange(&p);
    expect_done(p.server, HOP_PSRP_MESSAGE, HOP_PSRP_CREATE_PIPELINE);
    for (int32_t method = 1; method <= 56; method++) {
        struct hop_psrp_message m = {.type = HOP_PSRP_PIPELINE_HOST_RESPONSE};

        CHECK(hop_psrp_server_call(p.server, &one, method,
                                   hop_obj(hop_array_new(&cx, 0)), &call,
                                   &err));
        CHECK_INT(call, method);
        exchange(&p);
        if (!expect(p.client, HOP_PSRP_MESSAGE, HOP_PSRP_PIPELINE_HOST_CALL,
                    &e))
            break;
        CHECK_INT(e.message.u.call.method, method);
        m.u.response = (struct hop_psrp_host_response){
            hop_int(method), hop_void(), e.message.u.call.call, method};
        hop_psrp_event_done(&e);
        CHECK(hop_psrp_session_send(p.client, &one, &m, &err));
        exchange(&p);
        if (!expect(p.server, HOP_PSRP_MESSAGE, HOP_PSRP_PIPELINE_HOST_RESPONSE,
                    &e))
            break;
        CHECK_INT(e.message.u.response.result.u.i, method);
        hop_psrp_event_done(&e);
    }
    CHECK(hop_psrp_server_call(p.server, NULL, 16,
                               hop_obj(hop_array_new(&cx, 0)), NULL, &err));
    exchange(&p);
    if (expect(p.client, HOP_PSRP_MESSAGE, HOP_PSRP_RUNSPACEPOOL_HOST_CALL,
               &e)) {
        CHECK_INT(e.message.u.call.call, HOP_PSRP_NO_ANSWER);
        hop_psrp_event_done(&e);
    }
    teardown(&p);
}

/* Both ways, the client's secret first or the server's. */
static void
check_secrets(void)
{
    static const struct {
        const char *name;
        int32_t minor;
        bool server_first;
    } rows[] = {
        {"secrets at 2.4", 4, false},
        {"secrets at 2.4, the server's first", 4, true},
        {"secrets at 2.3", 3, false},
        {"secrets at 2.3, the server's first", 3, true},
        {"secrets at 2.1", 1, false},
    };

    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        struct pair p;
        struct hop_psrp_event e;
        struct hop_error err = {0};
        size_t n;

        ROW(rows[i].name);
        setup(&p, rows[i].minor, 4, 1);
        open_pool(&p, 1);
        start(&p, &one, false, false);
        exchange(&p);
        expect_done(p.server, HOP_PSRP_MESSAGE, HOP_PSRP_CREATE_PIPELINE);
        for (int turn = 0; turn < 2; turn++) {
            bool server = rows[i].server_first ? turn == 0 : turn == 1;
            HOP_AUTO_VALUE struct hop_value secret =
                hop_secure_new(&cx, "p\xC3\xA4ss", 5);
            struct hop_psrp_message m = {.type = HOP_PSRP_PIPELINE_OUTPUT,
                                         .u.object = hop_null()};

            if (server) {
                m.u.object = hop_retain(secret);
                CHECK(hop_psrp_session_send(p.server, &one, &m, &err));
            } else {
                CHECK(hop_psrp_client_input(p.client, &one, secret, &err));
            }
            for (int k = 0; k < 6; k++) {
                exchange(&p);
                if (hop_psrp_session_next(server ? p.client : p.server, &e))
                    break;
                if (hop_psrp_session_next(server ? p.server : p.client,
                                          &(struct hop_psrp_event){0}))
                    test_fail(__FILE__, __LINE__, "an event on the other side");
            }
            CHECK_INT(e.message.type, server ? HOP_PSRP_PIPELINE_OUTPUT
                                             : HOP_PSRP_PIPELINE_INPUT);
            if (e.message.u.object.kind == HOP_OBJECT)
                CHECK_STR(hop_secure_text(e.message.u.object, &n),
                          "p\xC3\xA4ss");
            else
                test_fail(__FILE__, __LINE__, "no secret came");
            hop_psrp_event_done(&e);
        }
        teardown(&p);
    }
}

TEST(no_keys_no_secrets)
{
    struct pair p;
    struct hop_error err = {0};
    HOP_AUTO_VALUE struct hop_value secret = hop_secure_new(&cx, "x", 1);
    struct hop_psrp_options o = {.cx = &cx, .pool = pool_guid, .minor = 3};

    setup(&p, 3, 3, 1);
    hop_psrp_session_free(p.client);
    p.client = hop_psrp_client_new(&o);
    open_pool(&p, 1);
    start(&p, &one, false, false);
    CHECK(!hop_psrp_client_input(p.client, &one, secret, &err));
    CHECK(strstr(err.text, "an object of PIPELINE_INPUT cannot be written"));
    teardown(&p);
}

TEST(disconnecting_keeps_what_is_to_be_sent)
{
    struct pair p;
    struct hop_psrp_event e;
    struct hop_error err = {0};
    struct hop_guid id;
    struct hop_psrp_message m = {.type = HOP_PSRP_PIPELINE_OUTPUT,
                                 .u.object = hop_int(7)};

    setup(&p, 4, 4, 1);
    open_pool(&p, 1);
    start(&p, &one, true, false);
    exchange(&p);
    expect_done(p.server, HOP_PSRP_MESSAGE, HOP_PSRP_CREATE_PIPELINE);
    hop_psrp_session_disconnected(p.server);
    hop_psrp_session_disconnected(p.client);
    CHECK_INT(hop_psrp_session_state(p.server), HOP_PSRP_POOL_DISCONNECTED);
    CHECK(hop_psrp_session_send(p.server, &one, &m, &err));
    CHECK(!hop_psrp_session_pending(p.server, &id));
    hop_psrp_session_reconnected(p.server);
    hop_psrp_session_reconnected(p.client);
    exchange(&p);
    if (expect(p.client, HOP_PSRP_MESSAGE, HOP_PSRP_PIPELINE_OUTPUT, &e)) {
        CHECK_INT(e.message.u.object.u.i, 7);
        hop_psrp_event_done(&e);
    }
    teardown(&p);
}

static size_t
take_pool(struct hop_psrp_session *s, struct hop_buf *b)
{
    enum hop_psrp_stream stream;

    return hop_psrp_session_take(s, NULL, 1 << 20, 32768, 0, b, &stream)
               ? b->len
               : 0;
}

TEST(another_client_connects)
{
    struct pair p;
    struct hop_psrp_session *late;
    struct hop_psrp_options o = {.cx = &cx, .pool = pool_guid};
    HOP_AUTO_BUF struct hop_buf ask = HOP_BUF_INIT, answer = HOP_BUF_INIT;
    struct hop_error err = {0};
    int32_t min, max;
    struct hop_psrp_event e;

    setup(&p, 4, 4, 1);
    open_pool(&p, 3);
    start(&p, &one, true, false);
    exchange(&p);
    expect_done(p.server, HOP_PSRP_MESSAGE, HOP_PSRP_CREATE_PIPELINE);
    hop_psrp_session_disconnected(p.server);
    late = hop_psrp_client_new(&o);
    CHECK(hop_psrp_client_connect(late, &err));
    CHECK(take_pool(late, &ask) > 0);
    CHECK(!hop_psrp_server_connect(p.server, ask.data, ask.len / 2, &err));
    CHECK_STR(err.text, "a connection lacks SESSION_CAPABILITY or "
                        "CONNECT_RUNSPACEPOOL");
    CHECK(hop_psrp_server_connect(p.server, ask.data, ask.len, &err));
    expect_done(p.server, HOP_PSRP_OPENED, 0);
    CHECK(take_pool(p.server, &answer) > 0);
    CHECK(hop_psrp_session_feed(late, NULL, HOP_PSRP_DEFAULT, answer.data,
                                answer.len, &err));
    expect_done(late, HOP_PSRP_OPENED, HOP_PSRP_APPLICATION_PRIVATE_DATA);
    hop_psrp_session_size(late, &min, &max);
    CHECK_INT(max, 3);
    CHECK(hop_psrp_client_attach(late, &one, &err));
    CHECK(hop_psrp_server_end(p.server, &one, HOP_PSRP_PIPELINE_COMPLETED,
                              hop_null(), &err));
    carry(p.server, late, false);
    if (expect(late, HOP_PSRP_MESSAGE, HOP_PSRP_PIPELINE_STATE, &e))
        hop_psrp_event_done(&e);
    hop_psrp_session_free(late);
    teardown(&p);
}

/* Each limit ends the session and says which. */
static void
check_limits(void)
{
    static const struct hop_psrp_limits small = {
        .max_fragment = 4000,
        .max_object = 3000,
        .max_command = 6000,
        .max_open = 2,
        .max_pipelines = 2,
        .max_waiting = 100000,
    };
    static const struct {
        const char *name;
        size_t bytes, times;
        const char *text;
    } rows[] = {
        {"an object over the limit", 3500, 1,
         "an object is larger than the 3000 bytes allowed"},
        {"a command over the limit", 1500, 4,
         "a pipeline has sent more than the 6000 bytes allowed"},
    };

    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        struct hop_psrp_options o = {
            .cx = &cx, .limits = &small, .pool = pool_guid};
        struct pair p;
        struct hop_psrp_event e;
        struct hop_error err = {0};
        HOP_AUTO_FREE char *text = calloc(1, rows[i].bytes + 1);
        HOP_AUTO_VALUE struct hop_value v = hop_null();

        ROW(rows[i].name);
        setup(&p, 4, 4, 1);
        hop_psrp_session_free(p.server);
        p.server = hop_psrp_server_new(&o);
        open_pool(&p, 1);
        start(&p, &one, false, false);
        memset(text, 'x', rows[i].bytes);
        v = hop_text(text);
        for (size_t k = 0; k < rows[i].times; k++)
            CHECK(hop_psrp_client_input(p.client, &one, v, &err));
        carry(p.client, p.server, true);
        if (expect(p.server, HOP_PSRP_BROKEN, 0, &e)) {
            CHECK_STR(e.error.text, rows[i].text);
            hop_psrp_event_done(&e);
        }
        expect_nothing(p.server);
        carry(p.server, p.client, false);
        if (expect(p.client, HOP_PSRP_MESSAGE, HOP_PSRP_RUNSPACEPOOL_STATE,
                   &e)) {
            CHECK_INT(e.message.u.state.state, HOP_PSRP_POOL_BROKEN);
            hop_psrp_event_done(&e);
        }
        teardown(&p);
    }
    ROW("pipelines over the limit");
    {
        struct hop_psrp_options o = {.cx = &cx, .limits = &small};
        struct hop_psrp_session *s = hop_psrp_server_new(&o);
        struct hop_error err = {0};

        CHECK(hop_psrp_server_command(s, &one, &err));
        CHECK(!hop_psrp_server_command(s, &one, &err));
        CHECK_STR(err.text, "there is a pipeline 00000011-0000-0000-0000-"
                            "000000000000 already");
        CHECK(hop_psrp_server_command(s, &two, &err));
        CHECK(!hop_psrp_server_command(s, &three, &err));
        CHECK_STR(err.text, "a session has no more than 2 pipelines at a time");
        hop_psrp_session_free(s);
    }
}

TEST(nothing_is_sent_before_opening)
{
    struct pair p;
    struct hop_error err = {0};
    struct hop_psrp_message m = {.type = HOP_PSRP_USER_EVENT};

    setup(&p, 4, 4, 1);
    CHECK(!hop_psrp_session_send(p.server, NULL, &m, &err));
    CHECK_STR(err.text, "USER_EVENT cannot be sent: the runspace pool is not "
                        "open");
    open_pool(&p, 1);
    m.type = HOP_PSRP_SET_MAX_RUNSPACES;
    CHECK(!hop_psrp_session_send(p.server, NULL, &m, &err));
    CHECK_STR(err.text, "SET_MAX_RUNSPACES does not go to this peer");
    m.type = HOP_PSRP_PIPELINE_OUTPUT;
    CHECK(!hop_psrp_session_send(p.server, &one, &m, &err));
    CHECK_STR(err.text, "PIPELINE_OUTPUT cannot be sent: there is no pipeline "
                        "at work");
    teardown(&p);
}

TEST(rooms_of_messages)
{
    enum hop_psrp_stream s;

    CHECK(hop_psrp_shell_room(512000, false) > 370000);
    CHECK(hop_psrp_shell_room(512000, true) <
          hop_psrp_shell_room(512000, false));
    CHECK_INT(hop_psrp_shell_room(4100, false), 0);
    CHECK_INT(hop_psrp_shell_room(0, true), 0);
    CHECK(hop_psrp_stream_find("pr", &s) && s == HOP_PSRP_PROMPT);
    CHECK(hop_psrp_stream_find("stdin", &s) && s == HOP_PSRP_DEFAULT);
    CHECK(!hop_psrp_stream_find("stdout", &s));
    CHECK_STR(hop_psrp_stream_name(HOP_PSRP_PROMPT), "pr");
}

int
main(void)
{
    hop_context_init(&cx, NULL, NULL);
    hop_types_register(&cx, hop_clixml_classes);
    check_versions();
    check_refused_versions();
    RUN(server_above_the_client_is_refused);
    RUN(capability_twice_closes);
    check_refused_messages();
    check_sizes();
    RUN(a_pipeline_with_all_it_may_send);
    RUN(input_in_the_stream_of_the_pool);
    RUN(pipelines_wait_for_a_runspace);
    RUN(nested_pipelines_do_not_wait);
    RUN(stopping);
    RUN(one_that_cannot_be_read_fails);
    RUN(resizing_and_counting);
    RUN(resetting);
    RUN(host_calls_and_answers);
    check_secrets();
    RUN(no_keys_no_secrets);
    RUN(disconnecting_keeps_what_is_to_be_sent);
    RUN(another_client_connects);
    check_limits();
    RUN(nothing_is_sent_before_opening);
    RUN(rooms_of_messages);
    hop_context_done(&cx);
    return test_done();
}
