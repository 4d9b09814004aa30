/* CREATE_PIPELINE, MS-PSRP 2.2.2.10, with PowerShell 2.2.3.11, Command
 * 2.2.3.12 and Command Parameter 2.2.3.13.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "psrp/body.h"
#include "value/enums.h"

#define C(name, kind, member, flags, id)                                       \
    {                                                                          \
        name, kind, offsetof(struct hop_psrp_command, member), flags, id       \
    }
#define MERGE(name, member, flags)                                             \
    C(name, FIELD_ENUM, member, flags, HOP_ENUM_PIPELINE_RESULT)

static const struct field command_fields[] = {
    C("Cmd", FIELD_TEXT, text, 0, 0),
    C("IsScript", FIELD_BOOL, is_script, 0, 0),
    C("UseLocalScope", FIELD_SCOPE, use_local_scope, 0, 0),
    MERGE("MergeMyResult", merge_my, 0),
    MERGE("MergeToResult", merge_to, 0),
    MERGE("MergePreviousResults", merge_previous, 0),
    MERGE("MergeError", merge[HOP_PSRP_MERGE_ERROR], MAY_LACK),
    MERGE("MergeWarning", merge[HOP_PSRP_MERGE_WARNING], MAY_LACK),
    MERGE("MergeVerbose", merge[HOP_PSRP_MERGE_VERBOSE], MAY_LACK),
    MERGE("MergeDebug", merge[HOP_PSRP_MERGE_DEBUG], MAY_LACK),
    MERGE("MergeInformation", merge[HOP_PSRP_MERGE_INFORMATION], MAY_LACK),
};

static const struct field argument_fields[] = {
    {"N", FIELD_TEXT, offsetof(struct hop_psrp_argument, name), 0, 0},
    {"V", FIELD_VALUE, offsetof(struct hop_psrp_argument, value), 0, 0},
};

#define P(name, kind, member, id)                                              \
    {                                                                          \
        name, kind, offsetof(struct hop_psrp_pipeline, member), 0, id          \
    }

/* Of the inner PowerShell object. */
static const struct field inner_fields[] = {
    P("IsNested", FIELD_BOOL, is_nested, 0),
    P("History", FIELD_TEXT, history, 0),
    P("RedirectShellErrorOutputPipe", FIELD_BOOL, redirect_errors, 0),
};

/* Behind it. */
static const struct field outer_fields[] = {
    P("NoInput", FIELD_BOOL, no_input, 0),
    P("ApartmentState", FIELD_ENUM, apartment, HOP_ENUM_APARTMENT),
    P("RemoteStreamOptions", FIELD_ENUM, stream_options,
      HOP_ENUM_STREAM_OPTIONS),
    P("AddToHistory", FIELD_BOOL, add_history, 0),
    P("HostInfo", FIELD_HOST, host, 0),
    P("IsNested", FIELD_BOOL, is_nested, 0),
};

/* ---- writing ---- */

static struct hop_array *
new_list(struct hop_context *cx)
{
    static const char *const names[] = {
        "System.Collections.Generic.List`1[[System.Management.Automation."
        "PSObject, System.Management.Automation, Version=7.6.0.500, "
        "Culture=neutral, PublicKeyToken=31bf3856ad364e35]]",
        "System.Object", NULL};
    struct hop_array *a = hop_object_new(cx, &hop_class_array_list);

    hop_psrp_set_types(cx, &a->base, names);
    return a;
}

static struct hop_value
write_command(struct hop_context *cx, const struct hop_psrp_command *c)
{
    struct hop_object *o = psrp_body_object(cx);
    struct hop_array *arguments = new_list(cx);

    psrp_body_write(cx, command_fields, HOP_ARRAY_SIZE(command_fields), c, o);
    for (size_t i = 0; i < c->argument_count; i++) {
        struct hop_object *a = psrp_body_object(cx);

        psrp_body_write(cx, argument_fields, HOP_ARRAY_SIZE(argument_fields),
                        &c->arguments[i], a);
        hop_array_push(arguments, hop_obj(a));
    }
    hop_custom_set_text(o, "Args", hop_obj(arguments));
    return hop_obj(o);
}

/* The commands of the statement that begins at *i, which moves behind it. */
static struct hop_value
write_statement(struct hop_context *cx, const struct hop_psrp_pipeline *p,
                size_t *i)
{
    struct hop_array *list = new_list(cx);

    while (*i < p->command_count) {
        const struct hop_psrp_command *c = &p->commands[(*i)++];

        hop_array_push(list, write_command(cx, c));
        if (c->ends_statement)
            break;
    }
    return hop_obj(list);
}

/* Several statements: all in ExtraCmds, and the first once more in Cmds. */
static void
write_statements(struct hop_context *cx, const struct hop_psrp_pipeline *p,
                 struct hop_object *o)
{
    struct hop_array *extra = new_list(cx);
    size_t first = 0;

    for (size_t i = 0; i < p->command_count;) {
        struct hop_object *statement = psrp_body_object(cx);

        hop_custom_set_text(statement, "Cmds", write_statement(cx, p, &i));
        hop_array_push(extra, hop_obj(statement));
    }
    if (extra->n > 1)
        hop_custom_set_text(o, "ExtraCmds", hop_obj(extra));
    else
        hop_release(hop_obj(extra));
    hop_custom_set_text(o, "Cmds", write_statement(cx, p, &first));
}

