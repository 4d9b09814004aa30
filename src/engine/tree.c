/* The syntax tree, positions and parse errors as objects.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/engine.h"
#include "lang/help.h"
#include "smb/files.h"

#define LANGUAGE "System.Management.Automation.Language."

struct hop_value ast_object(struct hop_runspace *rs, struct hop_unit *u,
                            struct hop_ast *n);
struct hop_value position_object(struct hop_runspace *rs, struct hop_unit *u,
                                 uint32_t start, uint32_t end);
struct hop_value parse_errors_array(struct hop_runspace *rs,
                                    struct hop_unit *u);

enum {
    EXTENT_FILE,
    EXTENT_LINE,
    EXTENT_COLUMN,
    EXTENT_END_LINE,
    EXTENT_END_COLUMN,
    EXTENT_START,
    EXTENT_END,
    EXTENT_TEXT,
    EXTENT_COUNT
};

static bool
extent_text(struct hop_context *cx, struct hop_value v, struct hop_string **out)
{
    *out = hop_string_retain(((struct bag *)(void *)v.u.o)->v[EXTENT_TEXT].u.s);
    return true;
}

static const struct hop_property extent_properties[] = {
    BAG_RO("File", "string", EXTENT_FILE),
    BAG_RO("StartLineNumber", "int", EXTENT_LINE),
    BAG_RO("StartColumnNumber", "int", EXTENT_COLUMN),
    BAG_RO("EndLineNumber", "int", EXTENT_END_LINE),
    BAG_RO("EndColumnNumber", "int", EXTENT_END_COLUMN),
    BAG_RO("StartOffset", "int", EXTENT_START),
    BAG_RO("EndOffset", "int", EXTENT_END),
    BAG_RO("Text", "string", EXTENT_TEXT),
    BAG_RO("StartLine", "int", EXTENT_LINE),
    BAG_RO("StartColumn", "int", EXTENT_COLUMN),
    BAG_RO("Content", "string", EXTENT_TEXT),
    {NULL}};
static const struct hop_class class_extent = {
    .name = LANGUAGE "InternalScriptExtent",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = BAG_SIZE(EXTENT_COUNT),
    .properties = extent_properties,
    .destroy = bag_destroy,
    .to_string = extent_text,
};

struct hop_value
position_object(struct hop_runspace *rs, struct hop_unit *u, uint32_t start,
                uint32_t end)
{
    struct bag *b = bag_new(rs, &class_extent);
    struct hop_position p = hop_unit_position(u, start);
    struct hop_position e = hop_unit_position(u, end);
    const char *file = hop_unit_file(u);
    size_t n;
    const char *source = hop_unit_source(u, &n);

    b->v[EXTENT_FILE] = file ? hop_text(file) : hop_null();
    b->v[EXTENT_LINE] = hop_int((int32_t)p.line);
    b->v[EXTENT_COLUMN] = hop_int((int32_t)p.column);
    b->v[EXTENT_END_LINE] = hop_int((int32_t)e.line);
    b->v[EXTENT_END_COLUMN] = hop_int((int32_t)e.column);
    b->v[EXTENT_START] = hop_int((int32_t)p.offset);
    b->v[EXTENT_END] = hop_int((int32_t)e.offset);
    b->v[EXTENT_TEXT] = hop_textn(source + start, end - start);
    return hop_obj(b);
}

/* ---- Ast
 * -------------------------------------------------------------------------- */

struct ast_object {
    struct hop_object base;
    struct hop_unit *unit;
    struct hop_ast *node;
};

#define AST(v) ((struct ast_object *)(void *)(v).u.o)

static void
destroy_ast(struct hop_object *o)
{
    struct ast_object *a = (struct ast_object *)(void *)o;

    hop_unit_unref(a->unit);
    a->unit = NULL;
}

static bool
ast_text(struct hop_context *cx, struct hop_value v, struct hop_string **out)
{
    struct hop_name t = hop_ast_text(AST(v)->unit, AST(v)->node);

    *out = hop_string_new(t.text, t.len);
    return true;
}

