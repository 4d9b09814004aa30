/* Commands, in parts that can run beside each other.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CLIENT_COMMAND_H
#define HOP_CLIENT_COMMAND_H

#include "client/connection.h"

/* Begins a Receive on the main wire. */
HOP_MUST_CHECK bool command_begin_receive(struct hop_command *command);
/* The Receive is finished: outputs can be taken; a fault that says "nothing
 * yet" leaves none. */
HOP_MUST_CHECK bool command_end_receive(struct hop_command *command);
/* The next piece of the last Receive; false when there is none. */
bool command_next_output(struct hop_command *command, struct hop_output *out);
/* Begins a Send of as much of the data as one message takes (*taken). */
HOP_MUST_CHECK bool command_begin_send(struct hop_command *command,
                                       struct wire *w, const void *data,
                                       size_t len, bool end, size_t *taken);
HOP_MUST_CHECK bool command_begin_signal(struct hop_command *command,
                                         struct wire *w,
                                         enum hop_signal signal);
/* A Send or Signal on that wire is finished.  Input for a command that has just
 * ended is no failure. */
HOP_MUST_CHECK bool command_end_side(struct hop_command *command,
                                     struct wire *w, enum hop_wsman_kind want);

#endif
