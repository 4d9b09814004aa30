/* Small commands: New-Object, New-Guid, Get-Verb, Measure-Command,
 * Invoke-Expression, Read-Host, Join-String, Out-File.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/guid.h"
#include "base/text.h"
#include "cmdlets/format/formatter.h"
#include "cmdlets/format/shown.h"
#include "cmdlets/management/paths.h"
#include "cmdlets/utility/utility.h"
#include "engine/engine.h"
#include "engine/host.h"
#include "smb/files.h"
#include "value/convert.h"
#include "value/exception.h"
#include "value/member.h"
#include "value/ops.h"
#include "value/types/encoding.h"
#include "value/types/file_info.h"
#include "value/types/secure.h"

/* ---- New-Object ---- */

enum { NO_TYPE, NO_ARGUMENTS, NO_PROPERTY };
static const struct hop_param object_params[] = {
    [NO_TYPE] = {"TypeName", "string",
                 .in = HOP_SETS({"Net", HOP_MANDATORY, HOP_POS(0)})},
    [NO_ARGUMENTS] = {"ArgumentList", "object[]",
                      .in = HOP_SETS({"Net", 0, HOP_POS(1)}),
                      .aliases = "Args"},
    [NO_PROPERTY] = {"Property", "System.Collections.IDictionary"},
};

static bool
type_not_found(struct hop_command *c, const char *name)
{
    struct hop_error_spec spec = {
        .id = "TypeNotFound",
        .category = HOP_CAT_INVALID_TYPE,
        .exception = "System.Management.Automation.PSArgumentException"};

    return hop_command_throw(c, &spec,
                             "Cannot find type [%s]: verify that the assembly "
                             "containing this type is loaded.",
                             name);
}

static bool
set_property(struct hop_command *c, struct hop_value object,
             const struct hop_string *name, struct hop_value v)
{
    struct hop_error_spec spec = {.id = "InvalidOperationException",
                                  .category = HOP_CAT_INVALID_OPERATION,
                                  .exception =
                                      "System.InvalidOperationException"};
    struct hop_member_info info;

    if (!hop_member_lookup(hop_command_context(c), object, name, &info))
        return hop_command_throw(c, &spec,
                                 "The member \"%s\" was not found for the "
                                 "specified .NET object.",
                                 name->data);
    hop_string_release(info.name);
    if (info.kind & (HOP_MEMBER_METHOD | HOP_MEMBER_SCRIPT_METHOD))
        return hop_member_call(hop_command_context(c), object, name, &v, 1,
                               NULL, &(struct hop_value){.kind = HOP_NULL});
    return hop_member_set(hop_command_context(c), object, name, v);
}

static bool
set_properties(struct hop_command *c, struct hop_value object)
{
    struct hop_dict *d = hop_as_dict(hop_arg(c, NO_PROPERTY));
    bool custom = hop_is_exactly(object, &hop_class_pscustomobject);
    size_t n;
    HOP_AUTO_FREE struct hop_dict_entry **e = d ? hop_dict_order(d, &n) : NULL;

    for (size_t i = 0; e && i < n; i++) {
        HOP_AUTO_STRING struct hop_string *name = NULL;

        if (!hop_to_string(hop_command_context(c), e[i]->key, &name))
            return false;
        if (custom)
            hop_custom_set(object.u.o, name, hop_retain(e[i]->value));
        else if (!set_property(c, object, name, e[i]->value))
            return false;
    }
    return true;
}

/* What went wrong in a constructor, or in the search for one. */
static bool
construct_failed(struct hop_command *c)
{
    struct hop_context *cx = hop_command_context(c);
    HOP_AUTO_VALUE struct hop_value x = hop_null();
    const struct hop_string *id;
    struct hop_error_spec spec = {
        .id = "CannotFindAppropriateCtor",
        .category = HOP_CAT_OBJECT_NOT_FOUND,
        .exception = "System.Management.Automation.PSArgumentException"};

    if (!hop_has_exception(cx) ||
        !hop_value_is(cx->pending, &hop_exception_method))
        return false;
    x = hop_take_exception(cx);
    id = ((struct hop_exception *)x.u.o)->error_id;
    if (!id || !hop_string_is(id, "MethodCountCouldNotFindBest"))
        return hop_throw_record(
            hop_command_runspace(c),
            hop_error_record_from(hop_command_runspace(c), x,
                                  "ConstructorInvokedThrowException",
                                  HOP_CAT_INVALID_OPERATION, hop_null()));
    return hop_command_throw(c, &spec,
                             "A constructor was not found. Cannot find an "
                             "appropriate constructor for type %s.",
                             hop_arg_text(c, NO_TYPE));
}

