/* TypeData and its member data.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/utility/type_record.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "value/collections.h"
#include "value/enums.h"
#include "value/types.h"

#define RUNSPACES "System.Management.Automation.Runspaces."
#define STANDARD  "PSStandardMembers"

/* ---- member data ---- */

enum { SET_NAMES, SET_HIDDEN };
static const struct hop_property set_properties[] = {
    HOP_RECORD_PROPERTY(SET_NAMES, "ReferencedProperties",
                        "System.Collections.ObjectModel.Collection[string]"),
    HOP_RECORD_WRITABLE(SET_HIDDEN, "IsHidden", "bool"),
    {0},
};

enum { ALIAS_OF, ALIAS_TYPE, ALIAS_HIDDEN, ALIAS_NAME };
static const struct hop_property alias_properties[] = {
    HOP_RECORD_WRITABLE(ALIAS_OF, "ReferencedMemberName", "string"),
    HOP_RECORD_WRITABLE(ALIAS_TYPE, "MemberType", "type"),
    HOP_RECORD_WRITABLE(ALIAS_HIDDEN, "IsHidden", "bool"),
    HOP_RECORD_PROPERTY(ALIAS_NAME, "Name", "string"),
    {0},
};

enum { NOTE_VALUE, NOTE_HIDDEN, NOTE_NAME };
static const struct hop_property note_properties[] = {
    HOP_RECORD_WRITABLE(NOTE_VALUE, "Value", "System.Object"),
    HOP_RECORD_WRITABLE(NOTE_HIDDEN, "IsHidden", "bool"),
    HOP_RECORD_PROPERTY(NOTE_NAME, "Name", "string"),
    {0},
};

enum { SCRIPT_GET, SCRIPT_SET, SCRIPT_HIDDEN, SCRIPT_NAME };
static const struct hop_property script_properties[] = {
    HOP_RECORD_WRITABLE(SCRIPT_GET, "GetScriptBlock",
                        "System.Management.Automation.ScriptBlock"),
    HOP_RECORD_WRITABLE(SCRIPT_SET, "SetScriptBlock",
                        "System.Management.Automation.ScriptBlock"),
    HOP_RECORD_WRITABLE(SCRIPT_HIDDEN, "IsHidden", "bool"),
    HOP_RECORD_PROPERTY(SCRIPT_NAME, "Name", "string"),
    {0},
};

enum { CODE_GET, CODE_SET, CODE_HIDDEN, CODE_NAME };
static const struct hop_property code_properties[] = {
    HOP_RECORD_WRITABLE(CODE_GET, "GetCodeReference",
                        "System.Reflection.MethodInfo"),
    HOP_RECORD_WRITABLE(CODE_SET, "SetCodeReference",
                        "System.Reflection.MethodInfo"),
    HOP_RECORD_WRITABLE(CODE_HIDDEN, "IsHidden", "bool"),
    HOP_RECORD_PROPERTY(CODE_NAME, "Name", "string"),
    {0},
};

enum { METHOD_SCRIPT, METHOD_NAME };
static const struct hop_property method_properties[] = {
    HOP_RECORD_WRITABLE(METHOD_SCRIPT, "Script",
                        "System.Management.Automation.ScriptBlock"),
    HOP_RECORD_PROPERTY(METHOD_NAME, "Name", "string"),
    {0},
};

/* The constructors give slots in this order: -1 ends it. */
static bool
construct(struct hop_context *cx, struct hop_call *call, const int *slots,
          int hidden)
{
    struct hop_record *r = hop_record_new(cx, call->cls);

    for (size_t i = 0; i < call->n && slots[i] >= 0; i++)
        hop_record_set(r, (size_t)slots[i], hop_retain(call->args[i]));
    if (hidden >= 0)
        hop_record_set(r, (size_t)hidden, hop_bool(false));
    call->result = hop_obj(r);
    return true;
}

#define CONSTRUCTOR(name, hidden, ...)                                         \
    static bool name(struct hop_context *cx, struct hop_call *call)            \
    {                                                                          \
        return construct(cx, call, (const int[]){__VA_ARGS__, -1}, hidden);    \
    }
