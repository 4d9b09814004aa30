/* SPDX-License-Identifier: MIT */
#include "console/history.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/text.h"

char *
hop_history_path(const char *data_home, const char *home)
{
    if (data_home && *data_home == '/')
        return hop_xasprintf("%s/hop/history", data_home);
    if (home && *home == '/')
        return hop_xasprintf("%s/.local/share/hop/history", home);
    return NULL;
}

static void
close_file(FILE **f)
{
    if (*f)
        fclose(*f);
}

struct ring {
    char *entries[HOP_HISTORY_MAX];
    size_t next, n;
};

static void
keep_entry(struct ring *r, const char *entry)
{
    free(r->entries[r->next]);
    r->entries[r->next] = hop_xstrdup(entry);
    r->next = (r->next + 1) % HOP_HISTORY_MAX;
    if (r->n < HOP_HISTORY_MAX)
        r->n++;
}

static void
read_entries(FILE *f, struct ring *r)
{
    HOP_AUTO_BUF struct hop_buf entry = HOP_BUF_INIT;
    HOP_AUTO_FREE char *line = NULL;
    size_t cap = 0;
    ssize_t n;

    while ((n = getline(&line, &cap, f)) >= 0) {
        if (n && line[n - 1] == '\n')
            line[--n] = '\0';
        if (n && line[n - 1] == '`') {
            hop_buf_add(&entry, line, (size_t)n - 1);
            hop_buf_addc(&entry, '\n');
            continue;
        }
        hop_buf_add(&entry, line, (size_t)n);
        if (entry.len)
            keep_entry(r, entry.data);
        hop_buf_clear(&entry);
    }
}

void
hop_history_load(const char *path, void (*fn)(void *ctx, const char *entry),
                 void *ctx)
{
    HOP_CLEANUP(close_file) FILE *f = path ? fopen(path, "re") : NULL;
    struct ring *r;

    if (!f)
        return;
    r = hop_xmalloc(sizeof(*r));
    read_entries(f, r);
    for (size_t i = 0; i < HOP_HISTORY_MAX; i++) {
        char *entry = r->entries[(r->next + i) % HOP_HISTORY_MAX];

        if (entry)
            fn(ctx, entry);
        free(entry);
    }
    free(r);
}

static void
make_folders(const char *path)
{
    HOP_AUTO_FREE char *p = hop_xstrdup(path);

    for (char *s = strchr(p + 1, '/'); s; s = strchr(s + 1, '/')) {
        *s = '\0';
        mkdir(p, 0700);
        *s = '/';
    }
}

bool
hop_history_append(const char *path, const char *entry)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    HOP_AUTO_FD int fd = -1;

    make_folders(path);
    fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
              0600);
    if (fd < 0)
        return false;
    for (; *entry; entry++) {
        if (*entry == '\n')
            hop_buf_addc(&b, '`');
        hop_buf_addc(&b, *entry);
    }
    hop_buf_addc(&b, '\n');
    flock(fd, LOCK_EX);
    return write(fd, b.data, b.len) == (ssize_t)b.len;
}

bool
hop_history_is_sensitive(const char *entry)
{
    static const char *const words[] = {
        "password", "asplaintext", "token", "apikey", "secret", "passphrase"};

    for (size_t i = 0; i < HOP_ARRAY_SIZE(words); i++)
        if (strcasestr(entry, words[i]))
            return true;
    return false;
}
