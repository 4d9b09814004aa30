/* Help objects: MamlCommandHelpInfo for help in comments,
 * ExtendedCmdletHelpInfo for commands that have none.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/core/help_object.h"

#include <ctype.h>

#include "cmdlets/core/help_example.h"
#include "lang/help.h"

#define MAML     "MamlCommandHelpInfo"
#define EXTENDED "ExtendedCmdletHelpInfo"

struct making {
    struct hop_runspace *rs;
    struct hop_context *cx;
    struct cmdinfo *c;
    struct meta *meta;
    struct hop_help *help;
    const char *type; /* MAML or EXTENDED */
};

/* ---- parts ---- */

/* An object of these type names alone (the first in front). */
static struct hop_value
object(struct making *k, const char *first, const char *second)
{
    struct hop_object *o = (struct hop_object *)hop_custom_new(k->cx);
    struct hop_array *names;

    if (second)
        hop_type_names_push(k->cx, o, second);
    hop_type_names_push(k->cx, o, first);
    names = o->ext->type_names;
    while (names->n > (second ? 2U : 1U))
        hop_array_remove(names, names->n - 1);
    return hop_obj(o);
}

/* "MamlCommandHelpInfo#syntax" */
static struct hop_value
part(struct making *k, const char *name)
{
    HOP_AUTO_FREE char *type = hop_xasprintf("%s#%s", k->type, name);

    return object(k, type, NULL);
}

/* Takes v. */
static void
put(struct hop_value o, const char *name, struct hop_value v)
{
    hop_member_add(o.u.o, (struct hop_member){.name = hop_string_from(name),
                                              .kind = HOP_MEMBER_NOTE,
                                              .value = v});
}

static void
put_text(struct hop_value o, const char *name, const char *text)
{
    put(o, name, text ? hop_text(text) : hop_null());
}

/* Text without blank lines and blanks around it. */
static struct hop_value
trimmed(const char *s)
{
    size_t n;

    while (*s == '\n' || *s == '\r')
        s++;
    n = strlen(s);
    while (n && isspace((unsigned char)s[n - 1]))
        n--;
    return hop_textn(s, n);
}

static struct hop_array *
objects(struct making *k)
{
    const struct hop_class *cls =
        hop_types_array(k->cx, &hop_class_psobject, 1);

    return hop_array_new_of(k->cx, cls ? cls : &hop_class_object_array, 0);
}

/* Takes the text's value. */
static struct hop_value
paragraph(struct making *k, struct hop_value text)
{
    struct hop_value o = object(k, "MamlParaTextItem", "MamlTextItem");

    put(o, "Text", text);
    return o;
}

static struct hop_value
paragraphs(struct making *k, const char *text)
{
    struct hop_array *a = objects(k);

    hop_array_push(a, paragraph(k, trimmed(text)));
    return hop_obj(a);
}

/* One object stands for itself, more are an array. */
static struct hop_value
one_or_more(struct hop_array *a)
{
    struct hop_value v;

    if (a->n != 1)
        return hop_obj(a);
    v = hop_retain(a->items[0]);
    hop_release(hop_obj(a));
    return v;
}

/* { outer: { inner: { type: { name } } } } for inputs and outputs. */
static struct hop_value
types(struct making *k, const char *outer, const char *inner,
      const char *const *names, size_t n)
{
    struct hop_value all = part(k, outer);
    struct hop_array *a = objects(k);

    for (size_t i = 0; i < n; i++) {
        struct hop_value one = part(k, inner), type = part(k, "type");

        put(type, "name", k->help ? trimmed(names[i]) : hop_text(names[i]));
        put(one, "type", type);
        hop_array_push(a, one);
    }
    put(all, inner, one_or_more(a));
    return all;
}

/* ---- parameters ---- */

