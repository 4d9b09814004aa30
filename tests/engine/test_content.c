/* Files that are read piece by piece: what lies across two of them.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <unistd.h>

#include "rows.h"

/* 100,000 characters before the first line's end: more than one piece. */
#define LONG "$s = 'z' * 100000 + [char]0x0a0a; "
#define WRITE(encoding)                                                        \
    LONG "Set-Content f \"$s`n$s`nlast\" -Encoding " encoding                  \
         " -NoNewline; Get-Content f | ForEach-Object { $_.Length }"

static const struct row rows[] = {
    {"lines longer than a piece", WRITE("utf8"), "100001 100001 4"},
    {"UTF-8 with a mark", WRITE("utf8BOM"), "100001 100001 4"},
    {"UTF-16", WRITE("unicode"), "100001 100001 4"},
    {"UTF-16, the other order", WRITE("bigendianunicode"), "100001 100001 4"},
    {"UTF-32", WRITE("utf32"), "100001 100001 4"},
    {"delimiters in many pieces, and across two",
     "Set-Content f ((('z' * 65535 + '<>') * 5) + 'end') -NoNewline; "
     "Get-Content "
     "f -Delimiter '<>' | ForEach-Object { $_.Length }",
     "65535 65535 65535 65535 65535 3"},
    {"delimiters that overlap count from the first on",
     "Set-Content f ('a' * 65537 + 'b') -NoNewline; (Get-Content f -Delimiter "
     "'aa')[-2, -1]; @(Get-Content f -Delimiter 'none').Count",
     " ab 1"},
    {"a mark in the middle is text",
     "Set-Content f \"a`n$([char]0xfeff)b\"; (Get-Content f)[1].Length", "2"},
    {"a carriage return at a piece's end is no line of its own",
     "Set-Content f ('x' * 65535 + \"`r`ny\"); (Get-Content f).Count", "2"},
    {"the last lines of many",
     "Set-Content f (1..40000); Get-Content f -Tail 2", "39999 40000"},
    {"the first lines of many",
     "Set-Content f (1..40000); Get-Content f -TotalCount 2", "1 2"},
    /* in groups: notes on each of so many take too long under a sanitizer */
    {"bytes of several pieces",
     "Set-Content f ('x' * 70000) -NoNewline;"
     "(Get-Content f -AsByteStream -ReadCount 1000 | ForEach-Object { "
     "$_.Count; ($_ | Measure-Object -Sum).Sum } | Measure-Object -Sum).Sum",
     "8470000"},
    {"bytes one by one say where they come from",
     "Set-Content f 'ab' -NoNewline; $b = Get-Content f -AsByteStream; \"$b "
     "$($b[1].PSChildName) $($b[1].ReadCount) $($b[1].PSProvider.Name) "
     "$($b[0].PSPath -eq $b[1].PSPath)\"",
     "97 98 f 2 FileSystem True"},
    {"a file is there from the first value on",
     "1..2 | ForEach-Object { Test-Path g; $_ } | Set-Content g; Get-Content g",
     "False 1 True 2"},
    {"no value at all leaves the file as it is",
     "Set-Content g 'old'; @() | Set-Content g; Get-Content g", "old"},
    {"what came before an error is in the file",
     "try { 1..3 | ForEach-Object { if ($_ -eq 3) { throw 'x' }; $_ } | "
     "Set-Content g } catch { \"$_\" }; Get-Content g",
     "x 1 2"},
    {"values go to several files, more than one piece each",
     "1..20000 | Set-Content f, g; (Get-Content f).Count; (Get-Content "
     "g)[-1]; 1 | Add-Content g; (Get-Content g -Tail 2)",
     "20000 20000 20000 1"},
    {"the path may come with the first value",
     "[pscustomobject]@{Path = 'g'; Value = 'v'} | Set-Content; Get-Content g",
     "@{Path=g; Value=v}"},
    {"and each value goes to its own",
     "'f', 'g' | ForEach-Object { [pscustomobject]@{Path = $_; a = 1} } | "
     "Set-Content; Get-Content f, g",
     "@{Path=f; a=1} @{Path=g; a=1}"},
    {"what is no byte is told of, the bytes are written",
     "1, [byte]65, 'x', [byte]66 | Set-Content g -AsByteStream -ErrorVariable "
     "e -ErrorAction SilentlyContinue; $e.Count; Get-Content g; "
     "$e[0].FullyQualifiedErrorId",
     "2 AB Argument,Microsoft.PowerShell.Commands.SetContentCommand"},
    {"a folder that is not there", "1, 2 | Set-Content none/x",
     "!GetContentWriterDirectoryNotFoundError,"},
    {"no room is left", "'x' | Set-Content /dev/full",
     "!GetContentWriterIOError,"},
    {"a hash of several pieces",
     "Set-Content f ('x' * 150000) -NoNewline; (Get-FileHash f).Hash.Substring("
     "0, 8); (Get-FileHash -InputStream ([IO.MemoryStream]::new("
     "[IO.File]::ReadAllBytes(\"$PWD/f\")))).Hash.Substring(0, 8)",
     "E8E5E6D3 E8E5E6D3"},
    {"none of the last lines",
     "Set-Content f 1; @(Get-Content f -Tail 0).Count", "0"},
    {"a hash of a file that is not there", "Get-FileHash -LiteralPath none",
     "!FileNotFound,"},
};

int
main(void)
{
    char folder[] = "/tmp/hop-test-content-XXXXXX";

    if (!mkdtemp(folder) || chdir(folder) != 0)
        return 1;
    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        ROW(rows[i].name);
        check_row(&rows[i], "", HOP_LANGUAGE_FULL);
    }
    (void)unlink("f");
    (void)unlink("g");
    (void)rmdir(folder);
    return test_done();
}
