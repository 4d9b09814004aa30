/* Regex, Match, Group, Capture and their collections; WildcardPattern.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/def.h"

#include "base/alloc.h"
#include "value/regex.h"
#include "value/types/interfaces.h"

/* ---- Match, Group, Capture ---- */

/* A group of a match; group 0 is the match itself. */
struct group {
    struct hop_object base;
    struct hop_string *s;
    size_t start, end; /* bytes; equal and 0 when there was no success */
    bool success;
    struct hop_string *name;
};

struct match {
    struct group g;
    struct hop_regex *re;
    struct hop_match_range *ranges;
};

static struct group *
group_of(struct hop_value v)
{
    return (struct group *)v.u.o;
}

static struct match *
match_of(struct hop_value v)
{
    return (struct match *)v.u.o;
}

static void
destroy_group(struct hop_object *o)
{
    struct group *g = (struct group *)o;

    hop_string_release(g->s);
    hop_string_release(g->name);
}

static void
destroy_match(struct hop_object *o)
{
    struct match *m = (struct match *)o;

    hop_regex_release(m->re);
    free(m->ranges);
    destroy_group(o);
}

static void
fill_group(struct group *g, struct hop_string *s,
           const struct hop_match_range *r, bool success,
           struct hop_string *name)
{
    g->s = hop_string_retain(s);
    g->success = success && r->start != HOP_REGEX_NONE;
    g->start = g->success ? r->start : 0;
    g->end = g->success ? r->end : 0;
    g->name = name ? hop_string_retain(name) : NULL;
}

struct hop_value
hop_match_new(struct hop_context *cx, struct hop_regex *re,
              struct hop_string *s, const struct hop_match_range *ranges,
              bool success)
{
    struct match *m = hop_object_new(cx, &hop_class_match);

    m->re = re;
    re->refs++;
    m->ranges = hop_xcalloc((size_t)re->n, sizeof *m->ranges);
    if (success)
        memcpy(m->ranges, ranges, (size_t)re->n * sizeof *ranges);
    else
        memset(m->ranges, 0xFF, (size_t)re->n * sizeof *ranges);
    fill_group(&m->g, s, m->ranges, success, re->names[0]);
    return hop_obj(m);
}

GETTER(get_value)
{
    struct group *g = group_of(self);

    *out = hop_textn(g->s->data + g->start, g->end - g->start);
    return true;
}

/* data: the length. */
GETTER(get_position)
{
    struct group *g = group_of(self);
    size_t start = hop_string_index(g->s, g->start);

    *out = hop_int((int32_t)(data ? hop_string_index(g->s, g->end) - start
                                  : start));
    return true;
}

GETTER(get_success)
{
    *out = hop_bool(group_of(self)->success);
    return true;
}

GETTER(get_name)
{
    struct group *g = group_of(self);

    *out = g->name ? hop_str(hop_string_retain(g->name)) : hop_null();
    return true;
}

static bool
group_to_string(struct hop_context *cx, struct hop_value v,
                struct hop_string **out)
{
    struct group *g = group_of(v);

    *out = hop_string_new(g->s->data + g->start, g->end - g->start);
    return true;
}

static struct hop_value
group_at(struct hop_context *cx, struct hop_value match, int i)
{
    struct match *m = match_of(match);
    struct group *g;

    if (i == 0)
        return hop_retain(match);
    g = hop_object_new(cx, &hop_class_group);
    if (i > 0 && i < m->re->n)
        fill_group(g, m->g.s, &m->ranges[i], m->g.success, m->re->names[i]);
    else
        g->s = hop_string_empty();
    return hop_obj(g);
}

/* Captures: of a group that took part, itself. */
GETTER(get_captures)
{
    struct hop_array *a = hop_array_new(cx, 0);
    struct group *g = group_of(self), *k;

    if (g->success) {
        struct hop_match_range r = {g->start, g->end};

        k = hop_object_new(cx, &hop_class_capture);
        fill_group(k, g->s, &r, true, NULL);
        hop_array_push(a, hop_obj(k));
    }
    *out = hop_obj(a);
    return true;
}

