/* How error records look: ConciseView, NormalView, DetailedView, CategoryView
 * ($ErrorView).  Everything is read through the members of the record, so that
 * records that came over the wire look the same.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/engine.h"
#include "engine/style.h"

#define DEFAULT_WIDTH 120

struct view {
    struct hop_runspace *rs;
    struct hop_value record;     /* ErrorRecord or the like; borrowed */
    struct hop_value invocation; /* owned, or null */
    const char *reset, *error, *accent;
    bool concise;
};

/* ---- reading members ---- */

/* v.name, owned; null when there is none or reading it fails. */
static struct hop_value
member(struct hop_runspace *rs, struct hop_value v, const char *name)
{
    struct hop_string *s HOP_AUTO_STRING = hop_string_from(name);
    struct hop_value out = hop_null();

    if (hop_is_null(v) || hop_member_get(&rs->cx, v, s, &out) != HOP_FOUND) {
        hop_drop_exception(&rs->cx);
        return hop_null();
    }
    return out;
}

/* The text of v; never NULL, owned. */
static struct hop_string *
text_of(struct hop_runspace *rs, struct hop_value v)
{
    struct hop_string *s = NULL;

    if (hop_is_null(v))
        return hop_string_from("");
    if (hop_to_string(&rs->cx, v, &s))
        return s;
    hop_drop_exception(&rs->cx);
    return hop_string_from("");
}

static struct hop_string *
member_text(struct hop_runspace *rs, struct hop_value v, const char *name)
{
    struct hop_value m HOP_AUTO_VALUE = member(rs, v, name);

    return text_of(rs, m);
}

static struct hop_string *
category_part(const struct view *w, const char *part)
{
    struct hop_value info HOP_AUTO_VALUE =
        member(w->rs, w->record, "CategoryInfo");

    return member_text(w->rs, info, part);
}

static int64_t
member_int(struct hop_runspace *rs, struct hop_value v, const char *name)
{
    struct hop_value m HOP_AUTO_VALUE = member(rs, v, name);

    return hop_is_integer(m) ? m.u.i : 0;
}

/* ---- the message ---- */

/* ErrorDetails.Message, the exception's, or the record's text. */
static struct hop_string *
message_of(const struct view *w)
{
    struct hop_value details HOP_AUTO_VALUE =
        member(w->rs, w->record, "ErrorDetails");
    struct hop_value e HOP_AUTO_VALUE = member(w->rs, w->record, "Exception");
    struct hop_string *s = member_text(w->rs, details, "Message");

    if (s->len)
        return s;
    hop_string_release(s);
    if (!hop_is_null(e))
        return member_text(w->rs, e, "Message");
    s = member_text(w->rs, w->record, "Message");
    if (s->len)
        return s;
    hop_string_release(s);
    return text_of(w->rs, w->record);
}

/* Of a parse error only what is wrong, not where: that is shown anyway. */
static struct hop_string *
parser_message(struct hop_string *all)
{
    const char *mark = strstr(all->data, "~\n"), *end;
    struct hop_string *s;

    if (!mark)
        return all;
    mark += 2;
    end = strstr(mark, "\n\n");
    s = hop_string_new(mark, end ? (size_t)(end - mark) : strlen(mark));
    hop_string_release(all);
    return s;
}

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* How many bytes of s (n) fit into width UTF-16 units, cut at the last blank
 * when not all of it fits. */
static size_t
fitting(const char *s, size_t n, size_t width)
{
    struct hop_string *t HOP_AUTO_STRING = hop_string_new(s, n);
    size_t cut, at;

    if (hop_string_len16(t) <= width)
        return n;
    at = cut = hop_string_offset(t, width);
    while (at > 0 && !is_blank(t->data[at - 1]))
        at--;
    return at > 0 ? at - 1 : cut;
}

static void
trim(const char **s, size_t *n)
{
    while (*n && is_blank(**s)) {
        (*s)++;
        (*n)--;
    }
    while (*n && is_blank((*s)[*n - 1]))
        (*n)--;
}

static size_t
units(const char *s, size_t n)
{
    return hop_utf8_utf16_len(s, n);
}

/* One line with its prefix, broken to the width with the prefix in front of
 * each piece.  styled: units of the prefix that take no room. */
