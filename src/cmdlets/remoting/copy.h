/* Copy-Item -ToSession and -FromSession.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_REMOTING_COPY_H
#define HOP_CMDLETS_REMOTING_COPY_H

#include "engine/cmdlet.h"

/* Copies a file or folder of here into the session (a PSSession), or what a
 * path there names to here.  All return as a cmdlet's stages do; what cannot
 * be copied is an error of the cmdlet, and the rest goes on. */
HOP_MUST_CHECK bool remote_copy_to(struct hop_command *c,
                                   struct hop_value session, const char *from,
                                   const char *to, bool recurse);
HOP_MUST_CHECK bool remote_copy_from(struct hop_command *c,
                                     struct hop_value session, const char *from,
                                     const char *to, bool literal,
                                     bool recurse);

#endif
