/* Scopes and variables.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/engine.h"

/* ---- sessions --------------------------------------------------------------
 */

struct session *
session_new(struct hop_runspace *rs)
{
    struct session *s = hop_xmalloc(sizeof(*s));

    s->rs = rs;
    s->refs = 1;
    s->top = hop_xmalloc(sizeof(*s->top));
    scope_init(s->top, rs->global ? rs->global->top : NULL, s);
    s->top->script = s->top;
    s->current = s->top;
    s->mode = rs->language_mode;
    s->next = rs->sessions;
    if (rs->sessions)
        rs->sessions->prev = s;
    rs->sessions = s;
    return s;
}

struct session *
session_ref(struct session *s)
{
    s->refs++;
    return s;
}

void
session_unref(struct session *s)
{
    if (!s || s->rs->closing || --s->refs > 0)
        return;
    if (s->prev)
        s->prev->next = s->next;
    else
        s->rs->sessions = s->next;
    if (s->next)
        s->next->prev = s->prev;
    struct session *outer = s->outer;
    scope_done(s->rs, s->top);
    free(s->top->autos);
    free(s->top);
    free(s);
    session_unref(outer);
}

/* ---- scopes -----------------------------------------------------------------
 */

void
scope_init(struct hop_scope *s, struct hop_scope *parent,
           struct session *session)
{
    memset(s, 0, sizeof(*s));
    s->parent = parent;
    s->session = session;
    s->script = parent ? parent->script : s;
    s->strict = -1;
}

void
scope_done(struct hop_runspace *rs, struct hop_scope *s)
{
    for (uint32_t i = 0; i < s->variables.n; i++) {
        struct hop_variable *v = s->variables.items[i].value;
        v->removed = true;
        hop_release(hop_obj(v));
    }
    for (uint32_t i = 0; i < s->functions.n; i++)
        hop_release(hop_obj(s->functions.items[i].value));
    for (uint32_t i = 0; i < s->aliases.n; i++)
        hop_release(hop_obj(s->aliases.items[i].value));
    if (s->functions.n || s->aliases.n || s->had_commands)
        rs->command_epoch++;
    if (rs->local_drives)
        drives_leave_scope(rs, s);
    if (s->n_removed)
        scope_forget_removed(s);
    symbol_map_done(&s->variables);
    symbol_map_done(&s->functions);
    symbol_map_done(&s->aliases);
}

struct hop_variable *
scope_own(struct hop_scope *s, const struct hop_symbol *name)
{
    return symbol_map_get(&s->variables, name);
}

struct hop_variable *
scope_find(struct hop_scope *s, const struct hop_symbol *name)
{
    for (struct hop_scope *at = s; at; at = at->parent) {
        struct hop_variable *v = symbol_map_get(&at->variables, name);
        if (v && (at == s || !(v->options & HOP_ITEM_PRIVATE)))
            return v;
    }
    return NULL;
}

static void
destroy_variable(struct hop_object *o)
{
    struct hop_variable *v = (struct hop_variable *)o;

    hop_value_clear(&v->value);
    hop_string_clear(&v->name);
    hop_string_clear(&v->description);
    attributes_unref(v->attributes);
    v->attributes = NULL;
}

#define VARIABLE(v) ((struct hop_variable *)(void *)(v).u.o)

static bool
get_name(struct hop_context *cx, struct hop_value self, intptr_t data,
         struct hop_value *out)
{
    *out = hop_str(hop_string_retain(VARIABLE(self)->name));
    return true;
}

static bool
get_value(struct hop_context *cx, struct hop_value self, intptr_t data,
          struct hop_value *out)
{
    *out = hop_variable_value(RS_OF(cx), VARIABLE(self));
    return true;
}

static bool
set_value(struct hop_context *cx, struct hop_value self, intptr_t data,
          struct hop_value v)
{
    return variable_assign(RS_OF(cx), VARIABLE(self), hop_retain(v));
}

static bool
get_description(struct hop_context *cx, struct hop_value self, intptr_t data,
                struct hop_value *out)
{
    struct hop_variable *v = VARIABLE(self);

    *out = v->description ? hop_str(hop_string_retain(v->description))
                          : hop_text("");
    return true;
}

static bool
set_description(struct hop_context *cx, struct hop_value self, intptr_t data,
                struct hop_value x)
{
    struct hop_string *s;

    if (!hop_to_string(cx, x, &s))
        return false;
    hop_string_clear(&VARIABLE(self)->description);
    VARIABLE(self)->description = s;
    return true;
}

