/* Export-Clixml, Import-Clixml, ConvertTo-CliXml, ConvertFrom-CliXml, and
 * [PSSerializer].
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "clixml/clixml.h"
#include "cmdlets/management/paths.h"
#include "cmdlets/utility/utility.h"
#include "smb/files.h"
#include "value/convert.h"
#include "value/exception.h"
#include "value/types/encoding.h"
#include "value/types/file_info.h"

#define FILE_DEPTH 2

static const struct hop_clixml_options base_options = {
    .depth = FILE_DEPTH,
    .indent = true,
    .root = true,
};

static bool
bad_xml(struct hop_command *c, const struct hop_error *err)
{
    struct hop_error_spec spec = {.id = "System.Xml.XmlException",
                                  .category = HOP_CAT_NOT_SPECIFIED,
                                  .exception = "System.Xml.XmlException"};

    return hop_command_throw(c, &spec, "%s", err->text);
}

/* ---- ConvertTo-CliXml ---- */

enum { TO_INPUT, TO_DEPTH };
static const struct hop_param to_params[] = {
    [TO_INPUT] = {"InputObject", "psobject",
                  HOP_MANDATORY | HOP_BY_VALUE | HOP_ALLOW_NULL,
                  .position = HOP_POS(0)},
    [TO_DEPTH] = {"Depth", "int", .range = HOP_RANGE(1, 2147483647)},
};

struct to_state {
    struct hop_clixml_options options;
    struct hop_clixml_writer *writer;
    struct hop_buf text;
    char *path;
    bool go;
};

static bool
begin_to(struct hop_command *c)
{
    struct to_state *s = hop_command_state(c);

    s->options = base_options;
    s->options.depth = (int)hop_arg_int(c, TO_DEPTH, FILE_DEPTH);
    s->writer =
        hop_clixml_writer_new(hop_command_context(c), &s->options, &s->text);
    return true;
}

static bool
process_to(struct hop_command *c)
{
    struct to_state *s = hop_command_state(c);

    return hop_clixml_writer_add(s->writer, hop_arg(c, TO_INPUT), NULL);
}

static bool
end_to(struct hop_command *c)
{
    struct to_state *s = hop_command_state(c);

    hop_clixml_writer_end(s->writer);
    return hop_write_text(c, hop_buf_str(&s->text), s->text.len);
}

static void
dispose_to(struct hop_command *c)
{
    struct to_state *s = hop_command_state(c);

    if (s->writer)
        hop_clixml_writer_free(s->writer);
    hop_buf_done(&s->text);
    free(s->path);
}

const struct hop_cmdlet hop_cmdlet_convert_to_cli_xml = {
    .name = "ConvertTo-CliXml",
    HOP_PARAMS(to_params),
    .output = "System.String",
    .class_name = "ConvertToClixmlCommand",
    .synopsis = "Converts objects to CLIXML text.",
    .state_size = sizeof(struct to_state),
    .begin = begin_to,
    .process = process_to,
    .end = end_to,
    .dispose = dispose_to,
};

/* ---- ConvertFrom-CliXml ---- */

enum { FROM_INPUT };
static const struct hop_param from_params[] = {
    [FROM_INPUT] = {"InputObject", "string", HOP_MANDATORY | HOP_BY_VALUE,
                    .position = HOP_POS(0)},
};

/* Objects on their way from a document to the pipeline. */
struct reading {
    struct hop_command *c;
    uint64_t skip, first, seen;
    bool ended;
};

static bool
give(void *ctx, struct hop_value v, const char *stream)
{
    struct reading *r = ctx;
    uint64_t at = r->seen++;

    (void)stream;
    if (at < r->skip)
        return true;
    if (at - r->skip >= r->first || !hop_write(r->c, v)) {
        r->ended = true;
        return false;
    }
    return true;
}

static bool
read_text(struct hop_command *c, const char *s, size_t n, struct reading *r)
{
    struct hop_error err;

    if (hop_clixml_read(hop_command_context(c), &base_options, s, n, give, r,
                        &err))
        return true;
    if (r->ended)
        return r->seen - 1 >= r->skip + r->first;
    return bad_xml(c, &err);
}

