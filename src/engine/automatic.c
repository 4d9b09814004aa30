/* The variables a runspace starts with, $Host and $ExecutionContext.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/engine.h"

#include "engine/def.h"

#include <pwd.h>
#include <sys/utsname.h>

/* ---- $PSVersionTable
 * ------------------------------------------------------------ */

struct hop_value
value_of_text(struct hop_runspace *rs, const char *text,
              const struct hop_class *cls)
{
    struct hop_value t HOP_AUTO_VALUE = hop_text(text);
    struct hop_value v = hop_null();

    if (!hop_convert(&rs->cx, t, cls, &v)) {
        hop_drop_exception(&rs->cx);
        return hop_retain(t);
    }
    return v;
}

static struct hop_value
version_table(struct hop_runspace *rs)
{
    static const char *const compatible[] = {"1.0", "2.0", "3.0", "4.0",
                                             "5.0", "5.1", "6.0", "7.0"};
    struct hop_dict *d = hop_hashtable_new(&rs->cx);
    struct hop_array *versions = hop_array_new(&rs->cx, 0);
    struct utsname u;

    uname(&u);
    for (size_t i = 0; i < HOP_ARRAY_SIZE(compatible); i++)
        hop_array_push(versions,
                       value_of_text(rs, compatible[i], &hop_class_version));
    hop_dict_set_text(d, "PSVersion",
                      value_of_text(rs, "7.6.5", &hop_class_semver));
    hop_dict_set_text(d, "PSEdition", hop_text("Hop"));
    hop_dict_set_text(d, "GitCommitId", hop_text("7.6.5"));
    hop_dict_set_text(
        d, "OS", hop_str(hop_string_format("%s %s", u.sysname, u.release)));
    hop_dict_set_text(d, "Platform", hop_text("Unix"));
    hop_dict_set_text(d, "PSCompatibleVersions", hop_obj(versions));
    hop_dict_set_text(d, "PSRemotingProtocolVersion",
                      value_of_text(rs, "2.3", &hop_class_version));
    hop_dict_set_text(d, "SerializationVersion",
                      value_of_text(rs, "1.1.0.1", &hop_class_version));
    hop_dict_set_text(d, "WSManStackVersion",
                      value_of_text(rs, "3.0", &hop_class_version));
    return hop_obj(d);
}

/* ---- SessionState, $ExecutionContext
 * ------------------------------------------------------ */

struct state {
    struct hop_object base;
    struct session *session;
};

static void
destroy_state(struct hop_object *o)
{
    struct state *s = (struct state *)(void *)o;

    session_unref(s->session);
    s->session = NULL;
}

#define SESSION(v) (((struct state *)(void *)(v).u.o)->session)

static const struct hop_class class_session_state, class_variables,
    class_path_intrinsics, class_invoke_intrinsics, class_execution_context,
    class_provider_intrinsics;

static struct hop_value
state_of(struct hop_runspace *rs, const struct hop_class *cls,
         struct session *session)
{
    struct state *s = hop_object_new(&rs->cx, cls);

    s->session = session_ref(session);
    return hop_obj(s);
}

struct hop_value
session_state_object(struct hop_runspace *rs, struct session *s)
{
    return state_of(rs, &class_session_state, s);
}

enum { PART_VARIABLES, PART_PATH, PART_COMMANDS, PART_SESSION, PART_PROVIDER };

GETTER(state_part)
{
    static const struct hop_class *const parts[] = {
        &class_variables, &class_path_intrinsics, &class_invoke_intrinsics,
        &class_session_state, &class_provider_intrinsics};

    *out = state_of(RS_OF(cx), parts[data], SESSION(self));
    return true;
}

GETTER(state_mode)
{
    *out = hop_enum(HOP_ENUM_LANGUAGE_MODE, RS_OF(cx)->language_mode);
    return true;
}

static bool
state_set_mode(struct hop_context *cx, struct hop_value self, intptr_t data,
               struct hop_value v)
{
    (void)language_set(RS_OF(cx), (enum hop_language_mode)v.u.i, false);
    return true;
}

GETTER(state_module)
{
    struct session *s = SESSION(self);

    *out = s->module ? hop_retain(hop_obj(s->module)) : hop_null();
    return true;
}

/* Runs fn with the session in force. */
static struct session *
switch_to(struct hop_context *cx, struct session *s)
{
    struct session *old = RS_OF(cx)->session;

    RS_OF(cx)->session = s;
    return old;
}

METHOD(variables_get)
{
    struct session *old = switch_to(cx, SESSION(call->self));
    bool ok;
    struct hop_variable *v =
        hop_variable_find(RS_OF(cx), hop_cstr(call->args[0]), NULL, &ok);

    RS_OF(cx)->session = old;
    call->result = v ? hop_variable_object(v) : hop_null();
    return ok;
}