/* "Int32", "String[]" in help of comments, "int", "string[]" otherwise. */
static struct hop_value
type_name(struct making *k, const struct meta_param *p)
{
    struct hop_buf b HOP_AUTO_BUF = HOP_BUF_INIT;
    const struct hop_class *element = p->type->element;
    const char *dot;

    if (k->help) {
        hop_class_add_name(p->type, &b);
        return hop_text_buf(&b);
    }
    hop_class_add_display(element ? element : p->type, true, &b);
    dot = strchr(hop_buf_str(&b), '[') ? NULL : strrchr(hop_buf_str(&b), '.');
    return hop_str(hop_string_format("%s%s", dot ? dot + 1 : hop_buf_str(&b),
                                     element ? "[]" : ""));
}

static bool
is_listed(const struct meta_param *p)
{
    return (!p->common || p->common == COMMON_WHATIF ||
            p->common == COMMON_CONFIRM ||
            p->common >= COMMON_INCLUDE_TOTAL_COUNT) &&
           !(p->flags & HOP_DONT_SHOW);
}

static struct hop_value
pipeline_text(unsigned flags, bool remaining)
{
    struct hop_buf b HOP_AUTO_BUF = HOP_BUF_INIT;
    static const struct {
        unsigned flag;
        const char *name;
    } rows[] = {{HOP_BY_VALUE, "ByValue"},
                {HOP_BY_NAME, "ByPropertyName"},
                {HOP_REMAINING, "FromRemainingArguments"}};

    for (size_t i = 0; i < (remaining ? 3U : 2U); i++)
        if (flags & rows[i].flag)
            hop_buf_addf(&b, "%s%s", b.len ? ", " : "true (", rows[i].name);
    hop_buf_adds(&b, b.len ? ")" : "false");
    return hop_text_buf(&b);
}

/* Both flags of the parameter and of its row. */
static unsigned
flags_of(const struct meta_param *p, const struct meta_set *r)
{
    return p->flags | (r ? r->flags : 0);
}

static struct hop_value
value_text(struct making *k, const struct meta_param *p)
{
    struct hop_value text HOP_AUTO_VALUE = type_name(k, p);
    struct hop_value v = hop_wrap(k->cx, hop_retain(text));

    if (!k->help)
        put(v, "variableLength", hop_bool(p->type->element != NULL));
    put_text(v, "required", k->help && p->is_switch ? "false" : "true");
    return v;
}

/* The text of a parameter: its own section or the comment at it. */
static const char *
parameter_help(struct making *k, const struct meta_param *p)
{
    uint32_t at = (uint32_t)(p - k->meta->params);

    for (uint32_t i = 0; i < k->help->n_parameters; i++)
        if (strcasecmp(k->help->parameters[i].name, p->name) == 0)
            return k->help->parameters[i].text;
    if (at < k->help->parameter_comments.n &&
        k->help->parameter_comments.items[at][0])
        return k->help->parameter_comments.items[at];
    return NULL;
}

static void
put_default(struct making *k, struct hop_value o, const struct meta_param *p)
{
    struct hop_ast *d = p->ast ? p->ast->default_value : NULL;
    struct hop_value zero HOP_AUTO_VALUE = hop_null();
    struct hop_value text = hop_null();
    struct hop_string *s = NULL;

    if (d && d->kind == HOP_AST_STRING_CONSTANT) {
        struct hop_ast_string *a = HOP_AST_AS(hop_ast_string, d);

        text = hop_textn(a->value.text, a->value.len);
    } else if (d) {
        struct hop_name n = hop_ast_text(k->c->block->unit, d);

        text = hop_textn(n.text, n.len);
    } else if (p->is_switch) {
        text = hop_text("False");
    } else if (p->type->flags & HOP_CLASS_VALUE && !k->meta->cmdlet &&
               hop_convert(k->cx, hop_null(), p->type, &zero) &&
               hop_to_string(k->cx, zero, &s)) {
        text = hop_str(s);
    }
    hop_drop_exception(k->cx);
    put(o, "defaultValue", hop_is_null(text) ? hop_text("") : text);
}