static bool
construct(struct hop_command *c, const struct hop_class *cls,
          struct hop_value *out)
{
    struct hop_context *cx = hop_command_context(c);
    size_t n = hop_arg_count(c, NO_ARGUMENTS);
    HOP_AUTO_FREE struct hop_value *args = hop_xcalloc(n + 1, sizeof(*args));

    for (size_t i = 0; i < n; i++)
        args[i] = hop_arg_item(c, NO_ARGUMENTS, i);
    if (cls == &hop_class_psobject || cls == &hop_class_pscustomobject) {
        *out = hop_obj(hop_custom_new(cx));
        return true;
    }
    return hop_construct(cx, cls, args, n, out) || construct_failed(c);
}

static bool
process_object(struct hop_command *c)
{
    const char *name = hop_arg_text(c, NO_TYPE);
    const struct hop_class *cls;
    HOP_AUTO_VALUE struct hop_value v = hop_null();

    cls = hop_types_find(hop_command_context(c), name, strlen(name));
    if (!cls)
        return type_not_found(c, name);
    if (c->rs->language_mode == HOP_LANGUAGE_CONSTRAINED &&
        !language_is_core(cls)) {
        struct hop_error_spec spec = {
            .id = "CannotCreateTypeConstrainedLanguage",
            .category = HOP_CAT_PERMISSION_DENIED,
            .exception =
                "System.Management.Automation.PSNotSupportedException"};

        return hop_command_throw(c, &spec,
                                 "Cannot create type. Only core types are "
                                 "supported in this language mode.");
    }
    return construct(c, cls, &v) && set_properties(c, v) && hop_write(c, v);
}

const struct hop_cmdlet hop_cmdlet_new_object = {
    .name = "New-Object",
    .default_set = "Net",
    HOP_PARAMS(object_params),
    .synopsis = "Makes an object of a type.",
    .process = process_object,
};

/* ---- New-Guid ---- */

enum { GU_EMPTY, GU_INPUT };
static const struct hop_param guid_params[] = {
    [GU_EMPTY] = {"Empty", "switch", .in = HOP_SETS({"Empty"})},
    [GU_INPUT] = {"InputObject", "string",
                  .in = HOP_SETS({"InputObject", HOP_MANDATORY | HOP_BY_VALUE,
                                  HOP_POS(0)})},
};

static bool
process_guid(struct hop_command *c)
{
    struct hop_context *cx = hop_command_context(c);
    struct hop_guid g = {{0}};
    char text[HOP_GUID_TEXT];
    HOP_AUTO_VALUE struct hop_value v = hop_null(), s = hop_null();
    HOP_AUTO_VALUE struct hop_value x = hop_null();

    if (!hop_arg_on(c, GU_EMPTY))
        hop_guid_new(&g);
    hop_guid_format(&g, false, text);
    s = hop_text(hop_arg_bound(c, GU_INPUT) ? hop_arg_text(c, GU_INPUT) : text);
    if (hop_try_convert(cx, s, &hop_class_guid, &v))
        return hop_write(c, v);
    x = hop_obj(hop_exception_new(cx, &hop_exception_format,
                                  "Unrecognized Guid format."));
    return hop_write_error(c, hop_error_record_from(hop_command_runspace(c), x,
                                                    "StringNotRecognizedAsGuid",
                                                    HOP_CAT_INVALID_ARGUMENT,
                                                    hop_null())) &&
           hop_write(c, v);
}

const struct hop_cmdlet hop_cmdlet_new_guid = {
    .name = "New-Guid",
    .default_set = "Default",
    HOP_PARAMS(guid_params),
    .output = "System.Guid",
    .synopsis = "Makes a GUID.",
    .process = process_guid,
};

/* ---- Measure-Command ---- */

enum { ME_INPUT, ME_EXPRESSION };
static const struct hop_param measure_params[] = {
    [ME_INPUT] = {"InputObject", "psobject", HOP_BY_VALUE},
    [ME_EXPRESSION] = {"Expression", "scriptblock", HOP_MANDATORY,
                       .position = HOP_POS(0)},
};

struct measure_state {
    int64_t ns;
};

