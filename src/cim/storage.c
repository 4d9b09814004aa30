/* Win32_LogicalDisk over the mounted file systems; CIM_DataFile and
 * Win32_Directory over single files.
 *
 * SPDX-License-Identifier: MIT
 */
#include <dirent.h>
#include <errno.h>
#include <mntent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "cim/sources.h"
#include "cim/wql.h"

/* ---- Win32_LogicalDisk ---- */

static const struct hop_cim_property disk_properties[] = {
    S("Caption"),      S("Description"),
    T("InstallDate"),  S("Name"),
    S("Status"),       SK("DeviceID"),
    U64("FreeSpace"),  U64("Size"),
    B("Compressed"),   U32("DriveType"),
    S("FileSystem"),   U32("MediaType"),
    S("ProviderName"), S("SystemName"),
    S("VolumeName"),   S("VolumeSerialNumber"),
};

enum { DISK_LOCAL = 3, DISK_NETWORK = 4, DISK_RAM = 6 };

static int
drive_type(const struct mntent *m)
{
    static const char *const network[] = {"nfs", "nfs4", "cifs", "smb3",
                                          "fuse.sshfs"};

    for (size_t i = 0; i < HOP_ARRAY_SIZE(network); i++)
        if (strcmp(m->mnt_type, network[i]) == 0)
            return DISK_NETWORK;
    return strcmp(m->mnt_type, "tmpfs") == 0 ? DISK_RAM : DISK_LOCAL;
}

struct mounts {
    FILE *table;
};

static bool
open_disks(void *state, const struct hop_wql *q, struct hop_error *err)
{
    struct mounts *m = state;

    m->table = setmntent("/proc/self/mounts", "r");
    return m->table ||
           hop_error_errno(err, errno, "/proc/self/mounts cannot be read");
}

/* Only what can hold files: kernel file systems have no blocks. */
static int
next_disk(void *state, struct hop_cim_instance *i, struct hop_error *err)
{
    struct mounts *m = state;
    struct mntent *e;
    struct statvfs v;
    struct stat st;
    char host[65];

    while ((e = getmntent(m->table))) {
        if (statvfs(e->mnt_dir, &v) != 0 || v.f_blocks == 0 ||
            stat(e->mnt_dir, &st) != 0 || !S_ISDIR(st.st_mode))
            continue;
        hop_cim_set_text(i, "Caption", e->mnt_dir);
        hop_cim_set_text(i, "Name", e->mnt_dir);
        hop_cim_set_text(i, "DeviceID", e->mnt_dir);
        hop_cim_set_text(i, "Description",
                         drive_type(e) == DISK_NETWORK ? "Network Connection"
                                                       : "Local Fixed Disk");
        hop_cim_set_number(i, "FreeSpace", (int64_t)(v.f_bavail * v.f_frsize));
        hop_cim_set_number(i, "Size", (int64_t)(v.f_blocks * v.f_frsize));
        hop_cim_set_bool(i, "Compressed", false);
        hop_cim_set_number(i, "DriveType", drive_type(e));
        hop_cim_set_text(i, "FileSystem", e->mnt_type);
        if (drive_type(e) == DISK_NETWORK)
            hop_cim_set_text(i, "ProviderName", e->mnt_fsname);
        hop_cim_set_text(i, "SystemName", hop_cim_host(host));
        hop_cim_set_text(i, "VolumeName", e->mnt_fsname);
        return 1;
    }
    return 0;
}

static void
close_disks(void *state)
{
    struct mounts *m = state;

    if (m->table)
        endmntent(m->table);
}

const struct hop_cim_class hop_cim_class_logical_disk = {
    .name = "Win32_LogicalDisk",
    .parent = "CIM_LogicalDisk",
    HOP_CIM_PROPERTIES(disk_properties),
    .state_size = sizeof(struct mounts),
    .open = open_disks,
    .next = next_disk,
    .close = close_disks,
};

/* ---- CIM_DataFile, Win32_Directory ---- */

static const struct hop_cim_property file_properties[] = {
    S("Caption"),
    S("Description"),
    T("InstallDate"),
    SK("Name"),
    S("Status"),
    U32("AccessMask"),
    B("Archive"),
    T("CreationDate"),
    S("CreationClassName"),
    S("Drive"),
    S("EightDotThreeFileName"),
    S("Extension"),
    S("FileName"),
    U64("FileSize"),
    S("FileType"),
    S("FSName"),
    B("Hidden"),
    T("LastAccessed"),
    T("LastModified"),
    S("Path"),
    B("Readable"),
    B("System"),
    B("Writeable"),
    S("Manufacturer"),
    S("Version"),
};

/* Either the one file that Name names, or the files of Path's folder: a
 * search of the whole host takes a condition that says where. */
struct files {
    char *one;
    DIR *dir;
    char *path; /* with its slash */
    bool directories;
};