static bool
get_options(struct hop_context *cx, struct hop_value self, intptr_t data,
            struct hop_value *out)
{
    *out = hop_enum(HOP_ENUM_SCOPED_OPTIONS, VARIABLE(self)->options);
    return true;
}

static bool
set_options(struct hop_context *cx, struct hop_value self, intptr_t data,
            struct hop_value x)
{
    VARIABLE(self)->options = (uint16_t)x.u.i;
    return true;
}

static bool
get_visibility(struct hop_context *cx, struct hop_value self, intptr_t data,
               struct hop_value *out)
{
    *out = hop_enum(HOP_ENUM_VARIABLE_ACCESS, 0);
    return true;
}

static bool
get_module(struct hop_context *cx, struct hop_value self, intptr_t data,
           struct hop_value *out)
{
    struct hop_variable *v = VARIABLE(self);

    *out = v->module ? hop_retain(hop_obj(v->module)) : hop_null();
    return true;
}

static bool
get_module_name(struct hop_context *cx, struct hop_value self, intptr_t data,
                struct hop_value *out)
{
    struct hop_variable *v = VARIABLE(self);

    *out = hop_text(v->module ? v->module->name : "");
    return true;
}

static bool
get_attributes(struct hop_context *cx, struct hop_value self, intptr_t data,
               struct hop_value *out)
{
    *out = attributes_objects(RS_OF(cx), VARIABLE(self)->attributes);
    return true;
}

static bool
construct_variable(struct hop_context *cx, struct hop_call *call)
{
    struct hop_variable *v = hop_object_new(cx, call->cls);

    v->name = hop_string_retain(call->args[0].u.s);
    v->symbol = hop_symbol_get(RS_OF(cx), v->name->data, v->name->len);
    if (call->n > 1)
        v->value = hop_retain(call->args[1]);
    if (call->n > 2)
        v->options = (uint16_t)call->args[2].u.i;
    call->result = hop_obj(v);
    return true;
}

static const struct hop_property variable_properties[] = {
    {"Name", "string", get_name},
    {"Description", "string", get_description, set_description},
    {"Value", "System.Object", get_value, set_value},
    {"Visibility", "System.Management.Automation.SessionStateEntryVisibility",
     get_visibility},
    {"Module", "psmoduleinfo", get_module},
    {"ModuleName", "string", get_module_name},
    {"Options", "System.Management.Automation.ScopedItemOptions", get_options,
     set_options},
    {"Attributes", "System.Collections.ObjectModel.Collection[System.Object]",
     get_attributes},
    {NULL}};
static const struct hop_method variable_constructors[] = {
    {"psvariable new(string name)", construct_variable},
    {"psvariable new(string name, System.Object value)", construct_variable},
    {"psvariable new(string name, System.Object value, "
     "System.Management.Automation.ScopedItemOptions options)",
     construct_variable},
    {NULL}};
static bool
is_valid_value(struct hop_context *cx, struct hop_call *call)
{
    struct hop_variable *v = VARIABLE(call->self);

    call->result =
        hop_bool(attributes_fit(RS_OF(cx), v->attributes, call->args[0]));
    return true;
}

static const struct hop_method variable_methods[] = {
    {"bool IsValidValue(System.Object value)", is_valid_value}, {NULL}};

const struct hop_class hop_class_psvariable = {
    .name = "System.Management.Automation.PSVariable",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_variable),
    .properties = variable_properties,
    .methods = variable_methods,
    .constructors = variable_constructors,
    .destroy = destroy_variable,
};

struct hop_variable *
scope_define(struct hop_runspace *rs, struct hop_scope *s,
             struct hop_symbol *name)
{
    struct hop_variable *v = hop_object_new(&rs->cx, &hop_class_psvariable);

    v->symbol = name;
    v->name = hop_string_new(name->name, name->len);
    v->module = s->session->module;
    symbol_map_set(&s->variables, name, v);
    return v;
}

void
scope_remove(struct hop_scope *s, struct hop_variable *v)
{
    if (symbol_map_remove(&s->variables, v->symbol) != v)
        return;
    v->removed = true;
    s->removed = hop_xrealloc(s->removed, s->n_removed + 1,
                              sizeof(struct hop_variable *));
    s->removed[s->n_removed++] = v;
}

