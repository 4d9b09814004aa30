/* Listing members and their definitions, as Get-Member shows them; type
 * names.
 *
 * SPDX-License-Identifier: MIT
 */
#include <ctype.h>

#include "value/exception.h"
#include "value/psobject.h"
#include "value/types.h"
#include "value/types/file_info.h"

/* ---- type names ---- */

static void
fill_type_names(struct hop_array *a, const struct hop_class *cls)
{
    for (const struct hop_class *c = cls; c; c = c->base) {
        HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

        hop_class_add_full_name(c, &b);
        hop_array_push(a, hop_text_buf(&b));
    }
}

static struct hop_array *
new_names(struct hop_context *cx)
{
    const struct hop_class *arg = &hop_class_string;

    return hop_array_new_of(cx, hop_types_generic(cx, &hop_class_list, &arg, 1),
                            0);
}

struct hop_array *
hop_type_names(struct hop_context *cx, struct hop_value v)
{
    HOP_AUTO_BUF struct hop_buf special = HOP_BUF_INIT;
    struct hop_array *a;

    if (v.kind == HOP_OBJECT && v.u.o->ext && v.u.o->ext->type_names)
        return (struct hop_array *)hop_retain(hop_obj(v.u.o->ext->type_names))
            .u.o;
    a = new_names(cx);
    hop_xml_add_type_name(v, &special);
    if (special.len > 0)
        hop_array_push(a, hop_text_buf(&special));
    fill_type_names(a, hop_class_of(v));
    if (v.kind == HOP_OBJECT) {
        if (!v.u.o->ext)
            v.u.o->ext = hop_pool_alloc(sizeof *v.u.o->ext);
        v.u.o->ext->type_names = a;
        hop_retain(hop_obj(a));
    }
    return a;
}

void
hop_type_names_push(struct hop_context *cx, struct hop_object *o,
                    const char *name)
{
    struct hop_array *a = hop_type_names(cx, hop_obj(o));

    hop_array_insert(a, 0, hop_text(name));
    hop_release(hop_obj(a));
}

bool
hop_has_type_name(struct hop_context *cx, struct hop_value v, const char *name)
{
    size_t n = strlen(name);

    if (v.kind == HOP_OBJECT && v.u.o->ext && v.u.o->ext->type_names) {
        struct hop_array *a = v.u.o->ext->type_names;

        for (size_t i = 0; i < a->n; i++)
            if (a->items[i].kind == HOP_STRING &&
                hop_string_iis(a->items[i].u.s, name))
                return true;
        return false;
    }
    for (const struct hop_class *c = hop_class_of(v); c; c = c->base) {
        HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

        hop_class_add_full_name(c, &b);
        if (hop_text_ieq(b.data, b.len, name, n))
            return true;
    }
    return false;
}

struct hop_value
hop_standard_set(struct hop_context *cx, struct hop_value v, const char *set)
{
    HOP_AUTO_STRING struct hop_string *standard =
        hop_string_from("PSStandardMembers");
    HOP_AUTO_STRING struct hop_string *name = hop_string_from(set);
    struct hop_member *m = hop_find_extended(cx, v, standard);
    struct hop_member *s = NULL;

    if (m && m->value.kind == HOP_OBJECT)
        s = hop_members_find(m->value.u.o->ext, name);
    if (!s)
        s = hop_find_extended(cx, v, name);
    return s ? s->value : hop_null();
}

/* ---- listing ---- */

struct listing {
    struct hop_context *cx;
    struct hop_value v;
    unsigned kinds;
    bool is_static, stopped;
    bool (*f)(void *, const struct hop_member_info *);
    void *arg;
    const struct hop_class *cls;
};

static void
report(struct listing *l, struct hop_member_info *m)
{
    if (!l->stopped && (m->kind & l->kinds) && !l->f(l->arg, m))
        l->stopped = true;
}

static void
list_extended(struct listing *l, const struct hop_members *ext, bool instance)
{
    for (uint32_t i = 0; ext && i < ext->n && !l->stopped; i++) {
        const struct hop_member *x = &ext->items[i];
        struct hop_member_info m = {.name = x->name,
                                    .kind = x->kind,
                                    .owner = l->v,
                                    .member = x,
                                    .cls = l->cls,
                                    .instance = instance};

        if (!(x->flags & HOP_MEMBER_FLAG_HIDDEN))
            report(l, &m);
    }
}