static struct hop_value
maml_parameter(struct making *k, const struct meta_param *p, int set,
               bool syntax)
{
    struct hop_value o = part(k, "parameter");
    const struct meta_set *r = row_in(p, set);
    unsigned flags = flags_of(p, r);
    const char *text = parameter_help(k, p);

    put_text(o, "name", p->name);
    if (text)
        put(o, "description", paragraphs(k, text));
    if (!syntax || !p->is_switch)
        put(o, "parameterValue", value_text(k, p));
    if (!syntax) {
        struct hop_value type = part(k, "type");

        put(type, "name", type_name(k, p));
        put(o, "type", type);
        put_default(k, o, p);
    }
    put_text(o, "required", flags & HOP_MANDATORY ? "true" : "false");
    put_text(o, "globbing", flags & HOP_WILDCARDS ? "true" : "false");
    put(o, "pipelineInput", pipeline_text(flags, false));
    put(o, "position",
        r && r->position >= 0
            ? hop_str(hop_string_format("%d", r->position + 1))
            : hop_text("named"));
    return o;
}

static void
put_aliases(struct hop_value o, const struct meta_param *p)
{
    struct hop_buf b HOP_AUTO_BUF = HOP_BUF_INIT;

    for (uint32_t i = 0; i < p->n_aliases; i++)
        hop_buf_addf(&b, "%s%s", i ? ", " : "", p->aliases[i]);
    put_text(o, "aliases", b.len ? hop_buf_str(&b) : "None");
}

static void
put_set_names(struct making *k, struct hop_value o, const struct meta_param *p)
{
    struct hop_buf b HOP_AUTO_BUF = HOP_BUF_INIT;

    for (uint32_t i = 0; i < p->n_sets; i++)
        if (p->sets[i].set != SET_ALL)
            hop_buf_addf(&b, "%s%s", b.len ? ", " : "",
                         k->meta->sets[p->sets[i].set]);
    put_text(o, "parameterSetName", b.len ? hop_buf_str(&b) : "(All)");
}

/* The values of a ValidateSet or an enumeration; syntax lines show them. */
static void
put_value_group(struct making *k, struct hop_value o,
                const struct meta_param *p)
{
    const struct hop_class *t = p->type->element ? p->type->element : p->type;
    struct hop_array *names = hop_array_new(k->cx, 0);
    struct hop_value group;

    for (uint32_t i = 0; p->attributes && i < p->attributes->n; i++) {
        const struct validator *v = &p->attributes->items[i];
        struct hop_array *a =
            v->kind == VALIDATE_SET ? hop_as_array(v->a) : NULL;

        for (size_t j = 0; a && j < a->n; j++)
            hop_array_push(names, hop_retain(a->items[j]));
    }
    for (const struct hop_enum_name *e =
             !names->n && t->flags & HOP_CLASS_ENUM ? t->names : NULL;
         e && e->name; e++)
        hop_array_push_text(names, e->name);
    if (!names->n) {
        hop_release(hop_obj(names));
        return;
    }
    group = part(k, "parameterValueGroup");
    put(group, "parameterValue", hop_obj(names));
    put(o, "parameterValueGroup", group);
}

static struct hop_value
extended_parameter(struct making *k, const struct meta_param *p, int set,
                   bool syntax)
{
    struct hop_value o = part(k, "parameter"), type = part(k, "type");
    const struct meta_set *r =
        row_in(p, set < 0 && p->n_sets ? p->sets[0].set : set);
    unsigned flags = flags_of(p, r);

    put_text(o, "name", p->name);
    put_text(o, "required", flags & HOP_MANDATORY ? "true" : "false");
    put(o, "pipelineInput", pipeline_text(flags, true));
    put_text(o, "isDynamic", p->dynamic.kind == HOP_OBJECT ? "true" : "false");
    put_text(o, "globbing", flags & HOP_WILDCARDS ? "true" : "false");
    put_set_names(k, o, p);
    if (r && r->help)
        put(o, "description", hop_str(hop_string_format("%s\n", r->help)));
    if (!p->is_switch)
        put(o, "parameterValue", value_text(k, p));
    put(type, "name", type_name(k, p));
    put(o, "type", type);
    put(o, "position",
        r && r->position >= 0 ? hop_str(hop_string_format("%d", r->position))
                              : hop_text("Named"));
    put_aliases(o, p);
    if (syntax)
        put_value_group(k, o, p);
    return o;
}

