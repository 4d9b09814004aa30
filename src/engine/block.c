/* The ScriptBlock class, closures, steppable pipelines, $PSCmdlet.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/engine.h"
#include "lang/restrict.h"

#define SMA      "System.Management.Automation."
#define BLOCK(v) ((struct hop_block *)(void *)(v).u.o)

static void
destroy_block(struct hop_object *o)
{
    struct hop_block *b = (struct hop_block *)(void *)o;

    hop_unit_unref(b->unit);
    session_unref(b->session);
    if (b->module)
        hop_release(hop_obj(b->module));
    b->unit = NULL;
    b->session = NULL;
    b->module = NULL;
}

struct hop_block *
block_new(struct hop_runspace *rs, struct hop_unit *unit,
          struct hop_ast_script_block *ast, struct session *session)
{
    struct hop_block *b = hop_object_new(&rs->cx, &hop_class_scriptblock);

    b->unit = hop_unit_ref(unit);
    b->ast = ast;
    b->session = session ? session_ref(session) : NULL;
    b->mode =
        rs->language_binding ? HOP_LANGUAGE_CONSTRAINED : rs->language_mode;
    return b;
}

struct hop_block *
block_bind(struct hop_runspace *rs, const struct hop_block *b,
           struct session *session)
{
    struct hop_block *made = block_new(rs, b->unit, b->ast, session);

    made->mode = b->mode;
    return made;
}

struct hop_block *
as_block(struct hop_value v)
{
    v = hop_value_base(v);
    return hop_is_exactly(v, &hop_class_scriptblock) ? BLOCK(v) : NULL;
}

/* The text between the braces, or of the whole script. */
static struct hop_name
block_text(const struct hop_block *b)
{
    struct hop_name t = hop_ast_text(b->unit, &b->ast->ast);

    if (b->ast->ast.parent && t.len >= 2 && t.text[0] == '{') {
        t.text++;
        t.len -= 2;
    }
    return t;
}

static bool
block_to_string(struct hop_context *cx, struct hop_value v,
                struct hop_string **out)
{
    struct hop_name t = block_text(BLOCK(v));

    *out = hop_string_new(t.text, t.len);
    return true;
}

bool
hop_scriptblock_create(struct hop_runspace *rs, const char *text, size_t n,
                       struct hop_value *out)
{
    struct hop_unit *u HOP_AUTO_UNIT = hop_lang_parse(text, n, NULL, 0);
    size_t errors;

    hop_unit_errors(u, &errors);
    if (errors)
        return parse_error_throw(rs, u, false);
    if (!language_may_parse(rs, u))
        return false;
    *out = hop_obj(block_new(rs, u, hop_unit_root(u), rs->session));
    return true;
}

/* ---- methods
 * --------------------------------------------------------------------- */

static bool
flow_failed(struct hop_context *cx, enum hop_flow flow)
{
    struct hop_runspace *rs = RS_OF(cx);

    if (flow == HOP_FLOW_EXIT)
        rs->exiting = true;
    return false;
}

static bool
collect(struct hop_context *cx, struct hop_call *call, struct hop_list_sink *l)
{
    struct hop_array *args =
        call->n ? hop_as_array(call->args[call->n - 1]) : NULL;
    struct hop_runspace *rs = RS_OF(cx);
    bool propagate = rs->propagate;
    enum hop_flow flow;

    hop_list_sink_init(l, cx);
    rs->propagate = true;
    flow = run_block(rs, &(struct block_run){.block = BLOCK(call->self),
                                             .args = args ? args->items : NULL,
                                             .n_args = args ? args->n : 0,
                                             .out = &l->sink,
                                             .new_scope = true});
    rs->propagate = propagate;
    if (flow == HOP_FLOW_NEXT)
        return true;
    hop_list_sink_done(l);
    if (flow == HOP_FLOW_ERROR && hop_has_exception(cx) && !rs->stop) {
        struct hop_value record HOP_AUTO_VALUE =
            exception_record(rs, cx->pending);
        error_list_add(rs, record);
    }
    return flow_failed(cx, flow);
}

