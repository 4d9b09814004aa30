/* libxml2's trees under XML nodes: reading, sharing, taking apart.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/xml.h"

#include "base/alloc.h"
#include "base/libxml.h"
#include "value/types/def.h"
#include "value/types/more.h"

struct hop_xml_node *
hop_xml_node_of(struct hop_value v)
{
    return (struct hop_xml_node *)hop_value_base(v).u.o;
}

void
hop_xml_destroy_node(struct hop_object *o)
{
    struct hop_xml_tree *t = ((struct hop_xml_node *)o)->tree;

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

void
hop_xml_keep_apart(struct hop_xml_tree *t, xmlNode *n)
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

void
hop_xml_take_out(struct hop_xml_tree *t, xmlNode *n)
{
    xmlUnlinkNode(n);
    hop_xml_keep_apart(t, n);
}

void
hop_xml_empty_node(struct hop_xml_tree *t, xmlNode *n, bool attributes)
{
    while (n->children && n->type != XML_ENTITY_REF_NODE)
        hop_xml_take_out(t, n->children);
    while (attributes && n->type == XML_ELEMENT_NODE && n->properties)
        hop_xml_take_out(t, (xmlNode *)n->properties);
}

void
hop_xml_link_node(xmlNode *parent, xmlNode *n, xmlNode *before)
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

struct hop_value
hop_xml_wrap(struct hop_context *cx, struct hop_xml_tree *t, xmlNode *n)
{
    struct hop_xml_node *o;

    if (!n)
        return hop_null();
    o = hop_object_new(cx, hop_xml_class_for(n));
    o->tree = t;
    o->n = n;
    t->refs++;
    return hop_obj(o);
}

struct hop_xml_tree *
hop_xml_new_tree(xmlDoc *doc)
{
    struct hop_xml_tree *t = hop_xcalloc(1, sizeof *t);

    t->doc = doc;
    t->refs = 1;
    return t;
}

void
hop_xml_add_declaration(xmlDoc *doc, const char *source)
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
        hop_buf_addf(&b, "version=\"%s\"", HOP_CHARS(doc->version));
        if (doc->encoding)
            hop_buf_addf(&b, " encoding=\"%s\"", HOP_CHARS(doc->encoding));
        if (doc->standalone >= 0)
            hop_buf_addf(&b, " standalone=\"%s\"",
                         doc->standalone ? "yes" : "no");
    }
    pi = xmlNewDocPI(doc, HOP_XML_CHARS("xml"), HOP_XML_CHARS(hop_buf_str(&b)));
    if (pi)
        hop_xml_link_node((xmlNode *)doc, pi, doc->children);
}

struct hop_value
hop_xml_new_document(struct hop_context *cx, xmlDoc *doc)
{
    struct hop_xml_node *o = hop_object_new(cx, &hop_class_xml_document);

    o->tree = hop_xml_new_tree(doc);
    o->n = (xmlNode *)doc;
    return hop_obj(o);
}

xmlDoc *
hop_xml_read_text(struct hop_context *cx, const struct hop_string *s)
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
        hop_xml_add_declaration(doc, s->data);
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
