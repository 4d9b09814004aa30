/* Objects, texts and lists of which help is made.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/core/help_parts.h"

#include <ctype.h>

struct hop_value
hop_help_object(struct hop_help_making *k, const char *first,
                const char *second)
{
    struct hop_object *o = (struct hop_object *)hop_custom_new(k->cx);
    struct hop_array *names;

    if (second)
        hop_type_names_push(k->cx, o, second);
    hop_type_names_push(k->cx, o, first);
    names = o->ext->type_names;
    while (names->n > (second ? 2U : 1U))
        hop_array_remove(names, names->n - 1);
    return hop_obj(o);
}

struct hop_value
hop_help_part(struct hop_help_making *k, const char *name)
{
    HOP_AUTO_FREE char *type = hop_xasprintf("%s#%s", k->type, name);

    return hop_help_object(k, type, NULL);
}

void
hop_help_put(struct hop_value o, const char *name, struct hop_value v)
{
    hop_member_add(o.u.o, (struct hop_member){.name = hop_string_from(name),
                                              .kind = HOP_MEMBER_NOTE,
                                              .value = v});
}

void
hop_help_put_text(struct hop_value o, const char *name, const char *text)
{
    hop_help_put(o, name, text ? hop_text(text) : hop_null());
}

struct hop_value
hop_help_trimmed(const char *s)
{
    size_t n;

    while (*s == '\n' || *s == '\r')
        s++;
    n = strlen(s);
    while (n && isspace((unsigned char)s[n - 1]))
        n--;
    return hop_textn(s, n);
}

struct hop_array *
hop_help_objects(struct hop_help_making *k)
{
    const struct hop_class *cls =
        hop_types_array(k->cx, &hop_class_psobject, 1);

    return hop_array_new_of(k->cx, cls ? cls : &hop_class_object_array, 0);
}

struct hop_value
hop_help_paragraph(struct hop_help_making *k, struct hop_value text)
{
    struct hop_value o = hop_help_object(k, "MamlParaTextItem", "MamlTextItem");

    hop_help_put(o, "Text", text);
    return o;
}

struct hop_value
hop_help_paragraphs(struct hop_help_making *k, const char *text)
{
    struct hop_array *a = hop_help_objects(k);

    hop_array_push(a, hop_help_paragraph(k, hop_help_trimmed(text)));
    return hop_obj(a);
}

struct hop_value
hop_help_one_or_more(struct hop_array *a)
{
    struct hop_value v;

    if (a->n != 1)
        return hop_obj(a);
    v = hop_retain(a->items[0]);
    hop_release(hop_obj(a));
    return v;
}

struct hop_value
hop_help_types(struct hop_help_making *k, const char *outer, const char *inner,
               const char *const *names, size_t n)
{
    struct hop_value all = hop_help_part(k, outer);
    struct hop_array *a = hop_help_objects(k);

    for (size_t i = 0; i < n; i++) {
        struct hop_value one = hop_help_part(k, inner),
                         type = hop_help_part(k, "type");

        hop_help_put(type, "name",
                     k->help ? hop_help_trimmed(names[i]) : hop_text(names[i]));
        hop_help_put(one, "type", type);
        hop_array_push(a, one);
    }
    hop_help_put(all, inner, hop_help_one_or_more(a));
    return all;
}