METHOD(variables_get_value)
{
    struct session *old = switch_to(cx, SESSION(call->self));
    bool ok;
    struct hop_variable *v =
        hop_variable_find(RS_OF(cx), hop_cstr(call->args[0]), NULL, &ok);

    RS_OF(cx)->session = old;
    if (!ok)
        return false;
    call->result = v             ? hop_variable_value(RS_OF(cx), v)
                   : call->n > 1 ? hop_retain(call->args[1])
                                 : hop_null();
    return true;
}

METHOD(variables_set)
{
    struct session *old = switch_to(cx, SESSION(call->self));
    bool ok;

    if (call->n == 1) {
        struct hop_variable *v =
            (struct hop_variable *)(void *)call->args[0].u.o;
        ok = hop_variable_set(RS_OF(cx), v->name->data, NULL, v->value);
    } else {
        ok = hop_variable_set(RS_OF(cx), hop_cstr(call->args[0]), NULL,
                              call->args[1]);
    }
    RS_OF(cx)->session = old;
    return ok;
}

METHOD(variables_remove)
{
    struct session *old = switch_to(cx, SESSION(call->self));
    bool ok =
        hop_variable_remove(RS_OF(cx), hop_cstr(call->args[0]), NULL, false);

    RS_OF(cx)->session = old;
    return ok;
}

GETTER(path_location)
{
    *out = hop_location_object(RS_OF(cx));
    return true;
}

METHOD(invoke_expand)
{
    struct hop_runspace *rs = RS_OF(cx);
    struct hop_buf b HOP_AUTO_BUF = HOP_BUF_INIT;
    struct hop_value block = hop_null();
    const struct hop_string *s = call->args[0].u.s;
    bool ok;

    hop_buf_adds(&b, "@\"\n");
    hop_buf_add(&b, s->data, s->len);
    hop_buf_adds(&b, "\n\"@");
    if (!hop_scriptblock_create(rs, b.data, b.len, &block))
        return false;
    struct hop_block_call run = {.block = block};
    ok = hop_call_block_value(rs, &run, &call->result);
    hop_release(block);
    return ok;
}

METHOD(invoke_script)
{
    struct hop_runspace *rs = RS_OF(cx);
    struct hop_value block = hop_null();
    bool ok;

    if (!hop_scriptblock_create(rs, hop_cstr(call->args[0]),
                                call->args[0].u.s->len, &block))
        return false;
    struct hop_block_call run = {.block = block, .new_scope = true};
    ok = hop_call_block_value(rs, &run, &call->result);
    hop_release(block);
    return ok;
}

METHOD(invoke_new_block)
{
    return hop_scriptblock_create(RS_OF(cx), hop_cstr(call->args[0]),
                                  call->args[0].u.s->len, &call->result);
}

METHOD(invoke_get_command)
{
    struct hop_runspace *rs = RS_OF(cx);
    struct hop_value s = call->args[0];
    unsigned types = (unsigned)call->args[1].u.i;
    struct cmdinfo *c = find_command(rs, hop_cstr(s), s.u.s->len, types, true);

    hop_drop_exception(cx);
    call->result = c ? hop_obj(c) : hop_null();
    return true;
}

static const struct hop_property state_properties[] = {
    {"PSVariable", SMA "PSVariableIntrinsics", state_part, NULL, 0,
     PART_VARIABLES},
    {"Path", SMA "PathIntrinsics", state_part, NULL, 0, PART_PATH},
    {"InvokeCommand", SMA "CommandInvocationIntrinsics", state_part, NULL, 0,
     PART_COMMANDS},
    {"InvokeProvider", SMA "ProviderIntrinsics", state_part, NULL, 0,
     PART_PROVIDER},
    {"LanguageMode", SMA "PSLanguageMode", state_mode, state_set_mode},
    {"Module", "psmoduleinfo", state_module},
    {NULL}};
static const struct hop_property context_properties[] = {
    {"Host", SMA "Host.PSHost", NULL, NULL, HOP_PROP_HIDDEN},
    {"SessionState", SMA "SessionState", state_part, NULL, 0, PART_SESSION},
    {"InvokeCommand", SMA "CommandInvocationIntrinsics", state_part, NULL, 0,
     PART_COMMANDS},
    {"InvokeProvider", SMA "ProviderIntrinsics", state_part, NULL, 0,
     PART_PROVIDER},
    {NULL}};
static const struct hop_method variables_methods[] = {
    {"psvariable Get(string name)", variables_get},
    {"System.Object GetValue(string name)", variables_get_value},
    {"System.Object GetValue(string name, System.Object defaultValue)",
     variables_get_value},
    {"void Set(string name, System.Object value)", variables_set},
    {"void Set(psvariable variable)", variables_set},
    {"void Remove(string name)", variables_remove},
    {NULL}};
