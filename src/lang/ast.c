/* What is asked of nodes without running them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "lang/ast.h"

/* By enum hop_ast_kind; the names of PowerShell's classes. */
static const char *const kind_names[HOP_AST_KINDS] = {
    [HOP_AST_SCRIPT_BLOCK] = "ScriptBlockAst",
    [HOP_AST_PARAM_BLOCK] = "ParamBlockAst",
    [HOP_AST_NAMED_BLOCK] = "NamedBlockAst",
    [HOP_AST_STATEMENT_BLOCK] = "StatementBlockAst",
    [HOP_AST_PARAMETER] = "ParameterAst",
    [HOP_AST_ATTRIBUTE] = "AttributeAst",
    [HOP_AST_NAMED_ATTRIBUTE_ARGUMENT] = "NamedAttributeArgumentAst",
    [HOP_AST_TYPE_CONSTRAINT] = "TypeConstraintAst",
    [HOP_AST_CATCH_CLAUSE] = "CatchClauseAst",
    [HOP_AST_USING_STATEMENT] = "UsingStatementAst",
    [HOP_AST_FUNCTION_DEFINITION] = "FunctionDefinitionAst",
    [HOP_AST_IF] = "IfStatementAst",
    [HOP_AST_SWITCH] = "SwitchStatementAst",
    [HOP_AST_FOREACH] = "ForEachStatementAst",
    [HOP_AST_FOR] = "ForStatementAst",
    [HOP_AST_WHILE] = "WhileStatementAst",
    [HOP_AST_DO_WHILE] = "DoWhileStatementAst",
    [HOP_AST_DO_UNTIL] = "DoUntilStatementAst",
    [HOP_AST_TRY] = "TryStatementAst",
    [HOP_AST_TRAP] = "TrapStatementAst",
    [HOP_AST_DATA] = "DataStatementAst",
    [HOP_AST_BREAK] = "BreakStatementAst",
    [HOP_AST_CONTINUE] = "ContinueStatementAst",
    [HOP_AST_RETURN] = "ReturnStatementAst",
    [HOP_AST_EXIT] = "ExitStatementAst",
    [HOP_AST_THROW] = "ThrowStatementAst",
    [HOP_AST_BLOCK_STATEMENT] = "BlockStatementAst",
    [HOP_AST_ASSIGNMENT] = "AssignmentStatementAst",
    [HOP_AST_PIPELINE] = "PipelineAst",
    [HOP_AST_PIPELINE_CHAIN] = "PipelineChainAst",
    [HOP_AST_ERROR_STATEMENT] = "ErrorStatementAst",
    [HOP_AST_COMMAND] = "CommandAst",
    [HOP_AST_COMMAND_EXPRESSION] = "CommandExpressionAst",
    [HOP_AST_COMMAND_PARAMETER] = "CommandParameterAst",
    [HOP_AST_FILE_REDIRECTION] = "FileRedirectionAst",
    [HOP_AST_MERGING_REDIRECTION] = "MergingRedirectionAst",
    [HOP_AST_CONSTANT] = "ConstantExpressionAst",
    [HOP_AST_STRING_CONSTANT] = "StringConstantExpressionAst",
    [HOP_AST_EXPANDABLE_STRING] = "ExpandableStringExpressionAst",
    [HOP_AST_VARIABLE] = "VariableExpressionAst",
    [HOP_AST_USING] = "UsingExpressionAst",
    [HOP_AST_TYPE] = "TypeExpressionAst",
    [HOP_AST_CONVERT] = "ConvertExpressionAst",
    [HOP_AST_ATTRIBUTED] = "AttributedExpressionAst",
    [HOP_AST_UNARY] = "UnaryExpressionAst",
    [HOP_AST_BINARY] = "BinaryExpressionAst",
    [HOP_AST_TERNARY] = "TernaryExpressionAst",
    [HOP_AST_INDEX] = "IndexExpressionAst",
    [HOP_AST_MEMBER] = "MemberExpressionAst",
    [HOP_AST_INVOKE_MEMBER] = "InvokeMemberExpressionAst",
    [HOP_AST_ARRAY_LITERAL] = "ArrayLiteralAst",
    [HOP_AST_ARRAY_EXPRESSION] = "ArrayExpressionAst",
    [HOP_AST_PAREN] = "ParenExpressionAst",
    [HOP_AST_SUB_EXPRESSION] = "SubExpressionAst",
    [HOP_AST_HASHTABLE] = "HashtableAst",
    [HOP_AST_SCRIPT_BLOCK_EXPRESSION] = "ScriptBlockExpressionAst",
    [HOP_AST_ERROR_EXPRESSION] = "ErrorExpressionAst",
};