METHOD(next_match);
METHOD(match_result);

#define CAPTURE_PROPERTIES                                                     \
    {"Index", "int", get_position, NULL, 0, 0},                                \
        {"Length", "int", get_position, NULL, 0, 1},                           \
    {                                                                          \
        "Value", "string", get_value                                           \
    }

static const struct hop_property capture_properties[] = {CAPTURE_PROPERTIES,
                                                         END_PROPERTIES};

static const struct hop_property group_properties[] = {
    {"Success", "bool", get_success},
    {"Name", "string", get_name},
    {"Captures", "System.Object", get_captures},
    END_PROPERTIES,
};

GETTER(get_groups);

static const struct hop_property match_properties[] = {
    {"Groups", "System.Text.RegularExpressions.GroupCollection", get_groups},
    END_PROPERTIES,
};

static const struct hop_method match_methods[] = {
    {"System.Text.RegularExpressions.Match NextMatch()", next_match},
    {"string Result(string replacement)", match_result},
    END_METHODS,
};

const struct hop_class hop_class_capture = {
    .name = "System.Text.RegularExpressions.Capture",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct group),
    .properties = capture_properties,
    .destroy = destroy_group,
    .to_string = group_to_string,
};

const struct hop_class hop_class_group = {
    .name = "System.Text.RegularExpressions.Group",
    .base = &hop_class_capture,
    .kind = HOP_OBJECT,
    .size = sizeof(struct group),
    .properties = group_properties,
};

const struct hop_class hop_class_match = {
    .name = "System.Text.RegularExpressions.Match",
    .base = &hop_class_group,
    .kind = HOP_OBJECT,
    .size = sizeof(struct match),
    .properties = match_properties,
    .methods = match_methods,
    .destroy = destroy_match,
};

static struct hop_value
match_from(struct hop_context *cx, struct hop_regex *re, struct hop_string *s,
           size_t at, bool *ok)
{
    HOP_AUTO_FREE struct hop_match_range *g =
        hop_xcalloc((size_t)re->n, sizeof *g);
    int r = hop_regex_exec(cx, re, s, at, g);

    *ok = r >= 0;
    return r < 0 ? hop_null() : hop_match_new(cx, re, s, g, r > 0);
}

METHOD(next_match)
{
    struct match *m = match_of(c->self);
    bool ok;

    if (!m->g.success)
        RETURN(hop_retain(c->self));
    c->result = match_from(cx, m->re, m->g.s,
                           hop_regex_next(m->g.s, &m->ranges[0]), &ok);
    return ok;
}

METHOD(match_result)
{
    struct match *m = match_of(c->self);
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (!m->g.success)
        return hop_throw(cx, &hop_exception_not_supported,
                         "Result cannot be called on a failed Match.");
    hop_regex_expand(m->re, m->g.s, m->ranges, ARG_S(0), &b);
    RETURN(hop_text_buf(&b));
}

/* ---- GroupCollection ---- */

struct holder {
    struct hop_object base;
    struct hop_value held;
};

static void
destroy_holder(struct hop_object *o)
{
    hop_release(((struct holder *)o)->held);
}

static struct hop_value
held_by(struct hop_value v)
{
    return ((struct holder *)v.u.o)->held;
}

GETTER(get_groups)
{
    struct holder *h = hop_object_new(cx, &hop_class_group_collection);

    h->held = hop_retain(self);
    *out = hop_obj(h);
    return true;
}

static bool
iterate_groups(struct hop_context *cx, struct hop_value v, struct hop_iter *it)
{
    struct hop_value m = held_by(v);
    struct hop_array *a = hop_array_new(cx, 0);
    HOP_AUTO_VALUE struct hop_value owned = hop_obj(a);

    for (int i = 0; i < match_of(m)->re->n; i++)
        hop_array_push(a, group_at(cx, m, i));
    return hop_iter_init(cx, it, owned);
}

