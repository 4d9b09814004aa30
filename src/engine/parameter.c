/* Parameters as objects: ParameterMetadata, parameter sets, attributes, syntax.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/engine.h"

#define SMA "System.Management.Automation."

/* ---- attributes
 * ------------------------------------------------------------------- */

static const struct hop_class class_attribute = {
    .name = "System.Attribute",
    .base = &hop_class_object,
    .flags = HOP_CLASS_ABSTRACT,
    .kind = HOP_OBJECT,
    .size = BAG_SIZE(0),
};
static const struct hop_class class_cmdlet_metadata = {
    .name = SMA "Internal.CmdletMetadataAttribute",
    .base = &class_attribute,
    .flags = HOP_CLASS_ABSTRACT,
    .kind = HOP_OBJECT,
    .size = BAG_SIZE(0),
};
static const struct hop_class class_validate = {
    .name = SMA "ValidateArgumentsAttribute",
    .base = &class_cmdlet_metadata,
    .flags = HOP_CLASS_ABSTRACT,
    .kind = HOP_OBJECT,
    .size = BAG_SIZE(0),
};

enum {
    PA_SET,
    PA_POSITION,
    PA_MANDATORY,
    PA_PIPELINE,
    PA_BY_NAME,
    PA_REMAINING,
    PA_HELP,
    PA_DONT_SHOW,
    PA_COUNT
};
static const struct hop_property parameter_properties[] = {
    BAG_RW("Position", "int", PA_POSITION),
    BAG_RW("ParameterSetName", "string", PA_SET),
    BAG_RW("Mandatory", "bool", PA_MANDATORY),
    BAG_RW("ValueFromPipeline", "bool", PA_PIPELINE),
    BAG_RW("ValueFromPipelineByPropertyName", "bool", PA_BY_NAME),
    BAG_RW("ValueFromRemainingArguments", "bool", PA_REMAINING),
    BAG_RW("HelpMessage", "string", PA_HELP),
    BAG_RW("DontShow", "bool", PA_DONT_SHOW),
    {NULL}};

static struct hop_value
parameter_attribute(struct hop_runspace *rs, const struct hop_class *cls,
                    const char *set, const struct meta_set *s)
{
    struct bag *b = bag_new(rs, cls);

    b->v[PA_SET] = hop_text(set);
    b->v[PA_POSITION] = hop_int(s->position >= 0 ? s->position : INT32_MIN);
    b->v[PA_MANDATORY] = hop_bool(s->flags & HOP_MANDATORY);
    b->v[PA_PIPELINE] = hop_bool(s->flags & HOP_BY_VALUE);
    b->v[PA_BY_NAME] = hop_bool(s->flags & HOP_BY_NAME);
    b->v[PA_REMAINING] = hop_bool(s->flags & HOP_REMAINING);
    b->v[PA_HELP] = s->help ? hop_text(s->help) : hop_null();
    b->v[PA_DONT_SHOW] = hop_bool(s->flags & HOP_DONT_SHOW);
    return hop_obj(b);
}

static bool
construct_parameter(struct hop_context *cx, struct hop_call *call)
{
    struct meta_set none = {SET_ALL, 0, -1, NULL};

    call->result =
        parameter_attribute(RS_OF(cx), call->cls, "__AllParameterSets", &none);
    return true;
}
static const struct hop_method parameter_constructors[] = {
    {"parameter new()", construct_parameter}, {NULL}};
static const struct hop_class class_parameter_attribute = {
    .name = SMA "ParameterAttribute",
    .base = &class_cmdlet_metadata,
    .kind = HOP_OBJECT,
    .size = BAG_SIZE(PA_COUNT),
    .properties = parameter_properties,
    .constructors = parameter_constructors,
    .destroy = bag_destroy,
};

/* Attributes whose constructor arguments are their properties in order; the
 * last takes a list. */
