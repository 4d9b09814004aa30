/* System.Text.RegularExpressions.Regex.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/def.h"

#include "base/alloc.h"
#include "value/regex.h"
#include "value/types/interfaces.h"
#include "value/types/match.h"

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
    c->result = hop_match_from(cx, q.re, q.input, start_of(c, &q, q.at), &ok);
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
    return hop_regex_split(cx, q.re, q.input, max, start_of(c, &q, q.at + 1),
                           a);
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
    RETURN(hop_int(
        hop_regex_group(regex_of(c->self), ARG_S(0)->data, ARG_S(0)->len)));
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

#define OPT  "System.Text.RegularExpressions.RegexOptions options"
#define EVAL "System.Text.RegularExpressions.MatchEvaluator evaluator"
#define M    "System.Text.RegularExpressions.Match"
#define MC   "System.Text.RegularExpressions.MatchCollection"

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
    {"static string Replace(string input, string pattern, string "
     "replacement, " OPT ")",
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
