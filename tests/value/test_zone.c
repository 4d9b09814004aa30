/* Time zone files and what they say of a moment and of a clock.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "base/buf.h"
#include "value/types/zone_file.h"

#define HOUR 3600

static void
add_be(struct hop_buf *b, uint64_t v, int bytes)
{
    while (bytes-- > 0)
        hop_buf_addc(b, (char)(v >> (8 * bytes)));
}

static void
add_header(struct hop_buf *b, uint32_t times, uint32_t types, uint32_t chars)
{
    hop_buf_adds(b, "TZif2");
    hop_buf_fill(b, '\0', 15 + 12);
    add_be(b, times, 4);
    add_be(b, types, 4);
    add_be(b, chars, 4);
}

/* A file of version 2 with one change at 0 from local time to UTC+1, and a
 * rule behind it. */
static void
make_file(struct hop_buf *b, const char *rule)
{
    add_header(b, 0, 1, 4);
    add_be(b, 0, 6);
    hop_buf_add(b, "LMT", 4);
    add_header(b, 1, 2, 8);
    add_be(b, 0, 8);
    hop_buf_addc(b, 1);
    add_be(b, 800, 4);
    add_be(b, 0, 2);
    add_be(b, HOUR, 4);
    add_be(b, 4, 2);
    hop_buf_add(b, "LMT\0CET", 8);
    hop_buf_addf(b, "\n%s\n", rule);
}

static const char berlin[] = "CET-1CEST,M3.5.0,M10.5.0/3";

static const struct {
    const char *name, *rule;
    int64_t at; /* seconds since 1970 */
    int32_t offset;
    bool daylight;
} moments[] = {
    {"before the first change", berlin, -1, 800, false},
    {"winter", berlin, 1704067200, HOUR, false},
    {"summer", berlin, 1719792000, 2 * HOUR, true},
    {"the second before summer time", berlin, 1711846799, HOUR, false},
    {"the second summer time begins", berlin, 1711846800, 2 * HOUR, true},
    {"the second it ends", berlin, 1729990800, HOUR, false},
    {"a rule without summer time", "<+0530>-5:30", 1719792000, 19800, false},
    {"a southern summer", "AEST-10AEDT,M10.1.0,M4.1.0/3", 1704067200, 11 * HOUR,
     true},
    {"days of the year", "X-1Y,J60,300", 1719792000, 2 * HOUR, true},
};

TEST(tell_what_holds_at_a_moment)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(moments); i++) {
        HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
        struct hop_zone *z;
        struct hop_zone_kind k;

        test_begin(moments[i].name);
        make_file(&b, moments[i].rule);
        z = hop_zone_decode(b.data, b.len);
        CHECK(z != NULL);
        if (!z)
            continue;
        k = hop_zone_at(z, moments[i].at);
        CHECK_INT(k.offset, moments[i].offset);
        CHECK(k.daylight == moments[i].daylight);
        hop_zone_free(z);
    }
}

TEST(tell_what_a_clock_reading_means)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct hop_zone_kind k[2];
    struct hop_zone *z;

    make_file(&b, berlin);
    z = hop_zone_decode(b.data, b.len);
    test_begin("a reading that the clock skips");
    CHECK_INT(hop_zone_local(z, 1711852200, k), 0);
    test_begin("one that it shows twice, standard time first");
    CHECK_INT(hop_zone_local(z, 1729996200, k), 2);
    CHECK_INT(k[0].offset, HOUR);
    CHECK_INT(k[1].offset, 2 * HOUR);
    test_begin("an ordinary one");
    CHECK_INT(hop_zone_local(z, 1719792000, k), 1);
    CHECK_INT(k[0].offset, 2 * HOUR);
    hop_zone_free(z);
}

TEST(refuse_what_is_cut_short)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    make_file(&b, berlin);
    for (size_t n = 0; n < b.len - sizeof(berlin) - 1; n++) {
        struct hop_zone *z = hop_zone_decode(b.data, n);

        CHECK(z == NULL);
        hop_zone_free(z);
    }
    test_begin("a change to a kind that does not exist");
    b.data[44 + 6 + 4 + 44 + 8] = 7;
    CHECK(hop_zone_decode(b.data, b.len) == NULL);
}

int
main(void)
{
    tell_what_holds_at_a_moment();
    tell_what_a_clock_reading_means();
    refuse_what_is_cut_short();
    return test_done();
}