CONSTRUCTOR(new_set, SET_HIDDEN, SET_NAMES)
CONSTRUCTOR(new_alias, ALIAS_HIDDEN, ALIAS_NAME, ALIAS_OF, ALIAS_TYPE)
CONSTRUCTOR(new_note, NOTE_HIDDEN, NOTE_NAME, NOTE_VALUE)
CONSTRUCTOR(new_script, SCRIPT_HIDDEN, SCRIPT_NAME, SCRIPT_GET, SCRIPT_SET)
CONSTRUCTOR(new_method, -1, METHOD_NAME, METHOD_SCRIPT)

static const struct hop_method set_constructors[] = {
    {RUNSPACES "PropertySetData "
               "new(System.Collections.Generic.IEnumerable[string] "
               "referencedProperties)",
     new_set},
    {NULL}};
static const struct hop_method alias_constructors[] = {
    {RUNSPACES "AliasPropertyData new(string name, string "
               "referencedMemberName)",
     new_alias},
    {RUNSPACES "AliasPropertyData new(string name, string "
               "referencedMemberName, type type)",
     new_alias},
    {NULL}};
static const struct hop_method note_constructors[] = {
    {RUNSPACES "NotePropertyData new(string name, System.Object value)",
     new_note},
    {NULL}};
static const struct hop_method script_constructors[] = {
    {RUNSPACES "ScriptPropertyData new(string name, scriptblock "
               "getScriptBlock)",
     new_script},
    {RUNSPACES "ScriptPropertyData new(string name, scriptblock "
               "getScriptBlock, scriptblock setScriptBlock)",
     new_script},
    {NULL}};
static const struct hop_method method_constructors[] = {
    {RUNSPACES "ScriptMethodData new(string name, scriptblock "
               "scriptToInvoke)",
     new_method},
    {NULL}};

static const struct hop_class class_member = {
    .name = RUNSPACES "TypeMemberData",
    .base = &hop_class_object,
    .flags = HOP_CLASS_ABSTRACT,
    .kind = HOP_OBJECT,
};
#define MEMBER_CLASS(c, text, table, news)                                     \
    static const struct hop_class c = {                                        \
        .name = RUNSPACES text,                                                \
        .base = &class_member,                                                 \
        .kind = HOP_OBJECT,                                                    \
        .size = HOP_RECORD_SIZE(table),                                        \
        .properties = table,                                                   \
        .constructors = news,                                                  \
        .destroy = hop_record_destroy,                                         \
    }
MEMBER_CLASS(class_set, "PropertySetData", set_properties, set_constructors);
MEMBER_CLASS(class_alias, "AliasPropertyData", alias_properties,
             alias_constructors);
MEMBER_CLASS(class_note, "NotePropertyData", note_properties,
             note_constructors);
MEMBER_CLASS(class_script, "ScriptPropertyData", script_properties,
             script_constructors);
MEMBER_CLASS(class_code, "CodePropertyData", code_properties, NULL);
MEMBER_CLASS(class_method, "ScriptMethodData", method_properties,
             method_constructors);

/* ---- TypeData ---- */

#define TYPE_RW(i, n, t) HOP_RECORD_WRITABLE(i, n, t)
static const struct hop_property type_properties[] = {
    HOP_RECORD_PROPERTY(HOP_TYPE_NAME, "TypeName", "string"),
    HOP_RECORD_PROPERTY(
        HOP_TYPE_MEMBERS, "Members",
        "System.Collections.Generic.Dictionary[string," RUNSPACES
        "TypeMemberData]"),
    TYPE_RW(HOP_TYPE_CONVERTER, "TypeConverter", "type"),
    TYPE_RW(HOP_TYPE_ADAPTER, "TypeAdapter", "type"),
    TYPE_RW(HOP_TYPE_OVERRIDE, "IsOverride", "bool"),
    TYPE_RW(HOP_TYPE_METHOD, "SerializationMethod", "string"),
    TYPE_RW(HOP_TYPE_TARGET, "TargetTypeForDeserialization", "type"),
    TYPE_RW(HOP_TYPE_DEPTH, "SerializationDepth", "uint"),
    TYPE_RW(HOP_TYPE_DISPLAY, "DefaultDisplayProperty", "string"),
    TYPE_RW(HOP_TYPE_INHERIT, "InheritPropertySerializationSet", "bool"),
    TYPE_RW(HOP_TYPE_STRING_SOURCE, "StringSerializationSource", "string"),
    TYPE_RW(HOP_TYPE_STRING_PROPERTY, "StringSerializationSourceProperty",
            RUNSPACES "TypeMemberData"),
    TYPE_RW(HOP_TYPE_DISPLAY_SET, "DefaultDisplayPropertySet",
            RUNSPACES "PropertySetData"),
    TYPE_RW(HOP_TYPE_KEY_SET, "DefaultKeyPropertySet",
            RUNSPACES "PropertySetData"),
    TYPE_RW(HOP_TYPE_SERIAL_SET, "PropertySerializationSet",
            RUNSPACES "PropertySetData"),
    {0},
};

