/* Starting jobs: $using:, processes of their own, jobs elsewhere.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/jobs/job_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/guid.h"
#include "clixml/clixml.h"
#include "cmdlets/jobs/jobs.h"
#include "engine/powershell.h"
#include "lang/parse.h"
#include "value/convert.h"
#include "value/member.h"

struct using
{
    struct hop_command *c;
    struct hop_unit *unit;
    struct hop_dict *values;
    struct hop_buf text;
    size_t done; /* how much of the source is in text */
    const char *error_class;
    bool failed;
};

static bool
take_using(void *ctx, struct hop_ast *node)
{
    struct using *u = ctx;
    struct hop_ast_variable *v;
    struct hop_name whole;
    const char *source = hop_unit_source(u->unit, &(size_t){0});
    HOP_AUTO_FREE char *name = NULL;
    struct hop_variable *found;
    bool ok;

    if (u->failed || node->kind != HOP_AST_USING)
        return !u->failed;
    node = HOP_AST_AS(hop_ast_wrap, node)->child;
    while (node->kind == HOP_AST_MEMBER ||
           node->kind == HOP_AST_INVOKE_MEMBER ||
           node->kind == HOP_AST_INDEX) /* $using:x.y: of what x is */
        node = node->kind == HOP_AST_INDEX
                   ? HOP_AST_AS(hop_ast_index, node)->target
                   : HOP_AST_AS(hop_ast_member, node)->target;
    v = HOP_AST_AS(hop_ast_variable, node);
    whole = hop_ast_text(u->unit, node);
    name = hop_xstrndup(v->path.text, v->path.len);
    found = hop_variable_find(u->c->rs, name, NULL, &ok);
    if (!found) {
        struct hop_error_spec spec = {.id = "UsingVariableIsUndefined",
                                      .category = HOP_CAT_INVALID_OPERATION};

        u->failed = true;
        return hop_command_throw(u->c, &spec,
                                 "The value of the using variable '$using:%s' "
                                 "cannot be retrieved because it has not been "
                                 "set in the local session.",
                                 name);
    }
    hop_buf_add(&u->text, source + u->done,
                (size_t)(whole.text - source) - u->done);
    hop_buf_addf(&u->text, "$" JOB_USING "%s", name);
    u->done = (size_t)(whole.text - source) + whole.len;
    {
        HOP_AUTO_FREE char *key = hop_xasprintf(JOB_USING "%s", name);

        hop_dict_set_text(u->values, key, hop_variable_value(u->c->rs, found));
    }
    return false;
}

/* The block's text with $using: variables renamed, and their values. */
static bool
gather(struct hop_command *c, const struct job_task *t, struct using *u)
{
    HOP_AUTO_STRING struct hop_string *s = NULL;
    const char *source;
    size_t n;

    *u = (struct using){.c = c, .error_class = t->error_class};
    if (!hop_to_string(&c->rs->cx, t->block, &s))
        return false;
    u->values = hop_hashtable_new(&c->rs->cx);
    u->unit = hop_lang_parse(s->data, s->len, NULL, 0);
    hop_ast_visit((struct hop_ast *)hop_unit_root(u->unit), take_using, u);
    source = hop_unit_source(u->unit, &n);
    hop_buf_add(&u->text, source + u->done, n - u->done);
    return !u->failed;
}

/* ---- starting ---- */

