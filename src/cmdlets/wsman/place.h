/* Where the cmdlets of WS-Management look for resources: this host's own
 * settings, or another host over a connection.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_WSMAN_PLACE_H
#define HOP_CMDLETS_WSMAN_PLACE_H

#include "client/resources.h"
#include "engine/cmdlet.h"
#include "wsman/settings.h"

#define NO_PARAM SIZE_MAX

/* Which of a cmdlet's parameters say it; NO_PARAM: it has none. */
struct place_params {
    size_t computer, uri, port, use_ssl, application, authentication,
        credential, thumbprint, option;
};

struct place {
    const struct hop_resources *api;
    struct hop_connection *c; /* NULL: this host's settings */
    char *name;               /* of the host, for errors */
};

/* The parameters' place; nothing is sent yet.  False: the cmdlet's error is
 * pending.  anonymous: no logon, unless one is asked for. */
HOP_MUST_CHECK bool place_open(struct hop_command *c,
                               const struct place_params *p, bool anonymous,
                               struct place *out);
void place_done(struct place *p);

/* One call; the answer is appended to xml. */
HOP_MUST_CHECK bool place_call(struct place *p,
                               const struct hop_settings_request *r,
                               const char *action, const char *body,
                               struct hop_buf *xml, struct hop_error *err);
HOP_MUST_CHECK bool place_enumerate(struct place *p,
                                    const struct hop_settings_request *r,
                                    const struct hop_resources_query *how,
                                    struct hop_error *err);

/* A failure as the cmdlet's error: not terminating, "WsManError". */
HOP_MUST_CHECK bool place_report(struct hop_command *c, const struct place *p,
                                 const struct hop_error *err);
/* The same, thrown; always false. */
bool place_throw(struct hop_command *c, const struct hop_error *err);

/* A document's root element, written. */
HOP_MUST_CHECK bool place_write_xml(struct hop_command *c, const char *xml);

/* ---- hosts that Connect-WSMan has connected to, for the drive ---- */

/* Takes the place. */
void place_remember(struct hop_runspace *rs, struct place *p);
/* False when there is none of that name. */
bool place_forget(struct hop_runspace *rs, const char *name);
/* NULL when there is none; "localhost" always is. */
struct place *place_find(struct hop_runspace *rs, const char *name);
/* The i-th, or NULL; the first is localhost. */
struct place *place_at(struct hop_runspace *rs, size_t i);

#endif