METHOD(group_item)
{
    struct hop_value m = held_by(c->self);

    if (c->args[0].kind == HOP_STRING)
        RETURN(group_at(cx, m,
                        hop_regex_group(match_of(m)->re, ARG_S(0)->data,
                                        ARG_S(0)->len)));
    RETURN(group_at(cx, m, ARG_I(0) >= 0 && ARG_I(0) < match_of(m)->re->n
                               ? (int)ARG_I(0)
                               : -1));
}

METHOD(has_group)
{
    RETURN(hop_bool(hop_regex_group(match_of(held_by(c->self))->re,
                                    ARG_S(0)->data, ARG_S(0)->len) >= 0));
}

GETTER(get_group_count)
{
    *out = hop_int(match_of(held_by(self))->re->n);
    return true;
}

GETTER(get_group_names)
{
    struct hop_regex *re = match_of(held_by(self))->re;
    struct hop_array *a = hop_array_new(cx, 0);

    for (int i = 0; i < re->n; i++)
        hop_array_push(a, hop_str(hop_string_retain(re->names[i])));
    *out = hop_obj(a);
    return true;
}

static const struct hop_property group_collection_properties[] = {
    {"Count", "int", get_group_count},
    {"Keys", "System.Object", get_group_names},
    END_PROPERTIES,
};

static const struct hop_method group_collection_methods[] = {
    {"System.Text.RegularExpressions.Group Item(int groupnum)", group_item},
    {"System.Text.RegularExpressions.Group Item(string groupname)",
     group_item},
    {"bool ContainsKey(string key)", has_group},
    {"System.Collections.IEnumerator GetEnumerator()", hop_get_enumerator},
    END_METHODS,
};

static const struct hop_class *const sequence_interfaces[] = {
    &hop_class_icollection, &hop_class_ienumerable, NULL};

const struct hop_class hop_class_group_collection = {
    .name = "System.Text.RegularExpressions.GroupCollection",
    .base = &hop_class_object,
    .flags = HOP_CLASS_ENUMERABLE,
    .kind = HOP_OBJECT,
    .size = sizeof(struct holder),
    .interfaces = sequence_interfaces,
    .properties = group_collection_properties,
    .methods = group_collection_methods,
    .destroy = destroy_holder,
    .iterate = iterate_groups,
};

/* ---- MatchCollection: a list that nobody changes ---- */

METHOD(match_item)
{
    struct hop_array *a = (struct hop_array *)c->self.u.o;

    if (ARG_I(0) < 0 || (size_t)ARG_I(0) >= a->n)
        return hop_throw_argument(cx, &hop_exception_argument_range, "i",
                                  "Specified argument was out of the range of "
                                  "valid values.");
    RETURN(hop_retain(a->items[ARG_I(0)]));
}

GETTER(get_match_count)
{
    *out = hop_int((int32_t)((struct hop_array *)self.u.o)->n);
    return true;
}

static const struct hop_property match_collection_properties[] = {
    {"Count", "int", get_match_count},
    END_PROPERTIES,
};

static const struct hop_method match_collection_methods[] = {
    {"System.Text.RegularExpressions.Match Item(int i)", match_item},
    {"System.Collections.IEnumerator GetEnumerator()", hop_get_enumerator},
    END_METHODS,
};

static const struct hop_class *const list_interfaces[] = {
    &hop_class_ilist, &hop_class_icollection, &hop_class_ienumerable, NULL};

const struct hop_class hop_class_match_collection = {
    .name = "System.Text.RegularExpressions.MatchCollection",
    .base = &hop_class_object,
    .flags = HOP_CLASS_LIST,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_array),
    .interfaces = list_interfaces,
    .properties = match_collection_properties,
    .methods = match_collection_methods,
    .destroy = hop_array_destroy,
};

/* ---- Regex ---- */

static struct hop_regex *
regex_of(struct hop_value v)
{
    return ((struct hop_regex_object *)v.u.o)->re;
}

static void
destroy_regex(struct hop_object *o)
{
    hop_regex_release(((struct hop_regex_object *)o)->re);
}