static bool
construct_values(struct hop_context *cx, struct hop_call *call)
{
    struct bag *b = bag_new(RS_OF(cx), call->cls);

    for (size_t i = 0; i < call->n; i++)
        b->v[i] = hop_retain(call->args[i]);
    call->result = hop_obj(b);
    return true;
}

#define ATTRIBUTE(c, text, parent, n, props, ctors)                            \
    static const struct hop_class c = {.name = SMA text,                       \
                                       .base = parent,                         \
                                       .kind = HOP_OBJECT,                     \
                                       .size = BAG_SIZE(n),                    \
                                       .properties = props,                    \
                                       .constructors = ctors,                  \
                                       .destroy = bag_destroy}

static const struct hop_property set_properties[] = {
    BAG_RO("ValidValues", "string[]", 0),
    BAG_RW("ErrorMessage", "string", 1),
    BAG_RW("IgnoreCase", "bool", 2),
    {NULL}};
static const struct hop_method set_constructors[] = {
    {"validateset new(params string[] validValues)", construct_values}, {NULL}};
ATTRIBUTE(class_validate_set, "ValidateSetAttribute", &class_validate, 3,
          set_properties, set_constructors);
static const struct hop_property range_properties[] = {
    BAG_RO("MinRange", "System.Object", 0),
    BAG_RO("MaxRange", "System.Object", 1),
    {NULL}};
static const struct hop_method range_constructors[] = {
    {"validaterange new(System.Object minRange, System.Object maxRange)",
     construct_values},
    {NULL}};
ATTRIBUTE(class_validate_range, "ValidateRangeAttribute", &class_validate, 2,
          range_properties, range_constructors);
static const struct hop_property pattern_properties[] = {
    BAG_RO("RegexPattern", "string", 0),
    BAG_RW("ErrorMessage", "string", 1),
    {NULL}};
static const struct hop_method pattern_constructors[] = {
    {"validatepattern new(string regexPattern)", construct_values}, {NULL}};
ATTRIBUTE(class_validate_pattern, "ValidatePatternAttribute", &class_validate,
          2, pattern_properties, pattern_constructors);
static const struct hop_property script_properties[] = {
    BAG_RO("ScriptBlock", "scriptblock", 0),
    BAG_RW("ErrorMessage", "string", 1),
    {NULL}};
static const struct hop_method script_constructors[] = {
    {"validatescript new(scriptblock scriptBlock)", construct_values}, {NULL}};
ATTRIBUTE(class_validate_script, "ValidateScriptAttribute", &class_validate, 2,
          script_properties, script_constructors);
static const struct hop_property length_properties[] = {
    BAG_RO("MinLength", "int", 0), BAG_RO("MaxLength", "int", 1), {NULL}};
static const struct hop_method length_constructors[] = {
    {"validatelength new(int minLength, int maxLength)", construct_values},
    {NULL}};
ATTRIBUTE(class_validate_length, "ValidateLengthAttribute", &class_validate, 2,
          length_properties, length_constructors);
static const struct hop_property count_properties[] = {
    BAG_RO("MinLength", "int", 0), BAG_RO("MaxLength", "int", 1), {NULL}};
static const struct hop_method count_constructors[] = {
    {"validatecount new(int minLength, int maxLength)", construct_values},
    {NULL}};
ATTRIBUTE(class_validate_count, "ValidateCountAttribute", &class_validate, 2,
          count_properties, count_constructors);
static const struct hop_method not_null_constructors[] = {
    {"validatenotnull new()", construct_values}, {NULL}};
ATTRIBUTE(class_validate_not_null, "ValidateNotNullAttribute", &class_validate,
          0, NULL, not_null_constructors);
static const struct hop_method not_empty_constructors[] = {
    {"validatenotnullorempty new()", construct_values}, {NULL}};
ATTRIBUTE(class_validate_not_empty, "ValidateNotNullOrEmptyAttribute",
          &class_validate, 0, NULL, not_empty_constructors);
static const struct hop_property alias_properties[] = {
    BAG_RO("AliasNames", "System.Collections.Generic.IList[string]", 0),
    {NULL}};
