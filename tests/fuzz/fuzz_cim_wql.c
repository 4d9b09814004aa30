/* Queries as clients send them, against one instance of each type of value.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/alloc.h"
#include "cim/wql.h"
#include "fuzz.h"

static const struct hop_cim_property properties[] = {
    {"Name", HOP_CIM_STRING, HOP_CIM_KEY},
    {"Id", HOP_CIM_UINT32, 0},
    {"Offset", HOP_CIM_SINT16, 0},
    {"Load", HOP_CIM_REAL64, 0},
    {"On", HOP_CIM_BOOLEAN, 0},
    {"When", HOP_CIM_DATETIME, 0},
    {"Tags", HOP_CIM_STRING, HOP_CIM_ARRAY},
    {"None", HOP_CIM_STRING, 0},
};
static const struct hop_cim_class class = {
    .name = "Thing", .parent = "", HOP_CIM_PROPERTIES(properties)};

static void
try(const char *text, bool whole)
{
    HOP_AUTO_WQL struct hop_wql q = {0};
    HOP_AUTO_CIM_INSTANCE struct hop_cim_instance i = {0};
    struct hop_error err = {0};

    if (!(whole ? hop_wql_parse(&q, text, &err)
                : hop_wql_parse_condition(&q, text, &err))) {
        MUST(err.code == HOP_CIM_E_INVALID_QUERY && err.text[0] != '\0');
        return;
    }
    MUST(whole == (q.class_name != NULL));
    hop_cim_instance_init(&i, &class);
    hop_cim_set_text(&i, "Name", "sshd");
    hop_cim_set_number(&i, "Id", 7);
    hop_cim_set_number(&i, "Offset", -60);
    hop_cim_set_bool(&i, "On", true);
    hop_cim_set_time(&i, "When", HOP_CIM_TICKS_TO_1970);
    hop_cim_add_text(&i, "Tags", "a");
    (void)hop_wql_matches(&q, &i);
    (void)hop_wql_wanted(&q, "Name");
    (void)hop_wql_selects(&q, "Name");
    if (!hop_wql_check(&q, properties, class.n, class.name, &err))
        MUST(err.text[0] != '\0');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    HOP_AUTO_FREE char *text = hop_xstrndup((const char *)data, size);

    try(text, true);
    try(text, false);
    return 0;
}
