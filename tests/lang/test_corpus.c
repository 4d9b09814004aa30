/* Every program of the conformance corpus parses: what they say of parse
 * errors is in strings.  The corpus is the argument.
 *
 * SPDX-License-Identifier: MIT
 */
#include <ftw.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "lang/parse.h"
#include "test.h"

static int programs;

static bool
read_file(const char *path, struct hop_buf *b)
{
    FILE *f = fopen(path, "rb");
    char chunk[4096];
    size_t n;

    if (!f)
        return false;
    while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
        hop_buf_add(b, chunk, n);
    fclose(f);
    return true;
}

static int
parse_program(const char *path, const struct stat *st, int type,
              struct FTW *ftw)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    size_t len = strlen(path), n;
    const struct hop_parse_error *e;
    struct hop_unit *u;

    (void)st;
    (void)ftw;
    if (type != FTW_F || len < 4 || strcmp(path + len - 4, ".ps1") != 0)
        return 0;
    programs++;
    if (!read_file(path, &b)) {
        test_fail(__FILE__, __LINE__, "cannot read %s", path);
        return 0;
    }
    u = hop_lang_parse(hop_buf_str(&b), b.len, path, HOP_PARSE_TOKENS);
    e = hop_unit_errors(u, &n);
    if (e)
        test_fail(__FILE__, __LINE__, "%s:%u: %s: %s", path,
                  hop_unit_position(u, e->start).line, e->id, e->message);
    hop_unit_unref(u);
    return 0;
}

int
main(int argc, char **argv)
{
    ROW("every program of the corpus parses");
    CHECK(argc == 2 && nftw(argv[1], parse_program, 16, FTW_PHYS) == 0);
    CHECK(programs > 400);
    return test_done();
}
