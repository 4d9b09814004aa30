/* Invoke-Command -AsJob: one job, with a member for each computer.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>

#include "cmdlets/jobs/jobs.h"
#include "cmdlets/remoting/remoting.h"

/* What the job of all computers owns. */
struct shared {
    struct fan fan;
    struct job *job; /* borrowed */
    struct hop_string *text;
    struct hop_value usings, args;
};

static struct shared *
shared_of(struct job *j)
{
    return j->members ? j->ctx : j->parent ? j->parent->ctx : NULL;
}

static struct job *
member_of(struct fan *f, struct work *w)
{
    struct shared *s = f->ctx;

    return job_of(s->job->members->items[w - f->items]);
}

/* ---- what comes ---- */

static struct hop_value
record_of(struct fan *f, enum hop_stream_number n,
          const struct hop_psrp_record *r)
{
    return hop_stream_record(f->rs, n, r->message ? r->message->data : "",
                             NULL);
}

static struct hop_value
progress_of(struct fan *f, const struct hop_psrp_progress *p)
{
    struct hop_progress q = {
        .id = p->id,
        .parent_id = p->parent,
        .activity = p->activity ? p->activity->data : "",
        .status = p->status ? p->status->data : "",
        .operation = p->operation ? p->operation->data : "",
        .percent = p->percent,
        .seconds_remaining = p->seconds,
        .completed = p->type != 0,
    };

    return hop_progress_record(f->rs, &q);
}

static void
take_notice(struct fan *f, struct work *w)
{
    HOP_AUTO_FREE char *text = hop_steal(&w->remote->notice);
    HOP_AUTO_VALUE struct hop_value v = hop_null();

    if (!text)
        return;
    v = hop_stream_record(f->rs, HOP_WARNING, text, NULL);
    job_put(member_of(f, w), HOP_WARNING, v, true);
}

static bool
take_message(struct fan *f, struct work *w, struct hop_psrp_message *m)
{
    struct job *j = member_of(f, w);
    HOP_AUTO_VALUE struct hop_value v = hop_null();
    int stream = 0;

    take_notice(f, w);
    switch (m->type) {
    case HOP_PSRP_PIPELINE_OUTPUT:
        v = remote_output(w->remote, hop_value_steal(&m->u.object), f->hide);
        stream = HOP_OUTPUT;
        break;
    case HOP_PSRP_ERROR_RECORD:
        v = remote_error(w->remote, m->u.object);
        stream = HOP_ERROR;
        break;
    case HOP_PSRP_WARNING_RECORD: stream = HOP_WARNING; break;
    case HOP_PSRP_VERBOSE_RECORD: stream = HOP_VERBOSE; break;
    case HOP_PSRP_DEBUG_RECORD: stream = HOP_DEBUG; break;
    case HOP_PSRP_INFORMATION_RECORD:
        v = remote_information(w->remote, &m->u.information);
        stream = HOP_INFORMATION;
        break;
    case HOP_PSRP_PROGRESS_RECORD:
        v = progress_of(f, &m->u.progress);
        stream = HOP_PROGRESS;
        break;
    case HOP_PSRP_PIPELINE_HOST_CALL:
        remote_host_refuse(w->remote, &w->call->id, &m->u.call);
        break;
    default: break;
    }
    if (stream >= HOP_WARNING && stream <= HOP_DEBUG)
        v = record_of(f, (enum hop_stream_number)stream, &m->u.record);
    if (stream)
        job_put(j, stream, v, true);
    hop_psrp_message_done(m);
    return true;
}

static void
fail(struct job *j, struct hop_value record)
{
    hop_value_set(&j->reason, hop_retain(as_error_record(record)->exception));
    hop_value_set(&j->failure, record);
    job_set_state(j, JOB_FAILED);
}

static bool
take_end(struct fan *f, struct work *w, struct remote_call *k)
{
    struct job *j = member_of(f, w);

    if (job_is_over(j))
        return true;
    take_notice(f, w);
    if (!k || k->end == CALL_LOST) {
        if (k && w->remote->state != REMOTE_BROKEN)
            w->remote->error = k->error;
        fail(j, remote_broken(w->remote, "PSSessionStateBroken"));
    } else if (k->end == CALL_FAILED && !hop_is_null(k->record)) {
        fail(j, remote_error(w->remote, k->record));
    } else {
        job_set_state(j, k->end == CALL_STOPPED ? JOB_STOPPED : JOB_COMPLETED);
    }
    return true;
}

static const struct fan_ops fan_ops = {take_message, take_end};

/* ---- the jobs ---- */

