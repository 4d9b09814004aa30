/* The FileSystem provider.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/management/filesystem.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "engine/cmdlet.h"
#include "smb/client.h"
#include "smb/files.h"
#include "smb/unc.h"
#include "value/convert.h"
#include "value/exception.h"
#include "value/ops.h"
#include "value/types/file_info.h"

#define MAX_DEPTH 512

static struct hop_context *
context(const struct hop_item_path *p)
{
    return hop_runspace_context(p->rs);
}

/* ---- errors ---- */

bool
hop_path_not_found(struct hop_runspace *rs, const char *path)
{
    HOP_AUTO_FREE char *shown = hop_unc_shown(path);
    HOP_AUTO_VALUE struct hop_value target = hop_text(shown);
    struct hop_error_spec spec = {
        .id = "PathNotFound",
        .category = HOP_CAT_OBJECT_NOT_FOUND,
        .exception = "System.Management.Automation.ItemNotFoundException",
        .target = target,
    };

    return hop_throw_error(
        rs, &spec, "Cannot find path '%s' because it does not exist.", shown);
}

bool
hop_path_missing(const struct hop_item_path *p)
{
    return !hop_has_exception(context(p)) && hop_path_not_found(p->rs, p->path);
}

static bool
has_parent(const char *path)
{
    HOP_AUTO_FREE char *parent = hop_xstrdup(path);
    char *slash = strrchr(parent, '/');

    if (slash && slash != parent)
        *slash = 0;
    return hop_files_access(parent, F_OK) == 0;
}

/* errno as the provider's cmdlets report it, with an id of their own. */
static bool
io_error(const struct hop_item_path *p, int errnum, const char *path,
         const char *id, enum hop_category category)
{
    HOP_AUTO_FREE char *shown = hop_unc_shown(path);
    HOP_AUTO_VALUE struct hop_value target = hop_text(shown);
    HOP_AUTO_VALUE struct hop_value exception = hop_null();

    (void)hop_throw_errno(context(p), errnum, path,
                          errnum == ENOENT && !has_parent(path));
    exception = hop_take_exception(context(p));
    if (errnum == EACCES || errnum == EPERM)
        category = HOP_CAT_PERMISSION_DENIED;
    return hop_throw_record(
        p->rs, hop_error_record_from(p->rs, exception, id, category, target));
}

static bool
refuse(const struct hop_item_path *p, const char *id,
       enum hop_category category, const char *fmt, const char *path)
{
    HOP_AUTO_FREE char *whole = hop_unc_shown(p->path);
    HOP_AUTO_FREE char *shown = hop_unc_shown(path);
    HOP_AUTO_VALUE struct hop_value target = hop_text(whole);
    struct hop_error_spec spec = {.id = id,
                                  .category = category,
                                  .exception = "System.IO.IOException",
                                  .target = target};

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    return hop_throw_error(p->rs, &spec, fmt, shown);
#pragma GCC diagnostic pop
}

/* ---- asking ---- */

static bool
not_found_because(const struct hop_item_path *p, const char *words)
{
    HOP_AUTO_FREE char *shown = hop_unc_shown(p->path);
    HOP_AUTO_VALUE struct hop_value target = hop_text(shown);
    struct hop_error_spec spec = {
        .id = "PathNotFound",
        .category = HOP_CAT_OBJECT_NOT_FOUND,
        .exception = "System.Management.Automation.ItemNotFoundException",
        .target = target,
    };

    return hop_throw_error(
        p->rs, &spec, "Cannot find path '%s' because it does not exist: %s.",
        shown, words);
}

/* A share that cannot be asked is more than a path that is not there.  Always
 * false. */
static bool
report_share(const struct hop_item_path *p, int errnum)
{
    enum smb_reason reason;
    const char *words = hop_unc_trouble(&reason);

    if (reason == SMB_REASON_NONE && (errnum == ENOENT || errnum == ENOTDIR))
        return false;
    if (errnum != EACCES && errnum != EPERM)
        return not_found_because(p, *words ? words : strerror(errnum));
    return io_error(p, errnum, p->path, "ItemExistsUnauthorizedAccessError",
                    HOP_CAT_PERMISSION_DENIED);
}

