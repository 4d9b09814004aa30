/* Error records and the objects inside them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/engine.h"

#define SMA "System.Management.Automation."

/* ---- the class
 * ------------------------------------------------------------------- */

#define RECORD(v) ((struct error_record *)(void *)(v).u.o)

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

/* ---- making
 * -------------------------------------------------------------------------- */

struct error_record *
as_error_record(struct hop_value v)
{
    v = hop_value_base(v);
    return hop_value_is(v, &class_error_record) ? RECORD(v) : NULL;
}

struct error_record *
error_record_new(struct hop_runspace *rs, struct hop_value exception,
                 const char *id, enum hop_category category,
                 struct hop_value target)
{
    struct error_record *r = hop_object_new(&rs->cx, &class_error_record);

    r->exception = hop_retain(exception);
    r->id = id ? hop_string_from(id) : NULL;
    r->category = category;
    r->target = hop_retain(target);
    return r;
}

struct hop_value
new_exception(struct hop_runspace *rs, const char *class_name,
              const char *message)
{
    const struct hop_class *c = NULL;
    char full[160];

    if (!class_name)
        class_name = "RuntimeException";
    if (!strchr(class_name, '.')) {
        snprintf(full, sizeof(full), SMA "%s", class_name);
        c = hop_types_find(&rs->cx, full, strlen(full));
        if (!c) {
            snprintf(full, sizeof(full), "System.%s", class_name);
            c = hop_types_find(&rs->cx, full, strlen(full));
        }
        if (!c) {
            snprintf(full, sizeof(full), "System.IO.%s", class_name);
            c = hop_types_find(&rs->cx, full, strlen(full));
        }
        if (!c) {
            snprintf(full, sizeof(full), "Microsoft.PowerShell.Commands.%s",
                     class_name);
            c = hop_types_find(&rs->cx, full, strlen(full));
        }
    } else {
        c = hop_types_find(&rs->cx, class_name, strlen(class_name));
    }
    if (!c)
        c = &hop_exception_runtime;
    return hop_obj(hop_exception_new(&rs->cx, c, message));
}

bool
throw_pending(struct hop_runspace *rs, const char *class_name, const char *id,
              enum hop_category category, struct hop_value target,
              const char *fmt, ...)
{
    char *text = NULL;
    va_list ap;

    va_start(ap, fmt);
    if (vasprintf(&text, fmt, ap) < 0)
        text = NULL;
    va_end(ap);
    struct hop_value e = new_exception(rs, class_name, text ? text : "");
    struct hop_exception *x = (struct hop_exception *)(void *)e.u.o;
    free(text);
    hop_string_clear(&x->error_id);
    x->error_id = hop_string_from(id);
    x->category = category;
    hop_value_set(&x->target, hop_retain(target));
    hop_throw_value(&rs->cx, e);
    return false;
}

/* The record of an exception.  It is remembered in the exception until it is
 * caught; the record holds the exception, so the memory is dropped with
 * hop_error_catch to leave no cycle. */
struct hop_value
exception_record(struct hop_runspace *rs, struct hop_value e)
{
    struct hop_exception *x;
    struct error_record *r;
    const struct hop_class *c = hop_class_of(e);

    if (as_error_record(e))
        return hop_retain(e);
    if (e.kind != HOP_OBJECT || !hop_value_is(e, &hop_exception_base))
        return hop_obj(error_record_new(rs, hop_null(), "Unknown",
                                        HOP_CAT_NOT_SPECIFIED, hop_null()));
    x = (struct hop_exception *)(void *)e.u.o;
    if (as_error_record(x->record))
        return hop_retain(x->record);
    r = error_record_new(rs, e, x->error_id ? x->error_id->data : c->name,
                         x->category, x->target);
    if (!x->error_id && !hop_value_is(e, &hop_exception_runtime))
        r->category = HOP_CAT_OPERATION_STOPPED;
    if (!x->error_id && hop_value_is(e, &hop_exception_runtime)) {
        hop_string_clear(&r->id);
        r->id = hop_string_from("RuntimeException");
    }
    hop_value_set(&x->record, hop_retain(hop_obj(r)));
    return hop_obj(r);
}

struct hop_value
exception_own_record(struct hop_runspace *rs, struct hop_value e)
{
    struct hop_value r = exception_record(rs, e);

    /* The exception does not hold what holds it. */
    hop_value_clear(&((struct hop_exception *)(void *)e.u.o)->record);
    error_record_keep_id(r);
    return r;
}

