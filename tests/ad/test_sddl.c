/* SPDX-License-Identifier: MIT */
#include "ad/sddl.h"

#include "test.h"

#define DOMAIN "S-1-5-21-1-2-3"

static const char default_text[] =
    "O:NSG:BAD:P(A;;GA;;;BA)(A;;GR;;;IU)S:P(AU;FA;GA;;;WD)(AU;SA;GXGW;;;WD)";

static void
texts(void)
{
    static const struct {
        const char *name, *text;
        const char *again; /* as hop_sd_format writes it; NULL: refused */
        const char *why;
    } rows[] = {
        {"WinRM's default", default_text, default_text, NULL},
        {"in any case, with blanks", " o:nsd:pai( a ;; gaGX ;;; ba ) ",
         "O:NSD:P(A;;GAGX;;;BA)", NULL},
        {"SIDs and numbers", "D:(D;;0x10000000;;;" DOMAIN "-513)",
         "D:(D;;GA;;;" DOMAIN "-513)", NULL},
        {"an owner's SID before the group",
         "O:" DOMAIN "-500G:BAD:(A;;GA;;;BA)",
         "O:" DOMAIN "-500G:BAD:(A;;GA;;;BA)", NULL},
        {"a list for nobody", "D:P", "D:P", NULL},
        {"nothing", "", NULL, "it is empty"},
        {"no descriptor", "administrators", NULL, "a part begins with"},
        {"an unknown part", "X:BA", NULL, "a part begins with"},
        {"two lists", "D:(A;;GA;;;BA)D:(A;;GA;;;BA)", NULL, "a second list"},
        {"an unknown type", "D:(XA;;GA;;;BA)", NULL, "A (allow)"},
        {"an unknown right", "D:(A;;GZ;;;BA)", NULL, "pairs of letters"},
        {"half a right", "D:(A;;G;;;BA)", NULL, "pairs of letters"},
        {"an unknown flag", "D:(A;ZZ;GA;;;BA)", NULL, "flags are"},
        {"an entry for an object",
         "D:(A;;GA;3f78c3e5-f79a-46bd-a0b8-9d18116ddc79;;BA)", NULL,
         "entries for objects"},
        {"a group of some domain", "D:(A;;GA;;;DA)", NULL, "names \"DA\""},
        {"a malformed SID", "D:(A;;GA;;;S-1-x)", NULL, "is no SID"},
        {"five parts", "D:(A;;GA;;BA)", NULL, "six parts"},
        {"an entry without an end", "D:(A;;GA;;;BA", NULL, "ends with )"},
        {"something behind it", "D:(A;;GA;;;BA)x", NULL, "a part begins with"},
    };

    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        HOP_AUTO_SD struct hop_sd sd = {0};
        HOP_AUTO_BUF struct hop_buf again = HOP_BUF_INIT;
        struct hop_error err = {0};

        ROW(rows[k].name);
        CHECK_INT(hop_sddl_parse(rows[k].text, &sd, &err),
                  rows[k].again != NULL);
        if (rows[k].again == NULL) {
            CHECK(strstr(err.text, rows[k].why) != NULL);
            continue;
        }
        hop_sd_format(&again, &sd);
        /* A list without entries is written as one without a list. */
        if (sd.dacl.count > 0)
            CHECK_STR(hop_buf_str(&again), rows[k].again);
    }
}

static void
rights(void)
{
    const uint32_t r = HOP_RIGHT_READ, w = HOP_RIGHT_WRITE,
                   x = HOP_RIGHT_EXECUTE;
    const struct {
        const char *name, *text, *who;
        uint32_t rights;
    } rows[] = {
        {"administrators may all", default_text, "S-1-5-32-544", r | w | x},
        {"others read", default_text, "S-1-5-4", r},
        {"strangers nothing", default_text, "S-1-5-7", 0},
        {"no list", "O:BA", "S-1-5-7", r | w | x},
        {"an empty list", "D:", "S-1-5-4", 0},
        {"a denial before", "D:(D;;GW;;;IU)(A;;GA;;;IU)", "S-1-5-4", r | x},
        {"a denial behind comes late", "D:(A;;GR;;;IU)(D;;GA;;;IU)(A;;GX;;;IU)",
         "S-1-5-4", r},
        {"for those who inherit alone", "D:(A;IO;GA;;;IU)", "S-1-5-4", 0},
        {"audit lets nobody in", "D:(AU;SA;GA;;;IU)", "S-1-5-4", 0},
        {"a longer SID is another", "D:(A;;GA;;;S-1-5-21-1-2)", DOMAIN, 0},
    };

    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        HOP_AUTO_SD struct hop_sd sd = {0};
        struct hop_error err = {0};
        struct hop_sid who;

        ROW(rows[k].name);
        REQUIRE(hop_sid_parse(rows[k].who, &who));
        CHECK(hop_sddl_parse(rows[k].text, &sd, &err));
        CHECK_INT(hop_sd_rights(&sd, &who, 1), rows[k].rights);
    }
}

static void
changes(void)
{
    static const struct {
        const char *name, *text, *why; /* NULL: fine */
    } rows[] = {
        {"others", "Service/Auth/Basic = x\n- Service/RootSDDL\n", NULL},
        {"a good one", "service/rootsddl = D:(A;;GA;;;BA)\n", NULL},
        {"a bad one", "A = b\nService/RootSDDL = x\n", "Service/RootSDDL: "},
        {"none", "Service/RootSDDL = \n", "it is empty"},
        {"without a list", "Service/RootSDDL = O:BA\n", "no list"},
        {"without rights", "Service/RootSDDL = D:(A;;CC;;;BA)\n", "entry 1 of"},
        {"an endpoint's", "Plugin/x/Security = D:(A;;GA;;;DA)\n",
         "Plugin/x/Security: "},
        {"an endpoint's own goes", "Plugin/x/Security = \n", NULL},
    };

    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        struct hop_error err = {0};

        ROW(rows[k].name);
        CHECK_INT(hop_sddl_check_changes(rows[k].text, &err),
                  rows[k].why == NULL);
        if (rows[k].why != NULL)
            CHECK(strstr(err.text, rows[k].why) != NULL);
    }
}

TEST(settings_are_checked)
{
    HOP_CLEANUP(hop_config_done) struct hop_config c;
    struct hop_error err = {0};

    hop_config_init(&c);
    CHECK(hop_sddl_check_config(&c, &err));
    REQUIRE(
        hop_config_set(&c, "Plugin/x/Security", "D:(A;;GA;;;", false, &err));
    CHECK(!hop_sddl_check_config(&c, &err));
    CHECK(strstr(err.text, "Plugin/x/Security: ") != NULL);
}

int
main(void)
{
    texts();
    rights();
    changes();
    RUN(settings_are_checked);
    return test_done();
}
