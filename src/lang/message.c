/* The texts of parse errors by id, sorted by id.
 *
 * SPDX-License-Identifier: MIT
 */
#include "lang/message.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

/* clang-format off */
static const struct message {
    const char *id;
    const char *text; /* {0}, {1}: arguments */
} messages[] = {
    {"ArrayHasTooManyDimensions",
     "The array has too many dimensions: {0}. The number of "
     "dimensions for an array must be less than or equal to 32."},
    {"ArrayReferenceNotSupportedInDataSection",
     "Array references are not allowed in restricted language mode "
     "or a Data section."},
    {"AssignmentStatementNotSupportedInDataSection",
     "Assignment statements are not allowed in restricted language "
     "mode or a Data section."},
    {"AssignmentStatementToAutomaticNotSupported",
     "Cannot assign automatic variable '{0}' with type '{1}'"},
    {"AttributeNotSupportedInDataSection",
     "Attributes are not allowed in restricted language mode or a "
     "Data section."},
    {"BackgroundOperatorInPipelineChain",
     "Background operators can only be used at the end of a "
     "pipeline chain."},
    {"BadNumericConstant",
     "The numeric constant {0} is not valid."},
    {"CmdletNotInAllowedListForDataSection",
     "The command '{0}' is not allowed in restricted language mode "
     "or a Data section."},
    {"ControlLeavingFinally",
     "Flow of control cannot leave a Finally block."},
    {"DataSectionAllowedCommandDisallowed",
     "Cannot define data section. Definition of additional "
     "supported commands is not supported in this language mode."},
    {"DataSectionStatementNotSupportedInDataSection",
     "The data statement is not allowed in restricted language mode "
     "or another Data section."},
    {"DoWhileStatementNotSupportedInDataSection",
     "The Do and While statements are not allowed in restricted "
     "language mode or a Data section."},
    {"DotSourcingNotSupportedInDataSection",
     "Dot sourcing is not allowed in restricted language mode or a "
     "Data section."},
    {"DuplicateFormalParameter",
     "Duplicate parameter ${0} in parameter list."},
    {"DuplicateKeyInHashLiteral",
     "Duplicate keys '{0}' are not allowed in hash literals."},
    {"DuplicateNamedArgument",
     "Duplicate named arguments '{0}' are not allowed."},
    {"DuplicateScriptCommandClause",
     "Script command clause '{0}' has already been defined."},
    {"EmptyCatchNotLast",
     "Catch block must be the last catch block."},
    {"EmptyPipeElement",
     "An empty pipe element is not allowed."},
    {"EmptyPipelineChainElement",
     "A pipeline chain operator must be followed by a pipeline."},
    {"EmptyVariableReference",
     "An empty ${} variable reference was found. A name is required "
     "inside the braces."},
    {"EndSquareBracketExpectedAtEndOfAttribute",
     "Missing ] at end of attribute or type literal."},
    {"EndSquareBracketExpectedAtEndOfType",
     "Missing ] at end of type token."},
    {"ExceptionTypeAlreadyCaught",
     "Exception type {0} is already handled by a previous handler."},
    {"ExpectedExpression",
     "An expression was expected after '('."},
    {"ExpectedValueExpression",
     "You must provide a value expression following the '{0}' "
     "operator."},
    {"ExpressionsMustBeFirstInPipeline",
     "Expressions are only allowed as the first element of a "
     "pipeline."},
    {"FlowControlStatementNotSupportedInDataSection",
     "Flow control statements such as Break, Continue, Return, "
     "Exit, and Throw are not allowed in restricted language mode "
     "or a Data section."},
    {"ForWhileStatementNotSupportedInDataSection",
     "For and While statements are not allowed in restricted "
     "language mode or a Data section."},
    {"ForeachStatementNotSupportedInDataSection",
     "Foreach statements are not allowed in restricted language "
     "mode or a Data section."},
    {"FunctionDeclarationNotSupportedInDataSection",
     "Function declarations are not allowed in restricted language "
     "mode or a Data section."},
    {"HopClassNotSupported",
     "Hop has no classes: the 'class' definition of '{0}' cannot be "
     "run, because classes are .NET types and Hop works without "
     ".NET. Use a function that returns a [pscustomobject], or run "
     "this script with pwsh: on another host by its endpoint "
     "(-ConfigurationName PowerShell.7)."},
    {"HopConfigurationNotSupported",
     "Hop has no Desired State Configuration: the 'configuration' "
     "statement cannot be run on this host. Apply the settings with "
     "commands in a function, or run this script with PowerShell "
     "and its DSC module: on another host by the endpoint of pwsh "
     "(-ConfigurationName PowerShell.7)."},
    {"HopEnumNotSupported",
     "Hop has no enum definitions: '{0}' cannot be defined, because "
     "enums are .NET types and Hop works without .NET. Use a "
     "[ValidateSet()] parameter or a hashtable of names, or run "
     "this script with pwsh: on another host by its endpoint "
     "(-ConfigurationName PowerShell.7)."},
    {"HopSourceTooLarge",
     "The script is too large: Hop parses at most {0} MiB. Split it "
     "into several files, or read its data from a file instead of a "
     "literal."},
    {"IfStatementMissingCondition",
     "Missing condition in if statement after '{0} ('."},
    {"IncompleteDollarSubexpressionReference",
     "$(subexpression) is missing the closing ')'."},
    {"IncompleteDollarVariableReference",
     "${{variable}} reference starting is missing the closing '}}'."},
    {"IncompleteString",
     "Incomplete string token."},
    {"InvalidBracedVariableReference",
     "Variable reference is not valid. The variable name is missing."},
    {"InvalidEndOfLine",
     "The token '{0}' is not a valid statement separator in this "
     "version."},
    {"InvalidForeachFlag",
     "The parameter {0} is not valid for the foreach statement."},
    {"InvalidFunctionParameter",
     "Parameter declarations are a comma-separated list of variable "
     "names with optional initializer expressions."},
    {"InvalidLeftHandSide",
     "The assignment expression is not valid. The input to an "
     "assignment operator must be an object that is able to accept "
     "assignments, such as a variable or a property."},
    {"InvalidNamespaceValue",
     "The specified namespace in the 'using' statement contains "
     "invalid characters."},
    {"InvalidParameterForDataSectionStatement",
     "The \"{0}\" parameter of the Data section is not valid. The "
     "valid Data section parameter is SupportedCommand."},
    {"InvalidSwitchFlag",
     "The parameter {0} is not valid for the switch statement."},
    {"InvalidUnicodeEscapeSequence",
     "The Unicode escape sequence is not valid. A valid sequence is "
     "`u{ followed by one to six hex digits and a closing '}'."},
    {"InvalidUnicodeEscapeSequenceValue",
     "The Unicode escape sequence value is out of range. The "
     "maximum value is 0x10FFFF."},
    {"InvalidUsingExpression",
     "Expression is not allowed in a Using expression."},
    {"InvalidValueForUsingItemName",
     "'{0}' is not a valid value for using name."},
    {"InvalidVariableReference",
     "Variable reference is not valid. '$' was not followed by a "
     "valid variable name character. Consider using ${} to delimit "
     "the name."},
    {"InvalidVariableReferenceWithDrive",
     "Variable reference is not valid. ':' was not followed by a "
     "valid variable name character. Consider using ${} to delimit "
     "the name."},
    {"KeywordParameterReservedForFutureUse",
     "The {0} '-{1}' parameter is reserved for future use."},
    {"MethodCallNotSupportedInDataSection",
     "Method calls are not allowed in restricted language mode or a "
     "Data section."},
    {"MissingArgument",
     "Missing argument in parameter list."},
    {"MissingArrayIndexExpression",
     "Array index expression is missing or not valid."},
    {"MissingAssemblyNameSpecification",
     "The type name is missing the assembly name specification."},
    {"MissingCatchHandlerBlock",
     "The Catch block is missing its statement block."},
    {"MissingCatchOrFinally",
     "The Try statement is missing its Catch or Finally block."},
    {"MissingColonInTernaryExpression",
     "Missing ':' in the ternary expression."},
    {"MissingCurlyBraceInSwitchStatement",
     "Missing '{' in switch statement."},
    {"MissingEndCurlyBrace",
     "Missing closing '}' in statement block or type definition."},
    {"MissingEndParenthesisAfterForeach",
     "Missing closing ')' after expression part of foreach "
     "loop.\nThe correct form is: foreach ($a in $b) {...}"},
    {"MissingEndParenthesisAfterStatement",
     "Missing closing ')' after expression in '{0}' statement."},
    {"MissingEndParenthesisInExpression",
     "Missing closing ')' in expression."},
    {"MissingEndParenthesisInFunctionParameterList",
     "Missing ')' in function parameter list."},
    {"MissingEndParenthesisInMethodCall",
     "Missing ')' in method call."},
    {"MissingEndParenthesisInSubexpression",
     "Missing closing ')' in subexpression."},
    {"MissingEndParenthesisInSwitchStatement",
     "Missing ')' after expression in switch statement."},
    {"MissingEndSquareBracket",
     "Missing ']' after array index expression."},
    {"MissingEqualsInHashLiteral",
     "Missing '=' operator after key in hash literal."},
    {"MissingEqualsInUsingAlias",
     "Missing '=' operator"},
    {"MissingExpression",
     "Missing expression after '{0}' in pipeline element."},
    {"MissingExpressionAfterKeyword",
     "Missing expression after '{0}' in loop."},
    {"MissingExpressionAfterOperator",
     "Missing expression after unary operator '{0}'."},
    {"MissingExpressionAfterToken",
     "Missing expression after '{0}'."},
    {"MissingExpressionInNamedArgument",
     "Missing statement after '=' in named argument."},
    {"MissingFileSpecification",
     "Missing file specification after redirection operator."},
    {"MissingFilenameOption",
     "Cannot process the 'switch' statement because of a missing "
     "file name argument to the -file option."},
    {"MissingFinallyStatementBlock",
     "The Finally block is missing its statement block."},
    {"MissingForeachExpression",
     "Missing expression in foreach loop.\nThe correct form is: "
     "foreach ($a in $b) {...}"},
    {"MissingForeachStatement",
     "Missing statement body in foreach loop.\nThe correct form is: "
     "foreach ($a in $b) {...}"},
    {"MissingFunctionBody",
     "Missing function body in function declaration."},
    {"MissingInInForeach",
     "Missing 'in' after variable in foreach loop.\nThe correct form "
     "is: foreach ($a in $b) {...}"},
    {"MissingLoopStatement",
     "Missing statement body in {0} loop."},
    {"MissingNameAfterKeyword",
     "Missing name after {0} keyword."},
    {"MissingNamedBlocks",
     "unexpected token '{0}', expected 'begin', 'process', 'end', "
     "'clean', or 'dynamicparam'."},
    {"MissingNamedStatementBlock",
     "Missing statement block after '{0}'."},
    {"MissingNamespaceAlias",
     "Missing namespace alias"},
    {"MissingOpenParenthesisAfterKeyword",
     "Missing opening '(' after keyword '{0}'."},
    {"MissingOpenParenthesisInIfStatement",
     "Missing '(' after '{0}' in if statement."},
    {"MissingPropertyName",
     "Missing property name after reference operator."},
    {"MissingStatementAfterKeyword",
     "Missing statement body after keyword '{0}'."},
    {"MissingStatementBlock",
     "Missing statement block after {0} ( condition )."},
    {"MissingStatementBlockAfterElse",
     "Missing statement block after 'else' keyword."},
    {"MissingStatementBlockForDataSection",
     "The Data section is missing its statement block."},
    {"MissingStatementInHashLiteral",
     "Missing statement after '=' in hash literal."},
    {"MissingStatementTerminator",
     "Missing a newline or semicolon."},
    {"MissingSwitchConditionExpression",
     "Missing condition in switch statement clause."},
    {"MissingSwitchStatementClause",
     "Missing statement block in switch statement clause."},
    {"MissingTerminatorMultiLineComment",
     "The terminator '#>' is missing from the multiline comment."},
    {"MissingThrottleLimit",
     "The ThrottleLimit parameter of the foreach statement is "
     "missing a value. Supply a throttle limit to the parameter."},
    {"MissingTrapStatement",
     "The 'trap' statement was incomplete. A trap statement "
     "requires a body."},
    {"MissingTryStatementBlock",
     "The Try statement is missing its statement block."},
    {"MissingTypeLiteralToken",
     "Missing type literal."},
    {"MissingTypename",
     "Missing type name after '['."},
    {"MissingUnicodeEscapeSequenceTerminator",
     "The Unicode escape sequence is missing the closing '}'."},
    {"MissingUsingItemName",
     "Missing using name"},
    {"MissingUsingStatementDirective",
     "Missing using directive"},
    {"MissingValueForSupportedCommandInDataSectionStatement",
     "The SupportedCommand parameter of the Data section is missing "
     "a value. Supply a cmdlet or function name to the parameter."},
    {"MissingVariableNameAfterForeach",
     "Missing variable name after foreach.\nThe correct form is: "
     "foreach ($a in $b) {...}"},
    {"MissingWhileOrUntilInDoWhile",
     "Missing while or until keyword in do loop."},
    {"MultipleSwitchDefaultClauses",
     "A switch statement can have only one default clause."},
    {"OnlyOneParameterListAllowed",
     "The param statement cannot be used if arguments were "
     "specified in the function declaration."},
    {"OpenBraceNeedsToBeBackTickedInVariableName",
     "Use `{ instead of { in variable names."},
    {"OperatorNotSupportedInDataSection",
     "The '{0}' operator is not allowed in restricted language mode "
     "or a Data section."},
    {"OperatorRequiresVariableOrProperty",
     "The '{0}' operator works only on variables or on properties."},
    {"OrderedAttributeOnlyOnHashLiteralNode",
     "The {0} attribute can be specified only on a hash literal "
     "node."},
    {"ParallelAndSequenceBlockNotSupportedInDataSection",
     "Parallel and sequence blocks are not allowed in restricted "
     "language mode or a Data section."},
    {"ParameterAlreadyBound",
     "Cannot bind parameter because parameter '{1}' is specified "
     "more than once. To provide multiple values to parameters that "
     "can accept multiple values, use the array syntax. For "
     "example, \"-parameter value1,value2,value3\"."},
    {"ParameterAttributeArgumentNeedsToBeConstant",
     "Attribute argument must be a constant."},
    {"ParameterAttributeArgumentNeedsToBeConstantOrScriptBlock",
     "Attribute argument must be a constant or a script block."},
    {"ParameterCannotHaveArgument",
     "Parameter {0} cannot have an argument."},
    {"ParameterDeclarationNotSupportedInDataSection",
     "Parameter declarations are not allowed in restricted language "
     "mode or a Data section."},
    {"ParameterRequiresArgument",
     "Parameter {0} requires an argument."},
    {"ParserError",
     "{0}"},
    {"PipelineValueRequired",
     "A switch statement must have one of the following:  '-file "
     "file_name' or '( expression )'."},
    {"PropertyReferenceNotSupportedInDataSection",
     "Property references are not allowed in restricted language "
     "mode or a Data section."},
    {"RedirectionNotSupported",
     "The '{0}' operator is reserved for future use."},
    {"RedirectionNotSupportedInDataSection",
     "Redirection is not allowed in restricted language mode or a "
     "Data section."},
    {"ReferenceNeedsToBeByItselfInTypeConstraint",
     "Cannot use [ref] with other types in a type constraint."},
    {"ReferenceNeedsToBeByItselfInTypeSequence",
     "Cannot have two occurrences of [ref] in a type sequence."},
    {"ReferenceNeedsToBeLastTypeInTypeConversion",
     "[ref] can only be the final type in type conversion sequence."},
    {"RequiredNameOrExpressionMissing",
     "A required name or expression was missing."},
    {"RequiresArgumentMustBeConstant",
     "Argument must be constant."},
    {"RequiresInvalidStringArgument",
     "The argument for the {0} parameter is not valid. Specify a "
     "valid string argument."},
    {"RequiresModuleInvalid",
     "The argument for the Module parameter is not valid. {0}"},
    {"RequiresPSEditionInvalid",
     "The argument for the {0} parameter is not valid. Specify a "
     "valid PowerShell edition."},
    {"RequiresPSEditionValueIsAlreadySpecified",
     "The argument for the {0} parameter contains duplicate values. "
     "Do not specify duplicate PowerShell edition values."},
    {"RequiresVersionInvalid",
     "The argument for the Version parameter is not valid. Specify "
     "a valid PowerShell version, in the format major.minor version."},
    {"ReservedKeywordNotAllowed",
     "The '{0}' keyword is not supported in this version of the "
     "language."},
    {"ScriptBlockNotSupportedInDataSection",
     "Script block literals are not allowed in restricted language "
     "mode or a Data section."},
    {"ScriptRequiresInvalidFormat",
     "Cannot process the #requires statement because it is not in "
     "the correct format.\nThe #requires statement must be in one of "
     "the following formats:\n \"#requires -shellid <shellID>\"\n "
     "\"#requires -version <major.minor>\"\n \"#requires -psedition "
     "<edition>\"\n \"#requires -pssnapin <psSnapInName> [-version "
     "<major.minor>]\"\n \"#requires -modules <ModuleSpecification>\"\n "
     "\"#requires -runasadministrator\""},
    {"ScriptTooComplicated",
     "Processing was stopped because the script is too complex."},
    {"SplattingNotPermitted",
     "The splatting operator '@' cannot be used to reference "
     "variables in an expression. '@{0}' can be used only as an "
     "argument to a command. To reference variables in an "
     "expression use '${0}'."},
    {"SplattingNotPermittedInArgumentList",
     "Splatted variables like '@{0}' cannot be part of a "
     "comma-separated list of arguments."},
    {"StreamAlreadyRedirected",
     "The {0} for this command is already redirected."},
    {"SwitchStatementNotSupportedInDataSection",
     "The switch statement is not allowed in restricted language "
     "mode or a Data section."},
    {"TerminatorExpectedAtEndOfString",
     "The string is missing the terminator: {0}."},
    {"ThrottleLimitRequiresParallelFlag",
     "The ThrottleLimit parameter is only supported on foreach "
     "statements that use the Parallel parameter."},
    {"TokenAfterEndOfValidScriptText",
     "Executable script code found in signature block."},
    {"TooManyDigitsInUnicodeEscapeSequence",
     "The Unicode escape sequence contains more than the maximum of "
     "six hex digits between braces."},
    {"TrapStatementNotSupportedInDataSection",
     "The Trap statement is not allowed in restricted language mode "
     "or a Data section."},
    {"TryStatementNotSupportedInDataSection",
     "The Try statement is not allowed in restricted language mode "
     "or a Data section."},
    {"TypeNameExpected",
     "Type name expected."},
    {"TypeNotAllowedBeforeParam",
     "Unexpected type [{0}] was found in the parameter statement."},
    {"TypeNotAllowedBeforeStatement",
     "Unexpected type [{0}] was found before statement."},
    {"TypeNotAllowedInDataSection",
     "The type {0} is not allowed in restricted language mode or a "
     "Data section."},
    {"UnexpectedAttribute",
     "Unexpected attribute '{0}'."},
    {"UnexpectedCharactersAfterHereStringHeader",
     "No characters are allowed after a here-string header but "
     "before the end of the line."},
    {"UnexpectedKeyword",
     "Unexpected keyword '{0}'."},
    {"UnexpectedToken",
     "Unexpected token '{0}' in expression or statement."},
    {"UnexpectedUnaryOperator",
     "Internal error - unexpected unary operator {0}."},
    {"UnrecognizedToken",
     "Unrecognized token in source text."},
    {"UnsupportedReservedKeyword",
     "The '{0}' keyword is not supported in this version of the "
     "language."},
    {"UnsupportedReservedProperty",
     "The '{0}' property is not supported in this version of the "
     "language."},
    {"UsingMustBeAtStartOfScript",
     "A 'using' statement must appear before any other statements "
     "in a script."},
    {"UsingStatementNotSupported",
     "This syntax of the 'using' statement is not supported."},
    {"VariableReferenceNotSupportedInDataSection",
     "A variable that cannot be referenced in restricted language "
     "mode or a Data section is being referenced. Variables that "
     "can be referenced include the following: {0}."},
    {"VoidTypeConstraintNotAllowed",
     "[void] cannot be used as a parameter type, or on the left "
     "side of an assignment."},
    {"WhitespaceBeforeHereStringFooter",
     "White space is not allowed before the string terminator."},
    {"WorkflowNotSupportedInPowerShellCore",
     "Workflow is not supported in PowerShell 6+."},
};
/* clang-format on */

static int
compare_id(const void *key, const void *row)
{
    return strcmp(key, ((const struct message *)row)->id);
}

const char *
lang_message(const char *id)
{
    const struct message *m = bsearch(id, messages, HOP_ARRAY_SIZE(messages),
                                      sizeof(messages[0]), compare_id);

    return m ? m->text : id;
}
