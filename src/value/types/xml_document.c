/* XmlDocument: making nodes, loading and saving.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types.h"
#include "value/types/def.h"

#include <errno.h>
#include <unistd.h>

#include "base/libxml.h"
#include "value/types/file_info.h"
#include "value/types/more.h"
#include "value/types/stream.h"
#include "value/types/xml.h"

static bool
parse_document(struct hop_context *cx, const struct hop_string *s,
               struct hop_value *out)
{
    xmlDoc *doc =
        s->len ? hop_xml_read_text(cx, s) : xmlNewDoc(HOP_XML_CHARS("1.0"));

    if (doc)
        *out = hop_xml_new_document(cx, doc);
    return doc != NULL;
}

/* data: 0 element, 1 text, 2 comment, 3 CDATA section. */
METHOD(create_node)
{
    struct hop_xml_node *o = hop_xml_node_of(c->self);
    const xmlChar *s = HOP_XML_CHARS(ARG_S(0)->data);
    xmlNode *n;

    n = c->data == 0   ? xmlNewDocNode(o->tree->doc, NULL, s, NULL)
        : c->data == 1 ? xmlNewDocText(o->tree->doc, s)
        : c->data == 2 ? xmlNewDocComment(o->tree->doc, s)
                       : xmlNewCDataBlock(o->tree->doc, s, (int)ARG_S(0)->len);
    if (c->n > 1 && !ARG_NULL(1) && ARG_S(1)->len)
        xmlSetNs(n, xmlNewNs(n, HOP_XML_CHARS(ARG_S(1)->data), NULL));
    hop_xml_keep_apart(o->tree, n);
    RETURN(hop_xml_wrap(cx, o->tree, n));
}

METHOD(create_declaration)
{
    struct hop_xml_node *o = hop_xml_node_of(c->self);
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    xmlNode *n;

    hop_buf_addf(&b, "version=\"%s\"", ARG_S(0)->data);
    if (!ARG_NULL(1) && ARG_S(1)->len)
        hop_buf_addf(&b, " encoding=\"%s\"", ARG_S(1)->data);
    if (!ARG_NULL(2) && ARG_S(2)->len)
        hop_buf_addf(&b, " standalone=\"%s\"", ARG_S(2)->data);
    n = xmlNewDocPI(o->tree->doc, HOP_XML_CHARS("xml"), HOP_XML_CHARS(b.data));
    hop_xml_keep_apart(o->tree, n);
    RETURN(hop_xml_wrap(cx, o->tree, n));
}

METHOD(create_attribute)
{
    struct hop_xml_node *o = hop_xml_node_of(c->self);
    xmlNode *n = (xmlNode *)xmlNewDocProp(o->tree->doc,
                                          HOP_XML_CHARS(ARG_S(0)->data), NULL);

    hop_xml_keep_apart(o->tree, n);
    RETURN(hop_xml_wrap(cx, o->tree, n));
}

METHOD(load)
{
    struct hop_xml_node *o = hop_xml_node_of(c->self);
    HOP_AUTO_FREE char *path =
        c->data ? hop_path_full(cx, ARG_S(0)->data) : NULL;
    xmlDoc *doc = path ? xmlReadFile(path, NULL,
                                     XML_PARSE_NONET | XML_PARSE_NOERROR |
                                         XML_PARSE_NOBLANKS)
                       : hop_xml_read_text(cx, ARG_S(0));

    if (!doc && path && access(path, F_OK) != 0)
        return hop_throw_errno(cx, ENOENT, path, false);

    if (!doc)
        return hop_has_exception(cx)
                   ? false
                   : hop_throw(cx, &hop_exception_xml,
                               "The file '%s' is not well-formed XML.",
                               ARG_S(0)->data);
    if (path)
        hop_xml_add_declaration(doc, NULL);
    hop_xml_destroy_node(&o->base);
    o->tree = hop_xml_new_tree(doc);
    o->n = (xmlNode *)doc;
    return true;
}

