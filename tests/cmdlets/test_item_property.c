/* The cmdlets that change which properties an item has, as a script sees them.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <unistd.h>

#include "../engine/rows.h"

#define ID(cmdlet) ",Microsoft.PowerShell.Commands." cmdlet "Command"
/* What two commands' errors are called: one that goes on sees both. */
#define ERRORS(text)                                                           \
    "$e = $null; " text " -ErrorVariable e -ErrorAction SilentlyContinue; "    \
    "$e | ForEach-Object { ($_.FullyQualifiedErrorId -split ',')[0] }"

static const struct row rows[] = {
    {"a property does not go to another item",
     "Copy-ItemProperty a.txt d IsReadOnly",
     "!NotSupported" ID("CopyItemProperty")},
    {"nor is it moved", "Move-ItemProperty a.txt d IsReadOnly",
     "!NotSupported" ID("MoveItemProperty")},
    {"none comes", "New-ItemProperty a.txt x -Value 3",
     "!NotSupported" ID("NewItemProperty")},
    {"none goes", "Remove-ItemProperty a.txt x",
     "!NotSupported" ID("RemoveItemProperty")},
    {"none gets another name", "Rename-ItemProperty a.txt x y",
     "!NotSupported" ID("RenameItemProperty")},
    {"what refuses says which interface",
     "try { New-ItemProperty env:PATH x -ErrorAction Stop } catch { "
     "$_.Exception.Message }",
     "Cannot use interface. The IDynamicPropertyCmdletProvider interface is "
     "not implemented by this provider."},
    {"one error for each property of each path",
     ERRORS("Remove-ItemProperty a.txt, none x, y"),
     "NotSupported NotSupported PathNotFound PathNotFound"},
    {"one error for all that a path matches", ERRORS("New-ItemProperty * x"),
     "NotSupported"},
    {"nothing that matches is no error", ERRORS("New-ItemProperty zz* x"), ""},
    {"-Include leaves items out",
     ERRORS("Remove-ItemProperty a.txt x -Include b*"), ""},
    {"-Filter is for wildcards",
     ERRORS("Remove-ItemProperty a.txt x -Filter b*"), "NotSupported"},
    {"an item that is not there", "Rename-ItemProperty none x y",
     "!PathNotFound" ID("RenameItemProperty")},
    {"a drive that is not there", "Copy-ItemProperty a.txt none: x",
     "!DriveNotFound" ID("CopyItemProperty")},
    {"a destination that is not there", "Copy-ItemProperty a.txt none x",
     "!PathNotFound" ID("CopyItemProperty")},
    {"a copy to nothing that matches", ERRORS("Copy-ItemProperty a.txt zz* x"),
     ""},
    {"a move to several", "Move-ItemProperty a.txt * x",
     "!System.Management.Automation.PSArgumentException" ID(
         "MoveItemProperty")},
    {"a move to nothing that matches", "Move-ItemProperty a.txt zz* x",
     "!System.ArgumentOutOfRangeException" ID("MoveItemProperty")},
};

static const struct row clear_rows[] = {
    {"Attributes become Normal",
     "Set-ItemProperty a.txt IsReadOnly $true; (Get-Item a.txt).Attributes; "
     "Clear-ItemProperty a.txt Attributes; (Get-Item a.txt).Attributes",
     "ReadOnly Normal"},
    {"-PassThru gives the property, named as asked for",
     "(Clear-ItemProperty a.txt ATTRIBUTES -PassThru).psobject.Properties.Name",
     "ATTRIBUTES PSPath PSParentPath PSChildName PSDrive PSProvider"},
    {"no other is cleared, and that ends the command",
     "Clear-ItemProperty a.txt, none Length -ErrorAction SilentlyContinue",
     "!Argument" ID("ClearItemProperty")},
    {"other providers have none",
     ERRORS("Clear-ItemProperty env:PATH, none, a.txt Attributes"),
     "NotSupported PathNotFound"},
    {"-WhatIf leaves it",
     "Set-ItemProperty a.txt IsReadOnly $true; "
     "Clear-ItemProperty a.txt Attributes -WhatIf; "
     "(Get-Item a.txt).Attributes; Set-ItemProperty a.txt IsReadOnly $false",
     "ReadOnly"},
};

