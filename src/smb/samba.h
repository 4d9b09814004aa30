/* The helper's backend on libsmbclient: the one place that needs that library,
 * whose licence is GPL-3.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_SMB_SAMBA_H
#define HOP_SMB_SAMBA_H

#include "smb/serve.h"

/* Puts a ticket for cifs/server into a file of its own, which the library's
 * Kerberos can read whatever the session's cache is; *path is free()d by the
 * caller, after drop. */
struct smb_tickets {
    bool (*make)(const char *server, char **path, struct hop_error *err);
    void (*drop)(const char *path);
};

extern const struct smb_backend smb_samba;

struct smb_samba;
struct smb_samba *smb_samba_new(const struct smb_tickets *tickets);
void smb_samba_free(struct smb_samba *s);

#endif
