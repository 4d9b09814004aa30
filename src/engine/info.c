/* CommandInfo and its kin as objects.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/engine.h"

#include "engine/def.h"
#include "value/types/file_info.h"

#define INFO(v) ((struct cmdinfo *)(void *)(v).u.o)

static void
destroy_info(struct hop_object *o)
{
    struct cmdinfo *c = (struct cmdinfo *)(void *)o;

    free(c->name);
    free(c->definition);
    free(c->description);
    free(c->module_prefix);
    if (c->block)
        hop_release(hop_obj(c->block));
    c->block = NULL;
    c->name = c->definition = c->description = c->module_prefix = NULL;
}

struct cmdinfo *
as_cmdinfo(struct hop_value v)
{
    static const struct hop_class *const all[] = {
        &class_alias_info,       &class_function_info,
        &class_filter_info,      &class_cmdlet_info,
        &class_application_info, &class_external_script_info,
        &class_script_info};

    v = hop_value_base(v);
    for (size_t i = 0; i < HOP_ARRAY_SIZE(all); i++)
        if (hop_is_exactly(v, all[i]))
            return INFO(v);
    return NULL;
}

GETTER(get_name)
{
    *out = hop_text(INFO(self)->name);
    return true;
}

GETTER(get_type)
{
    *out = hop_enum(HOP_ENUM_COMMAND_TYPES, INFO(self)->type);
    return true;
}

GETTER(get_source)
{
    struct cmdinfo *c = INFO(self);

    if (c->type == COMMAND_APPLICATION || c->type == COMMAND_EXTERNAL_SCRIPT)
        *out = hop_text(c->definition ? c->definition : "");
    else
        *out = hop_text(cmdinfo_module_name(c));
    return true;
}

GETTER(get_module_name)
{
    *out = hop_text(cmdinfo_module_name(INFO(self)));
    return true;
}

struct hop_value native_module(struct hop_runspace *rs,
                               const struct hop_cmdlet_module *m);

GETTER(get_module)
{
    struct cmdinfo *c = INFO(self);

    *out = c->module   ? hop_retain(hop_obj(c->module))
           : c->native ? native_module(RS_OF(cx), c->native)
                       : hop_null();
    return true;
}

GETTER(get_version)
{
    struct cmdinfo *c = INFO(self);
    const char *text = c->module   ? c->module->version
                       : c->native ? c->native->version
                                   : NULL;

    *out = hop_null();
    if (c->type == COMMAND_APPLICATION)
        text = "0.0.0.0";
    if (!text)
        return true;
    struct hop_value t HOP_AUTO_VALUE = hop_text(text);
    return hop_convert(cx, t, &hop_class_version, out);
}

GETTER(get_visibility)
{
    *out = hop_enum(HOP_ENUM_VARIABLE_ACCESS, INFO(self)->visibility);
    return true;
}

GETTER(get_options)
{
    *out = hop_enum(HOP_ENUM_SCOPED_OPTIONS, INFO(self)->options);
    return true;
}

GETTER(get_description)
{
    struct cmdinfo *c = INFO(self);

    *out = hop_text(c->description ? c->description : "");
    return true;
}

GETTER(get_block)
{
    struct cmdinfo *c = INFO(self);

    if (c->type == COMMAND_EXTERNAL_SCRIPT && !c->block &&
        !script_load(RS_OF(cx), c))
        return false;
    *out = c->block ? hop_retain(hop_obj(c->block)) : hop_null();
    return true;
}

GETTER(get_definition)
{
    struct cmdinfo *c = INFO(self);
    struct hop_string *s;

    if (c->type == COMMAND_CMDLET) {
        *out = hop_str(command_syntax(RS_OF(cx), c));
        return true;
    }
    if (c->block) {
        if (!hop_to_string(cx, hop_obj(c->block), &s))
            return false;
        *out = hop_str(s);
        return true;
    }
    *out = hop_text(c->definition ? c->definition : "");
    return true;
}

GETTER(get_path)
{
    struct cmdinfo *c = INFO(self);

    *out = hop_text(c->definition ? c->definition : "");
    return true;
}

GETTER(get_extension)
{
    struct cmdinfo *c = INFO(self);
    const char *dot = strrchr(c->name, '.');

    *out = hop_text(dot ? dot : "");
    return true;
}

GETTER(get_verb)
{
    const char *name = INFO(self)->name;
    const char *dash = strchr(name, '-');

    if (data)
        *out = hop_text(dash ? dash + 1 : "");
    else
        *out = dash ? hop_textn(name, (size_t)(dash - name)) : hop_text("");
    return true;
}

GETTER(get_binding)
{
    struct meta *m = meta_of(RS_OF(cx), INFO(self));

    if (!m)
        return false;
    *out = hop_bool(m->cmdlet_binding);
    return true;
}

GETTER(get_default_set)
{
    struct meta *m = meta_of(RS_OF(cx), INFO(self));

    if (!m)
        return false;
    *out = m->default_set >= 0 ? hop_text(m->sets[m->default_set])
           : m->cmdlet         ? hop_text("__AllParameterSets")
                               : hop_null();
    return true;
}

/* An alias's target shows only once the module it is in has been used. */
static struct cmdinfo *
used_target(struct hop_runspace *rs, struct cmdinfo *t)
{
    hop_drop_exception(&rs->cx);
    if (!t || !t->native ||
        strcmp(t->native->name, "Microsoft.PowerShell.Core") == 0 ||
        rs->native_used & t->native_bit)
        return t;
    hop_release(hop_obj(t));
    return NULL;
}