static bool
item_exists(const struct hop_item_path *p)
{
    struct stat st;

    return hop_files_lstat(p->path, &st) == 0 ||
           (hop_unc_is(p->path) && report_share(p, errno));
}

static bool
is_directory(const char *path)
{
    struct stat st;

    return hop_files_stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool
is_container(const struct hop_item_path *p)
{
    return is_directory(p->path);
}

static bool
is_hidden(const char *path)
{
    const char *slash = strrchr(path, '/');
    struct stat st;

    if (hop_unc_is(path))
        return hop_files_stat(path, &st) == 0 &&
               st.st_rdev & SMB_ATTRIBUTE_HIDDEN;
    return (slash ? slash[1] : path[0]) == '.';
}

static bool
get_item(const struct hop_item_path *p, bool force, struct hop_value *out)
{
    if (!item_exists(p))
        return hop_path_missing(p);
    if (!force && is_hidden(p->path) && strcmp(p->path, "/") != 0) {
        HOP_AUTO_VALUE struct hop_value target = hop_text(p->path);
        struct hop_error_spec spec = {.id = "ItemNotFound",
                                      .category = HOP_CAT_OBJECT_NOT_FOUND,
                                      .exception = "System.IO.IOException",
                                      .target = target};

        return hop_throw_error(p->rs, &spec, "Could not find item %s.",
                               p->path);
    }
    *out = hop_file_info_of(context(p), p->path);
    return true;
}

/* PowerShell lists directories before files, each by name. */
struct child {
    char *name;
    struct hop_string *text; /* of the name, while it sorts */
    bool directory;
};

static int
by_kind_and_name(const void *a, const void *b)
{
    const struct child *x = a, *y = b;
    int order;

    if (x->directory != y->directory)
        return x->directory ? -1 : 1;
    order = hop_collate(x->text, y->text, true);
    return order ? order : strcmp(x->name, y->name);
}

struct children {
    struct child *item;
    size_t n, cap;
};

static bool
add_child(void *ctx, const char *name, bool directory)
{
    struct children *l = ctx;

    if (l->n == l->cap) {
        l->cap = l->cap ? l->cap * 2 : 32;
        l->item = hop_xrealloc(l->item, l->cap, sizeof(*l->item));
    }
    l->item[l->n++] =
        (struct child){hop_xstrdup(name), hop_string_from(name), directory};
    return true;
}

static struct child *
read_children(const char *path, size_t *n)
{
    struct children l = {.item = hop_xcalloc(1, sizeof(struct child))};

    if (hop_files_list(path, add_child, &l) != 0) {
        free(l.item);
        return NULL;
    }
    if (l.n > 0)
        qsort(l.item, l.n, sizeof(*l.item), by_kind_and_name);
    for (size_t i = 0; i < l.n; i++)
        hop_string_clear(&l.item[i].text);
    *n = l.n;
    return l.item;
}

static bool
hides(const char *folder, const char *name)
{
    HOP_AUTO_FREE char *path = NULL;

    if (!hop_unc_is(folder))
        return name[0] == '.';
    path = hop_xasprintf("%s/%s", folder, name);
    return is_hidden(path);
}

static bool
children(const struct hop_item_path *p, bool force,
         bool (*fn)(void *ctx, const char *name, bool container), void *ctx)
{
    size_t n = 0;
    struct child *all = read_children(p->path, &n);
    bool ok = true;

    if (!all && errno == ENOENT)
        return hop_path_not_found(p->rs, p->path);
    if (!all && errno == ENOTDIR)
        return true;
    if (!all)
        return io_error(p, errno, p->path,
                        errno == EACCES ? "DirUnauthorizedAccessError"
                                        : "DirIOError",
                        HOP_CAT_READ_ERROR);
    for (size_t i = 0; i < n; i++) {
        if (ok && (force || !hides(p->path, all[i].name)))
            ok = fn(ctx, all[i].name, all[i].directory);
        free(all[i].name);
    }
    free(all);
    return ok || !hop_has_exception(context(p));
}

/* ---- making ---- */

static bool
text_of(const struct hop_item_path *p, struct hop_value v, struct hop_buf *b)
{
    return hop_is_null(v) || hop_add_string(context(p), v, b);
}

static bool
make_file(const struct hop_item_path *p, struct hop_value value, bool force)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    HOP_AUTO_FREE char *parent = hop_xstrdup(p->path);
    char *slash = strrchr(parent, '/');

    if (!force && item_exists(p))
        return refuse(p, "NewItemIOError", HOP_CAT_WRITE_ERROR,
                      "The file '%s' already exists.", p->path);
    if (force && slash && slash > parent) {
        *slash = '\0';
        if (!hop_directory_create(context(p), parent))
            return false;
    }
    if (!text_of(p, value, &b))
        return false;
    if (hop_file_write_all(context(p), p->path, hop_buf_str(&b), b.len, false))
        return true;
    hop_drop_exception(context(p));
    return io_error(p, errno, p->path, "NewItemIOError", HOP_CAT_WRITE_ERROR);
}

