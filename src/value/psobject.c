/* $x.PSObject, its collections, PSPropertyInfo and PSMethod objects.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/psobject.h"

#include "value/enums.h"
#include "value/exception.h"
#include "value/ops.h"

/* ---- PSMethod ---- */

struct method_object {
    struct hop_object base;
    struct hop_value self;
    const struct hop_class *cls;
    struct hop_method_group *g; /* or NULL: script method */
    struct hop_string *name;
    struct hop_value block;
};

static const struct hop_class class_script_method;
static bool new_note(struct hop_context *cx, struct hop_call *c);

static void
destroy_method(struct hop_object *o)
{
    struct method_object *m = (struct method_object *)o;

    hop_release(m->self);
    hop_release(m->block);
    hop_string_release(m->name);
}

struct hop_value
hop_method_object(struct hop_context *cx, struct hop_value self,
                  const struct hop_class *cls, struct hop_method_group *g)
{
    struct method_object *m = hop_object_new(cx, &hop_class_psmethod);

    m->self = hop_retain(self);
    m->cls = cls;
    m->g = g;
    m->name = hop_string_new(g->name, g->name_len);
    return hop_obj(m);
}

struct hop_value
hop_script_method_object(struct hop_context *cx, struct hop_value self,
                         const struct hop_member *x)
{
    struct method_object *m = hop_object_new(cx, &class_script_method);

    m->self = hop_retain(self);
    m->block = hop_retain(x->value);
    m->name = hop_string_retain(x->name);
    return hop_obj(m);
}

static struct method_object *
method_of(struct hop_value v)
{
    return (struct method_object *)v.u.o;
}

static bool
invoke_method(struct hop_context *cx, struct hop_call *c)
{
    struct method_object *m = method_of(c->self);
    struct hop_array *a = hop_as_array(c->args[0]);
    bool is_static = m->self.kind == HOP_TYPE && m->g && m->g->is_static;

    if (!m->g)
        return hop_call_script_method(cx, m->self, m->block, m->name->data,
                                      a->items, a->n, &c->result);
    if (is_static && hop_string_iis(m->name, "new"))
        return hop_construct(cx, m->cls, a->items, a->n, &c->result);
    return hop_call_group(cx, m->g, m->name->data,
                          is_static ? hop_null() : m->self, m->cls, a->items,
                          a->n, NULL, true, &c->result);
}

static bool
get_overloads(struct hop_context *cx, struct hop_value self, intptr_t data,
              struct hop_value *out)
{
    struct method_object *m = method_of(self);
    struct hop_array *a =
        hop_array_new_of(cx, hop_types_array(cx, &hop_class_string, 1), 0);

    for (size_t i = 0; m->g && i < m->g->n; i++) {
        HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

        hop_method_text(cx, m->cls, m->g->rows[i]->text, &b);
        hop_array_push(a, hop_text_buf(&b));
    }
    if (!m->g)
        hop_array_push(a, hop_str(hop_string_format("System.Object %s();",
                                                    m->name->data)));
    *out = hop_obj(a);
    return true;
}

static bool
get_method_name(struct hop_context *cx, struct hop_value self, intptr_t data,
                struct hop_value *out)
{
    *out = hop_str(hop_string_retain(method_of(self)->name));
    return true;
}

static bool
get_method_kind(struct hop_context *cx, struct hop_value self, intptr_t data,
                struct hop_value *out)
{
    *out = hop_enum(HOP_ENUM_MEMBER_TYPES, method_of(self)->g
                                               ? HOP_MEMBER_METHOD
                                               : HOP_MEMBER_SCRIPT_METHOD);
    return true;
}

static bool
get_script(struct hop_context *cx, struct hop_value self, intptr_t data,
           struct hop_value *out)
{
    *out = hop_retain(method_of(self)->block);
    return true;
}

static bool
get_true(struct hop_context *cx, struct hop_value self, intptr_t data,
         struct hop_value *out)
{
    *out = hop_bool(data);
    return true;
}

static bool
method_to_string(struct hop_context *cx, struct hop_value v,
                 struct hop_string **out)
{
    HOP_AUTO_VALUE struct hop_value defs = {.kind = HOP_NULL};
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct hop_array *a;

