/* The Write- cmdlets.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "base/text.h"
#include "cmdlets/utility/utility.h"
#include "engine/host.h"
#include "engine/scope.h"
#include "value/class.h"
#include "value/convert.h"
#include "value/exception.h"
#include "value/member.h"

/* ---- Write-Output ---- */

enum { OUT_INPUT, OUT_NO_ENUMERATE };
static const struct hop_param output_params[] = {
    [OUT_INPUT] = {"InputObject", "psobject",
                   HOP_MANDATORY | HOP_BY_VALUE | HOP_REMAINING |
                       HOP_ALLOW_NULL | HOP_ALLOW_EMPTY_COLLECTION |
                       HOP_ALLOW_EMPTY_STRING,
                   .position = HOP_POS(0)},
    [OUT_NO_ENUMERATE] = {"NoEnumerate", "switch"},
};

static bool
process_output(struct hop_command *c)
{
    struct hop_value v = hop_arg(c, OUT_INPUT);

    if (v.kind == HOP_NULL)
        return hop_write(c, v);
    return hop_arg_on(c, OUT_NO_ENUMERATE) ? hop_write(c, v)
                                           : hop_write_all(c, v);
}

const struct hop_cmdlet hop_cmdlet_write_output = {
    .name = "Write-Output",
    HOP_PARAMS(output_params),
    .synopsis = "Writes objects to the pipeline.",
    .process = process_output,
};

/* ---- Write-Warning, -Verbose, -Debug ---- */

enum { MESSAGE };
static const struct hop_param message_params[] = {
    [MESSAGE] = {"Message", "string",
                 HOP_MANDATORY | HOP_BY_VALUE | HOP_ALLOW_EMPTY_STRING |
                     HOP_ALLOW_NULL,
                 .position = HOP_POS(0), .aliases = "Msg"},
};

static const char *
message(struct hop_command *c)
{
    const char *text = hop_arg_text(c, MESSAGE);

    return text ? text : "";
}

static bool
process_warning(struct hop_command *c)
{
    return hop_write_warning(c, "%s", message(c));
}

static bool
process_verbose(struct hop_command *c)
{
    return hop_write_verbose(c, "%s", message(c));
}

static bool
process_debug(struct hop_command *c)
{
    return hop_write_debug(c, "%s", message(c));
}

const struct hop_cmdlet hop_cmdlet_write_warning = {
    .name = "Write-Warning",
    HOP_PARAMS(message_params),
    .synopsis = "Writes a warning.",
    .process = process_warning,
};
const struct hop_cmdlet hop_cmdlet_write_verbose = {
    .name = "Write-Verbose",
    HOP_PARAMS(message_params),
    .synopsis = "Writes text to the verbose stream.",
    .process = process_verbose,
};
const struct hop_cmdlet hop_cmdlet_write_debug = {
    .name = "Write-Debug",
    HOP_PARAMS(message_params),
    .synopsis = "Writes a debug message.",
    .process = process_debug,
};

/* ---- Write-Information ---- */

enum { INFO_DATA, INFO_TAGS };
static const struct hop_param information_params[] = {
    [INFO_DATA] = {"MessageData", "object", HOP_MANDATORY | HOP_BY_VALUE,
                   .position = HOP_POS(0), .aliases = "Msg Message"},
    [INFO_TAGS] = {"Tags", "string[]", .position = HOP_POS(1)},
};

static bool
process_information(struct hop_command *c)
{
    return hop_write_information(c, hop_arg(c, INFO_DATA),
                                 hop_arg(c, INFO_TAGS));
}

const struct hop_cmdlet hop_cmdlet_write_information = {
    .name = "Write-Information",
    HOP_PARAMS(information_params),
    .synopsis = "Writes to the information stream.",
    .process = process_information,
};

/* ---- Write-Host ---- */

