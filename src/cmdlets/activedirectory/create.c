/* New- and Remove-ADComputer, -ADUser, -ADServiceAccount; Remove-ADObject;
 * Set-ADAccountPassword.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "cmdlets/activedirectory/activedirectory.h"
#include "cmdlets/activedirectory/change.h"
#include "value/types/secure.h"

/* userAccountControl, MS-ADTS 2.2.16 */
enum { DISABLED = 0x2, NORMAL = 0x200, WORKSTATION = 0x1000 };

/* ---- passwords ---- */

/* MS-ADTS 3.1.1.3.1.5: in quotes, in UTF-16. */
static void
add_password(struct ad_edits *e, enum hop_directory_change change,
             struct hop_value secure)
{
    struct hop_buf quoted = {.secret = true}, wide = {.secret = true};
    size_t n;
    const char *text = hop_secure_text(secure, &n);

    hop_buf_addc(&quoted, '"');
    hop_buf_add(&quoted, text, n);
    hop_buf_addc(&quoted, '"');
    hop_utf16le_from_utf8(&wide, quoted.data, quoted.len);
    const char *const value = wide.data;
    ad_edits_add(e, change, "unicodePwd", &value, &wide.len, 1);
    hop_buf_done(&quoted);
    hop_buf_done(&wide);
}

enum { PW_IDENTITY = AD_COMMON, PW_PASS_THRU, PW_NEW, PW_OLD, PW_RESET };
_Static_assert((int)PW_PASS_THRU == (int)AD_PASS_THRU, "for ad_pass_thru");

static const struct hop_param password_params[] = {
    AD_COMMON_PARAMS,
    [PW_IDENTITY] = {"Identity", "object", HOP_MANDATORY | HOP_BY_VALUE,
                     HOP_POS(0)},
    [PW_PASS_THRU] = {"PassThru", "switch"},
    [PW_NEW] = {"NewPassword", "securestring", HOP_MANDATORY},
    [PW_OLD] = {"OldPassword", "securestring"},
    [PW_RESET] = {"Reset", "switch"},
    {"Partition", "string", HOP_NOT_NULL_OR_EMPTY},
};

static bool
apply(struct hop_command *c, const char *dn, const struct ad_edits *e,
      const char *action)
{
    size_t n;
    const struct hop_directory_edit *edits = ad_edits_all(e, &n);
    struct hop_error err = {0};
    bool go = false;

    if (!hop_should_process(c, dn, action, &go))
        return false;
    if (!go)
        return true;
    if (!hop_directory_modify(ad_directory(c), dn, edits, n, &err))
        return ad_throw(c, &err, hop_arg(c, AD_IDENTITY));
    return ad_pass_thru(c, dn);
}

static bool
set_password(struct hop_command *c)
{
    static const struct hop_error_spec spec = {
        .id = "OldPasswordMissing",
        .category = HOP_CAT_INVALID_ARGUMENT,
        .exception = "System.ArgumentException"};
    HOP_AUTO_FREE char *dn = NULL;
    struct ad_edits *e;
    bool ok;

    if (!hop_arg_on(c, PW_RESET) && hop_is_null(hop_arg(c, PW_OLD)))
        return hop_command_throw(c, &spec,
                                 "The password was not changed: the old one "
                                 "is needed. Give -OldPassword, or -Reset to "
                                 "set it without.");
    if (!ad_find_dn(c, hop_arg(c, PW_IDENTITY), HOP_AD_ACCOUNT, &dn))
        return false;
    e = ad_edits_new();
    if (hop_arg_on(c, PW_RESET)) {
        add_password(e, HOP_DIRECTORY_REPLACE, hop_arg(c, PW_NEW));
    } else {
        add_password(e, HOP_DIRECTORY_DELETE, hop_arg(c, PW_OLD));
        add_password(e, HOP_DIRECTORY_ADD, hop_arg(c, PW_NEW));
    }
    ok = apply(c, dn, e, "Set-ADAccountPassword");
    ad_edits_free(e);
    return ok;
}

