/* The helper's side: answers what the shell asks (smb/message.h) with a
 * backend, which is libsmbclient (smb/samba.h) or a test's.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_SMB_SERVE_H
#define HOP_SMB_SERVE_H

#include <sys/types.h>

#include "base/error.h"
#include "smb/message.h"

/* Who logs on where.  Borrowed texts; user "": with a ticket. */
struct smb_login {
    const char *server, *share, *user, *domain, *password;
};

/* Called with each entry of a listing; false ends it. */
typedef bool smb_entry_fn(void *ctx, const char *name,
                          const struct smb_entry *entry);

/* Functions return 0 or an errno.  Paths are "share/folder/file". */
struct smb_backend {
    /* Words and reason are for users; err is set whenever it fails. */
    int (*connect)(void *ctx, const struct smb_login *login,
                   enum smb_reason *reason, struct hop_error *err);
    /* Around each operation with a path: what it may need is made ready, and
     * taken away; settle is true when the operation is worth a second try,
     * after which it is called again. */
    void (*prepare)(void *ctx, const char *path);
    bool (*settle)(void *ctx, const char *path, int code);
    int (*stat)(void *ctx, const char *path, struct smb_entry *out);
    int (*list)(void *ctx, const char *path, smb_entry_fn *fn, void *fn_ctx);
    int (*open)(void *ctx, const char *path, enum smb_open how,
                uint32_t *handle);
    int (*read)(void *ctx, uint32_t handle, void *into, size_t n, size_t *got);
    int (*write)(void *ctx, uint32_t handle, const void *bytes, size_t n);
    int (*close)(void *ctx, uint32_t handle);
    int (*mkdir)(void *ctx, const char *path);
    int (*rmdir)(void *ctx, const char *path);
    int (*unlink)(void *ctx, const char *path);
    int (*rename)(void *ctx, const char *from, const char *to);
    int (*times)(void *ctx, const char *path, const struct smb_times *t);
    int (*attributes)(void *ctx, const char *path, uint32_t attributes);
    int (*space)(void *ctx, const char *path, struct smb_space *out);
};

/* Answers until the other side closes.  False when that side broke the
 * protocol. */
bool smb_serve(int fd, const struct smb_backend *backend, void *ctx);

#endif
