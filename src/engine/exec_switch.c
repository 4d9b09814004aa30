/* switch.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/engine.h"

#include "engine/space.h"
#include "smb/files.h"

/* ---- switch
 * ---------------------------------------------------------------------------------
 */

static bool
switch_equal(struct frame *f, struct hop_ast_switch *n, struct hop_value item,
             struct hop_value c, bool *yes)
{
    struct hop_string *a HOP_AUTO_STRING = NULL, *b HOP_AUTO_STRING = NULL;

    if (hop_is_null(c)) {
        *yes = hop_is_null(item);
        return true;
    }
    if (hop_is_int32(c) && hop_is_int32(item)) {
        *yes = c.u.i == item.u.i;
        return true;
    }
    if (!hop_to_string(&f->rs->cx, c, &a) ||
        !hop_to_string(&f->rs->cx, item, &b))
        return false;
    *yes = n->flags & HOP_SWITCH_CASE_SENSITIVE ? hop_string_eq(a, b)
                                                : hop_string_ieq(a, b);
    return true;
}

static bool
switch_pattern(struct frame *f, struct hop_ast_switch *n, struct hop_value item,
               struct hop_value c, bool *yes)
{
    bool regex = n->flags & HOP_SWITCH_REGEX;
    bool cased = n->flags & HOP_SWITCH_CASE_SENSITIVE;
    struct hop_value r HOP_AUTO_VALUE = hop_null();
    struct hop_value text HOP_AUTO_VALUE = hop_null();
    struct hop_string *s;

    if (!hop_to_string(&f->rs->cx, item, &s))
        return false;
    text = hop_str(s);
    if (regex) {
        if (!binary_operator(f, cased ? HOP_OP_CMATCH : HOP_OP_IMATCH, text, c,
                             &r))
            return false;
    } else if (!hop_op_binary(&f->rs->cx, HOP_OP_LIKE, text, c,
                              cased ? HOP_OP_CASE : 0, &r)) {
        return false;
    }
    *yes = hop_is_true(&f->rs->cx, r);
    return true;
}

static enum hop_flow
switch_block(struct frame *f, struct hop_value block, struct hop_value item,
             bool *yes)
{
    struct hop_list_sink l;
    enum hop_flow flow;

    hop_list_sink_init(&l, &f->rs->cx);
    flow = run_block(f->rs, &(struct block_run){.block = as_block(block),
                                                .under = &item,
                                                .out = &l.sink,
                                                .new_scope = true});
    if (flow == HOP_FLOW_NEXT) {
        struct hop_value v HOP_AUTO_VALUE = hop_list_sink_value(&l);
        *yes = hop_is_true(&f->rs->cx, v);
    }
    hop_list_sink_done(&l);
    return flow;
}

static enum hop_flow
switch_matches(struct frame *f, struct hop_ast_switch *n, struct hop_ast *cond,
               struct hop_value item, bool *yes)
{
    struct hop_value c HOP_AUTO_VALUE = hop_null();
    enum hop_flow flow;
    bool ok;

    f->pos = cond;
    flow = eval(f, cond, &c);
    if (flow != HOP_FLOW_NEXT)
        return flow;
    if (as_block(c))
        return switch_block(f, c, item, yes);
    if (n->flags & (HOP_SWITCH_REGEX | HOP_SWITCH_WILDCARD))
        ok = switch_pattern(f, n, item, c, yes);
    else
        ok = switch_equal(f, n, item, c, yes);
    return ok ? HOP_FLOW_NEXT : HOP_FLOW_ERROR;
}

struct hop_value *
own_under(struct frame *f, struct autos *o)
{
    memset(o, 0, sizeof(*o));
    o->outer = f->scope->autos;
    f->scope->autos = o;
    o->has = 1u << AUTO_UNDER;
    return &o->v[AUTO_UNDER];
}

void
drop_autos(struct frame *f, struct autos *o)
{
    f->scope->autos = o->outer;
    for (int i = 1; i < AUTO_COUNT; i++)
        if (o->has & (1u << i))
            hop_value_clear(&o->v[i]);
}