static bool
new_type(struct hop_context *cx, struct hop_call *call)
{
    if (!hop_is_string(call->args[0]) || !call->args[0].u.s->len)
        return hop_throw_null(cx, "typeName");
    call->result = hop_obj(hop_type_record_new(cx, hop_cstr(call->args[0])));
    return true;
}

static bool
copy_type(struct hop_context *cx, struct hop_call *call)
{
    const struct hop_record *r =
        (struct hop_record *)hop_value_base(call->self).u.o;
    struct hop_record *to =
        hop_type_record_new(cx, hop_cstr(r->slot[HOP_TYPE_NAME]));

    for (size_t i = 0; i < HOP_TYPE_SLOTS; i++)
        hop_record_set(to, i, hop_retain(r->slot[i]));
    call->result = hop_obj(to);
    return true;
}

static const struct hop_method type_constructors[] = {
    {RUNSPACES "TypeData new(string typeName)", new_type}, {NULL}};
static const struct hop_method type_methods[] = {
    {RUNSPACES "TypeData Copy()", copy_type}, {NULL}};
static const struct hop_class class_type = HOP_RECORD_CLASS(
    RUNSPACES "TypeData", type_properties, .constructors = type_constructors,
    .methods = type_methods);

const struct hop_class *const hop_type_record_classes[] = {
    &class_type,   &class_member, &class_set,    &class_alias, &class_note,
    &class_script, &class_code,   &class_method, NULL,
};

static const struct hop_class *
members_class(struct hop_context *cx)
{
    const struct hop_class *args[] = {&hop_class_string, &class_member};

    return hop_types_generic(cx, &hop_class_dictionary, args, 2);
}

struct hop_record *
hop_type_record_new(struct hop_context *cx, const char *type_name)
{
    struct hop_record *r = hop_record_new(cx, &class_type);
    const struct hop_class *cls = members_class(cx);

    hop_record_set(r, HOP_TYPE_NAME, hop_text(type_name));
    hop_record_set(
        r, HOP_TYPE_MEMBERS,
        hop_obj(hop_dict_new_of(cx, cls ? cls : &hop_class_dictionary,
                                HOP_DICT_IGNORE_CASE)));
    hop_record_set(r, HOP_TYPE_OVERRIDE, hop_bool(false));
    hop_record_set(r, HOP_TYPE_INHERIT, hop_bool(false));
    hop_record_set(r, HOP_TYPE_DEPTH, hop_integer(HOP_UINT32, 0));
    return r;
}

struct hop_record *
hop_type_record_of(struct hop_value v)
{
    v = hop_value_base(v);
    return hop_is_exactly(v, &class_type) ? (struct hop_record *)v.u.o : NULL;
}

struct hop_value
hop_type_record_set(struct hop_context *cx, struct hop_value names)
{
    struct hop_record *r = hop_record_new(cx, &class_set);
    struct hop_array *from = hop_as_array(names);
    const struct hop_class *args[] = {&hop_class_string};
    const struct hop_class *cls =
        hop_types_generic(cx, &hop_class_collection, args, 1);
    struct hop_array *to =
        hop_array_new_of(cx, cls ? cls : &hop_class_object_array, 0);

    for (size_t i = 0; from && i < from->n; i++)
        hop_array_push(to, hop_retain(from->items[i]));
    if (!from && hop_is_string(names))
        hop_array_push(to, hop_retain(names));
    hop_record_set(r, SET_NAMES, hop_obj(to));
    hop_record_set(r, SET_HIDDEN, hop_bool(false));
    return hop_obj(r);
}

/* ---- members to records ---- */

static void
put_member(struct hop_record *r, struct hop_string *name, struct hop_record *m)
{
    struct hop_dict *d = hop_as_dict(r->slot[HOP_TYPE_MEMBERS]);

    hop_dict_set_text(d, name->data, hop_obj(m));
}