enum { HOST_OBJECT, HOST_NO_NEWLINE, HOST_SEPARATOR, HOST_FG, HOST_BG };
static const struct hop_param host_params[] = {
    [HOST_OBJECT] = {"Object", "object", HOP_BY_VALUE | HOP_REMAINING,
                     .position = HOP_POS(0), .aliases = "Msg Message"},
    [HOST_NO_NEWLINE] = {"NoNewline", "switch"},
    [HOST_SEPARATOR] = {"Separator", "object"},
    [HOST_FG] = {"ForegroundColor", "System.ConsoleColor"},
    [HOST_BG] = {"BackgroundColor", "System.ConsoleColor"},
};

/* "[key, value]" */
static bool
add_host_pair(struct hop_command *c, const struct hop_dict_entry *e,
              struct hop_buf *b)
{
    struct hop_context *cx = hop_command_context(c);

    hop_buf_addc(b, '[');
    if (!hop_add_string(cx, e->key, b))
        return false;
    hop_buf_adds(b, ", ");
    if (!hop_add_string(cx, e->value, b))
        return false;
    hop_buf_addc(b, ']');
    return true;
}

static bool
add_host_dict(struct hop_command *c, struct hop_dict *d, struct hop_buf *b)
{
    size_t n;
    HOP_AUTO_FREE struct hop_dict_entry **e = hop_dict_order(d, &n);

    for (size_t i = 0; i < n; i++) {
        if (i && hop_arg_bound(c, HOST_SEPARATOR)) {
            if (!hop_add_string(hop_command_context(c),
                                hop_arg(c, HOST_SEPARATOR), b))
                return false;
        } else if (i) {
            hop_buf_addc(b, ' ');
        }
        if (!add_host_pair(c, e[i], b))
            return false;
    }
    return true;
}

static bool
add_host_text(struct hop_command *c, struct hop_value v, struct hop_buf *b)
{
    struct hop_context *cx = hop_command_context(c);
    struct hop_value separator = hop_arg(c, HOST_SEPARATOR);
    struct hop_iter it;
    struct hop_value item;
    bool ok = true, first = true;
    int more = 0;

    struct hop_string *token = hop_token_text(v);

    if (hop_is_null(v))
        return true;
    if (token) {
        hop_buf_add(b, token->data, token->len);
        return true;
    }
    if (hop_as_dict(v))
        return add_host_dict(c, hop_as_dict(v), b);
    if (hop_is_string(hop_value_base(v)) ||
        !hop_is_enumerable(hop_value_base(v)))
        return hop_add_string(cx, v, b);
    if (!hop_context_enter(cx))
        return false;
    if (!hop_iter_init(cx, &it, hop_value_base(v)))
        return false;
    while (ok && (more = hop_iter_next(cx, &it, &item)) > 0) {
        if (!first) {
            if (hop_arg_bound(c, HOST_SEPARATOR))
                ok = hop_add_string(cx, separator, b);
            else
                hop_buf_addc(b, ' ');
        }
        first = false;
        ok = ok && add_host_text(c, item, b);
        hop_release(item);
    }
    hop_iter_done(&it);
    cx->depth--;
    return ok && more >= 0;
}

/* A HostInformationMessage, so that 6> and -InformationVariable get what was
 * shown, colours included. */
static struct hop_value
host_message(struct hop_command *c, const struct hop_buf *text)
{
    struct hop_value fg = hop_arg(c, HOST_FG), bg = hop_arg(c, HOST_BG);

    return hop_host_message(hop_command_runspace(c), hop_buf_str(text),
                            text->len, hop_arg_on(c, HOST_NO_NEWLINE),
                            fg.kind == HOP_ENUM ? (int)fg.u.i : HOP_COLOR_NONE,
                            bg.kind == HOP_ENUM ? (int)bg.u.i : HOP_COLOR_NONE);
}

static bool
process_host(struct hop_command *c)
{
    struct hop_context *cx = hop_command_context(c);
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    HOP_AUTO_VALUE struct hop_value tags =
        hop_obj(hop_array_of_strings(cx, (const char *const[]){"PSHOST"}, 1));
    HOP_AUTO_VALUE struct hop_value v = hop_null();

    if (!add_host_text(c, hop_arg(c, HOST_OBJECT), &b))
        return false;
    v = host_message(c, &b);
    return hop_write_information(c, v, tags);
}

