/* Import-PowerShellDataFile: the first hash table of a file, when it is made
 * of constants alone.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "base/text.h"
#include "cmdlets/management/paths.h"
#include "cmdlets/utility/utility.h"
#include "lang/parse.h"
#include "value/convert.h"
#include "value/types/encoding.h"
#include "value/types/file_info.h"

enum { PATH, LITERAL, NO_LIMIT };
static const struct hop_param params[] = {
    [PATH] = {"Path", "string[]", HOP_NOT_NULL_OR_EMPTY,
              .in = HOP_SETS({"ByPath", HOP_MANDATORY, HOP_POS(0)})},
    [LITERAL] = {"LiteralPath", "string[]", HOP_NOT_NULL_OR_EMPTY,
                 .in = HOP_SETS({"ByLiteralPath", HOP_MANDATORY | HOP_BY_NAME,
                                 HOP_POS(0)}),
                 .aliases = "PSPath LP"},
    [NO_LIMIT] = {"SkipLimitCheck", "switch"},
};

#define MAX_KEYS  500
#define MAX_NODES 5000

struct check {
    struct hop_ast *table; /* the first one found */
    uint32_t nodes;
    bool unlimited, unsafe;
};

static bool
find_table(void *ctx, struct hop_ast *node)
{
    struct check *k = ctx;

    if (!k->table && node->kind == HOP_AST_HASHTABLE)
        k->table = node;
    return !k->table && node->kind != HOP_AST_SCRIPT_BLOCK_EXPRESSION;
}

static bool
is_constant_variable(const struct hop_ast *node)
{
    static const char *const names[] = {"true", "false", "null"};
    const struct hop_ast_variable *v = (const struct hop_ast_variable *)node;

    for (size_t i = 0; i < HOP_ARRAY_SIZE(names); i++)
        if (strlen(names[i]) == v->path.len &&
            hop_ascii_ieqn(names[i], v->path.text, v->path.len))
            return true;
    return false;
}

static bool
is_safe(struct check *k, const struct hop_ast *node)
{
    switch (node->kind) {
    case HOP_AST_HASHTABLE:
        return k->unlimited ||
               ((const struct hop_ast_hashtable *)node)->n_pairs <= MAX_KEYS;
    case HOP_AST_VARIABLE: return is_constant_variable(node);
    case HOP_AST_CONSTANT:
    case HOP_AST_STRING_CONSTANT:
    case HOP_AST_EXPANDABLE_STRING:
    case HOP_AST_UNARY:
    case HOP_AST_TERNARY:
    case HOP_AST_INDEX:
    case HOP_AST_ARRAY_LITERAL:
    case HOP_AST_ARRAY_EXPRESSION:
    case HOP_AST_PAREN:
    case HOP_AST_SUB_EXPRESSION:
    case HOP_AST_SCRIPT_BLOCK_EXPRESSION:
    case HOP_AST_STATEMENT_BLOCK:
    case HOP_AST_PIPELINE:
    case HOP_AST_COMMAND_EXPRESSION: return true;
    default: return false;
    }
}

static bool
check_node(void *ctx, struct hop_ast *node)
{
    struct check *k = ctx;

    if (!is_safe(k, node) || (!k->unlimited && ++k->nodes > MAX_NODES))
        k->unsafe = true;
    return !k->unsafe && node->kind != HOP_AST_SCRIPT_BLOCK_EXPRESSION;
}

static bool
refuse(struct hop_command *c, const char *path, const char *id)
{
    HOP_AUTO_VALUE struct hop_value target = hop_text(path);
    struct hop_error_spec spec = {.id = id,
                                  .category = HOP_CAT_INVALID_DATA,
                                  .exception =
                                      "System.InvalidOperationException",
                                  .target = target};

    return hop_command_error(c, &spec,
                             "The file '%s' could not be parsed as a "
                             "PowerShell Data File.",
                             path);
}

static bool
refuse_dynamic(struct hop_command *c, struct hop_name text)
{
    struct hop_error_spec spec = {.id = "System.InvalidOperationException",
                                  .exception =
                                      "System.InvalidOperationException"};

    return hop_command_throw(c, &spec,
                             "Cannot generate a PowerShell object for a "
                             "ScriptBlock evaluating dynamic expressions. "
                             "Dynamic expression: %.*s.",
                             (int)text.len, text.text);
}

static bool
write_table(struct hop_command *c, struct hop_name text)
{
    HOP_AUTO_VALUE struct hop_value block = hop_null(), out = hop_null();
    struct hop_block_call call = {.new_scope = true};

    if (!hop_scriptblock_create(hop_command_runspace(c), text.text, text.len,
                                &block))
        return false;
    call.block = block;
    return hop_call_block_value(hop_command_runspace(c), &call, &out) &&
           hop_write(c, out);
}

static bool
read_one(struct hop_command *c, struct hop_item_path *p)
{
    HOP_AUTO_BUF struct hop_buf bytes = HOP_BUF_INIT;
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;
    HOP_AUTO_UNIT struct hop_unit *u = NULL;
    struct check k = {.unlimited = hop_arg_on(c, NO_LIMIT)};
    size_t errors;

    if (!hop_file_read_all(hop_command_context(c), p->path, &bytes))
        return false;
    hop_encoding_decode_file(hop_encoding_utf8(false), bytes.data, bytes.len,
                             &text);
    u = hop_lang_parse(hop_buf_str(&text), text.len, p->path, 0);
    (void)hop_unit_errors(u, &errors);
    if (errors)
        return refuse(c, p->path, "CouldNotParseAsPowerShellDataFile");
    hop_ast_visit((struct hop_ast *)hop_unit_root(u), find_table, &k);
    if (!k.table)
        return refuse(c, p->path,
                      "CouldNotParseAsPowerShellDataFileNoHashtableRoot");
    hop_ast_visit(k.table, check_node, &k);
    if (k.unsafe)
        return refuse_dynamic(c, hop_ast_text(u, k.table));
    return write_table(c, hop_ast_text(u, k.table));
}

static bool
missing(struct hop_command *c, const char *path)
{
    HOP_AUTO_VALUE struct hop_value target = hop_text(path);
    struct hop_error_spec spec = {.id = "PathNotFound",
                                  .category = HOP_CAT_INVALID_ARGUMENT,
                                  .exception = "System.ArgumentException",
                                  .target = target};

    return hop_command_error(
        c, &spec, "Cannot find path '%s' because it does not exist.", path);
}

struct found {
    struct hop_command *c;
    bool ok;
};

static bool
take_match(void *ctx, struct hop_item_path *p)
{
    struct found *f = ctx;

    f->ok = read_one(f->c, p);
    return f->ok;
}

static bool
process(struct hop_command *c)
{
    bool literal = hop_arg_bound(c, LITERAL);
    size_t param = literal ? LITERAL : PATH;

    for (size_t i = 0; i < hop_arg_count(c, param); i++) {
        const char *path = hop_cstr(hop_arg_item(c, param, i));
        struct found f = {c, true};

        if (hop_path_glob(hop_command_runspace(c), path, literal, false,
                          take_match, &f))
            continue;
        if (!f.ok)
            return false;
        hop_drop_exception(hop_command_context(c));
        if (!missing(c, path))
            return false;
    }
    return true;
}

const struct hop_cmdlet hop_cmdlet_import_power_shell_data_file = {
    .name = "Import-PowerShellDataFile",
    .default_set = "ByPath",
    HOP_PARAMS(params),
    .output = "System.Collections.Hashtable",
    .synopsis = "Reads the hash table in a data file.",
    .process = process,
};
