/* SPDX-License-Identifier: MIT */
#include "wsman/duration.h"

#include "test.h"

static const struct {
    const char *text;
    long long ms; /* -1: refused */
} rows[] = {
    {"PT0S", 0},
    {"PT20S", 20000},
    {"PT60.000S", 60000},
    {"PT7200.000S", 7200000},
    {"PT2147483.647S", 2147483647},
    {"PT0.5S", 500},
    {"PT0.0009S", 0},
    {"P0DT0H0M9S", 9000},
    {"P1DT2H3M4.005S", 93784005},
    {"PT1H", 3600000},
    {"PT1M", 60000},
    {"P1D", 86400000},
    {"P0Y0M1D", 86400000},
    {" \tPT1S\r\n", 1000},
    {"PT9007199254740.992S", 9007199254740992},
    {"PT9007199254740.993S", -1},
    {"P104249991D", 9007199222400000},
    {"P104249992D", -1},
    {"PT99999999999999999999S", -1},
    {"P1Y", -1},
    {"P1M", -1},
    {"PT-1S", -1},
    {"-PT1S", -1},
    {"", -1},
    {"P", -1},
    {"PT", -1},
    {"P1DT", -1},
    {"PT1", -1},
    {"PT1X", -1},
    {"PT1S1M", -1},
    {"PT1S1S", -1},
    {"PT1D", -1},
    {"P1S", -1},
    {"PT1.5M", -1},
    {"PT1.S", -1},
    {"PT.5S", -1},
    {"PT1STT1S", -1},
    {"PT1S x", -1},
    {"20", -1},
};

int
main(void)
{
    char text[HOP_DURATION_TEXT];

    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        int64_t ms = -7;
        bool ok = hop_duration_parse(rows[i].text, &ms);

        ROW(rows[i].text);
        CHECK(ok == (rows[i].ms >= 0));
        CHECK_INT(ms, ok ? rows[i].ms : -7);
    }
    ROW("time-outs are written in seconds");
    hop_duration_format(7200000, text);
    CHECK_STR(text, "PT7200.000S");
    hop_duration_format(2147483647, text);
    CHECK_STR(text, "PT2147483.647S");
    hop_duration_format((int64_t)1 << 53, text);
    CHECK_STR(text, "PT9007199254740.992S");
    ROW("run times are written in days");
    hop_duration_format_days(9999, text);
    CHECK_STR(text, "P0DT0H0M9S");
    hop_duration_format_days(93784005, text);
    CHECK_STR(text, "P1DT2H3M4S");
    return test_done();
}
