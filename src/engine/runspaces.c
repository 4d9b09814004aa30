/* Runspace, SessionStateProxy and RunspaceFactory.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/module.h"
#include "engine/def.h"
#include "engine/powershell.h"

#include "base/guid.h"
#include "engine/runspaces_internal.h"

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

bool
runspace_throw_state(struct hop_context *cx, const char *text)
{
    return hop_throw(cx, &hop_exception_invalid_operation, "%s", text);
}

/* ---- Runspace
 * ------------------------------------------------------------------------ */

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
        return runspace_throw_state(
            &rs->cx, "Cannot open the runspace because it is not "
                     "in the BeforeOpen state.");
    r->space =
        hop_space_new(rs, r->has_host ? rs->host : NULL, HOP_LANGUAGE_FULL);
    r->state = RUNSPACE_OPENED;
    if (!s)
        return true;
    hop_space_enter(rs, r->space, &visit);
    if (!initial_state_apply(rs, s))
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
        return runspace_throw_state(
            cx, "The runspace cannot be reset now: it is not open "
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
    if (hop_is_null(rs->instance))
        rs->instance = fresh_guid(rs);
    r->instance = hop_retain(rs->instance);
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

static const struct hop_class class_proxy;

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
        b = bag_new(RS_OF(cx), &class_runspace_state_info);
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

const struct hop_class class_runspace_state_info = {
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
    runspace_throw_state(
        cx, "The session state of a runspace that is not open cannot be "
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

/* ---- RunspaceFactory
 * ----------------------------------------------------------------- */

METHOD(factory_runspace)
{
    bool has_host;
    struct hop_value initial = runspace_initial_argument(call, 0, &has_host);

    call->result = hop_obj(local_runspace_new(RS_OF(cx), initial, has_host));
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
    {POOL_NEW ")", runspace_factory_pool},
    {POOL_NEW STATE ")", runspace_factory_pool},
    {POOL_NEW "int minRunspaces, int maxRunspaces)", runspace_factory_pool},
    {POOL_NEW "int minRunspaces, int maxRunspaces, System.Object host)",
     runspace_factory_pool},
    {POOL_NEW "int minRunspaces, int maxRunspaces, " STATE
              ", System.Object host)",
     runspace_factory_pool},
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
    &class_runspace_state_info,
    &class_proxy,
    &class_runspace_pool,
    &class_session,
    &class_initial_entries[ENTRY_VARIABLE],
    &class_initial_entries[ENTRY_FUNCTION],
    &class_initial_entries[ENTRY_CMDLET],
    &class_initial_entries[ENTRY_ALIAS],
    &class_initial_entries[ENTRY_APPLICATION],
    NULL,
};