    get_overloads(cx, v, 0, &defs);
    a = hop_as_array(defs);
    for (size_t i = 0; i < a->n; i++) {
        if (i)
            hop_buf_adds(&b, ", ");
        hop_buf_adds(&b, hop_cstr(a->items[i]));
    }
    *out = hop_string_take_buf(&b);
    return true;
}

static const struct hop_property method_properties[] = {
    {"MemberType", "System.Management.Automation.PSMemberTypes",
     get_method_kind},
    {"OverloadDefinitions", "string[]", get_overloads},
    {"Name", "string", get_method_name},
    {"IsInstance", "bool", get_true, NULL, 0, false},
    {NULL},
};

static const struct hop_property script_method_properties[] = {
    {"Script", "System.Object", get_script},
    {NULL},
};

static const struct hop_method method_methods[] = {
    {"System.Object Invoke(params System.Object[] arguments)", invoke_method},
    {NULL},
};

const struct hop_class hop_class_psmethod = {
    .name = "System.Management.Automation.PSMethod`1",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct method_object),
    .properties = method_properties,
    .methods = method_methods,
    .destroy = destroy_method,
    .to_string = method_to_string,
};

static const struct hop_class class_script_method = {
    .name = "System.Management.Automation.PSScriptMethod",
    .base = &hop_class_psmethod,
    .kind = HOP_OBJECT,
    .size = sizeof(struct method_object),
    .properties = script_method_properties,
};

/* ---- PSPropertyInfo ---- */

struct property_object {
    struct hop_object base;
    struct hop_value owner;
    struct hop_string *name;
    enum hop_member_kind kind;
    struct hop_value detached; /* value of a note that is on no object */
    struct hop_value second;
    bool instance, settable;
};

static struct property_object *
property_of(struct hop_value v)
{
    return (struct property_object *)v.u.o;
}

static void
destroy_property(struct hop_object *o)
{
    struct property_object *p = (struct property_object *)o;

    hop_release(p->owner);
    hop_release(p->detached);
    hop_release(p->second);
    hop_string_release(p->name);
}

static bool
get_property_value(struct hop_context *cx, struct hop_value self,
                   intptr_t data, struct hop_value *out)
{
    struct property_object *p = property_of(self);
    struct hop_member_info m;
    bool ok;

    if (hop_is_null(p->owner)) {
        *out = hop_retain(p->detached);
        return true;
    }
    /* Not hop_member_get: a key of a dictionary would come first. */
    if (!hop_member_lookup(cx, p->owner, p->name, &m)) {
        *out = hop_null();
        return true;
    }
    ok = hop_member_value(cx, &m, out);
    hop_string_release(m.name);
    return ok;
}

static bool
set_property_value(struct hop_context *cx, struct hop_value self,
                   intptr_t data, struct hop_value v)
{
    struct property_object *p = property_of(self);

    if (hop_is_null(p->owner)) {
        hop_value_set(&p->detached, hop_retain(v));
        return true;
    }
    return hop_member_set(cx, p->owner, p->name, v);
}

static bool
get_property_name(struct hop_context *cx, struct hop_value self, intptr_t data,
                  struct hop_value *out)
{
    *out = hop_str(hop_string_retain(property_of(self)->name));
    return true;
}

static bool
get_property_kind(struct hop_context *cx, struct hop_value self, intptr_t data,
                  struct hop_value *out)
{
    *out = hop_enum(HOP_ENUM_MEMBER_TYPES, property_of(self)->kind);
    return true;
}

static bool
get_property_type(struct hop_context *cx, struct hop_value self, intptr_t data,
                  struct hop_value *out)
{
    HOP_AUTO_VALUE struct hop_value v = {.kind = HOP_NULL};
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (!get_property_value(cx, self, 0, &v))
        return false;
    if (hop_is_null(v))
        hop_buf_adds(&b, "System.Object");
    else
        hop_class_add_full_name(hop_class_of(v), &b);
    *out = hop_text_buf(&b);
    return true;
}

static bool
get_settable(struct hop_context *cx, struct hop_value self, intptr_t data,
             struct hop_value *out)
{
    *out = hop_bool(property_of(self)->settable);
    return true;
}

static bool
get_instance(struct hop_context *cx, struct hop_value self, intptr_t data,
             struct hop_value *out)
{
    *out = hop_bool(property_of(self)->instance);
    return true;
}

