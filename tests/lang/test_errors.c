/* Parse errors: ids, texts, extents, and whether more input could mend them;
 * as PowerShell 7.6 reports them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "lang/parse.h"
#include "lang/restrict.h"

#include "base/cleanup.h"
#include "test.h"

static const struct {
    const char *source, *id, *message;
    uint32_t start, end;
    bool incomplete;
} rows[] = {
    /* clang-format off */
    {"if ($true) {", "MissingEndCurlyBrace",
     "Missing closing '}' in statement block or type definition.",
     11, 12, true},
    {"& { 1", "MissingEndCurlyBrace",
     "Missing closing '}' in statement block or type definition.",
     2, 3, true},
    {"@{ a = 1", "MissingEndCurlyBrace",
     "Missing closing '}' in statement block or type definition.",
     2, 2, true},
    {"$(1", "MissingEndParenthesisInSubexpression",
     "Missing closing ')' in subexpression.",
     4, 4, true},
    {"(1 + 2", "MissingEndParenthesisInExpression",
     "Missing closing ')' in expression.",
     6, 6, true},
    {"1 +", "ExpectedValueExpression",
     "You must provide a value expression following the '+' operator.",
     3, 3, true},
    {"-join", "MissingExpressionAfterOperator",
     "Missing expression after unary operator '-join'.",
     5, 5, true},
    {"1 ,", "MissingExpressionAfterToken",
     "Missing expression after ','.",
     3, 3, true},
    {"for (1;2;3;4) { }", "MissingEndParenthesisAfterStatement",
     "Missing closing ')' after expression in 'for' statement.",
     10, 10, false},
    {"foreach ($x) { }", "MissingInInForeach",
     "Missing 'in' after variable in foreach loop.\nThe correct form is: foreach ($a in $b) {...}",
     11, 11, false},
    {"do { } while", "MissingOpenParenthesisAfterKeyword",
     "Missing opening '(' after keyword 'while'.",
     12, 12, true},
    {"switch (1) { 1 }", "MissingSwitchStatementClause",
     "Missing statement block in switch statement clause.",
     14, 14, false},
    {"switch -bogus (1) { }", "InvalidSwitchFlag",
     "The parameter bogus is not valid for the switch statement.",
     7, 13, false},
    {"param([int)", "EndSquareBracketExpectedAtEndOfAttribute",
     "Missing ] at end of attribute or type literal.",
     9, 9, false},
    {"param($a, $a)", "DuplicateFormalParameter",
     "Duplicate parameter $a in parameter list.",
     10, 12, false},
    {"@{ a }", "MissingEqualsInHashLiteral",
     "Missing '=' operator after key in hash literal.",
     4, 4, false},
    {"@{ a = 1 b = 2 }", "UnexpectedToken",
     "Unexpected token 'b' in expression or statement.",
     9, 10, false},
    {"@{ a = 1; A = 2 }", "DuplicateKeyInHashLiteral",
     "Duplicate keys 'A' are not allowed in hash literals.",
     10, 11, false},
    {"$a[", "MissingArrayIndexExpression",
     "Array index expression is missing or not valid.",
     3, 3, true},
    {"$a[1", "MissingEndSquareBracket",
     "Missing ']' after array index expression.",
     4, 4, true},
    {"[1]", "MissingTypename",
     "Missing type name after '['.",
     1, 1, false},
    {"$a.", "MissingPropertyName",
     "Missing property name after reference operator.",
     3, 3, true},
    {"$a.b(1 2)", "MissingEndParenthesisInMethodCall",
     "Missing ')' in method call.",
     6, 6, false},
    {"&", "MissingExpression",
     "Missing expression after '&' in pipeline element.",
     0, 1, false},
    {"Write-Output 'a", "TerminatorExpectedAtEndOfString",
     "The string is missing the terminator: '.",
     13, 15, true},
    {"Write-Output \"a", "TerminatorExpectedAtEndOfString",
     "The string is missing the terminator: \".",
     13, 15, true},
    {"Write-Output a,", "MissingExpression",
     "Missing expression after ',' in pipeline element.",
     15, 15, true},
    {"Write-Output -x:", "ParameterRequiresArgument",
     "Parameter -x: requires an argument.",
     16, 16, false},
    {"1 = 2", "InvalidLeftHandSide",
     "The assignment expression is not valid. The input to an assignment operator must be an object that is able to accept assignments, such as a variable or a property.",
     0, 1, false},
    {"++1", "OperatorRequiresVariableOrProperty",
     "The '++' operator works only on variables or on properties.",
     2, 3, false},
    {"$a, 1 = 1, 2", "InvalidLeftHandSide",
     "The assignment expression is not valid. The input to an assignment operator must be an object that is able to accept assignments, such as a variable or a property.",
     4, 5, false},
    {"@a", "SplattingNotPermitted",
     "The splatting operator '@' cannot be used to reference variables in an expression. '@a' can be used only as an argument to a command. To reference variables in an expression use '$a'.",
     0, 2, false},
    {"f @a,b", "SplattingNotPermittedInArgumentList",
     "Splatted variables like '@a' cannot be part of a comma-separated list of arguments.",
     2, 4, false},
    {"${", "IncompleteDollarVariableReference",
     "${{variable}} reference starting is missing the closing '}}'.",
     1, 2, true},
    {"${}", "EmptyVariableReference",
     "An empty ${} variable reference was found. A name is required inside the braces.",
     2, 3, false},
    {"$a:", "InvalidVariableReferenceWithDrive",
     "Variable reference is not valid. ':' was not followed by a valid variable name character. Consider using ${} to delimit the name.",
     0, 3, false},
    {"\"$x:\"", "InvalidVariableReferenceWithDrive",
     "Variable reference is not valid. ':' was not followed by a valid variable name character. Consider using ${} to delimit the name.",
     1, 4, false},
    {"@\"\nabc", "TerminatorExpectedAtEndOfString",
     "The string is missing the terminator: \"@.",
     0, 6, true},
    {"@' x\n'@", "UnexpectedCharactersAfterHereStringHeader",
     "No characters are allowed after a here-string header but before the end of the line.",
     3, 4, false},
    {"1 2", "UnexpectedToken",
     "Unexpected token '2' in expression or statement.",
     2, 3, false},
    {"999uy", "BadNumericConstant",
     "The numeric constant 999uy is not valid.",
     0, 5, false},
    {"\"`u{110000}\"", "InvalidUnicodeEscapeSequenceValue",
     "The Unicode escape sequence value is out of range. The maximum value is 0x10FFFF.",
     4, 10, false},
    {"try { 1 }", "MissingCatchOrFinally",
     "The Try statement is missing its Catch or Finally block.",
     9, 9, true},
    {"try { 1 } catch {} catch [X] {}", "EmptyCatchNotLast",
     "Catch block must be the last catch block.",
     18, 18, false},
    {"try { 1 } catch [Exception] {} catch [IO.IOException] {}", "ExceptionTypeAlreadyCaught",
     "Exception type System.IO.IOException is already handled by a previous handler.",
     37, 53, false},
    {"try {} finally { return }", "ControlLeavingFinally",
     "Flow of control cannot leave a Finally block.",
     17, 23, false},
    {"1 | 2", "ExpressionsMustBeFirstInPipeline",
     "Expressions are only allowed as the first element of a pipeline.",
     4, 5, false},
    {"a &&", "EmptyPipelineChainElement",
     "A pipeline chain operator must be followed by a pipeline.",
     4, 4, true},
    {"a | | b", "EmptyPipeElement",
     "An empty pipe element is not allowed.",
     3, 3, false},
    {"f < x", "RedirectionNotSupported",
     "The '<' operator is reserved for future use.",
     2, 3, false},
    {"f 2>&1 2>x", "StreamAlreadyRedirected",
     "The error stream for this command is already redirected.",
     7, 10, false},
    {"<# never closed", "MissingTerminatorMultiLineComment",
     "The terminator '#>' is missing from the multiline comment.",
     0, 15, true},
    {"function { }", "MissingNameAfterKeyword",
     "Missing name after function keyword.",
     8, 8, false},
    {"function f", "MissingFunctionBody",
     "Missing function body in function declaration.",
     10, 10, true},
    {"workflow w { }", "WorkflowNotSupportedInPowerShellCore",
     "Workflow is not supported in PowerShell 6+.",
     0, 14, false},
    {"from x", "ReservedKeywordNotAllowed",
     "The 'from' keyword is not supported in this version of the language.",
     0, 4, false},
    {"1; using namespace x", "UsingMustBeAtStartOfScript",
     "A 'using' statement must appear before any other statements in a script.",
     3, 20, false},
    {"begin { } 1", "MissingNamedBlocks",
     "unexpected token '1', expected 'begin', 'process', 'end', 'clean', or 'dynamicparam'.",
     10, 11, false},
    {"data { $x }", "VariableReferenceNotSupportedInDataSection",
     "A variable that cannot be referenced in restricted language mode or a Data section is being referenced. Variables that can be referenced include the following: $PSCulture, $PSUICulture, $true, $false, $null.",
     7, 9, false},
    {"data { foo }", "CmdletNotInAllowedListForDataSection",
     "The command 'foo' is not allowed in restricted language mode or a Data section.",
     7, 10, false},
    {"data { 'a'.Length }", "PropertyReferenceNotSupportedInDataSection",
     "Property references are not allowed in restricted language mode or a Data section.",
     7, 17, false},
    {"[ordered]5", "OrderedAttributeOnlyOnHashLiteralNode",
     "The ordered attribute can be specified only on a hash literal node.",
     0, 10, false},
    {"[int]$_ = 1", "AssignmentStatementToAutomaticNotSupported",
     "Cannot assign automatic variable '_' with type 'System.Object'",
     0, 7, false},
    {"[void]$x = 1", "VoidTypeConstraintNotAllowed",
     "[void] cannot be used as a parameter type, or on the left side of an assignment.",
     0, 6, false},
    {"x -parallel:\n", "ParameterRequiresArgument",
     "Parameter -parallel: requires an argument.",
     12, 12, false},
    {"foreach -parallel ($x in 1) { }", "KeywordParameterReservedForFutureUse",
     "The foreach '-parallel' parameter is reserved for future use.",
     8, 17, false},
    {"[Parameter(Mandatory=$x)]$y = 1", "ParameterAttributeArgumentNeedsToBeConstantOrScriptBlock",
     "Attribute argument must be a constant or a script block.",
     21, 23, false},
    {"#requires -bogus 1", "ScriptRequiresInvalidFormat",
     "Cannot process the #requires statement because it is not in the correct format.\nThe #requires statement must be in one of the following formats:\n \"#requires -shellid <shellID>\"\n \"#requires -version <major.minor>\"\n \"#requires -psedition <edition>\"\n \"#requires -pssnapin <psSnapInName> [-version <major.minor>]\"\n \"#requires -modules <ModuleSpecification>\"\n \"#requires -runasadministrator\"",
     10, 16, false},
    {"#requires -version abc", "RequiresVersionInvalid",
     "The argument for the Version parameter is not valid. Specify a valid PowerShell version, in the format major.minor version.",
     19, 22, false},
    /* clang-format on */
};

