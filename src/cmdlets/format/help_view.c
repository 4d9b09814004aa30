/* Get-Help's views: help in comments, commands without help.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/format/help_view.h"

#include "cmdlets/format/help_page.h"
#include "value/collections.h"

/* ---- help in comments ---- */

static void
draw_head(struct hop_page *p, struct hop_value v)
{
    hop_page_each(p, v, "details", hop_draw_details);
    hop_draw_indented_syntax(p, v);
    hop_draw_description(p, v);
}

static void
draw_help(struct hop_page *p, struct hop_value v)
{
    draw_head(p, v);
    hop_draw_related(p, v);
    hop_page_blank(p);
    hop_draw_remarks(p, v);
}

static void
draw_detailed(struct hop_page *p, struct hop_value v)
{
    draw_head(p, v);
    hop_page_line(p, "PARAMETERS");
    hop_page_indent(p);
    hop_page_each(p, v, "parameters", hop_draw_brief_parameters);
    hop_draw_common(p);
    hop_page_outdent(p);
    hop_page_indent(p);
    hop_page_each(p, v, "examples", hop_draw_examples);
    hop_page_outdent(p);
    hop_draw_remarks(p, v);
}

static void
draw_only_examples(struct hop_page *p, struct hop_value v)
{
    hop_page_each(p, v, "details", hop_draw_details);
    hop_page_indent(p);
    hop_page_each(p, v, "examples", hop_draw_examples);
    hop_page_outdent(p);
}

static void
draw_section(struct hop_page *p, struct hop_value v, const char *title,
             const char *name,
             void (*f)(struct hop_page *p, struct hop_value v))
{
    hop_page_line(p, title);
    hop_page_indent(p);
    hop_page_each(p, v, name, f);
    hop_page_blank(p);
    hop_page_outdent(p);
}

static void
draw_full(struct hop_page *p, struct hop_value v)
{
    draw_head(p, v);
    hop_page_line(p, "PARAMETERS");
    hop_page_indent(p);
    hop_page_each(p, v, "parameters", hop_draw_parameters);
    hop_page_outdent(p);
    draw_section(p, v, "INPUTS", "inputTypes", hop_draw_inputs);
    draw_section(p, v, "OUTPUTS", "returnValues", hop_draw_outputs);
    if (hop_page_has_member(p, v, "alertSet"))
        hop_page_line(p, "NOTES");
    hop_page_each(p, v, "alertSet", hop_draw_notes);
    hop_page_indent(p);
    hop_page_each(p, v, "examples", hop_draw_examples);
    hop_page_blank(p);
    hop_page_outdent(p);
    hop_draw_related(p, v);
}

/* ---- commands without help ---- */

static void
draw_name(struct hop_page *p, struct hop_value v)
{
    hop_page_line(p, "NAME");
    hop_page_indent(p);
    hop_page_say_member(p, v, "name");
    hop_page_blank(p);
    hop_page_blank(p);
    hop_page_outdent(p);
}

static void
draw_aliases(struct hop_page *p, struct hop_value v)
{
    hop_page_line(p, "ALIASES");
    hop_page_indent(p);
    hop_page_say_member(p, v, "aliases");
    hop_page_blank(p);
    hop_page_outdent(p);
    hop_page_blank(p);
    hop_page_line(p, "REMARKS");
    hop_page_indent(p);
    hop_page_say_member(p, v, "remarks");
    hop_page_blank(p);
    hop_page_outdent(p);
}

/* With help of one sentence the examples say what there is to say. */
static void
draw_bare_list(struct hop_page *p, struct hop_value v)
{
    HOP_AUTO_VALUE struct hop_value all = hop_page_get(p, v, "examples");

    if (hop_is_null(all))
        return;
    hop_page_blank(p);
    hop_page_line(p, "EXAMPLES");
    hop_page_indent(p);
    hop_draw_examples(p, all);
    hop_page_outdent(p);
}

static void
draw_bare(struct hop_page *p, struct hop_value v)
{
    HOP_AUTO_VALUE struct hop_value all = hop_page_get(p, v, "examples");
    HOP_AUTO_VALUE struct hop_value details = hop_page_get(p, v, "details");
    HOP_AUTO_STRING struct hop_string *name =
        hop_page_get_text(p, details, "name");

    hop_page_each(p, v, "details", draw_name);
    hop_page_line(p, "SYNTAX");
    hop_page_indent(p);
    hop_page_each(p, v, "syntax", hop_draw_syntax);
    hop_page_outdent(p);
    hop_page_blank(p);
    draw_aliases(p, v);
    if (hop_is_null(all))
        return;
    hop_page_say_command(p, "    To see the examples", name, "Examples");
    hop_page_blank(p);
}

static void
draw_bare_examples(struct hop_page *p, struct hop_value v)
{
    HOP_AUTO_VALUE struct hop_value details = hop_page_get(p, v, "details");

    hop_page_line(p, "NAME");
    hop_page_indent(p);
    hop_page_say_member(p, details, "name");
    hop_page_blank(p);
    hop_page_outdent(p);
    hop_page_blank(p);
    draw_aliases(p, v);
    draw_bare_list(p, v);
}