static void
list_type_data(struct listing *l)
{
    struct hop_array *names;

    if (!l->cx->types->data)
        return;
    names = hop_type_names(l->cx, l->v);
    for (size_t i = 0; i < names->n && !l->stopped; i++)
        if (names->items[i].kind == HOP_STRING)
            list_extended(l, hop_type_data(l->cx, hop_cstr(names->items[i])),
                          false);
    hop_release(hop_obj(names));
}

static enum hop_member_kind
property_kind(const struct hop_property *p)
{
    return p->flags & HOP_PROP_SCRIPT  ? HOP_MEMBER_SCRIPT_PROPERTY
           : p->flags & HOP_PROP_ALIAS ? HOP_MEMBER_ALIAS
           : p->flags & HOP_PROP_CODE  ? HOP_MEMBER_CODE_PROPERTY
           : p->flags & HOP_PROP_NOTE  ? HOP_MEMBER_NOTE
                                       : HOP_MEMBER_PROPERTY;
}

/* Is the property shown already by a more derived class? */
static bool
is_overridden(const struct hop_class *from, const struct hop_class *at,
              const char *name)
{
    for (const struct hop_class *c = from; c != at; c = c->base)
        for (const struct hop_property *p = c->properties; p && p->name; p++)
            if (strcmp(p->name, name) == 0)
                return true;
    return false;
}

/* Is it of PowerShell's type data, and not of the class itself? */
static bool
is_extended(const struct hop_property *p)
{
    return p->flags &
           (HOP_PROP_SCRIPT | HOP_PROP_ALIAS | HOP_PROP_CODE | HOP_PROP_NOTE);
}

static bool
is_kept_back(const struct listing *l, const struct hop_property *p)
{
    return (p->flags & HOP_PROP_HIDDEN) &&
           !((p->flags & HOP_PROP_SENT) && (l->kinds & HOP_MEMBERS_SENT));
}

enum { ALL, EXTENDED, OWN };

static void
list_some(struct listing *l, int which)
{
    for (const struct hop_class *c = l->cls; c && !l->stopped; c = c->base)
        for (const struct hop_property *p = c->properties;
             p && p->name && !l->stopped; p++) {
            HOP_AUTO_STRING struct hop_string *name = NULL;
            struct hop_member_info m = {.kind = property_kind(p),
                                        .owner = l->v,
                                        .property = p,
                                        .cls = c,
                                        .is_static = l->is_static};

            if (is_kept_back(l, p) ||
                (which != ALL && is_extended(p) != (which == EXTENDED)) ||
                ((p->flags & HOP_PROP_STATIC) != 0) != l->is_static ||
                is_overridden(l->cls, c, p->name))
                continue;
            m.name = name = hop_string_from(p->name);
            report(l, &m);
        }
}

/* Files are the objects of which users see all, in PowerShell's order: what the
 * type data add, then the class's own from the derived to the base. */
static void
list_properties(struct listing *l)
{
    if (!hop_class_is(l->cls, &hop_class_file_system_info)) {
        list_some(l, ALL);
        return;
    }
    list_some(l, EXTENDED);
    list_some(l, OWN);
}

static bool
list_dynamic(void *arg, struct hop_string *name)
{
    struct listing *l = arg;
    struct hop_member_info m = {.name = name,
                                .kind = HOP_MEMBER_PROPERTY,
                                .owner = l->v,
                                .cls = l->cls,
                                .dynamic = true};

    report(l, &m);
    return !l->stopped;
}

/* An indexer among the methods: a parameterized property. */
static bool
is_indexer(const struct hop_method_group *g)
{
    return (g->name_len == 4 && memcmp(g->name, "Item", 4) == 0) ||
           (g->name_len == 5 && memcmp(g->name, "Chars", 5) == 0);
}

static bool
list_method(void *arg, struct hop_method_group *g)
{
    struct listing *l = arg;
    HOP_AUTO_STRING struct hop_string *name =
        hop_string_new(g->name, g->name_len);
    struct hop_member_info m = {
        .name = name,
        .kind = is_indexer(g) ? HOP_MEMBER_PARAM_PROPERTY : HOP_MEMBER_METHOD,
        .owner = l->v,
        .cls = l->cls,
        .overloads = g->rows,
        .is_static = l->is_static};

    if (strncmp(name->data, "op_", 3) == 0 ||
        strncmp(name->data, "get_", 4) == 0 ||
        strncmp(name->data, "set_", 4) == 0)
        return true;
    report(l, &m);
    return !l->stopped;
}

