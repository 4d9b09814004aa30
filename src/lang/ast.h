/* The syntax tree of a PowerShell program.
 *
 * Node kinds carry the names of PowerShell's System.Management.Automation.
 * Language classes without "Ast".  All nodes, texts and arrays of a tree live
 * in the arena of its parse unit (lang/parse.h) and die with it; whoever keeps
 * a node keeps a reference on the unit.  Nodes are immutable after the parse
 * except for the three fields that belong to the evaluator: slot, aux, cache.
 *
 * Every node structure starts with `struct hop_ast ast`; look at ast.kind,
 * then convert the pointer (HOP_AST_AS).  Pointers to nodes that may be
 * missing say so ("or NULL"); a tree with parse errors may also hold
 * HOP_AST_ERROR_STATEMENT and HOP_AST_ERROR_EXPRESSION anywhere, and is never
 * to be run.
 *
 * Texts are UTF-8 (WTF-8), NUL-terminated, with their length in bytes: a
 * string literal may hold NUL itself ("`0").
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_LANG_AST_H
#define HOP_LANG_AST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hop_unit; /* lang/parse.h */

enum hop_ast_kind {
    /* Parts of a script block. */
    HOP_AST_SCRIPT_BLOCK,             /* struct hop_ast_script_block */
    HOP_AST_PARAM_BLOCK,              /* struct hop_ast_param_block */
    HOP_AST_NAMED_BLOCK,              /* struct hop_ast_block */
    HOP_AST_STATEMENT_BLOCK,          /* struct hop_ast_block */
    HOP_AST_PARAMETER,                /* struct hop_ast_parameter */
    HOP_AST_ATTRIBUTE,                /* struct hop_ast_attribute */
    HOP_AST_NAMED_ATTRIBUTE_ARGUMENT, /* struct hop_ast_named_argument */
    HOP_AST_TYPE_CONSTRAINT,          /* struct hop_ast_type */
    HOP_AST_CATCH_CLAUSE,             /* struct hop_ast_catch */

    /* Statements. */
    HOP_AST_USING_STATEMENT,     /* struct hop_ast_using_statement */
    HOP_AST_FUNCTION_DEFINITION, /* struct hop_ast_function */
    HOP_AST_IF,                  /* struct hop_ast_if */
    HOP_AST_SWITCH,              /* struct hop_ast_switch */
    HOP_AST_FOREACH,             /* struct hop_ast_foreach */
    HOP_AST_FOR,                 /* struct hop_ast_for */
    HOP_AST_WHILE,               /* struct hop_ast_loop */
    HOP_AST_DO_WHILE,            /* struct hop_ast_loop */
    HOP_AST_DO_UNTIL,            /* struct hop_ast_loop */
    HOP_AST_TRY,                 /* struct hop_ast_try */
    HOP_AST_TRAP,                /* struct hop_ast_trap */
    HOP_AST_DATA,                /* struct hop_ast_data */
    HOP_AST_BREAK,               /* struct hop_ast_jump */
    HOP_AST_CONTINUE,            /* struct hop_ast_jump */
    HOP_AST_RETURN,              /* struct hop_ast_exit */
    HOP_AST_EXIT,                /* struct hop_ast_exit */
    HOP_AST_THROW,               /* struct hop_ast_exit */
    HOP_AST_BLOCK_STATEMENT,     /* struct hop_ast_block_statement: refused */
    HOP_AST_ASSIGNMENT,          /* struct hop_ast_assignment */
    HOP_AST_PIPELINE,            /* struct hop_ast_pipeline */
    HOP_AST_PIPELINE_CHAIN,      /* struct hop_ast_chain */
    HOP_AST_ERROR_STATEMENT,     /* struct hop_ast_error */

