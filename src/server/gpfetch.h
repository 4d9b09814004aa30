/* The files of Group Policy objects, from a domain controller's SYSVOL over
 * SMB: Samba's smbclient does it, as a program of its own, with signed messages
 * and a ticket from a file.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_SERVER_GPFETCH_H
#define HOP_SERVER_GPFETCH_H

#include "ad/gpo.h"

struct hop_gpfetch {
    const char *server; /* "dc1.corp.test" */
    const char *ccache; /* the file of the ticket */
    const char *cache;  /* the folder that holds what was read */
    bool force;         /* read also what has the version that is there */
};

/* Brings the folder up to date for each GPO that applies. */
HOP_MUST_CHECK bool hop_gpfetch(const struct hop_gpfetch *f,
                                const struct hop_gpo_list *list,
                                struct hop_error *err);
/* From the folder: the Registry.pol of the computer's half (empty where there
 * is none) and the version of it in SYSVOL. */
HOP_MUST_CHECK bool hop_gpfetch_read(const char *cache, const char *guid,
                                     struct hop_buf *pol, uint32_t *version,
                                     struct hop_error *err);

/* ---- parts of it */

/* "\\corp.test\SysVol\corp.test\Policies\{...}": what is behind the share, when
 * that is SYSVOL and no character means anything to smbclient; else NULL.
 * Points into path. */
const char *hop_gpfetch_folder(const char *path);
/* The computer's half of "Version=65537" in a GPT.INI, MS-GPOL 2.2.4; 0 where
 * there is none. */
uint32_t hop_gpfetch_version(const char *ini);

#endif