/* A member of a kind: the name's and the hidden flag's slot (-1: none). */
static struct hop_record *
data_of(struct hop_context *cx, const struct hop_class *cls,
        const struct hop_member *m, int name, int hidden)
{
    struct hop_record *d = hop_record_new(cx, cls);

    hop_record_set(d, (size_t)name, hop_str(hop_string_retain(m->name)));
    if (hidden >= 0)
        hop_record_set(d, (size_t)hidden,
                       hop_bool((m->flags & HOP_MEMBER_FLAG_HIDDEN) != 0));
    return d;
}

static struct hop_record *
record_of_member(struct hop_context *cx, const struct hop_member *m)
{
    struct hop_record *d;

    switch ((int)m->kind) {
    case HOP_MEMBER_ALIAS:
        d = data_of(cx, &class_alias, m, ALIAS_NAME, ALIAS_HIDDEN);
        hop_record_set(d, ALIAS_OF, hop_retain(m->value));
        hop_record_set(d, ALIAS_TYPE, hop_retain(m->second));
        return d;
    case HOP_MEMBER_SCRIPT_PROPERTY:
        d = data_of(cx, &class_script, m, SCRIPT_NAME, SCRIPT_HIDDEN);
        hop_record_set(d, SCRIPT_GET, hop_retain(m->value));
        hop_record_set(d, SCRIPT_SET, hop_retain(m->second));
        return d;
    case HOP_MEMBER_SCRIPT_METHOD:
        d = data_of(cx, &class_method, m, METHOD_NAME, -1);
        hop_record_set(d, METHOD_SCRIPT, hop_retain(m->value));
        return d;
    case HOP_MEMBER_NOTE:
        d = data_of(cx, &class_note, m, NOTE_NAME, NOTE_HIDDEN);
        hop_record_set(d, NOTE_VALUE, hop_retain(m->value));
        return d;
    case HOP_MEMBER_CODE_PROPERTY:
        return data_of(cx, &class_code, m, CODE_NAME, CODE_HIDDEN);
    default: return NULL;
    }
}

static void
member_done(struct hop_member *m)
{
    hop_string_release(m->name);
    hop_release(m->value);
    hop_release(m->second);
}

void
hop_type_record_add(struct hop_context *cx, struct hop_record *r,
                    struct hop_member m)
{
    struct hop_record *d = record_of_member(cx, &m);

    if (d)
        put_member(r, m.name, d);
    member_done(&m);
}

static const struct {
    const char *name;
    enum hop_type_record_slot slot;
    bool is_set;
} standard_rows[] = {
    {"DefaultDisplayPropertySet", HOP_TYPE_DISPLAY_SET, true},
    {"DefaultKeyPropertySet", HOP_TYPE_KEY_SET, true},
    {"PropertySerializationSet", HOP_TYPE_SERIAL_SET, true},
    {"DefaultDisplayProperty", HOP_TYPE_DISPLAY, false},
    {"SerializationMethod", HOP_TYPE_METHOD, false},
    {"SerializationDepth", HOP_TYPE_DEPTH, false},
    {"TargetTypeForDeserialization", HOP_TYPE_TARGET, false},
    {"InheritPropertySerializationSet", HOP_TYPE_INHERIT, false},
    {"StringSerializationSource", HOP_TYPE_STRING_SOURCE, false},
};

static void
read_standard(struct hop_context *cx, struct hop_record *r,
              const struct hop_members *set)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(standard_rows); i++) {
        HOP_AUTO_STRING struct hop_string *name =
            hop_string_from(standard_rows[i].name);
        const struct hop_member *m = hop_members_find(set, name);

        if (m)
            hop_record_set(r, standard_rows[i].slot,
                           standard_rows[i].is_set
                               ? hop_type_record_set(cx, m->value)
                               : hop_retain(m->value));
    }
}

static void
read_members(struct hop_context *cx, struct hop_record *r,
             const struct hop_members *all)
{
    for (uint32_t i = 0; all && i < all->n; i++) {
        const struct hop_member *m = &all->items[i];
        struct hop_record *d = record_of_member(cx, m);

        if (d)
            put_member(r, m->name, d);
        else if (hop_string_iis(m->name, STANDARD) &&
                 m->value.kind == HOP_OBJECT && m->value.u.o->ext)
            read_standard(cx, r, m->value.u.o->ext);
    }
}