static const struct hop_method alias_constructors[] = {
    {"alias new(params string[] aliasNames)", construct_values}, {NULL}};
ATTRIBUTE(class_alias_attribute, "AliasAttribute", &class_cmdlet_metadata, 1,
          alias_properties, alias_constructors);
static const struct hop_method plain_constructors[] = {
    {"allownull new()", construct_values}, {NULL}};
ATTRIBUTE(class_allow_null, "AllowNullAttribute", &class_cmdlet_metadata, 0,
          NULL, plain_constructors);
static const struct hop_method empty_string_constructors[] = {
    {"allowemptystring new()", construct_values}, {NULL}};
ATTRIBUTE(class_allow_empty_string, "AllowEmptyStringAttribute",
          &class_cmdlet_metadata, 0, NULL, empty_string_constructors);
static const struct hop_method empty_collection_constructors[] = {
    {"allowemptycollection new()", construct_values}, {NULL}};
ATTRIBUTE(class_allow_empty_collection, "AllowEmptyCollectionAttribute",
          &class_cmdlet_metadata, 0, NULL, empty_collection_constructors);
static const struct hop_property completer_properties[] = {
    BAG_RO("ScriptBlock", "scriptblock", 0), {NULL}};
static const struct hop_method completer_constructors[] = {
    {"argumentcompleter new(scriptblock scriptBlock)", construct_values},
    {NULL}};
ATTRIBUTE(class_completer, "ArgumentCompleterAttribute", &class_attribute, 1,
          completer_properties, completer_constructors);
static const struct hop_property binding_properties[] = {
    BAG_RW("DefaultParameterSetName", "string", 0),
    BAG_RW("SupportsShouldProcess", "bool", 1),
    BAG_RW("PositionalBinding", "bool", 2),
    {NULL}};
static const struct hop_method binding_constructors[] = {
    {"cmdletbinding new()", construct_values}, {NULL}};
ATTRIBUTE(class_cmdlet_binding, "CmdletBindingAttribute",
          &class_cmdlet_metadata, 3, binding_properties, binding_constructors);

static struct hop_value
validator_object(struct hop_runspace *rs, const struct validator *v)
{
    static const struct hop_class *const classes[] = {
        [VALIDATE_RANGE] = &class_validate_range,
        [VALIDATE_RANGE_KIND] = &class_validate_range,
        [VALIDATE_SET] = &class_validate_set,
        [VALIDATE_PATTERN] = &class_validate_pattern,
        [VALIDATE_SCRIPT] = &class_validate_script,
        [VALIDATE_LENGTH] = &class_validate_length,
        [VALIDATE_COUNT] = &class_validate_count,
        [VALIDATE_NOT_NULL] = &class_validate_not_null,
        [VALIDATE_NOT_NULL_OR_EMPTY] = &class_validate_not_empty,
        [TRANSFORM_CREDENTIAL] = NULL,
    };
    const struct hop_class *c = classes[v->kind];
    struct bag *b;

    if (!c)
        return hop_null();
    b = bag_new(rs, c);
    size_t n = (c->size - sizeof(struct bag)) / sizeof(struct hop_value);
    if (n > 0)
        b->v[0] = hop_retain(v->a);
    if (n > 1 && v->b.kind != HOP_NULL)
        b->v[1] = hop_retain(v->b);
    if (v->kind == VALIDATE_SET)
        b->v[2] = hop_bool(!v->case_sensitive);
    return hop_obj(b);
}

static const struct hop_property converter_properties[] = {
    BAG_RO("TransformNullOptionalParameters", "bool", 0), {NULL}};
ATTRIBUTE(class_converter, "ArgumentTypeConverterAttribute",
          &class_cmdlet_metadata, 1, converter_properties, NULL);

static const struct hop_class class_variable_attributes = {
    .name = SMA "PSVariableAttributeCollection",
    .base = &hop_class_array_list,
    .flags = HOP_CLASS_LIST,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_array),
};

