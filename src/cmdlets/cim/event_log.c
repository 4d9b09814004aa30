/* Get-EventLog, and System.Diagnostics.EventLogEntry.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "cim/events.h"
#include "cmdlets/cim/event.h"
#include "cmdlets/record.h"
#include "value/enums.h"
#include "value/member.h"
#include "value/ops.h"

/* ---- EventLogEntry ---- */

enum {
    E_EVENT,
    E_MACHINE,
    E_DATA,
    E_INDEX,
    E_CATEGORY,
    E_NUMBER,
    E_TYPE,
    E_MESSAGE,
    E_SOURCE,
    E_STRINGS,
    E_INSTANCE,
    E_GENERATED,
    E_WRITTEN,
    E_USER,
};
static const struct hop_property entry_properties[] = {
    {"EventID", "System.Object", hop_record_get, NULL, HOP_PROP_SCRIPT,
     E_EVENT},
    HOP_RECORD_PROPERTY(E_MACHINE, "MachineName", "string"),
    HOP_RECORD_PROPERTY(E_DATA, "Data", "byte[]"),
    HOP_RECORD_PROPERTY(E_INDEX, "Index", "int"),
    HOP_RECORD_PROPERTY(E_CATEGORY, "Category", "string"),
    HOP_RECORD_PROPERTY(E_NUMBER, "CategoryNumber", "int16"),
    HOP_RECORD_PROPERTY(E_TYPE, "EntryType",
                        "System.Diagnostics.EventLogEntryType"),
    HOP_RECORD_PROPERTY(E_MESSAGE, "Message", "string"),
    HOP_RECORD_PROPERTY(E_SOURCE, "Source", "string"),
    HOP_RECORD_PROPERTY(E_STRINGS, "ReplacementStrings", "string[]"),
    HOP_RECORD_PROPERTY(E_INSTANCE, "InstanceId", "long"),
    HOP_RECORD_PROPERTY(E_GENERATED, "TimeGenerated", "datetime"),
    HOP_RECORD_PROPERTY(E_WRITTEN, "TimeWritten", "datetime"),
    HOP_RECORD_PROPERTY(E_USER, "UserName", "string"),
    {0},
};
const struct hop_class hop_class_event_entry =
    HOP_RECORD_CLASS("System.Diagnostics.EventLogEntry", entry_properties);

static struct hop_value
value_of(struct hop_context *cx, const struct hop_cim_instance *i,
         const char *name)
{
    int at = hop_cim_find(i, name);

    return at < 0 ? hop_null()
                  : cim_value_of(cx, i->properties[at].type,
                                 i->properties[at].flags, &i->values[at]);
}

int64_t
event_number(const struct hop_cim_instance *i, const char *name)
{
    const struct hop_cim_value *v = hop_cim_get(i, name);

    return v ? v->i : 0;
}

/* Win32_NTLogEvent counts 1 to 5, EventLogEntryType in bits. */
static int
type_of(int64_t event_type)
{
    return event_type >= 1 && event_type <= 5 ? 1 << (event_type - 1) : 4;
}

struct hop_value
event_entry_new(struct hop_context *cx, const struct hop_cim_instance *i,
                const struct cim_target *t)
{
    struct hop_record *r = hop_record_new(cx, &hop_class_event_entry);
    int64_t id = event_number(i, "EventIdentifier");
    char host[65];
    struct hop_value computer = value_of(cx, i, "ComputerName");

    if (hop_is_null(computer))
        computer = hop_text(cim_target_name(t, host));
    hop_record_set(r, E_EVENT, hop_int((int32_t)(id & 0xFFFF)));
    hop_record_set(r, E_MACHINE, computer);
    hop_record_set(r, E_DATA, hop_obj(hop_array_of_bytes(cx, "", 0)));
    hop_record_set(r, E_INDEX,
                   hop_int((int32_t)event_number(i, "RecordNumber")));
    hop_record_set(r, E_CATEGORY, hop_text("(0)"));
    hop_record_set(r, E_NUMBER,
                   hop_integer(HOP_INT16, event_number(i, "Category")));
    hop_record_set(
        r, E_TYPE,
        hop_enum(HOP_ENUM_EVENT_TYPE, type_of(event_number(i, "EventType"))));
    hop_record_set(r, E_MESSAGE, value_of(cx, i, "Message"));
    hop_record_set(r, E_SOURCE, value_of(cx, i, "SourceName"));
    hop_record_set(r, E_STRINGS, value_of(cx, i, "InsertionStrings"));
    hop_record_set(r, E_INSTANCE, hop_long(id));
    hop_record_set(r, E_GENERATED, value_of(cx, i, "TimeGenerated"));
    hop_record_set(r, E_WRITTEN, value_of(cx, i, "TimeWritten"));
    hop_record_set(r, E_USER, value_of(cx, i, "User"));
    return hop_obj(r);
}