static struct hop_value
parameter_object(struct making *k, const struct meta_param *p, int set,
                 bool syntax)
{
    return k->help ? maml_parameter(k, p, set, syntax)
                   : extended_parameter(k, p, set, syntax);
}

static int
by_name(const void *a, const void *b)
{
    const struct meta_param *const *x = a, *const *y = b;

    return strcmp((*x)->name, (*y)->name);
}

static struct hop_value
parameters(struct making *k)
{
    struct hop_value all = part(k, "parameters");
    struct hop_array *a = k->help ? objects(k) : hop_array_new(k->cx, 0);
    HOP_AUTO_FREE struct meta_param **list =
        hop_xcalloc(k->meta->n + 1, sizeof(*list));
    size_t n = 0;

    for (uint32_t i = 0; i < k->meta->n; i++)
        if (is_listed(&k->meta->params[i]))
            list[n++] = &k->meta->params[i];
    if (!k->help && n)
        qsort(list, n, sizeof(*list), by_name);
    for (size_t i = 0; i < n; i++)
        hop_array_push(a, parameter_object(k, list[i], -1, false));
    put(all, "parameter", k->help && a->n == 1 ? one_or_more(a) : hop_obj(a));
    return all;
}

static struct hop_value
syntax_item(struct making *k, int set)
{
    struct hop_value o = part(k, "syntaxItem");
    struct hop_array *a = k->help ? objects(k) : hop_array_new(k->cx, 0);
    HOP_AUTO_FREE struct meta_param **list =
        hop_xcalloc(k->meta->n + 1, sizeof(*list));
    size_t n = order_params(k->meta, set, list, false);

    put_text(o, "name", k->c->name);
    if (!k->help)
        put(o, "CommonParameters", hop_bool(k->meta->cmdlet_binding));
    for (size_t i = 0; i < n; i++)
        if (is_listed(list[i]))
            hop_array_push(a, parameter_object(k, list[i], set, true));
    put(o, "parameter", k->help && a->n == 1 ? one_or_more(a) : hop_obj(a));
    return o;
}

static struct hop_value
syntax(struct making *k)
{
    struct hop_value all = part(k, "syntax");
    struct hop_array *a = k->help ? objects(k) : hop_array_new(k->cx, 0);

    if (!k->meta->n_sets)
        hop_array_push(a, syntax_item(k, -1));
    for (uint32_t i = 0; i < k->meta->n_sets; i++)
        hop_array_push(a, syntax_item(k, (int)i));
    put(all, "syntaxItem", k->help ? one_or_more(a) : hop_obj(a));
    return all;
}

/* ---- help in comments ---- */

static struct hop_value
examples(struct making *k, const char *const *texts, size_t n)
{
    struct hop_value all = part(k, "examples");
    struct hop_array *a = objects(k);

    for (size_t i = 0; i < n; i++) {
        struct hop_value one = part(k, "example");
        struct hop_array *remarks = objects(k), *intro = objects(k);
        struct hop_buf b[3] = {HOP_BUF_INIT, HOP_BUF_INIT, HOP_BUF_INIT};

        hop_help_example(texts[i], &b[0], &b[1], &b[2]);
        put(one, "title",
            hop_str(hop_string_format("-------------------------- EXAMPLE %zu "
                                      "--------------------------",
                                      i + 1)));
        hop_array_push(intro, paragraph(k, hop_text_buf(&b[0])));
        put(one, "introduction", hop_obj(intro));
        put(one, "code", trimmed(hop_buf_str(&b[1])));
        hop_array_push(remarks, paragraph(k, trimmed(hop_buf_str(&b[2]))));
        for (int blank = 0; blank < 4; blank++)
            hop_array_push(remarks, paragraph(k, hop_text("")));
        put(one, "remarks", hop_obj(remarks));
        for (int j = 0; j < 3; j++)
            hop_buf_done(&b[j]);
        hop_array_push(a, one);
    }
    put(all, "example", one_or_more(a));
    return all;
}

