/* SPDX-License-Identifier: MIT */
#include "server/agent.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <krb5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "server/agent_state.h"
#include "server/journal.h"

enum {
    BACKLOG = 64,
    OUT_MAX = 256 << 10, /* replies that wait before the next is made */
    REPLY_MAX = 4 << 20, /* a listing of all held tickets is far smaller */
    FEW_CONNECTIONS = 8, /* of a session, before its user's are counted */
    GROUPS_MAX = 1024,   /* of a process that connects */
};

struct agent *
agent_new(struct hop_set *set, const char *dir, const char *system_conf)
{
    struct agent *a = hop_xcalloc(1, sizeof(*a));

    a->set = set;
    a->dir = hop_xstrdup(dir);
    a->system_conf = hop_xstrdup(system_conf);
    return a;
}

void
agent_set_keys(struct agent *a, const char *keytab, const char *account)
{
    free(a->keytab);
    free(a->account);
    a->keytab = keytab != NULL ? hop_xstrdup(keytab) : NULL;
    a->account = account != NULL ? hop_xstrdup(account) : NULL;
    hop_buf_clear(&a->own);
}

/* ---- connections */

static void
close_conn(struct agent_conn *c)
{
    struct agent_session *s = c->session;
    struct agent_conn **at = &s->conns;

    while (*at != c)
        at = &(*at)->next;
    *at = c->next;
    s->conn_count--;
    hop_set_remove(s->agent->set, &c->source);
    close(c->source.fd);
    hop_buf_done(&c->in);
    hop_buf_done(&c->out);
    free(c->awaits);
    free(c);
}

static bool
flush(struct agent_conn *c)
{
    while (c->out.len > 0) {
        ssize_t n = send(c->source.fd, c->out.data, c->out.len,
                         MSG_NOSIGNAL | MSG_DONTWAIT);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            return true;
        if (n <= 0)
            return false;
        hop_buf_consume(&c->out, (size_t)n);
    }
    return true;
}

/* TGTs are never given out, nor tickets for talk between users; configuration
 * entries and our own marker are no services. */
static bool
is_for_sale(const struct agent_session *s, const struct kcm_request *r)
{
    if (!r->has_server || r->user_to_user || r->server.count < 2 ||
        kcm_text_is(r->server.realm, "X-CACHECONF:") ||
        kcm_text_is(r->server.parts[0], "krbtgt"))
        return false;
    return !r->has_client || mint_is_client(s->grant, &r->client);
}

static void
reply_code(struct agent_conn *c, int32_t code)
{
    kcm_encode(&c->out, (uint32_t)code, NULL, 0);
}

static void
refuse_by_list(struct agent_conn *c, const char *service)
{
    struct agent_session *s = c->session;
    const char *why = mint_explain(KRB5KDC_ERR_POLICY, 0, service, s->grant);

    agent_note_refusal(s, service, KRB5KDC_ERR_POLICY, why);
    hop_journal(HOP_EVENT_TICKET,
                HOP_FIELDS("USER", s->user, "SESSION", s->id, "PRINCIPAL",
                           hop_grant_principal(s->grant), "WAY", agent_way(s),
                           "SERVICE", service, "RESULT", "refused"),
                "ticket for %s to %s refused: %s",
                hop_grant_principal(s->grant), service, why);
    reply_code(c, KRB5KDC_ERR_POLICY);
}

/* Held: at once.  Else c->awaits names it until a child has answered. */
static void
retrieve(struct agent_conn *c, const struct kcm_request *r)
{
    struct agent_session *s = c->session;
    HOP_AUTO_FREE char *service =
        is_for_sale(s, r) ? mint_service_name(&r->server, s->grant) : NULL;
    const struct agent_ticket *t;

    if (service == NULL) {
        reply_code(c, KRB5_CC_NOTFOUND);
        return;
    }
    if (!mint_is_allowed(service, s->allow, s->deny)) {
        refuse_by_list(c, service);
        return;
    }
    t = agent_find(s, service, time(NULL));
    if (t != NULL) {
        kcm_encode(&c->out, 0, t->creds.data, t->creds.len);
        return;
    }
    /* Without room it waits; agent_resume asks again. */
    if (agent_child_ask(s, service) == AGENT_FAILED) {
        reply_code(c, EAGAIN);
        return;
    }
    c->awaits = hop_steal(&service);
    c->turn = ++s->agent->turns;
}

