/* Getting, setting and calling members.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/enums.h"
#include "value/exception.h"
#include "value/internal.h"
#include "value/psobject.h"
#include "value/types.h"

#define ALIAS_DEPTH 16

/* ---- extensions ---- */

static struct hop_member *
find_in_types(struct hop_context *cx, struct hop_value v,
              const struct hop_string *name)
{
    struct hop_members *ext = v.kind == HOP_OBJECT ? v.u.o->ext : NULL;
    const struct hop_members *data;
    struct hop_member *m;

    if (ext && ext->type_names) {
        for (size_t i = 0; i < ext->type_names->n; i++) {
            struct hop_value t = ext->type_names->items[i];

            data = t.kind == HOP_STRING ? hop_type_data(cx, hop_cstr(t)) : NULL;
            m = hop_members_find(data, name);
            if (m)
                return m;
        }
        return NULL;
    }
    for (const struct hop_class *c = hop_class_of(v); c; c = c->base) {
        HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

        hop_class_add_full_name(c, &b);
        m = hop_members_find(hop_type_data(cx, b.data), name);
        if (m)
            return m;
    }
    return NULL;
}

struct hop_member *
hop_find_extended(struct hop_context *cx, struct hop_value v,
                  const struct hop_string *name)
{
    struct hop_member *m;

    if (v.kind == HOP_OBJECT && v.u.o->ext) {
        m = hop_members_find(v.u.o->ext, name);
        if (m)
            return m;
    }
    return cx->types->data ? find_in_types(cx, v, name) : NULL;
}

/* ---- get ---- */

static enum hop_found get_member(struct hop_context *cx, struct hop_value v,
                                 const struct hop_string *name, int depth,
                                 struct hop_value *out);

static enum hop_found
get_extended(struct hop_context *cx, struct hop_value v, struct hop_member *m,
             int depth, struct hop_value *out)
{
    switch (m->kind) {
    case HOP_MEMBER_PROPERTY: /* of an object from the wire */
    case HOP_MEMBER_NOTE: *out = hop_retain(m->value); return HOP_FOUND;
    case HOP_MEMBER_ALIAS: {
        enum hop_found f;

        if (depth > ALIAS_DEPTH || m->value.kind != HOP_STRING)
            return HOP_MISSING;
        f = get_member(cx, v, m->value.u.s, depth + 1, out);
        if (f == HOP_FOUND && m->second.kind == HOP_TYPE) {
            struct hop_value raw = *out;
            bool ok = hop_convert(cx, raw, m->second.u.cls, out);

            hop_release(raw);
            return ok ? HOP_FOUND : HOP_FAILED;
        }
        return f;
    }
    case HOP_MEMBER_SCRIPT_PROPERTY: {
        HOP_AUTO_VALUE struct hop_value block = hop_retain(m->value);

        *out = hop_null();
        if (hop_is_null(block) || !cx->ops->invoke)
            return HOP_FOUND;
        if (!cx->ops->invoke(cx, block, &v, true, NULL, 0, out)) {
            if (hop_has_exception(cx) &&
                hop_class_is(cx->pending.u.o->cls,
                             &hop_exception_pipeline_stopped))
                return HOP_FAILED;
            /* A property whose script fails is null. */
            hop_drop_exception(cx);
            *out = hop_null();
        }
        return HOP_FOUND;
    }
    case HOP_MEMBER_CODE_PROPERTY:
        return m->code->get(cx, v, m->code->data, out) ? HOP_FOUND : HOP_FAILED;
    case HOP_MEMBER_SCRIPT_METHOD:
        *out = hop_script_method_object(cx, v, m);
        return HOP_FOUND;
    case HOP_MEMBER_PROPERTY_SET:
    case HOP_MEMBER_MEMBER_SET: *out = hop_retain(m->value); return HOP_FOUND;
    default: return HOP_MISSING;
    }
}

static bool
wrap_get(struct hop_context *cx, const char *name)
{
    struct hop_value e = hop_take_exception(cx);
    HOP_AUTO_STRING struct hop_string *why =
        hop_string_from(hop_exception_message(e));

    return hop_throw_full(cx, &hop_exception_get_value_invocation,
                          "ExceptionWhenGetting", HOP_CAT_NOT_SPECIFIED,
                          hop_null(), e, "Exception getting \"%s\": \"%s\"",
                          name, why->data);
}

/* What a .NET getter throws is not seen: the property is null then.  Script
 * properties tell, and so do the engine's own exceptions. */
