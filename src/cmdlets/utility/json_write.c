/* ConvertTo-Json.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cmdlets/format/shown.h"
#include "cmdlets/utility/utility.h"
#include "value/enums.h"
#include "value/exception.h"
#include "value/member.h"
#include "value/ops.h"

#define MAX_DEPTH 100

enum { INPUT, DEPTH, COMPRESS, ENUMS, AS_ARRAY, ESCAPE };
static const struct hop_param params[] = {
    [INPUT] = {"InputObject", "object",
               HOP_MANDATORY | HOP_BY_VALUE | HOP_ALLOW_NULL,
               .position = HOP_POS(0)},
    [DEPTH] = {"Depth", "int", .range = HOP_RANGE(0, MAX_DEPTH)},
    [COMPRESS] = {"Compress", "switch"},
    [ENUMS] = {"EnumsAsStrings", "switch"},
    [AS_ARRAY] = {"AsArray", "switch"},
    [ESCAPE] = {"EscapeHandling", "string",
                .set = "Default EscapeNonAscii EscapeHtml"},
};

struct state {
    struct hop_list_sink all;
    bool piped;
};

struct writer {
    struct hop_command *c;
    struct hop_context *cx;
    struct hop_buf out;
    int depth, level;
    bool compress, enums, truncated;
    int piped_level; /* of what came by the pipeline as objects; -1: none */
    char escape; /* D, N or H */
};

/* ---- text ---- */

static void
add_unit_escape(struct hop_buf *b, uint32_t unit)
{
    hop_buf_addf(b, "\\u%04x", (unsigned)unit);
}

static void
add_escaped(struct writer *w, uint32_t cp, const char *s, size_t n)
{
    static const struct {
        char plain;
        const char *escaped;
    } shorts[] = {{'"', "\\\""}, {'\\', "\\\\"}, {'\n', "\\n"}, {'\r', "\\r"},
                  {'\t', "\\t"}, {'\b', "\\b"},  {'\f', "\\f"}};
    bool html = w->escape == 'H' && cp < 0x80 && strchr("<>&'\"", (int)cp);

    for (size_t i = 0; i < HOP_ARRAY_SIZE(shorts); i++) {
        if (cp == (unsigned char)shorts[i].plain && !html) {
            hop_buf_adds(&w->out, shorts[i].escaped);
            return;
        }
    }
    if (cp >= 0x10000 && w->escape == 'N') {
        add_unit_escape(&w->out, 0xD800 + ((cp - 0x10000) >> 10));
        add_unit_escape(&w->out, 0xDC00 + ((cp - 0x10000) & 0x3FF));
    } else if (cp < 0x20 || cp == 0x85 || cp == 0x2028 || cp == 0x2029 ||
               (cp >= 0xD800 && cp <= 0xDFFF) || html ||
               (w->escape == 'N' && cp > 0x7F)) {
        add_unit_escape(&w->out, cp);
    } else {
        hop_buf_add(&w->out, s, n);
    }
}

static void
add_text(struct writer *w, const char *s, size_t n)
{
    size_t i = 0;

    hop_buf_addc(&w->out, '"');
    while (i < n) {
        size_t used;
        uint32_t cp = hop_utf8_decode(s + i, n - i, &used);

        add_escaped(w, cp, s + i, used);
        i += used;
    }
    hop_buf_addc(&w->out, '"');
}

static bool
add_value_text(struct writer *w, struct hop_value v)
{
    HOP_AUTO_STRING struct hop_string *text = NULL;

    if (!hop_to_string(w->cx, v, &text))
        return false;
    add_text(w, text->data, text->len);
    return true;
}

static void
new_line(struct writer *w)
{
    if (w->compress)
        return;
    hop_buf_addc(&w->out, '\n');
    hop_buf_fill(&w->out, ' ', 2 * (size_t)w->level);
}

/* ---- values ---- */

static bool write_value(struct writer *w, struct hop_value v, int depth);

static bool
write_double(struct writer *w, struct hop_value v)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (isnan(v.u.d) || isinf(v.u.d))
        return add_value_text(w, v);
    if (!hop_format_value(w->cx, v, "R", 1, &b))
        return false;
    hop_buf_add(&w->out, b.data, b.len);
    /* A whole number stays a floating point number. */
    if (!strpbrk(b.data, ".eE"))
        hop_buf_adds(&w->out, ".0");
    return true;
}

