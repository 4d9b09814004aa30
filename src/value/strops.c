/* -like -match -replace -split -join and -f.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/strops.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/text.h"
#include "value/enums.h"
#include "value/exception.h"
#include "value/regex.h"

static bool
is_block(struct hop_value v)
{
    return v.kind == HOP_OBJECT &&
           strcmp(v.u.o->cls->name,
                  "System.Management.Automation.ScriptBlock") == 0;
}

/* ---- -like ---- */

bool
hop_like(struct hop_context *cx, struct hop_value a, struct hop_value b,
         bool ignore_case, bool *yes)
{
    HOP_AUTO_STRING struct hop_string *s = NULL, *t = NULL;

    if (!hop_to_string(cx, a, &s) || !hop_to_string(cx, b, &t))
        return false;
    *yes = hop_wildcard_match(t->data, t->len, s->data, s->len, ignore_case);
    return true;
}

/* ---- -match ---- */

static bool
throw_bad_pattern(struct hop_context *cx, const struct hop_string *pattern)
{
    struct hop_value e = hop_take_exception(cx);

    return hop_throw_full(
        cx, &hop_exception_runtime, "InvalidRegularExpression",
        HOP_CAT_INVALID_OPERATION, hop_null(), e,
        "The regular expression pattern %s is not valid.", pattern->data);
}

/* The regex an operand means: a Regex object or a pattern's text. */
static struct hop_regex *
to_regex(struct hop_context *cx, struct hop_value v, unsigned options)
{
    HOP_AUTO_STRING struct hop_string *s = NULL;
    struct hop_regex *re;

    v = hop_value_base(v);
    if (hop_is_exactly(v, &hop_class_regex)) {
        re = ((struct hop_regex_object *)v.u.o)->re;
        re->refs++;
        return re;
    }
    if (!hop_to_string(cx, v, &s))
        return NULL;
    re = hop_regex_get(cx, s, options);
    if (!re)
        throw_bad_pattern(cx, s);
    return re;
}

static void
release_regex(struct hop_regex **re)
{
    hop_regex_release(*re);
}

#define AUTO_REGEX HOP_CLEANUP(release_regex)

/* $Matches: groups that took part, by number or name. */
static struct hop_value
make_matches(struct hop_context *cx, const struct hop_regex *re,
             const struct hop_string *s, const struct hop_match_range *g)
{
    struct hop_dict *d = hop_hashtable_new(cx);

    for (int i = re->n; i-- > 0;) {
        const char *name = re->names[i]->data;
        bool number = *name >= '0' && *name <= '9';
        HOP_AUTO_VALUE struct hop_value key = {.kind = HOP_NULL};

        if (g[i].start == HOP_REGEX_NONE)
            continue;
        key = number ? hop_int(atoi(name))
                     : hop_str(hop_string_retain(re->names[i]));
        hop_dict_set(d, key,
                     hop_textn(s->data + g[i].start, g[i].end - g[i].start));
    }
    return hop_obj(d);
}

bool
hop_match_one(struct hop_context *cx, struct hop_value a, struct hop_value b,
              bool ignore_case, bool *yes, struct hop_value *matches)
{
    HOP_AUTO_STRING struct hop_string *s = NULL;
    AUTO_REGEX struct hop_regex *re = NULL;
    struct hop_match_range few[8];
    HOP_AUTO_FREE struct hop_match_range *many = NULL;
    struct hop_match_range *g = few;
    int r;

    if (!hop_to_string(cx, a, &s))
        return false;
    re = to_regex(cx, b, ignore_case ? HOP_REGEX_IGNORE_CASE : 0);
    if (!re)
        return false;
    if (re->n > 8)
        g = many = hop_xcalloc((size_t)re->n, sizeof *many);
    r = hop_regex_exec(cx, re, s, 0, g);
    if (r < 0)
        return false;
    *yes = r > 0;
    if (r > 0 && matches)
        hop_value_set(matches, make_matches(cx, re, s, g));
    return true;
}

/* ---- -replace ---- */

static bool
replace_one(struct hop_context *cx, struct hop_regex *re, struct hop_value v,
            struct hop_value by, struct hop_value *out)
{
    HOP_AUTO_STRING struct hop_string *s = NULL;
    struct hop_string *r;

    if (!hop_to_string(cx, v, &s) ||
        !hop_regex_replace(cx, re, s, by, -1, 0, true, &r))
        return false;
    *out = hop_str(r);
    return true;
}