void
scope_forget_removed(struct hop_scope *s)
{
    for (uint32_t i = 0; i < s->n_removed; i++)
        hop_release(hop_obj(s->removed[i]));
    free(s->removed);
    s->removed = NULL;
    s->n_removed = 0;
}

void
scope_put(struct hop_runspace *rs, struct hop_scope *s, const char *name,
          struct hop_value x)
{
    struct hop_symbol *symbol = hop_symbol_get(rs, name, strlen(name));
    struct hop_variable *v = scope_own(s, symbol);

    if (!v)
        v = scope_define(rs, s, symbol);
    hop_value_set(&v->value, x);
}

static bool
not_writable(struct hop_runspace *rs, struct hop_variable *v, const char *id,
             const char *text)
{
    return throw_pending(rs, "SessionStateUnauthorizedAccessException", id,
                         HOP_CAT_WRITE_ERROR, hop_str(v->name),
                         "Cannot overwrite variable %s %s", v->name->data,
                         text);
}

static bool
check_writable(struct hop_runspace *rs, struct hop_variable *v)
{
    if (!(v->options & (HOP_ITEM_READONLY | HOP_ITEM_CONSTANT)))
        return true;
    return not_writable(rs, v, "VariableNotWritable",
                        "because it is read-only or constant.");
}

bool
variable_assign(struct hop_runspace *rs, struct hop_variable *v,
                struct hop_value x)
{
    if (!check_writable(rs, v)) {
        hop_release(x);
        return false;
    }
    if (v->attributes &&
        !attributes_apply(rs, v->attributes, v->name->data, false, &x)) {
        hop_release(x);
        return false;
    }
    if (v->set) {
        bool ok = v->set(rs, x);
        hop_release(x);
        return ok;
    }
    hop_value_set(&v->value, x);
    return true;
}

/* $MyInvocation where neither a script nor a function runs, only text that a
 * command was given: it tells where that begins. */
static struct hop_value *
bare_invocation(struct hop_runspace *rs)
{
    struct frame *f = rs->frame;
    struct hop_ast_block *b =
        f && f->unit ? hop_unit_root(f->unit)->blocks[HOP_BLOCK_END] : NULL;

    if (!b || !b->statements.n)
        return NULL;
    hop_value_set(&rs->bare,
                  invocation_new(rs, NULL, f, b->statements.items[0]));
    return &rs->bare;
}

struct hop_value *
automatic_find(struct hop_runspace *rs, struct hop_scope *s, enum automatic a)
{
    for (struct hop_scope *at = s; at; at = at->parent)
        for (struct autos *o = at->autos; o; o = o->outer) {
            if (o->has & (1u << a))
                return &o->v[a];
            if (!(o->lazy & (1u << a)))
                continue;
            if (a == AUTO_INVOCATION)
                o->v[a] = hop_command_invocation(o->command);
            else if (a == AUTO_BOUND)
                o->v[a] = hop_retain(bound_dictionary(o->command));
            else
                continue;
            o->has |= 1u << a;
            return &o->v[a];
        }
    return a == AUTO_INVOCATION ? bare_invocation(rs) : NULL;
}

int
scope_strict(const struct hop_scope *s)
{
    for (; s; s = s->parent)
        if (s->strict >= 0)
            return s->strict;
    return 0;
}

/* ---- by name
 * ------------------------------------------------------------------ */

static struct hop_scope *
scope_up(struct hop_runspace *rs, int64_t n, const char *name)
{
    struct hop_scope *s = rs->session->current;

    while (s && n-- > 0)
        s = s->parent;
    if (!s)
        throw_pending(rs, "PSArgumentOutOfRangeException", "ArgumentOutOfRange",
                      HOP_CAT_INVALID_ARGUMENT, hop_null(),
                      "The scope number '%s' exceeds the number of active "
                      "scopes. (Parameter 'Scope')\nActual value was %s.",
                      name, name);
    return s;
}

struct hop_scope *
scope_by_name(struct hop_runspace *rs, const char *name, bool *is_private)
{
    char *end;

    if (is_private)
        *is_private = false;
    if (!name || !*name || hop_ascii_ieq(name, "local"))
        return rs->session->current;
    if (hop_ascii_ieq(name, "private")) {
        if (is_private)
            *is_private = true;
        return rs->session->current;
    }
    if (hop_ascii_ieq(name, "script"))
        return rs->session->current->script;
    if (hop_ascii_ieq(name, "global"))
        return rs->global->top;
    long n = strtol(name, &end, 10);
    if (*end == 0 && n >= 0)
        return scope_up(rs, n, name);
    throw_pending(rs, "PSArgumentException", "Argument",
                  HOP_CAT_INVALID_ARGUMENT, hop_null(),
                  "Cannot process argument because the value of parameter "
                  "\"Scope\" is not valid. Valid values are \"Global\", "
                  "\"Local\", or \"Script\", or a number relative to the "
                  "current scope (0 through the number of scopes where 0 is "
                  "the current scope and 1 is its parent). Change the value of "
                  "the \"Scope\" parameter and run the operation again.");
    return NULL;
}

