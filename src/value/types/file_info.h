/* System.IO.FileInfo and DirectoryInfo: a path and what stat said of it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_VALUE_TYPES_FILE_INFO_H
#define HOP_VALUE_TYPES_FILE_INFO_H

#include <sys/stat.h>

#include "value/class.h"
#include "value/collections.h"
#include "value/context.h"

struct hop_file_info {
    struct hop_object base;
    struct hop_string *path;  /* absolute, without . and .. */
    struct hop_string *given; /* as it was named */
    struct stat st;           /* of the link itself */
    bool stated, exists, is_link;
};

/* An object for the path (made absolute by the context's directory); class
 * FileInfo or DirectoryInfo.  Owned. */
struct hop_value hop_file_info_new(struct hop_context *cx, const char *path,
                                   bool directory);
/* The same by what the path is. */
struct hop_value hop_file_info_of(struct hop_context *cx, const char *path);
/* NULL when v is neither. */
struct hop_file_info *hop_as_file_info(struct hop_value v);

/* "/a/./b/../c" to "/a/c", relative to the context's directory; malloc'ed. */
char *hop_path_full(struct hop_context *cx, const char *path);
/* DateTime of a file time, local. */
struct hop_value hop_file_time(const struct timespec *t, bool utc);
/* ls-like: "-rw-r--r--". */
void hop_unix_mode_text(mode_t mode, char out[11]);
/* Gives fn the file piece by piece, each borrowed for the call, until it
 * returns false.  False: that, or an exception is pending. */
typedef bool hop_piece_fn(void *ctx, const void *p, size_t n);
HOP_MUST_CHECK bool hop_file_read_each(struct hop_context *cx, const char *path,
                                       hop_piece_fn *fn, void *ctx);
/* Reads a whole file; false: an exception is pending. */
HOP_MUST_CHECK bool hop_file_read_all(struct hop_context *cx, const char *path,
                                      struct hop_buf *out);
HOP_MUST_CHECK bool hop_file_write_all(struct hop_context *cx, const char *path,
                                       const void *p, size_t n, bool append);

/* Makes the directory and its parents; one that exists is all right. */
HOP_MUST_CHECK bool hop_directory_create(struct hop_context *cx,
                                         const char *path);
/* Copies a file with its mode. */
HOP_MUST_CHECK bool hop_file_copy(struct hop_context *cx, const char *from,
                                  const char *to, bool overwrite);
enum { HOP_LIST_FILES = 1, HOP_LIST_DIRECTORIES = 2 };
/* Pushes FileInfo and DirectoryInfo objects (infos) or full names, by name. */
HOP_MUST_CHECK bool hop_directory_list(struct hop_context *cx, const char *path,
                                       const char *pattern, bool deep,
                                       unsigned what, bool infos,
                                       struct hop_array *out);

/* System.IO.Path, File and Directory. */
extern const struct hop_class hop_class_path, hop_class_file,
    hop_class_directory;
extern const struct hop_class hop_class_file_system_info;

#endif