static bool
ast_extent(struct hop_context *cx, struct hop_value self, intptr_t data,
           struct hop_value *out)
{
    struct ast_object *a = AST(self);

    *out = position_object(RS_OF(cx), a->unit, a->node->start, a->node->end);
    return true;
}

static bool
ast_parent(struct hop_context *cx, struct hop_value self, intptr_t data,
           struct hop_value *out)
{
    struct ast_object *a = AST(self);

    *out = a->node->parent ? ast_object(RS_OF(cx), a->unit, a->node->parent)
                           : hop_null();
    return true;
}

static bool
ast_kind(struct hop_context *cx, struct hop_value self, intptr_t data,
         struct hop_value *out)
{
    *out = hop_text(hop_ast_kind_name(AST(self)->node->kind));
    return true;
}

struct finder {
    struct hop_runspace *rs;
    struct hop_unit *unit;
    struct hop_value predicate;
    struct hop_array *found;
    bool one, nested, failed, done;
    struct hop_ast *root;
};

static bool
find_node(void *ctx, struct hop_ast *n)
{
    struct finder *f = ctx;
    struct hop_value v HOP_AUTO_VALUE = hop_null();
    struct hop_value r HOP_AUTO_VALUE = hop_null();

    if (f->done || f->failed)
        return false;
    v = ast_object(f->rs, f->unit, n);
    if (!hop_delegate_call(&f->rs->cx, f->predicate, &v, 1, &r)) {
        f->failed = true;
        return false;
    }
    if (hop_is_true(&f->rs->cx, r)) {
        hop_array_push(f->found, hop_value_steal(&v));
        f->done = f->one;
    }
    return f->nested || n == f->root ||
           (n->kind != HOP_AST_SCRIPT_BLOCK_EXPRESSION &&
            n->kind != HOP_AST_FUNCTION_DEFINITION);
}

static bool
ast_find(struct hop_context *cx, struct hop_call *call)
{
    struct ast_object *a = AST(call->self);
    struct finder f = {.rs = RS_OF(cx),
                       .unit = a->unit,
                       .predicate = call->args[0],
                       .found = hop_array_new(cx, 0),
                       .one = call->data,
                       .nested = hop_is_true(cx, call->args[1]),
                       .root = a->node};
    struct hop_value holder HOP_AUTO_VALUE = hop_obj(f.found);

    hop_ast_visit(a->node, find_node, &f);
    if (f.failed)
        return false;
    if (call->data)
        call->result = f.found->n ? hop_retain(f.found->items[0]) : hop_null();
    else
        call->result = hop_value_steal(&holder);
    return true;
}

static struct hop_value
list_of(struct hop_runspace *rs, struct hop_unit *u,
        const struct hop_ast_list *l)
{
    struct hop_array *a = hop_array_new(&rs->cx, 0);

    for (uint32_t i = 0; i < l->n; i++)
        hop_array_push(a, ast_object(rs, u, l->items[i]));
    return hop_obj(a);
}

/* Properties of the kinds scripts look at. */
/* System.Management.Automation.VariablePath. */
enum { VP_PATH, VP_DRIVE, VP_UNQUALIFIED, VP_VARIABLE, VP_COUNT };
static const struct hop_property variable_path_properties[] = {
    BAG_RO("UserPath", "string", VP_PATH),
    BAG_RO("DriveName", "string", VP_DRIVE),
    BAG_RO("IsUnqualified", "bool", VP_UNQUALIFIED),
    BAG_RO("IsVariable", "bool", VP_VARIABLE),
    {NULL}};

static bool
variable_path_text(struct hop_context *cx, struct hop_value v,
                   struct hop_string **out)
{
    *out = hop_string_retain(((struct bag *)(void *)v.u.o)->v[VP_PATH].u.s);
    return true;
}

static const struct hop_class class_variable_path = {
    .name = "System.Management.Automation.VariablePath",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = BAG_SIZE(VP_COUNT),
    .properties = variable_path_properties,
    .destroy = bag_destroy,
    .to_string = variable_path_text,
};

