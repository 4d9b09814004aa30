/* SPDX-License-Identifier: MIT */
#include "engine/breakpoint.h"

#define SMA "System.Management.Automation."

#define SELF(v) ((struct breakpoint *)(void *)hop_value_base(v).u.o)

/* ---- objects ---- */

static void
destroy(struct hop_object *o)
{
    struct breakpoint *b = (struct breakpoint *)(void *)o;

    free(b->script);
    free(b->name);
    hop_value_clear(&b->action);
    b->script = b->name = NULL;
}

static bool
to_text(struct hop_context *cx, struct hop_value v, struct hop_string **out)
{
    static const char *const modes[] = {"Read", "Write", "ReadWrite"};
    const struct breakpoint *b = SELF(v);
    const char *script = b->script ? b->script : "";
    const char *colon = b->script ? ":" : "";

    if (b->kind == BREAKPOINT_COMMAND)
        *out = hop_string_format("Command breakpoint on '%s%s%s'", script,
                                 colon, b->name);
    else if (b->kind == BREAKPOINT_VARIABLE)
        *out = hop_string_format("Variable breakpoint on '%s%s$%s' (%s access)",
                                 script, colon, b->name, modes[b->mode]);
    else if (b->column)
        *out = hop_string_format("Line breakpoint on '%s:%d, %d'", script,
                                 b->line, b->column);
    else
        *out = hop_string_format("Line breakpoint on '%s:%d'", script, b->line);
    return true;
}

enum {
    B_ID,
    B_LINE,
    B_COLUMN,
    B_HITS,
    B_ENABLED,
    B_SCRIPT,
    B_NAME,
    B_ACTION,
    B_MODE
};

static bool
get(struct hop_context *cx, struct hop_value self, intptr_t data,
    struct hop_value *out)
{
    const struct breakpoint *b = SELF(self);
    const char *text = data == B_SCRIPT ? b->script : b->name;

    switch (data) {
    case B_ID: *out = hop_int(b->id); return true;
    case B_LINE: *out = hop_int(b->line); return true;
    case B_COLUMN: *out = hop_int(b->column); return true;
    case B_HITS: *out = hop_int(b->hits); return true;
    case B_ENABLED: *out = hop_bool(b->enabled); return true;
    case B_ACTION: *out = hop_retain(b->action); return true;
    case B_MODE: *out = hop_enum(HOP_ENUM_ACCESS_MODE, b->mode); return true;
    default: *out = text ? hop_text(text) : hop_null(); return true;
    }
}

#define SHARED                                                                 \
    {"Action", "scriptblock", get, NULL, 0, B_ACTION},                         \
        {"Enabled", "bool", get, NULL, 0, B_ENABLED},                          \
        {"HitCount", "int", get, NULL, 0, B_HITS},                             \
        {"Id", "int", get, NULL, 0, B_ID},                                     \
    {                                                                          \
        "Script", "string", get, NULL, 0, B_SCRIPT                             \
    }
static const struct hop_property line_properties[] = {
    {"Column", "int", get, NULL, 0, B_COLUMN},
    {"Line", "int", get, NULL, 0, B_LINE},
    SHARED,
    {NULL}};
static const struct hop_property command_properties[] = {
    {"Command", "string", get, NULL, 0, B_NAME}, SHARED, {NULL}};
static const struct hop_property variable_properties[] = {
    {"AccessMode", SMA "VariableAccessMode", get, NULL, 0, B_MODE},
    {"Variable", "string", get, NULL, 0, B_NAME},
    SHARED,
    {NULL}};

const struct hop_class class_breakpoint = {
    .name = SMA "Breakpoint",
    .base = &hop_class_object,
    .flags = HOP_CLASS_ABSTRACT,
    .kind = HOP_OBJECT,
    .size = sizeof(struct breakpoint),
    .destroy = destroy,
    .to_string = to_text,
};
#define BREAKPOINT(c, n)                                                       \
    static const struct hop_class class_##c##_breakpoint = {                   \
        .name = SMA n "Breakpoint",                                            \
        .base = &class_breakpoint,                                             \
        .kind = HOP_OBJECT,                                                    \
        .size = sizeof(struct breakpoint),                                     \
        .properties = c##_properties,                                          \
        .destroy = destroy,                                                    \
        .to_string = to_text,                                                  \
    }
BREAKPOINT(line, "Line");
BREAKPOINT(command, "Command");
BREAKPOINT(variable, "Variable");

const struct hop_class *const breakpoint_classes[] = {
    &class_breakpoint, &class_line_breakpoint, &class_command_breakpoint,
    &class_variable_breakpoint, NULL};

struct breakpoint *
as_breakpoint(struct hop_value v)
{
    return hop_value_is(v, &class_breakpoint) ? SELF(v) : NULL;
}

/* ---- those of a runspace ---- */

static char *
copy_of(const char *s)
{
    return s ? hop_xstrdup(s) : NULL;
}

struct breakpoint *
breakpoint_new(struct hop_runspace *rs, const struct breakpoint_spec *spec)
{
    static const struct hop_class *const classes[] = {
        [BREAKPOINT_LINE] = &class_line_breakpoint,
        [BREAKPOINT_COMMAND] = &class_command_breakpoint,
        [BREAKPOINT_VARIABLE] = &class_variable_breakpoint};
    struct breakpoint *b = hop_object_new(&rs->cx, classes[spec->kind]);

    b->kind = spec->kind;
    b->id = ++rs->last_breakpoint;
    b->line = spec->line;
    b->column = spec->column;
    b->mode = spec->mode;
    b->script = copy_of(spec->script);
    b->name = copy_of(spec->name);
    b->action = hop_retain(spec->action);
    b->enabled = true;
    if (!rs->breakpoints)
        rs->breakpoints = hop_array_new(&rs->cx, 0);
    hop_array_push(rs->breakpoints, hop_retain(hop_obj(b)));
    return b;
}

