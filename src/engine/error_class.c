/* ErrorRecord, ErrorCategoryInfo and ErrorDetails as types.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/error.h"

#include "engine/engine.h"

static void
destroy_record(struct hop_object *o)
{
    struct error_record *r = (struct error_record *)(void *)o;

    hop_value_clear(&r->exception);
    hop_value_clear(&r->target);
    hop_value_clear(&r->details);
    hop_value_clear(&r->invocation);
    hop_string_clear(&r->id);
    hop_string_clear(&r->full_id);
    hop_string_clear(&r->stack_trace);
    hop_string_clear(&r->activity);
    hop_string_clear(&r->reason);
    hop_string_clear(&r->target_name);
    hop_string_clear(&r->target_type);
    hop_unit_unref(r->unit);
    r->unit = NULL;
}

enum { FIELD_EXCEPTION, FIELD_TARGET, FIELD_DETAILS, FIELD_INVOCATION };

static struct hop_value *
field(struct error_record *r, intptr_t which)
{
    switch (which) {
    case FIELD_EXCEPTION: return &r->exception;
    case FIELD_TARGET: return &r->target;
    case FIELD_DETAILS: return &r->details;
    default: return &r->invocation;
    }
}

static bool
get_field(struct hop_context *cx, struct hop_value self, intptr_t data,
          struct hop_value *out)
{
    *out = hop_retain(*field(RECORD(self), data));
    return true;
}

static bool
set_field(struct hop_context *cx, struct hop_value self, intptr_t data,
          struct hop_value v)
{
    hop_value_set(field(RECORD(self), data), hop_retain(v));
    return true;
}

static bool
get_id(struct hop_context *cx, struct hop_value self, intptr_t data,
       struct hop_value *out)
{
    struct error_record *r = RECORD(self);
    struct hop_string *s = r->full_id ? r->full_id : r->id;

    *out = s ? hop_str(hop_string_retain(s)) : hop_text("");
    return true;
}

static bool
get_trace(struct hop_context *cx, struct hop_value self, intptr_t data,
          struct hop_value *out)
{
    struct error_record *r = RECORD(self);

    *out = r->stack_trace ? hop_str(hop_string_retain(r->stack_trace))
                          : hop_null();
    return true;
}

/* ErrorCategoryInfo: category, activity, reason, target name, target type, and
 * the record that it belongs to. */
#define CATEGORY_OWNER 5

/* What is set is the record's: the next look at it finds it, too. */
static bool
set_category(struct hop_context *cx, struct hop_value self, intptr_t data,
             struct hop_value v)
{
    struct bag *b = (struct bag *)(void *)self.u.o;
    struct error_record *r = as_error_record(b->v[CATEGORY_OWNER]);
    struct hop_string **part[] = {NULL, &r->activity, &r->reason,
                                  &r->target_name, &r->target_type};

    hop_string_clear(part[data]);
    if (hop_is_string(v) && v.u.s->len)
        *part[data] = hop_string_retain(v.u.s);
    return bag_set(cx, self, data, v);
}

#define MOST_UNITS 40 /* of a name in the message */
#define HALF_UNITS 19

/* Long names lose their middle. */
static void
add_shortened(struct hop_value v, struct hop_buf *out)
{
    struct hop_string *first HOP_AUTO_STRING = NULL;
    struct hop_string *last HOP_AUTO_STRING = NULL;
    size_t n;

    if (!hop_is_string(v))
        return;
    n = hop_string_len16(v.u.s);
    if (n <= MOST_UNITS) {
        hop_buf_add(out, v.u.s->data, v.u.s->len);
        return;
    }
    first = hop_string_sub(v.u.s, 0, HALF_UNITS);
    last = hop_string_sub(v.u.s, n - HALF_UNITS, HALF_UNITS);
    hop_buf_addf(out, "%s\xE2\x80\xA6%s", first->data, last->data);
}

static bool
category_text(struct hop_context *cx, struct hop_value v,
              struct hop_string **out)
{
    struct bag *b = (struct bag *)(void *)v.u.o;
    struct hop_buf buf HOP_AUTO_BUF = HOP_BUF_INIT;
    struct hop_value *f = b->v;
    struct error_record *r = as_error_record(f[CATEGORY_OWNER]);