const struct hop_cmdlet hop_cmdlet_set_ad_account_password = {
    .name = "Set-ADAccountPassword",
    HOP_PARAMS(password_params),
    .flags = HOP_SHOULD_PROCESS,
    .class_name =
        "Microsoft.ActiveDirectory.Management.Commands.SetADAccountPassword",
    .synopsis = "Changes or resets the password of an account.",
    .state_size = sizeof(struct ad_session),
    .process = set_password,
    .dispose = ad_dispose,
};

/* ---- new ones ---- */

enum {
    NEW_NAME = AD_COMMON,
    NEW_PASS_THRU,
    NEW_PATH,
    NEW_ENABLED,
    NEW_PASSWORD,
    NEW_SAM,
    NEW_OTHER,
    NEW_OWN,
};
_Static_assert((int)NEW_PASS_THRU == (int)AD_PASS_THRU, "for ad_pass_thru");

#define NEW_PARAMS                                                             \
    AD_COMMON_PARAMS,                                                          \
        [NEW_NAME] = {"Name", "string", HOP_MANDATORY | HOP_BY_NAME,           \
                      HOP_POS(0)},                                             \
        [NEW_PASS_THRU] = {"PassThru", "switch"},                              \
        [NEW_PATH] = {"Path", "string", HOP_BY_NAME},                          \
        [NEW_ENABLED] = {"Enabled", "bool", HOP_BY_NAME},                      \
        [NEW_PASSWORD] = {"AccountPassword", "securestring", HOP_BY_NAME},     \
        [NEW_SAM] = {"SAMAccountName", "string", HOP_BY_NAME},                 \
        [NEW_OTHER] = {"OtherAttributes", "hashtable"}
/* Named as their properties. */
#define NEW_ACCOUNT_PARAMS                                                     \
    {"AccountExpirationDate", "datetime"}, {"AccountNotDelegated", "bool"},    \
        {"AllowReversiblePasswordEncryption", "bool"},                         \
        {"ChangePasswordAtLogon", "bool"}, {"Description", "string"},          \
        {"DisplayName", "string"},                                             \
        {"KerberosEncryptionType", "string[]",                                 \
         .set = "None DES RC4 AES128 AES256 Default"},                         \
        {"HomePage", "string"}, {"PasswordNeverExpires", "bool"},              \
        {"PasswordNotRequired", "bool"},                                       \
        {"PrincipalsAllowedToDelegateToAccount", "object"},                    \
        {"ServicePrincipalNames", "object",                                    \
         .aliases = "ServicePrincipalName"},                                   \
        {"TrustedForDelegation", "bool"},                                      \
    {                                                                          \
        "UserPrincipalName", "string"                                          \
    }

static const struct hop_param new_computer_params[] = {
    NEW_PARAMS,
    NEW_ACCOUNT_PARAMS,
    {"DNSHostName", "string"},
    {"Location", "string"},
    {"ManagedBy", "object"},
    {"OperatingSystem", "string"},
    {"OperatingSystemHotfix", "string"},
    {"OperatingSystemServicePack", "string"},
    {"OperatingSystemVersion", "string"},
};

static const struct hop_param new_user_params[] = {
    NEW_PARAMS,
    NEW_ACCOUNT_PARAMS,
    {"GivenName", "string"},
    {"Surname", "string"},
    {"EmailAddress", "string"},
    {"Department", "string"},
    {"Title", "string"},
    {"Company", "string"},
    {"City", "string"},
    {"Country", "string"},
    {"Division", "string"},
    {"EmployeeID", "string"},
    {"EmployeeNumber", "string"},
    {"Fax", "string"},
    {"HomeDirectory", "string"},
    {"HomeDrive", "string"},
    {"HomePhone", "string"},
    {"Initials", "string"},
    {"LogonWorkstations", "string"},
    {"Manager", "object"},
    {"MobilePhone", "string"},
    {"Office", "string"},
    {"OfficePhone", "string"},
    {"Organization", "string"},
    {"OtherName", "string"},
    {"POBox", "string"},
    {"PostalCode", "string"},
    {"ProfilePath", "string"},
    {"ScriptPath", "string"},
    {"SmartcardLogonRequired", "bool"},
    {"State", "string"},
    {"StreetAddress", "string"},
};

