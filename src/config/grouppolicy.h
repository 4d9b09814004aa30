/* What the registry policies of a domain's Group Policy objects mean for the
 * settings: MS-GPREG 3.2.5.1 for how they add up, the administrative templates
 * CredSsp.admx, WindowsRemoteManagement.admx, WindowsRemoteShell.admx and
 * GroupPolicy.admx for what keys and values there are.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CONFIG_GROUPPOLICY_H
#define HOP_CONFIG_GROUPPOLICY_H

#include "base/buf.h"
#include "base/error.h"
#include "config/config.h"

/* The file in DIR/policy.d that is read after all others: what gpupdate has
 * made of the domain's policies. */
#define HOP_GROUP_POLICY_FILE "domain.policy"

struct hop_registry_value {
    char *key, *name;
    uint32_t type; /* HOP_REG_..., config/preg.h */
    uint8_t *data;
    size_t size;
    size_t source; /* the number of the file that it is from */
};

struct hop_registry {
    struct hop_registry_value *values;
    size_t count;
};

#define HOP_AUTO_REGISTRY HOP_CLEANUP(hop_registry_done)

void hop_registry_done(struct hop_registry *r);
/* Lays the n bytes of a Registry.pol over what is there.  All or nothing. */
HOP_MUST_CHECK bool hop_registry_apply(struct hop_registry *r, const void *pol,
                                       size_t n, size_t source,
                                       struct hop_error *err);

/* A setting as the registry's policies have it. */
struct hop_group_setting {
    const char *path;   /* "Client/AllowFreshCredentials"; static */
    const char *policy; /* "AllowFreshCredentials"; static */
    char *value;        /* NULL: it means nothing here, and problem says why */
    char *problem;
    size_t source;
};

struct hop_group_settings {
    struct hop_group_setting *rows;
    size_t count;
};

#define HOP_AUTO_GROUP_SETTINGS HOP_CLEANUP(hop_group_settings_done)

void hop_group_settings(const struct hop_registry *r,
                        struct hop_group_settings *out);
void hop_group_settings_done(struct hop_group_settings *s);
/* The key of the registry that a path's policy is in, without the value's name;
 * static.  NULL: no policy of a domain sets that path. */
const char *hop_group_setting_key(const char *path);
/* Whether a domain's policy may set that path at all. */
bool hop_group_settings_know(const char *path);

#endif
