/* The text of modules that stand for commands of a session: functions of here,
 * each of which runs the command there.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_REMOTING_IMPLICIT_H
#define HOP_CMDLETS_REMOTING_IMPLICIT_H

#include "cmdlets/remoting/remote.h"

/* What all functions of a module share: which arguments belong here, which go
 * there, and which do both. */
extern const char implicit_shared[];

/* Text between single quotes. */
void implicit_add_quoted(struct hop_buf *b, const char *s);
/* Can the name stand in a function of ours?  What another host sends is not
 * trusted to be harmless. */
bool implicit_is_plain_name(const char *s);
/* The function `here` that runs the command `name`, of which `command` is the
 * metadata (MS-PSRP 2.2.3.22). */
void implicit_add_function(struct hop_context *cx, const char *here,
                           const char *name, struct hop_value command,
                           struct hop_buf *b);
/* How the module opens its session again: without secrets. */
void implicit_add_opening(const struct target *t, struct hop_buf *b);

#endif