/* What the type tables mark as PowerShell's additions to a .NET class. */
static void
read_class(struct hop_context *cx, struct hop_record *r,
           const struct hop_class *cls)
{
    for (const struct hop_property *p = cls->properties; p && p->name; p++) {
        struct hop_member m = {.name = hop_string_from(p->name)};
        struct hop_record *d = NULL;

        m.kind = p->flags & HOP_PROP_SCRIPT  ? HOP_MEMBER_SCRIPT_PROPERTY
                 : p->flags & HOP_PROP_ALIAS ? HOP_MEMBER_ALIAS
                 : p->flags & HOP_PROP_CODE  ? HOP_MEMBER_CODE_PROPERTY
                 : p->flags & HOP_PROP_NOTE  ? HOP_MEMBER_NOTE
                                             : HOP_MEMBER_PROPERTY;
        /* An alias's target stands where others have their type. */
        if (m.kind == HOP_MEMBER_ALIAS)
            m.value = hop_text(p->type);
        if (!(p->flags & HOP_PROP_HIDDEN))
            d = record_of_member(cx, &m);
        if (d)
            put_member(r, m.name, d);
        member_done(&m);
    }
}

/* ---- all types ---- */

struct walk {
    struct hop_context *cx;
    bool (*want)(void *arg, const char *name);
    bool (*f)(void *arg, struct hop_value record);
    void *arg;
};

/* Arrays have their Count from the engine, not from type data. */
static bool
has_additions(const struct hop_class *cls)
{
    if (cls == &hop_class_array || hop_class_is(cls, &hop_class_array))
        return false;
    for (const struct hop_property *p = cls->properties; p && p->name; p++)
        if (p->flags &
            (HOP_PROP_SCRIPT | HOP_PROP_ALIAS | HOP_PROP_CODE | HOP_PROP_NOTE))
            return true;
    return false;
}

static bool
visit(struct walk *w, const char *name, const struct hop_class *cls)
{
    struct hop_record *r;

    if (!w->want(w->arg, name))
        return true;
    r = hop_type_record_new(w->cx, name);
    if (cls && has_additions(cls))
        read_class(w->cx, r, cls);
    read_members(w->cx, r, hop_type_data(w->cx, name));
    if (!hop_type_record_empty(r))
        return w->f(w->arg, hop_obj(r));
    hop_release(hop_obj(r));
    return true;
}

struct names {
    const char **name;
    const struct hop_class **cls;
    size_t n, cap;
};

static void
note_class(void *arg, const char *name, const struct hop_class *cls)
{
    struct names *l = arg;

    if (!has_additions(cls))
        return;
    if (l->n == l->cap) {
        l->cap = l->cap ? l->cap * 2 : 32;
        l->name = hop_xrealloc(l->name, l->cap, sizeof(*l->name));
        l->cls = hop_xrealloc(l->cls, l->cap, sizeof(*l->cls));
    }
    l->name[l->n] = name;
    l->cls[l->n++] = cls;
}

static bool
is_noted(const struct names *l, const char *name)
{
    for (size_t i = 0; i < l->n; i++)
        if (strcasecmp(l->name[i], name) == 0)
            return true;
    return false;
}

bool
hop_type_record_each(struct hop_context *cx,
                     bool (*want)(void *arg, const char *name),
                     bool (*f)(void *arg, struct hop_value record), void *arg)
{
    struct walk w = {cx, want, f, arg};
    struct names l = {NULL, NULL, 0, 0};
    bool ok = true;

    hop_types_each(cx, note_class, &l);
    for (size_t i = 0; i < l.n && ok; i++)
        ok = visit(&w, l.name[i], l.cls[i]);
    for (const struct type_data *d = cx->types->data; d && ok; d = d->next)
        if (!is_noted(&l, d->name))
            ok = visit(&w, d->name, NULL);
    free(l.name);
    free(l.cls);
    return ok;
}

/* ---- records to members ---- */

bool
hop_type_record_empty(const struct hop_record *r)
{
    const struct hop_dict *d = hop_as_dict(r->slot[HOP_TYPE_MEMBERS]);

    if (d && d->count)
        return false;
    for (size_t i = HOP_TYPE_CONVERTER; i < HOP_TYPE_SLOTS; i++) {
        struct hop_value v = r->slot[i];

        if (!hop_is_null(v) && !(v.kind == HOP_BOOL && !v.u.i) &&
            !(v.kind == HOP_UINT32 && !v.u.i))
            return false;
    }
    return true;
}

/* The member that a record describes; its name is NULL when it is no member
 * data. */