struct hop_value
attributes_objects(struct hop_runspace *rs, const struct attributes *a)
{
    struct hop_array *list =
        hop_array_new_of(&rs->cx, &class_variable_attributes, 0);

    if (!a || a->local)
        return hop_obj(list);
    if (a->type) {
        struct bag *b = bag_new(rs, &class_converter);
        b->v[0] = hop_bool(true);
        hop_array_push(list, hop_obj(b));
    }
    for (uint32_t i = 0; i < a->n; i++) {
        struct hop_value v = validator_object(rs, &a->items[i]);
        if (v.kind == HOP_OBJECT)
            hop_array_push(list, v);
    }
    return hop_obj(list);
}

static const char *
set_name(const struct meta *m, const struct meta_set *s)
{
    return s->set == SET_ALL ? "__AllParameterSets" : m->sets[s->set];
}

static struct hop_value
attribute_list(struct hop_runspace *rs, struct meta *m, struct meta_param *p)
{
    struct hop_array *a = hop_array_new(&rs->cx, 0);

    for (uint32_t i = 0; i < p->n_sets; i++)
        hop_array_push(a, parameter_attribute(rs, &class_parameter_attribute,
                                              set_name(m, &p->sets[i]),
                                              &p->sets[i]));
    if (p->n_aliases) {
        struct bag *b = bag_new(rs, &class_alias_attribute);
        b->v[0] =
            hop_obj(hop_array_of_strings(&rs->cx, p->aliases, p->n_aliases));
        hop_array_push(a, hop_obj(b));
    }
    if (p->flags & HOP_ALLOW_NULL)
        hop_array_push(a, hop_obj(bag_new(rs, &class_allow_null)));
    if (p->flags & HOP_ALLOW_EMPTY_STRING)
        hop_array_push(a, hop_obj(bag_new(rs, &class_allow_empty_string)));
    if (p->flags & HOP_ALLOW_EMPTY_COLLECTION)
        hop_array_push(a, hop_obj(bag_new(rs, &class_allow_empty_collection)));
    for (uint32_t i = 0; p->attributes && i < p->attributes->n; i++) {
        struct hop_value v = validator_object(rs, &p->attributes->items[i]);
        if (v.kind == HOP_OBJECT)
            hop_array_push(a, v);
    }
    return hop_obj(a);
}

/* ---- ParameterMetadata
 * ------------------------------------------------------------------ */

static const struct hop_property metadata_properties[] = {
    BAG_RW("Name", "string", 0),
    BAG_RW("ParameterType", "type", 1),
    BAG_RO("ParameterSets",
           "System.Collections.Generic.Dictionary[string," SMA
           "ParameterSetMetadata]",
           2),
    BAG_RW("IsDynamic", "bool", 3),
    BAG_RO("Aliases", "System.Collections.ObjectModel.Collection[string]", 4),
    BAG_RO("Attributes",
           "System.Collections.ObjectModel.Collection[System.Attribute]", 5),
    BAG_RO("SwitchParameter", "bool", 6),
    {NULL}};
static const struct hop_class class_parameter_metadata = {
    .name = SMA "ParameterMetadata",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = BAG_SIZE(7),
    .properties = metadata_properties,
    .destroy = bag_destroy,
};

static const struct hop_property set_metadata_properties[] = {
    BAG_RW("IsMandatory", "bool", 0),
    BAG_RW("Position", "int", 1),
    BAG_RW("ValueFromPipeline", "bool", 2),
    BAG_RW("ValueFromPipelineByPropertyName", "bool", 3),
    BAG_RW("ValueFromRemainingArguments", "bool", 4),
    BAG_RW("HelpMessage", "string", 5),
    {NULL}};
static const struct hop_class class_set_metadata = {
    .name = SMA "ParameterSetMetadata",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = BAG_SIZE(6),
    .properties = set_metadata_properties,
    .destroy = bag_destroy,
};

