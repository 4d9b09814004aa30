/* Add-Type: refused in words, as there is no .NET to compile for.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/utility/utility.h"

#define ELSEWHERE                                                              \
    ": on another host by its endpoint (-ConfigurationName PowerShell.7)."

enum { DEFINITION, NAME, MEMBERS, PATH, LITERAL_PATH, ASSEMBLY };

#define SET(s, position) HOP_SETS({s, HOP_MANDATORY, position})

static const struct hop_param params[] = {
    [DEFINITION] = {"TypeDefinition", "string",
                    .in = SET("FromSource", HOP_POS(0))},
    [NAME] = {"Name", "string", .in = SET("FromMember", HOP_POS(0))},
    [MEMBERS] = {"MemberDefinition", "string[]",
                 .in = SET("FromMember", HOP_POS(1))},
    [PATH] = {"Path", "string[]", .in = SET("FromPath", HOP_POS(0))},
    [LITERAL_PATH] = {"LiteralPath", "string[]", .aliases = "PSPath LP",
                      .in = SET("FromLiteralPath", 0)},
    [ASSEMBLY] = {"AssemblyName", "string[]", .aliases = "AN",
                  .in = SET("FromAssemblyName", 0)},
    {"Namespace", "string", .aliases = "NS",
     .in = HOP_SETS({"FromMember", 0, 0})},
    {"UsingNamespace", "string[]", .aliases = "Using",
     .in = HOP_SETS({"FromMember", 0, 0})},
    {"Language", "string", .set = "CSharp"},
    {"ReferencedAssemblies", "string[]", .aliases = "RA"},
    {"OutputAssembly", "string", .aliases = "OA"},
    {"OutputType", "string", .aliases = "OT"},
    {"PassThru", "switch"},
    {"IgnoreWarnings", "switch"},
    {"CompilerOptions", "string[]"},
};

static bool
process(struct hop_command *c)
{
    const struct hop_error_spec spec = {
        .id = "AddTypeNotSupported",
        .category = HOP_CAT_NOT_IMPLEMENTED,
        .exception = "System.PlatformNotSupportedException"};

    if (hop_arg_bound(c, ASSEMBLY))
        return hop_command_throw(
            c, &spec,
            "Add-Type cannot load the assembly '%s': Hop works without .NET. "
            "The .NET types it has are there without Add-Type: leave the line "
            "out, or run this script with pwsh" ELSEWHERE,
            hop_cstr(hop_arg_item(c, ASSEMBLY, 0)));
    return hop_command_throw(
        c, &spec,
        "Add-Type cannot compile types: Hop works without .NET. Use functions "
        "that return a [pscustomobject], or run this script with "
        "pwsh" ELSEWHERE);
}

const struct hop_cmdlet hop_cmdlet_add_type = {
    .name = "Add-Type",
    .default_set = "FromSource",
    HOP_PARAMS(params),
    .synopsis = "Refused: there is no .NET to compile types for.",
    .process = process,
};
