/* Lines as clients of Windows hosts send them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "server/names.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "test.h"

static const struct {
    const char *name, *line, *named, *split; /* split: joined by | */
} rows[] = {
    {"what pywinrm sends", "powershell -encodedcommand SQA=",
     "powershell -encodedcommand SQA=", "powershell|-encodedcommand|SQA="},
    {"what Ansible sends", "PowerShell -NoProfile -EncodedCommand SQA=",
     "powershell -NoProfile -EncodedCommand SQA=",
     "powershell|-NoProfile|-EncodedCommand|SQA="},
    {"any letter case", "pOwErShElL.eXe -c 1", "powershell.exe -c 1",
     "powershell.exe|-c|1"},
    {"a folder of Windows",
     "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe -c 1",
     "powershell.exe -c 1", "powershell.exe|-c|1"},
    {"a folder with spaces, in quotes",
     "\"C:\\Program Files\\PowerShell\\7\\pwsh.exe\" -c 1", "pwsh.exe -c 1",
     "pwsh.exe|-c|1"},
    {"no variable is sh's", "powershell -Command \"$x = 'a b'; $x\"",
     "powershell -Command \"$x = 'a b'; $x\"",
     "powershell|-Command|$x = 'a b'; $x"},
    {"quotes and backslashes as Windows takes them",
     "powershell -c \"a \\\"b\\\"\" c:\\d\\ \"e\\\\\"",
     "powershell -c \"a \\\"b\\\"\" c:\\d\\ \"e\\\\\"",
     "powershell|-c|a \"b\"|c:\\d\\|e\\"},
    {"an empty argument", "powershell -c \"\"", "powershell -c \"\"",
     "powershell|-c|"},
    {"a semicolon is PowerShell's", "powershell -c 1; 2", "powershell -c 1; 2",
     "powershell|-c|1;|2"},
    {"a pipe is the shell's", "PowerShell -c 1 | cat", "powershell -c 1 | cat",
     NULL},
    {"a pipe in quotes is PowerShell's", "powershell -c \"1 | Out-Null\"",
     "powershell -c \"1 | Out-Null\"", "powershell|-c|1 | Out-Null"},
    {"a second command is the shell's", "POWERSHELL -c 1&echo 2",
     "powershell -c 1&echo 2", NULL},
    {"a quote that does not end", "powershell -c \"1", "powershell -c \"1",
     NULL},
    {"cmd's line is the shell's", "CMD.exe /c echo 1", "cmd.exe /c echo 1",
     NULL},
    {"another program", "powershellx -c 1", NULL, NULL},
    {"a program in quotes that do not end", "\"powershell -c 1", NULL, NULL},
    {"an empty line", "", NULL, NULL},
};

static char *
join(char **list)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (!list)
        return NULL;
    for (size_t i = 0; list[i]; i++) {
        if (i)
            hop_buf_addc(&b, '|');
        hop_buf_adds(&b, list[i]);
        free(list[i]);
    }
    free(list);
    return hop_buf_take(&b);
}

static void
check_rows(void)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        HOP_AUTO_FREE char *named = hop_names_line(rows[i].line);
        HOP_AUTO_FREE char *split = join(hop_names_split(rows[i].line));

        ROW(rows[i].name);
        CHECK_STR(named, rows[i].named);
        CHECK_STR(split, rows[i].split);
    }
}

/* What cmd's script makes of its arguments. */
TEST(the_scripts_run)
{
    char dir[] = "/tmp/hop-names.XXXXXX", out[64] = "";
    HOP_AUTO_FREE char *command = NULL;
    struct hop_error err = {0};
    FILE *f;

    REQUIRE(mkdtemp(dir));
    CHECK(hop_names_make(dir, "/bin/echo", &err));
    CHECK(hop_names_make(dir, "/bin/echo", &err)); /* again, as hopd's start */
    command = hop_xasprintf("cd %s && ./cmd /d /c 'echo 1' '&& echo 2' && "
                            "./chcp.com 65001 >/dev/null && ./PowerShell 3",
                            dir);
    f = popen(command, "r");
    REQUIRE(f);
    out[fread(out, 1, sizeof(out) - 1, f)] = '\0';
    CHECK_INT(pclose(f), 0);
    CHECK_STR(out, "1\n2\n3\n");
    free(command);
    command = hop_xasprintf("rm -r %s", dir);
    CHECK_INT(system(command), 0);
}

int
main(void)
{
    check_rows();
    RUN(the_scripts_run);
    return test_done();
}