struct hop_value
hop_error_catch(struct hop_runspace *rs)
{
    struct hop_value e HOP_AUTO_VALUE = hop_take_exception(&rs->cx);
    struct hop_value r = exception_record(rs, e);

    if (e.kind == HOP_OBJECT && hop_value_is(e, &hop_exception_base))
        hop_value_clear(&((struct hop_exception *)(void *)e.u.o)->record);
    return r;
}

bool
hop_throw_record(struct hop_runspace *rs, struct hop_value record)
{
    struct error_record *r = as_error_record(record);
    struct hop_value e;

    if (!r || r->exception.kind != HOP_OBJECT) {
        hop_release(record);
        return throw_pending(rs, "RuntimeException", "RuntimeException",
                             HOP_CAT_NOT_SPECIFIED, hop_null(), "ScriptHalted");
    }
    e = hop_retain(r->exception);
    hop_value_set(&((struct hop_exception *)(void *)e.u.o)->record, record);
    hop_throw_value(&rs->cx, e);
    return false;
}

struct hop_value
hop_error_record_from(struct hop_runspace *rs, struct hop_value exception,
                      const char *id, enum hop_category category,
                      struct hop_value target)
{
    return hop_obj(error_record_new(rs, exception, id, category, target));
}

HOP_PRINTF(3, 0)
static struct hop_value
make_record(struct hop_runspace *rs, const struct hop_error_spec *spec,
            const char *fmt, va_list ap)
{
    char *text = NULL;

    if (vasprintf(&text, fmt, ap) < 0)
        text = NULL;
    struct hop_value e HOP_AUTO_VALUE =
        new_exception(rs, spec->exception, text ? text : "");
    free(text);
    return hop_obj(
        error_record_new(rs, e, spec->id, spec->category, spec->target));
}

struct hop_value
hop_error_record(struct hop_runspace *rs, const struct hop_error_spec *spec,
                 const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    struct hop_value r = make_record(rs, spec, fmt, ap);
    va_end(ap);
    return r;
}

bool
hop_throw_error(struct hop_runspace *rs, const struct hop_error_spec *spec,
                const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    struct hop_value r = make_record(rs, spec, fmt, ap);
    va_end(ap);
    return hop_throw_record(rs, r);
}

/* ---- $Error
 * -------------------------------------------------------------------------------
 */

void
error_record_keep_id(struct hop_value record)
{
    struct error_record *r = as_error_record(record);

    if (r && !r->full_id && r->id)
        r->full_id = hop_string_retain(r->id);
}

void
error_list_add(struct hop_runspace *rs, struct hop_value record)
{
    struct error_record *r = as_error_record(record);
    struct hop_array *list = rs->errors;

    if (!r || !list || r->listed)
        return;
    if (list->n && as_error_record(list->items[0]) &&
        as_error_record(list->items[0])->exception.u.o == r->exception.u.o)
        return;
    r->listed = true;
    hop_array_insert(list, 0, hop_retain(record));
    while (list->n > 256)
        hop_array_remove(list, list->n - 1);
}

/* ---- where it happened
 * ------------------------------------------------------------------------ */

static const char *
class_id(struct hop_command *c, struct hop_buf *b)
{
    const struct hop_cmdlet *k = c->info->cmdlet;

    hop_buf_adds(b, "Microsoft.PowerShell.Commands.");
    if (k->class_name) {
        if (strchr(k->class_name, '.'))
            hop_buf_clear(b);
        hop_buf_adds(b, k->class_name);
        return hop_buf_str(b);
    }
    for (const char *p = k->name; *p; p++)
        if (*p != '-')
            hop_buf_addc(b, *p);
    hop_buf_adds(b, "Command");
    return hop_buf_str(b);
}

static void
full_id(struct error_record *r, struct hop_command *c)
{
    struct hop_buf b HOP_AUTO_BUF = HOP_BUF_INIT;
    const char *id = r->id ? r->id->data : "";
    const char *where;

    if (r->full_id)
        return;
    if (c->info->type == COMMAND_CMDLET)
        where = class_id(c, &b);
    else
        where = c->info->name ? c->info->name : "";
    if (!*where)
        return;
    r->full_id =
        *id ? hop_string_format("%s,%s", id, where) : hop_string_from(where);
}

static struct hop_value
invocation_command(struct hop_runspace *rs, struct hop_value invocation)
{
    struct hop_string *name HOP_AUTO_STRING = hop_string_from("MyCommand");
    struct hop_value v = hop_null();

    if (hop_member_get(&rs->cx, invocation, name, &v) != HOP_FOUND)
        hop_drop_exception(&rs->cx);
    return v;
}

