/* Get-WinEvent, and EventLogRecord.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "cim/events.h"
#include "cmdlets/cim/event.h"
#include "cmdlets/record.h"
#include "value/convert.h"
#include "value/ops.h"

#define READER "System.Diagnostics.Eventing.Reader."

/* ---- EventLogRecord ---- */

enum {
    R_ID,
    R_LEVEL,
    R_NUMBER,
    R_PROVIDER,
    R_LOG,
    R_PID,
    R_MACHINE,
    R_USER,
    R_TIME,
    R_NAME,
    R_MESSAGE,
    R_PROPERTIES,
};
static const struct hop_property record_properties[] = {
    HOP_RECORD_PROPERTY(R_MESSAGE, "Message", "string"),
    HOP_RECORD_PROPERTY(R_ID, "Id", "int"),
    HOP_RECORD_PROPERTY(R_LEVEL, "Level", "byte"),
    HOP_RECORD_PROPERTY(R_NUMBER, "RecordId", "long"),
    HOP_RECORD_PROPERTY(R_PROVIDER, "ProviderName", "string"),
    HOP_RECORD_PROPERTY(R_LOG, "LogName", "string"),
    HOP_RECORD_PROPERTY(R_PID, "ProcessId", "int"),
    HOP_RECORD_PROPERTY(R_MACHINE, "MachineName", "string"),
    HOP_RECORD_PROPERTY(R_USER, "UserId", "string"),
    HOP_RECORD_PROPERTY(R_TIME, "TimeCreated", "datetime"),
    HOP_RECORD_PROPERTY(R_NAME, "LevelDisplayName", "string"),
    HOP_RECORD_PROPERTY(R_PROPERTIES, "Properties", "System.Object[]"),
    {0},
};
const struct hop_class hop_class_event_record =
    HOP_RECORD_CLASS(READER "EventLogRecord", record_properties);

/* Windows' levels: 2 error, 3 warning, 4 information, 0 of audits. */
static int
level_of(int64_t event_type)
{
    return event_type >= 1 && event_type <= 3 ? (int)event_type + 1 : 0;
}

static struct hop_value
text(const struct hop_cim_instance *i, const char *name)
{
    const char *s = hop_cim_text(i, name);

    return s ? hop_text(s) : hop_null();
}

static struct hop_value
record_new(struct hop_context *cx, const struct hop_cim_instance *i,
           const struct cim_target *t)
{
    static const char *const names[] = {"Information", "", "Error", "Warning",
                                        "Information"};
    struct hop_record *r = hop_record_new(cx, &hop_class_event_record);
    int level = level_of(event_number(i, "EventType"));
    int at = hop_cim_find(i, "TimeGenerated");
    char host[65];

    hop_record_set(r, R_MESSAGE, text(i, "Message"));
    hop_record_set(r, R_ID,
                   hop_int((int32_t)(event_number(i, "EventCode") & 0xFFFF)));
    hop_record_set(r, R_LEVEL, hop_byte((uint8_t)level));
    hop_record_set(r, R_NUMBER, hop_long(event_number(i, "RecordNumber")));
    hop_record_set(r, R_PROVIDER, text(i, "SourceName"));
    hop_record_set(r, R_LOG, text(i, "Logfile"));
    hop_record_set(r, R_MACHINE, text(i, "ComputerName"));
    if (hop_is_null(r->slot[R_MACHINE]))
        hop_record_set(r, R_MACHINE, hop_text(cim_target_name(t, host)));
    hop_record_set(r, R_USER, text(i, "User"));
    if (at >= 0)
        hop_record_set(r, R_TIME,
                       cim_value_of(cx, HOP_CIM_DATETIME, 0, &i->values[at]));
    hop_record_set(r, R_NAME, hop_text(names[level]));
    hop_record_set(r, R_PROPERTIES, hop_obj(hop_array_new(cx, 0)));
    return hop_obj(r);
}

enum { C_LOG, C_MODE, C_MAX, C_COUNT, C_ENABLED };
static const struct hop_property log_properties[] = {
    HOP_RECORD_PROPERTY(C_LOG, "LogName", "string"),
    HOP_RECORD_PROPERTY(C_MODE, "LogMode", "string"),
    HOP_RECORD_PROPERTY(C_MAX, "MaximumSizeInBytes", "long"),
    HOP_RECORD_PROPERTY(C_COUNT, "RecordCount", "long"),
    HOP_RECORD_PROPERTY(C_ENABLED, "IsEnabled", "bool"),
    {0},
};
const struct hop_class hop_class_event_configuration =
    HOP_RECORD_CLASS(READER "EventLogConfiguration", log_properties);

/* ---- Get-WinEvent ---- */

