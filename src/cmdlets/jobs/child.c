/* The side of a job that runs: a new runspace in the forked process.
 *
 * A frame is a byte (the stream's number, or FAILED), four bytes of length and
 * a CLIXML document.
 *
 * SPDX-License-Identifier: MIT
 */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/io.h"
#include "clixml/clixml.h"
#include "cmdlets/jobs/jobs.h"

static const struct hop_clixml_options options = {.depth = 2, .root = true};

struct out {
    struct hop_sink sink;
    struct hop_runspace *rs;
    int fd;
    uint8_t stream;
};

static bool
send_value(struct out *o, struct hop_value v)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    unsigned char head[5] = {o->stream};

    if (!hop_clixml_write(&o->rs->cx, &options, v, &b)) {
        hop_drop_exception(&o->rs->cx);
        return true;
    }
    for (int i = 0; i < 4; i++)
        head[1 + i] = (unsigned char)(b.len >> 8 * i);
    return hop_fd_write(o->fd, (const char *)head, sizeof(head)) &&
           hop_fd_write(o->fd, b.data, b.len);
}

/* The parts of a record that the other side makes one of; of an error as the
 * protocol has them, MS-PSRP 2.2.3.15. */
static const struct part {
    const char *name, *path;
} error_parts[] = {{"Exception", "Exception"},
                   {"TargetObject", "TargetObject"},
                   {"FullyQualifiedErrorId", "FullyQualifiedErrorId"},
                   {"InvocationInfo", "InvocationInfo"},
                   {"ErrorCategory_Category", "CategoryInfo.Category.value__"},
                   {"ErrorCategory_Activity", "CategoryInfo.Activity"},
                   {"ErrorCategory_Reason", "CategoryInfo.Reason"},
                   {"ErrorCategory_TargetName", "CategoryInfo.TargetName"},
                   {"ErrorCategory_TargetType", "CategoryInfo.TargetType"},
                   {"ErrorDetails_Message", "ErrorDetails.Message"},
                   {"ErrorDetails_RecommendedAction",
                    "ErrorDetails.RecommendedAction"},
                   {"ErrorDetails_ScriptStackTrace", "ScriptStackTrace"},
                   {NULL, NULL}},
  text_parts[] = {{"Message", "Message"}, {NULL, NULL}},
  information_parts[] = {{"Message", "MessageData"},
                         {"Tags", "Tags"},
                         {NULL, NULL}},
  progress_parts[] = {{"ActivityId", "ActivityId"},
                      {"ParentActivityId", "ParentActivityId"},
                      {"Activity", "Activity"},
                      {"StatusDescription", "StatusDescription"},
                      {"CurrentOperation", "CurrentOperation"},
                      {"PercentComplete", "PercentComplete"},
                      {"SecondsRemaining", "SecondsRemaining"},
                      {"RecordType", "RecordType.value__"},
                      {NULL, NULL}};

static struct hop_value
describe(struct hop_context *cx, uint8_t stream, struct hop_value v)
{
    static const struct part *const parts[HOP_STREAM_NUMBERS] = {
        [HOP_ERROR] = error_parts,       [HOP_WARNING] = text_parts,
        [HOP_VERBOSE] = text_parts,      [HOP_DEBUG] = text_parts,
        [HOP_PROGRESS] = progress_parts, [HOP_INFORMATION] = information_parts};
    struct hop_object *o = hop_custom_new(cx);

    for (const struct part *p = parts[stream]; p && p->name; p++)
        hop_custom_set_text(o, p->name, hop_member_path(cx, v, p->path));
    return hop_obj(o);
}

static enum hop_flow
write_out(struct hop_sink *sink, struct hop_value v)
{
    struct out *o = (struct out *)(void *)sink;
    HOP_AUTO_VALUE struct hop_value described = hop_null();

    if (o->stream == HOP_OUTPUT)
        return send_value(o, v) ? HOP_FLOW_NEXT : HOP_FLOW_DONE;
    described = describe(&o->rs->cx, o->stream, v);
    if (o->stream == HOP_INFORMATION)
        hop_custom_set_text(described.u.o, "Shown", hop_bool(o->rs->showing));
    return send_value(o, described) ? HOP_FLOW_NEXT : HOP_FLOW_DONE;
}

