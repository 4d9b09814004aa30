/* CimInstance, CimClass and what hangs on them.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/text.h"
#include "cim/wql.h"
#include "cmdlets/cim/commands.h"
#include "cmdlets/record.h"
#include "value/convert.h"
#include "value/member.h"
#include "value/number.h"

/* ---- values ---- */

/* The moment on this host's clock, as CimInstances show it. */
static struct hop_value
local_time(int64_t ticks)
{
    int64_t utc = ticks - HOP_CIM_TICKS_TO_1970;
    time_t at = (time_t)(utc / HOP_CIM_TICKS_PER_SECOND);
    struct tm t;

    localtime_r(&at, &t);
    return hop_datetime(ticks + t.tm_gmtoff * HOP_CIM_TICKS_PER_SECOND,
                        HOP_DATE_LOCAL);
}

static const struct {
    enum hop_kind kind;
    const char *name;
} kinds[HOP_CIM_TYPES] = {
    [HOP_CIM_BOOLEAN] = {HOP_BOOL, "bool"},
    [HOP_CIM_UINT8] = {HOP_BYTE, "byte"},
    [HOP_CIM_UINT16] = {HOP_UINT16, "uint16"},
    [HOP_CIM_UINT32] = {HOP_UINT32, "uint32"},
    [HOP_CIM_UINT64] = {HOP_UINT64, "uint64"},
    [HOP_CIM_SINT8] = {HOP_SBYTE, "sbyte"},
    [HOP_CIM_SINT16] = {HOP_INT16, "int16"},
    [HOP_CIM_SINT32] = {HOP_INT32, "int"},
    [HOP_CIM_SINT64] = {HOP_INT64, "long"},
    [HOP_CIM_REAL64] = {HOP_DOUBLE, "double"},
    [HOP_CIM_STRING] = {HOP_STRING, "string"},
    [HOP_CIM_DATETIME] = {HOP_DATETIME, "datetime"},
};

static struct hop_value
array_of(struct hop_context *cx, enum hop_cim_type type,
         const struct hop_cim_value *v)
{
    const struct hop_class *cls =
        hop_types_array(cx, hop_class_of_kind(kinds[type].kind), 1);
    struct hop_array *a = hop_array_new_of(cx, cls, 0);

    for (size_t i = 0; i < v->n; i++)
        hop_array_push(a, cim_value_of(cx, type, 0, &v->items[i]));
    return hop_obj(a);
}

struct hop_value
cim_value_of(struct hop_context *cx, enum hop_cim_type type, unsigned flags,
             const struct hop_cim_value *v)
{
    if (!v->set)
        return hop_null();
    if (flags & HOP_CIM_ARRAY)
        return array_of(cx, type, v);
    switch (type) {
    case HOP_CIM_BOOLEAN: return hop_bool(v->u != 0);
    case HOP_CIM_STRING: return hop_text(v->s);
    case HOP_CIM_DATETIME:
        return v->interval ? hop_timespan(v->i) : local_time(v->i);
    case HOP_CIM_REAL64: return hop_double(v->d);
    case HOP_CIM_UINT64: return hop_ulong(v->u);
    default: return hop_integer(kinds[type].kind, v->i);
    }
}

char *
cim_text_of(struct hop_context *cx, struct hop_value v)
{
    HOP_AUTO_STRING struct hop_string *s = NULL;
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    v = hop_value_base(v);
    if (hop_is_null(v))
        return NULL;
    if (v.kind == HOP_DATETIME || v.kind == HOP_TIMESPAN) {
        struct hop_cim_value t = {.set = true, .i = v.u.i};

        t.interval = v.kind == HOP_TIMESPAN;
        if (!t.interval && v.tag != HOP_DATE_UTC) {
            struct hop_value shifted = local_time(v.u.i);
            t.i -= shifted.u.i - v.u.i;
        }
        hop_cim_value_format(HOP_CIM_DATETIME, &t, &b);
        return hop_buf_take(&b);
    }
    if (!hop_to_string(cx, v, &s)) {
        hop_value_clear(&cx->pending);
        return NULL;
    }
    return hop_xstrdup(s->data);
}

