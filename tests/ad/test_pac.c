/* A PAC's KERB_VALIDATION_INFO as MS-PAC 2.5 describes it, made here.
 *
 * SPDX-License-Identifier: MIT
 */
#include "ad/pac.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "test.h"

static void
put(struct hop_buf *b, uint32_t v)
{
    for (int shift = 0; shift < 32; shift += 8)
        hop_buf_addc(b, (char)(v >> shift & 0xff));
}

static void
put_zeros(struct hop_buf *b, size_t n)
{
    hop_buf_fill(b, '\0', n);
}

/* The text of "ab", three characters with what aligns. */
static void
put_text(struct hop_buf *b)
{
    put(b, 3);
    put(b, 0);
    put(b, 3);
    hop_buf_add(b, "a\0b\0c\0\0\0", 8);
}

static void
put_sid(struct hop_buf *b, const char *text)
{
    struct hop_sid sid;

    if (!hop_sid_parse(text, &sid))
        return;
    put(b, sid.count);
    hop_sid_encode(b, &sid);
}

static void
put_info(struct hop_buf *b)
{
    put_zeros(b, 16); /* the type's header */
    put(b, 0x20000);
    put_zeros(b, 48);
    for (int k = 0; k < 6; k++) {
        put(b, k == 0 ? 0x00060006 : 0);
        put(b, k == 0 ? 0x20004 : 0);
    }
    put(b, 0);
    put(b, 1103); /* UserId, PrimaryGroupId */
    put(b, 513);
    put(b, 2);
    put(b, 0x20008);
    put_zeros(b, 4 + 16);
    put(b, 0x00060006); /* LogonServer */
    put(b, 0x2000C);
    put(b, 0);
    put(b, 0);
    put(b, 0x20010); /* LogonDomainId */
    put_zeros(b, 40);
    put(b, 1);
    put(b, 0x20014);
    put(b, 0x20018);
    put(b, 1);
    put(b, 0x2001C);

    put_text(b);
    put(b, 2); /* groups */
    put(b, 513);
    put(b, 7);
    put(b, 512);
    put(b, 7);
    put_text(b);
    put_sid(b, "S-1-5-21-1-2-3");
    put(b, 1); /* extra */
    put(b, 0x20020);
    put(b, 7);
    put_sid(b, "S-1-18-1");
    put_sid(b, "S-1-5-21-4-5-6"); /* resources */
    put(b, 1);
    put(b, 1200);
    put(b, 7);
}

TEST(all_groups_are_found)
{
    static const char *const want[] = {
        "S-1-5-21-1-2-3-1103", "S-1-5-21-1-2-3-513", "S-1-5-21-1-2-3-513",
        "S-1-5-21-1-2-3-512",  "S-1-18-1",           "S-1-5-21-4-5-6-1200"};
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    HOP_AUTO_FREE struct hop_sid *sids = NULL;
    struct hop_error err = {0};
    size_t n = 0;

    put_info(&b);
    REQUIRE(hop_pac_sids(b.data, b.len, &sids, &n, &err));
    REQUIRE(n == HOP_ARRAY_SIZE(want));
    for (size_t i = 0; i < n; i++) {
        char text[HOP_SID_TEXT];

        hop_sid_format(&sids[i], text);
        CHECK_STR(text, want[i]);
    }
}

TEST(every_prefix_is_refused)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct hop_error err = {0};

    put_info(&b);
    for (size_t n = 0; n < b.len; n++) {
        /* A copy of just that length, for the memory checkers. */
        uint8_t *copy = hop_xmalloc(n ? n : 1);
        HOP_AUTO_FREE struct hop_sid *sids = NULL;
        size_t count;

        memcpy(copy, b.data, n);
        CHECK(!hop_pac_sids(copy, n, &sids, &count, &err));
        free(copy);
    }
    CHECK(strstr(err.text, "PAC are malformed") != NULL);
}

/* Counts and lengths that lie. */
TEST(each_byte_at_its_limits)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct hop_error err = {0};
    size_t refused = 0;

    put_info(&b);
    for (size_t at = 0; at < b.len; at++) {
        HOP_AUTO_FREE struct hop_sid *sids = NULL;
        char was = b.data[at];
        size_t count;

        b.data[at] = (char)0xFF;
        refused += !hop_pac_sids(b.data, b.len, &sids, &count, &err);
        b.data[at] = was;
    }
    CHECK(refused > 40);
}

int
main(void)
{
    RUN(all_groups_are_found);
    RUN(every_prefix_is_refused);
    RUN(each_byte_at_its_limits);
    return test_done();
}
