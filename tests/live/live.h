/* A running `hopd --user` on the loopback, a realm for it, and a client that
 * can do everything wrong: for tests of what a peer may send.
 *
 * The server is the one just built; without krb5-kdc the programs are skipped
 * (auth/realm.h).  alice@TEST is the account that runs the test; NTLM knows
 * TESTDOM\NAME with the realm's password, NAME being that account.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_TESTS_LIVE_H
#define HOP_TESTS_LIVE_H

#include <openssl/ssl.h>

#include "auth/initiate.h"
#include "auth/realm.h"
#include "http/parser.h"
#include "wsman/message.h"

struct live {
    struct realm realm;
    pid_t hopd;
    int port, tls_port; /* tls_port: 0 without live_use_tls */
    size_t mark;        /* how much of the log live_forget_log has passed */
};

/* Starts both; settings are added to those of wsman.conf, libdefaults (may be
 * NULL) to those of krb5.conf.  False without a server (says why). */
bool live_start(struct live *l, const char *settings, const char *libdefaults);
/* Before live_start: it listens for HTTPS as well, with a certificate made for
 * this. */
void live_use_tls(void);
/* Other settings from now on, by SIGHUP. */
bool live_reload(struct live *l, const char *settings);
/* Ends it with SIGTERM; the exit status is checked. */
void live_stop(struct live *l);
/* What is journaled from now on is looked at by live_journaled. */
void live_forget_log(struct live *l);
/* Waits up to five seconds for a line that has all the words; true if one
 * comes. */
bool live_journaled(const struct live *l, const char *const *words);
#define LIVE_JOURNALED(l, ...)                                                 \
    CHECK(live_journaled((l), (const char *const[]){__VA_ARGS__, NULL}))
/* A connection to a port of the loopback; -1 without. */
int live_dial(int port);
/* Process id of a process of the server, from its start line; 0 if none. */
pid_t live_process(const struct live *l, const char *name);

/* One connection. */
struct wire {
    struct live *live;
    int fd;
    SSL *ssl; /* NULL on a plain connection */
    struct hop_http_parser parser;
    struct hop_initiator *initiator;
    struct hop_seal *seal; /* after wire_log_on over HTTP */
    struct hop_buf in;
    size_t in_at;
    int status;           /* of the last answer, 0: the connection has ended */
    struct hop_buf body;  /* of the last answer, unsealed */
    char challenge[4096]; /* its first WWW-Authenticate, or "" */
    bool closes;          /* the answer says Connection: close */
};

#define AUTO_WIRE HOP_CLEANUP(wire_close) struct wire

/* Connects; fd is -1 when that fails. */
void wire_open(struct wire *w, struct live *l);
/* The same over TLS, with any certificate. */
void wire_open_tls(struct wire *w, struct live *l);
void wire_close(struct wire *w);
bool wire_send(struct wire *w, const void *p, size_t n);
/* Reads one whole answer; w->status is 0 when the connection ends before it, or
 * after ten seconds without one. */
int wire_read(struct wire *w);
/* POST /wsman with these further fields ("Name: value\r\n"...), and its
 * answer's status. */
int wire_post(struct wire *w, const char *fields, const void *body, size_t n);
/* Waits up to seconds for the server to close; true if it does. */
bool wire_is_closed(struct wire *w, int seconds);

/* What of the channel a logon is bound to. */
enum wire_binding {
    WIRE_BOUND,   /* to the server's certificate; plain: to nothing */
    WIRE_UNBOUND, /* to nothing */
    WIRE_FOREIGN, /* to another certificate */
};

/* Chooses it for the logons after this. */
void wire_bind_to(enum wire_binding binding);
/* Tickets and passwords of the logons so far. */
void wire_forget_credentials(void);
/* A client for one mechanism with what the realm knows. */
bool wire_initiator(struct wire *w, enum hop_auth_mech mech);
/* Appends "Authorization: SCHEME TOKEN\r\n" for the next token. */
bool wire_token(struct wire *w, struct hop_buf *fields);
/* After a 200: takes the server's last token and with it the sealing. */
bool wire_finish(struct wire *w);
/* The whole exchange with empty bodies; true when it ends with 200. */
bool wire_log_on(struct wire *w, enum hop_auth_mech mech);
/* Seals, posts, and opens the answer's body. */
int wire_exchange(struct wire *w, const void *envelope, size_t n);
/* Appends the multipart/encrypted body of an envelope. */
bool wire_seal(struct wire *w, const void *envelope, size_t n,
               struct hop_buf *out);
/* Opens the sealed body of the last answer in place. */
bool wire_unseal(struct wire *w);
extern const char wire_sealed_type[]; /* its Content-Type field */

/* A message there and its answer back, decoded; m is filled in with what each
 * request must have.  False when the answer is no message. */
bool wire_ask(struct wire *w, struct hop_wsman_message *m,
              struct hop_wsman_message *answer);
/* The server still does its work: logs on anew, opens a shell, runs a command,
 * reads its output, deletes the shell. */
bool live_serves(struct live *l);
/* Opens a WinRS shell; its id into id (64 bytes). */
bool wire_open_shell(struct wire *w, char *id);

#endif
