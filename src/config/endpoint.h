/* Endpoints (session configurations): the shells that a client can ask for by
 * their resource URI.  Two are built in, others and changes of these are in
 * the Plugin tree of wsman.conf:
 *
 *     Plugin/PowerShell.7/Command = /opt/microsoft/powershell/7/pwsh
 *     Plugin/PowerShell.7/Enabled = false
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CONFIG_ENDPOINT_H
#define HOP_CONFIG_ENDPOINT_H

#include "config/config.h"

#define HOP_ENDPOINT_PREFIX  "http://schemas.microsoft.com/powershell/"
#define HOP_ENDPOINT_DEFAULT "Microsoft.PowerShell"

enum hop_endpoint_engine {
    HOP_ENDPOINT_HOP,  /* Engine = Hop: the one built in */
    HOP_ENDPOINT_PWSH, /* Engine = PowerShell: `pwsh -s`, or Command */
};

struct hop_endpoint {
    char name[128];
    enum hop_endpoint_engine engine;
    const char *command; /* of PWSH; looked for in PATH without a slash;
                            borrowed from the configuration */
    bool enabled;
};

/* The next one, built in ones first; *at is 0 at first.  False: no more. */
bool hop_endpoint_next(const struct hop_config *c, size_t *at,
                       struct hop_endpoint *out);
/* The one that a resource URI names, in any case and with or without "/" or a
 * query behind it; false: there is none, or it is not enabled. */
bool hop_endpoint_find(const struct hop_config *c, const char *uri,
                       struct hop_endpoint *out);
/* What an endpoint allows by itself, on top of what Shell/... does; 0: no
 * limit of its own. */
struct hop_endpoint_quotas {
    uint32_t shells, shells_per_user, users; /* open at a time */
    uint32_t idle_ms;     /* IdleTimeoutms, of clients that ask for none */
    uint32_t max_idle_ms; /* MaxIdleTimeoutms */
    uint32_t processes, memory_mb; /* MaxProcesses-, MaxMemoryPerShellMB */
    bool drop;                     /* OutputBufferingMode = Drop */
};

/* The stricter of two limits, where 0 is none. */
static inline uint32_t
hop_endpoint_stricter(uint32_t a, uint32_t b)
{
    return a && (!b || a < b) ? a : b;
}

/* Of the endpoint that a resource URI names; of any other resource: none. */
void hop_endpoint_quotas(const struct hop_config *c, const char *uri,
                         struct hop_endpoint_quotas *out);
/* Appends the names of those that are enabled, by commas. */
void hop_endpoint_names(const struct hop_config *c, struct hop_buf *out);

#endif