static enum hop_found
getter_failed(struct hop_context *cx, const struct hop_property *p,
              struct hop_value *out)
{
    if (!(p->flags & HOP_PROP_SCRIPT) && !hop_is_stopping(cx) &&
        hop_has_exception(cx) &&
        !hop_value_is(cx->pending, &hop_exception_runtime)) {
        hop_drop_exception(cx);
        *out = hop_null();
        return HOP_FOUND;
    }
    wrap_get(cx, p->name);
    return HOP_FAILED;
}

static enum hop_found
get_class_member(struct hop_context *cx, struct hop_value v,
                 struct hop_value whole, const struct hop_class *cls,
                 const struct hop_string *name, struct hop_value *out)
{
    int (*dynamic)(struct hop_context *, struct hop_value,
                   const struct hop_string *, struct hop_value *);
    const struct hop_class *owner;
    const struct hop_property *p;
    struct hop_method_group *g;

    dynamic = HOP_CLASS_FN(cls, get_dynamic);
    if (dynamic) {
        int r = dynamic(cx, v, name, out);

        if (r)
            return r > 0 ? HOP_FOUND : HOP_FAILED;
    }
    p = hop_class_property(cls, name->data, name->len, false, &owner);
    if (p) {
        if (p->get(cx, p->flags & HOP_PROP_WHOLE ? whole : v, p->data, out))
            return HOP_FOUND;
        return getter_failed(cx, p, out);
    }
    g = hop_class_methods(cx, cls, name->data, name->len, false);
    if (g) {
        *out = hop_method_object(cx, v, cls, g);
        return HOP_FOUND;
    }
    return HOP_MISSING;
}

static enum hop_found
get_intrinsic(struct hop_context *cx, struct hop_value v,
              const struct hop_string *name, struct hop_value *out)
{
    bool null = hop_is_null(v);

    if (hop_string_iis(name, "Count") || hop_string_iis(name, "Length")) {
        if (hop_is_enumerable(v))
            return HOP_MISSING;
        *out = hop_int(null ? 0 : 1);
        return HOP_FOUND;
    }
    if (null)
        return HOP_MISSING;
    if (hop_string_iis(name, "PSObject"))
        *out = hop_psobject_view(cx, v);
    else if (hop_string_iis(name, "PSTypeNames"))
        *out = hop_obj(hop_type_names(cx, v));
    else if (hop_string_iis(name, "PSBase") ||
             hop_string_iis(name, "PSAdapted") ||
             hop_string_iis(name, "PSExtended"))
        *out = hop_retain(v);
    else
        return HOP_MISSING;
    return HOP_FOUND;
}

static enum hop_found
get_member(struct hop_context *cx, struct hop_value v,
           const struct hop_string *name, int depth, struct hop_value *out)
{
    struct hop_member *m;
    struct hop_value base, *slot;
    struct hop_dict *d;
    enum hop_found f;

    if (hop_is_null(v))
        return get_intrinsic(cx, v, name, out);
    if ((v.kind == HOP_OBJECT && v.u.o->ext) || cx->types->data) {
        m = hop_find_extended(cx, v, name);
        if (m) {
            f = get_extended(cx, v, m, depth, out);
            if (f != HOP_MISSING)
                return f;
        }
    }
    base = hop_value_base(v);
    d = hop_as_dict(base);
    if (d) {
        struct hop_value key = {.kind = HOP_STRING,
                                .u.s = (struct hop_string *)(uintptr_t)name};

        slot = hop_dict_get(d, key);
        if (slot) {
            *out = hop_retain(*slot);
            return HOP_FOUND;
        }
    }
    f = get_class_member(cx, base, v, hop_class_of(base), name, out);
    if (f != HOP_MISSING)
        return f;
    return get_intrinsic(cx, v, name, out);
}

enum hop_found
hop_member_get(struct hop_context *cx, struct hop_value v,
               const struct hop_string *name, struct hop_value *out)
{
    enum hop_found f;

    if (!hop_context_enter(cx))
        return HOP_FAILED;
    f = get_member(cx, v, name, 0, out);
    cx->depth--;
    return f;
}

/* Adds what a member access gave: a collection's elements each. */
static bool
add_each(struct hop_context *cx, struct hop_array *a, struct hop_value v)
{
    HOP_AUTO_ITER struct hop_iter it = {0};
    struct hop_value x;
    int r;

    if (!hop_is_enumerable(v)) {
        hop_array_push(a, hop_retain(v));
        return true;
    }
    if (!hop_iter_init(cx, &it, v))
        return false;
    while ((r = hop_iter_next(cx, &it, &x)) > 0)
        hop_array_push(a, x);
    return r == 0;
}