static const struct hop_property path_properties[] = {
    {"CurrentLocation", SMA "PathInfo", path_location},
    {"CurrentFileSystemLocation", SMA "PathInfo", path_location},
    {NULL}};
static const struct hop_method path_methods[] = {
    {"string GetUnresolvedProviderPathFromPSPath(string path)",
     path_resolve_method},
    {NULL}};
static const struct hop_method invoke_methods[] = {
    {"string ExpandString(string source)", invoke_expand},
    {"System.Object InvokeScript(string script)", invoke_script},
    {"scriptblock NewScriptBlock(string scriptText)", invoke_new_block},
    {SMA "CommandInfo GetCommand(string commandName, " SMA "CommandTypes type)",
     invoke_get_command},
    {NULL}};

#define STATE_CLASS(c, text, props, meths)                                     \
    static const struct hop_class c = {.name = SMA text,                       \
                                       .base = &hop_class_object,              \
                                       .kind = HOP_OBJECT,                     \
                                       .size = sizeof(struct state),           \
                                       .properties = props,                    \
                                       .methods = meths,                       \
                                       .destroy = destroy_state}
STATE_CLASS(class_session_state, "SessionState", state_properties, NULL);
STATE_CLASS(class_execution_context, "EngineIntrinsics", context_properties,
            NULL);
STATE_CLASS(class_variables, "PSVariableIntrinsics", NULL, variables_methods);
STATE_CLASS(class_path_intrinsics, "PathIntrinsics", path_properties,
            path_methods);
STATE_CLASS(class_invoke_intrinsics, "CommandInvocationIntrinsics", NULL,
            invoke_methods);
STATE_CLASS(class_provider_intrinsics, "ProviderIntrinsics", NULL, NULL);

const struct hop_class *const automatic_classes[] = {&class_session_state,
                                                     &class_execution_context,
                                                     &class_variables,
                                                     &class_path_intrinsics,
                                                     &class_invoke_intrinsics,
                                                     &class_provider_intrinsics,
                                                     NULL};

/* ---- start
 * ----------------------------------------------------------------------------------------
 */

static struct hop_variable *
define(struct hop_runspace *rs, const char *name, struct hop_value v,
       unsigned options, const char *description)
{
    struct hop_symbol *s = hop_symbol_get(rs, name, strlen(name));
    struct hop_variable *x = scope_define(rs, rs->global->top, s);

    hop_string_clear(&x->name);
    x->name = hop_string_from(name);
    x->value = v;
    x->options = (uint16_t)options;
    if (description)
        x->description = hop_string_from(description);
    return x;
}

static struct hop_value
get_stop_preference(struct hop_runspace *rs)
{
    return hop_bool(rs->success);
}

static const char *
home(void)
{
    const char *h = getenv("HOME");
    struct passwd *p;

    if (h && *h)
        return h;
    p = getpwuid(getuid());
    return p ? p->pw_dir : "/";
}

static bool
set_pwd(struct hop_runspace *rs, struct hop_value v)
{
    return true;
}

static struct hop_value
get_pwd(struct hop_runspace *rs)
{
    return hop_location_object(rs);
}

static struct hop_value
get_style(struct hop_runspace *rs)
{
    return hop_retain(style_object(rs));
}

static const struct {
    const char *name;
    int action;
} preferences[] = {
    {"ErrorActionPreference", ACTION_CONTINUE},
    {"WarningPreference", ACTION_CONTINUE},
    {"VerbosePreference", ACTION_SILENT},
    {"DebugPreference", ACTION_SILENT},
    {"InformationPreference", ACTION_SILENT},
    {"ProgressPreference", ACTION_CONTINUE},
};

static struct hop_value
profile_paths(struct hop_runspace *rs)
{
    static const struct {
        const char *name, *file;
        bool user;
    } rows[] = {
        {"AllUsersAllHosts", "/etc/hop/profile.ps1", false},
        {"AllUsersCurrentHost", "/etc/hop/Hop_profile.ps1", false},
        {"CurrentUserAllHosts", "/.config/powershell/profile.ps1", true},
        {"CurrentUserCurrentHost",
         "/.config/powershell/Microsoft.PowerShell_profile.ps1", true},
    };
    struct hop_value v = hop_null();

    for (int i = 3; i >= 0; i--) {
        struct hop_string *path =
            hop_string_format("%s%s", rows[i].user ? home() : "", rows[i].file);
        if (i == 3)
            v = hop_wrap(&rs->cx, hop_str(hop_string_retain(path)));
        hop_member_add(
            v.u.o, (struct hop_member){.name = hop_string_from(rows[i].name),
                                       .kind = HOP_MEMBER_NOTE,
                                       .value = hop_str(path)});
    }
    return v;
}

