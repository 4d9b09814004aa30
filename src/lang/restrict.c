/* SPDX-License-Identifier: MIT */
#include "lang/restrict.h"

#include <string.h>

#include "base/buf.h"
#include "lang/names.h"
#include "lang/unit.h"

#define STR(s) ((struct hop_name){(s), (uint32_t)strlen(s)})

struct check {
    struct hop_unit *unit;
    const struct hop_restriction *r;
};

/* Kinds of nodes that are never allowed. */
static const char *const refused[HOP_AST_KINDS] = {
    [HOP_AST_SCRIPT_BLOCK] = "ScriptBlockNotSupportedInDataSection",
    [HOP_AST_SCRIPT_BLOCK_EXPRESSION] = "ScriptBlockNotSupportedInDataSection",
    [HOP_AST_PARAM_BLOCK] = "ParameterDeclarationNotSupportedInDataSection",
    [HOP_AST_ATTRIBUTE] = "AttributeNotSupportedInDataSection",
    [HOP_AST_ATTRIBUTED] = "AttributeNotSupportedInDataSection",
    [HOP_AST_FUNCTION_DEFINITION] =
        "FunctionDeclarationNotSupportedInDataSection",
    [HOP_AST_TRAP] = "TrapStatementNotSupportedInDataSection",
    [HOP_AST_SWITCH] = "SwitchStatementNotSupportedInDataSection",
    [HOP_AST_DATA] = "DataSectionStatementNotSupportedInDataSection",
    [HOP_AST_FOREACH] = "ForeachStatementNotSupportedInDataSection",
    [HOP_AST_DO_WHILE] = "DoWhileStatementNotSupportedInDataSection",
    [HOP_AST_DO_UNTIL] = "DoWhileStatementNotSupportedInDataSection",
    [HOP_AST_FOR] = "ForWhileStatementNotSupportedInDataSection",
    [HOP_AST_WHILE] = "ForWhileStatementNotSupportedInDataSection",
    [HOP_AST_TRY] = "TryStatementNotSupportedInDataSection",
    [HOP_AST_BREAK] = "FlowControlStatementNotSupportedInDataSection",
    [HOP_AST_CONTINUE] = "FlowControlStatementNotSupportedInDataSection",
    [HOP_AST_RETURN] = "FlowControlStatementNotSupportedInDataSection",
    [HOP_AST_EXIT] = "FlowControlStatementNotSupportedInDataSection",
    [HOP_AST_THROW] = "FlowControlStatementNotSupportedInDataSection",
    [HOP_AST_ASSIGNMENT] = "AssignmentStatementNotSupportedInDataSection",
    [HOP_AST_FILE_REDIRECTION] = "RedirectionNotSupportedInDataSection",
    [HOP_AST_MERGING_REDIRECTION] = "RedirectionNotSupportedInDataSection",
    [HOP_AST_MEMBER] = "PropertyReferenceNotSupportedInDataSection",
    [HOP_AST_INVOKE_MEMBER] = "MethodCallNotSupportedInDataSection",
    [HOP_AST_INDEX] = "ArrayReferenceNotSupportedInDataSection",
    [HOP_AST_BLOCK_STATEMENT] =
        "ParallelAndSequenceBlockNotSupportedInDataSection",
};

/* Binary and unary operators that are not allowed: they change variables,
 * iterate, or make very large strings. */
static const bool refused_ops[HOP_OPS] = {
    [HOP_OP_RANGE] = true,
    [HOP_OP_FORMAT] = true,
    [HOP_OP_AS] = true,
    [HOP_OP_JOIN] = true,
    [HOP_OP_IMATCH] = true,
    [HOP_OP_CMATCH] = true,
    [HOP_OP_INOTMATCH] = true,
    [HOP_OP_CNOTMATCH] = true,
    [HOP_OP_IREPLACE] = true,
    [HOP_OP_CREPLACE] = true,
    [HOP_OP_ISPLIT] = true,
    [HOP_OP_CSPLIT] = true,
    [HOP_OP_PRE_INCREMENT] = true,
    [HOP_OP_PRE_DECREMENT] = true,
    [HOP_OP_POST_INCREMENT] = true,
    [HOP_OP_POST_DECREMENT] = true,
};

/* Types whose values are plain data. */
static const char *const plain_types[] = {
    "bool",          "System.Boolean", "Boolean",       "char",
    "System.Char",   "byte",           "System.Byte",   "sbyte",
    "System.SByte",  "short",          "int16",         "System.Int16",
    "ushort",        "uint16",         "System.UInt16", "int",
    "int32",         "System.Int32",   "uint",          "uint32",
    "System.UInt32", "long",           "int64",         "System.Int64",
    "ulong",         "uint64",         "System.UInt64", "float",
    "single",        "System.Single",  "double",        "System.Double",
    "decimal",       "System.Decimal", "datetime",      "System.DateTime",
    "string",        "System.String",  "DBNull",        "System.DBNull",
};

/* An operator as PowerShell's token names it: the case-insensitive ones of
 * these are spelled with their i. */
static const char *
token_text(enum hop_op op)
{
    switch (op) {
    case HOP_OP_IMATCH: return "-imatch";
    case HOP_OP_INOTMATCH: return "-inotmatch";
    case HOP_OP_IREPLACE: return "-ireplace";
    case HOP_OP_ISPLIT: return "-isplit";
    default: return hop_op_text(op);
    }
}

