/* What the command lines of Windows' tools have in common.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CLIENT_WORDS_H
#define HOP_CLIENT_WORDS_H

#include <stdbool.h>
#include <stdio.h>

/* Behind the dash of an option, also one that a word processor made of it;
 * NULL without one. */
const char *words_skip_dash(const char *s);
/* The way of authentication of that name, enum hop_auth_choice. */
bool words_find_auth(const char *name, long *choice);

/* A line of the help: "  -name:VALUE  what it is for", the column as wide as
 * said; value NULL: the option takes none. */
void words_print_option(FILE *out, int width, const char *name,
                        const char *value, const char *help);
/* What the ways are, for messages. */
#define WORDS_AUTH_LIST                                                        \
    "there is negotiate, kerberos, ntlm, credssp, basic and certificate"

#endif
