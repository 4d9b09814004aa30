/* SPDX-License-Identifier: MIT */
#include "xml/reader.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "test.h"

/* Writes what it hears: "<ns|local a=v>text</local>". */
static bool
start(void *ctx, const struct hop_xml_start *e, struct hop_error *err)
{
    struct hop_buf *out = ctx;

    hop_buf_addf(out, "<%s%s%s", e->ns, *e->ns ? "|" : "", e->local);
    for (size_t i = 0; i < e->attr_count; i++)
        hop_buf_addf(out, " %s%s%s=%.*s", e->attrs[i].ns,
                     *e->attrs[i].ns ? "|" : "", e->attrs[i].local,
                     (int)e->attrs[i].value_len, e->attrs[i].value);
    hop_buf_adds(out, ">");
    return true;
}

static bool
text(void *ctx, const char *s, size_t n, struct hop_error *err)
{
    hop_buf_add(ctx, s, n);
    return true;
}

static bool
end(void *ctx, const char *ns, const char *local, struct hop_error *err)
{
    hop_buf_addf(ctx, "</%s>", local);
    return true;
}

static const struct hop_xml_handler handler = {start, text, end};

static const struct hop_xml_limits limits = {.max_bytes = 100000,
                                             .max_depth = 5,
                                             .max_attributes = 4,
                                             .max_name = 20,
                                             .max_value = 30,
                                             .max_elements = 12};

#define STR(s) (s), sizeof(s) - 1

