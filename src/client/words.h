/* What the command lines of Windows' tools have in common.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CLIENT_WORDS_H
#define HOP_CLIENT_WORDS_H

#include <stdbool.h>

/* Behind the dash of an option, also one that a word processor made of it;
 * NULL without one. */
const char *words_skip_dash(const char *s);
/* The way of authentication of that name, enum hop_auth_choice. */
bool words_find_auth(const char *name, long *choice);

/* What the ways are, for messages. */
#define WORDS_AUTH_LIST                                                        \
    "there is negotiate, kerberos, ntlm, credssp, basic and certificate"

#endif
