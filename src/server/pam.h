/* PAM for a session: service "hop".
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_SERVER_PAM_H
#define HOP_SERVER_PAM_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"

struct hop_pam;

#define HOP_PAM_SERVICE "hop"

/* Without a file of our own PAM would take "other", which lets everybody in on
 * many systems: the server refuses to start then. */
HOP_MUST_CHECK bool hop_pam_check_service(struct hop_error *err);
/* Loads the modules of the service once, before any child is forked: children
 * share their pages and save the time.  Call again after the file changed. */
void hop_pam_preload(void);

/* account, groups, credentials, session; in this order, as sshd and login do.
 * Sets this process's group and supplementary groups.  err has PAM's own
 * texts (expired account); code ERROR_LOGON_FAILURE's family, WSMAN domain. */
HOP_MUST_CHECK bool hop_pam_open(const char *user, gid_t gid, const char *peer,
                                 struct hop_pam **out, struct hop_error *err);
/* NAME=VALUE strings that modules have set; malloc'ed, NULL at the end. */
char **hop_pam_environment(struct hop_pam *p);
/* Closes the session, deletes the credentials. */
void hop_pam_close(struct hop_pam *p);

#endif
