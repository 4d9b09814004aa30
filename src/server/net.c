/* hopd-net: start, messages of the monitor, loop.
 *
 * SPDX-License-Identifier: MIT
 */
#include "server/net.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth/fastseal.h"
#include "auth/thumbprint.h"
#include "base/alloc.h"
#include "base/text.h"
#include "credssp/tls.h"
#include "net/tls_openssl.h"
#include "server/net_state.h"

#define SWEEP_MS 200
#define DRAIN_MS 300

/* gss_import_sec_context opens krb5.conf and loads the mechanisms' plugins;
 * the rest is what the C library and OpenSSL read. */
static const char *readable[32] = {"/usr",
                                   "/lib",
                                   "/lib64",
                                   "/etc/krb5.conf",
                                   "/etc/krb5.conf.d",
                                   "/etc/hop",
                                   "/etc/gss",
                                   "/etc/ld.so.cache",
                                   "/etc/ssl",
                                   "/etc/localtime",
                                   "/etc/nsswitch.conf",
                                   "/etc/passwd",
                                   "/etc/hosts",
                                   "/etc/resolv.conf",
                                   "/dev/urandom",
                                   "/dev/null",
                                   "/proc/sys",
                                   "/proc/filesystems",
                                   "/var/lib/sss/pubconf",
                                   NULL};

static const struct hop_child_rules rules = {
    .name = "hopd-net",
    .account = "_hop",
    .readable = readable,
};

static void
on_drained(void *ctx)
{
    hop_loop_stop(((struct net *)ctx)->loop);
}

/* WinRM's longest time for a packet to arrive bounds ours. */
static void
set_deadlines(struct net *n)
{
    struct hop_http_limits limits = hop_http_limits_default;
    uint32_t max =
        1000 * hop_config_u32(&n->config, HOP_SET_SERVICE_MAX_PACKET_SECONDS);

    if (limits.head_ms > max)
        limits.head_ms = max;
    if (limits.body_ms > max)
        limits.body_ms = max;
    hop_httpd_set_limits(n->httpd, &limits);
}

static bool
on_config(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct net *n = ctx;
    struct hop_msg_config m;
    struct hop_config new;

    if (!hop_ipc_unpack(msg, &m, err))
        return false;
    hop_config_init(&new);
    if (!hop_config_parse(&new, m.text, "settings", false, err) ||
        !hop_config_parse(&new, m.fixed, "policies", true, err)) {
        hop_config_done(&new);
        return false;
    }
    hop_config_done(&n->config);
    n->config = new;
    free(n->owner);
    n->owner = hop_xstrdup(m.user);
    free(n->addresses);
    n->addresses = hop_xstrdup(m.addresses);
    set_deadlines(n);
    return true;
}

static void
on_auth_lost(void *ctx, const struct hop_error *why)
{
    net_conn_forget_auth(ctx);
}

static bool
on_peer(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct net *n = ctx;
    int fd = hop_ipc_take_fd(msg, 0);

    if (fd < 0)
        return hop_error_set(err, HOP_ERROR_PROTOCOL, 0, "no descriptor");
    if (n->auth.watch)
        net_conn_forget_auth(n);
    net_channel_open(n, &n->auth, fd, HOP_PEER_AUTH);
    return true;
}

static struct net_listener *
find_listener(struct net *n, const char *name)
{
    for (struct net_listener *l = n->listeners; l; l = l->next) {
        if (hop_ascii_ieq(l->name, name))
            return l;
    }
    return NULL;
}

static struct hop_tls_context *
make_tls(int cert_fd, int key_fd, int ca_fd, struct hop_error *err)
{
    HOP_AUTO_FREE char *cert = hop_xasprintf("/proc/self/fd/%d", cert_fd);
    HOP_AUTO_FREE char *key = hop_xasprintf("/proc/self/fd/%d", key_fd);
    HOP_AUTO_FREE char *ca = hop_xasprintf("/proc/self/fd/%d", ca_fd);
    struct stat st;
    struct hop_tls_config c = {.server = true,
                               .cert_file = cert,
                               .key_file = key,
                               .key_socket = key_fd,
                               .ask_socket = fstat(key_fd, &st) == 0 &&
                                             S_ISSOCK(st.st_mode),
                               .ca_file = ca_fd >= 0 ? ca : NULL,
                               .ask_client_cert = ca_fd >= 0};

    return hop_tls_context_new(&c, err);
}

/* Settings show the certificate that is served. */
static void
note_certificate(struct net *n, const struct net_listener *l)
{
    HOP_AUTO_FREE char *path = hop_xasprintf("/proc/self/fd/%d", l->cert_fd);

    if (l->tls)
        hop_thumbprint_follow(&n->config, l->name, path);
}

