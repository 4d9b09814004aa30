/* SPDX-License-Identifier: MIT */
#include "auth/basic.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "auth/explain.h"
#include "base/alloc.h"
#include "base/buf.h"

enum { FILE_MAX_BYTES = 1 << 20 };

static bool
deny(struct hop_error *err, const char *user, const char *why)
{
    return hop_error_set(err, HOP_ERROR_WSMAN, HOP_SEC_E_LOGON_DENIED,
                         "log on as %s: %s (0x8009030C SEC_E_LOGON_DENIED)",
                         user, why);
}

static bool
read_private(const char *path, struct hop_buf *out, struct hop_error *err)
{
    HOP_AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    struct stat st;
    ssize_t n;
    char *room;

    if (fd < 0 || fstat(fd, &st) != 0)
        return hop_error_errno(err, errno, "read the user file %s", path);
    if ((st.st_mode & 077) != 0 || (st.st_uid != geteuid() && st.st_uid != 0))
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "read the user file %s: others can read or write "
                             "it; chmod it to 0600",
                             path);
    do {
        room = hop_buf_reserve(out, 4096);
        n = room != NULL ? read(fd, room, 4096) : -1;
        if (n > 0)
            hop_buf_commit(out, (size_t)n);
    } while (n > 0);
    return n == 0 || hop_error_errno(err, errno, "read the user file %s", path);
}

/* "DOMAIN:user:password": compared in a time that does not depend on where
 * they differ. */
static bool
line_fits(const char *line, size_t n, const char *user,
          const struct hop_secret *password)
{
    const char *u = memchr(line, ':', n), *p;
    size_t user_len, len;

    if (line[0] == '#' || u++ == NULL)
        return false;
    p = memchr(u, ':', n - (size_t)(u - line));
    if (p == NULL)
        return false;
    user_len = (size_t)(p++ - u);
    len = n - (size_t)(p - line);
    return user_len == strlen(user) && memcmp(u, user, user_len) == 0 &&
           len == hop_secret_len(password) &&
           CRYPTO_memcmp(p, hop_secret_bytes(password), len) == 0;
}

bool
hop_basic_check_file(const char *path, const char *user,
                     const struct hop_secret *password, struct hop_error *err)
{
    HOP_AUTO_BUF struct hop_buf text = {.max = FILE_MAX_BYTES, .secret = true};
    bool found = false;

    if (!read_private(path, &text, err))
        return false;
    for (const char *p = text.data, *end = p + text.len; p < end;) {
        const char *nl = memchr(p, '\n', (size_t)(end - p));
        size_t n = (size_t)((nl != NULL ? nl : end) - p);

        found |= n > 0 && line_fits(p, n, user, password);
        p += n + 1;
    }
    return found || deny(err, user, "the user name or the password is wrong");
}