struct hop_value
hop_regex_value(struct hop_context *cx, struct hop_regex *re)
{
    struct hop_regex_object *o = hop_object_new(cx, &hop_class_regex);

    o->re = re;
    re->refs++;
    return hop_obj(o);
}

static bool
regex_to_string(struct hop_context *cx, struct hop_value v,
                struct hop_string **out)
{
    *out = hop_string_retain(regex_of(v)->pattern);
    return true;
}

static bool
parse_regex(struct hop_context *cx, const struct hop_string *s,
            struct hop_value *out)
{
    struct hop_regex *re = hop_regex_get(cx, s, 0);

    if (!re)
        return false;
    *out = hop_regex_value(cx, re);
    hop_regex_release(re);
    return true;
}

/* The options among the arguments. */
static unsigned
options_of(const struct hop_call *c)
{
    for (size_t i = 0; i < c->n; i++)
        if (c->args[i].kind == HOP_ENUM &&
            c->args[i].ext == HOP_ENUM_REGEX_OPTIONS)
            return (unsigned)c->args[i].u.i;
    return 0;
}

METHOD(new_regex)
{
    struct hop_regex *re;

    if (ARG_NULL(0))
        return hop_throw_null(cx, "pattern");
    re = hop_regex_get(cx, ARG_S(0), options_of(c));
    if (!re)
        return false;
    c->result = hop_regex_value(cx, re);
    hop_regex_release(re);
    return true;
}

/* What the instance and static forms share: the regex, the input, and where
 * the other arguments begin. */
struct request {
    struct hop_regex *re;
    struct hop_string *input;
    size_t at;
};

static void
end_request(struct request *q)
{
    hop_regex_release(q->re);
}

#define AUTO_REQUEST HOP_CLEANUP(end_request)

static bool
begin(struct hop_context *cx, struct hop_call *c, struct request *q)
{
    if (ARG_NULL(0))
        return hop_throw_null(cx, "input");
    q->input = ARG_S(0);
    if (!hop_is_null(c->self)) {
        q->re = regex_of(c->self);
        q->re->refs++;
        q->at = 1;
        return true;
    }
    if (ARG_NULL(1))
        return hop_throw_null(cx, "pattern");
    q->re = hop_regex_get(cx, ARG_S(1), options_of(c));
    q->at = 2;
    return q->re != NULL;
}

/* An optional start position. */
static size_t
start_of(const struct hop_call *c, const struct request *q, size_t i)
{
    if (i >= c->n || c->args[i].kind != HOP_INT32 || ARG_I(i) < 0 ||
        (size_t)ARG_I(i) > hop_string_len16(q->input))
        return 0;
    return hop_string_offset(q->input, (size_t)ARG_I(i));
}

METHOD(is_match)
{
    AUTO_REQUEST struct request q = {NULL, NULL, 0};
    HOP_AUTO_FREE struct hop_match_range *g = NULL;
    int r;

    if (!begin(cx, c, &q))
        return false;
    g = hop_xcalloc((size_t)q.re->n, sizeof *g);
    r = hop_regex_exec(cx, q.re, q.input, start_of(c, &q, q.at), g);
    if (r < 0)
        return false;
    RETURN(hop_bool(r));
}

METHOD(match)
{
    AUTO_REQUEST struct request q = {NULL, NULL, 0};
    bool ok;

    if (!begin(cx, c, &q))
        return false;
    c->result = match_from(cx, q.re, q.input, start_of(c, &q, q.at), &ok);
    return ok;
}

METHOD(matches)
{
    AUTO_REQUEST struct request q = {NULL, NULL, 0};
    HOP_AUTO_FREE struct hop_match_range *g = NULL;
    struct hop_array *a;
    size_t at;
    int r;

    if (!begin(cx, c, &q))
        return false;
    g = hop_xcalloc((size_t)q.re->n, sizeof *g);
    at = start_of(c, &q, q.at);
    a = hop_array_new_of(cx, &hop_class_match_collection, 0);
    c->result = hop_obj(a);
    while ((r = hop_regex_exec(cx, q.re, q.input, at, g)) > 0) {
        hop_array_push(a, hop_match_new(cx, q.re, q.input, g, true));
        at = hop_regex_next(q.input, g);
    }
    return r == 0;
}

