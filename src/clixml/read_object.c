/* Making the objects of a document, and what stands for them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "clixml/read.h"

#include <string.h>

#include "clixml/classes.h"
#include "clixml/clixml.h"
#include "value/member.h"

static void
set_types(struct hop_clixml_reader *r, struct hop_value object,
          const struct hop_clixml_frame *f)
{
    struct hop_array *types = hop_as_array(f->types), *own;

    if (!types && !(r->opt->keep && object.kind == HOP_OBJECT && !f->has_base &&
                    !f->shown))
        return;
    hop_type_names_push(r->cx, object.u.o, "");
    own = object.u.o->ext->type_names;
    hop_array_clear(own);
    for (size_t i = 0; types && i < types->n; i++)
        hop_array_push(own, hop_retain(types->items[i]));
}

static void
move_members(struct hop_value from, struct hop_value to,
             enum hop_member_kind kind)
{
    struct hop_members *m;

    if (hop_is_null(from) || !from.u.o->ext)
        return;
    m = from.u.o->ext;
    for (uint32_t i = 0; i < m->n; i++)
        hop_member_add(to.u.o, (struct hop_member){
                                   .name = hop_string_retain(m->items[i].name),
                                   .kind = kind,
                                   .value = hop_retain(m->items[i].value),
                               });
}

/* Types that become themselves again, MS-PSRP 2.2.3: made from the property
 * named, or from the text. */
static const struct rehydration {
    const char *name;
    const char *type;
    const char *property; /* NULL: the text */
} rehydrations[] = {
    {"Deserialized.System.Management.Automation.SwitchParameter",
     "System.Management.Automation.SwitchParameter", "IsPresent"},
    {"Deserialized.System.Net.IPAddress", "System.Net.IPAddress", NULL},
    {"Deserialized.System.Net.Mail.MailAddress", "System.Net.Mail.MailAddress",
     NULL},
    {"Deserialized.System.Globalization.CultureInfo",
     "System.Globalization.CultureInfo", "Name"},
};

static struct hop_value
property_of(struct hop_value bag, const char *name)
{
    struct hop_value *v =
        hop_is_null(bag) ? NULL : hop_custom_get_text(bag.u.o, name);

    return v ? *v : hop_null();
}

static bool
rehydrate_credential(struct hop_clixml_reader *r,
                     const struct hop_clixml_frame *f, struct hop_value *out)
{
    struct hop_value args[2] = {property_of(f->props, "UserName"),
                                property_of(f->props, "Password")};

    static const char type[] = "System.Management.Automation.PSCredential";
    const struct hop_class *cls = hop_types_find(r->cx, type, sizeof(type) - 1);

    if (!cls || !hop_is_string(args[0]) || hop_is_null(args[1]))
        return false;
    if (hop_construct(r->cx, cls, args, 2, out))
        return true;
    hop_drop_exception(r->cx);
    return false;
}

static bool
rehydrate(struct hop_clixml_reader *r, const struct hop_clixml_frame *f,
          struct hop_value *out)
{
    struct hop_array *types = hop_as_array(f->types);
    const char *name = types && types->n ? hop_cstr(types->items[0]) : "";

    if (strcmp(name, HOP_CLIXML_DESERIALIZED
               "System.Management.Automation.PSCredential") == 0)
        return rehydrate_credential(r, f, out);
    for (size_t i = 0; i < HOP_ARRAY_SIZE(rehydrations); i++) {
        const struct rehydration *h = &rehydrations[i];
        const struct hop_class *cls;
        HOP_AUTO_VALUE struct hop_value from = hop_null();

        if (strcmp(name, h->name) != 0)
            continue;
        cls = hop_types_find(r->cx, h->type, strlen(h->type));
        if (h->property)
            from = hop_retain(property_of(f->props, h->property));
        else if (f->shown)
            from = hop_str(hop_string_retain(f->shown));
        return cls && !hop_is_null(from) &&
               hop_try_convert(r->cx, from, cls, out);
    }
    return false;
}

struct hop_value
hop_clixml_early_object(struct hop_clixml_reader *r, struct hop_clixml_frame *f)
{
    if (hop_is_null(f->value)) {
        f->value = f->has_base ? hop_wrap(r->cx, hop_retain(f->base))
                   : f->has_props || f->shown
                       ? hop_obj(hop_clixml_bag_new(r->cx, f->has_props))
                       : hop_obj(hop_custom_new(r->cx));
    }
    return f->value;
}

/* As types.ps1xml has it: the name of an enum from elsewhere is its Value. */
static bool
get_enum_name(struct hop_context *cx, struct hop_value self, intptr_t data,
              struct hop_value *out)
{
    struct hop_string *s = hop_enum_text(self);

    (void)cx;
    (void)data;
    *out = s ? hop_str(hop_string_retain(s)) : hop_null();
    return true;
}

#define ENUM_TYPE "Deserialized.System.Enum"

static void
know_enums(struct hop_context *cx)
{
    static const struct hop_property value = {
        .name = "Value", .type = "System.String", .get = get_enum_name};

    if (!hop_type_data(cx, ENUM_TYPE) &&
        !hop_type_data_add(
            cx, ENUM_TYPE,
            (struct hop_member){.name = hop_string_from(value.name),
                                .kind = HOP_MEMBER_CODE_PROPERTY,
                                .code = &value},
            false))
        hop_drop_exception(cx);
}

/* What stands for several objects has the text of the last. */
static void
set_text(struct hop_context *cx, struct hop_value v, struct hop_string *shown)
{
    struct hop_string **text = NULL;

    if (hop_clixml_is_bag(v))
        text = &((struct hop_bag *)v.u.o)->text;
    else if (hop_is_exactly(v, &hop_class_psobject))
        text = &((struct hop_wrapper *)v.u.o)->text;
    if (!text)
        return;
    if (hop_has_type_name(cx, v, ENUM_TYPE))
        know_enums(cx);
    hop_string_clear(text);
    *text = hop_string_retain(shown);
}

struct hop_value
hop_clixml_finish_object(struct hop_clixml_reader *r,
                         struct hop_clixml_frame *f)
{
    struct hop_value v = hop_null();

    if (hop_is_null(f->value) && rehydrate(r, f, &v))
        return v;
    if (f->has_base && hop_is_null(f->base))
        return hop_null();
    v = hop_clixml_early_object(r, f);
    set_types(r, v, f);
    move_members(f->props, v, HOP_MEMBER_PROPERTY);
    move_members(f->notes, v, HOP_MEMBER_NOTE);
    if (f->shown)
        set_text(r->cx, v, f->shown);
    return hop_retain(v);
}