    if (f[0].u.i == HOP_CAT_DEADLOCK_DETECTED)
        hop_buf_adds(&buf, "Deadlock detected");
    else
        hop_enum_add_text(&hop_enum_error_category, f[0].u.i, &buf);
    hop_buf_adds(&buf, ": (");
    add_shortened(f[3], &buf);
    hop_buf_addf(&buf, ":%s) [", hop_is_string(f[4]) ? hop_cstr(f[4]) : "");
    add_shortened(f[1], &buf);
    hop_buf_adds(&buf, "], ");
    if (r && r->reason)
        add_shortened(f[2], &buf);
    else
        hop_buf_adds(&buf, hop_is_string(f[2]) ? hop_cstr(f[2]) : "");
    *out = hop_string_take_buf(&buf);
    return true;
}

static bool
category_message(struct hop_context *cx, struct hop_call *call)
{
    struct hop_string *s;

    if (!category_text(cx, call->self, &s))
        return false;
    call->result = hop_str(s);
    return true;
}

static const struct hop_property category_properties[] = {
    BAG_RO("Category", SMA "ErrorCategory", 0),
    {"Activity", "string", bag_get, set_category, 0, 1},
    {"Reason", "string", bag_get, set_category, 0, 2},
    {"TargetName", "string", bag_get, set_category, 0, 3},
    {"TargetType", "string", bag_get, set_category, 0, 4},
    {NULL}};
static const struct hop_method category_methods[] = {
    {"string GetMessage()", category_message}, {NULL}};

static const struct hop_class class_category_info = {
    .name = SMA "ErrorCategoryInfo",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = BAG_SIZE(6),
    .properties = category_properties,
    .methods = category_methods,
    .destroy = bag_destroy,
    .to_string = category_text,
};

static struct hop_value
text_or(struct hop_string *s, const char *fallback)
{
    return s ? hop_str(hop_string_retain(s)) : hop_text(fallback);
}

static struct hop_value
reason_of(struct error_record *r)
{
    struct hop_buf b HOP_AUTO_BUF = HOP_BUF_INIT;
    const struct hop_class *c = hop_class_of(r->exception);

    if (r->reason)
        return hop_str(hop_string_retain(r->reason));
    if (c)
        hop_class_add_name(c, &b);
    return hop_text_buf(&b);
}

static struct hop_value
target_name(struct hop_context *cx, struct error_record *r)
{
    struct hop_string *s = NULL;

    if (r->target_name)
        return hop_str(hop_string_retain(r->target_name));
    if (hop_is_null(r->target))
        return hop_text("");
    struct hop_value pending = hop_take_exception(cx);
    if (!hop_to_string(cx, r->target, &s)) {
        hop_drop_exception(cx);
        s = hop_string_from("");
    }
    hop_value_set(&cx->pending, pending);
    return hop_str(s);
}

static struct hop_value
target_type(struct error_record *r)
{
    struct hop_buf b HOP_AUTO_BUF = HOP_BUF_INIT;
    const struct hop_class *c = hop_class_of(r->target);

    if (r->target_type)
        return hop_str(hop_string_retain(r->target_type));
    if (c)
        hop_class_add_name(c, &b);
    return hop_text_buf(&b);
}

static bool
get_category(struct hop_context *cx, struct hop_value self, intptr_t data,
             struct hop_value *out)
{
    struct error_record *r = RECORD(self);
    struct bag *b = bag_new(RS_OF(cx), &class_category_info);

    b->v[0] = hop_enum(HOP_ENUM_ERROR_CATEGORY, r->category);
    b->v[1] = text_or(r->activity, "");
    b->v[2] = reason_of(r);
    b->v[3] = target_name(cx, r);
    b->v[4] = target_type(r);
    b->v[CATEGORY_OWNER] = hop_retain(self);
    *out = hop_obj(b);
    return true;
}

void
error_record_text(struct hop_runspace *rs, struct error_record *r,
                  struct hop_buf *out)
{
    struct hop_value details = r->details;

