/* The parts of a page of help: details, syntax, parameters, examples.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/format/help_page.h"

#include "base/alloc.h"
#include "cmdlets/format/help_view.h"
#include "value/collections.h"
#include "value/member.h"

void
hop_draw_details(struct hop_page *p, struct hop_value v)
{
    hop_page_line(p, "NAME");
    hop_page_indent(p);
    hop_page_say_member(p, v, "name");
    hop_page_blank(p);
    hop_page_blank(p);
    hop_page_outdent(p);
    hop_page_line(p, "SYNOPSIS");
    hop_page_indent(p);
    hop_page_each(p, v, "description", hop_draw_paragraph);
    hop_page_blank(p);
    hop_page_blank(p);
    hop_page_outdent(p);
}

bool
hop_page_has_member(struct hop_page *p, struct hop_value v, const char *name)
{
    HOP_AUTO_VALUE struct hop_value m = hop_page_get(p, v, name);

    return !hop_is_null(m);
}

/* " <string>", " {a | b}", nothing for a switch. */
static void
add_value(struct hop_page *p, struct hop_value v, struct hop_buf *b)
{
    HOP_AUTO_VALUE struct hop_value group =
        hop_page_get(p, v, "parameterValueGroup");
    HOP_AUTO_VALUE struct hop_value list =
        hop_page_get(p, group, "parameterValue");
    struct hop_array *a = hop_as_array(list);

    for (size_t i = 0; a && i < a->n; i++) {
        HOP_AUTO_STRING struct hop_string *s = hop_page_text_of(p, a->items[i]);

        hop_buf_addf(b, "%s%s", i ? " | " : " {", s->data);
    }
    if (a && a->n) {
        hop_buf_addc(b, '}');
    } else if (hop_page_has_member(p, v, "parameterValue")) {
        HOP_AUTO_STRING struct hop_string *s =
            hop_page_get_text(p, v, "parameterValue");

        hop_buf_addf(b, " <%s>", s->data);
    }
}

static void
draw_syntax_parameter(struct hop_page *p, struct hop_value v)
{
    HOP_AUTO_STRING struct hop_string *name = hop_page_get_text(p, v, "name");
    HOP_AUTO_STRING struct hop_string *place =
        hop_page_get_text(p, v, "position");
    HOP_AUTO_BUF struct hop_buf value = HOP_BUF_INIT;
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    bool optional = !hop_page_is_text(p, v, "required", "true");
    bool positional = place->len && !hop_string_iis(place, "named");

    add_value(p, v, &value);
    hop_buf_addf(&b, "%s%s-%s%s%s%s ", optional ? "[" : "",
                 positional ? "[" : "", name->data, positional ? "]" : "",
                 hop_buf_str(&value), optional ? "]" : "");
    hop_doc_text(p->d, b.data, b.len);
}

static void
draw_syntax_item(struct hop_page *p, struct hop_value v)
{
    HOP_AUTO_VALUE struct hop_value common =
        hop_page_get(p, v, "CommonParameters");

    hop_page_say_member(p, v, "name");
    hop_page_say(p, " ");
    hop_page_each(p, v, "parameter", draw_syntax_parameter);
    if (common.kind != HOP_BOOL || common.u.i)
        hop_page_say(p, "[<CommonParameters>]");
    hop_page_blank(p);
    hop_page_blank(p);
}

void
hop_draw_syntax(struct hop_page *p, struct hop_value v)
{
    hop_page_each(p, v, "syntaxItem", draw_syntax_item);
}

void
hop_draw_indented_syntax(struct hop_page *p, struct hop_value v)
{
    hop_page_line(p, "SYNTAX");
    hop_page_indent(p);
    hop_page_each(p, v, "syntax", hop_draw_syntax);
    hop_page_blank(p);
    hop_page_outdent(p);
}

