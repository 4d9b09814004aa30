/* System.Text.StringBuilder.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/text.h"

#include "value/types/def.h"
#include "value/types/more.h"

struct builder {
    struct hop_object base;
    struct hop_string *s; /* or NULL: empty */
    int64_t capacity;
};

#define SELF ((struct builder *)c->self.u.o)

static void
destroy_builder(struct hop_object *o)
{
    hop_string_release(((struct builder *)o)->s);
}

static struct hop_string *
builder_text(struct hop_value v)
{
    struct builder *b = (struct builder *)v.u.o;

    if (!b->s)
        b->s = hop_string_empty();
    return b->s;
}

static bool
append_text(struct hop_context *cx, struct builder *b, const char *p, size_t n)
{
    if (!hop_context_may_alloc(cx, (b->s ? b->s->len : 0) + n, 1))
        return false;
    hop_string_append(&b->s, p, n);
    return true;
}

struct hop_value
hop_builder_new(struct hop_context *cx)
{
    struct builder *b = hop_object_new(cx, &hop_class_string_builder);

    b->capacity = 16;
    return hop_obj(b);
}

bool
hop_builder_append(struct hop_context *cx, struct hop_value builder,
                   const char *s, size_t n)
{
    return append_text(cx, (struct builder *)builder.u.o, s, n);
}

/* data: with a new line. */
METHOD(append)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct hop_array *chars = c->n ? hop_as_array(c->args[0]) : NULL;
    int64_t times = c->n == 2 && c->args[0].kind == HOP_CHAR ? ARG_I(1) : 1;

    if (chars && hop_array_element(chars) == &hop_class_char) {
        for (size_t i = 0; i < chars->n; i++)
            hop_buf_add_utf16(&b, (uint16_t)chars->items[i].u.i);
    } else {
        while (times-- > 0 && c->n)
            if (!hop_is_null(c->args[0]) &&
                !hop_add_to_string(cx, c->args[0], &b))
                return false;
    }
    if (c->data)
        hop_buf_addc(&b, '\n');
    if (!append_text(cx, SELF, hop_buf_str(&b), b.len))
        return false;
    RETURN(hop_retain(c->self));
}

METHOD(append_format)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct hop_array *rest = hop_as_array(c->args[1]);

    if (!hop_composite(cx, ARG_S(0)->data, ARG_S(0)->len, rest->items, rest->n,
                       &b) ||
        !append_text(cx, SELF, hop_buf_str(&b), b.len))
        return false;
    RETURN(hop_retain(c->self));
}

METHOD(append_join)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct hop_array *rest = hop_as_array(c->args[1]);

    for (size_t i = 0; i < rest->n; i++) {
        if (i)
            hop_buf_add(&b, ARG_S(0)->data, ARG_S(0)->len);
        if (!hop_add_to_string(cx, rest->items[i], &b))
            return false;
    }
    if (!append_text(cx, SELF, hop_buf_str(&b), b.len))
        return false;
    RETURN(hop_retain(c->self));
}

static bool
throw_builder_index(struct hop_context *cx, const char *param)
{
    return hop_throw_argument(cx, &hop_exception_argument_range, param,
                              "Index was out of range. Must be non-negative "
                              "and less than or equal to the size of the "
                              "collection.");
}

/* Replaces units [at, at + n) by a text. */
static bool
splice(struct hop_context *cx, struct hop_call *c, int64_t at, int64_t n,
       const char *p, size_t len)
{
    struct hop_string *s = builder_text(c->self), *r;
    int64_t all = (int64_t)hop_string_len16(s);
    size_t from, to;

    if (at < 0 || n < 0 || at + n > all)
        return throw_builder_index(cx, "index");
    from = hop_string_offset(s, (size_t)at);
    to = hop_string_offset(s, (size_t)(at + n));
    r = hop_string_new(s->data, from);
    hop_string_append(&r, p, len);
    hop_string_append(&r, s->data + to, s->len - to);
    hop_string_release(s);
    SELF->s = r;
    c->result = hop_retain(c->self);
    return true;
}

METHOD(insert)
{
    HOP_AUTO_STRING struct hop_string *s = NULL;

    return hop_to_string(cx, c->args[1], &s) &&
           splice(cx, c, ARG_I(0), 0, s->data, s->len);
}

METHOD(remove_part)
{
    return splice(cx, c, ARG_I(0), ARG_I(1), "", 0);
}

METHOD(replace)
{
    HOP_AUTO_STRING struct hop_string *name = hop_string_from("Replace");
    HOP_AUTO_VALUE struct hop_value r = {.kind = HOP_NULL};
    struct hop_value s = hop_str(builder_text(c->self));

    if (!hop_member_call(cx, s, name, c->args, 2, NULL, &r))
        return false;
    hop_string_release(SELF->s);
    SELF->s = hop_string_new(r.u.s->data, r.u.s->len);
    RETURN(hop_retain(c->self));
}

METHOD(clear)
{
    hop_string_clear(&SELF->s);
    RETURN(hop_retain(c->self));
}

METHOD(builder_to_string)
{
    struct hop_string *s = builder_text(c->self);
    size_t n = hop_string_len16(s);

    if (c->n == 2) {
        if (ARG_I(0) < 0 || ARG_I(1) < 0 || (size_t)(ARG_I(0) + ARG_I(1)) > n)
            return throw_builder_index(cx, "startIndex");
        RETURN(hop_str(hop_string_sub(s, (size_t)ARG_I(0), (size_t)ARG_I(1))));
    }
    RETURN(hop_textn(s->data, s->len));
}

