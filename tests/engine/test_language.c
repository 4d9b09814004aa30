/* Language modes: what each lets a program do, and the ways around them that
 * do not lead anywhere.
 *
 * SPDX-License-Identifier: MIT
 */
#include "rows.h"

/* Made while the session is still trusted. */
static const char trusted[] =
    "function Trusted { [IO.Path]::GetFileName('/a/b') }\n"
    "function TakesBlock([scriptblock]$b) { & $b }\n"
    "function TakesFile([IO.FileInfo]$f) { $f.Name }\n"
    "function TakesText($t) { Invoke-Expression $t }\n"
    "function CallsHelper { Helper }\n"
    "$block = { [IO.Path]::GetFileName('/a/b') }\n"
    "$file = [IO.FileInfo]'/etc/passwd'\n"
    "$object = [pscustomobject]@{ a = 1 } |\n"
    "  Add-Member -PassThru ScriptMethod m { [IO.Path]::GetFileName('/a/b') }\n"
    "$module = New-Module -Name m1 {\n"
    "  function Open { Hidden }\n"
    "  function Hidden { [IO.Path]::GetFileName('/a/b') }\n"
    "  Export-ModuleMember Open }\n"
    "Import-Module $module\n"
    "$escape = \"[IO.Path]::GetFileName('/a/b')\"\n";

#define CALL    "!MethodInvocationNotSupportedInConstrainedLanguage"
#define SET     "!PropertySetterNotSupportedInConstrainedLanguage"
#define MAKE    "!CannotCreateTypeConstrainedLanguage"
#define CONVERT "!ConversionSupportedOnlyToCoreTypes"

static const struct row constrained[] = {
    {"a static method", "[IO.Path]::GetFileName('/a/b')", CALL},
    {"a static method of a core type", "[string]::Concat('a', 'b')", "ab"},
    {"a method", "$file.OpenRead()", CALL},
    {"a method of a core type", "'ab'.ToUpper()", "AB"},
    {"ToString of any type", "$file.ToString()", "/etc/passwd"},
    {"a property is read", "$file.Name", "passwd"},
    {"a property is set", "$file.IsReadOnly = $true", SET},
    {"a static property is set", "[Console]::Title = 'x'", SET},
    {"new", "[Diagnostics.Stopwatch]::new()", MAKE},
    {"new of a core type", "[datetime]::new(2020, 1, 1).Year", "2020"},
    {"New-Object", "New-Object IO.FileInfo /x", MAKE},
    {"New-Object of a core type", "(New-Object Version 1, 2).Minor", "2"},
    {"a cast", "[IO.FileInfo]'/x'", CONVERT},
    {"a cast to an array", "[IO.FileInfo[]]'/x'", CONVERT},
    {"a cast to a script block", "[scriptblock]'1'", CONVERT},
    {"a cast to a core type", "[int]'5'", "5"},
    {"a cast to an enum", "[DayOfWeek]'Friday'", "Friday"},
    {"-as", "$null -eq ('/x' -as [IO.FileInfo])", "True"},
    {"a typed variable", "[IO.FileInfo]$v = '/x'", CONVERT},
    {"a typed parameter", "function f([IO.FileInfo]$p) {}; f '/x'",
     "!ParameterArgumentTransformationError"},
    {"a typed parameter that fits",
     "function f([IO.FileInfo]$p) { $p.Name }; f $file", "passwd"},
    {"a hash table to an object", "[IO.FileInfo]@{}", CONVERT},
    {"a reference", "$x = 1; [ref]$x", MAKE},
    {"a method of the type object", "[string].GetMethods()", CALL},
    {"Invoke-Expression", "Invoke-Expression $escape", CALL},
    {"text to a script block", "[scriptblock]::Create('1')", CALL},
    {"Invoke on a script block", "$block.Invoke()", CALL},
    {"a closure", "$block.GetNewClosure()", CALL},
    {"ForEach-Object with a method", "$file | ForEach-Object Refresh", CALL},
    {"ForEach with a method", "@($file).ForEach('Refresh')", CALL},
    {"ForEach with a type", "@('/x').ForEach([IO.FileInfo])", CALL},
    {"the mode is raised",
     "$ExecutionContext.SessionState.LanguageMode = 'FullLanguage'", SET},
    {"the engine's own methods",
     "$ExecutionContext.InvokeCommand.InvokeScript('1')", CALL},
    {"a trusted function", "Trusted", "b"},
    {"a trusted function through its block",
     "& (Get-Command Trusted).ScriptBlock", "b"},
    {"a trusted function by dot", ". Trusted",
     "!DotSourceNotSupported,Trusted"},
    {"a trusted block", "& $block", "b"},
    {"a trusted block by dot", ". $block", "!DotSourceNotSupported"},
    {"a trusted block in the limited scope", "1 | ForEach-Object $block", CALL},
    {"a trusted block without new scope", "Invoke-Command $block -NoNewScope",
     CALL},
    {"a trusted function converts", "TakesFile /etc/passwd", "passwd"},
    {"but makes no object of a hash table", "TakesFile @{}",
     "!ParameterArgumentTransformationError"},
    {"a limited block in a trusted function",
     "TakesBlock { [IO.Path]::GetFileName('/a/b') }", CALL},
    {"text as a trusted function's block", "TakesBlock $escape",
     "!ParameterArgumentTransformationError"},
    {"text in a trusted Invoke-Expression", "TakesText $escape", CALL},
    {"a trusted function does not call a limited one",
     "function Helper { 'fake' }; CallsHelper", "!CommandNotFoundException"},
    {"nor by a limited alias", "Set-Alias Helper Get-Date; CallsHelper",
     "!CommandNotFoundException"},
    {"a module's command", "Open", "b"},
    {"a block in a trusted module", "& $module { Hidden }",
     "!CantInvokeCallOperatorAcrossLanguageBoundaries"},
    {"a hidden command of a trusted module", "& $module Hidden",
     "!CantInvokeCallOperatorAcrossLanguageBoundaries"},
    {"a module of a trusted block", "New-Module $block",
     "!Modules_CannotCreateModuleWithFullLanguageScriptBlock"},
    {"a module stays limited",
     "Import-Module (New-Module { function mf { [IO.Path]::GetFileName('/a/b') "
     "} }); mf",
     CALL},
    {"a script method made trusted", "$object.m()", "b"},
    {"a script method made here",
     "$o = New-Object psobject; $o | Add-Member ScriptMethod n { "
     "[IO.Path]::GetFileName('/a/b') }; $o.n()",
     "!ScriptMethodRuntimeException"},
    {"a script property of type data",
     "Update-TypeData -TypeName t1 -MemberType ScriptMethod -MemberName q "
     "-Value { [IO.Path]::GetFileName('/a/b') }; $o = New-Object psobject; "
     "$o.PSTypeNames[0]; $o | Add-Member -TypeName t1; $o.q()",
     "!ScriptMethodRuntimeException"},
    {"a function by its drive",
     "Set-Item function:df { [IO.Path]::GetFileName('/a/b') }; df", CALL},
    {"a function by its drive from text", "Set-Item function:df $escape; df",
     CALL},
    {"a default value", "function f($p = [IO.Path]::GetFileName('/a')) {}; f",
     CALL},
    {"an expandable string", "\"$([IO.Path]::GetFileName('/a'))\"", CALL},
    {"a variable of all scopes", "New-Variable v -Option AllScope",
     "!NotSupported"},
    {"a job", "Start-Job { 1 }", "!CannotStartJobInconsistentLanguageMode"},
    {"a module from a script file", "Import-Module ./x.ps1",
     "!Modules_ImportPSFileNotAllowedInConstrainedLanguage"},
    {"more commands in a data section",
     "data -SupportedCommand Get-Date { Get-Date }",
     "!DataSectionAllowedCommandDisallowed"},
    {"a native program", "/bin/echo out", "out"},
    {"commands and loops", "foreach ($i in 1..3) { $i * 2 }", "2 4 6"},
};