static struct cmdinfo *
resolved(struct hop_runspace *rs, struct cmdinfo *c)
{
    return used_target(rs, resolve_alias(rs, c, true));
}

GETTER(get_parameters)
{
    struct cmdinfo *c = INFO(self);
    struct meta *m;

    *out = hop_null();
    if (c->type == COMMAND_APPLICATION)
        return true;
    if (c->type == COMMAND_ALIAS) {
        struct cmdinfo *t = resolved(RS_OF(cx), c);
        if (!t)
            return true;
        m = t->type == COMMAND_APPLICATION ? NULL : meta_of(RS_OF(cx), t);
        if (m)
            *out = parameters_dictionary(RS_OF(cx), m);
        hop_release(hop_obj(t));
        return true;
    }
    m = meta_of(RS_OF(cx), c);
    if (!m)
        return false;
    *out = parameters_dictionary(RS_OF(cx), m);
    return true;
}

GETTER(get_sets)
{
    struct cmdinfo *c = INFO(self);
    struct meta *m;

    *out = hop_null();
    if (c->type == COMMAND_APPLICATION || c->type == COMMAND_ALIAS)
        return true;
    m = meta_of(RS_OF(cx), c);
    if (!m)
        return false;
    *out = parameter_sets(RS_OF(cx), m);
    return true;
}

static const struct hop_class class_type_name;

static void
add_output(struct hop_runspace *rs, struct hop_array *a, const char *name,
           const struct hop_class *cls)
{
    struct bag *b = bag_new(rs, &class_type_name);

    b->v[0] = hop_text(cls ? cls->name : name);
    b->v[1] = cls ? hop_type(cls) : hop_null();
    hop_array_push(a, hop_obj(b));
}

GETTER(get_output)
{
    struct hop_runspace *rs = RS_OF(cx);
    struct hop_array *a = hop_array_new(cx, 0);
    struct cmdinfo *c = INFO(self);
    struct cmdinfo *t = c->type == COMMAND_ALIAS ? resolved(rs, c) : NULL;
    struct hop_value target HOP_AUTO_VALUE = t ? hop_obj(t) : hop_null();
    struct hop_value holder HOP_AUTO_VALUE = hop_obj(a);
    struct meta *m;

    hop_drop_exception(cx);
    if ((t ? t->type : c->type) & (COMMAND_ALIAS | COMMAND_APPLICATION)) {
        *out = hop_null();
        return true;
    }
    m = meta_of(rs, t ? t : c);
    if (!m)
        return false;
    struct hop_array *list = hop_as_array(m->output_list);
    for (size_t i = 0; list && i < list->n; i++) {
        struct hop_value v = list->items[i];
        if (v.kind == HOP_TYPE)
            add_output(rs, a, NULL, v.u.cls);
        else if (hop_is_string(v))
            add_output(rs, a, hop_cstr(v), NULL);
    }
    if (m->output_types) {
        char *copy HOP_AUTO_FREE = hop_xstrdup(m->output_types);
        char *save = NULL;
        for (char *w = strtok_r(copy, " ", &save); w;
             w = strtok_r(NULL, " ", &save))
            add_output(rs, a, w, hop_types_find(cx, w, strlen(w)));
    }
    *out = hop_value_steal(&holder);
    return true;
}

static bool
type_name_text(struct hop_context *cx, struct hop_value v,
               struct hop_string **out)
{
    *out = hop_string_retain(((struct bag *)(void *)v.u.o)->v[0].u.s);
    return true;
}

static const struct hop_property type_name_properties[] = {
    BAG_RO("Name", "string", 0), BAG_RO("Type", "type", 1), {NULL}};
