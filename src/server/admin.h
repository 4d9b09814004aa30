/* Who administers this host.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_SERVER_ADMIN_H
#define HOP_SERVER_ADMIN_H

#include <stdbool.h>

/* Whether a list of groups ("sudo, wheel") has one that the user is in.  A
 * group of a domain is also meant without its domain: CORP\domain admins,
 * domain admins@corp.test.  Asks NSS, which may take its time.  A user id of 0
 * always is. */
bool hop_admin_is(const char *list, const char *user);

/* Whether an entry means the group of that name: for tests. */
bool hop_admin_group_fits(const char *entry, const char *group);

#endif
