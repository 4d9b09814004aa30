/* Wires that a test plays: what all of them do alike.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_TESTS_CLIENT_PLAYED_H
#define HOP_TESTS_CLIENT_PLAYED_H

#include "client/wires.h"

struct wire {
    struct hop_buf answer;
    int status;
    bool waits;     /* it gives no answer */
    const char *to; /* where it sends us to, or NULL */
};

/* Without begin(), which is the test's: it fills answer or sets waits.  The
 * host is reached at http://b:5985/wsman, under rules that allow all. */
extern const struct hop_wires played_wires;

#endif
