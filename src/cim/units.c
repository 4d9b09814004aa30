/* SPDX-License-Identifier: MIT */
#include "cim/units.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/text.h"
#include "cim/files.h"

#define SUFFIX   ".service"
#define UNIT_MAX 65536

/* The nearest to the administrator first (systemd.unit(5), load path). */
static const char *const folders[] = {
    "/etc/systemd/system",           "/run/systemd/system",
    "/usr/local/lib/systemd/system", "/lib/systemd/system",
    "/usr/lib/systemd/system",
};

static struct hop_unit *
find(struct hop_units *u, const char *name)
{
    for (size_t i = 0; i < u->n; i++)
        if (strcmp(u->items[i].name, name) == 0)
            return &u->items[i];
    return NULL;
}

static struct hop_unit *
add(struct hop_units *u, const char *name)
{
    struct hop_unit *unit = find(u, name);

    if (unit)
        return unit;
    if (u->n == u->cap) {
        u->cap = u->cap ? u->cap * 2 : 128;
        u->items = hop_xrealloc(u->items, u->cap, sizeof(*u->items));
    }
    unit = &u->items[u->n++];
    *unit = (struct hop_unit){.name = hop_xstrdup(name)};
    return unit;
}

static void
unit_done(struct hop_unit *u)
{
    char *const texts[] = {u->name, u->description, u->exec, u->user,
                           u->type, u->needs,       u->path};

    for (size_t i = 0; i < HOP_ARRAY_SIZE(texts); i++)
        free(texts[i]);
}

void
hop_units_done(struct hop_units *u)
{
    for (size_t i = 0; i < u->n; i++)
        unit_done(&u->items[i]);
    free(u->items);
    *u = (struct hop_units){0};
}

/* ---- unit files ---- */

static void
set(char **to, const char *value)
{
    free(*to);
    *to = hop_xstrdup(value);
}

/* "-@/usr/sbin/x -D" without the signs in front. */
static void
take_line(struct hop_unit *u, const char *key, const char *value)
{
    if (strcmp(key, "Description") == 0)
        set(&u->description, value);
    else if (strcmp(key, "Requires") == 0)
        set(&u->needs, value);
    else if (strcmp(key, "User") == 0)
        set(&u->user, value);
    else if (strcmp(key, "Type") == 0)
        set(&u->type, value);
    else if (strcmp(key, "ExecStart") == 0 && *value && !u->exec)
        set(&u->exec, value + strspn(value, "-@:+!"));
    else if (strcmp(key, "ExecStart") == 0 && !*value)
        free(hop_steal(&u->exec));
}

static void
read_unit(struct hop_unit *u, const char *path)
{
    HOP_AUTO_FREE char *text = hop_file_text(path, UNIT_MAX);
    char *rest = NULL;

    for (char *line = text ? strtok_r(text, "\n", &rest) : NULL; line;
         line = strtok_r(NULL, "\n", &rest)) {
        char *eq = strchr(line, '=');
        size_t n;

        if (!eq || strchr("#;[", *line))
            continue;
        for (n = (size_t)(eq - line); n && hop_ascii_is_space(line[n - 1]);)
            n--;
        line[n] = '\0';
        take_line(u, line, eq + 1 + strspn(eq + 1, " \t"));
    }
}

static void
read_drop_ins(struct hop_unit *u, const char *folder)
{
    HOP_AUTO_FREE char *path =
        hop_xasprintf("%s/%s" SUFFIX ".d", folder, u->name);
    struct dirent **names;
    int n = scandir(path, &names, NULL, alphasort);

    for (int i = 0; i < n; i++) {
        size_t len = strlen(names[i]->d_name);
        HOP_AUTO_FREE char *file =
            hop_xasprintf("%s/%s", path, names[i]->d_name);

        if (len > 5 && strcmp(names[i]->d_name + len - 5, ".conf") == 0)
            read_unit(u, file);
        free(names[i]);
    }
    if (n >= 0)
        free(names);
}

/* The name without its suffix; NULL for what is no service, or a pattern of
 * services. */
static char *
service_name(const char *file)
{
    size_t n = strlen(file), s = strlen(SUFFIX);

    if (n <= s || strcmp(file + n - s, SUFFIX) != 0 || file[n - s - 1] == '@')
        return NULL;
    return hop_xstrndup(file, n - s);
}

