/* Help as objects: of comments, of parameters alone, of topics.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/core/help_object.h"

#include "cmdlets/core/help_example.h"
#include "cmdlets/core/help_parts.h"
#include "lang/help.h"

/* ---- help in comments ---- */

static struct hop_value
examples(struct hop_help_making *k, const char *const *texts, size_t n)
{
    struct hop_value all = hop_help_part(k, "examples");
    struct hop_array *a = hop_help_objects(k);

    for (size_t i = 0; i < n; i++) {
        struct hop_value one = hop_help_part(k, "example");
        struct hop_array *remarks = hop_help_objects(k),
                         *intro = hop_help_objects(k);
        struct hop_buf b[3] = {HOP_BUF_INIT, HOP_BUF_INIT, HOP_BUF_INIT};

        hop_help_example(texts[i], &b[0], &b[1], &b[2]);
        hop_help_put(
            one, "title",
            hop_str(hop_string_format("-------------------------- EXAMPLE %zu "
                                      "--------------------------",
                                      i + 1)));
        hop_array_push(intro, hop_help_paragraph(k, hop_text_buf(&b[0])));
        hop_help_put(one, "introduction", hop_obj(intro));
        hop_help_put(one, "code", hop_help_trimmed(hop_buf_str(&b[1])));
        hop_array_push(remarks, hop_help_paragraph(
                                    k, hop_help_trimmed(hop_buf_str(&b[2]))));
        for (int blank = 0; blank < 4; blank++)
            hop_array_push(remarks, hop_help_paragraph(k, hop_text("")));
        hop_help_put(one, "remarks", hop_obj(remarks));
        for (int j = 0; j < 3; j++)
            hop_buf_done(&b[j]);
        hop_array_push(a, one);
    }
    hop_help_put(all, "example", hop_help_one_or_more(a));
    return all;
}

static bool
is_address(const char *s)
{
    const char *colon = strstr(s, "://");

    return colon && colon != s && strcspn(s, " \t") == strlen(s);
}

static struct hop_value
links(struct hop_help_making *k)
{
    struct hop_value all = hop_help_part(k, "relatedLinks");
    struct hop_array *a = hop_help_objects(k);

    for (uint32_t i = 0; i < k->help->links.n; i++) {
        struct hop_value one = hop_help_part(k, "navigationLink");
        const char *s = k->help->links.items[i];

        hop_help_put(one, is_address(s) ? "uri" : "linkText",
                     hop_help_trimmed(s));
        hop_array_push(a, one);
    }
    hop_help_put(all, "navigationLink", hop_help_one_or_more(a));
    return all;
}

static struct hop_value
alerts(struct hop_help_making *k)
{
    struct hop_value all = hop_help_part(k, "alertSet");

    hop_help_put(all, "alert", hop_help_paragraphs(k, k->help->notes));
    return all;
}

static struct hop_value
details(struct hop_help_making *k)
{
    struct hop_value o = hop_help_part(k, "details");

    hop_help_put_text(o, "name", k->c->name);
    if (k->help && k->help->synopsis)
        hop_help_put(o, "description",
                     hop_help_paragraphs(k, k->help->synopsis));
    if (!k->help) {
        const char *dash =
            k->c->type == COMMAND_CMDLET ? strchr(k->c->name, '-') : NULL;

        hop_help_put_text(o, "noun", dash ? dash + 1 : "");
        hop_help_put(
            o, "verb",
            hop_textn(k->c->name, dash ? (size_t)(dash - k->c->name) : 0));
    }
    return o;
}

