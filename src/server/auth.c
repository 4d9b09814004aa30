/* SPDX-License-Identifier: MIT */
#include "server/auth.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <krb5.h>
#include <poll.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth/account.h"
#include "auth/keys.h"
#include "base/alloc.h"
#include "server/auth_state.h"
#include "server/journal.h"

#define MAP_MAX ((size_t)1 << 20)
/* The keytab is not asked for more often than this. */
#define ASK_KEYS_MS 10000

/* What libkrb5, gss-ntlmssp, NSS (sssd, winbind) and the resolver open. */
/* What the settings name comes last. */
enum { NAMED_PATHS = 3 };
static const char *readable[] = {"/etc",       "/usr/lib",
                                 "/usr/share", "/lib",
                                 "/lib64",     "/var/lib/sss",
                                 "/run/samba", "/var/run/samba",
                                 "/proc/self", "/dev/urandom",
                                 "/dev/null",  "/run/systemd",
                                 "/run/nscd",  "/var/lib/samba",
                                 NULL,         NULL,
                                 NULL,         NULL};
/* RUN_DIR/auth comes first. */
static const char *writable[] = {NULL, "/dev/null", NULL};
/* KDCs, winbind and sssd are asked over sockets; NTLM and tickets are made in
 * child processes. */
static const char *const calls[] = {
    "socket",   "connect",      "bind",   "listen",    "socketpair",
    "clone",    "clone3",       "fork",   "vfork",     "wait4",
    "waitid",   "kill",         "prctl",  "alarm",     "setitimer",
    "unlink",   "unlinkat",     "rename", "chmod",     "fchmod",
    "fchmodat", "ftruncate",    "fsync",  "fdatasync", "flock",
    "sendmmsg", "memfd_create", "keyctl", "setrlimit", "pwrite64",
    "statfs",   "fstatfs",      NULL};

static const struct hop_child_rules rules = {
    .name = "hopd-auth",
    .account = "_hopauth",
    .readable = readable,
    .writable = writable,
    .calls = calls,
};

static struct auth auth;

/* ---- settings */

static bool
read_map(struct auth *a, const char *path, struct hop_error *err)
{
    HOP_AUTO_BUF struct hop_buf text = {.max = MAP_MAX};
    HOP_AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct hop_certmap *map = NULL;
    ssize_t n;

    if (fd < 0)
        return hop_error_errno(err, errno, "read the certificate map %s", path);
    do {
        char *room = hop_buf_reserve(&text, 4096);

        n = room != NULL ? read(fd, room, 4096) : -1;
        if (n > 0)
            hop_buf_commit(&text, (size_t)n);
    } while (n > 0);
    if (n < 0)
        return hop_error_errno(err, errno, "read the certificate map %s", path);
    if (!hop_certmap_parse(hop_buf_str(&text), text.len, &map, err))
        return hop_error_prefix(err, "%s", path);
    hop_certmap_free(a->certmap);
    a->certmap = map;
    return true;
}

static void
load_map(struct auth *a)
{
    const char *path = hop_config_text(&a->config, HOP_SET_CERTIFICATE_MAP);
    struct hop_error err = {0};

    hop_certmap_free(a->mappings);
    a->mappings = hop_certmap_of_settings(&a->config);
    if (path[0] == '\0')
        hop_certmap_free(hop_steal(&a->certmap));
    else if (!read_map(a, path, &err))
        hop_journal(HOP_EVENT_TROUBLE, NULL, "%s", err.text);
}

static void
tell_agent(struct auth *a)
{
    HOP_AUTO_FREE char *account = hop_keys_account();

    if (a->agent != NULL)
        agent_set_keys(a->agent, hop_keys_name(), account);
}

static void
use_keys(struct auth *a, bool loaded, struct hop_error *err)
{
    if (!loaded || (a->cred != NULL && !hop_acceptor_cred_set_keytab(
                                           a->cred, hop_keys_name(), err)))
        hop_journal(HOP_EVENT_TROUBLE, NULL, "%s", err->text);
    tell_agent(a);
}

/* Keys are copied into memory while this process may still read them; later
 * the monitor is asked for the file. */
static void
load_keys(struct auth *a)
{
    const char *path = hop_config_text(&a->config, HOP_SET_KEYTAB);
    struct hop_error err = {0};

    if (a->phase == AUTH_STARTING)
        use_keys(a, hop_keys_load(path[0] != '\0' ? path : NULL, &err), &err);
    else
        auth_ask_keys(a);
}

