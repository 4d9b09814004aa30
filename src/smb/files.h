/* The system's calls on files, for paths of this machine and for UNC paths in
 * their inner form (smb/unc.h), which go to the server.
 *
 * Results and errno are as the calls' of the same name; where a server's
 * refusal needs words, hop_unc_trouble() (smb/client.h) has them.  Of a file on
 * a share st_mode has type and write permission alone, st_ctim is the time of
 * creation and st_rdev its attributes (SMB_ATTRIBUTE_...); there are no links.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_SMB_FILES_H
#define HOP_SMB_FILES_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "base/cleanup.h"

int hop_files_stat(const char *path, struct stat *st);
int hop_files_lstat(const char *path, struct stat *st);
int hop_files_access(const char *path, int mode);
int hop_files_mkdir(const char *path, mode_t mode);
int hop_files_rmdir(const char *path);
int hop_files_unlink(const char *path);
int hop_files_rename(const char *from, const char *to);
int hop_files_chmod(const char *path, mode_t mode);
int hop_files_set_attributes(const char *path, unsigned attributes);
/* Access and modification, as utimensat(). */
int hop_files_set_times(const char *path, const struct timespec t[2]);

/* Each name but "." and ".."; directory: also of links that lead to one. */
int hop_files_list(const char *path,
                   bool (*fn)(void *ctx, const char *name, bool directory),
                   void *ctx);

/* An open file.  flags as of open(): O_RDONLY, or O_WRONLY | O_CREAT with
 * O_TRUNC, O_APPEND or O_EXCL. */
struct hop_file;
#define HOP_AUTO_FILE HOP_CLEANUP(hop_files_closep)
struct hop_file *hop_files_open(const char *path, int flags, mode_t mode);
/* The next bytes in a buffer of the file's own, until the next call; *n is 0
 * at the end. */
int hop_files_read(struct hop_file *f, const void **bytes, size_t *n);
/* All of them. */
int hop_files_write(struct hop_file *f, const void *bytes, size_t n);
/* Frees it in any case; -1: what was written may not all be there. */
int hop_files_close(struct hop_file *f);
void hop_files_closep(struct hop_file **f);

/* A descriptor for what needs one: of a file on a share, on a copy without a
 * name, made or emptied there as flags say; on the file itself where the path
 * is of this machine. */
int hop_files_descriptor(const char *path, int flags, mode_t mode);
/* To read it, as fopen(). */
FILE *hop_files_fopen(const char *path);
/* Puts what the copy holds now on the share; nothing for other paths. */
int hop_files_store(const char *path, int fd);

#endif
