/* Runspace, RunspaceFactory, InitialSessionState, RunspacePool.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/module.h"
#include "engine/def.h"
#include "engine/powershell.h"

#include "base/guid.h"

#define RUN SMA "Runspaces."

struct hop_value
fresh_guid(struct hop_runspace *rs)
{
    struct hop_guid g;
    char text[HOP_GUID_TEXT];
    struct hop_value out = hop_null();

    hop_guid_new(&g);
    hop_guid_format(&g, false, text);
    struct hop_value s HOP_AUTO_VALUE = hop_text(text);
    if (!hop_convert(&rs->cx, s, &hop_class_guid, &out))
        hop_drop_exception(&rs->cx);
    return out;
}

static bool
bad_state(struct hop_context *cx, const char *text)
{
    return hop_throw(cx, &hop_exception_invalid_operation, "%s", text);
}

/* ---- InitialSessionState
 * ------------------------------------------------------------- */

enum { ISS_VARIABLES, ISS_COMMANDS, ISS_MODULES, ISS_SCRIPTS, ISS_LISTS };

struct initial_state {
    struct hop_object base;
    enum hop_language_mode mode;
    bool empty; /* Create(): only the commands listed */
    struct hop_value list[ISS_LISTS];
    struct hop_value thread_options, apartment, policy;
};
#define ISS(v) ((struct initial_state *)(void *)(v).u.o)

static void
destroy_initial(struct hop_object *o)
{
    struct initial_state *s = (struct initial_state *)(void *)o;

    for (int i = 0; i < ISS_LISTS; i++)
        hop_value_clear(&s->list[i]);
    hop_value_clear(&s->thread_options);
    hop_value_clear(&s->apartment);
    hop_value_clear(&s->policy);
}

static struct hop_array *
entries_new(struct hop_context *cx)
{
    const struct hop_class *of = &hop_class_object;

    return hop_array_new_of(
        cx, hop_types_generic(cx, &hop_class_collection, &of, 1), 0);
}

METHOD(initial_create)
{
    struct initial_state *s = hop_object_new(cx, &class_initial_state);

    s->empty = call->data;
    s->mode = call->data ? HOP_LANGUAGE_NONE : HOP_LANGUAGE_FULL;
    for (int i = 0; i < ISS_LISTS; i++)
        s->list[i] = hop_obj(entries_new(cx));
    s->thread_options = hop_text("Default");
    s->apartment = hop_text("Unknown");
    s->policy = hop_text("Unrestricted");
    call->result = hop_obj(s);
    return true;
}

GETTER(initial_list)
{
    *out = hop_retain(ISS(self)->list[data]);
    return true;
}

GETTER(initial_mode)
{
    *out = hop_enum(HOP_ENUM_LANGUAGE_MODE, ISS(self)->mode);
    return true;
}

SETTER(initial_set_mode)
{
    ISS(self)->mode = (enum hop_language_mode)v.u.i;
    return true;
}

static struct hop_value *
initial_field(struct hop_value self, intptr_t data)
{
    return data == 0   ? &ISS(self)->thread_options
           : data == 1 ? &ISS(self)->apartment
                       : &ISS(self)->policy;
}

GETTER(initial_get)
{
    *out = hop_retain(*initial_field(self, data));
    return true;
}

SETTER(initial_set)
{
    hop_value_set(initial_field(self, data), hop_retain(v));
    return true;
}

METHOD(initial_import)
{
    struct hop_array *names = hop_as_array(call->args[0]);

    for (size_t i = 0; names && i < names->n; i++)
        hop_array_push(hop_as_array(ISS(call->self)->list[ISS_MODULES]),
                       hop_retain(names->items[i]));
    return true;
}

METHOD(initial_clone)
{
    struct initial_state *from = ISS(call->self), *s;

    s = hop_object_new(cx, &class_initial_state);
    s->mode = from->mode;
    s->empty = from->empty;
    for (int i = 0; i < ISS_LISTS; i++) {
        struct hop_array *a = hop_as_array(from->list[i]);
        s->list[i] = hop_obj(entries_new(cx));
        for (size_t k = 0; k < a->n; k++)
            hop_array_push(hop_as_array(s->list[i]), hop_retain(a->items[k]));
    }
    for (intptr_t i = 0; i < 3; i++)
        *initial_field(hop_obj(s), i) =
            hop_retain(*initial_field(call->self, i));
    call->result = hop_obj(s);
    return true;
}

