/* Set-ADComputer, Set-ADUser, Set-ADServiceAccount, Set-ADObject,
 * Set-ADAccountControl, Enable-ADAccount, Disable-ADAccount.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ad/property.h"
#include "base/alloc.h"
#include "base/text.h"
#include "cmdlets/activedirectory/activedirectory.h"
#include "cmdlets/activedirectory/change.h"
#include "value/convert.h"
#include "value/number.h"

#define UAC "userAccountControl"

/* ---- flags of userAccountControl ---- */

struct flags {
    uint32_t now;
    char *dn;
};

static bool
take_flags(void *ctx, const struct hop_directory_entry *e)
{
    struct flags *f = ctx;
    const char *text = ad_attribute_text(e, UAC);

    free(f->dn);
    f->dn = hop_xstrdup(e->dn);
    f->now = text ? (uint32_t)strtoul(text, NULL, 10) : 0;
    return true;
}

static void
apply_flag(const struct hop_ad_property *p, bool on, uint32_t *flags)
{
    if (on != p->inverted)
        *flags |= p->bit;
    else
        *flags &= ~p->bit;
}

static bool
add_flags(struct ad_edits *e, uint32_t before, uint32_t after)
{
    char text[12];
    const char *value = text;

    if (before == after)
        return true;
    snprintf(text, sizeof(text), "%u", after);
    ad_edits_add(e, HOP_DIRECTORY_REPLACE, UAC, &value, NULL, 1);
    return true;
}

/* ---- parameters by the property they set ---- */

/* MS-KILE 2.2.7: names of -KerberosEncryptionType. */
static bool
set_encryption(struct hop_command *c, struct ad_edits *e, size_t index)
{
    static const struct {
        const char *name;
        unsigned bits;
    } rows[] = {{"None", 0},   {"DES", 3},     {"RC4", 4},
                {"AES128", 8}, {"AES256", 16}, {"Default", 28}};
    unsigned bits = 0;
    char text[12];
    const char *value = text;

    for (size_t i = 0; i < hop_arg_count(c, index); i++)
        for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++)
            if (hop_ascii_ieq(hop_cstr(hop_arg_item(c, index, i)),
                              rows[k].name))
                bits |= rows[k].bits;
    snprintf(text, sizeof(text), "%u", bits);
    ad_edits_add(e, HOP_DIRECTORY_REPLACE, "msDS-SupportedEncryptionTypes",
                 &value, NULL, 1);
    return true;
}

/* @{Add=...; Remove=...; Replace=...}, or $null to clear. */
static bool
set_many(struct hop_command *c, struct ad_edits *e, const char *attribute,
         struct hop_value v)
{
    static const struct {
        const char *key;
        enum hop_directory_change change;
    } rows[] = {{"Replace", HOP_DIRECTORY_REPLACE},
                {"Remove", HOP_DIRECTORY_DELETE},
                {"Add", HOP_DIRECTORY_ADD}};
    struct hop_dict *d = hop_as_dict(v);
    bool ok = true;

    if (d == NULL)
        return ad_edits_set(c, e, HOP_DIRECTORY_REPLACE, attribute, v);
    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows) && ok; i++) {
        struct hop_value *values = hop_dict_get_text(d, rows[i].key);
        if (values)
            ok = ad_edits_set(c, e, rows[i].change, attribute, *values);
    }
    return ok;
}

/* 100 ns since 1601; never: 0. */
static void
set_file_time(struct ad_edits *e, const char *attribute, struct hop_value v)
{
    const int64_t epoch = 504911232000000000;
    char text[24] = "0";
    const char *value = text;

    v = hop_value_base(v);
    if (v.kind == HOP_DATETIME)
        snprintf(text, sizeof(text), "%lld",
                 (long long)((v.tag == HOP_DATE_UTC ? v.u.i
                                                    : hop_date_to_utc(v.u.i)) -
                             epoch));
    ad_edits_add(e, HOP_DIRECTORY_REPLACE, attribute, &value, NULL, 1);
}

/* pwdLastSet, MS-ADTS 3.1.1.3.1.5: 0 has the user choose a password at the next
 * logon, -1 stands for now. */