    /* Elements of a pipeline. */
    HOP_AST_COMMAND,             /* struct hop_ast_command */
    HOP_AST_COMMAND_EXPRESSION,  /* struct hop_ast_command_expression */
    HOP_AST_COMMAND_PARAMETER,   /* struct hop_ast_command_parameter */
    HOP_AST_FILE_REDIRECTION,    /* struct hop_ast_redirection */
    HOP_AST_MERGING_REDIRECTION, /* struct hop_ast_redirection */

    /* Expressions. */
    HOP_AST_CONSTANT,                /* struct hop_ast_constant */
    HOP_AST_STRING_CONSTANT,         /* struct hop_ast_string */
    HOP_AST_EXPANDABLE_STRING,       /* struct hop_ast_expandable */
    HOP_AST_VARIABLE,                /* struct hop_ast_variable */
    HOP_AST_USING,                   /* struct hop_ast_wrap: $using:x */
    HOP_AST_TYPE,                    /* struct hop_ast_type: [int] */
    HOP_AST_CONVERT,                 /* struct hop_ast_convert: [int]$x */
    HOP_AST_ATTRIBUTED,              /* struct hop_ast_attributed: [A()]$x */
    HOP_AST_UNARY,                   /* struct hop_ast_unary */
    HOP_AST_BINARY,                  /* struct hop_ast_binary */
    HOP_AST_TERNARY,                 /* struct hop_ast_ternary */
    HOP_AST_INDEX,                   /* struct hop_ast_index */
    HOP_AST_MEMBER,                  /* struct hop_ast_member */
    HOP_AST_INVOKE_MEMBER,           /* struct hop_ast_member */
    HOP_AST_ARRAY_LITERAL,           /* struct hop_ast_array_literal: 1, 2 */
    HOP_AST_ARRAY_EXPRESSION,        /* struct hop_ast_array_expression: @() */
    HOP_AST_PAREN,                   /* struct hop_ast_paren: (pipeline) */
    HOP_AST_SUB_EXPRESSION,          /* struct hop_ast_sub: $(statements) */
    HOP_AST_HASHTABLE,               /* struct hop_ast_hashtable */
    HOP_AST_SCRIPT_BLOCK_EXPRESSION, /* struct hop_ast_script_block_expression
                                      */
    HOP_AST_ERROR_EXPRESSION,        /* struct hop_ast_error */

    HOP_AST_KINDS
};

/* The head of every node. */
struct hop_ast {
    uint8_t kind;           /* enum hop_ast_kind */
    uint8_t flags;          /* the parser's own */
    uint16_t aux;           /* the evaluator's; 0 after the parse */
    uint32_t slot;          /* the evaluator's; 0 after the parse */
    uint32_t start, end;    /* extent: byte offsets in the unit's source */
    struct hop_ast *parent; /* NULL for the root */
    void *cache;            /* the evaluator's; NULL after the parse.  What it
                               points to is released by a function given to
                               hop_unit_on_free */
};

/* The node behind a pointer whose kind was looked at. */
#define HOP_AST_AS(type, node) ((struct type *)(void *)(node))

struct hop_ast_list {
    struct hop_ast **items;
    uint32_t n;
};

/* A piece of text of the tree. */
struct hop_name {
    const char *text; /* NULL when there is none */
    uint32_t len;
};

/* ---- operators ------------------------------------------------------- */

/* Operators of unary and binary expressions and assignments.  Comparison
 * operators come in a case-insensitive form (-eq, -ieq), then its
 * case-sensitive one (-ceq): HOP_OP_CASE_SENSITIVE tells them apart. */
enum hop_op {
    HOP_OP_NONE, /* assignment: plain = */

    HOP_OP_ADD,
    HOP_OP_SUBTRACT,
    HOP_OP_MULTIPLY,
    HOP_OP_DIVIDE,
    HOP_OP_REMAINDER,
    HOP_OP_COALESCE, /* ??, ??= */
    HOP_OP_RANGE,    /* .. */
    HOP_OP_FORMAT,   /* -f */
    HOP_OP_AND,
    HOP_OP_OR,
    HOP_OP_XOR,
    HOP_OP_BAND,
    HOP_OP_BOR,
    HOP_OP_BXOR,
    HOP_OP_SHL,
    HOP_OP_SHR,
    HOP_OP_IS,
    HOP_OP_ISNOT,
    HOP_OP_AS,
    HOP_OP_JOIN, /* binary and unary */

