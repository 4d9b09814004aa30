/* The Group Policy objects of a computer: which there are, in which order they
 * count and which of them do.  MS-GPOL 2.2.2 to 2.2.4, 3.2.5.1.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_AD_GPO_H
#define HOP_AD_GPO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ad/directory.h"
#include "ad/sd.h"
#include "ad/wmifilter.h"

enum hop_gpo_state {
    HOP_GPO_APPLIES,
    HOP_GPO_LINK_DISABLED,
    HOP_GPO_BLOCKED,    /* a container below blocks inheritance */
    HOP_GPO_UNREADABLE, /* it is not there, or not for this computer's eyes */
    HOP_GPO_DISABLED,   /* its computer half */
    HOP_GPO_DENIED,     /* security filtering */
    HOP_GPO_WMI,        /* its WMI filter is false */
    HOP_GPO_STATES,
};

/* "it may not be applied by this computer (security filtering)"; static. */
const char *hop_gpo_state_text(enum hop_gpo_state state);

struct hop_gpo {
    char *dn;
    char *guid;  /* "{31B2F340-016D-11D2-945F-00C04FB984F9}" */
    char *name;  /* "Default Domain Policy"; the GUID where it is unreadable */
    char *path;  /* "\\corp.test\SysVol\corp.test\Policies\{31B2...}" */
    char *scope; /* the DN of the container that it is linked to */
    uint32_t version; /* of the computer half */
    bool enforced;
    struct hop_wmi_filter *filter; /* NULL: it has none */
    enum hop_gpo_state state;
};

/* In the order in which they are applied: the last one wins. */
struct hop_gpo_list {
    struct hop_gpo *items;
    size_t count;
    char *computer; /* DN */
    char *site;     /* "Default-First-Site-Name", or NULL */
    char **groups;  /* of the computer: "Domain Computers" */
    size_t group_count;
};

#define HOP_AUTO_GPO_LIST HOP_CLEANUP(hop_gpo_list_done)

void hop_gpo_list_done(struct hop_gpo_list *l);
/* Asks the directory for those of the computer with that sAMAccountName ("B$").
 * Sites are those of the domain controller that answers.  WMI filters are read,
 * and are somebody else's to evaluate. */
HOP_MUST_CHECK bool hop_gpo_find(struct hop_directory *d, const char *account,
                                 struct hop_gpo_list *out,
                                 struct hop_error *err);

/* ---- parts of it */

/* A container that GPOs are linked to. */
struct hop_gpo_scope {
    char *dn;
    char *links; /* gPLink: "[LDAP://DN;OPTIONS]...", or NULL */
    bool blocks; /* gPOptions: no inheritance from above */
};

/* Puts the links of n containers, the nearest first, in order: of one container
 * the first link counts least; what is enforced counts more than all that is
 * not, and most where it is farthest. */
void hop_gpo_order(const struct hop_gpo_scope *scopes, size_t n,
                   struct hop_gpo_list *out);
/* Whether somebody with these SIDs may apply a GPO with this descriptor. */
bool hop_gpo_may_apply(const struct hop_sd *sd, const struct hop_sid *sids,
                       size_t n);
/* What is behind the first part of a DN (RFC 4514); "" at its end.  Points into
 * dn. */
const char *hop_gpo_parent(const char *dn);

#endif
