/* WMI filters of Group Policy objects, evaluated on this host: WQL (cim/wql.h)
 * over the classes that it has (cim/cim.h).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_SERVER_GPFILTER_H
#define HOP_SERVER_GPFILTER_H

#include "ad/gpo.h"

/* Objects that apply and whose filter is false get the state HOP_GPO_WMI; the
 * filter's why tells which query, and why. */
void hop_gpfilter(struct hop_gpo_list *list);

/* ---- parts of it */

/* Whether a query finds something.  A namespace or class that is not known
 * here, and a query that is malformed, are false; *why (owned) tells then. */
HOP_MUST_CHECK bool hop_gpfilter_holds(const struct hop_wmi_query *q,
                                       char **why);

#endif