static const struct hop_class class_type_name = {
    .name = SMA "PSTypeName",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = BAG_SIZE(2),
    .properties = type_name_properties,
    .destroy = bag_destroy,
    .to_string = type_name_text,
};

GETTER(get_resolved)
{
    struct cmdinfo *t = resolved(RS_OF(cx), INFO(self));

    *out = t ? hop_obj(t) : hop_null();
    return true;
}

GETTER(get_referenced)
{
    struct cmdinfo *c = INFO(self);
    struct cmdinfo *t = find_command(
        RS_OF(cx), c->definition ? c->definition : "",
        c->definition ? strlen(c->definition) : 0, COMMAND_ALL, true);

    t = used_target(RS_OF(cx), t);
    *out = t ? hop_obj(t) : hop_null();
    return true;
}

GETTER(get_resolved_name)
{
    struct cmdinfo *t = resolved(RS_OF(cx), INFO(self));

    *out = t ? hop_text(t->name) : hop_null();
    if (t)
        hop_release(hop_obj(t));
    return true;
}

/* "gci -> Get-ChildItem", as the default view of commands shows. */
GETTER(get_display_name)
{
    struct cmdinfo *c = INFO(self);
    struct hop_value name HOP_AUTO_VALUE = hop_null();

    if (!get_resolved_name(cx, self, 0, &name))
        return false;
    *out = hop_str(hop_string_format("%s -> %s", c->name,
                                     hop_is_string(name) ? name.u.s->data
                                     : c->definition     ? c->definition
                                                         : ""));
    return true;
}

GETTER(get_empty)
{
    *out = hop_text("");
    return true;
}

GETTER(get_nothing)
{
    *out = hop_null();
    return true;
}

GETTER(get_no_output)
{
    *out = hop_obj(hop_array_new(cx, 0));
    return true;
}

/* RemotingCapability.PowerShell: this engine carries every command. */
GETTER(get_remoting)
{
    *out = hop_text("PowerShell");
    return true;
}

GETTER(get_help_uri)
{
    struct cmdinfo *c = INFO(self);
    struct meta *m = c->type == COMMAND_ALIAS ? NULL : meta_of(RS_OF(cx), c);

    hop_drop_exception(cx);
    *out = hop_text(m && m->help_uri ? m->help_uri : "");
    return true;
}

static bool
info_contents(struct hop_context *cx, struct hop_value v, struct hop_value *out)
{
    struct hop_string *s = NULL;

    if (!INFO(v)->block) {
        *out = hop_text("");
        return true;
    }
    if (!hop_to_string(cx, hop_obj(INFO(v)->block), &s))
        return false;
    *out = hop_str(s);
    return true;
}

GETTER(get_contents)
{
    struct hop_buf b HOP_AUTO_BUF = HOP_BUF_INIT;

    /* A script without a file is its text. */
    if (!INFO(self)->definition)
        return info_contents(cx, self, out);
    if (!hop_file_read_all(cx, INFO(self)->definition, &b))
        return false;
    *out = hop_text_buf(&b);
    return true;
}

static bool
info_text(struct hop_context *cx, struct hop_value v, struct hop_string **out)
{
    struct cmdinfo *c = INFO(v);

    if (c->type == COMMAND_SCRIPT && c->block)
        return hop_to_string(cx, hop_obj(c->block), out);
    *out = hop_string_from(c->name);
    return true;
}

#define OUTPUT_TYPES                                                           \
    "System.Collections.ObjectModel.ReadOnlyCollection[" SMA "PSTypeName]"

static const struct hop_property common_properties[] = {
    {"Name", "string", get_name},
    {"CommandType", SMA "CommandTypes", get_type},
    {"Source", "string", get_source},
    {"Version", "version", get_version},
    {"Visibility", SMA "SessionStateEntryVisibility", get_visibility},
    {"ModuleName", "string", get_module_name},
    {"Module", "psmoduleinfo", get_module},
    {"RemotingCapability", SMA "RemotingCapability", get_remoting},
    {"Parameters",
     "System.Collections.Generic.Dictionary[string," SMA "ParameterMetadata]",
     get_parameters},
    {"ParameterSets",
     "System.Collections.ObjectModel.ReadOnlyCollection[" SMA
     "CommandParameterSetInfo]",
     get_sets},
    {NULL}};
