/* The recorded client against our server, the recorded server against our
 * client, line by line.
 *
 * SPDX-License-Identifier: MIT
 */
#include "psrp/link.h"

#include "base/base64.h"
#include "psrp/key.h"
#include "psrp/vectors.h"
#include "test.h"

struct side {
    struct hop_psrp_link *link;
    struct hop_buf out;
    size_t messages[0x20 * 8]; /* by slot_of */
    size_t troubles, broken;
    char trouble[256];
};

struct replay {
    struct hop_context cx;
    struct side server, client;
    struct hop_psrp_keys keys;
    int64_t connection;
    uint8_t aes[32];
    struct hop_psrp_rsa *rsa;
    bool dead;             /* our server has given up */
    size_t commands, acks; /* that the recording has */
    bool strict;
};

static const char *folder;
static size_t all_messages;

static size_t
slot_of(enum hop_psrp_type type)
{
    size_t i = 0;

    while (hop_psrp_type_at(i) && hop_psrp_type_at(i)->type != type)
        i++;
    return i;
}

/* ---- keys of the recording ---- */

static bool
read_hex(const char *s, uint8_t *out, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        unsigned byte;

        if (sscanf(s + 2 * i, "%2x", &byte) != 1)
            return false;
        out[i] = (uint8_t)byte;
    }
    return true;
}

static struct hop_psrp_rsa *
recorded_pair(void *ctx, struct hop_error *err)
{
    struct replay *r = ctx;
    struct hop_psrp_rsa *k = r->rsa;

    r->rsa = NULL;
    return k ? k : hop_psrp_rsa_new(err);
}

/* The recorded session key first, then any bytes. */
static bool
recorded_bytes(void *ctx, void *p, size_t n)
{
    struct replay *r = ctx;

    if (n == sizeof(r->aes))
        memcpy(p, r->aes, n);
    else
        memset(p, 0x5A, n);
    return true;
}

static void
read_keys(struct replay *r, json_t *head)
{
    json_t *keys = json_object_get(head, "keys");
    uint8_t n[256], d[256];
    struct hop_error err = {0};

    if (!keys)
        return;
    CHECK(read_hex(vector_string(keys, "rsa_Modulus"), n, 256));
    CHECK(read_hex(vector_string(keys, "rsa_D"), d, 256));
    CHECK(read_hex(vector_string(keys, "aes_key"), r->aes, 32));
    r->rsa = hop_psrp_rsa_from(n, d, &err);
    CHECK(r->rsa != NULL);
}

/* ---- the two sides ---- */

static void
end_pipeline(struct hop_psrp_session *s, const struct hop_guid *id,
             enum hop_psrp_pipeline_state state)
{
    struct hop_error err = {0};

    if (!hop_psrp_server_end(s, id, state, hop_null(), &err))
        test_fail(__FILE__, __LINE__, "%s", err.text);
}

static void
serve(struct hop_psrp_session *s, struct hop_psrp_event *e)
{
    struct hop_error err = {0};

    switch (e->message.type) {
    case HOP_PSRP_INIT_RUNSPACEPOOL:
        CHECK(hop_psrp_server_opened(s, hop_null(), &err));
        break;
    case HOP_PSRP_RESET_RUNSPACE_STATE:
        CHECK(
            hop_psrp_server_reset(s, e->message.u.runspaces.call, true, &err));
        break;
    case HOP_PSRP_CREATE_PIPELINE:
        if (!e->message.u.pipeline.no_input)
            break;
        end_pipeline(s, &e->channel, HOP_PSRP_PIPELINE_COMPLETED);
        break;
    case HOP_PSRP_GET_COMMAND_METADATA:
    case HOP_PSRP_END_OF_PIPELINE_INPUT:
        end_pipeline(s, &e->channel, HOP_PSRP_PIPELINE_COMPLETED);
        break;
    default: break;
    }
}

static void
take_events(struct side *side, bool is_server)
{
    struct hop_psrp_session *s = hop_psrp_link_session(side->link);
    struct hop_psrp_event e;

    while (hop_psrp_session_next(s, &e)) {
        if (e.kind == HOP_PSRP_MESSAGE || e.kind == HOP_PSRP_OPENED)
            side->messages[slot_of(e.message.type)]++;
        if (e.kind == HOP_PSRP_TROUBLE) {
            side->troubles++;
            snprintf(side->trouble, sizeof(side->trouble), "%.250s",
                     e.error.text);
        }
        side->broken += e.kind == HOP_PSRP_BROKEN;
        if (is_server && e.kind == HOP_PSRP_MESSAGE)
            serve(s, &e);
        if (is_server && e.kind == HOP_PSRP_STOP)
            end_pipeline(s, &e.channel, HOP_PSRP_PIPELINE_STOPPED);
        hop_psrp_event_done(&e);
    }
    hop_psrp_link_flush(side->link, 1 << 20, &side->out);
    hop_buf_clear(&side->out);
}