static void
set_password_age(struct ad_edits *e, bool expired)
{
    const char *value = expired ? "0" : "-1";

    ad_edits_add(e, HOP_DIRECTORY_REPLACE, "pwdLastSet", &value, NULL, 1);
}

static bool
set_property(struct hop_command *c, struct ad_edits *e,
             const struct hop_ad_property *p, size_t index, uint32_t *flags)
{
    struct hop_value v = hop_arg(c, index);

    switch (p->syntax) {
    case HOP_AD_FLAG:
        apply_flag(p, hop_is_true(hop_command_context(c), v), flags);
        return true;
    case HOP_AD_SD: return ad_edits_principals(c, e, p->attribute, v);
    case HOP_AD_ENC_TYPES: return set_encryption(c, e, index);
    case HOP_AD_FILETIME: set_file_time(e, p->attribute, v); return true;
    default: break;
    }
    return p->many ? set_many(c, e, p->attribute, v)
                   : ad_edits_set(c, e, HOP_DIRECTORY_REPLACE, p->attribute, v);
}

bool
ad_change_properties(struct hop_command *c, struct ad_edits *e, size_t first,
                     uint32_t *flags)
{
    const struct hop_cmdlet *k = hop_command_cmdlet(c);

    for (size_t i = first; i < k->n_params; i++) {
        const char *name = k->params[i].name;
        const struct hop_ad_property *p =
            hop_ad_property_find(name, strlen(name));
        if (hop_arg_bound(c, i) && strcmp(name, "ChangePasswordAtLogon") == 0)
            set_password_age(e, hop_arg_on(c, i));
        if (p && hop_arg_bound(c, i) && !set_property(c, e, p, i, flags))
            return false;
    }
    return true;
}

/* ---- -Add, -Remove, -Replace, -Clear ---- */

static bool
change_attributes(struct hop_command *c, struct ad_edits *e, size_t index,
                  enum hop_directory_change change)
{
    struct hop_dict *d = hop_as_dict(hop_arg(c, index));
    size_t n = 0;
    struct hop_dict_entry **order = d ? hop_dict_order(d, &n) : NULL;
    bool ok = true;

    for (size_t i = 0; i < n && ok; i++) {
        const char *name =
            hop_is_string(order[i]->key) ? hop_cstr(order[i]->key) : "";
        const struct hop_ad_property *p =
            hop_ad_property_find(name, strlen(name));
        ok = ad_edits_set(c, e, change,
                          p && p->syntax != HOP_AD_FLAG ? p->attribute : name,
                          order[i]->value);
    }
    free(order);
    return ok;
}

bool
ad_change_attributes(struct hop_command *c, struct ad_edits *e)
{
    for (size_t i = 0; i < hop_arg_count(c, AD_CLEAR); i++) {
        struct hop_value name = hop_value_base(hop_arg_item(c, AD_CLEAR, i));
        const struct hop_ad_property *p =
            hop_is_string(name)
                ? hop_ad_property_find(hop_cstr(name), name.u.s->len)
                : NULL;
        if (hop_is_string(name))
            ad_edits_add(e, HOP_DIRECTORY_REPLACE,
                         p ? p->attribute : hop_cstr(name), NULL, NULL, 0);
    }
    return change_attributes(c, e, AD_REMOVE, HOP_DIRECTORY_DELETE) &&
           change_attributes(c, e, AD_ADD, HOP_DIRECTORY_ADD) &&
           change_attributes(c, e, AD_REPLACE, HOP_DIRECTORY_REPLACE);
}

/* ---- the cmdlets ---- */

static const struct hop_param computer_params[] = {
    AD_CHANGE_PARAMS,
    AD_ACCOUNT_PARAMS,
    [AD_CHANGE_OWN +
        AD_ACCOUNT_OWN] = {"DNSHostName", "string", HOP_ALLOW_NULL},
    {"Location", "string", HOP_ALLOW_NULL},
    {"ManagedBy", "object", HOP_ALLOW_NULL},
    {"OperatingSystem", "string", HOP_ALLOW_NULL},
    {"OperatingSystemHotfix", "string", HOP_ALLOW_NULL},
    {"OperatingSystemServicePack", "string", HOP_ALLOW_NULL},
    {"OperatingSystemVersion", "string", HOP_ALLOW_NULL},
};

