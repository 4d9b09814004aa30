/* Times, mode, attributes and owner of files.
 *
 * SPDX-License-Identifier: MIT
 */
#include "value/types/file_attributes.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <time.h>
#include <unistd.h>

#include "smb/client.h"
#include "smb/files.h"
#include "value/enums.h"
#include "value/types/file_info.h"

#define EPOCH_TICKS 621355968000000000LL
#define READ_ONLY   1
#define HIDDEN      2
#define SYSTEM      4
#define DIRECTORY   16
#define ARCHIVE     32
#define NORMAL      128
#define REPARSE     1024

/* ---- times ---- */

static int64_t
zone_ticks(time_t t)
{
    struct tm tm;

    return localtime_r(&t, &tm) ? tm.tm_gmtoff * HOP_TICKS_PER_SECOND : 0;
}

struct hop_value
hop_file_time(const struct timespec *t, bool utc)
{
    int64_t ticks = EPOCH_TICKS + (int64_t)t->tv_sec * HOP_TICKS_PER_SECOND +
                    t->tv_nsec / 100;

    return utc ? hop_datetime(ticks, HOP_DATE_UTC)
               : hop_datetime(ticks + zone_ticks(t->tv_sec), HOP_DATE_LOCAL);
}

bool
hop_file_get_time(struct hop_context *cx, struct hop_value self, intptr_t data,
                  struct hop_value *out)
{
    struct hop_file_info *f = hop_file_info_self(self);
    static const struct timespec none = {-11644473600, 0}; /* 1601-01-01 */
    const struct timespec *t;
    int which = (int)data & 3;

    (void)cx;
    hop_file_info_look(f);
    t = which == HOP_FILE_TIME_WRITE    ? &f->st.st_mtim
        : which == HOP_FILE_TIME_ACCESS ? &f->st.st_atim
                                        : &f->st.st_mtim;
    /* Linux tells no time of creation by stat: the earlier of change and
     * modification comes nearest.  A share tells it. */
    if (which == HOP_FILE_TIME_CREATE &&
        (hop_file_info_on_share(f) || f->st.st_ctim.tv_sec < t->tv_sec))
        t = &f->st.st_ctim;
    *out = hop_file_time(f->exists ? t : &none,
                         (data & HOP_FILE_TIME_AS_UTC) != 0);
    return true;
}

bool
hop_file_set_time(struct hop_context *cx, struct hop_value self, intptr_t data,
                  struct hop_value v)
{
    struct hop_file_info *f = hop_file_info_self(self);
    struct timespec t[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_nsec = UTIME_OMIT}};
    int which = (int)data & 3;
    int64_t ticks = v.u.i - EPOCH_TICKS;
    struct timespec *set = &t[which == HOP_FILE_TIME_ACCESS ? 0 : 1];

    if (v.tag != HOP_DATE_UTC && !(data & HOP_FILE_TIME_AS_UTC))
        ticks -= zone_ticks((time_t)(ticks / HOP_TICKS_PER_SECOND));
    set->tv_sec = (time_t)(ticks / HOP_TICKS_PER_SECOND);
    set->tv_nsec = (long)(ticks % HOP_TICKS_PER_SECOND) * 100;
    if (which != HOP_FILE_TIME_CREATE &&
        hop_files_set_times(f->path->data, t) != 0)
        return hop_throw_errno(cx, errno, f->path->data,
                               hop_file_info_is_directory(f));
    f->stated = false;
    return true;
}

/* ---- modes ---- */

void
hop_unix_mode_text(mode_t mode, char out[11])
{
    static const struct {
        mode_t type;
        char letter;
    } types[] = {{S_IFDIR, 'd'}, {S_IFLNK, 'l'}, {S_IFBLK, 'b'},
                 {S_IFCHR, 'c'}, {S_IFIFO, 'p'}, {S_IFSOCK, 's'}};
    static const char bits[] = "rwxrwxrwx";

    out[0] = '-';
    for (size_t i = 0; i < HOP_ARRAY_SIZE(types); i++)
        if ((mode & S_IFMT) == types[i].type)
            out[0] = types[i].letter;
    for (int i = 0; i < 9; i++)
        out[i + 1] = mode & (1u << (8 - i)) ? bits[i] : '-';
    if (mode & S_ISUID)
        out[3] = mode & S_IXUSR ? 's' : 'S';
    if (mode & S_ISGID)
        out[6] = mode & S_IXGRP ? 's' : 'S';
    if (mode & S_ISVTX)
        out[9] = mode & S_IXOTH ? 't' : 'T';
    out[10] = '\0';
}

bool
hop_file_get_unix_mode(struct hop_context *cx, struct hop_value self,
                       intptr_t data, struct hop_value *out)
{
    struct hop_file_info *f = hop_file_info_self(self);
    char text[11];

    (void)cx;
    (void)data;
    hop_file_info_look(f);
    if (hop_file_info_on_share(f)) {
        *out = hop_null();
        return true;
    }
    hop_unix_mode_text(f->st.st_mode, text);
    *out = hop_text(text);
    return true;
}