static void
open_sides(struct replay *r)
{
    struct hop_psrp_options o = {.cx = &r->cx, .keys = &r->keys};

    r->server.link = hop_psrp_link_new(hop_psrp_server_new(&o), true);
    r->client.link = NULL;
    r->dead = false;
}

static void
close_side(struct side *s)
{
    hop_psrp_link_free(s->link);
    hop_buf_done(&s->out);
    s->link = NULL;
}

/* Our client, as the recorded one was: its pool's id is in its first
 * message. */
static void
open_client(struct replay *r, const uint8_t *p, size_t n)
{
    struct hop_psrp_options o = {.cx = &r->cx, .keys = &r->keys};
    struct hop_psrp_init init = {.min = 1, .max = 1};
    struct hop_error err = {0};

    if (n >= 21 + HOP_PSRP_HEAD)
        memcpy(o.pool.bytes, p + 21 + 8, 16);
    r->client.link = hop_psrp_link_new(hop_psrp_client_new(&o), false);
    CHECK(hop_psrp_client_open(hop_psrp_link_session(r->client.link), &init,
                               &err));
}

static void
start_pipeline(struct replay *r, const struct hop_guid *id)
{
    struct hop_psrp_metadata m = {.types = -1};
    struct hop_psrp_session *s =
        r->client.link ? hop_psrp_link_session(r->client.link) : NULL;
    struct hop_error err = {0};

    if (s && hop_psrp_session_state(s) == HOP_PSRP_POOL_OPENED &&
        !hop_psrp_session_has(s, id))
        CHECK(hop_psrp_client_metadata(s, id, &m, &err));
}

static void
to_server(struct replay *r, const char *line, size_t n)
{
    struct hop_error err = {0};

    if (r->dead)
        return;
    if (!hop_psrp_link_feed(r->server.link, line, n, &err)) {
        r->dead = true;
        CHECK(!r->strict);
        CHECK(err.text[0] != '\0');
    }
    take_events(&r->server, true);
}

static void
to_client(struct replay *r, const char *line, size_t n)
{
    struct hop_error err = {0};

    if (!r->client.link)
        return;
    if (!hop_psrp_link_feed(r->client.link, line, n, &err))
        test_fail(__FILE__, __LINE__, "%s", err.text);
    take_events(&r->client, false);
}

static void
play(struct replay *r, json_t *packet)
{
    const char *element = vector_string(packet, "element");
    const char *guid = vector_string(packet, "psguid");
    json_t *raw = json_object_get(packet, "raw");
    HOP_AUTO_BUF struct hop_buf line = HOP_BUF_INIT, data = HOP_BUF_INIT;
    bool from_client = strcmp(vector_string(packet, "dir"), "c2s") == 0;
    struct hop_guid id;

    if (strcmp(element, "Data") == 0)
        hop_buf_addf(&line, "<Data Stream='%s' PSGuid='%s'>%s</Data>\n",
                     vector_string(packet, "stream"), guid,
                     vector_string(packet, "data_b64"));
    else
        hop_buf_addf(&line, "<%s PSGuid='%s' />\n", element, guid);
    if (raw) {
        hop_buf_clear(&line);
        hop_buf_add(&line, json_string_value(raw), json_string_length(raw));
    }
    if (from_client && !r->client.link &&
        hop_base64_decode(&data, vector_string(packet, "data_b64"),
                          strlen(vector_string(packet, "data_b64"))))
        open_client(r, (const uint8_t *)hop_buf_str(&data), data.len);
    if (from_client && strcmp(element, "Command") == 0 &&
        hop_guid_parse(guid, strlen(guid), &id))
        start_pipeline(r, &id);
    if (from_client)
        to_server(r, line.data, line.len);
    else
        to_client(r, line.data, line.len);
}

static bool
take_line(void *ctx, json_t *line)
{
    struct replay *r = ctx;
    json_t *conn = json_object_get(line, "conn");

    if (json_object_get(line, "scenario")) {
        read_keys(r, line);
        return true;
    }
    if (conn && json_integer_value(conn) != r->connection) {
        close_side(&r->server);
        close_side(&r->client);
        open_sides(r);
        r->connection = json_integer_value(conn);
    }
    if (json_object_get(line, "element"))
        play(r, line);
    return true;
}

/* ---- comparing with the messages of the recording ---- */