static struct hop_value
unwrap_single(struct hop_array *a)
{
    struct hop_value v;

    if (a->n != 1)
        return hop_retain(hop_obj(a));
    v = hop_retain(a->items[0]);
    return v;
}

enum hop_found
hop_member_get_each(struct hop_context *cx, struct hop_value v,
                    const struct hop_string *name, struct hop_value *out)
{
    enum hop_found f = hop_member_get(cx, v, name, out);
    HOP_AUTO_VALUE struct hop_value all = {.kind = HOP_NULL};
    HOP_AUTO_ITER struct hop_iter it = {.source = {.kind = HOP_NULL}};
    struct hop_value x;
    bool any = false;
    int r;

    if (f != HOP_MISSING || !hop_is_enumerable(v))
        return f;
    if (!hop_iter_init(cx, &it, v))
        return HOP_FAILED;
    all = hop_obj(hop_array_new(cx, 0));
    while ((r = hop_iter_next(cx, &it, &x)) > 0) {
        HOP_AUTO_VALUE struct hop_value item = x, got = {.kind = HOP_NULL};

        if (hop_is_null(item))
            continue;
        f = hop_is_enumerable(item) ? hop_member_get_each(cx, item, name, &got)
                                    : hop_member_get(cx, item, name, &got);
        if (f == HOP_FAILED)
            return f;
        if (f == HOP_MISSING) {
            /* A custom object without the property counts as null. */
            if (hop_is_exactly(item, &hop_class_pscustomobject))
                hop_array_push((struct hop_array *)all.u.o, hop_null());
            continue;
        }
        any = true;
        if (!add_each(cx, (struct hop_array *)all.u.o, got))
            return HOP_FAILED;
    }
    if (r < 0)
        return HOP_FAILED;
    *out = ((struct hop_array *)all.u.o)->n
               ? unwrap_single((struct hop_array *)all.u.o)
               : hop_null();
    return any ? HOP_FOUND : HOP_MISSING;
}

/* ---- set ---- */

static bool
throw_no_property(struct hop_context *cx, struct hop_value v,
                  const struct hop_string *name)
{
    if (hop_is_null(v))
        return hop_throw_runtime(cx, "PropertyNotFound",
                                 HOP_CAT_INVALID_OPERATION,
                                 "The property '%s' cannot be found on this "
                                 "object. Verify that the property exists and "
                                 "can be set.",
                                 name->data);
    if (hop_is_exactly(v, &hop_class_pscustomobject) ||
        hop_value_is(v, &hop_class_xml_node))
        return hop_throw_full(
            cx, &hop_exception_set_value_invocation, "ExceptionWhenSetting",
            HOP_CAT_NOT_SPECIFIED, hop_null(), hop_null(),
            "Exception setting \"%s\": \"The property '%s' cannot be found on "
            "this object. Verify that the property exists and can be set.\"",
            name->data, name->data);
    return hop_throw_runtime(cx, "PropertyAssignmentException",
                             HOP_CAT_INVALID_OPERATION,
                             "The property '%s' cannot be found on this "
                             "object. Verify that the property exists and can "
                             "be set.",
                             name->data);
}

static bool
throw_read_only(struct hop_context *cx, const char *name)
{
    return hop_throw_runtime(cx, "PropertyAssignmentException",
                             HOP_CAT_INVALID_OPERATION,
                             "'%s' is a ReadOnly property.", name);
}

static bool
wrap_set(struct hop_context *cx, const char *name)
{
    struct hop_value e = hop_take_exception(cx);
    HOP_AUTO_STRING struct hop_string *why =
        hop_string_from(hop_exception_message(e));

    return hop_throw_full(cx, &hop_exception_set_value_invocation,
                          "ExceptionWhenSetting", HOP_CAT_NOT_SPECIFIED,
                          hop_null(), e, "Exception setting \"%s\": \"%s\"",
                          name, why->data);
}

static bool
set_property(struct hop_context *cx, struct hop_value v,
             const struct hop_class *owner, const struct hop_class *cls,
             const struct hop_property *p, struct hop_value x)
{
    HOP_AUTO_VALUE struct hop_value y = {.kind = HOP_NULL};
    const struct hop_class *type;

    if (!p->set)
        return throw_read_only(cx, p->name);
    type = hop_types_in_text(cx, cls->definition ? cls : owner, p->type,
                             strlen(p->type));
    if (!hop_convert(cx, x, type ? type : &hop_class_object, &y) ||
        !p->set(cx, v, p->data, y))
        return wrap_set(cx, p->name);
    return true;
}