static bool
invoke(struct hop_context *cx, struct hop_call *call)
{
    struct hop_list_sink l;
    const struct hop_class *psobject = &hop_class_psobject;
    struct hop_array *a;

    if (!collect(cx, call, &l))
        return false;
    a = hop_array_new_of(
        cx, hop_types_generic(cx, &hop_class_collection, &psobject, 1), 0);
    for (size_t i = 0; i < l.n; i++)
        hop_array_push(a, hop_retain(l.items[i]));
    hop_list_sink_done(&l);
    call->result = hop_obj(a);
    return true;
}

static bool
invoke_as_is(struct hop_context *cx, struct hop_call *call)
{
    struct hop_list_sink l;

    if (!collect(cx, call, &l))
        return false;
    call->result = hop_list_sink_value(&l);
    hop_list_sink_done(&l);
    if (call->result.kind == HOP_VOID)
        call->result = hop_null();
    return true;
}

/* InvokeWithContext(functions, variables, args). */
static bool
invoke_with_context(struct hop_context *cx, struct hop_call *call)
{
    struct hop_runspace *rs = RS_OF(cx);
    struct hop_block *b = BLOCK(call->self);
    struct session *session = b->session ? b->session : rs->session;
    struct hop_scope scope, *saved = session->current;
    struct hop_dict *functions = hop_as_dict(call->args[0]);
    struct hop_array *variables = hop_as_array(call->args[1]);
    struct hop_value single[1] = {hop_value_base(call->args[1])};
    struct hop_array *args = call->n > 2 ? hop_as_array(call->args[2]) : NULL;
    struct hop_list_sink l;
    struct hop_value under HOP_AUTO_VALUE = hop_null();
    bool has_under = false;

    scope_init(&scope, saved, session);
    session->current = &scope;
    struct session *old = rs->session;
    rs->session = session;
    for (size_t i = 0; functions && i < functions->used; i++) {
        struct hop_dict_entry *e = &functions->entries[i];
        if (hop_is_string(e->key) && as_block(e->value) &&
            !hop_function_set(rs, hop_cstr(e->key), NULL, e->value, 16))
            hop_drop_exception(cx);
    }
    for (size_t i = 0; i < (variables ? variables->n : 1); i++) {
        struct hop_value v =
            hop_value_base(variables ? variables->items[i] : single[0]);
        if (v.kind != HOP_OBJECT || strcmp(v.u.o->cls->name, SMA "PSVariable"))
            continue;
        struct hop_variable *x = (struct hop_variable *)(void *)v.u.o;
        if (x->symbol->automatic == AUTO_UNDER) {
            hop_value_set(&under, hop_retain(x->value));
            has_under = true;
        } else {
            scope_put(rs, &scope, x->name->data, hop_retain(x->value));
        }
    }
    hop_list_sink_init(&l, cx);
    enum hop_flow flow =
        run_block(rs, &(struct block_run){.block = b,
                                          .args = args ? args->items : NULL,
                                          .n_args = args ? args->n : 0,
                                          .under = has_under ? &under : NULL,
                                          .out = &l.sink,
                                          .new_scope = true});
    session->current = saved;
    rs->session = old;
    scope_done(rs, &scope);
    if (flow != HOP_FLOW_NEXT) {
        hop_list_sink_done(&l);
        return flow_failed(cx, flow);
    }
    const struct hop_class *psobject = &hop_class_psobject;
    struct hop_array *a = hop_array_new_of(
        cx, hop_types_generic(cx, &hop_class_collection, &psobject, 1), 0);
    for (size_t i = 0; i < l.n; i++)
        hop_array_push(a, hop_retain(l.items[i]));
    hop_list_sink_done(&l);
    call->result = hop_obj(a);
    return true;
}

/* A closure gets a session of its own: a dynamic module that holds copies of
 * the variables visible now. */
