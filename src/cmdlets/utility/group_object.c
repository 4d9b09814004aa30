/* Group-Object.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "cmdlets/format/property.h"
#include "cmdlets/record.h"
#include "cmdlets/utility/order.h"
#include "cmdlets/utility/utility.h"
#include "value/member.h"

enum { PROPERTY, NO_ELEMENT, AS_HASH, AS_STRING, CASE, CULTURE, INPUT };
static const struct hop_param params[] = {
    [PROPERTY] = {"Property", "object[]", .position = HOP_POS(0)},
    [NO_ELEMENT] = {"NoElement", "switch"},
    [AS_HASH] = {"AsHashTable", "switch", .aliases = "AHT",
                 .in = HOP_SETS({"HashTable"})},
    [AS_STRING] = {"AsString", "switch", .in = HOP_SETS({"HashTable"})},
    [CASE] = {"CaseSensitive", "switch"},
    [CULTURE] = {"Culture", "string"},
    [INPUT] = {"InputObject", "psobject", HOP_BY_VALUE},
};

enum { COUNT, NAME, VALUES, GROUP };
static const struct hop_property group_properties[] = {
    HOP_RECORD_PROPERTY(VALUES, "Values", "System.Collections.ArrayList"),
    HOP_RECORD_PROPERTY(COUNT, "Count", "int"),
    HOP_RECORD_PROPERTY(GROUP, "Group",
                        "System.Collections.ObjectModel.Collection[psobject]"),
    HOP_RECORD_PROPERTY(NAME, "Name", "string"),
    {0},
};
extern const struct hop_class hop_class_group_info,
    hop_class_group_info_no_element;
const struct hop_class hop_class_group_info = HOP_RECORD_CLASS(
    "Microsoft.PowerShell.Commands.GroupInfo", group_properties);
/* The group stays, empty, and so does the view. */
const struct hop_class hop_class_group_info_no_element = {
    .name = "Microsoft.PowerShell.Commands.GroupInfoNoElement",
    .base = &hop_class_group_info,
    .kind = HOP_OBJECT,
    .size = HOP_RECORD_SIZE(group_properties),
    .destroy = hop_record_destroy,
};

struct group {
    struct hop_order_entry *first; /* borrowed from the order */
    struct hop_array *members;     /* owned */
    int32_t count;
};

struct state {
    struct hop_order order;
    struct hop_property_spec *spec;
    size_t specs;
    struct group *group;
    size_t groups;
};

static bool
begin(struct hop_command *c)
{
    struct state *s = hop_command_state(c);
    struct hop_error_spec spec = {.id = "ArgumentException",
                                  .category = HOP_CAT_INVALID_ARGUMENT,
                                  .exception = "System.ArgumentException"};

    if (!hop_property_parse_all(c, PROPERTY, 0, &s->spec, &s->specs))
        return false;
    if (hop_arg_on(c, AS_STRING) && !hop_arg_on(c, AS_HASH))
        return hop_command_throw(c, &spec,
                                 "The -AsString parameter needs -AsHashTable: "
                                 "add it.");
    if (hop_arg_on(c, AS_HASH) && !hop_arg_on(c, AS_STRING) && s->specs > 1)
        return hop_command_throw(c, &spec,
                                 "-AsHashTable groups by one property: give "
                                 "one, or add -AsString.");
    s->order = (struct hop_order){
        .rs = hop_command_runspace(c),
        .cx = hop_command_context(c),
        .command = c,
        .spec = s->spec,
        .n = s->specs,
        .case_sensitive = hop_arg_on(c, CASE),
    };
    return true;
}

static bool
process(struct hop_command *c)
{
    struct state *s = hop_command_state(c);

    if (hop_is_null(hop_arg(c, INPUT)))
        return true;
    return hop_order_add(&s->order, hop_arg(c, INPUT));
}

/* Do all entries have keys of the same types?  Only those can be sorted; others
 * keep the order in which they came. */
static bool
is_uniform(const struct hop_order *o)
{
    for (size_t k = 0; k < hop_order_keys(o); k++) {
        const struct hop_class *cls = NULL;

        for (size_t i = 0; i < o->entries; i++) {
            const struct hop_class *own =
                hop_class_of(hop_value_base(o->entry[i].key[k]));

            if (own && cls && own != cls)
                return false;
            cls = own ? own : cls;
        }
    }
    return true;
}

static struct group *
find_group(struct state *s, const struct hop_order_entry *e, bool sorted)
{
    size_t from = sorted && s->groups ? s->groups - 1 : 0;

    for (size_t i = from; i < s->groups; i++)
        if (hop_order_compare(&s->order, s->group[i].first, e) == 0)
            return &s->group[i];
    return NULL;
}

