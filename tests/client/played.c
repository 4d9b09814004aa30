/* SPDX-License-Identifier: MIT */
#include "played.h"

#include <stdlib.h>

#include "base/alloc.h"

static hop_connection *
new_connection(void)
{
    return hop_xmalloc(1);
}

static void
free_connection(hop_connection *c)
{
    free(c);
}

static bool
resolve(hop_connection *c, struct hop_wire_trouble *t)
{
    (void)c;
    (void)t;
    return true;
}

static const char *
to_address(const hop_connection *c)
{
    (void)c;
    return "http://b:5985/wsman";
}

static long
number(const hop_connection *c, enum hop_setting which)
{
    (void)c;
    return which == HOP_SET_OPERATION_TIMEOUT_MS ? 20000
           : which == HOP_SET_MAX_ENVELOPE_BYTES ? 512000
                                                 : 0;
}

static bool
is_tls(const hop_connection *c)
{
    (void)c;
    return true;
}

static uint32_t
patience(const hop_connection *c)
{
    (void)c;
    return 1000;
}

static struct wire *
open_wire(hop_connection *c)
{
    (void)c;
    return hop_xcalloc(1, sizeof(struct wire));
}

static void
drop(struct wire *w)
{
    hop_buf_done(&w->answer);
    free(w);
}

static void
follow(struct wire *w, struct hop_buf *envelope)
{
    (void)w;
    hop_buf_done(envelope);
}

static enum hop_wire_result
step(struct wire *w, struct hop_wire_trouble *t)
{
    (void)t;
    return w->waits ? HOP_WIRE_WAIT : HOP_WIRE_DONE;
}

static int
wants(const struct wire *w, short *events, int *wait_ms)
{
    (void)w;
    *events = 0;
    *wait_ms = -1;
    return -1;
}

static void
answer(const struct wire *w, struct hop_wire_answer *a)
{
    *a = (struct hop_wire_answer){.text = hop_buf_str(&w->answer),
                                  .len = w->answer.len,
                                  .status = w->status};
}

static void
close_wire(struct wire *w)
{
    w->waits = false;
}

static bool
is_open(const struct wire *w)
{
    (void)w;
    return true;
}

static unsigned
messages(const struct wire *w)
{
    (void)w;
    return 0;
}

const struct hop_wires played_wires = {
    .new = new_connection,
    .free = free_connection,
    .resolve = resolve,
    .to = to_address,
    .number = number,
    .is_tls = is_tls,
    .patience = patience,
    .open = open_wire,
    .drop = drop,
    .follow = follow,
    .step = step,
    .wants = wants,
    .answer = answer,
    .close = close_wire,
    .is_open = is_open,
    .messages = messages,
};
