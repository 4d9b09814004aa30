/* System.IO.Directory.
 *
 * SPDX-License-Identifier: MIT
 */
#include <dirent.h>
#include <errno.h>

#include "smb/files.h"
#include "value/enums.h"
#include "value/member.h"
#include "value/types/file_info.h"
#include "value/types/path.h"

#define S "static string "

#define V "static void "

static bool
directory_create(struct hop_context *cx, struct hop_call *call)
{
    HOP_AUTO_FREE char *path = hop_path_arg(cx, call, 0);

    if (!path || !hop_directory_create(cx, path))
        return false;
    call->result = hop_file_info_new(cx, path, true);
    return true;
}

static bool
remove_tree(struct hop_context *cx, const char *path, int depth)
{
    HOP_AUTO_VALUE struct hop_value held = hop_null();
    struct hop_array *all = hop_array_new(cx, 0);
    struct stat st;

    held = hop_obj(all);
    if (depth > HOP_TREE_DEPTH_MAX ||
        !hop_directory_list(cx, path, "*", false,
                            HOP_LIST_FILES | HOP_LIST_DIRECTORIES, false, all))
        return false;
    for (size_t i = 0; i < all->n; i++) {
        const char *child = hop_cstr(all->items[i]);

        if (hop_files_lstat(child, &st) == 0 && S_ISDIR(st.st_mode)) {
            if (!remove_tree(cx, child, depth + 1))
                return false;
        } else if (hop_files_unlink(child) != 0) {
            return hop_throw_errno(cx, errno, child, false);
        }
    }
    return hop_files_rmdir(path) == 0 || hop_throw_errno(cx, errno, path, true);
}

static bool
directory_delete(struct hop_context *cx, struct hop_call *call)
{
    HOP_AUTO_FREE char *path = hop_path_arg(cx, call, 0);

    if (!path)
        return false;
    if (call->n > 1 && call->args[1].u.i)
        return remove_tree(cx, path, 0);
    return hop_files_rmdir(path) == 0 || hop_throw_errno(cx, errno, path, true);
}

static bool
directory_list(struct hop_context *cx, struct hop_call *call)
{
    HOP_AUTO_FREE char *path = hop_path_arg(cx, call, 0);
    const char *pattern = hop_path_text_arg(call, 1);
    bool deep = call->n > 2 && call->args[2].u.i == 1;
    struct hop_array *out;

    if (!path)
        return false;
    out = hop_array_new_of(cx, hop_types_array(cx, &hop_class_string, 1), 0);
    call->result = hop_obj(out);
    return hop_directory_list(cx, path, pattern ? pattern : "*", deep,
                              (unsigned)call->data, false, out);
}

static bool
directory_current(struct hop_context *cx, struct hop_call *call)
{
    HOP_AUTO_FREE char *path = hop_path_full(cx, ".");

    call->result = hop_text(path);
    return true;
}

static bool
directory_parent(struct hop_context *cx, struct hop_call *call)
{
    HOP_AUTO_FREE char *path = hop_path_arg(cx, call, 0);
    const char *name;

    if (!path)
        return false;
    name = hop_path_last_part(path);
    if (strcmp(path, "/") == 0)
        return true;
    if (name > path + 1)
        path[name - path - 1] = '\0';
    else
        path[1] = '\0';
    call->result = hop_file_info_new(cx, path, true);
    return true;
}

#define STRINGS "static string[] "
#define LISTS(name, what)                                                      \
    {STRINGS name "(string path)", directory_list, what},                      \
        {STRINGS name "(string path, string searchPattern)", directory_list,   \
         what},                                                                \
    {                                                                          \
        STRINGS name "(string path, string searchPattern, "                    \
                     "System.IO.SearchOption searchOption)",                   \
            directory_list, what                                               \
    }
static const struct hop_method directory_methods[] = {
    {"static bool Exists(string path)", hop_path_exists, 1},
    {"static System.IO.DirectoryInfo CreateDirectory(string path)",
     directory_create},
    {V "Delete(string path)", directory_delete},
    {V "Delete(string path, bool recursive)", directory_delete},
    {V "Move(string sourceDirName, string destDirName)", hop_path_move, 1},
    {S "GetCurrentDirectory()", directory_current},
    {"static System.IO.DirectoryInfo GetParent(string path)", directory_parent},
    LISTS("GetFiles", HOP_LIST_FILES),
    LISTS("EnumerateFiles", HOP_LIST_FILES),
    LISTS("GetDirectories", HOP_LIST_DIRECTORIES),
    LISTS("EnumerateDirectories", HOP_LIST_DIRECTORIES),
    LISTS("GetFileSystemEntries", HOP_LIST_FILES | HOP_LIST_DIRECTORIES),
    {0},
};
const struct hop_class hop_class_directory = {
    .name = "System.IO.Directory",
    .base = &hop_class_object,
    .flags = HOP_CLASS_ABSTRACT | HOP_CLASS_SEALED,
    .methods = directory_methods,
};
