/* SPDX-License-Identifier: MIT */
#include "cmdlets/cim/service.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "cim/units.h"
#include "value/enums.h"
#include "value/exception.h"

#define CONTROLLER "System.ServiceProcess.ServiceController"

struct service *
service_of(struct hop_value v)
{
    v = hop_value_base(v);
    return v.kind == HOP_OBJECT && v.u.o->cls == &hop_class_service
               ? (struct service *)(void *)v.u.o
               : NULL;
}

static void
destroy(struct hop_object *o)
{
    struct service *s = (struct service *)(void *)o;

    free(s->name);
    free(s->title);
    free(s->description);
    free(s->user);
    free(s->path);
    cim_target_done(&s->target);
}

/* ---- from a Win32_Service ---- */

struct word {
    const char *name;
    int value;
};

static int
find_word(const struct word *rows, size_t n, const char *name, int otherwise)
{
    for (size_t i = 0; name && i < n; i++)
        if (hop_ascii_ieq(rows[i].name, name))
            return rows[i].value;
    return otherwise;
}

static const struct word states[] = {
    {"Stopped", 1}, {"Start Pending", 2},    {"Stop Pending", 3},
    {"Running", 4}, {"Continue Pending", 5}, {"Pause Pending", 6},
    {"Paused", 7},
};
static const struct word modes[] = {
    {"Boot", 0}, {"System", 1}, {"Auto", 2}, {"Manual", 3}, {"Disabled", 4}};

static void
set(char **to, const char *s)
{
    free(*to);
    *to = s ? hop_xstrdup(s) : NULL;
}

static bool
is_on(const struct hop_cim_instance *i, const char *name)
{
    const struct hop_cim_value *v = hop_cim_get(i, name);

    return v && v->u;
}

static void
fill(struct service *s, const struct hop_cim_instance *i)
{
    set(&s->name, hop_cim_text(i, "Name"));
    set(&s->title, hop_cim_text(i, "DisplayName"));
    set(&s->description, hop_cim_text(i, "Description"));
    set(&s->user, hop_cim_text(i, "StartName"));
    set(&s->path, hop_cim_text(i, "PathName"));
    s->status = find_word(states, HOP_ARRAY_SIZE(states),
                          hop_cim_text(i, "State"), SERVICE_STOPPED);
    s->mode = find_word(modes, HOP_ARRAY_SIZE(modes),
                        hop_cim_text(i, "StartMode"), 3);
    s->can_stop = is_on(i, "AcceptStop");
    s->can_pause = is_on(i, "AcceptPause");
    if (!s->name)
        s->name = hop_xstrdup("");
    if (!s->title)
        s->title = hop_xstrdup(s->name);
}

struct hop_value
service_new(struct hop_context *cx, const struct cim_target *t,
            const struct hop_cim_instance *i)
{
    struct service *s = hop_object_new(cx, &hop_class_service);

    fill(s, i);
    cim_target_copy(&s->target, t);
    return hop_obj(s);
}

static bool
take(void *ctx, const struct hop_cim_instance *i)
{
    fill(ctx, i);
    return false;
}

static struct cim_question
question(const struct service *s, struct hop_cim_argument *key)
{
    *key = (struct hop_cim_argument){"Name", s->name};
    return (struct cim_question){
        .class_name = "Win32_Service", .keys = key, .key_count = 1};
}

bool
service_refresh(struct service *s, struct hop_error *err)
{
    struct hop_cim_argument key;
    HOP_AUTO_FREE char *name = hop_xstrdup(s->name);
    struct cim_question q = question(s, &key);

    key.value = name; /* fill() replaces the service's own */
    return cim_each(&s->target, &q, take, s, err);
}

/* ---- methods of Win32_Service ---- */

static const struct {
    uint64_t code;
    const char *text;
} results[] = {
    {1, "the request is not supported"},
    {2, "access is denied; administrators may do it"},
    {3, "other services that run depend on it"},
    {5, "it does not take this request in its present state"},
    {6, "it is not running"},
    {7, "it has not answered in time"},
    {8, "it failed, the journal tells why"},
    {10, "it is running already"},
    {14, "it is disabled"},
    {21, "a value was not accepted"},
};

/* Here the words of systemd are known. */
static bool
call_here(struct service *s, const char *method, struct hop_error *err)
{
    static const struct {
        const char *method;
        enum hop_unit_verb verb;
    } rows[] = {{"StartService", HOP_UNIT_START},
                {"StopService", HOP_UNIT_STOP},
                {"PauseService", HOP_UNIT_PAUSE},
                {"ResumeService", HOP_UNIT_RESUME}};

    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++)
        if (strcmp(rows[i].method, method) == 0)
            return hop_unit_do(s->name, rows[i].verb, err);
    return hop_error_set(err, HOP_ERROR_GENERIC, 0, "%s is not known", method);
}

bool
service_call(struct service *s, const char *method,
             const struct hop_cim_argument *in, size_t n, struct hop_error *err)
{
    HOP_AUTO_CIM_INSTANCE struct hop_cim_instance out = {0};
    struct hop_cim_argument key;
    struct cim_question q = question(s, &key);
    const struct hop_cim_value *v;

    if (!s->target.computer && n == 0)
        return call_here(s, method, err);
    if (!cim_call(&s->target, &q, method, in, n, &out, err))
        return false;
    v = hop_cim_get(&out, "ReturnValue");
    if (!v || v->u == 0)
        return true;
    for (size_t i = 0; i < HOP_ARRAY_SIZE(results); i++)
        if (results[i].code == v->u)
            return hop_error_set(err, HOP_ERROR_GENERIC, (int64_t)v->u, "%s",
                                 results[i].text);
    return hop_error_set(err, HOP_ERROR_GENERIC, (int64_t)v->u,
                         "%s gave back %llu", method, (unsigned long long)v->u);
}

