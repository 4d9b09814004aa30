/* The objects of the warning, verbose, debug and information streams, and
 * InvocationInfo.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/engine.h"
#include "engine/style.h"

#include <time.h>

#define SMA "System.Management.Automation."

static bool
text_field(struct hop_context *cx, struct hop_value v, struct hop_string **out)
{
    struct hop_value m = ((struct bag *)(void *)v.u.o)->v[0];

    if (hop_is_string(m)) {
        *out = hop_string_retain(m.u.s);
        return true;
    }
    return hop_to_string(cx, m, out);
}

/* ---- InvocationInfo
 * ---------------------------------------------------------------- */

enum {
    INV_BOUND,
    INV_UNBOUND,
    INV_COMMAND,
    INV_LINE_NUMBER,
    INV_OFFSET,
    INV_HISTORY,
    INV_SCRIPT,
    INV_LINE,
    INV_STATEMENT,
    INV_POSITION,
    INV_ROOT,
    INV_PATH,
    INV_NAME,
    INV_LENGTH,
    INV_PIPE_POSITION,
    INV_EXPECTING,
    INV_ORIGIN,
    INV_START,
    INV_END,
    INV_COUNT
};

static bool
get_script_position(struct hop_context *cx, struct hop_value self,
                    intptr_t data, struct hop_value *out)
{
    *out = hop_null();
    return true;
}

static const struct hop_property invocation_properties[] = {
    BAG_RO("MyCommand", SMA "CommandInfo", INV_COMMAND),
    BAG_RO("BoundParameters",
           "System.Collections.Generic.Dictionary[string,System.Object]",
           INV_BOUND),
    BAG_RO("UnboundArguments", "System.Collections.Generic.List[System.Object]",
           INV_UNBOUND),
    BAG_RO("ScriptLineNumber", "int", INV_LINE_NUMBER),
    BAG_RO("OffsetInLine", "int", INV_OFFSET),
    BAG_RO("HistoryId", "long", INV_HISTORY),
    BAG_RO("ScriptName", "string", INV_SCRIPT),
    BAG_RO("Line", "string", INV_LINE),
    BAG_RO("Statement", "string", INV_STATEMENT),
    BAG_RO("PositionMessage", "string", INV_POSITION),
    BAG_RO("PSScriptRoot", "string", INV_ROOT),
    BAG_RO("PSCommandPath", "string", INV_PATH),
    BAG_RO("InvocationName", "string", INV_NAME),
    BAG_RO("PipelineLength", "int", INV_LENGTH),
    BAG_RO("PipelinePosition", "int", INV_PIPE_POSITION),
    BAG_RO("ExpectingInput", "bool", INV_EXPECTING),
    BAG_RO("CommandOrigin", SMA "CommandOrigin", INV_ORIGIN),
    {"DisplayScriptPosition", SMA "Language.IScriptExtent",
     get_script_position},
    {NULL}};

const struct hop_class class_invocation_info = {
    .name = SMA "InvocationInfo",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = BAG_SIZE(INV_COUNT),
    .properties = invocation_properties,
    .destroy = bag_destroy,
};

/* A source line cut to what fits beside its marks, in UTF-16 units. */
struct excerpt {
    size_t start, len;    /* of the line */
    size_t before, marks; /* blanks in front of the marks, marks */
    bool cut_front, cut_end;
};

enum { EXCERPT_MAX = 69, EXCERPT_BEFORE = 12, EXCERPT_BEHIND = 8 };

static size_t
at_most(size_t a, size_t b)
{
    return a < b ? a : b;
}

static struct excerpt
cut_line(size_t len, size_t before, size_t marks)
{
    struct excerpt x = {0, len, before, marks, false, false};
    size_t behind = len > before + marks ? len - before - marks : 0;
    size_t front = at_most(before, EXCERPT_BEFORE);
    size_t back = at_most(behind, EXCERPT_BEHIND);
    size_t all = front + marks + back;

    if (len <= EXCERPT_MAX)
        return x;
    if (all >= EXCERPT_MAX) {
        if (front + marks >= EXCERPT_MAX)
            x.marks = EXCERPT_MAX - front;
        x.cut_end = true;
    } else {
        front += at_most(before - front, EXCERPT_MAX - all);
        all = front + marks + back;
        back += at_most(behind, EXCERPT_MAX - all);
        x.cut_end = back < behind;
    }
    x.cut_front = front < before;
    x.start = before - front;
    x.len = at_most(EXCERPT_MAX, len - x.start);
    x.before = at_most(before, front);
    x.marks = at_most(x.marks, EXCERPT_MAX - x.before);
    return x;
}

