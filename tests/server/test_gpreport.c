/* The report of gpupdate, and what gpresult makes of it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "server/gpreport.h"

#include "server/gpresult.h"
#include "test.h"

#define ABOUT "hop-policy 1\nabout\t1\tCN=B\tB$\tdc1\n"
#define GPO1  "gpo\t0\t2\t3\t1\t{1}\tOne\tOU=x\n"
#define GPO2  "gpo\t5\t1\t0\t0\t{2}\tTwo\tDC=y\n"
#define ROWS                                                                   \
    "set\t0\tService/Auth/CredSSP\tAllowCredSSP\ttrue\n"                       \
    "bad\t1\tShell/IdleTimeout\tIdleTimeout\ttoo small\n"
#define WHOLE ABOUT GPO1 GPO2 ROWS

TEST(what_is_written_is_read)
{
    HOP_AUTO_GPREPORT struct hop_gpreport r = {0};
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    struct hop_error err = {0};

    REQUIRE(hop_gpreport_decode(WHOLE, &r, &err));
    CHECK_INT(r.gpo_count, 2);
    CHECK_STR(r.gpos[1].name, "Two");
    CHECK_STR(r.rows[0].value, "true");
    CHECK_STR(r.rows[1].why, "too small");
    hop_gpreport_encode(&r, &out);
    CHECK_STR(hop_buf_str(&out), WHOLE);
}

TEST(names_cannot_add_lines)
{
    HOP_AUTO_GPREPORT struct hop_gpreport r = {0};
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    struct hop_error err = {0};

    REQUIRE(hop_gpreport_decode(ABOUT, &r, &err));
    hop_gpreport_add_gpo(&r, &(struct hop_gpreport_gpo){.guid = "{1}",
                                                        .name = "a\nset\t0\tx",
                                                        .scope = "\x1b[2J"});
    hop_gpreport_encode(&r, &out);
    CHECK_STR(hop_buf_str(&out),
              ABOUT "gpo\t0\t0\t0\t0\t{1}\ta set 0 x\t [2J\n");
}

static const struct {
    const char *name, *text;
} bad[] = {
    {"nothing", ""},
    {"another file", "MaxEnvelopeSizekb = 500\n"},
    {"a later form", "hop-policy 2\n"},
    {"the head alone", "hop-policy 1\n"},
    {"an unknown line", ABOUT "what\t1\n"},
    {"told twice", ABOUT "about\t1\tCN=B\tB$\tdc1\n"},
    {"a state that is none", ABOUT "gpo\t99\t2\t3\t1\t{1}\tOne\tOU=x\n"},
    {"a part too few", ABOUT "gpo\t0\t2\t3\t1\t{1}\tOne\n"},
    {"a part too many", ABOUT "gpo\t0\t2\t3\t1\t{1}\tOne\tOU=x\ty\n"},
    {"a setting of no policy", ABOUT "set\t0\ta\tb\tc\n"},
    {"a setting of a policy that is not there", ABOUT GPO1 "set\t1\ta\tb\tc\n"},
    {"a number that is none", ABOUT GPO1 "set\t-1\ta\tb\tc\n"},
};

TEST(it_is_shown)
{
    HOP_AUTO_GPREPORT struct hop_gpreport r = {0};
    HOP_AUTO_BUF struct hop_buf brief = HOP_BUF_INIT, all = HOP_BUF_INIT;
    struct hop_error err = {0};

    REQUIRE(hop_gpreport_decode(WHOLE, &r, &err));
    hop_gpresult_format(&r, false, &brief);
    CHECK(strstr(hop_buf_str(&brief),
                 "Applied Group Policy Objects\n    One\n\nGroup Policy "
                 "Objects that are not applied\n    Two\n        Why:     "
                 "security filtering leaves this computer out\n") != NULL);
    CHECK(strstr(hop_buf_str(&brief), "CredSSP") == NULL);
    hop_gpresult_format(&r, true, &all);
    CHECK(strstr(hop_buf_str(&all), "Link:    OU=x (enforced)\n") != NULL);
    CHECK(strstr(hop_buf_str(&all),
                 "Version: 2 in the directory, 3 in SYSVOL\n") != NULL);
    CHECK(strstr(hop_buf_str(&all),
                 "    Service/Auth/CredSSP = true\n        Policy:  "
                 "AllowCredSSP\n        From:    One\n") != NULL);
    CHECK(strstr(hop_buf_str(&all), "Not set: too small\n") != NULL);
}

int
main(void)
{
    RUN(what_is_written_is_read);
    RUN(names_cannot_add_lines);
    for (size_t k = 0; k < sizeof(bad) / sizeof(bad[0]); k++) {
        HOP_AUTO_GPREPORT struct hop_gpreport r = {0};
        struct hop_error err = {0};

        ROW(bad[k].name);
        CHECK(!hop_gpreport_decode(bad[k].text, &r, &err));
        CHECK(err.text[0] != '\0');
    }
    RUN(it_is_shown);
    return test_done();
}