static bool set_member(struct hop_context *cx, struct hop_value v,
                       const struct hop_string *name, struct hop_value x,
                       int depth);

static bool
set_extended(struct hop_context *cx, struct hop_value v, struct hop_member *m,
             struct hop_value x, int depth)
{
    switch (m->kind) {
    case HOP_MEMBER_PROPERTY:
    case HOP_MEMBER_NOTE:
        hop_value_set(&m->value,
                      x.kind == HOP_VOID ? hop_null() : hop_retain(x));
        return true;
    case HOP_MEMBER_ALIAS:
        if (depth <= ALIAS_DEPTH && m->value.kind == HOP_STRING)
            return set_member(cx, v, m->value.u.s, x, depth + 1);
        break;
    case HOP_MEMBER_SCRIPT_PROPERTY:
        if (!hop_is_null(m->second) && cx->ops->invoke) {
            HOP_AUTO_VALUE struct hop_value r = {.kind = HOP_NULL},
                                            block = hop_retain(m->second);

            if (cx->ops->invoke(cx, block, &v, true, &x, 1, &r))
                return true;
            return wrap_set(cx, m->name->data);
        }
        return hop_throw_full(cx, &hop_exception_set_value,
                              "SetWithoutSetterFromScriptProperty",
                              HOP_CAT_NOT_SPECIFIED, hop_null(), hop_null(),
                              "Set accessor for property \"%s\" is "
                              "unavailable.",
                              m->name->data);
    case HOP_MEMBER_CODE_PROPERTY:
        if (m->code->set)
            return m->code->set(cx, v, m->code->data, x);
        break;
    default: break;
    }
    return throw_read_only(cx, m->name->data);
}

static bool
set_member(struct hop_context *cx, struct hop_value v,
           const struct hop_string *name, struct hop_value x, int depth)
{
    int (*dynamic)(struct hop_context *, struct hop_value,
                   const struct hop_string *, struct hop_value);
    const struct hop_class *owner, *cls;
    const struct hop_property *p;
    struct hop_member *m;
    struct hop_value base;
    struct hop_dict *d;

    if (hop_is_null(v))
        return throw_no_property(cx, v, name);
    m = hop_find_extended(cx, v, name);
    if (m)
        return set_extended(cx, v, m, x, depth);
    base = hop_value_base(v);
    d = hop_as_dict(base);
    cls = hop_class_of(base);
    if (d) {
        struct hop_value key = {.kind = HOP_STRING,
                                .u.s = (struct hop_string *)(uintptr_t)name};

        return hop_index_set(cx, base, &key, 1, x);
    }
    dynamic = HOP_CLASS_FN(cls, set_dynamic);
    if (dynamic) {
        int r = dynamic(cx, base, name, x);

        if (r)
            return r > 0;
    }
    p = hop_class_property(cls, name->data, name->len, false, &owner);
    if (p)
        return set_property(cx, base, owner, cls, p, x);
    return throw_no_property(cx, v, name);
}

bool
hop_member_set(struct hop_context *cx, struct hop_value v,
               const struct hop_string *name, struct hop_value x)
{
    bool ok;

    if (!hop_context_enter(cx))
        return false;
    ok = set_member(cx, v, name, x, 0);
    cx->depth--;
    return ok;
}

/* ---- call ---- */

bool
hop_throw_no_method(struct hop_context *cx, const struct hop_class *cls,
                    const struct hop_string *name)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    hop_class_add_full_name(cls, &b);
    return hop_throw_runtime(cx, "MethodNotFound", HOP_CAT_INVALID_OPERATION,
                             "Method invocation failed because [%s] does not "
                             "contain a method named '%s'.",
                             b.data, name->data);
}

bool
hop_call_script_method(struct hop_context *cx, struct hop_value self,
                       struct hop_value block, const char *name,
                       const struct hop_value *args, size_t n,
                       struct hop_value *out)
{
    HOP_AUTO_VALUE struct hop_value keep = hop_retain(block), r = hop_null();
    struct hop_value e;
    HOP_AUTO_STRING struct hop_string *why = NULL;

