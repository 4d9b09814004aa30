/* Select-String.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "cmdlets/management/paths.h"
#include "cmdlets/record.h"
#include "cmdlets/utility/utility.h"
#include "smb/unc.h"
#include "value/convert.h"
#include "value/exception.h"
#include "value/member.h"
#include "value/ops.h"
#include "value/types/encoding.h"
#include "value/types/file_info.h"

enum {
    CULTURE,
    INPUT,
    PATTERN,
    PATH,
    LITERAL,
    RAW,
    SIMPLE,
    CASE,
    QUIET,
    LIST,
    NO_EMPHASIS,
    INCLUDE,
    EXCLUDE,
    NOT_MATCH,
    ALL,
    ENCODING,
    CONTEXT
};
#define RAW_SETS                                                               \
    HOP_SETS({"ObjectRaw", HOP_MANDATORY, 0}, {"FileRaw", HOP_MANDATORY, 0},   \
             {"LiteralFileRaw", HOP_MANDATORY, 0})
static const struct hop_param params[] = {
    [CULTURE] = {"Culture", "string"},
    [INPUT] = {"InputObject", "psobject",
               HOP_MANDATORY | HOP_BY_VALUE | HOP_ALLOW_NULL |
                   HOP_ALLOW_EMPTY_STRING,
               .in = HOP_SETS({"Object"}, {"ObjectRaw"})},
    [PATTERN] = {"Pattern", "string[]", HOP_MANDATORY, .position = HOP_POS(0)},
    [PATH] = {"Path", "string[]",
              .in = HOP_SETS(
                  {"File", HOP_MANDATORY | HOP_BY_NAME, HOP_POS(1)},
                  {"FileRaw", HOP_MANDATORY | HOP_BY_NAME, HOP_POS(1)})},
    [LITERAL] = {"LiteralPath", "string[]",
                 .in = HOP_SETS(
                     {"LiteralFile", HOP_MANDATORY | HOP_BY_NAME, 0},
                     {"LiteralFileRaw", HOP_MANDATORY | HOP_BY_NAME, 0}),
                 .aliases = "PSPath LP"},
    [RAW] = {"Raw", "switch", .in = RAW_SETS},
    [SIMPLE] = {"SimpleMatch", "switch"},
    [CASE] = {"CaseSensitive", "switch"},
    [QUIET] = {"Quiet", "switch",
               .in = HOP_SETS({"Object"}, {"File"}, {"LiteralFile"})},
    [LIST] = {"List", "switch"},
    [NO_EMPHASIS] = {"NoEmphasis", "switch"},
    [INCLUDE] = {"Include", "string[]"},
    [EXCLUDE] = {"Exclude", "string[]"},
    [NOT_MATCH] = {"NotMatch", "switch"},
    [ALL] = {"AllMatches", "switch"},
    [ENCODING] = {"Encoding", "System.Text.Encoding", HOP_ENCODING},
    [CONTEXT] = {"Context", "int[]", .count = HOP_COUNT(1, 2),
                 .range = HOP_RANGE(0, 2147483647)},
};

/* ---- MatchInfo ---- */

enum {
    M_IGNORE_CASE,
    M_LINE_NUMBER,
    M_LINE,
    M_PATH,
    M_PATTERN,
    M_CONTEXT,
    M_MATCHES,
    M_EMPHASIZE
};

static bool
get_file_name(struct hop_context *cx, struct hop_value self, intptr_t data,
              struct hop_value *out)
{
    struct hop_record *r = (struct hop_record *)hop_value_base(self).u.o;

    (void)cx;
    (void)data;
    *out = hop_text(hop_paths_leaf(hop_cstr(r->slot[M_PATH])));
    return true;
}

static const struct hop_property match_properties[] = {
    HOP_RECORD_PROPERTY(M_IGNORE_CASE, "IgnoreCase", "bool"),
    HOP_RECORD_WRITABLE(M_LINE_NUMBER, "LineNumber", "ulong"),
    HOP_RECORD_WRITABLE(M_LINE, "Line", "string"),
    {"Filename", "string", get_file_name},
    HOP_RECORD_WRITABLE(M_PATH, "Path", "string"),
    HOP_RECORD_WRITABLE(M_PATTERN, "Pattern", "string"),
    HOP_RECORD_WRITABLE(M_CONTEXT, "Context",
                        "Microsoft.PowerShell.Commands.MatchInfoContext"),
    HOP_RECORD_WRITABLE(M_MATCHES, "Matches",
                        "System.Text.RegularExpressions.Match[]"),
    {0},
};
#define MATCH_SLOTS (M_EMPHASIZE + 1)

