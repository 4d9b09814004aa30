/* Errors made and thrown: records, the pending exception, $Error.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/error.h"

#include "engine/engine.h"

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
