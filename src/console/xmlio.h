/* The shell's standard streams as objects: -InputFormat XML and -OutputFormat
 * XML (about_Pwsh).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CONSOLE_XMLIO_H
#define HOP_CONSOLE_XMLIO_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "engine/host.h"
#include "engine/runspace.h"

/* Output to out_fd, the other streams to err_fd, each a document behind the
 * line #< CLIXML; nothing is written where nothing came. */
struct hop_xmlio *hop_xmlio_new(int out_fd, int err_fd);
/* A host that writes text as strings of the output. */
struct hop_host *hop_xmlio_host(struct hop_xmlio *o);
/* Sends a run's streams there. */
void hop_xmlio_attach(struct hop_xmlio *o, struct hop_runspace *rs,
                        struct hop_run *run);
void hop_xmlio_error(struct hop_xmlio *o, struct hop_value record);
/* Ends the documents; before the runspace is freed. */
void hop_xmlio_end(struct hop_xmlio *o);
void hop_xmlio_free(struct hop_xmlio *o);

/* The objects of a document, with or without its first line, as an object[];
 * owned.  No text gives none.  False: err says why. */
HOP_MUST_CHECK bool hop_xmlio_read(struct hop_runspace *rs, const char *s,
                                     size_t n, struct hop_value *out,
                                     struct hop_error *err);

#endif