static const struct {
    const char *name, *xml;
    size_t n;
    const char *want; /* NULL: refused, with this in the error: */
    const char *error;
} rows[] = {
    {"a root alone", STR("<a/>"), "<a></a>", NULL},
    {"namespaces and attributes",
     STR("<p:a xmlns:p='u:x' xmlns='u:d' b='1' p:c='2'><d/></p:a>"),
     "<u:x|a b=1 u:x|c=2><u:d|d></d></a>", NULL},
    {"text, entities, CDATA, a comment",
     STR("<a>x &lt;&amp;&#65;&#x42;<![CDATA[<&]]><!-- no -->y</a>"),
     "<a>x <&AB<&y</a>", NULL},
    {"entities in an attribute", STR("<a b='&amp;&#38;&quot;&lt;'/>"),
     "<a b=&&\"<></a>", NULL},
    {"an XML declaration", STR("<?xml version='1.0'?><a/>"), "<a></a>", NULL},
    {"a UTF-8 BOM", STR("\xEF\xBB\xBF<a/>"), "<a></a>", NULL},
    {"a UTF-8 BOM and a declaration that says so",
     STR("\xEF\xBB\xBF<?xml version='1.0' encoding='utf-8'?><a/>"), "<a></a>",
     NULL},
    {"UTF-16LE with a BOM",
     STR("\xFF\xFE<\0a\0>\0\xE4\0\x3D\xD8\x00\xDE<\0/\0a\0>\0"),
     "<a>\xC3\xA4\xF0\x9F\x98\x80</a>", NULL},
    {"UTF-16BE with a BOM", STR("\xFE\xFF\0<\0a\0/\0>"), "<a></a>", NULL},
    {"UTF-16LE without a BOM", STR("<\0a\0/\0>\0"), "<a></a>", NULL},
    {"UTF-16BE without a BOM", STR("\0<\0a\0/\0>"), "<a></a>", NULL},
    {"a declaration of Latin-1 over UTF-8 bytes",
     STR("<?xml version='1.0' encoding='iso-8859-1'?><a>\xC3\xA4</a>"),
     "<a>\xC3\xA4</a>", NULL},
    {"a declaration of UTF-7, whose escapes stay text",
     STR("<?xml version='1.0' encoding='UTF-7'?><a>+ADw-b/+AD4-</a>"),
     "<a>+ADw-b/+AD4-</a>", NULL},
    {"bytes of Latin-1",
     STR("<?xml version='1.0' encoding='iso-8859-1'?><a>\xE4</a>"), NULL,
     "UTF-8"},
    {"a DOCTYPE", STR("<!DOCTYPE a><a/>"), NULL, "a DOCTYPE is not allowed"},
    {"a billion laughs",
     STR("<!DOCTYPE a [<!ENTITY b 'ha'><!ENTITY c '&b;&b;&b;'>]><a>&c;</a>"),
     NULL, "a DOCTYPE is not allowed"},
    {"an external entity",
     STR("<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"),
     NULL, "a DOCTYPE is not allowed"},
    {"an external DTD", STR("<!DOCTYPE a SYSTEM 'http://x/y.dtd'><a/>"), NULL,
     "a DOCTYPE is not allowed"},
    {"an undeclared entity", STR("<a>&b;</a>"), NULL,
     "an entity reference is not allowed"},
    {"an undeclared entity in an attribute", STR("<a c='&b;'/>"), NULL,
     "an entity reference is not allowed"},
    {"a processing instruction", STR("<a><?php x?></a>"), NULL,
     "a processing instruction is not allowed"},
    {"a style sheet", STR("<?xml-stylesheet href='x'?><a/>"), NULL,
     "a processing instruction is not allowed"},
    {"an undeclared prefix", STR("<p:a/>"), NULL, "a prefix is not declared"},
    {"an undeclared prefix of an attribute", STR("<a p:b=''/>"), NULL,
     "a prefix is not declared"},
    {"the same attribute twice", STR("<a b='1' b='2'/>"), NULL,
     "an attribute stands twice in one element"},
    {"the same attribute by two prefixes",
     STR("<a xmlns:p='u' xmlns:q='u' p:b='1' q:b='2'/>"), NULL,
     "an attribute stands twice in one element"},
    {"two roots", STR("<a/><b/>"), NULL, "something follows the root element"},
    {"text behind the root", STR("<a/>b"), NULL,
     "something follows the root element"},
    {"nothing", STR(""), NULL, "there is no root element"},
    {"white space only", STR("  \r\n"), NULL, "there is no root element"},
    {"no end tag", STR("<a>"), NULL, "the document ends within an element"},
    {"crossed tags", STR("<a><b></a></b>"), NULL,
     "an end tag does not match its start tag"},
    {"a NUL", STR("<a>x\0y</a>"), NULL, "line"},
    {"a NUL by reference", STR("<a>&#0;</a>"), NULL, "line"},
    {"a surrogate by reference", STR("<a>&#xD800;</a>"), NULL, "line"},
    {"a control character", STR("<a>\x01</a>"), NULL, "line"},
    {"U+FFFE", STR("<a>\xEF\xBF\xBE</a>"), NULL, "line"},
    {"an overlong UTF-8 form", STR("<a>\xC0\xBC</a>"), NULL, "UTF-8"},
    {"a lone low surrogate in UTF-16", STR("<\0a\0>\0\0\xDC<\0/\0a\0>\0"), NULL,
     "a surrogate stands alone"},
    {"a lone high surrogate in UTF-16", STR("<\0a\0>\0\0\xD8<\0/\0a\0>\0"),
     NULL, "a surrogate stands alone"},
    {"UTF-16 cut within a unit", STR("<\0a\0/\0>\0 "), NULL,
     "ends within a character"},
    {"UTF-32", STR("<\0\0\0a\0\0\0"), NULL, "UTF-32 is not read"},
    {"as deep as allowed", STR("<a><a><a><a><a/></a></a></a></a>"),
     "<a><a><a><a><a></a></a></a></a></a>", NULL},
    {"one level too deep", STR("<a><a><a><a><a><a/></a></a></a></a></a>"), NULL,
     "elements nested too deep, the limit is 5"},
    {"as many attributes as allowed", STR("<a b='' c='' d='' e=''/>"),
     "<a b= c= d= e=></a>", NULL},
    {"one attribute too many", STR("<a b='' c='' d='' e='' f=''/>"), NULL,
     "too many attributes in one element, the limit is 4"},
    {"namespaces count as attributes",
     STR("<a b='' c='' d='' xmlns:e='e' xmlns:f='f'/>"), NULL,
     "too many attributes in one element"},
    {"the longest name", STR("<abcdefghijklmnopqrst/>"),
     "<abcdefghijklmnopqrst></abcdefghijklmnopqrst>", NULL},
    {"a name one longer", STR("<abcdefghijklmnopqrstu/>"), NULL,
     "name too long, the limit is 20"},
    {"an attribute name one longer", STR("<a abcdefghijklmnopqrstu=''/>"), NULL,
     "name too long"},
    {"a namespace one longer", STR("<a xmlns='abcdefghijklmnopqrstu'/>"), NULL,
     "name too long"},
    {"the longest value", STR("<a b='012345678901234567890123456789'/>"),
     "<a b=012345678901234567890123456789></a>", NULL},
    {"a value one longer", STR("<a b='0123456789012345678901234567890'/>"),
     NULL, "attribute value too long, the limit is 30"},
    {"a namespace taken away", STR("<a xmlns='u'><b xmlns=''/></a>"),
     "<u|a><b></b></a>", NULL},
    {"a prefix taken away", STR("<a xmlns:p='u'><b xmlns:p=''/></a>"), NULL,
     "must not undeclare prefix"},
    {"another namespace for xml", STR("<a xmlns:xml='u'/>"), NULL, "xml"},
    {"one element too many",
     STR("<a><b/><b/><b/><b/><b/><b/><b/><b/><b/><b/><b/><b/></a>"), NULL,
     "too many elements, the limit is 12"},
};