/* Tabs become four blanks; what[0] is the column, what[1] the marks. */
static struct hop_string *
expand_tabs(const char *s, size_t n, size_t what[2])
{
    struct hop_buf b HOP_AUTO_BUF = HOP_BUF_INIT;
    size_t before = what[0], end = what[0] + what[1], unit = 0;

    for (size_t i = 0; i < n; i++) {
        if (s[i] == '\t') {
            hop_buf_adds(&b, "    ");
            what[0] += unit < before ? 3 : 0;
            what[1] += unit >= before && unit < end ? 3 : 0;
        } else {
            hop_buf_addc(&b, s[i]);
        }
        if (((unsigned char)s[i] & 0xC0) != 0x80)
            unit += (unsigned char)s[i] >= 0xF0 ? 2 : 1;
    }
    return hop_string_take_buf(&b);
}

/* "At file:3 char:7\n+ code\n+     ~~~~" */
static void
position_message(struct hop_unit *u, struct hop_ast *n, struct hop_buf *b)
{
    struct hop_position p = hop_unit_position(u, n->start);
    struct hop_position e = hop_unit_position(u, n->end);
    const char *file = hop_unit_file(u);
    size_t len = p.line_len;

    while (len && strchr(" \t\r", p.line_text[len - 1]))
        len--;
    size_t units = hop_utf8_utf16_len(p.line_text, len);
    size_t what[2] = {p.column - 1, e.line == p.line ? e.column - p.column
                                    : units + 1 > p.column
                                        ? units + 1 - p.column
                                        : 0};
    struct hop_string *line HOP_AUTO_STRING =
        expand_tabs(p.line_text, len, what);
    struct excerpt x =
        cut_line(hop_utf8_utf16_len(line->data, line->len), what[0], what[1]);
    size_t from = hop_string_offset(line, x.start);
    size_t to = hop_string_offset(line, x.start + x.len);

    hop_buf_addf(b, "At %s:%u char:%u\n", file ? file : "line", p.line,
                 p.column);
    hop_buf_addf(b, "+ %s%.*s%s\n+ ", x.cut_front ? "\u2026 " : "",
                 (int)(to - from), line->data + from,
                 x.cut_end ? " \u2026" : "");
    hop_buf_fill(b, ' ', x.before + (x.cut_front ? 2 : 0));
    hop_buf_fill(b, '~', x.marks ? x.marks : 1);
}

/* The line with its line end, if it has one. */
static struct hop_value
whole_line(const struct hop_position *p)
{
    size_t n = p->line_len;

    if (p->line_text[n] == '\r')
        n++;
    if (p->line_text[n] == '\n')
        n++;
    return hop_textn(p->line_text, n);
}

static void
place(struct hop_runspace *rs, struct bag *b, struct hop_unit *u,
      struct hop_ast *n)
{
    struct hop_position p = hop_unit_position(u, n->start);
    struct hop_name text = hop_ast_text(u, n);
    const char *file = hop_unit_file(u);
    struct hop_buf message HOP_AUTO_BUF = HOP_BUF_INIT;

    hop_value_set(&b->v[INV_LINE_NUMBER], hop_int((int32_t)p.line));
    hop_value_set(&b->v[INV_OFFSET], hop_int((int32_t)p.column));
    hop_value_set(&b->v[INV_LINE], whole_line(&p));
    hop_value_set(&b->v[INV_STATEMENT], hop_textn(text.text, text.len));
    position_message(u, n, &message);
    hop_value_set(&b->v[INV_POSITION], hop_text_buf(&message));
    b->v[INV_START] = hop_int((int32_t)n->start);
    b->v[INV_END] = hop_int((int32_t)n->end);
    if (file && file[0] == '/') {
        const char *slash = strrchr(file, '/');
        hop_value_set(&b->v[INV_SCRIPT], hop_text(file));
        hop_value_set(&b->v[INV_PATH], hop_text(file));
        hop_value_set(
            &b->v[INV_ROOT],
            hop_textn(file, slash == file ? 1 : (size_t)(slash - file)));
    }
}

struct hop_value
invocation_new(struct hop_runspace *rs, struct hop_command *c, struct frame *f,
               struct hop_ast *node)
{
    struct bag *b = bag_new(rs, &class_invocation_info);

