/* PSPrimitiveDictionary: a table whose values mean the same on every computer,
 * for what sessions tell each other when they are opened.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/def.h"
#include "value/types/dicts.h"
#include "value/types/interfaces.h"

static bool
is_primitive(struct hop_value v)
{
    static const char *const classes[] = {
        "System.Guid", "System.Version", "System.Uri",
        "System.Management.Automation.PSPrimitiveDictionary"};
    struct hop_array *a;

    v = hop_value_base(v);
    if (hop_is_null(v) || hop_is_string(v) || hop_is_number(v) ||
        v.kind == HOP_BOOL || v.kind == HOP_CHAR || v.kind == HOP_DATETIME ||
        v.kind == HOP_TIMESPAN)
        return true;
    for (size_t i = 0; i < HOP_ARRAY_SIZE(classes); i++)
        if (strcmp(hop_class_of(v)->name, classes[i]) == 0)
            return true;
    a = hop_as_array(v);
    for (size_t i = 0; a && i < a->n; i++)
        if (!is_primitive(a->items[i]))
            return false;
    return a != NULL;
}

static bool
refuse(struct hop_context *cx, struct hop_value v)
{
    HOP_AUTO_BUF struct hop_buf name = HOP_BUF_INIT;

    hop_class_add_full_name(hop_class_of(v), &name);
    return hop_throw(cx, &hop_exception_argument,
                     "The type of the value %s is not valid. "
                     "PSPrimitiveDictionary takes only values that come whole "
                     "through remoting: numbers, texts, dates, and tables and "
                     "lists of such.",
                     hop_buf_str(&name));
}

METHOD(new_primitive)
{
    struct hop_dict *d =
        hop_dict_new_of(cx, &hop_class_primitive_dictionary,
                        HOP_DICT_IGNORE_CASE | HOP_DICT_BUCKET_ORDER);
    struct hop_dict *from = c->n ? hop_as_dict(c->args[0]) : NULL;
    HOP_AUTO_VALUE struct hop_value made = hop_obj(d);
    size_t n = 0;
    HOP_AUTO_FREE struct hop_dict_entry **order =
        from ? hop_dict_order(from, &n) : NULL;

    for (size_t i = 0; i < n; i++) {
        if (!is_primitive(order[i]->value))
            return refuse(cx, order[i]->value);
        hop_dict_set(d, order[i]->key, hop_retain(order[i]->value));
    }
    c->result = hop_value_steal(&made);
    return true;
}

static const struct hop_method constructors[] = {
    {"psprimitivedictionary new()", new_primitive},
    {"psprimitivedictionary new(hashtable other)", new_primitive},
    END_METHODS,
};

const struct hop_class hop_class_primitive_dictionary = {
    .name = "System.Management.Automation.PSPrimitiveDictionary",
    .base = &hop_class_hashtable,
    .flags = HOP_CLASS_DICT,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_dict),
    .constructors = constructors,
    .destroy = hop_dict_destroy,
};
