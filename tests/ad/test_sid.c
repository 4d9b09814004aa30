/* SPDX-License-Identifier: MIT */
#include "ad/sid.h"

#include "test.h"

TEST(bytes_and_text)
{
    /* S-1-5-21-1-2-3-1104 */
    static const uint8_t bytes[] = {1, 5, 0, 0, 0,    0,    0, 5, 21, 0,
                                    0, 0, 1, 0, 0,    0,    2, 0, 0,  0,
                                    3, 0, 0, 0, 0x50, 0x04, 0, 0};
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    struct hop_sid sid, again;
    char text[HOP_SID_TEXT];
    size_t used = 0;

    REQUIRE(hop_sid_decode(bytes, sizeof(bytes), &sid, &used));
    CHECK_INT(used, sizeof(bytes));
    hop_sid_format(&sid, text);
    CHECK_STR(text, "S-1-5-21-1-2-3-1104");
    hop_sid_encode(&out, &sid);
    CHECK_MEM(out.data, out.len, bytes, sizeof(bytes));
    REQUIRE(hop_sid_parse("s-1-5-21-1-2-3-1104", &again));
    CHECK(hop_sid_eq(&sid, &again));
    CHECK(hop_sid_well_known(&sid) == NULL);
    for (size_t n = 0; n < sizeof(bytes); n++)
        CHECK(!hop_sid_decode(bytes, n, &again, NULL));
}

TEST(a_large_authority_is_hexadecimal)
{
    struct hop_sid sid;
    char text[HOP_SID_TEXT];

    REQUIRE(hop_sid_parse("S-1-0xFFFFFFFFFFFF-7", &sid));
    hop_sid_format(&sid, text);
    CHECK_STR(text, "S-1-0xffffffffffff-7");
}

TEST(well_known_ones_have_names_and_letters)
{
    struct hop_sid sid;

    REQUIRE(hop_sid_parse("S-1-5-32-544", &sid));
    CHECK_STR(hop_sid_well_known(&sid), "BUILTIN\\Administrators");
    CHECK_STR(hop_sid_letters(&sid), "BA");
}

static void
malformed_text_is_refused(void)
{
    static const struct {
        const char *name, *text;
    } rows[] = {
        {"nothing", ""},
        {"no revision", "S-"},
        {"another revision", "S-2-5-18"},
        {"an authority over 48 bits", "S-1-281474976710656-1"},
        {"a subauthority over 32 bits", "S-1-5-4294967296"},
        {"sixteen subauthorities", "S-1-5-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1"},
        {"something behind it", "S-1-5-18 "},
        {"a sign", "S-1-5-+18"},
    };
    struct hop_sid sid;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ROW(rows[i].name);
        CHECK(!hop_sid_parse(rows[i].text, &sid));
    }
}

int
main(void)
{
    RUN(bytes_and_text);
    RUN(a_large_authority_is_hexadecimal);
    RUN(well_known_ones_have_names_and_letters);
    malformed_text_is_refused();
    return test_done();
}
