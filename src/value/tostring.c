/* Values as text and as truth.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/digits.h"
#include "value/enums.h"
#include "value/exception.h"
#include "value/internal.h"
#include "value/types.h"

/* ---- truth ---- */

static bool
list_is_true(struct hop_context *cx, const struct hop_array *a)
{
    struct hop_array *first;

    if (a->n != 1)
        return a->n > 1;
    first = hop_as_array(a->items[0]);
    return first ? first->n > 0 : hop_is_true(cx, a->items[0]);
}

static bool
object_is_true(struct hop_context *cx, struct hop_value v)
{
    const struct hop_class *c = v.u.o->cls;
    struct hop_big *b = hop_as_big(v);

    if (b)
        return b->n > 0;
    if (c == &hop_class_switch_parameter)
        return ((struct hop_switch_parameter *)v.u.o)->present;
    if ((c->flags & (HOP_CLASS_ARRAY | HOP_CLASS_LIST)) &&
        hop_class_is(c, &hop_class_ilist))
        return list_is_true(cx, (struct hop_array *)v.u.o);
    return true;
}

bool
hop_is_true(struct hop_context *cx, struct hop_value v)
{
    v = hop_value_base(v);
    switch (v.kind) {
    case HOP_NULL:
    case HOP_VOID: return false;
    case HOP_SINGLE:
    case HOP_DOUBLE: return v.u.d != 0;
    case HOP_DECIMAL: return !hop_decimal_is_zero(v);
    case HOP_DATETIME:
    case HOP_DATETIMEOFFSET:
    case HOP_TIMESPAN:
    case HOP_TYPE: return true;
    case HOP_STRING: return v.u.s->len > 0;
    case HOP_OBJECT: return object_is_true(cx, v);
    default: return v.u.i != 0;
    }
}

struct hop_value
hop_switch(struct hop_context *cx, bool present)
{
    struct hop_switch_parameter *s =
        hop_object_new(cx, &hop_class_switch_parameter);

    s->present = present;
    return hop_obj(s);
}

/* ---- text ---- */

static void
add_unit(uint16_t u, struct hop_buf *out)
{
    hop_buf_add_utf16(out, u);
}

/* The text of an unboxed value; ps: as PowerShell converts it to a string,
 * else as its ToString() does.  False: v is no such value. */
static bool
add_simple(struct hop_value v, bool ps, struct hop_buf *out)
{
    switch (v.kind) {
    case HOP_NULL:
    case HOP_VOID: break;
    case HOP_BOOL: hop_buf_adds(out, v.u.i ? "True" : "False"); break;
    case HOP_CHAR: add_unit((uint16_t)v.u.i, out); break;
    case HOP_UINT64:
        hop_buf_addf(out, "%llu", (unsigned long long)v.u.u);
        break;
    case HOP_SINGLE:
        (ps ? hop_single_add_ps : hop_single_add)((float)v.u.d, out);
        break;
    case HOP_DOUBLE:
        (ps ? hop_double_add_ps : hop_double_add)(v.u.d, out);
        break;
    case HOP_DECIMAL: hop_decimal_add_text(v, out); break;
    case HOP_DATETIME:
    case HOP_DATETIMEOFFSET: return hop_date_format(v, "", 0, out);
    case HOP_TIMESPAN: return hop_timespan_format(v.u.i, "c", 1, out);
    case HOP_ENUM: hop_enum_add_text(hop_enum_class(v.ext), v.u.i, out); break;
    case HOP_TYPE:
        if (ps)
            hop_class_add_display(v.u.cls, true, out);
        else
            hop_class_add_to_string(v.u.cls, out);
        break;
    case HOP_STRING: hop_buf_add(out, v.u.s->data, v.u.s->len); break;
    case HOP_OBJECT: return false;
    default: hop_buf_addf(out, "%lld", (long long)v.u.i); break;
    }
    return true;
}

