/* SPDX-License-Identifier: MIT */
#include "cmdlets/format/property.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "value/convert.h"
#include "value/ops.h"

struct key {
    const char *name;
    unsigned allowed; /* 0: always */
    const char *type; /* what the value is to be; NULL: anything */
    bool (*set)(struct hop_command *c, struct hop_value v,
                struct hop_property_spec *out);
};

#define TEXT_TYPE   "System.String"
#define NUMBER_TYPE "System.Int32"
#define EXPRESSION_TYPES                                                       \
    "System.String, System.Management.Automation.ScriptBlock"

static bool refuse(struct hop_command *c, const char *id,
                   struct hop_value target, const char *fmt, ...)
    HOP_PRINTF(4, 5);

static bool
refuse(struct hop_command *c, const char *id, struct hop_value target,
       const char *fmt, ...)
{
    struct hop_error_spec spec = {.id = id,
                                  .category = HOP_CAT_INVALID_ARGUMENT,
                                  .exception = "System.NotSupportedException",
                                  .target = target};
    va_list ap;

    va_start(ap, fmt);
    (void)!hop_command_vthrow(c, &spec, fmt, ap);
    va_end(ap);
    return false;
}

static bool
is_block(struct hop_value v)
{
    v = hop_value_base(v);
    return v.kind == HOP_OBJECT &&
           strcmp(v.u.o->cls->name,
                  "System.Management.Automation.ScriptBlock") == 0;
}

static bool
set_text(struct hop_command *c, struct hop_value v, struct hop_string **out)
{
    struct hop_string *text;

    if (!hop_to_string(hop_command_context(c), v, &text))
        return false;
    hop_string_release(*out);
    *out = text;
    return true;
}

static bool
set_expression(struct hop_command *c, struct hop_value v,
               struct hop_property_spec *out)
{
    if (is_block(v)) {
        hop_value_set(&out->block, hop_retain(hop_value_base(v)));
        return true;
    }
    return set_text(c, v, &out->name);
}

static bool
set_label(struct hop_command *c, struct hop_value v,
          struct hop_property_spec *out)
{
    /* An empty one counts as none. */
    if (hop_is_string(hop_value_base(v)) && !hop_value_base(v).u.s->len)
        return true;
    return set_text(c, v, &out->label);
}

static bool
set_format(struct hop_command *c, struct hop_value v,
           struct hop_property_spec *out)
{
    return set_text(c, v, &out->format);
}

static bool
set_width_text(struct hop_command *c, struct hop_value v,
               struct hop_property_spec *out)
{
    return set_text(c, v, &out->width_text);
}

static bool
set_align_text(struct hop_command *c, struct hop_value v,
               struct hop_property_spec *out)
{
    return set_text(c, v, &out->align_text);
}

static bool
set_width(struct hop_command *c, struct hop_value v,
          struct hop_property_spec *out)
{
    int32_t width;

    if (!hop_to_int32(hop_command_context(c), v, &width))
        return false;
    if (width <= 0)
        return refuse(c, "WidthOutOfRange", v,
                      "The value \"%d\" for key \"width\" should be greater "
                      "than 0.",
                      width);
    out->width = width;
    return true;
}

static bool
set_depth(struct hop_command *c, struct hop_value v,
          struct hop_property_spec *out)
{
    int32_t depth;

    if (!hop_to_int32(hop_command_context(c), v, &depth))
        return false;
    out->depth = depth;
    return true;
}

static bool
set_align(struct hop_command *c, struct hop_value v,
          struct hop_property_spec *out)
{
    static const struct {
        const char *name;
        enum hop_align align;
    } names[] = {{"left", HOP_ALIGN_LEFT},
                 {"center", HOP_ALIGN_CENTER},
                 {"right", HOP_ALIGN_RIGHT}};
    HOP_AUTO_STRING struct hop_string *text = NULL;

