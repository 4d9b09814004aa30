/* Receive-Job.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/jobs/choose.h"
#include "cmdlets/record.h"
#include "value/member.h"

#define SMA "System.Management.Automation."

/* ---- what -WriteEvents tells ---- */

enum { EVENT_NOW, EVENT_BEFORE };
static const struct hop_property event_properties[] = {
    HOP_RECORD_PROPERTY(EVENT_NOW, "JobStateInfo", SMA "JobStateInfo"),
    HOP_RECORD_PROPERTY(EVENT_BEFORE, "PreviousJobStateInfo",
                        SMA "JobStateInfo"),
    {0},
};
static const struct hop_class class_state_event =
    HOP_RECORD_CLASS(SMA "JobStateEventArgs", event_properties);
const struct hop_class *const hop_job_event_classes[] = {&class_state_event,
                                                         NULL};

/* ---- Receive-Job ---- */

enum {
    JOB = JOB_CHOICES,
    LOCATION,
    COMPUTER,
    SESSION,
    EVENTS,
    IN_RESULTS,
    KEEP,
    WAIT,
    AUTO_REMOVE,
    FORCE,
    NO_RECURSE
};
static const struct hop_param receive_params[] = {
    JOB_CHOOSING(HOP_MANDATORY),
    [JOB] = {"Job", JOBS_TYPE, HOP_BY_VALUE | HOP_BY_NAME,
             .in = HOP_SETS({"Location", HOP_MANDATORY, HOP_POS(0)},
                            {"ComputerName", HOP_MANDATORY, HOP_POS(0)},
                            {"Session", HOP_MANDATORY, HOP_POS(0)})},
    [LOCATION] = {"Location", "string[]", HOP_NOT_NULL_OR_EMPTY,
                  .in = HOP_SETS({"Location", 0, HOP_POS(1)})},
    [COMPUTER] = {"ComputerName", "string[]",
                  HOP_BY_NAME | HOP_NOT_NULL_OR_EMPTY,
                  .in = HOP_SETS({"ComputerName", 0, HOP_POS(1)}),
                  .aliases = "Cn"},
    [SESSION] = {"Session", SMA "Runspaces.PSSession[]",
                 HOP_BY_NAME | HOP_NOT_NULL,
                 .in = HOP_SETS({"Session", 0, HOP_POS(1)})},
    [EVENTS] = {"WriteEvents", "switch"},
    [IN_RESULTS] = {"WriteJobInResults", "switch"},
    [KEEP] = {"Keep", "switch"},
    [WAIT] = {"Wait", "switch"},
    [AUTO_REMOVE] = {"AutoRemoveJob", "switch"},
    [FORCE] = {"Force", "switch"},
    [NO_RECURSE] = {"NoRecurse", "switch"},
};

static bool
refuse(struct hop_command *c, const char *id, enum hop_category category,
       const char *exception, const char *text)
{
    struct hop_error_spec spec = {
        .id = id, .category = category, .exception = exception};

    return hop_command_throw(c, &spec, "%s", text);
}

/* Switches that go with -Wait alone. */
static bool
begin_receive(struct hop_command *c)
{
    static const struct {
        size_t parameter;
        const char *text;
    } waiting[] = {
        {AUTO_REMOVE, "-AutoRemoveJob removes a job that has ended: give -Wait "
                      "with it."},
        {EVENTS, "-WriteEvents tells what happens while the command waits: "
                 "give -Wait with it."},
        {IN_RESULTS, "-WriteJobInResults is for a command that waits: give "
                     "-Wait with it."},
    };

    if (!job_gather_begin(c))
        return false;
    if (hop_arg_on(c, WAIT) && hop_arg_on(c, KEEP))
        return refuse(c, "ParameterBindingFailed", HOP_CAT_WRITE_ERROR,
                      SMA "ParameterBindingException",
                      "-Wait and -Keep cannot be used together: wait with "
                      "Wait-Job first, then use -Keep.");
    for (size_t i = 0; i < HOP_ARRAY_SIZE(waiting); i++)
        if (hop_arg_on(c, waiting[i].parameter) && !hop_arg_on(c, WAIT))
            return refuse(c, "InvalidOperation", HOP_CAT_INVALID_OPERATION,
                          SMA "PSInvalidOperationException", waiting[i].text);
    return true;
}

