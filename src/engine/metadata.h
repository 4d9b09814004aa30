/* What is known of a command before it runs: its info, its parameters and
 * their sets.  Not for other rooms.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_ENGINE_METADATA_H
#define HOP_ENGINE_METADATA_H

#include "engine/frame.h"

/* ---- commands
 * --------------------------------------------------------------------- */

/* System.Management.Automation.CommandTypes. */
enum command_type {
    COMMAND_ALIAS = 1,
    COMMAND_FUNCTION = 2,
    COMMAND_FILTER = 4,
    COMMAND_CMDLET = 8,
    COMMAND_EXTERNAL_SCRIPT = 16,
    COMMAND_APPLICATION = 32,
    COMMAND_SCRIPT = 64,
    COMMAND_CONFIGURATION = 256,
    COMMAND_ALL = 511,
};

struct cmdinfo {
    struct hop_object base;
    enum command_type type;
    char *name;
    char *definition; /* alias: target; application, script: path */
    char *description;
    char *module_prefix;     /* "q1" when named q1\Get-Same */
    struct hop_block *block; /* function, filter, script (once read) */
    const struct hop_cmdlet *cmdlet;
    const struct hop_cmdlet_module *native;
    uint32_t native_bit;       /* of its module in native_used */
    struct hop_module *module; /* borrowed; NULL: none */
    struct meta *meta;         /* counted; NULL: not made yet */
    uint16_t options;
    int visibility;
    enum hop_language_mode mode; /* the session's when it was defined */
};
extern const struct hop_class class_alias_info, class_function_info,
    class_filter_info, class_cmdlet_info, class_application_info,
    class_external_script_info, class_script_info;
struct cmdinfo *cmdinfo_new(struct hop_runspace *rs, enum command_type type,
                            const char *name);
struct cmdinfo *as_cmdinfo(struct hop_value v);
/* Module name as the Source and ModuleName properties show it; never NULL. */
const char *cmdinfo_module_name(const struct cmdinfo *c);

/* ---- parameter metadata
 * ----------------------------------------------------------- */

enum validate {
    VALIDATE_RANGE,
    VALIDATE_RANGE_KIND,
    VALIDATE_SET,
    VALIDATE_PATTERN,
    VALIDATE_SCRIPT,
    VALIDATE_LENGTH,
    VALIDATE_COUNT,
    VALIDATE_NOT_NULL,
    VALIDATE_NOT_NULL_OR_EMPTY,
    VALIDATE_NOT_NULL_OR_WHITESPACE,
    VALIDATE_DRIVE,
    VALIDATE_TRUSTED,
    VALIDATE_PSTYPE,  /* PSTypeName: a is the name */
    TRANSFORM_TYPE,   /* a further type constraint */
    TRANSFORM_NATIVE, /* hop_param.transform */
    TRANSFORM_CREDENTIAL,
};

struct validator {
    enum validate kind;
    struct hop_value a, b; /* limits; set: string[]; pattern; block */
    const struct hop_class *type;
    bool case_sensitive;
    char *message; /* ErrorMessage, or NULL */
    const struct hop_param *native;
    struct hop_value object; /* the attribute object, once made */
};

struct attributes {
    uint32_t refs;
    bool local; /* of a variable: its type alone, of a scope of its own */
    const struct hop_class *type; /* the innermost conversion, or NULL */
    struct validator *items;
    uint32_t n;
};

struct meta_set {
    uint8_t set; /* index into meta.sets, or SET_ALL */
    unsigned flags;
    int position; /* -1: none */
    const char *help;
};
#define SET_ALL 0xff

/* Common parameters, in the order PowerShell lists them. */
enum common {
    COMMON_NONE,
    COMMON_VERBOSE,
    COMMON_DEBUG,
    COMMON_ERROR_ACTION,
    COMMON_WARNING_ACTION,
    COMMON_INFORMATION_ACTION,
    COMMON_PROGRESS_ACTION,
    COMMON_ERROR_VARIABLE,
    COMMON_WARNING_VARIABLE,
    COMMON_INFORMATION_VARIABLE,
    COMMON_OUT_VARIABLE,
    COMMON_OUT_BUFFER,
    COMMON_PIPELINE_VARIABLE,
    COMMON_WHATIF,
    COMMON_CONFIRM,
    COMMON_INCLUDE_TOTAL_COUNT,
    COMMON_SKIP,
    COMMON_FIRST,
    COMMON_COUNT
};

struct meta_param {
    struct hop_symbol *symbol;
    const char *name;
    const struct hop_class *type;
    const char *type_text;
    struct meta_set *sets;
    uint32_t n_sets;
    uint32_t mask; /* sets it is in; all bits for every set */
    const char **aliases;
    uint32_t n_aliases;
    unsigned flags; /* HOP_ALLOW_..., HOP_DONT_SHOW, HOP_NOT_NULL...; */
    struct attributes *attributes;
    const struct hop_param *native;
    struct hop_ast_parameter *ast;
    struct hop_value dynamic; /* RuntimeDefinedParameter */
    enum common common;
    bool is_switch, explicit_parameter, has_default_value_attribute;
    struct hop_value attribute_objects; /* object[], once asked for */
};

struct meta {
    uint32_t refs;
    struct meta_param *params;
    uint32_t n, cap;
    const char *sets[32];
    uint32_t n_sets;
    int default_set; /* index, or -1 */
    bool cmdlet_binding, should_process, paging, positional_off;
    bool simple; /* function: no attributes at all, no set, no mandatory */
    enum hop_impact impact;
    const char *output_types;     /* blank-separated */
    struct hop_value output_list; /* of functions: object[] of names */
    const struct hop_cmdlet *cmdlet;
    struct hop_ast_script_block *ast;
    char *help_uri;
    struct hop_block *block; /* borrowed */
    void **owned;
    size_t n_owned;
};
struct meta *meta_ref(struct meta *m);
void meta_unref(struct meta *m);
/* The metadata of a command, made when first asked for (borrowed); NULL with an
 * error pending. */
struct meta *meta_of(struct hop_runspace *rs, struct cmdinfo *c);
struct meta *meta_of_block(struct hop_runspace *rs, struct hop_block *b);
struct meta *meta_of_cmdlet(struct hop_runspace *rs,
                            const struct hop_cmdlet *c);
/* The parameter's row for a set (-1: for all), or NULL. */
const struct meta_set *row_in(const struct meta_param *p, int set);
/* The parameters of a set in the order of syntax lines: positional ones,
 * mandatory ones, the rest; out has room for all.  common: with those that
 * every command has. */
size_t order_params(struct meta *m, int set, struct meta_param **out,
                    bool common);
/* "\nName [-A] <string>\n" for each set. */
struct hop_string *command_syntax(struct hop_runspace *rs, struct cmdinfo *c);
/* A copy with dynamic parameters behind. */
struct meta *meta_extend(struct hop_runspace *rs, struct meta *m,
                         struct hop_value dictionary,
                         const struct hop_param *native, size_t n);

#endif