static const struct hop_param user_params[] = {
    AD_CHANGE_PARAMS,
    AD_ACCOUNT_PARAMS,
    [AD_CHANGE_OWN + AD_ACCOUNT_OWN] = {"GivenName", "string", HOP_ALLOW_NULL},
    {"Surname", "string", HOP_ALLOW_NULL},
    {"EmailAddress", "string", HOP_ALLOW_NULL},
    {"Department", "string", HOP_ALLOW_NULL},
    {"Division", "string", HOP_ALLOW_NULL},
    {"Fax", "string", HOP_ALLOW_NULL},
    {"HomePhone", "string", HOP_ALLOW_NULL},
    {"Initials", "string", HOP_ALLOW_NULL},
    {"LogonWorkstations", "string", HOP_ALLOW_NULL},
    {"Organization", "string", HOP_ALLOW_NULL},
    {"OtherName", "string", HOP_ALLOW_NULL},
    {"POBox", "string", HOP_ALLOW_NULL},
    {"Title", "string", HOP_ALLOW_NULL},
    {"Company", "string", HOP_ALLOW_NULL},
    {"Office", "string", HOP_ALLOW_NULL},
    {"OfficePhone", "string", HOP_ALLOW_NULL},
    {"MobilePhone", "string", HOP_ALLOW_NULL},
    {"City", "string", HOP_ALLOW_NULL},
    {"State", "string", HOP_ALLOW_NULL},
    {"Country", "string", HOP_ALLOW_NULL},
    {"PostalCode", "string", HOP_ALLOW_NULL},
    {"StreetAddress", "string", HOP_ALLOW_NULL},
    {"Manager", "object", HOP_ALLOW_NULL},
    {"EmployeeID", "string", HOP_ALLOW_NULL},
    {"EmployeeNumber", "string", HOP_ALLOW_NULL},
    {"HomeDirectory", "string", HOP_ALLOW_NULL},
    {"HomeDrive", "string", HOP_ALLOW_NULL},
    {"ProfilePath", "string", HOP_ALLOW_NULL},
    {"ScriptPath", "string", HOP_ALLOW_NULL},
    {"SmartcardLogonRequired", "bool"},
};

static const struct hop_param service_params[] = {
    AD_CHANGE_PARAMS,
    AD_ACCOUNT_PARAMS,
    [AD_CHANGE_OWN +
        AD_ACCOUNT_OWN] = {"DNSHostName", "string", HOP_ALLOW_NULL},
    {"PrincipalsAllowedToRetrieveManagedPassword", "object", HOP_ALLOW_NULL},
};

static const struct hop_param object_params[] = {
    AD_CHANGE_PARAMS,
    {"Description", "string", HOP_ALLOW_NULL},
    {"DisplayName", "string", HOP_ALLOW_NULL},
};

static const struct hop_param control_params[] = {
    AD_CHANGE_PARAMS,
    {"AccountNotDelegated", "bool"},
    {"AllowReversiblePasswordEncryption", "bool"},
    {"DoesNotRequirePreAuth", "bool"},
    {"Enabled", "bool"},
    {"HomedirRequired", "bool"},
    {"MNSLogonAccount", "bool"},
    {"PasswordNeverExpires", "bool"},
    {"PasswordNotRequired", "bool"},
    {"TrustedForDelegation", "bool"},
    {"TrustedToAuthForDelegation", "bool"},
    {"UseDESKeyOnly", "bool"},
};

static const struct hop_param switch_params[] = {
    AD_COMMON_PARAMS,
    [AD_IDENTITY] = {"Identity", "object", HOP_MANDATORY | HOP_BY_VALUE,
                     HOP_POS(0)},
    [AD_PASS_THRU] = {"PassThru", "switch"},
    {"Partition", "string", HOP_NOT_NULL_OR_EMPTY},
};

