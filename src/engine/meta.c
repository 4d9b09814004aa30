/* Parameter metadata: of native cmdlets from their tables, of functions from
 * their param blocks.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/engine.h"

/* ---- memory
 * ---------------------------------------------------------------------- */

static void *
own(struct meta *m, void *p)
{
    m->owned = hop_xrealloc(m->owned, m->n_owned + 1, sizeof(*m->owned));
    m->owned[m->n_owned++] = p;
    return p;
}

struct meta *
meta_ref(struct meta *m)
{
    if (m)
        m->refs++;
    return m;
}

void
meta_unref(struct meta *m)
{
    if (!m || --m->refs > 0)
        return;
    for (uint32_t i = 0; i < m->n; i++) {
        attributes_unref(m->params[i].attributes);
        hop_value_clear(&m->params[i].dynamic);
        hop_value_clear(&m->params[i].attribute_objects);
    }
    for (size_t i = 0; i < m->n_owned; i++)
        free(m->owned[i]);
    hop_value_clear(&m->output_list);
    free(m->owned);
    free(m->params);
    free(m);
}

static struct meta *
new_meta(void)
{
    struct meta *m = hop_xmalloc(sizeof(*m));

    m->refs = 1;
    m->default_set = -1;
    m->impact = HOP_IMPACT_MEDIUM;
    return m;
}

static struct meta_param *
add_param(struct meta *m)
{
    if (m->n == m->cap) {
        m->cap = m->cap ? m->cap * 2 : 16;
        m->params = hop_xrealloc(m->params, m->cap, sizeof(*m->params));
    }
    memset(&m->params[m->n], 0, sizeof(*m->params));
    return &m->params[m->n++];
}

static int
set_index_of(struct meta *m, const char *name)
{
    for (uint32_t i = 0; i < m->n_sets; i++)
        if (hop_ascii_ieq(m->sets[i], name))
            return (int)i;
    if (m->n_sets == 32)
        return 31;
    m->sets[m->n_sets] = own(m, hop_xstrdup(name));
    return (int)m->n_sets++;
}

static void
split_words(struct meta *m, const char *text, const char ***out, uint32_t *n)
{
    char *copy, *save = NULL;
    const char **list = NULL;

    *n = 0;
    *out = NULL;
    if (!text)
        return;
    copy = own(m, hop_xstrdup(text));
    for (char *w = strtok_r(copy, " ", &save); w;
         w = strtok_r(NULL, " ", &save)) {
        list = hop_xrealloc(list, *n + 1, sizeof(*list));
        list[(*n)++] = w;
    }
    *out = own(m, list);
}

/* ---- attributes
 * ----------------------------------------------------------------------- */

struct attributes *
attributes_ref(struct attributes *a)
{
    if (a)
        a->refs++;
    return a;
}

void
attributes_unref(struct attributes *a)
{
    if (!a || --a->refs > 0)
        return;
    for (uint32_t i = 0; i < a->n; i++) {
        hop_release(a->items[i].a);
        hop_release(a->items[i].b);
        hop_release(a->items[i].object);
        free(a->items[i].message);
    }
    free(a->items);
    free(a);
}

static struct attributes *
new_attributes(void)
{
    struct attributes *a = hop_xmalloc(sizeof(*a));

    a->refs = 1;
    return a;
}

static struct validator *
add_validator(struct attributes *a, enum validate kind)
{
    a->items = hop_xrealloc(a->items, a->n + 1, sizeof(*a->items));
    memset(&a->items[a->n], 0, sizeof(*a->items));
    a->items[a->n].kind = kind;
    return &a->items[a->n++];
}

/* ---- native tables
 * ----------------------------------------------------------------------- */

static struct hop_value
text_array(struct hop_runspace *rs, const char *words)
{
    struct hop_array *a = hop_array_new(&rs->cx, 0);
    char *copy HOP_AUTO_FREE = hop_xstrdup(words);
    char *save = NULL;

    for (char *w = strtok_r(copy, " ", &save); w;
         w = strtok_r(NULL, " ", &save))
        hop_array_push_text(a, w);
    return hop_obj(a);
}

static struct hop_value
limit(const struct hop_class *type, double d)
{
    const struct hop_class *t = type;

    if (t && t->element)
        t = t->element;
    if (t == &hop_class_int64)
        return hop_long((int64_t)d);
    if (t == &hop_class_double)
        return hop_double(d);
    if (t == &hop_class_uint32)
        return hop_integer(HOP_UINT32, (int64_t)d);
    if (t == &hop_class_uint64)
        return hop_ulong((uint64_t)d);
    return d == (double)(int32_t)d ? hop_int((int32_t)d) : hop_long((int64_t)d);
}

