/* Properties of message bodies, read and written by tables.
 *
 * SPDX-License-Identifier: MIT
 */
#include "psrp/body.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "value/convert.h"
#include "value/enums.h"
#include "value/member.h"

/* ---- versions ---- */

bool
hop_psrp_version_parse(const char *s, size_t n, struct hop_psrp_version *out)
{
    int32_t part[4] = {-1, -1, -1, -1};
    size_t count = 0, i = 0;

    while (count < 4) {
        int64_t v = 0;
        size_t from = i;

        for (; i < n && hop_ascii_is_digit(s[i]); i++) {
            v = v * 10 + (s[i] - '0');
            if (v > INT32_MAX)
                return false;
        }
        if (i == from)
            return false;
        part[count++] = (int32_t)v;
        if (i == n || s[i] != '.')
            break;
        i++;
    }
    if (i != n || count < 2)
        return false;
    *out = (struct hop_psrp_version){part[0], part[1], part[2], part[3]};
    return true;
}

void
hop_psrp_version_format(const struct hop_psrp_version *v, char out[64])
{
    int n = snprintf(out, 64, "%d.%d", v->major, v->minor);

    if (v->build >= 0)
        n += snprintf(out + n, 64 - (size_t)n, ".%d", v->build);
    if (v->build >= 0 && v->revision >= 0)
        snprintf(out + n, 64 - (size_t)n, ".%d", v->revision);
}

/* ---- objects ---- */

void
hop_psrp_set_types(struct hop_context *cx, struct hop_object *o,
                   const char *const *names)
{
    hop_type_names_push(cx, o, "");
    hop_array_clear(o->ext->type_names);
    for (; *names; names++)
        hop_array_push_text(o->ext->type_names, *names);
}

struct hop_object *
psrp_body_object(struct hop_context *cx)
{
    static const char *const none[] = {NULL};
    struct hop_object *o = hop_custom_new(cx);

    hop_psrp_set_types(cx, o, none);
    return o;
}

struct hop_dict *
hop_psrp_primitive_dict(struct hop_context *cx)
{
    return hop_dict_new_of(cx, &hop_class_primitive_dictionary,
                           HOP_DICT_IGNORE_CASE | HOP_DICT_BUCKET_ORDER);
}

/* Has it the type's name, whatever it was read as? */
static bool
is_primitive_dict(struct hop_context *cx, struct hop_value v)
{
    static const char name[] =
        "System.Management.Automation.PSPrimitiveDictionary";

    return hop_as_dict(v) && (hop_has_type_name(cx, v, name) ||
                              hop_has_type_name(cx, v,
                                                "Deserialized."
                                                "System.Management.Automation."
                                                "PSPrimitiveDictionary"));
}

struct hop_value
hop_psrp_primitive_of(struct hop_context *cx, struct hop_value v)
{
    struct hop_dict *from = hop_as_dict(v), *d;
    size_t n;

    if (!is_primitive_dict(cx, v))
        return hop_retain(v);
    d = hop_psrp_primitive_dict(cx);
    HOP_AUTO_FREE struct hop_dict_entry **order = hop_dict_order(from, &n);

    for (size_t i = 0; i < n; i++)
        hop_dict_set(d, order[i]->key,
                     hop_psrp_primitive_of(cx, order[i]->value));
    return hop_obj(d);
}

struct hop_value *
psrp_body_member(struct hop_value v, const char *name)
{
    return v.kind == HOP_OBJECT && v.u.o->ext ? hop_custom_get_text(v.u.o, name)
                                              : NULL;
}

bool
psrp_body_integer(struct hop_value v, int64_t *out)
{
    struct hop_value base = hop_value_base(v);

    if (base.kind != HOP_ENUM && !hop_is_integer(base))
        return false;
    if (base.kind == HOP_UINT64 && base.u.u > INT64_MAX)
        return false;
    *out = base.u.i;
    return true;
}

/* ---- writing ---- */

#define AT(type, base, f)                                                      \
    (*(__typeof__(type)                                                        \
           const *)(const void *)((const char *)(base) + (f)->offset))
#define SLOT(type, base, f) ((type *)(void *)((char *)(base) + (f)->offset))

static struct hop_value
object_of_text(struct hop_context *cx, const char *type, const char *text)
{
    HOP_AUTO_VALUE struct hop_value from = hop_text(text);
    struct hop_value v = hop_null();
    const struct hop_class *cls = hop_types_find(cx, type, strlen(type));

    if (!cls || !hop_try_convert(cx, from, cls, &v))
        return hop_null();
    return v;
}

static struct hop_value
write_version(struct hop_context *cx, const struct hop_psrp_version *v)
{
    char text[64];

    hop_psrp_version_format(v, text);
    return object_of_text(cx, "System.Version", text);
}

static struct hop_value
write_text(struct hop_string *s)
{
    return s ? hop_str(hop_string_retain(s)) : hop_null();
}

static bool
is_absent(const struct field *f, const void *from)
{
    switch (f->kind) {
    case FIELD_INT:
    case FIELD_ENUM: return AT(int32_t, from, f) == -1;
    case FIELD_TEXT: return !AT(struct hop_string *, from, f);
    case FIELD_VALUE: return AT(struct hop_value, from, f).kind == HOP_VOID;
    default: return false;
    }
}