/* A link to another unit is another name of it. */
static bool
is_alias(const char *path, const char *file)
{
    char target[4096];
    ssize_t n = readlink(path, target, sizeof(target) - 1);
    const char *slash;

    if (n <= 0)
        return false;
    target[n] = '\0';
    slash = strrchr(target, '/');
    return strcmp(target, "/dev/null") != 0 &&
           strcmp(slash ? slash + 1 : target, file) != 0;
}

static void
read_folder(struct hop_units *u, const char *folder)
{
    DIR *d = opendir(folder);

    for (struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d)) {
        HOP_AUTO_FREE char *name = service_name(e->d_name);
        HOP_AUTO_FREE char *path = hop_xasprintf("%s/%s", folder, e->d_name);
        HOP_AUTO_FREE char *real = NULL;
        struct hop_unit *unit;

        if (!name || find(u, name) || is_alias(path, e->d_name))
            continue;
        real = realpath(path, NULL);
        unit = add(u, name);
        set(&unit->path, path);
        if (real && strcmp(real, "/dev/null") == 0)
            unit->start = HOP_UNIT_DISABLED;
        else
            read_unit(unit, path);
    }
    if (d)
        closedir(d);
}

/* What a target wants is linked into its folder: multi-user.target.wants. */
static void
read_wants(struct hop_units *u, const char *folder)
{
    DIR *d = opendir(folder);

    for (struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d)) {
        const char *dot = strrchr(e->d_name, '.');
        HOP_AUTO_FREE char *path = hop_xasprintf("%s/%s", folder, e->d_name);
        DIR *wants =
            dot && (!strcmp(dot, ".wants") || !strcmp(dot, ".requires"))
                ? opendir(path)
                : NULL;

        for (struct dirent *w = wants ? readdir(wants) : NULL; w;
             w = readdir(wants)) {
            HOP_AUTO_FREE char *name = service_name(w->d_name);
            struct hop_unit *unit = name ? find(u, name) : NULL;

            if (name && !unit && strchr(name, '@')) {
                HOP_AUTO_FREE char *file =
                    hop_xasprintf("%s/%s", path, w->d_name);
                unit = add(u, name);
                set(&unit->path, file);
                read_unit(unit, file);
            }
            if (unit && unit->start == HOP_UNIT_MANUAL)
                unit->start = HOP_UNIT_AUTO;
        }
        if (wants)
            closedir(wants);
    }
    if (d)
        closedir(d);
}

/* ---- what runs ---- */

bool
hop_units_managed(void)
{
    struct stat st;

    return lstat("/run/systemd/system", &st) == 0 && S_ISDIR(st.st_mode);
}

static void
read_group(struct hop_units *u, const char *name, const char *path)
{
    HOP_AUTO_FREE char *procs = hop_xasprintf("%s/cgroup.procs", path);
    HOP_AUTO_FREE char *freeze = hop_xasprintf("%s/cgroup.freeze", path);
    HOP_AUTO_FREE char *pids = hop_file_text(procs, UNIT_MAX);
    HOP_AUTO_FREE char *frozen = hop_file_line(freeze);
    struct hop_unit *unit = find(u, name);

    if (!pids || !*pids)
        return;
    if (!unit)
        unit = add(u, name);
    unit->pid = (pid_t)atoi(pids);
    unit->state =
        frozen && strcmp(frozen, "1") == 0 ? HOP_UNIT_PAUSED : HOP_UNIT_RUNNING;
}

#define GROUP_DEPTH 4

static void
read_groups(struct hop_units *u, const char *path, int depth)
{
    DIR *d = depth < GROUP_DEPTH ? opendir(path) : NULL;

    for (struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d)) {
        HOP_AUTO_FREE char *below = hop_xasprintf("%s/%s", path, e->d_name);
        HOP_AUTO_FREE char *name = service_name(e->d_name);
        const char *dot = strrchr(e->d_name, '.');

        if (name)
            read_group(u, name, below);
        else if (dot && strcmp(dot, ".slice") == 0)
            read_groups(u, below, depth + 1);
    }
    if (d)
        closedir(d);
}

static bool
is_interpreter(const char *base)
{
    static const char *const names[] = {"python", "perl", "sh",  "bash",
                                        "dash",   "ruby", "env", "node"};

    for (size_t i = 0; i < HOP_ARRAY_SIZE(names); i++)
        if (strncmp(base, names[i], strlen(names[i])) == 0 &&
            !hop_ascii_is_space(base[strlen(names[i])]) &&
            strlen(base) <= strlen(names[i]) + 4)
            return true;
    return false;
}

