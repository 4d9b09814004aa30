/* What values ask of the engine: calling blocks, text, folders, variables.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/runspace_internal.h"

#include "base/io.h"
#include "engine/engine.h"
#include "engine/space.h"

static bool
value_invoke(struct hop_context *cx, struct hop_value block,
             const struct hop_value *self, bool self_is_this,
             const struct hop_value *args, size_t n, struct hop_value *out)
{
    struct hop_runspace *rs = RS_OF(cx);
    struct hop_block *b = as_block(block);
    struct hop_list_sink l;
    bool propagate = rs->propagate;
    enum hop_flow flow;

    if (!b)
        return throw_pending(rs, "PSInvalidOperationException",
                             "InvalidOperation", HOP_CAT_INVALID_OPERATION,
                             hop_null(), "A script block is needed here.");
    hop_list_sink_init(&l, cx);
    rs->propagate = true;
    flow = run_block(
        rs, &(struct block_run){.block = b,
                                .args = args,
                                .n_args = n,
                                .this_value = self_is_this ? self : NULL,
                                .under = self_is_this ? NULL : self,
                                .out = &l.sink,
                                .new_scope = self_is_this});
    rs->propagate = propagate;
    if (flow == HOP_FLOW_NEXT) {
        *out = hop_list_sink_value(&l);
        if (out->kind == HOP_VOID)
            *out = hop_null();
    }
    hop_list_sink_done(&l);
    if (flow == HOP_FLOW_EXIT)
        rs->exiting = true;
    if (flow == HOP_FLOW_BREAK || flow == HOP_FLOW_CONTINUE)
        hop_throw(cx, &hop_exception_runtime,
                  "A loop jump left a script block.");
    return flow == HOP_FLOW_NEXT;
}

static struct hop_string *
value_ofs(struct hop_context *cx)
{
    struct hop_runspace *rs = RS_OF(cx);
    struct hop_variable *v = scope_find(rs->session->current, rs->sym_ofs);
    struct hop_string *s;

    if (!v || hop_is_null(v->value))
        return NULL;
    if (!hop_to_string(cx, v->value, &s)) {
        hop_drop_exception(cx);
        return NULL;
    }
    return s;
}

static const char *
value_directory(struct hop_context *cx)
{
    struct hop_drive *d = RS_OF(cx)->drives;

    for (; d; d = d->next)
        if (d == RS_OF(cx)->drive && d->location && d->location[0] == '/')
            return d->location;
    return NULL;
}

static bool
value_block(struct hop_context *cx, const struct hop_string *s,
            struct hop_value *out)
{
    return hop_scriptblock_create(RS_OF(cx), s->data, s->len, out);
}

static struct hop_value
value_ref_get(struct hop_context *cx, struct hop_object *variable)
{
    return hop_variable_value(RS_OF(cx),
                              (struct hop_variable *)(void *)variable);
}

static bool
value_ref_set(struct hop_context *cx, struct hop_object *variable,
              struct hop_value v)
{
    return variable_assign(RS_OF(cx), (struct hop_variable *)(void *)variable,
                           hop_retain(v));
}

static void
value_console(struct hop_context *cx, int fd, const char *s, size_t n)
{
    struct hop_host *h = RS_OF(cx)->host;

    if (fd == 2 && h && h->ops->begin_application)
        h->ops->begin_application(h);
    if (fd == 2) {
        (void)!hop_fd_write(2, s, n);
        return;
    }
    if (h && h->ops->write)
        h->ops->write(h, s, n, HOP_COLOR_NONE, HOP_COLOR_NONE);
}

static struct hop_string *
value_read_line(struct hop_context *cx)
{
    struct hop_host *h = RS_OF(cx)->host;
    char *line = NULL;
    struct hop_string *s;

    if (!h || !h->ops->read_line || h->ops->read_line(h, &line) != HOP_ASK_OK)
        return NULL;
    s = hop_string_from(line);
    free(line);
    return s;
}

static enum hop_flow
to_buffer(void *ctx, const char *s, size_t n)
{
    hop_buf_add(ctx, s, n);
    return HOP_FLOW_NEXT;
}

static struct hop_string *
value_out_string(struct hop_context *cx, struct hop_value v)
{
    struct hop_runspace *rs = RS_OF(cx);
    struct hop_buf b HOP_AUTO_BUF = HOP_BUF_INIT;
    const struct hop_format_ops *ops = hop_runspace_formatter(rs);
    struct hop_formatter *f = ops->begin(rs, -1, to_buffer, &b);

    if (ops->object(f, v) != HOP_FLOW_NEXT) {
        ops->cancel(f);
        return NULL;
    }
    if (ops->end(f) != HOP_FLOW_NEXT)
        return NULL;
    return hop_string_take_buf(&b);
}

static bool
value_may(struct hop_context *cx, enum hop_use use, struct hop_value target,
          const struct hop_string *name)
{
    return use == HOP_USE_METHOD
               ? language_may_call(RS_OF(cx), target, name, false)
               : language_may_set(RS_OF(cx), target, name, false);
}

static struct hop_value
value_error_record(struct hop_context *cx, struct hop_value exception)
{
    return exception_own_record(RS_OF(cx), exception);
}

static void
value_flush(struct hop_context *cx)
{
    struct hop_host *h = RS_OF(cx)->host;

    if (h && h->ops->flush)
        h->ops->flush(h);
}

const struct hop_context_ops runspace_value_ops = {
    .invoke = value_invoke,
    .ofs = value_ofs,
    .directory = value_directory,
    .block_from_text = value_block,
    .ref_get = value_ref_get,
    .ref_set = value_ref_set,
    .console = value_console,
    .read_line = value_read_line,
    .flush = value_flush,
    .may = value_may,
    .out_string = value_out_string,
    .error_record = value_error_record,
};
