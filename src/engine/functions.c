/* The functions that are there from the start.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/engine.h"

static const struct {
    const char *name, *text;
} functions[] = {
    {"cd..", "Set-Location .."},
    {"cd\\", "Set-Location \\"},
    {"cd~", "Set-Location ~"},
    {"Clear-Host", "[Console]::Write(\"`e[H`e[2J`e[3J\")"},
    {"oss",
     "[CmdletBinding()]\n"
     "param([ValidateRange(2, 2147483647)][int]${Width},\n"
     "  [Parameter(ValueFromPipeline = $true)][psobject]${InputObject})\n"
     "begin { $all = [System.Collections.ArrayList]::new() }\n"
     "process { $null = $all.Add($InputObject) }\n"
     "end { $null = $PSBoundParameters.Remove('InputObject')\n"
     "  $all | Out-String -Stream @PSBoundParameters }"},
    {"Pause", "$null = Read-Host 'Press Enter to continue...'"},
    {"prompt", "\"PS $($ExecutionContext.SessionState.Path.CurrentLocation)"
               "$('>' * ($NestedPromptLevel + 1)) \""},
};

void
functions_start(struct hop_runspace *rs)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(functions); i++) {
        struct hop_value block HOP_AUTO_VALUE = hop_null();

        if (!hop_scriptblock_create(rs, functions[i].text,
                                    strlen(functions[i].text), &block) ||
            !hop_function_set(rs, functions[i].name, "Global", block, 0))
            hop_drop_exception(&rs->cx);
    }
}
