/* Queries of WMI filters, on whatever host this is.
 *
 * SPDX-License-Identifier: MIT
 */
#include "server/gpfilter.h"

#include <stdlib.h>

#include "test.h"

static const struct {
    const char *name, *ns, *text;
    const char *why; /* NULL: it finds something */
} rows[] = {
    {"this host", "root\\CIMv2", "SELECT * FROM Win32_OperatingSystem", NULL},
    {"another way to write the namespace", "\\\\.\\ROOT/cimv2",
     "select Name from win32_computersystem where Name like '%'", NULL},
    {"nothing is found", "root\\cimv2",
     "SELECT * FROM Win32_ComputerSystem WHERE Name = 'no such host'",
     "it finds nothing"},
    {"a version of Windows", "root\\cimv2",
     "SELECT * FROM Win32_OperatingSystem WHERE Caption LIKE "
     "'Microsoft Windows%'",
     "it finds nothing"},
    {"an unknown class", "root\\cimv2", "SELECT * FROM Win32_Battery",
     "Win32_Battery is not known"},
    {"an unknown property", "root\\cimv2",
     "SELECT * FROM Win32_BIOS WHERE Nothing = 1", "Nothing"},
    {"an unknown namespace", "root\\wmi", "SELECT * FROM Win32_BIOS",
     "root\\wmi is not known"},
    {"a longer namespace", "root\\cimv2\\power", "SELECT * FROM Win32_BIOS",
     "is not known"},
    {"a shorter one", "root", "SELECT * FROM Win32_BIOS", "is not known"},
    {"no query", "root\\cimv2", "DELETE FROM Win32_BIOS", "DELETE"},
    {"nothing at all", "root\\cimv2", "", ": "},
};

static struct hop_wmi_filter *
filter_of(const char *text)
{
    struct hop_wmi_filter *f = calloc(1, sizeof(*f));

    f->queries = calloc(1, sizeof(*f->queries));
    f->queries[0] = (struct hop_wmi_query){strdup("root\\cimv2"), strdup(text)};
    f->count = 1;
    return f;
}

TEST(objects_are_kept_out)
{
    HOP_AUTO_GPO_LIST struct hop_gpo_list l = {.count = 4};

    l.items = calloc(l.count, sizeof(*l.items));
    l.items[0].filter = filter_of("SELECT * FROM Win32_BIOS");
    l.items[1].filter = filter_of("SELECT * FROM Win32_Nothing");
    l.items[2].filter = filter_of("SELECT * FROM Win32_Nothing");
    l.items[2].state = HOP_GPO_DENIED;
    l.items[3].filter = calloc(1, sizeof(struct hop_wmi_filter));
    l.items[3].filter->missing = true;
    l.items[3].filter->why = strdup("not there");
    hop_gpfilter(&l);
    CHECK_INT(l.items[0].state, HOP_GPO_APPLIES);
    CHECK(l.items[0].filter->why == NULL);
    CHECK_INT(l.items[1].state, HOP_GPO_WMI);
    CHECK(strstr(l.items[1].filter->why, "Win32_Nothing") != NULL);
    CHECK_INT(l.items[2].state, HOP_GPO_DENIED);
    CHECK_INT(l.items[3].state, HOP_GPO_APPLIES);
}

int
main(void)
{
    for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++) {
        struct hop_wmi_query q = {(char *)(uintptr_t)rows[k].ns,
                                  (char *)(uintptr_t)rows[k].text};
        char *why = NULL;

        ROW(rows[k].name);
        CHECK(hop_gpfilter_holds(&q, &why) == (rows[k].why == NULL));
        CHECK((why == NULL) == (rows[k].why == NULL));
        if (why != NULL && rows[k].why != NULL)
            CHECK(strstr(why, rows[k].why) != NULL);
        free(why);
    }
    RUN(objects_are_kept_out);
    return test_done();
}
