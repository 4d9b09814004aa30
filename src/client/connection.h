/* What a public handle holds, and calls on the server.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CLIENT_CONNECTION_H
#define HOP_CLIENT_CONNECTION_H

#include "base/guid.h"
#include "client/hop.h"
#include "client/settings.h"
#include "client/trouble.h"
#include "client/wire.h"
#include "wsman/message.h"

#define WIRE_ID (5 + HOP_GUID_TEXT) /* "uuid:" */

struct hop_connection {
    struct settings settings;
    struct trouble trouble;
    struct wire main; /* commands and output */
    struct wire side; /* input and signals while output is awaited */
    bool started;     /* the wires are set up */
    char *to;
    char session_id[WIRE_ID];
    struct hop_wsman_message answer; /* of the last call */
    bool has_answer;
    struct hop_buf xml; /* of the last call on a resource */
    bool hop_peer;      /* the server is one of ours */
};

struct hop_shell {
    struct hop_connection *c;
    char *resource_uri;
    char *id;
};

struct hop_command {
    struct hop_shell *shell;
    char *id;
    bool waiting; /* a Receive is under way on the main wire */
    bool done;
    int32_t exit_code;
    struct hop_wsman_message answer; /* of the last Receive */
    bool has_answer;
    size_t next_stream; /* of it, not yet handed out */
    bool input_ended;
};

/* One whose errors name the parameters of cmdlets; otherwise as
 * hop_connection_new(). */
hop_connection *connection_new_for_cmdlet(void);

/* Forgets the last failure and makes the settings usable. */
HOP_MUST_CHECK bool connection_begin(struct hop_connection *c);
/* A request with its headers filled in: message id (the caller's buffer, alive
 * until it is encoded), addressing, time-outs; then encode into out. */
void connection_request(struct hop_connection *c, struct hop_wsman_message *m,
                        enum hop_wsman_kind kind, const char *resource_uri,
                        char id[WIRE_ID]);
/* Encodes and exchanges it on the main wire; a fault is a failure.  The answer
 * is in c->answer until the next call. */
HOP_MUST_CHECK bool connection_call(struct hop_connection *c,
                                    const struct hop_wsman_message *m,
                                    unsigned repeats);
/* The same in parts: begins it on a wire; takes the finished answer from it. */
HOP_MUST_CHECK bool connection_begin_call(struct hop_connection *c,
                                          struct wire *w,
                                          const struct hop_wsman_message *m,
                                          unsigned repeats);
/* fault NULL: a fault is a failure; otherwise *fault tells (code 0: none). */
HOP_MUST_CHECK bool connection_take_answer(struct hop_connection *c,
                                           struct wire *w,
                                           enum hop_wsman_kind want,
                                           struct hop_fault *fault);
/* How long to wait for an answer: the server's time and some for the way. */
uint32_t connection_patience(const struct hop_connection *c);

#endif
