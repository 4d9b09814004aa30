/* Scripts of the other side, run for a copy.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/remoting/copying.h"

static bool
collect(struct copying *x, struct hop_value v)
{
    hop_array_push(x->list, hop_retain(v));
    return true;
}

struct remote_call *
copying_begin(struct copying *x, const char *text, const struct hop_value *args,
              size_t n, bool input)
{
    struct call_script s = {.text = text,
                            .n = strlen(text),
                            .args = args,
                            .n_args = n,
                            .input = input};
    struct hop_psrp_pipeline pl;
    struct remote_call *k;

    call_prepare(&s, &pl);
    pl.commands[0].use_local_scope = 1;
    k = call_new(x->r, &pl, &x->r->error);
    return k;
}

/* What has come of it; false: the cmdlet ends. */
bool
copying_take(struct copying *x, struct remote_call *k)
{
    struct hop_psrp_message m;

    while (call_next(k, &m)) {
        bool ok = true;

        if (m.type == HOP_PSRP_PIPELINE_OUTPUT)
            ok = x->take(x, m.u.object);
        else if (m.type == HOP_PSRP_ERROR_RECORD)
            ok = hop_write_error(x->c, remote_error(x->r, m.u.object));
        hop_psrp_message_done(&m);
        if (!ok)
            return false;
    }
    return true;
}

bool
copying_finish(struct copying *x, struct remote_call *k)
{
    while (!call_is_over(k)) {
        if (!copying_take(x, k))
            return false;
        if (k->end == CALL_RUNS && remote_wait(x->c->rs, -1, false) < 0) {
            call_stop(k);
            return hop_command_flow(x->c, HOP_FLOW_STOP);
        }
    }
    return deliver_end(x->c, k, false);
}

bool
copying_lost(struct copying *x)
{
    return hop_write_error(x->c, remote_broken(x->r, "PSSessionStateBroken"));
}

/* A script to its end; its output to x->take. */
bool
copying_run(struct copying *x, const char *text, const struct hop_value *args,
            size_t n)
{
    struct remote_call *k = copying_begin(x, text, args, n, false);
    bool ok;

    if (!k)
        return copying_lost(x);
    ok = copying_finish(x, k);
    x->failed = k->end != CALL_COMPLETED;
    call_free(k);
    return ok;
}

bool
copying_list(struct copying *x, const char *text, const struct hop_value *args,
             size_t n, struct hop_array **out)
{
    struct hop_array *list = hop_array_new(&x->c->rs->cx, 0);

    x->list = list;
    x->take = collect;
    if (!copying_run(x, text, args, n)) {
        hop_release(hop_obj(list));
        return false;
    }
    *out = list;
    return true;
}

bool
copying_fail(struct hop_command *c, const char *id, const char *path,
             const char *why)
{
    HOP_AUTO_VALUE struct hop_value target = hop_text(path);
    struct hop_error_spec spec = {.id = id,
                                  .category = HOP_CAT_WRITE_ERROR,
                                  .exception = "System.IO.IOException",
                                  .target = target};

    return hop_command_error(c, &spec, "%s is not copied: %s.", path, why);
}

bool
copying_no_path(struct hop_command *c, const char *path,
                enum hop_category category)
{
    HOP_AUTO_VALUE struct hop_value target = hop_text(path);
    struct hop_error_spec spec = {.id = "RemotePathNotFound",
                                  .category = category,
                                  .exception = "System.ArgumentException",
                                  .target = target};

    return hop_command_error(c, &spec,
                             "Cannot find path '%s' in the session because it "
                             "does not exist.",
                             path);
}

bool
copying_open(struct hop_command *c, struct hop_value session,
             struct remote **out)
{
    struct pssession *s = as_pssession(session);
    struct hop_error_spec spec = {.id = "SessionIsNotAvailable",
                                  .category = HOP_CAT_INVALID_OPERATION,
                                  .exception =
                                      "System.InvalidOperationException"};

    (void)remote_wait(c->rs, 0, true);
    if (s && s->remote->state == REMOTE_OPENED) {
        *out = s->remote;
        return true;
    }
    *out = NULL;
    if (s)
        spec.target = remote_availability(s->remote);
    return hop_command_error(c, &spec,
                             "The session is not open: nothing is copied. "
                             "New-PSSession opens one.");
}

const char *
copying_text(struct hop_array *a, size_t i)
{
    struct hop_value v = i < a->n ? hop_value_base(a->items[i]) : hop_null();

    return hop_is_string(v) ? hop_cstr(v) : "";
}
