/* ConvertTo-Xml: objects as <Object> and <Property> elements.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "base/text.h"
#include "cmdlets/utility/utility.h"
#include "value/exception.h"
#include "value/member.h"
#include "value/types.h"

enum { DEPTH, INPUT, NO_TYPE, AS };
static const struct hop_param params[] = {
    [DEPTH] = {"Depth", "int", .range = HOP_RANGE(1, 2147483647)},
    [INPUT] = {"InputObject", "psobject",
               HOP_MANDATORY | HOP_BY_VALUE | HOP_ALLOW_NULL,
               .position = HOP_POS(0)},
    [NO_TYPE] = {"NoTypeInformation", "switch"},
    [AS] = {"As", "string", HOP_NOT_NULL_OR_EMPTY,
            .set = "Stream String Document"},
};

struct writer {
    struct hop_command *c;
    struct hop_context *cx;
    struct hop_buf *out;
    int level; /* indentation */
    bool types;
    bool failed;
};

static const char header[] = "<?xml version=\"1.0\" encoding=\"utf-8\"?>";

/* ---- elements ---- */

static void
add_text(struct hop_buf *b, const char *s, size_t n, bool attribute)
{
    for (size_t i = 0; i < n; i++) {
        char c = s[i];

        if (c == '&')
            hop_buf_adds(b, "&amp;");
        else if (c == '<')
            hop_buf_adds(b, "&lt;");
        else if (c == '>')
            hop_buf_adds(b, "&gt;");
        else if (attribute && c == '"')
            hop_buf_adds(b, "&quot;");
        else if (attribute && (c == '\n' || c == '\r' || c == '\t'))
            hop_buf_addf(b, "&#x%X;", c);
        else if (c == '\r' && i + 1 < n && s[i + 1] == '\n')
            continue; /* line ends are the system's */
        else
            hop_buf_addc(b, c == '\r' ? '\n' : c);
    }
}

/* Starts an element and leaves its tag open; name: of a property, or NULL. */
static void
start(struct writer *w, const char *name)
{
    if (w->out->len)
        hop_buf_addc(w->out, '\n');
    hop_buf_fill(w->out, ' ', 2 * (size_t)w->level);
    hop_buf_adds(w->out, w->level <= 1 && !name ? "<Object" : "<Property");
    if (name) {
        hop_buf_adds(w->out, " Name=\"");
        add_text(w->out, name, strlen(name), true);
        hop_buf_addc(w->out, '"');
    }
}

static void
add_type(struct writer *w, const char *type)
{
    if (!w->types)
        return;
    hop_buf_adds(w->out, " Type=\"");
    add_text(w->out, type, strlen(type), true);
    hop_buf_addc(w->out, '"');
}

static void
add_class(struct writer *w, const struct hop_class *cls)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (cls == &hop_class_psobject)
        cls = &hop_class_pscustomobject;
    hop_class_add_to_string(cls, &b);
    add_type(w, hop_buf_str(&b));
}

static const char *
element_name(const struct writer *w, const char *name)
{
    return w->level <= 1 && !name ? "Object" : "Property";
}

static void
end_text(struct writer *w, const char *name, const struct hop_string *text)
{
    hop_buf_addc(w->out, '>');
    add_text(w->out, text->data, text->len, false);
    hop_buf_addf(w->out, "</%s>", element_name(w, name));
}

/* Between start_children and end_children stands what the element holds. */
static size_t
start_children(struct writer *w)
{
    hop_buf_addc(w->out, '>');
    w->level++;
    return w->out->len;
}

static void
end_children(struct writer *w, const char *name, size_t from)
{
    w->level--;
    if (w->out->len == from) {
        w->out->len--; /* nothing came: an empty element */
        hop_buf_adds(w->out, " />");
        return;
    }
    hop_buf_addc(w->out, '\n');
    hop_buf_fill(w->out, ' ', 2 * (size_t)w->level);
    hop_buf_addf(w->out, "</%s>", element_name(w, name));
}

/* ---- values ---- */

static bool write_value(struct writer *w, struct hop_value v, const char *name,
                        int depth);