static bool
make_directory(const struct hop_item_path *p, struct hop_value value,
               bool force)
{
    (void)value;
    if (!force && item_exists(p))
        return refuse(p, "DirectoryExist", HOP_CAT_RESOURCE_EXISTS,
                      "An item with the specified name %s already exists.",
                      p->path);
    return hop_directory_create(context(p), p->path);
}

static bool
make_link(const struct hop_item_path *p, struct hop_value value, bool force,
          bool hard)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    HOP_AUTO_FREE char *target = NULL;
    int rc;

    if (hop_unc_is(p->path))
        return refuse(p, "NewItemIOError", HOP_CAT_NOT_IMPLEMENTED,
                      "Links cannot be made on a share: '%s'.", p->path);
    if (!text_of(p, value, &b))
        return false;
    if (force)
        (void)hop_files_unlink(p->path);
    target = hard ? hop_path_full(context(p), hop_buf_str(&b))
                  : hop_xstrdup(hop_buf_str(&b));
    if (hard && hop_files_access(target, F_OK) != 0)
        return hop_path_not_found(p->rs, target);
    rc = hard ? link(target, p->path) : symlink(target, p->path);
    if (rc != 0)
        return io_error(p, errno, p->path, "NewItemIOError",
                        HOP_CAT_WRITE_ERROR);
    return true;
}

static bool
make_soft_link(const struct hop_item_path *p, struct hop_value value,
               bool force)
{
    return make_link(p, value, force, false);
}

static bool
make_hard_link(const struct hop_item_path *p, struct hop_value value,
               bool force)
{
    return make_link(p, value, force, true);
}

/* -ItemType, which may be cut short: "dir". */
static const struct {
    const char *name;
    bool (*make)(const struct hop_item_path *p, struct hop_value value,
                 bool force);
} item_types[] = {
    {"File", make_file},
    {"Directory", make_directory},
    {"Container", make_directory},
    {"Leaf", make_file},
    {"SymbolicLink", make_soft_link},
    {"HardLink", make_hard_link},
    {"Junction", make_soft_link},
};

static bool
new_item(const struct hop_item_path *p, const char *type,
         struct hop_value value, bool force, struct hop_value *out)
{
    size_t n = type ? strlen(type) : 0, i = 0;
    struct hop_error_spec spec = {
        .id = "Argument",
        .category = HOP_CAT_INVALID_ARGUMENT,
        .exception = "System.Management.Automation.PSArgumentException"};

    while (n && i < HOP_ARRAY_SIZE(item_types) &&
           !hop_ascii_ieqn(item_types[i].name, type, n))
        i++;
    if (i == HOP_ARRAY_SIZE(item_types))
        return hop_throw_error(p->rs, &spec,
                               "The type is not a known type for the file "
                               "system. Only \"file\",\"directory\" or "
                               "\"symboliclink\" can be specified.");
    if (!item_types[i].make(p, value, force))
        return false;
    *out = hop_file_info_of(context(p), p->path);
    return true;
}

/* ---- removing ---- */