static const struct hop_property initial_properties[] = {
    {"LanguageMode", SMA "PSLanguageMode", initial_mode, initial_set_mode},
    {"Commands", "System.Object", initial_list, NULL, 0, ISS_COMMANDS},
    {"Variables", "System.Object", initial_list, NULL, 0, ISS_VARIABLES},
    {"Modules", "System.Object", initial_list, NULL, 0, ISS_MODULES},
    {"StartupScripts", "System.Object", initial_list, NULL, 0, ISS_SCRIPTS},
    {"ThreadOptions", "System.Object", initial_get, initial_set, 0, 0},
    {"ApartmentState", "System.Object", initial_get, initial_set, 0, 1},
    {"ExecutionPolicy", "System.Object", initial_get, initial_set, 0, 2},
    {NULL}};
static const struct hop_method initial_methods[] = {
    {"static " RUN "InitialSessionState CreateDefault()", initial_create, 0},
    {"static " RUN "InitialSessionState CreateDefault2()", initial_create, 0},
    {"static " RUN "InitialSessionState Create()", initial_create, 1},
    {RUN "InitialSessionState Clone()", initial_clone},
    {"void ImportPSModule(string[] name)", initial_import},
    {NULL}};
const struct hop_class class_initial_state = {
    .name = RUN "InitialSessionState",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct initial_state),
    .properties = initial_properties,
    .methods = initial_methods,
    .destroy = destroy_initial,
};

/* ---- its entries: a kind, a name, a value
 * ------------------------------------------------- */

enum entry_kind {
    ENTRY_VARIABLE,
    ENTRY_FUNCTION,
    ENTRY_CMDLET,
    ENTRY_ALIAS,
    ENTRY_APPLICATION,
    ENTRY_KINDS
};
enum {
    EN_NAME,
    EN_VALUE,
    EN_DESCRIPTION,
    EN_OPTIONS,
    EN_VISIBILITY,
    EN_FIELDS
};

static const struct hop_class class_entries[ENTRY_KINDS];

METHOD(entry_new)
{
    struct bag *b = bag_new(RS_OF(cx), &class_entries[call->data]);

    for (size_t i = 0; i < call->n && i < EN_VISIBILITY; i++)
        b->v[i] = hop_retain(call->args[i]);
    if (call->n < 4)
        b->v[EN_OPTIONS] = hop_enum(HOP_ENUM_SCOPED_OPTIONS, 0);
    b->v[EN_VISIBILITY] = hop_text("Public");
    call->result = hop_obj(b);
    return true;
}

#define ENTRY_PROPERTIES(value)                                                \
    {                                                                          \
        BAG_RO("Name", "string", EN_NAME),                                     \
            BAG_RO(value, "System.Object", EN_VALUE),                          \
            BAG_RO("Description", "string", EN_DESCRIPTION),                   \
            BAG_RO("Options", SMA "ScopedItemOptions", EN_OPTIONS),            \
            BAG_RW("Visibility", "System.Object", EN_VISIBILITY),              \
        {                                                                      \
            NULL                                                               \
        }                                                                      \
    }
static const struct hop_property variable_entry[] = ENTRY_PROPERTIES("Value");
static const struct hop_property defined_entry[] =
    ENTRY_PROPERTIES("Definition");
static const struct hop_property cmdlet_entry[] =
    ENTRY_PROPERTIES("ImplementingType");

#define V RUN "SessionStateVariableEntry new(string name, System.Object value, "
static const struct hop_method new_variable[] = {
    {V "string description)", entry_new, ENTRY_VARIABLE},
    {V "string description, " SMA "ScopedItemOptions options)", entry_new,
     ENTRY_VARIABLE},
    {NULL}};
#define F RUN "SessionStateFunctionEntry new(string name, string definition"
static const struct hop_method new_function[] = {
    {F ")", entry_new, ENTRY_FUNCTION},
    {F ", string helpFile)", entry_new, ENTRY_FUNCTION},
    {NULL}};
static const struct hop_method new_cmdlet[] = {
    {RUN "SessionStateCmdletEntry new(string name, System.Object "
         "implementingType, string helpFileName)",
     entry_new, ENTRY_CMDLET},
    {NULL}};
#define A RUN "SessionStateAliasEntry new(string name, string definition"
static const struct hop_method new_alias[] = {
    {A ")", entry_new, ENTRY_ALIAS},
    {A ", string description)", entry_new, ENTRY_ALIAS},
    {NULL}};
