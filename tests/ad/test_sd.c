/* SPDX-License-Identifier: MIT */
#include "ad/sd.h"

#include "base/alloc.h"
#include "test.h"

/* What Windows writes when one computer may delegate to an account. */
static const uint8_t delegation[] = {
    1, 0, 0x04, 0x80, 0x40, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x14, 0, 0, 0,
    /* DACL: revision 2, 44 bytes, one entry */
    2, 0, 0x2C, 0, 1, 0, 0, 0,
    /* allowed, 36 bytes, full control, S-1-5-21-1-2-3-1104 */
    0, 0, 0x24, 0, 0xFF, 0x01, 0x0F, 0, 1, 5, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, 1,
    0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 0x50, 0x04, 0, 0,
    /* owner S-1-5-32-544 */
    1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 2, 0, 0};

#define SDDL "O:BAD:(A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;S-1-5-21-1-2-3-1104)"

TEST(the_list_of_who_may_delegate_is_read)
{
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;
    HOP_AUTO_SD struct hop_sd sd = {0};
    struct hop_error err = {0};

    REQUIRE(hop_sd_decode(delegation, sizeof(delegation), &sd, &err));
    CHECK_INT(sd.dacl.count, 1);
    CHECK_INT(sd.dacl.aces[0].mask, HOP_AD_FULL_CONTROL);
    hop_sd_format(&text, &sd);
    CHECK_STR(hop_buf_str(&text), SDDL);
}

TEST(it_is_written_as_it_was)
{
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    HOP_AUTO_SD struct hop_sd sd = {0};
    struct hop_sid b;

    hop_sd_init_delegation(&sd);
    REQUIRE(hop_sid_parse("S-1-5-21-1-2-3-1104", &b));
    hop_sd_allow(&sd, &b, HOP_AD_FULL_CONTROL);
    hop_sd_encode(&out, &sd);
    CHECK_MEM(out.data, out.len, delegation, sizeof(delegation));
}

TEST(an_empty_list_is_not_a_missing_one)
{
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT, text = HOP_BUF_INIT;
    HOP_AUTO_SD struct hop_sd sd = {0}, again = {0};
    struct hop_error err = {0};

    hop_sd_init_delegation(&sd);
    hop_sd_encode(&out, &sd);
    REQUIRE(hop_sd_decode(out.data, out.len, &again, &err));
    CHECK(again.dacl.present);
    CHECK_INT(again.dacl.count, 0);
    hop_sd_format(&text, &again);
    CHECK_STR(hop_buf_str(&text), "O:BAD:");
}

TEST(object_entries_keep_their_guids)
{
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT, text = HOP_BUF_INIT;
    HOP_AUTO_SD struct hop_sd sd = {0}, again = {0};
    struct hop_error err = {0};
    static const char guid[] = "3f78c3e5-f79a-46bd-a0b8-9d18116ddc79";

    hop_sd_init_delegation(&sd);
    hop_sd_allow(&sd, &sd.owner, 0x10);
    sd.dacl.aces[0].type = HOP_ACE_ALLOWED_OBJECT;
    sd.dacl.aces[0].flags = 2;
    sd.dacl.aces[0].has_object = true;
    REQUIRE(hop_guid_parse(guid, strlen(guid), &sd.dacl.aces[0].object));
    hop_sd_encode(&out, &sd);
    REQUIRE(hop_sd_decode(out.data, out.len, &again, &err));
    hop_sd_format(&text, &again);
    CHECK_STR(hop_buf_str(&text),
              "O:BAD:(OA;CI;RP;3f78c3e5-f79a-46bd-a0b8-9d18116ddc79;;BA)");
}

TEST(every_prefix_is_refused)
{
    struct hop_error err;
    struct hop_sd sd = {0};

    for (size_t n = 0; n < sizeof(delegation); n++) {
        /* A copy of just that length, for the memory checkers. */
        uint8_t *copy = hop_xmalloc(n ? n : 1);
        memcpy(copy, delegation, n);
        hop_error_clear(&err);
        CHECK(!hop_sd_decode(copy, n, &sd, &err));
        free(copy);
    }
    CHECK_STR(err.text, "the security descriptor of 79 bytes is malformed");
}

static void
fields_at_their_limits(void)
{
    static const struct {
        const char *name;
        size_t at;
        uint8_t value;
    } rows[] = {
        {"another revision", 0, 2},
        {"not self-relative", 3, 0},
        {"an owner behind the end", 5, 1},
        {"a list behind the end", 17, 1},
        {"a list longer than the bytes", 22, 0xFF},
        {"more entries than there are", 24, 2},
        {"an entry longer than the list", 30, 0x25},
        {"an entry too short for a SID", 30, 0x08},
        {"a SID with too many parts", 37, 16},
    };
    uint8_t bytes[sizeof(delegation)];
    struct hop_sd sd = {0};
    struct hop_error err;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ROW(rows[i].name);
        memcpy(bytes, delegation, sizeof(bytes));
        bytes[rows[i].at] = rows[i].value;
        CHECK(!hop_sd_decode(bytes, sizeof(bytes), &sd, &err));
    }
}

int
main(void)
{
    RUN(the_list_of_who_may_delegate_is_read);
    RUN(it_is_written_as_it_was);
    RUN(an_empty_list_is_not_a_missing_one);
    RUN(object_entries_keep_their_guids);
    RUN(every_prefix_is_refused);
    fields_at_their_limits();
    return test_done();
}