METHOD(count)
{
    if (!matches(cx, c))
        return false;
    hop_value_set(&c->result,
                  hop_int((int32_t)((struct hop_array *)c->result.u.o)->n));
    return true;
}

METHOD(replace)
{
    AUTO_REQUEST struct request q = {NULL, NULL, 0};
    struct hop_string *s;
    int max = -1;
    size_t i;

    if (!begin(cx, c, &q))
        return false;
    i = q.at + 1;
    if (i < c->n && c->args[i].kind == HOP_INT32)
        max = (int)ARG_I(i);
    if (hop_is_null(c->args[q.at]))
        return hop_throw_null(cx, "replacement");
    if (!hop_regex_replace(cx, q.re, q.input, c->args[q.at], max,
                           start_of(c, &q, i + 1), false, &s))
        return false;
    RETURN(hop_str(s));
}

METHOD(split)
{
    AUTO_REQUEST struct request q = {NULL, NULL, 0};
    struct hop_array *a;
    int max = 0;

    if (!begin(cx, c, &q))
        return false;
    if (q.at < c->n && c->args[q.at].kind == HOP_INT32)
        max = (int)ARG_I(q.at);
    a = hop_array_new_of(cx, hop_types_array(cx, &hop_class_string, 1), 0);
    c->result = hop_obj(a);
    return hop_regex_split(cx, q.re, q.input, max,
                           start_of(c, &q, q.at + 1), a);
}

METHOD(escape)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (ARG_NULL(0))
        return hop_throw_null(cx, "str");
    hop_regex_escape(ARG_S(0)->data, ARG_S(0)->len, &b);
    RETURN(hop_text_buf(&b));
}

static unsigned
hex_value(const char *p, int n)
{
    unsigned v = 0;

    for (int i = 0; i < n; i++) {
        char ch = p[i];

        v = v * 16 + (unsigned)(ch <= '9' ? ch - '0' : (ch | 0x20) - 'a' + 10);
    }
    return v;
}

METHOD(unescape)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    const char *p, *end;

    if (ARG_NULL(0))
        return hop_throw_null(cx, "str");
    for (p = ARG_S(0)->data, end = p + ARG_S(0)->len; p < end; p++) {
        if (*p != '\\' || p + 1 == end) {
            hop_buf_addc(&b, *p);
            continue;
        }
        p++;
        switch (*p) {
        case 'n': hop_buf_addc(&b, '\n'); break;
        case 'r': hop_buf_addc(&b, '\r'); break;
        case 't': hop_buf_addc(&b, '\t'); break;
        case 'f': hop_buf_addc(&b, '\f'); break;
        case 'v': hop_buf_addc(&b, '\v'); break;
        case 'a': hop_buf_addc(&b, '\a'); break;
        case 'e': hop_buf_addc(&b, 27); break;
        case 'u':
        case 'x': {
            int n = *p == 'u' ? 4 : 2;

            if (end - p <= n) {
                hop_buf_addc(&b, *p);
                break;
            }
            hop_buf_add_utf16(&b, (uint16_t)hex_value(p + 1, n));
            p += n;
            break;
        }
        default: hop_buf_addc(&b, *p);
        }
    }
    RETURN(hop_text_buf(&b));
}

METHOD(group_names)
{
    struct hop_regex *re = regex_of(c->self);
    struct hop_array *a =
        hop_array_new_of(cx, hop_types_array(cx, &hop_class_string, 1), 0);

    for (int i = 0; i < re->n; i++)
        hop_array_push(a, hop_str(hop_string_retain(re->names[i])));
    RETURN(hop_obj(a));
}