/* The state of the whole, out of its members'. */
static void
look_at_members(struct shared *s)
{
    struct job *p = s->job;
    bool failed = false, stopped = false, left = true;

    if (job_is_over(p))
        return;
    for (size_t i = 0; i < s->fan.n; i++) {
        struct job *j = job_of(p->members->items[i]);
        struct remote_call *k = s->fan.items[i].call;

        if (!job_is_over(j))
            job_set_state(j, k && k->end == CALL_LEFT ? JOB_DISCONNECTED
                                                      : JOB_RUNNING);
        left = left && j->state == JOB_DISCONNECTED;
        failed = failed || j->state == JOB_FAILED;
        stopped = stopped || j->state == JOB_STOPPED;
    }
    if (fan_is_over(&s->fan))
        job_set_state(p, failed    ? JOB_FAILED
                         : stopped ? JOB_STOPPED
                                   : JOB_COMPLETED);
    else
        job_set_state(p, left ? JOB_DISCONNECTED : JOB_RUNNING);
}

static bool
step(struct shared *s)
{
    bool ok = fan_step(&s->fan);

    look_at_members(s);
    return ok;
}

static bool
pump(struct hop_runspace *rs, struct job *j, int64_t wait_ms)
{
    struct shared *s = shared_of(j);

    if (!s || job_is_over(s->job))
        return true;
    if (!step(s))
        return false;
    if (job_is_over(j))
        return true;
    if (remote_wait(rs, wait_ms, false) < 0)
        return false;
    return step(s);
}

static void
stop(struct job *j)
{
    struct shared *s = shared_of(j);

    if (!s)
        return;
    for (size_t i = 0; i < s->fan.n; i++) {
        struct work *w = &s->fan.items[i];
        struct job *m = job_of(s->job->members->items[i]);

        if ((j != s->job && j != m) || job_is_over(m))
            continue;
        if (w->call)
            call_stop(w->call);
        job_set_state(m, JOB_STOPPED);
        fan_give_up(&s->fan, w);
    }
    look_at_members(s);
}

static void
release(struct job *j)
{
    struct shared *s = j->members ? j->ctx : NULL;

    j->ctx = NULL;
    if (!s)
        return;
    fan_done(&s->fan);
    hop_string_clear(&s->text);
    hop_value_clear(&s->usings);
    hop_value_clear(&s->args);
    free(s);
}

static bool
is_of(struct job *j, struct hop_value session)
{
    struct shared *s = shared_of(j);
    const struct pssession *of = as_pssession(session);

    for (size_t i = 0; s && of && i < s->fan.n; i++)
        if (s->job->members->items[i].u.o == &j->base)
            return s->fan.items[i].remote == of->remote;
    return false;
}

static const struct job_ops ops = {pump, stop, is_of, release};

static char *
locations(const struct fan *f)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    for (size_t i = 0; i < f->n; i++)
        hop_buf_addf(&b, "%s%s", i ? "," : "",
                     f->items[i].remote->target->computer);
    return hop_xstrdup(hop_buf_str(&b));
}

struct hop_value
remote_job(struct hop_command *c, struct fan *f, const char *name)
{
    struct shared *s = hop_xcalloc(1, sizeof(*s));
    HOP_AUTO_FREE char *where = locations(f);
    HOP_AUTO_VALUE struct hop_value command =
        hop_textn(f->script.text, f->script.n);

    s->fan = *f;
    memset(f, 0, sizeof(*f));
    s->fan.ops = &fan_ops;
    s->fan.ctx = s;
    s->fan.keeps_left = true;
    s->text = hop_string_retain(command.u.s);
    s->usings = hop_retain(s->fan.script.usings);
    s->args = hop_obj(
        hop_array_from(&c->rs->cx, s->fan.script.args, s->fan.script.n_args));
    s->fan.script.text = s->text->data;
    s->fan.script.args = hop_as_array(s->args)->items;
    s->job = job_elsewhere(c->rs, &ops, name, command, where, false);
    s->job->ctx = s;
    for (size_t i = 0; i < s->fan.n; i++) {
        struct job *m =
            job_elsewhere(c->rs, &ops, NULL, command,
                          s->fan.items[i].remote->target->computer, true);

        m->parent = s->job;
        hop_array_push(s->job->members, hop_obj(m));
    }
    job_enlist(c->rs, s->job);
    (void)step(s);
    return hop_obj(s->job);
}

struct job *
remote_job_of(struct hop_runspace *rs, const struct remote *r)
{
    struct hop_array *all = job_table(rs);
    HOP_AUTO_VALUE struct hop_value held = hop_obj(all);

    for (size_t i = 0; i < all->n; i++) {
        struct job *j = job_of(all->items[i]);
        struct shared *s = j->ops == &ops ? j->ctx : NULL;

        for (size_t k = 0; s && k < s->fan.n; k++)
            if (s->fan.items[k].remote == r && s->fan.items[k].call)
                return j;
    }
    return NULL;
}