static enum hop_flow
switch_item(struct frame *f, struct hop_ast_switch *n, struct hop_value item,
            struct hop_sink *out, bool *leave)
{
    struct autos o;
    bool any = false;
    enum hop_flow flow = HOP_FLOW_NEXT;

    *own_under(f, &o) = hop_retain(item);
    for (uint32_t i = 0; i < n->n_clauses && flow == HOP_FLOW_NEXT; i++) {
        bool yes = false;
        flow = switch_matches(f, n, n->clauses[i].condition, item, &yes);
        if (flow != HOP_FLOW_NEXT || !yes)
            continue;
        any = true;
        flow = exec_block(f, n->clauses[i].body, out);
    }
    if (flow == HOP_FLOW_NEXT && !any && n->otherwise)
        flow = exec_block(f, n->otherwise, out);
    drop_autos(f, &o);
    *leave = loop_ends(f, &n->label, &flow);
    return flow;
}

static enum hop_flow
switch_lines(struct frame *f, struct hop_ast_switch *n, struct hop_value name,
             struct hop_sink *out)
{
    struct hop_string *text HOP_AUTO_STRING = NULL;
    struct hop_item_path p = {0};
    char *line = NULL;
    size_t cap = 0;
    ssize_t len;
    bool leave = false;
    enum hop_flow flow = HOP_FLOW_NEXT;

    if (!hop_to_string(&f->rs->cx, name, &text) ||
        !hop_path_resolve(f->rs, text->data, &p))
        return HOP_FLOW_ERROR;
    FILE *in = hop_files_fopen(p.path);
    if (!in) {
        struct hop_value target HOP_AUTO_VALUE = hop_text(p.path);
        throw_pending(f->rs, "ItemNotFoundException", "PathNotFound",
                      HOP_CAT_OBJECT_NOT_FOUND, target,
                      "Cannot find path '%s' because it does not exist.",
                      p.path);
        hop_item_path_done(&p);
        return HOP_FLOW_ERROR;
    }
    hop_item_path_done(&p);
    while (!leave && (len = getline(&line, &cap, in)) >= 0) {
        while (len > 0 && (line[len - 1] == '\n' || line[len - 1] == '\r'))
            len--;
        struct hop_value item HOP_AUTO_VALUE = hop_textn(line, (size_t)len);
        flow = switch_item(f, n, item, out, &leave);
    }
    free(line);
    fclose(in);
    return flow;
}

enum hop_flow
exec_switch(struct frame *f, struct hop_ast_switch *n, struct hop_sink *out)
{
    struct hop_value v HOP_AUTO_VALUE = hop_null();
    struct hop_iter it HOP_AUTO_ITER = {0};
    bool visible = mentions(&n->ast, "switch");
    bool leave = false;
    enum hop_flow flow;

    f->pos = n->condition;
    flow = eval_statement(f, n->condition, &v);
    if (flow != HOP_FLOW_NEXT)
        return flow;
    if (n->flags & HOP_SWITCH_FILE)
        return switch_lines(f, n, v, out);
    if (hop_is_null(v))
        return v.kind == HOP_VOID ? HOP_FLOW_NEXT
                                  : switch_item(f, n, hop_null(), out, &leave);
    if (!hop_is_enumerable(v) && !visible)
        return switch_item(f, n, v, out, &leave);
    struct enumerator *e = hop_object_new(&f->rs->cx, &class_enumerator);
    struct hop_value holder HOP_AUTO_VALUE = hop_obj(e);
    if (!hop_iter_init(&f->rs->cx, &e->it, v))
        return HOP_FLOW_ERROR;
    if (visible)
        put_loop_variable(f, "switch", hop_retain(holder));
    while (!leave) {
        struct hop_value item = hop_null();
        int got = hop_iter_next(&f->rs->cx, &e->it, &item);
        if (got <= 0)
            return got < 0 ? HOP_FLOW_ERROR : HOP_FLOW_NEXT;
        hop_value_set(&e->current, item);
        struct hop_value held HOP_AUTO_VALUE = hop_retain(item);
        flow = switch_item(f, n, held, out, &leave);
        if (!leave && frame_stopped(f, &flow))
            return flow;
    }
    return flow;
}