static const char *const op_texts[HOP_OPS] = {
    [HOP_OP_NONE] = "=",
    [HOP_OP_ADD] = "+",
    [HOP_OP_SUBTRACT] = "-",
    [HOP_OP_MULTIPLY] = "*",
    [HOP_OP_DIVIDE] = "/",
    [HOP_OP_REMAINDER] = "%",
    [HOP_OP_COALESCE] = "??",
    [HOP_OP_RANGE] = "..",
    [HOP_OP_FORMAT] = "-f",
    [HOP_OP_AND] = "-and",
    [HOP_OP_OR] = "-or",
    [HOP_OP_XOR] = "-xor",
    [HOP_OP_BAND] = "-band",
    [HOP_OP_BOR] = "-bor",
    [HOP_OP_BXOR] = "-bxor",
    [HOP_OP_SHL] = "-shl",
    [HOP_OP_SHR] = "-shr",
    [HOP_OP_IS] = "-is",
    [HOP_OP_ISNOT] = "-isnot",
    [HOP_OP_AS] = "-as",
    [HOP_OP_JOIN] = "-join",
    [HOP_OP_IEQ] = "-eq",
    [HOP_OP_CEQ] = "-ceq",
    [HOP_OP_INE] = "-ne",
    [HOP_OP_CNE] = "-cne",
    [HOP_OP_IGE] = "-ge",
    [HOP_OP_CGE] = "-cge",
    [HOP_OP_IGT] = "-gt",
    [HOP_OP_CGT] = "-cgt",
    [HOP_OP_ILT] = "-lt",
    [HOP_OP_CLT] = "-clt",
    [HOP_OP_ILE] = "-le",
    [HOP_OP_CLE] = "-cle",
    [HOP_OP_ILIKE] = "-like",
    [HOP_OP_CLIKE] = "-clike",
    [HOP_OP_INOTLIKE] = "-notlike",
    [HOP_OP_CNOTLIKE] = "-cnotlike",
    [HOP_OP_IMATCH] = "-match",
    [HOP_OP_CMATCH] = "-cmatch",
    [HOP_OP_INOTMATCH] = "-notmatch",
    [HOP_OP_CNOTMATCH] = "-cnotmatch",
    [HOP_OP_IREPLACE] = "-replace",
    [HOP_OP_CREPLACE] = "-creplace",
    [HOP_OP_ICONTAINS] = "-contains",
    [HOP_OP_CCONTAINS] = "-ccontains",
    [HOP_OP_INOTCONTAINS] = "-notcontains",
    [HOP_OP_CNOTCONTAINS] = "-cnotcontains",
    [HOP_OP_IIN] = "-in",
    [HOP_OP_CIN] = "-cin",
    [HOP_OP_INOTIN] = "-notin",
    [HOP_OP_CNOTIN] = "-cnotin",
    [HOP_OP_ISPLIT] = "-split",
    [HOP_OP_CSPLIT] = "-csplit",
    [HOP_OP_NOT] = "-not",
    [HOP_OP_BNOT] = "-bnot",
    [HOP_OP_PLUS] = "+",
    [HOP_OP_MINUS] = "-",
    [HOP_OP_PRE_INCREMENT] = "++",
    [HOP_OP_PRE_DECREMENT] = "--",
    [HOP_OP_POST_INCREMENT] = "++",
    [HOP_OP_POST_DECREMENT] = "--",
};

const char *
hop_ast_kind_name(enum hop_ast_kind kind)
{
    return kind_names[kind];
}

const char *
hop_op_text(enum hop_op op)
{
    return op_texts[op];
}

bool
hop_ast_is_expression(const struct hop_ast *node)
{
    return node && node->kind >= HOP_AST_CONSTANT &&
           node->kind <= HOP_AST_ERROR_EXPRESSION;
}

struct hop_ast *
hop_ast_pure_expression(const struct hop_ast *statement)
{
    const struct hop_ast_pipeline *p;
    const struct hop_ast_command_expression *c;

    if (!statement || statement->kind != HOP_AST_PIPELINE)
        return NULL;
    p = HOP_AST_AS(hop_ast_pipeline, statement);
    if (p->background || p->elements.n != 1 ||
        p->elements.items[0]->kind != HOP_AST_COMMAND_EXPRESSION)
        return NULL;
    c = HOP_AST_AS(hop_ast_command_expression, p->elements.items[0]);
    return c->redirections.n ? NULL : c->expression;
}
