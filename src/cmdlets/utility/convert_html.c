/* ConvertTo-Html: a page, or a fragment, with one table.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "cmdlets/format/property.h"
#include "cmdlets/utility/utility.h"
#include "value/collections.h"
#include "value/member.h"
#include "value/types/text.h"

enum {
    INPUT,
    PROPERTY,
    BODY,
    HEAD,
    TITLE,
    AS,
    CSS,
    FRAGMENT,
    POST,
    PRE,
    META,
    CHARSET,
    TRANSITIONAL
};
#define PAGE HOP_SETS({"Page"})
static const struct hop_param params[] = {
    [INPUT] = {"InputObject", "psobject", HOP_BY_VALUE},
    [PROPERTY] = {"Property", "object[]", .position = HOP_POS(0)},
    [BODY] = {"Body", "string[]", .in = HOP_SETS({"Page", 0, HOP_POS(3)})},
    [HEAD] = {"Head", "string[]", .in = HOP_SETS({"Page", 0, HOP_POS(1)})},
    [TITLE] = {"Title", "string", HOP_NOT_NULL_OR_EMPTY,
               .in = HOP_SETS({"Page", 0, HOP_POS(2)})},
    [AS] = {"As", "string", HOP_NOT_NULL_OR_EMPTY, .set = "Table List"},
    [CSS] = {"CssUri", "uri", HOP_NOT_NULL_OR_EMPTY, .in = PAGE,
             .aliases = "cu uri"},
    [FRAGMENT] = {"Fragment", "switch", .in = HOP_SETS({"Fragment"})},
    [POST] = {"PostContent", "string[]", HOP_NOT_NULL_OR_EMPTY},
    [PRE] = {"PreContent", "string[]", HOP_NOT_NULL_OR_EMPTY},
    [META] = {"Meta", "hashtable", HOP_NOT_NULL_OR_EMPTY, .in = PAGE},
    [CHARSET] = {"Charset", "string", HOP_NOT_NULL_OR_EMPTY, .in = PAGE,
                 .pattern = "^[A-Za-z0-9]\\w+\\S+[A-Za-z0-9]$"},
    [TRANSITIONAL] = {"Transitional", "switch", .in = PAGE},
};

struct state {
    struct hop_property_spec *specs;
    size_t n_specs, n_objects;
    struct hop_shown_list columns; /* of the table, from its first object */
};

static bool
write_str(struct hop_command *c, const char *s)
{
    return hop_write_text(c, s, strlen(s));
}

static bool
write_buf(struct hop_command *c, const struct hop_buf *b)
{
    return hop_write_text(c, hop_buf_str(b), b->len);
}

/* ---- the head ---- */

/* How an entry of -Meta is written: as the header it stands for, by its name,
 * or by its name with a warning. */
static const struct {
    const char *name;
    bool is_header;
} meta_names[] = {
    {"content-type", true},
    {"default-style", true},
    {"x-ua-compatible", true},
    {"application-name"},
    {"author"},
    {"description"},
    {"generator"},
    {"keywords"},
    {"viewport"},
};

static bool
write_meta(struct hop_command *c, const struct hop_dict_entry *e)
{
    struct hop_context *cx = hop_command_context(c);
    HOP_AUTO_STRING struct hop_string *name = NULL, *content = NULL;
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    size_t i = 0;

    if (!hop_to_string(cx, e->key, &name) ||
        !hop_to_string(cx, e->value, &content))
        return false;
    while (i < HOP_ARRAY_SIZE(meta_names) &&
           !hop_ascii_ieq(name->data, meta_names[i].name))
        i++;
    if (i == HOP_ARRAY_SIZE(meta_names) &&
        !hop_write_warning(c,
                           "Accepted meta properties are content-type, "
                           "default-style, application-name, author, "
                           "description, generator, keywords, x-ua-compatible, "
                           "and viewport. The meta pair: %s and %s may not "
                           "function correctly.",
                           name->data, content->data))
        return false;
    hop_buf_addf(&b, "<meta %s=\"%s\" content=\"%s\">",
                 i < HOP_ARRAY_SIZE(meta_names) && meta_names[i].is_header
                     ? "http-equiv"
                     : "name",
                 name->data, content->data);
    return write_buf(c, &b);
}

static bool
write_metas(struct hop_command *c)
{
    struct hop_dict *d = hop_as_dict(hop_arg(c, META));
    size_t n = 0;
    HOP_AUTO_FREE struct hop_dict_entry **e = d ? hop_dict_order(d, &n) : NULL;

    for (size_t i = 0; i < n; i++)
        if (!write_meta(c, e[i]))
            return false;
    return true;
}