static struct hop_value
variable_path(struct hop_runspace *rs, const struct hop_ast_variable *n)
{
    struct bag *b = bag_new(rs, &class_variable_path);
    const char *colon = memchr(n->path.text, ':', n->path.len);
    bool drive = n->scope == HOP_SCOPE_DRIVE;

    b->v[VP_PATH] = hop_textn(n->path.text, n->path.len);
    b->v[VP_DRIVE] =
        drive && colon ? hop_textn(n->path.text, (size_t)(colon - n->path.text))
                       : hop_null();
    b->v[VP_UNQUALIFIED] = hop_bool(!colon);
    b->v[VP_VARIABLE] = hop_bool(!drive);
    return hop_obj(b);
}

static int
ast_dynamic(struct hop_context *cx, struct hop_value self,
            const struct hop_string *name, struct hop_value *out)
{
    struct ast_object *a = AST(self);
    struct hop_runspace *rs = RS_OF(cx);
    struct hop_ast *n = a->node;
    struct hop_ast *child = NULL;
    const struct hop_ast_list *list = NULL;
    const struct hop_name *text = NULL;

    switch ((enum hop_ast_kind)n->kind) {
    case HOP_AST_SCRIPT_BLOCK: {
        struct hop_ast_script_block *b = HOP_AST_AS(hop_ast_script_block, n);
        static const char *const blocks[] = {"DynamicParamBlock", "BeginBlock",
                                             "ProcessBlock", "EndBlock",
                                             "CleanBlock"};
        for (int i = 0; i < HOP_BLOCK_KINDS; i++)
            if (hop_string_iis(name, blocks[i])) {
                *out = b->blocks[i]
                           ? ast_object(rs, a->unit, &b->blocks[i]->ast)
                           : hop_null();
                return 1;
            }
        if (hop_string_iis(name, "ParamBlock")) {
            *out = b->params ? ast_object(rs, a->unit, &b->params->ast)
                             : hop_null();
            return 1;
        }
        break;
    }
    case HOP_AST_PARAM_BLOCK:
        if (hop_string_iis(name, "Parameters"))
            list = &HOP_AST_AS(hop_ast_param_block, n)->parameters;
        if (hop_string_iis(name, "Attributes"))
            list = &HOP_AST_AS(hop_ast_param_block, n)->attributes;
        break;
    case HOP_AST_NAMED_BLOCK:
    case HOP_AST_STATEMENT_BLOCK:
        if (hop_string_iis(name, "Statements"))
            list = &HOP_AST_AS(hop_ast_block, n)->statements;
        break;
    case HOP_AST_PIPELINE:
        if (hop_string_iis(name, "PipelineElements"))
            list = &HOP_AST_AS(hop_ast_pipeline, n)->elements;
        break;
    case HOP_AST_COMMAND:
        if (hop_string_iis(name, "CommandElements"))
            list = &HOP_AST_AS(hop_ast_command, n)->elements;
        if (hop_string_iis(name, "Redirections"))
            list = &HOP_AST_AS(hop_ast_command, n)->redirections;
        break;
    case HOP_AST_COMMAND_EXPRESSION:
        if (hop_string_iis(name, "Expression"))
            child = HOP_AST_AS(hop_ast_command_expression, n)->expression;
        break;
    case HOP_AST_FUNCTION_DEFINITION:
        if (hop_string_iis(name, "Name"))
            text = &HOP_AST_AS(hop_ast_function, n)->name;
        if (hop_string_iis(name, "Body"))
            child = &HOP_AST_AS(hop_ast_function, n)->body->ast;
        if (hop_string_iis(name, "Parameters"))
            list = &HOP_AST_AS(hop_ast_function, n)->parameters;
        break;
    case HOP_AST_PARAMETER:
        if (hop_string_iis(name, "Name"))
            child = &HOP_AST_AS(hop_ast_parameter, n)->name->ast;
        if (hop_string_iis(name, "DefaultValue"))
            child = HOP_AST_AS(hop_ast_parameter, n)->default_value;
        if (hop_string_iis(name, "Attributes"))
            list = &HOP_AST_AS(hop_ast_parameter, n)->attributes;
        break;
    case HOP_AST_CONSTANT:
        if (!hop_string_iis(name, "Value"))
            break;
        *out = constant_value(rs, HOP_AST_AS(hop_ast_constant, n));
        return 1;
    case HOP_AST_VARIABLE:
        if (hop_string_iis(name, "VariablePath"))
            *out = variable_path(rs, HOP_AST_AS(hop_ast_variable, n));
        if (out->kind == HOP_OBJECT)
            return 1;
        break;
    case HOP_AST_STRING_CONSTANT:
        if (hop_string_iis(name, "Value"))
            text = &HOP_AST_AS(hop_ast_string, n)->value;
        break;
    case HOP_AST_ASSIGNMENT:
        if (hop_string_iis(name, "Left"))
            child = HOP_AST_AS(hop_ast_assignment, n)->left;
        if (hop_string_iis(name, "Right"))
            child = HOP_AST_AS(hop_ast_assignment, n)->right;
        break;
    case HOP_AST_BINARY:
        if (hop_string_iis(name, "Left"))
            child = HOP_AST_AS(hop_ast_binary, n)->left;
        if (hop_string_iis(name, "Right"))
            child = HOP_AST_AS(hop_ast_binary, n)->right;
        break;
    default: break;
    }
    if (child)
        *out = ast_object(rs, a->unit, child);
    else if (list)
        *out = list_of(rs, a->unit, list);
    else if (text)
        *out = hop_textn(text->text, text->len);
    else
        return 0;
    return 1;
}

