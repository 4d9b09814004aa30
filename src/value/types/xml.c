/* XmlDocument, XmlElement and their kin on libxml2's tree: no network, no
 * external entities.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types.h"
#include "value/types/def.h"

#include <errno.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/libxml.h"
#include "value/types/file_info.h"
#include "value/types/more.h"
#include "value/types/stream.h"

/* A tree that several node objects share. */
struct tree {
    int refs;
    xmlDoc *doc;
    xmlNode **out; /* taken out of the tree; objects may still name them */
    size_t n_out, cap_out;
};

struct node {
    struct hop_object base;
    struct tree *tree;
    xmlNode *n;
};

static const struct hop_class class_text, class_cdata, class_comment,
    class_attribute, class_declaration, class_instruction, class_attributes,
    class_nodes, class_name_table;

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

    if (!t || --t->refs > 0)
        return;
    for (size_t i = 0; i < t->n_out; i++)
        if (!t->out[i]->parent) {
            if (t->out[i]->type == XML_ATTRIBUTE_NODE)
                xmlFreeProp((xmlAttr *)t->out[i]);
            else
                xmlFreeNode(t->out[i]);
        }
    xmlFreeDoc(t->doc);
    free(t->out);
    free(t);
}

/* Remembers a node that is in no tree, to be released with this one. */
static void
keep_apart(struct tree *t, xmlNode *n)
{
    for (size_t i = 0; i < t->n_out; i++)
        if (t->out[i] == n)
            return;
    if (t->n_out == t->cap_out) {
        t->cap_out = t->cap_out ? t->cap_out * 2 : 8;
        t->out = hop_xrealloc(t->out, t->cap_out, sizeof(*t->out));
    }
    t->out[t->n_out++] = n;
}

static void
take_out(struct tree *t, xmlNode *n)
{
    xmlUnlinkNode(n);
    keep_apart(t, n);
}

/* Everything below n; its attributes too. */
static void
empty_node(struct tree *t, xmlNode *n, bool attributes)
{
    while (n->children && n->type != XML_ENTITY_REF_NODE)
        take_out(t, n->children);
    while (attributes && n->type == XML_ELEMENT_NODE && n->properties)
        take_out(t, (xmlNode *)n->properties);
}

/* Links n below parent, in front of `before` or at the end.  libxml2's own
 * functions join neighbouring texts and release one of them. */
static void
link_node(xmlNode *parent, xmlNode *n, xmlNode *before)
{
    xmlUnlinkNode(n);
    n->parent = parent;
    n->next = before;
    n->prev = before ? before->prev : parent->last;
    if (n->prev)
        n->prev->next = n;
    else
        parent->children = n;
    if (before)
        before->prev = n;
    else
        parent->last = n;
}