static struct hop_value
string_dictionary(struct hop_runspace *rs)
{
    const struct hop_class *args[2] = {&hop_class_string, &hop_class_object};
    const struct hop_class *c =
        hop_types_generic(&rs->cx, &hop_class_dictionary, args, 2);

    return hop_obj(hop_dict_new_of(&rs->cx, c, HOP_DICT_IGNORE_CASE));
}

#define DICT(v) ((struct hop_dict *)(void *)(v).u.o)

static struct hop_value
parameter_metadata(struct hop_runspace *rs, struct meta *m,
                   struct meta_param *p)
{
    struct bag *b = bag_new(rs, &class_parameter_metadata);

    b->v[0] = hop_text(p->name);
    b->v[1] = hop_type(p->type);
    b->v[2] = string_dictionary(rs);
    for (uint32_t i = 0; i < p->n_sets; i++) {
        struct bag *s = bag_new(rs, &class_set_metadata);
        s->v[0] = hop_bool(p->sets[i].flags & HOP_MANDATORY);
        s->v[1] =
            hop_int(p->sets[i].position >= 0 ? p->sets[i].position : INT32_MIN);
        s->v[2] = hop_bool(p->sets[i].flags & HOP_BY_VALUE);
        s->v[3] = hop_bool(p->sets[i].flags & HOP_BY_NAME);
        s->v[4] = hop_bool(p->sets[i].flags & HOP_REMAINING);
        s->v[5] = p->sets[i].help ? hop_text(p->sets[i].help) : hop_null();
        hop_dict_set_text(DICT(b->v[2]), set_name(m, &p->sets[i]), hop_obj(s));
    }
    b->v[3] = hop_bool(p->dynamic.kind == HOP_OBJECT);
    b->v[4] = hop_obj(hop_array_of_strings(&rs->cx, p->aliases, p->n_aliases));
    b->v[5] = attribute_list(rs, m, p);
    b->v[6] = hop_bool(p->is_switch);
    return hop_obj(b);
}

struct hop_value
parameters_dictionary(struct hop_runspace *rs, struct meta *m)
{
    struct hop_value d = string_dictionary(rs);

    for (uint32_t i = 0; i < m->n; i++)
        hop_dict_set_text(DICT(d), m->params[i].name,
                          parameter_metadata(rs, m, &m->params[i]));
    return d;
}

/* ---- CommandParameterSetInfo
 * ---------------------------------------------------------------- */

static const struct hop_property parameter_info_properties[] = {
    BAG_RO("Name", "string", 0),
    BAG_RO("ParameterType", "type", 1),
    BAG_RO("IsMandatory", "bool", 2),
    BAG_RO("IsDynamic", "bool", 3),
    BAG_RO("Position", "int", 4),
    BAG_RO("ValueFromPipeline", "bool", 5),
    BAG_RO("ValueFromPipelineByPropertyName", "bool", 6),
    BAG_RO("ValueFromRemainingArguments", "bool", 7),
    BAG_RO("HelpMessage", "string", 8),
    BAG_RO("Aliases",
           "System.Collections.ObjectModel.ReadOnlyCollection["
           "string]",
           9),
    BAG_RO("Attributes",
           "System.Collections.ObjectModel.ReadOnlyCollection["
           "System.Attribute]",
           10),
    {NULL}};
static const struct hop_class class_parameter_info = {
    .name = SMA "CommandParameterInfo",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = BAG_SIZE(11),
    .properties = parameter_info_properties,
    .destroy = bag_destroy,
};

static bool
set_info_text(struct hop_context *cx, struct hop_value v,
              struct hop_string **out)
{
    *out = hop_string_retain(((struct bag *)(void *)v.u.o)->v[3].u.s);
    return true;
}

static const struct hop_property set_info_properties[] = {
    BAG_RO("Name", "string", 0),
    BAG_RO("IsDefault", "bool", 1),
    BAG_RO("Parameters",
           "System.Collections.ObjectModel.ReadOnlyCollection[" SMA
           "CommandParameterInfo]",
           2),
    {NULL}};
