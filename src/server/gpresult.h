/* gpresult: which Group Policy objects set what, as gpupdate last found it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_SERVER_GPRESULT_H
#define HOP_SERVER_GPRESULT_H

#include "server/gpreport.h"

/* The program; returns its exit status: 0 shown, 1 nothing to show or wrong
 * usage, as that of Windows. */
int hop_gpresult_main(int argc, char **argv);

/* Where and when it is shown. */
struct hop_gpresult_host {
    const char *name;    /* "b" */
    const char *version; /* of the system: "6.1.0" */
    int64_t now;         /* Unix */
};

enum hop_gpresult_detail {
    HOP_GPRESULT_OBJECTS,  /* /r */
    HOP_GPRESULT_SETTINGS, /* /v */
    HOP_GPRESULT_ALL,      /* /z: also what means nothing here, and ids */
};

/* As text, as a page of HTML 5 without anything outside itself, and as XML in
 * the namespace http://www.microsoft.com/GroupPolicy/Rsop. */
void hop_gpresult_text(const struct hop_gpreport *r,
                       const struct hop_gpresult_host *host,
                       enum hop_gpresult_detail detail, struct hop_buf *out);
void hop_gpresult_html(const struct hop_gpreport *r,
                       const struct hop_gpresult_host *host,
                       struct hop_buf *out);
void hop_gpresult_xml(const struct hop_gpreport *r,
                      const struct hop_gpresult_host *host,
                      struct hop_buf *out);

/* ---- what the three share (gpshow.c) */

/* "Denied (WMI Filter)", in Windows' words; static. */
const char *hop_gpresult_filtering(const struct hop_gpreport_gpo *g);
/* "corp.test" of "CN=B,CN=Computers,DC=corp,DC=test". */
void hop_gpresult_domain(const struct hop_gpreport *r, struct hop_buf *out);
/* "2026-11-21 19:30:00 +0000", local time. */
void hop_gpresult_time(int64_t t, struct hop_buf *out);
/* "Enabled" or "Disabled": what the policy's editor shows. */
const char *hop_gpresult_state(const struct hop_gpreport_row *row);

#endif