static bool
process_from(struct hop_command *c)
{
    struct hop_value v = hop_arg(c, FROM_INPUT);
    struct reading r = {.c = c, .first = UINT64_MAX};

    return read_text(c, hop_cstr(v), v.u.s->len, &r);
}

const struct hop_cmdlet hop_cmdlet_convert_from_cli_xml = {
    .name = "ConvertFrom-CliXml",
    HOP_PARAMS(from_params),
    .class_name = "ConvertFromClixmlCommand",
    .synopsis = "Makes objects of CLIXML text.",
    .process = process_from,
};

/* ---- Export-Clixml ---- */

enum {
    EX_DEPTH,
    EX_PATH,
    EX_LITERAL,
    EX_INPUT,
    EX_FORCE,
    EX_CLOBBER,
    EX_ENCODING
};
static const struct hop_param export_params[] = {
    [EX_DEPTH] = {"Depth", "int", .range = HOP_RANGE(1, 2147483647)},
    [EX_PATH] = {"Path", "string",
                 .in = HOP_SETS({"ByPath", HOP_MANDATORY, HOP_POS(0)})},
    [EX_LITERAL] = {"LiteralPath", "string",
                    .in = HOP_SETS({"ByLiteralPath", HOP_MANDATORY, 0}),
                    .aliases = "PSPath LP"},
    [EX_INPUT] = {"InputObject", "psobject",
                  HOP_MANDATORY | HOP_BY_VALUE | HOP_ALLOW_NULL},
    [EX_FORCE] = {"Force", "switch"},
    [EX_CLOBBER] = {"NoClobber", "switch", .aliases = "NoOverwrite"},
    [EX_ENCODING] = {"Encoding", "System.Text.Encoding", HOP_ENCODING},
};

static bool
begin_export(struct hop_command *c)
{
    struct to_state *s = hop_command_state(c);
    const char *path = hop_arg_text(c, EX_PATH);
    struct hop_item_path p;

    if (!hop_path_resolve(hop_command_runspace(c),
                          path ? path : hop_arg_text(c, EX_LITERAL), &p))
        return false;
    s->path = hop_steal(&p.path);
    hop_item_path_done(&p);
    if (!hop_should_process(c, path ? path : hop_arg_text(c, EX_LITERAL),
                            "Export-Clixml", &s->go))
        return false;
    if (s->go && hop_arg_on(c, EX_CLOBBER) &&
        hop_files_access(s->path, F_OK) == 0)
        return hop_paths_no_clobber(c, s->path);
    s->options = base_options;
    s->options.depth = (int)hop_arg_int(c, EX_DEPTH, FILE_DEPTH);
    s->writer =
        hop_clixml_writer_new(hop_command_context(c), &s->options, &s->text);
    return true;
}

static bool
process_export(struct hop_command *c)
{
    struct to_state *s = hop_command_state(c);

    return hop_clixml_writer_add(s->writer, hop_arg(c, EX_INPUT), NULL);
}

static bool
end_export(struct hop_command *c)
{
    struct to_state *s = hop_command_state(c);
    const struct hop_encoding *e = hop_as_encoding(hop_arg(c, EX_ENCODING));
    HOP_AUTO_BUF struct hop_buf raw = HOP_BUF_INIT;

    hop_clixml_writer_end(s->writer);
    if (!s->go)
        return true;
    if (!e)
        e = hop_encoding_utf8(false);
    hop_encoding_preamble(e, &raw);
    hop_encoding_encode(e, hop_buf_str(&s->text), s->text.len, &raw);
    return hop_file_write_all(hop_command_context(c), s->path,
                              hop_buf_str(&raw), raw.len, false) ||
           hop_paths_open_failed(c, s->path);
}

const struct hop_cmdlet hop_cmdlet_export_clixml = {
    .name = "Export-Clixml",
    .default_set = "ByPath",
    HOP_PARAMS(export_params),
    .flags = HOP_SHOULD_PROCESS,
    .synopsis = "Writes objects to a CLIXML file.",
    .state_size = sizeof(struct to_state),
    .begin = begin_export,
    .process = process_export,
    .end = end_export,
    .dispose = dispose_to,
};

/* ---- Import-Clixml ---- */