void
hop_draw_description(struct hop_page *p, struct hop_value v)
{
    hop_page_line(p, "DESCRIPTION");
    hop_page_indent(p);
    hop_page_each(p, v, "description", hop_draw_paragraph);
    hop_page_blank(p);
    hop_page_outdent(p);
    hop_page_blank(p);
}

static void
draw_link(struct hop_page *p, struct hop_value v)
{
    HOP_AUTO_STRING struct hop_string *s = hop_page_get_text(p, v, "linkText");

    hop_doc_text(p->d, s->data, s->len);
    if (s->len)
        hop_page_say(p, " ");
    hop_page_say_member(p, v, "uri");
    hop_page_blank(p);
}

void
hop_draw_links(struct hop_page *p, struct hop_value v)
{
    hop_page_each(p, v, "navigationLink", draw_link);
}

void
hop_draw_related(struct hop_page *p, struct hop_value v)
{
    hop_page_line(p, "RELATED LINKS");
    hop_page_indent(p);
    hop_page_each(p, v, "relatedLinks", hop_draw_links);
    hop_page_outdent(p);
}

void
hop_page_say_command(struct hop_page *p, const char *what,
                     const struct hop_string *name, const char *option)
{
    HOP_AUTO_FREE char *s = hop_xasprintf("%s, type: \"Get-Help %s -%s\"", what,
                                          name->data, option);

    hop_page_say(p, s);
}

void
hop_draw_remarks(struct hop_page *p, struct hop_value v)
{
    HOP_AUTO_VALUE struct hop_value details = hop_page_get(p, v, "details");
    HOP_AUTO_STRING struct hop_string *name =
        hop_page_get_text(p, details, "name");

    hop_page_line(p, "REMARKS");
    hop_page_indent(p);
    hop_page_say_command(p, "To see the examples", name, "Examples");
    hop_page_blank(p);
    hop_page_say_command(p, "For more information", name, "Detailed");
    hop_page_blank(p);
    hop_page_say_command(p, "For technical information", name, "Full");
    hop_page_blank(p);
    hop_page_outdent(p);
    if (hop_page_has_member(p, v, "relatedLinks"))
        hop_page_say_command(p, "    For online help", name, "Online");
}

/* ---- parameters ---- */

void
hop_draw_parameter_head(struct hop_page *p, struct hop_value v)
{
    HOP_AUTO_VALUE struct hop_value value =
        hop_page_get(p, v, "parameterValue");

    hop_page_say(p, "-");
    hop_page_say_member(p, v, "name");
    if (!hop_is_null(value)) {
        HOP_AUTO_STRING struct hop_string *s = hop_page_text_of(p, value);
        bool required = hop_page_is_text(p, value, "required", "true");
        HOP_AUTO_FREE char *shown =
            hop_xasprintf(required ? " <%s>" : " [<%s>]", s->data);

        hop_page_say(p, shown);
    }
    hop_page_blank(p);
}

void
hop_draw_field(struct hop_page *p, struct hop_value v, const char *label,
               const char *name)
{
    hop_page_say(p, label);
    hop_page_say_member(p, v, name);
    hop_page_blank(p);
}

void
hop_draw_parameter(struct hop_page *p, struct hop_value v)
{
    hop_draw_parameter_head(p, v);
    hop_page_indent(p);
    hop_page_each(p, v, "description", hop_draw_paragraph);
    hop_page_blank(p);
    hop_draw_field(p, v, "Required?                    ", "required");
    hop_draw_field(p, v, "Position?                    ", "position");
    hop_draw_field(p, v, "Default value                ", "defaultValue");
    hop_draw_field(p, v, "Accept pipeline input?       ", "pipelineInput");
    hop_draw_field(p, v, "Aliases                      ", "aliases");
    hop_draw_field(p, v, "Accept wildcard characters?  ", "globbing");
    hop_page_blank(p);
    hop_page_outdent(p);
}