static bool
ast_command_name(struct hop_context *cx, struct hop_call *call)
{
    struct ast_object *a = AST(call->self);

    call->result = hop_null();
    if (a->node->kind != HOP_AST_COMMAND)
        return true;
    struct hop_ast *e = HOP_AST_AS(hop_ast_command, a->node)->elements.items[0];
    if (e->kind == HOP_AST_STRING_CONSTANT)
        call->result = hop_textn(HOP_AST_AS(hop_ast_string, e)->value.text,
                                 HOP_AST_AS(hop_ast_string, e)->value.len);
    return true;
}

static bool
ast_script_block(struct hop_context *cx, struct hop_call *call)
{
    struct ast_object *a = AST(call->self);
    struct hop_runspace *rs = RS_OF(cx);

    if (a->node->kind != HOP_AST_SCRIPT_BLOCK)
        return throw_pending(rs, "PSInvalidOperationException",
                             "InvalidOperation", HOP_CAT_INVALID_OPERATION,
                             hop_null(),
                             "Only a ScriptBlockAst has a script "
                             "block.");
    call->result = hop_obj(block_new(
        rs, a->unit, HOP_AST_AS(hop_ast_script_block, a->node), rs->session));
    return true;
}

static const struct hop_property ast_properties[] = {
    {"Extent", LANGUAGE "IScriptExtent", ast_extent},
    {"Parent", LANGUAGE "Ast", ast_parent},
    {"Kind", "string", ast_kind, NULL, HOP_PROP_HIDDEN},
    {NULL}};
static const struct hop_method ast_methods[] = {
    {"System.Collections.Generic.IEnumerable[" LANGUAGE
     "Ast] FindAll(System.Object predicate, bool searchNestedScriptBlocks)",
     ast_find, 0},
    {LANGUAGE "Ast Find(System.Object predicate, bool "
              "searchNestedScriptBlocks)",
     ast_find, 1},
    {"string GetCommandName()", ast_command_name},
    {"scriptblock GetScriptBlock()", ast_script_block},
    {NULL}};
static const struct hop_class class_ast = {
    .name = LANGUAGE "Ast",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct ast_object),
    .properties = ast_properties,
    .methods = ast_methods,
    .destroy = destroy_ast,
    .to_string = ast_text,
    .get_dynamic = ast_dynamic,
};