struct counts {
    size_t of[2][64]; /* by direction and type */
};

static bool
count_message(void *ctx, json_t *line)
{
    struct counts *c = ctx;
    const char *type = vector_string(line, "type");
    bool s2c = strcmp(vector_string(line, "dir"), "s2c") == 0;

    for (size_t i = 0; hop_psrp_type_at(i); i++)
        if (strcmp(hop_psrp_type_at(i)->name, type) == 0)
            c->of[s2c][i]++;
    return true;
}

static void
compare(const struct replay *r, const struct counts *c)
{
    static const enum hop_psrp_type to_server_types[] = {
        HOP_PSRP_INIT_RUNSPACEPOOL,     HOP_PSRP_CREATE_PIPELINE,
        HOP_PSRP_GET_COMMAND_METADATA,  HOP_PSRP_PIPELINE_INPUT,
        HOP_PSRP_END_OF_PIPELINE_INPUT, HOP_PSRP_RESET_RUNSPACE_STATE,
    };
    static const enum hop_psrp_type to_client_types[] = {
        HOP_PSRP_APPLICATION_PRIVATE_DATA,
        HOP_PSRP_RUNSPACE_AVAILABILITY,
        HOP_PSRP_USER_EVENT,
        HOP_PSRP_PIPELINE_OUTPUT,
        HOP_PSRP_ERROR_RECORD,
        HOP_PSRP_PIPELINE_STATE,
        HOP_PSRP_DEBUG_RECORD,
        HOP_PSRP_VERBOSE_RECORD,
        HOP_PSRP_WARNING_RECORD,
        HOP_PSRP_PROGRESS_RECORD,
        HOP_PSRP_INFORMATION_RECORD,
        HOP_PSRP_PIPELINE_HOST_CALL,
    };

    for (size_t i = 0; i < HOP_ARRAY_SIZE(to_server_types); i++) {
        size_t k = slot_of(to_server_types[i]);

        if (r->server.messages[k] != c->of[0][k])
            test_fail(__FILE__, __LINE__, "server: %s %zu, wanted %zu",
                      hop_psrp_type_at(k)->name, r->server.messages[k],
                      c->of[0][k]);
        all_messages += c->of[0][k];
    }
    for (size_t i = 0; i < HOP_ARRAY_SIZE(to_client_types); i++) {
        size_t k = slot_of(to_client_types[i]);

        if (r->client.messages[k] != c->of[1][k])
            test_fail(__FILE__, __LINE__, "client: %s %zu, wanted %zu",
                      hop_psrp_type_at(k)->name, r->client.messages[k],
                      c->of[1][k]);
        all_messages += c->of[1][k];
    }
    if (r->server.troubles || r->client.troubles)
        test_fail(__FILE__, __LINE__, "%s%s", r->server.trouble,
                  r->client.trouble);
    CHECK_INT(r->server.broken, 0);
    CHECK_INT(r->client.broken, 0);
}

static bool
is_packets(const char *name)
{
    return strstr(name, ".messages.") == NULL;
}

/* Files from 80 on are of a client that does wrong: whatever comes is
 * answered by an event or the end of the connection. */
static void
replay_file(const char *name)
{
    struct replay r = {.connection = -1};
    struct hop_psrp_key_source source = {&r, recorded_pair, recorded_bytes};
    struct counts c = {0};
    HOP_AUTO_FREE char *messages = NULL;
    const char *end = strstr(name, ".jsonl");

    r.strict = name[0] != '8';
    hop_context_init(&r.cx, NULL, NULL);
    hop_types_register(&r.cx, hop_clixml_classes);
    hop_psrp_keys_init(&r.keys, &source);
    open_sides(&r);
    CHECK(vector_lines(folder, name, take_line, &r));
    messages = hop_xasprintf("%.*s.messages%s", (int)(end - name), name, end);
    CHECK(vector_lines(folder, messages, count_message, &c));
    if (r.strict)
        compare(&r, &c);
    close_side(&r.server);
    close_side(&r.client);
    hop_psrp_keys_done(&r.keys);
    hop_psrp_rsa_free(r.rsa);
    hop_context_done(&r.cx);
}

int
main(int argc, char **argv)
{
    char **files;
    int status;

    if (argc < 2)
        return 2;
    folder = argv[1];
    files = vector_files(folder, ".jsonl");
    for (size_t i = 0; files[i]; i++) {
        if (!is_packets(files[i]))
            continue;
        ROW(files[i]);
        replay_file(files[i]);
    }
    ROW("messages compared");
    CHECK(all_messages > 11000);
    status = test_done();
    vector_files_free(files); /* rows have their names */
    return status;
}