    HOP_OP_IEQ, /* from here to HOP_OP_CSPLIT: pairs I, C */
    HOP_OP_CEQ,
    HOP_OP_INE,
    HOP_OP_CNE,
    HOP_OP_IGE,
    HOP_OP_CGE,
    HOP_OP_IGT,
    HOP_OP_CGT,
    HOP_OP_ILT,
    HOP_OP_CLT,
    HOP_OP_ILE,
    HOP_OP_CLE,
    HOP_OP_ILIKE,
    HOP_OP_CLIKE,
    HOP_OP_INOTLIKE,
    HOP_OP_CNOTLIKE,
    HOP_OP_IMATCH,
    HOP_OP_CMATCH,
    HOP_OP_INOTMATCH,
    HOP_OP_CNOTMATCH,
    HOP_OP_IREPLACE,
    HOP_OP_CREPLACE,
    HOP_OP_ICONTAINS,
    HOP_OP_CCONTAINS,
    HOP_OP_INOTCONTAINS,
    HOP_OP_CNOTCONTAINS,
    HOP_OP_IIN,
    HOP_OP_CIN,
    HOP_OP_INOTIN,
    HOP_OP_CNOTIN,
    HOP_OP_ISPLIT, /* binary and unary */
    HOP_OP_CSPLIT, /* binary and unary */

    HOP_OP_NOT,  /* -not and ! */
    HOP_OP_BNOT, /* -bnot */
    HOP_OP_PLUS, /* unary + */
    HOP_OP_MINUS,
    HOP_OP_PRE_INCREMENT,
    HOP_OP_PRE_DECREMENT,
    HOP_OP_POST_INCREMENT,
    HOP_OP_POST_DECREMENT,

    HOP_OPS
};

#define HOP_OP_CASE_SENSITIVE(op)                                              \
    ((op) >= HOP_OP_IEQ && (op) <= HOP_OP_CSPLIT && (((op)-HOP_OP_IEQ) & 1))

/* ---- type names ------------------------------------------------------- */

enum hop_type_name_kind {
    HOP_TYPE_NAME_SIMPLE,  /* int, System.Int32, [Name, Assembly] */
    HOP_TYPE_NAME_GENERIC, /* List[string], Dictionary[string,int] */
    HOP_TYPE_NAME_ARRAY,   /* int[], int[,] */
};

struct hop_type_name {
    enum hop_type_name_kind kind;
    uint32_t start, end;
    /* As written without blanks: "int", "System.Collections.Generic.List",
     * for a generic or array the whole: "List[string]", "int[]". */
    struct hop_name name;
    struct hop_name assembly;         /* simple: behind the comma */
    struct hop_type_name *element;    /* array: of what; generic: the
                                         simple name */
    struct hop_type_name **arguments; /* generic */
    uint32_t n_arguments;
    uint32_t rank; /* array: 1 for [], 2 for [,] */
    void *cache;   /* the evaluator's */
};

/* ---- script blocks ---------------------------------------------------- */

enum hop_block_kind {
    HOP_BLOCK_DYNAMICPARAM,
    HOP_BLOCK_BEGIN,
    HOP_BLOCK_PROCESS,
    HOP_BLOCK_END,
    HOP_BLOCK_CLEAN,
    HOP_BLOCK_KINDS
};

/* Statements in braces (HOP_AST_STATEMENT_BLOCK: bodies of statements, $(),
 * @()) or a part of a script block (HOP_AST_NAMED_BLOCK). */
