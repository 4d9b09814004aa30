/* The WMI filters of Group Policy objects: msWMI-Som objects below
 * CN=SOM,CN=WMIPolicy,CN=System.  MS-GPOL 2.2.4 (gPCWQLFilter), 2.2.5,
 * 3.2.5.1.7.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_AD_WMIFILTER_H
#define HOP_AD_WMIFILTER_H

#include "ad/directory.h"

struct hop_wmi_query {
    char *ns;   /* "root\CIMv2" */
    char *text; /* "SELECT * FROM Win32_OperatingSystem WHERE ..." */
};

/* It holds where each of its queries finds something. */
struct hop_wmi_filter {
    char *id;   /* "{8B5C1E9F-...}", as the object refers to it */
    char *name; /* "Servers only"; the id where it cannot be read */
    struct hop_wmi_query *queries;
    size_t count;
    bool missing; /* it cannot be read, and counts as true: "the GPO MUST be
                     assumed to be allowed", 3.2.5.1.7 */
    char *why;    /* it is missing or false; NULL: neither, so far */
};

#define HOP_AUTO_WMI_FILTER HOP_CLEANUP(hop_wmi_filter_done)

void hop_wmi_filter_done(struct hop_wmi_filter *f);
/* Reads the filter that a gPCWQLFilter ("[corp.test;{8B5C...};0]") refers to.
 * What is not there, cannot be read or understood is told by why. */
void hop_wmi_filter_find(struct hop_directory *d, const char *link,
                         struct hop_wmi_filter *out);

/* ---- parts of it */

/* The "{8B5C...}" of a gPCWQLFilter, owned; NULL when there is none. */
char *hop_wmi_filter_id(const char *link);
/* Adds the queries of an msWMI-Parm2: "1;3;10;45;WQL;root\CIMv2;SELECT ...;",
 * their number and for each the lengths of three texts in UTF-16, then these.
 */
HOP_MUST_CHECK bool hop_wmi_filter_parse(const char *parm2,
                                         struct hop_wmi_filter *f,
                                         struct hop_error *err);

#endif
