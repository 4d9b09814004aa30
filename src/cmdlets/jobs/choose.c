/* Jobs by number, name, instance, state, command or filter.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/jobs/choose.h"

#include "value/member.h"

static bool
not_found(struct hop_command *c, size_t by, struct hop_value value)
{
    static const struct {
        const char *id, *what, *parameter;
    } by_what[JOB_CHOICES] = {
        [JOB_BY_ID] = {"JobWithSpecifiedSessionNotFound",
                       "a job with the job "
                       "ID ",
                       "Id"},
        [JOB_BY_NAME] = {"JobWithSpecifiedNameNotFound",
                         "the job because the job name ", "Name"},
        [JOB_BY_INSTANCE] = {"JobWithSpecifiedInstanceIdNotFound",
                             "a job with the instance identifier ",
                             "InstanceId"},
    };
    HOP_AUTO_STRING struct hop_string *s = NULL;
    struct hop_error_spec spec = {
        .id = by_what[by].id,
        .category = HOP_CAT_OBJECT_NOT_FOUND,
        .exception = "System.Management.Automation.PSArgumentException",
        .target = value};

    if (!hop_to_string(&c->rs->cx, value, &s))
        return false;
    return hop_command_error(
        c, &spec,
        "The command cannot find %s%s%s. Verify the value of the %s "
        "parameter%s and then try the command again.",
        by_what[by].what, s->data, by == JOB_BY_NAME ? " was not found" : "",
        by_what[by].parameter, by == JOB_BY_ID ? "" : ",");
}

static bool
is_named(struct hop_command *c, struct job *j, size_t by, struct hop_value v)
{
    if (by == JOB_BY_ID)
        return j->id == v.u.i;
    if (by == JOB_BY_INSTANCE)
        return hop_object_equals(&c->rs->cx, j->instance, v);
    v = hop_value_base(v);
    return hop_wildcard_match(hop_cstr(v), v.u.s->len, hop_cstr(j->name),
                              j->name.u.s->len, true);
}

static bool
each_named(struct hop_command *c, struct hop_array *all, size_t by,
           job_each_fn *fn)
{
    for (size_t i = 0; i < hop_arg_count(c, by); i++) {
        struct hop_value v = hop_arg_item(c, by, i);
        bool found =
            by == JOB_BY_NAME && hop_wildcard_has(hop_cstr(v), v.u.s->len);

        for (size_t k = 0; k < all->n; k++) {
            struct job *j = job_of(all->items[k]);

            if (!is_named(c, j, by, v))
                continue;
            found = true;
            if (!fn(c, j))
                return false;
        }
        if (!found && !not_found(c, by, v))
            return false;
    }
    return true;
}

static bool
each_given(struct hop_command *c, size_t job, job_each_fn *fn)
{
    for (size_t i = 0; i < hop_arg_count(c, job); i++) {
        struct job *j = job_of(hop_arg_item(c, job, i));

        if (j && !fn(c, j))
            return false;
    }
    return true;
}

static bool
has_command(struct hop_command *c, size_t command, struct job *j)
{
    for (size_t i = 0; i < hop_arg_count(c, command); i++) {
        struct hop_value p = hop_arg_item(c, command, i);

        if (hop_wildcard_match(hop_cstr(p), p.u.s->len, hop_cstr(j->command),
                               j->command.u.s->len, true))
            return true;
    }
    return false;
}

/* Has each property of the filter, with a text like the one there?  As in
 * PowerShell, filters are not for jobs in processes of their own. */
static bool
passes(struct hop_command *c, struct hop_dict *filter, struct job *j)
{
    struct hop_context *cx = &c->rs->cx;

    for (size_t i = 0; i < filter->used; i++) {
        const struct hop_dict_entry *e = &filter->entries[i];
        HOP_AUTO_STRING struct hop_string *name = NULL, *want = NULL,
                                          *have = NULL;
        HOP_AUTO_VALUE struct hop_value v = hop_null();

        if (hop_is_null(e->key))
            continue;
        if (!hop_to_string(cx, e->key, &name) ||
            !hop_to_string(cx, e->value, &want) ||
            hop_member_get(cx, hop_obj(j), name, &v) != HOP_FOUND ||
            !hop_to_string(cx, v, &have)) {
            hop_drop_exception(cx);
            return false;
        }
        if (!hop_wildcard_match(want->data, want->len, have->data, have->len,
                                true))
            return false;
    }
    return true;
}

static bool
is_meant(struct hop_command *c, const struct job_choice *x, struct job *j)
{
    if (x->state && hop_arg_bound(c, x->state))
        return hop_arg(c, x->state).u.i == (int64_t)job_worker(j)->state;
    if (x->command && hop_arg_bound(c, x->command))
        return has_command(c, x->command, j);
    if (x->filter && hop_arg_bound(c, x->filter))
        return j->thread && hop_as_dict(hop_arg(c, x->filter)) &&
               passes(c, hop_as_dict(hop_arg(c, x->filter)), j);
    return true;
}

bool
job_each(struct hop_command *c, const struct job_choice *x, job_each_fn *fn)
{
    struct hop_array *all = job_table(c->rs);
    HOP_AUTO_VALUE struct hop_value held = hop_obj(all);

    for (size_t by = 0; by < JOB_CHOICES; by++)
        if (hop_arg_bound(c, by))
            return each_named(c, all, by, fn);
    if (x->job && hop_arg_bound(c, x->job))
        return each_given(c, x->job, fn);
    for (size_t i = 0; i < all->n; i++) {
        struct job *j = job_of(all->items[i]);

        if (!job_pump(c->rs, j, 0))
            return false;
        if (is_meant(c, x, j) && !fn(c, j))
            return false;
    }
    return true;
}

bool
job_gather_begin(struct hop_command *c)
{
    hop_list_sink_init(hop_command_state(c), &c->rs->cx);
    return true;
}

bool
job_gather(struct hop_command *c, struct job *j)
{
    struct hop_list_sink *l = hop_command_state(c);

    (void)hop_sink_write(&l->sink, hop_obj(j));
    return true;
}

void
job_gather_dispose(struct hop_command *c)
{
    hop_list_sink_done(hop_command_state(c));
}
