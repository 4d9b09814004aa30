/* XmlNode, XmlElement and their kin on libxml2's tree: no network, no
 * external entities.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/xml.h"

#include "base/libxml.h"
#include "value/types.h"
#include "value/types/def.h"
#include "value/types/more.h"

static const struct hop_class class_text, class_cdata, class_comment,
    class_attribute, class_declaration, class_instruction;

const struct hop_class *
hop_xml_class_for(const xmlNode *n)
{
    switch (n->type) {
    case XML_DOCUMENT_NODE: return &hop_class_xml_document;
    case XML_TEXT_NODE: return &class_text;
    case XML_CDATA_SECTION_NODE: return &class_cdata;
    case XML_PI_NODE:
        return strcmp(HOP_CHARS(n->name), "xml") == 0 ? &class_declaration
                                                      : &class_instruction;
    case XML_COMMENT_NODE: return &class_comment;
    case XML_ATTRIBUTE_NODE: return &class_attribute;
    default: return &hop_class_xml_element;
    }
}

/* ---- text of nodes ---- */

struct hop_value
hop_xml_take_text(xmlChar *s)
{
    struct hop_value v = hop_text(s ? HOP_CHARS(s) : "");

    xmlFree(s);
    return v;
}

void
hop_xml_add_outer(const xmlNode *n, struct hop_buf *out)
{
    xmlBuffer *b = xmlBufferCreate();

    if (n->type == XML_DOCUMENT_NODE) {
        for (const xmlNode *k = n->children; k; k = k->next)
            hop_xml_add_outer(k, out);
    } else {
        xmlNodeDump(b, n->doc, (xmlNode *)(uintptr_t)n, 0, 0);
        /* .NET writes <a /> where libxml2 writes <a/>. */
        for (const char *p = HOP_CHARS(xmlBufferContent(b)); p && *p; p++) {
            if (p[0] == '/' && p[1] == '>')
                hop_buf_addc(out, ' ');
            hop_buf_addc(out, *p);
        }
    }
    xmlBufferFree(b);
}

static void
add_inner(const xmlNode *n, struct hop_buf *out)
{
    for (const xmlNode *k = n->children; k; k = k->next)
        hop_xml_add_outer(k, out);
}

const char *
hop_xml_node_name(const xmlNode *n)
{
    switch (n->type) {
    case XML_DOCUMENT_NODE: return "#document";
    case XML_TEXT_NODE: return "#text";
    case XML_CDATA_SECTION_NODE: return "#cdata-section";
    case XML_COMMENT_NODE: return "#comment";
    default: return HOP_CHARS(n->name);
    }
}

void
hop_xml_add_qualified(const xmlNode *n, struct hop_buf *b)
{
    if ((n->type == XML_ELEMENT_NODE || n->type == XML_ATTRIBUTE_NODE) &&
        n->ns && n->ns->prefix)
        hop_buf_addf(b, "%s:", HOP_CHARS(n->ns->prefix));
    hop_buf_adds(b, hop_xml_node_name(n));
}

static struct hop_value
list_children(struct hop_context *cx, struct hop_xml_node *o, bool elements)
{
    struct hop_array *a = hop_array_new_of(cx, &hop_class_xml_node_list, 0);

    for (xmlNode *k = o->n->children; k; k = k->next)
        if (!elements || k->type == XML_ELEMENT_NODE)
            hop_array_push(a, hop_xml_wrap(cx, o->tree, k));
    return hop_obj(a);
}

static struct hop_value
list_attributes(struct hop_context *cx, struct hop_xml_node *o)
{
    struct hop_array *a =
        hop_array_new_of(cx, &hop_class_xml_attribute_list, 0);

    if (o->n->type == XML_ELEMENT_NODE)
        for (xmlAttr *k = o->n->properties; k; k = k->next)
            hop_array_push(a, hop_xml_wrap(cx, o->tree, (xmlNode *)k));
    return hop_obj(a);
}