int64_t
hop_file_attributes(struct hop_file_info *f)
{
    struct stat st = {0};
    int64_t a = 0;

    hop_file_info_look(f);
    if (!f->exists)
        return -1;
    if (hop_file_info_on_share(f))
        return (int64_t)f->st.st_rdev;
    if (hop_file_info_target(f, &st) && S_ISDIR(st.st_mode))
        a |= DIRECTORY;
    if (f->is_link)
        a |= REPARSE;
    if (hop_file_info_name(f->path->data)[0] == '.')
        a |= HIDDEN;
    if ((hop_file_info_target(f, &st) && !(st.st_mode & 0222)) ||
        (access(f->path->data, W_OK) != 0 && errno == EACCES))
        a |= READ_ONLY;
    return a ? a : NORMAL;
}

bool
hop_file_get_attributes(struct hop_context *cx, struct hop_value self,
                        intptr_t data, struct hop_value *out)
{
    (void)cx;
    (void)data;
    *out = hop_enum(HOP_ENUM_FILE_ATTRIBUTES,
                    hop_file_attributes(hop_file_info_self(self)));
    return true;
}

static bool
set_read_only(struct hop_context *cx, struct hop_file_info *f, bool on)
{
    mode_t mode;

    hop_file_info_look(f);
    mode = on ? f->st.st_mode & ~(mode_t)0222 : f->st.st_mode | S_IWUSR;
    f->stated = false;
    if (hop_files_chmod(f->path->data, mode & 07777) != 0)
        return hop_throw_errno(cx, errno, f->path->data,
                               hop_file_info_is_directory(f));
    return true;
}

bool
hop_file_set_attributes(struct hop_context *cx, struct hop_value self,
                        intptr_t data, struct hop_value v)
{
    struct hop_file_info *f = hop_file_info_self(self);

    (void)data;
    if (!hop_file_info_on_share(f))
        return set_read_only(cx, f, (v.u.i & READ_ONLY) != 0);
    f->stated = false;
    return hop_files_set_attributes(f->path->data, (unsigned)v.u.i) == 0 ||
           hop_throw_errno(cx, errno, f->path->data,
                           hop_file_info_is_directory(f));
}

/* Windows' letters: d or l, archive, read-only, hidden, system. */
bool
hop_file_get_mode(struct hop_context *cx, struct hop_value self, intptr_t data,
                  struct hop_value *out)
{
    int64_t a = hop_file_attributes(hop_file_info_self(self));
    char text[6] = "-----";

    (void)cx;
    (void)data;
    if (a > 0) {
        text[0] = a & REPARSE ? 'l' : a & DIRECTORY ? 'd' : '-';
        text[1] = a & ARCHIVE ? 'a' : '-';
        text[2] = a & READ_ONLY ? 'r' : '-';
        text[3] = a & HIDDEN ? 'h' : '-';
        text[4] = a & SYSTEM ? 's' : '-';
    }
    *out = hop_text(text);
    return true;
}

/* ---- owner ---- */

bool
hop_file_get_user(struct hop_context *cx, struct hop_value self, intptr_t data,
                  struct hop_value *out)
{
    struct hop_file_info *f = hop_file_info_self(self);
    struct passwd *p;

    (void)cx;
    (void)data;
    hop_file_info_look(f);
    if (hop_file_info_on_share(f)) {
        *out = hop_null();
        return true;
    }
    p = getpwuid(f->st.st_uid);
    *out = p ? hop_text(p->pw_name)
             : hop_str(hop_string_format("%u", f->st.st_uid));
    return true;
}

bool
hop_file_get_group(struct hop_context *cx, struct hop_value self, intptr_t data,
                   struct hop_value *out)
{
    struct hop_file_info *f = hop_file_info_self(self);
    struct group *g;

    (void)cx;
    (void)data;
    hop_file_info_look(f);
    if (hop_file_info_on_share(f)) {
        *out = hop_null();
        return true;
    }
    g = getgrgid(f->st.st_gid);
    *out = g ? hop_text(g->gr_name)
             : hop_str(hop_string_format("%u", f->st.st_gid));
    return true;
}

bool
hop_file_get_read_only(struct hop_context *cx, struct hop_value self,
                       intptr_t data, struct hop_value *out)
{
    (void)cx;
    (void)data;
    *out = hop_bool(
        (hop_file_attributes(hop_file_info_self(self)) & READ_ONLY) != 0);
    return true;
}

bool
hop_file_put_read_only(struct hop_context *cx, struct hop_value self,
                       intptr_t data, struct hop_value v)
{
    (void)data;
    return set_read_only(cx, hop_file_info_self(self), v.u.i != 0);
}

bool
hop_file_get_file_mode(struct hop_context *cx, struct hop_value self,
                       intptr_t data, struct hop_value *out)
{
    struct hop_file_info *f = hop_file_info_self(self);

    (void)cx;
    (void)data;
    hop_file_info_look(f);
    *out = hop_enum(HOP_ENUM_UNIX_FILE_MODE, f->st.st_mode & 07777);
    return true;
}

bool
hop_file_put_file_mode(struct hop_context *cx, struct hop_value self,
                       intptr_t data, struct hop_value v)
{
    struct hop_file_info *f = hop_file_info_self(self);

    (void)data;
    f->stated = false;
    if (hop_files_chmod(f->path->data, (mode_t)v.u.i & 07777) != 0)
        return hop_throw_errno(cx, errno, f->path->data,
                               hop_file_info_is_directory(f));
    return true;
}