static bool
process_receive(struct hop_command *c)
{
    static const struct job_choice choice = {.job = JOB};

    return job_each(c, &choice, job_gather);
}

static struct hop_value
property(struct hop_command *c, struct hop_value v, const char *name)
{
    HOP_AUTO_STRING struct hop_string *s = hop_string_from(name);
    struct hop_value out = hop_null();

    if (hop_member_get(&c->rs->cx, v, s, &out) != HOP_FOUND)
        hop_drop_exception(&c->rs->cx);
    return out;
}

/* Warnings and the like go to the host at once, as it did not see them. */
static bool
show(struct hop_command *c, const char *label, struct hop_value v)
{
    struct hop_host *host = hop_runspace_host(c->rs);
    HOP_AUTO_VALUE struct hop_value text = hop_null();
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    text = property(c, v, *label ? "Message" : "MessageData");
    hop_buf_adds(&b, label);
    if (!hop_add_string(&c->rs->cx, text, &b))
        return false;
    hop_buf_addc(&b, '\n');
    if (host)
        host->ops->write(host, b.data, b.len, HOP_COLOR_NONE, HOP_COLOR_NONE);
    return true;
}

static bool
wants_information(struct hop_command *c)
{
    int action = c->common.information_action >= 0
                     ? c->common.information_action
                     : preference(c->rs, c->rs->sym_information, ACTION_SILENT);

    return action == ACTION_CONTINUE;
}

/* The place of an error is not here. */
static bool
write_error(struct hop_command *c, struct hop_value v)
{
    struct error_record *e = as_error_record(v);

    error_record_keep_id(v);
    if (e && !e->activity)
        e->activity = hop_string_from("");
    if (e)
        e->placed = true;
    return hop_write_error(c, hop_retain(v));
}

static bool
write_result(struct hop_command *c, int stream, struct hop_value v)
{
    struct hop_progress progress;

    switch (stream & ~JOB_SHOWN) {
    case HOP_OUTPUT: return hop_write(c, v);
    case HOP_ERROR: return write_error(c, v);
    case HOP_WARNING: return show(c, "WARNING: ", v);
    case HOP_VERBOSE: return show(c, "VERBOSE: ", v);
    case HOP_DEBUG: return show(c, "DEBUG: ", v);
    case HOP_INFORMATION:
        if (stream & JOB_SHOWN || job_is_host_message(&c->rs->cx, v)) {
            if (!show(c, "", v))
                return false;
            if (!c->io.sink[HOP_INFORMATION])
                return true;
        }
        if (!c->io.sink[HOP_INFORMATION] && !wants_information(c))
            return true;
        return hop_command_flow(
            c, stream_write(c->rs, &c->io, HOP_INFORMATION, v));
    case HOP_PROGRESS:
        return !hop_progress_of(v, &progress) ||
               hop_write_progress(c, &progress);
    default: return true;
    }
}

/* What has ended a job is told each time; for -Parallel its members' too. */
static bool
write_failures(struct hop_command *c, struct job *j)
{
    if (!hop_is_null(j->failure) && !write_result(c, HOP_ERROR, j->failure))
        return false;
    for (size_t i = 0; !j->ops && j->members && i < j->members->n; i++)
        if (!write_failures(c, job_of(j->members->items[i])))
            return false;
    return true;
}

/* Is the member's computer one of those asked for? */
static bool
is_there(struct hop_command *c, size_t parameter, struct job *w)
{
    const char *where =
        hop_is_null(w->location) ? "localhost" : hop_cstr(w->location);

    for (size_t i = 0; i < hop_arg_count(c, parameter); i++) {
        struct hop_value v = hop_value_base(hop_arg_item(c, parameter, i));

        if (hop_wildcard_match(hop_cstr(v), v.u.s->len, where, strlen(where),
                               true))
            return true;
    }
    return false;
}