static const struct hop_class class_set_info = {
    .name = SMA "CommandParameterSetInfo",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = BAG_SIZE(4),
    .properties = set_info_properties,
    .destroy = bag_destroy,
    .to_string = set_info_text,
};

const struct meta_set *
row_in(const struct meta_param *p, int set)
{
    for (uint32_t i = 0; i < p->n_sets; i++)
        if (p->sets[i].set == set)
            return &p->sets[i];
    for (uint32_t i = 0; i < p->n_sets; i++)
        if (p->sets[i].set == SET_ALL)
            return &p->sets[i];
    return NULL;
}

size_t
order_params(struct meta *m, int set, struct meta_param **out, bool common)
{
    size_t n = 0;
    int last = -1;

    for (;;) {
        int next = INT32_MAX;
        for (uint32_t i = 0; i < m->n; i++) {
            const struct meta_set *r = row_in(&m->params[i], set);
            if (r && r->position > last && r->position < next)
                next = r->position;
        }
        if (next == INT32_MAX)
            break;
        for (uint32_t i = 0; i < m->n; i++) {
            const struct meta_set *r = row_in(&m->params[i], set);
            if (r && r->position == next)
                out[n++] = &m->params[i];
        }
        last = next;
    }
    for (int mandatory = 1; mandatory >= 0; mandatory--)
        for (uint32_t i = 0; i < m->n; i++) {
            const struct meta_set *r = row_in(&m->params[i], set);
            if (!r || r->position >= 0 ||
                (m->params[i].common && m->params[i].common != COMMON_WHATIF &&
                 m->params[i].common != COMMON_CONFIRM &&
                 m->params[i].common < COMMON_INCLUDE_TOTAL_COUNT && !common))
                continue;
            if (((r->flags & HOP_MANDATORY) != 0) == mandatory)
                out[n++] = &m->params[i];
        }
    return n;
}

static void
add_type(const struct meta_param *p, struct hop_buf *b)
{
    const struct hop_class *t = p->type;
    bool array = t->element != NULL;
    const struct hop_class *base = array ? t->element : t;
    struct hop_buf name HOP_AUTO_BUF = HOP_BUF_INIT;
    const char *dot;

    if (base->flags & HOP_CLASS_ENUM && base->names &&
        (!p->attributes || !p->attributes->n)) {
        hop_buf_adds(b, "<");
    } else {
        hop_buf_adds(b, "<");
    }
    hop_class_add_display(base, true, &name);
    dot = strrchr(hop_buf_str(&name), '.');
    hop_buf_adds(b, dot && !strchr(hop_buf_str(&name), '[')
                        ? dot + 1
                        : hop_buf_str(&name));
    hop_buf_adds(b, array ? "[]>" : ">");
}

static void
add_set_syntax(struct meta *m, int set, struct hop_buf *b)
{
    struct meta_param **list = hop_xcalloc(m->n + 1, sizeof(*list));
    size_t n = order_params(m, set, list, false);

    for (size_t i = 0; i < n; i++) {
        struct meta_param *p = list[i];
        const struct meta_set *r = row_in(p, set);
        bool mandatory = r->flags & HOP_MANDATORY;
        if (p->flags & HOP_DONT_SHOW)
            continue;
        hop_buf_addc(b, ' ');
        if (p->is_switch) {
            hop_buf_addf(b, mandatory ? "-%s" : "[-%s]", p->name);
            continue;
        }
        if (!mandatory)
            hop_buf_addc(b, '[');
        hop_buf_addf(b, r->position >= 0 ? "[-%s]" : "-%s", p->name);
        hop_buf_addc(b, ' ');
        add_type(p, b);
        if (!mandatory)
            hop_buf_addc(b, ']');
    }
    free(list);
    if (m->cmdlet_binding)
        hop_buf_adds(b, " [<CommonParameters>]");
}