    if (!hop_to_string(hop_command_context(c), v, &text))
        return false;
    for (size_t i = 0; i < HOP_ARRAY_SIZE(names); i++) {
        if (text->len && hop_ascii_ieqn(names[i].name, text->data, text->len)) {
            out->align = names[i].align;
            return true;
        }
    }
    return refuse(c, "AlignmentIllegalValue", v,
                  "The value \"%s\" for key \"alignment\" is not valid; valid "
                  "values are {left, center, right}.",
                  text->data);
}

static bool
set_ascending(struct hop_command *c, struct hop_value v,
              struct hop_property_spec *out)
{
    out->descending = !hop_is_true(hop_command_context(c), v);
    return true;
}

static bool
set_descending(struct hop_command *c, struct hop_value v,
               struct hop_property_spec *out)
{
    out->descending = hop_is_true(hop_command_context(c), v);
    return true;
}

static const struct key keys_known[] = {
    {"expression", 0, EXPRESSION_TYPES, set_expression},
    {"label", HOP_KEY_LABEL, TEXT_TYPE, set_label},
    {"name", HOP_KEY_LABEL, TEXT_TYPE, set_label},
    {"width", HOP_KEY_WIDTH, NUMBER_TYPE, set_width},
    {"alignment", HOP_KEY_ALIGN, TEXT_TYPE, set_align},
    {"width", HOP_KEY_TEXT, NULL, set_width_text},
    {"alignment", HOP_KEY_TEXT, NULL, set_align_text},
    {"formatstring", HOP_KEY_FORMAT, TEXT_TYPE, set_format},
    {"depth", HOP_KEY_DEPTH, NUMBER_TYPE, set_depth},
    {"ascending", HOP_KEY_ORDER, NULL, set_ascending},
    {"descending", HOP_KEY_ORDER, NULL, set_descending},
};

/* A key may be cut short: "e" is Expression. */
static const struct key *
find_key(const char *text, size_t n, unsigned allowed)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(keys_known); i++) {
        const struct key *k = &keys_known[i];

        if (n && n <= strlen(k->name) && hop_ascii_ieqn(k->name, text, n) &&
            (!k->allowed || (k->allowed & allowed)))
            return k;
    }
    return NULL;
}

static bool
has_type(struct hop_value v, const char *types)
{
    struct hop_value base = hop_value_base(v);

    if (!types)
        return true;
    if (strcmp(types, NUMBER_TYPE) == 0)
        return hop_is_integer(base);
    return hop_is_string(base) ||
           (strcmp(types, EXPRESSION_TYPES) == 0 && is_block(base));
}

static bool
check_value(struct hop_command *c, const struct key *k, const char *name,
            struct hop_value v)
{
    HOP_AUTO_BUF struct hop_buf type = HOP_BUF_INIT;
    bool several = k->type && strcmp(k->type, EXPRESSION_TYPES) == 0;

    if (hop_is_null(v))
        return refuse(c, "DictionaryKeyMissingValue", v,
                      "The %s key has no value.", name);
    if (!has_type(v, k->type)) {
        hop_class_add_full_name(hop_class_of(v), &type);
        return refuse(c,
                      several ? "DictionaryKeyIllegalValue1"
                              : "DictionaryKeyIllegalValue2",
                      v,
                      several ? "The \"%s\" key has a type, %s, that is not "
                                "valid; expected types are {%s}."
                              : "The \"%s\" key has a type, %s, that is not "
                                "valid; expected type is %s.",
                      name, hop_buf_str(&type), k->type);
    }
    if (several && hop_is_string(hop_value_base(v)) &&
        !hop_value_base(v).u.s->len)
        return refuse(c, "ExpressionEmptyString1", v,
                      "The \"%s\" key cannot have an empty string value.",
                      k->name);
    return true;
}