/* What is shown leaves out lines that another match shows. */
enum { X_PRE, X_POST, X_SHOWN_PRE, X_SHOWN_POST };
static const struct hop_property context_properties[] = {
    HOP_RECORD_WRITABLE(X_PRE, "PreContext", "string[]"),
    HOP_RECORD_WRITABLE(X_POST, "PostContext", "string[]"),
    HOP_RECORD_WRITABLE(X_SHOWN_PRE, "DisplayPreContext", "string[]"),
    HOP_RECORD_WRITABLE(X_SHOWN_POST, "DisplayPostContext", "string[]"),
    {0},
};
static const struct hop_class context_class = HOP_RECORD_CLASS(
    "Microsoft.PowerShell.Commands.MatchInfoContext", context_properties);

static bool
is_input_stream(const struct hop_record *r)
{
    return strcmp(hop_cstr(r->slot[M_PATH]), "InputStream") == 0;
}

static void
add_line(struct hop_buf *b, const struct hop_record *r, const char *path,
         int64_t number, const char *mark, const struct hop_string *line)
{
    hop_buf_adds(b, mark);
    if (!is_input_stream(r))
        hop_buf_addf(b, "%s:%lld:", path, (long long)number);
    hop_buf_add(b, line->data, line->len);
}

static void
add_context(struct hop_buf *b, const struct hop_record *r, const char *path,
            size_t slot, int64_t from)
{
    struct hop_record *x = (struct hop_record *)r->slot[M_CONTEXT].u.o;
    struct hop_array *lines = hop_as_array(x->slot[slot]);

    for (size_t i = 0; lines && i < lines->n; i++) {
        if (slot == X_SHOWN_POST)
            hop_buf_addc(b, '\n');
        add_line(b, r, path, from + (int64_t)i, "  ", lines->items[i].u.s);
        if (slot == X_SHOWN_PRE)
            hop_buf_addc(b, '\n');
    }
}

/* "name:3:line" with the lines around it; the name is relative to dir. */
static void
add_match_text(struct hop_buf *b, const struct hop_record *r, const char *dir)
{
    const char *path = hop_cstr(r->slot[M_PATH]);
    size_t n = dir ? strlen(dir) : 0;
    int64_t number = r->slot[M_LINE_NUMBER].u.i;
    bool context = !hop_is_null(r->slot[M_CONTEXT]);
    struct hop_array *before = NULL;

    if (n && strncmp(path, dir, n) == 0 &&
        (path[n] == '/' || dir[n - 1] == '/'))
        path += n + (path[n] == '/');
    if (context) {
        before = hop_as_array(
            ((struct hop_record *)r->slot[M_CONTEXT].u.o)->slot[X_SHOWN_PRE]);
        add_context(b, r, path, X_SHOWN_PRE,
                    number - (int64_t)(before ? before->n : 0));
    }
    add_line(b, r, path, number, context ? "> " : "", r->slot[M_LINE].u.s);
    if (context)
        add_context(b, r, path, X_SHOWN_POST, number + 1);
}

static bool
match_text(struct hop_context *cx, struct hop_value v, struct hop_string **out)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    (void)cx;
    add_match_text(&b, (struct hop_record *)hop_value_base(v).u.o, NULL);
    *out = hop_string_take_buf(&b);
    return true;
}

static bool
call_text(struct hop_context *cx, struct hop_call *call)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    const char *dir = call->n && hop_is_string(call->args[0])
                          ? hop_cstr(call->args[0])
                          : NULL;

    (void)cx;
    add_match_text(&b, (struct hop_record *)hop_value_base(call->self).u.o,
                   dir);
    call->result = hop_text_buf(&b);
    return true;
}

static const struct hop_method match_methods[] = {
    {"string ToString(string directory)", call_text},
    {"string ToEmphasizedString(string directory)", call_text},
    {"string RelativePath(string directory)", call_text},
    {0},
};
extern const struct hop_class hop_class_match_info;
const struct hop_class hop_class_match_info = {
    .name = "Microsoft.PowerShell.Commands.MatchInfo",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_record) + MATCH_SLOTS * sizeof(struct hop_value),
    .properties = match_properties,
    .methods = match_methods,
    .destroy = hop_record_destroy,
    .to_string = match_text,
};

/* ---- the search ---- */

struct state {
    struct hop_value *regex; /* one a pattern, unless simple */
    size_t n;
    int64_t line_number; /* of objects from the pipeline */
    bool quiet_done;
    size_t shown;            /* lines of this source shown so far */
    struct hop_array *input; /* lines of the pipeline, when context is asked */
};

