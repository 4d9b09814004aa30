/* Redirections: to files, and one stream into another.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/pipeline.h"

#include <errno.h>
#include <fcntl.h>

#include "base/io.h"
#include "engine/engine.h"
#include "smb/files.h"
#include "smb/unc.h"

struct redirect {
    struct hop_sink sink;
    struct redirect *next;
    struct hop_runspace *rs;
    int fd;
    char *share; /* the UNC path that fd is a copy of; NULL: none */
    struct hop_formatter *formatter;
    const struct hop_format_ops *ops;
    bool failed;
};

static enum hop_flow
file_text(void *ctx, const char *s, size_t n)
{
    struct redirect *r = ctx;

    if (!hop_fd_write(r->fd, s, n)) {
        hop_throw_errno(&r->rs->cx, errno, "", false);
        return HOP_FLOW_ERROR;
    }
    return HOP_FLOW_NEXT;
}

static enum hop_flow
file_write(struct hop_sink *s, struct hop_value v)
{
    struct redirect *r = (struct redirect *)s;

    if (v.kind == HOP_STRING) {
        if (r->formatter) {
            enum hop_flow flow = r->ops->end(r->formatter);
            r->formatter = NULL;
            if (flow != HOP_FLOW_NEXT)
                return flow;
        }
        enum hop_flow flow = file_text(r, v.u.s->data, v.u.s->len);
        return flow == HOP_FLOW_NEXT ? file_text(r, "\n", 1) : flow;
    }
    if (!r->formatter) {
        r->ops = hop_runspace_formatter(r->rs);
        r->formatter = r->ops->begin(r->rs, -1, file_text, r);
    }
    return r->ops->object(r->formatter, v);
}

int
redirected_to(const struct hop_command *c)
{
    for (const struct redirect *r = c->redirects; r; r = r->next)
        if (c->out == &r->sink)
            return c->io.sink[HOP_ERROR] == c->out || r->share ? -1 : r->fd;
    return -1;
}

void
redirects_close(struct hop_command *c)
{
    while (c->redirects) {
        struct redirect *r = c->redirects;
        c->redirects = r->next;
        if (r->formatter)
            (void)r->ops->end(r->formatter);
        if (r->share && hop_files_store(r->share, r->fd) != 0)
            (void)hop_throw_errno(&r->rs->cx, errno, r->share, false);
        if (r->fd >= 0)
            close(r->fd);
        free(r->share);
        free(r);
    }
}

/* The file of a redirection is Out-File's matter, and so is its error. */
static void
open_failed(struct hop_runspace *rs, const char *path)
{
    struct hop_value e HOP_AUTO_VALUE = hop_take_exception(&rs->cx);
    struct hop_value target HOP_AUTO_VALUE = hop_text(path);

    hop_throw_record(rs, hop_obj(error_record_new(
                             rs, e,
                             "FileOpenFailure,Microsoft.PowerShell.Commands."
                             "OutFileCommand",
                             HOP_CAT_OPEN_ERROR, target)));
}

static enum hop_flow
open_redirect(struct frame *f, struct hop_command *c,
              struct hop_ast_redirection *n, struct hop_sink **out)
{
    struct hop_value v HOP_AUTO_VALUE = hop_null();
    struct hop_string *name HOP_AUTO_STRING = NULL;
    struct hop_item_path p = {0};
    struct redirect *r;
    enum hop_flow flow = eval(f, n->location, &v);

    if (flow != HOP_FLOW_NEXT)
        return flow;
    if (hop_is_null(v)) {
        *out = &hop_sink_null;
        return HOP_FLOW_NEXT;
    }
    if (!hop_to_string(&f->rs->cx, v, &name))
        return HOP_FLOW_ERROR;
    if (!name->len) {
        *out = &hop_sink_null;
        return HOP_FLOW_NEXT;
    }
    if (!hop_path_resolve(f->rs, name->data, &p))
        return HOP_FLOW_ERROR;
    int fd = hop_files_descriptor(
        p.path, O_WRONLY | O_CREAT | (n->append ? O_APPEND : O_TRUNC), 0666);
    if (fd < 0) {
        int error = errno;
        char *parent HOP_AUTO_FREE = hop_xstrdup(p.path);
        char *slash = strrchr(parent, '/');
        if (slash && slash != parent)
            *slash = 0;
        hop_throw_errno(&f->rs->cx, error, p.path,
                        error == ENOENT && hop_files_access(parent, F_OK) != 0);
        open_failed(f->rs, p.path);
        hop_item_path_done(&p);
        return HOP_FLOW_ERROR;
    }
    r = hop_xmalloc(sizeof(*r));
    if (hop_unc_is(p.path)) {
        r->share = hop_steal(&p.path);
        (void)lseek(fd, 0, SEEK_END);
    }
    hop_item_path_done(&p);
    r->sink.write = file_write;
    r->rs = f->rs;
    r->fd = fd;
    r->next = c->redirects;
    c->redirects = r;
    *out = &r->sink;
    return HOP_FLOW_NEXT;
}

enum hop_flow
redirections_open(struct frame *f, struct hop_command *c,
                  const struct hop_ast_list *l)
{
    for (uint32_t i = 0; i < l->n; i++) {
        struct hop_ast_redirection *n =
            HOP_AST_AS(hop_ast_redirection, l->items[i]);
        struct hop_sink *sink = NULL;
        if (n->ast.kind != HOP_AST_FILE_REDIRECTION)
            continue;
        enum hop_flow flow = open_redirect(f, c, n, &sink);
        if (flow != HOP_FLOW_NEXT)
            return flow;
        if (n->from == HOP_STREAM_OUTPUT || n->from == HOP_STREAM_ALL)
            c->out = sink;
        if (n->from == HOP_STREAM_ALL)
            for (int k = HOP_ERROR; k <= HOP_INFORMATION; k++)
                c->io.sink[k] = sink;
        else if (n->from != HOP_STREAM_OUTPUT)
            c->io.sink[n->from] = sink;
    }
    return HOP_FLOW_NEXT;
}

void
redirections_merge(struct hop_command *c, const struct hop_ast_list *l)
{
    for (uint32_t i = 0; i < l->n; i++) {
        struct hop_ast_redirection *n =
            HOP_AST_AS(hop_ast_redirection, l->items[i]);
        if (n->ast.kind != HOP_AST_MERGING_REDIRECTION)
            continue;
        c->merged_errors |=
            n->from == HOP_STREAM_ALL || n->from == HOP_STREAM_ERROR;
        if (n->from == HOP_STREAM_ALL)
            for (int k = HOP_ERROR; k <= HOP_INFORMATION; k++)
                c->io.sink[k] = c->out;
        else if (n->from != HOP_STREAM_OUTPUT)
            c->io.sink[n->from] = c->out;
    }
}