static void
add_wrapped(const char *line, size_t n, const char *prefix, size_t styled,
            size_t width, struct hop_buf *out)
{
    size_t prefix_len = strlen(prefix),
           shown = units(prefix, prefix_len) - styled;
    size_t k = fitting(line, n, width + styled);
    const char *rest = line + k;
    size_t left = n - k;

    hop_buf_add(out, line, k);
    if (!left)
        return;
    trim(&rest, &left);
    hop_buf_addc(out, '\n');
    while (units(rest, left) + shown > width) {
        struct hop_buf b HOP_AUTO_BUF = HOP_BUF_INIT;

        hop_buf_adds(&b, prefix);
        hop_buf_add(&b, rest, left);
        k = fitting(b.data, b.len, width + styled);
        if (k <= prefix_len)
            break;
        hop_buf_add(out, b.data, k);
        hop_buf_addc(out, '\n');
        rest += k - prefix_len;
        left -= k - prefix_len;
        trim(&rest, &left);
    }
    hop_buf_adds(out, prefix);
    hop_buf_add(out, rest, left);
}

static size_t
window_width(struct hop_runspace *rs)
{
    struct hop_host *h = rs->host;
    int width = h && h->ops->window_size ? h->ops->window_size(h).width : 0;

    return width > 0 ? (size_t)width : DEFAULT_WIDTH;
}

/* ---- the source line ---- */

struct place {
    struct hop_buf head;   /* file and the marked line */
    struct hop_buf prefix; /* of each line of the message */
};

static const char *
last_line(const char *s)
{
    const char *nl = strrchr(s, '\n');

    return nl ? nl + 1 : s;
}

static void
add_number(const struct view *w, struct place *p, int64_t number, int wide)
{
    hop_buf_addf(&p->head, "%s%*sLine |\n%s%4lld | %s", w->accent, wide, "",
                 w->accent, (long long)number, w->reset);
    hop_buf_addf(&p->prefix, "%s%*s     | %s", w->accent, wide, "", w->error);
}

/* The line with what is wrong in it in the accent's colour. */
static void
add_marked_line(const struct view *w, struct place *p, const char *line,
                size_t n, const char *marks)
{
    const char *first = strchr(marks, '~');
    size_t lead = first ? (size_t)(first - marks) : 0;
    size_t len = first ? strlen(first) : 0;
    struct hop_string *t HOP_AUTO_STRING = hop_string_new(line, n);
    size_t units_of_line = hop_string_len16(t), a, b;

    if (!*w->accent || len >= units_of_line || lead + len > units_of_line) {
        hop_buf_add(&p->head, line, n);
    } else {
        a = hop_string_offset(t, lead);
        b = hop_string_offset(t, lead + len);
        hop_buf_add(&p->head, line, a);
        hop_buf_adds(&p->head, w->accent);
        hop_buf_add(&p->head, line + a, b - a);
        hop_buf_adds(&p->head, w->reset);
        hop_buf_add(&p->head, line + b, n - b);
    }
    hop_buf_addc(&p->head, '\n');
    if (*marks)
        hop_buf_addf(&p->head, "%s%s\n", hop_buf_str(&p->prefix), marks);
}

static int
extra_digits(int64_t number)
{
    char digits[24];
    int n = snprintf(digits, sizeof(digits), "%lld", (long long)number);

    return n > 4 ? n - 4 : 0;
}

static void
place_by_invocation(const struct view *w, struct place *p,
                    const struct hop_string *script)
{
    struct hop_string *message HOP_AUTO_STRING =
        member_text(w->rs, w->invocation, "PositionMessage");
    int64_t number = member_int(w->rs, w->invocation, "ScriptLineNumber");
    const char *line = strchr(message->data, '\n'), *end, *marks;

    if (script->len)
        hop_buf_addf(&p->head, "%s%s:%lld\n", w->reset, script->data,
                     (long long)number);
    else
        hop_buf_addc(&p->head, '\n');
    add_number(w, p, number, extra_digits(number));
    line = line ? line + 1 : "";
    end = strchr(line, '\n');
    marks = end ? last_line(line) : "";
    add_marked_line(w, p, *line ? line + 1 : line,
                    end ? (size_t)(end - line) - 1 : strlen(line),
                    *marks ? marks + 1 : marks);
}