static int64_t
clock_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static bool
process_measure(struct hop_command *c)
{
    struct measure_state *s = hop_command_state(c);
    struct hop_value item = hop_arg(c, ME_INPUT);
    struct hop_block_call call = {.block = hop_arg(c, ME_EXPRESSION),
                                  .dollar_under =
                                      hop_arg_bound(c, ME_INPUT) ? &item : NULL,
                                  .out = &hop_sink_null};
    int64_t from = clock_ns();
    enum hop_flow flow = hop_call_block(hop_command_runspace(c), &call);

    s->ns += clock_ns() - from;
    return flow == HOP_FLOW_NEXT || flow == HOP_FLOW_RETURN;
}

static bool
end_measure(struct hop_command *c)
{
    struct measure_state *s = hop_command_state(c);

    return hop_write(c, hop_timespan(s->ns / 100));
}

const struct hop_cmdlet hop_cmdlet_measure_command = {
    .name = "Measure-Command",
    HOP_PARAMS(measure_params),
    .output = "System.TimeSpan",
    .synopsis = "Measures how long a script block runs.",
    .state_size = sizeof(struct measure_state),
    .process = process_measure,
    .end = end_measure,
};

/* ---- Invoke-Expression ---- */

enum { IE_COMMAND };
static const struct hop_param invoke_params[] = {
    [IE_COMMAND] = {"Command", "string", HOP_MANDATORY | HOP_BY_VALUE,
                    .position = HOP_POS(0)},
};

/* Objects of the block go out as the cmdlet's own. */
struct out_sink {
    struct hop_sink sink;
    struct hop_command *c;
};

static enum hop_flow
pass_on(struct hop_sink *sink, struct hop_value v)
{
    struct out_sink *s = (struct out_sink *)sink;

    if (hop_write(s->c, v))
        return HOP_FLOW_NEXT;
    return hop_has_exception(hop_command_context(s->c)) ? HOP_FLOW_ERROR
                                                        : HOP_FLOW_DONE;
}

static bool
process_invoke(struct hop_command *c)
{
    struct hop_value text = hop_arg(c, IE_COMMAND);
    HOP_AUTO_VALUE struct hop_value block = hop_null();
    struct out_sink out = {{pass_on}, c};
    struct hop_block_call call = {.out = &out.sink};

    if (!hop_scriptblock_create(hop_command_runspace(c), hop_cstr(text),
                                text.u.s->len, &block))
        return false;
    call.block = block;
    /* A trusted command may have got the text from a limited one. */
    if (c->rs->ever_constrained)
        as_block(block)->mode = HOP_LANGUAGE_CONSTRAINED;
    return hop_command_flow(c, hop_call_block(hop_command_runspace(c), &call));
}

const struct hop_cmdlet hop_cmdlet_invoke_expression = {
    .name = "Invoke-Expression",
    HOP_PARAMS(invoke_params),
    .synopsis = "Runs text as a command.",
    .flags = HOP_TRANSPARENT,
    .process = process_invoke,
};

/* ---- Read-Host ---- */

enum { RH_PROMPT, RH_SECURE, RH_MASK };
static const struct hop_param read_params[] = {
    [RH_PROMPT] = {"Prompt", "object", HOP_REMAINING, .position = HOP_POS(0)},
    [RH_SECURE] = {"AsSecureString", "switch",
                   .in = HOP_SETS({"AsSecureString"}, {"AsString"})},
    [RH_MASK] = {"MaskInput", "switch", .in = HOP_SETS({"AsString"})},
};

/* The text as a SecureString: NetworkCredential makes one. */
static bool
make_secure(struct hop_command *c, struct hop_value text, struct hop_value *out)
{
    struct hop_context *cx = hop_command_context(c);
    static const char name[] = "System.Net.NetworkCredential";
    const struct hop_class *cls = hop_types_find(cx, name, sizeof(name) - 1);
    HOP_AUTO_VALUE struct hop_value credential = hop_null();
    HOP_AUTO_VALUE struct hop_value user = hop_text("");
    HOP_AUTO_STRING struct hop_string *property =
        hop_string_from("SecurePassword");
    struct hop_value args[2] = {user, text};

    return cls && hop_construct(cx, cls, args, 2, &credential) &&
           hop_member_get(cx, credential, property, out) == HOP_FOUND;
}

/* A host that asks, but not here: the client of a session has none. */
static bool
has_no_user(struct hop_command *c)
{
    const struct hop_error_spec spec = {
        .id = "HostFunctionNotImplemented",
        .category = HOP_CAT_NOT_IMPLEMENTED,
        .exception = "System.Management.Automation.Host.HostException"};

    return hop_command_throw(
        c, &spec,
        "Read-Host has nobody to ask: the client of this session has no user "
        "interface. Give the value as a parameter instead.");
}