static void
list_enum_names(struct listing *l)
{
    static const struct hop_property field = {
        .name = "", .flags = HOP_PROP_STATIC | HOP_PROP_FIELD};

    for (const struct hop_enum_name *e = l->cls->names; e && e->name; e++) {
        HOP_AUTO_STRING struct hop_string *name = hop_string_from(e->name);
        struct hop_member_info m = {.name = name,
                                    .kind = HOP_MEMBER_PROPERTY,
                                    .owner = l->v,
                                    .property = &field,
                                    .cls = l->cls,
                                    .is_static = true};

        report(l, &m);
    }
}

void
hop_member_each(struct hop_context *cx, struct hop_value v, unsigned kinds,
                bool is_static,
                bool (*f)(void *arg, const struct hop_member_info *m),
                void *arg)
{
    struct listing l = {cx, v, kinds, is_static, false, f, arg, NULL};
    struct hop_value base = hop_value_base(v);
    void (*each)(struct hop_value, bool (*)(void *, struct hop_string *),
                 void *);

    if (hop_is_null(base))
        return;
    if (is_static) {
        l.cls = base.kind == HOP_TYPE ? base.u.cls : hop_class_of(base);
        list_enum_names(&l);
        list_properties(&l);
        hop_class_each_method(cx, l.cls, true, list_method, &l);
        return;
    }
    l.cls = hop_class_of(base);
    if (v.kind == HOP_OBJECT)
        list_extended(&l, v.u.o->ext, true);
    list_type_data(&l);
    each = HOP_CLASS_FN(l.cls, each_dynamic);
    l.v = base;
    if (each && !l.stopped)
        each(base, list_dynamic, &l);
    if (!l.stopped)
        list_properties(&l);
    if (!l.stopped && (kinds & (HOP_MEMBER_METHOD | HOP_MEMBER_PARAM_PROPERTY)))
        hop_class_each_method(cx, l.cls, false, list_method, &l);
}

struct search {
    const struct hop_string *name;
    struct hop_member_info *info;
    bool found;
};

static bool
match_name(void *arg, const struct hop_member_info *m)
{
    struct search *s = arg;

    if (!hop_string_ieq(m->name, s->name))
        return true;
    *s->info = *m;
    hop_string_retain(m->name);
    s->found = true;
    return false;
}

bool
hop_member_lookup(struct hop_context *cx, struct hop_value v,
                  const struct hop_string *name, struct hop_member_info *info)
{
    struct search s = {name, info, false};

    hop_member_each(cx, v, ~0u, false, match_name, &s);
    return s.found;
}

/* ---- definitions ---- */

static bool
is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

void
hop_method_text(struct hop_context *cx, const struct hop_class *cls,
                const char *text, struct hop_buf *out)
{
    while (*text) {
        const char *start = text;
        const struct hop_class *c;

        if (!is_word(*text)) {
            hop_buf_addc(out, *text++);
            continue;
        }
        while (is_word(*text))
            text++;
        if (*start == 'T' && cls->definition && (text - start) <= 6 &&
            (text == start + 1 || strncmp(start, "TKey", 4) == 0 ||
             strncmp(start, "TValue", 6) == 0)) {
            c = hop_types_in_text(cx, cls, start, (size_t)(text - start));
            if (c) {
                hop_class_add_display(c, true, out);
                continue;
            }
        }
        hop_buf_add(out, start, (size_t)(text - start));
    }
}

static void
add_accessors(const struct hop_property *p, struct hop_buf *out)
{
    hop_buf_adds(out, p->set ? " {get;set;}" : " {get;}");
}

/* What a note property's definition calls the type of its value. */
static void
add_value_type(struct hop_value v, struct hop_buf *out)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    const char *dot;

    if (hop_is_null(v)) {
        hop_buf_adds(out, "object");
        return;
    }
    hop_class_add_display(hop_class_of(v), true, &b);
    dot = strrchr(b.data, '.');
    if (hop_class_of(v)->definition)
        dot = NULL;
    hop_buf_adds(out, dot ? dot + 1 : b.data);
}

static bool
define_note(struct hop_context *cx, const struct hop_member_info *m,
            struct hop_value v, struct hop_buf *out)
{
    add_value_type(v, out);
    hop_buf_addf(out, " %s=", m->name->data);
    if (hop_is_null(v)) {
        hop_buf_adds(out, "null");
        return true;
    }
    return hop_add_text_flat(cx, v, out);
}

static bool
define_extended(struct hop_context *cx, const struct hop_member_info *m,
                struct hop_buf *out)
{
    const struct hop_member *x = m->member;