static bool
bad_regex(struct hop_command *c, const char *pattern)
{
    struct hop_context *cx = hop_command_context(c);
    HOP_AUTO_VALUE struct hop_value e = hop_take_exception(cx);
    struct hop_error_spec spec = {.id = "InvalidRegex",
                                  .category = HOP_CAT_INVALID_ARGUMENT,
                                  .exception = "System.ArgumentException"};
    struct hop_value inner = ((struct hop_exception *)e.u.o)->inner;
    const char *text = hop_exception_message(hop_is_null(inner) ? e : inner);

    return hop_command_throw(c, &spec,
                             "The string %s is not a valid regular expression: "
                             "%s",
                             pattern, text);
}

/* A Regex made by its constructor, so that -match and this agree. */
static bool
compile(struct hop_command *c, struct hop_value pattern, struct hop_value *out)
{
    struct hop_context *cx = hop_command_context(c);
    static const char options[] = "System.Text.RegularExpressions.RegexOptions";
    const struct hop_class *cls =
        hop_types_find(cx, options, sizeof(options) - 1);
    struct hop_value args[2] = {pattern, hop_null()};

    if (!cls)
        return false;
    args[1] = hop_enum(cls->enum_id, hop_arg_on(c, CASE) ? 0 : 1);
    return hop_construct(cx, &hop_class_regex, args, 2, out) ||
           bad_regex(c, hop_cstr(pattern));
}

static bool
begin(struct hop_command *c)
{
    struct state *s = hop_command_state(c);
    size_t n = hop_arg_count(c, PATTERN);

    if (hop_arg_on(c, SIMPLE))
        return true;
    s->regex = hop_xcalloc(n + 1, sizeof(*s->regex));
    for (; s->n < n; s->n++)
        if (!compile(c, hop_arg_item(c, PATTERN, s->n), &s->regex[s->n]))
            return false;
    return true;
}

static bool
contains(struct hop_command *c, const struct hop_string *line,
         const struct hop_string *what)
{
    if (hop_arg_on(c, CASE))
        return memmem(line->data, line->len, what->data, what->len) != NULL;
    for (size_t i = 0; i + what->len <= line->len; i++)
        if (hop_text_ieq(line->data + i, what->len, what->data, what->len))
            return true;
    return false;
}

static struct hop_array *
new_array(struct hop_command *c, const struct hop_class *element)
{
    struct hop_context *cx = hop_command_context(c);

    return hop_array_new_of(cx, hop_types_array(cx, element, 1), 0);
}

/* Match[] of the line for one pattern; *hit tells. */
static bool
run_regex(struct hop_command *c, struct hop_value regex, struct hop_value line,
          struct hop_value *matches, bool *hit)
{
    struct hop_context *cx = hop_command_context(c);
    HOP_AUTO_STRING struct hop_string *name =
        hop_string_from(hop_arg_on(c, ALL) ? "Matches" : "Match");
    HOP_AUTO_STRING struct hop_string *success = hop_string_from("Success");
    HOP_AUTO_VALUE struct hop_value found = hop_null(), ok = hop_null();
    HOP_AUTO_ITER struct hop_iter it = {0};
    struct hop_array *a = new_array(c, &hop_class_match);
    int more;

    *matches = hop_obj(a);
    if (!hop_member_call(cx, regex, name, &line, 1, NULL, &found))
        return false;
    if (!hop_arg_on(c, ALL)) {
        if (hop_member_get(cx, found, success, &ok) != HOP_FOUND)
            return false;
        *hit = ok.u.i != 0;
        if (*hit)
            hop_array_push(a, hop_retain(found));
        return true;
    }
    if (!hop_iter_init(cx, &it, found))
        return false;
    for (;;) {
        struct hop_value m;

        more = hop_iter_next(cx, &it, &m);
        if (more <= 0)
            break;
        hop_array_push(a, m);
    }
    *hit = a->n > 0;
    return more == 0;
}

/* The first pattern that the line matches: its number, or -1. */
static bool
find_pattern(struct hop_command *c, struct hop_value line, int64_t *which,
             struct hop_value *matches)
{
    struct state *s = hop_command_state(c);

    *which = -1;
    for (size_t i = 0; i < hop_arg_count(c, PATTERN); i++) {
        bool hit = false;

        hop_value_clear(matches);
        if (hop_arg_on(c, SIMPLE))
            hit = contains(c, line.u.s, hop_arg_item(c, PATTERN, i).u.s);
        else if (!run_regex(c, s->regex[i], line, matches, &hit))
            return false;
        if (hit) {
            *which = (int64_t)i;
            return true;
        }
    }
    return true;
}

