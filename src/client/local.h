/* This host's own settings as resources, without a connection: what `winrm` and
 * the drive WSMan: do on localhost.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CLIENT_LOCAL_H
#define HOP_CLIENT_LOCAL_H

#include "wsman/settings.h"

/* Any verb but ENUMERATE.  dir: HOP_CONFIG_DIR.  body: one element as text, or
 * NULL, in place of r->body.  The answer is appended to xml.  Writing needs
 * root, or a session of an administrator (config/change.h). */
HOP_MUST_CHECK bool hop_local_call(const char *dir,
                                   const struct hop_settings_request *r,
                                   const char *body, struct hop_buf *xml,
                                   struct hop_error *err);
HOP_MUST_CHECK bool hop_local_enumerate(const char *dir,
                                        const struct hop_settings_request *r,
                                        hop_settings_item_fn *item, void *ctx,
                                        struct hop_error *err);

/* ---- quickconfig */

enum {
    HOP_LOCAL_SERVING = 1,   /* hopd serves here */
    HOP_LOCAL_LISTENING = 2, /* a listener of that transport is enabled */
    HOP_LOCAL_REMOTE = 4,    /* others than this host are served */
    HOP_LOCAL_READY = 7,
};

/* What of quickconfig is done already; bits of the above. */
HOP_MUST_CHECK bool hop_local_state(const char *dir, bool https,
                                    unsigned *state, struct hop_error *err);
/* Does the rest.  For HTTPS it finds a certificate, told in found (appended),
 * or says what is missing.  Starts hopd where systemd can. */
HOP_MUST_CHECK bool hop_local_set_up(const char *dir, bool https,
                                     struct hop_buf *found,
                                     struct hop_error *err);
/* This host's full name.  free(). */
char *hop_local_name(void);

#endif