enum {
    G_LOG,
    G_LIST,
    G_PROVIDER,
    G_HASH,
    G_XPATH,
    G_MAX,
    G_COMPUTER,
    G_CREDENTIAL,
    G_OLDEST,
    G_FORCE
};
static const struct hop_param params[] = {
    [G_LOG] = {"LogName", "string[]",
               .in = HOP_SETS(
                   {"GetLogSet", HOP_BY_VALUE | HOP_BY_NAME, HOP_POS(0)})},
    [G_LIST] = {"ListLog", "string[]",
                .in = HOP_SETS({"ListLogSet", HOP_MANDATORY, HOP_POS(0)})},
    [G_PROVIDER] = {"ProviderName", "string[]",
                    .in = HOP_SETS({"GetProviderSet",
                                    HOP_MANDATORY | HOP_BY_NAME, HOP_POS(0)})},
    [G_HASH] = {"FilterHashtable", "hashtable[]",
                .in = HOP_SETS({"HashQuerySet", HOP_MANDATORY, HOP_POS(0)})},
    [G_XPATH] = {"FilterXPath", "string", HOP_NOT_NULL,
                 .in = HOP_SETS({"GetLogSet"}, {"GetProviderSet"})},
    [G_MAX] = {"MaxEvents", "long", .range = HOP_RANGE(1, 9e18)},
    [G_COMPUTER] = {"ComputerName", "string", HOP_NOT_NULL, .aliases = "Cn"},
    [G_CREDENTIAL] = {"Credential", "pscredential", HOP_CREDENTIAL},
    [G_OLDEST] = {"Oldest", "switch"},
    [G_FORCE] = {"Force", "switch"},
};

static void
quote(struct hop_buf *b, const char *s)
{
    hop_buf_addc(b, '\'');
    for (; *s; s++) {
        if (*s == '\'' || *s == '\\')
            hop_buf_addc(b, '\\');
        hop_buf_addc(b, *s);
    }
    hop_buf_addc(b, '\'');
}

/* "a = 'x'", or for a pattern "a LIKE 'x%'". */
static void
add_text(struct hop_buf *b, const char *property, const char *op,
         const char *pattern)
{
    HOP_AUTO_FREE char *s = hop_xstrdup(pattern);
    bool like = strpbrk(s, "*?") != NULL;

    for (char *p = s; *p; p++)
        *p = *p == '*' ? '%' : *p == '?' ? '_' : *p;
    hop_buf_addf(b, "%s %s ", property, like ? "LIKE" : op);
    quote(b, s);
}

/* "(a = 'x' OR a LIKE 'y%')" for one name with several patterns. */
static void
add_param(struct hop_command *c, struct hop_buf *b, const char *property,
          size_t param)
{
    size_t n = hop_arg_count(c, param);

    if (n == 0 ||
        (n == 1 && strcmp(hop_cstr(hop_arg_item(c, param, 0)), "*") == 0))
        return;
    hop_buf_adds(b, b->len ? " AND (" : "(");
    for (size_t i = 0; i < n; i++) {
        hop_buf_adds(b, i ? " OR " : "");
        add_text(b, property, "=", hop_cstr(hop_arg_item(c, param, i)));
    }
    hop_buf_addc(b, ')');
}

/* ---- hash tables ---- */

static const struct {
    const char *key, *property, *op;
} keys[] = {
    {"LogName", "Logfile", "="},
    {"ProviderName", "SourceName", "="},
    {"ID", "EventCode", "="},
    {"Level", "EventType", "level"},
    {"StartTime", "TimeGenerated", ">="},
    {"EndTime", "TimeGenerated", "<="},
    {"UserID", "User", "="},
    {"Data", "Message", "has"},
};

static bool
add_value(struct hop_context *cx, struct hop_buf *b, size_t row,
          struct hop_value v, bool first)
{
    HOP_AUTO_FREE char *s = NULL;
    HOP_AUTO_VALUE struct hop_value when = hop_null();

    if (strcmp(keys[row].property, "TimeGenerated") == 0) {
        if (!hop_convert(cx, v, &hop_class_datetime, &when))
            return false;
        v = when;
    }
    s = cim_text_of(cx, v);
    if (!s)
        return true;
    if (!first)
        hop_buf_adds(b, " OR ");
    if (strcmp(keys[row].op, "level") == 0) {
        int level = atoi(s);
        hop_buf_addf(b, "EventType = %d", level > 1 ? level - 1 : 1);
        if (level == 0 || level == 4)
            hop_buf_adds(b, " OR EventType > 3");
    } else if (strcmp(keys[row].op, "has") == 0) {
        HOP_AUTO_FREE char *like = hop_xasprintf("%%%s%%", s);
        hop_buf_addf(b, "%s LIKE ", keys[row].property);
        quote(b, like);
    } else {
        add_text(b, keys[row].property, keys[row].op, s);
    }
    return true;
}