/* ---- CimInstance ---- */

struct cim_object *
cim_object_of(struct hop_value v)
{
    v = hop_value_base(v);
    return v.kind == HOP_OBJECT && v.u.o->cls == &hop_class_cim_instance
               ? (struct cim_object *)(void *)v.u.o
               : NULL;
}

static void
destroy(struct hop_object *o)
{
    struct cim_object *i = (struct cim_object *)(void *)o;

    if (i->properties)
        hop_release(hop_obj(i->properties));
    free(i->class_name);
    free(i->ns);
    free(i->computer);
    free(i->keys);
    cim_target_done(&i->target);
}

static int
get_dynamic(struct hop_context *cx, struct hop_value self,
            const struct hop_string *name, struct hop_value *out)
{
    struct hop_value *v =
        hop_dict_get_text(cim_object_of(self)->properties, name->data);

    if (!v)
        return 0;
    *out = hop_retain(*v);
    return 1;
}

static int
set_dynamic(struct hop_context *cx, struct hop_value self,
            const struct hop_string *name, struct hop_value v)
{
    struct hop_dict *d = cim_object_of(self)->properties;

    if (!hop_dict_get_text(d, name->data))
        return 0;
    hop_dict_set_text(d, name->data, hop_retain(v));
    return 1;
}

static void
each_dynamic(struct hop_value self,
             bool (*f)(void *arg, struct hop_string *name), void *arg)
{
    size_t n;
    struct hop_dict_entry **order =
        hop_dict_order(cim_object_of(self)->properties, &n);

    for (size_t i = 0; i < n && f(arg, order[i]->key.u.s); i++)
        continue;
    free(order);
}

/* Win32_Process: hop (Handle = "77") */
static bool
to_string(struct hop_context *cx, struct hop_value v, struct hop_string **out)
{
    struct cim_object *i = cim_object_of(v);
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    HOP_AUTO_FREE char *keys = hop_xstrdup(i->keys ? i->keys : "");
    struct hop_value *caption = hop_dict_get_text(i->properties, "Caption");
    char *rest = NULL;
    bool first = true;

    hop_buf_adds(&b, i->class_name);
    if (caption && hop_is_string(*caption))
        hop_buf_addf(&b, ": %s", hop_cstr(*caption));
    for (char *k = strtok_r(keys, " ", &rest); k;
         k = strtok_r(NULL, " ", &rest)) {
        struct hop_value *value = hop_dict_get_text(i->properties, k);

        hop_buf_addf(&b, "%s%s = \"", first ? " (" : ", ", k);
        if (value && !hop_add_string(cx, *value, &b))
            return false;
        hop_buf_addc(&b, '"');
        first = false;
    }
    if (!first)
        hop_buf_addc(&b, ')');
    *out = hop_string_take_buf(&b);
    return true;
}

enum { WHERE_COMPUTER, WHERE_CLASS, WHERE_SYSTEM, WHERE_PROPERTIES };

enum { SYSTEM_NAMESPACE, SYSTEM_SERVER, SYSTEM_CLASS, SYSTEM_PATH };
static const struct hop_property system_properties[] = {
    HOP_RECORD_PROPERTY(SYSTEM_NAMESPACE, "Namespace", "string"),
    HOP_RECORD_PROPERTY(SYSTEM_SERVER, "ServerName", "string"),
    HOP_RECORD_PROPERTY(SYSTEM_CLASS, "ClassName", "string"),
    HOP_RECORD_PROPERTY(SYSTEM_PATH, "Path", "string"),
    {0},
};
static const struct hop_class class_system = HOP_RECORD_CLASS(
    CIM_INFRASTRUCTURE "CimSystemProperties", system_properties);

