/* The ForEach and Where methods that every value has.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/enums.h"
#include "value/exception.h"
#include "value/psobject.h"

static struct hop_array *
new_collection(struct hop_context *cx)
{
    const struct hop_class *arg = &hop_class_psobject;

    return hop_array_new_of(
        cx, hop_types_generic(cx, &hop_class_collection, &arg, 1), 0);
}

static bool
append(struct hop_context *cx, struct hop_array *a, struct hop_value v)
{
    HOP_AUTO_ITER struct hop_iter it = {0};
    struct hop_value x;
    int r;

    if (v.kind == HOP_VOID)
        return true;
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

static bool
is_block(struct hop_value v)
{
    return v.kind == HOP_OBJECT &&
           strcmp(v.u.o->cls->name,
                  "System.Management.Automation.ScriptBlock") == 0;
}

/* One element through a script block, a type, a property or a method. */
static bool
may(struct hop_context *cx, enum hop_use use, struct hop_value item,
    const struct hop_string *name)
{
    return !cx->ops->may || cx->ops->may(cx, use, item, name);
}

static bool
apply(struct hop_context *cx, struct hop_value item,
      const struct hop_value *args, size_t n, struct hop_array *out)
{
    HOP_AUTO_VALUE struct hop_value r = {.kind = HOP_VOID};
    HOP_AUTO_STRING struct hop_string *name = NULL;
    struct hop_value f = hop_value_base(args[0]);

    if (is_block(f)) {
        if (!cx->ops->invoke(cx, f, &item, false, args + 1, n - 1, &r))
            return false;
        return append(cx, out, r);
    }
    if (f.kind == HOP_TYPE) {
        if (!may(cx, HOP_USE_METHOD, f, NULL) ||
            !hop_convert(cx, item, f.u.cls, &r))
            return false;
        hop_array_push(out, hop_value_steal(&r));
        return true;
    }
    if (!hop_to_string(cx, f, &name))
        return false;
    if (hop_class_methods(cx, hop_class_of(item), name->data, name->len,
                          false)) {
        if (!may(cx, HOP_USE_METHOD, item, name) ||
            !hop_member_call(cx, item, name, args + 1, n - 1, NULL, &r))
            return false;
        return append(cx, out, r);
    }
    if (n > 1)
        return may(cx, HOP_USE_SETTER, item, name) &&
               hop_member_set(cx, item, name, args[1]);
    switch (hop_member_get(cx, item, name, &r)) {
    case HOP_FOUND: return append(cx, out, r);
    case HOP_MISSING: return true;
    default: return false;
    }
}

static bool
for_each(struct hop_context *cx, struct hop_value v,
         const struct hop_value *args, size_t n, struct hop_value *out)
{
    HOP_AUTO_ITER struct hop_iter it = {0};
    HOP_AUTO_VALUE struct hop_value all = {.kind = HOP_NULL};
    struct hop_value x;
    int r;

    if (!hop_iter_init(cx, &it, v))
        return false;
    all = hop_obj(new_collection(cx));
    while ((r = hop_iter_next(cx, &it, &x)) > 0) {
        HOP_AUTO_VALUE struct hop_value item = x;

        if (!apply(cx, item, args, n, (struct hop_array *)all.u.o))
            return false;
    }
    if (r < 0)
        return false;
    *out = hop_value_steal(&all);
    return true;
}

enum where_mode {
    WHERE_DEFAULT,
    WHERE_FIRST,
    WHERE_LAST,
    WHERE_SKIP_UNTIL,
    WHERE_UNTIL,
    WHERE_SPLIT,
};

struct where {
    enum where_mode mode;
    size_t limit; /* 0: none */
    struct hop_array *yes, *no;
    bool open; /* SkipUntil has found, Until not yet */
};