/* Assertion libraries hand over the line to be shown in the target object. */
static bool
place_by_target(const struct view *w, struct place *p)
{
    struct hop_value target HOP_AUTO_VALUE =
        member(w->rs, w->record, "TargetObject");
    struct hop_dict *d = hop_as_dict(target);
    struct hop_value *number, *line, *file;
    struct hop_string *text HOP_AUTO_STRING = NULL;
    struct hop_string *name HOP_AUTO_STRING = NULL;
    const char *s;
    size_t n;

    if (!d || !(number = hop_dict_get_text(d, "Line")) ||
        !(line = hop_dict_get_text(d, "LineText")))
        return false;
    file = hop_dict_get_text(d, "File");
    name = text_of(w->rs, file ? *file : hop_null());
    text = text_of(w->rs, *line);
    hop_buf_addf(&p->head, "%s%s\n", w->reset, name->data);
    add_number(w, p, number->u.i,
               hop_is_integer(*number) ? extra_digits(number->u.i) : 0);
    s = text->data;
    n = text->len;
    trim(&s, &n);
    add_marked_line(w, p, s, n, "");
    return true;
}

static bool
ends_with(const struct hop_string *s, const char *end)
{
    size_t n = strlen(end);

    return s->len >= n && hop_ascii_ieq(s->data + s->len - n, end);
}

/* Finds what is shown of the place; false: nothing. */
static bool
find_place(const struct view *w, struct place *p, bool parser)
{
    struct hop_string *script HOP_AUTO_STRING =
        member_text(w->rs, w->invocation, "ScriptName");
    struct hop_value e HOP_AUTO_VALUE = member(w->rs, w->record, "Exception");

    if (place_by_target(w, p))
        return true;
    parser = parser && hop_value_is(e, &hop_exception_runtime);
    if (hop_is_null(w->invocation) || ends_with(script, ".psm1") ||
        (!parser && !script->len &&
         member_int(w->rs, w->invocation, "ScriptLineNumber") <= 1))
        return false;
    place_by_invocation(w, p, script);
    return true;
}

/* ---- the word in front ---- */

static bool
was_thrown(const struct view *w)
{
    struct error_record *r = as_error_record(w->record);
    struct hop_value e HOP_AUTO_VALUE = hop_null();
    struct hop_value flag HOP_AUTO_VALUE = hop_null();

    e = member(w->rs, w->record, "Exception");
    if (r && r->thrown)
        return hop_value_is(e, &hop_exception_runtime);
    flag = member(w->rs, e, "WasThrownFromThrowStatement");
    return flag.kind == HOP_BOOL && flag.u.i;
}

static bool
is_known_command(struct hop_runspace *rs, const struct hop_string *name)
{
    struct cmdinfo *c;

    if (!name->len)
        return false;
    c = find_command(rs, name->data, name->len, COMMAND_ALL, true);
    hop_drop_exception(&rs->cx);
    if (c)
        hop_release(hop_obj(c));
    return c != NULL;
}

/* CategoryInfo.Category, empty for NotSpecified. */
static struct hop_string *
category_word(const struct view *w)
{
    struct hop_string *s = category_part(w, "Category");

    if (!hop_string_is(s, "NotSpecified"))
        return s;
    hop_string_release(s);
    return hop_string_from("");
}

static struct hop_string *
reason_word(const struct view *w)
{
    struct hop_runspace *rs = w->rs;
    struct hop_value command HOP_AUTO_VALUE =
        member(rs, w->invocation, "MyCommand");
    struct hop_string *name HOP_AUTO_STRING = member_text(rs, command, "Name");
    struct hop_string *s;

    if (was_thrown(w))
        return hop_string_from("Exception");
    if (!hop_is_null(command) && is_known_command(rs, name))
        return text_of(rs, command);
    s = category_part(w, "Activity");
    if (s->len)
        return s;
    hop_string_release(s);
    if (!hop_is_null(command))
        return text_of(rs, command);
    s = member_text(rs, w->invocation, "InvocationName");
    if (s->len)
        return s;
    hop_string_release(s);
    s = category_word(w);
    if (s->len)
        return s;
    hop_string_release(s);
    s = category_part(w, "Reason");
    if (s->len)
        return s;
    hop_string_release(s);
    return hop_string_from("Error");
}

/* ---- ConciseView ---- */

static void
one_line(struct hop_string *message, struct hop_buf *out)
{
    for (size_t i = 0; i < message->len; i++) {
        char c = message->data[i];

        hop_buf_addc(out, c == '\n' || c == '\t' ? ' ' : c);
    }
}