#define AST_CLASSES(X)                                                         \
    X(HOP_AST_SCRIPT_BLOCK, ScriptBlockAst)                                    \
    X(HOP_AST_PARAM_BLOCK, ParamBlockAst)                                      \
    X(HOP_AST_NAMED_BLOCK, NamedBlockAst)                                      \
    X(HOP_AST_STATEMENT_BLOCK, StatementBlockAst)                              \
    X(HOP_AST_PARAMETER, ParameterAst)                                         \
    X(HOP_AST_ATTRIBUTE, AttributeAst)                                         \
    X(HOP_AST_TYPE_CONSTRAINT, TypeConstraintAst)                              \
    X(HOP_AST_CATCH_CLAUSE, CatchClauseAst)                                    \
    X(HOP_AST_FUNCTION_DEFINITION, FunctionDefinitionAst)                      \
    X(HOP_AST_IF, IfStatementAst)                                              \
    X(HOP_AST_SWITCH, SwitchStatementAst)                                      \
    X(HOP_AST_FOREACH, ForEachStatementAst)                                    \
    X(HOP_AST_FOR, ForStatementAst)                                            \
    X(HOP_AST_WHILE, WhileStatementAst)                                        \
    X(HOP_AST_DO_WHILE, DoWhileStatementAst)                                   \
    X(HOP_AST_DO_UNTIL, DoUntilStatementAst)                                   \
    X(HOP_AST_TRY, TryStatementAst)                                            \
    X(HOP_AST_TRAP, TrapStatementAst)                                          \
    X(HOP_AST_RETURN, ReturnStatementAst)                                      \
    X(HOP_AST_EXIT, ExitStatementAst)                                          \
    X(HOP_AST_THROW, ThrowStatementAst)                                        \
    X(HOP_AST_BREAK, BreakStatementAst)                                        \
    X(HOP_AST_CONTINUE, ContinueStatementAst)                                  \
    X(HOP_AST_ASSIGNMENT, AssignmentStatementAst)                              \
    X(HOP_AST_PIPELINE, PipelineAst)                                           \
    X(HOP_AST_PIPELINE_CHAIN, PipelineChainAst)                                \
    X(HOP_AST_COMMAND, CommandAst)                                             \
    X(HOP_AST_COMMAND_EXPRESSION, CommandExpressionAst)                        \
    X(HOP_AST_COMMAND_PARAMETER, CommandParameterAst)                          \
    X(HOP_AST_FILE_REDIRECTION, FileRedirectionAst)                            \
    X(HOP_AST_MERGING_REDIRECTION, MergingRedirectionAst)                      \
    X(HOP_AST_CONSTANT, ConstantExpressionAst)                                 \
    X(HOP_AST_STRING_CONSTANT, StringConstantExpressionAst)                    \
    X(HOP_AST_EXPANDABLE_STRING, ExpandableStringExpressionAst)                \
    X(HOP_AST_VARIABLE, VariableExpressionAst)                                 \
    X(HOP_AST_USING, UsingExpressionAst)                                       \
    X(HOP_AST_TYPE, TypeExpressionAst)                                         \
    X(HOP_AST_CONVERT, ConvertExpressionAst)                                   \
    X(HOP_AST_ATTRIBUTED, AttributedExpressionAst)                             \
    X(HOP_AST_UNARY, UnaryExpressionAst)                                       \
    X(HOP_AST_BINARY, BinaryExpressionAst)                                     \
    X(HOP_AST_TERNARY, TernaryExpressionAst)                                   \
    X(HOP_AST_INDEX, IndexExpressionAst)                                       \
    X(HOP_AST_MEMBER, MemberExpressionAst)                                     \
    X(HOP_AST_INVOKE_MEMBER, InvokeMemberExpressionAst)                        \
    X(HOP_AST_ARRAY_LITERAL, ArrayLiteralAst)                                  \
    X(HOP_AST_ARRAY_EXPRESSION, ArrayExpressionAst)                            \
    X(HOP_AST_PAREN, ParenExpressionAst)                                       \
    X(HOP_AST_SUB_EXPRESSION, SubExpressionAst)                                \
    X(HOP_AST_HASHTABLE, HashtableAst)                                         \
    X(HOP_AST_SCRIPT_BLOCK_EXPRESSION, ScriptBlockExpressionAst)