/* The question goes to the host as a field that has the prompt for its name. */
static enum hop_ask
ask_by_name(struct hop_host *host, const char *prompt, bool secret,
            struct hop_value *out)
{
    const struct hop_field field = {
        .name = prompt, .mandatory = true, .secure = secret};

    return host->ops->prompt(host, "", "", &field, 1, out);
}

static bool
read_by_name(struct hop_command *c, struct hop_host *host, bool secret)
{
    HOP_AUTO_BUF struct hop_buf prompt = HOP_BUF_INIT;
    HOP_AUTO_VALUE struct hop_value v = hop_null();
    enum hop_ask how;

    if (!hop_add_string(hop_command_context(c), hop_arg(c, RH_PROMPT), &prompt))
        return false;
    how = ask_by_name(host, hop_buf_str(&prompt), secret, &v);
    if (how == HOP_ASK_UNSUPPORTED)
        return has_no_user(c);
    if (how != HOP_ASK_OK)
        return how == HOP_ASK_END;
    if (hop_arg_on(c, RH_MASK) && hop_is_exactly(v, &hop_class_secure_string)) {
        size_t n;
        const char *text = hop_secure_text(v, &n);

        return hop_write_take(c, hop_textn(text, n));
    }
    return hop_write(c, v);
}

static bool
process_read(struct hop_command *c)
{
    struct hop_host *host = hop_runspace_host(hop_command_runspace(c));
    HOP_AUTO_BUF struct hop_buf prompt = HOP_BUF_INIT;
    bool secret = hop_arg_on(c, RH_SECURE) || hop_arg_on(c, RH_MASK);
    char *line = NULL;
    enum hop_ask answer;
    struct hop_value v;

    if (!host || !host->ops->interactive ||
        (secret ? !host->ops->read_secure : !host->ops->read_line))
        return hop_command_cannot_ask(c,
                                      "Give the value as a parameter instead.");
    if (host->ops->asks_by_name && !hop_is_null(hop_arg(c, RH_PROMPT)))
        return read_by_name(c, host, secret);
    if (!hop_is_null(hop_arg(c, RH_PROMPT))) {
        if (!hop_add_string(hop_command_context(c), hop_arg(c, RH_PROMPT),
                            &prompt))
            return false;
        hop_buf_adds(&prompt, ": ");
        host->ops->write(host, prompt.data, prompt.len, HOP_COLOR_NONE,
                         HOP_COLOR_NONE);
    }
    answer = secret ? host->ops->read_secure(host, &line)
                    : host->ops->read_line(host, &line);
    if (answer == HOP_ASK_UNSUPPORTED)
        return has_no_user(c);
    if (answer != HOP_ASK_OK)
        return answer == HOP_ASK_END;
    v = hop_text(line);
    if (secret)
        explicit_bzero(line, strlen(line));
    free(line);
    if (hop_arg_on(c, RH_SECURE)) {
        struct hop_value secure;
        bool ok = make_secure(c, v, &secure);

        explicit_bzero(v.u.s->data, v.u.s->len);
        hop_release(v);
        return ok && hop_write_take(c, secure);
    }
    return hop_write_take(c, v);
}

const struct hop_cmdlet hop_cmdlet_read_host = {
    .name = "Read-Host",
    .default_set = "AsString",
    HOP_PARAMS(read_params),
    .output = "System.String System.Security.SecureString",
    .synopsis = "Reads a line from the user.",
    .process = process_read,
};

/* ---- Join-String ---- */

enum {
    JS_PROPERTY,
    JS_SEPARATOR,
    JS_PREFIX,
    JS_SUFFIX,
    JS_SINGLE,
    JS_DOUBLE,
    JS_FORMAT,
    JS_CULTURE,
    JS_INPUT
};
static const struct hop_param join_params[] = {
    [JS_PROPERTY] = {"Property", "object", .position = HOP_POS(0)},
    [JS_SEPARATOR] = {"Separator", "string", HOP_ALLOW_EMPTY_STRING,
                      .position = HOP_POS(1)},
    [JS_PREFIX] = {"OutputPrefix", "string", .aliases = "op"},
    [JS_SUFFIX] = {"OutputSuffix", "string", .aliases = "os"},
    [JS_SINGLE] = {"SingleQuote", "switch", .in = HOP_SETS({"SingleQuote"})},
    [JS_DOUBLE] = {"DoubleQuote", "switch", .in = HOP_SETS({"DoubleQuote"})},
    [JS_FORMAT] = {"FormatString", "string", .in = HOP_SETS({"Format"})},
    [JS_CULTURE] = {"UseCulture", "switch"},
    [JS_INPUT] = {"InputObject", "psobject[]", HOP_BY_VALUE},
};

