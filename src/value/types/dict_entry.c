/* DictionaryEntry and KeyValuePair<K,V>.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/def.h"

GETTER(get_part)
{
    struct hop_pair *p = (struct hop_pair *)self.u.o;

    *out = hop_retain(data ? p->value : p->key);
    return true;
}

SETTER(set_part)
{
    struct hop_pair *p = (struct hop_pair *)self.u.o;

    hop_value_set(data ? &p->value : &p->key, hop_retain(v));
    return true;
}

static bool
pair_to_string(struct hop_context *cx, struct hop_value v,
               struct hop_string **out)
{
    struct hop_pair *p = (struct hop_pair *)v.u.o;
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    hop_buf_addc(&b, '[');
    if (!hop_add_to_string(cx, p->key, &b))
        return false;
    hop_buf_adds(&b, ", ");
    if (!hop_is_null(p->value) && !hop_add_to_string(cx, p->value, &b))
        return false;
    hop_buf_addc(&b, ']');
    *out = hop_string_take_buf(&b);
    return true;
}

METHOD(new_pair)
{
    struct hop_pair *p = hop_object_new(cx, c->cls);

    p->key = hop_retain(c->args[0]);
    p->value = hop_retain(c->args[1]);
    RETURN(hop_obj(p));
}

static const struct hop_property entry_properties[] = {
    {"Name", "Key", get_part, NULL, HOP_PROP_ALIAS, 0},
    {"Key", "System.Object", get_part, set_part, 0, 0},
    {"Value", "System.Object", get_part, set_part, 0, 1},
    END_PROPERTIES,
};

static const struct hop_method entry_constructors[] = {
    {"entry new(System.Object key, System.Object value)", new_pair},
    END_METHODS,
};

static const struct hop_property pair_properties[] = {
    {"Key", "TKey", get_part, NULL, 0, 0},
    {"Value", "TValue", get_part, NULL, 0, 1},
    END_PROPERTIES,
};

static const struct hop_method pair_constructors[] = {
    {"pair new(TKey key, TValue value)", new_pair},
    END_METHODS,
};

const struct hop_class hop_class_dictionary_entry = {
    .name = "System.Collections.DictionaryEntry",
    .base = &hop_class_value_type,
    .flags = HOP_CLASS_VALUE,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_pair),
    .properties = entry_properties,
    .constructors = entry_constructors,
    .destroy = hop_pair_destroy,
    .to_string = pair_to_string,
};

const struct hop_class hop_class_key_value_pair = {
    .name = "System.Collections.Generic.KeyValuePair`2",
    .base = &hop_class_value_type,
    .flags = HOP_CLASS_VALUE | HOP_CLASS_GENERIC,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_pair),
    .arity = 2,
    .properties = pair_properties,
    .constructors = pair_constructors,
    .destroy = hop_pair_destroy,
    .to_string = pair_to_string,
};