static bool
remove_path(const struct hop_item_path *p, const char *path, bool recurse,
            bool force, int depth)
{
    struct stat st;
    struct child *all;
    size_t n = 0;
    bool ok = depth < MAX_DEPTH;

    if (hop_files_lstat(path, &st) != 0)
        return hop_path_not_found(p->rs, path);
    if (!S_ISDIR(st.st_mode)) {
        if (!force && !S_ISLNK(st.st_mode) && !(st.st_mode & 0222))
            return refuse(p, "RemoveFileSystemItemUnAuthorizedAccess",
                          HOP_CAT_PERMISSION_DENIED,
                          "You do not have sufficient access rights to perform "
                          "this operation or the item is hidden, system, or "
                          "read only.",
                          path);
        /* a server removes no file that is read-only */
        if (hop_unc_is(path) && !(st.st_mode & 0222))
            (void)hop_files_chmod(path, 0666);
        return hop_files_unlink(path) == 0 ||
               io_error(p, errno, path, "RemoveFileSystemItemIOError",
                        HOP_CAT_WRITE_ERROR);
    }
    all = recurse ? read_children(path, &n) : NULL;
    for (size_t i = 0; i < n; i++) {
        HOP_AUTO_FREE char *full = hop_xasprintf("%s/%s", path, all[i].name);

        ok = ok && remove_path(p, full, recurse, force, depth + 1);
        free(all[i].name);
    }
    free(all);
    if (!ok)
        return false;
    return hop_files_rmdir(path) == 0 ||
           io_error(p, errno, path, "RemoveFileSystemItemIOError",
                    HOP_CAT_WRITE_ERROR);
}

static bool
remove_item(const struct hop_item_path *p, bool recurse, bool force)
{
    return remove_path(p, p->path, recurse, force, 0);
}

static bool
clear_item(const struct hop_item_path *p)
{
    if (!item_exists(p))
        return hop_path_missing(p);
    return hop_file_write_all(context(p), p->path, "", 0, false);
}

/* ---- renaming, moving, copying ---- */

/* Does a name with folders in it lead to the folder the item is in? */
static bool
is_beside(const char *path, const char *name)
{
    HOP_AUTO_FREE char *here = hop_xstrdup(path);
    HOP_AUTO_FREE char *there = hop_xstrdup(name);

    if (strncmp(name, "./", 2) == 0 && !strchr(name + 2, '/'))
        return true;
    if (!strrchr(here, '/'))
        return false;
    *strrchr(here, '/') = 0;
    *strrchr(there, '/') = 0;
    return strcmp(here, there) == 0;
}

static bool
bad_name(const struct hop_item_path *p)
{
    struct hop_error_spec spec = {
        .id = "Argument",
        .category = HOP_CAT_INVALID_ARGUMENT,
        .exception = "System.Management.Automation.PSArgumentException"};

    return hop_throw_error(p->rs, &spec,
                           "Cannot rename the specified target, because it "
                           "represents a path or device name.");
}

static bool
rename_item(const struct hop_item_path *p, const char *name, bool force,
            struct hop_value *out)
{
    HOP_AUTO_BUF struct hop_buf to = HOP_BUF_INIT;
    const char *slash = strrchr(p->path, '/');
    struct stat st;

    (void)force;
    if (!item_exists(p))
        return hop_path_missing(p);
    if (strchr(name, '/') && !is_beside(p->path, name))
        return bad_name(p);
    hop_buf_add(&to, p->path, slash ? (size_t)(slash - p->path) + 1 : 0);
    hop_buf_adds(&to, strrchr(name, '/') ? strrchr(name, '/') + 1 : name);
    if (strcmp(p->path, hop_buf_str(&to)) != 0 &&
        hop_files_lstat(hop_buf_str(&to), &st) == 0)
        return refuse(p, "RenameItemIOError", HOP_CAT_WRITE_ERROR,
                      "The file '%s' already exists.", hop_buf_str(&to));
    if (hop_files_rename(p->path, hop_buf_str(&to)) != 0)
        return io_error(p, errno, p->path, "RenameItemIOError",
                        HOP_CAT_WRITE_ERROR);
    *out = hop_file_info_of(context(p), hop_buf_str(&to));
    return true;
}

