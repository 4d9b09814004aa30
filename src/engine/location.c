/* The current location and its stacks; drives, providers and paths as objects.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/engine.h"

#include <sys/statvfs.h>

#include "smb/client.h"
#include "smb/unc.h"

#define SMA "System.Management.Automation."

/* ---- location
 * --------------------------------------------------------------------------------
 */

const char *
hop_location(struct hop_runspace *rs)
{
    return rs->drive ? rs->drive->location : "/";
}

static bool
first_text(struct hop_context *cx, struct hop_value v, struct hop_string **out)
{
    *out = hop_string_retain(((struct bag *)(void *)v.u.o)->v[0].u.s);
    return true;
}

static const struct hop_property provider_properties[] = {
    BAG_RO("ImplementingType", "type", 1),
    BAG_RO("HelpFile", "string", 2),
    BAG_RO("Name", "string", 0),
    BAG_RO("PSSnapIn", "System.Object", 3),
    BAG_RO("ModuleName", "string", 4),
    BAG_RO("Module", "psmoduleinfo", 9),
    BAG_RW("Description", "string", 5),
    BAG_RO("Capabilities", SMA "Provider.ProviderCapabilities", 6),
    BAG_RW("Home", "string", 7),
    BAG_RO("Drives", "System.Collections.ObjectModel.Collection[psobject]", 8),
    BAG_RO("VolumeSeparatedByColon", "bool", 10),
    BAG_RO("ItemSeparator", "char", 11),
    BAG_RO("AltItemSeparator", "char", 12),
    {NULL}};
static bool
provider_text(struct hop_context *cx, struct hop_value v,
              struct hop_string **out)
{
    struct bag *b = (struct bag *)(void *)v.u.o;

    *out = hop_string_format("%s\\%s", b->v[4].u.s->data, b->v[0].u.s->data);
    return true;
}
static const struct hop_class class_provider_info = {
    .name = SMA "ProviderInfo",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = BAG_SIZE(13),
    .properties = provider_properties,
    .destroy = bag_destroy,
    .to_string = provider_text,
};

static bool
share_space(const char *root, intptr_t data, struct hop_value *out)
{
    char *path HOP_AUTO_FREE = hop_unc_normalize(root);
    struct smb_space space;

    if (smb_get_space(path, &space) == 0)
        *out = hop_long(
            (int64_t)(data ? space.available : space.total - space.available));
    return true;
}

/* Used and free bytes of the file system of the root; data: free. */
static bool
drive_space(struct hop_context *cx, struct hop_value self, intptr_t data,
            struct hop_value *out)
{
    struct bag *b = (struct bag *)(void *)self.u.o;
    struct statvfs st;

    *out = hop_null();
    if (hop_is_string(b->v[3]) && hop_unc_is(hop_cstr(b->v[3])))
        return share_space(hop_cstr(b->v[3]), data, out);
    if (!hop_is_string(b->v[3]) || hop_cstr(b->v[3])[0] != '/' ||
        strcmp(hop_cstr(((struct bag *)(void *)b->v[2].u.o)->v[0]),
               "FileSystem") != 0 ||
        statvfs(hop_cstr(b->v[3]), &st) != 0)
        return true;
    uint64_t blocks = data ? st.f_bavail : st.f_blocks - st.f_bfree;
    *out = hop_long((int64_t)(blocks * st.f_frsize));
    return true;
}

static const struct hop_property drive_properties[] = {
    BAG_RW("CurrentLocation", "string", 1),
    BAG_RO("Name", "string", 0),
    BAG_RO("Provider", SMA "ProviderInfo", 2),
    BAG_RO("Root", "string", 3),
    BAG_RW("Description", "string", 4),
    BAG_RO("MaximumSize", "System.Nullable[long]", 5),
    BAG_RO("Credential", "pscredential", 6),
    BAG_RO("DisplayRoot", "string", 7),
    {"Used", "System.Object", drive_space, NULL, 0, 0},
    {"Free", "System.Object", drive_space, NULL, 0, 1},
    {NULL}};
static const struct hop_class class_drive_info = {
    .name = SMA "PSDriveInfo",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = BAG_SIZE(8),
    .properties = drive_properties,
    .destroy = bag_destroy,
    .to_string = first_text,
};

/* The types that the built-in providers have in PowerShell. */
#define PROVIDER_CLASS(id)                                                     \
    {                                                                          \
        .name = "Microsoft.PowerShell.Commands." id "Provider",                \
        .base = &hop_class_object, .kind = HOP_OBJECT                          \
    }
static const struct hop_class implementing[] = {
    PROVIDER_CLASS("Alias"),      PROVIDER_CLASS("Environment"),
    PROVIDER_CLASS("FileSystem"), PROVIDER_CLASS("Function"),
    PROVIDER_CLASS("Variable"),   PROVIDER_CLASS("Other")};

