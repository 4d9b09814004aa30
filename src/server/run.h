/* hopd-run: one session as its user.  It talks to hopd-net through a channel
 * that its keeper hands it (and hands it anew after hopd-net has been
 * restarted), and ends when its keeper does.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_SERVER_RUN_H
#define HOP_SERVER_RUN_H

/* The program: descriptor HOP_IPC_MONITOR_FD is the channel to the keeper.
 * Returns its exit status. */
int hop_run_main(void);
/* hopd-run-ps: the same for a PSRP shell, with the engine in it. */
int hop_run_ps_main(void);
/* hopd-run-cim: the same for instances of classes (WS-Enumeration). */
int hop_run_cim_main(void);

#endif