static bool
give(void *ctx, const struct hop_directory_entry *e)
{
    struct hop_command *c = ctx;

    return hop_write_take(
        c, ad_object_new(hop_command_context(c), ad_directory(c), e,
                         hop_command_cmdlet(c) == &hop_cmdlet_set_ad_object
                             ? AD_AS_OBJECT
                             : AD_AS_IT_IS,
                         NULL, 0));
}

bool
ad_pass_thru(struct hop_command *c, const char *dn)
{
    HOP_AUTO_VALUE struct hop_value identity = hop_text(dn);

    return !hop_arg_on(c, AD_PASS_THRU) ||
           ad_find(c, identity, 0, NULL, give, c);
}

static bool
apply(struct hop_command *c, const char *dn, struct ad_edits *e)
{
    size_t n;
    const struct hop_directory_edit *edits = ad_edits_all(e, &n);
    struct hop_error err = {0};
    bool go = false;

    if (!hop_should_process(c, dn, "Set", &go))
        return false;
    if (!go)
        return true;
    if (n > 0 && !hop_directory_modify(ad_directory(c), dn, edits, n, &err))
        return ad_throw(c, &err, hop_arg(c, AD_IDENTITY));
    return ad_pass_thru(c, dn);
}

static uint32_t
kind_of(struct hop_command *c)
{
    const struct hop_cmdlet *k = hop_command_cmdlet(c);

    return k == &hop_cmdlet_set_ad_computer          ? HOP_AD_COMPUTER
           : k == &hop_cmdlet_set_ad_user            ? HOP_AD_USER
           : k == &hop_cmdlet_set_ad_service_account ? HOP_AD_SERVICE
           : k == &hop_cmdlet_set_ad_object          ? 0
                                                     : HOP_AD_ACCOUNT;
}

/* enabled: 1 or 0 for the cmdlets that set just that, else -1. */
static bool
change(struct hop_command *c, int enabled)
{
    static const char *const names[] = {UAC, "objectClass", NULL};
    struct ad_edits *e = ad_edits_new();
    struct flags f = {0};
    uint32_t flags;
    bool ok =
        ad_find(c, hop_arg(c, AD_IDENTITY), kind_of(c), names, take_flags, &f);

    flags = f.now;
    if (enabled >= 0)
        apply_flag(hop_ad_property_find("Enabled", 7), enabled, &flags);
    else
        ok = ok && ad_change_properties(c, e, AD_CHANGE_OWN, &flags) &&
             ad_change_attributes(c, e);
    ok = ok && add_flags(e, f.now, flags) && apply(c, f.dn, e);
    ad_edits_free(e);
    free(f.dn);
    return ok;
}

static bool
process(struct hop_command *c)
{
    return change(c, -1);
}

static bool
enable(struct hop_command *c)
{
    return change(c, 1);
}

static bool
disable(struct hop_command *c)
{
    return change(c, 0);
}

#define CHANGE(id, verb, noun, table, function, what)                          \
    const struct hop_cmdlet hop_cmdlet_##id = {                                \
        .name = verb "-" noun,                                                 \
        HOP_PARAMS(table),                                                     \
        .flags = HOP_SHOULD_PROCESS,                                           \
        .class_name =                                                          \
            "Microsoft.ActiveDirectory.Management.Commands." verb noun,        \
        .synopsis = what,                                                      \
        .state_size = sizeof(struct ad_session),                               \
        .process = function,                                                   \
        .dispose = ad_dispose,                                                 \
    }

CHANGE(set_ad_computer, "Set", "ADComputer", computer_params, process,
       "Changes a computer of a domain.");
CHANGE(set_ad_user, "Set", "ADUser", user_params, process,
       "Changes a user of a domain.");
CHANGE(set_ad_service_account, "Set", "ADServiceAccount", service_params,
       process, "Changes a service account of a domain.");
CHANGE(set_ad_object, "Set", "ADObject", object_params, process,
       "Changes an object of a domain.");
CHANGE(set_ad_account_control, "Set", "ADAccountControl", control_params,
       process, "Changes what an account is allowed.");
CHANGE(enable_ad_account, "Enable", "ADAccount", switch_params, enable,
       "Enables an account.");
CHANGE(disable_ad_account, "Disable", "ADAccount", switch_params, disable,
       "Disables an account.");