static bool
new_closure(struct hop_context *cx, struct hop_call *call)
{
    struct hop_runspace *rs = RS_OF(cx);
    struct hop_block *b = BLOCK(call->self);
    struct session *session = b->session ? b->session : rs->session;
    struct session *made = session_new(rs);
    struct hop_block *copy;

    struct session *below = session;
    /* What a closure around this one holds is not seen from here. */
    while (below->is_closure && below->outer)
        below = below->outer;
    made->is_closure = true;
    made->top->parent = below->top;
    made->outer = session_ref(below);
    made->module = below->module;
    struct hop_scope *s = session->current;
    for (uint32_t i = 0; s != rs->global->top && i < s->variables.n; i++) {
        struct hop_variable *v = s->variables.items[i].value;
        if (!(v->options & HOP_ITEM_PRIVATE))
            scope_put(rs, made->top, v->name->data, hop_variable_value(rs, v));
    }
    if (session->current == rs->global->top)
        for (uint32_t i = 0; i < rs->global->top->variables.n; i++) {
            struct hop_variable *v = rs->global->top->variables.items[i].value;
            if (v->get || v->options || v->set)
                continue;
            scope_put(rs, made->top, v->name->data, hop_variable_value(rs, v));
        }
    copy = block_bind(rs, b, made);
    session_unref(made);
    call->result = hop_obj(copy);
    return true;
}

static bool
create(struct hop_context *cx, struct hop_call *call)
{
    struct hop_value s = call->args[0];

    return hop_scriptblock_create(RS_OF(cx), hop_cstr(s), s.u.s->len,
                                  &call->result);
}

static bool
get_file(struct hop_context *cx, struct hop_value self, intptr_t data,
         struct hop_value *out)
{
    const char *file = hop_unit_file(BLOCK(self)->unit);

    *out = file ? hop_text(file) : hop_null();
    return true;
}

static bool
get_is_filter(struct hop_context *cx, struct hop_value self, intptr_t data,
              struct hop_value *out)
{
    *out = hop_bool(BLOCK(self)->ast->is_filter);
    return true;
}

static bool
get_id(struct hop_context *cx, struct hop_value self, intptr_t data,
       struct hop_value *out)
{
    HOP_AUTO_VALUE struct hop_value zero =
        hop_text("00000000-0000-0000-0000-000000000000");

    return hop_convert(cx, zero, &hop_class_guid, out);
}

static bool
get_module(struct hop_context *cx, struct hop_value self, intptr_t data,
           struct hop_value *out)
{
    struct session *s = BLOCK(self)->session;

    *out = s && s->module ? hop_retain(hop_obj(s->module)) : hop_null();
    return true;
}

struct hop_value ast_object(struct hop_runspace *rs, struct hop_unit *u,
                            struct hop_ast *n);
struct hop_value position_object(struct hop_runspace *rs, struct hop_unit *u,
                                 uint32_t start, uint32_t end);

static bool
get_ast(struct hop_context *cx, struct hop_value self, intptr_t data,
        struct hop_value *out)
{
    struct hop_block *b = BLOCK(self);

    *out = ast_object(RS_OF(cx), b->unit, &b->ast->ast);
    return true;
}

static bool
get_start_position(struct hop_context *cx, struct hop_value self, intptr_t data,
                   struct hop_value *out)
{
    struct hop_block *b = BLOCK(self);

    *out =
        position_object(RS_OF(cx), b->unit, b->ast->ast.start, b->ast->ast.end);
    return true;
}

static bool
get_attributes(struct hop_context *cx, struct hop_value self, intptr_t data,
               struct hop_value *out)
{
    *out = hop_obj(hop_array_new(cx, 0));
    return true;
}

static bool steppable(struct hop_context *cx, struct hop_call *call);

/* The texts of a list argument as names; *n 0 for null.  Freed by the caller;
 * the texts stay the array's. */
static struct hop_name *
names_of(struct hop_value v, uint32_t *n)
{
    struct hop_array *a = hop_as_array(v);
    struct hop_name *names = hop_xcalloc(a ? a->n + 1 : 1, sizeof(*names));

    *n = 0;
    for (size_t i = 0; a && i < a->n; i++)
        if (hop_is_string(a->items[i]))
            names[(*n)++] = (struct hop_name){hop_cstr(a->items[i]),
                                              (uint32_t)a->items[i].u.s->len};
    return names;
}

