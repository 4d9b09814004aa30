/* What was run: the list behind Get-History.
 *
 * SPDX-License-Identifier: MIT
 */
#include <time.h>

#include "engine/engine.h"
#include "value/enums.h"
#include "value/number.h"

/* As MaximumHistoryCount begins. */
#define MOST 4096

enum { ID, LINE, STATUS, BEGAN, ENDED, DURATION };

static bool
line_text(struct hop_context *cx, struct hop_value v, struct hop_string **out)
{
    const struct bag *b = (const struct bag *)(const void *)v.u.o;

    *out = hop_string_retain(b->v[LINE].u.s);
    return true;
}

static const struct hop_property properties[] = {
    BAG_RO("Id", "long", ID),
    BAG_RO("CommandLine", "string", LINE),
    BAG_RO("ExecutionStatus",
           "System.Management.Automation.Runspaces.PipelineState", STATUS),
    BAG_RO("StartExecutionTime", "System.DateTime", BEGAN),
    BAG_RO("EndExecutionTime", "System.DateTime", ENDED),
    BAG_RO("Duration", "System.TimeSpan", DURATION),
    {NULL}};
static const struct hop_class class_history_info = {
    .name = "Microsoft.PowerShell.Commands.HistoryInfo",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = BAG_SIZE(6),
    .properties = properties,
    .destroy = bag_destroy,
    .to_string = line_text,
};
const struct hop_class *const history_classes[] = {&class_history_info, NULL};

int64_t
history_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return hop_date_to_local(621355968000000000LL +
                             t.tv_sec * HOP_TICKS_PER_SECOND + t.tv_nsec / 100);
}

/* The commands of a program as they would be typed; its arguments are not
 * shown. */
static struct hop_value
line_of(const struct hop_run *run)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (run->text)
        return hop_textn(run->text, run->n);
    for (size_t i = 0; i < run->n_commands; i++) {
        if (i)
            hop_buf_adds(&b, " | ");
        hop_buf_add(&b, run->commands[i].text, run->commands[i].n);
    }
    return hop_textn(hop_buf_str(&b), b.len);
}

static bool
is_blank(const struct hop_string *s)
{
    for (size_t i = 0; i < s->len; i++)
        if (!strchr(" \t\r\n", s->data[i]))
            return false;
    return true;
}

const struct hop_string *
history_line(struct hop_value entry)
{
    return ((const struct bag *)(const void *)entry.u.o)->v[LINE].u.s;
}

void
history_entry_done(struct history_entry *e)
{
    hop_value_clear(&e->line);
    hop_value_clear(&e->status);
    hop_value_clear(&e->began);
    hop_value_clear(&e->ended);
}

struct hop_value
history_append(struct hop_runspace *rs, const struct history_entry *e)
{
    struct hop_array *list = hop_as_array(rs->history);
    struct bag *b;

    if (!list) {
        list = hop_object_new(&rs->cx, &hop_class_array_list);
        hop_value_set(&rs->history, hop_obj(list));
    }
    b = hop_object_new(&rs->cx, &class_history_info);
    b->v[ID] = hop_long(rs->history_next++);
    b->v[LINE] = hop_retain(e->line);
    b->v[STATUS] = hop_retain(e->status);
    b->v[BEGAN] = hop_retain(e->began);
    b->v[ENDED] = hop_retain(e->ended);
    b->v[DURATION] = hop_timespan(e->ended.u.i - e->began.u.i);
    hop_array_push(list, hop_obj(b));
    if (list->n > MOST)
        hop_array_remove(list, 0);
    return hop_obj(b);
}

void
history_add(struct hop_runspace *rs, const struct hop_run *run, int end,
            int64_t began, int64_t ended)
{
    struct history_entry e = {
        .line = hop_is_string(rs->history_line)
                    ? hop_value_steal(&rs->history_line)
                    : line_of(run),
        .status = hop_enum(HOP_ENUM_PIPELINE_STATE, end),
        .began = hop_datetime(began, HOP_DATE_LOCAL),
        .ended = hop_datetime(ended, HOP_DATE_LOCAL),
    };

    if (!is_blank(e.line.u.s))
        (void)history_append(rs, &e);
    history_entry_done(&e);
}
