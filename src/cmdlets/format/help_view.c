/* How help objects are shown.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/format/help_view.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "value/collections.h"
#include "value/member.h"

#define INDENT 4

/* A drawing at work: where it goes, and what it reads. */
struct page {
    struct hop_context *cx;
    struct hop_doc *d;
};

/* ---- reading ---- */

/* v.name, owned; null when there is none. */
static struct hop_value
get(struct page *p, struct hop_value v, const char *name)
{
    HOP_AUTO_STRING struct hop_string *key = hop_string_from(name);
    struct hop_value out = hop_null();

    if (hop_is_null(v) || hop_member_get(p->cx, v, key, &out) != HOP_FOUND) {
        hop_drop_exception(p->cx);
        return hop_null();
    }
    return out;
}

static struct hop_string *
text_of(struct page *p, struct hop_value v)
{
    struct hop_string *s = NULL;

    if (hop_is_null(v))
        return hop_string_from("");
    if (hop_to_string(p->cx, v, &s))
        return s;
    hop_drop_exception(p->cx);
    return hop_string_from("");
}

static struct hop_string *
get_text(struct page *p, struct hop_value v, const char *name)
{
    HOP_AUTO_VALUE struct hop_value m = get(p, v, name);

    return text_of(p, m);
}

static bool
is_text(struct page *p, struct hop_value v, const char *name, const char *text)
{
    HOP_AUTO_STRING struct hop_string *s = get_text(p, v, name);

    return hop_string_iis(s, text);
}

/* ---- writing ---- */

static void
say(struct page *p, const char *s)
{
    hop_doc_text(p->d, s, strlen(s));
}

static void
line(struct page *p, const char *s)
{
    say(p, s);
    hop_doc_newline(p->d);
}

static void
blank(struct page *p)
{
    hop_doc_newline(p->d);
}

static void
indent(struct page *p)
{
    hop_doc_push(p->d, INDENT, 0, 0);
}

static void
outdent(struct page *p)
{
    hop_doc_pop(p->d);
}

static void
say_member(struct page *p, struct hop_value v, const char *name)
{
    HOP_AUTO_STRING struct hop_string *s = get_text(p, v, name);

    hop_doc_text(p->d, s->data, s->len);
}

/* f for v.name, or for each of its elements. */
static void
each(struct page *p, struct hop_value v, const char *name,
     void (*f)(struct page *p, struct hop_value item))
{
    HOP_AUTO_VALUE struct hop_value m = get(p, v, name);
    struct hop_array *a = hop_as_array(m);

    for (size_t i = 0; a && i < a->n; i++)
        f(p, a->items[i]);
    if (!a && !hop_is_null(m))
        f(p, m);
}

static void
draw_paragraph(struct page *p, struct hop_value v)
{
    say_member(p, v, "Text");
    blank(p);
}

/* ---- parts ---- */

static void
draw_details(struct page *p, struct hop_value v)
{
    line(p, "NAME");
    indent(p);
    say_member(p, v, "name");
    blank(p);
    blank(p);
    outdent(p);
    line(p, "SYNOPSIS");
    indent(p);
    each(p, v, "description", draw_paragraph);
    blank(p);
    blank(p);
    outdent(p);
}

static bool
has_member(struct page *p, struct hop_value v, const char *name)
{
    HOP_AUTO_VALUE struct hop_value m = get(p, v, name);

    return !hop_is_null(m);
}

/* " <string>", " {a | b}", nothing for a switch. */
static void
add_value(struct page *p, struct hop_value v, struct hop_buf *b)
{
    HOP_AUTO_VALUE struct hop_value group = get(p, v, "parameterValueGroup");
    HOP_AUTO_VALUE struct hop_value list = get(p, group, "parameterValue");
    struct hop_array *a = hop_as_array(list);

    for (size_t i = 0; a && i < a->n; i++) {
        HOP_AUTO_STRING struct hop_string *s = text_of(p, a->items[i]);

        hop_buf_addf(b, "%s%s", i ? " | " : " {", s->data);
    }
    if (a && a->n) {
        hop_buf_addc(b, '}');
    } else if (has_member(p, v, "parameterValue")) {
        HOP_AUTO_STRING struct hop_string *s = get_text(p, v, "parameterValue");

        hop_buf_addf(b, " <%s>", s->data);
    }
}

