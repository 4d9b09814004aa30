/* Get-History, Clear-History, Add-History, Invoke-History.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>

#include "base/text.h"
#include "cmdlets/core/core.h"
#include "engine/engine.h"
#include "value/member.h"

enum { ID, COUNT, NEWEST };

static int64_t
id_of(const struct hop_array *list, size_t i)
{
    return ((const struct bag *)(const void *)list->items[i].u.o)->v[0].u.i;
}

/* The place of an entry; the list's length: there is none. */
static size_t
find(const struct hop_array *list, int64_t id)
{
    size_t n = list ? list->n : 0;

    for (size_t i = 0; i < n; i++)
        if (id_of(list, i) == id)
            return i;
    return n;
}

static bool
not_found(struct hop_command *c, int64_t id)
{
    return hop_command_error(
        c,
        &(struct hop_error_spec){.id = "GetHistoryNoHistoryForId",
                                 .category = HOP_CAT_OBJECT_NOT_FOUND,
                                 .target = hop_long(id)},
        "Cannot locate the history for Id %lld.", (long long)id);
}

/* ---- Get-History ---- */

static const struct hop_param get_params[] = {
    [ID] = {"Id", "long[]", HOP_BY_VALUE, .position = HOP_POS(0),
            .range = HOP_RANGE(1, 9007199254740992)},
    [COUNT] = {"Count", "int", .position = HOP_POS(1),
               .range = HOP_RANGE(0, INT16_MAX)},
};

static bool
write_last(struct hop_command *c, size_t end)
{
    struct hop_array *list = hop_as_array(c->rs->history);
    int64_t count = hop_arg_bound(c, COUNT) ? hop_arg(c, COUNT).u.i : INT32_MAX;
    size_t from = (int64_t)end > count ? end - (size_t)count : 0;

    for (size_t i = from; i < end; i++)
        if (!hop_write(c, list->items[i]))
            return false;
    return true;
}

static bool
get_history(struct hop_command *c)
{
    const struct hop_array *ids = hop_as_array(hop_arg(c, ID));
    struct hop_array *list = hop_as_array(c->rs->history);
    size_t n = list ? list->n : 0;

    if (!hop_arg_bound(c, ID) || !ids)
        return write_last(c, n);
    for (size_t i = 0; i < ids->n; i++) {
        size_t at = find(list, ids->items[i].u.i);

        if (at == n ? !not_found(c, ids->items[i].u.i)
            : ids->n == 1 && hop_arg_bound(c, COUNT)
                ? !write_last(c, at + 1)
                : !hop_write(c, list->items[at]))
            return false;
    }
    return true;
}

const struct hop_cmdlet hop_cmdlet_get_history = {
    .name = "Get-History",
    HOP_PARAMS(get_params),
    .output = "Microsoft.PowerShell.Commands.HistoryInfo",
    .synopsis = "Lists what was run in the session.",
    .process = get_history,
};

/* ---- Clear-History ---- */

#define ID_SET   "IDParameter"
#define LINE_SET "CommandLineParameter"
enum { LINES = NEWEST + 1 };
static const struct hop_param clear_params[] = {
    [ID] = {"Id", "int[]", .range = HOP_RANGE(1, INT32_MAX),
            .in = HOP_SETS({ID_SET, 0, HOP_POS(0)})},
    [COUNT] = {"Count", "int", .position = HOP_POS(1),
               .range = HOP_RANGE(1, INT32_MAX)},
    [NEWEST] = {"Newest", "switch"},
    [LINES] = {"CommandLine", "string[]", HOP_NOT_NULL_OR_EMPTY,
               .in = HOP_SETS({LINE_SET, 0, 0})},
};

static void
clear_count(struct hop_array *list, size_t count, bool newest)
{
    while (count-- && list->n)
        hop_array_remove(list, newest ? list->n - 1 : 0);
}

static bool
clear_ids(struct hop_command *c, struct hop_array *list)
{
    for (size_t i = 0; i < hop_arg_count(c, ID); i++) {
        int64_t id = hop_arg_item(c, ID, i).u.i;
        size_t at = find(list, id);

        if (at < (list ? list->n : 0))
            hop_array_remove(list, at);
        else if (!not_found(c, id))
            return false;
    }
    return true;
}

static bool
no_line(struct hop_command *c, const char *id, const char *text)
{
    HOP_AUTO_VALUE struct hop_value target = hop_text(text);

    return hop_command_error(
        c,
        &(struct hop_error_spec){
            .id = id, .category = HOP_CAT_OBJECT_NOT_FOUND, .target = target},
        "Cannot locate the history for command line %s.", text);
}

