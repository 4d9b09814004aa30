/* XmlDocument, XmlElement and their kin on libxml2's tree: no network, no
 * external entities.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/def.h"

#include "base/alloc.h"
#include "base/libxml.h"
#include "value/types/more.h"

/* A tree that several node objects share. */
struct tree {
    int refs;
    xmlDoc *doc;
};

struct node {
    struct hop_object base;
    struct tree *tree;
    xmlNode *n;
};

static const struct hop_class class_text, class_comment, class_attribute;

#define C(s)  ((const char *)(s))
#define X_(s) ((const xmlChar *)(s))

static struct node *
node_of(struct hop_value v)
{
    return (struct node *)hop_value_base(v).u.o;
}

static void
destroy_node(struct hop_object *o)
{
    struct tree *t = ((struct node *)o)->tree;

    if (t && --t->refs == 0) {
        xmlFreeDoc(t->doc);
        free(t);
    }
}

static const struct hop_class *
class_for(const xmlNode *n)
{
    switch (n->type) {
    case XML_DOCUMENT_NODE: return &hop_class_xml_document;
    case XML_TEXT_NODE:
    case XML_CDATA_SECTION_NODE: return &class_text;
    case XML_COMMENT_NODE: return &class_comment;
    case XML_ATTRIBUTE_NODE: return &class_attribute;
    default: return &hop_class_xml_element;
    }
}

static struct hop_value
wrap(struct hop_context *cx, struct tree *t, xmlNode *n)
{
    struct node *o;

    if (!n)
        return hop_null();
    o = hop_object_new(cx, class_for(n));
    o->tree = t;
    o->n = n;
    t->refs++;
    return hop_obj(o);
}

static struct hop_value
new_document(struct hop_context *cx, xmlDoc *doc)
{
    struct tree *t = hop_xmalloc(sizeof *t);
    struct node *o = hop_object_new(cx, &hop_class_xml_document);

    t->doc = doc;
    t->refs = 1;
    o->tree = t;
    o->n = (xmlNode *)doc;
    return hop_obj(o);
}

