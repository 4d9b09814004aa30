/* The cache as programs see it: held tickets, the marker, the status.
 *
 * SPDX-License-Identifier: MIT
 */
#include <krb5.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "server/agent_state.h"
#include "server/journal.h"

enum {
    FRESH_S = 300, /* a ticket with less left is made anew */
};

static const uint8_t cache_uuid[KCM_UUID] = "HOP-AGENT-CACHE";

const struct agent_ticket *
agent_find(const struct agent_session *s, const char *service, int64_t now)
{
    int64_t last = hop_grant_expires(s->grant);

    for (size_t k = 0; k < s->ticket_count; k++) {
        const struct agent_ticket *t = &s->tickets[k];

        /* One that ends with what it is made from cannot be bettered. */
        if (strcmp(t->service, service) == 0 && t->ends > now &&
            (t->ends > now + FRESH_S || t->ends >= last))
            return t;
    }
    return NULL;
}

static void
free_ticket(struct agent_ticket *t)
{
    free(t->service);
    hop_buf_done(&t->creds);
}

/* The one for the same service, a free one, or the one that ends first. */
static struct agent_ticket *
take_slot(struct agent_session *s, const char *service)
{
    struct agent_ticket *best = NULL;

    for (size_t k = 0; k < s->ticket_count; k++)
        if (strcmp(s->tickets[k].service, service) == 0)
            best = &s->tickets[k];
    if (best == NULL && s->ticket_count < AGENT_TICKETS_MAX) {
        s->tickets =
            hop_xrealloc(s->tickets, s->ticket_count + 1, sizeof(*s->tickets));
        return &s->tickets[s->ticket_count++];
    }
    for (size_t k = 0; best == NULL || k < s->ticket_count; k++)
        if (best == NULL || (strcmp(best->service, service) != 0 &&
                             s->tickets[k].ends < best->ends))
            best = &s->tickets[k];
    free_ticket(best);
    return best;
}

void
agent_hold(struct agent_session *s, const char *service,
           const struct hop_buf *creds)
{
    struct agent_ticket *t = take_slot(s, service);

    *t = (struct agent_ticket){.service = hop_xstrdup(service),
                               .creds = {.secret = true}};
    hop_buf_add(&t->creds, creds->data, creds->len);
    t->ends = mint_creds_end(creds->data, creds->len);
}

void
agent_note_refusal(struct agent_session *s, const char *service, int32_t code,
                   const char *why)
{
    struct agent_event *e;

    if (s->events == NULL)
        s->events = hop_xcalloc(AGENT_EVENTS_MAX, sizeof(*s->events));
    e = &s->events[s->event_count++ % AGENT_EVENTS_MAX];
    free(e->service);
    *e = (struct agent_event){.service = hop_xstrdup(service),
                              .at = time(NULL),
                              .code = code,
                              .why = why};
}

void
agent_forget(struct agent_session *s)
{
    for (size_t k = 0; k < s->ticket_count; k++)
        free_ticket(&s->tickets[k]);
    for (size_t k = 0; s->events != NULL && k < AGENT_EVENTS_MAX; k++)
        free(s->events[k].service);
    free(s->tickets);
    free(s->events);
    s->tickets = NULL;
    s->events = NULL;
    s->ticket_count = s->event_count = 0;
}

/* ---- operations */

typedef uint32_t answer_fn(struct agent_session *s, const struct kcm_request *r,
                           struct hop_buf *out);

static uint32_t
give_cache_name(struct agent_session *s, const struct kcm_request *r,
                struct hop_buf *out)
{
    hop_buf_add(out, AGENT_CACHE, sizeof(AGENT_CACHE));
    return 0;
}

static uint32_t
give_uuid_list(struct agent_session *s, const struct kcm_request *r,
               struct hop_buf *out)
{
    hop_buf_add(out, cache_uuid, KCM_UUID);
    return 0;
}

static uint32_t
give_name_by_uuid(struct agent_session *s, const struct kcm_request *r,
                  struct hop_buf *out)
{
    if (memcmp(r->uuid, cache_uuid, KCM_UUID) != 0)
        return (uint32_t)KRB5_CC_END;
    return give_cache_name(s, r, out);
}

static uint32_t
give_principal(struct agent_session *s, const struct kcm_request *r,
               struct hop_buf *out)
{
    mint_client(s->grant, out);
    return 0;
}