static struct hop_array *
empty_group(struct state *s)
{
    const struct hop_class *args[] = {&hop_class_psobject};

    return hop_object_new(
        s->order.cx,
        hop_types_generic(s->order.cx, &hop_class_collection, args, 1));
}

static void
make_groups(struct state *s)
{
    bool sorted = is_uniform(&s->order);

    if (sorted)
        hop_order_sort(&s->order);
    s->group = hop_xcalloc(s->order.entries + 1, sizeof(*s->group));
    for (size_t i = 0; i < s->order.entries; i++) {
        struct hop_order_entry *e = &s->order.entry[i];
        struct group *g = find_group(s, e, sorted);

        if (!g) {
            g = &s->group[s->groups++];
            g->first = e;
            g->members = empty_group(s);
        }
        hop_array_push(g->members, hop_retain(e->object));
        g->count++;
    }
}

/* The group's name: its keys as text. */
static bool
add_name(struct state *s, const struct group *g, struct hop_buf *b)
{
    for (size_t k = 0; k < hop_order_keys(&s->order); k++) {
        if (k)
            hop_buf_adds(b, ", ");
        if (!hop_add_string(s->order.cx, g->first->key[k], b))
            return false;
    }
    return true;
}

static bool
write_group(struct hop_command *c, struct state *s, const struct group *g)
{
    HOP_AUTO_BUF struct hop_buf name = HOP_BUF_INIT;
    bool bare = hop_arg_on(c, NO_ELEMENT);
    struct hop_record *r;
    struct hop_array *values;

    if (!add_name(s, g, &name))
        return false;
    r = hop_record_new(s->order.cx, bare ? &hop_class_group_info_no_element
                                         : &hop_class_group_info);
    values = hop_object_new(s->order.cx, &hop_class_array_list);
    for (size_t k = 0; k < hop_order_keys(&s->order); k++)
        hop_array_push(values, hop_retain(g->first->key[k]));
    hop_record_set(r, COUNT, hop_int(g->count));
    hop_record_set(r, NAME, hop_text_buf(&name));
    hop_record_set(r, VALUES, hop_obj(values));
    hop_record_set(r, GROUP,
                   bare ? hop_obj(empty_group(s))
                        : hop_retain(hop_obj(g->members)));
    return hop_write_take(c, hop_obj(r));
}

static bool
write_table(struct hop_command *c, struct state *s)
{
    struct hop_dict *d =
        hop_arg_on(c, CASE) ? hop_dict_new_of(s->order.cx, &hop_class_hashtable,
                                              HOP_DICT_BUCKET_ORDER)
                            : hop_hashtable_new(s->order.cx);
    HOP_AUTO_VALUE struct hop_value held = hop_obj(d);

    for (size_t i = 0; i < s->groups; i++) {
        struct group *g = &s->group[i];
        HOP_AUTO_VALUE struct hop_value key =
            hop_retain(hop_value_base(g->first->key[0]));

        if (hop_arg_on(c, AS_STRING)) {
            HOP_AUTO_BUF struct hop_buf name = HOP_BUF_INIT;

            if (!add_name(s, g, &name))
                return false;
            hop_value_set(&key, hop_text_buf(&name));
        }
        if (!hop_is_null(key))
            hop_dict_set(d, key, hop_retain(hop_obj(g->members)));
    }
    return hop_write(c, held);
}

static bool
end(struct hop_command *c)
{
    struct state *s = hop_command_state(c);

    make_groups(s);
    if (s->groups && hop_arg_on(c, AS_HASH))
        return write_table(c, s);
    for (size_t i = 0; i < s->groups; i++)
        if (!write_group(c, s, &s->group[i]))
            return false;
    return true;
}

static void
dispose(struct hop_command *c)
{
    struct state *s = hop_command_state(c);

    for (size_t i = 0; i < s->groups; i++)
        hop_release(hop_obj(s->group[i].members));
    free(s->group);
    hop_order_done(&s->order);
    hop_property_specs_done(s->spec, s->specs);
}

const struct hop_cmdlet hop_cmdlet_group_object = {
    .name = "Group-Object",
    HOP_PARAMS(params),
    .output = "System.Collections.Hashtable "
              "Microsoft.PowerShell.Commands.GroupInfo",
    .synopsis = "Groups objects that have the same value of a property.",
    .state_size = sizeof(struct state),
    .begin = begin,
    .process = process,
    .end = end,
    .dispose = dispose,
};