static struct hop_value
system_of(struct hop_context *cx, const char *ns, const char *computer,
          const char *class_name)
{
    struct hop_record *r = hop_record_new(cx, &class_system);
    char host[65];

    hop_record_set(r, SYSTEM_NAMESPACE, hop_text(ns));
    hop_record_set(r, SYSTEM_SERVER,
                   hop_text(computer ? computer : hop_cim_host(host)));
    hop_record_set(r, SYSTEM_CLASS, hop_text(class_name));
    return hop_obj(r);
}

enum { PROPERTY_NAME, PROPERTY_VALUE, PROPERTY_TYPE, PROPERTY_FLAGS };
static const struct hop_property property_properties[] = {
    HOP_RECORD_PROPERTY(PROPERTY_NAME, "Name", "string"),
    HOP_RECORD_PROPERTY(PROPERTY_VALUE, "Value", "System.Object"),
    HOP_RECORD_PROPERTY(PROPERTY_TYPE, "CimType", "string"),
    HOP_RECORD_PROPERTY(PROPERTY_FLAGS, "Flags", "string"),
    {0},
};
static const struct hop_class class_property =
    HOP_RECORD_CLASS(CIM_INFRASTRUCTURE "CimProperty", property_properties);

static struct hop_value
properties_of(struct hop_context *cx, struct cim_object *i)
{
    struct hop_array *a = hop_array_new(cx, 0);
    const struct hop_cim_class *cls = hop_cim_class_find(i->class_name);
    size_t n;
    struct hop_dict_entry **order = hop_dict_order(i->properties, &n);

    for (size_t k = 0; k < n; k++) {
        struct hop_record *r = hop_record_new(cx, &class_property);
        const char *name = hop_cstr(order[k]->key);

        hop_record_set(r, PROPERTY_NAME, hop_retain(order[k]->key));
        hop_record_set(r, PROPERTY_VALUE, hop_retain(order[k]->value));
        for (size_t p = 0; cls && p < cls->n; p++)
            if (hop_ascii_ieq(cls->properties[p].name, name))
                hop_record_set(
                    r, PROPERTY_TYPE,
                    hop_text(hop_cim_type_names[cls->properties[p].type]));
        hop_array_push(a, hop_obj(r));
    }
    free(order);
    return hop_obj(a);
}

static bool
get_where(struct hop_context *cx, struct hop_value self, intptr_t data,
          struct hop_value *out)
{
    struct cim_object *i = cim_object_of(self);
    const struct hop_cim_class *cls;

    switch (data) {
    case WHERE_COMPUTER:
        *out = i->computer ? hop_text(i->computer) : hop_null();
        break;
    case WHERE_CLASS:
        cls = hop_cim_class_find(i->class_name);
        *out = cls ? cim_class_object(cx, cls, i->computer) : hop_null();
        break;
    case WHERE_SYSTEM:
        *out = system_of(cx, i->ns, i->computer, i->class_name);
        break;
    default: *out = properties_of(cx, i); break;
    }
    return true;
}

static const struct hop_property instance_properties[] = {
    {"PSComputerName", "string", get_where, NULL, 0, WHERE_COMPUTER},
    {"CimClass", CIM_INFRASTRUCTURE "CimClass", get_where, NULL,
     HOP_PROP_HIDDEN, WHERE_CLASS},
    {"CimInstanceProperties", "System.Object[]", get_where, NULL,
     HOP_PROP_HIDDEN, WHERE_PROPERTIES},
    {"CimSystemProperties", CIM_INFRASTRUCTURE "CimSystemProperties", get_where,
     NULL, HOP_PROP_HIDDEN, WHERE_SYSTEM},
    {NULL},
};

const struct hop_class hop_class_cim_instance = {
    .name = CIM_INFRASTRUCTURE "CimInstance",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct cim_object),
    .properties = instance_properties,
    .destroy = destroy,
    .to_string = to_string,
    .get_dynamic = get_dynamic,
    .set_dynamic = set_dynamic,
    .each_dynamic = each_dynamic,
};

/* CimInstance#root/cimv2/Win32_Process and so on up, in front of the class's
 * own name; the nearest comes first, so the farthest is pushed first. */
