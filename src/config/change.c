/* SPDX-License-Identifier: MIT */
#include "config/change.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"

#define ANSWER_MAX 4096

/* ---- what is to change */

struct change {
    char *path, *value; /* value NULL: it goes */
};

struct changes {
    struct change *items;
    size_t count;
};

static void
free_changes(struct changes *c)
{
    for (size_t i = 0; i < c->count; i++) {
        free(c->items[i].path);
        free(c->items[i].value);
    }
    free(c->items);
}

void
hop_config_change_set(struct hop_buf *changes, const char *path,
                      const char *value)
{
    hop_buf_addf(changes, "%s = %s\n", path, value);
}

void
hop_config_change_remove(struct hop_buf *changes, const char *path)
{
    hop_buf_addf(changes, "- %s\n", path);
}

static char *
copy_trimmed(const char *s, size_t n)
{
    while (n > 0 && hop_ascii_is_space(*s))
        s++, n--;
    while (n > 0 && hop_ascii_is_space(s[n - 1]))
        n--;
    char *out = hop_xstrndup(s, n);
    for (char *p = out; *p != '\0'; p++)
        *p = *p == '\\' ? '/' : *p;
    return out;
}

/* As copy_trimmed, for a value: its characters stay. */
static char *
copy_value(const char *s, size_t n)
{
    while (n > 0 && hop_ascii_is_space(*s))
        s++, n--;
    while (n > 0 && hop_ascii_is_space(s[n - 1]))
        n--;
    return hop_xstrndup(s, n);
}

static bool
parse_line(struct changes *c, const char *line, size_t n, struct hop_error *err)
{
    const char *equals = memchr(line, '=', n);
    struct change new = {0};

    if (n > 1 && line[0] == '-')
        new.path = copy_trimmed(line + 1, n - 1);
    else if (equals)
        new = (struct change){
            copy_trimmed(line, (size_t)(equals - line)),
            copy_value(equals + 1, (size_t)(line + n - equals) - 1)};
    else
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "\"%.*s\" changes no setting",
                             (int)(n < 80 ? n : 80), line);
    c->items = hop_xrealloc(c->items, c->count + 1, sizeof(*c->items));
    c->items[c->count++] = new;
    return true;
}

static bool
parse_changes(const char *text, struct changes *out, struct hop_error *err)
{
    while (*text != '\0') {
        size_t n = strcspn(text, "\n");

        if (n > 0 && !parse_line(out, text, n, err))
            return false;
        text += n + (text[n] == '\n');
    }
    return true;
}

/* ---- the file */

/* How the line (n bytes) stands to that path: it sets it, or what is below. */
static bool
line_sets(const char *line, size_t n, const char *path, bool below)
{
    size_t len = strlen(path);

    while (n > 0 && hop_ascii_is_space(*line))
        line++, n--;
    for (size_t i = 0; i < len; i++, line++, n--) {
        char c = n > 0 ? *line : '\0';
        if (hop_ascii_lower(c == '\\' ? '/' : c) != hop_ascii_lower(path[i]))
            return false;
    }
    if (below && n > 0 && (*line == '/' || *line == '\\'))
        return true;
    while (n > 0 && hop_ascii_is_space(*line))
        line++, n--;
    return n > 0 && *line == '=';
}

/* Copies the text; the line that set the path carries the new value, or goes.
 */
static void
change_text(const char *text, const struct change *c, struct hop_buf *out)
{
    bool done = c->value == NULL;

    while (*text != '\0') {
        size_t n = strcspn(text, "\n");
        bool same = line_sets(text, n, c->path, c->value == NULL);
        if (same && !done)
            hop_config_change_set(out, c->path, c->value);
        else if (!same)
            hop_buf_addf(out, "%.*s\n", (int)n, text);
        done = done || same;
        text += n + (text[n] == '\n');
    }
    if (!done)
        hop_config_change_set(out, c->path, c->value);
}

/* The policies are read as well, so that what they fix is refused. */
static bool
check_changes(const char *dir, const struct changes *all, struct hop_error *err)
{
    HOP_CLEANUP(hop_config_done) struct hop_config c;

    hop_config_init(&c);
    if (!hop_config_load(&c, dir, err))
        return false;
    for (size_t i = 0; i < all->count; i++) {
        const struct change *one = &all->items[i];

        if (one->value == NULL
                ? hop_config_is_fixed(&c, one->path) &&
                      !hop_config_refuse_fixed(one->path, err)
                : !hop_config_set(&c, one->path, one->value, false, err))
            return false;
    }
    return true;
}

