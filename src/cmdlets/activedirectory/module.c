/* SPDX-License-Identifier: MIT */
#include "cmdlets/activedirectory/activedirectory.h"
#include "engine/runspace.h"
#include "value/exception.h"

#define MANAGEMENT "Microsoft.ActiveDirectory.Management."

#define EXCEPTION(id, text, of)                                                \
    static const struct hop_class id = {                                       \
        .name = text,                                                          \
        .base = &(of),                                                         \
        .flags = HOP_CLASS_EXCEPTION,                                          \
        .kind = HOP_OBJECT,                                                    \
        .size = sizeof(struct hop_exception),                                  \
    }

EXCEPTION(ad_exception, MANAGEMENT "ADException", hop_exception_base);
EXCEPTION(identity_resolution, MANAGEMENT "ADIdentityResolutionException",
          ad_exception);
EXCEPTION(not_found, MANAGEMENT "ADIdentityNotFoundException",
          identity_resolution);
EXCEPTION(several, MANAGEMENT "ADMultipleMatchingIdentitiesException",
          identity_resolution);
EXCEPTION(exists, MANAGEMENT "ADIdentityAlreadyExistsException", ad_exception);
EXCEPTION(server_down, MANAGEMENT "ADServerDownException", ad_exception);
EXCEPTION(invalid, MANAGEMENT "ADInvalidOperationException", ad_exception);
EXCEPTION(password, MANAGEMENT "ADPasswordException", ad_exception);
EXCEPTION(bad_password, MANAGEMENT "ADInvalidPasswordException", password);
EXCEPTION(weak_password, MANAGEMENT "ADPasswordComplexityException", password);
EXCEPTION(parsing, MANAGEMENT "ADFilterParsingException", ad_exception);
EXCEPTION(authentication,
          "System.Security.Authentication.AuthenticationException",
          hop_exception_system);

static const struct hop_class *const exceptions[] = {
    &ad_exception,
    &identity_resolution,
    &not_found,
    &several,
    &exists,
    &server_down,
    &invalid,
    &parsing,
    &authentication,
    &password,
    &bad_password,
    &weak_password,
    NULL,
};

static const struct hop_cmdlet *const cmdlets[] = {
#define X(c) &hop_cmdlet_##c,
    HOP_AD_CMDLETS_(X)
#undef X
};

static void
start(struct hop_runspace *rs)
{
    hop_types_register(hop_runspace_context(rs), ad_classes);
    hop_types_register(hop_runspace_context(rs), exceptions);
}

const struct hop_cmdlet_module hop_module_activedirectory = {
    .name = "ActiveDirectory",
    .version = "1.0.1.0",
    .guid = "43c15630-959c-49e4-a977-758c5cc93408",
    .description = "Commands for a domain's accounts",
    .cmdlets = cmdlets,
    .n = HOP_ARRAY_SIZE(cmdlets),
    .start = start,
};
