/* The shell's side: helpers, one for each server, started when it is first
 * asked for, and what is asked of them.
 *
 * Paths are inner forms (smb/unc.h).  Functions return 0, or -1 with errno as
 * the system's calls of the same name; hop_unc_trouble() then may say more.  A
 * call waits for its answer, for a minute at the most, a few seconds while a
 * server is reached; it is no place for threads.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_SMB_CLIENT_H
#define HOP_SMB_CLIENT_H

#include "base/secret.h"
#include "smb/message.h"

/* Why the last call of this room failed, in words for users and errno does not
 * tell; "" when errno does.  SMB_REASON_NONE goes with "". */
const char *hop_unc_trouble(enum smb_reason *reason);

/* Servers of this root ("\\c/share") are shown this user from now on instead of
 * the session's tickets: "CORP\alice", "alice@corp.test".  The password is
 * copied. */
void hop_unc_use(const char *root, const char *user,
                 const struct hop_secret *password);
void hop_unc_forget(const char *root);
/* Closes every connection; the next call opens new ones. */
void hop_unc_close_all(void);
/* For tests: the other end of the socket of each new helper is given to fn
 * instead of to the program. */
void hop_unc_set_helper(bool (*fn)(int fd));

int smb_stat(const char *path, struct smb_entry *out);
/* fn is called with the names in their bytes' order; it asks nothing itself. */
int smb_list(const char *path,
             bool (*fn)(void *ctx, const char *name,
                        const struct smb_entry *entry),
             void *ctx);
/* Creates, removes and changes: the operations with one path. */
int smb_change(enum smb_op op, const char *path, uint32_t value);
int smb_rename(const char *from, const char *to); /* EXDEV: other server */
int smb_set_times(const char *path, const struct smb_times *t);
int smb_get_space(const char *path, struct smb_space *out);

struct smb_file; /* an open one */
struct smb_file *smb_open(const char *path, enum smb_open how);
/* The next bytes, at most SMB_CHUNK at once, borrowed until the next call; *n
 * is 0 at the end.  The bytes after them are on their way meanwhile. */
int smb_read(struct smb_file *f, const void **bytes, size_t *n);
int smb_write(struct smb_file *f, const void *bytes, size_t n);
/* Frees it in any case. */
int smb_close(struct smb_file *f);

#endif
