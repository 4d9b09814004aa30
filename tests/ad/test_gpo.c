/* In which order Group Policy objects count, and for whom.
 *
 * SPDX-License-Identifier: MIT
 */
#include "ad/gpo.h"

#include "test.h"

#define GPO(c)                                                                 \
    "cn={0000000" c "-0000-0000-0000-000000000000},cn=policies,cn=system,"     \
    "DC=corp,DC=test"
#define LINK(c, options) "[LDAP://" GPO(c) ";" options "]"

/* "1 2! 3(its link is disabled)": in the order of application. */
static void
check_order(const struct hop_gpo_scope *scopes, size_t n, const char *want)
{
    HOP_AUTO_GPO_LIST struct hop_gpo_list l = {0};
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;

    hop_gpo_order(scopes, n, &l);
    for (size_t k = 0; k < l.count; k++) {
        const struct hop_gpo *g = &l.items[k];

        hop_buf_addf(&out, "%s%c%s", k ? " " : "", g->guid[8],
                     g->enforced ? "!" : "");
        if (g->state != HOP_GPO_APPLIES)
            hop_buf_addf(&out, "(%s)", hop_gpo_state_text(g->state));
    }
    CHECK_STR(hop_buf_str(&out), want);
}

static const struct {
    const char *name;
    struct hop_gpo_scope scopes[3]; /* OU, domain, site */
    const char *order;
} rows[] = {
    {"nothing is linked", {{"ou", NULL, false}}, ""},
    {"the nearest container counts most",
     {{"ou", LINK("1", "0"), false},
      {"domain", LINK("2", "0"), false},
      {"site", LINK("3", "0"), false}},
     "3 2 1"},
    {"of one container the last link counts most",
     {{"ou", LINK("1", "0") LINK("2", "0"), false}},
     "1 2"},
    {"what is enforced counts more, most of all from above",
     {{"ou", LINK("1", "0") LINK("2", "2"), false},
      {"domain", LINK("3", "2") LINK("4", "0"), false}},
     "4 1 2! 3!"},
    {"a disabled link is shown as such",
     {{"ou", LINK("1", "1") LINK("2", "3"), false}},
     "1(its link is disabled) 2!(its link is disabled)"},
    {"blocked inheritance keeps out all but what is enforced",
     {{"ou", LINK("1", "0"), true},
      {"domain", LINK("2", "0") LINK("3", "2"), false},
      {"site", LINK("4", "0"), false}},
     "4(a container blocks inheritance) 2(a container blocks inheritance) 1 "
     "3!"},
    {"a wall farther out lets what is before it through",
     {{"ou", LINK("1", "0"), false},
      {"ou2", LINK("2", "0"), true},
      {"domain", LINK("3", "0"), false}},
     "3(a container blocks inheritance) 2 1"},
    {"what is no link is passed over",
     {{"ou",
       " [LDAP://cn=x;0][http://" GPO("9") ";0][;0][LDAP://;0]" LINK("1",
                                                                     "0") "[",
       false}},
     "1"},
};

static const struct hop_sid *
sid(const char *text)
{
    static struct hop_sid out[2];
    static unsigned turn;
    struct hop_sid *s = &out[turn++ % 2];

    CHECK(hop_sid_parse(text, s));
    return s;
}

static struct hop_ace
ace(uint8_t type, uint32_t mask, const char *who, bool apply)
{
    static const char guid[] = "edacfd8f-ffb3-11d1-b41d-00a0c968f939",
                      other[] = "00299570-246d-11d0-a768-00aa006e0529";
    struct hop_ace a = {.type = type, .mask = mask, .sid = *sid(who)};

    a.has_object =
        type == HOP_ACE_ALLOWED_OBJECT || type == HOP_ACE_DENIED_OBJECT;
    CHECK(hop_guid_parse(apply ? guid : other, 36, &a.object));
    return a;
}

TEST(security_filtering)
{
    const struct hop_sid me[] = {*sid("S-1-5-21-1-2-3-1000"), *sid("S-1-5-11")};
    struct hop_ace aces[2];
    struct hop_sd sd = {.dacl = {.present = true, .aces = aces}};

    CHECK(!hop_gpo_may_apply(&sd, me, 2));
    sd.dacl.count = 1;
    aces[0] = ace(HOP_ACE_ALLOWED_OBJECT, 0x100, "S-1-5-11", true);
    CHECK(hop_gpo_may_apply(&sd, me, 2));
    CHECK(!hop_gpo_may_apply(&sd, me, 1));
    aces[0].flags = 0x08;
    CHECK(!hop_gpo_may_apply(&sd, me, 2));
    aces[0] = ace(HOP_ACE_ALLOWED_OBJECT, 0x100, "S-1-5-11", false);
    CHECK(!hop_gpo_may_apply(&sd, me, 2));
    aces[0] = ace(HOP_ACE_ALLOWED, 0x20094, "S-1-5-11", true); /* read */
    CHECK(!hop_gpo_may_apply(&sd, me, 2));
    aces[0] = ace(HOP_ACE_ALLOWED, HOP_AD_FULL_CONTROL, "S-1-5-11", true);
    CHECK(hop_gpo_may_apply(&sd, me, 2));
    sd.dacl.count = 2;
    aces[1] = aces[0];
    aces[0] = ace(HOP_ACE_DENIED_OBJECT, 0x100, "S-1-5-21-1-2-3-1000", true);
    CHECK(!hop_gpo_may_apply(&sd, me, 2));
    aces[0].sid = *sid("S-1-5-21-1-2-3-1001");
    CHECK(hop_gpo_may_apply(&sd, me, 2));
    sd.dacl.present = false;
    CHECK(hop_gpo_may_apply(&sd, me, 0));
}

TEST(parents)
{
    CHECK_STR(hop_gpo_parent("CN=b,OU=x,DC=corp"), "OU=x,DC=corp");
    CHECK_STR(hop_gpo_parent("CN=b\\,c,OU=x"), "OU=x");
    CHECK_STR(hop_gpo_parent("DC=test"), "");
    CHECK_STR(hop_gpo_parent("CN=b\\"), "");
}

int
main(void)
{
    for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++) {
        ROW(rows[k].name);
        check_order(rows[k].scopes, 3, rows[k].order);
    }
    RUN(security_filtering);
    RUN(parents);
    return test_done();
}
