/* The facts of the second hop, gathered where they are: this host's policy and
 * tickets, b's server, the directory.  What cannot be asked is noted as such.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_SECONDHOP_FACTS_H
#define HOP_CMDLETS_SECONDHOP_FACTS_H

#include "base/arena.h"
#include "base/secret.h"
#include "cmdlets/secondhop/ways.h"

struct secondhop_question {
    const char *via, *to;              /* as they were named */
    const char *user;                  /* of the credential; NULL: tickets */
    const struct hop_secret *password; /* with user */
    const char *server;                /* a domain controller, or NULL */
};

/* Texts live in the arena. */
void secondhop_gather(const struct secondhop_question *q, struct hop_arena *a,
                      struct secondhop_facts *out);
/* ---- facts_directory.c: what the accounts say. */
void secondhop_ask_directory(const struct secondhop_question *q,
                             struct hop_arena *a, struct secondhop_facts *f);

#endif