static struct hop_member
member_of(struct hop_value v)
{
    struct hop_record *d = (struct hop_record *)hop_value_base(v).u.o;
    const struct hop_class *cls = hop_class_of(v);
    struct hop_member m = {.name = NULL};
    int name = -1, value = -1, second = -1;

    if (cls == &class_alias) {
        m.kind = HOP_MEMBER_ALIAS;
        name = ALIAS_NAME, value = ALIAS_OF, second = ALIAS_TYPE;
    } else if (cls == &class_script) {
        m.kind = HOP_MEMBER_SCRIPT_PROPERTY;
        name = SCRIPT_NAME, value = SCRIPT_GET, second = SCRIPT_SET;
    } else if (cls == &class_method) {
        m.kind = HOP_MEMBER_SCRIPT_METHOD;
        name = METHOD_NAME, value = METHOD_SCRIPT;
    } else if (cls == &class_note) {
        m.kind = HOP_MEMBER_NOTE;
        name = NOTE_NAME, value = NOTE_VALUE;
    }
    if (name < 0 || !hop_is_string(d->slot[name]))
        return m;
    m.name = hop_string_retain(d->slot[name].u.s);
    m.value = hop_retain(d->slot[value]);
    if (second >= 0)
        m.second = hop_retain(d->slot[second]);
    return m;
}

static struct hop_value
standard_of(struct hop_context *cx, const char *type)
{
    const struct hop_members *all = hop_type_data(cx, type);
    HOP_AUTO_STRING struct hop_string *name = hop_string_from(STANDARD);
    struct hop_member *m = all ? hop_members_find(all, name) : NULL;

    return m ? hop_retain(m->value) : hop_obj(hop_custom_new(cx));
}

static bool
is_given(struct hop_value v)
{
    return !hop_is_null(v) && !(v.kind == HOP_BOOL && !v.u.i) &&
           !(v.kind == HOP_UINT32 && !v.u.i);
}

/* The names in a PropertySetData, as string[]. */
static struct hop_value
names_of(struct hop_context *cx, struct hop_value set)
{
    struct hop_record *d = (struct hop_record *)hop_value_base(set).u.o;
    struct hop_array *from = hop_as_array(d->slot[SET_NAMES]);
    struct hop_array *to = hop_array_of_strings(cx, NULL, 0);

    for (size_t i = 0; from && i < from->n; i++)
        hop_array_push(to, hop_retain(from->items[i]));
    return hop_obj(to);
}

static bool
apply_standard(struct hop_context *cx, struct hop_record *r, const char *type)
{
    struct hop_value set = standard_of(cx, type);
    bool any = false;

    for (size_t i = 0; i < HOP_ARRAY_SIZE(standard_rows); i++) {
        struct hop_value v = r->slot[standard_rows[i].slot];
        struct hop_member m = {.kind = standard_rows[i].is_set
                                           ? HOP_MEMBER_PROPERTY_SET
                                           : HOP_MEMBER_NOTE};

        if (!is_given(v))
            continue;
        m.name = hop_string_from(standard_rows[i].name);
        m.value = standard_rows[i].is_set ? names_of(cx, v) : hop_retain(v);
        hop_member_add(set.u.o, m);
        any = true;
    }
    if (!any) {
        hop_release(set);
        return true;
    }
    return hop_type_data_add(cx, type,
                             (struct hop_member){
                                 .name = hop_string_from(STANDARD),
                                 .kind = HOP_MEMBER_MEMBER_SET,
                                 .value = set,
                             },
                             true);
}

bool
hop_type_record_apply(struct hop_context *cx, struct hop_record *r, bool force,
                      struct hop_string **member)
{
    const char *type = hop_cstr(r->slot[HOP_TYPE_NAME]);
    struct hop_dict *d = hop_as_dict(r->slot[HOP_TYPE_MEMBERS]);
    size_t n = 0;
    HOP_AUTO_FREE struct hop_dict_entry **e = d ? hop_dict_order(d, &n) : NULL;

    for (size_t i = 0; i < n; i++) {
        struct hop_member m = member_of(e[i]->value);
        HOP_AUTO_STRING struct hop_string *name = NULL;

        if (!m.name)
            continue;
        name = hop_string_retain(m.name);
        if (!hop_type_data_add(cx, type, m, force)) {
            hop_drop_exception(cx);
            *member = hop_steal(&name);
            return false;
        }
    }
    return apply_standard(cx, r, type);
}