static void
put_namespaces(struct hop_value o)
{
    hop_help_put_text(o, "xmlns:maml",
                      "http://schemas.microsoft.com/maml/2004/10");
    hop_help_put_text(o, "xmlns:command",
                      "http://schemas.microsoft.com/maml/dev/command/2004/10");
    hop_help_put_text(o, "xmlns:dev",
                      "http://schemas.microsoft.com/maml/dev/2004/10");
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
put_sections(struct hop_help_making *k, struct hop_value o)
{
    const struct hop_help *h = k->help;

    hop_help_put(o, "details", details(k));
    if (h->description)
        hop_help_put(o, "description", hop_help_paragraphs(k, h->description));
    hop_help_put(o, "syntax", hop_help_syntax(k));
    hop_help_put(o, "parameters", hop_help_parameters(k));
    if (h->inputs.n)
        hop_help_put(o, "inputTypes",
                     hop_help_types(k, "inputTypes", "inputType",
                                    h->inputs.items, h->inputs.n));
    if (h->outputs.n)
        hop_help_put(o, "returnValues",
                     hop_help_types(k, "returnValues", "returnValue",
                                    h->outputs.items, h->outputs.n));
    if (h->notes)
        hop_help_put(o, "alertSet", alerts(k));
    if (h->examples.n)
        hop_help_put(o, "examples",
                     examples(k, h->examples.items, h->examples.n));
    if (h->links.n)
        hop_help_put(o, "relatedLinks", links(k));
    put_namespaces(o);
}

static struct hop_value
help_of_comments(struct hop_help_making *k)
{
    struct hop_value o = hop_help_object(k, HOP_HELP_MAML, "HelpInfo");
    const struct hop_help *h = k->help;

    put_sections(k, o);
    hop_help_put_text(o, "Name", k->c->name);
    hop_help_put_text(o, "Category", hop_help_category(k->c));
    hop_help_put(o, "Synopsis",
                 h->synopsis ? hop_help_trimmed(h->synopsis) : hop_text(""));
    hop_help_put_text(o, "Component", h->component);
    hop_help_put_text(o, "Role", h->role);
    hop_help_put_text(o, "Functionality", h->functionality);
    hop_help_put_text(o, "ModuleName", cmdinfo_module_name(k->c));
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
put_command_aliases(struct hop_help_making *k, struct hop_value o)
{
    struct alias_search s = {k->c->name, HOP_BUF_INIT};

    hop_alias_each(k->rs, NULL, note_alias, &s);
    hop_help_put_text(o, "aliases",
                      s.names.len ? hop_buf_str(&s.names) : "None\n");
    hop_buf_done(&s.names);
}

static void
put_inputs(struct hop_help_making *k, struct hop_value o)
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
    hop_help_put(o, "inputTypes",
                 hop_help_types(k, "inputTypes", "inputType", &text, 1));
}

static void
put_outputs(struct hop_help_making *k, struct hop_value o)
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
    hop_help_put(o, "returnValues",
                 hop_help_types(k, "returnValues", "returnValue", &text, 1));
}

static void
put_own_examples(struct hop_help_making *k, struct hop_value o)
{
    size_t n = 0;
    const char *const *texts =
        k->c->cmdlet ? hop_help_examples(k->c->cmdlet->name, &n) : NULL;

    if (texts)
        hop_help_put(o, "examples", examples(k, texts, n));
    else
        hop_help_put_text(o, "examples", NULL);
}

static struct hop_value
help_of_parameters(struct hop_help_making *k)
{
    struct hop_value o =
        hop_help_object(k, HOP_HELP_EXTENDED, "CmdletHelpInfo");
    struct hop_array *names = o.u.o->ext->type_names;

    hop_array_push_text(names, "HelpInfo");
    hop_help_put(o, "CommonParameters", hop_bool(k->meta->cmdlet_binding));
    hop_help_put(o, "details", details(k));
    hop_help_put(o, "Syntax", hop_help_syntax(k));
    hop_help_put(o, "parameters", hop_help_parameters(k));
    put_inputs(k, o);
    put_outputs(k, o);
    put_command_aliases(k, o);
    hop_help_put_text(o, "remarks",
                      k->c->cmdlet && k->c->cmdlet->synopsis
                          ? k->c->cmdlet->synopsis
                          : "None");
    hop_help_put_text(o, "alertSet", NULL);
    hop_help_put_text(o, "description", NULL);
    put_own_examples(k, o);
    hop_help_put(o, "Synopsis", hop_str(command_syntax(k->rs, k->c)));
    hop_help_put_text(o, "ModuleName", cmdinfo_module_name(k->c));
    hop_help_put_text(o, "nonTerminatingErrors", "");
    put_namespaces(o);
    hop_help_put_text(o, "Name", k->c->name);
    hop_help_put_text(o, "Category", hop_help_category(k->c));
    hop_help_put_text(o, "Component", NULL);
    hop_help_put_text(o, "Role", NULL);
    hop_help_put_text(o, "Functionality", NULL);
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
add_view(struct hop_help_making *k, struct hop_value o, const char *view)
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
    struct hop_help_making k = {.rs = rs, .cx = &rs->cx, .c = c};
    struct hop_value o;

    k.help = read_help(rs, c);
    k.meta = meta_of(rs, c);
    k.type = k.help ? HOP_HELP_MAML : HOP_HELP_EXTENDED;
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

    hop_help_put_text(v, "Name", name);
    hop_help_put_text(v, "Category", "HelpFile");
    hop_help_put_text(v, "Synopsis", synopsis);
    return v;
}

static struct hop_value
short_line(struct hop_runspace *rs, const char *name, const char *category,
           const char *module, struct hop_value synopsis)
{
    struct hop_help_making k = {.rs = rs, .cx = &rs->cx};
    struct hop_value o = hop_help_object(&k, "HelpInfoShort", NULL);

    hop_help_put_text(o, "Name", name);
    hop_help_put_text(o, "Category", category);
    hop_help_put_text(o, "ModuleName", module);
    hop_help_put(o, "Synopsis", synopsis);
    return o;
}

struct hop_value
hop_help_short(struct hop_runspace *rs, struct cmdinfo *c)
{
    struct hop_help *h = read_help(rs, c);
    struct hop_value text =
        h && h->synopsis ? hop_help_trimmed(h->synopsis)
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
