/* The WMI filters of Group Policy objects as the directory has them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "ad/wmifilter.h"

#include <stdlib.h>

#include "base/buf.h"
#include "test.h"

#define GUID "{8B5C1E9F-0000-1111-2222-333344445555}"

static const struct {
    const char *name, *link, *id;
} links[] = {
    {"as the console writes it", "[corp.test;" GUID ";0]", GUID},
    {"no bracket", "corp.test;" GUID ";0", NULL},
    {"no domain", "[" GUID ";0]", NULL},
    {"no number behind it", "[corp.test;" GUID, NULL},
    {"an id too short", "[corp.test;{8B5C};0]", NULL},
    {"another object's name", "[x;{8B5C1E9F-0000-1111-2222-33334444,555};0]",
     NULL},
    {"nothing", "", NULL},
};

/* Queries as "NAMESPACE|TEXT/", or "!". */
static const struct {
    const char *name, *parm2, *queries;
} filters[] = {
    {"one query", "1;3;10;7;WQL;root\\CIMv2;SELECT ;", "root\\CIMv2|SELECT /"},
    {"two, one with a semicolon",
     "2;3;10;3;WQL;root\\CIMv2;a;b;3;4;1;wql;root;c;",
     "root\\CIMv2|a;b/root|c/"},
    {"lengths count UTF-16", "1;3;4;5;WQL;root;\xc3\xa4\xf0\x9f\x98\x80xy;",
     "root|\xc3\xa4\xf0\x9f\x98\x80xy/"},
    {"no query", "0;", "!"},
    {"nothing", "", "!"},
    {"no number", "x;3;10;7;WQL;root\\CIMv2;SELECT ;", "!"},
    {"a number alone", "1", "!"},
    {"fewer than said", "2;3;4;1;WQL;root;a;", "!"},
    {"more than said", "1;3;4;1;WQL;root;a;3;4;1;WQL;root;b;", "!"},
    {"too many", "65;3;4;1;WQL;root;a;", "!"},
    {"another language", "1;3;4;1;CQL;root;a;", "!"},
    {"a length too short", "1;3;4;1;WQL;root;ab;", "!"},
    {"a length past the end", "1;3;4;9;WQL;root;a;", "!"},
    {"a length past all numbers",
     "1;3;4;99999999999999999999999999;WQL;root;a;", "!"},
    {"a letter cut in two", "1;3;4;1;WQL;root;\xf0\x9f\x98\x80;",
     "root|\xf0\x9f\x98\x80/"},
};

static void
check_filter(const char *parm2, const char *want)
{
    HOP_AUTO_WMI_FILTER struct hop_wmi_filter f = {0};
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    struct hop_error err = {0};

    if (!hop_wmi_filter_parse(parm2, &f, &err)) {
        CHECK_STR("!", want);
        CHECK(strstr(err.text, "(msWMI-Parm2) are malformed") != NULL);
        return;
    }
    for (size_t k = 0; k < f.count; k++)
        hop_buf_addf(&out, "%s|%s/", f.queries[k].ns, f.queries[k].text);
    CHECK_STR(hop_buf_str(&out), want);
}

TEST(every_prefix)
{
    static const char whole[] = "2;3;4;3;WQL;root;a;b;3;4;1;wql;root;c;";

    for (size_t n = 0; n < sizeof(whole) - 1; n++) {
        HOP_AUTO_WMI_FILTER struct hop_wmi_filter f = {0};
        char cut[sizeof(whole)];
        struct hop_error err = {0};

        snprintf(cut, sizeof(cut), "%.*s", (int)n, whole);
        CHECK(!hop_wmi_filter_parse(cut, &f, &err));
    }
}

int
main(void)
{
    for (size_t k = 0; k < sizeof(links) / sizeof(links[0]); k++) {
        char *id = hop_wmi_filter_id(links[k].link);

        ROW(links[k].name);
        CHECK_STR(id, links[k].id);
        free(id);
    }
    for (size_t k = 0; k < sizeof(filters) / sizeof(filters[0]); k++) {
        ROW(filters[k].name);
        check_filter(filters[k].parm2, filters[k].queries);
    }
    RUN(every_prefix);
    return test_done();
}