struct hop_ast_block {
    struct hop_ast ast;
    struct hop_ast_list statements; /* traps are not among them */
    struct hop_ast_list traps;      /* struct hop_ast_trap */
    enum hop_block_kind kind;       /* named blocks */
    bool unnamed; /* named blocks: no keyword stands in the source */
};

struct hop_ast_script_block {
    struct hop_ast ast;
    struct hop_unit *unit;      /* borrowed: the tree's owner */
    struct hop_ast_list usings; /* struct hop_ast_using_statement; root */
    struct hop_ast_param_block *params; /* or NULL */
    /* By enum hop_block_kind, NULL where missing.  A block without any
     * keyword is HOP_BLOCK_END, or HOP_BLOCK_PROCESS in a filter. */
    struct hop_ast_block *blocks[HOP_BLOCK_KINDS];
    bool is_filter;
    uint32_t slots; /* the evaluator's */
};

/* param(...) with the attributes in front of it ([CmdletBinding()]). */
struct hop_ast_param_block {
    struct hop_ast ast;
    struct hop_ast_list attributes; /* struct hop_ast_attribute */
    struct hop_ast_list parameters; /* struct hop_ast_parameter */
};

struct hop_ast_parameter {
    struct hop_ast ast;
    /* struct hop_ast_attribute and struct hop_ast_type (type constraints) in
     * the order written. */
    struct hop_ast_list attributes;
    struct hop_ast_variable *name;
    struct hop_ast *default_value; /* expression, or NULL */
    struct hop_ast_type *type;     /* the first type constraint, or NULL */
};

struct hop_ast_attribute {
    struct hop_ast ast;
    struct hop_type_name *type_name;
    struct hop_ast_list positional; /* expressions */
    struct hop_ast_list named;      /* struct hop_ast_named_argument */
};

struct hop_ast_named_argument {
    struct hop_ast ast;
    struct hop_name name;
    struct hop_ast *value; /* when omitted ([Parameter(Mandatory)]): a constant
                              expression $true */
    bool omitted;
};

/* HOP_AST_TYPE ([int] as a value) and HOP_AST_TYPE_CONSTRAINT. */
struct hop_ast_type {
    struct hop_ast ast;
    struct hop_type_name *type_name;
};

/* ---- statements -------------------------------------------------------- */

enum hop_using_kind {
    HOP_USING_ASSEMBLY,
    HOP_USING_COMMAND,
    HOP_USING_MODULE,
    HOP_USING_NAMESPACE,
    HOP_USING_TYPE,
};

struct hop_ast_using_statement {
    struct hop_ast ast;
    enum hop_using_kind kind;
    struct hop_ast_string *name;           /* NULL when module_spec is there */
    struct hop_ast_string *alias;          /* or NULL */
    struct hop_ast_hashtable *module_spec; /* or NULL */
};

struct hop_ast_function {
    struct hop_ast ast;
    struct hop_name name; /* may be qualified: "global:f" */
    bool is_filter;
    bool has_parameters;            /* () stand behind the name */
    struct hop_ast_list parameters; /* struct hop_ast_parameter: f($a) {} */
    struct hop_ast_script_block *body;
};

struct hop_ast_if_clause {
    struct hop_ast *condition; /* statement: pipeline, assignment, chain */
    struct hop_ast_block *body;
};

struct hop_ast_if {
    struct hop_ast ast;
    struct hop_ast_if_clause *clauses;
    uint32_t n_clauses;
    struct hop_ast_block *otherwise; /* or NULL */
};

enum hop_switch_flag {
    HOP_SWITCH_FILE = 1,
    HOP_SWITCH_REGEX = 2,
    HOP_SWITCH_WILDCARD = 4,
    HOP_SWITCH_EXACT = 8,
    HOP_SWITCH_CASE_SENSITIVE = 16,
};

struct hop_ast_switch_clause {
    struct hop_ast *condition; /* expression */
    struct hop_ast_block *body;
};

