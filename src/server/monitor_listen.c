/* The monitor's listening sockets: ports below 1024 and private keys need
 * root, so that it opens both and passes them on.
 *
 * SPDX-License-Identifier: MIT
 */
#include "server/monitor_state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "auth/thumbprint.h"
#include "base/alloc.h"
#include "base/text.h"
#include "net/tokenkey.h"
#include "net/filter.h"
#include "net/listen.h"
#include "net/token.h"
#include "server/journal.h"

#define INHERITED_FIRST 3
#define INHERITED_MAX   16

static struct {
    size_t count;
    char names[INHERITED_MAX][32];
    bool used[INHERITED_MAX];
} inherited;

size_t
monitor_listen_inherit(void)
{
    for (size_t i = 0; i < INHERITED_MAX; i++)
        hop_listen_name(i, inherited.names[i], sizeof(inherited.names[i]));
    inherited.count = hop_listen_inherited();
    if (inherited.count > INHERITED_MAX)
        inherited.count = INHERITED_MAX;
    return inherited.count;
}

/* Those of the service's own beside the ones that are configured; they take
 * their settings from the first of that kind. */
static const struct compatible {
    const char *name;
    enum hop_config_id enabled;
    uint16_t port;
    bool https;
} compatible[] = {
    {"compatibility-http", HOP_SET_SERVICE_COMPAT_HTTP, 80, false},
    {"compatibility-https", HOP_SET_SERVICE_COMPAT_HTTPS, 443, true},
};

static const char *
entry(const struct monitor *m, const char *name, const char *key,
      const char *otherwise)
{
    const char *v = hop_config_entry(&m->config, "Listener", name, key);

    return v && v[0] != '\0' ? v : otherwise;
}

/* A copy in memory that hopd-net can open by /proc/self/fd although its files
 * are out of reach for it. */
static int
copy_file(const char *path, struct hop_error *err)
{
    HOP_AUTO_FD int in = open(path, O_RDONLY | O_CLOEXEC);
    int out = in < 0 ? -1 : memfd_create("hop-listener", MFD_CLOEXEC);
    char block[4096];
    ssize_t n;

    if (out < 0) {
        hop_error_errno(err, errno, "open %s", path);
        return -1;
    }
    while ((n = read(in, block, sizeof(block))) > 0) {
        if (write(out, block, (size_t)n) != n)
            break;
    }
    explicit_bzero(block, sizeof(block));
    if (n != 0) {
        hop_error_errno(err, errno, "read %s", path);
        close(out);
        return -1;
    }
    return out;
}

static void
replace(int *fd, int new)
{
    if (*fd >= 0)
        close(*fd);
    *fd = new;
}

/* Replaces what *fd holds; no path leaves nothing. */
static bool
load_file(const char *path, int *fd, struct hop_error *err)
{
    int new = path ? copy_file(path, err) : -1;

    if (path && new < 0)
        return false;
    replace(fd, new);
    return true;
}

/* CertificateFile, else by thumbprint from CONFIG-DIR/certs. */
static bool
find_certificate(struct monitor *m, const char *like, char **cert, char **key,
                 struct hop_error *err)
{
    const char *file = entry(m, like, "CertificateFile", NULL);
    const char *print =
        entry(m, like, "CertificateThumbprint",
              hop_config_text(&m->config, HOP_SET_SERVICE_THUMBPRINT));
    HOP_AUTO_FREE char *dirs =
        hop_config_certificate_dirs(&m->config, m->config_dir);

    if (file == NULL && print[0] != '\0')
        return hop_thumbprint_find(dirs, print, cert, key, err);
    if (file == NULL)
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "no Listener/%s/CertificateFile is set, and no "
                             "CertificateThumbprint",
                             like);
    *cert = hop_xstrdup(file);
    *key = hop_xstrdup(entry(m, like, "KeyFile", file));
    return true;
}

/* The key stays where it is. */
static bool
load_token(const char *uri, struct monitor_listener *l, struct hop_error *err)
{
    int cert, key;

    if (!hop_tokenkey_start(uri, &cert, &key, err))
        return false;
    replace(&l->cert_fd, cert);
    replace(&l->key_fd, key);
    return true;
}

static bool
load_certificate(struct monitor *m, struct monitor_listener *l,
                 struct hop_error *err)
{
    HOP_AUTO_FREE char *cert = NULL, *key = NULL;
    const char *ca = hop_config_text(&m->config, HOP_SET_CLIENT_CA);
    bool ask = hop_config_bool(&m->config, HOP_SET_SERVICE_AUTH_CERTIFICATE);