static const struct hop_method new_application[] = {
    {RUN "SessionStateApplicationEntry new(string path)", entry_new,
     ENTRY_APPLICATION},
    {NULL}};

#define ENTRY_CLASS(at, text, props, ctors)                                    \
    [at] = {.name = RUN text,                                                  \
            .base = &hop_class_object,                                         \
            .kind = HOP_OBJECT,                                                \
            .size = BAG_SIZE(EN_FIELDS),                                       \
            .properties = props,                                               \
            .constructors = ctors,                                             \
            .destroy = bag_destroy}
static const struct hop_class class_entries[ENTRY_KINDS] = {
    ENTRY_CLASS(ENTRY_VARIABLE, "SessionStateVariableEntry", variable_entry,
                new_variable),
    ENTRY_CLASS(ENTRY_FUNCTION, "SessionStateFunctionEntry", defined_entry,
                new_function),
    ENTRY_CLASS(ENTRY_CMDLET, "SessionStateCmdletEntry", cmdlet_entry,
                new_cmdlet),
    ENTRY_CLASS(ENTRY_ALIAS, "SessionStateAliasEntry", defined_entry,
                new_alias),
    ENTRY_CLASS(ENTRY_APPLICATION, "SessionStateApplicationEntry", cmdlet_entry,
                new_application),
};

/* ---- opening with it
 * ----------------------------------------------------------------- */

static enum entry_kind
kind_of(struct hop_value v)
{
    for (int i = 0; i < ENTRY_KINDS; i++)
        if (hop_is_exactly(hop_value_base(v), &class_entries[i]))
            return (enum entry_kind)i;
    return ENTRY_KINDS;
}

static bool
apply_entry(struct hop_runspace *rs, struct hop_value entry)
{
    enum entry_kind kind = kind_of(entry);
    struct hop_value *v;
    struct hop_value block HOP_AUTO_VALUE = hop_null();
    const char *name;

    if (kind == ENTRY_KINDS)
        return true;
    v = ((struct bag *)(void *)hop_value_base(entry).u.o)->v;
    name = hop_cstr(v[EN_NAME]);
    switch (kind) {
    case ENTRY_VARIABLE: {
        struct hop_variable_spec spec = {.name = name,
                                         .value = v[EN_VALUE],
                                         .description =
                                             hop_is_string(v[EN_DESCRIPTION])
                                                 ? hop_cstr(v[EN_DESCRIPTION])
                                                 : NULL,
                                         .options = (unsigned)v[EN_OPTIONS].u.i,
                                         .force = true};
        return hop_variable_define(rs, &spec, NULL);
    }
    case ENTRY_FUNCTION:
        return hop_scriptblock_create(rs, hop_cstr(v[EN_VALUE]),
                                      v[EN_VALUE].u.s->len, &block) &&
               hop_function_set(rs, name, NULL, block, HOP_ITEM_UNSPECIFIED);
    case ENTRY_ALIAS: {
        struct hop_alias_spec spec = {
            .name = name, .definition = hop_cstr(v[EN_VALUE]), .force = true};
        return hop_alias_set(rs, &spec);
    }
    default: return true;
    }
}

/* Create(): nothing is there but what the state lists. */
static void
keep_listed(struct hop_runspace *rs, struct initial_state *s)
{
    struct hop_array *a = hop_as_array(s->list[ISS_COMMANDS]);
    struct hop_scope *top = rs->global->top;

    while (top->aliases.n)
        hop_release(hop_obj(
            symbol_map_remove(&top->aliases, top->aliases.items[0].key)));
    while (top->functions.n)
        hop_release(hop_obj(
            symbol_map_remove(&top->functions, top->functions.items[0].key)));
    rs->listed = hop_obj(hop_hashtable_new(&rs->cx));
    for (size_t i = 0; i < a->n; i++) {
        enum entry_kind kind = kind_of(a->items[i]);
        struct bag *b;
        if (kind != ENTRY_CMDLET && kind != ENTRY_APPLICATION)
            continue;
        b = (struct bag *)(void *)hop_value_base(a->items[i]).u.o;
        hop_dict_set(hop_as_dict(rs->listed), b->v[EN_NAME], hop_bool(true));
    }
    rs->command_epoch++;
}

