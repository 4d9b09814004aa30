/* SPDX-License-Identifier: MIT */
#include "smb/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/io.h"
#include "smb/client.h"
#include "smb/unc.h"

#define LOCAL_CHUNK (256u << 10)

/* ---- what is there ---- */

static struct timespec
time_of(struct smb_time t)
{
    return (struct timespec){(time_t)t.seconds, (long)t.nanoseconds};
}

static void
to_stat(const struct smb_entry *e, struct stat *st)
{
    mode_t mode = e->attributes & SMB_ATTRIBUTE_DIRECTORY ? S_IFDIR | 0777
                                                          : S_IFREG | 0666;

    if (e->attributes & SMB_ATTRIBUTE_READONLY && S_ISREG(mode))
        mode &= ~(mode_t)0222;
    *st = (struct stat){
        .st_mode = mode,
        .st_nlink = 1,
        .st_size = (off_t)e->size,
        .st_ctim = time_of(e->created),
        .st_atim = time_of(e->accessed),
        .st_mtim = time_of(e->written),
        .st_rdev = e->attributes,
    };
}

static int
stat_share(const char *path, struct stat *st)
{
    struct smb_entry e;

    if (smb_stat(path, &e) != 0)
        return -1;
    to_stat(&e, st);
    return 0;
}

int
hop_files_stat(const char *path, struct stat *st)
{
    return hop_unc_is(path) ? stat_share(path, st) : stat(path, st);
}

int
hop_files_lstat(const char *path, struct stat *st)
{
    return hop_unc_is(path) ? stat_share(path, st) : lstat(path, st);
}

int
hop_files_access(const char *path, int mode)
{
    struct stat st;

    if (!hop_unc_is(path))
        return access(path, mode);
    if (stat_share(path, &st) != 0)
        return -1;
    if (mode & W_OK && !(st.st_mode & 0222)) {
        errno = EACCES;
        return -1;
    }
    return 0;
}

/* ---- changes ---- */

int
hop_files_mkdir(const char *path, mode_t mode)
{
    return hop_unc_is(path) ? smb_change(SMB_MKDIR, path, 0)
                            : mkdir(path, mode);
}

int
hop_files_rmdir(const char *path)
{
    return hop_unc_is(path) ? smb_change(SMB_RMDIR, path, 0) : rmdir(path);
}

int
hop_files_unlink(const char *path)
{
    return hop_unc_is(path) ? smb_change(SMB_UNLINK, path, 0) : unlink(path);
}

int
hop_files_rename(const char *from, const char *to)
{
    if (!hop_unc_is(from) && !hop_unc_is(to))
        return rename(from, to);
    if (hop_unc_is(from) && hop_unc_is(to))
        return smb_rename(from, to);
    errno = EXDEV;
    return -1;
}

int
hop_files_set_attributes(const char *path, unsigned attributes)
{
    /* Only these can be set, [MS-FSCC] 2.6; none of them is NORMAL. */
    unsigned settable =
        attributes & (SMB_ATTRIBUTE_READONLY | SMB_ATTRIBUTE_HIDDEN |
                      SMB_ATTRIBUTE_SYSTEM | SMB_ATTRIBUTE_ARCHIVE);

    return smb_change(SMB_ATTRIBUTES, path,
                      settable ? settable : SMB_ATTRIBUTE_NORMAL);
}

int
hop_files_chmod(const char *path, mode_t mode)
{
    struct stat st;
    unsigned attributes;

    if (!hop_unc_is(path))
        return chmod(path, mode);
    if (stat_share(path, &st) != 0)
        return -1;
    attributes = (unsigned)st.st_rdev & ~SMB_ATTRIBUTE_READONLY;
    if (!(mode & 0222))
        attributes |= SMB_ATTRIBUTE_READONLY;
    return attributes == st.st_rdev
               ? 0
               : hop_files_set_attributes(path, attributes);
}

static struct smb_time
time_to(const struct timespec *t)
{
    return t->tv_nsec == UTIME_OMIT ? (struct smb_time){0, -1}
                                    : (struct smb_time){t->tv_sec, t->tv_nsec};
}

int
hop_files_set_times(const char *path, const struct timespec t[2])
{
    struct smb_times times;

    if (!hop_unc_is(path))
        return utimensat(AT_FDCWD, path, t, AT_SYMLINK_NOFOLLOW);
    times = (struct smb_times){time_to(&t[0]), time_to(&t[1])};
    return smb_set_times(path, &times);
}

/* ---- listing ---- */

typedef bool name_fn(void *ctx, const char *name, bool directory);

static bool
is_directory_entry(const char *folder, const struct dirent *e)
{
    HOP_AUTO_FREE char *full = NULL;
    struct stat st;

    if (e->d_type != DT_LNK && e->d_type != DT_UNKNOWN)
        return e->d_type == DT_DIR;
    full = hop_xasprintf("%s/%s", folder, e->d_name);
    return stat(full, &st) == 0 && S_ISDIR(st.st_mode);
}

static int
list_folder(const char *path, name_fn *fn, void *ctx)
{
    DIR *d = opendir(path);
    struct dirent *e;
    bool more = true;

    if (d == NULL)
        return -1;
    while (more && (e = readdir(d)) != NULL)
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
            more = fn(ctx, e->d_name, is_directory_entry(path, e));
    closedir(d);
    return 0;
}