struct lines {
    struct hop_value *line;
    size_t n;
    const char *path;
};

static struct hop_value
slice(struct hop_command *c, const struct lines *l, size_t from, size_t to)
{
    struct hop_array *a = new_array(c, &hop_class_string);

    for (size_t i = from; i < to && i < l->n; i++)
        hop_array_push(a, hop_retain(l->line[i]));
    return hop_obj(a);
}

static bool is_hit(struct hop_command *c, struct hop_value line, int64_t *which,
                   struct hop_value *matches, bool *hit);

/* Where the lines behind a match that are shown with it end: the next match
 * shows itself. */
static bool
find_shown_end(struct hop_command *c, const struct lines *l, size_t at,
               size_t after, size_t *end)
{
    for (*end = at + 1; *end < l->n && *end <= at + after; ++*end) {
        HOP_AUTO_VALUE struct hop_value matches = hop_null();
        int64_t which;
        bool hit;

        if (!is_hit(c, l->line[*end], &which, &matches, &hit))
            return false;
        if (hit)
            break;
    }
    return true;
}

static bool
set_context(struct hop_command *c, struct hop_record *r, const struct lines *l,
            size_t at)
{
    struct state *s = hop_command_state(c);
    size_t n = hop_arg_count(c, CONTEXT), before, after, first, end;
    struct hop_record *x;

    if (n == 0)
        return true;
    before = (size_t)hop_arg_item(c, CONTEXT, 0).u.i;
    after = n > 1 ? (size_t)hop_arg_item(c, CONTEXT, 1).u.i : before;
    if (!find_shown_end(c, l, at, after, &end))
        return false;
    first = at > before ? at - before : 0;
    x = hop_record_new(hop_command_context(c), &context_class);
    hop_record_set(x, X_PRE, slice(c, l, first, at));
    hop_record_set(x, X_POST, slice(c, l, at + 1, at + 1 + after));
    hop_record_set(x, X_SHOWN_PRE,
                   slice(c, l, first > s->shown ? first : s->shown, at));
    hop_record_set(x, X_SHOWN_POST, slice(c, l, at + 1, end));
    s->shown = end;
    hop_record_set(r, M_CONTEXT, hop_obj(x));
    return true;
}

static bool
write_match(struct hop_command *c, const struct lines *l, size_t at,
            int64_t number, int64_t which, struct hop_value matches)
{
    HOP_AUTO_FREE char *shown = NULL;
    struct hop_record *r;

    if (hop_arg_on(c, RAW))
        return hop_write(c, l->line[at]);
    r = hop_record_new(hop_command_context(c), &hop_class_match_info);
    shown = hop_unc_shown(l->path);
    hop_record_set(r, M_IGNORE_CASE, hop_bool(!hop_arg_on(c, CASE)));
    hop_record_set(r, M_LINE_NUMBER, hop_ulong((uint64_t)number));
    hop_record_set(r, M_LINE, hop_retain(l->line[at]));
    hop_record_set(r, M_PATH, hop_text(shown));
    hop_record_set(
        r, M_PATTERN,
        hop_retain(hop_arg_item(c, PATTERN, which < 0 ? 0 : (size_t)which)));
    hop_record_set(r, M_MATCHES,
                   hop_is_null(matches)
                       ? hop_obj(new_array(c, &hop_class_match))
                       : hop_retain(matches));
    if (!set_context(c, r, l, at)) {
        hop_release(hop_obj(r));
        return false;
    }
    return hop_write_take(c, hop_obj(r));
}

static bool
is_hit(struct hop_command *c, struct hop_value line, int64_t *which,
       struct hop_value *matches, bool *hit)
{
    if (!find_pattern(c, line, which, matches))
        return false;
    *hit = (*which >= 0) != hop_arg_on(c, NOT_MATCH);
    return true;
}

/* Looks at one line; *hit tells whether it is one of those wanted. */
static bool
look_at(struct hop_command *c, const struct lines *l, size_t at, int64_t number,
        bool *hit)
{
    struct state *s = hop_command_state(c);
    HOP_AUTO_VALUE struct hop_value matches = hop_null();
    int64_t which;

    if (!is_hit(c, l->line[at], &which, &matches, hit))
        return false;
    if (!*hit)
        return true;
    if (hop_arg_on(c, QUIET)) {
        s->quiet_done = true;
        return true;
    }
    return write_match(c, l, at, number, which, matches);
}