struct hop_ast_switch {
    struct hop_ast ast;
    struct hop_name label;     /* without the colon; text NULL when none */
    unsigned flags;            /* enum hop_switch_flag */
    struct hop_ast *condition; /* statement; the file's name for -file */
    struct hop_ast_switch_clause *clauses;
    uint32_t n_clauses;
    struct hop_ast_block *otherwise; /* default, or NULL */
};

struct hop_ast_foreach {
    struct hop_ast ast;
    struct hop_name label;
    struct hop_ast_variable *variable;
    struct hop_ast *condition; /* statement */
    struct hop_ast_block *body;
};

struct hop_ast_for {
    struct hop_ast ast;
    struct hop_name label;
    struct hop_ast *initializer; /* statement, or NULL */
    struct hop_ast *condition;   /* statement, or NULL */
    struct hop_ast *iterator;    /* statement, or NULL */
    struct hop_ast_block *body;
};

/* while, do-while, do-until. */
struct hop_ast_loop {
    struct hop_ast ast;
    struct hop_name label;
    struct hop_ast *condition; /* statement */
    struct hop_ast_block *body;
};

struct hop_ast_catch {
    struct hop_ast ast;
    struct hop_ast_list types; /* struct hop_ast_type; empty: all errors */
    struct hop_ast_block *body;
};

struct hop_ast_try {
    struct hop_ast ast;
    struct hop_ast_block *body;
    struct hop_ast_list catches;   /* struct hop_ast_catch */
    struct hop_ast_block *finally; /* or NULL */
};

struct hop_ast_trap {
    struct hop_ast ast;
    struct hop_ast_type *type; /* or NULL: all errors */
    struct hop_ast_block *body;
};

struct hop_ast_data {
    struct hop_ast ast;
    struct hop_name variable;     /* text NULL when none */
    struct hop_ast_list commands; /* expressions: -SupportedCommand */
    struct hop_ast_block *body;
};

/* break, continue */
struct hop_ast_jump {
    struct hop_ast ast;
    struct hop_ast *label; /* expression, or NULL; usually a string constant */
};

/* return, exit, throw */
struct hop_ast_exit {
    struct hop_ast ast;
    struct hop_ast *pipeline; /* statement, or NULL */
    bool rethrow;             /* throw without operand in a catch block */
};

/* parallel { } and sequence { }: workflow remains, always a parse error. */
struct hop_ast_block_statement {
    struct hop_ast ast;
    struct hop_ast_block *body;
};

struct hop_ast_assignment {
    struct hop_ast ast;
    enum hop_op op; /* HOP_OP_NONE: =; else += -= *= /= %= ??= */
    /* Variable, member, index, array literal of those, or convert/attributed/
     * paren around one. */
    struct hop_ast *left;
    struct hop_ast *right; /* statement of any kind */
    uint32_t op_start, op_end;
};

struct hop_ast_pipeline {
    struct hop_ast ast;
    /* struct hop_ast_command or struct hop_ast_command_expression (only as the
     * first). */
    struct hop_ast_list elements;
    bool background; /* & at the end */
};

/* left && right, left || right */
struct hop_ast_chain {
    struct hop_ast ast;
    struct hop_ast *left; /* pipeline or chain */
    struct hop_ast_pipeline *right;
    bool is_or;
    bool background;
};

struct hop_ast_error {
    struct hop_ast ast;
    struct hop_ast_list nested;
};

/* ---- commands ---------------------------------------------------------- */

enum hop_invocation {
    HOP_INVOKE_NONE,
    HOP_INVOKE_CALL, /* & */
    HOP_INVOKE_DOT,  /* . */
};

struct hop_ast_command {
    struct hop_ast ast;
    enum hop_invocation invocation;
    /* The first is the command's name (any expression); then expressions and
     * struct hop_ast_command_parameter.  A splatted variable is a variable
     * with splatted set.  The --% argument and the raw text behind it are two
     * bareword string constants, the second with verbatim set. */
    struct hop_ast_list elements;
    struct hop_ast_list redirections;
};