/* Takes both. */
static void
renew_tls(struct net *n, struct net_listener *l, struct hop_tls_context *tls,
          int *cert_fd)
{
    hop_httpd_set_tls(n->httpd, tls);
    hop_tls_context_free(l->tls);
    l->tls = tls;
    if (l->cert_fd >= 0)
        close(l->cert_fd);
    l->cert_fd = *cert_fd;
    *cert_fd = -1;
    note_certificate(n, l);
}

static void
free_listener(struct net_listener *l)
{
    hop_tls_context_free(l->tls);
    if (l->cert_fd >= 0)
        close(l->cert_fd);
    free(l->name);
    free(l->prefix);
    free(l);
}

/* A listener that is known already brings a new certificate. */
static bool
on_listen(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct net *n = ctx;
    struct hop_msg_listen m;
    HOP_AUTO_FD int fd = hop_ipc_take_fd(msg, 0);
    HOP_AUTO_FD int cert_fd = hop_ipc_take_fd(msg, 1);
    HOP_AUTO_FD int key_fd = hop_ipc_take_fd(msg, 2);
    HOP_AUTO_FD int ca_fd = hop_ipc_take_fd(msg, 3);
    struct hop_tls_context *tls = NULL;
    struct net_listener *l;
    struct hop_error why;

    if (!hop_ipc_unpack(msg, &m, err))
        return false;
    if (m.https && !(tls = make_tls(cert_fd, key_fd, ca_fd, &why))) {
        hop_journal(HOP_EVENT_TROUBLE, NULL, "listener %s: %s", m.name,
                    why.text);
        if ((l = find_listener(n, m.name)))
            note_certificate(n, l); /* it stays with what it has */
        return true;
    }
    l = find_listener(n, m.name);
    if (l) {
        if (tls)
            renew_tls(n, l, tls, &cert_fd);
        return true;
    }
    if (!hop_httpd_listen(n->httpd, fd, tls, &why)) {
        hop_journal(HOP_EVENT_TROUBLE, NULL, "listener %s: %s", m.name,
                    why.text);
        hop_tls_context_free(tls);
        return true;
    }
    l = hop_xmalloc(sizeof(*l));
    *l = (struct net_listener){.next = n->listeners,
                               .name = hop_xstrdup(m.name),
                               .prefix = hop_xstrdup(m.prefix),
                               .fd = fd,
                               .cert_fd = cert_fd,
                               .tls = tls};
    n->listeners = l;
    fd = cert_fd = -1;
    note_certificate(n, l);
    return true;
}

/* The TLS context of a listener that stays; that of the last one was let go. */
static void
choose_tls(struct net *n)
{
    struct hop_tls_context *tls = NULL;

    for (const struct net_listener *l = n->listeners; l; l = l->next)
        tls = l->tls ? l->tls : tls;
    hop_httpd_set_tls(n->httpd, tls);
}

static bool
on_unlisten(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct net *n = ctx;
    struct hop_msg_unlisten m;
    struct net_listener **link = &n->listeners;

    if (!hop_ipc_unpack(msg, &m, err))
        return false;
    while (*link) {
        struct net_listener *l = *link;
        if (strcmp(l->name, m.name) != 0) {
            link = &l->next;
            continue;
        }
        *link = l->next;
        hop_httpd_unlisten(n->httpd, l->fd);
        choose_tls(n);
        free_listener(l);
    }
    return true;
}

static bool
on_stop(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct net *n = ctx;

    if (n->stopping)
        return true;
    n->stopping = true;
    hop_httpd_drain(n->httpd);
    hop_timer_free(n->soon);
    n->soon = hop_timer_new(n->loop, on_drained, n);
    hop_timer_start(n->soon, hop_httpd_count(n->httpd) > 0 ? DRAIN_MS : 1);
    return true;
}

static void
on_monitor_lost(void *ctx, const struct hop_error *why)
{
    struct net *n = ctx;

    if (!n->stopping)
        hop_journal(HOP_EVENT_TROUBLE, NULL, "the monitor is gone: %s",
                    why->text);
    hop_loop_stop(n->loop);
}

static const struct hop_ipc_route monitor_routes[] = {
    {HOP_MSG_CONFIG, 1, on_config},
    {HOP_MSG_PEER, 1, on_peer},
    {HOP_MSG_LISTEN, 1, on_listen},
    {HOP_MSG_UNLISTEN, 1, on_unlisten},
    {HOP_MSG_STOP, 1, on_stop},
    {HOP_MSG_SESSION, 1, net_shell_on_session},
    {HOP_MSG_FAILED, 1, net_shell_on_failed},
    {HOP_MSG_ENDED, 1, net_shell_on_ended},
    {HOP_MSG_APPLIED, 1, net_settings_on_applied},
};