bool
hop_xml_get_part(struct hop_context *cx, struct hop_value self, intptr_t data,
                 struct hop_value *out)
{
    struct hop_xml_node *o = hop_xml_node_of(self);
    xmlNode *n = o->n;
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    static const uint8_t types[] = {
        [XML_ELEMENT_NODE] = 1, [XML_ATTRIBUTE_NODE] = 2,
        [XML_TEXT_NODE] = 3,    [XML_CDATA_SECTION_NODE] = 4,
        [XML_PI_NODE] = 7,      [XML_COMMENT_NODE] = 8,
        [XML_DOCUMENT_NODE] = 9};
    bool element = n->type == XML_ELEMENT_NODE;

    switch ((enum xml_part)data) {
    case HOP_XML_NAME:
        hop_xml_add_qualified(n, &b);
        *out = hop_text_buf(&b);
        break;
    case HOP_XML_LOCAL: *out = hop_text(hop_xml_node_name(n)); break;
    case HOP_XML_INNER_TEXT:
        *out = hop_xml_take_text(xmlNodeGetContent(n));
        break;
    case HOP_XML_INNER_XML:
        add_inner(n, &b);
        *out = hop_text_buf(&b);
        break;
    case HOP_XML_OUTER_XML:
        hop_xml_add_outer(n, &b);
        *out = hop_text_buf(&b);
        break;
    case HOP_XML_PARENT: *out = hop_xml_wrap(cx, o->tree, n->parent); break;
    case HOP_XML_CHILDREN: *out = list_children(cx, o, false); break;
    case HOP_XML_ATTRIBUTES:
        *out = element ? list_attributes(cx, o) : hop_null();
        break;
    case HOP_XML_FIRST: *out = hop_xml_wrap(cx, o->tree, n->children); break;
    case HOP_XML_LAST: *out = hop_xml_wrap(cx, o->tree, n->last); break;
    case HOP_XML_HAS_CHILDREN: *out = hop_bool(n->children != NULL); break;
    case HOP_XML_HAS_ATTRIBUTES:
        *out = hop_bool(element && n->properties != NULL);
        break;
    case HOP_XML_IS_EMPTY: *out = hop_bool(element && !n->children); break;
    case HOP_XML_TYPE:
        *out = hop_enum(HOP_ENUM_XML_NODE_TYPE,
                        hop_xml_class_for(n) == &class_declaration ? 17
                        : (size_t)n->type < sizeof types ? types[n->type]
                                                         : 0);
        break;
    case HOP_XML_VALUE:
        *out = element || n->type == XML_DOCUMENT_NODE
                   ? hop_null()
                   : hop_xml_take_text(xmlNodeGetContent(n));
        break;
    case HOP_XML_ROOT:
        *out = hop_xml_wrap(cx, o->tree, xmlDocGetRootElement(o->tree->doc));
        break;
    case HOP_XML_OWNER:
        *out = hop_xml_wrap(cx, o->tree, (xmlNode *)o->tree->doc);
        break;
    case HOP_XML_NEXT: *out = hop_xml_wrap(cx, o->tree, n->next); break;
    case HOP_XML_PREVIOUS: *out = hop_xml_wrap(cx, o->tree, n->prev); break;
    case HOP_XML_NAMESPACE:
        *out = hop_text(element && n->ns ? HOP_CHARS(n->ns->href) : "");
        break;
    case HOP_XML_PREFIX:
        *out = hop_text(
            element && n->ns && n->ns->prefix ? HOP_CHARS(n->ns->prefix) : "");
        break;
    }
    return true;
}

void
hop_xml_replace_text(struct hop_xml_tree *t, xmlNode *n, const char *s)
{
    xmlNode *text;

    if (n->type != XML_ELEMENT_NODE && n->type != XML_ATTRIBUTE_NODE) {
        xmlNodeSetContent(n, HOP_XML_CHARS(s));
        return;
    }
    hop_xml_empty_node(t, n, false);
    text = *s ? xmlNewDocText(t->doc, HOP_XML_CHARS(s)) : NULL;
    if (text)
        hop_xml_link_node(n, text, NULL);
}