static bool
check_restricted(struct hop_context *cx, struct hop_call *call)
{
    struct hop_block *b = BLOCK(call->self);
    struct hop_restriction r = {.any_command = hop_is_null(call->args[0]),
                                .environment = hop_is_true(cx, call->args[2])};
    struct hop_name *commands HOP_AUTO_FREE =
        names_of(call->args[0], &r.n_commands);
    struct hop_name *variables HOP_AUTO_FREE =
        names_of(call->args[1], &r.n_variables);
    struct hop_unit *u HOP_AUTO_UNIT = NULL;
    struct hop_name text = block_text(b);

    r.commands = commands;
    r.variables = variables;
    r.any_variable = r.n_variables == 1 && variables[0].len == 1 &&
                     variables[0].text[0] == '*';
    u = hop_lang_parse(text.text, text.len, hop_unit_file(b->unit), 0);
    return language_check(RS_OF(cx), u, &r);
}

static const struct hop_property block_properties[] = {
    {"Attributes", "System.Collections.Generic.List[System.Attribute]",
     get_attributes},
    {"File", "string", get_file},
    {"IsFilter", "bool", get_is_filter},
    {"IsConfiguration", "bool", get_is_filter, NULL, HOP_PROP_HIDDEN},
    {"Module", "psmoduleinfo", get_module},
    {"StartPosition", SMA "PSToken", get_start_position},
    {"Ast", SMA "Language.Ast", get_ast},
    {"Id", "guid", get_id},
    {"DebuggerHidden", "bool", get_is_filter, NULL, HOP_PROP_HIDDEN},
    {NULL}};

static const struct hop_method block_methods[] = {
    {"System.Collections.ObjectModel.Collection[psobject] Invoke(params "
     "System.Object[] args)",
     invoke},
    {"System.Object InvokeReturnAsIs(params System.Object[] args)",
     invoke_as_is, 1},
    {"System.Collections.ObjectModel.Collection[psobject] "
     "InvokeWithContext(System.Collections.IDictionary functionsToDefine, "
     "System.Object variablesToDefine, params "
     "System.Object[] args)",
     invoke_with_context},
    {"scriptblock GetNewClosure()", new_closure},
    {"void CheckRestrictedLanguage(System.Collections.Generic.IEnumerable["
     "string] allowedCommands, System.Collections.Generic.IEnumerable[string] "
     "allowedVariables, bool allowEnvironmentVariables)",
     check_restricted},
    {SMA "SteppablePipeline GetSteppablePipeline()", steppable},
    {SMA "SteppablePipeline GetSteppablePipeline(" SMA
         "CommandOrigin commandOrigin)",
     steppable},
    {SMA "SteppablePipeline GetSteppablePipeline(" SMA
         "CommandOrigin commandOrigin, System.Object[] args)",
     steppable},
    {"static scriptblock Create(string script)", create},
    {NULL}};

const struct hop_class hop_class_scriptblock = {
    .name = SMA "ScriptBlock",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_block),
    .properties = block_properties,
    .methods = block_methods,
    .destroy = destroy_block,
    .to_string = block_to_string,
};

/* ---- $input
 * --------------------------------------------------------------------------------
 */

struct input {
    struct hop_object base;
    struct hop_array *items; /* held */
    size_t next;             /* index behind the current one */
};

static void
destroy_input(struct hop_object *o)
{
    struct input *i = (struct input *)(void *)o;

    if (i->items)
        hop_release(hop_obj(i->items));
    i->items = NULL;
}

static int
input_next(struct hop_context *cx, struct hop_iter *it, struct hop_value *out)
{
    struct input *i = (struct input *)(void *)it->source.u.o;

    if (i->next >= i->items->n)
        return 0;
    *out = hop_retain(i->items->items[i->next++]);
    return 1;
}

static bool
input_iterate(struct hop_context *cx, struct hop_value v, struct hop_iter *it)
{
    it->source = hop_retain(v);
    it->next = input_next;
    it->done = NULL;
    return true;
}

