/* Language modes.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/engine.h"
#include "lang/restrict.h"
#include "value/class.h"

#define SMA "System.Management.Automation."

/* ---- core types
 * ---------------------------------------------------------------------- */

/* Types that are safe in the hands of an attacker: conversions, constructors,
 * methods and properties alike.  Enums, nullables and arrays of them too. */
static const char *const core_types[] = {
    "System.Array",
    "System.Boolean",
    "System.Byte",
    "System.Char",
    "System.Collections.Hashtable",
    "System.Collections.Specialized.OrderedDictionary",
    "System.DateTime",
    "System.Decimal",
    "System.Double",
    "System.Globalization.CultureInfo",
    "System.Guid",
    "System.Int16",
    "System.Int32",
    "System.Int64",
    SMA "Alias",
    SMA "AliasAttribute",
    SMA "AllowEmptyCollectionAttribute",
    SMA "AllowEmptyStringAttribute",
    SMA "AllowNullAttribute",
    SMA "ArgumentCompleterAttribute",
    SMA "ArgumentCompletionsAttribute",
    SMA "CmdletBindingAttribute",
    SMA "OrderedHashtable",
    SMA "OutputTypeAttribute",
    SMA "PSCredential",
    SMA "PSCustomObject",
    SMA "PSDefaultValueAttribute",
    SMA "PSListModifier",
    SMA "PSObject",
    SMA "PSPrimitiveDictionary",
    SMA "PSReference",
    SMA "PSTypeNameAttribute",
    SMA "ParameterAttribute",
    SMA "SemanticVersion",
    SMA "SupportsWildcardsAttribute",
    SMA "SwitchParameter",
    SMA "ValidateCountAttribute",
    SMA "ValidateDriveAttribute",
    SMA "ValidateLengthAttribute",
    SMA "ValidateNotNullAttribute",
    SMA "ValidateNotNullOrEmptyAttribute",
    SMA "ValidateNotNullOrWhiteSpaceAttribute",
    SMA "ValidatePatternAttribute",
    SMA "ValidateRangeAttribute",
    SMA "ValidateScriptAttribute",
    SMA "ValidateSetAttribute",
    SMA "ValidateTrustedDataAttribute",
    SMA "ValidateUserDriveAttribute",
    SMA "WildcardPattern",
    "Microsoft.PowerShell.Commands.ModuleSpecification",
    SMA "Language.NullString",
    "System.Net.IPAddress",
    "System.Net.IPEndPoint",
    "System.Net.Mail.MailAddress",
    "System.Net.NetworkInformation.PhysicalAddress",
    "System.Numerics.BigInteger",
    "System.SByte",
    "System.Security.Cryptography.X509Certificates.X500DistinguishedName",
    "System.Security.Cryptography.X509Certificates.X509Certificate",
    "System.Security.SecureString",
    "System.Single",
    "System.String",
    "System.Text.RegularExpressions.Regex",
    "System.TimeSpan",
    "System.UInt16",
    "System.UInt32",
    "System.UInt64",
    "System.Uri",
    "System.Version",
    "System.Void",
    "System.Xml.XmlDocument",
};

static bool
is_listed(const char *name)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(core_types); i++)
        if (strcmp(core_types[i], name) == 0)
            return true;
    return false;
}

bool
language_is_core(const struct hop_class *c)
{
    if (!c)
        return true;
    if (c->rank)
        return c == &hop_class_object_array ||
               (c->element && language_is_core(c->element));
    if (c->definition)
        return strcmp(c->definition->name, "System.Nullable`1") == 0;
    return c->names || is_listed(c->name);
}

/* ---- the mode in force
 * --------------------------------------------------------------- */

enum hop_language_mode
language_of_call(const struct hop_runspace *rs, const struct hop_block *b,
                 bool new_scope)
{
    const struct session *s = b->session ? b->session : rs->session;

    /* A trusted block does not raise a limited scope that it runs in. */
    if (b->mode == HOP_LANGUAGE_FULL && !new_scope &&
        rs->language_mode != HOP_LANGUAGE_FULL &&
        !(s->module && s->mode == HOP_LANGUAGE_FULL))
        return rs->language_mode;
    return b->mode;
}

struct language_state
language_set(struct hop_runspace *rs, enum hop_language_mode mode, bool binding)
{
    struct language_state old = {rs->language_mode, rs->language_binding};

    rs->language_mode = mode;
    rs->language_binding = binding;
    rs->cx.plain_dictionaries = binding || mode != HOP_LANGUAGE_FULL;
    if (mode == HOP_LANGUAGE_CONSTRAINED)
        rs->ever_constrained = true;
    return old;
}

void
language_restore(struct hop_runspace *rs, struct language_state s)
{
    (void)language_set(rs, s.mode, s.binding);
}

