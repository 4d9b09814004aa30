/* The nodes of an XML document, shared by the files about them.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_VALUE_TYPES_XML_H
#define HOP_VALUE_TYPES_XML_H

#include "base/libxml.h"
#include "value/class.h"
#include "value/collections.h"
#include "value/context.h"

/* A tree that several node objects share. */
struct hop_xml_tree {
    int refs;
    xmlDoc *doc;
    xmlNode **out; /* taken out of the tree; objects may still name them */
    size_t n_out, cap_out;
};

struct hop_xml_node {
    struct hop_object base;
    struct hop_xml_tree *tree;
    xmlNode *n;
};

#define HOP_CHARS(s)     ((const char *)(s))
#define HOP_XML_CHARS(s) ((const xmlChar *)(s))

enum xml_part {
    HOP_XML_NAME,
    HOP_XML_LOCAL,
    HOP_XML_INNER_TEXT,
    HOP_XML_INNER_XML,
    HOP_XML_OUTER_XML,
    HOP_XML_PARENT,
    HOP_XML_CHILDREN,
    HOP_XML_ATTRIBUTES,
    HOP_XML_FIRST,
    HOP_XML_LAST,
    HOP_XML_HAS_CHILDREN,
    HOP_XML_TYPE,
    HOP_XML_VALUE,
    HOP_XML_ROOT,
    HOP_XML_OWNER,
    HOP_XML_NEXT,
    HOP_XML_PREVIOUS,
    HOP_XML_NAMESPACE,
    HOP_XML_PREFIX,
    HOP_XML_HAS_ATTRIBUTES,
    HOP_XML_IS_EMPTY,
};

struct hop_xml_names {
    struct hop_object base;
    struct hop_value table; /* Hashtable: prefix to address */
};

#define HOP_XML_PART(n, t, w)                                                  \
    {                                                                          \
        n, t, hop_xml_get_part, NULL, HOP_PROP_HIDDEN, w                       \
    }

#define HOP_XML_NODE_NAME "System.Xml.XmlNode"

extern const struct hop_class hop_class_xml_node_list,
    hop_class_xml_attribute_list;

/* The dynamic members of a node (value/class.h). */
int hop_xml_get_by_name(struct hop_context *cx, struct hop_value self,
                        const struct hop_string *name, struct hop_value *out);
int hop_xml_set_by_name(struct hop_context *cx, struct hop_value self,
                        const struct hop_string *name, struct hop_value v);
void hop_xml_each_name(struct hop_value self,
                       bool (*f)(void *, struct hop_string *), void *arg);

/* Makes the prefixes known to an XPath. */
void hop_xml_register_names(xmlXPathContext *x, struct hop_xml_names *names);

/* The node in v (borrowed). */
struct hop_xml_node *hop_xml_node_of(struct hop_value v);
void hop_xml_destroy_node(struct hop_object *o);

/* Remembers a node that is in no tree, to be released with this one. */
void hop_xml_keep_apart(struct hop_xml_tree *t, xmlNode *n);

/* Takes n out of its tree, which keeps it. */
void hop_xml_take_out(struct hop_xml_tree *t, xmlNode *n);

/* Everything below n; its attributes too. */
void hop_xml_empty_node(struct hop_xml_tree *t, xmlNode *n, bool attributes);

/* Links n below parent, in front of `before` or at the end.  libxml2's own
 * functions join neighbouring texts and release one of them. */
void hop_xml_link_node(xmlNode *parent, xmlNode *n, xmlNode *before);

/* A node object of its own class, or null for NULL; owned. */
struct hop_value hop_xml_wrap(struct hop_context *cx, struct hop_xml_tree *t,
                              xmlNode *n);

/* A tree with one user; takes doc. */
struct hop_xml_tree *hop_xml_new_tree(xmlDoc *doc);

/* The declaration as a node of its own, as .NET has it; libxml2 keeps what it
 * said in the document.  source: the text read, or NULL. */
void hop_xml_add_declaration(xmlDoc *doc, const char *source);

/* An XmlDocument; takes doc. */
struct hop_value hop_xml_new_document(struct hop_context *cx, xmlDoc *doc);

/* Parses; NULL: an exception is pending. */
xmlDoc *hop_xml_read_text(struct hop_context *cx, const struct hop_string *s);

/* The class of its objects. */
const struct hop_class *hop_xml_class_for(const xmlNode *n);

/* Members that documents have too. */
hop_method_fn hop_xml_copy_node;
hop_get_fn hop_xml_get_part, hop_xml_get_name_table;

/* libxml2's text as a value; releases it. */
struct hop_value hop_xml_take_text(xmlChar *s);

/* OuterXml. */
void hop_xml_add_outer(const xmlNode *n, struct hop_buf *out);

/* The name without a prefix (borrowed), and with it. */
const char *hop_xml_node_name(const xmlNode *n);
void hop_xml_add_qualified(const xmlNode *n, struct hop_buf *b);

/* The text of an element, attribute, text or comment. */
void hop_xml_replace_text(struct hop_xml_tree *t, xmlNode *n, const char *s);

#endif