/* System.Diagnostics.EventLogEntry#System/sshd/5 and the like in front. */
static void
push_names(struct hop_context *cx, struct hop_value v, const char *log)
{
    struct hop_record *r = (struct hop_record *)v.u.o;
    HOP_AUTO_FREE char *source = hop_xasprintf(
        "System.Diagnostics.EventLogEntry#%s/%s", log,
        hop_is_string(r->slot[E_SOURCE]) ? hop_cstr(r->slot[E_SOURCE]) : "");
    HOP_AUTO_FREE char *exact =
        hop_xasprintf("%s/%lld", source, (long long)r->slot[E_INSTANCE].u.i);

    hop_type_names_push(cx, v.u.o, source);
    hop_type_names_push(cx, v.u.o, exact);
}

/* ---- EventLog, for -List ---- */

enum { L_MAX, L_RETAIN, L_ACTION, L_ENTRIES, L_LOG, L_MACHINE };
static const struct hop_property log_properties[] = {
    HOP_RECORD_PROPERTY(L_MAX, "MaximumKilobytes", "long"),
    HOP_RECORD_PROPERTY(L_RETAIN, "MinimumRetentionDays", "int"),
    HOP_RECORD_PROPERTY(L_ACTION, "OverflowAction", "string"),
    HOP_RECORD_PROPERTY(L_ENTRIES, "Entries", "System.Object[]"),
    HOP_RECORD_PROPERTY(L_LOG, "Log", "string"),
    HOP_RECORD_PROPERTY(L_MACHINE, "MachineName", "string"),
    {0},
};
const struct hop_class hop_class_event_log =
    HOP_RECORD_CLASS("System.Diagnostics.EventLog", log_properties);

/* ---- Get-EventLog ---- */

enum {
    G_LOG,
    G_COMPUTER,
    G_NEWEST,
    G_AFTER,
    G_BEFORE,
    G_USER,
    G_INSTANCE,
    G_INDEX,
    G_TYPE,
    G_SOURCE,
    G_MESSAGE,
    G_BASE,
    G_LIST,
    G_STRING
};
#define IN_LOG .in = HOP_SETS({"LogName"})
static const struct hop_param params[] = {
    [G_LOG] = {"LogName", "string", .aliases = "LN",
               .in = HOP_SETS({"LogName", HOP_MANDATORY, HOP_POS(0)})},
    [G_COMPUTER] = {"ComputerName", "string[]", HOP_NOT_NULL_OR_EMPTY,
                    .aliases = "Cn"},
    [G_NEWEST] = {"Newest", "int", .range = HOP_RANGE(0, INT32_MAX), IN_LOG},
    [G_AFTER] = {"After", "datetime", HOP_NOT_NULL_OR_EMPTY, IN_LOG},
    [G_BEFORE] = {"Before", "datetime", HOP_NOT_NULL_OR_EMPTY, IN_LOG},
    [G_USER] = {"UserName", "string[]", HOP_NOT_NULL_OR_EMPTY, IN_LOG},
    [G_INSTANCE] = {"InstanceId", "long[]", HOP_NOT_NULL_OR_EMPTY,
                    .position = HOP_POS(1), .range = HOP_RANGE(0, 9e18),
                    IN_LOG},
    [G_INDEX] = {"Index", "int[]", HOP_NOT_NULL_OR_EMPTY,
                 .range = HOP_RANGE(1, INT32_MAX), IN_LOG},
    [G_TYPE] = {"EntryType", "string[]", HOP_NOT_NULL_OR_EMPTY, .aliases = "ET",
                .set = "Error Information FailureAudit SuccessAudit Warning",
                IN_LOG},
    [G_SOURCE] = {"Source", "string[]", HOP_NOT_NULL_OR_EMPTY, .aliases = "ABO",
                  IN_LOG},
    [G_MESSAGE] = {"Message", "string", HOP_NOT_NULL_OR_EMPTY, .aliases = "MSG",
                   IN_LOG},
    [G_BASE] = {"AsBaseObject", "switch", IN_LOG},
    [G_LIST] = {"List", "switch", .in = HOP_SETS({"List"})},
    [G_STRING] = {"AsString", "switch", .in = HOP_SETS({"List"})},
};