static bool
write_decimal(struct writer *w, struct hop_value v)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (!hop_add_string(w->cx, v, &b))
        return false;
    hop_buf_add(&w->out, b.data, b.len);
    if (!strchr(b.data, '.'))
        hop_buf_adds(&w->out, ".0");
    return true;
}

static bool
write_date(struct writer *w, struct hop_value v)
{
    static const char format[] = "yyyy-MM-ddTHH:mm:ss.FFFFFFFK";
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (!hop_format_value(w->cx, v, format, sizeof(format) - 1, &b))
        return false;
    add_text(w, b.data, b.len);
    return true;
}

/* Values that are one JSON token: 1 done, 0 not such a value, -1 failed. */
static int
write_scalar(struct writer *w, struct hop_value v)
{
    switch ((enum hop_kind)v.kind) {
    case HOP_NULL:
    case HOP_VOID: hop_buf_adds(&w->out, "null"); return 1;
    case HOP_BOOL: hop_buf_adds(&w->out, v.u.i ? "true" : "false"); return 1;
    case HOP_STRING: add_text(w, v.u.s->data, v.u.s->len); return 1;
    case HOP_CHAR: return add_value_text(w, v) ? 1 : -1;
    case HOP_SINGLE:
    case HOP_DOUBLE: return write_double(w, v) ? 1 : -1;
    case HOP_DECIMAL: return write_decimal(w, v) ? 1 : -1;
    case HOP_DATETIME:
    case HOP_DATETIMEOFFSET: return write_date(w, v) ? 1 : -1;
    case HOP_TYPE: return add_value_text(w, v) ? 1 : -1;
    case HOP_ENUM:
        if (w->enums)
            return add_value_text(w, v) ? 1 : -1;
        hop_buf_addf(&w->out, "%lld", (long long)v.u.i);
        return 1;
    case HOP_TIMESPAN:
    case HOP_OBJECT: break;
    default: return hop_add_string(w->cx, v, &w->out) ? 1 : -1;
    }
    if (hop_is_exactly(v, &hop_class_big_integer))
        return hop_add_string(w->cx, v, &w->out) ? 1 : -1;
    if (hop_is_exactly(v, &hop_class_uri))
        return add_value_text(w, v) ? 1 : -1;
    if (hop_is_exactly(v, &hop_class_guid))
        return add_value_text(w, v) ? 1 : -1;
    if (hop_is_exactly(v, &hop_class_dbnull)) {
        hop_buf_adds(&w->out, "null");
        return 1;
    }
    return 0;
}

/* Which properties of an object are written. */
enum part {
    OWN,      /* those of its class, and of custom objects all */
    EXTENDED, /* those that Add-Member and type data added */
    NOTES,    /* those of the object alone */
};

struct members {
    struct writer *w;
    int depth;
    size_t n;
    bool failed;
    enum part part;
};

static void
start_member(struct members *m, const char *name, size_t n)
{
    if (m->n++)
        hop_buf_addc(&m->w->out, ',');
    else
        m->w->level++;
    new_line(m->w);
    add_text(m->w, name, n);
    hop_buf_adds(&m->w->out, m->w->compress ? ":" : ": ");
}

static void
end_members(struct members *m)
{
    if (m->n) {
        m->w->level--;
        new_line(m->w);
    }
    hop_buf_addc(&m->w->out, '}');
}

static bool
is_extended(const struct hop_member_info *info)
{
    return info->instance || info->member ||
           (info->property &&
            info->property->flags & (HOP_PROP_SCRIPT | HOP_PROP_ALIAS |
                                     HOP_PROP_CODE | HOP_PROP_NOTE));
}

static bool
is_of_part(const struct hop_member_info *info, enum part part)
{
    return part == NOTES ? info->instance
                         : is_extended(info) == (part == EXTENDED);
}

static bool
write_member(void *arg, const struct hop_member_info *info)
{
    struct members *m = arg;
    HOP_AUTO_VALUE struct hop_value v = hop_null();

    if (!is_of_part(info, m->part))
        return true;
    if (!hop_member_value(m->w->cx, info, &v)) {
        if (hop_command_stopping(m->w->c)) {
            m->failed = true;
            return false;
        }
        hop_drop_exception(m->w->cx);
    }
    start_member(m, info->name->data, info->name->len);
    m->failed = !write_value(m->w, v, m->depth - 1);
    return !m->failed;
}