const struct hop_cmdlet hop_cmdlet_write_host = {
    .name = "Write-Host",
    HOP_PARAMS(host_params),
    .synopsis = "Writes to the host.",
    .process = process_host,
};

/* ---- Write-Error ---- */

enum {
    ERR_EXCEPTION,
    ERR_MESSAGE,
    ERR_RECORD,
    ERR_CATEGORY,
    ERR_ID,
    ERR_TARGET,
    ERR_ACTION,
    ERR_ACTIVITY,
    ERR_REASON,
    ERR_TARGET_NAME,
    ERR_TARGET_TYPE
};
#define MADE HOP_SETS({"NoException"}, {"WithException"})
static const struct hop_param error_params[] = {
    [ERR_EXCEPTION] = {"Exception", "System.Exception",
                       .in = HOP_SETS(
                           {"WithException", HOP_MANDATORY, HOP_POS(0)})},
    [ERR_MESSAGE] = {"Message", "string",
                     HOP_ALLOW_NULL | HOP_ALLOW_EMPTY_STRING,
                     .in = HOP_SETS({"NoException",
                                     HOP_MANDATORY | HOP_BY_VALUE, HOP_POS(0)},
                                    {"WithException"}),
                     .aliases = "Msg"},
    [ERR_RECORD] = {"ErrorRecord", "System.Management.Automation.ErrorRecord",
                    .in = HOP_SETS({"ErrorRecord", HOP_MANDATORY, HOP_POS(0)})},
    [ERR_CATEGORY] = {"Category", "System.Management.Automation.ErrorCategory",
                      .in = MADE},
    [ERR_ID] = {"ErrorId", "string", .in = MADE},
    [ERR_TARGET] = {"TargetObject", "object", .in = MADE},
    [ERR_ACTION] = {"RecommendedAction", "string"},
    [ERR_ACTIVITY] = {"CategoryActivity", "string", .aliases = "Activity"},
    [ERR_REASON] = {"CategoryReason", "string", .aliases = "Reason"},
    [ERR_TARGET_NAME] = {"CategoryTargetName", "string",
                         .aliases = "TargetName"},
    [ERR_TARGET_TYPE] = {"CategoryTargetType", "string",
                         .aliases = "TargetType"},
};

static bool
set_text(struct hop_command *c, struct hop_value object, const char *property,
         size_t param)
{
    HOP_AUTO_STRING struct hop_string *name = hop_string_from(property);

    if (!hop_arg_bound(c, param))
        return true;
    return hop_member_set(hop_command_context(c), object, name,
                          hop_arg(c, param));
}

/* The parts of CategoryInfo that the user named. */
static bool
set_category_texts(struct hop_command *c, struct hop_value record)
{
    HOP_AUTO_STRING struct hop_string *name = hop_string_from("CategoryInfo");
    HOP_AUTO_VALUE struct hop_value info = hop_null();

    if (hop_member_get(hop_command_context(c), record, name, &info) !=
        HOP_FOUND)
        return !hop_has_exception(hop_command_context(c));
    return set_text(c, info, "Activity", ERR_ACTIVITY) &&
           set_text(c, info, "Reason", ERR_REASON) &&
           set_text(c, info, "TargetName", ERR_TARGET_NAME) &&
           set_text(c, info, "TargetType", ERR_TARGET_TYPE);
}