static struct attributes *
native_attributes(struct hop_runspace *rs, const struct hop_param *p,
                  const struct hop_class *type)
{
    struct attributes *a = new_attributes();
    struct validator *v;

    if (p->transform)
        add_validator(a, TRANSFORM_NATIVE)->native = p;
    if (p->flags & HOP_CREDENTIAL)
        add_validator(a, TRANSFORM_CREDENTIAL)->native = p;
    if (p->flags & HOP_NOT_NULL)
        add_validator(a, VALIDATE_NOT_NULL);
    if (p->flags & HOP_NOT_NULL_OR_EMPTY)
        add_validator(a, VALIDATE_NOT_NULL_OR_EMPTY);
    if (p->range && p->range->kind) {
        v = add_validator(a, VALIDATE_RANGE_KIND);
        v->a = hop_text(p->range->kind);
    } else if (p->range) {
        v = add_validator(a, VALIDATE_RANGE);
        v->a = limit(type, p->range->min);
        v->b = limit(type, p->range->max);
    }
    if (p->set) {
        v = add_validator(a, VALIDATE_SET);
        v->a = text_array(rs, p->set);
        v->case_sensitive = p->flags & HOP_IGNORE_CASE_OFF;
    }
    if (p->pattern) {
        v = add_validator(a, VALIDATE_PATTERN);
        v->a = hop_text(p->pattern);
        v->case_sensitive = p->flags & HOP_IGNORE_CASE_OFF;
    }
    if (p->count) {
        v = add_validator(a, VALIDATE_COUNT);
        v->a = hop_int(p->count->min);
        v->b = hop_int(p->count->max);
    }
    if (p->length) {
        v = add_validator(a, VALIDATE_LENGTH);
        v->a = hop_int(p->length->min);
        v->b = hop_int(p->length->max);
    }
    if (a->n)
        return a;
    attributes_unref(a);
    return NULL;
}

static void
native_sets(struct meta *m, struct meta_param *q, const struct hop_param *p)
{
    const unsigned all =
        HOP_MANDATORY | HOP_BY_VALUE | HOP_BY_NAME | HOP_REMAINING;
    uint32_t n = 0;

    while (p->in && p->in[n].set)
        n++;
    if (!n) {
        q->sets = own(m, hop_xcalloc(1, sizeof(*q->sets)));
        q->n_sets = 1;
        q->sets[0] = (struct meta_set){SET_ALL, p->flags & all, p->position - 1,
                                       p->help};
        q->mask = 0xffffffffu;
        return;
    }
    q->sets = own(m, hop_xcalloc(n, sizeof(*q->sets)));
    q->n_sets = n;
    for (uint32_t i = 0; i < n; i++) {
        int set = set_index_of(m, p->in[i].set);
        int position = p->in[i].position ? p->in[i].position : p->position;
        q->sets[i] =
            (struct meta_set){(uint8_t)set, (p->flags & all) | p->in[i].flags,
                              position - 1, p->help};
        q->mask |= 1u << set;
    }
}

static const struct hop_class *
find_type(struct hop_runspace *rs, const char *name)
{
    const struct hop_class *c = hop_types_find(&rs->cx, name, strlen(name));

    return c ? c : &hop_class_object;
}

static void
add_native(struct hop_runspace *rs, struct meta *m, const struct hop_param *p)
{
    struct meta_param *q = add_param(m);
    const char *type = p->type ? p->type : "object";

    if (hop_ascii_ieq(type, "switch"))
        type = "System.Management.Automation.SwitchParameter";
    q->name = p->name;
    q->symbol = hop_symbol_get(rs, p->name, strlen(p->name));
    q->type = find_type(rs, type);
    q->type_text = type;
    q->is_switch = q->type == &hop_class_switch_parameter;
    q->flags = p->flags & ~(unsigned)(HOP_MANDATORY | HOP_BY_VALUE |
                                      HOP_BY_NAME | HOP_REMAINING);
    q->native = p;
    q->explicit_parameter = true;
    q->attributes = native_attributes(rs, p, q->type);
    split_words(m, p->aliases, &q->aliases, &q->n_aliases);
    native_sets(m, q, p);
}

/* ---- common parameters
 * ----------------------------------------------------------------------- */

static const struct common_row {
    const char *name, *type, *alias;
    enum common common;
} common_rows[] = {
    {"Verbose", "switch", "vb", COMMON_VERBOSE},
    {"Debug", "switch", "db", COMMON_DEBUG},
    {"ErrorAction", "System.Management.Automation.ActionPreference", "ea",
     COMMON_ERROR_ACTION},
    {"WarningAction", "System.Management.Automation.ActionPreference", "wa",
     COMMON_WARNING_ACTION},
    {"InformationAction", "System.Management.Automation.ActionPreference",
     "infa", COMMON_INFORMATION_ACTION},
    {"ProgressAction", "System.Management.Automation.ActionPreference", "proga",
     COMMON_PROGRESS_ACTION},
    {"ErrorVariable", "string", "ev", COMMON_ERROR_VARIABLE},
    {"WarningVariable", "string", "wv", COMMON_WARNING_VARIABLE},
    {"InformationVariable", "string", "iv", COMMON_INFORMATION_VARIABLE},
    {"OutVariable", "string", "ov", COMMON_OUT_VARIABLE},
    {"OutBuffer", "int", "ob", COMMON_OUT_BUFFER},
    {"PipelineVariable", "string", "pv", COMMON_PIPELINE_VARIABLE},
    {"WhatIf", "switch", "wi", COMMON_WHATIF},
    {"Confirm", "switch", "cf", COMMON_CONFIRM},
    {"IncludeTotalCount", "switch", NULL, COMMON_INCLUDE_TOTAL_COUNT},
    {"Skip", "uint64", NULL, COMMON_SKIP},
    {"First", "uint64", NULL, COMMON_FIRST},
};

