/* SPDX-License-Identifier: MIT */
#include "server/names.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/io.h"
#include "base/text.h"

/* cmd.exe runs what follows /c; what is before it are its own switches. */
static const char cmd_script[] =
    "#!/bin/sh\n"
    "while [ $# -gt 0 ]; do\n"
    "    case $1 in\n"
    "    /[cCkK]) shift; break ;;\n"
    "    /[cCkK]*) first=${1#/?}; shift; set -- \"$first\" \"$@\"; break ;;\n"
    "    /?|/?:*) shift ;;\n"
    "    *) break ;;\n"
    "    esac\n"
    "done\n"
    "[ $# -gt 0 ] || exec /bin/sh\n"
    "exec /bin/sh -c \"$*\"\n";

/* Everything here is UTF-8 already. */
static const char chcp_script[] = "#!/bin/sh\n"
                                  "echo 'Active code page: 65001'\n";

/* Spellings beyond the first are those that scripts use in the middle of a
 * line, where only the PATH helps. */
static const struct row {
    const char *name;
    const char *script; /* NULL: hop itself */
} rows[] = {
    {"powershell", NULL},     {"PowerShell", NULL},
    {"Powershell", NULL},     {"POWERSHELL", NULL},
    {"powershell.exe", NULL}, {"PowerShell.exe", NULL},
    {"Powershell.exe", NULL}, {"POWERSHELL.EXE", NULL},
    {"pwsh", NULL},           {"pwsh.exe", NULL},
    {"cmd", cmd_script},      {"cmd.exe", cmd_script},
    {"CMD", cmd_script},      {"CMD.EXE", cmd_script},
    {"chcp", chcp_script},    {"chcp.com", chcp_script},
};

static bool
make_script(const char *path, const char *text, struct hop_error *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755);
    bool ok = fd >= 0 && hop_fd_write(fd, text, strlen(text)) &&
              fchmod(fd, 0755) == 0;

    if (!ok)
        (void)hop_error_errno(err, errno, "create %s", path);
    if (fd >= 0)
        close(fd);
    return ok;
}

bool
hop_names_make(const char *dir, const char *hop, struct hop_error *err)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        HOP_AUTO_FREE char *path = hop_xasprintf("%s/%s", dir, rows[i].name);

        unlink(path);
        if (rows[i].script && !make_script(path, rows[i].script, err))
            return false;
        if (!rows[i].script && symlink(hop, path) < 0)
            return hop_error_errno(err, errno, "create %s", path);
    }
    return true;
}

static const struct row *
find_row(const char *called)
{
    const char *folder = strrchr(called, '\\');

    if (folder)
        called = folder + 1;
    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++)
        if (hop_ascii_ieq(called, rows[i].name))
            return &rows[i];
    return NULL;
}

const char *
hop_names_program(const char *called)
{
    const struct row *row = find_row(called);

    return row ? row->name : NULL;
}

/* The program at the start of a line, in quotes or not, and what follows. */
static const struct row *
take_program(const char *line, const char **rest)
{
    const char *p = line + strspn(line, " \t");
    bool quoted = *p == '"';
    size_t n = quoted ? strcspn(++p, "\"") : strcspn(p, " \t;|&<>()");
    HOP_AUTO_FREE char *called = hop_xstrndup(p, n);

    if (quoted && p[n] != '"')
        return NULL;
    *rest = p + n + quoted;
    return find_row(called);
}

char *
hop_names_line(const char *line)
{
    const char *rest;
    const struct row *row = take_program(line, &rest);

    return row ? hop_xasprintf("%s%s", row->name, rest) : NULL;
}

/* One argument as CommandLineToArgvW has it: backslashes count in front of a
 * quote alone.  False when a character outside quotes is cmd.exe's. */
static bool
take_argument(const char **at, struct hop_buf *b)
{
    bool quoted = false;
    const char *p = *at;

    for (; *p && (quoted || !strchr(" \t", *p)); p++) {
        size_t slashes = strspn(p, "\\");
        bool before_quote = p[slashes] == '"';

        for (size_t i = 0; i < (before_quote ? slashes / 2 : slashes); i++)
            hop_buf_addc(b, '\\');
        p += slashes;
        if (before_quote && slashes % 2)
            hop_buf_addc(b, '"');
        else if (before_quote)
            quoted = !quoted;
        else if (slashes)
            p--;
        else if (!quoted && strchr("|&<>\n", *p))
            return false;
        else
            hop_buf_addc(b, *p);
    }
    *at = p;
    return !quoted;
}

static void
free_list(char **list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        free(list[i]);
    free(list);
}

char **
hop_names_split(const char *line)
{
    const char *p;
    const struct row *row = take_program(line, &p);
    char **list;
    size_t n = 0;

    if (!row || row->script)
        return NULL;
    list = hop_xcalloc(strlen(p) / 2 + 3, sizeof(*list));
    list[n++] = hop_xstrdup(row->name);
    for (p += strspn(p, " \t"); *p; p += strspn(p, " \t")) {
        HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

        if (!take_argument(&p, &b)) {
            free_list(list, n);
            return NULL;
        }
        hop_buf_adds(&b, "");
        list[n++] = hop_buf_take(&b);
    }
    return list;
}
