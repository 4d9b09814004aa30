/* Topics about hop itself.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/core/help_topic.h"

#include <stddef.h>

const struct hop_help_topic hop_help_topics[] = {
    {"about_Hop", "Describes hop and how to find help in it.",
     "TOPIC\n"
     "    about_Hop\n"
     "\n"
     "SHORT DESCRIPTION\n"
     "    Describes hop and how to find help in it.\n"
     "\n"
     "LONG DESCRIPTION\n"
     "    hop is a shell for the PowerShell language on Linux, with sessions\n"
     "    on other computers over WS-Management.\n"
     "\n"
     "    Get-Help NAME                shows the help of a command\n"
     "    Get-Help NAME -Full          with all of its parameters\n"
     "    Get-Help NAME -Parameter *   its parameters alone\n"
     "    Get-Help *word*              lists what has the word in its name\n"
     "    NAME -?                      the same as Get-Help NAME\n"
     "    help NAME                    one screen at a time\n"
     "\n"
     "    Get-Command lists the commands, Get-Command -Syntax NAME shows how\n"
     "    one is called, and Get-Member shows what objects have.\n"
     "\n"
     "    Functions and scripts carry their help in comments: see\n"
     "    about_Comment_Based_Help.\n"
     "\n"
     "SEE ALSO\n"
     "    about_Hop_Language, about_Second_Hop\n"},
    {"about_Hop_Language", "Describes what hop has of the PowerShell language.",
     "TOPIC\n"
     "    about_Hop_Language\n"
     "\n"
     "SHORT DESCRIPTION\n"
     "    Describes what hop has of the PowerShell language.\n"
     "\n"
     "LONG DESCRIPTION\n"
     "    The language is that of PowerShell 7.6: its grammar, parameter\n"
     "    binding, streams, error records, modules, formatting and objects.\n"
     "    $PSVersionTable.PSEdition is Hop.\n"
     "\n"
     "    Left out, each with an error that says so: classes and\n"
     "    enumerations, configurations (DSC), workflows, Add-Type, and types\n"
     "    of .NET other than those that scripts of administrators use.\n"},
    {"about_Second_Hop",
     "Describes how a session reaches another computer as you.",
     "TOPIC\n"
     "    about_Second_Hop\n"
     "\n"
     "SHORT DESCRIPTION\n"
     "    Describes how a session reaches another computer as you.\n"
     "\n"
     "LONG DESCRIPTION\n"
     "    A session on computer B proves who you are, but B has no\n"
     "    credential of yours: a third computer refuses it (0x8009030E).\n"
     "    Ways out, the best one first:\n"
     "\n"
     "    1. CredSSP, which hands your password to B, sealed.\n"
     "    2. Resource-based constrained delegation: computer C lists B.\n"
     "    3. Constrained delegation: the domain lists C for B.\n"
     "    4. Delegation without limits: B gets a ticket of yours.\n"
     "    5. An endpoint with just enough rights of its own (JEA).\n"
     "    6. An endpoint that runs as another account (RunAs).\n"
     "    7. A credential handed over as an argument of the script block.\n"},
    {"about_Comment_Based_Help",
     "Describes help in the comments of functions and scripts.",
     "TOPIC\n"
     "    about_Comment_Based_Help\n"
     "\n"
     "SHORT DESCRIPTION\n"
     "    Describes help in the comments of functions and scripts.\n"
     "\n"
     "LONG DESCRIPTION\n"
     "    A comment at the start or the end of a function's body, or in\n"
     "    front of it, is its help when it has words such as these, each on\n"
     "    a line of its own:\n"
     "\n"
     "    .SYNOPSIS        one sentence\n"
     "    .DESCRIPTION     more sentences\n"
     "    .PARAMETER Name  what a parameter means\n"
     "    .EXAMPLE         a command, then remarks\n"
     "    .INPUTS, .OUTPUTS, .NOTES, .LINK\n"
     "    .COMPONENT, .ROLE, .FUNCTIONALITY\n"
     "    .FORWARDHELPTARGETNAME Name   the help of another command\n"},
    {NULL, NULL, NULL},
};
