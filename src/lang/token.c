/* What is known of each token kind: one table.
 *
 * SPDX-License-Identifier: MIT
 */
#include "lang/token.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

enum precedence {
    PREC_LOGICAL = 1,
    PREC_BITWISE = 2,
    PREC_COMPARISON = 5,
    PREC_COALESCE = 7,
    PREC_ADD = 9,
    PREC_MULTIPLY = 10,
    PREC_FORMAT = 12,
    PREC_RANGE = 13,
};

#define PREC(x) PREC_##x
#define KEY     HOP_TOKEN_IS_KEYWORD
#define BLK     HOP_TOKEN_BLOCK_NAME
#define BIN     HOP_TOKEN_BINARY
#define UNA     HOP_TOKEN_UNARY
#define CS      HOP_TOKEN_CASE_SENSITIVE
#define TER     HOP_TOKEN_TERNARY
#define SPE     HOP_TOKEN_SPECIAL
#define ASG     HOP_TOKEN_ASSIGNMENT
#define INV     HOP_TOKEN_MODE_INVARIANT
#define NRE     HOP_TOKEN_NOT_RESTRICTED
#define PRE     HOP_TOKEN_PREFIX_POSTFIX
#define NAT     HOP_TOKEN_NO_ATTRIBUTES

/* clang-format off */
static const struct trait {
    const char *name;
    const char *text;
    uint32_t flags;
} traits[HOP_TOKEN_KINDS] = {
    [HOP_TOKEN_UNKNOWN] = {"Unknown", "unknown", 0},
    [HOP_TOKEN_VARIABLE] = {"Variable", "var", 0},
    [HOP_TOKEN_SPLATTED_VARIABLE] = {"SplattedVariable", "@var", 0},
    [HOP_TOKEN_PARAMETER] = {"Parameter", "param", 0},
    [HOP_TOKEN_NUMBER] = {"Number", "number", 0},
    [HOP_TOKEN_LABEL] = {"Label", "label", 0},
    [HOP_TOKEN_IDENTIFIER] = {"Identifier", "ident", 0},
    [HOP_TOKEN_GENERIC] = {"Generic", "generic", 0},
    [HOP_TOKEN_NEW_LINE] = {"NewLine", "newline", INV},
    [HOP_TOKEN_LINE_CONTINUATION] = {"LineContinuation", "line continuation", INV},
    [HOP_TOKEN_COMMENT] = {"Comment", "comment", INV},
    [HOP_TOKEN_END_OF_INPUT] = {"EndOfInput", "eof", INV},
    [HOP_TOKEN_STRING_LITERAL] = {"StringLiteral", "sqstr", INV},
    [HOP_TOKEN_STRING_EXPANDABLE] = {"StringExpandable", "dqstr", INV},
    [HOP_TOKEN_HERE_STRING_LITERAL] = {"HereStringLiteral", "sq here string", INV},
    [HOP_TOKEN_HERE_STRING_EXPANDABLE] = {"HereStringExpandable", "dq here string", INV},
    [HOP_TOKEN_LPAREN] = {"LParen", "(", INV},
    [HOP_TOKEN_RPAREN] = {"RParen", ")", INV},
    [HOP_TOKEN_LCURLY] = {"LCurly", "{", INV},
    [HOP_TOKEN_RCURLY] = {"RCurly", "}", INV},
    [HOP_TOKEN_LBRACKET] = {"LBracket", "[", 0},
    [HOP_TOKEN_RBRACKET] = {"RBracket", "]", INV},
    [HOP_TOKEN_AT_PAREN] = {"AtParen", "@(", INV},
    [HOP_TOKEN_AT_CURLY] = {"AtCurly", "@{", INV},
    [HOP_TOKEN_DOLLAR_PAREN] = {"DollarParen", "$(", INV},
    [HOP_TOKEN_SEMI] = {"Semi", ";", INV},
    [HOP_TOKEN_AND_AND] = {"AndAnd", "&&", INV},
    [HOP_TOKEN_OR_OR] = {"OrOr", "||", INV},
    [HOP_TOKEN_AMPERSAND] = {"Ampersand", "&", SPE | INV},
    [HOP_TOKEN_PIPE] = {"Pipe", "|", SPE | INV},
    [HOP_TOKEN_COMMA] = {"Comma", ",", UNA | INV},
    [HOP_TOKEN_MINUS_MINUS] = {"MinusMinus", "--", UNA | PRE | NRE},
    [HOP_TOKEN_PLUS_PLUS] = {"PlusPlus", "++", UNA | PRE | NRE},
    [HOP_TOKEN_DOT_DOT] = {"DotDot", "..", BIN | PREC(RANGE) | NRE},
    [HOP_TOKEN_COLON_COLON] = {"ColonColon", "::", SPE | NRE},
    [HOP_TOKEN_DOT] = {"Dot", ".", SPE | NRE},
    [HOP_TOKEN_EXCLAIM] = {"Exclaim", "!", UNA},
    [HOP_TOKEN_MULTIPLY] = {"Multiply", "*", BIN | PREC(MULTIPLY)},
    [HOP_TOKEN_DIVIDE] = {"Divide", "/", BIN | PREC(MULTIPLY)},
    [HOP_TOKEN_REM] = {"Rem", "%", BIN | PREC(MULTIPLY)},
    [HOP_TOKEN_PLUS] = {"Plus", "+", BIN | PREC(ADD) | UNA},
    [HOP_TOKEN_MINUS] = {"Minus", "-", BIN | PREC(ADD) | UNA},
    [HOP_TOKEN_EQUALS] = {"Equals", "=", ASG},
    [HOP_TOKEN_PLUS_EQUALS] = {"PlusEquals", "+=", ASG},
    [HOP_TOKEN_MINUS_EQUALS] = {"MinusEquals", "-=", ASG},
    [HOP_TOKEN_MULTIPLY_EQUALS] = {"MultiplyEquals", "*=", ASG},
    [HOP_TOKEN_DIVIDE_EQUALS] = {"DivideEquals", "/=", ASG},
    [HOP_TOKEN_REMAINDER_EQUALS] = {"RemainderEquals", "%=", ASG},
    [HOP_TOKEN_REDIRECTION] = {"Redirection", "redirection", NRE},
    [HOP_TOKEN_REDIRECT_IN_STD] = {"RedirectInStd", "<", INV | NRE},
    [HOP_TOKEN_FORMAT] = {"Format", "-f", BIN | PREC(FORMAT) | NRE},
    [HOP_TOKEN_NOT] = {"Not", "-not", UNA},
    [HOP_TOKEN_BNOT] = {"Bnot", "-bnot", UNA},
    [HOP_TOKEN_AND] = {"And", "-and", BIN | PREC(LOGICAL)},
    [HOP_TOKEN_OR] = {"Or", "-or", BIN | PREC(LOGICAL)},
    [HOP_TOKEN_XOR] = {"Xor", "-xor", BIN | PREC(LOGICAL)},
    [HOP_TOKEN_BAND] = {"Band", "-band", BIN | PREC(BITWISE)},
    [HOP_TOKEN_BOR] = {"Bor", "-bor", BIN | PREC(BITWISE)},
    [HOP_TOKEN_BXOR] = {"Bxor", "-bxor", BIN | PREC(BITWISE)},
    [HOP_TOKEN_JOIN] = {"Join", "-join", BIN | UNA | PREC(COMPARISON) | NRE},
    [HOP_TOKEN_IEQ] = {"Ieq", "-eq", BIN | PREC(COMPARISON)},
    [HOP_TOKEN_INE] = {"Ine", "-ne", BIN | PREC(COMPARISON)},
    [HOP_TOKEN_IGE] = {"Ige", "-ge", BIN | PREC(COMPARISON)},
    [HOP_TOKEN_IGT] = {"Igt", "-gt", BIN | PREC(COMPARISON)},
    [HOP_TOKEN_ILT] = {"Ilt", "-lt", BIN | PREC(COMPARISON)},
    [HOP_TOKEN_ILE] = {"Ile", "-le", BIN | PREC(COMPARISON)},
    [HOP_TOKEN_ILIKE] = {"Ilike", "-ilike", BIN | PREC(COMPARISON)},
    [HOP_TOKEN_INOTLIKE] = {"Inotlike", "-inotlike", BIN | PREC(COMPARISON)},
    [HOP_TOKEN_IMATCH] = {"Imatch", "-imatch", BIN | PREC(COMPARISON) | NRE},
    [HOP_TOKEN_INOTMATCH] = {"Inotmatch", "-inotmatch", BIN | PREC(COMPARISON) | NRE},
    [HOP_TOKEN_IREPLACE] = {"Ireplace", "-ireplace", BIN | PREC(COMPARISON) | NRE},
    [HOP_TOKEN_ICONTAINS] = {"Icontains", "-icontains", BIN | PREC(COMPARISON)},
    [HOP_TOKEN_INOTCONTAINS] = {"Inotcontains", "-inotcontains", BIN | PREC(COMPARISON)},
    [HOP_TOKEN_IIN] = {"Iin", "-iin", BIN | PREC(COMPARISON)},
    [HOP_TOKEN_INOTIN] = {"Inotin", "-inotin", BIN | PREC(COMPARISON)},
    [HOP_TOKEN_ISPLIT] = {"Isplit", "-isplit", BIN | UNA | PREC(COMPARISON) | NRE},
    [HOP_TOKEN_CEQ] = {"Ceq", "-ceq", BIN | PREC(COMPARISON) | CS},
    [HOP_TOKEN_CNE] = {"Cne", "-cne", BIN | PREC(COMPARISON) | CS},
    [HOP_TOKEN_CGE] = {"Cge", "-cge", BIN | PREC(COMPARISON) | CS},
    [HOP_TOKEN_CGT] = {"Cgt", "-cgt", BIN | PREC(COMPARISON) | CS},
    [HOP_TOKEN_CLT] = {"Clt", "-clt", BIN | PREC(COMPARISON) | CS},
    [HOP_TOKEN_CLE] = {"Cle", "-cle", BIN | PREC(COMPARISON) | CS},
    [HOP_TOKEN_CLIKE] = {"Clike", "-clike", BIN | PREC(COMPARISON) | CS},
    [HOP_TOKEN_CNOTLIKE] = {"Cnotlike", "-cnotlike", BIN | PREC(COMPARISON) | CS},
    [HOP_TOKEN_CMATCH] = {"Cmatch", "-cmatch", BIN | PREC(COMPARISON) | CS | NRE},
    [HOP_TOKEN_CNOTMATCH] = {"Cnotmatch", "-cnotmatch", BIN | PREC(COMPARISON) | CS | NRE},
    [HOP_TOKEN_CREPLACE] = {"Creplace", "-creplace", BIN | PREC(COMPARISON) | CS | NRE},
    [HOP_TOKEN_CCONTAINS] = {"Ccontains", "-ccontains", BIN | PREC(COMPARISON) | CS},
    [HOP_TOKEN_CNOTCONTAINS] = {"Cnotcontains", "-cnotcontains", BIN | PREC(COMPARISON) | CS},
    [HOP_TOKEN_CIN] = {"Cin", "-cin", BIN | PREC(COMPARISON) | CS},
    [HOP_TOKEN_CNOTIN] = {"Cnotin", "-cnotin", BIN | PREC(COMPARISON) | CS},
    [HOP_TOKEN_CSPLIT] = {"Csplit", "-csplit", BIN | UNA | PREC(COMPARISON) | CS | NRE},
    [HOP_TOKEN_IS] = {"Is", "-is", BIN | PREC(COMPARISON)},
    [HOP_TOKEN_IS_NOT] = {"IsNot", "-isnot", BIN | PREC(COMPARISON)},
    [HOP_TOKEN_AS] = {"As", "-as", BIN | PREC(COMPARISON) | NRE},
    [HOP_TOKEN_POSTFIX_PLUS_PLUS] = {"PostfixPlusPlus", "++", UNA | PRE | NRE},
    [HOP_TOKEN_POSTFIX_MINUS_MINUS] = {"PostfixMinusMinus", "--", UNA | PRE | NRE},
    [HOP_TOKEN_SHL] = {"Shl", "-shl", BIN | PREC(COMPARISON)},
    [HOP_TOKEN_SHR] = {"Shr", "-shr", BIN | PREC(COMPARISON)},
    [HOP_TOKEN_COLON] = {"Colon", ":", SPE | NRE},
    [HOP_TOKEN_QUESTION_MARK] = {"QuestionMark", "?", TER | NRE},
    [HOP_TOKEN_QUESTION_QUESTION_EQUALS] = {"QuestionQuestionEquals", "?" "?=", ASG},
    [HOP_TOKEN_QUESTION_QUESTION] = {"QuestionQuestion", "??", BIN | PREC(COALESCE)},
    [HOP_TOKEN_QUESTION_DOT] = {"QuestionDot", "?.", SPE | NRE},
    [HOP_TOKEN_QUESTION_LBRACKET] = {"QuestionLBracket", "?[", 0},
    [HOP_TOKEN_BEGIN] = {"Begin", "begin", KEY | BLK},
    [HOP_TOKEN_BREAK] = {"Break", "break", KEY | NAT},
    [HOP_TOKEN_CATCH] = {"Catch", "catch", KEY},
    [HOP_TOKEN_CLASS] = {"Class", "class", KEY},
    [HOP_TOKEN_CONTINUE] = {"Continue", "continue", KEY | NAT},
    [HOP_TOKEN_DATA] = {"Data", "data", KEY | NAT},
    [HOP_TOKEN_DEFINE] = {"Define", "define", KEY | NAT},
    [HOP_TOKEN_DO] = {"Do", "do", KEY | NAT},
    [HOP_TOKEN_DYNAMICPARAM] = {"Dynamicparam", "dynamicparam", KEY | BLK},
    [HOP_TOKEN_ELSE] = {"Else", "else", KEY},
    [HOP_TOKEN_ELSE_IF] = {"ElseIf", "elseif", KEY},
    [HOP_TOKEN_END] = {"End", "end", KEY | BLK},
    [HOP_TOKEN_EXIT] = {"Exit", "exit", KEY | NAT},
    [HOP_TOKEN_FILTER] = {"Filter", "filter", KEY | NAT},
    [HOP_TOKEN_FINALLY] = {"Finally", "finally", KEY},
    [HOP_TOKEN_FOR] = {"For", "for", KEY | NAT},
    [HOP_TOKEN_FOREACH] = {"Foreach", "foreach", KEY | NAT},
    [HOP_TOKEN_FROM] = {"From", "from", KEY | NAT},
    [HOP_TOKEN_FUNCTION] = {"Function", "function", KEY | NAT},
    [HOP_TOKEN_IF] = {"If", "if", KEY | NAT},
    [HOP_TOKEN_IN] = {"In", "in", KEY},
    [HOP_TOKEN_PARAM] = {"Param", "param", KEY},
    [HOP_TOKEN_PROCESS] = {"Process", "process", KEY | BLK},
    [HOP_TOKEN_RETURN] = {"Return", "return", KEY | NAT},
    [HOP_TOKEN_SWITCH] = {"Switch", "switch", KEY | NAT},
    [HOP_TOKEN_THROW] = {"Throw", "throw", KEY | NAT},
    [HOP_TOKEN_TRAP] = {"Trap", "trap", KEY | NAT},
    [HOP_TOKEN_TRY] = {"Try", "try", KEY | NAT},
    [HOP_TOKEN_UNTIL] = {"Until", "until", KEY},
    [HOP_TOKEN_USING] = {"Using", "using", KEY | NAT},
    [HOP_TOKEN_VAR] = {"Var", "var", KEY | NAT},
    [HOP_TOKEN_WHILE] = {"While", "while", KEY | NAT},
    [HOP_TOKEN_WORKFLOW] = {"Workflow", "workflow", KEY | NAT},
    [HOP_TOKEN_PARALLEL] = {"Parallel", "parallel", KEY | NAT},
    [HOP_TOKEN_SEQUENCE] = {"Sequence", "sequence", KEY | NAT},
    [HOP_TOKEN_INLINE_SCRIPT] = {"InlineScript", "inlinescript", KEY | NAT},
    [HOP_TOKEN_CONFIGURATION] = {"Configuration", "configuration", KEY},
    [HOP_TOKEN_DYNAMIC_KEYWORD] = {"DynamicKeyword", "<dynamic keyword>", KEY},
    [HOP_TOKEN_PUBLIC] = {"Public", "public", KEY},
    [HOP_TOKEN_PRIVATE] = {"Private", "private", KEY},
    [HOP_TOKEN_STATIC] = {"Static", "static", KEY},
    [HOP_TOKEN_INTERFACE] = {"Interface", "interface", KEY},
    [HOP_TOKEN_ENUM] = {"Enum", "enum", KEY},
    [HOP_TOKEN_NAMESPACE] = {"Namespace", "namespace", KEY},
    [HOP_TOKEN_MODULE] = {"Module", "module", KEY},
    [HOP_TOKEN_TYPE] = {"Type", "type", KEY},
    [HOP_TOKEN_ASSEMBLY] = {"Assembly", "assembly", KEY},
    [HOP_TOKEN_COMMAND] = {"Command", "command", KEY},
    [HOP_TOKEN_HIDDEN] = {"Hidden", "hidden", KEY},
    [HOP_TOKEN_BASE] = {"Base", "base", KEY},
    [HOP_TOKEN_DEFAULT] = {"Default", "default", KEY},
    [HOP_TOKEN_CLEAN] = {"Clean", "clean", KEY | BLK},
};