void
auth_ask_keys(struct auth *a)
{
    uint64_t now = hop_now_ms();

    if (a->asked_keys_ms != 0 && now - a->asked_keys_ms < ASK_KEYS_MS)
        return;
    a->asked_keys_ms = now;
    hop_ipc_send(&a->monitor, HOP_MSG_REKEY, 0, NULL, NULL, 0);
}

static bool
on_keys(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    HOP_AUTO_FD int fd = hop_ipc_take_fd(msg, 0);
    struct hop_error why = {0};

    if (fd < 0)
        return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                             "hopd: KEYS without a descriptor");
    use_keys(ctx, hop_keys_load_fd(fd, &why), &why);
    return true;
}

/* The replay cache and a socket per session lie here. */
static bool
make_directory(struct auth *a, const char *run_dir, struct hop_error *err)
{
    HOP_AUTO_FREE char *cache = NULL;
    const struct passwd *pw = getpwnam(rules.account);

    a->dir = hop_xasprintf("%s/auth", run_dir);
    if (mkdir(a->dir, 0711) < 0 && errno != EEXIST)
        return hop_error_errno(err, errno, "create %s", a->dir);
    if (!a->args.user_mode && geteuid() == 0 && pw != NULL &&
        chown(a->dir, pw->pw_uid, pw->pw_gid) < 0)
        return hop_error_errno(err, errno, "give %s to %s", a->dir,
                               rules.account);
    if (chmod(a->dir, 0711) < 0)
        return hop_error_errno(err, errno, "open %s to users", a->dir);
    writable[0] = a->dir;
    cache = hop_xasprintf("file2:%s/rcache", a->dir);
    setenv("KRB5RCACHENAME", cache, 1);
    /* No ticket of anybody else is used by mistake. */
    setenv("KRB5CCNAME", "MEMORY:none", 1);
    return true;
}

static bool
take_config(struct auth *a, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct hop_msg_config m;
    struct hop_config fresh;

    if (!hop_ipc_unpack(msg, &m, err))
        return false;
    hop_config_init(&fresh);
    if (!hop_config_parse(&fresh, m.text, "settings", true, err)) {
        hop_config_done(&fresh);
        return false;
    }
    hop_config_done(&a->config);
    a->config = fresh;
    free(a->owner);
    a->owner = m.user[0] != '\0' ? hop_xstrdup(m.user) : NULL;
    if (!a->configured && !make_directory(a, m.run_dir, err))
        return false;
    a->configured = true;
    load_keys(a);
    load_map(a);
    auth_access_load(a);
    return true;
}

static bool
on_config(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    return take_config(ctx, msg, err);
}

static void on_net(struct hop_source *s, uint32_t events);

static bool
on_peer(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct auth *a = ctx;
    int fd = hop_ipc_take_fd(msg, 0);

    if (fd < 0)
        return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                             "hopd: PEER without a descriptor");
    /* A new hopd-net: the connections of the old one are gone. */
    hop_set_remove(&a->set, &a->net_source);
    hop_ipc_done(&a->net);
    for (size_t k = 0; k < AUTH_BUCKETS; k++)
        while (a->buckets[k] != NULL)
            auth_conn_drop(a->buckets[k]);
    hop_ipc_init(&a->net, fd, HOP_PEER_AUTH, HOP_PEER_NET);
    a->net_source = (struct hop_source){.fd = fd, .fn = on_net, .ctx = a};
    hop_set_want(&a->set, &a->net_source, EPOLLIN);
    return true;
}

static bool
on_stop(void *ctx, struct hop_ipc_msg *msg, struct hop_error *err)
{
    struct auth *a = ctx;

    a->phase = AUTH_STOPPING;
    return true;
}

/* ---- channels */

static const struct hop_ipc_route monitor_routes[] = {
    {HOP_MSG_CONFIG, AUTH_STARTING | AUTH_SERVING, on_config},
    {HOP_MSG_PEER, AUTH_STARTING | AUTH_SERVING, on_peer},
    {HOP_MSG_STOP, AUTH_STARTING | AUTH_SERVING, on_stop},
    {HOP_MSG_KEYS, AUTH_SERVING, on_keys},
    {HOP_MSG_CHECKED, AUTH_SERVING, auth_on_checked},
    {HOP_MSG_ENDED, AUTH_SERVING, auth_on_ended},
    {HOP_MSG_ORPHAN, AUTH_SERVING, auth_on_orphan},
};