static bool
input_move(struct hop_context *cx, struct hop_call *call)
{
    struct input *i = (struct input *)(void *)call->self.u.o;

    if (i->next <= i->items->n)
        i->next++;
    call->result = hop_bool(i->next <= i->items->n);
    return true;
}

static bool
input_reset(struct hop_context *cx, struct hop_call *call)
{
    ((struct input *)(void *)call->self.u.o)->next = 0;
    return true;
}

static bool
input_current(struct hop_context *cx, struct hop_value self, intptr_t data,
              struct hop_value *out)
{
    struct input *i = (struct input *)(void *)self.u.o;

    *out = i->next && i->next <= i->items->n
               ? hop_retain(i->items->items[i->next - 1])
               : hop_null();
    return true;
}

static const struct hop_property input_properties[] = {
    {"Current", "System.Object", input_current}, {NULL}};
static const struct hop_method input_methods[] = {
    {"bool MoveNext()", input_move}, {"void Reset()", input_reset}, {NULL}};

static const struct hop_class class_input = {
    .name = "System.Collections.ArrayList+ArrayListEnumeratorSimple",
    .base = &hop_class_object,
    .flags = HOP_CLASS_ENUMERABLE,
    .kind = HOP_OBJECT,
    .size = sizeof(struct input),
    .properties = input_properties,
    .methods = input_methods,
    .destroy = destroy_input,
    .iterate = input_iterate,
};

struct hop_value input_enumerator(struct hop_runspace *rs,
                                  const struct hop_value *items, size_t n);

struct hop_value
input_enumerator(struct hop_runspace *rs, const struct hop_value *items,
                 size_t n)
{
    struct input *i = hop_object_new(&rs->cx, &class_input);

    i->items = hop_array_from(&rs->cx, items, n);
    return hop_obj(i);
}

/* ---- steppable pipelines
 * ----------------------------------------------------------------------- */

struct steps {
    struct hop_object base;
    struct hop_command **commands;
    size_t n;
    struct hop_list_sink out;
    struct hop_runspace *rs;
    struct hop_sink *real;
    bool begun;
};

/* Process and End are for one that Begin was called on. */
static bool
must_have_begun(struct hop_context *cx, const struct steps *s)
{
    return s->begun ||
           hop_throw_runtime(cx, "InvalidOperation", HOP_CAT_INVALID_OPERATION,
                             "The steppable pipeline has not begun: call its "
                             "method Begin first.");
}

static void
destroy_steps(struct hop_object *o)
{
    struct steps *s = (struct steps *)(void *)o;

    for (size_t i = 0; i < s->n; i++) {
        command_dispose(s->commands[i]);
        command_free(s->commands[i]);
    }
    free(s->commands);
    s->commands = NULL;
    s->n = 0;
    hop_list_sink_done(&s->out);
}

static enum hop_flow
steps_flush(struct steps *s, struct hop_call *call)
{
    if (s->real) {
        enum hop_flow flow = HOP_FLOW_NEXT;
        for (size_t i = 0; i < s->out.n && flow == HOP_FLOW_NEXT; i++)
            flow = hop_sink_write(s->real, s->out.items[i]);
        hop_list_sink_done(&s->out);
        return flow;
    }
    call->result = hop_list_sink_array(&s->out);
    return HOP_FLOW_NEXT;
}

