/* InitialSessionState: what a runspace opens with.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/runspaces_internal.h"

#include "engine/def.h"
#include "engine/module.h"
#include "engine/powershell.h"

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

enum {
    EN_NAME,
    EN_VALUE,
    EN_DESCRIPTION,
    EN_OPTIONS,
    EN_VISIBILITY,
    EN_FIELDS
};

const struct hop_class class_initial_entries[ENTRY_KINDS];

METHOD(entry_new)
{
    struct bag *b = bag_new(RS_OF(cx), &class_initial_entries[call->data]);

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
const struct hop_class class_initial_entries[ENTRY_KINDS] = {
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
        if (hop_is_exactly(hop_value_base(v), &class_initial_entries[i]))
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

bool
initial_state_apply(struct hop_runspace *rs, struct initial_state *s)
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
