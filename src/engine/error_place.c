/* Where an error happened: ids, invocations, stack traces.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/engine.h"

#include "engine/error.h"

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