static bool
unknown_key(struct hop_command *c, const char *key)
{
    struct hop_error_spec spec = {.id = "UnknownFilterKey",
                                  .category = HOP_CAT_INVALID_ARGUMENT,
                                  .exception = "System.ArgumentException",
                                  .target = hop_arg(c, G_HASH)};

    hop_command_throw(c, &spec,
                      "'%s' is no key of -FilterHashtable here. There are "
                      "LogName, ProviderName, ID, Level, StartTime, EndTime, "
                      "UserID and Data.",
                      key);
    return false;
}

static bool
add_entry(struct hop_command *c, struct hop_buf *b,
          const struct hop_dict_entry *e)
{
    const char *key = hop_is_string(e->key) ? hop_cstr(e->key) : "";
    struct hop_array *a = hop_as_array(e->value);
    size_t row = 0;

    while (row < HOP_ARRAY_SIZE(keys) && !hop_ascii_ieq(keys[row].key, key))
        row++;
    if (row == HOP_ARRAY_SIZE(keys))
        return unknown_key(c, key);
    hop_buf_adds(b, b->len && b->data[b->len - 1] != '(' ? " AND (" : "(");
    for (size_t i = 0; i < (a ? a->n : 1); i++)
        if (!add_value(hop_command_context(c), b, row,
                       a ? a->items[i] : e->value, i == 0))
            return false;
    hop_buf_addc(b, ')');
    return true;
}

static bool
add_tables(struct hop_command *c, struct hop_buf *b)
{
    for (size_t i = 0; i < hop_arg_count(c, G_HASH); i++) {
        struct hop_dict *d = hop_as_dict(hop_arg_item(c, G_HASH, i));
        size_t n = 0;
        struct hop_dict_entry **order = d ? hop_dict_order(d, &n) : NULL;
        bool ok = true;

        hop_buf_adds(b, i ? " OR (" : "(");
        for (size_t k = 0; ok && k < n; k++)
            ok = add_entry(c, b, order[k]);
        hop_buf_addc(b, ')');
        free(order);
        if (!ok)
            return false;
    }
    return true;
}

/* ---- XPath ---- */

/* The simple ones: *[System[(Level=2 or EventID=4624) and
 * Provider[@Name='sshd'] and TimeCreated[timediff(@SystemTime) <= 1000]]]. */
static bool
add_xpath(struct hop_command *c, struct hop_buf *b)
{
    static const struct {
        const char *from, *to;
    } words[] = {
        {"EventID", "EventCode"},     {"EventRecordID", "RecordNumber"},
        {"Computer", "ComputerName"}, {"Channel", "Logfile"},
        {"@Name", "SourceName"},
    };
    const char *s = hop_arg_text(c, G_XPATH);
    struct hop_error_spec spec = {.id = "InvalidXPath",
                                  .category = HOP_CAT_INVALID_ARGUMENT,
                                  .target = hop_arg(c, G_XPATH)};
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;

    while (*s) {
        size_t n = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstu"
                             "vwxyz@0123456789");
        size_t k = 0;

        if (n == 0) {
            if (*s == '\'' || *s == '"') {
                const char *end = strchr(s + 1, *s);
                n = end ? (size_t)(end - s) + 1 : strlen(s);
                hop_buf_add(&out, s, n);
                s += n;
                continue;
            }
            if (!strchr("*[] \t/", *s))
                hop_buf_addc(&out, *s);
            else if (*s == ' ')
                hop_buf_addc(&out, ' ');
            s++;
            continue;
        }
        while (k < HOP_ARRAY_SIZE(words) && (strlen(words[k].from) != n ||
                                             strncmp(words[k].from, s, n) != 0))
            k++;
        if (k < HOP_ARRAY_SIZE(words)) {
            hop_buf_adds(&out, words[k].to);
        } else if (n == 5 && strncmp(s, "Level", 5) == 0 && s[5] == '=') {
            int level = atoi(s + 6);
            hop_buf_addf(&out, "EventType=%d", level > 1 ? level - 1 : 1);
            n += 1 + strspn(s + 6, "0123456789");
        } else if (strncmp(s, "TimeCreated", 11) == 0 ||
                   strncmp(s, "EventData", 9) == 0) {
            return hop_command_throw(c, &spec,
                                     "-FilterXPath understands Level, EventID, "
                                     "Provider[@Name], Computer, Channel and "
                                     "EventRecordID. For times use "
                                     "-FilterHashtable @{StartTime=...}.");
        } else if (strncmp(s, "System", 6) != 0 &&
                   strncmp(s, "Event", n) != 0 &&
                   strncmp(s, "Provider", 8) != 0) {
            hop_buf_add(&out, s, n);
        }
        s += n;
    }
    if (out.len)
        hop_buf_addf(b, "%s(%s)", b->len ? " AND " : "", hop_buf_str(&out));
    return true;
}