/* Operators spelled with a dash. */
static const struct spelling {
    const char *name;
    enum hop_token_kind kind;
} operators[] = {
    {"and", HOP_TOKEN_AND}, {"as", HOP_TOKEN_AS}, {"band", HOP_TOKEN_BAND},
    {"bnot", HOP_TOKEN_BNOT}, {"bor", HOP_TOKEN_BOR}, {"bxor", HOP_TOKEN_BXOR},
    {"ccontains", HOP_TOKEN_CCONTAINS}, {"ceq", HOP_TOKEN_CEQ},
    {"cge", HOP_TOKEN_CGE}, {"cgt", HOP_TOKEN_CGT}, {"cin", HOP_TOKEN_CIN},
    {"cle", HOP_TOKEN_CLE}, {"clike", HOP_TOKEN_CLIKE},
    {"clt", HOP_TOKEN_CLT}, {"cmatch", HOP_TOKEN_CMATCH},
    {"cne", HOP_TOKEN_CNE}, {"cnotcontains", HOP_TOKEN_CNOTCONTAINS},
    {"cnotin", HOP_TOKEN_CNOTIN}, {"cnotlike", HOP_TOKEN_CNOTLIKE},
    {"cnotmatch", HOP_TOKEN_CNOTMATCH}, {"contains", HOP_TOKEN_ICONTAINS},
    {"creplace", HOP_TOKEN_CREPLACE}, {"csplit", HOP_TOKEN_CSPLIT},
    {"eq", HOP_TOKEN_IEQ}, {"f", HOP_TOKEN_FORMAT}, {"ge", HOP_TOKEN_IGE},
    {"gt", HOP_TOKEN_IGT}, {"icontains", HOP_TOKEN_ICONTAINS},
    {"ieq", HOP_TOKEN_IEQ}, {"ige", HOP_TOKEN_IGE}, {"igt", HOP_TOKEN_IGT},
    {"iin", HOP_TOKEN_IIN}, {"ile", HOP_TOKEN_ILE}, {"ilike", HOP_TOKEN_ILIKE},
    {"ilt", HOP_TOKEN_ILT}, {"imatch", HOP_TOKEN_IMATCH}, {"in", HOP_TOKEN_IIN},
    {"ine", HOP_TOKEN_INE}, {"inotcontains", HOP_TOKEN_INOTCONTAINS},
    {"inotin", HOP_TOKEN_INOTIN}, {"inotlike", HOP_TOKEN_INOTLIKE},
    {"inotmatch", HOP_TOKEN_INOTMATCH}, {"ireplace", HOP_TOKEN_IREPLACE},
    {"is", HOP_TOKEN_IS}, {"isnot", HOP_TOKEN_IS_NOT},
    {"isplit", HOP_TOKEN_ISPLIT}, {"join", HOP_TOKEN_JOIN},
    {"le", HOP_TOKEN_ILE}, {"like", HOP_TOKEN_ILIKE}, {"lt", HOP_TOKEN_ILT},
    {"match", HOP_TOKEN_IMATCH}, {"ne", HOP_TOKEN_INE}, {"not", HOP_TOKEN_NOT},
    {"notcontains", HOP_TOKEN_INOTCONTAINS}, {"notin", HOP_TOKEN_INOTIN},
    {"notlike", HOP_TOKEN_INOTLIKE}, {"notmatch", HOP_TOKEN_INOTMATCH},
    {"or", HOP_TOKEN_OR}, {"replace", HOP_TOKEN_IREPLACE},
    {"shl", HOP_TOKEN_SHL}, {"shr", HOP_TOKEN_SHR},
    {"split", HOP_TOKEN_ISPLIT}, {"xor", HOP_TOKEN_XOR},
};