enum { IM_PATH, IM_LITERAL, IM_COUNT, IM_SKIP, IM_FIRST };
static const struct hop_param import_params[] = {
    [IM_PATH] = {"Path", "string[]",
                 .in = HOP_SETS({"ByPath",
                                 HOP_MANDATORY | HOP_BY_VALUE | HOP_BY_NAME,
                                 HOP_POS(0)})},
    [IM_LITERAL] = {"LiteralPath", "string[]",
                    .in = HOP_SETS(
                        {"ByLiteralPath", HOP_MANDATORY | HOP_BY_NAME, 0}),
                    .aliases = "PSPath LP"},
    [IM_COUNT] = {"IncludeTotalCount", "switch"},
    [IM_SKIP] = {"Skip", "ulong"},
    [IM_FIRST] = {"First", "ulong"},
};
static const struct hop_path_params import_paths = {IM_PATH,      IM_LITERAL,
                                                    HOP_NO_PARAM, HOP_NO_PARAM,
                                                    HOP_NO_PARAM, HOP_NO_PARAM};

static bool
import_one(struct hop_command *c, struct hop_item_path *p)
{
    HOP_AUTO_BUF struct hop_buf raw = HOP_BUF_INIT;
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;
    struct reading r = {
        .c = c,
        .skip = (uint64_t)hop_arg_int(c, IM_SKIP, 0),
        .first = hop_arg_bound(c, IM_FIRST) ? (uint64_t)hop_arg(c, IM_FIRST).u.i
                                            : UINT64_MAX,
    };

    if (!hop_file_read_all(hop_command_context(c), p->path, &raw))
        return hop_paths_open_failed(c, p->path);
    hop_encoding_decode_file(hop_encoding_utf8(false), hop_buf_str(&raw),
                             raw.len, &text);
    /* How many there are is not known before they are read: 0, "unknown". */
    if (hop_arg_on(c, IM_COUNT) && !hop_write_take(c, hop_ulong(0)))
        return false;
    return read_text(c, hop_buf_str(&text), text.len, &r);
}

static bool
process_import(struct hop_command *c)
{
    return hop_paths_each_file(c, &import_paths, import_one);
}

const struct hop_cmdlet hop_cmdlet_import_clixml = {
    .name = "Import-Clixml",
    .default_set = "ByPath",
    HOP_PARAMS(import_params),
    .synopsis = "Reads the objects of a CLIXML file.",
    .process = process_import,
};

/* ---- [System.Management.Automation.PSSerializer] ---- */

static bool
call_serialize(struct hop_context *cx, struct hop_call *call)
{
    struct hop_clixml_options o = base_options;
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    o.depth = call->n > 1 ? (int)call->args[1].u.i : 1;
    if (!hop_clixml_write(cx, &o, call->args[0], &b))
        return false;
    call->result = hop_text_buf(&b);
    return true;
}

static bool
collect(void *ctx, struct hop_value v, const char *stream)
{
    (void)stream;
    hop_array_push(ctx, hop_retain(v));
    return true;
}

static bool
call_deserialize(struct hop_context *cx, struct hop_call *call)
{
    struct hop_array *all = hop_array_new(cx, 0);
    HOP_AUTO_VALUE struct hop_value held = hop_obj(all);
    struct hop_error err;

    if (!hop_is_string(call->args[0]))
        return hop_throw_null(cx, "source");
    if (!hop_clixml_read(cx, &base_options, hop_cstr(call->args[0]),
                         call->args[0].u.s->len, collect, all, &err))
        return hop_throw(cx, &hop_exception_xml, "%s", err.text);
    if (call->data || all->n > 1)
        call->result = hop_value_steal(&held);
    else
        call->result = all->n ? hop_retain(all->items[0]) : hop_null();
    return true;
}

static const struct hop_method serializer_methods[] = {
    {"static string Serialize(System.Object source)", call_serialize},
    {"static string Serialize(System.Object source, int depth)",
     call_serialize},
    {"static System.Object Deserialize(string source)", call_deserialize, 0},
    {"static System.Object[] DeserializeAsList(string source)",
     call_deserialize, 1},
    {0},
};
extern const struct hop_class hop_class_ps_serializer;
const struct hop_class hop_class_ps_serializer = {
    .name = "System.Management.Automation.PSSerializer",
    .base = &hop_class_object,
    .flags = HOP_CLASS_ABSTRACT | HOP_CLASS_SEALED,
    .methods = serializer_methods,
};
