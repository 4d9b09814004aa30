/* One child process for each ticket that is being made.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <fcntl.h>
#include <krb5.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/io.h"
#include "server/agent_state.h"
#include "server/journal.h"

enum {
    ANSWER_MAX = 1 << 20,
    RENEW_LOOK_S = 15,  /* at most until sessions are looked through again */
    RENEW_AGAIN_S = 60, /* after a renewal that failed */
};

/* code, the KDC's status, lengths of ticket and own TGT, words; then the two.
 */
struct answer_head {
    int32_t code;
    uint32_t status;
    uint32_t creds_len, own_len;
    char text[256];
};

/* ---- in the child */

static void __attribute__((noreturn))
run_child(const struct agent_session *s, const char *service, int fd)
{
    const struct agent *a = s->agent;
    struct mint_order o = {.grant = s->grant,
                           .service = service,
                           .keytab = a->keytab,
                           .account = a->account,
                           .own = a->own.data,
                           .own_len = a->own.len};
    struct mint_result r = {0};
    struct answer_head head = {0};

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(fd, 3);
    close_range(4, ~0U, 0);
    alarm(AGENT_TIME_LIMIT_MS / 1000 + 2);
    if (strcmp(service, AGENT_RENEWAL) == 0)
        mint_renew(&o, &r);
    else
        mint_ticket(&o, &r);
    head.code = r.code;
    head.status = r.status;
    head.creds_len = (uint32_t)r.creds.len;
    head.own_len = (uint32_t)r.own.len;
    memcpy(head.text, r.text, sizeof(head.text));
    _exit(hop_fd_write(3, &head, sizeof(head)) &&
                  hop_fd_write(3, r.creds.data, r.creds.len) &&
                  hop_fd_write(3, r.own.data, r.own.len)
              ? 0
              : 1);
}

/* ---- in hopd-auth */

void
agent_child_end(struct agent_child *c)
{
    struct agent *a = c->session->agent;
    struct agent_child **at = &a->children;

    while (*at != c)
        at = &(*at)->next;
    *at = c->next;
    a->child_count--;
    c->session->child_count--;
    hop_set_remove(a->set, &c->source);
    close(c->source.fd);
    kill(c->pid, SIGKILL);
    while (waitpid(c->pid, NULL, 0) < 0 && errno == EINTR)
        ;
    hop_buf_done(&c->answer);
    free(c->service);
    free(c);
}

const char *
agent_way(const struct agent_session *s)
{
    static const char *const ways[] = {
        [HOP_GRANT_NONE] = "none",
        [HOP_GRANT_TGT] = "forwarded",
        [HOP_GRANT_EVIDENCE] = "s4u2proxy",
        [HOP_GRANT_NAME] = "s4u2self",
    };

    return ways[hop_grant_kind(s->grant)];
}

static void
note(struct agent_session *s, const char *service, int32_t code,
     uint32_t status, const char *words)
{
    const char *who = hop_grant_principal(s->grant);
    const char *why = code == KRB5KDC_ERR_BADOPTION && s->lost != NULL
                          ? s->lost
                          : mint_explain(code, status, service, s->grant);
    char number[16], ntstatus[16];

    snprintf(number, sizeof(number), "%d", code);
    snprintf(ntstatus, sizeof(ntstatus), "0x%08X", status);
    if (code == 0) {
        hop_journal(HOP_EVENT_TICKET,
                    HOP_FIELDS("USER", s->user, "SESSION", s->id, "PRINCIPAL",
                               who, "WAY", agent_way(s), "SERVICE", service,
                               "RESULT", "given"),
                    "ticket for %s to %s given", who, service);
        return;
    }
    agent_note_refusal(s, service, code, why);
    hop_journal(
        HOP_EVENT_TICKET,
        HOP_FIELDS("USER", s->user, "SESSION", s->id, "PRINCIPAL", who, "WAY",
                   agent_way(s), "SERVICE", service, "RESULT", "refused",
                   "CODE", number, "NTSTATUS", status != 0 ? ntstatus : NULL),
        "ticket for %s to %s refused: %s (%s)", who, service, why, words);
}

static void
take_renewal(struct agent_session *s, const struct answer_head *h,
             const struct hop_buf *creds)
{
    bool ok =
        h->code == 0 && hop_grant_renewed(s->grant, creds->data, creds->len);

    hop_journal(HOP_EVENT_TICKET,
                HOP_FIELDS("USER", s->user, "SESSION", s->id, "PRINCIPAL",
                           hop_grant_principal(s->grant), "RESULT",
                           ok ? "renewed" : "not renewed"),
                ok ? "the forwarded ticket of %s has been renewed"
                   : "the forwarded ticket of %s cannot be renewed: %s",
                hop_grant_principal(s->grant), h->text);
}