/* What the host can sort out itself. */
static void
make_filter(struct hop_command *c, struct hop_buf *b)
{
    static const struct {
        size_t param;
        const char *op;
    } times[] = {{G_AFTER, ">"}, {G_BEFORE, "<"}};

    hop_buf_addf(b, "Logfile = '%s'", hop_arg_text(c, G_LOG));
    for (size_t i = 0; i < HOP_ARRAY_SIZE(times); i++) {
        HOP_AUTO_FREE char *at =
            cim_text_of(hop_command_context(c), hop_arg(c, times[i].param));

        if (at)
            hop_buf_addf(b, " AND TimeGenerated %s '%s'", times[i].op, at);
    }
}

struct reading {
    struct hop_command *c;
    const struct cim_target *t;
    int64_t left; /* -1: any number */
    bool any, go_on;
};

static bool
is_like(struct hop_value pattern, struct hop_value text)
{
    const char *s = hop_is_string(text) ? hop_cstr(text) : "";

    return hop_wildcard_match(hop_cstr(pattern), pattern.u.s->len, s, strlen(s),
                              true);
}

static bool
any_like(struct hop_command *c, size_t param, struct hop_value text)
{
    for (size_t i = 0; i < hop_arg_count(c, param); i++)
        if (is_like(hop_arg_item(c, param, i), text))
            return true;
    return !hop_arg_bound(c, param);
}

static bool
any_is(struct hop_command *c, size_t param, int64_t n)
{
    for (size_t i = 0; i < hop_arg_count(c, param); i++)
        if (hop_arg_item(c, param, i).u.i == n)
            return true;
    return !hop_arg_bound(c, param);
}

static bool
is_type(struct hop_command *c, int64_t bits)
{
    static const char *const names[] = {"Error", "Warning", "Information",
                                        "SuccessAudit", "FailureAudit"};

    for (size_t i = 0; i < hop_arg_count(c, G_TYPE); i++)
        for (int k = 0; k < 5; k++)
            if (bits == 1 << k &&
                hop_ascii_ieq(names[k], hop_cstr(hop_arg_item(c, G_TYPE, i))))
                return true;
    return !hop_arg_bound(c, G_TYPE);
}

static bool
is_wanted(struct hop_command *c, const struct hop_record *r)
{
    struct hop_value message = hop_arg(c, G_MESSAGE);

    return is_type(c, r->slot[E_TYPE].u.i) &&
           any_like(c, G_SOURCE, r->slot[E_SOURCE]) &&
           any_like(c, G_USER, r->slot[E_USER]) &&
           any_is(c, G_INSTANCE, r->slot[E_INSTANCE].u.i) &&
           any_is(c, G_INDEX, r->slot[E_INDEX].u.i) &&
           (!hop_is_string(message) || is_like(message, r->slot[E_MESSAGE]));
}

static bool
take(void *ctx, const struct hop_cim_instance *i)
{
    struct reading *r = ctx;
    struct hop_context *cx = hop_command_context(r->c);
    HOP_AUTO_VALUE struct hop_value v = event_entry_new(cx, i, r->t);

    if (!is_wanted(r->c, (struct hop_record *)v.u.o))
        return true;
    r->any = true;
    if (!hop_arg_on(r->c, G_BASE))
        push_names(cx, v, hop_arg_text(r->c, G_LOG));
    r->go_on = hop_write(r->c, v);
    return r->go_on && (r->left < 0 || --r->left > 0);
}

/* Filters that are applied here would make the host stop too soon. */
static bool
sorts_here(struct hop_command *c)
{
    static const size_t own[] = {G_USER, G_INSTANCE, G_INDEX,
                                 G_TYPE, G_SOURCE,   G_MESSAGE};

    for (size_t i = 0; i < HOP_ARRAY_SIZE(own); i++)
        if (hop_arg_bound(c, own[i]))
            return true;
    return false;
}

