/* The table of hop-wire.so: authenticated connections to a WS-Management
 * server, envelopes out and envelopes in.  Sockets, tickets and TLS are behind
 * it; the shell loads them when it first reaches for a host.  What crosses the
 * border is bytes, plain types and the structures of base/.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CLIENT_WIRES_H
#define HOP_CLIENT_WIRES_H

#include "base/buf.h"
#include "base/error.h"
#include "client/hop.h"

struct wire;

enum hop_wire_result {
    HOP_WIRE_WAIT,
    HOP_WIRE_DONE,   /* the answer is there, see answer() */
    HOP_WIRE_FAILED, /* the connection is closed; the next begin() makes
                        another */
};

/* Where a failure comes from, and its words. */
struct hop_wire_trouble {
    enum hop_cause cause;
    struct hop_error err;
};

struct hop_wire_answer {
    const char *text; /* the envelope, UTF-8, until the next call; NULL: none */
    size_t len;
    int status;   /* of HTTP */
    bool follows; /* what follow() was given has gone out */
    bool large;   /* follow() would pay */
};

struct hop_wires {
    /* Settings: libhop's own, see client/hop.h; connection_error tells what is
     * wrong. */
    hop_connection *(*new)(void);
    void (*free)(hop_connection *c);
    bool (*set_text)(hop_connection *c, enum hop_setting setting,
                     const char *value);
    bool (*set_number)(hop_connection *c, enum hop_setting setting, long value);
    /* Makes them usable: credentials are looked at, the KDC may be asked. */
    bool (*resolve)(hop_connection *c, struct hop_wire_trouble *t);
    const char *(*error)(const hop_connection *c);
    /* Of a resolved one: the host, and what wsa:To says. */
    const char *(*host)(const hop_connection *c);
    const char *(*to)(const hop_connection *c);
    long (*number)(const hop_connection *c, enum hop_setting setting);
    const char *(*text)(const hop_connection *c, enum hop_setting setting);
    bool (*is_tls)(const hop_connection *c);
    /* How long an answer may take, in ms. */
    uint32_t (*patience)(const hop_connection *c);

    /* One connection of it, made when it is first used; see client/wire.h. */
    struct wire *(*open)(hop_connection *c);
    void (*drop)(struct wire *w);
    void (*begin)(struct wire *w, struct hop_buf *envelope, uint32_t timeout_ms,
                  unsigned repeats);
    void (*follow)(struct wire *w, struct hop_buf *envelope);
    enum hop_wire_result (*step)(struct wire *w, struct hop_wire_trouble *t);
    int (*wants)(const struct wire *w, short *events, int *wait_ms);
    void (*answer)(const struct wire *w, struct hop_wire_answer *a);
    /* The answer was no envelope: what its status means. */
    void (*judge)(const struct wire *w, struct hop_wire_trouble *t);
    /* After HOP_WIRE_FAILED: the URI that the server sends to instead, as it
     * came; NULL: none. */
    const char *(*redirect)(const struct wire *w);
    void (*close)(struct wire *w);
    bool (*is_open)(const struct wire *w);
    const char *(*mechanism)(const struct wire *w); /* "" before it stands */
    unsigned (*messages)(const struct wire *w);     /* sent so far */
};

/* In the module; hop_wires_load() finds it. */
extern const struct hop_wires hop_wires_table
    __attribute__((visibility("default")));

/* The table, loaded at the first call; NULL: err says why. */
const struct hop_wires *hop_wires_load(struct hop_error *err);
/* For programs that have it linked in. */
void hop_wires_use(const struct hop_wires *wires);

#endif