/* A script method named ToString: 1 done, 0 none, -1 thrown. */
static int
by_script_method(struct hop_context *cx, struct hop_value v,
                 struct hop_buf *out)
{
    HOP_AUTO_STRING struct hop_string *name = NULL;
    HOP_AUTO_VALUE struct hop_value r = {.kind = HOP_NULL};
    struct hop_member *m = NULL;

    if (v.kind != HOP_OBJECT || !cx || (!v.u.o->ext && !cx->types->data))
        return 0;
    name = hop_string_from("ToString");
    m = hop_find_extended(cx, v, name);
    if (!m || m->kind != HOP_MEMBER_SCRIPT_METHOD || !cx->ops->invoke)
        return 0;
    if (!cx->ops->invoke(cx, m->value, &v, true, NULL, 0, &r))
        return -1;
    return hop_add_string(cx, r, out) ? 1 : -1;
}

static bool
add_dotnet(struct hop_context *cx, struct hop_value v, struct hop_buf *out)
{
    bool (*f)(struct hop_context *, struct hop_value, struct hop_string **);
    HOP_AUTO_STRING struct hop_string *s = NULL;

    if (hop_is_exactly(v, &hop_class_pscustomobject))
        return true;
    f = HOP_CLASS_FN(v.u.o->cls, to_string);
    if (!f) {
        hop_class_add_to_string(v.u.o->cls, out);
        return true;
    }
    if (!f(cx, v, &s))
        return false;
    hop_buf_add(out, s->data, s->len);
    return true;
}

/* $v.ToString(), appended. */
bool
hop_add_to_string(struct hop_context *cx, struct hop_value v,
                  struct hop_buf *out)
{
    int r = by_script_method(cx, v, out);

    if (r)
        return r > 0;
    v = hop_value_base(v);
    if (add_simple(v, false, out))
        return true;
    return add_dotnet(cx, v, out);
}

bool
hop_call_to_string(struct hop_context *cx, struct hop_value v,
                   struct hop_string **out)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (!hop_add_to_string(cx, v, &b))
        return false;
    *out = hop_string_take_buf(&b);
    return true;
}

struct property_text {
    struct hop_context *cx;
    struct hop_value self;
    struct hop_buf *out;
    const char *separator;
    bool ok;
};

static bool
add_property(void *arg, const struct hop_member_info *m)
{
    struct property_text *p = arg;
    HOP_AUTO_VALUE struct hop_value x = {.kind = HOP_NULL};

    hop_buf_addf(p->out, "%s%s=", p->separator, m->name->data);
    p->separator = "; ";
    if (!hop_member_value(p->cx, m, &x)) {
        hop_drop_exception(p->cx);
        return true;
    }
    if (!hop_add_text_flat(p->cx, x, p->out)) {
        p->ok = false;
        return false;
    }
    return true;
}

static bool
add_custom(struct hop_context *cx, struct hop_value v, struct hop_buf *out)
{
    struct property_text p = {cx, v, out, "@{", true};

    hop_member_each(cx, v, HOP_MEMBERS_PROPERTIES, false, add_property, &p);
    if (p.ok && *p.separator == ';')
        hop_buf_addc(out, '}');
    return p.ok;
}

static bool
add_joined(struct hop_context *cx, struct hop_value v, struct hop_buf *out)
{
    HOP_AUTO_STRING struct hop_string *ofs =
        cx->ops->ofs ? cx->ops->ofs(cx) : NULL;
    HOP_AUTO_ITER struct hop_iter it = {0};
    struct hop_value x;
    int r, n = 0;

    if (!hop_iter_init(cx, &it, v))
        return false;
    while ((r = hop_iter_next(cx, &it, &x)) > 0) {
        HOP_AUTO_VALUE struct hop_value item = x;

        if (n++)
            hop_buf_adds(out, ofs ? ofs->data : " ");
        if (!hop_add_text_flat(cx, item, out))
            return false;
    }
    return r == 0;
}

/* PSObject.ToString without recursion into collections and custom objects:
 * what elements and property values show. */
bool
hop_add_text_flat(struct hop_context *cx, struct hop_value v,
                  struct hop_buf *out)
{
    int r = by_script_method(cx, v, out);

