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

/* Says which command the record speaks of (an InvocationInfo object, borrowed):
 * its FullyQualifiedErrorId ends in that command's name, and the engine leaves
 * it alone afterwards.  activity: CategoryInfo.Activity. */
void hop_error_invocation(struct hop_runspace *rs, struct hop_value record,
                          struct hop_value invocation, const char *activity);
/* A copy of a record for another command: without position and command. */
struct hop_value hop_error_copy(struct hop_runspace *rs,
                                struct hop_value record);
/* A record like it in everything: what a catch block sees as $_. */
struct hop_value hop_error_clone(struct hop_runspace *rs,
                                 struct hop_value record);
/* ErrorDetails.RecommendedAction. */
void hop_error_recommend(struct hop_runspace *rs, struct hop_value record,
                         const char *message, const char *action);

/* The record as $ErrorView shows it (ConciseView), as Out-Default writes it in
 * one line: without a line end, unless the view itself ends in one. */
void hop_error_format(struct hop_runspace *rs, struct hop_value record,
                      struct hop_buf *out);

/* Whether a throw statement made it; false for what is no ErrorRecord. */
bool hop_error_was_thrown(struct hop_value record);

#endif