static void
test_rows(void)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        HOP_AUTO_UNIT struct hop_unit *u =
            hop_lang_parse(rows[i].source, strlen(rows[i].source), NULL, 0);
        const struct hop_parse_error *e;
        size_t n;

        ROW(rows[i].id);
        e = hop_unit_errors(u, &n);
        REQUIRE(n > 0);
        CHECK_STR(e->id, rows[i].id);
        CHECK_STR(e->message, rows[i].message);
        CHECK_INT(e->start, rows[i].start);
        CHECK_INT(e->end, rows[i].end);
        CHECK_INT(e->incomplete, rows[i].incomplete);
    }
}

/* What has no place without .NET is refused in our own words. */
static const struct {
    const char *name, *source, *id;
} refused[] = {
    {"a class", "class C { [int]$x; C() { $this.x = 1 } }; 1",
     "HopClassNotSupported"},
    {"an enum", "enum E { A; B }", "HopEnumNotSupported"},
    {"a configuration", "configuration C { Node n { } }",
     "HopConfigurationNotSupported"},
    {"a flags enum", "[Flags()] enum E { A = 1 }", "HopEnumNotSupported"},
};

static void
test_refused(void)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(refused); i++) {
        HOP_AUTO_UNIT struct hop_unit *u = hop_lang_parse(
            refused[i].source, strlen(refused[i].source), NULL, 0);
        const struct hop_parse_error *e;
        size_t n;

        ROW(refused[i].name);
        e = hop_unit_errors(u, &n);
        CHECK_INT(n, 1);
        CHECK_STR(e ? e->id : NULL, refused[i].id);
    }
}