    if (!find_certificate(m, l->like, &cert, &key, err))
        return false;
    return (hop_ascii_ieqn(cert, HOP_TOKEN_SCHEME, strlen(HOP_TOKEN_SCHEME))
                ? load_token(cert, l, err)
                : load_file(cert, &l->cert_fd, err) &&
                      load_file(key, &l->key_fd, err)) &&
           load_file(ask && ca[0] != '\0' ? ca : NULL, &l->ca_fd, err);
}

/* By FileDescriptorName=, else by the port it is bound to. */
static int
take_inherited(const char *transport, uint16_t port)
{
    for (size_t i = 0; i < inherited.count; i++) {
        int fd = INHERITED_FIRST + (int)i;
        if (!inherited.used[i] &&
            (hop_ascii_ieq(inherited.names[i], transport) ||
             hop_listen_port(fd) == port)) {
            inherited.used[i] = true;
            return fd;
        }
    }
    return -1;
}

/* A reload: sockets stay, certificates may be new.  False when none has that
 * name. */
static bool
renew_listeners(struct monitor *m, const char *name, const char *address,
                bool https, uint16_t port, bool *ok, struct hop_error *err)
{
    bool found = false;

    for (size_t i = 0; i < m->listener_count; i++) {
        struct monitor_listener *l = &m->listeners[i];
        if (!hop_ascii_ieq(l->name, name) || l->https != https ||
            (port != 0 && l->port != port) || strcmp(l->address, address) != 0)
            continue;
        found = l->wanted = true;
        *ok = *ok && (!l->https || load_certificate(m, l, err));
    }
    return found;
}

/* "AllowRemoteAccess": without it only this host is served. */
static const char *
own_address(const struct monitor *m, const char *like)
{
    return hop_config_bool(&m->config, HOP_SET_SERVICE_ALLOW_REMOTE)
               ? entry(m, like, "Address", m->user_mode ? "127.0.0.1" : "*")
               : "127.0.0.1";
}

/* Where it listens: its own Address; without one, what the service's filters
 * let through. */
static bool
find_addresses(const struct monitor *m, const char *like,
               struct hop_filter_list *out, struct hop_error *err)
{
    const char *own = own_address(m, like);

    if (strcmp(own, "*") == 0)
        return hop_filter_addresses(
            hop_config_text(&m->config, HOP_SET_SERVICE_IPV4_FILTER),
            hop_config_text(&m->config, HOP_SET_SERVICE_IPV6_FILTER), out, err);
    out->count = 1;
    return snprintf(out->items[0], sizeof(out->items[0]), "%s", own) <
               (int)sizeof(out->items[0]) ||
           hop_error_set(err, HOP_ERROR_GENERIC, 0, "\"%.60s\" is no address",
                         own);
}

static void
free_listener(struct monitor_listener *l)
{
    const int fds[] = {l->fd, l->cert_fd, l->key_fd, l->ca_fd};

    for (size_t i = 0; i < HOP_ARRAY_SIZE(fds); i++) {
        if (fds[i] >= 0)
            close(fds[i]);
    }
    free(l->name);
    free(l->like);
    free(l->hostname);
    free(l->prefix);
    free(l->address);
}

/* Takes the socket. */
static bool
add_listener(struct monitor *m, const char *name, const char *like, bool https,
             int fd, struct hop_error *err)
{
    struct monitor_listener new = {
        .name = hop_xstrdup(name),
        .like = hop_xstrdup(like),
        .https = https,
        .port = hop_listen_port(fd),
        .hostname = hop_xstrdup(entry(m, like, "Hostname", "")),
        .prefix = hop_xstrdup(entry(m, like, "URLPrefix", "wsman")),
        .address = hop_xstrdup(own_address(m, like)),
        .wanted = true,
        .fd = fd,
        .cert_fd = -1,
        .key_fd = -1,
        .ca_fd = -1};

    if (https && !load_certificate(m, &new, err)) {
        free_listener(&new);
        return false;
    }
    m->listeners = hop_xrealloc(m->listeners, m->listener_count + 1,
                                sizeof(*m->listeners));
    m->listeners[m->listener_count++] = new;
    return true;
}

/* Those of that name (NULL: any) that the settings do not have any more; new
 * ones may then take their ports. */
static void
drop_listeners(struct monitor *m, const char *name)
{
    size_t kept = 0;

    for (size_t i = 0; i < m->listener_count; i++) {
        struct monitor_listener *l = &m->listeners[i];
        struct hop_msg_unlisten gone = {.name = l->name};
        if (l->wanted || (name != NULL && !hop_ascii_ieq(l->name, name))) {
            m->listeners[kept++] = *l;
            continue;
        }
        hop_ipc_send(&m->children[MONITOR_NET].ipc, HOP_MSG_UNLISTEN, 0, &gone,
                     NULL, 0);
        free_listener(l);
    }
    m->listener_count = kept;
}