static void
draw_syntax_parameter(struct page *p, struct hop_value v)
{
    HOP_AUTO_STRING struct hop_string *name = get_text(p, v, "name");
    HOP_AUTO_STRING struct hop_string *place = get_text(p, v, "position");
    HOP_AUTO_BUF struct hop_buf value = HOP_BUF_INIT;
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    bool optional = !is_text(p, v, "required", "true");
    bool positional = place->len && !hop_string_iis(place, "named");

    add_value(p, v, &value);
    hop_buf_addf(&b, "%s%s-%s%s%s%s ", optional ? "[" : "",
                 positional ? "[" : "", name->data, positional ? "]" : "",
                 hop_buf_str(&value), optional ? "]" : "");
    hop_doc_text(p->d, b.data, b.len);
}

static void
draw_syntax_item(struct page *p, struct hop_value v)
{
    HOP_AUTO_VALUE struct hop_value common = get(p, v, "CommonParameters");

    say_member(p, v, "name");
    say(p, " ");
    each(p, v, "parameter", draw_syntax_parameter);
    if (common.kind != HOP_BOOL || common.u.i)
        say(p, "[<CommonParameters>]");
    blank(p);
    blank(p);
}

static void
draw_syntax(struct page *p, struct hop_value v)
{
    each(p, v, "syntaxItem", draw_syntax_item);
}

static void
draw_indented_syntax(struct page *p, struct hop_value v)
{
    line(p, "SYNTAX");
    indent(p);
    each(p, v, "syntax", draw_syntax);
    blank(p);
    outdent(p);
}

static void
draw_description(struct page *p, struct hop_value v)
{
    line(p, "DESCRIPTION");
    indent(p);
    each(p, v, "description", draw_paragraph);
    blank(p);
    outdent(p);
    blank(p);
}

static void
draw_link(struct page *p, struct hop_value v)
{
    HOP_AUTO_STRING struct hop_string *s = get_text(p, v, "linkText");

    hop_doc_text(p->d, s->data, s->len);
    if (s->len)
        say(p, " ");
    say_member(p, v, "uri");
    blank(p);
}

static void
draw_links(struct page *p, struct hop_value v)
{
    each(p, v, "navigationLink", draw_link);
}

static void
draw_related(struct page *p, struct hop_value v)
{
    line(p, "RELATED LINKS");
    indent(p);
    each(p, v, "relatedLinks", draw_links);
    outdent(p);
}

static void
say_command(struct page *p, const char *what, const struct hop_string *name,
            const char *option)
{
    HOP_AUTO_FREE char *s = hop_xasprintf("%s, type: \"Get-Help %s -%s\"", what,
                                          name->data, option);

    say(p, s);
}

static void
draw_remarks(struct page *p, struct hop_value v)
{
    HOP_AUTO_VALUE struct hop_value details = get(p, v, "details");
    HOP_AUTO_STRING struct hop_string *name = get_text(p, details, "name");

    line(p, "REMARKS");
    indent(p);
    say_command(p, "To see the examples", name, "Examples");
    blank(p);
    say_command(p, "For more information", name, "Detailed");
    blank(p);
    say_command(p, "For technical information", name, "Full");
    blank(p);
    outdent(p);
    if (has_member(p, v, "relatedLinks"))
        say_command(p, "    For online help", name, "Online");
}

/* ---- parameters ---- */

static void
draw_parameter_head(struct page *p, struct hop_value v)
{
    HOP_AUTO_VALUE struct hop_value value = get(p, v, "parameterValue");

    say(p, "-");
    say_member(p, v, "name");
    if (!hop_is_null(value)) {
        HOP_AUTO_STRING struct hop_string *s = text_of(p, value);
        bool required = is_text(p, value, "required", "true");
        HOP_AUTO_FREE char *shown =
            hop_xasprintf(required ? " <%s>" : " [<%s>]", s->data);

        say(p, shown);
    }
    blank(p);
}

static void
draw_field(struct page *p, struct hop_value v, const char *label,
           const char *name)
{
    say(p, label);
    say_member(p, v, name);
    blank(p);
}

static void
draw_parameter(struct page *p, struct hop_value v)
{
    draw_parameter_head(p, v);
    indent(p);
    each(p, v, "description", draw_paragraph);
    blank(p);
    draw_field(p, v, "Required?                    ", "required");
    draw_field(p, v, "Position?                    ", "position");
    draw_field(p, v, "Default value                ", "defaultValue");
    draw_field(p, v, "Accept pipeline input?       ", "pipelineInput");
    draw_field(p, v, "Aliases                      ", "aliases");
    draw_field(p, v, "Accept wildcard characters?  ", "globbing");
    blank(p);
    outdent(p);
}

