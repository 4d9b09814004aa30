/* Patterns: translation, compilation, matching.
 *
 * SPDX-License-Identifier: MIT
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "value/regex.h"

#include <ctype.h>
#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/text.h"
#include "value/exception.h"

#define CACHE_SIZE  512
#define JIT_AFTER   8
#define MATCH_LIMIT 50000000
#define GROUP_NAME_MAX    64

struct hop_regex_cache {
    struct hop_regex *slots[CACHE_SIZE];
};

/* ---- translation ---- */

struct translation {
    const char *p, *end;
    struct hop_buf out;
    bool extended;
    int unnamed, total; /* groups seen */
    struct {
        char name[GROUP_NAME_MAX];
        int pcre; /* group number in PCRE2's counting */
    } named[HOP_REGEX_GROUPS_MAX];
    int named_n;
    bool explicit_capture;
    int unnamed_pcre[HOP_REGEX_GROUPS_MAX]; /* PCRE2 number of .NET's k */
};

static void
translate_escape(struct translation *t, bool in_class)
{
    char c = t->p + 1 < t->end ? t->p[1] : 0;

    if (c == 'u' && t->end - t->p >= 6) {
        hop_buf_addf(&t->out, "\\x{%.4s}", t->p + 2);
        t->p += 6;
        return;
    }
    /* PCRE2 knows letters that .NET has not; those .NET takes as they are. */
    if (c == 'h' || c == 'H' || c == 'R' || c == 'X' || c == 'K' ||
        (c == 'Q') || (c == 'E') || c == 'N' || c == 'V' || c == 'C') {
        hop_buf_addc(&t->out, c);
        t->p += 2;
        return;
    }
    if (c == 'v' && !in_class) {
        hop_buf_adds(&t->out, "\\x0B");
        t->p += 2;
        return;
    }
    hop_buf_add(&t->out, t->p, (size_t)(t->p + 1 < t->end ? 2 : 1));
    t->p += t->p + 1 < t->end ? 2 : 1;
}

/* A character class; [a-z-[aeiou]] becomes (?![aeiou])[a-z]. */
static void
translate_class(struct translation *t)
{
    HOP_AUTO_BUF struct hop_buf body = HOP_BUF_INIT;
    struct hop_buf outer = t->out;
    bool first = true;

    t->out = body;
    hop_buf_addc(&t->out, *t->p++);
    if (t->p < t->end && *t->p == '^')
        hop_buf_addc(&t->out, *t->p++);
    while (t->p < t->end && (*t->p != ']' || first)) {
        if (*t->p == '\\') {
            translate_escape(t, true);
        } else if (*t->p == '-' && t->p + 1 < t->end && t->p[1] == '[') {
            struct hop_buf inner;

            t->p++;
            body = t->out;
            t->out = (struct hop_buf)HOP_BUF_INIT;
            translate_class(t);
            inner = t->out;
            t->out = body;
            hop_buf_addf(&outer, "(?!%s)", hop_buf_str(&inner));
            hop_buf_done(&inner);
        } else {
            if (*t->p == '[')
                hop_buf_addc(&t->out, '\\');
            hop_buf_addc(&t->out, *t->p++);
        }
        first = false;
    }
    if (t->p < t->end)
        hop_buf_addc(&t->out, *t->p++);
    body = t->out;
    t->out = outer;
    if (body.len)
        hop_buf_add(&t->out, body.data, body.len);
}

static void
note_unnamed(struct translation *t)
{
    if (t->explicit_capture)
        return;
    t->total++;
    if (t->unnamed + 1 < HOP_REGEX_GROUPS_MAX)
        t->unnamed_pcre[++t->unnamed] = t->total;
}

/* (?<name> or (?'name' : true and behind it, unless it is a look-behind. */
static bool
translate_named(struct translation *t)
{
    const char *s = t->p + 3;
    char close = t->p[2] == '<' ? '>' : '\'';
    const char *e;
    size_t n;

    if (s >= t->end || *s == '=' || *s == '!')
        return false;
    e = memchr(s, close, (size_t)(t->end - s));
    if (!e || e == s || memchr(s, '-', (size_t)(e - s)))
        return false;
    n = (size_t)(e - s);
    if (n >= GROUP_NAME_MAX || t->named_n == HOP_REGEX_GROUPS_MAX)
        return false;
    t->total++;
    memcpy(t->named[t->named_n].name, s, n);
    t->named[t->named_n].name[n] = 0;
    t->named[t->named_n++].pcre = t->total;
    /* Groups are found by number: any name will do for PCRE2. */
    hop_buf_addf(&t->out, "(?<g%d>", t->total);
    t->p = e + 1;
    return true;
}

