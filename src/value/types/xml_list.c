/* XmlNodeList and XmlAttributeCollection.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types.h"
#include "value/types/def.h"

#include "value/types/more.h"
#include "value/types/xml.h"

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

        hop_xml_add_qualified(hop_xml_node_of(a->items[i])->n, &b);
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

static const struct hop_property list_properties[] = {
    {"Count", "int", get_list_count},
    END_PROPERTIES,
};

static const struct hop_method attributes_methods[] = {
    {HOP_XML_NODE_NAME " Item(int i)", attribute_item},
    {HOP_XML_NODE_NAME " Item(string name)", attribute_item},
    {HOP_XML_NODE_NAME " GetNamedItem(string name)", attribute_item},
    END_METHODS,
};

static const struct hop_method nodes_methods[] = {
    {HOP_XML_NODE_NAME " Item(int index)", attribute_item},
    END_METHODS,
};

#define LIST_CLASS(c, text, methods_)                                          \
    const struct hop_class c = {                                               \
        .name = text,                                                          \
        .base = &hop_class_object,                                             \
        .flags = HOP_CLASS_LIST,                                               \
        .kind = HOP_OBJECT,                                                    \
        .size = sizeof(struct hop_array),                                      \
        .properties = list_properties,                                         \
        .methods = methods_,                                                   \
        .destroy = hop_array_destroy,                                          \
    }
LIST_CLASS(hop_class_xml_attribute_list, "System.Xml.XmlAttributeCollection",
           attributes_methods);
LIST_CLASS(hop_class_xml_node_list, "System.Xml.XmlNodeList", nodes_methods);