static bool
property_to_string(struct hop_context *cx, struct hop_value v,
                   struct hop_string **out)
{
    struct property_object *p = property_of(v);
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct hop_member_info m;
    bool ok;

    if (hop_is_null(p->owner) ||
        !hop_member_lookup(cx, p->owner, p->name, &m)) {
        hop_buf_add(&b, p->name->data, p->name->len);
        *out = hop_string_take_buf(&b);
        return true;
    }
    ok = hop_member_definition(cx, &m, &b);
    hop_string_release(m.name);
    if (ok)
        *out = hop_string_take_buf(&b);
    return ok;
}

static const struct hop_property property_properties[] = {
    {"Value", "System.Object", get_property_value, set_property_value},
    {"Name", "string", get_property_name},
    {"MemberType", "System.Management.Automation.PSMemberTypes",
     get_property_kind},
    {"TypeNameOfValue", "string", get_property_type},
    {"IsSettable", "bool", get_settable},
    {"IsGettable", "bool", get_true, NULL, 0, true},
    {"IsInstance", "bool", get_instance},
    {NULL},
};

#define PROPERTY_CLASS(c, text)                                                \
    static const struct hop_class class_##c = {                                \
        .name = "System.Management.Automation." text,                          \
        .base = &hop_class_object,                                             \
        .kind = HOP_OBJECT,                                                    \
        .size = sizeof(struct property_object),                                \
        .properties = property_properties,                                     \
        .destroy = destroy_property,                                           \
        .to_string = property_to_string,                                       \
    }

PROPERTY_CLASS(property, "PSProperty");
PROPERTY_CLASS(code_property, "PSCodeProperty");
PROPERTY_CLASS(property_set, "PSPropertySet");

static const struct hop_method note_constructors[] = {
    {"psnoteproperty new(string name, System.Object value)", new_note},
    {NULL},
};

static const struct hop_method script_constructors[] = {
    {"psscriptproperty new(string name, System.Object getterScript)", new_note},
    {NULL},
};

const struct hop_class hop_class_note_property = {
    .name = "System.Management.Automation.PSNoteProperty",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct property_object),
    .properties = property_properties,
    .constructors = note_constructors,
    .destroy = destroy_property,
    .to_string = property_to_string,
};

/* PSScriptProperty as scripts construct it. */
const struct hop_class hop_class_script_property = {
    .name = "System.Management.Automation.PSScriptProperty",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct property_object),
    .properties = property_properties,
    .constructors = script_constructors,
    .destroy = destroy_property,
    .to_string = property_to_string,
};

static const struct hop_method alias_constructors[] = {
    {"psaliasproperty new(string name, string referencedMemberName)", new_note},
    {NULL},
};

const struct hop_class hop_class_alias_property = {
    .name = "System.Management.Automation.PSAliasProperty",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct property_object),
    .properties = property_properties,
    .constructors = alias_constructors,
    .destroy = destroy_property,
};

static bool
new_note(struct hop_context *cx, struct hop_call *c)
{
    struct property_object *p = hop_object_new(cx, c->cls);

    p->name = hop_string_retain(c->args[0].u.s);
    p->detached = hop_retain(c->args[1]);
    p->kind = c->cls == &hop_class_note_property    ? HOP_MEMBER_NOTE
              : c->cls == &hop_class_alias_property ? HOP_MEMBER_ALIAS
                                                    : HOP_MEMBER_SCRIPT_PROPERTY;
    p->settable = p->instance = true;
    c->result = hop_obj(p);
    return true;
}

static const struct hop_class *
class_for(enum hop_member_kind kind)
{
    switch (kind) {
    case HOP_MEMBER_NOTE: return &hop_class_note_property;
    case HOP_MEMBER_SCRIPT_PROPERTY: return &hop_class_script_property;
    case HOP_MEMBER_ALIAS: return &hop_class_alias_property;
    case HOP_MEMBER_CODE_PROPERTY: return &class_code_property;
    case HOP_MEMBER_PROPERTY_SET: return &class_property_set;
    default: return &class_property;
    }
}

