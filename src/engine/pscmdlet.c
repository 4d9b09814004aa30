/* $PSCmdlet and what its methods do.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/engine.h"

#include "lang/restrict.h"

#define SMA "System.Management.Automation."

/* ---- $PSCmdlet
 * ----------------------------------------------------------------------------------------
 */

struct pscmdlet {
    struct hop_object base;
    struct hop_command *command; /* valid while the function runs */
};

#define CMDLET(v) (((struct pscmdlet *)(void *)(v).u.o)->command)

static bool
cmdlet_write(struct hop_context *cx, struct hop_call *call)
{
    struct hop_command *c = CMDLET(call->self);

    if (call->n > 1 && hop_is_true(cx, call->args[1]))
        return hop_write_all(c, call->args[0]);
    return hop_write(c, call->args[0]);
}

static bool
cmdlet_write_error(struct hop_context *cx, struct hop_call *call)
{
    struct hop_command *c = CMDLET(call->self);
    struct error_record *r = as_error_record(call->args[0]);

    if (!r)
        return hop_throw_null(cx, "errorRecord");
    error_adopt(c->rs, r, c);
    if (hop_write_error(c, hop_retain(hop_value_base(call->args[0]))))
        return true;
    if (hop_has_exception(cx)) {
        r->unwinds = c;
        hop_value_set(&c->rs->raw, hop_retain(hop_value_base(call->args[0])));
    }
    return false;
}

static bool
cmdlet_progress(struct hop_context *cx, struct hop_call *call)
{
    struct hop_progress p;

    if (hop_is_null(call->args[0]))
        return hop_throw_null(cx, "progressRecord");
    p = progress_of_record(call->args[0]);
    return hop_write_progress(CMDLET(call->self), &p);
}

static bool
cmdlet_throw(struct hop_context *cx, struct hop_call *call)
{
    struct hop_command *c = CMDLET(call->self);
    struct error_record *r = as_error_record(call->args[0]);

    if (!r)
        return hop_throw_null(cx, "errorRecord");
    c->failed = true;
    r->suppress = false;
    r->unwinds = c;
    error_adopt(c->rs, r, c);
    hop_value_set(&c->rs->raw, hop_retain(hop_value_base(call->args[0])));
    return hop_throw_record(c->rs, hop_retain(hop_value_base(call->args[0])));
}

enum { TEXT_WARNING, TEXT_VERBOSE, TEXT_DEBUG };

static bool
cmdlet_text(struct hop_context *cx, struct hop_call *call)
{
    struct hop_command *c = CMDLET(call->self);
    const char *s = hop_is_string(call->args[0]) ? hop_cstr(call->args[0]) : "";

    switch (call->data) {
    case TEXT_WARNING: return hop_write_warning(c, "%s", s);
    case TEXT_VERBOSE: return hop_write_verbose(c, "%s", s);
    default: return hop_write_debug(c, "%s", s);
    }
}

static bool
cmdlet_information(struct hop_context *cx, struct hop_call *call)
{
    return hop_write_information(CMDLET(call->self), call->args[0],
                                 call->n > 1 ? call->args[1] : hop_null());
}

bool should_process_text(struct hop_command *c, const char *description,
                         const char *query, const char *caption, bool *go);

static bool
cmdlet_should_process(struct hop_context *cx, struct hop_call *call)
{
    struct hop_command *c = CMDLET(call->self);
    const char *a[3] = {"", "", ""};
    bool go = false, ok;

    for (size_t i = 0; i < call->n && i < 3; i++)
        if (hop_is_string(call->args[i]))
            a[i] = hop_cstr(call->args[i]);
    if (call->n >= 3)
        ok = should_process_text(c, a[0], a[1], a[2], &go);
    else
        ok = hop_should_process(c, a[0], call->n > 1 ? a[1] : NULL, &go);
    call->result = hop_bool(go);
    return ok;
}

static bool
cmdlet_should_continue(struct hop_context *cx, struct hop_call *call)
{
    bool go = false;
    bool ok = hop_should_continue(
        CMDLET(call->self),
        hop_is_string(call->args[0]) ? hop_cstr(call->args[0]) : "",
        hop_is_string(call->args[1]) ? hop_cstr(call->args[1]) : "", NULL, NULL,
        &go);

    call->result = hop_bool(go);
    return ok;
}