static bool
throw_replace_arguments(struct hop_context *cx, size_t n)
{
    return hop_throw_runtime(cx, "BadReplaceArgument",
                             HOP_CAT_INVALID_OPERATION,
                             "The -ireplace operator allows only two elements "
                             "to follow it, not %zu.",
                             n);
}

bool
hop_replace_op(struct hop_context *cx, struct hop_value a, struct hop_value b,
               bool ignore_case, struct hop_value *out)
{
    struct hop_array *args = hop_as_array(b);
    struct hop_value pattern = args ? hop_null() : b, by = hop_null();
    HOP_AUTO_VALUE struct hop_value text = {.kind = HOP_NULL};
    AUTO_REGEX struct hop_regex *re = NULL;

    if (args && args->n > 2)
        return throw_replace_arguments(cx, args->n);
    if (args && args->n > 0)
        pattern = args->items[0];
    if (args && args->n > 1)
        by = hop_value_base(args->items[1]);
    re = to_regex(cx, pattern, ignore_case ? HOP_REGEX_IGNORE_CASE : 0);
    if (!re)
        return false;
    if (!is_block(by)) {
        if (!hop_convert(cx, by, &hop_class_string, &text))
            return false;
        by = text;
    }
    if (a.kind == HOP_OBJECT && hop_is_enumerable(a)) {
        HOP_AUTO_ITER struct hop_iter it = {0};
        HOP_AUTO_VALUE struct hop_value all = {.kind = HOP_NULL};
        struct hop_value x, y;
        int r;

        if (!hop_iter_init(cx, &it, a))
            return false;
        all = hop_obj(hop_array_new(cx, 0));
        while ((r = hop_iter_next(cx, &it, &x)) > 0) {
            HOP_AUTO_VALUE struct hop_value item = x;

            if (!replace_one(cx, re, item, by, &y))
                return false;
            hop_array_push((struct hop_array *)all.u.o, y);
        }
        if (r < 0)
            return false;
        *out = hop_value_steal(&all);
        return true;
    }
    return replace_one(cx, re, a, by, out);
}

/* ---- -split ---- */

enum {
    SPLIT_SIMPLE = 1,
    SPLIT_CULTURE = 4,
    SPLIT_WHITESPACE = 8,
    SPLIT_MULTILINE = 16,
    SPLIT_SINGLELINE = 32,
    SPLIT_IGNORE_CASE = 64,
    SPLIT_EXPLICIT = 128,
};

static unsigned
regex_options(int64_t options, bool ignore_case)
{
    unsigned o = ignore_case ? HOP_REGEX_IGNORE_CASE : 0;

    if (options & SPLIT_WHITESPACE)
        o |= HOP_REGEX_IGNORE_WHITESPACE;
    if (options & SPLIT_MULTILINE)
        o |= HOP_REGEX_MULTILINE;
    if (options & SPLIT_SINGLELINE)
        o |= HOP_REGEX_SINGLELINE;
    if (options & SPLIT_IGNORE_CASE)
        o |= HOP_REGEX_IGNORE_CASE;
    if (options & SPLIT_EXPLICIT)
        o |= HOP_REGEX_EXPLICIT_CAPTURE;
    return o;
}

/* From the right: the last -limit - 1 separators count. */
static bool
split_from_right(struct hop_context *cx, struct hop_regex *re,
                 const struct hop_string *s, int pieces, struct hop_array *out)
{
    HOP_AUTO_FREE struct hop_match_range *g =
        hop_xcalloc((size_t)re->n, sizeof *g);
    size_t at = 0, skip = 0, n = 0, start = 0;
    int r;

    while ((r = hop_regex_exec(cx, re, s, at, g)) > 0) {
        at = hop_regex_next(s, g);
        n++;
    }
    if (r < 0)
        return false;
    skip = n > (size_t)(pieces - 1) ? n - (size_t)(pieces - 1) : 0;
    at = 0;
    while (hop_regex_exec(cx, re, s, at, g) > 0) {
        at = hop_regex_next(s, g);
        if (skip) {
            skip--;
            continue;
        }
        hop_array_push(out, hop_textn(s->data + start, g[0].start - start));
        for (int i = 1; i < re->n; i++)
            if (g[i].start != HOP_REGEX_NONE)
                hop_array_push(out, hop_textn(s->data + g[i].start,
                                              g[i].end - g[i].start));
        start = g[0].end;
    }
    hop_array_push(out, hop_textn(s->data + start, s->len - start));
    return true;
}

