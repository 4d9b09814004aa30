/* hopd-auth as a process: the test is the monitor and hopd-net at once.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_TESTS_SERVER_AUTHPROC_H
#define HOP_TESTS_SERVER_AUTHPROC_H

#include <sys/types.h>

#include "auth/initiate.h"
#include "auth/realm.h"
#include "server/messages.h"

extern struct realm realm;
extern struct hop_ipc monitor, net;
extern pid_t pid;        /* of hopd-auth */
extern uint32_t last_id; /* of the last STEP or WANT */
extern uint64_t last_connection;
extern char owner[64];
extern struct hop_cred *tickets; /* alice's, the default cache */

/* Starts realm, users and process; more settings in text.  Prints why and
 * returns false when it cannot. */
bool begin(const char *settings);
bool start_process(const char *settings);
int stop_process(void);
/* The next message, waiting up to five seconds; NULL at the end. */
struct hop_ipc_msg *await(struct hop_ipc *ipc);
bool tell(struct hop_ipc *ipc, uint32_t type, uint32_t id, const void *body,
          const int *fds, size_t n);
/* One STEP; the answer is valid until the next await. */
bool step(uint64_t connection, enum hop_scheme scheme, bool tls,
          const void *token, size_t n, struct hop_msg_answer *out);
/* A logon by an initiator; out is the last answer. */
bool log_on(uint64_t connection, enum hop_scheme scheme,
            const struct hop_initiator_options *o, struct hop_initiator **i,
            struct hop_msg_answer *out);
struct hop_initiator_options options(enum hop_auth_mech mech,
                                     struct hop_cred *c);
struct hop_cred *password_cred(const char *user, const char *password);
/* A WANT for the logon. */
bool want(uint64_t logon, const char *session, const char *resource);

#endif
