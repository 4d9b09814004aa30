/* A proxy on the loopback that cuts connections.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_TESTS_LIVE_CUTTER_H
#define HOP_TESTS_LIVE_CUTTER_H

#include <stddef.h>
#include <sys/types.h>

struct cutter {
    pid_t pid;
    int port;
    int tell; /* it writes the bytes that went through when it is stopped */
};

enum cut {
    CUT_RESET, /* both sides see a reset */
    CUT_CLOSE, /* both see an end */
};

/* Passes everything on to the port until `after` bytes have gone through, both
 * ways together; then it cuts that connection, once, and passes on again.
 * after 0: never.  refuse_ms: how long new connections are cut at once after
 * that. */
void cutter_start(struct cutter *c, int port, size_t after, enum cut how,
                  int refuse_ms);
/* Returns how many bytes went through. */
size_t cutter_stop(struct cutter *c);

#endif