METHOD(ensure)
{
    if (SELF->capacity < ARG_I(0))
        SELF->capacity = ARG_I(0);
    RETURN(hop_int((int32_t)SELF->capacity));
}

METHOD(char_at)
{
    struct hop_string *s = builder_text(c->self);

    if (ARG_I(0) < 0 || (size_t)ARG_I(0) >= hop_string_len16(s))
        return hop_throw(cx, &hop_exception_index_range,
                         "Index was outside the bounds of the array.");
    RETURN(hop_char(hop_string_at(s, (size_t)ARG_I(0))));
}

METHOD(set_char)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    hop_buf_add_utf16(&b, (uint16_t)ARG_I(1));
    return splice(cx, c, ARG_I(0), 1, b.data, b.len);
}

METHOD(new_builder)
{
    struct builder *b = hop_object_new(cx, &hop_class_string_builder);

    b->capacity = 16;
    for (size_t i = 0; i < c->n; i++) {
        if (c->args[i].kind == HOP_STRING)
            b->s = hop_string_new(ARG_S(i)->data, ARG_S(i)->len);
        else if (c->args[i].kind == HOP_INT32 && i + 1 >= c->n)
            b->capacity = ARG_I(i) ? ARG_I(i) : 16;
    }
    RETURN(hop_obj(b));
}

static bool
builder_string(struct hop_context *cx, struct hop_value v,
               struct hop_string **out)
{
    struct hop_string *s = builder_text(v);

    *out = hop_string_new(s->data, s->len);
    return true;
}

GETTER(get_length)
{
    *out = hop_int((int32_t)hop_string_len16(builder_text(self)));
    return true;
}

SETTER(set_length)
{
    struct builder *b = (struct builder *)self.u.o;
    struct hop_string *s = builder_text(self), *cut;
    int64_t n = (int64_t)hop_string_len16(s);

    if (v.u.i < 0)
        return hop_throw_range(cx, "value", v.u.i, "a non-negative value");
    if (v.u.i < n) {
        cut = hop_string_sub(s, 0, (size_t)v.u.i);
        hop_string_release(s);
        b->s = cut;
        return true;
    }
    for (; n < v.u.i; n++)
        if (!append_text(cx, b, "\0", 1))
            return false;
    return true;
}

GETTER(get_capacity)
{
    struct builder *b = (struct builder *)self.u.o;
    int64_t n = (int64_t)hop_string_len16(builder_text(self));

    while (b->capacity < n)
        b->capacity *= 2;
    *out = hop_int((int32_t)b->capacity);
    return true;
}

SETTER(set_capacity)
{
    if (v.u.i < (int64_t)hop_string_len16(builder_text(self)))
        return hop_throw_argument(cx, &hop_exception_argument_range, "value",
                                  "capacity was less than the current size.");
    ((struct builder *)self.u.o)->capacity = v.u.i;
    return true;
}

GETTER(get_max_capacity)
{
    *out = hop_int(INT32_MAX);
    return true;
}

static const struct hop_property builder_properties[] = {
    {"Capacity", "int", get_capacity, set_capacity},
    {"MaxCapacity", "int", get_max_capacity},
    {"Length", "int", get_length, set_length},
    END_PROPERTIES,
};

#define SB "System.Text.StringBuilder"

static const struct hop_method builder_methods[] = {
    {SB " Append(char value, int repeatCount)", append},
    {SB " Append(string value)", append},
    {SB " Append(char value)", append},
    {SB " Append(char[] value)", append},
    {SB " Append(int value)", append},
    {SB " Append(long value)", append},
    {SB " Append(double value)", append},
    {SB " Append(decimal value)", append},
    {SB " Append(bool value)", append},
    {SB " Append(System.Object value)", append},
    {SB " AppendLine()", append, true},
    {SB " AppendLine(string value)", append, true},
    {SB " AppendFormat(string format, params System.Object[] args)",
     append_format},
    {SB " AppendJoin(string separator, params System.Object[] values)",
     append_join},
    {SB " Clear()", clear},
    {"int EnsureCapacity(int capacity)", ensure},
    {SB " Insert(int index, string value)", insert},
    {SB " Insert(int index, System.Object value)", insert},
    {SB " Remove(int startIndex, int length)", remove_part},
    {SB " Replace(string oldValue, string newValue)", replace},
    {SB " Replace(char oldChar, char newChar)", replace},
    {"string ToString()", builder_to_string},
    {"string ToString(int startIndex, int length)", builder_to_string},
    {"char Chars(int index)", char_at},
    {"char Item(int index)", char_at},
    {"void set_Item(int index, char value)", set_char},
    END_METHODS,
};

static const struct hop_method builder_constructors[] = {
    {SB " new()", new_builder},
    {SB " new(int capacity)", new_builder},
    {SB " new(string value)", new_builder},
    {SB " new(string value, int capacity)", new_builder},
    END_METHODS,
};

const struct hop_class hop_class_string_builder = {
    .name = SB,
    .base = &hop_class_object,
    .flags = HOP_CLASS_SEALED,
    .kind = HOP_OBJECT,
    .size = sizeof(struct builder),
    .properties = builder_properties,
    .methods = builder_methods,
    .constructors = builder_constructors,
    .destroy = destroy_builder,
    .to_string = builder_string,
};