static bool
apply_initial(struct hop_runspace *rs, struct initial_state *s)
{
    static const int order[] = {ISS_VARIABLES, ISS_COMMANDS};
    struct hop_array *modules = hop_as_array(s->list[ISS_MODULES]);
    bool ok = true;

    if (s->empty)
        keep_listed(rs, s);
    for (size_t k = 0; k < HOP_ARRAY_SIZE(order); k++) {
        struct hop_array *a = hop_as_array(s->list[order[k]]);
        for (size_t i = 0; ok && i < a->n; i++)
            ok = apply_entry(rs, a->items[i]);
    }
    for (size_t i = 0; ok && i < modules->n; i++) {
        struct hop_value made HOP_AUTO_VALUE = hop_null();
        struct import import = {.name = hop_is_string(modules->items[i])
                                            ? hop_cstr(modules->items[i])
                                            : "",
                                .global = true};
        ok = module_import(rs, &import, &made);
    }
    return ok;
}

/* ---- Runspace
 * ------------------------------------------------------------------------ */

#define RUNSPACE(v) ((struct local_runspace *)(void *)hop_value_base(v).u.o)

struct local_runspace *
as_local_runspace(struct hop_value v)
{
    return hop_value_is(v, &class_runspace) ? RUNSPACE(v) : NULL;
}

static void
destroy_runspace(struct hop_object *o)
{
    struct local_runspace *r = (struct local_runspace *)(void *)o;

    if (r->space && !r->rs->closing)
        local_runspace_close(r);
    hop_value_clear(&r->name);
    hop_value_clear(&r->instance);
    hop_value_clear(&r->initial);
    hop_value_clear(&r->thread_options);
}

struct local_runspace *
local_runspace_new(struct hop_runspace *rs, struct hop_value initial,
                   bool has_host)
{
    struct local_runspace *r = hop_object_new(&rs->cx, &class_local_runspace);

    r->rs = rs;
    r->id = (int32_t)++rs->runspace_ids + 1;
    r->name = hop_str(hop_string_format("Runspace%d", r->id));
    r->instance = fresh_guid(rs);
    r->initial = hop_retain(initial);
    r->has_host = has_host;
    r->thread_options = hop_text("Default");
    return r;
}

bool
local_runspace_open(struct local_runspace *r)
{
    struct hop_runspace *rs = r->rs;
    struct initial_state *s =
        r->initial.kind == HOP_OBJECT ? ISS(r->initial) : NULL;
    struct hop_space_visit visit;
    struct hop_value failed = hop_null();

    if (r->state != RUNSPACE_BEFORE_OPEN)
        return bad_state(&rs->cx, "Cannot open the runspace because it is not "
                                  "in the BeforeOpen state.");
    r->space =
        hop_space_new(rs, r->has_host ? rs->host : NULL, HOP_LANGUAGE_FULL);
    r->state = RUNSPACE_OPENED;
    if (!s)
        return true;
    hop_space_enter(rs, r->space, &visit);
    if (!apply_initial(rs, s))
        failed = hop_take_exception(&rs->cx);
    hop_runspace_set_language_mode(rs, s->mode);
    hop_space_leave(rs, &visit);
    if (failed.kind == HOP_NULL)
        return true;
    local_runspace_close(r);
    r->state = RUNSPACE_BROKEN;
    return hop_throw_value(&rs->cx, failed);
}

void
local_runspace_close(struct local_runspace *r)
{
    struct hop_space *s = r->space;

    r->space = NULL;
    r->state = RUNSPACE_CLOSED;
    if (s && !hop_space_is_busy(s))
        hop_space_free(r->rs, s);
}

METHOD(runspace_open)
{
    return local_runspace_open(RUNSPACE(call->self));
}

METHOD(runspace_close)
{
    local_runspace_close(RUNSPACE(call->self));
    return true;
}

METHOD(runspace_reset)
{
    struct local_runspace *r = RUNSPACE(call->self);

    if (!r->space || hop_space_is_busy(r->space))
        return bad_state(cx, "The runspace cannot be reset now: it is not open "
                             "or something runs in it.");
    hop_space_reset(cx->runspace, r->space);
    return true;
}

/* The one the program runs in is not told from the first one. */
GETTER(runspace_default)
{
    struct hop_runspace *rs = RS_OF(cx);
    struct local_runspace *r = hop_object_new(cx, &class_local_runspace);

    r->rs = rs;
    r->is_first = true;
    r->state = RUNSPACE_OPENED;
    r->id = 1;
    r->name = hop_text("Runspace1");
    r->instance = fresh_guid(rs);
    r->thread_options = hop_text("Default");
    *out = hop_obj(r);
    return true;
}