static const uint8_t binary_ops[HOP_TOKEN_KINDS] = {
    [HOP_TOKEN_PLUS] = HOP_OP_ADD,
    [HOP_TOKEN_MINUS] = HOP_OP_SUBTRACT,
    [HOP_TOKEN_MULTIPLY] = HOP_OP_MULTIPLY,
    [HOP_TOKEN_DIVIDE] = HOP_OP_DIVIDE,
    [HOP_TOKEN_REM] = HOP_OP_REMAINDER,
    [HOP_TOKEN_QUESTION_QUESTION] = HOP_OP_COALESCE,
    [HOP_TOKEN_DOT_DOT] = HOP_OP_RANGE,
    [HOP_TOKEN_FORMAT] = HOP_OP_FORMAT,
    [HOP_TOKEN_AND] = HOP_OP_AND,
    [HOP_TOKEN_OR] = HOP_OP_OR,
    [HOP_TOKEN_XOR] = HOP_OP_XOR,
    [HOP_TOKEN_BAND] = HOP_OP_BAND,
    [HOP_TOKEN_BOR] = HOP_OP_BOR,
    [HOP_TOKEN_BXOR] = HOP_OP_BXOR,
    [HOP_TOKEN_SHL] = HOP_OP_SHL,
    [HOP_TOKEN_SHR] = HOP_OP_SHR,
    [HOP_TOKEN_IS] = HOP_OP_IS,
    [HOP_TOKEN_IS_NOT] = HOP_OP_ISNOT,
    [HOP_TOKEN_AS] = HOP_OP_AS,
    [HOP_TOKEN_JOIN] = HOP_OP_JOIN,
    [HOP_TOKEN_IEQ] = HOP_OP_IEQ, [HOP_TOKEN_CEQ] = HOP_OP_CEQ,
    [HOP_TOKEN_INE] = HOP_OP_INE, [HOP_TOKEN_CNE] = HOP_OP_CNE,
    [HOP_TOKEN_IGE] = HOP_OP_IGE, [HOP_TOKEN_CGE] = HOP_OP_CGE,
    [HOP_TOKEN_IGT] = HOP_OP_IGT, [HOP_TOKEN_CGT] = HOP_OP_CGT,
    [HOP_TOKEN_ILT] = HOP_OP_ILT, [HOP_TOKEN_CLT] = HOP_OP_CLT,
    [HOP_TOKEN_ILE] = HOP_OP_ILE, [HOP_TOKEN_CLE] = HOP_OP_CLE,
    [HOP_TOKEN_ILIKE] = HOP_OP_ILIKE, [HOP_TOKEN_CLIKE] = HOP_OP_CLIKE,
    [HOP_TOKEN_INOTLIKE] = HOP_OP_INOTLIKE,
    [HOP_TOKEN_CNOTLIKE] = HOP_OP_CNOTLIKE,
    [HOP_TOKEN_IMATCH] = HOP_OP_IMATCH, [HOP_TOKEN_CMATCH] = HOP_OP_CMATCH,
    [HOP_TOKEN_INOTMATCH] = HOP_OP_INOTMATCH,
    [HOP_TOKEN_CNOTMATCH] = HOP_OP_CNOTMATCH,
    [HOP_TOKEN_IREPLACE] = HOP_OP_IREPLACE,
    [HOP_TOKEN_CREPLACE] = HOP_OP_CREPLACE,
    [HOP_TOKEN_ICONTAINS] = HOP_OP_ICONTAINS,
    [HOP_TOKEN_CCONTAINS] = HOP_OP_CCONTAINS,
    [HOP_TOKEN_INOTCONTAINS] = HOP_OP_INOTCONTAINS,
    [HOP_TOKEN_CNOTCONTAINS] = HOP_OP_CNOTCONTAINS,
    [HOP_TOKEN_IIN] = HOP_OP_IIN, [HOP_TOKEN_CIN] = HOP_OP_CIN,
    [HOP_TOKEN_INOTIN] = HOP_OP_INOTIN, [HOP_TOKEN_CNOTIN] = HOP_OP_CNOTIN,
    [HOP_TOKEN_ISPLIT] = HOP_OP_ISPLIT, [HOP_TOKEN_CSPLIT] = HOP_OP_CSPLIT,
};
/* clang-format on */