static bool
split_by_block(struct hop_context *cx, struct hop_value block,
               const struct hop_string *s, int limit, struct hop_array *out)
{
    size_t start = 0, used, pieces = 0;
    int32_t index = 0;

    for (size_t at = 0; at < s->len && cx->ops->invoke; at += used, index++) {
        HOP_AUTO_VALUE struct hop_value c = {.kind = HOP_NULL},
                                        r = {.kind = HOP_NULL};
        struct hop_value args[2];

        if (limit > 0 && pieces + 1 >= (size_t)limit)
            break;
        hop_utf8_decode(s->data + at, s->len - at, &used);
        c = hop_textn(s->data + at, used);
        args[0] = hop_str((struct hop_string *)(uintptr_t)s);
        args[1] = hop_int(index);
        if (!cx->ops->invoke(cx, block, &c, false, args, 2, &r))
            return false;
        if (!hop_is_true(cx, r))
            continue;
        hop_array_push(out, hop_textn(s->data + start, at - start));
        start = at + used;
        pieces++;
    }
    hop_array_push(out, hop_textn(s->data + start, s->len - start));
    return true;
}

struct split {
    struct hop_value by; /* a block, or null: the regex */
    struct hop_regex *re;
    int limit;
};

static bool
split_one(struct hop_context *cx, const struct split *sp, struct hop_value v,
          struct hop_array *out)
{
    HOP_AUTO_STRING struct hop_string *s = NULL;

    if (!hop_to_string(cx, v, &s))
        return false;
    if (!hop_is_null(sp->by))
        return split_by_block(cx, sp->by, s, sp->limit, out);
    if (sp->limit < 0)
        return split_from_right(cx, sp->re, s, -sp->limit, out);
    return hop_regex_split(cx, sp->re, s, sp->limit, 0, out);
}

static bool
split_all(struct hop_context *cx, const struct split *sp, struct hop_value a,
          struct hop_value *out)
{
    HOP_AUTO_ITER struct hop_iter it = {0};
    HOP_AUTO_VALUE struct hop_value all = {.kind = HOP_NULL};
    struct hop_value x;
    int r;

    all = hop_obj(
        hop_array_new_of(cx, hop_types_array(cx, &hop_class_string, 1), 0));
    if (hop_is_null(a)) {
        hop_array_push((struct hop_array *)all.u.o, hop_text(""));
        *out = hop_value_steal(&all);
        it.done = NULL;
        it.source = hop_null();
        return true;
    }
    if (!hop_iter_init(cx, &it, a))
        return false;
    while ((r = hop_iter_next(cx, &it, &x)) > 0) {
        HOP_AUTO_VALUE struct hop_value item = x;

        if (!split_one(cx, sp, item, (struct hop_array *)all.u.o))
            return false;
    }
    if (r < 0)
        return false;
    *out = hop_value_steal(&all);
    return true;
}

static bool
split_options(struct hop_context *cx, struct hop_value v, int64_t *options)
{
    struct hop_value e;

    if (!hop_convert(cx, v, &hop_enum_split_options, &e))
        return false;
    *options = e.u.i;
    return true;
}

bool
hop_split_op(struct hop_context *cx, struct hop_value a, struct hop_value b,
             bool ignore_case, struct hop_value *out)
{
    struct hop_array *args = hop_as_array(b);
    struct hop_value by = args ? args->n ? args->items[0] : hop_null() : b;
    AUTO_REGEX struct hop_regex *re = NULL;
    struct split sp = {hop_null(), NULL, 0};
    int32_t limit = 0;
    int64_t options = 0;

    by = hop_value_base(by);
    if (args && args->n > 1 && !hop_to_int32(cx, args->items[1], &limit))
        return false;
    if (args && args->n > 2 && !split_options(cx, args->items[2], &options))
        return false;
    sp.limit = limit;
    if (is_block(by)) {
        sp.by = by;
        return split_all(cx, &sp, a, out);
    }
    if (options & SPLIT_SIMPLE) {
        HOP_AUTO_STRING struct hop_string *s = NULL;
        HOP_AUTO_BUF struct hop_buf e = HOP_BUF_INIT;
        HOP_AUTO_VALUE struct hop_value escaped = {.kind = HOP_NULL};

        if (!hop_to_string(cx, by, &s))
            return false;
        hop_regex_escape(s->data, s->len, &e);
        escaped = hop_text_buf(&e);
        re = to_regex(cx, escaped, regex_options(options, ignore_case));
    } else {
        re = to_regex(cx, by, regex_options(options, ignore_case));
    }
    sp.re = re;
    return re && split_all(cx, &sp, a, out);
}

