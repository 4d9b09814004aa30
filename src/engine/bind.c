/* Binding a command line: arguments by name, defaults, dynamic parameters.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/bind_internal.h"

/* ---- named arguments
 * ------------------------------------------------------------------------ */

static bool
ambiguous_name(struct hop_command *c, const char *name, uint32_t n)
{
    struct hop_buf b HOP_AUTO_BUF = HOP_BUF_INIT;

    for (uint32_t i = 0; i < c->meta->n; i++)
        if (strncasecmp(c->meta->params[i].name, name, n) == 0)
            hop_buf_addf(&b, " -%s", c->meta->params[i].name);
    return binding_error(c, ERROR_BINDING, "AmbiguousParameter",
                         HOP_CAT_INVALID_ARGUMENT,
                         "Parameter cannot be processed because the parameter "
                         "name '%.*s' is ambiguous. Possible matches "
                         "include:%s.",
                         (int)n, name, hop_buf_str(&b));
}

static bool
is_dash_dash(const struct argument *g)
{
    return g->kind == ARGUMENT_VALUE && g->bareword &&
           hop_is_string(g->value) && strcmp(hop_cstr(g->value), "--") == 0;
}

bool
accepts_pipeline(const struct meta_param *p)
{
    for (uint32_t i = 0; i < p->n_sets; i++)
        if (p->sets[i].flags & (HOP_BY_VALUE | HOP_BY_NAME))
            return true;
    return false;
}

bool
bind_delays(struct hop_command *c, const struct meta_param *p,
            struct hop_value v)
{
    return c->expects_input && as_block(v) && accepts_pipeline(p) &&
           p->type != &hop_class_scriptblock && p->type != &hop_class_object &&
           p->type != &hop_class_psobject &&
           !(p->type->element && (p->type->element == &hop_class_object ||
                                  p->type->element == &hop_class_scriptblock ||
                                  p->type->element == &hop_class_psobject));
}

/* A number written literally for a text parameter keeps its spelling. */
static struct hop_value
literal_text(struct hop_command *c, const struct argument *g,
             const struct meta_param *p)
{
    if (g->ast && g->ast->kind == HOP_AST_CONSTANT && c->caller &&
        (p->type == &hop_class_string || p->type == &hop_class_version ||
         (p->type->element && p->type->element == &hop_class_string))) {
        struct hop_name text = hop_ast_text(c->caller->unit, g->ast);
        return hop_textn(text.text, text.len);
    }
    return hop_retain(g->value);
}

bool
bind_argument(struct hop_command *c, struct meta_param *p,
              const struct argument *g, enum bound_state state)
{
    uint32_t i = (uint32_t)(p - c->meta->params);

    if (bind_delays(c, p, g->value)) {
        hop_value_set(&c->bound[i].delayed, hop_retain(g->value));
        c->bound[i].state = BOUND_LINE;
        c->sets &= p->mask;
        return true;
    }
    struct hop_value v HOP_AUTO_VALUE = literal_text(c, g, p);
    c->blame = g->ast;
    if (!bind_value(c, p, v, state))
        return false;
    c->blame = NULL;
    return true;
}

static bool
already_bound(struct hop_command *c, const struct meta_param *p)
{
    return binding_error(
        c, ERROR_BINDING, "ParameterAlreadyBound", HOP_CAT_INVALID_ARGUMENT,
        "Cannot bind parameter because parameter '%s' is specified more than "
        "once. To provide multiple values to parameters that can accept "
        "multiple values, use the array syntax. For example, \"-parameter "
        "value1,value2,value3\".",
        p->name);
}

static bool
missing_argument(struct hop_command *c, const struct meta_param *p)
{
    struct hop_buf b HOP_AUTO_BUF = HOP_BUF_INIT;

    return binding_error(c, ERROR_BINDING, "MissingArgument",
                         HOP_CAT_INVALID_ARGUMENT,
                         "Missing an argument for parameter '%s'. Specify a "
                         "parameter of type '%s' and try again.",
                         p->name, bind_brief_type(p, &b));
}

bool
row_applies(const struct hop_command *c, const struct meta_set *s)
{
    return s->set == SET_ALL || c->sets & (1u << s->set);
}

bool
bind_takes_rest(const struct hop_command *c)
{
    for (uint32_t i = 0; i < c->meta->n; i++) {
        const struct meta_param *p = &c->meta->params[i];

        for (uint32_t k = 0; k < p->n_sets; k++)
            if (p->sets[k].flags & HOP_REMAINING && row_applies(c, &p->sets[k]))
                return true;
    }
    return false;
}