static void
push_names(struct hop_context *cx, struct cim_object *o)
{
    const struct hop_cim_class *cls = hop_cim_class_find(o->class_name);
    const char *parent = cls && *cls->parent ? cls->parent : NULL;
    const char *const rows[][2] = {{"", parent},
                                   {"", o->class_name},
                                   {o->ns, parent},
                                   {o->ns, o->class_name}};

    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        HOP_AUTO_FREE char *name = NULL;

        if (!rows[k][1])
            continue;
        name = hop_xasprintf(CIM_INFRASTRUCTURE "CimInstance#%s%s%s",
                             rows[k][0], *rows[k][0] ? "/" : "", rows[k][1]);
        hop_type_names_push(cx, &o->base, name);
    }
}

struct hop_value
cim_object_new(struct hop_context *cx, const struct hop_cim_instance *i,
               const char *ns, const struct cim_target *t,
               const struct hop_wql *columns, bool key_only)
{
    struct cim_object *o = hop_object_new(cx, &hop_class_cim_instance);
    HOP_AUTO_BUF struct hop_buf keys = HOP_BUF_INIT;

    o->properties = hop_ordered_new(cx);
    o->class_name = hop_xstrdup(i->class_name);
    o->ns = hop_xstrdup(ns ? ns : CIM_NAMESPACE);
    o->computer = t && t->computer ? hop_xstrdup(t->computer) : NULL;
    if (t)
        cim_target_copy(&o->target, t);
    for (size_t k = 0; k < i->n; k++) {
        const struct hop_cim_property *p = &i->properties[k];
        bool shown = (p->flags & HOP_CIM_KEY) || !key_only;

        if (p->flags & HOP_CIM_KEY)
            hop_buf_addf(&keys, "%s%s", keys.len ? " " : "", p->name);
        shown = shown &&
                (hop_wql_selects(columns, p->name) || (p->flags & HOP_CIM_KEY));
        hop_dict_set_text(
            o->properties, p->name,
            shown ? cim_value_of(cx, p->type, p->flags, &i->values[k])
                  : hop_null());
    }
    o->keys = hop_buf_take(&keys);
    push_names(cx, o);
    return hop_obj(o);
}

/* ---- CimClass ---- */

enum { DECLARED_NAME, DECLARED_TYPE, DECLARED_FLAGS };
static const struct hop_property declared_properties[] = {
    HOP_RECORD_PROPERTY(DECLARED_NAME, "Name", "string"),
    HOP_RECORD_PROPERTY(DECLARED_TYPE, "CimType", "string"),
    HOP_RECORD_PROPERTY(DECLARED_FLAGS, "Flags", "string"),
    {0},
};
static bool
declared_text(struct hop_context *cx, struct hop_value v,
              struct hop_string **out)
{
    struct hop_record *r = (struct hop_record *)hop_value_base(v).u.o;

    *out = hop_string_retain(r->slot[DECLARED_NAME].u.s);
    return true;
}
static const struct hop_class class_declared =
    HOP_RECORD_CLASS(CIM_INFRASTRUCTURE "CimPropertyDeclaration",
                     declared_properties, .to_string = declared_text);

enum { METHOD_NAME, METHOD_TYPE, METHOD_PARAMETERS };
static const struct hop_property method_properties[] = {
    HOP_RECORD_PROPERTY(METHOD_NAME, "Name", "string"),
    HOP_RECORD_PROPERTY(METHOD_TYPE, "ReturnType", "string"),
    HOP_RECORD_PROPERTY(METHOD_PARAMETERS, "Parameters", "string[]"),
    {0},
};
static const struct hop_class class_method =
    HOP_RECORD_CLASS(CIM_INFRASTRUCTURE "CimMethodDeclaration",
                     method_properties, .to_string = declared_text);