static void
add_concise_message(const struct view *w, const struct place *p, bool parser,
                    struct hop_buf *out)
{
    struct hop_value details HOP_AUTO_VALUE =
        member(w->rs, w->record, "ErrorDetails");
    struct hop_string *own HOP_AUTO_STRING =
        member_text(w->rs, details, "Message");
    struct hop_string *script HOP_AUTO_STRING =
        member_text(w->rs, w->invocation, "ScriptName");
    struct hop_string *message HOP_AUTO_STRING = message_of(w);
    struct hop_buf line HOP_AUTO_BUF = HOP_BUF_INIT;
    size_t width = window_width(w->rs);
    const char *prefix = hop_buf_str(&p->prefix);
    size_t styled = p->prefix.len ? strlen(w->accent) + strlen(w->error) : 0;

    if (parser && !own->len)
        message = parser_message(message);
    hop_buf_adds(&line, prefix);
    if (!script->len && !parser) {
        hop_buf_add(&line, message->data, message->len);
        hop_buf_add(out, line.data, line.len);
        return;
    }
    one_line(message, &line);
    if (units(line.data, line.len) - styled > width)
        add_wrapped(line.data, line.len, prefix, styled, width, out);
    else
        hop_buf_add(out, line.data, line.len);
    hop_buf_addc(out, '\n');
}

static void
add_recommendation(const struct view *w, struct hop_buf *out)
{
    struct hop_value details HOP_AUTO_VALUE =
        member(w->rs, w->record, "ErrorDetails");
    struct hop_string *s HOP_AUTO_STRING =
        member_text(w->rs, details, "RecommendedAction");
    const char *p = s->data;
    size_t n = s->len;

    trim(&p, &n);
    if (n)
        hop_buf_addf(out, "\n%s  Recommendation: %s%s", w->error, s->data,
                     w->reset);
}

static void
add_concise(const struct view *w, struct hop_buf *out)
{
    struct place p = {HOP_BUF_INIT, HOP_BUF_INIT};
    struct hop_string *category HOP_AUTO_STRING = category_part(w, "Category");
    struct hop_string *reason HOP_AUTO_STRING = reason_word(w);
    bool parser = hop_string_is(category, "ParserError");

    find_place(w, &p, parser);
    hop_buf_addf(out, "%s%s: %s%s", w->error, reason->data,
                 hop_buf_str(&p.head), w->error);
    add_concise_message(w, &p, parser, out);
    hop_buf_adds(out, w->reset);
    add_recommendation(w, out);
    hop_buf_done(&p.head);
    hop_buf_done(&p.prefix);
}

/* ---- NormalView ---- */

/* "Get-Item : ", by what the command was called as. */
static void
add_command(const struct view *w, struct hop_buf *out)
{
    struct hop_runspace *rs = w->rs;
    struct hop_value command HOP_AUTO_VALUE =
        member(rs, w->invocation, "MyCommand");
    struct hop_string *kind HOP_AUTO_STRING =
        member_text(rs, command, "CommandType");
    struct hop_string *name HOP_AUTO_STRING =
        member_text(rs, w->invocation, "InvocationName");

    if (hop_string_is(kind, "ExternalScript")) {
        hop_string_release(name);
        name = member_text(rs, command, "Path");
    } else if (hop_string_is(kind, "Script")) {
        hop_string_release(name);
        name = member_text(rs, command, "ScriptBlock");
    } else if (!hop_is_null(command) &&
               (!name->len || hop_string_is(name, "&") ||
                hop_string_is(name, "."))) {
        hop_string_release(name);
        name = member_text(rs, command, "Name");
    }
    if (name->len)
        hop_buf_addf(out, "%s : ", name->data);
}

static void
add_normal(const struct view *w, struct hop_buf *out)
{
    struct hop_runspace *rs = w->rs;
    struct hop_value command HOP_AUTO_VALUE =
        member(rs, w->invocation, "MyCommand");
    struct hop_string *kind HOP_AUTO_STRING = category_part(w, "Category");
    struct hop_string *message HOP_AUTO_STRING = message_of(w);
    struct hop_string *category HOP_AUTO_STRING =
        member_text(rs, w->record, "CategoryInfo");
    struct hop_string *id HOP_AUTO_STRING =
        member_text(rs, w->record, "FullyQualifiedErrorId");
    struct hop_string *where HOP_AUTO_STRING =
        member_text(rs, w->invocation, "PositionMessage");
    struct hop_value origin HOP_AUTO_VALUE =
        member(rs, w->record, "OriginInfo");
    struct hop_string *computer HOP_AUTO_STRING =
        member_text(rs, origin, "PSComputerName");

    hop_buf_adds(out, w->error);
    add_command(w, out);
    hop_buf_addf(out, "%s%s", w->error, message->data);
    if (where->len &&
        (!hop_is_null(command) || !hop_string_is(kind, "ParserError")))
        hop_buf_addf(out, "\n%s", where->data);
    hop_buf_addf(out,
                 "\n+ CategoryInfo          : %s\n"
                 "+ FullyQualifiedErrorId : %s",
                 category->data, id->data);
    if (computer->len)
        hop_buf_addf(out, "\n+ PSComputerName        : %s", computer->data);
    hop_buf_adds(out, w->reset);
}