/* Puts an element where it belongs; false when no more are needed. */
static bool
place(struct where *w, struct hop_value item, bool match)
{
    size_t limit = w->limit ? w->limit : SIZE_MAX;

    switch (w->mode) {
    case WHERE_FIRST:
        if (match)
            hop_array_push(w->yes, hop_retain(item));
        return w->yes->n < (w->limit ? w->limit : 1);
    case WHERE_LAST:
        if (match)
            hop_array_push(w->yes, hop_retain(item));
        if (w->yes->n > (w->limit ? w->limit : 1))
            hop_array_remove(w->yes, 0);
        return true;
    case WHERE_SKIP_UNTIL:
        w->open |= match;
        if (w->open)
            hop_array_push(w->yes, hop_retain(item));
        return w->yes->n < limit;
    case WHERE_UNTIL:
        if (match)
            return false;
        hop_array_push(w->yes, hop_retain(item));
        return w->yes->n < limit;
    case WHERE_SPLIT:
        hop_array_push(match && w->yes->n < limit ? w->yes : w->no,
                       hop_retain(item));
        return true;
    default:
        if (match)
            hop_array_push(w->yes, hop_retain(item));
        return w->yes->n < limit;
    }
}

static bool
where_options(struct hop_context *cx, const struct hop_value *args, size_t n,
              struct where *w)
{
    struct hop_value mode;
    int32_t limit;

    if (n > 1) {
        if (!hop_convert(cx, args[1], &hop_enum_where_mode, &mode))
            return false;
        w->mode = (enum where_mode)mode.u.i;
    }
    if (n > 2) {
        if (!hop_to_int32(cx, args[2], &limit))
            return false;
        if (limit < 0)
            return hop_throw(cx, &hop_exception_argument_range,
                             "The 'numberToReturn' value provided to the third "
                             "argument of the Where() operator must be greater "
                             "than zero. Please correct the argument's value "
                             "and try running your script again. (Parameter "
                             "'numberToReturn')\nActual value was %d.",
                             limit);
        w->limit = limit > 0 ? (size_t)limit : 0;
    }
    return true;
}

static bool
where(struct hop_context *cx, struct hop_value v, const struct hop_value *args,
      size_t n, struct hop_value *out)
{
    HOP_AUTO_ITER struct hop_iter it = {0};
    HOP_AUTO_VALUE struct hop_value yes = {.kind = HOP_NULL},
                                    no = {.kind = HOP_NULL};
    struct where w = {.mode = WHERE_DEFAULT};
    struct hop_value x;
    bool more = true;
    int r = 0;

    if (!hop_iter_init(cx, &it, v) || !where_options(cx, args, n, &w))
        return false;
    w.yes = new_collection(cx);
    yes = hop_obj(w.yes);
    w.no = new_collection(cx);
    no = hop_obj(w.no);
    while (more && (r = hop_iter_next(cx, &it, &x)) > 0) {
        HOP_AUTO_VALUE struct hop_value item = x, t = {.kind = HOP_NULL};

        if (!cx->ops->invoke(cx, hop_value_base(args[0]), &item, false, NULL, 0,
                             &t))
            return false;
        more = place(&w, item, hop_is_true(cx, t));
    }
    if (r < 0)
        return false;
    if (w.mode == WHERE_SPLIT) {
        struct hop_value both[2] = {yes, no};

        *out = hop_obj(hop_array_from(cx, both, 2));
    } else {
        *out = hop_value_steal(&yes);
    }
    return true;
}

int
hop_magic_method(struct hop_context *cx, struct hop_value v,
                 const struct hop_string *name, const struct hop_value *args,
                 size_t n, struct hop_value *out)
{
    bool each = hop_string_iis(name, "ForEach");

    if ((!each && !hop_string_iis(name, "Where")) || !cx->ops->invoke)
        return 0;
    if (n == 0 || (!each && (n > 3 || !is_block(hop_value_base(args[0]))))) {
        static const char each_form[] = ".ForEach(expression [, arguments...])",
                          where_form[] = ".Where({ expression } [, mode [, "
                                         "numberToReturn]])";

        hop_throw_overload(
            cx, each ? each_form : where_form,
            each ? sizeof(each_form) - 1 : sizeof(where_form) - 1, n);
        return -1;
    }
    return (each ? for_each : where)(cx, v, args, n, out) ? 1 : -1;
}