enum { CLASS_NAME, CLASS_SUPER, CLASS_PROPERTIES, CLASS_METHODS, CLASS_SYSTEM };
static const struct hop_property class_properties[] = {
    HOP_RECORD_PROPERTY(CLASS_NAME, "CimClassName", "string"),
    HOP_RECORD_PROPERTY(CLASS_SUPER, "CimSuperClassName", "string"),
    HOP_RECORD_PROPERTY(CLASS_PROPERTIES, "CimClassProperties",
                        "System.Object[]"),
    HOP_RECORD_PROPERTY(CLASS_METHODS, "CimClassMethods", "System.Object[]"),
    HOP_RECORD_PROPERTY(CLASS_SYSTEM, "CimSystemProperties",
                        CIM_INFRASTRUCTURE "CimSystemProperties"),
    {0},
};
static bool
class_text(struct hop_context *cx, struct hop_value v, struct hop_string **out)
{
    struct hop_record *r = (struct hop_record *)hop_value_base(v).u.o;

    *out = hop_string_format("ROOT/cimv2:%s", hop_cstr(r->slot[CLASS_NAME]));
    return true;
}
static const struct hop_class class_class = HOP_RECORD_CLASS(
    CIM_INFRASTRUCTURE "CimClass", class_properties, .to_string = class_text);

static const char *
flag_text(unsigned flags)
{
    return flags & HOP_CIM_KEY     ? "Property, Key, ReadOnly, NullValue"
           : flags & HOP_CIM_WRITE ? "Property, NullValue"
                                   : "Property, ReadOnly, NullValue";
}

static struct hop_value
declarations(struct hop_context *cx, const struct hop_cim_class *cls)
{
    struct hop_array *a = hop_array_new(cx, 0);

    for (size_t i = 0; i < cls->n; i++) {
        const struct hop_cim_property *p = &cls->properties[i];
        struct hop_record *r = hop_record_new(cx, &class_declared);

        hop_record_set(r, DECLARED_NAME, hop_text(p->name));
        hop_record_set(r, DECLARED_TYPE,
                       hop_str(hop_string_format(
                           "%s%s", hop_cim_type_names[p->type],
                           p->flags & HOP_CIM_ARRAY ? "Array" : "")));
        hop_record_set(r, DECLARED_FLAGS, hop_text(flag_text(p->flags)));
        hop_array_push(a, hop_obj(r));
    }
    return hop_obj(a);
}

static struct hop_value
methods_of(struct hop_context *cx, const struct hop_cim_class *cls)
{
    struct hop_array *a = hop_array_new(cx, 0);
    const struct hop_cim_method *m = cls->methods;

    for (; m && m->name; m++) {
        struct hop_record *r = hop_record_new(cx, &class_method);
        struct hop_array *names =
            hop_array_new_of(cx, hop_types_array(cx, &hop_class_string, 1), 0);
        HOP_AUTO_FREE char *in = hop_xasprintf("%s %s", m->in, m->out);
        char *rest = NULL;

        for (char *p = strtok_r(in, " ", &rest); p;
             p = strtok_r(NULL, " ", &rest))
            hop_array_push_text(names, p);
        hop_record_set(r, METHOD_NAME, hop_text(m->name));
        hop_record_set(r, METHOD_TYPE, hop_text("UInt32"));
        hop_record_set(r, METHOD_PARAMETERS, hop_obj(names));
        hop_array_push(a, hop_obj(r));
    }
    return hop_obj(a);
}

struct hop_value
cim_class_object(struct hop_context *cx, const struct hop_cim_class *cls,
                 const char *computer)
{
    struct hop_record *r = hop_record_new(cx, &class_class);

    hop_record_set(r, CLASS_NAME, hop_text(cls->name));
    if (*cls->parent)
        hop_record_set(r, CLASS_SUPER, hop_text(cls->parent));
    hop_record_set(r, CLASS_PROPERTIES, declarations(cx, cls));
    hop_record_set(r, CLASS_METHODS, methods_of(cx, cls));
    hop_record_set(r, CLASS_SYSTEM,
                   system_of(cx, CIM_NAMESPACE, computer, cls->name));
    return hop_obj(r);
}

const struct hop_class *const cim_classes[] = {
    &hop_class_cim_instance,
    &class_system,
    &class_property,
    &class_declared,
    &class_method,
    &class_class,
    NULL,
};
