/* What copying to and from a session share: scripts run there, one pipeline at
 * a time, each to its end.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_REMOTING_COPYING_H
#define HOP_CMDLETS_REMOTING_COPYING_H

#include <sys/stat.h>

#include "cmdlets/remoting/copy.h"
#include "cmdlets/remoting/remoting.h"

#define COPYING_PIECE ((size_t)64 << 10) /* bytes of a file in one object */

struct copying {
    struct hop_command *c;
    struct remote *r; /* borrowed */
    /* Takes an output object (borrowed).  False: the copy fails. */
    bool (*take)(struct copying *x, struct hop_value v);
    struct hop_array *list; /* what the scripts give; or NULL */
    int fd;
    const char *path; /* of the local file */
    int64_t done, size;
    int64_t until; /* this pipeline's part of the file */
    mode_t mode;   /* of a new local file */
    bool ended;    /* there is no more of the file, whatever its size was */
    bool failed;
    bool refused; /* here, and told of */
};

/* Begins a script there; NULL: the session's error says why not. */
struct remote_call *copying_begin(struct copying *x, const char *text,
                                  const struct hop_value *args, size_t n,
                                  bool input);
/* Takes what has come of it, to x->take; waits for its end and frees nothing.
 * False: the cmdlet ends. */
HOP_MUST_CHECK bool copying_take(struct copying *x, struct remote_call *k);
HOP_MUST_CHECK bool copying_finish(struct copying *x, struct remote_call *k);
/* A script to its end; its output to x->take, or to a list (the caller's). */
HOP_MUST_CHECK bool copying_run(struct copying *x, const char *text,
                                const struct hop_value *args, size_t n);
HOP_MUST_CHECK bool copying_list(struct copying *x, const char *text,
                                 const struct hop_value *args, size_t n,
                                 struct hop_array **out);
/* An error of one file: "PATH is not copied: WHY."; and that of a session that
 * is no more.  False: the cmdlet ends. */
HOP_MUST_CHECK bool copying_fail(struct hop_command *c, const char *id,
                                 const char *path, const char *why);
HOP_MUST_CHECK bool copying_lost(struct copying *x);
/* The error that there is no such path in the session.  False: the cmdlet
 * ends. */
HOP_MUST_CHECK bool copying_no_path(struct hop_command *c, const char *path,
                                    enum hop_category category);
/* The open session behind a PSSession (borrowed); NULL: it is not open, and the
 * error was written.  False: the cmdlet ends. */
HOP_MUST_CHECK bool copying_open(struct hop_command *c,
                                 struct hop_value session, struct remote **out);
/* A text of a list; borrowed, "" for anything else. */
const char *copying_text(struct hop_array *a, size_t i);

#endif
