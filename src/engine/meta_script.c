/* Parameter metadata of script functions and blocks, from their syntax trees.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/engine.h"

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

const struct parameter_flag parameter_flags[PARAMETER_FLAGS] = {
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
        for (size_t k = 0; k < PARAMETER_FLAGS; k++)
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
    "PSDefaultValue",
    "ArgumentCompleter",
    "ArgumentCompletions",
    "Obsolete",
    "Hidden",
    "DscProperty",
    "Experimental",
    "ArgumentTransformation",
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
            if (is_common_name(m->params[i].name))
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
