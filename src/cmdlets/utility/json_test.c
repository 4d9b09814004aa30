/* Test-Json.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "base/text.h"
#include "cmdlets/management/filesystem.h"
#include "cmdlets/utility/json_tree.h"
#include "cmdlets/utility/utility.h"
#include "value/exception.h"
#include "value/types/encoding.h"
#include "value/types/file_info.h"

enum { JSON, PATH, LITERAL, SCHEMA, SCHEMA_FILE, OPTIONS };
#define SETS_OF(what, flags, pos)                                              \
    HOP_SETS({"Json" what, HOP_MANDATORY | (flags), pos},                      \
             {"Json" what "WithSchemaString", HOP_MANDATORY | (flags), pos},   \
             {"Json" what "WithSchemaFile", HOP_MANDATORY | (flags), pos})
#define SETS_WITH(what)                                                        \
    HOP_SETS({"JsonStringWithSchema" what, HOP_MANDATORY, HOP_POS(1)},         \
             {"JsonPathWithSchema" what, HOP_MANDATORY, HOP_POS(1)},           \
             {"JsonLiteralPathWithSchema" what, HOP_MANDATORY, HOP_POS(1)})
static const struct hop_param params[] = {
    [JSON] = {"Json", "string",
              .in = SETS_OF("String", HOP_BY_VALUE, HOP_POS(0))},
    [PATH] = {"Path", "string", .in = SETS_OF("Path", HOP_BY_NAME, HOP_POS(0))},
    [LITERAL] = {"LiteralPath", "string",
                 .in = SETS_OF("LiteralPath", HOP_BY_NAME, HOP_POS(0)),
                 .aliases = "PSPath LP"},
    [SCHEMA] = {"Schema", "string", HOP_NOT_NULL_OR_EMPTY,
                .in = SETS_WITH("String")},
    [SCHEMA_FILE] = {"SchemaFile", "string", HOP_NOT_NULL_OR_EMPTY,
                     .in = SETS_WITH("File")},
    [OPTIONS] = {"Options", "string[]", HOP_NOT_NULL_OR_EMPTY,
                 .set = "IgnoreComments AllowTrailingCommas"},
};

struct state {
    struct hop_value schema; /* void: none given, or it was refused */
    struct hop_json_options options;
};

/* An error whose inner exception says why. */
static bool
report(struct hop_command *c, const char *id, struct hop_value target,
       const char *what, const char *why)
{
    struct hop_context *cx = hop_command_context(c);
    struct hop_exception *x = hop_exception_new(cx, &hop_exception_base, what);
    HOP_AUTO_VALUE struct hop_value v = hop_obj(x);

    if (why)
        x->inner = hop_obj(hop_exception_new(cx, &hop_exception_json, why));
    return hop_write_error(c,
                           hop_error_record_from(hop_command_runspace(c), v, id,
                                                 HOP_CAT_INVALID_DATA, target));
}

/* A file's text by the name of a parameter. */
static bool
read_text(struct hop_command *c, const char *path, struct hop_buf *out)
{
    HOP_AUTO_BUF struct hop_buf bytes = HOP_BUF_INIT;

    if (!hop_file_read_all(hop_command_context(c), path, &bytes))
        return false;
    hop_encoding_decode_file(hop_encoding_utf8(false), hop_buf_str(&bytes),
                             bytes.len, out);
    return true;
}

static bool
schema_unread(struct hop_command *c, const char *path)
{
    HOP_AUTO_VALUE struct hop_value target = hop_text(path);
    struct hop_error_spec spec = {.id = "JsonSchemaFileOpenFailure",
                                  .category = HOP_CAT_OPEN_ERROR,
                                  .exception = "System.Exception",
                                  .target = target};

    hop_drop_exception(hop_command_context(c));
    return hop_command_throw(c, &spec, "Can not open JSON schema file: %s",
                             path);
}

static bool
parse_schema(struct hop_command *c, const char *s, size_t n,
             struct hop_value target)
{
    struct state *st = hop_command_state(c);
    static const struct hop_json_options strict = {false, false};
    char why[128];

    return hop_json_parse(hop_command_context(c), s, n, &strict, &st->schema,
                          why) ||
           report(c, "InvalidJsonSchema", target,
                  "Cannot parse the JSON schema.", why);
}