struct hop_ast_command_expression {
    struct hop_ast ast;
    struct hop_ast *expression;
    struct hop_ast_list redirections;
};

struct hop_ast_command_parameter {
    struct hop_ast ast;
    struct hop_name name;     /* without dash and colon */
    struct hop_ast *argument; /* expression: -name:argument; or NULL */
    bool colon;               /* a colon stands behind the name */
    uint32_t name_end;        /* end of "-name" or "-name:" */
};

enum hop_stream {
    HOP_STREAM_ALL, /* * */
    HOP_STREAM_OUTPUT,
    HOP_STREAM_ERROR,
    HOP_STREAM_WARNING,
    HOP_STREAM_VERBOSE,
    HOP_STREAM_DEBUG,
    HOP_STREAM_INFORMATION,
};

struct hop_ast_redirection {
    struct hop_ast ast;
    enum hop_stream from;
    enum hop_stream to;       /* merging: HOP_STREAM_OUTPUT */
    struct hop_ast *location; /* file: expression */
    bool append;              /* file */
};

/* ---- expressions ------------------------------------------------------- */

enum hop_number_type {
    HOP_NUMBER_SBYTE, /* these in i */
    HOP_NUMBER_INT16,
    HOP_NUMBER_INT32,
    HOP_NUMBER_INT64,
    HOP_NUMBER_BYTE, /* these in u */
    HOP_NUMBER_UINT16,
    HOP_NUMBER_UINT32,
    HOP_NUMBER_UINT64,
    HOP_NUMBER_DOUBLE,  /* in d */
    HOP_NUMBER_DECIMAL, /* in text: [-]digits[.digits], zeros kept: 1.50 */
    HOP_NUMBER_BIGINT,  /* in text: [-]digits */
};

struct hop_number {
    enum hop_number_type type;
    union {
        int64_t i;
        uint64_t u;
        double d;
    };
    const char *text; /* decimal, bigint: in the unit's arena; else NULL */
};

struct hop_ast_constant {
    struct hop_ast ast;
    bool is_true; /* the omitted argument of an attribute: $true; number is
                     then not set */
    struct hop_number number;
};

enum hop_string_kind {
    HOP_STRING_BAREWORD,
    HOP_STRING_SINGLE,
    HOP_STRING_DOUBLE,
    HOP_STRING_SINGLE_HERE,
    HOP_STRING_DOUBLE_HERE,
};

/* A string without anything to expand: 'x', "x", bareword, here-strings. */
struct hop_ast_string {
    struct hop_ast ast;
    enum hop_string_kind kind;
    bool verbatim;         /* the text behind --% */
    struct hop_name value; /* escapes done */
};

struct hop_string_part {
    struct hop_name text;       /* escapes done; when expression is NULL */
    struct hop_ast *expression; /* variable, sub-expression, using; or NULL */
};

struct hop_ast_expandable {
    struct hop_ast ast;
    enum hop_string_kind kind;
    struct hop_string_part *parts;
    uint32_t n_parts;
    struct hop_name value; /* escapes done, variables as written: Ast.Value */
};

enum hop_variable_scope {
    HOP_SCOPE_NONE, /* $x */
    HOP_SCOPE_LOCAL,
    HOP_SCOPE_PRIVATE,
    HOP_SCOPE_SCRIPT,
    HOP_SCOPE_GLOBAL,
    HOP_SCOPE_VARIABLE, /* $variable:x: as unqualified */
    HOP_SCOPE_DRIVE,    /* $env:x, $function:x: drive is set */
};

/* Variables that mean something to the language itself. */
enum hop_variable_special {
    HOP_VARIABLE_ORDINARY,
    HOP_VARIABLE_NULL,
    HOP_VARIABLE_TRUE,
    HOP_VARIABLE_FALSE,
    HOP_VARIABLE_UNDERBAR, /* $_ and $PSItem */
    HOP_VARIABLE_ARGS,
    HOP_VARIABLE_INPUT,
    HOP_VARIABLE_THIS,
};