static bool
is_address(const char *s)
{
    const char *colon = strstr(s, "://");

    return colon && colon != s && strcspn(s, " \t") == strlen(s);
}

static struct hop_value
links(struct making *k)
{
    struct hop_value all = part(k, "relatedLinks");
    struct hop_array *a = objects(k);

    for (uint32_t i = 0; i < k->help->links.n; i++) {
        struct hop_value one = part(k, "navigationLink");
        const char *s = k->help->links.items[i];

        put(one, is_address(s) ? "uri" : "linkText", trimmed(s));
        hop_array_push(a, one);
    }
    put(all, "navigationLink", one_or_more(a));
    return all;
}

static struct hop_value
alerts(struct making *k)
{
    struct hop_value all = part(k, "alertSet");

    put(all, "alert", paragraphs(k, k->help->notes));
    return all;
}

static struct hop_value
details(struct making *k)
{
    struct hop_value o = part(k, "details");

    put_text(o, "name", k->c->name);
    if (k->help && k->help->synopsis)
        put(o, "description", paragraphs(k, k->help->synopsis));
    if (!k->help) {
        const char *dash =
            k->c->type == COMMAND_CMDLET ? strchr(k->c->name, '-') : NULL;

        put_text(o, "noun", dash ? dash + 1 : "");
        put(o, "verb",
            hop_textn(k->c->name, dash ? (size_t)(dash - k->c->name) : 0));
    }
    return o;
}

static void
put_namespaces(struct hop_value o)
{
    put_text(o, "xmlns:maml", "http://schemas.microsoft.com/maml/2004/10");
    put_text(o, "xmlns:command",
             "http://schemas.microsoft.com/maml/dev/command/2004/10");
    put_text(o, "xmlns:dev", "http://schemas.microsoft.com/maml/dev/2004/10");
}

const char *
hop_help_category(const struct cmdinfo *c)
{
    switch (c->type) {
    case COMMAND_CMDLET: return "Cmdlet";
    case COMMAND_FILTER: return "Filter";
    case COMMAND_EXTERNAL_SCRIPT: return "ExternalScript";
    case COMMAND_ALIAS: return "Alias";
    default: return "Function";
    }
}

static void
put_sections(struct making *k, struct hop_value o)
{
    const struct hop_help *h = k->help;

    put(o, "details", details(k));
    if (h->description)
        put(o, "description", paragraphs(k, h->description));
    put(o, "syntax", syntax(k));
    put(o, "parameters", parameters(k));
    if (h->inputs.n)
        put(o, "inputTypes",
            types(k, "inputTypes", "inputType", h->inputs.items, h->inputs.n));
    if (h->outputs.n)
        put(o, "returnValues",
            types(k, "returnValues", "returnValue", h->outputs.items,
                  h->outputs.n));
    if (h->notes)
        put(o, "alertSet", alerts(k));
    if (h->examples.n)
        put(o, "examples", examples(k, h->examples.items, h->examples.n));
    if (h->links.n)
        put(o, "relatedLinks", links(k));
    put_namespaces(o);
}

static struct hop_value
help_of_comments(struct making *k)
{
    struct hop_value o = object(k, MAML, "HelpInfo");
    const struct hop_help *h = k->help;

    put_sections(k, o);
    put_text(o, "Name", k->c->name);
    put_text(o, "Category", hop_help_category(k->c));
    put(o, "Synopsis", h->synopsis ? trimmed(h->synopsis) : hop_text(""));
    put_text(o, "Component", h->component);
    put_text(o, "Role", h->role);
    put_text(o, "Functionality", h->functionality);
    put_text(o, "ModuleName", cmdinfo_module_name(k->c));
    return o;
}

