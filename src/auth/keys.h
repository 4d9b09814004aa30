/* The server's keys in memory: a keytab's file is read while the process may,
 * and used after it has dropped its rights.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_AUTH_KEYS_H
#define HOP_AUTH_KEYS_H

#include "base/error.h"

/* Copies a keytab (NULL: the system's) into this process's memory keytab, in
 * place of what was there; that stays when the file cannot be read or has no
 * key. */
HOP_MUST_CHECK bool hop_keys_load(const char *path, struct hop_error *err);
/* The same from an open file that this process may not open itself. */
HOP_MUST_CHECK bool hop_keys_load_fd(int fd, struct hop_error *err);
/* The name for hop_acceptor_options.keytab; NULL while there are no keys. */
const char *hop_keys_name(void);
/* The first principal of the keys that looks like a host's account ("B$"), or
 * the first of all: whom the server logs on as.  free(). */
char *hop_keys_account(void);

#endif