static xmlDoc *
read_text(struct hop_context *cx, const struct hop_string *s)
{
    xmlDoc *doc =
        s->len < INT32_MAX
            ? xmlReadMemory(s->data, (int)s->len, NULL, "UTF-8",
                            XML_PARSE_NONET | XML_PARSE_NOERROR |
                                XML_PARSE_NOWARNING | XML_PARSE_NOBLANKS)
            : NULL;
    const char *p = s->data;

    if (doc)
        return doc;
    while (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t')
        p++;
    if (*p != '<')
        hop_throw(cx, &hop_exception_invalid_operation,
                  "The specified node cannot be inserted as the valid child of "
                  "this node, because the specified node is the wrong type.");
    else
        hop_throw(cx, &hop_exception_xml,
                  "Data at the root level is invalid. Line 1, position 1.");
    return NULL;
}

static bool
parse_document(struct hop_context *cx, const struct hop_string *s,
               struct hop_value *out)
{
    xmlDoc *doc = read_text(cx, s);

    if (doc)
        *out = new_document(cx, doc);
    return doc != NULL;
}

/* ---- text of nodes ---- */

static struct hop_value
take_text(xmlChar *s)
{
    struct hop_value v = hop_text(s ? C(s) : "");

    xmlFree(s);
    return v;
}

static void
add_outer(const xmlNode *n, struct hop_buf *out)
{
    xmlBuffer *b = xmlBufferCreate();

    if (n->type == XML_DOCUMENT_NODE) {
        for (const xmlNode *k = n->children; k; k = k->next)
            add_outer(k, out);
    } else {
        xmlNodeDump(b, n->doc, (xmlNode *)(uintptr_t)n, 0, 0);
        /* .NET writes <a /> where libxml2 writes <a/>. */
        for (const char *p = C(xmlBufferContent(b)); p && *p; p++) {
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
        add_outer(k, out);
}

static const char *
node_name(const xmlNode *n)
{
    switch (n->type) {
    case XML_DOCUMENT_NODE: return "#document";
    case XML_TEXT_NODE: return "#text";
    case XML_CDATA_SECTION_NODE: return "#cdata-section";
    case XML_COMMENT_NODE: return "#comment";
    default: return C(n->name);
    }
}

static void
add_qualified(const xmlNode *n, struct hop_buf *b)
{
    if ((n->type == XML_ELEMENT_NODE || n->type == XML_ATTRIBUTE_NODE) &&
        n->ns && n->ns->prefix)
        hop_buf_addf(b, "%s:", C(n->ns->prefix));
    hop_buf_adds(b, node_name(n));
}

static struct hop_value
list_children(struct hop_context *cx, struct node *o, bool elements)
{
    struct hop_array *a = hop_array_new(cx, 0);

    for (xmlNode *k = o->n->children; k; k = k->next)
        if (!elements || k->type == XML_ELEMENT_NODE)
            hop_array_push(a, wrap(cx, o->tree, k));
    return hop_obj(a);
}

static struct hop_value
list_attributes(struct hop_context *cx, struct node *o)
{
    struct hop_array *a = hop_array_new(cx, 0);

    if (o->n->type == XML_ELEMENT_NODE)
        for (xmlAttr *k = o->n->properties; k; k = k->next)
            hop_array_push(a, wrap(cx, o->tree, (xmlNode *)k));
    return hop_obj(a);
}

enum xml_part {
    P_NAME,
    P_LOCAL,
    P_INNER_TEXT,
    P_INNER_XML,
    P_OUTER_XML,
    P_PARENT,
    P_CHILDREN,
    P_ATTRIBUTES,
    P_FIRST,
    P_LAST,
    P_HAS_CHILDREN,
    P_TYPE,
    P_VALUE,
    P_ROOT,
    P_OWNER,
    P_NEXT,
    P_PREVIOUS,
    P_NAMESPACE,
    P_PREFIX,
    P_HAS_ATTRIBUTES,
};

GETTER(get_part)
{
    struct node *o = node_of(self);
    xmlNode *n = o->n;
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    static const uint8_t types[] = {
        [XML_ELEMENT_NODE] = 1, [XML_ATTRIBUTE_NODE] = 2,
        [XML_TEXT_NODE] = 3,    [XML_CDATA_SECTION_NODE] = 4,
        [XML_PI_NODE] = 7,      [XML_COMMENT_NODE] = 8,
        [XML_DOCUMENT_NODE] = 9};
    bool element = n->type == XML_ELEMENT_NODE;

    switch ((enum xml_part)data) {
    case P_NAME:
        add_qualified(n, &b);
        *out = hop_text_buf(&b);
        break;
    case P_LOCAL: *out = hop_text(node_name(n)); break;
    case P_INNER_TEXT: *out = take_text(xmlNodeGetContent(n)); break;
    case P_INNER_XML:
        add_inner(n, &b);
        *out = hop_text_buf(&b);
        break;
    case P_OUTER_XML:
        add_outer(n, &b);
        *out = hop_text_buf(&b);
        break;
    case P_PARENT: *out = wrap(cx, o->tree, n->parent); break;
    case P_CHILDREN: *out = list_children(cx, o, false); break;
    case P_ATTRIBUTES: *out = list_attributes(cx, o); break;
    case P_FIRST: *out = wrap(cx, o->tree, n->children); break;
    case P_LAST: *out = wrap(cx, o->tree, n->last); break;
    case P_HAS_CHILDREN: *out = hop_bool(n->children != NULL); break;
    case P_HAS_ATTRIBUTES:
        *out = hop_bool(element && n->properties != NULL);
        break;
    case P_TYPE:
        *out = hop_enum(HOP_ENUM_XML_NODE_TYPE,
                        (size_t)n->type < sizeof types ? types[n->type] : 0);
        break;
    case P_VALUE:
        *out = element || n->type == XML_DOCUMENT_NODE
                   ? hop_null()
                   : take_text(xmlNodeGetContent(n));
        break;
    case P_ROOT:
        *out = wrap(cx, o->tree, xmlDocGetRootElement(o->tree->doc));
        break;
    case P_OWNER: *out = wrap(cx, o->tree, (xmlNode *)o->tree->doc); break;
    case P_NEXT: *out = wrap(cx, o->tree, n->next); break;
    case P_PREVIOUS: *out = wrap(cx, o->tree, n->prev); break;
    case P_NAMESPACE:
        *out = hop_text(element && n->ns ? C(n->ns->href) : "");
        break;
    case P_PREFIX:
        *out =
            hop_text(element && n->ns && n->ns->prefix ? C(n->ns->prefix) : "");
        break;
    }
    return true;
}

SETTER(set_text)
{
    struct node *o = node_of(self);
    xmlChar *escaped;

    if (o->n->type == XML_ATTRIBUTE_NODE) {
        xmlSetProp(o->n->parent, o->n->name, X_(v.u.s->data));
        return true;
    }
    escaped = xmlEncodeSpecialChars(o->tree->doc, X_(v.u.s->data));
    xmlNodeSetContent(o->n, escaped);
    xmlFree(escaped);
    return true;
}

SETTER(set_inner_xml)
{
    struct node *o = node_of(self);
    xmlNode *list = NULL;

    xmlNodeSetContent(o->n, NULL);
    if (xmlParseInNodeContext(o->n, v.u.s->data, (int)v.u.s->len,
                              XML_PARSE_NONET | XML_PARSE_NOERROR, &list) != 0)
        return hop_throw(cx, &hop_exception_xml,
                         "The text is not well-formed XML.");
    xmlAddChildList(o->n, list);
    return true;
}

/* ---- PowerShell's adapter: children and attributes by name ---- */

/* A child as a property's value: its text when it has nothing else. */
static struct hop_value
child_value(struct hop_context *cx, struct node *o, xmlNode *k)
{
    bool simple = k->type != XML_ELEMENT_NODE || !k->properties;

    for (xmlNode *g = k->children; simple && k->type == XML_ELEMENT_NODE && g;
         g = g->next)
        simple = g->type == XML_TEXT_NODE || g->type == XML_CDATA_SECTION_NODE;
    return simple ? take_text(xmlNodeGetContent(k)) : wrap(cx, o->tree, k);
}

/* By the local name: prefixes do not count. */
static bool
is_named(const xmlNode *k, const struct hop_string *name)
{
    const char *own = node_name(k);

    return hop_text_ieq(own, strlen(own), name->data, name->len);
}

/* xmlns:cfg="..." is an attribute with the local name cfg. */
static const char *
declared_name(const xmlNs *ns)
{
    return ns->prefix != NULL ? C(ns->prefix) : "xmlns";
}

static void
get_declared(const xmlNode *n, const struct hop_string *name,
             struct hop_array *a)
{
    for (const xmlNs *ns = n->nsDef; ns; ns = ns->next) {
        const char *own = declared_name(ns);

        if (hop_text_ieq(own, strlen(own), name->data, name->len))
            hop_array_push(a, hop_text(ns->href != NULL ? C(ns->href) : ""));
    }
}

static int
get_by_name(struct hop_context *cx, struct hop_value self,
            const struct hop_string *name, struct hop_value *out)
{
    struct node *o = node_of(self);
    struct hop_array *a = hop_array_new(cx, 0);
    HOP_AUTO_VALUE struct hop_value owned = hop_obj(a);

    if (o->n->type == XML_ELEMENT_NODE)
        get_declared(o->n, name, a);
    if (o->n->type == XML_ELEMENT_NODE)
        for (xmlAttr *k = o->n->properties; k; k = k->next)
            if (is_named((xmlNode *)k, name))
                hop_array_push(a, take_text(xmlNodeGetContent((xmlNode *)k)));
    if (o->n->type == XML_ELEMENT_NODE || o->n->type == XML_DOCUMENT_NODE)
        for (xmlNode *k = o->n->children; k; k = k->next)
            if (is_named(k, name))
                hop_array_push(a, child_value(cx, o, k));
    if (!a->n)
        return 0;
    *out = a->n == 1 ? hop_retain(a->items[0]) : hop_value_steal(&owned);
    return 1;
}

static int
set_by_name(struct hop_context *cx, struct hop_value self,
            const struct hop_string *name, struct hop_value v)
{
    struct node *o = node_of(self);
    HOP_AUTO_STRING struct hop_string *s = NULL;

    if (o->n->type != XML_ELEMENT_NODE && o->n->type != XML_DOCUMENT_NODE)
        return 0;
    if (!hop_to_string(cx, v, &s))
        return -1;
    for (xmlAttr *k = o->n->type == XML_ELEMENT_NODE ? o->n->properties : NULL;
         k; k = k->next)
        if (is_named((xmlNode *)k, name)) {
            xmlSetProp(o->n, k->name, X_(s->data));
            return 1;
        }
    for (xmlNode *k = o->n->children; k; k = k->next)
        if (is_named(k, name)) {
            xmlChar *escaped = xmlEncodeSpecialChars(k->doc, X_(s->data));

            xmlNodeSetContent(k, escaped);
            xmlFree(escaped);
            return 1;
        }
    return 0;
}

static void
each_name(struct hop_value self, bool (*f)(void *, struct hop_string *),
          void *arg)
{
    struct node *o = node_of(self);
    bool element = o->n->type == XML_ELEMENT_NODE;

    for (const xmlNs *ns = element ? o->n->nsDef : NULL; ns; ns = ns->next) {
        HOP_AUTO_STRING struct hop_string *s =
            hop_string_from(declared_name(ns));

        if (!f(arg, s))
            return;
    }
    for (xmlAttr *k = element ? o->n->properties : NULL; k; k = k->next) {
        HOP_AUTO_STRING struct hop_string *s = hop_string_from(C(k->name));

        if (!f(arg, s))
            return;
    }
    for (xmlNode *k = o->n->children; k; k = k->next) {
        HOP_AUTO_STRING struct hop_string *s = hop_string_from(node_name(k));
        xmlNode *before = o->n->children;

        while (before != k && strcmp(node_name(before), node_name(k)) != 0)
            before = before->next;
        if (before == k && !f(arg, s))
            return;
    }
}

static bool
node_to_string(struct hop_context *cx, struct hop_value v,
               struct hop_string **out)
{
    struct node *o = node_of(v);
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (o->n->type == XML_ELEMENT_NODE)
        add_qualified(o->n, &b);
    else if (o->n->type == XML_DOCUMENT_NODE)
        hop_buf_adds(&b, "#document");
    else
        hop_buf_adds(&b, node_name(o->n));
    *out = hop_string_take_buf(&b);
    return true;
}

/* ---- methods ---- */

/* data: the first alone. */
METHOD(select_nodes)
{
    struct node *o = node_of(c->self);
    xmlXPathContext *x = xmlXPathNewContext(o->tree->doc);
    xmlXPathObject *r;
    struct hop_array *a = hop_array_new(cx, 0);
    HOP_AUTO_VALUE struct hop_value all = hop_obj(a);

    xmlXPathSetContextNode(o->n, x);
    r = xmlXPathEvalExpression(X_(ARG_S(0)->data), x);
    for (int i = 0; r && r->nodesetval && i < r->nodesetval->nodeNr; i++)
        hop_array_push(a, wrap(cx, o->tree, r->nodesetval->nodeTab[i]));
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
collect_named(struct hop_context *cx, struct node *o, xmlNode *n,
              const char *name, struct hop_array *a)
{
    for (xmlNode *k = n->children; k; k = k->next) {
        if (k->type != XML_ELEMENT_NODE)
            continue;
        if (strcmp(name, "*") == 0 || strcmp(name, C(k->name)) == 0)
            hop_array_push(a, wrap(cx, o->tree, k));
        if (hop_context_enter(cx)) {
            collect_named(cx, o, k, name, a);
            cx->depth--;
        }
    }
}

METHOD(elements_by_name)
{
    struct node *o = node_of(c->self);
    struct hop_array *a = hop_array_new(cx, 0);

    c->result = hop_obj(a);
    collect_named(cx, o, o->n, ARG_S(0)->data, a);
    return !hop_has_exception(cx);
}

METHOD(get_attribute)
{
    xmlNode *n = node_of(c->self)->n;
    xmlChar *s = xmlGetProp(n, X_(ARG_S(0)->data));

    if (c->data) {
        bool there = s != NULL;

        xmlFree(s);
        RETURN(hop_bool(there));
    }
    RETURN(take_text(s));
}

METHOD(set_attribute)
{
    xmlSetProp(node_of(c->self)->n, X_(ARG_S(0)->data), X_(ARG_S(1)->data));
    return true;
}

METHOD(remove_attribute)
{
    xmlUnsetProp(node_of(c->self)->n, X_(ARG_S(0)->data));
    return true;
}

/* data: 0 element, 1 text, 2 comment. */
METHOD(create_node)
{
    struct node *o = node_of(c->self);
    const xmlChar *s = X_(ARG_S(0)->data);
    xmlNode *n = c->data == 0   ? xmlNewDocNode(o->tree->doc, NULL, s, NULL)
                 : c->data == 1 ? xmlNewDocText(o->tree->doc, s)
                                : xmlNewDocComment(o->tree->doc, s);

    RETURN(wrap(cx, o->tree, n));
}

METHOD(append_child)
{
    struct node *o = node_of(c->self), *k = node_of(c->args[0]);

    xmlUnlinkNode(k->n);
    if (o->n->type == XML_DOCUMENT_NODE && k->n->type == XML_ELEMENT_NODE)
        xmlDocSetRootElement(o->tree->doc, k->n);
    else if (c->data && o->n->children)
        xmlAddPrevSibling(o->n->children, k->n);
    else
        xmlAddChild(o->n, k->n);
    RETURN(hop_retain(c->args[0]));
}

METHOD(remove_child)
{
    xmlUnlinkNode(node_of(c->args[0])->n);
    RETURN(hop_retain(c->args[0]));
}

METHOD(load)
{
    struct node *o = node_of(c->self);
    xmlDoc *doc = c->data ? xmlReadFile(ARG_S(0)->data, NULL,
                                        XML_PARSE_NONET | XML_PARSE_NOERROR |
                                            XML_PARSE_NOBLANKS)
                          : read_text(cx, ARG_S(0));
    struct tree *t;

    if (!doc)
        return hop_has_exception(cx)
                   ? false
                   : hop_throw(cx, &hop_exception_xml,
                               "The file '%s' is not well-formed XML.",
                               ARG_S(0)->data);
    destroy_node(&o->base);
    t = hop_xmalloc(sizeof *t);
    t->refs = 1;
    t->doc = doc;
    o->tree = t;
    o->n = (xmlNode *)doc;
    return true;
}

METHOD(save)
{
    if (xmlSaveFormatFileEnc(ARG_S(0)->data, node_of(c->self)->tree->doc,
                             "utf-8", 1) < 0)
        return hop_throw(cx, &hop_exception_io, "Could not write '%s'.",
                         ARG_S(0)->data);
    return true;
}

METHOD(new_xml)
{
    RETURN(new_document(cx, xmlNewDoc(X_("1.0"))));
}

#define P(n, t, w)                                                             \
    {                                                                          \
        n, t, get_part, NULL, 0, w                                             \
    }

static const struct hop_property node_properties[] = {
    P("Name", "string", P_NAME),
    P("LocalName", "string", P_LOCAL),
    {"InnerText", "string", get_part, set_text, 0, P_INNER_TEXT},
    {"InnerXml", "string", get_part, set_inner_xml, 0, P_INNER_XML},
    P("OuterXml", "string", P_OUTER_XML),
    {"Value", "string", get_part, set_text, 0, P_VALUE},
    P("NodeType", "System.Xml.XmlNodeType", P_TYPE),
    P("ParentNode", "System.Xml.XmlNode", P_PARENT),
    P("ChildNodes", "System.Object", P_CHILDREN),
    P("Attributes", "System.Object", P_ATTRIBUTES),
    P("FirstChild", "System.Xml.XmlNode", P_FIRST),
    P("LastChild", "System.Xml.XmlNode", P_LAST),
    P("NextSibling", "System.Xml.XmlNode", P_NEXT),
    P("PreviousSibling", "System.Xml.XmlNode", P_PREVIOUS),
    P("HasChildNodes", "bool", P_HAS_CHILDREN),
    P("HasAttributes", "bool", P_HAS_ATTRIBUTES),
    P("OwnerDocument", "System.Xml.XmlNode", P_OWNER),
    P("NamespaceURI", "string", P_NAMESPACE),
    P("Prefix", "string", P_PREFIX),
    {"#text", "string", get_part, NULL, HOP_PROP_HIDDEN, P_INNER_TEXT},
    END_PROPERTIES,
};

static const struct hop_property document_properties[] = {
    P("DocumentElement", "System.Xml.XmlElement", P_ROOT),
    END_PROPERTIES,
};

#define NODE "System.Xml.XmlNode"

static const struct hop_method node_methods[] = {
    {"System.Object SelectNodes(string xpath)", select_nodes, false},
    {NODE " SelectSingleNode(string xpath)", select_nodes, true},
    {"System.Object GetElementsByTagName(string name)", elements_by_name},
    {"string GetAttribute(string name)", get_attribute, false},
    {"bool HasAttribute(string name)", get_attribute, true},
    {"void SetAttribute(string name, string value)", set_attribute},
    {"void RemoveAttribute(string name)", remove_attribute},
    {NODE " AppendChild(" NODE " newChild)", append_child, false},
    {NODE " PrependChild(" NODE " newChild)", append_child, true},
    {NODE " RemoveChild(" NODE " oldChild)", remove_child},
    END_METHODS,
};

static const struct hop_method document_methods[] = {
    {"System.Xml.XmlElement CreateElement(string name)", create_node, 0},
    {NODE " CreateTextNode(string text)", create_node, 1},
    {NODE " CreateComment(string data)", create_node, 2},
    {"void LoadXml(string xml)", load, false},
    {"void Load(string filename)", load, true},
    {"void Save(string filename)", save},
    END_METHODS,
};

static const struct hop_method document_constructors[] = {
    {"xml new()", new_xml},
    END_METHODS,
};

const struct hop_class hop_class_xml_node = {
    .name = NODE,
    .base = &hop_class_object,
    .flags = HOP_CLASS_ABSTRACT,
    .kind = HOP_OBJECT,
    .size = sizeof(struct node),
    .properties = node_properties,
    .methods = node_methods,
    .destroy = destroy_node,
    .to_string = node_to_string,
    .get_dynamic = get_by_name,
    .set_dynamic = set_by_name,
    .each_dynamic = each_name,
};

const struct hop_class hop_class_xml_document = {
    .name = "System.Xml.XmlDocument",
    .base = &hop_class_xml_node,
    .kind = HOP_OBJECT,
    .size = sizeof(struct node),
    .properties = document_properties,
    .methods = document_methods,
    .constructors = document_constructors,
    .parse = parse_document,
};

#define NODE_CLASS(c, text)                                                    \
    const struct hop_class c = {                                               \
        .name = text,                                                          \
        .base = &hop_class_xml_node,                                           \
        .kind = HOP_OBJECT,                                                    \
        .size = sizeof(struct node),                                           \
    }

NODE_CLASS(hop_class_xml_element, "System.Xml.XmlElement");
static NODE_CLASS(class_text, "System.Xml.XmlText");
static NODE_CLASS(class_comment, "System.Xml.XmlComment");
static NODE_CLASS(class_attribute, "System.Xml.XmlAttribute");
