/* PowerShell's adapter: children and attributes of XML nodes by name.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types.h"
#include "value/types/def.h"

#include "base/libxml.h"
#include "value/types/xml.h"

/* A child as a property's value: its text when it has nothing else. */
static struct hop_value
child_value(struct hop_context *cx, struct hop_xml_node *o, xmlNode *k)
{
    const xmlNode *g = k->children;
    bool simple = k->type != XML_ELEMENT_NODE ||
                  (!k->properties && !k->nsDef &&
                   (!g || (!g->next && g->type == XML_TEXT_NODE)));

    return simple ? hop_xml_take_text(xmlNodeGetContent(k))
                  : hop_xml_wrap(cx, o->tree, k);
}

/* By the name without its prefix. */
static bool
is_named(const xmlNode *k, const struct hop_string *name)
{
    const char *own = hop_xml_node_name(k);

    return own && hop_text_ieq(own, strlen(own), name->data, name->len);
}

/* xmlns:cfg="..." is an attribute with the local name cfg. */
static const char *
declared_name(const xmlNs *ns)
{
    return ns->prefix != NULL ? HOP_CHARS(ns->prefix) : "xmlns";
}

static void
get_declared(const xmlNode *n, const struct hop_string *name,
             struct hop_array *a)
{
    for (const xmlNs *ns = n->nsDef; ns; ns = ns->next) {
        const char *own = declared_name(ns);

        if (hop_text_ieq(own, strlen(own), name->data, name->len))
            hop_array_push(
                a, hop_text(ns->href != NULL ? HOP_CHARS(ns->href) : ""));
    }
}

int
hop_xml_get_by_name(struct hop_context *cx, struct hop_value self,
                    const struct hop_string *name, struct hop_value *out)
{
    struct hop_xml_node *o = hop_xml_node_of(self);
    struct hop_array *a = hop_array_new(cx, 0);
    HOP_AUTO_VALUE struct hop_value owned = hop_obj(a);

    if (o->n->type == XML_ELEMENT_NODE)
        for (xmlAttr *k = o->n->properties; k; k = k->next)
            if (is_named((xmlNode *)k, name))
                hop_array_push(
                    a, hop_xml_take_text(xmlNodeGetContent((xmlNode *)k)));
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

int
hop_xml_set_by_name(struct hop_context *cx, struct hop_value self,
                    const struct hop_string *name, struct hop_value v)
{
    struct hop_xml_node *o = hop_xml_node_of(self);
    HOP_AUTO_STRING struct hop_string *s = NULL;

    if (o->n->type != XML_ELEMENT_NODE && o->n->type != XML_DOCUMENT_NODE)
        return 0;
    if (!hop_to_string(cx, v, &s))
        return -1;
    for (xmlAttr *k = o->n->type == XML_ELEMENT_NODE ? o->n->properties : NULL;
         k; k = k->next)
        if (is_named((xmlNode *)k, name)) {
            hop_xml_replace_text(o->tree, (xmlNode *)k, s->data);
            return 1;
        }
    for (xmlNode *k = o->n->children; k; k = k->next)
        if (is_named(k, name)) {
            hop_xml_replace_text(o->tree, k, s->data);
            return 1;
        }
    return 0;
}

void
hop_xml_each_name(struct hop_value self, bool (*f)(void *, struct hop_string *),
                  void *arg)
{
    struct hop_xml_node *o = hop_xml_node_of(self);
    bool element = o->n->type == XML_ELEMENT_NODE;

    /* libxml2 does not keep their order among attributes. */
    for (const xmlNs *ns = element ? o->n->nsDef : NULL; ns; ns = ns->next) {
        HOP_AUTO_STRING struct hop_string *s =
            hop_string_from(declared_name(ns));

        if (!f(arg, s))
            return;
    }
    for (xmlAttr *k = element ? o->n->properties : NULL; k; k = k->next) {
        HOP_AUTO_STRING struct hop_string *s =
            hop_string_from(HOP_CHARS(k->name));

        if (!f(arg, s))
            return;
    }
    for (xmlNode *k = o->n->children; k; k = k->next) {
        HOP_AUTO_STRING struct hop_string *s =
            hop_string_from(hop_xml_node_name(k));
        xmlNode *before = o->n->children;

        while (before != k &&
               strcmp(hop_xml_node_name(before), hop_xml_node_name(k)) != 0)
            before = before->next;
        if (before == k && !f(arg, s))
            return;
    }
}