static const struct row set_rows[] = {
    {"-PassThru gives the property that was set",
     "$o = Set-ItemProperty a.txt IsReadOnly $true -PassThru; "
     "$o.psobject.Properties.Name; $o.IsReadOnly; "
     "Clear-ItemProperty a.txt Attributes",
     "IsReadOnly PSPath PSParentPath PSChildName PSDrive PSProvider True"},
    {"properties asked for come without the rest",
     "(Get-ItemProperty d Name).psobject.Properties.Name",
     "Name PSPath PSParentPath PSChildName PSDrive PSProvider"},
};

static const struct row invoke_rows[] = {
    {"a program runs, and is not waited for",
     "Set-Content p '#!/bin/sh', 'echo ran > \"$0.out\"'; chmod +x p; "
     "Invoke-Item p; "
     "for ($i = 0; $i -lt 2000 -and -not (Get-Content p.out -ErrorAction "
     "Ignore); $i++) { Start-Sleep -Milliseconds 5 }; Get-Content p.out",
     "ran"},
    {"-WhatIf runs nothing", "Invoke-Item p -WhatIf", ""},
    {"a document is opened by the desktop's program",
     "Set-Content xdg-open '#!/bin/sh', 'echo \"$1\" > opened'; "
     "chmod +x xdg-open; $old = $env:PATH; $env:PATH = \"$PWD`:$old\"; "
     "Invoke-Item a.txt; $env:PATH = $old; "
     "for ($i = 0; $i -lt 2000 -and -not (Get-Content opened -ErrorAction "
     "Ignore); $i++) { Start-Sleep -Milliseconds 5 }; "
     "Split-Path -Leaf (Get-Content opened)",
     "a.txt"},
    {"none to open it",
     "$old = $env:PATH; $env:PATH = \"$PWD/d\"; try { Invoke-Item d } catch { "
     "$_.FullyQualifiedErrorId; \"$($_.CategoryInfo.Category)\" }; "
     "$env:PATH = $old",
     "System.ComponentModel.Win32Exception" ID("InvokeItem") " NotSpecified"},
    {"what is no program ends the command",
     "Set-Content junk junk; chmod +x junk; "
     "Invoke-Item junk, none -ErrorAction SilentlyContinue",
     "!System.ComponentModel.Win32Exception" ID("InvokeItem")},
    {"an item that is not there", ERRORS("Invoke-Item none, none2, zz*"),
     "PathNotFound PathNotFound"},
    {"other providers run nothing", "Invoke-Item env:PATH",
     "!NotSupported" ID("InvokeItem")},
};

static char folder[] = "/tmp/hop-test-XXXXXX", setup[200];

TEST(added_and_taken)
{
    check_rows(rows, HOP_ARRAY_SIZE(rows), setup, HOP_LANGUAGE_FULL);
}

TEST(clear)
{
    check_rows(clear_rows, HOP_ARRAY_SIZE(clear_rows), setup,
               HOP_LANGUAGE_FULL);
}

TEST(get_and_set)
{
    check_rows(set_rows, HOP_ARRAY_SIZE(set_rows), setup, HOP_LANGUAGE_FULL);
}

TEST(invoke)
{
    check_rows(invoke_rows, HOP_ARRAY_SIZE(invoke_rows), setup,
               HOP_LANGUAGE_FULL);
}

int
main(void)
{
    if (!mkdtemp(folder))
        return 1;
    snprintf(setup, sizeof setup,
             "Set-Location %s; Set-Content a.txt x; "
             "$null = New-Item -ItemType Directory d -Force",
             folder);
    RUN(added_and_taken);
    RUN(clear);
    RUN(get_and_set);
    RUN(invoke);
    snprintf(setup, sizeof setup, "rm -rf %s", folder);
    return system(setup) != 0 || test_done();
}
