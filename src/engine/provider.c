/* Providers and drives.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/engine.h"

#define SMA "System.Management.Automation."

/* ---- registry
 * ------------------------------------------------------------------- */

void
hop_provider_add(struct hop_runspace *rs, const struct hop_provider *p)
{
    for (size_t i = 0; i < rs->n_providers; i++)
        if (hop_ascii_ieq(rs->providers[i]->name, p->name)) {
            for (struct hop_drive *d = rs->drives; d; d = d->next)
                if (d->provider == rs->providers[i])
                    d->provider = p;
            rs->providers[i] = p;
            return;
        }
    if (rs->n_providers < HOP_ARRAY_SIZE(rs->providers))
        rs->providers[rs->n_providers++] = p;
}

/* ---- drives on demand */

struct drive_offer {
    struct drive_offer *next;
    const char *name, *description;
    const struct hop_provider *provider;
};

void
hop_drive_offer(struct hop_runspace *rs, const char *name,
                const struct hop_provider *provider, const char *description)
{
    struct drive_offer *o = hop_xmalloc(sizeof(*o));

    *o = (struct drive_offer){.next = rs->offers,
                              .name = name,
                              .description = description,
                              .provider = provider};
    rs->offers = o;
}

/* The offered drive, or that of the offered provider, is there from now on. */
static bool
take_offer(struct hop_runspace *rs, const char *name)
{
    struct drive_offer **at = &rs->offers, *o;

    while (*at && !hop_ascii_ieq((*at)->name, name) &&
           !hop_ascii_ieq((*at)->provider->name, name))
        at = &(*at)->next;
    if (!*at)
        return false;
    o = *at;
    *at = o->next;
    hop_provider_add(rs, o->provider);
    bool ok = hop_drive_add(rs, o->name, o->provider, "", o->description, NULL);
    free(o);
    return ok;
}

void
drives_forget_offers(struct hop_runspace *rs)
{
    while (rs->offers) {
        struct drive_offer *o = rs->offers;
        rs->offers = o->next;
        free(o);
    }
}

static const struct hop_provider *
find_provider(struct hop_runspace *rs, const char *name)
{
    for (size_t i = 0; i < rs->n_providers; i++)
        if (hop_ascii_ieq(rs->providers[i]->name, name))
            return rs->providers[i];
    return NULL;
}

const struct hop_provider *
hop_provider_find(struct hop_runspace *rs, const char *name)
{
    const char *back = strrchr(name, '\\');
    const struct hop_provider *p;

    if (back)
        name = back + 1;
    p = find_provider(rs, name);
    return p || !take_offer(rs, name) ? p : find_provider(rs, name);
}

const struct hop_provider *const *
hop_provider_all(struct hop_runspace *rs, size_t *n)
{
    *n = rs->n_providers;
    return rs->providers;
}

static struct hop_drive *
find_drive(struct hop_runspace *rs, const char *name)
{
    for (struct hop_drive *d = rs->drives; d; d = d->next)
        if (hop_ascii_ieq(d->name, name))
            return d;
    return NULL;
}

struct hop_drive *
hop_drive_find(struct hop_runspace *rs, const char *name)
{
    struct hop_drive *d = find_drive(rs, name);

    return d || !take_offer(rs, name) ? d : find_drive(rs, name);
}

struct hop_drive *
hop_drive_first(struct hop_runspace *rs)
{
    return rs->drives;
}

struct hop_drive *
hop_drive_current(struct hop_runspace *rs)
{
    return rs->drive;
}

bool
hop_drive_add(struct hop_runspace *rs, const char *name,
              const struct hop_provider *provider, const char *root,
              const char *description, struct hop_drive **out)
{
    struct hop_drive *d, **at = &rs->drives;

    if (find_drive(rs, name)) {
        struct hop_value target HOP_AUTO_VALUE = hop_text(name);
        return throw_pending(rs, "SessionStateException", "DriveAlreadyExists",
                             HOP_CAT_RESOURCE_EXISTS, target,
                             "A drive with the name '%s' already exists.",
                             name);
    }
    d = hop_xmalloc(sizeof(*d));
    d->name = hop_xstrdup(name);
    d->provider = provider;
    d->root = hop_xstrdup(root ? root : "");
    d->description = hop_xstrdup(description ? description : "");
    d->location = hop_xstrdup("");
    /* The root comes last, as if it were mounted when first asked for. */
    while (*at && strcmp((*at)->name, "/") != 0)
        at = &(*at)->next;
    d->next = *at;
    *at = d;
    if (out)
        *out = d;
    return true;
}

