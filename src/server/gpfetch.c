/* SPDX-License-Identifier: MIT */
#include "server/gpfetch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "config/preg.h"

enum { INI_MAX = 65536, OUTPUT_MAX = 65536, VERSION_MASK = 0xFFFF };

/* ---- names ---- */

const char *
hop_gpfetch_folder(const char *path)
{
    static const char share[] = "\\sysvol\\";
    const char *at;

    if (strncmp(path, "\\\\", 2) != 0 ||
        (at = strchr(path + 2, '\\')) == NULL ||
        !hop_ascii_ieqn(at, share, sizeof(share) - 1))
        return NULL;
    at += sizeof(share) - 1;
    for (const char *p = at; *p != '\0'; p++)
        if (strchr("\\{}-_.$ ", *p) == NULL && !hop_ascii_is_digit(*p) &&
            !(hop_ascii_lower(*p) >= 'a' && hop_ascii_lower(*p) <= 'z'))
            return NULL;
    return *at != '\0' && strstr(at, "..") == NULL ? at : NULL;
}

static char *
cached(const char *cache, const char *guid, const char *end)
{
    return hop_xasprintf("%s/%s.%s", cache, guid, end);
}

/* ---- files ---- */

/* A missing file is an empty one. */
static bool
read_file(const char *path, size_t most, struct hop_buf *out,
          struct hop_error *err)
{
    HOP_AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    ssize_t n = 0;

    out->max = most + 1;
    if (fd < 0)
        return errno == ENOENT || hop_error_errno(err, errno, "open %s", path);
    do {
        void *room = hop_buf_reserve(out, 16384);

        n = room != NULL ? read(fd, room, 16384) : -1;
        hop_buf_commit(out, n > 0 ? (size_t)n : 0);
    } while (n > 0);
    if (n < 0 || out->len > most)
        return hop_error_set(err, HOP_ERROR_LIMIT, 0,
                             "%s cannot be read, or has more than %zu bytes",
                             path, most);
    return true;
}

uint32_t
hop_gpfetch_version(const char *ini)
{
    static const char key[] = "Version";

    while (*ini != '\0') {
        size_t n = strcspn(ini, "\r\n");
        bool is_it = hop_ascii_ieqn(ini, key, strlen(key));
        const char *value = is_it ? ini + strlen(key) : "";

        value += strspn(value, " "); /* Samba writes "Version = 1" */
        if (*value == '=')
            return (uint32_t)strtoul(value + 1, NULL, 10) & VERSION_MASK;
        ini += n + strspn(ini + n, "\r\n");
    }
    return 0;
}

bool
hop_gpfetch_read(const char *cache, const char *guid, struct hop_buf *pol,
                 uint32_t *version, struct hop_error *err)
{
    HOP_AUTO_FREE char *ini_path = cached(cache, guid, "ini");
    HOP_AUTO_FREE char *pol_path = cached(cache, guid, "pol");
    HOP_AUTO_BUF struct hop_buf ini = HOP_BUF_INIT;

    if (!read_file(ini_path, INI_MAX, &ini, err) ||
        !read_file(pol_path, HOP_PREG_MAX, pol, err))
        return false;
    *version = hop_gpfetch_version(hop_buf_str(&ini));
    return true;
}

static bool
is_current(const struct hop_gpfetch *f, const struct hop_gpo *g)
{
    HOP_AUTO_FREE char *path = cached(f->cache, g->guid, "ini");
    HOP_AUTO_BUF struct hop_buf ini = HOP_BUF_INIT;

    return !f->force && read_file(path, INI_MAX, &ini, NULL) && ini.len > 0 &&
           hop_gpfetch_version(hop_buf_str(&ini)) == g->version;
}

/* ---- smbclient ---- */

