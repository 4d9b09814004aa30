/* Where the files of Group Policy objects are, and what is kept of them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "server/gpfetch.h"

#include <stdlib.h>
#include <sys/stat.h>
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

/* ---- with a program in smbclient's place */

/* Copies what is asked for out of a folder, and says what is missing as
 * smbclient does. */
static const char stand_in[] =
    "#!/bin/sh\n"
    "dir=${0%/*}\n"
    "echo \"$@\" >>\"$dir/calls\"\n"
    "for last; do :; done\n"
    "[ ! -e \"$dir/down\" ] || {\n"
    "  echo 'do_connect: Connection to dc1 failed (Error "
    "NT_STATUS_IO_TIMEOUT)'\n"
    "  exit 1\n"
    "}\n"
    "printf '%s' \"$last\" | tr ';' '\\n' |\n"
    "while read -r get from to; do\n"
    "  [ \"$get\" = get ] || continue\n"
    "  from=${from#\\\"} from=${from%\\\"}\n"
    "  name=${from##*\\\\}\n"
    "  if [ -e \"$dir/share/$name\" ]; then\n"
    "    cp \"$dir/share/$name\" \"$to\"\n"
    "  else\n"
    "    printf '%s\\n' \"NT_STATUS_OBJECT_NAME_NOT_FOUND opening remote file "
    "\\\\$from\"\n"
    "  fi\n"
    "done\n";

struct place {
    char root[60], cache[80], share[80];
    struct hop_gpo gpo;
    struct hop_gpo_list list;
    struct hop_gpfetch fetch;
};

static void
prepare(struct place *p)
{
    char path[120], search[400];

    *p = (struct place){.root = "/tmp/hop-test-gpfetch.XXXXXX"};
    CHECK(mkdtemp(p->root) != NULL);
    snprintf(p->cache, sizeof(p->cache), "%s/cache", p->root);
    snprintf(p->share, sizeof(p->share), "%s/share", p->root);
    CHECK(mkdir(p->cache, 0700) == 0 && mkdir(p->share, 0700) == 0);
    put(p->root, "smbclient", stand_in);
    snprintf(path, sizeof(path), "%s/smbclient", p->root);
    CHECK(chmod(path, 0700) == 0);
    snprintf(search, sizeof(search), "%s:/usr/bin:/bin", p->root);
    setenv("PATH", search, 1);
    p->gpo = (struct hop_gpo){
        .guid = (char *)(uintptr_t) "{1}",
        .name = (char *)(uintptr_t) "One",
        .path = (char *)(uintptr_t) "\\\\corp.test\\SysVol\\corp.test\\{1}",
        .version = 7};
    p->list = (struct hop_gpo_list){.items = &p->gpo, .count = 1};
    p->fetch = (struct hop_gpfetch){
        .server = "dc1", .ccache = "none", .cache = p->cache};
}

static void
sweep(const struct place *p)
{
    char clean[80];

    snprintf(clean, sizeof(clean), "rm -r %s", p->root);
    CHECK(system(clean) == 0);
}

/* How often it was run. */
static int
calls(const struct place *p)
{
    char path[120];
    int n = 0, c;
    FILE *f;

    snprintf(path, sizeof(path), "%s/calls", p->root);
    f = fopen(path, "r");
    while (f != NULL && (c = fgetc(f)) != EOF)
        n += c == '\n';
    if (f != NULL)
        fclose(f);
    return n;
}

static void
check_pol(const struct place *p, const char *want)
{
    HOP_AUTO_BUF struct hop_buf pol = HOP_BUF_INIT;
    struct hop_error err = {0};
    uint32_t version = 0;

    CHECK(hop_gpfetch_read(p->cache, "{1}", &pol, &version, &err));
    CHECK_STR(hop_buf_str(&pol), want);
}

TEST(files_are_read_once_for_a_version)
{
    struct hop_error err = {0};
    struct place p;

    prepare(&p);
    put(p.share, "GPT.INI", "[General]\nVersion=7\n");
    put(p.share, "Registry.pol", "first");
    CHECK(hop_gpfetch(&p.fetch, &p.list, &err));
    check_pol(&p, "first");
    put(p.share, "Registry.pol", "second");
    CHECK(hop_gpfetch(&p.fetch, &p.list, &err));
    check_pol(&p, "first");
    CHECK_INT(calls(&p), 1); /* that version is here already */
    p.fetch.force = true;
    CHECK(hop_gpfetch(&p.fetch, &p.list, &err));
    check_pol(&p, "second");
    p.fetch.force = false;
    p.gpo.version = 8;
    put(p.share, "Registry.pol", "third");
    put(p.share, "GPT.INI", "[General]\nVersion=8\n");
    CHECK(hop_gpfetch(&p.fetch, &p.list, &err));
    check_pol(&p, "third");
    CHECK_INT(calls(&p), 3);
    sweep(&p);
}

TEST(an_object_without_settings_has_no_file)
{
    struct hop_error err = {0};
    char path[120];
    struct place p;

    prepare(&p);
    put(p.share, "GPT.INI", "[General]\nVersion=7\n");
    put(p.cache, "{1}.pol", "old");
    CHECK(hop_gpfetch(&p.fetch, &p.list, &err));
    CHECK_STR(err.text, "");
    check_pol(&p, "");
    p.gpo.state = HOP_GPO_DENIED;
    CHECK(hop_gpfetch(&p.fetch, &p.list, &err));
    CHECK_INT(calls(&p), 1); /* what does not apply is not read */
    snprintf(path, sizeof(path), "%s/{1}.ini", p.cache);
    CHECK(access(path, F_OK) == 0);
    sweep(&p);
}

TEST(a_failure_is_told_and_keeps_what_is_there)
{
    struct hop_error err = {0};
    struct place p;

    prepare(&p);
    put(p.cache, "{1}.ini", "[General]\nVersion=6\n");
    put(p.cache, "{1}.pol", "old");
    put(p.root, "down", "");
    CHECK(!hop_gpfetch(&p.fetch, &p.list, &err));
    CHECK(strstr(err.text, "read the policy \"One\" from \\\\dc1\\sysvol: "
                           "do_connect: Connection to dc1 failed (Error "
                           "NT_STATUS_IO_TIMEOUT)") != NULL);
    check_pol(&p, "old");
    p.gpo.path = (char *)(uintptr_t) "\\\\x\\C$\\y";
    CHECK(!hop_gpfetch(&p.fetch, &p.list, &err));
    CHECK(strstr(err.text, "no folder in SYSVOL") != NULL);
    sweep(&p);
}

TEST(without_smbclient_its_package_is_named)
{
    struct hop_error err = {0};
    struct place p;

    prepare(&p);
    setenv("PATH", "/nonexistent", 1);
    CHECK(!hop_gpfetch(&p.fetch, &p.list, &err));
    CHECK(strstr(err.text, "install the package smbclient") != NULL);
    setenv("PATH", "/usr/bin:/bin", 1);
    sweep(&p);
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
    RUN(files_are_read_once_for_a_version);
    RUN(an_object_without_settings_has_no_file);
    RUN(a_failure_is_told_and_keeps_what_is_there);
    RUN(without_smbclient_its_package_is_named);
    return test_done();
}