static int32_t
take_answer(struct agent_child *c)
{
    struct agent_session *s = c->session;
    struct hop_buf part = {0};
    struct answer_head h;
    const char *p = c->answer.data;

    if (c->answer.len < sizeof(h)) {
        note(s, c->service, KRB5_KDC_UNREACH, 0, "no answer in time");
        return KRB5_KDC_UNREACH;
    }
    memcpy(&h, p, sizeof(h));
    h.text[sizeof(h.text) - 1] = '\0';
    if ((uint64_t)h.creds_len + h.own_len != c->answer.len - sizeof(h))
        return KRB5_KDC_UNREACH;
    p += sizeof(h);
    if (h.own_len > 0) {
        hop_buf_clear(&s->agent->own);
        s->agent->own.secret = true;
        hop_buf_add(&s->agent->own, p + h.creds_len, h.own_len);
    }
    part.data = (char *)(uintptr_t)p;
    part.len = h.creds_len;
    if (strcmp(c->service, AGENT_RENEWAL) == 0) {
        take_renewal(s, &h, &part);
        return h.code;
    }
    if (h.code == 0)
        agent_hold(s, c->service, &part);
    note(s, c->service, h.code, h.status, h.text);
    return h.code;
}

static void
finish(struct agent_child *c)
{
    struct agent_session *s = c->session;
    struct agent *a = s->agent;
    HOP_AUTO_FREE char *service = hop_steal(&c->service);
    int32_t code;

    c->service = service;
    code = take_answer(c);
    c->service = NULL;
    agent_child_end(c);
    agent_deliver(s, service, code);
    agent_resume(a);
}

static void
on_answer(struct hop_source *source, uint32_t events)
{
    struct agent_child *c = source->ctx;
    char *room = hop_buf_reserve(&c->answer, 16384);
    ssize_t n = room != NULL ? read(source->fd, room, 16384) : 0;

    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n > 0)
        hop_buf_commit(&c->answer, (size_t)n);
    else
        finish(c);
}

static bool
is_under_way(const struct agent_session *s, const char *service)
{
    for (const struct agent_child *c = s->agent->children; c; c = c->next)
        if (c->session == s && strcmp(c->service, service) == 0)
            return true;
    return false;
}

static bool
start_child(struct agent_session *s, const char *service)
{
    struct agent *a = s->agent;
    struct agent_child *c;
    int fds[2];
    pid_t pid;

    if (pipe2(fds, O_CLOEXEC) < 0)
        return false;
    pid = fork();
    if (pid == 0)
        run_child(s, service, fds[1]);
    close(fds[1]);
    if (pid < 0) {
        close(fds[0]);
        return false;
    }
    fcntl(fds[0], F_SETFL, O_NONBLOCK);
    c = hop_xmalloc(sizeof(*c));
    *c = (struct agent_child){.session = s,
                              .next = a->children,
                              .pid = pid,
                              .service = hop_xstrdup(service),
                              .due_ms = hop_now_ms() + AGENT_TIME_LIMIT_MS,
                              .answer = {.max = ANSWER_MAX, .secret = true}};
    c->source = (struct hop_source){.fd = fds[0], .fn = on_answer, .ctx = c};
    a->children = c;
    a->child_count++;
    s->child_count++;
    hop_set_want(a->set, &c->source, EPOLLIN);
    return true;
}

static size_t
count_for_user(const struct agent *a, uid_t uid)
{
    size_t n = 0;

    for (const struct agent_child *c = a->children; c != NULL; c = c->next)
        n += c->session->uid == uid;
    return n;
}

bool
agent_child_has_room(const struct agent_session *s, const char *service)
{
    return s->agent->child_count < AGENT_CHILDREN_MAX &&
           s->child_count < AGENT_SESSION_CHILDREN &&
           count_for_user(s->agent, s->uid) < AGENT_USER_CHILDREN &&
           !is_under_way(s, service);
}

enum agent_asked
agent_child_ask(struct agent_session *s, const char *service)
{
    if (is_under_way(s, service))
        return AGENT_ASKED;
    if (!agent_child_has_room(s, service))
        return AGENT_FULL;
    return start_child(s, service) ? AGENT_ASKED : AGENT_FAILED;
}

int
agent_wait_ms(const struct agent *a)
{
    uint64_t now = hop_now_ms(), first = UINT64_MAX;

    for (const struct agent_child *c = a->children; c != NULL; c = c->next)
        first = c->due_ms < first ? c->due_ms : first;
    if (a->sessions != NULL && a->renew_ms < first)
        first = a->renew_ms;
    if (first == UINT64_MAX)
        return -1;
    return first <= now ? 0 : (int)(first - now) + 1;
}

/* Returns in how many seconds to look again. */
static unsigned
renew_grants(struct agent *a)
{
    int64_t now = time(NULL), next = now + RENEW_LOOK_S;

    for (struct agent_session *s = a->sessions; s != NULL; s = s->next) {
        int64_t at = hop_grant_renewal_at(s->grant);

        if (at > now && at < next)
            next = at;
        if (hop_grant_wants_renewal(s->grant, now) &&
            now - s->renewed_at >= RENEW_AGAIN_S &&
            agent_child_ask(s, AGENT_RENEWAL) == AGENT_ASKED)
            s->renewed_at = now;
    }
    return (unsigned)(next - now);
}

void
agent_tick(struct agent *a)
{
    uint64_t now = hop_now_ms();

    if (a->renew_ms <= now)
        a->renew_ms = now + 1000u * renew_grants(a);
    for (struct agent_child *c = a->children; c != NULL; c = c->next)
        if (c->due_ms <= now) {
            hop_buf_clear(&c->answer);
            finish(c);
            return; /* the list has changed; the next turn comes at once */
        }
}