static bool
clear_lines(struct hop_command *c, struct hop_array *list)
{
    for (size_t k = 0; k < hop_arg_count(c, LINES); k++) {
        struct hop_value p = hop_value_base(hop_arg_item(c, LINES, k));
        bool any = false;

        for (size_t i = list ? list->n : 0; i > 0; i--) {
            const struct hop_string *line = history_line(list->items[i - 1]);

            if (!hop_wildcard_match(hop_cstr(p), p.u.s->len, line->data,
                                    line->len, true))
                continue;
            any = true;
            hop_array_remove(list, i - 1);
        }
        if (!any && !no_line(c, "GetHistoryNoHistoryForId", hop_cstr(p)))
            return false;
    }
    return true;
}

static bool
clear_history(struct hop_command *c)
{
    struct hop_array *list = hop_as_array(c->rs->history);
    bool go = false;

    if (!hop_should_process(c, "history", "Clear-History", &go))
        return false;
    if (!go)
        return true;
    if (hop_arg_bound(c, ID))
        return clear_ids(c, list);
    if (hop_arg_bound(c, LINES))
        return clear_lines(c, list);
    if (list)
        clear_count(list, (size_t)hop_arg_int(c, COUNT, (int64_t)list->n),
                    hop_arg_bound(c, NEWEST));
    return true;
}

const struct hop_cmdlet hop_cmdlet_clear_history = {
    .name = "Clear-History",
    .default_set = ID_SET,
    HOP_PARAMS(clear_params),
    .synopsis = "Forgets what was run in the session.",
    .flags = HOP_SHOULD_PROCESS,
    .process = clear_history,
};

/* ---- Add-History ---- */

enum { INPUT, PASS_THRU };
static const struct hop_param add_params[] = {
    [INPUT] = {"InputObject", "psobject[]", HOP_BY_VALUE,
               .position = HOP_POS(0)},
    [PASS_THRU] = {"Passthru", "switch"},
};

/* The parts of an entry that an object has; false: it has not all. */
static bool
take_entry(struct hop_command *c, struct hop_value v, struct history_entry *out)
{
    static const struct {
        const char *name, *type;
    } parts[] = {{"CommandLine", "string"},
                 {"ExecutionStatus",
                  "System.Management.Automation.Runspaces.PipelineState"},
                 {"StartExecutionTime", "datetime"},
                 {"EndExecutionTime", "datetime"}};
    struct hop_context *cx = &c->rs->cx;
    struct hop_value *to[] = {&out->line, &out->status, &out->began,
                              &out->ended};

    for (size_t i = 0; i < HOP_ARRAY_SIZE(parts); i++) {
        HOP_AUTO_VALUE struct hop_value m =
            hop_member_path(cx, v, parts[i].name);
        const struct hop_class *type =
            hop_types_find(cx, parts[i].type, strlen(parts[i].type));

        if (hop_is_null(m) || !type || !hop_try_convert(cx, m, type, to[i])) {
            hop_drop_exception(cx);
            return false;
        }
    }
    return true;
}

static bool
add_one(struct hop_command *c, struct hop_value v)
{
    struct history_entry e = {0};
    HOP_AUTO_VALUE struct hop_value made = hop_null();
    bool ok = take_entry(c, v, &e);

    if (ok)
        made = hop_retain(history_append(c->rs, &e));
    history_entry_done(&e);
    if (!ok)
        return hop_command_error(
            c,
            &(struct hop_error_spec){.id = "AddHistoryInvalidInput",
                                     .category = HOP_CAT_INVALID_DATA,
                                     .exception = "System.ArgumentException",
                                     .target = v},
            "Nothing is added to the history: the object has not all of "
            "CommandLine, ExecutionStatus, StartExecutionTime and "
            "EndExecutionTime, as Get-History gives them.");
    return !hop_arg_on(c, PASS_THRU) || hop_write(c, made);
}

static bool
add_history(struct hop_command *c)
{
    for (size_t i = 0; i < hop_arg_count(c, INPUT); i++)
        if (!add_one(c, hop_arg_item(c, INPUT, i)))
            return false;
    return true;
}

const struct hop_cmdlet hop_cmdlet_add_history = {
    .name = "Add-History",
    HOP_PARAMS(add_params),
    .output = "Microsoft.PowerShell.Commands.HistoryInfo",
    .synopsis = "Adds entries to the history of the session.",
    .process = add_history,
};

/* ---- Invoke-History ---- */

static const struct hop_param invoke_params[] = {
    [ID] = {"Id", "string", HOP_BY_NAME, .position = HOP_POS(0)},
};