static bool
read_schema_file(struct hop_command *c)
{
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;
    struct hop_item_path p;
    bool ok;

    if (!hop_path_resolve(hop_command_runspace(c), hop_arg_text(c, SCHEMA_FILE),
                          &p))
        return false;
    ok = (read_text(c, p.path, &text) || schema_unread(c, p.path)) &&
         parse_schema(c, hop_buf_str(&text), text.len, hop_arg(c, SCHEMA_FILE));
    hop_item_path_done(&p);
    return ok;
}

static bool
begin(struct hop_command *c)
{
    struct state *s = hop_command_state(c);

    s->schema = hop_void();
    for (size_t i = 0; i < hop_arg_count(c, OPTIONS); i++) {
        if (hop_ascii_ieq(hop_cstr(hop_arg_item(c, OPTIONS, i)),
                          "IgnoreComments"))
            s->options.comments = true;
        else
            s->options.trailing_commas = true;
    }
    if (hop_arg_bound(c, SCHEMA))
        return parse_schema(c, hop_arg_text(c, SCHEMA),
                            hop_arg(c, SCHEMA).u.s->len, hop_arg(c, SCHEMA));
    return !hop_arg_bound(c, SCHEMA_FILE) || read_schema_file(c);
}

/* ---- one document ---- */

static bool
check_schema(struct hop_command *c, struct hop_value v, bool *valid)
{
    struct state *s = hop_command_state(c);
    struct hop_json_problems problems = {NULL, 0, 0};
    char why[128] = "";
    enum hop_json_verdict verdict;
    bool ok = true;

    verdict = hop_json_schema_test(hop_command_context(c), s->schema, v,
                                   &problems, why);
    *valid = verdict == HOP_JSON_VALID;
    if (verdict == HOP_JSON_BAD_SCHEMA)
        ok = report(c, "InvalidJsonSchema", hop_arg(c, SCHEMA),
                    "Cannot parse the JSON schema.", why);
    for (size_t i = 0; ok && verdict == HOP_JSON_INVALID && i < problems.n;
         i++) {
        HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;

        hop_buf_addf(&text, "The JSON is not valid with the schema: %s at '%s'",
                     problems.item[i].text, problems.item[i].at);
        ok = report(c, "InvalidJsonAgainstSchemaDetailed", hop_null(),
                    hop_buf_str(&text), NULL);
    }
    hop_json_problems_done(&problems);
    return ok && verdict != HOP_JSON_FAILED;
}

static bool
test_text(struct hop_command *c, const char *text, size_t n)
{
    struct state *s = hop_command_state(c);
    HOP_AUTO_VALUE struct hop_value v = hop_null();
    char why[128];
    bool valid = true;

    if (!hop_json_parse(hop_command_context(c), text, n, &s->options, &v,
                        why)) {
        valid = false;
        if (!report(c, "InvalidJson", hop_arg(c, JSON),
                    "Cannot parse the JSON.", why))
            return false;
    } else if (s->schema.kind != HOP_VOID && !check_schema(c, v, &valid)) {
        return false;
    }
    return hop_write_bool(c, valid);
}

struct found {
    char *path;
};

static bool
take_path(void *ctx, struct hop_item_path *p)
{
    struct found *f = ctx;

    f->path = f->path ? f->path : strdup(p->path);
    return true;
}

static bool
test_file(struct hop_command *c, const char *path, bool literal)
{
    struct hop_runspace *rs = hop_command_runspace(c);
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;
    HOP_AUTO_FREE char *name = NULL;
    struct found f = {NULL};
    bool ok = hop_path_glob(rs, path, literal, true, take_path, &f);

    name = f.path;
    if (!ok)
        hop_drop_exception(hop_command_context(c));
    if (!ok || !name)
        return hop_path_not_found(rs, path);
    return read_text(c, name, &text) &&
           test_text(c, hop_buf_str(&text), text.len);
}

static bool
process(struct hop_command *c)
{
    if (hop_arg_bound(c, PATH))
        return test_file(c, hop_arg_text(c, PATH), false);
    if (hop_arg_bound(c, LITERAL))
        return test_file(c, hop_arg_text(c, LITERAL), true);
    return test_text(c, hop_arg_text(c, JSON), hop_arg(c, JSON).u.s->len);
}

static void
dispose(struct hop_command *c)
{
    hop_value_clear(&((struct state *)hop_command_state(c))->schema);
}

const struct hop_cmdlet hop_cmdlet_test_json = {
    .name = "Test-Json",
    .default_set = "JsonString",
    HOP_PARAMS(params),
    .output = "System.Boolean",
    .synopsis = "Tells whether text is JSON, and whether it follows a schema.",
    .state_size = sizeof(struct state),
    .begin = begin,
    .process = process,
    .dispose = dispose,
};