    if (details.kind == HOP_OBJECT) {
        struct hop_value *m = ((struct bag *)(void *)details.u.o)->v;
        if (hop_is_string(m[0]) && m[0].u.s->len) {
            hop_buf_add(out, m[0].u.s->data, m[0].u.s->len);
            return;
        }
    }
    if (r->exception.kind == HOP_OBJECT)
        hop_buf_adds(out, hop_exception_message(r->exception));
}

static bool
record_text(struct hop_context *cx, struct hop_value v, struct hop_string **out)
{
    struct hop_buf b HOP_AUTO_BUF = HOP_BUF_INIT;

    error_record_text(RS_OF(cx), RECORD(v), &b);
    *out = hop_string_take_buf(&b);
    return true;
}

static bool
construct_record(struct hop_context *cx, struct hop_call *call)
{
    struct error_record *r = error_record_new(
        RS_OF(cx), call->args[0],
        hop_is_string(call->args[1]) ? hop_cstr(call->args[1]) : NULL,
        (enum hop_category)call->args[2].u.i, call->args[3]);

    call->result = hop_obj(r);
    return true;
}

static bool
get_null(struct hop_context *cx, struct hop_value self, intptr_t data,
         struct hop_value *out)
{
    *out = hop_null();
    return true;
}

static bool
get_iterations(struct hop_context *cx, struct hop_value self, intptr_t data,
               struct hop_value *out)
{
    *out = hop_obj(hop_array_new(cx, 0));
    return true;
}
static const struct hop_property record_properties[] = {
    {"PSMessageDetails", "System.Object", get_null},
    {"Exception", "System.Exception", get_field, NULL, 0, FIELD_EXCEPTION},
    {"TargetObject", "System.Object", get_field, NULL, 0, FIELD_TARGET},
    {"CategoryInfo", SMA "ErrorCategoryInfo", get_category},
    {"FullyQualifiedErrorId", "string", get_id},
    {"ErrorDetails", SMA "ErrorDetails", get_field, set_field, 0,
     FIELD_DETAILS},
    {"InvocationInfo", SMA "InvocationInfo", get_field, NULL, 0,
     FIELD_INVOCATION},
    {"ScriptStackTrace", "string", get_trace},
    {"PipelineIterationInfo",
     "System.Collections.ObjectModel.ReadOnlyCollection[int]", get_iterations},
    {NULL}};
static const struct hop_method record_methods[] = {{NULL}};
static const struct hop_method record_constructors[] = {
    {SMA "ErrorRecord new(System.Exception exception, string errorId, " SMA
         "ErrorCategory errorCategory, System.Object targetObject)",
     construct_record},
    {NULL}};

const struct hop_class class_error_record = {
    .name = SMA "ErrorRecord",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct error_record),
    .properties = record_properties,
    .methods = record_methods,
    .constructors = record_constructors,
    .destroy = destroy_record,
    .to_string = record_text,
};

/* ErrorDetails. */
static bool
details_text(struct hop_context *cx, struct hop_value v,
             struct hop_string **out)
{
    struct hop_value m = ((struct bag *)(void *)v.u.o)->v[0];

    *out = hop_is_string(m) ? hop_string_retain(m.u.s) : hop_string_from("");
    return true;
}

static bool
construct_details(struct hop_context *cx, struct hop_call *call)
{
    struct bag *b = bag_new(RS_OF(cx), call->cls);

    b->v[0] = hop_retain(call->args[0]);
    b->v[1] = hop_text("");
    call->result = hop_obj(b);
    return true;
}

static const struct hop_property details_properties[] = {
    BAG_RO("Message", "string", 0),
    BAG_RW("RecommendedAction", "string", 1),
    {NULL}};
static const struct hop_method details_constructors[] = {
    {SMA "ErrorDetails new(string message)", construct_details}, {NULL}};

const struct hop_class class_error_details = {
    .name = SMA "ErrorDetails",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = BAG_SIZE(2),
    .properties = details_properties,
    .constructors = details_constructors,
    .destroy = bag_destroy,
    .to_string = details_text,
};

const struct hop_class *const error_classes[] = {
    &class_error_record, &class_error_details, &class_category_info, NULL};
