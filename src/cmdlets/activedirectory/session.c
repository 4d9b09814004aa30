/* The directory behind a running cmdlet, and finding objects in it.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ad/filter.h"
#include "base/alloc.h"
#include "base/guid.h"
#include "base/text.h"
#include "cmdlets/activedirectory/activedirectory.h"
#include "value/member.h"
#include "value/types/secure.h"

#define MANAGEMENT "Microsoft.ActiveDirectory.Management."

/* Result codes of RFC 4511 4.1.9 (below 0: libldap's own), what Windows calls
 * them where the directory does not say (MS-ERREF 2.2), and their exceptions.
 */
static const struct {
    int64_t code;
    uint32_t win32;
    const char *exception, *advice;
    enum hop_category category;
} results[] = {
    {-1, 0, MANAGEMENT "ADServerDownException",
     "Unable to contact the server: the domain controller does not answer. "
     "Check the network and its name, or name another with -Server.",
     HOP_CAT_RESOURCE_UNAVAILABLE},
    {-7, 8254, MANAGEMENT "ADException",
     "The search filter cannot be recognized: RFC 4515 has their form.",
     HOP_CAT_NOT_SPECIFIED},
    {16, 8202, MANAGEMENT "ADException",
     "The specified directory service attribute or value does not exist.",
     HOP_CAT_NOT_SPECIFIED},
    {19, 8239, MANAGEMENT "ADInvalidOperationException",
     "A constraint of the directory is violated.", HOP_CAT_INVALID_OPERATION},
    {20, 8205, MANAGEMENT "ADException",
     "The specified directory service attribute or value already exists.",
     HOP_CAT_NOT_SPECIFIED},
    {21, 8203, MANAGEMENT "ADInvalidOperationException",
     "The attribute does not take a value of that form.",
     HOP_CAT_INVALID_OPERATION},
    {32, 8333, MANAGEMENT "ADIdentityNotFoundException",
     "Directory object not found.", HOP_CAT_OBJECT_NOT_FOUND},
    {34, 8242, MANAGEMENT "ADException",
     "The distinguished name has not the form of one.", HOP_CAT_NOT_SPECIFIED},
    {50, 5, "System.UnauthorizedAccessException",
     "Access is denied: this account may not do that in the directory; use one "
     "that may (-Credential), or have the right delegated to it.",
     HOP_CAT_PERMISSION_DENIED},
    {53, 8245, MANAGEMENT "ADInvalidOperationException",
     "The server is unwilling to process the request: it refuses it for this "
     "kind of object or value.",
     HOP_CAT_INVALID_OPERATION},
    {65, 8212, MANAGEMENT "ADException",
     "Objects of that class must have, or cannot have, that attribute.",
     HOP_CAT_NOT_SPECIFIED},
    {66, 8213, MANAGEMENT "ADException",
     "There are objects below this one; -Recursive removes them too.",
     HOP_CAT_NOT_SPECIFIED},
    {68, 8305, MANAGEMENT "ADIdentityAlreadyExistsException",
     "There is one of that name already.", HOP_CAT_RESOURCE_EXISTS},
};

/* Those that a directory tells in front of its words. */
static const struct {
    uint32_t win32;
    const char *exception, *advice;
    enum hop_category category;
} reasons[] = {
    {0x56, MANAGEMENT "ADInvalidPasswordException",
     "The old password is not correct.", HOP_CAT_INVALID_DATA},
    {0x524, MANAGEMENT "ADIdentityAlreadyExistsException",
     "The specified account already exists.", HOP_CAT_RESOURCE_EXISTS},
    {0x52D, MANAGEMENT "ADPasswordComplexityException",
     "The password does not meet the length, complexity, or history "
     "requirement of the domain.",
     HOP_CAT_INVALID_DATA},
    {0x561, MANAGEMENT "ADException",
     "The specified account is not a member of the group.",
     HOP_CAT_NOT_SPECIFIED},
    {0x562, MANAGEMENT "ADException",
     "The specified account is a member of the group already.",
     HOP_CAT_NOT_SPECIFIED},
    {0x21C7, MANAGEMENT "ADException",
     "The service name (SPN) is another account's already; setspn -Q says "
     "whose.",
     HOP_CAT_NOT_SPECIFIED},
    {0x21C8, MANAGEMENT "ADException",
     "The user principal name is another account's already.",
     HOP_CAT_NOT_SPECIFIED},
};

