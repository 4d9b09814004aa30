/* History and runspaces, as a script sees them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "../engine/rows.h"

#define ADD                                                                    \
    "$null = Add-History ([pscustomobject]@{CommandLine = '40 + 2'; "          \
    "ExecutionStatus = 'Completed'; StartExecutionTime = (Get-Date); "         \
    "EndExecutionTime = (Get-Date)}); "

static const struct row rows[] = {
    {"an entry is added and told",
     ADD "(Get-History).CommandLine; "
         "(Get-History | Add-History -Passthru)"
         ".Id",
     "40 + 2 2"},
    {"an object that is no entry is refused", "Add-History 5",
     "!AddHistoryInvalidInput,Microsoft.PowerShell.Commands.AddHistoryCommand"},
    {"an entry runs again, by number, by how it begins, as the last",
     ADD "Invoke-History 1; Invoke-History '40 +'; Invoke-History", "42 42 42"},
    {"a number that is not there", "Invoke-History 99",
     "!InvokeHistoryNoHistoryForId,"},
    {"a beginning that is not there", ADD "Invoke-History zz",
     "!InvokeHistoryNoHistoryForCommandline,"},
    {"nothing to run", "Invoke-History",
     "!InvokeHistoryNoLastHistoryEntryFound,"},
    {"one that runs itself ends",
     "$null = Add-History ([pscustomobject]@{CommandLine = 'Invoke-History'; "
     "ExecutionStatus = 'Completed'; StartExecutionTime = (Get-Date); "
     "EndExecutionTime = (Get-Date)}); Invoke-History",
     "!InvokeHistoryLoopDetected,"},
    {"entries are forgotten by their line",
     ADD ADD "Clear-History -CommandLine 40*; @(Get-History).Count", "0"},
    {"the shell's own runspace",
     "$r = Get-Runspace; $r.Id; $r.Name; (Get-Runspace -Id 1).Name; "
     "@(Get-Runspace -Name no*).Count; "
     "(Get-Runspace -InstanceId $r.InstanceId).Id",
     "1 Runspace1 Runspace1 0 1"},
};

TEST(history)
{
    check_rows(rows, HOP_ARRAY_SIZE(rows), "", HOP_LANGUAGE_FULL);
}

int
main(void)
{
    RUN(history);
    return test_done();
}
