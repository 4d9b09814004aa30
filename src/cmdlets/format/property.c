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
    bool (*set)(struct hop_command *c, struct hop_value v,
                struct hop_property_spec *out);
};

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
    struct hop_error_spec spec = {.id = "ValueOutOfRange",
                                  .category = HOP_CAT_INVALID_ARGUMENT,
                                  .exception = "System.NotSupportedException",
                                  .target = v};
    int32_t width;

    if (!hop_to_int32(hop_command_context(c), v, &width))
        return false;
    if (width <= 0)
        return hop_command_throw(
            c, &spec, "The \"%d\" value is out of range for \"width\".", width);
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
    struct hop_error_spec spec = {.id = "IllegalValue",
                                  .category = HOP_CAT_INVALID_ARGUMENT,
                                  .exception = "System.NotSupportedException",
                                  .target = v};
    HOP_AUTO_STRING struct hop_string *text = NULL;

    if (!hop_to_string(hop_command_context(c), v, &text))
        return false;
    for (size_t i = 0; i < HOP_ARRAY_SIZE(names); i++) {
        if (text->len && hop_ascii_ieqn(names[i].name, text->data, text->len)) {
            out->align = names[i].align;
            return true;
        }
    }
    return hop_command_throw(c, &spec,
                             "The value \"%s\" is not valid for the key "
                             "\"alignment\"; valid values are left, center, "
                             "right.",
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
    {"expression", 0, set_expression},
    {"label", HOP_KEY_LABEL, set_label},
    {"name", HOP_KEY_LABEL, set_label},
    {"width", HOP_KEY_WIDTH, set_width},
    {"alignment", HOP_KEY_ALIGN, set_align},
    {"width", HOP_KEY_TEXT, set_width_text},
    {"alignment", HOP_KEY_TEXT, set_align_text},
    {"formatstring", HOP_KEY_FORMAT, set_format},
    {"depth", HOP_KEY_DEPTH, set_depth},
    {"ascending", HOP_KEY_ORDER, set_ascending},
    {"descending", HOP_KEY_ORDER, set_descending},
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
parse_entry(struct hop_command *c, struct hop_value name, struct hop_value v,
            unsigned allowed, struct hop_property_spec *out)
{
    struct hop_error_spec spec = {.id = "DictionaryKeyIllegal",
                                  .category = HOP_CAT_INVALID_ARGUMENT,
                                  .exception = "System.NotSupportedException",
                                  .target = name};
    HOP_AUTO_STRING struct hop_string *text = NULL;
    const struct key *k;

    if (!hop_to_string(hop_command_context(c), name, &text))
        return false;
    k = find_key(text->data, text->len, allowed);
    if (!k)
        return hop_command_throw(c, &spec, "The %s key is not valid.",
                                 text->data);
    return k->set(c, v, out);
}

static bool
parse_dict(struct hop_command *c, struct hop_dict *d, unsigned allowed,
           struct hop_property_spec *out)
{
    struct hop_error_spec spec = {.id = "DictionaryKeyMandatory",
                                  .category = HOP_CAT_INVALID_ARGUMENT,
                                  .exception = "System.NotSupportedException"};
    size_t n;
    HOP_AUTO_FREE struct hop_dict_entry **entry = hop_dict_order(d, &n);

    for (size_t i = 0; i < n; i++)
        if (!parse_entry(c, entry[i]->key, entry[i]->value, allowed, out))
            return false;
    if (!out->name && hop_is_null(out->block))
        return hop_command_throw(c, &spec,
                                 "The expression key is missing: say what to "
                                 "show with Expression.");
    return true;
}

bool
hop_property_parse(struct hop_command *c, struct hop_value v, unsigned keys,
                   struct hop_property_spec *out)
{
    struct hop_dict *d = hop_as_dict(hop_value_base(v));

    *out = (struct hop_property_spec){.depth = -1, .descending = -1};
    if (d)
        return parse_dict(c, d, keys, out);
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