struct running {
    struct hop_units *u;
};

/* The process at the top of a service: its parent is none of it. */
static bool
match_process(void *arg, pid_t pid)
{
    struct hop_units *u = ((struct running *)arg)->u;
    HOP_AUTO_FREE char *path = hop_proc_path(pid);
    HOP_AUTO_FREE char *line = path ? hop_proc_command_line(pid) : NULL;
    const char *base = path ? strrchr(path, '/') : NULL;

    for (size_t i = 0; base && i < u->n; i++) {
        struct hop_unit *unit = &u->items[i];
        size_t n = unit->exec ? strcspn(unit->exec, " \t") : 0;
        HOP_AUTO_FREE char *program = NULL;
        HOP_AUTO_FREE char *real = NULL;

        if (n == 0 || unit->pid)
            continue;
        program = hop_xstrndup(unit->exec, n);
        if (strcmp(program, path) != 0) {
            const char *own = strrchr(program, '/');
            if (!own || strcmp(own, base) != 0 ||
                !(real = realpath(program, NULL)) || strcmp(real, path) != 0)
                continue;
        }
        if (is_interpreter(base + 1) &&
            (!line || strcmp(line, unit->exec) != 0))
            continue;
        unit->pid = pid;
        unit->state = HOP_UNIT_RUNNING;
    }
    return true;
}

/* hopd may run without a unit, out of a build or in a lab. */
static bool
match_hopd(void *arg, pid_t pid)
{
    struct hop_units *u = arg;
    struct hop_proc p;
    struct hop_unit *unit;

    if (!hop_proc_read(pid, &p) || strcmp(p.name, "hopd") != 0)
        return true;
    unit = add(u, "hopd");
    if (!unit->description)
        set(&unit->description, "Hop, PowerShell Remoting for Linux");
    if (!unit->exec)
        unit->exec = hop_proc_command_line(pid);
    if (!unit->user) {
        free(unit->user);
        unit->user = hop_proc_user(&p);
    }
    unit->pid = pid;
    unit->state = HOP_UNIT_RUNNING;
    return false;
}

static char *
dup_or_null(const char *s)
{
    return s ? hop_xstrdup(s) : NULL;
}

/* What answers WS-Management is WinRM to those who ask for it. */
static void
add_winrm(struct hop_units *u)
{
    struct hop_unit *hopd, *alias;

    if (!find(u, "hopd"))
        return;
    alias = add(u, "WinRM");
    hopd = find(u, "hopd");
    set(&alias->description,
        "Windows Remote Management (WS-Management), by hopd");
    alias->exec = dup_or_null(hopd->exec);
    alias->user = dup_or_null(hopd->user);
    alias->type = dup_or_null(hopd->type);
    alias->needs = dup_or_null(hopd->needs);
    alias->path = dup_or_null(hopd->path);
    alias->start = hopd->start;
    alias->state = hopd->state;
    alias->pid = hopd->pid;
}

static int
by_name(const void *a, const void *b)
{
    return strcasecmp(((const struct hop_unit *)a)->name,
                      ((const struct hop_unit *)b)->name);
}

void
hop_units_read(struct hop_units *u)
{
    *u = (struct hop_units){0};
    for (size_t i = 0; i < HOP_ARRAY_SIZE(folders); i++)
        read_folder(u, folders[i]);
    for (size_t i = 0; i < HOP_ARRAY_SIZE(folders); i++)
        read_wants(u, folders[i]);
    for (size_t i = 0; i < u->n; i++)
        for (size_t k = HOP_ARRAY_SIZE(folders); k-- > 0;)
            read_drop_ins(&u->items[i], folders[k]);
    if (hop_units_managed()) {
        read_groups(u, "/sys/fs/cgroup/system.slice", 0);
        read_groups(u, "/sys/fs/cgroup/systemd/system.slice", 0);
    } else {
        struct running r = {u};
        hop_proc_each(match_process, &r);
    }
    if (!find(u, "hopd") || !find(u, "hopd")->pid)
        hop_proc_each(match_hopd, u);
    add_winrm(u);
    if (u->n)
        qsort(u->items, u->n, sizeof(*u->items), by_name);
}
