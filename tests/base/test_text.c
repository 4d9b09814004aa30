/* SPDX-License-Identifier: MIT */
#include "base/text.h"

#include "test.h"

static const struct {
    const char *name;
    const char *utf8;
    const char *utf16;
    size_t utf16_bytes;
    bool valid;
} rows[] = {
    {"empty text is empty", "", "", 0, true},
    {"ASCII", "ab", "a\0b", 4, true},
    {"two bytes", "\xC3\xA9", "\xE9\0", 2, true},
    {"three bytes", "\xE2\x80\x93", "\x13\x20", 2, true},
    {"four bytes become a surrogate pair", "\xF0\x9F\x98\x80",
     "\x3D\xD8\x00\xDE", 4, true},
    {"a lone surrogate is kept but is not valid UTF-8", "\xED\xA0\x80",
     "\x00\xD8", 2, false},
    {"an overlong slash is one U+FFFD a byte", "\xC0\xAF",
     "\xFD\xFF\xFD\xFF", 4, false},
    {"a cut sequence is one U+FFFD a byte", "\xE2\x80", "\xFD\xFF\xFD\xFF", 4,
     false},
};

static void
conversions(void)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
        HOP_AUTO_BUF struct hop_buf back = HOP_BUF_INIT;
        size_t n = strlen(rows[i].utf8);

        ROW(rows[i].name);
        hop_utf16le_from_utf8(&out, rows[i].utf8, n);
        CHECK_MEM(out.data, out.len, rows[i].utf16, rows[i].utf16_bytes);
        CHECK_INT(hop_utf8_utf16_len(rows[i].utf8, n), out.len / 2);
        CHECK_INT(hop_utf8_valid(rows[i].utf8, n), rows[i].valid);
        CHECK(hop_utf8_from_utf16le(&back, out.data, out.len));
        if (rows[i].valid || n == 3)
            CHECK_STR(hop_buf_str(&back), rows[i].utf8);
    }
}

TEST(odd_utf16_is_refused)
{
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;

    CHECK(!hop_utf8_from_utf16le(&out, "abc", 3));
}

TEST(ascii_comparison_ignores_case_of_letters_only)
{
    CHECK(hop_ascii_ieq("WSMan", "wsmAN"));
    CHECK(!hop_ascii_ieq("a[", "a{"));
    CHECK(!hop_ascii_ieq("a", "ab"));
}

static const struct {
    const char *peer, *address;
} peers[] = {
    {"10.77.0.11:47696", "10.77.0.11"},
    {"[fe80::1]:47696", "fe80::1"},
    {"fe80::1", "fe80::1"},
    {"unknown", "unknown"},
    {"", ""},
};

static void
addresses(void)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(peers); i++) {
        HOP_AUTO_FREE char *address = hop_peer_address(peers[i].peer);

        ROW(peers[i].peer);
        CHECK_STR(address, peers[i].address);
    }
}

int
main(void)
{
    conversions();
    addresses();
    RUN(odd_utf16_is_refused);
    RUN(ascii_comparison_ignores_case_of_letters_only);
    return test_done();
}