void
automatic_start(struct hop_runspace *rs)
{
    struct hop_variable *v;
    const unsigned fixed = HOP_ITEM_CONSTANT | HOP_ITEM_ALLSCOPE;
    const unsigned read = HOP_ITEM_READONLY | HOP_ITEM_ALLSCOPE;

    rs->errors = hop_array_new_of(&rs->cx, &hop_class_array_list, 0);
    define(rs, "Error", hop_obj(rs->errors), HOP_ITEM_CONSTANT, NULL);
    define(rs, "true", hop_bool(true), fixed, "Boolean True");
    define(rs, "false", hop_bool(false), fixed, "Boolean False");
    define(rs, "null", hop_null(), 0,
           "References to the null variable always return the null value. "
           "Assignments have no effect.");
    v = define(rs, "?", hop_null(), read, "Execution status of last command");
    v->get = get_stop_preference;
    for (size_t i = 0; i < HOP_ARRAY_SIZE(preferences); i++)
        define(rs, preferences[i].name,
               hop_enum(HOP_ENUM_ACTION_PREFERENCE, preferences[i].action), 0,
               NULL);
    define(rs, "ConfirmPreference", hop_enum(HOP_ENUM_CONFIRM_IMPACT, 3), 0,
           NULL);
    define(rs, "WhatIfPreference", hop_bool(false), 0, NULL);
    define(rs, "ErrorView", hop_text("ConciseView"), 0, NULL);
    define(rs, "NestedPromptLevel", hop_int(0), 0, NULL);
    define(rs, "MaximumHistoryCount", hop_int(4096), 0, NULL);
    define(rs, "MaximumErrorCount", hop_int(256), 0, NULL);
    define(rs, "FormatEnumerationLimit", hop_int(4), 0, NULL);
    define(rs, "PSModuleAutoLoadingPreference", hop_null(), 0, NULL);
    scope_remove(
        rs->global->top,
        scope_own(rs->global->top,
                  hop_symbol_get(rs, "PSModuleAutoLoadingPreference", 29)));
    define(rs, "OutputEncoding", hop_null(), 0, NULL);
    define(rs, "PSNativeCommandArgumentPassing", hop_text("Standard"), 0, NULL);
    define(rs, "PSNativeCommandUseErrorActionPreference", hop_bool(false), 0,
           NULL);
    define(rs, "PSSessionApplicationName", hop_text("wsman"), 0, NULL);
    define(rs, "PSSessionConfigurationName",
           hop_text("http://schemas.microsoft.com/powershell/"
                    "Microsoft.PowerShell"),
           0, NULL);
    struct hop_value defaults = hop_null();
    if (defaults_convert(rs, hop_null(), &defaults))
        define(rs, "PSDefaultParameterValues", defaults, 0, NULL)->set =
            defaults_assign;
    define(rs, "PSVersionTable", version_table(rs), fixed,
           "Version information for current PowerShell session");
    define(rs, "PSEdition", hop_text("Hop"), fixed, NULL);
    define(rs, "PID", hop_int(getpid()), fixed, "Current process ID");
    define(rs, "HOME", hop_text(home()), read, NULL);
    define(rs, "PSHOME", hop_text("/usr/lib/hop"), fixed, NULL);
    define(rs, "ShellId", hop_text("Microsoft.PowerShell"), fixed, NULL);
    define(rs, "PSCulture", hop_text(""), read, NULL);
    define(rs, "PSUICulture", hop_text(""), read, NULL);
    define(rs, "IsLinux", hop_bool(true), fixed, NULL);
    define(rs, "IsMacOS", hop_bool(false), fixed, NULL);
    define(rs, "IsWindows", hop_bool(false), fixed, NULL);
    define(rs, "IsCoreCLR", hop_bool(true), fixed, NULL);
    define(rs, "EnabledExperimentalFeatures",
           hop_obj(hop_array_new(&rs->cx, 0)), fixed, NULL);
    define(rs, "PROFILE", profile_paths(rs), 0, NULL);
    define(rs, "StackTrace", hop_text(""), 0, NULL);
    v = define(rs, "PWD", hop_null(), HOP_ITEM_ALLSCOPE, NULL);
    v->get = get_pwd;
    v->set = set_pwd;
    v = define(rs, "PSStyle", hop_null(), fixed, NULL);
    v->get = get_style;
    define(rs, "Host", host_object(rs), fixed, NULL);
    define(rs, "ExecutionContext",
           state_of(rs, &class_execution_context, rs->global), fixed, NULL);
}
