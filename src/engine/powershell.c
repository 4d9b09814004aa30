/* [powershell]: the class, its streams and what it says of itself.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/powershell.h"

#include "engine/def.h"
#include "engine/powershell_internal.h"

/* ---- what streams are put into
 * ------------------------------------------------------- */

static enum hop_flow
collect(struct hop_sink *sink, struct hop_value v)
{
    struct collect_sink *s = (struct collect_sink *)(void *)sink;

    if (v.kind == HOP_VOID)
        return HOP_FLOW_NEXT;
    hop_array_push(s->to, hop_retain(v));
    hop_threads_notify(s->rs);
    return HOP_FLOW_NEXT;
}

void
collect_sink_init(struct collect_sink *s, struct hop_runspace *rs,
                  struct hop_array *to)
{
    *s = (struct collect_sink){{collect}, rs, to};
}

struct hop_array *
data_collection_new(struct hop_runspace *rs, const struct hop_class *of)
{
    return hop_array_new_of(
        &rs->cx,
        hop_types_generic(&rs->cx, &hop_class_ps_data_collection, &of, 1), 0);
}

extern const struct hop_class class_warning_record, class_verbose_record,
    class_debug_record, class_information_record;

struct hop_array *
stream_collection_new(struct hop_runspace *rs, int stream)
{
    static const struct hop_class *const classes[HOP_STREAM_NUMBERS] = {
        [HOP_OUTPUT] = &hop_class_psobject,
        [HOP_ERROR] = &class_error_record,
        [HOP_WARNING] = &class_warning_record,
        [HOP_VERBOSE] = &class_verbose_record,
        [HOP_DEBUG] = &class_debug_record,
        [HOP_INFORMATION] = &class_information_record,
        [HOP_PROGRESS] = &class_progress_record,
    };

    return data_collection_new(rs, classes[stream]);
}

/* ---- the program
 * ----------------------------------------------------------------- */

static void
destroy_shell(struct hop_object *o)
{
    struct powershell *s = (struct powershell *)(void *)o;

    powershell_parts_clear(s);
    hop_value_clear(&s->runspace);
    hop_value_clear(&s->pool);
    hop_value_clear(&s->lent);
    for (int i = 0; i < HOP_STREAM_NUMBERS; i++)
        hop_value_clear(&s->streams[i]);
    hop_value_clear(&s->reason);
    hop_value_clear(&s->failure);
    hop_value_clear(&s->instance);
    hop_value_clear(&s->input);
    hop_value_clear(&s->output);
    hop_value_clear(&s->result);
}

METHOD(shell_create)
{
    struct hop_runspace *rs = RS_OF(cx);
    struct powershell *s = hop_object_new(cx, &class_powershell);
    struct hop_value given =
        call->n ? hop_value_base(call->args[0]) : hop_null();

    s->rs = rs;
    s->instance = fresh_guid(rs);
    for (int i = HOP_ERROR; i < HOP_STREAM_NUMBERS; i++)
        s->streams[i] = hop_obj(stream_collection_new(rs, i));
    if (as_local_runspace(given)) {
        s->runspace = hop_retain(given);
    } else {
        bool initial = hop_is_exactly(given, &class_initial_state);
        s->runspace = hop_obj(
            local_runspace_new(rs, initial ? given : hop_null(), false));
        s->own_runspace = true;
    }
    call->result = hop_obj(s);
    return true;
}

/* ---- the streams object, the state object
 * --------------------------------------------- */

GETTER(streams_get)
{
    struct powershell *s = POWERSHELL(((struct bag *)(void *)self.u.o)->v[0]);

    *out = hop_retain(s->streams[data]);
    return true;
}

SETTER(streams_set)
{
    struct powershell *s = POWERSHELL(((struct bag *)(void *)self.u.o)->v[0]);

    hop_value_set(&s->streams[data], hop_retain(hop_value_base(v)));
    return true;
}

METHOD(streams_clear)
{
    struct powershell *s =
        POWERSHELL(((struct bag *)(void *)call->self.u.o)->v[0]);

    for (int i = HOP_ERROR; i < HOP_STREAM_NUMBERS; i++)
        hop_array_clear(hop_as_array(s->streams[i]));
    return true;
}

#define STREAM(name, of, n)                                                    \
    {                                                                          \
        name, SMA "PSDataCollection[" of "]", streams_get, streams_set, 0, n   \
    }
static const struct hop_property streams_properties[] = {
    STREAM("Error", "System.Management.Automation.ErrorRecord", HOP_ERROR),
    STREAM("Progress", "System.Object", HOP_PROGRESS),
    STREAM("Verbose", "System.Object", HOP_VERBOSE),
    STREAM("Debug", "System.Object", HOP_DEBUG),
    STREAM("Warning", "System.Object", HOP_WARNING),
    STREAM("Information", "System.Object", HOP_INFORMATION),
    {NULL}};
static const struct hop_method streams_methods[] = {
    {"void ClearStreams()", streams_clear}, {NULL}};
static const struct hop_class class_streams = {
    .name = SMA "PSDataStreams",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = BAG_SIZE(1),
    .properties = streams_properties,
    .methods = streams_methods,
    .destroy = bag_destroy,
};

static const struct hop_property info_properties[] = {
    BAG_RO("State", SMA "PSInvocationState", 0),
    BAG_RO("Reason", "System.Exception", 1),
    {NULL}};
static const struct hop_class class_info = {
    .name = SMA "PSInvocationStateInfo",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = BAG_SIZE(2),
    .properties = info_properties,
    .destroy = bag_destroy,
};

/* ---- the class
 * ------------------------------------------------------------------------ */

