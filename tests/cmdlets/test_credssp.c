/* What Enable-WSManCredSSP and its kin take, before any file is touched; the
 * list itself is tests/config/test_fresh.c's.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/rows.h"

#define CATCH(command)                                                         \
    "try { " command " } catch { \"$($_.FullyQualifiedErrorId): $_\" }"
#define ID                                                                     \
    "System.InvalidOperationException,Microsoft.WSMan.Management."             \
    "EnableWSManCredSSPCommand: "
#define NO_SPAN(span)                                                          \
    {                                                                          \
        "-For " span,                                                          \
            CATCH("Enable-WSManCredSSP Client b -For '" span "' -Force"),      \
            ID "-For " span                                                    \
               " is no length of time: write 30m, 2h, 1d or 02:00:00"          \
    }

static const struct row rows[] = {
    {"a client without hosts", CATCH("Enable-WSManCredSSP Client -Force"),
     ID
     "With -Role Client, -DelegateComputer must say to which hosts passwords "
     "may go: b.corp.test, *.corp.test"},
    {"a server with hosts", CATCH("Enable-WSManCredSSP Server b -Force"),
     ID "-DelegateComputer goes with -Role Client alone: a server takes "
        "passwords from whoever logs on"},
    {"a server for a time", CATCH("Enable-WSManCredSSP Server -For 2h -Force"),
     ID "-For goes with -Role Client alone"},
    NO_SPAN("2"),
    NO_SPAN("h2"),
    NO_SPAN("0h"),
    NO_SPAN("-00:10:00"),
    {"another role", "Enable-WSManCredSSP Both -Force",
     "!ParameterArgumentValidationError"},
    {"no role", "Disable-WSManCredSSP -Role $null",
     "!ParameterArgumentValidationError"},
    {"an empty host", "Enable-WSManCredSSP Client '' -Force",
     "!ParameterArgumentValidationError"},
    {"a host that is none",

     "try { Enable-WSManCredSSP Client 'a b' -Force } catch { \"$_\" -match "
     "'not the name of a host' }",
     "True"},
    {"the roles",
     "(Get-Command Enable-WSManCredSSP).Parameters['Role'].Attributes."
     "ValidValues",
     "Client Server"},
    {"where they are",
     "Get-Command -Name *credssp* | ForEach-Object { \"$($_.Name) "
     "$($_.Source)\" }",
     "Disable-WSManCredSSP Microsoft.WSMan.Management Enable-WSManCredSSP "
     "Microsoft.WSMan.Management Get-WSManCredSSP Microsoft.WSMan.Management"},
    {"what is set, in two lines", "(Get-WSManCredSSP).Count", "2"},
    {"a name where a credential is wanted, and nobody to ask",
     "Get-Item / -Credential alice", "!CannotConvertArgumentNoMessage"},
};

int
main(void)
{
    for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++) {
        ROW(rows[k].name);
        check_row(&rows[k], "", HOP_LANGUAGE_FULL);
    }
    return test_done();
}