enum {
    RS_ID,
    RS_NAME,
    RS_INSTANCE,
    RS_STATE,
    RS_AVAILABILITY,
    RS_INITIAL,
    RS_PROXY,
    RS_NULL
};

static const struct hop_class class_state_info, class_proxy;

GETTER(runspace_get)
{
    struct local_runspace *r = RUNSPACE(self);
    struct bag *b;

    switch (data) {
    case RS_ID: *out = hop_int(r->id); break;
    case RS_NAME: *out = hop_retain(r->name); break;
    case RS_INSTANCE: *out = hop_retain(r->instance); break;
    case RS_INITIAL: *out = hop_retain(r->initial); break;
    case RS_STATE:
        b = bag_new(RS_OF(cx), &class_state_info);
        b->v[0] = hop_enum(HOP_ENUM_RUNSPACE_STATE, (int64_t)r->state);
        *out = hop_obj(b);
        break;
    case RS_AVAILABILITY:
        *out = hop_enum(HOP_ENUM_RUNSPACE_AVAILABILITY,
                        r->state != RUNSPACE_OPENED               ? 0
                        : r->is_first                             ? 3
                        : r->space && hop_space_is_busy(r->space) ? 3
                                                                  : 1);
        break;
    case RS_PROXY:
        b = bag_new(RS_OF(cx), &class_proxy);
        b->v[0] = hop_retain(self);
        *out = hop_obj(b);
        break;
    default: *out = hop_null(); break;
    }
    return true;
}

SETTER(runspace_set_name)
{
    hop_value_set(&RUNSPACE(self)->name, hop_retain(v));
    return true;
}

GETTER(runspace_options)
{
    *out = hop_retain(RUNSPACE(self)->thread_options);
    return true;
}

SETTER(runspace_set_options)
{
    hop_value_set(&RUNSPACE(self)->thread_options, hop_retain(v));
    return true;
}

static const struct hop_property runspace_properties[] = {
    {"ApartmentState", "System.Object", runspace_options, runspace_set_options},
    {"ThreadOptions", "System.Object", runspace_options, runspace_set_options},
    {"InitialSessionState", RUN "InitialSessionState", runspace_get, NULL, 0,
     RS_INITIAL},
    {"InstanceId", "guid", runspace_get, NULL, 0, RS_INSTANCE},
    {"Id", "int", runspace_get, NULL, 0, RS_ID},
    {"Name", "string", runspace_get, runspace_set_name, 0, RS_NAME},
    {"RunspaceStateInfo", RUN "RunspaceStateInfo", runspace_get, NULL, 0,
     RS_STATE},
    {"RunspaceAvailability", RUN "RunspaceAvailability", runspace_get, NULL, 0,
     RS_AVAILABILITY},
    {"SessionStateProxy", RUN "SessionStateProxy", runspace_get, NULL, 0,
     RS_PROXY},
    {"ConnectionInfo", "System.Object", runspace_get, NULL, 0, RS_NULL},
    {NULL}};
static const struct hop_property runspace_static[] = {
    {"DefaultRunspace", RUN "Runspace", runspace_default, NULL,
     HOP_PROP_STATIC},
    {NULL}};
static const struct hop_method runspace_methods[] = {
    {"void Open()", runspace_open},
    {"void OpenAsync()", runspace_open},
    {"void Close()", runspace_close},
    {"void CloseAsync()", runspace_close},
    {"void Dispose()", runspace_close},
    {"void ResetRunspaceState()", runspace_reset},
    {NULL}};
const struct hop_class class_runspace = {
    .name = RUN "Runspace",
    .base = &hop_class_object,
    .flags = HOP_CLASS_ABSTRACT,
    .kind = HOP_OBJECT,
    .size = sizeof(struct local_runspace),
    .properties = runspace_static,
    .destroy = destroy_runspace,
};
const struct hop_class class_local_runspace = {
    .name = RUN "LocalRunspace",
    .base = &class_runspace,
    .kind = HOP_OBJECT,
    .size = sizeof(struct local_runspace),
    .properties = runspace_properties,
    .methods = runspace_methods,
    .destroy = destroy_runspace,
};

static const struct hop_property state_info_properties[] = {
    BAG_RO("State", RUN "RunspaceState", 0),
    BAG_RO("Reason", "System.Exception", 1),
    {NULL}};

