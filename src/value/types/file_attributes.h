/* The properties of FileInfo and DirectoryInfo that the system keeps with a
 * file: times, mode, attributes, owner.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_VALUE_TYPES_FILE_ATTRIBUTES_H
#define HOP_VALUE_TYPES_FILE_ATTRIBUTES_H

#include "value/class.h"
#include "value/context.h"
#include "value/types/file_info.h"

enum {
    HOP_FILE_TIME_WRITE,
    HOP_FILE_TIME_ACCESS,
    HOP_FILE_TIME_CREATE,
    HOP_FILE_TIME_AS_UTC = 4
};

/* The object that a member is asked of. */
struct hop_file_info *hop_file_info_self(struct hop_value v);

/* Asks the system about the file, once. */
void hop_file_info_look(struct hop_file_info *f);

/* Is it on a share of another machine? */
HOP_MUST_CHECK bool hop_file_info_on_share(const struct hop_file_info *f);

/* Is it a DirectoryInfo, whatever is there? */
HOP_MUST_CHECK bool hop_file_info_is_directory(const struct hop_file_info *f);

/* The last part of a path. */
const char *hop_file_info_name(const char *path);

/* What the path leads to, through links. */
HOP_MUST_CHECK bool hop_file_info_target(struct hop_file_info *f,
                                         struct stat *st);

/* FileAttributes as they stand. */
int64_t hop_file_attributes(struct hop_file_info *f);

/* Getters and setters. */
hop_get_fn hop_file_get_time, hop_file_get_unix_mode, hop_file_get_attributes,
    hop_file_get_mode, hop_file_get_user, hop_file_get_group,
    hop_file_get_read_only, hop_file_get_file_mode;
hop_set_fn hop_file_set_time, hop_file_set_attributes, hop_file_put_read_only,
    hop_file_put_file_mode;

#endif