static bool
is_known(struct hop_value v)
{
    static const struct hop_class *const known[] = {
        &hop_class_guid,   &hop_class_uri,           &hop_class_version,
        &hop_class_semver, &hop_class_secure_string, &hop_class_xml_document};
    const struct hop_class *cls = hop_class_of(v);

    if (v.kind < HOP_OBJECT)
        return v.kind != HOP_ENUM && v.kind != HOP_TYPE &&
               v.kind != HOP_DATETIMEOFFSET;
    for (size_t i = 0; i < HOP_ARRAY_SIZE(known); i++)
        if (cls == known[i])
            return true;
    return (cls->flags & HOP_CLASS_ARRAY && cls->element == &hop_class_byte) ||
           strcmp(cls->name, "System.Management.Automation.ScriptBlock") == 0;
}

/* ToString() of .NET: an array is its type's name. */
static bool
write_text(struct writer *w, struct hop_value v, const char *name)
{
    HOP_AUTO_STRING struct hop_string *text = NULL;

    if (!hop_call_to_string(w->cx, v, &text)) {
        if (hop_command_stopping(w->c))
            return false;
        hop_drop_exception(w->cx);
        text = hop_string_empty();
    }
    start(w, name);
    add_class(w, hop_class_of(v));
    end_text(w, name, text);
    return true;
}

static bool
write_note(void *arg, const struct hop_member_info *m)
{
    struct writer *w = arg;
    HOP_AUTO_VALUE struct hop_value v = hop_null();
    HOP_AUTO_STRING struct hop_string *text = NULL;

    if (!m->instance)
        return true;
    if (!hop_member_value(w->cx, m, &v) ||
        !hop_call_to_string(w->cx, v, &text)) {
        hop_drop_exception(w->cx);
        return true;
    }
    start(w, m->name->data);
    add_type(w, m->kind == HOP_MEMBER_NOTE
                    ? "System.Management.Automation.PSNoteProperty"
                    : "System.Management.Automation.PSScriptProperty");
    end_text(w, m->name->data, text);
    return true;
}

static void
write_notes(struct writer *w, struct hop_value v)
{
    if (v.kind == HOP_OBJECT && v.u.o->ext)
        hop_member_each(w->cx, v, HOP_MEMBERS_PROPERTIES, false, write_note, w);
}

/* What lies too deep: its text, and the members that were added to it. */
static bool
write_cut(struct writer *w, struct hop_value v, const char *name)
{
    HOP_AUTO_STRING struct hop_string *text = NULL;
    size_t from;

    if (v.kind != HOP_OBJECT || !v.u.o->ext || v.u.o->ext->n == 0)
        return write_text(w, v, name);
    if (!hop_to_string(w->cx, v, &text))
        return false;
    start(w, name);
    add_class(w, hop_class_of(v));
    from = start_children(w);
    start(w, NULL);
    add_type(w, "System.String");
    end_text(w, NULL, text);
    write_notes(w, v);
    end_children(w, name, from);
    return true;
}

struct properties {
    struct writer *w;
    int depth;
};

static void
write_null_property(struct writer *w, const struct hop_member_info *m)
{
    const char *type = m->property ? m->property->type : NULL;
    const struct hop_class *cls =
        type ? hop_types_find(w->cx, type, strlen(type)) : NULL;

    start(w, m->name->data);
    if (cls)
        add_class(w, cls);
    else
        add_type(w, type && strchr(type, '.') ? type : "System.Object");
    hop_buf_adds(w->out, " />");
}

static bool
write_property(void *arg, const struct hop_member_info *m)
{
    struct properties *p = arg;
    HOP_AUTO_VALUE struct hop_value v = hop_null();

    if (hop_command_stopping(p->w->c)) {
        p->w->failed = true;
        return false;
    }
    if (!hop_member_value(p->w->cx, m, &v))
        hop_drop_exception(p->w->cx);
    if (hop_is_null(v))
        write_null_property(p->w, m);
    else
        p->w->failed = !write_value(p->w, v, m->name->data, p->depth);
    return !p->w->failed;
}

static bool
write_properties(struct writer *w, struct hop_value v, int depth)
{
    struct properties p = {w, depth - 1};
    struct hop_value base = hop_value_base(v);

    if (base.kind == HOP_ENUM) {
        HOP_AUTO_VALUE struct hop_value number =
            hop_integer(hop_class_of(base)->underlying, base.u.i);

        return write_value(w, number, "value__", depth);
    }
    hop_member_each(w->cx, v, HOP_MEMBERS_PROPERTIES, false, write_property,
                    &p);
    return !w->failed;
}

static bool
write_dict(struct writer *w, struct hop_dict *d, int depth)
{
    size_t n;
    HOP_AUTO_FREE struct hop_dict_entry **e = hop_dict_order(d, &n);

    for (size_t i = 0; i < n; i++)
        if (!write_value(w, e[i]->key, "Key", depth) ||
            !write_value(w, e[i]->value, "Value", depth))
            return false;
    return true;
}