static void
put_u32(struct hop_buf *out, size_t v)
{
    char b[4] = {(char)(v >> 24), (char)(v >> 16), (char)(v >> 8), (char)v};

    hop_buf_add(out, b, sizeof(b));
}

static uint32_t
give_list(struct agent_session *s, const struct kcm_request *r,
          struct hop_buf *out)
{
    HOP_AUTO_BUF struct hop_buf marker = HOP_BUF_INIT;

    if (!mint_marker(s->grant, &marker))
        return (uint32_t)KRB5_CC_NOMEM;
    put_u32(out, 1 + s->ticket_count);
    put_u32(out, marker.len);
    hop_buf_add(out, marker.data, marker.len);
    for (size_t k = 0; k < s->ticket_count; k++) {
        put_u32(out, s->tickets[k].creds.len);
        hop_buf_add(out, s->tickets[k].creds.data, s->tickets[k].creds.len);
    }
    return 0;
}

/* Older programs read the list one by one: number k, big-endian, at the end of
 * the id. */
static uint32_t
give_cred_uuids(struct agent_session *s, const struct kcm_request *r,
                struct hop_buf *out)
{
    for (size_t k = 0; k <= s->ticket_count; k++) {
        hop_buf_add(out, "HOP-AGENT-TI", KCM_UUID - 4);
        put_u32(out, k);
    }
    return 0;
}

static uint32_t
give_cred(struct agent_session *s, const struct kcm_request *r,
          struct hop_buf *out)
{
    size_t k = (size_t)r->uuid[14] << 8 | r->uuid[15];

    if (k == 0)
        return mint_marker(s->grant, out) ? 0 : (uint32_t)KRB5_CC_NOMEM;
    if (k > s->ticket_count)
        return (uint32_t)KRB5_CC_END;
    hop_buf_add(out, s->tickets[k - 1].creds.data, s->tickets[k - 1].creds.len);
    return 0;
}

static uint32_t
give_offset(struct agent_session *s, const struct kcm_request *r,
            struct hop_buf *out)
{
    put_u32(out, 0);
    return 0;
}

/* Lines of fields by tabs: "from", what tickets are made from, user, end;
 * "lost", time, words; "ticket", service, end; "refused", service, time, code,
 * why.  Times are Unix times. */
static uint32_t
give_status(struct agent_session *s, const struct kcm_request *r,
            struct hop_buf *out)
{
    static const char *const kinds[] = {
        [HOP_GRANT_NONE] = "nothing",
        [HOP_GRANT_TGT] = "forwarded",
        [HOP_GRANT_EVIDENCE] = "constrained",
        [HOP_GRANT_NAME] = "any protocol",
    };
    size_t first = s->event_count > AGENT_EVENTS_MAX
                       ? s->event_count - AGENT_EVENTS_MAX
                       : 0;

    hop_buf_addf(out, "from\t%s\t%s\t%lld\n", kinds[hop_grant_kind(s->grant)],
                 hop_grant_principal(s->grant),
                 (long long)hop_grant_expires(s->grant));
    if (s->lost != NULL)
        hop_buf_addf(out, "lost\t%lld\t%s\n", (long long)s->since, s->lost);
    for (size_t k = 0; k < s->ticket_count; k++)
        hop_buf_addf(out, "ticket\t%s\t%lld\n", s->tickets[k].service,
                     (long long)s->tickets[k].ends);
    for (size_t k = first; k < s->event_count; k++) {
        const struct agent_event *e = &s->events[k % AGENT_EVENTS_MAX];

        hop_buf_addf(out, "refused\t%s\t%lld\t%d\t%s\n", e->service,
                     (long long)e->at, e->code, e->why);
    }
    return 0;
}

/* Tickets are made anew when they are asked for; a refusal is forgotten. */
static uint32_t
purge(struct agent_session *s, const struct kcm_request *r, struct hop_buf *out)
{
    agent_forget(s);
    hop_journal(
        HOP_EVENT_TICKET,
        HOP_FIELDS("USER", s->user, "SESSION", s->id, "RESULT", "purged"),
        "the tickets held for %s are dropped", s->user);
    return 0;
}

static uint32_t
accept_silently(struct agent_session *s, const struct kcm_request *r,
                struct hop_buf *out)
{
    return 0;
}