static const struct hop_property alias_properties[] = {
    {"HelpUri", "System.Object", get_help_uri},
    {"ResolvedCommandName", "System.Object", get_resolved_name},
    {"DisplayName", "System.Object", get_display_name},
    {"ReferencedCommand", SMA "CommandInfo", get_referenced},
    {"ResolvedCommand", SMA "CommandInfo", get_resolved},
    {"Definition", "string", get_definition},
    {"Options", SMA "ScopedItemOptions", get_options},
    {"Description", "string", get_description},
    {"OutputType", OUTPUT_TYPES, get_output},
    {NULL}};
static const struct hop_property function_properties[] = {
    {"HelpUri", "System.Object", get_help_uri},
    {"ScriptBlock", "scriptblock", get_block},
    {"CmdletBinding", "bool", get_binding},
    {"DefaultParameterSet", "string", get_default_set},
    {"Definition", "string", get_definition},
    {"Options", SMA "ScopedItemOptions", get_options},
    {"Description", "string", get_description},
    {"Verb", "string", get_verb, NULL, 0, 0},
    {"Noun", "string", get_verb, NULL, 0, 1},
    {"HelpFile", "string", get_empty},
    {"OutputType", OUTPUT_TYPES, get_output},
    {NULL}};
static const struct hop_property cmdlet_properties[] = {
    {"HelpUri", "System.Object", get_help_uri},
    {"DLL", "System.Object", get_nothing},
    {"Verb", "string", get_verb, NULL, 0, 0},
    {"Noun", "string", get_verb, NULL, 0, 1},
    {"HelpFile", "string", get_empty},
    {"PSSnapIn", SMA "PSSnapInInfo", get_nothing},
    {"Version", "version", get_version},
    {"ImplementingType", "type", get_nothing},
    {"Definition", "string", get_definition},
    {"DefaultParameterSet", "string", get_default_set},
    {"OutputType", OUTPUT_TYPES, get_output},
    {"Options", SMA "ScopedItemOptions", get_options},
    {NULL}};
static const struct hop_property application_properties[] = {
    {"HelpUri", "System.Object", get_nothing},
    {"FileVersionInfo", "System.Object", get_nothing},
    {"Path", "string", get_path},
    {"Extension", "string", get_extension},
    {"Definition", "string", get_definition},
    {"Source", "string", get_source},
    {"Version", "version", get_version},
    {"Visibility", SMA "SessionStateEntryVisibility", get_visibility},
    {"OutputType", OUTPUT_TYPES, get_no_output},
    {NULL}};
static const struct hop_property script_properties[] = {
    {"HelpUri", "System.Object", get_help_uri},
    {"Path", "string", get_path},
    {"Definition", "string", get_definition},
    {"Source", "string", get_source},
    {"Visibility", SMA "SessionStateEntryVisibility", get_visibility},
    {"ScriptBlock", "scriptblock", get_block},
    {"OutputType", OUTPUT_TYPES, get_output},
    {"ScriptContents", "string", get_contents},
    {NULL}};

static const struct hop_class class_command_info = {
    .name = SMA "CommandInfo",
    .base = &hop_class_object,
    .flags = HOP_CLASS_ABSTRACT,
    .kind = HOP_OBJECT,
    .size = sizeof(struct cmdinfo),
    .properties = common_properties,
    .destroy = destroy_info,
    .to_string = info_text,
};

#define INFO_CLASS(c, text, parent, table)                                     \
    const struct hop_class c = {.name = SMA text,                              \
                                .base = parent,                                \
                                .kind = HOP_OBJECT,                            \
                                .size = sizeof(struct cmdinfo),                \
                                .properties = table,                           \
                                .destroy = destroy_info,                       \
                                .to_string = info_text}

INFO_CLASS(class_alias_info, "AliasInfo", &class_command_info,
           alias_properties);
INFO_CLASS(class_function_info, "FunctionInfo", &class_command_info,
           function_properties);
INFO_CLASS(class_filter_info, "FilterInfo", &class_function_info, NULL);
INFO_CLASS(class_cmdlet_info, "CmdletInfo", &class_command_info,
           cmdlet_properties);
INFO_CLASS(class_application_info, "ApplicationInfo", &class_command_info,
           application_properties);
INFO_CLASS(class_external_script_info, "ExternalScriptInfo",
           &class_command_info, script_properties);
INFO_CLASS(class_script_info, "ScriptInfo", &class_command_info,
           script_properties);

const struct hop_class *const info_classes[] = {&class_command_info,
                                                &class_alias_info,
                                                &class_function_info,
                                                &class_filter_info,
                                                &class_cmdlet_info,
                                                &class_application_info,
                                                &class_external_script_info,
                                                &class_script_info,
                                                &class_type_name,
                                                NULL};
