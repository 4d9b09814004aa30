/* What the cmdlets that change objects share.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_ACTIVEDIRECTORY_CHANGE_H
#define HOP_CMDLETS_ACTIVEDIRECTORY_CHANGE_H

#include "cmdlets/activedirectory/activedirectory.h"

enum {
    AD_IDENTITY = AD_COMMON,
    AD_PASS_THRU,
    AD_ADD,
    AD_REMOVE,
    AD_REPLACE,
    AD_CLEAR,
    AD_PARTITION,
    AD_CHANGE_OWN, /* the cmdlet's own parameters from here on */
};

#define AD_CHANGE_PARAMS                                                       \
    AD_COMMON_PARAMS,                                                          \
        [AD_IDENTITY] = {"Identity", "object", HOP_MANDATORY | HOP_BY_VALUE,   \
                         HOP_POS(0)},                                          \
        [AD_PASS_THRU] = {"PassThru", "switch"},                               \
        [AD_ADD] = {"Add", "hashtable"},                                       \
        [AD_REMOVE] = {"Remove", "hashtable"},                                 \
        [AD_REPLACE] = {"Replace", "hashtable"},                               \
        [AD_CLEAR] = {"Clear", "string[]"},                                    \
        [AD_PARTITION] = {"Partition", "string", HOP_NOT_NULL_OR_EMPTY}

/* Those of every account: named as their properties. */
#define AD_ACCOUNT_PARAMS                                                      \
    {"AccountExpirationDate", "datetime", HOP_ALLOW_NULL},                     \
        {"AccountNotDelegated", "bool"},                                       \
        {"AllowReversiblePasswordEncryption", "bool"},                         \
        {"ChangePasswordAtLogon", "bool"},                                     \
        {"Description", "string", HOP_ALLOW_NULL},                             \
        {"DisplayName", "string", HOP_ALLOW_NULL}, {"Enabled", "bool"},        \
        {"KerberosEncryptionType", "string[]",                                 \
         .set = "None DES RC4 AES128 AES256 Default"},                         \
        {"HomePage", "string", HOP_ALLOW_NULL},                                \
        {"PasswordNeverExpires", "bool"}, {"PasswordNotRequired", "bool"},     \
        {"PrincipalsAllowedToDelegateToAccount", "object",                     \
         HOP_ALLOW_NULL | HOP_ALLOW_EMPTY_COLLECTION},                         \
        {"SamAccountName", "string"},                                          \
        {"ServicePrincipalNames", "object", HOP_ALLOW_NULL,                    \
         .aliases = "ServicePrincipalName"},                                   \
        {"TrustedForDelegation", "bool"},                                      \
        {"TrustedToAuthForDelegation", "bool", HOP_DONT_SHOW},                 \
    {                                                                          \
        "UserPrincipalName", "string", HOP_ALLOW_NULL                          \
    }
enum { AD_ACCOUNT_OWN = 17 };

/* Adds what the bound parameters from index first on set: those that are named
 * as a property.  flags: userAccountControl, changed. */
HOP_MUST_CHECK bool ad_change_properties(struct hop_command *c,
                                         struct ad_edits *e, size_t first,
                                         uint32_t *flags);
/* Adds -Clear, -Remove, -Add and -Replace. */
HOP_MUST_CHECK bool ad_change_attributes(struct hop_command *c,
                                         struct ad_edits *e);
/* With -PassThru: writes the object. */
HOP_MUST_CHECK bool ad_pass_thru(struct hop_command *c, const char *dn);

#endif