static void
draw_brief_parameter(struct page *p, struct hop_value v)
{
    draw_parameter_head(p, v);
    indent(p);
    each(p, v, "description", draw_paragraph);
    blank(p);
    outdent(p);
}

static void
draw_common(struct page *p)
{
    line(p, "<CommonParameters>");
    /* These lines have their own indentation. */
    say(p, "    This cmdlet supports the common parameters: Verbose, Debug,\n"
           "    ErrorAction, ErrorVariable, WarningAction, WarningVariable,\n"
           "    OutBuffer, PipelineVariable, and OutVariable. For more "
           "information, see\n"
           "    about_CommonParameters "
           "(https://go.microsoft.com/fwlink/?LinkID=113216). ");
    blank(p);
    blank(p);
}

static void
draw_parameters(struct page *p, struct hop_value v)
{
    each(p, v, "parameter", draw_parameter);
    draw_common(p);
}

static void
draw_brief_parameters(struct page *p, struct hop_value v)
{
    each(p, v, "parameter", draw_brief_parameter);
}

static void
draw_parameters_alone(struct page *p, struct hop_value v)
{
    indent(p);
    draw_parameters(p, v);
    outdent(p);
}

/* ---- types, notes, examples ---- */

static void
draw_type(struct page *p, struct hop_value v)
{
    HOP_AUTO_VALUE struct hop_value type = get(p, v, "type");

    say_member(p, type, "name");
    blank(p);
    blank(p);
}

static void
draw_inputs(struct page *p, struct hop_value v)
{
    each(p, v, "inputType", draw_type);
}

static void
draw_outputs(struct page *p, struct hop_value v)
{
    each(p, v, "returnValue", draw_type);
}

static void
draw_notes(struct page *p, struct hop_value v)
{
    indent(p);
    say_member(p, v, "title");
    blank(p);
    blank(p);
    indent(p);
    each(p, v, "alert", draw_paragraph);
    outdent(p);
    blank(p);
    outdent(p);
}

static void
draw_notes_alone(struct page *p, struct hop_value v)
{
    say_member(p, v, "title");
    blank(p);
    blank(p);
    indent(p);
    each(p, v, "alert", draw_paragraph);
    outdent(p);
}

static void
draw_text(struct page *p, struct hop_value v)
{
    say_member(p, v, "Text");
}

static void
draw_plain(struct page *p, struct hop_value v)
{
    HOP_AUTO_STRING struct hop_string *s = text_of(p, v);

    hop_doc_text(p->d, s->data, s->len);
}

static void
draw_example(struct page *p, struct hop_value v)
{
    say_member(p, v, "title");
    blank(p);
    blank(p);
    each(p, v, "introduction", draw_text);
    each(p, v, "code", draw_plain);
    blank(p);
    say_member(p, v, "results");
    blank(p);
    each(p, v, "remarks", draw_paragraph);
}

static void
draw_examples(struct page *p, struct hop_value v)
{
    each(p, v, "example", draw_example);
}

static void
draw_example_alone(struct page *p, struct hop_value v)
{
    draw_example(p, v);
    blank(p);
    blank(p);
}

/* ---- help in comments ---- */

static void
draw_head(struct page *p, struct hop_value v)
{
    each(p, v, "details", draw_details);
    draw_indented_syntax(p, v);
    draw_description(p, v);
}

static void
draw_help(struct page *p, struct hop_value v)
{
    draw_head(p, v);
    draw_related(p, v);
    blank(p);
    draw_remarks(p, v);
}

static void
draw_detailed(struct page *p, struct hop_value v)
{
    draw_head(p, v);
    line(p, "PARAMETERS");
    indent(p);
    each(p, v, "parameters", draw_brief_parameters);
    draw_common(p);
    outdent(p);
    indent(p);
    each(p, v, "examples", draw_examples);
    outdent(p);
    draw_remarks(p, v);
}

static void
draw_only_examples(struct page *p, struct hop_value v)
{
    each(p, v, "details", draw_details);
    indent(p);
    each(p, v, "examples", draw_examples);
    outdent(p);
}

