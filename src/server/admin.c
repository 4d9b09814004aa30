/* SPDX-License-Identifier: MIT */
#include "server/admin.h"

#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"

#define GROUPS_MAX 65536

static bool
is_in_group(const char *entry, const gid_t *groups, int count)
{
    for (int i = 0; i < count; i++) {
        const struct group *g = getgrgid(groups[i]);
        if (g != NULL && hop_ascii_ieq(entry, g->gr_name))
            return true;
    }
    return false;
}

/* The next entry, without blanks around it; false at the end. */
static bool
next_entry(const char **list, char out[256])
{
    while (**list != '\0') {
        size_t n = strcspn(*list, ",");
        const char *p = *list;

        *list += n + ((*list)[n] == ',');
        while (n > 0 && hop_ascii_is_space(*p))
            p++, n--;
        while (n > 0 && hop_ascii_is_space(p[n - 1]))
            n--;
        if (n == 0 || n > 255)
            continue;
        memcpy(out, p, n);
        out[n] = '\0';
        return true;
    }
    return false;
}

bool
hop_admin_is(const char *list, const char *user)
{
    const struct passwd *pw = getpwnam(user);
    int count = GROUPS_MAX;
    char entry[256];

    if (pw == NULL)
        return false;
    if (pw->pw_uid == 0)
        return true;
    HOP_AUTO_FREE gid_t *groups = hop_xcalloc(GROUPS_MAX, sizeof(*groups));
    if (getgrouplist(pw->pw_name, pw->pw_gid, groups, &count) < 0)
        count = 0;
    while (next_entry(&list, entry))
        if (is_in_group(entry, groups, count))
            return true;
    return false;
}