static struct hop_value
make_record(struct hop_command *c)
{
    struct hop_runspace *rs = hop_command_runspace(c);
    HOP_AUTO_BUF struct hop_buf type = HOP_BUF_INIT;
    HOP_AUTO_VALUE struct hop_value e = hop_null();
    struct hop_value record;
    const char *id = hop_arg_text(c, ERR_ID);
    const char *text = hop_arg_text(c, ERR_MESSAGE);
    bool given = hop_arg_bound(c, ERR_EXCEPTION);

    if (hop_arg_bound(c, ERR_RECORD))
        return hop_error_copy(rs, hop_arg(c, ERR_RECORD));
    e = given ? hop_retain(hop_value_base(hop_arg(c, ERR_EXCEPTION)))
              : hop_obj(hop_exception_new(hop_command_context(c),
                                          &hop_exception_write_error,
                                          text ? text : ""));
    hop_class_add_full_name(hop_class_of(e), &type);
    record =
        hop_error_record_from(rs, e, id && *id ? id : hop_buf_str(&type),
                              (enum hop_category)hop_arg(c, ERR_CATEGORY).u.i,
                              hop_arg(c, ERR_TARGET));
    if (given && text && *text)
        hop_error_recommend(rs, record, text, NULL);
    return record;
}

/* The error speaks of the script that reports it, not of Write-Error. */
static bool
process_error(struct hop_command *c)
{
    struct hop_runspace *rs = hop_command_runspace(c);
    HOP_AUTO_VALUE struct hop_value record = make_record(c);
    HOP_AUTO_VALUE struct hop_value caller =
        hop_variable_get(rs, "MyInvocation");
    const char *action = hop_arg_text(c, ERR_ACTION);

    if (action && *action)
        hop_error_recommend(rs, record, NULL, action);
    if (!hop_is_null(caller))
        hop_error_invocation(rs, record, caller, "Write-Error");
    if (!set_category_texts(c, record))
        return false;
    return hop_write_error(c, hop_value_steal(&record));
}

const struct hop_cmdlet hop_cmdlet_write_error = {
    .name = "Write-Error",
    .default_set = "NoException",
    HOP_PARAMS(error_params),
    .class_name = "WriteErrorException",
    .synopsis = "Writes an error that does not end the command.",
    .flags = HOP_TRANSPARENT,
    .process = process_error,
};

/* ---- Write-Progress ---- */

enum {
    P_ACTIVITY,
    P_STATUS,
    P_ID,
    P_PERCENT,
    P_SECONDS,
    P_OPERATION,
    P_PARENT,
    P_COMPLETED,
    P_SOURCE
};
static const struct hop_param progress_params[] = {
    [P_ACTIVITY] = {"Activity", "string", .position = HOP_POS(0)},
    [P_STATUS] = {"Status", "string", HOP_NOT_NULL_OR_EMPTY,
                  .position = HOP_POS(1)},
    [P_ID] = {"Id", "int", .range = HOP_RANGE(0, 2147483647),
              .position = HOP_POS(2)},
    [P_PERCENT] = {"PercentComplete", "int", .range = HOP_RANGE(-1, 100)},
    [P_SECONDS] = {"SecondsRemaining", "int"},
    [P_OPERATION] = {"CurrentOperation", "string"},
    [P_PARENT] = {"ParentId", "int", .range = HOP_RANGE(-1, 2147483647)},
    [P_COMPLETED] = {"Completed", "switch"},
    [P_SOURCE] = {"SourceId", "int"},
};

static bool
process_progress(struct hop_command *c)
{
    const char *activity = hop_arg_text(c, P_ACTIVITY);
    const char *status = hop_arg_text(c, P_STATUS);
    const char *operation = hop_arg_text(c, P_OPERATION);
    struct hop_progress p = {
        .source_id = hop_arg_int(c, P_SOURCE, 0),
        .id = (int32_t)hop_arg_int(c, P_ID, 0),
        .parent_id = (int32_t)hop_arg_int(c, P_PARENT, -1),
        .activity = activity ? activity : "",
        .status = status ? status : "Processing",
        .operation = operation ? operation : "",
        .percent = (int32_t)hop_arg_int(c, P_PERCENT, -1),
        .seconds_remaining = (int32_t)hop_arg_int(c, P_SECONDS, -1),
        .completed = hop_arg_on(c, P_COMPLETED),
    };

    return hop_write_progress(c, &p);
}

const struct hop_cmdlet hop_cmdlet_write_progress = {
    .name = "Write-Progress",
    HOP_PARAMS(progress_params),
    .synopsis = "Shows how far a long command has come.",
    .process = process_progress,
};
