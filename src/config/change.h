/* Changing the settings: by their files, or through hopd for administrators who
 * are not root.
 *
 * Changes are text, a line each:
 *
 *     Service/Auth/CredSSP = true      sets
 *     - Service/Auth/Basic             takes a setting back to its default
 *     - Listener/https                 and what has that name with all below it
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CONFIG_CHANGE_H
#define HOP_CONFIG_CHANGE_H

#include "config/config.h"

/* Where hopd takes changes from the sessions of administrators. */
#define HOP_CONFIG_SOCKET      "/run/hop/config"
#define HOP_CONFIG_CHANGES_MAX (64 * 1024)

/* E_ACCESSDENIED */
#define HOP_CONFIG_DENIED 0x80070005u

/* Appends one change. */
void hop_config_change_set(struct hop_buf *changes, const char *path,
                           const char *value);
void hop_config_change_remove(struct hop_buf *changes, const char *path);

/* Changes DIR/wsman.conf, keeping comments and order, by writing another file
 * and renaming it: readers see the old or the new one, and of two that change
 * it at once the second one waits.  All or nothing; 0x8033808A (WSMAN domain)
 * where a policy fixes a setting. */
HOP_MUST_CHECK bool hop_config_change_files(const char *dir,
                                            const char *changes,
                                            struct hop_error *err);
/* The same through the socket of a hopd. */
HOP_MUST_CHECK bool hop_config_change_ask(const char *path, const char *changes,
                                          struct hop_error *err);
/* By files where this process may write them, else through hopd. */
HOP_MUST_CHECK bool hop_config_change(const char *dir, const char *changes,
                                      struct hop_error *err);
/* hop_config_change for some settings alone. */
HOP_MUST_CHECK bool hop_config_save(const char *dir, const char *const *paths,
                                    const char *const *values, size_t count,
                                    struct hop_error *err);

/* hopd's answer over the socket: "+", or "-80070005 why". */
void hop_config_answer_format(bool ok, const struct hop_error *err,
                              struct hop_buf *out);
HOP_MUST_CHECK bool hop_config_answer_parse(const char *answer,
                                            struct hop_error *err);

/* A settings file, whole; true with *missing when there is none. */
HOP_MUST_CHECK bool hop_config_read_file(const char *path, struct hop_buf *out,
                                         bool *missing, struct hop_error *err);

#endif
