/* ProgressRecord: what a script's own WriteProgress shows, and the objects of
 * the progress stream.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/engine.h"
#include "engine/host.h"
#include "value/enums.h"

#define SMA "System.Management.Automation."

enum {
    ACTIVITY_ID,
    PARENT_ID,
    ACTIVITY,
    STATUS,
    OPERATION,
    PERCENT,
    SECONDS,
    TYPE,
    FIELDS
};

static bool
must_be_said(struct hop_context *cx, const struct hop_call *call, size_t i,
             const char *name)
{
    if (hop_is_string(call->args[i]) && call->args[i].u.s->len)
        return true;
    return hop_throw_argument(
        cx, &hop_exception_ps_argument, name,
        "Cannot process argument because the value of argument \"%s\" is not "
        "valid. Change the value of the \"%s\" argument and run the operation "
        "again.",
        name, name);
}

static bool
new_record(struct hop_context *cx, struct hop_call *call)
{
    struct bag *b;

    if (call->args[0].u.i < 0)
        return hop_throw_range(cx, "activityId", call->args[0].u.i,
                               "a number from 0");
    if (!must_be_said(cx, call, 1, "activity") ||
        !must_be_said(cx, call, 2, "statusDescription"))
        return false;
    b = bag_new(RS_OF(cx), call->cls);
    b->v[ACTIVITY_ID] = hop_retain(call->args[0]);
    b->v[ACTIVITY] = hop_retain(call->args[1]);
    b->v[STATUS] = hop_retain(call->args[2]);
    b->v[OPERATION] = hop_null();
    b->v[PARENT_ID] = b->v[PERCENT] = b->v[SECONDS] = hop_int(-1);
    b->v[TYPE] = hop_enum(HOP_ENUM_PROGRESS_RECORD, 0);
    call->result = hop_obj(b);
    return true;
}

static const char *
text_of(struct hop_value v)
{
    return hop_is_string(v) ? hop_cstr(v) : "";
}

static bool
record_text(struct hop_context *cx, struct hop_value v, struct hop_string **out)
{
    const struct bag *b = (const struct bag *)(const void *)v.u.o;
    struct hop_buf text HOP_AUTO_BUF = HOP_BUF_INIT;

    (void)cx;
    hop_buf_addf(&text,
                 "parent = %d id = %d act = %s stat = %s cur = %s pct = %d "
                 "sec = %d type = %s",
                 (int)b->v[PARENT_ID].u.i, (int)b->v[ACTIVITY_ID].u.i,
                 text_of(b->v[ACTIVITY]), text_of(b->v[STATUS]),
                 text_of(b->v[OPERATION]), (int)b->v[PERCENT].u.i,
                 (int)b->v[SECONDS].u.i,
                 b->v[TYPE].u.i ? "Completed" : "Processing");
    *out = hop_string_new(hop_buf_str(&text), text.len);
    return true;
}

static const struct hop_property properties[] = {
    BAG_RO("ActivityId", "int", ACTIVITY_ID),
    BAG_RW("ParentActivityId", "int", PARENT_ID),
    BAG_RW("Activity", "string", ACTIVITY),
    BAG_RW("StatusDescription", "string", STATUS),
    BAG_RW("CurrentOperation", "string", OPERATION),
    BAG_RW("PercentComplete", "int", PERCENT),
    BAG_RW("SecondsRemaining", "int", SECONDS),
    BAG_RW("RecordType", SMA "ProgressRecordType", TYPE),
    {NULL}};
static const struct hop_method constructors[] = {
    {SMA "ProgressRecord new(int activityId, string activity, string "
         "statusDescription)",
     new_record},
    {NULL}};
const struct hop_class class_progress_record = {
    .name = SMA "ProgressRecord",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = BAG_SIZE(FIELDS),
    .properties = properties,
    .constructors = constructors,
    .to_string = record_text,
    .destroy = bag_destroy,
};

struct hop_progress
progress_of_record(struct hop_value v)
{
    const struct bag *b = (const struct bag *)(const void *)v.u.o;

    return (struct hop_progress){
        .id = (int32_t)b->v[ACTIVITY_ID].u.i,
        .parent_id = (int32_t)b->v[PARENT_ID].u.i,
        .activity = text_of(b->v[ACTIVITY]),
        .status = text_of(b->v[STATUS]),
        .operation = text_of(b->v[OPERATION]),
        .percent = (int32_t)b->v[PERCENT].u.i,
        .seconds_remaining = (int32_t)b->v[SECONDS].u.i,
        .completed = b->v[TYPE].u.i != 0,
    };
}

bool
hop_progress_of(struct hop_value v, struct hop_progress *out)
{
    if (!hop_value_is(v, &class_progress_record))
        return false;
    *out = progress_of_record(v);
    return true;
}

struct hop_value
hop_progress_record(struct hop_runspace *rs, const struct hop_progress *p)
{
    struct bag *b = bag_new(rs, &class_progress_record);

    b->v[ACTIVITY_ID] = hop_int(p->id);
    b->v[PARENT_ID] = hop_int(p->parent_id);
    b->v[ACTIVITY] = hop_text(p->activity);
    b->v[STATUS] = hop_text(p->status);
    b->v[OPERATION] = *p->operation ? hop_text(p->operation) : hop_null();
    b->v[PERCENT] = hop_int(p->percent);
    b->v[SECONDS] = hop_int(p->seconds_remaining);
    b->v[TYPE] = hop_enum(HOP_ENUM_PROGRESS_RECORD, p->completed);
    return hop_obj(b);
}