const char *
hop_token_kind_name(enum hop_token_kind kind)
{
    return traits[kind].name ? traits[kind].name : "";
}

const char *
hop_token_kind_text(enum hop_token_kind kind)
{
    return traits[kind].text ? traits[kind].text : "";
}

uint32_t
hop_token_kind_flags(enum hop_token_kind kind)
{
    return traits[kind].flags;
}

enum hop_op
hop_token_binary_op(enum hop_token_kind kind)
{
    return (enum hop_op)binary_ops[kind];
}

enum hop_token_kind
hop_token_keyword(const char *name, uint32_t n)
{
    for (int k = HOP_TOKEN_BEGIN; k < HOP_TOKEN_KINDS; k++) {
        const char *text = traits[k].text;

        if (text && hop_ascii_lower(name[0]) == text[0] && strlen(text) == n &&
            hop_ascii_ieqn(name, text, n))
            return (enum hop_token_kind)k;
    }
    return HOP_TOKEN_UNKNOWN;
}

enum hop_token_kind
hop_token_operator(const char *name, uint32_t n)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(operators); i++) {
        const char *text = operators[i].name;

        if (strlen(text) == n && hop_ascii_ieqn(name, text, n))
            return operators[i].kind;
    }
    return HOP_TOKEN_UNKNOWN;
}