static const struct hop_class *
implementing_class(const struct hop_provider *p)
{
    size_t i = 0;

    for (; i + 1 < HOP_ARRAY_SIZE(implementing); i++) {
        const char *name = strrchr(implementing[i].name, '.') + 1;
        if (strncmp(name, p->name, strlen(p->name)) == 0)
            break;
    }
    return &implementing[i];
}

static struct hop_value
provider_info(struct hop_runspace *rs, const struct hop_provider *p)
{
    struct bag *b = bag_new(rs, &class_provider_info);

    b->v[0] = hop_text(p->name);
    b->v[1] =
        (struct hop_value){.kind = HOP_TYPE, .u.cls = implementing_class(p)};
    b->v[2] = hop_text("System.Management.Automation.dll-Help.xml");
    b->v[3] = hop_text(p->module);
    b->v[4] = hop_text(p->module);
    b->v[5] = hop_text("");
    b->v[6] = hop_enum(HOP_ENUM_PROVIDER_CAPS, p->capabilities & 63);
    b->v[7] = hop_text(provider_is_files(p) ? home_directory(rs) : "");
    b->v[8] = hop_obj(hop_array_new(&rs->cx, 0));
    b->v[10] = hop_bool(false);
    b->v[11] = hop_char('/');
    b->v[12] = hop_char('\\');
    return hop_obj(b);
}

struct hop_value
hop_drive_object(struct hop_runspace *rs, struct hop_drive *d)
{
    struct bag *b = bag_new(rs, &class_drive_info);
    const char *at = d->location;
    size_t n = strlen(d->root);
    char *root HOP_AUTO_FREE = NULL;

    while (n && d->root[n - 1] == '/')
        n--;
    if (provider_is_files(d->provider) && strncmp(at, d->root, n) == 0)
        at += n + (at[n] == '/');
    /* elsewhere for the time being */
    if (hop_unc_is(at) && !hop_unc_is(d->root))
        at = "";
    if (provider_is_files(d->provider))
        root = hop_unc_shown(d->root);
    b->v[0] = hop_text(d->name);
    b->v[1] = hop_text(at);
    b->v[2] = provider_info(rs, d->provider);
    b->v[3] = hop_text(root ? root : d->root);
    if (hop_unc_is(d->root))
        b->v[7] = hop_text(root);
    b->v[4] = hop_text(d->description);
    return hop_obj(b);
}

struct hop_value
hop_provider_object(struct hop_runspace *rs, const struct hop_provider *p)
{
    struct hop_value v = provider_info(rs, p);
    struct hop_array *list = hop_as_array(((struct bag *)(void *)v.u.o)->v[8]);

    for (struct hop_drive *d = rs->drives; d; d = d->next)
        if (d->provider == p)
            hop_array_push(list, hop_drive_object(rs, d));
    return v;
}

static bool
pathinfo_text(struct hop_context *cx, struct hop_value v,
              struct hop_string **out)
{
    *out = hop_string_retain(((struct bag *)(void *)v.u.o)->v[3].u.s);
    return true;
}

static const struct hop_property pathinfo_properties[] = {
    BAG_RO("Drive", SMA "PSDriveInfo", 0),
    BAG_RO("Provider", SMA "ProviderInfo", 1),
    BAG_RO("ProviderPath", "string", 2),
    BAG_RO("Path", "string", 3),
    {NULL}};
static const struct hop_class class_path_info = {
    .name = SMA "PathInfo",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = BAG_SIZE(4),
    .properties = pathinfo_properties,
    .destroy = bag_destroy,
    .to_string = pathinfo_text,
};

struct hop_value
hop_path_object(const struct hop_item_path *p)
{
    struct bag *b = bag_new(p->rs, &class_path_info);
    char *shown HOP_AUTO_FREE = hop_path_display(p);
    char *plain HOP_AUTO_FREE = provider_is_files(p->provider)
                                    ? hop_unc_shown(p->path)
                                    : hop_xstrdup(p->path);

    for (char *s = plain; *s && p->provider->separator == '\\'; s++)
        *s = *s == '/' ? '\\' : *s;

    b->v[0] = p->drive ? hop_drive_object(p->rs, p->drive) : hop_null();
    b->v[1] = provider_info(p->rs, p->provider);
    b->v[2] = hop_text(plain);
    b->v[3] = hop_text(shown);
    return hop_obj(b);
}

struct hop_value
hop_location_object(struct hop_runspace *rs)
{
    struct hop_item_path p = {.rs = rs,
                              .drive = rs->drive,
                              .provider = rs->drive->provider,
                              .path = rs->drive->location};

    path_leave_drive(&p);
    return hop_path_object(&p);
}