void
hop_error_invocation(struct hop_runspace *rs, struct hop_value record,
                     struct hop_value invocation, const char *activity)
{
    struct error_record *r = as_error_record(record);
    struct hop_value v HOP_AUTO_VALUE = invocation_command(rs, invocation);
    struct cmdinfo *command = hop_is_null(v) ? NULL : as_cmdinfo(v);

    if (!r)
        return;
    hop_value_set(&r->invocation, hop_retain(invocation));
    hop_string_clear(&r->full_id);
    if (command && command->type != COMMAND_CMDLET && command->name &&
        command->name[0])
        r->full_id =
            hop_string_format("%s%s%s", r->id ? r->id->data : "",
                              r->id && r->id->len ? "," : "", command->name);
    else if (r->id)
        r->full_id = hop_string_retain(r->id);
    hop_string_clear(&r->activity);
    r->activity = hop_string_from(activity);
    if (!r->stack_trace)
        r->stack_trace = stack_trace_text(rs);
    r->placed = true;
}

struct hop_value
hop_error_copy(struct hop_runspace *rs, struct hop_value record)
{
    struct error_record *o = as_error_record(record), *r;

    if (!o)
        return hop_null();
    r = error_record_new(rs, o->exception, o->id ? o->id->data : NULL,
                         o->category, o->target);
    r->details = hop_retain(o->details);
    r->invocation = hop_retain(o->invocation);
    r->reason = o->reason ? hop_string_retain(o->reason) : NULL;
    r->target_name = o->target_name ? hop_string_retain(o->target_name) : NULL;
    r->target_type = o->target_type ? hop_string_retain(o->target_type) : NULL;
    r->stack_trace = o->stack_trace ? hop_string_retain(o->stack_trace) : NULL;
    return hop_obj(r);
}

static struct hop_string *
share(struct hop_string *s)
{
    return s ? hop_string_retain(s) : NULL;
}

struct hop_value
hop_error_clone(struct hop_runspace *rs, struct hop_value record)
{
    struct error_record *o = as_error_record(record), *r;
    struct hop_object base;

    if (!o)
        return hop_retain(record);
    r = hop_object_new(&rs->cx, &class_error_record);
    base = r->base;
    *r = *o;
    r->base = base;
    hop_retain(r->exception);
    hop_retain(r->target);
    hop_retain(r->details);
    hop_retain(r->invocation);
    share(r->id);
    share(r->full_id);
    share(r->stack_trace);
    share(r->activity);
    share(r->reason);
    share(r->target_name);
    share(r->target_type);
    if (r->unit)
        hop_unit_ref(r->unit);
    return hop_obj(r);
}

void
hop_error_recommend(struct hop_runspace *rs, struct hop_value record,
                    const char *message, const char *action)
{
    struct error_record *r = as_error_record(record);
    struct hop_buf text HOP_AUTO_BUF = HOP_BUF_INIT;
    struct bag *b;

    if (!r || (!message && !action))
        return;
    if (r->details.kind != HOP_OBJECT) {
        error_record_text(rs, r, &text);
        b = bag_new(rs, &class_error_details);
        b->v[0] = message ? hop_text(message) : hop_text_buf(&text);
        b->v[1] = hop_text("");
        r->details = hop_obj(b);
    }
    b = (struct bag *)(void *)r->details.u.o;
    if (action)
        hop_value_set(&b->v[1], hop_text(action));
}

struct hop_string *
stack_trace_text(struct hop_runspace *rs)
{
    struct hop_buf b HOP_AUTO_BUF = HOP_BUF_INIT;
    int left = 200;

    for (struct frame *f = rs->frame; f && left-- > 0; f = f->up) {
        struct hop_position p = {0};
        const char *file = f->unit ? hop_unit_file(f->unit) : NULL;
        if (f->pos && f->unit)
            p = hop_unit_position(f->unit, f->pos->start);
        hop_buf_addf(&b, "%sat %s, %s: line %u", b.len ? "\n" : "",
                     f->function && !(f->command && f->command->is_script)
                         ? f->function
                         : "<ScriptBlock>",
                     file ? file : "<No file>", p.line);
    }
    return hop_string_take_buf(&b);
}

