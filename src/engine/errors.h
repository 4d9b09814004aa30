/* Error records: making, reporting, showing.
 *
 * An exception travels as the pending exception of the context (value room);
 * when it passes through the engine it becomes an ErrorRecord with invocation
 * information.  Message texts and ids are PowerShell's.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_ENGINE_ERRORS_H
#define HOP_ENGINE_ERRORS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "value/context.h"
#include "value/value.h"

struct hop_runspace;
struct hop_ast;
struct hop_unit;

/* What an error is made of.  The message is given beside it. */
struct hop_error_spec {
    const char *id; /* "PathNotFound": the part before the comma */
    enum hop_category category;
    const char *exception;   /* .NET type, full or accelerator; NULL:
                                System.Management.Automation.RuntimeException */
    struct hop_value target; /* borrowed */
};

/* A new ErrorRecord; owned.  fmt is printf's. */
struct hop_value hop_error_record(struct hop_runspace *rs,
                                  const struct hop_error_spec *spec,
                                  const char *fmt, ...) HOP_PRINTF(3, 4);
/* The same around an exception that exists (borrowed). */
struct hop_value hop_error_record_from(struct hop_runspace *rs,
                                       struct hop_value exception,
                                       const char *id,
                                       enum hop_category category,
                                       struct hop_value target);

/* Makes the record the pending exception (a terminating error).  Always false,
 * for `return hop_throw_record(...)`.  Takes the record. */
bool hop_throw_record(struct hop_runspace *rs, struct hop_value record);
/* Makes and throws in one. */
bool hop_throw_error(struct hop_runspace *rs, const struct hop_error_spec *spec,
                     const char *fmt, ...) HOP_PRINTF(3, 4);

/* Takes the pending exception away and gives it as an ErrorRecord (owned). */
struct hop_value hop_error_catch(struct hop_runspace *rs);

/* The record as ConciseView prints it ($ErrorView chooses), lines ended by LF,
 * as Out-Default shows it on the error stream. */
void hop_error_format(struct hop_runspace *rs, struct hop_value record,
                      struct hop_buf *out);

#endif