    if (cx->ops->invoke &&
        cx->ops->invoke(cx, keep, &self, true, args, n, &r)) {
        *out = hop_value_steal(&r);
        return true;
    }
    if (!hop_has_exception(cx) ||
        hop_class_is(cx->pending.u.o->cls, &hop_exception_pipeline_stopped) ||
        hop_class_is(cx->pending.u.o->cls, &hop_exception_jump_to_flow))
        return false;
    e = hop_take_exception(cx);
    why = hop_string_from(hop_exception_message(e));
    return hop_throw_full(cx, &hop_exception_method_invocation,
                          "ScriptMethodRuntimeException", HOP_CAT_NOT_SPECIFIED,
                          hop_null(), e,
                          "Exception calling \"%s\" with \"%zu\" argument(s): "
                          "\"%s\"",
                          name, n, why->data);
}

/* The method of every element: 1 done, -1 thrown. */
static bool
call_each(struct hop_context *cx, struct hop_value v,
          const struct hop_string *name, const struct hop_value *args, size_t n,
          struct hop_value *out)
{
    HOP_AUTO_ITER struct hop_iter it = {0};
    HOP_AUTO_VALUE struct hop_value all = {.kind = HOP_NULL};
    struct hop_value x;
    int r;

    if (!hop_iter_init(cx, &it, v))
        return false;
    all = hop_obj(hop_array_new(cx, 0));
    while ((r = hop_iter_next(cx, &it, &x)) > 0) {
        HOP_AUTO_VALUE struct hop_value item = x, got = {.kind = HOP_VOID};

        if (hop_is_null(item))
            continue;
        if (!hop_member_call(cx, item, name, args, n, NULL, &got))
            return false;
        if (got.kind != HOP_VOID &&
            !add_each(cx, (struct hop_array *)all.u.o, got))
            return false;
    }
    if (r < 0)
        return false;
    if (((struct hop_array *)all.u.o)->n == 0)
        *out = hop_void();
    else
        *out = unwrap_single((struct hop_array *)all.u.o);
    return true;
}

static bool
has_elements(struct hop_value v)
{
    struct hop_array *a = hop_as_array(v);

    return a ? a->n > 0 : hop_is_enumerable(v);
}

static bool
call_member(struct hop_context *cx, struct hop_value v,
            const struct hop_string *name, const struct hop_value *args,
            size_t n, const struct hop_class *const *casts,
            struct hop_value *out)
{
    const struct hop_class *cls;
    struct hop_method_group *g;
    struct hop_member *m;
    struct hop_value base;
    int r;

    if (hop_is_null(v)) {
        /* Where and ForEach of nothing are empty. */
        r = hop_magic_method(cx, hop_void(), name, args, n, out);
        if (r)
            return r > 0;
        return hop_throw_runtime(cx, "InvokeMethodOnNull",
                                 HOP_CAT_INVALID_OPERATION,
                                 "You cannot call a method on a null-valued "
                                 "expression.");
    }
    m = hop_find_extended(cx, v, name);
    if (m && m->kind == HOP_MEMBER_SCRIPT_METHOD)
        return hop_call_script_method(cx, v, m->value, m->name->data, args, n,
                                      out);
    if (n == 0 && hop_enum_text(v) && hop_string_iis(name, "ToString")) {
        *out = hop_str(hop_string_retain(hop_enum_text(v)));
        return true;
    }
    base = hop_value_base(v);
    cls = hop_class_of(base);
    g = hop_class_methods(cx, cls, name->data, name->len, false);
    if (g)
        return hop_call_group(cx, g, name->data, base, cls, args, n, casts,
                              true, out);
    r = hop_magic_method(cx, v, name, args, n, out);
    if (r)
        return r > 0;
    if (hop_is_enumerable(v) && has_elements(v))
        return call_each(cx, v, name, args, n, out);
    return hop_throw_no_method(cx, cls, name);
}

bool
hop_member_call(struct hop_context *cx, struct hop_value v,
                const struct hop_string *name, const struct hop_value *args,
                size_t n, const struct hop_class *const *casts,
                struct hop_value *out)
{
    bool ok;

    if (!hop_context_enter(cx))
        return false;
    ok = call_member(cx, v, name, args, n, casts, out);
    cx->depth--;
    return ok;
}

/* ---- static members ---- */

