/* What gpupdate found and did, as a file of lines that gpresult shows:
 *
 *     hop-policy 1
 *     about TIME COMPUTER ACCOUNT SERVER
 *     site NAME
 *     group NAME
 *     gpo STATE VERSION SYSVOL-VERSION ENFORCED GUID NAME SCOPE
 *     wmi GPO FILTER WHY
 *     set GPO PATH POLICY VALUE
 *     bad GPO PATH POLICY WHY
 *
 * with tabs between the parts; a GPO is named by its number in the file, from
 * 0.  WHY of a WMI filter that is true is empty.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_SERVER_GPREPORT_H
#define HOP_SERVER_GPREPORT_H

#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

#define HOP_POLICY_DIR    "/var/lib/hop/policy"
#define HOP_POLICY_REPORT HOP_POLICY_DIR "/report"

struct hop_gpreport_gpo {
    unsigned state; /* enum hop_gpo_state */
    uint32_t version, sysvol_version;
    bool enforced;
    char *guid, *name, *scope;
    char *filter;     /* the name of its WMI filter, or NULL */
    char *filter_why; /* it is false or not there; "": it is true */
};

struct hop_gpreport_row {
    size_t gpo;
    char *path, *policy;
    char *value; /* NULL: it means nothing here, and why tells */
    char *why;
};

struct hop_gpreport {
    int64_t time; /* Unix */
    char *computer, *account, *server;
    char *site; /* or NULL */
    char **groups;
    size_t group_count;
    struct hop_gpreport_gpo *gpos; /* the last one wins */
    size_t gpo_count;
    struct hop_gpreport_row *rows;
    size_t row_count;
};

#define HOP_AUTO_GPREPORT HOP_CLEANUP(hop_gpreport_done)

void hop_gpreport_done(struct hop_gpreport *r);
/* Texts are copied. */
void hop_gpreport_add_gpo(struct hop_gpreport *r,
                          const struct hop_gpreport_gpo *g);
void hop_gpreport_add_group(struct hop_gpreport *r, const char *name);
void hop_gpreport_add_row(struct hop_gpreport *r,
                          const struct hop_gpreport_row *row);
/* Control characters in names become spaces. */
void hop_gpreport_encode(const struct hop_gpreport *r, struct hop_buf *out);
/* r should be empty; what a failure leaves in it is for hop_gpreport_done. */
HOP_MUST_CHECK bool hop_gpreport_decode(const char *text,
                                        struct hop_gpreport *r,
                                        struct hop_error *err);

#endif