/* A value of the parent's, which this process has a copy of, in the new
 * runspace. */
static struct hop_value
carry(struct hop_runspace *parent, struct hop_runspace *rs, struct hop_value v)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct hop_error err = {0};
    struct hop_value out = hop_null();

    if (hop_is_null(v) || !hop_clixml_write(&parent->cx, &options, v, &b) ||
        !hop_clixml_read_one(&rs->cx, &options, b.data, b.len, &out, &err))
        return hop_null();
    return out;
}

struct source {
    struct hop_runspace *parent, *rs;
    struct hop_array *items;
    size_t at;
};

static bool
next_input(void *ctx, struct hop_value *v)
{
    struct source *s = ctx;

    if (s->at == s->items->n)
        return false;
    *v = carry(s->parent, s->rs, s->items->items[s->at++]);
    return true;
}

static void
leave_terminal(const char *directory)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);

    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGINT, SIG_IGN);
    for (int fd = 0; null >= 0 && fd < 3; fd++)
        dup2(null, fd);
    if (chdir(directory) != 0)
        return;
}

static void
set_usings(struct hop_runspace *parent, struct hop_runspace *rs,
           struct hop_dict *usings)
{
    for (size_t i = 0; usings && i < usings->used; i++) {
        struct hop_dict_entry *e = &usings->entries[i];
        HOP_AUTO_VALUE struct hop_value v = hop_null();

        if (hop_is_null(e->key))
            continue;
        v = carry(parent, rs, e->value);
        if (!hop_variable_set(rs, hop_cstr(e->key), "Global", v))
            hop_drop_exception(&rs->cx);
    }
}

static void
run_text(struct hop_run *run, const char *text, struct hop_runspace *rs,
         struct out *failed)
{
    HOP_AUTO_VALUE struct hop_value error = hop_null();

    run->text = text;
    run->n = strlen(text);
    if (hop_runspace_run(rs, run, &error) == HOP_RUN_FAILED) {
        HOP_AUTO_VALUE struct hop_value d = describe(&rs->cx, HOP_ERROR, error);

        (void)send_value(failed, d);
        _exit(1);
    }
}

void
job_run(struct hop_runspace *parent, const struct job_task *t, const char *text,
        struct hop_dict *usings, int fd)
{
    struct hop_runspace_options o = {.modules = parent->modules,
                                     .language_mode = parent->language_mode};
    struct hop_runspace *rs;
    struct hop_array *args = hop_as_array(t->args);
    struct out outs[HOP_STREAM_NUMBERS];
    struct out failed = {{write_out}, NULL, fd, HOP_STREAM_NUMBERS};
    struct hop_run run = {.new_scope = true};
    struct source source = {parent, NULL, hop_as_array(t->input), 0};

    leave_terminal(t->directory);
    rs = hop_runspace_new(&o);
    failed.rs = source.rs = rs;
    for (uint8_t i = HOP_OUTPUT; i < HOP_STREAM_NUMBERS; i++) {
        outs[i] = (struct out){{write_out}, rs, fd, i};
        run.sinks[i] = &outs[i].sink;
    }
    set_usings(parent, rs, usings);
    if (!hop_is_null(t->init)) {
        HOP_AUTO_STRING struct hop_string *init = NULL;
        struct hop_run first = run;

        first.new_scope = false;
        if (hop_to_string(&parent->cx, t->init, &init))
            run_text(&first, init->data, rs, &failed);
    }
    if (args && args->n) {
        struct hop_value *v = hop_xcalloc(args->n, sizeof(*v));

        for (size_t i = 0; i < args->n; i++)
            v[i] = carry(parent, rs, args->items[i]);
        run.args = v;
        run.n_args = args->n;
    }
    if (source.items) {
        run.input = next_input;
        run.input_ctx = &source;
    }
    run_text(&run, text, rs, &failed);
    _exit(0);
}