static struct hop_value
one_parameter(struct hop_runspace *rs, struct meta *m, struct meta_param *p,
              int set)
{
    const struct meta_set *r = row_in(p, set);
    struct bag *b = bag_new(rs, &class_parameter_info);

    b->v[0] = hop_text(p->name);
    b->v[1] = hop_type(p->type);
    b->v[2] = hop_bool(r->flags & HOP_MANDATORY);
    b->v[3] = hop_bool(p->dynamic.kind == HOP_OBJECT);
    b->v[4] = hop_int(r->position >= 0 ? r->position : INT32_MIN);
    b->v[5] = hop_bool(r->flags & HOP_BY_VALUE);
    b->v[6] = hop_bool(r->flags & HOP_BY_NAME);
    b->v[7] = hop_bool(r->flags & HOP_REMAINING);
    b->v[8] = r->help ? hop_text(r->help) : hop_text("");
    b->v[9] = hop_obj(hop_array_of_strings(&rs->cx, p->aliases, p->n_aliases));
    b->v[10] = attribute_list(rs, m, p);
    return hop_obj(b);
}

static struct hop_value
one_set(struct hop_runspace *rs, struct meta *m, int set)
{
    struct bag *b = bag_new(rs, &class_set_info);
    struct hop_array *a = hop_array_new(&rs->cx, 0);
    struct hop_buf text HOP_AUTO_BUF = HOP_BUF_INIT;

    b->v[0] = hop_text(set < 0 ? "__AllParameterSets" : m->sets[set]);
    b->v[1] = hop_bool(set >= 0 && set == m->default_set);
    for (uint32_t i = 0; i < m->n; i++)
        if (row_in(&m->params[i], set))
            hop_array_push(a, one_parameter(rs, m, &m->params[i], set));
    b->v[2] = hop_obj(a);
    add_set_syntax(m, set, &text);
    b->v[3] =
        hop_textn(text.len ? text.data + 1 : "", text.len ? text.len - 1 : 0);
    return hop_obj(b);
}

struct hop_value
parameter_sets(struct hop_runspace *rs, struct meta *m)
{
    struct hop_array *a = hop_array_new(&rs->cx, 0);

    if (!m->n_sets)
        hop_array_push(a, one_set(rs, m, -1));
    for (uint32_t i = 0; i < m->n_sets; i++)
        hop_array_push(a, one_set(rs, m, (int)i));
    return hop_obj(a);
}

struct hop_string *
command_syntax(struct hop_runspace *rs, struct cmdinfo *c)
{
    struct hop_buf b HOP_AUTO_BUF = HOP_BUF_INIT;
    struct meta *m;

    if (c->type == COMMAND_ALIAS || c->type == COMMAND_APPLICATION)
        return hop_string_from(c->definition ? c->definition : "");
    m = meta_of(rs, c);
    if (!m) {
        hop_drop_exception(&rs->cx);
        return hop_string_from("");
    }
    for (int i = m->n_sets ? 0 : -1; i < (int)m->n_sets; i++) {
        hop_buf_addf(&b, "\n%s", c->name);
        add_set_syntax(m, i, &b);
        hop_buf_addc(&b, '\n');
        if (i < 0)
            break;
    }
    return hop_string_take_buf(&b);
}

/* ---- dynamic parameters
 * ----------------------------------------------------------------------- */

static bool
construct_runtime(struct hop_context *cx, struct hop_call *call)
{
    struct bag *b = bag_new(RS_OF(cx), call->cls);

    for (size_t i = 0; i < call->n && i < 3; i++)
        b->v[i] = hop_retain(call->args[i]);
    if (call->n < 3)
        b->v[2] = hop_obj(hop_array_new_of(cx, &hop_class_array_list, 0));
    b->v[4] = hop_bool(false);
    call->result = hop_obj(b);
    return true;
}
static const struct hop_property runtime_properties[] = {
    BAG_RW("Name", "string", 0),
    BAG_RW("ParameterType", "type", 1),
    BAG_RW("Value", "System.Object", 3),
    BAG_RW("IsSet", "bool", 4),
    BAG_RO("Attributes",
           "System.Collections.ObjectModel.Collection[System.Attribute]", 2),
    {NULL}};
