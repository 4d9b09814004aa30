/* Standard streams as objects.
 *
 * SPDX-License-Identifier: MIT
 */
#include "console/xmlio.h"

#include <string.h>

#include "base/alloc.h"
#include "base/io.h"
#include "clixml/clixml.h"
#include "engine/stream.h"
#include "value/member.h"
#include "value/ops.h"
#include "value/psobject.h"

#define HEAD "#< CLIXML"

static const struct hop_clixml_options options = {.depth = 2, .root = true};

struct side {
    int fd;
    struct hop_buf b;
    struct hop_clixml_writer *writer; /* NULL: nothing came yet */
};

struct stream {
    struct hop_sink sink;
    struct hop_xmlio *o;
    int number;
};

struct hop_xmlio {
    struct hop_host host;
    struct hop_runspace *rs;
    struct side out, err;
    struct stream streams[HOP_STREAM_NUMBERS];
};

static void
flush(struct side *s)
{
    (void)hop_fd_write(s->fd, s->b.data, s->b.len);
    hop_buf_clear(&s->b);
}

static void
add(struct hop_xmlio *o, struct side *s, struct hop_value v, const char *name)
{
    struct hop_context *cx = hop_runspace_context(o->rs);

    if (!s->writer) {
        hop_buf_adds(&s->b, HEAD "\n");
        s->writer = hop_clixml_writer_new(cx, &options, &s->b);
    }
    if (!hop_clixml_writer_add(s->writer, v, name))
        hop_drop_exception(cx);
    flush(s);
}

/* ---- the host ---- */

static void
add_text(struct hop_xmlio *o, const char *s, size_t n)
{
    struct hop_value v HOP_AUTO_VALUE = hop_textn(s, n);

    add(o, &o->out, v, "Output");
}

/* As PowerShell's host: the line's end is an object of its own. */
static void
host_write(struct hop_host *h, const char *s, size_t n, int fg, int bg)
{
    struct hop_xmlio *o = (struct hop_xmlio *)(void *)h;
    bool line = n > 1 && s[n - 1] == '\n';

    if (!o->rs)
        return;
    add_text(o, s, line ? n - 1 : n);
    if (line)
        add_text(o, "\n", 1);
    (void)fg;
    (void)bg;
}

static const struct hop_host_ops host_ops = {
    .name = "ConsoleHost",
    .version = "7.6.5",
    .write = host_write,
};

/* ---- streams ---- */

static struct hop_value
property(struct hop_context *cx, struct hop_value v, const char *name)
{
    struct hop_string *s HOP_AUTO_STRING = hop_string_from(name);
    struct hop_value out = hop_null();

    if (hop_member_get(cx, v, s, &out) != HOP_FOUND)
        hop_drop_exception(cx);
    return out;
}

/* An error record as it travels: its parts as notes (MS-PSRP 2.2.3.15). */
static struct hop_value
travelling(struct hop_context *cx, struct hop_value record)
{
    static const struct {
        const char *name, *of;
    } parts[] = {{"Category", "ErrorCategory_Category"},
                 {"Activity", "ErrorCategory_Activity"},
                 {"Reason", "ErrorCategory_Reason"},
                 {"TargetName", "ErrorCategory_TargetName"},
                 {"TargetType", "ErrorCategory_TargetType"}};
    static const char *const same[] = {"Exception", "TargetObject",
                                       "FullyQualifiedErrorId"};
    struct hop_object *o = hop_custom_new(cx);
    struct hop_value info HOP_AUTO_VALUE = property(cx, record, "CategoryInfo");

    hop_type_names_push(cx, o, "System.Management.Automation.ErrorRecord");
    for (size_t i = 0; i < HOP_ARRAY_SIZE(same); i++)
        hop_custom_set_text(o, same[i], property(cx, record, same[i]));
    for (size_t i = 0; i < HOP_ARRAY_SIZE(parts); i++) {
        struct hop_value v HOP_AUTO_VALUE = property(cx, info, parts[i].name);
        hop_custom_set_text(o, parts[i].of,
                            i ? hop_retain(v) : hop_int((int32_t)v.u.i));
    }
    return hop_obj(o);
}

void
hop_xmlio_error(struct hop_xmlio *o, struct hop_value record)
{
    struct hop_value v HOP_AUTO_VALUE =
        travelling(hop_runspace_context(o->rs), record);

    add(o, &o->err, v, "Error");
}

