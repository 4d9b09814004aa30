/* XmlNamespaceManager: prefixes for XPath.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types.h"
#include "value/types/def.h"

#include "base/libxml.h"
#include "value/types/more.h"
#include "value/types/xml.h"

static void
destroy_names(struct hop_object *o)
{
    hop_release(((struct hop_xml_names *)o)->table);
}

void
hop_xml_register_names(xmlXPathContext *x, struct hop_xml_names *names)
{
    struct hop_dict *d = hop_as_dict(names->table);

    for (size_t i = 0; i < d->used; i++)
        if (hop_is_string(d->entries[i].key) &&
            hop_is_string(d->entries[i].value))
            xmlXPathRegisterNs(x, HOP_XML_CHARS(hop_cstr(d->entries[i].key)),
                               HOP_XML_CHARS(hop_cstr(d->entries[i].value)));
}

METHOD(new_names)
{
    struct hop_xml_names *n = hop_object_new(cx, &hop_class_xml_names);

    n->table = hop_obj(hop_dict_new_of(cx, &hop_class_hashtable, 0));
    RETURN(hop_obj(n));
}

METHOD(add_name)
{
    if (ARG_NULL(0) || ARG_NULL(1))
        return hop_throw_null(cx, ARG_NULL(0) ? "prefix" : "uri");
    hop_dict_set(hop_as_dict(((struct hop_xml_names *)c->self.u.o)->table),
                 c->args[0], hop_retain(c->args[1]));
    return true;
}

METHOD(look_up_name)
{
    struct hop_value *v = hop_dict_get(
        hop_as_dict(((struct hop_xml_names *)c->self.u.o)->table), c->args[0]);

    RETURN(v ? hop_retain(*v) : hop_null());
}

static const struct hop_class class_name_table = {
    .name = "System.Xml.NameTable",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_object),
};

bool
hop_xml_get_name_table(struct hop_context *cx, struct hop_value self,
                       intptr_t data, struct hop_value *out)
{
    *out = hop_obj(hop_object_new(cx, &class_name_table));
    return true;
}

/* ---- methods ---- */

#define NAMES "System.Xml.XmlNamespaceManager"

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
    .size = sizeof(struct hop_xml_names),
    .methods = names_methods,
    .constructors = names_constructors,
    .destroy = destroy_names,
};