struct join_state {
    struct hop_buf text;
    size_t n;
};

static bool
property_value(struct hop_command *c, struct hop_value item,
               struct hop_value *out)
{
    struct hop_value p = hop_value_base(hop_arg(c, JS_PROPERTY));
    HOP_AUTO_STRING struct hop_string *name = NULL;
    struct hop_shown shown = {NULL, hop_null(), NULL};
    bool failed;

    if (hop_is_null(p)) {
        *out = hop_retain(item);
        return true;
    }
    if (p.kind == HOP_OBJECT)
        shown.block = p;
    else if (!hop_to_string(hop_command_context(c), p, &name))
        return false;
    shown.name = name;
    return hop_shown_read(hop_command_runspace(c), &shown, item, out, &failed);
}

static bool
join_one(struct hop_command *c, struct hop_value item)
{
    struct join_state *s = hop_command_state(c);
    struct hop_context *cx = hop_command_context(c);
    const char *separator = hop_arg_text(c, JS_SEPARATOR);
    const char *format = hop_arg_text(c, JS_FORMAT);
    HOP_AUTO_VALUE struct hop_value v = hop_null();
    const char *quote = hop_arg_on(c, JS_SINGLE)   ? "'"
                        : hop_arg_on(c, JS_DOUBLE) ? "\""
                                                   : "";

    if (!property_value(c, item, &v))
        return false;
    if (hop_is_null(v))
        return true;
    if (s->n++ && separator)
        hop_buf_adds(&s->text, separator);
    if (format)
        return hop_composite(cx, format, strlen(format), &v, 1, &s->text);
    hop_buf_adds(&s->text, quote);
    if (!hop_add_string(cx, v, &s->text))
        return false;
    hop_buf_adds(&s->text, quote);
    return true;
}

static bool
begin_join(struct hop_command *c)
{
    struct join_state *s = hop_command_state(c);
    const char *prefix = hop_arg_text(c, JS_PREFIX);

    if (prefix)
        hop_buf_adds(&s->text, prefix);
    return true;
}

static bool
process_join(struct hop_command *c)
{
    for (size_t i = 0; i < hop_arg_count(c, JS_INPUT); i++)
        if (!join_one(c, hop_arg_item(c, JS_INPUT, i)))
            return false;
    return true;
}

static bool
end_join(struct hop_command *c)
{
    struct join_state *s = hop_command_state(c);
    const char *suffix = hop_arg_text(c, JS_SUFFIX);

    if (suffix)
        hop_buf_adds(&s->text, suffix);
    return hop_write_text(c, hop_buf_str(&s->text), s->text.len);
}

static void
dispose_join(struct hop_command *c)
{
    struct join_state *s = hop_command_state(c);

    hop_buf_done(&s->text);
}

const struct hop_cmdlet hop_cmdlet_join_string = {
    .name = "Join-String",
    .default_set = "default",
    HOP_PARAMS(join_params),
    .output = "System.String",
    .synopsis = "Joins objects to one text.",
    .state_size = sizeof(struct join_state),
    .begin = begin_join,
    .process = process_join,
    .end = end_join,
    .dispose = dispose_join,
};

/* ---- Out-File ---- */

enum {
    OF_PATH,
    OF_LITERAL,
    OF_ENCODING,
    OF_APPEND,
    OF_FORCE,
    OF_NO_CLOBBER,
    OF_WIDTH,
    OF_NO_NEWLINE,
    OF_INPUT
};
static const struct hop_param file_params[] = {
    [OF_PATH] = {"FilePath", "string",
                 .in = HOP_SETS({"ByPath", HOP_MANDATORY, HOP_POS(0)}),
                 .aliases = "Path"},
    [OF_LITERAL] = {"LiteralPath", "string",
                    .in = HOP_SETS(
                        {"ByLiteralPath", HOP_MANDATORY | HOP_BY_NAME, 0}),
                    .aliases = "PSPath LP"},
    [OF_ENCODING] = {"Encoding", "System.Text.Encoding", HOP_ENCODING,
                     .position = HOP_POS(1)},
    [OF_APPEND] = {"Append", "switch"},
    [OF_FORCE] = {"Force", "switch"},
    [OF_NO_CLOBBER] = {"NoClobber", "switch", .aliases = "NoOverwrite"},
    [OF_WIDTH] = {"Width", "int", .range = HOP_RANGE(2, 2147483647)},
    [OF_NO_NEWLINE] = {"NoNewline", "switch"},
    [OF_INPUT] = {"InputObject", "psobject", HOP_BY_VALUE},
};

