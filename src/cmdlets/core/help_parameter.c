/* Parameters and syntax in help.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/core/help_parts.h"

/* "Int32", "String[]" in help of comments, "int", "string[]" otherwise. */
static struct hop_value
type_name(struct hop_help_making *k, const struct meta_param *p)
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
value_text(struct hop_help_making *k, const struct meta_param *p)
{
    struct hop_value text HOP_AUTO_VALUE = type_name(k, p);
    struct hop_value v = hop_wrap(k->cx, hop_retain(text));

    if (!k->help)
        hop_help_put(v, "variableLength", hop_bool(p->type->element != NULL));
    hop_help_put_text(v, "required",
                      k->help && p->is_switch ? "false" : "true");
    return v;
}

/* The text of a parameter: its own section or the comment at it. */
static const char *
parameter_help(struct hop_help_making *k, const struct meta_param *p)
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
put_default(struct hop_help_making *k, struct hop_value o,
            const struct meta_param *p)
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
    hop_help_put(o, "defaultValue", hop_is_null(text) ? hop_text("") : text);
}

static struct hop_value
maml_parameter(struct hop_help_making *k, const struct meta_param *p, int set,
               bool hop_help_syntax)
{
    struct hop_value o = hop_help_part(k, "parameter");
    const struct meta_set *r = row_in(p, set);
    unsigned flags = flags_of(p, r);
    const char *text = parameter_help(k, p);

    hop_help_put_text(o, "name", p->name);
    if (text)
        hop_help_put(o, "description", hop_help_paragraphs(k, text));
    if (!hop_help_syntax || !p->is_switch)
        hop_help_put(o, "parameterValue", value_text(k, p));
    if (!hop_help_syntax) {
        struct hop_value type = hop_help_part(k, "type");

        hop_help_put(type, "name", type_name(k, p));
        hop_help_put(o, "type", type);
        put_default(k, o, p);
    }
    hop_help_put_text(o, "required", flags & HOP_MANDATORY ? "true" : "false");
    hop_help_put_text(o, "globbing", flags & HOP_WILDCARDS ? "true" : "false");
    hop_help_put(o, "pipelineInput", pipeline_text(flags, false));
    hop_help_put(o, "position",
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
    hop_help_put_text(o, "aliases", b.len ? hop_buf_str(&b) : "None");
}

static void
put_set_names(struct hop_help_making *k, struct hop_value o,
              const struct meta_param *p)
{
    struct hop_buf b HOP_AUTO_BUF = HOP_BUF_INIT;

    for (uint32_t i = 0; i < p->n_sets; i++)
        if (p->sets[i].set != SET_ALL)
            hop_buf_addf(&b, "%s%s", b.len ? ", " : "",
                         k->meta->sets[p->sets[i].set]);
    hop_help_put_text(o, "parameterSetName", b.len ? hop_buf_str(&b) : "(All)");
}

/* The values of a ValidateSet or an enumeration; syntax lines show them. */
static void
put_value_group(struct hop_help_making *k, struct hop_value o,
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
    group = hop_help_part(k, "parameterValueGroup");
    hop_help_put(group, "parameterValue", hop_obj(names));
    hop_help_put(o, "parameterValueGroup", group);
}

static struct hop_value
extended_parameter(struct hop_help_making *k, const struct meta_param *p,
                   int set, bool hop_help_syntax)
{
    struct hop_value o = hop_help_part(k, "parameter"),
                     type = hop_help_part(k, "type");
    const struct meta_set *r =
        row_in(p, set < 0 && p->n_sets ? p->sets[0].set : set);
    unsigned flags = flags_of(p, r);

    hop_help_put_text(o, "name", p->name);
    hop_help_put_text(o, "required", flags & HOP_MANDATORY ? "true" : "false");
    hop_help_put(o, "pipelineInput", pipeline_text(flags, true));
    hop_help_put_text(o, "isDynamic",
                      p->dynamic.kind == HOP_OBJECT ? "true" : "false");
    hop_help_put_text(o, "globbing", flags & HOP_WILDCARDS ? "true" : "false");
    put_set_names(k, o, p);
    if (r && r->help)
        hop_help_put(o, "description",
                     hop_str(hop_string_format("%s\n", r->help)));
    if (!p->is_switch)
        hop_help_put(o, "parameterValue", value_text(k, p));
    hop_help_put(type, "name", type_name(k, p));
    hop_help_put(o, "type", type);
    hop_help_put(o, "position",
                 r && r->position >= 0
                     ? hop_str(hop_string_format("%d", r->position))
                     : hop_text("Named"));
    put_aliases(o, p);
    if (hop_help_syntax)
        put_value_group(k, o, p);
    return o;
}

static struct hop_value
parameter_object(struct hop_help_making *k, const struct meta_param *p, int set,
                 bool hop_help_syntax)
{
    return k->help ? maml_parameter(k, p, set, hop_help_syntax)
                   : extended_parameter(k, p, set, hop_help_syntax);
}

static int
by_name(const void *a, const void *b)
{
    const struct meta_param *const *x = a, *const *y = b;

    return strcmp((*x)->name, (*y)->name);
}

struct hop_value
hop_help_parameters(struct hop_help_making *k)
{
    struct hop_value all = hop_help_part(k, "parameters");
    struct hop_array *a =
        k->help ? hop_help_objects(k) : hop_array_new(k->cx, 0);
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
    hop_help_put(all, "parameter",
                 k->help && a->n == 1 ? hop_help_one_or_more(a) : hop_obj(a));
    return all;
}

static struct hop_value
syntax_item(struct hop_help_making *k, int set)
{
    struct hop_value o = hop_help_part(k, "syntaxItem");
    struct hop_array *a =
        k->help ? hop_help_objects(k) : hop_array_new(k->cx, 0);
    HOP_AUTO_FREE struct meta_param **list =
        hop_xcalloc(k->meta->n + 1, sizeof(*list));
    size_t n = order_params(k->meta, set, list, false);

    hop_help_put_text(o, "name", k->c->name);
    if (!k->help)
        hop_help_put(o, "CommonParameters", hop_bool(k->meta->cmdlet_binding));
    for (size_t i = 0; i < n; i++)
        if (is_listed(list[i]))
            hop_array_push(a, parameter_object(k, list[i], set, true));
    hop_help_put(o, "parameter",
                 k->help && a->n == 1 ? hop_help_one_or_more(a) : hop_obj(a));
    return o;
}

struct hop_value
hop_help_syntax(struct hop_help_making *k)
{
    struct hop_value all = hop_help_part(k, "syntax");
    struct hop_array *a =
        k->help ? hop_help_objects(k) : hop_array_new(k->cx, 0);

    if (!k->meta->n_sets)
        hop_array_push(a, syntax_item(k, -1));
    for (uint32_t i = 0; i < k->meta->n_sets; i++)
        hop_array_push(a, syntax_item(k, (int)i));
    hop_help_put(all, "syntaxItem",
                 k->help ? hop_help_one_or_more(a) : hop_obj(a));
    return all;
}