bool
hop_drive_limit(struct hop_runspace *rs, struct hop_drive *d, const char *scope)
{
    struct hop_scope *s = scope_by_name(rs, scope, NULL);

    if (!s)
        return false;
    d->scope = s->parent ? s : NULL;
    rs->local_drives |= d->scope != NULL;
    return true;
}

static void
free_drive(struct hop_drive *d)
{
    free(d->name);
    free(d->root);
    free(d->description);
    free(d->location);
    free(d);
}

bool
drive_not_found(struct hop_runspace *rs, const char *name)
{
    struct hop_value target HOP_AUTO_VALUE = hop_text(name);

    return throw_pending(rs, SMA "DriveNotFoundException", "DriveNotFound",
                         HOP_CAT_OBJECT_NOT_FOUND, target,
                         "Cannot find drive. A drive with the name '%s' does "
                         "not exist.",
                         name);
}

void
drives_leave_scope(struct hop_runspace *rs, struct hop_scope *s)
{
    bool others = false;

    for (struct hop_drive **at = &rs->drives; *at;) {
        struct hop_drive *d = *at;
        if (!d->scope || d->scope != s) {
            others |= d->scope != NULL;
            at = &d->next;
            continue;
        }
        *at = d->next;
        if (rs->drive == d)
            rs->drive = hop_drive_find(rs, "/");
        location_forget(rs, d);
        free_drive(d);
    }
    rs->local_drives = others;
}

bool
hop_drive_remove(struct hop_runspace *rs, const char *name)
{
    for (struct hop_drive **at = &rs->drives; *at; at = &(*at)->next) {
        struct hop_drive *d = *at;
        if (!hop_ascii_ieq(d->name, name))
            continue;
        if (d == rs->drive)
            return throw_pending(
                rs, "PSInvalidOperationException", "InvalidOperation",
                HOP_CAT_INVALID_OPERATION, hop_null(),
                "Cannot remove drive '%s' because it is in use.", name);
        *at = d->next;
        location_forget(rs, d);
        free_drive(d);
        return true;
    }
    return drive_not_found(rs, name);
}

/* ---- start
 * ---------------------------------------------------------------------------------------
 */

void
provider_start(struct hop_runspace *rs)
{
    struct hop_drive *root = NULL;
    char *cwd HOP_AUTO_FREE = getcwd(NULL, 0);

    hop_provider_add(rs, &provider_file_system);
    hop_provider_add(rs, &provider_environment);
    hop_provider_add(rs, &provider_variable);
    hop_provider_add(rs, &provider_function);
    hop_provider_add(rs, &provider_alias);
    bool ok =
        hop_drive_add(rs, "/", &provider_file_system, "/", "", &root) &&
        hop_drive_add(rs, "Alias", &provider_alias, "",
                      "Drive that contains a view of the aliases stored "
                      "in a session state",
                      NULL) &&
        hop_drive_add(rs, "Env", &provider_environment, "",
                      "Drive that contains a view of the environment "
                      "variables for the process",
                      NULL) &&
        hop_drive_add(rs, "Function", &provider_function, "",
                      "Drive that contains a view of the functions "
                      "stored in a session state",
                      NULL) &&
        hop_drive_add(rs, "Temp", &provider_file_system, "/tmp/",
                      "Drive that maps to the temporary directory path for "
                      "the current user",
                      NULL) &&
        hop_drive_add(rs, "Variable", &provider_variable, "",
                      "Drive that contains a view of those variables "
                      "stored in a session state",
                      NULL);
    if (ok)
        location_go(rs, root, cwd ? cwd : "/");
}

void
provider_done(struct hop_runspace *rs)
{
    drives_forget_offers(rs);
    while (rs->drives) {
        struct hop_drive *d = rs->drives;
        rs->drives = d->next;
        free_drive(d);
    }
    location_done(rs);
    rs->drive = NULL;
}