    b->v[INV_LINE_NUMBER] = hop_int(0);
    b->v[INV_OFFSET] = hop_int(0);
    b->v[INV_HISTORY] = hop_long(rs->history_next);
    b->v[INV_SCRIPT] = hop_text("");
    b->v[INV_LINE] = hop_text("");
    b->v[INV_STATEMENT] = hop_text("");
    b->v[INV_POSITION] = hop_text("");
    b->v[INV_ROOT] = hop_text("");
    b->v[INV_PATH] = hop_text("");
    b->v[INV_NAME] = hop_text(c ? c->called_as : "");
    b->v[INV_LENGTH] = hop_int(c ? c->length : 0);
    b->v[INV_PIPE_POSITION] = hop_int(c ? c->position : 0);
    b->v[INV_EXPECTING] = hop_bool(c && c->expects_input);
    b->v[INV_ORIGIN] = hop_enum(HOP_ENUM_COMMAND_ORIGIN, 1);
    if (c) {
        b->v[INV_COMMAND] = hop_retain(hop_obj(c->info));
        if (c->meta)
            b->v[INV_BOUND] = hop_retain(bound_dictionary(c));
        b->v[INV_UNBOUND] = c->rest.kind == HOP_OBJECT
                                ? hop_retain(c->rest)
                                : hop_obj(hop_array_new(&rs->cx, 0));
    }
    if (f && f->unit && node)
        place(rs, b, f->unit, node);
    return hop_obj(b);
}

void
invocation_set_name(struct hop_value invocation, struct hop_value name)
{
    if (hop_is_string(name))
        hop_value_set(&((struct bag *)(void *)invocation.u.o)->v[INV_NAME],
                      hop_retain(name));
}

/* ---- informational records
 * ----------------------------------------------------------- */

static const struct hop_property message_properties[] = {
    BAG_RW("Message", "string", 0),
    BAG_RO("InvocationInfo", SMA "InvocationInfo", 1),
    BAG_RO("PipelineIterationInfo",
           "System.Collections.ObjectModel.ReadOnlyCollection[int]", 2),
    {NULL}};
static const struct hop_property warning_properties[] = {
    BAG_RO("FullyQualifiedWarningId", "string", 3), {NULL}};

static const struct hop_class class_informational = {
    .name = SMA "InformationalRecord",
    .base = &hop_class_object,
    .flags = HOP_CLASS_ABSTRACT,
    .kind = HOP_OBJECT,
    .size = BAG_SIZE(4),
    .properties = message_properties,
    .destroy = bag_destroy,
    .to_string = text_field,
};

#define MESSAGE_CLASS(c, text, table)                                          \
    const struct hop_class c = {.name = SMA text,                              \
                                .base = &class_informational,                  \
                                .kind = HOP_OBJECT,                            \
                                .size = BAG_SIZE(4),                           \
                                .properties = table,                           \
                                .constructors = constructors_##c,              \
                                .destroy = bag_destroy,                        \
                                .to_string = text_field}

static bool
construct_message(struct hop_context *cx, struct hop_call *call)
{
    struct bag *b = bag_new(RS_OF(cx), call->cls);

    b->v[0] = hop_retain(call->args[call->n - 1]);
    b->v[3] = call->n > 1 ? hop_retain(call->args[0]) : hop_text("");
    call->result = hop_obj(b);
    return true;
}

static const struct hop_method constructors_class_warning_record[] = {
    {SMA "WarningRecord new(string message)", construct_message},
    {SMA "WarningRecord new(string fullyQualifiedWarningId, string message)",
     construct_message},
    {NULL}};
static const struct hop_method constructors_class_verbose_record[] = {
    {SMA "VerboseRecord new(string message)", construct_message}, {NULL}};
static const struct hop_method constructors_class_debug_record[] = {
    {SMA "DebugRecord new(string message)", construct_message}, {NULL}};

extern const struct hop_class class_warning_record, class_verbose_record,
    class_debug_record, class_information_record, class_host_message;
MESSAGE_CLASS(class_warning_record, "WarningRecord", warning_properties);
MESSAGE_CLASS(class_verbose_record, "VerboseRecord", NULL);
MESSAGE_CLASS(class_debug_record, "DebugRecord", NULL);

struct hop_value
hop_stream_record(struct hop_runspace *rs, enum hop_stream_number n,
                  const char *text, struct hop_command *c)
{
    const struct hop_class *cls = n == HOP_WARNING   ? &class_warning_record
                                  : n == HOP_VERBOSE ? &class_verbose_record
                                                     : &class_debug_record;
    struct bag *b = bag_new(rs, cls);
    struct hop_command *shown = c;

    /* Write-Warning speaks for the function that calls it. */
    if (c && c->caller && c->caller->command &&
        strncmp(c->info->name, "Write-", 6) == 0)
        shown = c->caller->command;
    b->v[0] = hop_text(text);
    if (shown)
        b->v[1] = hop_command_invocation(shown);
    b->v[2] = hop_obj(hop_array_new(&rs->cx, 0));
    b->v[3] = hop_text("");
    return hop_obj(b);
}