static const struct hop_ipc_route net_routes[] = {
    {HOP_MSG_STEP, AUTH_SERVING, auth_on_step},
    {HOP_MSG_DROP, AUTH_SERVING, auth_on_drop},
    {HOP_MSG_WANT, AUTH_SERVING, auth_on_want},
    {HOP_MSG_CHANGE, AUTH_SERVING, auth_on_change},
};

static void
on_net(struct hop_source *s, uint32_t events)
{
    struct auth *a = s->ctx;
    struct hop_error err = {0};
    enum hop_ipc_result r = HOP_IPC_AGAIN;

    if (events & ~(uint32_t)EPOLLOUT)
        r = hop_ipc_pump(&a->net, net_routes, HOP_ARRAY_SIZE(net_routes),
                         &a->phase, a, &err);
    if (r == HOP_IPC_BAD)
        hop_journal(HOP_EVENT_TROUBLE, NULL, "channel to hopd-net: %s",
                    err.text);
    if (r == HOP_IPC_BAD || r == HOP_IPC_CLOSED) {
        hop_set_remove(&a->set, s);
        hop_ipc_done(&a->net);
        s->fd = -1;
    }
}

static void
on_monitor(struct hop_source *s, uint32_t events)
{
    struct auth *a = s->ctx;
    struct hop_error err = {0};
    enum hop_ipc_result r = HOP_IPC_AGAIN;

    if (events & ~(uint32_t)EPOLLOUT)
        r = hop_ipc_pump(&a->monitor, monitor_routes,
                         HOP_ARRAY_SIZE(monitor_routes), &a->phase, a, &err);
    if (r == HOP_IPC_BAD)
        hop_journal(HOP_EVENT_TROUBLE, NULL, "channel to hopd: %s", err.text);
    if (r == HOP_IPC_BAD || r == HOP_IPC_CLOSED)
        a->phase = AUTH_STOPPING;
}

/* What handlers have queued goes out at the end of each turn. */
static void
flush(struct auth *a, struct hop_ipc *ipc, struct hop_source *s)
{
    struct hop_error err = {0};
    enum hop_ipc_result r;

    if (!hop_ipc_is_open(ipc) || s->fd < 0)
        return;
    r = hop_ipc_flush(ipc, &err);
    if (r == HOP_IPC_BAD)
        hop_journal(HOP_EVENT_TROUBLE, NULL, "send: %s", err.text);
    hop_set_want(&a->set, s,
                 EPOLLIN | (hop_ipc_pending(ipc) ? (uint32_t)EPOLLOUT : 0));
}

static void
turn(struct auth *a)
{
    hop_set_wait(&a->set, a->agent != NULL ? agent_wait_ms(a->agent) : -1);
    if (a->agent != NULL)
        agent_tick(a->agent);
    flush(a, &a->net, &a->net_source);
    flush(a, &a->monitor, &a->monitor_source);
}

/* ---- start */

static bool
await_settings(struct auth *a, struct hop_error *err)
{
    while (a->phase == AUTH_STARTING && !a->configured)
        turn(a);
    return a->phase == AUTH_STARTING ||
           hop_error_set(err, HOP_ERROR_GENERIC, 0,
                         "hopd sent no settings before it stopped");
}

/* The NTLM helper drops its rights by itself, and holds no keys. */
static bool
confine_helper(void)
{
    static const char *const helper_calls[] = {
        "socket", "connect",   "clone", "clone3", "fork",
        "alarm",  "setitimer", "wait4", "prctl",  NULL};
    struct hop_child_rules own = rules;
    struct hop_error err = {0};

    own.name = "hopd-auth: NTLM";
    own.writable = NULL;
    own.calls = helper_calls;
    return hop_child_confine(&own, &auth.args, &err) &&
           hop_child_sandbox(&own, &err);
}

/* /etc is open already; other places are where `hopd --user` keeps things. */
static void
open_named_paths(const struct auth *a)
{
    static const enum hop_config_id named[NAMED_PATHS] = {
        HOP_SET_KEYTAB, HOP_SET_NTLM_USERS, HOP_SET_CERTIFICATE_MAP};
    size_t at = HOP_ARRAY_SIZE(readable) - NAMED_PATHS - 1;

    for (size_t k = 0; k < NAMED_PATHS; k++) {
        const char *path = hop_config_text(&a->config, named[k]);

        if (path[0] == '/')
            readable[at++] = hop_xstrdup(path);
    }
}