struct hop_value
hop_member_object(struct hop_context *cx, const struct hop_member_info *m)
{
    struct property_object *p;

    if (m->kind == HOP_MEMBER_SCRIPT_METHOD)
        return hop_script_method_object(cx, m->owner, m->member);
    if (m->overloads) {
        struct hop_method_group *g = hop_class_methods(
            cx, m->cls, m->name->data, m->name->len, m->is_static);

        return hop_method_object(cx, m->owner, m->cls, g);
    }
    p = hop_object_new(cx, class_for(m->kind));
    p->owner = hop_retain(m->owner);
    p->name = hop_string_retain(m->name);
    p->kind = m->kind;
    p->instance = m->instance;
    p->settable = m->property ? m->property->set != NULL
                  : m->member && m->kind == HOP_MEMBER_SCRIPT_PROPERTY
                      ? !hop_is_null(m->member->second)
                      : true;
    return hop_obj(p);
}

/* ---- the collections of a PSObject ---- */

struct view {
    struct hop_object base;
    struct hop_value owner;
    unsigned kinds;
};

static struct view *
view_of(struct hop_value v)
{
    return (struct view *)v.u.o;
}

static void
destroy_view(struct hop_object *o)
{
    hop_release(((struct view *)o)->owner);
}

struct collecting {
    struct hop_context *cx;
    struct hop_array *a;
    struct hop_string *pattern; /* or NULL: all */
};

static bool
collect_member(void *arg, const struct hop_member_info *m)
{
    struct collecting *c = arg;

    if (c->pattern &&
        !hop_wildcard_match(c->pattern->data, c->pattern->len, m->name->data,
                            m->name->len, true))
        return true;
    hop_array_push(c->a, hop_member_object(c->cx, m));
    return true;
}

static struct hop_array *
collect(struct hop_context *cx, struct view *v, unsigned kinds,
        struct hop_string *pattern)
{
    struct collecting c = {cx, hop_array_new(cx, 0), pattern};

    hop_member_each(cx, v->owner, kinds, false, collect_member, &c);
    return c.a;
}

static bool
iterate_view(struct hop_context *cx, struct hop_value v, struct hop_iter *it)
{
    HOP_AUTO_VALUE struct hop_value a =
        hop_obj(collect(cx, view_of(v), view_of(v)->kinds, NULL));

    return hop_iter_init(cx, it, a);
}

static bool
item_of_view(struct hop_context *cx, struct hop_call *c)
{
    struct view *v = view_of(c->self);
    struct hop_member_info m;

    c->result = hop_null();
    if (!hop_member_lookup(cx, v->owner, c->args[0].u.s, &m))
        return true;
    if (m.kind & v->kinds)
        c->result = hop_member_object(cx, &m);
    hop_string_release(m.name);
    return true;
}

static bool
match_in_view(struct hop_context *cx, struct hop_call *c)
{
    unsigned kinds = view_of(c->self)->kinds;

    if (c->data)
        kinds &= (unsigned)c->args[1].u.i;
    c->result = hop_obj(collect(cx, view_of(c->self), kinds, c->args[0].u.s));
    return true;
}

static bool
add_to_view(struct hop_context *cx, struct hop_call *c)
{
    struct view *v = view_of(c->self);
    struct hop_value x = hop_value_base(c->args[0]);
    struct property_object *p;

    if (x.kind != HOP_OBJECT || x.u.o->cls->destroy != destroy_property)
        return hop_throw_argument(cx, &hop_exception_argument, "member",
                                  "A PSProperty or PSMethod object cannot be "
                                  "added to this collection.");
    p = property_of(x);
    if (v->owner.kind != HOP_OBJECT)
        return true;
    hop_member_add(v->owner.u.o,
                   (struct hop_member){.name = hop_string_retain(p->name),
                                       .kind = p->kind,
                                       .value = hop_retain(p->detached),
                                       .second = hop_retain(p->second)});
    return true;
}

static bool
remove_from_view(struct hop_context *cx, struct hop_call *c)
{
    struct view *v = view_of(c->self);

    if (v->owner.kind == HOP_OBJECT)
        hop_member_remove(v->owner.u.o, c->args[0].u.s);
    return true;
}

static bool
count_view(struct hop_context *cx, struct hop_value self, intptr_t data,
           struct hop_value *out)
{
    struct hop_array *a =
        collect(cx, view_of(self), view_of(self)->kinds, NULL);

    *out = hop_int((int32_t)a->n);
    hop_release(hop_obj(a));
    return true;
}