static bool
read_in_pieces(const char *xml, size_t n, size_t piece, struct hop_buf *out,
               struct hop_error *err)
{
    HOP_AUTO_XML_READER struct hop_xml_reader *r =
        hop_xml_reader_new(&handler, out, &limits);

    for (size_t at = 0; at < n; at += piece) {
        if (!hop_xml_reader_push(r, xml + at, piece < n - at ? piece : n - at,
                                 err)) {
            CHECK(!hop_xml_reader_push(r, "<a/>", 4, err));
            CHECK(!hop_xml_reader_finish(r, err));
            return false;
        }
    }
    return hop_xml_reader_finish(r, err);
}

TEST(a_document_over_its_size_is_refused)
{
    struct hop_error err;
    size_t n = limits.max_bytes + 1;
    HOP_AUTO_FREE char *xml = hop_xmalloc(n);
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;

    memset(xml, ' ', n);
    memcpy(xml, "<a>", 3);
    memcpy(xml + n - 5, "</a>", 4);
    CHECK(hop_xml_read(xml, n - 1, &limits, &handler, &out, &err));
    CHECK(!hop_xml_read(xml, n, &limits, &handler, &out, &err));
    CHECK_INT(err.domain, HOP_ERROR_LIMIT);
    CHECK(strstr(err.text, "document too large, the limit is 100000"));
}

static bool
stop_at_text(void *ctx, const char *s, size_t n, struct hop_error *err)
{
    ++*(int *)ctx;
    return hop_error_set(err, HOP_ERROR_GENERIC, 7, "enough");
}

TEST(a_callback_ends_the_reading_with_its_error)
{
    static const struct hop_xml_handler stopping = {.text = stop_at_text};
    struct hop_error err;
    int calls = 0;

    CHECK(!hop_xml_read(STR("<a>x<b>y</b></a>"), &limits, &stopping, &calls,
                        &err));
    CHECK_INT(calls, 1);
    CHECK_INT(err.code, 7);
    CHECK_STR(err.text, "enough");
}

TEST(deep_nesting_ends_at_the_limit)
{
    HOP_AUTO_BUF struct hop_buf xml = HOP_BUF_INIT;
    struct hop_xml_limits soap = hop_xml_soap_limits(1 << 20);
    struct hop_error err;

    for (int i = 0; i < 100000; i++)
        hop_buf_adds(&xml, "<a>");
    CHECK(!hop_xml_read(xml.data, xml.len, &soap, &(struct hop_xml_handler){0},
                        NULL, &err));
    CHECK(strstr(err.text, "elements nested too deep, the limit is 64"));
}

/* One that never ends would be read again and again. */
TEST(a_tag_or_comment_has_a_limit)
{
    static const char *const begins[] = {"<a b='", "<a><!--", "<a"};
    struct hop_xml_limits large = hop_xml_soap_limits(1 << 24);
    size_t n = 3 << 20;
    HOP_AUTO_FREE char *xml = hop_xmalloc(n);

    large.max_value = n;
    large.max_name = n;
    for (size_t i = 0; i < HOP_ARRAY_SIZE(begins); i++) {
        struct hop_error err = {0};

        memset(xml, 'x', n);
        memcpy(xml, begins[i], strlen(begins[i]));
        CHECK(!hop_xml_read(xml, n, &large, &(struct hop_xml_handler){0}, NULL,
                            &err));
        CHECK_INT(err.domain, HOP_ERROR_LIMIT);
        CHECK_STR(err.text,
                  "line 1: a tag or comment too long, the limit is 1048576");
    }
}

int
main(void)
{
    static const size_t pieces[] = {1, 2, 3, 7, 100000};

    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        ROW(rows[i].name);
        for (size_t p = 0; p < HOP_ARRAY_SIZE(pieces); p++) {
            HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
            struct hop_error err = {0};
            bool ok =
                read_in_pieces(rows[i].xml, rows[i].n, pieces[p], &out, &err);

            CHECK(ok == (rows[i].want != NULL));
            if (ok)
                CHECK_STR(hop_buf_str(&out), rows[i].want);
            else if (rows[i].error && !strstr(err.text, rows[i].error))
                CHECK_STR(err.text, rows[i].error);
        }
    }
    RUN(a_document_over_its_size_is_refused);
    RUN(a_callback_ends_the_reading_with_its_error);
    RUN(deep_nesting_ends_at_the_limit);
    RUN(a_tag_or_comment_has_a_limit);
    return test_done();
}