static enum hop_flow
write_stream(struct hop_sink *sink, struct hop_value v)
{
    static const char *const names[HOP_STREAM_NUMBERS] = {
        [HOP_WARNING] = "warning",
        [HOP_VERBOSE] = "verbose",
        [HOP_DEBUG] = "debug",
        [HOP_INFORMATION] = "information",
    };
    struct stream *s = (struct stream *)(void *)sink;
    struct hop_xmlio *o = s->o;
    struct hop_context *cx = hop_runspace_context(o->rs);
    struct hop_value text HOP_AUTO_VALUE = hop_null();

    switch (s->number) {
    case HOP_OUTPUT:
        if (v.kind != HOP_VOID)
            add(o, &o->out, v, "Output");
        break;
    case HOP_ERROR: hop_xmlio_error(o, v); break;
    case HOP_INFORMATION:
        text = property(cx, v, "MessageData");
        if (hop_is_string(hop_value_base(text)))
            add(o, &o->err, v, names[s->number]);
        else if (!hop_is_null(text)) {
            struct hop_string *shown HOP_AUTO_STRING = NULL;
            add(o, &o->err, v, names[s->number]);
            if (!hop_to_string(cx, text, &shown)) {
                hop_drop_exception(cx);
                break;
            }
            add_text(o, shown->data, shown->len);
            add_text(o, "\n", 1);
        }
        break;
    case HOP_PROGRESS: break;
    default:
        text = property(cx, v, "Message");
        add(o, &o->err, text, names[s->number]);
        break;
    }
    return HOP_FLOW_NEXT;
}

void
hop_xmlio_attach(struct hop_xmlio *o, struct hop_runspace *rs,
                 struct hop_run *run)
{
    o->rs = rs;
    run->to_default = false;
    for (int i = HOP_OUTPUT; i < HOP_STREAM_NUMBERS; i++) {
        o->streams[i] = (struct stream){{write_stream}, o, i};
        run->sinks[i] = i == HOP_PROGRESS ? NULL : &o->streams[i].sink;
    }
}

/* ---- life ---- */

struct hop_xmlio *
hop_xmlio_new(int out_fd, int err_fd)
{
    struct hop_xmlio *o = hop_xmalloc(sizeof(*o));

    o->host.ops = &host_ops;
    o->out = (struct side){out_fd, HOP_BUF_INIT, NULL};
    o->err = (struct side){err_fd, HOP_BUF_INIT, NULL};
    return o;
}

struct hop_host *
hop_xmlio_host(struct hop_xmlio *o)
{
    return &o->host;
}

static void
end_side(struct side *s)
{
    if (s->writer) {
        hop_clixml_writer_end(s->writer);
        flush(s);
        hop_clixml_writer_free(s->writer);
        s->writer = NULL;
    }
    hop_buf_done(&s->b);
}

void
hop_xmlio_end(struct hop_xmlio *o)
{
    end_side(&o->out);
    end_side(&o->err);
    o->rs = NULL;
}

void
hop_xmlio_free(struct hop_xmlio *o)
{
    free(o);
}

/* ---- input ---- */

static bool
take(void *ctx, struct hop_value v, const char *stream)
{
    if (!stream || strcasecmp(stream, "output") == 0)
        hop_array_push(ctx, hop_retain(v));
    return true;
}

bool
hop_xmlio_read(struct hop_runspace *rs, const char *s, size_t n,
               struct hop_value *out, struct hop_error *err)
{
    struct hop_context *cx = hop_runspace_context(rs);
    struct hop_array *a = hop_array_new(cx, 0);
    struct hop_value held HOP_AUTO_VALUE = hop_obj(a);
    const char *line = n ? memchr(s, '\n', n) : NULL;

    if (line && n > strlen(HEAD) && memcmp(s, HEAD, strlen(HEAD)) == 0) {
        n -= (size_t)(line + 1 - s);
        s = line + 1;
    }
    while (n && (*s == ' ' || *s == '\n' || *s == '\r')) {
        s++;
        n--;
    }
    if (n && !hop_clixml_read(cx, &options, s, n, take, a, err))
        return false;
    *out = hop_value_steal(&held);
    return true;
}