static const struct hop_class *
class_for(const xmlNode *n)
{
    switch (n->type) {
    case XML_DOCUMENT_NODE: return &hop_class_xml_document;
    case XML_TEXT_NODE: return &class_text;
    case XML_CDATA_SECTION_NODE: return &class_cdata;
    case XML_PI_NODE:
        return strcmp(C(n->name), "xml") == 0 ? &class_declaration
                                              : &class_instruction;
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

static struct tree *
new_tree(xmlDoc *doc)
{
    struct tree *t = hop_xcalloc(1, sizeof *t);

    t->doc = doc;
    t->refs = 1;
    return t;
}

/* The declaration as a node of its own, as .NET has it; libxml2 keeps what it
 * said in the document.  source: the text read, or NULL. */
static void
add_declaration(xmlDoc *doc, const char *source)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    const char *end = source ? strstr(source, "?>") : NULL;
    xmlNode *pi;

    if (doc->standalone == -1 || !doc->version)
        return;
    if (end && strncmp(source, "<?xml", 5) == 0) {
        for (source += 5; *source == ' ' || *source == '\n'; source++)
            continue;
        for (; source < end; source++)
            hop_buf_addc(&b, *source == '\'' ? '"' : *source);
        while (b.len && b.data[b.len - 1] == ' ')
            b.data[--b.len] = '\0';
    } else {
        hop_buf_addf(&b, "version=\"%s\"", C(doc->version));
        if (doc->encoding)
            hop_buf_addf(&b, " encoding=\"%s\"", C(doc->encoding));
        if (doc->standalone >= 0)
            hop_buf_addf(&b, " standalone=\"%s\"",
                         doc->standalone ? "yes" : "no");
    }
    pi = xmlNewDocPI(doc, X_("xml"), X_(hop_buf_str(&b)));
    if (pi)
        link_node((xmlNode *)doc, pi, doc->children);
}

static struct hop_value
new_document(struct hop_context *cx, xmlDoc *doc)
{
    struct node *o = hop_object_new(cx, &hop_class_xml_document);

    o->tree = new_tree(doc);
    o->n = (xmlNode *)doc;
    return hop_obj(o);
}

static xmlDoc *
read_text(struct hop_context *cx, const struct hop_string *s)
{
    xmlDoc *doc =
        s->len < INT32_MAX
            ? xmlReadMemory(s->data, (int)s->len, NULL, NULL,
                            XML_PARSE_IGNORE_ENC | XML_PARSE_NONET |
                                XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
                                XML_PARSE_NOBLANKS)
            : NULL;
    const char *p = s->data;

    if (doc) {
        add_declaration(doc, s->data);
        return doc;
    }
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
    xmlDoc *doc = s->len ? read_text(cx, s) : xmlNewDoc(X_("1.0"));

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
    struct hop_array *a = hop_array_new_of(cx, &class_nodes, 0);

    for (xmlNode *k = o->n->children; k; k = k->next)
        if (!elements || k->type == XML_ELEMENT_NODE)
            hop_array_push(a, wrap(cx, o->tree, k));
    return hop_obj(a);
}

static struct hop_value
list_attributes(struct hop_context *cx, struct node *o)
{
    struct hop_array *a = hop_array_new_of(cx, &class_attributes, 0);

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
    P_IS_EMPTY,
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
    case P_ATTRIBUTES:
        *out = element ? list_attributes(cx, o) : hop_null();
        break;
    case P_FIRST: *out = wrap(cx, o->tree, n->children); break;
    case P_LAST: *out = wrap(cx, o->tree, n->last); break;
    case P_HAS_CHILDREN: *out = hop_bool(n->children != NULL); break;
    case P_HAS_ATTRIBUTES:
        *out = hop_bool(element && n->properties != NULL);
        break;
    case P_IS_EMPTY: *out = hop_bool(element && !n->children); break;
    case P_TYPE:
        *out = hop_enum(HOP_ENUM_XML_NODE_TYPE,
                        class_for(n) == &class_declaration ? 17
                        : (size_t)n->type < sizeof types   ? types[n->type]
                                                           : 0);
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

/* The text of an element, attribute, text or comment. */
static void
replace_text(struct tree *t, xmlNode *n, const char *s)
{
    xmlNode *text;

    if (n->type != XML_ELEMENT_NODE && n->type != XML_ATTRIBUTE_NODE) {
        xmlNodeSetContent(n, X_(s));
        return;
    }
    empty_node(t, n, false);
    text = *s ? xmlNewDocText(t->doc, X_(s)) : NULL;
    if (text)
        link_node(n, text, NULL);
}

SETTER(set_text)
{
    struct node *o = node_of(self);

    replace_text(o->tree, o->n, v.u.s->data);
    return true;
}

SETTER(set_inner_xml)
{
    struct node *o = node_of(self);
    xmlNode *list = NULL;

    empty_node(o->tree, o->n, false);
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
    const xmlNode *g = k->children;
    bool simple = k->type != XML_ELEMENT_NODE ||
                  (!k->properties && !k->nsDef &&
                   (!g || (!g->next && g->type == XML_TEXT_NODE)));

    return simple ? take_text(xmlNodeGetContent(k)) : wrap(cx, o->tree, k);
}

/* By the name without its prefix. */
static bool
is_named(const xmlNode *k, const struct hop_string *name)
{
    const char *own = node_name(k);

    return own && hop_text_ieq(own, strlen(own), name->data, name->len);
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
        for (xmlAttr *k = o->n->properties; k; k = k->next)
            if (is_named((xmlNode *)k, name))
                hop_array_push(a, take_text(xmlNodeGetContent((xmlNode *)k)));
    if (o->n->type == XML_ELEMENT_NODE)
        get_declared(o->n, name, a);
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
            replace_text(o->tree, (xmlNode *)k, s->data);
            return 1;
        }
    for (xmlNode *k = o->n->children; k; k = k->next)
        if (is_named(k, name)) {
            replace_text(o->tree, k, s->data);
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

    /* libxml2 does not keep their order among attributes. */
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

/* ---- XmlNamespaceManager ---- */

struct names {
    struct hop_object base;
    struct hop_value table; /* Hashtable: prefix to address */
};

static void
destroy_names(struct hop_object *o)
{
    hop_release(((struct names *)o)->table);
}

static void
register_names(xmlXPathContext *x, struct names *names)
{
    struct hop_dict *d = hop_as_dict(names->table);

    for (size_t i = 0; i < d->used; i++)
        if (hop_is_string(d->entries[i].key) &&
            hop_is_string(d->entries[i].value))
            xmlXPathRegisterNs(x, X_(hop_cstr(d->entries[i].key)),
                               X_(hop_cstr(d->entries[i].value)));
}

METHOD(new_names)
{
    struct names *n = hop_object_new(cx, &hop_class_xml_names);

    n->table = hop_obj(hop_dict_new_of(cx, &hop_class_hashtable, 0));
    RETURN(hop_obj(n));
}

METHOD(add_name)
{
    if (ARG_NULL(0) || ARG_NULL(1))
        return hop_throw_null(cx, ARG_NULL(0) ? "prefix" : "uri");
    hop_dict_set(hop_as_dict(((struct names *)c->self.u.o)->table), c->args[0],
                 hop_retain(c->args[1]));
    return true;
}

METHOD(look_up_name)
{
    struct hop_value *v = hop_dict_get(
        hop_as_dict(((struct names *)c->self.u.o)->table), c->args[0]);

    RETURN(v ? hop_retain(*v) : hop_null());
}

GETTER(get_name_table)
{
    *out = hop_obj(hop_object_new(cx, &class_name_table));
    return true;
}

/* ---- methods ---- */

/* data: the first alone. */
METHOD(select_nodes)
{
    struct node *o = node_of(c->self);
    xmlXPathContext *x = xmlXPathNewContext(o->tree->doc);
    xmlXPathObject *r;
    struct hop_array *a = hop_array_new_of(cx, &class_nodes, 0);
    HOP_AUTO_VALUE struct hop_value all = hop_obj(a);

    xmlXPathSetContextNode(o->n, x);
    if (c->n > 1 && !ARG_NULL(1))
        register_names(x, (struct names *)c->args[1].u.o);
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
    struct node *o = node_of(c->self);
    xmlAttr *a = xmlHasProp(o->n, X_(ARG_S(0)->data));

    if (a && a->type == XML_ATTRIBUTE_NODE)
        take_out(o->tree, (xmlNode *)a);
    return true;
}

/* data: 0 element, 1 text, 2 comment, 3 CDATA section. */
METHOD(create_node)
{
    struct node *o = node_of(c->self);
    const xmlChar *s = X_(ARG_S(0)->data);
    xmlNode *n;

    n = c->data == 0   ? xmlNewDocNode(o->tree->doc, NULL, s, NULL)
        : c->data == 1 ? xmlNewDocText(o->tree->doc, s)
        : c->data == 2 ? xmlNewDocComment(o->tree->doc, s)
                       : xmlNewCDataBlock(o->tree->doc, s, (int)ARG_S(0)->len);
    if (c->n > 1 && !ARG_NULL(1) && ARG_S(1)->len)
        xmlSetNs(n, xmlNewNs(n, X_(ARG_S(1)->data), NULL));
    keep_apart(o->tree, n);
    RETURN(wrap(cx, o->tree, n));
}

METHOD(create_declaration)
{
    struct node *o = node_of(c->self);
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    xmlNode *n;

    hop_buf_addf(&b, "version=\"%s\"", ARG_S(0)->data);
    if (!ARG_NULL(1) && ARG_S(1)->len)
        hop_buf_addf(&b, " encoding=\"%s\"", ARG_S(1)->data);
    if (!ARG_NULL(2) && ARG_S(2)->len)
        hop_buf_addf(&b, " standalone=\"%s\"", ARG_S(2)->data);
    n = xmlNewDocPI(o->tree->doc, X_("xml"), X_(b.data));
    keep_apart(o->tree, n);
    RETURN(wrap(cx, o->tree, n));
}

METHOD(create_attribute)
{
    struct node *o = node_of(c->self);
    xmlNode *n =
        (xmlNode *)xmlNewDocProp(o->tree->doc, X_(ARG_S(0)->data), NULL);

    keep_apart(o->tree, n);
    RETURN(wrap(cx, o->tree, n));
}

/* May k come to lie below o? */
static bool
may_hold(struct hop_context *cx, struct node *o, struct node *k)
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
    struct node *o = node_of(c->self), *k, *beside = NULL;
    xmlNode *before = NULL;

    if (ARG_NULL(0))
        return hop_throw_null(cx, "newChild");
    k = node_of(c->args[0]);
    if (c->n > 1 && !ARG_NULL(1))
        beside = node_of(c->args[1]);
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
    link_node(o->n, k->n, before);
    keep_apart(o->tree, k->n);
    RETURN(hop_retain(c->args[0]));
}

METHOD(remove_child)
{
    struct node *o = node_of(c->self);

    if (ARG_NULL(0))
        return hop_throw_null(cx, "oldChild");
    if (node_of(c->args[0])->n->parent != o->n)
        return hop_throw(cx, &hop_exception_argument,
                         "The node to be removed is not a child of this "
                         "node.");
    take_out(o->tree, node_of(c->args[0])->n);
    RETURN(hop_retain(c->args[0]));
}

METHOD(replace_child)
{
    struct node *o = node_of(c->self), *k, *old;
    xmlNode *next;

    if (ARG_NULL(0) || ARG_NULL(1))
        return hop_throw_null(cx, ARG_NULL(0) ? "newChild" : "oldChild");
    k = node_of(c->args[0]);
    old = node_of(c->args[1]);
    if (old->n->parent != o->n)
        return hop_throw(cx, &hop_exception_argument,
                         "The reference node is not a child of this node.");
    next = old->n->next == k->n ? k->n->next : old->n->next;
    take_out(o->tree, old->n);
    if (!may_hold(cx, o, k))
        return false;
    link_node(o->n, k->n, next);
    keep_apart(o->tree, k->n);
    RETURN(hop_retain(c->args[1]));
}

METHOD(local_name)
{
    RETURN(hop_text(node_name(node_of(c->self)->n)));
}

/* The first child element of a name; an attribute's or list's item is found by
 * attribute_item. */
METHOD(child_item)
{
    struct node *o = node_of(c->self);

    for (xmlNode *k = o->n->children; k; k = k->next) {
        HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

        if (k->type != XML_ELEMENT_NODE)
            continue;
        add_qualified(k, &b);
        if (hop_string_is(ARG_S(0), hop_buf_str(&b)))
            RETURN(wrap(cx, o->tree, k));
    }
    RETURN(hop_null());
}

METHOD(remove_all)
{
    empty_node(node_of(c->self)->tree, node_of(c->self)->n, true);
    return true;
}

/* Clone, CloneNode, ImportNode. */
METHOD(copy_node)
{
    struct node *o = node_of(c->self);
    bool import = c->n && c->args[0].kind == HOP_OBJECT;
    struct node *from = import ? node_of(c->args[0]) : o;
    bool deep = c->n == 0 || ARG_B(c->n - 1);
    xmlNode *n;

    if (from->n->type == XML_DOCUMENT_NODE)
        RETURN(new_document(cx, xmlCopyDoc(from->tree->doc, deep)));
    n = xmlDocCopyNode(from->n, o->tree->doc, deep ? 1 : 2);
    if (!n)
        return hop_throw(cx, &hop_exception_xml, "The node cannot be copied.");
    keep_apart(o->tree, n);
    RETURN(wrap(cx, o->tree, n));
}

/* An attribute by name, or an item by number. */
METHOD(attribute_item)
{
    struct hop_array *a = hop_as_array(c->self);

    if (c->args[0].kind == HOP_INT32)
        RETURN(ARG_I(0) >= 0 && (size_t)ARG_I(0) < a->n
                   ? hop_retain(a->items[ARG_I(0)])
                   : hop_null());
    for (size_t i = 0; i < a->n; i++) {
        HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

        add_qualified(node_of(a->items[i])->n, &b);
        if (hop_string_is(ARG_S(0), hop_buf_str(&b)))
            RETURN(hop_retain(a->items[i]));
    }
    RETURN(hop_null());
}

GETTER(get_list_count)
{
    *out = hop_int((int32_t)hop_as_array(self)->n);
    return true;
}

METHOD(load)
{
    struct node *o = node_of(c->self);
    HOP_AUTO_FREE char *path =
        c->data ? hop_path_full(cx, ARG_S(0)->data) : NULL;
    xmlDoc *doc = path ? xmlReadFile(path, NULL,
                                     XML_PARSE_NONET | XML_PARSE_NOERROR |
                                         XML_PARSE_NOBLANKS)
                       : read_text(cx, ARG_S(0));

    if (!doc && path && access(path, F_OK) != 0)
        return hop_throw_errno(cx, ENOENT, path, false);

    if (!doc)
        return hop_has_exception(cx)
                   ? false
                   : hop_throw(cx, &hop_exception_xml,
                               "The file '%s' is not well-formed XML.",
                               ARG_S(0)->data);
    if (path)
        add_declaration(doc, NULL);
    destroy_node(&o->base);
    o->tree = new_tree(doc);
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
        for (const char *p = C(xmlBufferContent(b)); p && *p; p++) {
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

    add_pretty(node_of(c->self)->n, &b);
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
    RETURN(new_document(cx, xmlNewDoc(X_("1.0"))));
}

#define P(n, t, w)                                                             \
    {                                                                          \
        n, t, get_part, NULL, HOP_PROP_HIDDEN, w                               \
    }

static const struct hop_property node_properties[] = {
    P("Name", "string", P_NAME),
    P("LocalName", "string", P_LOCAL),
    {"InnerText", "string", get_part, set_text, HOP_PROP_HIDDEN, P_INNER_TEXT},
    {"InnerXml", "string", get_part, set_inner_xml, HOP_PROP_HIDDEN,
     P_INNER_XML},
    P("OuterXml", "string", P_OUTER_XML),
    {"Value", "string", get_part, set_text, HOP_PROP_HIDDEN, P_VALUE},
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
    P("IsEmpty", "bool", P_IS_EMPTY),
    P("OwnerDocument", "System.Xml.XmlNode", P_OWNER),
    P("NamespaceURI", "string", P_NAMESPACE),
    P("Prefix", "string", P_PREFIX),
    END_PROPERTIES,
};

GETTER(get_document_flag)
{
    *out = hop_bool(false);
    return true;
}

static const struct hop_property document_properties[] = {
    {"PreserveWhitespace", "bool", get_document_flag, NULL, HOP_PROP_HIDDEN},
    {"NameTable", "System.Xml.XmlNameTable", get_name_table, NULL,
     HOP_PROP_HIDDEN},
    P("DocumentElement", "System.Xml.XmlElement", P_ROOT),
    END_PROPERTIES,
};

#define NODE  "System.Xml.XmlNode"
#define NAMES "System.Xml.XmlNamespaceManager"

static const struct hop_method node_methods[] = {
    {"System.Xml.XmlNodeList SelectNodes(string xpath)", select_nodes, false},
    {"System.Xml.XmlNodeList SelectNodes(string xpath, " NAMES " nsmgr)",
     select_nodes, false},
    {NODE " SelectSingleNode(string xpath)", select_nodes, true},
    {NODE " SelectSingleNode(string xpath, " NAMES " nsmgr)", select_nodes,
     true},
    {"System.Object GetElementsByTagName(string name)", elements_by_name},
    {"string GetAttribute(string name)", get_attribute, false},
    {"bool HasAttribute(string name)", get_attribute, true},
    {"void SetAttribute(string name, string value)", set_attribute},
    {"void RemoveAttribute(string name)", remove_attribute},
    {NODE " AppendChild(" NODE " newChild)", insert_child, AT_END},
    {NODE " PrependChild(" NODE " newChild)", insert_child, AT_START},
    {NODE " InsertBefore(" NODE " newChild, " NODE " refChild)", insert_child,
     BEFORE},
    {NODE " InsertAfter(" NODE " newChild, " NODE " refChild)", insert_child,
     AFTER},
    {NODE " RemoveChild(" NODE " oldChild)", remove_child},
    {NODE " ReplaceChild(" NODE " newChild, " NODE " oldChild)", replace_child},
    {NODE " Item(string name)", child_item},
    {"string ToString()", local_name},
    {"void RemoveAll()", remove_all},
    {NODE " Clone()", copy_node},
    {NODE " CloneNode(bool deep)", copy_node},
    END_METHODS,
};

static const struct hop_method document_methods[] = {
    {"System.Xml.XmlElement CreateElement(string name)", create_node, 0},
    {NODE " CreateTextNode(string text)", create_node, 1},
    {NODE " CreateComment(string data)", create_node, 2},
    {NODE " CreateCDataSection(string data)", create_node, 3},
    {"System.Xml.XmlElement CreateElement(string qualifiedName, string "
     "namespaceURI)",
     create_node, 0},
    {NODE " CreateAttribute(string name)", create_attribute},
    {NODE " CreateXmlDeclaration(string version, string encoding, string "
          "standalone)",
     create_declaration},
    {NODE " ImportNode(" NODE " node, bool deep)", copy_node},
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

const struct hop_class hop_class_xml_node = {
    .name = NODE,
    .base = &hop_class_object,
    .flags = HOP_CLASS_ABSTRACT,
    .kind = HOP_OBJECT,
    .size = sizeof(struct node),
    .properties = node_properties,
    .methods = node_methods,
    .destroy = destroy_node,
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

static const struct hop_class class_linked_node = {
    .name = "System.Xml.XmlLinkedNode",
    .base = &hop_class_xml_node,
    .kind = HOP_OBJECT,
    .size = sizeof(struct node),
};
const struct hop_class hop_class_xml_element = {
    .name = "System.Xml.XmlElement",
    .base = &class_linked_node,
    .kind = HOP_OBJECT,
    .size = sizeof(struct node),
};
static NODE_CLASS(class_text, "System.Xml.XmlText");
static NODE_CLASS(class_comment, "System.Xml.XmlComment");
static NODE_CLASS(class_attribute, "System.Xml.XmlAttribute");
static NODE_CLASS(class_cdata, "System.Xml.XmlCDataSection");
static NODE_CLASS(class_declaration, "System.Xml.XmlDeclaration");
static NODE_CLASS(class_instruction, "System.Xml.XmlProcessingInstruction");

static const struct hop_property list_properties[] = {
    {"Count", "int", get_list_count},
    END_PROPERTIES,
};

static const struct hop_method attributes_methods[] = {
    {NODE " Item(int i)", attribute_item},
    {NODE " Item(string name)", attribute_item},
    {NODE " GetNamedItem(string name)", attribute_item},
    END_METHODS,
};

static const struct hop_method nodes_methods[] = {
    {NODE " Item(int index)", attribute_item},
    END_METHODS,
};

#define COLLECTION(c, text, methods_)                                          \
    static const struct hop_class c = {                                        \
        .name = text,                                                          \
        .base = &hop_class_object,                                             \
        .flags = HOP_CLASS_LIST,                                               \
        .kind = HOP_OBJECT,                                                    \
        .size = sizeof(struct hop_array),                                      \
        .properties = list_properties,                                         \
        .methods = methods_,                                                   \
        .destroy = hop_array_destroy,                                          \
    }
COLLECTION(class_attributes, "System.Xml.XmlAttributeCollection",
           attributes_methods);
COLLECTION(class_nodes, "System.Xml.XmlNodeList", nodes_methods);

static const struct hop_class class_name_table = {
    .name = "System.Xml.NameTable",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_object),
};

static const struct hop_method names_methods[] = {
    {"void AddNamespace(string prefix, string uri)", add_name},
    {"string LookupNamespace(string prefix)", look_up_name},
    END_METHODS,
};

static const struct hop_method names_constructors[] = {
    {NAMES " new(System.Object nameTable)", new_names},
    END_METHODS,
};

const struct hop_class hop_class_xml_names = {
    .name = NAMES,
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct names),
    .methods = names_methods,
    .constructors = names_constructors,
    .destroy = destroy_names,
};

void
hop_xml_add_type_name(struct hop_value v, struct hop_buf *out)
{
    const xmlNode *n =
        hop_is_exactly(v, &hop_class_xml_element) ? node_of(v)->n : NULL;

    if (n != NULL && n->ns != NULL && n->ns->href != NULL && *n->ns->href)
        hop_buf_addf(out, "System.Xml.XmlElement#%s#%s", C(n->ns->href),
                     C(n->name));
}