static bool
state_info_text(struct hop_context *cx, struct hop_value v,
                struct hop_string **out)
{
    return hop_to_string(cx, ((struct bag *)(void *)v.u.o)->v[0], out);
}

static const struct hop_class class_state_info = {
    .name = RUN "RunspaceStateInfo",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = BAG_SIZE(2),
    .properties = state_info_properties,
    .destroy = bag_destroy,
    .to_string = state_info_text,
};

/* ---- SessionStateProxy
 * --------------------------------------------------------------- */

static struct local_runspace *
proxied(struct hop_context *cx, struct hop_value self)
{
    struct local_runspace *r = RUNSPACE(((struct bag *)(void *)self.u.o)->v[0]);

    if (r->space || r->is_first)
        return r;
    bad_state(cx, "The session state of a runspace that is not open cannot be "
                  "used.");
    return NULL;
}

METHOD(proxy_set)
{
    struct hop_runspace *rs = RS_OF(cx);
    struct local_runspace *r = proxied(cx, call->self);
    struct hop_space_visit visit;
    struct hop_value failed = hop_null();
    bool ok;

    if (!r)
        return false;
    if (r->is_first)
        return hop_variable_set(rs, hop_cstr(call->args[0]), "Global",
                                call->args[1]);
    hop_space_enter(rs, r->space, &visit);
    ok = hop_variable_set(rs, hop_cstr(call->args[0]), "Global", call->args[1]);
    if (!ok)
        failed = hop_take_exception(cx);
    hop_space_leave(rs, &visit);
    return ok || hop_throw_value(cx, failed);
}

METHOD(proxy_get)
{
    struct hop_runspace *rs = RS_OF(cx);
    struct local_runspace *r = proxied(cx, call->self);
    struct hop_space_visit visit;

    if (!r)
        return false;
    if (r->is_first) {
        call->result = hop_variable_get(rs, hop_cstr(call->args[0]));
        return true;
    }
    hop_space_enter(rs, r->space, &visit);
    call->result = hop_variable_get(rs, hop_cstr(call->args[0]));
    hop_space_leave(rs, &visit);
    return true;
}

GETTER(proxy_mode)
{
    struct hop_runspace *rs = RS_OF(cx);
    struct local_runspace *r = proxied(cx, self);
    struct hop_space_visit visit;
    enum hop_language_mode mode = rs->language_mode;

    if (!r)
        return false;
    if (r->space) {
        hop_space_enter(rs, r->space, &visit);
        mode = rs->language_mode;
        hop_space_leave(rs, &visit);
    }
    *out = hop_enum(HOP_ENUM_LANGUAGE_MODE, (int64_t)mode);
    return true;
}

SETTER(proxy_set_mode)
{
    struct hop_runspace *rs = RS_OF(cx);
    struct local_runspace *r = proxied(cx, self);
    struct hop_space_visit visit;

    if (!r)
        return false;
    if (!r->space) {
        (void)language_set(rs, (enum hop_language_mode)v.u.i, false);
        return true;
    }
    hop_space_enter(rs, r->space, &visit);
    hop_runspace_set_language_mode(rs, (enum hop_language_mode)v.u.i);
    hop_space_leave(rs, &visit);
    return true;
}

static const struct hop_property proxy_properties[] = {
    {"LanguageMode", SMA "PSLanguageMode", proxy_mode, proxy_set_mode},
    {"PSVariable", RUN "SessionStateProxy", bag_get, NULL, HOP_PROP_HIDDEN, 1},
    {NULL}};
static const struct hop_method proxy_methods[] = {
    {"void SetVariable(string name, System.Object value)", proxy_set},
    {"System.Object GetVariable(string name)", proxy_get},
    {NULL}};
static const struct hop_class class_proxy = {
    .name = RUN "SessionStateProxy",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = BAG_SIZE(2),
    .properties = proxy_properties,
    .methods = proxy_methods,
    .destroy = bag_destroy,
};

/* ---- RunspacePool
 * -------------------------------------------------------------------- */

struct pool {
    struct hop_object base;
    struct hop_runspace *rs;
    int32_t min, max, out; /* out: given to pipelines */
    enum runspace_state state;
    struct hop_array *idle; /* Runspace objects */
    struct hop_value initial, instance, thread_options;
    bool has_host;
};
#define POOL(v) ((struct pool *)(void *)hop_value_base(v).u.o)