static bool
is_asked(struct hop_command *c, struct job *w)
{
    if (hop_arg_bound(c, LOCATION))
        return is_there(c, LOCATION, w);
    if (hop_arg_bound(c, COMPUTER))
        return is_there(c, COMPUTER, w);
    if (!hop_arg_bound(c, SESSION))
        return true;
    for (size_t i = 0; w->ops && i < hop_arg_count(c, SESSION); i++)
        if (w->ops->is_of(w, hop_arg_item(c, SESSION, i)))
            return true;
    return false;
}

/* What one job itself has written. */
static bool
receive_own(struct hop_command *c, struct job *w)
{
    HOP_AUTO_VALUE struct hop_value held = hop_retain(hop_obj(w));
    HOP_AUTO_VALUE struct hop_value taken = hop_null();
    struct hop_array *a;

    a = hop_array_from(&c->rs->cx, w->results->items, w->results->n);
    taken = hop_obj(a);
    if (!hop_arg_on(c, KEEP)) {
        hop_array_clear(w->results);
        /* As in PowerShell, those of other processes stay. */
        for (int i = HOP_OUTPUT; w->thread && i < HOP_STREAM_NUMBERS; i++)
            hop_array_clear(hop_as_array(w->streams[i]));
    }
    for (size_t i = 0; i + 1 < a->n; i += 2)
        if (!write_result(c, (int)a->items[i].u.i, a->items[i + 1]))
            return false;
    return write_failures(c, w);
}

static bool
receive(struct hop_command *c, struct job *j)
{
    struct job *w = job_worker(j);
    bool recurse = j->ops && j->members && !hop_arg_on(c, NO_RECURSE);

    if (!job_pump(c->rs, w, 0))
        return false;
    if ((w->members || is_asked(c, w)) && !receive_own(c, w))
        return false;
    for (size_t i = 0; recurse && i < j->members->n; i++)
        if (!receive(c, job_of(j->members->items[i])))
            return false;
    return true;
}

static bool
write_event(struct hop_command *c, struct job *j)
{
    struct hop_record *r = hop_record_new(&c->rs->cx, &class_state_event);
    HOP_AUTO_VALUE struct hop_value held = hop_obj(r);

    hop_record_set(r, EVENT_NOW,
                   hop_member_path(&c->rs->cx, hop_obj(j), "JobStateInfo"));
    return hop_write(c, held);
}

static bool
receive_whole(struct hop_command *c, struct job *j)
{
    bool wait = hop_arg_on(c, WAIT);

    if (hop_arg_on(c, IN_RESULTS) && !hop_write(c, hop_obj(j)))
        return false;
    if (!receive(c, j))
        return false;
    while (wait && !job_is_over(job_worker(j)))
        if (!job_pump(c->rs, j, -1) || !receive(c, j))
            return false;
    if (hop_arg_on(c, EVENTS) &&
        ((job_worker(j) != j && !write_event(c, job_worker(j))) ||
         !write_event(c, j)))
        return false;
    if (wait && hop_arg_on(c, AUTO_REMOVE))
        job_remove(c->rs, j);
    return true;
}

static bool
end_receive(struct hop_command *c)
{
    struct hop_list_sink *l = hop_command_state(c);

    for (size_t i = 0; i < l->n; i++)
        if (!receive_whole(c, job_of(l->items[i])))
            return false;
    return true;
}

const struct hop_cmdlet hop_cmdlet_receive_job = {
    .name = "Receive-Job",
    .default_set = "Location",
    HOP_PARAMS(receive_params),
    .synopsis = "Gets what jobs have written.",
    .state_size = sizeof(struct hop_list_sink),
    .begin = begin_receive,
    .process = process_receive,
    .end = end_receive,
    .dispose = job_gather_dispose,
};