static void
add_common(struct hop_runspace *rs, struct meta *m)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(common_rows); i++) {
        const struct common_row *r = &common_rows[i];
        struct meta_param *q;
        if ((r->common == COMMON_WHATIF || r->common == COMMON_CONFIRM) &&
            !m->should_process)
            continue;
        if (r->common >= COMMON_INCLUDE_TOTAL_COUNT && !m->paging)
            continue;
        if (meta_find(m, r->name, strlen(r->name)) >= 0 &&
            hop_ascii_ieq(
                m->params[meta_find(m, r->name, strlen(r->name))].name,
                r->name))
            continue;
        q = add_param(m);
        q->name = r->name;
        q->symbol = hop_symbol_get(rs, r->name, strlen(r->name));
        q->type_text = strcmp(r->type, "switch") == 0
                           ? "System.Management.Automation.SwitchParameter"
                           : r->type;
        q->type = find_type(rs, q->type_text);
        q->is_switch = q->type == &hop_class_switch_parameter;
        q->common = r->common;
        q->mask = 0xffffffffu;
        q->sets = own(m, hop_xcalloc(1, sizeof(*q->sets)));
        q->n_sets = 1;
        q->sets[0] = (struct meta_set){SET_ALL, 0, -1, NULL};
        split_words(m, r->alias, &q->aliases, &q->n_aliases);
    }
}

struct meta *
meta_of_cmdlet(struct hop_runspace *rs, const struct hop_cmdlet *c)
{
    struct meta *m = NULL;

    for (uint32_t i = 0; i < rs->n_metas; i++)
        if (rs->metas[i]->cmdlet == c)
            return rs->metas[i];
    m = new_meta();
    m->cmdlet = c;
    m->cmdlet_binding = true;
    m->should_process = c->flags & HOP_SHOULD_PROCESS;
    m->paging = c->flags & HOP_SUPPORTS_PAGING;
    m->positional_off = c->flags & HOP_POSITIONAL_OFF;
    m->output_types = c->output;
    if (c->impact != HOP_IMPACT_DEFAULT)
        m->impact = c->impact;
    for (size_t i = 0; i < c->n_params; i++)
        add_native(rs, m, &c->params[i]);
    if (c->default_set)
        m->default_set = set_index_of(m, c->default_set);
    if (!(c->flags & HOP_NO_COMMON))
        add_common(rs, m);
    rs->metas = hop_xrealloc(rs->metas, rs->n_metas + 1, sizeof(*rs->metas));
    rs->metas[rs->n_metas++] = m;
    return m;
}

/* ---- script functions
 * -----------------------------------------------------------------------------
 */

struct builder {
    struct hop_runspace *rs;
    struct meta *m;
    struct frame *f;
    bool custom_positions;
};

static bool
attribute_is(const struct hop_ast_attribute *a, const char *name)
{
    const struct hop_name *n = &a->type_name->name;
    size_t len = strlen(name);
    const char *text = n->text;
    size_t text_len = n->len;
    static const char prefix[] = "System.Management.Automation.";

    if (text_len > sizeof(prefix) - 1 &&
        hop_ascii_ieqn(text, prefix, sizeof(prefix) - 1)) {
        text += sizeof(prefix) - 1;
        text_len -= sizeof(prefix) - 1;
    }
    if (text_len == len + 9 && hop_ascii_ieqn(text + len, "Attribute", 9))
        text_len = len;
    return hop_text_ieq(text, text_len, name, len);
}

static bool
is_named(const struct hop_ast_named_argument *n, const char *name)
{
    return hop_text_ieq(n->name.text, n->name.len, name, strlen(name));
}

static bool
value_of(struct builder *b, struct hop_ast *n, struct hop_value *out)
{
    return eval_statement(b->f, n, out) == HOP_FLOW_NEXT;
}

static bool
flag_of(struct builder *b, struct hop_ast_named_argument *n, bool *out)
{
    struct hop_value v HOP_AUTO_VALUE = hop_null();

    if (!value_of(b, n->value, &v))
        return false;
    *out = hop_is_true(&b->rs->cx, v);
    return true;
}

static bool
text_value(struct builder *b, struct hop_ast_named_argument *n, char **out)
{
    struct hop_value v HOP_AUTO_VALUE = hop_null();
    struct hop_string *s HOP_AUTO_STRING = NULL;

    if (!value_of(b, n->value, &v) || !hop_to_string(&b->rs->cx, v, &s))
        return false;
    *out = own(b->m, hop_xstrndup(s->data, s->len));
    return true;
}