enum {
    SH_STREAMS,
    SH_INFO,
    SH_COMMANDS,
    SH_ERRORS,
    SH_ID,
    SH_RUNSPACE,
    SH_POOL,
    SH_NESTED,
    SH_OWNER,
    SH_HISTORY
};

bool
powershell_own_runspace(struct powershell *s, struct hop_value *out)
{
    struct local_runspace *r = as_local_runspace(s->runspace);

    if (s->pool.kind == HOP_OBJECT) {
        *out = hop_null();
        return true;
    }
    if (s->own_runspace && r && r->state == RUNSPACE_BEFORE_OPEN &&
        !local_runspace_open(r))
        return false;
    *out = hop_retain(s->runspace);
    return true;
}

GETTER(shell_get)
{
    struct powershell *s = POWERSHELL(self);
    struct bag *b;

    switch (data) {
    case SH_STREAMS:
    case SH_COMMANDS:
        b = bag_new(s->rs, data == SH_STREAMS ? &class_streams
                                              : &class_powershell_program);
        b->v[0] = hop_retain(hop_value_base(self));
        *out = hop_obj(b);
        break;
    case SH_INFO:
        b = bag_new(s->rs, &class_info);
        b->v[0] = hop_enum(HOP_ENUM_INVOCATION_STATE, (int64_t)s->state);
        b->v[1] = hop_retain(s->reason);
        *out = hop_obj(b);
        break;
    case SH_ERRORS: *out = hop_bool(s->had_errors); break;
    case SH_ID: *out = hop_retain(s->instance); break;
    case SH_RUNSPACE: return powershell_own_runspace(s, out);
    case SH_POOL: *out = hop_retain(s->pool); break;
    case SH_OWNER: *out = hop_bool(s->own_runspace); break;
    case SH_NESTED: *out = hop_bool(false); break;
    default: *out = hop_text(""); break;
    }
    return true;
}

SETTER(shell_set_runspace)
{
    struct powershell *s = POWERSHELL(self);

    if (!powershell_is_idle(cx, s))
        return false;
    hop_value_set(&s->runspace, hop_retain(hop_value_base(v)));
    hop_value_clear(&s->pool);
    s->own_runspace = false;
    return true;
}

SETTER(shell_set_pool)
{
    struct powershell *s = POWERSHELL(self);

    if (!powershell_is_idle(cx, s))
        return false;
    hop_value_set(&s->pool, hop_retain(hop_value_base(v)));
    s->own_runspace = false;
    return true;
}

static const struct hop_property shell_properties[] = {
    {"Commands", SMA "PSCommand", shell_get, NULL, 0, SH_COMMANDS},
    {"Streams", SMA "PSDataStreams", shell_get, NULL, 0, SH_STREAMS},
    {"InstanceId", "guid", shell_get, NULL, 0, SH_ID},
    {"InvocationStateInfo", SMA "PSInvocationStateInfo", shell_get, NULL, 0,
     SH_INFO},
    {"IsNested", "bool", shell_get, NULL, 0, SH_NESTED},
    {"HadErrors", "bool", shell_get, NULL, 0, SH_ERRORS},
    {"HistoryString", "string", shell_get, NULL, 0, SH_HISTORY},
    {"Runspace", SMA "Runspaces.Runspace", shell_get, shell_set_runspace, 0,
     SH_RUNSPACE},
    {"RunspacePool", SMA "Runspaces.RunspacePool", shell_get, shell_set_pool, 0,
     SH_POOL},
    {"IsRunspaceOwner", "bool", shell_get, NULL, 0, SH_OWNER},
    {NULL}};

#define SELF SMA "PowerShell "
static const struct hop_method shell_methods[] = {
    {"static " SELF "Create()", shell_create},
    {"static " SELF "Create(System.Object initialSessionState)", shell_create},
    {SELF "AddScript(string script)", powershell_add, 1},
    {SELF "AddScript(string script, bool useLocalScope)", powershell_add, 1},
    {SELF "AddCommand(string cmdlet)", powershell_add, 0},
    {SELF "AddCommand(string cmdlet, bool useLocalScope)", powershell_add, 0},
    {SELF "AddCommand(System.Object commandInfo)", powershell_add, 0},
    {SELF "AddStatement()", powershell_add_statement},
    {SELF "AddParameter(string parameterName)", powershell_add_parameter},
    {SELF "AddParameter(string parameterName, System.Object value)",
     powershell_add_parameter},
    {SELF "AddParameters(System.Collections.IDictionary parameters)",
     powershell_add_parameters},
    {SELF "AddParameters(System.Collections.IList parameters)",
     powershell_add_parameters},
    {SELF "AddArgument(System.Object value)", powershell_add_argument},
    {"System.Collections.ObjectModel.Collection[psobject] Invoke()",
     powershell_invoke},
    {"System.Collections.ObjectModel.Collection[psobject] "
     "Invoke(System.Collections.IEnumerable input)",
     powershell_invoke},
    {"System.Object BeginInvoke()", powershell_begin},
    {"System.Object BeginInvoke(System.Object input)", powershell_begin},
    {"System.Object BeginInvoke(System.Object input, System.Object output)",
     powershell_begin},
    {SMA "PSDataCollection[psobject] EndInvoke(System.Object asyncResult)",
     powershell_end},
    {"void Stop()", powershell_stop},
    {"void Dispose()", powershell_dispose},
    {NULL}};
const struct hop_class class_powershell = {
    .name = SMA "PowerShell",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct powershell),
    .properties = shell_properties,
    .methods = shell_methods,
    .destroy = destroy_shell,
};

const struct hop_class *const powershell_classes[] = {
    &class_powershell,
    &class_powershell_result,
    &class_streams,
    &class_info,
    &class_powershell_program,
    &class_powershell_command,
    &class_powershell_parameter,
    NULL,
};