void
error_place(struct hop_runspace *rs, struct error_record *r, struct frame *f,
            struct hop_ast *node, struct hop_command *command)
{
    if (command && !r->activity && !r->thrown) {
        full_id(r, command);
        if (command->info->name)
            r->activity = hop_string_from(command->info->name);
    }
    if (r->placed)
        return;
    r->placed = true;
    if (!node && f)
        node = f->pos;
    if (f && f->unit && node && !r->unit && node != NULL) {
        r->unit = hop_unit_ref(f->unit);
        r->node = node;
    }
    if (!r->stack_trace)
        r->stack_trace = stack_trace_text(rs);
    if (r->invocation.kind != HOP_OBJECT) {
        struct hop_value pending = hop_take_exception(&rs->cx);
        r->invocation = invocation_new(rs, command, f, node);
        if (!command &&
            hop_value_is(r->exception, &hop_exception_command_not_found))
            invocation_set_name(r->invocation, r->target);
        hop_value_set(&rs->cx.pending, pending);
    }
}

void
error_adopt(struct hop_runspace *rs, struct error_record *r,
            struct hop_command *c)
{
    hop_string_clear(&r->full_id);
    hop_value_clear(&r->invocation);
    hop_unit_unrefp(&r->unit);
    r->unit = NULL;
    r->node = NULL;
    r->placed = r->thrown = false;
    full_id(r, c);
    /* Write-Error names itself for good */
    if (!r->activity || strcmp(r->activity->data, "Write-Error")) {
        hop_string_clear(&r->activity);
        if (c->info->name)
            r->activity = hop_string_from(c->info->name);
    }
    error_place(rs, r, c->caller, c->ast, c);
}

/* ---- parse errors
 * ---------------------------------------------------------------------------------
 */

struct hop_value parse_errors_array(struct hop_runspace *rs,
                                    struct hop_unit *u);

bool
parse_error_throw(struct hop_runspace *rs, struct hop_unit *u,
                  bool incomplete_parse)
{
    size_t n;
    const struct hop_parse_error *e = hop_unit_errors(u, &n);
    struct hop_buf b HOP_AUTO_BUF = HOP_BUF_INIT;

    for (size_t i = 0; i < n && i < 10; i++) {
        struct hop_position p = hop_unit_position(u, e[i].start);
        uint32_t len = e[i].end > e[i].start ? e[i].end - e[i].start : 1;
        const char *file = hop_unit_file(u);
        uint32_t room = p.line_len >= p.column ? p.line_len - p.column + 1 : 1;
        hop_buf_addf(&b, "%sAt %s:%u char:%u\n+ %.*s\n+ ", i ? "\n\n" : "",
                     file ? file : "line", p.line, p.column, (int)p.line_len,
                     p.line_text);
        hop_buf_fill(&b, ' ', p.column - 1);
        hop_buf_fill(&b, '~', len < room ? len : room);
        hop_buf_addf(&b, "\n%s", e[i].message);
    }
    const char *file = hop_unit_file(u);
    if (!file && n) {
        struct hop_buf c HOP_AUTO_BUF = HOP_BUF_INIT;
        hop_buf_clear(&b);
        for (size_t i = 0; i < n && i < 10; i++) {
            struct hop_position p = hop_unit_position(u, e[i].start);
            uint32_t len = e[i].end > e[i].start ? e[i].end - e[i].start : 1;
            uint32_t room =
                p.line_len >= p.column ? p.line_len - p.column + 1 : 1;
            hop_buf_addf(&b, "%sAt line:%u char:%u\n+ %.*s\n+ ",
                         i ? "\n\n" : "", p.line, p.column, (int)p.line_len,
                         p.line_text);
            hop_buf_fill(&b, ' ', p.column - 1);
            hop_buf_fill(&b, '~', len < room ? len : room);
            hop_buf_addf(&b, "\n%s", e[i].message);
        }
    }
    throw_pending(rs, "ParseException", n ? e[0].id : "ParseError",
                  HOP_CAT_PARSER_ERROR, hop_null(), "%s", hop_buf_str(&b));
    struct hop_value x = rs->cx.pending;
    struct hop_string *name HOP_AUTO_STRING = hop_string_from("Errors");
    struct hop_value list HOP_AUTO_VALUE = parse_errors_array(rs, u);
    hop_member_add(x.u.o, (struct hop_member){.name = hop_string_retain(name),
                                              .kind = HOP_MEMBER_NOTE,
                                              .flags = HOP_MEMBER_FLAG_HIDDEN,
                                              .value = hop_retain(list)});
    struct hop_value record HOP_AUTO_VALUE = exception_record(rs, x);
    struct error_record *r = as_error_record(record);
    r->from_parser = true;
    (void)incomplete_parse;
    return false;
}

bool
hop_error_was_thrown(struct hop_value record)
{
    struct error_record *r = as_error_record(record);

    return r && r->thrown;
}