struct file_state {
    struct hop_formatter *formatter;
    struct hop_buf text;
    bool no_newline, go;
    char *path; /* owned */
};

static enum hop_flow
take_text(void *ctx, const char *text, size_t n)
{
    struct file_state *s = ctx;

    if (s->no_newline && n && text[n - 1] == '\n')
        n--;
    hop_buf_add(&s->text, text, n);
    return HOP_FLOW_NEXT;
}

static const struct hop_encoding *
file_encoding(struct hop_command *c)
{
    const struct hop_encoding *e = hop_as_encoding(hop_arg(c, OF_ENCODING));

    return e ? e : hop_encoding_utf8(false);
}

/* The file is made at once: what follows may fail, but it is there. */
static bool
open_file(struct hop_command *c, struct file_state *s)
{
    HOP_AUTO_BUF struct hop_buf mark = HOP_BUF_INIT;
    bool append = hop_arg_on(c, OF_APPEND);
    bool exists = hop_files_access(s->path, F_OK) == 0;

    if (hop_arg_on(c, OF_NO_CLOBBER) && !append && exists)
        return hop_paths_no_clobber(c, s->path);
    if (!append || !exists)
        hop_encoding_preamble(file_encoding(c), &mark);
    return hop_file_write_all(hop_command_context(c), s->path,
                              hop_buf_str(&mark), mark.len, append) ||
           hop_paths_open_failed(c, s->path);
}

static bool
begin_file(struct hop_command *c)
{
    struct file_state *s = hop_command_state(c);
    const char *path = hop_arg_text(c, OF_PATH);
    struct hop_item_path p;

    if (!hop_path_resolve(hop_command_runspace(c),
                          path ? path : hop_arg_text(c, OF_LITERAL), &p))
        return false;
    s->path = hop_steal(&p.path);
    hop_item_path_done(&p);
    s->no_newline = hop_arg_on(c, OF_NO_NEWLINE);
    if (!hop_should_process(c, path ? path : hop_arg_text(c, OF_LITERAL),
                            "Output to File", &s->go))
        return false;
    if (s->go && !open_file(c, s))
        return false;
    s->formatter =
        hop_format_ops.begin(hop_command_runspace(c),
                             (int)hop_arg_int(c, OF_WIDTH, -1), take_text, s);
    return true;
}

/* What there is goes to the file before it grows large. */
static bool
flush_file(struct hop_command *c, struct file_state *s)
{
    HOP_AUTO_BUF struct hop_buf raw = HOP_BUF_INIT;
    bool ok;

    if (!s->go || s->text.len == 0)
        return true;
    hop_encoding_encode(file_encoding(c), s->text.data, s->text.len, &raw);
    ok = hop_file_write_all(hop_command_context(c), s->path, hop_buf_str(&raw),
                            raw.len, true);
    hop_buf_clear(&s->text);
    return ok;
}

static bool
process_file(struct hop_command *c)
{
    struct file_state *s = hop_command_state(c);

    if (!hop_command_flow(
            c, hop_format_ops.object(s->formatter, hop_arg(c, OF_INPUT))))
        return false;
    return s->text.len < 65536 || flush_file(c, s);
}

static bool
end_file(struct hop_command *c)
{
    struct file_state *s = hop_command_state(c);
    struct hop_formatter *f = s->formatter;

    s->formatter = NULL;
    return hop_command_flow(c, hop_format_ops.end(f)) && flush_file(c, s);
}

static void
dispose_file(struct hop_command *c)
{
    struct file_state *s = hop_command_state(c);

    if (s->formatter)
        hop_format_ops.cancel(s->formatter);
    hop_buf_done(&s->text);
    free(s->path);
}

const struct hop_cmdlet hop_cmdlet_out_file = {
    .name = "Out-File",
    .default_set = "ByPath",
    HOP_PARAMS(file_params),
    .flags = HOP_SHOULD_PROCESS,
    .synopsis = "Writes objects to a file as they are shown.",
    .state_size = sizeof(struct file_state),
    .begin = begin_file,
    .process = process_file,
    .end = end_file,
    .dispose = dispose_file,
};