/* kinit, kdestroy and the like: the session's cache is not theirs. */
static uint32_t
refuse_writing(struct agent_session *s, const struct kcm_request *r,
               struct hop_buf *out)
{
    return (uint32_t)KRB5_CC_READONLY;
}

static const struct {
    enum kcm_op op;
    answer_fn *fn;
} answers[] = {
    {KCM_GEN_NEW, refuse_writing},
    {KCM_INITIALIZE, refuse_writing},
    {KCM_DESTROY, refuse_writing},
    {KCM_STORE, refuse_writing},
    {KCM_GET_PRINCIPAL, give_principal},
    {KCM_GET_CRED_UUID_LIST, give_cred_uuids},
    {KCM_GET_CRED_BY_UUID, give_cred},
    {KCM_REMOVE_CRED, refuse_writing},
    {KCM_GET_CACHE_UUID_LIST, give_uuid_list},
    {KCM_GET_CACHE_BY_UUID, give_name_by_uuid},
    {KCM_GET_DEFAULT_CACHE, give_cache_name},
    {KCM_SET_DEFAULT_CACHE, accept_silently},
    {KCM_GET_KDC_OFFSET, give_offset},
    {KCM_SET_KDC_OFFSET, accept_silently},
    {KCM_GET_CRED_LIST, give_list},
    {KCM_REPLACE, refuse_writing},
    {KCM_HOP_STATUS, give_status},
    {KCM_HOP_PURGE, purge},
};

/* ---- of the server itself */

static uint32_t
give_machine_status(struct agent_session *s, const struct kcm_request *r,
                    struct hop_buf *out)
{
    const struct agent *a = s->agent;
    const char *account = a->account != NULL ? a->account : "";
    const char *at = strchr(account, '@');
    long long end =
        a->own.len > 0 ? (long long)mint_creds_end(a->own.data, a->own.len) : 0;

    hop_buf_addf(out, "from\t%s\t%s\t%lld\n",
                 a->account != NULL ? "keytab" : "nothing", account, end);
    if (end > 0 && at != NULL)
        hop_buf_addf(out, "ticket\tkrbtgt/%s%s\t%lld\n", at + 1, at, end);
    return 0;
}

/* The next ticket is made with a new TGT, and with what the domain says of this
 * host by then. */
static uint32_t
purge_machine(struct agent_session *s, const struct kcm_request *r,
              struct hop_buf *out)
{
    hop_buf_clear(&s->agent->own);
    return purge(s, r, out);
}

static const struct {
    enum kcm_op op;
    answer_fn *fn;
} machine_answers[] = {
    {KCM_HOP_STATUS, give_machine_status},
    {KCM_HOP_PURGE, purge_machine},
};

static void
answer_machine(struct agent_session *s, const struct kcm_request *r,
               struct hop_buf *out)
{
    HOP_AUTO_BUF struct hop_buf payload = HOP_BUF_INIT;
    uint32_t code = (uint32_t)KRB5_FCC_NOFILE;

    for (size_t k = 0; k < HOP_ARRAY_SIZE(machine_answers); k++)
        if (machine_answers[k].op == r->op)
            code = machine_answers[k].fn(s, r, &payload);
    kcm_encode(out, code, payload.data, payload.len);
}

/* Heimdal asks for the cache "" or for one named by the uid. */
static bool
is_our_cache(const struct agent_session *s, struct kcm_text name)
{
    HOP_AUTO_FREE char *uid = hop_xasprintf("%lu", (unsigned long)s->uid);

    return name.n == 0 || kcm_text_is(name, AGENT_CACHE) ||
           kcm_text_is(name, uid);
}

bool
agent_answer(struct agent_session *s, const struct kcm_request *r,
             struct hop_buf *out)
{
    HOP_AUTO_BUF struct hop_buf payload = {.secret = true};
    uint32_t code = (uint32_t)KRB5_FCC_INTERNAL;

    if (s->machine) {
        answer_machine(s, r, out);
        return true;
    }
    if (r->op == KCM_RETRIEVE)
        return false;
    for (size_t k = 0; k < HOP_ARRAY_SIZE(answers); k++)
        if (answers[k].op == r->op)
            code = is_our_cache(s, r->cache) ? answers[k].fn(s, r, &payload)
                                             : (uint32_t)KRB5_FCC_NOFILE;
    kcm_encode(out, code, payload.data, payload.len);
    return true;
}