/* Binds what is named; the rest is marked by used[i] == false. */
static bool
bind_named(struct hop_command *c, bool *used, bool last_chance)
{
    struct arguments *a = &c->arguments;

    for (uint32_t i = 0; i < a->n; i++) {
        struct argument *g = &a->items[i];
        if (used[i])
            continue;
        if (is_dash_dash(g) || (g->kind == ARGUMENT_NAME && g->name_len == 1 &&
                                g->name[0] == '-')) {
            used[i] = true;
            break;
        }
        if (g->kind != ARGUMENT_NAME && g->kind != ARGUMENT_NAME_VALUE)
            continue;
        int at = meta_find(c->meta, g->name, g->name_len);
        c->blame = g->ast;
        if (at == -2)
            return ambiguous_name(c, g->name, g->name_len);
        if (at < 0) {
            if (c->meta->simple || !last_chance || bind_takes_rest(c)) {
                c->blame = NULL;
                continue;
            }
            return binding_error(c, ERROR_BINDING, "NamedParameterNotFound",
                                 HOP_CAT_INVALID_ARGUMENT,
                                 "A parameter cannot be found that matches "
                                 "parameter name '%.*s'.",
                                 (int)g->name_len, g->name);
        }
        struct meta_param *p = &c->meta->params[at];
        if (c->bound[at].state == BOUND_LINE) {
            if (g->splatted) {
                used[i] = true;
                continue;
            }
            return already_bound(c, p);
        }
        used[i] = true;
        if (g->kind == ARGUMENT_NAME_VALUE) {
            if (!bind_argument(c, p, g, BOUND_LINE))
                return false;
            continue;
        }
        if (p->is_switch) {
            if (!bind_value(c, p, hop_bool(true), BOUND_LINE))
                return false;
            c->blame = NULL;
            continue;
        }
        if (i + 1 >= a->n || a->items[i + 1].kind != ARGUMENT_VALUE ||
            used[i + 1])
            return missing_argument(c, p);
        used[i + 1] = true;
        if (!bind_argument(c, p, &a->items[i + 1], BOUND_LINE))
            return false;
    }
    return true;
}

/* ---- dynamic parameters
 * ----------------------------------------------------------------------------------------
 */

static bool
script_dynamic(struct hop_command *c, struct hop_value *out)
{
    struct hop_list_sink l;
    enum hop_flow flow;

    hop_list_sink_init(&l, &c->rs->cx);
    flow = exec_block(&c->frame,
                      c->info->block->ast->blocks[HOP_BLOCK_DYNAMICPARAM],
                      &l.sink);
    if (flow == HOP_FLOW_RETURN)
        flow = HOP_FLOW_NEXT;
    if (flow == HOP_FLOW_NEXT)
        *out = hop_list_sink_value(&l);
    hop_list_sink_done(&l);
    return flow == HOP_FLOW_NEXT;
}

static bool script_defaults(struct hop_command *c);

static bool
extend(struct hop_command *c)
{
    struct hop_value d HOP_AUTO_VALUE = hop_null();
    const struct hop_param *native = NULL;
    struct meta *m;
    size_t n = 0;

    if (c->info->type == COMMAND_CMDLET) {
        if (!c->info->cmdlet->dynamic)
            return true;
        native = c->info->cmdlet->dynamic(c, &n);
        if (!n)
            return !hop_has_exception(&c->rs->cx);
    } else {
        if (!c->info->block->ast->blocks[HOP_BLOCK_DYNAMICPARAM])
            return true;
        if (!script_defaults(c) || !script_dynamic(c, &d))
            return false;
        if (!hop_as_dict(d))
            return true;
    }
    m = meta_extend(c->rs, c->meta, d, native, n);
    meta_unref(c->meta);
    c->meta = m;
    bind_reserve(c);
    return true;
}

/* ---- the command line
 * ---------------------------------------------------------------------------------------------
 */

static struct hop_value
typed_null(struct hop_command *c, const struct meta_param *p)
{
    struct hop_value v = hop_null();

    if (p->type->kind == HOP_OBJECT && p->type != &hop_class_switch_parameter)
        return v;
    if (p->type == &hop_class_object || p->type->element)
        return v;
    if (p->is_switch || p->type == &hop_class_string ||
        hop_is_number(hop_integer(p->type->kind, 0)) ||
        p->type->kind == HOP_BOOL || p->type->kind == HOP_CHAR) {
        if (!hop_convert(&c->rs->cx,
                         p->is_switch ? hop_bool(false) : hop_null(), p->type,
                         &v)) {
            hop_drop_exception(&c->rs->cx);
            return hop_null();
        }
    }
    return v;
}