/* Named `name`, with the settings of Listener/LIKE. */
static bool
open_on(struct monitor *m, const char *name, const char *like, bool https,
        uint16_t port, struct hop_error *err)
{
    struct hop_filter_list addresses = {.count = 0};
    bool ok = true;
    int fd;

    if (renew_listeners(m, name, own_address(m, like), https, port, &ok, err))
        return ok;
    drop_listeners(m, name);
    fd = take_inherited(https ? "https" : "http", port);
    if (fd >= 0)
        return add_listener(m, name, like, https, fd, err);
    if (!find_addresses(m, like, &addresses, err))
        return false;
    for (size_t i = 0; i < addresses.count; i++) {
        fd = hop_listen_open(addresses.items[i], port, err);
        if (fd < 0 || !add_listener(m, name, like, https, fd, err))
            return false;
    }
    return true;
}

static bool
is_https(const struct monitor *m, const char *name)
{
    return hop_ascii_ieq(entry(m, name, "Transport", name), "https");
}

static bool
is_enabled(const struct monitor *m, const char *name)
{
    return hop_ascii_ieq(entry(m, name, "Enabled", "true"), "true");
}

static bool
open_listener(struct monitor *m, const char *name, struct hop_error *err)
{
    bool https = is_https(m, name);
    const char *text = entry(m, name, "Port", NULL);
    unsigned long port =
        text ? strtoul(text, NULL, 10)
             : hop_config_u32(&m->config, https ? HOP_SET_SERVICE_PORT_HTTPS
                                                : HOP_SET_SERVICE_PORT_HTTP);

    if (!is_enabled(m, name))
        return true;
    if (port > 65535)
        return hop_error_set(err, HOP_ERROR_GENERIC, 0, "port %lu is too large",
                             port);
    return open_on(m, name, name, https, (uint16_t)port, err);
}

/* The configured listener of a kind that comes first; its name into out. */
static const char *
find_first(const struct monitor *m, bool https, struct hop_buf *out)
{
    size_t at = 0;

    while (hop_config_entry_name(&m->config, "Listener", &at, out)) {
        const char *name = hop_buf_str(out);
        if (is_https(m, name) == https && is_enabled(m, name))
            return name;
    }
    return https ? "https" : "http";
}

static bool
open_compatible(struct monitor *m, struct hop_error *err)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(compatible); i++) {
        const struct compatible *c = &compatible[i];
        HOP_AUTO_BUF struct hop_buf like = HOP_BUF_INIT;
        if (!hop_config_bool(&m->config, c->enabled))
            continue;
        if (!open_on(m, c->name, find_first(m, c->https, &like), c->https,
                     c->port, err))
            return hop_error_prefix(err, "%s",
                                    hop_setting_table[c->enabled].path);
    }
    return true;
}

bool
monitor_listen_open(struct monitor *m, struct hop_error *err)
{
    HOP_AUTO_BUF struct hop_buf name = HOP_BUF_INIT;
    size_t at = 0, found = 0;

    for (size_t i = 0; i < m->listener_count; i++)
        m->listeners[i].wanted = false;
    while (hop_config_entry_name(&m->config, "Listener", &at, &name)) {
        found++;
        if (!open_listener(m, hop_buf_str(&name), err))
            return hop_error_prefix(err, "listener %s", hop_buf_str(&name));
    }
    /* WinRM after quickconfig: HTTP on every address. */
    if (found == 0 && !open_listener(m, "http", err))
        return hop_error_prefix(err, "listener http");
    if (!open_compatible(m, err))
        return false;
    drop_listeners(m, NULL);
    return true;
}

void
monitor_listen_send(struct monitor *m)
{
    for (size_t i = 0; i < m->listener_count; i++) {
        struct monitor_listener *l = &m->listeners[i];
        struct hop_msg_listen msg = {.name = l->name,
                                     .https = l->https,
                                     .port = l->port,
                                     .hostname = l->hostname,
                                     .prefix = l->prefix};
        int fds[4] = {dup(l->fd)};
        size_t count = 1;
        if (l->https) {
            fds[count++] = dup(l->cert_fd);
            fds[count++] = dup(l->key_fd);
        }
        if (l->ca_fd >= 0)
            fds[count++] = dup(l->ca_fd);
        hop_ipc_send(&m->children[MONITOR_NET].ipc, HOP_MSG_LISTEN, 0, &msg,
                     fds, count);
    }
}

void
monitor_listen_done(struct monitor *m)
{
    for (size_t i = 0; i < m->listener_count; i++)
        free_listener(&m->listeners[i]);
    free(m->listeners);
}