/* "...: 00002071: samldb ...": as Active Directory begins its own words; 0
 * without. */
static uint32_t
win32_of(const char *text)
{
    for (const char *p = strstr(text, ": "); p; p = strstr(p, ": ")) {
        p += 2;
        if (strspn(p, "0123456789abcdefABCDEF") == 8 && p[8] == ':')
            return (uint32_t)strtoul(p, NULL, 16);
    }
    return 0;
}

/* -2: no logon; the library has no code of Windows' for it. */
static bool
throw_logon(struct hop_command *c, const struct hop_error *err,
            struct hop_value target)
{
    const struct hop_error_spec spec = {
        .id = "ActiveDirectoryCmdlet:System.Security.Authentication."
              "AuthenticationException",
        .category = HOP_CAT_SECURITY_ERROR,
        .exception = "System.Security.Authentication.AuthenticationException",
        .target = target};

    return hop_command_throw(c, &spec,
                             "The logon to the directory failed: get a ticket "
                             "(kinit), or give -Credential. (%s)",
                             err->text);
}

bool
ad_throw_reason(struct hop_command *c, const struct hop_error *err,
                struct hop_value target, uint32_t told)
{
    struct hop_error_spec spec = {.category = HOP_CAT_NOT_SPECIFIED,
                                  .exception = MANAGEMENT "ADException",
                                  .target = target};
    bool ldap = err->domain == HOP_ERROR_LDAP;
    uint32_t win32 = told;
    const char *advice = NULL;
    char id[64];

    if (ldap && err->code == -2)
        return throw_logon(c, err, target);
    for (size_t i = 0; i < HOP_ARRAY_SIZE(results); i++)
        if (ldap && err->code == results[i].code) {
            spec.exception = results[i].exception;
            spec.category = results[i].category;
            advice = results[i].advice;
            win32 = told != 0 ? told : results[i].win32;
        }
    for (size_t i = 0; told != 0 && i < HOP_ARRAY_SIZE(reasons); i++)
        if (reasons[i].win32 == told) {
            spec.exception = reasons[i].exception;
            spec.category = reasons[i].category;
            advice = reasons[i].advice;
        }
    snprintf(id, sizeof(id), "ActiveDirectoryServer:%u", win32);
    spec.id = id;
    return advice ? hop_command_throw(c, &spec, "%s (%s)", advice, err->text)
                  : hop_command_throw(c, &spec, "%s", err->text);
}

bool
ad_throw(struct hop_command *c, const struct hop_error *err,
         struct hop_value target)
{
    return ad_throw_reason(c, err, target,
                           err->domain == HOP_ERROR_LDAP ? win32_of(err->text)
                                                         : 0);
}

/* ---- opening ---- */

static bool
wants_basic(struct hop_command *c)
{
    const char *type = hop_arg_text(c, AD_AUTH_TYPE);

    return type && (hop_ascii_ieq(type, "Basic") || strcmp(type, "1") == 0);
}

static bool
throw_basic(struct hop_command *c)
{
    static const struct hop_error_spec spec = {
        .id = "ActiveDirectoryCmdlet:System.ArgumentException",
        .category = HOP_CAT_INVALID_ARGUMENT,
        .exception = "System.ArgumentException"};

    return hop_command_throw(
        c, &spec,
        "-AuthType Basic is not taken: it would send the password itself. "
        "Directories are reached by Kerberos, signed and sealed, with "
        "-Credential as well; leave -AuthType out, or say Negotiate.");
}

const char *
ad_partition(struct hop_command *c)
{
    const struct hop_cmdlet *k = hop_command_cmdlet(c);

    for (size_t i = 0; i < k->n_params; i++)
        if (strcmp(k->params[i].name, "Partition") == 0)
            return hop_arg_text(c, i);
    return NULL;
}