static bool
missing(struct hop_command *c, const char *id, enum hop_category category,
        const char *what)
{
    struct hop_error_spec spec = {.id = id,
                                  .category = category,
                                  .exception = "System.ArgumentException"};

    return hop_command_throw(c, &spec, "Cannot locate %s.", what);
}

/* The entry of a number, the last one whose line begins with the text, or the
 * last of all; NULL: thrown. */
static const struct hop_string *
chosen_line(struct hop_command *c)
{
    const struct hop_array *list = hop_as_array(c->rs->history);
    const char *text = hop_arg_text(c, ID);
    size_t n = list ? list->n : 0;
    char *end;
    long long id = text ? strtoll(text, &end, 10) : 0;
    HOP_AUTO_FREE char *what = NULL;

    if (!text && n)
        return history_line(list->items[n - 1]);
    if (!text) {
        (void)missing(c, "InvokeHistoryNoLastHistoryEntryFound",
                      HOP_CAT_INVALID_OPERATION, "most recent history");
        return NULL;
    }
    if (*text && !*end) {
        size_t at = find(list, id);

        if (at < n)
            return history_line(list->items[at]);
        what = hop_xasprintf("the history for Id %lld", id);
        (void)missing(c, "InvokeHistoryNoHistoryForId",
                      HOP_CAT_OBJECT_NOT_FOUND, what);
        return NULL;
    }
    for (size_t i = n; i > 0; i--) {
        const struct hop_string *line = history_line(list->items[i - 1]);

        if (strlen(text) <= line->len &&
            hop_ascii_ieqn(text, line->data, strlen(text)))
            return line;
    }
    what = hop_xasprintf("the history for command line %s", text);
    (void)missing(c, "InvokeHistoryNoHistoryForCommandline",
                  HOP_CAT_OBJECT_NOT_FOUND, what);
    return NULL;
}

/* Objects of the line go out as the cmdlet's own. */
struct out_sink {
    struct hop_sink sink;
    struct hop_command *c;
};

static enum hop_flow
pass_on(struct hop_sink *sink, struct hop_value v)
{
    struct out_sink *s = (struct out_sink *)(void *)sink;

    if (hop_write(s->c, v))
        return HOP_FLOW_NEXT;
    return hop_has_exception(&s->c->rs->cx) ? HOP_FLOW_ERROR : HOP_FLOW_DONE;
}

static bool
run_line(struct hop_command *c, const struct hop_string *line)
{
    HOP_AUTO_VALUE struct hop_value block = hop_null();
    struct out_sink out = {{pass_on}, c};
    struct hop_block_call call = {.out = &out.sink};

    if (!hop_scriptblock_create(c->rs, line->data, line->len, &block))
        return false;
    call.block = block;
    return hop_command_flow(c, hop_call_block(c->rs, &call));
}

static void
show_line(struct hop_command *c, const struct hop_string *line)
{
    struct hop_host *host = hop_runspace_host(c->rs);

    if (!host)
        return;
    host->ops->write(host, line->data, line->len, HOP_COLOR_NONE,
                     HOP_COLOR_NONE);
    host->ops->write(host, "\n", 1, HOP_COLOR_NONE, HOP_COLOR_NONE);
}

/* It is shown, run, and kept in place of the command that asked for it. */
static bool
invoke_history(struct hop_command *c)
{
    const struct hop_string *line = chosen_line(c);
    struct hop_value *kept = &c->rs->history_line;
    bool go = false, ok;

    if (!line || !hop_should_process(c, line->data, "Invoke-History", &go))
        return false;
    if (!go)
        return true;
    if (c->rs->history_depth && hop_is_string(*kept) &&
        strcmp(hop_cstr(*kept), line->data) == 0)
        return hop_command_throw(
            c,
            &(struct hop_error_spec){.id = "InvokeHistoryLoopDetected",
                                     .category = HOP_CAT_INVALID_OPERATION,
                                     .exception =
                                         "System.InvalidOperationException"},
            "The command is not run: Invoke-History would run it from within "
            "itself, without an end.");
    hop_value_set(kept, hop_textn(line->data, line->len));
    show_line(c, line);
    c->rs->history_depth++;
    ok = run_line(c, kept->u.s);
    c->rs->history_depth--;
    return ok;
}

const struct hop_cmdlet hop_cmdlet_invoke_history = {
    .name = "Invoke-History",
    HOP_PARAMS(invoke_params),
    .synopsis = "Runs a command of the history again.",
    .flags = HOP_SHOULD_PROCESS | HOP_TRANSPARENT,
    .process = invoke_history,
};
