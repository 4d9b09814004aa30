/* The monitor's listening sockets: ports below 1024 and private keys need
 * root, so that it opens both and passes them on.
 *
 * SPDX-License-Identifier: MIT
 */
#include "server/monitor_state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "net/listen.h"
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

/* Replaces what *fd holds; no path leaves nothing. */
static bool
load_file(const char *path, int *fd, struct hop_error *err)
{
    int new = path ? copy_file(path, err) : -1;

    if (path && new < 0)
        return false;
    if (*fd >= 0)
        close(*fd);
    *fd = new;
    return true;
}

static bool
load_certificate(struct monitor *m, struct monitor_listener *l,
                 struct hop_error *err)
{
    const char *cert = entry(m, l->name, "CertificateFile", NULL);
    const char *key = entry(m, l->name, "KeyFile", cert);
    const char *ca = hop_config_text(&m->config, HOP_SET_CLIENT_CA);
    bool ask = hop_config_bool(&m->config, HOP_SET_SERVICE_AUTH_CERTIFICATE);

    if (!cert)
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "no Listener/%s/CertificateFile is set", l->name);
    return load_file(cert, &l->cert_fd, err) &&
           load_file(key, &l->key_fd, err) &&
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

static struct monitor_listener *
find_listener(struct monitor *m, const char *name)
{
    for (size_t i = 0; i < m->listener_count; i++) {
        if (hop_ascii_ieq(m->listeners[i].name, name))
            return &m->listeners[i];
    }
    return NULL;
}

/* "AllowRemoteAccess": without it only this host itself is served. */
static const char *
listen_address(const struct monitor *m, const char *name)
{
    if (!hop_config_bool(&m->config, HOP_SET_SERVICE_ALLOW_REMOTE))
        return "127.0.0.1";
    return entry(m, name, "Address", m->user_mode ? "127.0.0.1" : "*");
}

static bool
open_listener(struct monitor *m, const char *name, struct hop_error *err)
{
    bool https = hop_ascii_ieq(entry(m, name, "Transport", name), "https");
    uint32_t port =
        hop_config_u32(&m->config, https ? HOP_SET_SERVICE_PORT_HTTPS
                                         : HOP_SET_SERVICE_PORT_HTTP);
    struct monitor_listener *l = find_listener(m, name);

    if (l) /* a reload: the socket stays, the certificate may be new */
        return !l->https || load_certificate(m, l, err);
    if (!hop_ascii_ieq(entry(m, name, "Enabled", "true"), "true"))
        return true;
    if (entry(m, name, "Port", NULL))
        port = (uint32_t)strtoul(entry(m, name, "Port", NULL), NULL, 10);
    if (port > 65535)
        return hop_error_set(err, HOP_ERROR_GENERIC, 0, "port %u is too large",
                             port);
    struct monitor_listener new = {
        .name = hop_xstrdup(name),
        .https = https,
        .hostname = hop_xstrdup(entry(m, name, "Hostname", "")),
        .prefix = hop_xstrdup(entry(m, name, "URLPrefix", "wsman")),
        .cert_fd = -1,
        .key_fd = -1,
        .ca_fd = -1};
    if (https && !load_certificate(m, &new, err))
        return false;
    new.fd = take_inherited(https ? "https" : "http", (uint16_t)port);
    if (new.fd < 0)
        new.fd = hop_listen_open(listen_address(m, name), (uint16_t)port, err);
    if (new.fd < 0)
        return false;
    new.port = hop_listen_port(new.fd);
    m->listeners = hop_xrealloc(m->listeners, m->listener_count + 1,
                                sizeof(*m->listeners));
    m->listeners[m->listener_count++] = new;
    return true;
}

bool
monitor_listen_open(struct monitor *m, struct hop_error *err)
{
    HOP_AUTO_BUF struct hop_buf name = HOP_BUF_INIT;
    size_t at = 0, found = 0;

    while (hop_config_entry_name(&m->config, "Listener", &at, &name)) {
        found++;
        if (!open_listener(m, hop_buf_str(&name), err))
            return hop_error_prefix(err, "listener %s", hop_buf_str(&name));
    }
    /* WinRM after quickconfig: HTTP on every address. */
    return found > 0 || open_listener(m, "http", err) ||
           hop_error_prefix(err, "listener http");
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
    for (size_t i = 0; i < m->listener_count; i++) {
        struct monitor_listener *l = &m->listeners[i];
        close(l->fd);
        if (l->cert_fd >= 0)
            close(l->cert_fd);
        if (l->key_fd >= 0)
            close(l->key_fd);
        if (l->ca_fd >= 0)
            close(l->ca_fd);
        free(l->name);
        free(l->hostname);
        free(l->prefix);
    }
    free(m->listeners);
}
