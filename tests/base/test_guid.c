/* SPDX-License-Identifier: MIT */
#include "base/guid.h"

#include "test.h"

TEST(text_and_bytes_in_the_order_of_dotnet)
{
    static const char text[] = "00112233-4455-6677-8899-aabbccddeeff";
    static const uint8_t want[16] = {0x33, 0x22, 0x11, 0x00, 0x55, 0x44,
                                     0x77, 0x66, 0x88, 0x99, 0xAA, 0xBB,
                                     0xCC, 0xDD, 0xEE, 0xFF};
    struct hop_guid g;
    char out[HOP_GUID_TEXT];

    REQUIRE(hop_guid_parse(text, 36, &g));
    CHECK_MEM(g.bytes, 16, want, 16);
    hop_guid_format(&g, false, out);
    CHECK_STR(out, text);
    CHECK(hop_guid_parse("{00112233-4455-6677-8899-AABBCCDDEEFF}", 38, &g));
    hop_guid_format(&g, true, out);
    CHECK_STR(out, "00112233-4455-6677-8899-AABBCCDDEEFF");
}

TEST(malformed_text_is_refused)
{
    struct hop_guid g;

    CHECK(!hop_guid_parse("00112233-4455-6677-8899-aabbccddeef", 35, &g));
    CHECK(!hop_guid_parse("00112233_4455-6677-8899-aabbccddeeff", 36, &g));
    CHECK(!hop_guid_parse("0011223g-4455-6677-8899-aabbccddeeff", 36, &g));
}

TEST(a_new_guid_is_version_4)
{
    struct hop_guid g;
    char out[HOP_GUID_TEXT];

    hop_guid_new(&g);
    hop_guid_format(&g, false, out);
    CHECK(out[14] == '4');
    CHECK(!hop_guid_is_zero(&g));
}

int
main(void)
{
    RUN(text_and_bytes_in_the_order_of_dotnet);
    RUN(malformed_text_is_refused);
    RUN(a_new_guid_is_version_4);
    return test_done();
}