static void
destroy_pool(struct hop_object *o)
{
    struct pool *p = (struct pool *)(void *)o;

    if (p->idle)
        hop_release(hop_obj(p->idle));
    p->idle = NULL;
    hop_value_clear(&p->initial);
    hop_value_clear(&p->instance);
    hop_value_clear(&p->thread_options);
}

struct hop_value
runspace_pool_take(struct hop_runspace *rs, struct hop_value v)
{
    struct pool *p = POOL(v);
    struct hop_value r = hop_null();

    for (;;) {
        if (p->state != RUNSPACE_OPENED) {
            bad_state(&rs->cx, "The runspace pool is not open.");
            return hop_null();
        }
        if (p->out < p->max)
            break;
        if (hop_threads_await(rs, -1) < 0)
            return hop_null();
    }
    p->out++;
    if (p->idle->n) {
        r = hop_retain(p->idle->items[p->idle->n - 1]);
        hop_array_remove(p->idle, p->idle->n - 1);
        return r;
    }
    r = hop_obj(local_runspace_new(rs, p->initial, p->has_host));
    if (local_runspace_open(RUNSPACE(r)))
        return r;
    p->out--;
    hop_release(r);
    return hop_null();
}

void
runspace_pool_give(struct hop_runspace *rs, struct hop_value v,
                   struct hop_value runspace)
{
    struct pool *p = POOL(v);

    p->out--;
    if (p->state == RUNSPACE_OPENED)
        hop_array_push(p->idle, hop_retain(runspace));
    hop_threads_notify(rs);
}

METHOD(pool_open)
{
    POOL(call->self)->state = RUNSPACE_OPENED;
    return true;
}

METHOD(pool_close)
{
    POOL(call->self)->state = RUNSPACE_CLOSED;
    hop_array_clear(POOL(call->self)->idle);
    hop_threads_notify(RS_OF(cx));
    return true;
}

METHOD(pool_set_limit)
{
    struct pool *p = POOL(call->self);
    int32_t n = (int32_t)call->args[0].u.i;

    call->result = hop_bool(n > 0);
    if (n > 0 && call->data)
        p->max = n;
    else if (n > 0)
        p->min = n;
    return true;
}

METHOD(pool_count)
{
    struct pool *p = POOL(call->self);

    call->result = hop_int(call->data == 0   ? p->max - p->out
                           : call->data == 1 ? p->max
                                             : p->min);
    return true;
}

GETTER(pool_get)
{
    struct pool *p = POOL(self);
    struct bag *b;

    switch (data) {
    case 0:
        b = bag_new(RS_OF(cx), &class_state_info);
        b->v[0] = hop_enum(HOP_ENUM_RUNSPACE_STATE, (int64_t)p->state);
        *out = hop_obj(b);
        break;
    case 1: *out = hop_retain(p->instance); break;
    case 2: *out = hop_retain(p->initial); break;
    case 3: *out = hop_bool(false); break;
    default:
        *out = hop_enum(HOP_ENUM_RUNSPACE_AVAILABILITY,
                        p->state == RUNSPACE_OPENED ? 1 : 0);
        break;
    }
    return true;
}

GETTER(pool_options)
{
    *out = hop_retain(POOL(self)->thread_options);
    return true;
}

SETTER(pool_set_options)
{
    hop_value_set(&POOL(self)->thread_options, hop_retain(v));
    return true;
}

static const struct hop_property pool_properties[] = {
    {"RunspacePoolStateInfo", RUN "RunspaceStateInfo", pool_get, NULL, 0, 0},
    {"InstanceId", "guid", pool_get, NULL, 0, 1},
    {"InitialSessionState", RUN "InitialSessionState", pool_get, NULL, 0, 2},
    {"IsDisposed", "bool", pool_get, NULL, 0, 3},
    {"RunspacePoolAvailability", RUN "RunspaceAvailability", pool_get, NULL, 0,
     4},
    {"ThreadOptions", "System.Object", pool_options, pool_set_options},
    {"ApartmentState", "System.Object", pool_options, pool_set_options},
    {"CleanupInterval", "System.Object", pool_options, pool_set_options},
    {NULL}};
