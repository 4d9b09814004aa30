/* The formatter behind Out-Default, Out-Host and Out-String: objects in, lines
 * out.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/format/formatter.h"
#include "cmdlets/format/wire.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/text.h"
#include "cmdlets/format/output.h"
#include "cmdlets/format/shape.h"
#include "engine/host.h"
#include "engine/style.h"

#define FALLBACK_WIDTH 120

struct hop_formatter {
    struct hop_runspace *rs;
    struct hop_output out;
    struct hop_shaper *shaper; /* for what is no format object yet */
    enum hop_flow (*write)(void *ctx, const char *s, size_t n);
    void *ctx;
};

static int64_t
now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static enum hop_flow
take_packet(void *ctx, struct hop_packet *p)
{
    struct hop_formatter *f = ctx;

    return hop_output_packet(&f->out, p, now_ms());
}

static struct hop_shaper *
default_shaper(struct hop_formatter *f)
{
    struct hop_shape_options options = {.shape = HOP_SHAPE_ANY};

    return hop_shaper_new(f->rs, &options, take_packet, f);
}

static int
screen_width(struct hop_runspace *rs)
{
    struct hop_host *host = hop_runspace_host(rs);
    int width = 0;

    if (host && host->ops->window_size)
        width = host->ops->window_size(host).width;
    return width > 0 ? width : FALLBACK_WIDTH;
}

/* For the host the last column stays free: a terminal would wrap behind it.
 * Text has no edge; only its tables are as wide as the screen. */
static void
set_widths(struct hop_runspace *rs, struct hop_line_out *lo, int width)
{
    lo->table_width = width > 0    ? width
                      : width == 0 ? screen_width(rs) - 1
                                   : screen_width(rs);
    lo->width = width < 0 ? INT_MAX / 2 : lo->table_width;
}

/* Lines break at words where the user's language writes with blanks. */
static bool
breaks_at_words(void)
{
    static const char *const languages[] = {"en", "fr", "de", "it", "pt", "es"};
    const char *names[] = {getenv("LC_ALL"), getenv("LC_MESSAGES"),
                           getenv("LANG")};

    for (size_t i = 0; i < HOP_ARRAY_SIZE(names); i++) {
        if (!names[i] || !names[i][0])
            continue;
        for (size_t k = 0; k < HOP_ARRAY_SIZE(languages); k++)
            if (hop_ascii_ieqn(names[i], languages[k], 2))
                return true;
        return false;
    }
    return false;
}

/* Escape sequences are for those who asked for them. */
static enum hop_flow
write_plain(void *ctx, const char *s, size_t n)
{
    struct hop_formatter *f = ctx;
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (!memchr(s, '\033', n))
        return f->write(f->ctx, s, n);
    hop_style_strip(s, n, &b);
    return f->write(f->ctx, hop_buf_str(&b), b.len);
}

static struct hop_formatter *
begin(struct hop_runspace *rs, int width,
      enum hop_flow (*write)(void *ctx, const char *s, size_t n), void *ctx)
{
    struct hop_formatter *f = hop_xmalloc(sizeof(*f));
    struct hop_line_out lo = {.write = write, .ctx = ctx};

    f->rs = rs;
    set_widths(rs, &lo, width);
    lo.words = breaks_at_words();
    lo.colour = hop_style_rendering(rs) == HOP_RENDER_ANSI ||
                (width == 0 && hop_style_shown(rs));
    f->write = write;
    f->ctx = ctx;
    if (hop_style_rendering(rs) == HOP_RENDER_PLAIN ||
        (width == 0 && hop_style_stripped(rs))) {
        lo.write = write_plain;
        lo.ctx = f;
    }
    hop_output_init(&f->out, &lo);
    f->shaper = default_shaper(f);
    return f;
}

static void
write_stream(void *ctx, int stream, const char *s, size_t n)
{
    hop_host_line(ctx, stream, s, n);
}

static void
for_host(struct hop_formatter *f)
{
    f->out.write_stream = write_stream;
    f->out.stream_ctx = f->rs;
}

/* Ends what the default formatting has open, before somebody else's. */
static enum hop_flow
restart(struct hop_formatter *f)
{
    enum hop_flow flow = hop_shaper_end(f->shaper);

    if (flow == HOP_FLOW_NEXT)
        flow = hop_output_drain(&f->out);
    hop_shaper_free(f->shaper);
    f->shaper = default_shaper(f);
    return flow;
}

static enum hop_flow
object(struct hop_formatter *f, struct hop_value v)
{
    HOP_AUTO_VALUE struct hop_value held =
        hop_packet_from_wire(hop_runspace_context(f->rs), v);
    struct hop_packet *p = hop_packet_of(hop_is_null(held) ? v : held);

    if (!p)
        return hop_shaper_object(f->shaper, v);
    if (p->kind == HOP_PACKET_START) {
        enum hop_flow flow = restart(f);

        if (flow != HOP_FLOW_NEXT)
            return flow;
    }
    return take_packet(f, p);
}

static void
cancel(struct hop_formatter *f)
{
    hop_shaper_free(f->shaper);
    hop_output_done(&f->out);
    free(f);
}

static enum hop_flow
end(struct hop_formatter *f)
{
    enum hop_flow flow = hop_shaper_end(f->shaper);

    if (flow == HOP_FLOW_NEXT)
        flow = hop_output_drain(&f->out);
    cancel(f);
    return flow;
}

const struct hop_format_ops hop_format_ops = {.begin = begin,
                                              .for_host = for_host,
                                              .object = object,
                                              .end = end,
                                              .cancel = cancel};