/* ---- properties ---- */

enum {
    P_NAME,
    P_TITLE,
    P_MACHINE,
    P_STATUS,
    P_MODE,
    P_STARTUP,
    P_STOP,
    P_PAUSE,
    P_FALSE,
    P_NONE,
    P_NULL,
    P_DESCRIPTION,
    P_USER,
    P_PATH,
    P_TYPE,
};

static struct hop_value
text_or_null(const char *s)
{
    return s ? hop_text(s) : hop_null();
}

static bool
get(struct hop_context *cx, struct hop_value self, intptr_t data,
    struct hop_value *out)
{
    struct service *s = service_of(self);

    switch (data) {
    case P_NAME: *out = text_or_null(s->name); break;
    case P_TITLE: *out = text_or_null(s->title); break;
    case P_MACHINE:
        *out = hop_text(s->target.computer ? s->target.computer : ".");
        break;
    case P_STATUS: *out = hop_enum(HOP_ENUM_SERVICE_STATUS, s->status); break;
    case P_MODE: *out = hop_enum(HOP_ENUM_SERVICE_MODE, s->mode); break;
    case P_STARTUP: *out = hop_enum(HOP_ENUM_SERVICE_STARTUP, s->mode); break;
    case P_STOP: *out = hop_bool(s->can_stop); break;
    case P_PAUSE: *out = hop_bool(s->can_pause); break;
    case P_FALSE: *out = hop_bool(false); break;
    case P_NONE: *out = hop_obj(hop_array_new(cx, 0)); break;
    case P_DESCRIPTION: *out = text_or_null(s->description); break;
    case P_USER: *out = text_or_null(s->user); break;
    case P_PATH: *out = text_or_null(s->path); break;
    case P_TYPE: *out = hop_text("Win32OwnProcess"); break;
    default: *out = hop_null(); break;
    }
    return true;
}

#define ROW(n, t, p)                                                           \
    {                                                                          \
        n, t, get, NULL, 0, p                                                  \
    }
static const struct hop_property properties[] = {
    {"UserName", "string", get, NULL, HOP_PROP_NOTE, P_USER},
    {"Description", "string", get, NULL, HOP_PROP_NOTE, P_DESCRIPTION},
    {"DelayedAutoStart", "bool", get, NULL, HOP_PROP_NOTE, P_FALSE},
    {"BinaryPathName", "string", get, NULL, HOP_PROP_NOTE, P_PATH},
    {"StartupType", "Microsoft.PowerShell.Commands.ServiceStartupType", get,
     NULL, HOP_PROP_NOTE, P_STARTUP},
    {"Name", "ServiceName", get, NULL, HOP_PROP_ALIAS, P_NAME},
    {"RequiredServices", "ServicesDependedOn", get, NULL, HOP_PROP_ALIAS,
     P_NONE},
    ROW("CanPauseAndContinue", "bool", P_PAUSE),
    ROW("CanShutdown", "bool", P_FALSE),
    ROW("CanStop", "bool", P_STOP),
    ROW("DisplayName", "string", P_TITLE),
    ROW("DependentServices", CONTROLLER "[]", P_NONE),
    ROW("MachineName", "string", P_MACHINE),
    ROW("ServiceName", "string", P_NAME),
    ROW("ServicesDependedOn", CONTROLLER "[]", P_NONE),
    ROW("StartType", "System.ServiceProcess.ServiceStartMode", P_MODE),
    ROW("Status", "System.ServiceProcess.ServiceControllerStatus", P_STATUS),
    ROW("ServiceType", "string", P_TYPE),
    ROW("Site", "System.ComponentModel.ISite", P_NULL),
    ROW("Container", "System.ComponentModel.IContainer", P_NULL),
    {NULL},
};

/* ---- methods ---- */

static bool
act(struct hop_context *cx, struct hop_call *call)
{
    static const char *const names[] = {"StartService", "StopService",
                                        "PauseService", "ResumeService"};
    struct service *s = service_of(call->self);
    struct hop_error err = {0};

    if (service_call(s, names[call->data], NULL, 0, &err) &&
        service_refresh(s, &err))
        return true;
    return hop_throw(cx, &hop_exception_invalid_operation,
                     "Cannot control the service %s on the computer '%s': %s.",
                     s->name, s->target.computer ? s->target.computer : ".",
                     err.text);
}

static bool
refresh(struct hop_context *cx, struct hop_call *call)
{
    struct hop_error err = {0};

    return service_refresh(service_of(call->self), &err) ||
           hop_throw(cx, &hop_exception_invalid_operation, "%s", err.text);
}

static bool
nothing(struct hop_context *cx, struct hop_call *call)
{
    return true;
}

static const struct hop_method methods[] = {
    {"void Start()", act, 0},    {"void Stop()", act, 1},
    {"void Pause()", act, 2},    {"void Continue()", act, 3},
    {"void Refresh()", refresh}, {"void Close()", nothing},
    {"void Dispose()", nothing}, {NULL}};

static bool
to_string(struct hop_context *cx, struct hop_value v, struct hop_string **out)
{
    *out = hop_string_from(service_of(v)->name);
    return true;
}

const struct hop_class hop_class_service = {
    .name = CONTROLLER,
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct service),
    .properties = properties,
    .methods = methods,
    .destroy = destroy,
    .to_string = to_string,
};
