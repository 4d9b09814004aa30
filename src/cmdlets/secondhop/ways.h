/* The seven ways of the second hop, judged by facts that others have gathered:
 * no directory, network or clock here.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_SECONDHOP_WAYS_H
#define HOP_CMDLETS_SECONDHOP_WAYS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* In order of preference. */
enum secondhop_kind {
    SECONDHOP_CREDSSP,
    SECONDHOP_RBCD,
    SECONDHOP_KCD,
    SECONDHOP_UNCONSTRAINED,
    SECONDHOP_JEA,
    SECONDHOP_RUNAS,
    SECONDHOP_PASSED,
    SECONDHOP_WAYS,
};

enum secondhop_answer { SECONDHOP_UNKNOWN, SECONDHOP_NO, SECONDHOP_YES };

/* Texts are borrowed; NULL where nothing is known. */
struct secondhop_facts {
    const char *via, *to;   /* full names of b and c */
    const char *user;       /* whose way it is: "alice@CORP.TEST" */
    const char *credential; /* the user name of one that is at hand */

    /* this host: may a password go to b? */
    enum secondhop_answer fresh;
    const char *fresh_why;

    /* b's server, as it offers itself to whoever asks */
    enum secondhop_answer offers_credssp;
    enum secondhop_answer windows; /* whether it runs Windows */
    const char *unreached;         /* why it was not asked */

    /* the user's own ticket */
    enum secondhop_answer forwardable;

    /* the directory */
    const char *no_directory; /* why it was not asked; NULL: it was */
    bool has_user, has_via, has_to;
    bool sensitive, protected_user;
    const char *via_account, *to_account;      /* "B", "C" */
    bool trusted_for_delegation, any_protocol; /* b's flags */
    bool trusts_via;                           /* c's list has b */
    size_t trusts;                             /* how many it has */
    const char *const *services; /* of c in b's list: "cifs/c.corp.test" */
    size_t service_count;
    size_t listed; /* how many b's list has */

    /* endpoints of b that bring an identity of their own */
    const char *jea, *runas;
};

#define SECONDHOP_COMMANDS 4

struct secondhop_way {
    enum secondhop_kind kind;
    enum secondhop_answer available;
    bool blocked;       /* nothing that is done here would open it */
    struct hop_buf why; /* a sentence */
    /* What opens it where it is closed, then how it is used. */
    char *commands[SECONDHOP_COMMANDS];
    size_t command_count;
};

/* "Resource-based Kerberos constrained delegation" */
const char *secondhop_title(enum secondhop_kind kind);
/* "RBCD" */
const char *secondhop_name(enum secondhop_kind kind);

void secondhop_judge(const struct secondhop_facts *f,
                     struct secondhop_way out[SECONDHOP_WAYS]);
void secondhop_done(struct secondhop_way ways[SECONDHOP_WAYS]);
/* The first that is open, else the first that can be opened. */
const struct secondhop_way *
secondhop_recommend(const struct secondhop_way ways[SECONDHOP_WAYS]);

#endif