METHOD(group_numbers)
{
    struct hop_regex *re = regex_of(c->self);
    struct hop_array *a = hop_array_new_of(
        cx, hop_types_array(cx, &hop_class_int32, 1), (size_t)re->n);

    for (int i = 0; i < re->n; i++)
        a->items[i] = hop_int(i);
    RETURN(hop_obj(a));
}

METHOD(group_name)
{
    struct hop_regex *re = regex_of(c->self);

    RETURN(ARG_I(0) >= 0 && ARG_I(0) < re->n
               ? hop_str(hop_string_retain(re->names[ARG_I(0)]))
               : hop_text(""));
}

METHOD(group_number)
{
    RETURN(hop_int(hop_regex_group(regex_of(c->self), ARG_S(0)->data,
                                   ARG_S(0)->len)));
}

GETTER(get_options)
{
    *out = hop_enum(HOP_ENUM_REGEX_OPTIONS, regex_of(self)->options);
    return true;
}

GETTER(get_rtl)
{
    *out = hop_bool(regex_of(self)->options & HOP_REGEX_RIGHT_TO_LEFT);
    return true;
}

static const struct hop_property regex_properties[] = {
    {"Options", "System.Text.RegularExpressions.RegexOptions", get_options},
    {"RightToLeft", "bool", get_rtl},
    END_PROPERTIES,
};

#define OPT "System.Text.RegularExpressions.RegexOptions options"
#define EVAL                                                                   \
    "System.Text.RegularExpressions.MatchEvaluator evaluator"
#define M "System.Text.RegularExpressions.Match"
#define MC "System.Text.RegularExpressions.MatchCollection"

static const struct hop_method regex_methods[] = {
    {"bool IsMatch(string input)", is_match},
    {"bool IsMatch(string input, int startat)", is_match},
    {M " Match(string input)", match},
    {M " Match(string input, int startat)", match},
    {MC " Matches(string input)", matches},
    {MC " Matches(string input, int startat)", matches},
    {"int Count(string input)", count},
    {"string Replace(string input, string replacement)", replace},
    {"string Replace(string input, string replacement, int count)", replace},
    {"string Replace(string input, string replacement, int count, int "
     "startat)",
     replace},
    {"string Replace(string input, " EVAL ")", replace},
    {"string Replace(string input, " EVAL ", int count)", replace},
    {"string[] Split(string input)", split},
    {"string[] Split(string input, int count)", split},
    {"string[] Split(string input, int count, int startat)", split},
    {"string[] GetGroupNames()", group_names},
    {"int[] GetGroupNumbers()", group_numbers},
    {"string GroupNameFromNumber(int i)", group_name},
    {"int GroupNumberFromName(string name)", group_number},
    {"static bool IsMatch(string input, string pattern)", is_match},
    {"static bool IsMatch(string input, string pattern, " OPT ")", is_match},
    {"static " M " Match(string input, string pattern)", match},
    {"static " M " Match(string input, string pattern, " OPT ")", match},
    {"static " MC " Matches(string input, string pattern)", matches},
    {"static " MC " Matches(string input, string pattern, " OPT ")", matches},
    {"static int Count(string input, string pattern)", count},
    {"static string Replace(string input, string pattern, string "
     "replacement)",
     replace},
    {"static string Replace(string input, string pattern, string replacement, "
     OPT ")",
     replace},
    {"static string Replace(string input, string pattern, " EVAL ")", replace},
    {"static string Replace(string input, string pattern, " EVAL ", " OPT ")",
     replace},
    {"static string[] Split(string input, string pattern)", split},
    {"static string[] Split(string input, string pattern, " OPT ")", split},
    {"static string Escape(string str)", escape},
    {"static string Unescape(string str)", unescape},
    END_METHODS,
};

static const struct hop_method regex_constructors[] = {
    {"regex new(string pattern)", new_regex},
    {"regex new(string pattern, " OPT ")", new_regex},
    {"regex new(string pattern, " OPT ", timespan matchTimeout)", new_regex},
    END_METHODS,
};

