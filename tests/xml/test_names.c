/* SPDX-License-Identifier: MIT */
#include "xml/names.h"

#include <stdio.h>

#include "base/cleanup.h"
#include "test.h"

static const struct {
    const char *name, *key, *ns, *local, *prefix;
    size_t longest;
} rows[] = {
    {"a name without a namespace", "Obj", "", "Obj", "", 3},
    {"a name with a namespace", "urn:x\x01S", "urn:x", "S", "", 5},
    {"a name with a prefix", "u\x01Shell\x01rsp", "u", "Shell", "rsp", 5},
    {"no name at all", "", "", "", "", 0},
};

TEST(a_name_is_kept_once)
{
    struct hop_xml_names t = {0};
    const struct hop_xml_name *first = hop_xml_names_get(&t, "u\x01"
                                                             "a");

    CHECK(hop_xml_names_get(&t, "u\x01"
                                "b") != first);
    CHECK(hop_xml_names_get(&t, "u\x01"
                                "a\x01p") != first);
    CHECK(hop_xml_names_get(&t, "u\x01"
                                "a") == first);
    CHECK_INT(t.count, 3);
    hop_xml_names_done(&t);
}

TEST(names_stay_where_they_are_while_the_table_grows)
{
    struct hop_xml_names t = {0};
    const struct hop_xml_name *seen[1000];
    char key[32];

    for (int i = 0; i < 1000; i++) {
        snprintf(key, sizeof(key), "urn:some-namespace\x01n%d", i);
        seen[i] = hop_xml_names_get(&t, key);
    }
    CHECK_INT(t.count, 1000);
    for (int i = 0; i < 1000; i++) {
        snprintf(key, sizeof(key), "urn:some-namespace\x01n%d", i);
        CHECK(hop_xml_names_get(&t, key) == seen[i]);
    }
    hop_xml_names_done(&t);
}

int
main(void)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        struct hop_xml_names t = {0};

        ROW(rows[i].name);
        const struct hop_xml_name *n = hop_xml_names_get(&t, rows[i].key);

        CHECK_STR(n->ns, rows[i].ns);
        CHECK_STR(n->local, rows[i].local);
        CHECK_STR(n->prefix, rows[i].prefix);
        CHECK_INT(n->longest, rows[i].longest);
        hop_xml_names_done(&t);
    }
    RUN(a_name_is_kept_once);
    RUN(names_stay_where_they_are_while_the_table_grows);
    return test_done();
}