struct listing {
    name_fn *fn;
    void *ctx;
};

static bool
give_entry(void *ctx, const char *name, const struct smb_entry *entry)
{
    struct listing *l = ctx;

    return l->fn(l->ctx, name, entry->attributes & SMB_ATTRIBUTE_DIRECTORY);
}

int
hop_files_list(const char *path, name_fn *fn, void *ctx)
{
    struct listing l = {fn, ctx};

    return hop_unc_is(path) ? smb_list(path, give_entry, &l)
                            : list_folder(path, fn, ctx);
}

/* ---- contents ---- */

struct hop_file {
    struct smb_file *share; /* NULL: fd */
    int fd;
    char *room;
};

static enum smb_open
way_of(int flags)
{
    return (flags & O_ACCMODE) == O_RDONLY ? SMB_OPEN_READ
           : flags & O_APPEND              ? SMB_OPEN_APPEND
           : flags & O_EXCL                ? SMB_OPEN_NEW
                                           : SMB_OPEN_WRITE;
}

struct hop_file *
hop_files_open(const char *path, int flags, mode_t mode)
{
    struct hop_file *f;
    struct smb_file *share = NULL;
    int fd = -1;

    if (hop_unc_is(path)) {
        share = smb_open(path, way_of(flags));
        if (share == NULL)
            return NULL;
    } else {
        fd = open(path, flags | O_CLOEXEC, mode);
        if (fd < 0)
            return NULL;
    }
    f = hop_xmalloc(sizeof(*f));
    f->share = share;
    f->fd = fd;
    return f;
}

int
hop_files_read(struct hop_file *f, const void **bytes, size_t *n)
{
    ssize_t got;

    if (f->share)
        return smb_read(f->share, bytes, n);
    if (f->room == NULL)
        f->room = hop_xrealloc(NULL, LOCAL_CHUNK, 1);
    do {
        got = read(f->fd, f->room, LOCAL_CHUNK);
    } while (got < 0 && errno == EINTR);
    if (got < 0)
        return -1;
    *bytes = f->room;
    *n = (size_t)got;
    return 0;
}

int
hop_files_write(struct hop_file *f, const void *bytes, size_t n)
{
    if (f->share)
        return smb_write(f->share, bytes, n);
    return hop_fd_write(f->fd, bytes, n) ? 0 : -1;
}

int
hop_files_close(struct hop_file *f)
{
    int r = f->share ? smb_close(f->share) : close(f->fd);

    free(f->room);
    free(f);
    return r;
}

void
hop_files_closep(struct hop_file **f)
{
    if (*f)
        (void)hop_files_close(hop_steal(f));
}

static int
copy_here(const char *path, int fd)
{
    struct hop_file *f HOP_AUTO_FILE = hop_files_open(path, O_RDONLY, 0);
    const void *bytes;
    size_t n = 1;

    if (f == NULL)
        return -1;
    while (n > 0) {
        if (hop_files_read(f, &bytes, &n) != 0)
            return -1;
        if (!hop_fd_write(fd, bytes, n))
            return -1;
    }
    return lseek(fd, 0, SEEK_SET) < 0 ? -1 : 0;
}

/* What the copy begins with: what is there, or nothing where it is made new,
 * which it is at once, so that refusals are told at once. */
static int
fill_copy(const char *path, int flags, int fd)
{
    struct stat st;
    struct hop_file *f;

    if (!(flags & (O_TRUNC | O_EXCL)) && copy_here(path, fd) == 0)
        return 0;
    if (!(flags & O_CREAT) && hop_files_stat(path, &st) != 0)
        return -1;
    if ((flags & O_ACCMODE) == O_RDONLY)
        return -1;
    f = hop_files_open(path, O_WRONLY | O_CREAT | (flags & O_EXCL), 0666);
    return f ? hop_files_close(f) : -1;
}

int
hop_files_descriptor(const char *path, int flags, mode_t mode)
{
    const char *tmp = getenv("TMPDIR");
    int fd, code;

    if (!hop_unc_is(path))
        return open(path, flags | O_CLOEXEC, mode);
    fd = open(tmp && *tmp ? tmp : "/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0 || fill_copy(path, flags, fd) == 0)
        return fd;
    code = errno;
    close(fd);
    errno = code;
    return -1;
}

FILE *
hop_files_fopen(const char *path)
{
    int fd = hop_files_descriptor(path, O_RDONLY, 0);

    return fd < 0 ? NULL : fdopen(fd, "r");
}

int
hop_files_store(const char *path, int fd)
{
    struct hop_file *f;
    char bytes[65536];
    off_t at = 0;
    ssize_t n;

    if (!hop_unc_is(path))
        return 0;
    f = hop_files_open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (f == NULL)
        return -1;
    while ((n = pread(fd, bytes, sizeof(bytes), at)) > 0) {
        if (hop_files_write(f, bytes, (size_t)n) != 0) {
            int code = errno;

            (void)hop_files_close(f);
            errno = code;
            return -1;
        }
        at += n;
    }
    return hop_files_close(f) == 0 && n == 0 ? 0 : -1;
}