static const struct hop_method runtime_constructors[] = {
    {SMA "RuntimeDefinedParameter new()", construct_runtime},
    {SMA "RuntimeDefinedParameter new(string name, type parameterType, "
         "System.Collections.ObjectModel.Collection[System.Attribute] "
         "attributes)",
     construct_runtime},
    {NULL}};
static const struct hop_class class_runtime_parameter = {
    .name = SMA "RuntimeDefinedParameter",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = BAG_SIZE(5),
    .properties = runtime_properties,
    .constructors = runtime_constructors,
    .destroy = bag_destroy,
};

static bool
construct_dictionary(struct hop_context *cx, struct hop_call *call)
{
    call->result =
        hop_obj(hop_dict_new_of(cx, call->cls, HOP_DICT_IGNORE_CASE));
    return true;
}
static const struct hop_method dictionary_constructors[] = {
    {SMA "RuntimeDefinedParameterDictionary new()", construct_dictionary},
    {NULL}};
/* Dictionaries with names of their own: their base is made at run time. */
static const struct {
    const char *name;
    const struct hop_method *constructors;
    bool parameters;
} dictionary_rows[] = {
    {SMA "PSBoundParametersDictionary", NULL, false},
    {SMA "RuntimeDefinedParameterDictionary", dictionary_constructors, true},
};

void parameter_start(struct hop_runspace *rs);

void
parameter_start(struct hop_runspace *rs)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(dictionary_rows); i++) {
        const struct hop_class *args[2] = {&hop_class_string,
                                           dictionary_rows[i].parameters
                                               ? &class_runtime_parameter
                                               : &hop_class_object};
        struct hop_class *c = &rs->dictionary_classes[i];
        const struct hop_class *list[2] = {c, NULL};
        const struct hop_class *base =
            hop_types_generic(&rs->cx, &hop_class_dictionary, args, 2);
        memset(c, 0, sizeof(*c));
        c->name = dictionary_rows[i].name;
        c->base = base;
        c->flags = HOP_CLASS_DICT;
        c->kind = HOP_OBJECT;
        c->size = sizeof(struct hop_dict);
        c->constructors = dictionary_rows[i].constructors;
        c->args[0] = args[0];
        c->args[1] = args[1];
        c->arity = 2;
        hop_types_register(&rs->cx, list);
    }
}

const struct attribute_accelerator {
    const char *name;
    const struct hop_class *cls;
} attribute_accelerators[] = {
    {"parameter", &class_parameter_attribute},
    {"alias", &class_alias_attribute},
    {"validateset", &class_validate_set},
    {"validaterange", &class_validate_range},
    {"validatepattern", &class_validate_pattern},
    {"validatescript", &class_validate_script},
    {"validatelength", &class_validate_length},
    {"validatecount", &class_validate_count},
    {"validatenotnull", &class_validate_not_null},
    {"validatenotnullorempty", &class_validate_not_empty},
    {"allownull", &class_allow_null},
    {"allowemptystring", &class_allow_empty_string},
    {"allowemptycollection", &class_allow_empty_collection},
    {"argumentcompleter", &class_completer},
    {"cmdletbinding", &class_cmdlet_binding},
    {NULL, NULL}};

const struct hop_class *const parameter_classes[] = {
    &class_attribute,          &class_cmdlet_metadata,
    &class_validate,           &class_parameter_attribute,
    &class_validate_set,       &class_validate_range,
    &class_validate_pattern,   &class_validate_script,
    &class_validate_length,    &class_validate_count,
    &class_validate_not_null,  &class_validate_not_empty,
    &class_alias_attribute,    &class_allow_null,
    &class_allow_empty_string, &class_allow_empty_collection,
    &class_completer,          &class_cmdlet_binding,
    &class_parameter_metadata, &class_set_metadata,
    &class_parameter_info,     &class_set_info,
    &class_runtime_parameter,  NULL};
