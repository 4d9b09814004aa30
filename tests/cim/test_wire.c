/* SPDX-License-Identifier: MIT */
#include "cim/wire.h"

#include "cim/wql.h"
#include "test.h"

static bool
read_back(const struct hop_buf *xml, const char *class_name,
          struct hop_cim_instance *out)
{
    struct hop_xml_tree_options options = {.limits =
                                               hop_xml_soap_limits(65536)};
    HOP_AUTO_ARENA struct hop_arena arena;
    struct hop_xml_node *root;
    struct hop_error err = {0};

    hop_arena_init(&arena, 0);
    if (!hop_xml_tree_read(xml->data, xml->len, &options, &arena, NULL, &root,
                           &err) ||
        !hop_cim_decode(root, class_name, out, &err)) {
        test_fail(__FILE__, __LINE__, "%s", err.text);
        return false;
    }
    return true;
}

static void
what_is_written_reads_the_same(void)
{
    HOP_AUTO_CIM_INSTANCE struct hop_cim_instance i = {0}, back = {0};
    HOP_AUTO_BUF struct hop_buf xml = HOP_BUF_INIT;

    hop_cim_instance_init(
        &i, hop_cim_class_find("Win32_NetworkAdapterConfiguration"));
    hop_cim_set_text(&i, "Description", "a <b> & \"c\"");
    hop_cim_set_number(&i, "Index", 4294967295);
    hop_cim_set_bool(&i, "IPEnabled", true);
    hop_cim_add_text(&i, "IPAddress", "10.0.0.1");
    hop_cim_add_text(&i, "IPAddress", "fe80::1");
    hop_cim_add_text(&i, "IPSubnet", "255.0.0.0");
    hop_cim_encode(&xml, &i, NULL);
    CHECK(strstr(xml.data, "xmlns:p=\"http://schemas.microsoft.com/wbem/wsman/"
                           "1/wmi/root/cimv2/"
                           "Win32_NetworkAdapterConfiguration\""));
    CHECK(strstr(xml.data, "<p:MACAddress xsi:nil=\"true\"/>"));
    CHECK(read_back(&xml, NULL, &back));
    CHECK_STR(back.class_name, "Win32_NetworkAdapterConfiguration");
    CHECK_STR(hop_cim_text(&back, "Description"), "a <b> & \"c\"");
    CHECK(hop_cim_get(&back, "Index")->u == 4294967295);
    CHECK(hop_cim_get(&back, "IPEnabled")->u == 1);
    CHECK(hop_cim_get(&back, "IPAddress")->n == 2);
    CHECK_STR(hop_cim_get(&back, "IPAddress")->items[1].s, "fe80::1");
    CHECK(hop_cim_get(&back, "IPSubnet")->n == 1);
    CHECK(hop_cim_get(&back, "MACAddress") == NULL);
}

static void
times_go_as_xml_schema_has_them(void)
{
    HOP_AUTO_CIM_INSTANCE struct hop_cim_instance i = {0}, back = {0};
    HOP_AUTO_BUF struct hop_buf xml = HOP_BUF_INIT;
    int64_t ticks;
    bool interval;

    CHECK(hop_cim_time_parse("20261121193000.123456+060", &ticks, &interval));
    hop_cim_instance_init(&i, hop_cim_class_find("Win32_Process"));
    hop_cim_set_time(&i, "CreationDate", ticks);
    hop_cim_encode(&xml, &i, NULL);
    CHECK(strstr(xml.data,
                 "<p:CreationDate><cim:Datetime>2026-11-21T18:30:00.1234560Z"
                 "</cim:Datetime></p:CreationDate>"));
    CHECK(read_back(&xml, NULL, &back));
    CHECK(hop_cim_get(&back, "CreationDate")->i == ticks);
}