static void
refuse(struct check *c, struct lang_extent at, const char *id,
       struct hop_name arg)
{
    lang_report(c->unit, at, id, false, (struct hop_name[2]){arg, {NULL, 0}});
}

static bool
is_listed(const struct hop_name *list, uint32_t n, struct hop_name name)
{
    for (uint32_t i = 0; i < n; i++)
        if (lang_name_eq(list[i], name))
            return true;
    return false;
}

static void
check_type(struct check *c, const struct hop_ast_type *t)
{
    const struct hop_type_name *name = t->type_name;

    if (name->kind == HOP_TYPE_NAME_ARRAY)
        name = name->element;
    for (size_t i = 0; i < HOP_ARRAY_SIZE(plain_types); i++)
        if (name->kind == HOP_TYPE_NAME_SIMPLE &&
            lang_name_is(name->name, plain_types[i]))
            return;
    refuse(c, (struct lang_extent){t->ast.start, t->ast.end},
           "TypeNotAllowedInDataSection", t->type_name->name);
}

static void
check_command(struct check *c, const struct hop_ast_command *cmd,
              struct lang_extent at)
{
    const struct hop_ast *first = cmd->elements.items[0];
    struct hop_name name;

    if (cmd->invocation == HOP_INVOKE_DOT) {
        refuse(c, at, "DotSourcingNotSupportedInDataSection", STR(""));
        return;
    }
    if (c->r->any_command)
        return;
    if (first->kind != HOP_AST_STRING_CONSTANT) {
        if (cmd->invocation == HOP_INVOKE_CALL)
            refuse(c, at, "OperatorNotSupportedInDataSection", STR("&"));
        else
            refuse(c, at, "CmdletNotInAllowedListForDataSection",
                   hop_ast_text(c->unit, &cmd->ast));
        return;
    }
    name = HOP_AST_AS(hop_ast_string, first)->value;
    if (!is_listed(c->r->commands, c->r->n_commands, name))
        refuse(c, at, "CmdletNotInAllowedListForDataSection", name);
}

static const struct hop_name default_variables[] = {
    {"PSCulture", 9}, {"PSUICulture", 11}, {"true", 4},
    {"false", 5},     {"null", 4},
};

static void
check_variable(struct check *c, const struct hop_ast_variable *v,
               struct lang_extent at)
{
    HOP_AUTO_BUF struct hop_buf names = HOP_BUF_INIT;
    const struct hop_restriction *r = c->r;

    if (r->any_variable ||
        is_listed(default_variables, HOP_ARRAY_SIZE(default_variables),
                  v->path) ||
        is_listed(r->variables, r->n_variables, v->path))
        return;
    if (r->environment && v->scope == HOP_SCOPE_DRIVE &&
        lang_name_is(v->drive, "env"))
        return;
    hop_buf_adds(&names, "$PSCulture, $PSUICulture, $true, $false, $null");
    for (uint32_t i = 0; i < r->n_variables; i++) {
        hop_buf_adds(&names, ", $");
        hop_buf_add(&names, r->variables[i].text, r->variables[i].len);
    }
    refuse(c, at, "VariableReferenceNotSupportedInDataSection",
           STR(hop_buf_str(&names)));
}

static void
check_binary(struct check *c, const struct hop_ast_binary *b)
{
    if (refused_ops[b->op])
        refuse(c, (struct lang_extent){b->op_start, b->op_end},
               "OperatorNotSupportedInDataSection", STR(token_text(b->op)));
}

static bool
check_node(void *ctx, struct hop_ast *node)
{
    struct check *c = ctx;
    struct lang_extent at = {node->start, node->end};

    if (refused[node->kind])
        refuse(c, at, refused[node->kind], (struct hop_name){NULL, 0});
    switch (node->kind) {
    case HOP_AST_COMMAND:
        check_command(c, HOP_AST_AS(hop_ast_command, node), at);
        break;
    case HOP_AST_VARIABLE:
        check_variable(c, HOP_AST_AS(hop_ast_variable, node), at);
        break;
    case HOP_AST_TYPE:
    case HOP_AST_TYPE_CONSTRAINT:
        check_type(c, HOP_AST_AS(hop_ast_type, node));
        break;
    case HOP_AST_BINARY:
        check_binary(c, HOP_AST_AS(hop_ast_binary, node));
        break;
    case HOP_AST_UNARY:
        if (refused_ops[HOP_AST_AS(hop_ast_unary, node)->op])
            refuse(c, at, "OperatorNotSupportedInDataSection",
                   STR(token_text(HOP_AST_AS(hop_ast_unary, node)->op)));
        break;
    default: break;
    }
    return true;
}

void
lang_restrict(struct hop_unit *u, struct hop_ast *node,
              const struct hop_restriction *r)
{
    struct check c = {u, r};

    hop_ast_visit(node, check_node, &c);
}

size_t
hop_lang_restricted(struct hop_unit *u, struct hop_ast *node,
                    const struct hop_restriction *r,
                    struct hop_parse_error **errors)
{
    struct hop_parse_error *kept = u->errors;
    size_t n_kept = u->n_errors, cap_kept = u->cap_errors, n;

    u->errors = NULL;
    u->n_errors = u->cap_errors = 0;
    lang_restrict(u, node, r);
    *errors = u->errors;
    n = u->n_errors;
    u->errors = kept;
    u->n_errors = n_kept;
    u->cap_errors = cap_kept;
    return n;
}
