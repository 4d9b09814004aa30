/* SPDX-License-Identifier: MIT */
#include "smb/unc.h"

#include "test.h"

static const struct row {
    const char *name, *written, *inner; /* NULL: no UNC path */
    const char *server, *share, *rest;
    size_t root;
} rows[] = {
    {"share", "\\\\c\\share", "\\\\c/share", "c", "share", "", 9},
    {"folder and file", "\\\\c.corp.test\\C$\\d\\f.txt",
     "\\\\c.corp.test/C$/d/f.txt", "c.corp.test", "C$", "d/f.txt", 16},
    {"slashes", "//c/share/x", "\\\\c/share/x", "c", "share", "x", 9},
    {"mixed separators", "\\\\c/share\\x/y", "\\\\c/share/x/y", "c", "share",
     "x/y", 9},
    {"separators doubled and at the end", "\\\\c\\\\share\\x\\\\",
     "\\\\c/share/x", "c", "share", "x", 9},
    {"one dot and two", "\\\\c\\share\\.\\a\\..\\b", "\\\\c/share/b", "c",
     "share", "b", 9},
    {"nothing leads out of a share", "\\\\c\\share\\..\\..\\x", "\\\\c/share/x",
     "c", "share", "x", 9},
    {"the server alone", "\\\\c", "\\\\c", "c", "", "", 3},
    {"the long form", "\\\\?\\UNC\\c\\share\\x", "\\\\c/share/x", "c", "share",
     "x", 9},
    {"three slashes", "///c/share", NULL, NULL, NULL, NULL, 0},
    {"slashes and no share", "//c", NULL, NULL, NULL, NULL, 0},
    {"slashes and an empty share", "//c//x", NULL, NULL, NULL, NULL, 0},
    {"a folder of this machine with a slash too many", "//tmp/x", NULL, NULL,
     NULL, NULL, 0},
    {"a path of this machine", "/tmp/x", NULL, NULL, NULL, NULL, 0},
    {"two backslashes", "\\\\", NULL, NULL, NULL, NULL, 0},
    {"nothing", "", NULL, NULL, NULL, NULL, 0},
};

int
main(void)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const struct row *r = &rows[i];
        struct hop_unc u HOP_AUTO_UNC = {0};

        ROW(r->name);
        CHECK(hop_unc_written(r->written) == (r->inner != NULL));
        if (!r->inner)
            continue;
        HOP_AUTO_FREE char *inner = hop_unc_normalize(r->written);
        HOP_AUTO_FREE char *again = hop_unc_normalize(inner);
        HOP_AUTO_FREE char *shown = hop_unc_shown(inner);
        CHECK_STR(inner, r->inner);
        CHECK_STR(again, r->inner);
        CHECK(strchr(shown, '/') == NULL);
        hop_unc_split(inner, &u);
        CHECK_STR(u.server, r->server);
        CHECK_STR(u.share, r->share);
        CHECK_STR(u.rest, r->rest);
        CHECK(hop_unc_root(inner) == r->root);
    }
    return test_done();
}