static void
draw_bare_parameter(struct hop_page *p, struct hop_value v)
{
    hop_draw_parameter_head(p, v);
    hop_page_indent(p);
    hop_page_say_member(p, v, "description");
    hop_page_blank(p);
    hop_draw_field(p, v, "Required?                    ", "required");
    hop_draw_field(p, v, "Position?                    ", "position");
    hop_draw_field(p, v, "Accept pipeline input?       ", "pipelineInput");
    hop_draw_field(p, v, "Parameter set name           ", "parameterSetName");
    hop_draw_field(p, v, "Aliases                      ", "aliases");
    hop_draw_field(p, v, "Dynamic?                     ", "isDynamic");
    hop_draw_field(p, v, "Accept wildcard characters?  ", "globbing");
    hop_page_blank(p);
    hop_page_outdent(p);
}

static void
draw_bare_brief_parameter(struct hop_page *p, struct hop_value v)
{
    hop_draw_parameter_head(p, v);
    hop_page_blank(p);
}

static void
draw_bare_parameters(struct hop_page *p, struct hop_value v)
{
    hop_page_each(p, v, "parameter", draw_bare_parameter);
}

static void
draw_bare_brief_parameters(struct hop_page *p, struct hop_value v)
{
    hop_page_each(p, v, "parameter", draw_bare_brief_parameter);
}

/* PARAMETERS: f for each, then those of every command. */
static void
draw_bare_section(struct hop_page *p, struct hop_value v,
                  void (*f)(struct hop_page *p, struct hop_value v))
{
    HOP_AUTO_VALUE struct hop_value common =
        hop_page_get(p, v, "CommonParameters");
    HOP_AUTO_VALUE struct hop_value all = hop_page_get(p, v, "parameters");
    HOP_AUTO_VALUE struct hop_value list = hop_page_get(p, all, "parameter");
    struct hop_array *a = hop_as_array(list);

    hop_page_line(p, "PARAMETERS");
    hop_page_indent(p);
    hop_page_each(p, v, "parameters", f);
    if (common.kind == HOP_BOOL && common.u.i) {
        hop_draw_common(p);
    } else if (a && !a->n) {
        hop_page_line(p, "None");
        hop_page_blank(p);
    }
}

static void
draw_bare_types(struct hop_page *p, struct hop_value v)
{
    HOP_AUTO_VALUE struct hop_value type = hop_page_get(p, v, "type");

    hop_page_say_member(p, type, "name");
    hop_page_blank(p);
}

static void
draw_bare_inputs(struct hop_page *p, struct hop_value v)
{
    hop_page_each(p, v, "inputType", draw_bare_types);
}

static void
draw_bare_outputs(struct hop_page *p, struct hop_value v)
{
    hop_page_each(p, v, "returnValue", draw_bare_types);
}

static void
draw_bare_full(struct hop_page *p, struct hop_value v)
{
    hop_page_each(p, v, "details", draw_name);
    hop_draw_indented_syntax(p, v);
    draw_bare_section(p, v, draw_bare_parameters);
    hop_page_blank(p);
    hop_page_outdent(p);
    draw_section(p, v, "INPUTS", "inputTypes", draw_bare_inputs);
    draw_section(p, v, "OUTPUTS", "returnValues", draw_bare_outputs);
    draw_aliases(p, v);
    draw_bare_list(p, v);
}

static void
draw_bare_detailed(struct hop_page *p, struct hop_value v)
{
    hop_page_each(p, v, "details", draw_name);
    hop_draw_indented_syntax(p, v);
    draw_bare_section(p, v, draw_bare_brief_parameters);
    hop_page_outdent(p);
    hop_page_blank(p);
    draw_aliases(p, v);
    draw_bare_list(p, v);
}

/* ---- the views ---- */

#define DRAW(fn)                                                               \
    static void fn##_view(struct hop_context *cx, struct hop_value v,          \
                          struct hop_doc *d)                                   \
    {                                                                          \
        struct hop_page p = {cx, d};                                           \
        fn(&p, v);                                                             \
    }
#define MAML     "MamlCommandHelpInfo"
#define EXTENDED "ExtendedCmdletHelpInfo"
#define HELP_VIEWS_(X)                                                         \
    X(draw_help, "DefaultCommandHelp", MAML)                                   \
    X(draw_detailed, "VerboseCommandHelp", MAML "#DetailedView")               \
    X(draw_only_examples, "ExampleCommandHelp", MAML "#ExamplesView")          \
    X(draw_full, "FullCommandHelp", MAML "#FullView")                          \
    X(hop_draw_examples, "MamlCommandExamples", MAML "#examples")              \
    X(hop_draw_example_alone, "MamlCommandExample", MAML "#example")           \
    X(hop_draw_details, "MamlCommandDetails",                                  \
      MAML "#details|" MAML "#commandDetails")                                 \
    X(hop_draw_parameters_alone, "MamlCommandParameters", MAML "#parameters")  \
    X(hop_draw_parameter, "MamlCommandParameterView", MAML "#parameter")       \
    X(hop_draw_syntax, "MamlCommandSyntax", MAML "#syntax")                    \
    X(hop_draw_paragraph, "MamlText", "MamlParaTextItem")                      \
    X(hop_draw_inputs, "MamlInputTypes", MAML "#inputTypes")                   \
    X(hop_draw_outputs, "MamlReturnTypes", MAML "#returnValues")               \
    X(hop_draw_links, "MamlRelatedLinks", MAML "#relatedLinks")                \
    X(hop_draw_notes_alone, "NotesView", MAML "#alertSet")                     \
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