/* ---- commands without comments ---- */

struct alias_search {
    const char *command;
    struct hop_buf names;
};

static bool
note_alias(void *ctx, struct hop_value alias)
{
    struct alias_search *s = ctx;
    struct cmdinfo *c = as_cmdinfo(alias);

    if (c && c->definition && strcasecmp(c->definition, s->command) == 0)
        hop_buf_addf(&s->names, "%s\n", c->name);
    return true;
}

static void
put_command_aliases(struct making *k, struct hop_value o)
{
    struct alias_search s = {k->c->name, HOP_BUF_INIT};

    hop_alias_each(k->rs, NULL, note_alias, &s);
    put_text(o, "aliases", s.names.len ? hop_buf_str(&s.names) : "None\n");
    hop_buf_done(&s.names);
}

static void
put_inputs(struct making *k, struct hop_value o)
{
    struct hop_buf b HOP_AUTO_BUF = HOP_BUF_INIT;
    const char *text;

    for (uint32_t i = 0; i < k->meta->n; i++) {
        const struct meta_param *p = &k->meta->params[i];
        struct hop_buf name HOP_AUTO_BUF = HOP_BUF_INIT;
        unsigned flags = p->flags;

        for (uint32_t j = 0; j < p->n_sets; j++)
            flags |= p->sets[j].flags;
        if (!(flags & (HOP_BY_VALUE | HOP_BY_NAME)))
            continue;
        hop_class_add_full_name(p->type, &name);
        hop_buf_addc(&name, '\n');
        if (!b.len || !strstr(hop_buf_str(&b), hop_buf_str(&name)))
            hop_buf_adds(&b, hop_buf_str(&name));
    }
    text = b.len ? hop_buf_str(&b) : "None\n";
    put(o, "inputTypes", types(k, "inputTypes", "inputType", &text, 1));
}

static void
put_outputs(struct making *k, struct hop_value o)
{
    struct hop_buf b HOP_AUTO_BUF = HOP_BUF_INIT;
    struct hop_array *list = hop_as_array(k->meta->output_list);
    const char *text;

    for (const char *s = k->meta->output_types; s && *s;) {
        size_t n = strcspn(s, " ");

        hop_buf_add(&b, s, n);
        hop_buf_addc(&b, '\n');
        s += n + strspn(s + n, " ");
    }
    for (size_t i = 0; !b.len && list && i < list->n; i++)
        if (hop_is_string(list->items[i]))
            hop_buf_addf(&b, "%s\n", hop_cstr(list->items[i]));
    text = b.len ? hop_buf_str(&b) : "System.Object";
    put(o, "returnValues", types(k, "returnValues", "returnValue", &text, 1));
}

static void
put_own_examples(struct making *k, struct hop_value o)
{
    size_t n = 0;
    const char *const *texts =
        k->c->cmdlet ? hop_help_examples(k->c->cmdlet->name, &n) : NULL;

    if (texts)
        put(o, "examples", examples(k, texts, n));
    else
        put_text(o, "examples", NULL);
}

static struct hop_value
help_of_parameters(struct making *k)
{
    struct hop_value o = object(k, EXTENDED, "CmdletHelpInfo");
    struct hop_array *names = o.u.o->ext->type_names;

    hop_array_push_text(names, "HelpInfo");
    put(o, "CommonParameters", hop_bool(k->meta->cmdlet_binding));
    put(o, "details", details(k));
    put(o, "Syntax", syntax(k));
    put(o, "parameters", parameters(k));
    put_inputs(k, o);
    put_outputs(k, o);
    put_command_aliases(k, o);
    put_text(o, "remarks",
             k->c->cmdlet && k->c->cmdlet->synopsis ? k->c->cmdlet->synopsis
                                                    : "None");
    put_text(o, "alertSet", NULL);
    put_text(o, "description", NULL);
    put_own_examples(k, o);
    put(o, "Synopsis", hop_str(command_syntax(k->rs, k->c)));
    put_text(o, "ModuleName", cmdinfo_module_name(k->c));
    put_text(o, "nonTerminatingErrors", "");
    put_namespaces(o);
    put_text(o, "Name", k->c->name);
    put_text(o, "Category", hop_help_category(k->c));
    put_text(o, "Component", NULL);
    put_text(o, "Role", NULL);
    put_text(o, "Functionality", NULL);
    return o;
}