static const struct {
    const char *name;
    unsigned flag;
} parameter_flags[] = {
    {"Mandatory", HOP_MANDATORY},
    {"ValueFromPipeline", HOP_BY_VALUE},
    {"ValueFromPipelineByPropertyName", HOP_BY_NAME},
    {"ValueFromRemainingArguments", HOP_REMAINING},
    {"DontShow", HOP_DONT_SHOW},
};

/* [Parameter(...)]: one row of sets. */
static bool
read_parameter(struct builder *b, struct meta_param *q,
               struct hop_ast_attribute *a)
{
    struct meta_set row = {SET_ALL, 0, -1, NULL};
    bool on;

    q->explicit_parameter = true;
    for (uint32_t i = 0; i < a->named.n; i++) {
        struct hop_ast_named_argument *n =
            HOP_AST_AS(hop_ast_named_argument, a->named.items[i]);
        for (size_t k = 0; k < HOP_ARRAY_SIZE(parameter_flags); k++)
            if (is_named(n, parameter_flags[k].name)) {
                if (!flag_of(b, n, &on))
                    return false;
                if (on)
                    row.flags |= parameter_flags[k].flag;
            }
        if (is_named(n, "Position")) {
            struct hop_value v HOP_AUTO_VALUE = hop_null();
            int32_t p;
            if (!value_of(b, n->value, &v) || !hop_to_int32(&b->rs->cx, v, &p))
                return false;
            row.position = p;
            b->custom_positions = true;
        } else if (is_named(n, "ParameterSetName")) {
            char *name;
            if (!text_value(b, n, &name))
                return false;
            if (!hop_ascii_ieq(name, "__AllParameterSets")) {
                row.set = (uint8_t)set_index_of(b->m, name);
                b->custom_positions = true;
            }
        } else if (is_named(n, "HelpMessage")) {
            char *help;
            if (!text_value(b, n, &help))
                return false;
            row.help = help;
        }
    }
    if (row.flags & HOP_DONT_SHOW)
        q->flags |= HOP_DONT_SHOW;
    struct meta_set *sets =
        own(b->m, hop_xcalloc(q->n_sets + 1, sizeof(*sets)));
    if (q->n_sets)
        memcpy(sets, q->sets, q->n_sets * sizeof(*sets));
    sets[q->n_sets++] = row;
    q->sets = sets;
    return true;
}

static bool
positional_values(struct builder *b, struct hop_ast_attribute *a,
                  struct hop_array *out)
{
    for (uint32_t i = 0; i < a->positional.n; i++) {
        struct hop_value v = hop_null();
        if (!value_of(b, a->positional.items[i], &v))
            return false;
        hop_array_push(out, v);
    }
    return true;
}

static const struct {
    const char *name;
    enum validate kind;
} validators[] = {
    {"ValidateRange", VALIDATE_RANGE},
    {"ValidateSet", VALIDATE_SET},
    {"ValidatePattern", VALIDATE_PATTERN},
    {"ValidateScript", VALIDATE_SCRIPT},
    {"ValidateLength", VALIDATE_LENGTH},
    {"ValidateCount", VALIDATE_COUNT},
    {"ValidateNotNull", VALIDATE_NOT_NULL},
    {"ValidateNotNullOrEmpty", VALIDATE_NOT_NULL_OR_EMPTY},
    {"ValidateNotNullOrWhiteSpace", VALIDATE_NOT_NULL_OR_WHITESPACE},
    {"ValidateDrive", VALIDATE_DRIVE},
    {"ValidateUserDrive", VALIDATE_DRIVE},
    {"ValidateTrustedData", VALIDATE_TRUSTED},
    {"PSTypeName", VALIDATE_PSTYPE},
    {"PSTypeNameAttribute", VALIDATE_PSTYPE},
    {"Credential", TRANSFORM_CREDENTIAL},
};

/* A validation attribute; *known tells whether it is one. */
static bool
read_validator(struct builder *b, struct attributes *out,
               struct hop_ast_attribute *a, bool *known)
{
    struct hop_array *args = hop_array_new(&b->rs->cx, 0);
    struct hop_value holder HOP_AUTO_VALUE = hop_obj(args);
    struct validator *v = NULL;

    for (size_t i = 0; i < HOP_ARRAY_SIZE(validators); i++)
        if (attribute_is(a, validators[i].name))
            v = add_validator(out, validators[i].kind);
    *known = v != NULL;
    if (!v)
        return true;
    if (!positional_values(b, a, args))
        return false;
    if (v->kind == VALIDATE_SET) {
        struct hop_array *all = args;
        if (args->n == 1 && hop_as_array(args->items[0]))
            all = hop_as_array(args->items[0]);
        struct hop_array *texts = hop_array_new(&b->rs->cx, 0);
        v->a = hop_obj(texts);
        for (size_t i = 0; i < all->n; i++) {
            struct hop_string *s;
            if (!hop_to_string(&b->rs->cx, all->items[i], &s))
                return false;
            hop_array_push(texts, hop_str(s));
        }
    } else {
        if (args->n > 0)
            v->a = hop_retain(args->items[0]);
        if (args->n > 1)
            v->b = hop_retain(args->items[1]);
        if (v->kind == VALIDATE_RANGE && args->n == 1)
            v->kind = VALIDATE_RANGE_KIND;
    }
    for (uint32_t i = 0; i < a->named.n; i++) {
        struct hop_ast_named_argument *n =
            HOP_AST_AS(hop_ast_named_argument, a->named.items[i]);
        struct hop_value x HOP_AUTO_VALUE = hop_null();
        struct hop_string *s HOP_AUTO_STRING = NULL;
        if (!value_of(b, n->value, &x))
            return false;
        if (is_named(n, "IgnoreCase")) {
            v->case_sensitive = !hop_is_true(&b->rs->cx, x);
        } else if (is_named(n, "ErrorMessage")) {
            if (!hop_to_string(&b->rs->cx, x, &s))
                return false;
            v->message = hop_xstrndup(s->data, s->len);
        } else if (is_named(n, "Options")) {
            if (!hop_to_string(&b->rs->cx, x, &s))
                return false;
            v->case_sensitive = !strcasestr(s->data, "IgnoreCase");
        }
    }
    return true;
}