/* Unary -split: runs of white space separate, at the ends too. */
bool
hop_split_blanks(struct hop_context *cx, struct hop_value v,
                 struct hop_value *out)
{
    HOP_AUTO_ITER struct hop_iter it = {0};
    HOP_AUTO_VALUE struct hop_value all = {.kind = HOP_NULL};
    struct hop_value x;
    int r;

    if (!hop_iter_init(cx, &it, v))
        return false;
    all = hop_obj(
        hop_array_new_of(cx, hop_types_array(cx, &hop_class_string, 1), 0));
    while ((r = hop_iter_next(cx, &it, &x)) > 0) {
        HOP_AUTO_VALUE struct hop_value item = x;
        HOP_AUTO_STRING struct hop_string *s = NULL;

        if (!hop_to_string(cx, item, &s))
            return false;
        for (const char *p = s->data, *end = p + s->len; p < end;) {
            const char *start;

            while (p < end && hop_ascii_is_space(*p))
                p++;
            start = p;
            while (p < end && !hop_ascii_is_space(*p))
                p++;
            if (p > start)
                hop_array_push((struct hop_array *)all.u.o,
                               hop_textn(start, (size_t)(p - start)));
        }
    }
    if (r < 0)
        return false;
    *out = hop_value_steal(&all);
    return true;
}

/* ---- -join ---- */

/* An enumerator is one object here, not the elements it walks over. */
static bool
is_enumerator(struct hop_context *cx, struct hop_value v)
{
    return v.kind == HOP_OBJECT && !hop_as_array(v) &&
           hop_class_methods(cx, hop_class_of(v), "MoveNext", 8, false);
}

bool
hop_join_op(struct hop_context *cx, struct hop_value a, struct hop_value b,
            struct hop_value *out)
{
    HOP_AUTO_STRING struct hop_string *sep = NULL;
    HOP_AUTO_BUF struct hop_buf buf = HOP_BUF_INIT;
    HOP_AUTO_ITER struct hop_iter it = {.source = {.kind = HOP_NULL}};
    struct hop_value x;
    bool first = true;
    int r;

    if (is_enumerator(cx, hop_value_base(a))) {
        struct hop_string *text;
        if (!hop_to_string(cx, a, &text))
            return false;
        *out = hop_str(text);
        return true;
    }
    if (!hop_to_string(cx, b, &sep) || !hop_iter_init(cx, &it, a))
        return false;
    while ((r = hop_iter_next(cx, &it, &x)) > 0) {
        HOP_AUTO_VALUE struct hop_value item = x;

        if (!first)
            hop_buf_add(&buf, sep->data, sep->len);
        first = false;
        if (!hop_add_text_flat(cx, item, &buf))
            return false;
    }
    if (r < 0)
        return false;
    if (!hop_buf_ok(&buf))
        return hop_context_may_alloc(cx, SIZE_MAX, 1);
    *out = hop_text_buf(&buf);
    return true;
}

/* ---- -f ---- */

bool
hop_format_op(struct hop_context *cx, struct hop_value a, struct hop_value b,
              struct hop_value *out)
{
    HOP_AUTO_STRING struct hop_string *f = NULL, *why = NULL;
    HOP_AUTO_BUF struct hop_buf buf = HOP_BUF_INIT;
    struct hop_array *args = hop_as_array(b);
    struct hop_value e;

    if (args && !(args->base.cls->flags & HOP_CLASS_ARRAY))
        args = NULL;
    if (!hop_to_string(cx, a, &f))
        return false;
    if (hop_composite(cx, f->data, f->len, args ? args->items : &b,
                      args ? args->n : 1, &buf)) {
        *out = hop_text_buf(&buf);
        return true;
    }
    e = hop_take_exception(cx);
    why = hop_string_from(hop_exception_message(e));
    return hop_throw_full(cx, &hop_exception_runtime, "FormatError",
                          HOP_CAT_INVALID_OPERATION, a, e,
                          "Error formatting a string: %s.", why->data);
}
