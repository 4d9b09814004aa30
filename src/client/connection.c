/* SPDX-License-Identifier: MIT */
#include "client/connection.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

/* The HTTP time-out is longer than the operation's. */
#define WAY_MS 15000

const char *
hop_version(void)
{
    return HOP_VERSION;
}

hop_connection *
hop_connection_new(void)
{
    struct hop_connection *c = calloc(1, sizeof(*c));

    if (c)
        settings_init(&c->settings);
    return c;
}

hop_connection *
connection_new_for_cmdlet(void)
{
    hop_connection *c = hop_connection_new();

    if (c)
        c->settings.from_cmdlet = true;
    return c;
}

static void
stop_wires(struct hop_connection *c)
{
    if (!c->started)
        return;
    wire_done(&c->main);
    wire_done(&c->side);
    free(c->to);
    c->to = NULL;
    c->started = false;
}

static void
drop_answer(struct hop_connection *c)
{
    if (c->has_answer)
        hop_wsman_message_done(&c->answer);
    c->has_answer = false;
}

void
hop_connection_free(hop_connection *c)
{
    if (c == NULL)
        return;
    stop_wires(c);
    drop_answer(c);
    hop_buf_done(&c->xml);
    settings_done(&c->settings);
    free(c);
}

static void
forget_trouble(struct hop_connection *c)
{
    c->trouble.cause = HOP_CAUSE_NONE;
    hop_error_clear(&c->trouble.err);
}

bool
hop_connection_set_text(hop_connection *c, enum hop_setting setting,
                        const char *value)
{
    forget_trouble(c);
    stop_wires(c);
    return settings_set_text(&c->settings, setting, value, &c->trouble.err) ||
           trouble_is(&c->trouble, HOP_CAUSE_USAGE);
}

bool
hop_connection_set_number(hop_connection *c, enum hop_setting setting,
                          long value)
{
    forget_trouble(c);
    stop_wires(c);
    return settings_set_number(&c->settings, setting, value, &c->trouble.err) ||
           trouble_is(&c->trouble, HOP_CAUSE_USAGE);
}

static void
make_id(char id[WIRE_ID])
{
    struct hop_guid g;

    hop_guid_new(&g);
    memcpy(id, "uuid:", 5);
    hop_guid_format(&g, true, id + 5);
}

bool
connection_begin(struct hop_connection *c)
{
    const struct endpoint *e = &c->settings.endpoint;

    forget_trouble(c);
    if (c->started)
        return true;
    if (!settings_resolve(&c->settings, &c->trouble.err))
        return trouble_is(&c->trouble, HOP_CAUSE_USAGE);
    wire_init(&c->main, &c->settings);
    wire_init(&c->side, &c->settings);
    c->to = hop_xasprintf("%s://%s%s", e->tls ? "https" : "http",
                          e->host_header, e->path);
    make_id(c->session_id);
    c->started = true;
    return true;
}

uint32_t
connection_patience(const struct hop_connection *c)
{
    const struct hop_config *config = &c->settings.config;
    bool said =
        c->settings.has_config && config->set[HOP_SET_CLIENT_NETWORK_DELAY_MS];

    return (uint32_t)setting(&c->settings, HOP_SET_OPERATION_TIMEOUT_MS) +
           (said ? hop_config_u32(config, HOP_SET_CLIENT_NETWORK_DELAY_MS)
                 : WAY_MS);
}

void
connection_request(struct hop_connection *c, struct hop_wsman_message *m,
                   enum hop_wsman_kind kind, const char *resource_uri,
                   char id[WIRE_ID])
{
    const char *locale = c->settings.texts[HOP_SET_LOCALE];

    hop_wsman_message_init(m, kind);
    make_id(id);
    m->header.message_id = id;
    m->header.to = c->to;
    m->header.resource_uri = resource_uri;
    m->header.max_envelope_bytes =
        (uint64_t)setting(&c->settings, HOP_SET_MAX_ENVELOPE_BYTES);
    m->header.timeout_ms = setting(&c->settings, HOP_SET_OPERATION_TIMEOUT_MS);
    m->header.locale = m->header.data_locale = locale ? locale : "en-US";
    m->header.session_id = c->session_id;
}

