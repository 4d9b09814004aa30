/* Who administers this host.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_SERVER_ADMIN_H
#define HOP_SERVER_ADMIN_H

#include <stdbool.h>

/* Whether a list of groups ("sudo, wheel, CORP\domain admins") has one that
 * the user is in.  Names are as NSS writes them, with their domain: a group
 * "sudo" of some domain is another one.  Asks NSS, which may take its time.  A
 * user id of 0 always is. */
bool hop_admin_is(const char *list, const char *user);

#endif