static const struct hop_param new_service_params[] = {
    NEW_PARAMS,
    NEW_ACCOUNT_PARAMS,
    {"DNSHostName", "string", HOP_MANDATORY},
    {"PrincipalsAllowedToRetrieveManagedPassword", "object"},
};

struct kind {
    const struct hop_cmdlet *cmdlet;
    const char *object_class, *container;
    uint32_t flags;
    bool dollar, enabled; /* ends in $; enabled unless said otherwise */
};

static const struct kind kinds[] = {
    {&hop_cmdlet_new_ad_computer, "computer", "CN=Computers", WORKSTATION, true,
     true},
    {&hop_cmdlet_new_ad_user, "user", "CN=Users", NORMAL, false, false},
    {&hop_cmdlet_new_ad_service_account, "msDS-GroupManagedServiceAccount",
     "CN=Managed Service Accounts", WORKSTATION, true, true},
};

static const struct kind *
kind_of(struct hop_command *c)
{
    size_t i = 0;

    while (kinds[i].cmdlet != hop_command_cmdlet(c))
        i++;
    return &kinds[i];
}

/* RFC 4514 2.4. */
static void
add_rdn_value(struct hop_buf *out, const char *s)
{
    for (const char *p = s; *p; p++) {
        bool edge =
            (p == s && (*p == ' ' || *p == '#')) || (p[1] == '\0' && *p == ' ');
        if (edge || strchr(",+\"\\<>;=", *p))
            hop_buf_addc(out, '\\');
        hop_buf_addc(out, *p);
    }
}

static void
make_dn(struct hop_command *c, struct hop_buf *out)
{
    hop_buf_adds(out, "CN=");
    add_rdn_value(out, hop_arg_text(c, NEW_NAME));
    if (hop_arg_text(c, NEW_PATH))
        hop_buf_addf(out, ",%s", hop_arg_text(c, NEW_PATH));
    else
        hop_buf_addf(out, ",%s,%s", kind_of(c)->container,
                     hop_directory_domain_dn(ad_directory(c)));
}

static void
add_text(struct ad_edits *e, const char *attribute, const char *value)
{
    ad_edits_add(e, HOP_DIRECTORY_ADD, attribute, &value, NULL, 1);
}

static bool
add_attributes(struct hop_command *c, struct ad_edits *e)
{
    const struct kind *k = kind_of(c);
    const char *sam = hop_arg_text(c, NEW_SAM);
    const char *name = sam ? sam : hop_arg_text(c, NEW_NAME);
    bool on =
        hop_arg_bound(c, NEW_ENABLED) ? hop_arg_on(c, NEW_ENABLED) : k->enabled;
    uint32_t flags = k->flags | (on ? 0 : DISABLED);
    HOP_AUTO_FREE char *account = hop_xasprintf(
        "%s%s", name, k->dollar && name[strlen(name) - 1] != '$' ? "$" : "");
    struct hop_dict *other = hop_as_dict(hop_arg(c, NEW_OTHER));
    size_t n = 0;
    struct hop_dict_entry **order = other ? hop_dict_order(other, &n) : NULL;
    char text[12];
    bool ok;

    add_text(e, "objectClass", k->object_class);
    add_text(e, "sAMAccountName", account);
    if (k->flags == WORKSTATION && !strstr(k->object_class, "Managed"))
        add_text(e, "displayName", account);
    if (strstr(k->object_class, "Managed"))
        add_text(e, "msDS-ManagedPasswordInterval", "30");
    ok = ad_change_properties(c, e, NEW_OWN, &flags);
    snprintf(text, sizeof(text), "%u", flags);
    add_text(e, "userAccountControl", text);
    if (!hop_is_null(hop_arg(c, NEW_PASSWORD)))
        add_password(e, HOP_DIRECTORY_ADD, hop_arg(c, NEW_PASSWORD));
    for (size_t i = 0; i < n && ok; i++)
        ok = hop_is_string(order[i]->key) &&
             ad_edits_set(c, e, HOP_DIRECTORY_ADD, hop_cstr(order[i]->key),
                          order[i]->value);
    free(order);
    return ok;
}