SETTER(set_text)
{
    struct hop_xml_node *o = hop_xml_node_of(self);

    hop_xml_replace_text(o->tree, o->n, v.u.s->data);
    return true;
}

SETTER(set_inner_xml)
{
    struct hop_xml_node *o = hop_xml_node_of(self);
    xmlNode *list = NULL;

    hop_xml_empty_node(o->tree, o->n, false);
    if (xmlParseInNodeContext(o->n, v.u.s->data, (int)v.u.s->len,
                              XML_PARSE_NONET | XML_PARSE_NOERROR, &list) != 0)
        return hop_throw(cx, &hop_exception_xml,
                         "The text is not well-formed XML.");
    xmlAddChildList(o->n, list);
    return true;
}

/* ---- PowerShell's adapter: children and attributes by name ---- */

/* data: the first alone. */
METHOD(select_nodes)
{
    struct hop_xml_node *o = hop_xml_node_of(c->self);
    xmlXPathContext *x = xmlXPathNewContext(o->tree->doc);
    xmlXPathObject *r;
    struct hop_array *a = hop_array_new_of(cx, &hop_class_xml_node_list, 0);
    HOP_AUTO_VALUE struct hop_value all = hop_obj(a);

    xmlXPathSetContextNode(o->n, x);
    if (c->n > 1 && !ARG_NULL(1))
        hop_xml_register_names(x, (struct hop_xml_names *)c->args[1].u.o);
    r = xmlXPathEvalExpression(HOP_XML_CHARS(ARG_S(0)->data), x);
    for (int i = 0; r && r->nodesetval && i < r->nodesetval->nodeNr; i++)
        hop_array_push(a, hop_xml_wrap(cx, o->tree, r->nodesetval->nodeTab[i]));
    xmlXPathFreeContext(x);
    if (!r)
        return hop_throw(cx, &hop_exception_xpath, "'%s' has an invalid token.",
                         ARG_S(0)->data);
    xmlXPathFreeObject(r);
    if (!c->data)
        RETURN(hop_value_steal(&all));
    RETURN(a->n ? hop_retain(a->items[0]) : hop_null());
}

static void
collect_named(struct hop_context *cx, struct hop_xml_node *o, xmlNode *n,
              const char *name, struct hop_array *a)
{
    for (xmlNode *k = n->children; k; k = k->next) {
        if (k->type != XML_ELEMENT_NODE)
            continue;
        if (strcmp(name, "*") == 0 || strcmp(name, HOP_CHARS(k->name)) == 0)
            hop_array_push(a, hop_xml_wrap(cx, o->tree, k));
        if (hop_context_enter(cx)) {
            collect_named(cx, o, k, name, a);
            cx->depth--;
        }
    }
}

METHOD(elements_by_name)
{
    struct hop_xml_node *o = hop_xml_node_of(c->self);
    struct hop_array *a = hop_array_new(cx, 0);

    c->result = hop_obj(a);
    collect_named(cx, o, o->n, ARG_S(0)->data, a);
    return !hop_has_exception(cx);
}

METHOD(get_attribute)
{
    xmlNode *n = hop_xml_node_of(c->self)->n;
    xmlChar *s = xmlGetProp(n, HOP_XML_CHARS(ARG_S(0)->data));

    if (c->data) {
        bool there = s != NULL;

        xmlFree(s);
        RETURN(hop_bool(there));
    }
    RETURN(hop_xml_take_text(s));
}

METHOD(set_attribute)
{
    xmlSetProp(hop_xml_node_of(c->self)->n, HOP_XML_CHARS(ARG_S(0)->data),
               HOP_XML_CHARS(ARG_S(1)->data));
    return true;
}

METHOD(remove_attribute)
{
    struct hop_xml_node *o = hop_xml_node_of(c->self);
    xmlAttr *a = xmlHasProp(o->n, HOP_XML_CHARS(ARG_S(0)->data));

    if (a && a->type == XML_ATTRIBUTE_NODE)
        hop_xml_take_out(o->tree, (xmlNode *)a);
    return true;
}