/* ---- reading ---- */

struct reading {
    struct hop_command *c;
    const struct cim_target *t;
    int64_t left; /* -1: any number */
    bool any, go_on;
    struct hop_array *kept; /* for -Oldest */
};

static bool
take(void *ctx, const struct hop_cim_instance *i)
{
    struct reading *r = ctx;
    struct hop_value v = record_new(hop_command_context(r->c), i, r->t);

    r->any = true;
    if (r->kept) {
        hop_array_push(r->kept, v);
        return true;
    }
    r->go_on = hop_write_take(r->c, v);
    return r->go_on && (r->left < 0 || --r->left > 0);
}

static bool
write_kept(struct reading *r)
{
    for (size_t i = r->kept->n; i-- > 0 && r->left != 0; r->left--)
        if (!hop_write(r->c, r->kept->items[i]))
            return false;
    return true;
}

static bool
read_events(struct hop_command *c, const struct cim_target *t,
            const char *filter)
{
    int64_t most = hop_arg_int(c, G_MAX, -1);
    struct cim_question q = {.class_name = "Win32_NTLogEvent",
                             .filter = filter};
    struct reading r = {c, t, most, false, true, NULL};
    HOP_AUTO_VALUE struct hop_value kept = hop_null();
    struct hop_error_spec none = {.id = "NoMatchingEventsFound",
                                  .category = HOP_CAT_OBJECT_NOT_FOUND};
    struct hop_error err = {0};

    if (hop_arg_on(c, G_OLDEST)) {
        r.kept = hop_array_new(hop_command_context(c), 0);
        kept = hop_obj(r.kept);
    } else {
        q.most = most > 0 && most < UINT32_MAX ? (uint32_t)most : 0;
    }
    if (!cim_each(t, &q, take, &r, &err))
        return cim_report(c, t, &err, hop_arg(c, G_LOG));
    if (!r.any)
        return hop_command_error(c, &none,
                                 "No events were found that match the "
                                 "specified selection criteria.");
    return r.kept ? write_kept(&r) : r.go_on;
}

static bool
write_log(struct hop_command *c, const char *name)
{
    struct hop_record *r =
        hop_record_new(hop_command_context(c), &hop_class_event_configuration);

    hop_record_set(r, C_LOG, hop_text(name));
    hop_record_set(r, C_MODE, hop_text("Circular"));
    hop_record_set(r, C_ENABLED, hop_bool(true));
    return hop_write_take(c, hop_obj(r));
}

static bool
list_logs(struct hop_command *c)
{
    struct hop_error_spec none = {.id = "NoMatchingLogsFound",
                                  .category = HOP_CAT_OBJECT_NOT_FOUND};

    for (size_t k = 0; k < hop_arg_count(c, G_LIST); k++) {
        struct hop_value p = hop_arg_item(c, G_LIST, k);
        bool any = false;

        for (int i = 0; i < HOP_LOGS; i++) {
            if (!hop_wildcard_match(hop_cstr(p), p.u.s->len, hop_event_logs[i],
                                    strlen(hop_event_logs[i]), true))
                continue;
            any = true;
            if (!write_log(c, hop_event_logs[i]))
                return false;
        }
        none.target = p;
        if (!any && !hop_command_error(c, &none,
                                       "There is not an event log that matches "
                                       "\"%s\".",
                                       hop_cstr(p)))
            return false;
    }
    return true;
}

static bool
process_get(struct hop_command *c)
{
    CIM_AUTO_TARGET struct cim_target t = {0};
    HOP_AUTO_BUF struct hop_buf filter = HOP_BUF_INIT;

    if (hop_arg_bound(c, G_LIST))
        return list_logs(c);
    cim_target_init(&t, hop_arg_text(c, G_COMPUTER));
    t.credential = hop_retain(hop_arg(c, G_CREDENTIAL));
    t.cx = hop_command_context(c);
    add_param(c, &filter, "Logfile", G_LOG);
    add_param(c, &filter, "SourceName", G_PROVIDER);
    if (!add_tables(c, &filter) ||
        (hop_arg_bound(c, G_XPATH) && !add_xpath(c, &filter)))
        return false;
    return read_events(c, &t, filter.len ? hop_buf_str(&filter) : NULL);
}

const struct hop_cmdlet hop_cmdlet_get_win_event = {
    .name = "Get-WinEvent",
    .default_set = "GetLogSet",
    HOP_PARAMS(params),
    .output = READER "EventLogRecord " READER "EventLogConfiguration",
    .synopsis = "Gets events of the logs System, Application and Security.",
    .process = process_get,
};