static void
draw_section(struct page *p, struct hop_value v, const char *title,
             const char *name, void (*f)(struct page *p, struct hop_value v))
{
    line(p, title);
    indent(p);
    each(p, v, name, f);
    blank(p);
    outdent(p);
}

static void
draw_full(struct page *p, struct hop_value v)
{
    draw_head(p, v);
    line(p, "PARAMETERS");
    indent(p);
    each(p, v, "parameters", draw_parameters);
    outdent(p);
    draw_section(p, v, "INPUTS", "inputTypes", draw_inputs);
    draw_section(p, v, "OUTPUTS", "returnValues", draw_outputs);
    if (has_member(p, v, "alertSet"))
        line(p, "NOTES");
    each(p, v, "alertSet", draw_notes);
    indent(p);
    each(p, v, "examples", draw_examples);
    blank(p);
    outdent(p);
    draw_related(p, v);
}

/* ---- commands without help ---- */

static void
draw_name(struct page *p, struct hop_value v)
{
    line(p, "NAME");
    indent(p);
    say_member(p, v, "name");
    blank(p);
    blank(p);
    outdent(p);
}

static void
draw_aliases(struct page *p, struct hop_value v)
{
    line(p, "ALIASES");
    indent(p);
    say_member(p, v, "aliases");
    blank(p);
    outdent(p);
    blank(p);
    line(p, "REMARKS");
    indent(p);
    say_member(p, v, "remarks");
    blank(p);
    outdent(p);
}

/* With help of one sentence the examples say what there is to say. */
static void
draw_bare_list(struct page *p, struct hop_value v)
{
    HOP_AUTO_VALUE struct hop_value all = get(p, v, "examples");

    if (hop_is_null(all))
        return;
    blank(p);
    line(p, "EXAMPLES");
    indent(p);
    draw_examples(p, all);
    outdent(p);
}

static void
draw_bare(struct page *p, struct hop_value v)
{
    HOP_AUTO_VALUE struct hop_value all = get(p, v, "examples");
    HOP_AUTO_VALUE struct hop_value details = get(p, v, "details");
    HOP_AUTO_STRING struct hop_string *name = get_text(p, details, "name");

    each(p, v, "details", draw_name);
    line(p, "SYNTAX");
    indent(p);
    each(p, v, "syntax", draw_syntax);
    outdent(p);
    blank(p);
    draw_aliases(p, v);
    if (hop_is_null(all))
        return;
    say_command(p, "    To see the examples", name, "Examples");
    blank(p);
}

static void
draw_bare_examples(struct page *p, struct hop_value v)
{
    HOP_AUTO_VALUE struct hop_value details = get(p, v, "details");

    line(p, "NAME");
    indent(p);
    say_member(p, details, "name");
    blank(p);
    outdent(p);
    blank(p);
    draw_aliases(p, v);
    draw_bare_list(p, v);
}

static void
draw_bare_parameter(struct page *p, struct hop_value v)
{
    draw_parameter_head(p, v);
    indent(p);
    say_member(p, v, "description");
    blank(p);
    draw_field(p, v, "Required?                    ", "required");
    draw_field(p, v, "Position?                    ", "position");
    draw_field(p, v, "Accept pipeline input?       ", "pipelineInput");
    draw_field(p, v, "Parameter set name           ", "parameterSetName");
    draw_field(p, v, "Aliases                      ", "aliases");
    draw_field(p, v, "Dynamic?                     ", "isDynamic");
    draw_field(p, v, "Accept wildcard characters?  ", "globbing");
    blank(p);
    outdent(p);
}

static void
draw_bare_brief_parameter(struct page *p, struct hop_value v)
{
    draw_parameter_head(p, v);
    blank(p);
}

static void
draw_bare_parameters(struct page *p, struct hop_value v)
{
    each(p, v, "parameter", draw_bare_parameter);
}

static void
draw_bare_brief_parameters(struct page *p, struct hop_value v)
{
    each(p, v, "parameter", draw_bare_brief_parameter);
}

/* PARAMETERS: f for each, then those of every command. */
static void
draw_bare_section(struct page *p, struct hop_value v,
                  void (*f)(struct page *p, struct hop_value v))
{
    HOP_AUTO_VALUE struct hop_value common = get(p, v, "CommonParameters");
    HOP_AUTO_VALUE struct hop_value all = get(p, v, "parameters");
    HOP_AUTO_VALUE struct hop_value list = get(p, all, "parameter");
    struct hop_array *a = hop_as_array(list);

    line(p, "PARAMETERS");
    indent(p);
    each(p, v, "parameters", f);
    if (common.kind == HOP_BOOL && common.u.i) {
        draw_common(p);
    } else if (a && !a->n) {
        line(p, "None");
        blank(p);
    }
}