/* ---- choosing ---- */

static struct hop_help *
read_help(struct hop_runspace *rs, struct cmdinfo *c)
{
    if (c->type == COMMAND_EXTERNAL_SCRIPT && !c->block &&
        !script_load(rs, c)) {
        hop_drop_exception(&rs->cx);
        return NULL;
    }
    if (c->type == COMMAND_CMDLET || !c->block)
        return NULL;
    return hop_help_read(c->block->unit, &c->block->ast->ast);
}

/* The views of -Detailed and so on go by the type names. */
static void
add_view(struct making *k, struct hop_value o, const char *view)
{
    HOP_AUTO_FREE char *own = hop_xasprintf("%s#%s", k->type, view);
    HOP_AUTO_FREE char *base =
        hop_xasprintf("%s#%s", k->help ? "HelpInfo" : "CmdletHelpInfo", view);

    if (!k->help) {
        HOP_AUTO_FREE char *info = hop_xasprintf("HelpInfo#%s", view);

        hop_type_names_push(k->cx, o.u.o, info);
    }
    hop_type_names_push(k->cx, o.u.o, base);
    hop_type_names_push(k->cx, o.u.o, own);
}

struct hop_value
hop_help_of_command(struct hop_runspace *rs, struct cmdinfo *c,
                    const char *view)
{
    struct making k = {.rs = rs, .cx = &rs->cx, .c = c};
    struct hop_value o;

    k.help = read_help(rs, c);
    k.meta = meta_of(rs, c);
    k.type = k.help ? MAML : EXTENDED;
    if (!k.meta) {
        hop_drop_exception(&rs->cx);
        if (k.help)
            hop_help_free(k.help);
        return hop_null();
    }
    o = k.help ? help_of_comments(&k) : help_of_parameters(&k);
    if (view)
        add_view(&k, o, view);
    if (k.help)
        hop_help_free(k.help);
    return o;
}

struct hop_value
hop_help_of_text(struct hop_runspace *rs, const char *name,
                 const char *synopsis, const char *text)
{
    struct hop_value v = hop_wrap(&rs->cx, hop_text(text));

    put_text(v, "Name", name);
    put_text(v, "Category", "HelpFile");
    put_text(v, "Synopsis", synopsis);
    return v;
}

static struct hop_value
short_line(struct hop_runspace *rs, const char *name, const char *category,
           const char *module, struct hop_value synopsis)
{
    struct making k = {.rs = rs, .cx = &rs->cx};
    struct hop_value o = object(&k, "HelpInfoShort", NULL);

    put_text(o, "Name", name);
    put_text(o, "Category", category);
    put_text(o, "ModuleName", module);
    put(o, "Synopsis", synopsis);
    return o;
}

struct hop_value
hop_help_short(struct hop_runspace *rs, struct cmdinfo *c)
{
    struct hop_help *h = read_help(rs, c);
    struct hop_value text =
        h && h->synopsis ? trimmed(h->synopsis)
        : c->cmdlet && c->cmdlet->synopsis
            ? hop_text(c->cmdlet->synopsis)
            : hop_text(c->type == COMMAND_ALIAS && c->definition ? c->definition
                                                                 : "...");

    if (h)
        hop_help_free(h);
    return short_line(rs, c->name, hop_help_category(c), cmdinfo_module_name(c),
                      text);
}

struct hop_value
hop_help_short_text(struct hop_runspace *rs, const char *name,
                    const char *synopsis)
{
    return short_line(rs, name, "HelpFile", "", hop_text(synopsis));
}