static const struct row restricted[] = {
    {"a command", "Write-Output 5", "5"},
    {"a constant", "'a'; 2 + 3", "a 5"},
    {"an assignment", "$x = 1",
     "!AssignmentStatementNotSupportedInDataSection"},
    {"a method", "'a'.ToUpper()", "!MethodCallNotSupportedInDataSection"},
    {"a property", "'a'.Length", "!PropertyReferenceNotSupportedInDataSection"},
    {"a variable", "$block", "!VariableReferenceNotSupportedInDataSection"},
    {"a script block", "& { 1 }", "!ScriptBlockNotSupportedInDataSection"},
    {"a loop", "while (1) {}", "!ForWhileStatementNotSupportedInDataSection"},
    {"a type", "[IO.File]", "!TypeNotAllowedInDataSection"},
    {"dot", ". Trusted", "!DotSourcingNotSupportedInDataSection"},
    {"a function", "function f {}",
     "!FunctionDeclarationNotSupportedInDataSection"},
    {"text made a program", "Invoke-Expression '$x = 1'",
     "!AssignmentStatementNotSupportedInDataSection"},
    {"a method by ForEach-Object", "'a' | ForEach-Object ToUpper",
     "!NoMethodInvocationInRestrictedLanguageMode"},
    {"a trusted function", "Trusted", "b"},
};

static const struct row none[] = {
    {"a command as text", "Get-Date", "!ScriptsNotAllowed"},
    {"a constant", "1", "!ScriptsNotAllowed"},
};

/* A program may lower its session's mode; what it has defined before stays. */
TEST(a_program_lowers_the_mode)
{
    static const struct row lowered = {
        "",
        "function f { $ExecutionContext.SessionState.LanguageMode }; "
        "$ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'; "
        "f; $ExecutionContext.SessionState.LanguageMode; & { "
        "$ExecutionContext.SessionState.LanguageMode }",
        "FullLanguage ConstrainedLanguage ConstrainedLanguage"};

    check_row(&lowered, "", HOP_LANGUAGE_FULL);
}

/* The mode is the session's again after a reset. */
TEST(a_reset_keeps_the_mode)
{
    struct hop_runspace_options options = {.modules = hop_cmdlet_modules,
                                           .language_mode =
                                               HOP_LANGUAGE_CONSTRAINED};
    struct hop_runspace *rs = hop_runspace_new(&options);

    hop_runspace_reset(rs);
    CHECK(hop_runspace_language_mode(rs) == HOP_LANGUAGE_CONSTRAINED);
    hop_runspace_free(rs);
}

int
main(void)
{
    check_rows(constrained, HOP_ARRAY_SIZE(constrained), trusted,
               HOP_LANGUAGE_CONSTRAINED);
    check_rows(restricted, HOP_ARRAY_SIZE(restricted), trusted,
               HOP_LANGUAGE_RESTRICTED);
    check_rows(none, HOP_ARRAY_SIZE(none), trusted, HOP_LANGUAGE_NONE);
    RUN(a_program_lowers_the_mode);
    RUN(a_reset_keeps_the_mode);
    return test_done();
}