/* ---- choosing ---- */

static bool
is_native(const struct view *w)
{
    struct hop_string *id HOP_AUTO_STRING =
        member_text(w->rs, w->record, "FullyQualifiedErrorId");

    return hop_string_is(id, "NativeCommandError") ||
           hop_string_is(id, "NativeCommandErrorMessage");
}

static void
add_category(const struct view *w, struct hop_buf *out)
{
    struct hop_string *s HOP_AUTO_STRING =
        member_text(w->rs, w->record, "CategoryInfo");

    hop_buf_addf(out, "%s%s%s", w->error, s->data, w->reset);
}

static bool
add_detailed(const struct view *w, struct hop_buf *out)
{
    struct hop_context *cx = &w->rs->cx;
    struct hop_list_sink list;
    struct hop_string *text HOP_AUTO_STRING = NULL;
    struct hop_value all HOP_AUTO_VALUE = hop_null();
    bool ok;

    hop_list_sink_init(&list, cx);
    ok = invoke_named(w->rs, "Get-Error", hop_null(), &w->record, 1,
                      &list.sink) == HOP_FLOW_NEXT;
    all = hop_list_sink_array(&list);
    hop_list_sink_done(&list);
    if (ok && cx->ops->out_string)
        text = cx->ops->out_string(cx, all);
    hop_drop_exception(cx);
    if (text)
        hop_buf_addf(out, "%s%s%s", w->error, text->data, w->reset);
    return text != NULL;
}

/* An exception without a record of its own is shown as the record inside it, if
 * there is one. */
static struct hop_value
find_record(struct hop_runspace *rs, struct hop_value v, struct view *w)
{
    struct hop_value inner = hop_null();

    w->invocation = member(rs, v, "InvocationInfo");
    if (!hop_is_null(w->invocation))
        return hop_retain(v);
    inner = member(rs, v, "ErrorRecord");
    w->invocation = member(rs, inner, "InvocationInfo");
    if (!hop_is_null(w->invocation))
        return inner;
    hop_release(inner);
    return hop_retain(v);
}

static void
show(struct view *w, struct hop_buf *out)
{
    struct hop_value setting HOP_AUTO_VALUE =
        hop_variable_get(w->rs, "ErrorView");
    struct hop_string *name HOP_AUTO_STRING = text_of(w->rs, setting);

    if (is_native(w)) {
        struct hop_string *s HOP_AUTO_STRING = message_of(w);

        hop_buf_addf(out, "%s%s%s", w->error, s->data, w->reset);
        return;
    }
    if (hop_ascii_ieq(name->data, "DetailedView") && add_detailed(w, out))
        return;
    if (hop_ascii_ieq(name->data, "CategoryView"))
        add_category(w, out);
    else if (hop_ascii_ieq(name->data, "NormalView"))
        add_normal(w, out);
    else
        add_concise(w, out);
}

void
hop_error_format(struct hop_runspace *rs, struct hop_value v,
                 struct hop_buf *out)
{
    struct view w = {.rs = rs, .reset = "", .error = "", .accent = ""};
    struct hop_value record HOP_AUTO_VALUE = hop_null();
    struct hop_value pending = hop_take_exception(&rs->cx);

    if (hop_style_shown(rs)) {
        w.reset = "\033[0m";
        w.error = hop_style_text(rs, HOP_STYLE_ERROR);
        w.accent = hop_style_text(rs, HOP_STYLE_ERROR_ACCENT);
    }
    record = find_record(rs, v, &w);
    w.record = record;
    show(&w, out);
    hop_value_clear(&w.invocation);
    hop_value_set(&rs->cx.pending, pending);
}