static bool
cmdlet_variable(struct hop_context *cx, struct hop_call *call)
{
    struct hop_runspace *rs = RS_OF(cx);

    call->result = hop_variable_get(rs, hop_cstr(call->args[0]));
    if (hop_is_null(call->result) && call->n > 1) {
        hop_value_clear(&call->result);
        call->result = hop_retain(call->args[1]);
    }
    return true;
}

static bool
cmdlet_set_name(struct hop_context *cx, struct hop_value self, intptr_t data,
                struct hop_value *out)
{
    *out = hop_text(hop_command_set(CMDLET(self)));
    return true;
}

static bool
cmdlet_invocation(struct hop_context *cx, struct hop_value self, intptr_t data,
                  struct hop_value *out)
{
    *out = hop_command_invocation(CMDLET(self));
    return true;
}

static bool
cmdlet_session(struct hop_context *cx, struct hop_value self, intptr_t data,
               struct hop_value *out)
{
    struct hop_command *c = CMDLET(self);

    *out = session_state_object(c->rs, c->caller ? c->caller->session
                                                 : c->rs->session);
    return true;
}

static bool
cmdlet_invoke_command(struct hop_context *cx, struct hop_value self,
                      intptr_t data, struct hop_value *out)
{
    struct hop_value ec HOP_AUTO_VALUE =
        hop_variable_get(RS_OF(cx), "ExecutionContext");
    struct hop_string *name HOP_AUTO_STRING = hop_string_from("InvokeCommand");

    if (hop_member_get(cx, ec, name, out) == HOP_FAILED)
        return false;
    return true;
}

static bool
cmdlet_host(struct hop_context *cx, struct hop_value self, intptr_t data,
            struct hop_value *out)
{
    *out = hop_variable_get(RS_OF(cx), "Host");
    return true;
}

static bool
cmdlet_stopping(struct hop_context *cx, struct hop_value self, intptr_t data,
                struct hop_value *out)
{
    *out = hop_bool(RS_OF(cx)->stop != 0);
    return true;
}

static const struct hop_class class_paging;

static bool
cmdlet_paging(struct hop_context *cx, struct hop_value self, intptr_t data,
              struct hop_value *out)
{
    struct hop_command *c = CMDLET(self);
    struct bag *b = bag_new(c->rs, &class_paging);

    b->v[0] = hop_ulong(0);
    b->v[1] = hop_ulong(UINT64_MAX);
    if (!hop_convert(cx, hop_bool(false), &hop_class_switch_parameter,
                     &b->v[2]))
        hop_drop_exception(cx);
    for (uint32_t i = 0; i < c->n_bound; i++) {
        if (c->bound[i].state == BOUND_NONE)
            continue;
        if (c->meta->params[i].common == COMMON_SKIP)
            hop_value_set(&b->v[0], hop_retain(c->bound[i].value));
        if (c->meta->params[i].common == COMMON_FIRST)
            hop_value_set(&b->v[1], hop_retain(c->bound[i].value));
        if (c->meta->params[i].common == COMMON_INCLUDE_TOTAL_COUNT)
            hop_value_set(&b->v[2], hop_retain(c->bound[i].value));
    }
    *out = hop_obj(b);
    return true;
}

static const struct hop_property paging_properties[] = {
    BAG_RW("IncludeTotalCount", SMA "SwitchParameter", 2),
    BAG_RW("Skip", "ulong", 0),
    BAG_RW("First", "ulong", 1),
    {NULL}};
static const struct hop_class class_paging = {
    .name = SMA "PagingParameters",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = BAG_SIZE(3),
    .properties = paging_properties,
    .destroy = bag_destroy,
};

static const struct hop_property pscmdlet_properties[] = {
    {"ParameterSetName", "string", cmdlet_set_name},
    {"MyInvocation", SMA "InvocationInfo", cmdlet_invocation},
    {"PagingParameters", SMA "PagingParameters", cmdlet_paging},
    {"InvokeCommand", SMA "CommandInvocationIntrinsics", cmdlet_invoke_command},
    {"Host", SMA "Host.PSHost", cmdlet_host},
    {"SessionState", SMA "SessionState", cmdlet_session},
    {"Stopping", "bool", cmdlet_stopping},
    {NULL}};