static void
write_part(struct members *m, struct hop_value v, enum part part)
{
    m->part = part;
    if (!m->failed)
        hop_member_each(m->w->cx, v, HOP_MEMBERS_PROPERTIES, false,
                        write_member, m);
}

struct counted {
    enum part part;
    bool any;
};

static bool
count_member(void *arg, const struct hop_member_info *info)
{
    struct counted *k = arg;

    k->any = k->any || is_of_part(info, k->part);
    return !k->any;
}

/* Is there something beside the value?  Text and dates go without it; of what
 * did not come as an object only what was added to this very one counts. */
static bool
has_more(struct writer *w, struct hop_value v, struct hop_value base)
{
    struct counted k = {w->level == w->piped_level ? EXTENDED : NOTES, false};

    if (base.kind == HOP_STRING || base.kind == HOP_DATETIME ||
        hop_is_null(base))
        return false;
    if (k.part == NOTES && (v.kind != HOP_OBJECT || !v.u.o->ext))
        return false;
    hop_member_each(w->cx, v, HOP_MEMBERS_PROPERTIES, false, count_member, &k);
    return k.any;
}

static bool write_bare(struct writer *w, struct hop_value v, int depth);

/* {"value": the value, and what was added to it}. */
static bool
write_with_more(struct writer *w, struct hop_value v, int depth)
{
    struct members m = {w, depth, 0, false, EXTENDED};
    bool piped = w->level == w->piped_level;

    hop_buf_addc(&w->out, '{');
    start_member(&m, "value", 5);
    if (!write_bare(w, hop_value_base(v), depth))
        return false;
    write_part(&m, v, piped ? EXTENDED : NOTES);
    end_members(&m);
    return !m.failed;
}

static bool
write_object(struct writer *w, struct hop_value v, int depth)
{
    struct members m = {w, depth, 0, false, OWN};
    bool bare = hop_is_exactly(v, &hop_class_ipaddress) && w->level > 0;

    hop_buf_addc(&w->out, '{');
    write_part(&m, v, OWN);
    write_part(&m, v, bare ? NOTES : EXTENDED);
    end_members(&m);
    return !m.failed;
}

static bool
refuse_key(struct writer *w, struct hop_value dict)
{
    HOP_AUTO_BUF struct hop_buf type = HOP_BUF_INIT;
    struct hop_error_spec spec = {.id = "NonStringKeyInDictionary",
                                  .category = HOP_CAT_INVALID_OPERATION,
                                  .exception =
                                      "System.InvalidOperationException",
                                  .target = dict};

    hop_class_add_full_name(hop_class_of(dict), &type);
    return hop_command_throw(w->c, &spec,
                             "The type '%s' is not supported for serialization "
                             "or deserialization of a dictionary. Keys must be "
                             "strings.",
                             hop_buf_str(&type));
}

static bool
write_dict(struct writer *w, struct hop_value v, struct hop_dict *d, int depth)
{
    struct members m = {w, depth, 0, false, NOTES};
    size_t n;
    HOP_AUTO_FREE struct hop_dict_entry **e = hop_dict_order(d, &n);

    hop_buf_addc(&w->out, '{');
    for (size_t i = 0; i < n && !m.failed; i++) {
        const struct hop_string *key = e[i]->key.u.s;

        if (!hop_is_string(e[i]->key))
            return refuse_key(w, hop_obj(d));
        start_member(&m, key->data, key->len);
        m.failed = !write_value(w, e[i]->value, depth - 1);
    }
    if (v.u.o->ext)
        write_part(&m, v, NOTES);
    end_members(&m);
    return !m.failed;
}