static bool
acquire(struct auth *a, bool ntlm, struct hop_error *err)
{
    const char *users = hop_config_text(&a->config, HOP_SET_NTLM_USERS);
    struct hop_acceptor_options o = {
        .keytab = hop_keys_name(),
        .ntlm = ntlm,
        .ntlm_file = users[0] != '\0' ? users : NULL,
        .ntlm_sandbox = confine_helper,
        .evidence = true,
    };

    return hop_acceptor_cred_new(&o, &a->cred, err);
}

/* Without NTLM the server serves Kerberos, and says so. */
static bool
acquire_any(struct auth *a, struct hop_error *err)
{
    struct hop_error why = {0};

    open_named_paths(a);
    if (!auth_credssp_read(a, &why))
        hop_journal(HOP_EVENT_TROUBLE, NULL,
                    "CredSSP shows a certificate of its own making: %s",
                    why.text);
    if (acquire(a, true, &why))
        return true;
    hop_journal(HOP_EVENT_TROUBLE, NULL, "NTLM is off: %s", why.text);
    return acquire(a, false, err);
}

/* What is loaded on first use is loaded before the sandbox closes. */
static void
warm_up(void)
{
    struct hop_account account = {0};

    if (hop_account_find("root", &account, NULL))
        hop_account_done(&account);
}

/* The key takes long to make, and a client waits for it otherwise. */
static void
prepare_credssp(struct auth *a)
{
    struct hop_error err = {0};

    if (hop_config_bool(&a->config, HOP_SET_SERVICE_AUTH_CREDSSP) &&
        !auth_credssp_prepare(a, &err))
        hop_journal(HOP_EVENT_TROUBLE, NULL, "%s", err.text);
}

/* Sockets of sessions that an earlier hopd-auth served: hopd tells which of
 * them still live, and those are made anew. */
static void
remove_stale(const char *dir)
{
    DIR *d = opendir(dir);
    struct dirent *e;

    while (d != NULL && (e = readdir(d)) != NULL) {
        const char *dot = strrchr(e->d_name, '.');

        if (dot != NULL &&
            (strcmp(dot, ".kcm") == 0 || strcmp(dot, ".conf") == 0))
            unlinkat(dirfd(d), e->d_name, 0);
    }
    if (d != NULL)
        closedir(d);
}

static void
start_agent(struct auth *a)
{
    const char *conf = getenv("KRB5_CONFIG");
    struct hop_error err = {0};

    remove_stale(a->dir);
    a->agent =
        agent_new(&a->set, a->dir, conf != NULL ? conf : "/etc/krb5.conf");
    tell_agent(a);
    if (!agent_open_machine(a->agent,
                            hop_config_text(&a->config, HOP_SET_ADMINISTRATORS),
                            &err))
        hop_journal(HOP_EVENT_TROUBLE, NULL, "%s", err.text);
}

static bool
start(struct auth *a, struct hop_error *err)
{
    a->phase = AUTH_STARTING;
    if (!hop_set_init(&a->set, err))
        return false;
    hop_ipc_init(&a->monitor, HOP_IPC_MONITOR_FD, HOP_PEER_AUTH,
                 HOP_PEER_MONITOR);
    a->monitor_source = (struct hop_source){
        .fd = HOP_IPC_MONITOR_FD, .fn = on_monitor, .ctx = a};
    a->net.fd = -1;
    a->net_source.fd = -1;
    hop_set_want(&a->set, &a->monitor_source, EPOLLIN);
    hop_config_init(&a->config);
    if (!await_settings(a, err) || !acquire_any(a, err) ||
        !hop_child_confine(&rules, &a->args, err))
        return false;
    warm_up();
    prepare_credssp(a);
    start_agent(a);
    if (!hop_child_sandbox(&rules, err))
        return false;
    a->phase = AUTH_SERVING;
    hop_ipc_send(&a->monitor, HOP_MSG_READY, 0, NULL, NULL, 0);
    flush(a, &a->monitor, &a->monitor_source);
    return true;
}

int
hop_auth_main(int argc, char **argv)
{
    struct hop_error err = {0};

    if (!hop_child_args_parse(argc, argv, &auth.args, &err)) {
        fprintf(stderr, "%s\n", err.text);
        return 2;
    }
    hop_child_forget(&rules, &auth.args);
    if (!start(&auth, &err)) {
        hop_journal(HOP_EVENT_TROUBLE, NULL, "hopd-auth does not start: %s",
                    err.text);
        return 1;
    }
    hop_journal(HOP_EVENT_START, NULL, "hopd-auth is ready");
    while (auth.phase == AUTH_SERVING)
        turn(&auth);
    agent_free(auth.agent);
    hop_acceptor_cred_free(auth.cred);
    return 0;
}
