/* Sort-Object.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/format/property.h"
#include "cmdlets/utility/order.h"
#include "cmdlets/utility/utility.h"
#include "value/collections.h"
#include "value/member.h"

enum {
    PROPERTY,
    DESCENDING,
    UNIQUE,
    TOP,
    BOTTOM,
    STABLE,
    CASE,
    CULTURE,
    INPUT
};
static const struct hop_param params[] = {
    [PROPERTY] = {"Property", "object[]", .position = HOP_POS(0)},
    [DESCENDING] = {"Descending", "switch"},
    [UNIQUE] = {"Unique", "switch"},
    [TOP] = {"Top", "int", .range = HOP_RANGE(1, 2147483647),
             .in = HOP_SETS({"Top", HOP_MANDATORY, 0})},
    [BOTTOM] = {"Bottom", "int", .range = HOP_RANGE(1, 2147483647),
                .in = HOP_SETS({"Bottom", HOP_MANDATORY, 0})},
    [STABLE] = {"Stable", "switch", .in = HOP_SETS({"Default"})},
    [CASE] = {"CaseSensitive", "switch"},
    [CULTURE] = {"Culture", "string"},
    [INPUT] = {"InputObject", "psobject", HOP_BY_VALUE},
};

struct state {
    struct hop_order order;
    struct hop_property_spec *spec;
    size_t specs;
};

static bool
begin(struct hop_command *c)
{
    struct state *s = hop_command_state(c);

    if (!hop_property_parse_all(c, PROPERTY, HOP_KEY_ORDER, &s->spec,
                                &s->specs))
        return false;
    s->order = (struct hop_order){
        .rs = hop_command_runspace(c),
        .cx = hop_command_context(c),
        .command = c,
        .spec = s->spec,
        .n = s->specs,
        .descending = hop_arg_on(c, DESCENDING),
        .case_sensitive = hop_arg_on(c, CASE),
    };
    return true;
}

/* Without -Property objects are ordered by the keys of their type. */
static void
use_default_keys(struct hop_command *c, struct state *s)
{
    struct hop_value set = hop_standard_set(
        hop_command_context(c), hop_arg(c, INPUT), "DefaultKeyPropertySet");
    struct hop_array *names = hop_as_array(set);

    if (s->specs || s->order.entries || !names)
        return;
    hop_property_specs_done(s->spec, 0);
    s->spec = hop_property_specs_named(names, &s->specs);
    s->order.spec = s->spec;
    s->order.n = s->specs;
}

static bool
process(struct hop_command *c)
{
    struct state *s = hop_command_state(c);

    if (hop_is_null(hop_arg(c, INPUT)))
        return true;
    use_default_keys(c, s);
    return hop_order_add(&s->order, hop_arg(c, INPUT));
}

/* Writes entries [from, to), each once with -Unique. */
static bool
write_range(struct hop_command *c, struct hop_order *o, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (!hop_write(c, o->entry[i].object))
            return false;
    return true;
}

/* Moves the first of equal entries to the front and drops the others. */
static void
keep_first_of_equals(struct hop_order *o)
{
    struct hop_order gone = *o;
    size_t kept = o->entries ? 1 : 0;
    struct hop_order_entry spare;

    for (size_t i = 1; i < o->entries; i++) {
        if (hop_order_compare(o, &o->entry[kept - 1], &o->entry[i]) == 0)
            continue;
        spare = o->entry[kept];
        o->entry[kept++] = o->entry[i];
        o->entry[i] = spare;
    }
    gone.entry = o->entry + kept;
    gone.entries = o->entries - kept;
    hop_order_drop_entries(&gone);
    o->entries = kept;
}

static bool
end(struct hop_command *c)
{
    struct state *s = hop_command_state(c);
    struct hop_order *o = &s->order;
    size_t top = (size_t)hop_arg_int(c, TOP, 0);
    size_t bottom = (size_t)hop_arg_int(c, BOTTOM, 0);

    hop_order_sort(o);
    if (hop_arg_on(c, UNIQUE))
        keep_first_of_equals(o);
    if (top && top < o->entries)
        return write_range(c, o, 0, top);
    if (bottom && bottom < o->entries)
        return write_range(c, o, o->entries - bottom, o->entries);
    return write_range(c, o, 0, o->entries);
}

static void
dispose(struct hop_command *c)
{
    struct state *s = hop_command_state(c);

    hop_order_done(&s->order);
    hop_property_specs_done(s->spec, s->specs);
}

const struct hop_cmdlet hop_cmdlet_sort_object = {
    .name = "Sort-Object",
    .default_set = "Default",
    HOP_PARAMS(params),
    .synopsis = "Sorts objects by property values.",
    .state_size = sizeof(struct state),
    .begin = begin,
    .process = process,
    .end = end,
    .dispose = dispose,
};