enum hop_found
hop_static_get(struct hop_context *cx, const struct hop_class *cls,
               const struct hop_string *name, struct hop_value *out)
{
    const struct hop_class *owner;
    const struct hop_property *p =
        hop_class_property(cls, name->data, name->len, true, &owner);
    struct hop_method_group *g;

    if (p) {
        if (p->get(cx, hop_type(cls), p->data, out))
            return HOP_FOUND;
        wrap_get(cx, p->name);
        return HOP_FAILED;
    }
    for (const struct hop_enum_name *e = cls->names; e && e->name; e++)
        if (hop_text_ieq(e->name, strlen(e->name), name->data, name->len)) {
            *out = hop_enum(cls->enum_id, e->value);
            return HOP_FOUND;
        }
    g = hop_string_iis(name, "new")
            ? hop_class_methods(cx, cls, NULL, 0, true)
            : hop_class_methods(cx, cls, name->data, name->len, true);
    if (!g)
        return HOP_MISSING;
    *out = hop_method_object(cx, hop_type(cls), cls, g);
    return HOP_FOUND;
}

bool
hop_static_set(struct hop_context *cx, const struct hop_class *cls,
               const struct hop_string *name, struct hop_value x)
{
    const struct hop_class *owner;
    const struct hop_property *p =
        hop_class_property(cls, name->data, name->len, true, &owner);

    if (p)
        return set_property(cx, hop_null(), owner, cls, p, x);
    return throw_no_property(cx, hop_type(cls), name);
}

bool
hop_static_call(struct hop_context *cx, const struct hop_class *cls,
                const struct hop_string *name, const struct hop_value *args,
                size_t n, const struct hop_class *const *casts,
                struct hop_value *out)
{
    struct hop_method_group *g =
        hop_class_methods(cx, cls, name->data, name->len, true);

    if (g)
        return hop_call_group(cx, g, name->data, hop_null(), cls, args, n,
                              casts, true, out);
    if (hop_string_iis(name, "new"))
        return hop_construct(cx, cls, args, n, out);
    return hop_throw_no_method(cx, cls, name);
}

/* new int[](3), New-Object 'int[,]' 2, 3. */
static bool
construct_array(struct hop_context *cx, const struct hop_class *cls,
                const struct hop_value *args, size_t n, struct hop_value *out)
{
    struct hop_array *a;
    size_t total = 1;
    uint32_t dims[32];

    if (n != (size_t)cls->rank || n > 32)
        return hop_throw_overload(cx, "new", 3, n);
    for (size_t i = 0; i < n; i++) {
        int32_t k;

        if (!hop_to_int32(cx, args[i], &k))
            return false;
        if (k < 0)
            return hop_throw(cx, &hop_exception_overflow,
                             "Arithmetic operation resulted in an overflow.") ||
                   hop_wrap_invocation(cx, ".ctor", n);
        dims[i] = (uint32_t)k;
        total *= (size_t)k;
    }
    a = hop_array_new_of(cx, cls, total);
    if (!a)
        return false;
    if (n > 1) {
        a->dims = malloc(n * sizeof *a->dims);
        memcpy(a->dims, dims, n * sizeof *a->dims);
    }
    *out = hop_obj(a);
    return true;
}

bool
hop_construct(struct hop_context *cx, const struct hop_class *cls,
              const struct hop_value *args, size_t n, struct hop_value *out)
{
    struct hop_method_group *g;

    if ((cls->flags & HOP_CLASS_ARRAY) && cls->element)
        return construct_array(cx, cls, args, n, out);
    if (cls == &hop_class_psobject && n == 0)
        cls = &hop_class_pscustomobject;
    g = hop_class_methods(cx, cls, NULL, 0, true);
    if (g && !(cls->flags & HOP_CLASS_ABSTRACT)) {
        if (n == 0 && (cls->flags & HOP_CLASS_VALUE)) {
            *out = hop_zero_of(cx, cls);
            return true;
        }
        return hop_call_group(cx, g, ".ctor", hop_null(), cls, args, n, NULL,
                              true, out);
    }
    if (n == 0 && (cls->flags & HOP_CLASS_VALUE)) {
        *out = hop_zero_of(cx, cls);
        return true;
    }
    return hop_throw_overload(cx, "new", 3, n);
}

struct hop_value
hop_member_path(struct hop_context *cx, struct hop_value v, const char *path)
{
    struct hop_value at = hop_retain(v);

    while (*path) {
        size_t n = strcspn(path, ".");
        HOP_AUTO_STRING struct hop_string *name = hop_string_new(path, n);
        struct hop_value next = hop_null();

        if (hop_is_null(at) ||
            hop_member_get(cx, at, name, &next) != HOP_FOUND) {
            hop_drop_exception(cx);
            next = hop_null();
        }
        hop_release(at);
        at = next;
        path += n + (path[n] == '.');
    }
    return at;
}
