/* Registry policy files: what is read, and what is not one.
 *
 * SPDX-License-Identifier: MIT
 */
#include "config/preg.h"

#include "pol.h"
#include "test.h"

static void
print_entry(void *ctx, const struct hop_preg_entry *e)
{
    struct hop_buf *out = ctx;

    hop_buf_addf(out, "%s|%s|%u|", e->key, e->value, e->type);
    for (size_t k = 0; k < e->size; k++)
        hop_buf_addf(out, "%02x", e->data[k]);
    hop_buf_addc(out, '\n');
}

/* As Samba's gpo load writes AllowCredSSP, made on Debian 13. */
static const unsigned char recorded[] =
    "PReg\x01\0\0\0[\0S\0o\0f\0t\0w\0a\0r\0e\0\\\0P\0\0\0;\0A\0l\0l\0o\0w\0"
    "C\0r\0e\0d\0S\0S\0P\0\0\0;\0\x04\0\0\0;\0\x04\0\0\0;\0\x01\0\0\0]\0";

TEST(a_recorded_file)
{
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    struct hop_error err = {0};

    CHECK(hop_preg_decode(recorded, sizeof(recorded) - 1, print_entry, &out,
                          &err));
    CHECK_STR(hop_buf_str(&out), "Software\\P|AllowCredSSP|4|01000000\n");
}

TEST(every_part_of_it_is_refused)
{
    for (size_t n = 0; n < sizeof(recorded) - 1; n++) {
        HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
        struct hop_error err = {0};

        CHECK(n == 8 || !hop_preg_decode(recorded, n, print_entry, &out, &err));
        CHECK(out.len == 0);
    }
}

TEST(data_may_hold_brackets)
{
    HOP_AUTO_BUF struct hop_buf file = HOP_BUF_INIT, out = HOP_BUF_INIT;
    struct hop_error err = {0};

    pol_begin(&file);
    pol_add(&file, "K", "bin", HOP_REG_BINARY, "]\0[\0;\0", 6);
    pol_add(&file, "K", "none", 0, "", 0);
    pol_add_sz(&file, "K\xc3\xa4", "\xf0\x9f\x90\x87", "x");
    CHECK(hop_preg_decode(file.data, file.len, print_entry, &out, &err));
    CHECK_STR(hop_buf_str(&out), "K|bin|3|5d005b003b00\nK|none|0|\n"
                                 "K\xc3\xa4|\xf0\x9f\x90\x87|1|78000000\n");
}

static const struct {
    const char *name, *bytes;
    size_t n;
    const char *text;
} bad[] = {
    {"nothing", "", 0, "it is no registry policy file"},
    {"another file", "PRegX\0\0\0\0", 8,
     "a registry policy file of an unknown version"},
    {"another mark", "REGF\1\0\0\0", 8, "it is no registry policy file"},
    {"stray bytes", "PReg\1\0\0\0xx", 10,
     "a registry policy file is malformed at byte 8"},
    {"a size beyond the file",
     "PReg\1\0\0\0[\0\0\0;\0\0\0;\0\4\0\0\0;\0\xff\xff\0\0;\0]\0", 32,
     "a registry policy file is malformed at byte 30"},
    {"a size beyond all files",
     "PReg\1\0\0\0[\0\0\0;\0\0\0;\0\4\0\0\0;\0\xff\xff\xff\xff;\0]\0", 32,
     "a registry policy file is malformed at byte 30"},
};

int
main(void)
{
    RUN(a_recorded_file);
    RUN(every_part_of_it_is_refused);
    RUN(data_may_hold_brackets);
    for (size_t k = 0; k < sizeof(bad) / sizeof(bad[0]); k++) {
        HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
        struct hop_error err = {0};

        ROW(bad[k].name);
        CHECK(
            !hop_preg_decode(bad[k].bytes, bad[k].n, print_entry, &out, &err));
        CHECK_STR(err.text, bad[k].text);
    }
    return test_done();
}