static void
translate_group(struct translation *t)
{
    if (t->p + 1 < t->end && t->p[1] == '?') {
        if (t->p + 2 < t->end && (t->p[2] == '<' || t->p[2] == '\'') &&
            translate_named(t))
            return;
        if (t->p + 2 < t->end && t->p[2] == '#') {
            while (t->p < t->end && *t->p != ')')
                t->p++;
            t->p += t->p < t->end;
            return;
        }
        hop_buf_adds(&t->out, "(?");
        t->p += 2;
        return;
    }
    note_unnamed(t);
    hop_buf_addc(&t->out, *t->p++);
}

/* \1, \k<name>: by PCRE2's number. */
static bool
translate_reference(struct translation *t)
{
    const char *s = t->p + 1;

    if (*s >= '1' && *s <= '9') {
        int k = 0;

        while (s < t->end && isdigit((unsigned char)*s) && k < 100)
            k = k * 10 + (*s++ - '0');
        hop_buf_addf(&t->out, "\\g{%d}",
                     k <= t->unnamed ? t->unnamed_pcre[k] : k);
        t->p = s;
        return true;
    }
    if (*s == 'k' && s + 2 < t->end && (s[1] == '<' || s[1] == '\'')) {
        const char *e = memchr(s + 2, s[1] == '<' ? '>' : '\'',
                               (size_t)(t->end - s - 2));

        for (int i = t->named_n; e && i-- > 0;)
            if (strlen(t->named[i].name) == (size_t)(e - s - 2) &&
                memcmp(t->named[i].name, s + 2, (size_t)(e - s - 2)) == 0) {
                hop_buf_addf(&t->out, "\\g{%d}", t->named[i].pcre);
                t->p = e + 1;
                return true;
            }
    }
    return false;
}

static void
translate(struct translation *t)
{
    while (t->p < t->end) {
        char c = *t->p;

        if (c == '\\' && t->p + 1 < t->end && translate_reference(t))
            continue;
        if (c == '\\')
            translate_escape(t, false);
        else if (c == '[')
            translate_class(t);
        else if (c == '(')
            translate_group(t);
        else if (c == '#' && t->extended)
            while (t->p < t->end && *t->p != '\n')
                t->p++;
        else
            hop_buf_addc(&t->out, *t->p++);
    }
}

/* ---- compilation ---- */

static const struct {
    int code;
    const char *text;
} messages[] = {
    {101, "Illegal \\ at end of pattern."},
    {104, "Illegal {x,y} with x > y."},
    {106, "Unterminated [] set."},
    {108, "[x-y] range in reverse order."},
    {114, "Not enough )'s."},
    {115, "Reference to undefined group number."},
    {122, "Too many )'s."},
    {111, "Unrecognized grouping construct."},
    {142, "Invalid group name: Group names must begin with a word character."},
};

static void
throw_pattern(struct hop_context *cx, const struct hop_string *pattern,
              int code, size_t offset)
{
    char quantifier[64];
    const char *text = "Unrecognized escape sequence.";

    for (size_t i = 0; i < HOP_ARRAY_SIZE(messages); i++)
        if (messages[i].code == code)
            text = messages[i].text;
    if (code == 109) {
        if (offset == 0)
            offset = 1;
        snprintf(quantifier, sizeof quantifier,
                 "Quantifier '%c' following nothing.",
                 offset <= pattern->len ? pattern->data[offset - 1] : '*');
        text = quantifier;
    }
    if (code == 114 || code == 106)
        offset = pattern->len;
    if (code == 122)
        offset = offset < pattern->len ? offset + 1 : pattern->len;
    hop_throw(cx, &hop_exception_regex_parse,
              "Invalid pattern '%s' at offset %zu. %s", pattern->data, offset,
              text);
}