static bool
read_aliases(struct builder *b, struct meta_param *q,
             struct hop_ast_attribute *a)
{
    struct hop_array *args = hop_array_new(&b->rs->cx, 0);
    struct hop_value holder HOP_AUTO_VALUE = hop_obj(args);

    if (!positional_values(b, a, args))
        return false;
    const char **list =
        own(b->m, hop_xcalloc(q->n_aliases + args->n + 1, sizeof(*list)));
    if (q->n_aliases)
        memcpy(list, q->aliases, q->n_aliases * sizeof(*list));
    for (size_t i = 0; i < args->n; i++) {
        struct hop_string *s HOP_AUTO_STRING = NULL;
        if (!hop_to_string(&b->rs->cx, args->items[i], &s))
            return false;
        list[q->n_aliases++] = own(b->m, hop_xstrndup(s->data, s->len));
    }
    q->aliases = list;
    return true;
}

static const struct {
    const char *name;
    unsigned flag;
} flag_attributes[] = {
    {"AllowNull", HOP_ALLOW_NULL},
    {"AllowEmptyString", HOP_ALLOW_EMPTY_STRING},
    {"AllowEmptyCollection", HOP_ALLOW_EMPTY_COLLECTION},
    {"SupportsWildcards", HOP_WILDCARDS},
};

static const char *const ignored_attributes[] = {
    "PSDefaultValue",    "ArgumentCompleter",   "ArgumentCompletions",
    "Obsolete",          "Hidden",
    "DscProperty",       "Experimental",        "ArgumentTransformation",
    "SupportsWildcards",
};

static bool
unknown_attribute(struct builder *b, struct hop_ast_attribute *a)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(ignored_attributes); i++)
        if (attribute_is(a, ignored_attributes[i]))
            return true;
    struct hop_value target HOP_AUTO_VALUE =
        hop_textn(a->type_name->name.text, a->type_name->name.len);
    return throw_pending(b->rs, "RuntimeException",
                         "CustomAttributeTypeNotFound",
                         HOP_CAT_INVALID_OPERATION, target,
                         "Cannot find the type for custom attribute '%s'. "
                         "Make sure that the assembly that contains this type "
                         "is loaded.",
                         a->type_name->name.text);
}

static bool
read_attribute(struct builder *b, struct meta_param *q, struct attributes *out,
               struct hop_ast_attribute *a)
{
    bool known;

    if (attribute_is(a, "Parameter"))
        return read_parameter(b, q, a);
    if (attribute_is(a, "Alias"))
        return read_aliases(b, q, a);
    for (size_t i = 0; i < HOP_ARRAY_SIZE(flag_attributes); i++)
        if (attribute_is(a, flag_attributes[i].name)) {
            q->flags |= flag_attributes[i].flag;
            return true;
        }
    if (!read_validator(b, out, a, &known))
        return false;
    return known || unknown_attribute(b, a);
}

static bool
read_type(struct builder *b, struct meta_param *q, struct attributes *out,
          struct hop_ast_type *t)
{
    struct hop_name *name = &t->type_name->name;
    const struct hop_class *c;

    if (hop_text_ieq(name->text, name->len, "switch", 6))
        c = &hop_class_switch_parameter;
    else if (hop_text_ieq(name->text, name->len, "ref", 3))
        c = &hop_class_reference;
    else
        c = require_type(b->f, t->type_name);
    if (!c)
        return false;
    if (!q->type) {
        q->type = c;
        q->type_text = name->text;
    } else {
        add_validator(out, TRANSFORM_TYPE)->type = c;
    }
    return true;
}