/* A directory as destination takes the item by its name. */
static char *
destination(const struct hop_item_path *p, const char *from, const char *to)
{
    const char *slash = strrchr(from, '/');

    (void)p;
    if (!is_directory(to))
        return hop_xstrdup(to);
    return hop_xasprintf("%s/%s", strcmp(to, "/") == 0 ? "" : to,
                         slash ? slash + 1 : from);
}

static bool
same_file(const char *a, const char *b)
{
    struct stat x, y;

    if (hop_unc_is(a) || hop_unc_is(b))
        return strcasecmp(a, b) == 0;
    return hop_files_stat(a, &x) == 0 && hop_files_stat(b, &y) == 0 &&
           x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

static bool
copy_path(const struct hop_item_path *p, const char *from, const char *to,
          bool recurse, bool force, int depth)
{
    struct child *all;
    size_t n = 0;
    bool ok = depth < MAX_DEPTH;

    if (!is_directory(from)) {
        if (same_file(from, to))
            return refuse(p, "CopyError", HOP_CAT_WRITE_ERROR,
                          "Cannot overwrite the item %s with itself.", from);
        if (force)
            (void)hop_files_chmod(to, 0644);
        if (hop_file_copy(context(p), from, to, true))
            return true;
        hop_drop_exception(context(p));
        return io_error(p, errno, to, "CopyDirectoryInfoItemIOError",
                        HOP_CAT_WRITE_ERROR);
    }
    if (hop_files_mkdir(to, 0777) != 0 && errno != EEXIST)
        return io_error(p, errno, to, "CopyDirectoryInfoItemIOError",
                        HOP_CAT_WRITE_ERROR);
    all = recurse ? read_children(from, &n) : NULL;
    for (size_t i = 0; i < n; i++) {
        HOP_AUTO_FREE char *a = hop_xasprintf("%s/%s", from, all[i].name);
        HOP_AUTO_FREE char *b = hop_xasprintf("%s/%s", to, all[i].name);

        ok = ok && copy_path(p, a, b, recurse, force, depth + 1);
        free(all[i].name);
    }
    free(all);
    return ok;
}

static bool
copy_item(const struct hop_item_path *p, const char *to, bool recurse,
          bool force)
{
    HOP_AUTO_FREE char *target = NULL;

    if (!item_exists(p))
        return hop_path_missing(p);
    target = destination(p, p->path, to);
    return copy_path(p, p->path, target, recurse, force, 0);
}

static bool
move_item(const struct hop_item_path *p, const char *to, bool force)
{
    HOP_AUTO_FREE char *target = NULL;
    struct stat st;

    if (!item_exists(p))
        return hop_path_missing(p);
    target = destination(p, p->path, to);
    if (!force && hop_files_lstat(target, &st) == 0)
        return refuse(p, "MoveFileInfoItemIOError", HOP_CAT_WRITE_ERROR,
                      "The file '%s' already exists.", target);
    if (hop_files_rename(p->path, target) == 0)
        return true;
    if (errno != EXDEV)
        return io_error(p, errno, p->path, "MoveFileInfoItemIOError",
                        HOP_CAT_WRITE_ERROR);
    /* Another file system: copy, then remove. */
    return copy_path(p, p->path, target, true, force, 0) &&
           remove_path(p, p->path, true, true, 0);
}

static bool
clear_content(const struct hop_item_path *p)
{
    return clear_item(p);
}

const struct hop_provider hop_provider_filesystem = {
    .name = "FileSystem",
    .module = "Microsoft.PowerShell.Core",
    .capabilities = HOP_PROVIDER_FILTER | HOP_PROVIDER_SHOULD_PROCESS |
                    HOP_PROVIDER_CREDENTIALS | HOP_PROVIDER_CONTAINER |
                    HOP_PROVIDER_NAVIGATION | HOP_PROVIDER_CONTENT |
                    HOP_PROVIDER_PROPERTY,
    .separator = '/',
    .item_exists = item_exists,
    .is_container = is_container,
    .get_item = get_item,
    .children = children,
    .new_item = new_item,
    .clear_item = clear_item,
    .remove_item = remove_item,
    .rename_item = rename_item,
    .copy_item = copy_item,
    .move_item = move_item,
    .clear_content = clear_content,
};