struct hop_ast_variable {
    struct hop_ast ast;
    enum hop_variable_scope scope;
    enum hop_variable_special special; /* only when scope is NONE */
    bool splatted;                     /* @x */
    struct hop_name name;              /* without scope or drive */
    struct hop_name drive;             /* HOP_SCOPE_DRIVE: "env"; else NULL */
    struct hop_name path; /* as the user wrote it: "global:x", "env:x" */
};

/* One expression inside something: $using:x (a variable). */
struct hop_ast_wrap {
    struct hop_ast ast;
    struct hop_ast *child;
};

struct hop_ast_convert {
    struct hop_ast ast;
    struct hop_ast_type *type; /* kind HOP_AST_TYPE_CONSTRAINT */
    struct hop_ast *child;
};

struct hop_ast_attributed {
    struct hop_ast ast;
    struct hop_ast_attribute *attribute;
    struct hop_ast *child;
};

struct hop_ast_unary {
    struct hop_ast ast;
    enum hop_op op;
    struct hop_ast *child;
};

struct hop_ast_binary {
    struct hop_ast ast;
    enum hop_op op;
    struct hop_ast *left, *right;
    uint32_t op_start, op_end; /* the operator: the position of its errors */
};

struct hop_ast_ternary {
    struct hop_ast ast;
    struct hop_ast *condition, *if_true, *if_false;
};

struct hop_ast_index {
    struct hop_ast ast;
    struct hop_ast *target, *index;
    bool null_conditional; /* ?[ ] */
};

/* x.y and x::y; HOP_AST_INVOKE_MEMBER: x.y(...), x::y(...). */
struct hop_ast_member {
    struct hop_ast ast;
    struct hop_ast *target;
    struct hop_ast *member;        /* string constant, or any expression */
    bool is_static;                /* :: */
    bool null_conditional;         /* ?. */
    struct hop_ast_list arguments; /* invoke */
    struct hop_type_name **type_arguments; /* invoke: x.y[int](...) */
    uint32_t n_type_arguments;
};

/* 1, 2 and the unary ,1 (one element). */
struct hop_ast_array_literal {
    struct hop_ast ast;
    struct hop_ast_list elements;
};

struct hop_ast_array_expression {
    struct hop_ast ast;
    struct hop_ast_block *body;
};

struct hop_ast_paren {
    struct hop_ast ast;
    struct hop_ast *pipeline; /* statement: pipeline, assignment, chain */
};

struct hop_ast_sub {
    struct hop_ast ast;
    struct hop_ast_block *body;
};

struct hop_ast_pair {
    struct hop_ast *key;   /* expression */
    struct hop_ast *value; /* statement */
};

struct hop_ast_hashtable {
    struct hop_ast ast;
    struct hop_ast_pair *pairs;
    uint32_t n_pairs;
};

struct hop_ast_script_block_expression {
    struct hop_ast ast;
    struct hop_ast_script_block *body;
};

/* ---- questions ---------------------------------------------------------- */

/* The name of a kind as PowerShell's class has it: "IfStatementAst". */
const char *hop_ast_kind_name(enum hop_ast_kind kind);
bool hop_ast_is_expression(const struct hop_ast *node);

/* The expression that a statement consists of (a pipeline of one command
 * expression without redirection and background), or NULL. */
struct hop_ast *hop_ast_pure_expression(const struct hop_ast *statement);

/* Calls fn for the node and everything below it, parents first, in source
 * order; fn returns false to leave out what is below a node.  Nested script
 * blocks are visited like the rest. */
void hop_ast_visit(struct hop_ast *node,
                   bool (*fn)(void *ctx, struct hop_ast *node), void *ctx);

/* An operator as PowerShell names it ("-eq" for HOP_OP_IEQ, "+"). */
const char *hop_op_text(enum hop_op op);

#endif