static void __attribute__((noreturn))
become_smbclient(const struct hop_gpfetch *f, const char *commands, int out)
{
    HOP_AUTO_FREE char *share = hop_xasprintf("//%s/sysvol", f->server);
    HOP_AUTO_FREE char *ccache =
        hop_xasprintf("--use-krb5-ccache=FILE:%s", f->ccache);
    HOP_AUTO_FREE char *name = hop_xasprintf("FILE:%s", f->ccache);
    int null = open("/dev/null", O_RDONLY);

    dup2(null, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(out, STDERR_FILENO);
    close_range(3, ~0U, 0);
    (void)!chdir(f->cache);
    /* The option alone is forgotten on the way to GSSAPI (Samba 4.17). */
    setenv("KRB5CCNAME", name, 1);
    setenv("HOME", f->cache, 1);
    /* env looks for it, and ends with 127 where it is not */
    execl("/usr/bin/env", "env", "smbclient", share, "--configfile=/dev/null",
          ccache, "--client-protection=sign", "-t", "20", "-c", commands,
          (char *)NULL);
    _exit(127);
}

static void
collect(int fd, struct hop_buf *out)
{
    char block[4096];
    ssize_t n;

    while ((n = read(fd, block, sizeof(block))) > 0 ||
           (n < 0 && errno == EINTR))
        if (n > 0)
            hop_buf_add(out, block, (size_t)n);
}

/* Its exit status; what it says goes to said. */
static int
run_smbclient(const struct hop_gpfetch *f, const char *commands,
              struct hop_buf *said)
{
    int fds[2], status = -1;
    pid_t pid;

    if (pipe2(fds, O_CLOEXEC) < 0)
        return -1;
    pid = fork();
    if (pid == 0)
        become_smbclient(f, commands, fds[1]);
    close(fds[1]);
    if (pid > 0) {
        collect(fds[0], said);
        while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
            ;
    }
    close(fds[0]);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
ask_for(struct hop_buf *commands, const struct hop_gpo *g)
{
    const char *folder = hop_gpfetch_folder(g->path);

    hop_buf_addf(commands, "get \"%s\\Machine\\Registry.pol\" %s.pol.new; ",
                 folder, g->guid);
    hop_buf_addf(commands, "get \"%s\\GPT.INI\" %s.ini.new; ", folder, g->guid);
}

/* Whether the server has said that there is no such file or folder. */
static bool
was_missing(const struct hop_gpo *g, const char *said)
{
    HOP_AUTO_FREE char *file = hop_xasprintf("\\%s\\Machine\\Registry.pol",
                                             hop_gpfetch_folder(g->path));

    while (*said != '\0') {
        size_t n = strcspn(said, "\n");

        if ((hop_ascii_ieqn(said, "NT_STATUS_OBJECT_NAME_NOT_FOUND", 31) ||
             hop_ascii_ieqn(said, "NT_STATUS_OBJECT_PATH_NOT_FOUND", 31)) &&
            memmem(said, n, file, strlen(file)) != NULL)
            return true;
        said += n + (said[n] == '\n');
    }
    return false;
}

/* The first thing that went wrong, of what smbclient has said. */
static bool
fail(const struct hop_gpfetch *f, const struct hop_gpo *g, const char *said,
     struct hop_error *err)
{
    const char *at = strstr(said, "NT_STATUS_");
    size_t n;

    while (at != NULL && at > said && at[-1] != '\n')
        at--;
    if (at == NULL)
        at = said;
    n = strcspn(at, "\n");
    return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                         "read the policy \"%s\" from \\\\%s\\sysvol: %.*s",
                         g->name, f->server, (int)(n < 300 ? n : 300),
                         n > 0 ? at : "smbclient says nothing");
}

static bool
settle(const struct hop_gpfetch *f, const struct hop_gpo *g, const char *said,
       struct hop_error *err)
{
    HOP_AUTO_FREE char *ini = cached(f->cache, g->guid, "ini");
    HOP_AUTO_FREE char *pol = cached(f->cache, g->guid, "pol");
    HOP_AUTO_FREE char *new_ini = cached(f->cache, g->guid, "ini.new");
    HOP_AUTO_FREE char *new_pol = cached(f->cache, g->guid, "pol.new");

    if (rename(new_pol, pol) < 0) {
        if (!was_missing(g, said))
            return fail(f, g, said, err);
        unlink(pol);
    }
    /* Last: it says which version the other is of. */
    return rename(new_ini, ini) == 0 || fail(f, g, said, err);
}

static bool
check_path(const struct hop_gpo *g, struct hop_error *err)
{
    return hop_gpfetch_folder(g->path) != NULL ||
           hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                         "the policy \"%s\" is said to be at \"%.200s\", which "
                         "is no folder in SYSVOL",
                         g->name, g->path);
}

bool
hop_gpfetch(const struct hop_gpfetch *f, const struct hop_gpo_list *list,
            struct hop_error *err)
{
    HOP_AUTO_BUF struct hop_buf commands = HOP_BUF_INIT;
    HOP_AUTO_BUF struct hop_buf said = {.max = OUTPUT_MAX};
    HOP_AUTO_FREE bool *wanted = hop_xcalloc(list->count + 1, sizeof(*wanted));

    for (size_t k = 0; k < list->count; k++) {
        const struct hop_gpo *g = &list->items[k];

        if (g->state != HOP_GPO_APPLIES || is_current(f, g))
            continue;
        for (size_t i = 0; i < k; i++)
            wanted[k] |= wanted[i] && strcmp(list->items[i].guid, g->guid) == 0;
        if (wanted[k]) { /* twice in the list, once over the wire */
            wanted[k] = false;
            continue;
        }
        if (!check_path(g, err))
            return false;
        wanted[k] = true;
        ask_for(&commands, g);
    }
    if (commands.len > 0 &&
        run_smbclient(f, hop_buf_str(&commands), &said) == 127)
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "policies are read with smbclient, which cannot "
                             "be run; install the package smbclient");
    for (size_t k = 0; k < list->count; k++)
        if (wanted[k] && !settle(f, &list->items[k], hop_buf_str(&said), err))
            return false;
    return true;
}