const struct hop_class hop_class_regex = {
    .name = "System.Text.RegularExpressions.Regex",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_regex_object),
    .properties = regex_properties,
    .methods = regex_methods,
    .constructors = regex_constructors,
    .destroy = destroy_regex,
    .to_string = regex_to_string,
    .parse = parse_regex,
};

const struct hop_class hop_class_match_evaluator = {
    .name = "System.Text.RegularExpressions.MatchEvaluator",
    .base = &hop_class_delegate,
    .flags = HOP_CLASS_DELEGATE,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_delegate),
};

/* ---- WildcardPattern ---- */

struct wildcard {
    struct hop_object base;
    struct hop_string *pattern;
    bool fold;
};

static void
destroy_wildcard(struct hop_object *o)
{
    hop_string_release(((struct wildcard *)o)->pattern);
}

METHOD(new_wildcard)
{
    struct wildcard *w = hop_object_new(cx, &hop_class_wildcard_pattern);

    w->pattern = hop_string_retain(ARG_S(0));
    w->fold = c->n > 1 && (ARG_I(1) & 2);
    RETURN(hop_obj(w));
}

METHOD(wildcard_match)
{
    struct wildcard *w = (struct wildcard *)c->self.u.o;

    RETURN(hop_bool(!ARG_NULL(0) &&
                    hop_wildcard_match(w->pattern->data, w->pattern->len,
                                       ARG_S(0)->data, ARG_S(0)->len,
                                       w->fold)));
}

METHOD(wildcard_has)
{
    RETURN(hop_bool(!ARG_NULL(0) &&
                    hop_wildcard_has(ARG_S(0)->data, ARG_S(0)->len)));
}

/* data: unescapes. */
METHOD(wildcard_escape)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    (c->data ? hop_wildcard_unescape : hop_wildcard_escape)(
        ARG_S(0)->data, ARG_S(0)->len, &b);
    RETURN(hop_text_buf(&b));
}

METHOD(wildcard_regex)
{
    struct wildcard *w = (struct wildcard *)c->self.u.o;
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    HOP_AUTO_STRING struct hop_string *s = NULL;
    struct hop_regex *re;

    hop_buf_addc(&b, '^');
    for (size_t i = 0; i < w->pattern->len; i++) {
        char ch = w->pattern->data[i];

        if (ch == '*')
            hop_buf_adds(&b, ".*");
        else if (ch == '?')
            hop_buf_addc(&b, '.');
        else if (ch == '[' || ch == ']')
            hop_buf_addc(&b, ch);
        else
            hop_regex_escape(&ch, 1, &b);
    }
    hop_buf_addc(&b, '$');
    s = hop_string_take_buf(&b);
    re = hop_regex_get(cx, s, HOP_REGEX_SINGLELINE | (w->fold ? 1 : 0));
    if (!re)
        return false;
    c->result = hop_regex_value(cx, re);
    hop_regex_release(re);
    return true;
}

METHOD(get_wildcard)
{
    return new_wildcard(cx, c);
}

#define WO "System.Management.Automation.WildcardOptions options"
#define WP "System.Management.Automation.WildcardPattern"

static const struct hop_method wildcard_methods[] = {
    {"bool IsMatch(string input)", wildcard_match},
    {"regex ToRegex()", wildcard_regex},
    {"static bool ContainsWildcardCharacters(string pattern)", wildcard_has},
    {"static string Escape(string pattern)", wildcard_escape, false},
    {"static string Unescape(string pattern)", wildcard_escape, true},
    {"static " WP " Get(string pattern, " WO ")", get_wildcard},
    END_METHODS,
};

static const struct hop_method wildcard_constructors[] = {
    {WP " new(string pattern)", new_wildcard},
    {WP " new(string pattern, " WO ")", new_wildcard},
    END_METHODS,
};

const struct hop_class hop_class_wildcard_pattern = {
    .name = "System.Management.Automation.WildcardPattern",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct wildcard),
    .methods = wildcard_methods,
    .constructors = wildcard_constructors,
    .destroy = destroy_wildcard,
};
