/* SPDX-License-Identifier: MIT */
#include "clixml/classes.h"

#include "clixml/clixml.h"
#include "value/member.h"

static void
destroy(struct hop_object *o)
{
    hop_string_clear(&((struct hop_bag *)o)->text);
}

/* The text that came along, else what the sender's ToString would give for its
 * type: its name. */
static bool
bag_text(struct hop_context *cx, struct hop_value v, struct hop_string **out)
{
    struct hop_bag *bag = (struct hop_bag *)v.u.o;
    struct hop_array *types;

    if (bag->text) {
        *out = hop_string_retain(bag->text);
        return true;
    }
    types = hop_type_names(cx, v);
    *out =
        types->n ? hop_string_retain(types->items[0].u.s) : hop_string_empty();
    hop_release(hop_obj(types));
    return true;
}

static const struct hop_class bag_class = {
    .name = "System.Management.Automation.PSCustomObject",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_bag),
    .destroy = destroy,
    .to_string = bag_text,
};
static const struct hop_class typed_bag_class = {
    .name = "System.Management.Automation.PSObject",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_bag),
    .destroy = destroy,
    .to_string = bag_text,
};

const struct hop_class *const hop_clixml_classes[] = {NULL};

struct hop_bag *
hop_clixml_bag_new(struct hop_context *cx, bool typed)
{
    return hop_object_new(cx, typed ? &typed_bag_class : &bag_class);
}

bool
hop_clixml_is_bag(struct hop_value v)
{
    return hop_is_exactly(v, &bag_class) || hop_is_exactly(v, &typed_bag_class);
}

bool
hop_clixml_bag_has_text(struct hop_value v)
{
    return ((struct hop_bag *)v.u.o)->text != NULL;
}