static struct hop_value
write_field(struct hop_context *cx, const struct field *f, const void *from)
{
    switch (f->kind) {
    case FIELD_BOOL: return hop_bool(AT(bool, from, f));
    case FIELD_INT: return hop_int(AT(int32_t, from, f));
    case FIELD_UINT: return hop_integer(HOP_UINT32, AT(uint32_t, from, f));
    case FIELD_LONG: return hop_long(AT(int64_t, from, f));
    case FIELD_ENUM: return hop_enum(f->id, AT(int32_t, from, f));
    case FIELD_SCOPE:
        return AT(int8_t, from, f) < 0 ? hop_null()
                                       : hop_bool(AT(int8_t, from, f) > 0);
    case FIELD_TEXT: return write_text(AT(struct hop_string *, from, f));
    case FIELD_VALUE: return hop_retain(AT(struct hop_value, from, f));
    case FIELD_VERSION:
        return write_version(cx, &AT(struct hop_psrp_version, from, f));
    case FIELD_HOST:
        return psrp_host_info_write(cx,
                                    &AT(struct hop_psrp_host_info, from, f));
    case FIELD_KINDS: break;
    }
    return hop_null();
}

void
psrp_body_write(struct hop_context *cx, const struct field *fields, size_t n,
                const void *from, struct hop_object *o)
{
    for (size_t i = 0; i < n; i++) {
        const struct field *f = &fields[i];
        bool absent = f->flags && is_absent(f, from);

        if (absent && (f->flags & MAY_LACK))
            continue;
        hop_custom_set_text(o, f->name,
                            absent ? hop_null() : write_field(cx, f, from));
    }
}

/* ---- reading ---- */

static bool
read_number(const struct field *f, struct hop_value v, void *to)
{
    int64_t i;

    if ((f->flags & MAY_NIL) && hop_is_null(v)) {
        *SLOT(int32_t, to, f) = -1;
        return true;
    }
    if (!psrp_body_integer(v, &i))
        return false;
    if (f->kind == FIELD_LONG) {
        *SLOT(int64_t, to, f) = i;
        return true;
    }
    if (f->kind == FIELD_UINT) {
        *SLOT(uint32_t, to, f) = (uint32_t)i;
        return i >= 0 && i <= UINT32_MAX;
    }
    *SLOT(int32_t, to, f) = (int32_t)i;
    return i >= INT32_MIN && i <= INT32_MAX;
}

static bool
read_text(const struct field *f, struct hop_value v, void *to)
{
    struct hop_value base = hop_value_base(v);

    if (hop_is_null(base))
        return true;
    if (!hop_is_string(base))
        return false;
    *SLOT(struct hop_string *, to, f) = hop_string_retain(base.u.s);
    return true;
}

static bool
read_version(struct hop_context *cx, struct hop_value v,
             struct hop_psrp_version *out)
{
    HOP_AUTO_STRING struct hop_string *text = NULL;

    if (!hop_to_string(cx, v, &text)) {
        hop_drop_exception(cx);
        return false;
    }
    return hop_psrp_version_parse(text->data, text->len, out);
}

static bool
read_field(struct hop_context *cx, const struct field *f, struct hop_value v,
           void *to, struct hop_error *err)
{
    struct hop_value base = hop_value_base(v);

    switch (f->kind) {
    case FIELD_BOOL:
        *SLOT(bool, to, f) = base.u.i != 0;
        return base.kind == HOP_BOOL;
    case FIELD_INT:
    case FIELD_UINT:
    case FIELD_LONG:
    case FIELD_ENUM: return read_number(f, v, to);
    case FIELD_SCOPE:
        *SLOT(int8_t, to, f) = hop_is_null(base) ? -1 : base.u.i != 0;
        return hop_is_null(base) || base.kind == HOP_BOOL;
    case FIELD_TEXT: return read_text(f, v, to);
    case FIELD_VALUE:
        *SLOT(struct hop_value, to, f) = hop_retain(v);
        return true;
    case FIELD_VERSION:
        return read_version(cx, v, SLOT(struct hop_psrp_version, to, f));
    case FIELD_HOST:
        return psrp_host_info_read(v, SLOT(struct hop_psrp_host_info, to, f),
                                   err);
    case FIELD_KINDS: break;
    }
    return false;
}

/* What a field is when the peer leaves it out. */
static void
set_default(const struct field *f, void *to)
{
    switch (f->kind) {
    case FIELD_INT:
    case FIELD_ENUM: *SLOT(int32_t, to, f) = -1; break;
    case FIELD_SCOPE: *SLOT(int8_t, to, f) = -1; break;
    case FIELD_VALUE: *SLOT(struct hop_value, to, f) = hop_void(); break;
    default: break;
    }
}

bool
psrp_body_read(struct hop_context *cx, const char *what,
               const struct field *fields, size_t n, struct hop_value v,
               void *to, struct hop_error *err)
{
    for (size_t i = 0; i < n; i++) {
        const struct field *f = &fields[i];
        struct hop_value *member = psrp_body_member(v, f->name);

        if (!member && (f->flags & MAY_LACK)) {
            set_default(f, to);
            continue;
        }
        if (!member)
            return hop_error_set(err, HOP_ERROR_PROTOCOL, 0, "%s lacks %s",
                                 what, f->name);
        hop_error_clear(err);
        if (!read_field(cx, f, *member, to, err)) {
            if (err && err->domain != HOP_ERROR_NONE)
                return hop_error_prefix(err, "%s of %s", f->name, what);
            return hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                                 "%s of %s has a value of another type",
                                 f->name, what);
        }
    }
    return true;
}

void
psrp_body_release(const struct field *fields, size_t n, void *from)
{
    for (size_t i = 0; i < n; i++) {
        const struct field *f = &fields[i];

        if (f->kind == FIELD_TEXT)
            hop_string_clear(SLOT(struct hop_string *, from, f));
        else if (f->kind == FIELD_VALUE)
            hop_value_clear(SLOT(struct hop_value, from, f));
        else if (f->kind == FIELD_HOST)
            hop_string_clear(
                &SLOT(struct hop_psrp_host_info, from, f)->data.title);
    }
}