/* Splits "global:x" into scope and name; the scope is given back in a small
 * buffer. */
static const char *
split_name(const char *name, char scope[16])
{
    static const char *const scopes[] = {"global", "local", "script", "private",
                                         "variable"};
    const char *colon = strchr(name, ':');

    scope[0] = 0;
    if (!colon || colon - name >= 15)
        return name;
    for (size_t i = 0; i < HOP_ARRAY_SIZE(scopes); i++)
        if (strlen(scopes[i]) == (size_t)(colon - name) &&
            hop_ascii_ieqn(name, scopes[i], (size_t)(colon - name))) {
            if (i < 4)
                snprintf(scope, 16, "%s", scopes[i]);
            return colon + 1;
        }
    return name;
}

struct hop_variable *
hop_variable_find(struct hop_runspace *rs, const char *name, const char *scope,
                  bool *ok)
{
    char prefix[16];
    const char *bare = split_name(name, prefix);
    struct hop_symbol *symbol = hop_symbol_get(rs, bare, strlen(bare));
    struct hop_scope *s;

    *ok = true;
    if (prefix[0] && (!scope || !*scope))
        scope = prefix;
    s = scope_by_name(rs, scope, NULL);
    if (!s) {
        *ok = false;
        return NULL;
    }
    if (scope && *scope) {
        struct hop_variable *own = scope_own(s, symbol);
        if (own || !symbol->automatic)
            return own;
    }
    struct hop_value *x = symbol->automatic && symbol->automatic < AUTO_COUNT
                              ? automatic_find(rs, s, symbol->automatic)
                              : NULL;
    if (!x)
        return scope_find(s, symbol);
    /* The object stands for what the scope has now. */
    struct hop_variable *v = scope_own(rs->session->current, symbol);
    if (!v)
        v = scope_define(rs, rs->session->current, symbol);
    hop_value_set(&v->value, hop_retain(*x));
    return v;
}

struct hop_value
hop_variable_get(struct hop_runspace *rs, const char *name)
{
    bool ok;
    struct hop_variable *v = hop_variable_find(rs, name, NULL, &ok);

    if (!ok)
        hop_drop_exception(&rs->cx);
    return v ? hop_variable_value(rs, v) : hop_null();
}

bool
hop_variable_set(struct hop_runspace *rs, const char *name, const char *scope,
                 struct hop_value v)
{
    struct hop_variable_spec spec = {
        .name = name, .scope = scope, .value = v, .keep_options = true};

    return hop_variable_define(rs, &spec, NULL);
}

static bool
already_there(struct hop_runspace *rs, const char *name)
{
    struct hop_value target HOP_AUTO_VALUE = hop_text(name);

    return throw_pending(rs, "SessionStateException", "VariableAlreadyExists",
                         HOP_CAT_RESOURCE_EXISTS, target,
                         "A variable with name '%s' already exists.", name);
}

static bool
redefine(struct hop_runspace *rs, const struct hop_variable_spec *spec,
         struct hop_variable *v)
{
    unsigned saved = v->options;

    if (spec->must_be_new && !spec->force)
        return already_there(rs, v->name->data);
    if ((saved & HOP_ITEM_CONSTANT) ||
        ((saved & HOP_ITEM_READONLY) && !spec->force))
        return check_writable(rs, v);
    v->options &= (uint16_t)~HOP_ITEM_READONLY;
    if (spec->must_be_new) {
        attributes_unref(v->attributes);
        v->attributes = NULL;
    }
    if (!variable_assign(rs, v, hop_retain(spec->value))) {
        v->options = (uint16_t)saved;
        return false;
    }
    v->options = (uint16_t)(spec->keep_options ? saved : spec->options);
    return true;
}

