/* SPDX-License-Identifier: MIT */
#include "server/windows.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

#define LIBRARY "libwbclient.so.0"

/* libwbclient's: 0 is success; memory is its own. */
struct wb_sid {
    uint8_t revision, count, authority[6];
    uint32_t sub[HOP_SID_SUBS];
};

struct library {
    int (*lookup_name)(const char *domain, const char *name, struct wb_sid *sid,
                       int *type);
    int (*lookup_sids)(const struct wb_sid *user, bool domain_groups,
                       uint32_t *count, struct wb_sid **sids);
    void (*release)(void *memory);
};

static bool
load(struct library *l)
{
    void *handle = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);

    if (handle == NULL)
        return false;
    *(void **)&l->lookup_name = dlsym(handle, "wbcLookupName");
    *(void **)&l->lookup_sids = dlsym(handle, "wbcLookupUserSids");
    *(void **)&l->release = dlsym(handle, "wbcFreeMemory");
    return l->lookup_name && l->lookup_sids && l->release;
}

static void
take(const struct wb_sid *from, struct hop_sid *to)
{
    *to = (struct hop_sid){.count = from->count < HOP_SID_SUBS ? from->count
                                                               : HOP_SID_SUBS};
    for (size_t i = 0; i < sizeof(from->authority); i++)
        to->authority = to->authority << 8 | from->authority[i];
    memcpy(to->sub, from->sub, to->count * sizeof(to->sub[0]));
}

static bool
fail(struct hop_error *err, const char *principal, const char *why)
{
    return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                         "ask winbind for the groups of %s: %s", principal,
                         why);
}

bool
hop_windows_sids(const char *principal, struct hop_sid **sids, size_t *count,
                 struct hop_error *err)
{
    const char *slash = strchr(principal, '\\');
    HOP_AUTO_FREE char *domain =
        slash != NULL ? hop_xstrndup(principal, (size_t)(slash - principal))
                      : hop_xstrdup("");
    struct library l;
    struct wb_sid user, *found = NULL;
    uint32_t n = 0;
    int type;

    if (slash == NULL && strchr(principal, '@') == NULL)
        return false;
    if (!load(&l))
        return fail(err, principal, LIBRARY " is not installed");
    if (l.lookup_name(domain, slash != NULL ? slash + 1 : principal, &user,
                      &type) != 0)
        return fail(err, principal,
                    "it does not know the user, or is not "
                    "there");
    if (l.lookup_sids(&user, false, &n, &found) != 0)
        return fail(err, principal, "it gives no groups");
    *sids = hop_xcalloc((size_t)n + 1, sizeof(**sids));
    take(&user, &(*sids)[0]);
    for (uint32_t i = 0; i < n; i++)
        take(&found[i], &(*sids)[i + 1]);
    *count = (size_t)n + 1;
    l.release(found);
    return true;
}