TEST(a_data_file_is_checked_against_the_restricted_language)
{
    static const char source[] =
        "@{ A = $env:X; B = 'x', 2; C = Get-Date; D = [int]'1' }";
    HOP_AUTO_UNIT struct hop_unit *u =
        hop_lang_parse(source, sizeof(source) - 1, NULL, 0);
    struct hop_ast *body = &hop_unit_root(u)->blocks[HOP_BLOCK_END]->ast;
    HOP_AUTO_FREE struct hop_parse_error *errors = NULL;
    const struct hop_name allowed[] = {{"get-date", 8}};
    struct hop_restriction r = {.environment = true};

    CHECK_INT(hop_lang_restricted(u, body, &r, &errors), 1);
    CHECK_STR(errors[0].id, "CmdletNotInAllowedListForDataSection");
    free(hop_steal(&errors));
    r.commands = allowed;
    r.n_commands = 1;
    CHECK_INT(hop_lang_restricted(u, body, &r, &errors), 0);
    r.environment = false;
    CHECK_INT(hop_lang_restricted(u, body, &r, &errors), 1);
    CHECK_STR(errors[0].message,
              "A variable that cannot be referenced in restricted language "
              "mode or a Data section is being referenced. Variables that can "
              "be referenced include the following: $PSCulture, $PSUICulture, "
              "$true, $false, $null.");
}

int
main(void)
{
    test_rows();
    test_refused();
    RUN(a_data_file_is_checked_against_the_restricted_language);
    return test_done();
}