static bool
read_param(struct builder *b, struct hop_ast_parameter *p)
{
    struct meta_param *q = add_param(b->m);
    struct attributes *a = new_attributes();

    q->name = p->name->name.text;
    q->symbol = hop_symbol_get(b->rs, p->name->name.text, p->name->name.len);
    q->ast = p;
    q->attributes = a;
    for (uint32_t i = 0; i < p->attributes.n; i++) {
        struct hop_ast *n = p->attributes.items[i];
        bool ok =
            n->kind == HOP_AST_ATTRIBUTE
                ? read_attribute(b, q, a, HOP_AST_AS(hop_ast_attribute, n))
                : read_type(b, q, a, HOP_AST_AS(hop_ast_type, n));
        if (!ok)
            return false;
    }
    a->type = q->type;
    if (!q->type) {
        q->type = &hop_class_object;
        q->type_text = "object";
    }
    q->is_switch = q->type == &hop_class_switch_parameter;
    for (uint32_t i = 0; i < q->n_sets; i++)
        q->mask |=
            q->sets[i].set == SET_ALL ? 0xffffffffu : 1u << q->sets[i].set;
    return true;
}

/* [CmdletBinding(...)], [OutputType()], [Alias()] in front of param. */
static bool
read_binding(struct builder *b, struct hop_ast_attribute *a)
{
    static const char *const impacts[] = {"Default", "Low", "Medium", "High",
                                          "None"};
    struct meta *m = b->m;
    bool on;

    if (attribute_is(a, "OutputType")) {
        struct hop_array *types = hop_array_new(&b->rs->cx, 0);
        hop_value_set(&m->output_list, hop_obj(types));
        return positional_values(b, a, types);
    }
    if (!attribute_is(a, "CmdletBinding"))
        return true;
    m->cmdlet_binding = true;
    for (uint32_t i = 0; i < a->named.n; i++) {
        struct hop_ast_named_argument *n =
            HOP_AST_AS(hop_ast_named_argument, a->named.items[i]);
        char *text;
        if (is_named(n, "DefaultParameterSetName")) {
            if (!text_value(b, n, &text))
                return false;
            m->default_set = set_index_of(m, text);
        } else if (is_named(n, "ConfirmImpact")) {
            if (!text_value(b, n, &text))
                return false;
            for (int k = 1; k < 5; k++)
                if (hop_ascii_ieq(text, impacts[k]))
                    m->impact = (enum hop_impact)k;
        } else if (is_named(n, "SupportsShouldProcess")) {
            if (!flag_of(b, n, &m->should_process))
                return false;
        } else if (is_named(n, "SupportsPaging")) {
            if (!flag_of(b, n, &m->paging))
                return false;
        } else if (is_named(n, "PositionalBinding")) {
            if (!flag_of(b, n, &on))
                return false;
            m->positional_off = !on;
        } else if (is_named(n, "HelpUri")) {
            if (!text_value(b, n, &m->help_uri))
                return false;
        }
    }
    return true;
}

static void
assign_positions(struct builder *b)
{
    struct meta *m = b->m;
    int next = 0;

    for (uint32_t i = 0; i < m->n; i++) {
        struct meta_param *q = &m->params[i];
        if (!q->n_sets) {
            q->sets = own(m, hop_xcalloc(1, sizeof(*q->sets)));
            q->n_sets = 1;
            q->sets[0] = (struct meta_set){SET_ALL, 0, -1, NULL};
            q->mask = 0xffffffffu;
        }
        if (b->custom_positions || m->positional_off || q->is_switch)
            continue;
        for (uint32_t k = 0; k < q->n_sets; k++)
            q->sets[k].position = next;
        next++;
    }
}

static bool
duplicate(struct hop_runspace *rs, const char *name)
{
    return throw_pending(rs, "MetadataException",
                         "ParameterNameAlreadyExistsForCommand",
                         HOP_CAT_METADATA_ERROR, hop_null(),
                         "A parameter with the name '%s' was defined multiple "
                         "times for the command.",
                         name);
}

static bool
read_block(struct builder *b, struct hop_ast_script_block *ast)
{
    const struct hop_ast_list *params = NULL;
    struct meta *m = b->m;

    if (ast->params) {
        params = &ast->params->parameters;
        for (uint32_t i = 0; i < ast->params->attributes.n; i++)
            if (!read_binding(b, HOP_AST_AS(hop_ast_attribute,
                                            ast->params->attributes.items[i])))
                return false;
    } else if (ast->ast.parent &&
               ast->ast.parent->kind == HOP_AST_FUNCTION_DEFINITION) {
        params = &HOP_AST_AS(hop_ast_function, ast->ast.parent)->parameters;
    }
    for (uint32_t i = 0; params && i < params->n; i++) {
        struct hop_ast_parameter *p =
            HOP_AST_AS(hop_ast_parameter, params->items[i]);
        if (!read_param(b, p))
            return false;
        if (m->params[m->n - 1].explicit_parameter)
            m->cmdlet_binding = true;
    }
    assign_positions(b);
    m->simple = !m->cmdlet_binding;
    if (m->cmdlet_binding) {
        for (uint32_t i = 0; i < m->n; i++)
            for (size_t k = 0; k < HOP_ARRAY_SIZE(common_rows); k++)
                if (common_rows[k].common <= COMMON_PIPELINE_VARIABLE &&
                    hop_ascii_ieq(m->params[i].name, common_rows[k].name))
                    return duplicate(b->rs, m->params[i].name);
        add_common(b->rs, m);
    }
    return true;
}