    struct hop_string *token = hop_token_text(v);

    if (r)
        return r > 0;
    if (token) {
        hop_buf_add(out, token->data, token->len);
        return true;
    }
    v = hop_value_base(v);
    if (add_simple(v, true, out))
        return true;
    return add_dotnet(cx, v, out);
}

static bool
too_long(struct hop_context *cx, const struct hop_buf *b)
{
    return b->failed && !hop_throw(cx, &hop_exception_out_of_memory, "%s",
                                   "Insufficient memory to continue the "
                                   "execution of the program.");
}

bool
hop_add_string(struct hop_context *cx, struct hop_value v, struct hop_buf *out)
{
    int r;
    bool ok;

    if (v.kind != HOP_OBJECT)
        return add_simple(v, true, out);
    r = by_script_method(cx, v, out);
    if (r)
        return r > 0;
    v = hop_value_base(v);
    if (add_simple(v, true, out))
        return true;
    if (!hop_context_enter(cx))
        return false;
    if (v.u.o->cls == &hop_class_pscustomobject)
        ok = add_custom(cx, v, out);
    else if (hop_is_enumerable(v))
        ok = add_joined(cx, v, out);
    else
        ok = add_dotnet(cx, v, out);
    cx->depth--;
    return ok && !too_long(cx, out);
}

bool
hop_to_string(struct hop_context *cx, struct hop_value v,
              struct hop_string **out)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (v.kind == HOP_STRING) {
        *out = hop_string_retain(v.u.s);
        return true;
    }
    if (!hop_add_string(cx, v, &b))
        return false;
    *out = hop_string_take_buf(&b);
    return true;
}

/* ---- formats ---- */

static bool
throw_format(struct hop_context *cx)
{
    return hop_throw(cx, &hop_exception_format,
                     "Format specifier was invalid.");
}

static bool
format_enum(struct hop_context *cx, struct hop_value v, const char *format,
            size_t n, struct hop_buf *out)
{
    const struct hop_class *c = hop_enum_class(v.ext);
    struct hop_value i = {.kind = (uint8_t)c->underlying, .u.i = v.u.i};
    char f = n == 1 ? (char)(*format | 0x20) : 0;

    if (n == 0 || f == 'g' || f == 'f') {
        hop_enum_add_text(c, v.u.i, out);
        return true;
    }
    if (f == 'd')
        return hop_number_format(i, "D", 1, out);
    if (f == 'x')
        return hop_number_format(i, c->underlying == HOP_BYTE ? "X2" : "X8", 2,
                                 out);
    return hop_throw(cx, &hop_exception_format,
                     "Format string can be only \"G\", \"g\", \"X\", \"x\", "
                     "\"F\", \"f\", \"D\" or \"d\".");
}

bool
hop_format_value(struct hop_context *cx, struct hop_value v, const char *format,
                 size_t n, struct hop_buf *out)
{
    bool (*f)(struct hop_context *, struct hop_value, const char *, size_t,
              struct hop_buf *);

    if (hop_is_exactly(v, &hop_class_pscustomobject))
        return hop_add_string(cx, v, out);
    v = hop_value_base(v);
    if (hop_is_number(v) || hop_as_big(v))
        return hop_number_format(v, format, n, out) || throw_format(cx);
    if (v.kind == HOP_DATETIME || v.kind == HOP_DATETIMEOFFSET)
        return hop_date_format(v, format, n, out) ||
               hop_throw(cx, &hop_exception_format,
                         "Input string was not in a correct format.");
    if (v.kind == HOP_TIMESPAN)
        return hop_timespan_format(v.u.i, format, n, out) ||
               hop_throw(cx, &hop_exception_format,
                         "Input string was not in a correct format.");
    if (v.kind == HOP_ENUM)
        return format_enum(cx, v, format, n, out);
    f = v.kind == HOP_OBJECT ? HOP_CLASS_FN(v.u.o->cls, format) : NULL;
    if (f)
        return f(cx, v, format, n, out);
    return hop_add_to_string(cx, v, out);
}
