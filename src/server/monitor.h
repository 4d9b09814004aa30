/* hopd: the monitor.  The only process that stays root, and one that reads
 * nothing from the network: it starts, watches and ends the others.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_SERVER_MONITOR_H
#define HOP_SERVER_MONITOR_H

/* The program; returns its exit status. */
int hop_monitor_main(int argc, char **argv);

#endif