bool
hop_config_change_files(const char *dir, const char *changes,
                        struct hop_error *err)
{
    HOP_CLEANUP(free_changes) struct changes all = {0};
    HOP_AUTO_FREE char *path = hop_xasprintf("%s/wsman.conf", dir);
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;
    HOP_AUTO_FD int lock = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool missing;

    if (lock < 0 || flock(lock, LOCK_EX) < 0)
        return hop_error_errno(err, errno, "open %s", dir);
    if (!parse_changes(changes, &all, err) || !check_changes(dir, &all, err) ||
        !hop_config_read_file(path, &text, &missing, err))
        return false;
    for (size_t i = 0; i < all.count; i++) {
        HOP_AUTO_BUF struct hop_buf next = HOP_BUF_INIT;
        change_text(hop_buf_str(&text), &all.items[i], &next);
        struct hop_buf swap = text;
        text = next;
        next = swap;
    }
    if (!hop_buf_ok(&text))
        return hop_error_set(err, HOP_ERROR_LIMIT, 0, "%s: too large", path);
    return all.count == 0 || hop_config_write(path, &text, err);
}

/* ---- through hopd */

void
hop_config_answer_format(bool ok, const struct hop_error *err,
                         struct hop_buf *out)
{
    if (ok)
        hop_buf_adds(out, "+");
    else
        hop_buf_addf(out, "-%08" PRIX32 " %s",
                     err->domain == HOP_ERROR_WSMAN ? (uint32_t)err->code : 0,
                     err->text);
}

bool
hop_config_answer_parse(const char *answer, struct hop_error *err)
{
    char *end;

    if (answer[0] == '+')
        return true;
    if (answer[0] != '-')
        return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                             "hopd has not answered: see its journal");
    unsigned long code = strtoul(answer + 1, &end, 16);
    return hop_error_set(err, code ? HOP_ERROR_WSMAN : HOP_ERROR_GENERIC,
                         (int64_t)(code & UINT32_MAX), "%.1000s",
                         *end == ' ' ? end + 1 : end);
}

static int
dial(const char *path, struct hop_error *err)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    HOP_AUTO_FD int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int out;

    if (snprintf(to.sun_path, sizeof(to.sun_path), "%s", path) >=
        (int)sizeof(to.sun_path))
        errno = ENAMETOOLONG;
    else if (fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0) {
        out = fd;
        fd = -1;
        return out;
    }
    hop_error_set(err, HOP_ERROR_WSMAN, HOP_CONFIG_DENIED,
                  "the settings can be changed by root alone, or in a session "
                  "of an administrator where hopd serves, and there is no hopd "
                  "at %s (%s) (0x80070005 E_ACCESSDENIED)",
                  path, strerror(errno));
    return -1;
}

bool
hop_config_change_ask(const char *path, const char *changes,
                      struct hop_error *err)
{
    HOP_AUTO_FD int fd = dial(path, err);
    char answer[ANSWER_MAX];
    size_t n = 0;
    ssize_t got = 0;

    if (fd < 0)
        return false;
    for (size_t left = strlen(changes); left > 0;) {
        ssize_t k = send(fd, changes, left, MSG_NOSIGNAL);
        /* What it refuses at once it does not read: the answer tells. */
        if (k < 0 && errno == EPIPE)
            break;
        if (k < 0 && errno != EINTR)
            return hop_error_errno(err, errno, "write to %s", path);
        changes += k > 0 ? k : 0;
        left -= k > 0 ? (size_t)k : 0;
    }
    shutdown(fd, SHUT_WR);
    while (n < sizeof(answer) - 1 &&
           ((got = read(fd, answer + n, sizeof(answer) - 1 - n)) > 0 ||
            (got < 0 && errno == EINTR)))
        n += got > 0 ? (size_t)got : 0;
    answer[n] = '\0';
    return hop_config_answer_parse(answer, err);
}

bool
hop_config_change(const char *dir, const char *changes, struct hop_error *err)
{
    if (strcmp(dir, HOP_CONFIG_DIR) != 0 || access(dir, W_OK) == 0)
        return hop_config_change_files(dir, changes, err);
    return hop_config_change_ask(HOP_CONFIG_SOCKET, changes, err);
}

bool
hop_config_save(const char *dir, const char *const *paths,
                const char *const *values, size_t count, struct hop_error *err)
{
    HOP_AUTO_BUF struct hop_buf changes = HOP_BUF_INIT;

    for (size_t i = 0; i < count; i++) {
        if (strpbrk(values[i], "\r\n") != NULL)
            return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                                 "%s: a value is one line", paths[i]);
        hop_config_change_set(&changes, paths[i], values[i]);
    }
    return hop_config_change(dir, hop_buf_str(&changes), err);
}
