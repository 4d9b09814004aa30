/* gpupdate: makes the domain's Group Policy for this computer the policy of
 * Hop's settings (config/grouppolicy.h).
 *
 *     root      reads the keytab, makes folders, waits
 *     _hopauth  logs on, asks LDAP and SMB, reads what came, writes a report
 *     root      checks the report, writes policy.d/domain.policy
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_SERVER_GPUPDATE_H
#define HOP_SERVER_GPUPDATE_H

/* The program; returns its exit status: 0 done (or left to itself),
 * 1 not done or wrong usage. */
int hop_gpupdate_main(int argc, char **argv);

#endif