/* May k come to lie below o? */
static bool
may_hold(struct hop_context *cx, struct hop_xml_node *o, struct hop_xml_node *k)
{
    if (k->tree != o->tree)
        return hop_throw(cx, &hop_exception_argument,
                         "The node to be inserted is from a different document "
                         "context.");
    for (xmlNode *n = o->n; n; n = n->parent)
        if (n == k->n)
            return hop_throw(cx, &hop_exception_argument,
                             "Cannot insert a node or any ancestor of that "
                             "node as a child of itself.");
    if (o->n->type != XML_ELEMENT_NODE && o->n->type != XML_DOCUMENT_NODE)
        return hop_throw(cx, &hop_exception_invalid_operation,
                         "The current node cannot contain other nodes.");
    if (o->n->type == XML_DOCUMENT_NODE && k->n->type == XML_ELEMENT_NODE &&
        xmlDocGetRootElement(o->tree->doc) &&
        xmlDocGetRootElement(o->tree->doc) != k->n)
        return hop_throw(cx, &hop_exception_invalid_operation,
                         "This document already has a 'DocumentElement' "
                         "node.");
    return true;
}

enum { AT_END, AT_START, BEFORE, AFTER };

METHOD(insert_child)
{
    struct hop_xml_node *o = hop_xml_node_of(c->self), *k, *beside = NULL;
    xmlNode *before = NULL;

    if (ARG_NULL(0))
        return hop_throw_null(cx, "newChild");
    k = hop_xml_node_of(c->args[0]);
    if (c->n > 1 && !ARG_NULL(1))
        beside = hop_xml_node_of(c->args[1]);
    if (!may_hold(cx, o, k))
        return false;
    if (beside && beside->n->parent != o->n)
        return hop_throw(cx, &hop_exception_argument,
                         "The reference node is not a child of this node.");
    if (c->data == AT_START || (c->data == AFTER && !beside))
        before = o->n->children;
    else if (c->data == BEFORE)
        before = beside ? beside->n : NULL;
    else if (c->data == AFTER)
        before = beside->n->next;
    if (before == k->n)
        before = before->next;
    hop_xml_link_node(o->n, k->n, before);
    hop_xml_keep_apart(o->tree, k->n);
    RETURN(hop_retain(c->args[0]));
}

METHOD(remove_child)
{
    struct hop_xml_node *o = hop_xml_node_of(c->self);

    if (ARG_NULL(0))
        return hop_throw_null(cx, "oldChild");
    if (hop_xml_node_of(c->args[0])->n->parent != o->n)
        return hop_throw(cx, &hop_exception_argument,
                         "The node to be removed is not a child of this "
                         "node.");
    hop_xml_take_out(o->tree, hop_xml_node_of(c->args[0])->n);
    RETURN(hop_retain(c->args[0]));
}

METHOD(replace_child)
{
    struct hop_xml_node *o = hop_xml_node_of(c->self), *k, *old;
    xmlNode *next;

    if (ARG_NULL(0) || ARG_NULL(1))
        return hop_throw_null(cx, ARG_NULL(0) ? "newChild" : "oldChild");
    k = hop_xml_node_of(c->args[0]);
    old = hop_xml_node_of(c->args[1]);
    if (old->n->parent != o->n)
        return hop_throw(cx, &hop_exception_argument,
                         "The reference node is not a child of this node.");
    next = old->n->next == k->n ? k->n->next : old->n->next;
    hop_xml_take_out(o->tree, old->n);
    if (!may_hold(cx, o, k))
        return false;
    hop_xml_link_node(o->n, k->n, next);
    hop_xml_keep_apart(o->tree, k->n);
    RETURN(hop_retain(c->args[1]));
}

METHOD(local_name)
{
    RETURN(hop_text(hop_xml_node_name(hop_xml_node_of(c->self)->n)));
}

/* The first child element of a name; an attribute's or list's item is found by
 * attribute_item. */
