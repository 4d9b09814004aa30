/* SPDX-License-Identifier: MIT */
#include "ad/property.h"

#include <string.h>

#include "base/text.h"

#define C  HOP_AD_COMPUTER
#define U  HOP_AD_USER
#define S  HOP_AD_SERVICE
#define G  HOP_AD_GROUP
#define A  HOP_AD_ACCOUNT
#define O  HOP_AD_ANY
#define CS (HOP_AD_COMPUTER | HOP_AD_SERVICE)

#define PLAIN(n, a, s, k)                                                      \
    {                                                                          \
        .name = n, .attribute = a, .syntax = HOP_AD_##s, .kinds = k            \
    }
#define SHOWN(n, a, s, k)                                                      \
    {                                                                          \
        .name = n, .attribute = a, .syntax = HOP_AD_##s, .kinds = k,           \
        .always = k                                                            \
    }
#define MANY(n, a, s, k)                                                       \
    {                                                                          \
        .name = n, .attribute = a, .syntax = HOP_AD_##s, .kinds = k,           \
        .many = true                                                           \
    }
#define FLAG(n, b)                                                             \
    {                                                                          \
        .name = n, .attribute = "userAccountControl", .syntax = HOP_AD_FLAG,   \
        .kinds = A, .bit = b                                                   \
    }

/* Bits that the directory computes: they are set by nobody. */
#define COMPUTED(n, b)                                                         \
    {                                                                          \
        .name = n, .attribute = "msDS-User-Account-Control-Computed",          \
        .syntax = HOP_AD_FLAG, .kinds = A, .bit = b                            \
    }