struct breakpoint *
breakpoint_at(struct hop_runspace *rs, size_t i)
{
    return rs->breakpoints && i < rs->breakpoints->n
               ? SELF(rs->breakpoints->items[i])
               : NULL;
}

void
breakpoint_remove(struct hop_runspace *rs, struct breakpoint *b)
{
    for (size_t i = 0; breakpoint_at(rs, i); i++)
        if (breakpoint_at(rs, i) == b) {
            hop_array_remove(rs->breakpoints, i);
            break;
        }
    if (rs->breakpoints && rs->breakpoints->n == 0) {
        hop_release(hop_obj(rs->breakpoints));
        rs->breakpoints = NULL;
    }
}

/* ---- hits ---- */

static void
tell_of_hit(struct hop_runspace *rs, struct breakpoint *b)
{
    struct hop_string *text HOP_AUTO_STRING = NULL;
    struct hop_buf line HOP_AUTO_BUF = HOP_BUF_INIT;

    (void)to_text(&rs->cx, hop_obj(b), &text);
    hop_buf_addf(&line,
                 "Hit %s, and went on: there is no debugger here; give "
                 "Set-PSBreakpoint an -Action",
                 text->data);
    hop_host_line(rs, HOP_WARNING, hop_buf_str(&line), line.len);
}

/* The action sees the variables of the place.  What it writes is dropped, and a
 * break in it ends it alone. */
static enum hop_flow
hit(struct hop_runspace *rs, struct breakpoint *b)
{
    struct hop_value self HOP_AUTO_VALUE = hop_retain(hop_obj(b));
    struct hop_block_call call = {
        .block = b->action, .dollar_under = &self, .new_scope = true};
    bool success = rs->success;
    enum hop_flow flow;

    b->hits++;
    if (hop_is_null(b->action)) {
        tell_of_hit(rs, b);
        return HOP_FLOW_NEXT;
    }
    rs->in_action = true;
    flow = hop_call_block(rs, &call);
    rs->in_action = false;
    rs->success = success;
    if (flow == HOP_FLOW_ERROR)
        hop_drop_exception(&rs->cx);
    return flow == HOP_FLOW_STOP || flow == HOP_FLOW_EXIT ? flow
                                                          : HOP_FLOW_NEXT;
}

static bool
is_in(const struct breakpoint *b, const struct hop_unit *unit)
{
    const char *file = unit ? hop_unit_file(unit) : NULL;

    return !b->script || (file && strcmp(file, b->script) == 0);
}

/* Nothing but braces stands before it in its line? */
static bool
begins_line(const struct hop_unit *unit, uint32_t at)
{
    size_t n;
    const char *s = hop_unit_source(unit, &n);

    while (at > 0 && s[at - 1] != '\n') {
        at--;
        if (!strchr(" \t{}", s[at]))
            return false;
    }
    return true;
}

static bool
is_at(const struct breakpoint *b, const struct hop_unit *unit, uint32_t at)
{
    struct hop_position p = hop_unit_position(unit, at);

    return (int)p.line == b->line &&
           (b->column ? (int)p.column == b->column : begins_line(unit, at));
}

enum hop_flow
breakpoints_of_line(struct frame *f, const struct hop_ast *n)
{
    enum hop_flow flow = HOP_FLOW_NEXT;
    struct breakpoint *b;

    if (f->rs->in_action || !f->unit)
        return HOP_FLOW_NEXT;
    for (size_t i = 0;
         flow == HOP_FLOW_NEXT && (b = breakpoint_at(f->rs, i)) != NULL; i++)
        if (b->kind == BREAKPOINT_LINE && b->enabled && is_in(b, f->unit) &&
            is_at(b, f->unit, n->start))
            flow = hit(f->rs, b);
    return flow;
}

enum hop_flow
breakpoints_of_command(struct hop_command *c)
{
    const struct hop_unit *unit = c->caller ? c->caller->unit : NULL;
    enum hop_flow flow = HOP_FLOW_NEXT;
    struct breakpoint *b;

    if (c->rs->in_action || !c->info->name)
        return HOP_FLOW_NEXT;
    for (size_t i = 0;
         flow == HOP_FLOW_NEXT && (b = breakpoint_at(c->rs, i)) != NULL; i++)
        if (b->kind == BREAKPOINT_COMMAND && b->enabled && is_in(b, unit) &&
            hop_wildcard_match(b->name, strlen(b->name), c->info->name,
                               strlen(c->info->name), true))
            flow = hit(c->rs, b);
    return flow;
}

enum hop_flow
breakpoints_of_variable(struct frame *f, const struct hop_name *name,
                        bool write)
{
    enum hop_flow flow = HOP_FLOW_NEXT;
    struct breakpoint *b;

    if (f->rs->in_action)
        return HOP_FLOW_NEXT;
    for (size_t i = 0;
         flow == HOP_FLOW_NEXT && (b = breakpoint_at(f->rs, i)) != NULL; i++)
        if (b->kind == BREAKPOINT_VARIABLE && b->enabled &&
            (b->mode == ACCESS_BOTH ||
             b->mode == (write ? ACCESS_WRITE : ACCESS_READ)) &&
            is_in(b, f->unit) &&
            hop_text_ieq(b->name, strlen(b->name), name->text, name->len))
            flow = hit(f->rs, b);
    return flow;
}
