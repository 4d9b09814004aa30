/* The e-data of KRB-ERROR, MS-KILE 2.2.1 and 2.2.2.
 *
 * SPDX-License-Identifier: MIT
 */
#include "auth/kdcerror.h"

#include "base/cleanup.h"
#include "test.h"

/* KERB-EXT-ERROR with STATUS_ACCOUNT_DISABLED, reserved 0, flags 1. */
#define EXT "\x72\0\0\xc0\0\0\0\0\1\0\0\0"

/* [1] INTEGER 3, [2] OCTET STRING of 12 bytes */
#define FIELDS    "\xa1\3\2\1\3\xa2\x0e\4\x0c" EXT
#define BARE      "\x30\x15" FIELDS
#define TYPED     "\x30\x15\xa0\3\2\1\3\xa1\x0e\4\x0c" EXT
#define ETYPES    "\x30\x0a\xa1\3\2\1\x13\xa2\3\4\1x"
#define ROW_OF(s) s, sizeof(s) - 1

static const struct {
    const char *name, *bytes;
    size_t n;
    uint32_t status;
} rows[] = {
    {"KERB-ERROR-DATA alone", ROW_OF(BARE), HOP_STATUS_ACCOUNT_DISABLED},
    {"in a list, as Samba sends it", ROW_OF("\x30\x17" BARE),
     HOP_STATUS_ACCOUNT_DISABLED},
    {"after another element", ROW_OF("\x30\x23" ETYPES BARE),
     HOP_STATUS_ACCOUNT_DISABLED},
    {"TYPED-DATA", ROW_OF("\x30\x17" TYPED), HOP_STATUS_ACCOUNT_DISABLED},
    {"nothing", ROW_OF(""), 0},
    {"an empty list", ROW_OF("\x30\0"), 0},
    {"other elements alone", ROW_OF("\x30\x0c" ETYPES), 0},
    {"another type", ROW_OF("\x30\x15\xa1\3\2\1\2\xa2\x0e\4\x0c" EXT), 0},
    {"a type of two bytes", ROW_OF("\x30\x16\xa1\4\2\2\0\3\xa2\x0e\4\x0c" EXT),
     0},
    {"a salt of eleven bytes",
     ROW_OF("\x30\x14\xa1\3\2\1\3\xa2\x0d\4\x0b"
            "CORP.TESTbo"),
     0},
    {"a type without a value", ROW_OF("\x30\5\xa1\3\2\1\3"), 0},
    {"bytes behind the end", ROW_OF(BARE "x"), 0},
    {"a length past the end", ROW_OF("\x30\x30" FIELDS), 0},
    {"text", ROW_OF("no such account"), 0},
};

static void
statuses(void)
{
    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        ROW(rows[k].name);
        CHECK_INT(kdc_error_status(rows[k].bytes, rows[k].n), rows[k].status);
        for (size_t n = 0; rows[k].status != 0 && n < rows[k].n; n++)
            CHECK_INT(kdc_error_status(rows[k].bytes, n), 0);
    }
}

TEST(names)
{
    CHECK_STR(kdc_error_name(HOP_STATUS_NOT_FOUND), "STATUS_NOT_FOUND");
    CHECK(kdc_error_name(0) == NULL);
    CHECK(kdc_error_name(0xC0000001) == NULL);
}

int
main(void)
{
    statuses();
    RUN(names);
    return test_done();
}