/* ---- what is allowed
 * ----------------------------------------------------------------- */

static bool
is_limited(const struct hop_runspace *rs)
{
    return rs->language_mode == HOP_LANGUAGE_CONSTRAINED;
}

static bool
refuse(struct hop_runspace *rs, const char *id, const char *text)
{
    return throw_pending(rs, "RuntimeException", id, HOP_CAT_INVALID_OPERATION,
                         hop_null(), "%s", text);
}

static bool
is_core_target(struct hop_value target, const struct hop_string *name,
               bool is_static)
{
    struct hop_value base = hop_value_base(target);

    if (name && hop_string_iis(name, "ToString"))
        return true;
    return language_is_core(
        is_static && base.kind == HOP_TYPE ? base.u.cls : hop_class_of(target));
}

bool
language_may_call(struct hop_runspace *rs, struct hop_value target,
                  const struct hop_string *name, bool is_static)
{
    if (!is_limited(rs) || is_core_target(target, name, is_static))
        return true;
    return refuse(rs, "MethodInvocationNotSupportedInConstrainedLanguage",
                  "Cannot invoke method. Method invocation is supported only "
                  "on core types in this language mode.");
}

bool
language_may_set(struct hop_runspace *rs, struct hop_value target,
                 const struct hop_string *name, bool is_static)
{
    if (!is_limited(rs) || is_core_target(target, name, is_static))
        return true;
    return refuse(rs, "PropertySetterNotSupportedInConstrainedLanguage",
                  "Cannot set property. Property setting is supported only on "
                  "core types in this language mode.");
}

bool
language_may_create(struct hop_runspace *rs, const struct hop_class *c)
{
    if (!is_limited(rs) || language_is_core(c))
        return true;
    return refuse(rs, "CannotCreateTypeConstrainedLanguage",
                  "Cannot create type. Only core types are supported in this "
                  "language mode.");
}

bool
language_can_convert(const struct hop_runspace *rs, struct hop_value v,
                     const struct hop_class *to)
{
    return !is_limited(rs) || to == &hop_class_object || language_is_core(to) ||
           hop_value_is(v, to);
}

bool
language_may_convert(struct hop_runspace *rs, struct hop_value v,
                     const struct hop_class *to)
{
    struct hop_buf name HOP_AUTO_BUF = HOP_BUF_INIT;

    if (language_can_convert(rs, v, to))
        return true;
    hop_class_add_full_name(to, &name);
    return throw_pending(rs, "PSInvalidCastException",
                         "ConversionSupportedOnlyToCoreTypes",
                         HOP_CAT_INVALID_ARGUMENT, hop_null(),
                         "Cannot convert value to type \"%s\". Only core types "
                         "are supported in this language mode.",
                         hop_buf_str(&name));
}

bool
language_may_dot(struct hop_runspace *rs, const struct hop_block *b,
                 const char *command)
{
    char *id HOP_AUTO_FREE = hop_xasprintf("DotSourceNotSupported%s%s",
                                           *command ? "," : "", command);

    if (b->mode == rs->language_mode ||
        (rs->language_mode != HOP_LANGUAGE_CONSTRAINED &&
         rs->language_mode != HOP_LANGUAGE_RESTRICTED))
        return true;
    return throw_pending(
        rs, "NotSupportedException", id, HOP_CAT_INVALID_OPERATION, hop_null(),
        "Cannot dot-source this command because it was defined in a different "
        "language mode. To invoke this command without importing its contents, "
        "omit the '.' operator.");
}

bool
language_check(struct hop_runspace *rs, struct hop_unit *u,
               const struct hop_restriction *r)
{
    struct hop_ast_script_block *root = hop_unit_root(u);
    size_t errors = 0;

    if (root->params)
        lang_restrict(u, &root->params->ast, r);
    for (size_t i = 0; i < HOP_ARRAY_SIZE(root->blocks); i++)
        if (root->blocks[i])
            lang_restrict(u, &root->blocks[i]->ast, r);
    hop_unit_errors(u, &errors);
    return !errors || parse_error_throw(rs, u, false);
}

bool
language_may_parse(struct hop_runspace *rs, struct hop_unit *u)
{
    static const struct hop_restriction data = {.any_command = true};

    if (rs->language_mode == HOP_LANGUAGE_NONE) {
        const char *source = hop_unit_source(u, &(size_t){0});
        struct hop_value target HOP_AUTO_VALUE = hop_text(source);
        return throw_pending(rs, "ParseException", "ScriptsNotAllowed",
                             HOP_CAT_PARSER_ERROR, target,
                             "The syntax is not supported by this runspace. "
                             "This can occur if the runspace is in no-language "
                             "mode.");
    }
    return rs->language_mode != HOP_LANGUAGE_RESTRICTED ||
           language_check(rs, u, &data);
}