enum {
    INFO_DATA,
    INFO_SOURCE,
    INFO_TIME,
    INFO_TAGS,
    INFO_USER,
    INFO_COMPUTER,
    INFO_PROCESS,
    INFO_THREAD,
    INFO_MANAGED,
    INFO_COUNT
};

static const struct hop_property information_properties[] = {
    BAG_RO("MessageData", "System.Object", INFO_DATA),
    BAG_RW("Source", "string", INFO_SOURCE),
    BAG_RW("TimeGenerated", "datetime", INFO_TIME),
    BAG_RO("Tags", "System.Collections.Generic.List[string]", INFO_TAGS),
    BAG_RW("User", "string", INFO_USER),
    BAG_RW("Computer", "string", INFO_COMPUTER),
    BAG_RW("ProcessId", "uint", INFO_PROCESS),
    BAG_RW("NativeThreadId", "uint", INFO_THREAD),
    BAG_RW("ManagedThreadId", "uint", INFO_MANAGED),
    {NULL}};

static bool
construct_information(struct hop_context *cx, struct hop_call *call)
{
    struct hop_value r =
        hop_information_record(RS_OF(cx), call->args[0], hop_null(), NULL);
    struct bag *b = (struct bag *)(void *)r.u.o;

    hop_value_set(&b->v[INFO_SOURCE], hop_retain(call->args[1]));
    call->result = r;
    return true;
}

static const struct hop_method information_constructors[] = {
    {SMA "InformationRecord new(System.Object messageData, string source)",
     construct_information},
    {NULL}};

const struct hop_class class_information_record = {
    .name = SMA "InformationRecord",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = BAG_SIZE(INFO_COUNT),
    .properties = information_properties,
    .constructors = information_constructors,
    .destroy = bag_destroy,
    .to_string = text_field,
};

struct hop_value
hop_information_record(struct hop_runspace *rs, struct hop_value message,
                       struct hop_value tags, struct hop_command *c)
{
    struct bag *b = bag_new(rs, &class_information_record);
    struct hop_array *list =
        hop_array_new_of(&rs->cx, &hop_class_array_list, 0);
    struct hop_array *given = hop_as_array(tags);
    struct timespec now;
    const char *file = c && c->caller && c->caller->unit
                           ? hop_unit_file(c->caller->unit)
                           : NULL;
    char host[256] = "";

    clock_gettime(CLOCK_REALTIME, &now);
    gethostname(host, sizeof(host) - 1);
    for (size_t i = 0; given && i < given->n; i++)
        hop_array_push(list, hop_retain(given->items[i]));
    b->v[INFO_DATA] = hop_retain(message);
    b->v[INFO_SOURCE] = hop_text(file ? file : c ? c->info->name : "");
    b->v[INFO_TIME] = hop_datetime(
        (now.tv_sec + 62135596800LL) * HOP_TICKS_PER_SECOND + now.tv_nsec / 100,
        HOP_DATE_LOCAL);
    b->v[INFO_TAGS] = hop_obj(list);
    b->v[INFO_USER] = hop_text(getenv("USER") ? getenv("USER") : "");
    b->v[INFO_COMPUTER] = hop_text(host);
    b->v[INFO_PROCESS] = hop_integer(HOP_UINT32, getpid());
    b->v[INFO_THREAD] = hop_integer(HOP_UINT32, 1);
    b->v[INFO_MANAGED] = hop_integer(HOP_UINT32, 1);
    return hop_obj(b);
}

/* What Write-Host hands over: text with colours. */
enum { HOST_MESSAGE, HOST_NO_NEWLINE, HOST_FOREGROUND, HOST_BACKGROUND };

static const struct hop_property host_properties[] = {
    BAG_RW("Message", "string", HOST_MESSAGE),
    BAG_RW("NoNewLine", "System.Nullable[bool]", HOST_NO_NEWLINE),
    BAG_RW("ForegroundColor", "System.Nullable[System.ConsoleColor]",
           HOST_FOREGROUND),
    BAG_RW("BackgroundColor", "System.Nullable[System.ConsoleColor]",
           HOST_BACKGROUND),
    {NULL}};

const struct hop_class class_host_message = {
    .name = SMA "HostInformationMessage",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = BAG_SIZE(4),
    .properties = host_properties,
    .destroy = bag_destroy,
    .to_string = text_field,
};