struct hop_value
psrp_pipeline_write(struct hop_context *cx, const struct hop_psrp_pipeline *p)
{
    struct hop_object *o = psrp_body_object(cx), *inner = psrp_body_object(cx);

    write_statements(cx, p, inner);
    psrp_body_write(cx, inner_fields, HOP_ARRAY_SIZE(inner_fields), p, inner);
    hop_custom_set_text(o, "PowerShell", hop_obj(inner));
    psrp_body_write(cx, outer_fields, HOP_ARRAY_SIZE(outer_fields), p, o);
    return hop_obj(o);
}

/* ---- reading ---- */

static bool
too_many(const char *what, size_t max, struct hop_error *err)
{
    return hop_error_set(err, HOP_ERROR_LIMIT, 0,
                         "a pipeline has more than %zu %s", max, what);
}

static struct hop_array *
read_list(struct hop_value v, const char *name, const char *what,
          struct hop_error *err)
{
    struct hop_value *member = psrp_body_member(v, name);
    struct hop_array *a = member ? hop_as_array(*member) : NULL;

    if (!a)
        hop_error_set(err, HOP_ERROR_PROTOCOL, 0, "%s lacks the list %s", what,
                      name);
    return a;
}

static bool
read_command(struct hop_context *cx, struct hop_value v,
             struct hop_psrp_command *c, struct hop_error *err)
{
    struct hop_array *arguments;

    if (!psrp_body_read(cx, "a command", command_fields,
                        HOP_ARRAY_SIZE(command_fields), v, c, err))
        return false;
    if (!c->text)
        return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                             "a command has no text");
    arguments = read_list(v, "Args", "a command", err);
    if (!arguments)
        return false;
    if (arguments->n > HOP_PSRP_MAX_ARGUMENTS)
        return too_many("arguments", HOP_PSRP_MAX_ARGUMENTS, err);
    c->arguments = hop_xcalloc(arguments->n + 1, sizeof(*c->arguments));
    for (size_t i = 0; i < arguments->n; i++) {
        c->argument_count++;
        if (!psrp_body_read(cx, "an argument", argument_fields,
                            HOP_ARRAY_SIZE(argument_fields),
                            arguments->items[i], &c->arguments[i], err))
            return false;
    }
    return true;
}

static bool
read_commands(struct hop_context *cx, struct hop_value v,
              struct hop_psrp_pipeline *p, struct hop_error *err)
{
    struct hop_array *list = read_list(v, "Cmds", "a pipeline", err);

    if (!list)
        return false;
    if (p->command_count + list->n > HOP_PSRP_MAX_COMMANDS)
        return too_many("commands", HOP_PSRP_MAX_COMMANDS, err);
    p->commands = hop_xrealloc(p->commands, p->command_count + list->n + 1,
                               sizeof(*p->commands));
    for (size_t i = 0; i < list->n; i++) {
        struct hop_psrp_command *c = &p->commands[p->command_count++];

        memset(c, 0, sizeof(*c));
        if (!read_command(cx, list->items[i], c, err))
            return false;
        c->ends_statement = i + 1 == list->n;
    }
    return true;
}

static bool
read_statements(struct hop_context *cx, struct hop_value inner,
                struct hop_psrp_pipeline *p, struct hop_error *err)
{
    struct hop_value *member = psrp_body_member(inner, "ExtraCmds");
    struct hop_array *extra = member ? hop_as_array(*member) : NULL;

    if (!extra || !extra->n)
        return read_commands(cx, inner, p, err);
    for (size_t i = 0; i < extra->n; i++)
        if (!read_commands(cx, extra->items[i], p, err))
            return false;
    return true;
}

bool
psrp_pipeline_read(struct hop_context *cx, struct hop_value v,
                   struct hop_psrp_pipeline *p, struct hop_error *err)
{
    static const char what[] = "CREATE_PIPELINE";
    struct hop_value *inner = psrp_body_member(v, "PowerShell");
    bool ok;

    if (!inner)
        return hop_error_set(err, HOP_ERROR_PROTOCOL, 0, "%s lacks PowerShell",
                             what);
    ok = read_statements(cx, *inner, p, err) &&
         psrp_body_read(cx, what, inner_fields, HOP_ARRAY_SIZE(inner_fields),
                        *inner, p, err) &&
         psrp_body_read(cx, what, outer_fields, HOP_ARRAY_SIZE(outer_fields), v,
                        p, err);
    if (ok && p->command_count == 0)
        ok = hop_error_set(err, HOP_ERROR_PROTOCOL, 0, "%s has no commands",
                           what);
    return ok;
}

void
psrp_pipeline_release(struct hop_psrp_pipeline *p)
{
    for (size_t i = 0; i < p->command_count; i++) {
        struct hop_psrp_command *c = &p->commands[i];

        for (size_t j = 0; j < c->argument_count; j++)
            psrp_body_release(argument_fields, HOP_ARRAY_SIZE(argument_fields),
                              &c->arguments[j]);
        free(c->arguments);
        psrp_body_release(command_fields, HOP_ARRAY_SIZE(command_fields), c);
    }
    free(p->commands);
    psrp_body_release(inner_fields, HOP_ARRAY_SIZE(inner_fields), p);
    psrp_body_release(outer_fields, HOP_ARRAY_SIZE(outer_fields), p);
}