/* seen: keys of this table so far, by their place in keys_known. */
static bool
parse_entry(struct hop_command *c, struct hop_value name, struct hop_value v,
            unsigned allowed, unsigned *seen, struct hop_property_spec *out)
{
    HOP_AUTO_BUF struct hop_buf type = HOP_BUF_INIT;
    struct hop_value key = hop_value_base(name);
    const struct key *k;
    unsigned bit;

    if (!hop_is_string(key)) {
        hop_class_add_name(hop_class_of(key), &type);
        return refuse(c, "DictionaryKeyNonString", name,
                      "The %s key type is not valid. The key must be a "
                      "string.",
                      hop_buf_str(&type));
    }
    k = find_key(key.u.s->data, key.u.s->len, allowed);
    if (!k)
        return refuse(c, "DictionaryKeyIllegal", name,
                      "The %s key is not valid.", key.u.s->data);
    bit = 1U << (k - keys_known);
    if (*seen & bit)
        return refuse(c, "DictionaryKeyDuplicate", name,
                      "The duplicated key \"%s\" conflicts with \"%s\".",
                      k->name, k->name);
    *seen |= bit;
    return check_value(c, k, key.u.s->data, v) && k->set(c, v, out);
}

static bool
parse_dict(struct hop_command *c, struct hop_dict *d, unsigned allowed,
           struct hop_property_spec *out)
{
    size_t n;
    HOP_AUTO_FREE struct hop_dict_entry **entry = hop_dict_order(d, &n);
    unsigned seen = 0;

    for (size_t i = 0; i < n; i++)
        if (!parse_entry(c, entry[i]->key, entry[i]->value, allowed, &seen,
                         out))
            return false;
    if (!out->name && hop_is_null(out->block))
        return refuse(c, "DictionaryKeyMandatoryEntry", hop_obj(d),
                      "A mandatory entry for expression is missing.");
    return true;
}

bool
hop_property_unknown(struct hop_command *c, struct hop_value v)
{
    HOP_AUTO_BUF struct hop_buf type = HOP_BUF_INIT;

    hop_class_add_full_name(hop_class_of(v), &type);
    return refuse(c, "DictionaryKeyUnknownType", v,
                  "Cannot convert %s to one of the following types {%s}.",
                  hop_buf_str(&type), EXPRESSION_TYPES);
}

bool
hop_property_parse(struct hop_command *c, struct hop_value v, unsigned keys,
                   struct hop_property_spec *out)
{
    struct hop_dict *d = hop_as_dict(hop_value_base(v));

    *out = (struct hop_property_spec){.depth = -1, .descending = -1};
    if (d)
        return parse_dict(c, d, keys, out);
    if (!has_type(v, EXPRESSION_TYPES))
        return hop_property_unknown(c, v);
    if (hop_is_string(hop_value_base(v)) && !hop_value_base(v).u.s->len)
        return refuse(c, "ExpressionEmptyString2", v,
                      "An empty string value is not allowed.");
    return set_expression(c, v, out);
}

bool
hop_property_parse_all(struct hop_command *c, size_t index, unsigned keys,
                       struct hop_property_spec **specs, size_t *n)
{
    size_t given = hop_arg_count(c, index);
    struct hop_property_spec *all = hop_xcalloc(given + 1, sizeof(*all));
    size_t used = 0;

    for (size_t i = 0; i < given; i++) {
        if (hop_is_null(hop_arg_item(c, index, i)))
            continue;
        if (!hop_property_parse(c, hop_arg_item(c, index, i), keys,
                                &all[used++])) {
            hop_property_specs_done(all, used);
            return false;
        }
    }
    *specs = all;
    *n = used;
    return true;
}

void
hop_property_specs_done(struct hop_property_spec *specs, size_t n)
{
    for (size_t i = 0; i < n; i++)
        hop_property_spec_done(&specs[i]);
    free(specs);
}

struct hop_property_spec *
hop_property_specs_named(const struct hop_array *names, size_t *n)
{
    struct hop_property_spec *all = hop_xcalloc(names->n + 1, sizeof(*all));

    for (size_t i = 0; i < names->n; i++)
        all[i] = (struct hop_property_spec){
            .name = hop_string_retain(names->items[i].u.s),
            .depth = -1,
            .descending = -1,
        };
    *n = names->n;
    return all;
}