static bool
write_title(struct hop_command *c)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (hop_arg_bound(c, HEAD) && !hop_is_null(hop_arg(c, HEAD)))
        return hop_write_all(c, hop_arg(c, HEAD));
    hop_buf_addf(&b, "<title>%s</title>",
                 hop_arg_bound(c, TITLE) ? hop_arg_text(c, TITLE)
                                         : "HTML TABLE");
    return write_buf(c, &b);
}

static bool
write_style(struct hop_command *c)
{
    HOP_AUTO_STRING struct hop_string *uri = NULL;
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (!hop_arg_bound(c, CSS))
        return true;
    if (!hop_to_string(hop_command_context(c), hop_arg(c, CSS), &uri))
        return false;
    hop_buf_addf(&b,
                 "<link rel=\"stylesheet\" type=\"text/css\" href=\"%s\" />",
                 uri->data);
    return write_buf(c, &b);
}

static bool
write_charset(struct hop_command *c)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    if (!hop_arg_bound(c, CHARSET))
        return true;
    hop_buf_addf(&b, "<meta charset=\"%s\">", hop_arg_text(c, CHARSET));
    return write_buf(c, &b);
}

static bool
write_head(struct hop_command *c)
{
    return write_str(
               c, hop_arg_on(c, TRANSITIONAL)
                      ? "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 "
                        "Transitional//EN\"  \"http://www.w3.org/TR/xhtml1/DTD/"
                        "xhtml1-transitional.dtd\">"
                      : "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 "
                        "Strict//EN\"  \"http://www.w3.org/TR/xhtml1/DTD/"
                        "xhtml1-strict.dtd\">") &&
           write_str(c, "<html xmlns=\"http://www.w3.org/1999/xhtml\">") &&
           write_str(c, "<head>") && write_charset(c) && write_metas(c) &&
           write_title(c) && write_style(c) && write_str(c, "</head><body>") &&
           (hop_is_null(hop_arg(c, BODY)) ||
            hop_write_all(c, hop_arg(c, BODY)));
}

/* ---- the table ---- */

static bool
begin(struct hop_command *c)
{
    struct state *s = hop_command_state(c);
    HOP_AUTO_STRING struct hop_string *uri = NULL;
    struct hop_error_spec spec = {.id = "ArgumentException",
                                  .category = HOP_CAT_INVALID_ARGUMENT,
                                  .exception = "System.ArgumentException"};

    if (hop_arg_bound(c, CSS)) {
        if (!hop_to_string(hop_command_context(c), hop_arg(c, CSS), &uri))
            return false;
        if (strspn(uri->data, " \t") == uri->len)
            return hop_command_throw(c, &spec,
                                     "This command cannot be run because "
                                     "'CSSUri' is empty or blank. Please "
                                     "specify CSSUri and then run the "
                                     "command.");
    }
    if (!hop_property_parse_all(c, PROPERTY, HOP_KEY_LABEL | HOP_KEY_TEXT,
                                &s->specs, &s->n_specs))
        return false;
    return (hop_arg_on(c, FRAGMENT) || write_head(c)) &&
           (hop_is_null(hop_arg(c, PRE)) ||
            hop_write_all(c, hop_arg(c, PRE))) &&
           write_str(c, "<table>");
}

static void
add_block(struct hop_command *c, const struct hop_property_spec *p)
{
    struct state *s = hop_command_state(c);
    HOP_AUTO_STRING struct hop_string *text =
        p->label ? hop_string_retain(p->label)
                 : hop_shown_block_text(hop_command_context(c), p->block);

    hop_shown_add(&s->columns, text, p->block, p);
}

static void
find_columns(struct hop_command *c, struct hop_value v)
{
    struct state *s = hop_command_state(c);
    struct hop_context *cx = hop_command_context(c);

    hop_shown_clear(&s->columns);
    if (!hop_arg_bound(c, PROPERTY))
        hop_shown_all(cx, v, &s->columns);
    for (size_t i = 0; i < s->n_specs; i++) {
        const struct hop_property_spec *p = &s->specs[i];

        if (!hop_is_null(p->block))
            add_block(c, p);
        else
            hop_shown_pattern(cx, v, p, &s->columns);
    }
}

static void
add_label(const struct hop_shown *col, struct hop_buf *b)
{
    const struct hop_string *text =
        col->of && col->of->label ? col->of->label : col->name;

    hop_buf_add(b, text->data, text->len);
}

