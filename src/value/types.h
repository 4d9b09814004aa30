/* The registry's tables.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_VALUE_TYPES_H
#define HOP_VALUE_TYPES_H

#include "base/text.h"
#include "value/member.h"

struct type_name {
    const char *name;
    const struct hop_class *cls;
    struct type_name *next;
    bool accelerator;
};

struct made_class {
    struct hop_class cls;
    struct made_class *next;
    char *name; /* when the class's name was made too */
};

struct type_data {
    char *name;
    struct hop_members members;
    struct type_data *next;
};

struct class_info;

struct hop_types {
    struct type_name **names;
    struct made_class *made;
    struct type_data *data;
    struct class_info *infos[256]; /* by class pointer */
};

void hop_class_infos_free(struct hop_types *t);
void hop_class_add_to_string(const struct hop_class *cls, struct hop_buf *b);
void hop_class_add_assembly(const struct hop_class *cls, struct hop_buf *b);

/* "System.Xml.XmlElement#NAMESPACE#NAME" for an element in a namespace, the name
 * that views of such elements have; nothing for other values. */
void hop_xml_add_type_name(struct hop_value v, struct hop_buf *out);

#endif
