/* Tokens of the PowerShell language, numbered as PowerShell's TokenKind.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_LANG_TOKEN_H
#define HOP_LANG_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

#include "lang/ast.h"

enum hop_token_kind {
    HOP_TOKEN_UNKNOWN,
    HOP_TOKEN_VARIABLE,
    HOP_TOKEN_SPLATTED_VARIABLE,
    HOP_TOKEN_PARAMETER,
    HOP_TOKEN_NUMBER,
    HOP_TOKEN_LABEL,
    HOP_TOKEN_IDENTIFIER,
    HOP_TOKEN_GENERIC,
    HOP_TOKEN_NEW_LINE,
    HOP_TOKEN_LINE_CONTINUATION,
    HOP_TOKEN_COMMENT,
    HOP_TOKEN_END_OF_INPUT,
    HOP_TOKEN_STRING_LITERAL,
    HOP_TOKEN_STRING_EXPANDABLE,
    HOP_TOKEN_HERE_STRING_LITERAL,
    HOP_TOKEN_HERE_STRING_EXPANDABLE,
    HOP_TOKEN_LPAREN,
    HOP_TOKEN_RPAREN,
    HOP_TOKEN_LCURLY,
    HOP_TOKEN_RCURLY,
    HOP_TOKEN_LBRACKET,
    HOP_TOKEN_RBRACKET,
    HOP_TOKEN_AT_PAREN,
    HOP_TOKEN_AT_CURLY,
    HOP_TOKEN_DOLLAR_PAREN,
    HOP_TOKEN_SEMI,
    HOP_TOKEN_AND_AND,
    HOP_TOKEN_OR_OR,
    HOP_TOKEN_AMPERSAND,
    HOP_TOKEN_PIPE,
    HOP_TOKEN_COMMA,
    HOP_TOKEN_MINUS_MINUS,
    HOP_TOKEN_PLUS_PLUS,
    HOP_TOKEN_DOT_DOT,
    HOP_TOKEN_COLON_COLON,
    HOP_TOKEN_DOT,
    HOP_TOKEN_EXCLAIM,
    HOP_TOKEN_MULTIPLY,
    HOP_TOKEN_DIVIDE,
    HOP_TOKEN_REM,
    HOP_TOKEN_PLUS,
    HOP_TOKEN_MINUS,
    HOP_TOKEN_EQUALS,
    HOP_TOKEN_PLUS_EQUALS,
    HOP_TOKEN_MINUS_EQUALS,
    HOP_TOKEN_MULTIPLY_EQUALS,
    HOP_TOKEN_DIVIDE_EQUALS,
    HOP_TOKEN_REMAINDER_EQUALS,
    HOP_TOKEN_REDIRECTION,
    HOP_TOKEN_REDIRECT_IN_STD,
    HOP_TOKEN_FORMAT,
    HOP_TOKEN_NOT,
    HOP_TOKEN_BNOT,
    HOP_TOKEN_AND,
    HOP_TOKEN_OR,
    HOP_TOKEN_XOR,
    HOP_TOKEN_BAND,
    HOP_TOKEN_BOR,
    HOP_TOKEN_BXOR,
    HOP_TOKEN_JOIN,
    HOP_TOKEN_IEQ,
    HOP_TOKEN_INE,
    HOP_TOKEN_IGE,
    HOP_TOKEN_IGT,
    HOP_TOKEN_ILT,
    HOP_TOKEN_ILE,
    HOP_TOKEN_ILIKE,
    HOP_TOKEN_INOTLIKE,
    HOP_TOKEN_IMATCH,
    HOP_TOKEN_INOTMATCH,
    HOP_TOKEN_IREPLACE,
    HOP_TOKEN_ICONTAINS,
    HOP_TOKEN_INOTCONTAINS,
    HOP_TOKEN_IIN,
    HOP_TOKEN_INOTIN,
    HOP_TOKEN_ISPLIT,
    HOP_TOKEN_CEQ,
    HOP_TOKEN_CNE,
    HOP_TOKEN_CGE,
    HOP_TOKEN_CGT,
    HOP_TOKEN_CLT,
    HOP_TOKEN_CLE,
    HOP_TOKEN_CLIKE,
    HOP_TOKEN_CNOTLIKE,
    HOP_TOKEN_CMATCH,
    HOP_TOKEN_CNOTMATCH,
    HOP_TOKEN_CREPLACE,
    HOP_TOKEN_CCONTAINS,
    HOP_TOKEN_CNOTCONTAINS,
    HOP_TOKEN_CIN,
    HOP_TOKEN_CNOTIN,
    HOP_TOKEN_CSPLIT,
    HOP_TOKEN_IS,
    HOP_TOKEN_IS_NOT,
    HOP_TOKEN_AS,
    HOP_TOKEN_POSTFIX_PLUS_PLUS,
    HOP_TOKEN_POSTFIX_MINUS_MINUS,
    HOP_TOKEN_SHL,
    HOP_TOKEN_SHR,
    HOP_TOKEN_COLON,
    HOP_TOKEN_QUESTION_MARK,
    HOP_TOKEN_QUESTION_QUESTION_EQUALS,
    HOP_TOKEN_QUESTION_QUESTION,
    HOP_TOKEN_QUESTION_DOT,
    HOP_TOKEN_QUESTION_LBRACKET,
    HOP_TOKEN_BEGIN = 119,
    HOP_TOKEN_BREAK,
    HOP_TOKEN_CATCH,
    HOP_TOKEN_CLASS,
    HOP_TOKEN_CONTINUE,
    HOP_TOKEN_DATA,
    HOP_TOKEN_DEFINE,
    HOP_TOKEN_DO,
    HOP_TOKEN_DYNAMICPARAM,
    HOP_TOKEN_ELSE,
    HOP_TOKEN_ELSE_IF,
    HOP_TOKEN_END,
    HOP_TOKEN_EXIT,
    HOP_TOKEN_FILTER,
    HOP_TOKEN_FINALLY,
    HOP_TOKEN_FOR,
    HOP_TOKEN_FOREACH,
    HOP_TOKEN_FROM,
    HOP_TOKEN_FUNCTION,
    HOP_TOKEN_IF,
    HOP_TOKEN_IN,
    HOP_TOKEN_PARAM,
    HOP_TOKEN_PROCESS,
    HOP_TOKEN_RETURN,
    HOP_TOKEN_SWITCH,
    HOP_TOKEN_THROW,
    HOP_TOKEN_TRAP,
    HOP_TOKEN_TRY,
    HOP_TOKEN_UNTIL,
    HOP_TOKEN_USING,
    HOP_TOKEN_VAR,
    HOP_TOKEN_WHILE,
    HOP_TOKEN_WORKFLOW,
    HOP_TOKEN_PARALLEL,
    HOP_TOKEN_SEQUENCE,
    HOP_TOKEN_INLINE_SCRIPT,
    HOP_TOKEN_CONFIGURATION,
    HOP_TOKEN_DYNAMIC_KEYWORD,
    HOP_TOKEN_PUBLIC,
    HOP_TOKEN_PRIVATE,
    HOP_TOKEN_STATIC,
    HOP_TOKEN_INTERFACE,
    HOP_TOKEN_ENUM,
    HOP_TOKEN_NAMESPACE,
    HOP_TOKEN_MODULE,
    HOP_TOKEN_TYPE,
    HOP_TOKEN_ASSEMBLY,
    HOP_TOKEN_COMMAND,
    HOP_TOKEN_HIDDEN,
    HOP_TOKEN_BASE,
    HOP_TOKEN_DEFAULT,
    HOP_TOKEN_CLEAN,
    HOP_TOKEN_KINDS
};

/* PowerShell's TokenFlags, same values. */
enum hop_token_flag {
    HOP_TOKEN_PRECEDENCE = 0xf, /* mask of the binary precedence */
    HOP_TOKEN_IS_KEYWORD = 0x10,
    HOP_TOKEN_BLOCK_NAME = 0x20,
    HOP_TOKEN_BINARY = 0x100,
    HOP_TOKEN_UNARY = 0x200,
    HOP_TOKEN_CASE_SENSITIVE = 0x400,
    HOP_TOKEN_TERNARY = 0x800,
    HOP_TOKEN_SPECIAL = 0x1000,
    HOP_TOKEN_ASSIGNMENT = 0x2000,
    HOP_TOKEN_MODE_INVARIANT = 0x8000, /* scans the same in every mode */
    HOP_TOKEN_IN_ERROR = 0x10000,
    HOP_TOKEN_NOT_RESTRICTED = 0x20000, /* refused in Restricted language */
    HOP_TOKEN_PREFIX_POSTFIX = 0x40000,
    HOP_TOKEN_COMMAND_NAME = 0x80000,
    HOP_TOKEN_MEMBER_NAME = 0x100000,
    HOP_TOKEN_TYPE_NAME = 0x200000,
    HOP_TOKEN_ATTRIBUTE_NAME = 0x400000,
    HOP_TOKEN_NO_ATTRIBUTES = 0x1000000, /* statement takes no attributes */
};

/* A token as kept for highlighting, completion and the Parser class. */
struct hop_token {
    uint8_t kind; /* enum hop_token_kind */
    bool has_error;
    uint32_t flags;      /* enum hop_token_flag */
    uint32_t start, end; /* byte offsets in the source */
};

/* "Ieq", "HereStringLiteral": TokenKind's name; never NULL. */
const char *hop_token_kind_name(enum hop_token_kind kind);
/* The text of an operator, punctuator or keyword as messages show it ("-eq",
 * "{", "begin"); never NULL. */
const char *hop_token_kind_text(enum hop_token_kind kind);
uint32_t hop_token_kind_flags(enum hop_token_kind kind);
/* The operator that a token stands for between or before expressions, or
 * HOP_OP_NONE. */
enum hop_op hop_token_binary_op(enum hop_token_kind kind);

/* Looks a name of n bytes up, any case; HOP_TOKEN_UNKNOWN when it is none. */
enum hop_token_kind hop_token_keyword(const char *name, uint32_t n);
/* The same for an operator's name behind its dash: "eq", "join". */
enum hop_token_kind hop_token_operator(const char *name, uint32_t n);

#endif