METHOD(child_item)
{
    struct hop_xml_node *o = hop_xml_node_of(c->self);

    for (xmlNode *k = o->n->children; k; k = k->next) {
        HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

        if (k->type != XML_ELEMENT_NODE)
            continue;
        hop_xml_add_qualified(k, &b);
        if (hop_string_is(ARG_S(0), hop_buf_str(&b)))
            RETURN(hop_xml_wrap(cx, o->tree, k));
    }
    RETURN(hop_null());
}

METHOD(remove_all)
{
    hop_xml_empty_node(hop_xml_node_of(c->self)->tree,
                       hop_xml_node_of(c->self)->n, true);
    return true;
}

/* Clone, CloneNode, ImportNode. */
bool
hop_xml_copy_node(struct hop_context *cx, struct hop_call *c)
{
    struct hop_xml_node *o = hop_xml_node_of(c->self);
    bool import = c->n && c->args[0].kind == HOP_OBJECT;
    struct hop_xml_node *from = import ? hop_xml_node_of(c->args[0]) : o;
    bool deep = c->n == 0 || ARG_B(c->n - 1);
    xmlNode *n;

    if (from->n->type == XML_DOCUMENT_NODE)
        RETURN(hop_xml_new_document(cx, xmlCopyDoc(from->tree->doc, deep)));
    n = xmlDocCopyNode(from->n, o->tree->doc, deep ? 1 : 2);
    if (!n)
        return hop_throw(cx, &hop_exception_xml, "The node cannot be copied.");
    hop_xml_keep_apart(o->tree, n);
    RETURN(hop_xml_wrap(cx, o->tree, n));
}

static const struct hop_property node_properties[] = {
    HOP_XML_PART("Name", "string", HOP_XML_NAME),
    HOP_XML_PART("LocalName", "string", HOP_XML_LOCAL),
    {"InnerText", "string", hop_xml_get_part, set_text, HOP_PROP_HIDDEN,
     HOP_XML_INNER_TEXT},
    {"InnerXml", "string", hop_xml_get_part, set_inner_xml, HOP_PROP_HIDDEN,
     HOP_XML_INNER_XML},
    HOP_XML_PART("OuterXml", "string", HOP_XML_OUTER_XML),
    {"Value", "string", hop_xml_get_part, set_text, HOP_PROP_HIDDEN,
     HOP_XML_VALUE},
    HOP_XML_PART("NodeType", "System.Xml.XmlNodeType", HOP_XML_TYPE),
    HOP_XML_PART("ParentNode", "System.Xml.XmlNode", HOP_XML_PARENT),
    HOP_XML_PART("ChildNodes", "System.Object", HOP_XML_CHILDREN),
    HOP_XML_PART("Attributes", "System.Object", HOP_XML_ATTRIBUTES),
    HOP_XML_PART("FirstChild", "System.Xml.XmlNode", HOP_XML_FIRST),
    HOP_XML_PART("LastChild", "System.Xml.XmlNode", HOP_XML_LAST),
    HOP_XML_PART("NextSibling", "System.Xml.XmlNode", HOP_XML_NEXT),
    HOP_XML_PART("PreviousSibling", "System.Xml.XmlNode", HOP_XML_PREVIOUS),
    HOP_XML_PART("HasChildNodes", "bool", HOP_XML_HAS_CHILDREN),
    HOP_XML_PART("HasAttributes", "bool", HOP_XML_HAS_ATTRIBUTES),
    HOP_XML_PART("IsEmpty", "bool", HOP_XML_IS_EMPTY),
    HOP_XML_PART("OwnerDocument", "System.Xml.XmlNode", HOP_XML_OWNER),
    HOP_XML_PART("NamespaceURI", "string", HOP_XML_NAMESPACE),
    HOP_XML_PART("Prefix", "string", HOP_XML_PREFIX),
    END_PROPERTIES,
};

#define NAMES "System.Xml.XmlNamespaceManager"