static bool
no_such_log(struct hop_command *c, const struct cim_target *t)
{
    struct hop_error_spec spec = {.id = "LogDoesNotExist",
                                  .category = HOP_CAT_OBJECT_NOT_FOUND,
                                  .exception = "System.ArgumentException",
                                  .target = hop_arg(c, G_LOG)};
    char host[65];

    return hop_command_error(c, &spec,
                             "There is no event log '%s' on %s. There are "
                             "Application, Security and System.",
                             hop_arg_text(c, G_LOG), cim_target_name(t, host));
}

static bool
read_log(struct hop_command *c, const struct cim_target *t)
{
    HOP_AUTO_BUF struct hop_buf filter = HOP_BUF_INIT;
    struct cim_question q = {.class_name = "Win32_NTLogEvent"};
    int64_t newest = hop_arg_int(c, G_NEWEST, -1);
    struct reading r = {c, t, newest, false, true};
    struct hop_error err = {0};
    struct hop_error_spec none = {.id = "GetEventLogNoEntriesFound",
                                  .category = HOP_CAT_OBJECT_NOT_FOUND,
                                  .exception = "System.ArgumentException"};

    if (newest == 0)
        return true;
    if (!t->computer && hop_event_log_find(hop_arg_text(c, G_LOG)) < 0)
        return no_such_log(c, t);
    make_filter(c, &filter);
    q.filter = hop_buf_str(&filter);
    q.most = newest > 0 && !sorts_here(c) ? (uint32_t)newest : 0;
    if (!cim_each(t, &q, take, &r, &err))
        return cim_report(c, t, &err, hop_arg(c, G_LOG));
    if (!r.any && hop_event_log_find(hop_arg_text(c, G_LOG)) < 0)
        return no_such_log(c, t);
    if (!r.any)
        return hop_command_error(c, &none, "No matches found");
    return r.go_on;
}

static bool
list_log(void *ctx, const struct hop_cim_instance *i)
{
    struct reading *r = ctx;
    struct hop_context *cx = hop_command_context(r->c);
    HOP_AUTO_VALUE struct hop_value name = value_of(cx, i, "LogfileName");
    struct hop_record *log;
    char host[65];

    if (hop_arg_on(r->c, G_STRING)) {
        r->go_on = hop_write(r->c, name);
        return r->go_on;
    }
    log = hop_record_new(cx, &hop_class_event_log);
    hop_record_set(log, L_MAX, hop_long(event_number(i, "MaxFileSize") / 1024));
    hop_record_set(log, L_RETAIN, hop_int(0));
    hop_record_set(log, L_ACTION, hop_text("OverwriteAsNeeded"));
    hop_record_set(log, L_LOG, hop_retain(name));
    hop_record_set(log, L_MACHINE, hop_text(cim_target_name(r->t, host)));
    r->go_on = hop_write_take(r->c, hop_obj(log));
    return r->go_on;
}

static bool
process_at(struct hop_command *c, const struct cim_target *t)
{
    static const struct cim_question q = {.class_name = "Win32_NTEventLogFile"};
    struct reading r = {c, t, -1, false, true};
    struct hop_error err = {0};

    if (hop_command_in_set(c, "LogName"))
        return read_log(c, t);
    return cim_each(t, &q, list_log, &r, &err)
               ? r.go_on
               : cim_report(c, t, &err, hop_null());
}

static bool
process_get(struct hop_command *c)
{
    CIM_AUTO_TARGET struct cim_target t = {0};
    size_t n = hop_arg_count(c, G_COMPUTER);

    for (size_t i = 0; i < n; i++) {
        cim_target_done(&t);
        cim_target_init(&t, hop_cstr(hop_arg_item(c, G_COMPUTER, i)));
        if (!process_at(c, &t))
            return false;
    }
    return n > 0 || process_at(c, &t);
}

const struct hop_cmdlet hop_cmdlet_get_event_log = {
    .name = "Get-EventLog",
    .default_set = "LogName",
    HOP_PARAMS(params),
    .output = "System.Diagnostics.EventLogEntry System.Diagnostics.EventLog "
              "System.String",
    .synopsis = "Gets events of the logs System, Application and Security.",
    .process = process_get,
};