bool
ad_open(struct hop_command *c)
{
    struct ad_session *s = hop_command_state(c);
    struct hop_value credential = hop_arg(c, AD_CREDENTIAL);
    HOP_AUTO_FREE char *user = NULL;
    HOP_AUTO_SECRET struct hop_secret *password = NULL;
    struct hop_directory_target t = {.server = hop_arg_text(c, AD_SERVER)};
    struct hop_error err = {0};

    if (s->d)
        return true;
    if (wants_basic(c))
        return throw_basic(c);
    if (!hop_is_null(credential)) {
        bool named = hop_credential_open(hop_command_context(c), credential,
                                         &user, &password);

        t.user = named ? user : "";
        t.password = password;
    }
    s->d = hop_directory_open(&t, &err);
    return s->d || ad_throw(c, &err, hop_null());
}

struct hop_directory *
ad_directory(struct hop_command *c)
{
    return ((struct ad_session *)hop_command_state(c))->d;
}

void
ad_dispose(struct hop_command *c)
{
    struct ad_session *s = hop_command_state(c);

    hop_directory_close(s->d);
    s->d = NULL;
}

/* ---- finding ---- */

const char *
ad_kind_filter(uint32_t kinds)
{
    static const struct {
        uint32_t kinds;
        const char *filter;
    } rows[] = {
        /* Managed service accounts are of the class computer too. */
        {HOP_AD_COMPUTER, "(&(objectClass=computer)(!(objectClass="
                          "msDS-GroupManagedServiceAccount))(!(objectClass="
                          "msDS-ManagedServiceAccount)))"},
        {HOP_AD_USER, "(&(objectClass=user)(!(objectClass=computer)))"},
        {HOP_AD_SERVICE, "(|(objectClass=msDS-GroupManagedServiceAccount)"
                         "(objectClass=msDS-ManagedServiceAccount))"},
        {HOP_AD_GROUP, "(objectClass=group)"},
        {HOP_AD_ACCOUNT, "(objectClass=user)"},
        {HOP_AD_ANY, "(|(objectClass=user)(objectClass=group))"},
    };

    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++)
        if (rows[i].kinds == kinds)
            return rows[i].filter;
    return "(objectClass=*)";
}

static void
add_equal(struct hop_buf *out, const char *attribute, const void *p, size_t n)
{
    hop_buf_addf(out, "(%s=", attribute);
    hop_ad_filter_value(out, p, n);
    hop_buf_addc(out, ')');
}

static void
add_bytes(struct hop_buf *out, const char *attribute, const void *p, size_t n)
{
    hop_buf_addf(out, "(%s=", attribute);
    hop_ad_filter_bytes(out, p, n);
    hop_buf_addc(out, ')');
}

/* What a text may name: a GUID, a SID, a DN, or the name of an account; a
 * computer's is without the dollar at its end. */
static void
add_identity(struct hop_buf *out, const char *text)
{
    HOP_AUTO_BUF struct hop_buf bytes = HOP_BUF_INIT;
    const char *slash = strchr(text, '\\');
    struct hop_guid guid;
    struct hop_sid sid;

    if (hop_guid_parse(text, strlen(text), &guid)) {
        add_bytes(out, "objectGUID", guid.bytes, sizeof(guid.bytes));
    } else if (hop_sid_parse(text, &sid)) {
        hop_sid_encode(&bytes, &sid);
        add_bytes(out, "objectSid", bytes.data, bytes.len);
    } else {
        HOP_AUTO_FREE char *dollar = NULL;
        if (slash)
            text = slash + 1; /* DOMAIN\name */
        dollar = hop_xasprintf("%s$", text);
        hop_buf_adds(out, "(|");
        add_equal(out, "sAMAccountName", text, strlen(text));
        add_equal(out, "sAMAccountName", dollar, strlen(dollar));
        hop_buf_addc(out, ')');
    }
}