/* ---- objects and files ---- */

static bool
process_object(struct hop_command *c)
{
    struct state *s = hop_command_state(c);
    struct hop_value v = hop_arg(c, INPUT);
    HOP_AUTO_STRING struct hop_string *text = NULL;
    HOP_AUTO_VALUE struct hop_value line = hop_null();
    struct lines l = {&line, 1, "InputStream"};
    bool hit;

    if (s->quiet_done)
        return true;
    s->line_number++;
    if (hop_is_null(v))
        return true;
    if (!hop_to_string(hop_command_context(c), v, &text))
        return false;
    line = hop_str(hop_string_retain(text));
    if (hop_arg_count(c, CONTEXT) && !hop_arg_on(c, QUIET)) {
        if (!s->input)
            s->input = hop_array_new(hop_command_context(c), 0);
        hop_array_push(s->input, hop_retain(line));
        return true;
    }
    return look_at(c, &l, 0, s->line_number, &hit);
}

static struct hop_array *
split_text(struct hop_command *c, const char *s, size_t n)
{
    struct hop_array *a = hop_array_new(hop_command_context(c), 0);
    size_t at = 0;

    while (at < n) {
        size_t len = 0;

        while (at + len < n && s[at + len] != '\n' && s[at + len] != '\r')
            len++;
        hop_array_push(a, hop_textn(s + at, len));
        at += len;
        if (at < n)
            at += s[at] == '\r' && at + 1 < n && s[at + 1] == '\n' ? 2 : 1;
    }
    return a;
}

static bool
search_file(struct hop_command *c, struct hop_item_path *p)
{
    struct state *s = hop_command_state(c);
    HOP_AUTO_BUF struct hop_buf raw = HOP_BUF_INIT;
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;
    HOP_AUTO_VALUE struct hop_value held = hop_null();
    const struct hop_encoding *e = hop_as_encoding(hop_arg(c, ENCODING));
    struct hop_array *all;
    bool hit = false;

    if (s->quiet_done || p->provider->is_container(p))
        return true;
    if (!hop_file_read_all(hop_command_context(c), p->path, &raw))
        return false;
    hop_encoding_decode_file(e ? e : hop_encoding_utf8(false),
                             hop_buf_str(&raw), raw.len, &text);
    all = split_text(c, hop_buf_str(&text), text.len);
    s->shown = 0;
    held = hop_obj(all);
    for (size_t i = 0; i < all->n && !s->quiet_done; i++) {
        struct lines l = {all->items, all->n, p->path};

        if (!look_at(c, &l, i, (int64_t)i + 1, &hit))
            return false;
        if (hit && hop_arg_on(c, LIST))
            return true;
    }
    return true;
}

static const struct hop_path_params paths = {PATH,    LITERAL, HOP_NO_PARAM,
                                             INCLUDE, EXCLUDE, HOP_NO_PARAM};

static bool
process(struct hop_command *c)
{
    if (!hop_arg_bound(c, PATH) && !hop_arg_bound(c, LITERAL))
        return process_object(c);
    return hop_paths_each(c, &paths, search_file);
}

static bool
end(struct hop_command *c)
{
    struct state *s = hop_command_state(c);
    bool hit;

    for (size_t i = 0; s->input && i < s->input->n; i++) {
        struct lines l = {s->input->items, s->input->n, "InputStream"};

        if (!look_at(c, &l, i, (int64_t)i + 1, &hit))
            return false;
    }
    if (!hop_arg_on(c, QUIET))
        return true;
    /* Of objects by the pipeline only a match is told. */
    if (!s->quiet_done && !hop_arg_bound(c, PATH) && !hop_arg_bound(c, LITERAL))
        return true;
    return hop_write_bool(c, s->quiet_done);
}

static void
dispose(struct hop_command *c)
{
    struct state *s = hop_command_state(c);

    if (s->input)
        hop_release(hop_obj(s->input));
    for (size_t i = 0; i < s->n; i++)
        hop_release(s->regex[i]);
    free(s->regex);
}

const struct hop_cmdlet hop_cmdlet_select_string = {
    .name = "Select-String",
    .default_set = "File",
    HOP_PARAMS(params),
    .output = "Microsoft.PowerShell.Commands.MatchInfo System.Boolean "
              "System.String",
    .synopsis = "Finds text in strings and files.",
    .state_size = sizeof(struct state),
    .begin = begin,
    .process = process,
    .end = end,
    .dispose = dispose,
};