static void
release_meta(void *arg)
{
    meta_unref(arg);
}

struct meta *
meta_of_block(struct hop_runspace *rs, struct hop_block *block)
{
    struct hop_ast_script_block *ast = block->ast;
    struct builder b = {.rs = rs};
    struct session *session = block->session ? block->session : rs->session;
    struct frame f;
    bool ok;

    if (ast->ast.cache)
        return ast->ast.cache;
    b.m = new_meta();
    b.m->ast = ast;
    frame_enter(&f, rs, block, session->current,
                rs->frame ? rs->frame->io : &rs->io);
    f.command = f.up ? f.up->command : NULL;
    b.f = &f;
    struct language_state language = language_set(rs, block->mode, false);
    ok = read_block(&b, ast);
    language_restore(rs, language);
    frame_leave(&f);
    if (!ok) {
        meta_unref(b.m);
        return NULL;
    }
    ast->ast.cache = b.m;
    hop_unit_on_free(block->unit, release_meta, b.m);
    return b.m;
}

struct meta *
meta_of(struct hop_runspace *rs, struct cmdinfo *c)
{
    if (c->type == COMMAND_CMDLET)
        return meta_of_cmdlet(rs, c->cmdlet);
    if (c->type == COMMAND_EXTERNAL_SCRIPT && !c->block && !script_load(rs, c))
        return NULL;
    return c->block ? meta_of_block(rs, c->block) : NULL;
}

/* The attributes written around a variable that is assigned to. */
struct attributes *
attributes_from_target(struct frame *f, struct hop_ast *n)
{
    struct builder b = {.rs = f->rs, .m = new_meta(), .f = f};
    struct meta_param q = {0};
    struct attributes *a = new_attributes();
    bool ok = true;

    while (ok) {
        if (n->kind == HOP_AST_CONVERT) {
            struct hop_ast_convert *k = HOP_AST_AS(hop_ast_convert, n);
            ok = read_type(&b, &q, a, k->type);
            n = k->child;
        } else if (n->kind == HOP_AST_ATTRIBUTED) {
            struct hop_ast_attributed *k = HOP_AST_AS(hop_ast_attributed, n);
            ok = read_attribute(&b, &q, a, k->attribute);
            n = k->child;
        } else {
            break;
        }
    }
    a->type = q.type;
    meta_unref(b.m);
    if (ok)
        return a;
    attributes_unref(a);
    return NULL;
}

/* ---- look-up
 * ----------------------------------------------------------------------------------------
 */

/* Exact name or alias; -1 when there is none. */
static int
find_exact(const struct meta *m, const char *name, size_t n)
{
    for (uint32_t i = 0; i < m->n; i++)
        if (hop_text_ieq(m->params[i].name, strlen(m->params[i].name), name, n))
            return (int)i;
    for (uint32_t i = 0; i < m->n; i++)
        for (uint32_t k = 0; k < m->params[i].n_aliases; k++)
            if (hop_text_ieq(m->params[i].aliases[k],
                             strlen(m->params[i].aliases[k]), name, n))
                return (int)i;
    return -1;
}

static bool
begins(const char *text, const char *name, size_t n)
{
    size_t len = strlen(text);

    return len >= n && hop_text_ieq(text, n, name, n);
}

/* -1: none; -2: ambiguous. */
int
meta_find(const struct meta *m, const char *name, size_t n)
{
    int found = find_exact(m, name, n);

    if (found >= 0 || !n)
        return found;
    for (uint32_t i = 0; i < m->n; i++) {
        const struct meta_param *p = &m->params[i];
        bool hit = begins(p->name, name, n);
        for (uint32_t k = 0; k < p->n_aliases && !hit; k++)
            hit = begins(p->aliases[k], name, n);
        if (!hit)
            continue;
        if (found >= 0 && (m->params[found].common == COMMON_NONE) ==
                              (p->common == COMMON_NONE))
            return -2;
        if (found >= 0 && p->common != COMMON_NONE)
            continue;
        found = (int)i;
    }
    return found;
}

/* ---- dynamic parameters
 * --------------------------------------------------------------------------------
 */

static struct meta *
copy_meta(struct meta *m)
{
    struct meta *c = new_meta();

    *c = *m;
    c->refs = 1;
    c->owned = NULL;
    c->n_owned = 0;
    hop_retain(c->output_list);
    c->params = hop_xcalloc(m->n + 8, sizeof(*c->params));
    c->cap = m->n + 8;
    memcpy(c->params, m->params, m->n * sizeof(*m->params));
    for (uint32_t i = 0; i < m->n; i++) {
        attributes_ref(c->params[i].attributes);
        hop_retain(c->params[i].dynamic);
        hop_retain(c->params[i].attribute_objects);
    }
    return c;
}

bool dynamic_parameter_read(struct hop_runspace *rs, struct hop_value p,
                            struct hop_value attribute, struct meta *m,
                            struct meta_param *q, struct attributes *a);