/* In the function's scope. */
static bool
put_default(struct hop_command *c, const struct meta_param *p)
{
    struct hop_value v HOP_AUTO_VALUE = hop_null();

    if (!p->ast->default_value) {
        v = typed_null(c, p);
        bind_put_variable(c, p, v);
        return true;
    }
    c->frame.pos = p->ast->default_value;
    if (eval_statement(&c->frame, p->ast->default_value, &v) != HOP_FLOW_NEXT)
        return false;
    if (p->type != &hop_class_object) {
        struct hop_value out = hop_null();
        if (!hop_convert(&c->rs->cx, v, p->type, &out))
            return bind_conversion_failed(c, p);
        hop_value_set(&v, out);
    }
    bind_put_variable(c, p, v);
    return true;
}

/* Parameters without arguments get their default values. */
static bool
script_defaults(struct hop_command *c)
{
    for (uint32_t i = 0; i < c->meta->n; i++) {
        struct meta_param *p = &c->meta->params[i];

        if (c->bound[i].state == BOUND_NONE && p->ast && !put_default(c, p))
            return false;
    }
    return true;
}

/* What an earlier object bound and this one does not has its default again. */
bool
restore_defaults(struct hop_command *c)
{
    for (uint32_t i = 0; i < c->n_bound; i++) {
        struct bound *b = &c->bound[i];
        bool stale = b->piped && b->state == BOUND_NONE;

        b->piped = b->state == BOUND_PIPELINE;
        if (stale && c->meta->params[i].ast &&
            !put_default(c, &c->meta->params[i]))
            return false;
    }
    return true;
}

#define USED_STORE 16

/* The commonest call: a plain function with nothing but positional arguments.
 */
static bool
bind_simple(struct hop_command *c)
{
    struct arguments *a = &c->arguments;
    struct hop_array *rest = NULL;
    uint32_t next = 0;

    for (uint32_t i = 0; i < a->n; i++)
        if (a->items[i].kind != ARGUMENT_VALUE || is_dash_dash(&a->items[i]))
            return false;
    for (uint32_t i = 0; i < a->n; i++) {
        while (next < c->meta->n && c->meta->params[next].is_switch)
            next++;
        if (next >= c->meta->n) {
            if (!rest)
                rest = hop_array_new(&c->rs->cx, 0);
            hop_array_push(rest, hop_retain(a->items[i].value));
            continue;
        }
        struct meta_param *p = &c->meta->params[next];
        if (!p->attributes->n && p->type == &hop_class_object) {
            c->bound[next].value = hop_retain(a->items[i].value);
            c->bound[next].state = BOUND_LINE;
            bind_put_variable(c, p, a->items[i].value);
        } else if (!bind_argument(c, p, &a->items[i], BOUND_LINE)) {
            if (rest)
                hop_release(hop_obj(rest));
            return true;
        }
        next++;
    }
    if (rest)
        c->rest = hop_obj(rest);
    return true;
}

static bool
bind_all(struct hop_command *c, bool *used)
{
    bool dynamic =
        c->info->type == COMMAND_CMDLET
            ? c->info->cmdlet->dynamic != NULL
            : c->meta->cmdlet_binding &&
                  c->info->block->ast->blocks[HOP_BLOCK_DYNAMICPARAM] != NULL;

    if (!bind_named(c, used, !dynamic) || !bind_positional(c, used))
        return false;
    if (!c->meta->simple && !bind_defaults(c))
        return false;
    if (dynamic &&
        (!extend(c) || !bind_named(c, used, true) || !bind_positional(c, used)))
        return false;
    return bind_remaining(c, used);
}

bool
bind_command_line(struct hop_command *c)
{
    bool store[USED_STORE] = {false};
    bool *used = store;
    bool ok;

    bind_reserve(c);
    if (c->meta->simple && c->arguments.n && bind_simple(c))
        return !hop_has_exception(&c->rs->cx) && script_defaults(c);
    if (c->arguments.n > USED_STORE)
        used = hop_xcalloc(c->arguments.n, sizeof(*used));
    ok = bind_all(c, used);
    if (used != store)
        free(used);
    if (!ok)
        return false;
    if (!c->meta->simple && !choose_set(c, !c->expects_input))
        return false;
    return !is_script_command(c) || script_defaults(c);
}