#define X(k, text)                                                             \
    static const struct hop_class class_##text = {                             \
        .name = LANGUAGE #text,                                                \
        .base = &class_ast,                                                    \
        .kind = HOP_OBJECT,                                                    \
        .size = sizeof(struct ast_object),                                     \
        .destroy = destroy_ast,                                                \
        .to_string = ast_text,                                                 \
        .get_dynamic = ast_dynamic};
AST_CLASSES(X)
#undef X

static const struct hop_class *const by_kind[HOP_AST_KINDS] = {
#define X(k, text) [k] = &class_##text,
    AST_CLASSES(X)
#undef X
};

struct hop_value
ast_object(struct hop_runspace *rs, struct hop_unit *u, struct hop_ast *n)
{
    const struct hop_class *c = by_kind[n->kind];
    struct ast_object *a = hop_object_new(&rs->cx, c ? c : &class_ast);

    a->unit = hop_unit_ref(u);
    a->node = n;
    return hop_obj(a);
}

/* ---- ParseError, Parser
 * ----------------------------------------------------------------- */

static bool
error_text(struct hop_context *cx, struct hop_value v, struct hop_string **out)
{
    *out = hop_string_retain(((struct bag *)(void *)v.u.o)->v[2].u.s);
    return true;
}

static const struct hop_property error_properties[] = {
    BAG_RO("Extent", LANGUAGE "IScriptExtent", 0),
    BAG_RO("ErrorId", "string", 1),
    BAG_RO("Message", "string", 2),
    BAG_RO("IncompleteInput", "bool", 3),
    {NULL}};
static const struct hop_class class_parse_error = {
    .name = LANGUAGE "ParseError",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = BAG_SIZE(4),
    .properties = error_properties,
    .destroy = bag_destroy,
    .to_string = error_text,
};

struct hop_value
parse_errors_array(struct hop_runspace *rs, struct hop_unit *u)
{
    size_t n;
    const struct hop_parse_error *e = hop_unit_errors(u, &n);
    struct hop_array *a = hop_array_new_of(
        &rs->cx, hop_types_array(&rs->cx, &class_parse_error, 1), 0);

    for (size_t i = 0; i < n; i++) {
        struct bag *b = bag_new(rs, &class_parse_error);
        b->v[0] = position_object(rs, u, e[i].start, e[i].end);
        b->v[1] = hop_text(e[i].id);
        b->v[2] = hop_text(e[i].message);
        b->v[3] = hop_bool(e[i].incomplete);
        hop_array_push(a, hop_obj(b));
    }
    return hop_obj(a);
}

static const struct hop_property token_properties[] = {
    BAG_RO("Kind", LANGUAGE "TokenKind", 0),
    BAG_RO("TokenFlags", LANGUAGE "TokenFlags", 1),
    BAG_RO("Text", "string", 2),
    BAG_RO("Extent", LANGUAGE "IScriptExtent", 3),
    BAG_RO("HasError", "bool", 4),
    {NULL}};
static bool
token_text(struct hop_context *cx, struct hop_value v, struct hop_string **out)
{
    *out = hop_string_retain(((struct bag *)(void *)v.u.o)->v[2].u.s);
    return true;
}
static const struct hop_class class_token = {
    .name = LANGUAGE "Token",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = BAG_SIZE(5),
    .properties = token_properties,
    .destroy = bag_destroy,
    .to_string = token_text,
};

static struct hop_value
token_array(struct hop_runspace *rs, struct hop_unit *u)
{
    size_t n, len;
    const struct hop_token *t = hop_unit_tokens(u, &n);
    const char *source = hop_unit_source(u, &len);
    struct hop_array *a = hop_array_new(&rs->cx, 0);

    for (size_t i = 0; i < n; i++) {
        struct bag *b = bag_new(rs, &class_token);
        b->v[0] = hop_enum(HOP_ENUM_TOKEN_KIND, t[i].kind);
        b->v[1] = hop_enum(HOP_ENUM_TOKEN_FLAGS, t[i].flags);
        b->v[2] = hop_textn(source + t[i].start, t[i].end - t[i].start);
        b->v[3] = position_object(rs, u, t[i].start, t[i].end);
        b->v[4] = hop_bool(t[i].has_error);
        hop_array_push(a, hop_obj(b));
    }
    return hop_obj(a);
}