static const struct hop_method pscmdlet_methods[] = {
    {"void WriteObject(System.Object sendToPipeline)", cmdlet_write},
    {"void WriteObject(System.Object sendToPipeline, bool "
     "enumerateCollection)",
     cmdlet_write},
    {"void WriteError(" SMA "ErrorRecord errorRecord)", cmdlet_write_error},
    {"void ThrowTerminatingError(" SMA "ErrorRecord errorRecord)",
     cmdlet_throw},
    {"void WriteWarning(string text)", cmdlet_text, TEXT_WARNING},
    {"void WriteVerbose(string text)", cmdlet_text, TEXT_VERBOSE},
    {"void WriteDebug(string text)", cmdlet_text, TEXT_DEBUG},
    {"void WriteInformation(System.Object messageData, string[] tags)",
     cmdlet_information},
    {"void WriteProgress(" SMA "ProgressRecord progressRecord)",
     cmdlet_progress},
    {"bool ShouldProcess(string target)", cmdlet_should_process},
    {"bool ShouldProcess(string target, string action)", cmdlet_should_process},
    {"bool ShouldProcess(string verboseDescription, string verboseWarning, "
     "string caption)",
     cmdlet_should_process},
    {"bool ShouldContinue(string query, string caption)",
     cmdlet_should_continue},
    {"System.Object GetVariableValue(string name)", cmdlet_variable},
    {"System.Object GetVariableValue(string name, System.Object defaultValue)",
     cmdlet_variable},
    {"string GetUnresolvedProviderPathFromPSPath(string path)",
     path_resolve_method},
    {NULL}};

static bool
cmdlet_common(struct hop_context *cx, struct hop_value self, intptr_t data,
              struct hop_value *out)
{
    static const char *const names[] = {
        "Verbose",           "Debug",
        "ErrorAction",       "WarningAction",
        "InformationAction", "ProgressAction",
        "ErrorVariable",     "WarningVariable",
        "OutVariable",       "OutBuffer",
        "PipelineVariable",  "InformationVariable"};
    static const char *const optional[] = {"WhatIf", "Confirm",
                                           "UseTransaction"};

    *out =
        data ? hop_obj(
                   hop_array_of_strings(cx, optional, HOP_ARRAY_SIZE(optional)))
             : hop_obj(hop_array_of_strings(cx, names, HOP_ARRAY_SIZE(names)));
    return true;
}

static const struct hop_property cmdlet_statics[] = {
    {"CommonParameters", "System.Collections.Generic.HashSet[string]",
     cmdlet_common, NULL, HOP_PROP_STATIC, 0},
    {"OptionalCommonParameters", "System.Collections.Generic.HashSet[string]",
     cmdlet_common, NULL, HOP_PROP_STATIC, 1},
    {NULL}};

static const struct hop_class class_cmdlet = {.properties = cmdlet_statics,
                                              .name = SMA "Cmdlet",
                                              .base = &hop_class_object,
                                              .kind = HOP_OBJECT};
static const struct hop_class class_pscmdlet_base = {
    .name = SMA "PSCmdlet", .base = &class_cmdlet, .kind = HOP_OBJECT};
static const struct hop_class class_pscmdlet = {
    .name = SMA "PSScriptCmdlet",
    .base = &class_pscmdlet_base,
    .kind = HOP_OBJECT,
    .size = sizeof(struct pscmdlet),
    .properties = pscmdlet_properties,
    .methods = pscmdlet_methods,
};

struct hop_value
pscmdlet_new(struct hop_command *c)
{
    if (c->pscmdlet.kind != HOP_OBJECT) {
        struct pscmdlet *p = hop_object_new(&c->rs->cx, &class_pscmdlet);
        p->command = c;
        c->pscmdlet = hop_obj(p);
    }
    return hop_retain(c->pscmdlet);
}

const struct hop_class *const block_classes[] = {
    &hop_class_scriptblock, &class_steps,    &class_paging, &class_cmdlet,
    &class_pscmdlet_base,   &class_pscmdlet, NULL};