static bool
get_stack_name(struct hop_context *cx, struct hop_value self, intptr_t data,
               struct hop_value *out)
{
    struct hop_member *m = NULL;
    struct hop_string *s HOP_AUTO_STRING = hop_string_from("StackName");

    if (self.u.o->ext)
        m = hop_members_find(self.u.o->ext, s);
    *out = m ? hop_retain(m->value) : hop_text("default");
    return true;
}

static const struct hop_property stack_properties[] = {
    {"Name", "string", get_stack_name}, {NULL}};
static const struct hop_class class_path_stack = {
    .name = SMA "PathInfoStack",
    .base = &hop_class_array_list,
    .flags = HOP_CLASS_LIST,
    .kind = HOP_OBJECT,
    .size = sizeof(struct hop_array),
    .properties = stack_properties,
};

struct hop_value
hop_location_stack(struct hop_runspace *rs, const char *name)
{
    struct hop_array *a = hop_array_new_of(&rs->cx, &class_path_stack, 0);

    for (struct location_stack *s = rs->stacks; s; s = s->next) {
        struct hop_item_path p = {.rs = rs,
                                  .drive = s->drive,
                                  .provider = s->drive->provider,
                                  .path = s->location};
        path_leave_drive(&p);
        if (hop_ascii_ieq(s->name, name ? name : ""))
            hop_array_push(a, hop_path_object(&p));
    }
    return hop_obj(a);
}

const struct hop_class *const provider_classes[] = {
    &class_provider_info, &class_drive_info, &class_path_info,
    &class_path_stack, NULL};

void
location_go(struct hop_runspace *rs, struct hop_drive *d, const char *path)
{
    char *copy = hop_xstrdup(path);

    rs->drive = d;
    free(d->location);
    d->location = copy;
}

struct first_match {
    struct hop_item_path p;
    bool found;
};

static bool
take_first(void *ctx, struct hop_item_path *p)
{
    struct first_match *m = ctx;

    if (m->found)
        return false;
    m->p = *p;
    m->p.path = hop_xstrdup(p->path);
    m->found = true;
    return true;
}

/* A location is always kept with a drive: a UNC path's with the root's. */
static struct hop_drive *
drive_of_location(struct hop_runspace *rs, const struct hop_item_path *p)
{
    struct hop_drive *root = hop_drive_find(rs, "/");

    if (p->drive)
        return p->drive;
    return root && provider_is_files(p->provider) ? root : rs->drive;
}

bool
hop_location_set(struct hop_runspace *rs, const char *path, bool literal)
{
    struct first_match m = {0};
    const struct hop_provider *v;

    if (!hop_path_glob(rs, path, literal, false, take_first, &m))
        return false;
    if (!m.found)
        return item_not_found(rs, path, path);
    v = m.p.provider;
    if (v->is_container && !v->is_container(&m.p)) {
        struct hop_item_path full = {0};
        if (hop_path_resolve(rs, path, &full))
            item_not_found(rs, path, path);
        hop_item_path_done(&full);
        hop_item_path_done(&m.p);
        return false;
    }
    location_go(rs, drive_of_location(rs, &m.p), m.p.path);
    hop_item_path_done(&m.p);
    return true;
}

static void
free_place(struct location_stack *s)
{
    free(s->name);
    free(s->location);
    free(s);
}

void
hop_location_push(struct hop_runspace *rs, const char *stack)
{
    struct location_stack *s = hop_xmalloc(sizeof(*s));

    s->name = hop_xstrdup(stack ? stack : "");
    s->drive = rs->drive;
    s->location = hop_xstrdup(rs->drive->location);
    s->next = rs->stacks;
    rs->stacks = s;
}

void
location_forget(struct hop_runspace *rs, const struct hop_drive *d)
{
    for (struct location_stack **at = &rs->stacks; *at;) {
        struct location_stack *s = *at;
        if (s->drive != d) {
            at = &s->next;
            continue;
        }
        *at = s->next;
        free_place(s);
    }
}

void
location_done(struct hop_runspace *rs)
{
    while (rs->stacks) {
        struct location_stack *s = rs->stacks;
        rs->stacks = s->next;
        free_place(s);
    }
}

bool
hop_location_pop(struct hop_runspace *rs, const char *stack)
{
    const char *name = stack ? stack : "";

    for (struct location_stack **at = &rs->stacks; *at; at = &(*at)->next) {
        struct location_stack *s = *at;
        if (!hop_ascii_ieq(s->name, name))
            continue;
        *at = s->next;
        location_go(rs, s->drive, s->location);
        free_place(s);
        return true;
    }
    if (*name)
        return throw_pending(rs, "PSArgumentException", "Argument",
                             HOP_CAT_INVALID_ARGUMENT, hop_null(),
                             "Cannot find location stack '%s'. It does not "
                             "exist or it is not a container.",
                             name);
    return true;
}
