/* A failure with its cause, and the words for those that need advice.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CLIENT_TROUBLE_H
#define HOP_CLIENT_TROUBLE_H

#include "base/error.h"
#include "client/hop.h"
#include "client/settings.h"
#include "net/dial.h"
#include "wsman/fault.h"

struct trouble {
    enum hop_cause cause;
    struct hop_error err;
};

/* Always false, as hop_error_set. */
bool trouble_set(struct trouble *t, enum hop_cause cause, int64_t code,
                 const char *fmt, ...) HOP_PRINTF(4, 5);
/* err is already filled in. */
bool trouble_is(struct trouble *t, enum hop_cause cause);
/* Dialling failed: err is filled in, what to do is added. */
bool trouble_dial(struct trouble *t, const struct settings *s,
                  enum hop_dial_failure failure);
/* The server has answered with this status and no more; body (may be NULL) is
 * not shown.  offered: its authentication schemes for 401. */
bool trouble_http(struct trouble *t, const struct settings *s, int status,
                  const char *reason, const char *offered);
/* The server does not accept what mechanism has shown it. */
bool trouble_denied(struct trouble *t, const struct settings *s,
                    const char *mechanism, const char *offered);
/* The host sends to another address. */
bool trouble_redirected(struct trouble *t, const char *host, const char *to);
bool trouble_fault(struct trouble *t, const struct hop_fault *fault);

#endif
