/* The formatter of a runspace that has none: a line of text per object.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/runspace.h"

#include "engine/engine.h"
#include "engine/space.h"

struct simple {
    struct hop_runspace *rs;
    enum hop_flow (*write)(void *ctx, const char *s, size_t n);
    void *ctx;
};

static struct hop_formatter *
simple_begin(struct hop_runspace *rs, int width,
             enum hop_flow (*write_text)(void *ctx, const char *s, size_t n),
             void *ctx)
{
    struct simple *f = hop_xmalloc(sizeof(*f));

    *f = (struct simple){rs, write_text, ctx};
    (void)width;
    return (struct hop_formatter *)(void *)f;
}

static enum hop_flow
simple_object(struct hop_formatter *formatter, struct hop_value v)
{
    struct simple *f = (struct simple *)(void *)formatter;
    struct hop_buf b HOP_AUTO_BUF = HOP_BUF_INIT;

    if (as_error_record(v)) {
        hop_error_format(f->rs, v, &b);
        return f->write(f->ctx, b.data, b.len);
    }
    if (!hop_add_string(&f->rs->cx, v, &b))
        return HOP_FLOW_ERROR;
    hop_buf_addc(&b, '\n');
    return f->write(f->ctx, b.data, b.len);
}

static enum hop_flow
simple_end(struct hop_formatter *f)
{
    free(f);
    return HOP_FLOW_NEXT;
}

static void
simple_for_host(struct hop_formatter *f)
{
    (void)f;
}

static void
simple_cancel(struct hop_formatter *f)
{
    free(f);
}

static const struct hop_format_ops simple_ops = {
    simple_begin, simple_for_host, simple_object, simple_end, simple_cancel};

void
hop_runspace_set_formatter(struct hop_runspace *rs,
                           const struct hop_format_ops *ops)
{
    rs->format = ops;
}

const struct hop_format_ops *
hop_runspace_formatter(struct hop_runspace *rs)
{
    return rs->format ? rs->format : &simple_ops;
}