static enum kcm_result
serve_one(struct agent_conn *c)
{
    struct kcm_request r;
    size_t used = 0;
    enum kcm_result k = kcm_decode(c->in.data, c->in.len, &r, &used);

    if (k == KCM_MORE || k == KCM_BAD)
        return k;
    if (k == KCM_UNKNOWN)
        reply_code(c, KRB5_FCC_INTERNAL);
    else if (!agent_answer(c->session, &r, &c->out))
        retrieve(c, &r);
    hop_buf_consume(&c->in, used);
    return KCM_OK;
}

/* What all connections of the session have in memory. */
static size_t
count_pending(const struct agent_session *s)
{
    size_t n = 0;

    for (const struct agent_conn *c = s->conns; c != NULL; c = c->next)
        n += c->in.len + c->out.len;
    return n;
}

/* Requests are served one by one: the next when this one is answered.  False:
 * the connection is to be closed. */
static bool
serve(struct agent_conn *c)
{
    enum kcm_result k = KCM_OK;

    while (k == KCM_OK && c->awaits == NULL && c->out.len < OUT_MAX) {
        k = serve_one(c);
        if (k == KCM_BAD || !hop_buf_ok(&c->out))
            return false;
        if ((k == KCM_MORE || c->out.len >= OUT_MAX) && !flush(c))
            return false;
    }
    return flush(c) && (c->in.len + c->out.len <= KCM_REQUEST_MAX ||
                        count_pending(c->session) <= AGENT_PENDING_MAX);
}

static void
update(struct agent_conn *c)
{
    uint32_t want = c->out.len > 0 ? (uint32_t)EPOLLOUT : 0;

    if (!c->closing && c->in.len <= KCM_REQUEST_MAX)
        want |= EPOLLIN;
    hop_set_want(c->session->agent->set, &c->source, want);
}

static void
on_conn(struct hop_source *source, uint32_t events)
{
    struct agent_conn *c = source->ctx;
    char *room = hop_buf_reserve(&c->in, 4096);
    ssize_t n = room != NULL && (events & ~(uint32_t)EPOLLOUT)
                    ? recv(source->fd, room, 4096, MSG_DONTWAIT)
                    : -1;

    if (n > 0)
        hop_buf_commit(&c->in, (size_t)n);
    if (n == 0 || (n < 0 && (events & (EPOLLERR | EPOLLHUP))) || !serve(c))
        close_conn(c);
    else
        update(c);
}

/* ---- sessions */

static bool
has_group(const char *names, const gid_t *gids, size_t count)
{
    HOP_AUTO_FREE char *copy = hop_xstrdup(names);
    char *rest = copy, *name;

    while ((name = strsep(&rest, ",")) != NULL) {
        const struct group *g;

        name += strspn(name, " ");
        g = *name != '\0' ? getgrnam(name) : NULL;
        for (size_t k = 0; g != NULL && k < count; k++)
            if (gids[k] == g->gr_gid)
                return true;
    }
    return false;
}

/* By the groups that the other process has, not those of its user. */
static bool
is_administrator(const struct agent *a, int fd, const struct ucred *peer)
{
    gid_t gids[GROUPS_MAX + 1];
    socklen_t n = sizeof(gids) - sizeof(gids[0]);

    if (peer->uid == 0)
        return true;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, gids, &n) < 0)
        n = 0;
    gids[n / sizeof(gids[0])] = peer->gid;
    return has_group(a->administrators, gids, n / sizeof(gids[0]) + 1);
}

/* The user's own programs, and root's, to whom nothing here is closed. */
static bool
may_connect(const struct agent_session *s, int fd)
{
    struct ucred peer;
    socklen_t n = sizeof(peer);

    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) < 0)
        return false;
    if (s->machine ? is_administrator(s->agent, fd, &peer)
                   : peer.uid == s->uid || peer.uid == 0)
        return true;
    hop_journal(HOP_EVENT_REFUSED, HOP_FIELDS("SESSION", s->id),
                "user id %lu tried the tickets of %s", (unsigned long)peer.uid,
                s->user);
    return false;
}

