/* The module's side of client/wires.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "client/wires.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "client/connection.h"

static bool
resolve(hop_connection *c, struct hop_wire_trouble *t)
{
    bool ok = connection_begin(c);

    if (!ok)
        *t = (struct hop_wire_trouble){c->trouble.cause, c->trouble.err};
    return ok;
}

static const char *
host(const hop_connection *c)
{
    return c->settings.endpoint.host;
}

static const char *
to(const hop_connection *c)
{
    return c->to;
}

static long
number(const hop_connection *c, enum hop_setting which)
{
    return setting(&c->settings, which);
}

static const char *
text(const hop_connection *c, enum hop_setting which)
{
    return c->settings.texts[which];
}

static bool
is_tls(const hop_connection *c)
{
    return c->settings.endpoint.tls;
}

static struct wire *
open_wire(hop_connection *c)
{
    struct wire *w = hop_xmalloc(sizeof(*w));

    wire_init(w, &c->settings);
    return w;
}

static void
drop(struct wire *w)
{
    if (!w)
        return;
    wire_done(w);
    free(w);
}

static enum hop_wire_result
step(struct wire *w, struct hop_wire_trouble *t)
{
    static const enum hop_wire_result results[] = {
        [WIRE_WAIT] = HOP_WIRE_WAIT,
        [WIRE_DONE] = HOP_WIRE_DONE,
        [WIRE_FAILED] = HOP_WIRE_FAILED,
    };
    struct trouble trouble;
    enum wire_result r;

    trouble.cause = HOP_CAUSE_NONE;
    hop_error_clear(&trouble.err);
    r = wire_step(w, &trouble);
    if (r == WIRE_FAILED)
        *t = (struct hop_wire_trouble){trouble.cause, trouble.err};
    return results[r];
}

static void
answer(const struct wire *w, struct hop_wire_answer *a)
{
    *a = (struct hop_wire_answer){
        .text = w->reply.len ? w->reply.data : NULL,
        .len = w->reply.len,
        .status = w->status,
        .follows = w->follows,
        .large = w->large,
    };
}

static void
judge(const struct wire *w, struct hop_wire_trouble *t)
{
    struct trouble trouble = {0};

    if (w->status == 200)
        trouble_set(&trouble, HOP_CAUSE_PROTOCOL, 0,
                    "%s answers without a message", w->settings->endpoint.host);
    else
        trouble_http(&trouble, w->settings, w->status, "", "");
    *t = (struct hop_wire_trouble){trouble.cause, trouble.err};
}

static const char *
redirect(const struct wire *w)
{
    return w->redirect;
}

static bool
is_open(const struct wire *w)
{
    return w->link != NULL;
}

static const char *
mechanism(const struct wire *w)
{
    return w->link ? authn_mechanism(&w->authn) : "";
}

static unsigned
messages(const struct wire *w)
{
    return w->messages;
}

const struct hop_wires hop_wires_table = {
    .new = connection_new_for_cmdlet,
    .free = hop_connection_free,
    .set_text = hop_connection_set_text,
    .set_number = hop_connection_set_number,
    .resolve = resolve,
    .error = hop_connection_error,
    .host = host,
    .to = to,
    .number = number,
    .text = text,
    .is_tls = is_tls,
    .patience = connection_patience,
    .open = open_wire,
    .drop = drop,
    .begin = wire_begin,
    .follow = wire_follow,
    .step = step,
    .wants = wire_wants,
    .answer = answer,
    .judge = judge,
    .redirect = redirect,
    .close = wire_close,
    .is_open = is_open,
    .mechanism = mechanism,
    .messages = messages,
};
