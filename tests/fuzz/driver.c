/* Runs a fuzz target over its corpus as a plain test, without libFuzzer: each
 * file as it is, cut short, and with changed bytes.  A .json file is one of
 * the recorded exchanges: all its strings named request and response.
 *
 * SPDX-License-Identifier: MIT
 */
#include <dirent.h>
#include <jansson.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "fuzz.h"
#include "test.h"

#define CUTS  24
#define BITES 48

static size_t inputs;

/* In memory of just its size, so that valgrind and ASan see a byte too far. */
static void
run(const void *p, size_t n)
{
    HOP_AUTO_FREE uint8_t *copy = malloc(n ? n : 1);

    memcpy(copy, p, n);
    CHECK(LLVMFuzzerTestOneInput(copy, n) == 0);
    inputs++;
}

static uint32_t
next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* The same changes every time: a failure can be run again. */
static void
run_variants(const char *p, size_t n)
{
    HOP_AUTO_FREE char *copy = malloc(n ? n : 1);
    uint32_t random = (uint32_t)n;

    run(p, n);
    for (size_t i = 0; i < CUTS && n; i++)
        run(p, next_random(&random) % n);
    for (size_t i = 0; i < BITES && n; i++) {
        memcpy(copy, p, n);
        for (size_t bites = 1 + i % 3; bites; bites--)
            copy[next_random(&random) % n] = (char)next_random(&random);
        run(copy, n);
    }
}

static bool
read_file(const char *path, struct hop_buf *out)
{
    FILE *f = fopen(path, "rb");
    size_t n;

    if (f == NULL)
        return false;
    do {
        char *room = hop_buf_reserve(out, 65536);

        n = fread(room, 1, 65536, f);
        hop_buf_commit(out, n);
    } while (n);
    fclose(f);
    return true;
}

static void
run_recording(const char *path)
{
    static const char *const names[] = {"request", "response"};
    json_t *all = json_load_file(path, 0, NULL), *row;
    size_t i;

    json_array_foreach(all, i, row)
    {
        for (size_t k = 0; k < HOP_ARRAY_SIZE(names); k++) {
            const char *s = json_string_value(json_object_get(row, names[k]));

            if (s)
                run(s, strlen(s));
        }
    }
    json_decref(all);
}

static void run_path(const char *path);

static void
run_folder(const char *path)
{
    DIR *d = opendir(path);
    struct dirent *e;

    while (d && (e = readdir(d)) != NULL) {
        HOP_AUTO_FREE char *file = hop_xasprintf("%s/%s", path, e->d_name);

        if (e->d_name[0] != '.')
            run_path(file);
    }
    if (d)
        closedir(d);
}

static void
run_path(const char *path)
{
    struct stat st;
    HOP_AUTO_BUF struct hop_buf input = HOP_BUF_INIT;
    size_t len = strlen(path);

    if (stat(path, &st) != 0) {
        FAIL("the corpus is there");
    } else if (S_ISDIR(st.st_mode)) {
        run_folder(path);
    } else if (len > 5 && strcmp(path + len - 5, ".json") == 0) {
        run_recording(path);
    } else {
        CHECK(read_file(path, &input));
        run_variants(hop_buf_str(&input), input.len);
    }
}

int
main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        HOP_AUTO_FREE char *name = hop_xstrdup(argv[i]);

        test_begin(strrchr(name, '/') ? strrchr(name, '/') + 1 : name);
        inputs = 0;
        run_path(argv[i]);
        CHECK(inputs > 0);
        printf("# %zu inputs\n", inputs);
        test_close();
    }
    return test_done();
}