static uint32_t
pcre_options(unsigned o)
{
    uint32_t f = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF;

    if (!(o & HOP_REGEX_ECMASCRIPT))
        f |= PCRE2_UCP;
    if (o & HOP_REGEX_IGNORE_CASE)
        f |= PCRE2_CASELESS;
    if (o & HOP_REGEX_MULTILINE)
        f |= PCRE2_MULTILINE;
    if (o & HOP_REGEX_SINGLELINE)
        f |= PCRE2_DOTALL;
    if (o & HOP_REGEX_EXPLICIT_CAPTURE)
        f |= PCRE2_NO_AUTO_CAPTURE;
    if (o & HOP_REGEX_IGNORE_WHITESPACE)
        f |= PCRE2_EXTENDED;
    return f;
}

/* The .NET group of a name met before, or -1. */
static int
known_name(const struct hop_regex *re, const char *name)
{
    for (int i = 0; i < re->n; i++)
        if (re->names[i] && hop_string_is(re->names[i], name))
            return i;
    return -1;
}

/* .NET counts unnamed groups first, then named ones in order. */
static void
number_groups(struct hop_regex *re, const struct translation *t)
{
    char digits[16];

    re->pcre_n = t->total + 1;
    re->from_pcre = hop_xcalloc((size_t)re->pcre_n, sizeof *re->from_pcre);
    re->names = hop_xcalloc((size_t)re->pcre_n, sizeof *re->names);
    for (int i = 0; i <= t->unnamed; i++) {
        if (i)
            re->from_pcre[t->unnamed_pcre[i]] = i;
        snprintf(digits, sizeof digits, "%d", i);
        re->names[i] = hop_string_from(digits);
    }
    re->n = t->unnamed + 1;
    for (int i = 0; i < t->named_n; i++) {
        int k = known_name(re, t->named[i].name);

        if (k < 0) {
            k = re->n++;
            re->names[k] = hop_string_from(t->named[i].name);
        }
        re->from_pcre[t->named[i].pcre] = k;
    }
}

static struct hop_regex *
compile(struct hop_context *cx, const struct hop_string *pattern,
        unsigned options)
{
    struct translation *t = hop_xmalloc(sizeof *t);
    pcre2_compile_context *ctx = pcre2_compile_context_create(NULL);
    struct hop_regex *re = NULL;
    PCRE2_SIZE offset;
    pcre2_code *code;
    int error;

    t->p = pattern->data;
    t->end = pattern->data + pattern->len;
    t->extended = options & HOP_REGEX_IGNORE_WHITESPACE;
    t->explicit_capture = options & HOP_REGEX_EXPLICIT_CAPTURE;
    translate(t);
    pcre2_set_newline(ctx, PCRE2_NEWLINE_LF);
    pcre2_set_parens_nest_limit(ctx, 200);
    code = pcre2_compile((PCRE2_SPTR)hop_buf_str(&t->out), t->out.len,
                         pcre_options(options), &error, &offset, ctx);
    pcre2_compile_context_free(ctx);
    if (code) {
        re = hop_xmalloc(sizeof *re);
        re->refs = 1;
        re->options = options;
        re->pattern = hop_string_new(pattern->data, pattern->len);
        re->code = code;
        re->data = pcre2_match_data_create_from_pattern(code, NULL);
        number_groups(re, t);
    } else {
        throw_pattern(cx, pattern, error, offset);
    }
    hop_buf_done(&t->out);
    free(t);
    return re;
}

void
hop_regex_release(struct hop_regex *re)
{
    if (!re || --re->refs)
        return;
    pcre2_match_data_free(re->data);
    pcre2_code_free(re->code);
    hop_string_release(re->pattern);
    for (int i = 0; i < re->n; i++)
        hop_string_release(re->names[i]);
    free(re->names);
    free(re->from_pcre);
    free(re);
}

struct hop_regex *
hop_regex_get(struct hop_context *cx, const struct hop_string *pattern,
              unsigned options)
{
    struct hop_regex **slot;
    uint32_t h = (hop_string_hash(pattern) ^ options * 31) % CACHE_SIZE;

    if (!cx->regexes)
        cx->regexes = hop_xmalloc(sizeof *cx->regexes);
    slot = &cx->regexes->slots[h];
    if (!*slot || (*slot)->options != options ||
        !hop_string_eq((*slot)->pattern, pattern)) {
        struct hop_regex *re = compile(cx, pattern, options);

        if (!re)
            return NULL;
        hop_regex_release(*slot);
        *slot = re;
    }
    (*slot)->refs++;
    return *slot;
}