static bool
open_paths(struct files *f, const struct hop_wql *q, struct hop_error *err)
{
    const char *name = hop_wql_wanted(q, "Name");
    const char *path = hop_wql_wanted(q, "Path");
    const char *title = f->directories ? "Win32_Directory" : "CIM_DataFile";

    if (name) {
        f->one = hop_xstrdup(name);
        return true;
    }
    if (!path)
        return hop_cim_fail(err, HOP_CIM_E_INVALID_QUERY,
                            "%s needs to know where to look: give a filter "
                            "such as Name = '/etc/hosts' or Path = '/etc/'.",
                            title);
    f->path = hop_xasprintf("%s%s", path,
                            *path && path[strlen(path) - 1] == '/' ? "" : "/");
    f->dir = opendir(f->path);
    if (!f->dir && errno != ENOENT && errno != ENOTDIR)
        return hop_error_errno(err, errno, "%s cannot be read", path);
    return true;
}

static bool
open_files(void *state, const struct hop_wql *q, struct hop_error *err)
{
    return open_paths(state, q, err);
}

static bool
open_directories(void *state, const struct hop_wql *q, struct hop_error *err)
{
    ((struct files *)state)->directories = true;
    return open_paths(state, q, err);
}

static int64_t
stamp(struct timespec t)
{
    return t.tv_sec * HOP_CIM_TICKS_PER_SECOND + t.tv_nsec / 100 +
           HOP_CIM_TICKS_TO_1970;
}

static void
describe_file(struct hop_cim_instance *i, const char *name,
              const struct stat *st)
{
    const char *slash = strrchr(name, '/'), *base = slash ? slash + 1 : name;
    const char *dot = strrchr(base, '.');
    bool plain = S_ISREG(st->st_mode);

    if (dot == base)
        dot = NULL;
    hop_cim_set_text(i, "Caption", name);
    hop_cim_set_text(i, "Description", name);
    hop_cim_set_text(i, "Name", name);
    hop_cim_set_text(i, "Status", "OK");
    hop_cim_set_time(i, "InstallDate", stamp(st->st_mtim));
    hop_cim_set_time(i, "CreationDate", stamp(st->st_ctim));
    hop_cim_set_time(i, "LastAccessed", stamp(st->st_atim));
    hop_cim_set_time(i, "LastModified", stamp(st->st_mtim));
    hop_cim_set_text(i, "CreationClassName",
                     plain ? "CIM_LogicalFile" : "Win32_Directory");
    hop_cim_set_text(i, "Extension", dot ? dot + 1 : "");
    hop_cim_set_textf(i, "FileName", "%.*s",
                      (int)(dot ? (size_t)(dot - base) : strlen(base)), base);
    if (plain)
        hop_cim_set_number(i, "FileSize", st->st_size);
    hop_cim_set_text(i, "FileType", plain ? "File" : "File Folder");
    hop_cim_set_bool(i, "Hidden", *base == '.');
    hop_cim_set_textf(i, "Path", "%.*s", (int)(base - name), name);
    hop_cim_set_bool(i, "Readable", access(name, R_OK) == 0);
    hop_cim_set_bool(i, "Writeable", access(name, W_OK) == 0);
    hop_cim_set_bool(i, "System", false);
}

static bool
take_file(struct files *f, const char *name, struct hop_cim_instance *i)
{
    struct stat st;

    if (stat(name, &st) != 0 ||
        (f->directories ? !S_ISDIR(st.st_mode) : !S_ISREG(st.st_mode)))
        return false;
    describe_file(i, name, &st);
    return true;
}

static int
next_file(void *state, struct hop_cim_instance *i, struct hop_error *err)
{
    struct files *f = state;
    struct dirent *e;

    if (f->one) {
        HOP_AUTO_FREE char *name = hop_steal(&f->one);
        return take_file(f, name, i);
    }
    while (f->dir && (e = readdir(f->dir))) {
        HOP_AUTO_FREE char *name = NULL;

        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        name = hop_xasprintf("%s%s", f->path, e->d_name);
        if (take_file(f, name, i))
            return 1;
    }
    return 0;
}

static void
close_files(void *state)
{
    struct files *f = state;

    free(f->one);
    free(f->path);
    if (f->dir)
        closedir(f->dir);
}

#define FILE_CLASS(id, text, how)                                              \
    const struct hop_cim_class hop_cim_class_##id = {                          \
        .name = text,                                                          \
        .parent = "CIM_LogicalFile",                                           \
        HOP_CIM_PROPERTIES(file_properties),                                   \
        .state_size = sizeof(struct files),                                    \
        .open = how,                                                           \
        .next = next_file,                                                     \
        .close = close_files,                                                  \
    }
FILE_CLASS(datafile, "CIM_DataFile", open_files);
FILE_CLASS(directory, "Win32_Directory", open_directories);