static const struct hop_method pool_methods[] = {
    {"void Open()", pool_open},
    {"void Close()", pool_close},
    {"void Dispose()", pool_close},
    {"bool SetMaxRunspaces(int maxRunspaces)", pool_set_limit, 1},
    {"bool SetMinRunspaces(int minRunspaces)", pool_set_limit, 0},
    {"int GetAvailableRunspaces()", pool_count, 0},
    {"int GetMaxRunspaces()", pool_count, 1},
    {"int GetMinRunspaces()", pool_count, 2},
    {NULL}};
const struct hop_class class_runspace_pool = {
    .name = RUN "RunspacePool",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct pool),
    .properties = pool_properties,
    .methods = pool_methods,
    .destroy = destroy_pool,
};

/* ---- RunspaceFactory
 * ----------------------------------------------------------------- */

/* The arguments that are an initial state, and whether there is a host. */
static struct hop_value
initial_argument(const struct hop_call *call, size_t from, bool *has_host)
{
    struct hop_value initial = hop_null();

    *has_host = false;
    for (size_t i = from; i < call->n; i++) {
        if (hop_is_exactly(hop_value_base(call->args[i]), &class_initial_state))
            initial = hop_value_base(call->args[i]);
        else if (!hop_is_null(call->args[i]))
            *has_host = true;
    }
    return initial;
}

METHOD(factory_runspace)
{
    bool has_host;
    struct hop_value initial = initial_argument(call, 0, &has_host);

    call->result = hop_obj(local_runspace_new(RS_OF(cx), initial, has_host));
    return true;
}

METHOD(factory_pool)
{
    struct pool *p;
    bool has_host;
    bool limits = call->n >= 2 && call->args[0].kind == HOP_INT32;
    struct hop_value initial =
        initial_argument(call, limits ? 2 : 0, &has_host);
    int64_t min = limits ? call->args[0].u.i : 1;
    int64_t max = limits ? call->args[1].u.i : 1;

    if (min < 1 || max < min)
        return hop_throw_argument(
            cx, &hop_exception_argument_range,
            max < min && min >= 1 ? "maxRunspaces" : "minRunspaces",
            "A runspace pool holds at least one runspace, and at most as many "
            "as its upper limit says.");
    p = hop_object_new(cx, &class_runspace_pool);
    p->rs = RS_OF(cx);
    p->min = (int32_t)min;
    p->max = (int32_t)max;
    p->idle = hop_array_new(cx, 0);
    p->initial = hop_retain(initial);
    p->instance = fresh_guid(p->rs);
    p->thread_options = hop_text("Default");
    p->has_host = has_host;
    call->result = hop_obj(p);
    return true;
}

#define NEW      "static " RUN "Runspace CreateRunspace("
#define POOL_NEW "static " RUN "RunspacePool CreateRunspacePool("
#define STATE    RUN "InitialSessionState initialSessionState"
static const struct hop_method factory_methods[] = {
    {NEW ")", factory_runspace},
    {NEW STATE ")", factory_runspace},
    {NEW "System.Object host)", factory_runspace},
    {NEW "System.Object host, " STATE ")", factory_runspace},
    {POOL_NEW ")", factory_pool},
    {POOL_NEW STATE ")", factory_pool},
    {POOL_NEW "int minRunspaces, int maxRunspaces)", factory_pool},
    {POOL_NEW "int minRunspaces, int maxRunspaces, System.Object host)",
     factory_pool},
    {POOL_NEW "int minRunspaces, int maxRunspaces, " STATE
              ", System.Object host)",
     factory_pool},
    {NULL}};
static const struct hop_class class_factory = {
    .name = RUN "RunspaceFactory",
    .base = &hop_class_object,
    .flags = HOP_CLASS_ABSTRACT | HOP_CLASS_SEALED,
    .kind = HOP_NULL,
    .methods = factory_methods,
};

/* A session on another computer. */
static const struct hop_class class_session = {
    .name = RUN "PSSession",
    .base = &hop_class_object,
    .flags = HOP_CLASS_SEALED,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_object),
};

/* The first three have accelerators. */
const struct hop_class *const runspace_classes[] = {
    &class_runspace,
    &class_factory,
    &class_initial_state,
    &class_local_runspace,
    &class_state_info,
    &class_proxy,
    &class_runspace_pool,
    &class_session,
    &class_entries[ENTRY_VARIABLE],
    &class_entries[ENTRY_FUNCTION],
    &class_entries[ENTRY_CMDLET],
    &class_entries[ENTRY_ALIAS],
    &class_entries[ENTRY_APPLICATION],
    NULL,
};