struct job *
job_new(struct hop_runspace *rs, const struct hop_class *cls,
        const struct job_task *t)
{
    struct job *j = hop_object_new(&rs->cx, cls);
    struct hop_value *next = &job_table_of(rs)->items[0];
    HOP_AUTO_STRING struct hop_string *command = NULL;
    HOP_AUTO_VALUE struct hop_value text = hop_null();
    struct hop_guid g;
    char guid[HOP_GUID_TEXT];

    j->fd = -1;
    j->id = (int32_t)next->u.i++;
    j->state = JOB_RUNNING;
    j->thread = t->thread;
    j->name = t->name && cls != &class_child_job
                  ? hop_text(t->name)
                  : hop_str(hop_string_format("Job%d", j->id));
    if (hop_to_string(&rs->cx, t->block, &command))
        j->command = hop_str(hop_string_retain(command));
    hop_guid_new(&g);
    hop_guid_format(&g, false, guid);
    text = hop_text(guid);
    if (!hop_convert(&rs->cx, text, &hop_class_guid, &j->instance))
        hop_drop_exception(&rs->cx);
    j->results = hop_array_new(&rs->cx, 0);
    for (int i = 0; i < HOP_STREAM_NUMBERS; i++)
        if (i >= HOP_OUTPUT)
            j->streams[i] = hop_obj(stream_collection_new(rs, i));
    j->begun = job_now();
    return j;
}

/* ---- jobs elsewhere ---- */

struct job *
job_elsewhere(struct hop_runspace *rs, const struct job_ops *ops,
              const char *name, struct hop_value command, const char *location,
              bool is_member)
{
    struct job_task t = {.block = command, .name = name};
    struct job *j =
        job_new(rs, is_member ? &class_child_job : &class_remoting_job, &t);

    j->rs = rs;
    j->ops = ops;
    j->location = hop_text(location);
    if (!is_member) {
        j->members = hop_array_new(&rs->cx, 0);
        job_attend_idly(rs, j);
    }
    return j;
}

void
job_enlist(struct hop_runspace *rs, struct job *j)
{
    hop_array_push(job_table_of(rs), hop_retain(hop_obj(j)));
}

void
job_put(struct job *j, int stream, struct hop_value v, bool listed)
{
    if (j->ops && stream == HOP_OUTPUT && v.kind == HOP_OBJECT)
        hop_custom_set_text(v.u.o, "PSSourceJobInstanceId",
                            hop_retain(j->instance));
    if (listed) {
        hop_array_push(j->results, hop_int(stream));
        hop_array_push(j->results, hop_retain(v));
    }
    hop_array_push(hop_as_array(j->streams[stream]), hop_retain(v));
}

void
job_set_state(struct job *j, enum job_state state)
{
    j->state = state;
    if (job_is_over(j))
        hop_value_set(&j->ended, job_now());
}

/* ---- jobs in processes ---- */

static bool
fork_worker(struct hop_command *c, const struct job_task *t, struct using *u,
            struct job *j)
{
    int p[2];

    if (pipe2(p, O_CLOEXEC) != 0)
        return hop_throw_errno(&c->rs->cx, errno, "pipe", false);
    j->pid = fork();
    if (j->pid == 0) {
        close(p[0]);
        job_run(c->rs, t, hop_buf_str(&u->text), u->values, p[1]);
    }
    close(p[1]);
    if (j->pid < 0) {
        close(p[0]);
        return hop_throw_errno(&c->rs->cx, errno, "fork", false);
    }
    fcntl(p[0], F_SETFL, O_NONBLOCK);
    j->fd = p[0];
    job_attend_idly(c->rs, j);
    return true;
}

bool
job_start(struct hop_command *c, const struct job_task *given,
          struct hop_value *out)
{
    struct job_task t = *given;
    struct using u;
    struct job *j, *w;
    bool ok;

    if (given->thread)
        return job_thread(c, given, out);
    ok = gather(c, &t, &u);
    t.directory = t.directory ? t.directory : hop_location(c->rs);
    if (ok) {
        w = j = job_new(c->rs,
                        t.thread ? &class_thread_job : &class_remoting_job, &t);
        if (!t.thread) {
            w = job_new(c->rs, &class_child_job, &t);
            j->child = hop_obj(w);
        }
        ok = fork_worker(c, &t, &u, w);
        if (ok) {
            hop_array_push(job_table_of(c->rs), hop_retain(hop_obj(j)));
            *out = hop_obj(j);
        } else {
            hop_release(hop_obj(j));
        }
    }
    hop_buf_done(&u.text);
    hop_unit_unref(u.unit);
    if (u.values)
        hop_release(hop_obj(u.values));
    return ok;
}