    switch (x->kind) {
    case HOP_MEMBER_ALIAS:
        hop_buf_addf(out, "%s = ", m->name->data);
        return hop_add_string(cx, x->value, out);
    case HOP_MEMBER_SCRIPT_PROPERTY:
        hop_buf_addf(out, "System.Object %s {get=", m->name->data);
        if (!hop_add_string(cx, x->value, out))
            return false;
        hop_buf_addc(out, ';');
        if (!hop_is_null(x->second)) {
            hop_buf_adds(out, "set=");
            if (!hop_add_string(cx, x->second, out))
                return false;
            hop_buf_addc(out, ';');
        }
        hop_buf_addc(out, '}');
        return true;
    case HOP_MEMBER_SCRIPT_METHOD:
        hop_buf_addf(out, "System.Object %s();", m->name->data);
        return true;
    case HOP_MEMBER_PROPERTY_SET: {
        struct hop_array *a = hop_as_array(x->value);

        hop_buf_addf(out, "%s {", m->name->data);
        for (size_t i = 0; a && i < a->n; i++) {
            if (i)
                hop_buf_adds(out, ", ");
            if (!hop_add_string(cx, a->items[i], out))
                return false;
        }
        hop_buf_addc(out, '}');
        return true;
    }
    case HOP_MEMBER_CODE_PROPERTY:
        hop_buf_addf(out, "%s %s{get=%s;}", x->code->type, m->name->data,
                     m->name->data);
        return true;
    default: return define_note(cx, m, x->value, out);
    }
}

static bool
define_class_property(struct hop_context *cx, const struct hop_member_info *m,
                      struct hop_buf *out)
{
    const struct hop_property *p = m->property;
    HOP_AUTO_VALUE struct hop_value v = {.kind = HOP_NULL};

    switch (m->kind) {
    case HOP_MEMBER_ALIAS:
        hop_buf_addf(out, "%s = %s", m->name->data, p->type);
        return true;
    case HOP_MEMBER_SCRIPT_PROPERTY:
        hop_buf_addf(out, "System.Object %s {get=%s;}", m->name->data, p->name);
        return true;
    case HOP_MEMBER_CODE_PROPERTY:
        hop_buf_addf(out, "%s %s{get=%s;}", p->type, m->name->data, p->name);
        return true;
    case HOP_MEMBER_NOTE:
        return p->get(cx, m->owner, p->data, &v) && define_note(cx, m, v, out);
    default: break;
    }
    if (m->is_static)
        hop_buf_adds(out, "static ");
    if (m->cls->flags & HOP_CLASS_ENUM && m->is_static)
        hop_class_add_display(m->cls, true, out);
    else
        hop_method_text(cx, m->cls, p->type, out);
    hop_buf_addf(out, " %s", m->name->data);
    add_accessors(p, out);
    return true;
}

bool
hop_member_definition(struct hop_context *cx, const struct hop_member_info *m,
                      struct hop_buf *out)
{
    if (m->member)
        return define_extended(cx, m, out);
    if (m->property)
        return define_class_property(cx, m, out);
    if (m->dynamic) {
        HOP_AUTO_VALUE struct hop_value v = {.kind = HOP_NULL};

        if (!hop_member_value(cx, m, &v))
            return false;
        add_value_type(v, out);
        hop_buf_addf(out, " %s {get;set;}", m->name->data);
        return true;
    }
    for (size_t i = 0; m->overloads && m->overloads[i]; i++) {
        if (i)
            hop_buf_adds(out, ", ");
        hop_method_text(cx, m->cls, m->overloads[i]->text, out);
        if (m->kind == HOP_MEMBER_PARAM_PROPERTY)
            hop_buf_adds(out,
                         hop_class_has_method(cx, m->cls, "set_Item", false)
                             ? " {get;set;}"
                             : " {get;}");
    }
    return true;
}

bool
hop_member_value(struct hop_context *cx, const struct hop_member_info *m,
                 struct hop_value *out)
{
    if (m->member && (m->member->kind == HOP_MEMBER_NOTE ||
                      m->member->kind == HOP_MEMBER_PROPERTY)) {
        *out = hop_retain(m->member->value);
        return true;
    }
    if (m->property && m->property->get && !m->is_static)
        return m->property->get(cx, m->owner, m->property->data, out);
    if (m->is_static)
        return hop_static_get(cx, m->cls, m->name, out) == HOP_FOUND;
    switch (hop_member_get(cx, m->owner, m->name, out)) {
    case HOP_FOUND: return true;
    case HOP_MISSING: *out = hop_null(); return true;
    default: return false;
    }
}