static bool
write_list(struct writer *w, struct hop_value v, int depth)
{
    HOP_AUTO_ITER struct hop_iter it = {0};
    size_t n = 0;
    int more;

    if (!hop_iter_init(w->cx, &it, v))
        return false;
    hop_buf_addc(&w->out, '[');
    w->level++;
    for (;;) {
        HOP_AUTO_VALUE struct hop_value item = hop_null();

        more = hop_iter_next(w->cx, &it, &item);
        if (more <= 0)
            break;
        if (n++)
            hop_buf_addc(&w->out, ',');
        new_line(w);
        if (!write_value(w, item, depth - 1))
            return false;
    }
    w->level--;
    if (n)
        new_line(w);
    hop_buf_addc(&w->out, ']');
    return more == 0;
}

/* Beyond the depth only the text is left. */
static bool
write_cut(struct writer *w, struct hop_value v)
{
    w->truncated = true;
    return add_value_text(w, v);
}

/* A value without what was added to it. */
static bool
write_bare(struct writer *w, struct hop_value v, int depth)
{
    struct hop_value base = hop_value_base(v);
    struct hop_dict *d = hop_as_dict(base);
    int done = write_scalar(w, base);

    if (done)
        return done > 0;
    if (depth < 0)
        return write_cut(w, v);
    if (d)
        return write_dict(w, v, d, depth);
    if (hop_is_enumerable(base))
        return write_list(w, base, depth);
    return write_object(w, v, depth);
}

static bool
write_value(struct writer *w, struct hop_value v, int depth)
{
    struct hop_value base = hop_value_base(v);
    bool whole = base.kind == HOP_OBJECT &&
                 !hop_is_exactly(base, &hop_class_guid) &&
                 (hop_as_dict(base) || !hop_is_enumerable(base));
    bool ok;

    if (hop_command_stopping(w->c) || !hop_context_enter(w->cx))
        return false;
    ok = !whole && has_more(w, v, base) ? write_with_more(w, v, depth)
                                        : write_bare(w, v, depth);
    w->cx->depth--;
    return ok && hop_buf_ok(&w->out);
}

/* ---- the cmdlet ---- */

static bool
begin(struct hop_command *c)
{
    struct state *s = hop_command_state(c);

    hop_list_sink_init(&s->all, hop_command_context(c));
    s->piped = hop_command_expects_input(c);
    return true;
}

static bool
process(struct hop_command *c)
{
    struct state *s = hop_command_state(c);

    (void)hop_sink_write(&s->all.sink, hop_arg(c, INPUT));
    return true;
}

static bool
end(struct hop_command *c)
{
    struct state *s = hop_command_state(c);
    const char *escape = hop_arg_text(c, ESCAPE);
    struct writer w = {
        .c = c,
        .cx = hop_command_context(c),
        .out = HOP_BUF_INIT,
        .depth = (int)hop_arg_int(c, DEPTH, 2),
        .compress = hop_arg_on(c, COMPRESS),
        .enums = hop_arg_on(c, ENUMS),
        .piped_level = !s->piped ? -1 : (s->all.n > 1 || hop_arg_on(c, AS_ARRAY)),
        .escape = !escape                                   ? 'D'
                  : hop_ascii_ieq(escape, "EscapeHtml")     ? 'H'
                  : hop_ascii_ieq(escape, "EscapeNonAscii") ? 'N'
                                                            : 'D',
    };
    HOP_AUTO_VALUE struct hop_value v = hop_null();
    bool ok;

    if (s->all.n == 0)
        return true;
    v = s->all.n > 1 || hop_arg_on(c, AS_ARRAY) ? hop_list_sink_array(&s->all)
                                                : hop_retain(s->all.items[0]);
    ok = write_value(&w, v, w.depth);
    if (ok && w.truncated)
        ok = hop_write_warning(c,
                               "Resulting JSON is truncated as serialization "
                               "has exceeded the set depth of %d.",
                               w.depth);
    ok = ok && hop_write_text(c, hop_buf_str(&w.out), w.out.len);
    hop_buf_done(&w.out);
    return ok;
}

static void
dispose(struct hop_command *c)
{
    struct state *s = hop_command_state(c);

    hop_list_sink_done(&s->all);
}

const struct hop_cmdlet hop_cmdlet_convert_to_json = {
    .name = "ConvertTo-Json",
    HOP_PARAMS(params),
    .output = "System.String",
    .synopsis = "Converts an object to JSON text.",
    .state_size = sizeof(struct state),
    .begin = begin,
    .process = process,
    .end = end,
    .dispose = dispose,
};
