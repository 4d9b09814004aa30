/* Where the files of Group Policy objects are, and what is kept of them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "server/gpfetch.h"

#include <unistd.h>

#include "test.h"

static const struct {
    const char *name, *path, *folder;
} paths[] = {
    {"as a domain writes it", "\\\\corp.test\\SysVol\\corp.test\\Policies\\{0}",
     "corp.test\\Policies\\{0}"},
    {"another share", "\\\\corp.test\\C$\\x", NULL},
    {"no share", "\\\\corp.test", NULL},
    {"a local path", "C:\\sysvol\\x", NULL},
    {"nothing behind it", "\\\\corp.test\\sysvol\\", NULL},
    {"a way up", "\\\\corp.test\\sysvol\\..\\x", NULL},
    {"another command", "\\\\corp.test\\sysvol\\x\"; !id; \"", NULL},
    {"a line's end", "\\\\corp.test\\sysvol\\x\ny", NULL},
    {"other letters", "\\\\corp.test\\sysvol\\\xc3\xa4", NULL},
};

static const struct {
    const char *name, *ini;
    uint32_t version;
} inis[] = {
    {"the computer's half", "[General]\r\nVersion=65538\r\n", 2},
    {"other lines", "[General]\ndisplayName=Version=9\nversion=3", 3},
    {"as Samba writes it", "[General]\nVersion = 4\n\n", 4},
    {"a longer word", "[General]\nVersions=4\n", 0},
    {"none", "[General]\r\n", 0},
    {"nothing", "", 0},
    {"no number", "Version=x", 0},
};

static void
put(const char *dir, const char *name, const char *text)
{
    char path[200];
    FILE *f;

    snprintf(path, sizeof(path), "%s/%s", dir, name);
    f = fopen(path, "w");
    fputs(text, f);
    fclose(f);
}

TEST(what_is_kept)
{
    char dir[] = "/tmp/hop-test-gpfetch.XXXXXX", clean[80];
    HOP_AUTO_BUF struct hop_buf pol = HOP_BUF_INIT, none = HOP_BUF_INIT;
    struct hop_error err = {0};
    uint32_t version = 9;

    REQUIRE(mkdtemp(dir) != NULL);
    put(dir, "{1}.ini", "Version=7\n");
    put(dir, "{1}.pol", "PReg");
    CHECK(hop_gpfetch_read(dir, "{1}", &pol, &version, &err));
    CHECK_STR(hop_buf_str(&pol), "PReg");
    CHECK_INT(version, 7);
    CHECK(hop_gpfetch_read(dir, "{2}", &none, &version, &err));
    CHECK_INT(none.len, 0);
    CHECK_INT(version, 0);
    snprintf(clean, sizeof(clean), "rm -r %s", dir);
    CHECK(system(clean) == 0);
}

int
main(void)
{
    for (size_t k = 0; k < sizeof(paths) / sizeof(paths[0]); k++) {
        ROW(paths[k].name);
        CHECK_STR(hop_gpfetch_folder(paths[k].path), paths[k].folder);
    }
    for (size_t k = 0; k < sizeof(inis) / sizeof(inis[0]); k++) {
        ROW(inis[k].name);
        CHECK_INT(hop_gpfetch_version(inis[k].ini), inis[k].version);
    }
    RUN(what_is_kept);
    return test_done();
}