static const struct hop_ipc_route auth_routes[] = {
    {HOP_MSG_ANSWER, 1, net_conn_on_answer},
    {HOP_MSG_FAILED, 1, net_shell_on_failed},
    {HOP_MSG_APPLIED, 1, net_settings_on_applied},
};

static void
on_sweep(void *ctx)
{
    struct net *n = ctx;

    net_shell_sweep(n);
    net_enum_sweep(n);
    net_settings_sweep(n);
    hop_timer_start(n->sweep, SWEEP_MS);
}

static void
on_soon(void *ctx)
{
    net_command_answer_soon(ctx);
}

static void
on_retry(void *ctx)
{
    net_request_retry(ctx);
}

/* The configuration of Kerberos may lie elsewhere: `hopd --user`, tests. */
static void
add_krb5_config(const struct hop_child_args *args)
{
    const char *list = getenv("KRB5_CONFIG");
    size_t i = 0;

    while (readable[i])
        i++;
    while (list && *list != '\0' && i + 1 < HOP_ARRAY_SIZE(readable)) {
        size_t n = strcspn(list, ":");
        readable[i++] = hop_xstrndup(list, n);
        list += n + (list[n] == ':');
    }
}

static bool
start(struct net *n, struct hop_error *err)
{
    struct hop_httpd_config config = hop_httpd_config_default;

    n->state = 1;
    n->auth.ipc.fd = n->monitor.ipc.fd = -1;
    hop_config_init(&n->config);
    hop_tls_use(&hop_tls_openssl);
    hop_fastseal_use(&hop_fastseal_openssl);
    hop_credssp_use(&hop_credssp_openssl);
    n->loop = hop_loop_new();
    if (!n->loop)
        return hop_error_set(err, HOP_ERROR_GENERIC, 0, "no event loop");
    add_krb5_config(&n->args);
    if (!hop_child_confine(&rules, &n->args, err) ||
        !hop_child_sandbox(&rules, err))
        return false;
    n->httpd = hop_httpd_new(n->loop, &config, &net_conn_events, n);
    n->sweep = hop_timer_new(n->loop, on_sweep, n);
    n->soon = hop_timer_new(n->loop, on_soon, n);
    n->retry = hop_timer_new(n->loop, on_retry, n);
    hop_timer_start(n->sweep, SWEEP_MS);
    n->started_at = hop_loop_now_ms(n->loop);
    n->auth.routes = auth_routes;
    n->auth.route_count = HOP_ARRAY_SIZE(auth_routes);
    n->auth.on_lost = on_auth_lost;
    n->monitor.routes = monitor_routes;
    n->monitor.route_count = HOP_ARRAY_SIZE(monitor_routes);
    n->monitor.on_lost = on_monitor_lost;
    n->auth.ctx = n->monitor.ctx = n;
    net_channel_open(n, &n->monitor, HOP_IPC_MONITOR_FD, HOP_PEER_MONITOR);
    net_channel_send(&n->monitor, HOP_MSG_READY, 0, NULL);
    return true;
}

static void
release(struct net *n)
{
    net_channel_close(&n->auth);
    net_channel_close(&n->monitor);
    hop_httpd_free(n->httpd);
    net_shell_free_all(n);
    net_enum_free_all(n);
    while (n->listeners) {
        struct net_listener *l = n->listeners;
        n->listeners = l->next;
        free_listener(l);
    }
    hop_timer_free(n->sweep);
    hop_timer_free(n->soon);
    hop_timer_free(n->retry);
    hop_loop_free(n->loop);
    hop_config_done(&n->config);
    hop_buf_done(&n->envelope);
    hop_buf_done(&n->payload);
    free(n->owner);
    free(n->addresses);
}

int
hop_net_main(int argc, char **argv)
{
    struct net n = {0};
    struct hop_error err;

    if (!hop_child_args_parse(argc, argv, &n.args, &err)) {
        fprintf(stderr, "%s\n", err.text);
        return 2;
    }
    hop_child_forget(&rules, &n.args);
    if (!start(&n, &err)) {
        hop_journal(HOP_EVENT_TROUBLE, NULL, "hopd-net does not start: %s",
                    err.text);
        return 1;
    }
    hop_loop_run(n.loop);
    release(&n);
    return 0;
}