static const struct hop_ad_property table[] = {
    PLAIN("AccountExpirationDate", "accountExpires", FILETIME, A),
    PLAIN("AccountLockoutTime", "lockoutTime", FILETIME, A),
    FLAG("AccountNotDelegated", 0x00100000),
    FLAG("AllowReversiblePasswordEncryption", 0x00000080),
    PLAIN("AuthenticationPolicy", "msDS-AssignedAuthNPolicy", DN, A),
    PLAIN("AuthenticationPolicySilo", "msDS-AssignedAuthNPolicySilo", DN, A),
    PLAIN("BadLogonCount", "badPwdCount", NUMBER, A),
    PLAIN("CN", "cn", TEXT, O),
    PLAIN("CannotChangePassword", "nTSecurityDescriptor", OWN_PASSWORD, A),
    PLAIN("CanonicalName", "canonicalName", TEXT, O),
    MANY("Certificates", "userCertificate", TEXT, A),
    PLAIN("City", "l", TEXT, U),
    PLAIN("Company", "company", TEXT, U),
    {.name = "CompoundIdentitySupported",
     .attribute = "msDS-SupportedEncryptionTypes",
     .syntax = HOP_AD_FLAG,
     .kinds = A,
     .bit = 0x00020000},
    PLAIN("Country", "c", TEXT, U),
    PLAIN("Created", "whenCreated", TIME, O),
    {.name = "DNSHostName",
     .attribute = "dNSHostName",
     .syntax = HOP_AD_TEXT,
     .kinds = CS,
     .always = C},
    PLAIN("Deleted", "isDeleted", BOOL, O),
    PLAIN("Department", "department", TEXT, U),
    PLAIN("Description", "description", TEXT, O),
    PLAIN("DisplayName", "displayName", TEXT, O),
    SHOWN("DistinguishedName", "distinguishedName", DN, O),
    PLAIN("Division", "division", TEXT, U),
    FLAG("DoesNotRequirePreAuth", 0x00400000),
    PLAIN("EmailAddress", "mail", TEXT, U),
    PLAIN("EmployeeID", "employeeID", TEXT, U),
    PLAIN("EmployeeNumber", "employeeNumber", TEXT, U),
    {.name = "Enabled",
     .attribute = "userAccountControl",
     .syntax = HOP_AD_FLAG,
     .kinds = A,
     .bit = 0x00000002,
     .inverted = true,
     .always = A},
    PLAIN("Fax", "facsimileTelephoneNumber", TEXT, U),
    SHOWN("GivenName", "givenName", TEXT, U),
    SHOWN("GroupCategory", "groupType", GROUP_CATEGORY, G),
    SHOWN("GroupScope", "groupType", GROUP_SCOPE, G),
    PLAIN("HomeDirectory", "homeDirectory", TEXT, U),
    PLAIN("HomeDrive", "homeDrive", TEXT, U),
    PLAIN("HomePage", "wWWHomePage", TEXT, O),
    PLAIN("HomePhone", "homePhone", TEXT, U),
    FLAG("HomedirRequired", 0x00000008),
    MANY("HostComputers", "msDS-HostServiceAccountBL", DN, S),
    PLAIN("IPv4Address", "dNSHostName", IPV4, C),
    PLAIN("IPv6Address", "dNSHostName", IPV6, C),
    PLAIN("Initials", "initials", TEXT, U),
    PLAIN("KerberosEncryptionType", "msDS-SupportedEncryptionTypes", ENC_TYPES,
          A),
    PLAIN("LastBadPasswordAttempt", "badPasswordTime", FILETIME, A),
    PLAIN("LastKnownParent", "lastKnownParent", DN, O),
    PLAIN("LastLogonDate", "lastLogonTimestamp", FILETIME, A),
    PLAIN("Location", "location", TEXT, C),
    COMPUTED("LockedOut", 0x00000010),
    PLAIN("LogonWorkstations", "userWorkstations", TEXT, U),
    FLAG("MNSLogonAccount", 0x00020000),
    PLAIN("ManagedBy", "managedBy", DN, C | G),
    PLAIN("ManagedPasswordIntervalInDays", "msDS-ManagedPasswordInterval",
          NUMBER, S),
    PLAIN("Manager", "manager", DN, U),
    MANY("MemberOf", "memberOf", DN, O),
    MANY("Members", "member", DN, G),
    PLAIN("MobilePhone", "mobile", TEXT, U),
    PLAIN("Modified", "whenChanged", TIME, O),
    SHOWN("Name", "name", TEXT, O),
    SHOWN("ObjectClass", "objectClass", TEXT, O),
    SHOWN("ObjectGUID", "objectGUID", GUID, O),
    PLAIN("Office", "physicalDeliveryOfficeName", TEXT, U),
    PLAIN("OfficePhone", "telephoneNumber", TEXT, U),
    PLAIN("OperatingSystem", "operatingSystem", TEXT, C),
    PLAIN("OperatingSystemHotfix", "operatingSystemHotfix", TEXT, C),
    PLAIN("OperatingSystemServicePack", "operatingSystemServicePack", TEXT, C),
    PLAIN("OperatingSystemVersion", "operatingSystemVersion", TEXT, C),
    PLAIN("Organization", "o", TEXT, U),
    PLAIN("OtherName", "middleName", TEXT, U),
    PLAIN("POBox", "postOfficeBox", TEXT, U),
    COMPUTED("PasswordExpired", 0x00800000),
    PLAIN("PasswordLastSet", "pwdLastSet", FILETIME, A),
    FLAG("PasswordNeverExpires", 0x00010000),
    FLAG("PasswordNotRequired", 0x00000020),
    PLAIN("PostalCode", "postalCode", TEXT, U),
    PLAIN("PrimaryGroup", "primaryGroupID", PRIMARY_GROUP, A),
    PLAIN("PrimaryGroupID", "primaryGroupID", NUMBER, A),
    PLAIN("PrincipalsAllowedToDelegateToAccount",
          "msDS-AllowedToActOnBehalfOfOtherIdentity", SD, A),
    PLAIN("PrincipalsAllowedToRetrieveManagedPassword",
          "msDS-GroupMSAMembership", SD, S),
    PLAIN("ProfilePath", "profilePath", TEXT, U),
    PLAIN("ProtectedFromAccidentalDeletion", "nTSecurityDescriptor", PROTECTED,
          O),
    SHOWN("SID", "objectSid", SID, O),
    MANY("SIDHistory", "sIDHistory", SID, O),
    SHOWN("SamAccountName", "sAMAccountName", TEXT, O),
    PLAIN("ScriptPath", "scriptPath", TEXT, U),
    MANY("ServiceAccount", "msDS-HostServiceAccount", DN, C),
    MANY("ServicePrincipalNames", "servicePrincipalName", TEXT, A),
    FLAG("SmartcardLogonRequired", 0x00040000),
    PLAIN("State", "st", TEXT, U),
    PLAIN("StreetAddress", "streetAddress", TEXT, U),
    SHOWN("Surname", "sn", TEXT, U),
    PLAIN("Title", "title", TEXT, U),
    FLAG("TrustedForDelegation", 0x00080000),
    FLAG("TrustedToAuthForDelegation", 0x01000000),
    FLAG("UseDESKeyOnly", 0x00200000),
    SHOWN("UserPrincipalName", "userPrincipalName", TEXT, A),
    PLAIN("badPwdCount", "badPwdCount", NUMBER, A),
    PLAIN("logonCount", "logonCount", NUMBER, A),
};

const struct hop_ad_property *
hop_ad_properties(size_t *n)
{
    *n = sizeof(table) / sizeof(table[0]);
    return table;
}

static bool
is_name(const char *have, const char *name, size_t n)
{
    return strlen(have) == n && hop_ascii_ieqn(have, name, n);
}

/* Of an attribute that holds more. */
static bool
is_part(enum hop_ad_syntax syntax)
{
    return syntax == HOP_AD_FLAG || syntax >= HOP_AD_GROUP_CATEGORY;
}

const struct hop_ad_property *
hop_ad_property_find(const char *name, size_t n)
{
    size_t count;
    const struct hop_ad_property *p = hop_ad_properties(&count);

    for (size_t i = 0; i < count; i++)
        if (is_name(p[i].name, name, n))
            return &p[i];
    for (size_t i = 0; i < count; i++)
        if (!is_part(p[i].syntax) && is_name(p[i].attribute, name, n))
            return &p[i];
    return NULL;
}