static struct hop_value
member_text(struct hop_runspace *rs, struct hop_value o, const char *name)
{
    struct hop_value v = hop_null();
    struct hop_string *s HOP_AUTO_STRING = hop_string_from(name);

    if (hop_member_get(&rs->cx, o, s, &v) == HOP_FAILED)
        hop_drop_exception(&rs->cx);
    return v;
}

static void
dynamic_attribute(struct hop_runspace *rs, struct meta *m, struct meta_param *q,
                  struct attributes *a, struct hop_value o)
{
    const struct hop_class *c = hop_class_of(o);

    if (!c)
        return;
    if (strstr(c->name, "ParameterAttribute")) {
        struct meta_set row = {SET_ALL, 0, -1, NULL};
        for (size_t k = 0; k < HOP_ARRAY_SIZE(parameter_flags); k++) {
            struct hop_value v HOP_AUTO_VALUE =
                member_text(rs, o, parameter_flags[k].name);
            if (hop_is_true(&rs->cx, v))
                row.flags |= parameter_flags[k].flag;
        }
        struct hop_value position HOP_AUTO_VALUE =
            member_text(rs, o, "Position");
        if (position.kind == HOP_INT32 && position.u.i != INT32_MIN)
            row.position = (int)position.u.i;
        struct hop_value set HOP_AUTO_VALUE =
            member_text(rs, o, "ParameterSetName");
        if (hop_is_string(set) && set.u.s->len &&
            !hop_string_iis(set.u.s, "__AllParameterSets"))
            row.set = (uint8_t)set_index_of(m, set.u.s->data);
        struct meta_set *sets =
            own(m, hop_xcalloc(q->n_sets + 1, sizeof(*sets)));
        if (q->n_sets)
            memcpy(sets, q->sets, q->n_sets * sizeof(*sets));
        sets[q->n_sets++] = row;
        q->sets = sets;
        return;
    }
    if (strstr(c->name, "ValidateSetAttribute")) {
        struct validator *v = add_validator(a, VALIDATE_SET);
        v->a = member_text(rs, o, "ValidValues");
    } else if (strstr(c->name, "ValidateRangeAttribute")) {
        struct validator *v = add_validator(a, VALIDATE_RANGE);
        v->a = member_text(rs, o, "MinRange");
        v->b = member_text(rs, o, "MaxRange");
    } else if (strstr(c->name, "ValidateNotNullOrEmptyAttribute")) {
        add_validator(a, VALIDATE_NOT_NULL_OR_EMPTY);
    } else if (strstr(c->name, "AliasAttribute")) {
        struct hop_value names HOP_AUTO_VALUE =
            member_text(rs, o, "AliasNames");
        struct hop_array *list = hop_as_array(names);
        const char **all =
            own(m, hop_xcalloc((list ? list->n : 0) + 1, sizeof(*all)));
        for (size_t i = 0; list && i < list->n; i++)
            if (hop_is_string(list->items[i]))
                all[q->n_aliases++] =
                    own(m, hop_xstrdup(hop_cstr(list->items[i])));
        q->aliases = all;
    }
}

static void
add_dynamic(struct hop_runspace *rs, struct meta *m, struct hop_value p)
{
    struct hop_value name HOP_AUTO_VALUE = member_text(rs, p, "Name");
    struct hop_value type HOP_AUTO_VALUE = member_text(rs, p, "ParameterType");
    struct hop_value list HOP_AUTO_VALUE = member_text(rs, p, "Attributes");
    struct hop_array *attributes = hop_as_array(list);
    struct meta_param *q;

    if (!hop_is_string(name))
        return;
    q = add_param(m);
    q->name = own(m, hop_xstrdup(hop_cstr(name)));
    q->symbol = hop_symbol_get(rs, q->name, strlen(q->name));
    q->type = type.kind == HOP_TYPE ? type.u.cls : &hop_class_object;
    q->type_text = q->type->name;
    q->is_switch = q->type == &hop_class_switch_parameter;
    q->dynamic = hop_retain(p);
    q->attributes = new_attributes();
    q->attributes->type = q->type;
    for (size_t i = 0; attributes && i < attributes->n; i++)
        dynamic_attribute(rs, m, q, q->attributes, attributes->items[i]);
    if (!q->n_sets) {
        q->sets = own(m, hop_xcalloc(1, sizeof(*q->sets)));
        q->n_sets = 1;
        q->sets[0] = (struct meta_set){SET_ALL, 0, -1, NULL};
    }
    for (uint32_t i = 0; i < q->n_sets; i++)
        q->mask |=
            q->sets[i].set == SET_ALL ? 0xffffffffu : 1u << q->sets[i].set;
}

struct meta *
meta_extend(struct hop_runspace *rs, struct meta *m,
            struct hop_value dictionary, const struct hop_param *native,
            size_t n)
{
    struct meta *c = copy_meta(m);
    struct hop_dict *d = hop_as_dict(dictionary);

    if (d) {
        size_t count;
        struct hop_dict_entry **e = hop_dict_order(d, &count);
        for (size_t i = 0; i < count; i++)
            add_dynamic(rs, c, e[i]->value);
        free(e);
    }
    for (size_t i = 0; i < n; i++)
        add_native(rs, c, &native[i]);
    return c;
}