static bool
write_items(struct writer *w, struct hop_value v, int depth)
{
    HOP_AUTO_ITER struct hop_iter it = {0};
    int more;

    if (!hop_iter_init(w->cx, &it, v))
        return false;
    for (;;) {
        HOP_AUTO_VALUE struct hop_value item = hop_null();

        more = hop_iter_next(w->cx, &it, &item);
        if (more <= 0)
            return more == 0;
        if (!write_value(w, item, NULL, depth))
            return false;
    }
}

/* Containers do not count as a level. */
static bool
write_object(struct writer *w, struct hop_value v, const char *name, int depth)
{
    struct hop_value base = hop_value_base(v);
    struct hop_dict *d = hop_as_dict(base);
    bool list = !d && hop_is_enumerable(base), ok;
    size_t from;

    if (!d && !list && depth == 0)
        return write_cut(w, v, name);
    start(w, name);
    add_class(w, hop_class_of(base));
    from = start_children(w);
    ok = d      ? write_dict(w, d, depth)
         : list ? write_items(w, base, depth)
                : write_properties(w, v, depth);
    if (d || list)
        write_notes(w, v);
    end_children(w, name, from);
    return ok;
}

static bool
write_value(struct writer *w, struct hop_value v, const char *name, int depth)
{
    struct hop_value base = hop_value_base(v);
    bool ok;

    if (hop_is_null(base)) {
        start(w, name);
        hop_buf_adds(w->out, " />");
        return true;
    }
    if (is_known(base))
        return write_text(w, base, name);
    if (hop_command_stopping(w->c) || !hop_context_enter(w->cx))
        return false;
    ok = write_object(w, v, name, depth);
    w->cx->depth--;
    return ok && hop_buf_ok(w->out);
}

/* ---- the cmdlet ---- */

static bool
is_as(struct hop_command *c, const char *what)
{
    return hop_ascii_ieq(
        hop_arg_bound(c, AS) ? hop_arg_text(c, AS) : "Document", what);
}

static bool
begin(struct hop_command *c)
{
    struct hop_buf *b = hop_command_state(c);

    if (is_as(c, "Stream"))
        return hop_write_text(c, header, sizeof(header) - 1) &&
               hop_write_text(c, "<Objects>", 9);
    hop_buf_addf(b, "%s\n<Objects>", header);
    return true;
}

static bool
process(struct hop_command *c)
{
    struct hop_buf *b = hop_command_state(c);
    HOP_AUTO_BUF struct hop_buf own = HOP_BUF_INIT;
    bool stream = is_as(c, "Stream");
    struct writer w = {.c = c,
                       .cx = hop_command_context(c),
                       .out = stream ? &own : b,
                       .level = stream ? 0 : 1,
                       .types = !hop_arg_on(c, NO_TYPE)};

    if (!write_value(&w, hop_arg(c, INPUT), NULL,
                     (int)hop_arg_int(c, DEPTH, 1)))
        return false;
    return !stream || hop_write_text(c, hop_buf_str(&own), own.len);
}

static bool
end(struct hop_command *c)
{
    struct hop_buf *b = hop_command_state(c);
    HOP_AUTO_VALUE struct hop_value text = hop_null(), doc = hop_null();

    if (is_as(c, "Stream"))
        return hop_write_text(c, "</Objects>", 10);
    if (b->len == sizeof(header) - 1 + sizeof("\n<Objects>") - 1) {
        b->len--;
        hop_buf_adds(b, " />");
    } else {
        hop_buf_adds(b, "\n</Objects>");
    }
    text = hop_text_buf(b);
    if (is_as(c, "String"))
        return hop_write(c, text);
    return hop_convert(hop_command_context(c), text, &hop_class_xml_document,
                       &doc) &&
           hop_write(c, doc);
}

static void
dispose(struct hop_command *c)
{
    hop_buf_done(hop_command_state(c));
}

const struct hop_cmdlet hop_cmdlet_convert_to_xml = {
    .name = "ConvertTo-Xml",
    HOP_PARAMS(params),
    .output = "System.Xml.XmlDocument System.String",
    .synopsis = "Makes XML of objects.",
    .state_size = sizeof(struct hop_buf),
    .begin = begin,
    .process = process,
    .end = end,
    .dispose = dispose,
};
