/* The settings in files: reading a directory, replacing a file.
 *
 * SPDX-License-Identifier: MIT
 */
#include "config/change.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/io.h"
#include "config/grouppolicy.h"

#define FILE_MAX (1024 * 1024)

bool
hop_config_read_file(const char *path, struct hop_buf *out, bool *missing,
                     struct hop_error *err)
{
    HOP_AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC);

    *missing = fd < 0 && errno == ENOENT;
    if (*missing)
        return true;
    if (fd < 0)
        return hop_error_errno(err, errno, "open %s", path);
    for (;;) {
        void *room = hop_buf_reserve(out, 16384);
        ssize_t n = room ? read(fd, room, 16384) : 0;
        if (n < 0)
            return hop_error_errno(err, errno, "read %s", path);
        if (n == 0)
            break;
        hop_buf_commit(out, (size_t)n);
    }
    if (!hop_buf_ok(out) || out->len > FILE_MAX)
        return hop_error_set(err, HOP_ERROR_LIMIT, 0,
                             "%s: larger than %d bytes", path, FILE_MAX);
    if (out->len != strlen(hop_buf_str(out)))
        return hop_error_set(err, HOP_ERROR_GENERIC, 0, "%s: holds a NUL byte",
                             path);
    return true;
}

static bool
load_file(struct hop_config *c, const char *path, bool policy,
          struct hop_error *err)
{
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;
    bool missing;

    if (!hop_config_read_file(path, &text, &missing, err))
        return false;
    return missing ||
           hop_config_parse(c, hop_buf_str(&text), path, policy, err);
}

static int
is_policy(const struct dirent *d)
{
    size_t n = strlen(d->d_name);

    return d->d_name[0] != '.' && n > 5 &&
           strcmp(d->d_name + n - 5, ".conf") == 0;
}

bool
hop_config_load(struct hop_config *c, const char *dir, struct hop_error *err)
{
    HOP_AUTO_FREE char *main_file = hop_xasprintf("%s/wsman.conf", dir);
    HOP_AUTO_FREE char *policies = hop_xasprintf("%s/policy.d", dir);
    struct dirent **list = NULL;

    if (!load_file(c, main_file, false, err))
        return false;
    int n = scandir(policies, &list, is_policy, alphasort);
    if (n < 0 && errno != ENOENT)
        return hop_error_errno(err, errno, "read %s", policies);
    bool ok = true;
    for (int i = 0; i < n; i++) {
        HOP_AUTO_FREE char *path =
            hop_xasprintf("%s/%s", policies, list[i]->d_name);
        ok = ok && load_file(c, path, true, err);
        free(list[i]);
    }
    free(list);
    HOP_AUTO_FREE char *domain =
        hop_xasprintf("%s/" HOP_GROUP_POLICY_FILE, policies);
    return ok && load_file(c, domain, true, err);
}

bool
hop_config_write(const char *path, const struct hop_buf *text,
                 struct hop_error *err)
{
    HOP_AUTO_FREE char *other = hop_xasprintf("%s.new.XXXXXX", path);
    HOP_AUTO_FD int fd = mkostemp(other, O_CLOEXEC);

    if (fd < 0)
        return hop_error_errno(err, errno, "create %s", other);
    if (!hop_fd_write(fd, hop_buf_str(text), text->len) ||
        fchmod(fd, 0644) < 0 || fsync(fd) < 0 || rename(other, path) < 0) {
        int saved = errno;
        unlink(other);
        return hop_error_errno(err, saved, "write %s", path);
    }
    return true;
}