bool
connection_begin_call(struct hop_connection *c, struct wire *w,
                      const struct hop_wsman_message *m, unsigned repeats)
{
    struct hop_buf out = HOP_BUF_INIT;

    hop_wsman_encode(&out, m);
    if (!hop_buf_ok(&out)) {
        hop_buf_done(&out);
        return trouble_set(&c->trouble, HOP_CAUSE_USAGE, 0,
                           "the request to %s is too large",
                           c->settings.endpoint.host);
    }
    wire_begin(w, &out, connection_patience(c), repeats);
    return true;
}

/* No envelope came: what the status means. */
static bool
judge_status(struct hop_connection *c, const struct wire *w)
{
    if (w->status == 200)
        return trouble_set(&c->trouble, HOP_CAUSE_PROTOCOL, 0,
                           "%s answers without a message",
                           c->settings.endpoint.host);
    return trouble_http(&c->trouble, &c->settings, w->status, "", "");
}

bool
connection_take_answer(struct hop_connection *c, struct wire *w,
                       enum hop_wsman_kind want, struct hop_fault *fault)
{
    const struct hop_wsman_limits limits = {
        .max_bytes =
            (size_t)setting(&c->settings, HOP_SET_MAX_ENVELOPE_BYTES) * 2};

    drop_answer(c);
    if (w->reply.len == 0)
        return judge_status(c, w);
    c->has_answer = true;
    if (!hop_wsman_response_decode(&c->answer, w->reply.data, w->reply.len,
                                   &limits, &c->trouble.err)) {
        hop_error_prefix(&c->trouble.err, "the answer of %s",
                         c->settings.endpoint.host);
        return trouble_is(&c->trouble, HOP_CAUSE_PROTOCOL);
    }
    if (fault)
        fault->code = 0;
    if (c->answer.kind == HOP_WSMAN_FAULT && fault) {
        *fault = c->answer.fault;
        return true;
    }
    if (c->answer.kind == HOP_WSMAN_FAULT)
        return trouble_fault(&c->trouble, &c->answer.fault);
    if (c->answer.kind != want)
        return trouble_set(
            &c->trouble, HOP_CAUSE_PROTOCOL, 0,
            "%s answers with %s where %s is due", c->settings.endpoint.host,
            hop_wsman_kind_name(c->answer.kind), hop_wsman_kind_name(want));
    return true;
}

bool
connection_call(struct hop_connection *c, const struct hop_wsman_message *m,
                unsigned repeats)
{
    return connection_begin_call(c, &c->main, m, repeats) &&
           wire_finish(&c->main, &c->trouble) == WIRE_DONE &&
           connection_take_answer(c, &c->main,
                                  (enum hop_wsman_kind)(m->kind + 1), NULL);
}

bool
hop_connection_open(hop_connection *c)
{
    if (!connection_begin(c))
        return false;
    if (c->main.link)
        return true;
    wire_begin_open(&c->main, connection_patience(c));
    return wire_finish(&c->main, &c->trouble) == WIRE_DONE;
}

const char *
hop_connection_error(const hop_connection *c)
{
    return c->trouble.err.text;
}

uint32_t
hop_connection_code(const hop_connection *c)
{
    return c->trouble.err.domain == HOP_ERROR_WSMAN
               ? (uint32_t)c->trouble.err.code
               : 0;
}

enum hop_cause
hop_connection_cause(const hop_connection *c)
{
    return c->trouble.cause;
}

const char *
hop_connection_mechanism(const hop_connection *c)
{
    return c->started && c->main.link ? authn_mechanism(&c->main.authn) : "";
}

const char *
hop_connection_peer(const hop_connection *c)
{
    return c->started && c->main.link ? hop_link_peer(c->main.link) : "";
}

unsigned
hop_connection_round_trips(const hop_connection *c)
{
    return c->started ? c->main.messages + c->side.messages : 0;
}

bool
hop_connection_identify(hop_connection *c, struct hop_identity *identity)
{
    struct hop_wsman_message m;

    if (!connection_begin(c))
        return false;
    hop_wsman_message_init(&m, HOP_WSMAN_IDENTIFY);
    if (!connection_call(c, &m, 1))
        return false;
    *identity = (struct hop_identity){
        .protocol_version = c->answer.identify.protocol_version,
        .product_vendor = c->answer.identify.product_vendor,
        .product_version = c->answer.identify.product_version,
    };
    return true;
}
