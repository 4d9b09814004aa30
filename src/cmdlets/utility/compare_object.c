/* Compare-Object.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "cmdlets/format/property.h"
#include "cmdlets/utility/order.h"
#include "cmdlets/utility/utility.h"
#include "value/member.h"

enum {
    REFERENCE,
    DIFFERENCE,
    SYNC,
    PROPERTY,
    EXCLUDE_DIFFERENT,
    INCLUDE_EQUAL,
    PASS_THRU,
    CULTURE,
    CASE
};
static const struct hop_param params[] = {
    [REFERENCE] = {"ReferenceObject", "psobject[]",
                   HOP_MANDATORY | HOP_ALLOW_EMPTY_COLLECTION,
                   .position = HOP_POS(0)},
    [DIFFERENCE] = {"DifferenceObject", "psobject[]",
                    HOP_MANDATORY | HOP_BY_VALUE | HOP_ALLOW_EMPTY_COLLECTION,
                    .position = HOP_POS(1)},
    [SYNC] = {"SyncWindow", "int", .range = HOP_RANGE(0, 2147483647)},
    [PROPERTY] = {"Property", "object[]"},
    [EXCLUDE_DIFFERENT] = {"ExcludeDifferent", "switch"},
    [INCLUDE_EQUAL] = {"IncludeEqual", "switch"},
    [PASS_THRU] = {"PassThru", "switch"},
    [CULTURE] = {"Culture", "string"},
    [CASE] = {"CaseSensitive", "switch"},
};

struct state {
    struct hop_property_spec *spec;
    size_t specs;
    struct hop_order left, right;
    bool *left_used, *right_used;
};

static bool
begin(struct hop_command *c)
{
    struct state *s = hop_command_state(c);
    struct hop_order o = {
        .rs = hop_command_runspace(c),
        .cx = hop_command_context(c),
        .case_sensitive = hop_arg_on(c, CASE),
    };

    if (!hop_property_parse_all(c, PROPERTY, 0, &s->spec, &s->specs))
        return false;
    o.spec = s->spec;
    o.n = s->specs;
    s->left = s->right = o;
    return true;
}

static bool
add_all(struct hop_command *c, size_t param, struct hop_order *o)
{
    for (size_t i = 0; i < hop_arg_count(c, param); i++)
        if (!hop_is_null(hop_arg_item(c, param, i)) &&
            !hop_order_add(o, hop_arg_item(c, param, i)))
            return false;
    return true;
}

static bool
process(struct hop_command *c)
{
    struct state *s = hop_command_state(c);

    return (s->left.entries || add_all(c, REFERENCE, &s->left)) &&
           add_all(c, DIFFERENCE, &s->right);
}

/* Writes one object with the side it was found on. */
static bool
write_side(struct hop_command *c, const struct hop_order_entry *e,
           const char *side)
{
    struct state *s = hop_command_state(c);
    struct hop_context *cx = hop_command_context(c);
    HOP_AUTO_VALUE struct hop_value result = hop_null();

    if (hop_arg_on(c, PASS_THRU)) {
        result = hop_wrap(cx, hop_retain(e->object));
        hop_custom_set_text(result.u.o, "SideIndicator", hop_text(side));
        return hop_write(c, result);
    }
    result = hop_obj(hop_custom_new(cx));
    if (s->specs == 0)
        hop_custom_set_text(result.u.o, "InputObject", hop_retain(e->object));
    for (size_t i = 0; i < s->specs; i++) {
        HOP_AUTO_STRING struct hop_string *name =
            s->spec[i].name ? hop_string_retain(s->spec[i].name)
                            : hop_shown_block_text(cx, s->spec[i].block);

        hop_custom_set(result.u.o, name, hop_retain(e->key[i]));
    }
    hop_custom_set_text(result.u.o, "SideIndicator", hop_text(side));
    return hop_write(c, result);
}

/* The nearest unused entry of the other side within the window that is equal
 * to e, or its count when there is none. */
static size_t
find_equal(const struct hop_order *in, const bool *used,
           const struct hop_order_entry *e, size_t around, size_t window)
{
    for (size_t d = 0; d <= window && (d <= around || around + d < in->entries);
         d++) {
        if (d <= around && around - d < in->entries && !used[around - d] &&
            hop_order_compare(in, &in->entry[around - d], e) == 0)
            return around - d;
        if (d && around + d < in->entries && !used[around + d] &&
            hop_order_compare(in, &in->entry[around + d], e) == 0)
            return around + d;
    }
    return in->entries;
}

static bool
write_equal(struct hop_command *c, struct state *s)
{
    bool wanted = hop_arg_on(c, INCLUDE_EQUAL);
    size_t window = (size_t)hop_arg_int(c, SYNC, 2147483647);

    for (size_t i = 0; i < s->right.entries; i++) {
        size_t k =
            find_equal(&s->left, s->left_used, &s->right.entry[i], i, window);

        if (k == s->left.entries)
            continue;
        s->left_used[k] = s->right_used[i] = true;
        if (wanted && !write_side(c, &s->left.entry[k], "=="))
            return false;
    }
    return true;
}

static bool
end(struct hop_command *c)
{
    struct state *s = hop_command_state(c);
    bool excluded = hop_arg_on(c, EXCLUDE_DIFFERENT);

    s->left_used = hop_xcalloc(s->left.entries + 1, sizeof(bool));
    s->right_used = hop_xcalloc(s->right.entries + 1, sizeof(bool));
    if (!write_equal(c, s))
        return false;
    for (size_t i = 0; !excluded && i < s->right.entries; i++)
        if (!s->right_used[i] && !write_side(c, &s->right.entry[i], "=>"))
            return false;
    for (size_t i = 0; !excluded && i < s->left.entries; i++)
        if (!s->left_used[i] && !write_side(c, &s->left.entry[i], "<="))
            return false;
    return true;
}

static void
dispose(struct hop_command *c)
{
    struct state *s = hop_command_state(c);

    free(s->left_used);
    free(s->right_used);
    hop_order_done(&s->left);
    hop_order_done(&s->right);
    hop_property_specs_done(s->spec, s->specs);
}

const struct hop_cmdlet hop_cmdlet_compare_object = {
    .name = "Compare-Object",
    HOP_PARAMS(params),
    .synopsis = "Compares two sets of objects.",
    .state_size = sizeof(struct state),
    .begin = begin,
    .process = process,
    .end = end,
    .dispose = dispose,
};