static bool
add_cell(struct hop_command *c, const struct hop_shown *col, struct hop_value v,
         struct hop_buf *b)
{
    struct hop_context *cx = hop_command_context(c);
    HOP_AUTO_VALUE struct hop_value x = hop_null();
    HOP_AUTO_STRING struct hop_string *text = NULL;
    bool failed = false;

    if (!hop_shown_read(hop_command_runspace(c), col, v, &x, &failed))
        return false;
    if (hop_is_null(x) || failed)
        return true;
    if (!hop_call_to_string(cx, x, &text)) {
        hop_drop_exception(cx);
        return true;
    }
    hop_html_encode(text->data, text->len, b);
    /* A list separator at the end is taken for the one between results. */
    if (b->len >= 2 && memcmp(b->data + b->len - 2, ", ", 2) == 0 &&
        text->len == 0)
        b->len -= 2;
    return true;
}

static bool
write_columns(struct hop_command *c)
{
    struct state *s = hop_command_state(c);
    HOP_AUTO_BUF struct hop_buf cols = HOP_BUF_INIT, heads = HOP_BUF_INIT;

    hop_buf_adds(&cols, "<colgroup>");
    hop_buf_adds(&heads, "<tr>");
    for (size_t i = 0; i < s->columns.n; i++) {
        const struct hop_property_spec *p = s->columns.item[i].of;

        hop_buf_adds(&cols, "<col");
        if (p && p->width_text)
            hop_buf_addf(&cols, " width = \"%s\"", p->width_text->data);
        if (p && p->align_text)
            hop_buf_addf(&cols, " align = \"%s\"", p->align_text->data);
        hop_buf_adds(&cols, "/>");
        hop_buf_adds(&heads, "<th>");
        add_label(&s->columns.item[i], &heads);
        hop_buf_adds(&heads, "</th>");
    }
    hop_buf_adds(&cols, "</colgroup>");
    hop_buf_adds(&heads, "</tr>");
    return write_buf(c, &cols) && write_buf(c, &heads);
}

static bool
write_row(struct hop_command *c, struct hop_value v)
{
    struct state *s = hop_command_state(c);
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    hop_buf_adds(&b, "<tr>");
    for (size_t i = 0; i < s->columns.n; i++) {
        hop_buf_adds(&b, "<td>");
        if (!add_cell(c, &s->columns.item[i], v, &b))
            return false;
        hop_buf_adds(&b, "</td>");
    }
    hop_buf_adds(&b, "</tr>");
    return write_buf(c, &b);
}

static bool
write_list(struct hop_command *c, struct hop_value v)
{
    struct state *s = hop_command_state(c);

    if (s->n_objects > 1 && !write_str(c, "<tr><td><hr></td></tr>"))
        return false;
    for (size_t i = 0; i < s->columns.n; i++) {
        HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

        hop_buf_adds(&b, "<tr><td>");
        add_label(&s->columns.item[i], &b);
        hop_buf_adds(&b, ":</td><td>");
        if (!add_cell(c, &s->columns.item[i], v, &b))
            return false;
        hop_buf_adds(&b, "</td></tr>");
        if (!write_buf(c, &b))
            return false;
    }
    return true;
}

static bool
process(struct hop_command *c)
{
    struct state *s = hop_command_state(c);
    struct hop_value v = hop_arg(c, INPUT);
    const char *as = hop_arg_text(c, AS);
    bool list = as && hop_ascii_ieq(as, "List");

    if (hop_is_null(v))
        return true;
    s->n_objects++;
    if (list || s->columns.n == 0) {
        find_columns(c, v);
        if (s->columns.n == 0)
            return true;
        if (list)
            return write_list(c, v);
        if (!write_columns(c))
            return false;
    }
    return write_row(c, v);
}

static bool
end(struct hop_command *c)
{
    return write_str(c, "</table>") &&
           (hop_is_null(hop_arg(c, POST)) ||
            hop_write_all(c, hop_arg(c, POST))) &&
           (hop_arg_on(c, FRAGMENT) || write_str(c, "</body></html>"));
}

static void
dispose(struct hop_command *c)
{
    struct state *s = hop_command_state(c);

    hop_shown_clear(&s->columns);
    hop_property_specs_done(s->specs, s->n_specs);
}

const struct hop_cmdlet hop_cmdlet_convert_to_html = {
    .name = "ConvertTo-Html",
    .default_set = "Page",
    HOP_PARAMS(params),
    .output = "System.String",
    .synopsis = "Makes an HTML table of objects.",
    .state_size = sizeof(struct state),
    .begin = begin,
    .process = process,
    .end = end,
    .dispose = dispose,
};