/* What else a text may name has no "=". */
static bool
is_dn(const char *text)
{
    return strchr(text, '=') != NULL;
}

/* noSuchObject, invalidDNSyntax: RFC 4511 A.2 */
static bool
is_missing(const struct hop_error *err)
{
    return err->domain == HOP_ERROR_LDAP &&
           (err->code == 32 || err->code == 34);
}

struct find {
    hop_directory_entry_fn *each;
    void *ctx;
    size_t found;
};

static bool
take_found(void *ctx, const struct hop_directory_entry *e)
{
    struct find *f = ctx;

    if (f->found++ == 0)
        f->each(f->ctx, e);
    return f->found < 2;
}

static bool
throw_not_found(struct hop_command *c, const char *identity,
                struct hop_value target)
{
    const struct hop_error_spec spec = {
        .id = "ActiveDirectoryCmdlet:" MANAGEMENT "ADIdentityNotFoundException",
        .category = HOP_CAT_OBJECT_NOT_FOUND,
        .exception = MANAGEMENT "ADIdentityNotFoundException",
        .target = target};

    return hop_command_throw(
        c, &spec, "Cannot find an object with identity: '%s' under: '%s'.",
        identity, hop_directory_domain_dn(ad_directory(c)));
}

static bool
throw_several(struct hop_command *c, const char *identity,
              struct hop_value target)
{
    const struct hop_error_spec spec = {
        .id = "ActiveDirectoryCmdlet:" MANAGEMENT
              "ADMultipleMatchingIdentitiesException",
        .category = HOP_CAT_NOT_SPECIFIED,
        .exception = MANAGEMENT "ADMultipleMatchingIdentitiesException",
        .target = target};

    return hop_command_throw(
        c, &spec,
        "'%s' names several objects under '%s'; give the DN or the SID.",
        identity, hop_directory_domain_dn(ad_directory(c)));
}

bool
ad_find(struct hop_command *c, struct hop_value identity, uint32_t kinds,
        const char *const *attributes, hop_directory_entry_fn *each, void *ctx)
{
    const char *dn = ad_object_text(identity, "DistinguishedName");
    HOP_AUTO_VALUE struct hop_value owned = hop_null();
    HOP_AUTO_BUF struct hop_buf filter = HOP_BUF_INIT;
    struct find f = {.each = each, .ctx = ctx};
    struct hop_directory_search s = {
        .scope = HOP_DIRECTORY_TREE, .attributes = attributes, .most = 2};
    struct hop_error err = {0};
    struct hop_string *text = NULL;

    if (!ad_open(c))
        return false;
    if (dn == NULL) {
        if (!hop_to_string(hop_command_context(c), hop_value_base(identity),
                           &text))
            return false;
        owned = hop_str(text);
        dn = text->data;
    }
    hop_buf_addf(&filter, "(&%s", ad_kind_filter(kinds));
    if (is_dn(dn)) { /* maybe of another domain */
        s.base = dn;
        s.scope = HOP_DIRECTORY_BASE;
    } else {
        s.base = ad_partition(c);
        add_identity(&filter, dn);
    }
    hop_buf_addc(&filter, ')');
    s.filter = hop_buf_str(&filter);
    if (!hop_directory_search(ad_directory(c), &s, take_found, &f, &err) &&
        !(s.base && is_missing(&err)))
        return ad_throw(c, &err, identity);
    if (f.found == 0)
        return throw_not_found(c, dn, identity);
    return f.found == 1 || throw_several(c, dn, identity);
}

static bool
take_dn(void *ctx, const struct hop_directory_entry *e)
{
    char **dn = ctx;

    free(*dn);
    *dn = hop_xstrdup(e->dn);
    return true;
}

bool
ad_find_dn(struct hop_command *c, struct hop_value identity, uint32_t kinds,
           char **dn)
{
    static const char *const names[] = {"objectClass", NULL};
    HOP_AUTO_FREE char *found = NULL;

    if (!ad_find(c, identity, kinds, names, take_dn, &found))
        return false;
    *dn = hop_steal(&found);
    return true;
}
