/* Settings take effect when they are written: by Enable-WSManCredSSP and its
 * kin, by an editor, by whoever renews a certificate.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/alloc.h"
#include "server/journal.h"
#include "server/monitor_state.h"

#define CHANGES                                                                \
    (IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ONLYDIR)

static void
watch_policies(struct monitor *m)
{
    HOP_AUTO_FREE char *path = hop_xasprintf("%s/policy.d", m->config_dir);

    m->watch_policies = inotify_add_watch(m->watch.fd, path, CHANGES);
}

static void
watch_dir(struct monitor *m, const char *dir, size_t n)
{
    HOP_AUTO_FREE char *path = hop_xstrndup(dir, n);

    (void)inotify_add_watch(m->watch.fd, path, CHANGES);
}

/* Where certificates lie, so that renewed ones are taken up: those folders that
 * are searched, and those of files that listeners name. */
void
monitor_watch_certificates(struct monitor *m)
{
    static const char *const keys[] = {"CertificateFile", "KeyFile"};
    HOP_AUTO_FREE char *dirs =
        hop_config_certificate_dirs(&m->config, m->config_dir);
    HOP_AUTO_BUF struct hop_buf name = HOP_BUF_INIT;
    size_t at = 0;

    if (m->watch.fd < 0)
        return;
    for (const char *p = dirs; *p != '\0';) {
        size_t n = strcspn(p, ":");
        if (strncmp(p, m->config_dir, n) != 0 || m->config_dir[n] != '\0')
            watch_dir(m, p, n); /* the settings' own is watched for more */
        p += n + (p[n] == ':');
    }
    while (hop_config_entry_name(&m->config, "Listener", &at, &name))
        for (size_t k = 0; k < HOP_ARRAY_SIZE(keys); k++) {
            const char *file = hop_config_entry(&m->config, "Listener",
                                                hop_buf_str(&name), keys[k]);
            const char *slash = file ? strrchr(file, '/') : NULL;
            size_t n = slash ? (size_t)(slash - file) : 0;
            if (n > 0 && (strncmp(file, m->config_dir, n) != 0 ||
                          m->config_dir[n] != '\0'))
                watch_dir(m, file, n);
        }
}

/* Settings, certificates and their keys; not what is on its way to one of those
 * names. */
static bool
counts(const char *name)
{
    static const char *const ends[] = {".conf", ".policy", ".pem", ".key",
                                       ".crt"};
    size_t n = strlen(name);

    for (size_t k = 0; k < HOP_ARRAY_SIZE(ends); k++) {
        size_t len = strlen(ends[k]);

        if (name[0] != '.' && n > len && strcmp(name + n - len, ends[k]) == 0)
            return true;
    }
    return false;
}

static bool
look_at(struct monitor *m, const struct inotify_event *e)
{
    bool policies = e->wd == m->watch_policies;

    if (!policies && e->len > 0 && strcmp(e->name, "policy.d") == 0) {
        watch_policies(m);
        return true;
    }
    return e->len > 0 && counts(e->name);
}

static void
on_change(struct hop_source *s, uint32_t events)
{
    struct monitor *m = s->ctx;
    char bytes[4096]
        __attribute__((aligned(__alignof__(struct inotify_event))));
    bool changed = false;
    ssize_t n;

    while ((n = read(s->fd, bytes, sizeof(bytes))) > 0)
        for (ssize_t at = 0; at < n;) {
            const struct inotify_event *e = (const void *)(bytes + at);

            changed |= look_at(m, e);
            at += (ssize_t)(sizeof(*e) + e->len);
        }
    if (changed)
        monitor_reload(m);
}

void
monitor_watch_start(struct monitor *m)
{
    int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);

    m->watch_policies = -1;
    m->watch = (struct hop_source){.fd = fd, .fn = on_change, .ctx = m};
    if (fd < 0 ||
        inotify_add_watch(fd, m->config_dir, CHANGES | IN_CREATE) < 0) {
        /* `hopd --user` may have no folder of its own. */
        if (fd >= 0)
            close(fd);
        m->watch.fd = -1;
        return;
    }
    watch_policies(m);
    monitor_watch_certificates(m);
    hop_set_want(&m->set, &m->watch, EPOLLIN);
}
