/* SPDX-License-Identifier: MIT */
#include "xml/writer.h"

#include "test.h"

static const struct {
    const char *name, *in, *text, *attr;
} rows[] = {
    {"plain", "abc", "abc", "abc"},
    {"the five", "<&>\"'", "&lt;&amp;&gt;\"'", "&lt;&amp;&gt;&quot;'"},
    {"white space that a reader would change", "\t\n\r", "\t\n&#xD;",
     "&#x9;&#xA;&#xD;"},
    {"characters XML cannot carry", "a\x01\x1Fz", "a\xEF\xBF\xBD\xEF\xBF\xBDz",
     "a\xEF\xBF\xBD\xEF\xBF\xBDz"},
    {"UTF-8", "\xC3\xA4\xF0\x9F\x98\x80", "\xC3\xA4\xF0\x9F\x98\x80",
     "\xC3\xA4\xF0\x9F\x98\x80"},
    {"malformed UTF-8", "\xC3(\xFF", "\xEF\xBF\xBD(\xEF\xBF\xBD",
     "\xEF\xBF\xBD(\xEF\xBF\xBD"},
    {"a surrogate's three bytes", "\xED\xA0\x80!", "\xEF\xBF\xBD!",
     "\xEF\xBF\xBD!"},
    {"U+FFFE and U+FFFD", "\xEF\xBF\xBE\xEF\xBF\xBD",
     "\xEF\xBF\xBD\xEF\xBF\xBD", "\xEF\xBF\xBD\xEF\xBF\xBD"},
};

TEST(elements_close_themselves_when_empty)
{
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    struct hop_xml_writer w = HOP_XML_WRITER(&out);

    hop_xml_open(&w, "p:a");
    hop_xml_declare(&w, "p", "u\"");
    hop_xml_declare(&w, "", "d");
    hop_xml_open(&w, "b");
    hop_xml_attr(&w, "c", "1<");
    hop_xml_attrf(&w, "d", "%d", 2);
    hop_xml_close(&w, "b");
    hop_xml_element(&w, "e", "x&");
    hop_xml_element(&w, "f", NULL);
    hop_xml_element(&w, "g", "");
    hop_xml_elementf(&w, "h", "%s", "<");
    hop_xml_open(&w, "i");
    hop_xml_base64(&w, "foo", 3);
    hop_xml_close(&w, "i");
    hop_xml_raw(&w, "<j/>", 4);
    hop_xml_textf(&w, "%s", "k");
    hop_xml_close(&w, "p:a");
    CHECK_STR(hop_buf_str(&out),
              "<p:a xmlns:p=\"u&quot;\" xmlns=\"d\"><b c=\"1&lt;\" d=\"2\"/>"
              "<e>x&amp;</e><g></g><h>&lt;</h><i>Zm9v</i><j/>k</p:a>");
}

int
main(void)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;
        HOP_AUTO_BUF struct hop_buf attr = HOP_BUF_INIT;

        ROW(rows[i].name);
        hop_xml_escape(&text, rows[i].in, strlen(rows[i].in));
        hop_xml_escape_attr(&attr, rows[i].in, strlen(rows[i].in));
        CHECK_STR(hop_buf_str(&text), rows[i].text);
        CHECK_STR(hop_buf_str(&attr), rows[i].attr);
    }
    RUN(elements_close_themselves_when_empty);
    return test_done();
}
