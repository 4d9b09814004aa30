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
    {"a mark in the middle is text",
     "Set-Content f \"a`n$([char]0xfeff)b\"; (Get-Content f)[1].Length", "2"},
    {"a carriage return at a piece's end is no line of its own",
     "Set-Content f ('x' * 65535 + \"`r`ny\"); (Get-Content f).Count", "2"},
    {"the last lines of many",
     "Set-Content f (1..40000); Get-Content f -Tail 2", "39999 40000"},
    {"the first lines of many",
     "Set-Content f (1..40000); Get-Content f -TotalCount 2", "1 2"},
    {"bytes of several pieces",
     "Set-Content f ('x' * 70000) -NoNewline;"
     "(Get-Content f -AsByteStream | Measure-Object -Sum).Sum",
     "8400000"},
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
    (void)rmdir(folder);
    return test_done();
}