static const struct hop_method collection_methods[] = {
    {"System.Object Item(string name)", item_of_view},
    {"void Add(System.Object member)", add_to_view},
    {"void Remove(string name)", remove_from_view},
    {"System.Object[] Match(string name)", match_in_view, false},
    {"System.Object[] Match(string name, "
     "System.Management.Automation.PSMemberTypes memberTypes)",
     match_in_view, true},
    {NULL},
};

static const struct hop_property collection_properties[] = {
    {"Count", "int", count_view, NULL, HOP_PROP_HIDDEN},
    {NULL},
};

static const struct hop_class class_collection = {
    .name = "System.Management.Automation.PSMemberInfoIntegratingCollection`1",
    .base = &hop_class_object,
    .flags = HOP_CLASS_ENUMERABLE,
    .kind = HOP_OBJECT,
    .size = sizeof(struct view),
    .methods = collection_methods,
    .properties = collection_properties,
    .destroy = destroy_view,
    .iterate = iterate_view,
};

/* ---- $x.PSObject ---- */

struct hop_value
hop_psobject_view(struct hop_context *cx, struct hop_value v)
{
    struct view *w = hop_object_new(cx, &hop_class_psobject_view);

    w->owner = hop_retain(v);
    return hop_obj(w);
}

static bool
get_collection(struct hop_context *cx, struct hop_value self, intptr_t data,
               struct hop_value *out)
{
    struct view *v = hop_object_new(cx, &class_collection);

    v->owner = hop_retain(view_of(self)->owner);
    v->kinds = (unsigned)data;
    *out = hop_obj(v);
    return true;
}

static bool
get_base_object(struct hop_context *cx, struct hop_value self, intptr_t data,
                struct hop_value *out)
{
    *out = hop_retain(hop_value_base(view_of(self)->owner));
    return true;
}

static bool
get_type_names(struct hop_context *cx, struct hop_value self, intptr_t data,
               struct hop_value *out)
{
    *out = hop_obj(hop_type_names(cx, view_of(self)->owner));
    return true;
}

struct hop_value
hop_custom_copy(struct hop_context *cx, struct hop_value v)
{
    struct hop_object *o = hop_custom_new(cx);
    struct hop_members *m = v.u.o->ext;

    for (uint32_t i = 0; m && i < m->n; i++) {
        struct hop_member x = m->items[i];

        hop_string_retain(x.name);
        hop_retain(x.value);
        hop_retain(x.second);
        hop_member_add(o, x);
    }
    if (m && m->type_names) {
        struct hop_array *names = hop_type_names(cx, hop_obj(o));

        hop_array_clear(names);
        for (size_t i = 0; i < m->type_names->n; i++)
            hop_array_push(names, hop_retain(m->type_names->items[i]));
        hop_release(hop_obj(names));
    }
    return hop_obj(o);
}

static bool
copy_object(struct hop_context *cx, struct hop_call *c)
{
    struct hop_value v = view_of(c->self)->owner;
    HOP_AUTO_STRING struct hop_string *clone = NULL;

    if (hop_is_exactly(v, &hop_class_pscustomobject)) {
        c->result = hop_custom_copy(cx, v);
        return true;
    }
    if (v.kind == HOP_OBJECT &&
        hop_class_has_method(cx, hop_class_of(v), "Clone", false)) {
        clone = hop_string_from("Clone");
        return hop_member_call(cx, v, clone, NULL, 0, NULL, &c->result);
    }
    c->result = hop_retain(v);
    return true;
}

static const struct hop_property view_properties[] = {
    {"Members", "System.Object", get_collection, NULL, 0, 4095},
    {"Properties", "System.Object", get_collection, NULL, 0,
     HOP_MEMBERS_PROPERTIES},
    {"Methods", "System.Object", get_collection, NULL, 0,
     HOP_MEMBER_METHOD | HOP_MEMBER_SCRIPT_METHOD | HOP_MEMBER_CODE_METHOD},
    {"ImmediateBaseObject", "System.Object", get_base_object},
    {"BaseObject", "System.Object", get_base_object},
    {"TypeNames", "System.Object", get_type_names},
    {NULL},
};

static const struct hop_method view_methods[] = {
    {"psobject Copy()", copy_object},
    {NULL},
};

const struct hop_class hop_class_psobject_view = {
    .name = "System.Management.Automation.PSMemberSet",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct view),
    .properties = view_properties,
    .methods = view_methods,
    .destroy = destroy_view,
};