struct hop_value
hop_host_message(struct hop_runspace *rs, const char *text, size_t n,
                 bool no_newline, int fg, int bg)
{
    struct bag *b = bag_new(rs, &class_host_message);

    b->v[HOST_MESSAGE] = hop_textn(text, n);
    b->v[HOST_NO_NEWLINE] = hop_bool(no_newline);
    if (fg >= 0)
        b->v[HOST_FOREGROUND] = hop_enum(HOP_ENUM_CONSOLE_COLOR, fg);
    if (bg >= 0)
        b->v[HOST_BACKGROUND] = hop_enum(HOP_ENUM_CONSOLE_COLOR, bg);
    return hop_obj(b);
}

const struct hop_class *const record_classes[] = {
    &class_invocation_info, &class_informational,
    &class_warning_record,  &class_verbose_record,
    &class_debug_record,    &class_information_record,
    &class_host_message,    NULL};

/* ---- on the host
 * ---------------------------------------------------------------------------
 */

static void
show_host_message(struct hop_runspace *rs, struct hop_host *h, struct bag *b)
{
    struct hop_value m = b->v[HOST_MESSAGE];
    struct hop_buf text HOP_AUTO_BUF = HOP_BUF_INIT;
    int fg = b->v[HOST_FOREGROUND].kind == HOP_ENUM
                 ? (int)b->v[HOST_FOREGROUND].u.i
                 : HOP_COLOR_NONE;
    int bg = b->v[HOST_BACKGROUND].kind == HOP_ENUM
                 ? (int)b->v[HOST_BACKGROUND].u.i
                 : HOP_COLOR_NONE;

    if (hop_is_string(m))
        hop_buf_add(&text, m.u.s->data, m.u.s->len);
    if (!(b->v[HOST_NO_NEWLINE].kind == HOP_BOOL && b->v[HOST_NO_NEWLINE].u.i))
        hop_buf_addc(&text, '\n');
    if (text.len && h->ops->write && hop_style_stripped(rs)) {
        struct hop_buf plain HOP_AUTO_BUF = HOP_BUF_INIT;

        hop_style_strip(text.data, text.len, &plain);
        h->ops->write(h, hop_buf_str(&plain), plain.len, fg, bg);
    } else if (text.len && h->ops->write) {
        h->ops->write(h, text.data, text.len, fg, bg);
    }
}

static void
show_information(struct hop_runspace *rs, struct hop_value v)
{
    struct hop_host *h = rs->host;
    struct hop_value data;
    struct hop_string *s HOP_AUTO_STRING = NULL;

    if (hop_is_exactly(v, &class_information_record)) {
        data = ((struct bag *)(void *)v.u.o)->v[INFO_DATA];
        if (hop_is_exactly(data, &class_host_message)) {
            show_host_message(rs, h, (struct bag *)(void *)data.u.o);
            return;
        }
    } else {
        data = v;
    }
    if (!hop_to_string(&rs->cx, data, &s)) {
        hop_drop_exception(&rs->cx);
        return;
    }
    if (h->ops->write_information)
        h->ops->write_information(h, s->data, s->len);
}

void
hop_host_line(struct hop_runspace *rs, int stream, const char *s, size_t n)
{
    struct hop_host *h = rs->host;
    void (*const fn[HOP_STREAM_NUMBERS])(struct hop_host *, const char *,
                                         size_t) = {
        [HOP_ERROR] = h ? h->ops->write_error : NULL,
        [HOP_WARNING] = h ? h->ops->write_warning : NULL,
        [HOP_VERBOSE] = h ? h->ops->write_verbose : NULL,
        [HOP_DEBUG] = h ? h->ops->write_debug : NULL,
        [HOP_INFORMATION] = h ? h->ops->write_information : NULL,
    };

    if (stream > 0 && stream < HOP_STREAM_NUMBERS && fn[stream])
        fn[stream](h, s, n);
}

void
host_show(struct hop_runspace *rs, enum hop_stream_number n, struct hop_value v)
{
    struct hop_string *s HOP_AUTO_STRING = NULL;

    if (!rs->host)
        return;
    if (n == HOP_INFORMATION) {
        show_information(rs, v);
        return;
    }
    if (n == HOP_ERROR && as_error_record(v)) {
        struct hop_buf b HOP_AUTO_BUF = HOP_BUF_INIT;
        hop_error_format(rs, v, &b);
        hop_host_line(rs, (int)n, hop_buf_str(&b), b.len);
        return;
    }
    if (!hop_to_string(&rs->cx, v, &s)) {
        hop_drop_exception(&rs->cx);
        return;
    }
    hop_host_line(rs, (int)n, s->data, s->len);
}
