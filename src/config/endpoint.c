/* SPDX-License-Identifier: MIT */
#include "config/endpoint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define TREE "Plugin"

static const struct {
    const char *name;
    enum hop_endpoint_engine engine;
} built_in[] = {
    {HOP_ENDPOINT_DEFAULT, HOP_ENDPOINT_HOP},
    {"PowerShell.7", HOP_ENDPOINT_PWSH},
};

static bool
is_built_in(const char *name)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(built_in); i++)
        if (hop_ascii_ieq(built_in[i].name, name))
            return true;
    return false;
}

/* What wsman.conf says of it, over what it is by itself. */
static void
read_entries(const struct hop_config *c, struct hop_endpoint *e)
{
    const char *enabled = hop_config_entry(c, TREE, e->name, "Enabled");
    const char *engine = hop_config_entry(c, TREE, e->name, "Engine");
    const char *command = hop_config_entry(c, TREE, e->name, "Command");

    if (engine)
        e->engine =
            hop_ascii_ieq(engine, "PowerShell") || hop_ascii_ieq(engine, "pwsh")
                ? HOP_ENDPOINT_PWSH
                : HOP_ENDPOINT_HOP;
    e->command = command && command[0] ? command : "pwsh";
    e->enabled = !enabled || !hop_ascii_ieq(enabled, "false");
}

/* "cmd" is there for the delegation of WinRS shells: no endpoint of
 * PowerShell's. */
static bool
is_other(const char *name)
{
    return is_built_in(name) || hop_ascii_ieq(name, "cmd");
}

bool
hop_endpoint_next(const struct hop_config *c, size_t *at,
                  struct hop_endpoint *out)
{
    HOP_AUTO_BUF struct hop_buf name = HOP_BUF_INIT;

    *out = (struct hop_endpoint){0};
    if (*at < HOP_ARRAY_SIZE(built_in)) {
        snprintf(out->name, sizeof(out->name), "%s", built_in[*at].name);
        out->engine = built_in[(*at)++].engine;
        read_entries(c, out);
        return true;
    }
    *at -= HOP_ARRAY_SIZE(built_in);
    const char *next;
    do {
        next = hop_config_entry_name(c, TREE, at, &name);
    } while (next && is_other(next));
    *at += HOP_ARRAY_SIZE(built_in);
    if (!next)
        return false;
    snprintf(out->name, sizeof(out->name), "%s", next);
    read_entries(c, out);
    return true;
}

static bool
is_named(const struct hop_config *c, const struct hop_endpoint *e,
         const char *uri, size_t n)
{
    const char *own = hop_config_entry(c, TREE, e->name, "ResourceUri");
    size_t prefix = strlen(HOP_ENDPOINT_PREFIX);

    if (own)
        return strlen(own) == n && hop_ascii_ieqn(own, uri, n);
    return n == prefix + strlen(e->name) &&
           hop_ascii_ieqn(uri, HOP_ENDPOINT_PREFIX, prefix) &&
           hop_ascii_ieqn(uri + prefix, e->name, n - prefix);
}

bool
hop_endpoint_find(const struct hop_config *c, const char *uri,
                  struct hop_endpoint *out)
{
    size_t n = strcspn(uri, "?");

    while (n > 0 && uri[n - 1] == '/')
        n--;
    for (size_t at = 0; hop_endpoint_next(c, &at, out);)
        if (out->enabled && is_named(c, out, uri, n))
            return true;
    return false;
}

/* What is no number is no limit. */
static uint32_t
read_quota(const struct hop_config *c, const char *name, const char *key)
{
    const char *text = hop_config_entry(c, TREE, name, key);
    char *end = NULL;
    unsigned long long v = text ? strtoull(text, &end, 10) : 0;

    return text && end != text && *end == '\0' && v <= INT32_MAX ? (uint32_t)v
                                                                 : 0;
}

void
hop_endpoint_quotas(const struct hop_config *c, const char *uri,
                    struct hop_endpoint_quotas *out)
{
    struct hop_endpoint e;
    const char *mode;

    *out = (struct hop_endpoint_quotas){0};
    if (!hop_endpoint_find(c, uri, &e))
        return;
    out->shells = read_quota(c, e.name, "MaxShells");
    out->shells_per_user = read_quota(c, e.name, "MaxShellsPerUser");
    out->users = read_quota(c, e.name, "MaxConcurrentUsers");
    out->idle_ms = read_quota(c, e.name, "IdleTimeoutms");
    out->max_idle_ms = read_quota(c, e.name, "MaxIdleTimeoutms");
    out->processes = read_quota(c, e.name, "MaxProcessesPerShell");
    out->memory_mb = read_quota(c, e.name, "MaxMemoryPerShellMB");
    mode = hop_config_entry(c, TREE, e.name, "OutputBufferingMode");
    out->drop = mode && hop_ascii_ieq(mode, "Drop");
}

void
hop_endpoint_names(const struct hop_config *c, struct hop_buf *out)
{
    struct hop_endpoint e;
    bool first = true;

    for (size_t at = 0; hop_endpoint_next(c, &at, &e);) {
        if (!e.enabled)
            continue;
        hop_buf_addf(out, "%s%s", first ? "" : ", ", e.name);
        first = false;
    }
}