bool
hop_variable_define(struct hop_runspace *rs,
                    const struct hop_variable_spec *spec,
                    struct hop_variable **made)
{
    char prefix[16];
    const char *bare = split_name(spec->name, prefix);
    const char *where = prefix[0] ? prefix : spec->scope;
    struct hop_symbol *symbol = hop_symbol_get(rs, bare, strlen(bare));
    bool is_private;
    struct hop_scope *s = scope_by_name(rs, where, &is_private);

    if (!s)
        return false;
    if (spec->options & HOP_ITEM_ALLSCOPE &&
        rs->language_mode == HOP_LANGUAGE_CONSTRAINED)
        return throw_pending(rs, "PSNotSupportedException", "NotSupported",
                             HOP_CAT_NOT_IMPLEMENTED, hop_null(),
                             "Specified method is not supported.");
    struct hop_variable *v = scope_own(s, symbol);
    struct hop_variable *outer = v ? v : scope_find(s, symbol);
    if (!v && outer && (outer->options & HOP_ITEM_ALLSCOPE))
        v = outer;
    if (symbol->automatic && symbol->automatic < AUTO_COUNT && !v) {
        struct hop_value *x = automatic_find(rs, s, symbol->automatic);
        if (x && s->autos) {
            hop_value_set(x, hop_retain(spec->value));
            return true;
        }
    }
    if (v) {
        if (!redefine(rs, spec, v))
            return false;
    } else {
        v = scope_define(rs, s, symbol);
        hop_string_clear(&v->name);
        v->name = hop_string_from(bare);
        v->value = hop_retain(spec->value);
        v->options = (uint16_t)(spec->options & 15);
    }
    if (is_private || spec->is_private)
        v->options |= HOP_ITEM_PRIVATE;
    if (spec->description) {
        hop_string_clear(&v->description);
        v->description = hop_string_from(spec->description);
    }
    if (made)
        *made = v;
    return true;
}

bool
hop_variable_remove(struct hop_runspace *rs, const char *name,
                    const char *scope, bool force)
{
    bool ok;
    struct hop_variable *v = hop_variable_find(rs, name, scope, &ok);

    if (!ok)
        return false;
    if (!v) {
        struct hop_value target HOP_AUTO_VALUE = hop_text(name);
        return throw_pending(rs, "ItemNotFoundException", "VariableNotFound",
                             HOP_CAT_OBJECT_NOT_FOUND, target,
                             "Cannot find a variable with the name '%s'.",
                             name);
    }
    if ((v->options & HOP_ITEM_CONSTANT) ||
        ((v->options & HOP_ITEM_READONLY) && !force))
        return throw_pending(
            rs, "SessionStateUnauthorizedAccessException",
            "VariableNotRemovable", HOP_CAT_WRITE_ERROR, hop_str(v->name),
            "Cannot remove variable %s because it is constant or read-only. "
            "If the variable is read-only, try the operation again specifying "
            "the Force option.",
            v->name->data);
    for (struct hop_scope *s = rs->session->current; s; s = s->parent)
        if (scope_own(s, v->symbol) == v) {
            scope_remove(s, v);
            return true;
        }
    scope_remove(rs->global->top, v);
    return true;
}

const char *
hop_variable_name(const struct hop_variable *v)
{
    return v->name->data;
}

struct hop_value
hop_variable_value(struct hop_runspace *rs, struct hop_variable *v)
{
    return v->get ? v->get(rs) : hop_retain(v->value);
}

unsigned
hop_variable_options(const struct hop_variable *v)
{
    return v->options;
}

struct hop_value
hop_variable_object(struct hop_variable *v)
{
    return hop_retain(hop_obj(v));
}

void
hop_variable_each(struct hop_runspace *rs, const char *scope,
                  bool (*fn)(void *ctx, struct hop_variable *v), void *ctx)
{
    struct hop_scope *s = scope_by_name(rs, scope, NULL);
    struct symbol_map seen = {0};

    hop_drop_exception(&rs->cx);
    for (struct hop_scope *at = s; at; at = at->parent) {
        for (uint32_t i = 0; i < at->variables.n; i++) {
            struct hop_variable *v = at->variables.items[i].value;
            if (symbol_map_get(&seen, v->symbol) ||
                (at != s && (v->options & HOP_ITEM_PRIVATE)))
                continue;
            symbol_map_set(&seen, v->symbol, v);
            hop_retain(hop_obj(v));
            bool more = fn(ctx, v);
            hop_release(hop_obj(v));
            if (!more) {
                symbol_map_done(&seen);
                return;
            }
        }
        if (scope && *scope)
            break;
    }
    symbol_map_done(&seen);
}