void
hop_regex_cache_free(struct hop_regex_cache *c)
{
    for (size_t i = 0; c && i < CACHE_SIZE; i++)
        hop_regex_release(c->slots[i]);
    free(c);
}

/* ---- matching ---- */

static void
read_groups(struct hop_regex *re, struct hop_match_range *groups)
{
    PCRE2_SIZE *v = pcre2_get_ovector_pointer(re->data);

    for (int i = 0; i < re->n; i++)
        groups[i].start = groups[i].end = HOP_REGEX_NONE;
    for (int i = 0; i < re->pcre_n; i++) {
        int k = i ? re->from_pcre[i] : 0;

        if ((i && !k) || v[2 * i] == PCRE2_UNSET)
            continue;
        groups[k].start = v[2 * i];
        groups[k].end = v[2 * i + 1];
    }
}

int
hop_regex_exec(struct hop_context *cx, struct hop_regex *re,
               const struct hop_string *s, size_t start,
               struct hop_match_range *groups)
{
    int r;

    if (start > s->len)
        return 0;
    if (++re->uses == JIT_AFTER)
        pcre2_jit_compile(re->code, PCRE2_JIT_COMPLETE);
    r = pcre2_match(re->code, (PCRE2_SPTR)s->data, s->len, start, 0, re->data,
                    NULL);
    if (r == PCRE2_ERROR_NOMATCH)
        return 0;
    if (r < 0) {
        hop_throw(cx, &hop_exception_invalid_operation,
                  "The pattern '%s' needs too much time or memory on this "
                  "text.",
                  re->pattern->data);
        return -1;
    }
    read_groups(re, groups);
    if (groups[0].end < groups[0].start) /* \K in a look-around */
        groups[0].start = groups[0].end;
    return 1;
}

size_t
hop_regex_next(const struct hop_string *s, const struct hop_match_range *m)
{
    size_t used;

    if (m->end > m->start || m->end >= s->len)
        return m->end + (m->end == m->start);
    hop_utf8_decode(s->data + m->end, s->len - m->end, &used);
    return m->end + used;
}

int
hop_regex_group(const struct hop_regex *re, const char *name, size_t n)
{
    for (int i = 0; i < re->n; i++)
        if (re->names[i]->len == n && memcmp(re->names[i]->data, name, n) == 0)
            return i;
    return -1;
}

static void
add_range(const struct hop_string *s, const struct hop_match_range *g,
          struct hop_buf *out)
{
    if (g->start != HOP_REGEX_NONE)
        hop_buf_add(out, s->data + g->start, g->end - g->start);
}

/* Behind "$": the group meant, or -1; *used: characters of the reference. */
static int
parse_reference(const struct hop_regex *re, const char *p, const char *end,
                size_t *used)
{
    const char *e = p;
    bool braces = p < end && *p == '{';
    int k = 0;

    if (braces) {
        e = memchr(p, '}', (size_t)(end - p));
        if (!e)
            return -1;
        *used = (size_t)(e + 1 - p);
        return hop_regex_group(re, p + 1, (size_t)(e - p - 1));
    }
    while (e < end && *e >= '0' && *e <= '9' && k < 10000)
        k = k * 10 + (*e++ - '0');
    *used = (size_t)(e - p);
    return e > p && k < re->n ? k : -1;
}

void
hop_regex_expand(const struct hop_regex *re, const struct hop_string *s,
                 const struct hop_match_range *g, const struct hop_string *t,
                 struct hop_buf *out)
{
    const char *p = t->data, *end = p + t->len;