/* Indented, as .NET writes a document without white space of its own. */
static void
add_pretty(const xmlNode *doc, struct hop_buf *out)
{
    for (const xmlNode *k = doc->children; k; k = k->next) {
        xmlBuffer *b = xmlBufferCreate();

        if (out->len)
            hop_buf_addc(out, '\n');
        xmlNodeDump(b, k->doc, (xmlNode *)(uintptr_t)k, 0, 1);
        for (const char *p = HOP_CHARS(xmlBufferContent(b)); p && *p; p++) {
            if (p[0] == '/' && p[1] == '>')
                hop_buf_addc(out, ' ');
            hop_buf_addc(out, *p);
        }
        xmlBufferFree(b);
    }
}

METHOD(save)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    HOP_AUTO_FREE char *path = NULL;
    struct hop_stream *s = hop_as_stream(c->args[0]);
    HOP_AUTO_STRING struct hop_string *name = NULL;
    struct hop_value text, none = hop_null();

    add_pretty(hop_xml_node_of(c->self)->n, &b);
    if (hop_is_string(c->args[0])) {
        path = hop_path_full(cx, ARG_S(0)->data);
        return hop_file_write_all(cx, path, hop_buf_str(&b), b.len, false);
    }
    if (s)
        return hop_stream_write(cx, s, hop_buf_str(&b), b.len);
    name = hop_string_from("Write");
    text = hop_text_buf(&b);
    c->result = hop_void();
    return hop_member_call(cx, c->args[0], name, &text, 1, NULL, &none) &&
           (hop_release(text), true);
}

METHOD(new_xml)
{
    RETURN(hop_xml_new_document(cx, xmlNewDoc(HOP_XML_CHARS("1.0"))));
}

GETTER(get_document_flag)
{
    *out = hop_bool(false);
    return true;
}

static const struct hop_property document_properties[] = {
    {"PreserveWhitespace", "bool", get_document_flag, NULL, HOP_PROP_HIDDEN},
    {"NameTable", "System.Xml.XmlNameTable", hop_xml_get_name_table, NULL,
     HOP_PROP_HIDDEN},
    HOP_XML_PART("DocumentElement", "System.Xml.XmlElement", HOP_XML_ROOT),
    END_PROPERTIES,
};

static const struct hop_method document_methods[] = {
    {"System.Xml.XmlElement CreateElement(string name)", create_node, 0},
    {HOP_XML_NODE_NAME " CreateTextNode(string text)", create_node, 1},
    {HOP_XML_NODE_NAME " CreateComment(string data)", create_node, 2},
    {HOP_XML_NODE_NAME " CreateCDataSection(string data)", create_node, 3},
    {"System.Xml.XmlElement CreateElement(string qualifiedName, string "
     "namespaceURI)",
     create_node, 0},
    {HOP_XML_NODE_NAME " CreateAttribute(string name)", create_attribute},
    {HOP_XML_NODE_NAME
     " CreateXmlDeclaration(string version, string encoding, string "
     "standalone)",
     create_declaration},
    {HOP_XML_NODE_NAME " ImportNode(" HOP_XML_NODE_NAME " node, bool deep)",
     hop_xml_copy_node},
    {"void LoadXml(string xml)", load, false},
    {"void Load(string filename)", load, true},
    {"void Save(string filename)", save},
    {"void Save(System.IO.Stream outStream)", save},
    {"void Save(System.IO.TextWriter writer)", save},
    END_METHODS,
};

static const struct hop_method document_constructors[] = {
    {"xml new()", new_xml},
    END_METHODS,
};

const struct hop_class hop_class_xml_document = {
    .name = "System.Xml.XmlDocument",
    .base = &hop_class_xml_node,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_xml_node),
    .properties = document_properties,
    .methods = document_methods,
    .constructors = document_constructors,
    .parse = parse_document,
};