static bool
has_room(const struct agent_session *s)
{
    size_t n = 0;

    if (s->conn_count < FEW_CONNECTIONS)
        return true;
    for (const struct agent_session *o = s->agent->sessions; o; o = o->next)
        n += o->uid == s->uid ? o->conn_count : 0;
    return s->conn_count < AGENT_CONNECTIONS_MAX && n < AGENT_USER_CONNECTIONS;
}

static void
on_listener(struct hop_source *source, uint32_t events)
{
    struct agent_session *s = source->ctx;
    int fd = accept4(source->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    struct agent_conn *c;

    if (fd < 0)
        return;
    if (!has_room(s) || !may_connect(s, fd)) {
        close(fd);
        return;
    }
    c = hop_xmalloc(sizeof(*c));
    c->session = s;
    c->in = (struct hop_buf){.max = KCM_REQUEST_MAX * 2};
    c->out = (struct hop_buf){.max = REPLY_MAX, .secret = true};
    c->source = (struct hop_source){.fd = fd, .fn = on_conn, .ctx = c};
    c->next = s->conns;
    s->conns = c;
    s->conn_count++;
    hop_set_want(s->agent->set, &c->source, EPOLLIN);
}

void
agent_deliver(struct agent_session *s, const char *service, int32_t code)
{
    const struct agent_ticket *t = agent_find(s, service, time(NULL));
    struct agent_conn *next;

    if (code == 0 && t == NULL)
        code = KRB5KRB_AP_ERR_TKT_EXPIRED;
    for (struct agent_conn *c = s->conns; c != NULL; c = next) {
        next = c->next;
        if (c->awaits == NULL || strcmp(c->awaits, service) != 0)
            continue;
        free(hop_steal(&c->awaits));
        kcm_encode(&c->out, (uint32_t)code, t != NULL ? t->creds.data : NULL,
                   t != NULL ? t->creds.len : 0);
        if (serve(c))
            update(c);
        else
            close_conn(c);
    }
}

/* Who has waited longest of those that there is room for. */
static struct agent_conn *
find_waiting(const struct agent *a)
{
    struct agent_conn *first = NULL;

    for (struct agent_session *s = a->sessions; s != NULL; s = s->next)
        for (struct agent_conn *c = s->conns; c != NULL; c = c->next)
            if (c->awaits != NULL && (!first || c->turn < first->turn) &&
                agent_child_has_room(s, c->awaits))
                first = c;
    return first;
}

void
agent_resume(struct agent *a)
{
    struct agent_conn *c;

    while (a->child_count < AGENT_CHILDREN_MAX &&
           (c = find_waiting(a)) != NULL) {
        HOP_AUTO_FREE char *service = hop_xstrdup(c->awaits);

        if (agent_child_ask(c->session, service) == AGENT_FAILED)
            agent_deliver(c->session, service, EAGAIN);
    }
}

static void
free_session(struct agent_session *s)
{
    struct agent *a = s->agent;
    struct agent_child *next;

    for (struct agent_child *c = a->children; c != NULL; c = next) {
        next = c->next;
        if (c->session == s)
            agent_child_end(c);
    }
    while (s->conns != NULL)
        close_conn(s->conns);
    if (s->listener.fd >= 0) {
        hop_set_remove(a->set, &s->listener);
        close(s->listener.fd);
        unlink(s->socket_path);
    }
    if (s->conf_path != NULL)
        unlink(s->conf_path);
    agent_forget(s);
    hop_grant_free(s->grant);
    free(s->id);
    free(s->user);
    free(s->allow);
    free(s->deny);
    free(s->socket_path);
    free(s->conf_path);
    free(s);
}

static bool
open_socket(struct agent_session *s, struct hop_error *err)
{
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    HOP_AUTO_FD int fd =
        socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (fd < 0)
        return hop_error_errno(err, errno, "open the credential agent");
    if (strlen(s->socket_path) >= sizeof(addr.sun_path))
        return hop_error_set(err, HOP_ERROR_LIMIT, 0,
                             "open the credential agent: the path %s is too "
                             "long for a socket",
                             s->socket_path);
    strcpy(addr.sun_path, s->socket_path);
    unlink(s->socket_path);
    /* Who connects is checked by uid: this process cannot give files away. */
    if (bind(fd, (struct sockaddr *)&addr, sizeof(addr)) < 0 ||
        chmod(s->socket_path, 0666) < 0 || listen(fd, BACKLOG) < 0)
        return hop_error_errno(err, errno, "open the credential agent at %s",
                               s->socket_path);
    s->listener = (struct hop_source){.fd = fd, .fn = on_listener, .ctx = s};
    hop_set_want(s->agent->set, &s->listener, EPOLLIN);
    fd = -1;
    return true;
}

/* Stands in front of the system's krb5.conf; the first that names a setting
 * wins. */
static bool
write_conf(const struct agent_session *s, struct hop_error *err)
{
    HOP_AUTO_FREE char *text = hop_xasprintf("[libdefaults]\n"
                                             "\tkcm_socket = %s\n"
                                             "\tdefault_ccache_name = KCM:\n",
                                             s->socket_path);
    HOP_AUTO_FD int fd =
        open(s->conf_path,
             O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
    ssize_t n = (ssize_t)strlen(text);

    if (fd < 0 || write(fd, text, (size_t)n) != n || fchmod(fd, 0644) < 0)
        return hop_error_errno(err, errno, "write %s", s->conf_path);
    return true;
}

static struct agent_session *
make_session(struct agent *a, const struct agent_session_options *o)
{
    struct agent_session *s = hop_xmalloc(sizeof(*s));

    s->agent = a;
    s->id = hop_xstrdup(o->session);
    s->user = hop_xstrdup(o->user);
    s->uid = o->uid;
    s->allow = o->allow != NULL ? hop_xstrdup(o->allow) : NULL;
    s->deny = o->deny != NULL ? hop_xstrdup(o->deny) : NULL;
    s->grant = hop_grant_dup(o->grant);
    s->lost = o->lost;
    s->since = time(NULL);
    s->listener.fd = -1;
    s->socket_path = hop_xasprintf("%s/%s.kcm", a->dir, o->session);
    s->conf_path = hop_xasprintf("%s/%s.conf", a->dir, o->session);
    return s;
}

bool
agent_open(struct agent *a, const struct agent_session_options *o, char **conf,
           struct hop_error *err)
{
    struct agent_session *s;

    for (s = a->sessions; s != NULL; s = s->next)
        if (strcmp(s->id, o->session) == 0)
            return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                                 "open the credential agent: session %s has "
                                 "one already",
                                 o->session);
    s = make_session(a, o);
    if (s->grant == NULL || !open_socket(s, err) || !write_conf(s, err)) {
        free_session(s);
        return false;
    }
    s->next = a->sessions;
    a->sessions = s;
    if (hop_grant_renewal_at(s->grant) != 0)
        a->renew_ms = 0; /* looks when that is */
    *conf = hop_xasprintf("%s:%s", s->conf_path, a->system_conf);
    return true;
}

bool
agent_open_machine(struct agent *a, const char *groups, struct hop_error *err)
{
    struct agent_session *s = hop_xcalloc(1, sizeof(*s));

    a->administrators = hop_xstrdup(groups);
    s->agent = a;
    s->machine = true;
    s->id = hop_xstrdup("machine");
    s->user = hop_xstrdup("this host");
    s->listener.fd = -1;
    s->socket_path = hop_xasprintf("%s/machine.kcm", a->dir);
    if (!open_socket(s, err)) {
        free_session(s);
        return false;
    }
    a->machine = s;
    return true;
}

void
agent_close(struct agent *a, const char *session)
{
    struct agent_session **at = &a->sessions, *s;

    while (*at != NULL && strcmp((*at)->id, session) != 0)
        at = &(*at)->next;
    s = *at;
    if (s == NULL)
        return;
    *at = s->next;
    free_session(s);
}

void
agent_free(struct agent *a)
{
    if (a == NULL)
        return;
    while (a->sessions != NULL)
        agent_close(a, a->sessions->id);
    if (a->machine != NULL)
        free_session(a->machine);
    hop_buf_done(&a->own);
    free(a->administrators);
    free(a->dir);
    free(a->system_conf);
    free(a->keytab);
    free(a->account);
    free(a);
}
