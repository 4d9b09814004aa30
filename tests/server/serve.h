/* A server of one user for tests: hopd --user on a free port of the loopback,
 * with an NTLM user file, in a directory of its own.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_TEST_SERVE_H
#define HOP_TEST_SERVE_H

#include <stdbool.h>
#include <sys/types.h>

#include "client/hop.h"

#define SERVE_USER     "HOP\\tester"
#define SERVE_PASSWORD "Sesame, open"

struct serve {
    char dir[64];
    int port;
    pid_t pid;
};

/* Starts it with extra lines of settings and waits until it serves; ends the
 * test program when it does not. */
void serve_start(struct serve *s, const char *settings);
/* Ends it; false when it left a process or a file behind. */
bool serve_stop(struct serve *s);
/* How often the text stands in the log. */
int serve_log_count(const struct serve *s, const char *text);
/* The process of that name below the server, 0: none. */
pid_t serve_child(const struct serve *s, const char *name);
/* An authenticated connection. */
hop_connection *serve_connect(const struct serve *s);

#endif