    while (p < end) {
        size_t used;
        int k;

        if (*p != '$' || p + 1 == end) {
            hop_buf_addc(out, *p++);
            continue;
        }
        p++;
        switch (*p) {
        case '$': hop_buf_addc(out, '$'); p++; continue;
        case '&': add_range(s, g, out); p++; continue;
        case '`': hop_buf_add(out, s->data, g->start); p++; continue;
        case '\'':
            hop_buf_add(out, s->data + g->end, s->len - g->end);
            p++;
            continue;
        case '_': hop_buf_add(out, s->data, s->len); p++; continue;
        case '+': add_range(s, &g[re->n - 1], out); p++; continue;
        default: break;
        }
        k = parse_reference(re, p, end, &used);
        if (k < 0) {
            hop_buf_addc(out, '$');
            continue;
        }
        add_range(s, &g[k], out);
        p += used;
    }
}

static bool
call_evaluator(struct hop_context *cx, struct hop_regex *re,
               const struct hop_string *s, const struct hop_match_range *g,
               struct hop_value f, bool as_underscore, struct hop_buf *out)
{
    HOP_AUTO_VALUE struct hop_value r = {.kind = HOP_NULL},
                                    m = hop_match_new(
                                        cx, re,
                                        (struct hop_string *)(uintptr_t)s, g,
                                        true);

    if (as_underscore) {
        if (!cx->ops->invoke ||
            !cx->ops->invoke(cx, f, &m, false, NULL, 0, &r))
            return false;
    } else if (!hop_delegate_call(cx, f, &m, 1, &r)) {
        return false;
    }
    return hop_add_string(cx, r, out);
}

bool
hop_regex_replace(struct hop_context *cx, struct hop_regex *re,
                  const struct hop_string *s, struct hop_value by, int max,
                  size_t start, bool as_underscore, struct hop_string **out)
{
    struct hop_match_range *g = hop_xcalloc((size_t)re->n, sizeof *g);
    HOP_AUTO_FREE struct hop_match_range *owned = g;
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    size_t done = 0, at = start;
    int r = 0;

    while (max != 0 && (r = hop_regex_exec(cx, re, s, at, g)) > 0) {
        hop_buf_add(&b, s->data + done, g[0].start - done);
        if (by.kind == HOP_STRING)
            hop_regex_expand(re, s, g, by.u.s, &b);
        else if (!call_evaluator(cx, re, s, g, by, as_underscore, &b))
            return false;
        done = g[0].end;
        at = hop_regex_next(s, g);
        max -= max > 0;
        if (hop_is_stopping(cx))
            break;
    }
    if (r < 0)
        return false;
    if (b.len == 0 && done == 0 && at == start) {
        *out = hop_string_retain((struct hop_string *)(uintptr_t)s);
        return true;
    }
    hop_buf_add(&b, s->data + done, s->len - done);
    if (!hop_buf_ok(&b))
        return hop_context_may_alloc(cx, SIZE_MAX, 1);
    *out = hop_string_take_buf(&b);
    return true;
}

bool
hop_regex_split(struct hop_context *cx, struct hop_regex *re,
                const struct hop_string *s, int max, size_t start,
                struct hop_array *out)
{
    HOP_AUTO_FREE struct hop_match_range *g =
        hop_xcalloc((size_t)re->n, sizeof *g);
    size_t done = 0, at = start;
    int r = 0;

    while (max != 1 && (r = hop_regex_exec(cx, re, s, at, g)) > 0) {
        hop_array_push(out, hop_textn(s->data + done, g[0].start - done));
        for (int i = 1; i < re->n; i++)
            if (g[i].start != HOP_REGEX_NONE)
                hop_array_push(out, hop_textn(s->data + g[i].start,
                                              g[i].end - g[i].start));
        done = g[0].end;
        at = hop_regex_next(s, g);
        max -= max > 0;
    }
    if (r < 0)
        return false;
    hop_array_push(out, hop_textn(s->data + done, s->len - done));
    return true;
}

void
hop_regex_escape(const char *s, size_t n, struct hop_buf *out)
{
    for (; n; s++, n--) {
        switch (*s) {
        case '\n': hop_buf_adds(out, "\\n"); continue;
        case '\r': hop_buf_adds(out, "\\r"); continue;
        case '\t': hop_buf_adds(out, "\\t"); continue;
        case '\f': hop_buf_adds(out, "\\f"); continue;
        default: break;
        }
        if (strchr("\\*+?|{[()^$.# ", *s) && *s)
            hop_buf_addc(out, '\\');
        hop_buf_addc(out, *s);
    }
}
