/* hopd-auth: proves who is at the other end.  It alone holds the server's keys
 * and what users delegate; hopd-net sends it tokens and gets verdicts and
 * sealing contexts, the monitor gets told whose session to start.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_SERVER_AUTH_H
#define HOP_SERVER_AUTH_H

/* The program, started by hopd with its channel as descriptor
 * HOP_IPC_MONITOR_FD; returns its exit status. */
int hop_auth_main(int argc, char **argv);

#endif
