/* SPDX-License-Identifier: MIT */
#include "server/auth_state.h"

#include <stdlib.h>
#include <sys/epoll.h>

#include "base/alloc.h"

static struct auth_conn **
bucket_of(struct auth *a, uint64_t id)
{
    return &a->buckets[id % AUTH_BUCKETS];
}

struct auth_conn *
auth_conn_find(struct auth *a, uint64_t id)
{
    struct auth_conn *c = *bucket_of(a, id);

    while (c != NULL && c->id != id)
        c = c->next;
    return c;
}

struct auth_conn *
auth_conn_new(struct auth *a, uint64_t id, const char *peer)
{
    struct auth_conn **at = bucket_of(a, id), *c;

    if (a->conn_count == AUTH_CONNECTIONS_MAX)
        return NULL;
    c = hop_xmalloc(sizeof(*c));
    c->auth = a;
    c->id = id;
    c->peer = hop_xstrdup(peer);
    c->child.fd = -1;
    c->next = *at;
    *at = c;
    a->conn_count++;
    return c;
}

void
auth_conn_reset(struct auth_conn *c)
{
    hop_set_remove(&c->auth->set, &c->child);
    c->child.fd = -1;
    hop_acceptor_free(c->acceptor);
    c->acceptor = NULL;
    auth_credssp_free(hop_steal(&c->credssp));
    c->pending = false;
    c->check = 0;
    free(hop_steal(&c->basic_user));
    c->logged_on = false;
    free(hop_steal(&c->principal));
    free(hop_steal(&c->user));
    hop_grant_free(hop_steal(&c->grant));
    free(hop_steal(&c->scope));
    hop_buf_done(&c->pac);
    c->expires = 0;
}

void
auth_conn_drop(struct auth_conn *c)
{
    struct auth_conn **at = bucket_of(c->auth, c->id);

    while (*at != c)
        at = &(*at)->next;
    *at = c->next;
    c->auth->conn_count--;
    auth_conn_reset(c);
    free(c->peer);
    free(c);
}

enum hop_delegation
auth_conn_delegation(const struct auth_conn *c)
{
    enum hop_grant_kind kind = hop_grant_kind(c->grant);

    if (kind == HOP_GRANT_TGT)
        return c->kind == HOP_LOGON_CREDSSP ? HOP_DELEGATION_CREDSSP
                                            : HOP_DELEGATION_FORWARDED;
    if (kind == HOP_GRANT_NONE ||
        !hop_config_bool(&c->auth->config, HOP_SET_CREDENTIAL_AGENT))
        return HOP_DELEGATION_NONE;
    /* Evidence has to be forwardable, MS-SFU 3.2.5.2. */
    if (kind == HOP_GRANT_EVIDENCE && !hop_grant_forwardable(c->grant))
        return HOP_DELEGATION_NONE;
    return HOP_DELEGATION_S4U;
}

static void
on_child(struct hop_source *s, uint32_t events)
{
    struct auth_conn *c = s->ctx;
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    struct hop_error err = {0};
    enum hop_auth_step r;

    hop_set_remove(&c->auth->set, s);
    r = c->exchange->resume(c, &out, &err);
    c->exchange->act(c, r, &out, &err);
}

void
auth_await_child(struct auth_conn *c, int fd, const struct auth_exchange *x)
{
    c->exchange = x;
    c->child.fd = fd;
    c->child.fn = on_child;
    c->child.ctx = c;
    hop_set_want(&c->auth->set, &c->child, EPOLLIN);
}
