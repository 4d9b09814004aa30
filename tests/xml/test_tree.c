/* SPDX-License-Identifier: MIT */
#include "xml/tree.h"

#include "test.h"
#include "xml/writer.h"

static const struct hop_xml_qname base64[] = {{"u", "bin"}, {NULL, NULL}};

struct doc {
    struct hop_arena arena;
    struct hop_buf data;
    struct hop_xml_node *root;
    struct hop_error err;
};

static bool
read_doc(struct doc *d, const char *xml)
{
    struct hop_xml_tree_options opt = {hop_xml_soap_limits(1 << 20), base64};

    hop_arena_init(&d->arena, 0);
    hop_buf_init(&d->data, 0);
    return hop_xml_tree_read(xml, strlen(xml), &opt, &d->arena, &d->data,
                             &d->root, &d->err);
}

static void
done(struct doc *d)
{
    hop_arena_done(&d->arena);
    hop_buf_done(&d->data);
}

#define AUTO_DOC HOP_CLEANUP(done) struct doc

TEST(children_attributes_and_texts_are_found)
{
    AUTO_DOC d;
    struct hop_xml_node *b;

    REQUIRE(read_doc(&d, "<p:a xmlns:p='u' xml:lang='de'>"
                         "<p:b c='1'>one</p:b> <d/> <p:b>t<e/>wo</p:b></p:a>"));
    CHECK(hop_xml_node_is(d.root, "u", "a"));
    CHECK_STR(hop_xml_node_attr(d.root, "http://www.w3.org/XML/1998/namespace",
                                "lang"),
              "de");
    CHECK_STR(d.root->text, "");
    b = hop_xml_node_child(d.root, "u", "b");
    REQUIRE(b);
    CHECK_STR(hop_xml_node_attr(b, "", "c"), "1");
    CHECK(!hop_xml_node_attr(b, "u", "c"));
    CHECK_STR(b->text, "one");
    b = hop_xml_node_again(b);
    REQUIRE(b);
    CHECK_STR(b->text, "two");
    CHECK(!hop_xml_node_again(b));
    CHECK(b->parent == d.root);
    CHECK(hop_xml_node_child(d.root, "", "d") != NULL);
    CHECK(!hop_xml_node_child(d.root, "u", "d"));
    CHECK_STR(hop_xml_node_child_text(d.root, "u", "b"), "one");
    CHECK(!hop_xml_node_child_text(d.root, "u", "nothing"));
    CHECK(!hop_xml_node_child(NULL, "u", "b"));
}

TEST(base64_is_decoded_while_it_is_read)
{
    AUTO_DOC d;
    struct hop_xml_node *b;

    REQUIRE(read_doc(&d, "<a xmlns='u'><bin>Zm9v\nYm\nFy</bin><bin/>"
                         "<bin><![CDATA[Zm]]>8=</bin><b>Zm8=</b></a>"));
    b = d.root->first;
    CHECK_MEM(b->data, b->data_len, "foobar", 6);
    CHECK_STR(b->text, "");
    b = b->next;
    CHECK(b->data != NULL);
    CHECK_INT(b->data_len, 0);
    b = b->next;
    CHECK_MEM(b->data, b->data_len, "fo", 2);
    b = b->next;
    CHECK(b->data == NULL);
    CHECK_STR(b->text, "Zm8=");
    CHECK_INT(d.data.len, 8);
}

static const struct {
    const char *name, *xml, *error;
} bad[] = {
    {"a stray character in base64", "<bin xmlns='u'>Zm*v</bin>",
     "<bin> does not hold valid base64"},
    {"base64 without its padding", "<bin xmlns='u'>Zm8</bin>",
     "<bin> does not hold valid base64"},
    {"base64 behind its padding", "<bin xmlns='u'>Zm8=Zm8=</bin>",
     "<bin> does not hold valid base64"},
    {"an element among base64", "<bin xmlns='u'>Zm8=<a/></bin>",
     "<bin> holds an element where base64 must be"},
};

TEST(qnames_are_resolved_where_they_stand)
{
    AUTO_DOC d;
    struct hop_xml_qname q;
    struct hop_xml_node *n;

    REQUIRE(read_doc(&d, "<a xmlns:p='u' xmlns='d'><b> p:x\n</b>"
                         "<b xmlns:p='v'>p:y</b><b>z</b><b>q:z</b><b>p:</b>"
                         "<b xmlns=''>w</b></a>"));
    n = d.root->first;
    REQUIRE(hop_xml_node_qname(n, &d.arena, &q));
    CHECK_STR(q.ns, "u");
    CHECK_STR(q.local, "x");
    n = n->next;
    REQUIRE(hop_xml_node_qname(n, &d.arena, &q));
    CHECK_STR(q.ns, "v");
    n = n->next;
    REQUIRE(hop_xml_node_qname(n, &d.arena, &q));
    CHECK_STR(q.ns, "d");
    n = n->next;
    CHECK(!hop_xml_node_qname(n, &d.arena, &q));
    n = n->next;
    CHECK(!hop_xml_node_qname(n, &d.arena, &q));
    n = n->next;
    REQUIRE(hop_xml_node_qname(n, &d.arena, &q));
    CHECK_STR(q.ns, "");
}

TEST(a_node_is_written_with_what_is_in_scope)
{
    AUTO_DOC d;
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    struct hop_xml_writer w = HOP_XML_WRITER(&out);

    REQUIRE(read_doc(&d, "<a xmlns='u' xmlns:p='x' xmlns:q='y'>"
                         "<b xmlns:p='z' p:t='q:n &amp;'><bin>Zm8=</bin>"
                         "<c xmlns=''>&lt;</c><d/></b></a>"));
    hop_xml_write_node(&w, d.root->first);
    CHECK_STR(hop_buf_str(&out),
              "<b xmlns:p=\"z\" xmlns=\"u\" xmlns:q=\"y\" p:t=\"q:n &amp;\">"
              "<bin>Zm8=</bin><c xmlns=\"\">&lt;</c><d/></b>");
}

TEST(an_arena_that_is_too_small_is_an_error)
{
    struct hop_xml_tree_options opt = {hop_xml_soap_limits(1 << 20), NULL};
    HOP_AUTO_ARENA struct hop_arena arena;
    struct hop_xml_node *root;
    struct hop_error err;

    for (size_t max = 1; max < 2000; max += 17) {
        hop_arena_init(&arena, max);
        if (hop_xml_tree_read("<a b='c'><d>text</d></a>", 24, &opt, &arena,
                              NULL, &root, &err)) {
            CHECK(max > 200);
            return;
        }
        CHECK_INT(err.domain, HOP_ERROR_LIMIT);
        hop_arena_done(&arena);
    }
    FAIL("any size was enough");
}

int
main(void)
{
    RUN(children_attributes_and_texts_are_found);
    RUN(base64_is_decoded_while_it_is_read);
    for (size_t i = 0; i < HOP_ARRAY_SIZE(bad); i++) {
        AUTO_DOC d;

        ROW(bad[i].name);
        CHECK(!read_doc(&d, bad[i].xml));
        CHECK_STR(d.err.text, bad[i].error);
    }
    RUN(qnames_are_resolved_where_they_stand);
    RUN(a_node_is_written_with_what_is_in_scope);
    RUN(an_arena_that_is_too_small_is_an_error);
    return test_done();
}