static void
draw_bare_types(struct page *p, struct hop_value v)
{
    HOP_AUTO_VALUE struct hop_value type = get(p, v, "type");

    say_member(p, type, "name");
    blank(p);
}

static void
draw_bare_inputs(struct page *p, struct hop_value v)
{
    each(p, v, "inputType", draw_bare_types);
}

static void
draw_bare_outputs(struct page *p, struct hop_value v)
{
    each(p, v, "returnValue", draw_bare_types);
}

static void
draw_bare_full(struct page *p, struct hop_value v)
{
    each(p, v, "details", draw_name);
    draw_indented_syntax(p, v);
    draw_bare_section(p, v, draw_bare_parameters);
    blank(p);
    outdent(p);
    draw_section(p, v, "INPUTS", "inputTypes", draw_bare_inputs);
    draw_section(p, v, "OUTPUTS", "returnValues", draw_bare_outputs);
    draw_aliases(p, v);
    draw_bare_list(p, v);
}

static void
draw_bare_detailed(struct page *p, struct hop_value v)
{
    each(p, v, "details", draw_name);
    draw_indented_syntax(p, v);
    draw_bare_section(p, v, draw_bare_brief_parameters);
    outdent(p);
    blank(p);
    draw_aliases(p, v);
    draw_bare_list(p, v);
}

/* ---- the views ---- */

#define DRAW(fn)                                                               \
    static void fn##_view(struct hop_context *cx, struct hop_value v,          \
                          struct hop_doc *d)                                   \
    {                                                                          \
        struct page p = {cx, d};                                               \
        fn(&p, v);                                                             \
    }
#define MAML     "MamlCommandHelpInfo"
#define EXTENDED "ExtendedCmdletHelpInfo"
#define HELP_VIEWS_(X)                                                         \
    X(draw_help, "DefaultCommandHelp", MAML)                                   \
    X(draw_detailed, "VerboseCommandHelp", MAML "#DetailedView")               \
    X(draw_only_examples, "ExampleCommandHelp", MAML "#ExamplesView")          \
    X(draw_full, "FullCommandHelp", MAML "#FullView")                          \
    X(draw_examples, "MamlCommandExamples", MAML "#examples")                  \
    X(draw_example_alone, "MamlCommandExample", MAML "#example")               \
    X(draw_details, "MamlCommandDetails",                                      \
      MAML "#details|" MAML "#commandDetails")                                 \
    X(draw_parameters_alone, "MamlCommandParameters", MAML "#parameters")      \
    X(draw_parameter, "MamlCommandParameterView", MAML "#parameter")           \
    X(draw_syntax, "MamlCommandSyntax", MAML "#syntax")                        \
    X(draw_paragraph, "MamlText", "MamlParaTextItem")                          \
    X(draw_inputs, "MamlInputTypes", MAML "#inputTypes")                       \
    X(draw_outputs, "MamlReturnTypes", MAML "#returnValues")                   \
    X(draw_links, "MamlRelatedLinks", MAML "#relatedLinks")                    \
    X(draw_notes_alone, "NotesView", MAML "#alertSet")                         \
    X(draw_bare, "ReducedDefaultCommandHelp", EXTENDED)                        \
    X(draw_bare_examples, "ReducedExamplesCommandHelp",                        \
      EXTENDED "#ExamplesView")                                                \
    X(draw_bare_full, "ReducedFullCommandHelp", EXTENDED "#FullView")          \
    X(draw_bare_detailed, "ReducedVerboseCommandHelp",                         \
      EXTENDED "#DetailedView")                                                \
    X(draw_bare_parameter, "CommandHelpParameterView", EXTENDED "#parameter")

#define X(fn, view, of) DRAW(fn)
HELP_VIEWS_(X)
#undef X

const struct hop_view hop_help_views[] = {
#define X(fn, view, of)                                                        \
    {.name = view, .types = of, .shape = HOP_SHAPE_CUSTOM, .draw = fn##_view},
    HELP_VIEWS_(X)
#undef X
};
const size_t hop_help_view_count = HOP_ARRAY_SIZE(hop_help_views);