static const struct hop_method node_methods[] = {
    {"System.Xml.XmlNodeList SelectNodes(string xpath)", select_nodes, false},
    {"System.Xml.XmlNodeList SelectNodes(string xpath, " NAMES " nsmgr)",
     select_nodes, false},
    {HOP_XML_NODE_NAME " SelectSingleNode(string xpath)", select_nodes, true},
    {HOP_XML_NODE_NAME " SelectSingleNode(string xpath, " NAMES " nsmgr)",
     select_nodes, true},
    {"System.Object GetElementsByTagName(string name)", elements_by_name},
    {"string GetAttribute(string name)", get_attribute, false},
    {"bool HasAttribute(string name)", get_attribute, true},
    {"void SetAttribute(string name, string value)", set_attribute},
    {"void RemoveAttribute(string name)", remove_attribute},
    {HOP_XML_NODE_NAME " AppendChild(" HOP_XML_NODE_NAME " newChild)",
     insert_child, AT_END},
    {HOP_XML_NODE_NAME " PrependChild(" HOP_XML_NODE_NAME " newChild)",
     insert_child, AT_START},
    {HOP_XML_NODE_NAME " InsertBefore(" HOP_XML_NODE_NAME
                       " newChild, " HOP_XML_NODE_NAME " refChild)",
     insert_child, BEFORE},
    {HOP_XML_NODE_NAME " InsertAfter(" HOP_XML_NODE_NAME
                       " newChild, " HOP_XML_NODE_NAME " refChild)",
     insert_child, AFTER},
    {HOP_XML_NODE_NAME " RemoveChild(" HOP_XML_NODE_NAME " oldChild)",
     remove_child},
    {HOP_XML_NODE_NAME " ReplaceChild(" HOP_XML_NODE_NAME
                       " newChild, " HOP_XML_NODE_NAME " oldChild)",
     replace_child},
    {HOP_XML_NODE_NAME " Item(string name)", child_item},
    {"string ToString()", local_name},
    {"void RemoveAll()", remove_all},
    {HOP_XML_NODE_NAME " Clone()", hop_xml_copy_node},
    {HOP_XML_NODE_NAME " CloneNode(bool deep)", hop_xml_copy_node},
    END_METHODS,
};

const struct hop_class hop_class_xml_node = {
    .name = HOP_XML_NODE_NAME,
    .base = &hop_class_object,
    .flags = HOP_CLASS_ABSTRACT,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_xml_node),
    .properties = node_properties,
    .methods = node_methods,
    .destroy = hop_xml_destroy_node,
    .get_dynamic = hop_xml_get_by_name,
    .set_dynamic = hop_xml_set_by_name,
    .each_dynamic = hop_xml_each_name,
};

#define NODE_CLASS(c, text)                                                    \
    const struct hop_class c = {                                               \
        .name = text,                                                          \
        .base = &hop_class_xml_node,                                           \
        .kind = HOP_OBJECT,                                                    \
        .size = sizeof(struct hop_xml_node),                                   \
    }

static const struct hop_class class_linked_node = {
    .name = "System.Xml.XmlLinkedNode",
    .base = &hop_class_xml_node,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_xml_node),
};
const struct hop_class hop_class_xml_element = {
    .name = "System.Xml.XmlElement",
    .base = &class_linked_node,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_xml_node),
};
static NODE_CLASS(class_text, "System.Xml.XmlText");
static NODE_CLASS(class_comment, "System.Xml.XmlComment");
static NODE_CLASS(class_attribute, "System.Xml.XmlAttribute");
static NODE_CLASS(class_cdata, "System.Xml.XmlCDataSection");
static NODE_CLASS(class_declaration, "System.Xml.XmlDeclaration");
static NODE_CLASS(class_instruction, "System.Xml.XmlProcessingInstruction");

void
hop_xml_add_type_name(struct hop_value v, struct hop_buf *out)
{
    const xmlNode *n = hop_is_exactly(v, &hop_class_xml_element)
                           ? hop_xml_node_of(v)->n
                           : NULL;

    if (n != NULL && n->ns != NULL && n->ns->href != NULL && *n->ns->href)
        hop_buf_addf(out, "System.Xml.XmlElement#%s#%s", HOP_CHARS(n->ns->href),
                     HOP_CHARS(n->name));
}