static void
a_query_for_some_columns_gives_a_fragment(void)
{
    HOP_AUTO_CIM_INSTANCE struct hop_cim_instance i = {0}, back = {0};
    HOP_AUTO_BUF struct hop_buf xml = HOP_BUF_INIT;
    HOP_AUTO_WQL struct hop_wql q = {0};
    struct hop_error err = {0};

    CHECK(hop_wql_parse(&q, "SELECT Name FROM Win32_Process", &err));
    hop_cim_instance_init(&i, hop_cim_class_find("Win32_Process"));
    hop_cim_set_text(&i, "Name", "hop");
    hop_cim_set_number(&i, "ProcessId", 7);
    hop_cim_encode(&xml, &i, &q);
    CHECK(strstr(xml.data, "<w:XmlFragment"));
    CHECK(strstr(xml.data, "ProcessId") == NULL);
    CHECK(read_back(&xml, "Win32_Process", &back));
    CHECK_STR(back.class_name, "Win32_Process");
    CHECK_STR(hop_cim_text(&back, "Name"), "hop");
}

/* As Windows Server 2019 answers, shortened. */
static void
classes_that_are_not_known_here(void)
{
    static const char text[] =
        "<p:MSFT_Thing xmlns:p=\"http://schemas.microsoft.com/wbem/wsman/1/wmi/"
        "root/standardcimv2/MSFT_Thing\" xmlns:xsi=\"http://www.w3.org/2001/"
        "XMLSchema-instance\" xmlns:cim=\"http://schemas.dmtf.org/wbem/wscim/1/"
        "common\" xsi:type=\"p:MSFT_Thing_Type\"><p:Name>a</p:Name>"
        "<p:On>true</p:On><p:Serial>0042</p:Serial><p:Gone xsi:nil=\"true\"/>"
        "<p:When><cim:Datetime>2026-11-21T19:30:00Z</cim:Datetime></p:When>"
        "<p:Tags>x</p:Tags><p:Tags>y</p:Tags></p:MSFT_Thing>";
    HOP_AUTO_BUF struct hop_buf xml = HOP_BUF_INIT;
    HOP_AUTO_CIM_INSTANCE struct hop_cim_instance i = {0};

    hop_buf_adds(&xml, text);
    CHECK(read_back(&xml, NULL, &i));
    CHECK_STR(i.class_name, "MSFT_Thing");
    CHECK(i.n == 6);
    CHECK(i.properties[1].type == HOP_CIM_BOOLEAN);
    CHECK_STR(hop_cim_text(&i, "Serial"), "0042");
    CHECK(hop_cim_get(&i, "Gone") == NULL);
    CHECK(i.properties[4].type == HOP_CIM_DATETIME);
    CHECK(hop_cim_get(&i, "Tags")->n == 2);
}

static void
uris(void)
{
    static const struct {
        const char *uri, *class_name, *ns;
    } rows[] = {
        {"http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/Win32_X",
         "Win32_X", "root/cimv2"},
        {"http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/*", "*",
         "root/cimv2"},
        {"http://schemas.microsoft.com/wbem/wsman/1/wmi/root/a/b/C", "C",
         "root/a/b"},
        {"http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_Process",
         "CIM_Process", "root/cimv2"},
        {"http://schemas.dmtf.org/wbem/wscim/1/*", "*", "root/cimv2"},
        {"http://schemas.microsoft.com/wbem/wsman/1/config", NULL, NULL},
        {"http://schemas.microsoft.com/wbem/wsman/1/wmi/root/", NULL, NULL},
    };

    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        const char *name = NULL, *ns = NULL;
        size_t n = 0;

        ROW(rows[k].uri);
        CHECK(hop_cim_uri_parse(rows[k].uri, &name, &ns, &n) ==
              (rows[k].class_name != NULL));
        CHECK_STR(name, rows[k].class_name);
        CHECK(!ns || (strlen(rows[k].ns) == n && !strncmp(ns, rows[k].ns, n)));
    }
}

int
main(void)
{
    RUN(what_is_written_reads_the_same);
    RUN(times_go_as_xml_schema_has_them);
    RUN(a_query_for_some_columns_gives_a_fragment);
    RUN(classes_that_are_not_known_here);
    uris();
    return test_done();
}