static void
draw_brief_parameter(struct hop_page *p, struct hop_value v)
{
    hop_draw_parameter_head(p, v);
    hop_page_indent(p);
    hop_page_each(p, v, "description", hop_draw_paragraph);
    hop_page_blank(p);
    hop_page_outdent(p);
}

void
hop_draw_common(struct hop_page *p)
{
    hop_page_line(p, "<CommonParameters>");
    /* These lines have their own indentation. */
    hop_page_say(
        p, "    This cmdlet supports the common parameters: Verbose, Debug,\n"
           "    ErrorAction, ErrorVariable, WarningAction, WarningVariable,\n"
           "    OutBuffer, PipelineVariable, and OutVariable. For more "
           "information, see\n"
           "    about_CommonParameters "
           "(https://go.microsoft.com/fwlink/?LinkID=113216). ");
    hop_page_blank(p);
    hop_page_blank(p);
}

void
hop_draw_parameters(struct hop_page *p, struct hop_value v)
{
    hop_page_each(p, v, "parameter", hop_draw_parameter);
    hop_draw_common(p);
}

void
hop_draw_brief_parameters(struct hop_page *p, struct hop_value v)
{
    hop_page_each(p, v, "parameter", draw_brief_parameter);
}

void
hop_draw_parameters_alone(struct hop_page *p, struct hop_value v)
{
    hop_page_indent(p);
    hop_draw_parameters(p, v);
    hop_page_outdent(p);
}

/* ---- types, notes, examples ---- */

static void
draw_type(struct hop_page *p, struct hop_value v)
{
    HOP_AUTO_VALUE struct hop_value type = hop_page_get(p, v, "type");

    hop_page_say_member(p, type, "name");
    hop_page_blank(p);
    hop_page_blank(p);
}

void
hop_draw_inputs(struct hop_page *p, struct hop_value v)
{
    hop_page_each(p, v, "inputType", draw_type);
}

void
hop_draw_outputs(struct hop_page *p, struct hop_value v)
{
    hop_page_each(p, v, "returnValue", draw_type);
}

void
hop_draw_notes(struct hop_page *p, struct hop_value v)
{
    hop_page_indent(p);
    hop_page_say_member(p, v, "title");
    hop_page_blank(p);
    hop_page_blank(p);
    hop_page_indent(p);
    hop_page_each(p, v, "alert", hop_draw_paragraph);
    hop_page_outdent(p);
    hop_page_blank(p);
    hop_page_outdent(p);
}

void
hop_draw_notes_alone(struct hop_page *p, struct hop_value v)
{
    hop_page_say_member(p, v, "title");
    hop_page_blank(p);
    hop_page_blank(p);
    hop_page_indent(p);
    hop_page_each(p, v, "alert", hop_draw_paragraph);
    hop_page_outdent(p);
}

static void
draw_text(struct hop_page *p, struct hop_value v)
{
    hop_page_say_member(p, v, "Text");
}

static void
draw_plain(struct hop_page *p, struct hop_value v)
{
    HOP_AUTO_STRING struct hop_string *s = hop_page_text_of(p, v);

    hop_doc_text(p->d, s->data, s->len);
}

static void
draw_example(struct hop_page *p, struct hop_value v)
{
    hop_page_say_member(p, v, "title");
    hop_page_blank(p);
    hop_page_blank(p);
    hop_page_each(p, v, "introduction", draw_text);
    hop_page_each(p, v, "code", draw_plain);
    hop_page_blank(p);
    hop_page_say_member(p, v, "results");
    hop_page_blank(p);
    hop_page_each(p, v, "remarks", hop_draw_paragraph);
}

void
hop_draw_examples(struct hop_page *p, struct hop_value v)
{
    hop_page_each(p, v, "example", draw_example);
}

void
hop_draw_example_alone(struct hop_page *p, struct hop_value v)
{
    draw_example(p, v);
    hop_page_blank(p);
    hop_page_blank(p);
}