static bool
parse_unit(struct hop_context *cx, struct hop_call *call, struct hop_unit *u)
{
    struct hop_runspace *rs = RS_OF(cx);
    size_t last = call->n - 1;

    if (!hop_reference_set(cx, call->args[last - 1], token_array(rs, u)) ||
        !hop_reference_set(cx, call->args[last], parse_errors_array(rs, u)))
        return false;
    call->result = ast_object(rs, u, &hop_unit_root(u)->ast);
    return true;
}

static bool
parse_input(struct hop_context *cx, struct hop_call *call)
{
    struct hop_value s = call->args[0];
    struct hop_unit *u HOP_AUTO_UNIT =
        hop_lang_parse(hop_cstr(s), s.u.s->len, NULL, HOP_PARSE_TOKENS);

    return parse_unit(cx, call, u);
}

static bool
parse_file(struct hop_context *cx, struct hop_call *call)
{
    struct hop_item_path p = {0};
    struct hop_buf b HOP_AUTO_BUF = HOP_BUF_INIT;
    char chunk[4096];
    size_t n;
    FILE *in;

    if (!hop_path_resolve(RS_OF(cx), hop_cstr(call->args[0]), &p))
        return false;
    in = hop_files_fopen(p.path);
    if (!in) {
        hop_throw_errno(cx, 2, p.path, false);
        hop_item_path_done(&p);
        return false;
    }
    while ((n = fread(chunk, 1, sizeof(chunk), in)) > 0)
        hop_buf_add(&b, chunk, n);
    fclose(in);
    struct hop_unit *u HOP_AUTO_UNIT =
        hop_lang_parse(hop_buf_str(&b), b.len, p.path, HOP_PARSE_TOKENS);
    hop_item_path_done(&p);
    return parse_unit(cx, call, u);
}

static const struct hop_method parser_methods[] = {
    {"static " LANGUAGE "ScriptBlockAst ParseInput(string input, [ref] "
     "System.Object tokens, [ref] System.Object errors)",
     parse_input},
    {"static " LANGUAGE "ScriptBlockAst ParseFile(string fileName, [ref] "
     "System.Object tokens, [ref] System.Object errors)",
     parse_file},
    {NULL}};
static const struct hop_class class_parser = {
    .name = LANGUAGE "Parser",
    .base = &hop_class_object,
    .flags = HOP_CLASS_ABSTRACT | HOP_CLASS_SEALED,
    .methods = parser_methods,
};

/* ---- CodeGeneration: escapes of text that goes into a program --------------
 */

static void (*const escapes[])(struct hop_buf *b, const char *s, size_t n) = {
    hop_escape_single_quoted,
    hop_escape_block_comment,
    hop_escape_format,
    hop_escape_variable_name,
};

static bool
escape_text(struct hop_context *cx, struct hop_call *call)
{
    struct hop_buf b HOP_AUTO_BUF = HOP_BUF_INIT;
    struct hop_value v = call->args[0];

    (void)cx;
    if (v.kind == HOP_STRING)
        escapes[call->data](&b, v.u.s->data, v.u.s->len);
    call->result = hop_text_buf(&b);
    return true;
}

static const struct hop_method code_generation_methods[] = {
    {"static string EscapeSingleQuotedStringContent(string value)", escape_text,
     0},
    {"static string EscapeBlockCommentContent(string value)", escape_text, 1},
    {"static string EscapeFormatStringContent(string value)", escape_text, 2},
    {"static string EscapeVariableName(string value)", escape_text, 3},
    {NULL}};
static const struct hop_class class_code_generation = {
    .name = LANGUAGE "CodeGeneration",
    .base = &hop_class_object,
    .flags = HOP_CLASS_ABSTRACT | HOP_CLASS_SEALED,
    .methods = code_generation_methods,
};

const struct hop_class *const tree_classes[] = {&class_extent,
                                                &class_ast,
                                                &class_parse_error,
                                                &class_token,
                                                &class_parser,
                                                &class_code_generation,
#define X(k, text) &class_##text,
                                                AST_CLASSES(X)
#undef X
                                                    NULL};
