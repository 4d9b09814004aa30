/* SPDX-License-Identifier: MIT */
#include "cim/files.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"

char *
hop_file_text(const char *path, size_t max)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    HOP_AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    ssize_t n = 1;

    while (fd >= 0 && n > 0 && b.len < max) {
        size_t room = max - b.len < 65536 ? max - b.len : 65536;
        char *to = hop_buf_reserve(&b, room);

        n = to ? read(fd, to, room) : -1;
        if (n > 0)
            hop_buf_commit(&b, (size_t)n);
    }
    return fd < 0 || n < 0 ? NULL : hop_buf_take(&b);
}

char *
hop_file_line(const char *path)
{
    char *text = hop_file_text(path, 4096);
    size_t n = text ? strcspn(text, "\n") : 0;

    while (n > 0 && (text[n - 1] == ' ' || text[n - 1] == '\t'))
        n--;
    if (n == 0) {
        free(text);
        return NULL;
    }
    text[n] = '\0';
    return text;
}