static bool
steps_begin(struct hop_context *cx, struct hop_call *call)
{
    struct steps *s = (struct steps *)(void *)call->self.u.o;
    bool expects = true;
    enum hop_flow flow = HOP_FLOW_NEXT;

    s->begun = true;
    if (call->args[0].kind == HOP_BOOL)
        expects = call->args[0].u.i;
    else if (s->rs->command)
        expects = s->rs->command->expects_input;
    s->real = NULL;
    if (s->rs->frame && s->rs->frame->command &&
        (call->n > 1 || call->args[0].kind != HOP_BOOL))
        s->real = s->rs->frame->command->out;
    for (size_t i = 0; i < s->n; i++) {
        s->commands[i]->out =
            i + 1 < s->n ? &s->commands[i + 1]->input : &s->out.sink;
        s->commands[i]->expects_input = i > 0 || expects;
    }
    for (size_t i = 0; i < s->n && flow == HOP_FLOW_NEXT; i++)
        flow = command_prepare(s->commands[i]);
    for (size_t i = 0; i < s->n && flow == HOP_FLOW_NEXT; i++)
        flow = command_begin(s->commands[i]);
    if (flow == HOP_FLOW_NEXT)
        flow = steps_flush(s, call);
    if (s->real)
        call->result = hop_void();
    return flow == HOP_FLOW_NEXT;
}

static bool
steps_process(struct hop_context *cx, struct hop_call *call)
{
    struct steps *s = (struct steps *)(void *)call->self.u.o;
    bool has = call->n > 0;
    enum hop_flow flow;

    if (!must_have_begun(cx, s))
        return false;
    flow =
        command_process(s->commands[0], has ? call->args[0] : hop_null(), has);
    if (flow == HOP_FLOW_NEXT)
        flow = steps_flush(s, call);
    return flow == HOP_FLOW_NEXT;
}

static bool
steps_end(struct hop_context *cx, struct hop_call *call)
{
    struct steps *s = (struct steps *)(void *)call->self.u.o;
    enum hop_flow flow = HOP_FLOW_NEXT;

    if (!must_have_begun(cx, s))
        return false;
    for (size_t i = 0; i < s->n && flow == HOP_FLOW_NEXT; i++)
        flow = command_end(s->commands[i]);
    if (flow == HOP_FLOW_NEXT)
        flow = steps_flush(s, call);
    return flow == HOP_FLOW_NEXT;
}

static bool
steps_nothing(struct hop_context *cx, struct hop_call *call)
{
    return true;
}

static const struct hop_method steps_methods[] = {
    {"void Begin(bool expectInput)", steps_begin},
    {"void Begin(System.Object command)", steps_begin},
    {"void Begin(bool expectInput, System.Object contextToRedirectTo)",
     steps_begin},
    {"array Process(System.Object input)", steps_process},
    {"array Process()", steps_process},
    {"array End()", steps_end},
    {"void Clean()", steps_nothing},
    {"void Dispose()", steps_nothing},
    {NULL}};

const struct hop_class class_steps = {
    .name = SMA "SteppablePipeline",
    .base = &hop_class_object,
    .flags = HOP_CLASS_TRANSPARENT,
    .kind = HOP_OBJECT,
    .size = sizeof(struct steps),
    .methods = steps_methods,
    .destroy = destroy_steps,
};

static bool
steppable(struct hop_context *cx, struct hop_call *call)
{
    struct hop_runspace *rs = RS_OF(cx);
    struct hop_block *b = BLOCK(call->self);
    struct hop_ast_block *end = b->ast->blocks[HOP_BLOCK_END];
    struct steps *s;
    struct frame *f = rs->frame;

    if (!end || end->statements.n != 1 ||
        end->statements.items[0]->kind != HOP_AST_PIPELINE)
        return throw_pending(
            rs, "PSInvalidOperationException", "CanConvertOnePipeline",
            HOP_CAT_INVALID_OPERATION, hop_null(),
            "Only a script block that contains exactly one "
            "pipeline or command can be converted. Expressions "
            "or control structures are not permitted. Verify "
            "that the script block contains exactly one "
            "pipeline or command.");
    s = hop_object_new(cx, &class_steps);
    s->rs = rs;
    hop_list_sink_init(&s->out, cx);
    call->result = hop_obj(s);
    struct hop_unit *unit = f->unit;
    f->unit = b->unit;
    enum hop_flow flow = make_pipeline_commands(
        f, HOP_AST_AS(hop_ast_pipeline, end->statements.items[0]), &s->commands,
        &s->n);
    f->unit = unit;
    if (flow == HOP_FLOW_NEXT)
        return true;
    hop_value_clear(&call->result);
    return false;
}