static bool
create(struct hop_command *c)
{
    HOP_AUTO_BUF struct hop_buf dn = HOP_BUF_INIT;
    struct hop_error err = {0};
    struct ad_edits *e;
    bool go = false, ok;
    size_t n;

    if (!ad_open(c))
        return false;
    make_dn(c, &dn);
    if (!hop_should_process(c, hop_buf_str(&dn), "New", &go) || !go)
        return !hop_has_exception(hop_command_context(c));
    e = ad_edits_new();
    ok = add_attributes(c, e);
    if (ok) {
        const struct hop_directory_edit *edits = ad_edits_all(e, &n);
        ok = hop_directory_add(ad_directory(c), hop_buf_str(&dn), edits, n,
                               &err) ||
             ad_throw(c, &err, hop_arg(c, NEW_NAME));
    }
    ad_edits_free(e);
    return ok && ad_pass_thru(c, hop_buf_str(&dn));
}

#define NEW(id, noun, table, what)                                             \
    const struct hop_cmdlet hop_cmdlet_new_##id = {                            \
        .name = "New-" noun,                                                   \
        HOP_PARAMS(table),                                                     \
        .flags = HOP_SHOULD_PROCESS,                                           \
        .class_name =                                                          \
            "Microsoft.ActiveDirectory.Management.Commands.New" noun,          \
        .synopsis = "Makes a " what " in a domain.",                           \
        .state_size = sizeof(struct ad_session),                               \
        .process = create,                                                     \
        .dispose = ad_dispose,                                                 \
    }

NEW(ad_computer, "ADComputer", new_computer_params, "computer");
NEW(ad_user, "ADUser", new_user_params, "user");
NEW(ad_service_account, "ADServiceAccount", new_service_params,
    "service account");

/* ---- removing ---- */

enum { RM_IDENTITY = AD_COMMON, RM_RECURSIVE };

static const struct hop_param remove_params[] = {
    AD_COMMON_PARAMS,
    [RM_IDENTITY] = {"Identity", "object", HOP_MANDATORY | HOP_BY_VALUE,
                     HOP_POS(0)},
    [RM_RECURSIVE] = {"Recursive", "switch"},
    {"Partition", "string", HOP_NOT_NULL_OR_EMPTY},
};

static uint32_t
removed_kind(struct hop_command *c)
{
    const struct hop_cmdlet *k = hop_command_cmdlet(c);

    return k == &hop_cmdlet_remove_ad_computer          ? HOP_AD_COMPUTER
           : k == &hop_cmdlet_remove_ad_user            ? HOP_AD_USER
           : k == &hop_cmdlet_remove_ad_service_account ? HOP_AD_SERVICE
                                                        : 0;
}

static bool
destroy(struct hop_command *c)
{
    HOP_AUTO_FREE char *dn = NULL;
    struct hop_error err = {0};
    bool go = false;

    if (!ad_find_dn(c, hop_arg(c, RM_IDENTITY), removed_kind(c), &dn) ||
        !hop_should_process(c, dn, "Remove", &go))
        return false;
    return !go ||
           hop_directory_delete(ad_directory(c), dn,
                                hop_arg_on(c, RM_RECURSIVE), &err) ||
           ad_throw(c, &err, hop_arg(c, RM_IDENTITY));
}

#define REMOVE(id, noun, what)                                                 \
    const struct hop_cmdlet hop_cmdlet_remove_##id = {                         \
        .name = "Remove-" noun,                                                \
        HOP_PARAMS(remove_params),                                             \
        .flags = HOP_SHOULD_PROCESS,                                           \
        .impact = HOP_IMPACT_HIGH,                                             \
        .class_name =                                                          \
            "Microsoft.ActiveDirectory.Management.Commands.Remove" noun,       \
        .synopsis = "Removes " what " from a domain.",                         \
        .state_size = sizeof(struct ad_session),                               \
        .process = destroy,                                                    \
        .dispose = ad_dispose,                                                 \
    }

REMOVE(ad_computer, "ADComputer", "a computer");
REMOVE(ad_user, "ADUser", "a user");
REMOVE(ad_service_account, "ADServiceAccount", "a service account");
REMOVE(ad_object, "ADObject", "an object");
